//! What a test does with a descriptor.

use super::api::{Api, Handle};
use super::outcome::Outcome;
use super::text::Wide;
use super::{Connection, Statement};
use crate::odbc::values::*;
use std::ffi::c_void;
use std::marker::PhantomData;
use std::ptr::null_mut;

/// A descriptor of a connection; one that was allocated explicitly is freed when dropped.
#[derive(Debug)]
pub struct Descriptor<'c> {
    pub api: &'static Api,
    pub handle: Handle,
    explicit: bool,
    connection: PhantomData<&'c Connection>,
}

/// What SQLGetDescRec says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescriptorRecord {
    pub name: String,
    pub verbose_type: i16,
    pub code: i16,
    pub octet_length: isize,
    pub precision: i16,
    pub scale: i16,
    pub nullable: i16,
}

impl Connection {
    /// A descriptor of the application's own.
    #[track_caller]
    pub fn descriptor(&self) -> Descriptor<'_> {
        let mut handle = null_mut();
        // SAFETY: room for one handle.
        let code = unsafe { self.api.SQLAllocHandle(SQL_HANDLE_DESC, self.handle, &raw mut handle) };
        self.outcome(code).success();
        Descriptor { api: self.api, handle, explicit: true, connection: PhantomData }
    }
}

impl Statement<'_> {
    /// One of the statement's four descriptors, by the attribute that holds its handle.
    #[track_caller]
    pub fn descriptor(&self, attribute: i32) -> Descriptor<'_> {
        let handle = std::ptr::with_exposed_provenance_mut(self.get_attribute(attribute));
        Descriptor { api: self.api, handle, explicit: false, connection: PhantomData }
    }
}

impl Descriptor<'_> {
    pub fn outcome(&self, code: i16) -> Outcome {
        Outcome::new(self.api, code, SQL_HANDLE_DESC, self.handle)
    }

    /// Sets a field that is a number or an address.
    pub fn set(&self, record: i16, field: i16, value: isize) -> Outcome {
        // SAFETY: an integer, or the address of something that outlives its use, as the test sees to.
        self.outcome(unsafe { self.api.SQLSetDescFieldW(self.handle, record, field, value as *mut c_void, 0) })
    }

    pub fn set_text(&self, record: i16, field: i16, text: &str) -> Outcome {
        let text = Wide::new(text);
        // SAFETY: a terminated text.
        self.outcome(unsafe { self.api.SQLSetDescFieldW(self.handle, record, field, text.address(), SQL_NTS) })
    }

    /// A field of `T`'s size, whatever becomes of it. What is behind it must not be written.
    #[track_caller]
    pub fn try_get<T: Copy + Default>(&self, record: i16, field: i16) -> (Outcome, T) {
        #[repr(C)]
        struct Room<T>(T, [u8; 16]);
        let mut room = Room(T::default(), [0xa5; 16]);
        // SAFETY: room for the field, and more.
        let code = unsafe {
            let place = (&raw mut room).cast();
            self.api.SQLGetDescFieldW(self.handle, record, field, place, size_of::<T>() as i32, null_mut())
        };
        assert_eq!(room.1, [0xa5; 16], "field {field} is {} bytes", size_of::<T>());
        (self.outcome(code), room.0)
    }

    #[track_caller]
    pub fn get<T: Copy + Default>(&self, record: i16, field: i16) -> T {
        let (outcome, value) = self.try_get(record, field);
        outcome.success();
        value
    }

    #[track_caller]
    pub fn get_text(&self, record: i16, field: i16) -> String {
        let room = Wide::room(200);
        let mut length = -1;
        // SAFETY: room of the given size in bytes.
        let code = unsafe {
            let (place, capacity) = (room.address(), room.capacity_bytes() as i32);
            self.api.SQLGetDescFieldW(self.handle, record, field, place, capacity, &raw mut length)
        };
        self.outcome(code).success();
        let text = room.read();
        assert_eq!(length as usize, super::text::encode(&text, self.api.manager.wide_width()).len());
        text
    }

    pub fn record(&self, number: i16) -> (Outcome, DescriptorRecord) {
        let name = Wide::room(200);
        let mut found = DescriptorRecord::default();
        let mut length = 0;
        // SAFETY: room for each answer.
        let code = unsafe {
            self.api.SQLGetDescRecW(
                self.handle,
                number,
                name.address(),
                200,
                &raw mut length,
                &raw mut found.verbose_type,
                &raw mut found.code,
                &raw mut found.octet_length,
                &raw mut found.precision,
                &raw mut found.scale,
                &raw mut found.nullable,
            )
        };
        if code == SQL_SUCCESS {
            found.name = name.read();
        }
        (self.outcome(code), found)
    }

    /// SQLSetDescRec with type, subtype, length, precision and scale, and the addresses of a value and its length.
    pub fn set_record(
        &self,
        number: i16,
        fields: (i16, i16, isize, i16, i16),
        data: *mut c_void,
        length: *mut isize,
    ) -> Outcome {
        let (verbose_type, code, octet_length, precision, scale) = fields;
        // SAFETY: addresses that outlive their use, as the test sees to.
        self.outcome(unsafe {
            let handle = self.handle;
            self.api.SQLSetDescRec(
                handle,
                number,
                verbose_type,
                code,
                octet_length,
                precision,
                scale,
                data,
                length,
                length,
            )
        })
    }

    /// SQLCopyDesc from another one.
    pub fn copy_from(&self, source: &Descriptor<'_>) -> Outcome {
        // SAFETY: no addresses.
        self.outcome(unsafe { self.api.SQLCopyDesc(source.handle, self.handle) })
    }

    pub fn free(&mut self) -> Outcome {
        self.explicit = false;
        // SAFETY: no addresses.
        let code = unsafe { self.api.SQLFreeHandle(SQL_HANDLE_DESC, self.handle) };
        Outcome { code, records: vec![] }
    }
}

impl Drop for Descriptor<'_> {
    fn drop(&mut self) {
        if self.explicit {
            let freed = self.free();
            // A second panic would end all tests.
            if !std::thread::panicking() {
                freed.success();
            }
        }
    }
}

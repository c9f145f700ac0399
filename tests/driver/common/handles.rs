//! Handles that free themselves.

use super::api::{Api, Handle, Manager, api};
use super::outcome::{Outcome, records};
use super::text::Wide;
use super::{Record, server};
use crate::odbc::attributes::*;
use crate::odbc::values::*;
use std::ffi::c_void;
use std::marker::PhantomData;
use std::ptr::null_mut;

/// An environment that has declared ODBC 3.
#[derive(Debug)]
pub struct Environment {
    pub api: &'static Api,
    pub handle: Handle,
}

/// A connection, with an environment of its own. Disconnects when dropped.
#[derive(Debug)]
pub struct Connection {
    pub api: &'static Api,
    pub handle: Handle,
    // Freed after the connection.
    environment: Environment,
}

/// A statement of a connection.
#[derive(Debug)]
pub struct Statement<'c> {
    pub api: &'static Api,
    pub handle: Handle,
    // The connection outlives its statements.
    connection: PhantomData<&'c Connection>,
}

// SAFETY: ODBC handles may be used from any thread (SQLCancel is meant to be).
unsafe impl Sync for Connection {}
// SAFETY: as above.
unsafe impl Sync for Statement<'_> {}

impl Environment {
    #[track_caller]
    pub fn new() -> Environment {
        Environment::of_version(3)
    }

    /// Of an application that declares this version: 2 or 3.
    #[track_caller]
    pub fn of_version(version: usize) -> Environment {
        let api = api();
        let mut handle = null_mut();
        // SAFETY: room for one handle.
        let code = unsafe { api.SQLAllocHandle(SQL_HANDLE_ENV, null_mut(), &raw mut handle) };
        assert_eq!(code, SQL_SUCCESS, "an environment handle");
        // SAFETY: an integer attribute is passed in the place of the address.
        let code = unsafe { api.SQLSetEnvAttr(handle, SQL_ATTR_ODBC_VERSION, version as *mut c_void, 0) };
        assert_eq!(code, SQL_SUCCESS, "ODBC version {version}");
        Environment { api, handle }
    }

    pub fn outcome(&self, code: i16) -> Outcome {
        Outcome::new(self.api, code, SQL_HANDLE_ENV, self.handle)
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        // SAFETY: ours, and freed once.
        unsafe { self.api.SQLFreeHandle(SQL_HANDLE_ENV, self.handle) };
    }
}

impl Connection {
    /// A connection handle that is not connected yet.
    #[track_caller]
    pub fn new() -> Connection {
        Connection::of(Environment::new())
    }

    #[track_caller]
    fn of(environment: Environment) -> Connection {
        let api = environment.api;
        let mut handle = null_mut();
        // SAFETY: room for one handle.
        let code = unsafe { api.SQLAllocHandle(SQL_HANDLE_DBC, environment.handle, &raw mut handle) };
        environment.outcome(code).success();
        Connection { api, handle, environment }
    }

    /// Connects by a connection string as an application that declares this version of ODBC; must succeed.
    #[track_caller]
    pub fn open_as(version: usize, string: &str) -> Connection {
        let connection = Connection::of(Environment::of_version(version));
        connection.driver_connect(string).0.succeeded();
        connection
    }

    /// Connects by a connection string; must succeed.
    #[track_caller]
    pub fn open(string: &str) -> Connection {
        let connection = Connection::new();
        connection.driver_connect(string).0.succeeded();
        connection
    }

    /// SQLDriverConnectW without a window; also the completed connection string.
    pub fn driver_connect(&self, string: &str) -> (Outcome, String) {
        let (text, out) = (Wide::new(string), Wide::room(4000));
        let mut length = 0;
        // SAFETY: a terminated text and room of the given size.
        let code = unsafe {
            self.api.SQLDriverConnectW(
                self.handle,
                null_mut(),
                text.address(),
                SQL_NTS as i16,
                out.address(),
                4000,
                &raw mut length,
                SQL_DRIVER_NOPROMPT,
            )
        };
        let outcome = self.outcome(code);
        let completed = if code == SQL_SUCCESS || code == SQL_SUCCESS_WITH_INFO { out.read() } else { String::new() };
        (outcome, completed)
    }

    /// SQLConnectW.
    pub fn connect(&self, dsn: &str, user: &str, password: &str) -> Outcome {
        let (dsn, user, password) = (Wide::new(dsn), Wide::new(user), Wide::new(password));
        let length = SQL_NTS as i16;
        // SAFETY: terminated texts.
        let code = unsafe {
            let (dsn, user, password) = (dsn.address(), user.address(), password.address());
            self.api.SQLConnectW(self.handle, dsn, length, user, length, password, length)
        };
        self.outcome(code)
    }

    pub fn disconnect(&self) -> Outcome {
        // SAFETY: no addresses.
        self.outcome(unsafe { self.api.SQLDisconnect(self.handle) })
    }

    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    #[track_caller]
    pub fn statement(&self) -> Statement<'_> {
        let mut handle = null_mut();
        // SAFETY: room for one handle.
        let code = unsafe { self.api.SQLAllocHandle(SQL_HANDLE_STMT, self.handle, &raw mut handle) };
        self.outcome(code).success();
        Statement { api: self.api, handle, connection: PhantomData }
    }

    /// Runs one statement on a handle of its own; must succeed or find nothing to do.
    #[track_caller]
    pub fn run(&self, sql: &str) {
        let outcome = self.statement().execute_direct(sql);
        if outcome.code != SQL_NO_DATA {
            outcome.succeeded();
        }
    }

    /// Makes a table that is nobody else's. None of a session's own: behind a pooler the next statement may be another
    /// server process's to execute.
    #[track_caller]
    pub fn create_table(&self, name: &str, columns: &str) {
        self.run(&format!("drop table if exists {name}"));
        self.run(&format!("create table {name} ({columns})"));
    }

    /// The first column of the first row, as text.
    #[track_caller]
    pub fn value(&self, sql: &str) -> Option<String> {
        self.statement().rows(sql).into_iter().next().expect("a row").into_iter().next().expect("a column")
    }

    /// The number of the server process that serves this connection.
    #[track_caller]
    pub fn backend(&self) -> String {
        self.value("select pg_backend_pid()").expect("a number")
    }

    pub fn end_transaction(&self, completion: i16) -> Outcome {
        // SAFETY: no addresses.
        self.outcome(unsafe { self.api.SQLEndTran(SQL_HANDLE_DBC, self.handle, completion) })
    }

    /// SQLCancelHandle, of which the managers know nothing: the driver's alone. No records: another thread's call has them.
    pub fn cancel(&self) -> i16 {
        // SAFETY: no addresses.
        unsafe { self.api.SQLCancelHandle(SQL_HANDLE_DBC, self.handle) }
    }

    pub fn set(&self, attribute: i32, value: usize) -> Outcome {
        // SAFETY: an integer attribute is passed in the place of the address.
        self.outcome(unsafe { self.api.SQLSetConnectAttrW(self.handle, attribute, value as *mut c_void, 0) })
    }

    /// An attribute that is an SQLUINTEGER.
    #[track_caller]
    pub fn get(&self, attribute: i32) -> u32 {
        // Room for a longer one, so that a driver which writes too much is seen.
        let mut value = [0x5a5a_5a5a_u32; 2];
        // SAFETY: room for the integer.
        let code =
            unsafe { self.api.SQLGetConnectAttrW(self.handle, attribute, value.as_mut_ptr().cast(), 4, null_mut()) };
        self.outcome(code).success();
        assert_eq!(value[1], 0x5a5a_5a5a, "attribute {attribute} is 4 bytes");
        value[0]
    }

    /// An information type that is text.
    #[track_caller]
    pub fn info_text(&self, information: u16) -> String {
        let room = Wide::room(4000);
        let mut length = 0;
        let capacity = i16::try_from(room.capacity_bytes()).unwrap();
        // SAFETY: room of the given size.
        let code = unsafe { self.api.SQLGetInfoW(self.handle, information, room.address(), capacity, &raw mut length) };
        self.outcome(code).success();
        let text = room.read();
        // The length is in bytes, also in the wide form (ODBC reference, SQLGetInfo, StringLengthPtr).
        let width = self.api.manager.wide_width();
        assert_eq!(length as usize, super::text::encode(&text, width).len(), "length of information {information}");
        text
    }

    /// An information type that is an integer of 2 or 4 bytes.
    #[track_caller]
    pub fn info_number<const BYTES: usize>(&self, information: u16) -> u32 {
        let mut value = [0xa5_u8; 12];
        let mut length = 0;
        // SAFETY: room for more than any integer.
        let code =
            unsafe { self.api.SQLGetInfoW(self.handle, information, value.as_mut_ptr().cast(), 4, &raw mut length) };
        self.outcome(code).success();
        assert!(
            value[BYTES..].iter().all(|byte| *byte == 0xa5),
            "information {information} is {BYTES} bytes: {value:?}"
        );
        value[BYTES..].fill(0);
        u32::from_le_bytes(value[..4].try_into().unwrap())
    }

    /// What SQLGetFunctions says of one function; None if the manager does not know its number (ODBC 3.8's
    /// SQLCancelHandle). The driver itself knows them all.
    #[track_caller]
    pub fn supports(&self, function: u16) -> Option<bool> {
        let mut supported = 0xffff;
        // SAFETY: room for one answer.
        let code = unsafe { self.api.SQLGetFunctions(self.handle, function, &raw mut supported) };
        if code == SQL_ERROR && self.api.manager != Manager::Direct {
            self.outcome(code).error("HY095");
            return None;
        }
        self.outcome(code).success();
        assert!(supported <= 1, "SQL_TRUE or SQL_FALSE");
        Some(supported == 1)
    }

    pub fn outcome(&self, code: i16) -> Outcome {
        Outcome::new(self.api, code, SQL_HANDLE_DBC, self.handle)
    }

    pub fn records(&self) -> Vec<Record> {
        records(self.api, SQL_HANDLE_DBC, self.handle)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: ours, and freed once; an open transaction is rolled back first, or it could not be disconnected.
        unsafe {
            self.api.SQLEndTran(SQL_HANDLE_DBC, self.handle, SQL_ROLLBACK);
            self.api.SQLDisconnect(self.handle);
            self.api.SQLFreeHandle(SQL_HANDLE_DBC, self.handle);
        }
    }
}

impl Drop for Statement<'_> {
    fn drop(&mut self) {
        // SAFETY: ours, and freed once.
        unsafe { self.api.SQLFreeHandle(SQL_HANDLE_STMT, self.handle) };
    }
}

/// Ends another connection's server process, as an administrator would.
#[track_caller]
pub fn terminate(backend: &str) {
    let other = Connection::open(&server().connection_string());
    let gone = other.value(&format!("select pg_terminate_backend({backend})"));
    assert!(matches!(gone.as_deref(), Some("1" | "t" | "true")), "{gone:?}");
}

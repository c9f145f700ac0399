//! The application's memory: the only place of this room that touches it.
#![allow(unsafe_code)]

use crate::odbc::values::SQL_NTS;
use std::mem::MaybeUninit;

use super::converter::Warning;

/// Where a converted value goes: an address and the bytes that the application says are there.
///
/// Whoever makes one vouches that `capacity` bytes at `address` (for a fixed-length C type: the type's size, whatever
/// the capacity says) may be written until the conversion returns. That is the application's own promise in
/// `SQLBindCol` and `SQLGetData`; it cannot be checked.
#[derive(Clone, Copy, Debug)]
pub struct Destination {
    /// May be null: nothing is written, only the length is told (and a character or binary value is not complete).
    pub address: *mut u8,
    /// Bytes.
    pub capacity: usize,
}

impl Destination {
    /// Bytes that character and binary data may take: none at a null address.
    #[inline]
    pub(super) fn room(self) -> usize {
        if self.address.is_null() { 0 } else { self.capacity }
    }

    /// The warning for data that is not complete: none for a null address, which only asked for the length.
    #[inline]
    pub(super) fn truncated(self, complete: bool) -> Option<Warning> {
        (!complete && !self.address.is_null()).then_some(Warning::StringTruncated)
    }

    /// Writes a fixed-length C value; the address may have any alignment.
    pub(super) fn write<T: Copy>(self, value: T) {
        if !self.address.is_null() {
            // SAFETY: the application promised room for the C type at this address; unaligned writes are allowed.
            unsafe { self.address.cast::<T>().write_unaligned(value) }
        }
    }

    /// The first `length` bytes as a slice to be filled; empty for a null address. Never more than the capacity.
    pub(super) fn window<'a>(self, length: usize) -> &'a mut [MaybeUninit<u8>] {
        let length = length.min(self.capacity).min(isize::MAX as usize);
        if self.address.is_null() || length == 0 {
            return &mut [];
        }
        // SAFETY: `length` bytes are within what the application promised; MaybeUninit<u8> has no alignment and no
        // validity demands. The slice lives within one conversion, during which the application may not touch it.
        unsafe { std::slice::from_raw_parts_mut(self.address.cast::<MaybeUninit<u8>>(), length) }
    }

    /// Copies bytes to the beginning; what exceeds the capacity is not written.
    pub(super) fn copy(self, bytes: &[u8]) {
        let window = self.window(bytes.len());
        let length = window.len();
        if length > 0 {
            // SAFETY: both are `length` bytes long; the application's buffer cannot lie in the driver's memory.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), window.as_mut_ptr().cast::<u8>(), length) }
        }
    }

    /// Copies units of text to a byte offset; what exceeds the capacity is not written.
    pub(super) fn copy_units<T: Unit>(self, offset: usize, units: &[T]) {
        let length = size_of_val(units);
        if self.address.is_null() || offset.saturating_add(length) > self.capacity {
            return;
        }
        // SAFETY: offset + length bytes are within what the application promised. A unit is a plain integer without
        // padding, so its bytes may be copied to any alignment; the application's buffer is not the driver's memory.
        unsafe { std::ptr::copy_nonoverlapping(units.as_ptr().cast::<u8>(), self.address.add(offset), length) }
    }

    /// Writes ASCII text as units of 2 or 4 bytes, to the beginning. Answers how many bytes that took. What exceeds the
    /// capacity is not written.
    pub(super) fn widen(self, ascii: &[u8], unit: usize) -> usize {
        match unit {
            2 => self.widen_to(ascii, |byte| u16::from(byte).to_ne_bytes()),
            _ => self.widen_to(ascii, |byte| u32::from(byte).to_ne_bytes()),
        }
    }

    /// The shape of a loop that is compiled to vector instructions.
    #[inline]
    fn widen_to<const SIZE: usize>(self, ascii: &[u8], unit: impl Fn(u8) -> [u8; SIZE]) -> usize {
        let (units, _) = self.window(ascii.len().saturating_mul(SIZE)).as_chunks_mut::<SIZE>();
        for (to, byte) in units.iter_mut().zip(ascii) {
            *to = unit(*byte).map(MaybeUninit::new);
        }
        units.len() * SIZE
    }

    /// The part that begins `bytes` further on.
    pub fn after(self, bytes: usize) -> Destination {
        let bytes = bytes.min(self.capacity);
        let address = if self.address.is_null() { self.address } else { self.address.wrapping_add(bytes) };
        Destination { address, capacity: self.capacity - bytes }
    }

    /// Writes `unit` zero bytes (a terminator) at `offset`, if they fit.
    pub(super) fn terminate(self, offset: usize, unit: usize) {
        if offset.saturating_add(unit) <= self.capacity {
            for byte in self.window(offset + unit).iter_mut().skip(offset) {
                byte.write(0);
            }
        }
    }
}

/// A unit of text: a plain integer.
pub(super) trait Unit: Copy {}

impl Unit for u8 {}
impl Unit for u16 {}
impl Unit for u32 {}

/// Where a parameter's value comes from.
///
/// Whoever makes one vouches that the bytes `length` speaks of (SQL_NTS: up to and including a terminator; a
/// fixed-length C type: the type's size) may be read at `address`: the application's promise in `SQLBindParameter`.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    pub address: *const u8,
    /// The length indicator: bytes, or SQL_NTS.
    pub length: isize,
    /// Bytes at which a text with SQL_NTS ends at the latest: those of an element, where the next one begins behind it. 0: only at
    /// its terminator.
    pub capacity: usize,
}

impl Source {
    /// The bytes as they are: as many as the length says, or up to a zero byte with SQL_NTS. None for another negative
    /// length, and for a null address with a length.
    pub fn octets<'a>(self) -> Option<&'a [u8]> {
        match usize::try_from(self.length) {
            Ok(length) => self.bytes(length),
            Err(_) if self.length == SQL_NTS as isize => self.terminated(1),
            Err(_) => None,
        }
    }

    /// Reads a fixed-length C value; None for a null address.
    pub(super) fn read<T: Copy>(self) -> Option<T> {
        if self.address.is_null() {
            return None;
        }
        // SAFETY: the application promised a value of the C type at this address. T is only instantiated with plain C
        // data for which every bit pattern is a value.
        Some(unsafe { self.address.cast::<T>().read_unaligned() })
    }

    /// The bytes of a given length; None for a null address with a length other than 0.
    pub(super) fn bytes<'a>(self, length: usize) -> Option<&'a [u8]> {
        if length == 0 {
            return Some(&[]);
        }
        if self.address.is_null() || length > isize::MAX as usize {
            return None;
        }
        // SAFETY: the application promised `length` bytes at this address; it may not change them during the call.
        Some(unsafe { std::slice::from_raw_parts(self.address, length) })
    }

    /// The bytes before a terminator of `unit` zero bytes, looking no further than the capacity where one is given.
    pub(super) fn terminated<'a>(self, unit: usize) -> Option<&'a [u8]> {
        if self.address.is_null() {
            return None;
        }
        let limit = if self.capacity == 0 { isize::MAX as usize } else { self.capacity };
        let mut length = 0;
        while length + unit <= limit {
            // SAFETY: the application promised a terminator at or after this unit; all units before were not zero.
            let end = (0..unit).all(|index| unsafe { *self.address.add(length + index) } == 0);
            if end {
                break;
            }
            length += unit;
        }
        self.bytes(length)
    }
}

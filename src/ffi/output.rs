//! Results that go to the application's memory: texts with their lengths, and numbers.

use std::ffi::c_void;

use super::text::{self, Encoding, negative_length};
use crate::diag::sqlstate::S01004_STRING_TRUNCATED;
use crate::diag::{Diagnostics, Result};

/// A length as a function reports it: SQLSMALLINT or SQLINTEGER. One too large is reported as the largest.
pub trait Length: Copy {
    fn of(length: usize) -> Self;
}

impl Length for i16 {
    fn of(length: usize) -> i16 {
        i16::try_from(length).unwrap_or(i16::MAX)
    }
}

impl Length for i32 {
    fn of(length: usize) -> i32 {
        i32::try_from(length).unwrap_or(i32::MAX)
    }
}

/// Writes a value where the application wants it, if it wants it.
///
/// # Safety
/// `place` is null or points to a T that may be written.
pub unsafe fn put<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: the caller's promise. Applications pass addresses within packed rows: no alignment is assumed.
        unsafe { place.write_unaligned(value) }
    }
}

/// Writes a text whose lengths count characters (units). HY090 for a negative capacity; 01004 goes to `diagnostics`.
///
/// # Safety
/// `buffer` is null or has room for `capacity` units; `length` is null or may be written.
pub unsafe fn put_text<E: Encoding, L: Length>(
    value: &str,
    buffer: *mut c_void,
    capacity: isize,
    length: *mut L,
    diagnostics: &mut Diagnostics,
) -> Result {
    // SAFETY: the caller's promise: lengths count units.
    unsafe { put_counted::<E, L>(value, buffer, capacity, E::unit(), length, diagnostics) }
}

/// Writes a text whose lengths count bytes. HY090 for a negative capacity; 01004 goes to `diagnostics`.
///
/// # Safety
/// `buffer` is null or has room for `capacity` bytes; `length` is null or may be written.
pub unsafe fn put_text_by_bytes<E: Encoding, L: Length>(
    value: &str,
    buffer: *mut c_void,
    capacity: isize,
    length: *mut L,
    diagnostics: &mut Diagnostics,
) -> Result {
    // SAFETY: the caller's promise: lengths count bytes.
    unsafe { put_counted::<E, L>(value, buffer, capacity, 1, length, diagnostics) }
}

/// Writes a text whose lengths count so many bytes each: `size`.
///
/// # Safety
/// `buffer` is null or has room for `capacity` times `size` bytes; `length` is null or may be written.
unsafe fn put_counted<E: Encoding, L: Length>(
    value: &str,
    buffer: *mut c_void,
    capacity: isize,
    size: usize,
    length: *mut L,
    diagnostics: &mut Diagnostics,
) -> Result {
    if capacity < 0 && !buffer.is_null() {
        return Err(negative_length(capacity));
    }
    // SAFETY: the caller's promise.
    let written = unsafe { text::write::<E>(value, buffer, capacity.max(0) as usize * size) };
    // SAFETY: the caller's promise.
    unsafe { put(length, L::of(written.bytes / size)) };
    if written.truncated {
        diagnostics.warn(S01004_STRING_TRUNCATED, format!("the text is {} bytes long and was cut", written.bytes));
    }
    Ok(())
}

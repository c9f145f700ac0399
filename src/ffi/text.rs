//! Narrow and wide text at the boundary. A function's A and W forms are one body, generic over [`Encoding`].
//!
//! Narrow text is UTF-8 unless the locale says otherwise; wide text is UTF-16 or UTF-32 as the manager has it.

use std::ffi::c_void;

use once_cell::sync::Lazy;

use super::manager::wide_unit;
use super::types::SQLSMALLINT;
use crate::config::{Environment, NarrowEncoding, locale_encoding};
use crate::convert::WideUnit;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::odbc::values::SQL_NTS;

/// The encoding of narrow text of this process.
pub static NARROW: Lazy<NarrowEncoding> = Lazy::new(|| locale_encoding(&Environment::of_process()));

/// How text is written at the boundary.
pub trait Encoding {
    /// Bytes of one unit: what lengths in characters count.
    fn unit() -> usize;
    /// Text from whole units; `None` if they are no text.
    fn decode(bytes: &[u8]) -> Option<String>;
    /// The bytes of one character. What the encoding does not have becomes `?`: this is used for names and messages,
    /// not for data.
    fn encode(character: char, out: &mut Vec<u8>);
}

/// The forms without a W.
#[derive(Debug)]
pub enum Narrow {}

/// The forms with a W.
#[derive(Debug)]
pub enum Wide {}

impl Encoding for Narrow {
    fn unit() -> usize {
        1
    }

    fn decode(bytes: &[u8]) -> Option<String> {
        let mut text = Vec::with_capacity(bytes.len());
        NARROW.decode(bytes, |piece| text.extend_from_slice(piece))?;
        String::from_utf8(text).ok()
    }

    fn encode(character: char, out: &mut Vec<u8>) {
        match NARROW.encode(character) {
            Some((bytes, length)) => out.extend_from_slice(&bytes[..length]),
            None => out.push(b'?'),
        }
    }
}

impl Encoding for Wide {
    fn unit() -> usize {
        wide_unit().size()
    }

    fn decode(bytes: &[u8]) -> Option<String> {
        match wide_unit() {
            WideUnit::Utf16 => {
                let units = bytes.chunks_exact(2).map(|unit| u16::from_ne_bytes([unit[0], unit[1]]));
                char::decode_utf16(units).collect::<std::result::Result<_, _>>().ok()
            }
            WideUnit::Utf32 => bytes
                .chunks_exact(4)
                .map(|unit| char::from_u32(u32::from_ne_bytes([unit[0], unit[1], unit[2], unit[3]])))
                .collect(),
        }
    }

    fn encode(character: char, out: &mut Vec<u8>) {
        match wide_unit() {
            WideUnit::Utf16 => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    out.extend_from_slice(&unit.to_ne_bytes());
                }
            }
            WideUnit::Utf32 => out.extend_from_slice(&u32::from(character).to_ne_bytes()),
        }
    }
}

/// A text argument of an exported function, with its length in units or SQL_NTS.
pub type Argument = (*const c_void, SQLSMALLINT);

/// The argument of an A or W function, alike for both.
pub fn argument<T>(address: *mut T, length: SQLSMALLINT) -> Argument {
    (address.cast_const().cast(), length)
}

/// Text that an application passes: `None` for a null pointer. `length` is in characters (units), or SQL_NTS.
///
/// HY090 for a negative length that is not SQL_NTS, 22018 for bytes that are no text in the encoding.
///
/// # Safety
/// `text` is null, or points to `length` units, or for SQL_NTS to units that end with a zero one.
pub unsafe fn read<E: Encoding>(text: *const c_void, length: isize) -> Result<Option<String>> {
    if length < 0 && length != SQL_NTS as isize {
        return Err(negative_length(length));
    }
    if text.is_null() {
        return Ok(None);
    }
    let units = match length {
        length if length == SQL_NTS as isize => {
            // SAFETY: the caller's promise for SQL_NTS.
            unsafe { units_before_zero(text.cast(), E::unit()) }
        }
        length => length as usize,
    };
    // SAFETY: the caller's promise: so many units are there.
    let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), units * E::unit()) };
    match E::decode(bytes) {
        Some(text) => Ok(Some(text)),
        None => Err(Diagnostic::new(
            S22018_INVALID_CHARACTER_VALUE,
            "the text that was passed is not valid in the application's character encoding",
        )),
    }
}

/// # Safety
/// As for [`read`] with SQL_NTS.
unsafe fn units_before_zero(text: *const u8, unit: usize) -> usize {
    let mut units = 0;
    loop {
        // SAFETY: no unit before this one was zero, so this one still belongs to the text.
        let is_zero = unsafe {
            let at = text.add(units * unit);
            (0..unit).all(|byte| at.add(byte).read() == 0)
        };
        if is_zero {
            return units;
        }
        units += 1;
    }
}

pub fn negative_length(length: isize) -> Box<Diagnostic> {
    Diagnostic::new(HY090_INVALID_STRING_OR_BUFFER_LENGTH, format!("the length {length} is negative"))
}

/// What came of writing text into an application's buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Length of the whole text, in bytes without its zero.
    pub bytes: usize,
    /// It did not fit.
    pub truncated: bool,
}

/// Writes text with a zero unit behind it, cut at a whole character if it does not fit. A null buffer takes nothing and
/// is not truncation: the application asks for the length.
///
/// # Safety
/// `buffer` is null or has room for `capacity` bytes.
pub unsafe fn write<E: Encoding>(text: &str, buffer: *mut c_void, capacity: usize) -> Written {
    let mut bytes = Vec::with_capacity((text.len() + 1) * E::unit());
    let room = capacity.saturating_sub(E::unit());
    let mut fits = 0;
    for character in text.chars() {
        E::encode(character, &mut bytes);
        if bytes.len() <= room {
            fits = bytes.len();
        }
    }
    if buffer.is_null() {
        return Written { bytes: bytes.len(), truncated: false };
    }
    if capacity >= E::unit() {
        // SAFETY: fits + one unit <= capacity, which the caller promises is there.
        unsafe {
            let buffer = buffer.cast::<u8>();
            buffer.copy_from_nonoverlapping(bytes.as_ptr(), fits);
            buffer.add(fits).write_bytes(0, E::unit());
        }
    }
    Written { bytes: bytes.len(), truncated: bytes.len() > room || capacity < E::unit() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn write_narrow(text: &str, capacity: usize) -> (Vec<u8>, Written) {
        let mut buffer = vec![0xaa; capacity + 4];
        // SAFETY: the buffer is larger than the capacity given.
        let written = unsafe { write::<Narrow>(text, buffer.as_mut_ptr().cast(), capacity) };
        assert_eq!(&buffer[capacity..], [0xaa; 4], "nothing is written behind the buffer");
        (buffer[..capacity].to_vec(), written)
    }

    #[test]
    fn text_is_cut_at_whole_characters_and_always_ends_with_a_zero() {
        // "ü" is two bytes in UTF-8, "😀" four.
        assert_eq!(write_narrow("aü", 4), (b"a\xc3\xbc\0".to_vec(), Written { bytes: 3, truncated: false }));
        assert_eq!(write_narrow("aü", 3), (b"a\0\xaa".to_vec(), Written { bytes: 3, truncated: true }));
        assert_eq!(write_narrow("😀", 4).0, b"\0\xaa\xaa\xaa");
        assert_eq!(write_narrow("", 1), (b"\0".to_vec(), Written { bytes: 0, truncated: false }));
        assert_eq!(write_narrow("x", 0), (vec![], Written { bytes: 1, truncated: true }));
    }

    #[test]
    fn a_null_buffer_asks_for_the_length() {
        // SAFETY: null buffer.
        let written = unsafe { write::<Wide>("a😀", std::ptr::null_mut(), 0) };
        assert_eq!(written, Written { bytes: 6, truncated: false });
    }

    #[test]
    fn text_is_read_by_length_or_to_its_zero() {
        let text = b"gr\xc3\xbcn\0rest";
        // SAFETY: lengths lie within the array, and it has a zero.
        unsafe {
            assert_eq!(read::<Narrow>(text.as_ptr().cast(), SQL_NTS as isize).unwrap().unwrap(), "grün");
            assert_eq!(read::<Narrow>(text.as_ptr().cast(), 2).unwrap().unwrap(), "gr");
            assert_eq!(read::<Narrow>(text.as_ptr().cast(), 0).unwrap().unwrap(), "");
            assert_eq!(read::<Narrow>(std::ptr::null(), 5).unwrap(), None);
            assert_eq!(read::<Narrow>(text.as_ptr().cast(), -4).unwrap_err().sqlstate.as_str(), "HY090");
            assert_eq!(read::<Narrow>(std::ptr::null(), -7).unwrap_err().sqlstate.as_str(), "HY090");
            assert_eq!(read::<Narrow>(text.as_ptr().cast(), 3).unwrap_err().sqlstate.as_str(), "22018");
        }
    }

    #[test]
    fn wide_text_is_utf_16_here() {
        let text: Vec<u16> = "Grüße 😀".encode_utf16().chain([0, 65]).collect();
        // SAFETY: the array has a zero.
        let read = unsafe { read::<Wide>(text.as_ptr().cast(), SQL_NTS as isize) };
        assert_eq!(read.unwrap().unwrap(), "Grüße 😀");
        let lone = [0xd83du16];
        // SAFETY: one unit is there.
        let read = unsafe { super::read::<Wide>(lone.as_ptr().cast(), 1) };
        assert_eq!(read.unwrap_err().sqlstate.as_str(), "22018");
    }
}

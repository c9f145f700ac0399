//! To SQL_C_BINARY, and bytea to every C type it goes to.
//!
//! Source: ODBC reference, "SQL to C: Binary": as characters every byte is two hexadecimal digits, without a prefix.
//! Characters as SQL_C_BINARY are their UTF-8 bytes, without a terminator.

use super::super::buffer::Destination;
use super::super::converter::{Convert, Converted, Converter, Scratch, Warning};
use super::super::fault::Fault;
use super::super::options::{ConvertOptions, WideUnit};
use super::character;
use super::report;
use super::source::{ByteaBinary, ByteaText, Text};
use crate::diag::Result;
use crate::odbc::types::{SQL_C_BINARY, SQL_C_CHAR, SQL_C_WCHAR};

/// SQL_C_BINARY from a text.
pub(in super::super) fn pick_text<S: Text>(target: i16, _: &ConvertOptions) -> Option<Convert> {
    (target == SQL_C_BINARY).then_some(text::<S> as Convert)
}

/// From a bytea in binary format.
pub(in super::super) fn pick_bytes(target: i16, options: &ConvertOptions) -> Option<Convert> {
    match target {
        SQL_C_BINARY => Some(bytes),
        _ => pick_digits::<ByteaBinary>(target, options),
    }
}

/// From a bytea in text format.
pub(in super::super) fn pick_hexadecimal(target: i16, options: &ConvertOptions) -> Option<Convert> {
    match target {
        SQL_C_BINARY => Some(hexadecimal),
        _ => pick_digits::<ByteaText>(target, options),
    }
}

/// A bytea as hexadecimal digits, which are ASCII in every narrow encoding.
fn pick_digits<S: Digits>(target: i16, options: &ConvertOptions) -> Option<Convert> {
    match (target, options.wide) {
        (SQL_C_CHAR, _) => Some(digits::<S, 1>),
        (SQL_C_WCHAR, WideUnit::Utf16) => Some(digits::<S, 2>),
        (SQL_C_WCHAR, WideUnit::Utf32) => Some(digits::<S, 4>),
        _ => None,
    }
}

/// Hexadecimal digits by their place, so that a piece costs no more than its own length.
trait Digits: Text {
    /// None where the digits cannot be taken by place: they are then rendered as a whole.
    fn count(value: &[u8]) -> Option<usize>;
    fn digit(value: &[u8], at: usize) -> u8;
}

impl Digits for ByteaBinary {
    fn count(value: &[u8]) -> Option<usize> {
        Some(2 * value.len())
    }
    fn digit(value: &[u8], at: usize) -> u8 {
        let byte = value[at / 2];
        HEXADECIMAL[usize::from(if at.is_multiple_of(2) { byte >> 4 } else { byte & 15 })]
    }
}

impl Digits for ByteaText {
    fn count(value: &[u8]) -> Option<usize> {
        value.strip_prefix(b"\\x").map(<[u8]>::len)
    }
    fn digit(value: &[u8], at: usize) -> u8 {
        value[at + 2].to_ascii_uppercase()
    }
}

/// `progress`: digits delivered.
fn digits<S: Digits, const UNIT: usize>(
    converter: &Converter,
    value: &[u8],
    destination: Destination,
    progress: u64,
    _: &mut Scratch,
) -> Result<Converted> {
    match S::count(value) {
        Some(count) => Ok(deliver_digits::<S, UNIT>(converter, value, count, destination, progress)),
        // The escape format: its bytes first, then as if they had come in binary.
        None => {
            let bytes = decode_escape(value).map_err(|fault| report::<S>(fault, value, converter))?;
            Ok(deliver_digits::<ByteaBinary, UNIT>(converter, &bytes, 2 * bytes.len(), destination, progress))
        }
    }
}

fn deliver_digits<S: Digits, const UNIT: usize>(
    converter: &Converter,
    value: &[u8],
    count: usize,
    destination: Destination,
    progress: u64,
) -> Converted {
    let total = match converter.options.max_length {
        0 => count,
        limit => count.min(limit.saturating_mul(2)),
    };
    let offset = usize::try_from(progress).unwrap_or(usize::MAX).min(total);
    let room = if destination.address.is_null() { 0 } else { (destination.capacity / UNIT).saturating_sub(1) };
    let length = (total - offset).min(room);
    for (at, unit) in destination.window(length * UNIT).chunks_exact_mut(UNIT).enumerate() {
        let digit = S::digit(value, offset + at);
        for (index, byte) in unit.iter_mut().enumerate() {
            let place = if cfg!(target_endian = "little") { 0 } else { UNIT - 1 };
            byte.write(if index == place { digit } else { 0 });
        }
    }
    destination.terminate(length * UNIT, UNIT);
    let complete = offset + length == total && destination.capacity >= UNIT;
    Converted {
        indicator: ((total - offset) * UNIT) as isize,
        warning: (!complete).then_some(Warning::StringTruncated),
        progress: (offset + length) as u64,
        complete,
    }
}

/// Delivers bytes from an offset on.
fn deliver(bytes: &[u8], destination: Destination, progress: u64) -> Converted {
    let offset = usize::try_from(progress).unwrap_or(usize::MAX).min(bytes.len());
    let rest = &bytes[offset..];
    let length = if destination.address.is_null() { 0 } else { rest.len().min(destination.capacity) };
    destination.copy(&rest[..length]);
    let complete = length == rest.len();
    Converted {
        indicator: rest.len() as isize,
        warning: (!complete).then_some(Warning::StringTruncated),
        progress: (offset + length) as u64,
        complete,
    }
}

fn limit(length: usize, options: &ConvertOptions) -> usize {
    if options.max_length == 0 { length } else { length.min(options.max_length) }
}

fn bytes(
    converter: &Converter,
    value: &[u8],
    destination: Destination,
    progress: u64,
    _: &mut Scratch,
) -> Result<Converted> {
    Ok(deliver(&value[..limit(value.len(), &converter.options)], destination, progress))
}

fn text<S: Text>(
    converter: &Converter,
    value: &[u8],
    destination: Destination,
    progress: u64,
    scratch: &mut Scratch,
) -> Result<Converted> {
    match S::text(value, &mut scratch.bytes) {
        Ok(text) => Ok(deliver(character::limited(text, &converter.options), destination, progress)),
        Err(fault) => Err(report::<S>(fault, value, converter)),
    }
}

fn hexadecimal(
    converter: &Converter,
    value: &[u8],
    destination: Destination,
    progress: u64,
    scratch: &mut Scratch,
) -> Result<Converted> {
    let Some(digits) = value.strip_prefix(b"\\x") else {
        let bytes = decode_escape(value).map_err(|fault| report::<ByteaText>(fault, value, converter))?;
        return Ok(deliver(&bytes[..limit(bytes.len(), &converter.options)], destination, progress));
    };
    let total = limit(digits.len() / 2, &converter.options);
    let offset = usize::try_from(progress).unwrap_or(usize::MAX).min(total);
    let room = if destination.address.is_null() { 0 } else { destination.capacity };
    let length = (total - offset).min(room);
    // Only the digits of this piece are decoded.
    scratch.bytes.clear();
    for pair in digits[2 * offset..2 * (offset + length)].chunks_exact(2) {
        let digit = |byte: u8| (byte as char).to_digit(16);
        let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else {
            return Err(report::<ByteaText>(Fault::Malformed, value, converter));
        };
        scratch.bytes.push((high * 16 + low) as u8);
    }
    if !digits.len().is_multiple_of(2) {
        return Err(report::<ByteaText>(Fault::Malformed, value, converter));
    }
    let piece = deliver(&scratch.bytes, destination, 0);
    let complete = piece.complete && offset + length == total;
    Ok(Converted {
        indicator: (total - offset) as isize,
        warning: (!complete).then_some(Warning::StringTruncated),
        progress: (offset + length) as u64,
        complete,
    })
}

/// "SQL to C: Binary" shows capital letters.
const HEXADECIMAL: &[u8; 16] = b"0123456789ABCDEF";

/// Appends two hexadecimal digits for every byte.
pub(super) fn write_hexadecimal(bytes: &[u8], out: &mut Vec<u8>) {
    out.reserve(2 * bytes.len());
    for byte in bytes {
        out.extend([byte >> 4, byte & 15].map(|digit| HEXADECIMAL[usize::from(digit)]));
    }
}

/// A bytea as `bytea_output = escape` writes it: `\\` and `\ooo`, other bytes as they are.
pub(super) fn decode_escape(text: &[u8]) -> std::result::Result<Vec<u8>, Fault> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = match (first, tail) {
            (b'\\', [b'\\', tail @ ..]) => {
                bytes.push(b'\\');
                tail
            }
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', tail @ ..]) => {
                bytes.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                tail
            }
            (b'\\', _) => return Err(Fault::Malformed),
            (byte, tail) => {
                bytes.push(*byte);
                tail
            }
        };
    }
    Ok(bytes)
}

//! To SQL_C_BINARY, and bytea to every C type it goes to.
//!
//! Source: ODBC reference, "SQL to C: Binary": as characters every byte is two hexadecimal digits, without a prefix.
//! Characters as SQL_C_BINARY are their UTF-8 bytes, without a terminator.

use super::super::buffer::Destination;
use super::super::converter::{Convert, Converted, Converter, Scratch, Warning};
use super::super::fault::Fault;
use super::super::options::ConvertOptions;
use super::character;
use super::report;
use super::source::{ByteaText, Text};
use crate::diag::Result;
use crate::odbc::types::SQL_C_BINARY;

/// SQL_C_BINARY from a text.
pub(in super::super) fn pick_text<S: Text>(target: i16, _: &ConvertOptions) -> Option<Convert> {
    (target == SQL_C_BINARY).then_some(text::<S> as Convert)
}

/// SQL_C_BINARY from a bytea in binary format.
pub(in super::super) fn pick_bytes(target: i16, _: &ConvertOptions) -> Option<Convert> {
    (target == SQL_C_BINARY).then_some(bytes as Convert)
}

/// SQL_C_BINARY from a bytea in text format.
pub(in super::super) fn pick_hexadecimal(target: i16, _: &ConvertOptions) -> Option<Convert> {
    (target == SQL_C_BINARY).then_some(hexadecimal as Convert)
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
    if digits.len() % 2 != 0 {
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

/// Appends two hexadecimal digits for every byte ("SQL to C: Binary" shows capital letters).
pub(super) fn write_hexadecimal(bytes: &[u8], out: &mut Vec<u8>) {
    out.reserve(2 * bytes.len());
    for byte in bytes {
        out.extend([byte >> 4, byte & 15].map(|digit| b"0123456789ABCDEF"[usize::from(digit)]));
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

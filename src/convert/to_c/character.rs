//! To SQL_C_CHAR and SQL_C_WCHAR: whole or in pieces, cut only at whole characters, always terminated.
//!
//! `progress` of a text: the offset in the UTF-8 text in its low half; for encodings other than UTF-8 the units still to
//! come in its high half, so that the length need not be counted again for every piece (the server's values are below
//! 2 GB). Invalid UTF-8 (a SQL_ASCII database) goes unchanged to narrow UTF-8 applications and is 22018 otherwise. A
//! character that the narrow encoding lacks is 22018 as well: the reference has no warning for a substituted character.

use std::mem::MaybeUninit;

use encoding_rs::{EncoderResult, Encoding};

use super::super::buffer::Destination;
use super::super::converter::{Convert, Converted, Converter, Scratch, Warning};
use super::super::fault::Fault;
use super::super::options::{ConvertOptions, WideUnit};
use super::report;
use super::source::Text;
use crate::diag::Result;
use crate::odbc::types::{SQL_C_CHAR, SQL_C_WCHAR};

/// The functions for characters.
pub(in super::super) fn pick<S: Text>(target: i16, options: &ConvertOptions) -> Option<Convert> {
    match (target, options.wide) {
        (SQL_C_CHAR, _) if options.narrow == encoding_rs::UTF_8 => Some(utf8::<S>),
        (SQL_C_CHAR, _) => Some(units::<S, Narrow>),
        (SQL_C_WCHAR, WideUnit::Utf16) => Some(units::<S, Utf16>),
        (SQL_C_WCHAR, WideUnit::Utf32) => Some(units::<S, Utf32>),
        _ => None,
    }
}

/// The text that is to be delivered: all, or what SQL_ATTR_MAX_LENGTH leaves of it.
#[inline]
pub(super) fn limited<'a>(text: &'a [u8], options: &ConvertOptions) -> &'a [u8] {
    if options.max_length == 0 || text.len() <= options.max_length {
        text
    } else {
        &text[..floor_boundary(text, options.max_length)]
    }
}

/// The greatest cut at or before `at` that splits no UTF-8 character.
fn floor_boundary(text: &[u8], at: usize) -> usize {
    let mut cut = at;
    // A character has at most three bytes after its first; more are no UTF-8 and may be cut anywhere.
    while cut > 0 && at - cut < 4 && text.get(cut).is_some_and(|byte| byte & 0xC0 == 0x80) {
        cut -= 1;
    }
    if at - cut >= 4 { at } else { cut }
}

fn utf8<S: Text>(
    converter: &Converter,
    value: &[u8],
    destination: Destination,
    progress: u64,
    scratch: &mut Scratch,
) -> Result<Converted> {
    let text = match S::text(value, &mut scratch.bytes) {
        Ok(text) => limited(text, &converter.options),
        Err(fault) => return Err(report::<S>(fault, value, converter)),
    };
    let offset = usize::try_from(progress).unwrap_or(usize::MAX).min(text.len());
    let rest = &text[offset..];
    let indicator = rest.len() as isize;
    if rest.len() < destination.capacity {
        destination.copy(rest);
        destination.terminate(rest.len(), 1);
        return Ok(Converted { indicator, warning: None, progress: text.len() as u64, complete: true });
    }
    if !converter.options.in_pieces && destination.capacity > 0 && destination.capacity <= S::indivisible(text) {
        return Err(report::<S>(Fault::OutOfRange, value, converter));
    }
    let cut = floor_boundary(rest, destination.capacity.saturating_sub(1));
    destination.copy(&rest[..cut]);
    destination.terminate(cut, 1);
    // An empty value without room for its terminator is truncated by nothing but that.
    Ok(Converted {
        indicator,
        warning: Some(Warning::StringTruncated),
        progress: (offset + cut) as u64,
        complete: false,
    })
}

/// An encoding in units of one size.
trait Units {
    fn unit(options: &ConvertOptions) -> usize;
    /// Bytes that the text takes; None if a character cannot be encoded.
    fn length(text: &str, options: &ConvertOptions) -> Option<usize>;
    /// Encodes what fits of the text; answers with bytes read and bytes written.
    fn encode(text: &str, window: &mut [MaybeUninit<u8>], options: &ConvertOptions) -> (usize, usize);
}

fn units<S: Text, U: Units>(
    converter: &Converter,
    value: &[u8],
    destination: Destination,
    progress: u64,
    scratch: &mut Scratch,
) -> Result<Converted> {
    let options = &converter.options;
    let text = match S::text(value, &mut scratch.bytes) {
        Ok(text) => limited(text, options),
        Err(fault) => return Err(report::<S>(fault, value, converter)),
    };
    let unit = U::unit(options);
    let offset = (progress as u32 as usize).min(text.len());
    let rest = &text[offset..];
    let room = destination.capacity.saturating_sub(unit) / unit * unit;
    let total = if progress == 0 {
        std::str::from_utf8(rest).ok().and_then(|text| U::length(text, options))
    } else {
        Some((progress >> 32) as usize * unit)
    };
    let Some(total) = total else {
        return Err(report::<S>(Fault::NotEncodable, value, converter));
    };
    if !options.in_pieces && total > room && destination.capacity > 0 && room / unit < S::indivisible(text) {
        return Err(report::<S>(Fault::OutOfRange, value, converter));
    }
    // Validated as a whole with the first piece: later pieces look only at what can fit.
    let near = &rest[..floor_boundary(rest, rest.len().min(room.saturating_mul(4)))];
    let Ok(near) = std::str::from_utf8(near) else {
        return Err(report::<S>(Fault::NotEncodable, value, converter));
    };
    let (read, written) =
        if destination.address.is_null() { (0, 0) } else { U::encode(near, destination.window(room), options) };
    destination.terminate(written, unit);
    let complete = read == rest.len() && destination.capacity >= unit;
    let left = ((total - written.min(total)) / unit) as u64;
    Ok(Converted {
        indicator: total as isize,
        warning: (!complete).then_some(Warning::StringTruncated),
        progress: left << 32 | (offset + read) as u64,
        complete,
    })
}

struct Utf16;

impl Units for Utf16 {
    fn unit(_: &ConvertOptions) -> usize {
        2
    }

    fn length(text: &str, _: &ConvertOptions) -> Option<usize> {
        // A unit for every character, one more for those of four bytes.
        let units: usize = text.bytes().map(|byte| usize::from(byte & 0xC0 != 0x80) + usize::from(byte >= 0xF0)).sum();
        Some(2 * units)
    }

    fn encode(text: &str, window: &mut [MaybeUninit<u8>], _: &ConvertOptions) -> (usize, usize) {
        encode_wide(
            text,
            window,
            |character, units: &mut [u16; 2]| character.encode_utf16(units).len(),
            u16::to_ne_bytes,
        )
    }
}

struct Utf32;

impl Units for Utf32 {
    fn unit(_: &ConvertOptions) -> usize {
        4
    }

    fn length(text: &str, _: &ConvertOptions) -> Option<usize> {
        Some(4 * text.bytes().filter(|byte| byte & 0xC0 != 0x80).count())
    }

    fn encode(text: &str, window: &mut [MaybeUninit<u8>], _: &ConvertOptions) -> (usize, usize) {
        let one = |character: char, units: &mut [u32; 2]| {
            units[0] = u32::from(character);
            1
        };
        encode_wide(text, window, one, u32::to_ne_bytes)
    }
}

/// Writes text in wide units: runs of ASCII in a tight loop, other characters one by one.
fn encode_wide<T: Copy + Default + From<u8>, const SIZE: usize>(
    text: &str,
    window: &mut [MaybeUninit<u8>],
    encode: impl Fn(char, &mut [T; 2]) -> usize,
    bytes: impl Fn(T) -> [u8; SIZE],
) -> (usize, usize) {
    let (mut read, mut written) = (0, 0);
    loop {
        let room = &mut window[written..];
        let mut ascii = 0;
        for (byte, unit) in text.as_bytes()[read..].iter().zip(room.chunks_exact_mut(SIZE)) {
            if !byte.is_ascii() {
                break;
            }
            for (target, source) in unit.iter_mut().zip(bytes(T::from(*byte))) {
                target.write(source);
            }
            ascii += 1;
        }
        read += ascii;
        written += ascii * SIZE;
        let Some(character) = text[read..].chars().next() else { break };
        let mut units = [T::default(); 2];
        let count = encode(character, &mut units);
        let Some(room) = window.get_mut(written..written + count * SIZE) else { break };
        for (target, unit) in room.chunks_exact_mut(SIZE).zip(units) {
            for (target, source) in target.iter_mut().zip(bytes(unit)) {
                target.write(source);
            }
        }
        read += character.len_utf8();
        written += count * SIZE;
    }
    (read, written)
}

/// An encoding of encoding_rs.
struct Narrow;

impl Units for Narrow {
    fn unit(_: &ConvertOptions) -> usize {
        1
    }

    fn length(text: &str, options: &ConvertOptions) -> Option<usize> {
        let mut total = 0;
        for character in text.chars() {
            total += encode_character(character, options.narrow)?.1;
        }
        Some(total)
    }

    fn encode(text: &str, window: &mut [MaybeUninit<u8>], options: &ConvertOptions) -> (usize, usize) {
        let (mut read, mut written) = (0, 0);
        for character in text.chars() {
            let Some((bytes, length)) = encode_character(character, options.narrow) else { break };
            let Some(room) = window.get_mut(written..written + length) else { break };
            for (target, source) in room.iter_mut().zip(bytes) {
                target.write(source);
            }
            read += character.len_utf8();
            written += length;
        }
        (read, written)
    }
}

/// One character in a narrow encoding, complete in itself; None if the encoding lacks it.
fn encode_character(character: char, encoding: &'static Encoding) -> Option<([u8; 16], usize)> {
    let mut bytes = [0u8; 16];
    if character.is_ascii() && encoding.is_ascii_compatible() {
        bytes[0] = character as u8;
        return Some((bytes, 1));
    }
    let mut utf8 = [0u8; 4];
    let text = character.encode_utf8(&mut utf8);
    match encoding.new_encoder().encode_from_utf8_without_replacement(text, &mut bytes, true) {
        (EncoderResult::InputEmpty, _, length) => Some((bytes, length)),
        _ => None,
    }
}

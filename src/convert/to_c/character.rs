//! To SQL_C_CHAR and SQL_C_WCHAR: whole or in pieces, always terminated.
//!
//! A bound column's value that does not fit is cut at a whole character. A piece (SQLGetData) fills its buffer, also if a
//! character is divided by that: applications take a piece to be as long as their buffer (pyodbc computes what is left from
//! it; a shorter piece gives it a NUL inside of the text, and may make it ask for ever). With WholeCharacters only a buffer
//! that is smaller than a character divides one, which would never get on otherwise.
//!
//! `progress` of a text: the offset in the UTF-8 text in its lowest 30 bits (the server's values are below 1 GB); for
//! encodings other than UTF-8, in the two bits above it, the units of the character there that have been delivered
//! already, and in its high half the units still to come, so that they need not be counted again for every piece. Invalid UTF-8 (a SQL_ASCII database) goes unchanged to narrow UTF-8 applications and is 22018 otherwise. A
//! character that the narrow encoding lacks is 22018 as well: the reference has no warning for a substituted character.

use super::super::buffer::Destination;
use super::super::converter::{Convert, Converted, Converter, Scratch};
use super::super::fault::Fault;
use super::super::options::{ConvertOptions, WideUnit};
use super::report;
use super::source::Text;
use crate::diag::Result;
use crate::odbc::types::{SQL_C_CHAR, SQL_C_WCHAR};

/// The functions for characters.
pub(in super::super) fn pick<S: Text>(target: i16, options: &ConvertOptions) -> Option<Convert> {
    match (target, options.wide) {
        (SQL_C_CHAR, _) if options.narrow.is_utf_8() => Some(utf8::<S>),
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
    if rest.len() < destination.room() {
        destination.copy(rest);
        destination.terminate(rest.len(), 1);
        return Ok(Converted { indicator, warning: None, progress: text.len() as u64, complete: true });
    }
    if !converter.options.in_pieces && (1..=S::indivisible(text)).contains(&destination.room()) {
        return Err(report::<S>(Fault::BufferTooShort, value, converter));
    }
    let room = destination.room().saturating_sub(1);
    let cut = match floor_boundary(rest, room) {
        cut if !converter.options.in_pieces || converter.options.whole_characters && cut > 0 => cut,
        _ => room,
    };
    destination.copy(&rest[..cut]);
    destination.terminate(cut, 1);
    // Also where nothing but the terminator of an empty value has no room.
    Ok(Converted { indicator, warning: destination.truncated(false), progress: (offset + cut) as u64, complete: false })
}

/// An encoding in units of one size.
trait Units {
    /// Bytes of a unit.
    const SIZE: usize;
    /// A unit is an integer that is the character's number where that is ASCII.
    const IS_WIDE: bool;
    /// Bytes that a text of so many UTF-8 bytes takes at most.
    fn at_most(length: usize) -> usize {
        length * Self::SIZE
    }
    /// Bytes that the text takes; None if a character cannot be encoded.
    fn length(text: &str, options: &ConvertOptions) -> Option<usize>;
    /// One character in native byte order, and how many bytes it takes; None if it cannot be encoded.
    fn character(character: char, options: &ConvertOptions) -> Option<([u8; 16], usize)>;
    /// Encodes what fits into `room` bytes; answers with bytes read and bytes written, None if a character cannot be
    /// encoded.
    fn encode(
        text: &str,
        destination: Destination,
        room: usize,
        units: &mut Vec<u16>,
        options: &ConvertOptions,
    ) -> Option<(usize, usize)>;
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
    let room = destination.room().saturating_sub(U::SIZE);
    let not_encodable = || report::<S>(Fault::NotEncodable, value, converter);
    let (offset, delivered, total) = if progress == 0 {
        if U::IS_WIDE && U::at_most(text.len()) <= room && destination.room() >= U::SIZE && text.is_ascii() {
            let written = destination.widen(text, U::SIZE);
            destination.terminate(written, U::SIZE);
            let progress = text.len() as u64;
            return Ok(Converted { indicator: written as isize, warning: None, progress, complete: true });
        }
        let Ok(text) = std::str::from_utf8(text) else { return Err(not_encodable()) };
        if U::at_most(text.len()) <= room && destination.room() >= U::SIZE {
            // The usual case: all of it fits, and need not be counted before.
            let encoded = U::encode(text, destination, room, &mut scratch.units, options);
            let Some((read, written)) = encoded.filter(|encoded| encoded.0 == text.len()) else {
                return Err(not_encodable());
            };
            destination.terminate(written, U::SIZE);
            return Ok(Converted { indicator: written as isize, warning: None, progress: read as u64, complete: true });
        }
        let Some(total) = U::length(text, options) else { return Err(not_encodable()) };
        (0, 0, total)
    } else {
        let offset = (progress as usize & OFFSET).min(text.len());
        (offset, (progress >> OFFSET_BITS) as usize & 3, (progress >> 32) as usize * U::SIZE)
    };
    let whole_units = destination.capacity.saturating_sub(U::SIZE) / U::SIZE;
    if !options.in_pieces && total > room && destination.room() > 0 && whole_units < S::indivisible(text) {
        return Err(report::<S>(Fault::BufferTooShort, value, converter));
    }
    // Validated as a whole with the first piece: later pieces look only at what can fit.
    let rest = &text[offset..];
    let near = &rest[..floor_boundary(rest, rest.len().min(room.saturating_mul(4).saturating_add(4)))];
    let Ok(near) = std::str::from_utf8(near) else { return Err(not_encodable()) };
    let Some(piece) = piece::<U>(near, delivered, destination, room, &mut scratch.units, options) else {
        return Err(not_encodable());
    };
    destination.terminate(piece.written, U::SIZE);
    let complete = piece.read == rest.len() && piece.delivered == 0 && destination.room() >= U::SIZE;
    let left = (total.saturating_sub(piece.written) / U::SIZE) as u64;
    Ok(Converted {
        indicator: total as isize,
        warning: destination.truncated(complete),
        progress: left << 32 | (piece.delivered as u64) << OFFSET_BITS | (offset + piece.read) as u64,
        complete,
    })
}

const OFFSET_BITS: u32 = 30;
const OFFSET: usize = (1 << OFFSET_BITS) - 1;

/// What a piece has come to.
struct Piece {
    /// UTF-8 bytes of the characters that are delivered wholly now.
    read: usize,
    /// Units delivered of the character after them.
    delivered: usize,
    /// Bytes.
    written: usize,
}

/// Delivers what fits into `room` bytes, beginning behind the first `delivered` units of the first character. A piece is
/// filled with a part of the next character; a value that is bound is not. None if a character cannot be encoded.
fn piece<U: Units>(
    text: &str,
    delivered: usize,
    destination: Destination,
    room: usize,
    units: &mut Vec<u16>,
    options: &ConvertOptions,
) -> Option<Piece> {
    let (mut read, mut written) = (0, 0);
    let first = text.chars().next().filter(|_| delivered > 0);
    if let Some(character) = first {
        let (bytes, length) = U::character(character, options)?;
        let pending = bytes[..length].get(delivered * U::SIZE..)?;
        if pending.len() > room {
            let part = room / U::SIZE;
            destination.copy_units(0, &pending[..part * U::SIZE]);
            return Some(Piece { read: 0, delivered: delivered + part, written: part * U::SIZE });
        }
        destination.copy_units(0, pending);
        (read, written) = (character.len_utf8(), pending.len());
    }
    let encoded = U::encode(&text[read..], destination.after(written), room - written, units, options)?;
    (read, written) = (read + encoded.0, written + encoded.1);
    let mut delivered = 0;
    let may_divide = options.in_pieces && !(options.whole_characters && written > 0);
    if let Some(character) = text[read..].chars().next().filter(|_| may_divide) {
        let (bytes, length) = U::character(character, options)?;
        // Two bits count what has been delivered: of a longer character nothing is, unless it would never fit.
        let part = ((room - written) / U::SIZE).min(length / U::SIZE).min(3);
        destination.copy_units(written, &bytes[..part * U::SIZE]);
        (delivered, written) = (part, written + part * U::SIZE);
    }
    Some(Piece { read, delivered, written })
}

struct Utf16;

impl Units for Utf16 {
    const SIZE: usize = 2;
    const IS_WIDE: bool = true;

    fn length(text: &str, _: &ConvertOptions) -> Option<usize> {
        // A unit for every character, one more for those of four bytes.
        let units: usize = text.bytes().map(|byte| usize::from(byte & 0xC0 != 0x80) + usize::from(byte >= 0xF0)).sum();
        Some(2 * units)
    }

    fn character(character: char, _: &ConvertOptions) -> Option<([u8; 16], usize)> {
        bytes_of(character.encode_utf16(&mut [0; 2]).iter().map(|unit| unit.to_ne_bytes()))
    }

    fn encode(
        text: &str,
        destination: Destination,
        room: usize,
        units: &mut Vec<u16>,
        _: &ConvertOptions,
    ) -> Option<(usize, usize)> {
        let fitting = &text[..fitting_utf16(text, room / 2)];
        if units.len() < CHUNK {
            units.resize(CHUNK, 0);
        }
        let (mut read, mut written) = (0, 0);
        while read < fitting.len() {
            // The buffer is the application's own and may have any alignment: over the driver's memory, by chunks.
            let end = floor_boundary(fitting.as_bytes(), fitting.len().min(read + CHUNK));
            let count = encoding_rs::mem::convert_str_to_utf16(&fitting[read..end], units);
            destination.copy_units(written, &units[..count]);
            read = end;
            written += 2 * count;
        }
        Some((read, written))
    }
}

/// A character's units as bytes.
fn bytes_of<const SIZE: usize>(units: impl IntoIterator<Item = [u8; SIZE]>) -> Option<([u8; 16], usize)> {
    let mut bytes = [0; 16];
    let mut length = 0;
    for unit in units {
        bytes.get_mut(length..length + SIZE)?.copy_from_slice(&unit);
        length += SIZE;
    }
    Some((bytes, length))
}

/// UTF-8 bytes that are encoded at a time.
const CHUNK: usize = 2048;

/// How much of a text takes at most so many UTF-16 units.
fn fitting_utf16(text: &str, units: usize) -> usize {
    if text.len() <= units {
        return text.len();
    }
    let mut left = units;
    for (at, character) in text.char_indices() {
        if character.len_utf16() > left {
            return at;
        }
        left -= character.len_utf16();
    }
    text.len()
}

struct Utf32;

impl Units for Utf32 {
    const SIZE: usize = 4;
    const IS_WIDE: bool = true;

    fn length(text: &str, _: &ConvertOptions) -> Option<usize> {
        Some(4 * text.bytes().filter(|byte| byte & 0xC0 != 0x80).count())
    }

    fn character(character: char, _: &ConvertOptions) -> Option<([u8; 16], usize)> {
        bytes_of([u32::from(character).to_ne_bytes()])
    }

    fn encode(
        text: &str,
        destination: Destination,
        room: usize,
        _: &mut Vec<u16>,
        _: &ConvertOptions,
    ) -> Option<(usize, usize)> {
        let (mut read, mut written) = (0, 0);
        let mut chunk = [0u32; 64];
        let mut characters = text.chars().take(room / 4);
        loop {
            let mut count = 0;
            for (unit, character) in chunk.iter_mut().zip(&mut characters) {
                *unit = character.into();
                read += character.len_utf8();
                count += 1;
            }
            destination.copy_units(written, &chunk[..count]);
            written += 4 * count;
            if count < chunk.len() {
                return Some((read, written));
            }
        }
    }
}

/// Any other encoding of narrow text.
struct Narrow;

impl Units for Narrow {
    const SIZE: usize = 1;
    const IS_WIDE: bool = false;

    /// No encoding takes more than four bytes for a character, or two for one of two UTF-8 bytes; escape sequences of
    /// ISO-2022-JP come to eight.
    fn at_most(length: usize) -> usize {
        length.saturating_mul(8)
    }

    fn length(text: &str, options: &ConvertOptions) -> Option<usize> {
        let mut total = 0;
        for character in text.chars() {
            total += options.narrow.encode(character)?.1;
        }
        Some(total)
    }

    fn character(character: char, options: &ConvertOptions) -> Option<([u8; 16], usize)> {
        options.narrow.encode(character)
    }

    fn encode(
        text: &str,
        destination: Destination,
        room: usize,
        _: &mut Vec<u16>,
        options: &ConvertOptions,
    ) -> Option<(usize, usize)> {
        let (mut read, mut written) = (0, 0);
        for character in text.chars() {
            let (bytes, length) = options.narrow.encode(character)?;
            if written + length > room {
                break;
            }
            destination.copy_units(written, &bytes[..length]);
            read += character.len_utf8();
            written += length;
        }
        Some((read, written))
    }
}

//! Any bytes as the value of any server type, read as any C type: nothing outside of the application's buffer is touched,
//! and reading in pieces brings the bytes that reading at once does.

use arbitrary::{Result, Unstructured};
use pgodbc::convert::*;
use pgodbc::odbc::types::*;

/// What the application's memory holds before and around its buffer.
const UNTOUCHED: u8 = 0xa5;
const AROUND: usize = 32;

pub fn check(data: &[u8]) {
    // Too few bytes to say what is meant: nothing to check.
    let _ = read(Unstructured::new(data));
}

fn read(mut data: Unstructured<'_>) -> Result<()> {
    let oid = data.choose(SERVER_TYPES)?.oid;
    let c_type = *data.choose(C_TYPES)?;
    let format = if data.ratio(1, 2)? { Format::Binary } else { Format::Text };
    let modifier = if data.ratio(1, 4)? { data.arbitrary()? } else { -1 };
    let options = ConvertOptions {
        wide: if data.ratio(1, 2)? { WideUnit::Utf16 } else { WideUnit::Utf32 },
        narrow: if data.ratio(3, 4)? { encoding("UTF-8") } else { encoding("windows-1252") },
        numeric: NumericTarget { precision: data.int_in_range(1..=38)?, scale: data.int_in_range(-10..=38)? },
        interval: IntervalTarget {
            seconds_precision: data.int_in_range(0..=9)?,
            leading_precision: data.int_in_range(0..=10)?,
        },
        max_length: if data.ratio(1, 8)? { data.int_in_range(0..=40)? } else { 0 },
        in_pieces: data.arbitrary()?,
        true_is_minus_one: data.arbitrary()?,
        line_feeds: data.arbitrary()?,
        ..ConvertOptions::default()
    };
    let capacity = data.int_in_range(0..=80)?;
    let value = data.take_rest();
    let Ok(converter) = converter(ColumnType { oid, modifier, format }, c_type.code, &options) else { return Ok(()) };

    let mut scratch = Scratch::default();
    if let Some(size) = converter.fixed_size() {
        piece(&converter, value, size, 0, &mut scratch);
    } else if options.in_pieces {
        in_pieces(&converter, c_type.code, options.wide, value, capacity, &mut scratch);
    } else {
        piece(&converter, value, capacity, 0, &mut scratch);
    }
    Ok(())
}

fn encoding(name: &str) -> pgodbc::config::NarrowEncoding {
    pgodbc::config::encoding_by_name(name).expect("a known encoding")
}

/// One conversion into a buffer of exactly `capacity` bytes; what it wrote, if it succeeded.
fn piece(
    converter: &Converter,
    value: &[u8],
    capacity: usize,
    progress: u64,
    scratch: &mut Scratch,
) -> Option<(Converted, Vec<u8>)> {
    let mut memory = vec![UNTOUCHED; AROUND + capacity + AROUND];
    let destination = Destination { address: memory[AROUND..].as_mut_ptr(), capacity };
    let converted = converter.convert(value, destination, progress, scratch);
    let (before, rest) = memory.split_at(AROUND);
    let (buffer, after) = rest.split_at(capacity);
    assert!(before.iter().chain(after).all(|byte| *byte == UNTOUCHED), "memory outside of the buffer was written");
    let converted = converted.ok()?;
    assert!(converted.indicator >= -4, "a length of {}", converted.indicator);
    Some((converted, buffer.to_vec()))
}

/// Reads a value by pieces of `capacity` bytes and at once: the same bytes, and an indicator that counts down to nothing.
fn in_pieces(converter: &Converter, c_type: i16, wide: WideUnit, value: &[u8], capacity: usize, scratch: &mut Scratch) {
    let terminator = match c_type {
        SQL_C_CHAR => 1,
        SQL_C_WCHAR => wide.size(),
        _ => 0,
    };
    // Every byte may become a few, and a hundred suffice for what is made from a binary value.
    let room = value.len() * 16 + 70_000;
    let whole = piece(converter, value, room, 0, scratch);
    // A buffer without room for a unit of text brings nothing, and the application enlarges it.
    if capacity < terminator + terminator.max(1) {
        return;
    }
    let (mut read, mut progress) = (Vec::new(), 0);
    for _ in 0..=room {
        let Some((converted, buffer)) = piece(converter, value, capacity, progress, scratch) else {
            // Of a number, too few pieces' room for its whole digits may be an error; of all else the value itself is wrong.
            return;
        };
        let room_for_data = (capacity - terminator) / terminator.max(1) * terminator.max(1);
        let length = room_for_data.min(converted.indicator as usize);
        read.extend_from_slice(&buffer[..length]);
        if converted.complete {
            let (whole, buffer) = whole.expect("in pieces it can be read, at once it cannot");
            assert_eq!(read, buffer[..whole.indicator as usize], "in pieces of {capacity} other bytes than at once");
            return;
        }
        progress = converted.progress;
    }
    panic!("reading in pieces of {capacity} bytes does not end");
}

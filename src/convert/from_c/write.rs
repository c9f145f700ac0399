//! Writes a parameter's value as the server reads it.

use bytes::{BufMut, BytesMut};

use super::super::datetime::{Clock, Day, Moment};
use super::super::decimal::{Decimal, Whole, write_integer};
use super::super::fault::Fault;
use super::super::options::Format;
use super::super::server_type::Class;
use super::super::to_c::source::{Text, UuidBinary};
use super::super::{datetime, float};
use super::value::{ParameterFault, Value};
use super::{Encoder, interval_text, is_moment, moment_text, number_text};

/// Appends a value in the format that was chosen for the pair; tells whether a fraction was cut off.
pub(super) fn write(encoder: &Encoder, value: Value<'_>, out: &mut BytesMut) -> Result<bool, ParameterFault> {
    match (encoder.format, value) {
        (Format::Text, Value::Characters(text)) if encoder.options.line_feeds => {
            let mut text = BytesMut::from(text);
            remove_carriage_returns(&mut text);
            write_characters(encoder, &text, out).map(|()| false)
        }
        (Format::Text, Value::Characters(text)) => write_characters(encoder, text, out).map(|()| false),
        (Format::Text, Value::Moment(_)) => {
            let start = out.len();
            write_text(encoder.interval_field, value, out)?;
            moment_text::check(encoder.class, &out[start..]).map(|_| false)
        }
        (Format::Text, value) => write_text(encoder.interval_field, value, out).map(|()| false),
        (_, Value::Characters(digits)) if encoder.hexadecimal => write_hexadecimal(digits, out).map(|()| false),
        (_, Value::Characters(bytes) | Value::Bytes(bytes)) => {
            out.put_slice(bytes);
            Ok(false)
        }
        (_, Value::Moment(moment)) => write_moment(encoder, moment, out).map(|()| false),
        (_, Value::Guid(guid)) => {
            out.put_slice(&guid);
            Ok(false)
        }
        (_, Value::Interval(interval)) => {
            // "C to SQL: Day-time intervals": a field that the SQL type does not have.
            if encoder.interval.is_some_and(|code| !interval.is_held_by(code)) {
                return Err(ParameterFault::IntervalOverflow);
            }
            out.put_i64(interval.microseconds);
            out.put_i32(interval.days);
            out.put_i32(interval.months);
            Ok(false)
        }
        (_, value) => write_number(encoder.class, value, out),
    }
}

/// Text format: what the server reads as a literal. A plain number for an interval of one field is given that field's
/// name: the server would take it for seconds.
fn write_text(field: Option<&str>, value: Value<'_>, out: &mut BytesMut) -> Result<(), ParameterFault> {
    let mut text = Vec::new();
    match value {
        Value::Characters(characters) => return put_text(characters, out),
        Value::Bytes(bytes) => {
            std::str::from_utf8(bytes).map_err(|_| ParameterFault::Undecodable)?;
            return put_text(bytes, out);
        }
        Value::Numeric(number) => {
            return match field {
                Some(field) => interval_text::write_count(number, field, out),
                None => put_text(number, out),
            };
        }
        Value::Integer(number) => {
            match i64::try_from(number) {
                Ok(number) => write_integer(number, &mut text),
                Err(_) => text.extend_from_slice(number.to_string().as_bytes()),
            }
            out.put_slice(&text);
            put_field(field, out);
            return Ok(());
        }
        Value::Bit(bit) => text.push(b'0' + u8::from(bit)),
        Value::Single(number) => float::write(number, &mut text),
        Value::Double(number) => float::write(number, &mut text),
        Value::Moment(moment) => {
            moment.write(&mut text);
            if let Some(offset) = moment.offset {
                datetime::write_offset(offset, &mut text);
            }
        }
        Value::Guid(guid) => {
            let mut scratch = Vec::new();
            text.extend_from_slice(UuidBinary::text(&guid, &mut scratch).unwrap_or_default());
        }
        Value::Interval(interval) => interval.write(&mut text),
    }
    out.put_slice(&text);
    Ok(())
}

/// A text of the application's, with nothing in it that the server would drop without a word.
fn write_characters(encoder: &Encoder, text: &[u8], out: &mut BytesMut) -> Result<(), ParameterFault> {
    match encoder.interval {
        Some(code) => interval_text::write(code, text, out),
        None if number_text::is_read(encoder.class) => number_text::write(encoder.class, text, out),
        None => put_text(moment_text::check(encoder.class, text)?, out),
    }
}

fn put_field(field: Option<&str>, out: &mut BytesMut) {
    if let Some(field) = field {
        out.put_u8(b' ');
        out.put_slice(field.as_bytes());
    }
}

/// The server ends a text at a NUL, or refuses it with words that do not tell where it came from.
pub(super) fn put_text(text: &[u8], out: &mut BytesMut) -> Result<(), ParameterFault> {
    check_nul(text)?;
    out.put_slice(text);
    Ok(())
}

pub(super) fn check_nul(text: &[u8]) -> Result<(), ParameterFault> {
    if text.contains(&0) { Err(ParameterFault::Nul) } else { Ok(()) }
}

fn write_hexadecimal(digits: &[u8], out: &mut BytesMut) -> Result<(), ParameterFault> {
    // The server's own prefix is allowed.
    let digits = digits.strip_prefix(b"\\x").unwrap_or(digits);
    if !digits.len().is_multiple_of(2) {
        return Err(ParameterFault::NotHexadecimal);
    }
    for pair in digits.chunks_exact(2) {
        out.put_u8(byte_of_digits([pair[0], pair[1]])?);
    }
    Ok(())
}

/// The digits behind the first `done` bytes become their bytes in the memory that they are in; one without its pair stays
/// digit. Gives how many bytes are done now.
pub(super) fn bytes_of_digits(value: &mut BytesMut, done: usize) -> Result<usize, ParameterFault> {
    let pairs = (value.len() - done) / 2;
    for index in 0..pairs {
        let at = done + 2 * index;
        value[done + index] = byte_of_digits([value[at], value[at + 1]])?;
    }
    let left = value.len() - done - 2 * pairs;
    value.copy_within(done + 2 * pairs.., done + pairs);
    value.truncate(done + pairs + left);
    Ok(done + pairs)
}

fn byte_of_digits(digits: [u8; 2]) -> Result<u8, ParameterFault> {
    match digits.map(|digit| (digit as char).to_digit(16)) {
        [Some(high), Some(low)] => Ok((high * 16 + low) as u8),
        _ => Err(ParameterFault::NotHexadecimal),
    }
}

/// LFConversion: CR LF is a line feed to the server.
pub(super) fn remove_carriage_returns(text: &mut BytesMut) {
    let (mut kept, length) = (0, text.len());
    for at in 0..length {
        if text[at] != b'\r' || text.get(at + 1) != Some(&b'\n') {
            text[kept] = text[at];
            kept += 1;
        }
    }
    text.truncate(kept);
}

/// A text that has come in pieces: as one that has come whole. A long one stays where it is.
pub(super) fn finish_text(encoder: &Encoder, text: &mut BytesMut) -> Result<(), ParameterFault> {
    let is_read = encoder.interval.is_some() || number_text::is_read(encoder.class) || is_moment(encoder.class);
    if is_read {
        let whole = text.split();
        return write_characters(encoder, &whole, text);
    }
    check_nul(text)
}

/// Numbers in binary: exact, but for a fraction that an integer type cuts off.
fn write_number(class: Class, value: Value<'_>, out: &mut BytesMut) -> Result<bool, ParameterFault> {
    match (class, value) {
        (Class::Float8, Value::Double(number)) => out.put_f64(number),
        (Class::Float8, Value::Single(number)) => out.put_f64(number.into()),
        (Class::Float4, Value::Single(number)) => out.put_f32(number),
        (Class::Float4, Value::Double(number)) => {
            let single = float::single(number).map_err(|fault| refused(fault, &value))?;
            out.put_f32(single);
        }
        (class, value) => {
            let Whole { value: whole, fraction_lost, negative } = whole(&value)?;
            let out_of_range = || ParameterFault::OutOfRange(whole.to_string());
            match class {
                Class::Bool => out.put_u8(match whole {
                    0 | 1 if fraction_lost && !negative => return Err(ParameterFault::FractionLost(shown(&value))),
                    0 if !negative => 0,
                    1 => 1,
                    _ => return Err(out_of_range()),
                }),
                Class::Int2 => out.put_i16(whole.try_into().map_err(|_| out_of_range())?),
                Class::Int4 => out.put_i32(whole.try_into().map_err(|_| out_of_range())?),
                Class::Oid => out.put_u32(whole.try_into().map_err(|_| out_of_range())?),
                _ => out.put_i64(whole.try_into().map_err(|_| out_of_range())?),
            }
            return Ok(fraction_lost);
        }
    }
    Ok(false)
}

fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Single(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        Value::Numeric(text) => String::from_utf8_lossy(text).into_owned(),
        other => format!("{other:?}"),
    }
}

fn refused(fault: Fault, value: &Value<'_>) -> ParameterFault {
    match fault {
        Fault::NotANumber => ParameterFault::NotANumber(shown(value)),
        _ => ParameterFault::OutOfRange(shown(value)),
    }
}

/// The whole part of a number.
fn whole(value: &Value<'_>) -> Result<Whole, ParameterFault> {
    let float = |number: f64| float::whole(number).map_err(|fault| refused(fault, value));
    match *value {
        Value::Integer(number) => Ok(Whole { value: number, fraction_lost: false, negative: number < 0 }),
        Value::Bit(bit) => Ok(Whole::from(i64::from(bit))),
        Value::Single(number) => float(number.into()),
        Value::Double(number) => float(number),
        Value::Numeric(text) => Decimal::parse(text)
            .ok_or(Fault::NotANumber)
            .and_then(|decimal| decimal.whole())
            .map_err(|fault| refused(fault, value)),
        _ => Err(ParameterFault::NotANumber(shown(value))),
    }
}

/// Dates and times in binary. What would be cut off is 22008 ("C to SQL: Timestamp"); a date is its midnight, a time is
/// today's.
fn write_moment(encoder: &Encoder, moment: Moment, out: &mut BytesMut) -> Result<(), ParameterFault> {
    let cut = || {
        let mut text = Vec::new();
        moment.write(&mut text);
        ParameterFault::DateFraction(String::from_utf8_lossy(&text).into_owned())
    };
    let clock = moment.clock.unwrap_or_default();
    if !clock.nanosecond.is_multiple_of(1000) {
        return Err(cut());
    }
    let day: Day = moment.day.unwrap_or_else(|| datetime::today(&encoder.options));
    match encoder.class {
        Class::Date if clock != Clock::default() => return Err(cut()),
        Class::Date => out.put_i32(day.to_postgres() as i32),
        Class::Time => out.put_i64(clock.to_microseconds()),
        _ => {
            let local = day.to_postgres() * datetime::MICROSECONDS_A_DAY + clock.to_microseconds();
            out.put_i64(local - i64::from(moment.offset.unwrap_or(0)) * 1_000_000);
        }
    }
    Ok(())
}

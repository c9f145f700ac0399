//! Reads a parameter's value from the application's memory.

use odbc_sys::{Date, Guid, Numeric, Time, Timestamp};

use super::super::buffer::Source;
use super::super::c_type::{CType, SQL_C_SS_TIME2, SQL_C_SS_TIMESTAMPOFFSET};
use super::super::datetime::{Clock, Day, Moment};
use super::super::interval::Interval;
use super::super::numeric;
use super::super::options::{ConvertOptions, NumericTarget, WideUnit};
use super::super::to_c::moment::{Time2, TimestampOffset};
use super::value::{ParameterFault, Value};
use crate::odbc::types::*;
use crate::odbc::values::SQL_NTS;

/// Reads one value. Text is decoded into the scratch memory where it is not UTF-8 already.
pub(super) fn read<'a>(
    c_type: &CType,
    source: Source,
    options: &ConvertOptions,
    scratch: &'a mut Vec<u8>,
) -> Result<Value<'a>, ParameterFault> {
    macro_rules! integer {
        ($type:ty) => {
            Value::Integer(fixed::<$type>(source)?.into())
        };
    }
    Ok(match c_type.canonical {
        SQL_C_CHAR => Value::Characters(narrow(source, options, scratch)?),
        SQL_C_WCHAR => Value::Characters(wide(source, options, scratch)?),
        SQL_C_BINARY => Value::Bytes(bytes(source)?),
        SQL_C_SLONG => integer!(i32),
        SQL_C_ULONG => integer!(u32),
        SQL_C_SSHORT => integer!(i16),
        SQL_C_USHORT => integer!(u16),
        SQL_C_STINYINT => integer!(i8),
        SQL_C_UTINYINT => integer!(u8),
        SQL_C_SBIGINT => integer!(i64),
        SQL_C_UBIGINT => integer!(u64),
        SQL_C_BIT => match fixed::<u8>(source)? {
            0 => Value::Bit(false),
            1 => Value::Bit(true),
            other => return Err(ParameterFault::OutOfRange(other.to_string())),
        },
        SQL_C_FLOAT => Value::Single(fixed(source)?),
        SQL_C_DOUBLE => Value::Double(fixed(source)?),
        SQL_C_NUMERIC => {
            scratch.clear();
            let value: Numeric = fixed(source)?;
            // The descriptor's scale, if the application has set any; else the structure's own, which the reference
            // would have ignored for 0: applications that fill it in mean it.
            let is_set = options.numeric != NumericTarget::default();
            let scale = if is_set { options.numeric.scale } else { value.scale };
            numeric::write_struct(&value, scale, scratch);
            Value::Numeric(scratch)
        }
        SQL_C_GUID => {
            let Guid { d1, d2, d3, d4 } = fixed(source)?;
            let mut guid = [0; 16];
            guid[..4].copy_from_slice(&d1.to_be_bytes());
            guid[4..6].copy_from_slice(&d2.to_be_bytes());
            guid[6..8].copy_from_slice(&d3.to_be_bytes());
            guid[8..].copy_from_slice(&d4);
            Value::Guid(guid)
        }
        SQL_C_TYPE_DATE => {
            let date: Date = fixed(source)?;
            moment(Some(day(date.year, date.month, date.day)?), None, None)
        }
        SQL_C_TYPE_TIME => {
            let time: Time = fixed(source)?;
            moment(None, Some(clock(time.hour, time.minute, time.second, 0)?), None)
        }
        SQL_C_TYPE_TIMESTAMP => timestamp(&fixed(source)?, None)?,
        SQL_C_SS_TIME2 => {
            let time: Time2 = fixed(source)?;
            moment(None, Some(clock(time.hour, time.minute, time.second, time.fraction)?), None)
        }
        SQL_C_SS_TIMESTAMPOFFSET => {
            let structure: TimestampOffset = fixed(source)?;
            let (hours, minutes) = (i32::from(structure.offset_hour), i32::from(structure.offset_minute));
            // Both carry the sign; 15:59 is the server's limit.
            if hours.abs() > 15 || minutes.abs() > 59 || hours.signum() * minutes.signum() < 0 {
                return Err(ParameterFault::NotValid(format!("offset {hours}:{minutes}")));
            }
            timestamp(&structure.timestamp, Some(hours * 3600 + minutes * 60))?
        }
        code => {
            let interval = Interval::from_struct(code, options.interval, &fixed(source)?);
            Value::Interval(interval.ok_or(ParameterFault::IntervalOverflow)?)
        }
    })
}

fn fixed<T: Copy>(source: Source) -> Result<T, ParameterFault> {
    source.read().ok_or(ParameterFault::NullAddress)
}

/// The length in bytes; None for SQL_NTS.
fn length(source: Source) -> Result<Option<usize>, ParameterFault> {
    if source.length == SQL_NTS as isize {
        return Ok(None);
    }
    usize::try_from(source.length).map(Some).map_err(|_| ParameterFault::NegativeLength(source.length))
}

pub(super) fn bytes<'a>(source: Source) -> Result<&'a [u8], ParameterFault> {
    match length(source)? {
        Some(length) => source.bytes(length),
        None => source.terminated(1),
    }
    .ok_or(ParameterFault::NullAddress)
}

fn narrow<'a>(source: Source, options: &ConvertOptions, scratch: &'a mut Vec<u8>) -> Result<&'a [u8], ParameterFault> {
    let text = bytes(source)?;
    if options.narrow.is_utf_8() {
        return std::str::from_utf8(text).map(str::as_bytes).map_err(|_| ParameterFault::Undecodable);
    }
    scratch.clear();
    options.narrow.decode(text, |piece| scratch.extend_from_slice(piece)).ok_or(ParameterFault::Undecodable)?;
    Ok(scratch)
}

/// The bytes of a wide text; SQL_NTS looks for a whole unit of zeros.
pub(super) fn wide_bytes<'a>(source: Source, options: &ConvertOptions) -> Result<&'a [u8], ParameterFault> {
    match length(source)? {
        Some(length) => source.bytes(length),
        None => source.terminated(options.wide.size()),
    }
    .ok_or(ParameterFault::NullAddress)
}

fn wide<'a>(source: Source, options: &ConvertOptions, scratch: &'a mut Vec<u8>) -> Result<&'a [u8], ParameterFault> {
    let unit = options.wide.size();
    let text = wide_bytes(source, options)?;
    // Half a unit at the end is no character.
    if !text.len().is_multiple_of(unit) {
        return Err(ParameterFault::NegativeLength(source.length));
    }
    scratch.clear();
    scratch.reserve(text.len() / unit);
    let mut push = |character: char| match u8::try_from(character) {
        Ok(byte) if byte.is_ascii() => scratch.push(byte),
        _ => scratch.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
    };
    match options.wide {
        WideUnit::Utf16 => {
            let units = text.chunks_exact(2).map(|unit| u16::from_ne_bytes([unit[0], unit[1]]));
            for character in char::decode_utf16(units) {
                push(character.map_err(|_| ParameterFault::Undecodable)?);
            }
        }
        WideUnit::Utf32 => {
            for unit in text.chunks_exact(4) {
                let code = u32::from_ne_bytes([unit[0], unit[1], unit[2], unit[3]]);
                push(char::from_u32(code).ok_or(ParameterFault::Undecodable)?);
            }
        }
    }
    Ok(scratch)
}

fn moment<'a>(day: Option<Day>, clock: Option<Clock>, offset: Option<i32>) -> Value<'a> {
    Value::Moment(Moment { day, clock, offset, fraction_lost: false })
}

fn timestamp<'a>(value: &Timestamp, offset: Option<i32>) -> Result<Value<'a>, ParameterFault> {
    let day = day(value.year, value.month, value.day)?;
    Ok(moment(Some(day), Some(clock(value.hour, value.minute, value.second, value.fraction)?), offset))
}

fn day(year: i16, month: u16, day: u16) -> Result<Day, ParameterFault> {
    let invalid = || ParameterFault::NotValid(format!("{year:04}-{month:02}-{day:02}"));
    let (Ok(month), Ok(day_of_month)) = (u8::try_from(month), u8::try_from(day)) else { return Err(invalid()) };
    let result = Day { year: year.into(), month, day: day_of_month };
    if (1..=9999).contains(&year) && result.is_valid() { Ok(result) } else { Err(invalid()) }
}

/// ODBC reference, "Constraints of the Gregorian calendar": as many as two leap seconds.
const LAST_LEAP_SECOND: u16 = 61;

fn clock(hour: u16, minute: u16, second: u16, nanosecond: u32) -> Result<Clock, ParameterFault> {
    let shown = || format!("{hour:02}:{minute:02}:{second:02}.{nanosecond:09}");
    if hour > 23 || minute > 59 || second > LAST_LEAP_SECOND || nanosecond > 999_999_999 {
        return Err(ParameterFault::NotValid(shown()));
    }
    // The server would take 60 for the next minute.
    if second > 59 {
        return Err(ParameterFault::LeapSecond(shown()));
    }
    Ok(Clock { hour: hour as u8, minute: minute as u8, second: second as u8, nanosecond })
}

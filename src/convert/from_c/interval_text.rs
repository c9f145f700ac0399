//! A text for an interval SQL type: a literal of that type, and what the type would lose of it.
//!
//! Source: ODBC reference, "C to SQL: Character" (22015: "the value in one of the fields is truncated"), "Interval
//! literals". An interval of the server's has fields of every kind, whole but for the seconds' six digits; what is finer
//! it rounds, and carries from one field to the next, without a word.

use bytes::{BufMut, BytesMut};

use super::super::decimal::Decimal;
use super::super::interval::{FIELD_NAMES, Interval, SECOND, fields};
use super::value::ParameterFault;
use super::write::put_text;

/// Units that have a fraction, by the beginning of their names (PostgreSQL documentation, "Interval Input"), and its
/// digits.
const FINE_UNITS: &[(&[u8], usize)] = &[(b"ms", 3), (b"millis", 3), (b"sec", 6)];

/// Digits of a fraction of seconds.
const SECOND_DIGITS: usize = 6;

/// Appends a text for the interval SQL type `code` as the server reads it. Its fields are told by the type: the server
/// would take `12:30` of SQL_INTERVAL_MINUTE_TO_SECOND for hours, a lone number for seconds. What is no such literal the
/// server reads as it does (`1 fortnight`).
pub(super) fn write(code: i16, text: &[u8], out: &mut BytesMut) -> Result<(), ParameterFault> {
    let Some((first, last)) = fields(code) else { return put_text(text, out) };
    if Decimal::parse(text).is_some() {
        return match first == last {
            true => write_count(text, FIELD_NAMES[first], out),
            false => Err(ParameterFault::NotAnInterval(String::from_utf8_lossy(text).into_owned())),
        };
    }
    if is_too_fine(text) {
        return Err(ParameterFault::IntervalOverflow);
    }
    match Interval::parse_literal(text, code) {
        Ok(interval) if interval.fraction_lost || !interval.is_held_by(code) => Err(ParameterFault::IntervalOverflow),
        Ok(interval) => {
            let mut text = Vec::new();
            interval.write(&mut text);
            out.put_slice(&text);
            Ok(())
        }
        Err(_) => put_text(text, out),
    }
}

/// Appends a number as a count of one field; 22015 for a fraction that the field does not have ("C to SQL: Numeric").
pub(super) fn write_count(number: &[u8], field: &str, out: &mut BytesMut) -> Result<(), ParameterFault> {
    let scale = if field == FIELD_NAMES[SECOND] { SECOND_DIGITS as i32 } else { 0 };
    let held = Decimal::parse(number).and_then(|decimal| decimal.scaled(scale).ok());
    if held.is_none_or(|(_, is_cut)| is_cut) {
        return Err(ParameterFault::IntervalOverflow);
    }
    put_text(number, out)?;
    out.put_u8(b' ');
    out.put_slice(field.as_bytes());
    Ok(())
}

/// Whether a number in the text has a fraction that its field does not: whole fields are not divided, seconds have
/// microseconds. A number without a unit, or behind a colon, is of seconds.
fn is_too_fine(text: &[u8]) -> bool {
    let points = text.iter().enumerate().filter(|(_, byte)| **byte == b'.').map(|(at, _)| at);
    points.into_iter().any(|at| {
        let (before, after) = (&text[..at], &text[at + 1..]);
        let fraction = &after[..after.iter().take_while(|byte| byte.is_ascii_digit()).count()];
        let digits = fraction.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
        let is_of_clock = before.iter().rev().find(|byte| !byte.is_ascii_digit()) == Some(&b':');
        let allowed = if is_of_clock { SECOND_DIGITS } else { fraction_digits(&after[fraction.len()..]) };
        digits > allowed
    })
}

/// How many digits a fraction may have by the unit that follows it.
fn fraction_digits(rest: &[u8]) -> usize {
    let start = rest.iter().position(|byte| !matches!(byte, b' ' | b'\'' | b'\t')).unwrap_or(rest.len());
    let unit = &rest[start..];
    let unit = &unit[..unit.iter().take_while(|byte| byte.is_ascii_alphabetic()).count()].to_ascii_lowercase();
    if unit.is_empty() || unit == b"s" {
        return SECOND_DIGITS;
    }
    FINE_UNITS.iter().find(|(name, _)| unit.starts_with(name)).map_or(0, |(_, digits)| *digits)
}

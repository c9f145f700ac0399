//! Sources: how a value of a class of server types is read from one wire format.

mod characters;
mod moments;
mod numbers;

pub(in super::super) use characters::*;
pub(in super::super) use moments::*;
pub(in super::super) use numbers::*;

use super::super::datetime::Moment;
use super::super::decimal::{Decimal, Whole, trim};
use super::super::fault::Fault;

/// A source that has a text: all of them.
pub(in super::super) trait Text {
    /// The value as the application reads it as characters: what the server prints, except bool, which is `1` or `0` as
    /// SQL_BIT asks. UTF-8.
    fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault>;

    /// How many bytes at the beginning of the text a bound buffer must hold: less is 22003 instead of 01004, since
    /// another value would be read (appendix D: whole digits of a number, a date without its fraction, all of a GUID).
    fn indivisible(_text: &[u8]) -> usize {
        0
    }
}

/// A source that is a number.
pub(in super::super) trait Number: Text {
    /// NaN and infinities are values of the type (and not just words in a text).
    const SPECIAL: bool = false;

    fn decimal<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<Decimal<'a>, Fault> {
        let text = Self::text(value, scratch)?;
        Decimal::parse(text).ok_or(if Self::SPECIAL && text.ends_with(b"Infinity") {
            Fault::OutOfRange
        } else {
            Fault::NotANumber
        })
    }

    fn whole(value: &[u8], scratch: &mut Vec<u8>) -> Result<Whole, Fault> {
        Self::decimal(value, scratch)?.whole()
    }

    /// Correctly rounded. A number other than zero that would become zero or infinite is out of range.
    fn double(value: &[u8], scratch: &mut Vec<u8>) -> Result<f64, Fault> {
        parse_float(
            Self::text(value, scratch)?,
            Self::SPECIAL,
            |number: &f64| number.is_finite(),
            |number| *number == 0.0,
        )
    }

    fn single(value: &[u8], scratch: &mut Vec<u8>) -> Result<f32, Fault> {
        parse_float(
            Self::text(value, scratch)?,
            Self::SPECIAL,
            |number: &f32| number.is_finite(),
            |number| *number == 0.0,
        )
    }
}

/// A source with a date, a time or both.
pub(in super::super) trait Moments: Text {
    fn moment(value: &[u8]) -> Result<Moment, Fault>;
}

/// A source that is a UUID.
pub(in super::super) trait Guids: Text {
    fn guid(value: &[u8]) -> Result<[u8; 16], Fault>;
}

fn parse_float<F: std::str::FromStr>(
    text: &[u8],
    special: bool,
    is_finite: fn(&F) -> bool,
    is_zero: fn(&F) -> bool,
) -> Result<F, Fault> {
    let text = trim(text);
    let decimal = Decimal::parse(text);
    if decimal.is_none() && !(special && matches!(text, b"NaN" | b"Infinity" | b"-Infinity")) {
        return Err(Fault::NotANumber);
    }
    let number: F = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).ok_or(Fault::NotANumber)?;
    match decimal {
        Some(decimal) if !is_finite(&number) || (is_zero(&number) && !decimal.is_zero()) => Err(Fault::OutOfRange),
        _ => Ok(number),
    }
}

fn array<const N: usize>(value: &[u8]) -> Result<[u8; N], Fault> {
    value.try_into().map_err(|_| Fault::Malformed)
}

//! Numbers: integers, bool, floats, numeric.

use super::super::super::decimal::{Decimal, Whole, parse_integer, write_integer};
use super::super::super::fault::Fault;
use super::super::super::{float, numeric};
use super::{Number, Text, array};

/// The digits before the point; all of a number with an exponent or without a point.
fn whole_digits(text: &[u8]) -> usize {
    if text.contains(&b'e') { text.len() } else { text.iter().position(|&byte| byte == b'.').unwrap_or(text.len()) }
}

macro_rules! integers {
    ($($source:ident $type:ty;)*) => { $(
        pub(in super::super::super) struct $source;

        impl Text for $source {
            fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
                let number = <$type>::from_be_bytes(array(value)?);
                scratch.clear();
                write_integer(i64::from(number), scratch);
                Ok(scratch)
            }
            fn indivisible(text: &[u8]) -> usize {
                text.len()
            }
        }

        impl Number for $source {
            #[inline]
            fn whole(value: &[u8], _: &mut Vec<u8>) -> Result<Whole, Fault> {
                Ok(Whole::from(i64::from(<$type>::from_be_bytes(array(value)?))))
            }
            #[inline]
            fn double(value: &[u8], _: &mut Vec<u8>) -> Result<f64, Fault> {
                Ok(<$type>::from_be_bytes(array(value)?) as f64)
            }
            #[inline]
            fn single(value: &[u8], _: &mut Vec<u8>) -> Result<f32, Fault> {
                Ok(<$type>::from_be_bytes(array(value)?) as f32)
            }
        }
    )* };
}

integers! {
    Int2Binary i16;
    Int4Binary i32;
    Int8Binary i64;
    OidBinary u32;
}

/// int2, int4, int8, oid as text.
pub(in super::super::super) struct IntegerText;

impl Text for IntegerText {
    fn text<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        Ok(value)
    }
    fn indivisible(text: &[u8]) -> usize {
        text.len()
    }
}

impl Number for IntegerText {
    #[inline]
    fn whole(value: &[u8], _: &mut Vec<u8>) -> Result<Whole, Fault> {
        parse_integer(value).map(Whole::from).ok_or(Fault::Malformed)
    }
    #[inline]
    fn double(value: &[u8], _: &mut Vec<u8>) -> Result<f64, Fault> {
        parse_integer(value).map(|number| number as f64).ok_or(Fault::Malformed)
    }
    #[inline]
    fn single(value: &[u8], _: &mut Vec<u8>) -> Result<f32, Fault> {
        parse_integer(value).map(|number| number as f32).ok_or(Fault::Malformed)
    }
}

macro_rules! booleans {
    ($($source:ident $true:literal, $false:literal, $number:literal $text:literal;)*) => { $(
        pub(in super::super::super) struct $source;

        impl Text for $source {
            fn text<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
                match value {
                    $true => Ok($text),
                    $false => Ok(b"0"),
                    _ => Err(Fault::Malformed),
                }
            }
            fn indivisible(text: &[u8]) -> usize {
                text.len()
            }
        }

        impl Number for $source {
            #[inline]
            fn whole(value: &[u8], _: &mut Vec<u8>) -> Result<Whole, Fault> {
                match value {
                    $true => Ok(Whole::from($number)),
                    $false => Ok(Whole::from(0)),
                    _ => Err(Fault::Malformed),
                }
            }
        }
    )* };
}

booleans! {
    BoolBinary b"\x01", b"\x00", 1 b"1";
    BoolText b"t", b"f", 1 b"1";
    // As psqlODBC's TrueIsMinus1 has it.
    MinusBoolBinary b"\x01", b"\x00", -1 b"-1";
    MinusBoolText b"t", b"f", -1 b"-1";
}

macro_rules! floats {
    ($($source:ident $type:ty, $read:expr, $text:expr;)*) => { $(
        pub(in super::super::super) struct $source;

        impl $source {
            #[inline]
            fn read(value: &[u8]) -> Result<$type, Fault> {
                let read: fn(&[u8]) -> Result<$type, Fault> = $read;
                read(value)
            }
        }

        impl Text for $source {
            fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
                let text: for<'b> fn(&'b [u8], &'b mut Vec<u8>) -> Result<&'b [u8], Fault> = $text;
                text(value, scratch)
            }
            fn indivisible(text: &[u8]) -> usize {
                whole_digits(text)
            }
        }

        impl Number for $source {
            const SPECIAL: bool = true;
            #[inline]
            fn whole(value: &[u8], _: &mut Vec<u8>) -> Result<Whole, Fault> {
                float::whole(f64::from(Self::read(value)?))
            }
            // A float4's double is its exact value, as the server's own cast gives it.
            #[inline]
            fn double(value: &[u8], _: &mut Vec<u8>) -> Result<f64, Fault> {
                Ok(f64::from(Self::read(value)?))
            }
            #[inline]
            fn single(value: &[u8], _: &mut Vec<u8>) -> Result<f32, Fault> {
                float::single(f64::from(Self::read(value)?))
            }
        }
    )* };
}

fn same<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
    Ok(value)
}

fn float4_text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
    scratch.clear();
    float::write(f32::from_be_bytes(array(value)?), scratch);
    Ok(scratch)
}

fn float8_text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
    scratch.clear();
    float::write(f64::from_be_bytes(array(value)?), scratch);
    Ok(scratch)
}

fn parse<F: std::str::FromStr>(value: &[u8]) -> Result<F, Fault> {
    std::str::from_utf8(value).ok().and_then(|text| text.parse().ok()).ok_or(Fault::Malformed)
}

floats! {
    Float4Binary f32, |value| Ok(f32::from_be_bytes(array(value)?)), float4_text;
    Float8Binary f64, |value| Ok(f64::from_be_bytes(array(value)?)), float8_text;
    Float4Text f32, parse, same;
    Float8Text f64, parse, same;
}

/// numeric as text.
pub(in super::super::super) struct NumericText;

impl Text for NumericText {
    fn text<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        Ok(value)
    }
    fn indivisible(text: &[u8]) -> usize {
        whole_digits(text)
    }
}

impl Number for NumericText {
    const SPECIAL: bool = true;
}

/// numeric in binary.
pub(in super::super::super) struct NumericBinary;

impl Text for NumericBinary {
    fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        scratch.clear();
        numeric::write_binary(value, scratch)?;
        Ok(scratch)
    }
    fn indivisible(text: &[u8]) -> usize {
        whole_digits(text)
    }
}

impl Number for NumericBinary {
    const SPECIAL: bool = true;
}

/// money as text, as lc_monetary writes it: `-$1,234.56`, `1.234,56 €`, `($1.00)`.
pub(in super::super::super) struct MoneyText;

impl Text for MoneyText {
    fn text<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        Ok(value)
    }
    fn indivisible(text: &[u8]) -> usize {
        text.len()
    }
}

impl Number for MoneyText {
    /// Two digits behind the last separator are a fraction. Three may be one or a group of thousands: the separator
    /// before them tells, and where there is none that is no number (22018).
    fn decimal<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<Decimal<'a>, Fault> {
        plain_amount(value, scratch)?;
        Decimal::parse(scratch).ok_or(Fault::NotANumber)
    }
    fn double(value: &[u8], scratch: &mut Vec<u8>) -> Result<f64, Fault> {
        plain_amount(value, scratch)?;
        std::str::from_utf8(scratch).ok().and_then(|text| text.parse().ok()).ok_or(Fault::NotANumber)
    }
    fn single(value: &[u8], scratch: &mut Vec<u8>) -> Result<f32, Fault> {
        plain_amount(value, scratch)?;
        std::str::from_utf8(scratch).ok().and_then(|text| text.parse().ok()).ok_or(Fault::NotANumber)
    }
}

/// The amount as a numeric literal.
fn plain_amount(value: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
    out.clear();
    if value.contains(&b'-') || value.starts_with(b"(") {
        out.push(b'-');
    }
    let last_digit = value.iter().rposition(u8::is_ascii_digit).ok_or(Fault::NotANumber)?;
    let first_digit = value.iter().position(u8::is_ascii_digit).unwrap_or(last_digit);
    let amount = &value[first_digit..=last_digit];
    let separator = amount.iter().rposition(|byte| !byte.is_ascii_digit());
    let before = separator.and_then(|at| amount[..at].iter().rfind(|byte| !byte.is_ascii_digit()));
    let fraction = match (separator.map(|at| (amount.len() - at - 1, amount[at])), before) {
        (None, _) => 0,
        (Some((digits @ (1 | 2), _)), _) => digits,
        (Some((3, last)), Some(before)) => {
            if last == *before {
                0
            } else {
                3
            }
        }
        _ => return Err(Fault::NotANumber),
    };
    let digits = amount.iter().copied().filter(u8::is_ascii_digit);
    let whole = digits.clone().count() - fraction;
    for (place, digit) in digits.enumerate() {
        if place == whole {
            out.push(b'.');
        }
        out.push(digit);
    }
    Ok(())
}

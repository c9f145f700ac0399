//! Numbers: integers, bool, floats, numeric.

use super::super::super::decimal::{Whole, parse_integer, write_integer};
use super::super::super::fault::Fault;
use super::super::super::{float, numeric};
use super::{Number, Text, array};

/// A float's whole part. Everything within i128 is exact.
fn whole_of_float(number: f64) -> Result<Whole, Fault> {
    if number.is_nan() {
        return Err(Fault::NotANumber);
    }
    if number.abs() >= 1.7e38 {
        return Err(Fault::OutOfRange);
    }
    Ok(Whole { value: number.trunc() as i128, fraction_lost: number.fract() != 0.0, negative: number < 0.0 })
}

/// A double as a single: infinite and NaN stay, finite numbers must stay finite and not become zero.
fn single_of_double(number: f64) -> Result<f32, Fault> {
    let single = number as f32;
    if number.is_finite() && (!single.is_finite() || (single == 0.0 && number != 0.0)) {
        return Err(Fault::OutOfRange);
    }
    Ok(single)
}

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
    ($($source:ident $true:literal, $false:literal;)*) => { $(
        pub(in super::super::super) struct $source;

        impl Text for $source {
            fn text<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
                match value {
                    $true => Ok(b"1"),
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
                    $true => Ok(Whole::from(1)),
                    $false => Ok(Whole::from(0)),
                    _ => Err(Fault::Malformed),
                }
            }
        }
    )* };
}

booleans! {
    BoolBinary b"\x01", b"\x00";
    BoolText b"t", b"f";
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
                whole_of_float(f64::from(Self::read(value)?))
            }
            // A float4's double is its exact value, as the server's own cast gives it.
            #[inline]
            fn double(value: &[u8], _: &mut Vec<u8>) -> Result<f64, Fault> {
                Ok(f64::from(Self::read(value)?))
            }
            #[inline]
            fn single(value: &[u8], _: &mut Vec<u8>) -> Result<f32, Fault> {
                single_of_double(f64::from(Self::read(value)?))
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

//! Sources: how a value of a class of server types is read from one wire format.

use super::super::datetime::Moment;
use super::super::decimal::{Decimal, Whole, parse_integer, trim, write_integer};
use super::super::fault::Fault;
use super::super::{float, numeric};

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

fn array<const N: usize>(value: &[u8]) -> Result<[u8; N], Fault> {
    value.try_into().map_err(|_| Fault::Malformed)
}

// Numbers.

macro_rules! integers {
    ($($source:ident $type:ty;)*) => { $(
        pub(in super::super) struct $source;

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
pub(in super::super) struct IntegerText;

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
        pub(in super::super) struct $source;

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
        pub(in super::super) struct $source;

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
pub(in super::super) struct NumericText;

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
pub(in super::super) struct NumericBinary;

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

// Characters.

/// Characters, which may be a number, a date, a GUID or an interval.
pub(in super::super) struct Characters;

impl Text for Characters {
    #[inline]
    fn text<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        Ok(value)
    }
}

impl Number for Characters {}

impl Moments for Characters {
    /// An offset is no part of a timestamp literal, and leaving it out would be another time: 22018.
    fn moment(value: &[u8]) -> Result<Moment, Fault> {
        match Moment::parse(value) {
            Ok(Moment { offset: Some(_), .. }) => Err(Fault::NotADate),
            other => other,
        }
    }
}

impl Guids for Characters {
    fn guid(value: &[u8]) -> Result<[u8; 16], Fault> {
        parse_guid(trim(value)).ok_or(Fault::NotAGuid)
    }
}

/// bit and varbit as text.
pub(in super::super) struct BitText;

impl Text for BitText {
    fn text<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        Ok(value)
    }
}

impl Number for BitText {}

/// bit and varbit in binary: int32 bit count, then the bits from the most significant.
pub(in super::super) struct BitBinary;

impl Text for BitBinary {
    fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        let (count, bytes) = value.split_first_chunk::<4>().ok_or(Fault::Malformed)?;
        let count = usize::try_from(i32::from_be_bytes(*count)).map_err(|_| Fault::Malformed)?;
        if bytes.len() != count.div_ceil(8) {
            return Err(Fault::Malformed);
        }
        scratch.clear();
        scratch.extend((0..count).map(|bit| b'0' + (bytes[bit / 8] >> (7 - bit % 8) & 1)));
        Ok(scratch)
    }
}

impl Number for BitBinary {}

// bytea: its text is hexadecimal digits, which `character` writes from the bytes; here only for messages and dates.

/// bytea in binary.
pub(in super::super) struct ByteaBinary;

impl Text for ByteaBinary {
    fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        scratch.clear();
        super::binary::write_hexadecimal(value, scratch);
        Ok(scratch)
    }
}

/// bytea as text: `\x` and hexadecimal digits, or the escape format of bytea_output = escape.
pub(in super::super) struct ByteaText;

impl Text for ByteaText {
    fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        scratch.clear();
        if let Some(digits) = value.strip_prefix(b"\\x") {
            scratch.extend(digits.iter().map(u8::to_ascii_uppercase));
        } else {
            let bytes = super::binary::decode_escape(value)?;
            super::binary::write_hexadecimal(&bytes, scratch);
        }
        Ok(scratch)
    }
}

// Dates and times.

macro_rules! moments {
    ($($source:ident $read:path;)*) => { $(
        pub(in super::super) struct $source;

        impl Text for $source {
            fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
                match $read(value) {
                    Ok(moment) => {
                        scratch.clear();
                        moment.write(scratch);
                        Ok(scratch)
                    }
                    // The greatest number is infinity, the least -infinity.
                    Err(Fault::InfiniteDate) if value.first() == Some(&0x7f) => Ok(b"infinity"),
                    Err(Fault::InfiniteDate) => Ok(b"-infinity"),
                    Err(fault) => Err(fault),
                }
            }
            fn indivisible(text: &[u8]) -> usize {
                without_fraction(text)
            }
        }

        impl Moments for $source {
            #[inline]
            fn moment(value: &[u8]) -> Result<Moment, Fault> {
                $read(value)
            }
        }
    )* };
}

moments! {
    DateBinary Moment::from_binary_date;
    TimeBinary Moment::from_binary_time;
    TimestampBinary Moment::from_binary_timestamp;
}

/// date, time, timetz, timestamp, timestamptz as text.
pub(in super::super) struct DateTimeText;

impl Text for DateTimeText {
    #[inline]
    fn text<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        Ok(value)
    }
    fn indivisible(text: &[u8]) -> usize {
        without_fraction(text)
    }
}

impl Moments for DateTimeText {
    #[inline]
    fn moment(value: &[u8]) -> Result<Moment, Fault> {
        Moment::parse(value)
    }
}

/// All before the fraction; all of a text before Christ or with an offset, which would be another time without it.
fn without_fraction(text: &[u8]) -> usize {
    match text.iter().position(|&byte| byte == b'.') {
        Some(point) if text[point + 1..].iter().all(u8::is_ascii_digit) => point,
        _ => text.len(),
    }
}

/// interval in binary.
pub(in super::super) struct IntervalBinary;

impl Text for IntervalBinary {
    fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        scratch.clear();
        super::super::interval::Interval::from_binary(value)?.write(scratch);
        Ok(scratch)
    }
}

/// interval as text (IntervalStyle postgres).
pub(in super::super) struct IntervalText;

impl Text for IntervalText {
    fn text<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        Ok(value)
    }
}

// UUIDs.

/// uuid in binary.
pub(in super::super) struct UuidBinary;

impl Text for UuidBinary {
    fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        let bytes: [u8; 16] = array(value)?;
        scratch.clear();
        for (index, byte) in bytes.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                scratch.push(b'-');
            }
            scratch.extend([byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]));
        }
        Ok(scratch)
    }
    fn indivisible(text: &[u8]) -> usize {
        text.len()
    }
}

impl Guids for UuidBinary {
    fn guid(value: &[u8]) -> Result<[u8; 16], Fault> {
        array(value)
    }
}

/// uuid as text.
pub(in super::super) struct UuidText;

impl Text for UuidText {
    fn text<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        Ok(value)
    }
    fn indivisible(text: &[u8]) -> usize {
        text.len()
    }
}

impl Guids for UuidText {
    fn guid(value: &[u8]) -> Result<[u8; 16], Fault> {
        parse_guid(value).ok_or(Fault::Malformed)
    }
}

/// The 16 bytes of 8-4-4-4-12 hexadecimal digits, with or without braces around them.
pub(in super::super) fn parse_guid(text: &[u8]) -> Option<[u8; 16]> {
    let text = text.strip_prefix(b"{").and_then(|text| text.strip_suffix(b"}")).unwrap_or(text);
    if text.len() != 36 || [8, 13, 18, 23].iter().any(|&at| text[at] != b'-') {
        return None;
    }
    let mut digits = text.iter().filter(|&&byte| byte != b'-').map(|&byte| (byte as char).to_digit(16));
    let mut bytes = [0u8; 16];
    for byte in &mut bytes {
        *byte = (digits.next()?? * 16 + digits.next()??) as u8;
    }
    digits.next().is_none().then_some(bytes)
}

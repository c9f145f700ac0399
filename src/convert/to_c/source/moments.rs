//! Dates, times and intervals.

use super::super::super::datetime::Moment;
use super::super::super::fault::Fault;
use super::super::super::interval::Interval;
use super::{Moments, Text};

macro_rules! moments {
    ($($source:ident $read:path;)*) => { $(
        pub(in super::super::super) struct $source;

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
pub(in super::super::super) struct DateTimeText;

impl Text for DateTimeText {
    #[inline]
    fn text<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        iso(value)
    }
    fn indivisible(text: &[u8]) -> usize {
        without_fraction(text)
    }
}

impl Moments for DateTimeText {
    #[inline]
    fn moment(value: &[u8]) -> Result<Moment, Fault> {
        Moment::parse(iso(value)?)
    }
}

/// The value, unless it is of another DateStyle than ISO: a statement may set one for its own values (set_config, or a
/// function). `01/02/2024` would be another date to who expects ISO's. The first three characters tell: of ISO they are
/// digits of a year or an hour and its colon; of the others two digits and a separator, or the name of a day.
#[inline]
fn iso(value: &[u8]) -> Result<&[u8], Fault> {
    match value {
        [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9' | b':', ..] | b"infinity" | b"-infinity" => Ok(value),
        _ => Err(Fault::OtherDateStyle),
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
pub(in super::super::super) struct IntervalBinary;

impl Text for IntervalBinary {
    fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        scratch.clear();
        Interval::from_binary(value)?.write(scratch);
        Ok(scratch)
    }
}

/// interval as text (IntervalStyle postgres).
pub(in super::super::super) struct IntervalText;

impl Text for IntervalText {
    fn text<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        Ok(value)
    }
}

//! Intervals: PostgreSQL's binary form and its text (IntervalStyle postgres).
//!
//! Source: PostgreSQL `interval_send` (int64 microseconds, int32 days, int32 months) and `EncodeInterval`.

use super::datetime::write_fraction;
use super::decimal::{write_integer, write_padded};
use super::fault::Fault;

/// An interval: three numbers that do not convert into each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) months: i32,
    pub(super) days: i32,
    pub(super) microseconds: i64,
}

impl Interval {
    /// Reads the binary form.
    pub(super) fn from_binary(value: &[u8]) -> Result<Interval, Fault> {
        let (microseconds, rest) = value.split_first_chunk::<8>().ok_or(Fault::Malformed)?;
        let (days, months) = rest.split_first_chunk::<4>().ok_or(Fault::Malformed)?;
        Ok(Interval {
            months: i32::from_be_bytes(months.try_into().map_err(|_| Fault::Malformed)?),
            days: i32::from_be_bytes(*days),
            microseconds: i64::from_be_bytes(*microseconds),
        })
    }

    /// Appends the text as the server prints it: `1 year 2 mons -3 days +04:05:06.5`.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        // Since PostgreSQL 17 all three at their ends mean infinity.
        match (self.months, self.days, self.microseconds) {
            (i32::MAX, i32::MAX, i64::MAX) => return out.extend_from_slice(b"infinity"),
            (i32::MIN, i32::MIN, i64::MIN) => return out.extend_from_slice(b"-infinity"),
            _ => {}
        }
        let mut negative_before = false;
        let mut first = true;
        for (count, unit) in [(self.months / 12, "year"), (self.months % 12, "mon"), (self.days, "day")] {
            if count == 0 {
                continue;
            }
            if !first {
                out.push(b' ');
            }
            // A sign changes back only by being written.
            if negative_before && count > 0 {
                out.push(b'+');
            }
            write_integer(count.into(), out);
            out.push(b' ');
            out.extend_from_slice(unit.as_bytes());
            if count != 1 {
                out.push(b's');
            }
            negative_before = count < 0;
            first = false;
        }
        if first || self.microseconds != 0 {
            if !first {
                out.push(b' ');
            }
            if self.microseconds < 0 {
                out.push(b'-');
            } else if negative_before {
                out.push(b'+');
            }
            let microseconds = self.microseconds.unsigned_abs();
            let seconds = microseconds / 1_000_000;
            write_padded((seconds / 3600) as u32, 2, out);
            out.push(b':');
            write_padded((seconds / 60 % 60) as u32, 2, out);
            out.push(b':');
            write_padded((seconds % 60) as u32, 2, out);
            write_fraction((microseconds % 1_000_000) as u32 * 1000, out);
        }
    }
}

/// Reads a SQL_INTERVAL_STRUCT. Not yet.
pub(super) fn read_struct(_: super::buffer::Source) -> Option<Interval> {
    None
}

//! TIMESTAMPADD and TIMESTAMPDIFF.
//!
//! Source: ODBC reference, appendix E, "Time, date, and interval functions". The difference is the number of whole
//! intervals, cut towards zero ("the integer number of intervals .. by which timestamp_exp2 is greater").

use super::function_escape::{fill, trim};
use super::translate::syntax_error;
use crate::diag::Result;

/// One interval keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampInterval {
    pub name: &'static str,
    /// Its bit in SQL_TIMEDATE_ADD_INTERVALS and SQL_TIMEDATE_DIFF_INTERVALS.
    pub bit: u32,
    /// The interval to add, `%1` being how many.
    add: &'static str,
    /// How many there are between two timestamps, the earlier first.
    difference: &'static str,
}

/// A difference of so many seconds. The operands stay in their order; the sign is turned outside.
macro_rules! seconds {
    ($seconds:literal) => {
        concat!("trunc(- extract(epoch from (%1 - %2)) / ", $seconds, ")::bigint")
    };
}

/// Whole months. A month of age() counts as 30 days and twelve of them as 365.25 when they become seconds: divided by a
/// twelfth of a year, that rounds to the number of months again.
macro_rules! months {
    ($months:literal) => {
        concat!(
            "trunc(- round(extract(epoch from date_trunc('month', age(%1, %2))) / 2629800) / ",
            $months,
            ")::integer"
        )
    };
}

/// The intervals of TIMESTAMPADD and TIMESTAMPDIFF.
pub const TIMESTAMP_INTERVALS: &[TimestampInterval] = &[
    // billionths of a second; the server keeps millionths
    TimestampInterval {
        name: "SQL_TSI_FRAC_SECOND",
        bit: 0x001,
        add: "(%1)::bigint / 1000.0::double precision * interval '1 microsecond'",
        difference: "((- extract(epoch from (%1 - %2)) * 1000000)::bigint * 1000)",
    },
    TimestampInterval {
        name: "SQL_TSI_SECOND",
        bit: 0x002,
        add: "(%1)::bigint * interval '1 second'",
        difference: seconds!("1"),
    },
    TimestampInterval {
        name: "SQL_TSI_MINUTE",
        bit: 0x004,
        add: "(%1)::bigint * interval '1 minute'",
        difference: seconds!("60"),
    },
    TimestampInterval {
        name: "SQL_TSI_HOUR",
        bit: 0x008,
        add: "(%1)::bigint * interval '1 hour'",
        difference: seconds!("3600"),
    },
    TimestampInterval {
        name: "SQL_TSI_DAY",
        bit: 0x010,
        add: "(%1)::bigint * interval '1 day'",
        difference: seconds!("86400"),
    },
    TimestampInterval {
        name: "SQL_TSI_WEEK",
        bit: 0x020,
        add: "(%1)::bigint * interval '7 days'",
        difference: seconds!("604800"),
    },
    TimestampInterval {
        name: "SQL_TSI_MONTH",
        bit: 0x040,
        add: "(%1)::bigint * interval '1 month'",
        difference: months!("1"),
    },
    TimestampInterval {
        name: "SQL_TSI_QUARTER",
        bit: 0x080,
        add: "(%1)::bigint * interval '3 months'",
        difference: months!("3"),
    },
    TimestampInterval {
        name: "SQL_TSI_YEAR",
        bit: 0x100,
        add: "(%1)::bigint * interval '1 year'",
        difference: months!("12"),
    },
];

/// What `SQLGetInfo` answers for SQL_TIMEDATE_ADD_INTERVALS and SQL_TIMEDATE_DIFF_INTERVALS.
pub fn timestamp_interval_mask() -> u32 {
    TIMESTAMP_INTERVALS.iter().fold(0, |mask, interval| mask | interval.bit)
}

fn find(name: &str) -> Result<&'static TimestampInterval> {
    let name = name.trim();
    TIMESTAMP_INTERVALS.iter().find(|interval| interval.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
        let known: Vec<_> = TIMESTAMP_INTERVALS.iter().map(|interval| interval.name).collect();
        syntax_error(format!("{name} is no interval of TIMESTAMPADD or TIMESTAMPDIFF; these are: {}", known.join(", ")))
    })
}

/// An argument as a timestamp. The server casts a time to none; the reference puts it on the current date.
fn timestamp(argument: &str) -> String {
    let argument = trim(argument);
    if argument.starts_with("time '") || argument.starts_with("localtime") && !argument.starts_with("localtimestamp") {
        return format!("(current_date + {argument})");
    }
    format!("({argument})::timestamp")
}

pub(super) fn timestamp_add(interval: &str, count: &str, timestamp_argument: &str) -> Result<String> {
    let add = find(interval)?.add.replace("%1", trim(count));
    Ok(format!("({add} + {})", timestamp(timestamp_argument)))
}

pub(super) fn timestamp_difference(interval: &str, first: &str, second: &str) -> Result<String> {
    let interval = find(interval)?;
    Ok(fill(interval.difference, &[&timestamp(first), &timestamp(second)]))
}

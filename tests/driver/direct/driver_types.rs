//! The driver's own C types, SQL_C_SS_TIME2 and SQL_C_SS_TIMESTAMPOFFSET (msodbcsql.h): what goes in comes out.

use crate::common::connect_with;
use crate::common::statement::Parameter;
use crate::round_trips::{Random, back};

const TIME2: i16 = 0x4000;
const TIMESTAMP_OFFSET: i16 = 0x4001;
const SQL_SS_TIME2: i16 = -154;
const SQL_SS_TIMESTAMPOFFSET: i16 = -155;

const fn parameter(c_type: i16, sql_type: i16) -> Parameter {
    Parameter { c_type, sql_type, column_size: 0, decimal_digits: 6 }
}

#[test]
fn times_with_a_fraction() {
    for format in ["text", "binary"] {
        let connection = connect_with(&format!("ResultFormat={format};"));
        let (statement, mut random) = (connection.statement(), Random::new(6));
        statement.prepare("select ?::time").success();
        for _ in 0..300 {
            let mut sent: Vec<u8> =
                [24, 60, 60].iter().flat_map(|limit| (random.below(*limit) as u16).to_ne_bytes()).collect();
            sent.extend([0, 0]);
            sent.extend((random.below(1_000_000) as u32 * 1000).to_ne_bytes());
            assert_eq!(back(&statement, parameter(TIME2, SQL_SS_TIME2), &sent, TIME2, 12), sent);
        }
    }
}

/// Days since 0001-01-01, by counting them.
fn days(year: u16, month: u16, day: u16) -> i64 {
    let is_leap = |year: u16| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let months = [31, 28 + i64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let years: i64 = (1..year).map(|year| 365 + i64::from(is_leap(year))).sum();
    years + months[..usize::from(month) - 1].iter().sum::<i64>() + i64::from(day)
}

/// The instant of a structure: nanoseconds since 0001-01-01 in UTC.
fn instant(structure: &[u8]) -> i128 {
    let word = |at: usize| u16::from_ne_bytes([structure[at], structure[at + 1]]);
    let fraction = u32::from_ne_bytes(structure[12..16].try_into().unwrap());
    let offset = i64::from(word(16) as i16) * 3600 + i64::from(word(18) as i16) * 60;
    let clock = i64::from(word(6)) * 3600 + i64::from(word(8)) * 60 + i64::from(word(10));
    i128::from(days(word(0), word(2), word(4)) * 86400 + clock - offset) * 1_000_000_000 + i128::from(fraction)
}

#[test]
fn instants() {
    // Zones of whole minutes since 1946, on both sides of UTC, with daylight saving time; the last is never another.
    for zone in ["America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"] {
        for format in ["text", "binary"] {
            let connection = connect_with(&format!("ResultFormat={format};"));
            connection.run(&format!("set TimeZone to '{zone}'"));
            let (statement, mut random) = (connection.statement(), Random::new(7));
            statement.prepare("select ?::timestamptz").success();
            for _ in 0..200 {
                let first_year = if zone == "UTC" { 2 } else { 1990 };
                let words = [
                    first_year + random.below(9998 - first_year),
                    1 + random.below(12),
                    1 + random.below(28),
                    random.below(24),
                    random.below(60),
                    random.below(60),
                ];
                let mut sent: Vec<u8> = words.iter().flat_map(|word| (*word as u16).to_ne_bytes()).collect();
                sent.extend((random.below(1_000_000) as u32 * 1000).to_ne_bytes());
                let minutes = random.below(1799) as i16 - 899;
                sent.extend((minutes / 60).to_ne_bytes());
                sent.extend((minutes % 60).to_ne_bytes());
                let described = parameter(TIMESTAMP_OFFSET, SQL_SS_TIMESTAMPOFFSET);
                let received = back(&statement, described, &sent, TIMESTAMP_OFFSET, 20);
                assert_eq!(instant(&received), instant(&sent), "{sent:?} in {zone}: {received:?}");
            }
        }
    }
}

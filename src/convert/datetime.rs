//! Dates and times: PostgreSQL's binary forms, its ISO text, and the calendar between them.
//!
//! Sources: PostgreSQL `date_send` (days since 2000-01-01), `time_send` and `timestamp_send` (microseconds; timestamps
//! since 2000-01-01 00:00), DateStyle ISO; ODBC reference, appendix C (date, time and timestamp literals).

use std::time::{SystemTime, UNIX_EPOCH};

use super::decimal::{trim, write_padded};
use super::fault::Fault;
use super::options::ConvertOptions;

pub(super) const MICROSECONDS_A_DAY: i64 = 86_400_000_000;
/// Days from 1970-01-01 to 2000-01-01.
const POSTGRES_EPOCH: i64 = 10_957;

/// A day of the proleptic Gregorian calendar; years as astronomers count (0 is 1 BC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) year: i32,
    pub(super) month: u8,
    pub(super) day: u8,
}

/// A time of day; 24:00:00 is allowed, as in PostgreSQL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
    pub(super) nanosecond: u32,
}

/// A value of a date, time or timestamp type, with what it has of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) day: Option<Day>,
    pub(super) clock: Option<Clock>,
    /// Seconds east of UTC, where the text had an offset.
    pub(super) offset: Option<i32>,
    /// Digits below the nanosecond were cut off, or what else the target has no place for.
    pub(super) fraction_lost: bool,
}

impl Day {
    /// From days since 2000-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms": civil_from_days).
    pub(super) fn from_postgres(days: i64) -> Day {
        let shifted = days + POSTGRES_EPOCH + 719_468;
        let era = shifted.div_euclid(146_097);
        // Within an era 32 bits do, which divides faster.
        let day_of_era = shifted.rem_euclid(146_097) as u32;
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        Day {
            year: (i64::from(year_of_era) + era * 400 + i64::from(month <= 2)) as i32,
            month: month as u8,
            day: (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u8,
        }
    }

    /// Days since 2000-01-01 (days_from_civil).
    pub(super) fn to_postgres(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted_month = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468 - POSTGRES_EPOCH
    }

    /// Whether the calendar has this day.
    pub(super) fn is_valid(self) -> bool {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let length = match self.month {
            2 => 28 + u8::from(leap),
            4 | 6 | 9 | 11 => 30,
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            _ => return false,
        };
        (1..=length).contains(&self.day)
    }

    /// Appends YYYY-MM-DD, without the era.
    fn write(self, out: &mut Vec<u8>) {
        let year = if self.year > 0 { self.year.unsigned_abs() } else { (1 - i64::from(self.year)) as u32 };
        write_padded(year, 4, out);
        out.push(b'-');
        write_padded(u32::from(self.month), 2, out);
        out.push(b'-');
        write_padded(u32::from(self.day), 2, out);
    }
}

impl Clock {
    pub(super) fn from_microseconds(microseconds: i64) -> Clock {
        let seconds = (microseconds / 1_000_000) as u32;
        Clock {
            hour: (seconds / 3600) as u8,
            minute: (seconds / 60 % 60) as u8,
            second: (seconds % 60) as u8,
            nanosecond: (microseconds % 1_000_000) as u32 * 1000,
        }
    }

    /// Microseconds since midnight; digits below are cut off.
    pub(super) fn to_microseconds(self) -> i64 {
        (i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second)) * 1_000_000
            + i64::from(self.nanosecond / 1000)
    }

    /// Appends HH:MM:SS and the fraction without trailing zeros.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        write_padded(u32::from(self.hour), 2, out);
        out.push(b':');
        write_padded(u32::from(self.minute), 2, out);
        out.push(b':');
        write_padded(u32::from(self.second), 2, out);
        write_fraction(self.nanosecond, out);
    }
}

/// Appends `.fff` without trailing zeros, nothing for 0.
pub(super) fn write_fraction(nanosecond: u32, out: &mut Vec<u8>) {
    if nanosecond != 0 {
        out.push(b'.');
        write_padded(nanosecond, 9, out);
        while out.last() == Some(&b'0') {
            out.pop();
        }
    }
}

/// Appends an offset as the server prints it: `+hh[:mm[:ss]].`
pub(super) fn write_offset(seconds: i32, out: &mut Vec<u8>) {
    out.push(if seconds < 0 { b'-' } else { b'+' });
    let seconds = seconds.unsigned_abs();
    write_padded(seconds / 3600, 2, out);
    if !seconds.is_multiple_of(3600) {
        out.push(b':');
        write_padded(seconds / 60 % 60, 2, out);
    }
    if !seconds.is_multiple_of(60) {
        out.push(b':');
        write_padded(seconds % 60, 2, out);
    }
}

/// The current date in UTC, for those who do not know the local one.
pub(super) fn today_in_utc() -> (i32, u8, u8) {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    let Day { year, month, day } = Day::from_postgres((seconds / 86_400) as i64 - POSTGRES_EPOCH);
    (year, month, day)
}

/// The application's current date.
pub(super) fn today(options: &ConvertOptions) -> Day {
    let (year, month, day) = (options.today)();
    Day { year, month, day }
}

impl Moment {
    /// A date's binary form.
    pub(super) fn from_binary_date(value: &[u8]) -> Result<Moment, Fault> {
        let days = i32::from_be_bytes(value.try_into().map_err(|_| Fault::Malformed)?);
        if days == i32::MAX || days == i32::MIN {
            return Err(Fault::InfiniteDate);
        }
        Ok(Moment { day: Some(Day::from_postgres(i64::from(days))), clock: None, offset: None, fraction_lost: false })
    }

    /// A time's binary form.
    pub(super) fn from_binary_time(value: &[u8]) -> Result<Moment, Fault> {
        let microseconds = i64::from_be_bytes(value.try_into().map_err(|_| Fault::Malformed)?);
        if !(0..=MICROSECONDS_A_DAY).contains(&microseconds) {
            return Err(Fault::Malformed);
        }
        Ok(Moment {
            day: None,
            clock: Some(Clock::from_microseconds(microseconds)),
            offset: None,
            fraction_lost: false,
        })
    }

    /// A timestamp's binary form.
    pub(super) fn from_binary_timestamp(value: &[u8]) -> Result<Moment, Fault> {
        let microseconds = i64::from_be_bytes(value.try_into().map_err(|_| Fault::Malformed)?);
        if microseconds == i64::MAX || microseconds == i64::MIN {
            return Err(Fault::InfiniteDate);
        }
        Ok(Moment {
            day: Some(Day::from_postgres(microseconds.div_euclid(MICROSECONDS_A_DAY))),
            clock: Some(Clock::from_microseconds(microseconds.rem_euclid(MICROSECONDS_A_DAY))),
            offset: None,
            fraction_lost: false,
        })
    }

    /// Appends the text as the server prints it (DateStyle ISO).
    pub(super) fn write(self, out: &mut Vec<u8>) {
        if let Some(day) = self.day {
            day.write(out);
            if self.clock.is_some() {
                out.push(b' ');
            }
        }
        if let Some(clock) = self.clock {
            clock.write(out);
        }
        if self.day.is_some_and(|day| day.year <= 0) {
            out.extend_from_slice(b" BC");
        }
    }

    /// Whether a literal of ODBC says the same: without an offset, within the years and hours that it has.
    pub(super) fn is_odbc_literal(&self) -> bool {
        self.offset.is_none()
            && self.day.is_none_or(|day| (1..=9999).contains(&day.year))
            && self.clock.is_none_or(|clock| clock.hour < 24)
    }

    /// Reads ISO text: a date, a time or both (a blank or `T` between), with or without an offset and ` BC`.
    pub(super) fn parse(text: &[u8]) -> Result<Moment, Fault> {
        let text = trim(text);
        if matches!(text, b"infinity" | b"-infinity") {
            return Err(Fault::InfiniteDate);
        }
        let (text, before_christ) = match text.strip_suffix(b" BC") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let mut reader = Reader { text };
        let mut moment = Moment { day: None, clock: None, offset: None, fraction_lost: false };
        // A time has its first colon after two digits, a date its first hyphen after four or more.
        if text.get(2) != Some(&b':') {
            let day = reader.day(before_christ).ok_or(Fault::NotADate)?;
            if !day.is_valid() {
                return Err(Fault::NotADate);
            }
            moment.day = Some(day);
            if reader.text.is_empty() {
                return Ok(moment);
            }
            if !reader.skip(b' ') && !reader.skip(b'T') {
                return Err(Fault::NotADate);
            }
        }
        let (clock, fraction_lost) = reader.clock().ok_or(Fault::NotADate)?;
        moment.clock = Some(clock);
        moment.fraction_lost = fraction_lost;
        moment.offset = reader.offset().ok_or(Fault::NotADate)?;
        if reader.text.is_empty() { Ok(moment) } else { Err(Fault::NotADate) }
    }
}

/// Reads the pieces of a literal; every method gives None for what does not fit the grammar.
struct Reader<'a> {
    text: &'a [u8],
}

impl Reader<'_> {
    fn skip(&mut self, byte: u8) -> bool {
        match self.text.split_first() {
            Some((first, rest)) if *first == byte => {
                self.text = rest;
                true
            }
            _ => false,
        }
    }

    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let count = self.text.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        if count < least {
            return None;
        }
        let (digits, rest) = self.text.split_at(count);
        self.text = rest;
        Some(digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
    }

    fn two(&mut self, limit: u8) -> Option<u8> {
        let value = self.number(2, 2)? as u8;
        (value <= limit).then_some(value)
    }

    fn day(&mut self, before_christ: bool) -> Option<Day> {
        let year = self.number(4, 7)? as i32;
        let separated = self.skip(b'-');
        let month = self.two(12)?;
        let day = (separated && self.skip(b'-')).then(|| self.two(31))??;
        // The year 0 is no year of an era.
        (year > 0).then_some(Day { year: if before_christ { 1 - year } else { year }, month, day })
    }

    fn clock(&mut self) -> Option<(Clock, bool)> {
        let hour = self.two(24)?;
        let minute = self.skip(b':').then(|| self.two(59))??;
        let second = if self.skip(b':') { self.two(59)? } else { 0 };
        let (mut nanosecond, mut lost) = (0, false);
        if self.skip(b'.') {
            let mut unit = 100_000_000;
            let count = self.text.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if count == 0 {
                return None;
            }
            let (digits, rest) = self.text.split_at(count);
            for digit in digits {
                nanosecond += u32::from(digit - b'0') * unit;
                lost |= unit == 0 && *digit != b'0';
                unit /= 10;
            }
            self.text = rest;
        }
        let past_midnight = hour == 24 && (minute, second, nanosecond) != (0, 0, 0);
        (!past_midnight).then_some((Clock { hour, minute, second, nanosecond }, lost))
    }

    /// Some(None) where no offset stands; else `+hh[:mm[:ss]]` or Z.
    fn offset(&mut self) -> Option<Option<i32>> {
        if self.skip(b'Z') {
            return Some(Some(0));
        }
        let negative = match self.text.first() {
            Some(b'+') => false,
            Some(b'-') => true,
            _ => return Some(None),
        };
        self.text = &self.text[1..];
        let mut seconds = i32::from(self.two(15)?) * 3600;
        if self.skip(b':') {
            seconds += i32::from(self.two(59)?) * 60;
            if self.skip(b':') {
                seconds += i32::from(self.two(59)?);
            }
        }
        Some(Some(if negative { -seconds } else { seconds }))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_goes_both_ways() {
        // Known days: the epochs, a leap day, the day after the end of a February of a century without one.
        for (days, year, month, day) in
            [(0, 2000, 1, 1), (-10_957, 1970, 1, 1), (59, 2000, 2, 29), (-36_465, 1900, 3, 1)]
        {
            let expected = Day { year, month, day };
            assert_eq!(Day::from_postgres(days), expected);
            assert_eq!(expected.to_postgres(), days);
        }
        for days in (-2_451_545..107_000_000).step_by(9973) {
            let day = Day::from_postgres(days);
            assert!(day.is_valid());
            assert_eq!(day.to_postgres(), days);
        }
    }

    #[test]
    fn literals() {
        let day = Some(Day { year: 2024, month: 1, day: 1 });
        let parsed = Moment::parse(b" 2024-01-01 10:00:00.123456789 ").unwrap();
        assert_eq!(parsed.day, day);
        assert_eq!(parsed.clock, Some(Clock { hour: 10, minute: 0, second: 0, nanosecond: 123_456_789 }));
        assert!(Moment::parse(b"2024-01-01 10:00:00.1234567891").unwrap().fraction_lost);
        assert!(!Moment::parse(b"2024-01-01 10:00:00.1234567890").unwrap().fraction_lost);
        assert_eq!(Moment::parse(b"2024-01-01").unwrap().clock, None);
        assert_eq!(Moment::parse(b"10:11:12").unwrap().day, None);
        assert_eq!(Moment::parse(b"2024-01-01 10:00:00+05:30").unwrap().offset, Some(19_800));
        assert_eq!(Moment::parse(b"0044-03-15 BC").unwrap().day, Some(Day { year: -43, month: 3, day: 15 }));
        for text in [
            "",
            "2024",
            "2024-13-01",
            "2023-02-29",
            "2024-01-01x",
            "2024-1-1",
            "25:00:00",
            "10:60:00",
            "24:00:01",
            "abc",
            "0000-01-01",
            "2024-01-01 ",
            "2024-01-01 10:00:00.",
            "20240101",
        ] {
            let parsed = Moment::parse(text.as_bytes());
            assert!(text == "2024-01-01 " || parsed == Err(Fault::NotADate), "{text}: {parsed:?}");
        }
    }
}

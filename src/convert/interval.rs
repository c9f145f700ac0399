//! Intervals: PostgreSQL's binary form, and SQL_INTERVAL_STRUCT. Their text is read in `interval_text`.
//!
//! Sources: PostgreSQL `interval_send` (int64 microseconds, int32 days, int32 months) and `EncodeInterval`; ODBC
//! reference, "C interval structure", "Interval data type precision", "SQL to C: Day-time intervals". In the structure a
//! day is 24 hours, as in SQL; the fraction counts units of the seconds precision (6: microseconds).

use super::datetime::write_fraction;
use super::decimal::{Decimal, trim, write_integer, write_padded};
use super::fault::Fault;
use super::interval_text;
use super::options::IntervalTarget;
use crate::odbc::types::{SQL_C_INTERVAL_MINUTE_TO_SECOND, SQL_C_INTERVAL_YEAR};

const MICROSECONDS_A_SECOND: i128 = 1_000_000;
/// The places of days and of seconds among the fields.
const DAY: usize = 2;
pub(super) const SECOND: usize = 5;

/// Fields in order: year, month, day, hour, minute, second. By interval code (SQL_IS_YEAR = 1 ..): the first and the last
/// field of the type.
const FIELDS: [(usize, usize); 13] = [
    (0, 0),
    (1, 1),
    (2, 2),
    (3, 3),
    (4, 4),
    (SECOND, SECOND),
    (0, 1),
    (2, 3),
    (2, 4),
    (2, SECOND),
    (3, 4),
    (3, SECOND),
    (4, SECOND),
];

/// A field's size in its family's unit: months, and seconds.
const UNITS: [i128; 6] = [12, 1, 86_400, 3_600, 60, 1];

/// The server's names of the fields.
pub(super) const FIELD_NAMES: [&str; 6] = ["year", "month", "day", "hour", "minute", "second"];

/// The first and last field of an interval C type (or SQL type: the numbers are the same); None for other types.
pub(super) fn fields(code: i16) -> Option<(usize, usize)> {
    (SQL_C_INTERVAL_YEAR..=SQL_C_INTERVAL_MINUTE_TO_SECOND)
        .contains(&code)
        .then(|| FIELDS[usize::from((code - SQL_C_INTERVAL_YEAR).unsigned_abs())])
}

/// The bits of the fields in a type modifier's upper half (`interval day to second`), in their order (PostgreSQL,
/// `intervaltypmodout`).
const MODIFIER_BITS: [i32; 6] = [2, 1, 3, 10, 11, 12];

/// The first and last field that a column was declared with; None if with none.
pub(super) fn declared_fields(modifier: i32) -> Option<(usize, usize)> {
    let range = modifier >> 16 & 0x7fff;
    let has = |bit: &i32| range >> bit & 1 == 1;
    let fields = Some((MODIFIER_BITS.iter().position(has)?, MODIFIER_BITS.iter().rposition(has)?));
    fields.filter(|_| modifier >= 0 && range != 0x7fff)
}

/// Whether fields are those of years and months, and not of days and time.
pub(super) fn is_year_month((_, last): (usize, usize)) -> bool {
    last <= 1
}

/// The field that is the first of a structure's numbers: year, or day.
fn base(first: usize, last: usize) -> usize {
    if is_year_month((first, last)) { 0 } else { DAY }
}

/// SQL_INTERVAL_STRUCT with its union as the five numbers that the greater member has (the lesser has two of them).
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IntervalStruct {
    /// SQL_IS_YEAR = 1 .. SQL_IS_MINUTE_TO_SECOND = 13.
    pub(super) interval_type: i32,
    /// 1 for a negative interval.
    pub(super) sign: i16,
    pub(super) padding: i16,
    /// year, month; or day, hour, minute, second, fraction.
    pub(super) fields: [u32; 5],
}

impl IntervalStruct {
    /// The one field of a type of one field.
    pub(super) fn leading(&self) -> u32 {
        let code = SQL_C_INTERVAL_YEAR + self.interval_type as i16 - 1;
        fields(code).map_or(0, |(first, last)| self.fields[first - base(first, last)])
    }
}

/// An interval: three numbers that do not convert into each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) months: i32,
    pub(super) days: i32,
    pub(super) microseconds: i64,
    /// Digits below the microsecond were cut off.
    pub(super) fraction_lost: bool,
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
            fraction_lost: false,
        })
    }

    /// Since PostgreSQL 17 all three at their ends mean infinity.
    fn infinite(self) -> Option<&'static [u8]> {
        match (self.months, self.days, self.microseconds) {
            (i32::MAX, i32::MAX, i64::MAX) => Some(b"infinity"),
            (i32::MIN, i32::MIN, i64::MIN) => Some(b"-infinity"),
            _ => None,
        }
    }

    /// Appends the text as the server prints it: `1 year 2 mons -3 days +04:05:06.5`.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        if let Some(text) = self.infinite() {
            return out.extend_from_slice(text);
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
            // After a negative field a positive one says so.
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

    /// Reads a text that the server prints, whatever IntervalStyle says: postgres, postgres_verbose, sql_standard,
    /// iso_8601.
    pub(super) fn parse(text: &[u8]) -> Result<Interval, Fault> {
        let text = trim(text);
        match text {
            b"infinity" | b"-infinity" => Err(Fault::IntervalOverflow),
            [b'P', rest @ ..] => interval_text::iso_8601(rest),
            [b'@', rest @ ..] => interval_text::verbose(rest),
            _ if text.iter().any(u8::is_ascii_alphabetic) => interval_text::postgres(text),
            _ => interval_text::sql_standard(text),
        }
    }

    /// Reads a text of the application's for a structure of a C type: what the server prints, or an interval literal of
    /// SQL (ODBC reference, "Interval literals"), whose fields are told by the C type.
    pub(super) fn parse_literal(text: &[u8], code: i16) -> Result<Interval, Fault> {
        let (first, _) = fields(code).ok_or(Fault::NotAnInterval)?;
        interval_text::literal(trim(text), first)
    }

    /// Days and time together, in microseconds.
    fn day_time(self) -> i128 {
        i128::from(self.days) * UNITS[DAY] * MICROSECONDS_A_SECOND + i128::from(self.microseconds)
    }

    /// As a structure of an interval C type, and whether trailing fields were cut off.
    ///
    /// Months have no length in days: an interval with months does not go into a day-time structure, and one of days and
    /// time not into a structure of years and months (22015). Where it has both, the latter cuts off days and time (01S07).
    pub(super) fn to_struct(self, code: i16, target: IntervalTarget) -> Result<(IntervalStruct, bool), Fault> {
        if self.infinite().is_some() {
            return Err(Fault::IntervalOverflow);
        }
        let (first, last) = fields(code).ok_or(Fault::NotAnInterval)?;
        let microseconds = self.day_time();
        let has_time = microseconds != 0 || self.fraction_lost;
        if is_year_month((first, last)) {
            if self.months == 0 && has_time {
                return Err(Fault::IntervalOverflow);
            }
            let (structure, lost) = fill(code, target, i128::from(self.months), 0, first, last)?;
            return Ok((structure, lost || has_time));
        }
        if self.months != 0 {
            return Err(Fault::IntervalOverflow);
        }
        let fraction = (microseconds.abs() % MICROSECONDS_A_SECOND) as u32;
        let seconds = microseconds / MICROSECONDS_A_SECOND;
        let (mut structure, lost) = fill(code, target, seconds, fraction, first, last)?;
        structure.sign = i16::from(microseconds < 0);
        Ok((structure, lost || self.fraction_lost))
    }

    /// Whether an interval SQL type has fields for all of it: no months beside days and time, nothing below its last field.
    pub(super) fn is_held_by(self, code: i16) -> bool {
        let Some((_, last)) = fields(code) else { return false };
        let microseconds = self.day_time();
        match last {
            0 | 1 => microseconds == 0 && i128::from(self.months) % UNITS[last] == 0,
            SECOND => self.months == 0,
            _ => self.months == 0 && microseconds % (UNITS[last] * MICROSECONDS_A_SECOND) == 0,
        }
    }

    /// From a structure, by the fields that its C type has. None if a field does not fit the server's interval, or the
    /// leading one its precision.
    pub(super) fn from_struct(code: i16, target: IntervalTarget, structure: &IntervalStruct) -> Option<Interval> {
        let (first, last) = fields(code)?;
        let base = base(first, last);
        if !target.holds_leading(structure.fields[first - base]) {
            return None;
        }
        let total: i128 = (first..=last).map(|field| i128::from(structure.fields[field - base]) * UNITS[field]).sum();
        let sign = if structure.sign == 0 { 1 } else { -1 };
        if is_year_month((first, last)) {
            return Some(Interval { months: i32::try_from(sign * total).ok()?, ..Interval::default() });
        }
        let fraction = if last == SECOND { u64::from(structure.fields[4]) } else { 0 };
        let unit = 10u64.pow(u32::from(target.seconds_precision.min(9)));
        let microseconds = fraction * 1_000_000;
        if fraction >= unit || !microseconds.is_multiple_of(unit) {
            return None;
        }
        let fraction = i128::from(microseconds / unit);
        // Whole days stay days: the server adds them by the calendar.
        let days = if first == 2 { i128::from(structure.fields[0]) } else { 0 };
        let microseconds = (total - days * 86_400) * MICROSECONDS_A_SECOND + fraction;
        Some(Interval {
            months: 0,
            days: i32::try_from(sign * days).ok()?,
            microseconds: i64::try_from(sign * microseconds).ok()?,
            fraction_lost: false,
        })
    }
}

impl Interval {
    /// The count of the one field that a C type has, as a numeric literal.
    pub(super) fn count(self, code: i16) -> Vec<u8> {
        let (first, _) = fields(code).unwrap_or_default();
        let unit = |size: i128| (i128::from(self.microseconds) / (size * MICROSECONDS_A_SECOND)) as i64;
        let whole = match first {
            0 => i64::from(self.months / 12),
            1 => i64::from(self.months),
            2 => i64::from(self.days),
            field => unit(UNITS[field]),
        };
        let mut text = Vec::new();
        let fraction = if first == SECOND { (self.microseconds % 1_000_000).unsigned_abs() as u32 } else { 0 };
        if whole == 0 && self.microseconds < 0 {
            text.push(b'-');
        }
        write_integer(whole, &mut text);
        write_fraction(fraction * 1000, &mut text);
        text
    }
}

/// A number as an interval of one field ("SQL to C: Numeric"); a fraction stays only where the field is seconds.
pub(super) fn number_to_struct(
    number: &Decimal<'_>,
    code: i16,
    target: IntervalTarget,
) -> Result<(IntervalStruct, bool), Fault> {
    let Some((first, last)) = fields(code).filter(|(first, last)| first == last) else {
        return Err(Fault::IntervalOverflow);
    };
    let overflow = |_| Fault::IntervalOverflow;
    let (whole, whole_lost) = number.scaled(0).map_err(overflow)?;
    let (mut fraction, mut lost) = (0, whole_lost);
    if last == SECOND {
        let (scaled, scaled_lost) = number.scaled(6).map_err(overflow)?;
        fraction = (scaled % 1_000_000) as u32;
        lost = scaled_lost;
    }
    let count = u32::try_from(whole).map_err(|_| Fault::IntervalOverflow)?;
    let (mut structure, cut) = fill(code, target, i128::from(count) * UNITS[first], fraction, first, last)?;
    structure.sign = i16::from(number.negative && !number.is_zero());
    Ok((structure, lost || cut))
}

/// Spreads a total (months, or seconds with a fraction in microseconds) over the fields from first to last.
fn fill(
    code: i16,
    target: IntervalTarget,
    total: i128,
    fraction: u32,
    first: usize,
    last: usize,
) -> Result<(IntervalStruct, bool), Fault> {
    let mut structure = IntervalStruct {
        interval_type: i32::from(code - SQL_C_INTERVAL_YEAR + 1),
        sign: i16::from(total < 0),
        padding: 0,
        fields: [0; 5],
    };
    let base = if last <= 1 { 0 } else { 2 };
    let mut rest = total.abs();
    for (field, unit) in UNITS.iter().enumerate().take(last + 1).skip(first) {
        structure.fields[field - base] = u32::try_from(rest / unit).map_err(|_| Fault::IntervalOverflow)?;
        rest %= unit;
    }
    if !target.holds_leading(structure.fields[first - base]) {
        return Err(Fault::IntervalOverflow);
    }
    let mut lost = rest != 0;
    if last == SECOND {
        let scaled = u64::from(fraction) * 10u64.pow(u32::from(target.seconds_precision.min(9)));
        structure.fields[4] = (scaled / 1_000_000) as u32;
        lost |= !scaled.is_multiple_of(1_000_000);
    } else {
        lost |= fraction != 0;
    }
    Ok((structure, lost))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::odbc::types::*;

    fn structure(text: &str, code: i16) -> Result<(i16, [u32; 5], bool), Fault> {
        let (structure, lost) = Interval::parse(text.as_bytes())?.to_struct(code, IntervalTarget::default())?;
        Ok((structure.sign, structure.fields, lost))
    }

    // The reference's example of INTERVAL '163 12:39:59.163' DAY(3) TO SECOND and others worked out by hand.
    #[test]
    fn structures_by_their_fields() {
        let text = "163 days 12:39:59.163";
        for (code, expected) in [
            (SQL_C_INTERVAL_DAY_TO_SECOND, (0, [163, 12, 39, 59, 163_000], false)),
            (SQL_C_INTERVAL_DAY_TO_MINUTE, (0, [163, 12, 39, 0, 0], true)),
            (SQL_C_INTERVAL_DAY, (0, [163, 0, 0, 0, 0], true)),
            (SQL_C_INTERVAL_HOUR, (0, [0, 163 * 24 + 12, 0, 0, 0], true)),
            (SQL_C_INTERVAL_MINUTE_TO_SECOND, (0, [0, 0, (163 * 24 + 12) * 60 + 39, 59, 163_000], false)),
        ] {
            assert_eq!(structure(text, code), Ok(expected), "{code}");
        }
        assert_eq!(structure("-1 years -2 mons", SQL_C_INTERVAL_YEAR_TO_MONTH), Ok((1, [1, 2, 0, 0, 0], false)));
        assert_eq!(structure("1 year 2 mons", SQL_C_INTERVAL_MONTH), Ok((0, [0, 14, 0, 0, 0], false)));
        assert_eq!(structure("1 year 2 mons", SQL_C_INTERVAL_YEAR), Ok((0, [1, 0, 0, 0, 0], true)));
        assert_eq!(structure("1 mon 1 day", SQL_C_INTERVAL_MONTH), Ok((0, [0, 1, 0, 0, 0], true)));
        assert_eq!(structure("1 mon 1 day", SQL_C_INTERVAL_DAY), Err(Fault::IntervalOverflow));
        // Nothing of it would be left ("SQL to C: Day-Time Intervals" has no year-month C type).
        for text in ["1 day", "00:00:01", "-1 days +24:00:01"] {
            assert_eq!(structure(text, SQL_C_INTERVAL_YEAR_TO_MONTH), Err(Fault::IntervalOverflow), "{text}");
        }
        assert_eq!(structure("00:00:00", SQL_C_INTERVAL_YEAR), Ok((0, [0; 5], false)));
        // "SQL to C: Character": trailing fields truncated.
        assert_eq!(structure("00:00:01.1234567", SQL_C_INTERVAL_SECOND), Ok((0, [0, 0, 0, 1, 123_456], true)));
        assert_eq!(structure("00:00:01.1234560", SQL_C_INTERVAL_SECOND), Ok((0, [0, 0, 0, 1, 123_456], false)));
        assert_eq!(structure("-00:00:00.5", SQL_C_INTERVAL_SECOND), Ok((1, [0, 0, 0, 0, 500_000], false)));
        for text in ["", "1", "day", "1 fortnight", "1 day 2", "12:00", "1:2:3:4", "1:60:00", "a:b:c"] {
            let parsed = Interval::parse(text.as_bytes());
            assert!(text == "12:00" || parsed == Err(Fault::NotAnInterval), "{text}: {parsed:?}");
        }
    }

    // atttypmod of columns that a server has made.
    #[test]
    fn fields_of_a_declaration() {
        for (modifier, expected) in [
            (-1, None),
            // interval(3)
            (2_147_418_115, None),
            // interval year, year to month, day, day to second, second(2)
            (327_679, Some((0, 0))),
            (458_751, Some((0, 1))),
            (589_823, Some((2, 2))),
            (470_351_871, Some((2, 5))),
            (268_435_458, Some((5, 5))),
        ] {
            assert_eq!(declared_fields(modifier), expected, "{modifier}");
        }
    }

    // "Interval data type precision": with a seconds precision of 6 the number 1230 is .001230.
    #[test]
    fn precisions_of_seconds_and_of_the_leading_field() {
        let interval = Interval::parse(b"123 days 00:00:00.00123").unwrap();
        let day_to_second = |seconds_precision, leading_precision| {
            let target = IntervalTarget { seconds_precision, leading_precision };
            interval
                .to_struct(SQL_C_INTERVAL_DAY_TO_SECOND, target)
                .map(|(structure, lost)| (structure.fields[4], lost))
        };
        assert_eq!(day_to_second(6, 0), Ok((1230, false)));
        assert_eq!(day_to_second(9, 3), Ok((1_230_000, false)));
        assert_eq!(day_to_second(3, 3), Ok((1, true)));
        assert_eq!(day_to_second(6, 2), Err(Fault::IntervalOverflow));
    }

    #[test]
    fn structures_go_back() {
        for (text, code) in [
            ("163 days 12:39:59.163", SQL_C_INTERVAL_DAY_TO_SECOND),
            ("-3 days -00:00:01", SQL_C_INTERVAL_DAY_TO_SECOND),
            ("-1 years -2 mons", SQL_C_INTERVAL_YEAR_TO_MONTH),
            ("100:00:00", SQL_C_INTERVAL_HOUR),
        ] {
            let (structure, _) =
                Interval::parse(text.as_bytes()).unwrap().to_struct(code, IntervalTarget::default()).unwrap();
            let mut back = Vec::new();
            Interval::from_struct(code, IntervalTarget::default(), &structure).unwrap().write(&mut back);
            assert_eq!(std::str::from_utf8(&back).unwrap(), text);
        }
    }
}

//! Intervals as text: the server's four styles, and SQL's interval literals.
//!
//! Sources: PostgreSQL documentation, "Interval Output" (IntervalStyle), and `EncodeInterval`; ODBC reference, "Interval
//! literals". The styles cannot be confused: iso_8601 begins with P, postgres_verbose with @, postgres has the names of
//! units, sql_standard has no letters.

use super::decimal::{Decimal, trim};
use super::fault::Fault;
use super::interval::{FIELD_NAMES, Interval};

type Parsed = Result<Interval, Fault>;

const SECOND: i128 = 1_000_000;
const MINUTE: i128 = 60 * SECOND;
const HOUR: i128 = 60 * MINUTE;

/// Units by their names without a plural's s, and by their place in FIELD_NAMES.
const UNIT_NAMES: &[(&[u8], usize)] = &[
    (b"year", 0),
    (b"mon", 1),
    (b"month", 1),
    (b"day", 2),
    (b"hour", 3),
    (b"min", 4),
    (b"minute", 4),
    (b"sec", 5),
    (b"second", 5),
];

/// The fields of a text while it is read: wider than an [`Interval`], whose least months, days and microseconds are written
/// as a magnitude that does not fit, and a sign.
#[derive(Clone, Copy, Debug, Default)]
struct Total {
    months: i128,
    days: i128,
    microseconds: i128,
    fraction_lost: bool,
}

impl Total {
    /// Adds a count of a unit (its place in FIELD_NAMES); only seconds have a fraction.
    fn add(&mut self, count: &[u8], unit: usize) -> Result<(), Fault> {
        let number = Decimal::parse(count).ok_or(Fault::NotAnInterval)?;
        let overflow = |_| Fault::IntervalOverflow;
        let (scaled, lost) = number.scaled(if unit == 5 { 6 } else { 0 }).map_err(overflow)?;
        if lost && unit != 5 {
            return Err(Fault::NotAnInterval);
        }
        self.fraction_lost |= lost;
        // 64 bits times less than 32: no text is long enough for a sum that leaves 128.
        let magnitude = i64::try_from(scaled).map_err(|_| Fault::IntervalOverflow)?;
        let count = i128::from(if number.negative { -magnitude } else { magnitude });
        match unit {
            0 => self.months += 12 * count,
            1 => self.months += count,
            2 => self.days += count,
            _ => self.microseconds += count * [HOUR, MINUTE, 1][unit - 3],
        }
        Ok(())
    }

    fn plus(self, other: Total) -> Total {
        Total {
            months: self.months + other.months,
            days: self.days + other.days,
            microseconds: self.microseconds + other.microseconds,
            fraction_lost: self.fraction_lost || other.fraction_lost,
        }
    }

    fn negated(self) -> Total {
        Total { months: -self.months, days: -self.days, microseconds: -self.microseconds, ..self }
    }

    fn narrow(self) -> Parsed {
        match (self.months.try_into(), self.days.try_into(), self.microseconds.try_into()) {
            (Ok(months), Ok(days), Ok(microseconds)) => {
                Ok(Interval { months, days, microseconds, fraction_lost: self.fraction_lost })
            }
            _ => Err(Fault::IntervalOverflow),
        }
    }
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b' ').filter(|word| !word.is_empty())
}

/// `1 year 2 mons -3 days +04:05:06.5`
pub(super) fn postgres(text: &[u8]) -> Parsed {
    units(text)?.narrow()
}

/// Counts and their units, and a time behind them.
fn units(text: &[u8]) -> Result<Total, Fault> {
    let mut total = Total::default();
    let mut words = words(text).peekable();
    words.peek().ok_or(Fault::NotAnInterval)?;
    while let Some(word) = words.next() {
        if word.contains(&b':') {
            total = total.plus(time(word)?);
            return if words.next().is_none() { Ok(total) } else { Err(Fault::NotAnInterval) };
        }
        let unit = words.next().and_then(unit).ok_or(Fault::NotAnInterval)?;
        total.add(word, unit)?;
    }
    Ok(total)
}

fn unit(name: &[u8]) -> Option<usize> {
    let name = name.strip_suffix(b"s").unwrap_or(name);
    UNIT_NAMES.iter().find(|(known, _)| name == *known).map(|(_, unit)| *unit)
}

/// `@ 1 year 2 mons -3 days 4 hours 5 mins 6.5 secs ago`, without the @.
pub(super) fn verbose(text: &[u8]) -> Parsed {
    let text = trim(text);
    if text == b"0" {
        return Ok(Interval::default());
    }
    match text.strip_suffix(b" ago") {
        Some(text) => units(text)?.negated().narrow(),
        None => postgres(text),
    }
}

/// `1Y2M-3DT4H5M6.5S`, without the P.
pub(super) fn iso_8601(text: &[u8]) -> Parsed {
    let (date, time) = match text.iter().position(|&byte| byte == b'T') {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    if date.is_empty() && time.is_none() || time.is_some_and(<[u8]>::is_empty) {
        return Err(Fault::NotAnInterval);
    }
    let mut total = Total::default();
    let time = time.unwrap_or_default();
    for (part, letters) in [(date, [(b'Y', 0), (b'M', 1), (b'D', 2)]), (time, [(b'H', 3), (b'M', 4), (b'S', 5)])] {
        let mut rest = part;
        while let Some(at) = rest.iter().position(u8::is_ascii_alphabetic) {
            let unit = letters.iter().find(|(letter, _)| *letter == rest[at]).ok_or(Fault::NotAnInterval)?.1;
            total.add(&rest[..at], unit)?;
            rest = &rest[at + 1..];
        }
        if !rest.is_empty() {
            return Err(Fault::NotAnInterval);
        }
    }
    total.narrow()
}

/// `1-2`, `3 4:05:06.5`, `-1-2`, `+1-2 -3 +4:05:06`
pub(super) fn sql_standard(text: &[u8]) -> Parsed {
    if text == b"0" {
        return Ok(Interval::default());
    }
    // The server prints any number of hours behind the days.
    fields(text, 3, i128::MAX)?.narrow()
}

/// `leading`: the field that a time of two numbers begins with, 3 for hours or 4 for minutes; and what a second number
/// without a colon is (hours). A time behind days is below `limit`.
fn fields(text: &[u8], leading: usize, limit: i128) -> Result<Total, Fault> {
    let is_signed = |word: &[u8]| matches!(word.first(), Some(b'+' | b'-'));
    // A sign in front of all, unless each word has its own.
    let (negative, text) = match text.split_first() {
        Some((b'-', rest)) if !words(rest).skip(1).any(is_signed) => (true, rest),
        _ => (false, text),
    };
    if negative && text.first().is_some_and(|byte| !byte.is_ascii_digit()) {
        return Err(Fault::NotAnInterval);
    }
    let mut total = Total::default();
    let mut before = None;
    for word in words(text) {
        let (sign, digits) = match word.split_first() {
            Some((b'-', rest)) => (-1, rest),
            Some((b'+', rest)) => (1, rest),
            _ => (1, word),
        };
        if !digits.first().is_some_and(u8::is_ascii_digit) {
            return Err(Fault::NotAnInterval);
        }
        let mut part = Total::default();
        let kind = if let Some(hyphen) = digits.iter().position(|&byte| byte == b'-') {
            let mut months = Total::default();
            months.add(&digits[hyphen + 1..], 1)?;
            if !(0..12).contains(&months.months) {
                return Err(Fault::NotAnInterval);
            }
            part.add(&digits[..hyphen], 0)?;
            part = part.plus(months);
            0
        } else if digits.contains(&b':') {
            part = time_from(digits, leading)?;
            2
        } else if before == Some(1) {
            part.add(digits, 3)?;
            2
        } else {
            part.add(digits, 2)?;
            1
        };
        // Years and months, then days, then time, each once.
        let is_too_long = before == Some(1) && part.microseconds >= limit;
        if is_too_long || before.is_some_and(|before| before >= kind) {
            return Err(Fault::NotAnInterval);
        }
        before = Some(kind);
        let part = if sign < 0 { part.negated() } else { part };
        total = total.plus(part);
    }
    // A lone number says nothing of its unit.
    match before {
        None | Some(1) => Err(Fault::NotAnInterval),
        Some(_) if negative => Ok(total.negated()),
        Some(_) => Ok(total),
    }
}

/// A text of the application's: what the server prints, or SQL's `[INTERVAL] '..' [DAY TO SECOND]` and its contents. A
/// qualifier in the text decides on the fields, else the C type, whose `first` field is given. "The trailing fields follow
/// the usual constraints of the Gregorian calendar."
pub(super) fn literal(text: &[u8], first: usize) -> Parsed {
    let begins = |text: &[u8]| text.get(..8).is_some_and(|word| word.eq_ignore_ascii_case(b"interval"));
    // An escape sequence; braces without the word are an array.
    let inner = text.strip_prefix(b"{").and_then(|text| text.strip_suffix(b"}")).map(trim);
    let text = inner.filter(|inner| begins(inner)).unwrap_or(text);
    let is_literal = begins(text);
    if !is_literal {
        return match text {
            b"infinity" | b"-infinity" => Err(Fault::NotAnInterval),
            [b'@', ..] => Interval::parse(text),
            _ if text.iter().any(u8::is_ascii_alphabetic) => Interval::parse(text),
            _ => fields(text, first.max(3), 24 * HOUR)?.narrow(),
        };
    }
    let rest = trim(&text[8..]);
    let (negative, rest) = match rest.split_first() {
        Some((b'-', rest)) => (true, trim(rest)),
        Some((b'+', rest)) => (false, trim(rest)),
        _ => (false, rest),
    };
    let rest = rest.strip_prefix(b"'").ok_or(Fault::NotAnInterval)?;
    let end = rest.iter().position(|&byte| byte == b'\'').ok_or(Fault::NotAnInterval)?;
    let (value, qualifier) = (trim(&rest[..end]), trim(&rest[end + 1..]));
    let field = match qualifier.is_empty() {
        true => first,
        false => {
            let end = qualifier.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(qualifier.len());
            let name = &qualifier[..end];
            let known = FIELD_NAMES.iter().position(|field| field.as_bytes().eq_ignore_ascii_case(name));
            known.ok_or(Fault::NotAnInterval)?
        }
    };
    let total = match Decimal::parse(value) {
        Some(_) => {
            let mut total = Total::default();
            total.add(value, field)?;
            total
        }
        None => fields(value, field.max(3), 24 * HOUR)?,
    };
    if negative { total.negated().narrow() } else { total.narrow() }
}

/// `[+-]h:mm:ss[.ffffff]`, with any number of hours.
fn time(text: &[u8]) -> Result<Total, Fault> {
    match text.split_first() {
        Some((b'-', rest)) => time_from(rest, 3).map(Total::negated),
        Some((b'+', rest)) => time_from(rest, 3),
        _ => time_from(text, 3),
    }
}

/// `h:mm:ss[.f]`; of two numbers the first is the field `leading`: `h:mm` or `m:ss[.f]`.
fn time_from(text: &[u8], leading: usize) -> Result<Total, Fault> {
    let count = text.iter().filter(|&&byte| byte == b':').count() + 1;
    let first = if count == 2 { leading.min(4) } else { 3 };
    if count > 3 {
        return Err(Fault::NotAnInterval);
    }
    let mut total = Total::default();
    for (index, part) in text.split(|&byte| byte == b':').enumerate() {
        let unit = first + index;
        let whole = part.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let is_number = whole > 0 && (whole == part.len() || unit == 5 && part[whole] == b'.');
        // Only the leading number may be 60 or more.
        let is_sixtieth = index > 0 && (whole > 2 || whole == 2 && part[0] >= b'6');
        if !is_number || is_sixtieth {
            return Err(Fault::NotAnInterval);
        }
        total.add(part, unit)?;
    }
    Ok(total)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn interval(months: i32, days: i32, microseconds: i128) -> Parsed {
        Ok(Interval { months, days, microseconds: microseconds.try_into().unwrap(), fraction_lost: false })
    }

    // The table of the PostgreSQL documentation, "Interval Output Style Examples", and values that a server printed.
    #[test]
    fn the_four_styles() {
        for (texts, expected) in [
            (["1-2", "1 year 2 mons", "@ 1 year 2 mons", "P1Y2M"], interval(14, 0, 0)),
            (
                ["3 4:05:06", "3 days 04:05:06", "@ 3 days 4 hours 5 mins 6 secs", "P3DT4H5M6S"],
                interval(0, 3, 14_706 * SECOND),
            ),
            (
                [
                    "-1-2 +3 -4:05:06",
                    "-1 year -2 mons +3 days -04:05:06",
                    "@ 1 year 2 mons -3 days 4 hours 5 mins 6 secs ago",
                    "P-1Y-2M3DT-4H-5M-6S",
                ],
                interval(-14, 3, -14_706 * SECOND),
            ),
            (["0", "00:00:00", "@ 0", "PT0S"], interval(0, 0, 0)),
            (["-0:00:00.5", "-00:00:00.5", "@ 0.5 secs ago", "PT-0.5S"], interval(0, 0, -500_000)),
            (
                ["-3 4:05:06.25", "-3 days -04:05:06.25", "@ 3 days 4 hours 5 mins 6.25 secs ago", "P-3DT-4H-5M-6.25S"],
                interval(0, -3, -(14_706 * SECOND + 250_000)),
            ),
            (
                [
                    "-178956970-8 -2147483648 -0:00:00",
                    "-178956970 years -8 mons -2147483648 days",
                    "@ 178956970 years 8 mons 2147483648 days ago",
                    "P-178956970Y-8M-2147483648D",
                ],
                interval(i32::MIN, i32::MIN, 0),
            ),
            (
                [
                    "-2562047788:00:54.775808",
                    "-2562047788:00:54.775808",
                    "@ 2562047788 hours 54.775808 secs ago",
                    "PT-2562047788H-54.775808S",
                ],
                interval(0, 0, i64::MIN.into()),
            ),
        ] {
            for text in texts {
                assert_eq!(Interval::parse(text.as_bytes()), expected, "{text}");
            }
        }
        for text in [
            "@",
            "@ ago",
            "P",
            "PT",
            "P1DT",
            "@ 2147483649 days ago",
            "PT9223372036854775808S",
            "@ -9223372036854775807 mons -1 mon ago",
            "{P1D}",
            "",
        ] {
            assert!(literal(text.as_bytes(), 2).is_err(), "{text}");
        }
    }

    // ODBC reference, "Interval literals": its table of examples.
    #[test]
    fn literals_of_sql() {
        for (text, first, expected) in [
            ("INTERVAL '1-2' YEAR TO MONTH", 0, interval(14, 0, 0)),
            ("INTERVAL -'8' YEAR", 0, interval(-96, 0, 0)),
            ("interval '163' DAY(3)", 2, interval(0, 163, 0)),
            ("INTERVAL '163 12:39:59.163' DAY(3) TO SECOND(3)", 2, interval(0, 163, 45_599 * SECOND + 163_000)),
            ("INTERVAL '163 12' DAY(3) TO HOUR", 2, interval(0, 163, 12 * HOUR)),
            ("INTERVAL '163 12:39' DAY(3) TO MINUTE", 2, interval(0, 163, 12 * HOUR + 39 * MINUTE)),
            ("INTERVAL '45:12:15' HOUR TO SECOND", 3, interval(0, 0, 45 * HOUR + 12 * MINUTE + 15 * SECOND)),
            ("INTERVAL '38:12' HOUR TO MINUTE", 3, interval(0, 0, 38 * HOUR + 12 * MINUTE)),
            ("INTERVAL '23:50.5' MINUTE TO SECOND", 3, interval(0, 0, 23 * MINUTE + 50 * SECOND + 500_000)),
            ("{INTERVAL '5' HOUR}", 2, interval(0, 0, 5 * HOUR)),
            ("163 12:39:59.163", 2, interval(0, 163, 45_599 * SECOND + 163_000)),
            ("-1-2", 0, interval(-14, 0, 0)),
            ("23:50", 4, interval(0, 0, 23 * MINUTE + 50 * SECOND)),
            ("23:50", 3, interval(0, 0, 23 * HOUR + 50 * MINUTE)),
            ("1 day 02:00:00", 2, interval(0, 1, 2 * HOUR)),
        ] {
            assert_eq!(literal(text.as_bytes(), first), expected, "{text}");
        }
        for text in ["0:00:01.0000001", "1 day -00:00:01.0000001", "INTERVAL '1.0000001' SECOND", "1:01.0000001"] {
            assert!(literal(text.as_bytes(), 5).unwrap().fraction_lost, "{text}");
        }
        for text in [
            "INTERVAL '163-13' YEAR(3) TO MONTH",
            "INTERVAL '163 65' DAY(3) TO HOUR",
            "INTERVAL '163 62:39' DAY(3) TO MINUTE",
            "INTERVAL '163 12:125:59.163' DAY(3) TO SECOND(3)",
            "INTERVAL '163:144' HOUR(3) TO MINUTE",
            "infinity",
            "INTERVAL '163:567:234.163' HOUR(3) TO SECOND(4)",
            "INTERVAL '163:591.163' MINUTE(3) TO SECOND(5)",
            "INTERVAL '1' FORTNIGHT",
            "INTERVAL 5 DAY",
            "1-2-3",
            "1:60:00",
            "1:2:3:4",
            "x",
            "1 2 3",
            "1:2 3",
            "--1-2",
        ] {
            assert!(literal(text.as_bytes(), 2).is_err(), "{text}");
        }
    }
}

//! A text for a date or time: whether it holds more than the type that it is declared as.
//!
//! The server's input functions say nothing of what they drop: `timestamp` and `time` an offset, `date` a time of day, all
//! of them what is below the microsecond (PostgreSQL documentation, "Date/Time Types"). The reference has 22008 for a part
//! that would be cut and 22018 for what is no literal of the type ("C to SQL: Character"); what the text is beside that,
//! the server decides: it takes many more forms than the reference's.

use super::super::server_type::Class;
use super::value::ParameterFault;

/// Months of the server's date and time input.
const MONTHS: &[&str] = &[
    "jan",
    "january",
    "feb",
    "february",
    "mar",
    "march",
    "apr",
    "april",
    "may",
    "jun",
    "june",
    "jul",
    "july",
    "aug",
    "august",
    "sep",
    "sept",
    "september",
    "oct",
    "october",
    "nov",
    "november",
    "dec",
    "december",
];

/// What stands before the number of a Julian day.
const JULIAN: &[&str] = &["j", "jd", "julian"];

/// Words that are a whole date.
const DAYS: &[&str] = &["today", "tomorrow", "yesterday"];

/// The other words of the server's date and time input that say nothing of a zone; all others are zones or mistakes.
const PLAIN_WORDS: &[&str] = &[
    "sun",
    "sunday",
    "mon",
    "monday",
    "tue",
    "tues",
    "tuesday",
    "wed",
    "weds",
    "wednesday",
    "thu",
    "thur",
    "thurs",
    "thursday",
    "fri",
    "friday",
    "sat",
    "saturday",
    "ad",
    "bc",
    "t",
    "at",
    "on",
    "allballs",
    "epoch",
    "infinity",
    "now",
];

/// Year, month and day.
const WHOLE_DATE: usize = 3;

/// What is known of a text without reading its date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Contents {
    has_zone: bool,
    /// A part of a time of day other than zero, beside its hour.
    has_minutes: bool,
    /// The hour as it is written.
    hour: u32,
    is_am: bool,
    is_pm: bool,
    /// Digits other than zero below the microsecond.
    is_too_fine: bool,
    /// How many of year, month and day have been read.
    date_parts: usize,
    is_julian: bool,
}

/// What the server is to read of a text for a date or time: an escape sequence of ODBC's, `{ts '..'}`, is what it holds
/// (ODBC reference, "ODBC-timestamp-literal": applications give these as values, too).
pub(super) fn literal(text: &[u8]) -> &[u8] {
    let escaped = || {
        let inner = text.trim_ascii().strip_prefix(b"{")?.strip_suffix(b"}")?.trim_ascii();
        let inner = ["ts", "d", "t"].iter().find_map(|name| {
            let (word, rest) = inner.split_at_checked(name.len())?;
            (word.eq_ignore_ascii_case(name.as_bytes()) && !rest.first()?.is_ascii_alphabetic()).then_some(rest)
        })?;
        inner.trim_ascii().strip_prefix(b"'")?.strip_suffix(b"'")
    };
    escaped().unwrap_or(text)
}

/// Whether a text for a date or time names an offset from UTC or a time zone.
pub(super) fn has_zone(text: &[u8]) -> bool {
    Contents::of(literal(text), false).has_zone
}

/// The literal for a value of this class, if the text is for a date or time and holds nothing that the server would drop
/// from it without a word; any other text is as it was.
pub(super) fn check(class: Class, text: &[u8]) -> Result<&[u8], ParameterFault> {
    let (takes_zone, takes_time) = match class {
        Class::Date => (false, false),
        Class::Time | Class::Timestamp => (false, true),
        Class::TimeTz | Class::TimestampTz => (true, true),
        _ => return Ok(text),
    };
    let text = literal(text);
    let contents = Contents::of(text, matches!(class, Class::Time | Class::TimeTz));
    let shown = || String::from_utf8_lossy(text).into_owned();
    if contents.has_zone && !takes_zone {
        return Err(ParameterFault::Zone(shown()));
    }
    if contents.is_too_fine || contents.has_time() && !takes_time {
        return Err(ParameterFault::DateFraction(shown()));
    }
    Ok(text)
}

impl Contents {
    /// `is_time`: the text needs no date before its time.
    fn of(text: &[u8], is_time: bool) -> Contents {
        let mut contents = Contents { date_parts: if is_time { WHOLE_DATE } else { 0 }, ..Contents::default() };
        for token in text.split(|byte| byte.is_ascii_whitespace() || *byte == b',') {
            // ISO 8601: a T between date and time, or before a time.
            let divides = |at: usize| matches!(token[at], b'T' | b't') && (at == 0 || token[at - 1].is_ascii_digit());
            match (0..token.len().saturating_sub(1)).find(|&at| divides(at) && token[at + 1].is_ascii_digit()) {
                Some(at) => {
                    contents.take(&token[..at], false);
                    contents.take(&token[at + 1..], true);
                }
                None => contents.take(token, contents.expects_clock(token)),
            }
        }
        contents
    }

    /// Whether a token is (or begins with) a time of day: it has colons, or is four or six digits where the date is
    /// already known (PostgreSQL documentation, "Date/Time Input": `0405`, `040506`), with a fraction or an offset.
    fn expects_clock(&self, token: &[u8]) -> bool {
        let digits = token.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let separators = |of: &[u8]| token.iter().filter(|byte| of.contains(byte)).count();
        token.contains(&b':')
            || self.date_parts >= WHOLE_DATE && matches!(digits, 4 | 6) && separators(b"-/") < 2 && separators(b".") < 2
    }

    /// A time of day other than midnight, which is 12 AM as well.
    fn has_time(&self) -> bool {
        self.has_minutes || self.is_pm || !(self.hour == 0 || self.hour == 12 && self.is_am)
    }

    /// A part of the text; `is_clock`: it is (or begins with) a time of day.
    fn take(&mut self, part: &[u8], is_clock: bool) {
        let (mut hyphens, mut has_letters) = (0, false);
        let mut fraction_digits = None;
        let mut is_hour = is_clock;
        let mut rest = part;
        while let Some((&byte, after)) = rest.split_first() {
            let before_digit = after.first().is_some_and(u8::is_ascii_digit);
            rest = after;
            match byte {
                b'+' if before_digit => return self.has_zone = true,
                b'-' if before_digit && (is_clock || after.len() + 1 == part.len()) => return self.has_zone = true,
                b'-' => hyphens += 1,
                b'.' if is_clock || self.is_julian => fraction_digits = Some(0),
                b'0'..=b'9' if is_hour => {
                    // One digit and a colon, or two.
                    self.hour = u32::from(byte - b'0');
                    if let Some((digit @ b'0'..=b'9', minutes)) = after.split_first() {
                        self.hour = self.hour * 10 + u32::from(digit - b'0');
                        rest = minutes;
                    }
                    is_hour = false;
                }
                b'0'..=b'9' if is_clock || fraction_digits.is_some() => {
                    self.has_minutes |= byte != b'0';
                    if let Some(digits) = &mut fraction_digits {
                        *digits += 1;
                        // A day is 864 * 10^8 microseconds.
                        self.is_too_fine |= *digits > if is_clock { 6 } else { 8 } && byte != b'0';
                    }
                }
                b'0'..=b'9' => {
                    let length = 1 + after.iter().take_while(|byte| byte.is_ascii_digit()).count();
                    self.date_parts += match length {
                        1 | 2 | 4 => 1,
                        // The day of the year.
                        3 => 2,
                        _ => WHOLE_DATE,
                    };
                    rest = &after[length - 1..];
                }
                _ if byte.is_ascii_alphabetic() => {
                    let length = 1 + after.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                    let word = &part[part.len() - after.len() - 1..][..length];
                    if !self.take_word(word) {
                        // A name of a zone may have anything behind it.
                        return self.has_zone = true;
                    }
                    has_letters = true;
                    rest = &after[length - 1..];
                }
                _ => {}
            }
        }
        // A date has two hyphens, or words: what has another number of them is a time of digits alone with its offset.
        self.has_zone |= !is_clock && !has_letters && !matches!(hyphens, 0 | 2);
    }

    /// Whether a word is one that says nothing of a zone.
    fn take_word(&mut self, word: &[u8]) -> bool {
        let is_in = |words: &[&str]| words.iter().any(|plain| word.eq_ignore_ascii_case(plain.as_bytes()));
        let (is_am, is_pm, is_julian) = (is_in(&["am"]), is_in(&["pm"]), is_in(JULIAN));
        let date_parts = match () {
            () if is_in(MONTHS) => 1,
            () if is_in(DAYS) || is_julian => WHOLE_DATE,
            () => 0,
        };
        self.is_am |= is_am;
        self.is_pm |= is_pm;
        self.is_julian |= is_julian;
        self.date_parts += date_parts;
        is_am || is_pm || date_parts > 0 || is_in(PLAIN_WORDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forms of the PostgreSQL documentation, "Date/Time Input".
    #[test]
    fn offsets_and_zones_are_found() {
        for text in [
            "2024-01-01 10:00:00+05:30",
            "2024-01-01 10:00:00-05",
            "2024-01-01 10:00:00 -05",
            "2024-01-01T10:00:00Z",
            "2024-01-01t10:00:00.5-0800",
            "20240101T101010-05",
            "2024-01-01 101010-05",
            "2024-01-01 04:05:06 PST",
            "2003-04-12 04:05:06 America/New_York",
            "January 8 04:05:06 1999 PST",
            "10:00 +2",
            "10:00+2",
            "04:05:06.789-8",
            "040506+0730",
            "040506-08",
            "2024-01-01 10:00 Etc/GMT+5",
            "2024-01-01+05:30",
            "4:05 zulu",
            "2024-01-01 10:00:00+00",
        ] {
            assert!(has_zone(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "2024-01-01",
            "2024-01-01 10:00:00.123456",
            "2024-01-01T10:00:00",
            "20240101T101010",
            "20240101 101010",
            "10:00 2024-01-01",
            "January 8, 1999 04:05 AM",
            "08-Jan-99 10:00",
            "99-Jan-08",
            "1/8/1999 10:00pm",
            "J2451187",
            "2451187.5",
            "0044-03-15 10:00 BC",
            "Mon Feb 10 17:32:01 1997",
            "infinity",
            "-infinity",
            "epoch",
            " now ",
            "today 10:00",
        ] {
            assert!(!has_zone(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn escape_sequences_are_their_literals() {
        for (text, expected) in [
            ("{ts '2024-01-01 10:00:00'}", "2024-01-01 10:00:00"),
            (" { D '2024-01-01' } ", "2024-01-01"),
            ("{t'10:00:00'}", "10:00:00"),
            ("{tx '10:00:00'}", "{tx '10:00:00'}"),
            ("{d 2024-01-01}", "{d 2024-01-01}"),
            ("{d", "{d"),
            ("{}", "{}"),
            ("", ""),
        ] {
            assert_eq!(literal(text.as_bytes()), expected.as_bytes());
        }
    }

    #[test]
    fn what_a_type_would_drop_is_refused() {
        let refused = |class, text: &str| match check(class, text.as_bytes()) {
            Ok(_) => "",
            Err(ParameterFault::Zone(_)) => "22018",
            Err(_) => "22008",
        };
        for (class, text, expected) in [
            (Class::Date, "2024-01-01", ""),
            (Class::Date, "2024-01-01 00:00:00", ""),
            (Class::Date, "2024-01-01T00:00", ""),
            (Class::Date, "2024-01-01 00:00:00.001", "22008"),
            (Class::Date, "2024-01-01 10:00", "22008"),
            (Class::Date, "2024-01-01+05", "22018"),
            (Class::Date, "20240101 101010", "22008"),
            (Class::Date, "20240101 000000", ""),
            (Class::Date, "2024-01-01 101010", "22008"),
            (Class::Date, "2024-01-01 101010.5-05", "22018"),
            (Class::Date, "2024-01-01 1010", "22008"),
            (Class::Date, "2024-01-01 T101010", "22008"),
            (Class::Date, "2024-01-01 at 101010", "22008"),
            (Class::Date, "20240101 101010AM", "22008"),
            (Class::Date, "2024.123 1010", "22008"),
            (Class::Date, "Jan 1 2024 101010", "22008"),
            (Class::Date, "today 101010", "22008"),
            (Class::Date, "J2451187 101010", "22008"),
            (Class::Date, "Jan 1 2024", ""),
            (Class::Date, "Mon Jan 1 00:00:00 2024", ""),
            (Class::Date, "1.1.2024", ""),
            (Class::Date, "2024.123", ""),
            (Class::Date, "240101", ""),
            (Class::Date, "J2451187", ""),
            (Class::Date, "J2451187.0", ""),
            (Class::Date, "J2451187.5", "22008"),
            (Class::Date, "julian 2451187.5", "22008"),
            (Class::Date, "2024-01-01 12:00:00 AM", ""),
            (Class::Date, "2024-01-01 12:00:00AM", ""),
            (Class::Date, "2024-01-01 AM 12:00", ""),
            (Class::Date, "01-01-2024 120000 AM", ""),
            (Class::Date, "2024-01-01 12:00:01 AM", "22008"),
            (Class::Date, "2024-01-01 1:00 AM", "22008"),
            (Class::Date, "2024-01-01 12:00", "22008"),
            (Class::Date, "2024-01-01 12:00 PM", "22008"),
            (Class::Date, "2024-01-01 00:00 PM", "22008"),
            (Class::Date, "2024-01-01 24:00", "22008"),
            (Class::Time, "101010.123456", ""),
            (Class::Time, "101010.1234567", "22008"),
            (Class::Time, "1010.1234567", "22008"),
            (Class::Time, "t101010.1234567", "22008"),
            (Class::Time, "101010-08", "22018"),
            (Class::Time, "20240101 101010.1234567", "22008"),
            (Class::TimeTz, "101010.1234567-08", "22008"),
            (Class::Timestamp, "2024-01-01 101010.1234567", "22008"),
            (Class::Timestamp, "20240101 101010.123456", ""),
            (Class::Timestamp, "J2451187.5", ""),
            (Class::Timestamp, "J2451187.123456789", "22008"),
            (Class::Time, "2024-01-01 10:00:00", ""),
            (Class::Time, "10:00:00.123456", ""),
            (Class::Time, "10:00:00.1234560", ""),
            (Class::Time, "10:00:00.1234567", "22008"),
            (Class::Time, "10:00:00+01", "22018"),
            (Class::TimeTz, "10:00:00+01", ""),
            (Class::Timestamp, "2024-01-01 10:00:00.1234567", "22008"),
            (Class::Timestamp, "20240101T101010.0000001", "22008"),
            (Class::Timestamp, "2024-01-01 10:00:00+01", "22018"),
            (Class::TimestampTz, "2024-01-01 10:00:00.123456+01", ""),
            (Class::TimestampTz, "2024-01-01 10:00:00.1234561+01", "22008"),
            (Class::Text, "2024-01-01 10:00:00.1234561+01", ""),
        ] {
            assert_eq!(refused(class, text), expected, "{class:?} {text}");
        }
    }
}

//! A text for a date or time: whether it holds more than the type that it is declared as.
//!
//! The server's input functions say nothing of what they drop: `timestamp` and `time` an offset, `date` a time of day, all
//! of them what is below the microsecond (PostgreSQL documentation, "Date/Time Types"). The reference has 22008 for a part
//! that would be cut and 22018 for what is no literal of the type ("C to SQL: Character"); what the text is beside that,
//! the server decides: it takes many more forms than the reference's.

use super::super::server_type::Class;
use super::value::ParameterFault;

/// Words of the server's date and time input that say nothing of a zone; all others are zones or mistakes.
const PLAIN_WORDS: &[&str] = &[
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
    "am",
    "pm",
    "ad",
    "bc",
    "t",
    "j",
    "jd",
    "julian",
    "at",
    "on",
    "allballs",
    "epoch",
    "infinity",
    "now",
    "today",
    "tomorrow",
    "yesterday",
];

/// What is known of a text without reading its date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Contents {
    has_zone: bool,
    /// A time of day other than midnight.
    has_time: bool,
    /// Digits other than zero below the microsecond.
    is_too_fine: bool,
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
    Contents::of(literal(text)).has_zone
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
    let contents = Contents::of(text);
    let shown = || String::from_utf8_lossy(text).into_owned();
    if contents.has_zone && !takes_zone {
        return Err(ParameterFault::Zone(shown()));
    }
    if contents.is_too_fine || contents.has_time && !takes_time {
        return Err(ParameterFault::DateFraction(shown()));
    }
    Ok(text)
}

impl Contents {
    fn of(text: &[u8]) -> Contents {
        let mut contents = Contents::default();
        for token in text.split(|byte| byte.is_ascii_whitespace() || *byte == b',') {
            // ISO 8601: a T between date and time.
            let divides = |at: usize| matches!(token[at], b'T' | b't') && at > 0 && token[at - 1].is_ascii_digit();
            match (0..token.len().saturating_sub(1)).find(|&at| divides(at) && token[at + 1].is_ascii_digit()) {
                Some(at) => {
                    contents.take(&token[..at], false);
                    contents.take(&token[at + 1..], true);
                }
                None => contents.take(token, token.contains(&b':')),
            }
        }
        contents
    }

    /// A part of the text; `is_clock`: it is (or begins with) a time of day.
    fn take(&mut self, part: &[u8], is_clock: bool) {
        let (mut hyphens, mut has_letters) = (0, false);
        let mut fraction_digits = None;
        let mut rest = part;
        while let Some((&byte, after)) = rest.split_first() {
            let before_digit = after.first().is_some_and(u8::is_ascii_digit);
            rest = after;
            match byte {
                b'+' if before_digit => return self.has_zone = true,
                b'-' if before_digit && (is_clock || after.len() + 1 == part.len()) => return self.has_zone = true,
                b'-' => hyphens += 1,
                b'.' => fraction_digits = Some(0),
                b'0'..=b'9' if is_clock => {
                    self.has_time |= byte != b'0';
                    if let Some(digits) = &mut fraction_digits {
                        *digits += 1;
                        self.is_too_fine |= *digits > 6 && byte != b'0';
                    }
                }
                _ if byte.is_ascii_alphabetic() => {
                    let length = 1 + after.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                    let word = &part[part.len() - after.len() - 1..][..length];
                    if !PLAIN_WORDS.iter().any(|plain| word.eq_ignore_ascii_case(plain.as_bytes())) {
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

//! Why a value cannot be converted, before it is put in words.

use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Sqlstate};

/// A conversion's failure. Small and without allocation: the words come later, from [`Fault::report`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// 22003: whole digits would be lost.
    OutOfRange,
    /// 22003: a bound buffer is too short for the digits of a number, or for a date, as characters or bytes.
    BufferTooShort,
    /// 22018: not a numeric literal.
    NotANumber,
    /// 22018: not a date, time or timestamp literal.
    NotADate,
    /// 22018: a date, time or timestamp of the server's that is not in ISO form.
    OtherDateStyle,
    /// 22018: not an interval literal.
    NotAnInterval,
    /// 22018: not a GUID.
    NotAGuid,
    /// 22018: bytes that are no UTF-8, or a character that the target encoding lacks.
    NotEncodable,
    /// 22007: infinity, which no C structure can hold.
    InfiniteDate,
    /// 22008: a date before the year 1 or after 9999, or a time of 24:00:00.
    DateOutOfRange,
    /// 22015: a field of the interval does not fit.
    IntervalOverflow,
    /// HY000: the server's bytes are not of the type that it declared.
    Malformed,
}

impl Fault {
    fn sqlstate(self) -> Sqlstate {
        match self {
            Fault::OutOfRange | Fault::BufferTooShort => S22003_NUMERIC_OUT_OF_RANGE,
            Fault::NotANumber
            | Fault::NotADate
            | Fault::OtherDateStyle
            | Fault::NotAnInterval
            | Fault::NotAGuid
            | Fault::NotEncodable => S22018_INVALID_CHARACTER_VALUE,
            Fault::InfiniteDate => S22007_INVALID_DATETIME_FORMAT,
            Fault::DateOutOfRange => S22008_DATETIME_FIELD_OVERFLOW,
            Fault::IntervalOverflow => S22015_INTERVAL_FIELD_OVERFLOW,
            Fault::Malformed => HY000_GENERAL_ERROR,
        }
    }

    /// The diagnostic record: what happened to which value, and what to do. `value` is cut when long.
    #[cold]
    pub(super) fn report(self, value: &[u8], target: &str) -> Box<Diagnostic> {
        let value = excerpt(value);
        let message = match self {
            Fault::OutOfRange => {
                format!("the value {value} does not fit into {target}; use a wider type or SQL_C_CHAR")
            }
            Fault::BufferTooShort => {
                format!(
                    "the value {value} would be another one if it were cut to fit its {target} buffer; use a longer buffer"
                )
            }
            Fault::NotANumber => {
                format!("the value \"{value}\" is not a number, which {target} asks for; use SQL_C_CHAR")
            }
            Fault::NotADate => {
                format!(
                    "the value \"{value}\" is not a date, time or timestamp that {target} could hold; use SQL_C_CHAR"
                )
            }
            Fault::OtherDateStyle => format!(
                "the value \"{value}\" is in another DateStyle than ISO, which the statement itself has set: it may mean more \
                 than one date; set the style in a statement of its own, which the driver sets back, or cast to text"
            ),
            Fault::NotAnInterval => {
                format!("the value \"{value}\" is not an interval of the kind {target}; use SQL_C_CHAR")
            }
            Fault::NotAGuid => format!("the value \"{value}\" is not a GUID; use SQL_C_CHAR"),
            Fault::NotEncodable => format!(
                "the text \"{value}\" cannot be written as {target}: it has a character that this encoding lacks, or bytes \
                 that are not UTF-8; use SQL_C_WCHAR or SQL_C_BINARY"
            ),
            Fault::InfiniteDate => format!("the value {value} cannot be held by {target}; use SQL_C_CHAR"),
            Fault::DateOutOfRange => {
                format!("the value {value} is outside of what {target} can hold (years 1 to 9999); use SQL_C_CHAR")
            }
            Fault::IntervalOverflow => {
                format!("a field of the interval {value} does not fit into {target}; use SQL_C_CHAR")
            }
            Fault::Malformed => {
                format!("the server sent a value that is not of its declared type (for {target}): {value}")
            }
        };
        Diagnostic::new(self.sqlstate(), message)
    }
}

/// The beginning of a value for a message: at most 60 characters, control characters escaped.
pub(super) fn excerpt(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value.get(..240).unwrap_or(value));
    let mut excerpt: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        excerpt.push_str("...");
    }
    excerpt
}

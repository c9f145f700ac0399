//! A parameter's value between the application and the wire, and why it cannot go.

use super::super::datetime::Moment;
use super::super::interval::Interval;
use super::super::server_type::ServerType;
use super::is_moment;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Sqlstate};

/// A value as read from the application.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Integer(i128),
    Bit(bool),
    Single(f32),
    Double(f64),
    /// A numeric literal.
    Numeric(&'a [u8]),
    /// UTF-8, as the narrow or wide text said.
    Characters(&'a [u8]),
    Bytes(&'a [u8]),
    Moment(Moment),
    Guid([u8; 16]),
    Interval(Interval),
}

/// Why a parameter's value cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ParameterFault {
    NullAddress,
    NegativeLength(isize),
    OutOfRange(String),
    FractionLost(String),
    /// No date or time of the calendar.
    NotValid(String),
    /// A second that the reference allows and the server has not.
    LeapSecond(String),
    DateFraction(String),
    Zone(String),
    NotAnInterval(String),
    NotANumber(String),
    NotHexadecimal,
    Undecodable,
    Nul,
    IntervalOverflow,
}

impl ParameterFault {
    /// In words, with the C type and the server type.
    #[cold]
    pub(super) fn report(self, source: &str, target: &ServerType) -> Box<Diagnostic> {
        let is_for_moment = is_moment(target.class);
        let target = if target.name.is_empty() { "text" } else { target.name };
        let (sqlstate, message): (Sqlstate, String) = match self {
            ParameterFault::NullAddress => {
                (HY009_INVALID_NULL_POINTER, format!("the parameter's {source} buffer is a null pointer, but its value is not NULL"))
            }
            ParameterFault::NegativeLength(length) => (
                HY090_INVALID_STRING_OR_BUFFER_LENGTH,
                format!("{length} is no length for a {source} parameter; give its length in bytes or SQL_NTS"),
            ),
            ParameterFault::OutOfRange(value) => {
                (S22003_NUMERIC_OUT_OF_RANGE, format!("the parameter's value {value} does not fit into {target}"))
            }
            ParameterFault::FractionLost(value) => (
                S22001_STRING_RIGHT_TRUNCATED,
                format!("the parameter's value {value} has a fraction, which {target} does not"),
            ),
            // "C to SQL: Timestamp": 22007 for a date or time, 22008 for characters.
            ParameterFault::NotValid(value) => (
                if is_for_moment { S22007_INVALID_DATETIME_FORMAT } else { S22008_DATETIME_FIELD_OVERFLOW },
                format!("the parameter's {source} holds no valid date or time: {value}"),
            ),
            ParameterFault::LeapSecond(value) => (
                S22008_DATETIME_FIELD_OVERFLOW,
                format!("the parameter's {source} holds a leap second, which the server does not keep: {value}"),
            ),
            ParameterFault::DateFraction(value) => (
                S22008_DATETIME_FIELD_OVERFLOW,
                format!("the parameter's value {value} would be cut in {target}, which holds microseconds (and a date no time)"),
            ),
            ParameterFault::Zone(value) => (
                S22018_INVALID_CHARACTER_VALUE,
                format!(
                    "the parameter's value {value} has an offset, a time zone or another word that is no part of a {target}; \
                     bind the text as SQL_VARCHAR to leave its type to the server"
                ),
            ),
            ParameterFault::NotAnInterval(value) => (
                S22018_INVALID_CHARACTER_VALUE,
                format!("the parameter's value {value} does not say which fields of the interval it is"),
            ),
            ParameterFault::NotANumber(value) => {
                (S22018_INVALID_CHARACTER_VALUE, format!("the parameter's value {value} is not a number, which {target} asks for"))
            }
            ParameterFault::NotHexadecimal => (
                S22018_INVALID_CHARACTER_VALUE,
                "characters for a binary SQL type must be pairs of hexadecimal digits; bind SQL_C_BINARY for bytes".to_owned(),
            ),
            ParameterFault::Undecodable => (
                S22018_INVALID_CHARACTER_VALUE,
                format!("the parameter's {source} text has bytes that are no characters of its encoding"),
            ),
            ParameterFault::Nul => (
                S22018_INVALID_CHARACTER_VALUE,
                "the parameter's text has a NUL character inside, which the server cannot store; bind SQL_C_BINARY to a bytea".to_owned(),
            ),
            ParameterFault::IntervalOverflow => {
                (S22015_INTERVAL_FIELD_OVERFLOW, format!(
                    "the parameter's {source} holds an interval with more than its SQL type or the server's has fields for"
                ))
            }
        };
        Diagnostic::new(sqlstate, message)
    }
}

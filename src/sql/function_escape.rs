//! `{fn name(arguments)}`: one scalar function, translated.
//!
//! Source: ODBC reference, "Scalar function escape sequence", "Explicit data type conversion function".

use super::datetime_functions::{timestamp_add, timestamp_difference};
use super::functions::{SCALAR_FUNCTIONS, Translation};
use super::translate::syntax_error;
use crate::diag::Result;
use crate::odbc::types::*;

/// A type of `{fn CONVERT(value, type)}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvertType {
    /// Its keyword without `SQL_`.
    pub name: &'static str,
    pub sql_type: i16,
    /// The server's type. Character types have no length, or `CONVERT(x, SQL_CHAR)` would cut to one character.
    pub server_type: &'static str,
}

const fn row(name: &'static str, sql_type: i16, server_type: &'static str) -> ConvertType {
    ConvertType { name, sql_type, server_type }
}

/// The types of CONVERT.
pub const CONVERT_TYPES: &[ConvertType] = &[
    row("BIGINT", SQL_BIGINT, "bigint"),
    row("BINARY", SQL_BINARY, "bytea"),
    row("BIT", SQL_BIT, "boolean"),
    row("CHAR", SQL_CHAR, "varchar"),
    row("DATE", SQL_TYPE_DATE, "date"),
    row("TYPE_DATE", SQL_TYPE_DATE, "date"),
    row("DECIMAL", SQL_DECIMAL, "numeric"),
    row("DOUBLE", SQL_DOUBLE, "double precision"),
    row("FLOAT", SQL_FLOAT, "double precision"),
    row("GUID", SQL_GUID, "uuid"),
    row("INTEGER", SQL_INTEGER, "integer"),
    row("INTERVAL_DAY", SQL_INTERVAL_DAY, "interval day"),
    row("INTERVAL_DAY_TO_HOUR", SQL_INTERVAL_DAY_TO_HOUR, "interval day to hour"),
    row("INTERVAL_DAY_TO_MINUTE", SQL_INTERVAL_DAY_TO_MINUTE, "interval day to minute"),
    row("INTERVAL_DAY_TO_SECOND", SQL_INTERVAL_DAY_TO_SECOND, "interval day to second"),
    row("INTERVAL_HOUR", SQL_INTERVAL_HOUR, "interval hour"),
    row("INTERVAL_HOUR_TO_MINUTE", SQL_INTERVAL_HOUR_TO_MINUTE, "interval hour to minute"),
    row("INTERVAL_HOUR_TO_SECOND", SQL_INTERVAL_HOUR_TO_SECOND, "interval hour to second"),
    row("INTERVAL_MINUTE", SQL_INTERVAL_MINUTE, "interval minute"),
    row("INTERVAL_MINUTE_TO_SECOND", SQL_INTERVAL_MINUTE_TO_SECOND, "interval minute to second"),
    row("INTERVAL_MONTH", SQL_INTERVAL_MONTH, "interval month"),
    row("INTERVAL_SECOND", SQL_INTERVAL_SECOND, "interval second"),
    row("INTERVAL_YEAR", SQL_INTERVAL_YEAR, "interval year"),
    row("INTERVAL_YEAR_TO_MONTH", SQL_INTERVAL_YEAR_TO_MONTH, "interval year to month"),
    row("LONGVARBINARY", SQL_LONGVARBINARY, "bytea"),
    row("LONGVARCHAR", SQL_LONGVARCHAR, "text"),
    row("NUMERIC", SQL_NUMERIC, "numeric"),
    row("REAL", SQL_REAL, "real"),
    row("SMALLINT", SQL_SMALLINT, "smallint"),
    row("TIME", SQL_TYPE_TIME, "time"),
    row("TYPE_TIME", SQL_TYPE_TIME, "time"),
    row("TIMESTAMP", SQL_TYPE_TIMESTAMP, "timestamp"),
    row("TYPE_TIMESTAMP", SQL_TYPE_TIMESTAMP, "timestamp"),
    row("TINYINT", SQL_TINYINT, "smallint"),
    row("VARBINARY", SQL_VARBINARY, "bytea"),
    row("VARCHAR", SQL_VARCHAR, "varchar"),
    row("WCHAR", SQL_WCHAR, "varchar"),
    row("WLONGVARCHAR", SQL_WLONGVARCHAR, "text"),
    row("WVARCHAR", SQL_WVARCHAR, "varchar"),
];

/// The expression for a call. None: the name is no scalar function of ODBC; it goes to the server as it is, which
/// knows its own functions.
pub(super) fn translate(name: &str, arguments: &[&str]) -> Result<Option<String>> {
    let mut named = SCALAR_FUNCTIONS.iter().filter(|function| function.name.eq_ignore_ascii_case(name)).peekable();
    if named.peek().is_none() {
        return Ok(None);
    }
    let counts: Vec<_> = named.clone().map(|function| function.arguments.to_string()).collect();
    let function = named.find(|function| function.arguments == arguments.len()).ok_or_else(|| {
        syntax_error(format!(
            "the scalar function {name} takes {} argument(s), not {}",
            counts.join(" or "),
            arguments.len()
        ))
    })?;
    // CURRENT_TIME() and the like take nothing; every other argument must be there.
    if arguments.iter().any(|argument| argument.trim().is_empty()) {
        return Err(syntax_error(format!("an argument of the scalar function {name} is empty")));
    }
    match (function.translation, arguments) {
        (Translation::Expression(expression), _) => Ok(Some(fill(expression, arguments))),
        (Translation::TimestampAdd, [interval, count, timestamp]) => {
            timestamp_add(interval, count, timestamp).map(Some)
        }
        (Translation::TimestampDiff, [interval, first, second]) => {
            timestamp_difference(interval, first, second).map(Some)
        }
        (Translation::Convert, [value, data_type]) => convert(value, data_type).map(Some),
        (Translation::Missing(reason), _) => {
            Err(syntax_error(format!("the scalar function {name} is not supported: {reason}")))
        }
        _ => Err(syntax_error(format!("the scalar function {name} does not take {} argument(s)", arguments.len()))),
    }
}

/// An argument without the blanks around it. A line break at its end stays: a comment may have come before it.
pub(super) fn trim(argument: &str) -> &str {
    argument.trim_start_matches([' ', '\t', '\r', '\n']).trim_end_matches(' ')
}

/// Puts the arguments into an expression. A percent sign inside an argument is no placeholder.
pub(super) fn fill(expression: &str, arguments: &[&str]) -> String {
    let length: usize = arguments.iter().map(|argument| argument.len()).sum();
    let mut filled = String::with_capacity(expression.len() + length);
    let mut pieces = expression.split('%');
    filled.push_str(pieces.next().unwrap_or(""));
    for piece in pieces {
        let (digit, rest) = piece.split_at(piece.len().min(1));
        let argument = digit.parse::<usize>().ok().and_then(|number| arguments.get(number.wrapping_sub(1)));
        filled.push_str(argument.map_or("", |argument| trim(argument)));
        filled.push_str(rest);
    }
    filled
}

fn convert(value: &str, data_type: &str) -> Result<String> {
    let data_type = data_type.trim();
    let (name, length) = match data_type.find('(') {
        Some(at) => (data_type[..at].trim_end(), &data_type[at..]),
        None => (data_type, ""),
    };
    let bare = match name.get(..4) {
        Some(prefix) if prefix.eq_ignore_ascii_case("SQL_") => &name[4..],
        _ => name,
    };
    let row = CONVERT_TYPES.iter().find(|row| row.name.eq_ignore_ascii_case(bare)).ok_or_else(|| {
        let known: Vec<_> = CONVERT_TYPES.iter().map(|row| format!("SQL_{}", row.name)).collect();
        syntax_error(format!("{data_type} is no type of CONVERT; these are: {}", known.join(", ")))
    })?;
    let takes_length = matches!(row.server_type, "varchar" | "numeric");
    let well_formed = length.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'(' | b')' | b',' | b' '));
    let length_fits = length.is_empty() || takes_length && well_formed;
    if !length_fits {
        return Err(syntax_error(format!("the type {data_type} of CONVERT takes no length")));
    }
    Ok(format!("cast({} AS {}{length})", trim(value), row.server_type))
}

//! SQL_CONVERT_*: from which types to which the scalar function CONVERT converts.
//!
//! `{fn CONVERT(value, SQL_TYPE)}` becomes a cast to the server type that `sql::CONVERT_TYPES` names, so a pair works where
//! the server casts between the two server types. Source: ODBC reference, `SQLGetInfo` (SQL_CONVERT_*) and "Explicit Data
//! Type Conversion"; `pg_cast` of PostgreSQL 13 to 18, of which these are the casts that all of them have.

use crate::odbc::info_sql::*;
use crate::odbc::info_types::*;
use crate::odbc::types::*;
use crate::sql::CONVERT_TYPES;

/// A type of CONVERT: the information type that asks about it, its bit in the masks, and the SQL type.
struct Convertible {
    information: u16,
    bit: u32,
    sql_type: i16,
}

const fn row(information: u16, bit: u32, sql_type: i16) -> Convertible {
    Convertible { information, bit, sql_type }
}

/// The intervals stand for their families: the server casts all of them alike.
const CONVERTIBLES: &[Convertible] = &[
    row(SQL_CONVERT_BIGINT, SQL_CVT_BIGINT, SQL_BIGINT),
    row(SQL_CONVERT_BINARY, SQL_CVT_BINARY, SQL_BINARY),
    row(SQL_CONVERT_BIT, SQL_CVT_BIT, SQL_BIT),
    row(SQL_CONVERT_CHAR, SQL_CVT_CHAR, SQL_CHAR),
    row(SQL_CONVERT_DATE, SQL_CVT_DATE, SQL_TYPE_DATE),
    row(SQL_CONVERT_DECIMAL, SQL_CVT_DECIMAL, SQL_DECIMAL),
    row(SQL_CONVERT_DOUBLE, SQL_CVT_DOUBLE, SQL_DOUBLE),
    row(SQL_CONVERT_FLOAT, SQL_CVT_FLOAT, SQL_FLOAT),
    row(SQL_CONVERT_GUID, SQL_CVT_GUID, SQL_GUID),
    row(SQL_CONVERT_INTEGER, SQL_CVT_INTEGER, SQL_INTEGER),
    row(SQL_CONVERT_INTERVAL_YEAR_MONTH, SQL_CVT_INTERVAL_YEAR_MONTH, SQL_INTERVAL_YEAR_TO_MONTH),
    row(SQL_CONVERT_INTERVAL_DAY_TIME, SQL_CVT_INTERVAL_DAY_TIME, SQL_INTERVAL_DAY_TO_SECOND),
    row(SQL_CONVERT_LONGVARBINARY, SQL_CVT_LONGVARBINARY, SQL_LONGVARBINARY),
    row(SQL_CONVERT_LONGVARCHAR, SQL_CVT_LONGVARCHAR, SQL_LONGVARCHAR),
    row(SQL_CONVERT_NUMERIC, SQL_CVT_NUMERIC, SQL_NUMERIC),
    row(SQL_CONVERT_REAL, SQL_CVT_REAL, SQL_REAL),
    row(SQL_CONVERT_SMALLINT, SQL_CVT_SMALLINT, SQL_SMALLINT),
    row(SQL_CONVERT_TIME, SQL_CVT_TIME, SQL_TYPE_TIME),
    row(SQL_CONVERT_TIMESTAMP, SQL_CVT_TIMESTAMP, SQL_TYPE_TIMESTAMP),
    row(SQL_CONVERT_TINYINT, SQL_CVT_TINYINT, SQL_TINYINT),
    row(SQL_CONVERT_VARBINARY, SQL_CVT_VARBINARY, SQL_VARBINARY),
    row(SQL_CONVERT_VARCHAR, SQL_CVT_VARCHAR, SQL_VARCHAR),
    row(SQL_CONVERT_WCHAR, SQL_CVT_WCHAR, SQL_WCHAR),
    row(SQL_CONVERT_WLONGVARCHAR, SQL_CVT_WLONGVARCHAR, SQL_WLONGVARCHAR),
    row(SQL_CONVERT_WVARCHAR, SQL_CVT_WVARCHAR, SQL_WVARCHAR),
];

const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric", "real", "double precision"];

/// The server's casts between types that are neither characters nor numbers both. Characters are cast from and to
/// everything, by the types' input and output; every number is cast to every other.
const CASTS: &[(&str, &[&str])] = &[
    ("boolean", &["integer"]),
    ("integer", &["boolean"]),
    ("date", &["timestamp"]),
    ("time", &["interval"]),
    ("timestamp", &["date", "time"]),
    ("interval", &["time"]),
];

/// The answer to one SQL_CONVERT_* information type: the bits of the types that values of that type convert to.
pub fn conversion_mask(information: u16) -> u32 {
    let Some(from) = CONVERTIBLES.iter().find(|row| row.information == information) else { return 0 };
    CONVERTIBLES.iter().filter(|to| converts(from.sql_type, to.sql_type)).fold(0, |mask, to| mask | to.bit)
}

fn converts(from: i16, to: i16) -> bool {
    match (server_type(from), server_type(to)) {
        (Some(from), Some(to)) => {
            from == to
                || is_character(from)
                || is_character(to)
                || (NUMBERS.contains(&from) && NUMBERS.contains(&to))
                || CASTS.iter().any(|(source, targets)| *source == from && targets.contains(&to))
        }
        _ => false,
    }
}

/// The server type that CONVERT casts to; all intervals are one.
fn server_type(sql_type: i16) -> Option<&'static str> {
    let name = CONVERT_TYPES.iter().find(|row| row.sql_type == sql_type)?.server_type;
    Some(if name.starts_with("interval") { "interval" } else { name })
}

fn is_character(server_type: &str) -> bool {
    matches!(server_type, "varchar" | "text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_what_the_server_casts() {
        // select '1'::integer::boolean, 1::smallint ..: integer casts to every number, to boolean and to characters,
        // not to bytea (before PostgreSQL 18), uuid, dates or intervals.
        let characters = SQL_CVT_CHAR
            | SQL_CVT_VARCHAR
            | SQL_CVT_LONGVARCHAR
            | SQL_CVT_WCHAR
            | SQL_CVT_WVARCHAR
            | SQL_CVT_WLONGVARCHAR;
        let numbers = SQL_CVT_TINYINT
            | SQL_CVT_SMALLINT
            | SQL_CVT_INTEGER
            | SQL_CVT_BIGINT
            | SQL_CVT_NUMERIC
            | SQL_CVT_DECIMAL
            | SQL_CVT_REAL
            | SQL_CVT_FLOAT
            | SQL_CVT_DOUBLE;
        assert_eq!(conversion_mask(SQL_CONVERT_INTEGER), characters | numbers | SQL_CVT_BIT);
        assert_eq!(conversion_mask(SQL_CONVERT_BIGINT), characters | numbers);
        assert_eq!(
            conversion_mask(SQL_CONVERT_TIMESTAMP),
            characters | SQL_CVT_TIMESTAMP | SQL_CVT_DATE | SQL_CVT_TIME
        );
        assert_eq!(conversion_mask(SQL_CONVERT_GUID), characters | SQL_CVT_GUID);
        assert_eq!(conversion_mask(SQL_CONVERT_BIT), characters | SQL_CVT_BIT | SQL_CVT_INTEGER);
        // A text can be anything: all 25 bits.
        assert_eq!(conversion_mask(SQL_CONVERT_WVARCHAR), 0x01ff_ffff);
    }
}

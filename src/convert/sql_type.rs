//! What ODBC says of a server type: codes, sizes, names.
//!
//! Source: ODBC reference, appendix D, "Column size, decimal digits, transfer octet length, and display size". Sizes come
//! from the type modifier where there is one. Rules that the reference leaves to the driver:
//!
//! * Character types without a declared length (text, varchar, json, arrays, unknown types ..) are SQL_(W)LONGVARCHAR of
//!   [`TypeOptions::unbounded_size`] characters: applications read long types in pieces instead of allocating by size.
//! * `numeric` without precision has [`TypeOptions::unconstrained_numeric`].
//! * `timestamptz` is SQL_TYPE_TIMESTAMP; its text has six characters more for the offset. `bool` is SQL_BIT, `bit(1)` too.

use std::borrow::Cow;

use super::options::TypeOptions;
use super::server_type::{Class, ServerType, server_type};
use crate::config::UnknownSizes;
use crate::odbc::types::*;
use crate::odbc::values::SQL_NO_TOTAL;

/// What ODBC reports of a column, a parameter or a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlType {
    pub concise_type: i16,
    /// SQL_DATETIME and SQL_INTERVAL for those, else the concise type.
    pub verbose_type: i16,
    /// SQL_DESC_DATETIME_INTERVAL_CODE, else 0.
    pub interval_code: i16,
    /// Characters, bytes or digits; 0 = unknown.
    pub column_size: u64,
    pub decimal_digits: i16,
    /// Characters that the value takes as text.
    pub display_size: i64,
    /// Bytes of the value in its default C type.
    pub octet_length: i64,
    pub precision: i16,
    pub scale: i16,
    /// 10 for exact numbers, 2 for approximate ones, else 0.
    pub radix: i32,
    pub unsigned: bool,
    pub case_sensitive: bool,
    pub searchable: i16,
    pub fixed_prec_scale: bool,
    pub literal_prefix: &'static str,
    pub literal_suffix: &'static str,
    /// The server's name; empty for a type that the driver does not know by OID.
    pub type_name: Cow<'static, str>,
}

/// Describes a server type with its modifier (-1 for none).
pub fn describe(oid: u32, modifier: i32, options: &TypeOptions) -> SqlType {
    let server = server_type(oid);
    let base = SqlType {
        concise_type: server.sql_type,
        verbose_type: server.sql_type,
        interval_code: 0,
        column_size: server.size,
        decimal_digits: 0,
        display_size: 0,
        octet_length: 0,
        precision: 0,
        scale: 0,
        radix: 0,
        unsigned: true,
        case_sensitive: false,
        searchable: SQL_PRED_SEARCHABLE,
        fixed_prec_scale: false,
        literal_prefix: "",
        literal_suffix: "",
        type_name: Cow::Borrowed(server.name),
    };
    match server.class {
        // Narrow, as psqlODBC has it for wide applications too.
        Class::Bool if options.settings.bools_as_char => {
            sized_character(base, SQL_VARCHAR, 5, &TypeOptions { wide_characters: false, ..*options })
        }
        Class::Bool => SqlType { display_size: 1, octet_length: 1, searchable: SQL_PRED_BASIC, ..base },
        Class::Int2 => integer(base, 5, 2, false),
        Class::Int4 => integer(base, 10, 4, false),
        Class::Int8 => match options.settings.int8_as {
            Some(SQL_NUMERIC) => exact(SqlType { concise_type: SQL_NUMERIC, verbose_type: SQL_NUMERIC, ..base }, 19, 0),
            Some(SQL_INTEGER) => {
                integer(SqlType { concise_type: SQL_INTEGER, verbose_type: SQL_INTEGER, ..base }, 10, 4, false)
            }
            Some(SQL_DOUBLE) => double(base),
            Some(_) => sized_character(base, SQL_VARCHAR, 20, options),
            None => integer(base, 19, 8, false),
        },
        Class::Oid => integer(base, 10, 4, true),
        Class::Float4 => approximate(base, 24, 14, 4),
        Class::Float8 => approximate(base, 53, 24, 8),
        Class::Numeric => numeric(base, modifier, options),
        Class::Text | Class::Money => character(base, server, modifier, options),
        Class::Bit => bits(base, server, modifier, options),
        Class::Bytea if options.settings.bytea_as_long => long_binary(base, options),
        Class::Bytea => binary(base, SQL_VARBINARY, unbounded(options.settings.varchar_size, options)),
        Class::Date => datetime(base, SQL_CODE_DATE, 10, 0, 0, 6),
        Class::Time => datetime(base, SQL_CODE_TIME, 8, fraction_digits(modifier), 0, 6),
        Class::TimeTz => datetime(base, SQL_CODE_TIME, 8, fraction_digits(modifier), 6, 6),
        Class::Timestamp => datetime(base, SQL_CODE_TIMESTAMP, 19, fraction_digits(modifier), 0, 16),
        Class::TimestampTz => datetime(base, SQL_CODE_TIMESTAMP, 19, fraction_digits(modifier), 6, 16),
        Class::Interval => sized_character(base, SQL_VARCHAR, server.size, options),
        Class::Uuid => SqlType {
            display_size: 36,
            octet_length: 16,
            searchable: SQL_PRED_BASIC,
            literal_prefix: "'",
            literal_suffix: "'",
            ..base
        },
    }
}

/// Describes a column of large objects: what it is to the application are their bytes, long binary data.
pub fn describe_large_object(options: &TypeOptions) -> SqlType {
    let bytes = describe(BYTEA, -1, options);
    // Values are OIDs to the server: what the application knows of them is not to be compared with.
    SqlType {
        searchable: SQL_PRED_NONE,
        literal_prefix: "",
        literal_suffix: "",
        type_name: "lo".into(),
        ..long_binary(bytes, options)
    }
}

fn long_binary(base: SqlType, options: &TypeOptions) -> SqlType {
    binary(base, SQL_LONGVARBINARY, unbounded(options.settings.long_size, options))
}

fn binary(base: SqlType, concise: i16, size: u64) -> SqlType {
    SqlType {
        concise_type: concise,
        verbose_type: concise,
        column_size: size,
        display_size: total(size.saturating_mul(2)),
        octet_length: total(size),
        searchable: SQL_PRED_BASIC,
        literal_prefix: "'\\x",
        literal_suffix: "'",
        ..base
    }
}

/// Describes a type as it is in a result: what has no size has that of the longest value there. Not 0, which is unknown.
pub fn describe_longest(oid: u32, modifier: i32, longest: u64, options: &TypeOptions) -> SqlType {
    describe(oid, modifier, &TypeOptions { longest: Some(longest.max(1)), ..*options })
}

/// The size of a type without one: as a keyword gives it, else the greatest; 0 where it is said to be unknown.
fn unbounded(given: Option<u64>, options: &TypeOptions) -> u64 {
    match (options.longest, options.settings.unknown_sizes) {
        (Some(longest), _) => longest,
        (None, UnknownSizes::Unknown) => 0,
        (None, UnknownSizes::Maximum | UnknownSizes::Longest) => given.unwrap_or(options.unbounded_size),
    }
}

/// A length as a column attribute: SQL_NO_TOTAL where it is unknown.
fn total(size: u64) -> i64 {
    if size == 0 { SQL_NO_TOTAL as i64 } else { signed(size) }
}

fn double(base: SqlType) -> SqlType {
    approximate(SqlType { concise_type: SQL_DOUBLE, verbose_type: SQL_DOUBLE, ..base }, 53, 24, 8)
}

fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

fn integer(base: SqlType, digits: u8, bytes: i64, unsigned: bool) -> SqlType {
    SqlType {
        column_size: u64::from(digits),
        // A sign needs a character.
        display_size: i64::from(digits) + i64::from(!unsigned),
        octet_length: bytes,
        precision: i16::from(digits),
        radix: 10,
        unsigned,
        searchable: SQL_PRED_BASIC,
        ..base
    }
}

/// REAL and DOUBLE: precision in bits (radix 2), as the reference's tables give it.
fn approximate(base: SqlType, bits: u8, display_size: i64, bytes: i64) -> SqlType {
    SqlType {
        column_size: u64::from(bits),
        display_size,
        octet_length: bytes,
        precision: i16::from(bits),
        radix: 2,
        unsigned: false,
        searchable: SQL_PRED_BASIC,
        ..base
    }
}

/// Modifier of numeric(p,s): (p << 16 | s as 11 bits, signed since PostgreSQL 15) + 4.
fn numeric(base: SqlType, modifier: i32, options: &TypeOptions) -> SqlType {
    if modifier >= 4 {
        let packed = modifier - 4;
        let scale = ((packed & 0x7ff) ^ 0x400) - 0x400;
        return exact(base, (packed >> 16) as u16, scale as i16);
    }
    match options.settings.numeric_as {
        Some(SQL_DOUBLE) => double(base),
        Some(SQL_VARCHAR) => {
            sized_character(base, SQL_VARCHAR, unbounded(options.settings.varchar_size, options), options)
        }
        Some(SQL_LONGVARCHAR) => long_character(base, options),
        _ => exact(base, options.unconstrained_numeric.0, options.unconstrained_numeric.1),
    }
}

fn exact(base: SqlType, precision: u16, scale: i16) -> SqlType {
    // A negative scale adds zeros before the point, one above the precision adds zeros behind it.
    let digits = i64::from(precision).max(i64::from(scale)) + i64::from((-scale).max(0));
    SqlType {
        column_size: u64::from(precision),
        decimal_digits: scale,
        // Sign and point; a leading zero where all digits are behind the point.
        display_size: digits + 2 + i64::from(i64::from(scale) >= i64::from(precision)),
        octet_length: digits + 2,
        precision: i16::try_from(precision).unwrap_or(i16::MAX),
        scale,
        radix: 10,
        unsigned: false,
        searchable: SQL_PRED_BASIC,
        ..base
    }
}

fn character(base: SqlType, server: &ServerType, modifier: i32, options: &TypeOptions) -> SqlType {
    let base = SqlType { case_sensitive: true, ..base };
    let settings = &options.settings;
    let is_varying = matches!(server.sql_type, SQL_CHAR | SQL_VARCHAR);
    if server.size != 0 {
        return sized_character(base, server.sql_type, server.size, options);
    }
    match (is_varying, settings.varchar_size) {
        (true, limit) if modifier >= 4 => {
            let declared = u64::from((modifier - 4).unsigned_abs());
            // What is longer than MaxVarcharSize is a long type of its own length.
            let sql_type = if limit.is_some_and(|limit| declared > limit) { SQL_LONGVARCHAR } else { server.sql_type };
            sized_character(base, sql_type, declared, options)
        }
        (true, Some(limit)) => sized_character(base, SQL_VARCHAR, unbounded(Some(limit), options), options),
        (true, None) => long_character(base, options),
        (false, limit) => match if server.oid == TEXT { settings.text_as_long } else { settings.unknowns_as_long } {
            true => long_character(base, options),
            false => sized_character(base, SQL_VARCHAR, unbounded(limit, options), options),
        },
    }
}

/// The OIDs of text and bytea.
const TEXT: u32 = 25;
const BYTEA: u32 = 17;

fn long_character(base: SqlType, options: &TypeOptions) -> SqlType {
    sized_character(base, SQL_LONGVARCHAR, unbounded(options.settings.long_size, options), options)
}

fn bits(base: SqlType, server: &ServerType, modifier: i32, options: &TypeOptions) -> SqlType {
    let declared = u64::try_from(modifier).unwrap_or(0);
    if server.sql_type == SQL_CHAR && declared == 1 {
        return SqlType {
            concise_type: SQL_BIT,
            verbose_type: SQL_BIT,
            column_size: 1,
            display_size: 1,
            octet_length: 1,
            literal_prefix: "B'",
            literal_suffix: "'",
            ..base
        };
    }
    let described = match declared {
        0 => long_character(base, options),
        declared => sized_character(base, server.sql_type, declared, options),
    };
    SqlType { literal_prefix: "B'", ..described }
}

/// A character type of a size in characters; 0 is unknown.
fn sized_character(base: SqlType, narrow: i16, size: u64, options: &TypeOptions) -> SqlType {
    let concise = match (narrow, options.wide_characters) {
        (SQL_CHAR, true) => SQL_WCHAR,
        (SQL_VARCHAR, true) => SQL_WVARCHAR,
        (SQL_LONGVARCHAR, true) => SQL_WLONGVARCHAR,
        (narrow, _) => narrow,
    };
    // Wide: two bytes a character. Narrow: up to four bytes of UTF-8, but never more than the server can send.
    let octets = if options.wide_characters {
        size.saturating_mul(2)
    } else {
        size.saturating_mul(4).min(options.unbounded_size.max(size))
    };
    SqlType {
        concise_type: concise,
        verbose_type: concise,
        column_size: size,
        display_size: total(size),
        octet_length: total(octets),
        literal_prefix: "'",
        literal_suffix: "'",
        ..base
    }
}

/// Digits of the fraction of a second: the modifier, 6 without one.
fn fraction_digits(modifier: i32) -> u8 {
    u8::try_from(modifier).unwrap_or(6).min(6)
}

fn datetime(base: SqlType, code: i16, whole: u8, fraction: u8, offset: u8, octet_length: i64) -> SqlType {
    let size = whole + if fraction > 0 { fraction + 1 } else { 0 };
    SqlType {
        verbose_type: SQL_DATETIME,
        interval_code: code,
        column_size: u64::from(size),
        decimal_digits: i16::from(fraction),
        display_size: i64::from(size) + i64::from(offset),
        octet_length,
        precision: i16::from(fraction),
        literal_prefix: "'",
        literal_suffix: "'",
        ..base
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(oid: u32, modifier: i32) -> (i16, u64, i16, i64, i64) {
        let described = describe(oid, modifier, &TypeOptions::default());
        (
            described.concise_type,
            described.column_size,
            described.decimal_digits,
            described.display_size,
            described.octet_length,
        )
    }

    // Expected values: the tables of appendix D ("Column size", "Decimal digits", "Display size", "Transfer octet length").
    #[test]
    fn sizes_are_the_references() {
        for (oid, modifier, expected) in [
            (21, -1, (SQL_SMALLINT, 5, 0, 6, 2)),
            (23, -1, (SQL_INTEGER, 10, 0, 11, 4)),
            (20, -1, (SQL_BIGINT, 19, 0, 20, 8)),
            (26, -1, (SQL_INTEGER, 10, 0, 10, 4)),
            (16, -1, (SQL_BIT, 1, 0, 1, 1)),
            (700, -1, (SQL_REAL, 24, 0, 14, 4)),
            (701, -1, (SQL_DOUBLE, 53, 0, 24, 8)),
            (1082, -1, (SQL_TYPE_DATE, 10, 0, 10, 6)),
            (1083, 0, (SQL_TYPE_TIME, 8, 0, 8, 6)),
            (1083, -1, (SQL_TYPE_TIME, 15, 6, 15, 6)),
            (1114, -1, (SQL_TYPE_TIMESTAMP, 26, 6, 26, 16)),
            (1114, 0, (SQL_TYPE_TIMESTAMP, 19, 0, 19, 16)),
            (1114, 3, (SQL_TYPE_TIMESTAMP, 23, 3, 23, 16)),
            (1184, -1, (SQL_TYPE_TIMESTAMP, 26, 6, 32, 16)),
            (2950, -1, (SQL_GUID, 36, 0, 36, 16)),
            (1043, 104, (SQL_WVARCHAR, 100, 0, 100, 200)),
            (1042, 14, (SQL_WCHAR, 10, 0, 10, 20)),
            (25, -1, (SQL_WLONGVARCHAR, 1_073_741_823, 0, 1_073_741_823, 2_147_483_646)),
            (1043, -1, (SQL_WLONGVARCHAR, 1_073_741_823, 0, 1_073_741_823, 2_147_483_646)),
            (17, -1, (SQL_LONGVARBINARY, 1_073_741_823, 0, 2_147_483_646, 1_073_741_823)),
            (1560, 1, (SQL_BIT, 1, 0, 1, 1)),
            (1560, 8, (SQL_WCHAR, 8, 0, 8, 16)),
            // numeric(8,2): ((8 << 16) | 2) + 4
            (1700, 524_294, (SQL_NUMERIC, 8, 2, 10, 10)),
            // numeric(3,-2): ((3 << 16) | (-2 & 0x7ff)) + 4
            (1700, 198_658, (SQL_NUMERIC, 3, -2, 7, 7)),
        ] {
            assert_eq!(described(oid, modifier), expected, "type {oid} modifier {modifier}");
        }
    }

    #[test]
    fn narrow_applications_get_narrow_types() {
        let options = TypeOptions { wide_characters: false, ..TypeOptions::default() };
        assert_eq!(describe(1043, 104, &options).concise_type, SQL_VARCHAR);
        assert_eq!(describe(1043, 104, &options).octet_length, 400);
        assert_eq!(describe(25, -1, &options).concise_type, SQL_LONGVARCHAR);
    }

    #[test]
    fn any_modifier_is_survived() {
        for row in super::super::SERVER_TYPES {
            for modifier in [i32::MIN, -2, -1, 0, 1, 3, 4, 5, 70_000, i32::MAX] {
                let described = describe(row.oid, modifier, &TypeOptions::default());
                assert!(described.column_size > 0 || row.class == Class::Numeric || row.class == Class::Text);
            }
        }
    }
}

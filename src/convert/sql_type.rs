//! What ODBC says of a server type: codes, sizes, names.
//!
//! Source: ODBC reference, appendix D, "Column size, decimal digits, transfer octet length, and display size". Sizes come
//! from the type modifier where there is one. Rules that the reference leaves to the driver:
//!
//! * Character types without a declared length (text, varchar, json, arrays, unknown types ..) are SQL_(W)LONGVARCHAR of
//!   [`TypeOptions::unbounded_size`] characters: applications read long types in pieces instead of allocating by size.
//! * `numeric` without precision has [`TypeOptions::unconstrained_numeric`].
//! * `timestamptz` is SQL_TYPE_TIMESTAMP. `timetz` is characters: no structure of the standard has its offset. `bool` is
//!   SQL_BIT, `bit(1)` too.
//! * `oid`, `xid` and `cid` are SQL_BIGINT: applications take SQL_INTEGER for signed, whatever SQL_DESC_UNSIGNED says.
//! * A display size is what the longest value takes, also where the reference's table assumes less: years of more than four
//!   digits or before Christ, offsets with seconds.

use std::borrow::Cow;

use super::options::{Longest, TypeOptions};
use super::psqlodbc_types::psqlodbc_type;
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
    let server = match options.settings.as_psqlodbc {
        true => psqlodbc_type(oid),
        false => server_type(oid),
    };
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
        Class::Bool if options.settings.bools_as_char => sized_character(base, SQL_VARCHAR, 5, &narrow(options)),
        Class::Bool => SqlType {
            display_size: 1 + i64::from(options.settings.true_is_minus_one),
            octet_length: 1,
            searchable: SQL_PRED_BASIC,
            ..base
        },
        Class::Int2 => integer(base, 5, 2),
        Class::Int4 => integer(base, 10, 4),
        Class::Int8 => match options.settings.int8_as {
            Some(SQL_NUMERIC) => exact(SqlType { concise_type: SQL_NUMERIC, verbose_type: SQL_NUMERIC, ..base }, 19, 0),
            // As many digits as its values have; what SQL_C_DEFAULT cannot hold of them is 22003.
            Some(SQL_INTEGER) => SqlType {
                octet_length: 4,
                ..integer(SqlType { concise_type: SQL_INTEGER, verbose_type: SQL_INTEGER, ..base }, 19, 8)
            },
            Some(SQL_DOUBLE) => double(base),
            Some(_) => sized_character(base, SQL_VARCHAR, 20, &narrow(options)),
            None => integer(base, 19, 8),
        },
        Class::Oid => integer(base, 19, 8),
        Class::Float4 => approximate(base, server, 15, 4),
        Class::Float8 => approximate(base, server, 24, 8),
        Class::Numeric => numeric(base, modifier, options),
        // Values that have been measured have been so as they are delivered.
        Class::Text if options.settings.line_feeds && options.longest.is_none() => {
            with_line_feeds(character(base, server, modifier, options))
        }
        Class::Text | Class::Money => character(base, server, modifier, options),
        Class::Bit => bits(base, server, modifier, options),
        Class::Bytea if options.settings.bytea_as_long => long_binary(base, options),
        Class::Bytea => binary(base, SQL_VARBINARY, unbounded(options.settings.varchar_size, options)),
        Class::Date => datetime(base, SQL_CODE_DATE, 10, 0, YEARS, 6),
        Class::Time => datetime(base, SQL_CODE_TIME, 8, fraction_digits(modifier), 0, 6),
        Class::Timestamp => datetime(base, SQL_CODE_TIMESTAMP, 19, fraction_digits(modifier), YEARS, 16),
        Class::TimestampTz => datetime(base, SQL_CODE_TIMESTAMP, 19, fraction_digits(modifier), YEARS + OFFSET, 16),
        Class::TimeTz => {
            let size = 8 + fraction(fraction_digits(modifier)) + OFFSET;
            sized_character(base, SQL_VARCHAR, size.into(), options)
        }
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

/// MaxLongVarcharSize is the size of characters: bytes have their own.
fn long_binary(base: SqlType, options: &TypeOptions) -> SqlType {
    binary(base, SQL_LONGVARBINARY, unbounded(None, options))
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

/// Describes a type as it is in a result: what has no size has that of the longest value there. Where there is none, the
/// size is what it is without a result: 0 would be an unknown one.
pub fn describe_longest(oid: u32, modifier: i32, longest: Longest, options: &TypeOptions) -> SqlType {
    let longest = (longest != Longest::default()).then_some(longest);
    describe(oid, modifier, &TypeOptions { longest, ..*options })
}

/// The size of a type without one: as a keyword gives it, else the greatest; 0 where it is said to be unknown.
fn unbounded(given: Option<u64>, options: &TypeOptions) -> u64 {
    match (options.longest, options.settings.unknown_sizes) {
        (Some(longest), _) => longest.length,
        (None, UnknownSizes::Unknown) => 0,
        (None, UnknownSizes::Maximum | UnknownSizes::Longest) => given.unwrap_or(options.unbounded_size),
    }
}

/// A length as a column attribute: SQL_NO_TOTAL where it is unknown.
fn total(size: u64) -> i64 {
    if size == 0 { SQL_NO_TOTAL as i64 } else { signed(size) }
}

/// An exact number as SQL_DOUBLE: its text keeps all its digits.
fn double(base: SqlType) -> SqlType {
    approximate(SqlType { concise_type: SQL_DOUBLE, verbose_type: SQL_DOUBLE, ..base }, server_type(FLOAT8), 24, 8)
}

/// A keyword that names a type names a narrow one, for wide applications too: so psqlODBC has it.
fn narrow(options: &TypeOptions) -> TypeOptions {
    TypeOptions { wide_characters: false, ..*options }
}

fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

fn integer(base: SqlType, digits: u8, bytes: i64) -> SqlType {
    SqlType {
        column_size: u64::from(digits),
        // A sign needs a character.
        display_size: i64::from(digits) + 1,
        octet_length: bytes,
        precision: i16::from(digits),
        radix: 10,
        unsigned: false,
        searchable: SQL_PRED_BASIC,
        ..base
    }
}

/// REAL and DOUBLE: precision in bits (radix 2), as the reference's tables give it; psqlODBC counts digits.
fn approximate(base: SqlType, server: &ServerType, display_size: i64, bytes: i64) -> SqlType {
    SqlType {
        column_size: server.size,
        display_size,
        octet_length: bytes,
        precision: server.size as i16,
        radix: if matches!(server.size, 24 | 53) { 2 } else { 10 },
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
        return exact(base, (packed >> 16) as u32 & 0xffff, scale as i16);
    }
    let (precision, scale, display_size) = match options.longest {
        Some(longest) => {
            let precision = (longest.whole + u32::from(longest.scale)).max(1);
            (precision, longest.scale as i16, signed(longest.length))
        }
        None => (options.unconstrained_numeric.0.into(), options.unconstrained_numeric.1, LONGEST_NUMERIC),
    };
    let at_least = |sql: SqlType| SqlType { display_size: sql.display_size.max(display_size), ..sql };
    match options.settings.numeric_as {
        Some(SQL_DOUBLE) => at_least(double(base)),
        Some(SQL_VARCHAR) => {
            sized_character(base, SQL_VARCHAR, unbounded(options.settings.varchar_size, options), &narrow(options))
        }
        Some(SQL_LONGVARCHAR) => long_character(base, &narrow(options)),
        _ => {
            let sql = at_least(exact(base, precision, scale));
            SqlType { octet_length: sql.display_size, ..sql }
        }
    }
}

/// Characters of the longest numeric: a sign, 131072 digits, a point, 16383 digits (PostgreSQL documentation, "Numeric
/// Types").
const LONGEST_NUMERIC: i64 = 1 + 131_072 + 1 + 16_383;

fn exact(base: SqlType, precision: u32, scale: i16) -> SqlType {
    // A negative scale adds zeros before the point, one above the precision adds zeros behind it.
    let digits = i64::from(precision).max(i64::from(scale)) + i64::from((-scale).max(0));
    // Sign and point; a leading zero where all digits are behind the point.
    let characters = digits + 2 + i64::from(i64::from(scale) >= i64::from(precision));
    SqlType {
        column_size: u64::from(precision),
        decimal_digits: scale,
        display_size: characters,
        octet_length: characters,
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
    if is_varying && modifier >= 4 {
        let declared = u64::from((modifier - 4).unsigned_abs());
        return sized_character(base, kept_short(server.sql_type, declared, options), declared, options);
    }
    let (short, size) = match (is_varying, settings.varchar_size) {
        (true, None) => return long_character(base, options),
        (true, limit) => (server.sql_type, limit),
        (false, _) if server.oid == TEXT && settings.text_as_long => return long_text(base, options),
        (false, _) if server.oid != TEXT && settings.unknowns_as_long => return long_character(base, options),
        // psqlODBC's xml is long, of a size that is not.
        (false, limit) if settings.as_psqlodbc && server.oid == XML => (SQL_LONGVARCHAR, limit),
        (false, limit) => (SQL_VARCHAR, limit),
    };
    let size = unbounded(size, options);
    let short = if is_varying && options.longest.is_some() { kept_short(short, size, options) } else { short };
    sized_character(base, short, size, options)
}

/// LFConversion: each character may be a line feed, which becomes two. What the column holds stays what it is.
fn with_line_feeds(sql: SqlType) -> SqlType {
    let double = |length: i64| if length > 0 { 2 * length } else { length };
    SqlType { display_size: double(sql.display_size), octet_length: double(sql.octet_length), ..sql }
}

/// What is longer than MaxVarcharSize is a long type of its own length.
fn kept_short(sql_type: i16, size: u64, options: &TypeOptions) -> i16 {
    if options.settings.varchar_size.is_some_and(|limit| size > limit) { SQL_LONGVARCHAR } else { sql_type }
}

/// A text whose longest value is known is no longer than MaxVarcharSize, or long.
fn long_text(base: SqlType, options: &TypeOptions) -> SqlType {
    match (options.longest, options.settings.varchar_size) {
        (Some(longest), Some(limit)) if longest.length <= limit => {
            sized_character(base, SQL_VARCHAR, longest.length, options)
        }
        _ => long_character(base, options),
    }
}

/// The OIDs of text, xml, bytea and float8.
const TEXT: u32 = 25;
const XML: u32 = 142;
const BYTEA: u32 = 17;
const FLOAT8: u32 = 701;

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
    // A character takes up to four bytes, as UTF-8, UTF-16 and UTF-32. The longest value takes the server as many bytes as it
    // has characters, and the application as many units.
    let unit = if options.wide_characters { options.wide.size() as u64 } else { 1 };
    let octets = size.saturating_mul(4).min(options.unbounded_size.max(size).saturating_mul(unit));
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

/// Characters of a point and so many digits.
fn fraction(digits: u8) -> u8 {
    if digits > 0 { digits + 1 } else { 0 }
}

/// Three characters more than a year of four digits has: `5874897`, or ` BC`.
const YEARS: u8 = 3;
/// `+hh:mm:ss`: before zones had whole hours, their offsets had seconds.
const OFFSET: u8 = 9;

/// `more`: characters that the reference's format does not have.
fn datetime(base: SqlType, code: i16, whole: u8, digits: u8, more: u8, octet_length: i64) -> SqlType {
    let size = whole + fraction(digits);
    SqlType {
        verbose_type: SQL_DATETIME,
        interval_code: code,
        column_size: u64::from(size),
        decimal_digits: i16::from(digits),
        display_size: i64::from(size + more),
        octet_length,
        precision: i16::from(digits),
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
            (26, -1, (SQL_BIGINT, 19, 0, 20, 8)),
            (28, -1, (SQL_BIGINT, 19, 0, 20, 8)),
            (16, -1, (SQL_BIT, 1, 0, 1, 1)),
            // Seven digits are the reference's; the server prints as many as tell one float4 from another, up to nine.
            (700, -1, (SQL_REAL, 24, 0, 15, 4)),
            (701, -1, (SQL_DOUBLE, 53, 0, 24, 8)),
            // Display sizes with years up to 5874897, and before Christ.
            (1082, -1, (SQL_TYPE_DATE, 10, 0, 13, 6)),
            (1083, 0, (SQL_TYPE_TIME, 8, 0, 8, 6)),
            (1083, -1, (SQL_TYPE_TIME, 15, 6, 15, 6)),
            (1114, -1, (SQL_TYPE_TIMESTAMP, 26, 6, 29, 16)),
            (1114, 0, (SQL_TYPE_TIMESTAMP, 19, 0, 22, 16)),
            (1114, 3, (SQL_TYPE_TIMESTAMP, 23, 3, 26, 16)),
            (1184, -1, (SQL_TYPE_TIMESTAMP, 26, 6, 38, 16)),
            (1266, -1, (SQL_WVARCHAR, 24, 0, 24, 96)),
            (1266, 0, (SQL_WVARCHAR, 17, 0, 17, 68)),
            (2950, -1, (SQL_GUID, 36, 0, 36, 16)),
            (1043, 104, (SQL_WVARCHAR, 100, 0, 100, 400)),
            (1042, 14, (SQL_WCHAR, 10, 0, 10, 40)),
            (25, -1, (SQL_WLONGVARCHAR, 1_073_741_823, 0, 1_073_741_823, 2_147_483_646)),
            (1043, -1, (SQL_WLONGVARCHAR, 1_073_741_823, 0, 1_073_741_823, 2_147_483_646)),
            (17, -1, (SQL_LONGVARBINARY, 1_073_741_823, 0, 2_147_483_646, 1_073_741_823)),
            (1560, 1, (SQL_BIT, 1, 0, 1, 1)),
            (1560, 8, (SQL_WCHAR, 8, 0, 8, 32)),
            // numeric(8,2): ((8 << 16) | 2) + 4
            (1700, 524_294, (SQL_NUMERIC, 8, 2, 10, 10)),
            // numeric(3,3): -0.999
            (1700, (3 << 16 | 3) + 4, (SQL_NUMERIC, 3, 3, 6, 6)),
            (1700, -1, (SQL_NUMERIC, 1000, 6, 147_457, 147_457)),
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

//! C to server: what to declare for a parameter, and how its values are written.
//!
//! Source: ODBC reference, appendix D, "Converting data from C to SQL data types". A value is read from the
//! application ([`read`]), then written as the server type asks ([`mod@write`]): in binary where that is exact, else as
//! text, which the server reads as it reads a literal.

mod interval_text;
mod moment_text;
mod number_text;
mod pieces;
mod read;
mod value;
mod write;

use bytes::BytesMut;

pub use pieces::Pieces;

use super::buffer::Source;
use super::c_type::{CType, SQL_C_SS_TIME2, SQL_C_SS_TIMESTAMPOFFSET, c_type, default_c_type};
use super::converter::{Scratch, Warning};
use super::interval;
use super::options::{ConvertOptions, Format};
use super::plan;
use super::server_type::{Class, server_type};
use crate::diag::sqlstate::{HY004_INVALID_SQL_DATA_TYPE, S07006_RESTRICTED_DATA_TYPE, S22003_NUMERIC_OUT_OF_RANGE};
use crate::diag::{Diagnostic, Result};
use crate::odbc::types::*;

/// `SQL_SS_TIME2` and `SQL_SS_TIMESTAMPOFFSET` (msodbcsql.h).
const SQL_SS_TIME2: i16 = -154;
const SQL_SS_TIMESTAMPOFFSET: i16 = -155;

/// What the application said of a parameter in `SQLBindParameter` or its descriptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterBinding {
    pub c_type: i16,
    pub sql_type: i16,
    pub column_size: u64,
    pub decimal_digits: i16,
}

/// The server type that a SQL type is declared as; 0 where the server shall infer it.
///
/// Character types are left to the server, so that a text goes to a column of any type. ODBC 2's 9, 10 and 11 are dates
/// and times.
const DECLARED: &[(i16, u32)] = &[
    (SQL_CHAR, 0),
    (SQL_VARCHAR, 0),
    (SQL_LONGVARCHAR, 0),
    (SQL_WCHAR, 0),
    (SQL_WVARCHAR, 0),
    (SQL_WLONGVARCHAR, 0),
    (SQL_UNKNOWN_TYPE, 0),
    (SQL_BIT, 16),
    (SQL_TINYINT, 21),
    (SQL_SMALLINT, 21),
    (SQL_INTEGER, 23),
    (SQL_BIGINT, 20),
    (SQL_REAL, 700),
    (SQL_FLOAT, 701),
    (SQL_DOUBLE, 701),
    (SQL_NUMERIC, 1700),
    (SQL_DECIMAL, 1700),
    (SQL_DATE, 1082),
    (SQL_TIME, 1083),
    (SQL_TIMESTAMP, 1114),
    (SQL_TYPE_DATE, 1082),
    (SQL_TYPE_TIME, 1083),
    (SQL_TYPE_TIMESTAMP, 1114),
    (SQL_SS_TIME2, 1083),
    (SQL_SS_TIMESTAMPOFFSET, 1184),
    (SQL_BINARY, 17),
    (SQL_VARBINARY, 17),
    (SQL_LONGVARBINARY, 17),
    (SQL_GUID, 2950),
    (SQL_INTERVAL_YEAR, 1186),
    (SQL_INTERVAL_MONTH, 1186),
    (SQL_INTERVAL_DAY, 1186),
    (SQL_INTERVAL_HOUR, 1186),
    (SQL_INTERVAL_MINUTE, 1186),
    (SQL_INTERVAL_SECOND, 1186),
    (SQL_INTERVAL_YEAR_TO_MONTH, 1186),
    (SQL_INTERVAL_DAY_TO_HOUR, 1186),
    (SQL_INTERVAL_DAY_TO_MINUTE, 1186),
    (SQL_INTERVAL_DAY_TO_SECOND, 1186),
    (SQL_INTERVAL_HOUR_TO_MINUTE, 1186),
    (SQL_INTERVAL_HOUR_TO_SECOND, 1186),
    (SQL_INTERVAL_MINUTE_TO_SECOND, 1186),
];

/// The OIDs of `timestamp` and `timestamptz`.
const TIMESTAMP: u32 = 1114;
const TIMESTAMPTZ: u32 = 1184;

/// The server's own type of a parameter, where it is to be preferred to what a SQL type is declared as: the sibling with an
/// offset.
const WITH_OFFSET: &[(i16, u32)] = &[
    (SQL_TIME, 1266),
    (SQL_TYPE_TIME, 1266),
    (SQL_SS_TIME2, 1266),
    (SQL_TIMESTAMP, TIMESTAMPTZ),
    (SQL_TYPE_TIMESTAMP, TIMESTAMPTZ),
];

/// What a value of an unsigned C type is declared as where it is beyond the signed type: the application binds it as the
/// SQL type of its own width, which for the reference may be an unsigned one ("SQL data types"), and the server has none.
const UNSIGNED: &[(i16, Class, u32)] =
    &[(SQL_C_USHORT, Class::Int2, 23), (SQL_C_ULONG, Class::Int4, 20), (SQL_C_UBIGINT, Class::Int8, 1700)];

/// The kinds of C types that encoders tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Integer,
    Bit,
    Float,
    Numeric,
    Characters,
    Bytes,
    Date,
    Time,
    Timestamp,
    TimestampOffset,
    Guid,
    Interval,
}

fn kind(canonical: i16) -> Kind {
    match canonical {
        SQL_C_CHAR | SQL_C_WCHAR => Kind::Characters,
        SQL_C_BINARY => Kind::Bytes,
        SQL_C_BIT => Kind::Bit,
        SQL_C_FLOAT | SQL_C_DOUBLE => Kind::Float,
        SQL_C_NUMERIC => Kind::Numeric,
        SQL_C_GUID => Kind::Guid,
        SQL_C_TYPE_DATE => Kind::Date,
        SQL_C_TYPE_TIME | SQL_C_SS_TIME2 => Kind::Time,
        SQL_C_TYPE_TIMESTAMP => Kind::Timestamp,
        SQL_C_SS_TIMESTAMPOFFSET => Kind::TimestampOffset,
        SQL_C_INTERVAL_YEAR..=SQL_C_INTERVAL_MINUTE_TO_SECOND => Kind::Interval,
        _ => Kind::Integer,
    }
}

/// The pairs that appendix D has no conversion for, by C type.
fn is_restricted(kind: Kind, class: Class) -> bool {
    use Class::{Bool, Bytea, Date, Float4, Float8, Int2, Int4, Int8, Interval, Numeric, Oid, Time, TimeTz, Uuid};
    let number = matches!(class, Bool | Int2 | Int4 | Int8 | Oid | Float4 | Float8 | Numeric);
    let moment = is_moment(class);
    match kind {
        Kind::Characters => false,
        Kind::Bytes => number || moment || class == Uuid || class == Interval,
        Kind::Integer | Kind::Numeric => moment || matches!(class, Bytea | Uuid),
        Kind::Bit | Kind::Float => moment || matches!(class, Bytea | Uuid | Interval),
        Kind::Date => number || matches!(class, Bytea | Uuid | Interval | Time | TimeTz),
        Kind::Time => number || matches!(class, Bytea | Uuid | Interval | Date),
        Kind::Timestamp | Kind::TimestampOffset => number || matches!(class, Bytea | Uuid | Interval),
        Kind::Guid => number || moment || matches!(class, Bytea | Interval),
        Kind::Interval => moment || matches!(class, Bool | Float4 | Float8 | Bytea | Uuid),
    }
}

/// The pairs that are sent in binary, because every value then arrives exactly or is refused here.
fn is_binary(kind: Kind, class: Class) -> bool {
    match kind {
        Kind::Integer | Kind::Bit => {
            matches!(class, Class::Bool | Class::Int2 | Class::Int4 | Class::Int8 | Class::Oid)
        }
        Kind::Float => {
            matches!(class, Class::Bool | Class::Int2 | Class::Int4 | Class::Int8 | Class::Float4 | Class::Float8)
        }
        Kind::Numeric => matches!(class, Class::Bool | Class::Int2 | Class::Int4 | Class::Int8 | Class::Oid),
        Kind::Bytes => class == Class::Bytea,
        Kind::Date => matches!(class, Class::Date | Class::Timestamp),
        Kind::Timestamp => matches!(class, Class::Date | Class::Time | Class::Timestamp),
        Kind::Time => matches!(class, Class::Time | Class::Timestamp),
        Kind::TimestampOffset => matches!(class, Class::TimestampTz | Class::Date | Class::Time),
        Kind::Guid => class == Class::Uuid,
        Kind::Interval => matches!(class, Class::Interval | Class::Int2 | Class::Int4 | Class::Int8 | Class::Oid),
        Kind::Characters => false,
    }
}

/// One parameter's way from the application to the wire.
#[derive(Clone, Copy, Debug)]
pub struct Encoder {
    source: &'static CType,
    oid: u32,
    class: Class,
    format: Format,
    /// SQL_C_CHAR for a binary SQL type: two hexadecimal digits a byte ("C to SQL: Character").
    hexadecimal: bool,
    /// The one field of an interval SQL type: a plain number is a count of it.
    interval_field: Option<&'static str>,
    /// An interval SQL type: it says what the fields of a text are.
    interval: Option<i16>,
    /// SQL_C_BINARY for a fixed-length type: the bytes that a value must have. 0 for all others.
    byte_length: usize,
    options: ConvertOptions,
}

/// Chooses a parameter's encoder.
///
/// `server_oid` is the type that the server described for it, if it has; else the SQL type decides, and character types
/// leave it to the server (OID 0). Errors: HY003 unknown C type, HY004 unknown SQL type, 07006 no such conversion.
pub fn encoder(binding: &ParameterBinding, server_oid: Option<u32>, options: &ConvertOptions) -> Result<Encoder> {
    let Some(&(_, declared)) = DECLARED.iter().find(|(sql_type, _)| *sql_type == binding.sql_type) else {
        return Err(Diagnostic::new(
            HY004_INVALID_SQL_DATA_TYPE,
            format!("{} is not a SQL data type that the driver knows", binding.sql_type),
        ));
    };
    let code = match binding.c_type {
        SQL_C_DEFAULT => default_for(binding.sql_type),
        code => code,
    };
    let mut source = c_type(code)?;
    let oid = match server_oid.filter(|&oid| oid != 0).unwrap_or(declared) {
        // It would lose the structure's offset, and not say so.
        TIMESTAMP if source.canonical == SQL_C_SS_TIMESTAMPOFFSET => TIMESTAMPTZ,
        oid => oid,
    };
    let class = server_type(oid).class;
    let mut byte_length = 0;
    // Bytes for a fixed-length type are a value of its default C type ("C to SQL: Binary").
    let native_of = |class| plan::row(class, Format::Text).and_then(|row| row.native);
    let native = native_of(class).or_else(|| native_of(server_type(declared).class));
    if let Some(native) = native.filter(|_| source.canonical == SQL_C_BINARY && declared != 0) {
        source = c_type(native)?;
        byte_length = source.size;
    }
    let kind = kind(source.canonical);
    let fields = interval::fields(binding.sql_type).filter(|_| class == Class::Interval);
    let interval_field = fields.filter(|(first, last)| first == last).map(|(first, _)| interval::FIELD_NAMES[first]);
    let interval = fields.map(|_| binding.sql_type);
    // A number is a count of one field, and the reverse.
    let is_number = matches!(class, Class::Int2 | Class::Int4 | Class::Int8 | Class::Oid | Class::Numeric);
    let is_single = interval::fields(source.canonical).is_some_and(|(first, last)| first == last);
    let is_exact = matches!(kind, Kind::Integer | Kind::Numeric);
    let several_fields = is_exact && class == Class::Interval && interval_field.is_none()
        || kind == Kind::Interval && is_number && !is_single;
    // Characters for a binary SQL type are hexadecimal digits of bytes.
    let hexadecimal = kind == Kind::Characters && declared == 17 && class == Class::Bytea;
    // Bytes for a character SQL type are its characters, which the server reads whatever its type.
    let characters = kind == Kind::Bytes && declared == 0;
    let restricted = !characters && is_restricted(kind, class) || is_restricted(kind, server_type(declared).class);
    // Months have no length in days ("C to SQL: Year-month intervals", "Day-time intervals").
    let is_year_month = |code| interval::fields(code).map(interval::is_year_month);
    let other_family = match (is_year_month(source.canonical), is_year_month(binding.sql_type)) {
        (Some(given), Some(asked)) => given != asked,
        _ => false,
    };
    if several_fields || other_family || restricted {
        return Err(Diagnostic::new(
            S07006_RESTRICTED_DATA_TYPE,
            format!(
                "{} cannot be converted to a parameter of SQL type {} (server type {}); SQL_C_CHAR goes to every type",
                source.name,
                binding.sql_type,
                server_type(oid).name
            ),
        ));
    }
    let format = if hexadecimal || is_binary(kind, class) { Format::Binary } else { Format::Text };
    Ok(Encoder { source, oid, class, format, hexadecimal, interval_field, interval, byte_length, options: *options })
}

/// Whether what values of these types are declared as may depend on them: texts for a type of dates or times, and unsigned
/// integers. See [`Encoder::for_value`].
pub fn depends_on_value(c_type: i16, sql_type: i16) -> bool {
    is_text_of_moment(c_type, sql_type) || wider(c_type, server_type(declared_as(sql_type)).class).is_some()
}

/// Whether values of these types are texts for a type of dates or times.
pub fn is_text_of_moment(c_type: i16, sql_type: i16) -> bool {
    matches!(c_type, SQL_C_CHAR | SQL_C_WCHAR) && is_moment(server_type(declared_as(sql_type)).class)
}

fn declared_as(sql_type: i16) -> u32 {
    DECLARED.iter().find(|(known, _)| *known == sql_type).map_or(0, |(_, oid)| *oid)
}

/// The type for values of an unsigned C type that are too large for the signed one.
fn wider(c_type: i16, class: Class) -> Option<u32> {
    UNSIGNED.iter().find(|(unsigned, signed, _)| (*unsigned, *signed) == (c_type, class)).map(|(.., oid)| *oid)
}

/// Whether a parameter of this SQL type that is a text is best declared as the type that the server has described it as:
/// that type takes an offset, and the SQL type speaks of the one without.
pub fn takes_offset(sql_type: i16, described: u32) -> bool {
    WITH_OFFSET.contains(&(sql_type, described))
}

fn is_moment(class: Class) -> bool {
    matches!(class, Class::Date | Class::Time | Class::TimeTz | Class::Timestamp | Class::TimestampTz)
}

fn default_for(sql_type: i16) -> i16 {
    match sql_type {
        SQL_SS_TIME2 => SQL_C_SS_TIME2,
        SQL_SS_TIMESTAMPOFFSET => SQL_C_SS_TIMESTAMPOFFSET,
        other => default_c_type(other, false),
    }
}

impl Encoder {
    /// The type to declare in Parse; 0: the server infers it.
    pub fn oid(&self) -> u32 {
        self.oid
    }

    /// The format code to send in Bind.
    pub fn format(&self) -> i16 {
        self.format.code()
    }

    /// Bytes of a fixed-length C type, the stride of column-wise binding; None for character and binary data.
    pub fn fixed_size(&self) -> Option<usize> {
        (self.source.size > 0 && self.byte_length == 0).then_some(self.source.size)
    }

    /// The encoder for this value: a text with an offset, for a type without one, is a `timestamptz`; an unsigned integer
    /// that the signed type of its width does not hold is of the next type that does. The column decides then whether it
    /// is too large.
    ///
    /// The server makes the local time of its session's zone of a `timestamptz` where it needs a `timestamp`: as for
    /// SQL_C_SS_TIMESTAMPOFFSET, and as one is read. A `time` would drop the offset then: [`Encoder::encode`] refuses that.
    pub fn for_value(&self, source: Source, scratch: &mut Scratch) -> Encoder {
        let wider = wider(self.source.canonical, self.class);
        let is_text = self.class == Class::Timestamp && kind(self.source.canonical) == Kind::Characters;
        if wider.is_none() && !is_text {
            return *self;
        }
        match (read::read(self.source, source, &self.options, &mut scratch.bytes), wider) {
            (Ok(value::Value::Characters(text)), _) => self.for_text(text),
            // The signed type has one bit less.
            (Ok(value::Value::Integer(value)), Some(oid)) if value >> (8 * self.source.size - 1) != 0 => {
                self.as_type(oid)
            }
            _ => *self,
        }
    }

    /// The same for another type of integers, or `numeric`.
    fn as_type(&self, oid: u32) -> Encoder {
        let class = server_type(oid).class;
        let format = if is_binary(kind(self.source.canonical), class) { Format::Binary } else { Format::Text };
        Encoder { oid, class, format, ..*self }
    }

    /// The same for a text that has been decoded.
    fn for_text(&self, text: &[u8]) -> Encoder {
        let is_instant = self.class == Class::Timestamp
            && kind(self.source.canonical) == Kind::Characters
            && moment_text::has_zone(text);
        if is_instant { Encoder { oid: TIMESTAMPTZ, class: Class::TimestampTz, ..*self } } else { *self }
    }

    /// Appends the bytes of one value that is not NULL (without the length that Bind puts before them).
    ///
    /// Answers 01S07 where a fraction was cut off for an integer type ("C to SQL: Numeric").
    ///
    /// Errors: HY009 null address, HY090 a negative length other than SQL_NTS, 22001 a fraction for SQL_BIT, or of a text
    /// for an integer, 22003 out of range, 22007 no valid date or time, 22008 a time or fraction that the type would cut,
    /// or a leap second, 22015 an interval with more than its type has fields for, 22018 not a number, an offset for a type without one, or text that is not in the encoding it should be in, or with a
    /// NUL character. After an error `out` is as before.
    pub fn encode(&self, source: Source, out: &mut BytesMut, scratch: &mut Scratch) -> Result<Option<Warning>> {
        if self.byte_length != 0 && source.length != self.byte_length as isize {
            return Err(Diagnostic::new(
                S22003_NUMERIC_OUT_OF_RANGE,
                format!(
                    "a SQL_C_BINARY parameter of type {} must be the {} bytes of a {}; {} were given",
                    server_type(self.oid).name,
                    self.byte_length,
                    self.source.name,
                    source.length
                ),
            ));
        }
        let before = out.len();
        let result = read::read(self.source, source, &self.options, &mut scratch.bytes).and_then(|value| match value {
            value::Value::Interval(interval) if self.class != Class::Interval && self.oid != 0 => {
                let count = interval.count(self.source.canonical);
                write::write(self, value::Value::Numeric(&count), out)
            }
            value => write::write(self, value, out),
        });
        match result {
            Ok(fraction_lost) => Ok(fraction_lost.then_some(Warning::FractionTruncated)),
            Err(fault) => {
                out.truncate(before);
                Err(self.report(fault))
            }
        }
    }

    #[cold]
    fn report(&self, fault: value::ParameterFault) -> Box<Diagnostic> {
        fault.report(self.source.name, server_type(self.oid))
    }
}

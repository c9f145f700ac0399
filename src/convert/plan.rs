//! The conversion matrix as data: class of server type and wire format x C type.
//!
//! Source: ODBC reference, "Converting data from SQL to C data types" and its pages. A row lists the groups of C types
//! that a source goes to; a C type that no group of the row knows is 07006.

use super::converter::Convert;
use super::interval::{declared_fields, fields, is_year_month};
use super::options::{ConvertOptions, Format};
use super::server_type::Class;
use super::to_c::source::*;
use super::to_c::{binary, character, guid, interval, moment, number, refused};
use crate::odbc::types::*;

type Pick = fn(i16, &ConvertOptions) -> Option<Convert>;

/// One source: a class of server types in one wire format.
#[derive(Debug)]
pub(super) struct Row {
    class: Class,
    format: Format,
    /// The C type whose bytes SQL_C_BINARY gets ("the data" of a fixed-length type is its default C type's value); None
    /// where SQL_C_BINARY is one of the groups.
    pub(super) native: Option<i16>,
    groups: &'static [Pick],
}

macro_rules! matrix {
    ($($class:ident $format:ident $source:ident $native:expr => $($group:path)|+;)*) => {
        const MATRIX: &[Row] = &[$(Row {
            class: Class::$class, format: Format::$format, native: $native,
            groups: &[$($group,)+ character::pick::<$source>],
        },)*];
    };
}

matrix! {
    Bool Binary BoolBinary Some(SQL_C_BIT) => number::pick::<BoolBinary>;
    Bool Text BoolText Some(SQL_C_BIT) => number::pick::<BoolText>;
    Int2 Binary Int2Binary Some(SQL_C_SSHORT) => number::pick::<Int2Binary> | interval::pick_number::<Int2Binary>;
    Int2 Text IntegerText Some(SQL_C_SSHORT) => number::pick::<IntegerText> | interval::pick_number::<IntegerText>;
    Int4 Binary Int4Binary Some(SQL_C_SLONG) => number::pick::<Int4Binary> | interval::pick_number::<Int4Binary>;
    Int4 Text IntegerText Some(SQL_C_SLONG) => number::pick::<IntegerText> | interval::pick_number::<IntegerText>;
    Int8 Binary Int8Binary Some(SQL_C_SBIGINT) => number::pick::<Int8Binary> | interval::pick_number::<Int8Binary>;
    Int8 Text IntegerText Some(SQL_C_SBIGINT) => number::pick::<IntegerText> | interval::pick_number::<IntegerText>;
    Oid Binary OidBinary Some(SQL_C_SBIGINT) => number::pick::<OidBinary> | interval::pick_number::<OidBinary>;
    Oid Text IntegerText Some(SQL_C_SBIGINT) => number::pick::<IntegerText> | interval::pick_number::<IntegerText>;
    Float4 Binary Float4Binary Some(SQL_C_FLOAT) => number::pick::<Float4Binary>;
    Float4 Text Float4Text Some(SQL_C_FLOAT) => number::pick::<Float4Text>;
    Float8 Binary Float8Binary Some(SQL_C_DOUBLE) => number::pick::<Float8Binary>;
    Float8 Text Float8Text Some(SQL_C_DOUBLE) => number::pick::<Float8Text>;
    Numeric Binary NumericBinary None
        => number::pick::<NumericBinary> | binary::pick_text::<NumericBinary> | interval::pick_number::<NumericBinary>;
    Numeric Text NumericText None
        => number::pick::<NumericText> | binary::pick_text::<NumericText> | interval::pick_number::<NumericText>;
    // Character data has the same bytes in both formats (json, xml and unknown types are never asked for in binary).
    Text Text Characters None => number::pick::<Characters> | moment::pick::<Characters> | guid::pick::<Characters>
        | interval::pick::<Characters> | binary::pick_text::<Characters>;
    Money Text MoneyText None => number::pick::<MoneyText> | binary::pick_text::<MoneyText> | refused::pick::<MoneyText>;
    Bytea Binary ByteaBinary None => binary::pick_bytes;
    Bytea Text ByteaText None => binary::pick_hexadecimal;
    Date Binary DateBinary Some(SQL_C_TYPE_DATE) => moment::pick_date::<DateBinary>;
    Date Text DateTimeText Some(SQL_C_TYPE_DATE) => moment::pick_date::<DateTimeText>;
    Time Binary TimeBinary Some(SQL_C_TYPE_TIME) => moment::pick_time::<TimeBinary>;
    Time Text DateTimeText Some(SQL_C_TYPE_TIME) => moment::pick_time::<DateTimeText>;
    TimeTz Text DateTimeText None
        => moment::pick_time::<DateTimeText> | binary::pick_text::<DateTimeText> | refused::pick::<DateTimeText>;
    Timestamp Binary TimestampBinary Some(SQL_C_TYPE_TIMESTAMP) => moment::pick::<TimestampBinary>;
    Timestamp Text DateTimeText Some(SQL_C_TYPE_TIMESTAMP) => moment::pick::<DateTimeText>;
    TimestampTz Text DateTimeText Some(SQL_C_TYPE_TIMESTAMP) => moment::pick::<DateTimeText>;
    Interval Binary IntervalBinary None
        => interval::pick::<IntervalBinary> | binary::pick_text::<IntervalBinary> | refused::pick::<IntervalBinary>;
    Interval Text IntervalText None
        => interval::pick::<IntervalText> | binary::pick_text::<IntervalText> | refused::pick::<IntervalText>;
    Uuid Binary UuidBinary Some(SQL_C_GUID) => guid::pick::<UuidBinary>;
    Uuid Text UuidText Some(SQL_C_GUID) => guid::pick::<UuidText>;
    Bit Text BitText None => number::pick::<BitText> | binary::pick_text::<BitText>;
    Bit Binary BitBinary None => number::pick::<BitBinary> | binary::pick_text::<BitBinary>;
}

/// The row of a source; None for a binary format without a decoder.
pub(super) fn row(class: Class, format: Format) -> Option<&'static Row> {
    MATRIX.iter().find(|row| row.class == class && row.format == format)
}

/// What keywords put in the place of a row's groups: TrueIsMinus1 (where there is a sign), LFConversion.
fn keyword_groups(row: &Row, target: i16, options: &ConvertOptions) -> Option<&'static [Pick]> {
    let is_unsigned = matches!(target, SQL_C_BIT | SQL_C_ULONG | SQL_C_USHORT | SQL_C_UTINYINT | SQL_C_UBIGINT);
    match (row.class, row.format) {
        (Class::Bool, Format::Binary) if options.true_is_minus_one && !is_unsigned => {
            Some(&[number::pick::<MinusBoolBinary>, character::pick::<MinusBoolBinary>])
        }
        (Class::Bool, Format::Text) if options.true_is_minus_one && !is_unsigned => {
            Some(&[number::pick::<MinusBoolText>, character::pick::<MinusBoolText>])
        }
        (Class::Text, _) if options.line_feeds && matches!(target, SQL_C_CHAR | SQL_C_WCHAR | SQL_C_BINARY) => {
            Some(&[character::pick::<LineFeedCharacters>, binary::pick_text::<LineFeedCharacters>])
        }
        _ => None,
    }
}

/// What a declaration with fields says of an interval ("SQL to C: Day-Time Intervals"): of one field it is a number, and
/// years and months are no days and time. None: nothing.
fn declared_interval(row: &Row, modifier: i32, target: i16, options: &ConvertOptions) -> Option<Option<Convert>> {
    let declared = declared_fields(modifier).filter(|_| row.class == Class::Interval)?;
    match fields(target) {
        Some(asked) => (is_year_month(asked) != is_year_month(declared)).then_some(None),
        None if declared.0 == declared.1 => Some(Some(match row.format {
            Format::Binary => interval::pick_count::<IntervalBinary>(declared.0, target, options)?,
            Format::Text => interval::pick_count::<IntervalText>(declared.0, target, options)?,
        })),
        None => None,
    }
}

/// The conversion function of a source for a canonical C type.
pub(super) fn pick(row: &Row, modifier: i32, target: i16, options: &ConvertOptions) -> Option<Convert> {
    if let Some(declared) = declared_interval(row, modifier, target, options) {
        return declared;
    }
    let groups = keyword_groups(row, target, options).unwrap_or(row.groups);
    groups.iter().find_map(|group| group(target, options))
}

#[cfg(test)]
mod tests {
    use super::super::{C_TYPES, SERVER_TYPES};
    use super::*;

    #[test]
    fn every_class_can_be_read_as_text_and_what_is_asked_for_in_binary_can_be_read() {
        for server in SERVER_TYPES {
            assert!(row(server.class, Format::Text).is_some(), "{}", server.name);
            assert!(!server.wants_binary || row(server.class, Format::Binary).is_some(), "{}", server.name);
        }
    }

    #[test]
    fn both_formats_of_a_class_go_to_the_same_c_types() {
        let options = ConvertOptions::default();
        for binary in MATRIX.iter().filter(|row| row.format == Format::Binary) {
            let text = row(binary.class, Format::Text);
            for c_type in C_TYPES {
                let of = |row: &Row| pick(row, -1, c_type.canonical, &options).is_some();
                assert_eq!(Some(of(binary)), text.map(of), "{:?} {}", binary.class, c_type.name);
            }
            assert_eq!(Some(binary.native), text.map(|row| row.native));
        }
    }
}

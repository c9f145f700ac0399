//! `SQLGetTypeInfo`: the types that a column can be declared with.
//!
//! Source: ODBC reference, `SQLGetTypeInfo`. Sizes and everything else that result metadata says too comes from
//! `convert::describe`; here is only what is peculiar to this function: which types there are, under which SQL types, and
//! in which order.

use crate::config::TypeSettings;
use crate::convert::{SqlType, TypeOptions, describe};
use crate::diag::{Diagnostic, Result, sqlstate};
use crate::odbc::attributes::{SQL_FALSE, SQL_TRUE};
use crate::odbc::catalog_results::{CatalogResult, CatalogRow, TYPE_INFO};
use crate::odbc::types::*;

/// A server type under the SQL type that it stands for.
struct TypeRow {
    data_type: i16,
    name: &'static str,
    oid: u32,
    /// The modifier of the largest such type, -1 if that is the one without any.
    modifier: i32,
    create_params: Option<&'static str>,
    /// Smallest and largest scale, where the type has one.
    scales: Option<(i16, i16)>,
    /// The column's values count up by themselves.
    auto_unique: bool,
}

const fn row(data_type: i16, name: &'static str, oid: u32) -> TypeRow {
    TypeRow { data_type, name, oid, modifier: -1, create_params: None, scales: None, auto_unique: false }
}

impl TypeRow {
    const fn takes(self, create_params: &'static str) -> TypeRow {
        TypeRow { create_params: Some(create_params), ..self }
    }

    const fn scales(self, smallest: i16, largest: i16) -> TypeRow {
        TypeRow { scales: Some((smallest, largest)), ..self }
    }

    const fn largest(self, modifier: i32) -> TypeRow {
        TypeRow { modifier, ..self }
    }

    const fn counting(self) -> TypeRow {
        TypeRow { auto_unique: true, ..self }
    }
}

/// The longest char and varchar that can be declared (`MaxAttrSize`).
const LONGEST_DECLARED: u64 = 10_485_760;
/// That as a type modifier; without a length a char would be one of one character.
const LONGEST_CHAR: i32 = LONGEST_DECLARED as i32 + 4;
/// numeric(1000, 0), the most digits that can be declared.
const LONGEST_NUMERIC: i32 = (1000 << 16) + 4;

/// By DATA_TYPE, and for each the closest first: applications take the first row. A varchar is as long as a text if no
/// length is given, but its COLUMN_SIZE is what applications write into a CREATE TABLE for CREATE_PARAMS.
const TYPES: &[TypeRow] = &[
    row(SQL_GUID, "uuid", 2950),
    row(SQL_WLONGVARCHAR, "text", 25),
    row(SQL_WLONGVARCHAR, "json", 114),
    row(SQL_WLONGVARCHAR, "jsonb", 3802),
    row(SQL_WLONGVARCHAR, "xml", 142),
    row(SQL_WVARCHAR, "varchar", 1043).takes("length"),
    row(SQL_WVARCHAR, "cidr", 650),
    row(SQL_WVARCHAR, "inet", 869),
    row(SQL_WVARCHAR, "interval", 1186),
    row(SQL_WVARCHAR, "macaddr", 829),
    row(SQL_WVARCHAR, "timetz", 1266),
    row(SQL_WCHAR, "bpchar", 1042).largest(LONGEST_CHAR).takes("length"),
    row(SQL_BIT, "bool", 16),
    row(SQL_BIGINT, "int8", 20).scales(0, 0),
    row(SQL_BIGINT, "bigserial", 20).scales(0, 0).counting(),
    row(SQL_LONGVARBINARY, "bytea", 17),
    row(SQL_VARBINARY, "bytea", 17),
    row(SQL_LONGVARCHAR, "text", 25),
    row(SQL_CHAR, "bpchar", 1042).largest(LONGEST_CHAR).takes("length"),
    row(SQL_NUMERIC, "numeric", 1700).largest(LONGEST_NUMERIC).takes("precision,scale").scales(0, 1000),
    row(SQL_DECIMAL, "numeric", 1700).largest(LONGEST_NUMERIC).takes("precision,scale").scales(0, 1000),
    row(SQL_INTEGER, "int4", 23).scales(0, 0),
    row(SQL_INTEGER, "serial", 23).scales(0, 0).counting(),
    row(SQL_SMALLINT, "int2", 21).scales(0, 0),
    row(SQL_SMALLINT, "smallserial", 21).scales(0, 0).counting(),
    row(SQL_FLOAT, "float8", 701),
    row(SQL_REAL, "float4", 700),
    row(SQL_DOUBLE, "float8", 701),
    row(SQL_VARCHAR, "varchar", 1043).takes("length"),
    row(SQL_TYPE_DATE, "date", 1082),
    // Fractional digits are a scale to ODBC (DECIMAL_DIGITS); "precision" would have applications write COLUMN_SIZE there.
    row(SQL_TYPE_TIME, "time", 1083).takes("scale").scales(0, 6),
    row(SQL_TYPE_TIMESTAMP, "timestamp", 1114).takes("scale").scales(0, 6),
    row(SQL_TYPE_TIMESTAMP, "timestamptz", 1184).takes("scale").scales(0, 6),
];

/// SQL types of appendix D that are not in the table above: known, and not supported.
const OTHERS: &[i16] = &[SQL_BINARY, SQL_TINYINT];

/// The result set of `SQLGetTypeInfo` for one SQL type, or SQL_ALL_TYPES.
///
/// `odbc2`: the application declared ODBC 2, so dates and times have their codes of then. Errors: HY004 for a number that
/// is no SQL type.
pub fn type_info(data_type: i16, odbc2: bool, options: &TypeOptions) -> Result<CatalogResult> {
    let asked = odbc3_code(data_type);
    let known = asked == SQL_ALL_TYPES
        || TYPES.iter().any(|row| row.data_type == asked)
        || OTHERS.contains(&asked)
        || (SQL_INTERVAL_YEAR..=SQL_INTERVAL_MINUTE_TO_SECOND).contains(&asked);
    if !known {
        return Err(Diagnostic::new(
            sqlstate::HY004_INVALID_SQL_DATA_TYPE,
            format!("{data_type} is not an SQL type: give one of ODBC's, or SQL_ALL_TYPES (0)"),
        ));
    }
    let mut rows: Vec<(i16, CatalogRow)> = TYPES
        .iter()
        .filter(|row| asked == SQL_ALL_TYPES || row.data_type == asked)
        .map(|row| (concise_type_for(row.data_type, odbc2), row.values(odbc2, options)))
        .collect();
    rows.sort_by_key(|(code, _)| *code);
    Ok(CatalogResult { columns: TYPE_INFO, rows: rows.into_iter().map(|(_, row)| row).collect() })
}

/// ODBC 2's codes of dates and times, which applications of either version send.
fn odbc3_code(data_type: i16) -> i16 {
    match data_type {
        SQL_DATE => SQL_TYPE_DATE,
        SQL_TIME => SQL_TYPE_TIME,
        SQL_TIMESTAMP => SQL_TYPE_TIMESTAMP,
        other => other,
    }
}

impl TypeRow {
    fn values(&self, odbc2: bool, options: &TypeOptions) -> CatalogRow {
        // The rows are the types as they are; keywords that report one as another do not change what it is. Those that
        // give a size do.
        let TypeSettings { varchar_size, long_size, unknown_sizes, .. } = options.settings;
        let settings = TypeSettings { varchar_size, long_size, unknown_sizes, ..TypeSettings::DEFAULT };
        let described = describe(self.oid, self.modifier, &TypeOptions { settings, ..*options });
        let SqlType { radix, interval_code, .. } = described;
        let is_number = radix != 0;
        let longest = if self.create_params == Some("length") { LONGEST_DECLARED } else { i32::MAX as u64 };
        let verbose = if interval_code == 0 { self.data_type } else { described.verbose_type };
        vec![
            text(self.name),
            number(concise_type_for(self.data_type, odbc2)),
            (described.column_size != 0).then(|| described.column_size.min(longest).to_string()),
            text(described.literal_prefix),
            text(described.literal_suffix),
            self.create_params.and_then(text),
            number(if self.auto_unique { SQL_NO_NULLS } else { SQL_NULLABLE }),
            truth(described.case_sensitive),
            number(described.searchable),
            is_number.then_some(described.unsigned).and_then(truth),
            truth(described.fixed_prec_scale),
            is_number.then_some(self.auto_unique).and_then(truth),
            None,
            self.scales.and_then(|(smallest, _)| number(smallest)),
            self.scales.and_then(|(_, largest)| number(largest)),
            number(verbose),
            (interval_code != 0).then_some(interval_code).and_then(number),
            is_number.then_some(radix).and_then(number),
            None,
        ]
    }
}

fn number(value: impl ToString) -> Option<String> {
    Some(value.to_string())
}

fn truth(value: bool) -> Option<String> {
    number(if value { SQL_TRUE } else { SQL_FALSE })
}

/// NULL for what does not apply.
fn text(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn rows(data_type: i16, odbc2: bool) -> Vec<CatalogRow> {
        type_info(data_type, odbc2, &TypeOptions::default()).unwrap().rows
    }

    fn data_types(odbc2: bool) -> Vec<i16> {
        rows(SQL_ALL_TYPES, odbc2).iter().map(|row| row[1].as_ref().unwrap().parse().unwrap()).collect()
    }

    #[test]
    fn all_types_are_ordered_by_data_type() {
        for odbc2 in [false, true] {
            assert!(data_types(odbc2).is_sorted());
        }
        assert!(data_types(false).contains(&93) && !data_types(false).contains(&11));
        assert!(data_types(true).contains(&11) && !data_types(true).contains(&93));
    }

    #[test]
    fn every_row_fits_its_columns() {
        for row in rows(SQL_ALL_TYPES, false) {
            assert_eq!(row.len(), TYPE_INFO.len());
            for (value, column) in row.iter().zip(TYPE_INFO) {
                assert!(value.is_some() || column.nullable, "{} of {row:?}", column.name);
                match (column.oid, value) {
                    (21, Some(value)) => assert!(value.parse::<i16>().is_ok(), "{} = {value}", column.name),
                    (23, Some(value)) => assert!(value.parse::<i32>().is_ok(), "{} = {value}", column.name),
                    _ => {}
                }
            }
        }
    }

    // pyodbc takes the COLUMN_SIZE of the first row of each of these and sends what is longer in pieces.
    #[test]
    fn sizes_of_the_first_rows_are_large() {
        for data_type in [SQL_VARCHAR, SQL_WVARCHAR] {
            assert_eq!(rows(data_type, false)[0][2].as_deref(), Some("10485760"), "{data_type}");
        }
        let size: i32 = rows(SQL_VARBINARY, false)[0][2].as_ref().unwrap().parse().unwrap();
        assert!(size >= 100_000_000, "{size}");
        // "yyyy-mm-dd hh:mm:ss.ffffff"
        assert_eq!(rows(SQL_TYPE_TIMESTAMP, false)[0][2].as_deref(), Some("26"));
    }

    // Expected values: the reference's column descriptions, PostgreSQL's limits.
    #[test]
    fn a_number_and_a_timestamp_in_full() {
        let some = |value: &str| Some(value.to_owned());
        assert_eq!(
            rows(SQL_DECIMAL, false),
            [vec![
                some("numeric"),
                some("3"),
                some("1000"),
                None,
                None,
                some("precision,scale"),
                some("1"),
                some("0"),
                some("2"),
                some("0"),
                some("0"),
                some("0"),
                None,
                some("0"),
                some("1000"),
                some("3"),
                None,
                some("10"),
                None,
            ]]
        );
        let timestamp = &rows(SQL_TYPE_TIMESTAMP, false)[0];
        assert_eq!(timestamp[0..2], [some("timestamp"), some("93")]);
        assert_eq!(timestamp[3..6], [some("'"), some("'"), some("scale")]);
        assert_eq!(timestamp[13..], [some("0"), some("6"), some("9"), some("3"), None, None]);
    }

    #[test]
    fn old_codes_ask_for_the_same() {
        assert_eq!(rows(SQL_TIMESTAMP, false), rows(SQL_TYPE_TIMESTAMP, false));
        assert_eq!(rows(SQL_TIMESTAMP, true)[0][1].as_deref(), Some("11"));
    }

    #[test]
    fn unsupported_types_have_no_rows_and_unknown_ones_are_errors() {
        assert!(rows(SQL_TINYINT, false).is_empty());
        assert!(rows(SQL_INTERVAL_DAY_TO_SECOND, false).is_empty());
        let error = type_info(1234, false, &TypeOptions::default()).unwrap_err();
        assert_eq!(error.sqlstate, sqlstate::HY004_INVALID_SQL_DATA_TYPE);
    }
}

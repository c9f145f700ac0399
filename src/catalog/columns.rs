//! `SQLColumns`: the columns of tables.
//!
//! Source: ODBC reference, `SQLColumns`; PostgreSQL documentation, `pg_attribute`, `pg_attrdef`, `pg_type`.

use super::arguments::{Conditions, Reader};
use super::{CatalogAnswer, CatalogOptions, CatalogQuery, check_family};
use crate::convert::{SqlType, describe};
use crate::diag::Result;
use crate::odbc::catalog_results::{COLUMNS, CatalogRow};
use crate::odbc::types::*;

/// The arguments as they were given; None for a null pointer.
#[derive(Clone, Copy, Debug, Default)]
pub struct ColumnsArguments<'a> {
    pub catalog: Option<&'a str>,
    pub schema: Option<&'a str>,
    pub table: Option<&'a str>,
    pub column: Option<&'a str>,
}

/// Errors: HY009 and HY090 (see the arguments), HYC00 for a server whose catalog is not known.
pub fn columns(arguments: &ColumnsArguments<'_>, options: &CatalogOptions) -> Result<CatalogAnswer> {
    check_family(options)?;
    let reader = Reader { options };
    let mut conditions = Conditions::default();
    let mut relations = conditions.and("pg_catalog.current_database()", reader.ordinary("catalog", arguments.catalog)?);
    relations += &conditions.and("n.nspname", reader.pattern("schema", arguments.schema)?);
    relations += &conditions.and("c.relname", reader.pattern("table", arguments.table)?);
    let column = conditions.and("a.attname", reader.pattern("column", arguments.column)?);
    // Columns are counted before the column's name restricts them: ORDINAL_POSITION leaves out dropped columns only.
    // A generated column's expression is not a default, and an identity column has none. A domain's base type and modifier
    // are found through domains over domains, three deep: a recursive query would find all, but the planner takes it for
    // so costly that it spends a second on compiling it.
    let sql = format!(
        "SELECT pg_catalog.current_database(), a.nspname, a.relname, a.attname, a.base_type, a.base_modifier, a.typname,
       a.not_null, a.description, pg_catalog.pg_get_expr(a.adbin, a.attrelid), a.ordinal
  FROM (SELECT n.nspname, c.relname, a.attrelid, a.attname, a.attnum, t.typname, d.adbin, r.description,
               coalesce(nullif(t2.typbasetype, 0), nullif(t1.typbasetype, 0), nullif(t.typbasetype, 0), a.atttypid)
                 AS base_type,
               CASE 'd' WHEN t2.typtype THEN t2.typtypmod
                        WHEN t1.typtype THEN t1.typtypmod
                        WHEN t.typtype THEN t.typtypmod
                        ELSE a.atttypmod END AS base_modifier,
               a.attnotnull OR t.typnotnull OR coalesce(t1.typnotnull, false) OR coalesce(t2.typnotnull, false)
                 AS not_null,
               pg_catalog.row_number() OVER (PARTITION BY n.nspname, c.relname ORDER BY a.attnum) AS ordinal
          FROM pg_catalog.pg_namespace n
          JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
          JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
          LEFT JOIN pg_catalog.pg_type t1 ON t1.oid = t.typbasetype AND t.typtype = 'd'
          LEFT JOIN pg_catalog.pg_type t2 ON t2.oid = t1.typbasetype AND t1.typtype = 'd'
          LEFT JOIN pg_catalog.pg_attrdef d
            ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated = ''
          LEFT JOIN pg_catalog.pg_description r
            ON r.objoid = a.attrelid AND r.objsubid = a.attnum
           AND r.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
           AND NOT pg_catalog.pg_is_other_temp_schema(n.oid){relations}) a
 WHERE true{column}
 ORDER BY a.nspname, a.relname, a.attnum"
    );
    Ok(CatalogAnswer::Query(CatalogQuery {
        sql,
        parameters: conditions.into_parameters(),
        columns: COLUMNS,
        row,
        options: *options,
    }))
}

/// Column numbers of the query above.
mod raw {
    pub const CATALOG: usize = 0;
    pub const SCHEMA: usize = 1;
    pub const TABLE: usize = 2;
    pub const COLUMN: usize = 3;
    pub const BASE_TYPE: usize = 4;
    pub const BASE_MODIFIER: usize = 5;
    pub const TYPE_NAME: usize = 6;
    pub const NOT_NULL: usize = 7;
    pub const REMARKS: usize = 8;
    pub const DEFAULT: usize = 9;
    pub const ORDINAL: usize = 10;
}

fn row(values: &[Option<&str>], options: &CatalogOptions) -> CatalogRow {
    let value = |index: usize| values.get(index).copied().flatten();
    let text = |index: usize| value(index).map(str::to_owned);
    let oid = value(raw::BASE_TYPE).and_then(|oid| oid.parse().ok()).unwrap_or(0);
    let modifier = value(raw::BASE_MODIFIER).and_then(|modifier| modifier.parse().ok()).unwrap_or(-1);
    let described = describe(oid, modifier, &options.types);
    let not_null = value(raw::NOT_NULL) == Some("t");
    let nullable = if not_null { SQL_NO_NULLS } else { SQL_NULLABLE };
    vec![
        text(raw::CATALOG),
        text(raw::SCHEMA),
        text(raw::TABLE),
        text(raw::COLUMN),
        number(concise_type_for(described.concise_type, options.odbc2)),
        text(raw::TYPE_NAME),
        size(described.column_size),
        size(described.octet_length),
        decimal_digits(&described).and_then(number),
        (described.radix != 0).then_some(described.radix).and_then(number),
        number(nullable),
        text(raw::REMARKS),
        text(raw::DEFAULT),
        number(described.verbose_type),
        (described.interval_code != 0).then_some(described.interval_code).and_then(number),
        if is_character_or_binary(described.concise_type) { size(described.octet_length) } else { None },
        text(raw::ORDINAL),
        Some(if not_null { "NO" } else { "YES" }.to_owned()),
    ]
}

fn number(value: impl ToString) -> Option<String> {
    Some(value.to_string())
}

/// An SQLINTEGER; NULL for what is unknown. What is larger than an SQLINTEGER holds is said to be as large as that.
fn size(value: impl TryInto<i64>) -> Option<String> {
    let value = value.try_into().unwrap_or(i64::MAX).min(i64::from(i32::MAX));
    (value > 0).then(|| value.to_string())
}

/// DECIMAL_DIGITS applies to exact numbers and to times.
fn decimal_digits(described: &SqlType) -> Option<i16> {
    let applies = described.radix == 10 || matches!(described.concise_type, SQL_TYPE_TIME | SQL_TYPE_TIMESTAMP);
    applies.then_some(described.decimal_digits)
}

fn is_character_or_binary(sql_type: i16) -> bool {
    matches!(
        sql_type,
        SQL_CHAR
            | SQL_VARCHAR
            | SQL_LONGVARCHAR
            | SQL_WCHAR
            | SQL_WVARCHAR
            | SQL_WLONGVARCHAR
            | SQL_BINARY
            | SQL_VARBINARY
            | SQL_LONGVARBINARY
    )
}

//! `SQLColumns`: the columns of tables.
//!
//! Source: ODBC reference, `SQLColumns`; PostgreSQL documentation, `pg_attribute`, `pg_attrdef`, `pg_type`.

use super::arguments::{Conditions, Reader, THE_CATALOG};
use super::data_type::{BASE_TYPE, DOMAIN_MODIFIER, DOMAINS, DataType, TYPE_NOT_NULL, TypedColumn};
use super::never_null::proven_not_null;
use super::raw_row::RawRow;
use super::result_columns::FIRST_USER_TABLE;
use super::{CatalogAnswer, CatalogOptions, CatalogQuery, check_family};
use crate::diag::Result;
use crate::odbc::catalog_results::{COLUMNS, CatalogValue, Numbered, RowOrder, Within};

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
    let relations = reader.tables(&mut conditions, [arguments.catalog, arguments.schema, arguments.table])?;
    let column = conditions.and("a.attname", reader.pattern("column", arguments.column)?);
    // Dropped columns come along, without a name: ORDINAL_POSITION leaves them out, but their numbers are not given again.
    // A generated column's expression is not a default, and an identity column has none. Where a NULL is looked for there is
    // nothing to look up: most columns have no default. No subqueries: the planner would take them for so costly that it
    // compiles the query, which takes longer than the whole listing (jit_above_cost).
    let (unproven, not_null) = proven_not_null(options);
    let of_user = match options.types.settings.oid_as_long {
        true => format!("a.attrelid >= {FIRST_USER_TABLE}"),
        false => "NULL".to_owned(),
    };
    let sql = format!(
        "SELECT {THE_CATALOG}, n.nspname, c.relname, CASE WHEN NOT a.attisdropped THEN a.attname END,
       {BASE_TYPE}, coalesce({DOMAIN_MODIFIER}, a.atttypmod), t.typname, {not_null} OR {TYPE_NOT_NULL},
       r.description, pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attnum, {of_user}
  FROM pg_catalog.pg_namespace n
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
  LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  {DOMAINS}
  LEFT JOIN pg_catalog.pg_attrdef d
    ON d.adrelid = CASE WHEN a.atthasdef AND a.attgenerated = '' THEN a.attrelid END AND d.adnum = a.attnum
  LEFT JOIN pg_catalog.pg_description r
    ON r.objoid = a.attrelid AND r.objsubid = a.attnum AND r.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass{unproven}
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND NOT pg_catalog.pg_is_other_temp_schema(n.oid)
   AND (a.attisdropped OR true{column}){relations}"
    );
    Ok(CatalogQuery::answer(sql, conditions.into_parameters(), COLUMNS, row, options).ordered(RowOrder {
        texts: [result::SCHEMA, result::TABLE],
        within: Within::Number(Numbered { number: result::ORDINAL, present: result::COLUMN }),
    }))
}

/// Column numbers of the result set.
mod result {
    pub const SCHEMA: usize = 1;
    pub const TABLE: usize = 2;
    pub const COLUMN: usize = 3;
    pub const ORDINAL: usize = 16;
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
    pub const OF_USER: usize = 11;
}

fn row<'a>(row: &RawRow<'a>, options: &CatalogOptions, values: &mut Vec<CatalogValue<'a>>) {
    values.extend([raw::CATALOG, raw::SCHEMA, raw::TABLE, raw::COLUMN].map(|column| row.value(column)));
    let typed = TypedColumn {
        data_type: DataType::of_column(
            row.oid(raw::BASE_TYPE),
            row.modifier(raw::BASE_MODIFIER),
            &row.value(raw::TYPE_NAME),
            row.is_true(raw::OF_USER),
            options,
        ),
        type_name: row.value(raw::TYPE_NAME),
        not_null: row.is_true(raw::NOT_NULL),
        remarks: row.value(raw::REMARKS),
        default: row.value(raw::DEFAULT),
        ordinal: row.value(raw::ORDINAL),
    };
    values.extend(typed.into_values());
}

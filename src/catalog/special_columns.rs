//! `SQLSpecialColumns`: what identifies a row, and what changes with it.
//!
//! Source: ODBC reference, `SQLSpecialColumns`; PostgreSQL documentation, "System columns", `pg_index`.

use super::arguments::{Conditions, Reader};
use super::data_type::{BASE_TYPE, DOMAIN_MODIFIER, DOMAINS, DataType};
use super::never_null::IDENTIFYING_INDEX;
use super::raw_row::RawRow;
use super::{CatalogAnswer, CatalogOptions, CatalogQuery, check_family};
use crate::diag::{Diagnostic, Result, sqlstate};
use crate::odbc::catalog_results::{CatalogValue, SPECIAL_COLUMNS};
use crate::odbc::catalog_values::*;
use crate::odbc::types::{SQL_NO_NULLS, SQL_NULLABLE};

/// The arguments as they were given; None for a null pointer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SpecialColumnsArguments<'a> {
    /// SQL_BEST_ROWID or SQL_ROWVER.
    pub identifier_type: u16,
    pub catalog: Option<&'a str>,
    pub schema: Option<&'a str>,
    pub table: Option<&'a str>,
    /// The least time for which the row's identity must hold: SQL_SCOPE_*.
    pub scope: u16,
    /// SQL_NO_NULLS or SQL_NULLABLE. A column that may be NULL identifies no row in PostgreSQL, where NULLs differ from each
    /// other, so none is given in either case.
    pub nullable: u16,
}

/// Errors: HY097, HY098 and HY099 for numbers that are no options, HY009 without a table and HY090 (see the arguments),
/// HYC00 for a server whose catalog is not known.
pub fn special_columns(arguments: &SpecialColumnsArguments<'_>, options: &CatalogOptions) -> Result<CatalogAnswer> {
    check_family(options)?;
    if arguments.scope > SQL_SCOPE_SESSION {
        return Err(Diagnostic::new(
            sqlstate::HY098_SCOPE_TYPE_OUT_OF_RANGE,
            format!("{} is no scope: SQL_SCOPE_CURROW (0), _TRANSACTION (1) or _SESSION (2)", arguments.scope),
        ));
    }
    if ![SQL_NO_NULLS, SQL_NULLABLE].iter().any(|option| i32::from(*option) == i32::from(arguments.nullable)) {
        return Err(Diagnostic::new(
            sqlstate::HY099_NULLABLE_TYPE_OUT_OF_RANGE,
            format!("{} is neither SQL_NO_NULLS (0) nor SQL_NULLABLE (1)", arguments.nullable),
        ));
    }
    let reader = Reader { options };
    let mut conditions = Conditions::default();
    let tables = reader.one_table(&mut conditions, [arguments.catalog, arguments.schema, arguments.table])?;
    let columns = match arguments.identifier_type {
        SQL_BEST_ROWID => best_rowid(arguments.scope),
        SQL_ROWVER if options.settings.no_row_version => format!("{ROW_VERSION} AND false"),
        SQL_ROWVER => ROW_VERSION.to_owned(),
        other => {
            return Err(Diagnostic::new(
                sqlstate::HY097_COLUMN_TYPE_OUT_OF_RANGE,
                format!("{other} is neither SQL_BEST_ROWID (1) nor SQL_ROWVER (2)"),
            ));
        }
    };
    // Of several tables of the name, the result could not say which one's columns it has: the one that the name means
    // in a statement, else the first.
    let sql = format!(
        "WITH the_table AS (
        SELECT c.oid, c.relkind
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'm', 'f', 'v'){tables}
         ORDER BY pg_catalog.pg_table_is_visible(c.oid) DESC, n.nspname
         LIMIT 1)
SELECT k.scope, a.attname,
       {BASE_TYPE}, coalesce({DOMAIN_MODIFIER}, a.atttypmod), t.typname,
       CASE WHEN k.number > 0 THEN {SQL_PC_NOT_PSEUDO} ELSE {SQL_PC_PSEUDO} END
  FROM ({columns}) k (relation, number, position, scope)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = k.relation AND a.attnum = k.number
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  {DOMAINS}
 ORDER BY k.position"
    );
    Ok(CatalogQuery::answer(sql, conditions.into_parameters(), SPECIAL_COLUMNS, row, options))
}

/// The columns of the index that identifies a row, else the row's place in its table: `ctid`, which an update changes and which partitions and foreign tables do not have for themselves.
fn best_rowid(scope: u16) -> String {
    let place = if scope == SQL_SCOPE_CURROW {
        format!(
            "
        UNION ALL
        SELECT w.oid, -1, 0, {SQL_SCOPE_CURROW}
          FROM the_table w
         WHERE w.relkind IN ('r', 'm') AND NOT EXISTS (SELECT FROM best)"
        )
    } else {
        String::new()
    };
    format!(
        "WITH best AS (
        SELECT i.indrelid, i.indkey, i.indnkeyatts
          FROM the_table w
         CROSS JOIN pg_catalog.pg_index i
         WHERE {IDENTIFYING_INDEX})
        SELECT b.indrelid, b.indkey[p.position - 1]::int, p.position, {SQL_SCOPE_SESSION}
          FROM best b
         CROSS JOIN LATERAL pg_catalog.generate_series(1, b.indnkeyatts) p (position){place}"
    )
}

/// `xmin`, the transaction that wrote this version of the row. It is not a matter of scope.
const ROW_VERSION: &str = "SELECT w.oid, -2, 0, NULL FROM the_table w WHERE w.relkind IN ('r', 'p', 'm')";

/// Column numbers of the query above.
mod raw {
    pub const SCOPE: usize = 0;
    pub const COLUMN: usize = 1;
    pub const BASE_TYPE: usize = 2;
    pub const BASE_MODIFIER: usize = 3;
    pub const TYPE_NAME: usize = 4;
    pub const PSEUDO: usize = 5;
}

fn row<'a>(row: &RawRow<'a>, options: &CatalogOptions, values: &mut Vec<CatalogValue<'a>>) {
    let data_type =
        DataType::new(row.oid(raw::BASE_TYPE), row.modifier(raw::BASE_MODIFIER), &row.value(raw::TYPE_NAME), options);
    values.extend([
        row.value(raw::SCOPE),
        row.value(raw::COLUMN),
        data_type.data_type(),
        row.value(raw::TYPE_NAME),
        data_type.column_size(),
        data_type.buffer_length(),
        data_type.decimal_digits(),
        row.value(raw::PSEUDO),
    ]);
}

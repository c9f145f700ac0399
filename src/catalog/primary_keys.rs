//! `SQLPrimaryKeys`: the columns of a table's primary key.
//!
//! Source: ODBC reference, `SQLPrimaryKeys`; PostgreSQL documentation, `pg_constraint`.

use super::arguments::{Conditions, Reader, THE_CATALOG};
use super::{CatalogAnswer, CatalogOptions, CatalogQuery, check_family};
use crate::diag::Result;
use crate::odbc::catalog_results::PRIMARY_KEYS;

/// The arguments as they were given; None for a null pointer.
#[derive(Clone, Copy, Debug, Default)]
pub struct PrimaryKeysArguments<'a> {
    pub catalog: Option<&'a str>,
    pub schema: Option<&'a str>,
    pub table: Option<&'a str>,
}

/// Errors: HY009 without a table and HY090 (see the arguments), HYC00 for a server whose catalog is not known.
pub fn primary_keys(arguments: &PrimaryKeysArguments<'_>, options: &CatalogOptions) -> Result<CatalogAnswer> {
    check_family(options)?;
    let reader = Reader { options };
    let mut conditions = Conditions::default();
    let tables = reader.one_table(&mut conditions, [arguments.catalog, arguments.schema, arguments.table])?;
    let sql = format!(
        "SELECT {THE_CATALOG}, n.nspname, c.relname, a.attname, k.position, p.conname
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_constraint p ON p.conrelid = c.oid AND p.contype = 'p'
 CROSS JOIN LATERAL pg_catalog.unnest(p.conkey) WITH ORDINALITY k (number, position)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
 WHERE true{tables}
 ORDER BY n.nspname, c.relname, k.position"
    );
    Ok(CatalogQuery::answer(
        sql,
        conditions.into_parameters(),
        PRIMARY_KEYS,
        |row, _, values| values.extend(row.as_they_came(PRIMARY_KEYS.len())),
        options,
    ))
}

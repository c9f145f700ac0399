//! `SQLForeignKeys`: what a table refers to, what refers to it, and how two tables are connected.
//!
//! Source: ODBC reference, `SQLForeignKeys`; PostgreSQL documentation, `pg_constraint`.

use super::arguments::{Conditions, Reader, Restriction, THE_CATALOG};
use super::{CatalogAnswer, CatalogOptions, CatalogQuery, check_family};
use crate::diag::{Diagnostic, Result, sqlstate};
use crate::odbc::catalog_results::FOREIGN_KEYS;
use crate::odbc::catalog_values::*;

/// The name of one of the two tables; None for a null pointer.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableName<'a> {
    pub catalog: Option<&'a str>,
    pub schema: Option<&'a str>,
    pub table: Option<&'a str>,
}

/// The arguments as they were given.
#[derive(Clone, Copy, Debug, Default)]
pub struct ForeignKeysArguments<'a> {
    /// The table referred to.
    pub primary: TableName<'a>,
    /// The table that refers.
    pub foreign: TableName<'a>,
}

/// Errors: HY009 without a table and HY090 (see the arguments), HYC00 for a server whose catalog is not known.
pub fn foreign_keys(arguments: &ForeignKeysArguments<'_>, options: &CatalogOptions) -> Result<CatalogAnswer> {
    check_family(options)?;
    let ForeignKeysArguments { primary, foreign } = arguments;
    if primary.table.is_none() && foreign.table.is_none() {
        return Err(Diagnostic::new(
            sqlstate::HY009_INVALID_NULL_POINTER,
            "both tables' names are null pointers: give that of the table referred to, that of the referring one, or both",
        ));
    }
    let reader = Reader { options };
    let mut conditions = Conditions::default();
    let mut tables = named(&reader, &mut conditions, primary, ["pn.nspname", "pc.relname"])?;
    tables += &named(&reader, &mut conditions, foreign, ["fn.nspname", "fc.relname"])?;
    // What refers to a table is ordered by the referring tables, what a table refers to by the tables referred to.
    let order = match foreign.table {
        None => "fn.nspname, fc.relname, k.position, f.conname",
        Some(_) => "pn.nspname, pc.relname, k.position, f.conname",
    };
    // A key that refers to a partitioned table has a constraint of its own for every partition, which nobody declared:
    // its parent has the same referring table. The key referred to may be a unique index without a constraint.
    let sql = format!(
        "SELECT {THE_CATALOG}, pn.nspname, pc.relname, pa.attname,
       {THE_CATALOG}, fn.nspname, fc.relname, fa.attname, k.position,
       {}, {},
       f.conname, ic.relname,
       CASE WHEN NOT f.condeferrable THEN {SQL_NOT_DEFERRABLE}
            WHEN f.condeferred THEN {SQL_INITIALLY_DEFERRED}
            ELSE {SQL_INITIALLY_IMMEDIATE} END
  FROM pg_catalog.pg_constraint f
  JOIN pg_catalog.pg_class fc ON fc.oid = f.conrelid
  JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace
  JOIN pg_catalog.pg_class pc ON pc.oid = f.confrelid
  JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
  LEFT JOIN pg_catalog.pg_class ic ON ic.oid = f.conindid
 CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(f.confkey), pg_catalog.unnest(f.conkey))
       WITH ORDINALITY k (referred, referring, position)
  JOIN pg_catalog.pg_attribute pa ON pa.attrelid = f.confrelid AND pa.attnum = k.referred
  JOIN pg_catalog.pg_attribute fa ON fa.attrelid = f.conrelid AND fa.attnum = k.referring
 WHERE f.contype = 'f' AND NOT pg_catalog.pg_is_other_temp_schema(fn.oid)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint whole
                    WHERE whole.oid = f.conparentid AND whole.conrelid = f.conrelid){tables}
 ORDER BY {order}",
        rule("f.confupdtype"),
        rule("f.confdeltype"),
    );
    Ok(CatalogQuery::answer(
        sql,
        conditions.into_parameters(),
        FOREIGN_KEYS,
        |row, _, values| values.extend(row.as_they_came(FOREIGN_KEYS.len())),
        options,
    ))
}

/// The conditions on one of the two tables. Of a table that is not given, schema and catalog may be null pointers, even
/// where names are identifiers; what is given counts.
fn named(
    reader: &Reader<'_>,
    conditions: &mut Conditions,
    name: &TableName<'_>,
    [schema, table]: [&str; 2],
) -> Result<String> {
    let read = |what: &str, value: Option<&str>| match (name.table, value) {
        (None, None) => Ok(Restriction::None),
        _ => reader.ordinary(what, value),
    };
    let catalog = read("catalog", name.catalog)?;
    let mut tables = conditions.and("pg_catalog.current_database()", catalog);
    tables += &conditions.and(schema, read("schema", name.schema)?);
    tables += &conditions.and(table, read("table", name.table)?);
    Ok(tables)
}

/// UPDATE_RULE and DELETE_RULE.
fn rule(column: &str) -> String {
    format!(
        "CASE {column} WHEN 'a' THEN {SQL_NO_ACTION} WHEN 'r' THEN {SQL_RESTRICT} WHEN 'c' THEN {SQL_CASCADE} \
         WHEN 'n' THEN {SQL_SET_NULL} WHEN 'd' THEN {SQL_SET_DEFAULT} END"
    )
}

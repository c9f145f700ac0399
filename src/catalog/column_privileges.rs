//! `SQLColumnPrivileges`: who may do what with a table's columns.
//!
//! Source: ODBC reference, `SQLColumnPrivileges`; PostgreSQL documentation, "Privileges", `aclexplode`.

use super::arguments::{Conditions, Reader, THE_CATALOG};
use super::table_privileges::{GRANTEE, GRANTOR, IS_GRANTABLE};
use super::{CatalogAnswer, CatalogOptions, CatalogQuery, check_family};
use crate::diag::Result;
use crate::odbc::catalog_results::COLUMN_PRIVILEGES;

/// The arguments as they were given; None for a null pointer.
#[derive(Clone, Copy, Debug, Default)]
pub struct ColumnPrivilegesArguments<'a> {
    pub catalog: Option<&'a str>,
    pub schema: Option<&'a str>,
    pub table: Option<&'a str>,
    pub column: Option<&'a str>,
}

/// A privilege on the table is one on each of its columns, where columns can have it.
///
/// Errors: HY009 without a table and HY090 (see the arguments), HYC00 for a server whose catalog is not known.
pub fn column_privileges(arguments: &ColumnPrivilegesArguments<'_>, options: &CatalogOptions) -> Result<CatalogAnswer> {
    check_family(options)?;
    let reader = Reader { options };
    let mut conditions = Conditions::default();
    let mut tables = reader.one_table(&mut conditions, [arguments.catalog, arguments.schema, arguments.table])?;
    tables += &conditions.and("a.attname", reader.pattern("column", arguments.column)?);
    // The same privilege may come from the table and the column: one row, grantable if either is.
    let sql = format!(
        "SELECT {THE_CATALOG}, p.nspname, p.relname, p.attname, p.grantor, p.grantee, p.privilege,
       CASE WHEN pg_catalog.bool_or(p.grantable) THEN 'YES' ELSE 'NO' END
  FROM (SELECT n.nspname, c.relname, a.attname, {GRANTOR} AS grantor, {GRANTEE} AS grantee,
               x.privilege_type AS privilege, {IS_GRANTABLE} AS grantable
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         CROSS JOIN LATERAL (
                SELECT * FROM pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner)))
                UNION ALL
                SELECT * FROM pg_catalog.aclexplode(a.attacl)) x
          LEFT JOIN pg_catalog.pg_roles g ON g.oid = x.grantor
          LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
           AND x.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES'){tables}) p
 GROUP BY p.nspname, p.relname, p.attname, p.grantor, p.grantee, p.privilege
 ORDER BY p.nspname, p.relname, p.attname, p.privilege, p.grantee, p.grantor"
    );
    Ok(CatalogQuery::answer(
        sql,
        conditions.into_parameters(),
        COLUMN_PRIVILEGES,
        |row, _, values| values.extend(row.as_they_came(COLUMN_PRIVILEGES.len())),
        options,
    ))
}

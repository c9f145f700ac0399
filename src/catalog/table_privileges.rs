//! `SQLTablePrivileges`: who may do what with tables.
//!
//! Source: ODBC reference, `SQLTablePrivileges`; PostgreSQL documentation, "Privileges", `aclexplode`.

use super::arguments::{Conditions, Reader, THE_CATALOG};
use super::{CatalogAnswer, CatalogOptions, CatalogQuery, check_family};
use crate::diag::Result;
use crate::odbc::catalog_results::TABLE_PRIVILEGES;

/// The arguments as they were given; None for a null pointer.
#[derive(Clone, Copy, Debug, Default)]
pub struct TablePrivilegesArguments<'a> {
    pub catalog: Option<&'a str>,
    pub schema: Option<&'a str>,
    pub table: Option<&'a str>,
}

/// GRANTOR, GRANTEE and IS_GRANTABLE of `acl x` on `pg_class c`, as the reference wants them: an owner's own privileges
/// come from the system, and the owner may always grant them. `g` and `r` are grantor and grantee in `pg_roles`.
pub(super) const GRANTOR: &str = "CASE WHEN x.grantee = c.relowner THEN '_SYSTEM' ELSE g.rolname END";
pub(super) const GRANTEE: &str = "CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE r.rolname END";
pub(super) const IS_GRANTABLE: &str = "x.is_grantable OR x.grantee = c.relowner";

/// Errors: HY009 and HY090 (see the arguments), HYC00 for a server whose catalog is not known.
pub fn table_privileges(arguments: &TablePrivilegesArguments<'_>, options: &CatalogOptions) -> Result<CatalogAnswer> {
    check_family(options)?;
    let reader = Reader { options };
    let mut conditions = Conditions::default();
    let tables = reader.tables(&mut conditions, [arguments.catalog, arguments.schema, arguments.table])?;
    let sql = format!(
        "SELECT {THE_CATALOG}, n.nspname, c.relname, {GRANTOR}, {GRANTEE} AS grantee, x.privilege_type,
       CASE WHEN {IS_GRANTABLE} THEN 'YES' ELSE 'NO' END
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) x
  LEFT JOIN pg_catalog.pg_roles g ON g.oid = x.grantor
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND NOT pg_catalog.pg_is_other_temp_schema(n.oid){tables}
 ORDER BY n.nspname, c.relname, x.privilege_type, grantee, 4"
    );
    Ok(CatalogQuery::answer(
        sql,
        conditions.into_parameters(),
        TABLE_PRIVILEGES,
        |row, _, values| values.extend(row.as_they_came(TABLE_PRIVILEGES.len())),
        options,
    ))
}

//! `SQLProcedures`: procedures and functions that an application may call.
//!
//! Source: ODBC reference, `SQLProcedures`; PostgreSQL documentation, `pg_proc`.

use super::arguments::{Conditions, Reader, THE_CATALOG};
use super::{CatalogAnswer, CatalogOptions, CatalogQuery, check_family};
use crate::diag::Result;
use crate::odbc::catalog_results::PROCEDURES;
use crate::odbc::catalog_values::*;

/// The arguments as they were given; None for a null pointer.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProceduresArguments<'a> {
    pub catalog: Option<&'a str>,
    pub schema: Option<&'a str>,
    pub procedure: Option<&'a str>,
}

/// What of `pg_proc p` is listed: not aggregates and window functions, which are no calls, nor the functions of triggers,
/// which only the server calls. Types: trigger, event_trigger.
pub(super) const CALLABLE: &str = "p.prokind IN ('f', 'p') AND p.prorettype NOT IN (2279, 3838)";

/// Overloads of a name follow each other in the order of their OIDs.
///
/// Errors: HY009 and HY090 (see the arguments), HYC00 for a server whose catalog is not known.
pub fn procedures(arguments: &ProceduresArguments<'_>, options: &CatalogOptions) -> Result<CatalogAnswer> {
    check_family(options)?;
    let reader = Reader { options };
    let mut conditions = Conditions::default();
    let named = reader.procedures(&mut conditions, [arguments.catalog, arguments.schema, arguments.procedure])?;
    // Modes are there only if some parameter is no plain IN.
    let sql = format!(
        "SELECT {THE_CATALOG}, n.nspname, p.proname, p.pronargs,
       (SELECT pg_catalog.count(*) FROM pg_catalog.unnest(p.proargmodes) m (mode) WHERE m.mode IN ('o', 'b')),
       CASE WHEN p.proretset THEN 1 ELSE 0 END,
       d.description, CASE p.prokind WHEN 'p' THEN {SQL_PT_PROCEDURE} ELSE {SQL_PT_FUNCTION} END
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  LEFT JOIN pg_catalog.pg_description d
    ON d.objoid = p.oid AND d.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objsubid = 0
 WHERE {CALLABLE}{named}
 ORDER BY n.nspname, p.proname, p.oid"
    );
    Ok(CatalogQuery::answer(
        sql,
        conditions.into_parameters(),
        PROCEDURES,
        |row, _, values| values.extend(row.as_they_came(PROCEDURES.len())),
        options,
    ))
}

//! `SQLProcedureColumns`: parameters, return values and result columns of procedures and functions.
//!
//! Source: ODBC reference, `SQLProcedureColumns`; PostgreSQL documentation, `pg_proc`.

use super::arguments::{Conditions, Reader, THE_CATALOG};
use super::data_type::{BASE_TYPE, DOMAIN_MODIFIER, DOMAINS, DataType, TYPE_NOT_NULL, TypedColumn};
use super::procedures::CALLABLE;
use super::raw_row::RawRow;
use super::{CatalogAnswer, CatalogOptions, CatalogQuery, check_family};
use crate::diag::Result;
use crate::odbc::catalog_results::{CatalogValue, PROCEDURE_COLUMNS};
use crate::odbc::catalog_values::*;
use crate::odbc::values::{SQL_PARAM_INPUT, SQL_PARAM_INPUT_OUTPUT, SQL_PARAM_OUTPUT};

/// The arguments as they were given; None for a null pointer.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProcedureColumnsArguments<'a> {
    pub catalog: Option<&'a str>,
    pub schema: Option<&'a str>,
    pub procedure: Option<&'a str>,
    pub column: Option<&'a str>,
}

/// For each procedure: the return value, the parameters in the order of the call, the columns of its result.
///
/// Errors: HY009 and HY090 (see the arguments), HYC00 for a server whose catalog is not known.
pub fn procedure_columns(arguments: &ProcedureColumnsArguments<'_>, options: &CatalogOptions) -> Result<CatalogAnswer> {
    check_family(options)?;
    let reader = Reader { options };
    let mut conditions = Conditions::default();
    let named = reader.procedures(&mut conditions, [arguments.catalog, arguments.schema, arguments.procedure])?;
    let column = conditions.and("k.name", reader.pattern("column", arguments.column)?);
    // A function returns one of: nothing (void), what its OUT parameters and TABLE columns say (they are listed for
    // themselves), rows of a composite type (its attributes are the result's columns), rows of one column, which has the
    // function's name, or a value. OUT parameters of a function that returns rows are columns, too. Columns are counted
    // for themselves, parameters as they are called. Type 2278 is void.
    let sql = format!(
        "SELECT {THE_CATALOG}, p.nspname, p.proname, k.name, k.kind, {BASE_TYPE},
       coalesce({DOMAIN_MODIFIER}, k.modifier), t.typname, {TYPE_NOT_NULL},
       CASE WHEN k.argument > 0 THEN pg_catalog.pg_get_function_arg_default(p.oid, k.argument) END,
       k.position
  FROM (SELECT n.nspname, p.*, p.proargmodes && '{{o,b,t}}' AS has_columns, r.typrelid
          FROM pg_catalog.pg_proc p
          JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
          JOIN pg_catalog.pg_type r ON r.oid = p.prorettype
         WHERE {CALLABLE}{named}) p
 CROSS JOIN LATERAL (
        SELECT 0, 0, 0::bigint, CASE WHEN p.proretset THEN p.proname::text ELSE '' END, p.prorettype, -1,
               CASE WHEN p.proretset THEN {SQL_RESULT_COL} ELSE {SQL_RETURN_VALUE} END,
               CASE WHEN p.proretset THEN 1 ELSE 0 END::bigint
         WHERE p.prokind = 'f' AND p.prorettype <> 2278 AND p.has_columns IS NOT TRUE
           AND NOT (p.proretset AND p.typrelid <> 0)
        UNION ALL
        SELECT CASE WHEN a.is_column THEN 2 ELSE 1 END, a.argument::int, a.argument, coalesce(a.name, ''), a.type, -1,
               CASE WHEN a.is_column THEN {SQL_RESULT_COL}
                    WHEN a.mode = 'b' THEN {SQL_PARAM_INPUT_OUTPUT}
                    WHEN a.mode = 'o' THEN {SQL_PARAM_OUTPUT}
                    ELSE {SQL_PARAM_INPUT} END,
               pg_catalog.row_number() OVER (PARTITION BY a.is_column ORDER BY a.argument)
          FROM (SELECT u.argument, u.name, u.type, u.mode,
                       coalesce(u.mode = 't' OR u.mode = 'o' AND p.proretset, false) AS is_column
                  FROM ROWS FROM (pg_catalog.unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])),
                                  pg_catalog.unnest(p.proargmodes), pg_catalog.unnest(p.proargnames))
                       WITH ORDINALITY u (type, mode, name, argument)
                 WHERE u.type IS NOT NULL) a
        UNION ALL
        SELECT 2, 0, a.attnum, a.attname::text, a.atttypid, a.atttypmod, {SQL_RESULT_COL},
               pg_catalog.row_number() OVER (ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute a
         WHERE p.proretset AND p.has_columns IS NOT TRUE AND a.attrelid = p.typrelid AND a.attnum > 0
           AND NOT a.attisdropped) k (part, argument, place, name, type, modifier, kind, position)
  JOIN pg_catalog.pg_type t ON t.oid = k.type
  {DOMAINS}
 WHERE true{column}
 ORDER BY p.nspname, p.proname, p.oid, k.part, k.place"
    );
    Ok(CatalogQuery::answer(sql, conditions.into_parameters(), PROCEDURE_COLUMNS, row, options))
}

/// Column numbers of the query above.
mod raw {
    pub const CATALOG: usize = 0;
    pub const SCHEMA: usize = 1;
    pub const PROCEDURE: usize = 2;
    pub const COLUMN: usize = 3;
    pub const COLUMN_TYPE: usize = 4;
    pub const BASE_TYPE: usize = 5;
    pub const BASE_MODIFIER: usize = 6;
    pub const TYPE_NAME: usize = 7;
    pub const NOT_NULL: usize = 8;
    pub const DEFAULT: usize = 9;
    pub const POSITION: usize = 10;
}

fn row<'a>(row: &RawRow<'a>, options: &CatalogOptions, values: &mut Vec<CatalogValue<'a>>) {
    values.extend(
        [raw::CATALOG, raw::SCHEMA, raw::PROCEDURE, raw::COLUMN, raw::COLUMN_TYPE].map(|column| row.value(column)),
    );
    let typed = TypedColumn {
        data_type: DataType::new(
            row.oid(raw::BASE_TYPE),
            row.modifier(raw::BASE_MODIFIER),
            &row.value(raw::TYPE_NAME),
            options,
        ),
        type_name: row.value(raw::TYPE_NAME),
        not_null: row.is_true(raw::NOT_NULL),
        // There are no comments on parameters.
        remarks: CatalogValue::Null,
        default: row.value(raw::DEFAULT),
        ordinal: row.value(raw::POSITION),
    };
    values.extend(typed.into_values());
}

//! `SQLStatistics`: a table's size and its indexes.
//!
//! Source: ODBC reference, `SQLStatistics`; PostgreSQL documentation, `pg_index`, `pg_stats`, "System catalog information
//! functions".

use super::arguments::{Conditions, Reader, THE_CATALOG};
use super::data_type::size;
use super::raw_row::RawRow;
use super::{CatalogAnswer, CatalogOptions, CatalogQuery, check_family};
use crate::diag::{Diagnostic, Result, sqlstate};
use crate::odbc::catalog_results::{CatalogValue, STATISTICS};
use crate::odbc::catalog_values::*;

/// The arguments as they were given; None for a null pointer.
#[derive(Clone, Copy, Debug, Default)]
pub struct StatisticsArguments<'a> {
    pub catalog: Option<&'a str>,
    pub schema: Option<&'a str>,
    pub table: Option<&'a str>,
    /// SQL_INDEX_UNIQUE or SQL_INDEX_ALL.
    pub unique: u16,
    /// SQL_QUICK or SQL_ENSURE. The figures are the planner's in either case: exact ones would take a scan of the table.
    pub accuracy: u16,
}

/// Errors: HY100 and HY101 for numbers that are no options, HY009 without a table and HY090 (see the arguments), HYC00 for
/// a server whose catalog is not known.
pub fn statistics(arguments: &StatisticsArguments<'_>, options: &CatalogOptions) -> Result<CatalogAnswer> {
    check_family(options)?;
    let unique_only = match arguments.unique {
        SQL_INDEX_UNIQUE => "\n           AND i.indisunique",
        SQL_INDEX_ALL => "",
        other => {
            return Err(Diagnostic::new(
                sqlstate::HY100_UNIQUENESS_OPTION_OUT_OF_RANGE,
                format!("{other} is neither SQL_INDEX_UNIQUE (0) nor SQL_INDEX_ALL (1)"),
            ));
        }
    };
    if !matches!(arguments.accuracy, SQL_QUICK | SQL_ENSURE) {
        return Err(Diagnostic::new(
            sqlstate::HY101_ACCURACY_OPTION_OUT_OF_RANGE,
            format!("{} is neither SQL_QUICK (0) nor SQL_ENSURE (1)", arguments.accuracy),
        ));
    }
    let reader = Reader { options };
    let mut conditions = Conditions::default();
    let tables = reader.one_table(&mut conditions, [arguments.catalog, arguments.schema, arguments.table])?;
    // Figures are unknown until the table has been analysed: reltuples is -1 then, or 0 with no pages before version 14.
    // An index has as many different values as entries if it is unique; else the planner knows them for single columns
    // only, as a number or (negative) as a share of the rows. Columns that are only INCLUDEd are no keys.
    let sql = format!(
        "WITH tables AS (
        SELECT n.nspname, c.relname, c.oid, c.relkind, c.reltuples, c.relpages
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'm', 'f', 'v'){tables})
SELECT {THE_CATALOG}, s.nspname, s.relname, s.non_unique, s.index_qualifier, s.index_name, s.type,
       s.position, s.key, s.direction, s.rows::int8, s.pages, s.filter
  FROM (SELECT t.nspname, t.relname, NULL::int AS non_unique, NULL::name AS index_qualifier, NULL::name AS index_name,
               {SQL_TABLE_STAT} AS type, NULL::int AS position, NULL::text AS key, NULL::text AS direction,
               CASE WHEN t.reltuples > 0 OR t.relpages > 0 THEN t.reltuples END AS rows,
               CASE WHEN t.reltuples > 0 OR t.relpages > 0 THEN t.relpages END AS pages, NULL::text AS filter
          FROM tables t
         WHERE t.relkind <> 'v'
        UNION ALL
        SELECT t.nspname, t.relname, CASE WHEN i.indisunique THEN 0 ELSE 1 END, t.nspname, ic.relname,
               CASE WHEN i.indisclustered THEN {SQL_INDEX_CLUSTERED}
                    WHEN am.amname = 'hash' THEN {SQL_INDEX_HASHED}
                    ELSE {SQL_INDEX_OTHER} END,
               k.position,
               CASE i.indkey[k.position - 1]
                    WHEN 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, k.position, false)
                    ELSE a.attname END,
               CASE WHEN pg_catalog.pg_index_column_has_property(i.indexrelid, k.position, 'asc') THEN 'A'
                    WHEN pg_catalog.pg_index_column_has_property(i.indexrelid, k.position, 'desc') THEN 'D' END,
               CASE WHEN ic.reltuples <= 0 AND ic.relpages <= 1 AND t.reltuples <= 0 THEN NULL
                    WHEN i.indisunique THEN ic.reltuples
                    WHEN i.indnkeyatts = 1
                    THEN (SELECT CASE WHEN d.n_distinct < 0 THEN -d.n_distinct * t.reltuples ELSE d.n_distinct END
                            FROM pg_catalog.pg_stats d
                           WHERE d.schemaname = t.nspname
                             AND (d.tablename, d.attname) = (t.relname, a.attname)
                             AND d.inherited = (t.relkind = 'p')) END,
               CASE WHEN ic.relkind = 'i' THEN ic.relpages END,
               pg_catalog.pg_get_expr(i.indpred, i.indrelid)
          FROM tables t
          JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND i.indisvalid{unique_only}
          JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
          JOIN pg_catalog.pg_am am ON am.oid = ic.relam
         CROSS JOIN LATERAL pg_catalog.generate_series(1, i.indnkeyatts) k (position)
          LEFT JOIN pg_catalog.pg_attribute a
            ON a.attrelid = t.oid AND a.attnum = i.indkey[k.position - 1] AND a.attnum <> 0) s
 ORDER BY s.non_unique NULLS FIRST, s.type, s.index_qualifier, s.index_name, s.position, s.nspname"
    );
    Ok(CatalogQuery::answer(sql, conditions.into_parameters(), STATISTICS, row, options))
}

/// Column numbers of the query above, which are those of the result.
mod raw {
    pub const CARDINALITY: usize = 10;
}

fn row<'a>(row: &RawRow<'a>, _: &CatalogOptions, values: &mut Vec<CatalogValue<'a>>) {
    values.extend(row.as_they_came(STATISTICS.len()));
    // More rows than an SQLINTEGER counts.
    if let Some(rows) = row.number(raw::CARDINALITY).filter(|rows| *rows > i64::from(i32::MAX)) {
        values[raw::CARDINALITY] = size(rows);
    }
}

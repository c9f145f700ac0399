//! Which columns never are NULL, and which index therefore identifies the rows of a table: rules that several questions go
//! by, as pieces of their queries.
//!
//! Source: PostgreSQL documentation, `pg_attribute`, `pg_constraint`, `pg_index`.

use super::CatalogOptions;
use crate::wire::ServerFamily;

/// Whether the column `a` may have NULLs from before it was declared NOT NULL: the constraint is not validated. There is
/// none of that type before PostgreSQL 18.
macro_rules! not_null_unproven {
    () => {
        "EXISTS (SELECT FROM pg_catalog.pg_constraint v
                      WHERE v.conrelid = a.attrelid AND v.contype = 'n' AND NOT v.convalidated
                        AND v.conkey[1] = a.attnum)"
    };
}

/// The indexes `i` whose columns identify a row, the best first: unique at any time and over all rows, over columns (no
/// expressions) that never are NULL. Of several the primary key, else the one of the fewest columns.
macro_rules! identifying_indexes {
    ($condition:literal) => {
        concat!(
            "i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND ",
            $condition,
            "
           AND NOT EXISTS (SELECT
                             FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) p (place)
                             LEFT JOIN pg_catalog.pg_attribute a
                               ON a.attrelid = i.indrelid AND a.attnum = i.indkey[p.place] AND a.attnotnull
                              AND NOT ",
            $crate::catalog::never_null::not_null_unproven!(),
            "
                            WHERE a.attnum IS NULL)
         ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid
         LIMIT 1"
        )
    };
}

pub(super) use {identifying_indexes, not_null_unproven};

/// The first of them for the table `w.oid`, as a whole condition.
pub(super) const IDENTIFYING_INDEX: &str = identifying_indexes!("i.indrelid = w.oid");

/// The same as [`not_null_unproven`] for a listing, as a join: `v.oid` is NULL where there is nothing unproven.
const UNPROVEN: &str = "
  LEFT JOIN pg_catalog.pg_constraint v
    ON v.conrelid = CASE WHEN a.attnotnull THEN a.attrelid END AND v.contype = 'n' AND NOT v.convalidated
   AND v.conkey[1] = a.attnum";

/// The join that a listing of columns `a` needs, and the condition under which a column that is NOT NULL never is NULL.
pub(super) fn proven_not_null(options: &CatalogOptions) -> (&'static str, &'static str) {
    match options.family == ServerFamily::PostgreSql && (1..UNPROVEN_SINCE).contains(&options.version) {
        true => ("", "a.attnotnull"),
        false => (UNPROVEN, "a.attnotnull AND v.oid IS NULL"),
    }
}

/// The first version of PostgreSQL with NOT NULL constraints that are not validated.
const UNPROVEN_SINCE: u32 = 18;

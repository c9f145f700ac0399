//! SQL_KEYWORDS: words that are reserved in PostgreSQL and not already in ODBC's own list.
//!
//! Source: `pg_get_keywords()`, categories R and T, of PostgreSQL 13 to 18 (the same words in each), less the reserved
//! keywords of the ODBC reference, appendix C.

/// Separated by commas, as SQL_KEYWORDS is.
pub const KEYWORDS: &str = "ANALYSE,ANALYZE,ARRAY,ASYMMETRIC,BINARY,CONCURRENTLY,CURRENT_CATALOG,CURRENT_ROLE,\
CURRENT_SCHEMA,DO,FREEZE,ILIKE,ISNULL,LATERAL,LIMIT,LOCALTIME,LOCALTIMESTAMP,NOTNULL,OFFSET,PLACING,RETURNING,SIMILAR,\
SYMMETRIC,TABLESAMPLE,VARIADIC,VERBOSE,WINDOW";

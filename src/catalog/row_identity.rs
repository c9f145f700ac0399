//! What identifies the rows of a table that a cursor is over: its key, else the place of each row.
//!
//! Sources: PostgreSQL documentation, "System Columns", `pg_index`, `pg_proc`; ODBC reference, "Keyset-Driven Cursors".

use std::fmt::Write as _;

use super::never_null::identifying_indexes;
use super::raw_row::RawRow;
use crate::sql::KeyColumn;
use crate::wire::DataRow;

/// A table whose rows can be identified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowIdentity {
    pub schema: String,
    pub table: String,
    /// The columns of the primary key, else of the smallest unique index over columns that are never NULL; none where the
    /// table has neither, or others inherit from it that it does not hold for.
    pub key: Vec<KeyColumn>,
}

/// One row for each column of the key, one with NULLs for a table without; none where the rows are not a table's own, may
/// not be read, or one of the functions makes other rows of them.
const QUERY: &str = concat!(
    "SELECT n.nspname, c.relname, a.attname,
       pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.typname)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN LATERAL (
        SELECT i.indkey, i.indnkeyatts
          FROM pg_catalog.pg_index i
         WHERE ",
    identifying_indexes!("i.indrelid = c.oid AND (c.relkind = 'p' OR $2::bool OR NOT c.relhassubclass)"),
    ") k ON true
  LEFT JOIN LATERAL pg_catalog.generate_series(1, k.indnkeyatts) p (position) ON true
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.indkey[p.position - 1]
  LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
 WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'p')
   AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_proc f
                    WHERE f.proname = ANY ($3::name[]) AND (f.prokind IN ('a', 'w') OR f.proretset))
 ORDER BY p.position"
);

/// The question, with its parameters as text: for the rows of a table as a query names it, of that one alone (`ONLY`), in
/// a query that calls these functions.
pub fn row_identity_query(table: &str, is_only: bool, functions: &[String]) -> (&'static str, Vec<String>) {
    let mut names = String::from("{");
    for (index, name) in functions.iter().enumerate() {
        let separator = if index == 0 { "" } else { "," };
        let _ = write!(names, "{separator}\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    }
    names.push('}');
    (QUERY, vec![table.to_owned(), is_only.to_string(), names])
}

impl RowIdentity {
    /// Takes a row of the answer in.
    pub fn learn(identity: &mut Option<RowIdentity>, row: DataRow<'_>) {
        let row = RawRow::new(row);
        let text = |column| row.bytes(column).map(|text| String::from_utf8_lossy(text).into_owned());
        let identity = identity.get_or_insert_default();
        (identity.schema, identity.table) = (text(0).unwrap_or_default(), text(1).unwrap_or_default());
        if let (Some(name), Some(type_name)) = (text(2), text(3)) {
            identity.key.push(KeyColumn { name, type_name });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_functions_are_an_array() {
        let functions = ["lower".to_owned(), "a\"\\,b".to_owned()];
        let (_, parameters) = row_identity_query("s.t", true, &functions);
        assert_eq!(parameters, ["s.t", "true", r#"{"lower","a\"\\,b"}"#]);
        assert_eq!(row_identity_query("t", false, &[]).1[2], "{}");
    }
}

//! Tests of the room as a whole. Expected values: ODBC reference, appendix C and E; PostgreSQL documentation.
#![allow(clippy::unwrap_used)]

use super::*;

const STANDARD: ScanOptions = ScanOptions { standard_conforming_strings: true, noscan: false };

fn texts(text: &str) -> Vec<String> {
    translate(text, &STANDARD).unwrap().statements.into_iter().map(|statement| statement.text).collect()
}

fn one(text: &str) -> Statement {
    let mut statements = translate(text, &STANDARD).unwrap().statements;
    assert_eq!(statements.len(), 1, "{text}");
    statements.remove(0)
}

#[test]
fn markers_are_numbered_and_never_run_into_a_neighbour() {
    let statement = one("select ?, 'a?', \"b?\", $$?$$ /* ? */ from t where a=? -- ?\n");
    assert_eq!(statement.text, "select $1, 'a?', \"b?\", $$?$$ /* ? */ from t where a=$2 -- ?\n");
    assert_eq!(statement.parameter_count, 2);
    assert_eq!(one("select ?1").text, "select $1 1");
    assert_eq!(one("select 1 limit?offset?").text, "select 1 limit $1 offset $2");
    assert_eq!(one("select a ??| ? , b @?? ?").text, "select a ?| $1 , b @? $2");
}

//! Whether a query does nothing but read: only then may what is left of it be cancelled when its cursor is closed. A
//! cancel undoes the whole statement, with what its functions have written.

use super::lexer::{Lexer, TokenKind};
use super::{ScanOptions, StatementKind};

/// Words that may stand before a parenthesis: SQL's own, and functions of PostgreSQL that write nothing. Any other call is
/// taken for one that does.
#[rustfmt::skip]
const HARMLESS: &[&str] = &[
    // SQL
    "all", "and", "any", "array", "as", "between", "by", "case", "cross", "distinct", "else", "except", "exists", "filter",
    "from", "group", "having", "in", "intersect", "is", "join", "lateral", "like", "limit", "not", "offset", "on", "or",
    "over", "partition", "row", "rows", "select", "set", "sets", "some", "then", "union", "using", "values", "when",
    "where", "with", "within", "rollup", "cube", "grouping", "materialized", "recursive", "symmetric", "similar", "ilike",
    // types with a length, and casts
    "bit", "char", "character", "varchar", "varying", "decimal", "dec", "numeric", "float", "interval", "time",
    "timestamp", "precision", "cast", "bpchar",
    // aggregates and windows
    "array_agg", "avg", "bit_and", "bit_or", "bool_and", "bool_or", "count", "cume_dist", "dense_rank", "every",
    "first_value", "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "lag", "last_value", "lead", "max",
    "min", "mode", "nth_value", "ntile", "percent_rank", "percentile_cont", "percentile_disc", "rank", "row_number",
    "stddev", "stddev_pop", "stddev_samp", "string_agg", "sum", "var_pop", "var_samp", "variance",
    // values
    "abs", "age", "array_length", "array_to_string", "ascii", "btrim", "cardinality", "ceil", "ceiling", "char_length",
    "character_length", "chr", "coalesce", "concat", "concat_ws", "date", "date_part", "date_trunc", "decode", "encode",
    "exp", "extract", "floor", "format", "generate_series", "generate_subscripts", "greatest", "initcap", "json_build_array",
    "json_build_object", "jsonb_build_array", "jsonb_build_object", "least", "left", "length", "ln", "log", "lower", "lpad",
    "ltrim", "make_date", "make_interval", "make_time", "make_timestamp", "md5", "mod", "now", "nullif", "octet_length",
    "overlay", "pi", "position", "power", "quote_ident", "quote_literal", "random", "regexp_match", "regexp_matches",
    "regexp_replace", "regexp_split_to_array", "regexp_split_to_table", "repeat", "replace", "reverse", "right", "round",
    "row_to_json", "rpad", "rtrim", "sign", "split_part", "sqrt", "strpos", "substr", "substring", "to_char", "to_date",
    "to_json", "to_jsonb", "to_number", "to_timestamp", "translate", "trim", "trunc", "unnest", "upper", "version",
];

/// Words that make a query write: SELECT INTO, and changes in a WITH.
const WRITING: &[&str] = &["into", "insert", "update", "delete", "merge"];

/// Whether a statement, as it is sent, is a query that calls nothing that might write. What cannot be told is `false`.
pub fn only_reads(kind: StatementKind, text: &str, options: &ScanOptions) -> bool {
    if !matches!(kind, StatementKind::Select | StatementKind::Values | StatementKind::Show) {
        return false;
    }
    // The word before the token at hand, and whether a name came before that word: `schema.function(`.
    let mut word: Option<&str> = None;
    let mut is_qualified = false;
    let mut after_dot = false;
    for token in Lexer::new(text, options.standard_conforming_strings).filter(|token| token.kind.is_significant()) {
        let is_one_of = |words: &[&str]| words.iter().any(|known| token.text.eq_ignore_ascii_case(known));
        match token.kind {
            TokenKind::Word if is_one_of(WRITING) => return false,
            TokenKind::Word => {
                (word, is_qualified) = (Some(token.text), after_dot);
            }
            // A name in quotes before a parenthesis is a function of somebody's, or the alias of a column list.
            TokenKind::QuotedIdentifier => (word, is_qualified) = (Some(token.text), true),
            TokenKind::OpenParenthesis => {
                let is_harmless =
                    |word: &str| !is_qualified && HARMLESS.iter().any(|known| word.eq_ignore_ascii_case(known));
                if word.take().is_some_and(|word| !is_harmless(word)) {
                    return false;
                }
            }
            _ => word = None,
        }
        after_dot = token.text == ".";
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_queries_only_read() {
        for text in [
            "SELECT * FROM t WHERE a IN (1, 2) AND (b OR c)",
            "select count(*), sum(x) over (partition by y) from generate_series(1, 10) x",
            "WITH q AS (SELECT 1) SELECT coalesce(a, 'insert(') FROM q",
            "SELECT cast(a AS numeric(10,2)) FROM \"Update\"",
            "TABLE t",
        ] {
            assert!(only_reads(StatementKind::Select, text, &ScanOptions::default()), "{text}");
        }
    }

    #[test]
    fn what_calls_or_changes_something_does_not() {
        for text in [
            "SELECT f(1)",
            "SELECT nextval('s')",
            "SELECT app.count(1)",
            "SELECT \"Count\"(1)",
            "SELECT * INTO t FROM u",
            "WITH q AS (DELETE FROM t RETURNING *) SELECT * FROM q",
            "SELECT * FROM t FOR UPDATE",
        ] {
            assert!(!only_reads(StatementKind::Select, text, &ScanOptions::default()), "{text}");
        }
        assert!(!only_reads(StatementKind::Insert, "INSERT INTO t VALUES (1)", &ScanOptions::default()));
        assert!(!only_reads(StatementKind::Explain, "EXPLAIN ANALYZE SELECT 1", &ScanOptions::default()));
    }

    #[test]
    fn strings_are_read_as_the_server_reads_them() {
        let text = "SELECT '\\' , f(1), '\\''";
        let off = ScanOptions { standard_conforming_strings: false, ..ScanOptions::default() };
        assert!(!only_reads(StatementKind::Select, text, &ScanOptions::default()));
        assert!(only_reads(StatementKind::Select, text, &off));
        let text = "SELECT '\\'', f(1), '\\''";
        assert!(!only_reads(StatementKind::Select, text, &off), "a call between two strings");
    }
}

//! Whether a query reads nothing and calls nothing, as `SELECT 1`: its result is as small as its text, and asking for its
//! columns first, to have it in binary, is not worth a round trip. Applications and pools ask such queries to see whether a
//! connection is alive.

use super::StatementKind;
use super::lexer::{Lexer, TokenKind};

/// Whether a statement, as it is sent, is a SELECT of constants. What cannot be told is `false`.
pub fn selects_constants(kind: StatementKind, text: &str) -> bool {
    kind == StatementKind::Select
        && Lexer::new(text, true).filter(|token| token.kind.is_significant()).all(|token| match token.kind {
            TokenKind::Word => !["from", "table"].iter().any(|word| token.text.eq_ignore_ascii_case(word)),
            TokenKind::OpenParenthesis => false,
            // A parameter's value may be large and come back.
            _ => !token.text.starts_with('$'),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_told_from_what_reads_or_computes() {
        for text in ["SELECT 1", "select 'from (', 2 + 3 AS \"table\" -- from", "SELECT current_user"] {
            assert!(selects_constants(StatementKind::Select, text), "{text}");
        }
        for text in ["SELECT a FROM t", "TABLE t", "SELECT f(1)", "SELECT $1", "SELECT (SELECT 1)"] {
            assert!(!selects_constants(StatementKind::Select, text), "{text}");
        }
        assert!(!selects_constants(StatementKind::Insert, "INSERT INTO t VALUES (1) RETURNING 1"));
    }
}

//! `@@IDENTITY`: the value that the connection's last insertion has drawn from a sequence, as Access and other clients of
//! SQL Server ask for it.

/// What is sent in its place. An error (55000) where the session has drawn no value.
pub const IDENTITY: &str = "(SELECT pg_catalog.lastval())";

/// What is sent then.
pub const NO_IDENTITY: &str = "(SELECT NULL::pg_catalog.int8 AS lastval)";

/// Words behind which an operand comes, so that `@@` is no operator between two: `SELECT @@IDENTITY`, not
/// `document @@identity`.
const BEFORE_OPERAND: &[&str] = &[
    "select",
    "distinct",
    "all",
    "where",
    "and",
    "or",
    "not",
    "when",
    "then",
    "else",
    "in",
    "like",
    "between",
    "returning",
    "by",
    "on",
    "having",
    "limit",
    "offset",
    "case",
];

/// Whether a word ends an operand.
pub(super) fn is_operand(word: &str) -> bool {
    !BEFORE_OPERAND.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Bytes of `@identity` at the beginning of a text, if it is there as a whole word.
pub(super) fn after_at(rest: &str) -> Option<usize> {
    const WORD: &str = "@identity";
    let is_it = rest.get(..WORD.len()).is_some_and(|start| start.eq_ignore_ascii_case(WORD));
    let ends = rest.as_bytes().get(WORD.len()).is_none_or(|byte| !super::lexer::is_identifier_byte(*byte));
    (is_it && ends).then_some(WORD.len())
}

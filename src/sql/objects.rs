//! Parameters that large objects are made of.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::ScanOptions;
use super::lexer::{Lexer, TokenKind};

/// The text of a statement (markers numbered) with an object made of each of these parameters, which are bytea.
///
/// In a subquery that depends on nothing: it is evaluated once, so that many rows share one object.
pub fn with_objects<'t>(text: &'t str, numbers: &[u16], options: &ScanOptions) -> Cow<'t, str> {
    if numbers.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len() + 48 * numbers.len());
    for token in Lexer::new(text, options.standard_conforming_strings) {
        let number = token.text.strip_prefix('$').filter(|_| token.kind == TokenKind::Other);
        match number.and_then(|digits| digits.parse::<u16>().ok()).filter(|number| numbers.contains(number)) {
            Some(number) => {
                let _ = write!(written, "(SELECT pg_catalog.lo_from_bytea(0, ${number}))");
            }
            None => written.push_str(token.text),
        }
    }
    Cow::Owned(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_and_nothing_else() {
        let text = "INSERT INTO t -- $1\n VALUES ($1, '$1', $$ $1 $$, $12,$2::x, \"$1\")";
        let expected = "INSERT INTO t -- $1\n VALUES ((SELECT pg_catalog.lo_from_bytea(0, $1)), '$1', $$ $1 $$, \
                        $12,(SELECT pg_catalog.lo_from_bytea(0, $2))::x, \"$1\")";
        assert_eq!(with_objects(text, &[1, 2], &ScanOptions::default()), expected);
        assert_eq!(with_objects(text, &[], &ScanOptions::default()), text);
    }
}

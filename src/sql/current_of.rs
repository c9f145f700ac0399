//! Recognising a positioned UPDATE or DELETE: `.. WHERE CURRENT OF name`.
//!
//! Source: ODBC reference, "Positioned update and delete statements"; appendix C.

use std::ops::Range;

use super::ScanOptions;
use super::lexer::{Lexer, Token, TokenKind};

/// Where such a statement names its cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentOf {
    /// Bytes of `CURRENT OF name` in the text.
    pub place: Range<usize>,
    /// The cursor's name, as an identifier without its quotes.
    pub cursor: String,
}

/// The cursor that the statement of a text is positioned by; `None` for any other text.
pub fn current_of(text: &str, options: &ScanOptions) -> Option<CurrentOf> {
    let tokens = Lexer::new(text, options.standard_conforming_strings).filter(|token| token.kind.is_significant());
    let mut last: [Option<Token<'_>>; 3] = [None; 3];
    for (index, token) in tokens.enumerate() {
        if index == 0 && !is_word(&token, "update") && !is_word(&token, "delete") {
            return None;
        }
        if let [Some(condition), Some(current), Some(of)] = &last
            && is_word(condition, "where")
            && is_word(current, "current")
            && is_word(of, "of")
        {
            let cursor = match token.kind {
                TokenKind::Word => token.text.to_owned(),
                TokenKind::QuotedIdentifier => token.text.trim_matches('"').replace("\"\"", "\""),
                _ => return None,
            };
            return Some(CurrentOf { place: current.start..token.start + token.text.len(), cursor });
        }
        last = [last[1], last[2], Some(token)];
    }
    None
}

fn is_word(token: &Token<'_>, word: &str) -> bool {
    token.kind == TokenKind::Word && token.text.eq_ignore_ascii_case(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(&str, String)> {
        current_of(text, &ScanOptions::default()).map(|found| (&text[found.place], found.cursor))
    }

    #[test]
    fn the_cursor_of_a_positioned_statement() {
        let cases = [
            ("update t set a = ? where current of c1", "current of c1", "c1"),
            ("DELETE FROM s.t WHERE /* here */ CURRENT\nOF \"My \"\"C\";", "CURRENT\nOF \"My \"\"C\"", "My \"C"),
            ("update t set a = 1 WHERE CURRENT OF c RETURNING a", "CURRENT OF c", "c"),
        ];
        for (text, place, cursor) in cases {
            assert_eq!(found(text), Some((place, cursor.to_owned())), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not_positioned() {
        for text in [
            "",
            "select 1 where current of c",
            "update t set a = 'where current of c'",
            "update t set a = 1 -- where current of c",
            "update t set a = 1 where current of",
            "update t set current = of where id = 1",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}

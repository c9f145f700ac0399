//! PostgreSQL's lexical structure, as far as it takes to know what is text and what is SQL.
//!
//! Source: PostgreSQL documentation, 4.1. The lexer is total: any text is a sequence of tokens that lie next to each
//! other without a gap, and a literal that is not closed goes to the end of the text. It takes linear time.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Space,
    Comment,
    /// A keyword or an identifier without quotes.
    Word,
    /// `"..."` or `U&"..."`.
    QuotedIdentifier,
    /// `'...'` in all its forms, and `$tag$...$tag$`.
    String,
    Number,
    /// `?`
    Marker,
    /// `??`, the application's way to write an operator with a question mark.
    EscapedMarker,
    OpenParenthesis,
    CloseParenthesis,
    OpenBrace,
    CloseBrace,
    Comma,
    Semicolon,
    /// One character of anything else, or a server's own parameter (`$1`).
    Other,
}

impl TokenKind {
    /// Blanks and comments mean nothing.
    pub(super) fn is_significant(self) -> bool {
        !matches!(self, TokenKind::Space | TokenKind::Comment)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub kind: TokenKind,
    /// Byte offset in the text.
    pub start: usize,
    pub text: &'t str,
}

#[derive(Debug)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    position: usize,
    standard_conforming_strings: bool,
}

/// Whether an identifier may go on with this byte. Bytes of characters beyond ASCII may.
pub(super) fn is_identifier_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn is_identifier_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// What the server takes for a blank.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str, standard_conforming_strings: bool) -> Lexer<'t> {
        Lexer { text, position: 0, standard_conforming_strings }
    }

    /// The text that has not been read yet.
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.position..).unwrap_or("")
    }

    /// Goes over `length` bytes that the caller has read by itself.
    pub(super) fn advance(&mut self, length: usize) {
        self.position = (self.position + length).min(self.text.len());
    }

    fn at(&self, offset: usize) -> Option<u8> {
        self.text.as_bytes().get(offset).copied()
    }

    /// The first offset from `from` on whose byte is not of the class.
    fn end_of(&self, from: usize, class: impl Fn(u8) -> bool) -> usize {
        let bytes = self.text.as_bytes();
        bytes.get(from..).and_then(|rest| rest.iter().position(|byte| !class(*byte))).map_or(bytes.len(), |n| from + n)
    }

    /// The end of a quoted text whose first byte inside is at `from`.
    fn end_of_quoted(&self, from: usize, quote: u8, backslash_escapes: bool) -> usize {
        let mut at = from;
        while let Some(byte) = self.at(at) {
            at += 1;
            if byte == b'\\' && backslash_escapes {
                // The next byte is taken; what it is matters only if it is a quote or a backslash.
                at += 1;
            } else if byte == quote {
                if self.at(at) != Some(quote) {
                    return at;
                }
                at += 1;
            }
        }
        self.text.len()
    }

    /// The end of `E'...'`. Such a literal may go on in another pair of quotes after a line break, where backslashes
    /// escape as well (4.1.2.1).
    fn end_of_escape_string(&self, from: usize) -> usize {
        let mut end = self.end_of_quoted(from, b'\'', true);
        loop {
            let mut at = self.end_of(end, |byte| is_blank(byte) && byte != b'\n' && byte != b'\r');
            if !matches!(self.at(at), Some(b'\n' | b'\r')) {
                return end;
            }
            loop {
                at = self.end_of(at, is_blank);
                if self.at(at) != Some(b'-') || self.at(at + 1) != Some(b'-') {
                    break;
                }
                at = self.end_of(at, |byte| byte != b'\n' && byte != b'\r');
            }
            if self.at(at) != Some(b'\'') {
                return end;
            }
            end = self.end_of_quoted(at + 1, b'\'', true);
        }
    }

    /// The end of a comment in `/* */`, which nests, from the offset after the first `/*`.
    fn end_of_block_comment(&self, from: usize) -> usize {
        let mut depth = 1_usize;
        let mut at = from;
        while let Some(byte) = self.at(at) {
            match (byte, self.at(at + 1)) {
                (b'/', Some(b'*')) => {
                    depth += 1;
                    at += 2;
                }
                (b'*', Some(b'/')) => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        return at;
                    }
                }
                _ => at += 1,
            }
        }
        self.text.len()
    }

    /// What begins with a dollar sign: a quoted text, a parameter of the server's own, or nothing special.
    fn dollar(&self, start: usize) -> (TokenKind, usize) {
        match self.at(start + 1) {
            Some(byte) if byte.is_ascii_digit() => {
                (TokenKind::Other, self.end_of(start + 1, |byte| byte.is_ascii_digit()))
            }
            Some(byte) if byte == b'$' || is_identifier_start(byte) => {
                let end_of_tag = self.end_of(start + 1, |byte| is_identifier_byte(byte) && byte != b'$');
                if self.at(end_of_tag) != Some(b'$') {
                    return (TokenKind::Other, start + 1);
                }
                let body = end_of_tag + 1;
                let delimiter = &self.text[start..body];
                let end = self.text[body..].find(delimiter).map_or(self.text.len(), |n| body + n + delimiter.len());
                (TokenKind::String, end)
            }
            _ => (TokenKind::Other, start + 1),
        }
    }

    /// What begins with a letter: a word, or the prefix of a literal.
    fn word(&self, start: usize, first: u8) -> (TokenKind, usize) {
        match (first, self.at(start + 1), self.at(start + 2)) {
            (b'e' | b'E', Some(b'\''), _) => (TokenKind::String, self.end_of_escape_string(start + 2)),
            (b'b' | b'B' | b'x' | b'X', Some(b'\''), _) => {
                (TokenKind::String, self.end_of_quoted(start + 2, b'\'', false))
            }
            (b'n' | b'N', Some(b'\''), _) => {
                (TokenKind::String, self.end_of_quoted(start + 2, b'\'', !self.standard_conforming_strings))
            }
            // U& escapes by a backslash too, but never a quote: '' is the only way to one.
            (b'u' | b'U', Some(b'&'), Some(b'\'')) => (TokenKind::String, self.end_of_quoted(start + 3, b'\'', false)),
            (b'u' | b'U', Some(b'&'), Some(b'"')) => {
                (TokenKind::QuotedIdentifier, self.end_of_quoted(start + 3, b'"', false))
            }
            _ => (TokenKind::Word, self.end_of(start, is_identifier_byte)),
        }
    }
}

impl<'t> Iterator for Lexer<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        let start = self.position;
        let first = self.at(start)?;
        let second = self.at(start + 1);
        let (kind, end) = match first {
            byte if is_blank(byte) => (TokenKind::Space, self.end_of(start, is_blank)),
            b'-' if second == Some(b'-') => {
                (TokenKind::Comment, self.end_of(start, |byte| byte != b'\n' && byte != b'\r'))
            }
            b'/' if second == Some(b'*') => (TokenKind::Comment, self.end_of_block_comment(start + 2)),
            b'\'' => (TokenKind::String, self.end_of_quoted(start + 1, b'\'', !self.standard_conforming_strings)),
            b'"' => (TokenKind::QuotedIdentifier, self.end_of_quoted(start + 1, b'"', false)),
            b'$' => self.dollar(start),
            b'?' if second == Some(b'?') => (TokenKind::EscapedMarker, start + 2),
            b'?' => (TokenKind::Marker, start + 1),
            b'(' => (TokenKind::OpenParenthesis, start + 1),
            b')' => (TokenKind::CloseParenthesis, start + 1),
            b'{' => (TokenKind::OpenBrace, start + 1),
            b'}' => (TokenKind::CloseBrace, start + 1),
            b',' => (TokenKind::Comma, start + 1),
            b';' => (TokenKind::Semicolon, start + 1),
            byte if byte.is_ascii_digit() => {
                (TokenKind::Number, self.end_of(start, |byte| is_identifier_byte(byte) && byte != b'$' || byte == b'.'))
            }
            byte if is_identifier_start(byte) => self.word(start, byte),
            _ => (TokenKind::Other, start + 1),
        };
        // A backslash may have taken the first byte of a longer character with it, or have stood at the end.
        let mut end = end.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        self.position = end;
        Some(Token { kind, start, text: &self.text[start..end] })
    }
}

#[cfg(test)]
mod tests {
    use super::TokenKind::{self, *};
    use super::*;

    fn significant(text: &str, standard: bool) -> Vec<(TokenKind, &str)> {
        let tokens = Lexer::new(text, standard).filter(|token| token.kind.is_significant());
        tokens.map(|token| (token.kind, token.text)).collect()
    }

    #[test]
    fn quotes_of_every_kind_are_one_token() {
        for literal in [
            "'a''b?'",
            "'back\\'",
            "E'it\\'s ?'",
            "e'\\\\'",
            "E'a'\n  -- why?\n  'b\\'c?'",
            "U&'\\0441 ?'",
            "N'?'",
            "B'01'",
            "x'1F'",
            "$$ ? ' $x$ $$",
            "$tag$ $$ ? $tagg$ $tag$",
            "$é$ ? $é$",
            "''",
        ] {
            assert_eq!(significant(literal, true), vec![(String, literal)]);
        }
        for identifier in ["\"a\"\"?\"", "U&\"d\\0061t?\"", "\"\""] {
            assert_eq!(significant(identifier, true), vec![(QuotedIdentifier, identifier)]);
        }
    }

    #[test]
    fn a_backslash_escapes_where_standard_strings_are_off() {
        assert_eq!(significant("'a\\'?'", false), vec![(String, "'a\\'?'")]);
        assert_eq!(significant("'a\\'?'", true), vec![(String, "'a\\'"), (Marker, "?"), (String, "'")]);
        assert_eq!(significant("N'a\\'?'", false).len(), 1);
        assert_eq!(significant("B'\\'?", false), vec![(String, "B'\\'"), (Marker, "?")]);
    }

    #[test]
    fn comments_nest_and_hide_markers() {
        assert_eq!(significant("/* ? /* ' */ ? */ 1 -- ?\n?", true), vec![(Number, "1"), (Marker, "?")]);
        assert_eq!(significant("a*/*c*/b", true), vec![(Word, "a"), (Other, "*"), (Word, "b")]);
    }

    #[test]
    fn a_dollar_inside_an_identifier_opens_nothing() {
        assert_eq!(significant("a$b$ ? $b$", true)[..2], [(Word, "a$b$"), (Marker, "?")]);
        assert_eq!(significant("$1 ?", true), vec![(Other, "$1"), (Marker, "?")]);
    }

    #[test]
    fn a_literal_that_is_not_closed_goes_to_the_end() {
        for text in ["'a ? ;", "\"a ? ;", "E'a \\", "$$ ? ;", "/* /* */ ? ;", "E'\\é"] {
            assert_eq!(Lexer::new(text, true).count(), 1, "{text}");
        }
    }
}

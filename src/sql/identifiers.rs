//! Identifiers as a text writes them and as the server's catalog has them, and a reader of texts that are little more.
//!
//! Source: PostgreSQL documentation, 4.1.1.

use std::iter::{Filter, Peekable};

use super::lexer::{Lexer, Token, TokenKind};

/// A name of the catalog as an identifier in quotes.
pub fn quoted_identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What the catalog has for an identifier: in lower case, or without its quotes. `None` where the text does not tell: the
/// server's locale decides how other letters than ASCII are folded, and `U&"..."` may be followed by UESCAPE.
pub(super) fn catalog_name(identifier: &Token<'_>) -> Option<String> {
    match identifier.kind {
        TokenKind::Word => identifier.text.is_ascii().then(|| identifier.text.to_ascii_lowercase()),
        TokenKind::QuotedIdentifier => {
            Some(identifier.text.strip_prefix('"')?.strip_suffix('"')?.replace("\"\"", "\""))
        }
        _ => None,
    }
}

/// Reads a statement's text (markers numbered) from its beginning, past blanks and comments: each method takes what it names
/// if that is next.
pub(super) struct TokenReader<'t>(Peekable<Significant<'t>>);

type Significant<'t> = Filter<Lexer<'t>, fn(&Token<'t>) -> bool>;

impl<'t> TokenReader<'t> {
    pub fn new(text: &'t str) -> TokenReader<'t> {
        let is_significant: fn(&Token<'t>) -> bool = |token| token.kind.is_significant();
        TokenReader(Lexer::new(text, true).filter(is_significant).peekable())
    }

    pub fn word(&mut self, word: &str) -> bool {
        self.0.next_if(|token| token.kind == TokenKind::Word && token.text.eq_ignore_ascii_case(word)).is_some()
    }

    pub fn kind(&mut self, kind: TokenKind) -> bool {
        self.0.next_if(|token| token.kind == kind).is_some()
    }

    /// A character that is nothing else.
    pub fn other(&mut self, text: &str) -> bool {
        self.0.next_if(|token| token.kind == TokenKind::Other && token.text == text).is_some()
    }

    /// An identifier or a keyword.
    pub fn identifier(&mut self) -> Option<Token<'t>> {
        self.0.next_if(|token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier))
    }

    /// A table's name, perhaps with its schema's, as `to_regclass` reads it: without comments, and not `U&"..."`.
    pub fn qualified_name(&mut self) -> Option<String> {
        let is_readable = |token: &Token<'_>| token.kind != TokenKind::QuotedIdentifier || token.text.starts_with('"');
        let mut name = self.identifier().filter(is_readable)?.text.to_owned();
        while self.other(".") {
            name.push('.');
            name.push_str(self.identifier().filter(is_readable)?.text);
        }
        Some(name)
    }

    /// `$n`: its number.
    pub fn parameter(&mut self) -> Option<u16> {
        self.0.next_if(|token| token.kind == TokenKind::Other)?.text.strip_prefix('$')?.parse().ok()
    }

    /// What stands between commas up to a closing parenthesis, once at least.
    pub fn list<T>(&mut self, item: impl Fn(&mut TokenReader<'t>) -> Option<T>) -> Option<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.kind(TokenKind::Comma) {
            items.push(item(self)?);
        }
        self.kind(TokenKind::CloseParenthesis).then_some(items)
    }

    pub fn is_at_end(&mut self) -> bool {
        self.0.peek().is_none()
    }
}

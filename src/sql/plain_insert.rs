//! Recognising an INSERT of nothing but parameters: `INSERT INTO t (a, b) VALUES ($1, $2)`. Many rows of it can be sent
//! as one statement.

use super::lexer::{Lexer, Token, TokenKind};

/// The parts of such a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainInsert {
    /// The table as the text names it, with its schema and quotes.
    pub table: String,
    /// The text before VALUES.
    pub head: String,
    /// The parameter numbers in the order of the values.
    pub values: Vec<u16>,
}

/// The parts of a statement's text (markers numbered), if it is such an INSERT; `None` for anything else, also where it
/// is one and has more to it: RETURNING, ON CONFLICT, an expression, a second row.
pub fn plain_insert(text: &str) -> Option<PlainInsert> {
    let mut tokens = Lexer::new(text, true).filter(|token| token.kind.is_significant());
    let is_word =
        |token: &Token<'_>, word: &str| token.kind == TokenKind::Word && token.text.eq_ignore_ascii_case(word);
    let first = tokens.next().filter(|token| is_word(token, "insert"))?;
    tokens.next().filter(|token| is_word(token, "into"))?;
    // The table's name, then perhaps its columns: nothing but names, dots, commas and one pair of parentheses.
    let mut depth = 0;
    let mut table: Option<(usize, usize)> = None;
    let mut after_name = false;
    let mut columns_seen = false;
    let values_at = loop {
        let token = tokens.next()?;
        let is_name = matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier);
        if depth == 0 && !columns_seen && (is_name && !is_word(&token, "values") || token.text == ".") {
            if is_name && after_name {
                // An alias.
                return None;
            }
            after_name = is_name;
            let end = token.start + token.text.len();
            table = Some((table.map_or(token.start, |(start, _)| start), end));
        }
        columns_seen |= token.kind == TokenKind::OpenParenthesis;
        match token.kind {
            TokenKind::Word if depth == 0 && is_word(&token, "values") => break token.start,
            TokenKind::Word | TokenKind::QuotedIdentifier | TokenKind::Comma => {}
            TokenKind::OpenParenthesis if depth == 0 => depth = 1,
            TokenKind::CloseParenthesis if depth == 1 => depth = 0,
            TokenKind::Other if token.text == "." => {}
            _ => return None,
        }
        // INSERT INTO t SELECT .., DEFAULT VALUES, OVERRIDING .. VALUE: not plain, or not worth telling apart.
        if depth == 0 && ["select", "default", "overriding", "table", "with"].iter().any(|word| is_word(&token, word)) {
            return None;
        }
    };
    tokens.next().filter(|token| token.kind == TokenKind::OpenParenthesis)?;
    let mut values = Vec::new();
    loop {
        let parameter = tokens.next().filter(|token| token.kind == TokenKind::Other)?;
        values.push(parameter.text.strip_prefix('$')?.parse().ok()?);
        match tokens.next()?.kind {
            TokenKind::Comma => {}
            TokenKind::CloseParenthesis => break,
            _ => return None,
        }
    }
    if tokens.next().is_some() {
        return None;
    }
    let (start, end) = table?;
    Some(PlainInsert {
        table: text[start..end].to_owned(),
        head: text[first.start..values_at].trim_end().to_owned(),
        values,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_insert_of_parameters_is_recognised() {
        let insert = plain_insert("/* x */ insert  INTO \"S\".t (a, \"b c\") values ( $1 , $3,$2 ) -- end").unwrap();
        assert_eq!(insert.head, "insert  INTO \"S\".t (a, \"b c\")");
        assert_eq!(insert.table, "\"S\".t");
        assert_eq!(insert.values, [1, 3, 2]);
        assert_eq!(plain_insert("INSERT INTO t VALUES ($1)").unwrap().head, "INSERT INTO t");
    }

    #[test]
    fn anything_more_is_not_plain() {
        for text in [
            "INSERT INTO t VALUES ($1) RETURNING a",
            "INSERT INTO t VALUES ($1) ON CONFLICT DO NOTHING",
            "INSERT INTO t VALUES ($1), ($2)",
            "INSERT INTO t VALUES ($1, 1)",
            "INSERT INTO t VALUES ($1 + 1)",
            "INSERT INTO t VALUES ($1::int)",
            "INSERT INTO t DEFAULT VALUES",
            "INSERT INTO t SELECT $1",
            "INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES ($1)",
            "WITH x AS (SELECT 1) INSERT INTO t VALUES ($1)",
            "UPDATE t SET a = $1",
            "INSERT INTO t AS x VALUES ($1)",
            "INSERT INTO t x VALUES ($1)",
            "INSERT INTO t VALUES (",
            "",
        ] {
            assert_eq!(plain_insert(text), None, "{text}");
        }
    }
}

//! Recognising an INSERT of nothing but parameters: `INSERT INTO t (a, b) VALUES ($1, $2)`. Many rows of it can be sent
//! as one statement.

use super::identifiers::{TokenReader, catalog_name};
use super::lexer::TokenKind;

/// The parts of such a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainInsert {
    /// The table as the text names it, with its schema and quotes.
    pub table: String,
    /// The columns, if the text names them.
    pub columns: Option<Vec<InsertColumn>>,
    /// The parameter numbers in the order of the values.
    pub values: Vec<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InsertColumn {
    /// As the text writes it.
    pub text: String,
    /// As the server's catalog has it, where the text tells.
    pub name: Option<String>,
}

/// The parts of a statement's text (markers numbered), if it is such an INSERT; `None` for anything else, also where it
/// is one and has more to it: RETURNING, ON CONFLICT, an expression, a second row.
pub fn plain_insert(text: &str) -> Option<PlainInsert> {
    let mut tokens = TokenReader::new(text);
    if !(tokens.word("insert") && tokens.word("into")) {
        return None;
    }
    let table = tokens.qualified_name()?;
    let columns = match tokens.kind(TokenKind::OpenParenthesis) {
        true => Some(tokens.list(column)?),
        false => None,
    };
    if !(tokens.word("values") && tokens.kind(TokenKind::OpenParenthesis)) {
        return None;
    }
    let values = tokens.list(TokenReader::parameter)?;
    tokens.is_at_end().then_some(PlainInsert { table, columns, values })
}

fn column(tokens: &mut TokenReader<'_>) -> Option<InsertColumn> {
    let identifier = tokens.identifier()?;
    Some(InsertColumn { text: identifier.text.to_owned(), name: catalog_name(&identifier) })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn columns(insert: &PlainInsert) -> Vec<(&str, Option<&str>)> {
        insert.columns.iter().flatten().map(|column| (&*column.text, column.name.as_deref())).collect()
    }

    #[test]
    fn an_insert_of_parameters_is_recognised() {
        let insert =
            plain_insert("/* x */ insert  INTO \"S\" /* y */ . t (a, \"b c\") values ( $1 , $3,$2 ) -- end").unwrap();
        assert_eq!((&*insert.table, columns(&insert)), ("\"S\".t", vec![("a", Some("a")), ("\"b c\"", Some("b c"))]));
        assert_eq!(insert.values, [1, 3, 2]);
        let insert = plain_insert("INSERT INTO t -- all of it\n VALUES ($1)").unwrap();
        assert_eq!((&*insert.table, insert.columns), ("t", None));
        let insert = plain_insert("INSERT INTO t (Ä, U&\"x\", A) VALUES ($1, $2, $3)").unwrap();
        assert_eq!(columns(&insert), [("Ä", None), ("U&\"x\"", None), ("A", Some("a"))]);
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
            "INSERT INTO t (a.b) VALUES ($1)",
            "INSERT INTO t (a[1]) VALUES ($1)",
            "INSERT INTO U&\"t\" VALUES ($1)",
            "INSERT INTO t () VALUES ($1)",
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

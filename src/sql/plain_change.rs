//! Recognising an UPDATE or DELETE of the rows that parameters name:
//! `UPDATE t SET a = $1, b = $2 WHERE key = $3`, `DELETE FROM t WHERE key = $1 AND part = $2`. Many sets of parameters can
//! be sent as one statement.

use super::identifiers::{TokenReader, catalog_name};
use super::lexer::TokenKind;

/// The parts of such a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainChange {
    /// The table as the text names it, with its schema and quotes.
    pub table: String,
    /// The columns of an UPDATE's SET; none for a DELETE.
    pub set: Vec<ParameterColumn>,
    /// The columns of the WHERE, of which every one has to be equal to its parameter.
    pub keys: Vec<ParameterColumn>,
}

/// A column and the parameter that it is set to, or compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterColumn {
    /// As the text writes it.
    pub text: String,
    /// As the server's catalog has it: in lower case, or without its quotes.
    pub name: String,
    /// The parameter's number, from 1.
    pub parameter: u16,
}

/// The parts of a statement's text (markers numbered), if it is such an UPDATE or DELETE; `None` for anything else, also
/// where it is one and has more to it: ONLY, an alias, FROM, an expression, OR, RETURNING.
pub fn plain_change(text: &str) -> Option<PlainChange> {
    let mut tokens = TokenReader::new(text);
    let is_update = tokens.word("update");
    let is_delete = !is_update && tokens.word("delete") && tokens.word("from");
    if !is_update && !is_delete || tokens.word("only") {
        return None;
    }
    let table = tokens.qualified_name()?;
    let mut set = Vec::new();
    if is_update {
        if !tokens.word("set") {
            return None;
        }
        set.push(column(&mut tokens)?);
        while tokens.kind(TokenKind::Comma) {
            set.push(column(&mut tokens)?);
        }
    }
    if !tokens.word("where") {
        return None;
    }
    let mut keys = vec![column(&mut tokens)?];
    while tokens.word("and") {
        keys.push(column(&mut tokens)?);
    }
    tokens.is_at_end().then_some(PlainChange { table, set, keys })
}

/// `column = $n`
fn column(tokens: &mut TokenReader<'_>) -> Option<ParameterColumn> {
    let identifier = tokens.identifier()?;
    let name = catalog_name(&identifier)?;
    if !tokens.other("=") {
        return None;
    }
    Some(ParameterColumn { text: identifier.text.to_owned(), name, parameter: tokens.parameter()? })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn columns(columns: &[ParameterColumn]) -> Vec<(&str, &str, u16)> {
        columns.iter().map(|column| (&*column.text, &*column.name, column.parameter)).collect()
    }

    #[test]
    fn changes_of_named_rows_are_recognised() {
        let update =
            plain_change("update \"S\" . t SET Amount = $1, \"b\"\"c\" = $2 -- x\n WHERE ID = $3 and d=$4").unwrap();
        assert_eq!(update.table, "\"S\".t");
        assert_eq!(columns(&update.set), [("Amount", "amount", 1), ("\"b\"\"c\"", "b\"c", 2)]);
        assert_eq!(columns(&update.keys), [("ID", "id", 3), ("d", "d", 4)]);
        let delete = plain_change("DELETE FROM t WHERE id = $1").unwrap();
        assert_eq!((delete.table.as_str(), delete.set.len()), ("t", 0));
        assert_eq!(columns(&delete.keys), [("id", "id", 1)]);
    }

    #[test]
    fn anything_more_is_not_plain() {
        for text in [
            "UPDATE t SET a = $1",
            "UPDATE t SET a = a + $1 WHERE id = $2",
            "UPDATE t SET a = $1 + 1 WHERE id = $2",
            "UPDATE t SET a = $1::int WHERE id = $2",
            "UPDATE t SET a = 1 WHERE id = $1",
            "UPDATE t SET (a, b) = ($1, $2) WHERE id = $3",
            "UPDATE t SET a[1] = $1 WHERE id = $2",
            "UPDATE t SET a.b = $1 WHERE id = $2",
            "UPDATE t AS x SET a = $1 WHERE id = $2",
            "UPDATE t x SET a = $1 WHERE id = $2",
            "UPDATE t * SET a = $1 WHERE id = $2",
            "UPDATE ONLY t SET a = $1 WHERE id = $2",
            "UPDATE t SET a = $1 FROM u WHERE id = $2",
            "UPDATE t SET a = $1 WHERE id = $2 RETURNING a",
            "UPDATE t SET a = $1 WHERE id = $2 OR id = $3",
            "UPDATE t SET a = $1 WHERE id > $2",
            "UPDATE t SET a = $1 WHERE id = - $2",
            "UPDATE t SET a = $1 WHERE t.id = $2",
            "UPDATE t SET a = $1 WHERE lower(id) = $2",
            "UPDATE t SET a = $1 WHERE CURRENT OF c",
            "UPDATE t SET ä = $1 WHERE id = $2",
            "DELETE FROM t",
            "DELETE FROM t USING u WHERE id = $1",
            "DELETE FROM t WHERE id IN ($1)",
            "DELETE FROM t WHERE id = $1 AND n = 3",
            "WITH x AS (SELECT 1) DELETE FROM t WHERE id = $1",
            "SELECT a FROM t WHERE id = $1",
            "",
        ] {
            assert_eq!(plain_change(text), None, "{text}");
        }
    }
}

//! Recognising a query over the rows of one table: `SELECT .. FROM t WHERE .. ORDER BY ..`. Each of its rows is a row of
//! the table, so that it can be identified, and read again by what identifies it.
//!
//! Source: PostgreSQL documentation, `SELECT`, "System Columns".

use std::fmt::Write as _;
use std::ops::Range;

use super::ScanOptions;
use super::identifiers::quoted_identifier;
use super::lexer::{Lexer, Token, TokenKind};

/// Where the parts of such a query are in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSelect {
    /// Bytes of the select list.
    pub list: Range<usize>,
    /// The `*` of the list that stand for all columns, in their order.
    pub stars: Vec<usize>,
    /// The table as the text names it, with its schema and quotes, without blanks.
    pub table: String,
    /// `ONLY`: tables that inherit from it are left out.
    pub is_only: bool,
    /// Bytes of the table in FROM with its alias.
    pub reference: Range<usize>,
    /// What its columns are qualified by: the alias, else the table's own name, as the text has it.
    pub qualifier: String,
    /// Names of what looks like calls of functions in the select list and behind ORDER BY, as the catalog has them.
    pub functions: Vec<String>,
}

/// Clauses that may follow the table and leave its rows what they are.
const FOLLOWING: &[&str] = &["where", "order", "limit", "offset", "fetch", "for"];
/// Words behind the table that make other rows of its rows.
const COMBINING: &[&str] = &["group", "having", "window", "union", "intersect", "except", "into"];
/// Aggregates of SQL's grammar that are no functions of the catalog.
const SYNTAX_AGGREGATES: &[&str] = &["json_arrayagg", "json_objectagg"];

/// The parts of a text, if it is such a query and nothing else. A list with parameters is none: it could not be read again
/// without their values.
pub fn table_select(text: &str, options: &ScanOptions) -> Option<TableSelect> {
    let tokens: Vec<Token<'_>> =
        Lexer::new(text, options.standard_conforming_strings).filter(|token| token.kind.is_significant()).collect();
    let mut reader = Reader { tokens: &tokens, at: 0 };
    reader.take("select").then_some(())?;
    reader.take("all");
    let list_at = reader.at;
    let from_at = reader.find_from()?;
    let list = &tokens[list_at..from_at];
    let unusable = |token: &Token<'_>| token.kind == TokenKind::Marker || is_server_parameter(token);
    if list.is_empty() || is_word(&list[0], "distinct") || list.iter().any(unusable) {
        return None;
    }
    reader.at = from_at + 1;
    let is_only = reader.take("only");
    let reference_start = reader.peek()?.start;
    let mut name = reader.name()?.text;
    let mut table = name.to_owned();
    if reader.take_text(".") {
        name = reader.name()?.text;
        table = format!("{table}.{name}");
    }
    reader.take_text("*");
    let mut qualifier = name;
    if reader.take("as") {
        qualifier = reader.name()?.text;
    } else if let Some(token) = reader.peek()
        && is_name(token)
        && !FOLLOWING.iter().any(|word| is_word(token, word))
    {
        qualifier = reader.name()?.text;
    }
    let last = tokens.get(reader.at - 1)?;
    let rest = reader.rest()?;
    let order_at = position(rest, |token| is_word(token, "order")).unwrap_or(rest.len());
    let functions = calls(list).chain(calls(&rest[order_at..])).collect::<Vec<_>>();
    if functions.iter().any(|name| SYNTAX_AGGREGATES.contains(&name.as_str())) {
        return None;
    }
    Some(TableSelect {
        list: list.first()?.start..end(list.last()?),
        stars: stars(list),
        table,
        is_only,
        reference: reference_start..end(last),
        qualifier: qualifier.to_owned(),
        functions,
    })
}

/// What a row is identified by in front of its key: its place, the transaction that wrote this version of it, its table.
pub const VERSION_COLUMNS: [&str; 3] = ["ctid", "xmin", "tableoid"];

/// A column of a table's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyColumn {
    pub name: String,
    /// The type's name with its schema, quoted, as a cast has it.
    pub type_name: String,
}

impl TableSelect {
    /// The query with more columns behind its own, all of them text: [`VERSION_COLUMNS`], then the key.
    pub fn with_identity(&self, text: &str, key: &[KeyColumn]) -> String {
        let at = self.list.end;
        format!("{}{}{}", &text[..at], self.identity(key), &text[at..])
    }

    /// The query for the rows that have these keys, in no order: $1, $2 .. are arrays of text with the values of each key
    /// column. Behind the columns of [`TableSelect::with_identity`] there is the place in the arrays, from 1, as text.
    pub fn by_key(&self, text: &str, key: &[KeyColumn]) -> String {
        let mut list = String::new();
        let mut copied = self.list.start;
        for star in &self.stars {
            let _ = write!(list, "{}{}.", &text[copied..*star], self.qualifier);
            copied = *star;
        }
        list.push_str(&text[copied..self.list.end]);
        let [mut arrays, mut names, mut condition] = [const { String::new() }; 3];
        for (number, column) in (1..).zip(key) {
            let _ = write!(arrays, "{}pg_catalog.unnest(${number}::text[])", if number == 1 { "" } else { ", " });
            let _ = write!(names, "\"pgodbc {number}\", ");
            let _ = write!(
                condition,
                "{}{}.{} = \"pgodbc key\".\"pgodbc {number}\"::{}",
                if number == 1 { "" } else { " AND " },
                self.qualifier,
                quoted_identifier(&column.name),
                column.type_name
            );
        }
        format!(
            "SELECT {list}{}, \"pgodbc key\".\"pgodbc n\"::text FROM ROWS FROM ({arrays}) WITH ORDINALITY \
             AS \"pgodbc key\" ({names}\"pgodbc n\") JOIN {}{} ON {condition}",
            self.identity(key),
            if self.is_only { "ONLY " } else { "" },
            &text[self.reference.clone()],
        )
    }

    fn identity(&self, key: &[KeyColumn]) -> String {
        let mut identity = String::new();
        let version = VERSION_COLUMNS.iter().map(|name| (*name).to_owned());
        for (number, name) in (1..).zip(version.chain(key.iter().map(|column| quoted_identifier(&column.name)))) {
            let _ = write!(identity, ", {}.{name}::text AS \"pgodbc {number}\"", self.qualifier);
        }
        identity
    }
}

struct Reader<'r, 't> {
    tokens: &'r [Token<'t>],
    at: usize,
}

impl<'r, 't> Reader<'r, 't> {
    fn peek(&self) -> Option<&'r Token<'t>> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| is_word(token, word));
        self.at += usize::from(found);
        found
    }

    fn take_text(&mut self, text: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.text == text);
        self.at += usize::from(found);
        found
    }

    fn name(&mut self) -> Option<&'r Token<'t>> {
        let token = self.peek().filter(|token| is_name(token))?;
        self.at += 1;
        Some(token)
    }

    /// The FROM of the query itself: not one in parentheses, of IS DISTINCT FROM, or that is a name.
    fn find_from(&self) -> Option<usize> {
        let mut before = "";
        let mut depth = 0_usize;
        for (index, token) in self.tokens.iter().enumerate().skip(self.at) {
            depth = deeper(depth, token)?;
            let is_named = before == "." || before.eq_ignore_ascii_case("as");
            if depth == 0 && !is_named && is_word(token, "from") && !before.eq_ignore_ascii_case("distinct") {
                return Some(index);
            }
            if depth == 0 && (token.kind == TokenKind::Semicolon || !is_named && is_one_of(token, COMBINING)) {
                return None;
            }
            before = token.text;
        }
        None
    }

    /// What follows the table: clauses that keep its rows, and perhaps a semicolon at the very end.
    fn rest(&self) -> Option<&'r [Token<'t>]> {
        let mut rest = self.tokens.get(self.at..)?;
        if let [before @ .., last] = rest
            && last.kind == TokenKind::Semicolon
        {
            rest = before;
        }
        let mut before = "";
        let mut depth = 0_usize;
        for (index, token) in rest.iter().enumerate() {
            let may_begin = index > 0 || is_one_of(token, FOLLOWING);
            depth = deeper(depth, token)?;
            let combines = depth == 0 && before != "." && is_one_of(token, COMBINING);
            if !may_begin || combines || token.kind == TokenKind::Semicolon || is_server_parameter(token) {
                return None;
            }
            before = token.text;
        }
        (depth == 0).then_some(rest)
    }
}

fn is_word(token: &Token<'_>, word: &str) -> bool {
    token.kind == TokenKind::Word && token.text.eq_ignore_ascii_case(word)
}

fn is_one_of(token: &Token<'_>, words: &[&str]) -> bool {
    words.iter().any(|word| is_word(token, word))
}

fn is_name(token: &Token<'_>) -> bool {
    match token.kind {
        TokenKind::Word => true,
        // to_regclass, which is asked for the table, reads no U&"..".
        TokenKind::QuotedIdentifier => token.text.starts_with('"'),
        _ => false,
    }
}

fn is_server_parameter(token: &Token<'_>) -> bool {
    token.kind == TokenKind::Other && token.text.len() > 1 && token.text.starts_with('$')
}

/// The depth of parentheses and braces behind a token; `None` where one closes that was not opened.
fn deeper(depth: usize, token: &Token<'_>) -> Option<usize> {
    match token.kind {
        TokenKind::OpenParenthesis | TokenKind::OpenBrace => Some(depth + 1),
        TokenKind::CloseParenthesis | TokenKind::CloseBrace => depth.checked_sub(1),
        _ => Some(depth),
    }
}

fn position(tokens: &[Token<'_>], is_it: impl Fn(&Token<'_>) -> bool) -> Option<usize> {
    let mut depth = 0_usize;
    tokens.iter().position(|token| {
        depth = deeper(depth, token).unwrap_or(0);
        depth == 0 && is_it(token)
    })
}

/// The `*` that are a whole item of the list.
fn stars(list: &[Token<'_>]) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut begins_item = true;
    let mut stars = Vec::new();
    for token in list {
        depth = deeper(depth, token).unwrap_or(0);
        if begins_item && token.text == "*" {
            stars.push(token.start);
        }
        begins_item = depth == 0 && token.kind == TokenKind::Comma;
    }
    stars
}

/// Names before a parenthesis.
fn calls(tokens: &[Token<'_>]) -> impl Iterator<Item = String> {
    tokens.windows(2).filter_map(|pair| match (pair[0].kind, pair[1].kind) {
        (TokenKind::Word, TokenKind::OpenParenthesis) => Some(pair[0].text.to_lowercase()),
        (TokenKind::QuotedIdentifier, TokenKind::OpenParenthesis) => {
            Some(pair[0].text.trim_matches('"').replace("\"\"", "\""))
        }
        _ => None,
    })
}

fn end(token: &Token<'_>) -> usize {
    token.start + token.text.len()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(&str, String, &str, String)> {
        let found = table_select(text, &ScanOptions::default())?;
        Some((&text[found.list], found.table, &text[found.reference], found.qualifier))
    }

    #[test]
    fn the_parts_of_a_query_over_one_table() {
        let cases = [
            ("select a, b from t", ("a, b", "t", "t", "t")),
            ("SELECT ALL * FROM s.t;", ("*", "s.t", "s.t", "t")),
            (
                "select x.a from \"S\" . \"a\"\"b\" as x where a > ?",
                ("x.a", "\"S\".\"a\"\"b\"", "\"S\" . \"a\"\"b\" as x", "x"),
            ),
            ("select a from only t u order by a limit 3 for update", ("a", "t", "t u", "u")),
            ("select a/* from */, 'from u' from t * x", ("a/* from */, 'from u'", "t", "t * x", "x")),
            (
                "select extract(year from a), a is distinct from b, t.from, c as from from t",
                ("extract(year from a), a is distinct from b, t.from, c as from", "t", "t", "t"),
            ),
            (
                "select {fn upper(a)}, (select max(b) from u) from t fetch first row only",
                ("{fn upper(a)}, (select max(b) from u)", "t", "t", "t"),
            ),
        ];
        for (text, (list, table, reference, qualifier)) in cases {
            assert_eq!(parts(text), Some((list, table.to_owned(), reference, qualifier.to_owned())), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not() {
        for text in [
            "",
            "select 1",
            "select from t",
            "select distinct a from t",
            "select a from t, u",
            "select a from t join u on true",
            "select a from t natural join u",
            "select a from t x join u on true",
            "select a from f(1)",
            "select a from t as x (b)",
            "select a from (select 1) x",
            "select a from t tablesample system (1)",
            "select a from t group by a",
            "select a from t where b having true",
            "select a from t union select 1",
            "select a into u from t",
            "select ? from t",
            "select $1 from t",
            "select a from t; select b from t",
            "select a from t where (b",
            "with t as (select 1) select a from t",
            "table t",
            "values (1)",
            "update t set a = 1",
            "select a from d.s.t",
            "select a from {oj t left outer join u on true}",
            "select json_arrayagg(a) from t",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn rows_are_identified_and_read_again() {
        let text = "select *, {fn upper(n)} from only \"T\" x where n > ? order by 1";
        let found = table_select(text, &ScanOptions::default()).unwrap();
        let column = |name: &str, of: &str| KeyColumn { name: name.to_owned(), type_name: of.to_owned() };
        let key = [column("a\"b", "pg_catalog.int4"), column("c", "s.\"My Type\"")];
        let identity = ", x.ctid::text AS \"pgodbc 1\", x.xmin::text AS \"pgodbc 2\", x.tableoid::text AS \"pgodbc 3\", \
                        x.\"a\"\"b\"::text AS \"pgodbc 4\", x.\"c\"::text AS \"pgodbc 5\"";
        assert_eq!(
            found.with_identity(text, &key),
            format!("select *, {{fn upper(n)}}{identity} from only \"T\" x where n > ? order by 1")
        );
        assert_eq!(
            found.by_key(text, &key),
            format!(
                "SELECT x.*, {{fn upper(n)}}{identity}, \"pgodbc key\".\"pgodbc n\"::text FROM ROWS FROM \
                 (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) WITH ORDINALITY AS \"pgodbc key\" (\"pgodbc 1\", \"pgodbc 2\", \
                 \"pgodbc n\") JOIN ONLY \"T\" x ON x.\"a\"\"b\" = \"pgodbc key\".\"pgodbc 1\"::pg_catalog.int4 AND x.\"c\" = \
                 \"pgodbc key\".\"pgodbc 2\"::s.\"My Type\""
            )
        );
    }

    #[test]
    fn stars_and_calls() {
        let text = "select *, a * 2, count(*), t.*, \"My F\" (a), Lower(b) from t where f(a) order by g(h(a))";
        let found = table_select(text, &ScanOptions::default()).unwrap();
        assert_eq!(found.stars, [7]);
        assert_eq!(found.functions, ["count", "My F", "lower", "g", "h"]);
    }
}

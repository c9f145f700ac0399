//! Connection strings: `keyword=value;keyword={value};..`.
//!
//! Source: ODBC reference, `SQLDriverConnect`, "Comments". Keywords are not case-sensitive. A value in braces may hold
//! anything, `}}` standing for `}`; without braces it goes to the next `;`, less the blanks around it. Values are taken
//! literally: nothing is URL-decoded.

use std::collections::HashSet;
use std::fmt;

use super::keywords::{self, Keyword};
use crate::diag::sqlstate::HY000_GENERAL_ERROR;
use crate::diag::{Diagnostic, Result};

/// Characters that a value without braces "should avoid"; a value with one of them is written in braces.
const SPECIAL: &[char] = &['[', ']', '{', '}', '(', ')', ',', ';', '?', '*', '=', '!', '@'];

/// A connection string, taken apart. `Debug` shows no values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ConnectionString {
    /// In the order in which they were written. Repeated keywords are all here: the first one counts.
    pairs: Vec<Pair>,
    /// Which of them are the first of a known keyword: no more than there are keywords, however long the string is.
    first: Vec<usize>,
}

/// One `keyword=value`.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub keyword: String,
    /// What the keyword stands for, if it is known.
    pub known: Option<&'static Keyword>,
    pub value: String,
    /// The value was in braces.
    pub braced: bool,
}

impl fmt::Debug for ConnectionString {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.pairs.iter().map(|pair| &pair.keyword)).finish()
    }
}

fn error(message: String) -> Box<Diagnostic> {
    Diagnostic::new(HY000_GENERAL_ERROR, message)
}

impl ConnectionString {
    /// Takes a connection string apart.
    ///
    /// # Errors
    /// HY000: a keyword without `=`, an empty keyword, a brace that is not closed, text after a closing brace. The
    /// message names a place or a keyword, never a value: it might be a piece of a password.
    pub fn parse(text: &str) -> Result<ConnectionString> {
        let mut pairs = Vec::new();
        let mut rest = text;
        loop {
            rest = rest.trim_start_matches(|character: char| character == ';' || character.is_whitespace());
            // Some applications let the NUL in that ends the text.
            if rest.trim_matches('\0').is_empty() {
                return Ok(ConnectionString::new(pairs));
            }
            let place = || text.get(..text.len() - rest.len()).unwrap_or("").chars().count() + 1;
            let after_password = || match pairs.last() {
                Some(Pair { keyword, known: Some(known), braced: false, .. }) if known.secret => {
                    format!("; if the value of {keyword} contains a semicolon, put it in braces: {keyword}={{..}}")
                }
                _ => String::new(),
            };
            let end = rest.find(['=', ';']).filter(|end| rest.as_bytes().get(*end) == Some(&b'='));
            let Some(end) = end else {
                return Err(error(format!(
                    "the connection string has no '=' after the keyword at character {}{}",
                    place(),
                    after_password()
                )));
            };
            let keyword = rest[..end].trim();
            if keyword.is_empty() {
                return Err(error(format!(
                    "the connection string has no keyword before the '=' at character {}{}",
                    place(),
                    after_password()
                )));
            }
            let value = rest[end + 1..].trim_start();
            let (value, braced, after) = match value.strip_prefix('{') {
                Some(inside) => {
                    let (value, after) = braced_value(keyword, inside)?;
                    (value, true, after)
                }
                None => {
                    let (value, after) = value.split_at(value.find(';').unwrap_or(value.len()));
                    (value.trim_end_matches(|c: char| c.is_whitespace() || c == '\0').to_owned(), false, after)
                }
            };
            pairs.push(Pair { keyword: keyword.to_owned(), known: keywords::find(keyword), value, braced });
            rest = after;
        }
    }

    fn new(pairs: Vec<Pair>) -> ConnectionString {
        let mut seen = HashSet::new();
        let known = pairs.iter().enumerate().filter_map(|(index, pair)| Some((index, pair.known?)));
        let first = known.filter(|(_, known)| seen.insert(known.name)).map(|(index, _)| index).collect();
        ConnectionString { pairs, first }
    }

    /// What `SQLConnect` was given, as a connection string. An empty user name or password is none: the data source's
    /// own is used then.
    pub fn from_connect(data_source: &str, user: Option<&str>, password: Option<&str>) -> ConnectionString {
        let given = [("DSN", Some(data_source)), ("UID", user), ("PWD", password)];
        let given = given.into_iter().filter_map(|(keyword, value)| Some((keyword, value?)));
        let pairs = given.filter(|(keyword, value)| *keyword == "DSN" || !value.is_empty()).map(|(keyword, value)| {
            Pair { keyword: keyword.to_owned(), known: keywords::find(keyword), value: value.to_owned(), braced: true }
        });
        ConnectionString::new(pairs.collect())
    }

    /// Keywords and values in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|pair| (pair.keyword.as_str(), pair.value.as_str()))
    }

    pub(super) fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// The value of a keyword of the table under any of its names: its first occurrence.
    pub fn get(&self, name: &str) -> Option<&str> {
        let pair = match keywords::find(name) {
            Some(wanted) => {
                let mut known = self.first.iter().filter_map(|index| self.pairs.get(*index));
                known.find(|pair| pair.known.is_some_and(|known| known.name == wanted.name))
            }
            None => self.pairs.iter().find(|pair| pair.keyword.eq_ignore_ascii_case(name)),
        };
        pair.map(|pair| pair.value.as_str())
    }
}

/// A value in braces, from behind its `{`, and the rest of the text, which begins with a `;` or is empty.
fn braced_value<'t>(keyword: &str, inside: &'t str) -> Result<(String, &'t str)> {
    let mut value = String::new();
    let mut rest = inside;
    loop {
        let Some(end) = rest.find('}') else {
            return Err(error(format!(
                "in the connection string, the value of {keyword} begins with '{{' and has no closing '}}'"
            )));
        };
        value.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('}') {
            Some(after) => {
                value.push('}');
                rest = after;
            }
            None => break,
        }
    }
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\0');
    if !rest.is_empty() && !rest.starts_with(';') {
        return Err(error(format!(
            "in the connection string, text follows the closing '}}' of the value of {keyword}; inside a value in \
             braces, write '}}}}' for '}}'"
        )));
    }
    Ok((value, rest))
}

/// `keyword=value;`, in braces where the value needs them.
pub(super) fn write_pair(output: &mut String, keyword: &str, value: &str) {
    output.push_str(keyword);
    output.push('=');
    if value.contains(SPECIAL) || value.contains(char::is_whitespace) || value.contains('\0') {
        output.push('{');
        output.push_str(&value.replace('}', "}}"));
        output.push('}');
    } else {
        output.push_str(value);
    }
    output.push(';');
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let string = ConnectionString::parse(text).unwrap();
        string.iter().map(|(keyword, value)| (keyword.to_owned(), value.to_owned())).collect()
    }

    fn pair(keyword: &str, value: &str) -> (String, String) {
        (keyword.to_owned(), value.to_owned())
    }

    #[test]
    fn values_are_taken_literally() {
        assert_eq!(
            pairs(" DRIVER={PostgreSQL; 16} ;uid = a b ;PWD={ p%41+}}{; }; Server=;;Database={}"),
            [
                pair("DRIVER", "PostgreSQL; 16"),
                pair("uid", "a b"),
                pair("PWD", " p%41+}{; "),
                pair("Server", ""),
                pair("Database", "")
            ]
        );
        assert_eq!(pairs("PWD=a=b{c}"), [pair("PWD", "a=b{c}")]);
        assert_eq!(pairs("PWD={}}}}};UID={é}"), [pair("PWD", "}}"), pair("UID", "é")]);
        assert!(pairs("").is_empty());
        assert!(pairs(" ; ;; ").is_empty());
    }

    #[test]
    fn what_is_malformed_is_an_error_that_shows_no_value() {
        for (text, part) in [
            ("UID={a", "value of UID"),
            ("UID={a}}", "value of UID"),
            ("PWD={sesame}x;UID=a", "closing '}'"),
            ("UID=a;PWD=se;same", "braces: PWD={..}"),
            ("=a", "no keyword"),
            ("UID=a;nothing", "character 7"),
        ] {
            let message = ConnectionString::parse(text).unwrap_err();
            assert_eq!(message.sqlstate.as_str(), "HY000");
            assert!(message.message.contains(part), "{}", message.message);
            assert!(!message.message.contains("same"), "{}", message.message);
        }
    }

    #[test]
    fn the_first_of_repeated_keywords_counts_under_any_name() {
        let string = ConnectionString::parse("uid=a;UserName=b;UID=c;x=1;X=2").unwrap();
        assert_eq!(string.get("User"), Some("a"));
        assert_eq!(string.get("X"), Some("1"));
        assert_eq!(string.get("PWD"), None);
    }

    #[test]
    fn what_is_written_reads_back() {
        for value in ["", "plain", " a ", "}", "{", "a;b", "}}{{", "=?", "a\tb", "é"] {
            let mut text = String::new();
            write_pair(&mut text, "PWD", value);
            write_pair(&mut text, "UID", "x");
            assert_eq!(pairs(&text), [pair("PWD", value), pair("UID", "x")], "{text}");
        }
    }

    #[test]
    fn a_megabyte_takes_no_time() {
        let text = format!("PWD={{{}}};{}", "}}".repeat(500_000), "a=b;".repeat(100_000));
        assert_eq!(pairs(&text).len(), 100_001);
    }
}

//! libpq's own connection strings: `host=localhost port=5432 password='it''s'`.
//!
//! Source: PostgreSQL documentation, 34.1.1.1: parameters separated by blanks, blanks around `=` allowed; a value that is empty or
//! has blanks is in single quotes; `\'` and `\\` stand for `'` and `\`.

use super::values::error;
use crate::diag::Result;

/// Names and values, in their order.
///
/// # Errors
/// HY000: a name without `=`, or a quote that is not closed. No value is shown.
pub(super) fn parse(text: &str) -> Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let mut rest = text.trim_start_matches(is_blank);
    while !rest.is_empty() {
        let end = rest.find(|character: char| character == '=' || is_blank(character)).unwrap_or(rest.len());
        let name = &rest[..end];
        let Some(after) = rest[end..].trim_start_matches(is_blank).strip_prefix('=') else {
            let place = text.len() - rest.len() + 1;
            return Err(error(format!("pqopt has a parameter without \"=\" at character {place}")));
        };
        if name.is_empty() {
            return Err(error("pqopt has a \"=\" without a name before it".to_owned()));
        }
        let (value, after) = value(name, after.trim_start_matches(is_blank))?;
        pairs.push((name.to_owned(), value));
        rest = after.trim_start_matches(is_blank);
    }
    Ok(pairs)
}

/// isspace(3) of a C program: no-break spaces and their like are part of a value.
fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r')
}

fn value<'t>(name: &str, text: &'t str) -> Result<(String, &'t str)> {
    let (quoted, text) = text.strip_prefix('\'').map_or((false, text), |inside| (true, inside));
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '\\' => value.extend(characters.next().map(|escaped| escaped.1)),
            '\'' if quoted => return Ok((value, text.get(index + 1..).unwrap_or_default())),
            blank if !quoted && is_blank(blank) => return Ok((value, text.get(index..).unwrap_or_default())),
            other => value.push(other),
        }
    }
    if quoted {
        return Err(error(format!("in pqopt, the value of {name} begins with a quote and has no closing one")));
    }
    Ok((value, ""))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Vec<(String, String)> {
        parse(text).unwrap()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    /// The forms of the documentation's section.
    #[test]
    fn values_are_plain_or_quoted() {
        assert_eq!(
            parsed("host=localhost port = 5432 dbname='my db' options=''"),
            [pair("host", "localhost"), pair("port", "5432"), pair("dbname", "my db"), pair("options", "")]
        );
        assert_eq!(parsed(r"password='it\'s \\ {}' user=a\ b"), [pair("password", r"it's \ {}"), pair("user", "a b")]);
        assert_eq!(parsed("user= host=x"), [pair("user", "host=x")], "as libpq: blanks after = are skipped");
        assert_eq!(
            parsed("password=a\u{a0}b\u{3000} user=u"),
            [pair("password", "a\u{a0}b\u{3000}"), pair("user", "u")]
        );
        assert!(parsed("  ").is_empty());
    }

    #[test]
    fn what_is_malformed_is_told_without_its_value() {
        for (text, part) in [("host", "character 1"), ("password='sesame", "closing"), ("=x", "without a name")] {
            let error = parse(text).unwrap_err();
            assert!(error.message.contains(part) && !error.message.contains("sesame"), "{}", error.message);
        }
    }
}

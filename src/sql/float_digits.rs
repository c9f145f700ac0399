//! Statements that make the server print fewer digits of floats (`extra_float_digits`). It does not report that setting.

use super::StatementKind;
use super::lexer::Lexer;

use StatementKind as K;

const SETTING: &str = "extra_float_digits";

/// Makes the server print floats with all their digits (PostgreSQL documentation, "Locale and Formatting").
pub const ALL_FLOAT_DIGITS: &str = "SET extra_float_digits TO 1";

/// Whether a statement may set `extra_float_digits` below 1 for the session, as far as its text tells: what functions do
/// when they are called is in no text. RESET goes back to what the session began with.
pub(super) fn rounds_floats(kind: StatementKind, text: &str) -> bool {
    // Comments are in the text. How strings are escaped is of no matter: what is not read as expected counts as rounding.
    let tokens = || Lexer::new(text, true).filter(|token| token.kind.is_significant()).map(|token| token.text);
    match kind {
        K::Set => {
            let mut tokens = tokens();
            is_word(tokens.next(), &["set"]) && sets_fewer_digits(tokens)
        }
        K::Do => contains(text, SETTING),
        // The setting's name may be a value.
        K::Update => contains(text, "pg_settings"),
        K::Select | K::Values | K::Call | K::Explain => contains(text, "set_config") && calls_set_config(tokens()),
        _ => false,
    }
}

/// Whether what stands behind SET is `[SESSION | LOCAL] extra_float_digits {TO | =} ..` with anything else than DEFAULT or a
/// number above 0, or may be: the name may have escapes.
fn sets_fewer_digits<'t>(mut tokens: impl Iterator<Item = &'t str>) -> bool {
    let mut name = tokens.next();
    if is_word(name, &["session", "local"]) {
        name = tokens.next();
    }
    if !is_word(name, &[SETTING]) {
        return name.is_some_and(|name| name.starts_with(['U', 'u']) && name[1..].starts_with("&"));
    }
    if !is_word(tokens.next(), &["to", "="]) {
        return true;
    }
    let value = tokens.next().unwrap_or_default();
    let number = unquoted(value, '\'');
    let keeps = value.eq_ignore_ascii_case("default") || number.parse().is_ok_and(|digits: i32| digits > 0);
    !(keeps && tokens.all(|token| token == ";"))
}

/// Whether one of these tokens is a call of set_config for the setting, or for one whose name is no plain string.
fn calls_set_config<'t>(tokens: impl Iterator<Item = &'t str>) -> bool {
    let tokens: Vec<&str> = tokens.collect();
    tokens.windows(4).any(|part| match part {
        [function, "(", name, after] if is_word(Some(function), &["set_config"]) => {
            let is_plain = name.starts_with('\'') && name.ends_with('\'') && *after == ",";
            !is_plain || is_word(Some(unquoted(name, '\'')), &[SETTING])
        }
        _ => false,
    })
}

/// A word, in quotes or not: the case of settings and functions does not matter.
fn is_word(token: Option<&str>, words: &[&str]) -> bool {
    token.is_some_and(|token| words.iter().any(|word| unquoted(token, '"').eq_ignore_ascii_case(word)))
}

fn unquoted(token: &str, quote: char) -> &str {
    token.strip_prefix(quote).and_then(|token| token.strip_suffix(quote)).unwrap_or(token)
}

/// Whether a list of statements may set it, whatever to.
pub fn may_round_floats(list: &str) -> bool {
    [SETTING, "set_config", "pg_settings", "U&"].iter().any(|word| contains(list, word))
}

/// Whether a text names the function that sets any setting, within a statement that goes on to print values.
pub fn may_set_styles(text: &str) -> bool {
    contains(text, "set_config")
}

fn contains(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_floats_shorter_is_seen() {
        for (kind, text) in [
            (K::Set, "SET extra_float_digits=-15"),
            (K::Set, "set local Extra_Float_Digits to '0'"),
            (K::Set, "SET SESSION extra_float_digits = -1"),
            (K::Set, "/* x */ SET extra_float_digits = 0"),
            (K::Set, "SET/**/extra_float_digits/* to 1 */= -- 1\n 0"),
            (K::Set, "SET extra_float_digits=0 -- 1"),
            (K::Set, "SET extra_float_digits=0 /*id=..-01*/"),
            (K::Set, "SET \"extra_float_digits\" = 0"),
            (K::Set, "SET extra_float_digits = 0.4"),
            (K::Set, "SET U&\"extra\\005ffloat_digits\" = 0"),
            (K::Set, "set local u&\"extra!005ffloat_digits\" uescape '!' = 0"),
            (K::Select, "SELECT pg_catalog.set_config ( 'Extra_Float_Digits' , '0', false)"),
            (K::Select, "SELECT \"set_config\"('extra_float_digits', '0', false)"),
            (K::Select, "SELECT set_config($1, $2, false)"),
            (K::Select, "SELECT set_config('extra_' || 'float_digits', '0', false)"),
            (K::Select, "SELECT set_config(U&'extra\\005ffloat_digits', '0', false)"),
            (K::Update, "UPDATE pg_settings SET setting = '0' WHERE name LIKE 'extra_float%'"),
            (K::Do, "-- x\nDO $$ BEGIN SET extra_float_digits = 0; END $$"),
            (K::Select, "SELECT set_config('extra_float_digits', '0', false)"),
            (K::Update, "UPDATE pg_settings SET setting = '0' WHERE name = 'extra_float_digits'"),
            (K::Do, "DO $$ BEGIN SET extra_float_digits = 0; END $$"),
        ] {
            assert!(rounds_floats(kind, text), "{text}");
        }
        for (kind, text) in [
            (K::Set, "SET extra_float_digits = 3"),
            (K::Set, "SET LOCAL extra_float_digits to '1'; -- 0"),
            (K::Set, "/* 0 */ SET SESSION Extra_Float_Digits /* 0 */ = 2 -- 0"),
            (K::Set, "SET extra_float_digits TO DEFAULT"),
            (K::Set, "/* SET extra_float_digits = 0 */ RESET extra_float_digits"),
            (K::Set, "RESET extra_float_digits"),
            (K::Set, "SET DateStyle TO ISO"),
            (K::Set, "SET \"extra_float_digits\" = 2"),
            (K::Set, "/* extra_float_digits */ SET DateStyle TO ISO -- extra_float_digits"),
            (K::Set, "SET search_path TO extra_float_digits"),
            (K::Select, "SELECT 'extra_float_digits', set_config('my.setting', $1, false)"),
            (K::Select, "SELECT 1 /* set_config('extra_float_digits', '0', false) */"),
            (K::Show, "SHOW extra_float_digits"),
            (K::Select, "SELECT current_setting('extra_float_digits')"),
            (K::Select, "SELECT * FROM pg_settings WHERE name = 'extra_float_digits'"),
            (K::Other, "ALTER ROLE r SET extra_float_digits = 0"),
            (K::Other, ""),
        ] {
            assert!(!rounds_floats(kind, text), "{text}");
        }
    }
}

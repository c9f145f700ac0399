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
    let may_set = matches!(kind, K::Set | K::Update | K::Other | K::Select | K::Values | K::Call | K::Explain);
    if !may_set || !contains(text, SETTING) {
        return false;
    }
    // Comments are in the text. How strings are escaped is of no matter: what is not read as expected counts as rounding.
    let mut tokens = Lexer::new(text, true).filter(|token| token.kind.is_significant()).map(|token| token.text);
    match kind {
        K::Set => is_word(tokens.next(), &["set"]) && !keeps_digits(tokens),
        K::Update => contains(text, "pg_settings"),
        K::Other => is_word(tokens.next(), &["do"]),
        _ => contains(text, "set_config"),
    }
}

/// Whether what stands behind SET is `[SESSION | LOCAL] extra_float_digits {TO | =} {DEFAULT | n}` with n above 0.
fn keeps_digits<'t>(mut tokens: impl Iterator<Item = &'t str>) -> bool {
    let mut token = tokens.next();
    if is_word(token, &["session", "local"]) {
        token = tokens.next();
    }
    if !is_word(token, &[SETTING]) || !is_word(tokens.next(), &["to", "="]) {
        return false;
    }
    let value = tokens.next().unwrap_or_default();
    let number = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).unwrap_or(value);
    let keeps = value.eq_ignore_ascii_case("default") || number.parse().is_ok_and(|digits: i32| digits > 0);
    keeps && tokens.all(|token| token == ";")
}

fn is_word(token: Option<&str>, words: &[&str]) -> bool {
    token.is_some_and(|token| words.iter().any(|word| token.eq_ignore_ascii_case(word)))
}

/// Whether a list of statements may set it, whatever to.
pub fn may_round_floats(list: &str) -> bool {
    contains(list, SETTING)
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
            (K::Other, "-- x\nDO $$ BEGIN SET extra_float_digits = 0; END $$"),
            (K::Select, "SELECT set_config('extra_float_digits', '0', false)"),
            (K::Update, "UPDATE pg_settings SET setting = '0' WHERE name = 'extra_float_digits'"),
            (K::Other, "DO $$ BEGIN SET extra_float_digits = 0; END $$"),
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

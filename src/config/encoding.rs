//! Which encoding the application's narrow text is in.
//!
//! UTF-8, unless the keyword Charset or the locale says otherwise. The locale is read from the environment, not from
//! `setlocale`: an application that never called that still has its terminal's encoding.

use super::{Environment, NarrowEncoding};

/// The encoding by its name ("ISO-8859-15", "eucJP", "SJIS", "cp1252"). None: not known, or not one of narrow text.
pub fn encoding_by_name(name: &str) -> Option<NarrowEncoding> {
    let name = name.trim();
    // Spellings of locales and of Windows code pages that are no labels of the Encoding Standard.
    let lower = name.to_ascii_lowercase();
    let label = match lower.as_str() {
        "eucjp" => "euc-jp",
        "euckr" => "euc-kr",
        "euctw" | "big5hkscs" => "big5",
        "gb2312" | "euccn" => "gbk",
        "646" => "ascii",
        other => match other.strip_prefix("iso8859").map(|part| part.trim_start_matches(['-', '_'])) {
            Some(part) => return NarrowEncoding::for_label(&format!("iso-8859-{part}")),
            None => match other.strip_prefix("cp").filter(|page| page.len() == 4) {
                Some(page) => return NarrowEncoding::for_label(&format!("windows-{page}")),
                None => name,
            },
        },
    };
    NarrowEncoding::for_label(label)
}

/// The encoding of the locale: LC_ALL, else LC_CTYPE, else LANG. UTF-8 for C, POSIX and what is not known, and for ASCII, which
/// is part of it: there it only says that nobody has chosen.
pub fn locale_encoding(environment: &Environment) -> NarrowEncoding {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| environment.get(name));
    let charset = locale.and_then(|locale| locale.split('@').next()?.split_once('.')).map(|parts| parts.1);
    let named = charset.and_then(encoding_by_name).filter(|encoding| *encoding != NarrowEncoding::US_ASCII);
    named.unwrap_or(NarrowEncoding::UTF_8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_locale(pairs: &[(&'static str, &'static str)]) -> &'static str {
        locale_encoding(&Environment::from_pairs(pairs.iter().copied())).name()
    }

    #[test]
    fn the_locale_names_its_charset() {
        assert_eq!(of_locale(&[]), "UTF-8");
        assert_eq!(of_locale(&[("LANG", "C")]), "UTF-8");
        assert_eq!(of_locale(&[("LANG", "POSIX"), ("LC_ALL", "")]), "UTF-8");
        assert_eq!(of_locale(&[("LANG", "de_DE.UTF-8")]), "UTF-8");
        assert_eq!(of_locale(&[("LANG", "de_DE.UTF-8"), ("LC_CTYPE", "de_DE.ISO-8859-15@euro")]), "ISO-8859-15");
        assert_eq!(of_locale(&[("LC_ALL", "ja_JP.eucJP"), ("LC_CTYPE", "de_DE.UTF-8")]), "EUC-JP");
        assert_eq!(of_locale(&[("LANG", "ru_RU.KOI8-R")]), "KOI8-R");
        assert_eq!(of_locale(&[("LANG", "fr_FR.ISO8859-1")]), "ISO-8859-1");
        assert_eq!(of_locale(&[("LANG", "xx.nonsense")]), "UTF-8");
        assert_eq!(of_locale(&[("LANG", "en_US.US-ASCII")]), "UTF-8");
    }

    #[test]
    fn wide_encodings_are_no_narrow_text() {
        assert_eq!(encoding_by_name("utf-16le"), None);
        let name = |given| encoding_by_name(given).map(|encoding| encoding.name());
        assert_eq!(name("cp1251"), Some("windows-1251"));
        assert_eq!(name("cp1252"), Some("windows-1252"));
        assert_eq!(name("iso88592"), Some("ISO-8859-2"));
        assert_eq!(name("ISO-8859-1"), Some("ISO-8859-1"));
        assert_eq!(name("US-ASCII"), Some("US-ASCII"));
    }
}

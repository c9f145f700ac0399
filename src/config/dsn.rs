//! What a data source name stands for.
//!
//! Source: ODBC reference, `SQLDriverConnect`, "Driver guidelines". The driver manager's own installer library answers:
//! it knows which files count. Only where there is none, the files are read here.

use super::{Environment, ini, installer};

/// unixODBC reads lines of up to 1,000 bytes and cuts what is longer without a word. That happens to passwords that are
/// access tokens.
const LONGEST_LINE: usize = 900;

/// The keywords and values of a data source, in the order of its file. None: there is no such data source.
pub fn read(name: &str, environment: &Environment) -> Option<Vec<(String, String)>> {
    let own = || ini::read(name, environment);
    match installer::read(name).filter(|entries| !entries.is_empty()) {
        None => own(),
        Some(entries) if entries.iter().any(is_long) => Some(mend(entries, own().unwrap_or_default())),
        Some(entries) => Some(entries),
    }
}

fn is_long((key, value): &(String, String)) -> bool {
    key.len() + value.len() > LONGEST_LINE
}

/// The entries of the file as it was read here, if they are the ones that the installer library has cut.
fn mend(entries: Vec<(String, String)>, own: Vec<(String, String)>) -> Vec<(String, String)> {
    let continues = |(key, value): &(String, String)| {
        own.iter()
            .any(|(own_key, own_value)| own_key.eq_ignore_ascii_case(key) && own_value.starts_with(value.as_str()))
    };
    if entries.iter().filter(|entry| is_long(entry)).any(continues) { own } else { entries }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn a_value_that_was_cut_is_read_again() {
        let token = "t".repeat(3000);
        let cut = vec![entry("Password", &token[..989]), entry(&token[..900], "")];
        let own = vec![entry("Password", &token)];
        assert_eq!(mend(cut.clone(), own.clone()), own);
        // another file's entry of the same name is another data source
        assert_eq!(mend(cut.clone(), vec![entry("Password", "x")]), cut);
        assert_eq!(mend(cut.clone(), Vec::new()), cut);
    }
}

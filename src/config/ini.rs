//! An own reader of odbc.ini, for where no driver manager's installer library can be had.

use std::path::PathBuf;

use super::Environment;

/// The entries of a section, in order: `[name]`, then `key = value` lines; lines that begin with `;` or `#` are
/// comments. None: there is no such section. Names of sections are compared as driver managers do, without case.
pub(super) fn section(text: &str, name: &str) -> Option<Vec<(String, String)>> {
    let mut entries = None;
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with([';', '#']) {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            inside = rest.split(']').next().is_some_and(|title| title.trim().eq_ignore_ascii_case(name.trim()));
            if inside {
                entries.get_or_insert_with(Vec::new);
            }
        } else if inside && let Some((key, value)) = line.split_once('=') {
            entries.get_or_insert_with(Vec::new).push((key.trim().to_owned(), value.trim().to_owned()));
        }
    }
    entries
}

/// The files that may define data sources: the user's own before the system's.
pub(super) fn files(environment: &Environment) -> Vec<PathBuf> {
    let user = match environment.get("ODBCINI") {
        Some(file) => Some(PathBuf::from(file)),
        None => environment.get("HOME").map(|home| PathBuf::from(home).join(".odbc.ini")),
    };
    let system = environment.get("ODBCSYSINI").unwrap_or("/etc");
    user.into_iter().chain([PathBuf::from(system).join("odbc.ini")]).collect()
}

/// A data source of the first file that has it.
pub(super) fn read(name: &str, environment: &Environment) -> Option<Vec<(String, String)>> {
    files(environment).iter().find_map(|file| {
        let bytes = std::fs::read(file).ok()?;
        section(&String::from_utf8_lossy(&bytes), name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_read_whatever_its_case() {
        let text = "; x\n[ODBC Data Sources]\nMy Data = pg\n\n[my data]\nServername= a = b \n# c\nPassword =\r\nbad line\n[other]\nPort=1\n";
        let expected =
            [("Servername", "a = b"), ("Password", "")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(section(text, "My Data"), Some(expected.to_vec()));
        assert_eq!(section(text, "nothing"), None);
        assert_eq!(section("[a]", "A"), Some(Vec::new()));
    }

    #[test]
    fn the_users_file_comes_before_the_systems() {
        let environment = Environment::from_pairs([("HOME", "/home/a"), ("ODBCSYSINI", "/opt/odbc")]);
        assert_eq!(files(&environment), [PathBuf::from("/home/a/.odbc.ini"), PathBuf::from("/opt/odbc/odbc.ini")]);
        let environment = Environment::from_pairs([("HOME", "/home/a"), ("ODBCINI", "/x.ini")]);
        assert_eq!(files(&environment), [PathBuf::from("/x.ini"), PathBuf::from("/etc/odbc.ini")]);
    }
}

//! Named groups of parameters: the service file.
//!
//! Source: PostgreSQL documentation, 34.18. The user's file (PGSERVICEFILE, else ~/.pg_service.conf) goes before the system's
//! (pg_service.conf in PGSYSCONFDIR).

use std::io::ErrorKind;
use std::path::PathBuf;

use super::Environment;
use super::values::error;
use crate::diag::Result;

/// Where distributions keep the system's file.
const SYSTEM_DIRECTORIES: &[&str] = &["/etc/postgresql-common", "/etc/sysconfig/pgsql", "/etc"];

/// The parameters of a service.
///
/// # Errors
/// HY000: no file has it, a file cannot be read, or a line is none.
pub(super) fn read(name: &str, environment: &Environment) -> Result<Vec<(String, String)>> {
    let (files, required) = files(environment);
    for file in &files {
        let text = match std::fs::read(file) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(problem) if problem.kind() == ErrorKind::NotFound && !required => continue,
            Err(problem) => {
                return Err(error(format!("the service file {} cannot be read: {problem}", file.display())));
            }
        };
        match section(&text, name) {
            Ok(Some(pairs)) => return Ok(pairs),
            Ok(None) => {}
            Err(line) => {
                let text =
                    format!("line {line} of the service file {} is neither a parameter nor a title", file.display());
                return Err(error(text));
            }
        }
    }
    let places: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    Err(error(format!("the service {name:?} is in none of the service files {}", places.join(", "))))
}

/// The files to look at, and whether the first one must be there.
fn files(environment: &Environment) -> (Vec<PathBuf>, bool) {
    if let Some(file) = environment.get("PGSERVICEFILE") {
        return (vec![PathBuf::from(file)], true);
    }
    let own = environment.get("HOME").map(|home| PathBuf::from(home).join(".pg_service.conf"));
    let system = match environment.get("PGSYSCONFDIR") {
        Some(directory) => vec![directory],
        None => SYSTEM_DIRECTORIES.to_vec(),
    };
    let system = system.into_iter().map(|directory| PathBuf::from(directory).join("pg_service.conf"));
    (own.into_iter().chain(system).collect(), false)
}

/// The section of a service; None if there is none. Err: the number of a line that cannot be read.
fn section(text: &str, name: &str) -> std::result::Result<Option<Vec<(String, String)>>, usize> {
    let mut pairs: Option<Vec<(String, String)>> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(title) = line.strip_prefix('[') {
            if pairs.is_some() {
                break;
            }
            pairs = (title.split(']').next() == Some(name)).then(Vec::new);
        } else if let Some(pairs) = &mut pairs {
            let (key, value) = line.split_once('=').ok_or(index + 1)?;
            pairs.push((key.trim_end().to_owned(), value.to_owned()));
        }
    }
    Ok(pairs)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_read_to_the_next_title() {
        let text = "# c\n[a]\nhost=x\n\n[b]\nhost=y\nport=5433\n[a]\nhost=z\n";
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(section(text, "a").unwrap(), Some(vec![pair("host", "x")]));
        assert_eq!(section(text, "b").unwrap(), Some(vec![pair("host", "y"), pair("port", "5433")]));
        assert_eq!(section(text, "c").unwrap(), None);
        assert_eq!(section("[a]\nnonsense\n", "a"), Err(2));
    }

    #[test]
    fn a_service_that_is_nowhere_is_told_with_the_files() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("service");
        let environment = Environment::from_pairs([("PGSERVICEFILE", file.to_str().unwrap())]);
        assert!(read("a", &environment).unwrap_err().message.contains("cannot be read"));
        std::fs::write(&file, "[b]\nhost=x\n").unwrap();
        let error = read("a", &environment).unwrap_err();
        assert!(error.message.contains("\"a\"") && error.message.contains(file.to_str().unwrap()), "{}", error.message);
        assert_eq!(read("b", &environment).unwrap().len(), 1);
    }
}

//! The password file: `host:port:database:user:password`.
//!
//! Source: PostgreSQL documentation, 34.17. The first line whose first four fields match counts, also where its password is empty;
//! `*` matches anything; `\` takes the meaning from `:`, `\` and `*`. A file that others can read is not used.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::{Secret, Server};

/// The file's lines, or why it is not used.
pub(super) enum PasswordFile {
    Missing,
    Refused(String),
    Lines(Vec<Line>),
}

/// One line: host, port, database and user, of which `None` is anything, and their password.
pub(super) struct Line {
    wanted: [Option<String>; 4],
    password: String,
}

impl PasswordFile {
    pub fn read(path: &Path) -> PasswordFile {
        let Ok(metadata) = std::fs::metadata(path) else { return PasswordFile::Missing };
        if !metadata.is_file() {
            return PasswordFile::Refused(format!(
                "the password file {} is not a plain file and is not used",
                path.display()
            ));
        }
        if metadata.mode() & 0o077 != 0 {
            let text = format!(
                "the password file {} can be read by others and is not used; its permissions must be 0600 or less",
                path.display()
            );
            return PasswordFile::Refused(text);
        }
        match std::fs::read(path) {
            Ok(bytes) => PasswordFile::Lines(String::from_utf8_lossy(&bytes).lines().filter_map(line).collect()),
            Err(problem) => {
                PasswordFile::Refused(format!("the password file {} cannot be read: {problem}", path.display()))
            }
        }
    }

    /// The password for a server, a database and a user.
    pub fn password(&self, server: &Server, database: &str, user: &str) -> Option<Secret> {
        let PasswordFile::Lines(lines) = self else { return None };
        let host = server.password_file_name();
        let port = server.port.to_string();
        let wanted = [host.as_str(), &port, database, user];
        let fits = |line: &&Line| {
            line.wanted.iter().zip(wanted).all(|(field, wanted)| field.as_ref().is_none_or(|field| field == wanted))
        };
        let password = lines.iter().find(fits).map(|line| line.password.as_str());
        password.filter(|password| !password.is_empty()).map(|password| Secret::new(password.to_owned()))
    }
}

/// None for a comment and for a line of fewer than five fields. What follows a fifth colon is nobody's: the password ends there.
fn line(text: &str) -> Option<Line> {
    if text.starts_with('#') {
        return None;
    }
    let mut rest = text;
    let mut wanted = [const { None }; 4];
    for field in &mut wanted {
        let (value, after) = field_and_rest(rest);
        *field = if rest.starts_with("*:") { None } else { Some(value) };
        rest = after?;
    }
    Some(Line { wanted, password: field_and_rest(rest).0 })
}

/// A field without its escapes, and what follows its colon. A backslash that nothing follows is one.
fn field_and_rest(text: &str) -> (String, Option<&str>) {
    let mut field = String::new();
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '\\' => field.push(characters.next().map_or('\\', |escaped| escaped.1)),
            ':' => return (field, text.get(index + 1..)),
            other => field.push(other),
        }
    }
    (field, None)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::config::Host;

    fn server(host: Host, port: u16) -> Server {
        Server { host, address: None, port, password: None }
    }

    fn tcp(host: &str) -> Host {
        Host::Tcp(host.to_owned())
    }

    fn file(text: &str, mode: u32) -> (tempfile::NamedTempFile, PasswordFile) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let read = PasswordFile::read(file.path());
        (file, read)
    }

    #[test]
    fn the_first_line_that_fits_counts() {
        let text = "# c\nh:5433:d:u:one\nh:*:*:u:two\nlocalhost:*:*:*:local\n*:5432:a\\:b:\\\\u:p\\:w\n";
        let (_kept, lines) = file(text, 0o600);
        let password = |server: &Server, database: &str, user: &str| {
            lines.password(server, database, user).map(|secret| secret.expose().to_owned())
        };
        assert_eq!(password(&server(tcp("h"), 5433), "d", "u").as_deref(), Some("one"));
        assert_eq!(password(&server(tcp("h"), 5432), "d", "u").as_deref(), Some("two"));
        assert_eq!(password(&server(tcp("h"), 5432), "d", "x"), None);
        assert_eq!(password(&server(tcp("x"), 5432), "a:b", "\\u").as_deref(), Some("p:w"));
        let socket = server(Host::SocketDirectory("/var/run/postgresql".into()), 1);
        assert_eq!(password(&socket, "d", "u").as_deref(), Some("local"));
        assert_eq!(password(&server(Host::SocketDirectory("/elsewhere".into()), 1), "d", "u"), None);
    }

    /// Each answer is psql's (`psql -w` of PostgreSQL 15, beside a server that asks for a password).
    #[test]
    fn escapes_and_empty_passwords_are_libpqs() {
        let asked = server(tcp("h"), 5432);
        for (text, expected) in [
            ("*:*:*:u:secret\\", Some("secret\\")),
            ("\\*:*:*:u:secret", None),
            ("*:*:*:u:\n*:*:*:u:secret", None),
            ("*:*:*:u:sec\\ret", Some("secret")),
            ("*:*:*:u:secret:more", Some("secret")),
            ("*:*:*:u", None),
            ("**:*:*:u:x\n*:*:*:u:secret", Some("secret")),
        ] {
            let (_kept, lines) = file(text, 0o600);
            let found = lines.password(&asked, "d", "u");
            assert_eq!(found.as_ref().map(Secret::expose), expected, "{text:?}");
        }
    }

    #[test]
    fn a_file_that_others_can_read_is_not_used() {
        let (_kept, read) = file("*:*:*:*:sesame\n", 0o644);
        let PasswordFile::Refused(text) = read else { panic!() };
        assert!(text.contains("0600") && !text.contains("sesame"), "{text}");
        assert!(matches!(PasswordFile::read(Path::new("/no/such/file")), PasswordFile::Missing));
    }
}

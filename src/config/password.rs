//! Where a password comes from: given, or fetched afresh for each connection.

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Secret;
use crate::diag::sqlstate::{HYT00_TIMEOUT_EXPIRED, S28000_INVALID_AUTHORIZATION};
use crate::diag::{Diagnostic, Result};

/// Access tokens have a few kilobytes; what is longer is some other file.
const LONGEST: u64 = 60_000;
/// How long a command may take where the login has no limit of its own.
const COMMAND_PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked whether the command has ended.
const LOOK: Duration = Duration::from_millis(5);

/// A password, or how to come by one.
#[derive(Clone, PartialEq, Eq)]
pub enum Password {
    Given(Secret),
    /// The first line of this file: an access token that somebody renews (PasswordFile).
    File(PathBuf),
    /// The first line that this command writes, run by the shell (PasswordCommand).
    Command(String),
}

impl fmt::Debug for Password {
    /// A command may hold a secret as well.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Password::Given(_) => formatter.write_str("***"),
            Password::File(path) => write!(formatter, "the file {}", path.display()),
            Password::Command(_) => formatter.write_str("a command"),
        }
    }
}

impl Password {
    /// The password as it is now. `limit` is what is left of the login timeout.
    ///
    /// # Errors
    /// 28000: the file cannot be read, the command fails, or what they yield is no line of text; HYT00. No message shows what a
    /// file or a command has yielded, nor the command.
    pub fn fetch(&self, limit: Option<Duration>) -> Result<Secret> {
        match self {
            Password::Given(secret) => Ok(secret.clone()),
            Password::File(path) => {
                let mut text = Vec::new();
                let read = fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut text));
                read.map_err(|error| refused(format!("PasswordFile {} cannot be read: {error}", path.display())))?;
                first_line(text, &format!("PasswordFile {}", path.display()))
            }
            Password::Command(command) => first_line(run(command, limit)?, "PasswordCommand"),
        }
    }
}

fn run(command: &str, limit: Option<Duration>) -> Result<Vec<u8>> {
    let failed = |error: io::Error| refused(format!("PasswordCommand could not be run: {error}"));
    let begun = Instant::now();
    let patience = limit.unwrap_or(COMMAND_PATIENCE);
    let mut child = Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return output(&mut child),
            Ok(Some(status)) => {
                return Err(refused(format!(
                    "PasswordCommand ended with {status}; run it by hand to see what it says"
                )));
            }
            Ok(None) if begun.elapsed() < patience => thread::sleep(LOOK),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                let text = format!("PasswordCommand did not end within {:.0} seconds", patience.as_secs_f64());
                return Err(Diagnostic::new(HYT00_TIMEOUT_EXPIRED, text));
            }
            Err(error) => return Err(failed(error)),
        }
    }
}

/// The output of a command that has ended. Until then the pipe holds it: a longer one than a pipe takes is no password. What the
/// command has left running may hold the pipe open, and is not waited for.
fn output(child: &mut Child) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    if let Some(output) = child.stdout.take() {
        let read = rustix::io::ioctl_fionbio(&output, true)
            .map_err(io::Error::from)
            .and_then(|()| output.take(LONGEST + 1).read_to_end(&mut text));
        match read {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => {
                return Err(refused(format!("what PasswordCommand wrote could not be read: {error}")));
            }
            _ => {}
        }
    }
    Ok(text)
}

fn first_line(text: Vec<u8>, origin: &str) -> Result<Secret> {
    if text.len() as u64 > LONGEST {
        return Err(refused(format!(
            "{origin} yields more than {LONGEST} bytes; it must be one line with the password"
        )));
    }
    let text = String::from_utf8(text).map_err(|_| refused(format!("what {origin} yields is no UTF-8 text")))?;
    let text = Secret::new(text);
    match text.expose().lines().next().map(|line| line.trim_end_matches('\r')) {
        None | Some("") => Err(refused(format!("{origin} yields no password: its first line is empty"))),
        Some(line) => Ok(Secret::new(line.to_owned())),
    }
}

fn refused(text: String) -> Box<Diagnostic> {
    Diagnostic::new(S28000_INVALID_AUTHORIZATION, text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn command(text: &str) -> Result<Secret> {
        Password::Command(text.to_owned()).fetch(Some(Duration::from_secs(5)))
    }

    #[test]
    fn a_command_is_run_each_time() {
        let directory = tempfile::tempdir().unwrap();
        let count = directory.path().join("count");
        let text = format!("echo x >> {0}; wc -l < {0}; echo rest", count.display());
        assert_eq!(command(&text).unwrap().expose().trim(), "1");
        assert_eq!(command(&text).unwrap().expose().trim(), "2");
    }

    #[test]
    fn a_token_of_many_kilobytes_comes_whole() {
        let token = command("head -c 20000 /dev/zero | tr '\\0' t").unwrap();
        assert_eq!(token.expose(), "t".repeat(20_000));
    }

    #[test]
    fn what_yields_no_password_is_told_without_showing_it() {
        for (text, part) in [
            ("echo sesame; exit 3", "exit status: 3"),
            ("true", "first line is empty"),
            ("printf 'sesame\\377'", "UTF-8"),
        ] {
            let error = command(text).unwrap_err();
            assert_eq!(error.sqlstate.as_str(), "28000");
            assert!(error.message.contains(part) && !error.message.contains("sesame"), "{}", error.message);
        }
        let missing = Password::File(PathBuf::from("/no/such/file"));
        assert!(missing.fetch(None).unwrap_err().message.contains("/no/such/file"));
    }

    #[test]
    fn what_a_command_leaves_running_is_not_waited_for() {
        let begun = Instant::now();
        assert_eq!(command("sleep 30 & echo token").unwrap().expose(), "token");
        assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    }

    #[test]
    fn a_command_that_hangs_is_ended() {
        let begun = Instant::now();
        let error = Password::Command("exec sleep 30".to_owned()).fetch(Some(Duration::from_millis(100))).unwrap_err();
        assert_eq!(error.sqlstate.as_str(), "HYT00");
        assert!(begun.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn nothing_that_prints_shows_it() {
        for password in [Password::Given(Secret::new("sesame".into())), Password::Command("echo sesame".into())] {
            assert!(!format!("{password:?}").contains("sesame"));
        }
    }
}

//! Which user of this machine is behind a socket file (requirepeer).
//!
//! Sources: unix(7), SO_PEERCRED; getpwuid_r(3); PostgreSQL documentation, 34.1.2.
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::ptr::null_mut;

use super::{Connected, Socket};
use crate::diag::sqlstate::S08001_UNABLE_TO_CONNECT;
use crate::diag::{Diagnostic, Result};

/// Entries of users are short; one that needs more is none of a server's.
const LONGEST_ENTRY: usize = 1 << 20;

/// Fails unless the server behind a socket file runs as the user of this name. TCP says nothing of users.
///
/// # Errors
/// 08001.
pub fn check_owner(connected: &Connected, required: &str) -> Result {
    let Socket::Unix(stream) = &connected.socket else { return Ok(()) };
    let found = match user_of(stream) {
        Ok(user) => match name_of(user) {
            Some(name) if name == required => return Ok(()),
            Some(name) => format!("runs as the user \"{name}\""),
            None => format!("runs as the user {user}, who has no name"),
        },
        Err(error) => format!("does not say as which user it runs ({error})"),
    };
    let text = format!("the server at {} {found}, and requirepeer=\"{required}\"", connected.peer);
    Err(Diagnostic::new(S08001_UNABLE_TO_CONNECT, text))
}

#[cfg(target_os = "linux")]
fn user_of(stream: &std::os::unix::net::UnixStream) -> std::io::Result<u32> {
    Ok(rustix::net::sockopt::socket_peercred(stream)?.uid.as_raw())
}

#[cfg(not(target_os = "linux"))]
fn user_of(_: &std::os::unix::net::UnixStream) -> std::io::Result<u32> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// The name of a user, from wherever the system has its users.
fn name_of(user: u32) -> Option<String> {
    let mut buffer = vec![0; 1024];
    loop {
        // SAFETY: all zero is a value of the structure, whose members are numbers and pointers.
        let mut entry: libc::passwd = unsafe { std::mem::zeroed() };
        let mut found = null_mut();
        // SAFETY: entry, buffer and found outlive the call, and the buffer has the length that is given.
        let code = unsafe { libc::getpwuid_r(user, &mut entry, buffer.as_mut_ptr(), buffer.len(), &mut found) };
        if code == libc::ERANGE && buffer.len() < LONGEST_ENTRY {
            buffer.resize(buffer.len() * 2, 0);
            continue;
        }
        if code != 0 || found.is_null() || entry.pw_name.is_null() {
            return None;
        }
        // SAFETY: the call has succeeded: the name is a terminated text in the buffer, which is still there.
        let name = unsafe { CStr::from_ptr(entry.pw_name) };
        return Some(name.to_string_lossy().into_owned());
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn users_have_the_names_that_id_has() {
        let id = |arguments: &[&str]| {
            let output = std::process::Command::new("id").args(arguments).output().unwrap();
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        assert_eq!(name_of(0).as_deref(), Some("root"));
        assert_eq!(name_of(id(&["-u"]).parse().unwrap()), Some(id(&["-un"])));
        assert_eq!(name_of(3_999_999_999), None);
    }
}

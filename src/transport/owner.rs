//! Which user of this machine is behind a socket file (requirepeer).
//!
//! Sources: unix(7), SO_PEERCRED; PostgreSQL documentation, 34.1.2.

use super::{Connected, Socket};
use crate::config::Account;
use crate::diag::sqlstate::S08001_UNABLE_TO_CONNECT;
use crate::diag::{Diagnostic, Result};

/// Fails unless the server behind a socket file runs as the user of this name. TCP says nothing of users.
///
/// # Errors
/// 08001.
pub fn check_owner(connected: &Connected, required: &str) -> Result {
    let Socket::Unix(stream) = &connected.socket else { return Ok(()) };
    let found = match user_of(stream) {
        Ok(user) => match Account::of_user(user) {
            Some(account) if account.name == required => return Ok(()),
            Some(account) => format!("runs as the user \"{}\"", account.name),
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

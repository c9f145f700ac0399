//! Logging in: from a connected socket to the first ReadyForQuery.
//!
//! Source: PostgreSQL documentation, "Start-up".

use postgres_protocol::message::frontend;

use super::asynchronous::Asynchronous;
use super::authentication::{Authentication, Channel, Credentials};
use super::cancel::CancelKey;
use super::error_response;
use super::frame::{self, Phase, Reader};
use super::link::Link;
use super::session::{LoginOptions, TransactionStatus};
use crate::config::ProtocolVersion;
use crate::diag::sqlstate::S08001_UNABLE_TO_CONNECT;
use crate::diag::{Diagnostic, Result};
use crate::transport::Deadline;

const MAJOR_VERSION: u32 = 3 << 16;
const AWAITED: &str = "the answer to the login";

/// What a login yields beside what is in `Asynchronous`.
pub struct LoggedIn {
    pub cancel_key: Option<CancelKey>,
    pub status: TransactionStatus,
}

/// Why a login failed.
#[derive(Debug)]
pub struct Failure {
    pub diagnostic: Box<Diagnostic>,
    /// The server refused before either side had to prove anything: with another encryption it might accept.
    pub before_proof: bool,
    /// The connection was lost: what answers is not known to be no PostgreSQL server.
    pub lost: bool,
    /// The server named a wish as what it refuses (PgBouncer: `unsupported startup parameter: ..`).
    pub refuses_wish: bool,
}

/// Logs in over a fresh connection. All of it ends by `credentials.deadline`, however slowly the server sends.
///
/// # Errors
/// What the server says; 28000 from authentication; 08001 for anything that is no PostgreSQL server; HYT00.
pub fn log_in(
    link: &mut Link,
    options: &LoginOptions,
    wishes: &[(&str, &str)],
    credentials: Credentials<'_>,
    channel: &Channel,
    asynchronous: &mut Asynchronous,
) -> Result<LoggedIn, Failure> {
    let mut authentication = Authentication::new(credentials, channel);
    let mut refused = false;
    let startup = write_startup(link, options, wishes);
    let outcome = startup
        .and_then(|()| run(link, options, &mut authentication, credentials.deadline, asynchronous, &mut refused));
    outcome.map_err(|diagnostic| Failure {
        refuses_wish: refused && wishes.iter().any(|(name, _)| diagnostic.message.contains(name)),
        diagnostic,
        before_proof: refused && authentication.is_untouched(),
        lost: link.was_lost(),
    })
}

fn run(
    link: &mut Link,
    options: &LoginOptions,
    authentication: &mut Authentication<'_>,
    deadline: Deadline,
    asynchronous: &mut Asynchronous,
    refused: &mut bool,
) -> Result<LoggedIn> {
    link.send(deadline)?;
    let mut cancel_key = None;
    let mut version = options.policy.newest_protocol;
    loop {
        let header = link.await_frame(deadline, AWAITED)?;
        link.in_time(deadline, AWAITED)?;
        link.received.hold(header.length);
        let body = frame::body(link.received.held());
        match header.tag {
            b'R' if !authentication.is_accepted() => {
                if version < options.policy.oldest_protocol {
                    return Err(too_old(version, options.policy.oldest_protocol));
                }
                authentication.answer(body, &mut link.outgoing)?;
                link.send(deadline)?;
            }
            b'E' => {
                *refused = true;
                return Err(error_response::error(body));
            }
            b'v' if !authentication.is_accepted() => match negotiated(body, version, asynchronous) {
                Some(agreed) => version = agreed,
                None => return Err(link.violation("it offers a version that was not asked for", AWAITED)),
            },
            b'K' if authentication.is_accepted() => match CancelKey::parse(body) {
                Some(key) => cancel_key = Some(key),
                None => return Err(link.violation("it sent a cancel key of an impossible length", AWAITED)),
            },
            b'Z' if authentication.is_accepted() => {
                let Some(status) = TransactionStatus::parse(body) else {
                    return Err(link.violation("it sent an unknown transaction status", AWAITED));
                };
                link.received.release();
                link.phase = Phase::Session;
                return Ok(LoggedIn { cancel_key, status });
            }
            tag => match asynchronous.take(tag, body) {
                Some(true) => {}
                Some(false) => {
                    return Err(link.violation(&format!("message {:?} out of turn", char::from(tag)), AWAITED));
                }
                None => return Err(link.violation("it sent a message that is cut off", AWAITED)),
            },
        }
    }
}

fn write_startup(link: &mut Link, options: &LoginOptions, wishes: &[(&str, &str)]) -> Result {
    let named = [("user", Some(&options.user)), ("database", options.database.as_ref())];
    let parameters = named
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?.as_str())))
        .chain(options.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        .chain(wishes.iter().copied());
    frontend::startup_message(parameters, &mut link.outgoing).map_err(|_| {
        Diagnostic::new(
            S08001_UNABLE_TO_CONNECT,
            "the user, the database or another login parameter holds a zero byte, which no server accepts",
        )
    })?;
    // The version follows the length.
    let version = MAJOR_VERSION | u32::from(options.policy.newest_protocol.0);
    if let Some(place) = link.outgoing.get_mut(4..8) {
        place.copy_from_slice(&version.to_be_bytes());
    }
    Ok(())
}

/// NegotiateProtocolVersion: the server does not know a parameter named `_pq_.*`, or not the minor version that was asked for, says
/// so and goes on. `None` if it wants another version than an older one of 3.
fn negotiated(body: &[u8], asked: ProtocolVersion, asynchronous: &mut Asynchronous) -> Option<ProtocolVersion> {
    let mut reader = Reader(body);
    // Some servers write the minor number alone, others the whole.
    let version = reader.u32()?;
    let minor = if version < MAJOR_VERSION { version } else { version - MAJOR_VERSION };
    let agreed = ProtocolVersion(u16::try_from(minor).ok()?);
    if agreed > asked {
        return None;
    }
    let count = reader.u32()?;
    let mut unknown = Vec::new();
    for _ in 0..count {
        unknown.push(reader.text()?.escape_ascii().to_string());
    }
    if !unknown.is_empty() {
        asynchronous.note(format!("the server does not know the login parameters {}", unknown.join(", ")));
    }
    Some(agreed)
}

fn too_old(version: ProtocolVersion, oldest: ProtocolVersion) -> Box<Diagnostic> {
    let text = format!(
        "the server speaks version 3.{} of the protocol at most, and min_protocol_version is 3.{}",
        version.0, oldest.0
    );
    Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)
}

//! Logging in: from a connected socket to the first ReadyForQuery.
//!
//! Source: PostgreSQL documentation, "Start-up".

use postgres_protocol::message::frontend;

use super::asynchronous::Asynchronous;
use super::authentication::Authentication;
use super::cancel::CancelKey;
use super::error_response;
use super::frame::{self, Phase, Reader};
use super::link::Link;
use super::session::{LoginOptions, TransactionStatus};
use crate::diag::sqlstate::S08001_UNABLE_TO_CONNECT;
use crate::diag::{Diagnostic, Result};

/// Protocol 3.0 as NegotiateProtocolVersion may write it: the minor number alone, or the whole.
const VERSION_3_0: [u32; 2] = [0, 0x0003_0000];
const AWAITED: &str = "the answer to the login";

/// What a login yields beside what is in `Asynchronous`.
pub struct LoggedIn {
    pub cancel_key: Option<CancelKey>,
    pub status: TransactionStatus,
}

/// Logs in over a fresh connection. All of it ends by the options' deadline, however slowly the server sends.
///
/// # Errors
/// What the server says; 28000 from authentication; 08001 for anything that is no PostgreSQL server; HYT00.
pub fn log_in(link: &mut Link, options: &LoginOptions, asynchronous: &mut Asynchronous) -> Result<LoggedIn> {
    write_startup(link, options)?;
    link.send(options.deadline)?;
    let mut authentication = Authentication::new(&options.user, options.password.as_ref());
    let mut cancel_key = None;
    loop {
        let header = link.await_frame(options.deadline, AWAITED)?;
        link.received.hold(header.length);
        let body = frame::body(link.received.held());
        match header.tag {
            b'R' if !authentication.is_accepted() => {
                authentication.answer(body, &mut link.outgoing)?;
                link.send(options.deadline)?;
            }
            b'E' => return Err(error_response::error(body)),
            b'v' => {
                if negotiated(body, asynchronous).is_none() {
                    return Err(link.violation("it offers another version than 3.0", AWAITED));
                }
            }
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

fn write_startup(link: &mut Link, options: &LoginOptions) -> Result {
    let named = [("user", Some(&options.user)), ("database", options.database.as_ref())];
    let parameters = named
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?.as_str())))
        .chain(options.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    frontend::startup_message(parameters, &mut link.outgoing).map_err(|_| {
        Diagnostic::new(
            S08001_UNABLE_TO_CONNECT,
            "the user, the database or another login parameter holds a zero byte, which no server accepts",
        )
    })
}

/// A server that does not know a parameter named `_pq_.*` says so and goes on. `None` if it wants another version.
fn negotiated(body: &[u8], asynchronous: &mut Asynchronous) -> Option<()> {
    let mut reader = Reader(body);
    if !VERSION_3_0.contains(&reader.u32()?) {
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
    Some(())
}

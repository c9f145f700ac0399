//! Cancelling a running statement from another thread, by a connection of its own.
//!
//! Source: PostgreSQL documentation, "Canceling Requests in Progress".

use std::fmt;
use std::io;

use bytes::{BufMut, BytesMut};

use super::encryption::{Answer, Encryption};
use super::frame::Reader;
use crate::config::TcpSettings;
use crate::diag::sqlstate::{HY000_GENERAL_ERROR, HYT00_TIMEOUT_EXPIRED, S08S01_COMMUNICATION_LINK_FAILURE};
use crate::diag::{Diagnostic, Result};
use crate::trace::Tracer;
use crate::transport::{Deadline, Interrupt, Peer, Ready, Stream, check_owner, connect};

const CANCEL_REQUEST_CODE: u32 = 80_877_102;
/// Four bytes in protocol 3.0, up to 256 from 3.2 on; nothing forbids a 3.0 server to send more.
const LONGEST_KEY: usize = 256;

/// What BackendKeyData says: who may cancel this session.
#[derive(Clone)]
pub struct CancelKey {
    process_id: u32,
    secret: Vec<u8>,
}

impl CancelKey {
    pub(super) fn parse(body: &[u8]) -> Option<CancelKey> {
        let mut reader = Reader(body);
        let process_id = reader.u32()?;
        let secret = reader.0;
        (1..=LONGEST_KEY).contains(&secret.len()).then(|| CancelKey { process_id, secret: secret.to_vec() })
    }
}

/// Where and with which key the session's statement can be cancelled.
#[derive(Clone)]
pub struct CancelTarget {
    pub(super) peer: Peer,
    pub(super) key: Option<CancelKey>,
    /// The session is encrypted, and so is the request: the key must not be seen.
    pub(super) encryption: Option<Encryption>,
    /// requirepeer: nobody else gets to know the key.
    pub(super) required_peer: Option<String>,
    /// Of the connection.
    pub(super) tracer: Option<Tracer>,
}

impl fmt::Debug for CancelTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let process_id = self.key.as_ref().map(|key| key.process_id);
        formatter.debug_struct("CancelTarget").field("peer", &self.peer).field("process_id", &process_id).finish()
    }
}

impl CancelTarget {
    /// Asks the server to cancel what the session is doing, and waits until the server has closed the connection: from then on
    /// the request is on its way to the session and hits nothing that is sent later than its next answer.
    ///
    /// # Errors
    /// 08001, HYT00 as connecting; 08S01 when the request cannot be sent; HY000 if the server gave no key.
    pub fn cancel(&self, deadline: Deadline) -> Result {
        let Some(key) = &self.key else {
            let text = format!("{} gave no key to cancel by, so its statements cannot be cancelled", self.peer);
            return Err(Diagnostic::new(HY000_GENERAL_ERROR, text));
        };
        let connected = connect(&self.peer, &TcpSettings::default(), deadline, &Interrupt::default())?;
        if let Some(required) = &self.required_peer {
            check_owner(&connected, required)?;
        }
        let mut stream = match &self.encryption {
            None => Stream::Plain(connected.socket),
            Some(encryption) => match encryption.begin(connected, deadline)? {
                Answer::Encrypted(stream, _) => stream,
                Answer::Interfered(diagnostic) => return Err(diagnostic),
                Answer::Refused(_) => {
                    let text = format!(
                        "{} has no {} any more, so the request to cancel is not sent",
                        self.peer,
                        encryption.name()
                    );
                    return Err(Diagnostic::new(S08S01_COMMUNICATION_LINK_FAILURE, text));
                }
            },
        };
        let mut request = BytesMut::with_capacity(12 + LONGEST_KEY);
        request.put_u32(12 + key.secret.len() as u32);
        request.put_u32(CANCEL_REQUEST_CODE);
        request.put_u32(key.process_id);
        request.put_slice(&key.secret);
        if let Some(tracer) = &self.tracer {
            tracer.wire(format_args!("> CancelRequest {}, on a connection of its own", request.len()));
        }
        exchange(&mut stream, &request, deadline).map_err(|error| {
            let sqlstate = match error.kind() {
                io::ErrorKind::TimedOut => HYT00_TIMEOUT_EXPIRED,
                _ => S08S01_COMMUNICATION_LINK_FAILURE,
            };
            Diagnostic::new(sqlstate, format!("the request to cancel could not be sent to {}: {error}", self.peer))
        })
    }
}

fn exchange(stream: &mut Stream, mut request: &[u8], deadline: Deadline) -> io::Result<()> {
    while !request.is_empty() || !stream.flush_now()? {
        let sent = stream.send_now(request)?;
        request = request.get(sent..).unwrap_or_default();
        if sent == 0 {
            stream.wait(Ready { read: false, write: true }, deadline)?;
        }
    }
    let mut answer = Vec::with_capacity(64);
    loop {
        answer.clear();
        match stream.receive(&mut answer, deadline) {
            Ok(0) => return Ok(()),
            // Nothing is said here; one that talks without end keeps nobody waiting.
            Ok(_) if deadline.expired() => return Err(io::ErrorKind::TimedOut.into()),
            Ok(_) => {}
            // The postmaster may close with our bytes unread: a reset is a close.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

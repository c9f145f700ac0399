//! Proving who the user is: trust, password in clear text, md5, SCRAM-SHA-256.
//!
//! Sources: PostgreSQL documentation, "Start-up" and "SASL Authentication"; RFC 5802, RFC 7677.

use bytes::BytesMut;
use postgres_protocol::authentication::md5_hash;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256};
use postgres_protocol::message::frontend;

use super::frame::Reader;
use crate::config::Secret;
use crate::diag::sqlstate::{S08001_UNABLE_TO_CONNECT, S28000_INVALID_AUTHORIZATION};
use crate::diag::{Diagnostic, Result};

const OK: u32 = 0;
const CLEARTEXT_PASSWORD: u32 = 3;
const MD5_PASSWORD: u32 = 5;
const SASL: u32 = 10;
const SASL_CONTINUE: u32 = 11;
const SASL_FINAL: u32 = 12;

/// Methods that a server may ask for and that are not spoken here.
const NOT_SPOKEN: &[(u32, &str)] =
    &[(2, "Kerberos V5"), (4, "crypt"), (6, "SCM credentials"), (7, "GSSAPI"), (8, "GSSAPI"), (9, "SSPI")];

const METHODS: &str = "trust, password, md5 and scram-sha-256 are";

/// How far the proof has come.
enum State {
    Begun,
    /// The first SCRAM message is out.
    ScramFirst(ScramSha256),
    /// The proof is out; the server's own proof is awaited.
    ScramFinal(ScramSha256),
    /// The password is sent, or the server has proved that it knows it.
    Answered,
    Accepted,
}

/// The client's side of authentication.
pub struct Authentication<'a> {
    user: &'a str,
    password: Option<&'a Secret>,
    state: State,
}

impl<'a> Authentication<'a> {
    pub fn new(user: &'a str, password: Option<&'a Secret>) -> Authentication<'a> {
        Authentication { user, password, state: State::Begun }
    }

    /// Whether the server has said AuthenticationOk.
    pub fn is_accepted(&self) -> bool {
        matches!(self.state, State::Accepted)
    }

    /// Answers one Authentication message: what is to be sent is appended to `out`.
    ///
    /// # Errors
    /// 28000 where a password is missing or refused here, or the server fails to prove itself; 08001 for a method that is not
    /// spoken or a message out of turn.
    pub fn answer(&mut self, body: &[u8], out: &mut BytesMut) -> Result {
        let mut reader = Reader(body);
        let method = reader.u32().ok_or_else(broken)?;
        let state = std::mem::replace(&mut self.state, State::Begun);
        self.state = match (method, state) {
            (OK, State::Begun | State::Answered) => State::Accepted,
            (CLEARTEXT_PASSWORD, State::Begun) => {
                frontend::password_message(self.password()?.as_bytes(), out).map_err(|_| zero_byte())?;
                State::Answered
            }
            (MD5_PASSWORD, State::Begun) => {
                let salt = reader.bytes(4).and_then(|salt| salt.try_into().ok()).ok_or_else(broken)?;
                let hash = md5_hash(self.user.as_bytes(), self.password()?.as_bytes(), salt);
                frontend::password_message(hash.as_bytes(), out).map_err(|_| zero_byte())?;
                State::Answered
            }
            (SASL, State::Begun) => {
                check_mechanisms(reader)?;
                let scram = ScramSha256::new(self.password()?.as_bytes(), ChannelBinding::unsupported());
                frontend::sasl_initial_response(SCRAM_SHA_256, scram.message(), out).map_err(|_| zero_byte())?;
                State::ScramFirst(scram)
            }
            (SASL_CONTINUE, State::ScramFirst(mut scram)) => {
                scram.update(reader.0).map_err(|error| scram_failed(&error))?;
                frontend::sasl_response(scram.message(), out).map_err(|_| zero_byte())?;
                State::ScramFinal(scram)
            }
            (SASL_FINAL, State::ScramFinal(mut scram)) => {
                scram.finish(reader.0).map_err(|error| scram_failed(&error))?;
                State::Answered
            }
            (OK, State::ScramFirst(_) | State::ScramFinal(_)) => {
                return Err(Diagnostic::new(
                    S28000_INVALID_AUTHORIZATION,
                    "the server accepted the login without proving that it knows the password (SCRAM-SHA-256); it may not \
                     be the server it claims to be",
                ));
            }
            (method, State::Begun) => return Err(not_spoken(method)),
            (method, _) => {
                return Err(Diagnostic::new(
                    S08001_UNABLE_TO_CONNECT,
                    format!("the server broke the protocol: authentication message {method} out of turn"),
                ));
            }
        };
        Ok(())
    }

    fn password(&self) -> Result<&'a str> {
        match self.password {
            Some(password) if !password.expose().is_empty() => Ok(password.expose()),
            _ => Err(Diagnostic::new(
                S28000_INVALID_AUTHORIZATION,
                format!("the server asks for the password of user \"{}\" and none was given; set PWD", self.user),
            )),
        }
    }
}

/// The list of SASL mechanisms must hold the one that is spoken here.
fn check_mechanisms(mut reader: Reader<'_>) -> Result {
    let mut offered = Vec::new();
    while let Some(name) = reader.text() {
        if name == SCRAM_SHA_256.as_bytes() {
            return Ok(());
        }
        if !name.is_empty() {
            offered.push(name.escape_ascii().to_string());
        }
    }
    let text = format!(
        "the server offers only the authentication methods {}, which are not supported; {METHODS}",
        offered.join(", ")
    );
    Err(Diagnostic::new(S08001_UNABLE_TO_CONNECT, text))
}

fn not_spoken(method: u32) -> Box<Diagnostic> {
    let text = match NOT_SPOKEN.iter().find(|known| known.0 == method) {
        Some((_, name)) => format!("the server asks for {name} authentication, which is not supported; {METHODS}"),
        None => format!("the server asks for authentication method {method}, which is not known; {METHODS}"),
    };
    Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)
}

fn scram_failed(error: &std::io::Error) -> Box<Diagnostic> {
    Diagnostic::new(
        S28000_INVALID_AUTHORIZATION,
        format!("SCRAM-SHA-256 authentication failed: {error}; the server may not be the one it claims to be"),
    )
}

fn zero_byte() -> Box<Diagnostic> {
    Diagnostic::new(S28000_INVALID_AUTHORIZATION, "the password holds a zero byte, which no server accepts")
}

fn broken() -> Box<Diagnostic> {
    Diagnostic::new(S08001_UNABLE_TO_CONNECT, "the server broke the protocol: its authentication message is cut off")
}

//! Proving who the user is: trust, password in clear text, md5, SCRAM-SHA-256 and -PLUS, OAuth, Kerberos.
//!
//! Sources: PostgreSQL documentation, "Start-up", "GSSAPI Authentication" and "SASL Authentication"; RFC 5802, RFC 7677, RFC 5929, RFC 7628.

use bytes::BytesMut;
use postgres_protocol::authentication::md5_hash;
use postgres_protocol::authentication::sasl::{SCRAM_SHA_256, SCRAM_SHA_256_PLUS};
use postgres_protocol::message::frontend;

use super::frame::Reader;
use super::scram::{Binding, Scram};
use crate::config::{AuthenticationMethod, ChannelBindingMode, LoginPolicy, Password, Secret};
use crate::diag::sqlstate::{S08001_UNABLE_TO_CONNECT, S28000_INVALID_AUTHORIZATION};
use crate::diag::{Diagnostic, Result};
use crate::transport::{Deadline, KerberosService, SecurityContext};

const OK: u32 = 0;
const CLEARTEXT_PASSWORD: u32 = 3;
const MD5_PASSWORD: u32 = 5;
const GSS: u32 = 7;
const GSS_CONTINUE: u32 = 8;
/// What a server on Windows calls it.
const SSPI: u32 = 9;
const SASL: u32 = 10;
const SASL_CONTINUE: u32 = 11;
const SASL_FINAL: u32 = 12;

/// Methods that a server may ask for and that are not spoken here.
const NOT_SPOKEN: &[(u32, &str)] = &[(2, "Kerberos V5"), (4, "crypt"), (6, "SCM credentials")];

const METHODS: &str = "trust, password, md5, gss, scram-sha-256 and oauth are";

/// The mechanism of bearer tokens (RFC 7628), from PostgreSQL 18 on.
const OAUTHBEARER: &str = "OAUTHBEARER";

/// How far the proof has come.
enum State {
    Begun,
    /// The first SCRAM message is out.
    ScramFirst(Scram),
    /// The proof is out; the server's own proof is awaited.
    ScramFinal(Scram),
    /// The bearer token is out.
    OAuth,
    /// A token is out; the server's is awaited.
    Gss(SecurityContext),
    /// The password is sent, or the server has proved that it knows it.
    Answered,
    Accepted,
}

/// Through what the messages go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    pub encrypted: bool,
    /// Encrypted by GSSAPI: the user has proved by a ticket who it is, whatever the server asks for.
    pub kerberos: bool,
    /// Nothing of it leaves this machine.
    pub local: bool,
    /// The hash of the server's certificate, to which SCRAM can be bound.
    pub end_point: Option<Vec<u8>>,
}

/// Who wants to log in, by what, and how.
#[derive(Clone, Copy, Debug)]
pub struct Credentials<'a> {
    pub user: &'a str,
    /// The server's host, as it was named.
    pub host: &'a str,
    pub password: Option<&'a Password>,
    pub policy: &'a LoginPolicy,
    /// A password may have to be fetched.
    pub deadline: Deadline,
}

/// The client's side of authentication.
pub struct Authentication<'a> {
    credentials: Credentials<'a>,
    channel: &'a Channel,
    /// SCRAM is bound to the channel.
    bound: bool,
    state: State,
}

impl<'a> Authentication<'a> {
    pub fn new(credentials: Credentials<'a>, channel: &'a Channel) -> Authentication<'a> {
        Authentication { credentials, channel, bound: false, state: State::Begun }
    }

    /// Whether the server has said AuthenticationOk.
    pub fn is_accepted(&self) -> bool {
        matches!(self.state, State::Accepted)
    }

    /// Whether nothing has been proved yet, by either side.
    pub fn is_untouched(&self) -> bool {
        matches!(self.state, State::Begun)
    }

    /// Answers one Authentication message: what is to be sent is appended to `out`.
    ///
    /// # Errors
    /// 28000 where a password is missing or refused here, the settings forbid what the server asks for, or the server fails to
    /// prove itself; 08001 for a method that is not spoken or a message out of turn.
    pub fn answer(&mut self, body: &[u8], out: &mut BytesMut) -> Result {
        let mut reader = Reader(body);
        let method = reader.u32().ok_or_else(broken)?;
        // An error leaves no state to go on from.
        let state = std::mem::replace(&mut self.state, State::Answered);
        self.state = match (method, state) {
            (OK, State::Begun) => {
                if !(self.channel.kerberos && self.permit(AuthenticationMethod::Gss).is_ok()) {
                    self.permit(AuthenticationMethod::None)?;
                }
                State::Accepted
            }
            (OK, State::Answered) => State::Accepted,
            (CLEARTEXT_PASSWORD, State::Begun) => {
                self.permit(AuthenticationMethod::Password)?;
                self.permit_cleartext("the password")?;
                frontend::password_message(self.password()?.expose().as_bytes(), out).map_err(|_| zero_byte())?;
                State::Answered
            }
            (MD5_PASSWORD, State::Begun) => {
                self.permit(AuthenticationMethod::Md5)?;
                let salt = reader.bytes(4).and_then(|salt| salt.try_into().ok()).ok_or_else(broken)?;
                let hash = md5_hash(self.credentials.user.as_bytes(), self.password()?.expose().as_bytes(), salt);
                frontend::password_message(hash.as_bytes(), out).map_err(|_| zero_byte())?;
                State::Answered
            }
            (SASL, State::Begun) if offers_only_oauth(reader) => {
                self.permit(AuthenticationMethod::OAuth)?;
                self.permit_cleartext("an access token")?;
                let message = self.bearer_message()?;
                frontend::sasl_initial_response(OAUTHBEARER, message.expose().as_bytes(), out)
                    .map_err(|_| zero_byte())?;
                State::OAuth
            }
            // The token is refused: the server says why, and wants a sign before its ErrorResponse (RFC 7628, 3.2.3).
            (SASL_CONTINUE, State::OAuth) => {
                frontend::sasl_response(&[1], out).map_err(|_| zero_byte())?;
                State::Answered
            }
            (OK, State::OAuth) => State::Accepted,
            (SASL, State::Begun) => {
                let (mechanism, binding) = self.mechanism(reader)?;
                let scram = match &self.credentials.policy.scram_keys {
                    Some(keys) => Scram::by_keys(keys, binding).map_err(|error| scram_failed(&error))?,
                    None => Scram::by_password(self.password()?.expose().as_bytes(), binding),
                };
                frontend::sasl_initial_response(mechanism, scram.message(), out).map_err(|_| zero_byte())?;
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
            (GSS | SSPI, State::Begun) => {
                self.permit(if method == GSS { AuthenticationMethod::Gss } else { AuthenticationMethod::Sspi })?;
                let mut context = self.security_context()?;
                gss_step(&mut context, &[], out)?;
                State::Gss(context)
            }
            (GSS_CONTINUE, State::Gss(mut context)) if !context.is_complete() => {
                gss_step(&mut context, reader.0, out)?;
                State::Gss(context)
            }
            (OK, State::Gss(context)) if context.is_complete() => State::Accepted,
            (OK, state @ (State::ScramFirst(_) | State::ScramFinal(_) | State::Gss(_))) => {
                let proof = match state {
                    State::Gss(_) => "who it is (GSSAPI)",
                    _ => "that it knows the password (SCRAM-SHA-256)",
                };
                return Err(Diagnostic::new(
                    S28000_INVALID_AUTHORIZATION,
                    format!(
                        "the server accepted the login without proving {proof}; it may not be the server it claims to be"
                    ),
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

    /// Whether require_auth and channel_binding allow what the server asks for.
    fn permit(&self, method: AuthenticationMethod) -> Result {
        let found = match method {
            AuthenticationMethod::None => "accepted the login without asking for anything".to_owned(),
            AuthenticationMethod::Password => "asks for the password in clear text".to_owned(),
            method => format!("asks for {method}"),
        };
        let policy = self.credentials.policy;
        if !policy.methods.accepts(method) {
            let text = format!("the server {found}, which require_auth does not allow");
            return Err(Diagnostic::new(S28000_INVALID_AUTHORIZATION, text));
        }
        // SCRAM decides by the mechanisms that are offered.
        if policy.channel_binding == ChannelBindingMode::Require && method != AuthenticationMethod::ScramSha256 {
            let text =
                format!("the server {found}, which binds nothing to the TLS connection, and channel_binding=require");
            return Err(Diagnostic::new(S28000_INVALID_AUTHORIZATION, text));
        }
        Ok(())
    }

    fn permit_cleartext(&self, what: &str) -> Result {
        if self.channel.encrypted || self.channel.local || self.credentials.policy.cleartext_password {
            return Ok(());
        }
        Err(Diagnostic::new(
            S28000_INVALID_AUTHORIZATION,
            format!(
                "the server asks for {what} in clear text over a network without encryption, where anybody could read it; \
                 encrypt the connection (sslmode=require), or set AllowCleartextPassword=1"
            ),
        ))
    }

    /// Which of the offered mechanisms to take, and what to say of binding.
    fn mechanism(&mut self, mut reader: Reader<'_>) -> Result<(&'static str, Binding)> {
        let mut offered = Vec::new();
        while let Some(name) = reader.text() {
            if !name.is_empty() {
                offered.push(name.escape_ascii().to_string());
            }
        }
        let offers = |name: &str| offered.iter().any(|offered| offered == name);
        let (plain, plus) = (offers(SCRAM_SHA_256), offers(SCRAM_SHA_256_PLUS));
        if !plain && !plus {
            let text = format!(
                "the server offers only the authentication methods {}, which are not supported; {METHODS}",
                offered.join(", ")
            );
            return Err(Diagnostic::new(S08001_UNABLE_TO_CONNECT, text));
        }
        self.permit(AuthenticationMethod::ScramSha256)?;
        let refused = |text: &str| Err(Diagnostic::new(S28000_INVALID_AUTHORIZATION, text));
        let mode = self.credentials.policy.channel_binding;
        if plus && !self.channel.encrypted {
            return refused(
                "the server offers SCRAM-SHA-256-PLUS on a connection that is not encrypted; somebody may have removed its TLS",
            );
        }
        match (mode, &self.channel.end_point) {
            (ChannelBindingMode::Require, _) if !self.channel.encrypted => {
                refused("channel_binding=require needs an encrypted connection, and this one is not; see sslmode")
            }
            (ChannelBindingMode::Require, _) if !plus => {
                refused("the server does not offer SCRAM-SHA-256-PLUS, and channel_binding=require")
            }
            (ChannelBindingMode::Prefer | ChannelBindingMode::Require, Some(hash)) if plus => {
                self.bound = true;
                Ok((SCRAM_SHA_256_PLUS, Binding::EndPoint(hash.clone())))
            }
            (ChannelBindingMode::Require, None) => refused(
                "channel_binding=require, and the signature of the server's certificate has no hash to bind to (Ed25519)",
            ),
            _ if !plain => refused("the server offers SCRAM-SHA-256-PLUS only, and channel_binding does not allow it"),
            // "The client thinks that the server cannot": a server that can knows then that its offer was removed.
            (ChannelBindingMode::Prefer, Some(_)) if self.channel.encrypted => {
                Ok((SCRAM_SHA_256, Binding::Unrequested))
            }
            _ => Ok((SCRAM_SHA_256, Binding::Unsupported)),
        }
    }

    /// The only message of the client's: no channel binding, no identity but the token's (RFC 7628, 3.1).
    fn bearer_message(&self) -> Result<Secret> {
        let missing = || {
            Diagnostic::new(
                S28000_INVALID_AUTHORIZATION,
                "the server asks for an OAuth access token and none was given; fetch one by PasswordCommand, PasswordFile or \
                 the connection attribute SQL_ATTR_PGODBC_ACCESS_TOKEN (the driver itself asks no issuer for one)",
            )
        };
        let token = self.credentials.password.ok_or_else(missing)?.fetch(self.credentials.deadline.remaining())?;
        // RFC 6750, 2.1: letters, digits, "-._~+/" and "=" at the end; anything else could say more than a token.
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        match token.expose().as_bytes() {
            [] => Err(missing()),
            bytes if bytes.iter().copied().all(is_token) => {
                Ok(Secret::new(format!("n,,\u{1}auth=Bearer {}\u{1}\u{1}", token.expose())))
            }
            _ => Err(Diagnostic::new(
                S28000_INVALID_AUTHORIZATION,
                "the OAuth access token holds characters that no bearer token has (RFC 6750)",
            )),
        }
    }

    fn security_context(&self) -> Result<SecurityContext> {
        let Credentials { host, policy, .. } = self.credentials;
        if host.is_empty() {
            return Err(Diagnostic::new(
                S28000_INVALID_AUTHORIZATION,
                "the server asks for Kerberos (GSSAPI), which needs the host's name; set the Server keyword",
            ));
        }
        SecurityContext::to_log_in(&kerberos_service(policy, host)).map_err(|why| gss_failed(&why))
    }

    fn password(&self) -> Result<Secret> {
        let user = self.credentials.user;
        let missing = || {
            Diagnostic::new(
                S28000_INVALID_AUTHORIZATION,
                format!("the server asks for the password of user \"{user}\" and none was given; set PWD"),
            )
        };
        let password = self.credentials.password.ok_or_else(missing)?.fetch(self.credentials.deadline.remaining())?;
        if password.expose().is_empty() { Err(missing()) } else { Ok(password) }
    }
}

fn not_spoken(method: u32) -> Box<Diagnostic> {
    let text = match NOT_SPOKEN.iter().find(|known| known.0 == method) {
        Some((_, name)) => format!("the server asks for {name} authentication, which is not supported; {METHODS}"),
        None => format!("the server asks for authentication method {method}, which is not known; {METHODS}"),
    };
    Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)
}

/// The service that a server's host runs.
pub fn kerberos_service(policy: &LoginPolicy, host: &str) -> KerberosService {
    let (name, delegation) = (policy.kerberos_service.clone(), policy.kerberos_delegation);
    KerberosService { name, host: host.to_owned(), delegation }
}

/// Whether the server wants a bearer token and nothing else will do.
fn offers_only_oauth(mut reader: Reader<'_>) -> bool {
    let (mut oauth, mut other) = (false, false);
    while let Some(name) = reader.text() {
        oauth |= name == OAUTHBEARER.as_bytes();
        other |= [SCRAM_SHA_256, SCRAM_SHA_256_PLUS].iter().any(|scram| name == scram.as_bytes());
    }
    oauth && !other
}

/// Answers the server's token.
fn gss_step(context: &mut SecurityContext, token: &[u8], out: &mut BytesMut) -> Result {
    let answer = context.step(token).map_err(|why| gss_failed(&why))?;
    // A GSSResponse has the form of a SASLResponse: the bytes and nothing else.
    answer
        .map_or(Ok(()), |answer| frontend::sasl_response(&answer, out).map_err(|error| gss_failed(&error.to_string())))
}

fn gss_failed(why: &str) -> Box<Diagnostic> {
    let text = format!("Kerberos (GSSAPI) authentication failed: {why}; klist shows the tickets there are");
    Diagnostic::new(S28000_INVALID_AUTHORIZATION, text)
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

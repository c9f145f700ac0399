//! From login options to a session: which servers are tried, in which order, and how they are encrypted.
//!
//! Source: PostgreSQL documentation, 34.1.1.3 (several hosts), 34.1.2 (sslmode, gssencmode), 34.19.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use once_cell::unsync::OnceCell;

use super::Session;
use super::login_options::{Candidate, LoginOptions};
use super::parking::PARKED;
use crate::config::{CertificateMode, ChannelBindingMode, GssEncryptionMode, SslMode, TargetSession};
use crate::diag::sqlstate::{HYT00_TIMEOUT_EXPIRED, S01000_GENERAL_WARNING, S08001_UNABLE_TO_CONNECT};
use crate::diag::{Diagnostic, Result};
use crate::transport::{
    CertificateUse, Connected, Deadline, Endpoint, Peer, Stream, TlsConnector, check_owner, connect, end_point_hash,
    has_credentials, resolve,
};
use crate::wire::asynchronous::Asynchronous;
use crate::wire::authentication::{Channel, Credentials, kerberos_service};
use crate::wire::cancel::CancelTarget;
use crate::wire::encryption::{Answer, Encryption};
use crate::wire::link::Link;
use crate::wire::profile::ServerProfile;
use crate::wire::startup::{self, Failure};
use crate::wire::{Notice, target};

/// How a connection is to be encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Gss,
    Tls,
    Plain,
}

/// How far an attempt has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Another address or server may do.
    Unreached,
    /// As `Unreached`, and with another encryption or without this one might.
    NotEncrypted,
    /// The server refused before anything was proved: with another encryption it might not.
    Refused,
    /// No other server is asked with the same password.
    Final,
}

/// SQLSTATEs of a server that will soon be there, or has no room at the moment.
const TRANSIENT: &[&str] = &["57P03", "53300"];

struct Failed {
    diagnostic: Box<Diagnostic>,
    stage: Stage,
    /// Trying again later may help.
    transient: bool,
    /// It was for a wish: without it the server may do.
    refuses_wish: bool,
}

impl Failed {
    fn at(stage: Stage, diagnostic: Box<Diagnostic>) -> Failed {
        Failed { diagnostic, stage, transient: false, refuses_wish: false }
    }

    fn unreached(diagnostic: Box<Diagnostic>) -> Failed {
        Failed { transient: true, ..Failed::at(Stage::Unreached, diagnostic) }
    }

    /// With the server's name and port in the message, in front of the server's detail and hint.
    fn at_server(mut self, endpoint: &Endpoint) -> Failed {
        let (name, message) = (endpoint.to_string(), &mut self.diagnostic.message);
        if !message.contains(&name) {
            let end = message.find("\nDETAIL: ").or_else(|| message.find("\nHINT: ")).unwrap_or(message.len());
            message.insert_str(end, &format!(" ({name})"));
        }
        self
    }

    fn of_login(failure: Failure) -> Failed {
        let Failure { diagnostic, before_proof, lost, refuses_wish } = failure;
        let code = diagnostic.server.as_ref().map(|server| server.sqlstate.as_str());
        let late = diagnostic.sqlstate == HYT00_TIMEOUT_EXPIRED;
        let no_server = diagnostic.sqlstate == S08001_UNABLE_TO_CONNECT;
        let failed = match code {
            Some(code) if TRANSIENT.contains(&code) => Failed::unreached(diagnostic),
            None if lost || late => Failed::unreached(diagnostic),
            None if no_server => Failed::at(Stage::Unreached, diagnostic),
            _ if before_proof => Failed::at(Stage::Refused, diagnostic),
            _ => Failed::at(Stage::Final, diagnostic),
        };
        Failed { refuses_wish, ..failed }
    }
}

/// Until when one address may take.
#[derive(Clone, Copy)]
struct Limits {
    /// To be reached.
    reach: Deadline,
    /// To log in.
    all: Deadline,
}

/// What one call of [`Session::connect`] works with.
struct Attempt<'o> {
    options: &'o LoginOptions,
    /// Its files are read when they are needed, once.
    connector: OnceCell<Result<TlsConnector>>,
    failures: Vec<Failed>,
}

impl Session {
    /// Connects to the first server that can be reached and is of the wanted kind, and logs in. What the server says beside goes to
    /// `notices`.
    ///
    /// # Errors
    /// 08001 could not connect, no PostgreSQL server, or none of the wanted kind; 28000 and the server's own codes from the login;
    /// HYT00 deadline.
    pub fn connect(options: &LoginOptions, notices: &mut Vec<Notice>) -> Result<Session> {
        let mut attempt = Attempt { options, connector: OnceCell::new(), failures: Vec::new() };
        for round in 0..=options.retry.count {
            if round > 0 {
                attempt.pause();
                if options.deadline.expired() || options.interrupt.is_requested() {
                    break;
                }
            }
            attempt.failures.clear();
            if let Some(session) = attempt.round(notices) {
                return Ok(session);
            }
            let hopeless = !attempt.failures.iter().any(|failed| failed.transient);
            let refused = attempt.failures.iter().any(|failed| failed.stage == Stage::Final);
            if hopeless || refused || options.deadline.expired() || options.interrupt.is_requested() {
                break;
            }
        }
        Err(summary(attempt.failures))
    }
}

impl Attempt<'_> {
    /// Tries all servers; where a standby is preferred, for a second time without that wish.
    fn round(&mut self, notices: &mut Vec<Notice>) -> Option<Session> {
        let options = self.options;
        let targets = match options.target {
            TargetSession::PreferStandby => vec![TargetSession::Standby, TargetSession::Any],
            target => vec![target],
        };
        for target in targets {
            let mut order: Vec<usize> = (0..options.candidates.len()).collect();
            if options.load_balance {
                shuffle(&mut order);
            }
            for index in order {
                let Some(candidate) = options.candidates.get(index) else { continue };
                match self.server(candidate, target, notices) {
                    Ok(session) => return Some(Session { candidate: index, ..session }),
                    Err(true) => {}
                    Err(false) => return None,
                }
            }
        }
        None
    }

    /// Tries the addresses of a server. Err(true): others may be tried.
    fn server(
        &mut self,
        candidate: &Candidate,
        target: TargetSession,
        notices: &mut Vec<Notice>,
    ) -> std::result::Result<Session, bool> {
        let own = self.options.connect_timeout.map_or(Deadline::never(), Deadline::after);
        // A resolver that does not answer must leave time for the other servers.
        let patience = self.options.deadline.share(self.options.candidates.len()).earlier(own);
        let mut peers = match resolve(&candidate.endpoint, patience, self.options.look_up) {
            Ok(peers) => peers,
            Err(diagnostic) => {
                self.failures.push(Failed::unreached(diagnostic));
                return Err(!self.options.deadline.expired());
            }
        };
        if self.options.load_balance {
            shuffle(&mut peers);
        }
        let count = peers.len();
        for (index, peer) in peers.into_iter().enumerate() {
            // An address that does not answer must leave time for the others.
            let share = self.options.deadline.share(count - index);
            let own = self.options.connect_timeout.map_or(Deadline::never(), Deadline::after);
            let limits = Limits { reach: share.earlier(own), all: self.options.deadline.earlier(own) };
            match self.address(candidate, &peer, target, limits, notices) {
                Ok(session) => return Ok(session),
                Err(failed) => {
                    let stop = matches!(failed.stage, Stage::Final | Stage::Refused);
                    self.failures.push(failed.at_server(&candidate.endpoint));
                    if stop || self.options.deadline.expired() {
                        return Err(false);
                    }
                }
            }
        }
        Err(true)
    }

    /// How to encrypt, in the order in which it is tried. Source: PostgreSQL documentation, 34.1.2 (sslmode, gssencmode).
    fn methods(&self, candidate: &Candidate, peer: &Peer) -> std::result::Result<Vec<Method>, Failed> {
        let LoginOptions { policy, tls, .. } = self.options;
        if let Peer::Unix(_) = peer {
            if policy.gss_encryption == GssEncryptionMode::Require {
                let text = format!("gssencmode=require, and {peer} is on this machine, where GSSAPI encrypts nothing");
                return Err(Failed::at(Stage::NotEncrypted, Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)));
            }
            // A socket file leads nowhere but to this machine: libpq does not look at sslmode, either.
            return Ok(vec![Method::Plain]);
        }
        let mut methods = match tls.mode {
            SslMode::Disable => vec![Method::Plain],
            SslMode::Allow => vec![Method::Plain, Method::Tls],
            SslMode::Prefer => vec![Method::Tls, Method::Plain],
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => vec![Method::Tls],
        };
        let needs_tls =
            policy.channel_binding == ChannelBindingMode::Require || tls.certificate_mode == CertificateMode::Require;
        match policy.gss_encryption {
            GssEncryptionMode::Require => methods = vec![Method::Gss],
            // Without a name there is no service to ask the realm for.
            GssEncryptionMode::Prefer if !needs_tls && !candidate.endpoint.host().is_empty() && has_credentials() => {
                methods.insert(0, Method::Gss);
            }
            GssEncryptionMode::Prefer | GssEncryptionMode::Disable => {}
        }
        Ok(methods)
    }

    /// Tries an address, encrypted in this way and that as gssencmode and sslmode say.
    fn address(
        &mut self,
        candidate: &Candidate,
        peer: &Peer,
        target: TargetSession,
        limits: Limits,
        notices: &mut Vec<Notice>,
    ) -> std::result::Result<Session, Failed> {
        let methods = self.methods(candidate, peer)?;
        let mut earlier: Option<(Method, Failed)> = None;
        for (index, method) in methods.iter().copied().enumerate() {
            let attempted = self
                .log_in(candidate, peer, method, limits, notices)
                .and_then(|session| self.check_target(session, target, limits.all));
            let failed = match (attempted, earlier) {
                (Ok(session), earlier) => {
                    if let (Method::Plain, Some((Method::Tls, first))) = (method, earlier)
                        && first.stage == Stage::NotEncrypted
                    {
                        let text = format!("the connection is not encrypted: {}", first.diagnostic.message);
                        notices.push(Diagnostic::new(S01000_GENERAL_WARNING, text));
                    }
                    return Ok(session);
                }
                (Err(failed), None) => failed,
                (Err(failed), Some((_, first))) => after(failed, first),
            };
            // What is refused in the clear may be taken encrypted, not the other way about where nothing was refused.
            let another_may_do = match failed.stage {
                Stage::Refused => true,
                Stage::NotEncrypted => method != Method::Plain,
                Stage::Unreached | Stage::Final => false,
            };
            if index + 1 == methods.len() || !another_may_do {
                return Err(failed);
            }
            if let Some(tracer) = &self.options.tracer {
                tracer.wire(format_args!("{method:?} did not do: {}", failed.diagnostic.message));
            }
            earlier = Some((method, failed));
        }
        Err(Failed::unreached(Diagnostic::new(S08001_UNABLE_TO_CONNECT, "there is no way to connect")))
    }

    /// Logs in, at once again without the wishes that are refused.
    fn log_in(
        &self,
        candidate: &Candidate,
        peer: &Peer,
        method: Method,
        limits: Limits,
        notices: &mut Vec<Notice>,
    ) -> std::result::Result<Session, Failed> {
        let wishes = if is_refusing(peer) { &[] } else { self.options.wishes };
        match self.log_in_with(candidate, peer, method, limits, wishes, notices) {
            Err(failed) if failed.refuses_wish => {
                remember_refusing(peer);
                self.log_in_with(candidate, peer, method, limits, &[], notices)
            }
            outcome => outcome,
        }
    }

    fn log_in_with(
        &self,
        candidate: &Candidate,
        peer: &Peer,
        method: Method,
        limits: Limits,
        wishes: &[(&str, &str)],
        notices: &mut Vec<Notice>,
    ) -> std::result::Result<Session, Failed> {
        let options = self.options;
        let connected = connect(peer, &options.tcp, limits.reach, &options.interrupt).map_err(Failed::unreached)?;
        if let Some(required) = &options.policy.required_peer {
            check_owner(&connected, required).map_err(|diagnostic| Failed::at(Stage::Final, diagnostic))?;
        }
        let deadline = limits.all;
        let round_trip = connected.round_trip;
        let (stream, encryption) = match self.encryption(candidate, method)? {
            None => (Stream::Plain(connected.socket), None),
            Some(encryption) => self.encrypt(encryption, connected, deadline)?,
        };
        if stream.tls().is_none() && options.tls.certificate_mode == CertificateMode::Require {
            let text =
                format!("{peer} asks for no client certificate without TLS, and sslcertmode=require was asked for");
            return Err(Failed::at(Stage::Refused, Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)));
        }
        let certificate = stream.tls().and_then(|tls| tls.peer_certificates().first());
        let channel = Channel {
            encrypted: !matches!(stream, Stream::Plain(_)),
            kerberos: matches!(stream, Stream::Gss(_)),
            local: peer.is_local(),
            end_point: certificate.and_then(|certificate| end_point_hash(certificate)),
        };
        let credentials = Credentials {
            user: &options.user,
            host: candidate.endpoint.host(),
            password: candidate.password.as_ref(),
            policy: &options.policy,
            deadline,
        };
        if let Some(tracer) = &options.tracer {
            tracer.wire(format_args!("connected to {peer}, {}", stream.encryption()));
        }
        let mut link = Link::new(stream, peer.clone(), options.tracer.as_ref());
        let mut asynchronous = Asynchronous::default();
        let logged_in = startup::log_in(&mut link, options, wishes, credentials, &channel, &mut asynchronous);
        notices.append(&mut asynchronous.take_notices());
        let logged_in = logged_in.map_err(Failed::of_login)?;
        let encryption = match encryption {
            Some((encryption, used)) => {
                let checked = encryption.check_certificate_use(used, peer);
                checked.map_err(|diagnostic| Failed::at(Stage::Final, diagnostic))?;
                if let Encryption::Tls { connector, .. } = &encryption
                    && let Some(fault) = connector.key_log_fault()
                {
                    notices.push(Diagnostic::new(S01000_GENERAL_WARNING, fault));
                }
                Some(encryption)
            }
            None => None,
        };
        Ok(Session {
            link,
            profile: ServerProfile::of(&asynchronous.parameters),
            asynchronous,
            status: logged_in.status,
            round_trip,
            candidate: 0,
            cancel: CancelTarget {
                peer: peer.clone(),
                key: logged_in.cancel_key,
                encryption,
                required_peer: options.policy.required_peer.clone(),
                tracer: options.tracer.clone(),
            },
            last: 0,
            running: None,
            direct: None,
            cancel_sent: false,
            parked: BTreeMap::new(),
            copied: BTreeMap::new(),
            parked_limits: PARKED,
            wishes_refused: wishes.len() < options.wishes.len(),
            rounds_floats: false,
        })
    }

    /// What a connection is encrypted by.
    fn encryption(&self, candidate: &Candidate, method: Method) -> std::result::Result<Option<Encryption>, Failed> {
        let host = candidate.endpoint.host();
        match method {
            Method::Plain => Ok(None),
            Method::Gss if host.is_empty() => {
                let text = "gssencmode=require needs the host's name, and only hostaddr was given; set Server, too";
                Err(Failed::at(Stage::NotEncrypted, Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)))
            }
            Method::Gss => Ok(Some(Encryption::Gss(kerberos_service(&self.options.policy, host)))),
            Method::Tls => {
                let connector = self.connector.get_or_init(|| TlsConnector::new(&self.options.tls));
                let connector = connector.as_ref().map_err(|error| Failed::at(Stage::NotEncrypted, error.clone()))?;
                Ok(Some(Encryption::Tls { connector: connector.clone(), host: host.to_owned() }))
            }
        }
    }

    /// Encrypts a fresh connection; without TLS where the server has none and sslmode does not insist.
    fn encrypt(
        &self,
        encryption: Encryption,
        connected: Connected,
        deadline: Deadline,
    ) -> std::result::Result<(Stream, Option<(Encryption, CertificateUse)>), Failed> {
        match encryption.begin(connected, deadline) {
            Ok(Answer::Encrypted(stream, used)) => Ok((stream, Some((encryption, used)))),
            Ok(Answer::Interfered(diagnostic)) => Err(Failed::at(Stage::Final, diagnostic)),
            Ok(Answer::Refused(Connected { socket, peer, .. })) => {
                let wish = match encryption {
                    Encryption::Tls { .. } if self.options.tls.mode <= SslMode::Prefer => {
                        return Ok((Stream::Plain(socket), None));
                    }
                    Encryption::Tls { .. } => format!("sslmode={}", self.options.tls.mode.name()),
                    Encryption::Gss(_) => format!("gssencmode={}", self.options.policy.gss_encryption.name()),
                };
                let text = format!("{peer} has no {}, and {wish} asks for it", encryption.name());
                Err(Failed::at(Stage::NotEncrypted, Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)))
            }
            Err(diagnostic) if diagnostic.sqlstate == HYT00_TIMEOUT_EXPIRED => Err(Failed::unreached(diagnostic)),
            Err(diagnostic) => Err(Failed::at(Stage::NotEncrypted, diagnostic)),
        }
    }

    fn check_target(
        &self,
        mut session: Session,
        target: TargetSession,
        deadline: Deadline,
    ) -> std::result::Result<Session, Failed> {
        match target::matches(&mut session, target, deadline) {
            Ok(None) => Ok(session),
            Ok(Some(found)) => {
                let peer = &session.cancel.peer;
                let text = format!("{peer} is {found}, and target_session_attrs={}", self.options.target.name());
                session.close();
                Err(Failed::unreached(Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)))
            }
            Err(diagnostic) => Err(Failed::unreached(diagnostic)),
        }
    }

    /// Waits before another round, for half to one and a half of the delay: clients that lost a server together do not come back
    /// together.
    fn pause(&self) {
        let delay = self.options.retry.delay;
        let varied = delay / 2 + delay.mul_f64(random() as f64 / u64::MAX as f64);
        self.options.interrupt.pause(self.options.deadline.remaining().map_or(varied, |left| varied.min(left)));
    }
}

/// The failure of a second attempt, with that of the first.
fn after(mut failed: Failed, first: Failed) -> Failed {
    failed.diagnostic.message = format!("{} (before that: {})", failed.diagnostic.message, first.diagnostic.message);
    failed
}

/// One diagnostic out of those of all servers: the last one decides what it is called.
fn summary(mut failures: Vec<Failed>) -> Box<Diagnostic> {
    let Some(Failed { diagnostic: mut last, .. }) = failures.pop() else {
        return Diagnostic::new(S08001_UNABLE_TO_CONNECT, "no server is named; set the Server keyword");
    };
    if !failures.is_empty() {
        let texts: Vec<&str> = failures.iter().map(|failed| failed.diagnostic.message.as_str()).collect();
        last.message = format!("{} (before that: {})", last.message, texts.join("; "));
    }
    last
}

/// Addresses behind which a wish was refused: a pooler is there, and is not asked for it again by this process.
static REFUSING: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

fn is_refusing(peer: &Peer) -> bool {
    REFUSING.lock().unwrap_or_else(PoisonError::into_inner).contains(&peer.to_string())
}

fn remember_refusing(peer: &Peer) {
    REFUSING.lock().unwrap_or_else(PoisonError::into_inner).insert(peer.to_string());
}

/// A number that differs from call to call. Nothing secret hangs on it.
fn random() -> u64 {
    RandomState::new().hash_one(0_u8)
}

/// Fisher and Yates.
fn shuffle<T>(items: &mut [T]) {
    for index in (1..items.len()).rev() {
        items.swap(index, (random() % (index as u64 + 1)) as usize);
    }
}

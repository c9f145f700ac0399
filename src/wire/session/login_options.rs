//! How to log in, and at which servers.

use std::time::Duration;

use crate::config::{LoginPolicy, Password, RetrySettings, TargetSession, TcpSettings, TlsSettings};
use crate::trace::Tracer;
use crate::transport::{Deadline, Endpoint, Interrupt, LookUp, system};

/// A server to try.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub endpoint: Endpoint,
    pub password: Option<Password>,
}

/// How to log in.
#[derive(Clone, Debug)]
pub struct LoginOptions {
    /// Tried in order until one serves.
    pub candidates: Vec<Candidate>,
    pub user: String,
    pub database: Option<String>,
    /// Further start-up parameters: application_name, client_encoding, DateStyle ...
    pub parameters: Vec<(String, String)>,
    /// Further ones that a pooler in front of the server may refuse: it is asked without them then
    /// ([`super::Session::wishes_refused`]).
    pub wishes: &'static [(&'static str, &'static str)],
    /// For all of it, from resolving the first name to the last ReadyForQuery.
    pub deadline: Deadline,
    /// For each address.
    pub connect_timeout: Option<Duration>,
    pub tls: TlsSettings,
    pub policy: LoginPolicy,
    pub tcp: TcpSettings,
    pub target: TargetSession,
    /// The servers, and the addresses of each, in random order.
    pub load_balance: bool,
    pub retry: RetrySettings,
    /// Of the connection.
    pub tracer: Option<Tracer>,
    /// Names of servers.
    pub look_up: LookUp,
    /// By which another thread gives it up.
    pub interrupt: Interrupt,
}

impl LoginOptions {
    /// With everything else as it is where nobody says anything.
    pub fn new(user: String, candidates: Vec<Candidate>, deadline: Deadline) -> LoginOptions {
        LoginOptions {
            candidates,
            user,
            database: None,
            parameters: Vec::new(),
            wishes: &[],
            deadline,
            connect_timeout: None,
            tls: TlsSettings::default(),
            policy: LoginPolicy::default(),
            tcp: TcpSettings::default(),
            target: TargetSession::default(),
            load_balance: false,
            retry: RetrySettings::default(),
            tracer: None,
            look_up: system,
            interrupt: Interrupt::default(),
        }
    }
}

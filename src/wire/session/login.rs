//! From login options to a session.

use std::collections::BTreeMap;

use super::Session;
use super::parking::PARKED_MEMORY;
use crate::config::Secret;
use crate::diag::sqlstate::S08001_UNABLE_TO_CONNECT;
use crate::diag::{Diagnostic, Result};
use crate::transport::{Connected, Deadline, Endpoint, connect};
use crate::wire::asynchronous::Asynchronous;
use crate::wire::cancel::CancelTarget;
use crate::wire::link::Link;
use crate::wire::profile::ServerProfile;
use crate::wire::{Notice, startup};

/// How to log in.
#[derive(Clone, Debug)]
pub struct LoginOptions {
    /// Tried in order until one can be reached.
    pub endpoints: Vec<Endpoint>,
    pub user: String,
    pub database: Option<String>,
    pub password: Option<Secret>,
    /// Further start-up parameters: application_name, client_encoding, DateStyle ...
    pub parameters: Vec<(String, String)>,
    /// For all of it, from resolving the name to the first ReadyForQuery.
    pub deadline: Deadline,
}

impl Session {
    /// Connects to the first endpoint that can be reached and logs in. What the server says beside goes to `notices`.
    ///
    /// # Errors
    /// 08001 could not connect, or no PostgreSQL server; 28000 and the server's own codes from the login; HYT00 deadline.
    pub fn connect(options: &LoginOptions, notices: &mut Vec<Notice>) -> Result<Session> {
        let mut failures: Vec<Diagnostic> = Vec::new();
        for endpoint in &options.endpoints {
            let failure = match Session::connect_to(endpoint, options, notices) {
                Ok(session) => return Ok(session),
                Err(failure) => failure,
            };
            // A server that refused the login has been reached: the next one is not asked with the same password.
            let refused = failure.sqlstate != S08001_UNABLE_TO_CONNECT;
            failures.push(*failure);
            if refused || options.deadline.expired() {
                break;
            }
        }
        let Some(mut last) = failures.pop() else {
            return Err(Diagnostic::new(S08001_UNABLE_TO_CONNECT, "no server is named; set the Server keyword"));
        };
        if !failures.is_empty() {
            let texts: Vec<&str> = failures.iter().map(|failure| failure.message.as_str()).collect();
            last.message = format!("{} (before that: {})", last.message, texts.join("; "));
        }
        Err(Box::new(last))
    }

    fn connect_to(endpoint: &Endpoint, options: &LoginOptions, notices: &mut Vec<Notice>) -> Result<Session> {
        let Connected { stream, peer, round_trip } = connect(endpoint, options.deadline)?;
        let mut link = Link::new(stream, peer.clone());
        let mut asynchronous = Asynchronous::default();
        let logged_in = startup::log_in(&mut link, options, &mut asynchronous);
        notices.append(&mut asynchronous.take_notices());
        let logged_in = logged_in?;
        Ok(Session {
            link,
            profile: ServerProfile::of(&asynchronous.parameters),
            asynchronous,
            status: logged_in.status,
            round_trip,
            cancel: CancelTarget { peer, key: logged_in.cancel_key },
            last: 0,
            running: None,
            direct: None,
            parked: BTreeMap::new(),
            parked_memory: PARKED_MEMORY,
        })
    }
}

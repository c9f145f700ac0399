//! Connections: the session, its statements and descriptors, behind one lock.

pub mod attributes;
mod away;
mod browse;
mod connect;
mod notifications;
mod reset;
mod server_defaults;
mod settings;

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

pub use self::away::{Away, Held};
pub use self::browse::Browsed;

use self::attributes::ConnectionAttributes;
use self::away::Share;
use self::server_defaults::ServerDefaults;
use super::asynchronous::Asynchronous;
use super::cancel::CancelSlot;
use super::descriptor::DescriptorObject;
use super::environment::Environment;
use super::link_states::ConnectionPhase;
use super::slab::{Id, Slab};
use super::statement::Statement;
use super::table;
use crate::catalog::ResultColumns;
use crate::config::{Secret, Settings};
use crate::convert::{ConvertOptions, TypeOptions};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::execute::{Completion, OwnQueries, StatementCache, StatementNames, TransactionControl};
use crate::odbc::attributes::*;
use crate::sql::ScanOptions;
use crate::trace;
use crate::transport::Deadline;
use crate::wire::{Notice, Notification, Parameters, ServerProfile, Session};

#[derive(Debug)]
pub struct Connection {
    pub environment: Arc<Environment>,
    /// Usable without the lock.
    pub cancel: CancelSlot,
    /// Functions that are executed asynchronously, and what is known of them without the lock.
    pub asynchronous: Arc<Asynchronous>,
    /// Usable without the lock.
    pub trace: trace::Slot,
    state: Mutex<ConnectionState>,
    /// Its lock is held by a function that works with the session: it may be held for long.
    is_worked_with: AtomicBool,
    /// What was away has come back.
    returned: Condvar,
}

/// What belongs to a connection. Statements and descriptors live here, so that one lock serves them all.
#[derive(Debug, Default)]
pub struct ConnectionState {
    pub diagnostics: Diagnostics,
    pub attributes: ConnectionAttributes,
    pub session: Option<Session>,
    /// The one that was taken last.
    notification: Option<Notification>,
    /// Whether this is all of it.
    pub(crate) share: Share,
    /// While the session is away: what the server has said of itself.
    reported: Option<(Parameters, ServerProfile)>,
    /// Host name, address or socket directory of the server that answered, of those in `settings`.
    server_name: String,
    /// As it was asked for last.
    server_defaults: ServerDefaults,
    /// What the connection was made with; `None` before.
    pub settings: Option<Settings>,
    /// The application's, instead of a password.
    pub access_token: Option<Secret>,
    /// What SQLBrowseConnect has been given so far, as a connection string.
    browsed: String,
    pub names: StatementNames,
    pub transaction: TransactionControl,
    pub own_queries: OwnQueries,
    /// Statements whose handles have let go of them.
    pub statement_cache: StatementCache,
    /// What SQLColAttribute has asked the server. Emptied when a statement of this connection may have changed the catalog.
    pub result_columns: ResultColumns,
    pub statements: Slab<Statement>,
    pub descriptors: Slab<DescriptorObject>,
    pub convert: ConvertOptions,
    pub types: TypeOptions,
    /// Whether the driver manager lets an application poll for functions of the connection.
    pub polls_connections: bool,
}

impl Connection {
    /// `prepare_thread` is what a thread of the driver's does first, should there be one.
    pub fn new(environment: Arc<Environment>, convert: ConvertOptions, prepare_thread: fn()) -> Connection {
        environment.connection_allocated();
        Connection {
            environment,
            cancel: CancelSlot::default(),
            trace: trace::Slot::default(),
            asynchronous: Arc::new(Asynchronous::new(prepare_thread)),
            state: Mutex::new(ConnectionState { convert, ..ConnectionState::default() }),
            is_worked_with: AtomicBool::new(false),
            returned: Condvar::new(),
        }
    }
}

impl ConnectionState {
    /// The session; 08003 if the connection is not open, 08S01 if it has been lost.
    pub fn session(&mut self) -> Result<&mut Session> {
        open_session(&mut self.session)
    }

    /// The deadline that SQL_ATTR_CONNECTION_TIMEOUT sets for a request that begins now.
    pub fn deadline(&self) -> Deadline {
        timeout(self.attributes.value(SQL_ATTR_CONNECTION_TIMEOUT))
    }

    /// What the server has reported of its settings and of itself; `None` without a session.
    pub(in crate::handles) fn reported(&self) -> Option<(&Parameters, &ServerProfile)> {
        let away = self.reported.as_ref().map(|(parameters, profile)| (parameters, profile));
        self.session.as_ref().map(|session| (session.parameters(), session.profile())).or(away)
    }

    /// A setting that the server has reported.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.reported().and_then(|(parameters, _)| parameters.get(name))
    }

    /// Whether the connection was made and not closed; it may have been lost.
    pub fn is_connected(&self) -> bool {
        self.settings.is_some()
    }

    /// Its state by appendix B.
    pub fn phase(&self) -> ConnectionPhase {
        match self.is_connected() {
            true => ConnectionPhase::Connected,
            false if self.browsed.is_empty() => ConnectionPhase::Allocated,
            false => ConnectionPhase::NeedData,
        }
    }

    /// 08003 if it is not open.
    pub fn require_connected(&self) -> Result {
        match self.is_connected() {
            true => Ok(()),
            false => Err(not_open()),
        }
    }

    /// How the connected server's SQL is to be read.
    pub fn scan_options(&self) -> ScanOptions {
        let off = self.parameter("standard_conforming_strings") == Some("off");
        ScanOptions { standard_conforming_strings: !off, noscan: false }
    }

    /// The name of the data source, empty for a connection without one.
    pub fn data_source_name(&self) -> &str {
        self.settings.as_ref().and_then(|settings| settings.dsn.as_deref()).unwrap_or_default()
    }

    /// Frees a descriptor of the application's; statements that use it fall back to their own. HY017 for an implicit one.
    pub fn free_descriptor(&mut self, id: Id) -> Result {
        if self.descriptors.get(id).is_some_and(|object| !object.descriptor.explicit) {
            return Err(Diagnostic::new(
                HY017_IMPLICIT_DESCRIPTOR_HANDLE,
                "the descriptor was allocated with its statement and is freed with it",
            ));
        }
        for statement in self.statements.iter_mut() {
            statement.forget_descriptor(id);
        }
        if let Some(object) = self.descriptors.remove(id) {
            table::remove(object.token);
        }
        Ok(())
    }

    /// After a panic nobody knows how far the session's messages have come: it is closed.
    pub fn after_panic<T>(&mut self, panic: Box<Diagnostic>) -> Result<T> {
        self.session = None;
        Err(panic)
    }

    /// The server has been told to forget what was prepared: all of it is parsed again when it is needed.
    pub fn prepare_all_again(&mut self) {
        self.share.note_prepare_all_again();
        self.statement_cache.clear(&mut self.names);
        self.own_queries.reset();
        for statement in self.statements.iter_mut() {
            statement.prepare_again(&mut self.names);
        }
    }

    pub fn statement(&mut self, id: Id) -> Result<&mut Statement> {
        self.statements.get_mut(id).ok_or_else(gone)
    }

    /// Posts the notices that have come to the connection.
    pub fn post_notices(&mut self) {
        if let Some(notices) = self.take_notices() {
            self.diagnostics.post(notices);
        }
    }

    /// Hands the notices that have come, if there are any, to the diagnostics of the function that works now.
    #[inline]
    pub fn take_notices(&mut self) -> Option<Vec<Notice>> {
        self.session.as_mut().filter(|session| session.has_notices()).map(Session::take_notices)
    }
}

/// The session of a connection; 08003 if it is not open, 08S01 if it has been lost.
pub fn open_session(session: &mut Option<Session>) -> Result<&mut Session> {
    match session {
        None => Err(not_open()),
        Some(session) if session.is_dead() => Err(Diagnostic::new(
            S08S01_COMMUNICATION_LINK_FAILURE,
            "the connection to the server has been lost; disconnect and connect again",
        )),
        Some(session) => Ok(session),
    }
}

fn not_open() -> Box<Diagnostic> {
    Diagnostic::new(S08003_CONNECTION_NOT_OPEN, "the connection is not open")
}

/// SQLEndTran on an environment: ends the transactions of all its open connections. The first failure is reported when
/// all have been tried.
pub fn end_all_transactions(environment: &Arc<Environment>, completion: Completion) -> Result {
    let mut outcome = Ok(());
    for connection in table::connections().into_iter().filter(|each| Arc::ptr_eq(&each.environment, environment)) {
        if connection.asynchronous.is_executing() {
            outcome = outcome.and(Err(Diagnostic::new(
                HY010_FUNCTION_SEQUENCE_ERROR,
                "a function is still executing asynchronously on a connection of the environment",
            )));
            continue;
        }
        let mut state = connection.lock();
        if state.is_connected() {
            outcome = outcome.and(state.end_transaction(completion, &connection.cancel));
        }
    }
    outcome
}

/// A timeout attribute as a deadline: seconds, 0 for none.
pub fn timeout(seconds: usize) -> Deadline {
    match seconds {
        0 => Deadline::never(),
        seconds => Deadline::after(Duration::from_secs(seconds as u64)),
    }
}

/// An object that another thread has freed between the look-up of its handle and the connection's lock.
pub fn gone() -> Box<Diagnostic> {
    Diagnostic::new(HY013_MEMORY_MANAGEMENT, "the handle was freed by another thread while this function began")
}

//! Connecting and disconnecting.
//!
//! Source: ODBC reference, `SQLConnect`, `SQLDriverConnect`, `SQLDisconnect`.

use std::time::Duration;

use super::{Connection, ConnectionState, open_session};
use crate::config::{
    CharacterColumns, ConnectionString, Environment as ProcessEnvironment, Host, Password, Secret, Server, Settings,
    TypeSettings,
};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::execute::{Completion, StatementCache, StatementNames, TransactionControl, command};
use crate::handles::cancel::CancelSlot;
use crate::handles::descriptor::DescriptorObject;
use crate::handles::table;
use crate::odbc::attributes::*;
use crate::sql::{ALL_FLOAT_DIGITS, may_round_floats};
use crate::trace::Tracer;
use crate::transport::{Deadline, Endpoint};
use crate::wire::{Candidate, LoginOptions, ServerFamily, Session};

/// How long closing may take to roll back and say good-bye to a server that does not answer.
const CLOSE_PATIENCE: Duration = Duration::from_secs(5);

impl ConnectionState {
    /// Connects as a connection string says and gives the completed one.
    ///
    /// What reading the string, resolving its settings and logging in give; HY008 if it was cancelled.
    pub fn connect(&mut self, given: &ConnectionString, connection: &Connection) -> Result<String> {
        let cancel = &connection.cancel;
        let mut settings = Settings::resolve(given, &ProcessEnvironment::of_user())?;
        if let Some(token) = &self.access_token {
            settings.password = Some(Password::Given(token.clone()));
        }
        let deadline = self.login_deadline();
        let mut notices = Vec::new();
        let options = LoginOptions {
            tracer: self.trace(&settings, connection),
            interrupt: cancel.login.clone(),
            ..login_options(&settings, deadline)
        };
        let session = cancellable(cancel, || {
            let connected = Session::connect(&options, &mut notices);
            for record in settings.warnings.iter().chain(notices.iter().map(AsRef::as_ref)) {
                self.diagnostics.push(record.clone());
            }
            let mut session = connected?;
            session.parked_limits.file = settings.statements.temp_file_limit;
            let own = settings.login_timeout.map_or(Deadline::never(), Deadline::after);
            match self.prepare_session(&mut session, &settings, deadline.earlier(own)) {
                Ok(()) => Ok(session),
                Err(error) => {
                    session.close();
                    Err(error)
                }
            }
        })?;
        cancel.set_target(Some(session.cancel_target()));
        self.convert.narrow = settings.narrow_encoding;
        self.report_types(&settings.types);
        self.names = StatementNames::new(settings.statements.nothing_kept);
        self.statement_cache = StatementCache::new(settings.statements);
        self.own_queries.reset();
        self.transaction = TransactionControl::new(settings.rollback_on_error);
        self.server_name = settings.servers.get(session.candidate).map(server_name).unwrap_or_default();
        self.session = Some(session);
        let completed = settings.output_connection_string(given);
        self.settings = Some(settings);
        self.say_in_transactions();
        Ok(completed)
    }

    /// Begins to trace a connection as its settings ask for it. A file that cannot be written to is a warning (01000).
    pub(super) fn trace(&mut self, settings: &Settings, connection: &Connection) -> Option<Tracer> {
        let tracer = settings.trace.as_ref().and_then(|wanted| match Tracer::open(&wanted.path, wanted.level) {
            Ok(tracer) => Some(tracer),
            Err(error) => {
                let text = format!("nothing is traced: {} cannot be written to: {error}", wanted.path.display());
                self.diagnostics.warn(S01000_GENERAL_WARNING, text);
                None
            }
        });
        if let Some(tracer) = &tracer {
            settings.remarks.iter().for_each(|remark| tracer.line(format_args!("{remark}")));
        }
        connection.trace.set(tracer.clone());
        tracer
    }

    /// SQLSetConnectAttr for SQL_ATTR_PGODBC_ACCESS_TOKEN. HY011 while the connection is open.
    pub fn set_access_token(&mut self, token: Option<String>) -> Result {
        if self.is_connected() {
            return Err(Diagnostic::new(
                HY011_ATTRIBUTE_CANNOT_BE_SET_NOW,
                "the access token is used in connecting; set it before",
            ));
        }
        self.access_token = token.map(Secret::new);
        Ok(())
    }

    /// SQL_ATTR_LOGIN_TIMEOUT: for all servers together. The data source's own limit is for each address.
    pub(super) fn login_deadline(&self) -> Deadline {
        let seconds = self.attributes.value(SQL_ATTR_LOGIN_TIMEOUT) as u64;
        let timeout = (seconds > 0).then(|| Duration::from_secs(seconds));
        timeout.map_or(Deadline::never(), Deadline::after)
    }

    /// What the application has set before connecting, and the statements of ConnSettings. Nothing is sent for defaults.
    fn prepare_session(&mut self, session: &mut Session, settings: &Settings, deadline: Deadline) -> Result {
        if !settings.statements.nothing_kept {
            for statement in self.attributes.session_defaults(settings.read_only) {
                command(session, &statement, deadline)?;
            }
        }
        // Nothing of the session's own lasts behind a pooler; elsewhere the login has said it.
        let is_pooled = session.wishes_refused() || settings.statements.session_is_shared;
        if is_pooled && session.profile().family == ServerFamily::PostgreSql {
            let digits = session.ask("SHOW extra_float_digits", deadline)?;
            session.rounds_floats = digits.and_then(|digits| digits.parse().ok()).is_some_and(|digits: i32| digits < 1);
        }
        let Some(statements) = &settings.conn_settings else { return Ok(()) };
        command(session, statements, deadline).map_err(|mut error| {
            error.message = format!("ConnSettings could not be executed: {}", error.message);
            error
        })?;
        if may_round_floats(statements) {
            command(session, ALL_FLOAT_DIGITS, deadline)?;
        }
        Ok(())
    }

    /// Types and values as the keywords ask for them.
    fn report_types(&mut self, settings: &TypeSettings) {
        let is_ansi = self.attributes.value(SQL_ATTR_ANSI_APP) == SQL_AA_TRUE;
        let wide = match settings.character_columns {
            CharacterColumns::Auto => !is_ansi,
            CharacterColumns::Wide => true,
            CharacterColumns::Narrow => false,
        };
        self.types.settings = *settings;
        self.types.wide_characters = wide;
        self.types.wide = self.convert.wide;
        self.convert.true_is_minus_one = settings.true_is_minus_one;
        self.convert.line_feeds = settings.line_feeds;
        self.convert.whole_characters = settings.whole_characters;
    }

    /// Disconnects. Statements and descriptors of the connection are freed.
    ///
    /// 25000 if a transaction is open: it is left as it is, to be ended by SQLEndTran.
    pub fn disconnect(&mut self, cancel: &CancelSlot) -> Result {
        if self.stop_browsing() {
            return Ok(());
        }
        no_data_needed(cancel)?;
        let deadline = Deadline::after(CLOSE_PATIENCE);
        if let Some(session) = self.session.as_mut().filter(|session| !session.is_dead()) {
            // A result that is still arriving is not waited for: closing the connection ends its statement.
            let open = match session.running() {
                None => self.transaction.is_open(session),
                Some(_) => !self.attributes.autocommit(),
            };
            if open {
                return Err(open_transaction());
            }
            if let Some(exchange) = session.running() {
                let _ = session.abandon(exchange, true, deadline);
            }
        }
        cancel.set_target(None);
        for statement in self.statements.drain() {
            for id in statement.retire() {
                if let Some(object) = self.descriptors.remove(id) {
                    table::remove(object.token);
                }
            }
        }
        for DescriptorObject { token, .. } in self.descriptors.drain() {
            table::remove(token);
        }
        if let Some(session) = self.session.take() {
            session.close();
        }
        self.settings = None;
        self.notification = None;
        self.names.reset();
        self.statement_cache = StatementCache::default();
        self.own_queries.reset();
        self.result_columns.forget();
        Ok(())
    }

    /// Ends the open transaction of the connection.
    pub fn end_transaction(&mut self, completion: Completion, cancel: &CancelSlot) -> Result {
        no_data_needed(cancel)?;
        let deadline = self.deadline();
        let late_cancel = cancel.settle();
        let _mark = cancel.running_connection();
        let session = open_session(&mut self.session)?;
        if late_cancel {
            session.catch_late_cancel(deadline)?;
        }
        let ended = self.transaction.end(session, completion, deadline);
        if completion == Completion::Rollback || ended.is_err() {
            self.result_columns.forget();
        }
        ended
    }
}

/// SQL_SERVER_NAME.
fn server_name(server: &Server) -> String {
    match (&server.host, server.address) {
        (Host::Tcp(name), Some(address)) if name.is_empty() => address.to_string(),
        (Host::Tcp(name), _) => name.clone(),
        (Host::SocketDirectory(directory), _) => directory.to_string_lossy().into_owned(),
    }
}

/// Makes a connection, which SQLCancelHandle may end meanwhile: HY008.
pub(super) fn cancellable<T>(cancel: &CancelSlot, work: impl FnOnce() -> Result<T>) -> Result<T> {
    cancel.login.begin();
    let outcome = work();
    // What was made in spite of it is no use: its socket may have been shut down.
    match cancel.login.end() {
        true => Err(Diagnostic::new(HY008_OPERATION_CANCELED, "connecting was cancelled")),
        false => outcome,
    }
}

/// HY010 while a statement of the connection is in the middle of its execution (appendix B).
pub(super) fn no_data_needed(cancel: &CancelSlot) -> Result {
    if !cancel.is_any_suspended() {
        return Ok(());
    }
    Err(Diagnostic::new(
        HY010_FUNCTION_SEQUENCE_ERROR,
        "a statement of the connection waits for data at execution, or for its output parameters to be read; go on with \
         SQLParamData, or give up with SQLCancel",
    ))
}

fn open_transaction() -> Box<Diagnostic> {
    Diagnostic::new(
        S25000_INVALID_TRANSACTION_STATE,
        "a transaction is open; end it with SQLEndTran before disconnecting",
    )
}

/// Makes the server print floats with all their digits (PostgreSQL documentation, "extra_float_digits"), whatever is set
/// for the role, the database or in `options`: a start-up parameter outranks these.
const ALL_DIGITS: &[(&str, &str)] = &[("extra_float_digits", "1")];

/// The start-up message's contents. The driver works in UTF-8 and reads dates in ISO form.
pub(super) fn login_options(settings: &Settings, deadline: Deadline) -> LoginOptions {
    let candidates = settings
        .servers
        .iter()
        .map(|server| {
            let endpoint = match (&server.host, server.socket()) {
                (Host::Tcp(host), _) => {
                    Endpoint::Tcp { host: host.clone(), address: server.address, port: server.port }
                }
                (Host::SocketDirectory(_), Some(path)) => Endpoint::Unix { path },
                (Host::SocketDirectory(path), None) => Endpoint::Unix { path: path.clone() },
            };
            let own = || server.password.clone().map(Password::Given);
            Candidate { endpoint, password: settings.password.clone().or_else(own) }
        })
        .collect();
    let mut parameters =
        vec![("client_encoding".to_owned(), "UTF8".to_owned()), ("DateStyle".to_owned(), "ISO".to_owned())];
    for (name, value) in [("application_name", &settings.application_name), ("options", &settings.options)] {
        if let Some(value) = value {
            parameters.push((name.to_owned(), value.clone()));
        }
    }
    parameters.extend(settings.session_parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    let mut options = LoginOptions::new(settings.user.clone(), candidates, deadline);
    options.database = settings.database.clone();
    // A pooler may take the parameter and not pass it on.
    options.wishes = if settings.statements.session_is_shared { &[] } else { ALL_DIGITS };
    options.parameters = parameters;
    options.connect_timeout = settings.login_timeout;
    options.tls = settings.tls.clone();
    options.policy = settings.policy.clone();
    options.tcp = settings.tcp;
    options.target = settings.target;
    options.load_balance = settings.load_balance;
    options.retry = settings.retry;
    options
}

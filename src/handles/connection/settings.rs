//! Setting and reading connection attributes, and what a setting does to a live session.
//!
//! Source: ODBC reference, `SQLSetConnectAttr`, `SQLGetConnectAttr`.

use super::attributes::{ConnectionAttributes, SQL_ATTR_PGODBC_NOTIFICATIONS, is_of_statements};
use super::connect::no_data_needed;
use super::{Connection, ConnectionState, open_session};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::execute::{Completion, IsolationLevel, command};
use crate::handles::asynchronous::Asynchronous;
use crate::handles::cancel::CancelSlot;
use crate::handles::statement::Statement;
use crate::handles::statement::attributes::{Progress, StatementAttributes};
use crate::info::InfoFacts;
use crate::odbc::attributes::*;
use crate::wire::TransactionStatus;

/// The same for the transaction that has just begun: these settings end with it.
fn transaction_statement(attribute: i32, value: usize) -> Option<String> {
    match attribute {
        SQL_ATTR_TXN_ISOLATION => {
            IsolationLevel::of_value(value).map(|level| format!("SET transaction_isolation TO '{}'", level.name))
        }
        SQL_ATTR_ACCESS_MODE if value == SQL_MODE_READ_ONLY => Some("SET transaction_read_only TO on".to_owned()),
        _ => None,
    }
}

impl ConnectionAttributes {
    /// What every transaction has to begin with, so that these values hold without a default of the session's.
    pub(super) fn transaction_beginning(&self, read_only: bool) -> Vec<String> {
        self.session_values(read_only)
            .filter_map(|(attribute, value)| transaction_statement(attribute, value))
            .collect()
    }

    /// What a new session has to be told.
    pub(super) fn session_defaults(&self, read_only: bool) -> Vec<String> {
        self.session_values(read_only).filter_map(|(attribute, value)| session_statement(attribute, value)).collect()
    }

    /// The attributes that are the server's to observe, where they are not its usual defaults. An isolation level that was asked
    /// for always is: the server's own default may be another.
    fn session_values(&self, read_only: bool) -> impl Iterator<Item = (i32, usize)> {
        let usual = ConnectionAttributes::default();
        [SQL_ATTR_TXN_ISOLATION, SQL_ATTR_ACCESS_MODE].into_iter().filter_map(move |attribute| {
            let value = match attribute {
                SQL_ATTR_ACCESS_MODE if read_only => SQL_MODE_READ_ONLY,
                _ => self.value(attribute),
            };
            let is_asked = attribute == SQL_ATTR_TXN_ISOLATION && self.was_given(attribute);
            (is_asked || value != usual.value(attribute)).then_some((attribute, value))
        })
    }
}

/// PostgreSQL documentation, "SET TRANSACTION".
fn session_statement(attribute: i32, value: usize) -> Option<String> {
    match attribute {
        SQL_ATTR_TXN_ISOLATION => IsolationLevel::of_value(value)
            .map(|level| format!("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {}", level.name)),
        SQL_ATTR_ACCESS_MODE if value == SQL_MODE_READ_ONLY => {
            Some("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY".to_owned())
        }
        SQL_ATTR_ACCESS_MODE => Some("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE".to_owned()),
        _ => None,
    }
}

impl ConnectionState {
    /// SQLSetConnectAttr for an attribute whose value is an integer or a pointer.
    ///
    /// HY010 while a statement waits for data; HY092, HY024, HYC00, HY011, 08002, 08003 by the attribute's row; 08S01 and the server's errors where it had to be told.
    pub fn set_attribute(&mut self, attribute: i32, value: usize, connection: &Connection) -> Result {
        let is_polling = (attribute, value) == (SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_ON);
        if is_polling && !self.polls_connections {
            return Err(Diagnostic::new(
                HYC00_NOT_IMPLEMENTED,
                "the driver manager makes an error of SQL_STILL_EXECUTING from a connection's function",
            ));
        }
        no_data_needed(&connection.cancel)?;
        if is_of_statements(attribute) {
            return self.set_for_statements(attribute, value);
        }
        let mut kept = ConnectionAttributes::check(attribute, value, self.is_connected(), &mut self.diagnostics)?;
        if attribute == SQL_ATTR_RESET_CONNECTION {
            return self.reset(connection);
        }
        if attribute == SQL_ATTR_ACCESS_MODE && kept != SQL_MODE_READ_ONLY && self.is_kept_read_only() {
            self.diagnostics.warn(S01S02_OPTION_VALUE_CHANGED, "the connection stays read-only: ReadOnly=1");
            kept = SQL_MODE_READ_ONLY;
        }
        // The server may have another default than the attribute.
        let is_news = attribute == SQL_ATTR_TXN_ISOLATION && !self.attributes.was_given(attribute);
        if self.is_connected() && (is_news || kept != self.attributes.value(attribute)) {
            match attribute {
                // Turning autocommit on commits what is open (SQLSetConnectAttr, SQL_ATTR_AUTOCOMMIT).
                SQL_ATTR_AUTOCOMMIT if kept == SQL_AUTOCOMMIT_ON => {
                    self.end_transaction(Completion::Commit, &connection.cancel)?;
                }
                SQL_ATTR_TXN_ISOLATION | SQL_ATTR_ACCESS_MODE => self.tell_session(attribute, kept)?,
                _ => {}
            }
        }
        match attribute {
            SQL_ATTR_ASYNC_ENABLE => self.enable_statements(kept == SQL_ASYNC_ENABLE_ON, &connection.asynchronous)?,
            SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE => {
                connection.asynchronous.enable_connection(kept == SQL_ASYNC_DBC_ENABLE_ON);
            }
            _ => {}
        }
        self.attributes.keep(attribute, kept);
        self.say_in_transactions();
        Ok(())
    }

    /// Where the session keeps no defaults, every transaction begins with what the attributes say.
    pub(super) fn say_in_transactions(&mut self) {
        if self.is_pooled() {
            let beginning = self.attributes.transaction_beginning(self.is_kept_read_only());
            self.transaction.begin_with(beginning);
        }
    }

    /// ReadOnly=1.
    fn is_kept_read_only(&self) -> bool {
        self.settings.as_ref().is_some_and(|settings| settings.read_only)
    }

    /// Pooler=transaction: a default that is set for the session would be another client's in its next transaction.
    fn is_pooled(&self) -> bool {
        self.settings.as_ref().is_some_and(|settings| settings.statements.nothing_kept)
    }

    /// An attribute of statements: of those that there are, and of those to come. HY011 where it shapes the cursor of one that is
    /// prepared or executed; what the statements' own table has against the value.
    fn set_for_statements(&mut self, attribute: i32, value: usize) -> Result {
        if attribute == SQL_ATTR_QUERY_TIMEOUT && self.ignores_timeout() {
            return Ok(());
        }
        let is_too_late = |statement: &Statement| statement.is_prepared || statement.progress().executed;
        if StatementAttributes::shapes_cursor(attribute) && self.statements.iter().any(is_too_late) {
            return Err(Diagnostic::new(
                HY011_ATTRIBUTE_CANNOT_BE_SET_NOW,
                "the attribute shapes cursors, and a statement of the connection is prepared or executed already",
            ));
        }
        self.attributes.statements.set(attribute, value, Progress::default(), &mut self.diagnostics)?;
        for statement in self.statements.iter_mut() {
            // The same again: nothing is refused, and what is replaced has been told.
            let _ = statement.attributes.set(attribute, value, Progress::default(), &mut Diagnostics::default());
        }
        Ok(())
    }

    /// IgnoreTimeout=1.
    pub fn ignores_timeout(&self) -> bool {
        self.settings.as_ref().is_some_and(|settings| settings.ignore_timeout)
    }

    /// SQL_ATTR_ASYNC_ENABLE of the connection: on, for statements that are allocated from now on; off, for all. HY011 to set it on
    /// while a statement is active.
    pub(super) fn enable_statements(&mut self, on: bool, asynchronous: &Asynchronous) -> Result {
        if on && self.statements.iter().any(|statement| statement.state().is_active()) {
            return Err(Diagnostic::new(
                HY011_ATTRIBUTE_CANNOT_BE_SET_NOW,
                "SQL_ATTR_ASYNC_ENABLE cannot be set while a statement of the connection has a cursor or waits for data",
            ));
        }
        for statement in self.statements.iter_mut().filter(|_| !on) {
            statement.attributes.inherit(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_OFF);
            asynchronous.enable_statement(statement.token, false);
        }
        Ok(())
    }

    fn tell_session(&mut self, attribute: i32, value: usize) -> Result {
        let (deadline, is_pooled) = (self.deadline(), self.is_pooled());
        let session = open_session(&mut self.session)?;
        self.transaction.recover(session, deadline)?;
        if session.transaction_status() != TransactionStatus::Idle {
            return Err(Diagnostic::new(
                HY011_ATTRIBUTE_CANNOT_BE_SET_NOW,
                "a transaction is open; end it with SQLEndTran before its isolation or access mode is changed",
            ));
        }
        match session_statement(attribute, value) {
            Some(statement) if !is_pooled => command(session, &statement, deadline).map(drop),
            _ => Ok(()),
        }
    }

    /// The application has put settings of the session back: the server is told again what the attributes say. Nothing is sent for
    /// defaults.
    pub fn tell_session_again(&mut self) -> Result {
        let said = self.attributes.session_defaults(self.is_kept_read_only());
        let (deadline, is_pooled) = (self.deadline(), self.is_pooled());
        let session = open_session(&mut self.session)?;
        if said.is_empty() || is_pooled || session.transaction_status() == TransactionStatus::Failed {
            return Ok(());
        }
        command(session, &said.join("; "), deadline).map(drop)
    }

    /// SQLSetConnectAttr for SQL_ATTR_CURRENT_CATALOG: a connection stays in its database. HYC00; 24000 and HY010 by appendix B.
    pub fn set_current_catalog(&mut self, catalog: &str, cancel: &CancelSlot) -> Result {
        no_data_needed(cancel)?;
        if self.statements.iter().any(|statement| statement.state().is_active()) {
            return Err(Diagnostic::new(
                S24000_INVALID_CURSOR_STATE,
                "a cursor of the connection is open; close it before the catalog is set",
            ));
        }
        match self.current_catalog() {
            current if current == catalog => Ok(()),
            current if self.is_connected() => Err(Diagnostic::new(
                HYC00_NOT_IMPLEMENTED,
                format!("a PostgreSQL connection cannot change from database {current} to {catalog}; connect to it"),
            )),
            _ => Err(Diagnostic::new(
                HYC00_NOT_IMPLEMENTED,
                "the database is chosen by the Database keyword of the connection string",
            )),
        }
    }

    /// The database that the connection is to; without the keyword the server takes the user's name.
    pub fn current_catalog(&self) -> &str {
        match &self.settings {
            Some(settings) => settings.database.as_deref().unwrap_or(&settings.user),
            None => "",
        }
    }

    /// SQLGetConnectAttr for an attribute whose value is an integer or a pointer. HY092, HYC00; the server's errors where it
    /// has to be asked.
    pub fn attribute(&mut self, attribute: i32, cancel: &CancelSlot) -> Result<usize> {
        match attribute {
            SQL_ATTR_CONNECTION_DEAD => {
                self.require_connected()?;
                Ok(if self.is_dead() { SQL_CD_TRUE } else { SQL_CD_FALSE })
            }
            SQL_ATTR_PGODBC_NOTIFICATIONS => self.notifications_waiting(),
            SQL_ATTR_ACCESS_MODE if self.is_kept_read_only() => Ok(SQL_MODE_READ_ONLY),
            SQL_ATTR_TXN_ISOLATION if self.is_connected() => match self.attributes.was_given(attribute) {
                true => Ok(self.attributes.value(attribute)),
                false => Ok(self.ask_defaults(cancel)?.isolation_now),
            },
            _ if is_of_statements(attribute) => Ok(self.attributes.statements.get(attribute)),
            _ => self.attributes.get(attribute, self.is_connected()),
        }
    }

    /// What SQLGetInfo's answers depend on; `None` without a session.
    pub fn info_facts(&self) -> Option<InfoFacts<'_>> {
        let ((parameters, profile), settings) = (self.reported()?, self.settings.as_ref()?);
        Some(InfoFacts {
            data_source_name: self.data_source_name(),
            server_name: &self.server_name,
            database: self.current_catalog(),
            user: parameters.get("session_authorization").unwrap_or(&settings.user),
            dbms_name: profile.name,
            server_version: profile.version,
            server_version_text: &profile.version_text,
            read_only: match parameters.get("default_transaction_read_only") {
                Some(read_only) => read_only == "on" || parameters.get("in_hot_standby") == Some("on"),
                None => self.server_defaults.read_only,
            },
            accessible_tables: settings.catalog.accessible_only,
            transactions: profile.transactions,
            default_isolation: self.server_defaults.isolation as u32,
            polls_connections: self.polls_connections,
            max_identifier_length: profile.max_identifier_length,
        })
    }

    /// Whether the server is gone: noticed before, or seen by a look at the socket.
    fn is_dead(&mut self) -> bool {
        match &mut self.session {
            Some(session) => session.probe(),
            // In the copy: the worker has the session, and will tell.
            None => self.reported.is_none(),
        }
    }
}

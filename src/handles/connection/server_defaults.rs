//! What the server does where nobody has asked it for something else. It says some of it without being asked, since
//! version 14 that changes are refused (PostgreSQL documentation, "Protocol Flow", ParameterStatus); the rest is asked
//! for when it is wanted.

use super::connect::no_data_needed;
use super::{ConnectionState, open_session};
use crate::diag::sqlstate::HY010_FUNCTION_SEQUENCE_ERROR;
use crate::diag::{Diagnostic, Result};
use crate::execute::{IsolationLevel, OwnQuery};
use crate::handles::cancel::CancelSlot;
use crate::odbc::attributes::SQL_TXN_READ_COMMITTED;
use crate::odbc::info_types::{SQL_DATA_SOURCE_READ_ONLY, SQL_DEFAULT_TXN_ISOLATION};
use crate::wire::ServerFamily;

/// The settings as they were when the session began, the isolation level as it is now, and whether changes are refused.
const QUESTION: &str = "SELECT s.reset_val, pg_catalog.current_setting('default_transaction_isolation'),
       pg_catalog.pg_is_in_recovery() OR pg_catalog.current_setting('default_transaction_read_only')::bool
  FROM pg_catalog.pg_settings s
 WHERE s.name = 'default_transaction_isolation'";

/// Isolation levels are SQL_TXN_* bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServerDefaults {
    /// Of a session that has asked for nothing else.
    pub isolation: usize,
    /// Of this session's next transaction.
    pub isolation_now: usize,
    pub read_only: bool,
}

/// PostgreSQL's own.
impl Default for ServerDefaults {
    fn default() -> ServerDefaults {
        let isolation = SQL_TXN_READ_COMMITTED;
        ServerDefaults { isolation, isolation_now: isolation, read_only: false }
    }
}

impl ConnectionState {
    /// What [`ConnectionState::info_facts`] needs for this information type and the server has not said: asked for each time,
    /// as it may change.
    ///
    /// # Errors
    /// HY010 while a function of the connection is executing asynchronously, or a statement waits for data; the server's.
    pub fn prepare_information(&mut self, information_type: u16, cancel: &CancelSlot) -> Result {
        let unsaid = match information_type {
            SQL_DEFAULT_TXN_ISOLATION => true,
            SQL_DATA_SOURCE_READ_ONLY => self.parameter("default_transaction_read_only").is_none(),
            _ => false,
        };
        if unsaid {
            self.server_defaults = self.ask_defaults(cancel)?;
        }
        Ok(())
    }

    /// Servers of other families than PostgreSQL's are not asked: they have other settings.
    pub(super) fn ask_defaults(&mut self, cancel: &CancelSlot) -> Result<ServerDefaults> {
        let family = self.reported().map(|(_, profile)| profile.family);
        if family != Some(ServerFamily::PostgreSql) {
            return Ok(ServerDefaults::default());
        }
        if self.session.is_none() {
            return Err(Diagnostic::new(
                HY010_FUNCTION_SEQUENCE_ERROR,
                "the server has to be asked for this, and a function of the connection is executing asynchronously",
            ));
        }
        no_data_needed(cancel)?;
        let deadline = self.deadline();
        let late_cancel = cancel.settle();
        let _mark = cancel.running_connection();
        let ConnectionState { session, transaction, names, own_queries, .. } = self;
        let session = open_session(session)?;
        if late_cancel {
            session.catch_late_cancel(deadline)?;
        }
        let mut defaults = ServerDefaults::default();
        OwnQuery { session, transaction, names, kept: Some(own_queries), deadline }.rows(QUESTION, &[], |row| {
            let mut values = row.values();
            let mut text = || values.next().flatten().and_then(|value| str::from_utf8(value).ok());
            let level = |name: Option<&str>| name.and_then(IsolationLevel::of_name).map(|level| level.value);
            defaults.isolation = level(text()).unwrap_or(defaults.isolation);
            defaults.isolation_now = level(text()).unwrap_or(defaults.isolation_now);
            defaults.read_only = text() == Some("t");
        })?;
        Ok(defaults)
    }
}

//! SQL_ATTR_RESET_CONNECTION: a connection on its way back into a pool becomes as if it had just been made.
//!
//! Sources: ODBC reference, "Upgrading a 3.5 Driver to a 3.8 Driver", "Connection Pooling"; PostgreSQL documentation,
//! "DISCARD".

use super::connect::no_data_needed;
use super::{Connection, ConnectionState};
use crate::config::Settings;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::execute::{TransactionControl, commands};
use crate::sql::{ALL_FLOAT_DIGITS, may_round_floats};
use crate::wire::{Notifications, Session, TransactionStatus};

impl ConnectionState {
    /// Rolls back what is open, closes all cursors, gives up what the session holds at the server and what it has set there,
    /// and puts the connection's attributes back to their defaults. What was prepared is prepared again when it is executed.
    ///
    /// At once, though the reference lets a driver wait until the connection is used again: a transaction that nobody ends
    /// would hold its locks in the pool.
    ///
    /// # Errors
    /// 08003; HY010 while a statement waits for data; HYC00 at a server that keeps more of a session than it can be told
    /// to give up; the server's errors. But for the first two the connection is closed then: nobody is to find in it
    /// what is another's.
    pub(super) fn reset(&mut self, connection: &Connection) -> Result {
        self.require_connected()?;
        no_data_needed(&connection.cancel)?;
        if let Err(mut error) = self.reset_session(connection) {
            connection.cancel.set_target(None);
            if let Some(session) = self.session.take() {
                session.close();
            }
            error.message = format!("the connection could not be reset, and is closed: {}", error.message);
            return Err(error);
        }
        self.enable_statements(false, &connection.asynchronous)?;
        connection.asynchronous.enable_connection(false);
        self.say_in_transactions();
        Ok(())
    }

    fn reset_session(&mut self, connection: &Connection) -> Result {
        let deadline = self.deadline();
        let late_cancel = connection.cancel.settle();
        let _mark = connection.cancel.running_connection();
        for statement in self.statements.iter_mut() {
            // What the rest of its answer says of it is nobody's business any more; a lost connection shows below.
            let _ = statement.forget_results(self.session.as_mut(), true, deadline);
        }
        self.session()?;
        self.attributes.reset();
        self.access_token = None;
        self.result_columns.forget();
        self.prepare_all_again();
        let (Some(session), Some(settings)) = (self.session.as_mut(), self.settings.as_ref()) else { return Ok(()) };
        if let Some(exchange) = session.running() {
            session.abandon(exchange, true, deadline)?;
        }
        if late_cancel {
            session.catch_late_cancel(deadline)?;
        }
        self.transaction = TransactionControl::new(settings.rollback_on_error);
        let set_anew = self.attributes.session_defaults(settings.read_only);
        let said = what_to_say(session, settings, &set_anew)?;
        if !said.is_empty() {
            commands(session, &said, deadline)?;
        }
        if session.transaction_status() != TransactionStatus::Idle {
            return Err(Diagnostic::new(S25000_INVALID_TRANSACTION_STATE, "ConnSettings has left a transaction open"));
        }
        // Of what was before the reset: nothing comes of it any more.
        drop(session.take_notices());
        *session.notifications() = Notifications::default();
        self.notification = None;
        if !settings.statements.session_is_shared {
            self.names.forget_unused();
        }
        Ok(())
    }
}

/// The commands that reset a session at the server. HYC00.
fn what_to_say<'s>(session: &Session, settings: &'s Settings, set_anew: &'s [String]) -> Result<Vec<&'s str>> {
    let mut said = Vec::new();
    if session.transaction_status() != TransactionStatus::Idle {
        said.push("ROLLBACK");
    }
    // A transaction pooler's next transaction is at another server process; what it holds may be another client's.
    if settings.statements.session_is_shared {
        return Ok(said);
    }
    if !session.profile().discards_session {
        return Err(Diagnostic::new(
            HYC00_NOT_IMPLEMENTED,
            format!("{} cannot be told to give up all that a session has set", session.profile().name),
        ));
    }
    // The settings of the login are the session's defaults: DISCARD ALL goes back to them.
    said.push("DISCARD ALL");
    if !settings.statements.nothing_kept {
        said.extend(set_anew.iter().map(String::as_str));
    }
    if let Some(statements) = &settings.conn_settings {
        said.push(statements);
        said.extend(may_round_floats(statements).then_some(ALL_FLOAT_DIGITS));
    }
    Ok(said)
}

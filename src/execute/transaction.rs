//! Transactions: opened lazily in the flight of the first statement when autocommit is off, ended by `SQLEndTran`; and
//! what makes a failing statement undo only itself.
//!
//! Nothing here costs a round trip of its own while statements succeed or fail: what has to be said to the server rides
//! in front of the next statement, or of the COMMIT. A failed transaction holds no locks while it waits for that.
//!
//! Sources: ODBC reference, "Transactions", `SQLEndTran`; PostgreSQL documentation, "SAVEPOINT".

use bytes::BytesMut;

use super::flight::write_internal;
use super::prepared::Prepared;
use super::query::command;
use super::session_settings::write_settings;
use crate::config::RollbackOnError;
use crate::cursor::Step;
use crate::diag::{Diagnostic, Result, Sqlstate};
use crate::odbc::attributes::*;
use crate::sql::StatementKind;
use crate::transport::Deadline;
use crate::wire::{ExchangeId, Session, TransactionStatus};

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    Commit,
    Rollback,
}

/// What undoes the statement that was sent last, should it fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Undo {
    #[default]
    Nothing,
    /// The driver's savepoint of this name, set in front of it.
    Savepoint(&'static str),
    /// The whole transaction: it began with this statement.
    Transaction,
}

/// The names of the driver's savepoint; the second where the application's own statement says the first. It is set anew
/// in front of each statement, never around the application's own savepoints.
const SAVEPOINTS: [&str; 2] = ["pgodbc_statement", "pgodbc_own"];

fn set(name: &str) -> String {
    format!("SAVEPOINT {name}")
}

fn release(name: &str) -> String {
    format!("RELEASE SAVEPOINT {name}")
}

fn roll_back(name: &str) -> String {
    format!("ROLLBACK TO SAVEPOINT {name}")
}

/// What a connection knows of its transaction beside what the server says.
#[derive(Debug, Default)]
pub struct TransactionControl {
    rollback_on_error: RollbackOnError,
    undo: Undo,
    /// How many transactions have begun, those of autocommit and of the application's own BEGIN too.
    transactions: u64,
    /// Statements that begin every transaction, those of autocommit too: where the session keeps no defaults.
    beginning: Vec<String>,
}

impl TransactionControl {
    /// For a new session.
    pub fn new(rollback_on_error: RollbackOnError) -> TransactionControl {
        TransactionControl { rollback_on_error, ..TransactionControl::default() }
    }

    /// From now on every transaction begins with these statements (`SET transaction_isolation ..`).
    pub fn begin_with(&mut self, statements: Vec<String>) {
        self.beginning = statements;
    }

    /// Writes what comes in front of a statement list: undoing the last statement if it failed, BEGIN, a savepoint, and
    /// what sets the session's settings back. Nothing may run on the session any more: only then is its word on the
    /// transaction the last one.
    pub(super) fn write_opening(
        &mut self,
        session: &mut Session,
        prepared: &Prepared,
        autocommit: bool,
        steps: &mut Vec<Step>,
    ) -> Result {
        match self.open(session, prepared, autocommit, steps)? {
            // Nothing but a ROLLBACK is taken any more.
            TransactionStatus::Failed => Ok(()),
            _ => write_settings(session, prepared, steps),
        }
    }

    /// Gives the transaction's status behind what it has written.
    fn open(
        &mut self,
        session: &mut Session,
        prepared: &Prepared,
        autocommit: bool,
        steps: &mut Vec<Step>,
    ) -> Result<TransactionStatus> {
        let mut status = session.transaction_status();
        // What the transaction itself changes in the catalog makes statements stale that were executed in it.
        let changes_catalog = !prepared.kinds().all(StatementKind::leaves_catalog_alone);
        if status != TransactionStatus::InTransaction || prepared.controls_transaction() || changes_catalog {
            self.transactions += 1;
        }
        // What another try may be needed of is protected in every mode.
        let protects = self.rollback_on_error == RollbackOnError::Statement
            || prepared.asks_identity()
            || prepared.may_be_stale(self.transactions);
        let savepoints = session.profile().savepoints && protects;
        let out = session.frontend();
        let mut say = |text: &str, out: &mut BytesMut| {
            steps.push(Step::Internal);
            write_internal(text, out)
        };
        let mut fresh = None;
        if status == TransactionStatus::Failed {
            match (self.rollback_on_error, self.undo) {
                (RollbackOnError::Nothing, _) | (RollbackOnError::Statement, Undo::Nothing) => {}
                (RollbackOnError::Statement, Undo::Savepoint(name)) => {
                    say(&roll_back(name), out)?;
                    status = TransactionStatus::InTransaction;
                    fresh = Some(name);
                }
                (RollbackOnError::Transaction, _) | (RollbackOnError::Statement, Undo::Transaction) => {
                    say("ROLLBACK", out)?;
                    status = TransactionStatus::Idle;
                }
            }
        }
        if status == TransactionStatus::Idle {
            self.undo = Undo::Nothing;
            let outside = match autocommit {
                true => prepared.runs_outside_transaction(),
                false => prepared.only_runs_outside_transaction(),
            };
            // A savepoint without a transaction is an error with autocommit on, and begins one with autocommit off.
            let is_control = match autocommit {
                true => prepared.controls_transaction(),
                false => prepared.kinds().any(StatementKind::bounds_transaction),
            };
            if !is_control && !outside {
                if !autocommit {
                    say("BEGIN", out)?;
                    self.undo = Undo::Transaction;
                }
                self.beginning.iter().try_for_each(|statement| say(statement, out))?;
            }
            return Ok(status);
        }
        if status == TransactionStatus::Failed {
            self.undo = Undo::Nothing;
            return Ok(status);
        }
        // Around the application's SAVEPOINT ours would take it along when it is released; it cannot fail.
        let name = (savepoints && prepared.protection() != Protection::Needless).then(|| prepared.savepoint_name());
        if let Undo::Savepoint(last) = self.undo
            && fresh.is_none_or(|fresh| Some(fresh) != name)
        {
            say(&release(last), out)?;
            fresh = None;
        }
        if let (Some(name), None) = (name, fresh) {
            say(&set(name), out)?;
        }
        self.undo = name.map_or(Undo::Nothing, Undo::Savepoint);
        Ok(status)
    }

    /// The statement list has come to its first result.
    pub(super) fn succeeded(&mut self, prepared: &mut Prepared) {
        prepared.note_use_in(self.transactions);
        // ROLLBACK TO and RELEASE have taken our savepoint, which came after the application's, along.
        if prepared.protection() == Protection::UntilSuccess {
            self.undo = Undo::Nothing;
        }
    }

    /// Whether the statement that has just failed left no trace but what [`Self::take_back`] takes away.
    pub(super) fn can_try_again(&self, session: &Session) -> bool {
        match session.transaction_status() {
            TransactionStatus::Idle => true,
            TransactionStatus::Failed => self.undo != Undo::Nothing,
            TransactionStatus::InTransaction => false,
        }
    }

    /// Prepares for another try of a statement that has just failed. Where failing statements undo only themselves,
    /// that rides in front of it anyway.
    pub(super) fn take_back(&mut self, session: &mut Session, deadline: Deadline) -> Result {
        match self.rollback_on_error {
            RollbackOnError::Statement => Ok(()),
            _ => self.undo_failed(session, deadline),
        }
    }

    /// Whether the transaction began with the statement that was sent last.
    pub(super) fn began_with_last(&self) -> bool {
        self.undo == Undo::Transaction
    }

    /// Whether a failing statement undoes only itself, and the one that has just failed will have.
    pub(super) fn can_undo(&self, session: &Session) -> bool {
        match session.transaction_status() {
            TransactionStatus::Idle => true,
            TransactionStatus::Failed => {
                self.rollback_on_error == RollbackOnError::Statement && self.undo != Undo::Nothing
            }
            TransactionStatus::InTransaction => false,
        }
    }

    /// Whether what is sent next can be undone by itself, should it fail, and sent again in another way.
    pub(super) fn will_undo(&self, session: &Session, autocommit: bool) -> bool {
        let per_statement = self.rollback_on_error == RollbackOnError::Statement;
        match session.transaction_status() {
            TransactionStatus::Idle => autocommit || per_statement,
            _ => per_statement && session.profile().savepoints,
        }
    }

    /// Whether a transaction is open that has something in it.
    pub fn is_open(&self, session: &Session) -> bool {
        match session.transaction_status() {
            TransactionStatus::Idle => false,
            TransactionStatus::InTransaction => true,
            TransactionStatus::Failed => self.undo != Undo::Transaction,
        }
    }

    /// Sends what the driver asks on its own account, with a savepoint in front if a transaction is open: should it fail, it
    /// must not undo the application's last statement with it.
    pub(super) fn send_own(&mut self, session: &mut Session, message: &[u8], deadline: Deadline) -> Result<ExchangeId> {
        let exchange = session.begin(deadline)?;
        if let Err(error) = self.write_savepoint(session) {
            session.forget_unsent();
            return Err(error);
        }
        session.frontend().extend_from_slice(message);
        session.send(deadline)?;
        Ok(exchange)
    }

    fn write_savepoint(&mut self, session: &mut Session) -> Result {
        let savepoints = session.profile().savepoints && self.rollback_on_error == RollbackOnError::Statement;
        if session.transaction_status() != TransactionStatus::InTransaction {
            return Ok(());
        }
        if let Undo::Savepoint(last) = self.undo {
            write_internal(&release(last), session.frontend())?;
        }
        self.undo = Undo::Nothing;
        if savepoints {
            write_internal(&set(SAVEPOINTS[0]), session.frontend())?;
            self.undo = Undo::Savepoint(SAVEPOINTS[0]);
        }
        Ok(())
    }

    /// Undoes a failed statement now, so that the driver's own query can run in the transaction.
    pub fn recover(&mut self, session: &mut Session, deadline: Deadline) -> Result {
        session.park_running(deadline)?;
        if !self.can_undo(session) {
            return Ok(());
        }
        self.undo_failed(session, deadline)
    }

    /// Undoes a failed statement now, whatever else is to become of those that fail.
    pub(super) fn undo_failed(&mut self, session: &mut Session, deadline: Deadline) -> Result {
        if session.transaction_status() != TransactionStatus::Failed {
            return Ok(());
        }
        match std::mem::take(&mut self.undo) {
            Undo::Nothing => Ok(()),
            Undo::Transaction => command(session, "ROLLBACK", deadline).map(drop),
            Undo::Savepoint(name) => {
                command(session, &format!("{}; {}", roll_back(name), release(name)), deadline).map(drop)
            }
        }
    }

    /// Ends the open transaction; without one there is nothing to do and nothing is sent.
    ///
    /// 25S03 if a commit found the transaction failed: the server has rolled it back.
    pub fn end(&mut self, session: &mut Session, completion: Completion, deadline: Deadline) -> Result {
        session.park_running(deadline)?;
        let undo = std::mem::take(&mut self.undo);
        let failed = match session.transaction_status() {
            TransactionStatus::Idle => return Ok(()),
            TransactionStatus::InTransaction => false,
            TransactionStatus::Failed => true,
        };
        let per_statement = self.rollback_on_error == RollbackOnError::Statement;
        let tag = match (completion, undo) {
            (Completion::Rollback, _) => return command(session, "ROLLBACK", deadline).map(drop),
            (Completion::Commit, Undo::Transaction) if failed && per_statement => {
                return command(session, "ROLLBACK", deadline).map(drop);
            }
            (Completion::Commit, Undo::Savepoint(name)) if failed && per_statement => {
                command(session, &format!("{}; COMMIT", roll_back(name)), deadline)?
            }
            (Completion::Commit, _) => command(session, "COMMIT", deadline)?,
        };
        match tag.as_str() {
            "ROLLBACK" => Err(Diagnostic::new(
                S25S03_TRANSACTION_ROLLED_BACK,
                "the transaction was rolled back: a statement in it had failed",
            )),
            _ => Ok(()),
        }
    }
}

/// "The transaction is rolled back" (ODBC reference, `SQLEndTran`).
const S25S03_TRANSACTION_ROLLED_BACK: Sqlstate = Sqlstate(*b"25S03");

/// Whether a statement list is sent behind a savepoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protection {
    Needed,
    /// It ends the transaction or sets a savepoint.
    Needless,
    /// It goes back to, or releases, a savepoint of the application's: ours is gone when it has succeeded.
    UntilSuccess,
}

impl Prepared {
    fn protection(&self) -> Protection {
        let has = |kinds: &[StatementKind]| self.kinds().any(|kind| kinds.contains(&kind));
        if has(&[StatementKind::RollbackToSavepoint, StatementKind::ReleaseSavepoint]) {
            Protection::UntilSuccess
        } else if self.kinds().any(StatementKind::controls_transaction) {
            Protection::Needless
        } else {
            Protection::Needed
        }
    }

    /// A savepoint that the application does not mean by what it says here.
    fn savepoint_name(&self) -> &'static str {
        let means_first = self.protection() == Protection::UntilSuccess && self.mentions(SAVEPOINTS[0]);
        SAVEPOINTS[usize::from(means_first)]
    }
}

/// An isolation level by its attribute's bit and its name in SQL.
#[derive(Clone, Copy, Debug)]
pub struct IsolationLevel {
    pub value: usize,
    pub name: &'static str,
}

const ISOLATION_LEVELS: &[IsolationLevel] = &[
    IsolationLevel { value: SQL_TXN_READ_UNCOMMITTED, name: "read uncommitted" },
    IsolationLevel { value: SQL_TXN_READ_COMMITTED, name: "read committed" },
    IsolationLevel { value: SQL_TXN_REPEATABLE_READ, name: "repeatable read" },
    IsolationLevel { value: SQL_TXN_SERIALIZABLE, name: "serializable" },
];

impl IsolationLevel {
    pub fn of_value(value: usize) -> Option<IsolationLevel> {
        ISOLATION_LEVELS.iter().copied().find(|level| level.value == value)
    }

    pub fn of_name(name: &str) -> Option<IsolationLevel> {
        ISOLATION_LEVELS.iter().copied().find(|level| level.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn isolation_levels_have_the_names_that_the_server_uses() {
        // PostgreSQL documentation, "SET TRANSACTION".
        assert_eq!(IsolationLevel::of_value(8).map(|level| level.name), Some("serializable"));
        assert_eq!(IsolationLevel::of_name("repeatable read").map(|level| level.value), Some(4));
        assert!(IsolationLevel::of_value(3).is_none());
    }
}

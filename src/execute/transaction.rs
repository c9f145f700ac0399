//! Transactions: opened lazily with the first statement when autocommit is off, ended by `SQLEndTran`.
//!
//! Source: ODBC reference, "Transactions", `SQLEndTran`.

use super::query::command;
use crate::diag::{Diagnostic, Result, Sqlstate};
use crate::odbc::attributes::*;
use crate::transport::Deadline;
use crate::wire::{Session, TransactionStatus};

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    Commit,
    Rollback,
}

/// "The transaction is rolled back" (ODBC reference, `SQLEndTran`).
const S25S03_TRANSACTION_ROLLED_BACK: Sqlstate = Sqlstate(*b"25S03");

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

/// Ends the open transaction; without one there is nothing to do and nothing is sent.
///
/// 25S03 if a commit found the transaction failed: the server has rolled it back.
pub fn end_transaction(session: &mut Session, completion: Completion, deadline: Deadline) -> Result {
    session.park_running(deadline)?;
    if session.transaction_status() == TransactionStatus::Idle {
        return Ok(());
    }
    match completion {
        Completion::Rollback => command(session, "ROLLBACK", deadline).map(drop),
        Completion::Commit => match command(session, "COMMIT", deadline)?.as_str() {
            "ROLLBACK" => Err(Diagnostic::new(
                S25S03_TRANSACTION_ROLLED_BACK,
                "the transaction was rolled back: a statement in it had failed",
            )),
            _ => Ok(()),
        },
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

    #[test]
    fn a_rolled_back_commit_is_an_error_of_its_own() {
        assert!(!S25S03_TRANSACTION_ROLLED_BACK.is_warning());
        assert_eq!(S25S03_TRANSACTION_ROLLED_BACK.as_str(), "25S03");
    }
}

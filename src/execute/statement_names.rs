//! The names of the statements that the server holds for a connection.

use std::hash::{BuildHasher, RandomState};

use crate::wire::STATEMENT_PREFIX;

/// Names for server-side statements, unique on a connection, and those that the server may forget.
#[derive(Debug, Default)]
pub struct StatementNames {
    /// Part of every name. A pooler that nobody has told of may hand this session a server process in which another
    /// one has prepared: under the same name it would execute that one's statement.
    session: u32,
    last: u64,
    /// Names whose statements are not used any more: closed in the next flight.
    pub(super) unused: Vec<String>,
    /// No names are given: a pooler may have another server process serve the next transaction.
    nothing_kept: bool,
}

impl StatementNames {
    /// For a new session; `nothing_kept`: every statement is the unnamed one, which holds for its flight.
    pub fn new(nothing_kept: bool) -> StatementNames {
        let session = RandomState::new().hash_one(0_u8) as u32;
        StatementNames { session, nothing_kept, ..StatementNames::default() }
    }

    /// Whether the server may hold statements between flights.
    pub(super) fn are_given(&self) -> bool {
        !self.nothing_kept
    }

    pub(super) fn next(&mut self) -> String {
        if self.nothing_kept {
            return String::new();
        }
        self.last += 1;
        format!("{STATEMENT_PREFIX}{:08x}_{}", self.session, self.last)
    }

    /// The server has been told to forget all statements: none is left to be closed.
    pub fn forget_unused(&mut self) {
        self.unused.clear();
    }

    /// Forgets everything, for a new session.
    pub fn reset(&mut self) {
        *self = StatementNames::default();
    }
}

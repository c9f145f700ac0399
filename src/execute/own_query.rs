//! The driver's own queries: catalog functions and what SQLColAttribute asks.
//!
//! Joins of the catalog take the server longer to plan than to run. Queries with the same text are therefore prepared
//! once on a connection, and planned for the last time at about the fifth call.

use std::collections::HashMap;

use bytes::BytesMut;
use postgres_protocol::IsNull;
use postgres_protocol::message::frontend;

use super::query::unwritable;
use super::statement_names::StatementNames;
use super::transaction::TransactionControl;
use crate::convert::Format;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::transport::Deadline;
use crate::wire::{Backend, DataRow, Session};

/// The queries that the server holds, by their text, with their names there.
#[derive(Debug, Default)]
pub struct OwnQueries {
    names: HashMap<String, String>,
}

/// How many are kept: a text differs by which arguments were given and which are patterns.
const KEPT: usize = 64;

impl OwnQueries {
    /// For a new session.
    pub fn reset(&mut self) {
        self.names.clear();
    }
}

/// What a query of the driver's own needs of the connection.
#[derive(Debug)]
pub struct OwnQuery<'a> {
    pub session: &'a mut Session,
    pub transaction: &'a mut TransactionControl,
    pub names: &'a mut StatementNames,
    /// None: it is sent once only.
    pub kept: Option<&'a mut OwnQueries>,
    pub deadline: Deadline,
}

impl OwnQuery<'_> {
    /// Runs a query with text parameters and hands every row, in text format, to `take` as it arrives.
    ///
    /// In a transaction it is sent behind a savepoint, where failing statements undo only themselves.
    pub fn rows(&mut self, text: &str, parameters: &[String], take: impl FnMut(DataRow<'_>)) -> Result {
        self.rows_in(Format::Text, text, parameters, take)
    }

    /// The same with rows in the one or the other format.
    pub fn rows_in(
        &mut self,
        format: Format,
        text: &str,
        parameters: &[String],
        mut take: impl FnMut(DataRow<'_>),
    ) -> Result {
        self.transaction.recover(self.session, self.deadline)?;
        let mut outcome = self.attempt(format, text, parameters, &mut take);
        // A pooler has given the connection another server process, which does not hold the query.
        if let Err(error) = &outcome
            && error.server.as_ref().is_some_and(|server| server.sqlstate == UNKNOWN_STATEMENT)
            && let Some(kept) = self.kept.take()
        {
            kept.reset();
            self.transaction.recover(self.session, self.deadline)?;
            outcome = self.attempt(format, text, parameters, &mut take);
        }
        outcome
    }

    fn attempt(
        &mut self,
        format: Format,
        text: &str,
        parameters: &[String],
        take: &mut impl FnMut(DataRow<'_>),
    ) -> Result {
        let held = self.kept.as_ref().and_then(|kept| kept.names.get(text).cloned());
        let name = match (&held, &self.kept) {
            (Some(name), _) => name.clone(),
            (None, Some(kept)) if kept.names.len() < KEPT => self.names.next(),
            _ => String::new(),
        };
        let mut message = BytesMut::new();
        write(&name, held.is_none().then_some(text), parameters, format, &mut message)?;
        let exchange = self.transaction.send_own(self.session, &message, self.deadline)?;
        let mut outcome = Ok(());
        while let Some(message) = self.session.next(exchange, self.deadline)? {
            match message {
                Backend::DataRow(row) => take(row),
                Backend::ErrorResponse(error) => outcome = Err(error),
                _ => {}
            }
        }
        if outcome.is_ok() && held.is_none() && !name.is_empty() {
            if let Some(kept) = &mut self.kept {
                kept.names.insert(text.to_owned(), name);
            }
        } else if outcome.is_err() && held.is_none() && !name.is_empty() {
            // Whether it got as far as to hold it is unknown; to close what there is not is no error.
            self.names.unused.push(name);
        }
        outcome
    }
}

/// invalid_sql_statement_name.
const UNKNOWN_STATEMENT: &str = "26000";

/// Parse, unless the server holds the query, Bind, Execute, Sync.
fn write(name: &str, text: Option<&str>, parameters: &[String], format: Format, out: &mut BytesMut) -> Result {
    if let Some(text) = text {
        frontend::parse(name, text, std::iter::empty(), out).map_err(unwritable)?;
    }
    let bound = frontend::bind(
        "",
        name,
        std::iter::empty(),
        parameters,
        |value, out| {
            out.extend_from_slice(value.as_bytes());
            Ok(IsNull::No)
        },
        [format.code()],
        out,
    );
    if bound.is_err() {
        return Err(Diagnostic::new(HY090_INVALID_STRING_OR_BUFFER_LENGTH, "an argument is too long to be sent"));
    }
    frontend::execute("", 0, out).map_err(unwritable)?;
    frontend::sync(out);
    Ok(())
}

//! Executing and describing prepared lists: a flight goes out, its answers are read to the first result.

use super::flight::{Flight, write_description, write_flight};
use super::parameters::Parameters;
use super::prepared::{Prepared, StatementNames};
use super::transaction::TransactionControl;
use crate::convert::{ConvertOptions, TypeOptions};
use crate::cursor::{Results, Step};
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::transport::Deadline;
use crate::wire::Session;

/// The OID that an untyped parameter is declared as where the server cannot infer one: text.
const TEXT_OID: u32 = 25;
/// indeterminate_datatype: "could not determine data type of parameter $1".
const INDETERMINATE_DATATYPE: &str = "42P18";
/// feature_not_supported: among others, "cached plan must not change result type".
const FEATURE_NOT_SUPPORTED: &str = "0A000";
/// invalid_sql_statement_name: "prepared statement .. does not exist".
const INVALID_SQL_STATEMENT_NAME: &str = "26000";

/// What an execution works with.
#[derive(Debug)]
pub struct Execution<'a> {
    pub session: &'a mut Session,
    pub names: &'a mut StatementNames,
    pub transaction: &'a mut TransactionControl,
    pub parameters: Parameters<'a>,
    pub convert: &'a ConvertOptions,
    pub types: &'a TypeOptions,
    /// SQL_ATTR_AUTOCOMMIT: if off, the first statement opens a transaction.
    pub autocommit: bool,
    pub deadline: Deadline,
    /// Takes the warnings: of parameters that lost a fraction.
    pub diagnostics: &'a mut Diagnostics,
}

impl Execution<'_> {
    /// Executes a prepared list and reads to its first result.
    ///
    /// There is a second try where the first has left no trace in a transaction and the server says what to do better:
    /// an untyped parameter that it can infer no type for (`? IS NULL`) is declared as text; a statement that it holds
    /// from before and cannot use any more (its tables have changed, or a pooler has lost it) is parsed again.
    pub fn execute(&mut self, prepared: &mut Prepared) -> Result<Results> {
        let held = prepared.is_held_by_server();
        let error = match self.execute_once(prepared, 0) {
            Err(error) if !self.session.is_dead() && self.transaction.can_undo(self.session) => error,
            outcome => return outcome,
        };
        let untyped = match server_code(&error) {
            INDETERMINATE_DATATYPE => TEXT_OID,
            FEATURE_NOT_SUPPORTED | INVALID_SQL_STATEMENT_NAME if held => 0,
            _ => return Err(error),
        };
        prepared.give_up_at_server(self.names);
        self.execute_once(prepared, untyped)
    }

    /// Asks the server for parameters and columns of the first statement, without executing it. One round trip, and
    /// none if it has been asked before.
    pub fn describe(&mut self, prepared: &mut Prepared) -> Result {
        if prepared.description().is_some() || prepared.is_empty() {
            return Ok(());
        }
        prepared.keep_at_server(self.names);
        let exchange = self.session.begin(self.deadline)?;
        let mut steps = Vec::new();
        // Autocommit, whatever is set: describing opens no transaction.
        let written = self.transaction.write_opening(self.session, prepared, true, &mut steps).and_then(|()| {
            write_description(prepared, self.names, &self.parameters, self.convert, self.session.frontend())
        });
        self.unless_unwritten(prepared, written)?;
        self.session.send(self.deadline)?;
        steps.push(Step::Statement { index: 0, columns: None });
        self.read_first(prepared, &mut Results::of_exchange(exchange, steps))
    }

    /// `untyped`: what parameters that are left to the server are declared as.
    fn execute_once(&mut self, prepared: &mut Prepared, untyped: u32) -> Result<Results> {
        let exchange = self.session.begin(self.deadline)?;
        let mut steps = Vec::new();
        let flight = Flight { parameters: &self.parameters, convert: self.convert, untyped };
        let opened = self.transaction.write_opening(self.session, prepared, self.autocommit, &mut steps);
        let written = opened.and_then(|()| {
            let out = self.session.frontend();
            write_flight(&flight, prepared, self.names, self.diagnostics, out, &mut steps)
        });
        self.unless_unwritten(prepared, written)?;
        self.session.send(self.deadline)?;
        let mut results = Results::of_exchange(exchange, steps);
        if let Err(error) = self.read_first(prepared, &mut results) {
            if !self.session.is_dead() {
                let _ = results.close(Some(self.session), true, self.deadline);
            }
            return Err(error);
        }
        Ok(results)
    }

    /// What could not be written has not been sent: the exchange ends without a trace.
    pub(super) fn unless_unwritten<T>(&mut self, prepared: &mut Prepared, written: Result<T>) -> Result<T> {
        if written.is_err() {
            self.session.forget_unsent();
            prepared.forget_unconfirmed(self.names);
        }
        written
    }

    /// Reads to the first result and keeps what the server has said of the statements.
    fn read_first(&mut self, prepared: &mut Prepared, results: &mut Results) -> Result {
        let outcome = results.advance(self.session, self.types, self.deadline);
        for (index, description) in results.take_described() {
            prepared.keep_description(index, description);
        }
        match outcome {
            Ok(_) => {
                prepared.confirm();
                self.transaction.succeeded(prepared);
            }
            Err(_) => prepared.forget_unconfirmed(self.names),
        }
        outcome.map(drop)
    }
}

/// The SQLSTATE that the server sent; empty for an error of the driver's own.
fn server_code(error: &Diagnostic) -> &str {
    error.server.as_ref().map_or("", |server| &server.sqlstate)
}

//! Executing and describing prepared lists: a flight goes out, its answers are read to the first result.

use super::flight::{Flight, write_description, write_flight};
use super::parameters::Parameters;
use super::prepared::{Prepared, StatementNames};
use super::query::command;
use crate::convert::{ConvertOptions, TypeOptions};
use crate::cursor::{Results, Step};
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::transport::Deadline;
use crate::wire::{Session, TransactionStatus};

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
        let mut began = false;
        let held = prepared.is_held_by_server();
        let error = match self.execute_once(prepared, 0, &mut began) {
            Err(error) if self.may_try_again(began) => error,
            outcome => return outcome,
        };
        let untyped = match server_code(&error) {
            INDETERMINATE_DATATYPE => TEXT_OID,
            FEATURE_NOT_SUPPORTED | INVALID_SQL_STATEMENT_NAME if held => 0,
            _ => return Err(error),
        };
        if self.session.transaction_status() == TransactionStatus::Failed {
            command(self.session, "ROLLBACK", self.deadline)?;
        }
        prepared.give_up_at_server(self.names);
        self.execute_once(prepared, untyped, &mut began)
    }

    /// Asks the server for parameters and columns of the first statement, without executing it. One round trip, and
    /// none if it has been asked before.
    pub fn describe(&mut self, prepared: &mut Prepared) -> Result {
        if prepared.description().is_some() || prepared.is_empty() {
            return Ok(());
        }
        prepared.keep_at_server(self.names);
        let exchange = self.session.begin(self.deadline)?;
        let out = self.session.frontend();
        let written = write_description(prepared, self.names, &self.parameters, self.convert, out);
        self.unless_unwritten(prepared, written)?;
        self.session.send(self.deadline)?;
        let mut results = Results::of_exchange(exchange, [Step::Statement { index: 0, columns: None }]);
        self.read_first(prepared, &mut results)
    }

    /// `untyped`: what parameters that are left to the server are declared as. `began`: the flight opens a transaction.
    fn execute_once(&mut self, prepared: &mut Prepared, untyped: u32, began: &mut bool) -> Result<Results> {
        // Whatever still ran is read to its end by this: only then is the server's word on the transaction the last one.
        let exchange = self.session.begin(self.deadline)?;
        *began = !self.autocommit
            && self.session.transaction_status() == TransactionStatus::Idle
            && prepared.first().is_some_and(|first| !first.kind.controls_transaction());
        let flight = Flight { parameters: &self.parameters, convert: self.convert, begin: *began, untyped };
        let written = write_flight(&flight, prepared, self.names, self.diagnostics, self.session.frontend());
        let steps = self.unless_unwritten(prepared, written)?;
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
    fn unless_unwritten<T>(&mut self, prepared: &mut Prepared, written: Result<T>) -> Result<T> {
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
            Ok(_) => prepared.confirm(),
            Err(_) => prepared.forget_unconfirmed(self.names),
        }
        outcome.map(drop)
    }

    /// The failed try has left nothing behind: it was its own transaction, or the BEGIN went with it.
    fn may_try_again(&self, began: bool) -> bool {
        !self.session.is_dead()
            && match self.session.transaction_status() {
                TransactionStatus::Idle => true,
                TransactionStatus::Failed => began,
                TransactionStatus::InTransaction => false,
            }
    }
}

/// The SQLSTATE that the server sent; empty for an error of the driver's own.
fn server_code(error: &Diagnostic) -> &str {
    error.server.as_ref().map_or("", |server| &server.sqlstate)
}

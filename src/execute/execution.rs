//! Executing and describing prepared lists: a flight goes out, its answers are read to the first result.

use std::time::Duration;

use super::flight::{Flight, Insertion, write_description, write_flight};
use super::parameters::Parameters;
use super::prepared::Prepared;
use super::statement_names::StatementNames;
use super::transaction::TransactionControl;
use crate::config::{BatchMechanism, ResultFormat};
use crate::convert::{ConvertOptions, TypeOptions};
use crate::cursor::{Results, Step};
use crate::diag::sqlstate::S42000_SYNTAX_ERROR_OR_ACCESS_VIOLATION;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::sql::StatementKind;
use crate::transport::Deadline;
use crate::wire::{ExchangeId, Session, TransactionStatus};

/// indeterminate_datatype: "could not determine data type of parameter $1".
const INDETERMINATE_DATATYPE: &str = "42P18";
/// datatype_mismatch: "column .. is of type integer but expression is of type boolean".
const DATATYPE_MISMATCH: &str = "42804";
/// undefined_function: "operator does not exist: integer = boolean".
const UNDEFINED_FUNCTION: &str = "42883";
/// object_not_in_prerequisite_state: "lastval is not yet defined in this session".
const OBJECT_NOT_IN_PREREQUISITE_STATE: &str = "55000";
/// active_sql_transaction: "VACUUM cannot run inside a transaction block".
const ACTIVE_SQL_TRANSACTION: &str = "25001";
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
    /// ResultFormat.
    pub format: ResultFormat,
    /// BatchMechanism.
    pub batch: BatchMechanism,
    /// Takes the warnings: of parameters that lost a fraction.
    pub diagnostics: &'a mut Diagnostics,
}

impl Execution<'_> {
    /// Executes a prepared list and reads to its first result.
    ///
    /// There is another try where one has left no trace and the server says what to do better: an
    /// untyped parameter that it can infer no type for (`? IS NULL`) is declared as text; SQL_BIT for what is no boolean
    /// goes untyped; bytes for a large object become one; a statement that it holds from before and cannot use any more (its tables have changed, or a pooler
    /// has lost it) is parsed again; a statement that cannot run in a transaction runs without one.
    pub fn execute(&mut self, prepared: &mut Prepared) -> Result<Results> {
        prepared.inference.settled = self.parameters.settle_types(prepared, self.convert);
        self.plan_calls(prepared)?;
        let outcome = self.execute_planned(prepared);
        if outcome.is_err() {
            prepared.forget_routines();
        }
        outcome
    }

    fn execute_planned(&mut self, prepared: &mut Prepared) -> Result<Results> {
        if prepared.copies_in() && prepared.kinds().count() > 1 {
            return Err(Diagnostic::new(
                S42000_SYNTAX_ERROR_OR_ACCESS_VIOLATION,
                "COPY FROM STDIN must be the only statement of its text: what follows it would be read as data",
            ));
        }
        if prepared.parameter_count() > 0 && prepared.kinds().any(|kind| kind == StatementKind::Copy) {
            return Err(Diagnostic::new(
                S42000_SYNTAX_ERROR_OR_ACCESS_VIOLATION,
                "COPY takes no parameter markers: write values into its text; what COPY FROM STDIN copies is sent at \
                 execution, by SQLParamData and SQLPutData",
            ));
        }
        match self.execute_until_known(prepared) {
            // No value has been drawn from a sequence: its place is taken by NULL, this time.
            Err(error)
                if prepared.asks_identity()
                    && server_code(&error) == OBJECT_NOT_IN_PREREQUISITE_STATE
                    && is_of_statement(&error)
                    && !prepared.may_commit_in_part() =>
            {
                self.transaction.undo_failed(self.session, self.deadline)?;
                prepared.set_identity(false, self.names);
                let outcome = self.execute_until_known(prepared);
                prepared.set_identity(true, self.names);
                outcome
            }
            outcome => outcome,
        }
    }

    fn execute_until_known(&mut self, prepared: &mut Prepared) -> Result<Results> {
        if self.describes_first(prepared) {
            self.describe(prepared, 0)?;
        }
        if prepared.may_commit_in_part() && self.transaction.will_undo(self.session, self.autocommit) {
            self.learn_before(prepared);
        }
        let mut held = prepared.is_held_by_server();
        let mut may_ask = true;
        loop {
            let error = match self.execute_once(prepared) {
                Err(error) if !self.session.is_dead() && self.transaction.can_try_again(self.session) => error,
                outcome => return outcome,
            };
            let is_refused = server_code(&error) == ACTIVE_SQL_TRANSACTION && self.transaction.began_with_last();
            if is_refused && prepared.leave_transactions() {
                self.transaction.take_back(self.session, self.deadline)?;
                continue;
            }
            if !is_of_statement(&error) || prepared.may_commit_in_part() {
                if held && is_stale(&error) {
                    prepared.give_up_at_server(self.names);
                }
                return Err(error);
            }
            let parse_again = std::mem::take(&mut held) && is_stale(&error);
            if !parse_again && !self.learn_objects(prepared, &error, &mut may_ask) && !self.learn(prepared, &error) {
                return Err(error);
            }
            self.transaction.take_back(self.session, self.deadline)?;
            prepared.give_up_at_server(self.names);
            self.plan_calls(prepared)?;
        }
    }

    /// Whether the columns are worth a round trip, so that they come in binary the first time already.
    fn describes_first(&self, prepared: &Prepared) -> bool {
        let is_open = self.names.are_given() && prepared.is_single_query() && prepared.description().is_none();
        is_open
            && match self.format {
                ResultFormat::Text => false,
                ResultFormat::Binary => true,
                // Dates in text would come in the style that it sets.
                ResultFormat::Auto if prepared.may_set_styles() => true,
                ResultFormat::Auto => self.session.round_trip() < SHORT_ROUND_TRIP && !prepared.selects_constants(),
            }
    }

    /// Asks the server for parameters and columns of statement `index`, without executing it. One round trip, and none
    /// if it has been asked before.
    pub fn describe(&mut self, prepared: &mut Prepared, index: usize) -> Result {
        self.plan_calls(prepared)?;
        if prepared.description_of(index).is_some() || prepared.is_empty() {
            return Ok(());
        }
        prepared.keep_at_server(self.names);
        let mut may_ask = true;
        loop {
            match self.describe_once(prepared, index) {
                Err(error) if !self.session.is_dead() && self.transaction.can_try_again(self.session) => {
                    if !self.learn_objects(prepared, &error, &mut may_ask) && !self.learn(prepared, &error) {
                        return Err(error);
                    }
                    self.transaction.take_back(self.session, self.deadline)?;
                }
                outcome => return outcome,
            }
        }
    }

    /// Learns how to declare the parameters of a list of which nothing can be sent twice. What cannot be described yet (a table
    /// that the list makes) may well be executed.
    fn learn_before(&mut self, prepared: &mut Prepared) {
        let counts = Vec::from_iter(prepared.statements().iter().map(|each| each.statement.parameter_count));
        for index in (0..counts.len()).filter(|index| counts[*index] > 0) {
            let _ = self.describe(prepared, index);
        }
    }

    /// Whether the error tells how to declare the parameters better. Each answer is learnt once: this ends.
    fn learn(&self, prepared: &mut Prepared, error: &Diagnostic) -> bool {
        let count = prepared.parameter_count();
        let inference = &mut prepared.inference;
        match server_code(error) {
            INDETERMINATE_DATATYPE => {
                let Some(number) = parameter_number(&error.message) else { return false };
                let text = &mut inference.text;
                let is_new = !text.contains(&number);
                text.push(number);
                is_new
            }
            // First the bits alone, then everything.
            DATATYPE_MISMATCH | UNDEFINED_FUNCTION if self.parameters.has_bits(count) && !inference.bits_untyped => {
                inference.bits_untyped = true;
                true
            }
            DATATYPE_MISMATCH | UNDEFINED_FUNCTION if self.parameters.has_declared(count) => {
                !std::mem::replace(&mut inference.all_untyped, true)
            }
            _ => false,
        }
    }

    /// Whether the error has led to parameters that large objects are to be made of, or to others than were known.
    fn learn_objects(&mut self, prepared: &mut Prepared, error: &Diagnostic, may_ask: &mut bool) -> bool {
        let may_ask = std::mem::take(may_ask) && server_code(error) == DATATYPE_MISMATCH;
        // If it cannot be asked, the error stands that led here.
        may_ask && self.find_objects(prepared).unwrap_or(false)
    }

    fn describe_once(&mut self, prepared: &mut Prepared, index: usize) -> Result {
        let exchange = self.session.begin(self.deadline)?;
        let mut steps = Vec::new();
        // Autocommit, whatever is set: describing opens no transaction.
        let written = self.transaction.write_opening(self.session, prepared, true, &mut steps).and_then(|()| {
            let out = self.session.frontend();
            write_description(prepared, index, self.names, &self.parameters, self.convert, out)
        });
        self.unless_unwritten(prepared, written)?;
        self.session.send(self.deadline)?;
        steps.push(Step::Statement { index, columns: None, has_outputs: false });
        self.read_first(prepared, &mut Results::of_exchange(exchange, steps))
    }

    pub(super) fn execute_once(&mut self, prepared: &mut Prepared) -> Result<Results> {
        let exchange = self.session.begin(self.deadline)?;
        let mut steps = Vec::new();
        let flight = Flight { parameters: self.parameters, convert: self.convert, format: self.format };
        let opened = self.transaction.write_opening(self.session, prepared, self.autocommit, &mut steps);
        let written = opened.and_then(|()| {
            let out = self.session.frontend();
            write_flight(&flight, prepared, self.names, self.diagnostics, out, &mut steps)
        });
        let insertions = self.unless_unwritten(prepared, written)?;
        if self.autocommit && self.session.transaction_status() == TransactionStatus::Idle && prepared.only_reads() {
            self.session.allow_cancel();
        }
        if prepared.copies_in() {
            self.session.hold_sync();
        }
        self.send(&insertions)?;
        let results = Results::of_exchange(exchange, steps).of_reading(prepared.only_reads());
        let mut results = results.hiding(prepared.hidden());
        let first = self.read_first(prepared, &mut results);
        if let Err(error) = first.and_then(|()| self.read_batch(prepared.kinds().count(), exchange)) {
            if !self.session.is_dead() {
                let _ = results.close(Some(self.session), true, self.deadline);
            }
            return Err(error);
        }
        Ok(results)
    }

    /// Reads a list of several statements to its end, and keeps what has come: they are one unit, and an error of a later
    /// one, which undoes the others, is this execution's and not to be found only by who asks for more results.
    pub(super) fn read_batch(&mut self, statements: usize, exchange: ExchangeId) -> Result {
        if statements < 2 {
            return Ok(());
        }
        self.session.park_running(self.deadline)?;
        self.session.parked_error(exchange).map_or(Ok(()), Err)
    }

    /// Sends the flight, with values taken from where they are piece by piece.
    pub(super) fn send(&mut self, insertions: &[Insertion<'_>]) -> Result {
        if insertions.is_empty() {
            return self.session.send(self.deadline);
        }
        let mut flight = self.session.frontend().split();
        let mut sent = 0;
        let mut outcome = Ok(());
        for Insertion { at, value } in insertions {
            let before = flight.split_to(at - sent);
            sent = *at;
            self.session.frontend().extend_from_slice(&before);
            for piece in value.chunks(PIECE) {
                self.session.frontend().extend_from_slice(piece);
                // After a failure nothing may be missing: what is begun is sent to its end some time, or nothing is.
                if outcome.is_ok() {
                    outcome = self.session.send(self.deadline);
                }
            }
        }
        self.session.frontend().extend_from_slice(&flight);
        outcome.and_then(|()| self.session.send(self.deadline))
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

/// A round trip that costs less than converting a large result from text.
const SHORT_ROUND_TRIP: Duration = Duration::from_millis(1);

/// Bytes of a value that are on their way at a time.
const PIECE: usize = 1 << 20;

/// The n of the first `$n` in a message.
fn parameter_number(message: &str) -> Option<u16> {
    let digits = message.split_once('$')?.1;
    let end = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}

/// Whether the server may have said this of a statement that it holds from before and cannot use any more.
pub(super) fn is_stale(error: &Diagnostic) -> bool {
    matches!(server_code(error), FEATURE_NOT_SUPPORTED | INVALID_SQL_STATEMENT_NAME)
}

/// Whether the server refuses the statement itself, and not what a function has executed: that says nothing of the
/// statement's parameters, and a procedure may have committed before. What happens in functions has a context.
pub(super) fn is_of_statement(error: &Diagnostic) -> bool {
    error.server.as_ref().is_none_or(|server| server.context.is_none())
}

/// The SQLSTATE that the server sent; empty for an error of the driver's own.
fn server_code(error: &Diagnostic) -> &str {
    error.server.as_ref().map_or("", |server| &server.sqlstate)
}

//! Arrays of parameters: many sets in one execution.
//!
//! The outcome is that of executing set by set, each with its own status, whatever way the sets travel. They are sent
//! in batches, all of them in the first: a plain INSERT, UPDATE or DELETE as one statement (`batch_statement.rs`), anything else
//! as a pipeline of Bind and Execute (`pipeline.rs`). A batch is one unit to the server, so when a set fails, what came
//! before it in the batch is undone and is sent again without it: the costs of failing grow with the failures, not with
//! the sets.
//!
//! Where a failing statement does not undo only itself (`RollbackOnError`), the first failure ends the execution.
//!
//! Source: ODBC reference, "Using arrays of parameters", `SQLSetStmtAttr` (SQL_ATTR_PARAMSET_SIZE).

mod batch_statement;
mod change;
mod copy;
mod element;
mod insert;
mod pipeline;
mod sets;

pub(super) use batch_statement::BatchStatement;
use pipeline::Refusal;
pub(super) use sets::ParameterSets;

use super::execution::{Execution, is_of_statement, is_stale};
use super::prepared::Prepared;
use crate::cursor::{Results, Step};
use crate::descriptor::ImplementationParameterDescriptor;
use crate::diag::sqlstate::{HY008_OPERATION_CANCELED, HYC00_NOT_IMPLEMENTED, HYT00_TIMEOUT_EXPIRED};
use crate::diag::{Diagnostic, Result};
use crate::odbc::values::*;
use crate::wire::TransactionStatus;

/// After a failure batches begin again at this many sets, and double with each that goes well.
const CAUTIOUS_BATCH: usize = 32;

/// After so many failures of sets that return rows the rest is not executed: for each of them all others are sent again.
const MOST_FAILURES: usize = 64;

/// What became of an array of parameters.
#[derive(Debug)]
pub struct ArrayOutcome {
    /// The row sets, one a parameter set, of a statement that returns rows.
    pub results: Results,
    /// The function has failed: every set that was executed did, or one did and the application has given no array to
    /// find the statuses in ("Using arrays of parameters", "Error processing"). The records say why.
    pub failed: bool,
}

/// What became of a batch.
pub(super) enum Batch {
    /// All of its sets were executed; rows affected by them together.
    Done(u64),
    /// The sets before this place were executed, with so many rows affected, and stand; the one at it could not be sent.
    Partly(u64, usize, Box<Diagnostic>),
    /// The set at this place of the batch failed; those before it had affected so many rows, and the server undid them with it
    /// unless they are part of a transaction of the application's, which waits for its end.
    Failed(u64, usize, Box<Diagnostic>),
    /// All of its sets were executed, and then their transaction failed to end (a deferred constraint).
    FailedTogether(Box<Diagnostic>),
    /// The batch failed, and which set was to blame cannot be told.
    Unclear,
}

/// The statuses of the sets, as they become known.
struct Statuses<'a> {
    /// Where they are reported.
    ipd: &'a ImplementationParameterDescriptor,
    executed: usize,
    failed: usize,
}

impl Statuses<'_> {
    fn set(&mut self, set: usize, status: u16) {
        self.ipd.report_status(set, status);
        // What a set has affected counts only if it stands.
        if status != SQL_PARAM_SUCCESS {
            self.ipd.report_row_count(set, -1);
        }
        self.executed += usize::from(status != SQL_PARAM_UNUSED);
        self.failed += usize::from(status == SQL_PARAM_ERROR);
    }

    /// Nobody knows what has become of a batch; the rest is not executed.
    fn end_unknown(&mut self, batch: &[usize], rest: &[usize]) {
        batch.iter().for_each(|set| self.set(*set, SQL_PARAM_DIAG_UNAVAILABLE));
        rest.iter().for_each(|set| self.set(*set, SQL_PARAM_UNUSED));
    }

    /// The sets that these records warn of have been executed.
    fn note_warnings(&self, records: &[Diagnostic]) {
        for record in records.iter().filter(|record| record.sqlstate.is_warning()) {
            if let Some(set) = usize::try_from(record.row_number).ok().and_then(|row| row.checked_sub(1)) {
                self.ipd.report_status(set, SQL_PARAM_SUCCESS_WITH_INFO);
            }
        }
    }

    /// See [`ArrayOutcome::failed`].
    fn mean_failure(&self) -> bool {
        self.failed > 0 && (self.failed == self.executed || self.ipd.array_status.is_null())
    }
}

impl Execution<'_> {
    /// Executes a prepared statement once for each parameter set that is not to be ignored.
    ///
    /// HYC00 for a list of several statements. Errors of single sets are records with their row number.
    pub fn execute_array(&mut self, prepared: &mut Prepared) -> Result<ArrayOutcome> {
        if prepared.kinds().count() != 1 {
            return Err(Diagnostic::new(
                HYC00_NOT_IMPLEMENTED,
                "arrays of parameters go with one statement; the text has several",
            ));
        }
        let parameters = self.parameters;
        (0..parameters.apd.array_size).for_each(|set| parameters.ipd.report_status(set, SQL_PARAM_UNUSED));
        prepared.inference.settled = parameters.settle_types(prepared, self.convert);
        let mut held = prepared.is_held_by_server();
        let bound = ParameterSets::new(&parameters, prepared.parameter_count(), self.convert, &prepared.inference)?;
        let statement = prepared.single();
        if !statement.is_parsed_with(bound.types()) {
            // What the server has said of it was for parameters of other types.
            statement.description = None;
            statement.binary_columns = None;
        }
        self.describe(prepared, 0)?;
        let sets = ParameterSets::new(&parameters, prepared.parameter_count(), self.convert, &prepared.inference)?;
        let mut statuses = Statuses { ipd: parameters.ipd, executed: 0, failed: 0 };
        for set in 0..sets.count() {
            parameters.ipd.report_row_count(set, -1);
            if sets.is_ignored(set) {
                statuses.set(set, SQL_PARAM_UNUSED);
            }
        }
        let mut todo: Vec<usize> = (0..sets.count()).filter(|set| !sets.is_ignored(*set)).collect();
        if prepared.returns_rows() {
            return self.execute_with_rows(prepared, &sets, todo, &mut statuses, held);
        }
        let mut affected = 0;
        let most = if self.may_commit_inside(prepared) { 1 } else { usize::MAX };
        let mut limit = usize::MAX;
        // As one statement all sets have one count.
        let mut as_one = parameters.ipd.row_counts.is_null();
        // The set that comes after those that are sent again; it has failed already.
        let mut failed_behind: Option<Box<Diagnostic>> = None;
        todo.reverse();
        while !todo.is_empty() {
            let size = limit.min(most).min(todo.len());
            let batch: Vec<usize> = todo.iter().rev().take(size).copied().collect();
            let sent = match self.send_batch(prepared, &sets, &batch, as_one) {
                Ok(Batch::FailedTogether(error)) if self.ends_all(&error) => Err(error),
                sent => sent,
            };
            let outcome = sent.inspect_err(|_| {
                // What has become of them is not known, such as where no answer comes in time.
                statuses.end_unknown(&batch, &todo[..todo.len() - size]);
                parameters.ipd.rows_processed.write(statuses.executed);
            })?;
            match outcome {
                Batch::Unclear => as_one = false,
                Batch::Done(rows) => {
                    affected += rows;
                    todo.truncate(todo.len() - size);
                    batch.iter().for_each(|set| statuses.set(*set, SQL_PARAM_SUCCESS));
                    limit = limit.saturating_mul(2);
                    if let Some(error) = failed_behind.take()
                        && let Some(set) = todo.pop()
                    {
                        self.report(set, error, &mut statuses);
                        limit = CAUTIOUS_BATCH;
                    }
                }
                Batch::Partly(rows, place, error) => {
                    affected += rows;
                    batch[..place].iter().for_each(|set| statuses.set(*set, SQL_PARAM_SUCCESS));
                    self.report(batch[place], error, &mut statuses);
                    todo.truncate(todo.len() - place - 1);
                }
                // Each set by itself ends a transaction of its own: by halves the ones to blame are found.
                Batch::FailedTogether(_) if size > 1 => {
                    limit = size / 2;
                    failed_behind = None;
                }
                Batch::Failed(_, _, error) if self.revives(prepared, &error, &mut held)? => {}
                Batch::Failed(rows, place, error) if self.ends_all(&error) => {
                    let status = self.status_of_undone();
                    affected += if status == SQL_PARAM_SUCCESS { rows } else { 0 };
                    batch[..place].iter().for_each(|set| statuses.set(*set, status));
                    self.report(batch[place], error, &mut statuses);
                    let rest = todo.len() - place - 1;
                    todo[..rest].iter().for_each(|set| statuses.set(*set, SQL_PARAM_UNUSED));
                    todo.clear();
                }
                Batch::Failed(_, 0, error) | Batch::FailedTogether(error) => {
                    todo.pop();
                    self.report(batch[0], error, &mut statuses);
                    limit = CAUTIOUS_BATCH;
                }
                Batch::Failed(_, place, error) => {
                    failed_behind = Some(error);
                    limit = place;
                }
            }
        }
        statuses.note_warnings(self.diagnostics.records());
        parameters.ipd.rows_processed.write(statuses.executed);
        Ok(ArrayOutcome { results: Results::of_count(affected), failed: statuses.mean_failure() })
    }

    /// Whether each set may commit by itself, as a procedure can outside of a transaction: what came before one that fails stands.
    fn may_commit_inside(&self, prepared: &Prepared) -> bool {
        let in_transaction = !self.autocommit || self.session.transaction_status() != TransactionStatus::Idle;
        !in_transaction && prepared.calls_procedure()
    }

    fn send_batch(
        &mut self,
        prepared: &mut Prepared,
        sets: &ParameterSets<'_>,
        batch: &[usize],
        as_one: bool,
    ) -> Result<Batch> {
        if as_one && let Some(outcome) = self.send_as_one(prepared, sets, batch)? {
            return Ok(outcome);
        }
        self.send_as_pipeline(prepared, sets, batch)
    }

    /// Whether what a set has failed with is the end of the others, too: they were to stop, or what has failed stays.
    fn ends_all(&self, error: &Diagnostic) -> bool {
        let is_told_to_stop = [HY008_OPERATION_CANCELED, HYT00_TIMEOUT_EXPIRED].contains(&error.sqlstate);
        is_told_to_stop || self.session.is_dead() || !self.transaction.can_undo(self.session)
    }

    /// What the sets have that were executed in front of the one that ended all: undone with it, unless the application's
    /// transaction, which failed, is to be ended first; unknown where the connection was lost.
    fn status_of_undone(&self) -> u16 {
        match () {
            () if self.session.is_dead() => SQL_PARAM_DIAG_UNAVAILABLE,
            () if self.transaction.can_undo(self.session) => SQL_PARAM_UNUSED,
            () => SQL_PARAM_SUCCESS,
        }
    }

    fn report(&mut self, set: usize, error: Box<Diagnostic>, statuses: &mut Statuses<'_>) {
        statuses.set(set, SQL_PARAM_ERROR);
        self.diagnostics.push(*error.in_row(set + 1));
    }

    /// A statement that returns rows: one row set for each parameter set, read one after the other. All sets are one unit: when
    /// one fails, the others are sent again without it.
    fn execute_with_rows(
        &mut self,
        prepared: &mut Prepared,
        sets: &ParameterSets<'_>,
        mut todo: Vec<usize>,
        statuses: &mut Statuses<'_>,
        mut held: bool,
    ) -> Result<ArrayOutcome> {
        let mut failures = 0;
        while !todo.is_empty() {
            // After a failure nobody knows the columns of an unnamed statement any more.
            self.describe(prepared, 0)?;
            let columns = self.names.are_given().then(|| prepared.result_columns()).flatten();
            let (exchange, opening, sent) = self.write_pipeline(prepared, sets, &todo, Refusal::IsLeftOut)?;
            for (set, error) in sent.refused {
                self.report(set, error, statuses);
            }
            todo = sent.sets;
            let internal = (0..opening).map(|_| Step::Internal);
            let of_application =
                todo.iter().map(|_| Step::Statement { index: 0, columns: columns.clone(), has_outputs: false });
            let mut results = Results::of_exchange(exchange, internal.chain(of_application));
            let first = results.advance(self.session, self.types, self.deadline);
            let Err(error) = first.and_then(|_| self.read_batch(todo.len(), exchange)) else {
                prepared.confirm();
                self.transaction.succeeded(prepared);
                sent.warnings.into_iter().for_each(|warning| self.diagnostics.push(warning));
                todo.iter().for_each(|set| statuses.set(*set, SQL_PARAM_SUCCESS));
                statuses.note_warnings(self.diagnostics.records());
                self.parameters.ipd.rows_processed.write(statuses.executed);
                return Ok(ArrayOutcome { results, failed: statuses.mean_failure() });
            };
            // The sets before the one that failed have completed.
            let unfinished = results.unfinished().saturating_sub(self.session.parked_completions(exchange));
            let place = todo.len().saturating_sub(unfinished);
            if !self.session.is_dead() {
                let _ = results.close(Some(self.session), true, self.deadline);
            }
            prepared.forget_unconfirmed(self.names);
            let may_stand = self.may_commit_inside(prepared);
            if !may_stand && self.revives(prepared, &error, &mut held)? {
                continue;
            }
            let Some(set) = todo.get(place).copied() else {
                // All of them: their transaction failed to end (a deferred constraint), and nobody can tell for which.
                statuses.end_unknown(&todo, &[]);
                self.parameters.ipd.rows_processed.write(statuses.executed);
                return Err(error);
            };
            failures += 1;
            if error.server.is_none() || may_stand || self.ends_all(&error) {
                let before = if may_stand { SQL_PARAM_DIAG_UNAVAILABLE } else { SQL_PARAM_UNUSED };
                todo[..place].iter().for_each(|other| statuses.set(*other, before));
                todo[place..].iter().skip(1).for_each(|other| statuses.set(*other, SQL_PARAM_UNUSED));
                statuses.set(set, SQL_PARAM_ERROR);
                self.parameters.ipd.rows_processed.write(statuses.executed);
                return Err(error.in_row(set + 1));
            }
            self.report(set, error, statuses);
            if failures == MOST_FAILURES {
                todo[place..].iter().skip(1).for_each(|rest| statuses.set(*rest, SQL_PARAM_UNUSED));
                todo.truncate(place);
            } else {
                todo.remove(place);
            }
        }
        self.parameters.ipd.rows_processed.write(statuses.executed);
        Ok(ArrayOutcome { results: Results::of_count(0), failed: statuses.mean_failure() })
    }

    /// Whether the statement was refused because what the server holds of it is of no use any more, and can be sent again
    /// now: once.
    fn revives(&mut self, prepared: &mut Prepared, error: &Diagnostic, held: &mut bool) -> Result<bool> {
        if !is_stale(error)
            || !is_of_statement(error)
            || self.session.is_dead()
            || !self.transaction.can_try_again(self.session)
        {
            return Ok(false);
        }
        if !std::mem::take(held) {
            return Ok(false);
        }
        self.transaction.take_back(self.session, self.deadline)?;
        prepared.forget_batch_statement(self.names);
        prepared.give_up_at_server(self.names);
        self.describe(prepared, 0).map(|()| true)
    }
}

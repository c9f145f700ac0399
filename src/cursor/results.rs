//! The results of one execution, in order: row sets and row counts, as the messages of its exchange bring them.
//!
//! Source: PostgreSQL documentation, "Message Flow", "Extended Query"; ODBC reference, "Multiple results",
//! `SQLMoreResults`.

use std::collections::VecDeque;

use super::columns::{StatementDescription, columns_of, copied_columns};
use super::get_data::GetDataProgress;
use super::kept::{Filled, KeptRows};
use super::outputs::{OutputRow, no_row};
use super::plan::{FetchPlan, Workspace};
use super::row_store::RowStore;
use super::stored::StoredRows;
use crate::convert::TypeOptions;
use crate::descriptor::Columns;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::transport::Deadline;
use crate::wire::{Backend, ExchangeId, Session, StoreLimits};

/// One statement of the exchange, in the order in which they were sent.
#[derive(Debug)]
pub enum Step {
    /// The driver's own, a BEGIN: it completes and is not a result.
    Internal,
    /// The application's.
    Statement {
        /// Its place in the statement list, from 0.
        index: usize,
        /// Its columns, where they were known before: no Describe was sent for it then.
        columns: Option<Columns>,
        /// A call with output parameters: its row is theirs, and no result set.
        has_outputs: bool,
    },
}

/// What `advance` has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// A row set: a cursor is open.
    Rows,
    /// A row count, or nothing countable.
    Count,
    /// The server waits for data (COPY FROM STDIN).
    CopyIn,
    /// There are no more results.
    End,
}

/// What an execution brings.
#[derive(Debug, Default)]
pub struct Results {
    /// The exchange on the wire, until its ReadyForQuery has been read.
    exchange: Option<ExchangeId>,
    /// Statements that have not completed.
    steps: VecDeque<Step>,
    /// How many had not when one of them failed.
    unfinished: usize,
    /// In a box: results are handed on many times before their first row is read.
    pub(super) cursor: Option<Box<Cursor>>,
    /// Its cursors go back: their rows are kept.
    is_scrollable: bool,
    /// Columns behind those of the application's query: what identifies a row.
    hidden: usize,
    /// Memory and file for the rows of a cursor that keeps them, in bytes.
    row_limits: StoreLimits,
    /// Rows affected or returned by the current result, where known.
    row_count: Option<u64>,
    /// Rows that the last change through the cursor has touched.
    affected: Option<u64>,
    /// The command tag's words of the last statement that completed.
    command: String,
    /// They are those of one query that writes nothing: a cancel undoes nothing.
    only_reads: bool,
    /// They are those of one execution, and may be of one that changes something: an error in what nobody has read is told.
    may_change: bool,
    /// What the server said of statements that were described in this exchange, by their place in the list.
    described: Vec<(usize, StatementDescription)>,
    /// The row that has answered the call that is the current result.
    outputs: Option<OutputRow>,
    /// The server waits for data.
    is_copying_in: bool,
}

/// The cursor over the current row set.
#[derive(Debug)]
pub struct Cursor {
    pub(super) columns: Columns,
    /// Columns behind them in each row, which nobody is shown.
    pub(super) hidden: usize,
    pub(super) rows: Rows,
    /// Rows fetched so far: the number of the row the cursor is on (its last row, where a rowset has more).
    pub(super) position: u64,
    /// Rows in the last rowset.
    pub(super) rowset: usize,
    /// Rows that were asked for in the last fetch.
    pub(super) rowset_size: usize,
    /// The row of the rowset that the cursor is on, from 0: the first, or where SQLSetPos has put it.
    pub(super) current: usize,
    /// Whether it was `SQLExtendedFetch` that has fetched from it; `None` before the first fetch.
    pub(super) fetched_by_extended: Option<bool>,
    pub(super) plan: Option<FetchPlan>,
    pub(super) get_data: GetDataProgress,
    pub(super) workspace: Workspace,
}

/// Where a cursor's rows come from.
#[derive(Debug)]
pub(super) enum Rows {
    /// From the exchange; `waiting`: a row has been read from it and not been fetched.
    Server { waiting: bool },
    /// Kept, so that any of them can be fetched again; those of the driver's own results too.
    Kept(Box<KeptRows>),
    /// All rows have been fetched.
    Ended,
}

impl Results {
    /// The results of an exchange that was sent.
    pub fn of_exchange(exchange: ExchangeId, steps: impl IntoIterator<Item = Step>) -> Results {
        Results { exchange: Some(exchange), steps: steps.into_iter().collect(), ..Results::default() }
    }

    /// The same results, of one execution: known to be of one query that writes nothing, or not.
    pub fn of_reading(self, only_reads: bool) -> Results {
        Results { only_reads, may_change: !only_reads, ..self }
    }

    /// Whether the server may still say, or have said unread, that a change has failed.
    pub fn may_have_failed(&self) -> bool {
        self.exchange.is_some() && !self.only_reads
    }

    /// The same results, whose rows have so many columns at their end that are the driver's.
    pub fn hiding(self, hidden: usize) -> Results {
        Results { hidden, ..self }
    }

    /// A row count and nothing else.
    pub fn of_count(row_count: u64) -> Results {
        Results { row_count: Some(row_count), ..Results::default() }
    }

    /// One row set that the driver made.
    pub fn of_rows(columns: Columns, rows: StoredRows) -> Results {
        let row_count = Some(rows.count() as u64);
        let cursor = Some(Cursor::boxed(columns, 0, Rows::Kept(Box::new(KeptRows::complete(rows.into())))));
        Results { cursor, row_count, ..Results::default() }
    }

    /// The exchange whose messages are still to come, if there is one.
    pub(super) fn exchange(&self) -> Option<ExchangeId> {
        self.exchange
    }

    /// Statements that have not completed, as far as has been read; after a failure, that one and those behind it.
    pub fn unfinished(&self) -> usize {
        self.unfinished.max(self.steps.len())
    }

    pub fn is_cursor_open(&self) -> bool {
        self.cursor.is_some()
    }

    /// Whether a row has been fetched and the cursor is on it.
    pub fn is_positioned(&self) -> bool {
        self.cursor.as_ref().is_some_and(|cursor| cursor.rowset > 0)
    }

    pub fn columns(&self) -> Option<&Columns> {
        self.cursor.as_ref().map(|cursor| &cursor.columns)
    }

    /// The columns of the current result are known to be these: some of them are large objects.
    pub fn set_columns(&mut self, columns: Columns) {
        if let Some(cursor) = self.cursor.as_deref_mut() {
            cursor.columns = columns;
        }
    }

    /// Rows that are kept take no more than this.
    pub fn limit_rows(&mut self, row_limits: StoreLimits) {
        self.row_limits = row_limits;
    }

    /// The cursors of these results go back from now on: their rows are kept as they are read.
    pub fn make_scrollable(&mut self) {
        self.is_scrollable = true;
        self.keep_rows();
    }

    /// Whether it was `SQLExtendedFetch` that has fetched from the cursor; `None` before the first fetch.
    pub fn fetched_by_extended(&self) -> Option<bool> {
        self.cursor.as_ref()?.fetched_by_extended
    }

    pub fn is_scrollable(&self) -> bool {
        self.is_scrollable
    }

    /// Number of the current row in the result, from 1; 0 if the cursor is on no row.
    pub fn row_number(&self) -> u64 {
        match self.cursor.as_deref() {
            Some(cursor) if cursor.rowset > 0 => cursor.first_row() + cursor.current as u64,
            _ => 0,
        }
    }

    /// Rows affected by the current result's statement, or in its row set if all of it has arrived.
    pub fn row_count(&self) -> Option<u64> {
        self.row_count
    }

    /// What SQLRowCount tells: rows that the last change through the cursor has touched, else [`Results::row_count`].
    pub fn affected(&self) -> Option<u64> {
        self.affected.or(self.row_count)
    }

    /// Rows have been changed through the cursor.
    pub fn set_affected(&mut self, rows: u64) {
        self.affected = Some(rows);
    }

    /// The command tag's words, "INSERT" or "CREATE TABLE", of the statement that completed last.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// What the server said of the statements described in this exchange since the last call.
    pub fn take_described(&mut self) -> Vec<(usize, StatementDescription)> {
        std::mem::take(&mut self.described)
    }

    /// Whether the server waits for data.
    pub fn is_copying_in(&self) -> bool {
        self.is_copying_in
    }

    /// The row that has answered a call, for its output parameters: once.
    pub fn take_outputs(&mut self) -> Option<OutputRow> {
        self.outputs.take()
    }

    /// Goes on to the next result, skipping what is left of the current one.
    ///
    /// An error of the server's ends the exchange: the statements behind the failed one were not executed.
    pub fn advance(&mut self, session: &mut Session, types: &TypeOptions, deadline: Deadline) -> Result<Advance> {
        self.skip_rows(session, deadline)?;
        (self.row_count, self.affected) = (None, None);
        self.outputs = None;
        self.is_copying_in = false;
        let Some(exchange) = self.exchange else { return Ok(Advance::End) };
        let mut description = StatementDescription::default();
        loop {
            match session.next(exchange, deadline)? {
                Some(Backend::ParameterDescription(parameters)) => description.parameters = parameters.oids().collect(),
                Some(Backend::RowDescription(row)) => {
                    description.columns = Some(columns_of(&row, types));
                    self.described(&description);
                }
                Some(Backend::NoData) => self.described(&description),
                Some(Backend::DataRow(_)) => {
                    let columns = self.columns_ahead(&mut description)?;
                    if let Some(Step::Statement { index, has_outputs: true, .. }) = self.steps.front()
                        && let Some(row) = session.current_row(exchange)
                    {
                        // A function that returns no set has one row.
                        self.outputs = Some(OutputRow::new(*index, columns, row)?);
                        continue;
                    }
                    self.cursor = Some(Cursor::boxed(columns, self.hidden, Rows::Server { waiting: true }));
                    self.keep_rows();
                    self.row_count = session.arrived_row_count(exchange);
                    return Ok(Advance::Rows);
                }
                Some(Backend::CommandComplete(tag)) => {
                    let (command, row_count) = (tag.command().to_owned(), tag.row_count());
                    let columns = self.columns_ahead(&mut description).ok();
                    let has_outputs = match self.steps.pop_front() {
                        Some(Step::Internal) => continue,
                        step => matches!(step, Some(Step::Statement { has_outputs: true, .. })),
                    };
                    self.command = command;
                    if has_outputs {
                        self.end_if_last(session, deadline)?;
                        return if self.outputs.is_some() { Ok(Advance::Count) } else { Err(no_row()) };
                    }
                    self.row_count = row_count;
                    self.end_if_last(session, deadline)?;
                    let Some(columns) = columns else { return Ok(Advance::Count) };
                    self.cursor = Some(Cursor::boxed(columns, self.hidden, Rows::Ended));
                    self.keep_rows();
                    return Ok(Advance::Rows);
                }
                Some(Backend::EmptyQueryResponse) => {
                    self.steps.pop_front();
                    self.end_if_last(session, deadline)?;
                    return Ok(Advance::Count);
                }
                Some(Backend::ErrorResponse(error)) => {
                    self.fail(session, deadline);
                    return Err(error);
                }
                Some(Backend::CopyOutResponse { is_binary }) => {
                    description.columns = Some(copied_columns(is_binary, types));
                }
                Some(Backend::CopyInResponse | Backend::CopyBothResponse) => {
                    if session.is_fed() {
                        self.is_copying_in = true;
                        return Ok(Advance::CopyIn);
                    }
                    self.close(Some(session), false, deadline).ok();
                    return Err(Diagnostic::new(
                        HYC00_NOT_IMPLEMENTED,
                        "the server waits for data to copy, and the statement is no COPY FROM STDIN that the driver has sent",
                    ));
                }
                Some(Backend::ReadyForQuery(_)) | None => {
                    self.exchange = None;
                    self.steps.clear();
                    return Ok(Advance::End);
                }
                Some(_) => {}
            }
        }
    }

    /// Closes the cursor and forgets all results that are still to come. `may_cancel`: the statement may be cancelled
    /// at the server if much of it is unread.
    pub fn close(&mut self, session: Option<&mut Session>, may_cancel: bool, deadline: Deadline) -> Result {
        let may_cancel = may_cancel && self.only_reads;
        self.cursor = None;
        self.row_count = None;
        self.steps.clear();
        match (self.exchange.take(), session) {
            (_, Some(session)) if session.is_dead() => Ok(()),
            (Some(exchange), Some(session)) if self.only_reads => {
                session.abandon_reading(exchange, may_cancel, deadline)
            }
            (Some(exchange), Some(session)) => {
                let unread = session.parked_error(exchange).filter(|_| self.may_change);
                session.abandon(exchange, may_cancel, deadline).and(unread.map_or(Ok(()), Err))
            }
            _ => Ok(()),
        }
    }

    /// Notes that the current row set has ended with this command tag, and reads on if it was the last result.
    pub(super) fn rows_ended(&mut self, row_count: Option<u64>, session: &mut Session, deadline: Deadline) -> Result {
        if let Some(cursor) = self.cursor.as_deref_mut() {
            cursor.rows.end();
        }
        self.row_count = row_count;
        self.steps.pop_front();
        self.end_if_last(session, deadline)
    }

    /// After an error of the server's: nothing more comes but the exchange's end. Its own failure is not reported: the
    /// error that led here is.
    pub(super) fn fail(&mut self, session: &mut Session, deadline: Deadline) {
        self.unfinished = self.steps.len();
        self.steps.clear();
        if let Some(cursor) = self.cursor.as_deref_mut() {
            cursor.rows.end();
        }
        let _ = self.read_to_end(session, deadline);
    }

    /// Reads rows of a cursor that keeps them, until it has `wanted` or all of them, or as many as the application wants
    /// of the result (`max_rows`; 0: all).
    pub(super) fn fill(
        &mut self,
        session: Option<&mut Session>,
        wanted: u64,
        max_rows: u64,
        deadline: Deadline,
    ) -> Result {
        let wanted = if max_rows == 0 { wanted } else { wanted.min(max_rows) };
        let Some(Cursor { rows: Rows::Kept(kept), .. }) = self.cursor.as_deref_mut() else { return Ok(()) };
        if kept.has(wanted) {
            return Ok(());
        }
        let (Some(session), Some(exchange)) = (session, self.exchange) else {
            return Err(Diagnostic::new(
                S08S01_COMMUNICATION_LINK_FAILURE,
                "the connection to the server was lost before the result was read",
            ));
        };
        match kept.read(session, exchange, wanted, deadline)? {
            Filled::Enough => Ok(()),
            Filled::Ended(row_count) => self.rows_ended(row_count, session, deadline),
            Filled::Failed(error) => {
                self.fail(session, deadline);
                Err(error)
            }
        }
    }

    /// Turns a cursor that reads from the server into one that keeps what it reads, if these results are to go back.
    fn keep_rows(&mut self) {
        if self.is_scrollable {
            self.keep_current();
        }
    }

    /// Turns the current cursor into one that keeps what it reads.
    pub(super) fn keep_current(&mut self) {
        let Some(cursor) = self.cursor.as_deref_mut() else { return };
        let store = RowStore::new(self.row_limits);
        match cursor.rows {
            Rows::Server { waiting } => cursor.rows = Rows::Kept(Box::new(KeptRows::from_server(store, waiting))),
            Rows::Ended => cursor.rows = Rows::Kept(Box::new(KeptRows::complete(store))),
            Rows::Kept(_) => {}
        }
    }

    fn described(&mut self, description: &StatementDescription) {
        if let Some(Step::Statement { index, .. }) = self.steps.iter().find(|step| !matches!(step, Step::Internal)) {
            self.described.push((*index, description.clone()));
        }
    }

    /// The columns of the rows that come now: described in this exchange, or known before.
    fn columns_ahead(&self, description: &mut StatementDescription) -> Result<Columns> {
        let known = match self.steps.front() {
            Some(Step::Statement { columns, .. }) => columns.clone(),
            _ => None,
        };
        description.columns.take().or(known).ok_or_else(|| {
            Diagnostic::new(
                S08S01_COMMUNICATION_LINK_FAILURE,
                "the server sent a row of a result that it had not described",
            )
        })
    }

    /// Reads and drops the rows of the current row set that were not fetched.
    fn skip_rows(&mut self, session: &mut Session, deadline: Deadline) -> Result {
        let Some(cursor) = self.cursor.take() else { return Ok(()) };
        if !cursor.rows.are_coming() {
            return Ok(());
        }
        let Some(exchange) = self.exchange else { return Ok(()) };
        loop {
            match session.next(exchange, deadline)? {
                Some(Backend::DataRow(_)) => {}
                Some(Backend::CommandComplete(_)) => {
                    self.steps.pop_front();
                    return self.end_if_last(session, deadline);
                }
                Some(Backend::ErrorResponse(error)) => {
                    self.fail(session, deadline);
                    return Err(error);
                }
                Some(_) => {}
                None => return Ok(()),
            }
        }
    }

    /// Once the last statement has completed, reads to ReadyForQuery: the connection is free for others, and an error
    /// that comes with the end of the transaction (a deferred constraint) is this statement's.
    fn end_if_last(&mut self, session: &mut Session, deadline: Deadline) -> Result {
        let is_last = self.steps.iter().all(|step| matches!(step, Step::Internal));
        if is_last { self.read_to_end(session, deadline) } else { Ok(()) }
    }

    fn read_to_end(&mut self, session: &mut Session, deadline: Deadline) -> Result {
        let Some(exchange) = self.exchange.take() else { return Ok(()) };
        session.release_sync(exchange);
        let mut outcome = Ok(());
        while let Some(message) = session.next(exchange, deadline)? {
            if let Backend::ErrorResponse(error) = message {
                outcome = Err(error);
            }
        }
        outcome
    }
}

impl Cursor {
    /// The last `hidden` columns are the driver's.
    fn boxed(columns: Columns, hidden: usize, rows: Rows) -> Box<Cursor> {
        let hidden = hidden.min(columns.len());
        let columns = match hidden {
            0 => columns,
            _ => columns[..columns.len() - hidden].into(),
        };
        Box::new(Cursor {
            columns,
            hidden,
            rows,
            position: 0,
            rowset: 0,
            rowset_size: 1,
            current: 0,
            fetched_by_extended: None,
            plan: None,
            get_data: GetDataProgress::default(),
            workspace: Workspace::default(),
        })
    }

    /// Number of the rowset's first row, from 1; of no meaning without a rowset.
    pub(super) fn first_row(&self) -> u64 {
        self.position + 1 - self.rowset as u64
    }
}

impl Rows {
    /// All of them have come.
    fn end(&mut self) {
        match self {
            Rows::Kept(kept) => kept.is_complete = true,
            _ => *self = Rows::Ended,
        }
    }

    /// Whether the server still sends some.
    fn are_coming(&self) -> bool {
        match self {
            Rows::Server { .. } => true,
            Rows::Kept(kept) => !kept.is_complete,
            Rows::Ended => false,
        }
    }
}

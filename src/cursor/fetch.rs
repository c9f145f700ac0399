//! Fetching rowsets into bound columns.
//!
//! Source: ODBC reference, `SQLFetch`, `SQLFetchScroll`, "Using the row status array", "Error handling".

use super::plan::{FetchPlan, RowOutcome, Workspace};
use super::results::{Cursor, Results, Rows};
use super::scroll::{Length, Orientation, Position, Target, target};
use crate::convert::ConvertOptions;
use crate::descriptor::{Address, ApplicationDescriptor};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::odbc::values::{SQL_ROW_DELETED, SQL_ROW_NOROW};
use crate::transport::Deadline;
use crate::wire::{Backend, DataRow, Session};

/// 08S01: rows without the end that the protocol has for them. Nobody knows how many are missing.
pub(super) fn cut_off() -> Box<Diagnostic> {
    Diagnostic::new(
        S08S01_COMMUNICATION_LINK_FAILURE,
        "the rest of the result is gone: its rows have ended and the server has not said so",
    )
}

/// What a fetch depends on beside the descriptor.
#[derive(Clone, Copy, Debug)]
pub struct FetchOptions<'a> {
    pub convert: &'a ConvertOptions,
    /// Rows in the rowset: SQL_ATTR_ROW_ARRAY_SIZE, or SQL_ROWSET_SIZE of `SQLExtendedFetch`.
    pub rowset_size: usize,
    /// SQL_ATTR_ROW_STATUS_PTR: array of SQLUSMALLINT.
    pub statuses: Address,
    /// SQL_ATTR_ROWS_FETCHED_PTR: a SQLULEN.
    pub rows_fetched: Address,
    /// It is `SQLExtendedFetch` that fetches.
    pub is_extended: bool,
    /// SQL_ATTR_MAX_ROWS: rows of the result that the application wants at most; 0 is all.
    pub max_rows: u64,
    /// SQL_ATTR_RETRIEVE_DATA: bound columns are filled.
    pub retrieve_data: bool,
    pub deadline: Deadline,
}

/// Where a fetch goes.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    position: Position,
    /// Number of the rowset's first row, from 1; `None`: there is no rowset there.
    start: Option<u64>,
    /// It was asked for from before the first row.
    overlaps: bool,
}

impl Goal {
    /// Numbers (from 1) of the rows that a rowset of so many rows has there; the result may end before.
    pub fn rows(&self, rowset_size: usize) -> std::ops::Range<u64> {
        self.start.map_or(0..0, |start| start..start.saturating_add(rowset_size as u64))
    }
}

/// What a fetch has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// A rowset of at least one row.
    Rowset,
    /// Every row of the rowset failed; the records say why.
    Failed,
    /// There are no more rows.
    NoData,
    /// Nothing yet: the rows are changed when values of theirs have been sent (SQL_DATA_AT_EXEC).
    NeedData,
}

/// Counts what has been delivered of the rowset, and reports it row by row.
struct Rowset<'a> {
    plan: Option<&'a FetchPlan>,
    statuses: Address,
    bind_offset: usize,
    /// Number of its first row in the result, from 1.
    first_row: u64,
    wanted: usize,
    rows: usize,
    failed: usize,
}

impl Rowset<'_> {
    fn is_full(&self) -> bool {
        self.rows == self.wanted
    }

    /// `is_changed`: it has other values than when it was fetched last.
    fn deliver(
        &mut self,
        row: DataRow<'_>,
        is_changed: bool,
        workspace: &mut Workspace,
        diagnostics: &mut Diagnostics,
    ) {
        let number = self.first_row + self.rows as u64;
        let outcome = match self.plan {
            Some(plan) => plan.deliver(row, number, self.rows, self.bind_offset, workspace, diagnostics),
            None => RowOutcome::Success,
        };
        self.statuses.offset(self.rows * size_of::<u16>()).write(outcome.status_of(is_changed));
        self.failed += usize::from(outcome == RowOutcome::Error);
        self.rows += 1;
    }
}

impl Rowset<'_> {
    /// A row that has been deleted: nothing is delivered.
    fn report_hole(&mut self) {
        self.statuses.offset(self.rows * size_of::<u16>()).write(SQL_ROW_DELETED);
        self.rows += 1;
    }
}

impl Cursor {
    fn begin_fetch(&mut self, ard: &ApplicationDescriptor, options: &FetchOptions<'_>) -> Result {
        self.plan(ard, options)?;
        self.get_data.reset();
        self.workspace.objects.clear();
        self.fetched_by_extended = Some(options.is_extended);
        self.rowset_size = options.rowset_size;
        Ok(())
    }

    /// Makes the plan, if the binding has changed since it was made.
    pub(super) fn plan(&mut self, ard: &ApplicationDescriptor, options: &FetchOptions<'_>) -> Result {
        let is_current = self.plan.as_ref().is_some_and(|plan| plan.is_of(ard, options.convert));
        if options.retrieve_data && !is_current {
            self.plan = Some(FetchPlan::new(ard, &self.columns, self.hidden, options.convert)?);
        }
        Ok(())
    }

    /// The cursor is on no row.
    fn leave_rows(&mut self) {
        (self.rowset, self.current) = (0, 0);
    }
}

impl Results {
    /// Fetches the next rowset into the columns bound in `ard`.
    ///
    /// 24000 without a cursor; errors of the server's end the result; what goes wrong with single values is in
    /// `diagnostics`, with row and column.
    pub fn fetch(
        &mut self,
        session: Option<&mut Session>,
        ard: &ApplicationDescriptor,
        options: &FetchOptions<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Fetched> {
        let exchange = self.exchange();
        let Some(cursor) = self.cursor.as_deref_mut() else { return Err(no_cursor()) };
        if let Rows::Kept(_) = cursor.rows {
            return self.scroll(Orientation::Next, session, ard, options, diagnostics);
        }
        cursor.begin_fetch(ard, options)?;
        let Cursor { rows: source, plan, workspace, position, rowset: last_rowset, current, .. } = cursor;
        let left = if options.max_rows == 0 { u64::MAX } else { options.max_rows.saturating_sub(*position) };
        let mut rowset = Rowset {
            plan: plan.as_ref().filter(|_| options.retrieve_data),
            statuses: options.statuses,
            bind_offset: bind_offset(ard),
            first_row: *position + 1,
            wanted: usize::try_from(left).unwrap_or(usize::MAX).min(options.rowset_size),
            rows: 0,
            failed: 0,
        };
        let mut ended: Option<Option<u64>> = None;
        let mut failure: Option<Box<Diagnostic>> = None;
        *current = 0;
        match (source, session, exchange) {
            (Rows::Server { waiting }, Some(session), Some(exchange)) => {
                if std::mem::take(waiting)
                    && !rowset.is_full()
                    && let Some(row) = session.current_row(exchange)
                {
                    rowset.deliver(row, false, workspace, diagnostics);
                }
                while !rowset.is_full() {
                    match session.next(exchange, options.deadline)? {
                        Some(Backend::DataRow(row)) => rowset.deliver(row, false, workspace, diagnostics),
                        Some(Backend::CommandComplete(tag)) => {
                            ended = Some(tag.row_count());
                            break;
                        }
                        Some(Backend::ErrorResponse(error)) => {
                            failure = Some(error);
                            break;
                        }
                        Some(_) => {}
                        None => return Err(cut_off()),
                    }
                }
                let (rows, failed) = (rowset.rows, rowset.failed);
                *last_rowset = rows;
                *position += rows as u64;
                if let Some(error) = failure {
                    *last_rowset = 0;
                    options.rows_fetched.write(0usize);
                    self.fail(session, options.deadline);
                    return Err(error);
                }
                if let Some(row_count) = ended {
                    self.rows_ended(row_count, session, options.deadline)?;
                }
                Ok(report(rows, failed, options))
            }
            (Rows::Ended | Rows::Kept(_), ..) => {
                *last_rowset = 0;
                Ok(report(0, 0, options))
            }
            (Rows::Server { .. }, ..) => Err(Diagnostic::new(
                S08S01_COMMUNICATION_LINK_FAILURE,
                "the connection to the server was lost before the result was read",
            )),
        }
    }

    /// Fetches the rowset at an orientation, of a cursor that keeps its rows; errors as for [`Results::fetch`]. 01S06 if
    /// the rowset asked for begins before the first row and reaches into the result.
    pub fn scroll(
        &mut self,
        orientation: Orientation,
        session: Option<&mut Session>,
        ard: &ApplicationDescriptor,
        options: &FetchOptions<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Fetched> {
        let goal = self.seek(orientation, session, ard, options)?;
        self.arrive(goal, ard, options, diagnostics)
    }

    /// Where a fetch at an orientation comes to, with the rows there read from the server; the cursor stays where it is.
    /// A keyset is read to its end: its rows are those that there were when it was opened.
    pub fn seek(
        &mut self,
        orientation: Orientation,
        mut session: Option<&mut Session>,
        ard: &ApplicationDescriptor,
        options: &FetchOptions<'_>,
    ) -> Result<Goal> {
        let Some(cursor) = self.cursor.as_deref_mut() else { return Err(no_cursor()) };
        cursor.begin_fetch(ard, options)?;
        let Rows::Kept(kept) = &cursor.rows else { return Err(no_cursor()) };
        let is_keyset = kept.keyset.is_some();
        let (position, size) = (kept.position, options.rowset_size as u64);
        let mut length = KeptLength { results: self, session: session.as_deref_mut(), options };
        let (position, start, overlaps) = match target(position, orientation, size, &mut length)? {
            Target::BeforeStart => (Position::BeforeStart, None, false),
            Target::AfterEnd => (Position::AfterEnd, None, false),
            Target::Rowset(start) => (Position::Rowset { start, size }, Some(start), false),
            Target::Overlapping => (Position::Rowset { start: 1, size }, Some(1), true),
        };
        if let Some(start) = start {
            let wanted = if is_keyset { u64::MAX } else { start.saturating_add(size - 1) };
            self.fill(session, wanted, options.max_rows, options.deadline)?;
        }
        Ok(Goal { position, start, overlaps })
    }

    /// Comes to where a fetch goes, and delivers the rowset there.
    pub fn arrive(
        &mut self,
        goal: Goal,
        ard: &ApplicationDescriptor,
        options: &FetchOptions<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Fetched> {
        let Goal { position, start, overlaps } = goal;
        if overlaps {
            diagnostics.warn(
                S01S06_FETCH_BEFORE_FIRST_ROWSET,
                "the rowset asked for begins before the first row; the first rowset is returned",
            );
        }
        let Some(Cursor { rows: Rows::Kept(kept), .. }) = self.cursor.as_deref_mut() else { return Err(no_cursor()) };
        kept.position = position;
        match start {
            Some(start) => self.deliver_rowset(start, ard, options, diagnostics),
            None => {
                if let Some(cursor) = self.cursor.as_deref_mut() {
                    cursor.leave_rows();
                }
                Ok(report(0, 0, options))
            }
        }
    }

    /// Delivers the rowset that begins with row `start` (from 1) from the rows kept.
    fn deliver_rowset(
        &mut self,
        start: u64,
        ard: &ApplicationDescriptor,
        options: &FetchOptions<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Fetched> {
        let Some(cursor) = self.cursor.as_deref_mut() else { return Err(no_cursor()) };
        let Cursor { rows: Rows::Kept(kept), plan, workspace, .. } = cursor else { return Err(no_cursor()) };
        let last = limited(kept.store.count(), options.max_rows);
        let mut rowset = Rowset {
            plan: plan.as_ref().filter(|_| options.retrieve_data),
            statuses: options.statuses,
            bind_offset: bind_offset(ard),
            first_row: start,
            wanted: usize::try_from((last + 1).saturating_sub(start)).unwrap_or(usize::MAX).min(options.rowset_size),
            rows: 0,
            failed: 0,
        };
        while !rowset.is_full()
            && let Some(row) = kept.store.row(start - 1 + rowset.rows as u64)?
        {
            let number = start + rowset.rows as u64;
            if kept.deleted.contains(&number) {
                rowset.report_hole();
            } else {
                let is_changed = kept.keyset.as_ref().is_some_and(|keyset| keyset.has_changed(number));
                rowset.deliver(row, is_changed, workspace, diagnostics);
            }
        }
        let (rows, failed) = (rowset.rows, rowset.failed);
        (cursor.rowset, cursor.current) = (rows, 0);
        cursor.position = start - 1 + rows as u64;
        Ok(report(rows, failed, options))
    }
}

/// Finds out how long a result is, as far as it has to.
struct KeptLength<'a, 's> {
    results: &'a mut Results,
    session: Option<&'s mut Session>,
    options: &'a FetchOptions<'a>,
}

impl KeptLength<'_, '_> {
    /// Reads until there are `wanted` rows, and gives how many there are then.
    fn count(&mut self, wanted: u64) -> Result<u64> {
        let FetchOptions { max_rows, deadline, .. } = *self.options;
        self.results.fill(self.session.as_deref_mut(), wanted, max_rows, deadline)?;
        match self.results.cursor.as_deref() {
            Some(Cursor { rows: Rows::Kept(kept), .. }) => Ok(limited(kept.store.count(), max_rows)),
            _ => Ok(0),
        }
    }
}

impl Length for KeptLength<'_, '_> {
    fn reaches(&mut self, row: u64) -> Result<bool> {
        Ok(self.count(row)? >= row)
    }

    fn last(&mut self) -> Result<u64> {
        self.count(u64::MAX)
    }
}

/// Rows that the application wants of so many.
fn limited(rows: u64, max_rows: u64) -> u64 {
    if max_rows == 0 { rows } else { rows.min(max_rows) }
}

pub(super) fn bind_offset(ard: &ApplicationDescriptor) -> usize {
    ard.bind_offset.read::<isize>().unwrap_or(0) as usize
}

/// Fills what is left of the status array, sets the count, and says what became of the rowset.
fn report(rows: usize, failed: usize, options: &FetchOptions<'_>) -> Fetched {
    options.rows_fetched.write(rows);
    if !options.statuses.is_null() {
        for row in rows..options.rowset_size {
            options.statuses.offset(row * size_of::<u16>()).write(SQL_ROW_NOROW);
        }
    }
    match rows {
        0 => Fetched::NoData,
        _ if failed == rows => Fetched::Failed,
        _ => Fetched::Rowset,
    }
}

pub(super) fn no_cursor() -> Box<Diagnostic> {
    Diagnostic::new(S24000_INVALID_CURSOR_STATE, "there is no open cursor: the statement has returned no rows")
}

//! Fetching rowsets into bound columns.
//!
//! Source: ODBC reference, `SQLFetch`, "Using the row status array", "Error handling".

use super::plan::{FetchPlan, RowOutcome};
use super::results::{Cursor, Results, Rows};
use crate::convert::ConvertOptions;
use crate::descriptor::{ApplicationDescriptor, ImplementationRowDescriptor};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::odbc::values::SQL_ROW_NOROW;
use crate::transport::Deadline;
use crate::wire::{Backend, DataRow, Session};

/// What a fetch depends on beside the descriptors.
#[derive(Clone, Copy, Debug)]
pub struct FetchOptions<'a> {
    pub convert: &'a ConvertOptions,
    /// SQL_ATTR_MAX_ROWS: rows of the result that the application wants at most; 0 is all.
    pub max_rows: u64,
    /// SQL_ATTR_RETRIEVE_DATA: bound columns are filled.
    pub retrieve_data: bool,
    pub deadline: Deadline,
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
}

/// Counts what has been delivered of the rowset, and reports it row by row.
struct Rowset<'a> {
    plan: Option<&'a FetchPlan>,
    ird: &'a ImplementationRowDescriptor,
    bind_offset: usize,
    wanted: usize,
    rows: usize,
    failed: usize,
}

impl Rowset<'_> {
    fn is_full(&self) -> bool {
        self.rows == self.wanted
    }

    fn deliver(&mut self, row: DataRow<'_>, scratch: &mut crate::convert::Scratch, diagnostics: &mut Diagnostics) {
        let outcome = match self.plan {
            Some(plan) => plan.deliver(row, self.rows, self.bind_offset, scratch, diagnostics),
            None => RowOutcome::Success,
        };
        self.ird.array_status.offset(self.rows * size_of::<u16>()).write(outcome.status());
        self.failed += usize::from(outcome == RowOutcome::Error);
        self.rows += 1;
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
        ird: &ImplementationRowDescriptor,
        options: &FetchOptions<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Fetched> {
        let exchange = self.exchange();
        let Some(cursor) = &mut self.cursor else { return Err(no_cursor()) };
        let Cursor { columns, rows: source, plan, scratch, position, get_data, rowset: last_rowset, .. } = cursor;
        if options.retrieve_data && !plan.as_ref().is_some_and(|plan| plan.is_of(ard)) {
            *plan = Some(FetchPlan::new(ard, columns, options.convert)?);
        }
        get_data.reset();
        let left = if options.max_rows == 0 { u64::MAX } else { options.max_rows.saturating_sub(*position) };
        let array_size = ard.array_size.max(1);
        let mut rowset = Rowset {
            plan: plan.as_ref().filter(|_| options.retrieve_data),
            ird,
            bind_offset: ard.bind_offset.read::<isize>().unwrap_or(0) as usize,
            wanted: usize::try_from(left).unwrap_or(usize::MAX).min(array_size),
            rows: 0,
            failed: 0,
        };
        let mut ended: Option<Option<u64>> = None;
        let mut failure: Option<Box<Diagnostic>> = None;
        match (source, session, exchange) {
            (Rows::Server { waiting }, Some(session), Some(exchange)) => {
                if std::mem::take(waiting)
                    && !rowset.is_full()
                    && let Some(row) = session.current_row(exchange)
                {
                    rowset.deliver(row, scratch, diagnostics);
                }
                while !rowset.is_full() {
                    match session.next(exchange, options.deadline)? {
                        Some(Backend::DataRow(row)) => rowset.deliver(row, scratch, diagnostics),
                        Some(Backend::CommandComplete(tag)) => {
                            ended = Some(tag.row_count());
                            break;
                        }
                        Some(Backend::ErrorResponse(error)) => {
                            failure = Some(error);
                            break;
                        }
                        Some(_) => {}
                        None => {
                            ended = Some(None);
                            break;
                        }
                    }
                }
                let (rows, failed) = (rowset.rows, rowset.failed);
                *last_rowset = rows;
                *position += rows as u64;
                if let Some(error) = failure {
                    *last_rowset = 0;
                    ird.rows_processed.write(0usize);
                    self.fail(session, options.deadline);
                    return Err(error);
                }
                if let Some(row_count) = ended {
                    self.rows_ended(row_count, session, options.deadline)?;
                }
                Ok(report(rows, failed, array_size, ird))
            }
            (Rows::Stored { rows: stored, next }, ..) => {
                while !rowset.is_full()
                    && let Some(row) = stored.row(*next)
                {
                    rowset.deliver(row, scratch, diagnostics);
                    *next += 1;
                }
                let (rows, failed) = (rowset.rows, rowset.failed);
                *last_rowset = rows;
                *position += rows as u64;
                Ok(report(rows, failed, array_size, ird))
            }
            (Rows::Ended, ..) => {
                *last_rowset = 0;
                Ok(report(0, 0, array_size, ird))
            }
            (Rows::Server { .. }, ..) => Err(Diagnostic::new(
                S08S01_COMMUNICATION_LINK_FAILURE,
                "the connection to the server was lost before the result was read",
            )),
        }
    }
}

/// Fills what is left of the status array, sets the count, and says what became of the rowset.
fn report(rows: usize, failed: usize, array_size: usize, ird: &ImplementationRowDescriptor) -> Fetched {
    ird.rows_processed.write(rows);
    if !ird.array_status.is_null() {
        for row in rows..array_size {
            ird.array_status.offset(row * size_of::<u16>()).write(SQL_ROW_NOROW);
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

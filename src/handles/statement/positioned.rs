//! SQLSetPos and SQLBulkOperations: which rows they are for.
//!
//! Source: ODBC reference, `SQLSetPos`, `SQLBulkOperations`.

use super::StatementCall;
use super::changing::{Change, RowPlace};
use crate::cursor::{Fetched, Results, fetched, is_left_out};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::odbc::functions::FunctionId;
use crate::odbc::types::SQL_C_VARBOOKMARK;
use crate::odbc::values::*;

impl StatementCall<'_> {
    /// SQLSetPos. `row` counts from 1 in the rowset; 0 is all its rows.
    ///
    /// HY092 for an operation or a lock that is none, HYC00 for what is not done, HY107 for a row that the rowset does not
    /// have, HY109 on a forward-only cursor.
    pub fn set_position(&mut self, row: usize, operation: u16, lock: u16) -> Result<Fetched> {
        match lock {
            SQL_LOCK_NO_CHANGE => {}
            SQL_LOCK_EXCLUSIVE | SQL_LOCK_UNLOCK => {
                return Err(Diagnostic::new(
                    HYC00_NOT_IMPLEMENTED,
                    "rows cannot be locked by SQLSetPos; use FOR UPDATE",
                ));
            }
            other => return Err(Diagnostic::new(HY092_INVALID_ATTRIBUTE, format!("{other} is no lock type"))),
        }
        let results = self.statement()?.results.as_ref();
        let Some(results) = results else {
            return Err(Diagnostic::new(S24000_INVALID_CURSOR_STATE, "there is no open cursor"));
        };
        if !results.is_scrollable() {
            return Err(Diagnostic::new(
                HY109_INVALID_CURSOR_POSITION,
                "a forward-only cursor cannot be positioned in its rowset; set SQL_ATTR_CURSOR_TYPE before execution",
            ));
        }
        let fetched = results.rowset();
        // A row is added from the buffers of the rowset, or from the one behind them (ODBC 2, "Adding data").
        let last = match operation {
            SQL_ADD => self.with_rowset(|at| Ok(at.options.rowset_size.saturating_add(1)))?,
            _ => fetched,
        };
        if row > last {
            return Err(Diagnostic::new(
                HY107_ROW_VALUE_OUT_OF_RANGE,
                format!("there is no row {row}; the rowset has rows 1 to {last}"),
            ));
        }
        let rows = self.positioned_rows(row, operation)?;
        match operation {
            SQL_POSITION if row == 0 => {
                Err(Diagnostic::new(HY109_INVALID_CURSOR_POSITION, "the cursor can be on one row only; row 0 is all"))
            }
            SQL_POSITION => self.with_rowset(|at| at.results.move_in_rowset(row - 1)),
            SQL_REFRESH => {
                self.read_again_if_keyset(rows.iter().map(|row| row.number))?;
                let row = row.checked_sub(1);
                self.with_rowset(|at| {
                    at.deliver(row.map(|_| 1), |results, _, ard, options, diagnostics| {
                        results.refresh(row, ard, options, diagnostics)
                    })
                })
            }
            SQL_UPDATE | SQL_DELETE => {
                if let Some(row) = row.checked_sub(1) {
                    self.with_rowset(|at| at.results.move_in_rowset(row))?;
                }
                let change = if operation == SQL_UPDATE { Change::Update } else { Change::Delete };
                self.change_rows(change, &rows)
            }
            SQL_ADD => self.change_rows(Change::Insert, &rows),
            other => Err(Diagnostic::new(HY092_INVALID_ATTRIBUTE, format!("{other} is no operation of SQLSetPos"))),
        }
    }

    /// SQLBulkOperations, on all rows of the bound buffers that the operation array does not leave out; those by bookmark
    /// find their rows by the bookmarks in column 0.
    ///
    /// HY092 for an operation that is none, HY109 on a forward-only cursor, 07009 where bookmarks are off, HY111 for a row
    /// without a bookmark.
    pub fn bulk_operation(&mut self, operation: i16) -> Result<Fetched> {
        self.require_fetched_by(false, FunctionId::BULK_OPERATIONS)?;
        if !self.statement()?.results.as_ref().is_some_and(Results::is_scrollable) {
            return Err(Diagnostic::new(
                HY109_INVALID_CURSOR_POSITION,
                "a forward-only cursor has no bulk operations; set SQL_ATTR_CURSOR_TYPE before execution",
            ));
        }
        match operation {
            SQL_BULK_ADD => {
                let rows = self.bulk_rows(false)?;
                self.change_rows(Change::Insert, &rows)
            }
            SQL_UPDATE_BY_BOOKMARK => {
                let rows = self.bulk_rows(true)?;
                self.change_rows(Change::Update, &rows)
            }
            SQL_DELETE_BY_BOOKMARK => {
                let rows = self.bulk_rows(true)?;
                self.change_rows(Change::Delete, &rows)
            }
            SQL_FETCH_BY_BOOKMARK => {
                let rows = self.bulk_rows(true)?;
                self.read_again_if_keyset(rows.iter().map(|row| row.number))?;
                self.with_rowset(|at| {
                    at.deliver(Some(rows.len()), |results, _, ard, options, diagnostics| {
                        let mut failed = 0;
                        for row in &rows {
                            let delivered = results.deliver_row(row.number, row.buffer, ard, options, diagnostics)?;
                            let status = delivered.unwrap_or(SQL_ROW_ERROR);
                            if delivered.is_none() {
                                diagnostics.push(*no_such_bookmark(row.buffer));
                            }
                            failed += usize::from(status == SQL_ROW_ERROR);
                            options.statuses.offset(row.buffer * size_of::<u16>()).write(status);
                        }
                        Ok(fetched(rows.len(), failed))
                    })
                })
            }
            other => {
                Err(Diagnostic::new(HY092_INVALID_ATTRIBUTE, format!("{other} is no operation of SQLBulkOperations")))
            }
        }
    }

    /// The rows that SQLSetPos is for: `row` from 1, or all of the rowset that the operation array does not leave out.
    fn positioned_rows(&mut self, row: usize, operation: u16) -> Result<Vec<RowPlace>> {
        self.with_rowset(|at| {
            let size = if operation == SQL_ADD { at.options.rowset_size } else { at.results.rowset() };
            let rows = match row.checked_sub(1) {
                Some(row) => row..row + 1,
                None => 0..size,
            };
            let rows = rows.filter(|index| row > 0 || !is_left_out(at.ard, *index));
            Ok(rows.map(|index| RowPlace { buffer: index, number: at.results.number_of(index).unwrap_or(0) }).collect())
        })
    }

    /// The rows that SQLBulkOperations is for.
    fn bulk_rows(&mut self, by_bookmark: bool) -> Result<Vec<RowPlace>> {
        if by_bookmark {
            self.require_bookmarks()?;
        }
        self.with_cursor(None, |at| {
            let record = at.ard.record(0).filter(|record| !record.data.is_null());
            if by_bookmark && record.is_none() {
                return Err(Diagnostic::new(
                    HY111_INVALID_BOOKMARK,
                    "operations by bookmark need column 0 bound, with the bookmarks of the rows in its buffer",
                ));
            }
            let offset = at.ard.bind_offset.read::<isize>().unwrap_or(0) as usize;
            let mut rows = Vec::new();
            for buffer in (0..at.options.rowset_size).filter(|index| !is_left_out(at.ard, *index)) {
                let number = match record.filter(|_| by_bookmark) {
                    Some(record) => {
                        let stride = match at.ard.bind_type {
                            0 if record.c_type == SQL_C_VARBOOKMARK => record.octet_length.max(0) as usize,
                            0 => size_of::<u64>(),
                            row_length => row_length,
                        };
                        record.data.offset(offset + buffer * stride).read::<u64>().unwrap_or(0)
                    }
                    None => 0,
                };
                rows.push(RowPlace { buffer, number });
            }
            Ok(rows)
        })
    }
}

/// HY111, for a row (from 0) of the bound buffers.
pub(super) fn no_such_bookmark(row: usize) -> Box<Diagnostic> {
    Diagnostic::new(HY111_INVALID_BOOKMARK, "the bookmark names no row of the cursor").in_row(row + 1).in_column(0)
}

/// SQL_ADD of SQLBulkOperations.
const SQL_BULK_ADD: i16 = SQL_ADD as i16;

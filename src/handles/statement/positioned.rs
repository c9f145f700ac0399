//! SQLSetPos: the row of the rowset that the cursor is on, and what is done to rows of the rowset.
//!
//! Source: ODBC reference, `SQLSetPos`.

use super::StatementCall;
use crate::cursor::Fetched;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
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
        if row > results.rowset() {
            return Err(Diagnostic::new(
                HY107_ROW_VALUE_OUT_OF_RANGE,
                format!("there is no row {row}; the rowset has rows 1 to {}", results.rowset()),
            ));
        }
        match operation {
            SQL_POSITION if row == 0 => {
                Err(Diagnostic::new(HY109_INVALID_CURSOR_POSITION, "the cursor can be on one row only; row 0 is all"))
            }
            SQL_POSITION => self.with_rowset(|at| at.results.move_in_rowset(row - 1)),
            SQL_REFRESH => {
                self.with_rowset(|at| at.results.refresh(row.checked_sub(1), at.ard, &at.options, at.diagnostics))
            }
            SQL_UPDATE | SQL_DELETE | SQL_ADD => Err(Diagnostic::new(
                HYC00_NOT_IMPLEMENTED,
                "rows cannot be changed through the cursor yet; use UPDATE, DELETE and INSERT",
            )),
            other => Err(Diagnostic::new(HY092_INVALID_ATTRIBUTE, format!("{other} is no operation of SQLSetPos"))),
        }
    }
}

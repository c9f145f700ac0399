//! Fetching rows and reading single values.
//!
//! Source: ODBC reference, `SQLFetch`, `SQLFetchScroll`, `SQLGetData`.

use super::{Statement, StatementCall};
use crate::convert::{ConvertOptions, check_c_type};
use crate::cursor::{FetchOptions, Fetched, GetDataRequest, record_options};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::handles::connection::{ConnectionState, gone};
use crate::odbc::attributes::*;
use crate::odbc::types::SQL_ARD_TYPE;
use crate::odbc::values::*;

impl StatementCall<'_> {
    /// SQLFetch, and SQLFetchScroll(SQL_FETCH_NEXT): the next rowset.
    pub fn fetch(&mut self) -> Result<Fetched> {
        let deadline = self.deadline()?;
        let _mark = self.connection.cancel.running(self.id);
        let ConnectionState { session, statements, descriptors, convert, .. } = &mut *self.state;
        let statement = statements.get_mut(self.id).ok_or_else(gone)?;
        let Statement { attributes, ard, ird, results, diagnostics, .. } = statement;
        let ard = &descriptors.get(*ard).ok_or_else(gone)?.descriptor;
        let options = FetchOptions {
            convert,
            max_rows: attributes.get(SQL_ATTR_MAX_ROWS) as u64,
            retrieve_data: attributes.get(SQL_ATTR_RETRIEVE_DATA) == SQL_RD_ON,
            deadline,
        };
        let Some(results) = results else {
            return Err(Diagnostic::new(S24000_INVALID_CURSOR_STATE, "there is no open cursor"));
        };
        let fetched = results.fetch(session.as_mut(), ard, ird, &options, diagnostics);
        if fetched.is_ok() && results.row_count().is_some() {
            diagnostics.cursor_row_count =
                results.row_count().and_then(|count| isize::try_from(count).ok()).unwrap_or(-1);
        }
        fetched.map_err(|error| self.after_failure(error))
    }

    /// SQLFetchScroll. HY106 for an orientation that a forward-only cursor does not have, or that is none.
    pub fn fetch_scroll(&mut self, orientation: i16) -> Result<Fetched> {
        match orientation {
            SQL_FETCH_NEXT => self.fetch(),
            SQL_FETCH_FIRST | SQL_FETCH_LAST | SQL_FETCH_PRIOR | SQL_FETCH_ABSOLUTE | SQL_FETCH_RELATIVE
            | SQL_FETCH_BOOKMARK => Err(Diagnostic::new(
                HY106_FETCH_TYPE_OUT_OF_RANGE,
                "the cursor is forward-only: SQLFetchScroll can only go to the next rowset (SQL_FETCH_NEXT)",
            )),
            other => Err(Diagnostic::new(HY106_FETCH_TYPE_OUT_OF_RANGE, format!("{other} is no fetch orientation"))),
        }
    }

    /// SQLGetData; `false` is SQL_NO_DATA.
    pub fn get_data(&mut self, mut request: GetDataRequest) -> Result<bool> {
        if request.column == 0 {
            return Err(Diagnostic::new(
                S07009_INVALID_DESCRIPTOR_INDEX,
                "column 0 is the bookmark, and bookmarks are off (SQL_ATTR_USE_BOOKMARKS)",
            ));
        }
        let ConnectionState { session, statements, descriptors, convert, .. } = &mut *self.state;
        let statement = statements.get_mut(self.id).ok_or_else(gone)?;
        let ard = &descriptors.get(statement.ard).ok_or_else(gone)?.descriptor;
        if ard.array_size > 1 {
            return Err(Diagnostic::new(
                HY109_INVALID_CURSOR_POSITION,
                "SQLGetData cannot be used on a forward-only cursor whose rowset has more than one row",
            ));
        }
        let mut convert = ConvertOptions { in_pieces: true, ..*convert };
        if request.c_type == SQL_ARD_TYPE {
            let Some(record) = ard.any_record(request.column) else {
                return Err(Diagnostic::new(
                    S07009_INVALID_DESCRIPTOR_INDEX,
                    format!("SQL_ARD_TYPE was asked for and column {} has no ARD record", request.column),
                ));
            };
            request.c_type = record.c_type;
            convert = record_options(&convert, record);
        } else {
            check_c_type(request.c_type)?;
        }
        let Statement { results, diagnostics, .. } = statement;
        let Some(results) = results else {
            return Err(Diagnostic::new(S24000_INVALID_CURSOR_STATE, "there is no open cursor"));
        };
        results.get_data(session.as_ref(), &request, &convert, diagnostics)
    }
}

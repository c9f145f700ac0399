//! What `SQLSetPos` does to a rowset without the server.
//!
//! Source: ODBC reference, `SQLSetPos`.

use super::changes::fetched;
use super::fetch::{FetchOptions, Fetched, no_cursor};
use super::results::Results;
use crate::descriptor::ApplicationDescriptor;
use crate::diag::{Diagnostics, Result};
use crate::odbc::values::{SQL_ROW_ERROR, SQL_ROW_IGNORE, SQL_ROW_NOROW};

impl Results {
    /// Rows in the last rowset.
    pub fn rowset(&self) -> usize {
        self.cursor.as_ref().map_or(0, |cursor| cursor.rowset)
    }

    /// SQL_POSITION: the cursor is on row `row` (from 0) of the rowset now.
    pub fn move_in_rowset(&mut self, row: usize) -> Result<Fetched> {
        let Some(cursor) = self.cursor.as_deref_mut() else { return Err(no_cursor()) };
        cursor.current = row;
        cursor.get_data.reset();
        Ok(Fetched::Rowset)
    }

    /// SQL_REFRESH: fills the bound columns of one row (from 0), or of all that the operation array does not leave out,
    /// again. The rows are those of the snapshot, a static cursor does not see changes by others; those of a keyset have
    /// been read again before.
    pub fn refresh(
        &mut self,
        row: Option<usize>,
        ard: &ApplicationDescriptor,
        options: &FetchOptions<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Fetched> {
        if let Some(row) = row {
            self.move_in_rowset(row)?;
        }
        let rowset = self.rowset();
        let (mut refreshed, mut failed) = (0, 0);
        for index in row.map_or(0..rowset, |row| row..row + 1) {
            if row.is_none() && is_left_out(ard, index) {
                continue;
            }
            let Some(number) = self.number_of(index) else { continue };
            let Some(status) = self.deliver_row(number, index, ard, options, diagnostics)? else { continue };
            options.statuses.offset(index * size_of::<u16>()).write(status);
            refreshed += 1;
            failed += usize::from(status == SQL_ROW_ERROR);
        }
        if row.is_none() && !options.statuses.is_null() {
            for index in rowset..options.rowset_size {
                options.statuses.offset(index * size_of::<u16>()).write(SQL_ROW_NOROW);
            }
        }
        Ok(fetched(refreshed, failed))
    }
}

/// Whether the row operation array leaves a row (from 0) of the rowset out.
pub fn is_left_out(ard: &ApplicationDescriptor, row: usize) -> bool {
    ard.array_status.offset(row * size_of::<u16>()).read::<u16>() == Some(SQL_ROW_IGNORE)
}

//! Rows of a cursor that have been changed through it.
//!
//! Source: ODBC reference, `SQLSetPos`, `SQLBulkOperations`, "Using the row status array".

use super::fetch::{FetchOptions, Fetched, bind_offset, no_cursor};
use super::plan::RowOutcome;
use super::results::{Cursor, Results, Rows};
use super::stored::StoredRows;
use crate::descriptor::ApplicationDescriptor;
use crate::diag::{Diagnostics, Result};
use crate::odbc::catalog_results::CatalogValue;
use crate::odbc::values::SQL_ROW_DELETED;
use crate::wire::{DataRow, Session};

impl Results {
    /// Number of the rowset's row `row` (from 0) in the result, from 1; `None` where the rowset has no such row.
    pub fn number_of(&self, row: usize) -> Option<u64> {
        let cursor = self.cursor.as_ref().filter(|cursor| row < cursor.rowset)?;
        Some(cursor.first_row() + row as u64)
    }

    /// The values of row `number` (from 1), of those kept: `None` if there is no such row, or it has been deleted.
    pub fn kept_row(&mut self, number: u64) -> Result<Option<DataRow<'_>>> {
        let Some(Cursor { rows: Rows::Kept(kept), .. }) = self.cursor.as_deref_mut() else { return Ok(None) };
        match number.checked_sub(1) {
            Some(index) if !kept.deleted.contains(&number) => kept.store.row(index),
            _ => Ok(None),
        }
    }

    /// The values of the row that the cursor is on; `None` if it is on none, or on one that has been deleted through it.
    pub fn current_values(&mut self, session: Option<&Session>) -> Result<Option<Vec<Option<Vec<u8>>>>> {
        let exchange = self.exchange();
        let Some(cursor) = self.cursor.as_ref().filter(|cursor| cursor.rowset > 0) else { return Ok(None) };
        let number = cursor.first_row() + cursor.current as u64;
        let row = match (&cursor.rows, session, exchange) {
            (Rows::Kept(_), ..) => self.kept_row(number)?,
            // The row that was read last: of a rowset of several the others are gone.
            (Rows::Server { waiting: false }, Some(session), Some(exchange)) if cursor.rowset == 1 => {
                session.current_row(exchange)
            }
            _ => None,
        };
        Ok(row.map(|row| row.values().map(|value| value.map(<[u8]>::to_vec)).collect()))
    }

    /// Whether row `number` (from 1) has been deleted.
    pub fn is_deleted(&self, number: u64) -> bool {
        matches!(self.cursor.as_deref(), Some(Cursor { rows: Rows::Kept(kept), .. }) if kept.deleted.contains(&number))
    }

    /// Row `number` has these values now.
    pub fn replace_row(&mut self, number: u64, values: &[Option<Vec<u8>>]) {
        let Some(Cursor { rows: Rows::Kept(kept), get_data, .. }) = self.cursor.as_deref_mut() else { return };
        let mut row = StoredRows::default();
        row.push(values.iter().map(|value| CatalogValue::of(value.as_deref())));
        get_data.reset();
        if let (Some(index), Some(body)) = (number.checked_sub(1), row.bodies().next()) {
            kept.store.replace(index, body.to_vec());
        }
    }

    /// Row `number` is a hole in the result from now on.
    pub fn delete_row(&mut self, number: u64) {
        if let Some(Cursor { rows: Rows::Kept(kept), get_data, .. }) = self.cursor.as_deref_mut() {
            kept.deleted.insert(number);
            get_data.reset();
        }
    }

    /// Delivers row `number` (from 1) to row `row` (from 0) of the bound buffers, and gives its status. `None` if there is
    /// no such row.
    pub fn deliver_row(
        &mut self,
        number: u64,
        row: usize,
        ard: &ApplicationDescriptor,
        options: &FetchOptions<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<u16>> {
        let Some(cursor) = self.cursor.as_deref_mut() else { return Err(no_cursor()) };
        cursor.plan(ard, options)?;
        let Cursor { rows: Rows::Kept(kept), plan, workspace, .. } = cursor else { return Err(no_cursor()) };
        if kept.deleted.contains(&number) {
            return Ok(Some(SQL_ROW_DELETED));
        }
        let Some(index) = number.checked_sub(1) else { return Ok(None) };
        let is_changed = kept.keyset.as_ref().is_some_and(|keyset| keyset.has_changed(number));
        let Some(values) = kept.store.row(index)? else { return Ok(None) };
        let outcome = match plan.as_ref().filter(|_| options.retrieve_data) {
            Some(plan) => plan.deliver(values, number, row, bind_offset(ard), workspace, diagnostics),
            None => RowOutcome::Success,
        };
        Ok(Some(outcome.status_of(is_changed)))
    }
}

/// What a call for several rows has come to: an error only if none went well.
pub fn fetched(rows: usize, failed: usize) -> Fetched {
    if rows > 0 && failed == rows { Fetched::Failed } else { Fetched::Rowset }
}

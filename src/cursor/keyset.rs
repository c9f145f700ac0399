//! Keyset-driven cursors: which rows there are, and their order, is settled when the cursor is opened; their values are
//! those of when they are fetched.
//!
//! Source: ODBC reference, "Keyset-Driven Cursors", "Using the Row Status Array", `SQLFetch`.

use std::collections::{BTreeSet, HashMap};

use super::results::{Cursor, Results, Rows};
use crate::diag::Result;

/// What the cursor knows of its rows beside their last values.
#[derive(Debug, Default)]
pub(super) struct KeysetRows {
    /// Rows that have been fetched before: a bit each, 64 rows an entry.
    fetched: HashMap<u64, u64>,
    /// Rows of the last reading that are not what they were when they were fetched before.
    changed: BTreeSet<u64>,
}

impl KeysetRows {
    /// Whether the last reading has found row `number` other than it was fetched before.
    pub fn has_changed(&self, number: u64) -> bool {
        self.changed.contains(&number)
    }

    /// Notes that the row has been fetched; whether it had been before.
    fn note_fetched(&mut self, number: u64) -> bool {
        let (entry, bit) = (self.fetched.entry(number / 64).or_default(), 1 << (number % 64));
        let before = *entry & bit != 0;
        *entry |= bit;
        before
    }
}

impl Results {
    /// The cursor reads its rows again when they are fetched.
    pub fn make_keyset(&mut self) {
        if let Some(Cursor { rows: Rows::Kept(kept), .. }) = self.cursor.as_deref_mut() {
            kept.keyset = Some(KeysetRows::default());
        }
    }

    pub fn is_keyset(&self) -> bool {
        matches!(self.cursor.as_deref(), Some(Cursor { rows: Rows::Kept(kept), .. }) if kept.keyset.is_some())
    }

    /// How many rows are kept: of a keyset, all that there are.
    pub fn kept_rows(&self) -> u64 {
        match self.cursor.as_deref() {
            Some(Cursor { rows: Rows::Kept(kept), .. }) => kept.store.count(),
            _ => 0,
        }
    }

    /// What identifies row `number` (from 1): the values of the columns behind the query's own. `None` if there is no such
    /// row.
    pub fn identity(&mut self, number: u64) -> Result<Option<Vec<Option<Vec<u8>>>>> {
        let Some(Cursor { rows: Rows::Kept(kept), columns, .. }) = self.cursor.as_deref_mut() else { return Ok(None) };
        let Some(index) = number.checked_sub(1) else { return Ok(None) };
        let row = kept.store.row(index)?;
        Ok(row.map(|row| row.values().skip(columns.len()).map(|value| value.map(<[u8]>::to_vec)).collect()))
    }

    /// Rows are about to be read again.
    pub fn begin_renewal(&mut self) {
        if let Some(Cursor { rows: Rows::Kept(kept), get_data, .. }) = self.cursor.as_deref_mut() {
            get_data.reset();
            if let Some(keyset) = &mut kept.keyset {
                keyset.changed.clear();
            }
        }
    }

    /// Row `number` has been read again: its body as a message; `None`: there is no such row any more.
    pub fn renew(&mut self, number: u64, body: Option<Vec<u8>>) -> Result {
        let Some(Cursor { rows: Rows::Kept(kept), .. }) = self.cursor.as_deref_mut() else { return Ok(()) };
        let (Some(index), Some(keyset)) = (number.checked_sub(1), &mut kept.keyset) else { return Ok(()) };
        let Some(body) = body else {
            kept.deleted.insert(number);
            return Ok(());
        };
        kept.deleted.remove(&number);
        let before = kept.store.row(index)?;
        let is_same = before.is_some_and(|row| body.get(size_of::<u16>()..) == Some(row.body()));
        if keyset.note_fetched(number) && !is_same {
            keyset.changed.insert(number);
        }
        if !is_same {
            kept.store.replace(index, body);
        }
        Ok(())
    }
}

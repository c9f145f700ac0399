//! Cursors of the server that a call has returned, by their names.
//!
//! Source: PostgreSQL documentation, "Returning Cursors".

use super::results::{Cursor, Results, Rows};
use crate::diag::Result;
use crate::transport::Deadline;
use crate::wire::Session;

/// The OID of refcursor.
const REFCURSOR: u32 = 1790;

impl Results {
    /// The names in the rows of the current result, where some of its columns are cursors (refcursor); `None` if none is.
    /// The rows are read for it, and kept.
    pub fn cursor_names(&mut self, session: &mut Session, deadline: Deadline) -> Result<Option<Vec<String>>> {
        let Some(columns) = self.columns().cloned() else { return Ok(None) };
        let is_cursor = |column: &usize| columns[*column].kind.oid == REFCURSOR;
        let places = Vec::from_iter((0..columns.len()).filter(is_cursor));
        if places.is_empty() {
            return Ok(None);
        }
        self.make_scrollable();
        self.fill(Some(session), u64::MAX, 0, deadline)?;
        let mut names = Vec::new();
        if let Some(Cursor { rows: Rows::Kept(kept), .. }) = self.cursor.as_deref_mut() {
            for number in 0..kept.store.count() {
                let Some(row) = kept.store.row(number)? else { break };
                let values = places.iter().filter_map(|place| row.get(*place).flatten());
                names.extend(values.map(|name| String::from_utf8_lossy(name).into_owned()));
            }
        }
        Ok(Some(names))
    }
}

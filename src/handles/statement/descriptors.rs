//! The implementation row descriptor, field by field: what is known of the columns, for the descriptor functions.
//!
//! Source: ODBC reference, `SQLGetDescField`.

use super::metadata::ColumnAttribute;
use super::{StatementCall, StatementState};
use crate::descriptor::{Field, FieldKind, FieldValue};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::odbc::descriptor_fields::*;

impl StatementCall<'_> {
    /// A field of the IRD. `None` (SQL_NO_DATA) for a record that there is not: the statement returns no rows, or fewer
    /// columns. A statement that is prepared is described for it.
    ///
    /// HY007 for a statement that has been neither prepared nor executed, 07009 for record 0 where bookmarks are off.
    pub fn row_descriptor_field(&mut self, number: u16, id: i16) -> Result<Option<FieldValue>> {
        let field = Field::find(id);
        let is_header = field.is_some_and(|field| field.is_header);
        if is_header && id != SQL_DESC_COUNT {
            return Ok(Some(self.statement()?.ird.header_field(id)));
        }
        if self.statement()?.state() == StatementState::Allocated {
            return Err(Diagnostic::new(
                HY007_STATEMENT_NOT_PREPARED,
                "the statement of this descriptor has been neither prepared nor executed: it has no columns yet",
            ));
        }
        let columns = self.columns()?;
        if id == SQL_DESC_COUNT {
            return Ok(Some(FieldValue::Number(columns.map_or(0, |columns| columns.len() as isize))));
        }
        let Some(columns) = columns else { return Ok(None) };
        let column = match usize::from(number).checked_sub(1) {
            None => Some(self.bookmark_column()?),
            Some(index) => columns.get(index).cloned(),
        };
        let Some(column) = column else { return Ok(None) };
        Ok(Some(match self.attribute_of_column(&column, id)? {
            Some(ColumnAttribute::Text(text)) => FieldValue::Text(text),
            Some(ColumnAttribute::Number(number)) => FieldValue::Number(number),
            // Not a field of IRDs: undefined, and always the same.
            None => match field.map(|field| field.kind) {
                Some(FieldKind::Text) => FieldValue::Text(String::new()),
                _ => FieldValue::Number(0),
            },
        }))
    }
}

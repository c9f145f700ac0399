//! Positioned UPDATE and DELETE: `WHERE CURRENT OF` the cursor of another statement of the connection.
//!
//! The cursor is the driver's, the server knows nothing of it. At each execution the row that the cursor is on is looked
//! for by its values, and the statement is sent for the version of the row that was found: one that another transaction
//! changes in between is not touched.
//!
//! Source: ODBC reference, "Positioned update and delete statements"; PostgreSQL documentation, "System Columns".

use super::{Statement, StatementCall};
use crate::cursor::Results;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::execute::{ChangedRow, Prepared};
use crate::handles::connection::{ConnectionState, gone};
use crate::handles::slab::Id;
use crate::sql::{CurrentOf, ScanOptions, current_of};

/// A positioned statement as the application wrote it.
#[derive(Clone, Debug)]
pub(super) struct PositionedText {
    text: String,
    clause: CurrentOf,
    options: ScanOptions,
}

/// A condition that holds for no row.
const NOWHERE: &str = "ctid = '(0,0)'::pg_catalog.tid AND tableoid = 0::pg_catalog.oid";

impl PositionedText {
    fn with_condition(&self, condition: &str) -> Result<Prepared> {
        let place = &self.clause.place;
        let text = format!("{}{condition}{}", &self.text[..place.start], &self.text[place.end..]);
        Prepared::new(&text, &self.options)
    }
}

impl StatementCall<'_> {
    /// A text prepared. One that is positioned by a cursor of the driver's is kept as it is: where its cursor is shows
    /// at execution.
    pub(super) fn prepare_text(&mut self, text: &str, options: &ScanOptions) -> Result<Prepared> {
        let positioned = current_of(text, options)
            .filter(|clause| self.cursor_statement(&clause.cursor).is_some())
            .map(|clause| PositionedText { text: text.to_owned(), clause, options: *options });
        let prepared = match &positioned {
            Some(positioned) => positioned.with_condition(NOWHERE)?,
            None => self.find_statement(text, options)?,
        };
        self.statement()?.positioned = positioned;
        self.recognise_table(text, options)?;
        Ok(prepared)
    }

    /// Before execution: a positioned statement gets the row that its cursor is on now.
    ///
    /// 34000 if no statement has the cursor any more, 24000 if it is on no row.
    pub(super) fn place_positioned(&mut self) -> Result {
        let Some(positioned) = self.statement()?.positioned.clone() else { return Ok(()) };
        let name = &positioned.clause.cursor;
        let Some(id) = self.cursor_statement(name) else {
            return Err(Diagnostic::new(S34000_INVALID_CURSOR_NAME, format!("there is no cursor \"{name}\" any more")));
        };
        let mut cursor = StatementCall { connection: self.connection, state: self.state, id };
        let condition = cursor.condition_of_current_row(name)?;
        let prepared = positioned.with_condition(condition.as_deref().unwrap_or(NOWHERE))?;
        if let Some(before) = self.statement()?.prepared.replace(prepared) {
            before.release(&mut self.state.names);
        }
        Ok(())
    }

    /// After execution: 01001 if the row was not there any more.
    pub(super) fn tell_conflict(&mut self) -> Result {
        let statement = self.statement()?;
        let touched = statement.results.as_ref().and_then(Results::row_count);
        if statement.positioned.is_some() && touched == Some(0) {
            statement.diagnostics.push(*super::changing::conflict());
        }
        Ok(())
    }

    /// What finds the version of the row that this statement's cursor is on; `None` if it cannot be told any more.
    fn condition_of_current_row(&mut self, name: &str) -> Result<Option<String>> {
        let ConnectionState { session, statements, .. } = &mut *self.state;
        let Some(results) = &mut statements.get_mut(self.id).ok_or_else(gone)?.results else {
            return Err(no_row(name));
        };
        let values = results.current_values(session.as_ref())?;
        let (Some(values), Some(columns)) = (values, results.columns().cloned()) else {
            return Err(no_row(name));
        };
        let table = self.cursor_table(&columns)?;
        let old = self.old_row(&columns, &table, &values)?;
        let ChangedRow { count, values } = self.run_change(&table.locate(old))?;
        let text = |index: usize| {
            let bytes = values.get(index).cloned().flatten().unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        Ok((count == 1).then(|| {
            format!(
                "ctid = '{}'::pg_catalog.tid AND xmin = '{}'::pg_catalog.xid AND tableoid = {}::pg_catalog.oid",
                text(0),
                text(1),
                text(2)
            )
        }))
    }

    /// The statement whose cursor has a name.
    fn cursor_statement(&mut self, name: &str) -> Option<Id> {
        let name = Some(name.to_lowercase());
        let has_name = |statement: &Statement| statement.lower_cursor_name() == name;
        self.connection.bring(self.state, has_name);
        self.state.statements.find(has_name).filter(|id| *id != self.id)
    }
}

fn no_row(name: &str) -> Box<Diagnostic> {
    Diagnostic::new(S24000_INVALID_CURSOR_STATE, format!("the cursor \"{name}\" is on no row; fetch one first"))
}

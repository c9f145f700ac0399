//! What a statement can do while the session is away with another statement of its connection (`connection/away.rs`).

use super::sending::Suspended;
use super::{Statement, StatementCall};
use crate::cursor::Results;
use crate::diag::Result;
use crate::handles::connection::gone;
use crate::handles::slab::Id;
use crate::odbc::attributes::*;
use crate::odbc::functions::FunctionId;

/// Functions that work with what the statement has, in each of its states.
const WITHOUT_SESSION: &[FunctionId] = &[
    FunctionId::BIND_COL,
    FunctionId::BIND_PARAMETER,
    FunctionId::GET_STMT_ATTR,
    FunctionId::SET_STMT_ATTR,
    FunctionId::GET_CURSOR_NAME,
    FunctionId::SET_CURSOR_NAME,
    FunctionId::NUM_PARAMS,
    FunctionId::ROW_COUNT,
    FunctionId::CANCEL,
    FunctionId::CANCEL_HANDLE,
    FunctionId::FREE_HANDLE,
];

impl Statement {
    /// Whether a function can be executed without the session.
    pub fn needs_no_session(&self, function: FunctionId) -> bool {
        match &self.suspended {
            // The server waits for the rest of the copy.
            Some(Suspended::Copy(_)) => false,
            Some(Suspended::Data(_) | Suspended::RowData(..)) if function == FunctionId::PUT_DATA => true,
            // What the rest of its answer says is told.
            _ if [FunctionId::CLOSE_CURSOR, FunctionId::FREE_STMT].contains(&function) => {
                !self.results.as_ref().is_some_and(Results::may_have_failed)
            }
            _ if [FunctionId::NUM_RESULT_COLS, FunctionId::DESCRIBE_COL].contains(&function) => self.results.is_some(),
            _ => WITHOUT_SESSION.contains(&function),
        }
    }

    /// Whether its IRD has nothing to tell.
    pub fn has_no_columns(&self) -> bool {
        self.prepared.is_none() && self.results.is_none()
    }

    /// Whether its IPD can be read and set without asking the server for the parameters.
    pub fn knows_parameters(&self) -> bool {
        !self.is_prepared || self.attributes.get(SQL_ATTR_ENABLE_AUTO_IPD) != SQL_TRUE
    }

    /// Its ARD and APD, and those that were allocated with it.
    pub fn application_descriptors(&self) -> [Id; 4] {
        [self.ard, self.apd, self.implicit_ard, self.implicit_apd]
    }

    /// The cursor's name as it is compared.
    pub fn lower_cursor_name(&self) -> Option<String> {
        self.cursor_name.as_ref().map(|name| name.to_lowercase())
    }
}

impl StatementCall<'_> {
    /// Leaves what the statement has of the session for when that is back; whether it is away.
    pub(super) fn leave_results(&mut self) -> Result<bool> {
        let Some(left) = self.state.share.left_behind() else { return Ok(false) };
        let statement = self.state.statements.get_mut(self.id).ok_or_else(gone)?;
        left.results.extend(statement.take_results());
        Ok(true)
    }

    /// The same for a statement list that it does not use any more.
    pub(super) fn leave_prepared(&mut self) -> Result<bool> {
        let Some(left) = self.state.share.left_behind() else { return Ok(false) };
        let statement = self.state.statements.get_mut(self.id).ok_or_else(gone)?;
        left.prepared.extend(statement.prepared.take());
        left.prepared.extend(statement.identified.take().map(|identified| identified.prepared));
        Ok(true)
    }
}

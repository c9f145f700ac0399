//! COPY FROM STDIN: the data comes by SQLPutData, as data at execution does, and goes to the server as it comes.
//!
//! The execution returns SQL_NEED_DATA; SQLParamData then asks for data with a null pointer in the place of a parameter's
//! address; SQLPutData takes it, bytes in the format that the statement names; SQLParamData ends it. SQLCancel gives up.

use super::StatementCall;
use super::execution::Executed;
use super::sending::{ParameterData, Suspended};
use crate::convert::Source;
use crate::cursor::Results;
use crate::descriptor::Address;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::execute::Phase;
use crate::handles::connection::open_session;

/// A copy on its way into the server.
#[derive(Debug)]
pub(super) struct CopyIn {
    pub results: Results,
    pub phase: Phase,
}

impl CopyIn {
    pub fn new(results: Results) -> CopyIn {
        CopyIn { results, phase: Phase::NeedData }
    }
}

impl StatementCall<'_> {
    /// SQLParamData: asks for the data, or ends it.
    pub(super) fn advance_copy(&mut self, mut copy: Box<CopyIn>) -> Result<ParameterData> {
        if copy.phase == Phase::NeedData {
            copy.phase = Phase::MustPut;
            self.suspend(Suspended::Copy(copy))?;
            return Ok(ParameterData::Needed(Address::NULL));
        }
        self.end_copy(copy).map(|()| ParameterData::Executed(Executed::Done))
    }

    /// SQLPutData: a piece of any size. What the server has already refused ends the sending.
    ///
    /// HY090 for a length that is none (NULL is written in the data's own format), HY009 for a null pointer.
    pub(super) fn put_copy(&mut self, mut copy: Box<CopyIn>, piece: Source) -> Result {
        let Some(bytes) = piece.octets() else {
            self.suspend(Suspended::Copy(copy))?;
            return Err(Diagnostic::new(
                HY090_INVALID_STRING_OR_BUFFER_LENGTH,
                format!("{} bytes at a null pointer, or no length at all, are no data to copy", piece.length),
            ));
        };
        let deadline = self.deadline()?;
        let _mark = self.connection.cancel.running(self.id);
        let session = open_session(&mut self.state.session)?;
        if let Err(error) = session.copy_data(bytes, deadline) {
            let _ = copy.results.close(Some(session), false, deadline);
            return Err(self.after_failure(error));
        }
        if session.has_failed_ahead() {
            return self.end_copy(copy);
        }
        copy.phase = Phase::CanPut;
        self.suspend(Suspended::Copy(copy))
    }

    fn end_copy(&mut self, mut copy: Box<CopyIn>) -> Result {
        let deadline = self.deadline()?;
        let _mark = self.connection.cancel.running(self.id);
        let crate::handles::connection::ConnectionState { session, types, .. } = &mut *self.state;
        let session = open_session(session)?;
        session.end_copy(None);
        let ended = session.send(deadline).and_then(|()| copy.results.advance(session, types, deadline));
        match ended {
            Ok(_) => {
                let statement = self.statement()?;
                statement.diagnostics.row_count =
                    copy.results.affected().and_then(|count| isize::try_from(count).ok()).unwrap_or(-1);
                statement.results = Some(copy.results);
                Ok(())
            }
            Err(error) => Err(self.after_failure(error)),
        }
    }

    /// The copy is given up: the server undoes it. That it says so is no error.
    pub(super) fn leave_copy(&mut self, mut copy: Box<CopyIn>) -> Result {
        let deadline = self.deadline()?;
        match self.state.session.as_mut().filter(|session| !session.is_dead()) {
            Some(session) => {
                let left = copy.results.close(Some(session), false, deadline);
                if session.is_dead() { left } else { Ok(()) }
            }
            None => Ok(()),
        }
    }
}

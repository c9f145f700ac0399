//! Statements in the middle of an execution, or of changing rows: values are sent, or outputs read, by SQLParamData,
//! SQLPutData and SQLGetData.
//!
//! Source: ODBC reference, `SQLParamData`, `SQLPutData`, appendix B ("Statement transitions", states S8 to S10).

use super::changing::AwaitingRows;
use super::copying::CopyIn;
use super::execution::Executed;
use super::outputs::StreamedOutputs;
use super::{Statement, StatementCall, StatementState};
use crate::convert::Source;
use crate::cursor::Fetched;
use crate::descriptor::Address;
use crate::diag::Result;
use crate::execute::{DataAtExecution, Phase};

/// What an execution waits for.
#[derive(Debug)]
pub(super) enum Suspended {
    /// Values that are sent before it.
    Data(Box<DataAtExecution>),
    /// What is to be copied into the server.
    Copy(Box<CopyIn>),
    /// Values of columns that are sent before rows of the cursor are changed.
    RowData(Box<DataAtExecution>, AwaitingRows),
    /// Values that are read in pieces after it.
    Outputs(Box<StreamedOutputs>),
}

/// What SQLParamData has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterData {
    /// Data is needed for the parameter that was bound to this address.
    Needed(Address),
    /// All data was there, and the statement has been executed.
    Executed(Executed),
    /// All data was there, and the rows of the cursor have been changed, or some of them.
    Changed(Fetched),
    /// The output parameter that was bound to this address is to be read by SQLGetData.
    Available(Address),
}

impl Suspended {
    pub(super) fn state(&self) -> StatementState {
        match self {
            Suspended::Data(data) | Suspended::RowData(data, _) => sending(data.phase()),
            Suspended::Copy(copy) => sending(copy.phase),
            Suspended::Outputs(_) => StatementState::OutputsAvailable,
        }
    }
}

fn sending(phase: Phase) -> StatementState {
    match phase {
        Phase::NeedData => StatementState::NeedData,
        Phase::MustPut => StatementState::MustPut,
        Phase::CanPut => StatementState::CanPut,
    }
}

impl Statement {
    /// Whether output parameters wait to be read in pieces.
    pub(super) fn has_streamed_outputs(&self) -> bool {
        matches!(self.suspended, Some(Suspended::Outputs(_)))
    }
}

impl StatementCall<'_> {
    /// SQLParamData. What a value or the execution is refused for ends the sending.
    pub fn parameter_data(&mut self) -> Result<ParameterData> {
        match self.resume()? {
            None => Ok(ParameterData::Executed(Executed::Done)),
            Some(Suspended::Outputs(outputs)) => self.next_output(outputs),
            Some(Suspended::Copy(copy)) => self.advance_copy(copy),
            Some(Suspended::Data(mut data)) => match data.advance()? {
                None => self.execute_with(Some(*data)).map(ParameterData::Executed),
                Some(address) => {
                    // What an array is bound to may be one address for all sets: this tells them apart (SQLBindParameter,
                    // ParameterValuePtr).
                    let set = data.current_set().map_or(0, |set| set + 1);
                    self.statement()?.ipd.rows_processed.write(set);
                    self.suspend(Suspended::Data(data))?;
                    Ok(ParameterData::Needed(address))
                }
            },
            Some(Suspended::RowData(mut data, rows)) => match data.advance()? {
                None => self.change_awaiting(rows, *data).map(ParameterData::Changed),
                Some(address) => {
                    self.suspend(Suspended::RowData(data, rows))?;
                    Ok(ParameterData::Needed(address))
                }
            },
        }
    }

    /// SQLPutData. An error ends the sending.
    pub fn put_data(&mut self, piece: Source) -> Result {
        let mut suspended = match self.resume()? {
            None => return Ok(()),
            Some(Suspended::Copy(copy)) => return self.put_copy(copy, piece),
            Some(suspended) => suspended,
        };
        if let Suspended::Data(data) | Suspended::RowData(data, _) = &mut suspended
            && let Some(warning) = data.put(piece)?
        {
            self.diagnostics()?.push(*warning);
        }
        self.suspend(suspended)
    }

    /// SQLCancel while the execution waits for something: it is given up.
    pub fn cancel_suspended(&mut self) -> Result {
        match self.resume()? {
            Some(Suspended::Copy(copy)) => self.leave_copy(copy),
            _ => Ok(()),
        }
    }

    pub(super) fn suspend(&mut self, suspended: Suspended) -> Result {
        self.statement()?.suspended = Some(suspended);
        self.connection.cancel.suspended(true);
        Ok(())
    }

    pub(super) fn resume(&mut self) -> Result<Option<Suspended>> {
        let suspended = self.statement()?.suspended.take();
        if suspended.is_some() {
            self.connection.cancel.suspended(false);
        }
        Ok(suspended)
    }
}

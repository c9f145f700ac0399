//! Sending parameters' values at execution: SQLParamData, SQLPutData.
//!
//! Source: ODBC reference, `SQLParamData`, `SQLPutData`, appendix B ("Statement transitions", states S8 to S10).

use super::StatementCall;
use super::execution::Executed;
use crate::convert::Source;
use crate::descriptor::Address;
use crate::diag::Result;
use crate::execute::DataAtExecution;

/// What SQLParamData has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterData {
    /// Data is needed for the parameter that was bound to this address.
    Needed(Address),
    /// All data was there, and the statement has been executed.
    Executed(Executed),
    /// The output parameter that was bound to this address is to be read by SQLGetData.
    Available(Address),
}

impl StatementCall<'_> {
    /// SQLParamData. What a value or the execution is refused for ends the sending.
    pub fn parameter_data(&mut self) -> Result<ParameterData> {
        let Some(mut data) = self.take_data()? else {
            let next = self.next_output()?;
            return Ok(next.map_or(ParameterData::Executed(Executed::Done), ParameterData::Available));
        };
        if let Some(address) = data.advance()? {
            self.keep_data(data)?;
            return Ok(ParameterData::Needed(address));
        }
        self.execute_with(Some(data)).map(ParameterData::Executed)
    }

    /// SQLPutData. An error ends the sending.
    pub fn put_data(&mut self, piece: Source) -> Result {
        let Some(mut data) = self.take_data()? else { return Ok(()) };
        if let Some(warning) = data.put(piece)? {
            self.diagnostics()?.push(*warning);
        }
        self.keep_data(data)
    }

    /// SQLCancel while data is needed: the execution is given up.
    pub fn cancel_data(&mut self) -> Result {
        self.take_data().map(drop)
    }

    pub(super) fn keep_data(&mut self, data: DataAtExecution) -> Result {
        self.statement()?.data = Some(data);
        self.connection.cancel.needs_data(true);
        Ok(())
    }

    fn take_data(&mut self) -> Result<Option<DataAtExecution>> {
        let data = self.statement()?.data.take();
        if data.is_some() {
            self.connection.cancel.needs_data(false);
        }
        Ok(data)
    }
}

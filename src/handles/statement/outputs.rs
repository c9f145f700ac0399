//! Output parameters of calls: into their buffers, or in pieces by SQLParamData and SQLGetData.
//!
//! The row that answers a call is here whole when the function that executes it returns; bound buffers are filled then.
//!
//! Source: ODBC reference, "Retrieving output parameters using SQLGetData", `SQLBindParameter`, `SQLParamData`.

use super::execution::Executed;
use super::sending::{ParameterData, Suspended};
use super::{Statement, StatementCall};
use crate::cursor::{GetDataRequest, OutputBinding, OutputRow, Results, no_row};
use crate::descriptor::Address;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::handles::connection::{ConnectionState, gone};

/// Values that are read in pieces.
#[derive(Debug)]
pub(super) struct StreamedOutputs {
    row: OutputRow,
    /// Parameters and their columns that SQLParamData has still to name, the last one first.
    waiting: Vec<(u16, usize)>,
    /// The one that SQLGetData reads.
    current: Option<(u16, usize)>,
}

impl StatementCall<'_> {
    /// Fills the buffers of the output parameters, if the current result is the answer of a call that has some. What
    /// goes wrong with one of them is a record, and the others are filled all the same: the call was executed.
    pub(super) fn deliver_outputs(&mut self, executed: Executed) -> Result<Executed> {
        let ConnectionState { statements, descriptors, convert, .. } = &mut *self.state;
        let statement = statements.get_mut(self.id).ok_or_else(gone)?;
        let Statement { results, prepared, ipd, apd, diagnostics, .. } = statement;
        let Some(mut row) = results.as_mut().and_then(Results::take_outputs) else { return Ok(executed) };
        let apd = &descriptors.get(*apd).ok_or_else(gone)?.descriptor;
        let binding = OutputBinding { apd, ipd, options: convert };
        let (width, outputs) = prepared.as_ref().map(|prepared| prepared.outputs(row.statement)).unwrap_or_default();
        if row.width() != width {
            diagnostics.push(*no_row());
            return Ok(Executed::Failed);
        }
        let (mut waiting, bound): (Vec<_>, Vec<_>) =
            outputs.into_iter().partition(|(number, _)| binding.is_streamed(*number));
        let mut failed = false;
        for (number, column) in bound {
            if let Err(error) = row.deliver(number, column, &binding, diagnostics) {
                diagnostics.push(*error.in_column(number));
                failed = true;
            }
        }
        waiting.reverse();
        let are_waiting = !waiting.is_empty();
        if are_waiting {
            self.suspend(Suspended::Outputs(Box::new(StreamedOutputs { row, waiting, current: None })))?;
        }
        Ok(match executed {
            _ if failed => Executed::Failed,
            Executed::Done if are_waiting => Executed::OutputsAvailable,
            other => other,
        })
    }

    /// SQLParamData where values are to be read in pieces: the address that the next one was bound with, until all have
    /// been named.
    pub(super) fn next_output(&mut self, mut streamed: Box<StreamedOutputs>) -> Result<ParameterData> {
        streamed.current = streamed.waiting.pop();
        let Some((number, _)) = streamed.current else { return Ok(ParameterData::Executed(Executed::Done)) };
        self.suspend(Suspended::Outputs(streamed))?;
        let ConnectionState { statements, descriptors, .. } = &mut *self.state;
        let statement = statements.get_mut(self.id).ok_or_else(gone)?;
        let apd = &descriptors.get(statement.apd).ok_or_else(gone)?.descriptor;
        let offset = apd.bind_offset.read::<isize>().unwrap_or(0) as usize;
        Ok(ParameterData::Available(apd.record(number).map_or(Address::NULL, |record| record.data.offset(offset))))
    }

    /// SQLGetData where values are to be read in pieces; `false` is SQL_NO_DATA.
    ///
    /// 07009 for another parameter than the one that SQLParamData has named.
    pub(super) fn get_output(&mut self, request: &GetDataRequest) -> Result<bool> {
        let ConnectionState { statements, descriptors, convert, .. } = &mut *self.state;
        let statement = statements.get_mut(self.id).ok_or_else(gone)?;
        let Statement { suspended, apd, ipd, diagnostics, .. } = statement;
        let Some(Suspended::Outputs(streamed)) = suspended else { return Err(gone()) };
        let StreamedOutputs { row, current, .. } = &mut **streamed;
        let Some((_, column)) = current.filter(|(number, _)| *number == request.column) else {
            return Err(Diagnostic::new(
                S07009_INVALID_DESCRIPTOR_INDEX,
                format!(
                    "SQLGetData reads the output parameter that SQLParamData has named last, which is not {}",
                    request.column
                ),
            ));
        };
        let apd = &descriptors.get(*apd).ok_or_else(gone)?.descriptor;
        let binding = OutputBinding { apd, ipd, options: convert };
        row.get_data(request, column, &binding, diagnostics)
    }
}

//! The row that answers a call, and its values on their way to the parameters that are bound as outputs: all at once
//! into their buffers, or one by one in pieces.
//!
//! Source: ODBC reference, `SQLBindParameter`, "Retrieving output parameters using SQLGetData".

use super::fetch::bind_offset;
use super::get_data::{GetDataOptions, GetDataProgress, GetDataRequest};
use super::plan::{BoundColumn, ValueSource, warning_record};
use super::row_store::RowStore;
use crate::convert::{ConvertOptions, Scratch, default_c_type};
use crate::descriptor::{ApplicationDescriptor, Columns, ImplementationParameterDescriptor};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::odbc::types::{SQL_APD_TYPE, SQL_ARD_TYPE};
use crate::odbc::values::*;
use crate::wire::DataRow;
use crate::wire::StoreLimits;

/// The row of output values of one call.
#[derive(Debug)]
pub struct OutputRow {
    /// Place of the call in the statement list, from 0.
    pub statement: usize,
    columns: Columns,
    /// Of one row.
    row: RowStore,
    get_data: GetDataProgress,
    scratch: Scratch,
}

/// The OID of void: a function of this type has no value, whatever the server sends for it.
const VOID_OID: u32 = 2278;

/// What the value of an output goes by.
#[derive(Clone, Copy, Debug)]
pub struct OutputBinding<'a> {
    pub apd: &'a ApplicationDescriptor,
    pub ipd: &'a ImplementationParameterDescriptor,
    pub options: &'a ConvertOptions,
}

impl OutputRow {
    /// The row stays in memory, where it is already. Errors: those of [`RowStore::push`].
    pub(super) fn new(statement: usize, columns: Columns, row: DataRow<'_>) -> Result<OutputRow> {
        let mut store = RowStore::new(StoreLimits::MEMORY);
        store.push(row)?;
        Ok(OutputRow {
            statement,
            columns,
            row: store,
            get_data: GetDataProgress::default(),
            scratch: Scratch::default(),
        })
    }

    /// Columns of the row.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// Converts the value in `column` (from 0) into the buffer of parameter `number`, by the rules of a bound column.
    ///
    /// 07006 and HY003 types, 22002 without an indicator for NULL, and what the conversion of the value gives. Warnings
    /// are in `diagnostics`.
    pub fn deliver(
        &mut self,
        number: u16,
        column: usize,
        binding: &OutputBinding<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Result {
        let Some(record) = binding.apd.record(number) else { return Ok(()) };
        let source = self.source(column, number, binding)?;
        let bound = BoundColumn::new(number, record, source, binding.apd, binding.options)?;
        let Some(row) = self.row.row(0)? else { return Err(no_row()) };
        let value = row.get(column).flatten().filter(|_| source.kind.oid != VOID_OID);
        if let Some(warning) = bound.deliver(value, 0, bind_offset(binding.apd), &mut self.scratch)? {
            diagnostics.push(*warning_record(warning).in_column(number));
        }
        Ok(())
    }

    /// Reads (more of) the value in `column` (from 0) of the parameter that the request names. `Ok(false)`: the value
    /// has been read to its end before (SQL_NO_DATA). Errors as for a column (`SQLGetData`).
    pub fn get_data(
        &mut self,
        request: &GetDataRequest,
        column: usize,
        binding: &OutputBinding<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Result<bool> {
        let number = request.column;
        let c_type = match request.c_type {
            // What the parameter was bound with, precision and scale included.
            SQL_APD_TYPE => SQL_ARD_TYPE,
            other => other,
        };
        let request = GetDataRequest { c_type, ..*request };
        let options = GetDataOptions { convert: binding.options, max_length: 0, ard: binding.apd };
        let source = self.source(column, number, binding)?;
        self.get_data.turn_to(&request, &options, &source)?;
        if self.get_data.is_complete() {
            return Ok(false);
        }
        let Some(row) = self.row.row(0)? else { return Err(no_row()) };
        let value = row.get(column).flatten().filter(|_| source.kind.oid != VOID_OID);
        if let Some(warning) = self.get_data.read(value, &request, &mut self.scratch)? {
            diagnostics.push(*warning_record(warning).in_column(number));
        }
        Ok(true)
    }

    /// What a parameter's value is converted from; SQL_C_DEFAULT goes by the type that it was declared as.
    fn source(&self, column: usize, number: u16, binding: &OutputBinding<'_>) -> Result<ValueSource> {
        let column = self.columns.get(column).ok_or_else(no_row)?;
        Ok(ValueSource { default: binding.default_type(number), ..ValueSource::of(column) })
    }
}

impl OutputBinding<'_> {
    /// What SQL_C_DEFAULT means for a parameter: it goes by the type that it was declared as.
    fn default_type(&self, number: u16) -> i16 {
        let declared = self.ipd.record(number).map_or(0, |record| record.sql_type);
        default_c_type(declared, false)
    }

    /// Whether a parameter's value is to be had in pieces.
    pub fn is_streamed(&self, number: u16) -> bool {
        let streamed = [SQL_PARAM_OUTPUT_STREAM, SQL_PARAM_INPUT_OUTPUT_STREAM];
        self.ipd.record(number).is_some_and(|record| streamed.contains(&record.parameter_type))
    }
}

/// What the server has answered is not what its catalog has led to expect.
pub fn no_row() -> Box<Diagnostic> {
    Diagnostic::new(
        HY000_GENERAL_ERROR,
        "the server has answered the call with other values than its catalog says that there are; the output parameters \
         were not set",
    )
}

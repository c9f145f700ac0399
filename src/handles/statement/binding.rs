//! Binding columns and parameters: SQLBindCol, SQLBindParameter and their undoing.
//!
//! Source: ODBC reference, `SQLBindCol`, `SQLBindParameter`, `SQLFreeStmt`.

use super::StatementCall;
use crate::convert::{check_c_type, encoder};
use crate::descriptor::{Address, ApplicationRecord, DataType, ParameterRecord};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::odbc::values::*;

/// The arguments of SQLBindCol.
#[derive(Clone, Copy, Debug)]
pub struct ColumnBinding {
    pub column: u16,
    pub c_type: i16,
    pub data: Address,
    pub capacity: isize,
    pub indicator: Address,
}

/// The arguments of SQLBindParameter.
#[derive(Clone, Copy, Debug)]
pub struct ParameterBinding {
    pub parameter: u16,
    pub parameter_type: i16,
    pub c_type: i16,
    pub sql_type: i16,
    pub column_size: usize,
    pub decimal_digits: i16,
    pub data: Address,
    pub capacity: isize,
    pub indicator: Address,
}

impl StatementCall<'_> {
    /// 07009 for column 0 where bookmarks are off, 07006 for its C type, HY003 for a C type that is none, HY090 for a negative length.
    pub fn bind_column(&mut self, binding: &ColumnBinding) -> Result {
        if binding.column == 0 {
            self.check_bookmark_binding(binding)?;
        }
        let record = if binding.data.is_null() && binding.indicator.is_null() {
            ApplicationRecord::default()
        } else {
            check_c_type(binding.c_type)?;
            application_record(binding.c_type, binding.data, binding.capacity, binding.indicator)?
        };
        let ard = self.statement()?.ard;
        self.application_descriptor(ard)?.bind(binding.column, record);
        Ok(())
    }

    /// 07009 for parameter 0, HY105 for a parameter type that is none, HY003 and HY004 for types, HY090 for a negative
    /// length, HY009 for a null buffer without a length, HY104 for a precision or scale out of range.
    pub fn bind_parameter(&mut self, binding: &ParameterBinding) -> Result {
        if binding.parameter == 0 {
            return Err(Diagnostic::new(S07009_INVALID_DESCRIPTOR_INDEX, "parameters are numbered from 1"));
        }
        match binding.parameter_type {
            SQL_PARAM_INPUT
            | SQL_PARAM_INPUT_OUTPUT
            | SQL_PARAM_OUTPUT
            | SQL_PARAM_INPUT_OUTPUT_STREAM
            | SQL_PARAM_OUTPUT_STREAM => {}
            other => {
                return Err(Diagnostic::new(HY105_INVALID_PARAMETER_TYPE, format!("{other} is no parameter type")));
            }
        }
        // Whether the pair of types can be is known now; the reference has SQLBindParameter say so.
        encoder(&declared_types(binding), None, &self.state.convert)?;
        // An output may be bound to nothing: nobody wants it.
        let is_output = matches!(binding.parameter_type, SQL_PARAM_OUTPUT | SQL_PARAM_OUTPUT_STREAM);
        if binding.data.is_null() && binding.indicator.is_null() && !is_output {
            return Err(Diagnostic::new(
                HY009_INVALID_NULL_POINTER,
                "ParameterValuePtr and StrLen_or_IndPtr are both null pointers; for NULL pass an indicator SQL_NULL_DATA",
            ));
        }
        let record = application_record(binding.c_type, binding.data, binding.capacity, binding.indicator)?;
        let declared = ParameterRecord {
            parameter_type: binding.parameter_type,
            sql_type: binding.sql_type,
            column_size: binding.column_size,
            decimal_digits: binding.decimal_digits,
            ..ParameterRecord::default()
        };
        let statement = self.statement()?;
        statement.ipd.bind(binding.parameter, declared);
        let apd = statement.apd;
        self.application_descriptor(apd)?.bind(binding.parameter, record);
        Ok(())
    }

    /// SQLFreeStmt(SQL_UNBIND).
    pub fn unbind_columns(&mut self) -> Result {
        let ard = self.statement()?.ard;
        self.application_descriptor(ard)?.unbind_all();
        Ok(())
    }

    /// SQLFreeStmt(SQL_RESET_PARAMS).
    pub fn reset_parameters(&mut self) -> Result {
        let statement = self.statement()?;
        statement.ipd.unbind_all();
        let apd = statement.apd;
        self.application_descriptor(apd)?.unbind_all();
        Ok(())
    }
}

fn declared_types(binding: &ParameterBinding) -> crate::convert::ParameterBinding {
    crate::convert::ParameterBinding {
        c_type: binding.c_type,
        sql_type: binding.sql_type,
        column_size: binding.column_size as u64,
        decimal_digits: binding.decimal_digits,
    }
}

fn application_record(c_type: i16, data: Address, capacity: isize, indicator: Address) -> Result<ApplicationRecord> {
    if capacity < 0 {
        return Err(Diagnostic::new(
            HY090_INVALID_STRING_OR_BUFFER_LENGTH,
            format!("the buffer length {capacity} is negative"),
        ));
    }
    let mut record = ApplicationRecord::default();
    record.set_type(DataType::new(c_type));
    Ok(ApplicationRecord { data, octet_length: capacity, length: indicator, indicator, ..record })
}

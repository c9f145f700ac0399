//! The parameters of one execution: bound buffers on one side, declared types and values for Bind on the other.
//!
//! Source: ODBC reference, `SQLBindParameter`, "Sending parameters"; PostgreSQL documentation, "Bind".

use bytes::BytesMut;

use crate::convert::{ConvertOptions, Encoder, ParameterBinding, Scratch, Source, encoder};
use crate::descriptor::{ApplicationDescriptor, ImplementationParameterDescriptor};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::odbc::values::*;

/// The application's parameter buffers and their declarations.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'a> {
    pub apd: &'a ApplicationDescriptor,
    pub ipd: &'a ImplementationParameterDescriptor,
}

/// One parameter, ready to be written: how, and where its value is.
#[derive(Debug)]
pub(super) struct Parameter {
    /// Its number in the whole list, from 1.
    number: u16,
    encoder: Encoder,
    /// `None` is NULL.
    source: Option<Source>,
}

impl Parameters<'_> {
    /// Prepares parameters `first` (from 1) to `first + count - 1`.
    ///
    /// 07002 for one that is not bound, HYC00 for what is not done yet (output parameters, data at execution,
    /// SQL_DEFAULT_PARAM), HY090 for a length that is none, 07006 and HY004 for types.
    pub(super) fn encode(&self, first: u16, count: u16, options: &ConvertOptions) -> Result<Vec<Parameter>> {
        (first..first.saturating_add(count)).map(|number| self.parameter(number, options)).collect()
    }

    /// The types to declare before anything is bound: what is bound so far, else left to the server.
    pub(super) fn declared_types(&self, first: u16, count: u16, options: &ConvertOptions) -> Vec<u32> {
        (first..first.saturating_add(count))
            .map(|number| self.encoder(number, options).map_or(0, |encoder| encoder.oid()))
            .collect()
    }

    pub(super) fn encoder(&self, number: u16, options: &ConvertOptions) -> Result<Encoder> {
        let (Some(application), Some(declared)) = (self.apd.record(number), self.ipd.record(number)) else {
            return Err(Diagnostic::new(
                S07002_COUNT_FIELD_INCORRECT,
                format!("parameter {number} is not bound; call SQLBindParameter for every marker of the statement"),
            ));
        };
        let binding = ParameterBinding {
            c_type: application.c_type,
            sql_type: declared.sql_type,
            column_size: declared.column_size as u64,
            decimal_digits: declared.decimal_digits,
        };
        encoder(&binding, None, options)
    }

    fn parameter(&self, number: u16, options: &ConvertOptions) -> Result<Parameter> {
        let encoder = self.encoder(number, options).map_err(|error| error.in_column(number))?;
        // `encoder` has found both records.
        let (Some(application), Some(declared)) = (self.apd.record(number), self.ipd.record(number)) else {
            return Err(Diagnostic::new(HY000_GENERAL_ERROR, "a parameter was unbound while it was read"));
        };
        if declared.parameter_type != SQL_PARAM_INPUT {
            return Err(not_yet(number, "output and input/output parameters are"));
        }
        let offset = self.apd.bind_offset.read::<isize>().unwrap_or(0) as usize;
        let length = application.read_length(offset, 0, 0, SQL_NTS as isize);
        let source = match length {
            SQL_NULL_DATA => None,
            SQL_DEFAULT_PARAM => return Err(not_yet(number, "SQL_DEFAULT_PARAM is")),
            SQL_DATA_AT_EXEC => return Err(not_yet(number, "data at execution (SQL_DATA_AT_EXEC) is")),
            length if length <= SQL_LEN_DATA_AT_EXEC_OFFSET => {
                return Err(not_yet(number, "data at execution (SQL_LEN_DATA_AT_EXEC) is"));
            }
            length if length < 0 && length != SQL_NTS as isize => {
                return Err(Diagnostic::new(
                    HY090_INVALID_STRING_OR_BUFFER_LENGTH,
                    format!("the length {length} of parameter {number} is negative and no special value"),
                )
                .in_column(number));
            }
            _ if application.data.is_null() => {
                return Err(Diagnostic::new(
                    HY009_INVALID_NULL_POINTER,
                    format!("parameter {number} is not NULL, but its buffer is a null pointer"),
                )
                .in_column(number));
            }
            length => Some(Source {
                address: application.data.offset(offset).as_const(),
                length,
                capacity: application.octet_length.max(0) as usize,
            }),
        };
        Ok(Parameter { number, encoder, source })
    }
}

impl Parameter {
    /// The type OID to declare in Parse; 0 leaves it to the server.
    pub(super) fn oid(&self) -> u32 {
        self.encoder.oid()
    }

    pub(super) fn format(&self) -> i16 {
        self.encoder.format()
    }

    pub(super) fn is_null(&self) -> bool {
        self.source.is_none()
    }

    /// Appends the value's bytes, nothing for NULL, and gives the record of what was lost.
    pub(super) fn write(&self, out: &mut BytesMut, scratch: &mut Scratch) -> Result<Option<Box<Diagnostic>>> {
        let Some(source) = self.source else { return Ok(None) };
        let warning = self.encoder.encode(source, out, scratch).map_err(|error| error.in_column(self.number))?;
        Ok(warning.map(|warning| Diagnostic::new(warning.sqlstate(), warning.message()).in_column(self.number)))
    }
}

fn not_yet(number: u16, what: &str) -> Box<Diagnostic> {
    Diagnostic::new(HYC00_NOT_IMPLEMENTED, format!("{what} not supported yet (parameter {number})")).in_column(number)
}

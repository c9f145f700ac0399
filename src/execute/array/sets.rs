//! The parameter sets of one execution: for each parameter its encoder, chosen once, and where set N has its value.

use crate::convert::{ConvertOptions, Encoder, Source};
use crate::descriptor::{Address, ApplicationRecord};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::execute::parameters::Parameters;
use crate::execute::prepared::Inference;
use crate::odbc::values::*;

#[derive(Debug)]
pub(in crate::execute) struct ParameterSets {
    parameters: Vec<SetParameter>,
    types: Vec<u32>,
    count: usize,
    /// SQL_ATTR_PARAM_OPERATION_PTR.
    operation: Address,
    bind_offset: usize,
}

#[derive(Debug)]
struct SetParameter {
    number: u16,
    encoder: Encoder,
    record: ApplicationRecord,
    /// Bytes from one set's value, and length, to the next one's.
    data_stride: usize,
    length_stride: usize,
}

impl ParameterSets {
    /// 07002 for a parameter that is not bound, 07006 and HY004 for its types.
    pub(super) fn new(
        parameters: &Parameters<'_>,
        count: u16,
        options: &ConvertOptions,
        inference: &Inference,
    ) -> Result<ParameterSets> {
        let apd = parameters.apd;
        let parameters = (1..=count).map(|number| {
            let encoder = parameters.encoder(number, options, inference).map_err(|error| error.in_column(number))?;
            let record = apd.record(number).copied().unwrap_or_default();
            let (data_stride, length_stride) = match apd.bind_type {
                0 => (encoder.fixed_size().unwrap_or(record.octet_length.max(0) as usize), size_of::<isize>()),
                set_length => (set_length, set_length),
            };
            Ok(SetParameter { number, encoder, record, data_stride, length_stride })
        });
        let parameters = parameters.collect::<Result<Vec<_>>>()?;
        Ok(ParameterSets {
            types: inference.types(parameters.iter().map(|parameter| parameter.encoder.oid())),
            parameters,
            count: apd.array_size,
            operation: apd.array_status,
            bind_offset: apd.bind_offset.read::<isize>().unwrap_or(0) as usize,
        })
    }

    /// Sets in the array.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Whether the application has marked a set SQL_PARAM_IGNORE.
    pub(super) fn is_ignored(&self, set: usize) -> bool {
        self.operation.offset(set * size_of::<u16>()).read::<u16>() == Some(SQL_PARAM_IGNORE)
    }

    /// What the parameters are declared as, $1 first; 0 leaves one to the server.
    pub(super) fn types(&self) -> &[u32] {
        &self.types
    }

    /// The encoders, $1 first.
    pub(super) fn encoders(&self) -> impl Iterator<Item = &Encoder> {
        self.parameters.iter().map(|parameter| &parameter.encoder)
    }

    /// The encoder of parameter `index` (from 0).
    pub(super) fn encoder(&self, index: usize) -> &Encoder {
        &self.parameters[index].encoder
    }

    /// The number from 1 of parameter `index`.
    pub(super) fn number(&self, index: usize) -> u16 {
        self.parameters[index].number
    }

    /// Where set `set` has the value of parameter `index`; `None` is NULL.
    ///
    /// HYC00 for data at execution and SQL_DEFAULT_PARAM in an array, HY090 for a length that is none, HY009 for a null
    /// buffer.
    pub(super) fn value(&self, index: usize, set: usize) -> Result<Option<Source>> {
        let SetParameter { number, record, data_stride, length_stride, .. } = &self.parameters[index];
        let length = record.read_length(self.bind_offset, set, *length_stride, SQL_NTS as isize);
        if length == SQL_NULL_DATA {
            return Ok(None);
        }
        let refuse = |sqlstate, message: String| Err(Diagnostic::new(sqlstate, message).in_column(*number));
        if length == SQL_DEFAULT_PARAM || length == SQL_DATA_AT_EXEC || length <= SQL_LEN_DATA_AT_EXEC_OFFSET {
            let what = "data at execution and SQL_DEFAULT_PARAM are not supported in arrays of parameters yet";
            return refuse(HYC00_NOT_IMPLEMENTED, format!("{what} (parameter {number})"));
        }
        if length < 0 && length != SQL_NTS as isize {
            let message = format!("the length {length} of parameter {number} is negative and no special value");
            return refuse(HY090_INVALID_STRING_OR_BUFFER_LENGTH, message);
        }
        if record.data.is_null() {
            let message = format!("parameter {number} is not NULL, but its buffer is a null pointer");
            return refuse(HY009_INVALID_NULL_POINTER, message);
        }
        Ok(Some(Source {
            address: record.data.offset(self.bind_offset + set * data_stride).as_const(),
            length,
            capacity: record.octet_length.max(0) as usize,
        }))
    }
}

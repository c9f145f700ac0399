//! The parameter sets of one execution: for each parameter its encoder, chosen once, and where set N has its value.

use crate::convert::{ConvertOptions, Encoder, Scratch, Source};
use crate::descriptor::{Address, ApplicationRecord};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::execute::data_at_execution::{CompleteParameter, DataAtExecution, WaitingParameter, default_parameter};
use crate::execute::parameters::Parameters;
use crate::execute::prepared::Inference;
use crate::odbc::values::*;

/// A value of so many bytes is worth to be sent from where it is, instead of being copied.
pub(super) const LONG_VALUE: usize = 64 * 1024;

#[derive(Debug)]
pub(in crate::execute) struct ParameterSets<'a> {
    parameters: Vec<SetParameter>,
    types: Vec<u32>,
    count: usize,
    /// SQL_ATTR_PARAM_OPERATION_PTR.
    operation: Address,
    bind_offset: usize,
    at_execution: Option<&'a DataAtExecution>,
}

/// What a set has for a parameter.
#[derive(Debug)]
pub(in crate::execute) enum SetValue<'a> {
    Null,
    Bound(Source),
    /// Sent at execution, as the server takes it.
    Ready(&'a [u8]),
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

impl<'a> ParameterSets<'a> {
    /// 07002 for a parameter that is not bound, 07006 and HY004 for its types.
    pub(in crate::execute) fn new(
        parameters: &Parameters<'a>,
        count: u16,
        options: &ConvertOptions,
        inference: &Inference,
    ) -> Result<ParameterSets<'a>> {
        let (apd, at_execution, bind_offset) = (parameters.apd, parameters.at_execution, parameters.bind_offset());
        let parameters = (1..=count).map(|number| {
            let encoder = parameters.encoder(number, options, inference).map_err(|error| error.in_column(number))?;
            if parameters.ipd.record(number).is_some_and(|record| record.parameter_type != SQL_PARAM_INPUT) {
                let message = format!(
                    "parameter {number} is bound as an output; with an array of parameters there are inputs only, set \
                     SQL_ATTR_PARAMSET_SIZE to 1 for each call"
                );
                return Err(Diagnostic::new(HYC00_NOT_IMPLEMENTED, message).in_column(number));
            }
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
            bind_offset,
            at_execution,
        })
    }

    /// Sets in the array.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Whether a value that was sent at execution is long.
    pub(super) fn has_long_data(&self) -> bool {
        self.at_execution.is_some_and(|data| data.longest() >= LONG_VALUE)
    }

    /// Whether the application has marked a set SQL_PARAM_IGNORE.
    pub(super) fn is_ignored(&self, set: usize) -> bool {
        self.operation.offset(set * size_of::<u16>()).read::<u16>() == Some(SQL_PARAM_IGNORE)
    }

    /// What the parameters are declared as, $1 first; 0 leaves one to the server.
    pub(super) fn types(&self) -> &[u32] {
        &self.types
    }

    /// What the values of parameter `index` (from 0) are declared as together: one with an offset makes all of them
    /// `timestamptz`.
    pub(in crate::execute) fn declaration(&self, index: usize) -> u32 {
        let usual = self.encoder(index);
        let mut scratch = Scratch::default();
        let of_value = |set| match self.value(index, set) {
            Ok(SetValue::Bound(source)) => usual.for_value(source, &mut scratch).oid(),
            Ok(SetValue::Ready(_)) => self.sent(index, set).map_or(usual.oid(), |sent| sent.encoder.oid()),
            _ => usual.oid(),
        };
        let sets = (0..self.count).filter(|set| !self.is_ignored(*set));
        sets.map(of_value).find(|oid| *oid != usual.oid()).unwrap_or(usual.oid())
    }

    fn sent(&self, index: usize, set: usize) -> Option<&'a CompleteParameter> {
        self.at_execution.and_then(|data| data.complete(set, self.number(index)))
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

    /// The parameters whose values are to come at execution, set by set; `None` if all are bound.
    pub(in crate::execute) fn data_at_execution(&self) -> Result<Option<DataAtExecution>> {
        let mut waiting = Vec::new();
        for set in (0..self.count).filter(|set| !self.is_ignored(*set)) {
            for SetParameter { number, encoder, record, data_stride, length_stride } in &self.parameters {
                let length = record.read_length(self.bind_offset, set, *length_stride, SQL_NTS as isize);
                if is_at_execution(length) {
                    let address = record.data.offset(self.bind_offset + set * data_stride);
                    waiting.push(WaitingParameter { set, number: *number, address, encoder: *encoder });
                }
            }
        }
        Ok((!waiting.is_empty()).then(|| DataAtExecution::new(waiting)))
    }

    /// What set `set` has for parameter `index`.
    ///
    /// 07S01 for SQL_DEFAULT_PARAM, HY090 for a length that is none, HY009 for a null buffer.
    pub(super) fn value(&self, index: usize, set: usize) -> Result<SetValue<'a>> {
        let SetParameter { number, record, data_stride, length_stride, .. } = &self.parameters[index];
        let length = record.read_length(self.bind_offset, set, *length_stride, SQL_NTS as isize);
        if length == SQL_NULL_DATA {
            return Ok(SetValue::Null);
        }
        let refuse = |sqlstate, message: String| Err(Diagnostic::new(sqlstate, message).in_column(*number));
        if length == SQL_DEFAULT_PARAM {
            return Err(default_parameter(*number));
        }
        if is_at_execution(length) {
            return match self.sent(index, set) {
                Some(parameter) => Ok(parameter.value.as_deref().map_or(SetValue::Null, SetValue::Ready)),
                None => refuse(
                    HY010_FUNCTION_SEQUENCE_ERROR,
                    format!("the length of parameter {number} was changed to SQL_DATA_AT_EXEC while data was sent"),
                ),
            };
        }
        if length < 0 && length != SQL_NTS as isize {
            let message = format!("the length {length} of parameter {number} is negative and no special value");
            return refuse(HY090_INVALID_STRING_OR_BUFFER_LENGTH, message);
        }
        if record.data.is_null() {
            let message = format!("parameter {number} is not NULL, but its buffer is a null pointer");
            return refuse(HY009_INVALID_NULL_POINTER, message);
        }
        Ok(SetValue::Bound(Source {
            address: record.data.offset(self.bind_offset + set * data_stride).as_const(),
            length,
            capacity: record.octet_length.max(0) as usize,
        }))
    }
}

/// SQL_DATA_AT_EXEC and SQL_LEN_DATA_AT_EXEC(n).
fn is_at_execution(length: isize) -> bool {
    length == SQL_DATA_AT_EXEC || length <= SQL_LEN_DATA_AT_EXEC_OFFSET
}

//! The parameters of one execution: bound buffers on one side, declared types and values for Bind on the other.
//!
//! Source: ODBC reference, `SQLBindParameter`, "Sending parameters"; PostgreSQL documentation, "Bind".

use bytes::BytesMut;

use super::array::ParameterSets;
use super::call::{BoundMarker, CallPlan};
use super::data_at_execution::{CompleteParameter, DataAtExecution, WaitingParameter, default_parameter};
use super::prepared::{Inference, Prepared};
use crate::convert::{
    ConvertOptions, Encoder, ParameterBinding, Scratch, Source, depends_on_value, encoder, is_text_of_moment,
    takes_offset,
};
use crate::cursor::record_options;
use crate::descriptor::{ApplicationDescriptor, ImplementationParameterDescriptor, ParameterRecord};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::odbc::types::*;
use crate::odbc::values::*;

/// The application's parameter buffers and their declarations.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'a> {
    pub apd: &'a ApplicationDescriptor,
    pub ipd: &'a ImplementationParameterDescriptor,
    /// The values that came after the call for execution.
    pub at_execution: Option<&'a DataAtExecution>,
}

/// One parameter, ready to be written: how, and where its value is.
#[derive(Debug)]
pub(super) struct Parameter<'a> {
    /// Its number in the whole list, from 1.
    number: u16,
    /// What it is declared as, and the format of its value.
    oid: u32,
    format: i16,
    value: Value<'a>,
}

#[derive(Debug)]
enum Value<'a> {
    Null,
    /// In the application's buffer.
    Bound(Encoder, Source),
    /// As it is sent.
    Ready(&'a [u8]),
}

/// What a parameter's length says of its value.
enum Given {
    Null,
    Bound(Source),
    AtExecution,
    /// Its default; it was SQL_DEFAULT_PARAM.
    Default,
    /// None: it is an output.
    Nothing,
}

/// One statement's share of the parameters of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share<'p> {
    /// The number in the list of its first one, from 1.
    pub first: u16,
    pub count: u16,
    /// How its call is said; that of what is no call has nothing to say of parameters.
    pub plan: &'p CallPlan,
}

impl Share<'_> {
    /// Their numbers in the list, and what each is declared as if no value is sent for it.
    fn numbers(&self) -> impl Iterator<Item = (u16, Option<u32>)> {
        (1..=self.count).map(|marker| {
            let valueless = self.plan.valueless.iter().find(|valueless| valueless.marker == marker);
            let declared = valueless.map(|valueless| if valueless.is_absent { ABSENT_OID } else { valueless.type_oid });
            (self.first.saturating_add(marker - 1), declared)
        })
    }
}

/// What a parameter that does not occur in the text is declared as (text): the server infers no type for it.
const ABSENT_OID: u32 = 25;

impl<'a> Parameters<'a> {
    /// Prepares a statement's parameters.
    ///
    /// 07002 for one that is not bound, HY105 for an output of what is no call, 07S01 for SQL_DEFAULT_PARAM there, HY090
    /// for a length that is none, 07006 and HY004 for types.
    pub(super) fn encode(
        &self,
        share: &Share<'_>,
        options: &ConvertOptions,
        inference: &Inference,
    ) -> Result<Vec<Parameter<'a>>> {
        let parameter = |(number, valueless)| match valueless {
            Some(_) if self.apd.record(number).is_none() && !self.is_unwanted_output(number) => Err(not_bound(number)),
            _ if self.is_lost_output(share, number) => Err(no_output(number)),
            Some(oid) => Ok(Parameter { number, oid, format: 0, value: Value::Null }),
            None => self.parameter(number, options, inference),
        };
        share.numbers().map(parameter).collect()
    }

    /// Whether a parameter is bound as an output, and to no buffer.
    fn is_unwanted_output(&self, number: u16) -> bool {
        let is_output = |record: &&ParameterRecord| {
            !record.is_automatic && matches!(record.parameter_type, SQL_PARAM_OUTPUT | SQL_PARAM_OUTPUT_STREAM)
        };
        self.apd.record(number).is_none() && self.ipd.record(number).filter(is_output).is_some()
    }

    /// Whether a parameter is bound as an output that the statement does not have.
    fn is_lost_output(&self, share: &Share<'_>, number: u16) -> bool {
        let is_output = self.ipd.record(number).is_some_and(|record| record.parameter_type != SQL_PARAM_INPUT);
        is_output && !share.plan.outputs.iter().any(|output| share.first + output.marker - 1 == number)
    }

    /// The types to declare before anything is bound: what is bound so far, else left to the server.
    pub(super) fn declared_types(
        &self,
        share: &Share<'_>,
        options: &ConvertOptions,
        inference: &Inference,
    ) -> Vec<u32> {
        let bound = |number| self.encoder(number, options, inference).map_or(0, |encoder| encoder.oid());
        share.numbers().map(|(number, valueless)| valueless.unwrap_or_else(|| bound(number))).collect()
    }

    /// What the application has said of parameter `number` that matters to a call.
    pub(super) fn bound_marker(&self, number: u16) -> BoundMarker {
        let sent = self.at_execution.and_then(|data| data.complete(0, number));
        let is_default = match sent {
            Some(sent) => sent.is_default,
            None => matches!(self.given(number), Ok(Given::Default)),
        };
        let is_bound = self.apd.record(number).is_some() || self.is_unwanted_output(number);
        let bound = self.ipd.record(number).filter(|_| is_bound);
        BoundMarker {
            parameter_type: bound.map_or(0, |record| record.parameter_type),
            is_default,
            name: self.ipd.name(number).to_owned(),
        }
    }

    /// The parameters of a list whose values are to come at execution; `None` if all are bound.
    ///
    /// Errors: those of encoding, so that what is missing is told before the application sends data.
    pub fn data_at_execution(&self, prepared: &Prepared, options: &ConvertOptions) -> Result<Option<DataAtExecution>> {
        let count = prepared.parameter_count();
        let settled = self.unsettled(count).filter_map(|(number, sql_type)| {
            prepared.inferred(number).filter(|described| takes_offset(sql_type, *described)).map(|oid| (number, oid))
        });
        let inference = Inference { settled: settled.collect(), ..Inference::default() };
        if self.apd.has_sets() {
            return ParameterSets::new(self, count, options, &inference)?.data_at_execution();
        }
        let mut waiting = Vec::new();
        for number in (1..=count).filter(|number| !self.is_unwanted_output(*number)) {
            let encoder = self.encoder(number, options, &inference).map_err(|error| error.in_column(number))?;
            if let (Some(application), Given::AtExecution) = (self.apd.record(number), self.given(number)?) {
                let address = application.data.offset(self.bind_offset());
                waiting.push(WaitingParameter { set: 0, number, address, encoder });
            }
        }
        Ok((!waiting.is_empty()).then(|| DataAtExecution::new(waiting)))
    }

    /// The parameters whose declaration may depend on their values, with their SQL types.
    fn unsettled(&self, count: u16) -> impl Iterator<Item = (u16, i16)> {
        (1..=count).filter_map(|number| {
            let (application, declared) = (self.apd.record(number)?, self.ipd.record(number)?);
            depends_on_value(application.c_type, declared.sql_type).then_some((number, declared.sql_type))
        })
    }

    /// What such parameters are declared as in this execution, where that is not what their SQL type says. For texts of
    /// dates and times the type that the server has described, if it is the one with an offset, and `timestamptz` if a
    /// value (of any set) has an offset; for unsigned integers the next type if a value needs it.
    pub(super) fn settle_types(&self, prepared: &Prepared, options: &ConvertOptions) -> Vec<(u16, u32)> {
        let count = prepared.parameter_count();
        let mut unsettled = self.unsettled(count).peekable();
        if unsettled.peek().is_none() {
            return Vec::new();
        }
        let sets = self.apd.has_sets().then(|| ParameterSets::new(self, count, options, &Inference::default()));
        let sets = sets.and_then(Result::ok);
        let settled = unsettled.filter_map(|(number, sql_type)| {
            if let Some(described) = prepared.inferred(number).filter(|described| takes_offset(sql_type, *described)) {
                return Some((number, described));
            }
            let usual = self.encoder(number, options, &Inference::default()).ok()?;
            let oid = match &sets {
                Some(sets) => sets.declaration(usize::from(number) - 1),
                None => self.declaration(number, &usual),
            };
            (oid != usual.oid()).then_some((number, oid))
        });
        settled.collect()
    }

    /// What the value of a parameter is declared as.
    fn declaration(&self, number: u16, usual: &Encoder) -> u32 {
        if let Some(sent) = self.at_execution.and_then(|data| data.complete(0, number)) {
            return sent.encoder.oid();
        }
        match self.given(number) {
            Ok(Given::Bound(source)) => usual.for_value(source, &mut Scratch::default()).oid(),
            _ => usual.oid(),
        }
    }

    /// Whether a parameter of a list was declared as a type that can be left to the server.
    pub(super) fn has_declared(&self, count: u16) -> bool {
        let is_declared = |record: &ParameterRecord| !is_binary(record.sql_type) && !is_character(record.sql_type);
        (1..=count).any(|number| self.ipd.record(number).is_some_and(is_declared))
    }

    /// Whether a parameter of a list was declared as SQL_BIT.
    pub(super) fn has_bits(&self, count: u16) -> bool {
        (1..=count).any(|number| self.ipd.record(number).is_some_and(|record| record.sql_type == SQL_BIT))
    }

    pub(super) fn encoder(&self, number: u16, options: &ConvertOptions, inference: &Inference) -> Result<Encoder> {
        let (Some(application), Some(declared)) = (self.apd.record(number), self.ipd.record(number)) else {
            return Err(not_bound(number));
        };
        let is_moment = is_text_of_moment(application.c_type, declared.sql_type);
        let is_unsettled = depends_on_value(application.c_type, declared.sql_type);
        // A number goes untyped with the others; the offset of a text would be lost.
        let settled = inference.settled(number).filter(|_| is_unsettled && (is_moment || !inference.all_untyped));
        let sql_type = match declared.sql_type {
            other if settled.is_some() => other,
            SQL_BIT if inference.bits_untyped => SQL_UNKNOWN_TYPE,
            other if inference.all_untyped && !is_binary(other) => SQL_UNKNOWN_TYPE,
            other => other,
        };
        let binding = ParameterBinding {
            c_type: application.c_type,
            sql_type,
            column_size: declared.column_size as u64,
            decimal_digits: declared.decimal_digits,
        };
        encoder(&binding, settled, &record_options(options, application))
    }

    /// What is added to every bound address (SQL_ATTR_PARAM_BIND_OFFSET_PTR), in bytes.
    pub(super) fn bind_offset(&self) -> usize {
        self.apd.bind_offset.read::<isize>().unwrap_or(0) as usize
    }

    fn given(&self, number: u16) -> Result<Given> {
        let (Some(application), Some(declared)) = (self.apd.record(number), self.ipd.record(number)) else {
            return Err(Diagnostic::new(HY000_GENERAL_ERROR, "a parameter was unbound while it was read"));
        };
        if matches!(declared.parameter_type, SQL_PARAM_OUTPUT | SQL_PARAM_OUTPUT_STREAM) {
            return Ok(Given::Nothing);
        }
        let offset = self.bind_offset();
        let length = application.read_length(offset, 0, 0, SQL_NTS as isize);
        Ok(match length {
            SQL_NULL_DATA => Given::Null,
            SQL_DEFAULT_PARAM => Given::Default,
            SQL_DATA_AT_EXEC => Given::AtExecution,
            length if length <= SQL_LEN_DATA_AT_EXEC_OFFSET => Given::AtExecution,
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
            length => Given::Bound(Source {
                address: application.data.offset(offset).as_const(),
                length,
                // Of no matter for a buffer that is only read ("Data Buffer Length"), and some give it in characters.
                capacity: 0,
            }),
        })
    }

    fn parameter(&self, number: u16, options: &ConvertOptions, inference: &Inference) -> Result<Parameter<'a>> {
        if let Some(CompleteParameter { encoder, value, is_default, .. }) =
            self.at_execution.and_then(|data| data.complete(0, number))
        {
            if *is_default {
                return Err(default_parameter(number));
            }
            let value = value.as_deref().map_or(Value::Null, Value::Ready);
            return Ok(Parameter { number, oid: encoder.oid(), format: encoder.format(), value });
        }
        let encoder = self.encoder(number, options, inference).map_err(|error| error.in_column(number))?;
        let value = match self.given(number)? {
            Given::Null => Value::Null,
            Given::Bound(source) => Value::Bound(encoder, source),
            Given::Default => return Err(default_parameter(number)),
            Given::Nothing => return Err(no_output(number)),
            Given::AtExecution => {
                return Err(Diagnostic::new(
                    HY010_FUNCTION_SEQUENCE_ERROR,
                    format!(
                        "the length of parameter {number} has been changed to SQL_DATA_AT_EXEC while data was sent"
                    ),
                )
                .in_column(number));
            }
        };
        Ok(Parameter { number, oid: encoder.oid(), format: encoder.format(), value })
    }
}

impl<'a> Parameter<'a> {
    /// The type OID to declare in Parse; 0 leaves it to the server.
    pub(super) fn oid(&self) -> u32 {
        self.oid
    }

    pub(super) fn format(&self) -> i16 {
        self.format
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The value's bytes, where they are ready to be sent: they need not be copied.
    pub(super) fn ready(&self) -> Option<&'a [u8]> {
        match self.value {
            Value::Ready(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Appends the value's bytes, nothing for NULL and for one that is ready, and gives the record of what was lost.
    pub(super) fn write(&self, out: &mut BytesMut, scratch: &mut Scratch) -> Result<Option<Box<Diagnostic>>> {
        let Value::Bound(encoder, source) = self.value else { return Ok(None) };
        let warning = encoder.encode(source, out, scratch).map_err(|error| error.in_column(self.number))?;
        Ok(warning.map(|warning| Diagnostic::new(warning.sqlstate(), warning.message()).in_column(self.number)))
    }
}

fn not_bound(number: u16) -> Box<Diagnostic> {
    Diagnostic::new(
        S07002_COUNT_FIELD_INCORRECT,
        format!("parameter {number} is not bound; call SQLBindParameter for every marker of the statement"),
    )
}

/// HY105: only a call has outputs.
fn no_output(number: u16) -> Box<Diagnostic> {
    Diagnostic::new(
        HY105_INVALID_PARAMETER_TYPE,
        format!(
            "parameter {number} is bound as an output, and its statement gives nothing back by parameters: only \
             {{call ..}} and {{?=call ..}} do; bind it as SQL_PARAM_INPUT, and fetch what the statement returns"
        ),
    )
    .in_column(number)
}

/// Bytes have no text that the server would read as they are.
fn is_binary(sql_type: i16) -> bool {
    matches!(sql_type, SQL_BINARY | SQL_VARBINARY | SQL_LONGVARBINARY)
}

/// Character types are left to the server in any case.
fn is_character(sql_type: i16) -> bool {
    matches!(
        sql_type,
        SQL_CHAR | SQL_VARCHAR | SQL_LONGVARCHAR | SQL_WCHAR | SQL_WVARCHAR | SQL_WLONGVARCHAR | SQL_UNKNOWN_TYPE
    )
}

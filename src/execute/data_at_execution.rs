//! Data at execution: the parameters whose values the application sends after it has called for execution, and the columns
//! of rows that it changes through a cursor. Of these the row is the set.
//!
//! Source: ODBC reference, `SQLParamData`, `SQLPutData`, "Sending long data". Each value is kept once, in the form that
//! the server is sent; the statement is executed when all are there.

use bytes::BytesMut;

use super::row_change::ReadyValue;
use crate::convert::{Encoder, Pieces, Source, Warning};
use crate::descriptor::Address;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::odbc::values::*;

/// The values of one execution on their way in.
#[derive(Debug, Default)]
pub struct DataAtExecution {
    /// Those that are still to come, the last one first.
    waiting: Vec<WaitingParameter>,
    /// The one that SQLPutData is for.
    current: Option<CurrentParameter>,
    /// In the order of sets, then of parameters.
    complete: Vec<CompleteParameter>,
    /// A value may be SQL_DEFAULT_PARAM: it is for a call.
    takes_defaults: bool,
}

/// A parameter whose value has not been asked for.
#[derive(Debug)]
pub(super) struct WaitingParameter {
    /// Its parameter set, from 0.
    pub set: usize,
    pub number: u16,
    /// The buffer's address (of the set's element, in an array): the application knows its parameter by it.
    pub address: Address,
    pub encoder: Encoder,
}

/// A column of a row that is changed through a cursor, whose value has not been asked for.
#[derive(Debug)]
pub struct WaitingColumn {
    /// Its row in the bound buffers, from 0.
    pub row: usize,
    pub column: u16,
    /// The address of the row's element of the buffer.
    pub address: Address,
    pub encoder: Encoder,
}

#[derive(Debug)]
struct CurrentParameter {
    set: usize,
    number: u16,
    pieces: Pieces,
    /// SQLPutData has been called.
    begun: bool,
    is_null: bool,
    is_default: bool,
}

/// A parameter whose value is there; `None` is NULL.
#[derive(Debug)]
pub(super) struct CompleteParameter {
    pub set: usize,
    pub number: u16,
    pub encoder: Encoder,
    pub value: Option<BytesMut>,
    /// SQLPutData was given SQL_DEFAULT_PARAM.
    pub is_default: bool,
}

/// Which function the application has to call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// S8: SQLParamData, for the first parameter.
    NeedData,
    /// S9: SQLPutData.
    MustPut,
    /// S10: SQLPutData again, or SQLParamData.
    CanPut,
}

impl DataAtExecution {
    pub(super) fn new(mut parameters: Vec<WaitingParameter>) -> DataAtExecution {
        parameters.reverse();
        DataAtExecution { waiting: parameters, ..DataAtExecution::default() }
    }

    /// The same; a value may be SQL_DEFAULT_PARAM, where it is for a call.
    pub fn with_defaults(self, takes_defaults: bool) -> DataAtExecution {
        DataAtExecution { takes_defaults, ..self }
    }

    pub fn phase(&self) -> Phase {
        match &self.current {
            None => Phase::NeedData,
            Some(current) if current.begun => Phase::CanPut,
            Some(_) => Phase::MustPut,
        }
    }

    /// SQLParamData: ends the current value and gives the next parameter's address, `None` when all values are there.
    ///
    /// Errors: those of [`Pieces::finish`].
    pub fn advance(&mut self) -> Result<Option<Address>> {
        if let Some(CurrentParameter { set, number, pieces, is_null, is_default, .. }) = self.current.take() {
            let (encoder, value) = match is_null || is_default {
                true => (*pieces.encoder(), None),
                false => pieces
                    .finish()
                    .map(|(encoder, value)| (encoder, Some(value)))
                    .map_err(|error| error.in_column(number))?,
            };
            self.complete.push(CompleteParameter { set, number, encoder, value, is_default });
        }
        let Some(WaitingParameter { set, number, address, encoder }) = self.waiting.pop() else { return Ok(None) };
        self.current = Some(CurrentParameter {
            set,
            number,
            pieces: Pieces::new(encoder),
            begun: false,
            is_null: false,
            is_default: false,
        });
        Ok(Some(address))
    }

    /// The parameter set (or row), from 0, that the value being sent is for.
    pub fn current_set(&self) -> Option<usize> {
        self.current.as_ref().map(|current| current.set)
    }

    /// SQLPutData: `length` in bytes, SQL_NTS or SQL_NULL_DATA.
    ///
    /// HY010 without SQLParamData before, HY020 NULL and data for one value, 07S01 SQL_DEFAULT_PARAM, HY090 another
    /// negative length, HY009 a null address with a length; those of [`Pieces::put`].
    pub fn put(&mut self, piece: Source) -> Result<Option<Box<Diagnostic>>> {
        let Some(current) = &mut self.current else {
            return Err(Diagnostic::new(
                HY010_FUNCTION_SEQUENCE_ERROR,
                "call SQLParamData first: it says which parameter the data is for",
            ));
        };
        let number = current.number;
        let (begun, is_null) = (std::mem::replace(&mut current.begun, true), piece.length == SQL_NULL_DATA);
        let is_default = piece.length == SQL_DEFAULT_PARAM;
        if is_default && !self.takes_defaults {
            return Err(default_parameter(number));
        }
        if begun && (is_null || current.is_null || is_default || current.is_default) {
            return Err(Diagnostic::new(
                HY020_CONCATENATE_NULL,
                format!(
                    "the value of parameter {number} is NULL, its default, or data put by SQLPutData; not two of them"
                ),
            )
            .in_column(number));
        }
        (current.is_null, current.is_default) = (is_null, is_default);
        if is_null || is_default {
            return Ok(None);
        }
        let warning = current.pieces.put(piece).map_err(|error| error.in_column(number))?;
        Ok(warning.map(|warning: Warning| Diagnostic::new(warning.sqlstate(), warning.message()).in_column(number)))
    }

    /// The columns of rows whose values are to be sent, in the order of rows, then of columns.
    pub fn of_columns(columns: Vec<WaitingColumn>) -> DataAtExecution {
        let waiting = columns.into_iter().map(|WaitingColumn { row, column, address, encoder }| WaitingParameter {
            set: row,
            number: column,
            address,
            encoder,
        });
        DataAtExecution::new(waiting.collect())
    }

    /// The value of a column in a row (from 0), once all are there; it is given once.
    pub fn take_column(&mut self, row: usize, column: u16) -> Option<ReadyValue> {
        let place = self.complete.binary_search_by_key(&(row, column), |value| (value.set, value.number)).ok()?;
        let CompleteParameter { encoder, value, .. } = self.complete.get_mut(place)?;
        Some(ReadyValue { oid: encoder.oid(), format: encoder.format(), value: value.take() })
    }

    /// Bytes of the longest value that is there.
    pub(super) fn longest(&self) -> usize {
        self.complete.iter().filter_map(|parameter| parameter.value.as_ref().map(BytesMut::len)).max().unwrap_or(0)
    }

    /// The value of a parameter in a set (from 0), once all are there.
    pub(super) fn complete(&self, set: usize, number: u16) -> Option<&CompleteParameter> {
        let place = self.complete.binary_search_by_key(&(set, number), |parameter| (parameter.set, parameter.number));
        self.complete.get(place.ok()?)
    }
}

/// 07S01: a default is a procedure's to have.
pub(super) fn default_parameter(number: u16) -> Box<Diagnostic> {
    Diagnostic::new(
        S07S01_INVALID_USE_OF_DEFAULT_PARAMETER,
        format!(
            "parameter {number} is SQL_DEFAULT_PARAM, which only a parameter of a called procedure can be; in an INSERT \
             write DEFAULT in the statement"
        ),
    )
    .in_column(number)
}

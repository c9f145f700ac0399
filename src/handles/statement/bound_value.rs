//! A column's value in the buffers that are bound for fetching, on its way to the server: SQLSetPos, SQLBulkOperations.
//!
//! Source: ODBC reference, `SQLSetPos`, `SQLBulkOperations`, "Updating data with SQLSetPos".

use bytes::BytesMut;

use crate::convert::{ConvertOptions, Encoder, ParameterBinding, Scratch, Source, encoder};
use crate::cursor::record_options;
use crate::descriptor::{Address, ApplicationDescriptor, ApplicationRecord, Column};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::execute::ReadyValue;
use crate::odbc::values::*;

/// The OID of bytea.
const BYTEA_OID: u32 = 17;

#[derive(Debug)]
pub(super) struct BoundValue<'a> {
    record: &'a ApplicationRecord,
    pub encoder: Encoder,
    /// Bytes from the record's address to the row's element of the buffer.
    offset: usize,
    /// What is in the row's element of the length buffer.
    length: isize,
}

impl BoundValue<'_> {
    /// The value of a column in row `row` (from 0) of the buffers. Errors: those of making an encoder for the types.
    pub fn of<'a>(
        ard: &ApplicationDescriptor,
        record: &'a ApplicationRecord,
        row: usize,
        column: &Column,
        convert: &ConvertOptions,
    ) -> Result<BoundValue<'a>> {
        let binding = ParameterBinding {
            c_type: record.c_type,
            sql_type: column.sql.concise_type,
            column_size: column.sql.column_size,
            decimal_digits: column.sql.decimal_digits,
        };
        // Of a large object's bytes another one is made.
        let oid = if column.is_large_object { BYTEA_OID } else { column.kind.oid };
        let encoder: Encoder = encoder(&binding, Some(oid), &record_options(convert, record))?;
        let capacity = record.octet_length.max(0) as usize;
        let stride = match ard.bind_type {
            0 => (encoder.fixed_size().unwrap_or(capacity), size_of::<isize>()),
            row_length => (row_length, row_length),
        };
        let offset = ard.bind_offset.read::<isize>().unwrap_or(0) as usize;
        let length = record.read_length(offset, row, stride.1, SQL_NTS as isize);
        Ok(BoundValue { record, encoder, offset: offset + row * stride.0, length })
    }

    /// The row's element of the buffer.
    pub fn address(&self) -> Address {
        self.record.data.offset(self.offset)
    }

    /// Whether the value is sent by SQLPutData.
    pub fn is_at_execution(&self) -> bool {
        !self.record.data.is_null() && (self.length == SQL_DATA_AT_EXEC || self.length <= SQL_LEN_DATA_AT_EXEC_OFFSET)
    }

    /// The value as it is sent; `None` for one that is to be left alone.
    ///
    /// HY090 for a length that is none or longer than the buffer, HY010 for one that has become data at execution since;
    /// and what encoding gives.
    pub fn read(&self) -> Result<Option<ReadyValue>> {
        let BoundValue { record, encoder, length, .. } = self;
        let room = record.octet_length.max(0);
        let capacity = room as usize;
        match *length {
            SQL_COLUMN_IGNORE => return Ok(None),
            SQL_NULL_DATA => {
                return Ok(Some(ReadyValue { oid: encoder.oid(), format: encoder.format(), value: None }));
            }
            _ if record.data.is_null() => return Ok(None),
            _ if self.is_at_execution() => {
                return Err(Diagnostic::new(
                    HY010_FUNCTION_SEQUENCE_ERROR,
                    "the length was changed to SQL_DATA_AT_EXEC while data was sent",
                ));
            }
            // A value that was cut when it was fetched has its whole length there.
            length if encoder.fixed_size().is_none() && length != SQL_NTS as isize && !(0..=room).contains(&length) => {
                return Err(Diagnostic::new(
                    HY090_INVALID_STRING_OR_BUFFER_LENGTH,
                    format!(
                        "the length {length} does not lie within the bound buffer of {capacity} bytes; a value that was cut \
                         when it was fetched must be left out with SQL_COLUMN_IGNORE, or set anew with its length"
                    ),
                ));
            }
            _ => {}
        }
        let source = Source { address: self.address().as_const(), length: *length, capacity };
        let (mut bytes, mut scratch) = (BytesMut::new(), Scratch::default());
        let encoder = encoder.for_value(source, &mut scratch);
        encoder.encode(source, &mut bytes, &mut scratch)?;
        Ok(Some(ReadyValue { oid: encoder.oid(), format: encoder.format(), value: Some(bytes) }))
    }
}

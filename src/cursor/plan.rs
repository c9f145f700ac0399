//! The fetch plan: for each bound column, how its value gets into the application's memory. Made once a result, and
//! again when the binding changes; a row then costs no decisions.

use super::large_object::{BYTES, ObjectSource, PendingObject, object_oid};
use crate::convert::{
    ColumnType, ConvertOptions, Converter, Destination, Format, Scratch, Warning, converter, default_c_type,
};
use crate::descriptor::{Address, ApplicationDescriptor, ApplicationRecord, Column};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::odbc::types::{SQL_C_DEFAULT, SQL_C_SBIGINT};
use crate::odbc::values::*;
use crate::wire::DataRow;

#[derive(Debug)]
pub struct FetchPlan {
    /// Column 0, where it is bound.
    bookmark: Option<BoundColumn>,
    columns: Vec<BoundColumn>,
    /// Columns that a row must have.
    width: usize,
    /// Revision of the ARD, and SQL_ATTR_MAX_LENGTH, that this was made from.
    revision: u64,
    max_length: usize,
}

/// A bookmark is the number of its row in the result: a SQLULEN, of 8 bytes. It is converted as such a column is.
pub const BOOKMARK: ColumnType = ColumnType { oid: INT8_OID, modifier: -1, format: Format::Binary };
const INT8_OID: u32 = 20;

/// What a column's values are converted from.
#[derive(Clone, Copy, Debug)]
pub(super) struct ValueSource {
    pub kind: ColumnType,
    /// What SQL_C_DEFAULT means: the C type of the SQL type that the column was reported as, whatever the server's is.
    pub default: i16,
    /// The format of the OIDs, where the values are those of large objects.
    pub object: Option<Format>,
}

impl ValueSource {
    pub const BOOKMARK: ValueSource = ValueSource { kind: BOOKMARK, default: SQL_C_SBIGINT, object: None };

    #[inline]
    pub fn of(column: &Column) -> ValueSource {
        ValueSource {
            kind: if column.is_large_object { BYTES } else { column.kind },
            default: default_c_type(column.sql.concise_type, column.sql.unsigned),
            object: column.is_large_object.then_some(column.kind.format),
        }
    }

    /// The C type that the application has asked for.
    pub fn c_type(&self, asked: i16) -> i16 {
        if asked == SQL_C_DEFAULT { self.default } else { asked }
    }
}

/// The value of a bookmark as a server would send it.
pub fn bookmark_value(row: u64) -> [u8; 8] {
    row.to_be_bytes()
}

#[derive(Debug)]
pub(super) struct BoundColumn {
    /// Number of the column, from 1; 0 for the bookmark.
    number: u16,
    converter: Converter,
    /// The format of the OIDs, where its values are those of large objects.
    object: Option<Format>,
    data: Address,
    /// Bytes in one element of the buffer.
    capacity: usize,
    /// Bytes from one row's value to the next one's.
    data_stride: usize,
    length: Address,
    indicator: Address,
    length_stride: usize,
}

/// What delivering rows needs and leaves.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    pub scratch: Scratch,
    /// Large objects of the rowset that are still to be read.
    pub objects: Vec<PendingObject>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOutcome {
    Success,
    SuccessWithInfo,
    Error,
}

impl RowOutcome {
    /// The value for the row status array, of a row that has other values than when it was fetched last or has not.
    pub fn status_of(self, is_changed: bool) -> u16 {
        match self {
            RowOutcome::Success if is_changed => SQL_ROW_UPDATED,
            RowOutcome::Success => SQL_ROW_SUCCESS,
            RowOutcome::SuccessWithInfo => SQL_ROW_SUCCESS_WITH_INFO,
            RowOutcome::Error => SQL_ROW_ERROR,
        }
    }
}

impl FetchPlan {
    /// Plans the bound columns of `ard` over the result's columns, behind which each row has `hidden` more.
    ///
    /// 07009 for a bound column that the result does not have, 07006 and HY003 for a pair of types that cannot be.
    pub fn new(
        ard: &ApplicationDescriptor,
        columns: &[Column],
        hidden: usize,
        options: &ConvertOptions,
    ) -> Result<FetchPlan> {
        let bookmark =
            ard.record(0).map(|record| BoundColumn::new(0, record, ValueSource::BOOKMARK, ard, options)).transpose()?;
        let mut bound = Vec::with_capacity(ard.count());
        for (number, record) in ard.bound() {
            let Some(column) = columns.get(usize::from(number) - 1) else {
                return Err(Diagnostic::new(
                    S07009_INVALID_DESCRIPTOR_INDEX,
                    format!("column {number} is bound, but the result has {} columns", columns.len()),
                )
                .in_column(number));
            };
            bound.push(BoundColumn::new(number, record, ValueSource::of(column), ard, options)?);
        }
        Ok(FetchPlan {
            width: columns.len() + hidden,
            bookmark,
            columns: bound,
            revision: ard.revision(),
            max_length: options.max_length,
        })
    }

    pub fn is_of(&self, ard: &ApplicationDescriptor, options: &ConvertOptions) -> bool {
        self.revision == ard.revision() && self.max_length == options.max_length
    }

    /// Delivers one row of the server's, row `number` (from 1) of the result, as row `row` (from 0) of the rowset. What
    /// goes wrong with a value is a diagnostic record with row and column; the other columns are delivered all the same.
    /// Large objects are noted in the workspace: they are read when the rows are there.
    pub(super) fn deliver(
        &self,
        values: DataRow<'_>,
        number: u64,
        row: usize,
        bind_offset: usize,
        workspace: &mut Workspace,
        diagnostics: &mut Diagnostics,
    ) -> RowOutcome {
        let Workspace { scratch, objects } = workspace;
        if let Err(error) = check_width(values, self.width) {
            diagnostics.push(*error.in_row(row + 1));
            return RowOutcome::Error;
        }
        let first_object = objects.len();
        let mut outcome = RowOutcome::Success;
        let mut note = |column: &BoundColumn, delivered: Result<Option<Warning>>| match delivered {
            Ok(None) => {}
            Ok(Some(warning)) => {
                diagnostics.push(*warning_record(warning).in_row(row + 1).in_column(column.number));
                if outcome == RowOutcome::Success {
                    outcome = RowOutcome::SuccessWithInfo;
                }
            }
            Err(error) => {
                diagnostics.push(*error.in_row(row + 1).in_column(column.number));
                outcome = RowOutcome::Error;
            }
        };
        if let Some(bookmark) = &self.bookmark {
            note(bookmark, bookmark.deliver(Some(&bookmark_value(number)), row, bind_offset, scratch));
        }
        let mut values = values.values();
        let mut next = 1;
        for column in &self.columns {
            let value = values.nth(usize::from(column.number - next)).flatten();
            next = column.number + 1;
            match (column.object, value) {
                (Some(format), Some(value)) => match object_oid(value, format) {
                    Ok(oid) => {
                        objects.push(PendingObject { row, column: column.number, oid, outcome: RowOutcome::Success })
                    }
                    Err(error) => note(column, Err(error)),
                },
                _ => note(column, column.deliver(value, row, bind_offset, scratch)),
            }
        }
        objects[first_object..].iter_mut().for_each(|object| object.outcome = outcome);
        outcome
    }

    /// Delivers the large object that a row's column is.
    pub(super) fn deliver_object(
        &self,
        oid: u32,
        column: u16,
        row: usize,
        bind_offset: usize,
        source: &mut ObjectSource<'_>,
        scratch: &mut Scratch,
    ) -> Result<Option<Warning>> {
        let Some(column) = self.columns.iter().find(|bound| bound.number == column) else { return Ok(None) };
        let destination = column.destination(row, bind_offset);
        let converted = source.deliver(oid, &column.converter, destination, 0, self.max_length, scratch)?;
        column.tell_length(converted.indicator, row, bind_offset);
        Ok(converted.warning)
    }
}

impl BoundColumn {
    pub(super) fn new(
        number: u16,
        record: &ApplicationRecord,
        source: ValueSource,
        ard: &ApplicationDescriptor,
        options: &ConvertOptions,
    ) -> Result<BoundColumn> {
        // An object's length is limited where its bytes are read.
        let max_length = if source.object.is_some() { 0 } else { options.max_length };
        let options = ConvertOptions { max_length, ..record_options(options, record) };
        let c_type = source.c_type(record.c_type);
        let converter = converter(source.kind, c_type, &options).map_err(|error| error.in_column(number))?;
        let capacity = converter.fixed_size().unwrap_or(record.octet_length.max(0) as usize);
        let (data_stride, length_stride) = match ard.bind_type {
            0 => (capacity, size_of::<isize>()),
            row_length => (row_length, row_length),
        };
        let (data, length, indicator) = (record.data, record.length, record.indicator);
        let object = source.object;
        Ok(BoundColumn { number, converter, object, data, capacity, data_stride, length, indicator, length_stride })
    }

    pub(super) fn deliver(
        &self,
        value: Option<&[u8]>,
        row: usize,
        bind_offset: usize,
        scratch: &mut Scratch,
    ) -> Result<Option<Warning>> {
        let indicator = self.indicator.offset(bind_offset + row * self.length_stride);
        let Some(value) = value else {
            if indicator.is_null() {
                return Err(indicator_required());
            }
            indicator.write(SQL_NULL_DATA);
            return Ok(None);
        };
        let converted = self.converter.convert(value, self.destination(row, bind_offset), 0, scratch)?;
        self.tell_length(converted.indicator, row, bind_offset);
        Ok(converted.warning)
    }

    #[inline]
    fn destination(&self, row: usize, bind_offset: usize) -> Destination {
        Destination {
            address: self.data.offset(bind_offset + row * self.data_stride).as_mut(),
            capacity: self.capacity,
        }
    }

    /// Tells how long the value is that was delivered, in bytes.
    #[inline]
    fn tell_length(&self, length: isize, row: usize, bind_offset: usize) {
        if self.indicator != self.length {
            self.indicator.offset(bind_offset + row * self.length_stride).write(0isize);
        }
        self.length.offset(bind_offset + row * self.length_stride).write(length);
    }
}

/// What a descriptor record says of its conversion beside the type: precision and scale.
pub fn record_options(options: &ConvertOptions, record: &ApplicationRecord) -> ConvertOptions {
    let mut options = options.with_numeric(record.precision, record.scale);
    if record.data_type().is_interval() && record.data_type().has_seconds() {
        options.interval.seconds_precision = u8::try_from(record.precision).unwrap_or_default();
    }
    if let Ok(digits @ 1..) = u8::try_from(record.leading_precision) {
        options.interval.leading_precision = digits;
    }
    options
}

/// 08S01 for a row that has not as many columns as the server has described.
#[inline]
pub fn check_width(row: DataRow<'_>, width: usize) -> Result {
    if usize::from(row.column_count()) == width { Ok(()) } else { Err(other_width(row, width)) }
}

#[cold]
fn other_width(row: DataRow<'_>, width: usize) -> Box<Diagnostic> {
    Diagnostic::new(
        S08S01_COMMUNICATION_LINK_FAILURE,
        format!("the server sent a row of {} columns in a result of {width}", row.column_count()),
    )
}

/// 22002: NULL arrived and there is no indicator to say so.
pub fn indicator_required() -> Box<Diagnostic> {
    Diagnostic::new(
        S22002_INDICATOR_REQUIRED,
        "the value is NULL and no indicator variable was bound to receive SQL_NULL_DATA",
    )
}

/// The record of a warning that a conversion gave.
pub fn warning_record(warning: Warning) -> Box<Diagnostic> {
    Diagnostic::new(warning.sqlstate(), warning.message())
}

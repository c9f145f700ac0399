//! Changing rows through a cursor: values from the bound buffers, one statement a row, and what the cursor keeps of it.
//!
//! Source: ODBC reference, `SQLSetPos`, `SQLBulkOperations`, "Updating data with SQLSetPos".

use bytes::BytesMut;

use super::positioned::no_such_bookmark;
use super::{Statement, StatementCall};
use crate::convert::{ConvertOptions, Encoder, Format, ParameterBinding, Scratch, Source, encoder};
use crate::cursor::{Fetched, fetched, record_options};
use crate::descriptor::{ApplicationDescriptor, ApplicationRecord, Column, Columns};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::execute::{ChangedRow, ColumnValue, OldRow, ReadyValue, Returned, RowChange, RowFlight, Table};
use crate::handles::connection::{ConnectionState, gone, open_session};
use crate::odbc::attributes::*;
use crate::odbc::values::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Update,
    Delete,
    Insert,
}

/// One row that is to be changed.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowPlace {
    /// Its place in the bound buffers, from 0.
    pub buffer: usize,
    /// Its number in the result, from 1; 0 for one that is not in it.
    pub number: u64,
}

/// The table behind a cursor, and its columns' names there by their place in the result.
pub(super) struct CursorTable {
    table: Table,
    columns: Vec<Option<TableColumn>>,
}

struct TableColumn {
    name: String,
    is_updatable: bool,
}

impl StatementCall<'_> {
    /// Changes rows one after the other. A row that fails has its record and its status; the others are changed.
    ///
    /// HY092 on a read-only cursor, HYC00 where the columns are not those of one table.
    pub(super) fn change_rows(&mut self, change: Change, rows: &[RowPlace]) -> Result<Fetched> {
        if self.effective(SQL_ATTR_CONCURRENCY)? == SQL_CONCUR_READ_ONLY {
            return Err(Diagnostic::new(
                HY092_INVALID_ATTRIBUTE,
                "the cursor is read-only; set SQL_ATTR_CONCURRENCY to SQL_CONCUR_VALUES or SQL_CONCUR_ROWVER before execution",
            ));
        }
        let columns = self.statement()?.results.as_ref().and_then(|results| results.columns().cloned());
        let Some(columns) = columns else {
            return Err(Diagnostic::new(S24000_INVALID_CURSOR_STATE, "there is no open cursor"));
        };
        let table = self.cursor_table(&columns)?;
        let (mut failed, mut affected) = (0, 0);
        for row in rows {
            let (status, problem) = match self.change_row(change, *row, &columns, &table) {
                Ok(1) => {
                    affected += 1;
                    (change.status(), None)
                }
                Ok(_) => (SQL_ROW_ERROR, Some(conflict())),
                Err(error) => {
                    failed += 1;
                    (SQL_ROW_ERROR, Some(error))
                }
            };
            if let Some(problem) = problem {
                self.diagnostics()?.push(*problem.in_row(row.buffer + 1));
            }
            self.with_rowset(|at| {
                if change == Change::Insert {
                    forget_bookmark(at.ard, row.buffer);
                }
                at.options.statuses.offset(row.buffer * size_of::<u16>()).write(status);
                Ok(())
            })?;
        }
        let statement = self.statement()?;
        statement.diagnostics.row_count = affected as isize;
        if let Some(results) = &mut statement.results {
            results.set_affected(affected);
        }
        Ok(fetched(rows.len(), failed))
    }

    /// Changes one row; gives how many the server has changed: 0 is a conflict.
    fn change_row(&mut self, change: Change, row: RowPlace, columns: &Columns, table: &CursorTable) -> Result<u64> {
        let old = match change {
            Change::Insert => Vec::new(),
            Change::Update | Change::Delete => self.old_values(row)?,
        };
        let is_insert = change == Change::Insert;
        let new = match change {
            Change::Delete => Vec::new(),
            Change::Update | Change::Insert => self.new_values(row.buffer, columns, table, is_insert)?,
        };
        let find = self.old_row(columns, table, &old)?;
        let statement = match change {
            Change::Insert => RowChange::insert(&table.table, new),
            Change::Delete => RowChange::delete(&table.table, find),
            Change::Update if new.is_empty() => {
                return Err(Diagnostic::new(
                    S21S02_DEGREE_OF_DERIVED_TABLE,
                    "there is no column to update: all are unbound, ignored (SQL_COLUMN_IGNORE) or read-only",
                ));
            }
            Change::Update => {
                let identified = self.statement()?.identified.as_ref();
                let mut returned = table.returned(columns);
                returned.extend(identified.into_iter().flat_map(|identified| identified.returned()));
                RowChange::update(&table.table, new, find, &returned)
            }
        };
        let ChangedRow { count, values } = self.run_change(&statement)?;
        if let Some(results) = self.statement()?.results.as_mut().filter(|_| count == 1) {
            match change {
                Change::Update => results.replace_row(row.number, &table.merged(old, values)),
                Change::Delete => results.delete_row(row.number),
                Change::Insert => {}
            }
        }
        Ok(count)
    }

    pub(super) fn run_change(&mut self, change: &RowChange) -> Result<ChangedRow> {
        let deadline = self.deadline()?;
        let _mark = self.begin_work(deadline)?;
        let autocommit = self.state.attributes.autocommit();
        let ConnectionState { session, transaction, .. } = &mut *self.state;
        let session = open_session(session)?;
        let flight = RowFlight { session, transaction, autocommit, deadline };
        change.run(flight).map_err(|error| self.after_failure(error))
    }

    /// The values of a row as the cursor has them, its own and those that identify it. HY109 for a row that has been deleted, HY111 for one that there is not.
    fn old_values(&mut self, row: RowPlace) -> Result<Vec<Option<Vec<u8>>>> {
        let results = self.statement()?.results.as_mut().ok_or_else(gone)?;
        if results.is_deleted(row.number) {
            return Err(Diagnostic::new(HY109_INVALID_CURSOR_POSITION, "the row has been deleted"));
        }
        let Some(values) = results.kept_row(row.number)? else { return Err(no_such_bookmark(row.buffer)) };
        Ok(values.values().map(|value| value.map(<[u8]>::to_vec)).collect())
    }

    /// How the row that has these values in the cursor is found: by what identifies it, where the cursor knows that, as
    /// the concurrency has it; else by the values.
    pub(super) fn old_row(
        &mut self,
        columns: &Columns,
        table: &CursorTable,
        row: &[Option<Vec<u8>>],
    ) -> Result<OldRow> {
        let by_values = self.effective(SQL_ATTR_CONCURRENCY)? == SQL_CONCUR_VALUES;
        let Some(identified) = &self.statement()?.identified else {
            return Ok(OldRow { values: table.values(columns, row), ..OldRow::default() });
        };
        let hidden = row.get(columns.len()..).unwrap_or_default();
        let identity = identified.conditions(hidden, !by_values);
        let values = if by_values || !identified.has_key() { table.values(columns, row) } else { Vec::new() };
        Ok(OldRow { identity, values })
    }

    /// The values in row `row` (from 0) of the bound buffers, of the columns that are to be set.
    fn new_values(
        &mut self,
        row: usize,
        columns: &Columns,
        table: &CursorTable,
        is_insert: bool,
    ) -> Result<Vec<ColumnValue>> {
        let ConnectionState { statements, descriptors, convert, .. } = &mut *self.state;
        let Statement { ard, .. } = statements.get_mut(self.id).ok_or_else(gone)?;
        let ard = &descriptors.get(*ard).ok_or_else(gone)?.descriptor;
        let mut values = Vec::new();
        for (number, (column, place)) in (1..=u16::MAX).zip(columns.iter().zip(&table.columns)) {
            let (Some(record), Some(place)) = (ard.record(number), place) else { continue };
            if !place.is_updatable && !is_insert {
                continue;
            }
            let value = bound_value(ard, record, row, column, convert).map_err(|error| error.in_column(number))?;
            if let Some(value) = value {
                values.push(ColumnValue { name: place.name.clone(), oid: column.kind.oid, value });
            }
        }
        Ok(values)
    }

    /// The table that all table columns of the result come from. One question to the server the first time.
    pub(super) fn cursor_table(&mut self, columns: &Columns) -> Result<CursorTable> {
        self.learn_result_columns(columns)?;
        let known = &self.state.result_columns;
        let mut tables = columns.iter().filter(|column| column.table_oid != 0).map(|column| column.table_oid);
        let first = tables.next();
        let base = columns.iter().find_map(|column| known.base(column));
        let (Some(base), true) = (base, tables.all(|table| Some(table) == first)) else {
            return Err(Diagnostic::new(
                HYC00_NOT_IMPLEMENTED,
                "rows can be changed through a cursor only if all their table columns come from one table",
            ));
        };
        let table = Table { schema: base.schema.clone(), name: base.table.clone() };
        let columns = columns
            .iter()
            .map(|column| {
                let base = known.base(column)?;
                Some(TableColumn { name: base.name.clone(), is_updatable: base.updatable })
            })
            .collect();
        Ok(CursorTable { table, columns })
    }
}

impl Change {
    /// The status of a row that has been changed.
    fn status(self) -> u16 {
        match self {
            Change::Update => SQL_ROW_UPDATED,
            Change::Delete => SQL_ROW_DELETED,
            Change::Insert => SQL_ROW_ADDED,
        }
    }
}

impl CursorTable {
    /// Looks for a row.
    pub(super) fn locate(&self, old: OldRow) -> RowChange {
        RowChange::locate(&self.table, old)
    }

    /// The values of a row's table columns, as they came from the server.
    fn values(&self, columns: &Columns, row: &[Option<Vec<u8>>]) -> Vec<ColumnValue> {
        let places = columns.iter().zip(&self.columns).zip(row);
        places
            .filter_map(|((column, place), value)| {
                let value = ReadyValue {
                    oid: column.kind.oid,
                    format: column.kind.format.code(),
                    value: value.as_ref().map(|bytes| BytesMut::from(&bytes[..])),
                };
                Some(ColumnValue { name: place.as_ref()?.name.clone(), oid: column.kind.oid, value })
            })
            .collect()
    }

    /// The table columns with the formats that the cursor has them in.
    fn returned(&self, columns: &Columns) -> Vec<Returned> {
        let format = |column: &Column| i16::from(column.kind.format == Format::Binary);
        let places = columns.iter().zip(&self.columns);
        places
            .filter_map(|(column, place)| {
                Some(Returned { name: place.as_ref()?.name.clone(), format: format(column), as_text: false })
            })
            .collect()
    }

    /// The row as it is now: its table columns, and what identifies it, are what the server has returned; what was computed
    /// stays.
    fn merged(&self, old: Vec<Option<Vec<u8>>>, returned: Vec<Option<Vec<u8>>>) -> Vec<Option<Vec<u8>>> {
        let mut returned = returned.into_iter();
        let places = self.columns.iter().zip(old);
        let mut row: Vec<_> =
            places.map(|(place, old)| if place.is_some() { returned.next().flatten() } else { old }).collect();
        row.extend(returned);
        row
    }
}

/// A row that has been added is not in the result: where its bookmark would be, there is none.
fn forget_bookmark(ard: &ApplicationDescriptor, row: usize) {
    let Some(record) = ard.record(0) else { return };
    let stride = if ard.bind_type == 0 { size_of::<isize>() } else { ard.bind_type };
    let offset = ard.bind_offset.read::<isize>().unwrap_or(0) as usize;
    record.indicator.offset(offset + row * stride).write(SQL_NULL_DATA);
}

/// The OID of bytea.
const BYTEA_OID: u32 = 17;

/// The value of a bound column in row `row` (from 0) of the buffers; `None` for one that is to be left alone.
///
/// HYC00 for data at execution, HY090 for a length that is none or longer than the buffer, and what encoding gives.
fn bound_value(
    ard: &ApplicationDescriptor,
    record: &ApplicationRecord,
    row: usize,
    column: &Column,
    convert: &ConvertOptions,
) -> Result<Option<ReadyValue>> {
    let binding = ParameterBinding {
        c_type: record.c_type,
        sql_type: column.sql.concise_type,
        column_size: column.sql.column_size,
        decimal_digits: column.sql.decimal_digits,
    };
    // Of a large object's bytes another one is made.
    let oid = if column.is_large_object { BYTEA_OID } else { column.kind.oid };
    let encoder: Encoder = encoder(&binding, Some(oid), &record_options(convert, record))?;
    let room = record.octet_length.max(0);
    let capacity = room as usize;
    let stride = match ard.bind_type {
        0 => (encoder.fixed_size().unwrap_or(capacity), size_of::<isize>()),
        row_length => (row_length, row_length),
    };
    let offset = ard.bind_offset.read::<isize>().unwrap_or(0) as usize;
    let length = record.read_length(offset, row, stride.1, SQL_NTS as isize);
    let ready = |value| ReadyValue { oid: encoder.oid(), format: encoder.format(), value };
    match length {
        SQL_COLUMN_IGNORE => return Ok(None),
        SQL_NULL_DATA => return Ok(Some(ready(None))),
        _ if record.data.is_null() => return Ok(None),
        length if length == SQL_DATA_AT_EXEC || length <= SQL_LEN_DATA_AT_EXEC_OFFSET => {
            return Err(Diagnostic::new(
                HYC00_NOT_IMPLEMENTED,
                "data at execution is not supported for rows that are changed through a cursor",
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
    let address = record.data.offset(offset + row * stride.0).as_const();
    let mut bytes = BytesMut::new();
    encoder.encode(Source { address, length, capacity }, &mut bytes, &mut Scratch::default())?;
    Ok(Some(ready(Some(bytes))))
}

/// 01001: the row is not what it was, or there are others like it.
pub(super) fn conflict() -> Box<Diagnostic> {
    Diagnostic::new(
        S01001_CURSOR_OPERATION_CONFLICT,
        "the row was not changed: it has been changed or deleted since it was fetched, or other rows have the same values in \
         all columns of the cursor (select a key too)",
    )
}

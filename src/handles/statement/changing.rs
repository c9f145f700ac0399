//! Changing rows through a cursor: values from the bound buffers, one statement a row, and what the cursor keeps of it.
//!
//! Source: ODBC reference, `SQLSetPos`, `SQLBulkOperations`, "Updating data with SQLSetPos".

use bytes::BytesMut;

use super::StatementCall;
use super::bound_value::BoundValue;
use super::positioned::no_such_bookmark;
use super::sending::Suspended;
use crate::convert::Format;
use crate::cursor::{Fetched, fetched};
use crate::descriptor::{ApplicationDescriptor, Column, Columns};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::execute::{
    ChangedRow, ColumnValue, DataAtExecution, OldRow, ReadyValue, Returned, RowChange, RowFlight, Table, WaitingColumn,
};
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

/// Rows that are to be changed when the values of some of their columns have been sent.
#[derive(Debug)]
pub(super) struct AwaitingRows {
    change: Change,
    rows: Vec<RowPlace>,
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
    /// Where values are to be sent first, nothing is changed yet.
    pub(super) fn change_rows(&mut self, change: Change, rows: &[RowPlace]) -> Result<Fetched> {
        self.change_with(change, rows, None)
    }

    /// The same, with the values that have been sent.
    pub(super) fn change_awaiting(&mut self, awaiting: AwaitingRows, data: DataAtExecution) -> Result<Fetched> {
        self.change_with(awaiting.change, &awaiting.rows, Some(data))
    }

    fn change_with(&mut self, change: Change, rows: &[RowPlace], mut data: Option<DataAtExecution>) -> Result<Fetched> {
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
        if data.is_none() && change != Change::Delete {
            let waiting = self.columns_at_execution(change, rows, &columns, &table);
            if !waiting.is_empty() {
                let rows = AwaitingRows { change, rows: rows.to_vec() };
                self.suspend(Suspended::RowData(Box::new(DataAtExecution::of_columns(waiting)), rows))?;
                return Ok(Fetched::NeedData);
            }
        }
        let (mut failed, mut affected) = (0, 0);
        for row in rows {
            let (status, problem) = match self.change_row(change, *row, &columns, &table, data.as_mut()) {
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
    fn change_row(
        &mut self,
        change: Change,
        row: RowPlace,
        columns: &Columns,
        table: &CursorTable,
        data: Option<&mut DataAtExecution>,
    ) -> Result<u64> {
        let old = match change {
            Change::Insert => Vec::new(),
            Change::Update | Change::Delete => self.old_values(row)?,
        };
        let is_insert = change == Change::Insert;
        let new = match change {
            Change::Delete => Vec::new(),
            Change::Update | Change::Insert => self.new_values(row.buffer, columns, table, is_insert, data)?,
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

    /// The values in row `row` (from 0) of the bound buffers, or in `data`, of the columns that are to be set.
    fn new_values(
        &mut self,
        row: usize,
        columns: &Columns,
        table: &CursorTable,
        is_insert: bool,
        mut data: Option<&mut DataAtExecution>,
    ) -> Result<Vec<ColumnValue>> {
        let mut values = Vec::new();
        for (number, column, name, bound) in self.bound_values(row, columns, table, is_insert) {
            let in_column = |error: Box<Diagnostic>| error.in_column(number);
            let bound = bound.map_err(in_column)?;
            let sent = data.as_mut().filter(|_| bound.is_at_execution());
            let value = match sent.and_then(|data| data.take_column(row, number)) {
                Some(sent) => Some(sent),
                None => bound.read().map_err(in_column)?,
            };
            if let Some(value) = value {
                values.push(ColumnValue { name: name.to_owned(), oid: column.kind.oid, value });
            }
        }
        Ok(values)
    }

    /// The columns of rows whose values are to be sent. What is wrong with a row shows when it is changed.
    fn columns_at_execution(
        &mut self,
        change: Change,
        rows: &[RowPlace],
        columns: &Columns,
        table: &CursorTable,
    ) -> Vec<WaitingColumn> {
        let mut waiting = Vec::new();
        for row in rows.iter().map(|row| row.buffer) {
            for (column, _, _, bound) in self.bound_values(row, columns, table, change == Change::Insert) {
                if let Some(bound) = bound.ok().filter(BoundValue::is_at_execution) {
                    waiting.push(WaitingColumn { row, column, address: bound.address(), encoder: bound.encoder });
                }
            }
        }
        waiting
    }

    /// What is bound in row `row` (from 0) for the columns that can be set, with their numbers and their names in the table.
    fn bound_values<'t>(
        &self,
        row: usize,
        columns: &'t Columns,
        table: &'t CursorTable,
        is_insert: bool,
    ) -> impl Iterator<Item = (u16, &'t Column, &'t str, Result<BoundValue<'_>>)> {
        let ConnectionState { statements, descriptors, convert, .. } = &*self.state;
        let ard = statements.get(self.id).and_then(|statement| descriptors.get(statement.ard));
        let places = (1..=u16::MAX).zip(columns.iter().zip(&table.columns));
        ard.into_iter().flat_map(move |ard| {
            let ard = &ard.descriptor;
            places.clone().filter_map(move |(number, (column, place))| {
                let (record, place) = (ard.record(number)?, place.as_ref()?);
                let bound =
                    (place.is_updatable || is_insert).then(|| BoundValue::of(ard, record, row, column, convert))?;
                Some((number, column, place.name.as_str(), bound))
            })
        })
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

/// 01001: the row is not what it was, or there are others like it.
pub(super) fn conflict() -> Box<Diagnostic> {
    Diagnostic::new(
        S01001_CURSOR_OPERATION_CONFLICT,
        "the row was not changed: it has been changed or deleted since it was fetched, or other rows have the same values in \
         all columns of the cursor (select a key too)",
    )
}

//! Reading single values of the current row, whole or in pieces.
//!
//! Source: ODBC reference, `SQLGetData`.

use super::fetch::no_cursor;
use super::plan::{BOOKMARK, bookmark_value, check_width, indicator_required, warning_record};
use super::results::{Cursor, Results, Rows};
use crate::convert::{ConvertOptions, Converter, Destination, IntervalTarget, NumericTarget, converter};
use crate::descriptor::Address;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::odbc::values::SQL_NULL_DATA;
use crate::wire::Session;

/// What `SQLGetData` is asked for.
#[derive(Clone, Copy, Debug)]
pub struct GetDataRequest {
    /// Column, from 1; 0 is the bookmark.
    pub column: u16,
    pub c_type: i16,
    pub data: Address,
    /// Bytes in the buffer.
    pub capacity: usize,
    pub indicator: Address,
}

/// How far the value that is being read in pieces has been read.
#[derive(Debug, Default)]
pub(super) struct GetDataProgress {
    /// Column and C type of the value that is being read; `None` after the cursor has moved.
    reading: Option<(u16, i16)>,
    progress: u64,
    complete: bool,
    /// The converter that each column was last read with: row after row it is the same.
    kept: Vec<Option<KeptConverter>>,
}

#[derive(Clone, Copy, Debug)]
struct KeptConverter {
    c_type: i16,
    numeric: NumericTarget,
    interval: IntervalTarget,
    converter: Converter,
}

impl GetDataProgress {
    /// To be called when the cursor moves.
    pub(super) fn reset(&mut self) {
        self.reading = None;
    }

    /// Begins with another value, unless it is the one being read. Makes the converter of its column, unless it is kept.
    fn turn_to(
        &mut self,
        request: &GetDataRequest,
        options: &ConvertOptions,
        make: impl FnOnce() -> Result<Converter>,
    ) -> Result {
        let (column, ConvertOptions { numeric, interval, .. }) = (usize::from(request.column), *options);
        if self.kept.len() <= column {
            self.kept.resize(column + 1, None);
        }
        let is_kept = self.kept[column]
            .as_ref()
            .is_some_and(|kept| kept.c_type == request.c_type && kept.numeric == numeric && kept.interval == interval);
        if !is_kept {
            self.kept[column] = Some(KeptConverter { c_type: request.c_type, numeric, interval, converter: make()? });
        }
        if self.reading != Some((request.column, request.c_type)) {
            (self.reading, self.progress, self.complete) = (Some((request.column, request.c_type)), 0, false);
        }
        Ok(())
    }

    /// The converter of a column that has been turned to.
    fn converter(&self, column: u16) -> Result<&Converter> {
        let kept = self.kept.get(usize::from(column)).and_then(Option::as_ref);
        kept.map(|kept| &kept.converter).ok_or_else(no_cursor)
    }
}

impl Results {
    /// Reads (more of) a value of the current row. `Ok(false)`: the value has been read to its end before
    /// (SQL_NO_DATA).
    ///
    /// 07009 column, 07006 and HY003 types, 22002 indicator, and what conversion of the value gives.
    pub fn get_data(
        &mut self,
        session: Option<&Session>,
        request: &GetDataRequest,
        options: &ConvertOptions,
        diagnostics: &mut Diagnostics,
    ) -> Result<bool> {
        let exchange = self.exchange();
        let Some(cursor) = &mut self.cursor else { return Err(no_cursor()) };
        let number = cursor.first_row() + cursor.current as u64;
        let Cursor { columns, rows, get_data, scratch, rowset, current, .. } = cursor;
        let bookmark = bookmark_value(number);
        let column = match usize::from(request.column).checked_sub(1) {
            None => BOOKMARK,
            Some(index) => match columns.get(index) {
                Some(column) => column.kind,
                None => {
                    return Err(Diagnostic::new(
                        S07009_INVALID_DESCRIPTOR_INDEX,
                        format!("there is no column {}; the result has columns 1 to {}", request.column, columns.len()),
                    ));
                }
            },
        };
        let row = match (rows, session, exchange) {
            _ if *rowset == 0 => None,
            (Rows::Server { .. }, Some(session), Some(exchange)) => session.current_row(exchange),
            (Rows::Kept(kept), ..) if kept.deleted.contains(&number) => {
                return Err(Diagnostic::new(
                    HY109_INVALID_CURSOR_POSITION,
                    "the cursor is on a row that has been deleted through it",
                ));
            }
            (Rows::Kept(kept), ..) => kept.store.row(number - 1)?,
            _ => None,
        };
        let Some(row) = row else {
            return Err(Diagnostic::new(S24000_INVALID_CURSOR_STATE, "the cursor is on no row; call SQLFetch first"));
        };
        check_width(row, columns.len())?;
        get_data.turn_to(request, options, || converter(column, request.c_type, options))?;
        if get_data.complete {
            return Ok(false);
        }
        let value = match usize::from(request.column).checked_sub(1) {
            None => Some(&bookmark[..]),
            Some(index) => row.get(index).flatten(),
        };
        let Some(value) = value else {
            if request.indicator.is_null() {
                return Err(indicator_required());
            }
            get_data.complete = true;
            request.indicator.write(SQL_NULL_DATA);
            return Ok(true);
        };
        let converter = get_data.converter(request.column)?;
        let capacity = converter.fixed_size().unwrap_or(request.capacity);
        let destination = Destination { address: request.data.as_mut(), capacity };
        let converted = converter.convert(value, destination, get_data.progress, scratch)?;
        get_data.progress = converted.progress;
        get_data.complete = converted.complete;
        request.indicator.write(converted.indicator);
        if let Some(warning) = converted.warning {
            diagnostics.push(*warning_record(warning).in_row(*current + 1).in_column(request.column));
        }
        Ok(true)
    }
}

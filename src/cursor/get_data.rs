//! Reading single values of the current row, whole or in pieces.
//!
//! Source: ODBC reference, `SQLGetData`.

use super::fetch::no_cursor;
use super::large_object::{ObjectPart, ObjectReader, ObjectSource, no_session, object_oid};
use super::plan::{ValueSource, bookmark_value, check_width, indicator_required, record_options, warning_record};
use super::results::{Cursor, Results, Rows};
use crate::convert::{ConvertOptions, Converted, Converter, Destination, Scratch, Warning, check_c_type, converter};
use crate::descriptor::{Address, ApplicationDescriptor};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::odbc::types::SQL_ARD_TYPE;
use crate::odbc::values::SQL_NULL_DATA;
use crate::wire::{ColumnStart, Session};

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

/// What a value's converter depends on beside its column and the C type that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct GetDataOptions<'a> {
    pub convert: &'a ConvertOptions,
    /// SQL_ATTR_MAX_LENGTH: bytes, 0 for no limit.
    pub max_length: usize,
    /// Has the type, precision and scale for SQL_ARD_TYPE.
    pub ard: &'a ApplicationDescriptor,
}

/// How far the value that is being read in pieces has been read.
#[derive(Debug, Default)]
pub(super) struct GetDataProgress {
    /// Column and C type of the value that is being read; `None` after the cursor has moved.
    reading: Option<(u16, i16)>,
    progress: u64,
    complete: bool,
    /// Where in the row the column begins that was read last.
    start: ColumnStart,
    /// What is held of the large object that is being read.
    object: ObjectPart,
    /// The converter that each column was last read with: row after row it is the same.
    kept: Vec<Option<KeptConverter>>,
}

#[derive(Clone, Copy, Debug)]
struct KeptConverter {
    asked: Asked,
    /// As asked for, or as the ARD has it.
    c_type: i16,
    converter: Converter,
}

/// What a converter was chosen by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    c_type: i16,
    max_length: usize,
    /// The ARD's revision, if it has been looked at.
    ard: Option<u64>,
}

impl GetDataProgress {
    /// To be called when the cursor moves.
    pub(super) fn reset(&mut self) {
        (self.reading, self.start) = (None, ColumnStart::default());
        self.object.forget();
    }

    /// Begins with another value, unless it is the one being read. Chooses the converter of its column, unless it is kept.
    #[inline]
    pub(super) fn turn_to(
        &mut self,
        request: &GetDataRequest,
        options: &GetDataOptions<'_>,
        source: &ValueSource,
    ) -> Result {
        let asked = Asked {
            c_type: request.c_type,
            max_length: options.max_length,
            ard: (request.c_type == SQL_ARD_TYPE).then(|| options.ard.revision()),
        };
        let c_type = match self.kept.get(usize::from(request.column)) {
            Some(Some(kept)) if kept.asked == asked => kept.c_type,
            _ => self.keep(asked, request.column, options, source)?,
        };
        if self.reading != Some((request.column, c_type)) {
            (self.reading, self.progress, self.complete) = (Some((request.column, c_type)), 0, false);
        }
        Ok(())
    }

    /// Chooses a converter and keeps it for column `number`. Gives the C type that it converts to.
    #[cold]
    fn keep(&mut self, asked: Asked, number: u16, options: &GetDataOptions<'_>, source: &ValueSource) -> Result<i16> {
        let GetDataOptions { convert, max_length, ard } = *options;
        let mut convert = ConvertOptions { in_pieces: true, max_length, ..*convert };
        let mut c_type = asked.c_type;
        if c_type == SQL_ARD_TYPE {
            let Some(record) = ard.any_record(number) else {
                return Err(Diagnostic::new(
                    S07009_INVALID_DESCRIPTOR_INDEX,
                    format!("SQL_ARD_TYPE was asked for and column {number} has no ARD record"),
                ));
            };
            c_type = record.c_type;
            convert = record_options(&convert, record);
        } else {
            check_c_type(c_type)?;
        }
        let index = usize::from(number);
        if self.kept.len() <= index {
            self.kept.resize(index + 1, None);
        }
        c_type = source.c_type(c_type);
        let converter = converter(source.kind, c_type, &convert)?;
        self.kept[index] = Some(KeptConverter { asked, c_type, converter });
        Ok(c_type)
    }

    /// The converter of a column that has been turned to.
    #[inline]
    fn converter(&self, column: u16) -> Result<&Converter> {
        let kept = self.kept.get(usize::from(column)).and_then(Option::as_ref);
        kept.map(|kept| &kept.converter).ok_or_else(no_cursor)
    }
}

impl GetDataProgress {
    /// Whether the value that has been turned to was read to its end before.
    pub(super) fn is_complete(&self) -> bool {
        self.complete
    }

    /// Reads (more of) the value that has been turned to; `None` is NULL.
    #[inline]
    pub(super) fn read(
        &mut self,
        value: Option<&[u8]>,
        request: &GetDataRequest,
        scratch: &mut Scratch,
    ) -> Result<Option<Warning>> {
        let Some(value) = value else {
            if request.indicator.is_null() {
                return Err(indicator_required());
            }
            self.complete = true;
            request.indicator.write(SQL_NULL_DATA);
            return Ok(None);
        };
        let converter = self.converter(request.column)?;
        let capacity = converter.fixed_size().unwrap_or(request.capacity);
        let destination = Destination { address: request.data.as_mut(), capacity };
        let converted = converter.convert(value, destination, self.progress, scratch)?;
        Ok(self.report(converted, request))
    }

    /// Notes how far a value has been read, and tells its length.
    #[inline]
    fn report(&mut self, converted: Converted, request: &GetDataRequest) -> Option<Warning> {
        self.progress = converted.progress;
        self.complete = converted.complete;
        request.indicator.write(converted.indicator);
        converted.warning
    }
}

impl Results {
    /// Reads (more of) a value of the current row. `Ok(false)`: the value has been read to its end before
    /// (SQL_NO_DATA).
    ///
    /// HY109 where a forward-only cursor has fetched a rowset for more than one row, 07009 column, 07006 and HY003 types, 22002
    /// indicator, and what conversion of the value gives.
    pub fn get_data(
        &mut self,
        mut session: Option<&mut Session>,
        objects: Option<&mut dyn ObjectReader>,
        request: &GetDataRequest,
        options: &GetDataOptions<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Result<bool> {
        let exchange = self.exchange();
        let is_scrollable = self.is_scrollable();
        let Some(cursor) = self.cursor.as_deref_mut() else { return Err(no_cursor()) };
        if cursor.rowset_size > 1 && !is_scrollable {
            return Err(Diagnostic::new(
                HY109_INVALID_CURSOR_POSITION,
                "SQLGetData cannot be used on a forward-only cursor whose rowset has more than one row",
            ));
        }
        let number = cursor.first_row() + cursor.current as u64;
        let Cursor { columns, hidden, rows, get_data, workspace, rowset, current, .. } = cursor;
        let bookmark = bookmark_value(number);
        let source = match usize::from(request.column).checked_sub(1) {
            None => ValueSource::BOOKMARK,
            Some(index) => match columns.get(index) {
                Some(column) => ValueSource::of(column),
                None => return Err(no_column(request.column, columns.len())),
            },
        };
        let row = match (rows, session.as_deref(), exchange) {
            _ if *rowset == 0 => None,
            (Rows::Server { .. }, Some(session), Some(exchange)) => session.current_row(exchange),
            (Rows::Kept(kept), ..) if kept.deleted.contains(&number) => {
                return Err(Diagnostic::new(
                    HY109_INVALID_CURSOR_POSITION,
                    "the cursor is on a row that has been deleted",
                ));
            }
            (Rows::Kept(kept), ..) => kept.store.row(number - 1)?,
            _ => None,
        };
        let Some(row) = row else {
            return Err(Diagnostic::new(S24000_INVALID_CURSOR_STATE, "the cursor is on no row; call SQLFetch first"));
        };
        check_width(row, columns.len() + *hidden)?;
        // An object's length is limited where its bytes are read.
        let max_length = if source.object.is_some() { 0 } else { options.max_length };
        get_data.turn_to(request, &GetDataOptions { max_length, ..*options }, &source)?;
        if get_data.complete {
            return Ok(false);
        }
        let value = match request.column.checked_sub(1) {
            None => Some(&bookmark[..]),
            Some(index) => row.walk_to(index, &mut get_data.start).flatten(),
        };
        let warning = match (source.object.zip(objects), value) {
            (Some((format, objects)), Some(value)) => {
                let (oid, converter) = (object_oid(value, format)?, *get_data.converter(request.column)?);
                let capacity = converter.fixed_size().unwrap_or(request.capacity);
                let destination = Destination { address: request.data.as_mut(), capacity };
                let Some(session) = session.take() else { return Err(no_session()) };
                let mut source = ObjectSource { session, reader: objects, part: &mut get_data.object };
                let converted = source.deliver(
                    oid,
                    &converter,
                    destination,
                    get_data.progress,
                    options.max_length,
                    &mut workspace.scratch,
                )?;
                get_data.report(converted, request)
            }
            _ => get_data.read(value, request, &mut workspace.scratch)?,
        };
        if let Some(warning) = warning {
            diagnostics.push(*warning_record(warning).in_row(*current + 1).in_column(request.column));
        }
        Ok(true)
    }
}

#[cold]
fn no_column(number: u16, width: usize) -> Box<Diagnostic> {
    Diagnostic::new(
        S07009_INVALID_DESCRIPTOR_INDEX,
        format!("there is no column {number}; the result has columns 1 to {width}"),
    )
}

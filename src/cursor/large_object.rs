//! Large objects: a column holds the OID of an object, and what the application reads are the object's bytes.
//!
//! They are read when they are wanted, a part at a time, so that memory stays flat whatever an object's size. The
//! application sees what it sees of a bytea, and the same converter delivers it.
//!
//! Sources: PostgreSQL documentation, "Large Objects"; ODBC reference, `SQLGetData`, "Getting long data".

use super::fetch::{FetchOptions, bind_offset};
use super::plan::{RowOutcome, warning_record};
use super::results::Results;
use crate::convert::{ColumnType, Converted, Converter, Destination, Format, Scratch};
use crate::descriptor::ApplicationDescriptor;
use crate::diag::sqlstate::{HY000_GENERAL_ERROR, S08S01_COMMUNICATION_LINK_FAILURE};
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::wire::Session;

/// Bytes that are read of an object at a time, at most.
const PART: usize = 1 << 20;

/// Who asks the server for an object's bytes.
pub trait ObjectReader {
    /// Reads up to `length` bytes from `offset` of an object into `bytes`, and gives the object's whole size. Fewer come
    /// only at its end.
    ///
    /// Errors: the server's, 42704 where there is no such object, 42501 where the role may not read it.
    fn read(&mut self, session: &mut Session, oid: u32, offset: u64, length: usize, bytes: &mut Vec<u8>)
    -> Result<u64>;
}

/// What an object's bytes are to a converter.
pub(super) const BYTES: ColumnType = ColumnType { oid: 17, modifier: -1, format: Format::Binary };

/// The OID in a column's value. HY000 for what is none.
pub(super) fn object_oid(value: &[u8], format: Format) -> Result<u32> {
    let oid = match format {
        Format::Binary => <[u8; 4]>::try_from(value).ok().map(u32::from_be_bytes),
        Format::Text => str::from_utf8(value).ok().and_then(|text| text.parse().ok()),
    };
    oid.ok_or_else(|| Diagnostic::new(HY000_GENERAL_ERROR, "the server sent a large object's OID that is none"))
}

/// A value of a bound column that is still to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingObject {
    /// Its row in the rowset, from 0.
    pub row: usize,
    pub column: u16,
    pub oid: u32,
    /// What has become of its row without it.
    pub outcome: RowOutcome,
}

/// A part of an object.
#[derive(Debug, Default)]
pub(super) struct ObjectPart {
    oid: u32,
    /// Bytes of the whole object.
    size: u64,
    /// Where the part begins.
    start: u64,
    bytes: Vec<u8>,
    is_known: bool,
}

impl ObjectPart {
    /// Another row's object comes.
    pub fn forget(&mut self) {
        self.is_known = false;
    }
}

/// One call's way to an object's bytes.
pub(super) struct ObjectSource<'a> {
    pub session: &'a mut Session,
    pub reader: &'a mut dyn ObjectReader,
    pub part: &'a mut ObjectPart,
}

impl ObjectSource<'_> {
    /// Sees to it that the part has the byte at `offset`, unless the object ends before it.
    fn turn_to(&mut self, oid: u32, offset: u64, wanted: usize) -> Result {
        let ObjectPart { oid: held, size, start, bytes, is_known } = &mut *self.part;
        let was_read = *is_known && *held == oid;
        let end = *start + bytes.len() as u64;
        if was_read && (offset >= *size || (*start..end).contains(&offset)) {
            return Ok(());
        }
        *is_known = false;
        bytes.clear();
        let found = self.reader.read(self.session, oid, offset, wanted.clamp(1, PART), bytes)?;
        // The object may be written by others meanwhile: what counts is what it was when it was begun.
        if !was_read {
            *size = found;
        }
        if offset < *size && bytes.is_empty() {
            return Err(Diagnostic::new(
                HY000_GENERAL_ERROR,
                format!("the large object {oid} has become shorter while it was read"),
            ));
        }
        (*held, *start, *is_known) = (oid, offset, true);
        Ok(())
    }

    /// Delivers an object's bytes as a converter of bytea does, from `progress` on. `max_length`: SQL_ATTR_MAX_LENGTH.
    pub fn deliver(
        &mut self,
        oid: u32,
        converter: &Converter,
        destination: Destination,
        progress: u64,
        max_length: usize,
        scratch: &mut Scratch,
    ) -> Result<Converted> {
        let (steps, unit) = converter.steps_per_byte();
        let wanted = destination.capacity / (unit * steps as usize) + 1;
        let wanted = if converter.is_in_pieces() { PART } else { wanted };
        let (mut at, mut filled) = (progress, 0);
        loop {
            self.turn_to(oid, at / steps, wanted)?;
            let ObjectPart { size, start, bytes, .. } = &*self.part;
            let size = if max_length == 0 { *size } else { (*size).min(max_length as u64) };
            let held = bytes.len().min(usize::try_from(size.saturating_sub(*start)).unwrap_or(usize::MAX));
            let before = at - (start * steps).min(at);
            let piece = converter.convert(&bytes[..held], destination.after(filled), before, scratch)?;
            let delivered = piece.progress.saturating_sub(before);
            at += delivered;
            filled += delivered as usize * unit;
            let is_last = *start + held as u64 >= size;
            if is_last || !piece.complete {
                let indicator = (size * steps).saturating_sub(progress).saturating_mul(unit as u64);
                return Ok(Converted {
                    indicator: isize::try_from(indicator).unwrap_or(isize::MAX),
                    progress: at,
                    ..piece
                });
            }
        }
    }
}

impl Results {
    /// Reads the large objects of the rows that have been delivered, and reports them as the other columns were. Gives how
    /// many of these rows have failed, by that or before.
    pub fn deliver_objects(
        &mut self,
        session: Option<&mut Session>,
        reader: &mut dyn ObjectReader,
        ard: &ApplicationDescriptor,
        options: &FetchOptions<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Result<usize> {
        let Some(cursor) = self.cursor.as_deref_mut() else { return Ok(0) };
        let objects = std::mem::take(&mut cursor.workspace.objects);
        let (Some(session), Some(plan)) = (session, &cursor.plan) else {
            return Err(no_session());
        };
        let mut source = ObjectSource { session, reader, part: &mut ObjectPart::default() };
        let mut outcomes: Vec<(usize, RowOutcome)> = Vec::new();
        for PendingObject { row, column, oid, outcome } in objects {
            if outcomes.last().is_none_or(|(last, _)| *last != row) {
                outcomes.push((row, outcome));
            }
            let delivered =
                plan.deliver_object(oid, column, row, bind_offset(ard), &mut source, &mut cursor.workspace.scratch);
            let (record, outcome) = match delivered {
                Ok(None) => continue,
                Ok(Some(warning)) => (warning_record(warning), RowOutcome::SuccessWithInfo),
                Err(error) => (error, RowOutcome::Error),
            };
            diagnostics.push(*record.in_row(row + 1).in_column(column));
            if let Some((_, of_row)) = outcomes.last_mut().filter(|(_, of_row)| *of_row != RowOutcome::Error) {
                *of_row = outcome;
            }
        }
        // Of a row whose objects were read without a word the status has been told.
        for (row, outcome) in outcomes.iter().filter(|(_, outcome)| *outcome != RowOutcome::Success) {
            options.statuses.offset(row * size_of::<u16>()).write(outcome.status_of(false));
        }
        Ok(outcomes.iter().filter(|(_, outcome)| *outcome == RowOutcome::Error).count())
    }

    /// Whether a column (from 1) has large objects: to read them asks the server.
    pub fn is_large_object(&self, column: u16) -> bool {
        let index = usize::from(column).wrapping_sub(1);
        self.columns().and_then(|columns| columns.get(index)).is_some_and(|column| column.is_large_object)
    }

    /// Whether large objects of the rowset are still to be read.
    pub fn awaits_objects(&self) -> bool {
        self.cursor.as_ref().is_some_and(|cursor| !cursor.workspace.objects.is_empty())
    }
}

pub(super) fn no_session() -> Box<Diagnostic> {
    Diagnostic::new(
        S08S01_COMMUNICATION_LINK_FAILURE,
        "the connection to the server was lost before the row's large objects were read",
    )
}

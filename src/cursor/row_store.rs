//! The rows of a cursor that can go back: the bodies of their DataRow messages, one after the other, in memory up to a
//! limit, from there on in a temporary file that has no name any more. Any row is found by its number; the places of a few
//! of them are what memory is taken for then.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;

use super::stored::StoredRows;
use crate::diag::sqlstate::HY000_GENERAL_ERROR;
use crate::diag::{Diagnostic, Result};
use crate::wire::{DataRow, StoreLimits};

const WRITE_BUFFER: usize = 256 * 1024;
/// Bytes that are read from the file at once where rows are read one after the other, and where they are not.
const READ_AHEAD: usize = 256 * 1024;
const READ_AROUND: usize = 16 * 1024;
/// Of how many rows one has its place noted: the others are found by walking on from it.
const MARK_EVERY: usize = 32;
/// Bytes in front of each row that hold the length of its body.
pub(super) const PREFIX: usize = size_of::<u32>();

#[derive(Debug)]
pub struct RowStore {
    memory: Vec<u8>,
    limits: StoreLimits,
    /// Why rows are missing from here on: no row is taken any more, or the next one would have this one's number.
    failure: Option<Box<Diagnostic>>,
    count: usize,
    /// Where rows 0, `mark_every`, 2 * `mark_every` .. begin, counted over `memory` and the file behind it. Rows do not lie
    /// across the two, and those between two marks lie behind each other.
    marks: Vec<u64>,
    mark_every: usize,
    /// Where the next row will begin.
    end: u64,
    file: Option<BufWriter<File>>,
    /// Rows that have other values than were pushed, by their index.
    replaced: HashMap<usize, Vec<u8>>,
    /// The row behind the one that was read last, and where it begins.
    next: (usize, u64),
    /// A part of the file, and where in the file it begins.
    window: Vec<u8>,
    window_start: u64,
}

impl From<StoredRows> for RowStore {
    /// They are in memory already, and stay there, in whatever order they lie.
    fn from(rows: StoredRows) -> RowStore {
        RowStore {
            count: rows.places.len(),
            end: rows.bytes.len() as u64,
            memory: rows.bytes,
            marks: rows.places,
            mark_every: 1,
            ..RowStore::new(StoreLimits::MEMORY)
        }
    }
}

impl RowStore {
    /// An empty store that goes on in a file when its memory is full.
    pub fn new(limits: StoreLimits) -> RowStore {
        RowStore {
            memory: Vec::new(),
            limits,
            failure: None,
            count: 0,
            marks: Vec::new(),
            mark_every: MARK_EVERY,
            end: 0,
            file: None,
            replaced: HashMap::new(),
            next: (0, 0),
            window: Vec::new(),
            window_start: 0,
        }
    }

    /// Rows in it.
    pub fn count(&self) -> u64 {
        self.count as u64
    }

    /// Adds a row. HY000 if the temporary file cannot be written, HY001 if it has reached its limit; then no row is taken
    /// any more.
    pub fn push(&mut self, row: DataRow<'_>) -> Result {
        if self.failure.is_none()
            && let Err(error) = self.try_push(row)
        {
            self.failure = Some(error);
        }
        self.failure.clone().map_or(Ok(()), Err)
    }

    fn try_push(&mut self, row: DataRow<'_>) -> Result {
        let body = row.body();
        let length = size_of::<u16>() + body.len();
        let prefix = (length as u32).to_be_bytes();
        let header = row.column_count().to_be_bytes();
        if self.file.is_none() && self.memory.len() + PREFIX + length <= self.limits.memory {
            self.memory.extend_from_slice(&prefix);
            self.memory.extend_from_slice(&header);
            self.memory.extend_from_slice(body);
        } else {
            let written = self.end - self.memory.len() as u64;
            if written.saturating_add((PREFIX + length) as u64) > self.limits.file {
                return Err(self.limits.exceeded("the next rows of the scrollable cursor"));
            }
            self.write([&prefix, &header, body]).map_err(|error| {
                Diagnostic::new(
                    HY000_GENERAL_ERROR,
                    format!(
                        "the rows of the cursor could not be kept in a temporary file of {}: {error}; make room there, set \
                         TMPDIR, or use a forward-only cursor",
                        std::env::temp_dir().display()
                    ),
                )
            })?;
        }
        self.note_row(length);
        Ok(())
    }

    /// Notes the place of a row with a body of so many bytes.
    fn note_row(&mut self, length: usize) {
        if self.count.is_multiple_of(self.mark_every) {
            self.marks.push(self.end);
        }
        self.count += 1;
        self.end += (PREFIX + length) as u64;
    }

    /// Gives row `index` (from 0) another body: that of a DataRow message.
    pub fn replace(&mut self, index: u64, body: Vec<u8>) {
        self.replaced.insert(index as usize, body);
    }

    /// Row `index`, from 0; `None` behind the last one. HY000 if the temporary file cannot be read.
    pub fn row(&mut self, index: u64) -> Result<Option<DataRow<'_>>> {
        let Some(index) = usize::try_from(index).ok().filter(|index| *index < self.count) else { return Ok(None) };
        let damaged = || Diagnostic::new(HY000_GENERAL_ERROR, "the temporary file of a cursor has been damaged");
        if self.replaced.contains_key(&index) {
            return DataRow::parse(&self.replaced[&index]).ok_or_else(damaged).map(Some);
        }
        let body = self.find(index).and_then(|(start, length)| self.bytes(start, length)).map_err(|error| {
            Diagnostic::new(
                HY000_GENERAL_ERROR,
                format!("a row of the cursor could not be read from its temporary file: {error}"),
            )
        })?;
        DataRow::parse(body).ok_or_else(damaged).map(Some)
    }

    /// Where the body of a row begins, and its bytes: walks there from the nearest place that is known.
    fn find(&mut self, index: usize) -> io::Result<(u64, usize)> {
        let mark = index / self.mark_every;
        let marked = mark * self.mark_every;
        let (mut at, mut start) = match self.next {
            (next, place) if next <= index && next > marked => (next, place),
            _ => (marked, self.marks.get(mark).copied().unwrap_or(0)),
        };
        loop {
            let prefix = self.bytes(start, PREFIX)?;
            let length = prefix.try_into().map_or(0, u32::from_be_bytes) as usize;
            let body = start + PREFIX as u64;
            (at, start) = (at + 1, body + length as u64);
            if at > index {
                self.next = (at, start);
                return Ok((body, length));
            }
        }
    }

    /// `length` bytes from `start`, of memory or of the file behind it.
    fn bytes(&mut self, start: u64, length: usize) -> io::Result<&[u8]> {
        let in_memory = self.memory.len() as u64;
        match start.checked_sub(in_memory) {
            None => {
                self.memory.get(start as usize..start as usize + length).ok_or_else(|| io::ErrorKind::NotFound.into())
            }
            Some(start) => self.read(start, length),
        }
    }

    fn write(&mut self, parts: [&[u8]; 3]) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(BufWriter::with_capacity(WRITE_BUFFER, tempfile::tempfile()?));
        }
        match &mut self.file {
            Some(file) => parts.iter().try_for_each(|part| file.write_all(part)),
            None => Ok(()),
        }
    }

    /// `length` bytes from `start` of the file.
    fn read(&mut self, start: u64, length: usize) -> io::Result<&[u8]> {
        let end = start + length as u64;
        let window_end = self.window_start + self.window.len() as u64;
        if start < self.window_start || end > window_end {
            let goes_on = (self.window_start..=window_end).contains(&start);
            let wanted = if goes_on { READ_AHEAD } else { READ_AROUND };
            let file_end = self.end - self.memory.len() as u64;
            let left = usize::try_from(file_end.saturating_sub(start)).unwrap_or(usize::MAX);
            self.window.clear();
            self.window.resize(wanted.max(length).min(left), 0);
            self.window_start = start;
            let Some(file) = &mut self.file else { return Err(io::ErrorKind::NotFound.into()) };
            let read = file.flush().and_then(|()| file.get_ref().read_exact_at(&mut self.window, start));
            if let Err(error) = read {
                self.window.clear();
                return Err(error);
            }
        }
        let from = (start - self.window_start) as usize;
        self.window.get(from..from + length).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn body(number: u32, size: usize) -> Vec<u8> {
        let mut body = 2_u16.to_be_bytes().to_vec();
        body.extend(4_u32.to_be_bytes());
        body.extend(number.to_be_bytes());
        body.extend((size as u32).to_be_bytes());
        body.resize(body.len() + size, number as u8);
        body
    }

    fn number(store: &mut RowStore, index: u64) -> Option<(u32, usize)> {
        let row = store.row(index).unwrap()?;
        let number = u32::from_be_bytes(row.get(0).unwrap().unwrap().try_into().unwrap());
        let filling = row.get(1).unwrap().unwrap();
        assert!(filling.iter().all(|byte| *byte == number as u8));
        Some((number, filling.len()))
    }

    #[test]
    fn rows_are_found_in_any_order_in_memory_and_file() {
        for limit in [0, 1000, 100_000, usize::MAX] {
            let mut store = RowStore::new(StoreLimits { memory: limit, file: u64::MAX });
            for index in 0..3000 {
                store.push(DataRow::parse(&body(index, index as usize % 700)).unwrap()).unwrap();
                // Reading between writing, as a cursor does that is filled as it is read.
                if index % 500 == 0 {
                    assert_eq!(number(&mut store, u64::from(index)), Some((index, index as usize % 700)));
                }
            }
            assert!(store.memory.len() <= limit);
            assert_eq!(store.file.is_some(), limit < usize::MAX);
            store.replace(7, body(7, 7));
            for index in (0..3000).rev().chain([7, 2999, 1500, 0]) {
                assert_eq!(number(&mut store, index), Some((index as u32, index as usize % 700)), "limit {limit}");
            }
            assert_eq!(number(&mut store, 3000), None);
        }
    }

    #[test]
    fn a_row_longer_than_the_read_ahead() {
        let mut store = RowStore::new(StoreLimits { memory: 0, file: u64::MAX });
        for (index, size) in [10, 3 * READ_AHEAD, 10].into_iter().enumerate() {
            store.push(DataRow::parse(&body(index as u32, size)).unwrap()).unwrap();
        }
        for (index, size) in [(2, 10), (1, 3 * READ_AHEAD), (0, 10), (1, 3 * READ_AHEAD)] {
            assert_eq!(number(&mut store, index), Some((index as u32, size)));
        }
    }

    #[test]
    fn what_the_file_may_not_hold_is_refused_from_there_on() {
        let mut store = RowStore::new(StoreLimits { memory: 100, file: 1000 });
        let stored =
            (0..200).take_while(|index| store.push(DataRow::parse(&body(*index, 20)).unwrap()).is_ok()).count();
        assert!((25..40).contains(&stored), "{stored}");
        // A shorter one would fit, and would be taken for the one that did not.
        let error = store.push(DataRow::parse(&body(0, 0)).unwrap()).unwrap_err();
        assert_eq!(error.sqlstate.as_str(), "HY001");
        assert_eq!(store.count(), stored as u64);
        assert_eq!(number(&mut store, stored as u64 - 1), Some((stored as u32 - 1, 20)));
    }
}

//! The rows of a cursor that can go back: the bodies of their DataRow messages, one after the other, in memory up to a
//! limit, from there on in a temporary file that has no name any more. Any row is found by its number.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;

use super::stored::StoredRows;
use crate::diag::sqlstate::HY000_GENERAL_ERROR;
use crate::diag::{Diagnostic, Result};
use crate::wire::DataRow;

/// Memory that one cursor's rows may take before they go on in a file, in bytes.
const MEMORY_LIMIT: usize = 64 << 20;
const WRITE_BUFFER: usize = 256 * 1024;
/// Bytes that are read from the file at once: rows are mostly read one after the other.
const READ_AHEAD: usize = 256 * 1024;

#[derive(Debug)]
pub struct RowStore {
    memory: Vec<u8>,
    /// Most bytes in `memory`.
    memory_limit: usize,
    /// Where each row ends, counted over `memory` and the file behind it. Rows do not lie across the two.
    ends: Vec<u64>,
    file: Option<BufWriter<File>>,
    /// Rows that have other values than were pushed, by their index.
    replaced: HashMap<usize, Vec<u8>>,
    /// A part of the file, and where in the file it begins.
    window: Vec<u8>,
    window_start: u64,
}

impl Default for RowStore {
    fn default() -> RowStore {
        RowStore::new(MEMORY_LIMIT)
    }
}

impl From<StoredRows> for RowStore {
    fn from(rows: StoredRows) -> RowStore {
        let (memory, ends) = rows.into_parts();
        RowStore { memory, ends, ..RowStore::default() }
    }
}

impl RowStore {
    /// An empty store that goes on in a file when it has taken `memory_limit` bytes.
    pub fn new(memory_limit: usize) -> RowStore {
        RowStore {
            memory: Vec::new(),
            memory_limit,
            ends: Vec::new(),
            file: None,
            replaced: HashMap::new(),
            window: Vec::new(),
            window_start: 0,
        }
    }

    /// Rows in it.
    pub fn count(&self) -> u64 {
        self.ends.len() as u64
    }

    /// Adds a row. HY000 if the temporary file cannot be written.
    pub fn push(&mut self, row: DataRow<'_>) -> Result {
        let body = row.body();
        let length = size_of::<u16>() + body.len();
        let header = row.column_count().to_be_bytes();
        if self.file.is_none() && self.memory.len() + length <= self.memory_limit {
            self.memory.extend_from_slice(&header);
            self.memory.extend_from_slice(body);
        } else {
            self.write(&header, body).map_err(|error| {
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
        self.ends.push(self.end() + length as u64);
        Ok(())
    }

    /// Gives row `index` (from 0) another body: that of a DataRow message.
    pub fn replace(&mut self, index: u64, body: Vec<u8>) {
        self.replaced.insert(index as usize, body);
    }

    /// Row `index`, from 0; `None` behind the last one. HY000 if the temporary file cannot be read.
    pub fn row(&mut self, index: u64) -> Result<Option<DataRow<'_>>> {
        let index = index as usize;
        let Some(&end) = self.ends.get(index) else { return Ok(None) };
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        let in_memory = self.memory.len() as u64;
        let body = if self.replaced.contains_key(&index) {
            &self.replaced[&index]
        } else if end <= in_memory {
            &self.memory[start as usize..end as usize]
        } else {
            self.read(start - in_memory, (end - start) as usize).map_err(|error| {
                Diagnostic::new(
                    HY000_GENERAL_ERROR,
                    format!("a row of the cursor could not be read from its temporary file: {error}"),
                )
            })?
        };
        let damaged = || Diagnostic::new(HY000_GENERAL_ERROR, "the temporary file of a cursor has been damaged");
        DataRow::parse(body).ok_or_else(damaged).map(Some)
    }

    fn end(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    fn write(&mut self, header: &[u8], body: &[u8]) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(BufWriter::with_capacity(WRITE_BUFFER, tempfile::tempfile()?));
        }
        match &mut self.file {
            Some(file) => file.write_all(header).and_then(|()| file.write_all(body)),
            None => Ok(()),
        }
    }

    /// `length` bytes from `start` of the file.
    fn read(&mut self, start: u64, length: usize) -> io::Result<&[u8]> {
        let end = start + length as u64;
        if start < self.window_start || end > self.window_start + self.window.len() as u64 {
            let file_end = self.end() - self.memory.len() as u64;
            let ahead = usize::try_from(file_end - start).unwrap_or(usize::MAX).min(READ_AHEAD.max(length));
            self.window.clear();
            self.window.resize(ahead, 0);
            self.window_start = start;
            let Some(file) = &mut self.file else { return Err(io::ErrorKind::NotFound.into()) };
            let read = file.flush().and_then(|()| file.get_ref().read_exact_at(&mut self.window, start));
            if let Err(error) = read {
                self.window.clear();
                return Err(error);
            }
        }
        let from = (start - self.window_start) as usize;
        Ok(&self.window[from..from + length])
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
            let mut store = RowStore::new(limit);
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
        let mut store = RowStore::new(0);
        for (index, size) in [10, 3 * READ_AHEAD, 10].into_iter().enumerate() {
            store.push(DataRow::parse(&body(index as u32, size)).unwrap()).unwrap();
        }
        for (index, size) in [(2, 10), (1, 3 * READ_AHEAD), (0, 10), (1, 3 * READ_AHEAD)] {
            assert_eq!(number(&mut store, index), Some((index as u32, size)));
        }
    }
}

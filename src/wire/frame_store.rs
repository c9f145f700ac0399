//! What a server has sent for an exchange, kept until it is read: the raw frames one after the other, in memory up to a
//! limit, from there on in a temporary file that has no name any more.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use rustix::buffer::spare_capacity;

use super::frame::{Header, Phase};
use crate::diag::sqlstate::{HY000_GENERAL_ERROR, HY001_MEMORY_ALLOCATION};
use crate::diag::{Diagnostic, Result};
use crate::transport::ReceiveBuffer;

const WRITE_BUFFER: usize = 256 * 1024;

/// How much of a result is kept, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreLimits {
    /// In memory; what comes after it is in a temporary file.
    pub memory: usize,
    /// In that file (TempFileLimit).
    pub file: u64,
}

impl Default for StoreLimits {
    fn default() -> StoreLimits {
        StoreLimits::MEMORY
    }
}

impl StoreLimits {
    /// All of it, in memory.
    pub const MEMORY: StoreLimits = StoreLimits { memory: usize::MAX, file: u64::MAX };

    /// HY001: what the file would have to take is more than the limit.
    pub fn exceeded(&self, what: &str) -> Box<Diagnostic> {
        Diagnostic::new(
            HY001_MEMORY_ALLOCATION,
            format!(
                "{what} would take more than the {} MB of a temporary file that TempFileLimit allows",
                self.file >> 20
            ),
        )
    }
}

/// Frames in the order in which they came; read once, from the front.
#[derive(Debug)]
pub struct FrameStore {
    memory: Vec<u8>,
    limits: StoreLimits,
    /// Where in `memory` the frame read last begins, and where the next one does.
    current: usize,
    next: usize,
    spill: Option<Spill>,
    /// Why frames are missing at the end.
    failure: Option<Box<Diagnostic>>,
    /// The ErrorResponse among the frames.
    error: Option<Vec<u8>>,
    /// Statements that completed before it.
    completed: usize,
}

/// The part past the memory limit.
#[derive(Debug)]
struct Spill {
    file: BufWriter<File>,
    written: u64,
    read: u64,
    window: ReceiveBuffer,
}

impl FrameStore {
    /// An empty store that goes on in a file when its memory is full.
    pub fn new(limits: StoreLimits) -> FrameStore {
        FrameStore {
            memory: Vec::new(),
            limits,
            current: 0,
            next: 0,
            spill: None,
            failure: None,
            error: None,
            completed: 0,
        }
    }

    /// Notes that one of the frames is this ErrorResponse.
    pub fn note_error(&mut self, frame: &[u8]) {
        self.error.get_or_insert_with(|| frame.to_vec());
    }

    /// Notes that one of the frames ends a statement: CommandComplete, EmptyQueryResponse.
    pub fn note_completion(&mut self) {
        self.completed += 1;
    }

    /// How many statements the frames end.
    pub fn completed(&self) -> usize {
        self.completed
    }

    /// The ErrorResponse among the frames.
    pub fn error(&self) -> Option<Box<Diagnostic>> {
        self.error.as_ref().map(|frame| super::error_response::error(super::frame::body(frame)))
    }

    /// Adds a frame. Where the file fails or has reached its limit, the frames from there on are lost, and the reader is told
    /// so when it gets there.
    pub fn push(&mut self, frame: &[u8]) {
        if self.failure.is_some() {
            return;
        }
        if self.spill.is_none() && self.memory.len() + frame.len() <= self.limits.memory {
            self.memory.extend_from_slice(frame);
            return;
        }
        let written = self.spill.as_ref().map_or(0, |spill| spill.written);
        if written.saturating_add(frame.len() as u64) > self.limits.file {
            self.failure = Some(
                self.limits.exceeded("the rest of the result, which was put aside for another statement, is lost: it"),
            );
            return;
        }
        if let Err(error) = self.spill(frame) {
            self.failure = Some(Diagnostic::new(
                HY000_GENERAL_ERROR,
                format!(
                    "the rest of the result could not be kept in a temporary file of {}: {error}; make room there or set \
                     TMPDIR",
                    std::env::temp_dir().display()
                ),
            ));
        }
    }

    /// Adds a frame and makes it the one read last.
    pub fn push_current(&mut self, frame: &[u8]) {
        self.current = self.memory.len();
        self.memory.extend_from_slice(frame);
        self.next = self.memory.len();
    }

    fn spill(&mut self, frame: &[u8]) -> io::Result<()> {
        if self.spill.is_none() {
            let file = BufWriter::with_capacity(WRITE_BUFFER, tempfile::tempfile()?);
            self.spill = Some(Spill { file, written: 0, read: 0, window: ReceiveBuffer::default() });
        }
        match &mut self.spill {
            Some(spill) => {
                spill.written += frame.len() as u64;
                spill.file.write_all(frame)
            }
            None => Ok(()),
        }
    }

    /// Goes on to the next frame; false when there is none.
    ///
    /// # Errors
    /// HY000 if the temporary file cannot be read, or could not be written beyond here.
    pub fn advance(&mut self) -> Result<bool> {
        if self.next < self.memory.len() {
            self.current = self.next;
            self.next += frame_length(self.memory.get(self.next..).unwrap_or_default());
            return Ok(true);
        }
        if let Some(spill) = &mut self.spill {
            self.memory = Vec::new();
            (self.current, self.next) = (0, 0);
            let advanced = spill.advance().map_err(|error| {
                let text = format!("the rest of the result could not be read from its temporary file: {error}");
                Diagnostic::new(HY000_GENERAL_ERROR, text)
            })?;
            if advanced {
                return Ok(true);
            }
        }
        self.current = self.next;
        self.failure.clone().map_or(Ok(false), Err)
    }

    /// The frame that `advance` went to last; empty where there is none.
    pub fn current(&self) -> &[u8] {
        match &self.spill {
            Some(spill) if self.memory.is_empty() => spill.window.held(),
            _ => self.memory.get(self.current..self.next).unwrap_or_default(),
        }
    }

    /// The frames after the current one, where they are all in memory.
    pub fn ahead(&self) -> Option<&[u8]> {
        (self.spill.is_none() && self.failure.is_none()).then(|| self.memory.get(self.next..).unwrap_or_default())
    }

    /// Whether frames that are added now are lost.
    pub fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    /// Bytes of memory taken.
    pub fn memory_used(&self) -> usize {
        self.memory.len()
    }
}

impl Spill {
    fn advance(&mut self) -> io::Result<bool> {
        self.window.release();
        loop {
            let unread = self.window.unread();
            let wanted = if unread.len() < super::frame::HEADER_LENGTH { 0 } else { frame_length(unread) };
            if wanted > 0 && wanted <= unread.len() {
                self.window.hold(wanted);
                return Ok(true);
            }
            self.file.flush()?;
            let (file, read) = (self.file.get_ref(), self.read);
            let count = self
                .window
                .fill(wanted, |bytes| rustix::io::pread(file, spare_capacity(bytes), read).map_err(io::Error::from))?;
            if count == 0 {
                return Ok(false);
            }
            self.read += count as u64;
        }
    }
}

/// Length of the frame at the front of `bytes`. It was checked when it was received; what a damaged file holds instead ends
/// the reading.
fn frame_length(bytes: &[u8]) -> usize {
    Header::read(bytes, Phase::Session).ok().flatten().map_or(bytes.len(), |header| header.length)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn frame(number: u32, size: usize) -> Vec<u8> {
        let mut frame = vec![b'd'];
        frame.extend_from_slice(&(size as u32 + 8).to_be_bytes());
        frame.extend_from_slice(&number.to_be_bytes());
        frame.resize(frame.len() + size, number as u8);
        frame
    }

    #[test]
    fn frames_come_back_in_order_from_memory_and_file() {
        for limit in [0, 100, 10_000, usize::MAX] {
            let mut store = FrameStore::new(StoreLimits { memory: limit, file: u64::MAX });
            let frames: Vec<_> = (0..3000).map(|number| frame(number, number as usize % 700)).collect();
            for frame in &frames {
                store.push(frame);
            }
            assert!(store.memory_used() <= limit, "{limit}");
            assert_eq!(store.spill.is_some(), limit < usize::MAX);
            for frame in &frames {
                assert!(store.advance().unwrap());
                assert!(store.current() == frame.as_slice());
            }
            assert!(!store.advance().unwrap());
            assert!(store.current().is_empty());
        }
    }

    #[test]
    fn frames_may_be_added_after_reading_has_begun() {
        let mut store = FrameStore::new(StoreLimits { memory: 0, file: u64::MAX });
        store.push_current(&frame(1, 10));
        store.push(&frame(2, 10));
        assert_eq!(store.current(), frame(1, 10));
        assert!(store.advance().unwrap());
        store.push(&frame(3, 300_000));
        assert_eq!(store.current(), frame(2, 10));
        assert!(store.advance().unwrap());
        assert!(store.current() == frame(3, 300_000));
        assert!(!store.advance().unwrap());
    }

    #[test]
    fn a_file_that_fails_is_told_after_the_frames_before_it() {
        let mut store = FrameStore::new(StoreLimits { memory: 100, file: u64::MAX });
        store.push(&frame(1, 10));
        // A file that is open for reading only cannot be written.
        let file = BufWriter::with_capacity(0, File::open("/dev/null").unwrap());
        store.spill = Some(Spill { file, written: 0, read: 0, window: ReceiveBuffer::default() });
        store.push(&frame(2, 10));
        store.push(&frame(3, 10));
        assert!(store.advance().unwrap());
        assert_eq!(store.current(), frame(1, 10));
        for _ in 0..2 {
            let error = store.advance().unwrap_err();
            assert_eq!(error.sqlstate, HY000_GENERAL_ERROR);
            assert!(error.message.contains("TMPDIR"), "{}", error.message);
        }
    }

    #[test]
    fn what_the_file_may_not_hold_is_told_after_the_frames_before_it() {
        let mut store = FrameStore::new(StoreLimits { memory: 40, file: 50 });
        for number in 0..9 {
            store.push(&frame(number, 10));
        }
        // Frames of 19 bytes: two in memory, two in the file.
        for number in 0..4 {
            assert!(store.advance().unwrap());
            assert_eq!(store.current(), frame(number, 10));
        }
        for _ in 0..2 {
            assert_eq!(store.advance().unwrap_err().sqlstate, HY001_MEMORY_ALLOCATION);
        }
        assert!(store.has_failed());
    }
}

//! Tracing for those who look for an error: one line an event, on a file that a keyword or PGODBC_TRACE names. Off by
//! default, and then it costs one relaxed load a call and nothing a row.
//!
//! A connection has its own tracer, a file its one writer. Never a password, token or key; values of parameters and columns at
//! [`Level::Values`] only.

mod clock;
mod file;
mod messages;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use std::cell::RefCell;
use std::fmt::{self, Write as _};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

pub use file::TraceFile;
pub use messages::MessageLog;

use crate::diag::Sqlstate;

/// What is traced; each level has what is in those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Off,
    /// Functions that the application calls: handle, return code, SQLSTATEs.
    Calls,
    /// Messages of the protocol: type and length.
    Wire,
    /// Statements and values in them.
    Values,
}

impl Level {
    /// Words and numbers of the keyword TraceLevel.
    pub const NAMES: &[(&str, Level)] = &[
        ("off", Level::Off),
        ("calls", Level::Calls),
        ("wire", Level::Wire),
        ("values", Level::Values),
        ("0", Level::Off),
        ("1", Level::Calls),
        ("2", Level::Wire),
        ("3", Level::Values),
    ];
}

/// Tracers that are there. With none of them nobody asks any further.
static LIVE: AtomicUsize = AtomicUsize::new(0);
static LAST: AtomicU64 = AtomicU64::new(0);
static PROCESS: OnceLock<Option<Tracer>> = OnceLock::new();

/// SQLSTATEs that a line names; a call that fails for thousands of rows has said enough by then.
const MOST_STATES: usize = 8;

thread_local! {
    static STATES: RefCell<Vec<Sqlstate>> = const { RefCell::new(Vec::new()) };
}

/// Whether anything is traced. Cheap; ask it before all else.
#[inline]
pub fn enabled() -> bool {
    LIVE.load(Ordering::Relaxed) != 0
}

/// The tracer of what belongs to no connection. `open` is called once in a process.
pub fn begin_process(open: impl FnOnce() -> Option<Tracer>) {
    PROCESS.get_or_init(open);
}

/// The tracer of what belongs to no connection.
pub fn of_process() -> Option<Tracer> {
    PROCESS.get().cloned().flatten()
}

/// Keeps the SQLSTATEs of a function that has ended, for the line of its call on the same thread.
#[cold]
pub fn note_states(states: impl Iterator<Item = Sqlstate>) {
    STATES.with_borrow_mut(|noted| {
        noted.clear();
        noted.extend(states.take(MOST_STATES));
    });
}

/// What has been noted since the last call.
pub fn take_states() -> Vec<Sqlstate> {
    STATES.take()
}

#[derive(Debug)]
struct Inner {
    file: Arc<TraceFile>,
    level: Level,
    /// Of the connection, counted in this process.
    number: u64,
}

impl Drop for Inner {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Writes the lines of one connection. A copy is another name for the same.
#[derive(Clone, Debug)]
pub struct Tracer(Arc<Inner>);

impl Tracer {
    /// Opens a file for a connection, or finds it open already. It is made for its owner alone and appended to.
    ///
    /// # Errors
    /// What the system says, and [`io::ErrorKind::PermissionDenied`] for a file that is not safe to write to: a link, no plain
    /// file, another user's, one that others can read.
    pub fn open(path: &Path, level: Level) -> io::Result<Tracer> {
        let file = TraceFile::open(path)?;
        LIVE.fetch_add(1, Ordering::Relaxed);
        Ok(Tracer(Arc::new(Inner { file, level, number: LAST.fetch_add(1, Ordering::Relaxed) + 1 })))
    }

    pub fn level(&self) -> Level {
        self.0.level
    }

    /// Writes one line: time, process and thread, connection, text. What cannot be written is lost: tracing must not
    /// disturb the work.
    pub fn line(&self, text: fmt::Arguments<'_>) {
        let (process, thread) = (std::process::id(), rustix::thread::gettid().as_raw_nonzero());
        let mut line = String::with_capacity(96);
        let _ = write!(line, "{} {process}.{thread} c{} {text}", clock::now(), self.0.number);
        let mut line = line.replace(char::is_control, "?");
        line.push('\n');
        self.0.file.write(line.as_bytes());
    }

    /// A line about the connection to the server, where these are traced.
    pub fn wire(&self, text: fmt::Arguments<'_>) {
        if self.0.level >= Level::Wire {
            self.line(text);
        }
    }
}

/// Where a connection keeps its tracer: reached without the connection's lock.
#[derive(Debug, Default)]
pub struct Slot(Mutex<Option<Tracer>>);

impl Slot {
    pub fn set(&self, tracer: Option<Tracer>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = tracer;
    }

    pub fn get(&self) -> Option<Tracer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

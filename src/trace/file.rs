//! The file that is traced to: opened with care, one writer for all who name it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The files that are open.
static OPEN: Mutex<Vec<Weak<TraceFile>>> = Mutex::new(Vec::new());

/// One open file.
#[derive(Debug)]
pub struct TraceFile {
    file: Mutex<File>,
    /// Device and inode: one file may have several paths.
    identity: (u64, u64),
}

impl TraceFile {
    /// Opens a file, or finds it open.
    ///
    /// # Errors
    /// As [`super::Tracer::open`].
    pub fn open(path: &Path) -> io::Result<Arc<TraceFile>> {
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            // A link in /tmp may be another user's snare; a pipe would wait for a reader.
            .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY)
            .open(path)?;
        let facts = file.metadata()?;
        let refused = match () {
            () if !facts.is_file() => Some("it is no plain file"),
            () if facts.uid() != rustix::process::geteuid().as_raw() => Some("it belongs to another user"),
            () if facts.nlink() != 1 => Some("it has several names"),
            () if facts.mode() & 0o077 != 0 => Some("others may read or write it; chmod 600 makes it private"),
            () => None,
        };
        if let Some(reason) = refused {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, reason));
        }
        let identity = (facts.dev(), facts.ino());
        let mut files = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|known| known.strong_count() > 0);
        let known = files.iter().filter_map(Weak::upgrade).find(|known| known.identity == identity);
        Ok(known.unwrap_or_else(|| {
            let opened = Arc::new(TraceFile { file: Mutex::new(file), identity });
            files.push(Arc::downgrade(&opened));
            opened
        }))
    }

    /// Appends a line, whole: other processes may write to the file as well.
    pub fn write(&self, line: &[u8]) {
        let _ = self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(line);
    }
}

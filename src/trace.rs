//! Tracing for those who look for an error: one line a call on a file that PGODBC_TRACE names. Never a secret, never a
//! value of a parameter or a column.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::Mutex;

use once_cell::sync::Lazy;

static FILE: Lazy<Option<Mutex<File>>> = Lazy::new(|| {
    let path = std::env::var_os("PGODBC_TRACE")?;
    OpenOptions::new().create(true).append(true).open(path).ok().map(Mutex::new)
});

/// Whether anything is traced. Cheap; ask it before building a line.
pub fn enabled() -> bool {
    FILE.is_some()
}

/// Writes one line. What cannot be written is lost: tracing must not disturb the work.
pub fn line(text: std::fmt::Arguments<'_>) {
    if let Some(file) = FILE.as_ref()
        && let Ok(mut file) = file.lock()
    {
        let _ = writeln!(file, "{:?} {text}", std::thread::current().id());
    }
}

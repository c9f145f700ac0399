//! sslkeylogfile: the secrets of connections, for programs that decrypt what was recorded.
//!
//! Source: PostgreSQL documentation, 34.1.2; NSS's key log format (draft-ietf-tls-keylogfile): label, client random, secret.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::KeyLog;

use crate::trace::TraceFile;

/// A file that the secrets are appended to. It is opened with the care of a trace: for its owner alone.
pub(super) struct KeyLogFile(Arc<TraceFile>);

impl fmt::Debug for KeyLogFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyLogFile")
    }
}

impl KeyLogFile {
    /// # Errors
    /// The file cannot be opened, or others may read it.
    pub fn open(path: &Path) -> io::Result<KeyLogFile> {
        TraceFile::open(path).map(KeyLogFile)
    }
}

impl KeyLog for KeyLogFile {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let mut line = format!("{label} {} {}", Hex(client_random), Hex(secret));
        line.push('\n');
        self.0.write(line.as_bytes());
    }
}

struct Hex<'b>(&'b [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

//! Messages that a server may send at any moment, whatever is going on.
//!
//! Source: PostgreSQL documentation, "Asynchronous Operations".

use super::notifications::Notifications;
use super::parameters::Parameters;
use super::{Notice, error_response};
use crate::diag::Diagnostic;
use crate::diag::sqlstate::S01000_GENERAL_WARNING;

/// Notices kept until somebody takes them; a server that floods must not fill the memory.
const MOST_NOTICES: usize = 1000;
/// Bytes of their messages that are kept, likewise.
const MOST_NOTICE_BYTES: usize = 16 << 20;

/// What has come beside the answers: settings, and notices and notifications that nobody has taken yet.
#[derive(Debug, Default)]
pub struct Asynchronous {
    pub parameters: Parameters,
    pub notifications: Notifications,
    notices: Vec<Notice>,
    notice_bytes: usize,
    notices_not_kept: u64,
}

impl Asynchronous {
    /// Takes a message if it is one of these: `Some(true)`. `Some(false)` if it is another, `None` if it is broken.
    pub fn take(&mut self, tag: u8, body: &[u8]) -> Option<bool> {
        match tag {
            b'N' if self.notices.len() < MOST_NOTICES && self.notice_bytes + body.len() <= MOST_NOTICE_BYTES => {
                self.notice_bytes += body.len();
                self.notices.push(error_response::notice(body));
            }
            b'N' => self.notices_not_kept += 1,
            b'S' => self.parameters.take(body)?,
            b'A' => self.notifications.receive(body)?,
            _ => return Some(false),
        }
        Some(true)
    }

    /// A notice of the driver's own.
    pub fn note(&mut self, text: String) {
        self.notices.push(Diagnostic::new(S01000_GENERAL_WARNING, text));
    }

    /// Whether there are notices that nobody has taken.
    #[inline]
    pub fn has_notices(&self) -> bool {
        !self.notices.is_empty() || self.notices_not_kept > 0
    }

    /// The notices since the last call.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        self.notice_bytes = 0;
        let dropped = std::mem::take(&mut self.notices_not_kept);
        if dropped > 0 {
            self.note(format!("the server sent {dropped} more notices, which were not kept"));
        }
        std::mem::take(&mut self.notices)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_notices_is_cut_and_said() {
        let mut asynchronous = Asynchronous::default();
        for _ in 0..MOST_NOTICES + 5 {
            assert_eq!(asynchronous.take(b'N', b"SNOTICE\0C00000\0Mhello\0\0"), Some(true));
        }
        let notices = asynchronous.take_notices();
        assert_eq!(notices.len(), MOST_NOTICES + 1);
        assert_eq!(notices[0].message, "hello");
        assert!(notices[MOST_NOTICES].message.contains("5 more notices"));
        assert!(asynchronous.take_notices().is_empty());
    }

    #[test]
    fn notices_of_many_megabytes_are_cut_and_said() {
        let mut asynchronous = Asynchronous::default();
        let body = [b"SNOTICE\0M", "x".repeat(5 << 20).as_bytes(), b"\0\0"].concat();
        for _ in 0..2 {
            for _ in 0..5 {
                assert_eq!(asynchronous.take(b'N', &body), Some(true));
            }
            let notices = asynchronous.take_notices();
            assert_eq!(notices.len(), 4);
            assert!(notices[3].message.contains("2 more notices"), "{}", notices[3].message);
        }
    }

    #[test]
    fn other_messages_are_left_alone_and_broken_ones_told() {
        let mut asynchronous = Asynchronous::default();
        assert_eq!(asynchronous.take(b'D', b""), Some(false));
        assert_eq!(asynchronous.take(b'S', b"name"), None);
        assert_eq!(asynchronous.take(b'A', b""), None);
    }
}

//! Notifications: what NOTIFY sends to those who LISTEN, kept until somebody takes it.
//!
//! Source: PostgreSQL documentation, "NOTIFY", and NotificationResponse in "Message Formats".

use std::collections::VecDeque;

use super::frame::Reader;

/// Notifications kept until somebody takes them; one who listens and never takes any must not fill the memory.
const MOST: usize = 10_000;
/// Bytes of them that are kept, likewise. A real server's payload is shorter than 8000 bytes.
const MOST_BYTES: usize = 32 << 20;

/// One notification. The texts are as the server sent them: in UTF-8, unless the database has no encoding (SQL_ASCII).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The server's process that sent it, as pg_backend_pid() tells it.
    pub process: u32,
    pub channel: Vec<u8>,
    pub payload: Vec<u8>,
}

impl Notification {
    fn parse(body: &[u8]) -> Option<Notification> {
        let mut reader = Reader(body);
        let process = reader.u32()?;
        let (channel, payload) = (reader.text()?.to_vec(), reader.text()?.to_vec());
        Some(Notification { process, channel, payload })
    }

    fn bytes(&self) -> usize {
        self.channel.len() + self.payload.len()
    }
}

/// Those that nobody has taken yet, oldest first. Of too many the newest are kept.
#[derive(Debug, Default)]
pub struct Notifications {
    waiting: VecDeque<Notification>,
    bytes: usize,
    lost: u64,
}

impl Notifications {
    /// Takes the body of a message; `None` if it is broken.
    pub(super) fn receive(&mut self, body: &[u8]) -> Option<()> {
        let notification = Notification::parse(body)?;
        self.bytes += notification.bytes();
        self.waiting.push_back(notification);
        while self.waiting.len() > MOST || self.bytes > MOST_BYTES {
            self.take()?;
            self.lost += 1;
        }
        Some(())
    }

    /// The oldest, which is no longer kept.
    pub fn take(&mut self) -> Option<Notification> {
        let notification = self.waiting.pop_front()?;
        self.bytes -= notification.bytes();
        Some(notification)
    }

    /// How many there were that had to make room for newer ones, since the last call.
    pub fn take_lost(&mut self) -> u64 {
        std::mem::take(&mut self.lost)
    }

    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn body(process: u32, channel: &str, payload: &str) -> Vec<u8> {
        [&process.to_be_bytes()[..], channel.as_bytes(), b"\0", payload.as_bytes(), b"\0"].concat()
    }

    #[test]
    fn they_come_out_in_the_order_in_which_they_came() {
        let mut notifications = Notifications::default();
        assert_eq!(notifications.take(), None);
        for number in 1..=3 {
            notifications.receive(&body(number, "channel", &format!("payload {number}"))).unwrap();
        }
        assert_eq!(notifications.len(), 3);
        let first = Notification { process: 1, channel: b"channel".to_vec(), payload: b"payload 1".to_vec() };
        assert_eq!(notifications.take(), Some(first));
        assert_eq!(notifications.take().map(|second| second.process), Some(2));
        assert_eq!((notifications.len(), notifications.take_lost()), (1, 0));
    }

    #[test]
    fn of_a_flood_the_newest_are_kept_and_the_others_counted() {
        let mut notifications = Notifications::default();
        for number in 0..MOST as u32 + 5 {
            notifications.receive(&body(number, "channel", "")).unwrap();
        }
        assert_eq!((notifications.len(), notifications.take_lost(), notifications.take_lost()), (MOST, 5, 0));
        assert_eq!(notifications.take().map(|oldest| oldest.process), Some(5));
    }

    #[test]
    fn their_bytes_have_a_limit_too() {
        let mut notifications = Notifications::default();
        let payload = "x".repeat(MOST_BYTES / 2);
        for number in 1..=3 {
            notifications.receive(&body(number, "", &payload)).unwrap();
        }
        assert_eq!((notifications.len(), notifications.take_lost()), (2, 1));
        assert_eq!(notifications.take().map(|oldest| oldest.process), Some(2));
        // One that is too large by itself.
        notifications.receive(&body(4, "", &payload.repeat(3))).unwrap();
        assert_eq!((notifications.len(), notifications.take_lost(), notifications.bytes), (0, 2, 0));
    }

    #[test]
    fn a_broken_message_is_told() {
        for broken in [&b""[..], b"\0\0\0", b"\0\0\0\x01channel", b"\0\0\0\x01channel\0payload"] {
            assert_eq!(Notifications::default().receive(broken), None, "{broken:?}");
        }
    }
}

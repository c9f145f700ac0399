//! Encrypted bytes on their way to a socket that may not take them all at once.

use std::io;

use super::Socket;

/// What has been encrypted and the socket has not taken yet.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    /// Those before `sent` are with the socket.
    bytes: Vec<u8>,
    sent: usize,
}

impl Outgoing {
    /// Where more is appended.
    pub fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Sends what the socket takes without waiting; whether nothing is left.
    pub fn flush_now(&mut self, socket: &Socket) -> io::Result<bool> {
        while self.sent < self.bytes.len() {
            match socket.send_now(self.bytes.get(self.sent..).unwrap_or_default())? {
                0 => return Ok(false),
                sent => self.sent += sent,
            }
        }
        self.bytes.clear();
        self.sent = 0;
        Ok(true)
    }
}

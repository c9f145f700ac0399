//! What goes over the wire, counted: flights and the client's messages. No clock is asked.
//!
//! Source: PostgreSQL documentation, "Message Formats": a type byte and a length that counts itself. StartupMessage and the
//! requests before it have no type; they are shorter than 64 KiB.

/// Who has sent something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    Client,
    Server,
}

/// What was seen while something was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// How often the client sent something that the server then answered: what is paid in round trips.
    pub flights: usize,
    /// The types of the client's messages in their order: P Parse, B Bind, D Describe, E Execute, S Sync, C Close, Q Query;
    /// 0 for the messages without a type, with which a connection begins.
    pub messages: String,
}

impl Observed {
    pub fn count(&self, message: char) -> usize {
        self.messages.chars().filter(|found| *found == message).count()
    }
}

/// Counts for one connection at a time.
#[derive(Debug, Default)]
pub struct Traffic {
    last: Option<Sender>,
    flights: usize,
    messages: String,
    /// The client's bytes that are no whole message yet.
    rest: Vec<u8>,
}

impl Traffic {
    pub fn begin(&mut self) {
        (self.flights, self.last) = (0, None);
        self.messages.clear();
    }

    pub fn observed(&self) -> Observed {
        Observed { flights: self.flights, messages: self.messages.clone() }
    }

    pub fn record(&mut self, sender: Sender, bytes: &[u8]) {
        if sender == Sender::Client {
            self.rest.extend_from_slice(bytes);
            self.read_messages();
        } else if self.last == Some(Sender::Client) {
            self.flights += 1;
        }
        self.last = Some(sender);
    }

    fn read_messages(&mut self) {
        loop {
            let (message, length) = match self.rest[..] {
                // No message has the type 0: it is the first byte of a length.
                [0, _, high, low, ..] => ('0', usize::from(u16::from_be_bytes([high, low]))),
                [message, a, b, c, d, ..] => (char::from(message), 1 + u32::from_be_bytes([a, b, c, d]) as usize),
                _ => return,
            };
            if self.rest.len() < length {
                return;
            }
            self.rest.drain(..length);
            self.messages.push(message);
        }
    }
}

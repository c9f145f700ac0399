//! The lines of messages: what goes over the wire, told from the bytes as they pass.
//!
//! Source: PostgreSQL documentation, "Message Formats".

use super::{Level, Tracer};

/// Bytes of a message's body that a line shows at most.
const LONGEST_EXCERPT: usize = 1024;

/// A message's type, its name, and whether its body may be shown. Whatever may hold a password, a token or a key never is: what
/// is not in a table is not, either.
type Name = (u8, &'static str, bool);

const FRONTEND: &[Name] = &[
    (b'B', "Bind", true),
    (b'C', "Close", true),
    (b'D', "Describe", true),
    (b'E', "Execute", true),
    (b'H', "Flush", true),
    (b'P', "Parse", true),
    (b'Q', "Query", true),
    (b'S', "Sync", true),
    (b'X', "Terminate", true),
    (b'c', "CopyDone", true),
    (b'd', "CopyData", true),
    (b'f', "CopyFail", true),
    (b'p', "PasswordMessage", false), // and the answers of SASL, SCRAM, GSSAPI and OAuth
];

const BACKEND: &[Name] = &[
    (b'1', "ParseComplete", true),
    (b'2', "BindComplete", true),
    (b'3', "CloseComplete", true),
    (b'A', "NotificationResponse", true),
    (b'C', "CommandComplete", true),
    (b'D', "DataRow", true),
    (b'E', "ErrorResponse", true),
    (b'G', "CopyInResponse", true),
    (b'H', "CopyOutResponse", true),
    (b'I', "EmptyQueryResponse", true),
    (b'K', "BackendKeyData", false),
    (b'N', "NoticeResponse", true),
    (b'R', "Authentication", false),
    (b'S', "ParameterStatus", true),
    (b'T', "RowDescription", true),
    (b'W', "CopyBothResponse", true),
    (b'Z', "ReadyForQuery", true),
    (b'c', "CopyDone", true),
    (b'd', "CopyData", true),
    (b'n', "NoData", true),
    (b's', "PortalSuspended", true),
    (b't', "ParameterDescription", true),
    (b'v', "NegotiateProtocolVersion", false),
];

/// Traces the messages of one connection.
#[derive(Debug)]
pub struct MessageLog {
    tracer: Tracer,
    sent: Scanner,
    received: Scanner,
}

impl MessageLog {
    /// For a connection that begins with its StartupMessage; `None` where the wire is not traced.
    pub fn new(tracer: Option<&Tracer>) -> Option<Box<MessageLog>> {
        let tracer = tracer.filter(|tracer| tracer.level() >= Level::Wire)?.clone();
        let sent = Scanner { untagged: true, ..Scanner::default() };
        Some(Box::new(MessageLog { tracer, sent, received: Scanner::default() }))
    }

    /// Bytes that the socket has taken. `in_session`: the login is over.
    pub fn sent(&mut self, bytes: &[u8], in_session: bool) {
        let shows = in_session && self.tracer.level() == Level::Values;
        self.sent.scan(bytes, FRONTEND, shows, |message| self.tracer.line(format_args!("> {message}")));
    }

    /// Bytes that have come.
    pub fn received(&mut self, bytes: &[u8], in_session: bool) {
        let shows = in_session && self.tracer.level() == Level::Values;
        self.received.scan(bytes, BACKEND, shows, |message| self.tracer.line(format_args!("< {message}")));
    }
}

/// Finds the messages in bytes that come in pieces.
#[derive(Debug, Default)]
struct Scanner {
    /// The next message is a StartupMessage, which has no type.
    untagged: bool,
    /// What has come of the header: type and length.
    header: Vec<u8>,
    /// Bytes of the body that are still to come.
    remaining: usize,
    /// The beginning of a body that is shown.
    excerpt: Option<Vec<u8>>,
}

impl Scanner {
    fn scan(&mut self, mut bytes: &[u8], names: &[Name], shows: bool, line: impl Fn(&str)) {
        while let Some((&first, rest)) = bytes.split_first() {
            let wanted = if self.untagged { 4 } else { 5 };
            if self.header.len() < wanted {
                self.header.push(first);
                bytes = rest;
                if self.header.len() == wanted {
                    self.remaining = (self.length() as usize).saturating_sub(4);
                    let may_be_shown = self.name(names).is_some_and(|name| name.2);
                    self.excerpt = (shows && may_be_shown).then(Vec::new);
                }
            } else {
                let (taken, rest) = bytes.split_at(self.remaining.min(bytes.len()));
                if let Some(excerpt) = &mut self.excerpt {
                    let room = LONGEST_EXCERPT.saturating_sub(excerpt.len());
                    excerpt.extend_from_slice(taken.get(..room).unwrap_or(taken));
                }
                self.remaining -= taken.len();
                bytes = rest;
            }
            if self.header.len() == wanted && self.remaining == 0 {
                line(&self.text(names));
                *self = Scanner::default();
            }
        }
    }

    fn name(&self, names: &[Name]) -> Option<Name> {
        let tag = self.header.first().filter(|_| !self.untagged)?;
        names.iter().find(|known| known.0 == *tag).copied()
    }

    /// What the message says of its length: its type is not counted.
    fn length(&self) -> u32 {
        self.header.last_chunk().map_or(0, |length| u32::from_be_bytes(*length))
    }

    fn text(&self, names: &[Name]) -> String {
        let name = match self.name(names) {
            Some((_, name, _)) => name,
            None if self.untagged => "StartupMessage",
            None => "unknown",
        };
        let mut text = format!("{name} {}", self.length());
        if let Some(excerpt) = self.excerpt.as_ref().filter(|excerpt| !excerpt.is_empty()) {
            let cut = if excerpt.len() + 4 < self.length() as usize { ".." } else { "" };
            text += &format!(" \"{}\"{cut}", excerpt.escape_ascii());
        }
        text
    }
}

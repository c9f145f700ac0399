//! TLS over a connected socket, without any thread and without blocking where it must not.
//!
//! ```text
//!   socket -> incoming (records, several at a time) -> rustls decrypts one -> the caller's buffer
//!                                                                       \--> rest: what did not fit there
//!   the caller's bytes -> rustls encrypts -> outgoing -> socket
//! ```

use std::fmt;
use std::io;

use rustls::client::UnbufferedClientConnection;
use rustls::pki_types::CertificateDer;
use rustls::unbuffered::{ConnectionState, EncodeError, EncryptError, UnbufferedStatus};

use crate::transport::outgoing::Outgoing;
use crate::transport::{Deadline, Ready, Socket};

/// Room for received records: eight of the largest. rustls refuses a record or a handshake message that could not fit.
const INCOMING_CAPACITY: usize = 8 * (16_384 + 256);
/// With less room than one record takes, what is left is moved to the front before more is received.
const LEAST_ROOM: usize = 16_384 + 256;
/// Bytes that are encrypted at a time, four records: what a socket usually takes at once.
const SENT_AT_ONCE: usize = 4 * 16_384;
/// More than a record needs beside its contents: header, nonce, tag, padding.
const RECORD_OVERHEAD: usize = 64;

/// A connection that is encrypted. The handshake is done.
pub struct TlsStream {
    socket: Socket,
    connection: UnbufferedClientConnection,
    /// Records, as they came; those before `start` are done with.
    incoming: Vec<u8>,
    start: usize,
    /// Decrypted bytes that the caller had no room for, from `rest_start` on.
    rest: Vec<u8>,
    rest_start: usize,
    outgoing: Outgoing,
    /// There may be whole records in `incoming` that nobody has looked at.
    unread: bool,
    /// Nothing more will come.
    closed: bool,
}

impl fmt::Debug for TlsStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.connection.protocol_version();
        formatter.debug_struct("TlsStream").field("socket", &self.socket).field("version", &version).finish()
    }
}

/// What a step of the connection has led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Something was done; there may be more to do.
    Progress,
    /// The handshake cannot go on without more bytes.
    Blocked,
    /// All that came is dealt with, and this many of the bytes to be sent were encrypted.
    Idle(usize),
    Closed,
}

/// What a step is to do once all that came is dealt with.
#[derive(Clone, Copy)]
enum Task<'b> {
    Nothing,
    Encrypt(&'b [u8]),
    SayGoodbye,
}

impl TlsStream {
    pub(super) fn new(socket: Socket, connection: UnbufferedClientConnection) -> TlsStream {
        TlsStream {
            socket,
            connection,
            incoming: Vec::with_capacity(INCOMING_CAPACITY),
            start: 0,
            rest: Vec::new(),
            rest_start: 0,
            outgoing: Outgoing::default(),
            unread: false,
            closed: false,
        }
    }

    /// Runs the handshake to its end.
    ///
    /// # Errors
    /// [`io::ErrorKind::TimedOut`]; [`io::ErrorKind::UnexpectedEof`] if the server closes; a [`rustls::Error`] inside of
    /// [`io::ErrorKind::InvalidData`].
    pub(super) fn handshake(&mut self, deadline: Deadline) -> io::Result<()> {
        let mut sink = Vec::new();
        loop {
            match self.step(&mut sink, Task::Nothing) {
                Ok(Step::Progress) => {}
                Ok(Step::Blocked) => {
                    self.flush(deadline)?;
                    self.receive_records(deadline)?;
                    if self.closed {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Ok(Step::Idle(_)) => return self.flush(deadline),
                Ok(Step::Closed) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Err(error) => {
                    self.send_alert();
                    return Err(error);
                }
            }
        }
    }

    /// The server's certificates, its own first.
    pub fn peer_certificates(&self) -> &[CertificateDer<'static>] {
        self.connection.peer_certificates().unwrap_or_default()
    }

    /// The application protocol that was agreed on.
    pub fn application_protocol(&self) -> Option<&[u8]> {
        self.connection.alpn_protocol()
    }

    pub fn receive(&mut self, bytes: &mut Vec<u8>, deadline: Deadline) -> io::Result<usize> {
        debug_assert!(bytes.capacity() > bytes.len(), "no room to receive into: 0 would read as a close");
        loop {
            let taken = self.decrypt(bytes)?;
            if taken > 0 || self.closed {
                return Ok(taken);
            }
            // An answer to what came (a change of keys) goes out before waiting.
            self.flush_now()?;
            self.receive_records(deadline)?;
        }
    }

    pub fn receive_now(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<usize>> {
        loop {
            let taken = self.decrypt(bytes)?;
            if taken > 0 || self.closed {
                return Ok(Some(taken));
            }
            self.make_room()?;
            match self.socket.receive_now(&mut self.incoming)? {
                None => return Ok(None),
                Some(0) => self.closed = true,
                Some(_) => self.unread = true,
            }
        }
    }

    pub fn send_now(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() || !self.flush_now()? {
            return Ok(0);
        }
        let chunk = bytes.get(..SENT_AT_ONCE).unwrap_or(bytes);
        let taken = self.run(Task::Encrypt(chunk))?;
        self.flush_now()?;
        Ok(taken)
    }

    pub fn flush_now(&mut self) -> io::Result<bool> {
        self.outgoing.flush_now(&self.socket)
    }

    pub fn wait(&self, wanted: Ready, deadline: Deadline) -> io::Result<Ready> {
        if wanted.read && (self.unread || self.closed || self.rest_start < self.rest.len()) {
            return Ok(Ready { read: true, write: false });
        }
        self.socket.wait(wanted, deadline)
    }

    pub fn is_closed(&self) -> bool {
        let unread = self.unread || self.rest_start < self.rest.len();
        !unread && (self.closed || self.socket.is_closed())
    }

    pub fn close_now(&mut self) {
        let _ = self.run(Task::SayGoodbye).and_then(|_| self.flush_now());
    }

    fn flush(&mut self, deadline: Deadline) -> io::Result<()> {
        while !self.flush_now()? {
            self.socket.wait(Ready { read: false, write: true }, deadline)?;
        }
        Ok(())
    }

    /// Appends decrypted bytes to `bytes` as long as there is room and there are whole records.
    fn decrypt(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        let before = bytes.len();
        let rest = self.rest.get(self.rest_start..).unwrap_or_default();
        let fitting = rest.len().min(bytes.capacity() - bytes.len());
        bytes.extend_from_slice(rest.get(..fitting).unwrap_or_default());
        self.rest_start += fitting;
        if self.rest_start == self.rest.len() {
            self.rest.clear();
            self.rest_start = 0;
        }
        while self.unread && bytes.len() < bytes.capacity() {
            match self.step(bytes, Task::Nothing)? {
                Step::Progress => {}
                Step::Closed => self.closed = true,
                Step::Idle(_) | Step::Blocked => self.unread = false,
            }
        }
        Ok(bytes.len() - before)
    }

    /// Deals with what came, whose decrypted bytes are put aside, and does `task`. Answers how many bytes were encrypted.
    fn run(&mut self, task: Task<'_>) -> io::Result<usize> {
        loop {
            let mut none = Vec::new();
            match self.step(&mut none, task)? {
                Step::Progress => {}
                Step::Idle(taken) => return Ok(taken),
                Step::Blocked => return Ok(0),
                Step::Closed => self.closed = true,
            }
        }
    }

    /// One step of rustls's state machine. Decrypted bytes are appended to `bytes`, at most its spare capacity; what does not fit
    /// is put aside.
    fn step(&mut self, bytes: &mut Vec<u8>, task: Task<'_>) -> io::Result<Step> {
        let records = self.incoming.get_mut(self.start..).unwrap_or_default();
        let UnbufferedStatus { mut discard, state } = self.connection.process_tls_records(records);
        let step = match state.map_err(broken) {
            Ok(ConnectionState::ReadTraffic(mut traffic)) => {
                while let Some(record) = traffic.next_record() {
                    let record = record.map_err(broken)?;
                    discard += record.discard;
                    let room = if self.rest.is_empty() { bytes.capacity() - bytes.len() } else { 0 };
                    let (fitting, rest) = record.payload.split_at(record.payload.len().min(room));
                    bytes.extend_from_slice(fitting);
                    self.rest.extend_from_slice(rest);
                }
                Ok(Step::Progress)
            }
            Ok(ConnectionState::EncodeTlsData(mut data)) => {
                let written = append(self.outgoing.bytes(), 1024, |room| {
                    data.encode(room).map_err(|error| match error {
                        EncodeError::InsufficientSize(size) => Some(size.required_size),
                        EncodeError::AlreadyEncoded => None,
                    })
                });
                written.map(|()| Step::Progress)
            }
            Ok(ConnectionState::TransmitTlsData(data)) => {
                // It is in `outgoing`, which is sent in its order before anything is waited for.
                data.done();
                Ok(Step::Progress)
            }
            Ok(ConnectionState::WriteTraffic(mut traffic)) => {
                let required = |error| match error {
                    EncryptError::InsufficientSize(size) => Some(size.required_size),
                    EncryptError::EncryptExhausted => None,
                };
                let (written, taken) = match task {
                    Task::Nothing => (Ok(()), 0),
                    Task::Encrypt(plain) => {
                        let room = plain.len() + (plain.len() / 16_384 + 1) * RECORD_OVERHEAD;
                        let encrypt = |room: &mut [u8]| traffic.encrypt(plain, room).map_err(required);
                        (append(self.outgoing.bytes(), room, encrypt), plain.len())
                    }
                    Task::SayGoodbye => {
                        let goodbye = |room: &mut [u8]| traffic.queue_close_notify(room).map_err(required);
                        (append(self.outgoing.bytes(), RECORD_OVERHEAD, goodbye), 0)
                    }
                };
                written.map(|()| Step::Idle(taken))
            }
            Ok(ConnectionState::BlockedHandshake) => Ok(Step::Blocked),
            Ok(ConnectionState::PeerClosed) => Ok(Step::Closed),
            // Early data is never offered, and states that are not known yet have nothing for a client to do.
            Ok(_) => Ok(Step::Idle(0)),
            Err(error) => Err(error),
        };
        self.start = (self.start + discard).min(self.incoming.len());
        step
    }

    fn receive_records(&mut self, deadline: Deadline) -> io::Result<()> {
        self.make_room()?;
        match self.socket.receive(&mut self.incoming, deadline)? {
            0 => self.closed = true,
            _ => self.unread = true,
        }
        Ok(())
    }

    fn make_room(&mut self) -> io::Result<()> {
        if self.start == self.incoming.len() {
            self.incoming.clear();
            self.start = 0;
        } else if self.incoming.capacity() - self.incoming.len() < LEAST_ROOM {
            self.incoming.drain(..self.start);
            self.start = 0;
        }
        if self.incoming.len() == self.incoming.capacity() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the server sent a TLS message of impossible length",
            ));
        }
        Ok(())
    }

    /// Tells the server why the handshake is given up, as far as that is possible without waiting.
    fn send_alert(&mut self) {
        let records = self.incoming.get_mut(self.start..).unwrap_or_default();
        if let Ok(ConnectionState::EncodeTlsData(mut data)) = self.connection.process_tls_records(records).state {
            let encode = |room: &mut [u8]| data.encode(room).map_err(|_| None);
            if append(self.outgoing.bytes(), 1024, encode).is_ok() {
                let _ = self.flush_now();
            }
        }
    }
}

/// Appends what `write` writes to `outgoing`, with `room` at first and with as much as it asks for then.
fn append(
    outgoing: &mut Vec<u8>,
    room: usize,
    mut write: impl FnMut(&mut [u8]) -> Result<usize, Option<usize>>,
) -> io::Result<()> {
    let before = outgoing.len();
    let mut room = room;
    for _ in 0..2 {
        outgoing.resize(before + room, 0);
        match write(outgoing.get_mut(before..).unwrap_or_default()) {
            Ok(written) => {
                outgoing.truncate(before + written);
                return Ok(());
            }
            Err(Some(required)) => room = required,
            Err(None) => break,
        }
    }
    outgoing.truncate(before);
    Err(io::Error::new(io::ErrorKind::InvalidData, "the TLS connection can take no more data"))
}

fn broken(error: rustls::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

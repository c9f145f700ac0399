//! Frames over a socket: waiting for a whole one, sending, and what becomes of the connection when either fails.

use std::io;

use bytes::{Buf, BytesMut};

use super::error_response;
use super::frame::{self, Header, Nonsense, Phase};
use crate::diag::sqlstate::{
    HYT00_TIMEOUT_EXPIRED, HYT01_CONNECTION_TIMEOUT_EXPIRED, S08S01_COMMUNICATION_LINK_FAILURE,
    S08001_UNABLE_TO_CONNECT,
};
use crate::diag::{Diagnostic, Result, Sqlstate};
use crate::trace::{MessageLog, Tracer};
use crate::transport::{Deadline, Peer, Ready, ReceiveBuffer, Stream};

/// A send buffer that has grown past this for a big value is given back once it is sent.
const KEPT_SEND_CAPACITY: usize = 1 << 20;

/// In an error: what was waited for in sending.
const TAKING: &str = "the server to take what is sent";

/// One connection's socket with its two buffers.
#[derive(Debug)]
pub struct Link {
    stream: Stream,
    pub peer: Peer,
    pub phase: Phase,
    /// What has come; the frame read last is held there.
    pub received: ReceiveBuffer,
    /// What is to be sent.
    pub outgoing: BytesMut,
    dead: Option<Box<Diagnostic>>,
    /// The other end has closed it, or the network has.
    lost: bool,
    /// Where the wire is traced.
    log: Option<Box<MessageLog>>,
}

/// What one step of sending has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendStep {
    Done,
    Sent,
    /// The server is sending as well and its bytes were taken, so that it goes on to read.
    Received,
}

impl Link {
    pub fn new(stream: Stream, peer: Peer, tracer: Option<&Tracer>) -> Link {
        Link {
            stream,
            peer,
            phase: Phase::Login,
            received: ReceiveBuffer::default(),
            outgoing: BytesMut::new(),
            dead: None,
            lost: false,
            log: MessageLog::new(tracer),
        }
    }

    /// The header of the next frame once the frame is here whole. `awaited` says in an error what was waited for.
    ///
    /// # Errors
    /// While logging in HYT00 and 08001, later HYT01 (the connection stays usable) and 08S01.
    pub fn await_frame(&mut self, deadline: Deadline, awaited: &str) -> Result<Header> {
        self.alive()?;
        loop {
            let wanted = match self.header(awaited)? {
                Some(header) if header.length <= self.received.unread().len() => return Ok(header),
                header => header.map_or(0, |header| header.length),
            };
            let stream = &mut self.stream;
            match self.received.fill(wanted, |bytes| stream.receive(bytes, deadline)) {
                Ok(0) => return Err(self.closed(awaited)),
                Ok(count) => self.log_received(count),
                Err(error) if error.kind() == io::ErrorKind::TimedOut && error.raw_os_error().is_none() => {
                    return Err(self.timeout(awaited));
                }
                Err(error) => return Err(self.lost(&error, awaited)),
            }
        }
    }

    /// The header of the next frame, as far as it is here.
    fn header(&mut self, awaited: &str) -> Result<Option<Header>> {
        Header::read(self.received.unread(), self.phase).map_err(|nonsense| self.nonsense(nonsense, awaited))
    }

    /// The header of the next frame if the frame is here whole.
    ///
    /// # Errors
    /// 08S01 where no frame begins.
    pub fn arrived(&mut self, awaited: &str) -> Result<Option<Header>> {
        let header = self.header(awaited)?;
        Ok(header.filter(|header| header.length <= self.received.unread().len()))
    }

    /// Fails when the deadline has passed. Waiting does so by itself; a server that sends without end keeps nobody waiting.
    ///
    /// # Errors
    /// As the timeout of [`Link::await_frame`].
    pub fn in_time(&self, deadline: Deadline, awaited: &str) -> Result {
        if deadline.expired() { Err(self.timeout(awaited)) } else { Ok(()) }
    }

    /// The length of the next frame if it is a DataRow and here whole.
    #[inline]
    pub fn arrived_row(&self) -> Option<usize> {
        let unread = self.received.unread();
        match Header::read(unread, self.phase) {
            Ok(Some(header)) if header.tag == b'D' && header.length <= unread.len() => Some(header.length),
            _ => None,
        }
    }

    /// Takes what has arrived, without waiting. What goes wrong is found by the next wait.
    pub fn receive_now(&mut self) {
        let stream = &mut self.stream;
        if let Ok(Some(count)) = self.received.fill(0, |bytes| stream.receive_now(bytes)) {
            self.log_received(count);
        }
    }

    /// Traces the bytes that have come last.
    fn log_received(&mut self, count: usize) {
        if let Some(log) = &mut self.log {
            let unread = self.received.unread();
            let fresh = unread.get(unread.len().saturating_sub(count)..).unwrap_or_default();
            log.received(fresh, self.phase == Phase::Session);
        }
    }

    /// Traces the first bytes of what is sent: the socket has taken them.
    fn log_sent(&mut self, count: usize) {
        if let Some(log) = &mut self.log {
            log.sent(self.outgoing.get(..count).unwrap_or_default(), self.phase == Phase::Session);
        }
    }

    /// Sends until the socket takes no more, then waits for it to take or to bring something. The caller repeats it until
    /// it is done, and makes room in `received` where the server sends much. A server that sends without end and takes nothing
    /// keeps nobody longer than to the deadline.
    pub fn send_step(&mut self, deadline: Deadline) -> Result<SendStep> {
        self.alive()?;
        if self.outgoing.is_empty() {
            if self.outgoing.capacity() > KEPT_SEND_CAPACITY {
                self.outgoing = BytesMut::new();
            }
            match self.stream.flush_now() {
                Ok(true) => return Ok(SendStep::Done),
                Ok(false) => {}
                Err(error) => return Err(self.send_failed(&error)),
            }
        }
        match self.stream.send_now(&self.outgoing) {
            Ok(0) => {}
            Ok(sent) => {
                self.log_sent(sent);
                self.outgoing.advance(sent);
                return Ok(SendStep::Sent);
            }
            Err(error) => return Err(self.send_failed(&error)),
        }
        let ready = match self.stream.wait(Ready { read: true, write: true }, deadline) {
            Ok(ready) => ready,
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                return Err(self.timeout(TAKING));
            }
            Err(error) => return Err(self.lost(&error, TAKING)),
        };
        if !ready.read {
            return Ok(SendStep::Sent);
        }
        let wanted = self.header(TAKING)?.map_or(0, |header| header.length);
        let stream = &mut self.stream;
        match self.received.fill(wanted, |bytes| stream.receive_now(bytes)) {
            Ok(Some(0)) => Err(self.closed(TAKING)),
            Ok(count) => {
                self.log_received(count.unwrap_or(0));
                self.in_time(deadline, TAKING).map(|()| SendStep::Received)
            }
            Err(error) => Err(self.lost(&error, TAKING)),
        }
    }

    /// Sends all, where the server is not expected to answer meanwhile (login): what it sends all the same is kept as far as the
    /// buffer goes.
    pub fn send(&mut self, deadline: Deadline) -> Result {
        loop {
            match self.send_step(deadline)? {
                SendStep::Done => return Ok(()),
                SendStep::Received if self.received.is_full() => {
                    return Err(self.violation("it sends much before it has read", TAKING));
                }
                SendStep::Sent | SendStep::Received => {}
            }
        }
    }

    /// Sends Terminate as far as the socket takes it and closes.
    pub fn close(mut self) {
        if self.dead.is_none() && self.outgoing.is_empty() {
            postgres_protocol::message::frontend::terminate(&mut self.outgoing);
            if let Ok(sent) = self.stream.send_now(&self.outgoing) {
                self.log_sent(sent);
            }
            self.stream.close_now();
        }
    }

    /// Whether the connection is lost.
    pub fn is_dead(&self) -> bool {
        self.dead.is_some()
    }

    /// Whether the connection was closed by the other end or lost, rather than given up because of what was received.
    pub fn was_lost(&self) -> bool {
        self.lost
    }

    /// Looks at the socket without waiting: a server that has closed it makes the connection dead.
    pub fn probe(&mut self) {
        if self.dead.is_none() && self.stream.is_closed() {
            self.closed("nothing");
        }
    }

    /// Fails with the reason if the connection is lost.
    pub fn alive(&self) -> Result {
        self.dead.as_ref().map_or(Ok(()), |reason| Err(reason.clone()))
    }

    /// Marks the connection as lost for this reason, and hands the reason back as the error of the call that found it.
    pub fn die(&mut self, reason: Box<Diagnostic>) -> Box<Diagnostic> {
        self.outgoing.clear();
        self.dead.get_or_insert(reason).clone()
    }

    /// As [`Link::die`] for a message that is not as the protocol says.
    pub fn violation(&mut self, found: &str, awaited: &str) -> Box<Diagnostic> {
        let text =
            format!("{} broke the protocol: {found} while waiting for {awaited}; the connection is closed", self.peer);
        self.die(Diagnostic::new(self.lost_state(), text))
    }

    fn lost_state(&self) -> Sqlstate {
        match self.phase {
            Phase::Login => S08001_UNABLE_TO_CONNECT,
            Phase::Session => S08S01_COMMUNICATION_LINK_FAILURE,
        }
    }

    fn timeout(&self, awaited: &str) -> Box<Diagnostic> {
        match self.phase {
            Phase::Login => Diagnostic::new(
                HYT00_TIMEOUT_EXPIRED,
                format!(
                    "the login timeout ended while waiting for {awaited} from {}; is it a PostgreSQL server?",
                    self.peer
                ),
            ),
            Phase::Session => Diagnostic::new(
                HYT01_CONNECTION_TIMEOUT_EXPIRED,
                format!("the time to wait ended while waiting for {awaited} from {}", self.peer),
            ),
        }
    }

    fn closed(&mut self, awaited: &str) -> Box<Diagnostic> {
        self.lost = true;
        let text = match self.phase {
            Phase::Login => format!(
                "{} closed the connection while waiting for {awaited}; is it a PostgreSQL server, and does it accept \
                 connections from here?",
                self.peer
            ),
            Phase::Session => {
                format!("{} closed the connection while waiting for {awaited}; connect again", self.peer)
            }
        };
        self.die(Diagnostic::new(self.lost_state(), text))
    }

    fn lost(&mut self, error: &io::Error, awaited: &str) -> Box<Diagnostic> {
        self.lost = true;
        let text = format!("the connection to {} was lost while waiting for {awaited}: {error}", self.peer);
        self.die(Diagnostic::new(self.lost_state(), text))
    }

    fn send_failed(&mut self, error: &io::Error) -> Box<Diagnostic> {
        loop {
            let stream = &mut self.stream;
            let Ok(Some(count @ 1..)) = self.received.fill(0, |bytes| stream.receive_now(bytes)) else { break };
            self.log_received(count);
        }
        match self.last_word() {
            Some(reason) => self.die(reason),
            None => self.lost(error, TAKING),
        }
    }

    /// A server that ends a session says why (57P01 ..) before it closes; the reason may be among what has come.
    fn last_word(&self) -> Option<Box<Diagnostic>> {
        let mut unread = self.received.unread();
        while let Ok(Some(header)) = Header::read(unread, self.phase) {
            let (frame, rest) = unread.split_at_checked(header.length)?;
            if header.tag == b'E' {
                let reason = error_response::error(frame::body(frame));
                if error_response::is_fatal(&reason) {
                    return Some(reason);
                }
            }
            unread = rest;
        }
        None
    }

    fn nonsense(&mut self, nonsense: Nonsense, awaited: &str) -> Box<Diagnostic> {
        if self.phase == Phase::Login {
            let text = format!(
                "{} does not speak the PostgreSQL protocol: it answered {}; check the Server and Port keywords",
                self.peer,
                excerpt(self.received.unread())
            );
            return self.die(Diagnostic::new(S08001_UNABLE_TO_CONNECT, text));
        }
        let found = match nonsense {
            Nonsense::Tag(tag) => format!("it sent a message of the unknown type {}", excerpt(&[tag])),
            Nonsense::Length { tag, length } => {
                format!("it sent a message of type {} with the impossible length {length}", excerpt(&[tag]))
            }
        };
        self.violation(&found, awaited)
    }
}

/// The first line of what came, for a message.
fn excerpt(bytes: &[u8]) -> String {
    const LONGEST: usize = 60;
    let line = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let cut = line.get(..LONGEST).unwrap_or(line);
    format!("\"{}\"", cut.escape_ascii())
}

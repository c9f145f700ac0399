//! A session: exchanges of messages, one at a time on the wire, the others parked.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use bytes::BytesMut;
use postgres_protocol::message::frontend;

use super::asynchronous::Asynchronous;
use super::backend::Backend;
use super::cancel::CancelTarget;
use super::command_tag::CommandTag;
use super::data_row::DataRow;
use super::frame::{self, Header, Phase};
use super::frame_store::FrameStore;
use super::link::{Link, SendStep};
use super::profile::ServerProfile;
use super::{Notice, error_response, startup};
use crate::config::Secret;
use crate::diag::sqlstate::{HY000_GENERAL_ERROR, HYT01_CONNECTION_TIMEOUT_EXPIRED, S08001_UNABLE_TO_CONNECT};
use crate::diag::{Diagnostic, Result};
use crate::transport::{Deadline, Endpoint, connect};

/// Memory that the parked exchanges of one session may take before they go on in temporary files, in bytes.
const PARKED_MEMORY: usize = 64 << 20;
/// A rest up to this many bytes is read to its end rather than cancelled: a cancel costs a connection of its own.
const DRAINED_BYTES: usize = 1 << 20;
/// A rest that has not come within this time is taken for a long one.
const DRAINED_TIME: Duration = Duration::from_millis(100);

const ANSWER: &str = "the answer to a statement";

/// How to log in.
#[derive(Clone, Debug)]
pub struct LoginOptions {
    /// Tried in order until one can be reached.
    pub endpoints: Vec<Endpoint>,
    pub user: String,
    pub database: Option<String>,
    pub password: Option<Secret>,
    /// Further start-up parameters: application_name, client_encoding, DateStyle ...
    pub parameters: Vec<(String, String)>,
    /// For all of it, from resolving the name to the first ReadyForQuery.
    pub deadline: Deadline,
}

/// What ReadyForQuery says of the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionStatus {
    Idle,
    InTransaction,
    /// In a transaction that takes nothing but its end.
    Failed,
}

impl TransactionStatus {
    pub(super) fn parse(body: &[u8]) -> Option<TransactionStatus> {
        match body {
            b"I" => Some(TransactionStatus::Idle),
            b"T" => Some(TransactionStatus::InTransaction),
            b"E" => Some(TransactionStatus::Failed),
            _ => None,
        }
    }
}

/// Names an exchange of a session; never used twice. The default names none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExchangeId(u64);

const NONE: ExchangeId = ExchangeId(0);

/// The exchange whose answers the server is sending.
#[derive(Debug)]
struct Running {
    id: ExchangeId,
    /// ReadyForQuery messages still to come.
    syncs: u32,
    /// Nobody will read the rest.
    abandoned: bool,
    /// Begun by a simple Query message.
    simple: bool,
    /// The server waits for CopyData.
    copying_in: bool,
}

/// One connection to a server, logged in.
pub struct Session {
    link: Link,
    asynchronous: Asynchronous,
    profile: ServerProfile,
    status: TransactionStatus,
    cancel: CancelTarget,
    last: u64,
    running: Option<Running>,
    /// The exchange that `next` reads straight from the wire; its last frame is held in the receive buffer.
    direct: ExchangeId,
    /// What has been parked, of finished exchanges and of the beginning of the running one.
    parked: BTreeMap<ExchangeId, FrameStore>,
    /// Limit of memory for the parked exchanges together, in bytes.
    pub parked_memory: usize,
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Session").field("cancel", &self.cancel).field("running", &self.running).finish()
    }
}

impl Session {
    /// Connects to the first endpoint that can be reached and logs in. What the server says beside goes to `notices`.
    ///
    /// # Errors
    /// 08001 could not connect, or no PostgreSQL server; 28000 and the server's own codes from the login; HYT00 deadline.
    pub fn connect(options: &LoginOptions, notices: &mut Vec<Notice>) -> Result<Session> {
        let mut failures: Vec<Box<Diagnostic>> = Vec::new();
        for endpoint in &options.endpoints {
            let failure = match Session::connect_to(endpoint, options, notices) {
                Ok(session) => return Ok(session),
                Err(failure) => failure,
            };
            // A server that refused the login has been reached: the next one is not asked with the same password.
            let refused = failure.sqlstate != S08001_UNABLE_TO_CONNECT;
            failures.push(failure);
            if refused || options.deadline.expired() {
                break;
            }
        }
        let Some(mut last) = failures.pop() else {
            return Err(Diagnostic::new(S08001_UNABLE_TO_CONNECT, "no server is named; set the Server keyword"));
        };
        if !failures.is_empty() {
            let texts: Vec<&str> = failures.iter().map(|failure| failure.message.as_str()).collect();
            last.message = format!("{} (before that: {})", last.message, texts.join("; "));
        }
        Err(last)
    }

    fn connect_to(endpoint: &Endpoint, options: &LoginOptions, notices: &mut Vec<Notice>) -> Result<Session> {
        let (stream, peer) = connect(endpoint, options.deadline)?;
        let mut link = Link::new(stream, peer.clone());
        let mut asynchronous = Asynchronous::default();
        let logged_in = startup::log_in(&mut link, options, &mut asynchronous);
        notices.append(&mut asynchronous.take_notices());
        let logged_in = logged_in?;
        Ok(Session {
            link,
            profile: ServerProfile::of(&asynchronous.parameters),
            asynchronous,
            status: logged_in.status,
            cancel: CancelTarget { peer, key: logged_in.cancel_key },
            last: NONE.0,
            running: None,
            direct: NONE,
            parked: BTreeMap::new(),
            parked_memory: PARKED_MEMORY,
        })
    }

    /// A setting that the server reported (ParameterStatus); the case of the name does not matter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.asynchronous.parameters.get(name)
    }

    /// What kind of server this is and what it allows.
    pub fn profile(&self) -> &ServerProfile {
        &self.profile
    }

    /// What the last ReadyForQuery said. Always idle for a server whose word on it means nothing.
    pub fn transaction_status(&self) -> TransactionStatus {
        if self.profile.transaction_status { self.status } else { TransactionStatus::Idle }
    }

    /// Whether the connection is known to be lost.
    pub fn is_dead(&self) -> bool {
        self.link.is_dead()
    }

    /// Looks at the socket without waiting whether the server has closed it.
    pub fn probe(&mut self) -> bool {
        self.link.probe();
        self.link.is_dead()
    }

    /// How to cancel what this session is doing, from any thread.
    pub fn cancel_target(&self) -> CancelTarget {
        self.cancel.clone()
    }

    /// The notices that came since the last call.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        self.asynchronous.take_notices()
    }

    /// Says good-bye, as far as that is possible without waiting, and closes.
    pub fn close(self) {
        self.link.close();
    }

    /// The exchange whose answers have not all come yet.
    pub fn running(&self) -> Option<ExchangeId> {
        self.running.as_ref().map(|running| running.id)
    }

    /// Begins an exchange; its messages are written to [`Session::frontend`], end with one Sync (or are one Query), and go out
    /// by [`Session::send`]. What still runs is parked first.
    ///
    /// # Errors
    /// HYT01 when the running exchange does not come to its end in time: nothing is begun, all may be tried again. 08S01.
    pub fn begin(&mut self, deadline: Deadline) -> Result<ExchangeId> {
        self.link.alive()?;
        self.park_running(deadline)?;
        // Forgets the frame of a finished exchange that nobody has read past.
        self.link.received.release();
        self.link.received.shrink();
        self.link.outgoing.clear();
        self.last += 1;
        let id = ExchangeId(self.last);
        self.running = Some(Running { id, syncs: 1, abandoned: false, simple: false, copying_in: false });
        self.direct = id;
        Ok(id)
    }

    /// Where the running exchange holds several Sync messages: how many ReadyForQuery it has from here on. `next` returns each of
    /// them, and None after the last.
    pub fn expect_syncs(&mut self, exchange: ExchangeId, syncs: u32) {
        if let Some(running) = self.running.as_mut().filter(|running| running.id == exchange) {
            running.syncs = syncs.max(1);
        }
    }

    /// Where the messages of the running exchange are written.
    pub fn frontend(&mut self) -> &mut BytesMut {
        &mut self.link.outgoing
    }

    /// Sends what has been written, all of it; takes the server's answers meanwhile.
    ///
    /// # Errors
    /// HYT01 when the server does not take it in time: calling again goes on. 08S01.
    pub fn send(&mut self, deadline: Deadline) -> Result {
        if let Some(running) = &mut self.running
            && self.link.outgoing.first() == Some(&b'Q')
        {
            running.simple = true;
        }
        loop {
            match self.link.send_step(deadline)? {
                SendStep::Done => return Ok(()),
                SendStep::Sent => {}
                SendStep::Received => {
                    if self.link.received.is_full() {
                        self.divert();
                        while let Some(header) = self.arrived() {
                            self.stow(header)?;
                        }
                    }
                }
            }
        }
    }

    /// The next message of an exchange, from the wire or from where it has been parked. None when it has ended.
    ///
    /// # Errors
    /// HYT01 (calling again goes on waiting), 08S01. What the server reports as an error is a message, no error.
    #[inline]
    pub fn next(&mut self, exchange: ExchangeId, deadline: Deadline) -> Result<Option<Backend<'_>>> {
        if self.direct == exchange {
            self.link.received.release();
            if let Some(length) = self.link.arrived_row() {
                self.link.received.hold(length);
                if DataRow::is_valid(frame::body(self.link.received.held())) {
                    return Ok(Some(Backend::DataRow(DataRow::of_valid(frame::body(self.link.received.held())))));
                }
                return Err(self.broken_message());
            }
        }
        self.next_message(exchange, deadline)
    }

    fn next_message(&mut self, exchange: ExchangeId, deadline: Deadline) -> Result<Option<Backend<'_>>> {
        if exchange == NONE {
            return Ok(None);
        }
        loop {
            if self.direct == exchange {
                self.link.received.release();
                let header = self.link.await_frame(deadline, ANSWER)?;
                if !self.take(header)? {
                    continue;
                }
                return Ok(Backend::parse(self.link.received.held()));
            }
            let Some(store) = self.parked.get_mut(&exchange) else { return Ok(None) };
            if store.advance()? {
                break;
            }
            self.parked.remove(&exchange);
            if self.running() != Some(exchange) {
                return Ok(None);
            }
            // What had to be put aside while sending is read; the rest is on the wire.
            self.direct = exchange;
        }
        let parsed = self.parked.get(&exchange).and_then(|store| Backend::parse(store.current()));
        let damaged = || Diagnostic::new(HY000_GENERAL_ERROR, "the temporary file of a result has been damaged");
        parsed.map(Some).ok_or_else(damaged)
    }

    /// The row that `next` returned last for this exchange, again; None if that was no row.
    pub fn current_row(&self, exchange: ExchangeId) -> Option<DataRow<'_>> {
        let frame =
            if self.direct == exchange { self.link.received.held() } else { self.parked.get(&exchange)?.current() };
        (frame.first() == Some(&b'D')).then(|| DataRow::of_valid(frame::body(frame)))
    }

    /// The row count of the first command ahead, if the exchange has arrived to its end without an error: a small result knows
    /// how many rows it has. Looks only at what is here.
    pub fn arrived_row_count(&mut self, exchange: ExchangeId) -> Option<u64> {
        if self.direct != exchange {
            return arrived_row_count(self.parked.get(&exchange)?.ahead()?)?;
        }
        if let Some(count) = arrived_row_count(self.link.received.unread()) {
            return count;
        }
        if !self.link.received.is_full() {
            self.link.receive_now();
        }
        arrived_row_count(self.link.received.unread())?
    }

    /// The rest of the exchange is not wanted. Parked, it is dropped. Running, a small rest is read; else the statement is
    /// cancelled if `may_cancel` (which fails a transaction that it runs in), else all of it is read.
    ///
    /// # Errors
    /// What the server reports in the rest, other than the cancel: the exchange has ended all the same. HYT01: it will be read to its
    /// end when the next one begins. 08S01.
    pub fn abandon(&mut self, exchange: ExchangeId, may_cancel: bool, deadline: Deadline) -> Result {
        self.parked.remove(&exchange);
        if self.direct == exchange {
            self.link.received.release();
            self.direct = NONE;
        }
        match &mut self.running {
            Some(running) if running.id == exchange => running.abandoned = true,
            _ => return Ok(()),
        }
        self.send(deadline)?;
        let mut error = None;
        let mut cancelled = false;
        if may_cancel {
            let grace = Deadline::after(DRAINED_TIME).earlier(deadline);
            let drained = match self.drain(DRAINED_BYTES, grace, &mut error) {
                Err(timeout) if timeout.sqlstate == HYT01_CONNECTION_TIMEOUT_EXPIRED && !deadline.expired() => false,
                drained => drained?,
            };
            // Where the cancel cannot be sent, there is still reading to the end.
            cancelled = !drained && self.cancel.cancel(deadline).is_ok();
        }
        self.drain(usize::MAX, deadline, &mut error)?;
        match error {
            Some(error) if cancelled && self.is_cancel(&error) => Ok(()),
            Some(error) => {
                self.catch_late_cancel(cancelled, deadline)?;
                Err(error)
            }
            None => self.catch_late_cancel(cancelled, deadline),
        }
    }

    /// Reads frames of the running exchange and drops them, up to `most` bytes; true when it has ended. The first error is kept.
    fn drain(&mut self, most: usize, deadline: Deadline, error: &mut Option<Box<Diagnostic>>) -> Result<bool> {
        let mut dropped = 0;
        while self.running.is_some() {
            if dropped > most {
                return Ok(false);
            }
            self.refuse_copy();
            self.send(deadline)?;
            let header = self.link.await_frame(deadline, "the end of a result")?;
            dropped += header.length;
            let taken = self.take(header)?;
            if taken && header.tag == b'E' && error.is_none() {
                *error = Some(error_response::error(frame::body(self.link.received.held())));
            }
            self.link.received.release();
        }
        Ok(true)
    }

    /// A cancel that came after the statement's end hits what runs next: an empty query, here, and nothing of the
    /// application's.
    fn catch_late_cancel(&mut self, cancelled: bool, deadline: Deadline) -> Result {
        if !cancelled {
            return Ok(());
        }
        let id = self.begin(deadline)?;
        // The text holds no zero byte; nothing can fail.
        let _ = frontend::query("", self.frontend());
        self.abandon_quietly(id, deadline)
    }

    fn abandon_quietly(&mut self, exchange: ExchangeId, deadline: Deadline) -> Result {
        self.send(deadline)?;
        self.direct = NONE;
        if let Some(running) = self.running.as_mut().filter(|running| running.id == exchange) {
            running.abandoned = true;
        }
        let mut error = None;
        self.drain(usize::MAX, deadline, &mut error)?;
        match error {
            Some(error) if !self.is_cancel(&error) => Err(error),
            _ => Ok(()),
        }
    }

    fn is_cancel(&self, error: &Diagnostic) -> bool {
        error.server.as_ref().is_some_and(|server| {
            self.profile.cancelled.iter().any(|known| server.sqlstate == *known || server.message.contains(known))
        })
    }

    /// Reads what still runs to its end and keeps it for later.
    fn park_running(&mut self, deadline: Deadline) -> Result {
        if self.running.is_none() {
            return Ok(());
        }
        self.send(deadline)?;
        self.divert();
        while self.running.is_some() {
            self.refuse_copy();
            self.send(deadline)?;
            let header = self.link.await_frame(deadline, "the rest of another statement's result")?;
            self.stow(header)?;
        }
        Ok(())
    }

    /// From here on the running exchange is read from its store; the row that was read last goes there first.
    fn divert(&mut self) {
        let Some(id) = self.running() else { return };
        if self.direct != id {
            return;
        }
        let mut store = FrameStore::default();
        let held = self.link.received.held();
        if held.first() == Some(&b'D') {
            store.push_current(held);
        }
        self.link.received.release();
        self.parked.insert(id, store);
        self.direct = NONE;
    }

    /// Moves the next frame, which is here whole, to the running exchange's store.
    fn stow(&mut self, header: Header) -> Result {
        let running = self.running.as_ref().map_or((NONE, true), |running| (running.id, running.abandoned));
        if self.take(header)? && !running.1 {
            let used: usize = self.parked.values().map(FrameStore::memory_used).sum();
            let left = self.parked_memory.saturating_sub(used);
            self.parked.entry(running.0).or_default().push(self.link.received.held(), left);
        }
        self.link.received.release();
        Ok(())
    }

    /// The next frame's header if the frame is here whole.
    fn arrived(&self) -> Option<Header> {
        let unread = self.link.received.unread();
        Header::read(unread, Phase::Session).ok().flatten().filter(|header| header.length <= unread.len())
    }

    /// Holds the next frame, which is here whole, checks it and notes what it says of the session. False for a message that belongs to
    /// no exchange.
    fn take(&mut self, header: Header) -> Result<bool> {
        self.link.received.hold(header.length);
        let body = frame::body(self.link.received.held());
        match self.asynchronous.take(header.tag, body) {
            Some(false) => {}
            Some(true) => return Ok(false),
            None => return Err(self.broken_message()),
        }
        let held = self.link.received.held();
        match (Backend::parse(held), &mut self.running) {
            (None, _) => return Err(self.broken_message()),
            (Some(Backend::ErrorResponse(error)), running) => {
                if let Some(running) = running {
                    running.copying_in = false;
                }
                if error_response::is_fatal(&error) {
                    self.link.die(error);
                }
            }
            (Some(Backend::CopyInResponse | Backend::CopyBothResponse), Some(running)) => running.copying_in = true,
            (Some(Backend::CommandComplete(_)), Some(running)) => running.copying_in = false,
            (Some(Backend::ReadyForQuery(status)), Some(running)) => {
                self.status = status;
                running.syncs -= 1;
                if running.syncs == 0 {
                    self.running = None;
                    self.direct = NONE;
                }
            }
            _ => {}
        }
        Ok(true)
    }

    /// A server that waits for data that nobody will send is told so; else it would wait for ever.
    fn refuse_copy(&mut self) {
        let Some(running) = self.running.as_mut().filter(|running| running.copying_in) else { return };
        running.copying_in = false;
        // The text holds no zero byte; nothing can fail.
        let _ = frontend::copy_fail("the application has left the copy", &mut self.link.outgoing);
        if !running.simple {
            // The Sync that was sent with the statement counts as part of the data and is gone.
            frontend::sync(&mut self.link.outgoing);
        }
    }

    #[cold]
    fn broken_message(&mut self) -> Box<Diagnostic> {
        let tag = self.link.received.held().first().copied().unwrap_or_default();
        let found = format!("a message of type \"{}\" holds other lengths or counts than it says", tag.escape_ascii());
        self.link.violation(&found, ANSWER)
    }
}

/// Walks frames to the first ReadyForQuery. None: it is not there. Some(None): there is an error or no row count.
fn arrived_row_count(mut frames: &[u8]) -> Option<Option<u64>> {
    let mut count = None;
    while let Ok(Some(header)) = Header::read(frames, Phase::Session) {
        let (frame, rest) = frames.split_at_checked(header.length)?;
        match header.tag {
            b'E' => return Some(None),
            b'C' if count.is_none() => {
                count = Some(CommandTag::parse(frame::body(frame)).and_then(|tag| tag.row_count()))
            }
            b'Z' => return Some(count.flatten()),
            _ => {}
        }
        frames = rest;
    }
    None
}

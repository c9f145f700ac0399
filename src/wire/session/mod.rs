//! A session: exchanges of messages, one at a time on the wire, the others parked.

mod abandon;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod abandon_tests;
mod copying;
mod listening;
mod login;
mod login_options;
mod parking;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use bytes::BytesMut;
use postgres_protocol::message::frontend;

use super::Notice;
use super::asynchronous::Asynchronous;
use super::backend::Backend;
use super::cancel::CancelTarget;
use super::command_tag::CommandTag;
use super::data_row::DataRow;
use super::error_response;
use super::frame::{self, Header, Phase};
use super::frame_store::{FrameStore, StoreLimits};
use super::link::{Link, SendStep};
use super::parameters::Parameters;
use super::profile::ServerProfile;
use crate::diag::sqlstate::HY000_GENERAL_ERROR;
use crate::diag::{Diagnostic, Result};
use crate::transport::Deadline;

pub use login_options::{Candidate, LoginOptions};

const ANSWER: &str = "the answer to a statement";

/// A Sync, which is answered by ReadyForQuery and nothing else.
const LONE_SYNC: &[u8] = b"S\0\0\0\x04";

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

/// Names an exchange of a session; never used twice. The default is the name of none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExchangeId(u64);

/// The exchange whose answers the server is sending.
#[derive(Debug)]
struct Running {
    id: ExchangeId,
    /// ReadyForQuery messages still to come.
    syncs: u32,
    /// Whether any of it has been sent.
    sent: bool,
    /// Nobody will read the rest.
    abandoned: bool,
    /// Another exchange could not begin for it, and its owner has not come back to it since.
    in_the_way: bool,
    /// It may be cancelled without harm.
    may_cancel: bool,
    /// Begun by a simple Query message.
    simple: bool,
    /// The server waits for CopyData.
    copying_in: bool,
    /// All that the server will ask for by CopyInResponse has been written.
    copy_written: bool,
    /// Its Sync has not been written: it is due when the statement has failed or its data is over.
    sync_held: bool,
    /// Something has come before the next ReadyForQuery. (Rows alone do not count: something always comes before them.)
    answered: bool,
}

/// One connection to a server, logged in.
pub struct Session {
    link: Link,
    asynchronous: Asynchronous,
    profile: ServerProfile,
    status: TransactionStatus,
    round_trip: Duration,
    /// Which of the candidates it is to, counted from 0.
    pub candidate: usize,
    cancel: CancelTarget,
    /// A request of ours may hit what begins next.
    cancel_sent: bool,
    last: u64,
    running: Option<Running>,
    /// The exchange that `next` reads straight from the wire; its last frame is held in the receive buffer.
    direct: Option<ExchangeId>,
    /// What has been parked, of finished exchanges and of the beginning of the running one.
    parked: BTreeMap<ExchangeId, FrameStore>,
    /// The CopyData that `next` returned last, as a row of one column, by exchange.
    copied: BTreeMap<ExchangeId, Vec<u8>>,
    /// Memory for the parked exchanges together, and the temporary file of each.
    pub parked_limits: StoreLimits,
    wishes_refused: bool,
    /// Its server prints floats with fewer digits than they have, unless each flight says otherwise.
    pub rounds_floats: bool,
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Session").field("cancel", &self.cancel).field("running", &self.running).finish()
    }
}

impl Session {
    /// A setting that the server reported (ParameterStatus); the case of the name does not matter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.asynchronous.parameters.get(name)
    }

    /// All that it has reported.
    pub fn parameters(&self) -> &Parameters {
        &self.asynchronous.parameters
    }

    /// Whether it was logged in without [`LoginOptions::wishes`]: a pooler does not let them through.
    pub fn wishes_refused(&self) -> bool {
        self.wishes_refused
    }

    /// The first value of the first row that answers a question, in one round trip.
    ///
    /// # Errors
    /// What the server says; 08S01, HYT00.
    pub fn ask(&mut self, question: &str, deadline: Deadline) -> Result<Option<String>> {
        let exchange = self.begin(deadline)?;
        // Without a zero byte nothing can fail.
        let _ = frontend::query(question, self.frontend());
        self.send(deadline)?;
        let mut answer = None;
        let mut failure = None;
        while let Some(message) = self.next(exchange, deadline)? {
            match message {
                Backend::DataRow(row) if answer.is_none() => {
                    answer = row.values().next().flatten().map(|value| String::from_utf8_lossy(value).into_owned());
                }
                Backend::ErrorResponse(error) => failure = Some(error),
                _ => {}
            }
        }
        failure.map_or(Ok(answer), Err)
    }

    /// What kind of server this is and what it allows.
    pub fn profile(&self) -> &ServerProfile {
        &self.profile
    }

    /// What the last ReadyForQuery said. Always idle for a server whose word on it means nothing.
    pub fn transaction_status(&self) -> TransactionStatus {
        if self.profile.transaction_status { self.status } else { TransactionStatus::Idle }
    }

    /// The time of one round trip to the server, measured when connecting: what an exchange more costs.
    pub fn round_trip(&self) -> Duration {
        self.round_trip
    }

    /// Whether the connection is known to be lost.
    pub fn is_dead(&self) -> bool {
        self.link.is_dead()
    }

    /// Looks at the socket without waiting whether the server has closed it; true if it has. While an exchange is running only
    /// a close without anything left to read shows.
    pub fn probe(&mut self) -> bool {
        match self.running {
            Some(_) => self.link.probe(),
            // What is found is remembered.
            None => drop(self.look()),
        }
        self.link.is_dead()
    }

    /// How to cancel what this session is doing, from any thread.
    pub fn cancel_target(&self) -> CancelTarget {
        self.cancel.clone()
    }

    /// Sends cancel requests elsewhere: a scripted server is busy with its script.
    #[cfg(test)]
    pub(super) fn redirect_cancel(&mut self, peer: crate::transport::Peer) {
        self.cancel.peer = peer;
    }

    /// Whether notices came since the last call of [`Session::take_notices`].
    #[inline]
    pub fn has_notices(&self) -> bool {
        self.asynchronous.has_notices()
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

    /// After a timeout: the exchange that took too long. None where another's only was in the way of one that has not begun.
    pub fn overdue(&self) -> Option<ExchangeId> {
        self.running.as_ref().filter(|running| running.abandoned || !running.in_the_way).map(|running| running.id)
    }

    /// Begins an exchange; its messages are written to [`Session::frontend`], end with one Sync (or are one Query), and go out
    /// by [`Session::send`]. What still runs is parked first.
    ///
    /// # Errors
    /// HYT01 when the running exchange does not come to its end in time: nothing is begun, all may be tried again. 08S01.
    pub fn begin(&mut self, deadline: Deadline) -> Result<ExchangeId> {
        self.link.alive()?;
        let parked = self.park_running(deadline);
        if let (Err(_), Some(running)) = (&parked, &mut self.running) {
            running.in_the_way = true;
        }
        parked?;
        if std::mem::take(&mut self.cancel_sent) {
            self.catch_late_cancel(deadline)?;
        }
        // Forgets the frame of a finished exchange that nobody has read past.
        self.link.received.release();
        self.last += 1;
        let id = ExchangeId(self.last);
        self.running = Some(Running {
            id,
            syncs: 1,
            sent: false,
            abandoned: false,
            in_the_way: false,
            may_cancel: false,
            simple: false,
            copying_in: false,
            copy_written: false,
            sync_held: false,
            answered: false,
        });
        self.direct = Some(id);
        Ok(id)
    }

    /// Where the running exchange holds several Sync messages: how many ReadyForQuery it has from here on. `next` returns each of
    /// them, and None after the last.
    pub fn expect_syncs(&mut self, exchange: ExchangeId, syncs: u32) {
        if let Some(running) = self.running.as_mut().filter(|running| running.id == exchange) {
            running.syncs = syncs.max(1);
        }
    }

    /// The running exchange only reads, in no transaction but its own: it may be cancelled if its result cannot be kept.
    pub fn allow_cancel(&mut self) {
        if let Some(running) = &mut self.running {
            running.may_cancel = true;
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
        if let (Some(running), Some(first)) = (&mut self.running, self.link.outgoing.first())
            && !running.sent
        {
            running.sent = true;
            running.simple = *first == b'Q';
            // That of an empty list of statements.
            running.answered = self.link.outgoing.as_ref() == LONE_SYNC;
        }
        loop {
            match self.link.send_step(deadline)? {
                SendStep::Done => return Ok(()),
                SendStep::Sent => {}
                SendStep::Received => {
                    if self.link.received.is_full() {
                        self.divert();
                        while let Some(header) = self.link.arrived(ANSWER)? {
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
        if self.direct == Some(exchange) {
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
        loop {
            if self.direct == Some(exchange) {
                self.link.received.release();
                if let Some(running) = &mut self.running {
                    running.in_the_way = false;
                }
                // A Sync that was held until now.
                if !self.link.outgoing.is_empty() {
                    self.send(deadline)?;
                    continue;
                }
                let header = self.link.await_frame(deadline, ANSWER)?;
                if !self.take(header)? {
                    self.link.in_time(deadline, ANSWER)?;
                    continue;
                }
                return self.message(exchange, true);
            }
            let Some(store) = self.parked.get_mut(&exchange) else {
                self.copied.remove(&exchange);
                return Ok(None);
            };
            if store.advance()? {
                break;
            }
            self.parked.remove(&exchange);
            if self.running() != Some(exchange) {
                return Ok(None);
            }
            // What had to be put aside while sending is read; the rest is on the wire.
            self.direct = Some(exchange);
        }
        self.message(exchange, false)
    }

    /// The message that has been read for an exchange, from the wire or from where it was parked. What a copy brings is a
    /// row of one column.
    fn message(&mut self, exchange: ExchangeId, direct: bool) -> Result<Option<Backend<'_>>> {
        let frame = match self.parked.get(&exchange) {
            _ if direct => self.link.received.held(),
            Some(store) => store.current(),
            None => return Ok(None),
        };
        match Backend::parse(frame) {
            Some(Backend::CopyData(data)) => {
                let row = self.copied.entry(exchange).or_default();
                row.clear();
                row.extend_from_slice(&1_u16.to_be_bytes());
                row.extend_from_slice(&(data.len() as u32).to_be_bytes());
                row.extend_from_slice(data);
                Ok(Some(Backend::DataRow(DataRow::of_valid(row))))
            }
            // A frame of the wire has been checked when it was taken.
            None if !direct => {
                Err(Diagnostic::new(HY000_GENERAL_ERROR, "the temporary file of a result has been damaged"))
            }
            message => Ok(message),
        }
    }

    /// The row that `next` returned last for this exchange, again; None if that was no row.
    pub fn current_row(&self, exchange: ExchangeId) -> Option<DataRow<'_>> {
        let frame = if self.direct == Some(exchange) {
            self.link.received.held()
        } else {
            self.parked.get(&exchange)?.current()
        };
        match frame.first() {
            Some(b'D') => Some(DataRow::of_valid(frame::body(frame))),
            Some(b'd') => self.copied.get(&exchange).map(|row| DataRow::of_valid(row)),
            _ => None,
        }
    }

    /// The row count of the first command ahead, if the exchange has arrived to its end without an error: a small result knows
    /// how many rows it has. Looks only at what is here.
    pub fn arrived_row_count(&mut self, exchange: ExchangeId) -> Option<u64> {
        if self.direct != Some(exchange) {
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
        let Some(message) = Backend::parse(self.link.received.held()) else { return Err(self.broken_message()) };
        let Some(running) = &mut self.running else {
            return match message {
                Backend::ErrorResponse(error) if error_response::is_fatal(&error) => {
                    self.link.die(error);
                    Ok(true)
                }
                Backend::ErrorResponse(_) => Ok(true),
                _ => Err(self.unasked()),
            };
        };
        match message {
            Backend::ReadyForQuery(_) if !running.answered => return Err(self.unasked()),
            Backend::ReadyForQuery(status) => {
                self.status = status;
                running.answered = false;
                running.syncs -= 1;
                if running.syncs == 0 {
                    self.running = None;
                    self.direct = None;
                    self.link.received.shrink();
                }
                return Ok(true);
            }
            Backend::ErrorResponse(error) => {
                running.copying_in = false;
                if std::mem::take(&mut running.sync_held) {
                    frontend::sync(&mut self.link.outgoing);
                }
                if error_response::is_fatal(&error) {
                    self.link.die(error);
                }
            }
            Backend::CopyInResponse | Backend::CopyBothResponse => running.copying_in = !running.copy_written,
            Backend::CommandComplete(_) => running.copying_in = false,
            _ => {}
        }
        running.answered = true;
        Ok(true)
    }

    /// An answer to nothing: which answer belongs to what is not known any more.
    #[cold]
    fn unasked(&mut self) -> Box<Diagnostic> {
        let tag = self.link.received.held().first().copied().unwrap_or_default();
        let found = format!("a message of type \"{}\" came that nothing was asked for", tag.escape_ascii());
        self.link.violation(&found, ANSWER)
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

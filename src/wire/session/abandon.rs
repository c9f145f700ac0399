//! Leaving an exchange before its end.

use std::time::Duration;

use postgres_protocol::message::frontend;

use super::{ExchangeId, Session};
use crate::diag::sqlstate::{HYT00_TIMEOUT_EXPIRED, HYT01_CONNECTION_TIMEOUT_EXPIRED};
use crate::diag::{Diagnostic, Result};
use crate::transport::Deadline;
use crate::wire::{error_response, frame};

/// A rest up to this many bytes is read to its end rather than cancelled: a cancel costs a connection of its own.
const DRAINED_BYTES: usize = 1 << 20;
/// A rest that has not come within this time is taken for a long one.
const DRAINED_TIME: Duration = Duration::from_millis(100);
/// A server that accepts the connection of a cancel request and then says nothing is not waited for longer.
const CANCEL_TIME: Duration = Duration::from_secs(10);

/// A server that says nothing for so long is not waited for where nothing more is to be learnt from it.
const SILENCE: Duration = Duration::from_secs(3);

/// In an error: what was waited for.
const END: &str = "the end of a result";

/// A server that waits for data that nobody will send is told this; else it would wait for ever.
pub(super) const LEFT_COPY: &str = "the application has left the copy";

/// How long the rest of an exchange is waited for.
#[derive(Clone, Copy, Debug)]
struct Patience {
    deadline: Deadline,
    /// At most so long for each message.
    silence: Option<Duration>,
}

impl Patience {
    /// Until when the next message is waited for.
    fn now(self) -> Deadline {
        self.silence.map_or(self.deadline, |silence| Deadline::after(silence).earlier(self.deadline))
    }

    /// Whether there is more of it, when the server has been silent for `time`.
    fn outlasts(self, time: Duration) -> bool {
        !self.deadline.expired() && self.silence.is_none_or(|silence| time < silence)
    }
}

impl Session {
    /// The rest of the exchange is not wanted. Parked, it is dropped. Running, a small rest is read; else the statement is
    /// cancelled if `may_cancel` (which fails a transaction that it runs in), else all of it is read.
    ///
    /// # Errors
    /// What the server reports in the rest, other than the cancel: the exchange has ended all the same. HYT01: it will be read to its
    /// end when the next one begins. 08S01.
    pub fn abandon(&mut self, exchange: ExchangeId, may_cancel: bool, deadline: Deadline) -> Result {
        self.give_up(exchange, may_cancel, Patience { deadline, silence: None })
    }

    /// The same for a statement that only reads: how it ends is nothing to anybody, so that a server that has fallen silent is
    /// not waited for. What it says later is read when the next exchange begins.
    ///
    /// # Errors
    /// As [`Session::abandon`].
    pub fn abandon_reading(&mut self, exchange: ExchangeId, may_cancel: bool, deadline: Deadline) -> Result {
        match self.give_up(exchange, may_cancel, Patience { deadline, silence: Some(SILENCE) }) {
            Err(error) if error.sqlstate == HYT01_CONNECTION_TIMEOUT_EXPIRED && !deadline.expired() => Ok(()),
            ended => ended,
        }
    }

    fn give_up(&mut self, exchange: ExchangeId, may_cancel: bool, patience: Patience) -> Result {
        self.parked.remove(&exchange);
        self.copied.remove(&exchange);
        if self.direct == Some(exchange) {
            self.link.received.release();
            self.direct = None;
        }
        match &mut self.running {
            Some(running) if running.id == exchange => running.abandoned = true,
            _ => return Ok(()),
        }
        if self.forget_unsent() {
            return Ok(());
        }
        self.end_abandoned(may_cancel, patience)
    }

    /// The rest of the running exchange is lost, and what has been parked of it stays. 08S01, HYT01.
    ///
    /// What the server refuses in that rest is nothing to whoever wants to send something now.
    pub(super) fn cut_short(&mut self, deadline: Deadline) -> Result {
        if let Some(running) = &mut self.running {
            running.abandoned = true;
        }
        match self.end_abandoned(true, Patience { deadline, silence: None }) {
            Err(error) if error.server.is_some() && !self.is_dead() => Ok(()),
            outcome => outcome,
        }
    }

    fn end_abandoned(&mut self, may_cancel: bool, patience: Patience) -> Result {
        let deadline = patience.deadline;
        self.send(patience.now())?;
        let mut error = None;
        if may_cancel {
            self.cancel_long_rest(patience, &mut error)?;
        }
        self.drain(usize::MAX, patience, &mut error)?;
        let cancelled = std::mem::take(&mut self.cancel_sent);
        let hit = error.as_ref().is_some_and(|error| self.is_cancel(error));
        // Where it may be cancelled, it does not matter whose request it was: SQLCancel's may arrive only now.
        if may_cancel && hit {
            return Ok(());
        }
        if cancelled {
            self.catch_late_cancel(deadline)?;
        }
        error.map_or(Ok(()), Err)
    }

    /// Reads the rest if it is small and here soon, else cancels it; it may not have ended then.
    fn cancel_long_rest(&mut self, patience: Patience, error: &mut Option<Box<Diagnostic>>) -> Result {
        let (mut bytes, mut time) = (DRAINED_BYTES, DRAINED_TIME);
        loop {
            let short = Patience { deadline: Deadline::after(time).earlier(patience.deadline), ..patience };
            match self.drain(bytes, short, error) {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(timeout) if timeout.sqlstate == HYT01_CONNECTION_TIMEOUT_EXPIRED && patience.outlasts(time) => {}
                Err(lost) => return Err(lost),
            }
            // Where the cancel cannot be sent, there is still reading to the end. A server may miss one (PostgreSQL has been seen
            // to, early in a statement): it is asked again, ever less often. One of which nobody said that it has arrived may yet.
            let asked = self.cancel.cancel(Deadline::after(CANCEL_TIME).earlier(patience.now()));
            self.cancel_sent |= asked.as_ref().map_or_else(|error| error.sqlstate == HYT00_TIMEOUT_EXPIRED, |()| true);
            if asked.is_err() {
                return Ok(());
            }
            (bytes, time) = (bytes.saturating_mul(4), time.saturating_mul(4));
        }
    }

    /// Reads frames of the running exchange and drops them, up to `most` bytes; true when it has ended. The first error is kept.
    fn drain(&mut self, most: usize, patience: Patience, error: &mut Option<Box<Diagnostic>>) -> Result<bool> {
        let mut dropped = 0;
        while self.running.is_some() {
            if dropped > most {
                return Ok(false);
            }
            self.end_copy(Some(LEFT_COPY));
            let deadline = patience.now();
            self.send(deadline)?;
            let header = self.link.await_frame(deadline, END)?;
            dropped += header.length;
            let taken = self.take(header)?;
            if taken && header.tag == b'E' && error.is_none() {
                *error = Some(error_response::error(frame::body(self.link.received.held())));
            }
            self.link.received.release();
            self.goes_on_in_time(patience.deadline, END)?;
        }
        Ok(true)
    }

    /// Gives a cancel that may have come after its statement's end something harmless to hit: an empty query, and nothing of the
    /// application's. Call it after [`CancelTarget::cancel`](crate::wire::CancelTarget::cancel) has answered and the statement has ended some other way.
    ///
    /// # Errors
    /// HYT01, 08S01, and what else the server says to an empty query.
    pub fn catch_late_cancel(&mut self, deadline: Deadline) -> Result {
        let id = self.begin(deadline)?;
        // The text holds no zero byte; nothing can fail.
        let _ = frontend::query("", self.frontend());
        self.send(deadline)?;
        match self.abandon(id, false, deadline) {
            Err(error) if self.is_cancel(&error) => Ok(()),
            ended => ended,
        }
    }

    fn is_cancel(&self, error: &Diagnostic) -> bool {
        error.server.as_ref().is_some_and(|server| {
            self.profile.cancelled.iter().any(|known| server.sqlstate == *known || server.message.contains(known))
        })
    }
}

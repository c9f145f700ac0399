//! Making way on the wire: what still runs is read to its end and kept.

use super::abandon::LEFT_COPY;
use super::{ExchangeId, Session};
use crate::diag::sqlstate::HY000_GENERAL_ERROR;
use crate::diag::{Diagnostic, Result};
use crate::transport::Deadline;
use crate::wire::frame::Header;
use crate::wire::frame_store::{FrameStore, StoreLimits};

/// What the parked exchanges of one session may take: their memory is shared, a temporary file is each one's own.
pub(super) const PARKED: StoreLimits = StoreLimits { memory: 64 << 20, file: u64::MAX };

/// In an error: what was waited for.
const ANOTHERS_REST: &str = "the rest of another statement's result";

impl Session {
    /// Reads what still runs to its end and keeps it for later.
    ///
    /// HY000 while a statement's owner is feeding it with data: only that can end it.
    pub fn park_running(&mut self, deadline: Deadline) -> Result {
        self.not_fed()?;
        if self.running.is_none() || self.forget_unsent() {
            return Ok(());
        }
        self.send(deadline)?;
        self.divert();
        while self.running.is_some() {
            self.stow_next(deadline, ANOTHERS_REST)?;
            if self.is_lost_and_cancellable() {
                return self.cut_short(deadline);
            }
            self.goes_on_in_time(deadline, ANOTHERS_REST)?;
        }
        Ok(())
    }

    /// HYT01 where the deadline has passed and what runs has not ended: a server that sends without end keeps nobody waiting.
    pub(super) fn goes_on_in_time(&self, deadline: Deadline, awaited: &str) -> Result {
        self.running.as_ref().map_or(Ok(()), |_| self.link.in_time(deadline, awaited))
    }

    /// Whether what still comes cannot be kept, and the server can be told to stop: the statement only reads, and no
    /// transaction would fail with it.
    fn is_lost_and_cancellable(&self) -> bool {
        self.running.as_ref().is_some_and(|running| {
            running.may_cancel && self.parked.get(&running.id).is_some_and(FrameStore::has_failed)
        })
    }

    /// HY000 while a statement's owner is feeding it with data: only that can end it.
    pub(super) fn not_fed(&self) -> Result {
        if !self.is_fed() {
            return Ok(());
        }
        Err(Diagnostic::new(
            HY000_GENERAL_ERROR,
            "another statement of the connection copies data into the server; end it with SQLParamData, or give up with \
             SQLCancel, before something else is sent",
        ))
    }

    /// Waits for the next frame and keeps it, if it is somebody's.
    pub(super) fn stow_next(&mut self, deadline: Deadline, awaited: &str) -> Result {
        self.end_copy(Some(LEFT_COPY));
        self.send(deadline)?;
        let header = self.link.await_frame(deadline, awaited)?;
        self.stow(header)
    }

    /// The error among the messages that have been parked for an exchange, if the server has sent one.
    pub fn parked_error(&self, exchange: ExchangeId) -> Option<Box<Diagnostic>> {
        self.parked.get(&exchange)?.error()
    }

    /// How many statements of an exchange end in what has been parked for it.
    pub fn parked_completions(&self, exchange: ExchangeId) -> usize {
        self.parked.get(&exchange).map_or(0, FrameStore::completed)
    }

    /// An exchange of which nothing has been sent ends without a trace: the server knows nothing of it.
    pub fn forget_unsent(&mut self) -> bool {
        if self.running.as_ref().is_none_or(|running| running.sent) {
            return false;
        }
        self.running = None;
        self.direct = None;
        self.link.outgoing.clear();
        true
    }

    /// From here on the running exchange is read from its store; the row that was read last goes there first.
    pub(super) fn divert(&mut self) {
        let Some(id) = self.running() else { return };
        if self.direct != Some(id) {
            return;
        }
        let used: usize = self.parked.values().map(FrameStore::memory_used).sum();
        let mut store = FrameStore::new(StoreLimits {
            memory: self.parked_limits.memory.saturating_sub(used),
            ..self.parked_limits
        });
        let held = self.link.received.held();
        if matches!(held.first(), Some(b'D' | b'd')) {
            store.push_current(held);
        }
        self.link.received.release();
        self.parked.insert(id, store);
        self.direct = None;
    }

    /// Moves the next frame, which is here whole, to the running exchange's store.
    pub(super) fn stow(&mut self, header: Header) -> Result {
        let reader = self.running.as_ref().filter(|running| !running.abandoned).map(|running| running.id);
        if self.take(header)?
            && let Some(store) = reader.and_then(|id| self.parked.get_mut(&id))
        {
            let frame = self.link.received.held();
            match header.tag {
                b'E' => store.note_error(frame),
                b'C' | b'I' => store.note_completion(),
                _ => {}
            }
            store.push(frame);
        }
        self.link.received.release();
        Ok(())
    }
}

//! `SQLCancel` from another thread: works without the connection's lock, which the executing thread holds.
//!
//! Source: ODBC reference, `SQLCancel`, "Canceling functions executing on another thread"; PostgreSQL documentation,
//! "Canceling Requests in Progress".

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::slab::Id;
use crate::diag::Result;
use crate::transport::{Deadline, Interrupt};
use crate::wire::CancelTarget;

/// What is needed to cancel what a connection is doing.
#[derive(Debug, Default)]
pub struct CancelSlot {
    /// The statement that a function works on now, its number plus one; 0 for none; [`CONNECTION`].
    running: AtomicU64,
    /// Statements in the middle of an execution: they wait for data, or for their outputs to be read.
    suspended: AtomicUsize,
    /// While a connection is being made there is no server to ask: it is given up here.
    pub login: Interrupt,
    /// Held while a cancel request is on its way, so that nothing new is sent that it could hit.
    state: Mutex<CancelState>,
}

/// Stands for the connection where a statement's number would be: a function of the connection works.
const CONNECTION: u64 = u64::MAX;

#[derive(Debug, Default)]
struct CancelState {
    target: Option<CancelTarget>,
    /// A request was sent since the last statement began: it may still arrive.
    sent: bool,
}

impl CancelSlot {
    /// The session that requests go to; `None` once it is closed.
    pub fn set_target(&self, target: Option<CancelTarget>) {
        *self.lock() = CancelState { target, sent: false };
    }

    /// A function that may wait for the server begins to work on `statement`. Dropping the mark ends it.
    pub fn running(&self, statement: Id) -> RunningMark<'_> {
        self.running.store(u64::from(statement.number()) + 1, Ordering::Release);
        RunningMark(self)
    }

    /// A function of the connection begins to work. Dropping the mark ends it.
    pub fn running_connection(&self) -> RunningMark<'_> {
        self.running.store(CONNECTION, Ordering::Release);
        RunningMark(self)
    }

    /// A statement begins, or ends, to wait in the middle of its execution.
    pub fn suspended(&self, begins: bool) {
        match begins {
            true => self.suspended.fetch_add(1, Ordering::AcqRel),
            false => self.suspended.fetch_sub(1, Ordering::AcqRel),
        };
    }

    /// Whether any statement of the connection does: only then is the lock worth taking for SQLCancel.
    pub fn is_any_suspended(&self) -> bool {
        self.suspended.load(Ordering::Acquire) > 0
    }

    /// Before new work is sent: waits until no request is on its way, and says whether one was sent that may not have
    /// hit anything yet.
    pub fn settle(&self) -> bool {
        std::mem::take(&mut self.lock().sent)
    }

    /// Asks the server to cancel what it does for `statement`, if a function works on it now. Gives whether it did.
    pub fn request(&self, statement: Id, deadline: Deadline) -> Result<bool> {
        self.request_of(u64::from(statement.number()) + 1, deadline)
    }

    /// The same for a function of the connection.
    pub fn request_of_connection(&self, deadline: Deadline) -> Result<bool> {
        if self.login.request() {
            return Ok(true);
        }
        self.request_of(CONNECTION, deadline)
    }

    fn request_of(&self, wanted: u64, deadline: Deadline) -> Result<bool> {
        let mut state = self.lock();
        let is_running = self.running.load(Ordering::Acquire) == wanted;
        let Some(target) = state.target.clone().filter(|_| is_running) else { return Ok(false) };
        state.sent = true;
        target.cancel(deadline).map(|()| true)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, CancelState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// While it lives, a function works on a statement.
#[derive(Debug)]
pub struct RunningMark<'a>(&'a CancelSlot);

impl Drop for RunningMark<'_> {
    fn drop(&mut self) {
        self.0.running.store(0, Ordering::Release);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::handles::slab::Slab;

    #[test]
    fn without_a_session_or_a_running_statement_there_is_nothing_to_cancel() {
        let mut slab = Slab::default();
        let (first, second) = (slab.insert(()), slab.insert(()));
        let slot = CancelSlot::default();
        assert!(!slot.request(first, Deadline::never()).unwrap());
        let mark = slot.running(second);
        assert!(!slot.request(second, Deadline::never()).unwrap());
        drop(mark);
        assert!(!slot.settle());
    }
}

//! Functions that are executed asynchronously, and everything that may be asked of them while they are.
//!
//! All statements of a connection share one session, so one worker a connection does what its handles have asked for, one
//! function after the other; it takes along what it needs of the connection (`connection/away.rs`). It is started by the first
//! such function and ended with the last handle that is asynchronous, at the latest with the connection.
//!
//! Source: ODBC reference, "Asynchronous Execution (Polling Method)"; appendix B, states S11 and S12.

mod worker;

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub use worker::{Job, Worker};

use super::link_states::connects;
use super::slab::Id;
use super::states::{self, Executing};
use super::table::Token;
use crate::diag::sqlstate::{HY010_FUNCTION_SEQUENCE_ERROR, S08002_CONNECTION_NAME_IN_USE};
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::odbc::functions::FunctionId;
use crate::odbc::values::{SQL_ERROR, SQL_STILL_EXECUTING};

/// What a function has come to on the worker, until the application asks for it.
pub type Finished = Box<dyn Any + Send>;
/// A function's work; told whether it has been cancelled before it began.
pub type Work = Box<dyn FnOnce(bool) -> Finished + Send>;

/// A cancel request may reach the server before the statement does, and is lost then: while the function goes on, it is
/// sent again after this time, and then after ever longer ones.
const CANCEL_AGAIN: Duration = Duration::from_millis(50);

/// A handle that a function is called with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Connection(Token),
    Statement(Token, Id),
    Descriptor(Token),
}

impl Caller {
    fn token(self) -> Token {
        match self {
            Caller::Connection(token) | Caller::Statement(token, _) | Caller::Descriptor(token) => token,
        }
    }
}

/// What becomes of a function that can be executed asynchronously.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Its handle is not asynchronous.
    Synchronous,
    /// It is to be handed to the worker.
    Begin,
    /// It has been, by an earlier call.
    Poll,
    /// Another function stands in its way: HY010 has been noted.
    Refused,
}

/// A connection's asynchronous side.
#[derive(Debug)]
pub struct Asynchronous {
    /// Whether anything here is to be looked at: each call asks.
    in_use: AtomicBool,
    desk: Mutex<Desk>,
    changed: Condvar,
    /// What a thread of ours does first.
    prepare_thread: fn(),
}

#[derive(Debug, Default)]
struct Desk {
    /// Statements with SQL_ATTR_ASYNC_ENABLE.
    statements: Vec<Token>,
    /// SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE.
    connection: bool,
    tasks: Vec<Task>,
    /// Records of handles that were answered without the lock.
    notes: Vec<(Token, Diagnostics)>,
    worker: Option<Worker>,
    /// Sends cancel requests, so that SQLCancel waits for no network.
    canceller: Option<Worker>,
}

/// A function that the application has not been told the end of: states S11 and S12.
struct Task {
    caller: Caller,
    function: FunctionId,
    /// The descriptors of the statement that it works on.
    descriptors: Vec<Token>,
    phase: Phase,
    cancel: Option<Cancel>,
}

enum Phase {
    Waiting,
    Working,
    Ended(Finished),
}

/// SQLCancel was called (S12).
#[derive(Clone, Copy, Debug)]
struct Cancel {
    /// A request is on its way.
    sending: bool,
    sent: Instant,
    patience: Duration,
}

impl std::fmt::Debug for Task {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (caller, function) = (&self.caller, &self.function);
        formatter.debug_struct("Task").field("caller", caller).field("function", function).finish_non_exhaustive()
    }
}

impl Asynchronous {
    /// Nothing is asynchronous yet. `prepare_thread` is what a thread of the driver's does first.
    pub fn new(prepare_thread: fn()) -> Asynchronous {
        Asynchronous { in_use: AtomicBool::new(false), desk: Mutex::default(), changed: Condvar::new(), prepare_thread }
    }

    /// Whether any handle of the connection is asynchronous. All else here is worth a look only then.
    pub fn in_use(&self) -> bool {
        self.in_use.load(Ordering::Relaxed)
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// SQL_ATTR_ASYNC_ENABLE of a statement; `false` when it is freed as well.
    pub fn enable_statement(&self, statement: Token, on: bool) {
        let mut desk = self.desk();
        desk.statements.retain(|enabled| *enabled != statement);
        desk.notes.retain(|(noted, _)| *noted != statement);
        if on {
            desk.statements.push(statement);
        }
        self.settle(desk);
    }

    /// SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE.
    pub fn enable_connection(&self, on: bool) {
        let mut desk = self.desk();
        desk.connection = on;
        self.settle(desk);
    }

    /// The connection is closed: its statements are gone, and so is the worker.
    pub fn dismiss(&self) {
        let mut desk = self.desk();
        desk.statements.clear();
        let workers = (desk.worker.take(), desk.canceller.take());
        self.settle(desk);
        drop(workers);
    }

    /// Without an asynchronous handle there is no thread.
    fn settle(&self, mut desk: MutexGuard<'_, Desk>) {
        let in_use = desk.connection || !desk.statements.is_empty() || !desk.tasks.is_empty();
        self.in_use.store(in_use, Ordering::Relaxed);
        if !in_use {
            // From here on handles are called with that nothing here hears of.
            desk.notes.clear();
        }
        let workers = if in_use { (None, None) } else { (desk.worker.take(), desk.canceller.take()) };
        // Whoever waits for a thread does not hold what that thread needs to end.
        drop(desk);
        drop(workers);
    }

    /// A function that can be executed asynchronously is called.
    pub fn look(&self, caller: Caller, function: FunctionId) -> Look {
        let mut desk = self.desk();
        desk.forget_note(caller.token());
        if desk.tasks.iter().any(|task| (task.caller, task.function) == (caller, function)) {
            return Look::Poll;
        }
        if !desk.permits(caller, function) {
            return Look::Refused;
        }
        let enabled = match caller {
            Caller::Connection(_) => desk.connection,
            Caller::Statement(token, _) => desk.statements.contains(&token),
            Caller::Descriptor(_) => false,
        };
        if enabled { Look::Begin } else { Look::Synchronous }
    }

    /// A function that is always executed at once is called. `false`: another stands in its way, and HY010 has been noted.
    pub fn permits(&self, caller: Caller, function: FunctionId) -> bool {
        let mut desk = self.desk();
        desk.forget_note(caller.token());
        desk.permits(caller, function)
    }

    /// Hands a function to the worker. HY001 where there is no thread to be had.
    ///
    /// `descriptors` are those of the statement that it works on.
    pub fn begin(
        self: &std::sync::Arc<Self>,
        caller: Caller,
        function: FunctionId,
        descriptors: Vec<Token>,
        work: Work,
    ) -> Result {
        let mut desk = self.desk();
        if desk.worker.is_none() {
            desk.worker = Some(Worker::start(self.prepare_thread)?);
        }
        desk.tasks.push(Task { caller, function, descriptors, phase: Phase::Waiting, cancel: None });
        desk.forget_note(caller.token());
        let shared = self.clone();
        let job: Job = Box::new(move || {
            let Some(cancelled) = shared.desk().start(caller) else { return };
            let finished = work(cancelled);
            shared.desk().finish(caller, finished);
            shared.changed.notify_all();
        });
        if let Some(worker) = &desk.worker {
            worker.give(job);
        }
        Ok(())
    }

    /// Waits a moment for the end of a caller's function; whether it has come. A cancel request that is on its way is part of
    /// it: nothing new may begin before it has arrived.
    pub fn has_ended(&self, caller: Caller, patience: Duration) -> bool {
        let is_running = |desk: &mut Desk| desk.task(caller).is_some_and(|task| !task.has_ended());
        let waited = self.changed.wait_timeout_while(self.desk(), patience, is_running);
        let (mut desk, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !is_running(&mut desk)
    }

    /// What an ended function has come to; its handle is free for other functions.
    pub fn take(&self, caller: Caller) -> Option<Finished> {
        let mut desk = self.desk();
        let place = desk.tasks.iter().position(|task| task.caller == caller && task.has_ended())?;
        let task = desk.tasks.remove(place);
        match task.phase {
            Phase::Ended(finished) => Some(finished),
            Phase::Waiting | Phase::Working => None,
        }
    }

    /// Leaves a handle's diagnostics to be read without the lock, until it is called with again.
    pub fn leave(&self, caller: Caller, diagnostics: Diagnostics) {
        self.desk().leave(caller.token(), diagnostics);
    }

    /// Notes for a handle that a function was refused, and why.
    pub fn refuse(&self, caller: Caller, diagnostic: Diagnostic) {
        self.desk().leave(caller.token(), refusal_of(diagnostic));
    }

    /// The diagnostics of a handle that was answered without its connection; `None` where that has them.
    pub fn diagnostics(&self, caller: Caller) -> Option<Diagnostics> {
        let desk = self.desk();
        desk.notes.iter().find(|(token, _)| *token == caller.token()).map(|(_, noted)| noted.clone())
    }

    /// SQLCancel and SQLCancelHandle: asks that the caller's function be given up (S12). `false` if it has none.
    ///
    /// `request` asks the server. It is called by a thread of its own, and not before the function works; a function that still
    /// waits for the worker does not begin.
    pub fn cancel(
        self: &std::sync::Arc<Self>,
        caller: Caller,
        request: impl FnOnce() + Send + 'static,
    ) -> Result<bool> {
        let mut desk = self.desk();
        desk.forget_note(caller.token());
        if desk.canceller.is_none() {
            desk.canceller = Some(Worker::start(self.prepare_thread)?);
        }
        let Some(task) = desk.tasks.iter_mut().find(|task| task.caller == caller) else { return Ok(false) };
        let patience = task.cancel.map_or(CANCEL_AGAIN, |cancel| cancel.patience * 2);
        let already_sending = task.cancel.is_some_and(|cancel| cancel.sending);
        let sending = matches!(task.phase, Phase::Working);
        task.cancel = Some(Cancel { sending, sent: Instant::now(), patience });
        if sending && !already_sending {
            let shared = self.clone();
            let job: Job = Box::new(move || {
                request();
                if let Some(task) = shared.desk().task_mut(caller)
                    && let Some(cancel) = &mut task.cancel
                {
                    cancel.sending = false;
                }
                shared.changed.notify_all();
            });
            if let Some(canceller) = &desk.canceller {
                canceller.give(job);
            }
        }
        Ok(true)
    }

    /// Whether the caller's function was to be cancelled, has not heard of it and should be asked again.
    pub fn wants_cancel_again(&self, caller: Caller) -> bool {
        self.desk().task(caller).is_some_and(|task| {
            let is_working = matches!(task.phase, Phase::Working);
            is_working && task.cancel.is_some_and(|cancel| !cancel.sending && cancel.sent.elapsed() > cancel.patience)
        })
    }

    /// Whether a function of the connection or of one of its statements is executing.
    pub fn is_executing(&self) -> bool {
        self.in_use() && !self.desk().tasks.is_empty()
    }
}

/// The records of a function that was refused.
fn refusal_of(diagnostic: Diagnostic) -> Diagnostics {
    let mut diagnostics = Diagnostics::of_code(SQL_ERROR);
    diagnostics.push(diagnostic);
    diagnostics
}

impl Task {
    fn has_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended(_)) && !self.cancel.is_some_and(|cancel| cancel.sending)
    }
}

impl Desk {
    fn task(&self, caller: Caller) -> Option<&Task> {
        self.tasks.iter().find(|task| task.caller == caller)
    }

    fn task_mut(&mut self, caller: Caller) -> Option<&mut Task> {
        self.tasks.iter_mut().find(|task| task.caller == caller)
    }

    /// The worker begins; whether the function has been cancelled before.
    fn start(&mut self, caller: Caller) -> Option<bool> {
        let task = self.task_mut(caller)?;
        task.phase = Phase::Working;
        Some(task.cancel.is_some())
    }

    fn finish(&mut self, caller: Caller, finished: Finished) {
        if let Some(task) = self.task_mut(caller) {
            task.phase = Phase::Ended(finished);
        }
    }

    /// Appendix B: what stands in the way of a function is the same handle's other function, or one of the connection's.
    fn permits(&mut self, caller: Caller, function: FunctionId) -> bool {
        let executing = |task: &Task| match (caller, task.caller) {
            (Caller::Statement(..) | Caller::Descriptor(_), Caller::Connection(_)) => Some(Executing::ItsConnection),
            (Caller::Statement(_, one), Caller::Statement(_, other)) if one == other => Some(Executing::Itself),
            (Caller::Descriptor(token), _) if task.descriptors.contains(&token) => Some(Executing::Itself),
            (Caller::Connection(_), Caller::Connection(_)) => Some(Executing::Itself),
            (Caller::Connection(_), Caller::Statement(..)) => Some(Executing::ItsStatement),
            _ => None,
        };
        let (mut refused_by, mut is_open) = (None, false);
        for task in &self.tasks {
            let Some(executing) = executing(task) else { continue };
            if !states::is_allowed_meanwhile(function, executing) {
                refused_by = Some(task.function);
                is_open |= executing == Executing::ItsStatement;
            }
        }
        let Some(other) = refused_by else { return true };
        // Who executes statements is connected.
        let diagnostic = match connects(function) && is_open {
            true => Diagnostic::new(S08002_CONNECTION_NAME_IN_USE, "the connection is open already"),
            false => Diagnostic::new(
                HY010_FUNCTION_SEQUENCE_ERROR,
                format!(
                    "{}: {} is still executing; call it again until it returns something else than SQL_STILL_EXECUTING",
                    function.name(),
                    other.name()
                ),
            ),
        };
        self.leave(caller.token(), refusal_of(*diagnostic));
        false
    }

    fn forget_note(&mut self, token: Token) {
        self.notes.retain(|(noted, _)| *noted != token);
        // The records of the function itself are not known before its end.
        if self.tasks.iter().any(|task| task.caller.token() == token) {
            self.notes.push((token, Diagnostics::of_code(SQL_STILL_EXECUTING)));
        }
    }

    /// Notes records for a handle, instead of those that were noted before.
    fn leave(&mut self, token: Token, diagnostics: Diagnostics) {
        self.notes.retain(|(noted, _)| *noted != token);
        self.notes.push((token, diagnostics));
    }
}

//! The guard of the functions that can be executed asynchronously: on a handle that is not asynchronous they run as all others
//! (`enter.rs`), else the connection's worker runs them and the application polls.
//!
//! Such a function comes in three steps. Its input is read when it is called: a text need not outlive the call, and a manager's
//! does not. Its work is done by the worker, with what that takes along of the connection. Its output is written by the call that tells
//! the application of the end, to the addresses of that call.
//!
//! Source: ODBC reference, "Asynchronous Execution (Polling Method)".

use std::ffi::c_void;
use std::sync::Arc;
use std::time::Duration;

pub use super::enter::no_output;
use super::enter::{self, ConnectionCall, Outcome, Place, contained, on, token};
use super::manager;
use crate::diag::sqlstate::HY008_OPERATION_CANCELED;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::handles::asynchronous::{Caller, Finished, Look, Work};
use crate::handles::connection::{Connection, ConnectionState};
use crate::handles::slab::Id;
use crate::handles::statement::StatementCall;
use crate::handles::table::Object;
use crate::odbc::functions::FunctionId;
use crate::odbc::values::*;
use crate::transport::Deadline;

/// How long a call waits for the worker before it is SQL_STILL_EXECUTING: what does not wait for the server answers at once.
const PATIENCE: Duration = Duration::from_millis(1);
/// What these ask for has come with an earlier answer, as a rule (in asynchronous execution SQLPrepare has it described): they are
/// not handed to the worker unless it is busy. unixODBC 2.3 also does not leave the state S11 after most of them.
const AT_ONCE: &[FunctionId] = &[
    FunctionId::NUM_RESULT_COLS,
    FunctionId::DESCRIBE_COL,
    FunctionId::COL_ATTRIBUTE,
    FunctionId::NUM_PARAMS,
    FunctionId::DESCRIBE_PARAM,
    FunctionId::GET_DATA,
    FunctionId::PUT_DATA,
];

/// Whether a function is told at once. SQLPrepare is under iODBC 3.52, which does not know a statement as prepared when it has
/// been polled for.
fn is_told_at_once(function: FunctionId) -> bool {
    AT_ONCE.contains(&function) || (function == FunctionId::PREPARE && !manager::polls_preparing())
}

/// How long a cancel request may take.
pub const CANCEL_TIMEOUT: Duration = Duration::from_secs(10);

/// For functions without input that must be read at the call.
pub fn nothing() -> Result<()> {
    Ok(())
}

/// Work on its way to the worker.
struct Package<F>(F);

// SAFETY: what is in it and cannot be sent by itself are addresses of the application's: buffers that are bound, or passed to
// SQLGetData and SQLPutData, or hold arrays and lengths. They must stay valid until the function has ended (ODBC reference,
// "Asynchronous Execution (Polling Method)"), and nobody but the worker uses them meanwhile.
unsafe impl<F> Send for Package<F> {}

impl<F: FnOnce(bool) -> Finished + 'static> Package<F> {
    fn work(self) -> Work {
        Box::new(move |is_cancelled| self.open()(is_cancelled))
    }

    /// All of the package moves into the closure that calls this, not its field alone.
    fn open(self) -> F {
        self.0
    }
}

/// What the worker leaves for the call that asks for it.
struct Done<T> {
    /// `None` if the handle was none any more.
    outcome: Option<Result<T>>,
    diagnostics: Diagnostics,
}

/// Runs a function on a statement, asynchronously where SQL_ATTR_ASYNC_ENABLE is on.
pub fn statement<I: 'static, T: Send + 'static>(
    handle: *mut c_void,
    function: FunctionId,
    input: impl FnOnce() -> Result<I>,
    work: impl FnOnce(&mut StatementCall<'_>, I) -> Result<T> + 'static,
    output: impl FnOnce(&mut Diagnostics, T) -> Result<Outcome>,
) -> i16 {
    on(handle, function, |object| {
        let &Object::Statement(ref connection, id) = object else { return SQL_INVALID_HANDLE };
        let place = Place { connection, handle: token(handle) };
        let caller = Caller::Statement(place.handle, id);
        match look(connection, caller, function) {
            Look::Refused => SQL_ERROR,
            Look::Poll => poll(connection, caller, output),
            Look::Synchronous => enter::statement_at(place, id, function, |call| work(call, input()?), output),
            Look::Begin => begin_on_statement(place, id, function, input, work, output),
        }
    })
}

/// Out of the way of functions that are executed synchronously.
#[cold]
fn begin_on_statement<I: 'static, T: Send + 'static>(
    place: Place<'_>,
    id: Id,
    function: FunctionId,
    input: impl FnOnce() -> Result<I>,
    work: impl FnOnce(&mut StatementCall<'_>, I) -> Result<T> + 'static,
    output: impl FnOnce(&mut Diagnostics, T) -> Result<Outcome>,
) -> i16 {
    let Place { connection, handle } = place;
    let caller = Caller::Statement(handle, id);
    let enough = |state: &ConnectionState| state.is_enough_for(function, id);
    if is_told_at_once(function)
        && let Some(mut state) = connection.try_lock_when(enough)
    {
        return enter::statement_in(place, &mut state, id, function, |call| work(call, input()?), output);
    }
    let (input, shared) = (input(), connection.clone());
    let package = Package(move |is_cancelled| -> Finished {
        let mut state = shared.take_along(Some(id));
        let mut call = StatementCall { connection: &shared, state: &mut state, id };
        let outcome = enter::statement_work(&mut call, handle, function, |call| {
            not_cancelled(is_cancelled)?;
            work(call, input?)
        });
        call.post_notices();
        let diagnostics = call.diagnostics().map(|left| left.clone()).unwrap_or_default();
        Box::new(Done { outcome, diagnostics })
    });
    let descriptors = connection.try_lock_when(|state| state.has_statement(id));
    let descriptors = descriptors.map(|state| state.descriptors_of(id)).unwrap_or_default();
    if let Err(error) = connection.asynchronous.begin(caller, function, descriptors, package.work()) {
        return enter::statement_at(place, id, function, |_| Err(error), no_output);
    }
    poll(connection, caller, output)
}

/// Runs a function on a connection, asynchronously where SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE is on and the function may be in
/// the connection's state.
pub fn connection<I: 'static, T: Send + 'static>(
    handle: *mut c_void,
    function: FunctionId,
    may_be_asynchronous: impl FnOnce(&ConnectionState) -> bool,
    input: impl FnOnce() -> Result<I>,
    work: impl FnOnce(&mut ConnectionCall<'_>, I) -> Result<T> + 'static,
    output: impl FnOnce(&mut Diagnostics, T) -> Result<Outcome>,
) -> i16 {
    on(handle, function, |object| {
        let Object::Connection(connection) = object else { return SQL_INVALID_HANDLE };
        let caller = Caller::Connection(token(handle));
        let look = match look(connection, caller, function) {
            Look::Begin if !connection.try_lock_when(|_| true).is_none_or(|state| may_be_asynchronous(&state)) => {
                Look::Synchronous
            }
            other => other,
        };
        match look {
            Look::Refused => return SQL_ERROR,
            Look::Poll => {}
            Look::Synchronous => {
                return enter::connection_at(connection, function, |call| {
                    let done = work(call, input()?)?;
                    output(&mut call.state.diagnostics, done)
                });
            }
            Look::Begin => {
                let (input, shared) = (input(), connection.clone());
                let package = Package(move |is_cancelled| -> Finished {
                    let mut state = shared.take_along(None);
                    let mut call = ConnectionCall { connection: &shared, state: &mut state };
                    let outcome = enter::connection_work(&mut call, function, |call| {
                        not_cancelled(is_cancelled)?;
                        work(call, input?)
                    });
                    state.post_notices();
                    Box::new(Done { outcome: Some(outcome), diagnostics: state.diagnostics.clone() })
                });
                if let Err(error) = connection.asynchronous.begin(caller, function, Vec::new(), package.work()) {
                    return enter::connection_at(connection, function, |_| Err(error));
                }
            }
        }
        let code = poll(connection, caller, output);
        enter::connection_ended(connection, function, code);
        code
    })
}

fn look(connection: &Arc<Connection>, caller: Caller, function: FunctionId) -> Look {
    match connection.asynchronous.in_use() {
        true => connection.asynchronous.look(caller, function),
        false => Look::Synchronous,
    }
}

/// Tells the end of a function if it has come: no lock is waited for.
fn poll<T: 'static>(
    connection: &Arc<Connection>,
    caller: Caller,
    output: impl FnOnce(&mut Diagnostics, T) -> Result<Outcome>,
) -> i16 {
    let asynchronous = &connection.asynchronous;
    if asynchronous.wants_cancel_again(caller) {
        let _ = cancel(connection, caller);
    }
    if !asynchronous.has_ended(caller, PATIENCE) {
        return SQL_STILL_EXECUTING;
    }
    let Some(finished) = asynchronous.take(caller) else { return SQL_STILL_EXECUTING };
    // Only the call that began it and those that poll for it have this pair of handle and function, and so this type.
    let Ok(done) = finished.downcast::<Done<T>>() else { return SQL_ERROR };
    let Done { outcome, mut diagnostics } = *done;
    let Some(outcome) = outcome else { return SQL_INVALID_HANDLE };
    let written = outcome.and_then(|done| contained(|| output(&mut diagnostics, done)).unwrap_or_else(Err));
    let code = enter::finish(written, &mut diagnostics);
    asynchronous.leave(caller, diagnostics);
    code
}

fn not_cancelled(is_cancelled: bool) -> Result {
    match is_cancelled {
        true => Err(Diagnostic::new(HY008_OPERATION_CANCELED, "the function was cancelled before it began")),
        false => Ok(()),
    }
}

/// Asks that what a caller executes asynchronously be given up; `false` if it executes nothing.
pub fn cancel(connection: &Arc<Connection>, caller: Caller) -> Result<bool> {
    let shared = connection.clone();
    connection.asynchronous.cancel(caller, move || {
        let deadline = Deadline::after(CANCEL_TIMEOUT);
        // Whether the request was sent or not: the function tells how it has ended.
        let _ = match caller {
            Caller::Statement(_, id) => shared.cancel.request(id, deadline),
            Caller::Connection(_) | Caller::Descriptor(_) => shared.cancel.request_of_connection(deadline),
        };
    })
}

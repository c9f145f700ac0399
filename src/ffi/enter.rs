//! The guard that every export goes through: handle to object, the connection's lock, diagnostics cleared, the state
//! checked, a panic contained, the result folded into a return code, one trace line.
//!
//! Source: ODBC reference, "Return codes", "Handles", "Multithreading".

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::diag::sqlstate::HY000_GENERAL_ERROR;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::handles::asynchronous::Caller;
use crate::handles::connection::{Connection, ConnectionState, Held};
use crate::handles::descriptor::{DescriptorCall, DescriptorPlace};
use crate::handles::environment::Environment;
use crate::handles::link_states::check_connection;
use crate::handles::slab::Id;
use crate::handles::statement::StatementCall;
use crate::handles::states;
use crate::handles::table::{self, Object, Token};
use crate::odbc::functions::FunctionId;
use crate::odbc::values::*;
use crate::trace::{self, Tracer};

/// How a function that did not fail has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// SQL_SUCCESS, or SQL_SUCCESS_WITH_INFO if there are records.
    Success,
    /// SQL_NO_DATA.
    NoData,
    /// SQL_NEED_DATA.
    NeedData,
    /// SQL_PARAM_DATA_AVAILABLE.
    OutputsAvailable,
    /// SQL_STILL_EXECUTING.
    StillExecuting,
    /// SQL_ERROR, and the records have been posted.
    Failed,
}

/// A connection while a function works on it: its lock is held.
pub struct ConnectionCall<'a> {
    pub connection: &'a Arc<Connection>,
    pub state: &'a mut ConnectionState,
}

/// The object of a handle.
pub fn object(handle: *mut c_void) -> Option<Object> {
    table::find(token(handle))
}

pub fn token(handle: *mut c_void) -> Token {
    Token::from_raw(handle.addr())
}

/// Runs a function on the object of a handle, traced.
pub fn on(handle: *mut c_void, function: FunctionId, body: impl FnOnce(&Object) -> i16) -> i16 {
    traced(function, handle, || table::with(token(handle), body).unwrap_or(SQL_INVALID_HANDLE))
}

/// Runs a function on a statement.
pub fn statement(
    handle: *mut c_void,
    function: FunctionId,
    body: impl FnOnce(&mut StatementCall<'_>) -> Result<Outcome>,
) -> i16 {
    statement_with(handle, function, |_| true, body)
}

/// The same for a function that needs something else of the connection, and waits while that is away.
pub fn statement_with(
    handle: *mut c_void,
    function: FunctionId,
    has_else: impl Fn(&ConnectionState) -> bool,
    body: impl FnOnce(&mut StatementCall<'_>) -> Result<Outcome>,
) -> i16 {
    on(handle, function, |object| {
        let &Object::Statement(ref connection, id) = object else { return SQL_INVALID_HANDLE };
        let place = Place { connection, handle: token(handle) };
        if connection.asynchronous.in_use()
            && !connection.asynchronous.permits(Caller::Statement(place.handle, id), function)
        {
            return SQL_ERROR;
        }
        let mut state = connection.lock_when(|part| part.is_enough_for(function, id) && has_else(part));
        statement_in(place, &mut state, id, function, body, no_output)
    })
}

/// A handle that has been looked up.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub connection: &'a Arc<Connection>,
    pub handle: Token,
}

/// Works on a statement, and waits for its connection's lock; for all of the connection, if the function needs it.
#[inline]
pub fn statement_at<T>(
    place: Place<'_>,
    id: Id,
    function: FunctionId,
    work: impl FnOnce(&mut StatementCall<'_>) -> Result<T>,
    output: impl FnOnce(&mut Diagnostics, T) -> Result<Outcome>,
) -> i16 {
    let mut state = place.connection.lock_when(|part| part.is_enough_for(function, id));
    statement_in(place, &mut state, id, function, work, output)
}

/// The same where the lock is held.
#[inline]
pub fn statement_in<T>(
    place: Place<'_>,
    state: &mut ConnectionState,
    id: Id,
    function: FunctionId,
    work: impl FnOnce(&mut StatementCall<'_>) -> Result<T>,
    output: impl FnOnce(&mut Diagnostics, T) -> Result<Outcome>,
) -> i16 {
    let mut call = StatementCall { connection: place.connection, state, id };
    let Some(outcome) = statement_work(&mut call, place.handle, function, work) else { return SQL_INVALID_HANDLE };
    call.post_notices();
    let Ok(diagnostics) = call.diagnostics() else { return SQL_SUCCESS };
    finish(outcome.and_then(|done| output(diagnostics, done)), diagnostics)
}

/// What is done between taking the lock and writing the output; `None` for a handle that is none any more.
#[inline]
pub fn statement_work<T>(
    call: &mut StatementCall<'_>,
    handle: Token,
    function: FunctionId,
    work: impl FnOnce(&mut StatementCall<'_>) -> Result<T>,
) -> Option<Result<T>> {
    // Between the look-up and the lock another thread may have freed it, and used its place again.
    let statement = call.statement().ok().filter(|statement| statement.token == handle)?;
    statement.diagnostics.clear();
    let allowed = states::check(function, statement.state(), statement.is_prepared);
    Some(allowed.and_then(|()| contained(|| work(call)).unwrap_or_else(|panic| call.state.after_panic(panic))))
}

/// The output of functions whose work brings nothing to be written.
pub fn no_output(_: &mut Diagnostics, outcome: Outcome) -> Result<Outcome> {
    Ok(outcome)
}

/// Runs a function on a connection.
pub fn connection(
    handle: *mut c_void,
    function: FunctionId,
    body: impl FnOnce(&mut ConnectionCall<'_>) -> Result<Outcome>,
) -> i16 {
    on(handle, function, |object| {
        let Object::Connection(connection) = object else { return SQL_INVALID_HANDLE };
        if connection.asynchronous.in_use() {
            return connection_meanwhile(Place { connection, handle: token(handle) }, function, body);
        }
        connection_at(connection, function, body)
    })
}

/// The same where something may be executing asynchronously: what needs no session does not wait for its return.
fn connection_meanwhile(
    place: Place<'_>,
    function: FunctionId,
    body: impl FnOnce(&mut ConnectionCall<'_>) -> Result<Outcome>,
) -> i16 {
    let Place { connection, handle } = place;
    if !connection.asynchronous.permits(Caller::Connection(handle), function) {
        return SQL_ERROR;
    }
    if !states::needs_no_session(function) {
        return connection_at(connection, function, body);
    }
    let mut part = connection.lock_when(|part| part.is_enough_for_connection(function));
    let code = connection_on(connection, function, &mut part, body);
    connection.asynchronous.leave(Caller::Connection(handle), part.diagnostics.clone());
    code
}

/// Works on a connection, and waits for its lock.
pub fn connection_at(
    connection: &Arc<Connection>,
    function: FunctionId,
    body: impl FnOnce(&mut ConnectionCall<'_>) -> Result<Outcome>,
) -> i16 {
    let code = connection_on(connection, function, &mut connection.lock(), body);
    connection_ended(connection, function, code);
    code
}

fn connection_on(
    connection: &Arc<Connection>,
    function: FunctionId,
    state: &mut ConnectionState,
    body: impl FnOnce(&mut ConnectionCall<'_>) -> Result<Outcome>,
) -> i16 {
    let mut call = ConnectionCall { connection, state };
    let outcome = connection_work(&mut call, function, body);
    connection_end(&mut call, outcome)
}

/// What is done between taking the lock and folding the outcome.
pub fn connection_work<T>(
    call: &mut ConnectionCall<'_>,
    function: FunctionId,
    body: impl FnOnce(&mut ConnectionCall<'_>) -> Result<T>,
) -> Result<T> {
    call.state.diagnostics.clear();
    check_connection(function, call.state.phase())?;
    contained(|| body(call)).unwrap_or_else(|panic| call.state.after_panic(panic))
}

/// Posts what came to a connection and folds it into a return code.
pub fn connection_end(call: &mut ConnectionCall<'_>, outcome: Result<Outcome>) -> i16 {
    call.state.post_notices();
    finish(outcome, &mut call.state.diagnostics)
}

/// A connection that is closed has no thread, and one that is freed leaves none. The lock is not held any more.
pub fn connection_ended(connection: &Arc<Connection>, function: FunctionId, code: i16) {
    let is_end = [FunctionId::DISCONNECT, FunctionId::FREE_HANDLE].contains(&function);
    if is_end && [SQL_SUCCESS, SQL_SUCCESS_WITH_INFO].contains(&code) && connection.asynchronous.in_use() {
        connection.asynchronous.dismiss();
    }
}

/// Runs a function on an environment.
pub fn environment(
    handle: *mut c_void,
    function: FunctionId,
    body: impl FnOnce(&Arc<Environment>) -> Result<Outcome>,
) -> i16 {
    on(handle, function, |object| {
        let Object::Environment(environment) = object else { return SQL_INVALID_HANDLE };
        environment.lock().diagnostics.clear();
        let outcome = environment.check(function).and_then(|()| contained(|| body(environment)).unwrap_or_else(Err));
        finish(outcome, &mut environment.lock().diagnostics)
    })
}

/// Runs a function on a descriptor.
pub fn descriptor(
    handle: *mut c_void,
    function: FunctionId,
    body: impl FnOnce(&mut DescriptorCall<'_>) -> Result<Outcome>,
) -> i16 {
    on(handle, function, |object| {
        let &Object::Descriptor(ref connection, place) = object else { return SQL_INVALID_HANDLE };
        if connection.asynchronous.in_use()
            && !connection.asynchronous.permits(Caller::Descriptor(token(handle)), function)
        {
            return SQL_ERROR;
        }
        let Some(mut state) = lock_descriptor(connection, place, function) else {
            connection.asynchronous.leave(Caller::Descriptor(token(handle)), Diagnostics::of_code(SQL_STILL_EXECUTING));
            return SQL_STILL_EXECUTING;
        };
        match descriptor_diagnostics(&mut state, place) {
            Some(diagnostics) => diagnostics.clear(),
            None => return SQL_INVALID_HANDLE,
        }
        let mut call = DescriptorCall { connection, state: &mut state, place };
        let allowed = call.check(function);
        let outcome =
            allowed.and_then(|()| contained(|| body(&mut call)).unwrap_or_else(|panic| call.state.after_panic(panic)));
        match descriptor_diagnostics(&mut state, place) {
            Some(diagnostics) => finish(outcome, diagnostics),
            None => SQL_SUCCESS,
        }
    })
}

/// The connection for a function of a descriptor; `None` if it has to be polled for.
pub fn lock_descriptor(connection: &Connection, place: DescriptorPlace, function: FunctionId) -> Option<Held<'_>> {
    let is_enough = |part: &ConnectionState| part.is_enough_for_descriptor(function, place);
    let state = connection.lock_when(|part| is_enough(part) || part.is_polled_for(place));
    (!state.is_part() || is_enough(&state)).then_some(state)
}

/// Reads the diagnostics of any handle. Nothing is cleared and nothing posted: the functions that read diagnostics have
/// none of their own.
pub fn diagnostics(
    handle_type: i16,
    handle: *mut c_void,
    function: FunctionId,
    body: impl Fn(&Diagnostics, &DiagnosticFacts) -> i16,
) -> i16 {
    traced(function, handle, || {
        let contained_body = |diagnostics: &Diagnostics, facts: &DiagnosticFacts| {
            let told = facts.psqlodbc_messages.then(|| diagnostics.as_psqlodbc_tells());
            let diagnostics = told.as_ref().unwrap_or(diagnostics);
            contained(|| Ok(body(diagnostics, facts))).and_then(|code| code).unwrap_or(SQL_ERROR)
        };
        let found = object(handle);
        if let Some(code) = diagnostics_meanwhile(handle_type, token(handle), found.as_ref(), &contained_body) {
            return code;
        }
        match (handle_type, found) {
            (SQL_HANDLE_ENV, Some(Object::Environment(environment))) => {
                contained_body(&environment.lock().diagnostics, &DiagnosticFacts::default())
            }
            (SQL_HANDLE_DBC, Some(Object::Connection(connection))) => {
                let state = connection.lock_when(|_| true);
                contained_body(&state.diagnostics, &DiagnosticFacts::of(&state))
            }
            (SQL_HANDLE_STMT, Some(Object::Statement(connection, id))) => {
                let is_told = |part: &ConnectionState| part.diagnostics_away(token(handle)).is_some();
                let state = connection.lock_when(|part| part.has_statement(id) || is_told(part));
                let own = state.statements.get(id).map(|statement| &statement.diagnostics);
                match own.or_else(|| state.diagnostics_away(token(handle))) {
                    Some(diagnostics) => {
                        let facts = DiagnosticFacts { is_statement: true, ..DiagnosticFacts::of(&state) };
                        contained_body(diagnostics, &facts)
                    }
                    None => SQL_INVALID_HANDLE,
                }
            }
            (SQL_HANDLE_DESC, Some(Object::Descriptor(connection, place))) => {
                let is_told = |part: &ConnectionState| part.diagnostics_away(token(handle)).is_some();
                let mut state = connection.lock_when(|part| part.has_descriptor(place) || is_told(part));
                let facts = DiagnosticFacts::of(&state);
                if let Some(diagnostics) = state.diagnostics_away(token(handle)) {
                    return contained_body(diagnostics, &facts);
                }
                match descriptor_diagnostics(&mut state, place) {
                    Some(diagnostics) => contained_body(diagnostics, &facts),
                    None => SQL_INVALID_HANDLE,
                }
            }
            (SQL_HANDLE_ENV | SQL_HANDLE_DBC | SQL_HANDLE_STMT | SQL_HANDLE_DESC, _) => SQL_INVALID_HANDLE,
            _ => SQL_ERROR,
        }
    })
}

/// The diagnostics that are to be had without the lock, while something is executing asynchronously.
fn diagnostics_meanwhile(
    handle_type: i16,
    handle: Token,
    object: Option<&Object>,
    body: &impl Fn(&Diagnostics, &DiagnosticFacts) -> i16,
) -> Option<i16> {
    let (connection, caller) = match (handle_type, object?) {
        (SQL_HANDLE_DBC, Object::Connection(connection)) => (connection, Caller::Connection(handle)),
        (SQL_HANDLE_STMT, Object::Statement(connection, id)) => (connection, Caller::Statement(handle, *id)),
        (SQL_HANDLE_DESC, Object::Descriptor(connection, _)) => (connection, Caller::Descriptor(handle)),
        _ => return None,
    };
    if !connection.asynchronous.in_use() {
        return None;
    }
    let kept = connection.asynchronous.diagnostics(caller)?;
    let part = connection.try_lock_when(|_| true);
    let facts = part.map(|part| DiagnosticFacts::of(&part)).unwrap_or_default();
    Some(body(&kept, &DiagnosticFacts { is_statement: matches!(caller, Caller::Statement(..)), ..facts }))
}

/// What diagnostic fields say of the connection.
#[derive(Clone, Debug, Default)]
pub struct DiagnosticFacts {
    /// SQL_DIAG_CONNECTION_NAME and SQL_DIAG_SERVER_NAME: the data source.
    pub data_source: String,
    pub is_statement: bool,
    /// Compatibility=psqlodbc.
    pub psqlodbc_messages: bool,
}

impl DiagnosticFacts {
    fn of(state: &ConnectionState) -> DiagnosticFacts {
        DiagnosticFacts {
            data_source: state.data_source_name().to_owned(),
            is_statement: false,
            psqlodbc_messages: state.settings.as_ref().is_some_and(|settings| settings.psqlodbc_messages),
        }
    }
}

fn descriptor_diagnostics(state: &mut ConnectionState, place: DescriptorPlace) -> Option<&mut Diagnostics> {
    match place {
        DescriptorPlace::Application(id) => Some(&mut state.descriptors.get_mut(id)?.diagnostics),
        DescriptorPlace::ImplementationRow(id) | DescriptorPlace::ImplementationParameter(id) => {
            Some(&mut state.statements.get_mut(id)?.implementation_diagnostics)
        }
    }
}

/// Posts an error and folds what has come into a return code. On the path of every value: what is rare is out of the way.
#[inline]
pub fn finish(outcome: Result<Outcome>, diagnostics: &mut Diagnostics) -> i16 {
    if matches!(outcome, Ok(Outcome::Success)) && diagnostics.is_empty() {
        diagnostics.return_code = SQL_SUCCESS;
        return SQL_SUCCESS;
    }
    finish_otherwise(outcome, diagnostics)
}

#[cold]
fn finish_otherwise(outcome: Result<Outcome>, diagnostics: &mut Diagnostics) -> i16 {
    let code = match outcome {
        Ok(Outcome::Success) => SQL_SUCCESS_WITH_INFO,
        Ok(Outcome::NoData) => SQL_NO_DATA,
        Ok(Outcome::NeedData) => SQL_NEED_DATA,
        Ok(Outcome::OutputsAvailable) => SQL_PARAM_DATA_AVAILABLE,
        Ok(Outcome::StillExecuting) => SQL_STILL_EXECUTING,
        Ok(Outcome::Failed) => SQL_ERROR,
        Err(error) => {
            diagnostics.post(vec![error]);
            SQL_ERROR
        }
    };
    diagnostics.return_code = code;
    if trace::enabled() {
        trace::note_states(diagnostics.records().iter().map(|record| record.sqlstate));
    }
    code
}

/// Runs a body; a panic of it becomes a record, and never unwinds into the host.
pub fn contained<T>(body: impl FnOnce() -> T) -> std::result::Result<T, Box<Diagnostic>> {
    catch_unwind(AssertUnwindSafe(body)).map_err(|panic| {
        let what = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        Diagnostic::new(
            HY000_GENERAL_ERROR,
            format!("the driver has made an error and has closed the connection; please report it: {what}"),
        )
    })
}

/// One trace line for a call, if anything is traced. What panics outside of a body (it should not) ends here.
pub fn traced(function: FunctionId, handle: *mut c_void, body: impl FnOnce() -> i16) -> i16 {
    // A handle that is freed is not found afterwards, and a connection is traced from its connecting on.
    let before = if trace::enabled() { tracer(handle) } else { None };
    let code = contained(body).unwrap_or(SQL_ERROR);
    if trace::enabled() {
        trace_call(function, handle, code, before);
    }
    code
}

/// The tracer of the connection that a handle belongs to.
#[cold]
fn tracer(handle: *mut c_void) -> Option<Tracer> {
    match object(handle)? {
        Object::Environment(_) => None,
        Object::Connection(connection) | Object::Statement(connection, _) | Object::Descriptor(connection, _) => {
            connection.trace.get()
        }
    }
}

#[cold]
fn trace_call(function: FunctionId, handle: *mut c_void, code: i16, before: Option<Tracer>) {
    let states = trace::take_states();
    let Some(tracer) = tracer(handle).or(before).or_else(trace::of_process) else { return };
    let name = RETURN_CODES.iter().find(|known| known.0 == code).map_or("an unknown code", |known| known.1);
    let states: String = states.iter().map(|state| format!(" {state}")).collect();
    tracer.line(format_args!("{}({:#x}) = {name}{states}", function.name(), handle.addr()));
}

const RETURN_CODES: &[(i16, &str)] = &[
    (SQL_SUCCESS, "SQL_SUCCESS"),
    (SQL_SUCCESS_WITH_INFO, "SQL_SUCCESS_WITH_INFO"),
    (SQL_NO_DATA, "SQL_NO_DATA"),
    (SQL_NEED_DATA, "SQL_NEED_DATA"),
    (SQL_PARAM_DATA_AVAILABLE, "SQL_PARAM_DATA_AVAILABLE"),
    (SQL_STILL_EXECUTING, "SQL_STILL_EXECUTING"),
    (SQL_ERROR, "SQL_ERROR"),
    (SQL_INVALID_HANDLE, "SQL_INVALID_HANDLE"),
];

//! The guard that every export goes through: handle to object, the connection's lock, diagnostics cleared, the state
//! checked, a panic contained, the result folded into a return code, one trace line.
//!
//! Source: ODBC reference, "Return codes", "Handles", "Multithreading".

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::diag::sqlstate::HY000_GENERAL_ERROR;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::handles::connection::{Connection, ConnectionState};
use crate::handles::descriptor::{DescriptorCall, DescriptorPlace};
use crate::handles::environment::Environment;
use crate::handles::statement::StatementCall;
use crate::handles::states;
use crate::handles::table::{self, Object, Token};
use crate::odbc::functions::FunctionId;
use crate::odbc::values::*;
use crate::trace;
use crate::wire::Notice;

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

fn token(handle: *mut c_void) -> Token {
    Token::from_raw(handle.addr())
}

/// Runs a function on the object of a handle, traced.
fn on(handle: *mut c_void, function: FunctionId, body: impl FnOnce(&Object) -> i16) -> i16 {
    traced(function, handle, || table::with(token(handle), body).unwrap_or(SQL_INVALID_HANDLE))
}

/// Runs a function on a statement.
pub fn statement(
    handle: *mut c_void,
    function: FunctionId,
    body: impl FnOnce(&mut StatementCall<'_>) -> Result<Outcome>,
) -> i16 {
    on(handle, function, |object| {
        let Object::Statement(connection, id) = object else { return SQL_INVALID_HANDLE };
        let mut state = connection.lock();
        // Between the look-up and the lock another thread may have freed it, and used its place again.
        let found = state.statements.get_mut(*id).filter(|statement| statement.token == token(handle));
        let Some(statement) = found else { return SQL_INVALID_HANDLE };
        statement.diagnostics.clear();
        let allowed = states::check(function, statement.state());
        let mut call = StatementCall { connection, state: &mut state, id: *id };
        let outcome =
            allowed.and_then(|()| contained(|| body(&mut call)).unwrap_or_else(|panic| call.state.after_panic(panic)));
        let notices = state.take_notices();
        let Some(statement) = state.statements.get_mut(*id) else { return SQL_SUCCESS };
        finish(outcome, notices, &mut statement.diagnostics)
    })
}

/// Runs a function on a connection.
pub fn connection(
    handle: *mut c_void,
    function: FunctionId,
    body: impl FnOnce(&mut ConnectionCall<'_>) -> Result<Outcome>,
) -> i16 {
    on(handle, function, |object| {
        let Object::Connection(connection) = object else { return SQL_INVALID_HANDLE };
        let mut state = connection.lock();
        state.diagnostics.clear();
        let mut call = ConnectionCall { connection, state: &mut state };
        let outcome = contained(|| body(&mut call)).unwrap_or_else(|panic| call.state.after_panic(panic));
        let notices = state.take_notices();
        finish(outcome, notices, &mut state.diagnostics)
    })
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
        let outcome = contained(|| body(environment)).unwrap_or_else(Err);
        finish(outcome, None, &mut environment.lock().diagnostics)
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
        let mut state = connection.lock();
        match descriptor_diagnostics(&mut state, place) {
            Some(diagnostics) => diagnostics.clear(),
            None => return SQL_INVALID_HANDLE,
        }
        let mut call = DescriptorCall { connection, state: &mut state, place };
        let outcome = contained(|| body(&mut call)).unwrap_or_else(|panic| call.state.after_panic(panic));
        match descriptor_diagnostics(&mut state, place) {
            Some(diagnostics) => finish(outcome, None, diagnostics),
            None => SQL_SUCCESS,
        }
    })
}

/// Reads the diagnostics of any handle. Nothing is cleared and nothing posted: the functions that read diagnostics have
/// none of their own.
pub fn diagnostics(
    handle_type: i16,
    handle: *mut c_void,
    function: FunctionId,
    body: impl FnOnce(&Diagnostics, &DiagnosticFacts) -> i16,
) -> i16 {
    traced(function, handle, || {
        let contained_body = |diagnostics: &Diagnostics, facts: &DiagnosticFacts| {
            let told = facts.psqlodbc_messages.then(|| diagnostics.as_psqlodbc_tells());
            let diagnostics = told.as_ref().unwrap_or(diagnostics);
            contained(|| Ok(body(diagnostics, facts))).and_then(|code| code).unwrap_or(SQL_ERROR)
        };
        match (handle_type, object(handle)) {
            (SQL_HANDLE_ENV, Some(Object::Environment(environment))) => {
                contained_body(&environment.lock().diagnostics, &DiagnosticFacts::default())
            }
            (SQL_HANDLE_DBC, Some(Object::Connection(connection))) => {
                let state = connection.lock();
                contained_body(&state.diagnostics, &DiagnosticFacts::of(&state))
            }
            (SQL_HANDLE_STMT, Some(Object::Statement(connection, id))) => {
                let state = connection.lock();
                match state.statements.get(id) {
                    Some(statement) => {
                        let facts = DiagnosticFacts { is_statement: true, ..DiagnosticFacts::of(&state) };
                        contained_body(&statement.diagnostics, &facts)
                    }
                    None => SQL_INVALID_HANDLE,
                }
            }
            (SQL_HANDLE_DESC, Some(Object::Descriptor(connection, place))) => {
                let mut state = connection.lock();
                let facts = DiagnosticFacts::of(&state);
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

/// Posts what came and folds it into a return code. On the path of every value: what is rare is out of the way.
#[inline]
fn finish(outcome: Result<Outcome>, notices: Option<Vec<Notice>>, diagnostics: &mut Diagnostics) -> i16 {
    if let Some(notices) = notices {
        post(notices, diagnostics);
    }
    let code = match outcome {
        Ok(Outcome::Success) if diagnostics.is_empty() => SQL_SUCCESS,
        Ok(Outcome::Success) => SQL_SUCCESS_WITH_INFO,
        Ok(Outcome::NoData) => SQL_NO_DATA,
        Ok(Outcome::NeedData) => SQL_NEED_DATA,
        Ok(Outcome::OutputsAvailable) => SQL_PARAM_DATA_AVAILABLE,
        Ok(Outcome::Failed) => SQL_ERROR,
        Err(error) => {
            post(vec![error], diagnostics);
            SQL_ERROR
        }
    };
    diagnostics.return_code = code;
    code
}

#[cold]
fn post(records: Vec<Notice>, diagnostics: &mut Diagnostics) {
    records.into_iter().for_each(|record| diagnostics.push(*record));
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
    let code = contained(body).unwrap_or(SQL_ERROR);
    if trace::enabled() {
        trace::line(format_args!("{}({:#x}) = {code}", function.name(), handle.addr()));
    }
    code
}

//! Connecting and disconnecting, transactions, cancelling.
//!
//! Source: ODBC reference, `SQLConnect`, `SQLDriverConnect`, `SQLBrowseConnect`, `SQLDisconnect`, `SQLEndTran`,
//! `SQLCancel`, `SQLCancelHandle`.

use std::ffi::c_void;
use std::sync::Arc;

use super::asynchronous::{self, CANCEL_TIMEOUT, no_output, nothing};
use super::enter::{self, ConnectionCall, Outcome, object, token, traced};
use super::manager;
use super::output::put_text;
use super::text::{self, Argument, Encoding, Narrow, Wide, argument};
use super::types::*;
use crate::config::ConnectionString;
use crate::diag::Diagnostic;
use crate::diag::sqlstate::*;
use crate::execute::Completion;
use crate::handles::asynchronous::Caller;
use crate::handles::connection::{Browsed, Connection, ConnectionState};
use crate::handles::table::Object;
use crate::odbc::attributes::{SQL_AA_TRUE, SQL_ATTR_ANSI_APP};
use crate::odbc::functions::FunctionId;
use crate::odbc::values::*;
use crate::transport::Deadline;

#[unsafe(no_mangle)]
pub extern "C" fn SQLConnect(
    ConnectionHandle: SQLHDBC,
    ServerName: *mut SQLCHAR,
    NameLength1: SQLSMALLINT,
    UserName: *mut SQLCHAR,
    NameLength2: SQLSMALLINT,
    Authentication: *mut SQLCHAR,
    NameLength3: SQLSMALLINT,
) -> SQLRETURN {
    let arguments =
        [argument(ServerName, NameLength1), argument(UserName, NameLength2), argument(Authentication, NameLength3)];
    connect::<Narrow>(ConnectionHandle, arguments)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLConnectW(
    ConnectionHandle: SQLHDBC,
    ServerName: *mut SQLWCHAR,
    NameLength1: SQLSMALLINT,
    UserName: *mut SQLWCHAR,
    NameLength2: SQLSMALLINT,
    Authentication: *mut SQLWCHAR,
    NameLength3: SQLSMALLINT,
) -> SQLRETURN {
    let arguments =
        [argument(ServerName, NameLength1), argument(UserName, NameLength2), argument(Authentication, NameLength3)];
    connect::<Wide>(ConnectionHandle, arguments)
}

fn connect<E: Encoding>(handle: SQLHDBC, arguments: [Argument; 3]) -> SQLRETURN {
    let input = || {
        // SAFETY: three texts with their lengths (SQLConnect).
        let [name, user, password] = arguments.map(|(text, length)| unsafe { text::read::<E>(text, length.into()) });
        let name = name?;
        let name = name.as_deref().unwrap_or("DEFAULT");
        Ok(ConnectionString::from_connect(name, user?.as_deref(), password?.as_deref()))
    };
    let work = |call: &mut ConnectionCall<'_>, given: ConnectionString| {
        say_if_ansi::<E>(call.state);
        call.state.connect(&given, call.connection).map(|_| Outcome::Success)
    };
    asynchronous::connection(handle, FunctionId::CONNECT, connecting, input, work, no_output)
}

/// An application (or a manager for it) that connects by a function without a W is an ANSI application.
fn say_if_ansi<E: Encoding>(state: &mut ConnectionState) {
    if E::unit() == 1 {
        state.attributes.keep(SQL_ATTR_ANSI_APP, SQL_AA_TRUE);
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLDriverConnect(
    hdbc: SQLHDBC,
    _hwnd: SQLHWND,
    szConnStrIn: *mut SQLCHAR,
    cchConnStrIn: SQLSMALLINT,
    szConnStrOut: *mut SQLCHAR,
    cchConnStrOutMax: SQLSMALLINT,
    pcchConnStrOut: *mut SQLSMALLINT,
    fDriverCompletion: SQLUSMALLINT,
) -> SQLRETURN {
    let output = (szConnStrOut.cast(), cchConnStrOutMax, pcchConnStrOut);
    driver_connect::<Narrow>(hdbc, argument(szConnStrIn, cchConnStrIn), output, fDriverCompletion)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLDriverConnectW(
    hdbc: SQLHDBC,
    _hwnd: SQLHWND,
    szConnStrIn: *mut SQLWCHAR,
    cchConnStrIn: SQLSMALLINT,
    szConnStrOut: *mut SQLWCHAR,
    cchConnStrOutMax: SQLSMALLINT,
    pcchConnStrOut: *mut SQLSMALLINT,
    fDriverCompletion: SQLUSMALLINT,
) -> SQLRETURN {
    // SAFETY: a text with its length (SQLDriverConnect).
    unsafe { manager::learn(szConnStrIn.cast(), cchConnStrIn) };
    let output = (szConnStrOut.cast(), cchConnStrOutMax, pcchConnStrOut);
    driver_connect::<Wide>(hdbc, argument(szConnStrIn, cchConnStrIn), output, fDriverCompletion)
}

fn driver_connect<E: Encoding>(
    handle: SQLHDBC,
    (input, input_length): Argument,
    (output, capacity, length): (*mut c_void, SQLSMALLINT, *mut SQLSMALLINT),
    completion: SQLUSMALLINT,
) -> SQLRETURN {
    let input = || {
        if !(SQL_DRIVER_NOPROMPT..=SQL_DRIVER_COMPLETE_REQUIRED).contains(&completion) {
            return Err(Diagnostic::new(
                HY110_INVALID_DRIVER_COMPLETION,
                format!("{completion} is no value of DriverCompletion"),
            ));
        }
        if capacity < 0 && !output.is_null() {
            return Err(text::negative_length(capacity.into()));
        }
        // SAFETY: a text with its length (SQLDriverConnect).
        let given = unsafe { text::read::<E>(input, input_length.into()) }?.unwrap_or_default();
        ConnectionString::parse(&given)
    };
    let work = |call: &mut ConnectionCall<'_>, given: ConnectionString| {
        call.state.convert.wide = manager::wide_unit();
        say_if_ansi::<E>(call.state);
        call.state.connect(&given, call.connection)
    };
    asynchronous::connection(handle, FunctionId::DRIVER_CONNECT, connecting, input, work, |diagnostics, completed| {
        // SAFETY: a buffer with its length in characters (SQLDriverConnect).
        unsafe { put_text::<E, _>(&completed, output, capacity.into(), length, diagnostics) }?;
        Ok(Outcome::Success)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLBrowseConnect(
    hdbc: SQLHDBC,
    szConnStrIn: *mut SQLCHAR,
    cchConnStrIn: SQLSMALLINT,
    szConnStrOut: *mut SQLCHAR,
    cchConnStrOutMax: SQLSMALLINT,
    pcchConnStrOut: *mut SQLSMALLINT,
) -> SQLRETURN {
    let output = (szConnStrOut.cast(), cchConnStrOutMax, pcchConnStrOut);
    browse_connect::<Narrow>(hdbc, argument(szConnStrIn, cchConnStrIn), output)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLBrowseConnectW(
    hdbc: SQLHDBC,
    szConnStrIn: *mut SQLWCHAR,
    cchConnStrIn: SQLSMALLINT,
    szConnStrOut: *mut SQLWCHAR,
    cchConnStrOutMax: SQLSMALLINT,
    pcchConnStrOut: *mut SQLSMALLINT,
) -> SQLRETURN {
    // SAFETY: a text with its length (SQLBrowseConnect).
    unsafe { manager::learn(szConnStrIn.cast(), cchConnStrIn) };
    let output = (szConnStrOut.cast(), cchConnStrOutMax, pcchConnStrOut);
    browse_connect::<Wide>(hdbc, argument(szConnStrIn, cchConnStrIn), output)
}

fn browse_connect<E: Encoding>(
    handle: SQLHDBC,
    (input, input_length): Argument,
    (output, capacity, length): (*mut c_void, SQLSMALLINT, *mut SQLSMALLINT),
) -> SQLRETURN {
    let input = || {
        if capacity < 0 && !output.is_null() {
            return Err(text::negative_length(capacity.into()));
        }
        // SAFETY: a text with its length (SQLBrowseConnect).
        let given = unsafe { text::read::<E>(input, input_length.into()) }?.unwrap_or_default();
        ConnectionString::parse(&given)
    };
    let work = |call: &mut ConnectionCall<'_>, given: ConnectionString| {
        call.state.convert.wide = manager::wide_unit();
        say_if_ansi::<E>(call.state);
        call.state.browse(&given, call.connection)
    };
    asynchronous::connection(handle, FunctionId::BROWSE_CONNECT, connecting, input, work, |diagnostics, browsed| {
        let (answer, outcome) = match browsed {
            Browsed::Connected(completed) => (completed, Outcome::Success),
            Browsed::Wanted(wanted) => (wanted, Outcome::NeedData),
        };
        // SAFETY: a buffer with its length in characters (SQLBrowseConnect).
        unsafe { put_text::<E, _>(&answer, output, capacity.into(), length, diagnostics) }?;
        Ok(outcome)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLDisconnect(ConnectionHandle: SQLHDBC) -> SQLRETURN {
    let work =
        |call: &mut ConnectionCall<'_>, ()| call.state.disconnect(&call.connection.cancel).map(|()| Outcome::Success);
    asynchronous::connection(ConnectionHandle, FunctionId::DISCONNECT, always, nothing, work, no_output)
}

fn connecting(_: &ConnectionState) -> bool {
    manager::polls_connecting()
}

/// The functions that wait for the server in every state that allows them.
fn always(_: &ConnectionState) -> bool {
    true
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLEndTran(HandleType: SQLSMALLINT, Handle: SQLHANDLE, CompletionType: SQLSMALLINT) -> SQLRETURN {
    let completion = move || match CompletionType {
        SQL_COMMIT => Ok(Completion::Commit),
        SQL_ROLLBACK => Ok(Completion::Rollback),
        other => Err(Diagnostic::new(
            HY012_INVALID_TRANSACTION_CODE,
            format!("{other} is neither SQL_COMMIT nor SQL_ROLLBACK"),
        )),
    };
    match HandleType {
        SQL_HANDLE_DBC => {
            let work = |call: &mut ConnectionCall<'_>, completion| {
                call.state.end_transaction(completion, &call.connection.cancel).map(|()| Outcome::Success)
            };
            asynchronous::connection(Handle, FunctionId::END_TRAN, always, completion, work, no_output)
        }
        SQL_HANDLE_ENV => enter::environment(Handle, FunctionId::END_TRAN, |environment| {
            let completion = completion()?;
            crate::handles::connection::end_all_transactions(environment, completion)?;
            Ok(Outcome::Success)
        }),
        other => match object(Handle) {
            Some(Object::Connection(_)) => enter::connection(Handle, FunctionId::END_TRAN, |_| {
                Err(Diagnostic::new(HY092_INVALID_ATTRIBUTE, format!("SQLEndTran takes no handle of type {other}")))
            }),
            _ => SQL_INVALID_HANDLE,
        },
    }
}

/// Works from any thread: it does not take the connection's lock, which the executing thread holds. On a statement that
/// nothing works on it has no effect.
#[unsafe(no_mangle)]
pub extern "C" fn SQLCancel(StatementHandle: SQLHSTMT) -> SQLRETURN {
    traced(FunctionId::CANCEL, StatementHandle, || cancel_statement(StatementHandle, FunctionId::CANCEL))
}

fn cancel_statement(handle: SQLHSTMT, function: FunctionId) -> SQLRETURN {
    let Some(Object::Statement(connection, id)) = object(handle) else { return SQL_INVALID_HANDLE };
    if connection.asynchronous.in_use() {
        let caller = Caller::Statement(token(handle), id);
        match asynchronous::cancel(&connection, caller) {
            Ok(true) => return SQL_SUCCESS,
            Ok(false) => {}
            Err(error) => return enter::statement(handle, function, |_| Err(error)),
        }
        // A function of the connection works: it is not the statement's to cancel.
        if !connection.asynchronous.permits(caller, function) {
            return SQL_ERROR;
        }
    }
    match connection.cancel.request(id, Deadline::after(CANCEL_TIMEOUT)) {
        // A statement that waits for data at execution, or for its outputs to be read, gives it up.
        Ok(false) if connection.cancel.is_any_suspended() => enter::statement(handle, function, |call| {
            call.cancel_suspended()?;
            Ok(Outcome::Success)
        }),
        Ok(_) => SQL_SUCCESS,
        Err(error) => {
            // The statement ends when its server answers; its record list is the executing thread's until then.
            enter::statement(handle, function, |_| Err(error))
        }
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLCancelHandle(HandleType: SQLSMALLINT, InputHandle: SQLHANDLE) -> SQLRETURN {
    let function = FunctionId::CANCEL_HANDLE;
    traced(function, InputHandle, || match (HandleType, object(InputHandle)) {
        (SQL_HANDLE_STMT, Some(Object::Statement(..))) => cancel_statement(InputHandle, function),
        (SQL_HANDLE_DBC, Some(Object::Connection(connection))) => cancel_connection(InputHandle, &connection),
        (SQL_HANDLE_ENV, Some(Object::Environment(_))) => {
            enter::environment(InputHandle, function, |_| Err(no_cancel(HandleType)))
        }
        (SQL_HANDLE_DESC, Some(Object::Descriptor(..))) => {
            enter::descriptor(InputHandle, function, |_| Err(no_cancel(HandleType)))
        }
        _ => SQL_INVALID_HANDLE,
    })
}

/// A function of the connection that is executing asynchronously, or on another thread. Without one there is no effect.
fn cancel_connection(handle: SQLHANDLE, connection: &Arc<Connection>) -> SQLRETURN {
    let function = FunctionId::CANCEL_HANDLE;
    if connection.asynchronous.in_use() {
        let caller = Caller::Connection(token(handle));
        match asynchronous::cancel(connection, caller) {
            Ok(true) => return SQL_SUCCESS,
            Ok(false) => {}
            Err(error) => return enter::connection(handle, function, |_| Err(error)),
        }
        if !connection.asynchronous.permits(caller, function) {
            return SQL_ERROR;
        }
    }
    match connection.cancel.request_of_connection(Deadline::after(CANCEL_TIMEOUT)) {
        Ok(_) => SQL_SUCCESS,
        Err(error) => enter::connection(handle, function, |_| Err(error)),
    }
}

fn no_cancel(handle_type: i16) -> Box<Diagnostic> {
    Diagnostic::new(HY092_INVALID_ATTRIBUTE, format!("SQLCancelHandle takes no handle of type {handle_type}"))
}

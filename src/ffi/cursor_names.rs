//! Names of cursors.
//!
//! Source: ODBC reference, `SQLGetCursorName`, `SQLSetCursorName`.

use std::ffi::c_void;

use super::enter::{self, Outcome};
use super::output::put_text;
use super::text::{self, Encoding, Narrow, Wide};
use super::types::*;
use crate::diag::Diagnostic;
use crate::diag::sqlstate::HY009_INVALID_NULL_POINTER;
use crate::odbc::functions::FunctionId;

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetCursorName(
    StatementHandle: SQLHSTMT,
    CursorName: *mut SQLCHAR,
    BufferLength: SQLSMALLINT,
    NameLength: *mut SQLSMALLINT,
) -> SQLRETURN {
    get::<Narrow>(StatementHandle, CursorName.cast(), BufferLength, NameLength)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetCursorNameW(
    hstmt: SQLHSTMT,
    szCursor: *mut SQLWCHAR,
    cchCursorMax: SQLSMALLINT,
    pcchCursor: *mut SQLSMALLINT,
) -> SQLRETURN {
    get::<Wide>(hstmt, szCursor.cast(), cchCursorMax, pcchCursor)
}

fn get<E: Encoding>(handle: SQLHSTMT, name: *mut c_void, capacity: i16, length: *mut SQLSMALLINT) -> SQLRETURN {
    enter::statement(handle, FunctionId::GET_CURSOR_NAME, |call| {
        let found = call.cursor_name()?;
        let diagnostics = call.diagnostics()?;
        // SAFETY: a buffer with its length in characters (SQLGetCursorName).
        unsafe { put_text::<E, _>(&found, name, capacity.into(), length, diagnostics) }?;
        Ok(Outcome::Success)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSetCursorName(
    StatementHandle: SQLHSTMT,
    CursorName: *mut SQLCHAR,
    NameLength: SQLSMALLINT,
) -> SQLRETURN {
    set::<Narrow>(StatementHandle, CursorName.cast(), NameLength)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSetCursorNameW(hstmt: SQLHSTMT, szCursor: *mut SQLWCHAR, cchCursor: SQLSMALLINT) -> SQLRETURN {
    set::<Wide>(hstmt, szCursor.cast(), cchCursor)
}

fn set<E: Encoding>(handle: SQLHSTMT, name: *mut c_void, length: i16) -> SQLRETURN {
    enter::statement(handle, FunctionId::SET_CURSOR_NAME, |call| {
        // SAFETY: a text with its length in characters or SQL_NTS (SQLSetCursorName).
        let Some(name) = (unsafe { text::read::<E>(name, length.into()) })? else {
            return Err(Diagnostic::new(HY009_INVALID_NULL_POINTER, "the cursor's name is a null pointer"));
        };
        call.set_cursor_name(&name)?;
        Ok(Outcome::Success)
    })
}

//! Reading diagnostics.
//!
//! Source: ODBC reference, `SQLGetDiagRec`, `SQLGetDiagField`.

use std::ffi::c_void;

use super::enter::{self, DiagnosticFacts};
use super::output::{put, put_text, put_text_by_bytes};
use super::text::{Encoding, Narrow, Wide};
use super::types::*;
use crate::diag::{DiagnosticField, Diagnostics, FieldValue, header_field, record_field};
use crate::odbc::functions::FunctionId;
use crate::odbc::values::*;

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetDiagRec(
    HandleType: SQLSMALLINT,
    Handle: SQLHANDLE,
    RecNumber: SQLSMALLINT,
    Sqlstate: *mut SQLCHAR,
    NativeError: *mut SQLINTEGER,
    MessageText: *mut SQLCHAR,
    BufferLength: SQLSMALLINT,
    TextLength: *mut SQLSMALLINT,
) -> SQLRETURN {
    let message = (MessageText.cast(), BufferLength, TextLength);
    record::<Narrow>((HandleType, Handle), RecNumber, Sqlstate.cast(), NativeError, message)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetDiagRecW(
    fHandleType: SQLSMALLINT,
    handle: SQLHANDLE,
    iRecord: SQLSMALLINT,
    szSqlState: *mut SQLWCHAR,
    pfNativeError: *mut SQLINTEGER,
    szErrorMsg: *mut SQLWCHAR,
    cchErrorMsgMax: SQLSMALLINT,
    pcchErrorMsg: *mut SQLSMALLINT,
) -> SQLRETURN {
    let message = (szErrorMsg.cast(), cchErrorMsgMax, pcchErrorMsg);
    record::<Wide>((fHandleType, handle), iRecord, szSqlState.cast(), pfNativeError, message)
}

/// A SQLSTATE buffer has five characters and a zero.
const SQLSTATE_CAPACITY: isize = 6;

fn record<E: Encoding>(
    (handle_type, handle): (i16, SQLHANDLE),
    number: SQLSMALLINT,
    sqlstate: *mut c_void,
    native: *mut SQLINTEGER,
    (message, capacity, length): (*mut c_void, SQLSMALLINT, *mut SQLSMALLINT),
) -> SQLRETURN {
    enter::diagnostics(handle_type, handle, FunctionId::GET_DIAG_REC, |diagnostics, _| {
        if number <= 0 || capacity < 0 {
            return SQL_ERROR;
        }
        let Some(record) = diagnostics.records().get(number as usize - 1) else { return SQL_NO_DATA };
        let mut cut = Diagnostics::default();
        // SAFETY: buffers with their lengths in characters, the SQLSTATE's of six, and null or a SQLINTEGER
        // (SQLGetDiagRec).
        let written = unsafe {
            put(native, record.native);
            let no_length = std::ptr::null_mut::<i16>();
            put_text::<E, _>(
                record.sqlstate.as_str(),
                sqlstate,
                SQLSTATE_CAPACITY,
                no_length,
                &mut Diagnostics::default(),
            )
            .and_then(|()| put_text::<E, _>(&record.text(), message, capacity.into(), length, &mut cut))
        };
        match written {
            Ok(()) if cut.is_empty() => SQL_SUCCESS,
            Ok(()) => SQL_SUCCESS_WITH_INFO,
            Err(_) => SQL_ERROR,
        }
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetDiagField(
    HandleType: SQLSMALLINT,
    Handle: SQLHANDLE,
    RecNumber: SQLSMALLINT,
    DiagIdentifier: SQLSMALLINT,
    DiagInfo: SQLPOINTER,
    BufferLength: SQLSMALLINT,
    StringLength: *mut SQLSMALLINT,
) -> SQLRETURN {
    field::<Narrow>((HandleType, Handle), (RecNumber, DiagIdentifier), (DiagInfo, BufferLength, StringLength))
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetDiagFieldW(
    fHandleType: SQLSMALLINT,
    handle: SQLHANDLE,
    iRecord: SQLSMALLINT,
    fDiagField: SQLSMALLINT,
    rgbDiagInfo: SQLPOINTER,
    cbBufferLength: SQLSMALLINT,
    pcbStringLength: *mut SQLSMALLINT,
) -> SQLRETURN {
    field::<Wide>((fHandleType, handle), (iRecord, fDiagField), (rgbDiagInfo, cbBufferLength, pcbStringLength))
}

fn field<E: Encoding>(
    (handle_type, handle): (i16, SQLHANDLE),
    (number, identifier): (SQLSMALLINT, SQLSMALLINT),
    (place, capacity, length): (*mut c_void, SQLSMALLINT, *mut SQLSMALLINT),
) -> SQLRETURN {
    enter::diagnostics(handle_type, handle, FunctionId::GET_DIAG_FIELD, |diagnostics, facts| {
        let DiagnosticFacts { data_source, is_statement, .. } = facts;
        let found = match header_field(diagnostics, identifier, *is_statement) {
            DiagnosticField::NotHere if number <= 0 => return SQL_ERROR,
            DiagnosticField::NotHere => match diagnostics.records().get(number as usize - 1) {
                Some(record) => record_field(record, identifier, data_source),
                None => return SQL_NO_DATA,
            },
            found => found,
        };
        let DiagnosticField::Value(value) = found else { return SQL_ERROR };
        let mut cut = Diagnostics::default();
        // SAFETY: a buffer with its length in bytes for a text, else null or a place of the field's type
        // (SQLGetDiagField).
        let written = unsafe {
            match value {
                FieldValue::Text(text) => put_text_by_bytes::<E, _>(&text, place, capacity.into(), length, &mut cut),
                FieldValue::ReturnCode(code) => {
                    put(place.cast(), code);
                    Ok(())
                }
                FieldValue::Integer(number) => {
                    put(place.cast(), number);
                    Ok(())
                }
                FieldValue::Length(number) => {
                    put(place.cast(), number);
                    Ok(())
                }
            }
        };
        match written {
            Ok(()) if cut.is_empty() => SQL_SUCCESS,
            Ok(()) => SQL_SUCCESS_WITH_INFO,
            Err(_) => SQL_ERROR,
        }
    })
}

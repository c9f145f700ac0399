//! What the driver and the data source are and can do.
//!
//! Source: ODBC reference, `SQLGetInfo`, `SQLGetFunctions`, `SQLGetTypeInfo`.

use std::ffi::c_void;

use super::asynchronous::{self, no_output, nothing};
use super::enter::{self, Outcome};
use super::manager;
use super::output::{put, put_text_by_bytes};
use super::text::{Encoding, Narrow, Wide};
use super::types::*;
use crate::diag::Diagnostic;
use crate::diag::sqlstate::*;
use crate::handles::statement::StatementCall;
use crate::info::functions::{is_supported, odbc2_array, odbc3_bitmap};
use crate::info::{InfoValue, get_info};
use crate::odbc::functions::FunctionId as Function;
use crate::odbc::values::{SQL_API_ALL_FUNCTIONS, SQL_API_ODBC3_ALL_FUNCTIONS};

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetInfo(
    ConnectionHandle: SQLHDBC,
    InfoType: SQLUSMALLINT,
    InfoValue: SQLPOINTER,
    BufferLength: SQLSMALLINT,
    StringLength: *mut SQLSMALLINT,
) -> SQLRETURN {
    information::<Narrow>(ConnectionHandle, InfoType, (InfoValue, BufferLength, StringLength))
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetInfoW(
    hdbc: SQLHDBC,
    fInfoType: SQLUSMALLINT,
    rgbInfoValue: SQLPOINTER,
    cbInfoValueMax: SQLSMALLINT,
    pcbInfoValue: *mut SQLSMALLINT,
) -> SQLRETURN {
    information::<Wide>(hdbc, fInfoType, (rgbInfoValue, cbInfoValueMax, pcbInfoValue))
}

fn information<E: Encoding>(
    handle: SQLHDBC,
    information_type: u16,
    (place, capacity, length): (*mut c_void, SQLSMALLINT, *mut SQLSMALLINT),
) -> SQLRETURN {
    enter::connection(handle, Function::GET_INFO, |call| {
        call.state.polls_connections = manager::polls_connections();
        call.state.prepare_information(information_type, &call.connection.cancel)?;
        let value = match call.state.info_facts() {
            Some(facts) => get_info(information_type, &facts)?.into_owned(),
            None => return Err(Diagnostic::new(S08003_CONNECTION_NOT_OPEN, "the connection has been lost")),
        };
        // SAFETY: a buffer with its length in bytes for a text, else null or a place of the value's width (SQLGetInfo).
        unsafe {
            match value {
                InfoValue::Text(text) => {
                    let diagnostics = &mut call.state.diagnostics;
                    put_text_by_bytes::<E, _>(&text, place, capacity.into(), length, diagnostics)?;
                }
                InfoValue::Word(word) => {
                    put(place.cast(), word);
                    put(length, size_of::<u16>() as i16);
                }
                InfoValue::Long(long) => {
                    put(place.cast(), long);
                    put(length, size_of::<u32>() as i16);
                }
                InfoValue::Len(value) => {
                    put(place.cast(), value);
                    put(length, size_of::<usize>() as i16);
                }
            }
        }
        Ok(Outcome::Success)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetFunctions(
    ConnectionHandle: SQLHDBC,
    FunctionId: SQLUSMALLINT,
    Supported: *mut SQLUSMALLINT,
) -> SQLRETURN {
    enter::connection(ConnectionHandle, Function::GET_FUNCTIONS, |_| {
        if Supported.is_null() {
            return Err(Diagnostic::new(HY009_INVALID_NULL_POINTER, "SupportedPtr is a null pointer"));
        }
        // SAFETY: not null, and as large as the reference says: one SQLUSMALLINT, 100 or 250 of them (SQLGetFunctions).
        unsafe {
            match FunctionId {
                SQL_API_ALL_FUNCTIONS => put(Supported.cast(), odbc2_array()),
                SQL_API_ODBC3_ALL_FUNCTIONS => put(Supported.cast(), odbc3_bitmap()),
                id if id > LAST_FUNCTION => {
                    return Err(Diagnostic::new(
                        HY095_FUNCTION_TYPE_OUT_OF_RANGE,
                        format!("{id} is not the number of a function"),
                    ));
                }
                id => put(Supported, is_supported(Function(id)).into()),
            }
        }
        Ok(Outcome::Success)
    })
}

/// The largest number of a function in ODBC 3.8 (SQL_API_SQLCOMPLETEASYNC).
const LAST_FUNCTION: u16 = 1551;

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetTypeInfo(StatementHandle: SQLHSTMT, DataType: SQLSMALLINT) -> SQLRETURN {
    type_info(StatementHandle, DataType)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetTypeInfoW(StatementHandle: SQLHSTMT, DataType: SQLSMALLINT) -> SQLRETURN {
    type_info(StatementHandle, DataType)
}

fn type_info(handle: SQLHSTMT, data_type: i16) -> SQLRETURN {
    let work = move |call: &mut StatementCall<'_>, ()| call.type_info(data_type).map(|()| Outcome::Success);
    asynchronous::statement(handle, Function::GET_TYPE_INFO, nothing, work, no_output)
}

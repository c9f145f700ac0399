//! Environment, connection and statement attributes.
//!
//! Source: ODBC reference, `SQLSetEnvAttr`, `SQLSetConnectAttr`, `SQLSetStmtAttr` and their reading counterparts.

use std::ffi::c_void;

use super::asynchronous::{self, no_output};
use super::enter::{self, ConnectionCall, Outcome};
use super::manager;
use super::output::{put, put_text_by_bytes};
use super::text::{self, Encoding, Narrow, Wide};
use super::types::*;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::handles::connection::ConnectionState;
use crate::handles::connection::attributes::{
    SQL_ATTR_APP_UNICODE_TYPE, SQL_ATTR_APP_WCHAR_TYPE, SQL_ATTR_DRIVER_UNICODE_TYPE, SQL_ATTR_PGODBC_ACCESS_TOKEN,
    SQL_ATTR_PGODBC_NOTIFICATION, SQL_ATTR_PGODBC_NOTIFICATION_CHANNEL, SQL_ATTR_PGODBC_NOTIFICATION_PAYLOAD,
};
use crate::handles::table::Object;
use crate::odbc::attributes::*;
use crate::odbc::functions::FunctionId;
use crate::odbc::values::SQL_NTS;

#[unsafe(no_mangle)]
pub extern "C" fn SQLSetEnvAttr(
    EnvironmentHandle: SQLHENV,
    Attribute: SQLINTEGER,
    Value: SQLPOINTER,
    _StringLength: SQLINTEGER,
) -> SQLRETURN {
    enter::environment(EnvironmentHandle, FunctionId::SET_ENV_ATTR, |environment| {
        match Attribute {
            SQL_ATTR_APP_WCHAR_TYPE | SQL_ATTR_APP_UNICODE_TYPE | SQL_ATTR_DRIVER_UNICODE_TYPE => {
                set_wide_unit(Attribute, Value.addr())?;
            }
            _ => environment.set(Attribute, Value.addr())?,
        }
        Ok(Outcome::Success)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetEnvAttr(
    EnvironmentHandle: SQLHENV,
    Attribute: SQLINTEGER,
    Value: SQLPOINTER,
    _BufferLength: SQLINTEGER,
    StringLength: *mut SQLINTEGER,
) -> SQLRETURN {
    enter::environment(EnvironmentHandle, FunctionId::GET_ENV_ATTR, |environment| {
        let value = match Attribute {
            SQL_ATTR_APP_WCHAR_TYPE | SQL_ATTR_APP_UNICODE_TYPE | SQL_ATTR_DRIVER_UNICODE_TYPE => {
                manager::as_attribute()
            }
            _ => environment.get(Attribute)?,
        };
        // SAFETY: null or a SQLINTEGER: all environment attributes are 32-bit integers (SQLGetEnvAttr).
        unsafe {
            put(Value.cast(), value as u32);
            put(StringLength, size_of::<u32>() as i32);
        }
        Ok(Outcome::Success)
    })
}

fn set_wide_unit(attribute: i32, value: usize) -> Result {
    if manager::set_by_attribute(value) {
        return Ok(());
    }
    Err(Diagnostic::new(
        HY024_INVALID_ATTRIBUTE_VALUE,
        format!("attribute {attribute} cannot be {value}; it takes 1 (UTF-16) or 3 (UCS-4)"),
    ))
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSetConnectAttr(
    ConnectionHandle: SQLHDBC,
    Attribute: SQLINTEGER,
    Value: SQLPOINTER,
    StringLength: SQLINTEGER,
) -> SQLRETURN {
    set_connection_attribute::<Narrow>(ConnectionHandle, Attribute, Value, StringLength)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSetConnectAttrW(
    hdbc: SQLHDBC,
    fAttribute: SQLINTEGER,
    rgbValue: SQLPOINTER,
    cbValue: SQLINTEGER,
) -> SQLRETURN {
    set_connection_attribute::<Wide>(hdbc, fAttribute, rgbValue, cbValue)
}

/// What may switch asynchronous execution off is not executed so itself.
const ENDS_POLLING: [i32; 2] = [SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ATTR_RESET_CONNECTION];

fn set_connection_attribute<E: Encoding>(
    handle: SQLHDBC,
    attribute: i32,
    value: *mut c_void,
    length: i32,
) -> SQLRETURN {
    let may_be_asynchronous = |state: &ConnectionState| state.is_connected() && !ENDS_POLLING.contains(&attribute);
    let input = || match attribute {
        SQL_ATTR_CURRENT_CATALOG | SQL_ATTR_PGODBC_ACCESS_TOKEN => {
            let units = if length == SQL_NTS { length as isize } else { length as isize / E::unit() as isize };
            // SAFETY: a text with its length in bytes or SQL_NTS (SQLSetConnectAttr), or null.
            unsafe { text::read::<E>(value, units) }
        }
        _ => Ok(None),
    };
    let work = move |call: &mut ConnectionCall<'_>, text: Option<String>| {
        match attribute {
            SQL_ATTR_CURRENT_CATALOG => {
                let Some(catalog) = text else {
                    return Err(Diagnostic::new(HY009_INVALID_NULL_POINTER, "the catalog's name is a null pointer"));
                };
                call.state.set_current_catalog(&catalog, &call.connection.cancel)?;
            }
            SQL_ATTR_PGODBC_ACCESS_TOKEN => call.state.set_access_token(text)?,
            SQL_ATTR_APP_WCHAR_TYPE | SQL_ATTR_APP_UNICODE_TYPE | SQL_ATTR_DRIVER_UNICODE_TYPE => {
                set_wide_unit(attribute, value.addr())?;
                call.state.convert.wide = manager::wide_unit();
                call.state.types.wide = call.state.convert.wide;
            }
            _ => {
                call.state.polls_connections = manager::polls_connections();
                call.state.set_attribute(attribute, value.addr(), call.connection)?;
            }
        }
        Ok(Outcome::Success)
    };
    let function = FunctionId::SET_CONNECT_ATTR;
    asynchronous::connection(handle, function, may_be_asynchronous, input, work, no_output)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetConnectAttr(
    ConnectionHandle: SQLHDBC,
    Attribute: SQLINTEGER,
    Value: SQLPOINTER,
    BufferLength: SQLINTEGER,
    StringLength: *mut SQLINTEGER,
) -> SQLRETURN {
    connection_attribute::<Narrow>(ConnectionHandle, Attribute, (Value, BufferLength, StringLength))
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetConnectAttrW(
    hdbc: SQLHDBC,
    fAttribute: SQLINTEGER,
    rgbValue: SQLPOINTER,
    cbValueMax: SQLINTEGER,
    pcbValue: *mut SQLINTEGER,
) -> SQLRETURN {
    connection_attribute::<Wide>(hdbc, fAttribute, (rgbValue, cbValueMax, pcbValue))
}

fn connection_attribute<E: Encoding>(
    handle: SQLHDBC,
    attribute: i32,
    (place, capacity, length): (*mut c_void, SQLINTEGER, *mut SQLINTEGER),
) -> SQLRETURN {
    enter::connection(handle, FunctionId::GET_CONNECT_ATTR, |call| {
        let text = match attribute {
            SQL_ATTR_CURRENT_CATALOG => Some(call.state.current_catalog().to_owned()),
            SQL_ATTR_PGODBC_NOTIFICATION_CHANNEL => call.state.notification_text(|taken| &taken.channel),
            SQL_ATTR_PGODBC_NOTIFICATION_PAYLOAD => call.state.notification_text(|taken| &taken.payload),
            _ => None,
        };
        if let Some(text) = text {
            let diagnostics = &mut call.state.diagnostics;
            // SAFETY: a buffer with its length in bytes (SQLGetConnectAttr).
            unsafe { put_text_by_bytes::<E, _>(&text, place, capacity as isize, length, diagnostics) }?;
            return Ok(Outcome::Success);
        }
        let value = match attribute {
            SQL_ATTR_PGODBC_NOTIFICATION_CHANNEL | SQL_ATTR_PGODBC_NOTIFICATION_PAYLOAD => return Ok(Outcome::NoData),
            SQL_ATTR_PGODBC_NOTIFICATION => match call.state.take_notification()? {
                Some(process) => process as usize,
                None => return Ok(Outcome::NoData),
            },
            SQL_ATTR_APP_WCHAR_TYPE | SQL_ATTR_APP_UNICODE_TYPE | SQL_ATTR_DRIVER_UNICODE_TYPE => {
                manager::as_attribute()
            }
            _ => call.state.attribute(attribute, &call.connection.cancel)?,
        };
        // SAFETY: null or a place of the attribute's width: SQLULEN or a handle for these three, else SQLUINTEGER
        // (SQLGetConnectAttr, "ODBC 64-bit information").
        unsafe {
            if matches!(attribute, SQL_ATTR_QUIET_MODE | SQL_ATTR_ODBC_CURSORS | SQL_ATTR_ASYNC_ENABLE) {
                put(place.cast(), value);
                put(length, size_of::<usize>() as i32);
            } else {
                put(place.cast(), value as u32);
                put(length, size_of::<u32>() as i32);
            }
        }
        Ok(Outcome::Success)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSetStmtAttr(
    StatementHandle: SQLHSTMT,
    Attribute: SQLINTEGER,
    Value: SQLPOINTER,
    _StringLength: SQLINTEGER,
) -> SQLRETURN {
    set_statement_attribute(StatementHandle, Attribute, Value)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSetStmtAttrW(
    hstmt: SQLHSTMT,
    fAttribute: SQLINTEGER,
    rgbValue: SQLPOINTER,
    _cbValueMax: SQLINTEGER,
) -> SQLRETURN {
    set_statement_attribute(hstmt, fAttribute, rgbValue)
}

/// Attributes whose values are descriptors.
const DESCRIPTORS: [i32; 2] = [SQL_ATTR_APP_ROW_DESC, SQL_ATTR_APP_PARAM_DESC];

fn set_statement_attribute(handle: SQLHSTMT, attribute: i32, value: *mut c_void) -> SQLRETURN {
    // A descriptor that is to be used may be at work for another statement.
    let descriptor = match enter::object(value) {
        Some(Object::Descriptor(_, place)) if DESCRIPTORS.contains(&attribute) => Some(place),
        _ => None,
    };
    let has_descriptor = |state: &ConnectionState| descriptor.is_none_or(|place| state.has_descriptor(place));
    enter::statement_with(handle, FunctionId::SET_STMT_ATTR, has_descriptor, |call| {
        call.set_attribute(attribute, value.expose_provenance())?;
        Ok(Outcome::Success)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetStmtAttr(
    StatementHandle: SQLHSTMT,
    Attribute: SQLINTEGER,
    Value: SQLPOINTER,
    _BufferLength: SQLINTEGER,
    StringLength: *mut SQLINTEGER,
) -> SQLRETURN {
    statement_attribute(StatementHandle, Attribute, Value, StringLength)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetStmtAttrW(
    hstmt: SQLHSTMT,
    fAttribute: SQLINTEGER,
    rgbValue: SQLPOINTER,
    _cbValueMax: SQLINTEGER,
    pcbValue: *mut SQLINTEGER,
) -> SQLRETURN {
    statement_attribute(hstmt, fAttribute, rgbValue, pcbValue)
}

fn statement_attribute(handle: SQLHSTMT, attribute: i32, place: *mut c_void, length: *mut SQLINTEGER) -> SQLRETURN {
    enter::statement(handle, FunctionId::GET_STMT_ATTR, |call| {
        let value = call.attribute(attribute)?;
        // SAFETY: null or a SQLULEN, a pointer or a handle: all of that width (SQLGetStmtAttr, "ODBC 64-bit information").
        unsafe {
            put(place.cast(), value);
            put(length, size_of::<usize>() as i32);
        }
        Ok(Outcome::Success)
    })
}

//! Allocating and freeing handles.
//!
//! Source: ODBC reference, `SQLAllocHandle`, `SQLFreeHandle`, `SQLFreeStmt`.

use std::sync::Arc;

use super::enter::{self, Outcome, object, traced};
use super::manager::wide_unit;
use super::text::NARROW;
use super::types::*;
use crate::config::{Environment as ProcessEnvironment, TraceSettings};
use crate::convert::ConvertOptions;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::handles::connection::Connection;
use crate::handles::descriptor::{DescriptorObject, DescriptorPlace};
use crate::handles::environment::Environment;
use crate::handles::statement::Statement;
use crate::handles::table::{self, Object, Token};
use crate::odbc::functions::FunctionId;
use crate::odbc::values::*;
use crate::trace::{self, Tracer};

#[unsafe(no_mangle)]
pub extern "C" fn SQLAllocHandle(
    HandleType: SQLSMALLINT,
    InputHandle: SQLHANDLE,
    OutputHandle: *mut SQLHANDLE,
) -> SQLRETURN {
    let put = |token: Option<Token>| {
        // SAFETY: `OutputHandle` is not null (checked below) and points to a handle (SQLAllocHandle).
        unsafe { OutputHandle.write_unaligned(std::ptr::without_provenance_mut(token.map_or(0, Token::as_raw))) }
    };
    match HandleType {
        SQL_HANDLE_ENV => traced(FunctionId::ALLOC_HANDLE, InputHandle, || {
            if OutputHandle.is_null() {
                return SQL_ERROR;
            }
            // An application begins with this call: what the process traces is known from here on.
            trace::begin_process(|| {
                let wanted = TraceSettings::of_environment(&ProcessEnvironment::of_process())?;
                Tracer::open(&wanted.path, wanted.level).ok()
            });
            put(Some(table::insert(Object::Environment(Arc::new(Environment::new())))));
            SQL_SUCCESS
        }),
        SQL_HANDLE_DBC => enter::environment(InputHandle, FunctionId::ALLOC_HANDLE, |environment| {
            require_output(OutputHandle)?;
            put(None);
            let convert = ConvertOptions {
                wide: wide_unit(),
                narrow: *NARROW,
                today: super::clock::today,
                ..ConvertOptions::default()
            };
            let connection = Connection::new(environment.clone(), convert, super::signals::block_all);
            put(Some(table::insert(Object::Connection(Arc::new(connection)))));
            Ok(Outcome::Success)
        }),
        SQL_HANDLE_STMT => enter::connection(InputHandle, FunctionId::ALLOC_HANDLE, |call| {
            require_output(OutputHandle)?;
            put(None);
            put(Some(Statement::allocate(call.connection, call.state)));
            Ok(Outcome::Success)
        }),
        SQL_HANDLE_DESC => enter::connection(InputHandle, FunctionId::ALLOC_HANDLE, |call| {
            require_output(OutputHandle)?;
            put(None);
            put(Some(DescriptorObject::allocate(call.connection, call.state, true).1));
            Ok(Outcome::Success)
        }),
        other => match object(InputHandle) {
            Some(Object::Environment(_)) => {
                enter::environment(InputHandle, FunctionId::ALLOC_HANDLE, |_| Err(no_handle_type(other)))
            }
            Some(Object::Connection(_)) => {
                enter::connection(InputHandle, FunctionId::ALLOC_HANDLE, |_| Err(no_handle_type(other)))
            }
            _ => SQL_INVALID_HANDLE,
        },
    }
}

fn no_handle_type(handle_type: i16) -> Box<Diagnostic> {
    Diagnostic::new(HY092_INVALID_ATTRIBUTE, format!("{handle_type} is no handle type"))
}

fn require_output(output: *mut SQLHANDLE) -> Result {
    if output.is_null() {
        return Err(Diagnostic::new(HY009_INVALID_NULL_POINTER, "OutputHandlePtr is a null pointer"));
    }
    Ok(())
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLFreeHandle(HandleType: SQLSMALLINT, Handle: SQLHANDLE) -> SQLRETURN {
    let token = Token::from_raw(Handle.addr());
    match HandleType {
        SQL_HANDLE_ENV => enter::environment(Handle, FunctionId::FREE_HANDLE, |_| {
            table::remove(token);
            Ok(Outcome::Success)
        }),
        SQL_HANDLE_DBC => enter::connection(Handle, FunctionId::FREE_HANDLE, |call| {
            if table::remove(token).is_some() {
                call.connection.environment.connection_freed();
            }
            Ok(Outcome::Success)
        }),
        SQL_HANDLE_STMT => enter::statement(Handle, FunctionId::FREE_HANDLE, |call| {
            call.free()?;
            Ok(Outcome::Success)
        }),
        SQL_HANDLE_DESC => enter::descriptor(Handle, FunctionId::FREE_HANDLE, |call| {
            let DescriptorPlace::Application(id) = call.place else { return Err(implicit_descriptor()) };
            call.state.free_descriptor(id)?;
            Ok(Outcome::Success)
        }),
        _ => SQL_INVALID_HANDLE,
    }
}

fn implicit_descriptor() -> Box<Diagnostic> {
    Diagnostic::new(
        HY017_IMPLICIT_DESCRIPTOR_HANDLE,
        "the descriptor was allocated with its statement and is freed with it",
    )
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLFreeStmt(StatementHandle: SQLHSTMT, Option: SQLUSMALLINT) -> SQLRETURN {
    enter::statement(StatementHandle, FunctionId::FREE_STMT, |call| {
        match Option {
            SQL_CLOSE => call.close_cursor()?,
            SQL_UNBIND => call.unbind_columns()?,
            SQL_RESET_PARAMS => call.reset_parameters()?,
            SQL_DROP => call.free()?,
            other => {
                return Err(Diagnostic::new(HY092_INVALID_ATTRIBUTE, format!("{other} is no option of SQLFreeStmt")));
            }
        }
        Ok(Outcome::Success)
    })
}

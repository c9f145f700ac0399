//! Preparing and executing, results one after the other, data at execution.
//!
//! Source: ODBC reference, the page of each function.

use std::ffi::c_void;

use super::asynchronous::{self, no_output, nothing};
use super::enter::{self, Outcome};
use super::manager;
use super::output::{put, put_text};
use super::text::{self, Encoding, Narrow, Wide};
use super::types::*;
use crate::convert::Source;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::handles::statement::{Executed, ParameterData, StatementCall};
use crate::odbc::functions::FunctionId;

#[unsafe(no_mangle)]
pub extern "C" fn SQLPrepare(
    StatementHandle: SQLHSTMT,
    StatementText: *mut SQLCHAR,
    TextLength: SQLINTEGER,
) -> SQLRETURN {
    prepare::<Narrow>(StatementHandle, StatementText.cast(), TextLength)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLPrepareW(
    StatementHandle: SQLHSTMT,
    StatementText: *mut SQLWCHAR,
    TextLength: SQLINTEGER,
) -> SQLRETURN {
    prepare::<Wide>(StatementHandle, StatementText.cast(), TextLength)
}

fn prepare<E: Encoding>(handle: SQLHSTMT, statement: *const c_void, length: SQLINTEGER) -> SQLRETURN {
    let text = || statement_text::<E>(statement, length);
    let work = |call: &mut StatementCall<'_>, text: String| {
        call.prepare(&text)?;
        if manager::polls_preparing() {
            call.describe_early()?;
        }
        Ok(Outcome::Success)
    };
    asynchronous::statement(handle, FunctionId::PREPARE, text, work, no_output)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLExecDirect(
    StatementHandle: SQLHSTMT,
    StatementText: *mut SQLCHAR,
    TextLength: SQLINTEGER,
) -> SQLRETURN {
    execute_direct::<Narrow>(StatementHandle, StatementText.cast(), TextLength)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLExecDirectW(
    StatementHandle: SQLHSTMT,
    StatementText: *mut SQLWCHAR,
    TextLength: SQLINTEGER,
) -> SQLRETURN {
    execute_direct::<Wide>(StatementHandle, StatementText.cast(), TextLength)
}

fn execute_direct<E: Encoding>(handle: SQLHSTMT, statement: *const c_void, length: SQLINTEGER) -> SQLRETURN {
    let text = || statement_text::<E>(statement, length);
    let work = |call: &mut StatementCall<'_>, text: String| {
        let executed = call.execute_direct(&text)?;
        outcome_of(call, executed)
    };
    asynchronous::statement(handle, FunctionId::EXEC_DIRECT, text, work, no_output)
}

fn outcome_of(call: &mut StatementCall<'_>, executed: Executed) -> Result<Outcome> {
    Ok(match executed {
        Executed::NeedData => Outcome::NeedData,
        Executed::Failed => Outcome::Failed,
        Executed::OutputsAvailable => Outcome::OutputsAvailable,
        Executed::Done if call.found_rows(manager::keeps_warnings())? => Outcome::Success,
        Executed::Done => Outcome::NoData,
    })
}

fn statement_text<E: Encoding>(statement: *const c_void, length: SQLINTEGER) -> Result<String> {
    // SAFETY: a text with its length (SQLPrepare, SQLExecDirect).
    unsafe { text::read::<E>(statement, length as isize) }?
        .ok_or_else(|| Diagnostic::new(HY009_INVALID_NULL_POINTER, "the statement text is a null pointer"))
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLExecute(StatementHandle: SQLHSTMT) -> SQLRETURN {
    let work = |call: &mut StatementCall<'_>, ()| {
        let executed = call.execute_prepared()?;
        outcome_of(call, executed)
    };
    asynchronous::statement(StatementHandle, FunctionId::EXECUTE, nothing, work, no_output)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLMoreResults(hstmt: SQLHSTMT) -> SQLRETURN {
    let work = |call: &mut StatementCall<'_>, ()| {
        Ok(match call.more_results()? {
            None => Outcome::NoData,
            Some(Executed::Failed) => Outcome::Failed,
            Some(Executed::OutputsAvailable) => Outcome::OutputsAvailable,
            Some(Executed::Done | Executed::NeedData) => Outcome::Success,
        })
    };
    asynchronous::statement(hstmt, FunctionId::MORE_RESULTS, nothing, work, no_output)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLCloseCursor(StatementHandle: SQLHSTMT) -> SQLRETURN {
    enter::statement(StatementHandle, FunctionId::CLOSE_CURSOR, |call| {
        call.close_cursor()?;
        Ok(Outcome::Success)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLParamData(StatementHandle: SQLHSTMT, Value: *mut SQLPOINTER) -> SQLRETURN {
    let work = |call: &mut StatementCall<'_>, ()| match call.parameter_data()? {
        ParameterData::Needed(address) => Ok((Outcome::NeedData, Some(address))),
        ParameterData::Available(address) => Ok((Outcome::OutputsAvailable, Some(address))),
        ParameterData::Executed(executed) => outcome_of(call, executed).map(|outcome| (outcome, None)),
        ParameterData::Changed(fetched) => Ok((super::results::outcome(fetched), None)),
    };
    asynchronous::statement(StatementHandle, FunctionId::PARAM_DATA, nothing, work, |_, (outcome, address)| {
        if let Some(address) = address {
            // SAFETY: null or a SQLPOINTER of the application's (SQLParamData).
            unsafe { put(Value, address.as_mut()) };
        }
        Ok(outcome)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLPutData(StatementHandle: SQLHSTMT, Data: SQLPOINTER, StrLen_or_Ind: SQLLEN) -> SQLRETURN {
    let work = move |call: &mut StatementCall<'_>, ()| {
        call.put_data(Source { address: Data.cast(), length: StrLen_or_Ind, capacity: 0 })?;
        Ok(Outcome::Success)
    };
    asynchronous::statement(StatementHandle, FunctionId::PUT_DATA, nothing, work, no_output)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLNativeSql(
    hdbc: SQLHDBC,
    szSqlStrIn: *mut SQLCHAR,
    cchSqlStrIn: SQLINTEGER,
    szSqlStr: *mut SQLCHAR,
    cchSqlStrMax: SQLINTEGER,
    pcbSqlStr: *mut SQLINTEGER,
) -> SQLRETURN {
    native_sql::<Narrow>(hdbc, (szSqlStrIn.cast(), cchSqlStrIn), (szSqlStr.cast(), cchSqlStrMax, pcbSqlStr))
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLNativeSqlW(
    hdbc: SQLHDBC,
    szSqlStrIn: *mut SQLWCHAR,
    cchSqlStrIn: SQLINTEGER,
    szSqlStr: *mut SQLWCHAR,
    cchSqlStrMax: SQLINTEGER,
    pcchSqlStr: *mut SQLINTEGER,
) -> SQLRETURN {
    native_sql::<Wide>(hdbc, (szSqlStrIn.cast(), cchSqlStrIn), (szSqlStr.cast(), cchSqlStrMax, pcchSqlStr))
}

fn native_sql<E: Encoding>(
    handle: SQLHDBC,
    (input, input_length): (*const c_void, SQLINTEGER),
    (output, capacity, length): (*mut c_void, SQLINTEGER, *mut SQLINTEGER),
) -> SQLRETURN {
    enter::connection(handle, FunctionId::NATIVE_SQL, |call| {
        let native = crate::sql::native_sql(&statement_text::<E>(input, input_length)?, &call.state.scan_options())?;
        // SAFETY: a buffer with its length in characters (SQLNativeSql).
        unsafe { put_text::<E, _>(&native, output, capacity as isize, length, &mut call.state.diagnostics) }?;
        Ok(Outcome::Success)
    })
}

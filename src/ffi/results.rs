//! Binding columns, fetching, reading values, positioned and bulk operations.
//!
//! Source: ODBC reference, the page of each function.

use super::asynchronous::{self, no_output, nothing};
use super::enter::{self, Outcome};
use super::output::put;
use super::types::*;
use crate::cursor::{Fetched, GetDataRequest};
use crate::descriptor::Address;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::handles::statement::{ColumnBinding, ExtendedFetch, StatementCall};
use crate::odbc::functions::FunctionId;

#[unsafe(no_mangle)]
pub extern "C" fn SQLBindCol(
    StatementHandle: SQLHSTMT,
    ColumnNumber: SQLUSMALLINT,
    TargetType: SQLSMALLINT,
    TargetValue: SQLPOINTER,
    BufferLength: SQLLEN,
    StrLen_or_Ind: *mut SQLLEN,
) -> SQLRETURN {
    enter::statement(StatementHandle, FunctionId::BIND_COL, |call| {
        call.bind_column(&ColumnBinding {
            column: ColumnNumber,
            c_type: TargetType,
            data: Address::new(TargetValue),
            capacity: BufferLength,
            indicator: Address::new(StrLen_or_Ind),
        })?;
        Ok(Outcome::Success)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLFetch(StatementHandle: SQLHSTMT) -> SQLRETURN {
    let work = |call: &mut StatementCall<'_>, ()| call.fetch().map(outcome);
    asynchronous::statement(StatementHandle, FunctionId::FETCH, nothing, work, no_output)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLFetchScroll(
    StatementHandle: SQLHSTMT,
    FetchOrientation: SQLSMALLINT,
    FetchOffset: SQLLEN,
) -> SQLRETURN {
    let work =
        move |call: &mut StatementCall<'_>, ()| call.fetch_scroll(FetchOrientation, FetchOffset as i64).map(outcome);
    asynchronous::statement(StatementHandle, FunctionId::FETCH_SCROLL, nothing, work, no_output)
}

pub(super) fn outcome(fetched: Fetched) -> Outcome {
    match fetched {
        Fetched::NeedData => Outcome::NeedData,
        Fetched::Rowset => Outcome::Success,
        Fetched::Failed => Outcome::Failed,
        Fetched::NoData => Outcome::NoData,
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLExtendedFetch(
    hstmt: SQLHSTMT,
    fFetchType: SQLUSMALLINT,
    irow: SQLLEN,
    pcrow: *mut SQLULEN,
    rgfRowStatus: *mut SQLUSMALLINT,
) -> SQLRETURN {
    let places = ExtendedFetch { rows_fetched: Address::new(pcrow), statuses: Address::new(rgfRowStatus) };
    let work = move |call: &mut StatementCall<'_>, ()| {
        call.extended_fetch(fFetchType as i16, irow as i64, places).map(outcome)
    };
    asynchronous::statement(hstmt, FunctionId::EXTENDED_FETCH, nothing, work, no_output)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetData(
    StatementHandle: SQLHSTMT,
    ColumnNumber: SQLUSMALLINT,
    TargetType: SQLSMALLINT,
    TargetValue: SQLPOINTER,
    BufferLength: SQLLEN,
    StrLen_or_Ind: *mut SQLLEN,
) -> SQLRETURN {
    let work = move |call: &mut StatementCall<'_>, ()| {
        let found = call.get_data(GetDataRequest {
            column: ColumnNumber,
            c_type: TargetType,
            data: Address::new(TargetValue),
            capacity: buffer_length(BufferLength)?,
            indicator: Address::new(StrLen_or_Ind),
        })?;
        Ok(if found { Outcome::Success } else { Outcome::NoData })
    };
    asynchronous::statement(StatementHandle, FunctionId::GET_DATA, nothing, work, no_output)
}

fn buffer_length(length: SQLLEN) -> Result<usize> {
    usize::try_from(length).map_err(|_| {
        Diagnostic::new(HY090_INVALID_STRING_OR_BUFFER_LENGTH, format!("the buffer length {length} is negative"))
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLRowCount(StatementHandle: SQLHSTMT, RowCount: *mut SQLLEN) -> SQLRETURN {
    enter::statement(StatementHandle, FunctionId::ROW_COUNT, |call| {
        let count = call.row_count()?;
        // SAFETY: null or a SQLLEN of the application's (SQLRowCount).
        unsafe { put(RowCount, count) };
        Ok(Outcome::Success)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSetPos(
    hstmt: SQLHSTMT,
    irow: SQLSETPOSIROW,
    fOption: SQLUSMALLINT,
    fLock: SQLUSMALLINT,
) -> SQLRETURN {
    let work = move |call: &mut StatementCall<'_>, ()| call.set_position(irow, fOption, fLock).map(outcome);
    asynchronous::statement(hstmt, FunctionId::SET_POS, nothing, work, no_output)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLBulkOperations(StatementHandle: SQLHSTMT, Operation: SQLSMALLINT) -> SQLRETURN {
    let work = move |call: &mut StatementCall<'_>, ()| call.bulk_operation(Operation).map(outcome);
    asynchronous::statement(StatementHandle, FunctionId::BULK_OPERATIONS, nothing, work, no_output)
}

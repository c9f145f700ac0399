//! Binding parameters and asking for them.
//!
//! Source: ODBC reference, `SQLBindParameter`, `SQLNumParams`, `SQLDescribeParam`.

use super::asynchronous::{self, nothing};
use super::enter::{self, Outcome};
use super::output::put;
use super::types::*;
use crate::descriptor::Address;
use crate::handles::statement::{ParameterBinding, StatementCall};
use crate::odbc::functions::FunctionId;

#[unsafe(no_mangle)]
pub extern "C" fn SQLBindParameter(
    hstmt: SQLHSTMT,
    ipar: SQLUSMALLINT,
    fParamType: SQLSMALLINT,
    fCType: SQLSMALLINT,
    fSqlType: SQLSMALLINT,
    cbColDef: SQLULEN,
    ibScale: SQLSMALLINT,
    rgbValue: SQLPOINTER,
    cbValueMax: SQLLEN,
    pcbValue: *mut SQLLEN,
) -> SQLRETURN {
    enter::statement(hstmt, FunctionId::BIND_PARAMETER, |call| {
        call.bind_parameter(&ParameterBinding {
            parameter: ipar,
            parameter_type: fParamType,
            c_type: fCType,
            sql_type: fSqlType,
            column_size: cbColDef,
            decimal_digits: ibScale,
            data: Address::new(rgbValue),
            capacity: cbValueMax,
            indicator: Address::new(pcbValue),
        })?;
        Ok(Outcome::Success)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLNumParams(hstmt: SQLHSTMT, pcpar: *mut SQLSMALLINT) -> SQLRETURN {
    let work = |call: &mut StatementCall<'_>, ()| call.parameter_count();
    asynchronous::statement(hstmt, FunctionId::NUM_PARAMS, nothing, work, |_, count| {
        // SAFETY: null or a SQLSMALLINT of the application's (SQLNumParams).
        unsafe { put(pcpar, i16::try_from(count).unwrap_or(i16::MAX)) };
        Ok(Outcome::Success)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLDescribeParam(
    hstmt: SQLHSTMT,
    ipar: SQLUSMALLINT,
    pfSqlType: *mut SQLSMALLINT,
    pcbParamDef: *mut SQLULEN,
    pibScale: *mut SQLSMALLINT,
    pfNullable: *mut SQLSMALLINT,
) -> SQLRETURN {
    let work = move |call: &mut StatementCall<'_>, ()| call.describe_parameter(ipar);
    asynchronous::statement(hstmt, FunctionId::DESCRIBE_PARAM, nothing, work, |_, described| {
        // SAFETY: each is null or an integer of the application's (SQLDescribeParam).
        unsafe {
            put(pfSqlType, described.sql_type);
            put(pcbParamDef, described.column_size as usize);
            put(pibScale, described.decimal_digits);
            put(pfNullable, described.nullable);
        }
        Ok(Outcome::Success)
    })
}

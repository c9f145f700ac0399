//! Columns of a result.
//!
//! Source: ODBC reference, `SQLNumResultCols`, `SQLDescribeCol`, `SQLColAttribute`.

use std::ffi::c_void;

use super::asynchronous::{self, nothing};
use super::enter::Outcome;
use super::output::{put, put_text, put_text_by_bytes};
use super::text::{Encoding, Narrow, Wide};
use super::types::*;
use crate::handles::statement::{ColumnAttribute, StatementCall};
use crate::odbc::functions::FunctionId;

#[unsafe(no_mangle)]
pub extern "C" fn SQLNumResultCols(StatementHandle: SQLHSTMT, ColumnCount: *mut SQLSMALLINT) -> SQLRETURN {
    let function = FunctionId::NUM_RESULT_COLS;
    let work = |call: &mut StatementCall<'_>, ()| call.column_count();
    asynchronous::statement(StatementHandle, function, nothing, work, |_, count| {
        // SAFETY: null or a SQLSMALLINT of the application's (SQLNumResultCols).
        unsafe { put(ColumnCount, i16::try_from(count).unwrap_or(i16::MAX)) };
        Ok(Outcome::Success)
    })
}

/// Where SQLDescribeCol puts what is not text.
struct Places {
    sql_type: *mut SQLSMALLINT,
    column_size: *mut SQLULEN,
    decimal_digits: *mut SQLSMALLINT,
    nullable: *mut SQLSMALLINT,
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLDescribeCol(
    StatementHandle: SQLHSTMT,
    ColumnNumber: SQLUSMALLINT,
    ColumnName: *mut SQLCHAR,
    BufferLength: SQLSMALLINT,
    NameLength: *mut SQLSMALLINT,
    DataType: *mut SQLSMALLINT,
    ColumnSize: *mut SQLULEN,
    DecimalDigits: *mut SQLSMALLINT,
    Nullable: *mut SQLSMALLINT,
) -> SQLRETURN {
    let places =
        Places { sql_type: DataType, column_size: ColumnSize, decimal_digits: DecimalDigits, nullable: Nullable };
    describe_column::<Narrow>(StatementHandle, ColumnNumber, (ColumnName.cast(), BufferLength, NameLength), places)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLDescribeColW(
    hstmt: SQLHSTMT,
    icol: SQLUSMALLINT,
    szColName: *mut SQLWCHAR,
    cchColNameMax: SQLSMALLINT,
    pcchColName: *mut SQLSMALLINT,
    pfSqlType: *mut SQLSMALLINT,
    pcbColDef: *mut SQLULEN,
    pibScale: *mut SQLSMALLINT,
    pfNullable: *mut SQLSMALLINT,
) -> SQLRETURN {
    let places = Places { sql_type: pfSqlType, column_size: pcbColDef, decimal_digits: pibScale, nullable: pfNullable };
    describe_column::<Wide>(hstmt, icol, (szColName.cast(), cchColNameMax, pcchColName), places)
}

fn describe_column<E: Encoding>(
    handle: SQLHSTMT,
    number: u16,
    (name, capacity, length): (*mut c_void, SQLSMALLINT, *mut SQLSMALLINT),
    places: Places,
) -> SQLRETURN {
    let work = move |call: &mut StatementCall<'_>, ()| call.describe_column(number);
    asynchronous::statement(handle, FunctionId::DESCRIBE_COL, nothing, work, |diagnostics, column| {
        // SAFETY: a buffer with its length in characters, and null pointers or places of these types (SQLDescribeCol).
        unsafe {
            put_text::<E, _>(&column.name, name, capacity.into(), length, diagnostics)?;
            put(places.sql_type, column.sql_type);
            put(places.column_size, column.column_size as usize);
            put(places.decimal_digits, column.decimal_digits);
            put(places.nullable, column.nullable);
        }
        Ok(Outcome::Success)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLColAttribute(
    StatementHandle: SQLHSTMT,
    ColumnNumber: SQLUSMALLINT,
    FieldIdentifier: SQLUSMALLINT,
    CharacterAttribute: SQLPOINTER,
    BufferLength: SQLSMALLINT,
    StringLength: *mut SQLSMALLINT,
    NumericAttribute: *mut SQLLEN,
) -> SQLRETURN {
    let text = (CharacterAttribute, BufferLength, StringLength);
    column_attribute::<Narrow>(StatementHandle, ColumnNumber, FieldIdentifier, text, NumericAttribute)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLColAttributeW(
    hstmt: SQLHSTMT,
    iCol: SQLUSMALLINT,
    iField: SQLUSMALLINT,
    pCharAttr: SQLPOINTER,
    cbDescMax: SQLSMALLINT,
    pcbCharAttr: *mut SQLSMALLINT,
    pNumAttr: *mut SQLLEN,
) -> SQLRETURN {
    column_attribute::<Wide>(hstmt, iCol, iField, (pCharAttr, cbDescMax, pcbCharAttr), pNumAttr)
}

fn column_attribute<E: Encoding>(
    handle: SQLHSTMT,
    number: u16,
    field: u16,
    (text, capacity, length): (*mut c_void, SQLSMALLINT, *mut SQLSMALLINT),
    numeric: *mut SQLLEN,
) -> SQLRETURN {
    let work = move |call: &mut StatementCall<'_>, ()| call.column_attribute(number, field as i16);
    asynchronous::statement(handle, FunctionId::COL_ATTRIBUTE, nothing, work, |diagnostics, attribute| {
        match attribute {
            ColumnAttribute::Text(value) => {
                // SAFETY: a buffer with its length in bytes (SQLColAttribute).
                unsafe { put_text_by_bytes::<E, _>(&value, text, capacity.into(), length, diagnostics) }?;
            }
            ColumnAttribute::Number(value) => {
                // SAFETY: null or a SQLLEN of the application's (SQLColAttribute).
                unsafe { put(numeric, value) };
            }
        }
        Ok(Outcome::Success)
    })
}

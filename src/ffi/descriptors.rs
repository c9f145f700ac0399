//! Descriptor functions. Their fields are there (`descriptor`); reading and setting them one by one comes with the full
//! cursor model.
//!
//! Source: ODBC reference, `SQLGetDescField`, `SQLSetDescField`, `SQLCopyDesc`.

use super::connection::not_implemented;
use super::enter;
use super::types::*;
use crate::odbc::functions::FunctionId;

fn refuse(handle: SQLHDESC, function: FunctionId) -> SQLRETURN {
    enter::descriptor(handle, function, |_, _| Err(not_implemented(function)))
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLCopyDesc(SourceDescHandle: SQLHDESC, TargetDescHandle: SQLHDESC) -> SQLRETURN {
    if enter::object(SourceDescHandle).is_none() {
        return crate::odbc::values::SQL_INVALID_HANDLE;
    }
    refuse(TargetDescHandle, FunctionId::COPY_DESC)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetDescField(
    DescriptorHandle: SQLHDESC,
    _RecNumber: SQLSMALLINT,
    _FieldIdentifier: SQLSMALLINT,
    _Value: SQLPOINTER,
    _BufferLength: SQLINTEGER,
    _StringLength: *mut SQLINTEGER,
) -> SQLRETURN {
    refuse(DescriptorHandle, FunctionId::GET_DESC_FIELD)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetDescFieldW(
    hdesc: SQLHDESC,
    _iRecord: SQLSMALLINT,
    _iField: SQLSMALLINT,
    _rgbValue: SQLPOINTER,
    _cbBufferLength: SQLINTEGER,
    _StringLength: *mut SQLINTEGER,
) -> SQLRETURN {
    refuse(hdesc, FunctionId::GET_DESC_FIELD)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetDescRec(
    DescriptorHandle: SQLHDESC,
    _RecNumber: SQLSMALLINT,
    _Name: *mut SQLCHAR,
    _BufferLength: SQLSMALLINT,
    _StringLength: *mut SQLSMALLINT,
    _Type: *mut SQLSMALLINT,
    _SubType: *mut SQLSMALLINT,
    _Length: *mut SQLLEN,
    _Precision: *mut SQLSMALLINT,
    _Scale: *mut SQLSMALLINT,
    _Nullable: *mut SQLSMALLINT,
) -> SQLRETURN {
    refuse(DescriptorHandle, FunctionId::GET_DESC_REC)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetDescRecW(
    hdesc: SQLHDESC,
    _iRecord: SQLSMALLINT,
    _szName: *mut SQLWCHAR,
    _cchNameMax: SQLSMALLINT,
    _pcchName: *mut SQLSMALLINT,
    _pfType: *mut SQLSMALLINT,
    _pfSubType: *mut SQLSMALLINT,
    _pLength: *mut SQLLEN,
    _pPrecision: *mut SQLSMALLINT,
    _pScale: *mut SQLSMALLINT,
    _pNullable: *mut SQLSMALLINT,
) -> SQLRETURN {
    refuse(hdesc, FunctionId::GET_DESC_REC)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSetDescField(
    DescriptorHandle: SQLHDESC,
    _RecNumber: SQLSMALLINT,
    _FieldIdentifier: SQLSMALLINT,
    _Value: SQLPOINTER,
    _BufferLength: SQLINTEGER,
) -> SQLRETURN {
    refuse(DescriptorHandle, FunctionId::SET_DESC_FIELD)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSetDescFieldW(
    DescriptorHandle: SQLHDESC,
    _RecNumber: SQLSMALLINT,
    _FieldIdentifier: SQLSMALLINT,
    _Value: SQLPOINTER,
    _BufferLength: SQLINTEGER,
) -> SQLRETURN {
    refuse(DescriptorHandle, FunctionId::SET_DESC_FIELD)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSetDescRec(
    DescriptorHandle: SQLHDESC,
    _RecNumber: SQLSMALLINT,
    _Type: SQLSMALLINT,
    _SubType: SQLSMALLINT,
    _Length: SQLLEN,
    _Precision: SQLSMALLINT,
    _Scale: SQLSMALLINT,
    _Data: SQLPOINTER,
    _StringLength: *mut SQLLEN,
    _Indicator: *mut SQLLEN,
) -> SQLRETURN {
    refuse(DescriptorHandle, FunctionId::SET_DESC_REC)
}

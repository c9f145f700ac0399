//! Descriptor functions.
//!
//! Source: ODBC reference, `SQLGetDescField`, `SQLSetDescField`, `SQLGetDescRec`, `SQLSetDescRec`, `SQLCopyDesc`.

use std::ffi::c_void;

use super::enter::{self, Outcome, contained};
use super::output::{put, put_text, put_text_by_bytes};
use super::text::{self, Encoding, Narrow, Wide};
use super::types::*;
use crate::descriptor::{Address, Field, FieldKind, FieldValue};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::handles::asynchronous::Caller;
use crate::handles::descriptor::{DescriptorCall, RecordSetting};
use crate::handles::table::Object;
use crate::odbc::functions::FunctionId;
use crate::odbc::values::{SQL_ERROR, SQL_INVALID_HANDLE, SQL_NTS};

/// Longest name of a parameter that is taken, in characters: SQL_MAX_IDENTIFIER_LEN is at least this (SQLGetInfo).
const MAX_NAME_LENGTH: usize = 128;

#[unsafe(no_mangle)]
pub extern "C" fn SQLCopyDesc(SourceDescHandle: SQLHDESC, TargetDescHandle: SQLHDESC) -> SQLRETURN {
    let Some(Object::Descriptor(connection, place)) = enter::object(SourceDescHandle) else {
        return SQL_INVALID_HANDLE;
    };
    // The source is read before the target is entered: they may belong to two connections, and two threads that copy in
    // opposite directions must not wait for each other. What goes wrong is told on the target's handle (SQLCopyDesc).
    let function = FunctionId::COPY_DESC;
    let source = Caller::Descriptor(enter::token(SourceDescHandle));
    if connection.asynchronous.in_use() && !connection.asynchronous.permits(source, function) {
        let refused = Diagnostic::new(HY010_FUNCTION_SEQUENCE_ERROR, "the statement of the source is still executing");
        return match enter::object(TargetDescHandle) {
            // Its lock may be held until the statement has ended.
            Some(Object::Descriptor(target, _)) if target.asynchronous.in_use() => {
                target.asynchronous.refuse(Caller::Descriptor(enter::token(TargetDescHandle)), *refused);
                SQL_ERROR
            }
            _ => enter::descriptor(TargetDescHandle, function, |_| Err(refused)),
        };
    }
    let copied = contained(|| {
        let Some(mut state) = enter::lock_descriptor(&connection, place, function) else { return Ok(None) };
        let mut call = DescriptorCall { connection: &connection, state: &mut state, place };
        call.check(function)?;
        call.copy().map(Some)
    });
    enter::descriptor(TargetDescHandle, function, |call| {
        let Some(copied) = copied.and_then(|copied| copied)? else { return Ok(Outcome::StillExecuting) };
        call.paste(&copied)?;
        Ok(Outcome::Success)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetDescField(
    DescriptorHandle: SQLHDESC,
    RecNumber: SQLSMALLINT,
    FieldIdentifier: SQLSMALLINT,
    Value: SQLPOINTER,
    BufferLength: SQLINTEGER,
    StringLength: *mut SQLINTEGER,
) -> SQLRETURN {
    get_field::<Narrow>(DescriptorHandle, (RecNumber, FieldIdentifier), (Value, BufferLength, StringLength))
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetDescFieldW(
    hdesc: SQLHDESC,
    iRecord: SQLSMALLINT,
    iField: SQLSMALLINT,
    rgbValue: SQLPOINTER,
    cbBufferLength: SQLINTEGER,
    StringLength: *mut SQLINTEGER,
) -> SQLRETURN {
    get_field::<Wide>(hdesc, (iRecord, iField), (rgbValue, cbBufferLength, StringLength))
}

fn get_field<E: Encoding>(
    handle: SQLHDESC,
    (record, id): (i16, i16),
    (place, capacity, length): (*mut c_void, SQLINTEGER, *mut SQLINTEGER),
) -> SQLRETURN {
    enter::descriptor(handle, FunctionId::GET_DESC_FIELD, |call| {
        let Some((field, value)) = call.field(record, id)? else { return Ok(Outcome::NoData) };
        if field.kind == FieldKind::Text {
            let text = if let FieldValue::Text(text) = value { text } else { String::new() };
            let diagnostics = call.diagnostics()?;
            // SAFETY: a buffer with its length in bytes (SQLGetDescField).
            unsafe { put_text_by_bytes::<E, _>(&text, place, capacity as isize, length, diagnostics) }?;
            return Ok(Outcome::Success);
        }
        let number = value.number();
        // SAFETY: null or a place of the field's type (SQLGetDescField; "Initialization of Descriptor Fields").
        let size = unsafe {
            match field.kind {
                FieldKind::Small => {
                    put(place.cast(), number as i16);
                    size_of::<i16>()
                }
                FieldKind::Integer => {
                    put(place.cast(), number as i32);
                    size_of::<i32>()
                }
                FieldKind::Length | FieldKind::Pointer | FieldKind::Text => {
                    put(place.cast(), number);
                    size_of::<isize>()
                }
            }
        };
        // SAFETY: null or a SQLINTEGER (SQLGetDescField).
        unsafe { put(length, size as i32) };
        Ok(Outcome::Success)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetDescRec(
    DescriptorHandle: SQLHDESC,
    RecNumber: SQLSMALLINT,
    Name: *mut SQLCHAR,
    BufferLength: SQLSMALLINT,
    StringLength: *mut SQLSMALLINT,
    Type: *mut SQLSMALLINT,
    SubType: *mut SQLSMALLINT,
    Length: *mut SQLLEN,
    Precision: *mut SQLSMALLINT,
    Scale: *mut SQLSMALLINT,
    Nullable: *mut SQLSMALLINT,
) -> SQLRETURN {
    let name = (Name.cast(), BufferLength, StringLength);
    get_record::<Narrow>(DescriptorHandle, RecNumber, name, Length, [Type, SubType, Precision, Scale, Nullable])
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLGetDescRecW(
    hdesc: SQLHDESC,
    iRecord: SQLSMALLINT,
    szName: *mut SQLWCHAR,
    cchNameMax: SQLSMALLINT,
    pcchName: *mut SQLSMALLINT,
    pfType: *mut SQLSMALLINT,
    pfSubType: *mut SQLSMALLINT,
    pLength: *mut SQLLEN,
    pPrecision: *mut SQLSMALLINT,
    pScale: *mut SQLSMALLINT,
    pNullable: *mut SQLSMALLINT,
) -> SQLRETURN {
    let name = (szName.cast(), cchNameMax, pcchName);
    get_record::<Wide>(hdesc, iRecord, name, pLength, [pfType, pfSubType, pPrecision, pScale, pNullable])
}

fn get_record<E: Encoding>(
    handle: SQLHDESC,
    record: i16,
    (name, capacity, length): (*mut c_void, SQLSMALLINT, *mut SQLSMALLINT),
    octet_length: *mut SQLLEN,
    [verbose_type, code, precision, scale, nullable]: [*mut SQLSMALLINT; 5],
) -> SQLRETURN {
    enter::descriptor(handle, FunctionId::GET_DESC_REC, |call| {
        let Some(found) = call.record(record)? else { return Ok(Outcome::NoData) };
        let diagnostics = call.diagnostics()?;
        // SAFETY: a buffer with its length in characters, and null pointers or places of these types (SQLGetDescRec).
        unsafe {
            put_text::<E, _>(&found.name, name, capacity.into(), length, diagnostics)?;
            put(verbose_type, found.verbose_type);
            put(code, found.code);
            put(octet_length, found.octet_length);
            put(precision, found.precision);
            put(scale, found.scale);
            put(nullable, found.nullable);
        }
        Ok(Outcome::Success)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSetDescField(
    DescriptorHandle: SQLHDESC,
    RecNumber: SQLSMALLINT,
    FieldIdentifier: SQLSMALLINT,
    Value: SQLPOINTER,
    BufferLength: SQLINTEGER,
) -> SQLRETURN {
    set_field::<Narrow>(DescriptorHandle, RecNumber, FieldIdentifier, Value, BufferLength)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSetDescFieldW(
    DescriptorHandle: SQLHDESC,
    RecNumber: SQLSMALLINT,
    FieldIdentifier: SQLSMALLINT,
    Value: SQLPOINTER,
    BufferLength: SQLINTEGER,
) -> SQLRETURN {
    set_field::<Wide>(DescriptorHandle, RecNumber, FieldIdentifier, Value, BufferLength)
}

fn set_field<E: Encoding>(handle: SQLHDESC, record: i16, id: i16, value: SQLPOINTER, length: SQLINTEGER) -> SQLRETURN {
    enter::descriptor(handle, FunctionId::SET_DESC_FIELD, |call| {
        let field = call.field_to_set(id)?;
        let value = field_value::<E>(field, value, length)?;
        call.set_field(record, field, &value)?;
        Ok(Outcome::Success)
    })
}

/// The value in a value pointer: the number itself, an address, or a text there.
fn field_value<E: Encoding>(field: &Field, value: SQLPOINTER, length: SQLINTEGER) -> Result<FieldValue> {
    Ok(match field.kind {
        // Only so many bits count: some languages pass negative numbers without extending their sign.
        FieldKind::Small => FieldValue::Number((value.addr() as i16).into()),
        FieldKind::Integer => FieldValue::Number(value.addr() as i32 as isize),
        FieldKind::Length => FieldValue::Number(value.addr() as isize),
        FieldKind::Pointer => FieldValue::Pointer(Address::new(value)),
        FieldKind::Text => {
            let units = if length == SQL_NTS { length as isize } else { length as isize / E::unit() as isize };
            // SAFETY: a text with its length in bytes or SQL_NTS (SQLSetDescField).
            let text = unsafe { text::read::<E>(value, units) }?.unwrap_or_default();
            if text.chars().count() > MAX_NAME_LENGTH {
                return Err(Diagnostic::new(
                    S22001_STRING_RIGHT_TRUNCATED,
                    format!("a name has {MAX_NAME_LENGTH} characters at most"),
                ));
            }
            FieldValue::Text(text)
        }
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSetDescRec(
    DescriptorHandle: SQLHDESC,
    RecNumber: SQLSMALLINT,
    Type: SQLSMALLINT,
    SubType: SQLSMALLINT,
    Length: SQLLEN,
    Precision: SQLSMALLINT,
    Scale: SQLSMALLINT,
    Data: SQLPOINTER,
    StringLength: *mut SQLLEN,
    Indicator: *mut SQLLEN,
) -> SQLRETURN {
    enter::descriptor(DescriptorHandle, FunctionId::SET_DESC_REC, |call| {
        call.set_record(
            RecNumber,
            &RecordSetting {
                verbose_type: Type,
                code: SubType,
                octet_length: Length,
                precision: Precision,
                scale: Scale,
                data: Address::new(Data),
                length: Address::new(StringLength),
                indicator: Address::new(Indicator),
            },
        )?;
        Ok(Outcome::Success)
    })
}

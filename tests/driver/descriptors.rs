//! Descriptors: fields by role, the type fields together, records at once, copies, explicit descriptors.
//!
//! Expected values: ODBC reference, `SQLSetDescField` ("Initialization of Descriptor Fields", access by role),
//! `SQLGetDescField`, `SQLSetDescRec`, `SQLCopyDesc`.

use crate::common::api::Manager;
use crate::common::statement::Parameter;
use crate::common::{Descriptor, Statement, connect};
use crate::odbc::attributes::*;
use crate::odbc::descriptor_fields::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::ptr::null_mut;

fn ard<'s>(statement: &'s Statement<'_>) -> Descriptor<'s> {
    statement.descriptor(SQL_ATTR_APP_ROW_DESC)
}

#[test]
fn header_fields_have_the_references_defaults() {
    let connection = connect();
    let statement = connection.statement();
    for attribute in [SQL_ATTR_APP_ROW_DESC, SQL_ATTR_APP_PARAM_DESC] {
        let descriptor = statement.descriptor(attribute);
        assert_eq!(descriptor.get::<i16>(0, SQL_DESC_ALLOC_TYPE), SQL_DESC_ALLOC_AUTO);
        assert_eq!(descriptor.get::<usize>(0, SQL_DESC_ARRAY_SIZE), 1);
        assert_eq!(descriptor.get::<usize>(0, SQL_DESC_ARRAY_STATUS_PTR), 0);
        assert_eq!(descriptor.get::<usize>(0, SQL_DESC_BIND_OFFSET_PTR), 0);
        assert_eq!(descriptor.get::<i32>(0, SQL_DESC_BIND_TYPE), 0);
        assert_eq!(descriptor.get::<i16>(0, SQL_DESC_COUNT), 0);
    }
    // unixODBC refuses to look at the IRD of a statement that is not prepared.
    statement.prepare("select 1").success();
    for attribute in [SQL_ATTR_IMP_ROW_DESC, SQL_ATTR_IMP_PARAM_DESC] {
        let descriptor = statement.descriptor(attribute);
        assert_eq!(descriptor.get::<i16>(0, SQL_DESC_ALLOC_TYPE), SQL_DESC_ALLOC_AUTO);
        assert_eq!(descriptor.get::<usize>(0, SQL_DESC_ROWS_PROCESSED_PTR), 0);
    }
    assert_eq!(connection.descriptor().get::<i16>(0, SQL_DESC_ALLOC_TYPE), SQL_DESC_ALLOC_USER);
}

#[test]
fn header_fields_are_the_statement_attributes() {
    let connection = connect();
    let statement = connection.statement();
    let place = 0x1000;
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, 7).success();
    assert_eq!(ard(&statement).get::<usize>(0, SQL_DESC_ARRAY_SIZE), 7);
    ard(&statement).set(0, SQL_DESC_BIND_TYPE, 40).success();
    assert_eq!(statement.get_attribute(SQL_ATTR_ROW_BIND_TYPE), 40);
    let ird = statement.descriptor(SQL_ATTR_IMP_ROW_DESC);
    ird.set(0, SQL_DESC_ROWS_PROCESSED_PTR, place).success();
    assert_eq!(statement.get_attribute(SQL_ATTR_ROWS_FETCHED_PTR), place as usize);
    ird.set(0, SQL_DESC_ARRAY_STATUS_PTR, place).success();
    assert_eq!(statement.get_attribute(SQL_ATTR_ROW_STATUS_PTR), place as usize);
    let ipd = statement.descriptor(SQL_ATTR_IMP_PARAM_DESC);
    ipd.set(0, SQL_DESC_ROWS_PROCESSED_PTR, place).success();
    assert_eq!(statement.get_attribute(SQL_ATTR_PARAMS_PROCESSED_PTR), place as usize);
}

#[test]
fn binding_shows_in_the_descriptors() {
    let connection = connect();
    let statement = connection.statement();
    let (mut text, mut length) = ([0_u8; 12], 0_isize);
    // SAFETY: local buffers; nothing is fetched.
    unsafe { statement.bind_column(3, SQL_C_CHAR, text.as_mut_ptr().cast(), 12, &raw mut length) }.success();
    let descriptor = ard(&statement);
    assert_eq!(descriptor.get::<i16>(0, SQL_DESC_COUNT), 3);
    assert_eq!(descriptor.get::<i16>(3, SQL_DESC_TYPE), SQL_C_CHAR);
    assert_eq!(descriptor.get::<i16>(3, SQL_DESC_CONCISE_TYPE), SQL_C_CHAR);
    assert_eq!(descriptor.get::<isize>(3, SQL_DESC_OCTET_LENGTH), 12);
    assert_eq!(descriptor.get::<usize>(3, SQL_DESC_DATA_PTR), text.as_ptr().addr());
    assert_eq!(descriptor.get::<usize>(3, SQL_DESC_OCTET_LENGTH_PTR), (&raw const length).addr());
    assert_eq!(descriptor.get::<usize>(3, SQL_DESC_INDICATOR_PTR), (&raw const length).addr());
    assert_eq!(descriptor.get::<usize>(2, SQL_DESC_DATA_PTR), 0);
    assert_eq!(descriptor.get::<i16>(2, SQL_DESC_CONCISE_TYPE), SQL_C_DEFAULT);
    descriptor.try_get::<i16>(4, SQL_DESC_TYPE).0.no_data();
    // SAFETY: a null address unbinds.
    unsafe { statement.bind_column(3, SQL_C_CHAR, null_mut(), 0, null_mut()) }.success();
    assert_eq!(descriptor.get::<i16>(0, SQL_DESC_COUNT), 0);
}

#[test]
fn a_parameter_shows_in_both_descriptors() {
    let connection = connect();
    let statement = connection.statement();
    let (mut value, mut length) = ([0_u8; 16], 0_isize);
    let numeric = Parameter { c_type: SQL_C_CHAR, sql_type: SQL_NUMERIC, column_size: 12, decimal_digits: 3 };
    let time = Parameter { c_type: SQL_C_CHAR, sql_type: SQL_TYPE_TIMESTAMP, column_size: 26, decimal_digits: 6 };
    let text = Parameter { c_type: SQL_C_CHAR, sql_type: SQL_VARCHAR, column_size: 40, decimal_digits: 0 };
    for (number, parameter) in [(1, numeric), (2, time), (3, text)] {
        // SAFETY: local buffers; nothing is executed.
        unsafe { statement.bind_parameter(number, parameter, value.as_mut_ptr().cast(), 16, &raw mut length) }
            .success();
    }
    let ipd = statement.descriptor(SQL_ATTR_IMP_PARAM_DESC);
    assert_eq!(ipd.get::<i16>(0, SQL_DESC_COUNT), 3);
    assert_eq!(ipd.get::<i16>(1, SQL_DESC_PARAMETER_TYPE), SQL_PARAM_INPUT);
    assert_eq!((ipd.get::<i16>(1, SQL_DESC_TYPE), ipd.get::<i16>(1, SQL_DESC_PRECISION)), (SQL_NUMERIC, 12));
    assert_eq!(ipd.get::<i16>(1, SQL_DESC_SCALE), 3);
    assert_eq!((ipd.get::<i16>(2, SQL_DESC_TYPE), ipd.get::<i16>(2, SQL_DESC_PRECISION)), (SQL_DATETIME, 6));
    assert_eq!(ipd.get::<i16>(2, SQL_DESC_DATETIME_INTERVAL_CODE), SQL_CODE_TIMESTAMP);
    assert_eq!(ipd.get::<i16>(2, SQL_DESC_CONCISE_TYPE), SQL_TYPE_TIMESTAMP);
    assert_eq!((ipd.get::<i16>(3, SQL_DESC_TYPE), ipd.get::<usize>(3, SQL_DESC_LENGTH)), (SQL_VARCHAR, 40));
    let apd = statement.descriptor(SQL_ATTR_APP_PARAM_DESC);
    assert_eq!(apd.get::<usize>(2, SQL_DESC_DATA_PTR), value.as_ptr().addr());
    statement.free(SQL_RESET_PARAMS).success();
    assert_eq!((ipd.get::<i16>(0, SQL_DESC_COUNT), apd.get::<i16>(0, SQL_DESC_COUNT)), (0, 0));
}

#[test]
fn a_column_bound_through_its_descriptor_is_filled() {
    let connection = connect();
    let statement = connection.statement();
    let (mut value, mut length) = (0_i32, 0_isize);
    let descriptor = ard(&statement);
    descriptor.set(2, SQL_DESC_TYPE, SQL_C_SLONG.into()).success();
    descriptor.set(2, SQL_DESC_OCTET_LENGTH_PTR, (&raw mut length).expose_provenance() as isize).success();
    descriptor.set(2, SQL_DESC_INDICATOR_PTR, (&raw mut length).expose_provenance() as isize).success();
    descriptor.set(2, SQL_DESC_DATA_PTR, (&raw mut value).expose_provenance() as isize).success();
    assert_eq!(descriptor.get::<i16>(0, SQL_DESC_COUNT), 2);
    statement.execute_direct("select 'a', i from generate_series(41, 43) i").success();
    statement.fetch().success();
    assert_eq!((value, length), (41, 4));
    // All fields but the deferred ones unbind when they are set.
    descriptor.set(2, SQL_DESC_CONCISE_TYPE, SQL_C_SLONG.into()).success();
    assert_eq!(descriptor.get::<usize>(2, SQL_DESC_DATA_PTR), 0);
    statement.fetch().success();
    assert_eq!(value, 41);
    descriptor.set(2, SQL_DESC_DATA_PTR, (&raw mut value).expose_provenance() as isize).success();
    statement.fetch().success();
    assert_eq!(value, 43);
}

/// SQL_NUMERIC_STRUCT
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Numeric {
    precision: u8,
    scale: i8,
    sign: u8,
    value: [u8; 16],
}

#[test]
fn a_numeric_is_read_by_the_descriptor_idiom() {
    // ODBC reference, "SQLGetData", SQL_ARD_TYPE; "Overriding default precision and scale for numeric data types".
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select 123.45::numeric(9,4), -7::numeric from generate_series(1, 2)").success();
    statement.fetch().success();
    let mut number = Numeric::default();
    let address = (&raw mut number).expose_provenance() as isize;
    let descriptor = ard(&statement);
    for column in [1, 2] {
        descriptor.set(column, SQL_DESC_TYPE, SQL_C_NUMERIC.into()).success();
        descriptor.set(column, SQL_DESC_PRECISION, 10).success();
        descriptor.set(column, SQL_DESC_SCALE, 2).success();
    }
    descriptor.set(1, SQL_DESC_DATA_PTR, address).success();
    // Little-endian 12345 and 700 are the scaled values.
    for (column, sign, scaled) in [(1, 1, 12345_u32), (2, 0, 700)] {
        let mut indicator = 0_isize;
        // SAFETY: room for the structure.
        let code = unsafe {
            let place = (&raw mut number).cast();
            statement.api.SQLGetData(statement.handle, column, SQL_ARD_TYPE, place, 19, &raw mut indicator)
        };
        if statement.api.manager == Manager::Iodbc {
            // It does not know SQL_ARD_TYPE.
            statement.outcome(code).error("HY003");
            continue;
        }
        statement.outcome(code).success();
        let mut value = [0; 16];
        value[..4].copy_from_slice(&scaled.to_le_bytes());
        assert_eq!((number, indicator), (Numeric { precision: 10, scale: 2, sign, value }, 19), "column {column}");
    }
    // As a bound column.
    number = Numeric::default();
    statement.fetch().success();
    let mut value = [0; 16];
    value[..4].copy_from_slice(&12345_u32.to_le_bytes());
    assert_eq!(number, Numeric { precision: 10, scale: 2, sign: 1, value });
}

#[test]
fn the_type_fields_are_set_together() {
    let connection = connect();
    let descriptor = connection.descriptor();
    for (concise, verbose, code) in [
        (SQL_C_TYPE_TIMESTAMP, SQL_DATETIME, SQL_CODE_TIMESTAMP),
        (SQL_C_INTERVAL_DAY_TO_SECOND, SQL_INTERVAL, SQL_CODE_DAY_TO_SECOND),
        (SQL_C_SLONG, SQL_C_SLONG, 0),
    ] {
        descriptor.set(1, SQL_DESC_CONCISE_TYPE, concise.into()).success();
        assert_eq!(descriptor.get::<i16>(1, SQL_DESC_TYPE), verbose);
        assert_eq!(descriptor.get::<i16>(1, SQL_DESC_DATETIME_INTERVAL_CODE), code);
        descriptor.set(2, SQL_DESC_TYPE, verbose.into()).success();
        if code != 0 {
            descriptor.set(2, SQL_DESC_DATETIME_INTERVAL_CODE, code.into()).success();
        }
        assert_eq!(descriptor.get::<i16>(2, SQL_DESC_CONCISE_TYPE), concise);
    }
    // "SQL_DESC_TYPE": defaults that come with a type.
    descriptor.set(3, SQL_DESC_CONCISE_TYPE, SQL_C_TYPE_TIMESTAMP.into()).success();
    assert_eq!(descriptor.get::<i16>(3, SQL_DESC_PRECISION), 6);
    descriptor.set(3, SQL_DESC_TYPE, SQL_C_CHAR.into()).success();
    assert_eq!((descriptor.get::<usize>(3, SQL_DESC_LENGTH), descriptor.get::<i16>(3, SQL_DESC_PRECISION)), (1, 0));
    descriptor.set(3, SQL_DESC_CONCISE_TYPE, SQL_C_INTERVAL_SECOND.into()).success();
    assert_eq!(descriptor.get::<i32>(3, SQL_DESC_DATETIME_INTERVAL_PRECISION), 2);
    assert_eq!(descriptor.get::<i16>(3, SQL_DESC_PRECISION), 6);
}

#[test]
fn inconsistent_records_are_refused() {
    let connection = connect();
    let descriptor = connection.descriptor();
    let mut value = [0_u8; 64];
    let address = value.as_mut_ptr().expose_provenance() as isize;
    descriptor.set(1, SQL_DESC_TYPE, SQL_INTEGER.into()).success();
    descriptor.set(1, SQL_DESC_DATETIME_INTERVAL_CODE, SQL_CODE_DATE.into()).error("HY021");
    descriptor.set(1, SQL_DESC_TYPE, SQL_DATETIME.into()).success();
    descriptor.set(1, SQL_DESC_DATA_PTR, address).error("HY021");
    descriptor.set(1, SQL_DESC_CONCISE_TYPE, 1234).success();
    descriptor.set(1, SQL_DESC_DATA_PTR, address).error("HY021");
    descriptor.set(1, SQL_DESC_CONCISE_TYPE, SQL_C_TYPE_TIMESTAMP.into()).success();
    descriptor.set(1, SQL_DESC_PRECISION, 12).success();
    descriptor.set(1, SQL_DESC_DATA_PTR, address).error("HY021");
    assert_eq!(descriptor.get::<usize>(1, SQL_DESC_DATA_PTR), 0);
    descriptor.set_record(1, (SQL_INTERVAL, 99, 28, 0, 0), value.as_mut_ptr().cast(), null_mut()).error("HY021");
    let statement = connection.statement();
    let ipd = statement.descriptor(SQL_ATTR_IMP_PARAM_DESC);
    ipd.set_record(1, (1234, 0, 4, 0, 0), null_mut(), null_mut()).error("HY021");
    ipd.set(1, SQL_DESC_TYPE, SQL_DATETIME.into()).success();
    // Setting the address of an IPD only asks for the check.
    ipd.set(1, SQL_DESC_DATA_PTR, address).error("HY021");
}

#[test]
fn what_may_not_be_set_is_refused_by_role() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select 1 as one").success();
    let ird = statement.descriptor(SQL_ATTR_IMP_ROW_DESC);
    for field in [SQL_DESC_TYPE, SQL_DESC_NAME, SQL_DESC_COUNT, SQL_DESC_PRECISION] {
        ird.set(1, field, 0).error("HY016");
    }
    ird.set_record(1, (SQL_INTEGER, 0, 4, 0, 0), null_mut(), null_mut()).error("HY016");
    let descriptor = ard(&statement);
    for field in [SQL_DESC_ALLOC_TYPE, SQL_DESC_ROWS_PROCESSED_PTR, SQL_DESC_PARAMETER_TYPE, SQL_DESC_NULLABLE, 4711] {
        // unixODBC answers itself for SQL_DESC_ALLOC_TYPE.
        descriptor.set(1, field, 1).error_of(&["HY091", "HY092"]);
    }
    let ipd = statement.descriptor(SQL_ATTR_IMP_PARAM_DESC);
    ipd.set(1, SQL_DESC_INDICATOR_PTR, 64).error("HY091");
    ipd.set(1, SQL_DESC_PARAMETER_TYPE, 77).error("HY105");
    ipd.set(0, SQL_DESC_TYPE, SQL_INTEGER.into()).error("07009");
    ipd.set(1, SQL_DESC_UNNAMED, SQL_NAMED.into()).error_of(&["HY092", "HY091"]);
    descriptor.set(-1, SQL_DESC_TYPE, SQL_INTEGER.into()).error("07009");
    descriptor.set(0, SQL_DESC_COUNT, -1).error("07009");
    descriptor.try_get::<i64>(1, 4711).0.error("HY091");
}

#[test]
fn a_parameter_has_a_name() {
    let connection = connect();
    let statement = connection.statement();
    let ipd = statement.descriptor(SQL_ATTR_IMP_PARAM_DESC);
    ipd.set(2, SQL_DESC_TYPE, SQL_INTEGER.into()).success();
    assert_eq!(ipd.get::<i16>(2, SQL_DESC_UNNAMED), SQL_UNNAMED);
    ipd.set_text(2, SQL_DESC_NAME, "größe").success();
    assert_eq!(ipd.get_text(2, SQL_DESC_NAME), "größe");
    assert_eq!(ipd.get::<i16>(2, SQL_DESC_UNNAMED), SQL_NAMED);
    assert_eq!(ipd.get::<i16>(2, SQL_DESC_PARAMETER_TYPE), SQL_PARAM_INPUT);
    ipd.set(2, SQL_DESC_UNNAMED, SQL_UNNAMED.into()).success();
    assert_eq!(ipd.get_text(2, SQL_DESC_NAME), "");
}

#[test]
fn a_parameter_declared_through_its_descriptors_is_sent() {
    let connection = connect();
    let statement = connection.statement();
    let mut value = 41_i32;
    let (apd, ipd) = (statement.descriptor(SQL_ATTR_APP_PARAM_DESC), statement.descriptor(SQL_ATTR_IMP_PARAM_DESC));
    apd.set(1, SQL_DESC_TYPE, SQL_C_SLONG.into()).success();
    apd.set(1, SQL_DESC_DATA_PTR, (&raw mut value).expose_provenance() as isize).success();
    ipd.set(1, SQL_DESC_TYPE, SQL_INTEGER.into()).success();
    statement.execute_direct("select ? + 1").success();
    statement.fetch().success();
    assert_eq!(statement.get::<i32>(1), Some(42));
    value = 0;
    assert_eq!(value, 0);
}

#[test]
fn the_ird_describes_the_result() {
    let connection = connect();
    let statement = connection.statement();
    statement
        .execute_direct("select 1.5::numeric(7,2) as price, date '2024-02-29' as day, 'x'::varchar(9) as txt")
        .success();
    let ird = statement.descriptor(SQL_ATTR_IMP_ROW_DESC);
    assert_eq!(ird.get::<i16>(0, SQL_DESC_COUNT), 3);
    assert_eq!(ird.get_text(1, SQL_DESC_NAME), "price");
    assert_eq!((ird.get::<i16>(1, SQL_DESC_PRECISION), ird.get::<i16>(1, SQL_DESC_SCALE)), (7, 2));
    assert_eq!(ird.get::<i16>(2, SQL_DESC_TYPE), SQL_DATETIME);
    assert_eq!(ird.get::<i16>(2, SQL_DESC_CONCISE_TYPE), SQL_TYPE_DATE);
    assert_eq!(ird.get::<usize>(3, SQL_DESC_LENGTH), 9);
    assert_eq!(ird.get::<i16>(3, SQL_DESC_UNNAMED), SQL_NAMED);
    let (outcome, record) = ird.record(2);
    outcome.success();
    assert_eq!((record.name.as_str(), record.verbose_type, record.code), ("day", SQL_DATETIME, SQL_CODE_DATE));
    ird.record(4).0.no_data();
}

#[test]
fn the_ird_describes_a_prepared_statement() {
    let connection = connect();
    let statement = connection.statement();
    let ird = statement.descriptor(SQL_ATTR_IMP_ROW_DESC);
    // unixODBC answers itself, with the state of the statement.
    ird.try_get::<i16>(1, SQL_DESC_TYPE).0.error_of(&["HY007", "HY010"]);
    statement.prepare("select 1 as a, 2 as b").success();
    assert_eq!(ird.get::<i16>(0, SQL_DESC_COUNT), 2);
    assert_eq!(ird.get_text(2, SQL_DESC_NAME), "b");
    statement.prepare("create temp table never_made (a int)").success();
    assert_eq!(ird.get::<i16>(0, SQL_DESC_COUNT), 0);
    ird.try_get::<i16>(1, SQL_DESC_TYPE).0.no_data();
}

#[test]
fn a_record_is_set_and_read_at_once() {
    let connection = connect();
    let statement = connection.statement();
    let (mut value, mut length) = ([0_u8; 8], 0_isize);
    let descriptor = ard(&statement);
    descriptor.set_record(1, (SQL_C_CHAR, 0, 8, 0, 0), value.as_mut_ptr().cast(), &raw mut length).success();
    let (outcome, record) = descriptor.record(1);
    outcome.success();
    assert_eq!((record.verbose_type, record.octet_length), (SQL_C_CHAR, 8));
    statement.execute_direct("select 'text'").success();
    statement.fetch().success();
    assert_eq!((&value[..5], length), (&b"text\0"[..], 4));
}

#[test]
fn a_copy_has_everything_but_the_kind_of_allocation() {
    let connection = connect();
    let (first, second) = (connection.statement(), connection.statement());
    let (mut value, mut length) = (0_i32, 0_isize);
    // SAFETY: local buffers; the statements fetch within this function.
    unsafe { first.bind_column(1, SQL_C_SLONG, (&raw mut value).cast(), 0, &raw mut length) }.success();
    let explicit = connection.descriptor();
    explicit.copy_from(&ard(&first)).success();
    assert_eq!(explicit.get::<i16>(0, SQL_DESC_ALLOC_TYPE), SQL_DESC_ALLOC_USER);
    assert_eq!(explicit.get::<i16>(0, SQL_DESC_COUNT), 1);
    ard(&second).copy_from(&explicit).success();
    second.execute_direct("select 17").success();
    second.fetch().success();
    assert_eq!((value, length), (17, 4));
    second.descriptor(SQL_ATTR_IMP_ROW_DESC).copy_from(&explicit).error("HY016");
    // The columns of a result become the parameters of another statement.
    first.prepare("select 1.5::numeric(9,3), 'x'::varchar(20)").success();
    let ipd = second.descriptor(SQL_ATTR_IMP_PARAM_DESC);
    ipd.copy_from(&first.descriptor(SQL_ATTR_IMP_ROW_DESC)).success();
    assert_eq!(ipd.get::<i16>(0, SQL_DESC_COUNT), 2);
    assert_eq!((ipd.get::<i16>(1, SQL_DESC_PRECISION), ipd.get::<i16>(1, SQL_DESC_SCALE)), (9, 3));
    assert_eq!(ipd.get::<usize>(2, SQL_DESC_LENGTH), 20);
}

#[test]
fn a_copy_between_connections() {
    let (first, second) = (connect(), connect());
    let statement = first.statement();
    let mut value = 0_i32;
    // SAFETY: a local buffer; nothing is fetched.
    unsafe { statement.bind_column(4, SQL_C_SLONG, (&raw mut value).cast(), 0, null_mut()) }.success();
    let descriptor = second.descriptor();
    descriptor.copy_from(&ard(&statement)).success();
    assert_eq!(descriptor.get::<i16>(0, SQL_DESC_COUNT), 4);
}

#[test]
fn statements_share_an_explicit_descriptor_until_it_is_freed() {
    let connection = connect();
    let (first, second) = (connection.statement(), connection.statement());
    let (mut value, mut length) = (0_i32, 0_isize);
    let mut shared = connection.descriptor();
    for statement in [&first, &second] {
        statement.set(SQL_ATTR_APP_ROW_DESC, shared.handle.expose_provenance()).success();
        assert_eq!(statement.get_attribute(SQL_ATTR_APP_ROW_DESC), shared.handle.addr());
    }
    // SAFETY: local buffers; the statements fetch within this function.
    unsafe { first.bind_column(1, SQL_C_SLONG, (&raw mut value).cast(), 0, &raw mut length) }.success();
    second.execute_direct("select generate_series(5, 9)").success();
    second.fetch().success();
    assert_eq!(value, 5);
    shared.free().success();
    // Each is back at its own descriptor, in which nothing is bound.
    second.fetch().success();
    assert_eq!(value, 5);
    assert_eq!(second.get::<i32>(1), Some(6));
    for statement in [&first, &second] {
        assert_ne!(statement.get_attribute(SQL_ATTR_APP_ROW_DESC), 0);
        assert_eq!(ard(statement).get::<i16>(0, SQL_DESC_ALLOC_TYPE), SQL_DESC_ALLOC_AUTO);
    }
}

#[test]
fn an_implicit_descriptor_is_no_other_statements() {
    let connection = connect();
    let (first, second) = (connection.statement(), connection.statement());
    let handle = first.get_attribute(SQL_ATTR_APP_ROW_DESC);
    second.set(SQL_ATTR_APP_ROW_DESC, handle).error("HY017");
    if connection.api.manager == Manager::Direct {
        assert_eq!(first.descriptor(SQL_ATTR_APP_ROW_DESC).free().code, SQL_ERROR);
    }
}

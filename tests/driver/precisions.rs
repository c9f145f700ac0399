//! Precisions of the application's descriptors for interval C types, and sizes that SQLBindParameter names.
//!
//! ODBC reference: "Interval data type precision", "SQL to C: Day-time intervals", "C to SQL: Interval".

use crate::common::api::Manager;
use crate::common::buffers::Timestamp;
use crate::common::statement::{Parameter, texts};
use crate::common::{Connection, Outcome, Statement, api, connect};
use crate::odbc::attributes::*;
use crate::odbc::descriptor_fields::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::ptr::null_mut;

/// SQL_INTERVAL_STRUCT (sqltypes.h): kind, sign, then day, hour, minute, second, fraction.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Interval {
    kind: i32,
    sign: i16,
    fields: [u32; 5],
}

/// SQL_IS_DAY_TO_SECOND
const DAY_TO_SECOND: i32 = 10;

/// Binds column 1 of a query as an interval with these precisions and fetches: the outcome's code, its SQLSTATE, and what
/// was read.
fn fetch(connection: &Connection, sql: &str, seconds: isize, leading: isize) -> (i16, Option<String>, Interval) {
    let statement = connection.statement();
    let (mut value, mut indicator) = (Interval::default(), 0);
    statement.execute_direct(sql).success();
    let address = (&raw mut value).cast();
    // SAFETY: local buffers; they are unbound before they go.
    unsafe { statement.bind_column(1, SQL_C_INTERVAL_DAY_TO_SECOND, address, 28, &raw mut indicator) }.success();
    let ard = statement.descriptor(SQL_ATTR_APP_ROW_DESC);
    ard.set(1, SQL_DESC_PRECISION, seconds).success();
    ard.set(1, SQL_DESC_DATETIME_INTERVAL_PRECISION, leading).success();
    // Setting a field unbinds the buffer.
    ard.set(1, SQL_DESC_DATA_PTR, (&raw mut value).expose_provenance() as isize).success();
    let outcome = statement.fetch();
    statement.free(SQL_UNBIND).success();
    (outcome.code, outcome.records.first().map(|record| record.sqlstate.clone()), value)
}

#[test]
fn precisions_of_an_interval_column() {
    let connection = connect();
    let sql = "select interval '-123 days -04:05:06.789'";
    let read = |seconds| Interval { kind: DAY_TO_SECOND, sign: 1, fields: [123, 4, 5, 6, seconds] };
    assert_eq!(fetch(&connection, sql, 6, 3), (SQL_SUCCESS, None, read(789_000)));
    assert_eq!(fetch(&connection, sql, 3, 3), (SQL_SUCCESS, None, read(789)));
    assert_eq!(fetch(&connection, sql, 9, 10), (SQL_SUCCESS, None, read(789_000_000)));
    let cut = (SQL_SUCCESS_WITH_INFO, Some("01S07".to_owned()), read(78));
    assert_eq!(fetch(&connection, sql, 2, 3), cut);
    let (code, sqlstate, _) = fetch(&connection, sql, 6, 2);
    assert_eq!((code, sqlstate.as_deref()), (SQL_ERROR, Some("22015")), "three digits for two");
}

#[test]
fn precisions_by_sql_ard_type() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select interval '123 days 00:00:00.5'").success();
    statement.fetch().success();
    let ard = statement.descriptor(SQL_ATTR_APP_ROW_DESC);
    ard.set(1, SQL_DESC_CONCISE_TYPE, SQL_C_INTERVAL_DAY_TO_SECOND.into()).success();
    ard.set(1, SQL_DESC_DATETIME_INTERVAL_PRECISION, 2).success();
    let mut buffer = [0_u8; 28];
    if api().manager == Manager::Iodbc {
        // It takes no SQL_ARD_TYPE.
        statement.get_data(1, SQL_ARD_TYPE, &mut buffer).0.error("HY003");
        return;
    }
    statement.get_data(1, SQL_ARD_TYPE, &mut buffer).0.error("22015");
    ard.set(1, SQL_DESC_DATETIME_INTERVAL_PRECISION, 3).success();
    ard.set(1, SQL_DESC_PRECISION, 1).success();
    statement.get_data(1, SQL_ARD_TYPE, &mut buffer).0.success();
    assert_eq!((buffer[8], buffer[24]), (123, 5));
}

/// Executes `select ?::text` with an interval whose precisions are set in the APD.
fn send(statement: &Statement<'_>, mut value: Interval, seconds: isize, leading: isize) -> Outcome {
    statement.prepare("select ?::text").success();
    let described = Parameter {
        c_type: SQL_C_INTERVAL_DAY_TO_SECOND,
        sql_type: SQL_INTERVAL_DAY_TO_SECOND,
        column_size: 10,
        decimal_digits: 6,
    };
    let address = (&raw mut value).cast();
    // SAFETY: a local buffer that is unbound before it goes.
    unsafe { statement.bind_parameter(1, described, address, 0, null_mut()) }.success();
    let apd = statement.descriptor(SQL_ATTR_APP_PARAM_DESC);
    apd.set(1, SQL_DESC_PRECISION, seconds).success();
    apd.set(1, SQL_DESC_DATETIME_INTERVAL_PRECISION, leading).success();
    apd.set(1, SQL_DESC_DATA_PTR, (&raw mut value).expose_provenance() as isize).success();
    let outcome = statement.execute();
    statement.free(SQL_RESET_PARAMS).success();
    outcome
}

#[test]
fn precisions_of_an_interval_parameter() {
    let connection = connect();
    let value = Interval { kind: DAY_TO_SECOND, sign: 0, fields: [123, 4, 5, 6, 789] };
    for (seconds, text) in [(3, "123 days 04:05:06.789"), (6, "123 days 04:05:06.000789")] {
        let statement = connection.statement();
        send(&statement, value, seconds, 3).success();
        assert_eq!(statement.fetch_rows(), texts([[text]]));
    }
    send(&connection.statement(), value, 6, 2).error("22015");
}

/// The sizes that SQLBindParameter names cut nothing and refuse nothing: the server's column decides.
#[test]
fn sizes_of_parameters_cut_nothing() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select ?::text || '|' || ?::text || '|' || ?::text").success();
    let (text, mut length) = (b"123456", 6);
    let mut number = 123.456_f64;
    let mut stamp = Timestamp { year: 2024, month: 1, day: 2, hour: 3, minute: 4, second: 5, fraction: 600_000_000 };
    let described = |c_type, sql_type| Parameter { c_type, sql_type, column_size: 2, decimal_digits: 0 };
    let text = text.as_ptr().cast_mut().cast();
    // SAFETY: local buffers; they are unbound before they go.
    unsafe {
        statement.bind_parameter(1, described(SQL_C_CHAR, SQL_VARCHAR), text, 6, &raw mut length).success();
        let number = (&raw mut number).cast();
        statement.bind_parameter(2, described(SQL_C_DOUBLE, SQL_NUMERIC), number, 0, null_mut()).success();
        let stamp = (&raw mut stamp).cast();
        statement
            .bind_parameter(3, described(SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP), stamp, 0, null_mut())
            .success();
    }
    statement.execute().success();
    statement.free(SQL_RESET_PARAMS).success();
    assert_eq!(statement.fetch_rows(), texts([["123456|123.456|2024-01-02 03:04:05.6"]]));
}

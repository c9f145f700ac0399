//! Texts bound as dates, times and timestamps: an offset arrives or is refused, and nothing is cut without a word.

use crate::common::statement::{Parameter, texts};
use crate::common::text::encode;
use crate::common::{Connection, Outcome, Statement, api, connect, unique};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::ptr::without_provenance_mut;

const fn parameter(c_type: i16, sql_type: i16) -> Parameter {
    Parameter { c_type, sql_type, column_size: 0, decimal_digits: 0 }
}

/// 15:00 in India is 09:30 UTC and 18:30 in Japan.
const INSTANT: &str = "2024-01-01 15:00:00+05:30";

/// A session in Japan's zone.
fn in_tokyo() -> Connection {
    let connection = connect();
    connection.run("set timezone to 'Asia/Tokyo'");
    connection
}

/// A table with a column of each type, named by it.
fn table(connection: &Connection) -> String {
    let table = unique("moments");
    connection.run(&format!("create table {table} (n serial, tz timestamptz, ts timestamp, d date, t time, z timetz)"));
    table
}

/// Executes what has been prepared, with one text.
fn execute(statement: &Statement<'_>, c_type: i16, sql_type: i16, text: &str) -> Outcome {
    let bytes = if c_type == SQL_C_WCHAR { encode(text, api().manager.wide_width()) } else { text.into() };
    let mut length = bytes.len() as isize;
    let address = bytes.as_ptr().cast_mut().cast();
    // SAFETY: the text outlives the execution; it is unbound before it goes.
    unsafe { statement.bind_parameter(1, parameter(c_type, sql_type), address, length, &raw mut length) }.success();
    let outcome = statement.execute();
    statement.free(SQL_RESET_PARAMS).success();
    outcome
}

/// Inserts one text into a column.
#[track_caller]
fn insert(connection: &Connection, table: &str, column: &str, sql_type: i16, text: &str) -> Outcome {
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} ({column}) values (?)")).success();
    execute(&statement, SQL_C_CHAR, sql_type, text)
}

#[test]
fn the_instant_of_a_text_with_an_offset_arrives() {
    let connection = in_tokyo();
    for c_type in [SQL_C_CHAR, SQL_C_WCHAR] {
        for sql_type in [SQL_TYPE_TIMESTAMP, SQL_TIMESTAMP] {
            for text in [INSTANT, "2024-01-01T09:30:00Z", "2024-01-01 01:30:00 PST"] {
                let table = table(&connection);
                let statement = connection.statement();
                statement.prepare(&format!("insert into {table} (tz) values (?)")).success();
                execute(&statement, c_type, sql_type, text).success();
                // What has no offset is local, before and after: the statement is the same.
                execute(&statement, c_type, sql_type, "2024-01-01 18:30:00").success();
                execute(&statement, c_type, sql_type, text).success();
                let rows = statement.rows(&format!("select tz at time zone 'UTC' from {table}"));
                assert_eq!(rows, texts([["2024-01-01 09:30:00"]; 3]), "{text}");
            }
        }
    }
    // An expression, and a column without a zone, which holds local time: as PostgreSQL makes it of a timestamptz.
    let statement = connection.statement();
    statement.prepare("select (? + interval '1 hour')::text").success();
    execute(&statement, SQL_C_CHAR, SQL_TYPE_TIMESTAMP, INSTANT).success();
    assert_eq!(statement.fetch_rows(), texts([["2024-01-01 19:30:00+09"]]));
    let table = table(&connection);
    insert(&connection, &table, "ts", SQL_TYPE_TIMESTAMP, INSTANT).success();
    assert_eq!(connection.value(&format!("select ts::text from {table}")).as_deref(), Some("2024-01-01 18:30:00"));
}

#[test]
fn local_times_that_clocks_skip_are_not_moved_where_nothing_has_an_offset() {
    let connection = connect();
    connection.run("set timezone to 'America/New_York'");
    let table = table(&connection);
    insert(&connection, &table, "ts", SQL_TYPE_TIMESTAMP, "2024-03-10 02:30:00").success();
    assert_eq!(connection.value(&format!("select ts::text from {table}")).as_deref(), Some("2024-03-10 02:30:00"));
}

#[test]
fn an_offset_that_the_server_would_drop_is_an_error() {
    let connection = in_tokyo();
    let table = table(&connection);
    // ODBC reference, "C to SQL: Character": no literal of the type is 22018.
    insert(&connection, &table, "t", SQL_TYPE_TIME, "10:00:00+05:30").error("22018");
    insert(&connection, &table, "d", SQL_TYPE_DATE, "2024-01-01+05:30").error("22018");
    assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("0"));
    // A function of a timestamp has no place for the offset either; the server has no such function of a timestamptz.
    let function = unique("of_timestamp");
    connection.run(&format!("create function {function}(timestamp) returns text language sql as 'select $1::text'"));
    let statement = connection.statement();
    statement.prepare(&format!("select {function}(?)")).success();
    for _ in 0..2 {
        execute(&statement, SQL_C_CHAR, SQL_TYPE_TIMESTAMP, INSTANT).error("42883");
        execute(&statement, SQL_C_CHAR, SQL_TYPE_TIMESTAMP, "2024-01-01 10:00:00").success();
        assert_eq!(statement.fetch_rows(), texts([["2024-01-01 10:00:00"]]));
        statement.close_cursor().success();
    }
}

#[test]
fn a_described_timetz_takes_texts_with_offsets() {
    let connection = in_tokyo();
    let table = table(&connection);
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} (z) values (?)")).success();
    let (outcome, (described, ..)) = statement.describe_parameter(1);
    outcome.success();
    assert_eq!(described, SQL_WVARCHAR);
    for sql_type in [described, SQL_TYPE_TIME] {
        for text in ["10:00:00+05:30", "10:00:00", "11:00:00-03"] {
            execute(&statement, SQL_C_CHAR, sql_type, text).success();
        }
    }
    let rows = connection.statement().rows(&format!("select z::text from {table} order by n"));
    let once = [["10:00:00+05:30"], ["10:00:00+09"], ["11:00:00-03"]];
    assert_eq!(rows, [texts(once), texts(once)].concat());
}

/// ODBC reference, "C to SQL: Character": a time of day for a date, and digits that are cut off, are 22008.
#[test]
fn nothing_is_cut_off_without_a_word() {
    let connection = connect();
    let table = table(&connection);
    insert(&connection, &table, "d", SQL_TYPE_DATE, "2024-01-01 10:00:00").error("22008");
    insert(&connection, &table, "d", SQL_TYPE_DATE, "2024-01-01 00:00:00").success();
    insert(&connection, &table, "t", SQL_TYPE_TIME, "10:00:00.1234567").error("22008");
    insert(&connection, &table, "ts", SQL_TYPE_TIMESTAMP, "2024-01-01 10:00:00.1234567").error("22008");
    insert(&connection, &table, "tz", SQL_TYPE_TIMESTAMP, "2024-01-01 10:00:00.1234567+01").error("22008");
    insert(&connection, &table, "ts", SQL_TYPE_TIMESTAMP, "2024-01-01 10:00:00.1234560").success();
    insert(&connection, &table, "ts", SQL_TYPE_TIMESTAMP, "{ts '2024-01-01 10:00:00.5'}").success();
    // The server's own words stay what they are.
    insert(&connection, &table, "ts", SQL_TYPE_TIMESTAMP, "infinity").success();
    let rows = connection.statement().rows(&format!("select d::text, ts::text from {table} order by n"));
    let timestamps = ["2024-01-01 10:00:00.123456", "2024-01-01 10:00:00.5", "infinity"];
    let mut expected = vec![vec![Some("2024-01-01".to_owned()), None]];
    expected.extend(timestamps.map(|text| vec![None, Some(text.to_owned())]));
    assert_eq!(rows, expected);
}

/// Executes with an array of texts.
fn execute_array(statement: &Statement<'_>, moments: &[&str]) -> Outcome {
    const WIDTH: usize = 40;
    let mut characters = vec![0u8; moments.len() * WIDTH];
    let mut lengths: Vec<isize> = moments.iter().map(|text| text.len() as isize).collect();
    for (room, text) in characters.chunks_mut(WIDTH).zip(moments) {
        room[..text.len()].copy_from_slice(text.as_bytes());
    }
    statement.set(SQL_ATTR_PARAMSET_SIZE, moments.len()).success();
    let address = characters.as_mut_ptr().cast();
    let described = parameter(SQL_C_CHAR, SQL_TYPE_TIMESTAMP);
    // SAFETY: local buffers of as many elements; they are unbound before they go.
    unsafe { statement.bind_parameter(1, described, address, WIDTH as isize, lengths.as_mut_ptr()) }.success();
    let outcome = statement.execute();
    statement.free(SQL_RESET_PARAMS).success();
    statement.set(SQL_ATTR_PARAMSET_SIZE, 1).success();
    outcome
}

#[test]
fn one_offset_in_an_array_is_enough() {
    let connection = in_tokyo();
    let moments = ["2024-01-01 18:30:00", INSTANT, "2024-01-01 18:30:00"];
    // A plain INSERT goes over arrays, one with an expression as a pipeline.
    for value in ["?", "? + interval '0'"] {
        let table = table(&connection);
        let statement = connection.statement();
        statement.prepare(&format!("insert into {table} (tz) values ({value})")).success();
        execute_array(&statement, &moments[..1]).success();
        execute_array(&statement, &moments).success();
        execute_array(&statement, &moments[..1]).success();
        let rows = statement.rows(&format!("select tz at time zone 'UTC' from {table}"));
        assert_eq!(rows, texts([["2024-01-01 09:30:00"]; 5]), "{value}");
    }
    let statement = connection.statement();
    statement.prepare("select (? + interval '1 hour')::text").success();
    execute_array(&statement, &moments).success();
    for _ in moments {
        assert_eq!(statement.fetch_rows(), texts([["2024-01-01 19:30:00+09"]]));
        let _ = statement.more_results();
    }
}

#[test]
fn a_text_that_is_sent_at_execution_keeps_its_offset() {
    let connection = in_tokyo();
    for sets in [1, 2] {
        let table = table(&connection);
        let statement = connection.statement();
        statement.prepare(&format!("insert into {table} (tz) values (?)")).success();
        statement.set(SQL_ATTR_PARAMSET_SIZE, sets).success();
        let mut lengths = [SQL_DATA_AT_EXEC; 2];
        let token = without_provenance_mut(77);
        let described = parameter(SQL_C_CHAR, SQL_TYPE_TIMESTAMP);
        // SAFETY: the token is never used as an address; the lengths outlive the execution.
        unsafe { statement.bind_parameter(1, described, token, 0, lengths.as_mut_ptr()) }.success();
        assert_eq!(statement.execute().code, SQL_NEED_DATA);
        for text in ["2024-01-01 18:30:00", INSTANT].into_iter().rev().take(sets) {
            assert_eq!(statement.parameter_data().0.code, SQL_NEED_DATA);
            for piece in text.as_bytes().chunks(7) {
                statement.put(piece).success();
            }
        }
        statement.parameter_data().0.success();
        statement.free(SQL_RESET_PARAMS).success();
        statement.set(SQL_ATTR_PARAMSET_SIZE, 1).success();
        let rows = statement.rows(&format!("select tz at time zone 'UTC' from {table}"));
        assert_eq!(rows, vec![vec![Some("2024-01-01 09:30:00".to_owned())]; sets]);
    }
}

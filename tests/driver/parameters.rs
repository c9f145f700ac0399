//! Parameters: each C type on its way to the server, lengths, NULL, re-execution, what is refused.

use crate::common::buffers::{Bit, Date, Fixed, Time, Timestamp};
use crate::common::statement::{Parameter, texts};
use crate::common::text::encode;
use crate::common::{Outcome, Statement, api, connect, unique};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::ptr::null_mut;

const fn parameter(c_type: i16, sql_type: i16, column_size: usize, decimal_digits: i16) -> Parameter {
    Parameter { c_type, sql_type, column_size, decimal_digits }
}

/// Executes a query with one parameter of a fixed length, and returns the first column of the first row as text.
#[track_caller]
fn with_fixed<T: Fixed>(sql: &str, sql_type: i16, size: usize, digits: i16, mut value: T) -> Option<String> {
    let connection = connect();
    let statement = connection.statement();
    let mut indicator = size_of::<T>() as isize;
    statement.prepare(sql).success();
    let address = (&raw mut value).cast();
    // SAFETY: local buffers; the statement is executed within this function.
    unsafe {
        statement.bind_parameter(1, parameter(T::C_TYPE, sql_type, size, digits), address, 0, &raw mut indicator)
    }
    .success();
    statement.execute().success();
    statement.fetch().success();
    statement.get_text(1)
}

/// The same with a value in bytes; `length` is what the indicator says.
#[track_caller]
fn with_bytes(sql: &str, described: Parameter, value: &[u8], length: isize) -> Option<String> {
    let connection = connect();
    let statement = connection.statement();
    execute_with_bytes(&statement, sql, described, value, length).success();
    statement.fetch().success();
    statement.get_text(1)
}

fn execute_with_bytes(
    statement: &Statement<'_>,
    sql: &str,
    described: Parameter,
    value: &[u8],
    mut length: isize,
) -> Outcome {
    statement.prepare(sql).success();
    let (address, capacity) = (value.as_ptr().cast_mut().cast(), value.len() as isize);
    // SAFETY: the value outlives the execution; an input parameter is not written.
    unsafe { statement.bind_parameter(1, described, address, capacity, &raw mut length) }.success();
    let outcome = statement.execute();
    statement.free(SQL_RESET_PARAMS).success();
    outcome
}

const VARCHAR: Parameter = parameter(SQL_C_CHAR, SQL_VARCHAR, 100, 0);
const WVARCHAR: Parameter = parameter(SQL_C_WCHAR, SQL_WVARCHAR, 100, 0);

#[test]
fn integers() {
    let sql = "select (? + 1)::text";
    assert_eq!(with_fixed(sql, SQL_INTEGER, 0, 0, 41_i32).as_deref(), Some("42"));
    assert_eq!(with_fixed(sql, SQL_SMALLINT, 0, 0, -2_i16).as_deref(), Some("-1"));
    assert_eq!(with_fixed(sql, SQL_BIGINT, 0, 0, i64::MAX - 1).as_deref(), Some("9223372036854775807"));
    assert_eq!(with_fixed(sql, SQL_BIGINT, 0, 0, u32::MAX).as_deref(), Some("4294967296"));
}

/// Appendix D, "SQL data types": SQL_SMALLINT, SQL_INTEGER and SQL_BIGINT may be unsigned; the server's types are not, and
/// a wider one of them holds the value.
#[test]
fn unsigned_integers_beyond_the_signed_ones() {
    for sql in ["select (?)::text", "select (? + 0)::text", "select (?::numeric)::text"] {
        assert_eq!(with_fixed(sql, SQL_SMALLINT, 0, 0, u16::MAX).as_deref(), Some("65535"), "{sql}");
        assert_eq!(with_fixed(sql, SQL_INTEGER, 0, 0, u32::MAX).as_deref(), Some("4294967295"), "{sql}");
        assert_eq!(with_fixed(sql, SQL_BIGINT, 0, 0, u64::MAX).as_deref(), Some("18446744073709551615"), "{sql}");
    }
    // What the signed type holds is of that type: overloaded functions, and those that take no wider one.
    let sql = "select pg_typeof(?)";
    for (value, expected) in [(32_767_u16, "smallint"), (32_768, "integer")] {
        assert_eq!(with_fixed(sql, SQL_SMALLINT, 0, 0, value).as_deref(), Some(expected));
    }
    for (value, expected) in [(2_147_483_647_u32, "integer"), (2_147_483_648, "bigint")] {
        assert_eq!(with_fixed(sql, SQL_INTEGER, 0, 0, value).as_deref(), Some(expected));
    }
    // Left to the server where no number goes, as with any integer.
    assert_eq!(with_fixed("select lpad(?, 6, '0')", SQL_SMALLINT, 0, 0, u16::MAX).as_deref(), Some("065535"));
}

/// The column decides what it holds; one prepared statement takes values of either kind.
#[test]
fn unsigned_integers_for_columns() {
    let connection = connect();
    let table = unique("unsigned");
    connection.run(&format!("create table {table} (small int2, big int8)"));
    let statement = connection.statement();
    let mut values = [1_u16, 65535, 2, 40000];
    // SAFETY: the values outlive the executions.
    unsafe {
        let described = parameter(SQL_C_USHORT, SQL_SMALLINT, 0, 0);
        statement.bind_parameter(1, described, values.as_mut_ptr().cast(), 0, null_mut()).success();
    }
    statement.prepare(&format!("insert into {table} (big) values (?)")).success();
    let mut offset = 0_usize;
    statement.set(SQL_ATTR_PARAM_BIND_OFFSET_PTR, (&raw mut offset).addr()).success();
    for row in 0..values.len() {
        // SAFETY: a local variable, read by the driver through the address that is set.
        unsafe { (&raw mut offset).write_volatile(row * 2) };
        statement.execute().success();
    }
    statement.set(SQL_ATTR_PARAM_BIND_OFFSET_PTR, 0).success();
    statement.set(SQL_ATTR_PARAMSET_SIZE, values.len()).success();
    statement.execute().success();
    statement.prepare(&format!("insert into {table} (small) values (?)")).success();
    let mut statuses = [99_u16; 4];
    statement.set(SQL_ATTR_PARAM_STATUS_PTR, statuses.as_mut_ptr().addr()).success();
    statement.execute().succeeded();
    assert_eq!(statuses, [SQL_PARAM_SUCCESS, SQL_PARAM_ERROR, SQL_PARAM_SUCCESS, SQL_PARAM_ERROR]);
    statement.set(SQL_ATTR_PARAM_STATUS_PTR, 0).success();
    let sums = connection.value(&format!("select concat_ws(' ', sum(big), count(big), sum(small)) from {table}"));
    assert_eq!(sums.as_deref(), Some("211076 8 3"), "twice what the array holds");
}

#[test]
fn approximate_numbers() {
    assert_eq!(with_fixed("select (? * 2)::text", SQL_DOUBLE, 0, 0, 0.25_f64).as_deref(), Some("0.5"));
    assert_eq!(with_fixed("select (? * 2)::text", SQL_REAL, 0, 0, 0.25_f32).as_deref(), Some("0.5"));
    let third = with_fixed("select (? = 1.0::float8 / 3)::text", SQL_DOUBLE, 0, 0, 1.0_f64 / 3.0);
    assert_eq!(third.as_deref(), Some("true"), "no digit is lost");
}

#[test]
fn bits() {
    assert_eq!(with_fixed("select (not ?)::text", SQL_BIT, 0, 0, Bit(0)).as_deref(), Some("true"));
    assert_eq!(with_fixed("select (not ?)::text", SQL_BIT, 0, 0, Bit(1)).as_deref(), Some("false"));
}

#[test]
fn dates_and_times() {
    let date = Date { year: 2024, month: 2, day: 29 };
    assert_eq!(with_fixed("select (? + 1)::text", SQL_TYPE_DATE, 10, 0, date).as_deref(), Some("2024-03-01"));
    let time = Time { hour: 23, minute: 59, second: 59 };
    assert_eq!(with_fixed("select ?::time::text", SQL_TYPE_TIME, 8, 0, time).as_deref(), Some("23:59:59"));
    let stamp = Timestamp { year: 1999, month: 12, day: 31, hour: 23, minute: 59, second: 59, fraction: 123_456_000 };
    let text = with_fixed("select ?::timestamp::text", SQL_TYPE_TIMESTAMP, 26, 6, stamp);
    assert_eq!(text.as_deref(), Some("1999-12-31 23:59:59.123456"));
}

#[test]
fn an_impossible_date_is_an_error() {
    let connection = connect();
    let statement = connection.statement();
    let mut date = Date { year: 2023, month: 2, day: 29 };
    statement.prepare("select ?::date").success();
    let described = parameter(SQL_C_TYPE_DATE, SQL_TYPE_DATE, 10, 0);
    // SAFETY: local buffers.
    unsafe { statement.bind_parameter(1, described, (&raw mut date).cast(), 0, null_mut()) }.success();
    // ODBC reference, appendix D, "C to SQL: Date": 22007; the server's own word for it is 22008.
    statement.execute().error_of(&["22007", "22008"]);
}

#[test]
fn narrow_text_with_a_length_and_terminated() {
    let sql = "select 'got ' || ?";
    assert_eq!(with_bytes(sql, VARCHAR, b"text and more", 4).as_deref(), Some("got text"));
    assert_eq!(with_bytes(sql, VARCHAR, b"terminated\0rest", SQL_NTS as isize).as_deref(), Some("got terminated"));
    assert_eq!(with_bytes(sql, VARCHAR, b"x", 0).as_deref(), Some("got "), "an empty text is not NULL");
    assert_eq!(with_bytes(sql, VARCHAR, "é😀".as_bytes(), 6).as_deref(), Some("got é😀"));
}

#[test]
fn no_indicator_means_terminated_text() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select upper(?)").success();
    let value = b"no length\0";
    // SAFETY: the value outlives the execution.
    unsafe { statement.bind_parameter(1, VARCHAR, value.as_ptr().cast_mut().cast(), 0, null_mut()) }.success();
    statement.execute().success();
    assert_eq!(statement.fetch_rows(), texts([["NO LENGTH"]]));
}

/// ODBC reference, "Data Buffer Length": of a buffer that is only read the driver does not need it.
#[test]
fn terminated_text_is_whole_whatever_length_its_buffer_is_said_to_have() {
    let connection = connect();
    let wide = encode("twelve chars\0", api().manager.wide_width());
    for (described, value, said) in [(WVARCHAR, &wide[..], 13), (WVARCHAR, &wide, 2), (VARCHAR, b"twelve chars\0", 3)] {
        let statement = connection.statement();
        statement.prepare("select ?::text").success();
        let mut indicator = SQL_NTS as isize;
        // SAFETY: the value and the indicator outlive the execution.
        unsafe { statement.bind_parameter(1, described, value.as_ptr().cast_mut().cast(), said, &raw mut indicator) }
            .success();
        statement.execute().success();
        assert_eq!(statement.fetch_rows(), texts([["twelve chars"]]), "{said}");
    }
}

#[test]
fn wide_text() {
    let width = api().manager.wide_width();
    let value = encode("grüße 😀 'quoted' \\ ? $1", width);
    let expected = Some("grüße 😀 'quoted' \\ ? $1");
    assert_eq!(with_bytes("select ?::text", WVARCHAR, &value, value.len() as isize).as_deref(), expected);
    let terminated = encode("terminated\0rest", width);
    assert_eq!(with_bytes("select ?::text", WVARCHAR, &terminated, SQL_NTS as isize).as_deref(), Some("terminated"));
}

#[test]
fn binary() {
    let described = parameter(SQL_C_BINARY, SQL_VARBINARY, 100, 0);
    let value = [0, 255, 39, 92, 0];
    assert_eq!(with_bytes("select encode(?, 'hex')", described, &value, 5).as_deref(), Some("00ff275c00"));
    assert_eq!(with_bytes("select octet_length(?)::text", described, &value, 0).as_deref(), Some("0"));
}

#[test]
fn text_as_other_types() {
    let cases = [
        ("select (? + 1)::text", SQL_INTEGER, "41", "42"),
        ("select (?::numeric * 10)::text", SQL_NUMERIC, "1.50", "15.00"),
        ("select (? + 1)::text", SQL_TYPE_DATE, "2024-02-28", "2024-02-29"),
        (
            "select ?::uuid::text",
            SQL_GUID,
            "7F0E0D0C-0B0A-4908-8706-050403020100",
            "7f0e0d0c-0b0a-4908-8706-050403020100",
        ),
    ];
    for (sql, sql_type, value, expected) in cases {
        let described = parameter(SQL_C_CHAR, sql_type, 40, 2);
        let text = with_bytes(sql, described, value.as_bytes(), value.len() as isize);
        assert_eq!(text.as_deref(), Some(expected), "{sql} with {value}");
    }
}

#[test]
fn text_into_a_column_of_any_type() {
    // Character parameters go untyped: the server takes them for what the column is.
    let connection = connect();
    connection.create_table("taken", "i int, d date, b bool, n numeric(8, 2), j jsonb, u uuid");
    let columns = [("i", "7"), ("d", "2024-01-02"), ("b", "true"), ("n", "1.25"), ("j", "{\"a\": 1}")];
    for (column, value) in columns {
        let statement = connection.statement();
        let sql = format!("insert into taken ({column}) values (?)");
        execute_with_bytes(&statement, &sql, VARCHAR, value.as_bytes(), value.len() as isize).success();
        let stored = connection.value(&format!("select {column}::text from taken where {column} is not null"));
        assert_eq!(stored.as_deref(), Some(value));
    }
}

#[test]
fn the_declared_type_decides_where_the_server_cannot_know() {
    // The server alone says 42P18, could not determine data type, or takes it for text.
    assert_eq!(
        with_fixed("select case when ? is null then 'null' else 'value' end", SQL_INTEGER, 0, 0, 1_i32).as_deref(),
        Some("value")
    );
    assert_eq!(with_fixed("select pg_typeof(?)::text", SQL_INTEGER, 0, 0, 1_i32).as_deref(), Some("integer"));
    assert_eq!(with_bytes("select ?", VARCHAR, b"as text", 7).as_deref(), Some("as text"));
}

#[test]
fn null_whatever_the_type() {
    let sql = "select coalesce(?, 'nothing')";
    assert_eq!(with_bytes(sql, VARCHAR, b"unused", SQL_NULL_DATA).as_deref(), Some("nothing"));
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select (?::int is null)::text").success();
    let mut indicator = SQL_NULL_DATA;
    let described = parameter(SQL_C_SLONG, SQL_INTEGER, 0, 0);
    // SAFETY: a null address is allowed where the indicator says NULL.
    unsafe { statement.bind_parameter(1, described, null_mut(), 0, &raw mut indicator) }.success();
    statement.execute().success();
    assert_eq!(statement.fetch_rows(), texts([["true"]]));
}

#[test]
fn values_are_read_at_each_execution() {
    let connection = connect();
    connection.create_table("repeated", "a int, b text");
    let statement = connection.statement();
    statement.prepare("insert into repeated values (?, ?)").success();
    assert_eq!(statement.parameter_count(), 2);
    let (mut number, mut text) = (0_i32, [0_u8; 20]);
    let (mut number_length, mut text_length) = (0_isize, 0_isize);
    let (number_at, text_at) = (&raw mut number, text.as_mut_ptr());
    let (number_length_at, text_length_at) = (&raw mut number_length, &raw mut text_length);
    let integer = parameter(SQL_C_SLONG, SQL_INTEGER, 0, 0);
    // SAFETY: local buffers, written only through the same addresses.
    unsafe {
        statement.bind_parameter(1, integer, number_at.cast(), 0, number_length_at).success();
        statement.bind_parameter(2, VARCHAR, text_at.cast(), 20, text_length_at).success();
    }
    for index in 0..100 {
        let value = format!("value {index}");
        // SAFETY: as above; the value is shorter than the buffer.
        unsafe {
            number_at.write(index);
            text_at.copy_from_nonoverlapping(value.as_ptr(), value.len());
            text_length_at.write(if index == 50 { SQL_NULL_DATA } else { value.len() as isize });
        }
        statement.execute().success();
        assert_eq!(statement.row_count(), 1);
    }
    let rows =
        connection.statement().rows("select count(*), sum(a), count(b), max(b) filter (where a = 73) from repeated");
    assert_eq!(rows, texts([["100", "4950", "99", "value 73"]]));
}

#[test]
fn rebinding_with_another_type() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select ?::text").success();
    let mut number = 5_i32;
    let integer = parameter(SQL_C_SLONG, SQL_INTEGER, 0, 0);
    // SAFETY: local buffers.
    unsafe { statement.bind_parameter(1, integer, (&raw mut number).cast(), 0, null_mut()) }.success();
    statement.execute().success();
    assert_eq!(statement.fetch_rows(), texts([["5"]]));
    statement.close_cursor().success();
    let value = b"five\0";
    // SAFETY: the value outlives the execution.
    unsafe { statement.bind_parameter(1, VARCHAR, value.as_ptr().cast_mut().cast(), 5, null_mut()) }.success();
    statement.execute().success();
    assert_eq!(statement.fetch_rows(), texts([["five"]]));
}

#[test]
fn directly_with_parameters() {
    let connection = connect();
    let statement = connection.statement();
    let mut number = 20_i32;
    let integer = parameter(SQL_C_SLONG, SQL_INTEGER, 0, 0);
    // SAFETY: local buffers.
    unsafe {
        statement.bind_parameter(1, integer, (&raw mut number).cast(), 0, null_mut()).success();
        statement.bind_parameter(2, integer, (&raw mut number).cast(), 0, null_mut()).success();
    }
    statement.execute_direct("select ? + ? + 2").success();
    assert_eq!(statement.fetch_rows(), texts([["42"]]));
}

#[test]
fn codes_of_odbc_2_are_taken() {
    let date = [0xe8_u8, 0x07, 2, 0, 29, 0];
    let old = parameter(SQL_C_DATE, SQL_DATE, 10, 0);
    assert_eq!(with_bytes("select ?::date::text", old, &date, 6).as_deref(), Some("2024-02-29"));
    let old = parameter(SQL_C_LONG, SQL_INTEGER, 0, 0);
    assert_eq!(with_bytes("select (? + 1)::text", old, &41_i32.to_ne_bytes(), 4).as_deref(), Some("42"));
}

#[test]
fn the_server_refuses_a_value() {
    let connection = connect();
    let statement = connection.statement();
    let outcome = execute_with_bytes(&statement, "select ?::int", VARCHAR, b"twelve", 6);
    let record = outcome.error("22018");
    assert!(record.message.contains("twelve"), "{}", record.message);
    execute_with_bytes(&statement, "select ?::int", VARCHAR, b"12", 2).success();
}

#[test]
fn text_that_is_no_number_for_a_number() {
    let connection = connect();
    let statement = connection.statement();
    let described = parameter(SQL_C_CHAR, SQL_INTEGER, 0, 0);
    execute_with_bytes(&statement, "select ?", described, b"twelve", 6).error("22018");
}

#[test]
fn a_missing_parameter_is_told() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select ?, ?").success();
    let mut number = 1_i32;
    let integer = parameter(SQL_C_SLONG, SQL_INTEGER, 0, 0);
    // SAFETY: local buffers.
    unsafe { statement.bind_parameter(1, integer, (&raw mut number).cast(), 0, null_mut()) }.success();
    statement.execute().error("07002");
}

#[test]
fn a_parameter_number_of_zero_is_refused() {
    let connection = connect();
    let statement = connection.statement();
    let mut number = 1_i32;
    let integer = parameter(SQL_C_SLONG, SQL_INTEGER, 0, 0);
    // SAFETY: local buffers.
    unsafe { statement.bind_parameter(0, integer, (&raw mut number).cast(), 0, null_mut()) }.error("07009");
}

#[test]
fn unknown_type_codes_are_refused() {
    let connection = connect();
    let statement = connection.statement();
    let mut number = 1_i32;
    let address = (&raw mut number).cast();
    // SAFETY: local buffers.
    unsafe {
        statement.bind_parameter(1, parameter(4711, SQL_INTEGER, 0, 0), address, 0, null_mut()).error("HY003");
        statement.bind_parameter(1, parameter(SQL_C_SLONG, 4711, 0, 0), address, 0, null_mut()).error("HY004");
    }
}

#[test]
fn a_text_of_ten_megabytes() {
    let value = "9876543210".repeat(1 << 20);
    let described = parameter(SQL_C_CHAR, SQL_LONGVARCHAR, value.len(), 0);
    let sum = connect().value("select md5(repeat('9876543210', 1048576))");
    assert_eq!(with_bytes("select md5(?)", described, value.as_bytes(), value.len() as isize), sum);
}

#[test]
fn a_thousand_parameters() {
    let connection = connect();
    let statement = connection.statement();
    let mut numbers: Vec<i32> = (1..=1000).collect();
    let integer = parameter(SQL_C_SLONG, SQL_INTEGER, 0, 0);
    statement.prepare(&format!("select {}", vec!["?"; 1000].join(" + "))).success();
    for (index, number) in numbers.iter_mut().enumerate() {
        // SAFETY: local buffers.
        unsafe { statement.bind_parameter(index as u16 + 1, integer, (&raw mut *number).cast(), 0, null_mut()) }
            .success();
    }
    statement.execute().success();
    assert_eq!(statement.fetch_rows(), texts([["500500"]]));
}

#[test]
fn a_type_that_the_statement_does_not_go_with_is_left_to_the_server() {
    // PostgreSQL has no operator text = integer; the value's text is what was meant.
    assert_eq!(with_fixed("select 'found' where '42'::text = ?", SQL_INTEGER, 0, 0, 42_i32).as_deref(), Some("found"));
    assert_eq!(with_fixed("select lpad(?, 5, '0')", SQL_INTEGER, 0, 0, 42_i32).as_deref(), Some("00042"));
    assert_eq!(with_fixed("select 'found' where true = ?", SQL_INTEGER, 0, 0, 1_i32).as_deref(), Some("found"));
    let day = Date { year: 2024, month: 2, day: 29 };
    assert_eq!(
        with_fixed("select 'found' where '2024-02-29' = ?::text", SQL_TYPE_DATE, 10, 0, day).as_deref(),
        Some("found")
    );
    // What no type can help keeps its error.
    let connection = connect();
    let statement = connection.statement();
    let mut value = 1_i32;
    statement.prepare("select no_such_function(?)").success();
    // SAFETY: the value outlives the execution.
    unsafe {
        let described = parameter(SQL_C_SLONG, SQL_INTEGER, 0, 0);
        statement.bind_parameter(1, described, (&raw mut value).cast(), 0, null_mut()).success();
    }
    statement.execute().error("42883");
}

//! Output parameters read in pieces: SQL_PARAM_OUTPUT_STREAM, SQL_PARAM_INPUT_OUTPUT_STREAM.
//!
//! unixODBC 2.3 refuses these parameter types itself (HY105), and iODBC does not know SQL_PARAM_DATA_AVAILABLE.
//!
//! Source: ODBC reference, "Retrieving output parameters using SQLGetData".

use crate::common::{Connection, Statement, api, connect, unique};
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::ptr::without_provenance_mut;

/// Binds a parameter with a token in the place of its buffer.
#[track_caller]
fn bind(statement: &Statement<'_>, number: u16, way: i16, types: (i16, i16), token: usize, indicator: &mut isize) {
    let (c_type, sql_type) = types;
    // SAFETY: the token is no address and is not used as one; the indicator lives in the test's frame.
    let code = unsafe {
        let api = statement.api;
        let token = without_provenance_mut(token);
        api.SQLBindParameter(statement.handle, number, way, c_type, sql_type, 0, 0, token, 0, indicator)
    };
    statement.outcome(code).success();
}

/// Reads a value in pieces of so many bytes.
#[track_caller]
fn read(statement: &Statement<'_>, number: u16, size: usize) -> Vec<u8> {
    let mut value = Vec::new();
    let mut piece = vec![0; size];
    loop {
        let (outcome, left) = statement.get_data(number, SQL_C_BINARY, &mut piece);
        match outcome.code {
            SQL_SUCCESS => {
                value.extend_from_slice(&piece[..left as usize]);
                return value;
            }
            SQL_SUCCESS_WITH_INFO => {
                outcome.info("01004");
                value.extend_from_slice(&piece);
            }
            _ => panic!("{outcome:?}"),
        }
    }
}

fn with_function(definition: &str) -> (Connection, String) {
    let connection = connect();
    let name = unique("streamed");
    connection.run(&definition.replace("NAME", &name));
    (connection, name)
}

const TWO: &str = "create function NAME(n int, out long bytea, out small int, out text bytea) language sql \
                   as $$ select convert_to(repeat('0123456789', n), 'UTF8'), n, convert_to('end', 'UTF8') $$";

#[test]
fn outputs_are_named_one_by_one_and_read_in_pieces() {
    let (connection, name) = with_function(TWO);
    let statement = connection.statement();
    let (mut first, mut last, mut bound) = (0_isize, 0_isize, [0_i32; 1]);
    bind(&statement, 1, SQL_PARAM_OUTPUT_STREAM, (SQL_C_BINARY, SQL_LONGVARBINARY), 0x111, &mut first);
    // SAFETY: the buffer lives in this frame.
    let code = unsafe {
        let (buffer, indicator) = (bound.as_mut_ptr().cast(), std::ptr::null_mut());
        let way = SQL_PARAM_OUTPUT;
        api().SQLBindParameter(statement.handle, 2, way, SQL_C_SLONG, SQL_INTEGER, 0, 0, buffer, 4, indicator)
    };
    statement.outcome(code).success();
    bind(&statement, 3, SQL_PARAM_OUTPUT_STREAM, (SQL_C_BINARY, SQL_LONGVARBINARY), 0x333, &mut last);
    let expected = "0123456789".repeat(50);
    for size in [7, 4096] {
        let executed = statement.execute_direct(&format!("{{call {name}(50, ?, ?, ?)}}"));
        assert_eq!(executed.code, SQL_PARAM_DATA_AVAILABLE, "{executed:?}");
        let (outcome, token) = statement.parameter_data();
        assert_eq!((outcome.code, token), (SQL_PARAM_DATA_AVAILABLE, 0x111));
        assert_eq!(read(&statement, 1, size), expected.as_bytes());
        let (outcome, token) = statement.parameter_data();
        assert_eq!((outcome.code, token), (SQL_PARAM_DATA_AVAILABLE, 0x333));
        assert_eq!(read(&statement, 3, size), b"end");
        statement.parameter_data().0.success();
        // SAFETY: read as the application would.
        assert_eq!(unsafe { std::ptr::read_volatile(bound.as_ptr()) }, 50);
        statement.more_results().no_data();
    }
    connection.run(&format!("drop function {name}"));
}

#[test]
fn what_is_not_read_is_given_up() {
    let (connection, name) = with_function(TWO);
    let statement = connection.statement();
    let (mut first, mut last) = (0_isize, 0_isize);
    bind(&statement, 1, SQL_PARAM_OUTPUT_STREAM, (SQL_C_BINARY, SQL_LONGVARBINARY), 1, &mut first);
    bind(&statement, 2, SQL_PARAM_OUTPUT_STREAM, (SQL_C_BINARY, SQL_LONGVARBINARY), 2, &mut last);
    let call = format!("{{call {name}(3, ?, null, ?)}}");
    let available = || assert_eq!(statement.execute_direct(&call).code, SQL_PARAM_DATA_AVAILABLE);
    // The rest of a value.
    available();
    assert_eq!(statement.parameter_data().1, 1);
    let mut piece = [0; 4];
    statement.get_data(1, SQL_C_BINARY, &mut piece).0.info("01004");
    assert_eq!(statement.parameter_data().1, 2);
    assert_eq!(read(&statement, 2, 64), b"end");
    // The last one: SQLMoreResults instead of SQLParamData.
    statement.more_results().no_data();
    // All of them, in each of the ways.
    available();
    statement.more_results().no_data();
    available();
    statement.free(SQL_CLOSE).success();
    available();
    assert_eq!(statement.parameter_data().1, 1);
    statement.cancel().success();
    statement.free(SQL_RESET_PARAMS).success();
    assert_eq!(statement.rows("select 1").len(), 1);
    connection.run(&format!("drop function {name}"));
}

#[test]
fn an_input_output_parameter_goes_both_ways_in_pieces() {
    let (connection, name) = with_function(
        "create function NAME(inout picture bytea) language sql as $$ select picture || '\\x2a'::bytea || picture $$",
    );
    let statement = connection.statement();
    let mut length = SQL_DATA_AT_EXEC;
    bind(&statement, 1, SQL_PARAM_INPUT_OUTPUT_STREAM, (SQL_C_BINARY, SQL_LONGVARBINARY), 0x77, &mut length);
    assert_eq!(statement.execute_direct(&format!("{{call {name}(?)}}")).code, SQL_NEED_DATA);
    let (outcome, token) = statement.parameter_data();
    assert_eq!((outcome.code, token), (SQL_NEED_DATA, 0x77));
    statement.put(b"abc").success();
    statement.put(b"def").success();
    assert_eq!(statement.parameter_data().0.code, SQL_PARAM_DATA_AVAILABLE);
    let (outcome, token) = statement.parameter_data();
    assert_eq!((outcome.code, token), (SQL_PARAM_DATA_AVAILABLE, 0x77));
    assert_eq!(read(&statement, 1, 2), b"abcdef*abcdef");
    statement.parameter_data().0.success();
    connection.run(&format!("drop function {name}"));
}

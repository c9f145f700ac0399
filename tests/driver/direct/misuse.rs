//! Arguments that are wrong: null, negative, unknown. The SQLSTATE that the reference names for the function, no crash.

use crate::common::api::direct;
use crate::common::statement::texts;
use crate::common::text::Wide;
use crate::common::{Connection, connect, server};
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::ptr::{null, null_mut};

#[test]
fn null_texts() {
    let api = direct();
    let connection = connect();
    let statement = connection.statement();
    // SAFETY: null must be recognised.
    unsafe {
        statement.outcome(api.SQLExecDirect(statement.handle, null(), SQL_NTS)).error("HY009");
        statement.outcome(api.SQLExecDirectW(statement.handle, null_mut(), SQL_NTS)).error("HY009");
        statement.outcome(api.SQLPrepare(statement.handle, null(), 5)).error("HY009");
        statement.outcome(api.SQLPrepareW(statement.handle, null_mut(), 5)).error("HY009");
        let code = api.SQLNativeSqlW(connection.handle, null_mut(), SQL_NTS, null_mut(), 0, null_mut());
        connection.outcome(code).error("HY009");
    }
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
}

#[test]
fn negative_lengths() {
    let api = direct();
    let connection = connect();
    let statement = connection.statement();
    let (text, wide) = (b"select 1\0", Wide::new("select 1"));
    // SAFETY: terminated texts.
    unsafe {
        for length in [-1, -2, -4, i32::MIN] {
            statement.outcome(api.SQLExecDirect(statement.handle, text.as_ptr(), length)).error("HY090");
            statement.outcome(api.SQLExecDirectW(statement.handle, wide.address(), length)).error("HY090");
            statement.outcome(api.SQLPrepareW(statement.handle, wide.address(), length)).error("HY090");
        }
        let fresh = Connection::new();
        let code = api.SQLConnect(fresh.handle, text.as_ptr(), -7, null(), 0, null(), 0);
        fresh.outcome(code).error("HY090");
        let code = api.SQLDriverConnect(fresh.handle, null_mut(), text.as_ptr(), -7, null_mut(), 0, null_mut(), 0);
        fresh.outcome(code).error("HY090");
        let mut number = 0_i32;
        let room = (&raw mut number).cast();
        statement.outcome(api.SQLBindCol(statement.handle, 1, SQL_C_CHAR, room, -1, null_mut())).error("HY090");
        let code = api.SQLGetInfoW(connection.handle, 17, room, -2, null_mut());
        connection.outcome(code).error("HY090");
    }
}

#[test]
fn an_unknown_completion_is_refused() {
    let api = direct();
    let connection = Connection::new();
    let string = format!("{}\0", server().connection_string());
    // SAFETY: a terminated text.
    let code = unsafe {
        let length = SQL_NTS as i16;
        api.SQLDriverConnect(connection.handle, null_mut(), string.as_ptr(), length, null_mut(), 0, null_mut(), 99)
    };
    connection.outcome(code).error("HY110");
}

#[test]
fn unknown_options_are_refused() {
    let api = direct();
    let connection = connect();
    let statement = connection.statement();
    // SAFETY: no addresses, or room for the answers.
    unsafe {
        statement.outcome(api.SQLFreeStmt(statement.handle, 99)).error("HY092");
        let mut supported = 0;
        let code = api.SQLGetFunctions(connection.handle, 60_000, &raw mut supported);
        connection.outcome(code).error("HY095");
        statement.execute_direct("select 1").success();
        statement.outcome(api.SQLFetchScroll(statement.handle, 99, 0)).error("HY106");
    }
}

#[test]
fn results_that_nobody_takes() {
    // Null for every answer: allowed, and nothing is written.
    let api = direct();
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select 1 as one").success();
    // SAFETY: null is allowed for what the application does not want.
    unsafe {
        let none = null_mut();
        let code = api.SQLDescribeColW(
            statement.handle,
            1,
            none,
            0,
            null_mut(),
            null_mut(),
            null_mut(),
            null_mut(),
            null_mut(),
        );
        assert!(code == SQL_SUCCESS || code == SQL_SUCCESS_WITH_INFO, "{code}");
        let code = api.SQLGetDiagRecW(SQL_HANDLE_STMT, statement.handle, 1, none, null_mut(), none, 0, null_mut());
        assert!(code == SQL_SUCCESS || code == SQL_SUCCESS_WITH_INFO || code == SQL_NO_DATA, "{code}");
        let code = api.SQLGetInfoW(connection.handle, 17, none, 0, null_mut());
        assert!(code == SQL_SUCCESS || code == SQL_SUCCESS_WITH_INFO, "{code}");
        for code in [api.SQLNumResultCols(statement.handle, null_mut()), api.SQLRowCount(statement.handle, null_mut())]
        {
            assert!(code == SQL_SUCCESS || code == SQL_ERROR, "{code}");
        }
    }
}

#[test]
fn descriptions_out_of_range() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select 1").success();
    let api = direct();
    for column in [0, 2, u16::MAX] {
        // SAFETY: null for every answer.
        let code = unsafe {
            let none = null_mut();
            api.SQLDescribeColW(
                statement.handle,
                column,
                none,
                0,
                null_mut(),
                null_mut(),
                null_mut(),
                null_mut(),
                null_mut(),
            )
        };
        statement.outcome(code).error("07009");
    }
}

#[test]
fn statements_that_are_not_well_formed() {
    direct();
    let connection = connect();
    for sql in ["select 'open", "select \"open", "select $a$ open", "select /* open", "select {fn ucase('x')", "{call"]
    {
        let outcome = connection.statement().execute_direct(sql);
        assert_eq!(outcome.code, SQL_ERROR, "{sql}");
        assert!(outcome.records[0].sqlstate.starts_with("42"), "{sql}: {outcome:?}");
    }
    // Bytes that are no UTF-8, and a lone surrogate.
    let statement = connection.statement();
    let bytes = b"select '\xff\xfe'";
    // SAFETY: texts of the given lengths.
    unsafe {
        let code = statement.api.SQLExecDirect(statement.handle, bytes.as_ptr(), bytes.len() as i32);
        assert!([SQL_ERROR, SQL_SUCCESS].contains(&code), "{code}");
        statement.free(SQL_CLOSE).success();
        let units: Vec<u16> = "select '".encode_utf16().chain([0xd83d]).chain("'".encode_utf16()).collect();
        let address = units.as_ptr().cast_mut().cast();
        let code = statement.api.SQLExecDirectW(statement.handle, address, units.len() as i32);
        assert!([SQL_ERROR, SQL_SUCCESS].contains(&code), "{code}");
        statement.free(SQL_CLOSE).success();
    }
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
}

#[test]
fn narrow_text_is_utf8() {
    direct();
    let connection = connect();
    let statement = connection.statement();
    let sql = "select 'grüße 😀', octet_length('grüße 😀')";
    // SAFETY: a text of the given length in bytes.
    let code = unsafe { statement.api.SQLExecDirect(statement.handle, sql.as_ptr(), sql.len() as i32) };
    statement.outcome(code).success();
    assert_eq!(statement.fetch_rows(), texts([["grüße 😀", "12"]]));
}

#[test]
fn a_completion_that_is_neither_is_refused() {
    direct();
    let connection = connect();
    connection.end_transaction(7).error("HY012");
}

#[test]
fn a_statement_needs_a_connection() {
    let connection = Connection::new();
    let mut handle = null_mut();
    // SAFETY: room for one handle.
    let code = unsafe { direct().SQLAllocHandle(SQL_HANDLE_STMT, connection.handle, &raw mut handle) };
    connection.outcome(code).error("08003");
}

#[test]
fn a_refused_execution_leaves_the_open_cursor() {
    direct();
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select generate_series(1, 3)").success();
    statement.execute().success();
    statement.execute().error("24000");
    statement.execute_direct("select 1").error("24000");
    statement.fetch().success();
    statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    assert_eq!(statement.get::<i32>(1), Some(2));
    statement.close_cursor().success();
    statement.execute().success();
}

//! Diagnostic records and fields: the server's word, ODBC's codes, lengths and cleaning up.

use crate::common::{api, connect};
use crate::odbc::diagnostic_fields::*;
use crate::odbc::values::*;

#[test]
fn sqlstates_are_odbcs_where_it_has_one() {
    let connection = connect();
    connection.run("create temp table there (a int primary key)");
    connection.run("insert into there values (1)");
    let cases = [
        ("select * from nowhere", "42S02"),
        ("select nothing from there", "42S22"),
        ("create temp table there (a int)", "42S01"),
        ("alter table there add a int", "42S21"),
        ("selekt 1", "42000"),
        ("insert into there values (1)", "23505"),
        ("insert into there values (null)", "23502"),
        ("select 1/0", "22012"),
        ("select 2147483647 + 1", "22003"),
        ("select 'x'::int", "22018"),
        ("select date '2023-02-29'", "22008"),
    ];
    for (sql, sqlstate) in cases {
        connection.statement().execute_direct(sql).error(sqlstate);
    }
}

#[test]
fn the_message_has_what_the_server_said() {
    let connection = connect();
    connection.run("create temp table detailed (a int primary key)");
    connection.run("insert into detailed values (4711)");
    let record = connection.statement().execute_direct("insert into detailed values (4711)").error("23505");
    assert!(record.message.contains("detailed_pkey"), "the message: {}", record.message);
    assert!(record.message.contains("(a)=(4711)"), "the detail: {}", record.message);
    let record = connection.statement().execute_direct("select lower(1, 2)").error("42883");
    assert!(record.message.contains("No function matches"), "the hint: {}", record.message);
}

#[test]
fn messages_name_the_driver_and_the_source() {
    // ODBC reference, "Diagnostic Messages": [vendor][ODBC component][data source] in front.
    let connection = connect();
    let record = connection.statement().execute_direct("select * from nowhere").error("42S02");
    assert!(record.message.starts_with('['), "{}", record.message);
}

#[test]
fn messages_in_unicode() {
    let connection = connect();
    let record = connection.statement().execute_direct("select * from \"tâble_😀\"").error("42S02");
    assert!(record.message.contains("tâble_😀"), "{}", record.message);
}

#[test]
fn the_next_call_clears_the_records() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select * from nowhere").error("42S02");
    assert_eq!(statement.records().len(), 1, "reading does not clear them");
    assert_eq!(statement.records().len(), 1);
    statement.execute_direct("select 1").success();
    assert!(statement.records().is_empty());
}

#[test]
fn a_message_that_does_not_fit_is_cut_with_its_whole_length() {
    let connection = connect();
    let statement = connection.statement();
    let whole = statement.execute_direct("select * from nowhere").error("42S02").message;
    let (mut sqlstate, mut message) = ([0_u8; 6], [0xa5_u8; 10]);
    let (mut native, mut length) = (0, 0);
    // SAFETY: room of the given sizes.
    let code = unsafe {
        statement.api.SQLGetDiagRec(
            SQL_HANDLE_STMT,
            statement.handle,
            1,
            sqlstate.as_mut_ptr(),
            &raw mut native,
            message.as_mut_ptr(),
            10,
            &raw mut length,
        )
    };
    assert_eq!(code, SQL_SUCCESS_WITH_INFO);
    assert_eq!(&sqlstate, b"42S02\0");
    assert_eq!(&message, format!("{}\0", &whole[..9]).as_bytes());
    assert_eq!(length as usize, whole.len());
}

#[test]
fn fields_of_the_record() {
    let connection = connect();
    let statement = connection.statement();
    let record = statement.execute_direct("select * from nowhere").error("42S02");
    assert_eq!(statement.diagnostic_number(0, SQL_DIAG_NUMBER) as i32, 1);
    assert_eq!(statement.diagnostic_text(1, SQL_DIAG_SQLSTATE), "42S02");
    assert_eq!(statement.diagnostic_text(1, SQL_DIAG_MESSAGE_TEXT), record.message);
    assert_eq!(statement.diagnostic_number(1, SQL_DIAG_NATIVE) as i32, record.native);
    // 42S02's class is ISO's, its subclass ODBC's (ODBC reference, SQLGetDiagField).
    assert_eq!(statement.diagnostic_text(1, SQL_DIAG_CLASS_ORIGIN), "ISO 9075");
    assert_eq!(statement.diagnostic_text(1, SQL_DIAG_SUBCLASS_ORIGIN), "ODBC 3.0");
    assert!(statement.diagnostic_number(1, SQL_DIAG_COLUMN_NUMBER) as i32 <= -1);
}

/// iODBC answers for the header by itself, with SQL_INVALID_HANDLE.
mod without_iodbc {
    use super::*;

    #[test]
    fn fields_of_the_header_after_a_change() {
        let connection = connect();
        let statement = connection.statement();
        statement.execute_direct("create temp table headed as select i from generate_series(1, 9) i").success();
        statement.execute_direct("delete from headed where i > 4").success();
        assert_eq!(statement.diagnostic_number(0, SQL_DIAG_ROW_COUNT), 5);
        assert_eq!(statement.diagnostic_number(0, SQL_DIAG_NUMBER) as i32, 0);
        assert_eq!(statement.diagnostic_text(0, SQL_DIAG_DYNAMIC_FUNCTION), "DELETE WHERE");
        assert_eq!(statement.diagnostic_number(0, SQL_DIAG_DYNAMIC_FUNCTION_CODE) as i32, SQL_DIAG_DELETE_WHERE);
    }
}

#[test]
fn there_is_no_record_beyond_the_last() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select * from nowhere").error("42S02");
    let room = crate::common::text::Wide::room(100);
    let mut length = 0;
    for (number, expected) in [(2, SQL_NO_DATA), (0, SQL_ERROR), (-1, SQL_ERROR)] {
        // SAFETY: room of the given size; the addresses that are null may be.
        let code = unsafe {
            let (kind, handle, message) = (SQL_HANDLE_STMT, statement.handle, room.address());
            let (state, native) = (std::ptr::null_mut(), std::ptr::null_mut());
            api().SQLGetDiagRecW(kind, handle, number, state, native, message, 100, &raw mut length)
        };
        assert_eq!(code, expected, "record {number}");
    }
}

#[test]
fn a_connection_has_records_of_its_own() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select * from nowhere").error("42S02");
    assert!(connection.records().is_empty());
    connection.set(crate::odbc::attributes::SQL_ATTR_AUTOCOMMIT, 17).error("HY024");
    assert_eq!(statement.records().len(), 1);
}

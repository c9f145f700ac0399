//! Names of cursors.
//!
//! Expected values: ODBC reference, `SQLSetCursorName`, `SQLGetCursorName`.

use crate::common::api::Manager;
use crate::common::text::Wide;
use crate::common::{Outcome, Statement, connect};
use crate::odbc::values::*;

fn set_name(statement: &Statement<'_>, name: &str) -> Outcome {
    let text = Wide::new(name);
    // SAFETY: a terminated text.
    statement.outcome(unsafe { statement.api.SQLSetCursorNameW(statement.handle, text.address(), SQL_NTS as i16) })
}

#[track_caller]
fn name(statement: &Statement<'_>) -> String {
    let room = Wide::room(100);
    let mut length = -1;
    // SAFETY: room of the given size.
    let code = unsafe { statement.api.SQLGetCursorNameW(statement.handle, room.address(), 100, &raw mut length) };
    statement.outcome(code).success();
    let name = room.read();
    assert_eq!(length as usize, name.encode_utf16().count());
    name
}

#[test]
fn a_name_is_made_if_none_is_given() {
    let connection = connect();
    let (first, second) = (connection.statement(), connection.statement());
    // iODBC has no name before the first execution (HY015 of ODBC 2).
    for statement in [&first, &second] {
        if connection.api.manager == Manager::Iodbc {
            statement.execute_direct("select 1").success();
        }
    }
    let made = name(&first);
    assert!(made.starts_with("SQL_CUR"), "{made}");
    assert_eq!(name(&first), made);
    assert_ne!(name(&second), made);
    // It stays through execution and closing.
    first.free(SQL_CLOSE).success();
    first.execute_direct("select 1").success();
    assert_eq!(name(&first), made);
    first.close_cursor().success();
    if connection.api.manager != Manager::Iodbc {
        assert_eq!(name(&first), made);
    }
}

#[test]
fn a_given_name_is_kept_and_can_be_changed() {
    let connection = connect();
    let statement = connection.statement();
    set_name(&statement, "Größe").success();
    assert_eq!(name(&statement), "Größe");
    set_name(&statement, "other").success();
    statement.prepare("select 1").success();
    set_name(&statement, "third").success();
    assert_eq!(name(&statement), "third");
}

#[test]
fn a_name_that_does_not_fit_is_cut() {
    let connection = connect();
    let statement = connection.statement();
    set_name(&statement, "abcdef").success();
    let mut room = [0xa5_u8; 8];
    let mut length = -1;
    // SAFETY: room of the given size.
    let code = unsafe { statement.api.SQLGetCursorName(statement.handle, room.as_mut_ptr(), 4, &raw mut length) };
    statement.outcome(code).info("01004");
    assert_eq!((&room[..5], length), (&b"abc\0\xa5"[..], 6));
}

#[test]
fn names_are_unique_on_a_connection() {
    let (connection, other) = (connect(), connect());
    let (first, second, elsewhere) = (connection.statement(), connection.statement(), other.statement());
    set_name(&first, "the_cursor").success();
    set_name(&second, "The_Cursor").error("3C000");
    set_name(&elsewhere, "the_cursor").success();
    set_name(&first, "the_cursor").success();
    drop(first);
    set_name(&second, "the_cursor").success();
}

#[test]
fn names_that_are_none_are_refused() {
    let connection = connect();
    let statement = connection.statement();
    for wrong in ["SQL_CUR1", "SQLCURx", "sql_curious", &"x".repeat(64)] {
        set_name(&statement, wrong).error("34000");
    }
    set_name(&statement, &"x".repeat(63)).success();
}

#[test]
fn a_name_is_given_before_execution() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select 1").success();
    set_name(&statement, "late").error("24000");
    statement.fetch().success();
    set_name(&statement, "late").error("24000");
    statement.close_cursor().success();
    set_name(&statement, "late").success();
}

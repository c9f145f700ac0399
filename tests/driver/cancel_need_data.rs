//! SQLCancel from another thread while values are sent: between two calls the execution is given up, during one it ends with HY008.
//!
//! Source: ODBC reference, `SQLCancel`, "Canceling Functions that Need Data", "Canceling Functions Executing on Another Thread".

use crate::cancel::wait_for_sleep;
use crate::common::statement::{Parameter, texts};
use crate::common::{Connection, Statement, connect, unique};
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::thread;

const TEXT: Parameter = Parameter { c_type: SQL_C_CHAR, sql_type: SQL_VARCHAR, column_size: 100, decimal_digits: 0 };

/// A table whose rows take a minute each, unless their text is "quick".
#[track_caller]
fn slow_table(connection: &Connection) -> String {
    let table = unique("slow");
    connection.run(&format!("create table {table} (a text)"));
    connection.run(&format!(
        "create function {table}_wait() returns trigger language plpgsql as $$ begin \
         if new.a <> 'quick' then perform pg_sleep(60); end if; return new; end $$"
    ));
    connection
        .run(&format!("create trigger wait before insert on {table} for each row execute function {table}_wait()"));
    table
}

#[track_caller]
fn drop_table(connection: &Connection, table: &str) {
    connection.run(&format!("drop table {table}"));
    connection.run(&format!("drop function {table}_wait()"));
}

#[track_caller]
fn count(table: &str) -> Option<String> {
    connect().value(&format!("select count(*) from {table}"))
}

#[track_caller]
fn cancel_on_another_thread(statement: &Statement<'_>) {
    thread::scope(|scope| {
        scope.spawn(|| statement.cancel().success());
    });
}

#[test]
fn between_two_calls() {
    let connection = connect();
    let table = slow_table(&connection);
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} values (?)")).success();
    let (mut place, mut at_execution) = (0_u8, SQL_DATA_AT_EXEC);
    // SAFETY: both outlive the executions.
    unsafe { statement.bind_parameter(1, TEXT, (&raw mut place).cast(), 0, &raw mut at_execution).success() };
    for calls in 0..3 {
        assert_eq!(statement.execute().code, SQL_NEED_DATA);
        if calls > 0 {
            assert_eq!(statement.parameter_data().0.code, SQL_NEED_DATA);
        }
        if calls > 1 {
            statement.put(b"qui").success();
        }
        cancel_on_another_thread(&statement);
        // Nothing waits for data any more.
        statement.put(b"ck").error("HY010");
        statement.parameter_data().0.error("HY010");
    }
    assert_eq!(count(&table).as_deref(), Some("0"));
    assert_eq!(statement.execute().code, SQL_NEED_DATA);
    assert_eq!(statement.parameter_data().0.code, SQL_NEED_DATA);
    statement.put(b"quick").success();
    statement.parameter_data().0.success();
    assert_eq!(count(&table).as_deref(), Some("1"));
    drop_table(&connection, &table);
}

#[test]
fn during_the_execution_that_the_last_value_has_begun() {
    let connection = connect();
    let (backend, table) = (connection.backend(), slow_table(&connection));
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} values (?)")).success();
    let (mut place, mut at_execution) = (0_u8, SQL_DATA_AT_EXEC);
    // SAFETY: both outlive the executions.
    unsafe { statement.bind_parameter(1, TEXT, (&raw mut place).cast(), 0, &raw mut at_execution).success() };
    for text in ["one that takes long", "quick"] {
        assert_eq!(statement.execute().code, SQL_NEED_DATA);
        assert_eq!(statement.parameter_data().0.code, SQL_NEED_DATA);
        statement.put(text.as_bytes()).success();
        if text == "quick" {
            statement.parameter_data().0.success();
            continue;
        }
        thread::scope(|scope| {
            scope.spawn(|| {
                wait_for_sleep(&backend);
                statement.cancel().success();
            });
            statement.parameter_data().0.error("HY008");
        });
        assert_eq!(count(&table).as_deref(), Some("0"));
    }
    assert_eq!(count(&table).as_deref(), Some("1"));
    drop_table(&connection, &table);
}

#[test]
fn while_a_copy_cannot_go_on() {
    let connection = connect();
    let (backend, table) = (connection.backend(), slow_table(&connection));
    let statement = connection.statement();
    assert_eq!(statement.execute_direct(&format!("copy {table} from stdin")).code, SQL_NEED_DATA);
    assert_eq!(statement.parameter_data().0.code, SQL_NEED_DATA);
    // More than there is room for between the two: the server waits at the first row and reads nothing more.
    let piece = "text\n".repeat(13_000_000);
    thread::scope(|scope| {
        scope.spawn(|| {
            wait_for_sleep(&backend);
            statement.cancel().success();
        });
        statement.put(piece.as_bytes()).error("HY008");
    });
    assert_eq!(count(&table).as_deref(), Some("0"));
    assert_eq!(statement.rows("select 'alive'"), texts([["alive"]]));
    drop_table(&connection, &table);
}

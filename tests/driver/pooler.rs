//! Behind PgBouncer in transaction mode, where any server process may serve the next transaction.
//!
//! `make test` also runs the tests of executing statements behind it, with the keyword Pooler (`tests/tools/test`).

use crate::common::companion::Companion;
use crate::common::{Connection, server, unique};
use crate::odbc::attributes::*;
use crate::odbc::values::*;
use std::sync::OnceLock;

/// A connection through a pooler that has two server processes.
#[track_caller]
fn pooled(keywords: &str) -> Connection {
    pooled_to(&server().database, keywords)
}

#[track_caller]
fn pooled_to(database: &str, keywords: &str) -> Connection {
    static POOLER: OnceLock<Companion> = OnceLock::new();
    let pooler = POOLER.get_or_init(|| Companion::start("with-pgbouncer", &[], &[("PGODBC_POOL_SIZE", "2")]));
    let port = pooler.fact("PGODBC_TEST_PORT").parse().unwrap();
    let server = server();
    let string = server.connection_string_for("127.0.0.1", port, &server.user, &server.password);
    // What stands first counts.
    Connection::open(&format!("Database={database};{string}{keywords}"))
}

/// These tests hold both server processes: one at a time.
static BOTH: std::sync::Mutex<()> = std::sync::Mutex::new(());

fn alone() -> std::sync::MutexGuard<'static, ()> {
    BOTH.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

const PROCESS: &str = "select pg_backend_pid()";

/// Holds the server process with this number, so that the others are served by the other one.
fn hold(connection: &Connection, process: &str) {
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    for _ in 0..100 {
        if connection.value(PROCESS).as_deref() == Some(process) {
            return;
        }
        connection.end_transaction(SQL_COMMIT).success();
    }
    panic!("the pooler never gave the process {process}");
}

#[test]
fn a_statement_of_another_process_is_parsed_again() {
    let _alone = alone();
    for protocol in ["7.4-2", "7.4-1", "7.4-0"] {
        let (holder, connection) = (pooled("Pooler=transaction;"), pooled(&format!("Protocol={protocol};")));
        let statement = connection.statement();
        statement.prepare(PROCESS).success();
        statement.execute().success();
        let first = statement.fetch_rows()[0][0].clone().unwrap();
        statement.close_cursor().success();
        hold(&holder, &first);
        connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
        statement.execute().success();
        assert_ne!(statement.fetch_rows()[0][0].as_deref(), Some(first.as_str()), "{protocol}");
        connection.end_transaction(SQL_ROLLBACK).success();
        holder.end_transaction(SQL_COMMIT).success();
    }
}

/// Two clients that share server processes never execute each other's statements, though nobody has told the driver.
#[test]
fn the_statements_of_two_clients_are_not_mixed_up() {
    let _alone = alone();
    let clients = [pooled(""), pooled("")];
    let statements = clients.each_ref().map(Connection::statement);
    for (number, statement) in statements.iter().enumerate() {
        statement.prepare(&format!("select 'of client {number}'")).success();
    }
    for _ in 0..20 {
        for (number, statement) in statements.iter().enumerate() {
            statement.execute().success();
            assert_eq!(statement.fetch_rows()[0][0], Some(format!("of client {number}")));
            statement.close_cursor().success();
        }
    }
}

/// Isolation and access mode hold for the connection's own transactions, with autocommit and without, and for nobody
/// else's.
#[test]
fn what_is_set_for_a_connection_stays_with_it() {
    let _alone = alone();
    let (connection, other) = (pooled("Pooler=transaction;"), pooled("Pooler=transaction;"));
    connection.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE).success();
    connection.set(SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_ONLY).success();
    for autocommit in [SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF] {
        connection.set(SQL_ATTR_AUTOCOMMIT, autocommit).success();
        // More often than there are processes.
        for _ in 0..4 {
            assert_eq!(connection.value("show transaction_isolation").as_deref(), Some("serializable"));
            let table = unique("not_made");
            connection.statement().execute_direct(&format!("create table {table} (a int)")).error("25006");
            connection.end_transaction(SQL_ROLLBACK).success();
            assert_eq!(other.value("show transaction_isolation").as_deref(), Some("read committed"));
            assert_eq!(other.value("show transaction_read_only").as_deref(), Some("off"));
        }
    }
    connection.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_READ_COMMITTED).success();
    connection.set(SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_WRITE).success();
    assert_eq!(connection.value("show transaction_isolation").as_deref(), Some("read committed"));
    assert_eq!(connection.value("show transaction_read_only").as_deref(), Some("off"));
}

/// PgBouncer refuses the start-up parameter by which the driver asks for all digits elsewhere, and a setting of the
/// session's own would last no longer than a transaction.
#[test]
fn floats_have_all_their_digits_though_the_database_rounds_them() {
    let name = unique("rounding");
    let owner = crate::common::connect();
    owner.run(&format!("create database {name} template template0"));
    owner.run(&format!("alter database {name} set extra_float_digits = -15"));
    for keywords in ["", "Pooler=transaction;", "ResultFormat=text;"] {
        let connection = pooled_to(&name, keywords);
        assert_eq!(connection.value("select current_database()").as_ref(), Some(&name));
        for autocommit in [SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF] {
            connection.set(SQL_ATTR_AUTOCOMMIT, autocommit).success();
            // More often than there are processes. Pi as a float8 needs it (OEIS A000796).
            for _ in 0..4 {
                assert_eq!(connection.value("select array[pi()] from now()").as_deref(), Some("{3.141592653589793}"));
                connection.end_transaction(SQL_ROLLBACK).success();
            }
        }
    }
}

//! The server goes away in the middle: told once and clearly, and the handles can still be put away.

use crate::common::handles::terminate;
use crate::common::proxy::Proxy;
use crate::common::{Connection, connect, server};
use crate::odbc::attributes::*;
use crate::odbc::values::*;
use std::time::{Duration, Instant};

/// What must hold of a connection that was lost.
#[track_caller]
fn is_dead(connection: &Connection) {
    assert_eq!(connection.get(SQL_ATTR_CONNECTION_DEAD) as usize, SQL_CD_TRUE);
    let statement = connection.statement();
    statement.execute_direct("select 1").error_of(&["08S01", "08003"]);
    drop(statement);
    connection.disconnect().succeeded();
    connection.driver_connect(&server().connection_string()).0.succeeded();
    assert_eq!(connection.value("select 'back'").as_deref(), Some("back"));
}

#[test]
fn terminated_while_idle() {
    let connection = connect();
    terminate(&connection.backend());
    std::thread::sleep(Duration::from_millis(100));
    let record = connection.statement().execute_direct("select 1").error("08S01");
    assert!(record.message.len() > 20, "{}", record.message);
    is_dead(&connection);
}

#[test]
fn a_connection_that_died_while_idle_is_known_without_asking_the_server() {
    let connection = connect();
    assert_eq!(connection.get(SQL_ATTR_CONNECTION_DEAD) as usize, SQL_CD_FALSE);
    terminate(&connection.backend());
    let patience = Instant::now() + Duration::from_secs(60);
    // Pools ask this before they hand a connection out again.
    while connection.get(SQL_ATTR_CONNECTION_DEAD) as usize != SQL_CD_TRUE {
        assert!(Instant::now() < patience, "nobody has noticed");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn terminated_while_a_query_runs() {
    let connection = connect();
    let backend = connection.backend();
    let start = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            terminate(&backend);
        });
        connection.statement().execute_direct("select pg_sleep(60)").error("08S01");
    });
    assert!(start.elapsed() < Duration::from_secs(30));
    is_dead(&connection);
}

#[test]
fn terminated_in_the_middle_of_a_result() {
    let connection = connect();
    let backend = connection.backend();
    let statement = connection.statement();
    statement.execute_direct("select i, repeat('x', 1000) from generate_series(1, 10000000) i").success();
    statement.fetch().success();
    terminate(&backend);
    let failed = loop {
        let outcome = statement.fetch();
        if outcome.code != SQL_SUCCESS {
            break outcome;
        }
    };
    failed.error("08S01");
    drop(statement);
    is_dead(&connection);
}

#[test]
fn the_wire_is_cut_while_idle_and_while_rows_come() {
    let server = server();
    for rows in [false, true] {
        let proxy = Proxy::start();
        let string = server.connection_string_for("127.0.0.1", proxy.port, &server.user, &server.password);
        let connection = Connection::open(&string);
        let statement = connection.statement();
        if rows {
            statement.execute_direct("select i, repeat('x', 1000) from generate_series(1, 1000000) i").success();
            statement.fetch().success();
        }
        proxy.cut();
        let failed = if rows {
            loop {
                let outcome = statement.fetch();
                if outcome.code != SQL_SUCCESS {
                    break outcome;
                }
            }
        } else {
            statement.execute_direct("select 1")
        };
        failed.error("08S01");
        drop(statement);
        is_dead(&connection);
    }
}

#[test]
fn the_transaction_is_over_with_the_connection() {
    let connection = connect();
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    connection.run("create temp table lost (a int)");
    terminate(&connection.backend());
    std::thread::sleep(Duration::from_millis(100));
    let outcome = connection.end_transaction(SQL_COMMIT);
    outcome.error_of(&["08S01", "08007", "08003"]);
    connection.disconnect().succeeded();
}

//! SQLCancel, idle and from another thread, and the query timeout.

use crate::common::api::Manager;
use crate::common::connect;
use crate::common::statement::texts;
use crate::odbc::attributes::*;
use crate::odbc::values::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn cancelling_what_does_not_run_does_nothing() {
    let connection = connect();
    let statement = connection.statement();
    for _ in 0..20 {
        statement.cancel().success();
        assert_eq!(statement.rows("select 1"), texts([["1"]]));
    }
}

#[test]
fn cancelling_from_another_thread() {
    let connection = connect();
    let statement = connection.statement();
    let start = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(300));
            statement.cancel().succeeded();
        });
        statement.execute_direct("select pg_sleep(60)").error("HY008");
    });
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    assert_eq!(statement.rows("select 'alive'"), texts([["alive"]]));
}

#[test]
fn a_late_cancel_hits_nothing_else() {
    let connection = connect();
    let statement = connection.statement();
    for round in 0..50 {
        thread::scope(|scope| {
            let handle = scope.spawn(|| statement.cancel().succeeded());
            let outcome = statement.execute_direct("select pg_sleep(0.001)");
            assert!(outcome.code == SQL_SUCCESS || outcome.code == SQL_ERROR, "{outcome:?}");
            if outcome.code == SQL_ERROR {
                outcome.error("HY008");
            }
            handle.join().unwrap();
        });
        statement.free(SQL_CLOSE).success();
        // Another statement: this one was not meant.
        assert_eq!(connection.value("select 'untouched'").as_deref(), Some("untouched"), "round {round}");
    }
}

#[test]
fn the_query_timeout_ends_a_query() {
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_QUERY_TIMEOUT, 1).success();
    let start = Instant::now();
    statement.execute_direct("select pg_sleep(60)").error("HYT00");
    let waited = start.elapsed();
    assert!(waited >= Duration::from_millis(900) && waited < Duration::from_secs(20), "{waited:?}");
    statement.set(SQL_ATTR_QUERY_TIMEOUT, 0).success();
    assert_eq!(statement.rows("select 'alive'"), texts([["alive"]]));
}

#[test]
fn a_cancel_while_rows_arrive() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select generate_series(1, 100000000)").success();
    statement.fetch().success();
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::Acquire) {
                thread::sleep(Duration::from_millis(20));
                statement.cancel().succeeded();
            }
        });
        let last = loop {
            let fetched = statement.fetch();
            if fetched.code != SQL_SUCCESS {
                break fetched;
            }
        };
        ended.store(true, Ordering::Release);
        // Both managers take a SQLCancel between two fetches for the end of the cursor.
        let expected: &[&str] =
            if connection.api.manager == Manager::Direct { &["HY008"] } else { &["HY008", "HY010"] };
        last.error_of(expected);
    });
    statement.free(SQL_CLOSE).succeeded();
    assert_eq!(statement.rows("select 'alive'"), texts([["alive"]]));
}

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

/// Waits until the server has begun with a connection's statement.
pub fn wait_for_sleep(backend: &str) {
    wait_for_sleep_on(&connect(), backend);
}

/// The same on the server of another connection.
pub fn wait_for_sleep_on(watcher: &crate::common::Connection, backend: &str) {
    let sql = format!("select count(*) from pg_stat_activity where pid = {backend} and wait_event = 'PgSleep'");
    let patience = Instant::now() + Duration::from_secs(60);
    while watcher.value(&sql).as_deref() != Some("1") {
        assert!(Instant::now() < patience, "the server does not sleep");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_sleeping_server_is_woken_at_once() {
    let connection = connect();
    let backend = connection.backend();
    let statement = connection.statement();
    thread::scope(|scope| {
        let asked = scope.spawn(|| {
            wait_for_sleep(&backend);
            let asked = Instant::now();
            statement.cancel().succeeded();
            asked
        });
        statement.execute_direct("select pg_sleep(60)").error("HY008");
        let ended = Instant::now();
        let waited = ended.saturating_duration_since(asked.join().expect("the time of asking"));
        println!("the statement ended {waited:?} after SQLCancel was called");
        assert!(waited < Duration::from_secs(10), "{waited:?}");
    });
    statement.free(SQL_CLOSE).success();
    assert_eq!(statement.rows("select 'alive'"), texts([["alive"]]));
}

/// Numbers that look random and are the same each time.
fn randomly(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

/// `make soak` tries a thousand.
#[test]
fn cancels_at_random_moments_hit_no_later_statement() {
    let tries = std::env::var("PGODBC_TEST_CANCELS").map_or(200, |tries| tries.parse().expect("a number"));
    let connection = connect();
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON).success();
    let (statement, other) = (connection.statement(), connection.statement());
    let (mut seed, mut hits) = (20_261_121, 0);
    for round in 0..tries {
        let (wait, sleep) = (randomly(&mut seed) % 3000, randomly(&mut seed) % 3);
        thread::scope(|scope| {
            let cancelling = scope.spawn(|| {
                let begin = Instant::now();
                // Busy: a sleep would be longer than what is to be hit.
                while begin.elapsed() < Duration::from_micros(wait) {
                    std::hint::spin_loop();
                }
                statement.cancel().succeeded();
            });
            let outcome = statement.execute_direct(&format!("select pg_sleep(0.00{sleep})"));
            if outcome.code == SQL_ERROR {
                outcome.error("HY008");
                hits += 1;
            } else {
                outcome.success();
            }
            cancelling.join().expect("SQLCancel");
        });
        let closed = statement.free(SQL_CLOSE);
        if closed.code == SQL_ERROR {
            // Hit after its row had come and before its end: what it has done is undone, and closing says so.
            closed.error("HY008");
            hits += 1;
            statement.free(SQL_CLOSE).success();
        }
        // None of these was meant.
        match round % 4 {
            0 | 1 => assert_eq!(connection.value("select 'untouched'").as_deref(), Some("untouched"), "round {round}"),
            2 => {
                other.prepare("select 1, 2").success();
                assert_eq!(other.column_count(), 2, "round {round}");
            }
            _ => {
                // SAFETY: no addresses.
                let code = unsafe { other.api.SQLGetTypeInfo(other.handle, 4) };
                other.outcome(code).success();
                other.close_cursor().success();
            }
        }
    }
    println!("{hits} of {tries} statements were cancelled in time");
    assert!(hits > 0, "no cancel has hit anything");
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
fn the_servers_own_timeout_is_told_as_one() {
    let connection = connect();
    connection.run("set lc_messages to 'C'");
    connection.run("set statement_timeout to 300");
    let statement = connection.statement();
    statement.execute_direct("select pg_sleep(60)").error("HYT00");
    connection.run("set statement_timeout to 0");
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

#[test]
fn the_query_timeout_ends_a_fetch() {
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_QUERY_TIMEOUT, 1).success();
    // The first row is sent, pushed by the second; the third takes longer than the timeout.
    let sql = "select repeat('x', 100000) || case when n > 2 then pg_sleep(60)::text else '' end from generate_series(1, 3) n";
    statement.execute_direct(sql).success();
    let last = (0..3).map(|_| statement.fetch()).find(|fetched| fetched.code != SQL_SUCCESS);
    last.expect("the third row takes longer").error("HYT00");
    statement.free(SQL_CLOSE).success();
    assert_eq!(connection.value("select 'alive'").as_deref(), Some("alive"));
}

#[test]
fn the_connections_timeout_ends_a_query() {
    let connection = connect();
    connection.set(SQL_ATTR_CONNECTION_TIMEOUT, 1).success();
    let statement = connection.statement();
    statement.execute_direct("select pg_sleep(60)").error("HYT01");
    connection.set(SQL_ATTR_CONNECTION_TIMEOUT, 0).success();
    assert_eq!(connection.value("select 'alive'").as_deref(), Some("alive"));
}

//! A server that says nothing any more: what puts things away comes back all the same, by the deadline that the application
//! has set, or by its own.

use crate::asynchronous_calls::Silence;
use crate::common::proxy::Line;
use crate::common::{Connection, Statement};
use crate::odbc::attributes::*;
use crate::odbc::values::*;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const LONG: &str = "select i, repeat('x', 1000) from generate_series(1, 100000) as i";

/// Does something while the server is silent. What waits for ever is let go after a time, and told of.
#[track_caller]
fn in_silence(line: &Line, what: &str, work: impl FnOnce()) {
    let (done, wait) = mpsc::channel::<()>();
    let silence = Silence::of(&line.proxy);
    let has_waited = thread::scope(|scope| {
        let watch = scope.spawn(move || {
            let has_waited = wait.recv_timeout(Duration::from_secs(60)) == Err(mpsc::RecvTimeoutError::Timeout);
            if has_waited {
                line.proxy.hold(false);
            }
            has_waited
        });
        let start = std::time::Instant::now();
        work();
        println!("{what} took {:?}", start.elapsed());
        drop(done);
        watch.join().unwrap()
    });
    drop(silence);
    assert!(!has_waited, "{what} has waited for a server that says nothing");
}

/// A cursor whose rows are on their way.
#[track_caller]
fn reading(connection: &Connection) -> Statement<'_> {
    let statement = connection.statement();
    statement.execute_direct(LONG).success();
    statement.fetch().success();
    statement
}

/// With a timeout of a second.
fn impatient(autocommit: bool) -> Line {
    let line = Line::with("");
    if !autocommit {
        line.connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    }
    line.connection.set(SQL_ATTR_CONNECTION_TIMEOUT, 1).success();
    line
}

#[test]
fn closing_a_cursor_keeps_to_the_timeout() {
    for autocommit in [true, false] {
        let line = impatient(autocommit);
        let statement = reading(&line.connection);
        in_silence(&line, "SQLCloseCursor", || {
            let closed = statement.close_cursor();
            assert!(closed.code != SQL_ERROR || closed.records[0].sqlstate == "HYT01", "{closed:?}");
        });
        statement.close_cursor().error("24000");
        // The server speaks again: what was left of the result is in nobody's way.
        line.connection.set(SQL_ATTR_CONNECTION_TIMEOUT, 0).success();
        assert_eq!(line.connection.value("select 'alive'").as_deref(), Some("alive"));
        line.connection.end_transaction(SQL_ROLLBACK).success();
    }
}

#[test]
fn freeing_a_statement_keeps_to_the_timeout() {
    for autocommit in [true, false] {
        let line = impatient(autocommit);
        let statement = reading(&line.connection);
        in_silence(&line, "SQLFreeHandle", || drop(statement));
        line.connection.set(SQL_ATTR_CONNECTION_TIMEOUT, 0).success();
        assert_eq!(line.connection.value("select 'alive'").as_deref(), Some("alive"));
        line.connection.end_transaction(SQL_ROLLBACK).success();
    }
}

/// Nothing more is to be learnt from a statement that only reads. In a transaction nothing may be cancelled.
#[test]
fn without_a_timeout_closing_what_only_reads_comes_back_too() {
    for autocommit in [true, false] {
        let line = Line::with("");
        if !autocommit {
            line.connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
        }
        let statement = reading(&line.connection);
        in_silence(&line, "SQLCloseCursor", || statement.close_cursor().success());
        assert_eq!(line.connection.value("select 'alive'").as_deref(), Some("alive"));
        line.connection.end_transaction(SQL_ROLLBACK).success();
    }
}

#[test]
fn disconnecting_keeps_to_its_own() {
    for statements in [0, 2] {
        let line = Line::with("");
        let open: Vec<Statement<'_>> = (0..statements).map(|_| reading(&line.connection)).collect();
        in_silence(&line, "SQLDisconnect", || line.connection.disconnect().success());
        open.into_iter().for_each(std::mem::forget);
    }
}

#[test]
fn ending_a_transaction_keeps_to_the_timeout() {
    let line = impatient(false);
    line.connection.statement().execute_direct("select 1").success();
    in_silence(&line, "SQLEndTran", || {
        line.connection.end_transaction(SQL_COMMIT).error_of(&["HYT01", "08S01", "08007"]);
    });
}

//! While a function of one statement is executed asynchronously, other handles of its connection are worked with: none of these
//! calls waits for the server either.
//!
//! Source: ODBC reference, "Asynchronous Execution (Polling Method)".

use crate::asynchronous::{asynchronous, poll};
use crate::asynchronous_calls::Silence;
use crate::common::proxy::{Line, Proxy};
use crate::common::statement::{Parameter, texts};
use crate::common::{Connection, Outcome, Statement, connect, server, unique};
use crate::odbc::attributes::*;
use crate::odbc::descriptor_fields::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

const INTEGER: Parameter = Parameter { c_type: SQL_C_SLONG, sql_type: SQL_INTEGER, column_size: 0, decimal_digits: 0 };
const SLOW: &str = "select 'slow'";

/// Calls functions while the server is silent and another executes, which is polled to its end then. A call that waits would wait
/// for ever: it is let go after a time, and told of.
#[track_caller]
pub fn while_it_executes(proxy: &Proxy, executing: &dyn Fn() -> Outcome, work: impl FnOnce()) {
    let (done, wait) = mpsc::channel::<()>();
    let has_waited = AtomicBool::new(false);
    let silence = Silence::of(proxy);
    assert_eq!(executing().code, SQL_STILL_EXECUTING);
    let waited = &has_waited;
    thread::scope(|scope| {
        scope.spawn(move || {
            if wait.recv_timeout(Duration::from_secs(30)) == Err(mpsc::RecvTimeoutError::Timeout) {
                waited.store(true, Ordering::Release);
                proxy.hold(false);
            }
        });
        // Dropped when the work has ended, however it has.
        let _done = done;
        work();
        assert_eq!(executing().code, SQL_STILL_EXECUTING);
    });
    drop(silence);
    assert!(!has_waited.load(Ordering::Acquire), "a call has waited for the server");
    poll(executing).outcome.success();
}

/// The same while a statement is executed, and read afterwards.
#[track_caller]
fn while_busy(proxy: &Proxy, busy: &Statement<'_>, work: impl FnOnce()) {
    while_it_executes(proxy, &|| busy.execute_direct(SLOW), work);
    poll(|| busy.fetch()).outcome.success();
    assert_eq!(busy.get_text(1).as_deref(), Some("slow"));
    busy.close_cursor().success();
}

#[test]
fn handles_are_allocated_used_and_freed() {
    let line = Line::with("");
    let (connection, busy) = (&line.connection, asynchronous(&line.connection));
    let (mut value, mut indicator) = (0_i32, 0_isize);
    while_busy(&line.proxy, &busy, || {
        let other = asynchronous(connection);
        let mut descriptor = connection.descriptor();
        descriptor.set(0, SQL_DESC_ARRAY_SIZE, 7).success();
        assert_eq!(descriptor.get::<usize>(0, SQL_DESC_ARRAY_SIZE), 7);
        descriptor.set(0, 999, 7).error("HY091");
        other.set(SQL_ATTR_APP_ROW_DESC, descriptor.handle.expose_provenance()).success();
        assert_eq!(other.get_attribute(SQL_ATTR_ROW_ARRAY_SIZE), 7);
        descriptor.free().success();
        assert_eq!(other.get_attribute(SQL_ATTR_ROW_ARRAY_SIZE), 1, "its own again");
        other.set(SQL_ATTR_QUERY_TIMEOUT, 3).success();
        // SAFETY: they outlive the statement.
        unsafe {
            other.bind_column(1, SQL_C_SLONG, (&raw mut value).cast(), 0, &raw mut indicator).success();
            other.bind_parameter(1, INTEGER, (&raw mut value).cast(), 0, &raw mut indicator).success();
        }
        let parameters = other.descriptor(SQL_ATTR_IMP_PARAM_DESC);
        parameters.set(0, SQL_DESC_ROWS_PROCESSED_PTR, 0).success();
        assert_eq!(parameters.get::<i16>(0, SQL_DESC_COUNT), 1);
        other.free(SQL_UNBIND).success();
        other.free(SQL_RESET_PARAMS).success();
        other.cancel().success();
    });
    assert_eq!(connection.value("select 'alive'").as_deref(), Some("alive"));
}

#[test]
fn an_open_cursor_is_described_closed_and_its_statement_executed_again() {
    let line = Line::with("");
    let (connection, busy) = (&line.connection, asynchronous(&line.connection));
    let many = "select i, 'text ' || i as t from generate_series(1, 20000) as i";
    let (closed, freed, read) = (asynchronous(connection), asynchronous(connection), asynchronous(connection));
    for statement in [&closed, &freed, &read] {
        poll(|| statement.execute_direct(many)).outcome.success();
        poll(|| statement.fetch()).outcome.success();
    }
    while_busy(&line.proxy, &busy, || {
        assert_eq!(closed.column_count(), 2);
        assert_eq!(closed.describe(2).name, "t");
        assert_eq!(closed.get_attribute(SQL_ATTR_ROW_NUMBER), 1);
        assert!([-1, 20000].contains(&closed.row_count()), "the number, or not known yet");
        closed.close_cursor().success();
        closed.close_cursor().error("24000");
        // Its turn has not come yet.
        assert_eq!(closed.execute_direct("select 'again'").code, SQL_STILL_EXECUTING);
        assert_eq!(read.fetch().code, SQL_STILL_EXECUTING);
        drop(freed);
    });
    poll(|| closed.execute_direct("select 'again'")).outcome.success();
    poll(|| closed.fetch()).outcome.success();
    assert_eq!(closed.get_text(1).as_deref(), Some("again"));
    poll(|| read.fetch()).outcome.success();
    assert_eq!(read.get_text(2).as_deref(), Some("text 2"));
    read.close_cursor().success();
    assert_eq!(connection.value("select 'alive'").as_deref(), Some("alive"));
}

#[test]
fn a_prepared_statement_is_bound_asked_and_given_up() {
    let line = Line::with("");
    let (connection, busy) = (&line.connection, asynchronous(&line.connection));
    let (prepared, freed) = (asynchronous(connection), asynchronous(connection));
    let (mut value, mut indicator) = (41_i32, 0_isize);
    for statement in [&prepared, &freed] {
        poll(|| statement.prepare("select ?::integer + 1 as sum")).outcome.success();
        // SAFETY: they outlive the executions.
        unsafe { statement.bind_parameter(1, INTEGER, (&raw mut value).cast(), 0, &raw mut indicator).success() };
        poll(|| statement.execute()).outcome.success();
        poll(|| statement.fetch()).outcome.success();
        statement.close_cursor().success();
    }
    while_busy(&line.proxy, &busy, || {
        assert_eq!(prepared.parameter_count(), 1);
        // What its columns are is the server's to say: it can be polled for, as the reference has it for an IRD.
        let columns = prepared.descriptor(SQL_ATTR_IMP_ROW_DESC);
        // Until the worker has taken the session along, on a busy machine after the first SQL_STILL_EXECUTING, it is told.
        let begun = Instant::now();
        while columns.try_get::<i16>(0, SQL_DESC_COUNT).0.code == SQL_SUCCESS {
            assert!(begun.elapsed() < Duration::from_secs(20), "the session is not taken along");
        }
        assert_eq!(columns.try_get::<i16>(0, SQL_DESC_COUNT).0.code, SQL_STILL_EXECUTING);
        assert_eq!(connection.descriptor().copy_from(&columns).code, SQL_STILL_EXECUTING);
        drop(freed);
    });
    assert_eq!(prepared.descriptor(SQL_ATTR_IMP_ROW_DESC).get::<i16>(0, SQL_DESC_COUNT), 1);
    value = 1;
    poll(|| prepared.execute()).outcome.success();
    poll(|| prepared.fetch()).outcome.success();
    assert_eq!(prepared.get::<i32>(1), Some(2));
    assert_eq!(value, 1);
}

#[test]
fn cursor_names_of_statements_that_are_executing_are_known() {
    let line = Line::with("");
    let (connection, busy) = (&line.connection, asynchronous(&line.connection));
    let set_name = |statement: &Statement<'_>, name: &str| {
        // SAFETY: a text with its length.
        statement.outcome(unsafe { statement.api.SQLSetCursorName(statement.handle, name.as_ptr(), name.len() as i16) })
    };
    set_name(&busy, "Mine").success();
    while_busy(&line.proxy, &busy, || {
        let other = connection.statement();
        set_name(&other, "mine").error("3C000");
        set_name(&other, "yours").success();
    });
}

#[test]
fn a_positioned_statement_takes_its_cursor_along() {
    let connection = connect();
    let table = unique("along");
    connection.create_table(&table, "a integer primary key, b text");
    connection.run(&format!("insert into {table} select i, 'old' from generate_series(1, 3) as i"));
    let cursor = connection.statement();
    // SAFETY: a text with its length.
    cursor.outcome(unsafe { cursor.api.SQLSetCursorName(cursor.handle, b"taken".as_ptr(), 5) }).success();
    cursor.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_VALUES).success();
    cursor.execute_direct(&format!("select a, b from {table} order by a")).success();
    cursor.fetch().success();
    cursor.fetch().success();
    let update = asynchronous(&connection);
    let sql = format!("update {table} set b = 'new' || pg_sleep(0.5) where current of taken");
    let polled = poll(|| update.execute_direct(&sql));
    polled.without_waiting("a positioned update").success();
    cursor.fetch().success();
    assert_eq!(cursor.get::<i32>(1), Some(3));
    cursor.fetch().no_data();
    cursor.close_cursor().success();
    let rows = connect().statement().rows(&format!("select a, b from {table} order by a"));
    assert_eq!(rows, texts([["1", "old"], ["2", "new"], ["3", "old"]]));
}

#[test]
fn what_the_server_forgets_meanwhile_is_prepared_again() {
    // In a transaction that fails as a whole nothing is tried a second time.
    let connection = Connection::open(&format!("{};Protocol=7.4-0;PrepareThreshold=1", server().connection_string()));
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    let prepared = connection.statement();
    prepared.prepare("select 'prepared'").success();
    for _ in 0..3 {
        prepared.execute().success();
        prepared.close_cursor().success();
    }
    let other = asynchronous(&connection);
    poll(|| other.execute_direct("deallocate all")).outcome.success();
    prepared.execute().success();
    prepared.fetch().success();
    assert_eq!(prepared.get_text(1).as_deref(), Some("prepared"));
}

#[test]
fn a_synchronous_statement_waits_for_its_turn() {
    let connection = connect();
    let (slow, quick) = (asynchronous(&connection), connection.statement());
    let sql = "select 'slow' from pg_sleep(0.5)";
    assert_eq!(slow.execute_direct(sql).code, SQL_STILL_EXECUTING);
    assert_eq!(quick.rows("select 'quick'"), texts([["quick"]]));
    poll(|| slow.execute_direct(sql)).outcome.success();
    poll(|| slow.fetch()).outcome.success();
    assert_eq!(slow.get_text(1).as_deref(), Some("slow"));
}

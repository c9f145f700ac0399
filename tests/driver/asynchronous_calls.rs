//! No call of a function that is executed asynchronously waits for the server: each is made while nothing comes from it.
//!
//! Proved without a clock: what the server sends is kept back, and a call that waited for it would never return.

use crate::asynchronous::{asynchronous, poll};
use crate::common::api::Manager;
use crate::common::proxy::{Line, Proxy};
use crate::common::statement::Parameter;
use crate::common::{Connection, Outcome, server, unique};
use crate::odbc::attributes::*;
use crate::odbc::info_types::SQL_DBMS_NAME;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Keeps back what the server sends, until it is dropped: what a failed test frees must hear from the server again.
pub struct Silence<'a>(&'a Proxy);

impl<'a> Silence<'a> {
    pub fn of(proxy: &'a Proxy) -> Self {
        proxy.hold(true);
        Silence(proxy)
    }
}

impl Drop for Silence<'_> {
    fn drop(&mut self) {
        self.0.hold(false);
    }
}

/// Calls a function several times while the server is silent, then lets it answer and polls to the end.
#[track_caller]
fn without_the_server(proxy: &Proxy, what: &str, function: impl Fn() -> Outcome) -> Outcome {
    let (ended, end) = mpsc::channel::<()>();
    let silence = Silence::of(proxy);
    let (codes, longest) = thread::scope(|scope| {
        // A call that waits is not waited for forever; its return code tells.
        scope.spawn(move || {
            if end.recv_timeout(Duration::from_secs(30)).is_err() {
                proxy.hold(false);
            }
        });
        let mut longest = Duration::ZERO;
        let codes: Vec<i16> = (0..3)
            .map(|_| {
                let start = Instant::now();
                let code = function().code;
                longest = longest.max(start.elapsed());
                code
            })
            .collect();
        let _ = ended.send(());
        (codes, longest)
    });
    println!("{what}: the longest of three calls took {longest:?}");
    drop(silence);
    assert_eq!(codes, [SQL_STILL_EXECUTING; 3], "{what}");
    poll(function).outcome
}

#[test]
fn functions_of_statements_wait_for_nothing() {
    let line = Line::with("");
    let (connection, proxy) = (&line.connection, &line.proxy);
    let table = unique("held");
    connection.run(&format!("create table {table} (a integer primary key)"));
    let statement = asynchronous(connection);

    without_the_server(proxy, "SQLExecDirect", || statement.execute_direct("select 'x'")).success();
    poll(|| statement.fetch()).outcome.success();
    assert_eq!(statement.get_text(1).as_deref(), Some("x"));
    statement.close_cursor().success();

    // Under iODBC it asks the server for nothing, and returns at once.
    let prepare = || statement.prepare("select ?::integer + 1");
    match connection.api.manager {
        Manager::Iodbc => poll(prepare).outcome.success(),
        _ => without_the_server(proxy, "SQLPrepare", prepare).success(),
    }
    let (mut value, mut indicator) = (41_i32, 0_isize);
    let parameter = Parameter { c_type: SQL_C_SLONG, sql_type: SQL_INTEGER, column_size: 0, decimal_digits: 0 };
    // SAFETY: both outlive the execution.
    unsafe { statement.bind_parameter(1, parameter, (&raw mut value).cast(), 0, &raw mut indicator).success() };
    without_the_server(proxy, "SQLExecute", || statement.execute()).success();
    statement.close_cursor().success();
    statement.free(SQL_RESET_PARAMS).success();

    without_the_server(proxy, "SQLPrimaryKeys", || {
        // SAFETY: a text with its length.
        statement.outcome(unsafe {
            let (none, length) = (std::ptr::null(), table.len() as i16);
            statement.api.SQLPrimaryKeys(statement.handle, none, 0, none, 0, table.as_ptr(), length)
        })
    })
    .success();
    statement.close_cursor().success();
}

#[test]
fn data_at_execution_waits_for_nothing() {
    let line = Line::with("");
    let (connection, proxy) = (&line.connection, &line.proxy);
    let statement = asynchronous(connection);
    poll(|| statement.prepare("select upper(?::text)")).outcome.success();
    let (mut place, mut at_execution) = (0_u8, SQL_DATA_AT_EXEC);
    let parameter = Parameter { c_type: SQL_C_CHAR, sql_type: SQL_VARCHAR, column_size: 100, decimal_digits: 0 };
    // SAFETY: both outlive the execution.
    unsafe { statement.bind_parameter(1, parameter, (&raw mut place).cast(), 0, &raw mut at_execution).success() };
    assert_eq!(poll(|| statement.execute()).outcome.code, SQL_NEED_DATA);
    assert_eq!(poll(|| statement.parameter_data().0).outcome.code, SQL_NEED_DATA);
    poll(|| statement.put(b"later")).outcome.success();
    without_the_server(proxy, "SQLParamData", || statement.parameter_data().0).success();
    poll(|| statement.fetch()).outcome.success();
    assert_eq!(statement.get_text(1).as_deref(), Some("LATER"));
}

#[test]
fn what_may_be_called_meanwhile_waits_for_nothing() {
    let line = Line::with("");
    let (connection, proxy) = (&line.connection, &line.proxy);
    let statement = asynchronous(connection);
    let execute = || statement.execute_direct("select 'x'");
    let silence = Silence::of(proxy);
    assert_eq!(execute().code, SQL_STILL_EXECUTING);
    assert_eq!(connection.info_text(SQL_DBMS_NAME), "PostgreSQL");
    assert_eq!(connection.get(SQL_ATTR_AUTOCOMMIT), 1);
    assert_eq!(connection.supports(11), Some(true));
    assert!(connection.records().is_empty() && statement.records().is_empty());
    statement.fetch().error("HY010");
    connection.end_transaction(SQL_COMMIT).error("HY010");
    // The request goes by a connection of its own, which hears nothing either.
    statement.cancel().success();
    let told = execute();
    drop(silence);
    // It had been executed before the request came, or it was cancelled; at once, if the worker had not begun with it.
    let ended = if told.code == SQL_STILL_EXECUTING { poll(execute).outcome } else { told };
    assert!(ended.code == SQL_SUCCESS || ended.records.iter().any(|record| record.sqlstate == "HY008"), "{ended:?}");
}

#[test]
fn functions_of_connections_wait_for_nothing() {
    let line = Line::with("");
    let (connection, proxy) = (&line.connection, &line.proxy);
    if connection.api.manager == Manager::Iodbc {
        // It would make an error of SQL_STILL_EXECUTING.
        connection.set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_ON).error("HYC00");
        return;
    }
    connection.set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_ON).success();
    let isolation = || connection.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE);
    without_the_server(proxy, "SQLSetConnectAttr", isolation).success();
    poll(|| connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF)).outcome.success();
    for completion in [SQL_COMMIT, SQL_ROLLBACK] {
        connection.statement().execute_direct("select 1").success();
        without_the_server(proxy, "SQLEndTran", || connection.end_transaction(completion)).success();
    }
    connection.set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_OFF).success();
}

#[test]
fn connecting_waits_for_nothing() {
    let (proxy, server) = (Proxy::start(), server());
    let string = server.connection_string_for("127.0.0.1", proxy.port, &server.user, &server.password);
    let connection = Connection::new();
    connection.set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_ON).success();
    let connect = || connection.driver_connect(&string).0;
    match connection.api.manager {
        Manager::Direct => without_the_server(&proxy, "SQLDriverConnect", connect).success(),
        // The managers do not poll for it (docs/asynchronous.md).
        Manager::UnixOdbc | Manager::Iodbc => connect().succeeded(),
    }
    assert_eq!(connection.value("select 'connected'").as_deref(), Some("connected"));
}

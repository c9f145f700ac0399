//! Asynchronous execution by polling: nothing waits for the server.
//!
//! Source: ODBC reference, "Asynchronous Execution (Polling Method)".

use crate::common::api::Manager;
use crate::common::proxy::Proxy;
use crate::common::statement::texts;
use crate::common::{Connection, Outcome, Statement, connect, server, slow_to_commit, unique};
use crate::odbc::attributes::*;
use crate::odbc::info_types::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::thread;
use std::time::{Duration, Instant};

/// What a poll may take on a machine that is busy with other things, where the server sleeps longer; on an idle one it is a
/// millisecond or two.
const PROMPTLY: Duration = Duration::from_secs(1);

/// A function polled to its end.
pub struct Polled {
    pub outcome: Outcome,
    /// How often it was SQL_STILL_EXECUTING.
    pub times: usize,
    pub longest: Duration,
}

/// Calls a function until it returns something else than SQL_STILL_EXECUTING.
#[track_caller]
pub fn poll(function: impl Fn() -> Outcome) -> Polled {
    let (mut times, mut longest) = (0, Duration::ZERO);
    let patience = Instant::now() + Duration::from_secs(60);
    loop {
        let start = Instant::now();
        let outcome = function();
        longest = longest.max(start.elapsed());
        if outcome.code != SQL_STILL_EXECUTING {
            return Polled { outcome, times, longest };
        }
        assert!(Instant::now() < patience, "still executing");
        times += 1;
        thread::sleep(Duration::from_millis(1));
    }
}

impl Polled {
    /// It had to be asked for more than once, and no call waited for the server.
    #[track_caller]
    pub fn without_waiting(&self, what: &str) -> &Outcome {
        println!("{what}: {} polls, the longest call took {:?}", self.times, self.longest);
        assert!(self.times > 0, "{what} waited for the server: {:?}", self.outcome);
        assert!(self.longest < PROMPTLY, "a call of {what} took {:?}", self.longest);
        &self.outcome
    }
}

/// A statement that is asynchronous.
#[track_caller]
pub fn asynchronous(connection: &Connection) -> Statement<'_> {
    let statement = connection.statement();
    statement.set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON).success();
    statement
}

#[test]
fn what_the_driver_says_of_it_is_so() {
    let connection = connect();
    assert_eq!(connection.info_number::<4>(SQL_ASYNC_MODE), 2, "SQL_AM_STATEMENT");
    assert_eq!(connection.info_number::<4>(SQL_MAX_ASYNC_CONCURRENT_STATEMENTS), 0, "no limit");
    let statement = connection.statement();
    assert_eq!(statement.get_attribute(SQL_ATTR_ASYNC_ENABLE), SQL_ASYNC_ENABLE_OFF);
    statement.set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON).success();
    assert_eq!(statement.get_attribute(SQL_ATTR_ASYNC_ENABLE), SQL_ASYNC_ENABLE_ON);
    statement.set(SQL_ATTR_ASYNC_ENABLE, 2).error_of(&["HY024"]);
}

#[test]
fn a_query_is_polled_while_the_server_sleeps() {
    let connection = connect();
    let statement = asynchronous(&connection);
    let polled = poll(|| statement.execute_direct("select 'woken' from pg_sleep(2)"));
    polled.without_waiting("SQLExecDirect").success();
    let fetched = poll(|| statement.fetch());
    fetched.outcome.success();
    assert_eq!(statement.get_text(1).as_deref(), Some("woken"));
    let end = poll(|| statement.fetch());
    end.outcome.no_data();
    // unixODBC 2.3 stays in the state S11 when a fetch that was polled for finds no row (`SQLFetch.c`).
    if end.times == 0 || connection.api.manager != Manager::UnixOdbc {
        statement.close_cursor().success();
    }
}

#[test]
fn rows_that_come_slowly_are_polled_for() {
    let connection = connect();
    let statement = asynchronous(&connection);
    // Long enough values that the server sends each row when it has it.
    let sql = "select repeat('x', 20000) || pg_sleep(0.3)::text from generate_series(1, 3)";
    poll(|| statement.execute_direct(sql)).outcome.success();
    let mut rows = 0;
    let mut still = 0;
    loop {
        let fetched = poll(|| statement.fetch());
        assert!(fetched.longest < PROMPTLY, "{:?}", fetched.longest);
        still += fetched.times;
        if fetched.outcome.code == SQL_NO_DATA {
            break;
        }
        fetched.outcome.success();
        rows += 1;
    }
    assert_eq!(rows, 3);
    assert!(still > 0, "no fetch has waited for its row");
}

#[test]
fn a_prepared_statement_is_described_and_executed_so() {
    let connection = connect();
    let statement = asynchronous(&connection);
    poll(|| statement.prepare("select ?::int8 + 1, pg_sleep(0.5)::text")).outcome.success();
    poll(|| {
        let mut count = -1;
        // SAFETY: room for the answer.
        let code = unsafe { statement.api.SQLNumResultCols(statement.handle, &raw mut count) };
        assert!(code != SQL_SUCCESS || count == 2, "{count}");
        statement.outcome(code)
    })
    .outcome
    .success();
    let (mut value, mut indicator) = (41_i64, 0_isize);
    let parameter = crate::common::statement::Parameter {
        c_type: SQL_C_SBIGINT,
        sql_type: SQL_BIGINT,
        column_size: 0,
        decimal_digits: 0,
    };
    // SAFETY: both outlive the execution.
    unsafe { statement.bind_parameter(1, parameter, (&raw mut value).cast(), 0, &raw mut indicator).success() };
    for _ in 0..2 {
        let polled = poll(|| statement.execute());
        polled.without_waiting("SQLExecute").success();
        let mut sum = 0_i64;
        // SAFETY: the column is unbound before the variable goes.
        unsafe { statement.bind_column(1, SQL_C_SBIGINT, (&raw mut sum).cast(), 8, &raw mut indicator).success() };
        poll(|| statement.fetch()).outcome.success();
        assert_eq!(sum, 42);
        statement.free(SQL_UNBIND).success();
        statement.free(SQL_CLOSE).success();
    }
}

#[test]
fn an_error_comes_with_its_records_at_the_end() {
    let connection = connect();
    let statement = asynchronous(&connection);
    let polled = poll(|| statement.execute_direct("select pg_sleep(0.3), 1/0"));
    polled.outcome.error("22012");
    poll(|| statement.execute_direct("selct")).outcome.error("42000");
    poll(|| statement.execute_direct("select 1")).outcome.success();
}

#[test]
fn nothing_else_may_be_called_on_the_statement_meanwhile() {
    let connection = connect();
    let statement = asynchronous(&connection);
    let sql = "select pg_sleep(60)";
    assert_eq!(statement.execute_direct(sql).code, SQL_STILL_EXECUTING);
    let start = Instant::now();
    statement.fetch().error("HY010");
    statement.prepare("select 1").error("HY010");
    statement.close_cursor().error("HY010");
    statement.free(SQL_UNBIND).error("HY010");
    let mut value = 0;
    // SAFETY: room for the answer.
    let code = unsafe { statement.api.SQLNumResultCols(statement.handle, &raw mut value) };
    statement.outcome(code).error("HY010");
    connection.end_transaction(SQL_COMMIT).error("HY010");
    connection.disconnect().error_of(&["HY010", "25000"]);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    statement.cancel().success();
    poll(|| statement.execute_direct(sql)).outcome.error("HY008");
}

#[test]
fn what_may_be_asked_of_the_connection_meanwhile_does_not_wait() {
    let connection = connect();
    let statement = asynchronous(&connection);
    let sql = "select pg_sleep(60)";
    assert_eq!(statement.execute_direct(sql).code, SQL_STILL_EXECUTING);
    let start = Instant::now();
    assert_eq!(connection.info_text(SQL_DBMS_NAME), "PostgreSQL");
    assert_eq!(connection.get(SQL_ATTR_AUTOCOMMIT), 1);
    assert_eq!(connection.supports(11), Some(true), "SQLExecDirect");
    assert!(connection.records().is_empty() && statement.records().is_empty());
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    statement.cancel().success();
    poll(|| statement.execute_direct(sql)).outcome.error("HY008");
}

#[test]
fn cancelling_gives_hy008_at_a_later_poll() {
    let connection = connect();
    let statement = asynchronous(&connection);
    for sql in ["select pg_sleep(60)", "select count(*) from generate_series(1, 1000000000)"] {
        assert_eq!(statement.execute_direct(sql).code, SQL_STILL_EXECUTING);
        let start = Instant::now();
        statement.cancel().success();
        let asked = start.elapsed();
        assert!(asked < PROMPTLY, "SQLCancel took {asked:?}");
        poll(|| statement.execute_direct(sql)).outcome.error("HY008");
        println!("SQLCancel took {asked:?}, the end came after {:?}", start.elapsed());
    }
    poll(|| statement.execute_direct("select 'alive'")).outcome.success();
    poll(|| statement.fetch()).outcome.success();
    assert_eq!(statement.get_text(1).as_deref(), Some("alive"));
}

#[test]
fn statements_of_one_connection_are_asynchronous_together() {
    let connection = connect();
    let (first, second) = (asynchronous(&connection), asynchronous(&connection));
    let (slow, quick) = ("select 'slow' from pg_sleep(2)", "select 'quick'");
    assert_eq!(first.execute_direct(slow).code, SQL_STILL_EXECUTING);
    let start = Instant::now();
    let code = second.execute_direct(quick).code;
    assert!(code == SQL_STILL_EXECUTING || code == SQL_SUCCESS, "{code}");
    assert!(start.elapsed() < PROMPTLY, "{:?}", start.elapsed());
    if code == SQL_STILL_EXECUTING {
        poll(|| second.execute_direct(quick)).outcome.success();
    }
    poll(|| first.execute_direct(slow)).outcome.success();
    for (statement, text) in [(&first, "slow"), (&second, "quick")] {
        poll(|| statement.fetch()).outcome.success();
        assert_eq!(statement.get_text(1).as_deref(), Some(text));
        statement.close_cursor().success();
    }
}

#[test]
fn a_waiting_statement_is_cancelled_before_it_begins() {
    let connection = connect();
    let table = unique("never");
    connection.run(&format!("create table {table} (a int)"));
    let (first, second) = (asynchronous(&connection), asynchronous(&connection));
    let insert = format!("insert into {table} values (1)");
    assert_eq!(first.execute_direct("select pg_sleep(1)").code, SQL_STILL_EXECUTING);
    assert_eq!(second.execute_direct(&insert).code, SQL_STILL_EXECUTING);
    second.cancel().success();
    poll(|| second.execute_direct(&insert)).outcome.error("HY008");
    poll(|| first.execute_direct("select pg_sleep(1)")).outcome.success();
    first.close_cursor().success();
    assert_eq!(connect().value(&format!("select count(*) from {table}")).as_deref(), Some("0"));
}

#[test]
fn the_connections_attribute_is_the_default_of_its_statements() {
    let connection = connect();
    let before = connection.statement();
    connection.set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON).success();
    let after = connection.statement();
    assert_eq!(before.get_attribute(SQL_ATTR_ASYNC_ENABLE), SQL_ASYNC_ENABLE_OFF);
    assert_eq!(after.get_attribute(SQL_ATTR_ASYNC_ENABLE), SQL_ASYNC_ENABLE_ON);
    poll(|| after.execute_direct("select pg_sleep(0.3)")).without_waiting("SQLExecDirect").success();
    after.close_cursor().success();
    connection.set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_OFF).success();
    assert_eq!(after.get_attribute(SQL_ATTR_ASYNC_ENABLE), SQL_ASYNC_ENABLE_OFF);
    assert_eq!(after.rows("select 1"), texts([["1"]]));
}

#[test]
fn catalog_functions_and_data_at_execution_are_polled_too() {
    let connection = connect();
    let statement = asynchronous(&connection);
    poll(|| {
        // SAFETY: no addresses.
        statement.outcome(unsafe { statement.api.SQLGetTypeInfo(statement.handle, SQL_BIGINT) })
    })
    .outcome
    .success();
    poll(|| statement.fetch()).outcome.success();
    statement.close_cursor().success();

    poll(|| statement.prepare("select upper(?::text), pg_sleep(0.3)::text")).outcome.success();
    let (mut place, mut at_execution) = (0_u8, SQL_DATA_AT_EXEC);
    let parameter = crate::common::statement::Parameter {
        c_type: SQL_C_CHAR,
        sql_type: SQL_VARCHAR,
        column_size: 100,
        decimal_digits: 0,
    };
    // SAFETY: both outlive the execution.
    unsafe { statement.bind_parameter(1, parameter, (&raw mut place).cast(), 0, &raw mut at_execution).success() };
    let executed = poll(|| statement.execute());
    assert_eq!(executed.outcome.code, SQL_NEED_DATA, "{:?} after {} polls", executed.outcome, executed.times);
    let asked = poll(|| statement.parameter_data().0);
    assert_eq!(asked.outcome.code, SQL_NEED_DATA, "{:?} after {} polls", asked.outcome, asked.times);
    poll(|| statement.put(b"later")).outcome.success();
    poll(|| statement.parameter_data().0).without_waiting("SQLParamData").success();
    poll(|| statement.fetch()).outcome.success();
    assert_eq!(statement.get_text(1).as_deref(), Some("LATER"));
}

/// A connection that is not made yet, whose functions are asynchronous.
#[track_caller]
fn asynchronous_connection() -> Connection {
    let connection = Connection::new();
    connection.set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_ON).success();
    connection
}

#[test]
fn a_commit_is_polled_for() {
    let connection = connect();
    if connection.api.manager == Manager::Iodbc {
        // It would make an error of SQL_STILL_EXECUTING.
        connection.set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_ON).error("HYC00");
        assert_eq!(connection.info_number::<4>(SQL_ASYNC_DBC_FUNCTIONS), 0, "SQL_ASYNC_DBC_NOT_CAPABLE");
        return;
    }
    let table = slow_to_commit(&connection, "2");
    connection.set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_ON).success();
    assert_eq!(connection.info_number::<4>(SQL_ASYNC_DBC_FUNCTIONS), 1, "SQL_ASYNC_DBC_CAPABLE");
    poll(|| connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF)).outcome.success();
    let statement = connection.statement();
    statement.execute_direct(&format!("insert into {table} values (1)")).success();
    let begun = connection.end_transaction(SQL_COMMIT);
    assert_eq!(begun.code, SQL_STILL_EXECUTING, "{begun:?}");
    statement.execute_direct("select 1").error("HY010");
    assert_eq!(connection.info_text(SQL_DBMS_NAME), "PostgreSQL", "asked meanwhile");
    let polled = poll(|| connection.end_transaction(SQL_COMMIT));
    polled.without_waiting("SQLEndTran").success();
    assert_eq!(connect().value(&format!("select count(*) from {table}")).as_deref(), Some("1"));
    poll(|| connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON)).outcome.success();
    connection.set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_OFF).success();
    assert_eq!(connection.value("select 'alive'").as_deref(), Some("alive"));
}

#[test]
fn connecting_and_disconnecting_are_polled_for() {
    let proxy = Proxy::slow(Duration::from_secs(2));
    let server = server();
    let string = server.connection_string_for("127.0.0.1", proxy.port, &server.user, &server.password);
    let connection = asynchronous_connection();
    let polled = poll(|| connection.driver_connect(&string).0);
    match connection.api.manager {
        Manager::Direct => polled.without_waiting("SQLDriverConnect").success(),
        // It takes a connection that is still being made for one that has failed: the driver waits for it.
        Manager::UnixOdbc => assert_eq!((polled.outcome.code, polled.times), (SQL_SUCCESS, 0)),
        // It does not hand the attribute on.
        Manager::Iodbc => polled.outcome.succeeded(),
    }
    {
        let statement = connection.statement();
        assert_eq!(statement.rows("select 'connected'"), texts([["connected"]]));
    }
    poll(|| connection.disconnect()).outcome.success();
}

/// Threads of the driver's in this process, by the system.
#[cfg(target_os = "linux")]
fn driver_threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").expect("the threads of the process");
    let names = tasks.flatten().filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    names.filter(|name| name.trim() == "pgodbc").count()
}

/// In a process of its own: other tests have connections with threads.
#[cfg(target_os = "linux")]
#[test]
fn there_is_one_thread_a_connection_and_none_outlives_it() {
    const ALONE: &str = "PGODBC_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let name = "asynchronous::there_is_one_thread_a_connection_and_none_outlives_it";
        let mut child = std::process::Command::new(std::env::current_exe().expect("the test's program"));
        let output = child.args(["--exact", name, "--nocapture"]).env(ALONE, "1").output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        return;
    }
    let connection = connect();
    assert_eq!(driver_threads(), 0, "nothing is asynchronous yet");
    {
        let statements: Vec<Statement<'_>> = (0..20).map(|_| asynchronous(&connection)).collect();
        for statement in &statements {
            poll(|| statement.execute_direct("select 1")).outcome.success();
        }
        assert_eq!(driver_threads(), 1, "for twenty statements");
    }
    assert_eq!(driver_threads(), 0, "the statements are freed");
    let statement = asynchronous(&connection);
    poll(|| statement.execute_direct("select 1")).outcome.success();
    assert_eq!(driver_threads(), 1);
    connection.disconnect().success();
    assert_eq!(driver_threads(), 0, "the connection is closed");
    std::mem::forget(statement);
}

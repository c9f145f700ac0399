//! SQL_ATTR_RESET_CONNECTION: what a connection's last user has left is gone, and what its login asked for holds.
//!
//! Expected is what a new connection shows, and what DISCARD ALL is documented to give up.

use crate::common::api::Manager;
use crate::common::proxy::Line;
use crate::common::statement::texts;
use crate::common::{Connection, Outcome, api, connect, connect_with, server, unique};
use crate::odbc::attributes::*;
use crate::odbc::values::*;
use std::process::Command;
use std::time::{Duration, Instant};

fn reset(connection: &Connection) -> Outcome {
    connection.set(SQL_ATTR_RESET_CONNECTION, SQL_RESET_CONNECTION_YES)
}

/// What a session shows of itself that its user can change.
const STATE: &str = "select current_setting('TimeZone'), current_setting('search_path'), current_setting('work_mem'), \
    current_setting('application_name'), current_setting('client_encoding'), current_setting('DateStyle'), \
    current_setting('transaction_isolation'), current_setting('transaction_read_only'), current_user, session_user, \
    (select count(*) from pg_listening_channels()), \
    (select count(*) from pg_cursors where is_holdable), \
    (select count(*) from pg_prepared_statements where from_sql), \
    (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())";

/// Changes all of that, in a transaction and outside of one; `table` has one row more afterwards, not yet committed.
fn make_a_mess(connection: &Connection, table: &str) {
    for statement in [
        "set TimeZone to 'Asia/Kathmandu'",
        "set search_path to pg_temp",
        "set work_mem to '7MB'",
        "set application_name to 'the last user'",
        "set DateStyle to 'SQL, DMY'",
        "create temp table left_behind (a int)",
        "prepare by_sql as select 1",
        "select pg_advisory_lock(-1, pg_backend_pid())",
        "declare held cursor with hold for select 1",
        "listen something",
    ] {
        connection.run(statement);
    }
    connection.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE).success();
    connection.set(SQL_ATTR_CONNECTION_TIMEOUT, 600).success();
    connection.set(SQL_ATTR_METADATA_ID, SQL_TRUE).success();
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    connection.run(&format!("insert into public.{table} values (2)"));
    connection.run("savepoint of_the_last_user");
}

#[track_caller]
fn shows_no_mess(connection: &Connection, table: &str, before: &[Vec<Option<String>>]) {
    assert_eq!(connection.get(SQL_ATTR_AUTOCOMMIT), SQL_AUTOCOMMIT_ON as u32);
    assert_eq!(connection.get(SQL_ATTR_TXN_ISOLATION), SQL_TXN_READ_COMMITTED as u32);
    assert_eq!(connection.get(SQL_ATTR_CONNECTION_TIMEOUT), 0);
    assert_eq!(connection.get(SQL_ATTR_METADATA_ID), SQL_FALSE as u32);
    assert_eq!(connection.statement().rows(STATE), before);
    connection.statement().execute_direct("select * from left_behind").error("42S02");
    assert_eq!(connect().value(&format!("select string_agg(a::text, ',') from {table}")).as_deref(), Some("1"));
    // Nobody holds a lock on it any more, and what is done now is committed by itself.
    connection.run(&format!("insert into {table} values (3)"));
    assert_eq!(connect().value(&format!("select count(*) from {table}")).as_deref(), Some("2"));
}

fn table_with_a_row(name: &str) -> String {
    let table = unique(name);
    let connection = connect();
    connection.run(&format!("create table {table} (a int)"));
    connection.run(&format!("insert into {table} values (1)"));
    table
}

#[test]
fn what_the_last_user_left_is_gone() {
    for keywords in ["", "UseServerSidePrepare=0;", "Protocol=7.4-0;", "Protocol=7.4-1;"] {
        let connection = connect_with(&format!("application_name=of the login;{keywords}"));
        let table = table_with_a_row("reset");
        let (backend, before) = (connection.backend(), connection.statement().rows(STATE));
        assert_eq!(before[0][3].as_deref(), Some("of the login"));
        make_a_mess(&connection, &table);
        assert_ne!(connection.statement().rows(STATE), before);
        reset(&connection).success();
        shows_no_mess(&connection, &table, &before);
        assert_eq!(connection.backend(), backend, "it is the same session");
    }
}

#[test]
fn what_the_login_asked_for_holds_again() {
    let settings = "ConnSettings={set search_path to pg_catalog; set work_mem to '9MB'};ReadOnly=1;options=-c TimeZone=Asia/Tokyo;";
    let connection = connect_with(settings);
    let shown = "select current_setting('search_path'), current_setting('work_mem'), current_setting('TimeZone'), \
                 current_setting('default_transaction_read_only')";
    let before = connection.statement().rows(shown);
    assert_eq!(before, texts([["pg_catalog", "9MB", "Asia/Tokyo", "on"]]));
    connection.run("set search_path to public");
    connection.run("set work_mem to '1MB'");
    connection.run("set TimeZone to 'UTC'");
    connection.run("set session characteristics as transaction read write");
    reset(&connection).success();
    assert_eq!(connection.statement().rows(shown), before);
    assert_eq!(connection.get(SQL_ATTR_ACCESS_MODE), SQL_MODE_READ_ONLY as u32);
}

#[test]
fn a_failed_transaction_is_rolled_back() {
    for keywords in ["", "Protocol=7.4-0;", "Protocol=7.4-1;"] {
        let (connection, table) = (connect_with(keywords), table_with_a_row("failed"));
        connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
        connection.run(&format!("delete from {table}"));
        connection.statement().execute_direct("select 1/0").error("22012");
        reset(&connection).success();
        assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("1"));
    }
}

#[test]
fn what_was_notified_is_forgotten() {
    // SQL_ATTR_PGODBC_*, as include/pgodbc.h has them.
    const NOTIFICATION: i32 = 0x4002;
    const PAYLOAD: i32 = 0x4004;
    const WAITING: i32 = 0x4005;
    let (connection, channel) = (connect(), unique("reset"));
    let waiting = || connection.get(WAITING);
    connection.run(&format!("listen {channel}"));
    // Its own come with the answer to what sends them: all are there.
    for payload in ["taken", "kept"] {
        connection.run(&format!("notify {channel}, '{payload}'"));
    }
    assert_ne!(connection.get(NOTIFICATION), 0);
    assert_eq!(waiting(), 1);
    reset(&connection).success();
    assert_eq!(waiting(), 0);
    let mut length = -1;
    // SAFETY: no room is given, only that for the length.
    let code = unsafe {
        connection.api.SQLGetConnectAttrW(connection.handle, PAYLOAD, std::ptr::null_mut(), 0, &raw mut length)
    };
    connection.outcome(code).no_data();
    connection.run(&format!("notify {channel}, 'nobody listens'"));
    assert_eq!(waiting(), 0);
}

#[test]
fn results_that_are_still_arriving_are_given_up() {
    let connection = connect();
    let (first, second) = (connection.statement(), connection.statement());
    // Put aside when the other one is executed, which is longer than anybody would wait, were it read to its end.
    first.execute_direct("select i from generate_series(1, 10) i").success();
    first.fetch().success();
    second.execute_direct("select repeat('x', 1000), generate_series(1, 2000000000)").success();
    second.fetch().success();
    reset(&connection).success();
    for statement in [&first, &second] {
        // A manager may still believe in the cursor, and ask the driver.
        statement.fetch().error_of(&["24000", "HY010"]);
        statement.free(SQL_CLOSE).success();
        assert_eq!(statement.rows("select 'alive'"), texts([["alive"]]));
    }
}

#[test]
fn prepared_statements_are_prepared_again() {
    let (connection, table) = (connect(), table_with_a_row("prepared"));
    let statement = connection.statement();
    statement.prepare(&format!("select a from {table}")).success();
    for _ in 0..3 {
        for _ in 0..2 {
            statement.execute().success();
            assert_eq!(statement.fetch_rows(), texts([["1"]]));
            statement.close_cursor().success();
        }
        // What the cache holds is of the old session too.
        let kept = connection.statement();
        kept.prepare("select 'kept'").success();
        kept.execute().success();
        assert_eq!(kept.fetch_rows(), texts([["kept"]]));
        drop(kept);
        reset(&connection).success();
        assert_eq!(
            connection
                .value(
                    "select count(*) from pg_prepared_statements where statement not like '%pg_prepared_statements%'"
                )
                .as_deref(),
            Some("0")
        );
    }
}

#[test]
fn a_reset_is_one_round_trip() {
    let line = Line::with("");
    let mut observed = line.proxy.observe(|| reset(&line.connection).success());
    assert_eq!((observed.flights, observed.messages.as_str()), (1, "Q"));
    line.connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    line.connection.run("select 1");
    observed = line.proxy.observe(|| reset(&line.connection).success());
    assert_eq!((observed.flights, observed.messages.as_str()), (1, "QQ"), "ROLLBACK and DISCARD ALL");
    assert_eq!(line.connection.value("select 1").as_deref(), Some("1"));
}

#[test]
fn behind_a_transaction_pooler_the_session_is_not_cleared() {
    // What it holds may be another client's.
    let line = Line::with("Pooler=transaction;");
    let connection = &line.connection;
    let mut observed = line.proxy.observe(|| reset(connection).success());
    assert_eq!(observed.messages, "");
    connection.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE).success();
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    assert_eq!(connection.value("show transaction_isolation").as_deref(), Some("serializable"));
    observed = line.proxy.observe(|| reset(connection).success());
    assert_eq!((observed.flights, observed.messages.as_str()), (1, "Q"), "ROLLBACK");
    assert_eq!(connection.get(SQL_ATTR_AUTOCOMMIT), SQL_AUTOCOMMIT_ON as u32);
    assert_eq!(connection.value("show transaction_isolation").as_deref(), Some("read committed"));
}

#[test]
fn a_reset_that_fails_closes_the_connection() {
    let table = table_with_a_row("asked");
    let connection = connect_with(&format!("ConnSettings={{select * from {table}}};"));
    let backend = connection.backend();
    connect().run(&format!("drop table {table}"));
    let record = reset(&connection).error("42S02");
    assert!(record.message.contains("is closed"), "{}", record.message);
    assert_eq!(connection.get(SQL_ATTR_CONNECTION_DEAD), SQL_CD_TRUE as u32);
    connection.statement().execute_direct("select 1").error_of(&["08003", "08S01"]);
    let gone = format!("select count(*) from pg_stat_activity where pid = {backend}");
    let (other, end) = (connect(), Instant::now() + Duration::from_secs(60));
    while other.value(&gone).as_deref() != Some("0") {
        assert!(Instant::now() < end, "the session is still there");
    }
    connection.disconnect().success();
    assert_eq!(connection.driver_connect(&server().connection_string()).0.code, SQL_SUCCESS);
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
}

#[test]
fn a_lost_connection_cannot_be_reset() {
    let line = Line::with("");
    line.proxy.cut();
    reset(&line.connection).error("08S01");
    assert_eq!(line.connection.get(SQL_ATTR_CONNECTION_DEAD), SQL_CD_TRUE as u32);
}

#[test]
fn it_is_an_order_and_no_value() {
    let connection = connect();
    connection.set(SQL_ATTR_RESET_CONNECTION, 0).error("HY024");
    if api().manager == Manager::Direct {
        // The managers keep it for later.
        reset(&Connection::new()).error("08003");
    }
}

/// unixODBC keeps a connection that is closed where odbcinst.ini says Pooling=Yes, and gives it to the next who asks for the
/// same. It reads that once in a process: this one is of the test's own, under unixODBC whatever the others are under.
#[test]
fn a_pooled_connection_is_clean() {
    const ALONE: &str = "PGODBC_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return in_a_pool();
    }
    let directory = std::env::temp_dir().join(unique("pgodbc_pool"));
    std::fs::create_dir(&directory).unwrap();
    let server = server();
    let name = &server.driver_name;
    let file = format!("[ODBC]\nPooling = Yes\n\n[{name}]\nDriver = {}\nCPTimeout = 600\n", server.driver);
    std::fs::write(directory.join("odbcinst.ini"), file).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "reset::a_pooled_connection_is_clean", "--nocapture"])
        .envs([(ALONE, "1"), ("PGODBC_TEST_MANAGER", "unixodbc")])
        .env("ODBCSYSINI", &directory)
        .output();
    std::fs::remove_dir_all(&directory).unwrap();
    let output = output.unwrap();
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && text.contains("1 passed"), "{text}\n{errors}");
}

fn in_a_pool() {
    let table = table_with_a_row("pooled");
    // Asked for by nobody else, so that it is this connection that comes back. Of an application that declares less than
    // ODBC 3.8 the manager resets nothing (DriverManager/SQLConnect.c, return_to_pool).
    let string = format!("{}application_name={table};", server().connection_string());
    let connection = Connection::open_as(SQL_OV_ODBC3_80, &string);
    let (backend, before) = (connection.backend(), connection.statement().rows(STATE));
    make_a_mess(&connection, &table);
    connection.disconnect().success();
    // Another handle: the manager sets a handle's own attributes again.
    let connection = Connection::open_as(SQL_OV_ODBC3_80, &string);
    assert_eq!(connection.backend(), backend, "unixODBC has pooled it");
    shows_no_mess(&connection, &table, &before);
}

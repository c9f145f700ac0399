//! Statements that cannot run in a transaction, with autocommit off; read-only connections; isolation levels.
//!
//! Expected values: PostgreSQL documentation, the pages of the statements ("cannot be executed inside a transaction
//! block"), "SET TRANSACTION"; ODBC reference, `SQLSetConnectAttr` (SQL_ATTR_ACCESS_MODE, SQL_ATTR_TXN_ISOLATION).

use crate::common::proxy::Line;
use crate::common::{Connection, connect, connect_with, server, unique};
use crate::odbc::attributes::*;
use crate::odbc::values::*;

fn manual(connection: &Connection) {
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
}

/// A database of its own: CREATE INDEX CONCURRENTLY waits for whoever reads something in its database, CLUSTER for all
/// tables that have been clustered.
struct Own {
    name: String,
}

impl Own {
    fn new() -> Own {
        let name = unique("own");
        connect().run(&format!("create database {name} template template0"));
        Own { name }
    }

    #[track_caller]
    fn connect(&self, keywords: &str) -> Connection {
        let (shared, own) = (format!("Database={};", server().database), format!("Database={};", self.name));
        let string = server().connection_string();
        assert!(string.contains(&shared));
        Connection::open(&format!("{}{keywords}", string.replace(&shared, &own)))
    }
}

/// Statements that the server refuses in a transaction block; `@` is a table, `#` a partitioned one, `~` a name for anything.
const OUTSIDE: &[&str] = &[
    "vacuum @",
    "VACUUM (ANALYZE) @",
    "/* first */ vacuum /* then */ full @",
    "create database ~ template template0",
    "alter database ~ set tablespace pg_default",
    "drop database ~",
    "create index concurrently ~ on @ (a)",
    "create unique index concurrently ~_u on @ (a)",
    "reindex index concurrently ~",
    "reindex (verbose) table concurrently @",
    "reindex table #",
    "reindex schema ~_schema",
    "drop index concurrently ~",
    "alter system set log_min_duration_statement to default",
    "cluster",
    "discard all",
];

#[test]
fn what_cannot_run_in_a_transaction_runs_with_autocommit_off() {
    let own = Own::new();
    for keywords in ["", "Protocol=7.4-1;", "AutoSave=never;"] {
        let connection = own.connect(keywords);
        let (table, parts, name) = (unique("outside"), unique("parts"), unique("outside_made"));
        connection.run(&format!("create table {table} (a int)"));
        connection.run(&format!("create table {parts} (a int primary key) partition by range (a)"));
        connection.run(&format!("create table {parts}_1 partition of {parts} for values from (0) to (9)"));
        connection.run(&format!("create schema {name}_schema"));
        manual(&connection);
        let pid = connection.value("select pg_backend_pid()").unwrap();
        connection.end_transaction(SQL_COMMIT).success();
        let observer = own.connect("");
        for sql in OUTSIDE {
            let sql = sql.replace('@', &table).replace('#', &parts).replace('~', &name);
            // Partitioned tables can be reindexed since 14.
            if sql.contains("parts") && server().version < 14 {
                continue;
            }
            connection.statement().execute_direct(&sql).succeeded();
            let state = format!("select xact_start is null from pg_stat_activity where pid = {pid}");
            assert_eq!(observer.value(&state).as_deref(), Some("1"), "{sql} has left a transaction open");
            // A transaction begins with the next statement as ever.
            connection.run(&format!("insert into {table} values (1)"));
            connection.end_transaction(SQL_ROLLBACK).success();
        }
        assert_eq!(observer.value(&format!("select count(*) from {table}")).as_deref(), Some("0"));
        connection.run(&format!("drop schema {name}_schema"));
        connection.end_transaction(SQL_COMMIT).success();
    }
}

#[test]
fn prepared_and_executed_again_and_again() {
    let own = Own::new();
    let connection = own.connect("");
    let table = unique("vacuumed");
    connection.run(&format!("create table {table} (a int)"));
    manual(&connection);
    for sql in [format!("vacuum {table}"), "cluster".to_owned()] {
        let statement = connection.statement();
        statement.prepare(&sql).success();
        for _ in 0..3 {
            statement.execute().succeeded();
        }
    }
}

#[test]
fn after_a_failed_first_statement_too() {
    // What is left of a transaction that only has a failed statement is rolled back in the same flight.
    let line = Line::with("ResultFormat=text;");
    let table = unique("vacuumed");
    line.connection.run(&format!("create table {table} (a int)"));
    manual(&line.connection);
    line.connection.statement().execute_direct("select 1/0").error("22012");
    let vacuum = format!("vacuum {table}");
    assert_eq!(line.proxy.observe(|| line.connection.run(&vacuum)).flights, 1);
}

#[test]
fn in_an_open_transaction_the_server_refuses_them_and_nothing_is_lost() {
    // The driver commits nothing that nobody has asked it to commit.
    let own = Own::new();
    let connection = own.connect("");
    let table = unique("open");
    connection.run(&format!("create table {table} (a int)"));
    manual(&connection);
    connection.run(&format!("insert into {table} values (1)"));
    for sql in [format!("vacuum {table}"), format!("create index concurrently on {table} (a)"), "cluster".to_owned()] {
        let outcome = connection.statement().execute_direct(&sql);
        outcome.error("25001");
    }
    connection.run(&format!("insert into {table} values (2)"));
    connection.end_transaction(SQL_ROLLBACK).success();
    assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("0"));
    connection.end_transaction(SQL_COMMIT).success();
    connection.run(&format!("vacuum {table}"));
}

#[test]
fn what_a_function_refuses_in_a_transaction_is_never_sent_without_one() {
    let connection = connect();
    let (table, function) = (unique("inside"), unique("refuses"));
    connection.run(&format!("create table {table} (a int)"));
    connection.run(&format!(
        "create function {function}() returns int language plpgsql as $$ begin \
         if current_setting('pgodbc.refuses') = 'on' then \
         raise exception using errcode = '25001', message = 'not in a transaction'; end if; \
         insert into {table} values (1); return 1; end $$"
    ));
    connection.run("set pgodbc.refuses to on");
    manual(&connection);
    let statement = connection.statement();
    statement.prepare(&format!("select {function}()")).success();
    statement.execute().error("25001");
    connection.end_transaction(SQL_ROLLBACK).success();
    connection.run("set pgodbc.refuses to off");
    connection.end_transaction(SQL_COMMIT).success();
    statement.execute().success();
    statement.close_cursor().success();
    connection.end_transaction(SQL_ROLLBACK).success();
    // Nor is a list that is refused in part.
    for refused in ["vacuum", "reindex schema"] {
        let list = format!("insert into {table} values (2); {refused} {table}");
        connection.statement().execute_direct(&list).error("25001");
        connection.end_transaction(SQL_ROLLBACK).success();
    }
    assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("0"));
}

#[test]
fn a_transaction_of_the_applications_own_is_told_so() {
    let connection = connect();
    let table = unique("begun");
    connection.run(&format!("create table {table} (a int)"));
    manual(&connection);
    connection.run("begin");
    connection.statement().execute_direct(&format!("vacuum {table}")).error("25001");
    connection.end_transaction(SQL_ROLLBACK).success();
}

// ---------------------------------------------------------------------------------------------------- read-only

#[test]
fn a_read_only_connection_changes_nothing() {
    let connection = connect();
    let table = unique("read_only");
    connection.run(&format!("create table {table} (a int)"));
    connection.run("create temp table mine (a int)");
    let insert = format!("insert into {table} values (1)");
    for autocommit in [SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF] {
        connection.set(SQL_ATTR_AUTOCOMMIT, autocommit).success();
        connection.set(SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_ONLY).success();
        assert_eq!(connection.get(SQL_ATTR_ACCESS_MODE), SQL_MODE_READ_ONLY as u32);
        let statement = connection.statement();
        for sql in [&insert, "create table never (a int)", "select nextval('no')", &format!("truncate {table}")] {
            let outcome = statement.execute_direct(sql);
            if sql.starts_with("select") {
                outcome.error("42S02");
            } else {
                outcome.error("25006");
            }
        }
        // Reading, and what is temporary, goes on.
        assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("0"));
        connection.run("insert into mine values (1)");
        connection.end_transaction(SQL_COMMIT).success();
        connection.set(SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_WRITE).success();
        connection.run(&insert);
        connection.end_transaction(SQL_ROLLBACK).success();
        connection.run(&format!("truncate {table}"));
        connection.end_transaction(SQL_COMMIT).success();
    }
}

#[test]
fn the_access_mode_is_not_changed_under_an_open_transaction() {
    let connection = connect();
    let table = unique("while_open");
    connection.run(&format!("create table {table} (a int)"));
    manual(&connection);
    connection.run(&format!("insert into {table} values (1)"));
    for (attribute, value) in
        [(SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_ONLY), (SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE)]
    {
        let before = connection.get(attribute);
        connection.set(attribute, value).error_of(&["HY011"]);
        assert_eq!(connection.get(attribute), before);
    }
    connection.run(&format!("insert into {table} values (2)"));
    connection.end_transaction(SQL_COMMIT).success();
    connection.set(SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_ONLY).success();
    connection.statement().execute_direct(&format!("insert into {table} values (3)")).error("25006");
    connection.end_transaction(SQL_COMMIT).success();
    assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("2"));
}

#[test]
fn every_isolation_level_holds_with_every_access_mode() {
    let levels = [
        (SQL_TXN_READ_UNCOMMITTED, "read uncommitted"),
        (SQL_TXN_READ_COMMITTED, "read committed"),
        (SQL_TXN_REPEATABLE_READ, "repeatable read"),
        (SQL_TXN_SERIALIZABLE, "serializable"),
    ];
    let facts = "select current_setting('transaction_isolation') || ', ' || current_setting('transaction_read_only')";
    // Set before and after connecting; where the session keeps its defaults, and where every transaction is told.
    for keywords in ["", "Pooler=transaction;"] {
        let connection = connect_with(keywords);
        for autocommit in [SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF] {
            connection.set(SQL_ATTR_AUTOCOMMIT, autocommit).success();
            for (mode, read_only) in [(SQL_MODE_READ_ONLY, "on"), (SQL_MODE_READ_WRITE, "off")] {
                for (level, name) in levels {
                    connection.set(SQL_ATTR_ACCESS_MODE, mode).success();
                    connection.set(SQL_ATTR_TXN_ISOLATION, level).success();
                    assert_eq!(connection.get(SQL_ATTR_TXN_ISOLATION), level as u32);
                    assert_eq!(connection.get(SQL_ATTR_ACCESS_MODE), mode as u32);
                    for _ in 0..2 {
                        let expected = format!("{name}, {read_only}");
                        assert_eq!(connection.value(facts), Some(expected), "{keywords}, autocommit {autocommit}");
                        connection.end_transaction(SQL_COMMIT).success();
                    }
                }
            }
        }
    }
}

#[test]
fn what_a_level_allows_is_what_is_seen() {
    // PostgreSQL documentation, "Transaction Isolation": nobody reads what is not committed; from REPEATABLE READ on a
    // transaction sees what there was when it began; SERIALIZABLE refuses what no order of the two explains.
    let (one, other) = (connect(), connect());
    let table = unique("levels");
    one.run(&format!("create table {table} as select 1 as a"));
    manual(&other);
    let sum = format!("select sum(a) from {table}");
    for (level, seen) in [
        (SQL_TXN_READ_UNCOMMITTED, ["1", "1", "2"]),
        (SQL_TXN_READ_COMMITTED, ["1", "1", "2"]),
        (SQL_TXN_REPEATABLE_READ, ["1", "1", "1"]),
        (SQL_TXN_SERIALIZABLE, ["1", "1", "1"]),
    ] {
        other.set(SQL_ATTR_TXN_ISOLATION, level).success();
        one.run(&format!("update {table} set a = 1"));
        let first = other.value(&sum).unwrap();
        one.run("begin");
        one.run(&format!("update {table} set a = 2"));
        let second = other.value(&sum).unwrap();
        one.run("commit");
        let third = other.value(&sum).unwrap();
        assert_eq!([first.as_str(), &second, &third], seen, "{level}");
        other.end_transaction(SQL_COMMIT).success();
    }
    manual(&one);
    for connection in [&one, &other] {
        connection.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE).success();
        connection.value(&sum);
        connection.run(&format!("insert into {table} values (1)"));
    }
    one.end_transaction(SQL_COMMIT).success();
    other.end_transaction(SQL_COMMIT).error("40001");
    assert_eq!(one.value(&format!("select count(*) from {table}")).as_deref(), Some("2"));
}

#[test]
fn attributes_hold_when_a_session_discards_its_settings() {
    let connection = connect_with("ReadOnly=1;");
    connection.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE).success();
    let facts = "select current_setting('transaction_isolation') || ' ' || current_setting('transaction_read_only')";
    for statement in ["discard all", "reset all", "begin; reset all; commit", "reset work_mem"] {
        connection.run(statement);
        assert_eq!(connection.value(facts).as_deref(), Some("serializable on"), "{statement}");
    }
    let plain = connect();
    plain.run("set work_mem to '9MB'");
    plain.run("discard all");
    assert_ne!(plain.value("show work_mem").as_deref(), Some("9MB"));
}

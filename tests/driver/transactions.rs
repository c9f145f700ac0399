//! Autocommit on and off, commit and rollback, and what they do to open results.

use crate::common::statement::texts;
use crate::common::{Connection, connect, server, unique};
use crate::odbc::attributes::*;
use crate::odbc::values::*;

/// A connection with autocommit off, and a table that others see too.
#[track_caller]
fn manual_commit(name: &str) -> (Connection, String) {
    manual_commit_with(name, "")
}

/// The same with further keywords in the connection string.
#[track_caller]
fn manual_commit_with(name: &str, keywords: &str) -> (Connection, String) {
    let connection = Connection::open(&format!("{};{keywords}", server().connection_string()));
    let table = unique(name);
    connection.run(&format!("create table {table} (a int)"));
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    (connection, table)
}

#[track_caller]
fn count(table: &str) -> String {
    connect().value(&format!("select count(*) from {table}")).unwrap()
}

#[test]
fn autocommit_is_on_from_the_start() {
    let (connection, table) = (connect(), unique("autocommit"));
    assert_eq!(connection.get(SQL_ATTR_AUTOCOMMIT), SQL_AUTOCOMMIT_ON as u32);
    connection.run(&format!("create table {table} (a int)"));
    connection.run(&format!("insert into {table} values (1)"));
    assert_eq!(count(&table), "1");
}

#[test]
fn a_commit_makes_changes_last() {
    let (connection, table) = manual_commit("committed");
    assert_eq!(connection.get(SQL_ATTR_AUTOCOMMIT), SQL_AUTOCOMMIT_OFF as u32);
    connection.run(&format!("insert into {table} values (1), (2)"));
    assert_eq!(count(&table), "0", "nobody sees it yet");
    connection.end_transaction(SQL_COMMIT).success();
    assert_eq!(count(&table), "2");
}

#[test]
fn a_rollback_undoes_them() {
    let (connection, table) = manual_commit("rolled_back");
    connection.run(&format!("insert into {table} values (1)"));
    assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("1"));
    connection.end_transaction(SQL_ROLLBACK).success();
    assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("0"));
}

#[test]
fn ending_on_the_environment_ends_it_on_every_connection() {
    let (connection, table) = manual_commit("environment");
    connection.run(&format!("insert into {table} values (1)"));
    let environment = connection.environment();
    // SAFETY: no addresses.
    let code = unsafe { connection.api.SQLEndTran(SQL_HANDLE_ENV, environment.handle, SQL_COMMIT) };
    environment.outcome(code).success();
    assert_eq!(count(&table), "1");
}

#[test]
fn ending_nothing_succeeds() {
    let connection = connect();
    connection.end_transaction(SQL_COMMIT).success();
    connection.end_transaction(SQL_ROLLBACK).success();
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    connection.end_transaction(SQL_COMMIT).success();
    connection.end_transaction(SQL_COMMIT).success();
}

#[test]
fn switching_autocommit_on_commits() {
    // ODBC reference, SQLSetConnectAttr, SQL_ATTR_AUTOCOMMIT: an open transaction is committed.
    let (connection, table) = manual_commit("switched");
    connection.run(&format!("insert into {table} values (1)"));
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON).success();
    assert_eq!(count(&table), "1");
}

#[test]
fn all_statements_share_the_transaction() {
    let (connection, table) = manual_commit("shared");
    let (first, second) = (connection.statement(), connection.statement());
    first.execute_direct(&format!("insert into {table} values (1)")).success();
    second.execute_direct(&format!("insert into {table} values (2)")).success();
    connection.end_transaction(SQL_ROLLBACK).success();
    assert_eq!(count(&table), "0");
}

#[test]
fn a_failing_statement_undoes_only_itself() {
    let (connection, table) = manual_commit("itself");
    connection.run(&format!("insert into {table} values (1)"));
    let statement = connection.statement();
    statement.execute_direct(&format!("insert into {table} values (2), (1/0)")).error("22012");
    statement.execute_direct("select * from no_such_table").error("42S02");
    connection.run(&format!("insert into {table} values (3)"));
    assert_eq!(
        connection.value(&format!("select string_agg(a::text, ',' order by a) from {table}")).as_deref(),
        Some("1,3")
    );
    statement.execute_direct("select 1/0").error("22012");
    connection.end_transaction(SQL_COMMIT).success();
    assert_eq!(count(&table), "2");
}

#[test]
fn a_transaction_whose_first_statement_fails_has_nothing_to_commit() {
    let (connection, table) = manual_commit("first");
    connection.statement().execute_direct("select 1/0").error("22012");
    connection.end_transaction(SQL_COMMIT).success();
    connection.statement().execute_direct("select 1/0").error("22012");
    connection.run(&format!("insert into {table} values (1)"));
    connection.end_transaction(SQL_COMMIT).success();
    assert_eq!(count(&table), "1");
}

#[test]
fn the_applications_own_savepoints_are_left_alone() {
    let (connection, table) = manual_commit("own");
    let statement = connection.statement();
    let insert = |value: i32| connection.run(&format!("insert into {table} values ({value})"));
    insert(1);
    connection.run("savepoint a");
    insert(2);
    statement.execute_direct("select 1/0").error("22012");
    insert(3);
    connection.run("savepoint b");
    insert(4);
    statement.execute_direct("rollback to no_such_savepoint").error("3B001");
    connection.run("rollback to b");
    insert(5);
    connection.run("release b");
    statement.execute_direct("select 1/0").error("22012");
    connection.run("rollback to a");
    insert(6);
    connection.end_transaction(SQL_COMMIT).success();
    let other = connect();
    assert_eq!(
        other.value(&format!("select string_agg(a::text, ',' order by a) from {table}")).as_deref(),
        Some("1,6")
    );
}

#[test]
fn an_error_while_rows_are_fetched_undoes_only_its_statement() {
    let (connection, table) = manual_commit("fetching");
    connection.run(&format!("insert into {table} values (1)"));
    let statement = connection.statement();
    statement.execute_direct("select 1/(100000 - i) from generate_series(1, 200000) i").success();
    let mut fetched = 0;
    let failure = loop {
        let outcome = statement.fetch();
        if outcome.code != SQL_SUCCESS {
            break outcome;
        }
        fetched += 1;
    };
    failure.error("22012");
    assert_eq!(fetched, 99_999);
    statement.free(SQL_CLOSE).success();
    connection.run(&format!("insert into {table} values (2)"));
    connection.end_transaction(SQL_COMMIT).success();
    assert_eq!(count(&table), "2");
}

#[test]
fn with_protocol_0_an_error_fails_the_transaction_until_it_ends() {
    let (connection, table) = manual_commit_with("failed", "Protocol=7.4-0");
    connection.run(&format!("insert into {table} values (1)"));
    let statement = connection.statement();
    statement.execute_direct("select 1/0").error("22012");
    statement.execute_direct("select 1").error("25P02");
    connection.end_transaction(SQL_ROLLBACK).success();
    assert_eq!(statement.rows("select 'alive'"), texts([["alive"]]));
    assert_eq!(count(&table), "0");
}

#[test]
fn with_protocol_1_an_error_undoes_the_transaction() {
    let (connection, table) = manual_commit_with("whole", "Protocol=7.4-1");
    connection.run(&format!("insert into {table} values (1)"));
    connection.statement().execute_direct("select 1/0").error("22012");
    connection.run(&format!("insert into {table} values (2)"));
    connection.end_transaction(SQL_COMMIT).success();
    assert_eq!(count(&table), "1");
}

#[test]
fn a_commit_that_the_server_turns_into_a_rollback_is_not_called_a_success() {
    let (connection, table) = manual_commit_with("unkept", "AutoSave=never");
    connection.run(&format!("insert into {table} values (1)"));
    connection.statement().execute_direct("select 1/0").error("22012");
    // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK.
    connection.end_transaction(SQL_COMMIT).error("25S03");
    assert_eq!(count(&table), "0");
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
}

#[test]
fn a_deferred_constraint_fails_at_the_commit() {
    let (connection, table) = manual_commit("deferred");
    connection.run(&format!("alter table {table} add unique (a) deferrable initially deferred"));
    connection.run(&format!("insert into {table} values (1), (1)"));
    connection.end_transaction(SQL_COMMIT).error("23505");
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
}

#[test]
fn a_prepared_statement_survives_the_transaction() {
    let (connection, table) = manual_commit("prepared");
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} values (1)")).success();
    for completion in [SQL_COMMIT, SQL_ROLLBACK, SQL_COMMIT] {
        statement.execute().success();
        connection.end_transaction(completion).success();
    }
    assert_eq!(count(&table), "2");
}

#[test]
fn open_results_do_what_the_driver_says_of_them() {
    // SQLGetInfo(SQL_CURSOR_COMMIT_BEHAVIOR): SQL_CB_PRESERVE 2 keeps the cursor, SQL_CB_CLOSE 1 closes it.
    let (connection, _) = manual_commit("cursor");
    for (completion, information) in [(SQL_COMMIT, 23), (SQL_ROLLBACK, 24)] {
        let statement = connection.statement();
        statement.execute_direct("select generate_series(1, 50000)").success();
        statement.fetch().success();
        connection.end_transaction(completion).success();
        match connection.info_number::<2>(information) {
            2 => {
                statement.fetch().success();
                assert_eq!(statement.get::<i32>(1), Some(2));
                assert_eq!(statement.fetch_rows().len(), 49998);
            }
            1 => {
                statement.fetch().error("24000");
                statement.execute_direct("select 1").success();
            }
            other => panic!("behaviour {other} would lose prepared statements"),
        }
    }
}

#[test]
fn begin_by_the_application_itself() {
    let (connection, table) = (connect(), unique("own"));
    connection.run(&format!("create table {table} (a int)"));
    connection.run("begin");
    connection.run(&format!("insert into {table} values (1)"));
    assert_eq!(count(&table), "0");
    connection.run("rollback");
    assert_eq!(count(&table), "0");
    connection.run(&format!("insert into {table} values (1)"));
    assert_eq!(count(&table), "1");
}

#[test]
fn isolation_levels_reach_the_server() {
    let connection = connect();
    for (level, name) in [
        (SQL_TXN_READ_COMMITTED, "read committed"),
        (SQL_TXN_REPEATABLE_READ, "repeatable read"),
        (SQL_TXN_SERIALIZABLE, "serializable"),
    ] {
        connection.set(SQL_ATTR_TXN_ISOLATION, level).success();
        assert_eq!(connection.get(SQL_ATTR_TXN_ISOLATION), level as u32);
        assert_eq!(connection.value("show transaction_isolation").as_deref(), Some(name));
    }
    connection.set(SQL_ATTR_TXN_ISOLATION, 64).error_of(&["HY024", "HY092"]);
}

#[test]
fn disconnecting_in_a_transaction_is_refused() {
    // ODBC reference, SQLDisconnect: 25000 while a transaction is open, and the connection goes on.
    let (connection, table) = manual_commit("open");
    connection.run(&format!("insert into {table} values (1)"));
    connection.disconnect().error_of(&["25000"]);
    connection.end_transaction(SQL_COMMIT).success();
    connection.disconnect().success();
    assert_eq!(count(&table), "1");
}

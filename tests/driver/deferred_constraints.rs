//! Constraints that the server checks at the end of the transaction: in autocommit that is behind the statement's own answer, and
//! what fails there has undone the statement.
//!
//! PostgreSQL documentation, "SET CONSTRAINTS"; "Extended Query" (Sync ends the transaction).

use crate::arrays::{execute, keeps_diagnostics};
use crate::common::{Connection, connect, connect_with, unique};
use crate::odbc::attributes::*;
use crate::odbc::values::*;

/// A table whose numbers are to be unique, by the end of the transaction.
fn table(connection: &Connection) -> String {
    let table = unique("deferred");
    connection.run(&format!("create table {table} (a int unique deferrable initially deferred)"));
    table
}

fn all(connection: &Connection, table: &str) -> String {
    connection.value(&format!("select coalesce(string_agg(a::text, ',' order by a), '') from {table}")).unwrap()
}

const GOOD: u16 = SQL_PARAM_SUCCESS;
const BAD: u16 = SQL_PARAM_ERROR;

#[test]
fn a_statement_that_fails_at_the_end_of_its_transaction_has_failed() {
    for keywords in ["", "ResultFormat=text;", "Protocol=7.4-0;"] {
        let connection = connect_with(keywords);
        let table = table(&connection);
        let twice = format!("insert into {table} values (1), (1)");
        connection.statement().execute_direct(&twice).error("23505");
        let statement = connection.statement();
        statement.prepare(&twice).success();
        for _ in 0..2 {
            statement.execute().error("23505");
        }
        connection.statement().execute_direct(&format!("{twice}; select 1")).error("23505");
        // Rows are given out before the end of the transaction: it is told where they end at the latest.
        let outcome = statement.execute_direct(&format!("{twice} returning a"));
        if outcome.code != SQL_ERROR {
            outcome.success();
            statement.fetch().success();
            statement.fetch().success();
            statement.fetch().error("23505");
        }
        statement.free(SQL_CLOSE).success();
        assert_eq!(all(&connection, &table), "", "{keywords}");
        connection.run(&format!("insert into {table} values (2)"));
        assert_eq!(all(&connection, &table), "2", "{keywords}");
    }
}

/// As if executed set by set: the one that fails is told, and undoes nothing else.
#[test]
fn each_set_of_an_array_fails_by_itself() {
    for keywords in ["", "BatchMechanism=pipeline;", "BatchMechanism=unnest;", "BatchMechanism=copy;"] {
        let connection = connect_with(keywords);
        let table = table(&connection);
        connection.run(&format!("insert into {table} values (7)"));
        let statement = connection.statement();
        statement.prepare(&format!("insert into {table} values (?)")).success();
        let report = execute(&statement, &[1, 2, 7, 3, 1, 4, 5], None, &[]);
        assert_eq!(report.statuses, [GOOD, GOOD, BAD, GOOD, BAD, GOOD, GOOD], "{keywords}");
        assert_eq!(report.processed, 7);
        if keeps_diagnostics() {
            let told: Vec<_> = report.outcome.records.iter().map(|record| record.sqlstate.as_str()).collect();
            assert_eq!(told, ["23505", "23505"]);
        }
        assert_eq!(all(&connection, &table), "1,2,3,4,5,7", "{keywords}");
        // Hundreds of sets, some of which fail: not in quadratic time.
        let many: Vec<i32> = (0..2000).collect();
        let report = execute(&statement, &many, None, &[]);
        let failed: Vec<usize> = (0..2000).filter(|set| report.statuses[*set] != GOOD).collect();
        assert_eq!(failed, [1, 2, 3, 4, 5, 7], "{keywords}");
        assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("2000"));
    }
}

/// All results of an array are one transaction: nobody can tell which of its sets it is.
#[test]
fn results_of_an_array_fail_together() {
    let connection = connect();
    let table = table(&connection);
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} values (?) returning a")).success();
    let report = execute(&statement, &[1, 1, 2, 3, 4], None, &[0, 0, 0, 1, 0]);
    assert_eq!(report.outcome.code, SQL_ERROR);
    if keeps_diagnostics() {
        report.outcome.error("23505");
    }
    let unavailable = SQL_PARAM_DIAG_UNAVAILABLE;
    assert_eq!(report.statuses, [unavailable, unavailable, unavailable, SQL_PARAM_UNUSED, unavailable]);
    assert_eq!(report.processed, 4);
    assert_eq!(all(&connection, &table), "");
    let report = execute(&statement, &[1, 2], None, &[]);
    assert_eq!(report.statuses, [GOOD, GOOD]);
}

/// In a transaction of the application's the commit fails.
#[test]
fn in_a_transaction_the_commit_fails() {
    let connection = connect();
    let table = table(&connection);
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} values (?)")).success();
    let report = execute(&statement, &[1, 1, 2], None, &[]);
    assert_eq!(report.statuses, [GOOD; 3]);
    connection.end_transaction(SQL_COMMIT).error("23505");
    assert_eq!(all(&connection, &table), "");
    connection.end_transaction(SQL_ROLLBACK).success();
}

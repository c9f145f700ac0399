//! Compatibility=psqlodbc, and keywords of psqlODBC whose effect is at the server.
//!
//! Expected values are what psqlODBC 13.02 answers on the same statements.

use crate::common::api::Manager;
use crate::common::{api, connect_with, unique};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use std::time::{Duration, Instant};

#[test]
fn errors_are_told_in_psqlodbcs_words() {
    let connection = connect_with("Compatibility=psqlodbc;");
    let table = unique("told");
    connection.run(&format!("create table {table} (a int primary key)"));
    connection.run(&format!("insert into {table} values (1)"));
    let end = ";\nError while executing the query";
    for (sql, sqlstate, message) in [
        ("select * from none_such".to_owned(), "42P01", "ERROR: relation \"none_such\" does not exist".to_owned()),
        ("select 1/0".to_owned(), "22012", "ERROR: division by zero".to_owned()),
        ("select 'x'::int".to_owned(), "22P02", "ERROR: invalid input syntax for type integer: \"x\"".to_owned()),
        (
            format!("insert into {table} values (1)"),
            "23505",
            format!(
                "ERROR: duplicate key value violates unique constraint \"{table}_pkey\"\nDETAIL: Key (a)=(1) already exists."
            ),
        ),
        (
            "do $$ begin raise exception 'oops' using detail='the detail', hint='the hint'; end $$".to_owned(),
            "P0001",
            "ERROR: oops\nDETAIL: the detail".to_owned(),
        ),
    ] {
        let outcome = connection.statement().execute_direct(&sql);
        let record = outcome.error(sqlstate);
        assert_eq!((record.message, record.native), (message + end, 1), "{sql}");
    }
    let statement = connection.statement();
    let noticed = statement.execute_direct("drop table if exists none_such");
    // iODBC drops the warnings of an execution.
    if api().manager == Manager::Iodbc {
        noticed.succeeded();
    } else {
        assert_eq!(noticed.records[0].message, "NOTICE: table \"none_such\" does not exist, skipping");
    }
    // Without the keyword: ODBC's own SQLSTATE.
    connect_with("").statement().execute_direct("select * from none_such").error("42S02");
}

#[test]
fn types_have_psqlodbcs_names_and_sizes() {
    let connection = connect_with("Compatibility=psqlodbc;");
    let statement = connection.statement();
    statement
        .execute_direct("select true, 'a'::text, 'b'::varchar, 'c'::varchar(300), '{}'::json, 1::int8, ''::bytea")
        .success();
    for (number, data_type, size) in [
        (1, SQL_VARCHAR, 5),
        (2, SQL_WLONGVARCHAR, 8190),
        (3, SQL_WVARCHAR, 255),
        // Longer than MaxVarcharSize.
        (4, SQL_WLONGVARCHAR, 300),
        (5, SQL_WVARCHAR, 255),
        (6, SQL_BIGINT, 19),
    ] {
        let column = statement.describe(number);
        assert_eq!((column.data_type, column.column_size), (data_type, size), "column {number}");
    }
}

#[test]
fn read_only_is_kept_by_the_server() {
    for keywords in ["ReadOnly=1;", "A0=1;Pooler=transaction;", "CX=1c2038000;"] {
        let connection = connect_with(keywords);
        assert_eq!(connection.get(SQL_ATTR_ACCESS_MODE), SQL_MODE_READ_ONLY as u32);
        let table = unique("unmade");
        let create = format!("create table {table} (a int)");
        connection.statement().execute_direct(&create).error("25006");
        connection.set(SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_WRITE).info("01S02");
        connection.statement().execute_direct(&create).error("25006");
        assert_eq!(connection.value("select 1").as_deref(), Some("1"));
    }
}

#[test]
fn the_schema_is_the_one_that_is_asked_for() {
    let schema = unique("Of Schema");
    let connection = connect_with("");
    connection.run(&format!("create schema \"{schema}\""));
    let other = connect_with(&format!("Schema={{\"{schema}\", public}};options=-c statement_timeout=12345;"));
    assert_eq!(other.value("select current_schema()"), Some(schema));
    assert_eq!(other.value("show statement_timeout").as_deref(), Some("12345ms"));
}

#[test]
fn the_query_timeout_of_the_connection_is_every_statements() {
    let connection = connect_with("QueryTimeout=1;");
    let statement = connection.statement();
    assert_eq!(statement.get_attribute(SQL_ATTR_QUERY_TIMEOUT), 1);
    let begun = Instant::now();
    statement.execute_direct("select pg_sleep(60)").error("HYT00");
    assert!(begun.elapsed() < Duration::from_secs(30));
    statement.set(SQL_ATTR_QUERY_TIMEOUT, 0).success();
    assert_eq!(statement.get_attribute(SQL_ATTR_QUERY_TIMEOUT), 0);
    let ignoring = connect_with("IgnoreTimeout=1;");
    let statement = ignoring.statement();
    statement.set(SQL_ATTR_QUERY_TIMEOUT, 1).success();
    assert_eq!(statement.get_attribute(SQL_ATTR_QUERY_TIMEOUT), 0);
}

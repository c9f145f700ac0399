//! What is a parameter marker or an escape in a text, and what only looks like one, seen by what the server answers.
//!
//! Expected values: PostgreSQL documentation, "Lexical Structure"; ODBC reference, "Escape Sequences in ODBC",
//! `SQLSetStmtAttr` (SQL_ATTR_NOSCAN).

use crate::common::statement::{Parameter, texts};
use crate::common::text::Wide;
use crate::common::{Connection, connect};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;

/// Texts whose only marker is the last `?`, where they have one, and what they answer with it bound as 7.
const TEXTS: &[(&str, &[&str])] = &[
    ("select '? {fn pi()} {d ''2024-01-01''}', ?::int", &["? {fn pi()} {d '2024-01-01'}", "7"]),
    ("select 'it''s ?', ?::int", &["it's ?", "7"]),
    (r"select E'\'? {fn pi()}\\', ?::int", &["'? {fn pi()}\\", "7"]),
    (r"select U&'\0041? {t ''1:00:00''}', ?::int", &["A? {t '1:00:00'}", "7"]),
    (r"select U&'!0041?' UESCAPE '!', ?::int", &["A?", "7"]),
    ("select $$? {fn pi()} ' $$, ?::int", &["? {fn pi()} ' ", "7"]),
    ("select $tag$ $$ ? $tag $tag$, ?::int", &[" $$ ? $tag ", "7"]),
    ("select 1 as \"? {fn pi()} \"\"?\", ?::int", &["1", "7"]),
    ("select 1 /* ? {fn /* nested ? */ ' */ , ?::int", &["1", "7"]),
    ("select 1 -- ? {fn ' \n, ?::int", &["1", "7"]),
    ("select 'a' -- ?\n 'b?', ?::int", &["ab?", "7"]),
    ("select B'101'::text, X'1f'::text, N'?', ?::int", &["101", "00011111", "?", "7"]),
    // Operators with a question mark.
    (r#"select '{"a":1}'::jsonb ?? 'a', ?::int"#, &["1", "7"]),
    (r#"select '{"a":1}'::jsonb ??| array['b', 'a'], '{"a":1}'::jsonb ??& array['a', 'b'], ?::int"#, &["1", "0", "7"]),
    (r#"select '{"a":1}'::jsonb @?? '$.a', ?::int"#, &["1", "7"]),
    ("select lseg '((-1,0),(1,0))' ??|| lseg '((-1,2),(1,2))', ?::int", &["1", "7"]),
    // Escapes, with a marker in one.
    ("select {fn concat('?', '{fn pi()}')}, ?::int", &["?{fn pi()}", "7"]),
    ("select {fn abs(-?::int)}", &["7"]),
    ("select {d '2024-02-29'} + ?::int", &["2024-03-07"]),
    ("select 'a%c' like 'a\\%c' {escape '\\'}, ?::int", &["1", "7"]),
    ("select b.i from {oj (values (1)) a (i) left outer join (values (2)) b (i) on a.i + ?::int = b.i + 6}", &["2"]),
    // Braces that are none.
    ("select '{1,2}'::int[] = array[1, 2], ?::int", &["1", "7"]),
];

fn bind(statement: &crate::common::Statement<'_>, value: &mut i32) {
    let integer = Parameter { c_type: SQL_C_SLONG, sql_type: SQL_INTEGER, column_size: 0, decimal_digits: 0 };
    // SAFETY: the value outlives the executions.
    unsafe {
        statement.bind_parameter(1, integer, (&raw mut *value).cast(), 0, std::ptr::null_mut()).success();
    }
}

#[test]
fn what_is_quoted_or_commented_is_left_alone() {
    let connection = connect();
    let mut value = 7;
    for (text, expected) in TEXTS {
        let statement = connection.statement();
        statement.prepare(text).success();
        assert_eq!(statement.parameter_count(), 1, "{text}");
        bind(&statement, &mut value);
        statement.execute().success();
        let row = statement.fetch_rows().remove(0);
        let found: Vec<&str> = row.iter().map(|value| value.as_deref().unwrap()).collect();
        assert_eq!(&found, expected, "{text}");
    }
}

#[test]
fn backslashes_escape_where_the_session_says_so() {
    let connection = connect();
    let mut value = 7;
    for (setting, text, expected) in [
        ("on", r"select 'a\', ?::int", "a\\"),
        ("off", r"select 'a\'?', ?::int", "a'?"),
        ("off", r"select 'a\\', ?::int", "a\\"),
        // Where E, U& and dollars say it themselves nothing changes.
        ("off", r"select E'a\'?', ?::int", "a'?"),
        ("off", r"select $$a\$$, ?::int", "a\\"),
    ] {
        connection.run(&format!("set standard_conforming_strings to {setting}"));
        connection.run("set escape_string_warning to off");
        let statement = connection.statement();
        statement.prepare(text).success();
        assert_eq!(statement.parameter_count(), 1, "{setting} {text}");
        bind(&statement, &mut value);
        statement.execute().success();
        assert_eq!(statement.fetch_rows(), [[Some(expected.to_owned()), Some("7".to_owned())]], "{setting} {text}");
    }
    // Literals of the driver's own making.
    assert_eq!(connection.statement().rows("select {d '2024-02-29'}"), texts([["2024-02-29"]]));
}

#[test]
fn without_scanning_escapes_go_to_the_server_as_they_are() {
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_NOSCAN, SQL_NOSCAN_ON).success();
    statement.execute_direct("select {fn pi()}").error("42000");
    statement.execute_direct("{call pg_backend_pid()}").error("42000");
    // Markers are markers all the same.
    let mut value = 7;
    bind(&statement, &mut value);
    statement.execute_direct("select '{fn pi()}', ?::int").success();
    assert_eq!(statement.fetch_rows(), texts([["{fn pi()}", "7"]]));
    statement.close_cursor().success();
    statement.set(SQL_ATTR_NOSCAN, SQL_NOSCAN_OFF).success();
    assert_eq!(statement.rows("select {fn floor({fn pi()})}"), texts([["3"]]));
}

/// The text as SQLNativeSql gives it.
fn native(connection: &Connection, sql: &str) -> String {
    let (text, room) = (Wide::new(sql), Wide::room(500));
    let mut length = -1;
    // SAFETY: a terminated text, and room of the given size.
    let code = unsafe {
        let (api, handle) = (connection.api, connection.handle);
        api.SQLNativeSqlW(handle, text.address(), SQL_NTS, room.address(), 500, &raw mut length)
    };
    connection.outcome(code).success();
    room.read()
}

#[test]
fn braces_without_a_keyword_of_odbcs_survive() {
    // CrateDB's object literals (its documentation, "Object literals").
    let connection = connect();
    for sql in [
        "insert into t (o) values ({a = 1})",
        "insert into t (o) values ({\"d\" = 1, t = 'x', fn = {oj = 2}, call = [1, 2]})",
        "select {d = 1}, {ts = 2}, {fn = 3}, {guid=4}, {}, { a=? }",
        "select {interval = 1}, {escape = '!'}",
    ] {
        assert_eq!(native(&connection, sql), sql);
    }
    assert_eq!(
        native(&connection, "select {fn ucase({a = 1})}, {d '2024-02-29'}"),
        "select upper({a = 1}), date '2024-02-29'"
    );
}

#[test]
fn an_escape_that_cannot_be_one_is_a_clear_error() {
    let connection = connect();
    for (sql, sqlstates) in [
        ("select {fn ucase('a'", &["42000"][..]),
        ("select {fn ucase('a', 'b')}", &["42000"]),
        ("select {d '2024-02-30'}", &["22007", "22008"]),
        ("select {guid 'x'}", &["22018", "22007", "22P02"]),
    ] {
        let outcome = connection.statement().execute_direct(sql);
        outcome.error_of(sqlstates);
    }
}

//! Statements that are executed, directly or after preparation: results, counts, several results.

use crate::common::api::Manager;
use crate::common::statement::{Parameter, texts};
use crate::common::{connect, unique};
use crate::odbc::attributes::{SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF};
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::ptr::null_mut;

#[test]
fn rows_and_columns_come_as_the_server_has_them() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select * from (values (1, 'a'), (2, 'b'), (3, 'c')) as t (n, x) order by n").success();
    assert_eq!(statement.column_count(), 2);
    assert_eq!(statement.describe(1).name, "n");
    assert_eq!(statement.describe(2).name, "x");
    assert_eq!(statement.fetch_rows(), texts([["1", "a"], ["2", "b"], ["3", "c"]]));
    statement.fetch().no_data();
}

#[test]
fn a_prepared_statement_runs_again_and_again() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select 40 + 2 as answer").success();
    for _ in 0..5 {
        statement.execute().success();
        assert_eq!(statement.fetch_rows(), texts([["42"]]));
        statement.close_cursor().success();
    }
}

#[test]
fn a_prepared_statement_tells_its_columns_before_it_runs() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select 1 as one, 'x'::text as two").success();
    assert_eq!(statement.column_count(), 2);
    assert_eq!(statement.describe(2).name, "two");
    statement.execute().success();
    assert_eq!(statement.fetch_rows(), texts([["1", "x"]]));
}

#[test]
fn a_prepared_statement_survives_a_change_of_its_table() {
    let connection = connect();
    connection.create_table("changing", "a int");
    connection.run("insert into changing values (1)");
    let statement = connection.statement();
    statement.prepare("select * from changing").success();
    statement.execute().success();
    assert_eq!(statement.fetch_rows(), texts([["1"]]));
    statement.close_cursor().success();
    connection.run("alter table changing add b int default 7");
    // "cached plan must not change result type" is the server's business, not the application's.
    statement.execute().success();
    assert_eq!(statement.fetch_rows(), texts([["1", "7"]]));
}

#[test]
fn changes_tell_how_many_rows() {
    let connection = connect();
    connection.run("drop table if exists counted");
    let statement = connection.statement();
    statement.execute_direct("create table counted (a int)").success();
    assert_eq!(statement.column_count(), 0);
    statement.execute_direct("insert into counted select generate_series(1, 7)").success();
    assert_eq!(statement.row_count(), 7);
    statement.execute_direct("update counted set a = a + 1 where a > 4").success();
    assert_eq!(statement.row_count(), 3);
    statement.execute_direct("delete from counted where a = 1").success();
    assert_eq!(statement.row_count(), 1);
}

#[test]
fn a_searched_change_of_nothing_is_no_data() {
    // ODBC reference, SQLExecDirect: a searched update or delete that affects no rows returns SQL_NO_DATA.
    let connection = connect();
    connection.create_table("empty_one", "a int");
    let statement = connection.statement();
    for sql in ["update empty_one set a = 1", "delete from empty_one"] {
        statement.execute_direct(sql).no_data();
        // iODBC takes the statement for one that was not executed.
        if statement.api.manager != Manager::Iodbc {
            assert_eq!(statement.row_count(), 0, "{sql}");
        }
        statement.prepare(sql).success();
        statement.execute().no_data();
    }
}

#[test]
fn a_small_result_knows_its_row_count() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select generate_series(1, 5)").success();
    assert!([5, -1].contains(&statement.row_count()), "the count or -1 for unknown");
    assert_eq!(statement.fetch_rows().len(), 5);
}

#[test]
fn returning_gives_rows() {
    let connection = connect();
    connection.create_table("returned", "id serial, a text");
    let statement = connection.statement();
    let sql = "insert into returned (a) values ('x'), ('y') returning id, a";
    assert_eq!(statement.rows(sql), texts([["1", "x"], ["2", "y"]]));
}

#[test]
fn several_statements_give_several_results() {
    let connection = connect();
    connection.create_table("batch", "a int");
    let statement = connection.statement();
    statement.execute_direct("select 1 as a; insert into batch values (1), (2); select 'b' as b, 'c' as c;").success();
    assert_eq!(statement.column_count(), 1);
    assert_eq!(statement.fetch_rows(), texts([["1"]]));
    statement.more_results().success();
    assert_eq!(statement.column_count(), 0);
    assert_eq!(statement.row_count(), 2);
    statement.more_results().success();
    assert_eq!(statement.column_count(), 2);
    assert_eq!(statement.fetch_rows(), texts([["b", "c"]]));
    statement.more_results().no_data();
}

#[test]
fn the_next_result_may_be_asked_for_before_the_first_is_read() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select generate_series(1, 100000); select 'second'").success();
    statement.fetch().success();
    statement.more_results().success();
    assert_eq!(statement.fetch_rows(), texts([["second"]]));
}

#[test]
fn an_error_in_a_later_statement_fails_the_list() {
    // The list is one unit to the server: what came before the error is undone, and may not be called done.
    let (connection, table) = (connect(), unique("list"));
    connection.run(&format!("create table {table} (a int)"));
    let statement = connection.statement();
    let record = statement.execute_direct(&format!("insert into {table} values (1); select 1/0")).error("22012");
    assert!(record.message.contains("division by zero"), "{}", record.message);
    assert_eq!(statement.rows(&format!("select count(*) from {table}")), texts([["0"]]));
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    connection.run(&format!("insert into {table} values (1)"));
    let list = format!("insert into {table} values (2); insert into {table} values (1/0)");
    statement.execute_direct(&list).error("22012");
    connection.end_transaction(SQL_COMMIT).success();
    assert_eq!(connection.value(&format!("select string_agg(a::text, ',') from {table}")).as_deref(), Some("1"));
    connection.end_transaction(SQL_COMMIT).success();
}

#[test]
fn closing_early_undoes_nothing_that_was_done() {
    let (connection, table) = (connect(), unique("early"));
    connection.run(&format!("create table {table} (a int)"));
    connection.run(&format!(
        "create function {table}_f(i int) returns int language sql volatile as \
         $$ insert into {table} values (i) returning a $$"
    ));
    let big = "select i, repeat('x', 100) from generate_series(1, 300000) i";
    let calls = format!("select {table}_f(i), repeat('x', 200) from generate_series(1, 20000) i");
    for (text, rows) in [
        (format!("insert into {table} values (1); {big}"), "1"),
        (format!("{big}; insert into {table} values (1)"), "1"),
        (calls, "20000"),
    ] {
        let statement = connection.statement();
        statement.execute_direct(&text).succeeded();
        if statement.column_count() > 0 {
            statement.fetch().success();
        }
        statement.free(SQL_CLOSE).success();
        assert_eq!(statement.rows(&format!("select count(*) from {table}")), [[Some(rows.to_owned())]], "{text}");
        connection.run(&format!("truncate {table}"));
    }
}

#[test]
fn another_client_encoding_stores_no_other_text() {
    let (connection, table) = (connect(), unique("encoding"));
    connection.run(&format!("create table {table} (a text)"));
    connection.run("set client_encoding to latin1");
    connection.run(&format!("insert into {table} values (U&'\\00e9' || 'ß'::text)"));
    let found = connection.value(&format!("select a || ' ' || octet_length(a) from {table}"));
    assert_eq!(found.as_deref(), Some("éß 4"));
}

#[test]
fn an_error_in_the_middle_of_a_result_keeps_the_rows_before_it() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select 1 / (3 - i) from generate_series(1, 5) i").succeeded();
    // The server may have sent 1/2 and 1/1 before it fails at 1/0.
    let mut rows = 0;
    let failed = loop {
        let outcome = statement.fetch();
        if outcome.code != SQL_SUCCESS {
            break outcome;
        }
        rows += 1;
    };
    failed.error("22012");
    assert_eq!(rows, 2);
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
}

#[test]
fn an_empty_statement_has_no_result() {
    let connection = connect();
    let statement = connection.statement();
    for sql in ["", " ", ";", "-- nothing\n", "/* nothing /* nested */ */"] {
        statement.execute_direct(sql).succeeded();
        assert_eq!(statement.column_count(), 0, "{sql:?}");
    }
    assert_eq!(statement.rows("select 1"), texts([["1"]]));
}

#[test]
fn a_question_mark_that_is_no_parameter_is_left_alone() {
    let connection = connect();
    let statement = connection.statement();
    let sql = r#"select '?' as "a?", $tag$ ? $tag$ /* ? */, e'it\'s ?' -- ?"#;
    statement.prepare(sql).success();
    assert_eq!(statement.parameter_count(), 0);
    statement.execute().success();
    assert_eq!(statement.describe(1).name, "a?");
    assert_eq!(statement.fetch_rows(), texts([["?", " ? ", "it's ?"]]));
}

#[test]
fn a_doubled_question_mark_is_an_operator() {
    let connection = connect();
    assert_eq!(connection.statement().rows(r#"select ('{"a": 1}'::jsonb ?? 'a')::text"#), texts([["true"]]));
}

#[test]
fn escapes_are_translated() {
    let connection = connect();
    let sql =
        "select {d '2024-02-29'}::text, {ts '2024-02-29 12:30:00'}::text, {t '12:30:00'}::text, {fn ucase('abc')}";
    assert_eq!(connection.statement().rows(sql), texts([["2024-02-29", "2024-02-29 12:30:00", "12:30:00", "ABC"]]));
    let sql = "select a, b from {oj (values (1), (2)) x (a) left outer join (values (2)) y (b) on a = b} order by a";
    let rows = connection.statement().rows(sql);
    assert_eq!(rows, vec![vec![Some("1".into()), None], vec![Some("2".into()), Some("2".into())]]);
}

#[test]
fn unicode_beyond_the_basic_plane_goes_there_and_back() {
    let connection = connect();
    let table = unique("smile");
    connection.create_table(&table, r#""größe" text"#);
    let statement = connection.statement();
    statement.execute_direct(&format!("insert into {table} values ('grüße 😀 𝔘 日本')")).success();
    statement
        .execute_direct(&format!(r#"select "größe", length("größe"), octet_length("größe") from {table}"#))
        .success();
    assert_eq!(statement.describe(1).name, "größe");
    // 5 + 1 + 1 + 1 + 1 + 1 + 2 characters; 7 + 1 + 4 + 1 + 4 + 1 + 6 bytes of UTF-8.
    assert_eq!(statement.fetch_rows(), texts([["grüße 😀 𝔘 日本", "12", "24"]]));
}

#[test]
fn a_notice_is_a_warning() {
    let connection = connect();
    let statement = connection.statement();
    let outcome = statement.execute_direct("do $$ begin raise warning 'mind the gap'; end $$");
    outcome.succeeded();
    // iODBC asks for the number of columns after each execution, and the warning is gone.
    if statement.api.manager != Manager::Iodbc {
        let record = outcome.info("01000");
        assert!(record.message.contains("mind the gap"), "{}", record.message);
    }
}

#[test]
fn executing_what_was_not_prepared_is_out_of_sequence() {
    let connection = connect();
    connection.statement().execute().error("HY010");
}

#[test]
fn executing_while_a_cursor_is_open_is_refused() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select generate_series(1, 3)").success();
    statement.execute().success();
    statement.execute().error("24000");
    statement.execute_direct("select 1").error("24000");
    statement.free(SQL_CLOSE).success();
    statement.execute_direct("select 1").success();
}

#[test]
fn closing_what_is_not_open() {
    let connection = connect();
    let statement = connection.statement();
    statement.close_cursor().error("24000");
    statement.free(SQL_CLOSE).success();
}

#[test]
fn a_big_result_may_be_closed_early() {
    let connection = connect();
    let statement = connection.statement();
    for _ in 0..3 {
        statement.execute_direct("select repeat('x', 1000) from generate_series(1, 2000000)").success();
        statement.fetch().success();
        statement.close_cursor().success();
        assert_eq!(statement.rows("select 'next'"), texts([["next"]]));
    }
}

#[test]
fn a_text_of_ten_megabytes_goes_there_and_back() {
    let connection = connect();
    let statement = connection.statement();
    let long = "0123456789".repeat(1 << 20);
    statement.execute_direct(&format!("select '{long}' as long, md5('{long}')")).success();
    statement.fetch().success();
    assert!(statement.get_text(1).as_deref() == Some(&long), "the text differs");
}

#[test]
fn what_has_been_committed_is_not_done_again() {
    // How a parameter is to be declared is learnt from the server, by a refusal where it cannot be asked before.
    let connection = connect();
    let (table, adds, adds_and_fails) = (unique("once"), unique("adds"), unique("adds_and_fails"));
    connection.run(&format!("create table {table} (a int)"));
    for (procedure, rest) in [(&adds, ""), (&adds_and_fails, "execute 'select 1 = true';")] {
        connection.run(&format!(
            "create procedure {procedure}(i int) language plpgsql as
             $$ begin insert into {table} values (i); commit; {rest} end $$"
        ));
    }
    let text = Parameter { c_type: SQL_C_CHAR, sql_type: SQL_VARCHAR, column_size: 10, decimal_digits: 0 };
    let integer = Parameter { c_type: SQL_C_SLONG, sql_type: SQL_INTEGER, column_size: 0, decimal_digits: 0 };
    let lists = [
        format!("insert into {table} values (1); commit; select 2 where ? is not null"),
        format!("call {adds}(1); select 2 where ? is not null"),
        format!("do $$ begin insert into {table} values (1); commit; end $$; select 2 where ? is not null"),
    ];
    for (executed, list) in (1..).zip(&lists) {
        let statement = connection.statement();
        // SAFETY: a text with its zero, as long as the execution.
        unsafe { statement.bind_parameter(1, text, c"x".as_ptr().cast_mut().cast(), 0, null_mut()) }.success();
        statement.execute_direct(list).succeeded();
        let rows = connection.value(&format!("select count(*) from {table}"));
        assert_eq!(rows, Some(executed.to_string()), "{list}");
    }
    connection.run(&format!("truncate {table}"));
    let (statement, mut number) = (connection.statement(), 7_i32);
    // SAFETY: a number that is here as long as the execution.
    unsafe { statement.bind_parameter(1, integer, (&raw mut number).cast(), 0, null_mut()) }.success();
    statement.execute_direct(&format!("call {adds_and_fails}(?)")).error("42883");
    assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("1"));
}

//! Several results open on one connection, read in any order.

use crate::common::proxy::Line;
use crate::common::statement::texts;
use crate::common::{connect, connect_with, unique};
use crate::odbc::attributes::*;
use crate::odbc::values::*;

#[test]
fn a_hundred_statements_open_and_unread_each_then_read() {
    let connection = connect();
    let statements: Vec<_> = (0..100).map(|_| connection.statement()).collect();
    for (number, statement) in statements.iter().enumerate() {
        let sql =
            format!("select {number} * 1000 + i, repeat(chr(65 + {number} % 26), 100) from generate_series(1, 1000) i");
        statement.execute_direct(&sql).success();
    }
    // Neither first to last nor last to first.
    for step in 0..100 {
        let number = step * 37 % 100;
        let statement = &statements[number];
        let letter = char::from(b'A' + (number % 26) as u8).to_string().repeat(100);
        for row in 1..=1000 {
            statement.fetch().success();
            assert_eq!(statement.get::<i64>(1), Some(number as i64 * 1000 + row));
            assert_eq!(statement.get_text(2).as_deref(), Some(letter.as_str()));
        }
        statement.fetch().no_data();
    }
}

#[test]
fn two_results_read_row_by_row_in_turns() {
    let connection = connect();
    let (first, second) = (connection.statement(), connection.statement());
    first.execute_direct("select generate_series(1, 5000)").success();
    second.execute_direct("select generate_series(5001, 10000)").success();
    for row in 1..=5000 {
        first.fetch().success();
        second.fetch().success();
        assert_eq!((first.get::<i32>(1), second.get::<i32>(1)), (Some(row), Some(row + 5000)));
    }
    first.fetch().no_data();
    second.fetch().no_data();
}

#[test]
fn the_current_row_stays_while_another_statement_runs() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select i, repeat('x', 5000) || i from generate_series(1, 2000) i").success();
    for row in 1..=3 {
        statement.fetch().success();
        assert_eq!(connection.value("select 'between'").as_deref(), Some("between"));
        assert_eq!(statement.get::<i32>(1), Some(row));
        let text = statement.get_text(2).unwrap();
        assert_eq!(text.len(), 5001);
        assert!(text.ends_with(&row.to_string()));
    }
    // In the middle of a value, too.
    statement.fetch().success();
    let mut buffer = [0_u8; 101];
    statement.get_data(2, crate::odbc::types::SQL_C_CHAR, &mut buffer).0.info("01004");
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
    let (outcome, rest) = statement.get_data(2, crate::odbc::types::SQL_C_CHAR, &mut buffer);
    outcome.info("01004");
    assert_eq!(rest, 4901);
}

#[test]
fn changes_while_a_result_is_read() {
    let connection = connect();
    connection.create_table("source", "i int");
    connection.run("insert into source select generate_series(1, 500)");
    connection.create_table("target", "i int");
    let statement = connection.statement();
    let insert = connection.statement();
    statement.execute_direct("select i from source order by i").success();
    while statement.fetch().code == SQL_SUCCESS {
        let number = statement.get::<i32>(1).unwrap();
        insert.execute_direct(&format!("insert into target values ({number})")).success();
    }
    assert_eq!(connection.statement().rows("select count(*), sum(i) from target"), texts([["500", "125250"]]));
}

#[test]
fn an_error_on_one_statement_leaves_the_others() {
    let connection = connect();
    let good = connection.statement();
    good.execute_direct("select generate_series(1, 20000)").success();
    good.fetch().success();
    connection.statement().execute_direct("select 1/0").error("22012");
    connection.statement().execute_direct("not sql").error("42000");
    assert_eq!(good.fetch_rows().len(), 19999);
}

#[test]
fn a_failing_result_keeps_its_error_to_itself() {
    let connection = connect();
    let failing = connection.statement();
    failing.execute_direct("select 1 / (20000 - i) from generate_series(1, 30000) i").succeeded();
    failing.fetch().success();
    assert_eq!(connection.value("select 'fine'").as_deref(), Some("fine"));
    let failed = loop {
        let outcome = failing.fetch();
        if outcome.code != SQL_SUCCESS {
            break outcome;
        }
    };
    failed.error("22012");
}

#[test]
fn results_stay_open_while_autocommit_is_switched_off_and_on() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select generate_series(1, 20000)").success();
    statement.fetch().success();
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    connection.create_table("in_between", "a int");
    assert_eq!(statement.fetch_rows().len(), 19999);
    connection.end_transaction(SQL_ROLLBACK).success();
}

/// About 100 MB: more than what is kept in memory and the megabyte that the file may have.
const HUGE: &str = "select i, repeat('x', 1000) from generate_series(1, 100000) i";

#[test]
fn a_result_put_aside_takes_no_more_of_the_disk_than_it_may() {
    for autocommit in [SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF] {
        let connection = connect_with("TempFileLimit=1;");
        connection.set(SQL_ATTR_AUTOCOMMIT, autocommit).success();
        let table = unique("kept");
        connection.run(&format!("create table {table} (a int)"));
        let count = || connection.value(&format!("select count(*) from {table}"));
        let statement = connection.statement();
        statement.execute_direct(HUGE).success();
        statement.fetch().success();
        // Who needs the connection gets it.
        connection.run(&format!("insert into {table} values (1)"));
        assert_eq!(count().as_deref(), Some("1"));
        // What was kept comes first, without a gap; then the end is an error and not SQL_NO_DATA.
        let mut row = 1;
        let outcome = loop {
            assert_eq!(statement.get::<i32>(1), Some(row));
            let outcome = statement.fetch();
            if outcome.code != SQL_SUCCESS {
                break outcome;
            }
            row += 1;
        };
        let record = outcome.error("HY001");
        assert!(record.message.contains("TempFileLimit"), "{}", record.message);
        assert!((60_000..70_000).contains(&row), "64 MB in memory and 1 in the file are {row} rows of a kilobyte");
        statement.close_cursor().success();
        connection.end_transaction(SQL_COMMIT).success();
        assert_eq!(count().as_deref(), Some("1"), "autocommit {autocommit}");
    }
}

#[test]
fn the_rest_of_a_query_that_cannot_be_kept_is_cancelled_where_that_is_no_harm() {
    // More rows than anybody could wait for: were they all read to be dropped, the next query would never run.
    let line = Line::with("TempFileLimit=1;ResultFormat=text;");
    let statement = line.connection.statement();
    statement.execute_direct("select generate_series(1, 2000000000), repeat('x', 8000)").success();
    statement.fetch().success();
    assert_eq!(line.connection.value("select 'at last'").as_deref(), Some("at last"));
    statement.close_cursor().success();
    assert_eq!(line.connection.value("select 'and on'").as_deref(), Some("and on"));
}

#[test]
fn a_scrollable_cursor_takes_no_more_of_the_disk_than_it_may() {
    let connection = connect_with("TempFileLimit=1;CursorMemory=1;");
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC).success();
    statement.execute_direct(HUGE).success();
    for _ in 0..2 {
        statement.fetch_scroll(SQL_FETCH_LAST, 0).error("HY001");
        statement.fetch_scroll(SQL_FETCH_ABSOLUTE, 5000).error("HY001");
        statement.fetch_scroll(SQL_FETCH_ABSOLUTE, 1500).success();
        assert_eq!(statement.get::<i32>(1), Some(1500));
    }
    statement.close_cursor().success();
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
}

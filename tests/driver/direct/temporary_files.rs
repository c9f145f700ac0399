//! How much of a result is kept on disk: TempFileLimit. No manager has a part in it.

use crate::common::proxy::Line;
use crate::common::{connect_with, unique};
use crate::odbc::attributes::*;
use crate::odbc::values::*;

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

//! Several results open on one connection, read in any order.

use crate::common::connect;
use crate::common::statement::texts;
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

/// A statement whose time ends before it gets the wire takes nothing from the one that has it.
#[test]
fn a_timeout_while_another_result_is_put_aside_leaves_that_result_whole() {
    let (connection, holder) = (connect(), connect());
    // The third row comes when the other connection lets it; the second one pushes the first out of the server's buffer.
    let key = std::process::id();
    // A transaction's lock: behind a pooler a session's might be given back by another server process than has it.
    holder.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    holder.run(&format!("select pg_advisory_xact_lock(4711, {key})"));
    let slow = connection.statement();
    slow.execute_direct(&format!(
        "select i, repeat('x', 100000), case when i = 3 then pg_advisory_xact_lock(4711, {key})::text end \
         from generate_series(1, 4) i",
    ))
    .success();
    slow.fetch().success();
    let hasty = connection.statement();
    hasty.set(SQL_ATTR_QUERY_TIMEOUT, 1).success();
    hasty.execute_direct("select 1").error("HYT00");
    holder.end_transaction(SQL_ROLLBACK).success();
    for row in 1..=4 {
        if row > 1 {
            slow.fetch().success();
        }
        assert_eq!(slow.get::<i32>(1), Some(row));
        assert_eq!(slow.get_text(2).map(|text| text.len()), Some(100_000));
    }
    slow.fetch().no_data();
    hasty.set(SQL_ATTR_QUERY_TIMEOUT, 0).success();
    assert_eq!(hasty.rows("select 1").len(), 1);
}

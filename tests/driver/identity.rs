//! `SELECT @@IDENTITY`: the number that the last insertion has drawn.

use crate::common::statement::texts;
use crate::common::{connect, connect_with};
use crate::odbc::attributes::*;
use crate::odbc::values::*;

const CREATE: &str = "create temp table numbered (a int generated always as identity (start with 41), b text)";

#[test]
fn it_is_the_last_number_drawn() {
    let connection = connect();
    connection.run(CREATE);
    let statement = connection.statement();
    statement.prepare("select @@identity").success();
    for expected in [None, Some("41"), Some("42")] {
        statement.execute().success();
        assert_eq!(statement.column_count(), 1);
        assert_eq!(statement.fetch_rows(), [[expected.map(str::to_owned)]]);
        statement.close_cursor().success();
        connection.run("insert into numbered (b) values ('x')");
    }
    assert_eq!(statement.rows("SELECT @@IDENTITY AS id, 1 + @@Identity"), texts([["43", "44"]]));
    assert_eq!(statement.rows("select b from numbered where a = @@IDENTITY"), texts([["x"]]));
}

#[test]
fn without_one_a_transaction_goes_on() {
    for keywords in ["", "Protocol=7.4-0;", "Protocol=7.4-1;"] {
        let connection = connect_with(keywords);
        connection.run(CREATE);
        connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
        let statement = connection.statement();
        // As the first statement of a transaction, and as a later one.
        assert_eq!(statement.rows("select @@identity"), [[None]], "{keywords}");
        statement.execute_direct("create temp table kept (a int)").success();
        assert_eq!(statement.rows("select @@identity"), [[None]], "{keywords}");
        statement.execute_direct("insert into numbered (b) values ('y')").success();
        assert_eq!(statement.rows("select @@identity"), texts([["41"]]), "{keywords}");
        connection.end_transaction(SQL_COMMIT).success();
        assert_eq!(statement.rows("select count(*) from kept"), texts([["0"]]), "{keywords}");
        connection.end_transaction(SQL_COMMIT).success();
    }
}

#[test]
fn an_operator_before_a_column_of_that_name_is_none() {
    let connection = connect();
    let rows = connection.statement().rows(
        "select d @@identity from (values ('cats'::tsvector, 'cats'::tsquery), ('dogs', 'cats')) t (d, identity)",
    );
    assert_eq!(rows, texts([["1"], ["0"]]));
}

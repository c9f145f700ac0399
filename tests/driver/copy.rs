//! COPY: into the server by data at execution, out of it as a result set.

use crate::common::statement::texts;
use crate::common::{Connection, Statement, connect, unique};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;

/// A table of its own.
#[track_caller]
fn with_table() -> (Connection, String) {
    let connection = connect();
    let table = unique("copied");
    connection.run(&format!("create table {table} (a int primary key, b text)"));
    (connection, table)
}

/// Executes a COPY FROM STDIN up to where it takes data.
#[track_caller]
fn begin(statement: &Statement<'_>, sql: &str) {
    let executed = statement.execute_direct(sql);
    assert_eq!(executed.code, SQL_NEED_DATA, "{executed:?}");
    let (outcome, token) = statement.parameter_data();
    assert_eq!((outcome.code, token), (SQL_NEED_DATA, 0));
}

#[test]
fn data_goes_in_by_pieces_of_any_size() {
    let (connection, table) = with_table();
    let statement = connection.statement();
    begin(&statement, &format!("copy {table} from stdin"));
    for piece in ["1\tone\n2\t", "\\N\n", "", "3\tdr", "ei\n"] {
        statement.put(piece.as_bytes()).success();
    }
    statement.put_length(b"4\tend\n\0", SQL_NTS as isize).success();
    statement.parameter_data().0.success();
    assert_eq!((statement.row_count(), statement.column_count()), (4, 0));
    statement.more_results().no_data();
    let rows = connection.statement().rows(&format!("select a, coalesce(b, '-') from {table} order by a"));
    assert_eq!(rows, texts([["1", "one"], ["2", "-"], ["3", "drei"], ["4", "end"]]));
    // Prepared, in CSV, twice; and nothing at all.
    statement.prepare(&format!("COPY {table} (a) FROM STDIN WITH (FORMAT csv)")).success();
    for key in ["10\n", "11\n"] {
        assert_eq!(statement.execute().code, SQL_NEED_DATA);
        assert_eq!(statement.parameter_data().0.code, SQL_NEED_DATA);
        statement.put(key.as_bytes()).success();
        statement.parameter_data().0.success();
        assert_eq!(statement.row_count(), 1);
    }
    begin(&statement, &format!("copy {table} from stdin"));
    statement.put(b"").success();
    statement.parameter_data().0.success();
    assert_eq!(statement.row_count(), 0);
    connection.run(&format!("drop table {table}"));
}

#[test]
fn more_data_than_the_buffers_of_both_ends_hold() {
    let (connection, table) = with_table();
    let statement = connection.statement();
    begin(&statement, &format!("copy {table} from stdin"));
    let filler = "x".repeat(1000);
    for block in 0..20 {
        let lines: String = (0..1000).map(|line| format!("{}\t{filler}\n", block * 1000 + line)).collect();
        statement.put(lines.as_bytes()).success();
    }
    statement.parameter_data().0.success();
    assert_eq!(statement.row_count(), 20_000);
    connection.run(&format!("drop table {table}"));
}

#[test]
fn what_the_server_refuses_is_told_with_its_line() {
    let (connection, table) = with_table();
    let statement = connection.statement();
    begin(&statement, &format!("copy {table} from stdin"));
    // The server may have said so before the data ends, or not.
    let put = statement.put(b"1\tone\nno number\ttwo\n");
    let failed = if put.code == SQL_ERROR { put } else { statement.parameter_data().0 };
    let record = failed.error("22018");
    assert!(record.message.contains("line 2"), "{}", record.message);
    assert_eq!(statement.rows(&format!("select count(*) from {table}")), texts([["0"]]));
    // Refused before it takes any data.
    statement.execute_direct("copy pg_catalog.no_such_table from stdin").error("42S02");
    statement.execute_direct(&format!("copy {table} from stdin; select 1")).error("42000");
    assert_eq!(statement.rows("select 1"), texts([["1"]]));
    connection.run(&format!("drop table {table}"));
}

#[test]
fn a_failure_that_the_application_does_not_wait_for_ends_the_sending() {
    let (connection, table) = with_table();
    let statement = connection.statement();
    begin(&statement, &format!("copy {table} from stdin"));
    let block = "no number\n".repeat(10_000);
    // The server refuses the first line; it is heard of while there is more to come.
    let refused = (0..100_000).map(|_| statement.put(block.as_bytes())).find(|outcome| outcome.code != SQL_SUCCESS);
    refused.expect("the server's error is found").error("22018");
    assert_eq!(statement.rows("select 1"), texts([["1"]]));
    connection.run(&format!("drop table {table}"));
}

#[test]
fn a_copy_can_be_given_up() {
    let (connection, table) = with_table();
    let statement = connection.statement();
    let copy = format!("copy {table} from stdin");
    let count = || connection.statement().rows(&format!("select count(*) from {table}"));
    // At once, and in the middle.
    assert_eq!(statement.execute_direct(&copy).code, SQL_NEED_DATA);
    statement.cancel().success();
    assert_eq!(count(), texts([["0"]]));
    begin(&statement, &copy);
    statement.put(b"1\tone\n").success();
    // Nothing else goes on the connection meanwhile, and nothing is lost by trying.
    let other = connection.statement();
    other.execute_direct("select 1").error("HY000");
    statement.put(b"2\ttwo\n").success();
    statement.cancel().success();
    assert_eq!(count(), texts([["0"]]));
    begin(&statement, &copy);
    statement.put(b"1\tone\n").success();
    statement.parameter_data().0.success();
    assert_eq!(count(), texts([["1"]]));
    connection.run(&format!("drop table {table}"));
}

#[test]
fn in_a_transaction_a_failed_copy_undoes_only_itself() {
    let (connection, table) = with_table();
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    let statement = connection.statement();
    statement.execute_direct(&format!("insert into {table} values (1, 'kept')")).success();
    begin(&statement, &format!("copy {table} from stdin"));
    statement.put(b"1\ttwice\n").success();
    let (failed, _) = statement.parameter_data();
    failed.error("23505");
    begin(&statement, &format!("copy {table} from stdin"));
    statement.put(b"2\tnew\n").success();
    statement.parameter_data().0.success();
    connection.end_transaction(SQL_COMMIT).success();
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON).success();
    let rows = connection.statement().rows(&format!("select a, b from {table} order by a"));
    assert_eq!(rows, texts([["1", "kept"], ["2", "new"]]));
    connection.run(&format!("drop table {table}"));
}

#[test]
fn data_comes_out_as_rows_of_one_column() {
    let connection = connect();
    let statement = connection.statement();
    let rows = statement.rows("copy (select n, 'grün' || n from generate_series(1, 3) n) to stdout");
    assert_eq!(rows, texts([["1\tgrün1\n"], ["2\tgrün2\n"], ["3\tgrün3\n"]]));
    statement.execute_direct("copy (values (1, null), (2, 'a,b')) to stdout with (format csv, header)").success();
    let column = statement.describe(1);
    assert_eq!((column.name.as_str(), column.nullable), ("copy", SQL_NO_NULLS));
    assert_eq!(statement.fetch_rows(), texts([["column1,column2\n"], ["1,\n"], ["2,\"a,b\"\n"]]));
    statement.more_results().no_data();
    // Nothing comes out of nothing, and the columns are there all the same.
    statement.execute_direct("copy (select 1 where false) to stdout").success();
    assert_eq!(statement.column_count(), 1);
    statement.fetch().no_data();
    statement.close_cursor().success();
    statement.execute_direct("copy (select 1 / 0) to stdout").error("22012");
    // In a list, interleaved with another statement, and scrolled.
    statement.execute_direct("select 1; copy (values (2)) to stdout; select 3").success();
    assert_eq!(statement.fetch_rows(), texts([["1"]]));
    statement.more_results().success();
    statement.fetch().success();
    assert_eq!(connection.statement().rows("select 'between'"), texts([["between"]]));
    assert_eq!(statement.get_text(1).as_deref(), Some("2\n"));
    statement.more_results().success();
    assert_eq!(statement.fetch_rows(), texts([["3"]]));
    statement.more_results().no_data();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC).success();
    statement.execute_direct("copy (select n from generate_series(1, 5) n) to stdout").success();
    statement.fetch_scroll(SQL_FETCH_LAST, 0).success();
    assert_eq!(statement.get_text(1).as_deref(), Some("5\n"));
    statement.fetch_scroll(SQL_FETCH_ABSOLUTE, 2).success();
    assert_eq!(statement.get_text(1).as_deref(), Some("2\n"));
}

#[test]
fn binary_goes_out_and_in_again() {
    let (connection, table) = with_table();
    connection.run(&format!("insert into {table} values (1, 'x'), (2, null)"));
    let out = connection.statement();
    out.execute_direct(&format!("copy {table} to stdout (format binary)")).success();
    assert_eq!(out.describe(1).data_type, SQL_LONGVARBINARY);
    let mut bytes = Vec::new();
    while out.fetch().code == SQL_SUCCESS {
        let mut piece = [0; 4096];
        let (outcome, length) = out.get_data(1, SQL_C_BINARY, &mut piece);
        outcome.success();
        bytes.extend_from_slice(&piece[..length as usize]);
    }
    out.close_cursor().success();
    assert!(bytes.starts_with(b"PGCOPY\n\xff\r\n\0"));
    connection.run(&format!("delete from {table}"));
    begin(&out, &format!("copy {table} from stdin (format binary)"));
    for piece in bytes.chunks(7) {
        out.put(piece).success();
    }
    out.parameter_data().0.success();
    assert_eq!(
        out.rows(&format!("select a, coalesce(b, '-') from {table} order by a")),
        texts([["1", "x"], ["2", "-"]])
    );
    connection.run(&format!("drop table {table}"));
}

#[test]
fn a_long_copy_is_left_in_the_middle() {
    let connection = connect();
    let statement = connection.statement();
    statement
        .execute_direct("copy (select n, repeat('x', 1000) from generate_series(1, 100000) n) to stdout")
        .success();
    statement.fetch().success();
    let other = connection.statement();
    assert_eq!(other.rows("select 1"), texts([["1"]]));
    statement.fetch().success();
    assert!(statement.get_text(1).unwrap().starts_with("2\t"));
    statement.close_cursor().success();
    assert_eq!(statement.rows("select 1"), texts([["1"]]));
}

#[test]
fn markers_are_refused_with_the_way_that_there_is() {
    let (connection, table) = with_table();
    let statement = connection.statement();
    let (value, mut length) = (*b"1\tone\n", 6_isize);
    let text = crate::common::statement::Parameter {
        c_type: SQL_C_CHAR,
        sql_type: SQL_VARCHAR,
        column_size: 6,
        decimal_digits: 0,
    };
    // SAFETY: the value and its length outlive the executions.
    unsafe {
        statement.bind_parameter(1, text, value.as_ptr().cast_mut().cast(), 6, &raw mut length).success();
    }
    for sql in [format!("copy {table} from ?"), format!("copy (select * from {table} where b = ?) to stdout")] {
        let record = statement.execute_direct(&sql).error("42000");
        assert!(record.message.contains("SQLPutData"), "{}", record.message);
    }
    // What is bound without a marker has no part in it, as in any statement.
    begin(&statement, &format!("copy {table} from stdin"));
    statement.put(b"2\ttwo\n").success();
    statement.parameter_data().0.success();
    assert_eq!(connection.statement().rows(&format!("select a, b from {table}")), texts([["2", "two"]]));
    connection.run(&format!("drop table {table}"));
}

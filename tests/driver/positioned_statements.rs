//! UPDATE and DELETE .. WHERE CURRENT OF the cursor of another statement.
//!
//! Expected values: ODBC reference, "Positioned update and delete statements"; what the tables hold is asked on another
//! connection.

use crate::common::api::Manager;
use crate::common::statement::Parameter;
use crate::common::text::Wide;
use crate::common::{Connection, Statement, connect, unique};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;

struct Fixture {
    table: String,
    other: Connection,
}

impl Fixture {
    fn new() -> Fixture {
        let (table, other) = (unique("positioned"), connect());
        other.run(&format!("create table {table} (id int, name text)"));
        other.run(&format!("insert into {table} select i, 'row ' || i from generate_series(1, 4) i"));
        Fixture { table, other }
    }

    /// A cursor with a name, on its first row.
    fn cursor<'c>(&self, connection: &'c Connection, name: &str, kind: usize) -> Statement<'c> {
        let statement = connection.statement();
        let text = Wide::new(name);
        // SAFETY: a terminated text.
        let code = unsafe { statement.api.SQLSetCursorNameW(statement.handle, text.address(), SQL_NTS as i16) };
        statement.outcome(code).success();
        statement.set(SQL_ATTR_CURSOR_TYPE, kind).success();
        statement.execute_direct(&format!("select id, name from {} order by id for update", self.table)).success();
        statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
        statement
    }

    #[track_caller]
    fn held(&self) -> String {
        let sql = format!("select string_agg(id || ' ' || name, ', ' order by id) from {}", self.table);
        self.other.value(&sql).unwrap_or_default()
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        self.other.run(&format!("drop table {}", self.table));
    }
}

/// SQLExecDirect with 01001. iODBC makes SQL_SUCCESS of SQL_SUCCESS_WITH_INFO: under it the record comes with SQL_NO_DATA.
#[track_caller]
fn expect_conflict(statement: &Statement<'_>, sql: &str) {
    let outcome = statement.execute_direct(sql);
    match statement.api.manager {
        Manager::Iodbc => {
            outcome.no_data();
            let records = statement.records();
            assert_eq!(records.first().map(|record| record.sqlstate.as_str()), Some("01001"), "{records:?}");
        }
        Manager::UnixOdbc | Manager::Direct => drop(outcome.info("01001")),
    }
}

#[test]
fn the_row_that_the_cursor_is_on_is_changed() {
    let connection = connect();
    for kind in [SQL_CURSOR_FORWARD_ONLY, SQL_CURSOR_STATIC] {
        let fixture = Fixture::new();
        let cursor = fixture.cursor(&connection, "the_cursor", kind);
        let table = &fixture.table;
        cursor.fetch_scroll(SQL_FETCH_NEXT, 0).success();
        let statement = connection.statement();
        statement.execute_direct(&format!("update {table} set name = 'changed' where current of The_Cursor")).success();
        assert_eq!(statement.row_count(), 1);
        assert_eq!(fixture.held(), "1 row 1, 2 changed, 3 row 3, 4 row 4");
        cursor.fetch_scroll(SQL_FETCH_NEXT, 0).success();
        assert_eq!(cursor.get::<i32>(1), Some(3), "the cursor goes on");
        statement.execute_direct(&format!("delete from {table} where current of \"the_cursor\"")).success();
        assert_eq!(fixture.held(), "1 row 1, 2 changed, 4 row 4");
    }
}

#[test]
fn a_prepared_one_follows_its_cursor() {
    let connection = connect();
    let fixture = Fixture::new();
    let cursor = fixture.cursor(&connection, "moving", SQL_CURSOR_FORWARD_ONLY);
    let statement = connection.statement();
    statement.prepare(&format!("update {} set name = ? where current of moving", fixture.table)).success();
    assert_eq!(statement.parameter_count(), 1);
    let mut value = *b"x0";
    let mut length = 2_isize;
    let text = Parameter { c_type: SQL_C_CHAR, sql_type: SQL_VARCHAR, column_size: 10, decimal_digits: 0 };
    // SAFETY: local buffers; the statement is executed within this function.
    unsafe { statement.bind_parameter(1, text, value.as_mut_ptr().cast(), 2, &raw mut length) }.success();
    for row in 1..=3 {
        value[1] = b'0' + row;
        std::hint::black_box(&value);
        statement.execute().success();
        cursor.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    }
    assert_eq!(fixture.held(), "1 x1, 2 x2, 3 x3, 4 row 4");
}

#[test]
fn the_row_of_a_rowset_is_chosen_by_set_pos() {
    let connection = connect();
    let fixture = Fixture::new();
    let cursor = fixture.cursor(&connection, "block", SQL_CURSOR_STATIC);
    cursor.set(SQL_ATTR_ROW_ARRAY_SIZE, 4).success();
    cursor.fetch_scroll(SQL_FETCH_FIRST, 0).success();
    // SAFETY: nothing is bound.
    cursor.outcome(unsafe { cursor.api.SQLSetPos(cursor.handle, 3, SQL_POSITION, SQL_LOCK_NO_CHANGE) }).success();
    connection.run(&format!("delete from {} where current of block", fixture.table));
    assert_eq!(fixture.held(), "1 row 1, 2 row 2, 4 row 4");
}

#[test]
fn a_row_that_another_has_changed_is_left_alone() {
    let connection = connect();
    let fixture = Fixture::new();
    let cursor = fixture.cursor(&connection, "late", SQL_CURSOR_STATIC);
    fixture.other.run(&format!("update {} set name = 'theirs' where id = 1", fixture.table));
    let statement = connection.statement();
    let sql = format!("update {} set name = 'ours' where current of late", fixture.table);
    expect_conflict(&statement, &sql);
    if connection.api.manager != Manager::Iodbc {
        assert_eq!(statement.row_count(), 0);
    }
    assert_eq!(fixture.held(), "1 theirs, 2 row 2, 3 row 3, 4 row 4");
    drop(cursor);
}

#[test]
fn a_row_of_another_table_is_left_alone() {
    let connection = connect();
    let (fixture, wrong) = (Fixture::new(), Fixture::new());
    let cursor = fixture.cursor(&connection, "elsewhere", SQL_CURSOR_STATIC);
    let statement = connection.statement();
    expect_conflict(&statement, &format!("delete from {} where current of elsewhere", wrong.table));
    assert_eq!(wrong.held(), "1 row 1, 2 row 2, 3 row 3, 4 row 4");
    drop(cursor);
}

#[test]
fn a_cursor_on_no_row_or_none_at_all() {
    let connection = connect();
    let fixture = Fixture::new();
    let cursor = fixture.cursor(&connection, "gone", SQL_CURSOR_STATIC);
    cursor.fetch_scroll(SQL_FETCH_ABSOLUTE, 0).no_data();
    let statement = connection.statement();
    let sql = format!("delete from {} where current of gone", fixture.table);
    statement.execute_direct(&sql).error("24000");
    cursor.close_cursor().success();
    statement.execute_direct(&sql).error("24000");
    // A name that no statement has is the server's to know.
    let sql = format!("delete from {} where current of nobodys", fixture.table);
    statement.execute_direct(&sql).error("34000");
    assert_eq!(fixture.held(), "1 row 1, 2 row 2, 3 row 3, 4 row 4");
}

#[test]
fn a_cursor_of_the_servers_own_still_works() {
    let connection = connect();
    let fixture = Fixture::new();
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    connection.run(&format!("declare served cursor for select * from {} order by id for update", fixture.table));
    connection.run("move 2 from served");
    connection.run(&format!("delete from {} where current of served", fixture.table));
    connection.end_transaction(SQL_COMMIT).success();
    assert_eq!(fixture.held(), "1 row 1, 3 row 3, 4 row 4");
}

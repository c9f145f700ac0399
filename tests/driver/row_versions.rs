//! Optimistic concurrency: what SQL_CONCUR_ROWVER and SQL_CONCUR_VALUES take for a change of the row.
//!
//! Expected values: ODBC reference, "Optimistic concurrency", `SQLSetPos` (01001), `SQLSetStmtAttr`
//! (SQL_ATTR_CONCURRENCY).

use crate::common::api::Manager;
use crate::common::{Connection, Outcome, Statement, connect, unique};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;

/// A cursor over one column `n`, which is bound.
struct Counter<'c> {
    statement: Statement<'c>,
    bound: Box<(i32, isize)>,
}

impl Counter<'_> {
    fn new(connection: &Connection, cursor_type: usize, concurrency: usize) -> Counter<'_> {
        let statement = connection.statement();
        statement.set(SQL_ATTR_CURSOR_TYPE, cursor_type).success();
        statement.set(SQL_ATTR_CONCURRENCY, concurrency).success();
        let mut bound = Box::new((0_i32, 0_isize));
        // SAFETY: the box lives as long as the statement.
        unsafe {
            let (value, length) = ((&raw mut bound.0).cast(), &raw mut bound.1);
            statement.bind_column(1, SQL_C_SLONG, value, 0, length).success();
        }
        Counter { statement, bound }
    }

    fn set_pos(&self, operation: u16) -> Outcome {
        // SAFETY: the bound buffers live as long as the statement.
        let code = unsafe { self.statement.api.SQLSetPos(self.statement.handle, 1, operation, SQL_LOCK_NO_CHANGE) };
        self.statement.outcome(code)
    }

    /// Writes the row as one more than it was fetched.
    fn increment(&mut self) -> Outcome {
        std::hint::black_box(&mut self.bound).0 += 1;
        self.set_pos(SQL_UPDATE)
    }
}

const KEYED: &str = "id int primary key, n int, note text";
const WITHOUT_KEY: &str = "id int, n int, note text";

struct Table {
    name: String,
    connection: Connection,
}

impl Table {
    fn new(definition: &str) -> Table {
        let (name, connection) = (unique("counted"), connect());
        connection.run(&format!("create table {name} ({definition}); insert into {name} values (1, 0), (2, 0)"));
        Table { name, connection }
    }

    fn run(&self, sql: &str) {
        self.connection.run(&sql.replace('@', &self.name));
    }

    #[track_caller]
    fn value(&self, sql: &str) -> String {
        self.connection.value(&sql.replace('@', &self.name)).unwrap()
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        self.connection.statement().execute_direct(&format!("drop table {}", self.name)).succeeded();
    }
}

#[test]
fn a_version_is_exact() {
    let connection = connect();
    for (definition, cursor_type) in
        [(KEYED, SQL_CURSOR_STATIC), (WITHOUT_KEY, SQL_CURSOR_STATIC), (KEYED, SQL_CURSOR_KEYSET_DRIVEN)]
    {
        let table = Table::new(definition);
        let by_version = Counter::new(&connection, cursor_type, SQL_CONCUR_ROWVER);
        let by_values = Counter::new(&connection, cursor_type, SQL_CONCUR_VALUES);
        for change in [
            // The same values, another version; and a column that the cursors do not have.
            "update @ set n = 0 where id = 1",
            "update @ set n = 7 where id = 1; update @ set n = 0 where id = 1",
            "update @ set note = 'changed' where id = 1",
        ] {
            for counter in [&by_version, &by_values] {
                counter.statement.execute_direct(&format!("select n, id from {} order by id", table.name)).succeeded();
                counter.statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
            }
            table.run(change);
            by_version.set_pos(SQL_UPDATE).info("01001");
            by_version.set_pos(SQL_DELETE).info("01001");
            by_values.set_pos(SQL_UPDATE).success();
            for counter in [&by_version, &by_values] {
                counter.statement.close_cursor().success();
            }
        }
        assert_eq!(table.value("select count(*) from @"), "2");
    }
}

#[test]
fn a_version_changes_within_a_transaction_too() {
    let connection = connect();
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    for cursor_type in [SQL_CURSOR_STATIC, SQL_CURSOR_KEYSET_DRIVEN] {
        let table = Table::new(KEYED);
        connection.run(&format!("update {} set n = 5", table.name));
        let mut counter = Counter::new(&connection, cursor_type, SQL_CONCUR_ROWVER);
        counter.statement.execute_direct(&format!("select n, id from {} order by id", table.name)).success();
        counter.statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
        connection.run(&format!("update {} set n = 6 where id = 1", table.name));
        counter.increment().info("01001");
        // What the cursor has written itself it knows.
        counter.statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
        for _ in 0..3 {
            counter.increment().success();
        }
        assert_eq!(connection.value(&format!("select n from {} where id = 2", table.name)).as_deref(), Some("8"));
        counter.statement.close_cursor().success();
        connection.end_transaction(SQL_ROLLBACK).success();
    }
}

#[test]
fn rows_with_the_same_values_are_told_apart_by_their_place() {
    let connection = connect();
    let table = Table::new(WITHOUT_KEY);
    table.run("update @ set id = 1");
    let mut counter = Counter::new(&connection, SQL_CURSOR_STATIC, SQL_CONCUR_ROWVER);
    counter.statement.execute_direct(&format!("select n, id from {}", table.name)).success();
    counter.statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    counter.increment().success();
    assert_eq!(table.value("select string_agg(n::text, ' ' order by n) from @"), "0 1");
    counter.statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    counter.set_pos(SQL_DELETE).success();
    assert_eq!(table.value("select string_agg(n::text, ' ' order by n) from @"), "1");
}

#[test]
fn a_place_that_another_row_has_taken_is_not_the_rows() {
    // CLUSTER writes the rows of one transaction, which all have the same xmin, to each other's places.
    let connection = connect();
    for definition in [KEYED, WITHOUT_KEY] {
        let table = Table::new(definition);
        table.run("truncate @; insert into @ select i, i from generate_series(1, 4) i");
        table.run("create index @_back on @ (id desc)");
        let counter = Counter::new(&connection, SQL_CURSOR_STATIC, SQL_CONCUR_ROWVER);
        counter.statement.execute_direct(&format!("select n, id from {} order by id", table.name)).success();
        counter.statement.fetch_scroll(SQL_FETCH_LAST, 0).success();
        let before = table.value("select string_agg(id || ctid::text || xmin, ' ' order by ctid) from @");
        table.run("cluster @ using @_back");
        let after = table.value("select string_agg(5 - id || ctid::text || xmin, ' ' order by ctid) from @");
        assert_eq!(before, after, "places and versions are the same, the rows are others");
        for row in 1..=4 {
            counter.statement.fetch_scroll(SQL_FETCH_ABSOLUTE, row).success();
            counter.set_pos(SQL_DELETE).info("01001");
        }
        assert_eq!(table.value("select string_agg(id::text, ' ' order by id) from @"), "1 2 3 4");
    }
}

#[test]
fn a_concurrency_that_cannot_be_had_is_told() {
    let connection = connect();
    let table = Table::new(KEYED);
    let counter = Counter::new(&connection, SQL_CURSOR_STATIC, SQL_CONCUR_ROWVER);
    let outcome = counter.statement.execute_direct(&format!("select sum(n)::int from {}", table.name));
    // iODBC asks for the number of columns after execution, and the record is gone.
    match connection.api.manager {
        Manager::Iodbc => outcome.succeeded(),
        Manager::UnixOdbc | Manager::Direct => drop(outcome.info("01S02")),
    }
    assert_eq!(counter.statement.get_attribute(SQL_ATTR_CONCURRENCY), SQL_CONCUR_VALUES);
    counter.statement.close_cursor().success();
    assert_eq!(counter.statement.get_attribute(SQL_ATTR_CONCURRENCY), SQL_CONCUR_ROWVER);
    // SQLSetStmtAttr: SQL_CONCUR_LOCK is replaced by SQL_CONCUR_ROWVER first.
    counter.statement.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_LOCK).info("01S02");
    assert_eq!(counter.statement.get_attribute(SQL_ATTR_CONCURRENCY), SQL_CONCUR_ROWVER);
}

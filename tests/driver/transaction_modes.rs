//! What a failing statement undoes, mode by mode (Protocol=7.4-0, -1, -2; AutoSave), with the application's own
//! savepoints beside; and what that costs in round trips, counted at a proxy.
//!
//! Expected values: PostgreSQL documentation, "SAVEPOINT", "ROLLBACK TO SAVEPOINT"; psqlODBC's and pgJDBC's documentation
//! of the keywords.

use crate::common::proxy::Line;
use crate::common::statement::texts;
use crate::common::{Connection, connect, connect_with, unique};
use crate::odbc::attributes::*;
use crate::odbc::values::*;

const NOTHING: [&str; 2] = ["Protocol=7.4-0;", "AutoSave=never;"];
const TRANSACTION: [&str; 1] = ["Protocol=7.4-1;"];
const STATEMENT: [&str; 4] = ["", "Protocol=7.4-2;", "AutoSave=conservative;", "AutoSave=always;"];

/// A table with an integer, and autocommit off.
fn table(connection: &Connection) -> String {
    let table = unique("modes");
    connection.run(&format!("create table {table} (a int primary key)"));
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    table
}

/// What everybody sees in it.
fn kept(table: &str) -> String {
    connect().value(&format!("select coalesce(string_agg(a::text, ' ' order by a), '') from {table}")).unwrap()
}

/// Ways in which a statement fails: while it is parsed, while it runs, after it has changed much.
fn failures(table: &str) -> [(String, &'static str); 4] {
    [
        ("selec 1".to_owned(), "42000"),
        ("select * from no_such_table_anywhere".to_owned(), "42S02"),
        (format!("insert into {table} select i from generate_series(100000, 101000) i union all select 1"), "23505"),
        (format!("insert into {table} values (200000), (1 / (select 0))"), "22012"),
    ]
}

#[test]
fn a_failing_statement_costs_one_round_trip_and_leaves_the_rest() {
    for keywords in STATEMENT {
        let line = Line::with(&format!("ResultFormat=text;{keywords}"));
        let connection = &line.connection;
        let table = table(connection);
        let cost = |work: &dyn Fn()| line.proxy.observe(work).flights;
        let mut expected = Vec::new();
        for round in 0..3 {
            for (index, (failing, sqlstate)) in failures(&table).iter().enumerate() {
                let value = 1 + round * 10 + index;
                let insert = format!("insert into {table} values ({value})");
                assert_eq!(cost(&|| connection.run(&insert)), 1, "{keywords}");
                // Two in a row, as well.
                for _ in 0..=round {
                    let fail = || drop(connection.statement().execute_direct(failing).error(sqlstate));
                    assert_eq!(cost(&fail), 1, "{keywords} {failing}");
                }
                expected.push(value.to_string());
            }
        }
        assert_eq!(cost(&|| connection.end_transaction(SQL_COMMIT).success()), 1, "{keywords}");
        assert_eq!(kept(&table), expected.join(" "), "{keywords}");
    }
}

#[test]
fn a_prepared_statement_that_fails_now_and_then_costs_one_round_trip_each_time() {
    for keywords in STATEMENT {
        let line = Line::with(&format!("ResultFormat=text;{keywords}"));
        let connection = &line.connection;
        let table = table(connection);
        connection.run(&format!("insert into {table} values (0)"));
        let (dividing, next) = (connection.statement(), connection.statement());
        // Fails where the last number is even.
        dividing.prepare(&format!("insert into {table} select 1 / (max(a) % 2) + max(a) + 1 from {table}")).success();
        next.prepare(&format!("insert into {table} select max(a) + 1 from {table}")).success();
        let mut last = 0;
        for _ in 0..6 {
            let divide = || match last % 2 {
                0 => drop(dividing.execute().error("22012")),
                _ => dividing.execute().success(),
            };
            assert_eq!(line.proxy.observe(divide).flights, 1, "{keywords}");
            last += if last % 2 == 0 { 0 } else { 2 };
            assert_eq!(line.proxy.observe(|| next.execute().success()).flights, 1, "{keywords}");
            last += 1;
            let found = connection.value(&format!("select max(a) from {table}"));
            assert_eq!(found, Some(last.to_string()), "{keywords}");
        }
        connection.end_transaction(SQL_ROLLBACK).success();
    }
}

#[test]
fn where_nothing_is_undone_the_transaction_waits_for_its_end() {
    for keywords in NOTHING {
        let line = Line::with(&format!("ResultFormat=text;{keywords}"));
        let connection = &line.connection;
        let table = table(connection);
        for (failing, sqlstate) in failures(&table) {
            let statement = connection.statement();
            connection.run(&format!("insert into {table} values (1)"));
            connection.run("savepoint mine");
            connection.run(&format!("insert into {table} values (2)"));
            let fail = || drop(statement.execute_direct(&failing).error(sqlstate));
            assert_eq!(line.proxy.observe(fail).flights, 1, "{keywords}");
            let refused = || drop(statement.execute_direct("select 1").error("25P02"));
            assert_eq!(line.proxy.observe(refused).flights, 1, "{keywords}");
            // It is the application's to go back.
            assert_eq!(line.proxy.observe(|| connection.run("rollback to mine")).flights, 1, "{keywords}");
            connection.run(&format!("insert into {table} values (3)"));
            connection.end_transaction(SQL_COMMIT).success();
            assert_eq!(kept(&table), "1 3", "{keywords} {failing}");
            connection.run(&format!("delete from {table}"));
            connection.end_transaction(SQL_COMMIT).success();
        }
    }
}

#[test]
fn where_the_transaction_is_undone_the_next_statement_begins_another() {
    for keywords in TRANSACTION {
        let line = Line::with(&format!("ResultFormat=text;{keywords}"));
        let connection = &line.connection;
        let table = table(connection);
        for (failing, sqlstate) in failures(&table) {
            connection.run(&format!("insert into {table} values (1)"));
            let fail = || drop(connection.statement().execute_direct(&failing).error(sqlstate));
            assert_eq!(line.proxy.observe(fail).flights, 1, "{keywords}");
            let insert = format!("insert into {table} values (2)");
            assert_eq!(line.proxy.observe(|| connection.run(&insert)).flights, 1, "{keywords}");
            connection.end_transaction(SQL_COMMIT).success();
            assert_eq!(kept(&table), "2", "{keywords} {failing}");
            connection.run(&format!("delete from {table}"));
            connection.end_transaction(SQL_COMMIT).success();
        }
    }
}

#[test]
fn savepoints_of_any_name_are_the_applications() {
    // The driver's own names are among them.
    let names = [
        "a",
        "\"A quoted; one\"",
        "pgodbc_statement",
        "PGODBC_Statement",
        "pgodbc_own",
        "_exec_svp_0x55d0",
        "savepoint",
    ];
    for keywords in ["", "AutoSave=never;", "Protocol=7.4-1;"] {
        for name in names {
            let connection = connect_with(keywords);
            let table = table(&connection);
            let insert = |value: i32| connection.run(&format!("insert into {table} values ({value})"));
            let fail = || {
                if keywords.is_empty() {
                    connection.statement().execute_direct("select 1/0").error("22012");
                }
            };
            insert(1);
            connection.run(&format!("savepoint {name}"));
            insert(2);
            fail();
            // One of the same name inside, which hides the other until it is released.
            connection.run(&format!("savepoint {name}"));
            fail();
            insert(3);
            connection.run(&format!("rollback to savepoint {name}"));
            fail();
            insert(4);
            connection.run(&format!("ROLLBACK WORK TO {name}"));
            insert(5);
            fail();
            connection.run(&format!("release {name}"));
            fail();
            insert(6);
            // The outer one: 2, 5 and 6 go.
            connection.run(&format!("rollback to {name}"));
            insert(7);
            connection.run(&format!("rollback transaction to savepoint {name}"));
            insert(8);
            connection.run(&format!("release savepoint {name}"));
            if keywords.is_empty() {
                // Neither is left, and the driver's own does not answer to its name.
                connection.statement().execute_direct(&format!("release {name}")).error("3B001");
                connection.statement().execute_direct(&format!("rollback to {name}")).error("3B001");
            }
            insert(9);
            connection.end_transaction(SQL_COMMIT).success();
            assert_eq!(kept(&table), "1 8 9", "{keywords} {name}");
        }
    }
}

#[test]
fn many_nested_savepoints_and_failures_between_them() {
    let connection = connect();
    let table = table(&connection);
    let insert = |value: i32| connection.run(&format!("insert into {table} values ({value})"));
    let fail =
        || drop(connection.statement().execute_direct(&format!("insert into {table} values (0)")).error("23505"));
    insert(0);
    for level in 1..=20 {
        connection.run(&format!("savepoint level_{level}"));
        insert(level);
        fail();
    }
    connection.run("release level_15");
    fail();
    connection.run("rollback to level_10");
    fail();
    insert(100);
    fail();
    connection.run("rollback to level_3");
    fail();
    connection.statement().execute_direct("rollback to level_15").error("3B001");
    insert(200);
    connection.run("release level_2");
    fail();
    connection.run("rollback to level_1");
    insert(300);
    fail();
    connection.end_transaction(SQL_COMMIT).success();
    assert_eq!(kept(&table), "0 300");
}

#[test]
fn savepoints_of_an_own_transaction_under_autocommit() {
    let connection = connect();
    let table = unique("own_savepoints");
    connection.run(&format!("create table {table} (a int primary key)"));
    connection.run("begin");
    connection.run(&format!("insert into {table} values (1)"));
    connection.run("savepoint pgodbc_statement");
    connection.run(&format!("insert into {table} values (2)"));
    connection.statement().execute_direct(&format!("insert into {table} values (1)")).error("23505");
    connection.run(&format!("insert into {table} values (3)"));
    connection.run("rollback to pgodbc_statement");
    connection.statement().execute_direct(&format!("insert into {table} values (1)")).error("23505");
    connection.run("commit");
    assert_eq!(kept(&table), "1");
}

#[test]
fn a_savepoint_is_the_first_statement_of_a_transaction() {
    for keywords in NOTHING.into_iter().chain(TRANSACTION).chain(STATEMENT) {
        for first in ["savepoint a", "/* x */ SAVEPOINT a;", "savepoint b; savepoint a"] {
            let connection = connect_with(keywords);
            let table = table(&connection);
            connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
            connection.run(first);
            connection.run(&format!("insert into {table} values (1)"));
            connection.run("rollback to savepoint a");
            connection.run(&format!("insert into {table} values (2)"));
            assert_eq!(kept(&table), "", "{keywords} {first}");
            connection.end_transaction(SQL_COMMIT).success();
            assert_eq!(kept(&table), "2", "{keywords} {first}");
            // There is no such savepoint any more, and what fails leaves nothing behind.
            let error = connection.statement().execute_direct("rollback to savepoint a");
            error.error("3B001");
            connection.end_transaction(SQL_ROLLBACK).success();
            // With autocommit on there is no transaction that it could be in.
            connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON).success();
            connection.statement().execute_direct("savepoint a").error("25P01");
        }
    }
}

#[test]
fn what_the_application_changes_itself_makes_no_statement_fail() {
    for keywords in NOTHING.into_iter().chain(TRANSACTION).chain(STATEMENT) {
        let connection = connect_with(keywords);
        let table = table(&connection);
        connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
        let statement = connection.statement();
        statement.prepare(&format!("select * from {table}")).success();
        statement.execute().success();
        assert!(statement.fetch_rows().is_empty());
        statement.close_cursor().success();
        connection.run(&format!("alter table {table} add b text default 'new'"));
        connection.run(&format!("insert into {table} values (7)"));
        statement.execute().success();
        assert_eq!(statement.fetch_rows(), texts([["7", "new"]]), "{keywords}");
        statement.close_cursor().success();
        connection.end_transaction(SQL_COMMIT).success();
        assert_eq!(kept(&table), "7", "{keywords}");
    }
}

// ------------------------------------------------------------------------------------- statements gone stale

/// What makes the server refuse a statement that it holds.
enum Stale {
    /// 0A000: its result has another type.
    Changed,
    /// 26000: there is no such statement.
    Forgotten,
}

#[test]
fn a_statement_gone_stale_is_prepared_again_in_every_mode() {
    for keywords in NOTHING.into_iter().chain(TRANSACTION).chain(STATEMENT) {
        for stale in [Stale::Changed, Stale::Forgotten] {
            for autocommit in [true, false] {
                for first_of_transaction in [true, false] {
                    let connection = connect_with(keywords);
                    let table = table(&connection);
                    connection.set(SQL_ATTR_AUTOCOMMIT, usize::from(autocommit)).success();
                    let statement = connection.statement();
                    statement.prepare(&format!("select * from {table}")).success();
                    let read = || {
                        statement.execute().success();
                        let rows = statement.fetch_rows();
                        statement.close_cursor().success();
                        rows
                    };
                    assert!(read().is_empty());
                    connection.end_transaction(SQL_COMMIT).success();
                    connect().run(&format!("insert into {table} values (7)"));
                    if !first_of_transaction {
                        connection.run(&format!("insert into {table} values (8)"));
                    }
                    let columns = match stale {
                        Stale::Changed => {
                            // By a function's doing or another's, so that no text of ours tells of it.
                            let alter = format!("alter table {table} add b text default 'new'");
                            match first_of_transaction {
                                true => connect().run(&alter),
                                false => connection.run(&format!("do $a$ begin execute $b${alter}$b$; end $a$")),
                            }
                            2
                        }
                        Stale::Forgotten => {
                            connection.run("do $$ begin execute 'deallocate all'; end $$");
                            1
                        }
                    };
                    let rows = read();
                    assert_eq!(rows.len(), if first_of_transaction { 1 } else { 2 }, "{keywords}");
                    assert!(rows.iter().all(|row| row.len() == columns), "{keywords} {rows:?}");
                    assert_eq!(read(), rows);
                    connection.end_transaction(SQL_COMMIT).success();
                    assert_eq!(kept(&table), if first_of_transaction { "7" } else { "7 8" }, "{keywords}");
                }
            }
        }
    }
}

//! Keyset-driven cursors: which rows there are is settled when the cursor is opened, their values are those of the moment
//! when they are fetched.
//!
//! Expected values: ODBC reference, "Keyset-Driven Cursors", "Using the Row Status Array", `SQLSetStmtAttr`; what others
//! change is changed on another connection.

use crate::common::api::Manager;
use crate::common::proxy::Line;
use crate::common::{Connection, Outcome, Statement, connect, server, unique};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;

/// A table (dropped with it) and a keyset-driven cursor with a rowset of N rows over it, its first column bound as text.
struct Keyset<'c, const N: usize> {
    table: String,
    other: Connection,
    statement: Statement<'c>,
    bound: Box<Bound<N>>,
}

#[repr(C)]
struct Bound<const N: usize> {
    texts: [[u8; 40]; N],
    lengths: [isize; N],
    statuses: [u16; N],
    fetched: usize,
}

const OK: u16 = SQL_ROW_SUCCESS;

impl<const N: usize> Keyset<'_, N> {
    fn new<'c>(connection: &'c Connection, definition: &str, rows: &str) -> Keyset<'c, N> {
        let (table, other) = (unique("keyset"), connect());
        other.run(&format!("create table {table} ({definition})"));
        other.run(&format!("insert into {table} {rows}"));
        let statement = connection.statement();
        let mut bound = Box::new(Bound { texts: [[0; 40]; N], lengths: [0; N], statuses: [99; N], fetched: 99 });
        statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_KEYSET_DRIVEN).success();
        statement.set(SQL_ATTR_ROW_ARRAY_SIZE, N).success();
        statement.set(SQL_ATTR_ROW_STATUS_PTR, bound.statuses.as_mut_ptr().expose_provenance()).success();
        statement.set(SQL_ATTR_ROWS_FETCHED_PTR, (&raw mut bound.fetched).expose_provenance()).success();
        // SAFETY: the arrays live as long as the statement.
        unsafe {
            let place = bound.texts.as_mut_ptr().cast();
            statement.bind_column(1, SQL_C_CHAR, place, 40, bound.lengths.as_mut_ptr()).success();
        }
        Keyset { table, other, statement, bound }
    }

    /// Executes a query in which `@` stands for the table.
    #[track_caller]
    fn open(&self, sql: &str) {
        self.statement.execute_direct(&sql.replace('@', &self.table)).success();
        assert_eq!(self.statement.get_attribute(SQL_ATTR_CURSOR_TYPE), SQL_CURSOR_KEYSET_DRIVEN);
    }

    fn change(&self, sql: &str) {
        self.other.run(&sql.replace('@', &self.table));
    }

    /// Fetches; gives the texts and statuses of the rows of the rowset. A hole has no text.
    #[track_caller]
    fn fetch(&self, orientation: i16, offset: isize) -> (Vec<String>, Vec<u16>) {
        self.statement.fetch_scroll(orientation, offset).success();
        self.rowset()
    }

    fn rowset(&self) -> (Vec<String>, Vec<u16>) {
        // The driver writes to it through addresses.
        let bound: &Bound<N> = std::hint::black_box(&self.bound);
        let rows = 0..bound.fetched.min(N);
        let text = |row: usize| match bound.statuses[row] {
            SQL_ROW_DELETED => String::new(),
            _ => String::from_utf8_lossy(&bound.texts[row][..bound.lengths[row] as usize]).into_owned(),
        };
        (rows.clone().map(text).collect(), rows.map(|row| bound.statuses[row]).collect())
    }

    fn set_pos(&self, row: usize, operation: u16) -> Outcome {
        // SAFETY: the bound buffers live as long as the statement.
        let code = unsafe { self.statement.api.SQLSetPos(self.statement.handle, row, operation, SQL_LOCK_NO_CHANGE) };
        self.statement.outcome(code)
    }
}

impl<const N: usize> Drop for Keyset<'_, N> {
    fn drop(&mut self) {
        self.statement.free(SQL_CLOSE).succeeded();
        self.other.statement().execute_direct(&format!("drop table {}", self.table)).succeeded();
    }
}

const WORDS: &str = "select i, 'row ' || i from generate_series(1, 6) i";
const KEYED: &str = "id int primary key, word text";

fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).into()
}

#[test]
fn changes_by_others_are_seen_when_rows_are_fetched() {
    let connection = connect();
    let cursor = Keyset::<3>::new(&connection, KEYED, WORDS);
    cursor.open("select word, id from @ order by id desc");
    assert_eq!(cursor.fetch(SQL_FETCH_NEXT, 0), (words(["row 6", "row 5", "row 4"]), vec![OK; 3]));
    cursor.change("update @ set word = 'five' where id = 5");
    cursor.change("update @ set word = 'two' where id = 2");
    cursor.change("delete from @ where id = 4");
    cursor.change("insert into @ values (7, 'row 7')");
    // Never fetched before: not changed since then.
    assert_eq!(cursor.fetch(SQL_FETCH_NEXT, 0), (words(["row 3", "two", "row 1"]), vec![OK; 3]));
    let changed = vec![OK, SQL_ROW_UPDATED, SQL_ROW_DELETED];
    assert_eq!(cursor.fetch(SQL_FETCH_FIRST, 0), (words(["row 6", "five", ""]), changed));
    // Fetched again, it is as it was last time.
    let again = vec![OK, OK, SQL_ROW_DELETED];
    assert_eq!(cursor.fetch(SQL_FETCH_RELATIVE, 0), (words(["row 6", "five", ""]), again));
    cursor.statement.fetch_scroll(SQL_FETCH_ABSOLUTE, 7).no_data();
    // The order is that of the opening, whatever the rows would be ordered by now; a row that comes back is seen.
    cursor.change("update @ set word = 'a' where id = 6");
    cursor.change("insert into @ values (4, 'four')");
    let back = vec![SQL_ROW_UPDATED, OK, SQL_ROW_UPDATED];
    assert_eq!(cursor.fetch(SQL_FETCH_FIRST, 0), (words(["a", "five", "four"]), back));
    // A key that is changed is another row's (ODBC reference, "Keyset-Driven Cursors").
    cursor.change("update @ set id = 60 where id = 6");
    assert_eq!(cursor.fetch(SQL_FETCH_FIRST, 0).1, [SQL_ROW_DELETED, OK, OK]);
}

#[test]
fn a_hole_holds_nothing() {
    let connection = connect();
    let cursor = Keyset::<1>::new(&connection, KEYED, WORDS);
    cursor.open("select word, id from @ order by id");
    cursor.statement.set(SQL_ATTR_ROW_STATUS_PTR, 0).success();
    cursor.change("delete from @ where id = 1");
    cursor.statement.fetch_scroll(SQL_FETCH_NEXT, 0).succeeded();
    assert_eq!(cursor.bound.texts[0], [0; 40], "nothing is delivered");
    cursor.statement.get_data(2, SQL_C_CHAR, &mut [0; 9]).0.error("HY109");
    cursor.statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    assert_eq!(cursor.statement.get::<i32>(2), Some(2));
}

#[test]
fn refreshing_reads_again() {
    let connection = connect();
    let cursor = Keyset::<3>::new(&connection, KEYED, WORDS);
    cursor.open("select word, id from @ order by id");
    cursor.fetch(SQL_FETCH_NEXT, 0);
    cursor.change("update @ set word = upper(word)");
    cursor.change("delete from @ where id = 3");
    cursor.set_pos(2, SQL_REFRESH).success();
    assert_eq!(cursor.rowset(), (words(["row 1", "ROW 2", "row 3"]), vec![OK, SQL_ROW_UPDATED, OK]));
    cursor.set_pos(0, SQL_REFRESH).success();
    assert_eq!(cursor.rowset(), (words(["ROW 1", "ROW 2", ""]), vec![SQL_ROW_UPDATED, OK, SQL_ROW_DELETED]));
}

#[test]
fn rows_are_read_again_in_one_flight() {
    let line = Line::with("ResultFormat=binary");
    let cursor = Keyset::<100>::new(&line.connection, KEYED, "select i, 'row ' || i from generate_series(1, 1000) i");
    cursor.open("select word, id from @ order by id");
    for orientation in [SQL_FETCH_NEXT, SQL_FETCH_LAST, SQL_FETCH_PRIOR] {
        let observed = line.proxy.observe(|| drop(cursor.fetch(orientation, 0)));
        assert_eq!((observed.flights, observed.messages.as_str()), (1, "PBDES"), "{observed:?}");
    }
}

#[test]
fn queries_that_have_a_keyset() {
    let connection = connect();
    let schema = unique("keysets");
    connection.run(&format!(
        "create schema {schema};
         create table {schema}.plain (id int primary key, word text);
         create table {schema}.\"Quo\"\"ted\" (\"I d\" text, \"from\" char(3), word text, primary key (\"I d\", \"from\"));
         create table {schema}.parts (id int primary key, word text) partition by range (id);
         create table {schema}.part1 partition of {schema}.parts for values from (0) to (2);
         create table {schema}.part2 partition of {schema}.parts for values from (2) to (9);
         create table {schema}.uniq (id numeric not null unique, word text);
         create table {schema}.times (id timestamptz primary key, word text);
         create table {schema}.heir () inherits ({schema}.plain);
         create domain {schema}.code as varchar(5);
         create table {schema}.coded (id {schema}.code primary key, word text);
         insert into {schema}.plain values (1, 'one'), (2, 'two');
         insert into {schema}.heir values (1, 'heir');
         insert into {schema}.\"Quo\"\"ted\" values ('a\"\\,{{}}', 'x', 'one'), ('NULL', 'y''', 'two');
         insert into {schema}.parts values (1, 'one'), (2, 'two');
         insert into {schema}.uniq values (1.10, 'one'), (2, 'two');
         insert into {schema}.times values ('2024-10-27 02:30:00+01', 'one'), ('2024-10-27 02:30:00.000001+02', 'two');
         insert into {schema}.coded values ('a', 'one'), ('b', 'two');"
    ));
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_KEYSET_DRIVEN).success();
    for sql in [
        "select word from only @.plain order by word",
        "select word, * from only @.plain x order by 1",
        "select word, \"Pl\".*, \"Pl\".id from only @.plain as \"Pl\" order by word",
        "select {fn lcase(word)}, (select 1) as n, word is distinct from 'x' from only @.plain order by word;",
        "select word, \"I d\" from @.\"Quo\"\"ted\" q order by word",
        "select word, \"from\" from @.\"Quo\"\"ted\" order by word limit 2",
        "select word from @.parts where id < 100 order by word",
        "select word from @.uniq order by word fetch first 2 rows only",
        "select word from @.times order by word",
        "select word from @.coded order by word for update",
    ] {
        let sql = sql.replace('@', &schema);
        statement.execute_direct(&sql).success();
        assert_eq!(statement.get_attribute(SQL_ATTR_CURSOR_TYPE), SQL_CURSOR_KEYSET_DRIVEN, "{sql}");
        for word in ["one", "two"] {
            statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
            assert_eq!(statement.get_text(1).as_deref(), Some(word), "{sql}");
        }
        statement.fetch_scroll(SQL_FETCH_NEXT, 0).no_data();
        statement.fetch_scroll(SQL_FETCH_PRIOR, 0).success();
        assert_eq!(statement.get_text(1).as_deref(), Some("two"), "{sql}");
        statement.close_cursor().success();
    }
    connection.run(&format!("drop schema {schema} cascade"));
}

#[test]
fn parameters_and_many_executions() {
    let connection = connect();
    let cursor = Keyset::<2>::new(&connection, KEYED, WORDS);
    let sql = format!("select word || '!', id from {} where id > ? order by id", cursor.table);
    cursor.statement.prepare(&sql).success();
    assert_eq!(cursor.statement.column_count(), 2, "what identifies the rows is not shown");
    let mut least = 0_i32;
    let parameter = crate::common::statement::Parameter {
        c_type: SQL_C_SLONG,
        sql_type: SQL_INTEGER,
        column_size: 0,
        decimal_digits: 0,
    };
    // SAFETY: the value outlives the executions.
    unsafe {
        cursor.statement.bind_parameter(1, parameter, (&raw mut least).cast(), 0, std::ptr::null_mut()).success();
    }
    for value in [1, 3] {
        least = value;
        std::hint::black_box(&mut least);
        cursor.statement.execute().success();
        assert_eq!(cursor.statement.column_count(), 2);
        let expected = [value + 1, value + 2].map(|id| format!("row {id}!"));
        assert_eq!(cursor.fetch(SQL_FETCH_NEXT, 0).0, expected);
        cursor.statement.close_cursor().success();
    }
    // The table gets another key: it is asked for at each execution.
    cursor.change("alter table @ drop constraint @_pkey; alter table @ add unique (word)");
    let refused = cursor.statement.execute();
    expect_static(&cursor.statement, &refused);
    cursor.statement.close_cursor().success();
    cursor.change("alter table @ alter word set not null");
    cursor.statement.execute().success();
    assert_eq!(cursor.statement.get_attribute(SQL_ATTR_CURSOR_TYPE), SQL_CURSOR_KEYSET_DRIVEN);
    cursor.change("update @ set word = 'other' where id = 4");
    assert_eq!(cursor.fetch(SQL_FETCH_NEXT, 0).1, [SQL_ROW_DELETED, OK]);
}

/// 01S02, and the cursor is static. iODBC asks for the number of columns after execution, and the record is gone.
#[track_caller]
fn expect_static(statement: &Statement<'_>, outcome: &Outcome) {
    match statement.api.manager {
        Manager::Iodbc => outcome.succeeded(),
        Manager::UnixOdbc | Manager::Direct => drop(outcome.info("01S02")),
    }
    assert_eq!(statement.get_attribute(SQL_ATTR_CURSOR_TYPE), SQL_CURSOR_STATIC);
}

#[test]
fn queries_that_have_none_are_static() {
    let connection = connect();
    let table = unique("keyless");
    connection.run(&format!(
        "create table {table} (id int primary key, word text);
         insert into {table} values (1, 'one'), (2, 'two');
         create table {table}_free (id int unique, word text);
         create table {table}_part (id int not null, word text);
         create unique index on {table}_part (id) where id > 0;
         create table {table}_late (id int not null unique deferrable, word text);
         create table {table}_parent (id int primary key);
         create table {table}_child () inherits ({table}_parent);
         create view {table}_view as select * from {table};
         create materialized view {table}_mat as select * from {table};
         create unique index on {table}_mat (id);"
    ));
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_KEYSET_DRIVEN).success();
    for (sql, rows) in [
        ("select a.id from @ a join @ b using (id)", 2),
        ("select a.id from @ a, @ b", 4),
        ("select count(*) from @", 1),
        ("select coalesce(max(id), 0) from @", 1),
        ("select id, row_number() over () from @", 2),
        ("select id, generate_series(1, 3) from @", 6),
        ("select distinct id from @", 2),
        ("select id from @ group by id", 2),
        ("select id from @ union all select id from @", 4),
        ("select id from @_free", 0),
        ("select id from @_part", 0),
        ("select id from @_late", 0),
        ("select id from @_parent", 0),
        ("select id from @_view", 2),
        ("select id from @_mat", 2),
        ("select id from (select * from @) x", 2),
        ("with x as (select * from @) select id from x", 2),
        ("values (1), (2)", 2),
        ("select 1", 1),
        ("select id from @; select id from @", 2),
        ("select tableoid from @ tablesample system (100)", 2),
    ] {
        let sql = sql.replace('@', &table);
        let outcome = statement.execute_direct(&sql);
        expect_static(&statement, &outcome);
        let mut found = 0;
        while statement.fetch_scroll(SQL_FETCH_NEXT, 0).code != SQL_NO_DATA {
            found += 1;
        }
        assert_eq!(found, rows, "{sql}");
        statement.close_cursor().success();
        assert_eq!(statement.get_attribute(SQL_ATTR_CURSOR_TYPE), SQL_CURSOR_KEYSET_DRIVEN, "until it is closed");
    }
    // What returns no rows warns of nothing.
    statement.execute_direct(&format!("update {table} set word = word")).success();
    statement.execute_direct(&format!("drop table {table} cascade")).succeeded();
    for other in ["free", "part", "late", "parent"] {
        statement.execute_direct(&format!("drop table {table}_{other} cascade")).succeeded();
    }
}

#[test]
fn a_table_that_may_be_read_in_part_only_has_no_keyset() {
    let owner = connect();
    let (table, role) = (unique("hidden"), unique("reader"));
    owner.run(&format!("create role {role}; create table {table} (id int primary key, word text, secret text)"));
    owner.run(&format!("insert into {table} values (1, 'one', 's'); grant select (id, word) on {table} to {role}"));
    let connection = connect();
    connection.run(&format!("set role {role}"));
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_KEYSET_DRIVEN).success();
    let outcome = statement.execute_direct(&format!("select word from {table}"));
    expect_static(&statement, &outcome);
    statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    assert_eq!(statement.get_text(1).as_deref(), Some("one"));
    statement.close_cursor().success();
    owner.run(&format!("drop table {table}; drop role {role}"));
}

#[test]
fn a_table_whose_types_have_changed_is_not_read_as_the_old_one() {
    let connection = connect();
    let cursor = Keyset::<2>::new(&connection, "id int primary key, n int", "values (1, 1), (2, 2)");
    cursor.open("select n, id from @ order by id");
    cursor.fetch(SQL_FETCH_NEXT, 0);
    cursor.change("alter table @ alter n type float4");
    cursor.statement.fetch_scroll(SQL_FETCH_FIRST, 0).error("HY000");
    cursor.change("drop table @; create table @ (id int primary key, n int)");
    assert_eq!(cursor.fetch(SQL_FETCH_FIRST, 0).1, [SQL_ROW_DELETED; 2]);
}

#[test]
fn a_transaction_sees_its_own_snapshot_and_own_changes() {
    let connection = connect();
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    connection.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_REPEATABLE_READ).success();
    let cursor = Keyset::<1>::new(&connection, KEYED, WORDS);
    cursor.open("select word, id from @ order by id");
    assert_eq!(cursor.fetch(SQL_FETCH_NEXT, 0).0, ["row 1"]);
    cursor.change("update @ set word = 'theirs' where id = 1");
    assert_eq!(cursor.fetch(SQL_FETCH_FIRST, 0), (words(["row 1"]), vec![OK]));
    connection.end_transaction(SQL_COMMIT).success();
    assert_eq!(cursor.fetch(SQL_FETCH_FIRST, 0), (words(["theirs"]), vec![SQL_ROW_UPDATED]));
    connection.run(&format!("update {} set word = 'ours' where id = 1", cursor.table));
    assert_eq!(cursor.fetch(SQL_FETCH_FIRST, 0), (words(["ours"]), vec![SQL_ROW_UPDATED]));
    connection.end_transaction(SQL_ROLLBACK).success();
    assert_eq!(cursor.fetch(SQL_FETCH_FIRST, 0), (words(["theirs"]), vec![SQL_ROW_UPDATED]));
    connection.end_transaction(SQL_ROLLBACK).success();
}

#[test]
fn a_large_keyset_is_fetched_to_its_end() {
    let connection = Connection::open(&format!("{}CursorMemory=1;", server().connection_string()));
    let rows = "select i, 'row ' || i from generate_series(1, 60000) i";
    let cursor = Keyset::<1000>::new(&connection, KEYED, rows);
    cursor.open("select word, id from @ order by id");
    for start in (0..60_000).step_by(1000) {
        let (texts, statuses) = cursor.fetch(SQL_FETCH_NEXT, 0);
        assert_eq!(
            (texts[0].clone(), texts[999].clone()),
            (format!("row {}", start + 1), format!("row {}", start + 1000))
        );
        assert_eq!(statuses, [OK; 1000]);
    }
    cursor.statement.fetch_scroll(SQL_FETCH_NEXT, 0).no_data();
    cursor.change("update @ set word = 'x' where id = 30000");
    assert_eq!(cursor.fetch(SQL_FETCH_ABSOLUTE, 29_001).1[999], SQL_ROW_UPDATED);
}

#[test]
fn every_orientation_at_both_ends() {
    // ODBC reference, SQLFetchScroll, "Cursor positioning rules": the rows of the rowset that is come to; none is SQL_NO_DATA.
    // Each step goes on from the one before.
    let connection = connect();
    let cursor = Keyset::<5>::new(&connection, KEYED, "select i, i::text from generate_series(1, 23) i");
    cursor.open("select word, id from @ order by id");
    const NONE: std::ops::RangeInclusive<u32> = std::ops::RangeInclusive::new(1, 0);
    let steps: &[(i16, isize, std::ops::RangeInclusive<u32>)] = &[
        (SQL_FETCH_PRIOR, 0, NONE),
        (SQL_FETCH_NEXT, 0, 1..=5),
        (SQL_FETCH_NEXT, 0, 6..=10),
        (SQL_FETCH_LAST, 0, 19..=23),
        (SQL_FETCH_NEXT, 0, NONE),
        (SQL_FETCH_NEXT, 0, NONE),
        (SQL_FETCH_PRIOR, 0, 19..=23),
        (SQL_FETCH_PRIOR, 0, 14..=18),
        (SQL_FETCH_RELATIVE, 7, 21..=23),
        (SQL_FETCH_RELATIVE, -4, 17..=21),
        (SQL_FETCH_RELATIVE, 0, 17..=21),
        (SQL_FETCH_RELATIVE, 7, NONE),
        (SQL_FETCH_RELATIVE, -2, 22..=23),
        (SQL_FETCH_ABSOLUTE, 8, 8..=12),
        (SQL_FETCH_ABSOLUTE, -2, 22..=23),
        (SQL_FETCH_ABSOLUTE, -23, 1..=5),
        (SQL_FETCH_ABSOLUTE, 24, NONE),
        (SQL_FETCH_ABSOLUTE, 0, NONE),
        (SQL_FETCH_RELATIVE, 2, 2..=6),
        (SQL_FETCH_ABSOLUTE, -30, NONE),
        (SQL_FETCH_NEXT, 0, 1..=5),
        (SQL_FETCH_ABSOLUTE, 23, 23..=23),
        (SQL_FETCH_FIRST, 0, 1..=5),
        (SQL_FETCH_PRIOR, 0, NONE),
    ];
    for (number, (orientation, offset, expected)) in steps.iter().enumerate() {
        let outcome = cursor.statement.fetch_scroll(*orientation, *offset);
        if expected.is_empty() {
            assert_eq!(outcome.code, SQL_NO_DATA, "step {number}");
            continue;
        }
        outcome.success();
        let rows: Vec<String> = expected.clone().map(|row| row.to_string()).collect();
        assert_eq!(cursor.rowset().0, rows, "step {number}");
        assert_eq!(cursor.statement.get_attribute(SQL_ATTR_ROW_NUMBER), *expected.start() as usize);
    }
    cursor.fetch(SQL_FETCH_ABSOLUTE, 3);
    cursor.statement.fetch_scroll(SQL_FETCH_PRIOR, 0).info("01S06");
    assert_eq!(cursor.rowset().0, words(["1", "2", "3", "4", "5"]));
}

#[test]
fn no_more_rows_than_were_asked_for() {
    let connection = connect();
    let cursor = Keyset::<3>::new(&connection, KEYED, WORDS);
    cursor.statement.set(SQL_ATTR_MAX_ROWS, 4).success();
    cursor.open("select word, id from @ order by id");
    assert_eq!(cursor.fetch(SQL_FETCH_LAST, 0).0, ["row 2", "row 3", "row 4"]);
    cursor.change("delete from @ where id = 3");
    assert_eq!(cursor.fetch(SQL_FETCH_FIRST, 0).1, [OK, OK, SQL_ROW_DELETED]);
    assert_eq!(cursor.fetch(SQL_FETCH_NEXT, 0).0, ["row 4"]);
    cursor.statement.fetch_scroll(SQL_FETCH_NEXT, 0).no_data();
    assert_eq!(cursor.other.value("select 1").as_deref(), Some("1"));
    assert_eq!(connection.value("select 2").as_deref(), Some("2"), "what is unread of the result is in nobody's way");
}

#[test]
fn rows_are_changed_where_the_cursor_of_another_statement_is() {
    let connection = connect();
    for concurrency in [SQL_CONCUR_READ_ONLY, SQL_CONCUR_ROWVER, SQL_CONCUR_VALUES] {
        let cursor = Keyset::<1>::new(&connection, KEYED, WORDS);
        cursor.statement.set(SQL_ATTR_CONCURRENCY, concurrency).success();
        let name = crate::common::text::Wide::new(&format!("{}_cursor", cursor.table));
        // SAFETY: a terminated text.
        let code =
            unsafe { cursor.statement.api.SQLSetCursorNameW(cursor.statement.handle, name.address(), SQL_NTS as i16) };
        cursor.statement.outcome(code).success();
        cursor.open("select word, id from @ order by id");
        cursor.fetch(SQL_FETCH_ABSOLUTE, 2);
        let statement = connection.statement();
        let sql = format!("update {0} set word = 'ours' where current of {0}_cursor", cursor.table);
        statement.execute_direct(&sql).success();
        assert_eq!(statement.row_count(), 1);
        assert_eq!(cursor.fetch(SQL_FETCH_RELATIVE, 0), (words(["ours"]), vec![SQL_ROW_UPDATED]));
        // Changed by another since it was fetched: nothing happens.
        cursor.change("update @ set word = 'theirs' where id = 2");
        let conflict = statement.execute_direct(&sql);
        match connection.api.manager {
            // It would make SQL_SUCCESS of the warning (docs/cursors.md).
            Manager::Iodbc => conflict.no_data(),
            Manager::UnixOdbc | Manager::Direct => {
                conflict.info("01001");
                assert_eq!(statement.row_count(), 0);
            }
        }
        assert_eq!(cursor.fetch(SQL_FETCH_RELATIVE, 0).0, ["theirs"]);
        statement.execute_direct(&sql.replace("update", "delete from").replace(" set word = 'ours'", "")).success();
        assert_eq!(cursor.fetch(SQL_FETCH_RELATIVE, 0).1, [SQL_ROW_DELETED]);
    }
}

//! Arrays of parameters: bound by column and by row, every set with its own status, whatever way the sets travel.

use crate::common::api::Manager;
use crate::common::buffers::{Date, Fixed};
use crate::common::statement::{Parameter, texts};
use crate::common::{Connection, Outcome, Statement, api, connect, connect_with, server, unique};
use crate::odbc::attributes::*;
use crate::odbc::diagnostic_fields::SQL_DIAG_ROW_NUMBER;
use crate::odbc::types::*;
use crate::odbc::values::*;

const PARAM_IGNORE: u16 = 1;

/// What an execution has reported.
#[derive(Debug)]
pub struct Report {
    pub outcome: Outcome,
    pub processed: usize,
    pub statuses: Vec<u16>,
}

impl Report {
    /// All that the execution tells, as one text: what two ways of sending the same sets must have in common.
    pub fn told(&self, statement: &Statement<'_>) -> String {
        let records: Vec<&str> = self.outcome.records.iter().map(|record| record.sqlstate.as_str()).collect();
        let code = self.outcome.code;
        // iODBC has no row count where a set has failed.
        let count = (code >= 0 && keeps_diagnostics()).then(|| statement.row_count());
        format!("{code} {records:?} {} {:?} {count:?}", self.processed, self.statuses)
    }
}

const fn parameter(c_type: i16, sql_type: i16, column_size: usize) -> Parameter {
    Parameter { c_type, sql_type, column_size, decimal_digits: 0 }
}

/// iODBC asks for the number of columns by itself after SQLExecute: the code and the records of the execution are lost.
pub fn keeps_diagnostics() -> bool {
    api().manager != Manager::Iodbc
}

/// Executes a statement with arrays bound by column: integers, and texts where there are any.
pub fn execute(
    statement: &Statement<'_>,
    integers: &[i32],
    texts: Option<&[Option<&str>]>,
    operations: &[u16],
) -> Report {
    const WIDTH: usize = 32;
    let count = integers.len();
    let mut integers = integers.to_vec();
    let mut lengths = vec![4isize; count];
    let mut characters = vec![0u8; count * WIDTH];
    let mut indicators = vec![SQL_NULL_DATA; count];
    for (row, text) in texts.unwrap_or_default().iter().enumerate() {
        if let Some(text) = text {
            characters[row * WIDTH..row * WIDTH + text.len()].copy_from_slice(text.as_bytes());
            indicators[row] = text.len() as isize;
        }
    }
    let mut statuses = vec![99u16; count];
    let mut processed = usize::MAX;
    statement.set(SQL_ATTR_PARAMSET_SIZE, count).success();
    statement.set(SQL_ATTR_PARAM_STATUS_PTR, statuses.as_mut_ptr().addr()).success();
    statement.set(SQL_ATTR_PARAMS_PROCESSED_PTR, (&raw mut processed).addr()).success();
    statement
        .set(SQL_ATTR_PARAM_OPERATION_PTR, if operations.is_empty() { 0 } else { operations.as_ptr().addr() })
        .success();
    // SAFETY: local buffers of `count` elements; everything is unbound before they go.
    let outcome = unsafe {
        let address = integers.as_mut_ptr().cast();
        statement.bind_parameter(1, parameter(SQL_C_SLONG, SQL_INTEGER, 0), address, 0, lengths.as_mut_ptr()).success();
        if texts.is_some() {
            let described = parameter(SQL_C_CHAR, SQL_VARCHAR, WIDTH);
            let address = characters.as_mut_ptr().cast();
            statement.bind_parameter(2, described, address, WIDTH as isize, indicators.as_mut_ptr()).success();
        }
        statement.execute()
    };
    for pointer in [SQL_ATTR_PARAM_STATUS_PTR, SQL_ATTR_PARAMS_PROCESSED_PTR, SQL_ATTR_PARAM_OPERATION_PTR] {
        statement.set(pointer, 0).success();
    }
    statement.free(SQL_RESET_PARAMS).success();
    statement.set(SQL_ATTR_PARAMSET_SIZE, 1).success();
    Report { outcome, processed, statuses }
}

fn table(connection: &Connection, name: &str, columns: &str) -> String {
    let table = unique(name);
    connection.run(&format!("create table {table} ({columns})"));
    table
}

fn all(connection: &Connection, table: &str) -> String {
    connection.value(&format!("select coalesce(string_agg(a::text, ',' order by a), '') from {table}")).unwrap()
}

#[test]
fn every_set_is_executed_and_the_rows_are_counted() {
    let connection = connect();
    let table = table(&connection, "sets", "a int, b text");
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} (a, b) values (?, ?)")).success();
    let integers: Vec<i32> = (0..1000).collect();
    let words: Vec<String> = (0..1000).map(|row| format!("\"row\", {{{row}}} ü")).collect();
    let texts: Vec<Option<&str>> =
        words.iter().enumerate().map(|(row, text)| (row % 7 != 0).then_some(text.as_str())).collect();
    let report = execute(&statement, &integers, Some(&texts), &[]);
    report.outcome.success();
    assert_eq!((report.processed, statement.row_count()), (1000, 1000));
    assert!(report.statuses.iter().all(|status| *status == SQL_PARAM_SUCCESS));
    let found = connection.value(&format!(
        "select count(*) || ' ' || sum(a) || ' ' || count(b) || ' ' || \
         count(*) filter (where b = '\"row\", {{' || a || '}} ü') from {table}"
    ));
    // 143 of the thousand rows are multiples of seven, and NULL.
    assert_eq!(found.as_deref(), Some("1000 499500 857 857"));
}

/// SQLBindParameter, "Parameter status": a set that was executed with a warning says so.
#[test]
fn a_set_whose_fraction_is_cut_is_told() {
    let connection = connect();
    let table = table(&connection, "cut", "a int");
    for returning in ["", " returning a"] {
        let statement = connection.statement();
        statement.prepare(&format!("insert into {table} (a) values (?){returning}")).success();
        let (mut values, mut statuses) = ([1.0, 2.5, 3e10, 4.0], [9_u16; 4]);
        statement.set(SQL_ATTR_PARAMSET_SIZE, 4).success();
        statement.set(SQL_ATTR_PARAM_STATUS_PTR, statuses.as_mut_ptr().expose_provenance()).success();
        // SAFETY: the values outlive the execution.
        let outcome = unsafe {
            let address = values.as_mut_ptr().cast();
            statement
                .bind_parameter(1, parameter(SQL_C_DOUBLE, SQL_INTEGER, 0), address, 0, std::ptr::null_mut())
                .success();
            statement.execute()
        };
        if keeps_diagnostics() {
            let states: Vec<&str> = outcome.records.iter().map(|record| record.sqlstate.as_str()).collect();
            assert_eq!((outcome.code, &states[..]), (SQL_SUCCESS_WITH_INFO, &["22003", "01S07"][..]));
        }
        let (fine, warned) = (SQL_PARAM_SUCCESS, SQL_PARAM_SUCCESS_WITH_INFO);
        assert_eq!(statuses, [fine, warned, SQL_PARAM_ERROR, fine], "{returning}");
    }
}

#[test]
fn a_failing_set_is_told_and_the_others_stand() {
    let connection = connect();
    let table = table(&connection, "failing", "a int primary key check (a <> 13)");
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} values (?)")).success();
    let integers: Vec<i32> = (1..=20).chain([5, 21]).collect();
    let report = execute(&statement, &integers, None, &[]);
    if keeps_diagnostics() {
        assert_eq!(report.outcome.code, SQL_SUCCESS_WITH_INFO, "{report:?}");
        let records: Vec<_> = report.outcome.records.iter().map(|record| record.sqlstate.as_str()).collect();
        assert_eq!(records, ["23514", "23505"]);
    }
    assert_eq!(report.processed, 22);
    for (row, status) in report.statuses.iter().enumerate() {
        let expected = if [12, 20].contains(&row) { SQL_PARAM_ERROR } else { SQL_PARAM_SUCCESS };
        assert_eq!(*status, expected, "set {row}");
    }
    assert_eq!(
        all(&connection, &table),
        (1..=21).filter(|a| *a != 13).map(|a| a.to_string()).collect::<Vec<_>>().join(",")
    );
}

#[test]
fn diagnostics_name_the_row() {
    let connection = connect();
    let table = table(&connection, "named", "a int primary key");
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} values (?)")).success();
    execute(&statement, &[1, 2, 2, 3], None, &[]);
    // SQL_RESET_PARAMS and the attributes set after the execution clear the records: execute once more, and look at once.
    let mut integers = [7i32, 8, 7, 9];
    statement.set(SQL_ATTR_PARAMSET_SIZE, 4).success();
    // SAFETY: the array outlives the execution.
    unsafe {
        let described = parameter(SQL_C_SLONG, SQL_INTEGER, 0);
        statement.bind_parameter(1, described, integers.as_mut_ptr().cast(), 0, std::ptr::null_mut()).success();
    }
    // Without a status array the function fails: the application has nowhere else to see it.
    statement.execute().error("23505");
    assert_eq!(statement.diagnostic_number(1, SQL_DIAG_ROW_NUMBER), 3);
    statement.free(SQL_RESET_PARAMS).success();
}

#[test]
fn in_a_transaction_a_failing_set_undoes_only_itself() {
    let connection = connect();
    let table = table(&connection, "within", "a int primary key");
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    connection.run(&format!("insert into {table} values (100)"));
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} values (?)")).success();
    let report = execute(&statement, &[1, 2, 100, 3, 2, 4], None, &[]);
    assert_eq!(report.statuses, [0, 0, 5, 0, 5, 0], "{report:?}");
    assert_eq!(all(&connection, &table), "1,2,3,4,100");
    connection.end_transaction(SQL_COMMIT).success();
    assert_eq!(all(&connect(), &table), "1,2,3,4,100");
}

#[test]
fn with_protocol_0_the_first_failure_ends_the_array() {
    let connection = Connection::open(&format!("{};Protocol=7.4-0", server().connection_string()));
    let table = table(&connection, "ended", "a int primary key");
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    connection.run(&format!("insert into {table} values (100)"));
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} values (?)")).success();
    // As many sets as travel as arrays where a failure can be undone: here it cannot.
    let integers: Vec<i32> = (1..=20).chain([100]).chain(21..30).collect();
    let report = execute(&statement, &integers, None, &[]);
    for (set, status) in report.statuses.iter().enumerate() {
        let expected = match set {
            0..20 => SQL_PARAM_SUCCESS,
            20 => SQL_PARAM_ERROR,
            _ => SQL_PARAM_UNUSED,
        };
        assert_eq!(*status, expected, "set {set}: {report:?}");
    }
    if keeps_diagnostics() {
        assert_eq!(report.outcome.records[0].sqlstate, "23505", "{report:?}");
    }
    assert_eq!(report.processed, 21);
    connection.end_transaction(SQL_ROLLBACK).success();
}

/// Every set has a status, and those that are told to have been executed are there: many of them behind a failure, too.
#[test]
fn no_set_behind_a_failure_is_forgotten() {
    for keywords in ["", "BatchMechanism=pipeline;", "BatchMechanism=unnest;", "BatchMechanism=copy;"] {
        let connection = Connection::open(&format!("{};{keywords}", server().connection_string()));
        let table = table(&connection, "behind", "a int check (a % 100 <> 7)");
        let statement = connection.statement();
        statement.prepare(&format!("insert into {table} values (?)")).success();
        let integers: Vec<i32> = (0..1000).collect();
        let report = execute(&statement, &integers, None, &[]);
        for (number, status) in integers.iter().zip(&report.statuses) {
            let expected = if number % 100 == 7 { SQL_PARAM_ERROR } else { SQL_PARAM_SUCCESS };
            assert_eq!(*status, expected, "{keywords} {number}");
        }
        assert_eq!((report.processed, statement.row_count()), (1000, 990));
        let found = connection.value(&format!("select count(*) || ' ' || count(distinct a) from {table}"));
        assert_eq!(found.as_deref(), Some("990 990"));
    }
}

/// What is told to have been executed is there, and nothing else.
#[test]
fn an_array_that_is_cancelled_tells_what_stands() {
    for autocommit in [SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF] {
        let connection = connect();
        let table = table(&connection, "stopped", "a int");
        connection.set(SQL_ATTR_AUTOCOMMIT, autocommit).success();
        let statement = connection.statement();
        let cancels = "case when a = 3 then pg_cancel_backend(pg_backend_pid()) end";
        statement
            .prepare(&format!(
                "insert into {table} select a from (values (?::int)) v(a) where {cancels} is distinct from false"
            ))
            .success();
        let report = execute(&statement, &[1, 2, 3, 4], None, &[]);
        if keeps_diagnostics() {
            let told: Vec<_> = report.outcome.records.iter().map(|record| record.sqlstate.as_str()).collect();
            assert_eq!(told, ["HY008"]);
        }
        // The server undoes the others with the one that it was told to give up.
        assert_eq!(report.statuses, [SQL_PARAM_UNUSED, SQL_PARAM_UNUSED, SQL_PARAM_ERROR, SQL_PARAM_UNUSED]);
        assert_eq!(all(&connection, &table), "");
        connection.end_transaction(SQL_ROLLBACK).success();
    }
}

#[test]
fn an_array_that_runs_out_of_time_does_not_tell_of_single_sets() {
    let connection = connect();
    let table = table(&connection, "late", "a int");
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} select a from (values (?::int)) v(a), pg_sleep(60)")).success();
    statement.set(SQL_ATTR_QUERY_TIMEOUT, 1).success();
    let report = execute(&statement, &[1, 2], None, &[]);
    assert_eq!(report.outcome.code, SQL_ERROR);
    assert_eq!(report.statuses, [SQL_PARAM_DIAG_UNAVAILABLE; 2], "{report:?}");
    assert_eq!(all(&connection, &table), "");
}

#[test]
fn when_every_set_fails_the_function_fails() {
    let connection = connect();
    let table = table(&connection, "hopeless", "a int check (a < 0)");
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} values (?)")).success();
    let report = execute(&statement, &[1, 2, 3], None, &[]);
    report.outcome.error("23514");
    assert_eq!((report.statuses, report.outcome.records.len()), (vec![SQL_PARAM_ERROR; 3], 3));
}

#[test]
fn ignored_sets_are_not_executed() {
    let connection = connect();
    let table = table(&connection, "ignored", "a int");
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} values (?)")).success();
    let report = execute(&statement, &[1, 2, 3, 4], None, &[0, PARAM_IGNORE, 0, PARAM_IGNORE]);
    report.outcome.success();
    assert_eq!((report.processed, statement.row_count()), (2, 2));
    assert_eq!(report.statuses, [SQL_PARAM_SUCCESS, SQL_PARAM_UNUSED, SQL_PARAM_SUCCESS, SQL_PARAM_UNUSED]);
    assert_eq!(all(&connection, &table), "1,3");
}

#[test]
fn updates_and_deletes_count_what_they_touch() {
    let connection = connect();
    let table = table(&connection, "touched", "a int, b int");
    connection.run(&format!("insert into {table} select i, i % 3 from generate_series(1, 30) i"));
    let statement = connection.statement();
    statement.prepare(&format!("update {table} set b = b + 10 where b = ?")).success();
    let report = execute(&statement, &[0, 1, 7], None, &[]);
    assert!([SQL_SUCCESS, SQL_SUCCESS_WITH_INFO].contains(&report.outcome.code), "{report:?}");
    assert_eq!(statement.row_count(), 20);
    statement.prepare(&format!("delete from {table} where a = ?")).success();
    execute(&statement, &[1, 2, 3, 99], None, &[]).outcome.success();
    assert_eq!(statement.row_count(), 3);
    assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("27"));
}

/// iODBC 3.52 hands no statement attributes of a driver's own on (IM001).
mod without_iodbc {
    use super::*;

    /// SQL_ATTR_PGODBC_PARAM_ROW_COUNTS_PTR of docs/arrays.md.
    const PARAM_ROW_COUNTS_PTR: i32 = 0x4007;

    #[test]
    fn each_set_has_a_row_count_where_it_is_asked_for() {
        let connection = connect();
        let table = table(&connection, "counted", "a int unique, b int");
        connection.run(&format!("insert into {table} select i, i % 3 from generate_series(1, 10) i"));
        let statement = connection.statement();
        let mut counts = [77_isize; 6];
        let place = (&raw mut counts).expose_provenance();
        statement.set(PARAM_ROW_COUNTS_PTR, place).success();
        assert_eq!(statement.get_attribute(PARAM_ROW_COUNTS_PTR), place);
        // 3, 6, 9 | 1, 4, 7, 10 | 2, 5, 8; the fourth is left out, and one that is found by none.
        statement.prepare(&format!("update {table} set b = b + 10 where b = ?")).success();
        execute(&statement, &[0, 1, 2, 0, 7], None, &[0, 0, 0, PARAM_IGNORE, 0]).outcome.succeeded();
        assert_eq!(std::hint::black_box(counts), [3, 4, 3, -1, 0, 77]);
        assert_eq!(statement.row_count(), 10);
        // One that fails, between others that stand and are sent again.
        statement.prepare(&format!("insert into {table} values (?, 0)")).success();
        let report = execute(&statement, &[20, 21, 3, 22, 20], None, &[]);
        assert_eq!(
            report.statuses,
            [SQL_PARAM_SUCCESS, SQL_PARAM_SUCCESS, SQL_PARAM_ERROR, SQL_PARAM_SUCCESS, SQL_PARAM_ERROR]
        );
        assert_eq!(std::hint::black_box(counts), [1, 1, -1, 1, -1, 77]);
        // One that fails when all have been executed, at the end of the transaction.
        let late = super::table(&connection, "late", "a int unique deferrable initially deferred");
        statement.prepare(&format!("insert into {late} values (?)")).success();
        let report = execute(&statement, &[30, 31, 30], None, &[]);
        let stands: Vec<bool> = report.statuses.iter().map(|status| *status == SQL_PARAM_SUCCESS).collect();
        assert_eq!(stands, [true, true, false], "{report:?}");
        assert_eq!(std::hint::black_box(counts), [1, 1, -1, 1, -1, 77]);
        // Of a query SQLRowCount tells of each result; and one set alone.
        statement.prepare("select generate_series(1, ?)").success();
        execute(&statement, &[2, 3], None, &[]).outcome.success();
        assert_eq!(std::hint::black_box(counts), [-1, -1, -1, 1, -1, 77]);
        statement.close_cursor().success();
        statement.set(SQL_ATTR_PARAMSET_SIZE, 1).success();
        statement.execute_direct(&format!("delete from {table} where a > 5")).success();
        assert_eq!(std::hint::black_box(counts), [8, -1, -1, 1, -1, 77]);
    }
}

#[test]
fn a_query_gives_a_result_for_each_set() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select ? * 10 from generate_series(1, 2)").success();
    execute(&statement, &[1, 2, 3], None, &[]).outcome.success();
    for value in ["10", "20", "30"] {
        assert_eq!(statement.fetch_rows(), texts([[value], [value]]));
        let more = statement.more_results().code;
        assert_eq!(more, if value == "30" { SQL_NO_DATA } else { SQL_SUCCESS });
    }
}

#[test]
fn statement_triggers_fire_for_every_set() {
    let connection = connect();
    let watched = table(&connection, "watched", "a int");
    let log = table(&connection, "log", "a int");
    connection.run(&format!(
        "create function {log}_f() returns trigger language plpgsql as \
         $$ begin insert into {log} values (1); return null; end $$"
    ));
    connection
        .run(&format!("create trigger t after insert on {watched} for each statement execute function {log}_f()"));
    let statement = connection.statement();
    statement.prepare(&format!("insert into {watched} (a) values (?)")).success();
    execute(&statement, &(0..50).collect::<Vec<_>>(), None, &[]).outcome.success();
    assert_eq!(connection.value(&format!("select count(*) from {log}")).as_deref(), Some("50"));
}

#[test]
fn rows_go_through_the_columns_own_types() {
    // varchar(4), numeric(4,1) and a default: assigned as a single row's would be.
    let connection = connect();
    let table = table(
        &connection,
        "typed",
        "a numeric(4,1), b varchar(4), c int default 7, d bigint generated always as (c * 2) stored",
    );
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} (a, b) values (?, ?)")).success();
    let words: Vec<Option<&str>> =
        vec![Some("abcd"), Some("ab  "), Some("too long"), None, Some(""), Some("x"), Some("y"), Some("z")];
    let report = execute(&statement, &[1, 2, 3, 4, 5, 6, 7, 8], Some(&words), &[]);
    assert_eq!(report.statuses, [0, 0, 5, 0, 0, 0, 0, 0], "{report:?}");
    if keeps_diagnostics() {
        assert_eq!(report.outcome.records[0].sqlstate, "22001");
    }
    let rows = statement
        .rows(&format!("select a::text, '<' || b || '>', c::text, d::text from {table} where a < 5 order by a"));
    let expected = [("1.0", Some("<abcd>")), ("2.0", Some("<ab  >")), ("4.0", None)];
    for (row, (a, b)) in rows.iter().zip(expected) {
        assert_eq!(row, &[Some(a.into()), b.map(str::to_owned), Some("7".into()), Some("14".into())]);
    }
    assert_eq!(rows.len(), 3);
}

/// Also where much of the array is on its way already.
#[test]
fn a_value_that_cannot_be_sent_fails_its_set_only() {
    const COUNT: usize = 20_000;
    const UNSENDABLE: [usize; 2] = [1, 18_000];
    for mechanism in ["auto", "pipeline", "copy"] {
        let connection = connect_with(&format!("BatchMechanism={mechanism}"));
        let table = table(&connection, "unsendable", "a date");
        let statement = connection.statement();
        statement.prepare(&format!("insert into {table} values (?)")).success();
        let mut days = [Date { year: 2023, month: 2, day: 1 }; COUNT];
        UNSENDABLE.iter().for_each(|set| days[*set].day = 29);
        let mut statuses = [99u16; COUNT];
        statement.set(SQL_ATTR_PARAMSET_SIZE, COUNT).success();
        statement.set(SQL_ATTR_PARAM_STATUS_PTR, statuses.as_mut_ptr().addr()).success();
        // SAFETY: the arrays outlive the execution.
        let outcome = unsafe {
            let described = parameter(Date::C_TYPE, SQL_TYPE_DATE, 10);
            statement.bind_parameter(1, described, days.as_mut_ptr().cast(), 0, std::ptr::null_mut()).success();
            statement.execute()
        };
        if keeps_diagnostics() {
            assert_eq!(outcome.code, SQL_SUCCESS_WITH_INFO, "{outcome:?}");
        }
        for (set, status) in statuses.iter().enumerate() {
            assert_eq!(*status, if UNSENDABLE.contains(&set) { SQL_PARAM_ERROR } else { SQL_PARAM_SUCCESS }, "{set}");
        }
        let found = connection.value(&format!("select count(*) || ' ' || min(a) || ' ' || max(a) from {table}"));
        assert_eq!(found.as_deref(), Some("19998 2023-02-01 2023-02-01"), "{mechanism}");
        statement.set(SQL_ATTR_PARAM_STATUS_PTR, 0).success();
        statement.free(SQL_RESET_PARAMS).success();
    }
}

/// The server asks for the rows of a COPY, and takes them, only when the table is free.
#[test]
fn an_array_that_waits_for_a_table_runs_out_of_time_and_the_connection_works_on() {
    for mechanism in ["auto", "copy"] {
        let (connection, other) = (connect_with(&format!("BatchMechanism={mechanism}")), connect());
        let table = table(&connection, "locked", "a int, b text");
        other.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
        let statement = connection.statement();
        statement.prepare(&format!("insert into {table} (a, b) values (?, ?)")).success();
        let integers: Vec<i32> = (0..20_000).collect();
        let texts = vec![Some("a text that fills a few buffers"); integers.len()];
        execute(&statement, &integers[..10], Some(&texts[..10]), &[]).outcome.success();
        other.run(&format!("lock table {table}"));
        statement.set(SQL_ATTR_QUERY_TIMEOUT, 1).success();
        let report = execute(&statement, &integers, Some(&texts), &[]);
        assert_eq!(report.outcome.code, SQL_ERROR, "{mechanism}: {:?}", report.outcome);
        other.end_transaction(SQL_ROLLBACK).success();
        statement.set(SQL_ATTR_QUERY_TIMEOUT, 0).success();
        assert_eq!(all(&connection, &table), "0,1,2,3,4,5,6,7,8,9", "{mechanism}");
        execute(&statement, &integers, Some(&texts), &[]).outcome.success();
        assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("20010"));
    }
}

#[test]
fn sets_bound_by_row_with_an_offset() {
    #[repr(C)]
    #[derive(Clone, Copy)]
    struct Row {
        a: i32,
        a_length: isize,
        b: [u8; 8],
        b_length: isize,
    }
    let connection = connect();
    let table = table(&connection, "by_row", "a int, b text");
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} values (?, ?)")).success();
    let mut rows: Vec<Row> =
        (0..40).map(|a| Row { a, a_length: 0, b: *b"abcdefgh", b_length: (a % 9) as isize }).collect();
    // The application's addresses name the first row; the offset moves them to the row at 10.
    let mut offset = 10 * size_of::<Row>() as isize;
    statement.set(SQL_ATTR_PARAM_BIND_TYPE, size_of::<Row>()).success();
    statement.set(SQL_ATTR_PARAM_BIND_OFFSET_PTR, (&raw mut offset).addr()).success();
    statement.set(SQL_ATTR_PARAMSET_SIZE, 30).success();
    let first = rows.as_mut_ptr();
    // SAFETY: the rows outlive the execution, and rows 10 to 39 are there.
    unsafe {
        let integer = parameter(SQL_C_SLONG, SQL_INTEGER, 0);
        statement.bind_parameter(1, integer, (&raw mut (*first).a).cast(), 0, &raw mut (*first).a_length).success();
        let text = parameter(SQL_C_CHAR, SQL_VARCHAR, 8);
        statement.bind_parameter(2, text, (&raw mut (*first).b).cast(), 8, &raw mut (*first).b_length).success();
        statement.execute().success();
    }
    let found = connection.value(&format!(
        "select count(*) || ' ' || min(a) || ' ' || bool_and(b = left('abcdefgh', a % 9)) from {table}"
    ));
    assert_eq!(found.as_deref(), Some("30 10 true"));
    statement.free(SQL_RESET_PARAMS).success();
}

#[test]
fn tens_of_thousands_of_sets_in_one_call() {
    let connection = connect();
    let table = table(&connection, "many", "a int");
    let statement = connection.statement();
    let integers: Vec<i32> = (0..50_000).collect();
    // Once as arrays, once as a pipeline: an expression is no plain INSERT.
    for values in ["?", "? + 50000"] {
        statement.prepare(&format!("insert into {table} values ({values})")).success();
        let report = execute(&statement, &integers, None, &[]);
        report.outcome.success();
        assert_eq!((report.processed, statement.row_count()), (50_000, 50_000));
    }
    let found = connection.value(&format!("select count(distinct a) || ' ' || sum(a::bigint) from {table}"));
    // The sum of 0 to 99,999.
    assert_eq!(found.as_deref(), Some("100000 4999950000"));
}

/// The server's encoding and its style of dates are the driver's to choose, also where the application has changed them.
#[test]
fn what_a_session_sets_changes_no_value_of_an_array() {
    let connection = connect();
    let table = table(&connection, "settings", "a int, b text");
    let statement = connection.statement();
    // Over arrays, and as a pipeline.
    for values in ["(?, ?)", "(? + 0, ? || '')"] {
        statement.prepare(&format!("insert into {table} (a, b) values {values}")).success();
        connection.run("set client_encoding to 'LATIN1'");
        execute(&statement, &[1, 2], Some(&[Some("grün"), Some("gelb")]), &[]).outcome.success();
    }
    let found = connection.value(&format!("select string_agg(b, ',' order by a, b) from {table}"));
    assert_eq!(found.as_deref(), Some("grün,grün,gelb,gelb"));
    statement.prepare("select '2024-02-01 00:00:00+00'::timestamptz + ? * interval '1 day'").success();
    connection.run("set timezone to 'UTC'");
    connection.run("set DateStyle to 'SQL, DMY'");
    execute(&statement, &[0, 1], None, &[]).outcome.success();
    assert_eq!(statement.fetch_rows(), texts([["2024-02-01 00:00:00+00"]]));
}

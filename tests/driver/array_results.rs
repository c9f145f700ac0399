//! Arrays of parameters of statements that return rows: a result for each set, exact statuses and row numbers where sets
//! fail; and arrays of statements gone stale.
//!
//! Expected values: ODBC reference, "Using arrays of parameters", `SQLSetStmtAttr` (SQL_ATTR_PARAM_STATUS_PTR), `SQLGetInfo`
//! (SQL_PARAM_ARRAY_ROW_COUNTS, SQL_PARAM_ARRAY_SELECTS).

use crate::arrays::{Report, execute, keeps_diagnostics};
use crate::common::statement::Parameter;
use crate::common::{Connection, Statement, connect, connect_with, unique};
use crate::odbc::attributes::*;
use crate::odbc::descriptor_fields::SQL_DESC_NAME;
use crate::odbc::diagnostic_fields::SQL_DIAG_ROW_NUMBER;
use crate::odbc::types::*;
use crate::odbc::values::*;

const GOOD: u16 = SQL_PARAM_SUCCESS;
const BAD: u16 = SQL_PARAM_ERROR;
const UNUSED: u16 = SQL_PARAM_UNUSED;
const INTEGER: Parameter = Parameter { c_type: SQL_C_SLONG, sql_type: SQL_INTEGER, column_size: 0, decimal_digits: 0 };

/// The first column of each result.
fn results(statement: &Statement<'_>) -> Vec<Vec<String>> {
    let mut results = Vec::new();
    loop {
        results.push(statement.fetch_rows().into_iter().map(|row| row[0].clone().unwrap()).collect());
        if statement.more_results().code == SQL_NO_DATA {
            return results;
        }
    }
}

#[track_caller]
fn expect_error_of_some(report: &Report, sqlstates: &[&str]) {
    if keeps_diagnostics() {
        assert_eq!(report.outcome.code, SQL_SUCCESS_WITH_INFO, "{report:?}");
        let told: Vec<_> = report.outcome.records.iter().map(|record| record.sqlstate.as_str()).collect();
        assert_eq!(told, sqlstates);
    }
}

#[test]
fn sets_of_a_query_that_fail_are_told_and_the_others_have_their_results() {
    for keywords in ["ResultFormat=text;", "ResultFormat=binary;", "Pooler=transaction;"] {
        for autocommit in [SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF] {
            let connection = connect_with(keywords);
            connection.set(SQL_ATTR_AUTOCOMMIT, autocommit).success();
            let statement = connection.statement();
            // Zero fails at its first row, 30 at its tenth, after rows have come.
            statement
                .prepare("select 60 / (? - case when i > 9 then 30 else 0 end) from generate_series(1, 10) i")
                .success();
            let report = execute(&statement, &[1, 0, 2, 30, 31, 0, 60], None, &[0, 0, 0, 0, 1, 0, 0]);
            assert_eq!(report.statuses, [GOOD, BAD, GOOD, BAD, UNUSED, BAD, GOOD], "{keywords}");
            assert_eq!(report.processed, 6, "all but the one that was to be ignored");
            expect_error_of_some(&report, &["22012"; 3]);
            let found = results(&statement);
            let firsts: Vec<&str> = found.iter().map(|rows| rows[0].as_str()).collect();
            assert_eq!(firsts, ["60", "30", "1"], "{keywords}");
            assert!(found.iter().all(|rows| rows.len() == 10));
            connection.end_transaction(SQL_COMMIT).success();
        }
    }
}

#[test]
fn each_record_has_the_number_of_its_set() {
    let connection = connect();
    let table = unique("numbered");
    connection.run(&format!("create table {table} (a int primary key check (a <> 13))"));
    let mut integers = [1_i32, 13, 2, 1, 3, 13, 4];
    let mut statuses = [99_u16; 7];
    for returning in ["", " returning a"] {
        connection.run(&format!("truncate {table}"));
        let statement = connection.statement();
        statement.prepare(&format!("insert into {table} values (?){returning}")).success();
        statement.set(SQL_ATTR_PARAMSET_SIZE, 7).success();
        statement.set(SQL_ATTR_PARAM_STATUS_PTR, statuses.as_mut_ptr().addr()).success();
        // SAFETY: the arrays outlive the execution.
        unsafe {
            statement.bind_parameter(1, INTEGER, integers.as_mut_ptr().cast(), 0, std::ptr::null_mut()).success();
        }
        let outcome = statement.execute();
        assert_eq!(std::hint::black_box(statuses), [GOOD, BAD, GOOD, BAD, GOOD, BAD, GOOD], "{returning}");
        if keeps_diagnostics() {
            assert_eq!(outcome.records.len(), 3, "{outcome:?}");
            let numbers: Vec<i64> =
                (1..=3).map(|record| statement.diagnostic_number(record, SQL_DIAG_ROW_NUMBER)).collect();
            assert_eq!(numbers, [2, 4, 6], "{returning}");
        }
        if !returning.is_empty() {
            assert_eq!(results(&statement), [["1"], ["2"], ["3"], ["4"]]);
        }
        let held = connection.value(&format!("select string_agg(a::text, ' ' order by a) from {table}"));
        assert_eq!(held.as_deref(), Some("1 2 3 4"), "{returning}");
    }
}

#[test]
fn when_every_set_of_a_query_fails_the_function_fails() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select 1 / ? from generate_series(1, 3)").success();
    let report = execute(&statement, &[0, 0, 0], None, &[]);
    report.outcome.error("22012");
    assert_eq!((report.statuses, report.outcome.records.len(), report.processed), (vec![BAD; 3], 3, 3));
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
}

#[test]
fn after_many_failures_the_rest_is_not_executed() {
    let connection = connect();
    let table = unique("many");
    connection.run(&format!("create table {table} (a int check (a > 0))"));
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} values (?) returning a")).success();
    // Every other one fails.
    let integers: Vec<i32> = (1..=300).map(|set| if set % 2 == 0 { 0 } else { set }).collect();
    let report = execute(&statement, &integers, None, &[]);
    let failed = report.statuses.iter().filter(|status| **status == BAD).count();
    let last = report.statuses.iter().rposition(|status| *status == BAD).unwrap();
    for (set, status) in report.statuses.iter().enumerate() {
        let expected = match (set <= last, integers[set]) {
            (false, _) => UNUSED,
            (true, 0) => BAD,
            (true, _) => GOOD,
        };
        assert_eq!(*status, expected, "set {set}");
    }
    assert_eq!(report.processed, last + 1);
    assert!(failed < 150 && last < 299, "{failed}");
    assert_eq!(results(&statement).len(), failed);
    assert_eq!(connection.value(&format!("select count(*) from {table}")), Some(failed.to_string()));
}

#[test]
fn where_nothing_is_undone_the_first_failure_is_told_with_its_set() {
    let connection = connect_with("Protocol=7.4-0;");
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    let statement = connection.statement();
    statement.prepare("select 1 / ? from generate_series(1, 3)").success();
    let report = execute(&statement, &[1, 2, 0, 3], None, &[]);
    report.outcome.error("22012");
    // None has a result, the server has undone them all; one is to blame.
    assert_eq!(report.statuses, [UNUSED, UNUSED, BAD, UNUSED]);
    connection.end_transaction(SQL_ROLLBACK).success();
}

#[test]
fn a_value_that_cannot_be_sent_fails_its_set_only() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select ?::int, ?::date").success();
    let dates = [Some("2024-02-28"), Some("2024-02-30"), None, Some("2024-02-29")];
    let report = execute(&statement, &[1, 2, 3, 4], Some(&dates), &[]);
    assert_eq!(report.statuses, [GOOD, BAD, GOOD, GOOD], "{report:?}");
    assert_eq!(results(&statement), [["1"], ["3"], ["4"]]);
}

#[test]
fn thousands_of_results_of_one_call() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select ? + i from generate_series(1, 2) i").success();
    let integers: Vec<i32> = (0..5000).map(|set| set * 10).collect();
    let report = execute(&statement, &integers, None, &[]);
    report.outcome.success();
    assert_eq!(report.processed, 5000);
    for (set, rows) in results(&statement).iter().enumerate() {
        assert_eq!(rows, &[(set * 10 + 1).to_string(), (set * 10 + 2).to_string()]);
    }
}

#[test]
fn a_statement_gone_stale_is_prepared_again() {
    for keywords in ["", "Protocol=7.4-1;", "Protocol=7.4-0;"] {
        for autocommit in [SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF] {
            for sql in
                ["insert into @ values (?)", "insert into @ values (? + 0)", "insert into @ values (?) returning *"]
            {
                let connection: Connection = connect_with(keywords);
                let table = unique("stale");
                connection.run(&format!("create table {table} (a int)"));
                connection.set(SQL_ATTR_AUTOCOMMIT, autocommit).success();
                let statement = connection.statement();
                statement.prepare(&sql.replace('@', &table)).success();
                let run = |first: i32| {
                    let integers: Vec<i32> = (first..first + 20).collect();
                    let report = execute(&statement, &integers, None, &[]);
                    assert!(report.outcome.code >= 0, "{keywords} {sql}: {report:?}");
                    assert_eq!(report.statuses, [GOOD; 20], "{keywords} {sql}");
                    statement.free(SQL_CLOSE).success();
                    connection.end_transaction(SQL_COMMIT).success();
                };
                run(0);
                connect().run(&format!("alter table {table} add b text default 'new'"));
                run(20);
                connection.run("do $$ begin execute 'deallocate all'; end $$");
                run(40);
                let held = connection.value(&format!("select count(distinct a) from {table}"));
                assert_eq!(held.as_deref(), Some("60"), "{keywords} {sql}");
            }
        }
    }
}

#[test]
fn sets_bound_by_column_with_an_offset() {
    let connection = connect();
    let table = unique("offset");
    connection.run(&format!("create table {table} (a int, b text)"));
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} values (?, ?)")).success();
    // Two arrays of as many bytes behind each other: the offset leads from the first into the second.
    let mut integers: [i32; 8] = [0, 1, 2, 3, 4, 5, 6, 7];
    let mut lengths = [4_isize, 4, 4, 4, SQL_NULL_DATA, 4, SQL_NULL_DATA, 4];
    let mut offset: isize = 0;
    statement.set(SQL_ATTR_PARAM_BIND_OFFSET_PTR, (&raw mut offset).addr()).success();
    statement.set(SQL_ATTR_PARAMSET_SIZE, 2).success();
    // SAFETY: the arrays outlive the executions, the offset stays within them: it moves values and lengths alike.
    unsafe {
        statement.bind_parameter(1, INTEGER, integers.as_mut_ptr().cast(), 0, std::ptr::null_mut()).success();
        statement.bind_parameter(2, INTEGER, integers.as_mut_ptr().cast(), 0, lengths.as_mut_ptr()).success();
    }
    for (at, expected) in [(0, "0/0 1/1"), (8, "2/2 3/3"), (16, "4/4 5/5")] {
        connection.run(&format!("truncate {table}"));
        offset = at;
        std::hint::black_box(&mut offset);
        statement.execute().success();
        let held = connection
            .value(&format!("select string_agg(a || '/' || coalesce(b, 'NULL'), ' ' order by a) from {table}"));
        assert_eq!(held.as_deref(), Some(expected), "the lengths at offset {at} are those of sets before");
    }
}

#[test]
fn a_procedure_is_called_for_each_set_with_its_parameters_by_name() {
    let connection = connect();
    let name = unique("called");
    connection.run(&format!("create table {name} (a integer, b integer, c integer)"));
    connection.run(&format!(
        "create procedure {name}_add(first integer, second integer, third integer default 7) language plpgsql as $$ begin \
         if first = 2 then raise exception using errcode = 'P0001'; end if; \
         insert into {name} values (first, second, third); end $$"
    ));
    let statement = connection.statement();
    let (mut seconds, mut firsts, mut lengths) = ([10_i32, 20, 30], [1_i32, 2, 3], [4_isize; 3]);
    let mut statuses = [99_u16; 3];
    statement.set(SQL_ATTR_PARAMSET_SIZE, 3).success();
    statement.set(SQL_ATTR_PARAM_STATUS_PTR, (&raw mut statuses).expose_provenance()).success();
    for (number, values) in [(1, &raw mut seconds), (2, &raw mut firsts)] {
        // SAFETY: arrays of three, which outlive the execution.
        unsafe { statement.bind_parameter(number, INTEGER, values.cast(), 0, lengths.as_mut_ptr()).success() };
    }
    let declared = statement.descriptor(SQL_ATTR_IMP_PARAM_DESC);
    for (record, parameter) in [(1, "second"), (2, "first")] {
        declared.set_text(record, SQL_DESC_NAME, parameter).success();
    }
    let executed = statement.execute_direct(&format!("{{call {name}_add(?, ?)}}"));
    assert_eq!(std::hint::black_box(statuses), [GOOD, BAD, GOOD]);
    expect_error_of_some(&Report { outcome: executed, processed: 3, statuses: statuses.to_vec() }, &["P0001"]);
    statement.free(SQL_CLOSE).success();
    let rows = connection.value(&format!("select string_agg(concat_ws(' ', a, b, c), ', ' order by a) from {name}"));
    assert_eq!(rows.as_deref(), Some("1 10 7, 3 30 7"));
    connection.run(&format!("drop procedure {name}_add"));
    connection.run(&format!("drop table {name}"));
}

#[test]
fn a_single_set_is_told_of_as_those_of_an_array_are() {
    // The last batch of an application that sends array after array may have one row.
    let connection = connect();
    let table = unique("single");
    connection.run(&format!("create table {table} (a int primary key)"));
    let statement = connection.statement();
    let (integer, mut status, mut processed, mut operation) = (1_i32, 99_u16, 99_usize, SQL_PARAM_PROCEED);
    statement.set(SQL_ATTR_PARAM_STATUS_PTR, (&raw mut status).expose_provenance()).success();
    statement.set(SQL_ATTR_PARAMS_PROCESSED_PTR, (&raw mut processed).expose_provenance()).success();
    statement.set(SQL_ATTR_PARAM_OPERATION_PTR, (&raw mut operation).expose_provenance()).success();
    let mut execute = |marked, expected: (u16, usize)| {
        // SAFETY: what the driver reads and writes is here as long as the execution.
        unsafe {
            (&raw mut operation).write_volatile(marked);
            let address = (&raw const integer).cast_mut().cast();
            statement.bind_parameter(1, INTEGER, address, 0, std::ptr::null_mut()).success();
        }
        let outcome = statement.execute_direct(&format!("insert into {table} values (?)"));
        // SAFETY: as above.
        let told = unsafe { ((&raw const status).read_volatile(), (&raw const processed).read_volatile()) };
        assert_eq!(told, expected, "{outcome:?}");
        outcome
    };
    execute(SQL_PARAM_PROCEED, (SQL_PARAM_SUCCESS, 1)).success();
    execute(SQL_PARAM_PROCEED, (SQL_PARAM_ERROR, 1)).error("23505");
    execute(SQL_PARAM_IGNORE, (SQL_PARAM_UNUSED, 0)).success();
    assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("1"));
}

#[test]
fn sets_that_a_procedure_has_committed_are_not_executed_again() {
    let connection = connect();
    let (table, plain, answers) = (unique("committed"), unique("plain"), unique("answers"));
    connection.run(&format!("create table {table} (a int)"));
    for (procedure, argument) in [(&plain, "i int"), (&answers, "inout i int")] {
        connection.run(&format!(
            "create procedure {procedure}({argument}) language plpgsql as $$ begin
             insert into {table} values (i); commit; if i = 3 then raise exception 'three'; end if; end $$"
        ));
    }
    let executed = "select coalesce(string_agg(a::text, ' ' order by a), '') from";
    for call in [format!("call {plain}(?)"), format!("{{call {plain}(?)}}")] {
        connection.run(&format!("truncate {table}"));
        let statement = connection.statement();
        statement.prepare(&call).success();
        let report = execute(&statement, &[1, 2, 3, 4], None, &[]);
        assert_eq!((report.processed, &report.statuses[..]), (4, &[GOOD, GOOD, BAD, GOOD][..]), "{call}");
        assert_eq!(connection.value(&format!("{executed} {table}")).as_deref(), Some("1 2 3 4"), "{call}");
    }
    // What it returns cannot be had of some sets only.
    connection.run(&format!("truncate {table}"));
    let statement = connection.statement();
    statement.prepare(&format!("call {answers}(?)")).success();
    let report = execute(&statement, &[1, 2, 3, 4], None, &[]);
    assert_eq!(report.outcome.code, SQL_ERROR, "{:?}", report.outcome);
    // From PostgreSQL 18 on the second one may not commit in the same flight.
    assert_eq!((report.statuses[0], report.statuses[3]), (SQL_PARAM_DIAG_UNAVAILABLE, SQL_PARAM_UNUSED));
    let twice = connection.value(&format!("select count(*) - count(distinct a) from {table}"));
    assert_eq!(twice.as_deref(), Some("0"));
}

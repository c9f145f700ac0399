//! Statuses, codes and counts of arrays of parameters at their edges: sets that fail beside others that touch no row, a
//! transaction that has failed before, and parameters that are bound anew.
//!
//! Expected values: ODBC reference, "Using arrays of parameters", `SQLSetStmtAttr` (SQL_ATTR_PARAM_STATUS_PTR,
//! SQL_ATTR_PARAM_OPERATION_PTR), `SQLExecute` ("Returns"), `SQLRowCount`.

use crate::arrays::{execute, keeps_diagnostics};
use crate::common::statement::Parameter;
use crate::common::{connect, connect_with, unique};
use crate::odbc::attributes::*;
use crate::odbc::descriptor_fields::SQL_DESC_CONCISE_TYPE;
use crate::odbc::types::*;
use crate::odbc::values::*;

const GOOD: u16 = SQL_PARAM_SUCCESS;
const BAD: u16 = SQL_PARAM_ERROR;
const UNUSED: u16 = SQL_PARAM_UNUSED;

#[test]
fn a_set_that_fails_is_told_where_the_others_touch_no_row() {
    let connection = connect();
    let statement = connection.statement();
    let table = unique("untouched");
    connection.run(&format!("create table {table} (a int)"));
    statement.prepare(&format!("update {table} set a = 1 where a > 5 / (select ?::int)")).success();
    connection.run(&format!("insert into {table} values (1)"));
    let report = execute(&statement, &[1, 0, 2], None, &[]);
    assert_eq!(report.statuses, [GOOD, BAD, GOOD]);
    if keeps_diagnostics() {
        // Not SQL_NO_DATA, which says that all is well.
        assert_eq!(report.outcome.code, SQL_SUCCESS_WITH_INFO, "{report:?}");
        execute(&statement, &[1, 2], None, &[]).outcome.no_data();
    }
}

#[test]
fn the_count_is_of_the_sets_that_were_executed_before_the_end() {
    let connection = connect_with("Protocol=7.4-0;");
    let table = unique("counted");
    connection.run(&format!("create table {table} (a int primary key)"));
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    let statement = connection.statement();
    statement.prepare(&format!("insert into {table} values (?)")).success();
    let report = execute(&statement, &[1, 2, 1, 3], None, &[]);
    assert_eq!((report.statuses, report.processed), (vec![GOOD, GOOD, BAD, UNUSED], 3));
    assert_eq!(statement.row_count(), 2);
    // The transaction has failed: nothing is executed until it is ended, and no status is left as it was.
    let report = execute(&statement, &[4, 5], None, &[]);
    report.outcome.error("25P02");
    assert_eq!(report.processed, report.statuses.iter().filter(|status| **status != UNUSED).count());
    let failed = connection.statement();
    failed.prepare(&format!("delete from {table} where a = ?")).success();
    let report = execute(&failed, &[4, 5], None, &[]);
    report.outcome.error("25P02");
    assert_eq!((report.statuses, report.processed), (vec![UNUSED, UNUSED], 0));
    connection.end_transaction(SQL_ROLLBACK).success();
}

#[test]
fn results_are_read_as_what_the_parameters_of_this_execution_make_them() {
    // 7 / 2, of integers of either width or in floating point: another type each time.
    for keywords in ["", "ResultFormat=text;", "ResultFormat=binary;"] {
        let connection = connect_with(keywords);
        let statement = connection.statement();
        statement.prepare("select 7 / ?").success();
        let (mut long, mut short, mut float) = ([2_i64; 2], [2_i32; 2], [2.0_f64; 2]);
        for _ in 0..2 {
            let bound = [
                (SQL_C_SBIGINT, SQL_BIGINT, long.as_mut_ptr().cast(), "3"),
                (SQL_C_SLONG, SQL_INTEGER, short.as_mut_ptr().cast(), "3"),
                (SQL_C_DOUBLE, SQL_DOUBLE, float.as_mut_ptr().cast(), "3.5"),
            ];
            for (c_type, sql_type, address, expected) in bound {
                statement.set(SQL_ATTR_PARAMSET_SIZE, 2).success();
                let parameter = Parameter { c_type, sql_type, column_size: 0, decimal_digits: 0 };
                // SAFETY: arrays of two values that outlive the execution.
                unsafe { statement.bind_parameter(1, parameter, address, 0, std::ptr::null_mut()).success() };
                statement.execute().success();
                assert_eq!(
                    statement.column_number(1, SQL_DESC_CONCISE_TYPE as u16),
                    isize::from(sql_type),
                    "{keywords}"
                );
                for set in 0..2 {
                    assert_eq!(statement.fetch_rows(), [[Some(expected.to_owned())]], "{keywords} {sql_type} {set}");
                    assert_eq!(statement.more_results().code, if set == 0 { SQL_SUCCESS } else { SQL_NO_DATA });
                }
            }
        }
    }
}

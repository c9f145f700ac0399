//! Calls of functions and procedures: output, input/output and return parameters, defaults, named parameters.
//!
//! Source: ODBC reference, "Procedure calls", "Procedure parameters", "Binding parameters by name".

use crate::common::api::Manager;
use crate::common::outcome::Outcome;
use crate::common::statement::texts;
use crate::common::{Connection, Statement, api, connect, connect_with, unique};
use crate::odbc::attributes::*;
use crate::odbc::descriptor_fields::*;
use crate::odbc::diagnostic_fields::SQL_DIAG_COLUMN_NUMBER;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::cell::Cell;
use std::ffi::c_void;

/// A buffer of a C type with its indicator.
struct Slot<T> {
    value: Cell<T>,
    indicator: Cell<isize>,
}

/// What SQLBindParameter writes into a slot that nobody has filled.
const UNTOUCHED: isize = -77;

fn slot<T>(value: T) -> Slot<T> {
    Slot { value: Cell::new(value), indicator: Cell::new(UNTOUCHED) }
}

impl Slot<[u8; 32]> {
    fn text(&self) -> String {
        String::from_utf8(self.value.get()[..self.indicator.get() as usize].to_vec()).expect("text")
    }
}

/// A value to be sent.
fn given<T>(value: T) -> Slot<T> {
    Slot { value: Cell::new(value), indicator: Cell::new(0) }
}

fn characters(text: &str) -> Slot<[u8; 32]> {
    let mut value = [0; 32];
    value[..text.len()].copy_from_slice(text.as_bytes());
    Slot { value: Cell::new(value), indicator: Cell::new(text.len() as isize) }
}

#[track_caller]
fn bind<T>(statement: &Statement<'_>, number: u16, way: i16, types: (i16, i16), slot: &Slot<T>) -> Outcome {
    let (c_type, sql_type) = types;
    let value: *mut c_void = slot.value.as_ptr().cast();
    // SAFETY: the slot lives in the test's frame until the statement is freed.
    let code = unsafe {
        let (size, indicator) = (size_of::<T>() as isize, slot.indicator.as_ptr());
        let api = statement.api;
        api.SQLBindParameter(statement.handle, number, way, c_type, sql_type, 32, 0, value, size, indicator)
    };
    statement.outcome(code)
}

const LONG: (i16, i16) = (SQL_C_SLONG, SQL_INTEGER);
const TEXT: (i16, i16) = (SQL_C_CHAR, SQL_VARCHAR);

/// A schema of its own with the routines of a test.
#[track_caller]
fn with_routines(definitions: &str) -> (Connection, String) {
    let connection = connect();
    let schema = unique("calls");
    connection.run(&format!("create schema {schema}"));
    connection.run(&format!("set search_path to {schema}"));
    for definition in definitions.split(";;").filter(|definition| !definition.trim().is_empty()) {
        connection.run(definition);
    }
    (connection, schema)
}

fn drop_schema(connection: &Connection, schema: &str) {
    connection.run(&format!("drop schema {schema} cascade"));
}

const TWICE: &str = "create function twice(a int) returns int language sql as 'select 2 * a'";
const SPLIT: &str = "create function split(a int, out half int, out rest int, inout word text) language sql \
                     as $$ select a / 2, a % 2, upper(word) $$";

#[test]
fn the_return_value_of_a_function() {
    let (connection, schema) = with_routines(TWICE);
    let statement = connection.statement();
    let (result, argument) = (slot(0_i32), given(21_i32));
    bind(&statement, 1, SQL_PARAM_OUTPUT, LONG, &result).success();
    bind(&statement, 2, SQL_PARAM_INPUT, LONG, &argument).success();
    statement.prepare("{?=call twice(?)}").success();
    assert_eq!((statement.parameter_count(), statement.column_count()), (2, 0));
    for value in [21, -4] {
        argument.value.set(value);
        statement.execute().success();
        assert_eq!((result.value.get(), result.indicator.get()), (2 * value, 4));
        assert_eq!(statement.column_count(), 0);
        statement.fetch().error("24000");
        statement.more_results().no_data();
    }
    argument.indicator.set(SQL_NULL_DATA);
    statement.execute().success();
    assert_eq!(result.indicator.get(), SQL_NULL_DATA);
    // Another type of buffer.
    let text = slot([0_u8; 32]);
    bind(&statement, 1, SQL_PARAM_OUTPUT, TEXT, &text).success();
    argument.indicator.set(0);
    statement.execute().success();
    assert_eq!(text.text(), "-8");
    drop_schema(&connection, &schema);
}

#[test]
fn output_arguments_of_a_function() {
    let (connection, schema) = with_routines(SPLIT);
    let statement = connection.statement();
    let argument = given(7_i32);
    let (half, rest, word) = (slot(0_i32), slot(0_i16), characters("word"));
    bind(&statement, 1, SQL_PARAM_INPUT, LONG, &argument).success();
    bind(&statement, 2, SQL_PARAM_OUTPUT, LONG, &half).success();
    bind(&statement, 3, SQL_PARAM_OUTPUT, (SQL_C_SSHORT, SQL_SMALLINT), &rest).success();
    bind(&statement, 4, SQL_PARAM_INPUT_OUTPUT, TEXT, &word).success();
    statement.execute_direct("{call split(?, ?, ?, ?)}").success();
    assert_eq!(
        (half.value.get(), half.indicator.get(), rest.value.get(), rest.indicator.get(), word.text()),
        (3, 4, 1, 2, "WORD".into())
    );
    assert_eq!(statement.column_count(), 0);
    statement.more_results().no_data();
    // What is bound for the inputs only has the outputs as its result.
    statement.free(SQL_RESET_PARAMS).success();
    assert_eq!(statement.rows("{call split(9, 'x')}"), texts([["4", "1", "X"]]));
    // So has a call whose parameters are all inputs.
    assert_eq!(statement.rows("{call split(9, null, null, 'y')}"), texts([["4", "1", "Y"]]));
    drop_schema(&connection, &schema);
}

#[test]
fn procedures_and_their_outputs() {
    let (connection, schema) = with_routines(
        "create table done (a int);; create procedure add(a int, inout total int) language plpgsql \
         as $$ begin insert into done values (a); select sum(done.a) into total from done; end $$;; \
         create procedure quiet(a int) language sql as 'insert into done values (a)'",
    );
    let statement = connection.statement();
    let (argument, total) = (given(5_i32), slot(0_i32));
    bind(&statement, 1, SQL_PARAM_INPUT, LONG, &argument).success();
    bind(&statement, 2, SQL_PARAM_OUTPUT, LONG, &total).success();
    statement.prepare("{call add(?, ?)}").success();
    for sum in [5, 10, 15] {
        statement.execute().success();
        assert_eq!((total.value.get(), total.indicator.get()), (sum, 4));
    }
    let quiet = connection.statement();
    quiet.execute_direct("{call quiet(100)}").success();
    assert_eq!(quiet.column_count(), 0);
    quiet.more_results().no_data();
    assert_eq!(quiet.rows("select count(*) from done"), texts([["4"]]));
    // A procedure has no value to return.
    bind(&quiet, 1, SQL_PARAM_OUTPUT, LONG, &total).success();
    let refused = quiet.execute_direct("{?=call quiet(1)}").error("42000");
    assert!(refused.message.contains("procedure quiet(a)"), "{refused:?}");
    assert_eq!(quiet.rows("select count(*) from done"), texts([["4"]]));
    drop_schema(&connection, &schema);
}

#[test]
fn out_parameters_of_procedures_since_14() {
    let (connection, schema) = with_routines("");
    let version = connection.value("show server_version_num").unwrap();
    if version.parse::<u32>().unwrap() < 140_000 {
        return drop_schema(&connection, &schema);
    }
    connection.run("create procedure p(a int, out b text, out c int) language sql as $$ select 'got ' || a, a + 1 $$");
    let statement = connection.statement();
    let (a, b, c) = (given(3_i32), slot([0_u8; 32]), slot(0_i32));
    bind(&statement, 1, SQL_PARAM_INPUT, LONG, &a).success();
    bind(&statement, 2, SQL_PARAM_OUTPUT, TEXT, &b).success();
    bind(&statement, 3, SQL_PARAM_OUTPUT, LONG, &c).success();
    statement.execute_direct("{call p(?, ?, ?)}").success();
    assert_eq!((b.text(), c.value.get()), ("got 3".into(), 4));
    statement.free(SQL_RESET_PARAMS).success();
    assert_eq!(statement.rows("{call p(8)}"), texts([["got 8", "9"]]));
    drop_schema(&connection, &schema);
}

#[test]
fn outputs_are_converted_as_columns_are() {
    let (connection, schema) = with_routines(
        "create function several(out big int8, out long text, out frac numeric, out nothing int) language sql \
         as $$ select 5000000000, 'abcdefghij', 1.75, null::int $$",
    );
    let statement = connection.statement();
    let (big, long, frac, nothing) = (slot(0_i64), slot([0_u8; 4]), slot(0_i32), slot(0_i32));
    bind(&statement, 1, SQL_PARAM_OUTPUT, (SQL_C_SBIGINT, SQL_BIGINT), &big).success();
    bind(&statement, 2, SQL_PARAM_OUTPUT, TEXT, &long).success();
    bind(&statement, 3, SQL_PARAM_OUTPUT, (SQL_C_SLONG, SQL_NUMERIC), &frac).success();
    bind(&statement, 4, SQL_PARAM_OUTPUT, LONG, &nothing).success();
    let outcome = statement.execute_direct("{call several(?, ?, ?, ?)}");
    // iODBC asks for the number of columns after each execution, and the warnings are gone.
    if api().manager != Manager::Iodbc {
        assert_eq!(outcome.code, SQL_SUCCESS_WITH_INFO, "{outcome:?}");
        let records = statement.records();
        assert_eq!(records.iter().map(|record| record.sqlstate.as_str()).collect::<Vec<_>>(), ["01004", "01S07"]);
        assert_eq!(statement.diagnostic_number(1, SQL_DIAG_COLUMN_NUMBER), 2);
    }
    assert_eq!((big.value.get(), &long.value.get()[..], long.indicator.get()), (5_000_000_000, &b"abc\0"[..], 10));
    assert_eq!((frac.value.get(), nothing.indicator.get()), (1, SQL_NULL_DATA));
    // One that does not fit fails the call, the others are there all the same.
    bind(&statement, 1, SQL_PARAM_OUTPUT, LONG, &frac).success();
    bind(&statement, 3, SQL_PARAM_OUTPUT, (SQL_C_DOUBLE, SQL_DOUBLE), &big).success();
    nothing.indicator.set(UNTOUCHED);
    statement.execute_direct("{call several(?, ?, ?, ?)}").error("22003");
    assert_eq!((f64::from_bits(big.value.get() as u64), nothing.indicator.get()), (1.75, SQL_NULL_DATA));
    statement.more_results().no_data();
    drop_schema(&connection, &schema);
}

#[test]
fn composite_values_sets_and_void() {
    let (connection, schema) = with_routines(
        "create type pair as (a int, b text);; create function one() returns pair language sql as $$ select 1, 'x' $$;; \
         create function series(n int) returns setof int language sql as 'select generate_series(1, n)';; \
         create function nothing_at_all() returns void language sql as ''",
    );
    let statement = connection.statement();
    let text = slot([0_u8; 32]);
    bind(&statement, 1, SQL_PARAM_OUTPUT, TEXT, &text).success();
    statement.execute_direct("{?=call one}").success();
    assert_eq!(text.text(), "(1,x)");
    statement.execute_direct("{?=call nothing_at_all()}").success();
    assert_eq!(text.indicator.get(), SQL_NULL_DATA);
    statement.execute_direct("{?=call series(3)}").error("42000");
    assert_eq!(connection.statement().rows("{call series(3)}"), texts([["1"], ["2"], ["3"]]));
    assert_eq!(connection.statement().rows("{call one()}"), texts([["1", "x"]]));
    drop_schema(&connection, &schema);
}

#[test]
fn defaults_are_the_servers() {
    let (connection, schema) = with_routines(
        "create function show(a int, b int default 20, c int default 30) returns text language sql \
         as $$ select concat_ws(' ', a, b, c) $$",
    );
    let statement = connection.statement();
    let result = slot([0_u8; 32]);
    let values = [1, 2, 3].map(given);
    bind(&statement, 1, SQL_PARAM_OUTPUT, TEXT, &result).success();
    for (number, value) in (2..).zip(&values) {
        bind(&statement, number, SQL_PARAM_INPUT, LONG, value).success();
    }
    statement.prepare("{?=call show(?, ?, ?)}").success();
    for (indicators, expected) in [
        ([0, 0, 0], "1 2 3"),
        ([0, SQL_DEFAULT_PARAM, 0], "1 20 3"),
        ([0, 0, SQL_DEFAULT_PARAM], "1 2 30"),
        ([0, SQL_DEFAULT_PARAM, SQL_DEFAULT_PARAM], "1 20 30"),
        ([0, SQL_NULL_DATA, 0], "1 3"),
        ([0, 0, 0], "1 2 3"),
    ] {
        for (value, indicator) in values.iter().zip(indicators) {
            value.indicator.set(indicator);
        }
        statement.execute().success();
        assert_eq!(result.text(), expected);
    }
    values[0].indicator.set(SQL_DEFAULT_PARAM);
    statement.execute().error("42000");
    // Left out in the text.
    let other = connection.statement();
    assert_eq!(other.rows("{call show(1, , 3)}"), texts([["1 20 3"]]));
    assert_eq!(other.rows("{call show(1)}"), texts([["1 20 30"]]));
    // At execution.
    values[0].indicator.set(0);
    values[1].indicator.set(SQL_DATA_AT_EXEC);
    values[2].indicator.set(0);
    assert_eq!(statement.execute().code, SQL_NEED_DATA);
    assert_eq!(statement.parameter_data().0.code, SQL_NEED_DATA);
    statement.put_length(&[], SQL_DEFAULT_PARAM).success();
    statement.parameter_data().0.success();
    assert_eq!(result.text(), "1 20 3");
    drop_schema(&connection, &schema);
}

#[test]
fn parameters_by_name() {
    let (connection, schema) = with_routines(
        "create function show(a int, b int default 20, c int default 30, out d text, out e int) language sql \
         as $$ select concat_ws(' ', a, b, c), c $$",
    );
    let statement = connection.statement();
    let (c, a) = (given(7_i32), given(1_i32));
    let (d, e) = (slot([0_u8; 32]), slot(0_i32));
    bind(&statement, 1, SQL_PARAM_INPUT, LONG, &c).success();
    bind(&statement, 2, SQL_PARAM_OUTPUT, LONG, &e).success();
    bind(&statement, 3, SQL_PARAM_INPUT, LONG, &a).success();
    bind(&statement, 4, SQL_PARAM_OUTPUT, TEXT, &d).success();
    let declared = statement.descriptor(SQL_ATTR_IMP_PARAM_DESC);
    for (record, name) in [(1, "c"), (2, "e"), (3, "A"), (4, "d")] {
        declared.set_text(record, SQL_DESC_NAME, name).success();
    }
    statement.execute_direct("{call show(?, ?, ?, ?)}").success();
    assert_eq!((d.text(), e.value.get()), ("1 20 7".into(), 7));
    declared.set_text(1, SQL_DESC_NAME, "nobody").success();
    statement.execute_direct("{call show(?, ?, ?, ?)}").error("42000");
    drop_schema(&connection, &schema);
}

#[test]
fn an_output_that_nobody_wants_is_bound_to_nothing() {
    // SQLBindParameter: both pointers may be null for an output.
    let procedure = "create procedure part(a int, inout half int default null, inout rest int default null) language plpgsql \
                     as $$ begin half := a / 2; rest := a % 2; end $$";
    let (connection, schema) = with_routines(&format!("{SPLIT};;{procedure};;{TWICE}"));
    for call in ["{call split(?, ?, ?, null)}", "{call part(?, ?, ?)}", "{?=call twice(?)}"] {
        let statement = connection.statement();
        let (argument, rest) = (given(7_i32), slot(0_i32));
        let (input, unwanted) = if call.starts_with("{?") { (2, 1) } else { (1, 2) };
        bind(&statement, input, SQL_PARAM_INPUT, LONG, &argument).success();
        // SAFETY: nothing is bound.
        let code = unsafe {
            let (handle, way, nothing) = (statement.handle, SQL_PARAM_OUTPUT, std::ptr::null_mut());
            let none = std::ptr::null_mut();
            statement.api.SQLBindParameter(handle, unwanted, way, LONG.0, LONG.1, 0, 0, nothing, 0, none)
        };
        statement.outcome(code).success();
        if input == 1 {
            bind(&statement, 3, SQL_PARAM_OUTPUT, LONG, &rest).success();
        }
        statement.execute_direct(call).success();
        assert_eq!(rest.value.get(), if input == 1 { 1 } else { 0 }, "{call}");
    }
    drop_schema(&connection, &schema);
}

#[test]
fn parameters_of_a_procedure_by_name() {
    let (connection, schema) = with_routines(
        "create procedure show(a int, inout b text, c int default 30) language plpgsql \
         as $$ begin b := concat_ws(' ', a, b, c); end $$",
    );
    let statement = connection.statement();
    let (a, b) = (given(1_i32), characters("two"));
    bind(&statement, 1, SQL_PARAM_INPUT_OUTPUT, TEXT, &b).success();
    bind(&statement, 2, SQL_PARAM_INPUT, LONG, &a).success();
    let declared = statement.descriptor(SQL_ATTR_IMP_PARAM_DESC);
    for (record, name) in [(1, "b"), (2, "a")] {
        declared.set_text(record, SQL_DESC_NAME, name).success();
    }
    statement.prepare("{call show(?, ?)}").success();
    statement.execute().success();
    assert_eq!(b.text(), "1 two 30");
    // SQL_DESC_UNNAMED: a name makes it SQL_NAMED; set to SQL_UNNAMED it takes the name away, and the order counts again.
    for record in [1, 2] {
        assert_eq!(declared.get::<i16>(record, SQL_DESC_UNNAMED), SQL_NAMED);
        declared.set(record, SQL_DESC_UNNAMED, SQL_UNNAMED as isize).success();
        assert_eq!(declared.get::<i16>(record, SQL_DESC_UNNAMED), SQL_UNNAMED);
        assert_eq!(declared.get_text(record, SQL_DESC_NAME), "");
        declared.set(record, SQL_DESC_UNNAMED, SQL_NAMED as isize).error("HY091");
    }
    statement.free(SQL_RESET_PARAMS).success();
    let b = characters("too");
    bind(&statement, 1, SQL_PARAM_INPUT, LONG, &a).success();
    bind(&statement, 2, SQL_PARAM_INPUT_OUTPUT, TEXT, &b).success();
    statement.execute().success();
    assert_eq!(b.text(), "1 too 30");
    drop_schema(&connection, &schema);
}

#[test]
fn overloads_quotes_and_schemas() {
    let (connection, schema) = with_routines(
        "create function f(a int, b int) returns int language sql as 'select a + b';; \
         create function f(a text, out b text) language sql as $$ select a || '!' $$;; \
         create function \"Odd.Name\"(\"A b\" int default 4) returns int language sql as 'select $1'",
    );
    let statement = connection.statement();
    let (input, output) = (characters("hey"), slot([0_u8; 32]));
    bind(&statement, 1, SQL_PARAM_INPUT, TEXT, &input).success();
    bind(&statement, 2, SQL_PARAM_OUTPUT, TEXT, &output).success();
    statement.execute_direct("{call f(?, ?)}").success();
    assert_eq!(output.text(), "hey!");
    statement.free(SQL_RESET_PARAMS).success();
    assert_eq!(statement.rows("{call f(1, 2)}"), texts([["3"]]));
    connection.run("set search_path to pg_catalog");
    assert_eq!(statement.rows(&format!("{{call {schema}.\"Odd.Name\"}}")), texts([["4"]]));
    assert_eq!(statement.rows("{call upper('a')}"), texts([["A"]]));
    statement.execute_direct("{call no_such_function(1)}").error("42883");
    drop_schema(&connection, &schema);
}

#[test]
fn a_replaced_function_is_looked_at_again() {
    let (connection, schema) = with_routines("create function f(a int, out b int) language sql as 'select a + 1'");
    let statement = connection.statement();
    let (a, b) = (given(1_i32), slot(0_i32));
    bind(&statement, 1, SQL_PARAM_INPUT, LONG, &a).success();
    bind(&statement, 2, SQL_PARAM_OUTPUT, LONG, &b).success();
    statement.prepare("{call f(?, ?)}").success();
    statement.execute().success();
    assert_eq!(b.value.get(), 2);
    let other = connect();
    other.run(&format!("drop function {schema}.f"));
    other.run(&format!(
        "create procedure {schema}.f(a int, inout b int) language plpgsql as $$ begin b := a + 9; end $$"
    ));
    statement.execute().success();
    assert_eq!(b.value.get(), 10);
    drop_schema(&connection, &schema);
}

#[test]
fn outputs_in_a_list_of_statements() {
    let (connection, schema) = with_routines(TWICE);
    let statement = connection.statement();
    let (first, second) = (slot(0_i32), slot(0_i32));
    let value = given(4_i32);
    bind(&statement, 1, SQL_PARAM_OUTPUT, LONG, &first).success();
    bind(&statement, 2, SQL_PARAM_INPUT, LONG, &value).success();
    bind(&statement, 3, SQL_PARAM_OUTPUT, LONG, &second).success();
    statement.execute_direct("{?=call twice(11)}; select ?::int; {?=call twice(100)}").success();
    assert_eq!((first.value.get(), second.indicator.get()), (22, UNTOUCHED));
    statement.more_results().success();
    let column = slot(0_i32);
    // SAFETY: the slot lives in this frame; the statement is freed before it.
    unsafe { statement.bind_column(1, SQL_C_SLONG, column.value.as_ptr().cast(), 0, column.indicator.as_ptr()) }
        .success();
    statement.fetch().success();
    assert_eq!(column.value.get(), 4);
    statement.more_results().success();
    assert_eq!(second.value.get(), 200);
    statement.more_results().no_data();
    drop_schema(&connection, &schema);
}

#[test]
fn what_has_no_outputs_refuses_them() {
    let (connection, schema) = with_routines(TWICE);
    let statement = connection.statement();
    let value = given(4_i32);
    for way in [SQL_PARAM_OUTPUT, SQL_PARAM_INPUT_OUTPUT] {
        bind(&statement, 1, way, LONG, &value).success();
        statement.execute_direct("select ?::int").error("HY105");
        statement.execute_direct("{call twice(?)}").error("42000");
        assert_eq!((value.value.get(), value.indicator.get()), (4, 0));
    }
    bind(&statement, 1, SQL_PARAM_OUTPUT, LONG, &value).success();
    statement.set(SQL_ATTR_PARAMSET_SIZE, 2).success();
    statement.execute_direct("{?=call twice(1)}").error("HYC00");
    statement.set(SQL_ATTR_PARAMSET_SIZE, 1).success();
    // The return value's marker must be bound, and as an output.
    statement.free(SQL_RESET_PARAMS).success();
    statement.execute_direct("{?=call twice(1)}").error("07002");
    bind(&statement, 1, SQL_PARAM_INPUT, LONG, &value).success();
    statement.execute_direct("{?=call twice(1)}").error("42000");
    drop_schema(&connection, &schema);
}

#[test]
fn parameters_of_calls_are_described() {
    let (connection, schema) = with_routines(SPLIT);
    let statement = connection.statement();
    statement.prepare("{call split(?, ?, ?, ?)}").success();
    for (number, sql_type) in [(1, SQL_INTEGER), (2, SQL_INTEGER), (3, SQL_INTEGER), (4, SQL_WLONGVARCHAR)] {
        let (outcome, described) = statement.describe_parameter(number);
        outcome.success();
        assert_eq!(described.0, sql_type, "parameter {number}");
    }
    let automatic = connection.statement();
    automatic.set(SQL_ATTR_ENABLE_AUTO_IPD, 1).success();
    automatic.prepare("{call split(?, ?, ?, ?)}").success();
    let declared = automatic.descriptor(SQL_ATTR_IMP_PARAM_DESC);
    let ways = [1, 2, 3, 4].map(|record| declared.get::<i16>(record, SQL_DESC_PARAMETER_TYPE));
    assert_eq!(ways, [SQL_PARAM_INPUT, SQL_PARAM_OUTPUT, SQL_PARAM_OUTPUT, SQL_PARAM_INPUT_OUTPUT]);
    drop_schema(&connection, &schema);
}

#[test]
fn calls_in_transactions() {
    let (connection, schema) = with_routines("create function f(a int, out b int) language sql as 'select 10 / a'");
    connection.set(SQL_ATTR_AUTOCOMMIT, 0).success();
    let statement = connection.statement();
    statement.execute_direct("create table kept (a int)").success();
    let (a, b) = (given(0_i32), slot(0_i32));
    bind(&statement, 1, SQL_PARAM_INPUT, LONG, &a).success();
    bind(&statement, 2, SQL_PARAM_OUTPUT, LONG, &b).success();
    statement.execute_direct("{call f(?, ?)}").error("22012");
    assert_eq!(b.indicator.get(), UNTOUCHED);
    a.value.set(2);
    statement.execute_direct("{call f(?, ?)}").success();
    assert_eq!(b.value.get(), 5);
    connection.end_transaction(SQL_COMMIT).success();
    connection.set(SQL_ATTR_AUTOCOMMIT, 1).success();
    assert_eq!(connection.statement().rows("select count(*) from kept"), texts([["0"]]));
    drop_schema(&connection, &schema);
}

#[test]
fn cursors_that_a_call_returns_are_its_result_sets_where_the_keyword_says_so() {
    let (creator, schema) = with_routines(
        "create function two() returns setof refcursor language plpgsql as $$ declare a refcursor; b refcursor := 'B \"q'; \
         begin open a for select 1; return next a; open b for select 2, 'x' union all select 3, 'y' order by 1; \
         return next b; end $$;; \
         create function one(out c refcursor) language plpgsql as $$ begin open c for values (7); end $$;; \
         create function none_open() returns refcursor language sql as 'select null::refcursor'",
    );
    let connection = connect_with("FetchRefcursors=1;");
    connection.run(&format!("set search_path to {schema}"));
    let statement = connection.statement();
    // Without a transaction they are closed already: the names are what there is.
    assert_eq!(statement.rows("{call two()}").len(), 2);
    connection.set(SQL_ATTR_AUTOCOMMIT, 0).success();
    for _ in 0..2 {
        statement.execute_direct("{call two()}").success();
        assert_eq!(statement.fetch_rows(), texts([["1"]]));
        statement.more_results().success();
        assert_eq!(statement.fetch_rows(), texts([["2", "x"], ["3", "y"]]));
        statement.more_results().no_data();
        connection.end_transaction(SQL_COMMIT).success();
    }
    assert_eq!(statement.rows("{call one()}"), texts([["7"]]));
    statement.execute_direct("{call none_open()}").success();
    assert_eq!(statement.column_count(), 0);
    statement.more_results().no_data();
    connection.end_transaction(SQL_ROLLBACK).success();
    drop_schema(&creator, &schema);
}

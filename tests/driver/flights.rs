//! What each function costs in round trips, counted at a proxy: on a long line this decides, whatever a clock says here.

use crate::common::api::Manager;
use crate::common::proxy::{Line, Proxy};
use crate::common::statement::Parameter;
use crate::common::text::Wide;
use crate::common::traffic::Observed;
use crate::common::{Connection, Statement, api, server, unique};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;

impl Line {
    fn new() -> Line {
        Line::with("")
    }

    #[track_caller]
    fn costs(&self, flights: usize, work: impl FnOnce()) -> Observed {
        let observed = self.proxy.observe(work);
        assert_eq!(observed.flights, flights, "{observed:?}");
        observed
    }
}

const INTEGER: Parameter = Parameter { c_type: SQL_C_SLONG, sql_type: SQL_INTEGER, column_size: 0, decimal_digits: 0 };

/// Binds an integer that the test keeps alive.
fn bind(statement: &Statement<'_>, number: u16, value: &mut i32) {
    // SAFETY: the value outlives the executions.
    unsafe {
        statement.bind_parameter(number, INTEGER, (&raw mut *value).cast(), 0, std::ptr::null_mut()).success();
    }
}

#[test]
fn connecting_sends_the_login_and_no_query() {
    // A proxy of its own: the good-bye of a connection before would be counted whenever it arrives.
    let (proxy, connection, server) = (Proxy::start(), Connection::new(), server());
    let string = server.connection_string_for("127.0.0.1", proxy.port, &server.user, &server.password);
    let observed = proxy.observe(|| connection.driver_connect(&format!("{string}sslmode=disable")).0.succeeded());
    // The user is let in without a password: the startup message is all there is to say.
    assert_eq!((observed.flights, observed.messages.as_str()), (1, "0"));
}

#[test]
fn disconnecting_waits_for_nothing() {
    let line = Line::new();
    line.costs(0, || line.connection.disconnect().success());
}

#[test]
fn preparing_costs_nothing_and_executing_again_one_round_trip() {
    let line = Line::with("ResultFormat=text");
    let statement = line.connection.statement();
    let mut value = 20;
    line.costs(0, || {
        statement.prepare("select ? + 1").success();
        bind(&statement, 1, &mut value);
    });
    // iODBC asks for the columns where the application has not yet.
    let first = line.costs(1, || statement.execute().success());
    assert_eq!(first.count('P'), 1, "{first:?}");
    assert_eq!(statement.fetch_rows()[0][0].as_deref(), Some("21"));
    statement.close_cursor().success();
    for next in [30, 40] {
        value = next;
        // The driver reads it.
        std::hint::black_box(value);
        let again = line.costs(1, || {
            statement.execute().success();
            assert_eq!(statement.fetch_rows()[0][0], Some((next + 1).to_string()));
            statement.close_cursor().success();
        });
        assert_eq!(again.messages, "BES");
    }
}

#[test]
fn describing_first_is_one_round_trip_more_and_only_once() {
    let line = Line::with("ResultFormat=binary");
    let statement = line.connection.statement();
    statement.prepare("select 1").success();
    line.costs(2, || statement.execute().success());
    statement.close_cursor().success();
    line.costs(1, || statement.execute().success());
}

#[test]
fn executing_directly_is_one_round_trip() {
    let line = Line::with("ResultFormat=text");
    let statement = line.connection.statement();
    let observed = line.costs(1, || {
        statement.execute_direct("select 1, 2").success();
        assert_eq!(statement.fetch_rows().len(), 1);
        statement.close_cursor().success();
    });
    assert_eq!(observed.messages, "PDBES");
    // Asking what the columns are is answered from what came with the result.
    line.costs(1, || {
        statement.execute_direct("select 1::int as a, 'x' as b").success();
        assert_eq!((statement.column_count(), statement.describe(1).name), (2, "a".to_owned()));
        statement.close_cursor().success();
    });
}

#[test]
fn a_query_of_constants_is_one_round_trip_in_whatever_format() {
    let line = Line::with("ResultFormat=auto");
    let observed = line.costs(1, || assert_eq!(line.connection.value("select 1").as_deref(), Some("1")));
    assert_eq!(observed.messages, "PDBES");
}

#[test]
fn inserting_a_row_is_one_round_trip_with_and_without_autocommit() {
    let line = Line::new();
    let table = unique("flights");
    line.connection.run(&format!("create table {table} (a int)"));
    let statement = line.connection.statement();
    let mut value = 1;
    statement.prepare(&format!("insert into {table} values (?)")).success();
    bind(&statement, 1, &mut value);
    for _ in 0..3 {
        line.costs(1, || statement.execute().success());
    }
    line.connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    for _ in 0..3 {
        // BEGIN and savepoints ride along.
        line.costs(1, || statement.execute().success());
    }
    line.costs(1, || line.connection.end_transaction(SQL_COMMIT).success());
    line.costs(0, || line.connection.end_transaction(SQL_COMMIT).success());
    assert_eq!(line.connection.value(&format!("select count(*) from {table}")).as_deref(), Some("6"));
}

#[test]
fn setting_autocommit_costs_nothing_and_begin_rides_along() {
    let line = Line::with("ResultFormat=text");
    line.costs(0, || line.connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success());
    line.costs(1, || line.connection.run("select 1"));
    line.costs(1, || line.connection.end_transaction(SQL_ROLLBACK).success());
}

#[test]
fn undoing_a_failed_statement_costs_nothing_extra() {
    let line = Line::with("ResultFormat=text");
    let connection = &line.connection;
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    let table = unique("undone");
    connection.run(&format!("create temp table {table} (a int)"));
    for value in 0..3 {
        line.costs(1, || connection.run(&format!("insert into {table} values ({value})")));
        line.costs(1, || drop(connection.statement().execute_direct("select 1 / 0").error("22012")));
    }
    line.costs(1, || assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("3")));
    line.costs(1, || drop(connection.statement().execute_direct("select 1 / 0").error("22012")));
    line.costs(1, || connection.end_transaction(SQL_COMMIT).success());
}

#[test]
fn a_thousand_parameter_sets_go_in_one_flight() {
    let line = Line::new();
    let table = unique("sets");
    line.connection.run(&format!("create table {table} (a int)"));
    let mut values: Vec<i32> = (0..1000).collect();
    let statement = line.connection.statement();
    statement.set(SQL_ATTR_PARAMSET_SIZE, values.len()).success();
    for (what, first) in [("values (?)", 3), ("values (? + 1)", 2)] {
        statement.prepare(&format!("insert into {table} {what}")).success();
        bind(&statement, 1, &mut values[0]);
        // The first time the parameters' types are asked, and whether the table has triggers.
        let observed = line.proxy.observe(|| statement.execute().success());
        assert!(observed.flights <= first || what.contains('+'), "{observed:?}");
        let again = line.proxy.observe(|| statement.execute().success());
        assert_eq!((again.count('P'), again.count('S')), (0, 1), "{what}");
    }
    assert_eq!(line.connection.value(&format!("select count(*) from {table}")).as_deref(), Some("4000"));
}

#[test]
fn arrays_of_keys_change_their_rows_in_one_flight() {
    let line = Line::new();
    let table = unique("keys");
    line.connection.run(&format!("create table {table} as select i as a from generate_series(0, 1999) i"));
    let mut values: Vec<i32> = (0..1000).collect();
    let statement = line.connection.statement();
    statement.set(SQL_ATTR_PARAMSET_SIZE, values.len()).success();
    statement.prepare(&format!("delete from {table} where a = ?")).success();
    bind(&statement, 1, &mut values[0]);
    statement.execute().success();
    for key in &mut values {
        *key += 1000;
    }
    // The types and the table are known now; the sets are one value of the one Bind.
    let again = line.costs(1, || statement.execute().success());
    assert_eq!(again.messages, "BES");
    assert_eq!(statement.row_count(), 1000);
    assert_eq!(line.connection.value(&format!("select count(*) from {table}")).as_deref(), Some("0"));
}

#[test]
fn a_catalog_function_is_one_round_trip_and_closing_none() {
    let line = Line::new();
    let statement = line.connection.statement();
    let table = Wide::new("no such table");
    line.costs(1, || {
        let none = std::ptr::null_mut();
        let length = SQL_NTS as i16;
        // SAFETY: a terminated text that outlives the call, or null.
        let code = unsafe { api().SQLTablesW(statement.handle, none, 0, none, 0, table.address(), length, none, 0) };
        statement.outcome(code).success();
        assert!(statement.fetch_rows().is_empty());
    });
    line.costs(0, || statement.close_cursor().success());
    line.costs(0, || drop(statement));
}

#[test]
fn parameters_are_described_once_and_counted_without_asking() {
    let line = Line::new();
    let statement = line.connection.statement();
    statement.prepare("select ?::int, ?::text").success();
    line.costs(0, || assert_eq!(statement.parameter_count(), 2));
    line.costs(1, || assert_eq!(statement.describe_parameter(1).1.0, SQL_INTEGER));
    line.costs(0, || statement.describe_parameter(2).0.success());
}

#[test]
fn fetching_costs_no_round_trip() {
    let line = Line::with("ResultFormat=text");
    let statement = line.connection.statement();
    statement.execute_direct("select i, repeat('x', 100) from generate_series(1, 20000) i").success();
    let observed = line.proxy.observe(|| {
        assert_eq!(statement.fetch_rows().len(), 20000);
        statement.close_cursor().success();
    });
    assert_eq!(observed.messages, "");
    assert!(api().manager != Manager::Direct || observed.flights == 0);
}

//! What stays of a connection while a function is executed asynchronously tells the same as all of it would.
//!
//! Source: ODBC reference, "Asynchronous Execution (Polling Method)".

use crate::asynchronous::{asynchronous, poll};
use crate::asynchronous_others::while_it_executes;
use crate::common::api::Manager;
use crate::common::proxy::Line;
use crate::common::{connect, unique};
use crate::notifications;
use crate::odbc::attributes::*;
use crate::odbc::descriptor_fields::*;
use crate::odbc::values::*;

#[test]
fn a_descriptor_of_an_executing_statement_is_taken_by_another_when_it_is_back() {
    let connection = connect();
    let (busy, other, descriptor) = (asynchronous(&connection), connection.statement(), connection.descriptor());
    descriptor.set(0, SQL_DESC_ARRAY_SIZE, 7).success();
    let handle = descriptor.handle.expose_provenance();
    busy.set(SQL_ATTR_APP_ROW_DESC, handle).success();
    let sql = "select 'slow' from pg_sleep(0.5)";
    assert_eq!(busy.execute_direct(sql).code, SQL_STILL_EXECUTING);
    other.set(SQL_ATTR_APP_ROW_DESC, handle).success();
    assert_eq!(other.get_attribute(SQL_ATTR_ROW_ARRAY_SIZE), 7);
    poll(|| busy.execute_direct(sql)).outcome.success();
    busy.close_cursor().success();
}

#[test]
fn diagnostics_of_a_statement_are_read_while_its_connection_executes() {
    let line = Line::with("");
    let (connection, proxy) = (&line.connection, &line.proxy);
    if connection.api.manager == Manager::Iodbc {
        return;
    }
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    let statement = connection.statement();
    statement.execute_direct("select nonsense").error("42S22");
    connection.set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_ON).success();
    connection.statement().execute_direct("select 1").success();
    let end = || connection.end_transaction(SQL_ROLLBACK);
    while_it_executes(proxy, &end, || {
        let told: Vec<String> = statement.records().into_iter().map(|record| record.sqlstate).collect();
        assert_eq!(told, ["42S22"]);
    });
    connection.set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_OFF).success();
}

#[test]
fn a_notification_that_was_taken_is_read_meanwhile() {
    let line = Line::with("");
    let (connection, busy) = (&line.connection, asynchronous(&line.connection));
    let channel = unique("meanwhile");
    connection.run(&format!("listen {channel}"));
    connection.run(&format!("notify {channel}, 'said'"));
    notifications::take(connection).0.success();
    let execute = || busy.execute_direct("select 'slow'");
    while_it_executes(&line.proxy, &execute, || {
        assert_eq!(notifications::taken(connection), (channel.clone(), "said".to_owned()));
    });
    busy.close_cursor().success();
}

/// What is done between a statement's first row and its failure, before its cursor is closed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Between {
    Nothing,
    AnotherStatement,
    AnAsynchronousOne,
}

#[test]
fn a_change_that_fails_behind_its_first_row_is_told_when_its_cursor_is_closed() {
    let (connection, holder) = (connect(), connect());
    let table = unique("behind");
    connection.create_table(&table, "a integer");
    // The first rows are sent before the third is made, which waits for the lock.
    connection.run(&format!(
        "create function {table}_fill(i integer) returns text language plpgsql as $$ begin
           insert into {table} values (i);
           if i = 3 then perform pg_advisory_xact_lock(hashtext('{table}')); perform 1 / (i - 3); end if;
           return repeat('x', 20000); end $$"
    ));
    for between in [Between::Nothing, Between::AnotherStatement, Between::AnAsynchronousOne] {
        holder.run(&format!("select pg_advisory_lock(hashtext('{table}'))"));
        let (changing, busy) = (connection.statement(), asynchronous(&connection));
        changing.execute_direct(&format!("select {table}_fill(i) from generate_series(1, 5) as i")).success();
        changing.fetch().success();
        if between == Between::AnAsynchronousOne {
            assert_eq!(busy.execute_direct("select 'busy'").code, SQL_STILL_EXECUTING);
        }
        holder.run(&format!("select pg_advisory_unlock(hashtext('{table}'))"));
        if between == Between::AnotherStatement {
            assert_eq!(connection.value("select 'other'").as_deref(), Some("other"));
        }
        let closed = changing.close_cursor();
        println!("{between:?}");
        closed.error("22012");
        if between == Between::AnAsynchronousOne {
            poll(|| busy.execute_direct("select 'busy'")).outcome.success();
            busy.close_cursor().success();
        }
        assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("0"));
    }
    connection.run(&format!("drop function {table}_fill(integer)"));
}

#[test]
fn what_was_refused_is_not_told_again_when_asynchronous_execution_has_been_off() {
    let line = Line::with("");
    let (connection, proxy) = (&line.connection, &line.proxy);
    if connection.api.manager == Manager::Iodbc {
        return;
    }
    let switch = |on| connection.set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, on).success();
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    let statement = connection.statement();
    switch(SQL_ASYNC_DBC_ENABLE_ON);
    connection.run("select 1");
    while_it_executes(proxy, &|| connection.end_transaction(SQL_ROLLBACK), || {
        statement.execute_direct("select 1").error("HY010");
    });
    switch(SQL_ASYNC_DBC_ENABLE_OFF);
    statement.execute_direct("select nonsense").error("42S22");
    switch(SQL_ASYNC_DBC_ENABLE_ON);
    let told: Vec<String> = statement.records().into_iter().map(|record| record.sqlstate).collect();
    assert_eq!(told, ["42S22"]);
    switch(SQL_ASYNC_DBC_ENABLE_OFF);
}

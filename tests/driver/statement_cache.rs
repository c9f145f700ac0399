//! Preparing the same text again on a connection: what the server holds is used, and never when it has gone stale.

use crate::common::proxy::Line;
use crate::common::traffic::Observed;
use crate::common::{Connection, server, unique};
use crate::odbc::attributes::*;
use crate::odbc::values::*;

impl Line {
    /// In text, so that SQLExecDirect asks for no columns first.
    #[track_caller]
    fn in_text(keywords: &str) -> Line {
        Line::with(&format!("ResultFormat=text;{keywords}"))
    }

    /// Prepares on a handle of its own, executes, reads the only value and frees the handle.
    #[track_caller]
    fn prepared(&self, sql: &str, value: &str) -> Observed {
        self.proxy.observe(|| {
            let statement = self.connection.statement();
            statement.prepare(sql).success();
            statement.execute().success();
            assert_eq!(statement.fetch_rows()[0][0].as_deref(), Some(value));
        })
    }

    /// The same by SQLExecDirect.
    #[track_caller]
    fn direct(&self, sql: &str, value: &str) -> Observed {
        self.proxy.observe(|| assert_eq!(self.connection.value(sql).as_deref(), Some(value)))
    }
}

/// Of parsing, nothing.
const HELD: &str = "BES";

#[test]
fn the_same_text_is_parsed_once() {
    let line = Line::in_text("");
    assert_eq!(line.prepared("select 1 + 1", "2").messages, "PDBES");
    for _ in 0..3 {
        assert_eq!(line.prepared("select 1 + 1", "2").messages, HELD);
    }
    // SQLExecDirect finds it as well.
    assert_eq!(line.direct("select 1 + 1", "2").messages, HELD);
}

#[test]
fn two_handles_at_once_do_not_share() {
    let line = Line::in_text("");
    let sql = "select generate_series(1, 2)";
    let (one, other) = (line.connection.statement(), line.connection.statement());
    for statement in [&one, &other] {
        statement.prepare(sql).success();
        statement.execute().success();
        statement.fetch().success();
        assert_eq!(statement.get_text(1).as_deref(), Some("1"));
    }
    for statement in [&one, &other] {
        statement.fetch().success();
        assert_eq!(statement.get_text(1).as_deref(), Some("2"));
    }
}

#[test]
fn direct_execution_prepares_at_the_threshold() {
    let line = Line::in_text("PrepareThreshold=3;");
    let seen: Vec<String> = (0..5).map(|_| line.direct("select 7", "7").messages).collect();
    assert_eq!(seen, ["PDBES", "PDBES", "PDBES", HELD, HELD]);
    let never = Line::in_text("PrepareThreshold=0;");
    for _ in 0..7 {
        assert_eq!(never.direct("select 7", "7").messages, "PDBES");
    }
}

#[test]
fn a_cache_of_none_parses_every_time_and_closes() {
    let line = Line::in_text("StatementCacheSize=0;");
    assert_eq!(line.prepared("select 1", "1").count('P'), 1);
    let again = line.prepared("select 1", "1");
    assert_eq!((again.count('P'), again.count('C')), (1, 1), "{again:?}");
}

#[test]
fn the_server_holds_no_more_than_the_size() {
    let line = Line::in_text("StatementCacheSize=3;PrepareThreshold=0;");
    for number in 0..10 {
        line.prepared(&format!("select {number}"), &number.to_string());
    }
    let held = "select count(*) from pg_prepared_statements where statement like 'select _'";
    // What had to go is closed in front of the next statement.
    assert_eq!(line.connection.value(held).as_deref(), Some("3"));
    assert_eq!(line.prepared("select 9", "9").count('P'), 0);
    assert_eq!(line.prepared("select 0", "0").count('P'), 1);
}

#[test]
fn what_the_application_makes_the_server_forget_is_parsed_again() {
    for forget in ["discard all", "deallocate all", "/* all */ DISCARD ALL"] {
        let line = Line::in_text("Protocol=7.4-0;");
        let connection = &line.connection;
        line.prepared("select 'kept'", "kept");
        let statement = connection.statement();
        statement.prepare("select 'open'").success();
        statement.execute().success();
        statement.close_cursor().success();
        connection.run(forget);
        // In a transaction that a failing statement would end: there is no second try.
        connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
        line.direct("select 1", "1");
        line.prepared("select 'kept'", "kept");
        statement.execute().success();
        assert_eq!(statement.fetch_rows()[0][0].as_deref(), Some("open"), "{forget}");
        connection.end_transaction(SQL_COMMIT).success();
    }
}

#[test]
fn a_table_that_changes_gives_its_new_columns() {
    for protocol in ["7.4-0", "7.4-2"] {
        let line = Line::in_text(&format!("Protocol={protocol};"));
        let connection = &line.connection;
        let table = unique("changing");
        connection.run(&format!("create table {table} (a int)"));
        connection.run(&format!("insert into {table} values (1)"));
        let sql = format!("select * from {table}");
        line.prepared(&sql, "1");
        connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
        connection.run(&format!("alter table {table} add b text default 'new'"));
        let rows = connection.statement().rows(&sql);
        assert_eq!(rows, [[Some("1".to_owned()), Some("new".to_owned())]]);
        connection.end_transaction(SQL_COMMIT).success();
    }
    // Changed by somebody else.
    let line = Line::in_text("");
    let table = unique("changed");
    line.connection.run(&format!("create table {table} as select 1 as a"));
    let sql = format!("select * from {table}");
    line.prepared(&sql, "1");
    Connection::open(&server().connection_string()).run(&format!("alter table {table} add b int default 2"));
    assert_eq!(line.connection.statement().rows(&sql)[0].len(), 2);
}

#[test]
fn constants_are_read_by_the_settings_of_now() {
    let line = Line::in_text("PrepareThreshold=1;");
    let connection = &line.connection;
    connection.run("set datestyle to 'ISO, MDY'");
    let sql = "select to_char('02/03/2004'::date, 'YYYY-MM-DD')";
    line.prepared(sql, "2004-02-03");
    connection.run("set datestyle to 'ISO, DMY'");
    line.prepared(sql, "2004-03-02");
    // By a function, which no text gives away.
    connection.value("select set_config('DateStyle', 'ISO, MDY', false)");
    line.prepared(sql, "2004-02-03");
    line.direct(sql, "2004-02-03");
}

#[test]
fn the_time_that_it_is_now_goes_on() {
    let line = Line::in_text("PrepareThreshold=1;");
    let moment = || line.connection.value("select 'now'::timestamptz::text").unwrap();
    let first = moment();
    line.connection.value("select pg_sleep(0.01)::text");
    assert_ne!(moment(), first);
}

#[test]
fn behind_a_pooler_nothing_is_left_at_the_server() {
    let line = Line::in_text("Pooler=transaction;PrepareThreshold=1;");
    let connection = &line.connection;
    let table = unique("pooled");
    connection.run(&format!("create table {table} (a int)"));
    for _ in 0..3 {
        let observed = line.prepared("select 5", "5");
        assert_eq!((observed.flights, observed.messages.as_str()), (1, "PDBES"));
        line.direct("select 6", "6");
        let statement = connection.statement();
        let mut values: Vec<i32> = (0..20).collect();
        statement.set(SQL_ATTR_PARAMSET_SIZE, values.len()).success();
        statement.prepare(&format!("insert into {table} values (?)")).success();
        let integer = crate::common::statement::Parameter {
            c_type: crate::odbc::types::SQL_C_SLONG,
            sql_type: crate::odbc::types::SQL_INTEGER,
            column_size: 0,
            decimal_digits: 0,
        };
        // SAFETY: the values outlive the executions.
        unsafe {
            statement.bind_parameter(1, integer, values.as_mut_ptr().cast(), 0, std::ptr::null_mut()).success();
        }
        statement.execute().success();
        statement.execute().success();
        assert_eq!(connection.value("select count(*) from pg_prepared_statements").as_deref(), Some("0"));
    }
    assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("120"));
}

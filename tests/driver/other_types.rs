//! Types that the driver does not know by OID, or that no other test has: read as what the server prints, under their
//! real names.

use crate::common::{Connection, Statement, connect, connect_with, unique};
use crate::odbc::descriptor_fields::*;
use crate::odbc::types::*;
use crate::odbc::values::*;

/// Reads an expression as characters, wide and narrow, and as bytes, in both formats; compares with what the server makes
/// of it as text. Gives the type's name.
#[track_caller]
fn read_as_text(connections: &[Connection], expression: &str) -> String {
    let mut name = String::new();
    for connection in connections {
        let printed = connection.value(&format!("select ({expression})::text")).unwrap();
        let statement = connection.statement();
        statement.execute_direct(&format!("select {expression} from generate_series(1, 3)")).success();
        let described = statement.describe(1);
        assert!(
            matches!(described.data_type, SQL_WLONGVARCHAR | SQL_WVARCHAR | SQL_WCHAR | SQL_INTEGER),
            "{expression}: {described:?}"
        );
        assert!(described.column_size >= printed.chars().count(), "{expression}: {described:?}");
        assert!(statement.column_number(1, SQL_DESC_DISPLAY_SIZE as u16) >= printed.chars().count() as isize);
        name = statement.column_text(1, SQL_DESC_TYPE_NAME as u16);
        assert_eq!(all_of(&statement, SQL_C_CHAR), printed.as_bytes(), "{expression}");
        statement.fetch().success();
        assert_eq!(statement.get_text(1).as_deref(), Some(printed.as_str()), "{expression}");
        if described.data_type != SQL_INTEGER {
            assert_eq!(all_of(&statement, SQL_C_BINARY), printed.as_bytes(), "{expression}");
        }
    }
    name
}

#[track_caller]
fn all_of(statement: &Statement<'_>, c_type: i16) -> Vec<u8> {
    statement.fetch().success();
    let mut buffer = vec![0; 4000];
    let (outcome, indicator) = statement.get_data(1, c_type, &mut buffer);
    outcome.success();
    buffer.truncate(indicator as usize);
    buffer
}

fn both_formats() -> [Connection; 2] {
    ["text", "binary"].map(|format| connect_with(&format!("ResultFormat={format};")))
}

#[test]
fn types_of_the_servers_own() {
    let connections = both_formats();
    for (expression, name) in [
        ("'42'::cid", "cid"),
        ("'4294967295'::xid", "xid"),
        ("'now'::regproc", "regproc"),
        ("'abs(int4)'::regprocedure", "regprocedure"),
        ("'pg_catalog'::regnamespace", "regnamespace"),
        ("current_user::regrole", "regrole"),
        ("'simple'::regconfig", "regconfig"),
        ("'simple'::regdictionary", "regdictionary"),
        ("'[2024-01-01 00:00+00,2024-02-01 00:00+00)'::tstzrange", "tstzrange"),
        ("'empty'::numrange", "numrange"),
        ("array['[1,2)'::int4range]", "_int4range"),
        ("array['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid]", "_uuid"),
        ("'{\"a\": null}'::jsonb::text::json", "json"),
        ("'[0:2]={1,2,3}'::int4[]", "_int4"),
        ("'1 2'::oidvector", "oidvector"),
        ("'\\200'::\"char\"", "char"),
        ("'10:20:10,14'::txid_snapshot", "txid_snapshot"),
        ("interval '1 year' * 178000", "interval"),
        ("'12:34:56.789-12:34:56'::timetz::text::bpchar", "bpchar"),
    ] {
        assert_eq!(read_as_text(&connections, expression), name, "{expression}");
    }
}

#[test]
fn a_function_that_returns_nothing_returns_an_empty_text() {
    for connection in both_formats() {
        let statement = connection.statement();
        statement.execute_direct("select pg_sleep(0)").success();
        assert_eq!(statement.column_text(1, SQL_DESC_TYPE_NAME as u16), "void");
        statement.fetch().success();
        assert_eq!(statement.get_text(1).as_deref(), Some(""));
    }
}

/// A base type as an extension makes one: the driver has never heard of it.
#[test]
fn types_that_nobody_has_told_the_driver_of() {
    let connections = both_formats();
    let schema = unique("types");
    let connection = connect();
    connection.run(&format!("create schema {schema}"));
    for statement in [
        "create type {}.odd",
        "create function {}.odd_in(cstring) returns {}.odd language internal immutable strict as 'textin'",
        "create function {}.odd_out({}.odd) returns cstring language internal immutable strict as 'textout'",
        "create type {}.odd (input = {}.odd_in, output = {}.odd_out, like = text)",
        "create type {}.colour as enum ('grün', 'rot')",
        "create domain {}.positive as int4 check (value > 0)",
        "create domain {}.deeper as {}.positive",
        "create type {}.pair as (a int4, b text)",
        "create type {}.span as range (subtype = float8)",
    ] {
        connection.run(&statement.replace("{}", &schema));
    }
    for (expression, name) in [
        ("'any thing'::{}.odd", "odd"),
        ("array['a'::{}.odd]", "_odd"),
        ("'grün'::{}.colour", "colour"),
        ("row(1, 'a\"b')::{}.pair", "pair"),
        ("array[row(1, 'x')::{}.pair]", "_pair"),
        ("'[1.5,2.5)'::{}.span", "span"),
        // The server tells of a domain's base type only.
        ("7::{}.deeper", "int4"),
    ] {
        assert_eq!(read_as_text(&connections, &expression.replace("{}", &schema)), name, "{expression}");
    }
    // And they go in as text.
    let statement = connection.statement();
    for (kind, text) in [("odd", "any"), ("colour", "rot"), ("pair", "(1,z)"), ("span", "[1,2)"), ("deeper", "12")] {
        let described = crate::common::statement::Parameter {
            c_type: SQL_C_CHAR,
            sql_type: SQL_VARCHAR,
            column_size: 100,
            decimal_digits: 0,
        };
        let mut length = text.len() as isize;
        // SAFETY: the text and its length outlive the execution.
        unsafe {
            statement.bind_parameter(1, described, text.as_ptr().cast_mut().cast(), 0, &raw mut length).success();
        }
        statement.execute_direct(&format!("select (?::{schema}.{kind})::text")).success();
        statement.fetch().success();
        assert_eq!(statement.get_text(1).as_deref(), Some(text));
        statement.close_cursor().success();
    }
    // NULL of any type is NULL.
    statement.free(SQL_RESET_PARAMS).success();
    statement.execute_direct(&format!("select null::{schema}.odd, null::{schema}.pair[]")).success();
    statement.fetch().success();
    assert_eq!((statement.get_text(1), statement.get_text(2)), (None, None));
    statement.close_cursor().success();
    connection.run(&format!("drop schema {schema} cascade"));
}

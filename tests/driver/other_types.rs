//! Types that the driver does not know by OID, or that no other test has: read as what the server prints, under their
//! real names.

use crate::common::statement::Parameter;
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
            matches!(described.data_type, SQL_WLONGVARCHAR | SQL_WVARCHAR | SQL_WCHAR | SQL_INTEGER | SQL_BIGINT),
            "{expression}: {described:?}"
        );
        assert!(described.column_size >= printed.chars().count(), "{expression}: {described:?}");
        assert!(statement.column_number(1, SQL_DESC_DISPLAY_SIZE as u16) >= printed.chars().count() as isize);
        name = statement.column_text(1, SQL_DESC_TYPE_NAME as u16);
        assert_eq!(all_of(&statement, SQL_C_CHAR), printed.as_bytes(), "{expression}");
        statement.fetch().success();
        assert_eq!(statement.get_text(1).as_deref(), Some(printed.as_str()), "{expression}");
        if !matches!(described.data_type, SQL_INTEGER | SQL_BIGINT) {
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
        let described = Parameter { c_type: SQL_C_CHAR, sql_type: SQL_VARCHAR, column_size: 100, decimal_digits: 0 };
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

/// Geometries of PostGIS, which are what the server sends: hexadecimal digits of EWKB.
#[test]
#[ignore = "needs PostGIS: make test-extensions"]
fn geometries() {
    for connection in both_formats() {
        connection.run("begin");
        connection.run("create schema gis");
        connection.run("set search_path to gis, public");
        connection.run("create extension postgis schema gis");
        for (expression, name) in [
            ("'SRID=4326;POINT(13.4 52.5)'::geometry", "geometry"),
            ("'POINT EMPTY'::geometry", "geometry"),
            ("'POINT ZM (1 2 3 4)'::geometry", "geometry"),
            ("'POLYGON((0 0,0 1,1 1,0 0),(0.1 0.1,0.1 0.2,0.2 0.2,0.1 0.1))'::geometry", "geometry"),
            ("'GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))'::geometry", "geometry"),
            ("'SRID=4326;POINT(13.4 52.5)'::geography", "geography"),
            ("'BOX(0 0,1 1)'::box2d", "box2d"),
            ("'BOX3D(0 0 0,1 1 1)'::box3d", "box3d"),
            ("array['POINT(1 2)'::geometry, null]", "_geometry"),
        ] {
            assert_eq!(read_as_text(std::slice::from_ref(&connection), expression), name, "{expression}");
        }
        // Ten thousand points: longer than any buffer here, in pieces; whole by what the server makes of the digits.
        let circle = "ST_Buffer('POINT(0 0)'::geometry, 10, 2500)";
        let digits = connection.value(&format!("select {circle}")).unwrap();
        assert!(digits.len() > 300_000);
        let statement = connection.statement();
        statement
            .prepare(&format!("select ST_Equals(?::geometry, {circle}) and ST_NPoints(?::geometry) = 10001"))
            .success();
        let described = Parameter { c_type: SQL_C_CHAR, sql_type: SQL_LONGVARCHAR, column_size: 0, decimal_digits: 0 };
        let mut length = digits.len() as isize;
        for number in [1, 2] {
            // SAFETY: the digits and their length outlive the execution.
            unsafe {
                let address = digits.as_ptr().cast_mut().cast();
                statement.bind_parameter(number, described, address, length, &raw mut length).success();
            }
        }
        statement.execute().success();
        statement.fetch().success();
        assert_eq!(statement.get_text(1).as_deref(), Some("1"));
        statement.close_cursor().success();
        // As bytes: what is inserted comes out by the server's own functions.
        connection.run("create table places (place geometry(Point, 4326))");
        let bytes =
            connection.value("select encode(ST_AsEWKB('SRID=4326;POINT(13.4 52.5)'::geometry), 'hex')").unwrap();
        let statement = connection.statement();
        statement.prepare("insert into places values (ST_GeomFromEWKB(?))").success();
        let described =
            Parameter { c_type: SQL_C_CHAR, sql_type: SQL_LONGVARBINARY, column_size: 0, decimal_digits: 0 };
        let mut length = bytes.len() as isize;
        // SAFETY: as above.
        unsafe {
            let address = bytes.as_ptr().cast_mut().cast();
            statement.bind_parameter(1, described, address, length, &raw mut length).success();
        }
        statement.execute().success();
        let read = connection.statement().rows("select place, ST_AsText(place) from places").remove(0);
        assert_eq!(read[0].as_deref().map(str::to_lowercase).as_deref(), Some(&*bytes));
        assert_eq!(read[1].as_deref(), Some("POINT(13.4 52.5)"));
        connection.run("rollback");
    }
}

/// oid and xid are SQL_BIGINT: what is read of them finds its row again, above 2^31 too, where the application names that
/// type for its parameter. The server compares no xid with an int8.
#[test]
fn what_is_read_of_an_oid_or_xid_finds_its_row() {
    for keywords in ["", "Compatibility=psqlodbc;"] {
        finds_rows_by_oid_and_xid(&connect_with(keywords));
    }
}

fn finds_rows_by_oid_and_xid(connection: &Connection) {
    let statement = connection.statement();
    for (table, column) in [
        ("(values (4294967295::oid)) t(v)", "v"),
        ("(values ('4294967295'::xid)) t(v)", "v"),
        ("(values ('2147483648'::xid8)) t(v)", "v::xid"),
        ("pg_database", "datfrozenxid"),
        ("pg_class", "xmin"),
    ] {
        statement.execute_direct(&format!("select {column}, {column}::text from {table} limit 1")).success();
        assert_eq!(statement.describe(1).data_type, SQL_BIGINT, "{table}");
        assert_eq!(statement.column_number(1, SQL_DESC_UNSIGNED as u16), 0, "{table}");
        statement.fetch().success();
        let number = statement.get::<i64>(1).unwrap();
        assert_eq!(Some(number.to_string()), statement.get_text(2), "{table}");
        statement.close_cursor().success();
        let mut bound = number;
        let parameter = Parameter { c_type: SQL_C_SBIGINT, sql_type: SQL_BIGINT, column_size: 19, decimal_digits: 0 };
        let mut length = 8;
        // SAFETY: the value outlives the execution, after which the parameter is unbound.
        unsafe { statement.bind_parameter(1, parameter, (&raw mut bound).cast(), 8, &raw mut length) }.success();
        statement.execute_direct(&format!("select count(*) > 0 from {table} where {column} = ?")).success();
        statement.fetch().success();
        assert_eq!(statement.get::<i32>(1), Some(1), "{table}");
        statement.close_cursor().success();
        statement.free(SQL_RESET_PARAMS).success();
    }
}

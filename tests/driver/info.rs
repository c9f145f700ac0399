//! SQLGetInfo, SQLGetFunctions and SQLGetTypeInfo: what the driver says of itself, and that it is true.

use crate::common::api::Manager;
use crate::common::text::Wide;
use crate::common::{Connection, api, connect, server, unique};
use crate::odbc::functions::FUNCTIONS;
use crate::odbc::types::*;
use crate::odbc::values::*;

// Information types, from sql.h and sqlext.h.
const SQL_DATA_SOURCE_NAME: u16 = 2;
const SQL_DRIVER_NAME: u16 = 6;
const SQL_SEARCH_PATTERN_ESCAPE: u16 = 14;
const SQL_DBMS_NAME: u16 = 17;
const SQL_DBMS_VER: u16 = 18;
const SQL_IDENTIFIER_QUOTE_CHAR: u16 = 29;
const SQL_MAX_COLUMN_NAME_LEN: u16 = 30;
const SQL_TXN_CAPABLE: u16 = 46;
const SQL_USER_NAME: u16 = 47;
const SQL_DATABASE_NAME: u16 = 16;
const SQL_DRIVER_ODBC_VER: u16 = 77;
const SQL_GETDATA_EXTENSIONS: u16 = 81;
const SQL_NEED_LONG_DATA_LEN: u16 = 111;
const SQL_CURSOR_COMMIT_BEHAVIOR: u16 = 23;
const SQL_CURSOR_ROLLBACK_BEHAVIOR: u16 = 24;

#[test]
fn what_pyodbc_and_others_ask_on_every_connection() {
    let connection = connect();
    assert_eq!(connection.info_text(SQL_DRIVER_ODBC_VER), "03.80");
    assert_eq!(connection.info_text(SQL_DBMS_NAME), "PostgreSQL");
    assert_eq!(connection.info_text(SQL_IDENTIFIER_QUOTE_CHAR), "\"");
    assert_eq!(connection.info_text(SQL_SEARCH_PATTERN_ESCAPE), "\\");
    assert!(["Y", "N"].contains(&connection.info_text(SQL_NEED_LONG_DATA_LEN).as_str()));
    assert_eq!(connection.info_text(SQL_USER_NAME), server().user);
    assert_eq!(connection.info_text(SQL_DATABASE_NAME), server().database);
    // NAMEDATALEN - 1 of the server.
    let limit = connection.value("select setting from pg_settings where name = 'max_identifier_length'").unwrap();
    assert_eq!(connection.info_number::<2>(SQL_MAX_COLUMN_NAME_LEN).to_string(), limit);
    // SQL_TC_ALL 2 or SQL_TC_DDL_COMMIT.. : PostgreSQL's transactions hold data and definitions alike.
    assert_eq!(connection.info_number::<2>(SQL_TXN_CAPABLE), 2);
    for information in [SQL_CURSOR_COMMIT_BEHAVIOR, SQL_CURSOR_ROLLBACK_BEHAVIOR] {
        assert!(connection.info_number::<2>(information) <= 2);
    }
    // SQL_GD_ANY_COLUMN 1, SQL_GD_ANY_ORDER 2, SQL_GD_BOUND 8: tests/driver/getdata.rs uses all three.
    assert_eq!(connection.info_number::<4>(SQL_GETDATA_EXTENSIONS) & 11, 11);
    assert!(connection.info_text(SQL_DRIVER_NAME).contains("pgodbc"));
}

#[test]
fn the_version_of_the_server() {
    let connection = connect();
    // ODBC reference: ##.##.####, with the product's own form allowed behind it.
    let version = connection.info_text(SQL_DBMS_VER);
    assert!(version.starts_with(&format!("{:02}.", server().version)), "{version}");
}

#[test]
fn the_data_source_is_told_when_it_was_used() {
    let connection = Connection::open(&format!("DSN={};", server().dsn));
    assert_eq!(connection.info_text(SQL_DATA_SOURCE_NAME), server().dsn);
}

#[test]
fn text_that_does_not_fit_is_cut_with_its_whole_length() {
    let connection = connect();
    let (room, mut length) = (Wide::room(4), 0);
    // SAFETY: room of the given size.
    let code = unsafe {
        let (address, capacity) = (room.address(), room.capacity_bytes() as i16);
        connection.api.SQLGetInfoW(connection.handle, SQL_DBMS_NAME, address, capacity, &raw mut length)
    };
    connection.outcome(code).info("01004");
    assert_eq!(room.read(), "Post");
    assert_eq!(length as usize, "PostgreSQL".len() * connection.api.manager.wide_width(), "in bytes");
}

#[test]
fn an_unknown_information_type_is_refused() {
    let connection = connect();
    // Below SQL_INFO_DRIVER_START (1000), where drivers may have types of their own.
    let (mut room, mut length) = ([0_u8; 8], 0);
    // SAFETY: room of the given size.
    let code =
        unsafe { connection.api.SQLGetInfoW(connection.handle, 900, room.as_mut_ptr().cast(), 8, &raw mut length) };
    connection.outcome(code).error("HY096");
}

#[test]
fn every_function_that_works_is_said_to() {
    let connection = connect();
    for function in FUNCTIONS {
        let Some(supported) = connection.supports(function.id.0) else { continue };
        if function.works {
            assert!(supported, "{} works, but SQLGetFunctions says it does not", function.name);
        }
        // A manager that does a function's work itself may say that it is there (SQLExtendedFetch, SQLCancelHandle).
        if !function.works && api().manager == Manager::Direct {
            assert!(!supported, "{} does not work yet, but SQLGetFunctions says it does", function.name);
        }
    }
}

#[test]
fn the_bitmap_of_functions_agrees() {
    let connection = connect();
    let mut bitmap = [0_u16; 250];
    // SAFETY: the bitmap has 250 elements (SQL_API_ODBC3_ALL_FUNCTIONS_SIZE).
    let code =
        unsafe { connection.api.SQLGetFunctions(connection.handle, SQL_API_ODBC3_ALL_FUNCTIONS, bitmap.as_mut_ptr()) };
    connection.outcome(code).success();
    for function in FUNCTIONS {
        let number = usize::from(function.id.0);
        let bit = bitmap[number >> 4] >> (number & 15) & 1 == 1;
        if let Some(supported) = connection.supports(function.id.0) {
            assert_eq!(bit, supported, "{}", function.name);
        }
    }
}

#[test]
fn types_are_listed_with_what_clients_need() {
    let connection = connect();
    let statement = connection.statement();
    // SAFETY: no addresses.
    let code = unsafe { statement.api.SQLGetTypeInfoW(statement.handle, SQL_ALL_TYPES) };
    statement.outcome(code).success();
    assert_eq!(statement.column_count(), 19);
    assert_eq!(statement.describe(1).name, "TYPE_NAME");
    assert_eq!(statement.describe(3).name, "COLUMN_SIZE");
    let rows = statement.fetch_rows();
    let types: Vec<i16> = rows.iter().map(|row| row[1].as_ref().unwrap().parse().unwrap()).collect();
    assert!(types.is_sorted(), "ordered by DATA_TYPE: {types:?}");
    for wanted in [
        SQL_BIT,
        SQL_SMALLINT,
        SQL_INTEGER,
        SQL_BIGINT,
        SQL_REAL,
        SQL_DOUBLE,
        SQL_NUMERIC,
        SQL_TYPE_DATE,
        SQL_TYPE_TIME,
        SQL_TYPE_TIMESTAMP,
        SQL_VARBINARY,
        SQL_GUID,
    ] {
        assert!(types.contains(&wanted), "no type is {wanted}");
    }
    // What applications make a CREATE TABLE of: a column of the size that is told, and none is longer.
    for row in rows.iter().filter(|row| row[5].as_deref() == Some("length")) {
        let (name, size) = (row[0].as_ref().unwrap(), row[2].as_ref().unwrap());
        connection.run(&format!("create temporary table {} (a {name}({size}))", unique("sized")));
        let longer = size.parse::<u64>().unwrap() + 1;
        let table = unique("sized");
        connection
            .statement()
            .execute_direct(&format!("create temporary table {table} (a {name}({longer}))"))
            .error("22023");
    }
    // Each name is one that the server knows.
    for row in &rows {
        let name = row[0].as_ref().unwrap();
        if !name.contains("serial") && !name.contains('(') {
            let known = connection.value(&format!("select to_regtype('{name}') is not null"));
            assert!(matches!(known.as_deref(), Some("1" | "t" | "true")), "the server has no type {name:?}");
        }
    }
}

#[test]
fn one_type_at_a_time() {
    let connection = connect();
    // What pyodbc asks after connecting.
    for data_type in [SQL_VARCHAR, SQL_WVARCHAR, SQL_VARBINARY, SQL_TYPE_TIMESTAMP, SQL_INTEGER] {
        let statement = connection.statement();
        // SAFETY: no addresses.
        let code = unsafe { statement.api.SQLGetTypeInfo(statement.handle, data_type) };
        statement.outcome(code).success();
        for row in statement.fetch_rows() {
            assert_eq!(row[1].as_deref(), Some(data_type.to_string().as_str()));
        }
    }
    let statement = connection.statement();
    // SAFETY: no addresses.
    let code = unsafe { statement.api.SQLGetTypeInfo(statement.handle, 4711) };
    statement.outcome(code).error("HY004");
}

#[test]
fn native_sql_translates_escapes_and_leaves_markers() {
    let connection = connect();
    let (text, out) = (Wide::new("select {fn ucase(?)}, {d '2024-02-29'}"), Wide::room(200));
    let mut length = 0;
    // SAFETY: a terminated text and room of the given size.
    let code = unsafe {
        let (room, text) = (out.address(), text.address());
        connection.api.SQLNativeSqlW(connection.handle, text, SQL_NTS, room, 200, &raw mut length)
    };
    connection.outcome(code).success();
    let native = out.read();
    assert!(!native.contains('{') && native.contains('?'), "{native}");
    assert_eq!(length as usize, native.len());
    assert!(native.to_lowercase().contains("upper"), "{native}");
}

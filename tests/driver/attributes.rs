//! Environment, connection and statement attributes: defaults, what reads back, what is refused.

use crate::common::text::Wide;
use crate::common::{Connection, Environment, connect, server};
use crate::odbc::attributes::*;
use std::ffi::c_void;

#[test]
fn the_environment_tells_its_version() {
    let environment = Environment::new();
    let mut version = 0_u32;
    let api = environment.api;
    // SAFETY: room for the integer.
    let code = unsafe {
        let room = (&raw mut version).cast();
        api.SQLGetEnvAttr(environment.handle, SQL_ATTR_ODBC_VERSION, room, 4, std::ptr::null_mut())
    };
    environment.outcome(code).success();
    assert_eq!(version, 3);
}

#[test]
fn an_unknown_environment_attribute_is_refused() {
    let environment = Environment::new();
    let value = std::ptr::without_provenance_mut::<c_void>(1);
    // SAFETY: an integer attribute is passed in the place of the address.
    let code = unsafe { environment.api.SQLSetEnvAttr(environment.handle, 4711, value, 0) };
    environment.outcome(code).error("HY092");
}

#[test]
fn connection_attributes_have_the_references_defaults() {
    let connection = connect();
    for (attribute, expected) in [
        (SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON),
        (SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_WRITE),
        (SQL_ATTR_CONNECTION_DEAD, SQL_CD_FALSE),
        (SQL_ATTR_CONNECTION_TIMEOUT, 0),
        (SQL_ATTR_METADATA_ID, 0),
        (SQL_ATTR_TXN_ISOLATION, SQL_TXN_READ_COMMITTED),
    ] {
        assert_eq!(connection.get(attribute) as usize, expected, "attribute {attribute}");
    }
}

#[test]
fn connection_attributes_read_back() {
    let connection = connect();
    for (attribute, value) in [
        (SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_ONLY),
        (SQL_ATTR_CONNECTION_TIMEOUT, 30),
        (SQL_ATTR_METADATA_ID, 1),
        (SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF),
    ] {
        connection.set(attribute, value).succeeded();
        assert_eq!(connection.get(attribute) as usize, value, "attribute {attribute}");
    }
}

#[test]
fn the_login_timeout_may_be_set_before_connecting() {
    let connection = Connection::new();
    connection.set(SQL_ATTR_LOGIN_TIMEOUT, 7).success();
    connection.driver_connect(&server().connection_string()).0.succeeded();
    assert_eq!(connection.get(SQL_ATTR_LOGIN_TIMEOUT), 7);
}

#[test]
fn the_current_catalog_is_the_database() {
    let connection = connect();
    let room = Wide::room(100);
    let mut length = 0;
    // SAFETY: room of the given size in bytes.
    let code = unsafe {
        let (address, capacity) = (room.address(), room.capacity_bytes() as i32);
        connection.api.SQLGetConnectAttrW(
            connection.handle,
            SQL_ATTR_CURRENT_CATALOG,
            address,
            capacity,
            &raw mut length,
        )
    };
    connection.outcome(code).success();
    assert_eq!(room.read(), server().database);
}

#[test]
fn a_read_only_connection_changes_nothing() {
    let connection = connect();
    connection.set(SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_ONLY).succeeded();
    // The attribute is a hint to the driver (ODBC reference); where it is kept, the server refuses with 25006.
    let outcome = connection.statement().execute_direct("create table never_made (a int)");
    outcome.error("25006");
    connection.set(SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_WRITE).succeeded();
    connection.run("create temp table made (a int)");
}

#[test]
fn unknown_connection_attributes_are_refused() {
    let connection = connect();
    connection.set(471_100, 1).error_of(&["HY092", "HYC00"]);
    connection.set(SQL_ATTR_AUTOCOMMIT, 2).error("HY024");
}

/// As applications of ODBC 2 do it: SQLSetConnectOption with a statement's option.
#[test]
fn attributes_of_statements_that_are_set_on_the_connection_are_all_its_statements() {
    let connection = connect();
    let before = connection.statement();
    for (attribute, value) in
        [(SQL_ATTR_QUERY_TIMEOUT, 12), (SQL_ATTR_MAX_ROWS, 2), (SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC)]
    {
        connection.set(attribute, value).success();
        assert_eq!(connection.get(attribute) as usize, value, "attribute {attribute}");
        assert_eq!(before.get_attribute(attribute), value, "attribute {attribute}");
        assert_eq!(connection.statement().get_attribute(attribute), value, "attribute {attribute}");
    }
    let after = connection.statement();
    after.execute_direct("select generate_series(1, 5)").success();
    assert_eq!(after.fetch_rows().len(), 2);
    // It shapes the cursor that has just been read.
    connection.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_FORWARD_ONLY).error("HY011");
    assert_eq!(connection.statement().get_attribute(SQL_ATTR_CURSOR_TYPE), SQL_CURSOR_STATIC);
    connection.set(SQL_ATTR_RETRIEVE_DATA, 5).error("HY024");
    connection.set(SQL_ATTR_ROW_ARRAY_SIZE, 5).error_of(&["HY092", "HYC00"]);
}

#[test]
fn statement_attributes_have_the_references_defaults() {
    let connection = connect();
    let statement = connection.statement();
    for (attribute, expected) in [
        (SQL_ATTR_QUERY_TIMEOUT, 0),
        (SQL_ATTR_MAX_ROWS, 0),
        (SQL_ATTR_MAX_LENGTH, 0),
        (SQL_ATTR_NOSCAN, SQL_NOSCAN_OFF),
        (SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_FORWARD_ONLY),
        (SQL_ATTR_CURSOR_SCROLLABLE, SQL_NONSCROLLABLE),
        (SQL_ATTR_CONCURRENCY, SQL_CONCUR_READ_ONLY),
        (SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_OFF),
        (SQL_ATTR_RETRIEVE_DATA, SQL_RD_ON),
        (SQL_ATTR_USE_BOOKMARKS, SQL_UB_OFF),
        (SQL_ATTR_ROW_ARRAY_SIZE, 1),
        (SQL_ATTR_ROW_BIND_TYPE, SQL_BIND_BY_COLUMN),
        (SQL_ATTR_PARAMSET_SIZE, 1),
        (SQL_ATTR_PARAM_BIND_TYPE, SQL_PARAM_BIND_BY_COLUMN),
        (SQL_ATTR_ROWS_FETCHED_PTR, 0),
        (SQL_ATTR_ROW_STATUS_PTR, 0),
        (SQL_ATTR_METADATA_ID, 0),
    ] {
        assert_eq!(statement.get_attribute(attribute), expected, "attribute {attribute}");
    }
}

#[test]
fn statement_attributes_read_back() {
    let connection = connect();
    let statement = connection.statement();
    let mut place = 0_usize;
    let address = (&raw mut place).expose_provenance();
    for (attribute, value) in [
        (SQL_ATTR_QUERY_TIMEOUT, 12),
        (SQL_ATTR_MAX_ROWS, 34),
        (SQL_ATTR_NOSCAN, SQL_NOSCAN_ON),
        (SQL_ATTR_ROW_ARRAY_SIZE, 56),
        (SQL_ATTR_ROW_BIND_TYPE, 64),
        (SQL_ATTR_ROWS_FETCHED_PTR, address),
        (SQL_ATTR_ROW_STATUS_PTR, address),
        (SQL_ATTR_ROW_BIND_OFFSET_PTR, address),
        (SQL_ATTR_PARAM_BIND_OFFSET_PTR, address),
        (SQL_ATTR_PARAMS_PROCESSED_PTR, address),
        (SQL_ATTR_PARAM_STATUS_PTR, address),
        (SQL_ATTR_RETRIEVE_DATA, SQL_RD_OFF),
    ] {
        statement.set(attribute, value).success();
        assert_eq!(statement.get_attribute(attribute), value, "attribute {attribute}");
    }
}

#[test]
fn a_cursor_type_that_is_not_there_is_replaced_with_a_warning() {
    // ODBC reference, SQLSetStmtAttr: 01S02, and the attribute then tells what holds.
    let connection = connect();
    let statement = connection.statement();
    for kind in [SQL_CURSOR_STATIC, SQL_CURSOR_KEYSET_DRIVEN, SQL_CURSOR_DYNAMIC] {
        let outcome = statement.set(SQL_ATTR_CURSOR_TYPE, kind);
        let now = statement.get_attribute(SQL_ATTR_CURSOR_TYPE);
        if now == kind {
            outcome.success();
        } else {
            outcome.info("01S02");
        }
    }
}

#[test]
fn values_out_of_range_are_refused() {
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, 99).error("HY024");
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, 0).error_of(&["HY024", "HY090"]);
    statement.set(SQL_ATTR_RETRIEVE_DATA, 5).error("HY024");
    // iODBC answers by itself, with IM001.
    statement.set(471_100, 1).error_of(&["HY092", "HYC00", "IM001"]);
    assert_eq!(statement.get_attribute(SQL_ATTR_CURSOR_TYPE), SQL_CURSOR_FORWARD_ONLY);
    assert_eq!(statement.get_attribute(SQL_ATTR_ROW_ARRAY_SIZE), 1);
}

#[test]
fn the_row_number_counts() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select generate_series(1, 3)").success();
    for row in 1..=3 {
        statement.fetch().success();
        assert_eq!(statement.get_attribute(SQL_ATTR_ROW_NUMBER), row);
    }
}

#[test]
fn the_cursor_type_may_not_change_under_an_open_cursor() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select 1").success();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_FORWARD_ONLY).error_of(&["24000", "HY011"]);
}

#[test]
fn each_statement_has_its_four_descriptors() {
    let connection = connect();
    let statement = connection.statement();
    let mut descriptors = Vec::new();
    for attribute in [SQL_ATTR_APP_ROW_DESC, SQL_ATTR_APP_PARAM_DESC, SQL_ATTR_IMP_ROW_DESC, SQL_ATTR_IMP_PARAM_DESC] {
        let handle = statement.get_attribute(attribute);
        assert!(handle != 0 && !descriptors.contains(&handle), "attribute {attribute}");
        descriptors.push(handle);
    }
    assert_eq!(descriptors.len(), 4);
}

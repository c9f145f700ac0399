//! The tables of environments and connections.

use super::calls::{Calls, told};
use super::walk;
use crate::common::{api, connect, unique};
use crate::odbc::attributes::*;
use crate::odbc::values::*;
use std::ffi::c_void;
use std::ptr::null_mut;

/// E1- is E1 before SQL_ATTR_ODBC_VERSION has been set.
const ENVIRONMENTS: [&str; 4] = ["E0", "E1-", "E1", "E2"];
const CONNECTIONS: [&str; 7] = ["C0", "C1", "C2", "C3", "C4", "C5", "C6"];

/// The handles that there are in a state of an environment or a connection.
fn in_state(state: &str, table: &str) -> Calls {
    let api = api();
    let mut calls = Calls::new(api);
    calls.table = table.to_owned();
    let number = match state {
        "E0" | "C0" => return calls,
        "E1-" | "E1" | "C1" => 1,
        "E2" => 2,
        other => other[1..].parse().expect("a number"),
    };
    // SAFETY: room for one handle; an integer in the place of an address.
    unsafe {
        assert_eq!(api.SQLAllocHandle(SQL_HANDLE_ENV, null_mut(), &raw mut calls.environment), SQL_SUCCESS);
        if state != "E1-" {
            let version = 3 as *mut c_void;
            assert_eq!(api.SQLSetEnvAttr(calls.environment, SQL_ATTR_ODBC_VERSION, version, 0), SQL_SUCCESS);
        }
        if number >= 2 {
            let (environment, connection) = (calls.environment, &raw mut calls.connection);
            assert_eq!(api.SQLAllocHandle(SQL_HANDLE_DBC, environment, connection), SQL_SUCCESS);
        }
    }
    match number {
        3 => assert_eq!(told(&calls.call("SQLBrowseConnect (incomplete)")), "need"),
        4.. => assert_eq!(told(&calls.call("SQLDriverConnect")), "ok"),
        _ => {}
    }
    if number >= 4 {
        calls.make_descriptor();
    }
    if number >= 5 {
        // SAFETY: room for one handle.
        let code = unsafe { api.SQLAllocHandle(SQL_HANDLE_STMT, calls.connection, &raw mut calls.statement) };
        assert_eq!(code, SQL_SUCCESS);
    }
    if number == 6 {
        assert_eq!(told(&calls.call("SQLSetConnectAttr (SQL_ATTR_AUTOCOMMIT)")), "ok");
        assert_eq!(told(&calls.call("SQLExecDirect (no results)")), "ok");
    }
    calls
}

/// Whether the connection is there as one in this state is, where that can be told. It may be another afterwards.
fn complaint(calls: &mut Calls, after: &str) -> Option<String> {
    let expected: &[(&str, &str)] = match after {
        "C2" => &[("SQLGetInfo", "08003"), ("SQLDisconnect", "08003")],
        "C3" => &[("SQLGetInfo", "08003"), ("SQLDisconnect", "ok")],
        "C4" => &[("SQLGetInfo", "ok")],
        "C5" => &[("SQLGetInfo", "ok"), ("SQLDisconnect", "ok")],
        "C6" => &[("SQLDisconnect", "25000")],
        _ => &[],
    };
    let found: Vec<String> = expected.iter().map(|(function, _)| told(&calls.call(function))).collect();
    (!expected.iter().map(|(_, answer)| *answer).eq(found.iter().map(String::as_str))).then(|| format!("{found:?}"))
}

/// Frees what is left; what a function under test has freed is not known here.
fn end(mut calls: Calls) {
    calls.clear();
    let api = calls.api;
    // SAFETY: no addresses.
    unsafe {
        if !calls.connection.is_null() {
            api.SQLEndTran(SQL_HANDLE_DBC, calls.connection, SQL_ROLLBACK);
            api.SQLDisconnect(calls.connection);
            api.SQLFreeHandle(SQL_HANDLE_DBC, calls.connection);
        }
        if !calls.environment.is_null() {
            api.SQLFreeHandle(SQL_HANDLE_ENV, calls.environment);
        }
    }
}

fn answer(function: &str, state: &str, after: &str, table: &str) -> (String, Option<String>) {
    let mut calls = in_state(state, table);
    let answer = told(&calls.call(function));
    match (function, answer.as_str()) {
        ("SQLAllocHandle (DBC)", "ok") if calls.connection.is_null() => {
            calls.connection = calls.made.pop().expect("a handle was made").1;
        }
        ("SQLFreeHandle (ENV)", "ok") => calls.environment = null_mut(),
        ("SQLFreeHandle (DBC)", "ok") => calls.connection = null_mut(),
        _ => {}
    }
    let complaint = complaint(&mut calls, after);
    end(calls);
    (answer, complaint)
}

#[test]
fn each_function_in_each_state_of_an_environment() {
    walk(api().manager, include_str!("environments.tsv"), &ENVIRONMENTS, |function, state, after| {
        answer(function, state, after, "")
    });
}

#[test]
fn each_function_in_each_state_of_a_connection() {
    let (connection, table) = (connect(), unique("states"));
    connection.run(&format!("create table {table} (a integer)"));
    walk(api().manager, include_str!("connections.tsv"), &CONNECTIONS, |function, state, after| {
        answer(function, state, after, &table)
    });
}

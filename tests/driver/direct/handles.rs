//! Every function with every wrong handle: SQL_INVALID_HANDLE, and nothing is read or written.

use crate::common::api::{Handle, direct};
use crate::common::statement::made_up_handle;
use crate::common::{Api, Connection, Environment, connect};
use crate::odbc::values::*;
use std::ptr::null_mut;

/// Calls each function that takes a statement, with null for everything else.
fn on_statement(api: &Api, handle: Handle) -> Vec<(&'static str, i16)> {
    let (text, number, length) = (null_mut(), null_mut(), null_mut());
    // SAFETY: the handle is not one, so that nothing but the token is looked at.
    unsafe {
        vec![
            ("SQLBindCol", api.SQLBindCol(handle, 1, 1, null_mut(), 0, null_mut())),
            ("SQLBindParameter", api.SQLBindParameter(handle, 1, 1, 1, 1, 0, 0, null_mut(), 0, null_mut())),
            ("SQLCancel", api.SQLCancel(handle)),
            ("SQLCloseCursor", api.SQLCloseCursor(handle)),
            ("SQLColAttribute", api.SQLColAttribute(handle, 1, 1, null_mut(), 0, length, number)),
            ("SQLColAttributeW", api.SQLColAttributeW(handle, 1, 1, null_mut(), 0, length, number)),
            ("SQLColumnsW", api.SQLColumnsW(handle, text, 0, text, 0, text, 0, text, 0)),
            (
                "SQLDescribeColW",
                api.SQLDescribeColW(handle, 1, text, 0, null_mut(), null_mut(), null_mut(), null_mut(), null_mut()),
            ),
            ("SQLExecDirect", api.SQLExecDirect(handle, std::ptr::null(), 0)),
            ("SQLExecDirectW", api.SQLExecDirectW(handle, text, 0)),
            ("SQLExecute", api.SQLExecute(handle)),
            ("SQLFetch", api.SQLFetch(handle)),
            ("SQLFetchScroll", api.SQLFetchScroll(handle, 1, 0)),
            ("SQLFreeHandle", api.SQLFreeHandle(SQL_HANDLE_STMT, handle)),
            ("SQLFreeStmt", api.SQLFreeStmt(handle, SQL_CLOSE)),
            ("SQLGetData", api.SQLGetData(handle, 1, 1, null_mut(), 0, null_mut())),
            ("SQLGetDiagField", api.SQLGetDiagField(SQL_HANDLE_STMT, handle, 0, 2, null_mut(), 0, length)),
            ("SQLGetDiagFieldW", api.SQLGetDiagFieldW(SQL_HANDLE_STMT, handle, 0, 2, null_mut(), 0, length)),
            (
                "SQLGetDiagRec",
                api.SQLGetDiagRec(SQL_HANDLE_STMT, handle, 1, null_mut(), null_mut(), null_mut(), 0, length),
            ),
            ("SQLGetDiagRecW", api.SQLGetDiagRecW(SQL_HANDLE_STMT, handle, 1, text, null_mut(), text, 0, length)),
            ("SQLGetStmtAttr", api.SQLGetStmtAttr(handle, 0, null_mut(), 0, null_mut())),
            ("SQLGetStmtAttrW", api.SQLGetStmtAttrW(handle, 0, null_mut(), 0, null_mut())),
            ("SQLGetTypeInfo", api.SQLGetTypeInfo(handle, 0)),
            ("SQLGetTypeInfoW", api.SQLGetTypeInfoW(handle, 0)),
            ("SQLMoreResults", api.SQLMoreResults(handle)),
            ("SQLNumParams", api.SQLNumParams(handle, null_mut())),
            ("SQLNumResultCols", api.SQLNumResultCols(handle, null_mut())),
            ("SQLPrepare", api.SQLPrepare(handle, std::ptr::null(), 0)),
            ("SQLPrepareW", api.SQLPrepareW(handle, text, 0)),
            ("SQLRowCount", api.SQLRowCount(handle, null_mut())),
            ("SQLSetStmtAttr", api.SQLSetStmtAttr(handle, 0, null_mut(), 0)),
            ("SQLSetStmtAttrW", api.SQLSetStmtAttrW(handle, 0, null_mut(), 0)),
            ("SQLTablesW", api.SQLTablesW(handle, text, 0, text, 0, text, 0, text, 0)),
        ]
    }
}

/// Calls each function that takes a connection.
fn on_connection(api: &Api, handle: Handle) -> Vec<(&'static str, i16)> {
    let (text, none) = (null_mut(), std::ptr::null());
    let mut new = null_mut();
    // SAFETY: as above.
    unsafe {
        vec![
            ("SQLAllocHandle", api.SQLAllocHandle(SQL_HANDLE_STMT, handle, &raw mut new)),
            ("SQLConnect", api.SQLConnect(handle, none, 0, none, 0, none, 0)),
            ("SQLConnectW", api.SQLConnectW(handle, text, 0, text, 0, text, 0)),
            ("SQLDisconnect", api.SQLDisconnect(handle)),
            ("SQLDriverConnect", api.SQLDriverConnect(handle, null_mut(), none, 0, null_mut(), 0, null_mut(), 0)),
            ("SQLDriverConnectW", api.SQLDriverConnectW(handle, null_mut(), text, 0, text, 0, null_mut(), 0)),
            ("SQLEndTran", api.SQLEndTran(SQL_HANDLE_DBC, handle, SQL_COMMIT)),
            ("SQLFreeHandle", api.SQLFreeHandle(SQL_HANDLE_DBC, handle)),
            ("SQLGetConnectAttr", api.SQLGetConnectAttr(handle, 102, null_mut(), 0, null_mut())),
            ("SQLGetConnectAttrW", api.SQLGetConnectAttrW(handle, 102, null_mut(), 0, null_mut())),
            ("SQLGetDiagRecW", api.SQLGetDiagRecW(SQL_HANDLE_DBC, handle, 1, text, null_mut(), text, 0, null_mut())),
            ("SQLGetFunctions", api.SQLGetFunctions(handle, 0, null_mut())),
            ("SQLGetInfo", api.SQLGetInfo(handle, 17, null_mut(), 0, null_mut())),
            ("SQLGetInfoW", api.SQLGetInfoW(handle, 17, null_mut(), 0, null_mut())),
            ("SQLNativeSqlW", api.SQLNativeSqlW(handle, text, 0, text, 0, null_mut())),
            ("SQLSetConnectAttr", api.SQLSetConnectAttr(handle, 102, null_mut(), 0)),
            ("SQLSetConnectAttrW", api.SQLSetConnectAttrW(handle, 102, null_mut(), 0)),
        ]
    }
}

/// Calls each function that takes an environment.
fn on_environment(api: &Api, handle: Handle) -> Vec<(&'static str, i16)> {
    let mut new = null_mut();
    // SAFETY: as above.
    unsafe {
        vec![
            ("SQLAllocHandle", api.SQLAllocHandle(SQL_HANDLE_DBC, handle, &raw mut new)),
            ("SQLEndTran", api.SQLEndTran(SQL_HANDLE_ENV, handle, SQL_COMMIT)),
            ("SQLFreeHandle", api.SQLFreeHandle(SQL_HANDLE_ENV, handle)),
            ("SQLGetEnvAttr", api.SQLGetEnvAttr(handle, 200, null_mut(), 0, null_mut())),
            ("SQLSetEnvAttr", api.SQLSetEnvAttr(handle, 200, null_mut(), 0)),
        ]
    }
}

#[track_caller]
fn all_invalid(what: &str, codes: Vec<(&'static str, i16)>) {
    for (function, code) in codes {
        assert_eq!(code, SQL_INVALID_HANDLE, "{function} with {what}");
    }
}

#[test]
fn null_and_made_up_handles() {
    let api = direct();
    for (what, handle) in [
        ("a null handle", null_mut()),
        ("a made-up handle", made_up_handle()),
        ("a small number", 1 as Handle),
        ("all bits", usize::MAX as Handle),
    ] {
        all_invalid(what, on_statement(api, handle));
        all_invalid(what, on_connection(api, handle));
        // A null parent is right for a new environment only.
        all_invalid(what, on_environment(api, handle));
    }
}

#[test]
fn freed_handles() {
    let api = direct();
    let connection = connect();
    let statement = connection.statement();
    let handle = statement.handle;
    drop(statement);
    all_invalid("a freed statement", on_statement(api, handle));
    // A new statement may take the place, but not the token.
    let again = connection.statement();
    assert_ne!(again.handle, handle);
    all_invalid("a freed statement", on_statement(api, handle));
    again.execute_direct("select 1").success();
    drop(again);

    let handle = connection.handle;
    drop(connection);
    all_invalid("a freed connection", on_connection(api, handle));
    let environment = Environment::new();
    let handle = environment.handle;
    drop(environment);
    all_invalid("a freed environment", on_environment(api, handle));
}

#[test]
fn a_statement_is_freed_with_its_connection() {
    let api = direct();
    let connection = connect();
    let statement = connection.statement();
    let handle = statement.handle;
    std::mem::forget(statement);
    connection.disconnect().success();
    all_invalid("a statement of a closed connection", on_statement(api, handle));
}

#[test]
fn handles_of_another_kind() {
    let api = direct();
    let connection = connect();
    let statement = connection.statement();
    all_invalid("a connection for a statement", on_statement(api, connection.handle));
    all_invalid("a statement for a connection", on_connection(api, statement.handle));
    all_invalid("an environment for a connection", on_connection(api, connection.environment().handle));
    all_invalid("a connection for an environment", on_environment(api, connection.handle));
    statement.execute_direct("select 1").success();
}

#[test]
fn a_kind_that_does_not_exist() {
    let api = direct();
    let environment = Environment::new();
    for kind in [0, 5, -1, i16::MAX, i16::MIN] {
        let mut handle = null_mut();
        // SAFETY: room for one handle.
        unsafe {
            let code = api.SQLAllocHandle(kind, environment.handle, &raw mut handle);
            assert!(code == SQL_ERROR || code == SQL_INVALID_HANDLE, "allocating kind {kind}: {code}");
            let code = api.SQLFreeHandle(kind, environment.handle);
            assert!(code == SQL_ERROR || code == SQL_INVALID_HANDLE, "freeing kind {kind}: {code}");
        }
    }
}

#[test]
fn parents_are_not_freed_before_their_children() {
    let api = direct();
    let environment = Environment::new();
    let mut handle = null_mut();
    // SAFETY: room for one handle; handles that are live.
    unsafe {
        assert_eq!(api.SQLAllocHandle(SQL_HANDLE_DBC, environment.handle, &raw mut handle), SQL_SUCCESS);
        let code = api.SQLFreeHandle(SQL_HANDLE_ENV, environment.handle);
        environment.outcome(code).error("HY010");
        assert_eq!(api.SQLFreeHandle(SQL_HANDLE_DBC, handle), SQL_SUCCESS);
    }
    let connection = connect();
    // SAFETY: a live handle.
    let code = unsafe { api.SQLFreeHandle(SQL_HANDLE_DBC, connection.handle) };
    connection.outcome(code).error("HY010");
}

#[test]
fn an_environment_needs_its_version_first() {
    let api = direct();
    let (mut environment, mut connection) = (null_mut(), null_mut());
    // SAFETY: room for the handles.
    unsafe {
        assert_eq!(api.SQLAllocHandle(SQL_HANDLE_ENV, null_mut(), &raw mut environment), SQL_SUCCESS);
        let code = api.SQLAllocHandle(SQL_HANDLE_DBC, environment, &raw mut connection);
        crate::common::Outcome::new(api, code, SQL_HANDLE_ENV, environment).error("HY010");
        assert_eq!(api.SQLFreeHandle(SQL_HANDLE_ENV, environment), SQL_SUCCESS);
    }
}

#[test]
fn no_place_for_the_new_handle() {
    let api = direct();
    let environment = Environment::new();
    // SAFETY: null must be recognised.
    let code = unsafe { api.SQLAllocHandle(SQL_HANDLE_DBC, environment.handle, null_mut()) };
    environment.outcome(code).error("HY009");
    let connection = connect();
    // SAFETY: as above.
    let code = unsafe { api.SQLAllocHandle(SQL_HANDLE_STMT, connection.handle, null_mut()) };
    connection.outcome(code).error("HY009");
}

#[test]
fn freed_by_one_thread_while_another_uses_them() {
    let api = direct();
    let connection: Connection = connect();
    let shared = connection.handle as usize;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(move || {
                for _ in 0..300 {
                    let mut statement = null_mut();
                    // SAFETY: room for one handle; a token may be used by anybody.
                    unsafe {
                        api.SQLAllocHandle(SQL_HANDLE_STMT, shared as Handle, &raw mut statement);
                        let token = statement as usize;
                        let other = std::thread::spawn(move || api.SQLFreeHandle(SQL_HANDLE_STMT, token as Handle));
                        let code = api.SQLCloseCursor(statement);
                        assert!(code == SQL_ERROR || code == SQL_INVALID_HANDLE, "{code}");
                        assert_eq!(other.join().unwrap(), SQL_SUCCESS);
                        assert_eq!(api.SQLCloseCursor(statement), SQL_INVALID_HANDLE);
                    }
                }
            });
        }
    });
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
}

//! The functions of appendix B's tables, called by their names there with whatever handles there are.

use crate::common::api::Handle;
use crate::common::text::Wide;
use crate::common::{Api, Outcome, server};
use crate::odbc::attributes::*;
use crate::odbc::descriptor_fields::{SQL_DESC_ARRAY_STATUS_PTR, SQL_DESC_COUNT, SQL_DESC_TYPE};
use crate::odbc::diagnostic_fields::SQL_DIAG_NUMBER;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::ffi::c_void;
use std::ptr::{null, null_mut};

/// The handles of a cell, null where there is none, and room for what the functions read and write.
#[derive(Debug)]
pub struct Calls {
    pub api: &'static Api,
    pub environment: Handle,
    pub connection: Handle,
    pub statement: Handle,
    /// ARD, APD, IRD and IPD of the statement.
    pub implicit: [Handle; 4],
    /// One of the application's.
    pub explicit: Handle,
    /// A table with one column, an integer.
    pub table: String,
    pub buffer: [u64; 64],
    pub lengths: [isize; 4],
    /// What SQLAllocHandle has made, with its kind: to be freed.
    pub made: Vec<(i16, Handle)>,
}

/// The functions of each kind of handle, as their names begin.
const OF_ENVIRONMENTS: [&str; 5] =
    ["SQLDataSources", "SQLDrivers", "SQLGetEnvAttr", "SQLSetEnvAttr", "SQLEndTran (ENV)"];
const OF_CONNECTIONS: [&str; 11] = [
    "SQLBrowseConnect",
    "SQLConnect",
    "SQLDriverConnect",
    "SQLDisconnect",
    "SQLEndTran (DBC)",
    "SQLGetConnectAttr",
    "SQLSetConnectAttr",
    "SQLGetFunctions",
    "SQLGetInfo",
    "SQLNativeSql",
    "SQLEndTran",
];

impl Calls {
    pub fn new(api: &'static Api) -> Calls {
        Calls {
            api,
            environment: null_mut(),
            connection: null_mut(),
            statement: null_mut(),
            implicit: [null_mut(); 4],
            explicit: null_mut(),
            table: String::new(),
            buffer: [0; 64],
            lengths: [0; 4],
            made: Vec::new(),
        }
    }

    /// Allocates a descriptor of the application's.
    pub fn make_descriptor(&mut self) {
        // SAFETY: room for one handle.
        let code = unsafe { self.api.SQLAllocHandle(SQL_HANDLE_DESC, self.connection, &raw mut self.explicit) };
        assert_eq!(code, SQL_SUCCESS, "a descriptor handle");
    }

    /// Frees what was made by the calls, and the descriptor.
    pub fn clear(&mut self) {
        self.made.push((SQL_HANDLE_DESC, std::mem::replace(&mut self.explicit, null_mut())));
        for (kind, handle) in self.made.drain(..).filter(|(_, handle)| !handle.is_null()) {
            // SAFETY: no addresses.
            unsafe { self.api.SQLFreeHandle(kind, handle) };
        }
    }

    /// The handle that a function is called with, by the handle that its name has in parentheses or else by its kind.
    fn handle_of(&self, name: &str) -> (i16, Handle) {
        let begins = |names: &[&str]| names.iter().any(|begin| name.starts_with(begin));
        if begins(&OF_ENVIRONMENTS) {
            return (SQL_HANDLE_ENV, self.environment);
        }
        if begins(&OF_CONNECTIONS) {
            return (SQL_HANDLE_DBC, self.connection);
        }
        let argument = name.split_once(" (").map_or("", |(_, rest)| rest.trim_end_matches(')'));
        let descriptor = ["ARD", "APD", "IRD", "IPD"].iter().position(|role| argument.starts_with(role));
        match (argument, descriptor) {
            (_, Some(role)) => (SQL_HANDLE_DESC, self.implicit[role]),
            ("ENV", _) => (SQL_HANDLE_ENV, self.environment),
            ("DBC", _) => (SQL_HANDLE_DBC, self.connection),
            ("DESC", _) => (SQL_HANDLE_DESC, self.explicit),
            _ => (SQL_HANDLE_STMT, self.statement),
        }
    }

    /// Calls a function and tells what it has answered.
    pub fn call(&mut self, name: &str) -> Outcome {
        let function = name.split(" (").next().unwrap_or(name);
        let (kind, handle) = self.handle_of(name);
        let (code, kind, handle) = match function {
            "SQLAllocHandle" => self.allocate(kind),
            "SQLFreeHandle" => {
                // SAFETY: no addresses.
                let code = unsafe { self.api.SQLFreeHandle(kind, handle) };
                (code, kind, handle)
            }
            "SQLCopyDesc" => {
                // SAFETY: no addresses.
                let code = unsafe { self.api.SQLCopyDesc(handle, self.explicit) };
                let outcome = Outcome::new(self.api, code, SQL_HANDLE_DESC, self.explicit);
                // unixODBC tells its own errors on the source's handle.
                let silent = code == SQL_ERROR && outcome.records.is_empty();
                (code, SQL_HANDLE_DESC, if silent { handle } else { self.explicit })
            }
            "SQLGetDiagRec" | "SQLGetDiagField" => {
                let code = self.diagnose(function, kind, handle);
                return Outcome { code, records: Vec::new() };
            }
            _ => {
                let code = match kind {
                    SQL_HANDLE_ENV => self.on_environment(name),
                    SQL_HANDLE_DBC => self.on_connection(name),
                    SQL_HANDLE_DESC => self.on_descriptor(function, handle),
                    _ => self.on_statement(name),
                };
                (code, kind, handle)
            }
        };
        if function == "SQLDisconnect" && [SQL_SUCCESS, SQL_SUCCESS_WITH_INFO].contains(&code) {
            // Freed with it; other threads may have got the same handles since.
            (self.statement, self.explicit) = (null_mut(), null_mut());
            self.made.retain(|(kind, _)| [SQL_HANDLE_ENV, SQL_HANDLE_DBC].contains(kind));
        }
        if function == "SQLFreeHandle" && code == SQL_SUCCESS {
            if handle == self.explicit {
                self.explicit = null_mut();
            }
            return Outcome { code, records: Vec::new() };
        }
        Outcome::new(self.api, code, kind, handle)
    }

    /// A handle of a kind; its parent is the one that there is.
    fn allocate(&mut self, kind: i16) -> (i16, i16, Handle) {
        let (parent_kind, parent) = match kind {
            SQL_HANDLE_ENV => (SQL_HANDLE_ENV, null_mut()),
            SQL_HANDLE_DBC => (SQL_HANDLE_ENV, self.environment),
            // Of a wrong type where there is no connection.
            _ if self.connection.is_null() => (SQL_HANDLE_ENV, self.environment),
            _ => (SQL_HANDLE_DBC, self.connection),
        };
        let mut made = null_mut();
        // SAFETY: room for one handle.
        let code = unsafe { self.api.SQLAllocHandle(kind, parent, &raw mut made) };
        if code == SQL_SUCCESS {
            self.made.push((kind, made));
        }
        (code, parent_kind, parent)
    }

    fn diagnose(&mut self, function: &str, kind: i16, handle: Handle) -> i16 {
        let buffer: *mut c_void = self.buffer.as_mut_ptr().cast();
        // SAFETY: room for the answers; a header field, and a record that there is not.
        unsafe {
            match function {
                "SQLGetDiagField" => {
                    let number = SQL_DIAG_NUMBER;
                    self.api.SQLGetDiagFieldW(kind, handle, 0, number, buffer, 8, null_mut())
                }
                _ => {
                    let message = buffer.byte_add(32);
                    self.api.SQLGetDiagRecW(kind, handle, 1, buffer, null_mut(), message, 10, null_mut())
                }
            }
        }
    }

    fn on_environment(&mut self, name: &str) -> i16 {
        let (api, handle) = (self.api, self.environment);
        let buffer: *mut c_void = self.buffer.as_mut_ptr().cast();
        // SAFETY: room for what the functions write.
        unsafe {
            match name {
                "SQLDataSources" | "SQLDrivers" => {
                    let (first, second) = (buffer, buffer.byte_add(256));
                    let (lengths, number) = (self.lengths.as_mut_ptr().cast::<i16>(), SQL_FETCH_FIRST as u16);
                    match name {
                        "SQLDrivers" => api.SQLDriversW(handle, number, first, 30, lengths, second, 30, lengths.add(1)),
                        _ => api.SQLDataSourcesW(handle, number, first, 30, lengths, second, 30, lengths.add(1)),
                    }
                }
                "SQLEndTran (ENV)" => api.SQLEndTran(SQL_HANDLE_ENV, handle, SQL_COMMIT),
                "SQLGetEnvAttr" => api.SQLGetEnvAttr(handle, SQL_ATTR_ODBC_VERSION, buffer, 4, null_mut()),
                "SQLSetEnvAttr (SQL_ATTR_ODBC_VERSION)" => {
                    api.SQLSetEnvAttr(handle, SQL_ATTR_ODBC_VERSION, 3 as *mut c_void, 0)
                }
                "SQLSetEnvAttr (SQL_ATTR_OUTPUT_NTS)" => {
                    api.SQLSetEnvAttr(handle, SQL_ATTR_OUTPUT_NTS, SQL_TRUE as *mut c_void, 0)
                }
                other => panic!("the table names {other}, which the test does not know"),
            }
        }
    }

    fn on_connection(&mut self, name: &str) -> i16 {
        let (api, handle) = (self.api, self.connection);
        let buffer: *mut c_void = self.buffer.as_mut_ptr().cast();
        let length: *mut i16 = self.lengths.as_mut_ptr().cast();
        let server = server();
        let attribute = |name: &str| match name {
            "SQL_ATTR_AUTOCOMMIT" => (SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF),
            "SQL_ATTR_METADATA_ID" => (SQL_ATTR_METADATA_ID, 0),
            "SQL_ATTR_CONNECTION_TIMEOUT" => (SQL_ATTR_CONNECTION_TIMEOUT, 0),
            "SQL_ATTR_ODBC_CURSORS" => (SQL_ATTR_ODBC_CURSORS, SQL_CUR_USE_DRIVER),
            "SQL_ATTR_PACKET_SIZE" => (SQL_ATTR_PACKET_SIZE, 4096),
            "SQL_ATTR_TXN_ISOLATION" => (SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE),
            "SQL_ATTR_TRANSLATE_OPTION" => (SQL_ATTR_TRANSLATE_OPTION, 1),
            other => panic!("the table names {other}, which the test does not know"),
        };
        let argument = name.split_once(" (").map_or("", |(_, rest)| rest.trim_end_matches(')'));
        let given = |text: &str| Wide::new(text);
        let end = SQL_NTS as i16;
        // SAFETY: every address is of this object or of a text that outlives the call, with room for what is written there.
        unsafe {
            match (name.split(" (").next().unwrap_or(name), argument) {
                ("SQLBrowseConnect", how) => {
                    let text = given(&match how {
                        "incomplete" => format!("DRIVER={{{}}}", server.driver_name),
                        // Nobody listens there.
                        "error" => server.connection_string_for("127.0.0.1", 1, &server.user, "none"),
                        _ => server.connection_string(),
                    });
                    let out = Wide::room(2000);
                    api.SQLBrowseConnectW(handle, text.address(), end, out.address(), 2000, length)
                }
                ("SQLConnect", _) => {
                    let (dsn, user) = (given(&server.dsn), given(&server.user));
                    api.SQLConnectW(handle, dsn.address(), end, user.address(), end, null_mut(), 0)
                }
                ("SQLDriverConnect", _) => {
                    let text = given(&server.connection_string());
                    let (out, window) = (Wide::room(2000), null_mut());
                    let prompt = SQL_DRIVER_NOPROMPT;
                    api.SQLDriverConnectW(handle, window, text.address(), end, out.address(), 2000, length, prompt)
                }
                ("SQLDisconnect", _) => api.SQLDisconnect(handle),
                ("SQLEndTran", _) => api.SQLEndTran(SQL_HANDLE_DBC, handle, SQL_COMMIT),
                ("SQLGetConnectAttr", which) => {
                    api.SQLGetConnectAttrW(handle, attribute(which).0, buffer, 8, null_mut())
                }
                ("SQLSetConnectAttr", "SQL_ATTR_CURRENT_CATALOG") => {
                    let text = given(&server.database);
                    api.SQLSetConnectAttrW(handle, SQL_ATTR_CURRENT_CATALOG, text.address(), SQL_NTS)
                }
                ("SQLSetConnectAttr", which) => {
                    let (number, value) = attribute(which);
                    api.SQLSetConnectAttrW(handle, number, value as *mut c_void, 0)
                }
                ("SQLGetFunctions", _) => api.SQLGetFunctions(handle, 11, buffer.cast()),
                ("SQLGetInfo", "SQL_ODBC_VER") => api.SQLGetInfoW(handle, 10, buffer, 100, length),
                ("SQLGetInfo", _) => api.SQLGetInfoW(handle, 17, buffer, 100, length),
                ("SQLNativeSql", _) => {
                    let text = given("select 1");
                    let length = length.cast();
                    api.SQLNativeSqlW(handle, text.address(), SQL_NTS, buffer, 100, length)
                }
                _ => panic!("the table names {name}, which the test does not know"),
            }
        }
    }

    fn on_descriptor(&mut self, function: &str, handle: Handle) -> i16 {
        let api = self.api;
        let buffer: *mut c_void = self.buffer.as_mut_ptr().cast();
        let lengths = self.lengths.as_mut_ptr();
        let is_ird = !handle.is_null() && handle == self.implicit[2];
        // SAFETY: room for what the functions write; no address is kept but null.
        unsafe {
            match function {
                // Of an IRD it is a record's: the count is known to be 0 where there is none.
                "SQLGetDescField" if is_ird => api.SQLGetDescFieldW(handle, 1, SQL_DESC_TYPE, buffer, 8, null_mut()),
                "SQLGetDescField" => api.SQLGetDescFieldW(handle, 0, SQL_DESC_COUNT, buffer, 8, null_mut()),
                // Of a record: the IRD has some where there is a result.
                "SQLGetDescRec" => {
                    let (name, numbers) = (buffer, lengths.cast::<i16>());
                    let (none, more) = (null_mut(), lengths.add(2));
                    api.SQLGetDescRecW(handle, 1, name, 50, numbers, numbers.add(1), none, more, none, none, none)
                }
                // Of an IRD nothing else can be set.
                "SQLSetDescField" if is_ird => {
                    api.SQLSetDescFieldW(handle, 0, SQL_DESC_ARRAY_STATUS_PTR, null_mut(), 0)
                }
                "SQLSetDescField" => api.SQLSetDescFieldW(handle, 0, SQL_DESC_ARRAY_STATUS_PTR, null_mut(), 0),
                "SQLSetDescRec" => {
                    let none = null_mut();
                    api.SQLSetDescRec(handle, 1, SQL_C_SLONG, 0, 4, 0, 0, null_mut(), none, none)
                }
                other => panic!("the table names {other}, which the test does not know"),
            }
        }
    }

    /// The functions of statements; with a null handle all of them are SQL_INVALID_HANDLE.
    #[allow(clippy::too_many_lines)]
    fn on_statement(&mut self, name: &str) -> i16 {
        let (api, handle) = (self.api, self.statement);
        let buffer: *mut c_void = self.buffer.as_mut_ptr().cast();
        let length: *mut isize = &raw mut self.lengths[0];
        let (short, number): (*mut i16, *mut usize) = (length.cast(), length.cast());
        let table = self.table.as_ptr();
        let table_length = self.table.len() as i16;
        let none = null();
        let sql = match name {
            "SQLExecDirect (no results)" => format!("insert into {} values (2)", self.table),
            "SQLExecDirect (results)" => "select 1".to_owned(),
            "SQLPrepare (no results)" => format!("insert into {} values (3)", self.table),
            _ => "select 3".to_owned(),
        };
        let sql = Wide::new(&sql);
        // SAFETY: every address is of this object or a text that outlives the call, with room for what is written there; what is
        // bound lives as long as the statement.
        unsafe {
            match name {
                "SQLBindCol" => api.SQLBindCol(handle, 1, SQL_C_SLONG, buffer, 4, length),
                "SQLBindParameter" => {
                    api.SQLBindParameter(handle, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, buffer, 0, length)
                }
                "SQLBulkOperations" => api.SQLBulkOperations(handle, SQL_ADD as i16),
                "SQLCancel" => api.SQLCancel(handle),
                "SQLCloseCursor" => api.SQLCloseCursor(handle),
                "SQLColAttribute" => {
                    api.SQLColAttributeW(handle, 1, SQL_DESC_TYPE as u16, null_mut(), 0, null_mut(), length)
                }
                "SQLColumns" => api.SQLColumns(handle, none, 0, none, 0, table, table_length, none, 0),
                "SQLColumnPrivileges" => {
                    api.SQLColumnPrivileges(handle, none, 0, none, 0, table, table_length, none, 0)
                }
                "SQLForeignKeys" => {
                    api.SQLForeignKeys(handle, none, 0, none, 0, table, table_length, none, 0, none, 0, none, 0)
                }
                "SQLGetTypeInfo" => api.SQLGetTypeInfo(handle, SQL_INTEGER),
                "SQLPrimaryKeys" => api.SQLPrimaryKeys(handle, none, 0, none, 0, table, table_length),
                "SQLProcedureColumns" => {
                    api.SQLProcedureColumns(handle, none, 0, none, 0, table, table_length, none, 0)
                }
                "SQLProcedures" => api.SQLProcedures(handle, none, 0, none, 0, table, table_length),
                "SQLSpecialColumns" => api.SQLSpecialColumns(handle, 1, none, 0, none, 0, table, table_length, 0, 1),
                "SQLStatistics" => api.SQLStatistics(handle, none, 0, none, 0, table, table_length, 1, 0),
                "SQLTablePrivileges" => api.SQLTablePrivileges(handle, none, 0, none, 0, table, table_length),
                "SQLTables" => api.SQLTables(handle, none, 0, none, 0, table, table_length, none, 0),
                "SQLDescribeCol" => {
                    api.SQLDescribeColW(handle, 1, buffer, 100, short, null_mut(), null_mut(), null_mut(), null_mut())
                }
                "SQLDescribeParam" => api.SQLDescribeParam(handle, 1, short, null_mut(), null_mut(), null_mut()),
                "SQLExecDirect (no results)" | "SQLExecDirect (results)" => {
                    api.SQLExecDirectW(handle, sql.address(), SQL_NTS)
                }
                "SQLExecute" => api.SQLExecute(handle),
                "SQLExtendedFetch" => api.SQLExtendedFetch(handle, 1, 0, number, null_mut()),
                "SQLFetch" => api.SQLFetch(handle),
                "SQLFetchScroll" => api.SQLFetchScroll(handle, 1, 0),
                "SQLFreeStmt (SQL_CLOSE)" => api.SQLFreeStmt(handle, SQL_CLOSE),
                "SQLFreeStmt (SQL_UNBIND)" => api.SQLFreeStmt(handle, SQL_UNBIND),
                "SQLFreeStmt (SQL_RESET_PARAMS)" => api.SQLFreeStmt(handle, SQL_RESET_PARAMS),
                "SQLGetCursorName" => api.SQLGetCursorName(handle, buffer.cast(), 100, short),
                "SQLGetData" => api.SQLGetData(handle, 1, SQL_C_SLONG, buffer, 4, length),
                "SQLGetStmtAttr (SQL_ATTR_MAX_ROWS)" => {
                    api.SQLGetStmtAttrW(handle, SQL_ATTR_MAX_ROWS, buffer, 8, null_mut())
                }
                "SQLGetStmtAttr (SQL_ATTR_ROW_NUMBER)" => {
                    api.SQLGetStmtAttrW(handle, SQL_ATTR_ROW_NUMBER, buffer, 8, null_mut())
                }
                "SQLMoreResults" => api.SQLMoreResults(handle),
                "SQLNumParams" => api.SQLNumParams(handle, short),
                "SQLNumResultCols" => api.SQLNumResultCols(handle, short),
                "SQLParamData" => api.SQLParamData(handle, buffer.cast()),
                "SQLPrepare (no results)" | "SQLPrepare (results)" => api.SQLPrepareW(handle, sql.address(), SQL_NTS),
                "SQLPutData" => api.SQLPutData(handle, c"7".as_ptr().cast_mut().cast(), 1),
                "SQLRowCount" => api.SQLRowCount(handle, length),
                "SQLSetCursorName" => api.SQLSetCursorName(handle, c"named".as_ptr().cast(), SQL_NTS as i16),
                "SQLSetPos" => api.SQLSetPos(handle, 1, 0, 0),
                "SQLSetStmtAttr (SQL_ATTR_MAX_ROWS)" => api.SQLSetStmtAttrW(handle, SQL_ATTR_MAX_ROWS, null_mut(), 0),
                "SQLSetStmtAttr (SQL_ATTR_CONCURRENCY)" => {
                    let value = SQL_CONCUR_READ_ONLY as *mut c_void;
                    api.SQLSetStmtAttrW(handle, SQL_ATTR_CONCURRENCY, value, 0)
                }
                other => panic!("the table names {other}, which the test does not know"),
            }
        }
    }
}

/// An outcome in the words of the tables.
pub fn told(outcome: &Outcome) -> String {
    match outcome.code {
        SQL_SUCCESS | SQL_SUCCESS_WITH_INFO => "ok".to_owned(),
        SQL_NO_DATA => "nodata".to_owned(),
        SQL_NEED_DATA => "need".to_owned(),
        SQL_STILL_EXECUTING => "still".to_owned(),
        SQL_INVALID_HANDLE => "IH".to_owned(),
        _ => outcome.records.first().map_or("error".to_owned(), |record| record.sqlstate.clone()),
    }
}

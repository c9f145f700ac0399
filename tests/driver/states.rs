//! Appendix B walked: each function in each state of a statement, against the table in `states/statements.tsv`.
//!
//! Under iODBC it is not walked. Source: ODBC reference, appendix B, "Statement transitions". Where a manager answers otherwise, or the driver does, the deviation
//! is in `states/deviations.tsv` with its reason.

use crate::asynchronous::poll;
use crate::common::api::Manager;
use crate::common::statement::Parameter;
use crate::common::{Connection, Outcome, Statement, connect, unique};
use crate::odbc::attributes::*;
use crate::odbc::descriptor_fields::SQL_DESC_TYPE;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ptr::{null, null_mut};

const STATES: [&str; 11] = ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S11"];

const SLEEP: &str = "select pg_sleep(60)";

/// What the functions of one cell work with. Buffers outlive the statement.
struct Cell<'c> {
    connection: &'c Connection,
    statement: Statement<'c>,
    table: &'c str,
    buffer: [u64; 64],
    lengths: [isize; 4],
}

impl<'c> Cell<'c> {
    /// A statement in a state.
    fn new(connection: &'c Connection, table: &'c str, state: &str) -> Box<Cell<'c>> {
        let statement = connection.statement();
        let mut cell = Box::new(Cell { connection, statement, table, buffer: [0; 64], lengths: [0; 4] });
        let (insert, select) =
            (format!("insert into {table} values (1)"), "select 1 union all select 2 union all select 3");
        let statement = &cell.statement;
        match state {
            "S2" => statement.prepare(&insert).success(),
            "S3" => statement.prepare(select).success(),
            "S4" => statement.execute_direct(&insert).success(),
            "S5" | "S6" | "S7" => statement.execute_direct(select).success(),
            "S8" | "S9" | "S10" => cell.need_data(),
            "S11" => {
                statement.set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON).success();
                assert_eq!(statement.execute_direct(SLEEP).code, SQL_STILL_EXECUTING);
            }
            _ => {}
        }
        match state {
            "S6" => cell.statement.fetch().success(),
            "S7" => cell.call("SQLExtendedFetch").success(),
            "S9" | "S10" => assert_eq!(cell.statement.parameter_data().0.code, SQL_NEED_DATA),
            _ => {}
        }
        if state == "S10" {
            cell.statement.put(b"7").success();
        }
        cell
    }

    fn need_data(&mut self) {
        let parameter = Parameter { c_type: SQL_C_CHAR, sql_type: SQL_VARCHAR, column_size: 10, decimal_digits: 0 };
        self.lengths[3] = SQL_DATA_AT_EXEC;
        self.statement.prepare(&format!("insert into {} values (cast(? as integer))", self.table)).success();
        let (place, length) = (self.buffer.as_mut_ptr().cast(), &raw mut self.lengths[3]);
        // SAFETY: both are the cell's, which outlives the execution.
        unsafe { self.statement.bind_parameter(1, parameter, place, 0, length).success() };
        assert_eq!(self.statement.execute().code, SQL_NEED_DATA);
    }

    /// Calls a function of the table by its name there.
    #[allow(clippy::too_many_lines)]
    fn call(&mut self, name: &str) -> Outcome {
        let (statement, connection) = (&self.statement, self.connection);
        let (api, handle) = (statement.api, statement.handle);
        let buffer: *mut c_void = self.buffer.as_mut_ptr().cast();
        let length: *mut isize = &raw mut self.lengths[0];
        let (short, number): (*mut i16, *mut usize) = (length.cast(), length.cast());
        let table = self.table.as_ptr();
        let table_length = self.table.len() as i16;
        let (none, text) = (null(), SQL_NTS as i16);
        // SAFETY: every address is of the cell, has room for what the function writes there, and lives as long as it.
        let code = unsafe {
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
                "SQLDescribeParam" => {
                    return self.describe_parameter();
                }
                "SQLEndTran" => api.SQLEndTran(SQL_HANDLE_DBC, connection.handle, SQL_COMMIT),
                "SQLExecDirect (no results)" => {
                    return statement.execute_direct(&format!("insert into {} values (2)", self.table));
                }
                "SQLExecDirect (results)" => return statement.execute_direct("select 1"),
                "SQLExecute" => api.SQLExecute(handle),
                "SQLExtendedFetch" => api.SQLExtendedFetch(handle, 1, 0, number, null_mut()),
                "SQLFetch" => api.SQLFetch(handle),
                "SQLFetchScroll" => api.SQLFetchScroll(handle, 1, 0),
                "SQLFreeHandle" => api.SQLFreeHandle(SQL_HANDLE_STMT, handle),
                "SQLFreeStmt (SQL_CLOSE)" => api.SQLFreeStmt(handle, SQL_CLOSE),
                "SQLFreeStmt (SQL_UNBIND)" => api.SQLFreeStmt(handle, SQL_UNBIND),
                "SQLFreeStmt (SQL_RESET_PARAMS)" => api.SQLFreeStmt(handle, SQL_RESET_PARAMS),
                "SQLGetConnectAttr" => {
                    api.SQLGetConnectAttrW(connection.handle, SQL_ATTR_AUTOCOMMIT, buffer, 4, null_mut())
                }
                "SQLGetCursorName" => api.SQLGetCursorName(handle, buffer.cast(), 100, short),
                "SQLGetData" => api.SQLGetData(handle, 1, SQL_C_SLONG, buffer, 4, length),
                "SQLGetFunctions" => api.SQLGetFunctions(connection.handle, 11, buffer.cast()),
                "SQLGetInfo" => api.SQLGetInfoW(connection.handle, 17, buffer, 100, short),
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
                "SQLPrepare (no results)" => {
                    return statement.prepare(&format!("insert into {} values (3)", self.table));
                }
                "SQLPrepare (results)" => return statement.prepare("select 3"),
                "SQLPutData" => return statement.put(b"7"),
                "SQLRowCount" => api.SQLRowCount(handle, length),
                "SQLSetConnectAttr" => return connection.set(SQL_ATTR_METADATA_ID, SQL_FALSE),
                "SQLSetCursorName" => api.SQLSetCursorName(handle, c"named".as_ptr().cast(), text),
                "SQLSetPos" => api.SQLSetPos(handle, 1, 0, 0),
                "SQLSetStmtAttr (SQL_ATTR_MAX_ROWS)" => return statement.set(SQL_ATTR_MAX_ROWS, 0),
                "SQLSetStmtAttr (SQL_ATTR_CONCURRENCY)" => {
                    return statement.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_READ_ONLY);
                }
                other => panic!("the table names {other}, which the test does not know"),
            }
        };
        if ["SQLEndTran", "SQLGetConnectAttr", "SQLGetFunctions", "SQLGetInfo"].contains(&name) {
            return connection.outcome(code);
        }
        if name == "SQLFreeHandle" && code == SQL_SUCCESS {
            return Outcome { code, records: Vec::new() };
        }
        statement.outcome(code)
    }

    /// A prepared statement with a parameter, where the state is one of prepared statements.
    fn describe_parameter(&self) -> Outcome {
        let (outcome, _) = self.statement.describe_parameter(1);
        outcome
    }

    /// What tells its state without changing it: whether SQLRowCount answers, and how many columns SQLNumResultCols finds.
    fn seen(&self) -> (bool, Option<i16>) {
        let (mut count, mut columns) = (0, -1);
        let (api, handle) = (self.statement.api, self.statement.handle);
        // SAFETY: room for the answers.
        let (counted, described) =
            unsafe { (api.SQLRowCount(handle, &raw mut count), api.SQLNumResultCols(handle, &raw mut columns)) };
        (counted == SQL_SUCCESS, (described == SQL_SUCCESS).then_some(columns))
    }

    /// Brings the statement to an end, so that it can be freed.
    fn end(self, state: &str, freed: bool) {
        if state == "S11" {
            self.statement.cancel().succeeded();
            poll(|| self.statement.execute_direct(SLEEP)).outcome.error("HY008");
        }
        if ["S8", "S9", "S10"].contains(&state) {
            let _ = self.statement.cancel();
        }
        if freed {
            std::mem::forget(self.statement);
        }
    }
}

/// Whether what is seen of a statement is what one in this state shows; the states that need data show nothing.
fn looks_like(state: &str, (counted, columns): (bool, Option<i16>)) -> bool {
    match state {
        "S1" => !counted && columns.is_none(),
        "S2" => !counted && columns == Some(0),
        "S3" => !counted && columns > Some(0),
        "S4" => counted && columns == Some(0),
        "S5" | "S6" | "S7" => counted && columns > Some(0),
        _ => true,
    }
}

/// An outcome in the words of the table.
fn told(outcome: &Outcome) -> String {
    match outcome.code {
        SQL_SUCCESS | SQL_SUCCESS_WITH_INFO => "ok".to_owned(),
        SQL_NO_DATA => "nodata".to_owned(),
        SQL_NEED_DATA => "need".to_owned(),
        SQL_STILL_EXECUTING => "still".to_owned(),
        SQL_INVALID_HANDLE => "IH".to_owned(),
        _ => outcome.records.first().map_or("error".to_owned(), |record| record.sqlstate.clone()),
    }
}

/// The lines of a table without its comments, by tabs.
fn lines(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| line.split('\t').collect())
}

/// What `manager` answers otherwise: by function and state.
fn deviations(manager: Manager) -> BTreeMap<(&'static str, &'static str), &'static str> {
    let name = match manager {
        Manager::Direct => "direct",
        Manager::UnixOdbc => "unixodbc",
        Manager::Iodbc => "iodbc",
    };
    let mut found = BTreeMap::new();
    for line in lines(include_str!("states/deviations.tsv")).skip(1) {
        let [who, function, states, answer, reason] = line[..] else { panic!("{line:?} has five columns") };
        assert!(!reason.is_empty(), "{line:?} gives its reason");
        if who == "all" || who == name {
            found.extend(states.split(' ').map(|state| ((function, state), answer)));
        }
    }
    found
}

#[test]
fn each_function_in_each_state_of_a_statement() {
    let connection = connect();
    if connection.api.manager == Manager::Iodbc {
        // Its own states are those of ODBC 2, and it frees what the driver refuses to free: it is not walked.
        return;
    }
    let table = unique("states");
    connection.run(&format!("create table {table} (a integer primary key generated by default as identity)"));
    connection.run(&format!("alter table {table} drop constraint {table}_pkey"));
    let deviations = deviations(connection.api.manager);
    let (mut wrong, mut cells, mut used) = (Vec::new(), 0, Vec::new());
    let mut rows = lines(include_str!("states/statements.tsv"));
    assert_eq!(rows.next().expect("a heading")[1..], STATES);
    for row in rows {
        let function = row[0];
        assert_eq!(row.len(), 1 + STATES.len(), "{function}");
        for (state, expected) in STATES.into_iter().zip(&row[1..]).filter(|(_, expected)| **expected != ".") {
            cells += 1;
            let (expected, after) = expected.split_once('>').unwrap_or((expected, ""));
            let mut cell = Cell::new(&connection, &table, state);
            let answer = told(&cell.call(function));
            // Managers have states of their own.
            if connection.api.manager == Manager::Direct && answer == expected {
                let seen = cell.seen();
                if !looks_like(after, seen) {
                    wrong.push(format!("{function}\t{state}\tdoes not lead to {after}: {seen:?}"));
                }
            }
            cell.end(state, function == "SQLFreeHandle" && answer == "ok");
            let deviation = deviations.get(&(function, state));
            used.extend(deviation.map(|_| (function, state)));
            let wanted = deviation.copied().unwrap_or(expected);
            if answer != wanted {
                wrong.push(format!("{function}\t{state}\t{answer}\texpected {wanted}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cells} cells:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(used.len(), deviations.len(), "a deviation that is listed and not met");
}

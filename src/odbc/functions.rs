//! The functions this driver exports, with the numbers `SQLGetFunctions` knows them by.
//!
//! Source: ODBC reference, function summary; numbers (`SQL_API_*`) from `sql.h` and `sqlext.h`.
//! Functions of the driver manager alone (`SQLDataSources`, `SQLDrivers`) and the ODBC 1 and 2 functions that it maps
//! to newer ones are not here: a 3.x driver does not export them.

/// A function's number in the `SQL_API_*` list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FunctionId(pub u16);

/// One exported function.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    pub id: FunctionId,
    pub name: &'static str,
    /// There is a wide form too, exported under the same name with a `W` behind it.
    pub wide: bool,
    /// It does its work; one that does not answers HYC00, and `SQLGetFunctions` says SQL_FALSE for it.
    pub works: bool,
}

impl FunctionId {
    pub const ALLOC_HANDLE: FunctionId = FunctionId(1001);
    pub const BIND_COL: FunctionId = FunctionId(4);
    pub const BIND_PARAMETER: FunctionId = FunctionId(72);
    pub const BROWSE_CONNECT: FunctionId = FunctionId(55);
    pub const BULK_OPERATIONS: FunctionId = FunctionId(24);
    pub const CANCEL: FunctionId = FunctionId(5);
    pub const CANCEL_HANDLE: FunctionId = FunctionId(1022);
    pub const CLOSE_CURSOR: FunctionId = FunctionId(1003);
    pub const COL_ATTRIBUTE: FunctionId = FunctionId(6);
    pub const COLUMN_PRIVILEGES: FunctionId = FunctionId(56);
    pub const COLUMNS: FunctionId = FunctionId(40);
    pub const CONNECT: FunctionId = FunctionId(7);
    pub const COPY_DESC: FunctionId = FunctionId(1004);
    pub const DESCRIBE_COL: FunctionId = FunctionId(8);
    pub const DESCRIBE_PARAM: FunctionId = FunctionId(58);
    pub const DISCONNECT: FunctionId = FunctionId(9);
    pub const DRIVER_CONNECT: FunctionId = FunctionId(41);
    pub const END_TRAN: FunctionId = FunctionId(1005);
    pub const EXEC_DIRECT: FunctionId = FunctionId(11);
    pub const EXECUTE: FunctionId = FunctionId(12);
    pub const EXTENDED_FETCH: FunctionId = FunctionId(59);
    pub const FETCH: FunctionId = FunctionId(13);
    pub const FETCH_SCROLL: FunctionId = FunctionId(1021);
    pub const FOREIGN_KEYS: FunctionId = FunctionId(60);
    pub const FREE_HANDLE: FunctionId = FunctionId(1006);
    pub const FREE_STMT: FunctionId = FunctionId(16);
    pub const GET_CONNECT_ATTR: FunctionId = FunctionId(1007);
    pub const GET_CURSOR_NAME: FunctionId = FunctionId(17);
    pub const GET_DATA: FunctionId = FunctionId(43);
    pub const GET_DESC_FIELD: FunctionId = FunctionId(1008);
    pub const GET_DESC_REC: FunctionId = FunctionId(1009);
    pub const GET_DIAG_FIELD: FunctionId = FunctionId(1010);
    pub const GET_DIAG_REC: FunctionId = FunctionId(1011);
    pub const GET_ENV_ATTR: FunctionId = FunctionId(1012);
    pub const GET_FUNCTIONS: FunctionId = FunctionId(44);
    pub const GET_INFO: FunctionId = FunctionId(45);
    pub const GET_STMT_ATTR: FunctionId = FunctionId(1014);
    pub const GET_TYPE_INFO: FunctionId = FunctionId(47);
    pub const MORE_RESULTS: FunctionId = FunctionId(61);
    pub const NATIVE_SQL: FunctionId = FunctionId(62);
    pub const NUM_PARAMS: FunctionId = FunctionId(63);
    pub const NUM_RESULT_COLS: FunctionId = FunctionId(18);
    pub const PARAM_DATA: FunctionId = FunctionId(48);
    pub const PREPARE: FunctionId = FunctionId(19);
    pub const PRIMARY_KEYS: FunctionId = FunctionId(65);
    pub const PROCEDURE_COLUMNS: FunctionId = FunctionId(66);
    pub const PROCEDURES: FunctionId = FunctionId(67);
    pub const PUT_DATA: FunctionId = FunctionId(49);
    pub const ROW_COUNT: FunctionId = FunctionId(20);
    pub const SET_CONNECT_ATTR: FunctionId = FunctionId(1016);
    pub const SET_CURSOR_NAME: FunctionId = FunctionId(21);
    pub const SET_DESC_FIELD: FunctionId = FunctionId(1017);
    pub const SET_DESC_REC: FunctionId = FunctionId(1018);
    pub const SET_ENV_ATTR: FunctionId = FunctionId(1019);
    pub const SET_POS: FunctionId = FunctionId(68);
    pub const SET_STMT_ATTR: FunctionId = FunctionId(1020);
    pub const SPECIAL_COLUMNS: FunctionId = FunctionId(52);
    pub const STATISTICS: FunctionId = FunctionId(53);
    pub const TABLE_PRIVILEGES: FunctionId = FunctionId(70);
    pub const TABLES: FunctionId = FunctionId(54);

    /// The function's row in the table, if it is one that this driver exports.
    pub fn entry(self) -> Option<&'static Function> {
        FUNCTIONS.iter().find(|function| function.id == self)
    }

    /// The function's name, for messages and traces.
    pub fn name(self) -> &'static str {
        self.entry().map_or("an unknown function", |function| function.name)
    }
}

const fn function(id: FunctionId, name: &'static str, wide: bool, works: bool) -> Function {
    Function { id, name, wide, works }
}

/// All exported functions, by name.
pub const FUNCTIONS: &[Function] = &[
    function(FunctionId::ALLOC_HANDLE, "SQLAllocHandle", false, true),
    function(FunctionId::BIND_COL, "SQLBindCol", false, true),
    function(FunctionId::BIND_PARAMETER, "SQLBindParameter", false, true),
    function(FunctionId::BROWSE_CONNECT, "SQLBrowseConnect", true, true),
    function(FunctionId::BULK_OPERATIONS, "SQLBulkOperations", false, true),
    function(FunctionId::CANCEL, "SQLCancel", false, true),
    function(FunctionId::CANCEL_HANDLE, "SQLCancelHandle", false, true),
    function(FunctionId::CLOSE_CURSOR, "SQLCloseCursor", false, true),
    function(FunctionId::COL_ATTRIBUTE, "SQLColAttribute", true, true),
    function(FunctionId::COLUMN_PRIVILEGES, "SQLColumnPrivileges", true, true),
    function(FunctionId::COLUMNS, "SQLColumns", true, true),
    function(FunctionId::CONNECT, "SQLConnect", true, true),
    function(FunctionId::COPY_DESC, "SQLCopyDesc", false, true),
    function(FunctionId::DESCRIBE_COL, "SQLDescribeCol", true, true),
    function(FunctionId::DESCRIBE_PARAM, "SQLDescribeParam", false, true),
    function(FunctionId::DISCONNECT, "SQLDisconnect", false, true),
    function(FunctionId::DRIVER_CONNECT, "SQLDriverConnect", true, true),
    function(FunctionId::END_TRAN, "SQLEndTran", false, true),
    function(FunctionId::EXEC_DIRECT, "SQLExecDirect", true, true),
    function(FunctionId::EXECUTE, "SQLExecute", false, true),
    function(FunctionId::EXTENDED_FETCH, "SQLExtendedFetch", false, true),
    function(FunctionId::FETCH, "SQLFetch", false, true),
    function(FunctionId::FETCH_SCROLL, "SQLFetchScroll", false, true),
    function(FunctionId::FOREIGN_KEYS, "SQLForeignKeys", true, true),
    function(FunctionId::FREE_HANDLE, "SQLFreeHandle", false, true),
    function(FunctionId::FREE_STMT, "SQLFreeStmt", false, true),
    function(FunctionId::GET_CONNECT_ATTR, "SQLGetConnectAttr", true, true),
    function(FunctionId::GET_CURSOR_NAME, "SQLGetCursorName", true, true),
    function(FunctionId::GET_DATA, "SQLGetData", false, true),
    function(FunctionId::GET_DESC_FIELD, "SQLGetDescField", true, true),
    function(FunctionId::GET_DESC_REC, "SQLGetDescRec", true, true),
    function(FunctionId::GET_DIAG_FIELD, "SQLGetDiagField", true, true),
    function(FunctionId::GET_DIAG_REC, "SQLGetDiagRec", true, true),
    function(FunctionId::GET_ENV_ATTR, "SQLGetEnvAttr", false, true),
    function(FunctionId::GET_FUNCTIONS, "SQLGetFunctions", false, true),
    function(FunctionId::GET_INFO, "SQLGetInfo", true, true),
    function(FunctionId::GET_STMT_ATTR, "SQLGetStmtAttr", true, true),
    function(FunctionId::GET_TYPE_INFO, "SQLGetTypeInfo", true, true),
    function(FunctionId::MORE_RESULTS, "SQLMoreResults", false, true),
    function(FunctionId::NATIVE_SQL, "SQLNativeSql", true, true),
    function(FunctionId::NUM_PARAMS, "SQLNumParams", false, true),
    function(FunctionId::NUM_RESULT_COLS, "SQLNumResultCols", false, true),
    function(FunctionId::PARAM_DATA, "SQLParamData", false, true),
    function(FunctionId::PREPARE, "SQLPrepare", true, true),
    function(FunctionId::PRIMARY_KEYS, "SQLPrimaryKeys", true, true),
    function(FunctionId::PROCEDURE_COLUMNS, "SQLProcedureColumns", true, true),
    function(FunctionId::PROCEDURES, "SQLProcedures", true, true),
    function(FunctionId::PUT_DATA, "SQLPutData", false, true),
    function(FunctionId::ROW_COUNT, "SQLRowCount", false, true),
    function(FunctionId::SET_CONNECT_ATTR, "SQLSetConnectAttr", true, true),
    function(FunctionId::SET_CURSOR_NAME, "SQLSetCursorName", true, true),
    function(FunctionId::SET_DESC_FIELD, "SQLSetDescField", true, true),
    function(FunctionId::SET_DESC_REC, "SQLSetDescRec", false, true),
    function(FunctionId::SET_ENV_ATTR, "SQLSetEnvAttr", false, true),
    function(FunctionId::SET_POS, "SQLSetPos", false, true),
    function(FunctionId::SET_STMT_ATTR, "SQLSetStmtAttr", true, true),
    function(FunctionId::SPECIAL_COLUMNS, "SQLSpecialColumns", true, true),
    function(FunctionId::STATISTICS, "SQLStatistics", true, true),
    function(FunctionId::TABLE_PRIVILEGES, "SQLTablePrivileges", true, true),
    function(FunctionId::TABLES, "SQLTables", true, true),
];

//! Return codes, handle types, lengths and option values of the functions.
//!
//! Source: ODBC reference, the page of each function; values from `sql.h` and `sqlext.h`.

// Return codes (SQLRETURN).
pub const SQL_SUCCESS: i16 = 0;
pub const SQL_SUCCESS_WITH_INFO: i16 = 1;
pub const SQL_NO_DATA: i16 = 100;
pub const SQL_ERROR: i16 = -1;
pub const SQL_INVALID_HANDLE: i16 = -2;
pub const SQL_STILL_EXECUTING: i16 = 2;
pub const SQL_NEED_DATA: i16 = 99;
pub const SQL_PARAM_DATA_AVAILABLE: i16 = 101;

// Handle types.
pub const SQL_HANDLE_ENV: i16 = 1;
pub const SQL_HANDLE_DBC: i16 = 2;
pub const SQL_HANDLE_STMT: i16 = 3;
pub const SQL_HANDLE_DESC: i16 = 4;

// Lengths and indicators.
/// A length argument: the text ends with a NUL.
pub const SQL_NTS: i32 = -3;
pub const SQL_NULL_DATA: isize = -1;
pub const SQL_DATA_AT_EXEC: isize = -2;
pub const SQL_NO_TOTAL: isize = -4;
pub const SQL_DEFAULT_PARAM: isize = -5;
pub const SQL_COLUMN_IGNORE: isize = -6;
pub const SQL_LEN_DATA_AT_EXEC_OFFSET: isize = -100;

// SQLFreeStmt.
pub const SQL_CLOSE: u16 = 0;
pub const SQL_DROP: u16 = 1;
pub const SQL_UNBIND: u16 = 2;
pub const SQL_RESET_PARAMS: u16 = 3;

// SQLFetchScroll.
pub const SQL_FETCH_NEXT: i16 = 1;
pub const SQL_FETCH_FIRST: i16 = 2;
pub const SQL_FETCH_LAST: i16 = 3;
pub const SQL_FETCH_PRIOR: i16 = 4;
pub const SQL_FETCH_ABSOLUTE: i16 = 5;
pub const SQL_FETCH_RELATIVE: i16 = 6;
pub const SQL_FETCH_BOOKMARK: i16 = 8;

// SQLSetPos: operations and locks; the row operation array.
pub const SQL_POSITION: u16 = 0;
pub const SQL_REFRESH: u16 = 1;
pub const SQL_UPDATE: u16 = 2;
pub const SQL_DELETE: u16 = 3;
pub const SQL_ADD: u16 = 4;
pub const SQL_LOCK_NO_CHANGE: u16 = 0;
pub const SQL_LOCK_EXCLUSIVE: u16 = 1;
pub const SQL_LOCK_UNLOCK: u16 = 2;
pub const SQL_ROW_PROCEED: u16 = 0;
pub const SQL_ROW_IGNORE: u16 = 1;

// SQLBulkOperations; SQL_ADD is one of them.
pub const SQL_UPDATE_BY_BOOKMARK: i16 = 5;
pub const SQL_DELETE_BY_BOOKMARK: i16 = 6;
pub const SQL_FETCH_BY_BOOKMARK: i16 = 7;

// SQLEndTran.
pub const SQL_COMMIT: i16 = 0;
pub const SQL_ROLLBACK: i16 = 1;

// SQLDriverConnect.
pub const SQL_DRIVER_NOPROMPT: u16 = 0;
pub const SQL_DRIVER_COMPLETE: u16 = 1;
pub const SQL_DRIVER_PROMPT: u16 = 2;
pub const SQL_DRIVER_COMPLETE_REQUIRED: u16 = 3;

// Row status array.
pub const SQL_ROW_SUCCESS: u16 = 0;
pub const SQL_ROW_DELETED: u16 = 1;
pub const SQL_ROW_UPDATED: u16 = 2;
pub const SQL_ROW_NOROW: u16 = 3;
pub const SQL_ROW_ADDED: u16 = 4;
pub const SQL_ROW_ERROR: u16 = 5;
pub const SQL_ROW_SUCCESS_WITH_INFO: u16 = 6;

// Parameter status and operation arrays.
pub const SQL_PARAM_SUCCESS: u16 = 0;
pub const SQL_PARAM_SUCCESS_WITH_INFO: u16 = 6;
pub const SQL_PARAM_ERROR: u16 = 5;
pub const SQL_PARAM_UNUSED: u16 = 7;
pub const SQL_PARAM_DIAG_UNAVAILABLE: u16 = 1;
pub const SQL_PARAM_PROCEED: u16 = 0;
pub const SQL_PARAM_IGNORE: u16 = 1;

// Parameter types (SQLBindParameter).
pub const SQL_PARAM_INPUT: i16 = 1;
pub const SQL_PARAM_INPUT_OUTPUT: i16 = 2;
pub const SQL_PARAM_OUTPUT: i16 = 4;
pub const SQL_PARAM_INPUT_OUTPUT_STREAM: i16 = 8;
pub const SQL_PARAM_OUTPUT_STREAM: i16 = 16;

// SQLGetFunctions.
pub const SQL_API_ALL_FUNCTIONS: u16 = 0;
pub const SQL_API_ODBC3_ALL_FUNCTIONS: u16 = 999;

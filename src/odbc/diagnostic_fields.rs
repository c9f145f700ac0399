//! Fields of diagnostic records and the codes of dynamic functions.
//!
//! Source: ODBC reference, `SQLGetDiagField`; values from `sql.h` and `sqlext.h`.

pub const SQL_DIAG_RETURNCODE: i16 = 1;
pub const SQL_DIAG_NUMBER: i16 = 2;
pub const SQL_DIAG_ROW_COUNT: i16 = 3;
pub const SQL_DIAG_SQLSTATE: i16 = 4;
pub const SQL_DIAG_NATIVE: i16 = 5;
pub const SQL_DIAG_MESSAGE_TEXT: i16 = 6;
pub const SQL_DIAG_DYNAMIC_FUNCTION: i16 = 7;
pub const SQL_DIAG_CLASS_ORIGIN: i16 = 8;
pub const SQL_DIAG_SUBCLASS_ORIGIN: i16 = 9;
pub const SQL_DIAG_CONNECTION_NAME: i16 = 10;
pub const SQL_DIAG_SERVER_NAME: i16 = 11;
pub const SQL_DIAG_DYNAMIC_FUNCTION_CODE: i16 = 12;
pub const SQL_DIAG_CURSOR_ROW_COUNT: i16 = -1249;
pub const SQL_DIAG_ROW_NUMBER: i16 = -1248;
pub const SQL_DIAG_COLUMN_NUMBER: i16 = -1247;

// Values of SQL_DIAG_DYNAMIC_FUNCTION_CODE.
pub const SQL_DIAG_ALTER_DOMAIN: i32 = 3;
pub const SQL_DIAG_ALTER_TABLE: i32 = 4;
pub const SQL_DIAG_CALL: i32 = 7;
pub const SQL_DIAG_CREATE_ASSERTION: i32 = 6;
pub const SQL_DIAG_CREATE_CHARACTER_SET: i32 = 8;
pub const SQL_DIAG_CREATE_COLLATION: i32 = 10;
pub const SQL_DIAG_CREATE_DOMAIN: i32 = 23;
pub const SQL_DIAG_CREATE_INDEX: i32 = -1;
pub const SQL_DIAG_CREATE_SCHEMA: i32 = 64;
pub const SQL_DIAG_CREATE_TABLE: i32 = 77;
pub const SQL_DIAG_CREATE_TRANSLATION: i32 = 79;
pub const SQL_DIAG_CREATE_VIEW: i32 = 84;
pub const SQL_DIAG_DELETE_WHERE: i32 = 19;
pub const SQL_DIAG_DROP_ASSERTION: i32 = 24;
pub const SQL_DIAG_DROP_CHARACTER_SET: i32 = 25;
pub const SQL_DIAG_DROP_COLLATION: i32 = 26;
pub const SQL_DIAG_DROP_DOMAIN: i32 = 27;
pub const SQL_DIAG_DROP_INDEX: i32 = -2;
pub const SQL_DIAG_DROP_SCHEMA: i32 = 31;
pub const SQL_DIAG_DROP_TABLE: i32 = 32;
pub const SQL_DIAG_DROP_TRANSLATION: i32 = 33;
pub const SQL_DIAG_DROP_VIEW: i32 = 36;
pub const SQL_DIAG_DYNAMIC_DELETE_CURSOR: i32 = 38;
pub const SQL_DIAG_DYNAMIC_UPDATE_CURSOR: i32 = 81;
pub const SQL_DIAG_GRANT: i32 = 48;
pub const SQL_DIAG_INSERT: i32 = 50;
pub const SQL_DIAG_REVOKE: i32 = 59;
pub const SQL_DIAG_SELECT_CURSOR: i32 = 85;
pub const SQL_DIAG_UNKNOWN_STATEMENT: i32 = 0;
pub const SQL_DIAG_UPDATE_WHERE: i32 = 82;

// Values of SQL_DIAG_ROW_NUMBER and SQL_DIAG_COLUMN_NUMBER.
pub const SQL_NO_ROW_NUMBER: isize = -1;
pub const SQL_ROW_NUMBER_UNKNOWN: isize = -2;
pub const SQL_NO_COLUMN_NUMBER: i32 = -1;
pub const SQL_COLUMN_NUMBER_UNKNOWN: i32 = -2;

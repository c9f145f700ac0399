//! Values in arguments and results of the catalog functions.
//!
//! Source: ODBC reference, the page of each function; numbers from `sql.h` and `sqlext.h`.

// SQLStatistics: Unique, Reserved, TYPE.
pub const SQL_INDEX_UNIQUE: u16 = 0;
pub const SQL_INDEX_ALL: u16 = 1;
pub const SQL_QUICK: u16 = 0;
pub const SQL_ENSURE: u16 = 1;
pub const SQL_TABLE_STAT: i16 = 0;
pub const SQL_INDEX_CLUSTERED: i16 = 1;
pub const SQL_INDEX_HASHED: i16 = 2;
pub const SQL_INDEX_OTHER: i16 = 3;

// SQLSpecialColumns: IdentifierType, Scope, PSEUDO_COLUMN. Nullable is SQL_NO_NULLS or SQL_NULLABLE.
pub const SQL_BEST_ROWID: u16 = 1;
pub const SQL_ROWVER: u16 = 2;
pub const SQL_SCOPE_CURROW: u16 = 0;
pub const SQL_SCOPE_TRANSACTION: u16 = 1;
pub const SQL_SCOPE_SESSION: u16 = 2;
pub const SQL_PC_NOT_PSEUDO: i16 = 1;
pub const SQL_PC_PSEUDO: i16 = 2;

// SQLForeignKeys: UPDATE_RULE, DELETE_RULE, DEFERRABILITY.
pub const SQL_CASCADE: i16 = 0;
pub const SQL_RESTRICT: i16 = 1;
pub const SQL_SET_NULL: i16 = 2;
pub const SQL_NO_ACTION: i16 = 3;
pub const SQL_SET_DEFAULT: i16 = 4;
pub const SQL_INITIALLY_DEFERRED: i16 = 5;
pub const SQL_INITIALLY_IMMEDIATE: i16 = 6;
pub const SQL_NOT_DEFERRABLE: i16 = 7;

// SQLProcedures: PROCEDURE_TYPE. SQLProcedureColumns: COLUMN_TYPE.
pub const SQL_PT_PROCEDURE: i16 = 1;
pub const SQL_PT_FUNCTION: i16 = 2;
pub const SQL_RESULT_COL: i16 = 3;
pub const SQL_RETURN_VALUE: i16 = 5;

//! Environment, connection and statement attributes and the values they take.
//!
//! Source: ODBC reference, `SQLSetEnvAttr`, `SQLSetConnectAttr`, `SQLSetStmtAttr`; values from `sql.h` and `sqlext.h`.

// Environment attributes.
pub const SQL_ATTR_ODBC_VERSION: i32 = 200;
pub const SQL_ATTR_CONNECTION_POOLING: i32 = 201;
pub const SQL_ATTR_CP_MATCH: i32 = 202;
pub const SQL_ATTR_OUTPUT_NTS: i32 = 10001;

// Connection attributes.
pub const SQL_ATTR_ACCESS_MODE: i32 = 101;
pub const SQL_ATTR_AUTOCOMMIT: i32 = 102;
pub const SQL_ATTR_LOGIN_TIMEOUT: i32 = 103;
pub const SQL_ATTR_TRACE: i32 = 104;
pub const SQL_ATTR_TRACEFILE: i32 = 105;
pub const SQL_ATTR_TRANSLATE_LIB: i32 = 106;
pub const SQL_ATTR_TRANSLATE_OPTION: i32 = 107;
pub const SQL_ATTR_TXN_ISOLATION: i32 = 108;
pub const SQL_ATTR_CURRENT_CATALOG: i32 = 109;
pub const SQL_ATTR_ODBC_CURSORS: i32 = 110;
pub const SQL_ATTR_QUIET_MODE: i32 = 111;
pub const SQL_ATTR_PACKET_SIZE: i32 = 112;
pub const SQL_ATTR_CONNECTION_TIMEOUT: i32 = 113;
pub const SQL_ATTR_DISCONNECT_BEHAVIOR: i32 = 114;
pub const SQL_ATTR_ANSI_APP: i32 = 115;
pub const SQL_ATTR_RESET_CONNECTION: i32 = 116;
pub const SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE: i32 = 117;
pub const SQL_ATTR_ENLIST_IN_DTC: i32 = 1207;
pub const SQL_ATTR_ENLIST_IN_XA: i32 = 1208;
pub const SQL_ATTR_CONNECTION_DEAD: i32 = 1209;
pub const SQL_ATTR_AUTO_IPD: i32 = 10001;
pub const SQL_ATTR_METADATA_ID: i32 = 10014;

// Statement attributes.
pub const SQL_ATTR_CURSOR_SENSITIVITY: i32 = -2;
pub const SQL_ATTR_CURSOR_SCROLLABLE: i32 = -1;
pub const SQL_ATTR_QUERY_TIMEOUT: i32 = 0;
pub const SQL_ATTR_MAX_ROWS: i32 = 1;
pub const SQL_ATTR_NOSCAN: i32 = 2;
pub const SQL_ATTR_MAX_LENGTH: i32 = 3;
pub const SQL_ATTR_ASYNC_ENABLE: i32 = 4;
pub const SQL_ATTR_ROW_BIND_TYPE: i32 = 5;
pub const SQL_ATTR_CURSOR_TYPE: i32 = 6;
pub const SQL_ATTR_CONCURRENCY: i32 = 7;
pub const SQL_ATTR_KEYSET_SIZE: i32 = 8;
pub const SQL_ATTR_SIMULATE_CURSOR: i32 = 10;
pub const SQL_ATTR_RETRIEVE_DATA: i32 = 11;
pub const SQL_ATTR_USE_BOOKMARKS: i32 = 12;
pub const SQL_ATTR_ROW_NUMBER: i32 = 14;
pub const SQL_ATTR_ENABLE_AUTO_IPD: i32 = 15;
pub const SQL_ATTR_FETCH_BOOKMARK_PTR: i32 = 16;
pub const SQL_ATTR_PARAM_BIND_OFFSET_PTR: i32 = 17;
pub const SQL_ATTR_PARAM_BIND_TYPE: i32 = 18;
pub const SQL_ATTR_PARAM_OPERATION_PTR: i32 = 19;
pub const SQL_ATTR_PARAM_STATUS_PTR: i32 = 20;
pub const SQL_ATTR_PARAMS_PROCESSED_PTR: i32 = 21;
pub const SQL_ATTR_PARAMSET_SIZE: i32 = 22;
pub const SQL_ATTR_ROW_BIND_OFFSET_PTR: i32 = 23;
pub const SQL_ATTR_ROW_OPERATION_PTR: i32 = 24;
pub const SQL_ATTR_ROW_STATUS_PTR: i32 = 25;
pub const SQL_ATTR_ROWS_FETCHED_PTR: i32 = 26;
pub const SQL_ATTR_ROW_ARRAY_SIZE: i32 = 27;
pub const SQL_ATTR_APP_ROW_DESC: i32 = 10010;
pub const SQL_ATTR_APP_PARAM_DESC: i32 = 10011;
pub const SQL_ATTR_IMP_ROW_DESC: i32 = 10012;
pub const SQL_ATTR_IMP_PARAM_DESC: i32 = 10013;
/// ODBC 2 rowset size, used by `SQLExtendedFetch` only.
pub const SQL_ROWSET_SIZE: i32 = 9;

// Attribute values, as the integers that travel in the value pointer.
pub const SQL_MODE_READ_WRITE: usize = 0;
pub const SQL_MODE_READ_ONLY: usize = 1;
pub const SQL_AUTOCOMMIT_OFF: usize = 0;
pub const SQL_AUTOCOMMIT_ON: usize = 1;
pub const SQL_CUR_USE_IF_NEEDED: usize = 0;
pub const SQL_CUR_USE_ODBC: usize = 1;
pub const SQL_CUR_USE_DRIVER: usize = 2;
pub const SQL_CD_TRUE: usize = 1;
pub const SQL_CD_FALSE: usize = 0;
pub const SQL_AA_TRUE: usize = 1;
pub const SQL_AA_FALSE: usize = 0;
pub const SQL_RESET_CONNECTION_YES: usize = 1;
pub const SQL_ASYNC_DBC_ENABLE_ON: usize = 1;
pub const SQL_ASYNC_DBC_ENABLE_OFF: usize = 0;
pub const SQL_NOSCAN_OFF: usize = 0;
pub const SQL_NOSCAN_ON: usize = 1;
pub const SQL_ASYNC_ENABLE_OFF: usize = 0;
pub const SQL_ASYNC_ENABLE_ON: usize = 1;
pub const SQL_BIND_BY_COLUMN: usize = 0;
pub const SQL_PARAM_BIND_BY_COLUMN: usize = 0;
pub const SQL_CONCUR_READ_ONLY: usize = 1;
pub const SQL_CONCUR_LOCK: usize = 2;
pub const SQL_CONCUR_ROWVER: usize = 3;
pub const SQL_CONCUR_VALUES: usize = 4;
pub const SQL_CURSOR_FORWARD_ONLY: usize = 0;
pub const SQL_CURSOR_KEYSET_DRIVEN: usize = 1;
pub const SQL_CURSOR_DYNAMIC: usize = 2;
pub const SQL_CURSOR_STATIC: usize = 3;
pub const SQL_SC_NON_UNIQUE: usize = 0;
pub const SQL_SC_TRY_UNIQUE: usize = 1;
pub const SQL_SC_UNIQUE: usize = 2;
pub const SQL_RD_OFF: usize = 0;
pub const SQL_RD_ON: usize = 1;
pub const SQL_UB_OFF: usize = 0;
pub const SQL_UB_FIXED: usize = 1;
pub const SQL_UB_VARIABLE: usize = 2;
pub const SQL_TXN_READ_UNCOMMITTED: usize = 1;
pub const SQL_TXN_READ_COMMITTED: usize = 2;
pub const SQL_TXN_REPEATABLE_READ: usize = 4;
pub const SQL_TXN_SERIALIZABLE: usize = 8;
pub const SQL_NONSCROLLABLE: usize = 0;
pub const SQL_SCROLLABLE: usize = 1;
pub const SQL_UNSPECIFIED: usize = 0;
pub const SQL_INSENSITIVE: usize = 1;
pub const SQL_SENSITIVE: usize = 2;
pub const SQL_FALSE: usize = 0;
pub const SQL_TRUE: usize = 1;
pub const SQL_CP_OFF: usize = 0;
pub const SQL_CP_ONE_PER_DRIVER: usize = 1;
pub const SQL_CP_ONE_PER_HENV: usize = 2;
pub const SQL_CP_STRICT_MATCH: usize = 0;
pub const SQL_CP_RELAXED_MATCH: usize = 1;
pub const SQL_OV_ODBC2: usize = 2;
pub const SQL_OV_ODBC3: usize = 3;
pub const SQL_OV_ODBC3_80: usize = 380;

// Length arguments that say what kind of value the value pointer carries.
pub const SQL_IS_POINTER: i32 = -4;
pub const SQL_IS_UINTEGER: i32 = -5;
pub const SQL_IS_INTEGER: i32 = -6;
pub const SQL_IS_USMALLINT: i32 = -7;
pub const SQL_IS_SMALLINT: i32 = -8;

// First numbers a driver may define for itself (ODBC 3.8, driver-specific data types and attributes).
pub const SQL_DRIVER_C_TYPE_BASE: i32 = 0x4000;
pub const SQL_DRIVER_SQL_TYPE_BASE: i32 = 0x4000;
pub const SQL_DRIVER_DESC_FIELD_BASE: i32 = 0x4000;
pub const SQL_DRIVER_DIAG_FIELD_BASE: i32 = 0x4000;
pub const SQL_DRIVER_INFO_TYPE_BASE: i32 = 0x4000;
pub const SQL_DRIVER_CONN_ATTR_BASE: i32 = 0x4000;
pub const SQL_DRIVER_STMT_ATTR_BASE: i32 = 0x4000;

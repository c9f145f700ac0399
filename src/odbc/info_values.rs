//! Values and bit masks that `SQLGetInfo` answers with, about the driver and the data source.
//!
//! Source: ODBC reference, `SQLGetInfo`; values from `sql.h` and `sqlext.h`. Those about the SQL that the data source
//! understands are in [`super::info_sql`]; isolation levels and cursor sensitivities, which are attribute values too, in
//! [`super::attributes`].

// SQL_CURSOR_COMMIT_BEHAVIOR, SQL_CURSOR_ROLLBACK_BEHAVIOR, SQL_CONCAT_NULL_BEHAVIOR.
pub const SQL_CB_DELETE: u16 = 0;
pub const SQL_CB_CLOSE: u16 = 1;
pub const SQL_CB_PRESERVE: u16 = 2;
pub const SQL_CB_NULL: u16 = 0;
pub const SQL_CB_NON_NULL: u16 = 1;

// SQL_CATALOG_LOCATION.
pub const SQL_CL_START: u16 = 1;
pub const SQL_CL_END: u16 = 2;

// SQL_FILE_USAGE.
pub const SQL_FILE_NOT_SUPPORTED: u16 = 0;
pub const SQL_FILE_TABLE: u16 = 1;
pub const SQL_FILE_QUALIFIER: u16 = 2;
pub const SQL_FILE_CATALOG: u16 = 2;

// SQL_IDENTIFIER_CASE, SQL_QUOTED_IDENTIFIER_CASE.
pub const SQL_IC_UPPER: u16 = 1;
pub const SQL_IC_LOWER: u16 = 2;
pub const SQL_IC_SENSITIVE: u16 = 3;
pub const SQL_IC_MIXED: u16 = 4;

// SQL_NON_NULLABLE_COLUMNS.
pub const SQL_NNC_NULL: u16 = 0;
pub const SQL_NNC_NON_NULL: u16 = 1;

// SQL_NULL_COLLATION.
pub const SQL_NC_HIGH: u16 = 0;
pub const SQL_NC_LOW: u16 = 1;
pub const SQL_NC_START: u16 = 2;
pub const SQL_NC_END: u16 = 4;

// SQL_ODBC_API_CONFORMANCE.
pub const SQL_OAC_NONE: u16 = 0;
pub const SQL_OAC_LEVEL1: u16 = 1;
pub const SQL_OAC_LEVEL2: u16 = 2;

// SQL_ODBC_SAG_CLI_CONFORMANCE.
pub const SQL_OSCC_NOT_COMPLIANT: u16 = 0;
pub const SQL_OSCC_COMPLIANT: u16 = 1;

// SQL_ODBC_SQL_CONFORMANCE.
pub const SQL_OSC_MINIMUM: u16 = 0;
pub const SQL_OSC_CORE: u16 = 1;
pub const SQL_OSC_EXTENDED: u16 = 2;

// SQL_TXN_CAPABLE.
pub const SQL_TC_NONE: u16 = 0;
pub const SQL_TC_DML: u16 = 1;
pub const SQL_TC_ALL: u16 = 2;
pub const SQL_TC_DDL_COMMIT: u16 = 3;
pub const SQL_TC_DDL_IGNORE: u16 = 4;

// SQL_ASYNC_MODE.
pub const SQL_AM_NONE: u32 = 0;
pub const SQL_AM_CONNECTION: u32 = 1;
pub const SQL_AM_STATEMENT: u32 = 2;

// SQL_ASYNC_DBC_FUNCTIONS.
pub const SQL_ASYNC_DBC_NOT_CAPABLE: u32 = 0;
pub const SQL_ASYNC_DBC_CAPABLE: u32 = 1;

// SQL_ASYNC_NOTIFICATION.
pub const SQL_ASYNC_NOTIFICATION_NOT_CAPABLE: u32 = 0;
pub const SQL_ASYNC_NOTIFICATION_CAPABLE: u32 = 1;

// SQL_DRIVER_AWARE_POOLING_SUPPORTED.
pub const SQL_DRIVER_AWARE_POOLING_NOT_CAPABLE: u32 = 0;
pub const SQL_DRIVER_AWARE_POOLING_CAPABLE: u32 = 1;

// SQL_BATCH_ROW_COUNT.
pub const SQL_BRC_PROCEDURES: u32 = 1;
pub const SQL_BRC_EXPLICIT: u32 = 2;
pub const SQL_BRC_ROLLED_UP: u32 = 4;

// SQL_BATCH_SUPPORT.
pub const SQL_BS_SELECT_EXPLICIT: u32 = 1;
pub const SQL_BS_ROW_COUNT_EXPLICIT: u32 = 2;
pub const SQL_BS_SELECT_PROC: u32 = 4;
pub const SQL_BS_ROW_COUNT_PROC: u32 = 8;

// SQL_BOOKMARK_PERSISTENCE.
pub const SQL_BP_CLOSE: u32 = 1;
pub const SQL_BP_DELETE: u32 = 2;
pub const SQL_BP_DROP: u32 = 4;
pub const SQL_BP_TRANSACTION: u32 = 8;
pub const SQL_BP_UPDATE: u32 = 0x10;
pub const SQL_BP_OTHER_HSTMT: u32 = 0x20;
pub const SQL_BP_SCROLL: u32 = 0x40;

// SQL_*_CURSOR_ATTRIBUTES1.
pub const SQL_CA1_NEXT: u32 = 1;
pub const SQL_CA1_ABSOLUTE: u32 = 2;
pub const SQL_CA1_RELATIVE: u32 = 4;
pub const SQL_CA1_BOOKMARK: u32 = 8;
pub const SQL_CA1_LOCK_NO_CHANGE: u32 = 0x40;
pub const SQL_CA1_LOCK_EXCLUSIVE: u32 = 0x80;
pub const SQL_CA1_LOCK_UNLOCK: u32 = 0x100;
pub const SQL_CA1_POS_POSITION: u32 = 0x200;
pub const SQL_CA1_POS_UPDATE: u32 = 0x400;
pub const SQL_CA1_POS_DELETE: u32 = 0x800;
pub const SQL_CA1_POS_REFRESH: u32 = 0x1000;
pub const SQL_CA1_POSITIONED_UPDATE: u32 = 0x2000;
pub const SQL_CA1_POSITIONED_DELETE: u32 = 0x4000;
pub const SQL_CA1_SELECT_FOR_UPDATE: u32 = 0x8000;
pub const SQL_CA1_BULK_ADD: u32 = 0x10000;
pub const SQL_CA1_BULK_UPDATE_BY_BOOKMARK: u32 = 0x20000;
pub const SQL_CA1_BULK_DELETE_BY_BOOKMARK: u32 = 0x40000;
pub const SQL_CA1_BULK_FETCH_BY_BOOKMARK: u32 = 0x80000;

// SQL_*_CURSOR_ATTRIBUTES2.
pub const SQL_CA2_READ_ONLY_CONCURRENCY: u32 = 1;
pub const SQL_CA2_LOCK_CONCURRENCY: u32 = 2;
pub const SQL_CA2_OPT_ROWVER_CONCURRENCY: u32 = 4;
pub const SQL_CA2_OPT_VALUES_CONCURRENCY: u32 = 8;
pub const SQL_CA2_SENSITIVITY_ADDITIONS: u32 = 0x10;
pub const SQL_CA2_SENSITIVITY_DELETIONS: u32 = 0x20;
pub const SQL_CA2_SENSITIVITY_UPDATES: u32 = 0x40;
pub const SQL_CA2_MAX_ROWS_SELECT: u32 = 0x80;
pub const SQL_CA2_MAX_ROWS_INSERT: u32 = 0x100;
pub const SQL_CA2_MAX_ROWS_DELETE: u32 = 0x200;
pub const SQL_CA2_MAX_ROWS_UPDATE: u32 = 0x400;
pub const SQL_CA2_MAX_ROWS_CATALOG: u32 = 0x800;
pub const SQL_CA2_MAX_ROWS_AFFECTS_ALL: u32 = 0xf80;
pub const SQL_CA2_CRC_EXACT: u32 = 0x1000;
pub const SQL_CA2_CRC_APPROXIMATE: u32 = 0x2000;
pub const SQL_CA2_SIMULATE_NON_UNIQUE: u32 = 0x4000;
pub const SQL_CA2_SIMULATE_TRY_UNIQUE: u32 = 0x8000;
pub const SQL_CA2_SIMULATE_UNIQUE: u32 = 0x10000;

// SQL_FETCH_DIRECTION.
pub const SQL_FD_FETCH_NEXT: u32 = 1;
pub const SQL_FD_FETCH_FIRST: u32 = 2;
pub const SQL_FD_FETCH_LAST: u32 = 4;
pub const SQL_FD_FETCH_PRIOR: u32 = 8;
pub const SQL_FD_FETCH_ABSOLUTE: u32 = 0x10;
pub const SQL_FD_FETCH_RELATIVE: u32 = 0x20;
pub const SQL_FD_FETCH_BOOKMARK: u32 = 0x80;
pub const SQL_FD_FETCH_PREV: u32 = 8;

// SQL_GETDATA_EXTENSIONS.
pub const SQL_GD_ANY_COLUMN: u32 = 1;
pub const SQL_GD_ANY_ORDER: u32 = 2;
pub const SQL_GD_BLOCK: u32 = 4;
pub const SQL_GD_BOUND: u32 = 8;
pub const SQL_GD_OUTPUT_PARAMS: u32 = 0x10;

// SQL_LOCK_TYPES.
pub const SQL_LCK_NO_CHANGE: u32 = 1;
pub const SQL_LCK_EXCLUSIVE: u32 = 2;
pub const SQL_LCK_UNLOCK: u32 = 4;

// SQL_ODBC_INTERFACE_CONFORMANCE.
pub const SQL_OIC_CORE: u32 = 1;
pub const SQL_OIC_LEVEL1: u32 = 2;
pub const SQL_OIC_LEVEL2: u32 = 3;

// SQL_PARAM_ARRAY_ROW_COUNTS.
pub const SQL_PARC_BATCH: u32 = 1;
pub const SQL_PARC_NO_BATCH: u32 = 2;

// SQL_PARAM_ARRAY_SELECTS.
pub const SQL_PAS_BATCH: u32 = 1;
pub const SQL_PAS_NO_BATCH: u32 = 2;
pub const SQL_PAS_NO_SELECT: u32 = 3;

// SQL_POS_OPERATIONS.
pub const SQL_POS_POSITION: u32 = 1;
pub const SQL_POS_REFRESH: u32 = 2;
pub const SQL_POS_UPDATE: u32 = 4;
pub const SQL_POS_DELETE: u32 = 8;
pub const SQL_POS_ADD: u32 = 0x10;

// SQL_POSITIONED_STATEMENTS.
pub const SQL_PS_POSITIONED_DELETE: u32 = 1;
pub const SQL_PS_POSITIONED_UPDATE: u32 = 2;
pub const SQL_PS_SELECT_FOR_UPDATE: u32 = 4;

// SQL_SCROLL_CONCURRENCY.
pub const SQL_SCCO_READ_ONLY: u32 = 1;
pub const SQL_SCCO_LOCK: u32 = 2;
pub const SQL_SCCO_OPT_ROWVER: u32 = 4;
pub const SQL_SCCO_OPT_VALUES: u32 = 8;
pub const SQL_SCCO_OPT_TIMESTAMP: u32 = 4;

// SQL_SCROLL_OPTIONS.
pub const SQL_SO_FORWARD_ONLY: u32 = 1;
pub const SQL_SO_KEYSET_DRIVEN: u32 = 2;
pub const SQL_SO_DYNAMIC: u32 = 4;
pub const SQL_SO_MIXED: u32 = 8;
pub const SQL_SO_STATIC: u32 = 0x10;

// SQL_STANDARD_CLI_CONFORMANCE.
pub const SQL_SCC_XOPEN_CLI_VERSION1: u32 = 1;
pub const SQL_SCC_ISO92_CLI: u32 = 2;

// SQL_STATIC_SENSITIVITY.
pub const SQL_SS_ADDITIONS: u32 = 1;
pub const SQL_SS_DELETIONS: u32 = 2;
pub const SQL_SS_UPDATES: u32 = 4;

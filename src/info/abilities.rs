//! What the driver can do. The answers of `SQLGetInfo` about the driver itself are read off here and nowhere else, so
//! that a new ability is told to applications by changing one line.

use crate::odbc::attributes::SQL_UNSPECIFIED;
use crate::odbc::info_values::*;

/// One cursor type's two masks of SQL_*_CURSOR_ATTRIBUTES1 and 2. Zeros: the driver has no such cursors.
#[derive(Clone, Copy, Debug)]
pub struct CursorAbilities {
    pub attributes1: u32,
    pub attributes2: u32,
}

const NO_CURSOR: CursorAbilities = CursorAbilities { attributes1: 0, attributes2: 0 };

/// What cursors that go back do.
const SCROLLABLE: u32 = SQL_CA1_NEXT
    | SQL_CA1_ABSOLUTE
    | SQL_CA1_RELATIVE
    | SQL_CA1_BOOKMARK
    | SQL_CA1_LOCK_NO_CHANGE
    | SQL_CA1_POS_POSITION
    | SQL_CA1_POS_REFRESH
    | SQL_CA1_POS_UPDATE
    | SQL_CA1_POS_DELETE
    | SQL_CA1_POSITIONED_UPDATE
    | SQL_CA1_POSITIONED_DELETE
    | SQL_CA1_SELECT_FOR_UPDATE
    | SQL_CA1_BULK_ADD
    | SQL_CA1_BULK_UPDATE_BY_BOOKMARK
    | SQL_CA1_BULK_DELETE_BY_BOOKMARK
    | SQL_CA1_BULK_FETCH_BY_BOOKMARK;

/// The concurrencies of cursors that rows are changed through.
const OPTIMISTIC: u32 = SQL_CA2_READ_ONLY_CONCURRENCY | SQL_CA2_OPT_ROWVER_CONCURRENCY | SQL_CA2_OPT_VALUES_CONCURRENCY;

/// A positioned statement changes one row or none: what each value of SQL_ATTR_SIMULATE_CURSOR asks for.
const SIMULATION: u32 = SQL_CA2_SIMULATE_NON_UNIQUE | SQL_CA2_SIMULATE_TRY_UNIQUE | SQL_CA2_SIMULATE_UNIQUE;

/// Updates and deletions that are made through the cursor show in it. Rows that are added do not.
const SEES_ITS_CHANGES: u32 = SQL_CA2_SENSITIVITY_UPDATES | SQL_CA2_SENSITIVITY_DELETIONS;

/// See the information type of each field in the ODBC reference, `SQLGetInfo`.
#[derive(Clone, Copy, Debug)]
pub struct Abilities {
    pub standard_cli_conformance: u32,
    pub sag_cli_conformance: u16,

    pub forward_only: CursorAbilities,
    pub static_cursor: CursorAbilities,
    pub keyset: CursorAbilities,
    pub dynamic: CursorAbilities,
    pub cursor_sensitivity: u32,
    pub commit_behavior: u16,
    pub rollback_behavior: u16,
    pub bookmark_persistence: u32,
    pub get_data: u32,
    /// The driver notices updates by others of rows it has fetched.
    pub row_updates: bool,

    // The same for ODBC 2 applications.
    pub scroll_options: u32,
    pub scroll_concurrency: u32,
    pub fetch_direction: u32,
    pub lock_types: u32,
    pub pos_operations: u32,
    pub positioned_statements: u32,
    pub static_sensitivity: u32,

    pub batch_support: u32,
    pub batch_row_count: u32,
    pub param_array_row_counts: u32,
    pub param_array_selects: u32,
    pub describe_parameter: bool,
    /// `{call ..}` runs and its results arrive.
    pub procedures: bool,

    pub async_mode: u32,
    pub async_connection_functions: u32,
    pub async_notification: u32,
    pub max_async_concurrent_statements: u32,
    pub driver_aware_pooling: u32,
}

pub const ABILITIES: Abilities = Abilities {
    standard_cli_conformance: 0,
    sag_cli_conformance: SQL_OSCC_NOT_COMPLIANT,

    forward_only: CursorAbilities {
        attributes1: SQL_CA1_NEXT | SQL_CA1_POSITIONED_UPDATE | SQL_CA1_POSITIONED_DELETE | SQL_CA1_SELECT_FOR_UPDATE,
        attributes2: SQL_CA2_READ_ONLY_CONCURRENCY | SIMULATION | SQL_CA2_MAX_ROWS_SELECT | SQL_CA2_MAX_ROWS_CATALOG,
    },
    static_cursor: CursorAbilities {
        attributes1: SCROLLABLE,
        attributes2: OPTIMISTIC | SIMULATION | SEES_ITS_CHANGES | SQL_CA2_MAX_ROWS_SELECT | SQL_CA2_MAX_ROWS_CATALOG,
    },
    // Updates and deletions by others are seen as well; catalog functions have static cursors.
    keyset: CursorAbilities {
        attributes1: SCROLLABLE,
        attributes2: OPTIMISTIC | SIMULATION | SEES_ITS_CHANGES | SQL_CA2_MAX_ROWS_SELECT,
    },
    // Rows that others insert would have to be found their place among those that there are.
    dynamic: NO_CURSOR,
    // Keyset-driven cursors see some changes, others none but their own.
    cursor_sensitivity: SQL_UNSPECIFIED as u32,
    // The rest of a running result is taken to a store before the transaction ends.
    commit_behavior: SQL_CB_PRESERVE,
    rollback_behavior: SQL_CB_PRESERVE,
    // A bookmark is the row's number in the kept result: it stays through scrolling, changes and the transaction's end.
    bookmark_persistence: SQL_BP_SCROLL | SQL_BP_TRANSACTION | SQL_BP_UPDATE | SQL_BP_DELETE,
    get_data: SQL_GD_ANY_COLUMN | SQL_GD_ANY_ORDER | SQL_GD_BOUND | SQL_GD_BLOCK | SQL_GD_OUTPUT_PARAMS,
    row_updates: true,

    scroll_options: SQL_SO_FORWARD_ONLY | SQL_SO_STATIC | SQL_SO_KEYSET_DRIVEN,
    scroll_concurrency: SQL_SCCO_READ_ONLY | SQL_SCCO_OPT_ROWVER | SQL_SCCO_OPT_VALUES,
    fetch_direction: SQL_FD_FETCH_NEXT
        | SQL_FD_FETCH_FIRST
        | SQL_FD_FETCH_LAST
        | SQL_FD_FETCH_PRIOR
        | SQL_FD_FETCH_ABSOLUTE
        | SQL_FD_FETCH_RELATIVE
        | SQL_FD_FETCH_BOOKMARK,
    lock_types: SQL_LCK_NO_CHANGE,
    pos_operations: SQL_POS_POSITION | SQL_POS_REFRESH | SQL_POS_UPDATE | SQL_POS_DELETE | SQL_POS_ADD,
    positioned_statements: SQL_PS_POSITIONED_UPDATE | SQL_PS_POSITIONED_DELETE | SQL_PS_SELECT_FOR_UPDATE,
    static_sensitivity: SQL_SS_UPDATES | SQL_SS_DELETIONS,

    batch_support: SQL_BS_SELECT_EXPLICIT | SQL_BS_ROW_COUNT_EXPLICIT,
    batch_row_count: SQL_BRC_EXPLICIT,
    // One count for all sets of an array, as DBD::ODBC expects it; a row set for each.
    param_array_row_counts: SQL_PARC_NO_BATCH,
    param_array_selects: SQL_PAS_BATCH,
    describe_parameter: true,
    procedures: true,

    async_mode: SQL_AM_STATEMENT,
    async_connection_functions: SQL_ASYNC_DBC_CAPABLE,
    async_notification: SQL_ASYNC_NOTIFICATION_NOT_CAPABLE,
    max_async_concurrent_statements: 0,
    driver_aware_pooling: SQL_DRIVER_AWARE_POOLING_NOT_CAPABLE,
};

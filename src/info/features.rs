//! The features of ODBC's interface conformance levels, and what each takes.
//!
//! Source: ODBC reference, "Interface Conformance Levels": Core, Level 1 (101 ..) and Level 2 (201 ..).

use super::abilities::{ABILITIES, Abilities};
use super::functions::is_supported;
use crate::odbc::functions::FunctionId;
use crate::odbc::info_values::*;

/// One feature.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    pub number: u16,
    pub what: &'static str,
    /// The functions that it takes. Those of the driver manager alone are not counted.
    pub functions: &'static [FunctionId],
    /// What it takes beside functions.
    pub ability: fn(&Abilities) -> bool,
}

impl Feature {
    /// Whether the driver has it.
    pub fn holds(&self) -> bool {
        self.missing().next().is_none() && (self.ability)(&ABILITIES)
    }

    /// The functions that it takes and that do not work.
    pub fn missing(&self) -> impl Iterator<Item = FunctionId> {
        self.functions.iter().copied().filter(|id| !is_supported(*id))
    }
}

const fn feature(number: u16, what: &'static str, functions: &'static [FunctionId]) -> Feature {
    Feature { number, what, functions, ability: |_| true }
}

impl Feature {
    const fn and(self, ability: fn(&Abilities) -> bool) -> Feature {
        Feature { ability, ..self }
    }
}

use FunctionId as F;

/// All features, by number. Each level takes those below it.
pub const FEATURES: &[Feature] = &[
    feature(1, "allocate and free handles", &[F::ALLOC_HANDLE, F::FREE_HANDLE]),
    feature(2, "all forms of SQLFreeStmt", &[F::FREE_STMT]),
    feature(3, "bind columns", &[F::BIND_COL]),
    feature(4, "input parameters, and arrays of them", &[F::BIND_PARAMETER, F::NUM_PARAMS])
        .and(|abilities| abilities.param_array_row_counts != 0),
    feature(5, "bind offsets", &[F::BIND_COL, F::BIND_PARAMETER]),
    feature(6, "data at execution", &[F::PARAM_DATA, F::PUT_DATA]),
    feature(7, "cursors and their names", &[F::CLOSE_CURSOR, F::GET_CURSOR_NAME, F::SET_CURSOR_NAME]),
    feature(8, "descriptions of results", &[F::COL_ATTRIBUTE, F::DESCRIBE_COL, F::NUM_RESULT_COLS, F::ROW_COUNT]),
    feature(9, "tables, columns, indexes and types", &[F::COLUMNS, F::GET_TYPE_INFO, F::STATISTICS, F::TABLES]),
    feature(10, "connect and disconnect", &[F::CONNECT, F::DISCONNECT, F::DRIVER_CONNECT]),
    feature(11, "prepare and execute", &[F::EXEC_DIRECT, F::EXECUTE, F::PREPARE]),
    feature(12, "fetch forwards, one row or many", &[F::FETCH, F::FETCH_SCROLL]),
    feature(13, "read a column in parts", &[F::GET_DATA]),
    feature(
        14,
        "read and set attributes",
        &[
            F::GET_CONNECT_ATTR,
            F::GET_ENV_ATTR,
            F::GET_STMT_ATTR,
            F::SET_CONNECT_ATTR,
            F::SET_ENV_ATTR,
            F::SET_STMT_ATTR,
        ],
    ),
    feature(15, "descriptors", &[F::COPY_DESC, F::GET_DESC_FIELD, F::GET_DESC_REC, F::SET_DESC_FIELD, F::SET_DESC_REC]),
    feature(16, "diagnostics", &[F::GET_DIAG_FIELD, F::GET_DIAG_REC]),
    feature(17, "what the driver can do, and how it reads SQL", &[F::GET_FUNCTIONS, F::GET_INFO, F::NATIVE_SQL]),
    feature(18, "end a transaction", &[F::END_TRAN]),
    feature(19, "cancel", &[F::CANCEL]),
    feature(20, "what identifies a row", &[F::SPECIAL_COLUMNS]),
    feature(101, "names with a schema", &[]),
    feature(102, "asynchronous execution", &[]).and(|abilities| abilities.async_mode != SQL_AM_NONE),
    feature(103, "scrollable cursors", &[F::FETCH_SCROLL])
        .and(|abilities| abilities.scroll_options & !SQL_SO_FORWARD_ONLY != 0),
    feature(104, "primary keys", &[F::PRIMARY_KEYS]),
    feature(105, "procedures", &[F::PROCEDURES, F::PROCEDURE_COLUMNS]).and(|abilities| abilities.procedures),
    feature(106, "connect by browsing", &[F::BROWSE_CONNECT]),
    feature(107, "position in a rowset and refresh it", &[F::SET_POS]),
    feature(108, "several results of one execution", &[F::MORE_RESULTS])
        .and(|abilities| abilities.batch_support & SQL_BS_SELECT_EXPLICIT != 0),
    feature(109, "transactions that can be rolled back", &[F::END_TRAN]),
    // The catalog can be named; it is the current database.
    feature(201, "names with a catalog and a schema", &[]),
    feature(202, "descriptions of parameters", &[F::DESCRIBE_PARAM]).and(|abilities| abilities.describe_parameter),
    feature(203, "output parameters and return values", &[F::BIND_PARAMETER]).and(|abilities| abilities.procedures),
    feature(204, "bookmarks", &[F::BULK_OPERATIONS]).and(|abilities| abilities.bookmark_persistence != 0),
    feature(205, "foreign keys and privileges", &[F::COLUMN_PRIVILEGES, F::FOREIGN_KEYS, F::TABLE_PRIVILEGES]),
    feature(206, "add, change and delete rows without SQL", &[F::BULK_OPERATIONS, F::SET_POS]),
    feature(207, "asynchronous execution of single statements", &[])
        .and(|abilities| abilities.async_mode == SQL_AM_STATEMENT),
    feature(208, "what changes with a row's version", &[F::SPECIAL_COLUMNS]),
    feature(209, "cursors that are not read-only", &[F::SET_STMT_ATTR])
        .and(|abilities| abilities.scroll_concurrency & !SQL_SCCO_READ_ONLY != 0),
    feature(210, "time limits for logging in and for queries", &[F::SET_CONNECT_ATTR, F::SET_STMT_ATTR]),
    feature(211, "isolation levels, the highest among them", &[F::SET_CONNECT_ATTR, F::END_TRAN]),
];

/// The highest level all of whose features hold; None where not even Core's do.
pub fn interface_conformance() -> Option<u32> {
    let holds = |last: u16| FEATURES.iter().filter(|feature| feature.number <= last).all(Feature::holds);
    [(299, SQL_OIC_LEVEL2), (199, SQL_OIC_LEVEL1), (99, SQL_OIC_CORE)]
        .into_iter()
        .find(|(last, _)| holds(*last))
        .map(|(_, level)| level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_is_there_once() {
        let numbers: Vec<_> = FEATURES.iter().map(|feature| feature.number).collect();
        let expected: Vec<_> = (1..=20).chain(101..=109).chain(201..=211).collect();
        assert_eq!(numbers, expected);
    }

    #[test]
    fn a_level_takes_all_features_below_it() {
        let Some(level) = interface_conformance() else {
            assert!(FEATURES.iter().any(|feature| feature.number < 100 && !feature.holds()));
            return;
        };
        let last = [99, 199, 299][level as usize - 1];
        assert!(FEATURES.iter().all(|feature| feature.number > last || feature.holds()));
        assert!(
            level == SQL_OIC_LEVEL2 || FEATURES.iter().any(|feature| feature.number <= last + 100 && !feature.holds())
        );
    }
}

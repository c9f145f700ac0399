//! SQL_ODBC_API_CONFORMANCE: the ODBC 2 level that the working functions make up.
//!
//! Source: ODBC 2 Programmer's Reference, "Functions by conformance level"; ODBC reference, appendix G.

use super::functions::are_supported;
use crate::odbc::functions::FunctionId;
use crate::odbc::info_values::{SQL_OAC_LEVEL1, SQL_OAC_LEVEL2, SQL_OAC_NONE};

/// Those that level 1 adds to the core. Where ODBC 3 has replaced a function, its successor.
const LEVEL1: &[FunctionId] = &[
    FunctionId::BIND_PARAMETER,
    FunctionId::COLUMNS,
    FunctionId::DRIVER_CONNECT,
    FunctionId::GET_CONNECT_ATTR,
    FunctionId::GET_DATA,
    FunctionId::GET_FUNCTIONS,
    FunctionId::GET_INFO,
    FunctionId::GET_STMT_ATTR,
    FunctionId::GET_TYPE_INFO,
    FunctionId::PARAM_DATA,
    FunctionId::PUT_DATA,
    FunctionId::SET_CONNECT_ATTR,
    FunctionId::SET_STMT_ATTR,
    FunctionId::SPECIAL_COLUMNS,
    FunctionId::STATISTICS,
    FunctionId::TABLES,
];

const LEVEL2: &[FunctionId] = &[
    FunctionId::BROWSE_CONNECT,
    FunctionId::COLUMN_PRIVILEGES,
    FunctionId::DESCRIBE_PARAM,
    FunctionId::EXTENDED_FETCH,
    FunctionId::FOREIGN_KEYS,
    FunctionId::MORE_RESULTS,
    FunctionId::NATIVE_SQL,
    FunctionId::NUM_PARAMS,
    FunctionId::PRIMARY_KEYS,
    FunctionId::PROCEDURE_COLUMNS,
    FunctionId::PROCEDURES,
    FunctionId::SET_POS,
    FunctionId::TABLE_PRIVILEGES,
];

pub fn api_conformance() -> u16 {
    match (are_supported(LEVEL1), are_supported(LEVEL2)) {
        (true, true) => SQL_OAC_LEVEL2,
        (true, false) => SQL_OAC_LEVEL1,
        (false, _) => SQL_OAC_NONE,
    }
}

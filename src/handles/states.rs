//! The states of a statement, and which functions each of them refuses.
//!
//! Source: ODBC reference, appendix B, "Statement transitions". The states that come with data at execution and
//! asynchronous execution (S8 to S12) are not reached yet.

use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result, Sqlstate};
use crate::odbc::functions::FunctionId;

/// A statement's state, by the number that appendix B gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementState {
    /// S1.
    Allocated,
    /// S2 and S3: prepared; whether there will be a result is not known until the server is asked.
    Prepared,
    /// S4: executed, no result set.
    Executed,
    /// S5: executed, cursor open.
    CursorOpen,
    /// S6: cursor on a row.
    Positioned,
}

use StatementState::*;

struct Refusal {
    function: FunctionId,
    in_states: &'static [StatementState],
    sqlstate: Sqlstate,
    /// What to do about it.
    advice: &'static str,
}

const fn refusal(
    function: FunctionId,
    in_states: &'static [StatementState],
    sqlstate: Sqlstate,
    advice: &'static str,
) -> Refusal {
    Refusal { function, in_states, sqlstate, advice }
}

const CURSOR: &[StatementState] = &[CursorOpen, Positioned];
const BEFORE_EXECUTION: &[StatementState] = &[Allocated, Prepared];
const CLOSE_FIRST: &str =
    "a cursor is open on the statement; close it first (SQLCloseCursor or SQLFreeStmt(SQL_CLOSE))";
const EXECUTE_FIRST: &str = "the statement has not been executed";
const PREPARE_FIRST: &str = "the statement has been neither prepared nor executed";
const NO_RESULT: &str = "the statement has returned no result set";

#[rustfmt::skip]
const TABLE: &[Refusal] = &[
    refusal(FunctionId::PREPARE, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::EXEC_DIRECT, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::EXECUTE, &[Allocated], HY010_FUNCTION_SEQUENCE_ERROR, "the statement has not been prepared; call SQLPrepare first"),
    refusal(FunctionId::EXECUTE, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::FETCH, BEFORE_EXECUTION, HY010_FUNCTION_SEQUENCE_ERROR, EXECUTE_FIRST),
    refusal(FunctionId::FETCH, &[Executed], S24000_INVALID_CURSOR_STATE, NO_RESULT),
    refusal(FunctionId::FETCH_SCROLL, BEFORE_EXECUTION, HY010_FUNCTION_SEQUENCE_ERROR, EXECUTE_FIRST),
    refusal(FunctionId::FETCH_SCROLL, &[Executed], S24000_INVALID_CURSOR_STATE, NO_RESULT),
    refusal(FunctionId::EXTENDED_FETCH, BEFORE_EXECUTION, HY010_FUNCTION_SEQUENCE_ERROR, EXECUTE_FIRST),
    refusal(FunctionId::EXTENDED_FETCH, &[Executed], S24000_INVALID_CURSOR_STATE, NO_RESULT),
    refusal(FunctionId::SET_POS, BEFORE_EXECUTION, HY010_FUNCTION_SEQUENCE_ERROR, EXECUTE_FIRST),
    refusal(FunctionId::SET_POS, &[Executed], S24000_INVALID_CURSOR_STATE, NO_RESULT),
    refusal(FunctionId::SET_POS, &[CursorOpen], S24000_INVALID_CURSOR_STATE, "the cursor is on no row; fetch one first"),
    refusal(FunctionId::BULK_OPERATIONS, BEFORE_EXECUTION, HY010_FUNCTION_SEQUENCE_ERROR, EXECUTE_FIRST),
    refusal(FunctionId::BULK_OPERATIONS, &[Executed], S24000_INVALID_CURSOR_STATE, NO_RESULT),
    refusal(FunctionId::GET_DATA, BEFORE_EXECUTION, HY010_FUNCTION_SEQUENCE_ERROR, EXECUTE_FIRST),
    refusal(FunctionId::GET_DATA, &[Executed], S24000_INVALID_CURSOR_STATE, NO_RESULT),
    refusal(FunctionId::GET_DATA, &[CursorOpen], S24000_INVALID_CURSOR_STATE, "the cursor is on no row; call SQLFetch first"),
    refusal(FunctionId::CLOSE_CURSOR, &[Allocated, Prepared, Executed], S24000_INVALID_CURSOR_STATE, "there is no open cursor"),
    refusal(FunctionId::NUM_RESULT_COLS, &[Allocated], HY010_FUNCTION_SEQUENCE_ERROR, PREPARE_FIRST),
    refusal(FunctionId::DESCRIBE_COL, &[Allocated], HY010_FUNCTION_SEQUENCE_ERROR, PREPARE_FIRST),
    refusal(FunctionId::COL_ATTRIBUTE, &[Allocated], HY010_FUNCTION_SEQUENCE_ERROR, PREPARE_FIRST),
    refusal(FunctionId::DESCRIBE_PARAM, &[Allocated], HY010_FUNCTION_SEQUENCE_ERROR, PREPARE_FIRST),
    refusal(FunctionId::NUM_PARAMS, &[Allocated], HY010_FUNCTION_SEQUENCE_ERROR, PREPARE_FIRST),
    refusal(FunctionId::ROW_COUNT, BEFORE_EXECUTION, HY010_FUNCTION_SEQUENCE_ERROR, EXECUTE_FIRST),
    refusal(FunctionId::SET_CURSOR_NAME, &[Executed, CursorOpen, Positioned], S24000_INVALID_CURSOR_STATE, "the statement has been executed; name its cursor before, or close it first"),
    refusal(FunctionId::TABLES, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::COLUMNS, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::GET_TYPE_INFO, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
];

/// Refuses a function that the state does not allow: HY010 or 24000.
pub fn check(function: FunctionId, state: StatementState) -> Result {
    let row = TABLE.iter().find(|row| row.function == function && row.in_states.contains(&state));
    row.map_or(Ok(()), |row| Err(Diagnostic::new(row.sqlstate, format!("{}: {}", function.name(), row.advice))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(function: FunctionId, state: StatementState) -> String {
        check(function, state).map_or_else(|error| error.sqlstate.to_string(), |()| "allowed".into())
    }

    #[test]
    fn the_states_refuse_what_appendix_b_says() {
        let states = [Allocated, Prepared, Executed, CursorOpen, Positioned];
        let cases = [
            (FunctionId::EXECUTE, ["HY010", "allowed", "allowed", "24000", "24000"]),
            (FunctionId::EXEC_DIRECT, ["allowed", "allowed", "allowed", "24000", "24000"]),
            (FunctionId::FETCH, ["HY010", "HY010", "24000", "allowed", "allowed"]),
            (FunctionId::GET_DATA, ["HY010", "HY010", "24000", "24000", "allowed"]),
            (FunctionId::CLOSE_CURSOR, ["24000", "24000", "24000", "allowed", "allowed"]),
            (FunctionId::NUM_RESULT_COLS, ["HY010", "allowed", "allowed", "allowed", "allowed"]),
            (FunctionId::ROW_COUNT, ["HY010", "HY010", "allowed", "allowed", "allowed"]),
            (FunctionId::SET_CURSOR_NAME, ["allowed", "allowed", "24000", "24000", "24000"]),
            (FunctionId::BIND_COL, ["allowed", "allowed", "allowed", "allowed", "allowed"]),
        ];
        for (function, expected) in cases {
            assert_eq!(states.map(|state| answer(function, state)), expected.map(String::from), "{}", function.name());
        }
    }
}

//! The states of a statement, and which functions each of them refuses.
//!
//! Source: ODBC reference, appendix B, "Statement transitions". The states of asynchronous execution (S11 and S12) are
//! known without the connection's lock (`asynchronous`): what they allow is at the end.

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
    /// S8: data at execution is needed; SQLParamData says for which parameter.
    NeedData,
    /// S9: SQLPutData must be called.
    MustPut,
    /// S10: SQLPutData may be called again.
    CanPut,
    /// Output parameters are to be read in pieces ("Retrieving output parameters using SQLGetData", which gives it no
    /// number).
    OutputsAvailable,
}

impl StatementState {
    /// Whether the statement waits for data at execution.
    pub fn needs_data(self) -> bool {
        matches!(self, NeedData | MustPut | CanPut)
    }

    /// Whether it has a cursor, or waits for data.
    pub fn is_active(self) -> bool {
        self.needs_data() || matches!(self, CursorOpen | Positioned)
    }
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

const WITHOUT_DATA: &[StatementState] = &[Allocated, Prepared, Executed, CursorOpen, Positioned];
const NO_DATA_NEEDED: &str = "no parameter waits for data at execution (SQL_DATA_AT_EXEC)";

/// What is allowed while data at execution is needed; all else is HY010.
const WITH_DATA: &[(FunctionId, &[StatementState])] = &[
    (FunctionId::PARAM_DATA, &[NeedData, CanPut]),
    (FunctionId::PUT_DATA, &[MustPut, CanPut]),
    (FunctionId::CANCEL, &[NeedData, MustPut, CanPut]),
    (FunctionId::CANCEL_HANDLE, &[NeedData, MustPut, CanPut]),
    // Refuses by the attribute.
    (FunctionId::SET_STMT_ATTR, &[NeedData, MustPut, CanPut]),
];

/// What is allowed while output parameters are to be read in pieces; all else is HY010. Functions that ask nothing of a
/// statement are not checked. Source: "Retrieving output parameters using SQLGetData".
const WITH_OUTPUTS: &[FunctionId] = &[
    FunctionId::PARAM_DATA,
    FunctionId::GET_DATA,
    FunctionId::MORE_RESULTS,
    FunctionId::NUM_PARAMS,
    FunctionId::DESCRIBE_PARAM,
    FunctionId::GET_STMT_ATTR,
    FunctionId::CANCEL,
    FunctionId::CANCEL_HANDLE,
    FunctionId::CLOSE_CURSOR,
    FunctionId::FREE_STMT,
    FunctionId::FREE_HANDLE,
];

#[rustfmt::skip]
const TABLE: &[Refusal] = &[
    refusal(FunctionId::PREPARE, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::EXEC_DIRECT, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
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
    refusal(FunctionId::PARAM_DATA, WITHOUT_DATA, HY010_FUNCTION_SEQUENCE_ERROR, NO_DATA_NEEDED),
    refusal(FunctionId::PUT_DATA, WITHOUT_DATA, HY010_FUNCTION_SEQUENCE_ERROR, NO_DATA_NEEDED),
    refusal(FunctionId::SET_CURSOR_NAME, &[Executed, CursorOpen, Positioned], S24000_INVALID_CURSOR_STATE, "the statement has been executed; name its cursor before, or close it first"),
    refusal(FunctionId::TABLES, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::COLUMNS, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::COLUMN_PRIVILEGES, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::FOREIGN_KEYS, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::PRIMARY_KEYS, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::PROCEDURES, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::PROCEDURE_COLUMNS, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::SPECIAL_COLUMNS, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::STATISTICS, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::TABLE_PRIVILEGES, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
    refusal(FunctionId::GET_TYPE_INFO, CURSOR, S24000_INVALID_CURSOR_STATE, CLOSE_FIRST),
];

/// The table by function number: a bit for each state that refuses it. Every call asks.
const REFUSED: [u8; 1024] = {
    let mut masks = [0; 1024];
    let mut row = 0;
    while row < TABLE.len() {
        let mut state = 0;
        while state < TABLE[row].in_states.len() {
            masks[TABLE[row].function.0 as usize] |= 1 << TABLE[row].in_states[state] as u8;
            state += 1;
        }
        row += 1;
    }
    masks
};

/// Refuses a function that the state does not allow: HY010 or 24000. `prepared`: by SQLPrepare, which appendix B marks as `[p]`.
#[inline]
pub fn check(function: FunctionId, state: StatementState, prepared: bool) -> Result {
    let refused = || REFUSED.get(usize::from(function.0)).is_some_and(|mask| mask & (1 << state as u8) != 0);
    let waits = state.needs_data() || state == OutputsAvailable;
    if waits || refused() || (function == FunctionId::EXECUTE && !prepared) {
        refusal_of(function, state, prepared)
    } else {
        Ok(())
    }
}

/// Why the state refuses a function, if it does.
#[cold]
fn refusal_of(function: FunctionId, state: StatementState, prepared: bool) -> Result {
    if state.needs_data() {
        let is_allowed = WITH_DATA.iter().any(|(allowed, states)| *allowed == function && states.contains(&state));
        let next = match state {
            MustPut => "call SQLPutData with the parameter's value",
            CanPut => "go on with SQLPutData, or end the value with SQLParamData",
            _ => "call SQLParamData",
        };
        return if is_allowed {
            Ok(())
        } else {
            Err(Diagnostic::new(
                HY010_FUNCTION_SEQUENCE_ERROR,
                format!("{}: data at execution is needed; {next}, or give up with SQLCancel", function.name()),
            ))
        };
    }
    if state == OutputsAvailable && !WITH_OUTPUTS.contains(&function) {
        return Err(Diagnostic::new(
            HY010_FUNCTION_SEQUENCE_ERROR,
            format!(
                "{}: output parameters wait to be read; call SQLParamData and SQLGetData, or SQLMoreResults to give them up",
                function.name()
            ),
        ));
    }
    if function == FunctionId::EXECUTE && !prepared {
        let text = "SQLExecute: the statement has not been prepared; call SQLPrepare first";
        return Err(Diagnostic::new(HY010_FUNCTION_SEQUENCE_ERROR, text));
    }
    let row = TABLE.iter().find(|row| row.function == function && row.in_states.contains(&state));
    row.map_or(Ok(()), |row| Err(Diagnostic::new(row.sqlstate, format!("{}: {}", function.name(), row.advice))))
}

/// What is executing asynchronously, seen from a handle that a function is called with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Executing {
    /// Another function of the same handle, or of the statement that the descriptor belongs to.
    Itself,
    /// A function of one of the connection's statements.
    ItsStatement,
    /// A function of the statement's or the descriptor's connection.
    ItsConnection,
}

/// What a connection answers while something on it is executing, beside the diagnostics and what cancels ("Asynchronous
/// Execution (Polling Method)"). A handle of a statement or a descriptor answers nothing else.
const MEANWHILE: &[(FunctionId, &[Executing])] = &[
    (FunctionId::ALLOC_HANDLE, &[Executing::ItsStatement]),
    (FunctionId::GET_CONNECT_ATTR, &[Executing::Itself, Executing::ItsStatement]),
    (FunctionId::GET_INFO, &[Executing::Itself, Executing::ItsStatement]),
    (FunctionId::GET_FUNCTIONS, &[Executing::Itself, Executing::ItsStatement]),
    (FunctionId::NATIVE_SQL, &[Executing::ItsStatement]),
];

/// Whether a function of a connection works with what is known of it while one of its statements is executing.
pub fn needs_no_session(function: FunctionId) -> bool {
    MEANWHILE.iter().any(|(allowed, _)| *allowed == function)
}

/// Whether a function may be called while something is executing; what may not is HY010.
pub fn is_allowed_meanwhile(function: FunctionId, executing: Executing) -> bool {
    MEANWHILE.iter().any(|(allowed, when)| *allowed == function && when.contains(&executing))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(function: FunctionId, state: StatementState) -> String {
        check(function, state, state != Allocated)
            .map_or_else(|error| error.sqlstate.to_string(), |()| "allowed".into())
    }

    #[test]
    fn the_states_refuse_what_appendix_b_says() {
        let states = [Allocated, Prepared, Executed, CursorOpen, Positioned, NeedData, MustPut, CanPut];
        let cases = [
            (FunctionId::EXECUTE, ["HY010", "allowed", "allowed", "24000", "24000", "HY010", "HY010", "HY010"]),
            (FunctionId::EXEC_DIRECT, ["allowed", "allowed", "allowed", "24000", "24000", "HY010", "HY010", "HY010"]),
            (FunctionId::FETCH, ["HY010", "HY010", "24000", "allowed", "allowed", "HY010", "HY010", "HY010"]),
            (FunctionId::GET_DATA, ["HY010", "HY010", "24000", "24000", "allowed", "HY010", "HY010", "HY010"]),
            (FunctionId::CLOSE_CURSOR, ["24000", "24000", "24000", "allowed", "allowed", "HY010", "HY010", "HY010"]),
            (
                FunctionId::NUM_RESULT_COLS,
                ["HY010", "allowed", "allowed", "allowed", "allowed", "HY010", "HY010", "HY010"],
            ),
            (FunctionId::ROW_COUNT, ["HY010", "HY010", "allowed", "allowed", "allowed", "HY010", "HY010", "HY010"]),
            (FunctionId::BIND_COL, ["allowed", "allowed", "allowed", "allowed", "allowed", "HY010", "HY010", "HY010"]),
            (FunctionId::PARAM_DATA, ["HY010", "HY010", "HY010", "HY010", "HY010", "allowed", "HY010", "allowed"]),
            (FunctionId::PUT_DATA, ["HY010", "HY010", "HY010", "HY010", "HY010", "HY010", "allowed", "allowed"]),
            (FunctionId::SET_CURSOR_NAME, ["allowed", "allowed", "24000", "24000", "24000", "HY010", "HY010", "HY010"]),
        ];
        for (function, expected) in cases {
            assert_eq!(states.map(|state| answer(function, state)), expected.map(String::from), "{}", function.name());
        }
    }
}

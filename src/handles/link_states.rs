//! The states of environments and connections, and which functions each of them refuses.
//!
//! Source: ODBC reference, appendix B, "Environment Transitions" and "Connection Transitions". Transactions (C6) are known to the
//! session, not here: SQLDisconnect asks it.

use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result, Sqlstate};
use crate::odbc::functions::FunctionId;

/// An environment's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvironmentState {
    /// E1 before SQL_ATTR_ODBC_VERSION has been set.
    Versionless,
    /// E1.
    Allocated,
    /// E2: it has connections.
    Connection,
}

/// A connection's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionPhase {
    /// C2.
    Allocated,
    /// C3: SQLBrowseConnect wants more.
    NeedData,
    /// C4 to C6.
    Connected,
}

use ConnectionPhase::{Allocated, Connected, NeedData};

/// What to do before anything else on an environment.
pub const DECLARE_FIRST: &str = "set SQL_ATTR_ODBC_VERSION on the environment first";
const FREE_FIRST: &str = "the environment has connections; free them first";

struct Refusal<State: 'static> {
    function: FunctionId,
    in_states: &'static [State],
    sqlstate: Sqlstate,
    /// What to do about it.
    advice: &'static str,
}

const fn refusal<State>(
    function: FunctionId,
    in_states: &'static [State],
    sqlstate: Sqlstate,
    advice: &'static str,
) -> Refusal<State> {
    Refusal { function, in_states, sqlstate, advice }
}

const VERSIONLESS: &[EnvironmentState] = &[EnvironmentState::Versionless];
const WITH_CONNECTIONS: &[EnvironmentState] = &[EnvironmentState::Connection];

#[rustfmt::skip]
const OF_ENVIRONMENTS: &[Refusal<EnvironmentState>] = &[
    refusal(FunctionId::ALLOC_HANDLE, VERSIONLESS, HY010_FUNCTION_SEQUENCE_ERROR, DECLARE_FIRST),
    refusal(FunctionId::END_TRAN, VERSIONLESS, HY010_FUNCTION_SEQUENCE_ERROR, DECLARE_FIRST),
    refusal(FunctionId::GET_ENV_ATTR, VERSIONLESS, HY010_FUNCTION_SEQUENCE_ERROR, DECLARE_FIRST),
    refusal(FunctionId::FREE_HANDLE, WITH_CONNECTIONS, HY010_FUNCTION_SEQUENCE_ERROR, FREE_FIRST),
    refusal(FunctionId::SET_ENV_ATTR, WITH_CONNECTIONS, HY011_ATTRIBUTE_CANNOT_BE_SET_NOW, FREE_FIRST),
];

const NOT_CONNECTED: &[ConnectionPhase] = &[Allocated, NeedData];
const CONNECT_FIRST: &str = "the connection is not open";
const OPEN_ALREADY: &str =
    "the connection is open already, or is being made by SQLBrowseConnect; call SQLDisconnect first";
const BROWSING: &str = "the connection is being made; go on with SQLBrowseConnect, or give up with SQLDisconnect";

#[rustfmt::skip]
const OF_CONNECTIONS: &[Refusal<ConnectionPhase>] = &[
    refusal(FunctionId::ALLOC_HANDLE, NOT_CONNECTED, S08003_CONNECTION_NOT_OPEN, CONNECT_FIRST),
    refusal(FunctionId::CONNECT, &[NeedData, Connected], S08002_CONNECTION_NAME_IN_USE, OPEN_ALREADY),
    refusal(FunctionId::DRIVER_CONNECT, &[NeedData, Connected], S08002_CONNECTION_NAME_IN_USE, OPEN_ALREADY),
    refusal(FunctionId::BROWSE_CONNECT, &[Connected], S08002_CONNECTION_NAME_IN_USE, OPEN_ALREADY),
    refusal(FunctionId::DISCONNECT, &[Allocated], S08003_CONNECTION_NOT_OPEN, CONNECT_FIRST),
    refusal(FunctionId::END_TRAN, NOT_CONNECTED, S08003_CONNECTION_NOT_OPEN, CONNECT_FIRST),
    refusal(FunctionId::FREE_HANDLE, &[NeedData, Connected], HY010_FUNCTION_SEQUENCE_ERROR, "the connection is open, or is being made; call SQLDisconnect first"),
    refusal(FunctionId::GET_CONNECT_ATTR, &[NeedData], HY010_FUNCTION_SEQUENCE_ERROR, BROWSING),
    refusal(FunctionId::SET_CONNECT_ATTR, &[NeedData], HY010_FUNCTION_SEQUENCE_ERROR, BROWSING),
    refusal(FunctionId::GET_FUNCTIONS, NOT_CONNECTED, HY010_FUNCTION_SEQUENCE_ERROR, CONNECT_FIRST),
    refusal(FunctionId::GET_INFO, NOT_CONNECTED, S08003_CONNECTION_NOT_OPEN, CONNECT_FIRST),
    refusal(FunctionId::NATIVE_SQL, NOT_CONNECTED, S08003_CONNECTION_NOT_OPEN, CONNECT_FIRST),
];

/// Refuses a function that an environment's state does not allow: HY010 or HY011.
pub fn check_environment(function: FunctionId, state: EnvironmentState) -> Result {
    check(OF_ENVIRONMENTS, function, state)
}

/// Refuses a function that a connection's state does not allow: 08002, 08003 or HY010.
pub fn check_connection(function: FunctionId, phase: ConnectionPhase) -> Result {
    check(OF_CONNECTIONS, function, phase)
}

/// Whether a function makes a connection: where there is one, that is told before anything else.
pub fn connects(function: FunctionId) -> bool {
    [FunctionId::CONNECT, FunctionId::DRIVER_CONNECT, FunctionId::BROWSE_CONNECT].contains(&function)
}

fn check<State: PartialEq>(table: &[Refusal<State>], function: FunctionId, state: State) -> Result {
    let row = table.iter().find(|row| row.function == function && row.in_states.contains(&state));
    row.map_or(Ok(()), |row| Err(Diagnostic::new(row.sqlstate, format!("{}: {}", function.name(), row.advice))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(outcome: Result) -> String {
        outcome.map_or_else(|error| error.sqlstate.to_string(), |()| "allowed".into())
    }

    #[test]
    fn the_states_refuse_what_appendix_b_says() {
        let cases = [
            (FunctionId::CONNECT, ["allowed", "08002", "08002"]),
            (FunctionId::BROWSE_CONNECT, ["allowed", "allowed", "08002"]),
            (FunctionId::DISCONNECT, ["08003", "allowed", "allowed"]),
            (FunctionId::FREE_HANDLE, ["allowed", "HY010", "HY010"]),
            (FunctionId::GET_INFO, ["08003", "08003", "allowed"]),
            (FunctionId::SET_CONNECT_ATTR, ["allowed", "HY010", "allowed"]),
        ];
        for (function, expected) in cases {
            let found = [Allocated, NeedData, Connected].map(|phase| told(check_connection(function, phase)));
            assert_eq!(found, expected.map(String::from), "{}", function.name());
        }
        let environments = [EnvironmentState::Versionless, EnvironmentState::Allocated, EnvironmentState::Connection];
        let found = environments.map(|state| told(check_environment(FunctionId::SET_ENV_ATTR, state)));
        assert_eq!(found, ["allowed", "allowed", "HY011"].map(String::from));
    }
}

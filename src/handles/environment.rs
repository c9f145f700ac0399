//! Environments: the version of ODBC that the application speaks, and a few settings of the manager's.
//!
//! Source: ODBC reference, `SQLSetEnvAttr`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::link_states::{DECLARE_FIRST, EnvironmentState, check_environment};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::odbc::attributes::*;
use crate::odbc::functions::FunctionId;

#[derive(Debug)]
pub struct Environment {
    state: Mutex<EnvironmentContents>,
    /// SQL_ATTR_ODBC_VERSION: SQL_OV_ODBC2, SQL_OV_ODBC3 or SQL_OV_ODBC3_80; 0 until the application says so. Beside the
    /// lock, because functions on connections and statements ask for it.
    version: AtomicUsize,
    /// Connections allocated on it; it cannot be freed before them.
    connections: AtomicUsize,
}

impl Default for Environment {
    fn default() -> Environment {
        Environment::new()
    }
}

#[derive(Debug)]
pub struct EnvironmentContents {
    pub diagnostics: Diagnostics,
    connection_pooling: usize,
    pooling_match: usize,
}

impl Environment {
    pub fn new() -> Environment {
        Environment {
            state: Mutex::new(EnvironmentContents {
                diagnostics: Diagnostics::default(),
                connection_pooling: SQL_CP_OFF,
                pooling_match: SQL_CP_STRICT_MATCH,
            }),
            version: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
        }
    }

    pub fn lock(&self) -> MutexGuard<'_, EnvironmentContents> {
        // What a panic left behind is a record list or an integer: usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the application works to the rules of ODBC 2.
    pub fn is_odbc2(&self) -> bool {
        self.version() == Some(SQL_OV_ODBC2)
    }

    /// The version of ODBC that the application has declared.
    pub fn version(&self) -> Option<usize> {
        Some(self.version.load(Ordering::Acquire)).filter(|version| *version != 0)
    }

    /// A connection was allocated on it.
    pub fn connection_allocated(&self) {
        self.connections.fetch_add(1, Ordering::AcqRel);
    }

    /// One of its connections was freed. Said by the function that frees it: its memory may be held a little longer.
    pub fn connection_freed(&self) {
        self.connections.fetch_sub(1, Ordering::AcqRel);
    }

    pub fn has_connections(&self) -> bool {
        self.connections.load(Ordering::Acquire) != 0
    }

    /// Whether a function may be called in the environment's state (`link_states`).
    pub fn check(&self, function: FunctionId) -> Result {
        let state = match self.version() {
            None => EnvironmentState::Versionless,
            Some(_) if self.has_connections() => EnvironmentState::Connection,
            Some(_) => EnvironmentState::Allocated,
        };
        check_environment(function, state)
    }

    /// `SQLSetEnvAttr`. HY092 for an attribute that is none, HY024 for a value that it does not take, HY010 before the version
    /// of ODBC has been declared.
    pub fn set(&self, attribute: i32, value: usize) -> Result {
        if attribute != SQL_ATTR_ODBC_VERSION && self.version().is_none() {
            return Err(Diagnostic::new(HY010_FUNCTION_SEQUENCE_ERROR, DECLARE_FIRST));
        }
        let mut state = self.lock();
        let (place, allowed): (&mut usize, &[usize]) = match attribute {
            SQL_ATTR_ODBC_VERSION => {
                return match value {
                    SQL_OV_ODBC2 | SQL_OV_ODBC3 | SQL_OV_ODBC3_80 => {
                        self.version.store(value, Ordering::Release);
                        Ok(())
                    }
                    _ => Err(invalid_value(attribute, value, "2, 3 or 380")),
                };
            }
            SQL_ATTR_CONNECTION_POOLING => {
                (&mut state.connection_pooling, &[SQL_CP_OFF, SQL_CP_ONE_PER_DRIVER, SQL_CP_ONE_PER_HENV])
            }
            SQL_ATTR_CP_MATCH => (&mut state.pooling_match, &[SQL_CP_STRICT_MATCH, SQL_CP_RELAXED_MATCH]),
            SQL_ATTR_OUTPUT_NTS => {
                return match value {
                    SQL_TRUE => Ok(()),
                    SQL_FALSE => Err(Diagnostic::new(
                        HYC00_NOT_IMPLEMENTED,
                        "SQL_ATTR_OUTPUT_NTS cannot be SQL_FALSE: strings are always returned with a NUL behind them",
                    )),
                    _ => Err(invalid_value(attribute, value, "SQL_TRUE")),
                };
            }
            _ => return Err(unknown_attribute(attribute)),
        };
        if !allowed.contains(&value) {
            return Err(invalid_value(attribute, value, &format!("one of {allowed:?}")));
        }
        *place = value;
        Ok(())
    }

    /// `SQLGetEnvAttr`.
    pub fn get(&self, attribute: i32) -> Result<usize> {
        match attribute {
            SQL_ATTR_ODBC_VERSION => Ok(self.version().unwrap_or(SQL_OV_ODBC3)),
            SQL_ATTR_CONNECTION_POOLING => Ok(self.lock().connection_pooling),
            SQL_ATTR_CP_MATCH => Ok(self.lock().pooling_match),
            SQL_ATTR_OUTPUT_NTS => Ok(SQL_TRUE),
            _ => Err(unknown_attribute(attribute)),
        }
    }
}

fn unknown_attribute(attribute: i32) -> Box<Diagnostic> {
    Diagnostic::new(HY092_INVALID_ATTRIBUTE, format!("environment attribute {attribute} is not known"))
}

fn invalid_value(attribute: i32, value: usize, takes: &str) -> Box<Diagnostic> {
    Diagnostic::new(
        HY024_INVALID_ATTRIBUTE_VALUE,
        format!("environment attribute {attribute} cannot be {value}; it takes {takes}"),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_odbc_knows_are_taken_and_others_refused() {
        let environment = Environment::new();
        assert_eq!(environment.version(), None);
        assert_eq!(environment.set(SQL_ATTR_OUTPUT_NTS, SQL_TRUE).unwrap_err().sqlstate.as_str(), "HY010");
        for version in [2, 3, 380] {
            environment.set(SQL_ATTR_ODBC_VERSION, version).unwrap();
            assert_eq!(environment.get(SQL_ATTR_ODBC_VERSION).unwrap(), version);
        }
        assert_eq!(environment.set(SQL_ATTR_ODBC_VERSION, 4).unwrap_err().sqlstate.as_str(), "HY024");
        assert_eq!(environment.set(4711, 1).unwrap_err().sqlstate.as_str(), "HY092");
        assert_eq!(environment.set(SQL_ATTR_OUTPUT_NTS, SQL_FALSE).unwrap_err().sqlstate.as_str(), "HYC00");
    }
}

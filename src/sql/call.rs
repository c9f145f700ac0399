//! The procedure call escapes `{call name(..)}` and `{?=call name(..)}`.
//!
//! Source: ODBC reference, "Procedure call escape sequence". PostgreSQL calls a function by SELECT and a procedure by
//! CALL, and the text does not say which of them the name is: whoever executes it may ask the catalog.

use super::translate::syntax_error;
use crate::diag::Result;

/// A procedure call, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallEscape {
    /// The name as it was written: with its schema and its quotes, if any.
    pub name: String,
    /// The arguments, translated, without their parentheses.
    pub arguments: String,
    /// `{?=call ..}`: the application's first parameter receives the return value. It is counted as the others are, but
    /// `$1` does not occur in the text: the server takes the statement only if a type is declared for it, with NULL as
    /// its value.
    pub returns_value: bool,
}

impl CallEscape {
    /// From the name and the arguments, split at their commas. What is left out at the end takes its default value; the
    /// server has no way to leave out one before others.
    pub(super) fn new(name: &str, arguments: &[&str], returns_value: bool) -> Result<CallEscape> {
        let given = arguments.iter().rposition(|argument| !argument.trim().is_empty()).map_or(0, |last| last + 1);
        let given = arguments.get(..given).unwrap_or_default();
        if given.iter().any(|argument| argument.trim().is_empty()) {
            return Err(syntax_error(format!(
                "in the call of {name}, a parameter before others is left out; the server takes the default only of \
                 parameters at the end: write the value"
            )));
        }
        Ok(CallEscape { name: name.to_owned(), arguments: given.join(","), returns_value })
    }

    /// The text that calls a function.
    pub fn as_function(&self) -> String {
        format!("SELECT * FROM {}({})", self.name, self.arguments)
    }

    /// The text that calls a procedure.
    pub fn as_procedure(&self) -> String {
        format!("CALL {}({})", self.name, self.arguments)
    }
}

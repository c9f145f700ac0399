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
    /// The arguments in the order of the call, translated. An empty one was left out: it takes its default value. Those
    /// left out at the end are not here.
    pub arguments: Vec<String>,
    /// `{?=call ..}`: the application's first parameter receives the return value. It is counted as the others are, but
    /// `$1` does not occur in the text: the server takes the statement only if a type is declared for it, with NULL as
    /// its value.
    pub returns_value: bool,
}

impl CallEscape {
    /// From the name and the arguments, split at their commas.
    pub(super) fn new(name: &str, arguments: &[&str], returns_value: bool) -> CallEscape {
        let given = arguments.iter().rposition(|argument| !argument.trim().is_empty()).map_or(0, |last| last + 1);
        let arguments = arguments.iter().take(given);
        // A blank argument is one that was left out.
        let text = |argument: &&str| if argument.trim().is_empty() { String::new() } else { (*argument).to_owned() };
        CallEscape { name: name.to_owned(), arguments: arguments.map(text).collect(), returns_value }
    }

    /// The text that calls a function with the arguments as they were given.
    ///
    /// 42000 for an argument left out before others: only who knows the parameters' names can call it so.
    pub fn as_function(&self) -> Result<String> {
        if self.arguments.iter().any(String::is_empty) {
            return Err(syntax_error(format!(
                "in the call of {}, a parameter before others is left out; which value it takes is found out when the \
                 call is executed",
                self.name
            )));
        }
        Ok(format!("SELECT * FROM {}({})", self.name, self.arguments.join(",")))
    }

    /// The number of the marker that argument `index` is, `$n`; `None` where it is anything else.
    pub fn marker(&self, index: usize) -> Option<u16> {
        let digits = self.arguments.get(index)?.trim().strip_prefix('$')?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    }
}

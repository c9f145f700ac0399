//! The cursor's name: the application's, or one that the driver makes when it is asked.
//!
//! Source: ODBC reference, `SQLSetCursorName`, `SQLGetCursorName`.

use super::StatementCall;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};

/// What names that the driver makes begin with; an application may use neither.
const GENERATED: [&str; 2] = ["SQL_CUR", "SQLCUR"];

impl StatementCall<'_> {
    /// The cursor's name. One that was not named by the application gets a name the first time, which it keeps.
    pub fn cursor_name(&mut self) -> Result<String> {
        let number = self.id.number();
        let name = self.statement()?.cursor_name.get_or_insert_with(|| format!("{}{number}", GENERATED[0]));
        Ok(name.clone())
    }

    /// The server's, in bytes: SQL_MAX_CURSOR_NAME_LEN.
    fn max_identifier_length(&self) -> u16 {
        self.state.reported().map_or(0, |(_, profile)| profile.max_identifier_length)
    }

    /// 34000 for a name that is empty, too long (in bytes), or begins as the driver's do; 3C000 for one that another
    /// statement of the connection has. Names are compared without regard to case, as identifiers are.
    pub fn set_cursor_name(&mut self, name: &str) -> Result {
        let begins_generated = GENERATED
            .iter()
            .any(|prefix| name.get(..prefix.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(prefix)));
        let limit = usize::from(self.max_identifier_length());
        if name.is_empty() || name.len() > limit || begins_generated {
            return Err(Diagnostic::new(
                S34000_INVALID_CURSOR_NAME,
                format!(
                    "\"{name}\" cannot name a cursor: a name has 1 to {limit} bytes and does not begin with SQL_CUR or SQLCUR"
                ),
            ));
        }
        let own = self.statement()?.token;
        let lower = name.to_lowercase();
        let taken = self.state.statements.iter().any(|other| {
            other.token != own && other.cursor_name.as_ref().is_some_and(|other| other.to_lowercase() == lower)
        });
        if taken || self.state.share.has_cursor_away(&lower) {
            return Err(Diagnostic::new(
                S3C000_DUPLICATE_CURSOR_NAME,
                format!("another statement of the connection has named its cursor \"{name}\""),
            ));
        }
        self.statement()?.cursor_name = Some(name.to_owned());
        Ok(())
    }
}

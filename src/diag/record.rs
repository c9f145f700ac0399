//! Diagnostic records and the list of them that each handle keeps.
//!
//! Source: ODBC reference, "Diagnostic records and fields", "Role of the driver", `SQLGetDiagField`.

use std::fmt;

use super::Sqlstate;
use crate::odbc::diagnostic_fields::{SQL_NO_COLUMN_NUMBER, SQL_NO_ROW_NUMBER};

/// What every message begins with: vendor and component, as the reference asks ("Diagnostic messages").
pub const MESSAGE_PREFIX: &str = "[pgodbc]";

/// One diagnostic record. A function that fails returns it boxed as its error (see [`crate::diag::Result`]); warnings
/// are pushed on the handle's [`Diagnostics`] directly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub sqlstate: Sqlstate,
    /// Driver or server error number. PostgreSQL has none: 0, or 1 where the server reported the error.
    pub native: i32,
    /// The text without the `[vendor][component]` prefix.
    pub message: String,
    /// Row of the rowset or parameter set, from 1.
    pub row_number: isize,
    /// Column or parameter, from 1.
    pub column_number: i32,
    /// The server's own fields where the server reported it.
    pub server: Option<Box<ServerFields>>,
    /// The message is shown without a prefix.
    pub is_bare: bool,
}

/// Fields of a server's ErrorResponse or NoticeResponse that ODBC has no place for; readable as driver-defined
/// diagnostic fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerFields {
    pub severity: String,
    /// The server's SQLSTATE as it came.
    pub sqlstate: String,
    pub message: String,
    pub detail: Option<String>,
    pub hint: Option<String>,
    /// Where in the server it happened: of a copy, the line of its data.
    pub context: Option<String>,
    /// Position in the text that was sent, in characters from 1.
    pub position: Option<u32>,
    pub schema: Option<String>,
    pub table: Option<String>,
    pub column: Option<String>,
    pub data_type: Option<String>,
    pub constraint: Option<String>,
}

impl Diagnostic {
    /// A record of the driver's own.
    pub fn new(sqlstate: Sqlstate, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic {
            sqlstate,
            native: 0,
            message: message.into(),
            row_number: SQL_NO_ROW_NUMBER,
            column_number: SQL_NO_COLUMN_NUMBER,
            server: None,
            is_bare: false,
        })
    }

    /// The same as psqlODBC tells it: the server's own SQLSTATE, and its severity in the text instead of a prefix. What
    /// the server only notices stays a warning. Records of the driver's own stay as they are.
    fn as_psqlodbc_tells(&self) -> Diagnostic {
        let Some(server) = &self.server else { return self.clone() };
        let mut record = Diagnostic { is_bare: true, ..self.clone() };
        let detail = server.detail.as_ref().map(|detail| format!("\nDETAIL: {detail}")).unwrap_or_default();
        record.message = format!("{}: {}{detail}", server.severity, server.message);
        if !self.sqlstate.is_warning() {
            record.sqlstate = Sqlstate::from_server(server.sqlstate.as_bytes());
            record.message += ";\nError while executing the query";
        }
        record
    }

    /// The same record with the row (from 1) that it is about.
    pub fn in_row(mut self: Box<Self>, row_number: usize) -> Box<Diagnostic> {
        self.row_number = isize::try_from(row_number).unwrap_or(isize::MAX);
        self
    }

    /// The same record with the column or parameter (from 1) that it is about.
    pub fn in_column(mut self: Box<Self>, column_number: u16) -> Box<Diagnostic> {
        self.column_number = i32::from(column_number);
        self
    }

    /// The message as an application reads it, with its prefix; `[Server]` marks the server's own words.
    pub fn text(&self) -> String {
        if self.is_bare {
            return self.message.clone();
        }
        let component = if self.server.is_some() { "[Server]" } else { "" };
        format!("{MESSAGE_PREFIX}{component} {}", self.message)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.sqlstate, self.message)
    }
}

impl std::error::Error for Diagnostic {}

/// The diagnostics of one handle: header fields and records, cleared by the guard at each call that posts its own.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    pub return_code: i16,
    /// SQL_DIAG_ROW_COUNT: rows affected by the last statement.
    pub row_count: isize,
    /// SQL_DIAG_CURSOR_ROW_COUNT: rows in the cursor, where known.
    pub cursor_row_count: isize,
    /// SQL_DIAG_DYNAMIC_FUNCTION and its code, of the last statement executed.
    pub dynamic_function: &'static str,
    pub dynamic_function_code: i32,
    records: Vec<Diagnostic>,
}

impl Diagnostics {
    /// No records, of a function that has returned this code.
    pub fn of_code(return_code: i16) -> Diagnostics {
        Diagnostics { return_code, ..Diagnostics::default() }
    }

    /// Forgets the records, not the header fields that describe the last execution.
    #[inline]
    pub fn clear(&mut self) {
        // On the path of every value, and there is hardly ever one.
        if !self.records.is_empty() {
            self.records.clear();
        }
    }

    /// Adds a record. Errors are kept before warnings, and within both, rows in order, as the reference ranks them
    /// ("Sequence of status records").
    pub fn push(&mut self, record: Diagnostic) {
        let at = if record.sqlstate.is_warning() {
            self.records.len()
        } else {
            self.records.iter().position(|other| other.sqlstate.is_warning()).unwrap_or(self.records.len())
        };
        self.records.insert(at, record);
    }

    /// Adds several. Rare, and out of the way of what is not.
    #[cold]
    pub fn post(&mut self, records: Vec<Box<Diagnostic>>) {
        records.into_iter().for_each(|record| self.push(*record));
    }

    /// A warning of the driver's own.
    pub fn warn(&mut self, sqlstate: Sqlstate, message: impl Into<String>) {
        self.push(*Diagnostic::new(sqlstate, message));
    }

    /// The same list in psqlODBC's words.
    pub fn as_psqlodbc_tells(&self) -> Diagnostics {
        let records = self.records.iter().map(Diagnostic::as_psqlodbc_tells).collect();
        Diagnostics {
            return_code: self.return_code,
            row_count: self.row_count,
            cursor_row_count: self.cursor_row_count,
            dynamic_function: self.dynamic_function,
            dynamic_function_code: self.dynamic_function_code,
            records,
        }
    }

    pub fn records(&self) -> &[Diagnostic] {
        &self.records
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

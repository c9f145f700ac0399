//! Diagnostics: SQLSTATEs, records, the list a handle keeps, and the table from a server's code to ODBC's.

mod field;
mod record;
mod server;
pub mod sqlstate;

pub use field::{DiagnosticField, FieldValue, header_field, record_field};
pub use record::{Diagnostic, Diagnostics, MESSAGE_PREFIX, ServerFields};
pub use server::sqlstate_for_server_code;
pub use sqlstate::Sqlstate;

/// The result of anything that can fail with a diagnostic record. Boxed, so that the good case stays small.
pub type Result<T = (), E = Box<Diagnostic>> = std::result::Result<T, E>;

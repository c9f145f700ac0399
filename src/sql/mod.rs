//! SQL text: from what an application writes to what the server reads. Pure, no I/O.
//!
//! An application writes `?` for a parameter, may put several statements into one text and may use ODBC's escape
//! sequences. The server wants one statement at a time, `$1`, `$2` for parameters, and its own SQL. [`translate()`] goes
//! over the text once, whatever its length.
//!
//! Sources: ODBC reference, "Escape sequences in ODBC", appendix C (SQL grammar) and appendix E (scalar functions);
//! PostgreSQL documentation, 4.1 (lexical structure).

mod call;
mod constants;
mod current_of;
mod datetime_functions;
mod float_digits;
mod function_escape;
mod functions;
mod identifiers;
mod identity;
mod kind;
mod lexer;
mod literals;
mod objects;
mod plain_change;
mod plain_insert;
mod reads;
mod table_select;
mod translate;

#[cfg(test)]
mod tests;

pub use call::CallEscape;
pub use constants::selects_constants;
pub use current_of::{CurrentOf, current_of};
pub use datetime_functions::{TIMESTAMP_INTERVALS, TimestampInterval, timestamp_interval_mask};
pub use float_digits::{ALL_FLOAT_DIGITS, may_round_floats, may_set_styles};
pub use function_escape::{CONVERT_TYPES, ConvertType};
pub use functions::{FunctionGroup, SCALAR_FUNCTIONS, ScalarFunction, Translation, function_mask};
pub use identifiers::quoted_identifier;
pub use identity::{IDENTITY, NO_IDENTITY};
pub use kind::{InTransactionBlock, StatementKind};
pub use objects::with_objects;
pub use plain_change::{ParameterColumn, PlainChange, plain_change};
pub use plain_insert::{InsertColumn, PlainInsert, plain_insert};
pub use reads::only_reads;
pub use table_select::{KeyColumn, TableSelect, VERSION_COLUMNS, table_select};
pub use translate::{native_sql, translate};

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScanOptions {
    /// The server's `standard_conforming_strings`: if off, a backslash escapes in `'...'` as it does in `E'...'`.
    pub standard_conforming_strings: bool,
    /// SQL_ATTR_NOSCAN: escape sequences are left as they are. Parameter markers are translated all the same.
    pub noscan: bool,
}

impl Default for ScanOptions {
    fn default() -> ScanOptions {
        ScanOptions { standard_conforming_strings: true, noscan: false }
    }
}

/// A text, translated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Translated {
    /// The statements of the text in order. What has nothing but blanks and comments is none.
    pub statements: Vec<Statement>,
}

/// One statement as the server reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The text to send, without the `;` that ended it.
    pub text: String,
    /// How many `?` the application wrote in this statement, what `SQLNumParams` answers. The n-th is `$n` in the text;
    /// that of a return value is in none, see [`CallEscape::returns_value`].
    pub parameter_count: u16,
    pub kind: StatementKind,
    /// INSERT, UPDATE, DELETE or MERGE with a RETURNING clause: it answers with rows.
    pub has_returning: bool,
    pub in_transaction_block: InTransactionBlock,
    /// COPY .. FROM STDIN: the server waits for data.
    pub copies_in: bool,
    /// `@@IDENTITY` occurs in it.
    pub asks_identity: bool,
    /// It may have the server print fewer digits of floats from then on.
    pub rounds_floats: bool,
    /// The text was a `{call ..}` or `{?=call ..}` escape; `text` calls a function then, and is empty where a parameter
    /// before others is left out.
    pub call: Option<CallEscape>,
}

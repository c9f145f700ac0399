//! Execution: statements prepared, their parameters encoded, the flight of messages that one execution is, and the
//! transactions around it. Knows sessions, descriptors and conversions, not handles.

mod array;
mod call;
mod data_at_execution;
mod execution;
mod flight;
mod large_objects;
mod own_query;
mod parameters;
mod prepared;
mod query;
mod routines;
mod row_change;
mod rows_again;
mod session_settings;
mod statement_cache;
mod statement_names;
mod transaction;

pub use array::ArrayOutcome;
pub use data_at_execution::{DataAtExecution, Phase, WaitingColumn};
pub use execution::Execution;
pub use large_objects::ObjectQueries;
pub use own_query::{OwnQueries, OwnQuery};
pub use parameters::Parameters;
pub use prepared::Prepared;
pub use query::{command, commands};
pub use row_change::{ChangedRow, ColumnValue, OldRow, ReadyValue, Returned, RowChange, RowFlight, Table};
pub use rows_again::{RowKey, RowsAgain};
pub use statement_cache::StatementCache;
pub use statement_names::StatementNames;
pub use transaction::{Completion, IsolationLevel, TransactionControl};

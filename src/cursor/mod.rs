//! The running result: what an execution brings, one result after the other, and the cursor over its rows.
//!
//! Rows of a forward-only cursor stream: the socket is the read-ahead, and a row goes from the receive buffer to the application's memory in one
//! step. The wire room parks what is unread when another statement needs the connection; this room does not notice.

mod changes;
mod columns;
mod fetch;
mod get_data;
mod kept;
mod keyset;
mod large_object;
mod longest;
mod outputs;
mod plan;
mod positioned;
mod refcursors;
mod results;
mod row_store;
mod scroll;
mod stored;

pub use changes::fetched;
pub use columns::{StatementDescription, columns_of};
pub use fetch::{FetchOptions, Fetched, Goal};
pub use get_data::{GetDataOptions, GetDataRequest};
pub use large_object::ObjectReader;
pub use outputs::{OutputBinding, OutputRow, no_row};
pub use plan::{BOOKMARK, record_options};
pub use positioned::is_left_out;
pub use results::{Advance, Results, Step};
pub use scroll::Orientation;
pub use stored::StoredRows;

/// How values are converted for one statement: what does not depend on the column.
pub use crate::convert::ConvertOptions;

//! The PostgreSQL wire protocol, versions 3.0 and 3.2: logging in, exchanges of messages, cancelling.
//!
//! A [`Session`] is one connection. An exchange is what is sent at a time and everything the server answers up to its
//! ReadyForQuery. Rows are borrowed from the receive buffer; when another exchange needs the wire, what is left of the
//! running one is parked in a `FrameStore` and read from there.
//!
//! Source: PostgreSQL documentation, chapter "Frontend/Backend Protocol".

mod asynchronous;
mod authentication;
mod backend;
mod cancel;
mod command_tag;
mod data_row;
mod description;
mod encryption;
mod error_response;
mod frame;
mod frame_store;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod hostile_tests;
mod link;
mod notifications;
mod parameters;
mod profile;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod retry_tests;
mod scram;
mod session;
mod startup;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod startup_tests;
mod target;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod testing;

pub use crate::transport::{Deadline, Endpoint};
pub use backend::Backend;
pub use cancel::CancelTarget;
pub use command_tag::CommandTag;
pub use data_row::{ColumnStart, DataRow, Values};
pub use description::{Field, Fields, ParameterDescription, RowDescription};
pub use error_response::STATEMENT_PREFIX;
pub use frame_store::StoreLimits;
pub use notifications::{Notification, Notifications};
pub use parameters::Parameters;
pub use profile::{ServerFamily, ServerProfile};
pub use session::{Candidate, ExchangeId, LoginOptions, Session, TransactionStatus};

/// A message that the server sent beside its answers: SQLSTATE 01000 with the server's own fields.
pub type Notice = Box<crate::diag::Diagnostic>;

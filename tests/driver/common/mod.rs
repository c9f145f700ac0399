//! The harness: a driver manager opened at run time, its handles, and what a test asks of them.

pub mod api;
pub mod buffers;
pub mod companion;
pub mod descriptor;
pub mod handles;
pub mod outcome;
pub mod proxy;
pub mod server;
pub mod statement;
pub mod text;
pub mod tls_server;
pub mod traffic;

pub use api::{Api, api};
pub use descriptor::Descriptor;
pub use handles::{Connection, Environment, Statement};
pub use outcome::{Outcome, Record};
pub use server::{Server, server};

use std::sync::atomic::{AtomicU32, Ordering};

/// A connection to the private server, made by a connection string.
#[track_caller]
pub fn connect() -> Connection {
    Connection::open(&server().connection_string())
}

/// The same with more keywords.
#[track_caller]
pub fn connect_with(keywords: &str) -> Connection {
    Connection::open(&format!("{}{keywords}", server().connection_string()))
}

/// A name for a table or schema that no other test uses: they share one database and run side by side.
pub fn unique(name: &str) -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    format!("{name}_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed))
}

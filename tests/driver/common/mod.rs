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

/// A table whose rows make a commit take so long.
#[track_caller]
pub fn slow_to_commit(connection: &Connection, seconds: &str) -> String {
    let table = unique("slow_commit");
    connection.run(&format!("create table {table} (a int)"));
    connection.run(&format!(
        "create function {table}_wait() returns trigger language plpgsql as 'begin perform pg_sleep({seconds}); return null; end'"
    ));
    connection.run(&format!(
        "create constraint trigger wait after insert on {table} deferrable initially deferred for each row \
         execute function {table}_wait()"
    ));
    table
}

/// A name for a table or schema that no other test uses: they share one database and run side by side.
pub fn unique(name: &str) -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    format!("{name}_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed))
}

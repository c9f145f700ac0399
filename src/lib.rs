//! pgodbc: an ODBC 3.8 driver for servers that speak the PostgreSQL wire protocol.
//!
//! ARCHITECTURE.md is the map. Rooms import downward only (tests/structure.rs checks it):
//!
//! ```text
//! ffi -> handles -> { execute, cursor, catalog, info } -> { descriptor, convert, sql } -> wire -> transport
//! open to all:  odbc  diag  config  trace
//! ```

#[cfg(all(panic = "abort", not(test)))]
compile_error!("pgodbc must be built with panic=unwind: a panic has to be caught before it reaches the host");

pub mod catalog;
pub mod config;
pub mod convert;
pub mod cursor;
pub mod descriptor;
pub mod diag;
pub mod execute;
mod ffi;
pub mod handles;
pub mod info;
pub mod odbc;
pub mod sql;
pub mod trace;
pub mod transport;
pub mod wire;

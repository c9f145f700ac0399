//! The boundary: the exported SQL* functions, a file a function group. Each is a few lines that call the guard
//! (`enter.rs`); narrow and wide forms are one body (`text.rs`). No export calls an export.
#![allow(unsafe_code)]
// Parameters have the names of the reference's prototypes, which the generated header shows.
#![allow(non_snake_case)]

mod asynchronous;
mod attributes;
mod catalog;
mod clock;
mod connection;
mod cursor_names;
mod descriptors;
mod diagnostics;
mod enter;
mod execution;
mod handles;
mod information;
mod manager;
mod metadata;
mod output;
mod parameters;
mod results;
mod signals;
mod text;
mod types;

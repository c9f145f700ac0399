//! What must hold for any bytes at all: a subject a file, each with one `check` that panics where it does not.
//!
//! libFuzzer calls them from `targets/` (`make fuzz`); `tests/hostile.rs` of the driver calls them in `make test`, with
//! what is in `corpus/` and random changes to it.

pub mod connection_string;
pub mod login_messages;
pub mod parameter_values;
pub mod result_values;
pub mod server;
pub mod server_messages;
pub mod sql_text;

//! Handles: the table of tokens; environments, connections, statements and descriptors as what belongs to whom, with
//! their attributes and states. Thin: the work is done in the rooms below.

pub mod asynchronous;
pub mod cancel;
pub mod connection;
pub mod descriptor;
pub mod environment;
pub mod link_states;
pub mod slab;
pub mod statement;
pub mod states;
pub mod table;

//! (being written)
pub mod secret;
pub use secret::Secret;

//! Kerberos, spoken by the system's GSSAPI library: who a user is, and encryption.

mod library;
mod stream;

pub use library::{KerberosService, SecurityContext, has_credentials};
pub use stream::GssStream;

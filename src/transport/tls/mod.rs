//! TLS by rustls, with libpq's rules of what is checked.

mod certificate;
mod client_certificate;
mod connector;
mod key_log;
mod names;
mod revocation;
mod stream;
mod trust;
mod verifier;

pub use certificate::end_point_hash;
pub use connector::{CertificateUse, TlsConnector};
pub use stream::TlsStream;

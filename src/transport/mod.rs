//! Bytes to and from a server: sockets, deadlines, encryption, the buffer of what has been received. Nothing here knows
//! messages.

mod connect;
mod deadline;
mod endpoint;
mod gssapi;
mod interrupt;
mod outgoing;
mod owner;
mod receive_buffer;
mod resolve;
mod socket;
mod stream;
mod tls;

pub use connect::{Connected, connect};
pub use deadline::Deadline;
pub use endpoint::{Endpoint, Peer};
pub use gssapi::{GssStream, KerberosService, SecurityContext, has_credentials};
pub use interrupt::Interrupt;
pub use owner::check_owner;
pub use receive_buffer::ReceiveBuffer;
pub use resolve::{LookUp, resolve, system};
pub use socket::Socket;
pub use stream::{Ready, Stream};
pub use tls::{CertificateUse, TlsConnector, TlsStream, end_point_hash};

//! Bytes to and from a server: sockets, deadlines, the buffer of what has been received. Nothing here knows messages.

mod connect;
mod deadline;
mod endpoint;
mod receive_buffer;
mod stream;

pub use connect::{Connected, connect, connect_peer};
pub use deadline::Deadline;
pub use endpoint::{Endpoint, Peer};
pub use receive_buffer::ReceiveBuffer;
pub use stream::{Ready, Stream};

//! Where a server listens.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Where a server is said to listen: a name to resolve or a socket file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    Tcp {
        /// The name, for messages and for the server's certificate; empty where only the address is given.
        host: String,
        /// The address, if no name is to be resolved.
        address: Option<IpAddr>,
        port: u16,
    },
    /// The socket file itself (`/var/run/postgresql/.s.PGSQL.5432`), not its directory.
    Unix { path: PathBuf },
}

impl Endpoint {
    /// A host by name or address.
    pub fn tcp(host: impl Into<String>, port: u16) -> Endpoint {
        Endpoint::Tcp { host: host.into(), address: None, port }
    }

    /// The host's name or address as it was given; empty for a socket file.
    pub fn host(&self) -> &str {
        match self {
            Endpoint::Tcp { host, .. } => host,
            Endpoint::Unix { .. } => "",
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Tcp { host, address: Some(address), port } if host.is_empty() => {
                write!(formatter, "{address} port {port}")
            }
            Endpoint::Tcp { host, port, .. } => write!(formatter, "{host} port {port}"),
            Endpoint::Unix { path } => write!(formatter, "the socket {}", path.display()),
        }
    }
}

/// The address that a connection was really made to. A cancel request has to reach the same server, so the name is not
/// resolved a second time for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl Peer {
    /// Whether what is sent stays on this machine.
    pub fn is_local(&self) -> bool {
        match self {
            Peer::Tcp(address) => address.ip().to_canonical().is_loopback(),
            Peer::Unix(_) => true,
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Peer::Tcp(address) => write!(formatter, "{} port {}", address.ip(), address.port()),
            Peer::Unix(path) => write!(formatter, "the socket {}", path.display()),
        }
    }
}

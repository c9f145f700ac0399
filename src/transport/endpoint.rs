//! Where a server listens.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where a server is said to listen: a name to resolve or a socket file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    Tcp {
        host: String,
        port: u16,
    },
    /// The socket file itself (`/var/run/postgresql/.s.PGSQL.5432`), not its directory.
    Unix {
        path: PathBuf,
    },
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Tcp { host, port } => write!(formatter, "{host} port {port}"),
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

impl fmt::Display for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Peer::Tcp(address) => write!(formatter, "{} port {}", address.ip(), address.port()),
            Peer::Unix(path) => write!(formatter, "the socket {}", path.display()),
        }
    }
}

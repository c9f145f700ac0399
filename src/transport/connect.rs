//! Making a connection: every address of a name is tried, each failure is said.

use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, sockopt};

use super::{Deadline, Endpoint, Peer, Stream};
use crate::diag::sqlstate::{HYT00_TIMEOUT_EXPIRED, S08001_UNABLE_TO_CONNECT};
use crate::diag::{Diagnostic, Result};

/// Idle seconds before TCP asks whether the peer is still there: below the idle limit (4 minutes) of the cloud load
/// balancers that drop connections silently.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(60);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEPALIVE_PROBES: u32 = 6;

/// A connection that has been made.
#[derive(Debug)]
pub struct Connected {
    pub stream: Stream,
    pub peer: Peer,
    /// How long the connecting took: with TCP, one round trip of the network.
    pub round_trip: Duration,
}

/// Connects to `endpoint`; the addresses of a host name are tried one after the other.
///
/// # Errors
/// 08001 with what was tried and why it failed; HYT00 when `deadline` passed.
pub fn connect(endpoint: &Endpoint, deadline: Deadline) -> Result<Connected> {
    match endpoint {
        Endpoint::Unix { path } => connect_peer(&Peer::Unix(path.clone()), deadline),
        Endpoint::Tcp { host, port } => {
            let addresses: Vec<SocketAddr> = (host.as_str(), *port)
                .to_socket_addrs()
                .map_err(|error| {
                    Diagnostic::new(
                        S08001_UNABLE_TO_CONNECT,
                        format!("the server name \"{host}\" could not be resolved: {error}; check the Server keyword"),
                    )
                })?
                .collect();
            let mut failures: Vec<Diagnostic> = Vec::new();
            for (index, address) in addresses.iter().enumerate() {
                // An address that does not answer must leave time for the others.
                let share = deadline.share(addresses.len() - index);
                match connect_peer(&Peer::Tcp(*address), share) {
                    Ok(connected) => return Ok(connected),
                    Err(failure) => failures.push(*failure),
                }
                if deadline.expired() {
                    break;
                }
            }
            Err(summary(host, failures))
        }
    }
}

/// Connects to one address.
///
/// # Errors
/// As [`connect`].
pub fn connect_peer(peer: &Peer, deadline: Deadline) -> Result<Connected> {
    let begun = Instant::now();
    let stream = match peer {
        Peer::Tcp(address) => connect_tcp(address, deadline).map(Stream::Tcp),
        Peer::Unix(path) => connect_unix(path, deadline).map(Stream::Unix),
    };
    match stream {
        Ok(stream) => Ok(Connected { stream, peer: peer.clone(), round_trip: begun.elapsed() }),
        Err(error) if error.kind() == io::ErrorKind::TimedOut && deadline.expired() => Err(Diagnostic::new(
            HYT00_TIMEOUT_EXPIRED,
            format!("{peer} did not answer before the login timeout; is the address right, or a firewall in between?"),
        )),
        Err(error) => Err(Diagnostic::new(
            S08001_UNABLE_TO_CONNECT,
            format!(
                "could not connect to {peer}: {}; is the server running there and accepting connections?",
                reason(&error)
            ),
        )),
    }
}

fn connect_tcp(address: &SocketAddr, deadline: Deadline) -> io::Result<TcpStream> {
    let stream = match deadline.remaining() {
        None => TcpStream::connect(address)?,
        Some(Duration::ZERO) => return Err(io::ErrorKind::TimedOut.into()),
        Some(left) => TcpStream::connect_timeout(address, left)?,
    };
    // A flight is written by one send: waiting to fill a segment only delays its last part.
    stream.set_nodelay(true)?;
    sockopt::set_socket_keepalive(&stream, true)?;
    // What follows only tunes; a system that lacks an option keeps its own interval.
    let _ = sockopt::set_tcp_keepidle(&stream, KEEPALIVE_IDLE);
    let _ = sockopt::set_tcp_keepintvl(&stream, KEEPALIVE_INTERVAL);
    let _ = sockopt::set_tcp_keepcnt(&stream, KEEPALIVE_PROBES);
    Ok(stream)
}

/// connect(2) on a Unix socket waits while the listener's queue is full, whatever the timeout; non-blocking it fails with
/// EAGAIN and there is nothing to poll for: it is tried again.
fn connect_unix(path: &Path, deadline: Deadline) -> io::Result<UnixStream> {
    let address = SocketAddrUnix::new(path)?;
    let socket = rustix::net::socket_with(
        AddressFamily::UNIX,
        SocketType::STREAM,
        SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
        None,
    )?;
    loop {
        match rustix::net::connect(&socket, &address) {
            Ok(()) => break,
            Err(Errno::AGAIN | Errno::INTR) if !deadline.expired() => thread::sleep(Duration::from_millis(5)),
            Err(Errno::AGAIN | Errno::INTR) => return Err(io::ErrorKind::TimedOut.into()),
            Err(error) => return Err(error.into()),
        }
    }
    let stream = UnixStream::from(socket);
    stream.set_nonblocking(false)?;
    Ok(stream)
}

/// One diagnostic out of those of all addresses of a name.
fn summary(host: &str, mut failures: Vec<Diagnostic>) -> Box<Diagnostic> {
    let texts: Vec<&str> = failures.iter().map(|failure| failure.message.as_str()).collect();
    let text = format!("no address of \"{host}\" could be reached: {}", texts.join("; "));
    match (failures.len(), failures.pop()) {
        (1, Some(only)) => Box::new(only),
        (_, Some(last)) => Diagnostic::new(last.sqlstate, text),
        (_, None) => Diagnostic::new(
            S08001_UNABLE_TO_CONNECT,
            format!("the server name \"{host}\" has no address; check the Server keyword"),
        ),
    }
}

/// The system's words without Rust's "(os error 111)".
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::os::unix::net::UnixListener;

    fn soon() -> Deadline {
        Deadline::after(Duration::from_secs(5))
    }

    #[test]
    fn a_closed_port_is_named_with_the_reason() {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let error = connect(&Endpoint::Tcp { host: "127.0.0.1".into(), port }, soon()).unwrap_err();
        assert_eq!(error.sqlstate, S08001_UNABLE_TO_CONNECT);
        assert!(error.message.contains(&format!("127.0.0.1 port {port}: Connection refused;")), "{}", error.message);
        assert!(!error.message.contains("os error"), "{}", error.message);
    }

    #[test]
    fn a_name_that_does_not_resolve_is_named() {
        let host = "no-such-host.invalid"; // RFC 6761: .invalid never resolves
        let error = connect(&Endpoint::Tcp { host: host.into(), port: 5432 }, soon()).unwrap_err();
        assert_eq!(error.sqlstate, S08001_UNABLE_TO_CONNECT);
        assert!(error.message.contains(host), "{}", error.message);
    }

    #[test]
    fn tcp_connects_with_nodelay_and_keepalive() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let Connected { stream, peer, .. } =
            connect(&Endpoint::Tcp { host: "127.0.0.1".into(), port: address.port() }, soon()).unwrap();
        assert_eq!(peer, Peer::Tcp(address));
        let Stream::Tcp(stream) = stream else { panic!("{stream:?}") };
        assert!(stream.nodelay().unwrap());
        assert!(sockopt::socket_keepalive(&stream).unwrap());
    }

    #[test]
    fn a_socket_file_connects_and_a_missing_one_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(".s.PGSQL.5432");
        let endpoint = Endpoint::Unix { path: path.clone() };
        let error = connect(&endpoint, soon()).unwrap_err();
        assert_eq!(error.sqlstate, S08001_UNABLE_TO_CONNECT);
        assert!(error.message.contains(&path.display().to_string()), "{}", error.message);
        let _listener = UnixListener::bind(&path).unwrap();
        assert_eq!(connect(&endpoint, soon()).unwrap().peer, Peer::Unix(path));
    }

    #[test]
    fn a_full_queue_of_a_socket_file_ends_at_the_deadline() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        let listener = UnixListener::bind(&path).unwrap();
        rustix::net::listen(&listener, 0).unwrap();
        let endpoint = Endpoint::Unix { path };
        let begun = Instant::now();
        let held: Vec<_> = (0..4).map(|_| connect(&endpoint, Deadline::after(Duration::from_millis(50)))).collect();
        let error = held.into_iter().find_map(|attempt| attempt.err()).unwrap();
        assert_eq!(error.sqlstate, HYT00_TIMEOUT_EXPIRED);
        assert!(begun.elapsed() < Duration::from_secs(3));
    }
}

//! Making a connection: a socket to an address.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, sockopt};

use super::{Deadline, Interrupt, Peer, Ready, Socket};
use crate::config::TcpSettings;
use crate::diag::sqlstate::{HYT00_TIMEOUT_EXPIRED, S08001_UNABLE_TO_CONNECT};
use crate::diag::{Diagnostic, Result};

/// A connection that has been made.
#[derive(Debug)]
pub struct Connected {
    pub socket: Socket,
    pub peer: Peer,
    /// How long the connecting took: with TCP, one round trip of the network.
    pub round_trip: Duration,
}

/// Connects to one address.
///
/// # Errors
/// 08001 with what was tried and why it failed; HYT00 when `deadline` passed.
pub fn connect(peer: &Peer, options: &TcpSettings, deadline: Deadline, interrupt: &Interrupt) -> Result<Connected> {
    let begun = Instant::now();
    let socket = match peer {
        Peer::Tcp(address) => connect_tcp(address, options, deadline, interrupt).map(Socket::Tcp),
        Peer::Unix(path) => connect_unix(path, deadline, interrupt).map(Socket::Unix),
    };
    match socket {
        Ok(socket) => {
            // On this machine it is short; that connecting took long means only that the machine is busy.
            let is_here = match peer {
                Peer::Tcp(address) => address.ip().is_loopback(),
                Peer::Unix(_) => true,
            };
            let round_trip = if is_here { Duration::ZERO } else { begun.elapsed() };
            Ok(Connected { socket, peer: peer.clone(), round_trip })
        }
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

fn connect_tcp(
    address: &SocketAddr,
    options: &TcpSettings,
    deadline: Deadline,
    interrupt: &Interrupt,
) -> io::Result<TcpStream> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = new_socket(family)?;
    // Known before it is connected: a server that does not answer can be given up.
    interrupt.watch(&socket)?;
    let socket = Socket::Tcp(TcpStream::from(socket));
    match rustix::net::connect(socket.descriptor(), address) {
        Ok(()) => {}
        Err(Errno::INPROGRESS | Errno::INTR) => drop(socket.wait(Ready { read: false, write: true }, deadline)?),
        Err(error) => return Err(error.into()),
    }
    let Socket::Tcp(stream) = socket else { return Err(io::ErrorKind::Unsupported.into()) };
    if let Some(error) = stream.take_error()? {
        return Err(error);
    }
    if interrupt.is_requested() {
        return Err(io::ErrorKind::Interrupted.into());
    }
    stream.set_nonblocking(false)?;
    // A flight is written by one send: waiting to fill a segment only delays its last part.
    stream.set_nodelay(true)?;
    // What follows only tunes; a system that lacks an option keeps its own value.
    let _ = sockopt::set_socket_keepalive(&stream, options.keepalive);
    if options.keepalive {
        let seconds = |time: Duration| Some(time).filter(|time| !time.is_zero());
        let _ = seconds(options.keepalive_idle).map(|time| sockopt::set_tcp_keepidle(&stream, time));
        let _ = seconds(options.keepalive_interval).map(|time| sockopt::set_tcp_keepintvl(&stream, time));
        let count = Some(options.keepalive_count).filter(|count| *count > 0);
        let _ = count.map(|count| sockopt::set_tcp_keepcnt(&stream, count));
    }
    if !options.user_timeout.is_zero() {
        let milliseconds = u32::try_from(options.user_timeout.as_millis()).unwrap_or(u32::MAX);
        let _ = sockopt::set_tcp_user_timeout(&stream, milliseconds);
    }
    Ok(stream)
}

/// A socket that does not block yet.
fn new_socket(family: AddressFamily) -> io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    Ok(rustix::net::socket_with(family, SocketType::STREAM, flags, None)?)
}

/// connect(2) on a Unix socket waits while the listener's queue is full, whatever the timeout; non-blocking it fails with
/// EAGAIN and there is nothing to poll for: it is tried again.
fn connect_unix(path: &Path, deadline: Deadline, interrupt: &Interrupt) -> io::Result<UnixStream> {
    let address = SocketAddrUnix::new(path)?;
    let socket = new_socket(AddressFamily::UNIX)?;
    interrupt.watch(&socket)?;
    loop {
        match rustix::net::connect(&socket, &address) {
            Ok(()) => break,
            Err(Errno::AGAIN | Errno::INTR) if interrupt.is_requested() => {
                return Err(io::ErrorKind::Interrupted.into());
            }
            Err(Errno::AGAIN | Errno::INTR) if !deadline.expired() => thread::sleep(Duration::from_millis(5)),
            Err(Errno::AGAIN | Errno::INTR) => return Err(io::ErrorKind::TimedOut.into()),
            Err(error) => return Err(error.into()),
        }
    }
    let stream = UnixStream::from(socket);
    stream.set_nonblocking(false)?;
    Ok(stream)
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
    use super::super::{Endpoint, resolve, system};
    use super::*;
    use std::net::TcpListener;
    use std::os::unix::net::UnixListener;

    fn soon() -> Deadline {
        Deadline::after(Duration::from_secs(5))
    }

    fn connect_to(endpoint: &Endpoint, deadline: Deadline) -> Result<Connected> {
        connect(&resolve(endpoint, soon(), system)?[0], &TcpSettings::default(), deadline, &Interrupt::default())
    }

    #[test]
    fn a_closed_port_is_named_with_the_reason() {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let error = connect_to(&Endpoint::tcp("127.0.0.1", port), soon()).unwrap_err();
        assert_eq!(error.sqlstate, S08001_UNABLE_TO_CONNECT);
        assert!(error.message.contains(&format!("127.0.0.1 port {port}: Connection refused;")), "{}", error.message);
        assert!(!error.message.contains("os error"), "{}", error.message);
    }

    #[test]
    fn a_name_that_does_not_resolve_is_named() {
        let host = "no-such-host.invalid"; // RFC 6761: .invalid never resolves
        let error = connect_to(&Endpoint::tcp(host, 5432), soon()).unwrap_err();
        assert_eq!(error.sqlstate, S08001_UNABLE_TO_CONNECT);
        assert!(error.message.contains(host), "{}", error.message);
    }

    #[test]
    fn tcp_connects_with_nodelay_and_keepalive() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let Connected { socket, peer, .. } = connect_to(&Endpoint::tcp("127.0.0.1", address.port()), soon()).unwrap();
        assert_eq!(peer, Peer::Tcp(address));
        let Socket::Tcp(stream) = socket else { panic!("{socket:?}") };
        assert!(stream.nodelay().unwrap());
        assert!(sockopt::socket_keepalive(&stream).unwrap());
        assert_eq!(sockopt::tcp_keepidle(&stream).unwrap(), Duration::from_secs(60));
    }

    #[test]
    fn tcp_options_are_set_as_asked_for() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let peer = Peer::Tcp(listener.local_addr().unwrap());
        let options = TcpSettings {
            keepalive_idle: Duration::from_secs(7),
            keepalive_interval: Duration::from_secs(3),
            keepalive_count: 4,
            user_timeout: Duration::from_millis(2500),
            ..TcpSettings::default()
        };
        let Socket::Tcp(stream) = connect(&peer, &options, soon(), &Interrupt::default()).unwrap().socket else {
            panic!()
        };
        assert_eq!(sockopt::tcp_keepidle(&stream).unwrap(), Duration::from_secs(7));
        assert_eq!(sockopt::tcp_keepintvl(&stream).unwrap(), Duration::from_secs(3));
        assert_eq!(sockopt::tcp_keepcnt(&stream).unwrap(), 4);
        assert_eq!(sockopt::tcp_user_timeout(&stream).unwrap(), 2500);
        let options = TcpSettings { keepalive: false, ..options };
        let Socket::Tcp(stream) = connect(&peer, &options, soon(), &Interrupt::default()).unwrap().socket else {
            panic!()
        };
        assert!(!sockopt::socket_keepalive(&stream).unwrap());
    }

    #[test]
    fn a_socket_file_connects_and_a_missing_one_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(".s.PGSQL.5432");
        let endpoint = Endpoint::Unix { path: path.clone() };
        let error = connect_to(&endpoint, soon()).unwrap_err();
        assert_eq!(error.sqlstate, S08001_UNABLE_TO_CONNECT);
        assert!(error.message.contains(&path.display().to_string()), "{}", error.message);
        let _listener = UnixListener::bind(&path).unwrap();
        assert_eq!(connect_to(&endpoint, soon()).unwrap().peer, Peer::Unix(path));
    }

    #[test]
    fn a_full_queue_of_a_socket_file_ends_at_the_deadline() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        let listener = UnixListener::bind(&path).unwrap();
        rustix::net::listen(&listener, 0).unwrap();
        let endpoint = Endpoint::Unix { path };
        let begun = Instant::now();
        let held: Vec<_> = (0..4).map(|_| connect_to(&endpoint, Deadline::after(Duration::from_millis(50)))).collect();
        let error = held.into_iter().find_map(|attempt| attempt.err()).unwrap();
        assert_eq!(error.sqlstate, HYT00_TIMEOUT_EXPIRED);
        assert!(begun.elapsed() < Duration::from_secs(3));
    }

    #[test]
    fn a_server_that_does_not_answer_is_given_up() {
        // Where its queue is full, a listener leaves the next ones without an answer.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        rustix::net::listen(&listener, 0).unwrap();
        let peer = Peer::Tcp(listener.local_addr().unwrap());
        let quick = || Deadline::after(Duration::from_millis(200));
        let connect_by = |deadline, interrupt: &Interrupt| connect(&peer, &TcpSettings::default(), deadline, interrupt);
        let mut queue = Vec::new();
        let full = loop {
            match connect_by(quick(), &Interrupt::default()) {
                Ok(connected) => queue.push(connected),
                Err(error) => break error,
            }
        };
        assert_eq!(full.sqlstate, HYT00_TIMEOUT_EXPIRED);
        let interrupt = Interrupt::default();
        interrupt.begin();
        thread::scope(|scope| {
            let attempt = scope.spawn(|| connect_by(Deadline::never(), &interrupt));
            assert!(interrupt.request());
            assert!(attempt.join().unwrap().is_err());
        });
        // And before it is tried at all.
        assert!(connect_by(Deadline::never(), &interrupt).is_err());
    }
}

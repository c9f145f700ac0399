//! The addresses of a name, within a deadline.
//!
//! getaddrinfo(3) has no time limit and cannot be interrupted. Where the login has a limit, the name is looked up by a
//! thread of its own; one that hangs ends when the system's resolver gives up, and only so many may hang at a time. The
//! library is never unloaded (`-z nodelete`), so that a thread always has its code.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

use super::{Deadline, Endpoint, Peer};
use crate::diag::sqlstate::{HYT00_TIMEOUT_EXPIRED, S08001_UNABLE_TO_CONNECT};
use crate::diag::{Diagnostic, Result};

/// Threads that may look up a name at the same time. With so many of them waiting, the resolver does not answer.
const MOST_THREADS: usize = 64;

static THREADS: AtomicUsize = AtomicUsize::new(0);

/// How a name is looked up: a test has its own way.
pub type LookUp = fn(&str, u16) -> io::Result<Vec<SocketAddr>>;

/// By the system's resolver.
///
/// # Errors
/// What getaddrinfo(3) says.
pub fn system(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    (host, port).to_socket_addrs().map(Iterator::collect)
}

/// The addresses of an endpoint, in the order in which they are to be tried.
///
/// # Errors
/// 08001: the name is not known, or has no address. HYT00: it was not found out before `deadline`.
pub fn resolve(endpoint: &Endpoint, deadline: Deadline, look_up: LookUp) -> Result<Vec<Peer>> {
    let (host, port) = match endpoint {
        Endpoint::Unix { path } => return Ok(vec![Peer::Unix(path.clone())]),
        Endpoint::Tcp { address: Some(address), port, .. } => {
            return Ok(vec![Peer::Tcp(SocketAddr::new(*address, *port))]);
        }
        Endpoint::Tcp { host, port, .. } => (host.as_str(), *port),
    };
    let failed = |reason: String| {
        let text = format!("the server name \"{host}\" {reason}; check the Server keyword");
        Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)
    };
    let found = if deadline.is_never() || host.parse::<IpAddr>().is_ok() {
        look_up(host, port)
    } else {
        let late = || {
            let text = format!("the server name \"{host}\" (port {port}) was not found out before the login timeout");
            Diagnostic::new(HYT00_TIMEOUT_EXPIRED, text)
        };
        within(host, port, deadline, look_up).ok_or_else(late)?
    };
    let mut peers: Vec<Peer> = Vec::new();
    for address in found.map_err(|error| failed(format!("could not be resolved: {error}")))?.into_iter().map(Peer::Tcp)
    {
        if !peers.contains(&address) {
            peers.push(address);
        }
    }
    if peers.is_empty() { Err(failed("has no address".to_owned())) } else { Ok(peers) }
}

/// The answer of a look-up by another thread; `None` when the deadline passes first, or too many hang already.
fn within(host: &str, port: u16, deadline: Deadline, look_up: LookUp) -> Option<io::Result<Vec<SocketAddr>>> {
    let place = Place::take()?;
    let (answer, answered) = mpsc::channel();
    let name = host.to_owned();
    let begun = thread::Builder::new().name("pgodbc resolver".to_owned()).spawn(move || {
        let found = look_up(&name, port);
        drop(place);
        // Nobody may be there any more to take it.
        let _ = answer.send(found);
    });
    if let Err(error) = begun {
        return Some(Err(error));
    }
    match answered.recv_timeout(deadline.remaining().unwrap_or_default()) {
        Ok(found) => Some(found),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => Some(Err(io::Error::other("the look-up has failed"))),
    }
}

/// One of the places for threads, given back when it goes.
struct Place;

impl Place {
    fn take() -> Option<Place> {
        let taken = THREADS.fetch_add(1, Ordering::AcqRel);
        let place = Place;
        (taken < MOST_THREADS).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        THREADS.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn soon() -> Deadline {
        Deadline::after(Duration::from_secs(5))
    }

    /// A resolver that does not answer for as long as a test runs.
    fn hanging(_: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        thread::sleep(Duration::from_secs(20));
        Ok(Vec::new())
    }

    #[test]
    fn an_address_is_taken_instead_of_the_name() {
        let address = "192.0.2.7".parse().unwrap();
        let endpoint = Endpoint::Tcp { host: "no-such-host.invalid".into(), address: Some(address), port: 5 };
        assert_eq!(resolve(&endpoint, soon(), hanging).unwrap(), [Peer::Tcp(SocketAddr::new(address, 5))]);
    }

    #[test]
    fn a_look_up_that_hangs_ends_at_the_deadline() {
        let begun = Instant::now();
        let endpoint = Endpoint::tcp("slow.test", 5432);
        let error = resolve(&endpoint, Deadline::after(Duration::from_millis(100)), hanging).unwrap_err();
        assert_eq!(error.sqlstate, HYT00_TIMEOUT_EXPIRED);
        assert!(error.message.contains("slow.test") && error.message.contains("5432"), "{}", error.message);
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }

    #[test]
    fn a_name_is_found_with_a_deadline_and_without() {
        // A resolver without a network takes its time to say no.
        for deadline in [Deadline::after(Duration::from_secs(120)), Deadline::never()] {
            let peers = resolve(&Endpoint::tcp("localhost", 77), deadline, system).unwrap();
            assert!(peers.iter().all(|peer| matches!(peer, Peer::Tcp(address) if address.port() == 77)), "{peers:?}");
            assert!(peers.iter().all(Peer::is_local), "{peers:?}");
            // RFC 6761: .invalid never resolves.
            let error = resolve(&Endpoint::tcp("no-such-host.invalid", 77), deadline, system).unwrap_err();
            assert_eq!(error.sqlstate, S08001_UNABLE_TO_CONNECT);
            assert!(error.message.contains("no-such-host.invalid"), "{}", error.message);
        }
    }

    #[test]
    fn the_same_address_is_tried_once_and_none_is_an_error() {
        let twice: LookUp = |_, port| Ok(vec![SocketAddr::from(([192, 0, 2, 1], port)); 2]);
        assert_eq!(resolve(&Endpoint::tcp("a.test", 1), soon(), twice).unwrap().len(), 1);
        let none: LookUp = |_, _| Ok(Vec::new());
        assert!(resolve(&Endpoint::tcp("a.test", 1), soon(), none).unwrap_err().message.contains("no address"));
    }
}

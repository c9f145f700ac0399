//! What is tried again, what is not, and which address of a name is tried next.
//!
//! Which failures pass is the promise of ConnectRetryCount: 57P03, 53300, refused, reset, name resolution.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use rustix::net::{AddressFamily, SocketType};

use super::testing::*;
use super::{Endpoint, LoginOptions, Session};
use crate::config::RetrySettings;
use crate::diag::Result;

/// Twice more, soon.
const AGAIN: RetrySettings = RetrySettings { count: 2, delay: Duration::from_millis(20) };

fn connect(options: &LoginOptions) -> Result<Session> {
    Session::connect(options, &mut Vec::new())
}

fn refuses(code: &'static str) -> Script {
    Box::new(move |peer: &mut Peer| {
        peer.startup();
        peer.send(&error("FATAL", code, "not now"));
    })
}

fn ready() -> Script {
    Box::new(|peer: &mut Peer| peer.log_in())
}

#[test]
fn what_passes_is_tried_again() {
    let closes: fn() -> Script = || {
        Box::new(|peer: &mut Peer| {
            peer.startup();
        })
    };
    // What has come and is not read makes a reset of the close.
    let resets: fn() -> Script = || {
        Box::new(|peer: &mut Peer| {
            let mut byte = [0];
            peer.0.peek(&mut byte).unwrap();
        })
    };
    for first in [vec![refuses("57P03"), refuses("53300")], vec![closes(), resets()], vec![resets(), refuses("57P03")]]
    {
        let server = FakeServer::start(first.into_iter().chain([ready()]).collect());
        let mut options = server.options();
        options.retry = AGAIN;
        connect(&options).unwrap();
        server.finish();
    }
    // So often and no more often.
    let server = FakeServer::start((0..3).map(|_| refuses("57P03")).collect());
    let mut options = server.options();
    options.retry = AGAIN;
    let error = connect(&options).unwrap_err();
    assert_eq!(error.server.as_ref().map(|server| server.sqlstate.as_str()), Some("57P03"));
    server.finish();
}

/// The reason is told, not that the time for trying again has ended.
#[test]
fn trying_again_ends_with_the_login_timeout() {
    let server = FakeServer::once(|peer| refuses("57P03")(peer));
    let mut options = server.options();
    options.retry = RetrySettings { count: 3, delay: Duration::from_secs(3600) };
    options.deadline = super::Deadline::after(Duration::from_secs(3));
    let begun = Instant::now();
    let error = connect(&options).unwrap_err();
    assert!(error.message.contains("not now"), "{}", error.message);
    assert!(begun.elapsed() < Duration::from_secs(600), "{:?}", begun.elapsed());
    server.finish();
}

/// A bound socket that does not listen: it refuses, and keeps its port from others.
fn not_listening() -> TcpListener {
    let socket = rustix::net::socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    rustix::net::bind(&socket, &SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    TcpListener::from(socket)
}

#[test]
fn a_port_on_which_somebody_listens_soon_is_tried_again() {
    let listener = not_listening();
    let address = listener.local_addr().unwrap();
    let ready_server = FakeServer::once(|peer| peer.log_in());
    let mut options = ready_server.options();
    options.candidates = vec![candidate(Endpoint::tcp("127.0.0.1", address.port()))];
    assert!(connect(&options).unwrap_err().message.contains("refused"));
    options.retry = RetrySettings { count: 1000, ..AGAIN };
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(100));
            rustix::net::listen(&listener, 1).unwrap();
            Peer(listener.accept().unwrap().0).log_in();
        });
        connect(&options).unwrap();
    });
    // The server that was not needed.
    connect(&ready_server.options()).unwrap();
    ready_server.finish();
}

#[test]
fn what_does_not_pass_is_not_tried_again() {
    let says = |bytes: &'static [u8]| -> Script {
        Box::new(move |peer: &mut Peer| {
            peer.startup();
            peer.send(bytes);
        })
    };
    for (script, sqlstate) in [
        (refuses("28P01"), "28000"),
        (refuses("28000"), "28000"),
        (refuses("3D000"), "3D000"),
        (says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "08001"),
        (says(b"Z\0\0\0\x05I"), "08001"),
        // A demand that cannot be met.
        (says(b"R\0\0\0\x08\0\0\0\x06"), "08001"),
    ] {
        let server = FakeServer::start(vec![script]);
        let mut options = server.options();
        options.retry = RetrySettings { count: 3, delay: Duration::from_secs(3600) };
        let begun = Instant::now();
        let error = connect(&options).unwrap_err();
        assert_eq!(error.sqlstate.as_str(), sqlstate, "{}", error.message);
        assert!(begun.elapsed() < Duration::from_secs(600), "it would have waited for an hour");
        server.finish();
    }
}

/// What the resolver of these tests answers, name by name: one answer after the other, the last one for good.
static NAMES: Mutex<Vec<(&str, Answers)>> = Mutex::new(Vec::new());

type Answers = Vec<Vec<SocketAddr>>;

/// No address: what getaddrinfo(3) calls EAI_AGAIN.
fn look_up(host: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
    let mut names = NAMES.lock().unwrap();
    let answers = &mut names.iter_mut().find(|name| name.0 == host).unwrap().1;
    let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
    match answer.as_slice() {
        [] => Err(io::Error::other("Temporary failure in name resolution")),
        addresses => Ok(addresses.to_vec()),
    }
}

/// Options for a name with these answers.
fn named(name: &'static str, answers: Answers, server: &FakeServer) -> LoginOptions {
    NAMES.lock().unwrap().push((name, answers));
    let mut options = server.options();
    options.candidates = vec![candidate(Endpoint::tcp(name, server.address.port()))];
    options.look_up = look_up;
    options
}

#[test]
fn a_name_that_cannot_be_resolved_now_is_tried_again() {
    let server = FakeServer::once(|peer| peer.log_in());
    let mut options = named("soon.test", vec![vec![], vec![], vec![server.address]], &server);
    let error = connect(&options).unwrap_err();
    assert_eq!(error.sqlstate.as_str(), "08001");
    assert!(error.message.contains("Temporary failure"), "{}", error.message);
    options.retry = RetrySettings { count: 1, ..AGAIN };
    connect(&options).unwrap();
    server.finish();
}

#[test]
fn all_addresses_of_a_name_are_tried() {
    let server = FakeServer::start(vec![ready(), ready()]);
    let silent = FakeServer::once(|peer| peer.until_closed());
    let unheard = not_listening();
    let closed = unheard.local_addr().unwrap();
    let answer = vec![closed, server.address];
    connect(&named("two.test", vec![answer.clone()], &server)).unwrap();
    // Each has its own time.
    let mut options = named("late.test", vec![vec![silent.address, server.address]], &server);
    options.connect_timeout = Some(Duration::from_secs(2));
    connect(&options).unwrap();
    server.finish();
    silent.finish();
    let error = connect(&named("none.test", vec![vec![closed, closed]], &FakeServer::once(|_| {}))).unwrap_err();
    assert_eq!(error.message.matches("refused").count(), 1, "an address is tried once: {}", error.message);
}

/// load_balance_hosts=random: each of two addresses comes first some time; that one never does happens once in 2 to the 63.
#[test]
fn addresses_of_a_name_are_tried_in_random_order() {
    let servers = [0, 1].map(|_| FakeServer::start((0..64).map(|_| ready()).collect()));
    let mut options = named("many.test", vec![servers.iter().map(|server| server.address).collect()], &servers[0]);
    options.load_balance = true;
    let mut seen = Vec::new();
    while seen.len() < 64 {
        let peer = connect(&options).unwrap().cancel_target();
        seen.push(format!("{peer:?}"));
        if seen.iter().any(|one| *one != seen[0]) {
            return;
        }
    }
    panic!("always {}", seen[0]);
}

/// PgBouncer's words for a parameter that `ignore_startup_parameters` does not name. Nothing else is sent twice for it.
#[test]
fn a_wish_that_is_refused_is_left_out_at_once_and_not_asked_for_again() {
    const WISHES: &[(&str, &str)] = &[("extra_float_digits", "1")];
    let logs_in = |wishes: bool| -> Script {
        Box::new(move |peer: &mut Peer| {
            let startup = peer.startup();
            let asks = startup.windows(21).any(|part| part == b"extra_float_digits\x001\0");
            assert_eq!(asks, wishes);
            if asks {
                peer.send(&error("FATAL", "08P01", "unsupported startup parameter: extra_float_digits"));
            } else {
                peer.send(&[AUTHENTICATION_OK, READY].concat());
                peer.until_closed();
            }
        })
    };
    // All at once, so that none has the port of another: a server that refuses it, one that takes it, and one that refuses
    // something else.
    let refusing = FakeServer::start(vec![logs_in(true), logs_in(false), logs_in(false)]);
    let taking = FakeServer::once(|peer| peer.log_in());
    let busy = FakeServer::start(vec![refuses("08P01")]);
    let wishing = |server: &FakeServer| LoginOptions { wishes: WISHES, ..server.options() };
    for _ in 0..2 {
        let session = connect(&wishing(&refusing)).unwrap();
        assert!(session.wishes_refused());
        session.close();
    }
    assert!(!connect(&wishing(&taking)).unwrap().wishes_refused());
    let error = connect(&wishing(&busy)).unwrap_err();
    assert!(error.message.contains("not now"), "{}", error.message);
    for server in [refusing, taking, busy] {
        server.finish();
    }
}

//! Leaving exchanges and copies before their end, with a server that follows a script.

use std::thread;
use std::time::{Duration, Instant};

use postgres_protocol::message::frontend;

use super::tests::{ask, next, rest, ten_rows_each};
use crate::wire::Deadline;
use crate::wire::testing::*;

#[test]
fn what_is_abandoned_is_read_to_its_end_and_its_error_told() {
    let (server, mut session) = FakeServer::session(|peer| {
        ten_rows_each(peer, 2, 3);
        peer.exchange();
        peer.send(&[row(&["1"]), error("ERROR", "22012", "zero"), READY.to_vec()].concat());
        ten_rows_each(peer, 1, 3);
    });
    let parked = ask(&mut session);
    let running = ask(&mut session);
    session.abandon(parked, true, soon()).unwrap();
    assert_eq!(next(&mut session, parked), Ok(None));
    session.abandon(running, true, soon()).unwrap();
    assert_eq!(session.running(), None);
    let failing = ask(&mut session);
    assert_eq!(session.abandon(failing, true, soon()).unwrap_err().sqlstate.as_str(), "22012");
    let unsent = session.begin(soon()).unwrap();
    frontend::query("never sent", session.frontend()).unwrap();
    session.abandon(unsent, true, soon()).unwrap();
    let last = ask(&mut session);
    assert_eq!(rest(&mut session, last).len(), 12);
    server.finish();
}

#[test]
fn a_long_rest_is_cancelled_and_a_late_cancel_hits_an_empty_query() {
    let (stop, stopped) = std::sync::mpsc::channel();
    let server = FakeServer::start(vec![Box::new(move |peer: &mut Peer| {
        peer.log_in();
        peer.exchange();
        peer.send(&row(&["1"]));
        // The statement runs until the cancel arrives on another connection, and then ends well all the same.
        let cancelling = thread::spawn(move || stopped.recv_timeout(Duration::from_secs(10)).unwrap());
        cancelling.join().unwrap();
        peer.send(&[complete("SELECT 1"), READY.to_vec()].concat());
        assert_eq!(peer.message(), (b'Q', b"\0".to_vec()), "something harmless for the late cancel");
        peer.send(&[error("ERROR", "57014", "canceling statement"), READY.to_vec()].concat());
        peer.exchange();
        peer.send(NOTHING);
    })]);
    let mut session = server.connect().unwrap();
    // The cancel goes to a listener of its own: the fake server is busy with its first script.
    let canceller = FakeServer::once(move |peer| {
        assert_eq!(peer.startup(), b"\x04\xd2\x16\x2e\0\0\x12\x34key!");
        stop.send(()).unwrap();
    });
    session.redirect_cancel(crate::transport::Peer::Tcp(canceller.address));
    let exchange = ask(&mut session);
    session.abandon(exchange, true, soon()).unwrap();
    let after = ask(&mut session);
    assert_eq!(rest(&mut session, after), ["EmptyQueryResponse", "Z Idle"]);
    canceller.finish();
    server.finish();
}

#[test]
fn a_server_that_waits_for_copy_data_nobody_sends_is_told() {
    let (server, mut session) = FakeServer::session(|peer| {
        let answer = |peer: &mut Peer| {
            peer.send(&[error("ERROR", "57014", "copy failed"), READY.to_vec()].concat());
            peer.exchange();
            peer.send(NOTHING);
        };
        peer.exchange();
        peer.send(&message(b'G', b"\0\0\0"));
        assert_eq!(peer.message().0, b'f');
        answer(peer);
        // In the extended protocol the server takes the statement's own Sync for part of the data and drops it.
        assert_eq!(peer.message().0, b'E');
        peer.exchange();
        peer.send(&message(b'G', b"\0\0\0"));
        assert_eq!(peer.message().0, b'f');
        assert_eq!(peer.message().0, b'S');
        answer(peer);
    });
    for extended in [false, true] {
        let copying = if extended {
            let exchange = session.begin(soon()).unwrap();
            frontend::execute("", 0, session.frontend()).unwrap();
            frontend::sync(session.frontend());
            session.send(soon()).unwrap();
            exchange
        } else {
            ask(&mut session)
        };
        let other = ask(&mut session);
        assert_eq!(rest(&mut session, other), ["EmptyQueryResponse", "Z Idle"]);
        assert_eq!(rest(&mut session, copying), ["CopyInResponse", "E HY008", "Z Idle"]);
    }
    server.finish();
}

#[test]
fn a_copy_that_has_been_ended_is_not_ended_again() {
    let (server, mut session) = FakeServer::session(|peer| {
        for simple in [true, false] {
            peer.exchange();
            peer.send(&message(b'G', b"\0\0\0"));
            assert_eq!(peer.message(), (b'd', b"1\n".to_vec()));
            assert_eq!(peer.message().0, b'c');
            assert!(simple || peer.message().0 == b'S');
            peer.send(&[complete("COPY 1"), READY.to_vec()].concat());
        }
        peer.exchange();
        peer.send(NOTHING);
    });
    for simple in [true, false] {
        let exchange = session.begin(soon()).unwrap();
        if simple {
            frontend::query("copy", session.frontend()).unwrap();
        } else {
            frontend::execute("", 0, session.frontend()).unwrap();
            frontend::sync(session.frontend());
        }
        session.send(soon()).unwrap();
        assert_eq!(next(&mut session, exchange).unwrap().unwrap(), "CopyInResponse");
        frontend::CopyData::new(&b"1\n"[..]).unwrap().write(session.frontend());
        session.end_copy(None);
        session.end_copy(Some("twice"));
        session.send(soon()).unwrap();
        if simple {
            assert_eq!(rest(&mut session, exchange), ["C Some(1)", "Z Idle"]);
        }
    }
    // The second one is parked before its end has come.
    let last = ask(&mut session);
    assert_eq!(rest(&mut session, last), ["EmptyQueryResponse", "Z Idle"]);
    server.finish();
}

/// A result without end: whoever waits for its end waits no longer than to the deadline.
#[test]
fn a_result_without_end_keeps_nobody_past_the_deadline() {
    let (server, mut session) = FakeServer::session(|peer| {
        peer.exchange();
        let rows = row(&["x"]).repeat(1000);
        while std::io::Write::write_all(&mut peer.0, &rows).is_ok() {}
    });
    let exchange = ask(&mut session);
    let begun = Instant::now();
    assert_eq!(session.begin(briefly()).unwrap_err().sqlstate.as_str(), "HYT01");
    assert_eq!(next(&mut session, exchange).unwrap().unwrap(), "D x", "it goes on as if nothing had been");
    assert_eq!(session.abandon(exchange, false, briefly()).unwrap_err().sqlstate.as_str(), "HYT01");
    assert_eq!(session.begin(briefly()).unwrap_err().sqlstate.as_str(), "HYT01");
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
    drop(session);
    server.finish();
}

/// It sends and takes nothing: neither the time nor the memory is its own to choose.
#[test]
fn a_server_that_only_sends_is_given_up() {
    let half_a_second = Deadline::after(Duration::from_millis(500));
    let notices = (notice("an aside").repeat(1000), half_a_second, "HYT01");
    for (flood, deadline, sqlstate) in [notices, (b"?".repeat(10_000), soon(), "08S01")] {
        let (server, mut session) = FakeServer::session(move |peer| {
            assert_eq!(peer.message().0, b'Q');
            while std::io::Write::write_all(&mut peer.0, &flood).is_ok() {}
        });
        let exchange = session.begin(soon()).unwrap();
        frontend::query("?", session.frontend()).unwrap();
        frontend::query(&"y".repeat(64 << 20), session.frontend()).unwrap();
        assert_eq!(session.send(deadline).unwrap_err().sqlstate.as_str(), sqlstate);
        assert!(session.link.received.capacity() < 1 << 20, "{}", session.link.received.capacity());
        assert_eq!(session.running(), Some(exchange));
        drop(session);
        server.finish();
    }
}

/// Nor does one that answers a cancel request by talk without end.
#[test]
fn a_talkative_canceller_is_given_up_at_the_deadline() {
    let (server, mut session) = FakeServer::session(|_| {});
    let canceller = FakeServer::once(|peer| {
        peer.startup();
        while std::io::Write::write_all(&mut peer.0, &[b'?'; 10_000]).is_ok() {}
    });
    session.redirect_cancel(crate::transport::Peer::Tcp(canceller.address));
    assert_eq!(session.cancel_target().cancel(briefly()).unwrap_err().sqlstate.as_str(), "HYT00");
    server.finish();
    canceller.finish();
}

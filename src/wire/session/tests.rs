//! Exchanges with a server that follows a script.

use std::thread;
use std::time::{Duration, Instant};

use postgres_protocol::message::frontend;

use super::{ExchangeId, Session, TransactionStatus};
use crate::diag::{Diagnostic, Result};
use crate::wire::testing::*;
use crate::wire::{Backend, Deadline};

const MOMENT: Duration = Duration::from_millis(1);

/// Begins an exchange that asks by a simple query, and sends it.
pub fn ask(session: &mut Session) -> ExchangeId {
    let exchange = session.begin(soon()).unwrap();
    frontend::query("?", session.frontend()).unwrap();
    session.send(soon()).unwrap();
    exchange
}

/// One word a message: `D a b`, `C 2`, `E 42P01`, `Z` ..
fn word(message: Backend<'_>) -> String {
    match message {
        Backend::DataRow(row) => {
            let values = row.values().map(|value| String::from_utf8_lossy(value.unwrap_or(b"NULL")).into_owned());
            format!("D {}", values.collect::<Vec<_>>().join(" "))
        }
        Backend::CommandComplete(tag) => format!("C {:?}", tag.row_count()),
        Backend::ErrorResponse(error) => format!("E {}", error.sqlstate),
        Backend::ReadyForQuery(status) => format!("Z {status:?}"),
        other => format!("{other:?}"),
    }
}

pub fn next(session: &mut Session, exchange: ExchangeId) -> Result<Option<String>> {
    Ok(session.next(exchange, soon())?.map(word))
}

pub fn rest(session: &mut Session, exchange: ExchangeId) -> Vec<String> {
    std::iter::from_fn(|| next(session, exchange).unwrap()).collect()
}

/// What `next` fails with when the server answers with these bytes and closes.
fn failure(bytes: Vec<u8>) -> Box<Diagnostic> {
    let (server, mut session) = FakeServer::session(move |peer| {
        peer.exchange();
        peer.send(&bytes);
    });
    let exchange = ask(&mut session);
    let error = loop {
        match next(&mut session, exchange) {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the exchange has ended well"),
            Err(error) => break error,
        }
    };
    assert!(session.is_dead());
    assert_eq!(next(&mut session, exchange).unwrap_err(), error, "a dead session goes on saying why");
    assert_eq!(session.begin(soon()).unwrap_err(), error);
    server.finish();
    error
}

#[test]
fn frames_split_at_every_byte_are_put_together() {
    let answer = [row(&["one", "two"]), row(&[]), complete("SELECT 2"), READY.to_vec()].concat();
    let (server, mut session) = FakeServer::session(move |peer| {
        peer.exchange();
        peer.trickle(&answer, Duration::from_millis(1));
        for split in 0..answer.len() {
            peer.exchange();
            peer.send(&answer[..split]);
            thread::sleep(Duration::from_millis(1));
            peer.send(&answer[split..]);
        }
    });
    for _ in 0..=[row(&["one", "two"]), row(&[]), complete("SELECT 2"), READY.to_vec()].concat().len() {
        let exchange = ask(&mut session);
        assert_eq!(rest(&mut session, exchange), ["D one two", "D ", "C Some(2)", "Z Idle"]);
    }
    server.finish();
}

#[test]
fn notices_and_settings_between_rows_are_absorbed() {
    let (server, mut session) = FakeServer::session(|peer| {
        peer.exchange();
        let notification = message(b'A', b"\0\0\0\x01channel\0payload\0");
        let aside = [notice("an aside"), parameter("TimeZone", "UTC"), notification].concat();
        let mut answer = aside.clone();
        for part in [row(&["1"]), row(&["2"]), complete("SELECT 2"), b"Z\0\0\0\x05T".to_vec()] {
            answer.extend_from_slice(&part);
            answer.extend_from_slice(&aside);
        }
        peer.send(&answer);
        peer.exchange();
        peer.send(&[row(&["3"]), READY.to_vec()].concat());
    });
    let exchange = ask(&mut session);
    assert_eq!(rest(&mut session, exchange), ["D 1", "D 2", "C Some(2)", "Z InTransaction"]);
    assert_eq!(session.transaction_status(), TransactionStatus::InTransaction);
    assert_eq!(session.parameter("timezone"), Some("UTC"));
    let exchange = ask(&mut session);
    assert_eq!(rest(&mut session, exchange), ["D 3", "Z Idle"]);
    let notices = session.take_notices();
    assert_eq!(notices.len(), 5);
    assert!(notices.iter().all(|notice| notice.sqlstate.as_str() == "01000" && notice.message == "an aside"));
    assert!(session.take_notices().is_empty());
    server.finish();
}

#[test]
fn lengths_and_counts_that_lie_end_the_session() {
    let lies: Vec<(&str, Vec<u8>)> = vec![
        ("length 3", b"D\0\0\0\x03".to_vec()),
        ("length 0", b"C\0\0\0\0".to_vec()),
        ("length 4 GiB", b"D\xff\xff\xff\xff\0\x01".to_vec()),
        ("small message of 1 GiB", b"Z\x40\0\0\0".to_vec()),
        ("value past the frame", message(b'D', b"\0\x01\0\0\0\x09abc")),
        ("value of length -2", message(b'D', b"\0\x01\xff\xff\xff\xfe")),
        ("columns past the frame", message(b'D', b"\x7f\xff\0\0\0\x01a")),
        ("bytes after the last column", message(b'D', b"\0\x01\0\0\0\x01abc")),
        ("row description past the frame", message(b'T', b"\0\x02a\0\0\0\0\0\0\0\0\0\0\x17\0\x04\xff\xff\xff\xff\0\0")),
        ("parameters past the frame", message(b't', b"\0\x09\0\0\0\x17")),
        ("command without its end", message(b'C', b"SELECT 1")),
        ("unknown transaction status", message(b'Z', b"Q")),
        ("setting without its end", message(b'S', b"name\0value")),
        ("unknown message", message(b'?', b"")),
        ("login message", AUTHENTICATION_OK.to_vec()),
    ];
    for (name, bytes) in lies {
        let error = failure([row(&["good"]), bytes].concat());
        assert_eq!(error.sqlstate.as_str(), "08S01", "{name}");
        assert!(error.message.contains("broke the protocol"), "{name}: {}", error.message);
    }
}

/// Else every answer from there on would be taken for that of the next question.
#[test]
fn an_answer_to_nothing_ends_the_session() {
    for (stray, looks) in [(READY.to_vec(), false), (READY.to_vec(), true), (complete("SELECT 1"), true)] {
        let (server, mut session) = FakeServer::session(move |peer| {
            peer.exchange();
            peer.send(&[NOTHING.to_vec(), stray].concat());
            if !looks {
                peer.exchange();
                peer.send(NOTHING);
            }
        });
        let first = ask(&mut session);
        assert_eq!(rest(&mut session, first), ["EmptyQueryResponse", "Z Idle"]);
        let error = if looks {
            let patience = soon();
            while !session.probe() {
                assert!(!patience.expired(), "nobody has noticed");
            }
            session.begin(soon()).unwrap_err()
        } else {
            let second = ask(&mut session);
            next(&mut session, second).unwrap_err()
        };
        assert_eq!(error.sqlstate.as_str(), "08S01");
        assert!(error.message.contains("nothing was asked"), "{}", error.message);
        server.finish();
    }
}

#[test]
fn a_close_in_the_middle_of_a_row_is_a_lost_connection() {
    let whole = row(&["value"]);
    for end in 0..whole.len() {
        let error = failure(whole[..end].to_vec());
        assert_eq!(error.sqlstate.as_str(), "08S01");
        assert!(error.message.contains("closed the connection"), "{}", error.message);
    }
}

#[test]
fn a_fatal_error_is_returned_and_is_the_reason_from_then_on() {
    let error = failure([row(&["1"]), error("FATAL", "57P01", "going down")].concat());
    assert_eq!(error.sqlstate.as_str(), "08S01");
    assert_eq!(error.message, "going down");
    assert_eq!(error.server.unwrap().sqlstate, "57P01");
}

#[test]
fn an_error_is_a_message_and_the_session_lives() {
    let (server, mut session) = FakeServer::session(|peer| {
        peer.exchange();
        peer.send(&[error("ERROR", "42P01", "no such table"), READY.to_vec()].concat());
        peer.exchange();
        peer.send(&[complete("SELECT 0"), READY.to_vec()].concat());
    });
    let exchange = ask(&mut session);
    assert_eq!(rest(&mut session, exchange), ["E 42S02", "Z Idle"]);
    assert_eq!(next(&mut session, exchange), Ok(None));
    let exchange = ask(&mut session);
    assert_eq!(rest(&mut session, exchange), ["C Some(0)", "Z Idle"]);
    server.finish();
}

/// Answers `count` exchanges, the n-th with ten rows (n, 0) to (n, 9), each value `width` characters long.
pub fn ten_rows_each(peer: &mut Peer, count: usize, width: usize) {
    for number in 0..count {
        peer.exchange();
        let mut answer = Vec::new();
        for index in 0..10 {
            answer.extend(row(&[&format!("{number:0width$}"), &index.to_string()]));
        }
        answer.extend([complete("SELECT 10"), READY.to_vec()].concat());
        peer.send(&answer);
    }
}

fn check_interleaved(parked_memory: usize, width: usize) {
    let (server, mut session) = FakeServer::session(move |peer| ten_rows_each(peer, 100, width));
    session.parked_limits.memory = parked_memory;
    let mut exchanges = Vec::new();
    for number in 0..100 {
        let exchange = ask(&mut session);
        // Read to a different place each: nothing, or up to the end.
        for index in 0..number % 11 {
            assert_eq!(next(&mut session, exchange).unwrap().unwrap(), format!("D {number:0width$} {index}"));
        }
        exchanges.push(exchange);
    }
    for (number, exchange) in exchanges.into_iter().enumerate().rev() {
        let read = number % 11;
        let current = session.current_row(exchange).map(|row| row.get(1).unwrap().unwrap().to_vec());
        assert_eq!(current, (read > 0).then(|| (read - 1).to_string().into_bytes()), "exchange {number}");
        let mut expected: Vec<String> = (read..10).map(|index| format!("D {number:0width$} {index}")).collect();
        expected.extend(["C Some(10)".to_owned(), "Z Idle".to_owned()]);
        assert_eq!(rest(&mut session, exchange), expected);
        assert!(session.current_row(exchange).is_none());
    }
    server.finish();
}

#[test]
fn a_hundred_exchanges_are_parked_and_read_back() {
    check_interleaved(64 << 20, 3);
}

#[test]
fn what_outgrows_the_memory_goes_on_in_a_file() {
    check_interleaved(0, 3);
    check_interleaved(100_000, 3000);
}

#[test]
fn a_big_send_against_a_big_answer_does_not_lock_up() {
    const SIZE: usize = 32 << 20;
    let (server, mut session) = FakeServer::session(|peer| {
        // Sends all of its answer before it reads the rest of the question.
        assert_eq!(peer.message().0, b'Q');
        let value = "x".repeat(10_000);
        for _ in 0..SIZE / 10_000 {
            peer.send(&row(&[&value]));
        }
        peer.send(&complete("SELECT"));
        peer.exchange();
        peer.send(NOTHING);
    });
    session.parked_limits.memory = 1 << 20;
    let exchange = session.begin(soon()).unwrap();
    frontend::query("first", session.frontend()).unwrap();
    let text = "y".repeat(SIZE);
    frontend::query(&text, session.frontend()).unwrap();
    session.send(soon()).unwrap();
    let mut rows = 0;
    while let Some(message) = session.next(exchange, soon()).unwrap() {
        if let Backend::DataRow(row) = message {
            rows += usize::from(row.get(0).unwrap().unwrap().len() == 10_000);
        }
    }
    assert_eq!(rows, SIZE / 10_000);
    server.finish();
}

#[test]
fn a_deadline_ends_a_wait_and_the_exchange_goes_on() {
    let (server, mut session) = FakeServer::session(|peer| {
        peer.exchange();
        peer.send(&row(&["1"])[..7]);
        thread::sleep(Duration::from_millis(400));
        peer.send(&[&row(&["1"])[7..], &complete("SELECT 1"), READY].concat());
    });
    let exchange = ask(&mut session);
    let begun = Instant::now();
    assert_eq!(session.next(exchange, briefly()).unwrap_err().sqlstate.as_str(), "HYT01");
    assert!(begun.elapsed() < Duration::from_millis(390));
    assert_eq!(session.next(exchange, Deadline::after(Duration::ZERO)).unwrap_err().sqlstate.as_str(), "HYT01");
    assert_eq!(session.begin(Deadline::after(Duration::ZERO)).unwrap_err().sqlstate.as_str(), "HYT01");
    assert!(!session.is_dead());
    assert_eq!(rest(&mut session, exchange), ["D 1", "C Some(1)", "Z Idle"]);
    server.finish();
}

#[test]
fn a_small_result_that_is_here_knows_its_row_count() {
    let (server, mut session) = FakeServer::session(|peer| {
        peer.exchange();
        peer.send(&[row(&["1"]), row(&["2"]), complete("SELECT 2"), READY.to_vec()].concat());
        peer.exchange();
        peer.send(&[row(&["1"]), error("ERROR", "22012", "zero"), READY.to_vec()].concat());
        peer.exchange();
        peer.send(&row(&["1"]));
        peer.until_closed();
    });
    let pause = || thread::sleep(Duration::from_millis(50));
    let first = ask(&mut session);
    pause();
    assert_eq!(session.arrived_row_count(first), Some(2));
    assert_eq!(next(&mut session, first).unwrap().unwrap(), "D 1");
    assert_eq!(session.arrived_row_count(first), Some(2));
    assert_eq!(session.current_row(first).unwrap().get(0), Some(Some(&b"1"[..])));
    let second = ask(&mut session);
    assert_eq!(session.arrived_row_count(first), Some(2), "parked");
    pause();
    assert_eq!(session.arrived_row_count(second), None, "an error ahead");
    let third = ask(&mut session);
    pause();
    assert_eq!(session.arrived_row_count(third), None, "not at its end");
    session.close();
    server.finish();
}

#[test]
fn several_syncs_are_one_exchange() {
    let (server, mut session) = FakeServer::session(|peer| {
        peer.exchange();
        peer.send(&[complete("BEGIN"), READY.to_vec(), row(&["1"]), complete("SELECT 1"), READY.to_vec()].concat());
        peer.exchange();
        peer.send(&[complete("BEGIN"), READY.to_vec(), row(&["2"]), complete("SELECT 1"), READY.to_vec()].concat());
        peer.exchange();
        peer.send(NOTHING);
    });
    let first = ask(&mut session);
    session.expect_syncs(first, 2);
    assert_eq!(rest(&mut session, first), ["C None", "Z Idle", "D 1", "C Some(1)", "Z Idle"]);
    let second = ask(&mut session);
    session.expect_syncs(second, 2);
    let third = ask(&mut session);
    assert_eq!(rest(&mut session, third), ["EmptyQueryResponse", "Z Idle"]);
    assert_eq!(rest(&mut session, second), ["C None", "Z Idle", "D 2", "C Some(1)", "Z Idle"]);
    server.finish();
}

#[test]
fn a_probe_finds_a_close_and_the_reason() {
    for reason in [None, Some(error("FATAL", "57P01", "going down"))] {
        let said = reason.is_some();
        let (server, mut session) = FakeServer::session(move |peer| {
            if let Some(reason) = reason {
                peer.send(&reason);
            }
        });
        server.finish();
        thread::sleep(Duration::from_millis(20));
        assert!(!session.is_dead(), "nobody has looked");
        assert!(session.probe());
        let error = session.begin(soon()).unwrap_err();
        assert_eq!(error.sqlstate.as_str(), "08S01");
        assert_eq!(error.message == "going down", said, "{}", error.message);
    }
    let (server, mut session) = FakeServer::session(|peer| {
        peer.exchange();
        peer.send(NOTHING);
    });
    assert!(!session.probe(), "an idle connection lives");
    let exchange = ask(&mut session);
    assert_eq!(rest(&mut session, exchange), ["EmptyQueryResponse", "Z Idle"]);
    server.finish();
}

fn notification(payload: &str) -> Vec<u8> {
    message(b'A', &[b"\0\0\0\x07channel\0", payload.as_bytes(), b"\0"].concat())
}

fn taken(session: &mut Session) -> Option<String> {
    session.notifications().take().map(|taken| String::from_utf8(taken.payload).unwrap())
}

#[test]
fn a_notification_in_pieces_is_put_together_by_many_looks() {
    let (server, mut session) = FakeServer::session(|peer| {
        peer.exchange();
        peer.send(NOTHING);
        peer.trickle(&[notification("one"), parameter("work_mem", "1GB"), notification("")].concat(), MOMENT);
        peer.exchange();
        peer.send(&[row(&["1"]), notification("three"), READY.to_vec()].concat());
    });
    let exchange = ask(&mut session);
    assert_eq!(rest(&mut session, exchange), ["EmptyQueryResponse", "Z Idle"]);
    let began = Instant::now();
    while session.notifications().len() < 2 {
        assert!(!session.probe() && began.elapsed() < Duration::from_secs(10));
    }
    assert_eq!((taken(&mut session), taken(&mut session)), (Some("one".into()), Some(String::new())));
    assert_eq!(session.parameter("work_mem"), Some("1GB"));
    let exchange = ask(&mut session);
    assert_eq!(rest(&mut session, exchange), ["D 1", "Z Idle"]);
    assert_eq!((taken(&mut session), taken(&mut session)), (Some("three".into()), None));
    server.finish();
}

#[test]
fn waiting_for_a_notification_ends_with_it_with_the_deadline_or_with_the_connection() {
    let (server, mut session) = FakeServer::session(|peer| {
        peer.exchange();
        // Within an unread result, where waiting for another would be in vain.
        peer.send(&[row(&["1"]), notification("within"), row(&["2"])].concat());
        peer.exchange();
        peer.send(&[notification("last"), error("FATAL", "57P01", "going down")].concat());
    });
    let exchange = ask(&mut session);
    assert_eq!(next(&mut session, exchange), Ok(Some("D 1".into())));
    assert_eq!(session.await_notification(soon()), Ok(true));
    assert_eq!(taken(&mut session), Some("within".into()));
    assert_eq!(session.await_notification(briefly()), Ok(false));
    assert_eq!(next(&mut session, exchange), Ok(Some("D 2".into())));
    frontend::sync(session.frontend());
    session.send(soon()).unwrap();
    assert_eq!(session.await_notification(soon()), Ok(true));
    server.finish();
    assert_eq!(taken(&mut session), Some("last".into()));
    let error = session.await_notification(soon()).unwrap_err();
    assert_eq!((error.sqlstate.as_str(), error.message.as_str()), ("08S01", "going down"));
}

#[test]
fn a_flood_that_only_probes_see_takes_no_memory() {
    const SENT: usize = 20_000;
    let (server, mut session) = FakeServer::session(|peer| {
        peer.send(&notification(&"x".repeat(100)).repeat(SENT));
        peer.send(&error("FATAL", "57P01", "going down"));
    });
    let began = Instant::now();
    while !session.probe() {
        assert!(began.elapsed() < Duration::from_secs(10), "the close behind it has not been seen");
    }
    assert!(session.link.received.capacity() < 1 << 20);
    assert_eq!(session.notifications().len() as u64 + session.notifications().take_lost(), SENT as u64);
    server.finish();
}

#[test]
fn a_lying_length_reserves_no_memory() {
    let (server, mut session) = FakeServer::session(|peer| {
        peer.exchange();
        peer.send(b"D\x40\0\0\0\0\x01");
        peer.send(&[0; 100]);
        peer.until_closed();
    });
    let exchange = ask(&mut session);
    assert_eq!(session.next(exchange, briefly()).unwrap_err().sqlstate.as_str(), "HYT01");
    assert!(session.link.received.capacity() < 1 << 20, "{}", session.link.received.capacity());
    session.close();
    server.finish();
}

#[test]
fn a_value_of_many_megabytes_comes_whole_and_its_memory_is_given_back() {
    let value = "0123456789".repeat(2 << 20);
    let sent = value.clone();
    let (server, mut session) = FakeServer::session(move |peer| {
        peer.exchange();
        peer.send(&[row(&["small", &sent]), row(&["after", ""]), READY.to_vec()].concat());
    });
    let exchange = ask(&mut session);
    {
        let Some(Backend::DataRow(row)) = session.next(exchange, soon()).unwrap() else { panic!("a row") };
        assert!(row.get(1) == Some(Some(value.as_bytes())));
    }
    assert!(session.link.received.capacity() < value.len() + 1000);
    assert_eq!(rest(&mut session, exchange), ["D after ", "Z Idle"]);
    assert!(session.link.received.capacity() < 1 << 20);
    server.finish();
}

#[test]
fn what_has_no_exchange_has_no_messages() {
    let (server, mut session) = FakeServer::session(|_| {});
    assert_eq!(next(&mut session, ExchangeId::default()), Ok(None));
    assert!(session.current_row(ExchangeId::default()).is_none());
    session.abandon(ExchangeId::default(), true, soon()).unwrap();
    server.finish();
}

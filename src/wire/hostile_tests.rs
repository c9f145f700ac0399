//! Servers that want what they must not get, say what they must not say, or never come to an end.

use super::testing::*;
use super::{Deadline, Session};
use crate::config::{AcceptedMethods, AuthenticationMethod, LoginPolicy, Password, Secret};
use crate::diag::Diagnostic;
use crate::wire::authentication::{Authentication, Channel, Credentials};
use std::time::{Duration, Instant};

const OAUTH: &[u8] = b"\0\0\0\x0aOAUTHBEARER\0\0";
const ENCRYPTED: Channel = Channel { encrypted: true, local: false, kerberos: false, end_point: None };

/// What is answered to Authentication messages, one after the other, and how it ends.
fn answers(
    password: Option<&Password>,
    policy: &LoginPolicy,
    channel: &Channel,
    messages: &[&[u8]],
) -> (Vec<u8>, Result<bool, Box<Diagnostic>>) {
    let credentials = Credentials { user: "u", host: "h", password, policy, deadline: soon() };
    let mut authentication = Authentication::new(credentials, channel);
    let mut out = bytes::BytesMut::new();
    for message in messages {
        if let Err(error) = authentication.answer(message, &mut out) {
            return (out.to_vec(), Err(error));
        }
    }
    (out.to_vec(), Ok(authentication.is_accepted()))
}

fn given(text: &str) -> Password {
    Password::Given(Secret::new(text.into()))
}

/// RFC 7628: the token goes out once; refused, a lone 0x01 lets the server end it.
#[test]
fn a_bearer_token_is_sent_as_the_rfc_says() {
    let (policy, token) = (LoginPolicy::default(), given("abc.DEF-1~2+3/4=="));
    let (sent, accepted) = answers(Some(&token), &policy, &ENCRYPTED, &[OAUTH, b"\0\0\0\0"]);
    let message = b"n,,\x01auth=Bearer abc.DEF-1~2+3/4==\x01\x01";
    let body = [b"OAUTHBEARER\0", &(message.len() as u32).to_be_bytes()[..], message].concat();
    assert_eq!(sent, super::testing::message(b'p', &body));
    assert!(accepted.unwrap());
    let refusal = b"\0\0\0\x0b{\"status\":\"invalid_token\"}";
    let (sent, accepted) = answers(Some(&token), &policy, &ENCRYPTED, &[OAUTH, refusal]);
    assert!(sent.ends_with(&super::testing::message(b'p', b"\x01")));
    assert!(!accepted.unwrap());
}

#[test]
fn a_bearer_token_goes_only_where_it_may() {
    let open = Channel { encrypted: false, local: false, kerberos: false, end_point: None };
    let only = |method| LoginPolicy { methods: AcceptedMethods::Only(vec![method]), ..LoginPolicy::default() };
    let (usual, scram) = (LoginPolicy::default(), only(AuthenticationMethod::ScramSha256));
    let (good, bad) = (given("token"), given("to\u{1}ken"));
    for (password, policy, channel, word) in [
        (Some(&good), &usual, &open, "without encryption"),
        (Some(&good), &scram, &ENCRYPTED, "require_auth"),
        (Some(&bad), &usual, &ENCRYPTED, "bearer token"),
        (None, &usual, &ENCRYPTED, "PasswordCommand"),
    ] {
        let (sent, outcome) = answers(password, policy, channel, &[OAUTH]);
        let error = outcome.unwrap_err();
        assert_eq!((error.sqlstate.as_str(), sent.len()), ("28000", 0), "{}", error.message);
        assert!(error.message.contains(word) && !error.message.contains("ken\""), "{}", error.message);
    }
    // SCRAM, which shows nobody the secret, goes before.
    let both = b"\0\0\0\x0aOAUTHBEARER\0SCRAM-SHA-256\0\0";
    let (sent, _) = answers(Some(&good), &usual, &ENCRYPTED, &[both]);
    assert!(sent[5..].starts_with(b"SCRAM-SHA-256\0"));
}

/// Where SCRAM is required, a server that asks for less gets nothing.
#[test]
fn a_weaker_proof_than_is_required_is_not_given() {
    let policy = LoginPolicy {
        methods: AcceptedMethods::Only(vec![AuthenticationMethod::ScramSha256]),
        ..LoginPolicy::default()
    };
    let password = given("the secret");
    for request in [&b"\0\0\0\x03"[..], b"\0\0\0\x05salt", b"\0\0\0\0", b"\0\0\0\x07", OAUTH] {
        let (sent, outcome) = answers(Some(&password), &policy, &ENCRYPTED, &[request]);
        let error = outcome.unwrap_err();
        assert_eq!((error.sqlstate.as_str(), sent.len()), ("28000", 0), "{request:?}");
        assert!(error.message.contains("require_auth"), "{}", error.message);
    }
}

/// Settings that change without end are no answer: the time to wait ends.
#[test]
fn a_flood_of_settings_is_no_answer() {
    let (server, mut session) = FakeServer::session(|peer| {
        peer.exchange();
        let flood = parameter("TimeZone", "UTC").repeat(1000);
        while std::io::Write::write_all(&mut peer.0, &flood).is_ok() {}
    });
    let exchange = session.begin(soon()).unwrap();
    postgres_protocol::message::frontend::query("?", session.frontend()).unwrap();
    session.send(soon()).unwrap();
    let begun = Instant::now();
    let error = session.next(exchange, Deadline::after(Duration::from_millis(300))).unwrap_err();
    assert_eq!(error.sqlstate.as_str(), "HYT01", "{}", error.message);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    drop(session);
    server.finish();
}

/// Accepted, and then nothing, or settings without end: the login timeout ends it, and little is kept.
#[test]
fn a_login_that_never_comes_to_its_end_is_given_up() {
    for floods in [false, true] {
        let server = FakeServer::once(move |peer| {
            peer.startup();
            peer.send(AUTHENTICATION_OK);
            let mut number = 0_u64;
            for _ in 0..if floods { u64::MAX } else { 0 } {
                let flood: Vec<u8> =
                    (0..1000).flat_map(|each| parameter(&format!("p{}", number + each), "v")).collect();
                number += 1000;
                if std::io::Write::write_all(&mut peer.0, &flood).is_err() {
                    return;
                }
            }
            peer.until_closed();
        });
        let mut options = server.options();
        options.deadline = Deadline::after(Duration::from_millis(300));
        let begun = Instant::now();
        let error = Session::connect(&options, &mut Vec::new()).unwrap_err();
        assert_eq!(error.sqlstate.as_str(), "HYT00", "{}", error.message);
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        server.finish();
    }
}

//! Logging in at a server that follows a script.

use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use super::testing::*;
use super::{Endpoint, Session};
use crate::config::{Password, Secret};
use crate::diag::Diagnostic;

const SASL_REQUEST: &[u8] = b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0";

/// What logging in fails with at a server that answers the start-up message with these bytes and closes.
fn refusal(bytes: &[u8]) -> Box<Diagnostic> {
    let bytes = bytes.to_vec();
    refusal_by(move |peer| {
        peer.startup();
        peer.send(&bytes);
    })
}

fn refusal_by(script: impl FnOnce(&mut Peer) + Send + 'static) -> Box<Diagnostic> {
    let server = FakeServer::once(script);
    let error = server.connect().unwrap_err();
    assert!(!error.message.contains("the secret"), "{}", error.message);
    server.finish();
    error
}

#[test]
fn the_start_up_message_is_as_the_protocol_says() {
    let server = FakeServer::once(|peer| {
        let startup = peer.startup();
        assert_eq!(startup, b"\0\x03\0\0user\0someone\0database\0place\0client_encoding\0UTF8\0\0");
        peer.send(&[AUTHENTICATION_OK, READY].concat());
        assert_eq!(peer.message(), (b'X', Vec::new()));
    });
    let mut options = server.options();
    options.database = Some("place".into());
    Session::connect(&options, &mut Vec::new()).unwrap().close();
    server.finish();
}

#[test]
fn notices_and_settings_during_login_are_kept() {
    let server = FakeServer::once(|peer| {
        peer.startup();
        let parts =
            [notice("before"), AUTHENTICATION_OK.into(), parameter("crate_version", "6.4.3"), notice("between")];
        peer.send(&parts.concat());
        peer.trickle(&[KEY, &parameter("TimeZone", "UTC"), READY].concat(), Duration::ZERO);
    });
    let mut notices = Vec::new();
    let session = Session::connect(&server.options(), &mut notices).unwrap();
    assert_eq!(notices.iter().map(|notice| notice.message.as_str()).collect::<Vec<_>>(), ["before", "between"]);
    assert_eq!(session.parameter("timezone"), Some("UTC"));
    assert_eq!(session.profile().name, "CrateDB");
    server.finish();
}

#[test]
fn the_servers_refusal_is_told() {
    let error = refusal(&error("FATAL", "28P01", "password authentication failed\0Hlook it up"));
    assert_eq!(error.sqlstate.as_str(), "28000");
    // Which server it was comes in front of its hint.
    let told = error.message.strip_prefix("password authentication failed (127.0.0.1 port ");
    assert!(told.is_some_and(|rest| rest.ends_with(")\nHINT: look it up")), "{}", error.message);
    let error = refusal(&[AUTHENTICATION_OK, &super::testing::error("FATAL", "3D000", "no such database")].concat());
    assert_eq!(error.sqlstate.as_str(), "3D000");
}

#[test]
fn a_password_goes_out_as_asked_for() {
    let server = FakeServer::once(|peer| {
        peer.startup();
        peer.send(b"R\0\0\0\x08\0\0\0\x03");
        assert_eq!(peer.message(), (b'p', b"the secret\0".to_vec()));
        peer.send(&[AUTHENTICATION_OK, READY].concat());
    });
    server.connect().unwrap();
    server.finish();
    let server = FakeServer::once(|peer| {
        peer.startup();
        peer.send(b"R\0\0\0\x0c\0\0\0\x05salt");
        // By PostgreSQL's rule concat('md5', md5(concat(md5(concat(password, user)), salt))), computed with md5sum.
        assert_eq!(peer.message(), (b'p', b"md5fba703a534e39925f38c97571b9e6fc2\0".to_vec()));
        peer.send(&[AUTHENTICATION_OK, READY].concat());
    });
    server.connect().unwrap();
    server.finish();
}

#[test]
fn a_missing_password_is_said_before_anything_is_sent() {
    for password in [None, Some(Password::Given(Secret::new(String::new())))] {
        let server = FakeServer::once(|peer| {
            peer.startup();
            peer.send(b"R\0\0\0\x08\0\0\0\x03");
            peer.until_closed();
        });
        let mut options = server.options();
        options.candidates[0].password = password;
        let error = Session::connect(&options, &mut Vec::new()).unwrap_err();
        assert_eq!(error.sqlstate.as_str(), "28000");
        assert!(error.message.contains("someone") && error.message.contains("PWD"), "{}", error.message);
        server.finish();
    }
}

#[test]
fn a_method_that_is_not_spoken_is_named() {
    for (method, name) in [(2, "Kerberos"), (6, "SCM"), (99, "99")] {
        let error = refusal(&message(b'R', &[0, 0, 0, method]));
        assert_eq!(error.sqlstate.as_str(), "08001");
        assert!(error.message.contains(name), "{}", error.message);
    }
    // Kerberos is the system's library to speak, which has no ticket for this host or is not there at all.
    for method in [7, 9] {
        let error = refusal(&message(b'R', &[0, 0, 0, method]));
        assert_eq!(error.sqlstate.as_str(), "28000");
        assert!(error.message.contains("Kerberos"), "{}", error.message);
    }
    let error = refusal(&message(b'R', b"\0\0\0\x0aSCRAM-SHA-3\0\0"));
    assert!(error.message.contains("SCRAM-SHA-3"), "{}", error.message);
}

/// Plays SCRAM up to the proof: the salt and count are those of RFC 7677's example.
fn scram_until_proof(peer: &mut Peer) {
    peer.startup();
    peer.send(SASL_REQUEST);
    let (tag, first) = peer.message();
    assert_eq!(tag, b'p');
    let text = String::from_utf8_lossy(&first).into_owned();
    assert!(text.starts_with("SCRAM-SHA-256\0"), "{text}");
    let nonce = text.rsplit("r=").next().unwrap().to_owned();
    let challenge = format!("r={nonce}more,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    peer.send(&message(b'R', &[b"\0\0\0\x0b", challenge.as_bytes()].concat()));
    let (tag, proof) = peer.message();
    assert_eq!(tag, b'p');
    assert!(String::from_utf8_lossy(&proof).starts_with(&format!("c=biws,r={nonce}more,p=")));
}

#[test]
fn a_server_that_cannot_sign_is_refused() {
    let error = refusal_by(|peer| {
        scram_until_proof(peer);
        let forged = format!("v={}=", "A".repeat(43));
        peer.send(&message(b'R', &[b"\0\0\0\x0c", forged.as_bytes()].concat()));
        peer.send(&[AUTHENTICATION_OK, READY].concat());
    });
    assert_eq!(error.sqlstate.as_str(), "28000");
    assert!(error.message.contains("SCRAM-SHA-256"), "{}", error.message);
}

#[test]
fn a_server_that_does_not_sign_is_refused() {
    let error = refusal_by(|peer| {
        scram_until_proof(peer);
        peer.send(&[AUTHENTICATION_OK, READY].concat());
    });
    assert_eq!(error.sqlstate.as_str(), "28000");
    let error = refusal(&[SASL_REQUEST, AUTHENTICATION_OK].concat());
    assert_eq!(error.sqlstate.as_str(), "28000");
}

#[test]
fn a_scram_of_endless_iterations_is_refused_at_once() {
    let begun = Instant::now();
    let error = refusal_by(|peer| {
        peer.startup();
        peer.send(SASL_REQUEST);
        let first = peer.message().1;
        let nonce = String::from_utf8_lossy(&first).rsplit("r=").next().unwrap().to_owned();
        let challenge = format!("r={nonce}more,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2147483647");
        peer.send(&message(b'R', &[b"\0\0\0\x0b", challenge.as_bytes()].concat()));
        peer.until_closed();
    });
    assert_eq!(error.sqlstate.as_str(), "28000");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

/// The first message of SCRAM that the client sends to a server that offers these mechanisms.
fn offered(mechanisms: &[&str]) -> Vec<u8> {
    let mut body = b"\0\0\0\x0a".to_vec();
    for name in mechanisms {
        body.extend_from_slice(name.as_bytes());
        body.push(0);
    }
    body.push(0);
    message(b'R', &body)
}

#[test]
fn an_offer_of_binding_in_clear_text_is_refused() {
    let error = refusal(&offered(&["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]));
    assert_eq!(error.sqlstate.as_str(), "28000");
    assert!(error.message.contains("removed its TLS"), "{}", error.message);
}

/// RFC 5802, 6: "n" where the client cannot bind, "y" where it could and the server does not offer it, "p=" where it does.
#[test]
fn what_is_said_of_binding_depends_on_the_channel_and_the_offer() {
    use crate::config::{ChannelBindingMode, LoginPolicy};
    use crate::wire::authentication::{Authentication, Channel, Credentials};
    let plain = Channel { encrypted: false, local: true, kerberos: false, end_point: None };
    let bound = Channel { encrypted: true, local: false, kerberos: false, end_point: Some(vec![7; 32]) };
    let hashless = Channel { end_point: None, ..bound.clone() };
    let both: &[&str] = &["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"];
    let only: &[&str] = &["SCRAM-SHA-256"];
    for (channel, mechanisms, mode, expected) in [
        (&plain, only, ChannelBindingMode::Prefer, Some("SCRAM-SHA-256\0....n,,")),
        (&bound, both, ChannelBindingMode::Prefer, Some("SCRAM-SHA-256-PLUS\0....p=tls-server-end-point,,")),
        (&bound, both, ChannelBindingMode::Require, Some("SCRAM-SHA-256-PLUS\0....p=tls-server-end-point,,")),
        (&bound, both, ChannelBindingMode::Disable, Some("SCRAM-SHA-256\0....n,,")),
        (&bound, only, ChannelBindingMode::Prefer, Some("SCRAM-SHA-256\0....y,,")),
        (&hashless, both, ChannelBindingMode::Prefer, Some("SCRAM-SHA-256\0....n,,")),
        (&bound, only, ChannelBindingMode::Require, None),
        (&plain, only, ChannelBindingMode::Require, None),
        (&hashless, both, ChannelBindingMode::Require, None),
    ] {
        let policy = LoginPolicy { channel_binding: mode, ..LoginPolicy::default() };
        let password = Password::Given(Secret::new("the secret".into()));
        let credentials =
            Credentials { user: "u", host: "h", password: Some(&password), policy: &policy, deadline: soon() };
        let mut out = bytes::BytesMut::new();
        let request = offered(mechanisms);
        let answered = Authentication::new(credentials, channel).answer(&request[5..], &mut out);
        match expected {
            None => assert_eq!(answered.unwrap_err().sqlstate.as_str(), "28000"),
            Some(expected) => {
                answered.unwrap();
                let (mechanism, header) = expected.split_once("....").unwrap();
                let found = String::from_utf8_lossy(&out[5..]).into_owned();
                assert!(found.starts_with(mechanism) && found.contains(header), "{found:?}, expected {expected:?}");
            }
        }
    }
}

#[test]
fn a_password_in_clear_text_goes_where_nobody_listens_or_where_it_may() {
    use crate::config::LoginPolicy;
    use crate::wire::authentication::{Authentication, Channel, Credentials};
    for (encrypted, local, allowed, sent) in [
        (true, false, false, true),
        (false, true, false, true),
        (false, false, true, true),
        (false, false, false, false),
    ] {
        let policy = LoginPolicy { cleartext_password: allowed, ..LoginPolicy::default() };
        let channel = Channel { encrypted, local, kerberos: false, end_point: None };
        let password = Password::Given(Secret::new("the secret".into()));
        let credentials =
            Credentials { user: "u", host: "h", password: Some(&password), policy: &policy, deadline: soon() };
        let mut out = bytes::BytesMut::new();
        let answered = Authentication::new(credentials, &channel).answer(b"\0\0\0\x03", &mut out);
        assert_eq!(answered.is_ok(), sent, "{encrypted} {local} {allowed}");
        assert_eq!(out.is_empty(), !sent);
        if let Err(error) = answered {
            assert!(error.message.contains("AllowCleartextPassword"), "{}", error.message);
        }
    }
}

#[test]
fn a_newer_protocol_is_asked_for_and_an_older_one_taken_if_it_may_be() {
    use crate::config::ProtocolVersion;
    for (oldest, answer, outcome) in [
        (ProtocolVersion::V3_0, None, Ok(())),
        (ProtocolVersion::V3_0, Some(b"\0\x03\0\0"), Ok(())),
        (ProtocolVersion::V3_2, None, Ok(())),
        (ProtocolVersion::V3_2, Some(b"\0\x03\0\0"), Err("3.0 of the protocol at most")),
        (ProtocolVersion::V3_0, Some(b"\0\x03\0\x03"), Err("not asked for")),
    ] {
        let server = FakeServer::once(move |peer| {
            assert_eq!(peer.startup()[..4], [0, 3, 0, 2]);
            if let Some(version) = answer {
                peer.send(&message(b'v', &[version.as_slice(), b"\0\0\0\0"].concat()));
            }
            peer.send(&[AUTHENTICATION_OK, READY].concat());
            peer.until_closed();
        });
        let mut options = server.options();
        options.policy.oldest_protocol = oldest;
        options.policy.newest_protocol = ProtocolVersion::V3_2;
        match (Session::connect(&options, &mut Vec::new()), outcome) {
            (Ok(session), Ok(())) => session.close(),
            (Err(error), Err(part)) => assert!(error.message.contains(part), "{}", error.message),
            (found, expected) => panic!("{found:?}, expected {expected:?}"),
        }
        server.finish();
    }
}

/// One server that says this of itself while logging in.
fn kind_of_server(standby: &str, read_only: &str) -> FakeServer {
    let said = [parameter("in_hot_standby", standby), parameter("default_transaction_read_only", read_only)].concat();
    FakeServer::once(move |peer| {
        peer.startup();
        peer.send(&[AUTHENTICATION_OK, &said, READY].concat());
        peer.until_closed();
    })
}

/// PostgreSQL documentation, 34.1.2, target_session_attrs.
#[test]
fn the_first_server_of_the_wanted_kind_is_taken() {
    use crate::config::TargetSession;
    for (target, expected) in [
        (TargetSession::Any, Some(0)),
        (TargetSession::ReadWrite, Some(2)),
        (TargetSession::ReadOnly, Some(0)),
        (TargetSession::Primary, Some(1)),
        (TargetSession::Standby, Some(0)),
    ] {
        let servers = [kind_of_server("on", "off"), kind_of_server("off", "on"), kind_of_server("off", "off")];
        let mut options = servers[0].options();
        options.target = target;
        options.candidates = servers.iter().map(|server| candidate(server.endpoint())).collect();
        let session = Session::connect(&options, &mut Vec::new()).unwrap();
        let found = (session.parameter("in_hot_standby"), session.parameter("default_transaction_read_only"));
        let index = [(Some("on"), Some("off")), (Some("off"), Some("on")), (Some("off"), Some("off"))]
            .iter()
            .position(|known| *known == found);
        assert_eq!(index, expected, "{target:?}");
        session.close();
    }
    let servers = [kind_of_server("off", "off")];
    let mut options = servers[0].options();
    options.target = TargetSession::Standby;
    let error = Session::connect(&options, &mut Vec::new()).unwrap_err();
    assert_eq!(error.sqlstate.as_str(), "08001");
    assert!(error.message.contains("no standby") && error.message.contains("standby"), "{}", error.message);
}

#[test]
fn each_address_has_its_own_time() {
    let silent = FakeServer::once(|peer| peer.until_closed());
    let ready = FakeServer::once(|peer| peer.log_in());
    let mut options = silent.options();
    options.candidates.push(candidate(ready.endpoint()));
    options.connect_timeout = Some(Duration::from_secs(2));
    Session::connect(&options, &mut Vec::new()).unwrap();
    silent.finish();
    ready.finish();
}

#[test]
fn negotiation_to_3_0_goes_on_and_to_another_version_does_not() {
    for version in [b"\0\0\0\0", b"\0\x03\0\0"] {
        let body = [version, &b"\0\0\0\x01_pq_.report\0"[..]].concat();
        let server = FakeServer::once(move |peer| {
            peer.startup();
            peer.send(&[&message(b'v', &body), AUTHENTICATION_OK, READY].concat());
        });
        let mut notices = Vec::new();
        Session::connect(&server.options(), &mut notices).unwrap();
        assert!(notices[0].message.contains("_pq_.report"), "{}", notices[0].message);
        server.finish();
    }
    for body in [&b"\0\x02\0\0\0\0\0\0"[..], b"\0\0\0\0\x7f\xff\xff\xff", b"\0"] {
        assert_eq!(refusal(&message(b'v', body)).sqlstate.as_str(), "08001");
    }
}

#[test]
fn messages_out_of_turn_are_refused() {
    let cases = [
        READY.to_vec(),
        KEY.to_vec(),
        [AUTHENTICATION_OK, AUTHENTICATION_OK].concat(),
        message(b'R', b"\0\0"),
        message(b'R', b"\0\0\0\x0cv=abc"),
        [AUTHENTICATION_OK, &message(b'K', b"\0\0\0\x01")].concat(),
        [AUTHENTICATION_OK, &message(b'K', &[1; 4 + 257])].concat(),
        [AUTHENTICATION_OK, b"Z\0\0\0\x05?"].concat(),
        [AUTHENTICATION_OK, &row(&["1"])].concat(),
    ];
    for bytes in cases {
        assert_eq!(refusal(&bytes).sqlstate.as_str(), "08001", "{}", bytes.escape_ascii());
    }
}

#[test]
fn a_key_of_any_length_goes_back_in_the_cancel_request() {
    for length in [1, 4, 32, 256] {
        let key: Vec<u8> = (0..length).map(|index| index as u8).collect();
        let body = [b"\0\0\0\x07".as_slice(), &key].concat();
        let server = FakeServer::start(vec![
            Box::new(move |peer: &mut Peer| {
                peer.startup();
                peer.send(&[AUTHENTICATION_OK, &message(b'K', &body), READY].concat());
            }),
            Box::new(move |peer: &mut Peer| {
                assert_eq!(peer.startup(), [b"\x04\xd2\x16\x2e\0\0\0\x07".as_slice(), &key].concat());
            }),
        ]);
        let session = server.connect().unwrap();
        session.cancel_target().cancel(soon()).unwrap();
        server.finish();
    }
}

#[test]
fn a_web_server_is_told_from_a_database() {
    let error = refusal(b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n");
    assert_eq!(error.sqlstate.as_str(), "08001");
    assert!(error.message.contains("\"HTTP/1.1 400 Bad Request\""), "{}", error.message);
    assert!(error.message.contains("127.0.0.1 port"), "{}", error.message);
    for answer in [&b"SSH-2.0-OpenSSH_9.2\r\n"[..], b"J\0\0\0\x0a8.0.36\0", b"R\x7f\xff\xff\xff", b"\xff\xfe"] {
        let error = refusal(answer);
        assert_eq!(error.sqlstate.as_str(), "08001");
        assert!(error.message.contains("does not speak the PostgreSQL protocol"), "{}", error.message);
    }
    assert_eq!(refusal(b"").sqlstate.as_str(), "08001");
}

#[test]
fn a_silent_server_ends_at_the_deadline() {
    let server = FakeServer::once(|peer| peer.until_closed());
    let mut options = server.options();
    options.deadline = briefly();
    let begun = Instant::now();
    let error = Session::connect(&options, &mut Vec::new()).unwrap_err();
    assert_eq!(error.sqlstate.as_str(), "HYT00");
    assert!(begun.elapsed() < Duration::from_secs(2));
    server.finish();
}

#[test]
fn a_server_that_trickles_ends_at_the_deadline() {
    let server = FakeServer::once(|peer| {
        peer.startup();
        let flood: Vec<u8> = (0..50).flat_map(|_| notice("wait")).collect();
        peer.trickle(&flood, Duration::from_millis(5));
    });
    let mut options = server.options();
    options.deadline = briefly();
    let begun = Instant::now();
    let error = Session::connect(&options, &mut Vec::new()).unwrap_err();
    assert_eq!(error.sqlstate.as_str(), "HYT00");
    assert!(begun.elapsed() < Duration::from_secs(2));
    server.finish();
}

#[test]
fn the_next_endpoint_is_tried_until_one_answers() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let closed = candidate(Endpoint::tcp("127.0.0.1", closed));
    let server = FakeServer::once(|peer| peer.log_in());
    let mut options = server.options();
    options.candidates.insert(0, closed.clone());
    Session::connect(&options, &mut Vec::new()).unwrap();
    server.finish();

    options.candidates = vec![closed.clone(), closed];
    let error = Session::connect(&options, &mut Vec::new()).unwrap_err();
    assert_eq!(error.message.matches("Connection refused").count(), 2, "{}", error.message);
    options.candidates = Vec::new();
    assert_eq!(Session::connect(&options, &mut Vec::new()).unwrap_err().sqlstate.as_str(), "08001");
}

#[test]
fn a_refused_password_is_not_shown_to_the_next_server() {
    let first = FakeServer::once(|peer| {
        peer.startup();
        peer.send(&error("FATAL", "28P01", "wrong"));
    });
    let second = TcpListener::bind("127.0.0.1:0").unwrap();
    second.set_nonblocking(true).unwrap();
    let mut options = first.options();
    options.candidates.push(candidate(Endpoint::tcp("127.0.0.1", second.local_addr().unwrap().port())));
    assert_eq!(Session::connect(&options, &mut Vec::new()).unwrap_err().sqlstate.as_str(), "28000");
    thread::sleep(Duration::from_millis(20));
    assert!(second.accept().is_err(), "nobody came");
    first.finish();
}

#[test]
fn a_zero_byte_in_a_name_is_refused() {
    let server = FakeServer::once(|peer| peer.until_closed());
    let mut options = server.options();
    options.user = "some\0one".into();
    let error = Session::connect(&options, &mut Vec::new()).unwrap_err();
    assert_eq!(error.sqlstate.as_str(), "08001");
    assert!(error.message.contains("zero byte"), "{}", error.message);
    server.finish();
}

#[test]
fn no_secret_shows_in_debug_output() {
    let server = FakeServer::once(|peer| peer.log_in());
    let session = server.connect().unwrap();
    let shown = format!("{session:?} {:?} {:?}", session.cancel_target(), server.options());
    assert!(!shown.contains("key!") && !shown.contains("secret") && !shown.contains("107, 101"), "{shown}");
    server.finish();
}

/// As libpq 18: "server did not request an SSL certificate". Nothing is sent before.
#[test]
fn a_client_certificate_that_must_be_asked_for_needs_tls() {
    let server = FakeServer::once(|peer| assert_eq!(std::io::Read::read(&mut peer.0, &mut [0]).unwrap(), 0));
    let mut options = server.options();
    options.tls.certificate_mode = crate::config::CertificateMode::Require;
    let error = Session::connect(&options, &mut Vec::new()).unwrap_err();
    assert_eq!(error.sqlstate.as_str(), "08001");
    assert!(error.message.contains("sslcertmode=require"), "{}", error.message);
    server.finish();
}

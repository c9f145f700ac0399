//! Encryption by GSSAPI, beside the realm of `kerberos.rs`, whose test runs these in processes of their own, and what psql
//! makes of the same.
//!
//! Source: PostgreSQL documentation, "GSSAPI Session Encryption" and 34.1.2 (gssencmode).

use crate::cancel::wait_for_sleep;
use crate::common::proxy::recording_proxy;
use crate::common::{Connection, Outcome, server};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const HOST: &str = "db.pgodbc.test";
/// GSSENCRequest: length 8, code 80877104.
const REQUEST: &[u8] = &[0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x30];
const IS_ENCRYPTED: &str = "select encrypted::text from pg_stat_gssapi where pid = pg_backend_pid()";
const MODES: &[&str] = &["disable", "prefer", "require"];
const USERS: &[&str] = &["gss_user", "encrypted_user", "clear_user"];

fn connect(port: u16, user: &str, keywords: &str) -> (Outcome, Connection) {
    let (driver, database) = (&server().driver_name, &server().database);
    let string =
        format!("DRIVER={{{driver}}};Server={HOST};hostaddr=127.0.0.1;Port={port};Database={database};UID={user};");
    let connection = Connection::new();
    let outcome = connection.driver_connect(&format!("{string}{keywords}")).0;
    (outcome, connection)
}

/// Whether the connection is encrypted, `None` where there is none: by psql.
fn by_psql(host: &str, user: &str, parameters: &str) -> Option<String> {
    let (port, database) = (server().port, &server().database);
    let string = format!("{host} port={port} dbname={database} user={user} {parameters}");
    let output =
        Command::new("psql").args(["-X", "-w", "-A", "-t", "-d", &string, "-c", IS_ENCRYPTED]).output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
}

fn outcomes_are_psqls() -> Vec<Option<String>> {
    let mut found = Vec::new();
    for user in USERS {
        for mode in MODES {
            // Debian's psql 15 does not know require_auth: the server's rule for the user says what is to come of it.
            for (parameters, methods) in [
                ("", &["", "require_auth=gss;", "require_auth=none;"][..]),
                ("sslmode=disable", &[""]),
                ("sslmode=require", &[""]),
            ] {
                let host = format!("host={HOST} hostaddr=127.0.0.1");
                let psqls = by_psql(&host, user, &format!("gssencmode={mode} {parameters}"));
                for method in methods {
                    // Encrypted, it lets anybody in whose ticket it has seen, and asks for no more.
                    let is_asked = |encrypted: &str| *user == "gss_user" && encrypted == "false";
                    let expected = psqls.clone().filter(|encrypted| match *method {
                        "" => true,
                        "require_auth=gss;" => encrypted == "true" || is_asked(encrypted),
                        _ => !is_asked(encrypted),
                    });
                    let keywords = format!("gssencmode={mode};{parameters};{method}");
                    let (outcome, connection) = connect(server().port, user, &keywords);
                    let encrypted = (outcome.code >= 0).then(|| connection.value(IS_ENCRYPTED).unwrap());
                    assert_eq!(encrypted, expected, "{user} {keywords}: {outcome:?}");
                    found.push(encrypted);
                }
            }
        }
    }
    found
}

#[test]
#[ignore = "run by kerberos.rs, with a ticket in its environment"]
fn with_a_ticket() {
    let found = outcomes_are_psqls();
    for outcome in [None, Some("true"), Some("false")] {
        assert!(found.iter().any(|found| found.as_deref() == outcome), "{outcome:?} occurs");
    }
    // A socket file is not encrypted.
    for mode in MODES {
        let expected = by_psql(&format!("host={}", server().socket), "trust_user", &format!("gssencmode={mode}"));
        let string = format!("DRIVER={{{}}};Server={};Port={};", server().driver_name, server().socket, server().port);
        let string = format!("{string}Database={};UID=trust_user;gssencmode={mode};", server().database);
        let connection = Connection::new();
        let outcome = connection.driver_connect(&string).0;
        assert_eq!((outcome.code >= 0), expected.is_some(), "gssencmode={mode} on a socket: {outcome:?}");
    }
    // A certificate to bind to is TLS's alone.
    let port = server().port;
    assert_eq!(connect(port, "clear_user", "gssencmode=prefer;channel_binding=require;").0.error("28000").native, 0);
    let record = connect(port, "gss_user", "gssencmode=never;").0.error("HY000");
    assert!(record.message.contains("disable, prefer, require"), "{}", record.message);
    let record = connect(port, "encrypted_user", "gssencmode=require;krbsrvname=other;").0.error("08001");
    assert!(record.message.contains("GSSAPI"), "{}", record.message);

    // Much, in both directions.
    let (outcome, connection) = connect(port, "gss_user", "gssencmode=require;");
    outcome.succeeded();
    let much = "0123456789".repeat(300_000);
    assert_eq!(connection.value(&format!("select length('{much}')")).as_deref(), Some("3000000"));
    assert_eq!(connection.value("select repeat('0123456789', 300000)"), Some(much));
    let rows =
        connection.value("select count(*) from (select g, repeat('x', 100) from generate_series(1, 100000) g) r");
    assert_eq!(rows.as_deref(), Some("100000"));
    let statement = connection.statement();
    statement.execute_direct("select g, repeat('x', g % 500) from generate_series(1, 5000) g").success();
    let mut count = 0;
    while statement.fetch().code == 0 {
        count += 1;
        assert_eq!(statement.get_text(1).unwrap(), count.to_string());
        assert_eq!(statement.get_text(2).unwrap().len(), count % 500);
    }
    assert_eq!(count, 5000);
}

#[test]
#[ignore = "run by kerberos.rs, without a ticket"]
fn without_a_ticket() {
    let found = outcomes_are_psqls();
    assert!(
        found.contains(&None) && found.contains(&Some("false".to_owned())) && !found.contains(&Some("true".to_owned()))
    );
    let record = connect(server().port, "encrypted_user", "gssencmode=require;").0.error("08001");
    assert!(record.message.contains("/no/such/tickets") && record.message.contains("klist"), "{}", record.message);
}

/// Everything behind the request must be packets: length, and what GSSAPI has wrapped.
#[track_caller]
fn assert_only_packets(bytes: &[u8]) {
    let (mut rest, mut count) = (bytes, 0);
    while let Some((length, after)) = rest.split_first_chunk() {
        rest = after.get(u32::from_be_bytes(*length) as usize..).expect("a whole packet");
        count += 1;
    }
    assert!(rest.is_empty() && count > 1, "{count} packets, then {}", rest.escape_ascii());
}

#[test]
#[ignore = "run by kerberos.rs, with a ticket in its environment"]
fn nothing_is_readable() {
    let (port, recording) = recording_proxy(server().port);
    let (outcome, connection) = connect(port, "encrypted_user", "gssencmode=require;");
    outcome.succeeded();
    let (backend, statement) = (connection.backend(), connection.statement());
    thread::scope(|scope| {
        scope.spawn(|| statement.execute_direct("select pg_sleep(60)").error("HY008"));
        wait_for_sleep(&backend);
        statement.cancel().success();
    });
    drop(statement);
    assert_eq!(connection.value("select 'a marked value'").as_deref(), Some("a marked value"));
    let recording = recording.lock().unwrap();
    assert!(recording.len() >= 2, "a session and a cancel request");
    for bytes in recording.iter() {
        assert_only_packets(bytes.strip_prefix(REQUEST).expect("the request comes first"));
        for word in [&b"marked"[..], b"encrypted_user", b"pgodbc_test", b"\x04\xd2\x16\x2e"] {
            assert!(!bytes.windows(word.len()).any(|window| window == word), "{} is readable", word.escape_ascii());
        }
    }
}

/// A server that answers the request with these bytes, whatever comes then; with none it closes.
fn answering(bytes: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        while let Ok((mut client, _)) = listener.accept() {
            let mut request = [0; 8];
            if client.read_exact(&mut request).is_ok() && request == REQUEST && !bytes.is_empty() {
                let (first, rest) = bytes.split_at(1);
                // What is behind a byte 255 comes with the first one, before the client has said anything.
                if let Some(early) = rest.strip_prefix(b"\xff") {
                    let _ = client.write_all(&[first, early].concat());
                } else {
                    let _ = client.write_all(first);
                    let _ = client.read(&mut [0; 4096]);
                    let _ = client.write_all(rest);
                }
                thread::spawn(move || while let Ok(1..) = client.read(&mut [0; 4096]) {});
            }
        }
    });
    port
}

/// Hands on what the real server sends, a packet at a time, and spoils the data packets once it is told to.
fn spoiling(spoil: fn(&mut Vec<u8>), begin: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        while let Ok((mut client, _)) = listener.accept() {
            let mut to_server = TcpStream::connect(("127.0.0.1", server().port)).unwrap();
            let (mut from_server, mut to_client) = (to_server.try_clone().unwrap(), client.try_clone().unwrap());
            thread::spawn(move || {
                let _ = std::io::copy(&mut client, &mut to_server);
                let _ = to_server.shutdown(Shutdown::Both);
            });
            let begin = Arc::clone(&begin);
            thread::spawn(move || {
                let mut byte = [0];
                let _ = from_server.read_exact(&mut byte).and_then(|()| to_client.write_all(&byte));
                let mut length = [0; 4];
                for number in 0.. {
                    if from_server.read_exact(&mut length).is_err() {
                        break;
                    }
                    let mut packet = length.to_vec();
                    packet.resize(4 + u32::from_be_bytes(length) as usize, 0);
                    let _ = from_server.read_exact(&mut packet[4..]);
                    // The first one belongs to the handshake.
                    if number > 0 && begin.load(Ordering::Acquire) {
                        spoil(&mut packet);
                    }
                    if to_client.write_all(&packet).is_err() {
                        break;
                    }
                }
                let _ = to_client.shutdown(Shutdown::Both);
            });
        }
    });
    port
}

#[test]
#[ignore = "run by kerberos.rs, with a ticket in its environment"]
fn hostile_servers() {
    for (answer, word) in [
        (&b"N"[..], "no encryption by GSSAPI"),
        (b"", "closed"),
        (b"S", "does not speak"),
        (b"E", "by an error"),
        (b"G\xffR\0\0\0\x08\0\0\0\0Z\0\0\0\x05I", "unencrypted data"),
        (b"GE\0\0\0\x30SFATAL\0C28000\0Mcall this number\0\0", "by an error"),
        (b"G\0\0\0\0", "impossible length 0"),
        (b"G\0\0\xff\xfd", "impossible length"),
        (b"G\x7f\xff\xff\xff", "impossible length 2147483647"),
        (b"G\xff\0\0\0", "unencrypted data"),
        (b"G\0\0\0\x04abcd", "GSSAPI"),
    ] {
        let port = answering(answer);
        let record = connect(port, "encrypted_user", "gssencmode=require;connect_timeout=20;").0.error("08001");
        assert!(record.message.contains(word), "{}: {}", answer.escape_ascii(), record.message);
        assert!(!record.message.contains("call this"), "{}", record.message);
        if word == "unencrypted data" {
            // No second attempt otherwise: that is what an attacker is after.
            let record = connect(port, "encrypted_user", "gssencmode=prefer;connect_timeout=20;").0.error("08001");
            assert!(!record.message.contains("before that"), "{}", record.message);
        }
    }
    // What was asked for is said as it was asked for.
    for (mode, other) in [("require", "prefer"), ("prefer", "require")] {
        let keywords = format!("gssencmode={mode};sslmode=disable;connect_timeout=20;");
        let record = connect(answering(b"N"), "encrypted_user", &keywords).0.error("08001");
        let said =
            |mode: &str| record.message.contains(&format!("no encryption by GSSAPI, and gssencmode={mode} asks"));
        assert!(said(mode) && !said(other), "{}", record.message);
    }
    // It agrees, and says nothing more; or begins a packet that does not end.
    let silent = |answer: &'static [u8]| {
        let begun = Instant::now();
        connect(answering(answer), "encrypted_user", "gssencmode=require;connect_timeout=1;").0.error("HYT00");
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    };
    thread::scope(|scope| {
        for answer in [&b"G"[..], b"G\0\0\x40\0", b"G\0\0\x40\0some of it"] {
            scope.spawn(move || silent(answer));
        }
    });

    // Packets that somebody in between has changed, in the login and later.
    let spoilers: [fn(&mut Vec<u8>); 5] = [
        |packet| *packet.last_mut().unwrap() ^= 1,
        |packet| packet[..4].copy_from_slice(&[0xff; 4]),
        |packet| packet[..4].copy_from_slice(&[0; 4]),
        |packet| *packet = b"\0\0\0\x09R\0\0\0\x08\0\0\0\0".to_vec(),
        |packet| packet.extend_from_within(..),
    ];
    for (number, spoil) in spoilers.into_iter().enumerate() {
        let begin = Arc::new(AtomicBool::new(true));
        let port = spoiling(spoil, Arc::clone(&begin));
        let keywords = "gssencmode=require;connect_timeout=20;";
        let (outcome, _) = connect(port, "encrypted_user", keywords);
        let record = outcome.error("08001");
        assert!(
            record.message.contains("GSSAPI") || record.message.contains("impossible length"),
            "{number}: {}",
            record.message
        );
        begin.store(false, Ordering::Release);
        let (outcome, connection) = connect(port, "encrypted_user", keywords);
        outcome.succeeded();
        begin.store(true, Ordering::Release);
        // The second of a doubled packet may be found by the next statement only.
        let statement = connection.statement();
        let failed = (0..2).map(|_| statement.execute_direct("select 1")).find(|outcome| outcome.code < 0).unwrap();
        let record = failed.error("08S01");
        assert!(
            record.message.contains("GSSAPI") || record.message.contains("impossible length"),
            "{number}: {}",
            record.message
        );
    }
}

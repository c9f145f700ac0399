//! What travels between driver and server: seen by a proxy in between.

use crate::cancel::wait_for_sleep_on;
use crate::common::proxy::recording_proxy;
use crate::common::tls_server::{TlsServer, tls_server};
use crate::common::{Connection, Statement, server};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// SSLRequest, as the documentation has it: length 8, code 80877103.
pub const SSL_REQUEST: &[u8] = &[0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// Everything must be TLS records: type 20 to 23, version 3.x, length (RFC 8446, 5.1).
#[track_caller]
pub fn assert_only_records(bytes: &[u8]) {
    let mut rest = bytes;
    let mut count = 0;
    while let [kind, 3, _, high, low, after @ ..] = rest {
        assert!((20..=23).contains(kind), "byte {} is of no TLS record", bytes.len() - rest.len());
        let length = usize::from(*high) << 8 | usize::from(*low);
        rest = after.get(length..).expect("a whole record");
        count += 1;
    }
    assert!(rest.is_empty() && count > 1, "{count} records, then {}", rest.escape_ascii());
}

/// The check is one: a byte in clear text among the records, in front of them or behind them.
#[test]
fn plain_bytes_beside_the_records_are_seen() {
    let record: &[u8] = &[23, 3, 3, 0, 2, 1, 2];
    assert_only_records(&[record, record].concat());
    for bytes in [
        [record, b"Q", record].concat(),
        [record, record, b"Q"].concat(),
        [b"Q\0\0\0\x04", record, record].concat(),
        [record, record, &record[..6]].concat(),
    ] {
        assert!(std::panic::catch_unwind(|| assert_only_records(&bytes)).is_err(), "{}", bytes.escape_ascii());
    }
}

/// Lets the server sleep, and wakes it by a request to cancel once it does.
pub fn cancel_sleep(server: &TlsServer, connection: &Connection, statement: &Statement) {
    let watcher = Connection::open(&server.connection_string("trust_user", "sslmode=disable;"));
    let backend = connection.backend();
    thread::scope(|scope| {
        scope.spawn(|| statement.execute_direct("select pg_sleep(60)").error("HY008"));
        wait_for_sleep_on(&watcher, &backend);
        statement.cancel().success();
    });
}

pub fn secure(server: &TlsServer, port: u16, user: &str, more: &str) -> String {
    let more = format!("sslmode=verify-full;sslrootcert={};{more}", server.file("root.crt"));
    server.connection_string_to("db.pgodbc.test", port, user, &more)
}

#[test]
fn nothing_but_tls_follows_the_request_for_it_not_even_for_a_cancel() {
    let server = tls_server();
    let _serving = server.with("good");
    let (port, recording) = recording_proxy(server.port);
    let connection = Connection::open(&secure(server, port, "scram_user", "PWD=secret;"));
    let statement = connection.statement();
    cancel_sleep(server, &connection, &statement);
    drop(statement);
    assert_eq!(connection.value("select 'a marked value'").as_deref(), Some("a marked value"));
    drop(connection);
    thread::sleep(Duration::from_millis(200));
    let recording = recording.lock().unwrap();
    assert!(recording.len() >= 2, "a session and a cancel request");
    for bytes in recording.iter() {
        let encrypted = bytes.strip_prefix(SSL_REQUEST).expect("the request comes first");
        assert_only_records(encrypted);
        for word in ["marked", "scram_user", "pgodbc_test", "n=,r="] {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word} is readable");
        }
    }
}

/// TLS from the first byte on. A server before 17 closes; its refusal is told.
#[test]
fn direct_tls_begins_at_the_first_byte() {
    let tls = tls_server();
    let _serving = tls.with("good");
    let (port, recording) = recording_proxy(tls.port);
    let connection = Connection::new();
    let (outcome, _) = connection.driver_connect(&secure(tls, port, "trust_user", "sslnegotiation=direct;"));
    if server().version >= 17 {
        outcome.succeeded();
        assert_eq!(connection.value("select 1").as_deref(), Some("1"));
        drop(connection);
        thread::sleep(Duration::from_millis(100));
    } else {
        let record = outcome.error("08001");
        assert!(record.message.contains("PostgreSQL 17"), "{}", record.message);
    }
    let recording = recording.lock().unwrap();
    assert_eq!(recording[0][..2], [22, 3], "a handshake record");
    let hello = &recording[0];
    assert!(hello.windows(10).any(|window| window == b"postgresql"), "the protocol's name is offered");
    assert!(hello.windows(14).any(|window| window == b"db.pgodbc.test"), "the host's name is sent");
}

#[test]
fn the_hosts_name_is_not_sent_where_it_shall_not_be_or_is_an_address() {
    let server = tls_server();
    let _serving = server.with("good");
    for (host, more) in [("db.pgodbc.test", "sslsni=0;"), ("127.0.0.1", "")] {
        let (port, recording) = recording_proxy(server.port);
        let string = server.connection_string_to(host, port, "trust_user", &format!("sslmode=require;{more}"));
        drop(Connection::open(&string));
        let recording = recording.lock().unwrap();
        assert!(!recording[0].windows(host.len()).any(|window| window == host.as_bytes()), "{host}");
    }
}

/// A server that plays the beginning only.
fn scripted(script: impl Fn(TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        while let Ok((mut client, _)) = listener.accept() {
            let mut request = [0; 8];
            if client.read_exact(&mut request).is_ok() && request == SSL_REQUEST {
                script(client);
            }
        }
    });
    port
}

/// CVE-2021-23222.
#[test]
fn bytes_before_the_handshake_are_discarded_and_told() {
    let server = tls_server();
    // As an attacker would: an accepted login in clear text, behind the server's S.
    let port = scripted(|mut client| {
        let _ = client.write_all(b"SR\0\0\0\x08\0\0\0\0Z\0\0\0\x05I");
        let _ = client.read(&mut [0; 100]);
    });
    for mode in ["require", "prefer"] {
        let string =
            server.connection_string_to("127.0.0.1", port, "trust_user", &format!("sslmode={mode};LoginTimeout=5;"));
        let connection = Connection::new();
        let record_of = connection.driver_connect(&string).0;
        let record = record_of.error("08001");
        assert!(record.message.contains("unencrypted data"), "{}", record.message);
        // No second attempt without TLS: that is what the attacker is after.
        assert!(!record.message.contains("before that"), "{}", record.message);
    }
}

/// CVE-2024-10977.
#[test]
fn the_text_of_an_error_before_the_handshake_is_not_shown() {
    let server = tls_server();
    let port = scripted(|mut client| {
        let _ = client.write_all(b"E\0\0\0\x30SFATAL\0C28000\0Mcall this number\0\0");
    });
    let string = server.connection_string_to("127.0.0.1", port, "trust_user", "sslmode=require;");
    let outcome = Connection::new().driver_connect(&string).0;
    let record = outcome.error("08001");
    assert!(!record.message.contains("call this"), "{}", record.message);
}

#[test]
fn a_handshake_that_does_not_end_is_given_up_after_the_login_timeout() {
    let server = tls_server();
    let silent = scripted(|mut client| {
        let _ = client.write_all(b"S");
        thread::sleep(Duration::from_secs(30));
    });
    let trickling = scripted(|mut client| {
        let _ = client.write_all(b"S");
        let _ = client.read(&mut [0; 2000]);
        // A record of 16 KiB, a byte at a time.
        for byte in [22, 3, 3, 0x40, 0].into_iter().chain(std::iter::repeat_n(2, 1000)) {
            if client.write_all(&[byte]).is_err() {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
    });
    for port in [silent, trickling] {
        let begun = Instant::now();
        let string = server.connection_string_to("127.0.0.1", port, "trust_user", "sslmode=require;connect_timeout=1;");
        Connection::new().driver_connect(&string).0.error("HYT00");
        assert!(begun.elapsed() >= Duration::from_millis(900) && begun.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn a_server_without_tls_is_told() {
    let server = tls_server();
    let port = scripted(|mut client| {
        let _ = client.write_all(b"N");
        let _ = client.read(&mut [0; 100]);
    });
    let string = server.connection_string_to("127.0.0.1", port, "trust_user", "sslmode=require;");
    let outcome = Connection::new().driver_connect(&string).0;
    let record = outcome.error("08001");
    assert!(record.message.contains("has no TLS") && record.message.contains("sslmode=require"), "{}", record.message);
}

/// Protocol 3.2 (PostgreSQL 18): a key of 32 bytes, which must come back whole.
#[test]
fn a_newer_protocol_cancels_by_its_long_key() {
    let tls = tls_server();
    let _serving = tls.with("good");
    let (port, recording) = recording_proxy(tls.port);
    let string =
        tls.connection_string_to("127.0.0.1", port, "trust_user", "sslmode=disable;max_protocol_version=latest;");
    let connection = Connection::open(&string);
    let statement = connection.statement();
    cancel_sleep(tls, &connection, &statement);
    let recording = recording.lock().unwrap();
    assert_eq!(recording[0][4..8], [0, 3, 0, 2], "version 3.2 is asked for");
    // Length, code, process: the key is what follows.
    let key = if server().version >= 18 { 32 } else { 4 };
    assert_eq!(recording[1].len(), 12 + key);
    // The proxy needs it for the next connection.
    drop(recording);

    let least = tls.connection_string_to("127.0.0.1", port, "trust_user", "sslmode=disable;min_protocol_version=3.2;");
    let (outcome, _) = Connection::new().driver_connect(&least);
    match server().version {
        18.. => {
            outcome.succeeded();
        }
        _ => assert!(outcome.error("08001").message.contains("3.0 of the protocol"), "{outcome:?}"),
    }
}

/// Each line: label, the client's random, a secret (draft-ietf-tls-keylogfile). The random is in the ClientHello, which the proxy
/// has seen: record header 5, handshake header 4, version 2, then 32 bytes.
#[test]
fn the_secrets_of_connections_are_logged_where_that_is_asked_for() {
    use std::os::unix::fs::PermissionsExt;
    let tls = tls_server();
    let _serving = tls.with("good");
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("keys");
    let log = || std::fs::read_to_string(&path).unwrap_or_default();
    for (version, labels) in [
        ("TLSv1.2", &["CLIENT_RANDOM"][..]),
        (
            "TLSv1.3",
            &[
                "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
                "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                "CLIENT_TRAFFIC_SECRET_0",
                "SERVER_TRAFFIC_SECRET_0",
                "EXPORTER_SECRET",
            ],
        ),
    ] {
        let (port, recording) = recording_proxy(tls.port);
        let before = log();
        let more = format!(
            "ssl_min_protocol_version={version};ssl_max_protocol_version={version};sslkeylogfile={};",
            path.display()
        );
        drop(Connection::open(&secure(tls, port, "trust_user", &more)));
        let hello = recording.lock().unwrap()[0][SSL_REQUEST.len()..].to_vec();
        let random: String = hello[11..43].iter().map(|byte| format!("{byte:02x}")).collect();
        let log = log();
        let lines: Vec<Vec<&str>> =
            log.strip_prefix(&before).unwrap().lines().map(|line| line.split(' ').collect()).collect();
        assert_eq!(lines.len(), labels.len(), "{log}");
        for (line, label) in lines.iter().map(|line| (line, line[0])) {
            assert!(labels.contains(&label) && line.len() == 3 && line[1] == random, "{line:?}");
            assert!(line[2].len() >= 64 && line[2].bytes().all(|byte| byte.is_ascii_hexdigit()), "{line:?}");
        }
    }
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    // One that others may read is not written to; the connection is made, and says so.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let before = log();
    let more = format!("sslkeylogfile={};", path.display());
    let outcome = Connection::new().driver_connect(&secure(tls, tls.port, "trust_user", &more)).0;
    assert_eq!(outcome.code, 1, "{outcome:?}");
    // Of a connection that succeeds, iODBC drops the records.
    if crate::common::api().manager.keeps_warnings_of_connecting() {
        let told =
            |record: &crate::common::Record| record.sqlstate == "01000" && record.message.contains("sslkeylogfile");
        assert!(outcome.records.iter().any(told), "{outcome:?}");
    }
    assert_eq!(log(), before);
}

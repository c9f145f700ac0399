//! Logging in, and one clear message for each way in which it fails. No message carries a password.

use crate::common::{Connection, Record, proxy, server};
use crate::odbc::attributes::SQL_ATTR_LOGIN_TIMEOUT;
use std::time::{Duration, Instant};

#[track_caller]
fn log_in(user: &str, password: &str) {
    let server = server();
    let connection = Connection::open(&server.connection_string_for(&server.host, server.port, user, password));
    assert_eq!(connection.value("select current_user").as_deref(), Some(user));
}

/// The record of a connection that must fail with one of these SQLSTATEs.
#[track_caller]
fn refused(string: &str, sqlstates: &[&str]) -> Record {
    let (outcome, _) = Connection::new().driver_connect(string);
    let record = outcome.error_of(sqlstates);
    assert_eq!(outcome.records.len(), 1, "one message: {outcome:?}");
    assert!(!record.message.contains("secret") && !record.message.contains("wrong-one"), "{}", record.message);
    record
}

#[track_caller]
fn mentions(record: &Record, words: &[&str]) {
    for word in words {
        assert!(record.message.contains(word), "the message does not name {word:?}: {}", record.message);
    }
}

#[test]
fn without_a_password() {
    log_in("trust_user", "");
}

#[test]
fn with_a_password_in_the_clear() {
    log_in("password_user", "secret");
}

#[test]
fn with_md5() {
    log_in("md5_user", "secret");
}

#[test]
fn with_scram_sha_256() {
    log_in("scram_user", "secret");
}

#[test]
fn a_wrong_password_is_told_with_the_user() {
    let server = server();
    for user in ["password_user", "md5_user", "scram_user"] {
        let string = server.connection_string_for(&server.host, server.port, user, "wrong-one");
        mentions(&refused(&string, &["28000"]), &[user, &server.host, &server.port.to_string()]);
    }
}

#[test]
fn a_missing_password_is_told() {
    let server = server();
    for user in ["password_user", "md5_user", "scram_user"] {
        let string = format!(
            "DRIVER={{{}}};Server={};Port={};Database={};UID={user};",
            server.driver_name, server.host, server.port, server.database
        );
        let record = refused(&string, &["28000"]);
        mentions(&record, &[user, &server.host, &server.port.to_string()]);
        assert!(record.message.to_lowercase().contains("password"), "{}", record.message);
    }
}

#[test]
fn an_unknown_user_is_told() {
    let server = server();
    let string = server.connection_string_for(&server.host, server.port, "nobody_known", "secret");
    mentions(&refused(&string, &["28000"]), &["nobody_known", &server.host, &server.port.to_string()]);
}

#[test]
fn an_unknown_database_is_told() {
    let server = server();
    let string = server.connection_string().replace(&format!("={};", server.database), "=no_such_database;");
    // 3D000, invalid catalog name, is ODBC's code too.
    mentions(&refused(&string, &["3D000"]), &["no_such_database", &server.host, &server.port.to_string()]);
}

#[test]
fn a_closed_port_is_told_with_host_and_port() {
    let server = server();
    let port = proxy::closed_port();
    let string = server.connection_string_for(&server.host, port, &server.user, "secret");
    mentions(&refused(&string, &["08001"]), &[&server.host, &port.to_string()]);
}

#[test]
fn an_unknown_host_is_told() {
    let server = server();
    // RFC 6761: names under "invalid" never resolve.
    let string = server.connection_string_for("no-such-host.invalid", server.port, &server.user, "secret");
    mentions(&refused(&string, &["08001"]), &["no-such-host.invalid"]);
}

#[test]
fn a_missing_socket_is_told_with_its_path() {
    let server = server();
    let string = server.connection_string_for("/nowhere/at/all", server.port, &server.user, "secret");
    mentions(&refused(&string, &["08001"]), &["/nowhere/at/all"]);
}

#[test]
fn something_that_is_not_postgresql_is_told() {
    let server = server();
    for answer in [
        &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
        b"R\xff\xff\xff\xff\x00\x00\x00\x00",
        b"R\x00\x00\x00\x00",
        b"",
    ] {
        let port = proxy::answering(answer);
        let string = server.connection_string_for(&server.host, port, &server.user, "secret");
        mentions(&refused(&string, &["08001", "08S01"]), &[&port.to_string()]);
    }
}

#[test]
fn a_silent_server_is_given_up_after_the_login_timeout() {
    let server = server();
    let port = proxy::silent();
    let connection = Connection::new();
    connection.set(SQL_ATTR_LOGIN_TIMEOUT, 1).success();
    let start = Instant::now();
    let string = server.connection_string_for(&server.host, port, &server.user, "secret");
    connection.driver_connect(&string).0.error("HYT00");
    let waited = start.elapsed();
    assert!(waited >= Duration::from_millis(900) && waited < Duration::from_secs(20), "{waited:?}");
}

#[test]
fn a_failed_login_leaves_the_handle_usable() {
    let server = server();
    let connection = Connection::new();
    let wrong = server.connection_string_for(&server.host, server.port, "scram_user", "wrong-one");
    connection.driver_connect(&wrong).0.error("28000");
    connection.driver_connect(&server.connection_string()).0.succeeded();
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
}

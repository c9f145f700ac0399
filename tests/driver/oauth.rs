//! Bearer tokens (PostgreSQL 18), given by every way there is, to a server that plays a login by OAUTHBEARER and to a real one.
//!
//! Source: RFC 7628, 3.1 to 3.2.3; PostgreSQL documentation, "OAuth Authorization/Authentication". The last test has a server
//! of its own, with a validator module.

use crate::common::api::Manager;
use crate::common::companion::Companion;
use crate::common::{Connection, Outcome, api, server};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// What the server takes, of several kilobytes.
fn good_token() -> String {
    "eyJhbGciOiJSUzI1NiJ9.m4rked-".to_owned() + &"A1b2.C3_d4~".repeat(500) + "=="
}

fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    [&[tag], &(body.len() as u32 + 4).to_be_bytes()[..], body].concat()
}

/// The body of the next message; the first one of a connection has no type.
fn receive(client: &mut TcpStream, has_type: bool) -> Option<Vec<u8>> {
    let mut head = [0; 5];
    let head = &mut head[usize::from(!has_type)..];
    client.read_exact(head).ok()?;
    let length = u32::from_be_bytes(head[head.len() - 4..].try_into().unwrap()) as usize;
    let mut body = vec![0; length - 4];
    client.read_exact(&mut body).ok()?;
    Some(body)
}

fn serve(mut client: TcpStream) -> Option<()> {
    receive(&mut client, false)?;
    client.write_all(&message(b'R', b"\0\0\0\x0aOAUTHBEARER\0\0")).ok()?;
    let response = receive(&mut client, true)?;
    let bearer = format!("n,,\u{1}auth=Bearer {}\u{1}\u{1}", good_token());
    let expected = [b"OAUTHBEARER\0", &(bearer.len() as u32).to_be_bytes()[..], bearer.as_bytes()].concat();
    if response == expected {
        let parameter = message(b'S', b"server_version\x0018.0\0");
        let accepted = [message(b'R', &[0; 4]), parameter, message(b'Z', b"I")].concat();
        client.write_all(&accepted).ok()?;
    } else {
        let why = "{\"status\":\"invalid_token\",\"scope\":\"openid\",\
                   \"openid-configuration\":\"https://issuer.test/.well-known/openid-configuration\"}";
        client.write_all(&message(b'R', &[b"\0\0\0\x0b", why.as_bytes()].concat())).ok()?;
        // The client's sign that it has understood.
        assert_eq!(receive(&mut client, true)?, b"\x01");
        let error = b"SFATAL\0VFATAL\0C28000\0MOAuth bearer authentication failed for user \"someone\"\0\0";
        client.write_all(&message(b'E', error)).ok()?;
    }
    while receive(&mut client, true).is_some() {}
    Some(())
}

fn start() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        while let Ok((client, _)) = listener.accept() {
            thread::spawn(move || serve(client));
        }
    });
    port
}

fn string(port: u16, keywords: &str) -> String {
    format!(
        "DRIVER={{{}}};Server=127.0.0.1;Port={port};Database=d;UID=someone;sslmode=disable;gssencmode=disable;{keywords}",
        server().driver_name
    )
}

fn outcome(port: u16, keywords: &str) -> Outcome {
    let (outcome, completed) = Connection::new().driver_connect(&string(port, keywords));
    let given = keywords.contains("m4rked");
    assert!(given || !completed.contains("m4rked"), "{completed}");
    assert!(!format!("{:?}", outcome.records).contains("m4rked"), "{outcome:?}");
    outcome
}

#[test]
fn tokens_come_by_every_way_and_the_lack_of_one_is_told() {
    let port = start();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token").display().to_string();
    std::fs::write(&file, good_token() + "\n").unwrap();
    for keywords in [
        format!("PWD={{{}}};", good_token()),
        format!("PasswordFile={file};"),
        format!("PasswordCommand={{cat '{file}'}};"),
        format!("PasswordFile={file};require_auth=oauth;"),
        // What libpq would ask an issuer by.
        format!(
            "PasswordFile={file};oauth_issuer=https://issuer.test;oauth_client_id=i;oauth_client_secret=s;oauth_scope=o;"
        ),
    ] {
        // The completed string with the token in it may be cut.
        outcome(port, &keywords).succeeded();
    }
    // As an attribute; iODBC loads the driver only when it connects, and forgets what it does not know.
    if api().manager != Manager::Iodbc {
        let connection = Connection::new();
        let text = crate::common::text::Wide::new(&good_token());
        // SAFETY: a terminated text.
        let code = unsafe { connection.api.SQLSetConnectAttrW(connection.handle, 0x4001, text.address().cast(), -3) };
        connection.outcome(code).success();
        let (outcome, completed) = connection.driver_connect(&string(port, "PWD=another;"));
        outcome.success();
        assert!(!completed.contains("m4rked"), "{completed}");
    }
    std::fs::write(&file, good_token() + "m4rked\n").unwrap();
    for (keywords, words) in [
        (format!("PasswordFile={file};"), &["authentication failed", "someone"][..]),
        ("PWD=short;".to_owned(), &["authentication failed"]),
        ("PWD={no bearer token m4rked};".to_owned(), &["RFC 6750"]),
        (format!("PasswordFile={file};require_auth=!oauth;"), &["require_auth"]),
        (
            "oauth_issuer=https://issuer.test;oauth_client_id=i;".to_owned(),
            &["PasswordCommand", "PasswordFile", "SQL_ATTR_PGODBC_ACCESS_TOKEN", "issuer"],
        ),
    ] {
        let record = outcome(port, &keywords).error("28000");
        for word in words {
            assert!(record.message.contains(word), "{keywords}: {}", record.message);
        }
    }
}

#[test]
fn a_server_that_validates_tokens_takes_the_right_ones() {
    if server().version < 18 {
        return;
    }
    let companion = Companion::start("cluster-oauth", &[], &[]);
    let port: u16 = companion.fact("PGODBC_TEST_OAUTH_PORT").parse().unwrap();
    let base = server().connection_string_for("127.0.0.1", port, "oauth_user", "x").replace("PWD=x;", "");
    let long = format!("good-oauth_user{}", "-A1b2.C3_d4~".repeat(500));
    for keywords in [
        "PWD=good-oauth_user;".to_owned(),
        format!("PWD={long};"),
        "PasswordCommand={echo good-oauth_user};require_auth=oauth;".to_owned(),
    ] {
        let connection = Connection::open(&format!("{base}{keywords}"));
        let who = "select system_user";
        assert_eq!(connection.value(who).as_deref(), Some("oauth:oauth_user"), "{keywords}");
    }
    for (keywords, word) in [
        ("PWD=m4rked;", "OAuth bearer authentication failed"),
        // The validator knows the token, as somebody else's.
        ("PWD=good-m4rked;", "OAuth bearer authentication failed"),
        ("", "SQL_ATTR_PGODBC_ACCESS_TOKEN"),
        ("PWD=good-oauth_user;require_auth=!oauth;", "require_auth"),
    ] {
        let (outcome, _) = Connection::new().driver_connect(&format!("{base}{keywords}"));
        let record = outcome.error("28000");
        assert!(record.message.contains(word) && !record.message.contains("m4rked"), "{keywords}: {}", record.message);
    }
}

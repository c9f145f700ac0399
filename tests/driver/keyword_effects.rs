//! What keywords do that no other test has for its subject, and from where values come: seen at the server and at the socket.
//!
//! Source: PostgreSQL documentation, 34.1.2, 34.15 to 34.17; getsockopt(2), tcp(7). That each keyword is read under each of its
//! names is `src/config/keyword_effects_tests.rs`; that each has a test here, `tests/structure.rs`.

use crate::common::tls_server::tls_server;
use crate::common::{Connection, connect_with, server};
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

/// Options of the socket by which a connection has reached the server over TCP.
#[derive(Debug, PartialEq, Eq)]
struct SocketOptions {
    keepalive: bool,
    idle: i32,
    interval: i32,
    count: i32,
    user_timeout: i32,
}

fn option(descriptor: i32, level: i32, name: i32) -> i32 {
    let (mut value, mut length) = (0_i32, 4_u32);
    // SAFETY: room for the number.
    let code = unsafe { libc::getsockopt(descriptor, level, name, (&raw mut value).cast(), &raw mut length) };
    assert_eq!(code, 0, "{}", std::io::Error::last_os_error());
    value
}

type NameOf = unsafe extern "C" fn(i32, *mut libc::sockaddr, *mut u32) -> i32;

/// The port at this end or the other of a descriptor, if it is a socket of IPv4 on this machine.
fn port_by(descriptor: i32, name_of: NameOf) -> Option<u16> {
    // SAFETY: all zero is a value of the structure, and there is room for it.
    let (mut address, mut length): (libc::sockaddr_in, u32) = (unsafe { std::mem::zeroed() }, 16);
    // SAFETY: as above; a descriptor that is none is an error.
    let code = unsafe { name_of(descriptor, (&raw mut address).cast(), &raw mut length) };
    let is_local = || Ipv4Addr::from(u32::from_be(address.sin_addr.s_addr)).is_loopback();
    let found = code == 0 && i32::from(address.sin_family) == libc::AF_INET && is_local();
    found.then(|| u16::from_be(address.sin_port))
}

/// Finds the socket among this process's by the port that the server sees.
fn socket_options(connection: &Connection) -> SocketOptions {
    let port: u16 = connection.value("select inet_client_port()").unwrap().parse().unwrap();
    // Two connections to different servers may have the same port on this side.
    let is_it = |descriptor: &i32| {
        port_by(*descriptor, libc::getsockname) == Some(port)
            && port_by(*descriptor, libc::getpeername) == Some(server().port)
    };
    let descriptor = (3..4096).find(is_it).expect("the connection's socket is this process's");
    SocketOptions {
        keepalive: option(descriptor, libc::SOL_SOCKET, libc::SO_KEEPALIVE) != 0,
        idle: option(descriptor, libc::IPPROTO_TCP, libc::TCP_KEEPIDLE),
        interval: option(descriptor, libc::IPPROTO_TCP, libc::TCP_KEEPINTVL),
        count: option(descriptor, libc::IPPROTO_TCP, libc::TCP_KEEPCNT),
        user_timeout: option(descriptor, libc::IPPROTO_TCP, libc::TCP_USER_TIMEOUT),
    }
}

#[test]
fn keepalives_and_the_user_timeout_are_the_sockets() {
    let usual = SocketOptions { keepalive: true, idle: 60, interval: 10, count: 6, user_timeout: 0 };
    assert_eq!(socket_options(&connect_with("")), usual);
    let keywords = "keepalives_idle=7;keepalives_interval=3;keepalives_count=4;tcp_user_timeout=2500;";
    let asked = SocketOptions { idle: 7, interval: 3, count: 4, user_timeout: 2500, ..usual };
    assert_eq!(socket_options(&connect_with(keywords)), asked);
    // psqlODBC's names, and its bit for none at all.
    let SocketOptions { idle, interval, .. } = socket_options(&connect_with("KeepaliveTime=9;KeepaliveInterval=8;"));
    assert_eq!((idle, interval), (9, 8));
    for keywords in ["keepalives=0;", "AB=40;", "pqopt={keepalives=0};"] {
        assert!(!socket_options(&connect_with(keywords)).keepalive, "{keywords}");
    }
}

#[test]
fn names_of_applications_go_before_fallbacks() {
    let name = |keywords: &str| connect_with(keywords).value("show application_name");
    assert_eq!(name("fallback_application_name=last;").as_deref(), Some("last"));
    assert_eq!(name("fallback_application_name=last;ApplicationName=first;").as_deref(), Some("first"));
}

#[test]
fn the_old_form_of_requiring_tls_requires_it() {
    let tls = tls_server();
    let mut serving = tls.with("good");
    let string = tls.connection_string("trust_user", "requiressl=1;");
    let encrypted = "select ssl::text from pg_stat_ssl where pid = pg_backend_pid()";
    assert_eq!(Connection::open(&string).value(encrypted).as_deref(), Some("true"));
    serving.change("off");
    let record = Connection::new().driver_connect(&string).0.error("08001");
    assert!(record.message.contains("sslmode=require"), "{}", record.message);
}

#[test]
fn without_prepared_statements_none_is_left_at_the_server() {
    for (keywords, kept) in [("UseServerSidePrepare=1;", "1"), ("UseServerSidePrepare=0;", "0"), ("C8=0;", "0")] {
        let connection = connect_with(keywords);
        let statement = connection.statement();
        statement.prepare("select 'marked' as prepared").success();
        statement.execute().success();
        statement.free(crate::odbc::values::SQL_CLOSE).success();
        let count = "select count(*) from pg_prepared_statements where statement like '%''marked'' as prepared'";
        assert_eq!(connection.value(count).as_deref(), Some(kept), "{keywords}");
    }
}

/// Replication is another protocol; to ignore the wish would reach an ordinary session.
#[test]
fn replication_is_refused() {
    let string = format!("{}replication=database;", server().connection_string());
    let record = Connection::new().driver_connect(&string).0.error("HYC00");
    assert!(record.message.contains("replication"), "{}", record.message);
    connect_with("replication=0;");
}

/// The environment is the process's: each case has one of its own.
#[test]
fn values_come_from_string_service_environment_and_password_file_in_this_order() {
    let server = server();
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).display().to_string();
    let (host, port, database) = (&server.host, server.port, &server.database);
    std::fs::write(path(".pgpass"), format!("{host}:{port}:*:scram_user:secret\n")).unwrap();
    std::fs::set_permissions(path(".pgpass"), std::fs::Permissions::from_mode(0o600)).unwrap();
    let service = "[test]\nuser=scram_user\napplication_name=of the service\noptions=-c statement_timeout=1234\n";
    std::fs::write(path("services"), service).unwrap();
    let port = port.to_string();
    let place =
        [("PGHOST", host.as_str()), ("PGPORT", &port), ("PGDATABASE", database), ("HOME", &path(""))].map(owned);
    let services = owned(("PGSERVICEFILE", &path("services")));
    let cases = [
        ("UID=trust_user", &[][..], "trust_user  0 UTC"),
        ("", &[("PGUSER", "trust_user"), ("PGAPPNAME", "of the variable")], "trust_user of the variable 0 UTC"),
        (
            "",
            &[("PGUSER", "md5_user"), ("PGPASSWORD", "secret"), ("PGOPTIONS", "-c statement_timeout=77")],
            "md5_user  77ms UTC",
        ),
        (
            "UID=trust_user;ApplicationName=of the string",
            &[("PGUSER", "x"), ("PGAPPNAME", "y")],
            "trust_user of the string 0 UTC",
        ),
        ("UID=trust_user", &[("PGTZ", "Asia/Tokyo"), ("PGGEQO", "off")], "trust_user  0 Asia/Tokyo"),
        // The password file has one for this user.
        ("UID=scram_user", &[], "scram_user  0 UTC"),
        ("service=test", &[], "scram_user of the service 1234ms UTC"),
        // As psql: a service goes before variables, however it is named.
        ("", &[("PGSERVICE", "test"), ("PGAPPNAME", "of the variable")], "scram_user of the service 1234ms UTC"),
    ];
    for (keywords, variables, expected) in cases {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "keyword_effects::connected_as", "--ignored", "--nocapture", "--test-threads=1"])
            .envs(place.iter().chain([&services]).cloned())
            .envs(variables.iter().copied())
            .env("PGODBC_TEST_STRING", keywords)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains(&format!("connected as {expected}\n")), "{keywords} {variables:?}: {text}");
    }
}

fn owned(pair: (&str, &str)) -> (String, String) {
    (pair.0.to_owned(), pair.1.to_owned())
}

#[test]
#[ignore = "run by the test above, in an environment of its own"]
fn connected_as() {
    let string = format!("DRIVER={{{}}};{};", server().driver_name, std::env::var("PGODBC_TEST_STRING").unwrap());
    let connection = Connection::open(&string);
    let who = "select current_user || ' ' || current_setting('application_name') || ' ' || current_setting('statement_timeout') || ' ' || current_setting('TimeZone')";
    println!("connected as {}", connection.value(who).unwrap());
}

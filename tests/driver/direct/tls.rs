//! TLS: what connects and what does not, by psql's own outcomes; what travels; certificates of the client.
//!
//! The certificates are made by `tests/tools/cluster-tls` with the openssl command.

use crate::common::tls_server::{TlsServer, tls_server};
use crate::common::{Connection, Outcome};
use std::fmt;
use std::process::Command;

/// Whether a connection came about, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Result {
    Encrypted,
    Plain,
    Refused,
}

impl fmt::Display for Result {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self:?}")
    }
}

const IS_ENCRYPTED: &str =
    "select case when ssl then 'encrypted' else 'plain' end from pg_stat_ssl where pid = pg_backend_pid()";

fn of_text(text: &str) -> Result {
    match text.trim() {
        "encrypted" => Result::Encrypted,
        "plain" => Result::Plain,
        other => panic!("{other:?}"),
    }
}

/// What psql makes of it, with libpq's parameters.
fn by_psql(server: &TlsServer, host: &str, user: &str, parameters: &str) -> (Result, String) {
    let string = format!(
        "host={host} hostaddr=127.0.0.1 port={} dbname={} user={user} {parameters}",
        server.port, server.database
    );
    let mut psql = Command::new("psql");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PG")) {
        psql.env_remove(name);
    }
    let output =
        psql.env("HOME", server.file("home")).args(["-X", "-A", "-t", "-w", "-d", &string, "-c", IS_ENCRYPTED]);
    let output = output.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let result =
        if output.status.success() { of_text(&String::from_utf8_lossy(&output.stdout)) } else { Result::Refused };
    (result, said)
}

fn connect(string: &str) -> (Result, Outcome, Connection) {
    let connection = Connection::new();
    let (outcome, _) = connection.driver_connect(string);
    let result = match outcome.code {
        0 | 1 => of_text(&connection.value(IS_ENCRYPTED).unwrap()),
        _ => Result::Refused,
    };
    (result, outcome, connection)
}

/// What the driver makes of it, with the same parameters.
fn by_driver(server: &TlsServer, host: &str, user: &str, parameters: &str) -> (Result, String) {
    let string = server.connection_string_to(host, server.port, user, &parameters.replace(' ', ";"));
    let (result, outcome, _) = connect(&string);
    if result == Result::Refused {
        assert_eq!(outcome.records.len(), 1, "one message: {outcome:?}");
        assert!(["08001", "28000"].contains(&outcome.records[0].sqlstate.as_str()), "{outcome:?}");
    }
    (result, outcome.records.first().map(|record| record.message.clone()).unwrap_or_default())
}

const MODES: &[&str] = &["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
const HOST: &str = "db.pgodbc.test";

#[track_caller]
fn compare(cases: impl Iterator<Item = (String, String, String)>, server: &TlsServer, fault: &str) -> Vec<String> {
    let mut differences = Vec::new();
    for (host, user, parameters) in cases {
        let (expected, said) = by_psql(server, &host, &user, &parameters);
        let (found, message) = by_driver(server, &host, &user, &parameters);
        if found != expected {
            differences.push(format!(
                "{fault}, {user}@{host} {parameters}: psql {expected} ({}), driver {found} ({message})",
                said.trim()
            ));
        }
    }
    differences
}

#[test]
fn every_sslmode_with_every_certificate_does_as_psql_does() {
    let server = tls_server();
    let mut serving = server.with("good");
    let mut differences = Vec::new();
    // Each outcome occurs, or the comparison would say nothing.
    let checked = format!("sslmode=verify-full sslrootcert={}", server.file("root.crt"));
    assert_eq!(by_psql(server, HOST, "trust_user", &checked).0, Result::Encrypted);
    assert_eq!(by_psql(server, "other.test", "trust_user", &checked).0, Result::Refused);
    assert_eq!(by_psql(server, HOST, "trust_user", "sslmode=disable").0, Result::Plain);
    let root = format!("sslrootcert={}", server.file("root.crt"));
    let crl = format!("{root} sslcrl={}", server.file("root.crl"));
    for fault in [
        "good",
        "chain",
        "leaf",
        "wrong-name",
        "wildcard",
        "address",
        "common-name",
        "version-1",
        "version-1-other",
        "expired",
        "future",
        "unknown",
        "self-signed",
        "client-only",
        "revoked",
        "off",
    ] {
        serving.change(fault);
        let mut roots = vec![String::new(), root.clone(), crl.clone(), "sslrootcert=/no/such/file".to_owned()];
        if fault == "self-signed" {
            roots.push(format!("sslrootcert={}", server.file("self-signed.crt")));
        }
        if fault == "unknown" {
            roots.push(format!("sslrootcert={}", server.file("several.crt")));
        }
        let cases = roots.iter().flat_map(|roots| {
            MODES.iter().map(move |mode| (HOST.to_owned(), "trust_user".to_owned(), format!("sslmode={mode} {roots}")))
        });
        differences.extend(compare(cases, server, fault));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn every_sslmode_with_every_rule_of_the_server_does_as_psql_does() {
    let server = tls_server();
    let mut serving = server.with("good");
    let mut differences = Vec::new();
    for certificate in ["good", "off"] {
        serving.change(certificate);
        let cases = ["ssl_user", "plain_user", "nobody"].into_iter().flat_map(|user| {
            MODES.iter().map(move |mode| {
                let roots = format!("sslrootcert={}", server.file("root.crt"));
                (HOST.to_owned(), user.to_owned(), format!("sslmode={mode} {roots}"))
            })
        });
        differences.extend(compare(cases, server, certificate));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn names_and_addresses_are_compared_as_psql_does() {
    let server = tls_server();
    let mut serving = server.with("good");
    let mut differences = Vec::new();
    for certificate in ["good", "wildcard", "address", "common-name"] {
        serving.change(certificate);
        let hosts =
            [HOST, "DB.PGODBC.TEST", "other.test", "deep.db.pgodbc.test", "pgodbc.test", "127.0.0.1", "127.0.0.2", "x"];
        let cases = hosts.into_iter().map(|host| {
            let parameters = format!("sslmode=verify-full sslrootcert={}", server.file("root.crt"));
            (host.to_owned(), "trust_user".to_owned(), parameters)
        });
        differences.extend(compare(cases, server, certificate));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn revocation_lists_are_taken_as_psql_takes_them() {
    let server = tls_server();
    let mut serving = server.with("good");
    let mut differences = Vec::new();
    for certificate in ["good", "revoked", "version-1", "version-1-revoked", "chain", "self-signed"] {
        serving.change(certificate);
        let lists = [
            format!("sslcrl={}", server.file("root.crl")),
            format!("sslcrl={}", server.file("empty.crl")),
            format!("sslcrl={}", server.file("other.crl")),
            format!("sslcrldir={}", server.file("revoked")),
        ];
        let cases = lists.into_iter().flat_map(|list| {
            ["prefer", "require", "verify-ca", "verify-full"].into_iter().map(move |mode| {
                let root = if certificate == "self-signed" { "self-signed.crt" } else { "root.crt" };
                let parameters = format!("sslmode={mode} sslrootcert={} {list}", server.file(root));
                (HOST.to_owned(), "trust_user".to_owned(), parameters)
            })
        });
        differences.extend(compare(cases, server, certificate));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The one place where more is asked for than libpq asks: a revocation list that is named must be there.
#[test]
fn a_revocation_list_that_is_not_there_is_an_error() {
    let server = tls_server();
    let _serving = server.with("good");
    let parameters = format!("sslmode=verify-full sslrootcert={} sslcrl=/no/such.crl", server.file("root.crt"));
    let (result, message) = by_driver(server, HOST, "trust_user", &parameters);
    assert!(result == Result::Refused && message.contains("/no/such.crl"), "{message}");
    assert_eq!(by_psql(server, HOST, "trust_user", &parameters).0, Result::Encrypted);
}

#[test]
fn client_certificates_and_keys_of_every_form_do_as_psql_does() {
    let server = tls_server();
    let _serving = server.with("good");
    let open = server.file("cert_user.open.key");
    std::fs::copy(server.file("cert_user.key"), &open).unwrap();
    std::fs::set_permissions(&open, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let with = |certificate: &str, key: &str, more: &str| {
        format!("sslcert={} sslkey={} {more}", server.file(certificate), server.file(key))
    };
    let certificates = [
        with("cert_user.crt", "cert_user.key", ""),
        with("cert_user.crt", "cert_user.sec1.key", ""),
        with("cert_user.crt", "cert_user.locked.key", "sslpassword=the-key-word"),
        with("cert_user.crt", "cert_user.scrypt.key", "sslpassword=the-key-word"),
        with("cert_user.crt", "cert_user.locked.key", "sslpassword=another"),
        with("cert_user.crt", "cert_user.locked.key", ""),
        with("rsa_user.crt", "rsa_user.key", ""),
        with("rsa_user.crt", "rsa_user.pkcs1.key", ""),
        with("cert_user.crt", "cert_user.open.key", ""),
        with("cert_user.crt", "rsa_user.key", ""),
        with("cert_user.crt", "missing.key", ""),
        with("missing.crt", "cert_user.key", ""),
        with("stranger.crt", "stranger.key", ""),
    ];
    let cases = certificates.into_iter().flat_map(|certificate| {
        ["cert_user", "trust_user"].into_iter().flat_map(move |user| {
            let certificate = certificate.clone();
            ["prefer", "require"]
                .into_iter()
                .map(move |mode| (HOST.to_owned(), user.to_owned(), format!("sslmode={mode} {certificate}")))
        })
    });
    // The later of two sslcert keywords is the test's own: the first one counts in a connection string.
    let mut differences = Vec::new();
    for (host, user, parameters) in cases {
        let (expected, said) = by_psql(server, &host, &user, &parameters);
        let string = server.connection_string_to(&host, server.port, &user, "").replace("sslcert=/none;", "");
        let (found, outcome, _) = connect(&format!("{string}{}", parameters.replace(' ', ";")));
        if found != expected {
            differences.push(format!("{user} {parameters}: psql {expected} ({said}), driver {found} ({outcome:?})"));
        }
        assert!(!format!("{outcome:?}").contains("the-key-word"));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_key_in_openssls_old_encryption_is_told_how_to_convert() {
    let server = tls_server();
    let _serving = server.with("good");
    let string = server.connection_string_to(HOST, server.port, "cert_user", "").replace("sslcert=/none;", "");
    let certificate = format!(
        "sslmode=require;sslcert={};sslkey={};sslpassword=the-key-word",
        server.file("cert_user.crt"),
        server.file("cert_user.old.key")
    );
    let (result, outcome, _) = connect(&format!("{string}{certificate}"));
    assert_eq!(result, Result::Refused);
    assert!(outcome.records[0].message.contains("openssl pkcs8 -topk8"), "{outcome:?}");
}

#[test]
fn a_certificate_that_is_required_must_be_asked_for_and_shown() {
    let server = tls_server();
    let _serving = server.with("good");
    let string = server.connection_string_to(HOST, server.port, "trust_user", "").replace("sslcert=/none;", "");
    let certificate = format!("sslcert={};sslkey={};", server.file("cert_user.crt"), server.file("cert_user.key"));
    for (more, expected) in [
        (format!("sslmode=require;sslcertmode=require;{certificate}"), Result::Encrypted),
        ("sslmode=require;sslcertmode=require;sslcert=/none".to_owned(), Result::Refused),
        (format!("sslmode=require;sslcertmode=disable;{certificate}"), Result::Encrypted),
    ] {
        let (result, outcome, connection) = connect(&format!("{string}{more}"));
        assert_eq!(result, expected, "{more}: {outcome:?}");
        if result == Result::Encrypted {
            let shown =
                connection.value("select coalesce(client_dn, '') from pg_stat_ssl where pid = pg_backend_pid()");
            let expected = if more.contains("sslcertmode=disable") { "" } else { "/CN=cert_user" };
            assert_eq!(shown.as_deref(), Some(expected), "{more}");
        }
    }
}

#[test]
fn the_version_of_tls_is_the_one_that_is_asked_for() {
    let server = tls_server();
    let _serving = server.with("good");
    for (more, expected) in [
        ("", "TLSv1.3"),
        ("ssl_max_protocol_version=TLSv1.2", "TLSv1.2"),
        ("ssl_min_protocol_version=TLSv1.3", "TLSv1.3"),
        ("ssl_min_protocol_version=TLSv1", "TLSv1.3"),
    ] {
        let (_, _, connection) = connect(&server.connection_string("trust_user", &format!("sslmode=require;{more}")));
        let version = connection.value("select version from pg_stat_ssl where pid = pg_backend_pid()");
        assert_eq!(version.as_deref(), Some(expected), "{more}");
    }
}

#[test]
fn rows_values_and_parameters_of_every_size_come_through() {
    let server = tls_server();
    let _serving = server.with("good");
    let (result, _, connection) = connect(&server.connection_string("trust_user", "sslmode=require"));
    assert_eq!(result, Result::Encrypted);
    let sum = connection.statement().rows("select g, repeat('x', g % 300) from generate_series(1, 20000) g");
    assert_eq!(sum.len(), 20_000);
    for (index, row) in sum.iter().enumerate() {
        assert_eq!(row[0].as_deref(), Some((index + 1).to_string().as_str()));
        assert_eq!(row[1].as_ref().unwrap().len(), (index + 1) % 300);
    }
    for length in [1, 16_383, 16_384, 16_385, 100_000, 5_000_000] {
        assert_eq!(connection.value(&format!("select repeat('y', {length})")).unwrap().len(), length);
        let text = "z".repeat(length);
        assert_eq!(connection.value(&format!("select length('{text}')")), Some(length.to_string()), "{length}");
    }
}

//! Logging in by a Kerberos ticket, beside a realm of the test's own (`tests/tools/cluster-kerberos`), and what psql makes
//! of the same.
//!
//! The server is always Debian's PostgreSQL 15: the other versions' programs are built without GSSAPI. The library reads
//! the process's environment, so each half runs in a process of its own.

use crate::common::companion::Companion;
use crate::common::{Connection, Outcome, server};
use std::process::Command;

#[test]
fn a_ticket_logs_in_where_psql_does_and_the_lack_of_one_is_told() {
    let realm = Companion::start("cluster-kerberos", &["15"], &[]);
    let tickets = realm.fact("PGODBC_TEST_TICKETS");
    for (test, tickets) in [
        ("kerberos::with_a_ticket", tickets),
        ("kerberos::without_a_ticket", "FILE:/no/such/tickets"),
        ("gss_encryption::with_a_ticket", tickets),
        ("gss_encryption::without_a_ticket", "FILE:/no/such/tickets"),
        ("gss_encryption::nothing_is_readable", tickets),
        ("gss_encryption::hostile_servers", tickets),
    ] {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &format!("direct::{test}"), "--ignored", "--nocapture", "--test-threads=1"])
            .envs(realm.facts().filter(|(name, _)| ["HOST", "PORT", "SOCKET"].iter().any(|end| name.ends_with(end))))
            .env("KRB5_CONFIG", realm.fact("KRB5_CONFIG"))
            .env("KRB5CCNAME", tickets)
            .output()
            .unwrap();
        let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && text.contains("1 passed"), "{text}\n{errors}");
    }
}

fn by_driver(host: &str, keywords: &str) -> (Outcome, Connection) {
    let server = server();
    let string = format!(
        "DRIVER={{{}}};Server={host};hostaddr=127.0.0.1;Port={};Database={};UID=gss_user;sslmode=disable;gssencmode=disable;{keywords}",
        server.driver_name, server.port, server.database
    );
    let connection = Connection::new();
    let outcome = connection.driver_connect(&string).0;
    (outcome, connection)
}

/// Whether psql logs in with the same parameters.
fn by_psql(host: &str, parameters: &str) -> bool {
    let server = server();
    let string = format!(
        "host={host} hostaddr=127.0.0.1 port={} dbname={} user=gss_user sslmode=disable gssencmode=disable {parameters}",
        server.port, server.database
    );
    Command::new("psql").args(["-X", "-w", "-d", &string, "-c", "select 1"]).output().unwrap().status.success()
}

const HOST: &str = "db.pgodbc.test";

#[test]
#[ignore = "run by the test above, with a ticket in its environment"]
fn with_a_ticket() {
    for (host, keywords) in
        [(HOST, ""), (HOST, "krbsrvname=postgres"), (HOST, "krbsrvname=other"), ("127.0.0.1", ""), ("x.test", "")]
    {
        let (outcome, connection) = by_driver(host, keywords);
        assert_eq!(outcome.code >= 0, by_psql(host, keywords), "{host} {keywords}: {outcome:?}");
        if outcome.code >= 0 {
            let how =
                "select gss_authenticated::text || ' ' || principal from pg_stat_gssapi where pid = pg_backend_pid()";
            assert_eq!(connection.value(how).as_deref(), Some("true gss_user@PGODBC.TEST"));
            assert_eq!(connection.value("select current_user").as_deref(), Some("gss_user"));
        } else {
            let record = outcome.error("28000");
            assert!(record.message.contains("Kerberos") && record.message.contains(host), "{}", record.message);
        }
    }
    assert!(by_psql(HOST, "") && !by_psql(HOST, "krbsrvname=other"), "both outcomes occur");
    for (keywords, expected) in [
        ("require_auth=gss;", None),
        ("require_auth=!password,!none;gssdelegation=1;gsslib=gssapi;", None),
        ("require_auth=!gss;", Some(("28000", "require_auth"))),
        ("require_auth=scram-sha-256;", Some(("28000", "require_auth"))),
        ("channel_binding=require;", Some(("28000", "channel_binding"))),
    ] {
        let outcome = by_driver(HOST, keywords).0;
        match expected {
            None => outcome.succeeded(),
            Some((sqlstate, word)) => {
                let record = outcome.error(sqlstate);
                assert!(record.message.contains(word), "{}", record.message);
            }
        }
    }
}

#[test]
#[ignore = "run by the test above, without a ticket"]
fn without_a_ticket() {
    assert!(!by_psql(HOST, ""));
    let record = by_driver(HOST, "").0.error("28000");
    // The library says which file it has looked for.
    assert!(record.message.contains("/no/such/tickets") && record.message.contains(HOST), "{}", record.message);
}

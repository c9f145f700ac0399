//! Connection strings that nobody in his right mind writes, and what of secrets reaches the trace.

use crate::common::{Connection, proxy, server};
use std::process::Command;
use std::time::{Duration, Instant};

#[test]
fn megabytes_unbalanced_braces_and_control_characters_are_clear_errors() {
    let server = server();
    let closed = server.connection_string_for("127.0.0.1", proxy::closed_port(), "trust_user", "secret");
    let long = "x".repeat(1 << 20);
    for (string, sqlstate, word) in [
        // A quarter of a million unknown keywords, and then nobody there.
        (format!("{closed}{}", "a=b;".repeat(250_000)), "08001", "127.0.0.1"),
        (format!("{closed}ApplicationName={long};"), "08001", "127.0.0.1"),
        (format!("{closed}UID={{{long};"), "HY000", "UID"),
        (format!("{closed}Description={{a}}b;"), "HY000", "Description"),
        (format!("{closed}=x;"), "HY000", "no keyword"),
        (server.connection_string_for(&server.host, server.port, "\u{1}\u{7}\u{1b}[2J", "x"), "28000", "pg_hba.conf"),
        (server.connection_string_for("a\u{1}b.invalid", 5432, "u", "x"), "08001", "Server"),
    ] {
        let begun = Instant::now();
        let outcome = Connection::new().driver_connect(&string).0;
        let record = outcome.error(sqlstate);
        assert!(record.message.contains(word), "{}", record.message);
        assert!(outcome.records.len() <= 101, "{} records", outcome.records.len());
        // A resolver without a network takes its time for the last one.
        assert!(begun.elapsed() < Duration::from_secs(60), "{word}: {:?}", begun.elapsed());
    }
}

/// The trace is a matter of the process's environment: another process traces.
#[test]
fn no_secret_reaches_the_trace() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("trace");
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "direct::hostile_strings::connects_with_secrets", "--ignored", "--nocapture"])
        .env("PGODBC_TRACE", &file)
        .env("PGODBC_TRACE_LEVEL", "wire")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    let trace = std::fs::read_to_string(file).unwrap();
    assert!(trace.contains("SQLDriverConnect") && trace.contains("SQLExecDirect"), "{trace}");
    assert!(trace.contains("> PasswordMessage ") && trace.contains("> StartupMessage "), "{trace}");
    // What belongs to no connection is the process's.
    assert!(trace.contains("SQLSetEnvAttr"), "{trace}");
    // Of what has no effect, the name is told and not the value.
    assert!(trace.contains("oauth_client_secret"), "{trace}");
    assert!(!trace.contains("s3sAme"), "{trace}");
}

#[test]
#[ignore = "run by the test above, which looks at the trace"]
fn connects_with_secrets() {
    let server = server();
    for user in ["trust_user", "password_user", "md5_user", "scram_user"] {
        let base = server.connection_string_for(&server.host, server.port, user, "s3sAme");
        for more in [
            "",
            "sslpassword=s3sAme;oauth_client_secret=s3sAme;",
            "pqopt={password=s3sAme};",
            "Url=postgresql://u:s3sAme@h/d;",
            "PasswordCommand={echo s3sAme};",
            "scram_client_key=s3sAme;",
            "s3sAme_unknown;",
        ] {
            let connection = Connection::new();
            if connection.driver_connect(&format!("{base}{more}")).0.code >= 0 {
                let _ = connection.statement().execute_direct("select 's3sAme'::int");
            }
        }
    }
}

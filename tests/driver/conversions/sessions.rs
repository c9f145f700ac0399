//! Values are the same whatever the session, its role or its database has set, and in databases of other encodings.

use super::matrix::{Target, bound, targets};
use super::*;
use crate::common::unique;
use std::fmt::Write;

/// How a session is set, and the types whose texts follow that: they are what the server prints.
const SETTINGS: &[(&str, &[&str])] = &[
    ("set DateStyle to 'SQL, DMY'", &[]),
    ("set DateStyle to 'German'", &[]),
    ("set DateStyle to 'Postgres, MDY'", &[]),
    ("set DateStyle to 'YMD'", &[]),
    ("set IntervalStyle to postgres_verbose", INTERVALS),
    ("set IntervalStyle to sql_standard", INTERVALS),
    ("set IntervalStyle to iso_8601", INTERVALS),
    ("set extra_float_digits to -15", &[]),
    ("set extra_float_digits to 0", &[]),
    ("set extra_float_digits to 3", &[]),
    ("set bytea_output to escape", &["_bytea"]),
    ("set standard_conforming_strings to off", &[]),
    ("set client_encoding to latin1", &[]),
];

const INTERVALS: &[&str] = &["interval", "_interval"];

/// What a role or a database can set for all of its sessions.
const DEFAULTS: &[(&str, &str)] = &[
    ("DateStyle", "'SQL, DMY'"),
    ("IntervalStyle", "iso_8601"),
    ("bytea_output", "escape"),
    ("TimeZone", "'Asia/Kolkata'"),
    ("client_encoding", "latin1"),
];

const FOLLOW_DEFAULTS: &[&str] = &["interval", "_interval", "_bytea"];

/// Some values of every type; of those whose text a setting may change, all.
fn slice() -> Vec<Case> {
    const ALL: &[&str] =
        &["date", "time", "timetz", "timestamp", "timestamptz", "interval", "float4", "bytea", "bool", "record"];
    let mut seen = HashMap::new();
    let mut cases = cases();
    cases.retain(|case| {
        let count = seen.entry(case.type_name.clone()).or_insert(0);
        *count += 1;
        *count <= 2 || ALL.contains(&case.type_name.as_str())
    });
    cases
}

/// One C type of each kind.
fn kinds() -> Vec<Target> {
    const KINDS: &[&str] = &["1", "-8", "-2", "-25", "8", "2(38,20)", "91", "92", "93", "16385", "107", "110"];
    let mut targets = targets();
    targets.retain(|target| KINDS.contains(&target.code.as_str()));
    assert_eq!(targets.len(), KINDS.len());
    targets
}

/// What the server prints, by its own concatenation: a text to the driver.
fn printed(fixture: &Fixture, sql: &str) -> String {
    fixture.0.value(&format!("select concat({sql})")).unwrap()
}

/// The slice in a session; types of the list have the texts that the server prints. How many conversions there were.
fn compare(fixture: &Fixture, cases: &[Case], follow: &[&str], context: &str) -> usize {
    let (targets, today) = (kinds(), today());
    let (mut count, mut report) = (0, String::new());
    for case in cases {
        let text = (follow.contains(&case.type_name.as_str()) && case.expected("1", &today) != Answer::Null)
            .then(|| printed(fixture, &case.sql));
        let statement = fixture.rows(&case.sql, 2 * targets.len());
        for target in &targets {
            let resolved = case.resolved(&target.code);
            let expected = match (resolved, &text) {
                (SQL_C_WCHAR, Some(text)) => Answer::Value(encode(text, api().manager.wide_width()), None),
                (SQL_C_CHAR | SQL_C_BINARY, Some(text)) => Answer::Value(text.clone().into_bytes(), None),
                _ => case.expected(&target.code, &today),
            };
            let seen = bound(&statement, target, resolved).unwrap();
            count += 1;
            if seen != expected && !is_the_managers(target.c_type, &seen) {
                let (sql, code) = (&case.sql, &target.code);
                writeln!(report, "{sql} as {code}, {context}: {seen:?}\n    expected {expected:?}").unwrap();
            }
        }
    }
    assert!(report.is_empty(), "{}\n{report}", report.lines().count() / 2);
    count
}

/// A literal that is another one under a setting; and what servers before PostgreSQL 15 print wrongly, with two signs.
fn is_other_to_the_server(setting: &str, case: &Case) -> bool {
    setting.contains("strings") && case.sql.contains('\\')
        || server().version < 15 && setting.contains("IntervalStyle") && case.sql.contains("-2147483648 days")
}

#[test]
fn no_setting_of_a_session_changes_a_value() {
    let mut count = 0;
    for format in ["text", "binary"] {
        let fixture = Fixture::new(&format!("ResultFormat={format};"));
        for (setting, follow) in SETTINGS {
            fixture.0.run("savepoint session");
            fixture.0.run(setting);
            let mut cases = slice();
            cases.retain(|case| !is_other_to_the_server(setting, case));
            count += compare(&fixture, &cases, follow, &format!("{setting}, {format}"));
            fixture.0.run("rollback to savepoint session");
        }
    }
    println!("{count} conversions");
    assert!(count > 50_000);
}

/// A connection to a database of the server's as one of its roles.
fn connect_as(user: &str, database: &str, keywords: &str) -> Connection {
    let server = server();
    let string = server.connection_string_for(&server.host, server.port, user, &server.password);
    connect(&format!(
        "{}{keywords}",
        string.replace(&format!("Database={};", server.database), &format!("Database={database};"))
    ))
}

#[test]
fn no_setting_of_a_role_changes_a_value() {
    let (connection, role) = (crate::common::connect(), unique("role_with_settings"));
    connection.run(&format!("create role {role} login superuser password 'secret' in role scram_users"));
    for (name, value) in DEFAULTS {
        connection.run(&format!("alter role {role} set {name} to {value}"));
    }
    for format in ["text", "binary"] {
        let fixture = Fixture::of(connect_as(&role, &server().database, &format!("ResultFormat={format};")));
        compare(&fixture, &slice(), FOLLOW_DEFAULTS, format);
    }
    connection.run(&format!("drop role {role}"));
}

/// A database without an encoding gives out what was put in; the others convert.
#[test]
fn values_in_databases_of_other_encodings() {
    let connection = crate::common::connect();
    // The last character that each is certain to have.
    for (encoding, last) in [("LATIN1", '\u{ff}'), ("EUC_JP", '\u{7f}'), ("SQL_ASCII", char::MAX)] {
        let database = unique("encoding");
        connection.run(&format!(
            "create database {database} template template0 encoding '{encoding}' lc_collate 'C' lc_ctype 'C'"
        ));
        for (name, value) in DEFAULTS {
            connection.run(&format!("alter database {database} set {name} to {value}"));
        }
        {
            let fixture = Fixture::of(connect_as(&server().user, &database, ""));
            let mut cases = slice();
            cases.retain(|case| case.sql.chars().all(|it| it <= last));
            assert!(cases.len() > 150);
            compare(&fixture, &cases, FOLLOW_DEFAULTS, encoding);
        }
        connection.run(&format!("drop database {database}"));
    }
}

//! SQLBrowseConnect: what it asks for, step by step.

use crate::common::text::Wide;
use crate::common::{Connection, Outcome, Server, server, unique};
use crate::odbc::values::*;

/// One step; the answer is empty where there is none.
pub fn browse(connection: &Connection, string: &str) -> (Outcome, String) {
    let (text, out) = (Wide::new(string), Wide::room(4000));
    let mut length = 0;
    let end = SQL_NTS as i16;
    // SAFETY: a terminated text and room of the given size.
    let code = unsafe {
        let (text, out) = (text.address(), out.address());
        connection.api.SQLBrowseConnectW(connection.handle, text, end, out, 4000, &raw mut length)
    };
    let answer = if code == SQL_ERROR { String::new() } else { out.read() };
    (connection.outcome(code), answer)
}

/// A step after which something is wanted.
#[track_caller]
fn wanted(connection: &Connection, string: &str) -> String {
    let (outcome, answer) = browse(connection, string);
    assert_eq!(outcome.code, SQL_NEED_DATA, "{outcome:?}");
    answer
}

pub fn driver(server: &Server) -> String {
    format!("DRIVER={{{}}}", server.driver_name)
}

#[test]
fn what_is_missing_is_asked_for() {
    let server = server();
    let connection = Connection::new();
    let asked = wanted(&connection, &driver(server));
    assert_eq!(asked, "SERVER:Server=?;*PORT:Port=?;UID:Login ID=?;*PWD:Password=?;");
    let place = format!("SERVER={};PORT={}", server.host, server.port);
    assert_eq!(wanted(&connection, &place), "UID:Login ID=?;*PWD:Password=?;", "what was given is kept");
    // The role may connect to the database; the list has no templates.
    let asked = wanted(&connection, &format!("UID={};PWD={}", server.user, server.password));
    let list = asked.strip_prefix("DATABASE:Database={").and_then(|rest| rest.strip_suffix("};")).expect(&asked);
    let names: Vec<&str> = list.split(',').collect();
    assert!(names.contains(&server.database.as_str()) && names.contains(&"postgres"), "{asked}");
    assert!(!names.contains(&"template0") && !names.contains(&"template1"), "{asked}");
    let (outcome, completed) = browse(&connection, &format!("DATABASE={}", server.database));
    outcome.succeeded();
    assert_eq!(connection.value("select current_database()").as_deref(), Some(server.database.as_str()));
    // The completed string makes the same connection.
    let again = Connection::open(&completed);
    assert_eq!(again.value("select current_user").as_deref(), Some(server.user.as_str()));
}

#[test]
fn a_string_that_says_all_connects_at_once() {
    let connection = Connection::new();
    browse(&connection, &server().connection_string()).0.succeeded();
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
}

#[test]
fn a_password_that_the_server_wants_is_asked_for() {
    let server = server();
    let connection = Connection::new();
    let string = format!("{};SERVER={};PORT={};UID=scram_user", driver(server), server.host, server.port);
    assert_eq!(wanted(&connection, &string), "PWD:Password=?;");
    assert!(wanted(&connection, "PWD=secret").starts_with("DATABASE:Database={"));
    browse(&connection, &format!("DATABASE={}", server.database)).0.succeeded();
    assert_eq!(connection.value("select current_user").as_deref(), Some("scram_user"));
}

#[test]
fn after_an_error_browsing_begins_anew() {
    let server = server();
    let connection = Connection::new();
    let string = format!("{};SERVER={};PORT={};UID=scram_user", driver(server), server.host, server.port);
    wanted(&connection, &string);
    browse(&connection, "PWD=wrong").0.error("28000");
    let asked = wanted(&connection, &driver(server));
    assert!(asked.starts_with("SERVER:Server=?;"), "{asked}");
}

#[test]
fn browsing_can_be_given_up() {
    let server = server();
    let connection = Connection::new();
    wanted(&connection, &driver(server));
    connection.disconnect().succeeded();
    connection.driver_connect(&server.connection_string()).0.succeeded();
}

#[test]
fn values_with_braces_go_through() {
    let server = server();
    let name = unique("a};b");
    let owner = Connection::open(&server.connection_string());
    owner.run(&format!("create role \"{name}\" login password 'x}}y;' in role scram_users"));
    let connection = Connection::new();
    let place = format!("{};SERVER={};PORT={}", driver(server), server.host, server.port);
    wanted(&connection, &place);
    let user = format!("UID={{{}}};PWD={{x}}}}y;}}", name.replace('}', "}}"));
    wanted(&connection, &user);
    browse(&connection, &format!("DATABASE={}", server.database)).0.succeeded();
    assert_eq!(connection.value("select current_user").as_deref(), Some(name.as_str()));
}

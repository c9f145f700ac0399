//! Connecting and disconnecting: every way to name the server, and what comes back.

use crate::common::api::Manager;
use crate::common::text::Wide;
use crate::common::{Connection, connect, server, unique};
use crate::odbc::values::*;
use std::ptr::null_mut;

#[test]
fn by_a_connection_string_without_a_data_source() {
    assert_eq!(connect().value("select current_database()").as_deref(), Some(server().database.as_str()));
}

#[test]
fn by_the_name_of_a_data_source() {
    let connection = Connection::open(&format!("DSN={};", server().dsn));
    assert_eq!(connection.value("select current_user").as_deref(), Some(server().user.as_str()));
}

#[test]
fn a_keyword_in_the_string_wins_over_the_data_source() {
    let connection = Connection::open(&format!("DSN={};UID=scram_user;PWD=secret;", server().dsn));
    assert_eq!(connection.value("select current_user").as_deref(), Some("scram_user"));
}

#[test]
fn by_sqlconnect_with_and_without_a_user() {
    for (user, password, expected) in [("", "", server().user.as_str()), ("scram_user", "secret", "scram_user")] {
        let connection = Connection::new();
        if user.is_empty() {
            let dsn = Wide::new(&server().dsn);
            // SAFETY: a terminated text; a null address means that none is given.
            let code = unsafe {
                let (dsn, length) = (dsn.address(), SQL_NTS as i16);
                connection.api.SQLConnectW(connection.handle, dsn, length, null_mut(), 0, null_mut(), 0)
            };
            connection.outcome(code).succeeded();
        } else {
            connection.connect(&server().dsn, user, password).succeeded();
        }
        assert_eq!(connection.value("select current_user").as_deref(), Some(expected));
    }
}

#[test]
fn by_the_narrow_forms() {
    let connection = Connection::new();
    let string = server().connection_string();
    let mut out = [0xa5_u8; 2000];
    let mut length = 0;
    // SAFETY: a text of the given length and room of the given size.
    let code = unsafe {
        connection.api.SQLDriverConnect(
            connection.handle,
            null_mut(),
            string.as_ptr(),
            string.len() as i16,
            out.as_mut_ptr(),
            2000,
            &raw mut length,
            SQL_DRIVER_NOPROMPT,
        )
    };
    connection.outcome(code).succeeded();
    assert_eq!(out[length as usize], 0, "terminated at the length that was told");
    connection.disconnect().success();

    let dsn = format!("{}\0", server().dsn);
    let none: *const u8 = std::ptr::null();
    // SAFETY: a terminated text.
    let code = unsafe { connection.api.SQLConnect(connection.handle, dsn.as_ptr(), SQL_NTS as i16, none, 0, none, 0) };
    connection.outcome(code).succeeded();
    assert_eq!(connection.value("select 'yes'").as_deref(), Some("yes"));
}

#[test]
fn through_the_unix_socket() {
    let server = server();
    let string = server.connection_string_for(&server.socket, server.port, &server.user, &server.password);
    let connection = Connection::open(&string);
    assert_eq!(connection.value("select inet_server_addr() is null and 1 = 1"), connection.value("select true"));
}

#[test]
fn every_name_of_a_keyword_means_the_same() {
    let server = server();
    let expected = [server.database.clone(), server.user.clone(), server.port.to_string()];
    for [host, database, user, password] in [
        ["Server", "Database", "UID", "PWD"],
        ["Servername", "Database", "Username", "Password"],
        ["Host", "DB", "User", "Password"],
        ["SERVER", "DATABASE", "uid", "pwd"],
    ] {
        let connection = Connection::open(&format!(
            "Driver={{{}}};{host}={};Port={};{database}={};{user}={};{password}={};",
            server.driver_name, server.host, server.port, server.database, server.user, server.password
        ));
        let row = connection.statement().rows("select current_database(), current_user, inet_server_port()").remove(0);
        assert_eq!(row, expected.clone().map(Some), "{host} {database} {user} {password}");
    }
}

#[test]
fn application_name_and_connection_settings_reach_the_server() {
    let connection = Connection::open(&format!(
        "{}ApplicationName=a name;ConnSettings={{set statement_timeout to 4321}};",
        server().connection_string()
    ));
    assert_eq!(connection.value("show application_name").as_deref(), Some("a name"));
    assert_eq!(connection.value("show statement_timeout").as_deref(), Some("4321ms"));
}

#[test]
fn a_failing_connection_setting_says_so() {
    let connection = Connection::new();
    let string = format!("{}ConnSettings={{select * from nowhere}};", server().connection_string());
    let (outcome, _) = connection.driver_connect(&string);
    let record = outcome.error("42S02");
    assert!(record.message.contains("nowhere"), "{}", record.message);
}

#[test]
fn the_output_string_is_enough_to_connect_again() {
    let first = Connection::new();
    let (outcome, completed) = first.driver_connect(&server().connection_string());
    outcome.succeeded();
    let again = Connection::open(&completed);
    assert_eq!(again.value("select current_user").as_deref(), Some(server().user.as_str()));
}

#[test]
fn the_output_string_has_the_password_only_if_the_application_gave_it() {
    let (outcome, completed) = Connection::new().driver_connect(&server().connection_string());
    outcome.succeeded();
    assert!(completed.contains("secret"), "{completed}");
    let (outcome, completed) = Connection::new().driver_connect(&format!("DSN={};", server().dsn));
    outcome.succeeded();
    assert!(!completed.contains("secret"), "the data source's password is not the application's to know: {completed}");
    assert!(completed.to_ascii_uppercase().contains("DSN="), "{completed}");
}

#[test]
fn an_output_string_that_does_not_fit_is_cut_with_its_whole_length() {
    let (outcome, whole) = Connection::new().driver_connect(&server().connection_string());
    outcome.succeeded();
    let connection = Connection::new();
    let (string, out) = (Wide::new(&server().connection_string()), Wide::room(9));
    let mut length = 0;
    // SAFETY: a terminated text and room for ten characters with the terminator.
    let code = unsafe {
        connection.api.SQLDriverConnectW(
            connection.handle,
            null_mut(),
            string.address(),
            SQL_NTS as i16,
            out.address(),
            10,
            &raw mut length,
            SQL_DRIVER_NOPROMPT,
        )
    };
    if connection.api.manager.keeps_warnings_of_connecting() {
        connection.outcome(code).info("01004");
    }
    assert_eq!(code, SQL_SUCCESS_WITH_INFO);
    assert_eq!(out.read(), whole.chars().take(9).collect::<String>());
    // In characters; iODBC tells the bytes that it wrote.
    if connection.api.manager != Manager::Iodbc {
        assert_eq!(length as usize, whole.chars().count());
    }
}

#[test]
fn braces_make_a_value_literal() {
    let role = unique("braces");
    // Semicolon, closing brace, equals sign, percent escape, blanks at both ends: nothing of it is decoded or trimmed.
    let password = " p;a}s=s%41+w ";
    let administrator = connect();
    // Before version 14 passwords were kept for md5 if nobody said otherwise.
    administrator.run("set password_encryption to 'scram-sha-256'");
    administrator.run(&format!("create role {role} login password '{password}' in role scram_users"));
    let server = server();
    let quoted = format!("{{{}}}", password.replace('}', "}}"));
    let connection = Connection::open(&server.connection_string_for(&server.host, server.port, &role, &quoted));
    assert_eq!(connection.value("select current_user"), Some(role.clone()));
    let wrong = server.connection_string_for(&server.host, server.port, &role, "{ p;a}}s=sA w }");
    Connection::new().driver_connect(&wrong).0.error("28000");
}

#[test]
fn an_unknown_keyword_is_a_warning_that_names_it() {
    let connection = Connection::new();
    let (outcome, _) = connection.driver_connect(&format!("Sevrername=elsewhere;{}", server().connection_string()));
    assert_eq!(outcome.code, SQL_SUCCESS_WITH_INFO, "{outcome:?}");
    if connection.api.manager.keeps_warnings_of_connecting() {
        let record = outcome.info("01S00");
        assert!(record.message.contains("Sevrername"), "{}", record.message);
    }
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
}

#[test]
fn connecting_twice_is_refused() {
    let connection = connect();
    connection.driver_connect(&server().connection_string()).0.error("08002");
    assert_eq!(connection.value("select 1").as_deref(), Some("1"), "the first connection goes on");
}

#[test]
fn disconnecting_what_is_not_connected_is_refused() {
    Connection::new().disconnect().error("08003");
}

#[test]
fn disconnecting_frees_the_statements_and_the_handle_connects_again() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select generate_series(1, 1000)").success();
    statement.fetch().success();
    std::mem::forget(statement);
    connection.disconnect().success();
    connection.driver_connect(&server().connection_string()).0.succeeded();
    assert_eq!(connection.value("select 'again'").as_deref(), Some("again"));
}

#[test]
fn disconnecting_ends_the_server_process() {
    let connection = connect();
    let backend = connection.backend();
    connection.disconnect().success();
    let other = connect();
    let gone = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        other.value(&format!("select count(*) from pg_stat_activity where pid = {backend}")).as_deref() == Some("0")
    });
    assert!(gone, "server process {backend} is still there after two seconds");
}

#[test]
fn connections_do_not_see_each_other() {
    let (first, second) = (connect(), connect());
    first.run("create temp table only_here (a int)");
    second.statement().execute_direct("select * from only_here").error("42S02");
    assert_ne!(first.backend(), second.backend());
}

#[test]
fn fifty_connections_at_once_each_with_a_thread() {
    std::thread::scope(|scope| {
        for number in 0..50 {
            scope.spawn(move || {
                let connection = connect();
                assert_eq!(connection.value(&format!("select {number}")), Some(number.to_string()));
            });
        }
    });
}

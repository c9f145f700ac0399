//! What SQLGetInfo says of the server that this connection is to.

use crate::common::{Connection, Server, connect, server, unique};
use crate::odbc::attributes::*;
use crate::odbc::info_types::*;

/// A role of the test's own, for whom the server has another setting; the connection string for it.
#[track_caller]
fn role_with(setting: &str) -> String {
    let (name, server) = (unique("set"), server());
    let owner = connect();
    owner.run(&format!("create role {name} login password '{}' in role scram_users", server.password));
    owner.run(&format!("alter role {name} set {setting}"));
    server.connection_string_for(&server.host, server.port, &name, &server.password)
}

// "the actual data source-specific server name": of several, the one that answered.
#[test]
fn the_server_that_answered_is_named() {
    let server: &Server = server();
    let connection = |host: &str, port: &str| {
        let string = server.connection_string();
        Connection::open(&format!("SERVER={host};PORT={port};{string}"))
    };
    // Nobody listens on port 1.
    assert_eq!(
        connection("localhost,127.0.0.1", &format!("1,{}", server.port)).info_text(SQL_SERVER_NAME),
        "127.0.0.1"
    );
    let socket = server.socket.as_str();
    let of_both = connection(&format!("127.0.0.1,{socket}"), &format!("1,{}", server.port));
    assert_eq!(of_both.info_text(SQL_SERVER_NAME), socket);
}

#[test]
fn the_servers_default_isolation_is_told() {
    let string = role_with("default_transaction_isolation = 'serializable'");
    let connection = Connection::open(&string);
    assert_eq!(connection.info_number::<4>(SQL_DEFAULT_TXN_ISOLATION), SQL_TXN_SERIALIZABLE as u32);
    assert_eq!(connection.get(SQL_ATTR_TXN_ISOLATION), SQL_TXN_SERIALIZABLE as u32);
    // What the application asks for is another thing, and reaches the server though it is what is usual elsewhere.
    connection.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_READ_COMMITTED).success();
    assert_eq!(connection.value("show transaction_isolation").as_deref(), Some("read committed"));
    assert_eq!(connection.get(SQL_ATTR_TXN_ISOLATION), SQL_TXN_READ_COMMITTED as u32);
    assert_eq!(connection.info_number::<4>(SQL_DEFAULT_TXN_ISOLATION), SQL_TXN_SERIALIZABLE as u32);
    for pooler in ["", "Pooler=transaction;"] {
        let connection = Connection::new();
        connection.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_READ_COMMITTED).success();
        connection.driver_connect(&format!("{string}{pooler}")).0.succeeded();
        connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
        assert_eq!(connection.value("show transaction_isolation").as_deref(), Some("read committed"), "{pooler}");
    }
    assert_eq!(connect().info_number::<4>(SQL_DEFAULT_TXN_ISOLATION), SQL_TXN_READ_COMMITTED as u32);
}

#[test]
fn a_server_that_refuses_changes_is_said_to() {
    let connection = Connection::open(&role_with("default_transaction_read_only = on"));
    assert_eq!(connection.info_text(SQL_DATA_SOURCE_READ_ONLY), "Y");
    assert_eq!(connect().info_text(SQL_DATA_SOURCE_READ_ONLY), "N");
}

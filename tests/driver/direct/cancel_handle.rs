//! SQLCancelHandle, which no manager of the tests has: the driver's own.

use crate::asynchronous::poll;
use crate::cancel::wait_for_sleep;
use crate::common::{Connection, connect, server, slow_to_commit};
use crate::odbc::attributes::*;
use crate::odbc::values::*;
use std::net::TcpListener;
use std::sync::{Mutex, mpsc};
use std::thread;

#[test]
fn a_commit_is_cancelled_from_another_thread() {
    let connection = connect();
    let table = slow_to_commit(&connection, "60");
    let backend = connection.backend();
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    connection.run(&format!("insert into {table} values (1)"));
    thread::scope(|scope| {
        scope.spawn(|| {
            wait_for_sleep(&backend);
            assert_eq!(connection.cancel(), SQL_SUCCESS);
        });
        connection.end_transaction(SQL_COMMIT).error("HY008");
    });
    connection.end_transaction(SQL_ROLLBACK).success();
    assert_eq!(connect().value(&format!("select count(*) from {table}")).as_deref(), Some("0"));
    assert_eq!(connection.value("select 'alive'").as_deref(), Some("alive"));
}

/// A server that accepts, says when it has, and never answers; its connection string.
fn silent_server() -> (String, mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let (server, port) = (server(), listener.local_addr().expect("its address").port());
    let (accepted, when) = mpsc::channel();
    thread::spawn(move || {
        let mut clients = Vec::new();
        while let Ok((client, _)) = listener.accept() {
            clients.push(client);
            let _ = accepted.send(());
        }
    });
    (server.connection_string_for("127.0.0.1", port, &server.user, &server.password), when)
}

/// After it was cancelled, nothing is left of it.
fn connects_anew(connection: &Connection) {
    connection.disconnect().error("08003");
    assert_eq!(connection.driver_connect(&server().connection_string()).0.code, SQL_SUCCESS);
    assert_eq!(connection.value("select 'alive'").as_deref(), Some("alive"));
}

#[test]
fn connecting_is_cancelled_from_another_thread() {
    let (string, accepted) = silent_server();
    let connection = Connection::new();
    assert_eq!(connection.cancel(), SQL_SUCCESS, "nothing is executing: no effect");
    let accepted = Mutex::new(accepted);
    for _ in 0..2 {
        thread::scope(|scope| {
            scope.spawn(|| {
                accepted.lock().expect("unpoisoned").recv().expect("it is being connected");
                assert_eq!(connection.cancel(), SQL_SUCCESS);
            });
            connection.driver_connect(&string).0.error("HY008");
        });
    }
    connects_anew(&connection);
}

#[test]
fn connecting_that_is_polled_for_is_cancelled() {
    let (string, accepted) = silent_server();
    let connection = Connection::new();
    connection.set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_ON).success();
    assert_eq!(connection.driver_connect(&string).0.code, SQL_STILL_EXECUTING);
    accepted.recv().expect("it is being connected");
    assert_eq!(connection.driver_connect(&string).0.code, SQL_STILL_EXECUTING, "the server is silent");
    assert_eq!(connection.cancel(), SQL_SUCCESS);
    poll(|| connection.driver_connect(&string).0).outcome.error("HY008");
    connection.set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_OFF).success();
    connects_anew(&connection);
}

#[test]
fn retrying_is_cancelled() {
    // Nobody listens there: it would be tried again for an hour.
    let server = server();
    let string = server.connection_string_for("127.0.0.1", 1, &server.user, &server.password);
    let string = format!("{string}ConnectRetryCount=255;ConnectRetryInterval=60;");
    let connection = Connection::new();
    connection.set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_ON).success();
    assert_eq!(connection.driver_connect(&string).0.code, SQL_STILL_EXECUTING);
    assert_eq!(connection.cancel(), SQL_SUCCESS);
    poll(|| connection.driver_connect(&string).0).outcome.error("HY008");
}

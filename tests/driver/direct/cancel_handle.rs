//! SQLCancelHandle, which no manager of the tests has: the driver's own.

use crate::cancel::wait_for_sleep;
use crate::common::{connect, slow_to_commit};
use crate::odbc::attributes::*;
use crate::odbc::values::*;
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

//! The table of descriptors.

use super::calls::{Calls, told};
use super::walk;
use crate::common::connect;
use crate::odbc::attributes::SQL_ATTR_APP_ROW_DESC;
use crate::odbc::values::*;

const STATES: [&str; 3] = ["D0", "D1i", "D1e"];

#[test]
fn each_function_in_each_state_of_a_descriptor() {
    let connection = connect();
    walk(connection.api.manager, include_str!("descriptors.tsv"), &STATES, |function, state, _| {
        let statement = connection.statement();
        let mut calls = Calls::new(connection.api);
        calls.environment = connection.environment().handle;
        (calls.connection, calls.statement) = (connection.handle, statement.handle);
        // The functions take the first; the other one is the target of SQLCopyDesc.
        match state {
            "D1i" => calls.implicit[0] = statement.descriptor(SQL_ATTR_APP_ROW_DESC).handle,
            "D1e" => {
                calls.make_descriptor();
                calls.implicit[0] = calls.explicit;
                calls.made.push((SQL_HANDLE_DESC, calls.explicit));
                calls.explicit = std::ptr::null_mut();
            }
            _ => {}
        }
        if function == "SQLCopyDesc (ARD)" {
            calls.make_descriptor();
        }
        let answer = told(&calls.call(function));
        if answer == "ok" && function == "SQLFreeHandle (ARD)" {
            calls.made.clear();
        }
        calls.clear();
        if answer == "ok" && function == "SQLFreeHandle (STMT)" {
            std::mem::forget(statement);
        }
        (answer, None)
    });
}

//! Appendix B walked: each function in each state, against the tables in `states/`.
//!
//! Source: ODBC reference, appendix B, "Environment Transitions", "Connection Transitions", "Statement Transitions",
//! "Descriptor Transitions". Where a manager answers otherwise, or the reference contradicts itself, the deviation is in
//! `states/deviations.tsv` with its reason, and so is what a manager does not survive.

mod calls;
mod descriptors;
mod links;

use self::calls::{Calls, told};
use crate::asynchronous::poll;
use crate::common::api::Manager;
use crate::common::statement::Parameter;
use crate::common::{Connection, Statement, connect, unique};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::collections::BTreeMap;

const STATES: [&str; 12] = ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S11", "S12"];

const SLEEP: &str = "select pg_sleep(60)";

/// The lines of a table without its comments, by tabs.
fn lines(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| line.split('\t').collect())
}

/// What `manager` answers otherwise in these states: by function and state.
fn deviations(manager: Manager, states: &[&str]) -> BTreeMap<(&'static str, &'static str), &'static str> {
    let name = match manager {
        Manager::Direct => "direct",
        Manager::UnixOdbc => "unixodbc",
        Manager::Iodbc => "iodbc",
    };
    let mut found = BTreeMap::new();
    for line in lines(include_str!("states/deviations.tsv")).skip(1) {
        let [who, function, in_states, answer, reason] = line[..] else { panic!("{line:?} has five columns") };
        assert!(!reason.is_empty(), "{line:?} gives its reason");
        if ["all", name].contains(&who) {
            let here = in_states.split(' ').filter(|state| states.contains(state));
            found.extend(here.map(|state| ((function, state), answer)));
        }
    }
    found
}

/// Walks a table: `cell` is called for each with the function, the state and the state that it leads to, and gives the answer,
/// and what is wrong with the state afterwards, if anything.
fn walk(
    manager: Manager,
    table: &'static str,
    states: &[&'static str],
    mut cell: impl FnMut(&'static str, &'static str, &str) -> (String, Option<String>),
) {
    let deviations = deviations(manager, states);
    let (mut wrong, mut cells, mut used) = (Vec::new(), 0, 0);
    let mut rows = lines(table);
    assert_eq!(rows.next().expect("a heading")[1..], *states);
    for row in rows {
        let function = row[0];
        assert_eq!(row.len(), 1 + states.len(), "{function}");
        for (&state, &expected) in states.iter().zip(&row[1..]).filter(|(_, expected)| **expected != ".") {
            cells += 1;
            let deviation = deviations.get(&(function, state)).copied();
            used += usize::from(deviation.is_some());
            assert!(deviation != Some(expected), "{function} {state}: no deviation");
            // What would wait, or a manager would not survive, is not asked.
            if deviation == Some("-") {
                continue;
            }
            let wanted = deviation.unwrap_or(expected);
            let (wanted, after) = wanted.split_once('>').unwrap_or((wanted, ""));
            let (answer, complaint) = cell(function, state, after);
            if answer != wanted {
                wrong.push(format!("{function}\t{state}\t{answer}\texpected {wanted}"));
            } else if let Some(complaint) = complaint {
                wrong.push(format!("{function}\t{state}\t{complaint}\tit leads to {after}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cells} cells:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(used, deviations.len(), "a deviation that is listed and not met");
}

/// What the functions of one cell work with. Buffers outlive the statement.
struct Cell<'c> {
    statement: Statement<'c>,
    calls: Calls,
}

impl<'c> Cell<'c> {
    /// A statement in a state.
    fn new(connection: &'c Connection, table: &str, function: &str, state: &str) -> Box<Cell<'c>> {
        let statement = connection.statement();
        let mut calls = Calls::new(connection.api);
        calls.environment = connection.environment().handle;
        (calls.connection, calls.statement) = (connection.handle, statement.handle);
        calls.implicit =
            [SQL_ATTR_APP_ROW_DESC, SQL_ATTR_APP_PARAM_DESC, SQL_ATTR_IMP_ROW_DESC, SQL_ATTR_IMP_PARAM_DESC]
                .map(|attribute| statement.descriptor(attribute).handle);
        calls.table = table.to_owned();
        if function.starts_with("SQLCopyDesc") || function == "SQLFreeHandle (DESC)" {
            calls.make_descriptor();
        }
        let mut cell = Box::new(Cell { statement, calls });
        let insert = format!("insert into {table} values (1)");
        // What is positioned and changed by is of a cursor that can be.
        let changes = ["SQLSetPos", "SQLBulkOperations"].contains(&function);
        let select = match changes {
            true => format!("select a from {table}_rows"),
            false => "select 1 union all select 2 union all select 3".to_owned(),
        };
        let statement = &cell.statement;
        if changes {
            statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_KEYSET_DRIVEN).success();
            statement.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_ROWVER).success();
        }
        match state {
            "S2" => statement.prepare(&insert).success(),
            "S3" => statement.prepare(&select).success(),
            "S4" => statement.execute_direct(&insert).success(),
            "S5" | "S6" | "S7" => statement.execute_direct(&select).success(),
            "S8" | "S9" | "S10" => cell.need_data(),
            "S11" | "S12" => {
                statement.set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON).success();
                assert_eq!(statement.execute_direct(SLEEP).code, SQL_STILL_EXECUTING);
            }
            _ => {}
        }
        match state {
            "S6" => cell.statement.fetch().success(),
            "S7" => cell.calls.call("SQLExtendedFetch").success(),
            "S9" | "S10" => assert_eq!(cell.statement.parameter_data().0.code, SQL_NEED_DATA),
            "S12" => cell.statement.cancel().success(),
            _ => {}
        }
        if state == "S10" {
            cell.statement.put(b"7").success();
        }
        cell
    }

    fn need_data(&mut self) {
        let parameter = Parameter { c_type: SQL_C_CHAR, sql_type: SQL_VARCHAR, column_size: 10, decimal_digits: 0 };
        let calls = &mut self.calls;
        calls.lengths[3] = SQL_DATA_AT_EXEC;
        self.statement.prepare(&format!("insert into {} values (cast(? as integer))", calls.table)).success();
        let (place, length) = (calls.buffer.as_mut_ptr().cast(), &raw mut calls.lengths[3]);
        // SAFETY: both are the cell's, which outlives the execution.
        unsafe { self.statement.bind_parameter(1, parameter, place, 0, length).success() };
        assert_eq!(self.statement.execute().code, SQL_NEED_DATA);
    }

    /// What tells its state without changing it: whether SQLRowCount answers, and how many columns SQLNumResultCols finds.
    fn seen(&self) -> (bool, Option<i16>) {
        let (mut count, mut columns) = (0, -1);
        let (api, handle) = (self.statement.api, self.statement.handle);
        // SAFETY: room for the answers.
        let (counted, described) =
            unsafe { (api.SQLRowCount(handle, &raw mut count), api.SQLNumResultCols(handle, &raw mut columns)) };
        (counted == SQL_SUCCESS, (described == SQL_SUCCESS).then_some(columns))
    }

    /// Brings the statement to an end, so that it can be freed.
    fn end(mut self, state: &str, freed: bool) {
        if ["S11", "S12"].contains(&state) && !freed {
            self.statement.cancel().succeeded();
            poll(|| self.statement.execute_direct(SLEEP)).outcome.error("HY008");
        }
        if ["S8", "S9", "S10"].contains(&state) {
            let _ = self.statement.cancel();
        }
        // A descriptor waits for what is executing.
        self.calls.clear();
        if freed {
            std::mem::forget(self.statement);
        }
    }
}

/// Whether what is seen of a statement is what one in this state shows; the states that need data show nothing.
fn looks_like(state: &str, (counted, columns): (bool, Option<i16>)) -> bool {
    match state {
        "S1" => !counted && columns.is_none(),
        "S2" => !counted && columns == Some(0),
        "S3" => !counted && columns > Some(0),
        "S4" => counted && columns == Some(0),
        "S5" | "S6" | "S7" => counted && columns > Some(0),
        _ => true,
    }
}

#[test]
fn each_function_in_each_state_of_a_statement() {
    let connection = connect();
    let manager = connection.api.manager;
    let table = unique("states");
    connection.run(&format!("create table {table} (a integer)"));
    connection.run(&format!("create table {table}_rows (a integer primary key)"));
    connection.run(&format!("insert into {table}_rows values (1), (2), (3)"));
    walk(manager, include_str!("states/statements.tsv"), &STATES, |function, state, after| {
        // Disconnecting takes the statement with it.
        let own = (function == "SQLDisconnect").then(connect);
        let mut cell = Cell::new(own.as_ref().unwrap_or(&connection), &table, function, state);
        let answer = told(&cell.calls.call(function));
        let freed = answer == "ok" && ["SQLFreeHandle (STMT)", "SQLDisconnect"].contains(&function);
        // Managers have states of their own.
        let seen = (manager == Manager::Direct && !freed).then(|| cell.seen());
        let complaint = seen.filter(|seen| !looks_like(after, *seen)).map(|seen| format!("{seen:?}"));
        cell.end(state, freed);
        (answer, complaint)
    });
}

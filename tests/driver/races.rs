//! Two connections change the same rows through cursors of every kind: no change is lost, each conflict is told.
//!
//! Expected values: ODBC reference, `SQLSetPos` and `SQLBulkOperations` (01001); what the server holds in the end is what
//! the two were told to have written.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use crate::common::api::Manager;
use crate::common::{Connection, Outcome, Statement, api, connect, server, unique};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;

const KEYED: &str = "id int primary key, n int";
/// Its rows are found by their ctid, with a check of what they were.
const WITHOUT_KEY: &str = "id int, n int";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transactions {
    Autocommit,
    ReadCommitted,
    RepeatableRead,
}

/// By what a row is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    SetPos,
    Bulk,
    /// A statement with WHERE CURRENT OF the cursor.
    Statement,
}

#[derive(Clone, Copy, Debug)]
struct Kind {
    definition: &'static str,
    cursor_type: usize,
    concurrency: usize,
    transactions: Transactions,
    by: By,
}

/// All of them that there are.
fn kinds(by: By) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (definition, cursor_type) in [
        (KEYED, SQL_CURSOR_STATIC),
        (KEYED, SQL_CURSOR_KEYSET_DRIVEN),
        // A keyset needs a key.
        (WITHOUT_KEY, SQL_CURSOR_STATIC),
    ] {
        for concurrency in [SQL_CONCUR_ROWVER, SQL_CONCUR_VALUES] {
            for transactions in [Transactions::Autocommit, Transactions::ReadCommitted, Transactions::RepeatableRead] {
                kinds.push(Kind { definition, cursor_type, concurrency, transactions, by });
            }
        }
    }
    kinds
}

/// Rows that the two go for together with one kind of cursor. Every one of them is a try of each: six tests with 18 kinds
/// are 10,000 tries without a manager, and 2,800 through one, which adds nothing to a race. `make soak` tries more.
fn rounds() -> usize {
    let usual = if api().manager == Manager::Direct { 47 } else { 13 };
    std::env::var("PGODBC_TEST_RACE_ROUNDS").map_or(usual, |rounds| rounds.parse().expect("a number"))
}

/// What became of the tries.
#[derive(Debug, Default)]
struct Tally {
    written: usize,
    conflicts: usize,
    serialization_failures: usize,
    /// The row was gone when it was fetched.
    holes: usize,
}

/// One of the two.
struct Racer<'c> {
    statement: Statement<'c>,
    /// What changes by the cursor's name.
    positioned: Statement<'c>,
    table: &'c str,
    connection: &'c Connection,
    kind: Kind,
    bound: Box<Bound>,
    tally: Tally,
    to_other: SyncSender<()>,
    from_other: Receiver<()>,
}

#[repr(C)]
#[derive(Debug, Default)]
struct Bound {
    bookmark: u64,
    bookmark_length: isize,
    number: i32,
    length: isize,
    status: u16,
}

impl<'c> Racer<'c> {
    fn new(
        connection: &'c Connection,
        table: &'c str,
        kind: Kind,
        (to_other, from_other): (SyncSender<()>, Receiver<()>),
    ) -> Racer<'c> {
        if kind.transactions != Transactions::Autocommit {
            connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
        }
        if kind.transactions == Transactions::RepeatableRead {
            connection.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_REPEATABLE_READ).success();
        }
        let statement = connection.statement();
        let mut bound = Box::new(Bound::default());
        statement.set(SQL_ATTR_CURSOR_TYPE, kind.cursor_type).success();
        statement.set(SQL_ATTR_CONCURRENCY, kind.concurrency).success();
        statement.set(SQL_ATTR_USE_BOOKMARKS, SQL_UB_VARIABLE).success();
        statement.set(SQL_ATTR_ROW_STATUS_PTR, (&raw mut bound.status).expose_provenance()).success();
        // SAFETY: the box lives as long as the statement.
        unsafe {
            let (place, length) = ((&raw mut bound.bookmark).cast(), &raw mut bound.bookmark_length);
            statement.bind_column(0, SQL_C_VARBOOKMARK, place, 8, length).success();
            let (place, length) = ((&raw mut bound.number).cast(), &raw mut bound.length);
            statement.bind_column(1, SQL_C_SLONG, place, 0, length).success();
        }
        // SAFETY: a text with its length.
        let named = unsafe { statement.api.SQLSetCursorName(statement.handle, b"racer".as_ptr(), 5) };
        statement.outcome(named).success();
        let positioned = connection.statement();
        Racer { statement, positioned, table, connection, kind, bound, tally: Tally::default(), to_other, from_other }
    }

    /// Both have fetched before one of them changes anything: one of two wins, the other must be told.
    fn meet(&self) {
        self.to_other.send(()).unwrap();
        self.from_other.recv_timeout(Duration::from_secs(120)).expect("the other one has stopped");
    }

    fn change(&self, operation: u16) -> Outcome {
        if self.kind.by == By::Statement {
            return self.positioned.execute_direct(&match operation {
                SQL_UPDATE => format!("update {} set n = {} where current of racer", self.table, self.bound.number),
                _ => format!("delete from {} where current of racer", self.table),
            });
        }
        let (api, handle) = (self.statement.api, self.statement.handle);
        // SAFETY: the bound buffers live as long as the statement.
        let code = unsafe {
            match (self.kind.by, operation) {
                (By::SetPos | By::Statement, _) => api.SQLSetPos(handle, 1, operation, SQL_LOCK_NO_CHANGE),
                (By::Bulk, SQL_UPDATE) => api.SQLBulkOperations(handle, SQL_UPDATE_BY_BOOKMARK),
                (By::Bulk, _) => api.SQLBulkOperations(handle, SQL_DELETE_BY_BOOKMARK),
            }
        };
        self.statement.outcome(code)
    }

    /// Changes the row that was fetched, and ends the transaction.
    fn settle(&mut self, operation: u16) {
        let outcome = self.change(operation);
        let completion = match outcome.code {
            SQL_SUCCESS => {
                self.tally.written += 1;
                SQL_COMMIT
            }
            SQL_SUCCESS_WITH_INFO => {
                outcome.info("01001");
                self.tally.conflicts += 1;
                SQL_ROLLBACK
            }
            // iODBC has no warnings of statements.
            SQL_NO_DATA if self.kind.by == By::Statement && self.connection.api.manager == Manager::Iodbc => {
                self.tally.conflicts += 1;
                SQL_ROLLBACK
            }
            _ => {
                outcome.error("40001");
                assert_eq!(self.kind.transactions, Transactions::RepeatableRead, "{outcome:?}");
                self.tally.serialization_failures += 1;
                SQL_ROLLBACK
            }
        };
        self.connection.end_transaction(completion).success();
    }

    /// Fetches the row with the number, writes one more, and again.
    fn count(&mut self, rounds: usize) {
        self.statement.prepare(&format!("select n, id from {} where id = 2", self.table)).success();
        for round in 0..rounds {
            // A keyset reads the row again by itself.
            if self.kind.cursor_type == SQL_CURSOR_STATIC || round == 0 {
                self.statement.free(SQL_CLOSE).success();
                self.statement.execute().success();
            }
            self.statement.fetch_scroll(SQL_FETCH_FIRST, 0).succeeded();
            if round % 2 == 0 {
                self.meet();
            }
            std::hint::black_box(&mut self.bound).number += 1;
            self.settle(SQL_UPDATE);
        }
    }

    /// Goes along the rows and deletes each.
    fn delete(&mut self, rounds: usize) {
        self.statement.execute_direct(&format!("select n, id from {} order by id", self.table)).success();
        for round in 0..rounds {
            self.statement.fetch_scroll(SQL_FETCH_NEXT, 0).succeeded();
            if round % 2 == 0 {
                self.meet();
            }
            if std::hint::black_box(&self.bound).status == SQL_ROW_DELETED {
                self.tally.holes += 1;
                self.connection.end_transaction(SQL_COMMIT).success();
            } else {
                self.settle(SQL_DELETE);
            }
        }
        self.statement.fetch_scroll(SQL_FETCH_NEXT, 0).no_data();
    }
}

/// Both at once, over a table with as many rows as rounds; gives the table and what each was told.
fn race(kind: Kind, work: fn(&mut Racer<'_>, usize)) -> (Connection, String, [Tally; 2]) {
    let (name, connection, rounds) = (unique("raced"), connect(), rounds());
    connection.run(&format!("create table {name} ({})", kind.definition));
    connection.run(&format!("insert into {name} select i, 0 from generate_series(1, {rounds}) i"));
    let (to_first, from_second) = sync_channel(rounds);
    let (to_second, from_first) = sync_channel(rounds);
    let run = |to_other, from_other| {
        let connection = Connection::open(&server().connection_string());
        let mut racer = Racer::new(&connection, &name, kind, (to_other, from_other));
        work(&mut racer, rounds);
        racer.tally
    };
    let tallies = std::thread::scope(|scope| {
        let threads =
            [scope.spawn(move || run(to_second, from_second)), scope.spawn(move || run(to_first, from_first))];
        threads.map(|thread| thread.join().unwrap())
    });
    for tally in &tallies {
        let told = tally.written + tally.conflicts + tally.serialization_failures + tally.holes;
        assert_eq!(told, rounds, "{kind:?}: {tally:?}");
    }
    let lost: usize = tallies.iter().map(|tally| tally.conflicts + tally.serialization_failures).sum();
    assert!(lost >= rounds.div_ceil(2), "where both have fetched, one is told of the other: {kind:?}, {tallies:?}");
    (connection, name, tallies)
}

fn counted(by: By) {
    for kind in kinds(by) {
        let (connection, table, tallies) = race(kind, |racer, rounds| racer.count(rounds));
        let written: usize = tallies.iter().map(|tally| tally.written).sum();
        let found = connection.value(&format!("select n from {table} where id = 2"));
        assert_eq!(found, Some(written.to_string()), "{kind:?}: {tallies:?}");
        assert!(written >= rounds(), "one of two who race always wins: {kind:?}, {tallies:?}");
        connection.run(&format!("drop table {table}"));
    }
}

fn deleted(by: By) {
    for kind in kinds(by) {
        let (connection, table, tallies) = race(kind, |racer, rounds| racer.delete(rounds));
        let written: usize = tallies.iter().map(|tally| tally.written).sum();
        assert_eq!(written, rounds(), "each row is deleted once: {kind:?}, {tallies:?}");
        assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("0"));
        connection.run(&format!("drop table {table}"));
    }
}

#[test]
fn two_who_count_by_set_pos_lose_nothing() {
    counted(By::SetPos);
}

#[test]
fn two_who_count_by_bookmark_lose_nothing() {
    counted(By::Bulk);
}

#[test]
fn two_who_delete_by_set_pos_delete_each_row_once() {
    deleted(By::SetPos);
}

#[test]
fn two_who_delete_by_bookmark_delete_each_row_once() {
    deleted(By::Bulk);
}

#[test]
fn two_who_count_where_current_of_lose_nothing() {
    counted(By::Statement);
}

#[test]
fn two_who_delete_where_current_of_delete_each_row_once() {
    deleted(By::Statement);
}

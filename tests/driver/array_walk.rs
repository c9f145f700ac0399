//! Arrays of parameters at random against the same sets one by one, as texts without parameters, on a table of their own.
//!
//! They are the same at every run, so that no run fails by chance; `PGODBC_TEST_SEED` (a number) makes others, and
//! `PGODBC_TEST_WALKS` more of them.
//!
//! Expected values: those of the single statements (ODBC reference, "Using arrays of parameters").

use crate::arrays::{execute, keeps_diagnostics};
use crate::common::{Connection, connect, connect_with, unique};
use crate::odbc::attributes::*;
use crate::odbc::values::*;
use crate::round_trips::Random;

const KEYWORDS: [&str; 4] = ["", "BatchMechanism=pipeline;", "BatchMechanism=unnest;", "UseServerSidePrepare=0;"];

/// `T` is the table; the first parameter is an integer, the second a text.
const STATEMENTS: [&str; 11] = [
    "insert into T values (?, 1, ?)",
    "insert into T (id, w) values (?, ?)",
    "insert into T (id, w) values (? + 1, upper(?))",
    "insert into T (id, w) values (?, ?) on conflict (id) do update set v = T.v + 1",
    "insert into T (id, v) values (100 + ?, 2)",
    "update T set v = v + ? where w = ?",
    "update T set v = ? where w < ?",
    "update T set v = v + 1 where id = ?",
    "update T set id = id + 1000 where id = ?",
    "delete from T where id = ? and w > ?",
    "delete from T where id > 20 + ?",
];

const WORDS: [Option<&str>; 7] = [None, Some(""), Some("a"), Some("é"), Some("it's"), Some("0123456789"), Some("z\\")];

/// A table that fails in many ways: a key, a check, NOT NULL, and a trigger that refuses a row or leaves it out.
fn table(connection: &Connection, watched: bool) -> String {
    let table = unique("walk");
    connection.run(&format!("create table {table} (id int primary key, v int default 0 check (v < 6), w varchar(10))"));
    connection.run(&format!("alter table {table} alter w set not null"));
    if watched {
        connection.run(&format!(
            "create function {table}_guard() returns trigger language plpgsql as $$begin \
             if new.id = 13 then raise exception 'no' using errcode = 'ZZ013'; end if; \
             if new.id = 17 then return null; end if; return new; end$$"
        ));
        let guard = format!("for each row execute function {table}_guard()");
        connection.run(&format!("create trigger guard before insert or update on {table} {guard}"));
    }
    connection.run(&format!("insert into {table} select i, i % 4, 'a' from generate_series(1, 8) i"));
    table
}

fn content(connection: &Connection, table: &str) -> Option<String> {
    connection.value(&format!("select string_agg(t::text, ' ' order by id) from {table} t"))
}

/// What the text does by itself: how many rows it changes, or why none.
fn alone(connection: &Connection, text: &str) -> Result<isize, String> {
    let statement = connection.statement();
    let outcome = statement.execute_direct(text);
    match outcome.records.first() {
        Some(record) if outcome.code == SQL_ERROR => Err(record.sqlstate.clone()),
        // iODBC has no count then.
        _ if outcome.code == SQL_NO_DATA => Ok(0),
        _ => Ok(statement.row_count()),
    }
}

fn walk(number: u64) {
    let mut random = Random::new(number);
    let mut below = |limit: usize| random.below(limit as u64) as usize;
    let (connection, plain) = (connect_with(KEYWORDS[below(KEYWORDS.len())]), connect());
    let watched = below(3) == 0;
    let (table, twin) = (table(&plain, watched), table(&plain, watched));
    if below(2) == 0 {
        connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    }
    for step in 0..4 {
        let text = STATEMENTS[below(STATEMENTS.len())];
        let sets = [1, 2, 7, 8, 9, 40][below(6)];
        let integers: Vec<i32> = (0..sets).map(|set| if below(4) == 0 { below(9) as i32 } else { set + 3 }).collect();
        let words: Vec<Option<&str>> = integers.iter().map(|_| WORDS[below(WORDS.len())]).collect();
        let operations: Vec<u16> = match below(3) {
            0 => integers.iter().map(|_| u16::from(below(4) == 0) * SQL_PARAM_IGNORE).collect(),
            _ => Vec::new(),
        };
        let expected: Vec<Option<Result<isize, String>>> = (0..integers.len())
            .map(|set| {
                let word = words[set].map_or("NULL".to_owned(), |word| format!("'{}'", word.replace('\'', "''")));
                let text = text.replacen('?', &integers[set].to_string(), 1).replacen('?', &word, 1);
                let is_executed = operations.get(set) != Some(&SQL_PARAM_IGNORE);
                is_executed.then(|| alone(&plain, &text.replace('T', &twin)))
            })
            .collect();
        let statement = connection.statement();
        statement.prepare(&text.replace('T', &table)).success();
        let words = text[text.find('?').unwrap() + 1..].contains('?').then_some(words.as_slice());
        let report = execute(&statement, &integers, words, &operations);
        let at = format!("walk {number}, step {step}: {text} {integers:?} {words:?} {report:?}");
        let statuses: Vec<u16> = expected
            .iter()
            .map(|set| match set {
                None => SQL_PARAM_UNUSED,
                Some(Ok(_)) => SQL_PARAM_SUCCESS,
                Some(Err(_)) => SQL_PARAM_ERROR,
            })
            .collect();
        assert_eq!(report.statuses, statuses, "{at}");
        let executed: Vec<&Result<isize, String>> = expected.iter().flatten().collect();
        assert_eq!(report.processed, executed.len(), "{at}");
        let failures: Vec<&str> = executed.iter().filter_map(|set| set.as_ref().err()).map(String::as_str).collect();
        let changed: isize = executed.iter().filter_map(|set| set.as_ref().ok()).sum();
        let may_find_nothing = changed == 0 && !text.starts_with("insert");
        let code = match failures.len() {
            0 if may_find_nothing && !executed.is_empty() => SQL_NO_DATA,
            0 => SQL_SUCCESS,
            failed if failed == executed.len() => SQL_ERROR,
            _ => SQL_SUCCESS_WITH_INFO,
        };
        if keeps_diagnostics() || code == SQL_ERROR {
            assert!(report.outcome.code == code || executed.is_empty(), "{code} {at}");
            let mut told: Vec<&str> = report.outcome.records.iter().map(|record| record.sqlstate.as_str()).collect();
            let mut failures = failures;
            told.sort_unstable();
            failures.sort_unstable();
            assert_eq!(told, failures, "{at}");
        }
        if code != SQL_ERROR && report.outcome.code != SQL_NO_DATA {
            assert_eq!(statement.row_count(), changed, "{at}");
        }
        if below(2) == 0 {
            connection.end_transaction(SQL_COMMIT).success();
        }
    }
    connection.end_transaction(SQL_COMMIT).success();
    assert_eq!(content(&plain, &table), content(&plain, &twin), "walk {number}");
}

#[test]
fn arrays_do_what_their_sets_do_one_by_one() {
    let walks = std::env::var("PGODBC_TEST_WALKS").map_or(16, |walks| walks.parse().expect("a number"));
    (0..walks).for_each(walk);
}

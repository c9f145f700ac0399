//! Whatever way an array of parameters travels, the outcome is that of executing row by row: rows, statuses, row numbers.

use crate::common::api::Manager;
use crate::common::statement::Parameter;
use crate::common::{Connection, Outcome, Statement, api, server, unique};
use crate::odbc::attributes::*;
use crate::odbc::diagnostic_fields::SQL_DIAG_ROW_NUMBER;
use crate::odbc::types::*;
use crate::odbc::values::*;

const MECHANISMS: [&str; 4] = ["auto", "pipeline", "unnest", "copy"];

const WIDTH: usize = 24;

fn open(mechanism: &str) -> Connection {
    Connection::open(&format!("{}BatchMechanism={mechanism};", server().connection_string()))
}

fn described(sql_type: i16) -> Parameter {
    Parameter { c_type: SQL_C_CHAR, sql_type, column_size: WIDTH, decimal_digits: 2 }
}

/// One row: a text for each parameter.
type Row = &'static [Option<&'static str>];

/// What an execution tells of its sets.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    statuses: Vec<u16>,
    /// The set that each record is about, with its SQLSTATE.
    errors: Vec<(i64, String)>,
}

/// Executes with all rows in one array.
fn all_at_once(statement: &Statement<'_>, types: &[i16], rows: &[Row]) -> Told {
    let mut buffers: Vec<Vec<u8>> = types.iter().map(|_| vec![0; rows.len() * WIDTH]).collect();
    let mut lengths: Vec<Vec<isize>> = types.iter().map(|_| vec![SQL_NULL_DATA; rows.len()]).collect();
    let mut statuses = vec![99u16; rows.len()];
    statement.set(SQL_ATTR_PARAMSET_SIZE, rows.len()).success();
    statement.set(SQL_ATTR_PARAM_STATUS_PTR, statuses.as_mut_ptr().addr()).success();
    for (index, sql_type) in types.iter().enumerate() {
        for (row, value) in rows.iter().enumerate().filter_map(|(row, values)| Some((row, values[index]?))) {
            buffers[index][row * WIDTH..row * WIDTH + value.len()].copy_from_slice(value.as_bytes());
            lengths[index][row] = value.len() as isize;
        }
        let (address, lengths) = (buffers[index].as_mut_ptr().cast(), lengths[index].as_mut_ptr());
        // SAFETY: the buffers outlive the execution, after which everything is unbound.
        unsafe {
            let (number, capacity) = (index as u16 + 1, WIDTH as isize);
            statement.bind_parameter(number, described(*sql_type), address, capacity, lengths).success();
        }
    }
    let outcome = statement.execute();
    let errors = told_errors(statement, &outcome);
    statement.set(SQL_ATTR_PARAM_STATUS_PTR, 0).success();
    statement.set(SQL_ATTR_PARAMSET_SIZE, 1).success();
    statement.free(SQL_RESET_PARAMS).success();
    Told { statuses, errors }
}

fn told_errors(statement: &Statement<'_>, outcome: &Outcome) -> Vec<(i64, String)> {
    let number = |record| statement.diagnostic_number(record, SQL_DIAG_ROW_NUMBER);
    let records = (1..).zip(&outcome.records);
    records.map(|(record, told)| (number(record), told.sqlstate.clone())).collect()
}

/// Executes row by row, each on its own: what all else is compared with.
fn row_by_row(statement: &Statement<'_>, types: &[i16], rows: &[Row]) -> Told {
    let mut told = Told { statuses: Vec::new(), errors: Vec::new() };
    for (row, values) in (1..).zip(rows) {
        let mut texts: Vec<Vec<u8>> = values.iter().map(|value| value.unwrap_or("").into()).collect();
        let length = |value: &Option<&str>| value.map_or(SQL_NULL_DATA, |value| value.len() as isize);
        let mut lengths: Vec<isize> = values.iter().map(length).collect();
        for (index, sql_type) in types.iter().enumerate() {
            // A buffer of a single byte at least has an address that is not null.
            texts[index].push(0);
            let (address, length) = (texts[index].as_mut_ptr().cast(), &raw mut lengths[index]);
            // SAFETY: as above.
            unsafe {
                let (number, capacity) = (index as u16 + 1, WIDTH as isize);
                statement.bind_parameter(number, described(*sql_type), address, capacity, length).success();
            }
        }
        let outcome = statement.execute();
        let failed = outcome.code == SQL_ERROR;
        told.statuses.push(if failed { SQL_PARAM_ERROR } else { SQL_PARAM_SUCCESS });
        told.errors.extend(outcome.records.iter().map(|record| (row, record.sqlstate.clone())));
        statement.free(SQL_CLOSE).success();
        statement.free(SQL_RESET_PARAMS).success();
    }
    told
}

/// Makes the tables, executes `sql` in every way, and compares what was told and what is in the tables afterwards. In
/// `set_up`, `sql` and `look`, `%` stands for a schema of its own.
#[track_caller]
fn compare(set_up: &[&str], sql: &str, types: &[i16], rows: &[Row], look: &str, autocommit: bool) {
    let run = |mechanism: Option<&str>| {
        let connection = open(mechanism.unwrap_or("pipeline"));
        let schema = unique("batch");
        let named = |text: &str| text.replace('%', &schema);
        connection.run(&format!("create schema {schema}"));
        set_up.iter().for_each(|statement| connection.run(&named(statement)));
        if !autocommit {
            connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
        }
        let statement = connection.statement();
        statement.prepare(&named(sql)).success();
        let told = match mechanism {
            None => row_by_row(&statement, types, rows),
            Some(_) => all_at_once(&statement, types, rows),
        };
        drop(statement);
        if !autocommit {
            connection.end_transaction(SQL_COMMIT).success();
        }
        let found = connection.statement().rows(&named(look));
        connection.run(&format!("drop schema {schema} cascade"));
        if !autocommit {
            connection.end_transaction(SQL_COMMIT).success();
        }
        (told, found)
    };
    let (expected, rows_expected) = run(None);
    for mechanism in MECHANISMS {
        let (told, found) = run(Some(mechanism));
        assert_eq!(found, rows_expected, "{mechanism}: {sql}");
        assert_eq!(told.statuses, expected.statuses, "{mechanism}: {sql}");
        // iODBC loses the records of an execution that was not all an error.
        if api().manager != Manager::Iodbc {
            assert_eq!(told.errors, expected.errors, "{mechanism}: {sql}");
        }
    }
}

const TEN: &[Row] = &[
    &[Some("1"), Some("one")],
    &[Some("2"), None],
    &[Some("3"), Some("")],
    &[None, Some("null")],
    &[Some("5"), Some("{5,\"x\"}")],
    &[Some("6"), Some("NULL")],
    &[Some("7"), Some("back\\slash")],
    &[Some("8"), Some("two words ")],
    &[Some("9"), Some("\u{fc}\u{20ac}")],
    &[Some("10"), Some("'quoted'")],
];

#[test]
fn defaults_identities_generated_columns() {
    compare(
        &["create table %.t (k int generated always as identity, a int, b text default 'none', c int default 7, \
           d text generated always as (b || '!') stored)"],
        "insert into %.t (a, b) values (?, ?)",
        &[SQL_INTEGER, SQL_VARCHAR],
        TEN,
        "select t::text from %.t t order by k",
        true,
    );
}

#[test]
fn triggers_of_rows_and_of_statements() {
    for each in ["row", "statement"] {
        compare(
            &[
                "create table %.t (a int, b text)",
                "create table %.log (n int generated always as identity, what text)",
                "create function %.f() returns trigger language plpgsql as $$ begin \
                 insert into %.log (what) select coalesce((select count(*) from %.t)::text, '') || tg_level; \
                 if tg_level = 'ROW' then new.b = upper(new.b); if new.a = 5 then return null; end if; end if; \
                 return new; end $$",
                &format!("create trigger g before insert on %.t for each {each} execute function %.f()"),
            ],
            "insert into %.t values (?, ?)",
            &[SQL_INTEGER, SQL_VARCHAR],
            TEN,
            "select t::text from %.t t union all select l::text from %.log l order by 1",
            true,
        );
    }
}

#[test]
fn numbers_and_other_types_from_text() {
    let rows: &[Row] = &[
        &[Some("1.005"), Some("2.50"), Some("12"), Some("{\"a\": 1}"), Some("true"), Some("2024-02-29")],
        &[Some("-0.5"), None, Some(" 13 "), Some("[]"), Some("0"), Some("1999-12-31")],
        &[Some("99999999999999.99"), Some("0"), Some("x"), Some("null"), Some("no"), None],
        &[Some("1e3"), Some("1"), Some("14"), Some("{"), Some("t"), Some("2024-02-30")],
        &[Some("NaN"), Some("1"), Some("15"), None, None, Some("infinity")],
        &[Some("7"), Some("1"), Some("2147483648"), Some("7"), Some("y"), Some("2020-01-01")],
        &[Some("8"), Some("1"), Some("16"), Some("8"), Some("maybe"), Some("2020-01-01")],
        &[Some("9"), Some("1"), Some("17"), Some("\"9\""), Some("off"), Some("2020-01-01")],
        &[Some("10"), Some("1"), Some("18"), Some("10"), Some("f"), Some("2020-01-01 10:00")],
    ];
    compare(
        &[
            "create table %.t (k int generated always as identity, a numeric, b numeric(12,1), c int, d jsonb, e bool, f date)",
        ],
        "insert into %.t (a, b, c, d, e, f) values (?, ?, ?, ?, ?, ?)",
        &[SQL_VARCHAR, SQL_NUMERIC, SQL_VARCHAR, SQL_VARCHAR, SQL_VARCHAR, SQL_VARCHAR],
        rows,
        "select a, b, c, d, e, f from %.t order by a, c",
        true,
    );
}

const REPEATED: &[Row] = &[
    &[Some("1"), Some("a")],
    &[Some("2"), Some("b")],
    &[Some("1"), Some("c")],
    &[Some("-3"), Some("d")],
    &[Some("4"), Some("far too long for it")],
    &[None, Some("f")],
    &[Some("2"), Some("g")],
    &[Some("7"), Some("h")],
    &[Some("8"), Some("i")],
];

#[test]
fn errors_name_their_rows_and_the_others_stand() {
    for autocommit in [true, false] {
        compare(
            &["create table %.t (a int primary key check (a > 0), b varchar(4))"],
            "insert into %.t values (?, ?)",
            &[SQL_INTEGER, SQL_VARCHAR],
            REPEATED,
            "select t::text from %.t t order by a",
            autocommit,
        );
    }
}

#[test]
fn foreign_and_deferred_keys() {
    compare(
        &[
            "create table %.p (a int primary key)",
            "insert into %.p values (1), (2), (7), (8)",
            "create table %.t (a int references %.p, b text unique deferrable initially immediate)",
        ],
        "insert into %.t values (?, ?)",
        &[SQL_INTEGER, SQL_VARCHAR],
        REPEATED,
        "select t::text from %.t t order by a, b",
        true,
    );
}

#[test]
fn conflicts() {
    for action in ["nothing", "update set b = t.b || excluded.b"] {
        compare(
            &["create table %.t (a int primary key, b text)", "insert into %.t values (2, 'old')"],
            &format!("insert into %.t as t values (?, ?) on conflict (a) do {action}"),
            &[SQL_INTEGER, SQL_VARCHAR],
            REPEATED,
            "select t::text from %.t t order by a",
            true,
        );
    }
}

#[test]
fn updates_and_deletes_in_order() {
    let set_up = [
        "create table %.t (a int primary key, b text)",
        "insert into %.t select i, i::text from generate_series(1, 9) i",
    ];
    let rows: &[Row] = &[
        &[Some("x"), Some("1")],
        &[Some("y"), Some("1")],
        &[Some("z"), Some("99")],
        &[None, Some("3")],
        &[Some("w"), None],
        &[Some("v"), Some("8")],
    ];
    // Both orders of the same key: the last one counts.
    let types = [SQL_VARCHAR, SQL_INTEGER];
    for sql in ["update %.t set b = coalesce(b, '') || ? where a = ?", "delete from %.t where b <> ? and a = ?"] {
        // A set that touches no row is SQL_NO_DATA by itself: no error either way.
        compare(&set_up, sql, &types, rows, "select t::text from %.t t order by a", true);
    }
}

#[test]
fn partitions_and_domains() {
    compare(
        &[
            "create domain %.positive as int check (value > 0)",
            "create table %.t (a %.positive, b text) partition by range (a)",
            "create table %.low partition of %.t for values from (1) to (5)",
            "create table %.high partition of %.t for values from (5) to (8)",
        ],
        "insert into %.t values (?, ?)",
        &[SQL_INTEGER, SQL_VARCHAR],
        TEN,
        "select tableoid::regclass::text = '%.low', t::text from %.t t order by 2",
        true,
    );
}

#[test]
fn returning_gives_a_result_for_each_row() {
    for mechanism in MECHANISMS {
        let connection = open(mechanism);
        let table = unique("returned");
        connection.run(&format!("create table {table} (k int generated always as identity, a int)"));
        let statement = connection.statement();
        statement.prepare(&format!("insert into {table} (a) values (?) returning k, a * 2")).success();
        let mut values: Vec<i32> = (10..22).collect();
        let integer = Parameter { c_type: SQL_C_SLONG, sql_type: SQL_INTEGER, column_size: 0, decimal_digits: 0 };
        statement.set(SQL_ATTR_PARAMSET_SIZE, values.len()).success();
        // SAFETY: the values outlive the execution.
        unsafe {
            statement.bind_parameter(1, integer, values.as_mut_ptr().cast(), 0, std::ptr::null_mut()).success();
        }
        statement.execute().success();
        for (place, value) in values.iter().enumerate() {
            let expected = [[Some((place + 1).to_string()), Some((value * 2).to_string())]];
            assert_eq!(statement.fetch_rows(), expected, "{mechanism}");
            let more = statement.more_results().code;
            assert_eq!(more, if place + 1 == values.len() { SQL_NO_DATA } else { SQL_SUCCESS });
        }
        statement.free(SQL_RESET_PARAMS).success();
    }
}

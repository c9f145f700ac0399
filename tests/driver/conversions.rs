//! The whole conversion matrix: values of every server type, as every C type, bound and by SQLGetData, in text and in
//! binary format, whole, in pieces and cut; and parameters of every C type as every SQL type. What must come out has been
//! worked out by conversions/expected.py and conversions/parameters.py.

mod cut;
mod matrix;
mod parameters;
mod pieces;
mod random;
mod sessions;
mod sizes;
mod zones;

use crate::common::api::Manager;
use crate::common::text::encode;
use crate::common::{Connection, Outcome, Record, Statement, api, server};
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::collections::HashMap;

/// SQL_C_SS_TIME2 and SQL_C_SS_TIMESTAMPOFFSET (msodbcsql.h).
const TIME2: i16 = 0x4000;
const TIMESTAMP_OFFSET: i16 = 0x4001;

const UNTOUCHED: u8 = 0xaa;

/// What a conversion comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    Null,
    /// The bytes, without a terminator, and the SQLSTATE of a warning.
    Value(Vec<u8>, Option<String>),
    Error(String),
    /// An error of the driver manager, which has not called the driver.
    Manager(String),
}

/// A value of the server's.
struct Case {
    /// The SQL expression.
    sql: String,
    /// The catalog's name of its type.
    type_name: String,
    /// How many characters at the beginning of its text a bound buffer must hold.
    kept: usize,
    /// By C type, as expected.py writes it.
    outcomes: HashMap<String, String>,
}

/// The values that this server has.
fn cases() -> Vec<Case> {
    include_str!("conversions/expected.tsv")
        .lines()
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let sql = columns.next().unwrap().replace("\\n", "\n").replace("\\t", "\t");
            let version: u32 = columns.next().unwrap().parse().unwrap();
            let type_name = columns.next().unwrap().to_owned();
            let kept = columns.next().unwrap().parse().unwrap();
            let pairs = columns.map(|outcome| outcome.split_once('=').unwrap());
            let outcomes = pairs.map(|(code, outcome)| (code.to_owned(), outcome.to_owned())).collect();
            (server().version >= version).then_some(Case { sql, type_name, kept, outcomes })
        })
        .collect()
}

fn bytes(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

impl Case {
    /// The C type that a code of the table stands for: itself, but for SQL_C_DEFAULT.
    fn resolved(&self, code: &str) -> i16 {
        let outcome = self.outcomes.get(code).and_then(|outcome| outcome.strip_prefix('>'));
        outcome.unwrap_or(code.split('(').next().unwrap()).parse().unwrap()
    }

    fn expected(&self, code: &str, today: &[u8]) -> Answer {
        let Some(outcome) = self.outcomes.get(code) else { return Answer::Error("07006".to_owned()) };
        if let Some(other) = outcome.strip_prefix('>') {
            return self.expected(other, today);
        }
        if outcome == "null" {
            return Answer::Null;
        }
        if let Some(sqlstate) = outcome.strip_prefix('!') {
            return Answer::Error(sqlstate.to_owned());
        }
        let (is_today, outcome) = match outcome.strip_prefix("@today:") {
            Some(outcome) => (true, outcome),
            None => (false, outcome.as_str()),
        };
        let (warning, digits) = match outcome.split_once(':') {
            Some((warning, digits)) => (Some(warning.to_owned()), digits),
            None => (None, outcome),
        };
        let mut value = bytes(digits);
        if is_today {
            value[..6].copy_from_slice(today);
        }
        if self.resolved(code) == SQL_C_WCHAR {
            value = encode(std::str::from_utf8(&value).unwrap(), api().manager.wide_width());
        }
        Answer::Value(value, warning)
    }
}

/// The current local date as SQL_DATE_STRUCT.
fn today() -> Vec<u8> {
    let output = std::process::Command::new("date").arg("+%Y %m %d").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().flat_map(|part| part.parse::<u16>().unwrap().to_ne_bytes()).collect()
}

/// Bytes of a terminator.
fn terminator(c_type: i16) -> usize {
    match c_type {
        SQL_C_CHAR => 1,
        SQL_C_WCHAR => api().manager.wide_width(),
        _ => 0,
    }
}

/// An error as who has made it: a manager begins its messages with its name and says what it is.
fn refusal(record: &Record) -> Answer {
    let is_the_managers = record.message.contains("[Driver Manager]");
    (if is_the_managers { Answer::Manager } else { Answer::Error })(record.sqlstate.clone())
}

/// iODBC lets no C types of a driver's pass; unixODBC does for applications of ODBC 3.80.
fn is_the_managers(c_type: i16, answer: &Answer) -> bool {
    api().manager == Manager::Iodbc
        && matches!(c_type, TIME2 | TIMESTAMP_OFFSET)
        && *answer == Answer::Manager("HY003".to_owned())
}

/// What the application sees in its buffer and indicator.
#[track_caller]
fn answer(outcome: &Outcome, indicator: isize, buffer: &[u8], c_type: i16) -> Answer {
    let sqlstate = outcome.records.first().map(|record| record.sqlstate.clone());
    match (outcome.code, indicator) {
        (SQL_SUCCESS, SQL_NULL_DATA) => Answer::Null,
        (SQL_SUCCESS | SQL_SUCCESS_WITH_INFO, length) => {
            let length = usize::try_from(length).unwrap_or_else(|_| panic!("an indicator of {length}"));
            let end = length + terminator(c_type);
            assert!(buffer[length..end].iter().all(|byte| *byte == 0), "no terminator");
            assert!(buffer[end..].iter().all(|byte| *byte == UNTOUCHED), "bytes behind the value were written");
            Answer::Value(buffer[..length].to_vec(), sqlstate)
        }
        (SQL_ERROR, _) => refusal(&outcome.records[0]),
        other => panic!("{other:?}: {outcome:?}"),
    }
}

/// As an application of ODBC 3.80, which may name a driver's own C types; iODBC 3.52.9 knows ODBC 3 only.
fn connect(string: &str) -> Connection {
    let version = if api().manager == Manager::Iodbc { 3 } else { 380 };
    let connection = Connection::open_as(version, string);
    connection.run("set TimeZone to 'Asia/Kolkata'");
    connection
}

/// A connection for the matrix. The types that the cases use are there in its transaction only, which is never
/// committed: others wait for its end before they make the same.
struct Fixture(Connection);

impl Fixture {
    fn new(keywords: &str) -> Fixture {
        Fixture::of(connect(&format!("{}{keywords}", server().connection_string())))
    }

    fn of(connection: Connection) -> Fixture {
        connection.run("begin");
        for statement in include_str!("conversions/setup.sql").split(';').filter(|text| !text.trim().is_empty()) {
            connection.run(statement);
        }
        Fixture(connection)
    }

    /// A statement that has so many rows of an expression.
    #[track_caller]
    fn rows(&self, sql: &str, count: usize) -> Statement<'_> {
        let statement = self.0.statement();
        statement.execute_direct(&format!("select {sql} from generate_series(1, {count})")).success();
        statement
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.0.run("rollback");
        }
    }
}

//! The whole conversion matrix: values of every server type, as every C type, bound and by SQLGetData, in text and in
//! binary format, whole and in pieces; compared with what conversions/expected.py has worked out.

use crate::common::api::Manager;
use crate::common::statement::Parameter;
use crate::common::text::encode;
use crate::common::{Connection, Outcome, Statement, api, connect_with, server};
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::collections::HashMap;
use std::fmt::Write;

/// SQL_C_SS_TIME2 and SQL_C_SS_TIMESTAMPOFFSET (msodbcsql.h).
const TIME2: i16 = 0x4000;
const TIMESTAMP_OFFSET: i16 = 0x4001;

/// Every C type code of the ODBC reference and those of the driver.
const C_TYPES: &[i16] = &[
    SQL_C_CHAR,
    SQL_C_WCHAR,
    SQL_C_BINARY,
    SQL_C_SLONG,
    SQL_C_LONG,
    SQL_C_ULONG,
    SQL_C_SSHORT,
    SQL_C_SHORT,
    SQL_C_USHORT,
    SQL_C_STINYINT,
    SQL_C_TINYINT,
    SQL_C_UTINYINT,
    SQL_C_SBIGINT,
    SQL_C_UBIGINT,
    SQL_C_FLOAT,
    SQL_C_DOUBLE,
    SQL_C_BIT,
    SQL_C_NUMERIC,
    SQL_C_GUID,
    SQL_C_TYPE_DATE,
    SQL_C_DATE,
    SQL_C_TYPE_TIME,
    SQL_C_TIME,
    SQL_C_TYPE_TIMESTAMP,
    SQL_C_TIMESTAMP,
    TIME2,
    TIMESTAMP_OFFSET,
    SQL_C_INTERVAL_YEAR,
    SQL_C_INTERVAL_MONTH,
    SQL_C_INTERVAL_DAY,
    SQL_C_INTERVAL_HOUR,
    SQL_C_INTERVAL_MINUTE,
    SQL_C_INTERVAL_SECOND,
    SQL_C_INTERVAL_YEAR_TO_MONTH,
    SQL_C_INTERVAL_DAY_TO_HOUR,
    SQL_C_INTERVAL_DAY_TO_MINUTE,
    SQL_C_INTERVAL_DAY_TO_SECOND,
    SQL_C_INTERVAL_HOUR_TO_MINUTE,
    SQL_C_INTERVAL_HOUR_TO_SECOND,
    SQL_C_INTERVAL_MINUTE_TO_SECOND,
];

const CAPACITY: usize = 8000;
const UNTOUCHED: u8 = 0xaa;

/// What a conversion comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    Null,
    /// The bytes, without a terminator, and the SQLSTATE of a warning.
    Value(Vec<u8>, Option<String>),
    Error(String),
}

struct Case {
    /// The SQL expression.
    sql: String,
    outcomes: HashMap<i16, String>,
}

fn cases() -> Vec<Case> {
    include_str!("conversions/expected.tsv")
        .lines()
        .map(|line| {
            let mut columns = line.split('\t');
            let sql = columns.next().unwrap().replace("\\n", "\n").replace("\\t", "\t");
            let pairs = columns.map(|outcome| outcome.split_once('=').unwrap());
            let outcomes = pairs.map(|(code, outcome)| (code.parse().unwrap(), outcome.to_owned())).collect();
            Case { sql, outcomes }
        })
        .filter(|case| server().version >= first_version(&case.sql))
        .collect()
}

/// The version of PostgreSQL that brought what an expression needs.
fn first_version(sql: &str) -> u32 {
    if sql.contains("multirange") || sql.ends_with("Infinity'::numeric") { 14 } else { 0 }
}

fn bytes(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

fn expected(case: &Case, c_type: i16, today: &[u8]) -> Answer {
    let Some(outcome) = case.outcomes.get(&c_type) else { return Answer::Error("07006".to_owned()) };
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
    if c_type == SQL_C_WCHAR {
        value = encode(std::str::from_utf8(&value).unwrap(), api().manager.wide_width());
    }
    Answer::Value(value, warning)
}

/// The current local date as SQL_DATE_STRUCT.
fn today() -> Vec<u8> {
    let output = std::process::Command::new("date").arg("+%Y %m %d").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().flat_map(|part| part.parse::<u16>().unwrap().to_ne_bytes()).collect()
}

fn terminator(c_type: i16) -> usize {
    match c_type {
        SQL_C_CHAR => 1,
        SQL_C_WCHAR => api().manager.wide_width(),
        _ => 0,
    }
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
        (SQL_ERROR, _) => Answer::Error(sqlstate.unwrap_or_default()),
        other => panic!("{other:?}: {outcome:?}"),
    }
}

fn bound(statement: &Statement<'_>, c_type: i16) -> Answer {
    let mut buffer = vec![UNTOUCHED; CAPACITY];
    let mut indicator = isize::MIN;
    let (address, capacity) = (buffer.as_mut_ptr().cast(), CAPACITY as isize);
    // SAFETY: local buffers; the column is unbound before they go.
    let outcome = unsafe { statement.bind_column(1, c_type, address, capacity, &raw mut indicator) };
    let outcome = if outcome.code == SQL_SUCCESS { statement.fetch() } else { outcome };
    statement.free(SQL_UNBIND).success();
    answer(&outcome, indicator, &buffer, c_type)
}

fn by_get_data(statement: &Statement<'_>, c_type: i16) -> Answer {
    statement.fetch().success();
    let mut buffer = vec![UNTOUCHED; CAPACITY];
    let (outcome, indicator) = statement.get_data(1, c_type, &mut buffer);
    answer(&outcome, indicator, &buffer, c_type)
}

/// A connection for the matrix, with the types that the cases use.
fn connect(format: &str) -> Connection {
    let connection = connect_with(&format!("ResultFormat={format};"));
    for statement in include_str!("conversions/setup.sql").split(';').filter(|text| !text.trim().is_empty()) {
        connection.run(statement);
    }
    connection.run("set TimeZone to 'Asia/Kolkata'");
    connection
}

/// unixODBC does not let every C type pass.
fn is_the_managers(c_type: i16, answer: &Answer) -> bool {
    api().manager != Manager::Direct
        && matches!(c_type, TIME2 | TIMESTAMP_OFFSET)
        && *answer == Answer::Error("HY003".to_owned())
}

fn run_matrix(format: &str) {
    let connection = connect(format);
    let today = today();
    let (mut count, mut report) = (0, String::new());
    type Mode = (&'static str, fn(&Statement<'_>, i16) -> Answer);
    let modes: [Mode; 2] = [("bound", bound), ("SQLGetData", by_get_data)];
    for case in cases() {
        for (mode, read) in modes {
            let statement = connection.statement();
            // A row for each C type, and more: a conversion that is refused may leave the row where it is.
            let rows = 2 * C_TYPES.len();
            statement.execute_direct(&format!("select {} from generate_series(1, {rows})", case.sql)).success();
            for &c_type in C_TYPES {
                let (seen, expected) = (read(&statement, c_type), expected(&case, c_type, &today));
                count += 1;
                if seen != expected && !is_the_managers(c_type, &seen) {
                    writeln!(report, "{} as {c_type}, {mode}: {seen:?}\n    expected {expected:?}", case.sql).unwrap();
                }
            }
        }
    }
    println!("{count} conversions in {format} format");
    assert!(report.is_empty(), "{}{report}", report.lines().count() / 2);
    assert!(count > 20_000);
}

#[test]
fn every_type_as_every_c_type_in_text() {
    run_matrix("text");
}

#[test]
fn every_type_as_every_c_type_in_binary() {
    run_matrix("binary");
}

/// Reads a value in pieces of so many bytes, or as many more as one character needs.
fn in_pieces(statement: &Statement<'_>, c_type: i16, piece: usize) -> Vec<u8> {
    statement.fetch().success();
    let (mut value, mut extra) = (Vec::new(), 0);
    loop {
        let mut buffer =
            vec![
                UNTOUCHED;
                piece.div_ceil(terminator(c_type).max(1)) * terminator(c_type).max(1) + extra + terminator(c_type)
            ];
        let (outcome, indicator) = statement.get_data(1, c_type, &mut buffer);
        let left = usize::try_from(indicator).unwrap();
        if outcome.code == SQL_SUCCESS {
            value.extend_from_slice(&buffer[..left]);
            return value;
        }
        outcome.info("01004");
        let room = buffer.len() - terminator(c_type);
        // What is written ends at the terminator: a whole character may not have had room.
        let end = match terminator(c_type) {
            0 => room,
            unit => {
                let mut units = buffer.chunks_exact(unit);
                units.position(|unit| unit.iter().all(|byte| *byte == 0)).expect("a terminator") * unit
            }
        };
        assert!(end <= room && left > end);
        extra = if end == 0 { extra + 1 } else { 0 };
        if c_type == SQL_C_WCHAR && end == 0 {
            extra += api().manager.wide_width() - 1;
        }
        value.extend_from_slice(&buffer[..end]);
    }
}

#[test]
fn every_value_in_pieces_is_the_whole() {
    for format in ["text", "binary"] {
        let connection = connect(format);
        for case in cases() {
            for c_type in [SQL_C_CHAR, SQL_C_WCHAR, SQL_C_BINARY] {
                let Answer::Value(whole, _) = expected(&case, c_type, &[0; 6]) else { continue };
                // Numbers and dates as SQL_C_BINARY are not cut.
                if c_type == SQL_C_BINARY
                    && case.outcomes[&SQL_C_BINARY] != case.outcomes[&SQL_C_CHAR]
                    && !case.sql.ends_with("::bytea")
                {
                    continue;
                }
                let statement = connection.statement();
                statement.execute_direct(&format!("select {} from generate_series(1, 6)", case.sql)).success();
                for piece in [1, 2, 3, 7, 4096] {
                    let read = in_pieces(&statement, c_type, piece);
                    assert_eq!(read, whole, "{} as {c_type} in pieces of {piece}, {format}", case.sql);
                }
            }
        }
    }
}

/// One parameter on its way, and the text that the server then prints.
fn send(statement: &Statement<'_>, c_type: i16, data: &[u8], sql_type: i16, cast: &str, digits: i16) -> Answer {
    let described = Parameter { c_type, sql_type, column_size: 100, decimal_digits: digits };
    let mut length = data.len() as isize;
    let (address, capacity) = (data.as_ptr().cast_mut().cast(), data.len() as isize);
    // SAFETY: the data outlives the execution; an input parameter is not written.
    let bound = unsafe { statement.bind_parameter(1, described, address, capacity, &raw mut length) };
    let refused = |outcome: &Outcome| Answer::Error(outcome.records[0].sqlstate.clone());
    if bound.code != SQL_SUCCESS {
        return refused(&bound);
    }
    let executed = statement.execute_direct(&format!("select (?::{cast})::text"));
    statement.free(SQL_RESET_PARAMS).success();
    if executed.code == SQL_ERROR {
        return refused(&executed);
    }
    let warning = executed.records.first().map(|record| record.sqlstate.clone());
    statement.fetch().success();
    let text = statement.get_text(1).unwrap();
    statement.close_cursor().success();
    Answer::Value(text.into_bytes(), warning)
}

/// "C to SQL" of appendix D, read back by the server.
#[test]
fn every_c_type_as_every_sql_type() {
    let connection = connect("auto");
    let statement = connection.statement();
    let (mut count, mut report) = (0, String::new());
    for line in include_str!("conversions/parameters.tsv").lines() {
        let [c_type, data, sql_type, cast, outcome] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let (c_type, sql_type) = (c_type.parse().unwrap(), sql_type.parse().unwrap());
        let mut data = bytes(data);
        if c_type == SQL_C_WCHAR {
            data = encode(std::str::from_utf8(&data).unwrap(), api().manager.wide_width());
        }
        let expected = match (outcome.strip_prefix('!'), outcome.split_once(':')) {
            (Some(sqlstate), _) => Answer::Error(sqlstate.to_owned()),
            // iODBC loses the warnings of SQLExecDirect.
            (_, Some((_, digits))) if api().manager == Manager::Iodbc => Answer::Value(bytes(digits), None),
            (_, Some((warning, digits))) => Answer::Value(bytes(digits), Some(warning.to_owned())),
            _ => Answer::Value(bytes(outcome), None),
        };
        let seen = send(&statement, c_type, &data, sql_type, cast, 0);
        count += 1;
        let is_the_managers = is_the_managers(c_type, &seen)
            || api().manager != Manager::Direct && seen == Answer::Error("HY004".to_owned());
        if seen != expected && !is_the_managers {
            writeln!(report, "{c_type} {data:02x?} as {sql_type} ({cast}): {seen:?}\n    expected {expected:?}")
                .unwrap();
        }
    }
    println!("{count} parameters");
    assert!(report.is_empty(), "{}\n{report}", report.lines().count() / 2);
    assert!(count > 3000);
}

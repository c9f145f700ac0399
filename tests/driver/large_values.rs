//! Values of 256 MB go in by SQLPutData and come out by SQLGetData, and are held once on their way.
//!
//! `make test` runs two of them and an array of parameters; `make test-large` all, under each manager.

use crate::common::statement::Parameter;
use crate::common::text::encode;
use crate::common::{Connection, Statement, api, connect_with, server};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::process::Command;
use std::ptr::null_mut;

/// Bytes of a value, as the server counts them.
const LENGTH: usize = 256 << 20;

/// Bytes of a value that are made at once.
const CHUNK: usize = 1 << 20;
const CHUNKS: usize = LENGTH / CHUNK;

/// Peak memory of the process that sends and reads, in KiB: 1.5 times the value.
const LIMIT: u64 = (LENGTH + LENGTH / 2) as u64 / 1024;

/// The same where the server is asked for hexadecimal digits (`ResultFormat=text`: twice the value comes in one message), and
/// where another statement is executed before the value has been read: it is then copied out of the receive buffer.
const LIMIT_OF_TWO: u64 = LIMIT + LENGTH as u64 / 1024;

/// A value's way to the server and back.
#[derive(Clone, Copy)]
struct Way {
    name: &'static str,
    /// Words of one to four bytes a character; else bytes of all values.
    is_text: bool,
    put: Parameter,
    get: i16,
    keywords: &'static str,
    /// Another statement is executed while the value is being read.
    is_parked: bool,
}

const TEXT: Way = Way {
    name: "text",
    is_text: true,
    put: parameter(SQL_C_CHAR, SQL_LONGVARCHAR),
    get: SQL_C_CHAR,
    keywords: "ResultFormat=text;",
    is_parked: false,
};
const WIDE: Way = Way { name: "wide text", put: parameter(SQL_C_WCHAR, SQL_WLONGVARCHAR), get: SQL_C_WCHAR, ..TEXT };
// The first execution would bring hexadecimal digits where a round trip is dear: by default the driver asks for the
// columns before only where it is not, and a busy machine's clock is no measure.
const BYTES: Way = Way {
    name: "bytea",
    is_text: false,
    put: parameter(SQL_C_BINARY, SQL_LONGVARBINARY),
    get: SQL_C_BINARY,
    keywords: "ResultFormat=binary;",
    is_parked: false,
};

const WAYS: &[Way] = &[
    TEXT,
    WIDE,
    BYTES,
    Way { name: "text from wide text", put: WIDE.put, ..TEXT },
    Way { name: "wide text from text", get: SQL_C_WCHAR, ..TEXT },
    Way { name: "text asked for in binary", keywords: BYTES.keywords, ..TEXT },
    Way { name: "text as bytes", get: SQL_C_BINARY, ..TEXT },
    Way { name: "bytea asked for in text", keywords: TEXT.keywords, ..BYTES },
    Way { name: "bytea as digits", get: SQL_C_CHAR, ..BYTES },
    Way { name: "bytea as wide digits", get: SQL_C_WCHAR, ..BYTES },
    Way { name: "bytea from digits", put: parameter(SQL_C_CHAR, SQL_LONGVARBINARY), ..BYTES },
    Way { name: "parked text", is_parked: true, ..TEXT },
    Way { name: "parked wide text", is_parked: true, ..WIDE },
    Way { name: "parked bytea", is_parked: true, ..BYTES },
];

const fn parameter(c_type: i16, sql_type: i16) -> Parameter {
    Parameter { c_type, sql_type, column_size: LENGTH, decimal_digits: 0 }
}

#[test]
fn a_large_bytea_is_held_once() {
    in_a_process_of_its_own("sends_and_reads_a_large_value", BYTES.name);
}

#[test]
fn a_large_text_is_held_once() {
    in_a_process_of_its_own("sends_and_reads_a_large_value", TEXT.name);
}

#[test]
fn a_large_array_of_parameters_is_held_once() {
    in_a_process_of_its_own("sends_and_reads_a_large_array", "array");
}

#[test]
#[ignore = "takes minutes: make test-large"]
fn large_values_of_every_kind_are_held_once() {
    for way in WAYS {
        in_a_process_of_its_own("sends_and_reads_a_large_value", way.name);
    }
}

/// The variable that tells the process of its own which value.
const WHICH: &str = "PGODBC_TEST_LARGE_VALUE";

#[track_caller]
fn in_a_process_of_its_own(test: &str, which: &str) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("large_values::{test}"), "--ignored", "--nocapture", "--test-threads=1"])
        .env(WHICH, which)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{which}: {text}\n{}", String::from_utf8_lossy(&output.stderr));
    let peaks: Vec<u64> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("peak "))
        .map(|line| line.split_whitespace().next().unwrap().parse().unwrap())
        .collect();
    println!("PostgreSQL {}: {which}: KiB at peak after sending and after reading: {peaks:?}", server().version);
    assert_eq!(peaks.len(), 2, "{text}");
    let is_held_twice = which == "bytea asked for in text" || which.starts_with("parked");
    let limit = if is_held_twice { LIMIT_OF_TWO } else { LIMIT };
    assert!(peaks.iter().all(|peak| *peak < limit), "{which}: {peaks:?} KiB at peak, the limit is {limit}");
}

fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap().trim().to_owned()
}

/// A large value as the application has it, chunk after chunk. Chunks differ in their first bytes, which tell their number.
struct Content {
    is_text: bool,
    c_type: i16,
    /// All of a chunk but its beginning, encoded.
    rest: Vec<u8>,
}

/// Bytes at the beginning of a chunk that tell its number. Words are as long: 1 + 2 + 3 + 4 bytes and 6 digits.
const HEAD: usize = 16;

impl Content {
    fn new(is_text: bool, c_type: i16) -> Content {
        let places = 1..CHUNK / HEAD;
        let rest: Vec<u8> = match is_text {
            true => places.flat_map(|place| word(place).into_bytes()).collect(),
            false => (HEAD..CHUNK).map(|at| (at * 31 + (at >> 8) * 7) as u8).collect(),
        };
        Content { is_text, c_type, rest: encoded(is_text, c_type, &rest) }
    }

    fn chunk(&self, number: usize) -> Vec<u8> {
        let head = match self.is_text {
            true => word(number << 16).into_bytes(),
            false => [number as u8; HEAD].to_vec(),
        };
        let mut chunk = encoded(self.is_text, self.c_type, &head);
        chunk.extend_from_slice(&self.rest);
        chunk
    }

    /// Bytes of the whole value.
    fn length(&self) -> usize {
        CHUNKS * self.chunk(0).len()
    }
}

fn word(number: usize) -> String {
    format!("aä€😀{number:06x}")
}

/// Text or bytes as a C type has them: bytes as characters are hexadecimal digits.
fn encoded(is_text: bool, c_type: i16, value: &[u8]) -> Vec<u8> {
    let digits = |value: &[u8]| value.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    match (c_type, is_text) {
        (SQL_C_BINARY, _) | (SQL_C_CHAR, true) => value.to_vec(),
        (SQL_C_CHAR, false) => digits(value).into_bytes(),
        (_, true) => encode(std::str::from_utf8(value).unwrap(), api().manager.wide_width()),
        (_, false) => encode(&digits(value), api().manager.wide_width()),
    }
}

#[test]
#[ignore = "run by others, in a process of its own"]
fn sends_and_reads_a_large_value() {
    let which = std::env::var(WHICH).unwrap_or_else(|_| BYTES.name.to_owned());
    let way = WAYS.iter().find(|way| way.name == which).unwrap();
    let connection = connect_with(way.keywords);
    connection.run(&format!("create temp table large (value {})", if way.is_text { "text" } else { "bytea" }));
    // Neither compressed nor cut: the server's time is not what is measured.
    connection.run("alter table large alter column value set storage external");
    send(&connection.statement(), way);
    println!("\npeak {}", peak());
    let length = connection.value("select octet_length(value)::text from large");
    assert_eq!(length.as_deref(), Some(LENGTH.to_string().as_str()));
    read(&connection, way);
    println!("\npeak {}", peak());
}

fn send(statement: &Statement<'_>, way: &Way) {
    statement.prepare("insert into large values (?)").success();
    let mut indicator = SQL_DATA_AT_EXEC;
    // SAFETY: the indicator outlives the execution; there is no buffer.
    unsafe { statement.bind_parameter(1, way.put, null_mut(), 0, &raw mut indicator) }.success();
    assert_eq!(statement.execute().code, SQL_NEED_DATA);
    assert_eq!(statement.parameter_data().0.code, SQL_NEED_DATA);
    let content = Content::new(way.is_text, way.put.c_type);
    for number in 0..CHUNKS {
        // Pieces that end inside characters.
        let chunk = content.chunk(number);
        let (first, second) = chunk.split_at(chunk.len() / 2 + 2);
        statement.put(first).success();
        statement.put(second).success();
    }
    statement.parameter_data().0.success();
    assert_eq!(statement.row_count(), 1);
}

fn read(connection: &Connection, way: &Way) {
    let statement = connection.statement();
    statement.prepare("select value from large").success();
    statement.execute().success();
    let park = || {
        if way.is_parked {
            assert_eq!(connection.value("select 'another'").as_deref(), Some("another"));
        }
    };
    park();
    statement.fetch().success();
    let content = Content::new(way.is_text, way.get);
    let terminator = match way.get {
        SQL_C_CHAR => 1,
        SQL_C_WCHAR => api().manager.wide_width(),
        _ => 0,
    };
    // No multiple of a chunk, nor of a word.
    let piece = CHUNK - 28;
    let mut buffer = vec![0; piece + terminator];
    let (mut left, mut chunks) = (content.length(), (0..CHUNKS).map(|number| content.chunk(number)));
    let mut expected = Vec::new();
    for pieces in 0.. {
        if pieces == 100 {
            park();
        }
        let (outcome, indicator) = statement.get_data(1, way.get, &mut buffer);
        assert_eq!(indicator as usize, left, "bytes before piece {pieces}");
        let is_last = left <= piece;
        match is_last {
            true => outcome.success(),
            false => drop(outcome.info("01004")),
        }
        let length = left.min(piece);
        while expected.len() < length {
            expected.extend(chunks.next().unwrap());
        }
        assert!(buffer[..length] == expected[..length], "piece {pieces}");
        expected.drain(..length);
        left -= length;
        if is_last {
            break;
        }
    }
    statement.get_data(1, way.get, &mut buffer).0.no_data();
    assert_eq!(left, 0);
    statement.fetch().no_data();
}

#[test]
#[ignore = "run by a_large_array_of_parameters_is_held_once, in a process of its own"]
fn sends_and_reads_a_large_array() {
    const SETS: usize = 8;
    const CHUNKS_OF_A_SET: usize = CHUNKS / SETS;
    let connection = connect_with("ResultFormat=binary;");
    connection.run("create temp table large (id int, value bytea)");
    connection.run("alter table large alter column value set storage external");
    let statement = connection.statement();
    statement.prepare("insert into large values (?, ?)").success();
    statement.set(SQL_ATTR_PARAMSET_SIZE, SETS).success();
    let ids: [i32; SETS] = std::array::from_fn(|set| set as i32);
    let mut indicators = [SQL_DATA_AT_EXEC; SETS];
    let number = Parameter { c_type: SQL_C_SLONG, sql_type: SQL_INTEGER, column_size: 0, decimal_digits: 0 };
    // SAFETY: the arrays outlive the execution; there is no buffer for the values.
    unsafe {
        statement.bind_parameter(1, number, ids.as_ptr().cast_mut().cast(), 0, null_mut()).success();
        statement.bind_parameter(2, BYTES.put, null_mut(), 0, (&raw mut indicators).cast()).success();
    }
    assert_eq!(statement.execute().code, SQL_NEED_DATA);
    let content = Content::new(false, SQL_C_BINARY);
    for number in 0..CHUNKS {
        if number % CHUNKS_OF_A_SET == 0 {
            assert_eq!(statement.parameter_data().0.code, SQL_NEED_DATA);
        }
        statement.put(&content.chunk(number)).success();
    }
    statement.parameter_data().0.success();
    assert_eq!(statement.row_count(), SETS as isize);
    println!("\npeak {}", peak());
    let sizes = format!("select count(*) from large where octet_length(value) = {}", LENGTH / SETS);
    assert_eq!(connection.value(&sizes).as_deref(), Some(SETS.to_string().as_str()));
    // What came in is what was sent: read row by row.
    let rows = connection.statement();
    rows.execute_direct("select value from large order by id").success();
    let mut buffer = vec![0; CHUNK];
    for number in 0..CHUNKS {
        if number % CHUNKS_OF_A_SET == 0 {
            rows.fetch().success();
        }
        let outcome = rows.get_data(1, SQL_C_BINARY, &mut buffer).0;
        match (number + 1) % CHUNKS_OF_A_SET == 0 {
            true => outcome.success(),
            false => drop(outcome.info("01004")),
        }
        assert!(buffer == content.chunk(number), "chunk {number}");
    }
    rows.fetch().no_data();
    println!("\npeak {}", peak());
}

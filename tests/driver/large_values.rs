//! Values of 256 MB go in by SQLPutData and come out by SQLGetData, and are held once on their way.

use crate::common::statement::Parameter;
use crate::common::{Statement, connect_with, server};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::process::Command;
use std::ptr::null_mut;

const LENGTH: usize = 256 << 20;
const PIECE: usize = 1 << 20;

/// Peak memory of the process that sends and reads, in KiB: 1.5 times the value.
const LIMIT: u64 = (LENGTH + LENGTH / 2) as u64 / 1024;

#[test]
fn a_large_bytea_is_held_once() {
    in_a_process_of_its_own("sends_and_reads_a_large_bytea");
}

#[test]
fn a_large_text_is_held_once() {
    in_a_process_of_its_own("sends_and_reads_a_large_text");
}

#[test]
fn a_large_array_of_parameters_is_held_once() {
    in_a_process_of_its_own("sends_and_reads_a_large_array");
}

#[track_caller]
fn in_a_process_of_its_own(test: &str) {
    let test = format!("large_values::{test}");
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &test, "--ignored", "--nocapture", "--test-threads=1"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    let peaks: Vec<u64> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("peak "))
        .map(|line| line.split_whitespace().next().unwrap().parse().unwrap())
        .collect();
    println!("PostgreSQL {}: {test}: KiB at peak after sending and after reading: {peaks:?}", server().version);
    assert_eq!(peaks.len(), 2, "{text}");
    assert!(peaks.iter().all(|peak| *peak < LIMIT), "{peaks:?} KiB at peak, the limit is {LIMIT}");
}

/// The byte at a place of the value: all values of bytes, in an order of its own for every 64 KiB; none is 0.
fn byte(at: usize, greatest: usize) -> u8 {
    (1 + (at * 31 + (at >> 16) * 7) % greatest) as u8
}

fn fill(piece: &mut [u8], offset: usize, greatest: usize) {
    for (index, place) in piece.iter_mut().enumerate() {
        *place = byte(offset + index, greatest);
    }
}

/// The greatest byte of bytea and of ASCII text.
const BYTES: usize = 255;
const ASCII: usize = 127;

fn send_and_read(kind: &str, described: Parameter, c_type: i16, greatest: usize) {
    // The first execution would bring hexadecimal digits where a round trip is dear: by default the driver asks for the
    // columns before only where it is not, and a busy machine's clock is no measure.
    let connection = connect_with("ResultFormat=binary;");
    connection.run(&format!("create temp table large (value {kind})"));
    // Neither compressed nor cut: the server's time is not what is measured.
    connection.run("alter table large alter column value set storage external");
    let statement = connection.statement();
    send(&statement, described, greatest);
    println!("\npeak {}", peak());
    assert_eq!(
        connection.value("select octet_length(value)::text from large").as_deref(),
        Some(LENGTH.to_string().as_str())
    );
    read(&connection.statement(), c_type, greatest);
    println!("\npeak {}", peak());
}

fn send(statement: &Statement<'_>, described: Parameter, greatest: usize) {
    statement.prepare("insert into large values (?)").success();
    let mut indicator = SQL_DATA_AT_EXEC;
    // SAFETY: the indicator outlives the execution; there is no buffer.
    unsafe { statement.bind_parameter(1, described, null_mut(), 0, &raw mut indicator) }.success();
    assert_eq!(statement.execute().code, SQL_NEED_DATA);
    assert_eq!(statement.parameter_data().0.code, SQL_NEED_DATA);
    let mut piece = vec![0; PIECE];
    for offset in (0..LENGTH).step_by(PIECE) {
        fill(&mut piece, offset, greatest);
        statement.put(&piece).success();
    }
    statement.parameter_data().0.success();
    assert_eq!(statement.row_count(), 1);
}

fn read(statement: &Statement<'_>, c_type: i16, greatest: usize) {
    statement.prepare("select value from large").success();
    statement.execute().success();
    statement.fetch().success();
    let terminator = usize::from(c_type == SQL_C_CHAR);
    let (mut buffer, mut expected) = (vec![0; PIECE + terminator], vec![0; PIECE]);
    for offset in (0..LENGTH).step_by(PIECE) {
        let (outcome, indicator) = statement.get_data(1, c_type, &mut buffer);
        match offset + PIECE == LENGTH {
            true => outcome.success(),
            false => drop(outcome.info("01004")),
        }
        assert_eq!(indicator as usize, LENGTH - offset);
        fill(&mut expected, offset, greatest);
        assert!(buffer[..PIECE] == expected[..], "the piece at {offset}");
    }
    statement.get_data(1, c_type, &mut buffer).0.no_data();
}

fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap().trim().to_owned()
}

const fn parameter(c_type: i16, sql_type: i16) -> Parameter {
    Parameter { c_type, sql_type, column_size: LENGTH, decimal_digits: 0 }
}

#[test]
#[ignore = "run by a_large_bytea_is_held_once, in a process of its own"]
fn sends_and_reads_a_large_bytea() {
    send_and_read("bytea", parameter(SQL_C_BINARY, SQL_LONGVARBINARY), SQL_C_BINARY, BYTES);
}

#[test]
#[ignore = "run by a_large_text_is_held_once, in a process of its own"]
fn sends_and_reads_a_large_text() {
    send_and_read("text", parameter(SQL_C_CHAR, SQL_LONGVARCHAR), SQL_C_CHAR, ASCII);
}

#[test]
#[ignore = "run by a_large_array_of_parameters_is_held_once, in a process of its own"]
fn sends_and_reads_a_large_array() {
    const SETS: usize = 8;
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
        let described = parameter(SQL_C_BINARY, SQL_LONGVARBINARY);
        statement.bind_parameter(2, described, null_mut(), 0, (&raw mut indicators).cast()).success();
    }
    assert_eq!(statement.execute().code, SQL_NEED_DATA);
    let mut piece = vec![0; PIECE];
    for set in 0..SETS {
        assert_eq!(statement.parameter_data().0.code, SQL_NEED_DATA);
        for offset in (0..LENGTH / SETS).step_by(PIECE) {
            fill(&mut piece, set * LENGTH / SETS + offset, BYTES);
            statement.put(&piece).success();
        }
    }
    statement.parameter_data().0.success();
    assert_eq!(statement.row_count(), SETS as isize);
    println!("\npeak {}", peak());
    let sizes = format!("select count(*) from large where octet_length(value) = {}", LENGTH / SETS);
    assert_eq!(connection.value(&sizes).as_deref(), Some(SETS.to_string().as_str()));
    // What came in is what was sent: read row by row.
    let rows = connection.statement();
    rows.execute_direct("select value from large order by id").success();
    let mut expected = vec![0; PIECE];
    for set in 0..SETS {
        rows.fetch().success();
        let mut buffer = vec![0; PIECE];
        for offset in (0..LENGTH / SETS).step_by(PIECE) {
            let outcome = rows.get_data(1, SQL_C_BINARY, &mut buffer).0;
            if offset + PIECE == LENGTH / SETS {
                outcome.success()
            } else {
                drop(outcome.info("01004"))
            }
            fill(&mut expected, set * LENGTH / SETS + offset, BYTES);
            assert!(buffer == expected, "set {set} at {offset}");
        }
    }
    println!("\npeak {}", peak());
}

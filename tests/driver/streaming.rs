//! A big result flows through, or is kept in a file: memory does not grow with it.

use crate::common::{connect, connect_with, server};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::process::Command;
use std::time::Instant;

const ROWS: i64 = 5_000_000;
const ROWSET: usize = 1000;

/// Peak memory of the whole process that fetches, in KiB.
const LIMIT: u64 = 32 * 1024;

/// Runs one of the tests below in a process of its own: the peak counts whatever else ran before. Its last line, with the
/// peak, is printed.
fn check_peak(test: &str) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    let line = text.lines().find(|line| line.contains("peak")).unwrap_or_else(|| panic!("no measurement in: {text}"));
    let line = line.split_once(" ... ").map_or(line, |(_, line)| line);
    println!("PostgreSQL {}: {line}", server().version);
    let peak: u64 = line.split_whitespace().skip_while(|word| *word != "peak").nth(1).unwrap().parse().unwrap();
    assert!(peak < LIMIT, "{peak} KiB at peak, the limit is {LIMIT}");
}

/// "peak 12345 kB": the most memory that this process has had resident.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap().trim();
    format!("peak {peak}")
}

#[test]
fn five_million_rows_in_less_than_32_megabytes() {
    check_peak("streaming::fetches_five_million_rows");
}

#[test]
fn a_million_rows_that_are_kept_in_less_than_32_megabytes() {
    check_peak("streaming::goes_back_and_forth_in_a_million_rows");
}

#[test]
#[ignore = "run by a_million_rows_that_are_kept_in_less_than_32_megabytes, in a process of its own"]
fn goes_back_and_forth_in_a_million_rows() {
    // PGODBC_TEST_KEPT_ROWS: to look at more of them by hand.
    let rows = std::env::var("PGODBC_TEST_KEPT_ROWS").map_or(1_000_000, |rows| rows.parse().unwrap());
    let connection = connect_with("CursorMemory=1;");
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC).success();
    let (mut number, mut text, mut lengths) = (0_i64, [0_u8; 64], [0_isize; 2]);
    // SAFETY: they live to the end of the function.
    unsafe {
        statement.bind_column(1, SQL_C_SBIGINT, (&raw mut number).cast(), 0, &raw mut lengths[0]).success();
        statement.bind_column(2, SQL_C_CHAR, text.as_mut_ptr().cast(), 64, &raw mut lengths[1]).success();
    }
    let sql = format!("select i, lpad(i::text, 40, 'x') from (select generate_series(1::bigint, {rows}) as i) s");
    statement.execute_direct(&sql).success();
    let start = Instant::now();
    statement.fetch_scroll(SQL_FETCH_LAST, 0).success();
    let read = start.elapsed();
    let start = Instant::now();
    const JUMPS: i64 = 10_000;
    // A step that has no divisor with any power of ten: the rows are met in no order.
    for jump in 1..=JUMPS {
        let row = jump * 7_777_777 % rows + 1;
        statement.fetch_scroll(SQL_FETCH_ABSOLUTE, row as isize).success();
        assert_eq!(*std::hint::black_box(&number), row);
        assert_eq!(std::hint::black_box(&text)[..40], *format!("{row:x>40}").as_bytes());
    }
    let jumped = start.elapsed();
    let start = Instant::now();
    statement.fetch_scroll(SQL_FETCH_ABSOLUTE, 0).no_data();
    let mut sum = 0;
    while statement.fetch_scroll(SQL_FETCH_NEXT, 0).code != SQL_NO_DATA {
        sum += *std::hint::black_box(&number);
    }
    assert_eq!(sum, rows * (rows + 1) / 2);
    println!(
        "{rows} rows read in {read:.2?}, {JUMPS} jumps in {jumped:.2?}, read once more in {:.2?}, {}",
        start.elapsed(),
        peak()
    );
}

#[test]
#[ignore = "run by five_million_rows_in_less_than_32_megabytes, in a process of its own"]
fn fetches_five_million_rows() {
    let connection = connect();
    let statement = connection.statement();
    let mut numbers = vec![0_i64; ROWSET];
    let mut texts = vec![[0_u8; 16]; ROWSET];
    let (mut number_lengths, mut text_lengths) = (vec![0_isize; ROWSET], vec![0_isize; ROWSET]);
    let mut fetched = 0_usize;
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, ROWSET).success();
    statement.set(SQL_ATTR_ROWS_FETCHED_PTR, (&raw mut fetched).expose_provenance()).success();
    // SAFETY: arrays of as many elements as rows are asked for; they live to the end of the function.
    unsafe {
        let (address, lengths) = (numbers.as_mut_ptr().cast(), number_lengths.as_mut_ptr());
        statement.bind_column(1, SQL_C_SBIGINT, address, 0, lengths).success();
        let (address, lengths) = (texts.as_mut_ptr().cast(), text_lengths.as_mut_ptr());
        statement.bind_column(2, SQL_C_CHAR, address, 16, lengths).success();
    }
    let start = Instant::now();
    // In the select list the function streams; in the from clause the server would first collect all of it.
    let sql = format!("select i, 'row ' || i from (select generate_series(1::bigint, {ROWS}) as i) s");
    statement.execute_direct(&sql).success();
    let (mut rows, mut sum, mut first) = (0, 0, None);
    loop {
        let outcome = statement.fetch();
        if outcome.code == SQL_NO_DATA {
            break;
        }
        outcome.success();
        first.get_or_insert_with(|| start.elapsed());
        for row in 0..fetched {
            sum += numbers[row];
            let expected = format!("row {}", numbers[row]);
            if row == 0 {
                assert_eq!(&texts[row][..expected.len()], expected.as_bytes());
            }
            assert_eq!(text_lengths[row] as usize, expected.len());
        }
        rows += fetched as i64;
    }
    assert_eq!((rows, sum), (ROWS, ROWS * (ROWS + 1) / 2));
    println!("{ROWS} rows in {:.2?}, the first after {:.2?}, {}", start.elapsed(), first.unwrap(), peak());
}

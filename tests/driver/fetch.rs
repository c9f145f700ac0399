//! Fetching into bound columns: one row, rowsets by column and by row, statuses, offsets.

use crate::common::buffers::{Bit, Date, Time, Timestamp};
use crate::common::{Statement, connect};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::mem::offset_of;
use std::ptr::null_mut;

#[test]
fn each_common_type_into_its_buffer() {
    let connection = connect();
    let statement = connection.statement();
    let sql = "select 32767::int2, (-2147483648)::int4, 9223372036854775807::int8, 0.5::float8, true, \
               date '0044-03-15', time '23:59:58', timestamp '2024-02-29 12:34:56.789012', 'text', '\\x00ff10'::bytea, 1.5::real";
    let (mut small, mut integer, mut big, mut double, mut bit) = (0_i16, 0_i32, 0_i64, 0_f64, Bit(9));
    let (mut date, mut time, mut timestamp) = (Date::default(), Time::default(), Timestamp::default());
    let (mut text, mut binary, mut real) = ([0xa5_u8; 8], [0xa5_u8; 8], 0_f32);
    let mut indicators = [isize::MIN; 11];
    statement.execute_direct(sql).success();
    let buffers: [(i16, *mut std::ffi::c_void, isize); 11] = [
        (SQL_C_SSHORT, (&raw mut small).cast(), 0),
        (SQL_C_SLONG, (&raw mut integer).cast(), 0),
        (SQL_C_SBIGINT, (&raw mut big).cast(), 0),
        (SQL_C_DOUBLE, (&raw mut double).cast(), 0),
        (SQL_C_BIT, (&raw mut bit).cast(), 0),
        (SQL_C_TYPE_DATE, (&raw mut date).cast(), 0),
        (SQL_C_TYPE_TIME, (&raw mut time).cast(), 0),
        (SQL_C_TYPE_TIMESTAMP, (&raw mut timestamp).cast(), 0),
        (SQL_C_CHAR, text.as_mut_ptr().cast(), 8),
        (SQL_C_BINARY, binary.as_mut_ptr().cast(), 8),
        (SQL_C_FLOAT, (&raw mut real).cast(), 0),
    ];
    for (number, (c_type, address, capacity)) in buffers.into_iter().enumerate() {
        // SAFETY: the buffers are local and the statement fetches within this function.
        unsafe { statement.bind_column(number as u16 + 1, c_type, address, capacity, &raw mut indicators[number]) }
            .success();
    }
    statement.fetch().success();
    assert_eq!((small, integer, big, double, bit.0, real), (32767, i32::MIN, i64::MAX, 0.5, 1, 1.5));
    assert_eq!(date, Date { year: 44, month: 3, day: 15 });
    assert_eq!(time, Time { hour: 23, minute: 59, second: 58 });
    let expected = Timestamp { year: 2024, month: 2, day: 29, hour: 12, minute: 34, second: 56, fraction: 789_012_000 };
    assert_eq!(timestamp, expected);
    assert_eq!(&text, b"text\0\xa5\xa5\xa5");
    assert_eq!(&binary, b"\x00\xff\x10\xa5\xa5\xa5\xa5\xa5");
    assert_eq!(indicators, [2, 4, 8, 8, 1, 6, 6, 16, 4, 3, 4]);
}

#[test]
fn null_is_told_by_the_indicator_and_leaves_the_buffer() {
    let connection = connect();
    let statement = connection.statement();
    let (mut value, mut indicator) = (77_i32, 0_isize);
    // SAFETY: local buffers; the statement fetches within this function.
    unsafe { statement.bind_column(1, SQL_C_SLONG, (&raw mut value).cast(), 0, &raw mut indicator) }.success();
    statement.execute_direct("select null::int").success();
    statement.fetch().success();
    assert_eq!((value, indicator), (77, SQL_NULL_DATA));
}

#[test]
fn null_without_an_indicator_is_an_error() {
    // ODBC reference, SQLFetch: 22002.
    let connection = connect();
    let statement = connection.statement();
    let mut value = 0_i32;
    // SAFETY: as above.
    unsafe { statement.bind_column(1, SQL_C_SLONG, (&raw mut value).cast(), 0, null_mut()) }.success();
    statement.execute_direct("select null::int").success();
    statement.fetch().error("22002");
}

#[test]
fn text_that_does_not_fit_is_cut_with_its_whole_length() {
    let connection = connect();
    let statement = connection.statement();
    let (mut text, mut indicator) = ([0xa5_u8; 5], 0_isize);
    // SAFETY: as above.
    unsafe { statement.bind_column(1, SQL_C_CHAR, text.as_mut_ptr().cast(), 5, &raw mut indicator) }.success();
    statement.execute_direct("select '0123456789'").success();
    statement.fetch().info("01004");
    assert_eq!((&text, indicator), (b"0123\0", 10));
}

#[test]
fn text_is_cut_only_between_characters() {
    let connection = connect();
    let statement = connection.statement();
    let (mut text, mut indicator) = ([0xa5_u8; 6], 0_isize);
    // SAFETY: as above.
    unsafe { statement.bind_column(1, SQL_C_CHAR, text.as_mut_ptr().cast(), 6, &raw mut indicator) }.success();
    // Five bytes of room: one and two are taken, the face needs four and is left out whole.
    statement.execute_direct("select 'aé😀'").success();
    statement.fetch().info("01004");
    assert_eq!((&text[..4], indicator), (&b"a\xc3\xa9\0"[..], 7));
}

#[test]
fn a_number_that_does_not_fit_is_an_error() {
    let connection = connect();
    let statement = connection.statement();
    let (mut value, mut indicator) = (0_i16, 0_isize);
    // SAFETY: as above.
    unsafe { statement.bind_column(1, SQL_C_SSHORT, (&raw mut value).cast(), 0, &raw mut indicator) }.success();
    statement.execute_direct("select 32768::int4").success();
    statement.fetch().error("22003");
}

#[test]
fn digits_after_the_point_that_are_lost_are_a_warning() {
    let connection = connect();
    let statement = connection.statement();
    let (mut value, mut indicator) = (0_i32, 0_isize);
    // SAFETY: as above.
    unsafe { statement.bind_column(1, SQL_C_SLONG, (&raw mut value).cast(), 0, &raw mut indicator) }.success();
    statement.execute_direct("select 12.75::numeric").success();
    statement.fetch().info("01S07");
    assert_eq!(value, 12);
}

#[test]
fn unbound_columns_are_left_out() {
    let connection = connect();
    let statement = connection.statement();
    let (mut first, mut second, mut indicator) = (0_i32, 0_i32, 0_isize);
    // SAFETY: as above.
    unsafe {
        statement.bind_column(1, SQL_C_SLONG, (&raw mut first).cast(), 0, &raw mut indicator).success();
        statement.bind_column(3, SQL_C_SLONG, (&raw mut second).cast(), 0, &raw mut indicator).success();
    }
    statement.execute_direct("select i, 'between', -i from generate_series(1, 3) i").success();
    statement.fetch().success();
    assert_eq!((first, second), (1, -1));
    // SAFETY: a null address unbinds.
    unsafe { statement.bind_column(1, SQL_C_SLONG, null_mut(), 0, null_mut()) }.success();
    statement.fetch().success();
    assert_eq!((first, second), (1, -2));
    statement.free(SQL_UNBIND).success();
    statement.fetch().success();
    assert_eq!((first, second), (1, -2));
    assert_eq!(statement.get::<i32>(1), Some(3));
}

/// What a rowset tells of itself.
#[derive(Debug)]
struct Told {
    fetched: usize,
    statuses: Vec<u16>,
}

fn ask_for_rows(statement: &Statement<'_>, size: usize, bind_type: usize) -> Box<Told> {
    let mut told = Box::new(Told { fetched: usize::MAX, statuses: vec![0xffff; size] });
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, size).success();
    statement.set(SQL_ATTR_ROW_BIND_TYPE, bind_type).success();
    statement.set(SQL_ATTR_ROWS_FETCHED_PTR, (&raw mut told.fetched).expose_provenance()).success();
    statement.set(SQL_ATTR_ROW_STATUS_PTR, told.statuses.as_mut_ptr().expose_provenance()).success();
    told
}

#[test]
fn rowsets_by_column() {
    let connection = connect();
    let statement = connection.statement();
    let told = ask_for_rows(&statement, 4, SQL_BIND_BY_COLUMN);
    let (mut numbers, mut texts) = ([0_i64; 4], [[0xa5_u8; 6]; 4]);
    let (mut number_lengths, mut text_lengths) = ([0_isize; 4], [0_isize; 4]);
    // SAFETY: local arrays of as many elements as rows are asked for.
    unsafe {
        let (address, lengths) = (numbers.as_mut_ptr().cast(), number_lengths.as_mut_ptr());
        statement.bind_column(1, SQL_C_SBIGINT, address, 0, lengths).success();
        let (address, lengths) = (texts.as_mut_ptr().cast(), text_lengths.as_mut_ptr());
        statement.bind_column(2, SQL_C_CHAR, address, 6, lengths).success();
    }
    statement.execute_direct("select i, case when i <> 2 then 'r' || i end from generate_series(1, 6) i").success();
    statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    assert_eq!((numbers, told.fetched), ([1, 2, 3, 4], 4));
    assert_eq!(told.statuses, [SQL_ROW_SUCCESS; 4]);
    assert_eq!(text_lengths, [2, SQL_NULL_DATA, 2, 2]);
    assert_eq!(&texts[2][..3], b"r3\0");
    statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    assert_eq!((&numbers[..2], told.fetched), (&[5, 6][..], 2));
    assert_eq!(told.statuses, [SQL_ROW_SUCCESS, SQL_ROW_SUCCESS, SQL_ROW_NOROW, SQL_ROW_NOROW]);
    statement.fetch_scroll(SQL_FETCH_NEXT, 0).no_data();
    assert_eq!(told.fetched, 0);
}

#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    number: i32,
    number_length: isize,
    text: [u8; 10],
    text_length: isize,
}

#[test]
fn rowsets_by_row_with_an_offset() {
    let connection = connect();
    let statement = connection.statement();
    let told = ask_for_rows(&statement, 3, size_of::<Row>());
    let mut rows = [Row::default(); 6];
    let mut offset = 0_usize;
    statement.set(SQL_ATTR_ROW_BIND_OFFSET_PTR, (&raw mut offset).expose_provenance()).success();
    let base = rows.as_mut_ptr();
    // SAFETY: addresses of the first structure; the others follow at its size.
    unsafe {
        let (value, length) = ((&raw mut (*base).number).cast(), &raw mut (*base).number_length);
        statement.bind_column(1, SQL_C_SLONG, value, 0, length).success();
        let (value, length) = ((&raw mut (*base).text).cast(), &raw mut (*base).text_length);
        statement.bind_column(2, SQL_C_CHAR, value, 10, length).success();
    }
    statement.execute_direct("select i, 'row ' || i from generate_series(1, 6) i").success();
    statement.fetch().success();
    // The offset is read at each fetch.
    offset = 3 * size_of::<Row>();
    statement.fetch().success();
    assert_eq!(told.fetched, 3);
    assert_eq!(offset, 3 * size_of::<Row>());
    for (index, row) in rows.iter().enumerate() {
        let expected = format!("row {}\0", index + 1);
        assert_eq!((row.number, row.number_length, row.text_length), (index as i32 + 1, 4, 5), "{row:?}");
        assert_eq!(&row.text[..6], expected.as_bytes());
    }
    assert_eq!(offset_of!(Row, number), 0);
}

/// The largest rowset that is spoken for: each row where it belongs, by column and by row.
#[test]
fn a_rowset_of_a_hundred_thousand_rows() {
    const SIZE: usize = 100_000;
    #[repr(C)]
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    struct Number {
        length: isize,
        value: i32,
    }
    let expected = |row: usize| match row % 3 {
        0 => (SQL_NULL_DATA, 0),
        _ => (4, row as i32),
    };
    let connection = connect();
    let (mut values, mut lengths) = (vec![0_i32; SIZE], vec![0_isize; SIZE]);
    let mut rows = vec![Number::default(); SIZE];
    for by_row in [false, true] {
        let statement = connection.statement();
        let told = ask_for_rows(&statement, SIZE, if by_row { size_of::<Number>() } else { SQL_BIND_BY_COLUMN });
        let first = rows.as_mut_ptr();
        // SAFETY: as many elements as rows are asked for, alive until the statement has been read.
        unsafe {
            let (value, length) = match by_row {
                true => (&raw mut (*first).value, &raw mut (*first).length),
                false => (values.as_mut_ptr(), lengths.as_mut_ptr()),
            };
            statement.bind_column(1, SQL_C_SLONG, value.cast(), 0, length).success();
        }
        statement.execute_direct("select case when i % 3 <> 0 then i end from generate_series(1, 150000) i").success();
        for (first, count) in [(1, SIZE), (SIZE + 1, SIZE / 2)] {
            values.fill(0);
            rows.fill(Number::default());
            statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
            assert_eq!(told.fetched, count);
            let status = |row| if row < count { SQL_ROW_SUCCESS } else { SQL_ROW_NOROW };
            assert!(told.statuses.iter().enumerate().all(|(row, told)| *told == status(row)));
            for row in 0..count {
                let found = if by_row { (rows[row].length, rows[row].value) } else { (lengths[row], values[row]) };
                assert_eq!(found, expected(first + row), "by row: {by_row}");
            }
        }
        statement.fetch_scroll(SQL_FETCH_NEXT, 0).no_data();
    }
}

#[test]
fn a_row_that_fails_does_not_fail_its_rowset() {
    // ODBC reference, SQLFetch, "Error handling": SQL_SUCCESS_WITH_INFO, SQL_ROW_ERROR for that row, its number in the
    // record; SQL_ERROR only if no row succeeded.
    let connection = connect();
    let statement = connection.statement();
    let told = ask_for_rows(&statement, 4, SQL_BIND_BY_COLUMN);
    let (mut numbers, mut lengths) = ([0_i16; 4], [0_isize; 4]);
    // SAFETY: local arrays.
    unsafe {
        statement.bind_column(1, SQL_C_SSHORT, numbers.as_mut_ptr().cast(), 0, lengths.as_mut_ptr()).success();
    }
    statement.execute_direct("select case i when 3 then 40000 else i end from generate_series(1, 4) i").success();
    statement.fetch().info("22003");
    assert_eq!(told.fetched, 4);
    assert_eq!(told.statuses, [SQL_ROW_SUCCESS, SQL_ROW_SUCCESS, SQL_ROW_ERROR, SQL_ROW_SUCCESS]);
    assert_eq!((numbers[0], numbers[1], numbers[3]), (1, 2, 4));
    assert_eq!(statement.diagnostic_number(1, crate::odbc::diagnostic_fields::SQL_DIAG_ROW_NUMBER), 3);
}

#[test]
fn the_size_of_the_rowset_may_change_between_fetches() {
    let connection = connect();
    let statement = connection.statement();
    let (mut numbers, mut lengths, mut fetched) = ([0_i32; 8], [0_isize; 8], 0_usize);
    statement.set(SQL_ATTR_ROWS_FETCHED_PTR, (&raw mut fetched).expose_provenance()).success();
    // SAFETY: local arrays with room for the longest rowset.
    unsafe { statement.bind_column(1, SQL_C_SLONG, numbers.as_mut_ptr().cast(), 0, lengths.as_mut_ptr()) }.success();
    statement.execute_direct("select generate_series(1, 12)").success();
    for (size, expected) in [(1, &[1][..]), (3, &[2, 3, 4]), (8, &[5, 6, 7, 8, 9, 10, 11, 12])] {
        statement.set(SQL_ATTR_ROW_ARRAY_SIZE, size).success();
        statement.fetch().success();
        assert_eq!((fetched, &numbers[..size]), (size, expected));
    }
    statement.fetch().no_data();
}

#[test]
fn a_forward_only_cursor_goes_forward_only() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select generate_series(1, 3)").success();
    for orientation in [SQL_FETCH_PRIOR, SQL_FETCH_FIRST, SQL_FETCH_LAST, SQL_FETCH_ABSOLUTE, SQL_FETCH_RELATIVE] {
        // ODBC reference, SQLFetchScroll: HY106, fetch type out of range.
        statement.fetch_scroll(orientation, 1).error("HY106");
    }
    statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    assert_eq!(statement.get::<i32>(1), Some(1));
}

#[test]
fn fetching_without_a_result_is_refused() {
    let connection = connect();
    connection.run("drop table if exists no_rows");
    let statement = connection.statement();
    statement.fetch().error_of(&["24000", "HY010"]);
    statement.execute_direct("create table no_rows (a int)").success();
    statement.fetch().error("24000");
}

#[test]
fn a_c_type_that_does_not_go_with_the_column_is_an_error() {
    // ODBC reference, appendix D: there is no conversion from an integer to a date.
    let connection = connect();
    let statement = connection.statement();
    let (mut date, mut indicator) = (Date::default(), 0_isize);
    // SAFETY: local buffers.
    unsafe { statement.bind_column(1, SQL_C_TYPE_DATE, (&raw mut date).cast(), 0, &raw mut indicator) }.success();
    statement.execute_direct("select 1::int4").success();
    statement.fetch().error("07006");
}

#[test]
fn max_rows_ends_the_result() {
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_MAX_ROWS, 3).succeeded();
    assert_eq!(statement.rows("select generate_series(1, 10)").len(), 3);
    statement.set(SQL_ATTR_MAX_ROWS, 0).success();
    assert_eq!(statement.rows("select generate_series(1, 10)").len(), 10);
}

#[test]
fn rows_of_no_columns_are_counted() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select from generate_series(1, 3)").success();
    // No column: ODBC has no result set then, and no rows to fetch; nothing may break.
    assert_eq!(statement.column_count(), 0);
    statement.free(SQL_CLOSE).success();
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
}

#[test]
fn the_widest_row_the_server_can_make() {
    let connection = connect();
    let columns: Vec<String> = (1..=1600).map(|number| number.to_string()).collect();
    let rows = connection.statement().rows(&format!("select {}", columns.join(", ")));
    assert_eq!(rows, vec![columns.into_iter().map(Some).collect::<Vec<_>>()]);
}

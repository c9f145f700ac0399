//! SQLGetData: any column, in any order, in pieces.

use crate::common::buffers::{Bit, Date, Time, Timestamp};
use crate::common::text::encode;
use crate::common::{Connection, Statement, api, connect, connect_with};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;

/// A statement that stands on the first row of a query.
#[track_caller]
fn row<'c>(connection: &'c Connection, sql: &str) -> Statement<'c> {
    let statement = connection.statement();
    statement.execute_direct(sql).succeeded();
    statement.fetch().success();
    statement
}

#[test]
fn each_common_type() {
    let connection = connect();
    let statement = row(
        &connection,
        "select (-32768)::int2, 2147483647::int4, (-9223372036854775808)::int8, 1e300::float8, false, \
         date '9999-12-31', time '00:00:00', timestamp '1900-01-01 00:00:00.000001', 'text'::varchar(10), 3.25::real, \
         12345678901234567890.12345::numeric, '7f0e0d0c-0b0a-4908-8706-050403020100'::uuid, 'x'::char(3)",
    );
    assert_eq!(statement.get::<i16>(1), Some(i16::MIN));
    assert_eq!(statement.get::<i32>(2), Some(i32::MAX));
    assert_eq!(statement.get::<i64>(3), Some(i64::MIN));
    assert_eq!(statement.get::<f64>(4), Some(1e300));
    assert_eq!(statement.get::<Bit>(5), Some(Bit(0)));
    assert_eq!(statement.get::<Date>(6), Some(Date { year: 9999, month: 12, day: 31 }));
    assert_eq!(statement.get::<Time>(7), Some(Time::default()));
    let expected = Timestamp { year: 1900, month: 1, day: 1, fraction: 1000, ..Timestamp::default() };
    assert_eq!(statement.get::<Timestamp>(8), Some(expected));
    assert_eq!(statement.get_text(9).as_deref(), Some("text"));
    assert_eq!(statement.get::<f32>(10), Some(3.25));
    assert_eq!(statement.get_text(11).as_deref(), Some("12345678901234567890.12345"));
    assert_eq!(statement.get_text(12).unwrap().to_lowercase(), "7f0e0d0c-0b0a-4908-8706-050403020100");
    assert_eq!(statement.get_text(13).as_deref(), Some("x  "));
}

#[test]
fn numbers_as_text_are_what_the_server_writes() {
    let connection = connect();
    let sql = "select i, i::text from unnest(array[0, -1, 0.1, 1e10, 123456.789, 1e-7]::float8[]) i";
    for row in connection.statement().rows(sql) {
        let (number, text): (f64, f64) =
            (row[0].as_ref().unwrap().parse().unwrap(), row[1].as_ref().unwrap().parse().unwrap());
        assert_eq!(number, text);
    }
    let rows =
        connection.statement().rows("select 1e400::numeric::text, 1e400::numeric, 'NaN'::float8, 0::numeric(5, 2)");
    assert_eq!(rows[0][0], rows[0][1], "no digit of a numeric is lost");
    assert_eq!(rows[0][2].as_deref(), Some("NaN"));
    assert_eq!(rows[0][3].as_deref(), Some("0.00"));
}

#[test]
fn columns_in_any_order_and_again() {
    // SQL_GETDATA_EXTENSIONS says SQL_GD_ANY_ORDER: clients rely on it.
    let connection = connect();
    let statement = row(&connection, "select 1, 2, 3");
    for column in [3, 1, 2] {
        assert_eq!(statement.get::<i32>(column), Some(i32::from(column)));
    }
}

#[test]
fn narrow_text_in_pieces_with_the_rest_counted_down() {
    let connection = connect();
    let statement = row(&connection, "select '0123456789abc'");
    let mut buffer = [0xa5_u8; 6];
    let (outcome, indicator) = statement.get_data(1, SQL_C_CHAR, &mut buffer);
    outcome.info("01004");
    assert_eq!((&buffer, indicator), (b"01234\0", 13));
    let (outcome, indicator) = statement.get_data(1, SQL_C_CHAR, &mut buffer);
    outcome.info("01004");
    assert_eq!((&buffer, indicator), (b"56789\0", 8));
    let (outcome, indicator) = statement.get_data(1, SQL_C_CHAR, &mut buffer);
    outcome.success();
    assert_eq!((&buffer[..4], indicator), (&b"abc\0"[..], 3));
    let (outcome, _) = statement.get_data(1, SQL_C_CHAR, &mut buffer);
    outcome.no_data();
}

#[test]
fn wide_text_in_pieces_fills_each_piece() {
    // ODBC reference, SQLGetData, "Retrieving Variable-Length Data in Parts": a piece that is not the last one fills its
    // buffer. pyodbc and others rely on it: what they join must be the text, wherever its characters were divided.
    let connection = connect();
    let text = "a😀bé😀😀c日";
    let statement = row(&connection, &format!("select '{text}'"));
    let width = api().manager.wide_width();
    // Three units and a terminator: a pair of surrogates often does not fit behind what is there already.
    let mut buffer = vec![0_u8; 4 * width];
    let mut joined: Vec<u8> = Vec::new();
    let expected = encode(text, width);
    loop {
        let (outcome, indicator) = statement.get_data(1, SQL_C_WCHAR, &mut buffer);
        let rest = expected.len() - joined.len();
        assert_eq!(indicator as usize, rest, "the bytes that were still to come");
        let piece = rest.min(3 * width);
        joined.extend(&buffer[..piece]);
        assert!(buffer[piece..piece + width].iter().all(|byte| *byte == 0), "a terminator");
        if outcome.code == SQL_SUCCESS {
            break;
        }
        outcome.info("01004");
        assert_eq!(piece, 3 * width);
    }
    assert_eq!(joined, expected);
}

#[test]
fn binary_in_pieces() {
    let connection = connect();
    let statement = row(&connection, "select '\\x00010203040506'::bytea");
    let mut buffer = [0xa5_u8; 4];
    let (outcome, indicator) = statement.get_data(1, SQL_C_BINARY, &mut buffer);
    outcome.info("01004");
    assert_eq!((buffer, indicator), ([0, 1, 2, 3], 7));
    let (outcome, indicator) = statement.get_data(1, SQL_C_BINARY, &mut buffer);
    outcome.success();
    assert_eq!((&buffer[..3], indicator), (&[4, 5, 6][..], 3));
    statement.get_data(1, SQL_C_BINARY, &mut buffer).0.no_data();
}

#[test]
fn binary_as_text_is_hexadecimal() {
    // ODBC reference, appendix D, "SQL to C: Binary": each byte as two hexadecimal digits.
    let connection = connect();
    let statement = row(&connection, "select '\\x00ff1a'::bytea");
    let mut buffer = [0xa5_u8; 16];
    let (outcome, indicator) = statement.get_data(1, SQL_C_CHAR, &mut buffer);
    outcome.success();
    assert_eq!((buffer[..7].to_ascii_uppercase().as_slice(), indicator), (&b"00FF1A\0"[..], 6));
}

#[test]
fn a_buffer_of_no_length_asks_for_the_length() {
    let connection = connect();
    let statement = row(&connection, "select '0123456789', '\\x010203'::bytea, ''");
    let (outcome, indicator) = statement.get_data(1, SQL_C_CHAR, &mut []);
    outcome.info("01004");
    assert_eq!(indicator, 10);
    // Nothing was taken by the question.
    let mut buffer = [0xa5_u8; 11];
    let (outcome, indicator) = statement.get_data(1, SQL_C_CHAR, &mut buffer);
    outcome.success();
    assert_eq!((&buffer, indicator), (b"0123456789\0", 10));
    let (outcome, indicator) = statement.get_data(2, SQL_C_BINARY, &mut []);
    outcome.info("01004");
    assert_eq!(indicator, 3);
    let (outcome, indicator) = statement.get_data(3, SQL_C_CHAR, &mut buffer);
    outcome.success();
    assert_eq!((buffer[0], indicator), (0, 0));
}

/// "The driver counts the null-termination character": no room for it is data that was cut, and nothing was read. So it is
/// with an empty text, and with a wide buffer of less than a character.
#[test]
fn a_buffer_without_room_for_a_character_reads_nothing() {
    let connection = connect();
    let wide = api().manager.wide_width();
    for (text, characters) in [("", 0), ("ab", 2)] {
        let statement = row(&connection, &format!("select '{text}'::text"));
        for (c_type, room, unit) in [(SQL_C_CHAR, 0, 1), (SQL_C_WCHAR, 0, wide), (SQL_C_WCHAR, wide - 1, wide)] {
            for _ in 0..3 {
                let mut buffer = [0xa5_u8; 8];
                let (outcome, indicator) = statement.get_data(1, c_type, &mut buffer[..room]);
                outcome.info("01004");
                assert_eq!((buffer, indicator), ([0xa5; 8], (characters * unit) as isize), "{text:?} {c_type} {room}");
            }
        }
        // Then it is still there.
        assert_eq!(statement.get_text(1).as_deref(), Some(text));
    }
}

/// Pieces of numbers and dates join to what the server prints; a bound buffer that would lose whole digits is an error
/// ("SQL to C: Numeric").
#[test]
fn numbers_come_in_pieces_to_sqlgetdata_only() {
    let connection = connect();
    let sql = "select 123456.75::float8, -9876543210::int8, 12345.678::numeric, date '2024-02-29', true, \
               timestamp '2024-02-29 10:11:12.5'";
    let printed = ["123456.75", "-9876543210", "12345.678", "2024-02-29", "1", "2024-02-29 10:11:12.5"];
    for (column, text) in (1..).zip(printed) {
        let statement = row(&connection, sql);
        let (mut buffer, mut whole) = ([0_u8; 4], Vec::<u8>::new());
        loop {
            let (outcome, _) = statement.get_data(column, SQL_C_CHAR, &mut buffer);
            if outcome.code == SQL_NO_DATA {
                break;
            }
            outcome.succeeded();
            whole.extend(buffer.iter().take_while(|&&byte| byte != 0));
        }
        assert_eq!(whole, text.as_bytes());
        drop(statement);
        let statement = connection.statement();
        let mut indicator = 0;
        // SAFETY: local buffers; they are unbound before they go.
        unsafe { statement.bind_column(column, SQL_C_CHAR, buffer.as_mut_ptr().cast(), 4, &raw mut indicator) }
            .success();
        statement.execute_direct(sql).success();
        let outcome = statement.fetch();
        statement.free(SQL_UNBIND).success();
        if text == "1" {
            outcome.success();
        } else {
            outcome.error("22003");
        }
    }
}

/// WholeCharacters=1: no piece ends inside a character, if its buffer has room for one.
#[test]
fn pieces_of_whole_characters() {
    let connection = connect_with("WholeCharacters=1;");
    let statement = row(&connection, "select 'aé😀b'");
    for (piece, left) in [("aé", 8), ("😀b", 5)] {
        let mut buffer = [0xa5_u8; 6];
        let (outcome, indicator) = statement.get_data(1, SQL_C_CHAR, &mut buffer);
        outcome.succeeded();
        assert_eq!((&buffer[..=piece.len()], indicator), (&[piece.as_bytes(), &[0]].concat()[..], left));
    }
    let unit = api().manager.wide_width();
    let statement = row(&connection, "select '😀😀😀'");
    // Room for one character and a half (UTF-16), or for two.
    let mut buffer = [0xa5_u8; 16];
    let (outcome, _) = statement.get_data(1, SQL_C_WCHAR, &mut buffer[..if unit == 2 { 8 } else { 12 }]);
    outcome.info("01004");
    let expected = encode(if unit == 2 { "😀\0" } else { "😀😀\0" }, unit);
    assert_eq!(buffer[..expected.len()], expected[..]);
}

#[test]
fn an_empty_binary_is_read_once() {
    let connection = connect();
    let statement = row(&connection, "select ''::bytea");
    let (outcome, indicator) = statement.get_data(1, SQL_C_BINARY, &mut []);
    outcome.success();
    assert_eq!(indicator, 0);
    statement.get_data(1, SQL_C_BINARY, &mut []).0.no_data();
}

#[test]
fn null_in_every_c_type() {
    let connection = connect();
    let statement = row(&connection, "select null::int, null::text, null::timestamp, null::bytea");
    assert_eq!(statement.get::<i32>(1), None);
    assert_eq!(statement.get_text(2), None);
    assert_eq!(statement.get::<Timestamp>(3), None);
    let (outcome, indicator) = statement.get_data(4, SQL_C_BINARY, &mut [0; 4]);
    outcome.success();
    assert_eq!(indicator, SQL_NULL_DATA);
}

#[test]
fn null_without_an_indicator_is_an_error() {
    let connection = connect();
    let statement = row(&connection, "select null::int");
    let mut value = 0_i32;
    // SAFETY: room for the integer.
    let code = unsafe {
        let address = (&raw mut value).cast();
        statement.api.SQLGetData(statement.handle, 1, SQL_C_SLONG, address, 0, std::ptr::null_mut())
    };
    statement.outcome(code).error("22002");
    // The value has not been read: with an indicator it is.
    assert_eq!(statement.get::<i32>(1), None);
}

#[test]
fn mixed_with_bound_columns() {
    let connection = connect();
    let statement = connection.statement();
    let (mut first, mut indicator) = (0_i32, 0_isize);
    // SAFETY: local buffers.
    unsafe { statement.bind_column(1, SQL_C_SLONG, (&raw mut first).cast(), 0, &raw mut indicator) }.success();
    statement.execute_direct("select i, 'text ' || i from generate_series(1, 3) i").success();
    for number in 1..=3 {
        statement.fetch().success();
        assert_eq!(first, number);
        assert_eq!(statement.get_text(2), Some(format!("text {number}")));
        // SQL_GD_BOUND: a bound column too.
        assert_eq!(statement.get::<i32>(1), Some(number));
    }
}

#[test]
fn conversions_from_text() {
    let connection = connect();
    let statement = row(&connection, "select ' 42 ', '2024-02-29', '2024-02-29 01:02:03.5', '1.5e3', '1', 'no number'");
    assert_eq!(statement.get::<i32>(1), Some(42));
    assert_eq!(statement.get::<Date>(2), Some(Date { year: 2024, month: 2, day: 29 }));
    let expected = Timestamp { year: 2024, month: 2, day: 29, hour: 1, minute: 2, second: 3, fraction: 500_000_000 };
    assert_eq!(statement.get::<Timestamp>(3), Some(expected));
    assert_eq!(statement.get::<f64>(4), Some(1500.0));
    assert_eq!(statement.get::<Bit>(5), Some(Bit(1)));
    statement.try_get::<i32>(6).0.error("22018");
}

#[test]
fn a_timestamp_as_a_date_or_time_and_the_reverse() {
    // ODBC reference, appendix D, "SQL to C: Timestamp": 01S07 if the part left out is not zero.
    let connection = connect();
    let statement =
        row(&connection, "select timestamp '2024-02-29 00:00:00', timestamp '2024-02-29 01:02:03', date '2024-02-29'");
    assert_eq!(statement.get::<Date>(1), Some(Date { year: 2024, month: 2, day: 29 }));
    let (outcome, date) = statement.try_get::<Date>(2);
    outcome.info("01S07");
    assert_eq!(date, Some(Date { year: 2024, month: 2, day: 29 }));
    assert_eq!(statement.get::<Time>(2), Some(Time { hour: 1, minute: 2, second: 3 }));
    let midnight = Timestamp { year: 2024, month: 2, day: 29, ..Timestamp::default() };
    assert_eq!(statement.get::<Timestamp>(3), Some(midnight));
}

#[test]
fn a_date_that_the_structure_cannot_hold_is_an_error() {
    let connection = connect();
    let statement = row(&connection, "select 'infinity'::timestamp, date '40000-01-01'");
    for column in [1, 2] {
        let (outcome, _) = statement.try_get::<Timestamp>(column);
        outcome.error_of(&["22007", "22008", "22003"]);
    }
}

#[test]
fn misuse_is_told() {
    let connection = connect();
    let statement = connection.statement();
    let mut buffer = [0; 16];
    statement.get_data(1, SQL_C_CHAR, &mut buffer).0.error_of(&["HY010", "24000"]);
    statement.execute_direct("select 1").success();
    statement.get_data(1, SQL_C_CHAR, &mut buffer).0.error("24000");
    statement.fetch().success();
    statement.get_data(2, SQL_C_CHAR, &mut buffer).0.error("07009");
    statement.get_data(1, 12345, &mut buffer).0.error("HY003");
    assert_eq!(statement.get::<i32>(1), Some(1), "the row is still there");
}

#[test]
fn a_megabyte_in_pieces_of_a_thousand() {
    let connection = connect();
    let statement =
        row(&connection, "select string_agg(chr(65 + i % 26), '' order by i) from generate_series(0, 1048575) i");
    let mut buffer = [0_u8; 1001];
    let mut position = 0;
    loop {
        let (outcome, indicator) = statement.get_data(1, SQL_C_CHAR, &mut buffer);
        let piece = usize::min(indicator as usize, 1000);
        assert_eq!(indicator as usize, (1 << 20) - position);
        for byte in &buffer[..piece] {
            assert_eq!(*byte, b'A' + (position % 26) as u8, "at {position}");
            position += 1;
        }
        if outcome.code == SQL_SUCCESS {
            break;
        }
        outcome.info("01004");
    }
    assert_eq!(position, 1 << 20);
}

#[test]
fn a_rowset_of_a_forward_only_cursor_has_no_row_to_be_read() {
    // HY109: "The cursor was a forward-only cursor, and the rowset size was greater than one", that of the fetch.
    let connection = connect();
    let mut buffer = [0_u8; 8];
    let statement = connection.statement();
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, 3).success();
    statement.execute_direct("select i, -i from generate_series(1, 10) i").success();
    statement.fetch().success();
    statement.get_data(1, SQL_C_CHAR, &mut buffer).0.error("HY109");
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, 1).success();
    statement.get_data(1, SQL_C_CHAR, &mut buffer).0.error("HY109");
    statement.fetch().success();
    assert_eq!(statement.get::<i32>(1), Some(4));
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, 3).success();
    assert_eq!(statement.get::<i32>(2), Some(-4), "the rowset has one row still");

    let statement = connection.statement();
    statement.set(SQL_ROWSET_SIZE, 2).success();
    statement.execute_direct("select generate_series(1, 10)").success();
    let (mut rows, mut statuses) = (0_usize, [99_u16; 2]);
    // SAFETY: room for a count and as many statuses as rows.
    let code = unsafe {
        let (rows, statuses) = (&raw mut rows, statuses.as_mut_ptr());
        statement.api.SQLExtendedFetch(statement.handle, SQL_FETCH_NEXT as u16, 0, rows, statuses)
    };
    statement.outcome(code).success();
    assert_eq!(rows, 2);
    statement.get_data(1, SQL_C_CHAR, &mut buffer).0.error("HY109");
}

//! Data at execution: SQLParamData and SQLPutData, their states, pieces of any size, what is refused.

use crate::common::api::Manager;
use crate::common::statement::{Parameter, texts};
use crate::common::text::encode;
use crate::common::{Statement, api, connect, connect_with};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::ffi::c_void;
use std::ptr::without_provenance_mut;

const fn parameter(c_type: i16, sql_type: i16) -> Parameter {
    Parameter { c_type, sql_type, column_size: 0, decimal_digits: 0 }
}

const TEXT: Parameter = parameter(SQL_C_CHAR, SQL_LONGVARCHAR);
const WIDE: Parameter = parameter(SQL_C_WCHAR, SQL_WLONGVARCHAR);
const BYTES: Parameter = parameter(SQL_C_BINARY, SQL_LONGVARBINARY);

/// SQL_LEN_DATA_AT_EXEC(length)
const fn at_execution(length: isize) -> isize {
    -length - 100
}

/// Binds a parameter whose data is sent at execution; the application knows it by a number, as many do.
#[track_caller]
fn bind(statement: &Statement<'_>, number: u16, described: Parameter, token: usize, indicator: &mut isize) {
    let address: *mut c_void = without_provenance_mut(token);
    // SAFETY: the token is never used as an address; the indicator outlives the execution, as each test sees to.
    unsafe { statement.bind_parameter(number, described, address, 0, std::ptr::from_mut(indicator)) }.success();
}

#[track_caller]
fn need_data(code: i16) {
    assert_eq!(code, SQL_NEED_DATA);
}

/// Executes a query of one parameter with data sent in pieces of a size; gives its first column.
#[track_caller]
fn send(sql: &str, described: Parameter, data: &[u8], piece: usize) -> Option<String> {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare(sql).success();
    let mut indicator = at_execution(data.len() as isize);
    bind(&statement, 1, described, 77, &mut indicator);
    need_data(statement.execute().code);
    let (outcome, token) = statement.parameter_data();
    need_data(outcome.code);
    assert_eq!(token, 77);
    if data.is_empty() {
        statement.put(b"").success();
    }
    for piece in data.chunks(piece) {
        statement.put(piece).success();
    }
    statement.parameter_data().0.success();
    statement.fetch().success();
    statement.get_text(1)
}

const PIECES: [usize; 6] = [1, 2, 3, 7, 4096, 1 << 20];

/// Characters of one to four bytes in UTF-8, some of them surrogate pairs in UTF-16.
const SAMPLE: &str = "a\u{e9}\u{20ac}\u{1f600}z\u{10ffff}";

#[test]
fn text_in_pieces_that_split_characters() {
    let text = SAMPLE.repeat(700);
    for piece in PIECES {
        assert_eq!(send("select ?::text", TEXT, text.as_bytes(), piece).as_deref(), Some(&*text), "pieces of {piece}");
    }
}

#[test]
fn wide_text_in_pieces_that_split_characters() {
    let text = SAMPLE.repeat(700);
    let width = api().manager.wide_width();
    let data = encode(&text, width);
    for piece in PIECES {
        assert_eq!(send("select ?::text", WIDE, &data, piece).as_deref(), Some(&*text), "pieces of {piece}");
    }
}

#[test]
fn bytes_in_pieces() {
    let data: Vec<u8> = (0..20_000_u32).map(|index| (index * 7 % 251) as u8).collect();
    let expected = connect().value(
        "select md5(string_agg(set_byte('\\x00'::bytea, 0, index * 7 % 251), ''::bytea order by index)) \
         from generate_series(0, 19999) index",
    );
    for piece in PIECES {
        assert_eq!(send("select md5(?)", BYTES, &data, piece), expected, "pieces of {piece}");
    }
}

#[test]
fn digits_of_bytes_in_pieces() {
    let described = parameter(SQL_C_CHAR, SQL_LONGVARBINARY);
    for piece in [1, 2, 3, 7] {
        let sent = send("select encode(?, 'hex')", described, b"00FF275c1b", piece);
        assert_eq!(sent.as_deref(), Some("00ff275c1b"));
    }
}

#[test]
fn values_of_fixed_length() {
    let number = parameter(SQL_C_SLONG, SQL_INTEGER);
    assert_eq!(send("select (? + 1)::text", number, &41_i32.to_ne_bytes(), 4).as_deref(), Some("42"));
    let as_text = parameter(SQL_C_CHAR, SQL_NUMERIC);
    assert_eq!(send("select (? * 10)::text", as_text, b"1.25", 1).as_deref(), Some("12.50"));
    let as_bytes = parameter(SQL_C_BINARY, SQL_INTEGER);
    assert_eq!(send("select (? + 1)::text", as_bytes, &41_i32.to_ne_bytes(), 1).as_deref(), Some("42"));
}

#[test]
fn nothing_is_an_empty_value() {
    assert_eq!(send("select 'got ' || ?", TEXT, b"", 1).as_deref(), Some("got "));
    assert_eq!(send("select octet_length(?)::text", BYTES, b"", 1).as_deref(), Some("0"));
}

#[test]
fn several_parameters_among_bound_ones() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select ? || ? || ? || coalesce(?, ' null')").success();
    let (mut first, mut second, mut third, mut fourth) = (SQL_DATA_AT_EXEC, 5, at_execution(4), SQL_DATA_AT_EXEC);
    bind(&statement, 1, TEXT, 1, &mut first);
    let bound = b"bound";
    // SAFETY: the text is read only, and outlives the execution.
    unsafe { statement.bind_parameter(2, TEXT, bound.as_ptr().cast_mut().cast(), 5, &raw mut second) }.success();
    bind(&statement, 3, TEXT, 3, &mut third);
    bind(&statement, 4, TEXT, 4, &mut fourth);
    for round in 0..2 {
        need_data(statement.execute().code);
        let (outcome, token) = statement.parameter_data();
        need_data(outcome.code);
        assert_eq!(token, 1);
        statement.put(b"one ").success();
        let (outcome, token) = statement.parameter_data();
        need_data(outcome.code);
        assert_eq!(token, 3);
        statement.put_length(b" three\0more", SQL_NTS as isize).success();
        let (outcome, token) = statement.parameter_data();
        need_data(outcome.code);
        assert_eq!(token, 4);
        statement.put_length(b"", SQL_NULL_DATA).success();
        statement.parameter_data().0.success();
        assert_eq!(statement.fetch_rows(), texts([["one bound three null"]]), "round {round}");
        statement.close_cursor().success();
    }
}

#[test]
fn directly_and_without_rows() {
    let connection = connect();
    connection.create_table("sent", "a text");
    let statement = connection.statement();
    let mut indicator = SQL_DATA_AT_EXEC;
    bind(&statement, 1, TEXT, 9, &mut indicator);
    need_data(statement.execute_direct("insert into sent values (?)").code);
    need_data(statement.parameter_data().0.code);
    statement.put(b"direct").success();
    statement.parameter_data().0.success();
    assert_eq!(statement.row_count(), 1);
    assert_eq!(connection.value("select a from sent").as_deref(), Some("direct"));
    // A searched update that touches nothing is SQL_NO_DATA, from SQLParamData as well.
    need_data(statement.execute_direct("delete from sent where a = ?").code);
    need_data(statement.parameter_data().0.code);
    statement.put(b"other").success();
    statement.parameter_data().0.no_data();
}

/// iODBC takes a call that the driver refuses for the end of the sending, and refuses the rest itself.
mod without_iodbc {
    use super::*;

    // Appendix B, "Statement transitions": what S8, S9 and S10 allow.
    #[test]
    fn other_functions_must_wait() {
        let connection = connect();
        let statement = connection.statement();
        statement.put(b"x").error("HY010");
        statement.parameter_data().0.error("HY010");
        statement.prepare("select ?::text").success();
        let mut indicator = SQL_DATA_AT_EXEC;
        bind(&statement, 1, TEXT, 5, &mut indicator);
        need_data(statement.execute().code);
        let refuse_others = || {
            statement.execute().error("HY010");
            statement.execute_direct("select 1").error("HY010");
            statement.fetch().error("HY010");
            statement.free(SQL_RESET_PARAMS).error("HY010");
            statement.close_cursor().error_of(&["HY010", "24000"]);
            connection.end_transaction(SQL_COMMIT).error("HY010");
            connection.disconnect().error("HY010");
        };
        refuse_others();
        statement.put(b"too early").error("HY010");
        need_data(statement.parameter_data().0.code);
        refuse_others();
        statement.parameter_data().0.error("HY010");
        statement.put(b"now ").success();
        refuse_others();
        // Another statement of the connection works meanwhile.
        assert_eq!(connection.value("select 42::text").as_deref(), Some("42"));
        statement.put(b"and more").success();
        statement.parameter_data().0.success();
        assert_eq!(statement.fetch_rows(), texts([["now and more"]]));
    }
}

#[test]
fn cancelling_gives_it_up() {
    let connection = connect();
    connection.create_table("given_up", "a text");
    let statement = connection.statement();
    statement.prepare("insert into given_up values (?)").success();
    let mut indicator = SQL_DATA_AT_EXEC;
    bind(&statement, 1, TEXT, 5, &mut indicator);
    for calls in 0..3 {
        need_data(statement.execute().code);
        if calls > 0 {
            need_data(statement.parameter_data().0.code);
        }
        if calls > 1 {
            statement.put(b"lost").success();
        }
        statement.cancel().success();
        statement.put(b"x").error("HY010");
        statement.parameter_data().0.error("HY010");
    }
    assert_eq!(connection.value("select count(*)::text from given_up").as_deref(), Some("0"));
    need_data(statement.execute().code);
    need_data(statement.parameter_data().0.code);
    statement.put(b"kept").success();
    statement.parameter_data().0.success();
    assert_eq!(connection.value("select a from given_up").as_deref(), Some("kept"));
}

#[test]
fn what_is_refused_ends_the_sending() {
    let number = parameter(SQL_C_SLONG, SQL_INTEGER);
    let whole = 1_i32.to_ne_bytes();
    type Put<'a> = (&'a [u8], isize);
    let nothing: Put<'_> = (b"", SQL_NULL_DATA);
    let cases: [(Parameter, &[Put<'_>], &str); 5] = [
        (number, &[(&whole[..], 4), (&whole[..], 4)], "HY019"),
        (TEXT, &[(&b"a"[..], 1), nothing], "HY020"),
        (TEXT, &[nothing, (&b"a"[..], 1)], "HY020"),
        (TEXT, &[(&b"a"[..], -7)], "HY090"),
        (TEXT, &[(&b"a"[..], SQL_DEFAULT_PARAM)], "07S01"),
    ];
    for (described, puts, expected) in cases {
        let connection = connect();
        let statement = connection.statement();
        statement.prepare("select ?").success();
        let mut indicator = SQL_DATA_AT_EXEC;
        bind(&statement, 1, described, 5, &mut indicator);
        need_data(statement.execute().code);
        need_data(statement.parameter_data().0.code);
        let (last, before) = puts.split_last().unwrap();
        for (data, length) in before {
            statement.put_length(data, *length).success();
        }
        let refused = statement.put_length(last.0, last.1).error_of(&[expected, "HY011"]);
        if refused.sqlstate != expected {
            // unixODBC answers itself for NULL behind data, with a code of its own.
            assert_eq!((api().manager, expected), (Manager::UnixOdbc, "HY020"));
            statement.cancel().success();
            continue;
        }
        // It is over: the statement is prepared, as before.
        statement.put(b"x").error("HY010");
        need_data(statement.execute().code);
        statement.cancel().success();
    }
}

#[test]
fn text_that_ends_inside_a_character() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select ?::text").success();
    let mut indicator = SQL_DATA_AT_EXEC;
    let half = encode("\u{1f600}", 2);
    let cases: [(Parameter, &[u8]); 3] = [
        (TEXT, "\u{20ac}".as_bytes().split_last().unwrap().1),
        (TEXT, b"a\0b"),
        (WIDE, if api().manager.wide_width() == 2 { &half[..2] } else { &[0, 0xd8, 0, 0] }),
    ];
    for (described, data) in cases {
        bind(&statement, 1, described, 5, &mut indicator);
        need_data(statement.execute().code);
        need_data(statement.parameter_data().0.code);
        let put = statement.put(data);
        if put.code == SQL_SUCCESS {
            statement.parameter_data().0.error("22018");
        } else {
            put.error("22018");
        }
        statement.parameter_data().0.error("HY010");
    }
}

#[test]
fn the_server_refuses_the_value() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select ?::int").success();
    let mut indicator = SQL_DATA_AT_EXEC;
    bind(&statement, 1, TEXT, 5, &mut indicator);
    for (data, expected) in [(&b"twelve"[..], Err("22018")), (b"12", Ok("12"))] {
        need_data(statement.execute().code);
        need_data(statement.parameter_data().0.code);
        statement.put(data).success();
        let (outcome, _) = statement.parameter_data();
        match expected {
            Err(sqlstate) => drop(outcome.error(sqlstate)),
            Ok(text) => {
                outcome.success();
                assert_eq!(statement.fetch_rows(), vec![vec![Some(text.to_owned())]]);
            }
        }
    }
}

/// The server says something else first, and the value is sent again: it is not lost in between.
#[test]
fn a_second_try_has_the_data() {
    assert_eq!(send("select case when ? is null then 'null' else 'sent' end", TEXT, b"x", 1).as_deref(), Some("sent"));
}

/// Arrays: each set asks for its own data, by the address of its element; NULLs and bound values are among them.
#[test]
fn in_an_array_of_parameters() {
    for (table, sets) in [("sent_by_few", 3_usize), ("sent_by_many", 40)] {
        let connection = connect();
        connection.create_table(table, "a int, b text, c bytea");
        let statement = connection.statement();
        statement.prepare(&format!("insert into {table} values (?, ?, ?)")).success();
        let mut numbers: Vec<i32> = (0..sets as i32).collect();
        // Every third text is NULL; every fourth bytea is bound.
        let mut text_lengths: Vec<isize> =
            (0..sets).map(|set| if set % 3 == 2 { SQL_NULL_DATA } else { SQL_DATA_AT_EXEC }).collect();
        let mut byte_lengths: Vec<isize> =
            (0..sets).map(|set| if set % 4 == 3 { 2 } else { at_execution(5) }).collect();
        let mut texts = vec![[0_u8; 4]; sets];
        let mut bytes = vec![*b"bound"; sets];
        let mut status = vec![9_u16; sets];
        let mut processed = 0_usize;
        statement.set(SQL_ATTR_PARAMSET_SIZE, sets).success();
        statement.set(SQL_ATTR_PARAM_STATUS_PTR, status.as_mut_ptr().expose_provenance()).success();
        statement.set(SQL_ATTR_PARAMS_PROCESSED_PTR, (&raw mut processed).expose_provenance()).success();
        let integer = parameter(SQL_C_SLONG, SQL_INTEGER);
        // SAFETY: arrays of as many elements as there are sets; they outlive the execution.
        unsafe {
            statement.bind_parameter(1, integer, numbers.as_mut_ptr().cast(), 0, std::ptr::null_mut()).success();
            statement.bind_parameter(2, TEXT, texts.as_mut_ptr().cast(), 4, text_lengths.as_mut_ptr()).success();
            statement.bind_parameter(3, BYTES, bytes.as_mut_ptr().cast(), 5, byte_lengths.as_mut_ptr()).success();
        }
        let mut outcome = statement.execute();
        for set in 0..sets {
            if text_lengths[set] == SQL_DATA_AT_EXEC {
                need_data(outcome.code);
                let (next, address) = statement.parameter_data();
                need_data(next.code);
                assert_eq!(address, texts[set].as_ptr().addr(), "the text of set {set}");
                // The set whose data is asked for, from 1 ("Using Arrays of Parameters", "Error Processing").
                // SAFETY: a local variable, written by the driver.
                assert_eq!(unsafe { (&raw const processed).read_volatile() }, set + 1);
                statement.put(b"text ").success();
                statement.put(format!("{set}").as_bytes()).success();
                outcome = next;
            }
            if byte_lengths[set] < 0 {
                need_data(outcome.code);
                let (next, address) = statement.parameter_data();
                need_data(next.code);
                assert_eq!(address, bytes[set].as_ptr().addr(), "the bytes of set {set}");
                // SAFETY: as above.
                assert_eq!(unsafe { (&raw const processed).read_volatile() }, set + 1);
                statement.put(&[set as u8; 5]).success();
                outcome = next;
            }
        }
        statement.parameter_data().0.success();
        assert_eq!((processed, statement.row_count()), (sets, sets as isize));
        assert!(status.iter().all(|status| *status == SQL_PARAM_SUCCESS), "{status:?}");
        let rows = connection.statement().rows(&format!("select a, b, encode(c, 'hex') from {table} order by a"));
        for (set, row) in rows.into_iter().enumerate() {
            let text = (set % 3 != 2).then(|| format!("text {set}"));
            let bytes = if set % 4 == 3 { "626f".to_owned() } else { format!("{set:02x}").repeat(5) };
            assert_eq!(row, [Some(set.to_string()), text, Some(bytes)], "set {set}");
        }
    }
}

/// Narrow text in an encoding with characters of two bytes: pieces split them, in both directions.
#[test]
fn pieces_of_another_encoding() {
    // "日本語ｱ" in Shift_JIS, by the Unicode consortium's table SHIFTJIS.TXT.
    let data = [0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea, 0xb1].repeat(100);
    let text = "\u{65e5}\u{672c}\u{8a9e}\u{ff71}".repeat(100);
    let connection = connect_with("Charset=Shift_JIS;");
    for piece in [1, 2, 3, 7] {
        let statement = connection.statement();
        statement.prepare("select ?::text").success();
        let mut indicator = SQL_DATA_AT_EXEC;
        bind(&statement, 1, TEXT, 3, &mut indicator);
        need_data(statement.execute().code);
        need_data(statement.parameter_data().0.code);
        data.chunks(piece).for_each(|piece| statement.put(piece).success());
        statement.parameter_data().0.success();
        statement.fetch().success();
        assert_eq!(statement.get_text(1).as_deref(), Some(&*text), "pieces of {piece}");
        // And back, whole characters only.
        let (mut read, mut buffer) = (Vec::new(), vec![0; piece.max(2) + 1]);
        statement.close_cursor().success();
        statement.execute_direct(&format!("select '{text}'::text")).success();
        statement.fetch().success();
        loop {
            let (outcome, indicator) = statement.get_data(1, SQL_C_CHAR, &mut buffer);
            assert_eq!(indicator as usize, data.len() - read.len());
            let end = buffer.iter().position(|byte| *byte == 0).unwrap();
            read.extend_from_slice(&buffer[..end]);
            if outcome.code == SQL_SUCCESS {
                break;
            }
            outcome.info("01004");
        }
        assert!(read == data, "pieces of {piece}");
    }
}

/// SQL_C_DEFAULT is the C type that appendix D names for the SQL type.
#[test]
fn default_c_types() {
    let whole = 41_i32.to_ne_bytes();
    let double = 0.25_f64.to_ne_bytes();
    let date = [0xe8_u8, 0x07, 2, 0, 29, 0];
    let cases: [(i16, &str, &[u8], &str); 6] = [
        (SQL_INTEGER, "select (? + 1)::text", &whole, "42"),
        (SQL_DOUBLE, "select (? * 2)::text", &double, "0.5"),
        (SQL_TYPE_DATE, "select ?::text", &date, "2024-02-29"),
        (SQL_NUMERIC, "select (? * 10)::text", b"1.25", "12.50"),
        (SQL_VARCHAR, "select ?::text", b"words", "words"),
        (SQL_VARBINARY, "select encode(?, 'hex')", b"\x00\xff", "00ff"),
    ];
    for (sql_type, sql, data, expected) in cases {
        let connection = connect();
        let statement = connection.statement();
        statement.prepare(sql).success();
        let mut length = data.len() as isize;
        let (address, capacity) = (data.as_ptr().cast_mut().cast(), data.len() as isize);
        // SAFETY: the data outlives the execution, and is only read.
        unsafe { statement.bind_parameter(1, parameter(SQL_C_DEFAULT, sql_type), address, capacity, &raw mut length) }
            .success();
        statement.execute().success();
        assert_eq!(statement.fetch_rows(), vec![vec![Some(expected.to_owned())]], "{sql_type}");
    }
}

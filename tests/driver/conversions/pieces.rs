//! SQLGetData in pieces gives the same bytes as reading the value whole.

use super::*;
use crate::common::statement::Parameter;

/// Reads a value in pieces of so many bytes, or as many more as one character needs; an error's SQLSTATE.
fn in_pieces(statement: &Statement<'_>, c_type: i16, piece: usize) -> Result<Vec<u8>, Answer> {
    statement.fetch().success();
    let (mut value, mut extra, unit) = (Vec::new(), 0, terminator(c_type).max(1));
    loop {
        let mut buffer = vec![UNTOUCHED; piece.div_ceil(unit) * unit + extra + terminator(c_type)];
        let (outcome, indicator) = statement.get_data(1, c_type, &mut buffer);
        if outcome.code == SQL_ERROR {
            return Err(refusal(&outcome.records[0]));
        }
        let left = usize::try_from(indicator).unwrap();
        // 01S07: a time as SQL_C_BINARY is a structure without its fraction.
        if outcome.code == SQL_SUCCESS || outcome.records[0].sqlstate == "01S07" {
            value.extend_from_slice(&buffer[..left]);
            statement.get_data(1, c_type, &mut buffer).0.no_data();
            return Ok(value);
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
        extra = if end == 0 { extra + unit } else { 0 };
        value.extend_from_slice(&buffer[..end]);
    }
}

/// Appendix D: data of a fixed-length type as SQL_C_BINARY is not cut, "byte length of data > BufferLength" is 22003 then.
fn is_indivisible(case: &Case) -> bool {
    const FIXED: &[&str] = &[
        "bool",
        "int2",
        "int4",
        "int8",
        "oid",
        "xid",
        "cid",
        "float4",
        "float8",
        "date",
        "time",
        "timestamp",
        "timestamptz",
        "uuid",
    ];
    FIXED.contains(&case.type_name.as_str())
}

#[test]
fn every_value_in_pieces_is_the_whole() {
    for format in ["text", "binary"] {
        let fixture = Fixture::new(&format!("ResultFormat={format};"));
        let mut count = 0;
        for case in cases() {
            for c_type in [SQL_C_CHAR, SQL_C_WCHAR, SQL_C_BINARY] {
                let Answer::Value(whole, _) = case.expected(&c_type.to_string(), &[0; 6]) else { continue };
                // A row for each piece; one more in case a row is left behind.
                let statement = fixture.rows(&case.sql, 6);
                for piece in [1, 2, 3, 7, 4096] {
                    let expected = if c_type == SQL_C_BINARY && is_indivisible(&case) && whole.len() > piece {
                        Err(Answer::Error("22003".to_owned()))
                    } else {
                        Ok(whole.clone())
                    };
                    let read = in_pieces(&statement, c_type, piece);
                    assert_eq!(read, expected, "{} as {c_type} in pieces of {piece}, {format}", case.sql);
                    count += 1;
                }
            }
        }
        println!("{count} values in pieces in {format} format");
        assert!(count > 3000);
    }
}

/// How the server builds the values of the test below.
const SAME_TEXT: &str = r"left(repeat(E'aé€😀\x7f日\r\n ', 300), 2201)";
const SAME_BYTES: &str =
    "(select decode(string_agg(lpad(to_hex(i % 251), 2, '0'), '' order by i), 'hex') from generate_series(0, 4500) i)";

/// Longer than a piece of any size: in by SQLPutData and out by SQLGetData in the same pieces. The server says what arrived.
#[test]
fn long_values_in_pieces_both_ways() {
    let text: String = "aé€😀\u{7f}日\r\n ".chars().cycle().take(2201).collect();
    let binary: Vec<u8> = (0..4501_u32).map(|at| (at % 251) as u8).collect();
    for format in ["text", "binary"] {
        let connection = connect(&format!("{}ResultFormat={format};", server().connection_string()));
        for (c_type, sql_type, cast, value, built) in [
            (SQL_C_CHAR, SQL_LONGVARCHAR, "text", text.clone().into_bytes(), SAME_TEXT),
            (SQL_C_WCHAR, SQL_WLONGVARCHAR, "text", encode(&text, api().manager.wide_width()), SAME_TEXT),
            (SQL_C_BINARY, SQL_LONGVARBINARY, "bytea", binary.clone(), SAME_BYTES),
        ] {
            let statement = connection.statement();
            statement.prepare(&format!("select v, v = {built} from (select ?::{cast} v) v")).success();
            for size in [1, 2, 3, 7, 4096] {
                let mut indicator = SQL_DATA_AT_EXEC;
                let described = Parameter { c_type, sql_type, column_size: 10_000, decimal_digits: 0 };
                // SAFETY: the address is only handed back; the indicator outlives the execution.
                unsafe { statement.bind_parameter(1, described, std::ptr::null_mut(), 0, &raw mut indicator) }
                    .success();
                assert_eq!(statement.execute().code, SQL_NEED_DATA);
                assert_eq!(statement.parameter_data().0.code, SQL_NEED_DATA);
                value.chunks(size).for_each(|piece| statement.put(piece).success());
                statement.parameter_data().0.success();
                let read = in_pieces(&statement, c_type, size);
                assert!(read == Ok(value.clone()), "{c_type} in pieces of {size}, {format}");
                assert_eq!(statement.get_text(2).as_deref(), Some("1"), "{c_type} in pieces of {size}, {format}");
                statement.close_cursor().success();
            }
        }
    }
}

//! SQLGetData in pieces gives the same bytes as reading the value whole.

use super::*;

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
        "timetz",
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

//! Any bytes as a parameter of any C type for any SQL type: no panic, and after an error nothing is left of the value.

use arbitrary::{Result, Unstructured};
use bytes::BytesMut;
use pgodbc::convert::*;
use pgodbc::odbc::types::*;
use pgodbc::odbc::values::SQL_NTS;

const SQL_TYPES: &[i16] = &[
    SQL_CHAR,
    SQL_VARCHAR,
    SQL_LONGVARCHAR,
    SQL_WVARCHAR,
    SQL_BIT,
    SQL_TINYINT,
    SQL_SMALLINT,
    SQL_INTEGER,
    SQL_BIGINT,
    SQL_REAL,
    SQL_DOUBLE,
    SQL_NUMERIC,
    SQL_TYPE_DATE,
    SQL_TYPE_TIME,
    SQL_TYPE_TIMESTAMP,
    SQL_VARBINARY,
    SQL_GUID,
    SQL_INTERVAL_YEAR,
    SQL_INTERVAL_DAY_TO_SECOND,
    SQL_INTERVAL_SECOND,
];

pub fn check(data: &[u8]) {
    // Too few bytes to say what is meant: nothing to check.
    let _ = write(Unstructured::new(data));
}

fn write(mut data: Unstructured<'_>) -> Result<()> {
    let c_type = *data.choose(C_TYPES)?;
    let binding = ParameterBinding {
        c_type: c_type.code,
        sql_type: *data.choose(SQL_TYPES)?,
        column_size: data.int_in_range(0..=1000)?,
        decimal_digits: data.int_in_range(-5..=50)?,
    };
    let server_oid = if data.ratio(1, 2)? { Some(data.choose(SERVER_TYPES)?.oid) } else { None };
    let options = ConvertOptions {
        wide: if data.ratio(1, 2)? { WideUnit::Utf16 } else { WideUnit::Utf32 },
        numeric: NumericTarget { precision: data.int_in_range(1..=38)?, scale: data.int_in_range(-128..=127)? },
        ..ConvertOptions::default()
    };
    let (terminated, in_pieces) = (data.ratio(1, 4)?, data.ratio(1, 4)?);
    let piece_length: usize = data.int_in_range(1..=9)?;
    let mut memory = data.take_rest().to_vec();
    let Ok(encoder) = encoder(&binding, server_oid, &options) else { return Ok(()) };

    // The application's own promises: a whole value of a fixed-length type, a terminator where it says SQL_NTS.
    let length = memory.len() as isize;
    memory.resize(memory.len().max(c_type.size) + 2 * options.wide.size(), 0);
    if in_pieces && encoder.fixed_size().is_none() {
        let mut pieces = Pieces::new(encoder);
        for piece in memory[..length as usize].chunks(piece_length) {
            let source = Source { address: piece.as_ptr(), length: piece.len() as isize, capacity: piece.len() };
            if pieces.put(source).is_err() {
                return Ok(());
            }
        }
        let _ = pieces.finish();
        return Ok(());
    }
    let length = if terminated { SQL_NTS as isize } else { length };
    let source = Source { address: memory.as_ptr(), length, capacity: 0 };
    let mut out = BytesMut::from(&b"before"[..]);
    match encoder.encode(source, &mut out, &mut Scratch::default()) {
        Ok(_) => assert!(out.starts_with(b"before")),
        Err(_) => assert_eq!(&out[..], b"before", "a failed value has left something"),
    }
    Ok(())
}

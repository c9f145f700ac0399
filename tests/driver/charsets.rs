//! Charset: the encoding of narrow text.

use crate::common::connect_with;
use crate::common::statement::Parameter;
use crate::odbc::types::*;
use crate::odbc::values::*;

/// ISO/IEC 8859-1: byte and character have one number. The server tells and is told the characters by theirs.
#[test]
fn a_charset_is_what_its_standard_says() {
    let upper: Vec<u8> = (0x80..=0xFF).collect();
    let same = "select ? = (select string_agg(chr(i), '' order by i) from generate_series(128, 255) i)";
    let sent = |charset: &str, bytes: &[u8], text: &str| {
        let connection = connect_with(&format!("Charset={charset};"));
        let statement = connection.statement();
        let described = Parameter { c_type: SQL_C_CHAR, sql_type: SQL_VARCHAR, column_size: 200, decimal_digits: 0 };
        let mut length = bytes.len() as isize;
        // SAFETY: an input parameter, read while both live.
        unsafe {
            let address = bytes.as_ptr().cast_mut().cast();
            statement.bind_parameter(1, described, address, length, &raw mut length).success();
        }
        let outcome = statement.execute_direct(text);
        match outcome.code {
            SQL_SUCCESS => {
                statement.fetch().success();
                statement.get::<i32>(1).map_or_else(String::new, |value| value.to_string())
            }
            _ => outcome.records[0].sqlstate.clone(),
        }
    };
    assert_eq!(sent("ISO-8859-1", &upper, same), "1");
    assert_eq!(sent("windows-1252", b"\x80", "select ascii(?)"), "8364");
    assert_eq!(sent("US-ASCII", b"~", "select ascii(?)"), "126");
    assert_eq!(sent("US-ASCII", b"\x80", "select ascii(?)"), "22018");
    let received = |charset: &str, text: &str| {
        let connection = connect_with(&format!("Charset={charset};"));
        let statement = connection.statement();
        statement.execute_direct(text).success();
        statement.fetch().success();
        let mut buffer = [0; 200];
        let (outcome, length) = statement.get_data(1, SQL_C_CHAR, &mut buffer);
        match outcome.code {
            SQL_SUCCESS => Ok(buffer[..length as usize].to_vec()),
            _ => Err(outcome.records[0].sqlstate.clone()),
        }
    };
    let all = "select string_agg(chr(i), '' order by i) from generate_series(128, 255) i";
    assert_eq!(received("ISO-8859-1", all), Ok(upper));
    for (charset, text, expected) in [
        ("ISO-8859-1", "select chr(8364)", Err("22018")),
        ("windows-1252", "select chr(8364)", Ok(b"\x80")),
        ("US-ASCII", "select chr(126)", Ok(b"~")),
        ("US-ASCII", "select chr(233)", Err("22018")),
        // A yen sign would be a backslash to who reads it back.
        ("Shift_JIS", "select chr(165)", Err("22018")),
    ] {
        let expected = expected.map(|bytes| bytes.to_vec()).map_err(str::to_owned);
        assert_eq!(received(charset, text), expected, "{charset} {text}");
    }
}

//! Values next to those that are refused, on both sides: what a change of one number or sign in this room would let through.

use super::parameters::{send, send_with};
use super::*;
use crate::odbc::types::*;

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_ne_bytes()).collect()
}

fn error<T>(state: &str) -> Result<T, String> {
    Err(state.to_owned())
}

/// Texts as lc_monetary of several countries writes them (PostgreSQL documentation, "Monetary types"; `localeconv`).
#[test]
fn amounts_in_several_countries() {
    for (text, cents) in [
        ("$1,234.56", Ok(123_456)),
        ("-$1,234.56", Ok(-123_456)),
        ("($1,234.56)", Ok(-123_456)),
        ("1.234,56 €", Ok(123_456)),
        ("-1.234.567,89 €", Ok(-123_456_789)),
        ("CHF 1'234.56", Ok(123_456)),
        ("$1.5", Ok(150)),
        ("$1,234,567", Ok(123_456_700)),
        // A fraction of three digits, and none: only the separator before it tells.
        ("1.234,567", Ok(123_456)),
        ("1,234", error("22018")),
        ("¥1234", Ok(123_400)),
        ("€", error("22018")),
    ] {
        let options =
            ConvertOptions { numeric: NumericTarget { precision: 38, scale: 2 }, ..ConvertOptions::default() };
        let seen = match convert(column(790, Format::Text), SQL_C_NUMERIC, &options, text.as_bytes(), 19) {
            Outcome::Value { buffer, .. } => {
                let magnitude = i128::from_le_bytes(buffer[3..19].try_into().unwrap());
                Ok(if buffer[2] == 0 { -magnitude } else { magnitude })
            }
            Outcome::Error(state) => Err(state.to_string()),
        };
        assert_eq!(seen, cents, "{text}");
    }
}

/// The calendar's rules for years of hundreds, and the year before the year 1.
#[test]
fn days_that_there_are() {
    for (oid, text, expected) in [
        (25, "2000-02-29", Ok(words(&[2000, 2, 29]))),
        (25, "2024-02-29", Ok(words(&[2024, 2, 29]))),
        (25, "1900-02-29", error("22018")),
        (25, "2023-02-29", error("22018")),
        (25, "2024-04-31", error("22018")),
        (1082, "0001-01-01", Ok(words(&[1, 1, 1]))),
        (1082, "0001-12-31 BC", error("22008")),
        (1082, "9999-12-31", Ok(words(&[9999, 12, 31]))),
        (1082, "10000-01-01", error("22008")),
    ] {
        let seen = fixed(column(oid, Format::Text), SQL_C_TYPE_DATE, text.as_bytes()).map(|(bytes, _)| bytes);
        assert_eq!(seen, expected, "{text}");
    }
    // Seconds of an offset: hours and minutes hold no more.
    let text = b"1800-01-01 05:53:28+05:53:28";
    let (bytes, warning) = fixed(column(1184, Format::Text), 0x4001, text).unwrap();
    assert_eq!((&bytes[16..], warning), (&words(&[5, 53])[..], Some("01S07")));
}

#[test]
fn digits_of_a_precision() {
    for (text, precision, expected) in
        [("99999", 5, Ok(99_999)), ("100000", 5, error("22003")), ("9", 1, Ok(9)), ("10", 1, error("22003"))]
    {
        let options = ConvertOptions { numeric: NumericTarget { precision, scale: 0 }, ..ConvertOptions::default() };
        let seen = match convert(column(1700, Format::Text), SQL_C_NUMERIC, &options, text.as_bytes(), 19) {
            Outcome::Value { buffer, .. } => Ok(u128::from_le_bytes(buffer[3..19].try_into().unwrap())),
            Outcome::Error(state) => Err(state.to_string()),
        };
        assert_eq!(seen, expected, "{text}");
    }
    // Half-way between the greatest float and what would be the next one; half of the least, and more.
    for (text, expected) in [
        ("3.4028235e38", Ok(f32::MAX)),
        ("3.4028235677973367e38", error("22003")),
        ("1e-45", Ok(f32::from_bits(1))),
        ("7e-46", error("22003")),
    ] {
        let seen = fixed(column(701, Format::Text), SQL_C_FLOAT, text.as_bytes());
        assert_eq!(seen, expected.map(|number: f32| (number.to_ne_bytes().to_vec(), None)), "{text}");
    }
}

/// Sign, fields and fraction of a day-time structure.
fn interval(oid: u32, text: &str, c_type: i16) -> Result<(u16, [u32; 5]), String> {
    let (bytes, _) = fixed(column(oid, Format::Text), c_type, text.as_bytes())?;
    let field = |at: usize| u32::from_ne_bytes(bytes[8 + 4 * at..12 + 4 * at].try_into().unwrap());
    Ok((u16::from_ne_bytes([bytes[4], bytes[5]]), std::array::from_fn(field)))
}

#[test]
fn signs_and_fractions_of_intervals() {
    for (oid, text, c_type, expected) in [
        (1186, "-00:00:00.25", SQL_C_INTERVAL_DAY_TO_SECOND, Ok((1, [0, 0, 0, 0, 250_000]))),
        (1186, "-1 days +02:03:00.75", SQL_C_INTERVAL_DAY_TO_SECOND, Ok((1, [0, 21, 56, 59, 250_000]))),
        (25, "-0", SQL_C_INTERVAL_DAY, Ok((0, [0; 5]))),
        (25, "-5", SQL_C_INTERVAL_DAY, Ok((1, [5, 0, 0, 0, 0]))),
        (25, "5.", SQL_C_INTERVAL_SECOND, Ok((0, [0, 0, 0, 5, 0]))),
        (25, "1.5", SQL_C_INTERVAL_DAY, error("22018")),
        (25, "4294967295", SQL_C_INTERVAL_DAY, Ok((0, [u32::MAX, 0, 0, 0, 0]))),
        (25, "4294967296", SQL_C_INTERVAL_DAY, error("22015")),
        (25, "163-11", SQL_C_INTERVAL_MONTH, Ok((0, [0, 1967, 0, 0, 0]))),
        (25, "163-12", SQL_C_INTERVAL_MONTH, error("22018")),
        (25, "1 23:59", SQL_C_INTERVAL_HOUR, Ok((0, [0, 47, 0, 0, 0]))),
        (25, "1 24:00", SQL_C_INTERVAL_HOUR, error("22018")),
    ] {
        assert_eq!(interval(oid, text, c_type), expected, "{text} as {c_type}");
    }
}

/// SQL_INTERVAL_STRUCT of SQL_IS_DAY_TO_SECOND with a fraction.
#[test]
fn fractions_of_an_intervals_second() {
    for (fraction, is_taken) in [(999_999_u32, true), (1_000_000, false)] {
        let fields = [0, 0, 0, 0, fraction];
        let mut value = [10_u32.to_ne_bytes().to_vec(), vec![0; 4]].concat();
        value.extend(fields.iter().flat_map(|field: &u32| field.to_ne_bytes()));
        let sent = send(SQL_C_INTERVAL_DAY_TO_SECOND, SQL_INTERVAL_DAY_TO_SECOND, None, &value);
        assert_eq!(sent.map(|_| ()), if is_taken { Ok(()) } else { error("22015") }, "{fraction}");
    }
}

#[test]
fn structures_next_to_invalid_ones() {
    let stamp = |second: u16, offset: [i16; 2]| {
        let date = words(&[2024, 2, 29, 12, 34, second]);
        [date, 0_u32.to_ne_bytes().to_vec(), words(&offset.map(|part| part as u16))].concat()
    };
    for (second, offset, expected) in [
        (59, [15, 59], Ok(())),
        (59, [-15, -59], Ok(())),
        // Leap seconds are valid in C structures; the server has none.
        (60, [0, 0], error("22008")),
        (62, [0, 0], error("22007")),
        (0, [16, 0], error("22007")),
        (0, [0, 60], error("22007")),
        (0, [-3, 30], error("22007")),
        (0, [3, -30], error("22007")),
        (0, [0, -30], Ok(())),
    ] {
        let sent = send(0x4001, SQL_TYPE_TIMESTAMP, None, &stamp(second, offset));
        assert_eq!(sent.map(|_| ()), expected, "{second} {offset:?}");
    }
    // "C to SQL: Numeric" to SQL_BIT: below zero is out of range, though the whole part is zero.
    for (number, expected) in [(-0.5, error("22003")), (0.5, error("22001")), (0.0, Ok(())), (1.0, Ok(()))] {
        let sent = send(SQL_C_DOUBLE, SQL_BIT, None, &f64::to_ne_bytes(number));
        assert_eq!(sent.map(|_| ()), expected, "{number}");
    }
    // The scale of the application's descriptor, if it sets any, is that of the structure: 12345 of two digits.
    let number = [vec![10, 0, 1], 12_345_u128.to_le_bytes().to_vec()].concat();
    let options = ConvertOptions { numeric: NumericTarget { precision: 10, scale: 2 }, ..ConvertOptions::default() };
    let (.., sent, _) = send_with(&options, SQL_C_NUMERIC, SQL_VARCHAR, None, &number, 19).unwrap();
    assert_eq!(sent, b"123.45");
}

/// A value in pieces of any lengths; what is sent or the SQLSTATE.
fn put(options: &ConvertOptions, c_type: i16, sql_type: i16, pieces: &[&[u8]]) -> Result<Vec<u8>, String> {
    let binding = ParameterBinding { c_type, sql_type, column_size: 0, decimal_digits: 0 };
    let mut value = Pieces::new(encoder(&binding, None, options).unwrap());
    for piece in pieces {
        let source = Source { address: piece.as_ptr(), length: piece.len() as isize, capacity: 0 };
        value.put(source).map_err(|error| error.sqlstate.to_string())?;
    }
    value.finish().map(|(_, sent)| sent.to_vec()).map_err(|error| error.sqlstate.to_string())
}

#[test]
fn what_pieces_end_in() {
    let options = ConvertOptions::default();
    let wide = |pieces: &[&[u8]]| put(&options, SQL_C_WCHAR, SQL_WVARCHAR, pieces);
    let [high, low, letter] = [[0x3d, 0xd8], [0x00, 0xde], [0x61, 0x00]];
    assert_eq!(wide(&[&high, &low]), Ok("😀".into()));
    assert_eq!(wide(&[&high[..1], &[high[1], low[0]], &low[1..]]), Ok("😀".into()));
    for pieces in [&[&high[..]][..], &[&high, &letter], &[&high, &high, &low], &[&low], &[&letter, &letter[..1]]] {
        assert_eq!(wide(pieces), error("22018"), "{pieces:x?}");
    }
    let hexadecimal = |pieces: &[&[u8]]| put(&options, SQL_C_CHAR, SQL_LONGVARBINARY, pieces);
    for pieces in [&[&b"00ff2"[..], b"7"][..], &[b"\\", b"x00f", b"f27"], &[b"0", b"0", b"f", b"f", b"2", b"7"]] {
        assert_eq!(hexadecimal(pieces), Ok(vec![0, 0xff, 0x27]), "{pieces:?}");
    }
    for pieces in [&[&b"00ff2"[..]][..], &[b"0"], &[b"00", b"f"], &[b"0g"]] {
        assert_eq!(hexadecimal(pieces), error("22018"), "{pieces:?}");
    }
    // LFConversion: CR before LF goes, any other stays.
    let options = ConvertOptions { line_feeds: true, ..options };
    let text = put(&options, SQL_C_CHAR, SQL_VARCHAR, &[b"a\r", b"\nb\rc\n\r"]);
    assert_eq!(text, Ok(b"a\nb\rc\n\r".to_vec()));
}

/// A buffer without room for the terminator is not enough for an empty value either.
#[test]
fn empty_values_and_no_room() {
    for (oid, value, c_type) in
        [(25, "", SQL_C_CHAR), (25, "", SQL_C_WCHAR), (17, "\\x", SQL_C_CHAR), (17, "\\x", SQL_C_WCHAR)]
    {
        let unit = if c_type == SQL_C_WCHAR { 2 } else { 1 };
        let options = ConvertOptions { in_pieces: true, ..ConvertOptions::default() };
        let outcome = convert(column(oid, Format::Text), c_type, &options, value.as_bytes(), unit - 1);
        let Outcome::Value { indicator, warning, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!((indicator, warning), (0, Some("01004")), "{oid} as {c_type}");
        let outcome = convert(column(oid, Format::Text), c_type, &options, value.as_bytes(), unit);
        assert_eq!(outcome, Outcome::Value { buffer: vec![0; unit], indicator: 0, warning: None });
    }
}

/// "😀" is 94 39 fc 36 in GB18030: a piece is filled with three of them, and the last follows.
#[test]
fn pieces_are_filled_with_parts_of_long_characters() {
    let options = ConvertOptions { narrow: encoding("gb18030"), in_pieces: true, ..ConvertOptions::default() };
    for (room, expected) in [(1, &b"\x94"[..]), (2, b"\x94\x39"), (3, b"\x94\x39\xfc"), (4, b"\x94\x39\xfc\x36")] {
        let outcome = convert(column(25, Format::Text), SQL_C_CHAR, &options, "😀a".as_bytes(), room + 1);
        let Outcome::Value { buffer, indicator, warning } = outcome else { panic!("{outcome:?}") };
        assert_eq!((&buffer[..room], buffer[room], indicator, warning), (expected, 0, 5, Some("01004")));
    }
}

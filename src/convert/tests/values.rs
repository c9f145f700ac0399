//! Every value of the server's to every C type, in both formats; and values worked out independently.

use super::*;
use crate::odbc::types::*;

fn all_options() -> [ConvertOptions; 3] {
    let base = ConvertOptions::default();
    [
        base,
        ConvertOptions { wide: WideUnit::Utf32, in_pieces: true, max_length: 5, ..base },
        ConvertOptions { narrow: encoding("windows-1252"), numeric: NumericTarget { precision: 20, scale: 5 }, ..base },
    ]
}

#[test]
fn both_formats_give_the_application_the_same_bytes() {
    let mut cases = 0;
    for value in server_values() {
        if server_type(value.oid).class == Class::Text {
            continue;
        }
        for options in all_options() {
            for c_type in C_TYPES {
                for capacity in [0, 1, 2, 4, 8, 20, 24, 2000] {
                    // A fixed-length value is written whatever the capacity.
                    let capacity = if c_type.size > 0 { 64 } else { capacity };
                    let text = convert(
                        column(value.oid, Format::Text),
                        c_type.code,
                        &options,
                        value.text.as_bytes(),
                        capacity,
                    );
                    let binary =
                        convert(column(value.oid, Format::Binary), c_type.code, &options, &value.binary, capacity);
                    assert_eq!(text, binary, "{} {} to {} ({capacity})", value.oid, value.text, c_type.name);
                    cases += 1;
                }
            }
        }
    }
    assert!(cases > 100_000);
}

#[test]
fn characters_are_what_the_server_prints() {
    for value in server_values() {
        let expected = match value.oid {
            16 => if value.text == "t" { "1" } else { "0" }.to_owned(),
            17 => value.text[2..].to_uppercase(),
            _ => value.text.to_owned(),
        };
        let mut formats = vec![(Format::Text, value.text.as_bytes())];
        if server_type(value.oid).class != Class::Text {
            formats.push((Format::Binary, &value.binary));
        }
        for (format, bytes) in formats {
            let options = ConvertOptions::default();
            let Outcome::Value { buffer, indicator, warning } =
                convert(column(value.oid, format), SQL_C_CHAR, &options, bytes, 3000)
            else {
                panic!("{} {:?}", value.text, format)
            };
            assert_eq!((indicator as usize, warning), (expected.len(), None));
            assert_eq!(&buffer[..expected.len()], expected.as_bytes(), "{} {format:?}", value.oid);
            assert_eq!(buffer[expected.len()..expected.len() + 2], [0, 0xAA]);

            let wide: Vec<u8> = expected.encode_utf16().flat_map(u16::to_ne_bytes).collect();
            let Outcome::Value { buffer, indicator, .. } =
                convert(column(value.oid, format), SQL_C_WCHAR, &options, bytes, 6000)
            else {
                panic!("{} {:?}", value.text, format)
            };
            assert_eq!(indicator as usize, wide.len());
            assert_eq!(buffer[..wide.len()], wide);
            assert_eq!(buffer[wide.len()..wide.len() + 3], [0, 0, 0xAA]);

            let options = ConvertOptions { wide: WideUnit::Utf32, ..options };
            let wide: Vec<u8> = expected.chars().flat_map(|character| u32::from(character).to_ne_bytes()).collect();
            let Outcome::Value { buffer, indicator, .. } =
                convert(column(value.oid, format), SQL_C_WCHAR, &options, bytes, 12_000)
            else {
                panic!("{} {:?}", value.text, format)
            };
            assert_eq!((indicator as usize, &buffer[..wide.len()]), (wide.len(), &wide[..]));
        }
    }
}

macro_rules! integer_targets {
    ($number:expr, $column:expr, $bytes:expr; $($code:ident $type:ty;)*) => { $(
        let expected = <$type>::try_from($number).map(|number| (number.to_ne_bytes().to_vec(), None));
        assert_eq!(fixed($column, $code, $bytes), expected.map_err(|_| "22003".to_owned()), "{} {}", $number, stringify!($code));
    )* };
}

/// Integers of the server's, read by Rust's own parser, go to every integer type or are out of range.
/// Texts of ASCII alone go another way than others: both, of every length and at any address, with the end of the buffer
/// right behind them.
#[test]
fn wide_texts_of_every_length_and_alignment() {
    for length in 0..100 {
        for last in ["", "\u{7f}", "é", "€", "😀"] {
            let text: String = (0..length).map(|at| char::from(b' ' + at % 94)).chain(last.chars()).collect();
            let utf16: Vec<u8> = text.encode_utf16().chain([0]).flat_map(u16::to_ne_bytes).collect();
            let utf32: Vec<u8> = text.chars().map(u32::from).chain([0]).flat_map(u32::to_ne_bytes).collect();
            for (wide, expected) in [(WideUnit::Utf16, utf16), (WideUnit::Utf32, utf32)] {
                let options = ConvertOptions { wide, ..ConvertOptions::default() };
                let converter = converter(column(25, Format::Text), SQL_C_WCHAR, &options).unwrap();
                for start in 0..4 {
                    let mut memory = vec![0xAA; start + expected.len() + 3];
                    let address = memory[start..].as_mut_ptr();
                    let destination = Destination { address, capacity: expected.len() };
                    let converted =
                        converter.convert(text.as_bytes(), destination, 0, &mut Scratch::default()).unwrap();
                    assert_eq!(memory[start..start + expected.len()], expected, "{text:?} at {start}");
                    assert_eq!(memory[start + expected.len()..], [0xAA; 3], "wrote past the buffer");
                    assert_eq!(converted.indicator, (expected.len() - wide.size()) as isize);
                    assert!(converted.complete && converted.warning.is_none());
                }
            }
        }
    }
}

#[test]
fn integers_are_exact_or_refused() {
    for value in server_values() {
        if !matches!(value.oid, 20 | 21 | 23 | 26 | 25 | 1700) {
            continue;
        }
        let Ok(number) = value.text.parse::<i128>() else { continue };
        let mut formats = vec![(Format::Text, value.text.as_bytes())];
        if value.oid != 25 {
            formats.push((Format::Binary, &value.binary));
        }
        for (format, bytes) in formats {
            let column = column(value.oid, format);
            integer_targets! { number, column, bytes;
                SQL_C_STINYINT i8; SQL_C_UTINYINT u8; SQL_C_TINYINT i8;
                SQL_C_SSHORT i16; SQL_C_USHORT u16; SQL_C_SHORT i16;
                SQL_C_SLONG i32; SQL_C_ULONG u32; SQL_C_LONG i32;
                SQL_C_SBIGINT i64; SQL_C_UBIGINT u64;
            }
            let double = (number as f64).to_ne_bytes().to_vec();
            assert_eq!(fixed(column, SQL_C_DOUBLE, bytes), Ok((double, None)));
            let bit = match number {
                0 => Ok((vec![0], None)),
                1 => Ok((vec![1], None)),
                _ => Err("22003".to_owned()),
            };
            assert_eq!(fixed(column, SQL_C_BIT, bytes), bit);
        }
    }
}

/// Floats and numerics, read by Rust's own parser.
#[test]
fn doubles_are_the_nearest() {
    for value in server_values() {
        if !matches!(value.oid, 700 | 701 | 1700) {
            continue;
        }
        let column = column(value.oid, Format::Text);
        let expected = if value.oid == 700 {
            f64::from(value.text.parse::<f32>().unwrap())
        } else {
            value.text.parse::<f64>().unwrap()
        };
        let beyond = (expected.is_infinite() && !value.text.contains("Inf"))
            || (expected == 0.0 && value.text.chars().any(|digit| matches!(digit, '1'..='9')));
        let result = fixed(column, SQL_C_DOUBLE, value.text.as_bytes());
        if beyond {
            assert_eq!(result, Err("22003".to_owned()), "{}", value.text);
        } else {
            let (bytes, warning) = result.unwrap();
            let number = f64::from_ne_bytes(bytes.try_into().unwrap());
            assert!(number == expected || (number.is_nan() && expected.is_nan()), "{}", value.text);
            assert_eq!(warning, None);
        }
    }
}

/// The reference's outcomes, "SQL to C: Character", "Numeric", "Bit", "Timestamp", for values given by hand.
#[test]
fn outcomes_of_appendix_d() {
    let double = |number: f64| number.to_ne_bytes().to_vec();
    let long = |number: i32| number.to_ne_bytes().to_vec();
    let words = |words: &[u16]| words.iter().flat_map(|word| word.to_ne_bytes()).collect::<Vec<u8>>();
    let timestamp = |date: &[u16], fraction: u32| [words(date), fraction.to_ne_bytes().to_vec()].concat();
    let error = |state: &str| Err(state.to_owned());
    let (text, numeric, float8) = (25, 1700, 701);
    for (oid, value, c_type, expected) in [
        // Numbers.
        (text, " 42 ", SQL_C_SLONG, Ok((long(42), None))),
        (text, "1e3", SQL_C_SLONG, Ok((long(1000), None))),
        (text, "3.75", SQL_C_SLONG, Ok((long(3), Some("01S07")))),
        (text, "-3.75", SQL_C_SLONG, Ok((long(-3), Some("01S07")))),
        (text, "abc", SQL_C_SLONG, error("22018")),
        (text, "", SQL_C_SLONG, error("22018")),
        (text, "NaN", SQL_C_DOUBLE, error("22018")),
        (text, "1e400", SQL_C_DOUBLE, error("22003")),
        (text, "3e39", SQL_C_FLOAT, error("22003")),
        (numeric, "NaN", SQL_C_SLONG, error("22018")),
        (numeric, "Infinity", SQL_C_SLONG, error("22003")),
        (numeric, "Infinity", SQL_C_DOUBLE, Ok((double(f64::INFINITY), None))),
        (float8, "NaN", SQL_C_SLONG, error("22018")),
        (float8, "-Infinity", SQL_C_SLONG, error("22003")),
        (float8, "1e300", SQL_C_SBIGINT, error("22003")),
        (float8, "2.5", SQL_C_SLONG, Ok((long(2), Some("01S07")))),
        (float8, "9.223372036854775808e18", SQL_C_SBIGINT, error("22003")),
        // Bits.
        (numeric, "0.5", SQL_C_BIT, Ok((vec![0], Some("01S07")))),
        (numeric, "1.9", SQL_C_BIT, Ok((vec![1], Some("01S07")))),
        (numeric, "2", SQL_C_BIT, error("22003")),
        (numeric, "-0.5", SQL_C_BIT, error("22003")),
        (16, "t", SQL_C_SLONG, Ok((long(1), None))),
        (16, "f", SQL_C_BIT, Ok((vec![0], None))),
        (16, "t", SQL_C_DOUBLE, Ok((double(1.0), None))),
        (16, "t", SQL_C_TYPE_DATE, error("07006")),
        // Dates and times.
        (text, "2024-02-29", SQL_C_TYPE_DATE, Ok((words(&[2024, 2, 29]), None))),
        (text, "2024-02-29 00:00:00", SQL_C_TYPE_DATE, Ok((words(&[2024, 2, 29]), None))),
        (1114, "2024-02-29 01:00:00", SQL_C_TYPE_DATE, Ok((words(&[2024, 2, 29]), Some("01S07")))),
        (1114, "2024-02-29 01:02:03", SQL_C_TYPE_TIME, Ok((words(&[1, 2, 3]), None))),
        (1114, "2024-02-29 01:02:03.5", SQL_C_TYPE_TIME, Ok((words(&[1, 2, 3]), Some("01S07")))),
        (1082, "2024-02-29", SQL_C_TYPE_TIMESTAMP, Ok((timestamp(&[2024, 2, 29, 0, 0, 0], 0), None))),
        (1082, "2024-02-29", SQL_C_TYPE_TIME, error("07006")),
        (1083, "01:02:03", SQL_C_TYPE_DATE, error("07006")),
        (1083, "24:00:00", SQL_C_TYPE_TIME, error("22008")),
        (
            text,
            "2024-01-01 10:00:00.123456789",
            SQL_C_TIMESTAMP,
            Ok((timestamp(&[2024, 1, 1, 10, 0, 0], 123_456_789), None)),
        ),
        (
            text,
            "2024-01-01 10:00:00.1234567891",
            SQL_C_TYPE_TIMESTAMP,
            Ok((timestamp(&[2024, 1, 1, 10, 0, 0], 123_456_789), Some("01S07"))),
        ),
        (text, "2023-02-29", SQL_C_TYPE_DATE, error("22018")),
        (text, "2024-01-01 10:00:00+02", SQL_C_TYPE_TIMESTAMP, error("22018")),
        (1184, "2024-01-01 10:00:00+02", SQL_C_TYPE_TIMESTAMP, Ok((timestamp(&[2024, 1, 1, 10, 0, 0], 0), None))),
        (1114, "infinity", SQL_C_TYPE_TIMESTAMP, error("22007")),
        (1082, "-infinity", SQL_C_TYPE_DATE, error("22007")),
        (1114, "0044-03-15 00:00:00 BC", SQL_C_TYPE_TIMESTAMP, error("22008")),
        (1082, "10000-01-01", SQL_C_TYPE_DATE, error("22008")),
        // The driver's C types.
        (
            1184,
            "2024-01-01 10:00:00.5-03:30",
            0x4001,
            Ok((
                [timestamp(&[2024, 1, 1, 10, 0, 0], 500_000_000), words(&[-3i16 as u16, -30i16 as u16])].concat(),
                None,
            )),
        ),
        (
            1083,
            "10:11:12.25",
            0x4000,
            Ok(([words(&[10, 11, 12, 0]), 250_000_000u32.to_ne_bytes().to_vec()].concat(), None)),
        ),
        // Others.
        (25, "x", SQL_C_GUID, error("22018")),
        (17, "\\x00", SQL_C_SLONG, error("07006")),
        (2950, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", SQL_C_SLONG, error("07006")),
        (23, "1", 12345, error("HY003")),
        (23, "256", SQL_C_UTINYINT, error("22003")),
    ] {
        assert_eq!(fixed(column(oid, Format::Text), c_type, value.as_bytes()), expected, "{oid} {value} to {c_type}");
    }
    let guid = fixed(column(2950, Format::Text), SQL_C_GUID, b"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11").unwrap().0;
    let expected = [
        0xa0ee_bc99u32.to_ne_bytes().to_vec(),
        words(&[0x9c0b, 0x4ef8]),
        vec![0xbb, 0x6d, 0x6b, 0xb9, 0xbd, 0x38, 0x0a, 0x11],
    ];
    assert_eq!(guid, expected.concat());
}

/// SQL_C_NUMERIC by precision and scale of the descriptor.
#[test]
fn numeric_structures() {
    let options =
        |precision, scale| ConvertOptions { numeric: NumericTarget { precision, scale }, ..ConvertOptions::default() };
    let outcome = |text: &str, precision, scale| match convert(
        column(1700, Format::Text),
        SQL_C_NUMERIC,
        &options(precision, scale),
        text.as_bytes(),
        19,
    ) {
        Outcome::Value { buffer, warning, .. } => {
            let magnitude = u128::from_le_bytes(buffer[3..19].try_into().unwrap());
            Ok((buffer[0], buffer[1] as i8, buffer[2], magnitude, warning))
        }
        Outcome::Error(state) => Err(state.to_string()),
    };
    assert_eq!(outcome("-123.45", 5, 2), Ok((5, 2, 0, 12345, None)));
    assert_eq!(outcome("123.456", 5, 2), Ok((5, 2, 1, 12345, Some("01S07"))));
    assert_eq!(outcome("1234.56", 5, 2), Err("22003".to_owned()));
    assert_eq!(outcome("12300", 3, -2), Ok((3, -2, 1, 123, None)));
    assert_eq!(outcome("NaN", 38, 0), Err("22018".to_owned()));
    assert_eq!(outcome("99999999999999999999999999999999999999", 38, 0).map(|o| o.3), Ok(10u128.pow(38) - 1));
}

/// Numbers and dates that do not fit a bound buffer as characters ("SQL to C: Numeric", "Timestamp": 22003 and 01004).
#[test]
fn bound_buffers_too_small() {
    let options = ConvertOptions::default();
    for (oid, text, capacity, expected) in [
        (23, "12345", 6, Ok("12345")),
        (23, "12345", 5, Err("22003")),
        (1700, "123.456", 5, Ok("123.")),
        (1700, "123.456", 4, Ok("123")),
        (1700, "123.456", 3, Err("22003")),
        (701, "1.5e+20", 7, Err("22003")),
        (1114, "2024-01-01 10:00:00.5", 20, Ok("2024-01-01 10:00:00")),
        (1114, "2024-01-01 10:00:00.5", 19, Err("22003")),
        (1114, "0044-01-01 10:00:00.5 BC", 24, Err("22003")),
        (1184, "2024-01-01 10:00:00.5+02", 24, Err("22003")),
        (1082, "2024-01-01", 10, Err("22003")),
        (2950, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", 36, Err("22003")),
        (16, "t", 1, Err("22003")),
        (25, "12345", 5, Ok("1234")),
    ] {
        let outcome = convert(column(oid, Format::Text), SQL_C_CHAR, &options, text.as_bytes(), capacity);
        match (outcome, expected) {
            (Outcome::Value { buffer, indicator, warning }, Ok(expected)) => {
                assert_eq!(&buffer[..=expected.len()], [expected.as_bytes(), &[0]].concat(), "{text}");
                assert_eq!(indicator as usize, text.len());
                assert_eq!(warning.is_some(), expected != text);
            }
            (Outcome::Error(state), Err(expected)) => assert_eq!(state.as_str(), expected, "{text}"),
            other => panic!("{text} {capacity}: {other:?}"),
        }
        // The same in wide characters.
        let outcome = convert(column(oid, Format::Text), SQL_C_WCHAR, &options, text.as_bytes(), 2 * capacity);
        assert_eq!(matches!(outcome, Outcome::Error(_)), expected.is_err(), "{text} {capacity} wide: {outcome:?}");
    }
}

/// SQL_C_BINARY of fixed-length types: the bytes of the default C type, never cut.
#[test]
fn fixed_types_as_binary() {
    let options = ConvertOptions::default();
    let value = |oid, text: &str, capacity| {
        convert(column(oid, Format::Text), SQL_C_BINARY, &options, text.as_bytes(), capacity)
    };
    let expected = Outcome::Value { buffer: 77i32.to_ne_bytes().to_vec(), indicator: 4, warning: None };
    assert_eq!(value(23, "77", 4), expected);
    assert_eq!(value(23, "77", 3), Outcome::Error(Sqlstate(*b"22003")));
    assert_eq!(value(23, "77", 0), Outcome::Value { buffer: vec![], indicator: 4, warning: Some("01004") });
    assert_eq!(value(1700, "1.5", 3), Outcome::Value { buffer: b"1.5".to_vec(), indicator: 3, warning: None });
    assert_eq!(value(16, "t", 1), Outcome::Value { buffer: vec![1], indicator: 1, warning: None });
}

/// Values that lie about their type end in a diagnostic, whatever the C type.
#[test]
fn malformed_values_are_errors() {
    for value in [&b""[..], &[1], &[0; 3], &[0xff; 5], &[0xff; 9], &[0x80; 17], b"\\xzz", b"\xff\xfe", &[0xff; 40]] {
        for server in SERVER_TYPES {
            for format in [Format::Text, Format::Binary] {
                for c_type in C_TYPES {
                    // Only that nothing panics and nothing is written past the buffer (64 bytes).
                    let _ = convert(column(server.oid, format), c_type.code, &ConvertOptions::default(), value, 64);
                }
            }
        }
    }
    assert_eq!(fixed(column(23, Format::Binary), SQL_C_SLONG, &[0; 3]), Err("HY000".to_owned()));
    assert_eq!(fixed(column(16, Format::Text), SQL_C_BIT, b"x"), Err("HY000".to_owned()));
    let wide = convert(column(25, Format::Text), SQL_C_WCHAR, &ConvertOptions::default(), b"a\xff", 64);
    assert_eq!(wide, Outcome::Error(Sqlstate(*b"22018")));
}

/// SQL_ATTR_MAX_LENGTH cuts character and binary columns, without a diagnostic, and nothing else.
#[test]
fn max_length() {
    let options = ConvertOptions { max_length: 3, ..ConvertOptions::default() };
    for (oid, text, c_type, expected) in [
        (25, "abcdef", SQL_C_CHAR, "abc"),
        (25, "aä€", SQL_C_CHAR, "aä"),
        (25, "aa€", SQL_C_CHAR, "aa"),
        (17, "\\x0102030405", SQL_C_BINARY, "\u{1}\u{2}\u{3}"),
        (17, "\\x0102030405", SQL_C_CHAR, "010203"),
        (23, "12345", SQL_C_CHAR, "12345"),
        (1700, "12345", SQL_C_BINARY, "12345"),
    ] {
        let outcome = convert(column(oid, Format::Text), c_type, &options, text.as_bytes(), 64);
        let Outcome::Value { buffer, indicator, warning: None } = outcome else { panic!("{text}: {outcome:?}") };
        assert_eq!(&buffer[..indicator as usize], expected.as_bytes());
    }
}

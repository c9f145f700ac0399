//! Parameters: C values whose wire form is known from the server's table or by hand.

use bytes::BytesMut;

use super::*;
use crate::odbc::types::*;

fn binding(c_type: i16, sql_type: i16) -> ParameterBinding {
    ParameterBinding { c_type, sql_type, column_size: 0, decimal_digits: 0 }
}

/// Encodes a value given as its bytes; (declared type, format, bytes sent, warning) or the SQLSTATE.
pub(super) type Sent = Result<(u32, i16, Vec<u8>, Option<Warning>), String>;

pub(super) fn send_with(
    options: &ConvertOptions,
    c_type: i16,
    sql_type: i16,
    server: Option<u32>,
    value: &[u8],
    length: isize,
) -> Sent {
    let encoder = encoder(&binding(c_type, sql_type), server, options).map_err(|error| error.sqlstate.to_string())?;
    let mut out = BytesMut::from(&b"before"[..]);
    let source = Source { address: value.as_ptr(), length, capacity: 0 };
    let result = encoder.encode(source, &mut out, &mut Scratch::default());
    assert_eq!(&out[..6], b"before");
    match result {
        Ok(warning) => Ok((encoder.oid(), encoder.format(), out[6..].to_vec(), warning)),
        Err(error) => {
            assert_eq!(out.len(), 6);
            Err(error.sqlstate.to_string())
        }
    }
}

pub(super) fn send(c_type: i16, sql_type: i16, server: Option<u32>, value: &[u8]) -> Sent {
    send_with(&ConvertOptions::default(), c_type, sql_type, server, value, value.len() as isize)
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_ne_bytes()).collect()
}

/// Numbers of the table, read by Rust's parser, are sent as the bytes that the server itself uses.
#[test]
fn numbers_are_sent_as_the_server_would() {
    for value in server_values() {
        let binary = |bytes: &[u8], c_type, sql_type| {
            assert_eq!(
                send(c_type, sql_type, None, bytes),
                Ok((value.oid, 1, value.binary.clone(), None)),
                "{}",
                value.text
            );
        };
        match value.oid {
            16 => binary(&[u8::from(value.text == "t")], SQL_C_BIT, SQL_BIT),
            21 => binary(&value.text.parse::<i16>().unwrap().to_ne_bytes(), SQL_C_SSHORT, SQL_SMALLINT),
            23 => binary(&value.text.parse::<i32>().unwrap().to_ne_bytes(), SQL_C_LONG, SQL_INTEGER),
            20 => binary(&value.text.parse::<i64>().unwrap().to_ne_bytes(), SQL_C_SBIGINT, SQL_BIGINT),
            700 if value.text != "NaN" => {
                binary(&value.text.parse::<f32>().unwrap().to_ne_bytes(), SQL_C_FLOAT, SQL_REAL)
            }
            701 if value.text != "NaN" => {
                binary(&value.text.parse::<f64>().unwrap().to_ne_bytes(), SQL_C_DOUBLE, SQL_DOUBLE)
            }
            17 => binary(&value.binary, SQL_C_BINARY, SQL_LONGVARBINARY),
            _ => {}
        }
    }
}

/// Bound as a timestamp without an offset, which is what a column of type timestamptz is described as.
#[test]
fn the_offset_of_a_structure_is_not_lost_whatever_it_is_bound_as() {
    // SQL_C_SS_TIMESTAMPOFFSET, 2024-02-03 04:05:06 +05:30; -155 is SQL_SS_TIMESTAMPOFFSET (msodbcsql.h).
    let mut value = words(&[2024, 2, 3, 4, 5, 6]);
    value.extend(0_u32.to_ne_bytes());
    value.extend(words(&[5, 30]));
    // 2024-02-02 22:35:06 UTC, in microseconds since 2000: 8798 days and the time.
    let sent = ((8798 * 24 + 22) * 60 + 35) * 60 + 6_i64;
    let expected = (1184, 1, (sent * 1_000_000).to_be_bytes().to_vec(), None);
    for sql_type in [SQL_TYPE_TIMESTAMP, SQL_TIMESTAMP, -155] {
        for server in [None, Some(1114), Some(1184)] {
            assert_eq!(send(0x4001, sql_type, server, &value), Ok(expected.clone()), "as {sql_type} for {server:?}");
        }
    }
}

/// ODBC reference, "Interval literals": the SQL type says what the fields are. Whole and in pieces.
#[test]
fn texts_for_intervals_are_literals_of_their_type() {
    for (sql_type, text, expected) in [
        (SQL_INTERVAL_MINUTE_TO_SECOND, "12:30", Ok("00:12:30")),
        (SQL_INTERVAL_HOUR_TO_MINUTE, "12:30", Ok("12:30:00")),
        (SQL_INTERVAL_DAY_TO_HOUR, "1 2", Ok("1 day 02:00:00")),
        (SQL_INTERVAL_DAY_TO_SECOND, "-163 12:39:59.163", Ok("-163 days -12:39:59.163")),
        (SQL_INTERVAL_YEAR_TO_MONTH, "1-2", Ok("1 year 2 mons")),
        (SQL_INTERVAL_YEAR_TO_MONTH, "INTERVAL -'1-2' YEAR TO MONTH", Ok("-1 years -2 mons")),
        (SQL_INTERVAL_DAY, "{INTERVAL '5' DAY}", Ok("5 days")),
        (SQL_INTERVAL_HOUR, "5", Ok("5 hour")),
        (SQL_INTERVAL_DAY_TO_SECOND, "5", Err("22018")),
        // What only the server reads goes to it as it is.
        (SQL_INTERVAL_DAY, "1 fortnight", Ok("1 fortnight")),
        (SQL_INTERVAL_DAY, "infinity", Ok("infinity")),
        (SQL_INTERVAL_SECOND, "1500.125 ms", Ok("1500.125 ms")),
        (SQL_INTERVAL_SECOND, "x", Ok("x")),
        // "The value in one of the fields is truncated": what a field or the server's microseconds do not hold.
        (SQL_INTERVAL_SECOND, "5.123456", Ok("5.123456 second")),
        (SQL_INTERVAL_SECOND, "5.1234560", Ok("5.1234560 second")),
        (SQL_INTERVAL_SECOND, "5.1234567", Err("22015")),
        (SQL_INTERVAL_SECOND, "5.1234567 secs", Err("22015")),
        (SQL_INTERVAL_SECOND, "1500.1234 ms", Err("22015")),
        (SQL_INTERVAL_SECOND, "1.5 us", Err("22015")),
        (SQL_INTERVAL_YEAR, "1.55", Err("22015")),
        (SQL_INTERVAL_YEAR, "1.0", Ok("1.0 year")),
        (SQL_INTERVAL_YEAR, "1.55 years", Err("22015")),
        (SQL_INTERVAL_YEAR, "1-1", Err("22015")),
        (SQL_INTERVAL_YEAR, "24 mons", Ok("2 years")),
        (SQL_INTERVAL_HOUR, "1.00000000001", Err("22015")),
        (SQL_INTERVAL_HOUR, "1 day", Ok("1 day")),
        (SQL_INTERVAL_HOUR, "PT1.5H", Err("22015")),
        (SQL_INTERVAL_DAY, "1.5 days", Err("22015")),
        (SQL_INTERVAL_DAY, "1 day 02:00:00", Err("22015")),
        (SQL_INTERVAL_DAY, "24:00:00", Ok("24:00:00")),
        (SQL_INTERVAL_DAY_TO_MINUTE, "154 22:44:10", Err("22015")),
        (SQL_INTERVAL_DAY_TO_SECOND, "154 22:44:10.1234567", Err("22015")),
        (SQL_INTERVAL_DAY_TO_SECOND, "PT10.123456S", Ok("00:00:10.123456")),
        (SQL_INTERVAL_DAY_TO_SECOND, "1 mon 1 day", Err("22015")),
        (SQL_INTERVAL_YEAR_TO_MONTH, "1 mon 1 day", Err("22015")),
        (SQL_INTERVAL_MINUTE_TO_SECOND, "INTERVAL '23:50.1234567' MINUTE TO SECOND", Err("22015")),
        // Not said to be an interval: the server's own reading.
        (SQL_VARCHAR, "12:30", Ok("12:30")),
    ] {
        let server = Some(1186);
        let sent = send(SQL_C_CHAR, sql_type, server, text.as_bytes()).map(|sent| String::from_utf8(sent.2).unwrap());
        assert_eq!(sent, expected.map(str::to_owned).map_err(str::to_owned), "{text}");
        let encoder = encoder(&binding(SQL_C_CHAR, sql_type), server, &ConvertOptions::default()).unwrap();
        let mut pieces = Pieces::new(encoder);
        for piece in text.as_bytes().chunks(3) {
            let source = Source { address: piece.as_ptr(), length: piece.len() as isize, capacity: 0 };
            pieces.put(source).unwrap();
        }
        let sent = pieces.finish().map(|(_, value)| String::from_utf8(value.to_vec()).unwrap());
        assert_eq!(
            sent.map_err(|error| error.sqlstate.to_string()),
            expected.map(str::to_owned).map_err(str::to_owned)
        );
    }
}

/// "C to SQL: Character", SQL_INTEGER and its kin, SQL_BIT: whole and in pieces.
#[test]
fn texts_for_integers_and_bits_are_numeric_literals() {
    for (sql_type, text, expected) in [
        (SQL_INTEGER, "42", Ok("42")),
        (SQL_INTEGER, " -7 ", Ok("-7")),
        (SQL_INTEGER, "+7", Ok("+7")),
        (SQL_INTEGER, "1.0", Ok("1")),
        (SQL_INTEGER, "5.", Ok("5")),
        (SQL_INTEGER, "1e3", Ok("1000")),
        (SQL_INTEGER, "-25.0e-1", Err("22001")),
        (SQL_INTEGER, "1.5", Err("22001")),
        (SQL_INTEGER, "-0.5", Err("22001")),
        (SQL_INTEGER, "2147483648", Err("22003")),
        (SQL_INTEGER, "-2147483648", Ok("-2147483648")),
        (SQL_INTEGER, "1e99", Err("22003")),
        // What is no literal is the server's to judge, which knows more (PostgreSQL 16: 0x1F, 1_000) and says 22018.
        (SQL_INTEGER, "0x1F", Ok("0x1F")),
        (SQL_INTEGER, "x", Ok("x")),
        (SQL_INTEGER, "", Ok("")),
        (SQL_TINYINT, "300", Ok("300")),
        (SQL_SMALLINT, "32768", Err("22003")),
        (SQL_SMALLINT, "-32768.0", Ok("-32768")),
        (SQL_BIGINT, "9223372036854775807", Ok("9223372036854775807")),
        (SQL_BIGINT, "9223372036854775808", Err("22003")),
        (SQL_BIGINT, "9223372036854775807.5", Err("22001")),
        (SQL_BIT, "0", Ok("0")),
        (SQL_BIT, "1.0", Ok("1")),
        (SQL_BIT, "0e5", Ok("0")),
        (SQL_BIT, "0.5", Err("22001")),
        (SQL_BIT, "1.999", Err("22001")),
        (SQL_BIT, "-0.5", Err("22003")),
        (SQL_BIT, "-1", Err("22003")),
        (SQL_BIT, "-0", Ok("0")),
        (SQL_BIT, "+1", Ok("1")),
        (SQL_BIT, "01", Ok("1")),
        (SQL_BIT, "2", Err("22003")),
        (SQL_BIT, "true", Ok("true")),
        // The server keeps its digits, and says what does not fit.
        (SQL_NUMERIC, "1.50", Ok("1.50")),
        (SQL_REAL, "5.", Ok("5.")),
        (SQL_VARCHAR, "1.5", Ok("1.5")),
    ] {
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        let sent = send(SQL_C_CHAR, sql_type, None, text.as_bytes()).map(|sent| String::from_utf8(sent.2).unwrap());
        assert_eq!(sent, expected, "{text:?} as {sql_type}");
        let encoder = encoder(&binding(SQL_C_CHAR, sql_type), None, &ConvertOptions::default()).unwrap();
        let mut pieces = Pieces::new(encoder);
        for piece in text.as_bytes().chunks(2) {
            let source = Source { address: piece.as_ptr(), length: piece.len() as isize, capacity: 0 };
            pieces.put(source).unwrap();
        }
        let sent = pieces.finish().map(|(_, value)| String::from_utf8(value.to_vec()).unwrap());
        assert_eq!(sent.map_err(|error| error.sqlstate.to_string()), expected, "{text:?} as {sql_type}");
    }
}

/// ODBC reference, "Constraints of the Gregorian calendar": seconds to 61; the server would take 60 for the next minute.
#[test]
fn leap_seconds_are_refused_as_what_the_server_has_not() {
    let mut value = words(&[2016, 12, 31, 23, 59, 0]);
    value.extend(0_u32.to_ne_bytes());
    for (second, sql_type, expected) in [
        (59, SQL_TYPE_TIMESTAMP, "sent"),
        (60, SQL_TYPE_TIMESTAMP, "22008"),
        (61, SQL_TYPE_TIMESTAMP, "22008"),
        (62, SQL_TYPE_TIMESTAMP, "22007"),
        (60, SQL_VARCHAR, "22008"),
        // "Data value is not a valid timestamp", for characters.
        (62, SQL_VARCHAR, "22008"),
    ] {
        value[10] = second;
        let sent = send(SQL_C_TYPE_TIMESTAMP, sql_type, None, &value);
        assert_eq!(sent.map_or_else(|state| state, |_| "sent".to_owned()), expected, "{second} for {sql_type}");
    }
}

/// "C to SQL: Year-month intervals", "Day-time intervals".
#[test]
fn interval_structures_go_to_types_with_their_fields() {
    let structure = |fields: [u32; 5]| {
        let mut bytes = vec![0; 8];
        bytes.extend(fields.iter().flat_map(|field| field.to_ne_bytes()));
        bytes
    };
    for (c_type, sql_type, fields, expected) in [
        (SQL_C_INTERVAL_YEAR, SQL_INTERVAL_MONTH, [2, 0, 0, 0, 0], "sent"),
        (SQL_C_INTERVAL_MONTH, SQL_INTERVAL_YEAR, [24, 24, 0, 0, 0], "sent"),
        (SQL_C_INTERVAL_MONTH, SQL_INTERVAL_YEAR, [25, 25, 0, 0, 0], "22015"),
        (SQL_C_INTERVAL_YEAR, SQL_INTERVAL_DAY, [2, 0, 0, 0, 0], "07006"),
        (SQL_C_INTERVAL_DAY, SQL_INTERVAL_YEAR_TO_MONTH, [2, 0, 0, 0, 0], "07006"),
        // The reference's example.
        (SQL_C_INTERVAL_DAY_TO_SECOND, SQL_INTERVAL_DAY_TO_MINUTE, [154, 22, 44, 10, 0], "22015"),
        (SQL_C_INTERVAL_DAY_TO_SECOND, SQL_INTERVAL_DAY_TO_MINUTE, [154, 22, 44, 0, 0], "sent"),
        (SQL_C_INTERVAL_DAY_TO_SECOND, SQL_INTERVAL_SECOND, [1, 0, 0, 10, 5], "sent"),
        (SQL_C_INTERVAL_HOUR, SQL_INTERVAL_DAY, [0, 48, 0, 0, 0], "sent"),
        (SQL_C_INTERVAL_HOUR, SQL_INTERVAL_DAY, [0, 49, 0, 0, 0], "22015"),
        (SQL_C_INTERVAL_YEAR, SQL_VARCHAR, [2, 0, 0, 0, 0], "sent"),
    ] {
        let sent = send(c_type, sql_type, None, &structure(fields));
        assert_eq!(sent.map_or_else(|state| state, |_| "sent".to_owned()), expected, "{c_type} as {sql_type}");
    }
    // SQL_C_NUMERIC 5.123456789, scale 9: the server would round it.
    let number = |digits: i64, scale: u8| {
        let mut bytes = vec![38, scale, 1];
        bytes.extend(i128::from(digits).to_le_bytes());
        bytes
    };
    for (digits, scale, expected) in [(5_123_456_789, 9, "22015"), (5_123_456, 6, "sent"), (51_234_560, 7, "sent")] {
        let sent = send(SQL_C_NUMERIC, SQL_INTERVAL_SECOND, None, &number(digits, scale));
        assert_eq!(sent.map_or_else(|state| state, |_| "sent".to_owned()), expected, "{digits}e-{scale}");
    }
}

/// A column of timestamptz or timetz is sent text: the server would round it without a word.
#[test]
fn digits_below_the_microsecond_are_refused_in_both_formats() {
    let mut value = words(&[2024, 2, 3, 4, 5, 6]);
    value.extend(123_456_700_u32.to_ne_bytes());
    for server in [None, Some(1184), Some(1114), Some(1266)] {
        assert_eq!(
            send(SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, server, &value),
            Err("22008".to_owned()),
            "{server:?}"
        );
    }
}

/// Dates and times of the table, taken apart by position.
#[test]
fn dates_and_times_are_sent_as_the_server_would() {
    let mut count = 0;
    for value in server_values() {
        if !matches!(value.oid, 1082 | 1083 | 1114)
            || !value.text.starts_with(|first: char| first.is_ascii_digit())
            || value.text.contains("BC")
        {
            continue;
        }
        let numbers: Vec<u32> = value.text.split(['-', ' ', ':', '.']).map(|part| part.parse().unwrap_or(0)).collect();
        let fraction =
            value.text.split_once('.').map_or(0, |(_, digits)| format!("{digits:0<9}").parse::<u32>().unwrap());
        let fields = |range: std::ops::Range<usize>| {
            words(&numbers[range].iter().map(|&number| number as u16).collect::<Vec<_>>())
        };
        let (c_type, sql_type, bytes) = match value.oid {
            1082 => (SQL_C_TYPE_DATE, SQL_TYPE_DATE, fields(0..3)),
            1083 if fraction == 0 => (SQL_C_TIME, SQL_TIME, fields(0..3)),
            1083 => (0x4000, -154, [fields(0..3), vec![0, 0], fraction.to_ne_bytes().to_vec()].concat()),
            1114 => {
                (SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, [fields(0..6), fraction.to_ne_bytes().to_vec()].concat())
            }
            _ => continue,
        };
        let sent = send(c_type, sql_type, None, &bytes);
        if numbers[0] > 9999 || value.text == "24:00:00" {
            assert_eq!(sent, Err("22007".to_owned()), "{}", value.text);
        } else {
            assert_eq!(sent, Ok((value.oid, 1, value.binary.clone(), None)), "{}", value.text);
            count += 1;
        }
    }
    assert!(count > 15);
}

#[test]
fn uuids_and_intervals() {
    let guid = [
        0xa0ee_bc99u32.to_ne_bytes().to_vec(),
        words(&[0x9c0b, 0x4ef8]),
        vec![0xbb, 0x6d, 0x6b, 0xb9, 0xbd, 0x38, 0x0a, 0x11],
    ]
    .concat();
    let values = server_values();
    let uuid = values.iter().find(|value| value.oid == 2950).unwrap();
    assert_eq!(send(SQL_C_GUID, SQL_GUID, None, &guid), Ok((2950, 1, uuid.binary.clone(), None)));
    assert_eq!(send(SQL_C_GUID, SQL_VARCHAR, None, &guid), Ok((0, 0, uuid.text.as_bytes().to_vec(), None)));

    // SQL_INTERVAL_STRUCT: type, sign, padding, five fields.
    let structure = |kind: i32, sign: i16, fields: [u32; 5]| {
        let mut bytes = kind.to_ne_bytes().to_vec();
        bytes.extend(sign.to_ne_bytes());
        bytes.extend([0, 0]);
        bytes.extend(fields.iter().flat_map(|field| field.to_ne_bytes()));
        bytes
    };
    let wire = |text: &str| values.iter().find(|value| value.oid == 1186 && value.text == text).unwrap().binary.clone();
    for (c_type, sign, fields, text) in [
        (SQL_C_INTERVAL_YEAR, 1, [1, 0, 0, 0, 0], "-1 years"),
        (SQL_C_INTERVAL_YEAR_TO_MONTH, 0, [1, 1, 0, 0, 0], "1 year 1 mon"),
        (SQL_C_INTERVAL_HOUR_TO_SECOND, 1, [0, 4, 5, 6, 1], "-04:05:06.000001"),
        (SQL_C_INTERVAL_DAY, 0, [2, 0, 0, 0, 0], "2 days"),
        (SQL_C_INTERVAL_SECOND, 0, [0, 0, 0, 59, 500_000], "00:00:59.5"),
    ] {
        let sent = send(c_type, c_type, None, &structure(0, sign, fields));
        assert_eq!(sent, Ok((1186, 1, wire(text), None)), "{text}");
    }
    // A number of an interval of one field: never taken for seconds.
    assert_eq!(send(SQL_C_SLONG, SQL_INTERVAL_DAY, None, &3i32.to_ne_bytes()), Ok((1186, 0, b"3 day".to_vec(), None)));
    assert_eq!(send(SQL_C_CHAR, SQL_INTERVAL_MONTH, None, b"3"), Ok((1186, 0, b"3 month".to_vec(), None)));
    assert_eq!(send(SQL_C_SLONG, SQL_INTERVAL_DAY_TO_HOUR, None, &3i32.to_ne_bytes()), Err("07006".to_owned()));
}

/// Outcomes of "C to SQL: Numeric", "Bit", "Date", "Timestamp", "Character", "Binary".
#[test]
fn outcomes_of_appendix_d() {
    let double = |number: f64| number.to_ne_bytes();
    let error = |state: &str| Err(state.to_owned());
    let cut = Some(Warning::FractionTruncated);
    // Numbers.
    assert_eq!(send(SQL_C_DOUBLE, SQL_INTEGER, None, &double(7.0)), Ok((23, 1, vec![0, 0, 0, 7], None)));
    assert_eq!(send(SQL_C_DOUBLE, SQL_INTEGER, None, &double(7.5)), Ok((23, 1, vec![0, 0, 0, 7], cut)));
    assert_eq!(send(SQL_C_DOUBLE, SQL_INTEGER, None, &double(3e9)), error("22003"));
    assert_eq!(send(SQL_C_DOUBLE, SQL_INTEGER, None, &double(f64::NAN)), error("22018"));
    assert_eq!(send(SQL_C_DOUBLE, SQL_REAL, None, &double(1e300)), error("22003"));
    assert_eq!(send(SQL_C_DOUBLE, SQL_BIT, None, &double(0.5)), error("22001"));
    assert_eq!(send(SQL_C_SLONG, SQL_BIT, None, &2i32.to_ne_bytes()), error("22003"));
    assert_eq!(send(SQL_C_SBIGINT, SQL_SMALLINT, None, &32_768i64.to_ne_bytes()), error("22003"));
    assert_eq!(send(SQL_C_ULONG, SQL_INTEGER, None, &u32::MAX.to_ne_bytes()), error("22003"));
    assert_eq!(
        send(SQL_C_UBIGINT, SQL_NUMERIC, None, &u64::MAX.to_ne_bytes()),
        Ok((1700, 0, b"18446744073709551615".to_vec(), None))
    );
    assert_eq!(send(SQL_C_BIT, SQL_BIT, None, &[2]), error("22003"));
    assert_eq!(send(SQL_C_BIT, SQL_VARCHAR, None, &[1]), Ok((0, 0, b"1".to_vec(), None)));
    assert_eq!(send(SQL_C_DOUBLE, SQL_NUMERIC, None, &double(0.1)), Ok((1700, 0, b"0.1".to_vec(), None)));
    // What the server described wins: the value goes in that type's form.
    assert_eq!(
        send(SQL_C_SLONG, SQL_INTEGER, Some(20), &5i32.to_ne_bytes()),
        Ok((20, 1, vec![0, 0, 0, 0, 0, 0, 0, 5], None))
    );
    assert_eq!(send(SQL_C_SLONG, SQL_INTEGER, Some(1700), &5i32.to_ne_bytes()), Ok((1700, 0, b"5".to_vec(), None)));
    assert_eq!(send(SQL_C_SLONG, SQL_INTEGER, Some(25), &(-5i32).to_ne_bytes()), Ok((25, 0, b"-5".to_vec(), None)));
    // Dates.
    assert_eq!(send(SQL_C_DATE, SQL_DATE, None, &words(&[2023, 2, 29])), error("22007"));
    assert_eq!(send(SQL_C_DATE, SQL_TIMESTAMP, None, &words(&[2000, 1, 1])), Ok((1114, 1, vec![0; 8], None)));
    assert_eq!(
        send(SQL_C_TIMESTAMP, SQL_DATE, None, &[words(&[2000, 1, 1, 1, 0, 0]), vec![0; 4]].concat()),
        error("22008")
    );
    let nanosecond = [words(&[2000, 1, 1, 0, 0, 0]), 1u32.to_ne_bytes().to_vec()].concat();
    assert_eq!(send(SQL_C_TIMESTAMP, SQL_TIMESTAMP, None, &nanosecond), error("22008"));
    assert_eq!(
        send(SQL_C_TIMESTAMP, SQL_VARCHAR, None, &nanosecond),
        Ok((0, 0, b"2000-01-01 00:00:00.000000001".to_vec(), None))
    );
    assert_eq!(send(SQL_C_TIMESTAMP, SQL_INTEGER, None, &nanosecond), error("07006"));
    let timestamp = [words(&[2000, 1, 1, 0, 0, 0]), vec![0; 4]].concat();
    assert_eq!(
        send(SQL_C_TIMESTAMP, SQL_TIMESTAMP, Some(1184), &timestamp),
        Ok((1184, 0, b"2000-01-01 00:00:00".to_vec(), None))
    );
    // 01:00 at +01:00 is midnight in UTC.
    let offset = [words(&[2000, 1, 1, 1, 0, 0]), vec![0; 4], words(&[1, 0])].concat();
    assert_eq!(send(0x4001, -155, None, &offset), Ok((1184, 1, vec![0; 8], None)));
    // Characters and bytes.
    assert_eq!(send(SQL_C_CHAR, SQL_INTEGER, None, b"12"), Ok((23, 0, b"12".to_vec(), None)));
    assert_eq!(send(SQL_C_CHAR, SQL_VARCHAR, None, "grün".as_bytes()), Ok((0, 0, "grün".as_bytes().to_vec(), None)));
    assert_eq!(send(SQL_C_CHAR, SQL_VARCHAR, None, b"a\0b"), error("22018"));
    assert_eq!(send(SQL_C_CHAR, SQL_VARCHAR, None, b"\xff"), error("22018"));
    assert_eq!(send(SQL_C_CHAR, SQL_VARBINARY, None, b"00fF"), Ok((17, 1, vec![0, 0xff], None)));
    assert_eq!(send(SQL_C_CHAR, SQL_VARBINARY, None, b"0g"), error("22018"));
    assert_eq!(send(SQL_C_BINARY, SQL_VARBINARY, None, b"\0\xff"), Ok((17, 1, vec![0, 0xff], None)));
    assert_eq!(send(SQL_C_BINARY, SQL_INTEGER, None, &5i32.to_ne_bytes()), Ok((23, 1, vec![0, 0, 0, 5], None)));
    assert_eq!(send(SQL_C_BINARY, SQL_INTEGER, None, &[0; 3]), error("22003"));
    assert_eq!(send(SQL_C_BINARY, SQL_NUMERIC, None, &[0; 3]), error("07006"));
    assert_eq!(send(SQL_C_BINARY, SQL_VARCHAR, Some(23), b"12"), Ok((23, 0, b"12".to_vec(), None)));
    assert_eq!(send(SQL_C_BINARY, SQL_VARCHAR, None, b"ab"), Ok((0, 0, b"ab".to_vec(), None)));
    assert_eq!(send(SQL_C_DEFAULT, SQL_INTEGER, None, &5i32.to_ne_bytes()), Ok((23, 1, vec![0, 0, 0, 5], None)));
    assert_eq!(send(SQL_C_CHAR, 9999, None, b""), error("HY004"));
    assert_eq!(send(9999, SQL_CHAR, None, b""), error("HY003"));
}

#[test]
fn text_lengths_and_encodings() {
    let options = ConvertOptions::default();
    let text = |value: &str| Ok((0, 0, value.as_bytes().to_vec(), None));
    let wide = |units: &[u16]| words(units);
    let nts = crate::odbc::values::SQL_NTS as isize;
    assert_eq!(send_with(&options, SQL_C_CHAR, SQL_CHAR, None, b"abc\0def", nts), text("abc"));
    assert_eq!(send_with(&options, SQL_C_CHAR, SQL_CHAR, None, b"abc", 2), text("ab"));
    assert_eq!(send_with(&options, SQL_C_CHAR, SQL_CHAR, None, b"abc", -7), Err("HY090".to_owned()));
    assert_eq!(send_with(&options, SQL_C_WCHAR, SQL_CHAR, None, &wide(&[0x61, 0xd83d, 0xde00, 0]), nts), text("a😀"));
    assert_eq!(send_with(&options, SQL_C_WCHAR, SQL_CHAR, None, &wide(&[0x61, 0xfc]), 4), text("aü"));
    assert_eq!(send_with(&options, SQL_C_WCHAR, SQL_CHAR, None, &wide(&[0x61, 0xd83d]), 4), Err("22018".to_owned()));
    assert_eq!(send_with(&options, SQL_C_WCHAR, SQL_CHAR, None, &wide(&[0xde00, 0x61]), 4), Err("22018".to_owned()));
    assert_eq!(send_with(&options, SQL_C_WCHAR, SQL_CHAR, None, &wide(&[0x61]), 1), Err("HY090".to_owned()));
    let utf32 = ConvertOptions { wide: WideUnit::Utf32, ..options };
    let units: Vec<u8> = [0x61u32, 0x1f600, 0].iter().flat_map(|unit| unit.to_ne_bytes()).collect();
    assert_eq!(send_with(&utf32, SQL_C_WCHAR, SQL_CHAR, None, &units, nts), text("a😀"));
    assert_eq!(send_with(&utf32, SQL_C_WCHAR, SQL_CHAR, None, &0xd800u32.to_ne_bytes(), 4), Err("22018".to_owned()));
    let latin = ConvertOptions { narrow: encoding("windows-1252"), ..options };
    assert_eq!(send_with(&latin, SQL_C_CHAR, SQL_CHAR, None, b"Gr\xfc\xdfe \x80", 7), text("Grüße €"));
    // A null pointer with a value that is not NULL.
    let encoder = encoder(&binding(SQL_C_SLONG, SQL_INTEGER), None, &options).unwrap();
    let nowhere = Source { address: std::ptr::null(), length: 4, capacity: 0 };
    let error = encoder.encode(nowhere, &mut BytesMut::new(), &mut Scratch::default()).unwrap_err();
    assert_eq!(error.sqlstate.as_str(), "HY009");
}

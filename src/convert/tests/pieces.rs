//! Reading in pieces equals reading whole.

use super::*;
use crate::odbc::types::*;

/// Reads a value in pieces of `piece` bytes of data (without terminator) and joins them. Stops after a piece without
/// progress, as an application must.
fn in_pieces(
    column: ColumnType,
    c_type: i16,
    options: &ConvertOptions,
    value: &[u8],
    piece: usize,
    unit: usize,
) -> Option<Vec<u8>> {
    let options = ConvertOptions { in_pieces: true, ..*options };
    let converter = converter(column, c_type, &options).unwrap();
    let mut whole = Vec::new();
    let mut progress = 0;
    let mut scratch = Scratch::default();
    let mut left = None;
    loop {
        let mut buffer = vec![0xAA; piece + unit];
        let capacity = if unit == 0 { piece } else { piece + unit };
        let destination = Destination { address: buffer.as_mut_ptr(), capacity };
        let converted = converter.convert(value, destination, progress, &mut scratch).unwrap();
        // Each call's indicator is what the last one left.
        if let Some(left) = left {
            assert_eq!(converted.indicator, left);
        }
        let delivered = if converted.complete {
            converted.indicator as usize
        } else if unit == 0 {
            capacity
        } else {
            // Up to the terminator that the driver wrote.
            let end = buffer.chunks_exact(unit).position(|unit| unit.iter().all(|&byte| byte == 0)).unwrap();
            end * unit
        };
        if unit > 0 {
            assert!(buffer[delivered..delivered + unit].iter().all(|&byte| byte == 0), "not terminated");
        }
        whole.extend_from_slice(&buffer[..delivered]);
        left = Some(converted.indicator - delivered as isize);
        assert_eq!(converted.complete, converted.warning.is_none());
        if converted.complete {
            assert_eq!(left, Some(0));
            return Some(whole);
        }
        if delivered == 0 {
            return None;
        }
        progress = converted.progress;
    }
}

#[test]
fn pieces_of_any_size_make_the_whole() {
    let base = ConvertOptions::default();
    let values = server_values();
    for value in values.iter().filter(|value| value.text.len() < 400) {
        let ascii = value.text.is_ascii();
        let mut formats = vec![(Format::Text, value.text.as_bytes())];
        if server_type(value.oid).class != Class::Text {
            formats.push((Format::Binary, &value.binary));
        }
        for (format, bytes) in formats {
            let column = column(value.oid, format);
            let shown = match value.oid {
                16 => if value.text == "t" { "1" } else { "0" }.to_owned(),
                17 => value.text[2..].to_uppercase(),
                _ => value.text.to_owned(),
            };
            for piece in [1, 2, 3, 4, 7, 16, 4096] {
                // Wider than the widest character, or ASCII: every piece gets on.
                let narrow = in_pieces(column, SQL_C_CHAR, &base, bytes, piece, 1);
                if ascii || piece >= 4 {
                    assert_eq!(narrow.as_deref(), Some(shown.as_bytes()));
                }
                let utf16: Vec<u8> = shown.encode_utf16().flat_map(u16::to_ne_bytes).collect();
                let wide = in_pieces(column, SQL_C_WCHAR, &base, bytes, piece * 2, 2);
                if ascii || piece >= 2 {
                    assert_eq!(wide, Some(utf16));
                }
                let options = ConvertOptions { wide: WideUnit::Utf32, ..base };
                let utf32: Vec<u8> = shown.chars().flat_map(|character| u32::from(character).to_ne_bytes()).collect();
                assert_eq!(in_pieces(column, SQL_C_WCHAR, &options, bytes, piece * 4, 4), Some(utf32));
            }
        }
    }
}

#[test]
fn binary_in_pieces() {
    let options = ConvertOptions::default();
    for value in server_values().iter().filter(|value| value.oid == 17) {
        for piece in [1, 2, 3, 7, 4096] {
            for (format, bytes) in [(Format::Text, value.text.as_bytes()), (Format::Binary, &value.binary[..])] {
                let whole = in_pieces(column(17, format), SQL_C_BINARY, &options, bytes, piece, 0);
                assert_eq!(whole.as_deref(), Some(&value.binary[..]));
            }
        }
    }
    let escaped = in_pieces(column(17, Format::Text), SQL_C_BINARY, &options, b"a\\\\b\\000\\377", 2, 0);
    assert_eq!(escaped.as_deref(), Some(&b"a\\b\x00\xff"[..]));
    let text = "grün".as_bytes();
    assert_eq!(in_pieces(column(25, Format::Text), SQL_C_BINARY, &options, text, 3, 0).as_deref(), Some(text));
}

/// "aé😀" again and again: each piece is text by itself where its buffer has room for a character.
#[test]
fn whole_characters_if_that_is_asked_for() {
    let text = "a\u{e9}\u{1f600}".repeat(40);
    let options = ConvertOptions { whole_characters: true, in_pieces: true, ..ConvertOptions::default() };
    let column = column(25, Format::Text);
    let mut scratch = Scratch::default();
    for (c_type, unit) in [(SQL_C_CHAR, 1), (SQL_C_WCHAR, 2)] {
        for room in [4, 5, 6, 7, 30] {
            let converter = converter(column, c_type, &options).unwrap();
            let (mut whole, mut progress) = (String::new(), 0);
            loop {
                let mut buffer = vec![0xAA; (room + 1) * unit];
                let destination = Destination { address: buffer.as_mut_ptr(), capacity: buffer.len() };
                let converted = converter.convert(text.as_bytes(), destination, progress, &mut scratch).unwrap();
                let end = buffer.chunks_exact(unit).position(|unit| unit.iter().all(|&byte| byte == 0)).unwrap();
                let bytes = &buffer[..end * unit];
                let piece = match unit {
                    1 => str::from_utf8(bytes).unwrap().to_owned(),
                    _ => {
                        let units: Vec<u16> =
                            bytes.chunks(2).map(|unit| u16::from_ne_bytes([unit[0], unit[1]])).collect();
                        String::from_utf16(&units).unwrap()
                    }
                };
                // What the indicator counts is what is left of the text.
                let left = &text[whole.len()..];
                let length = if unit == 1 { left.len() } else { 2 * left.encode_utf16().count() };
                assert_eq!(converted.indicator, length as isize);
                whole.push_str(&piece);
                progress = converted.progress;
                if converted.complete {
                    break;
                }
            }
            assert_eq!(whole, text, "{c_type} {room}");
        }
    }
    // A buffer that has no room for a character divides it, and gets on.
    for (c_type, piece, unit) in [(SQL_C_CHAR, 1, 1), (SQL_C_CHAR, 3, 1), (SQL_C_WCHAR, 2, 2)] {
        let expected: Vec<u8> = match unit {
            1 => text.clone().into(),
            _ => text.encode_utf16().flat_map(u16::to_ne_bytes).collect(),
        };
        assert_eq!(in_pieces(column, c_type, &options, text.as_bytes(), piece, unit), Some(expected));
    }
}

/// windows-1252, Shift_JIS: expected bytes from the encodings' own tables.
#[test]
fn other_narrow_encodings() {
    let latin = ConvertOptions { narrow: encoding("windows-1252"), ..ConvertOptions::default() };
    let column = column(25, Format::Text);
    for piece in [1, 2, 3, 4096] {
        let whole = in_pieces(column, SQL_C_CHAR, &latin, "Grüße €5".as_bytes(), piece, 1);
        assert_eq!(whole.as_deref(), Some(&b"Gr\xfc\xdfe \x805"[..]));
    }
    let japanese = ConvertOptions { narrow: encoding("shift_jis"), ..ConvertOptions::default() };
    for piece in [2, 3, 4096] {
        let whole = in_pieces(column, SQL_C_CHAR, &japanese, "a日本".as_bytes(), piece, 1);
        assert_eq!(whole.as_deref(), Some(&b"a\x93\xfa\x96\x7b"[..]));
    }
    let unmappable = convert(column, SQL_C_CHAR, &latin, "日".as_bytes(), 64);
    assert_eq!(unmappable, Outcome::Error(Sqlstate(*b"22018")));
}

/// A piece fills its buffer, whatever it divides; a buffer of nothing but a terminator gets that, and again the same.
/// "😀b" is f0 9f 98 80 62 in UTF-8, d83d de00 0062 in UTF-16.
#[test]
fn a_buffer_too_small_for_a_character() {
    let options = ConvertOptions { in_pieces: true, ..ConvertOptions::default() };
    let cases: [(i16, &[u8], isize); 5] = [
        (SQL_C_CHAR, &[0], 5),
        (SQL_C_CHAR, &[0xf0, 0x9f, 0x98, 0], 5),
        (SQL_C_CHAR, &[], 5),
        (SQL_C_WCHAR, &[0x3d, 0xd8, 0, 0], 6),
        (SQL_C_WCHAR, &[0xAA], 6),
    ];
    for (c_type, buffer, indicator) in cases {
        let outcome = convert(column(25, Format::Text), c_type, &options, "😀b".as_bytes(), buffer.len());
        assert_eq!(outcome, Outcome::Value { buffer: buffer.to_vec(), indicator, warning: Some("01004") });
    }
    for (c_type, piece) in [(SQL_C_CHAR, 1), (SQL_C_CHAR, 3), (SQL_C_WCHAR, 2)] {
        let unit = if c_type == SQL_C_WCHAR { 2 } else { 1 };
        let whole = in_pieces(column(25, Format::Text), c_type, &options, "a😀b😀".as_bytes(), piece, unit);
        let expected: Vec<u8> = match c_type {
            SQL_C_WCHAR => "a😀b😀".encode_utf16().flat_map(u16::to_ne_bytes).collect(),
            _ => "a😀b😀".into(),
        };
        assert_eq!(whole, Some(expected), "{c_type} {piece}");
    }
    let bound = convert(column(25, Format::Text), SQL_C_CHAR, &ConvertOptions::default(), "a😀".as_bytes(), 4);
    assert_eq!(bound, Outcome::Value { buffer: vec![b'a', 0, 0xAA, 0xAA], indicator: 5, warning: Some("01004") });
    // A null address only asks for the length.
    for (oid, c_type, value, length) in [
        (25, SQL_C_CHAR, "😀b", 5),
        (25, SQL_C_WCHAR, "😀b", 6),
        (25, SQL_C_BINARY, "😀b", 5),
        (17, SQL_C_BINARY, "\\x0102", 2),
        (17, SQL_C_WCHAR, "\\x0102", 8),
        (23, SQL_C_SLONG, "7", 4),
    ] {
        let converter = converter(column(oid, Format::Text), c_type, &options).unwrap();
        let nowhere = Destination { address: std::ptr::null_mut(), capacity: 100 };
        let converted = converter.convert(value.as_bytes(), nowhere, 0, &mut Scratch::default()).unwrap();
        assert_eq!((converted.indicator, converted.complete, converted.warning), (length, oid == 23, None), "{c_type}");
    }
}

//! The encodings of narrow text.
//!
//! The tables are those of the Encoding Standard (crate encoding_rs), in which `iso-8859-1` and `ascii` are names of windows-1252:
//! a byte of 0x80 to 0x9F, a control of these encodings, would be another character, and the reverse. Here they are
//! what their own standards say: ISO/IEC 8859-1, -9 and -11, ANSI X3.4.

use std::fmt;

use encoding_rs::{
    Decoder, DecoderResult, EUC_JP, EncoderResult, Encoding, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1252, WINDOWS_1254,
};

/// Windows' pages that the Encoding Standard takes for parts of ISO 8859: the number in the page's own names, and the part. They
/// differ in 0x80 to 0x9F.
const PAGES: [(&Encoding, &str, &str); 3] =
    [(WINDOWS_1252, "1252", "ISO-8859-1"), (WINDOWS_1254, "1254", "ISO-8859-9"), (WINDOWS_874, "874", "ISO-8859-11")];

/// The bytes that a part of ISO 8859 has control characters at, with their own numbers.
const CONTROLS: std::ops::RangeInclusive<u8> = 0x80..=0x9F;

/// Characters that Japanese encodings lack and the standard's encoders have other bytes for: a yen sign would be a backslash to
/// who reads it back, an overline a tilde, a minus sign a full-width hyphen (Encoding Standard, 12.3 and 13.2).
const TAKEN_FOR_OTHERS: [char; 3] = ['\u{A5}', '\u{203E}', '\u{2212}'];

/// One character in its encoding is no longer: ISO-2022-JP's with its escape sequences.
const LONGEST: usize = 16;

/// An encoding of narrow text: ASCII is the same in all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NarrowEncoding {
    table: &'static Encoding,
    bytes: Bytes,
}

/// Which bytes are characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bytes {
    /// Those of the table.
    OfTable,
    /// 0x80 to 0x9F are controls, the others as the table has them.
    WithControls,
    /// Those below 0x80.
    Ascii,
}

impl NarrowEncoding {
    pub const UTF_8: NarrowEncoding = NarrowEncoding { table: UTF_8, bytes: Bytes::OfTable };
    pub const US_ASCII: NarrowEncoding = NarrowEncoding { table: UTF_8, bytes: Bytes::Ascii };

    /// By a label of the Encoding Standard; `None` for one that there is not, or whose text has other bytes for ASCII.
    pub fn for_label(label: &str) -> Option<NarrowEncoding> {
        let table = Encoding::for_label(label.as_bytes()).filter(|table| table.is_ascii_compatible())?;
        let says = |word: &str| label.to_ascii_lowercase().contains(word);
        let is_iso = PAGES.iter().any(|(page, number, _)| *page == table && !says(number));
        Some(match () {
            () if table == WINDOWS_1252 && (says("ascii") || says("x3.4")) => NarrowEncoding::US_ASCII,
            () if is_iso => NarrowEncoding { table, bytes: Bytes::WithControls },
            () => NarrowEncoding { table, bytes: Bytes::OfTable },
        })
    }

    pub fn name(&self) -> &'static str {
        let iso = PAGES.iter().find(|(page, ..)| *page == self.table).map(|(.., iso)| *iso);
        match (self.bytes, iso) {
            (Bytes::Ascii, _) => "US-ASCII",
            (Bytes::WithControls, Some(iso)) => iso,
            _ => self.table.name(),
        }
    }

    pub fn is_utf_8(&self) -> bool {
        self.table == UTF_8 && self.bytes == Bytes::OfTable
    }

    /// Whether a byte that the table has means the same here.
    fn is_own(&self, byte: u8) -> bool {
        self.bytes != Bytes::WithControls || !CONTROLS.contains(&byte)
    }

    /// For text that comes in pieces.
    pub fn decoder(&self) -> NarrowDecoder {
        NarrowDecoder { encoding: *self, table: self.table.new_decoder_without_bom_handling() }
    }

    /// Appends whole text as UTF-8; `None` if it is none.
    pub fn decode(&self, text: &[u8], mut out: impl FnMut(&[u8])) -> Option<()> {
        self.decoder().decode(text, true, &mut out)
    }

    /// One character, complete in itself, and how many bytes it takes; `None` if the encoding lacks it.
    pub fn encode(&self, character: char) -> Option<([u8; LONGEST], usize)> {
        let mut bytes = [0; LONGEST];
        if character.is_ascii() {
            bytes[0] = character as u8;
            return Some((bytes, 1));
        }
        match self.bytes {
            Bytes::Ascii => return None,
            Bytes::WithControls => {
                if let Some(control) = u8::try_from(character).ok().filter(|byte| CONTROLS.contains(byte)) {
                    bytes[0] = control;
                    return Some((bytes, 1));
                }
            }
            Bytes::OfTable if [SHIFT_JIS, EUC_JP].contains(&self.table) && TAKEN_FOR_OTHERS.contains(&character) => {
                return None;
            }
            Bytes::OfTable => {}
        }
        let mut utf8 = [0; 4];
        let text = &*character.encode_utf8(&mut utf8);
        match self.table.new_encoder().encode_from_utf8_without_replacement(text, &mut bytes, true) {
            (EncoderResult::InputEmpty, _, length) => self.is_own(bytes[0]).then_some((bytes, length)),
            _ => None,
        }
    }
}

/// Reads text that may be divided anywhere.
pub struct NarrowDecoder {
    encoding: NarrowEncoding,
    table: Decoder,
}

impl fmt::Debug for NarrowDecoder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("NarrowDecoder").field(&self.encoding.name()).finish()
    }
}

impl NarrowDecoder {
    /// Gives a piece as UTF-8; an unfinished character waits for the next one. `last`: there is none. `None` if the bytes are no
    /// text.
    pub fn decode(&mut self, piece: &[u8], last: bool, out: &mut impl FnMut(&[u8])) -> Option<()> {
        match self.encoding.bytes {
            Bytes::OfTable => self.by_table(piece, last, out),
            Bytes::Ascii => piece.is_ascii().then(|| out(piece)),
            // One byte is one character.
            Bytes::WithControls => {
                piece.chunk_by(|a, b| CONTROLS.contains(a) == CONTROLS.contains(b)).try_for_each(|run| {
                    if !run.first().is_some_and(|byte| CONTROLS.contains(byte)) {
                        return self.by_table(run, false, out);
                    }
                    run.iter().for_each(|byte| out(char::from(*byte).encode_utf8(&mut [0; 4]).as_bytes()));
                    Some(())
                })
            }
        }
    }

    fn by_table(&mut self, mut bytes: &[u8], last: bool, out: &mut impl FnMut(&[u8])) -> Option<()> {
        let mut buffer = [0; 4096];
        loop {
            let (result, read, written) = self.table.decode_to_utf8_without_replacement(bytes, &mut buffer, last);
            out(&buffer[..written]);
            bytes = &bytes[read..];
            match result {
                DecoderResult::InputEmpty => return Some(()),
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => return None,
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn decoded(label: &str, bytes: &[u8]) -> Option<String> {
        let mut text = Vec::new();
        NarrowEncoding::for_label(label)?.decode(bytes, |piece| text.extend_from_slice(piece))?;
        Some(String::from_utf8(text).unwrap())
    }

    /// ISO/IEC 8859-1: a byte is the character with its number, all 256 of them, in both directions.
    #[test]
    fn latin_1_is_the_first_256_characters() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text: String = (0..=255_u8).map(char::from).collect();
        for label in ["ISO-8859-1", "iso88591", "latin1", "L1", "iso_8859-1:1987", "cp819"] {
            assert_eq!(decoded(label, &bytes).as_ref(), Some(&text), "{label}");
        }
        let latin = NarrowEncoding::for_label("latin1").unwrap();
        for byte in 0..=255_u8 {
            let (encoded, length) = latin.encode(char::from(byte)).unwrap();
            assert_eq!((encoded[0], length), (byte, 1));
        }
        for missing in ['€', '\u{152}', '\u{2019}', '\u{100}'] {
            assert_eq!(latin.encode(missing), None, "{missing}");
        }
        // In pieces, which end anywhere.
        let (mut decoder, mut whole) = (latin.decoder(), Vec::new());
        for piece in bytes.chunks(3) {
            decoder.decode(piece, false, &mut |part: &[u8]| whole.extend_from_slice(part)).unwrap();
        }
        assert_eq!(whole, text.as_bytes());
    }

    /// Windows' own pages are as they were, 0x80 is the euro sign.
    #[test]
    fn windows_pages_have_their_own_characters() {
        for (label, byte, character) in [
            ("windows-1252", 0x80, '€'),
            ("cp1252", 0x99, '™'),
            ("windows-1254", 0x80, '€'),
            ("ISO-8859-9", 0x80, '\u{80}'),
            ("ISO-8859-9", 0xDD, 'İ'),
            ("ISO-8859-11", 0x85, '\u{85}'),
            ("tis-620", 0xA1, 'ก'),
            ("windows-874", 0x80, '€'),
            ("ISO-8859-15", 0xA4, '€'),
            ("ISO-8859-15", 0x80, '\u{80}'),
        ] {
            assert_eq!(decoded(label, &[byte]), Some(character.to_string()), "{label}");
            let encoded = NarrowEncoding::for_label(label).unwrap().encode(character);
            assert_eq!(encoded.map(|(bytes, length)| (bytes[0], length)), Some((byte, 1)), "{label}");
        }
        assert_eq!(NarrowEncoding::for_label("latin5").unwrap().encode('€'), None);
    }

    #[test]
    fn ascii_ends_at_0x7f() {
        for label in ["ascii", "US-ASCII", "ANSI_X3.4-1968"] {
            assert_eq!(decoded(label, b"a~\x7f").as_deref(), Some("a~\u{7f}"), "{label}");
            assert_eq!(decoded(label, b"a\x80"), None, "{label}");
            assert_eq!(NarrowEncoding::for_label(label).unwrap().encode('é'), None, "{label}");
        }
    }

    /// 0x5C is a backslash to who reads it back.
    #[test]
    fn a_character_that_would_come_back_as_another_is_lacking() {
        for label in ["shift_jis", "euc-jp"] {
            let encoding = NarrowEncoding::for_label(label).unwrap();
            for missing in ['\u{A5}', '\u{203E}', '\u{2212}'] {
                assert_eq!(encoding.encode(missing), None, "{label} {missing}");
            }
            for held in ['あ', 'ア', '日', '\\', '~'] {
                assert!(encoding.encode(held).is_some(), "{label} {held}");
            }
        }
        assert_eq!(NarrowEncoding::for_label("utf-16le"), None);
    }
}

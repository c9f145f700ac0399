//! Characters, bit strings, bytea and UUIDs.

use super::super::super::datetime::Moment;
use super::super::super::decimal::trim;
use super::super::super::fault::Fault;
use super::{Guids, Moments, Number, Text, array};

/// Characters, which may be a number, a date, a GUID or an interval.
pub(in super::super::super) struct Characters;

impl Text for Characters {
    #[inline]
    fn text<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        Ok(value)
    }
}

impl Number for Characters {}

impl Moments for Characters {
    /// What is no date-value, time-value or timestamp-value of appendix C is 22018 ("SQL to C: Character"): `infinity`, the
    /// hour 24, years before 1 and after 9999. An offset is none of their parts either, and leaving it out would be another
    /// time.
    fn moment(value: &[u8]) -> Result<Moment, Fault> {
        match Moment::parse(value) {
            Ok(moment) if moment.is_odbc_literal() => Ok(moment),
            Ok(_) | Err(Fault::InfiniteDate) => Err(Fault::NotADate),
            Err(fault) => Err(fault),
        }
    }
}

impl Guids for Characters {
    fn guid(value: &[u8]) -> Result<[u8; 16], Fault> {
        parse_guid(trim(value)).ok_or(Fault::NotAGuid)
    }
}

/// Characters with CR LF for every line feed that has no CR before it (LFConversion).
pub(in super::super::super) struct LineFeedCharacters;

impl Text for LineFeedCharacters {
    fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        if !value.contains(&b'\n') {
            return Ok(value);
        }
        scratch.clear();
        let mut before = 0;
        for byte in value {
            if *byte == b'\n' && before != b'\r' {
                scratch.push(b'\r');
            }
            scratch.push(*byte);
            before = *byte;
        }
        Ok(scratch)
    }
}

/// bit and varbit as text.
pub(in super::super::super) struct BitText;

impl Text for BitText {
    fn text<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        Ok(value)
    }
}

impl Number for BitText {}

/// bit and varbit in binary: int32 bit count, then the bits from the most significant.
pub(in super::super::super) struct BitBinary;

impl Text for BitBinary {
    fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        let (count, bytes) = value.split_first_chunk::<4>().ok_or(Fault::Malformed)?;
        let count = usize::try_from(i32::from_be_bytes(*count)).map_err(|_| Fault::Malformed)?;
        if bytes.len() != count.div_ceil(8) {
            return Err(Fault::Malformed);
        }
        scratch.clear();
        scratch.extend((0..count).map(|bit| b'0' + (bytes[bit / 8] >> (7 - bit % 8) & 1)));
        Ok(scratch)
    }
}

impl Number for BitBinary {}

// bytea: its text is hexadecimal digits. `binary` delivers them; this is for messages.

/// bytea in binary.
pub(in super::super::super) struct ByteaBinary;

impl Text for ByteaBinary {
    fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        scratch.clear();
        super::super::binary::write_hexadecimal(value, scratch);
        Ok(scratch)
    }
}

/// bytea as text: `\x` and hexadecimal digits, or the escape format of bytea_output = escape.
pub(in super::super::super) struct ByteaText;

impl Text for ByteaText {
    fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        scratch.clear();
        if let Some(digits) = value.strip_prefix(b"\\x") {
            scratch.extend(digits.iter().map(u8::to_ascii_uppercase));
        } else {
            let bytes = super::super::binary::decode_escape(value)?;
            super::super::binary::write_hexadecimal(&bytes, scratch);
        }
        Ok(scratch)
    }
}

/// uuid in binary.
pub(in super::super::super) struct UuidBinary;

impl Text for UuidBinary {
    fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        let bytes: [u8; 16] = array(value)?;
        scratch.clear();
        for (index, byte) in bytes.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                scratch.push(b'-');
            }
            scratch.extend([byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]));
        }
        Ok(scratch)
    }
    fn indivisible(text: &[u8]) -> usize {
        text.len()
    }
}

impl Guids for UuidBinary {
    fn guid(value: &[u8]) -> Result<[u8; 16], Fault> {
        array(value)
    }
}

/// uuid as text.
pub(in super::super::super) struct UuidText;

impl Text for UuidText {
    fn text<'a>(value: &'a [u8], _: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        Ok(value)
    }
    fn indivisible(text: &[u8]) -> usize {
        text.len()
    }
}

impl Guids for UuidText {
    fn guid(value: &[u8]) -> Result<[u8; 16], Fault> {
        parse_guid(value).ok_or(Fault::Malformed)
    }
}

/// The 16 bytes of 8-4-4-4-12 hexadecimal digits, with or without braces around them.
pub(in super::super::super) fn parse_guid(text: &[u8]) -> Option<[u8; 16]> {
    let text = text.strip_prefix(b"{").and_then(|text| text.strip_suffix(b"}")).unwrap_or(text);
    if text.len() != 36 || [8, 13, 18, 23].iter().any(|&at| text[at] != b'-') {
        return None;
    }
    let mut digits = text.iter().filter(|&&byte| byte != b'-').map(|&byte| (byte as char).to_digit(16));
    let mut bytes = [0u8; 16];
    for byte in &mut bytes {
        *byte = (digits.next()?? * 16 + digits.next()??) as u8;
    }
    digits.next().is_none().then_some(bytes)
}

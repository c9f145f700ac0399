//! Text in SQLWCHARs of either width.

use super::api::{WideText, api};

/// A NUL-terminated text, or room for one. Kept in 4-byte units so that it is aligned for both widths.
#[derive(Debug)]
pub struct Wide {
    storage: Vec<u32>,
    /// Characters held or held at most, in SQLWCHARs, without the terminator.
    pub length: usize,
    width: usize,
}

impl Wide {
    pub fn new(text: &str) -> Wide {
        let width = api().manager.wide_width();
        let bytes = encode(text, width);
        let mut wide = Wide { storage: vec![0; bytes.len() / 4 + 2], length: bytes.len() / width, width };
        wide.bytes_mut()[..bytes.len()].copy_from_slice(&bytes);
        wide
    }

    /// Room for `length` SQLWCHARs and a terminator, filled with something that is neither.
    pub fn room(length: usize) -> Wide {
        let width = api().manager.wide_width();
        Wide { storage: vec![0x5a5a_5a5a; (length + 1) * width / 4 + 1], length, width }
    }

    /// Where it is. Room is written through this; a text may be read through it.
    pub fn address(&self) -> WideText {
        self.storage.as_ptr().cast_mut().cast()
    }

    /// Its capacity with the terminator, in bytes.
    pub fn capacity_bytes(&self) -> usize {
        (self.length + 1) * self.width
    }

    /// The text up to the first NUL; a panic if there is none.
    #[track_caller]
    pub fn read(&self) -> String {
        let bytes = self.bytes();
        let end = bytes.chunks_exact(self.width).position(|unit| unit.iter().all(|byte| *byte == 0));
        decode(&bytes[..end.expect("the text is not terminated") * self.width], self.width)
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: plain memory, seen as bytes.
        unsafe { std::slice::from_raw_parts(self.storage.as_ptr().cast(), self.storage.len() * 4) }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above; the borrow is exclusive.
        unsafe { std::slice::from_raw_parts_mut(self.storage.as_mut_ptr().cast(), self.storage.len() * 4) }
    }
}

/// The text as SQLWCHARs in memory order.
pub fn encode(text: &str, width: usize) -> Vec<u8> {
    match width {
        2 => text.encode_utf16().flat_map(u16::to_ne_bytes).collect(),
        _ => text.chars().flat_map(|character| u32::from(character).to_ne_bytes()).collect(),
    }
}

/// The reverse; a panic if it is not well-formed.
#[track_caller]
pub fn decode(bytes: &[u8], width: usize) -> String {
    match width {
        2 => {
            let units: Vec<u16> =
                bytes.chunks_exact(2).map(|unit| u16::from_ne_bytes(unit.try_into().unwrap())).collect();
            String::from_utf16(&units).expect("well-formed UTF-16")
        }
        _ => bytes
            .chunks_exact(4)
            .map(|unit| char::from_u32(u32::from_ne_bytes(unit.try_into().unwrap())).expect("a Unicode character"))
            .collect(),
    }
}

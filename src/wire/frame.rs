//! Frames: a tag byte, a length of four bytes that counts itself, the body.
//!
//! Source: PostgreSQL documentation, "Message Formats".

/// Tag and length, the part that every frame begins with.
pub const HEADER_LENGTH: usize = 5;

/// The largest frame that is read. PostgreSQL's own limit on a message is 1 GiB (`PQ_LARGE_MESSAGE_LIMIT` and the limit
/// on a field, `MaxAllocSize`); a row's header and its column lengths come on top.
const LARGEST_FRAME: usize = (1 << 30) + (1 << 20);
/// Of messages that hold no data; libpq refuses more than 30,000 bytes of them.
const LARGEST_SMALL_FRAME: usize = 1 << 16;
/// Of anything before the login is done: the other side is not yet known to be a server that is trusted.
const LARGEST_LOGIN_FRAME: usize = 1 << 16;

/// The messages of a server that a session may get, and whether they carry data and may be large.
const TAGS: &[(u8, bool)] = &[
    (b'D', true),  // DataRow
    (b'd', true),  // CopyData
    (b'T', true),  // RowDescription
    (b't', true),  // ParameterDescription
    (b'E', true),  // ErrorResponse
    (b'N', true),  // NoticeResponse
    (b'A', true),  // NotificationResponse
    (b'C', false), // CommandComplete
    (b'Z', false), // ReadyForQuery
    (b'1', false), // ParseComplete
    (b'2', false), // BindComplete
    (b'3', false), // CloseComplete
    (b'n', false), // NoData
    (b's', false), // PortalSuspended
    (b'I', false), // EmptyQueryResponse
    (b'S', false), // ParameterStatus
    (b'G', false), // CopyInResponse
    (b'H', false), // CopyOutResponse
    (b'W', false), // CopyBothResponse
    (b'c', false), // CopyDone
];
/// The messages of a server while logging in.
const LOGIN_TAGS: &[u8] = b"RSKNEZv";

/// What the header of a frame says, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub tag: u8,
    /// Bytes of the whole frame, tag and length included.
    pub length: usize,
}

/// A header that no server would send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nonsense {
    Tag(u8),
    Length { tag: u8, length: u32 },
}

/// Which messages may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Login,
    Session,
}

impl Header {
    /// Reads the header at the front of `bytes`; `None` where it has not arrived whole.
    #[inline]
    pub fn read(bytes: &[u8], phase: Phase) -> Result<Option<Header>, Nonsense> {
        let Some((&tag, rest)) = bytes.split_first() else { return Ok(None) };
        let limit = match phase {
            Phase::Session if tag == b'D' => LARGEST_FRAME, // the row's path
            Phase::Session => match TAGS.iter().find(|known| known.0 == tag) {
                Some((_, true)) => LARGEST_FRAME,
                Some((_, false)) => LARGEST_SMALL_FRAME,
                None => return Err(Nonsense::Tag(tag)),
            },
            Phase::Login if LOGIN_TAGS.contains(&tag) => LARGEST_LOGIN_FRAME,
            Phase::Login => return Err(Nonsense::Tag(tag)),
        };
        let Some(length) = rest.first_chunk() else { return Ok(None) };
        let length = u32::from_be_bytes(*length);
        let frame = (length as usize).saturating_add(1);
        if frame < HEADER_LENGTH || frame > limit {
            return Err(Nonsense::Length { tag, length });
        }
        Ok(Some(Header { tag, length: frame }))
    }
}

/// The body of a whole frame.
#[inline]
pub fn body(frame: &[u8]) -> &[u8] {
    frame.get(HEADER_LENGTH..).unwrap_or_default()
}

/// Takes parts off the front of a body. Every part is checked against what remains.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    pub fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub fn i16(&mut self) -> Option<i16> {
        self.array().map(i16::from_be_bytes)
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub fn i32(&mut self) -> Option<i32> {
        self.array().map(i32::from_be_bytes)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// A text up to its zero byte, without it.
    pub fn text(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let taken = self.bytes(end)?;
        self.byte()?;
        Some(taken)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn frame(tag: u8, length: u32) -> Vec<u8> {
        let mut bytes = vec![tag];
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes
    }

    #[test]
    fn a_header_is_read_once_it_is_whole() {
        let bytes = frame(b'Z', 5);
        for end in 0..HEADER_LENGTH {
            assert_eq!(Header::read(&bytes[..end], Phase::Session), Ok(None));
        }
        assert_eq!(Header::read(&bytes, Phase::Session), Ok(Some(Header { tag: b'Z', length: 6 })));
    }

    #[test]
    fn lengths_that_lie_are_refused() {
        for length in [0, 3, 0x8000_0000, u32::MAX, (1 << 30) + (1 << 20)] {
            assert_eq!(
                Header::read(&frame(b'D', length), Phase::Session),
                Err(Nonsense::Length { tag: b'D', length }),
                "{length}"
            );
        }
        assert!(Header::read(&frame(b'D', 1 << 30), Phase::Session).is_ok());
        assert!(Header::read(&frame(b'Z', 1 << 30), Phase::Session).is_err());
        assert!(Header::read(&frame(b'R', 1 << 16), Phase::Login).is_err());
    }

    #[test]
    fn unknown_tags_are_refused_at_their_first_byte() {
        assert_eq!(Header::read(b"Q", Phase::Session), Err(Nonsense::Tag(b'Q')));
        assert_eq!(Header::read(b"H", Phase::Login), Err(Nonsense::Tag(b'H')));
        assert_eq!(Header::read(b"D", Phase::Login), Err(Nonsense::Tag(b'D')));
    }

    #[test]
    fn a_reader_never_passes_the_end() {
        let mut reader = Reader(b"\0\x01ab\0c");
        assert_eq!(reader.u16(), Some(1));
        assert_eq!(reader.text(), Some(&b"ab"[..]));
        assert_eq!(reader.i32(), None);
        assert_eq!(reader.text(), None, "no zero byte");
        assert_eq!(reader.byte(), Some(b'c'));
        assert_eq!(reader.byte(), None);
        assert_eq!(reader.bytes(1), None);
    }
}

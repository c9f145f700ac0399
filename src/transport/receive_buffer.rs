//! Bytes that have been received and not yet been consumed.
//!
//! ```text
//!   0 ......... start ....... start + held ........... len ........ capacity
//!   | consumed  | held frame  | received, not yet read | room        |
//! ```
//!
//! The held bytes are the frame that was read last: it stays where it is until the next one is asked for, so that rows
//! are borrowed and never copied. When everything is consumed the buffer restarts at 0; only a partial frame is moved.

use std::io;

/// Room for received bytes in the usual case: sixteen of the 8 KiB blocks that PostgreSQL sends. In reading a million rows
/// (87 MB) over the loopback anything from 64 KiB to 1 MiB cost the same.
const USUAL_CAPACITY: usize = 128 * 1024;

/// With less room than one block of the server's, what is left is moved to the front before more is received.
const LEAST_ROOM: usize = 8 * 1024;

/// See the module's text.
#[derive(Debug)]
pub struct ReceiveBuffer {
    bytes: Vec<u8>,
    start: usize,
    held: usize,
}

impl Default for ReceiveBuffer {
    fn default() -> ReceiveBuffer {
        ReceiveBuffer { bytes: Vec::with_capacity(USUAL_CAPACITY), start: 0, held: 0 }
    }
}

impl ReceiveBuffer {
    /// What has been received and is not yet read: everything behind the held frame.
    #[inline]
    pub fn unread(&self) -> &[u8] {
        self.bytes.get(self.start + self.held..).unwrap_or_default()
    }

    /// The held frame; empty where none is held.
    #[inline]
    pub fn held(&self) -> &[u8] {
        self.bytes.get(self.start..self.start + self.held).unwrap_or_default()
    }

    /// Lets go of the held frame and holds the next `length` bytes, which must have been received.
    #[inline]
    pub fn hold(&mut self, length: usize) {
        debug_assert!(length <= self.unread().len());
        self.start += self.held;
        self.held = length;
    }

    /// Lets go of the held frame.
    #[inline]
    pub fn release(&mut self) {
        self.hold(0);
    }

    /// Receives more by `receive`, which appends to the vector it is given, at most its spare capacity, and answers how
    /// many bytes came. `frame` is the length of the frame that is being waited for, 0 where it is not yet known: room is
    /// made for it, but never more than twice what has really arrived, whatever a header claims.
    pub fn fill<R>(&mut self, frame: usize, receive: impl FnOnce(&mut Vec<u8>) -> io::Result<R>) -> io::Result<R> {
        self.make_room(frame);
        receive(&mut self.bytes)
    }

    /// Whether another `fill` has to enlarge the buffer.
    pub fn is_full(&self) -> bool {
        self.bytes.len() - self.start >= self.bytes.capacity()
    }

    /// Bytes of memory taken.
    #[cfg(test)]
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Gives back what a big frame has needed, where little is left in the buffer.
    pub fn shrink(&mut self) {
        if self.bytes.capacity() > USUAL_CAPACITY && self.bytes.len() - self.start <= USUAL_CAPACITY {
            let mut usual = Vec::with_capacity(USUAL_CAPACITY);
            usual.extend_from_slice(self.bytes.get(self.start..).unwrap_or_default());
            self.bytes = usual;
            self.start = 0;
        }
    }

    fn make_room(&mut self, frame: usize) {
        if self.start == self.bytes.len() {
            self.bytes.clear();
            self.start = 0;
        }
        let needed = self.held + frame;
        let fits = self.start + needed <= self.bytes.capacity();
        if self.bytes.capacity() - self.bytes.len() >= LEAST_ROOM && fits {
            return;
        }
        if self.start > 0 {
            self.bytes.copy_within(self.start.., 0);
            self.bytes.truncate(self.bytes.len() - self.start);
            self.start = 0;
        }
        let length = self.bytes.len();
        if length == self.bytes.capacity() {
            // For a big value the last step ends exactly at the frame's end, so that the peak is the value itself
            // (a big allocation is enlarged in place by mremap).
            let target = if needed > length { needed.min(2 * length) } else { 2 * length };
            self.bytes.reserve_exact(target - length);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Feeds from `source` as a socket would: at most the spare room, at most `chunk` bytes a call.
    fn feed(buffer: &mut ReceiveBuffer, frame: usize, source: &mut &[u8], chunk: usize) -> usize {
        buffer
            .fill(frame, |bytes| {
                let count = source.len().min(chunk).min(bytes.capacity() - bytes.len());
                bytes.extend_from_slice(&source[..count]);
                *source = &source[count..];
                Ok(count)
            })
            .unwrap()
    }

    #[test]
    fn bytes_come_out_as_they_went_in_whatever_the_pieces() {
        let data: Vec<u8> = (0..USUAL_CAPACITY * 3 + 17).map(|index| (index % 251) as u8).collect();
        for chunk in [1000, 8192, 1 << 20] {
            let mut buffer = ReceiveBuffer::default();
            let mut source = data.as_slice();
            let mut out = Vec::new();
            while out.len() < data.len() {
                while buffer.unread().len() >= 777 || (source.is_empty() && !buffer.unread().is_empty()) {
                    buffer.hold(buffer.unread().len().min(777));
                    out.extend_from_slice(buffer.held());
                }
                if !source.is_empty() {
                    feed(&mut buffer, 777, &mut source, chunk);
                }
            }
            assert!(out == data);
            assert_eq!(buffer.bytes.capacity(), USUAL_CAPACITY, "small frames do not enlarge the buffer");
        }
    }

    #[test]
    fn a_held_frame_survives_receiving_more() {
        let mut buffer = ReceiveBuffer::default();
        feed(&mut buffer, 0, &mut &b"abcdefgh"[..], 8);
        buffer.hold(3);
        buffer.hold(3);
        assert_eq!(buffer.held(), b"def");
        let more = vec![b'x'; USUAL_CAPACITY * 2];
        let mut source = more.as_slice();
        while !source.is_empty() {
            feed(&mut buffer, USUAL_CAPACITY * 2, &mut source, 8192);
        }
        assert_eq!(buffer.held(), b"def");
        assert_eq!(&buffer.unread()[..3], b"ghx");
    }

    #[test]
    fn a_lying_length_reserves_nothing() {
        let mut buffer = ReceiveBuffer::default();
        feed(&mut buffer, 1 << 30, &mut &[7_u8; 100][..], 100);
        feed(&mut buffer, 1 << 30, &mut &[7_u8; 100][..], 100);
        assert_eq!(buffer.bytes.capacity(), USUAL_CAPACITY);
    }

    #[test]
    fn a_big_frame_ends_at_its_own_size_and_the_room_is_given_back() {
        let size = 10_000_003;
        let data = vec![1_u8; size];
        let mut buffer = ReceiveBuffer::default();
        let mut source = data.as_slice();
        let mut received = 0;
        while received < size {
            received += feed(&mut buffer, size, &mut source, 8192);
            assert!(buffer.bytes.capacity() <= (2 * received).max(USUAL_CAPACITY));
        }
        assert_eq!(buffer.bytes.capacity(), size);
        buffer.hold(size);
        buffer.release();
        buffer.shrink();
        assert_eq!(buffer.bytes.capacity(), USUAL_CAPACITY);
        assert!(buffer.unread().is_empty());
    }
}

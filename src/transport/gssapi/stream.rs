//! Encryption by GSSAPI over a connected socket: packets of four bytes of length and what gss_wrap makes.
//!
//! Source: PostgreSQL documentation, "GSSAPI Session Encryption".

use std::io;
use std::ops::Range;

use super::{KerberosService, SecurityContext};
use crate::diag::sqlstate::{HYT00_TIMEOUT_EXPIRED, S08001_UNABLE_TO_CONNECT};
use crate::diag::{Diagnostic, Result};
use crate::transport::outgoing::Outgoing;
use crate::transport::{Deadline, Peer, Ready, Socket};

/// The largest packet, its length included, that either side sends.
const LARGEST_PACKET: usize = 16_384;
/// While the two prove themselves, packets may be larger: tickets carry lists of groups.
const LARGEST_TOKEN: usize = 65_536;
const LENGTH: usize = 4;
/// Room for received packets.
const INCOMING_CAPACITY: usize = 4 * LARGEST_PACKET;
/// Packets that are encrypted before they are sent.
const SENT_AT_ONCE: usize = 4;

/// A connection that is encrypted by GSSAPI. Both sides have proved themselves.
#[derive(Debug)]
pub struct GssStream {
    socket: Socket,
    context: SecurityContext,
    /// How many bytes fit into a packet.
    most: usize,
    /// Packets, as they came; those before `start` are done with.
    incoming: Vec<u8>,
    start: usize,
    /// Decrypted bytes that the caller had no room for, from `plain_start` on.
    plain: Vec<u8>,
    plain_start: usize,
    outgoing: Outgoing,
    closed: bool,
}

impl GssStream {
    /// Encrypts a connection whose server has agreed to it.
    ///
    /// # Errors
    /// 08001: no ticket, or the server cannot prove itself; HYT00. A ticket is fetched within the library's own time limits.
    pub fn connect(socket: Socket, service: &KerberosService, peer: &Peer, deadline: Deadline) -> Result<GssStream> {
        let refused = |why: String| {
            let text = format!(
                "no connection to {peer} that is encrypted by GSSAPI: {why}; klist shows the tickets there are, \
                 gssencmode=disable does without"
            );
            Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)
        };
        let lost = |error: io::Error| match error.kind() {
            io::ErrorKind::TimedOut if error.raw_os_error().is_none() => {
                let text = format!("{peer} did not finish the GSSAPI handshake before the login timeout");
                Diagnostic::new(HYT00_TIMEOUT_EXPIRED, text)
            }
            _ => refused(error.to_string()),
        };
        let mut context = SecurityContext::to_encrypt(service).map_err(refused)?;
        let mut token = Vec::new();
        loop {
            if let Some(answer) = context.step(&token).map_err(refused)? {
                send_token(&socket, &answer, deadline).map_err(lost)?;
            }
            if context.is_complete() {
                break;
            }
            token = receive_token(&socket, deadline).map_err(lost)?;
        }
        let most = context.wrap_limit((LARGEST_PACKET - LENGTH) as u32).map_err(refused)?;
        Ok(GssStream {
            socket,
            context,
            most,
            incoming: Vec::with_capacity(INCOMING_CAPACITY),
            start: 0,
            plain: Vec::new(),
            plain_start: 0,
            outgoing: Outgoing::default(),
            closed: false,
        })
    }

    pub fn receive(&mut self, bytes: &mut Vec<u8>, deadline: Deadline) -> io::Result<usize> {
        debug_assert!(bytes.capacity() > bytes.len(), "no room to receive into: 0 would read as a close");
        loop {
            let taken = self.decrypt(bytes)?;
            if taken > 0 || self.closed {
                return Ok(taken);
            }
            self.make_room();
            self.closed = self.socket.receive(&mut self.incoming, deadline)? == 0;
        }
    }

    pub fn receive_now(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<usize>> {
        loop {
            let taken = self.decrypt(bytes)?;
            if taken > 0 || self.closed {
                return Ok(Some(taken));
            }
            self.make_room();
            match self.socket.receive_now(&mut self.incoming)? {
                None => return Ok(None),
                Some(count) => self.closed = count == 0,
            }
        }
    }

    pub fn send_now(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.flush_now()? {
            return Ok(0);
        }
        let mut taken = 0;
        for chunk in bytes.chunks(self.most).take(SENT_AT_ONCE) {
            let packet = self.context.wrap(chunk).map_err(broken)?;
            append_packet(self.outgoing.bytes(), &packet);
            taken += chunk.len();
        }
        self.flush_now()?;
        Ok(taken)
    }

    pub fn flush_now(&mut self) -> io::Result<bool> {
        self.outgoing.flush_now(&self.socket)
    }

    pub fn wait(&self, wanted: Ready, deadline: Deadline) -> io::Result<Ready> {
        if wanted.read && (self.closed || self.has_unread()) {
            return Ok(Ready { read: true, write: false });
        }
        self.socket.wait(wanted, deadline)
    }

    pub fn is_closed(&self) -> bool {
        !self.has_unread() && (self.closed || self.socket.is_closed())
    }

    /// Whether something can be read without the socket, be it an error.
    fn has_unread(&self) -> bool {
        self.plain_start < self.plain.len() || !matches!(self.packet(), Ok(None))
    }

    /// Appends decrypted bytes to `bytes` as long as there is room and there are whole packets.
    fn decrypt(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        let before = bytes.len();
        loop {
            let unread = self.plain.get(self.plain_start..).unwrap_or_default();
            let fitting = unread.len().min(bytes.capacity() - bytes.len());
            bytes.extend_from_slice(unread.get(..fitting).unwrap_or_default());
            self.plain_start += fitting;
            if bytes.len() == bytes.capacity() {
                break;
            }
            let Some(packet) = self.packet()? else { break };
            self.start = packet.end;
            self.plain = self.context.unwrap(self.incoming.get(packet).unwrap_or_default()).map_err(broken)?;
            self.plain_start = 0;
            // No server sends one, and an endless row of them would keep a reader from its deadline.
            if self.plain.is_empty() {
                return Err(broken("the packet holds nothing".to_owned()));
            }
        }
        Ok(bytes.len() - before)
    }

    /// Where the next packet is, if it is there whole.
    fn packet(&self) -> io::Result<Option<Range<usize>>> {
        let unread = self.incoming.get(self.start..).unwrap_or_default();
        let Some((length, rest)) = unread.split_first_chunk() else { return Ok(None) };
        let length = packet_length(*length, LARGEST_PACKET)?;
        let start = self.start + LENGTH;
        Ok((length <= rest.len()).then_some(start..start + length))
    }

    /// What is left is less than a packet: all that came before is done with.
    fn make_room(&mut self) {
        self.incoming.drain(..self.start);
        self.start = 0;
    }
}

fn packet_length(bytes: [u8; LENGTH], largest: usize) -> io::Result<usize> {
    let length = u32::from_be_bytes(bytes) as usize;
    if length == 0 || length > largest - LENGTH {
        let text = format!("the server sent an encrypted packet of the impossible length {length}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, text));
    }
    Ok(length)
}

fn append_packet(outgoing: &mut Vec<u8>, packet: &[u8]) {
    outgoing.extend_from_slice(&(packet.len() as u32).to_be_bytes());
    outgoing.extend_from_slice(packet);
}

fn send_token(socket: &Socket, token: &[u8], deadline: Deadline) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(LENGTH + token.len());
    append_packet(&mut bytes, token);
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        match socket.send_now(rest)? {
            0 => drop(socket.wait(Ready { read: false, write: true }, deadline)?),
            sent => rest = rest.get(sent..).unwrap_or_default(),
        }
    }
    Ok(())
}

/// The server waits for the answer: nothing follows its token before.
fn receive_token(socket: &Socket, deadline: Deadline) -> io::Result<Vec<u8>> {
    let mut length = [0; LENGTH];
    let bytes = receive_exactly(socket, LENGTH, deadline)?;
    length.copy_from_slice(&bytes);
    // An error in clear text, whose text is not shown: nobody knows who has written it (CVE-2024-10977).
    if length[0] == b'E' {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the server ended the handshake by an error"));
    }
    receive_exactly(socket, packet_length(length, LARGEST_TOKEN)?, deadline)
}

fn receive_exactly(socket: &Socket, count: usize, deadline: Deadline) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while bytes.len() < count {
        let wanted = count - bytes.len();
        // A vector may have more room than was asked for: all but what is wanted is filled.
        let mut part = Vec::with_capacity(wanted);
        let filled = part.capacity() - wanted;
        part.resize(filled, 0);
        if socket.receive(&mut part, deadline)? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection"));
        }
        bytes.extend_from_slice(part.get(filled..).unwrap_or_default());
    }
    Ok(bytes)
}

fn broken(why: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("encryption by GSSAPI: {why}"))
}

//! The bytes of a connection, in clear text or encrypted.

use std::io;

use super::gssapi::GssStream;
use super::tls::TlsStream;
use super::{Deadline, Socket};

/// A connection's bytes.
#[derive(Debug)]
pub enum Stream {
    Plain(Socket),
    Tls(Box<TlsStream>),
    Gss(Box<GssStream>),
}

/// What a connection is ready for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    pub read: bool,
    pub write: bool,
}

impl Stream {
    /// Appends what has arrived to `bytes`, at most its spare capacity, waiting for the first byte until `deadline`.
    /// Answers how many bytes came; 0 means that the server has closed the connection.
    ///
    /// # Errors
    /// [`io::ErrorKind::TimedOut`] when the deadline passes first; otherwise what the socket or the encryption reports.
    pub fn receive(&mut self, bytes: &mut Vec<u8>, deadline: Deadline) -> io::Result<usize> {
        match self {
            Stream::Plain(socket) => socket.receive(bytes, deadline),
            Stream::Tls(stream) => stream.receive(bytes, deadline),
            Stream::Gss(stream) => stream.receive(bytes, deadline),
        }
    }

    /// As [`Stream::receive`] without any waiting: `None` where nothing has arrived.
    pub fn receive_now(&mut self, bytes: &mut Vec<u8>) -> io::Result<Option<usize>> {
        match self {
            Stream::Plain(socket) => socket.receive_now(bytes),
            Stream::Tls(stream) => stream.receive_now(bytes),
            Stream::Gss(stream) => stream.receive_now(bytes),
        }
    }

    /// Sends as much as can be sent without waiting; 0 where nothing can be now. Of what was encrypted, a part may not be
    /// out yet: see [`Stream::flush_now`].
    pub fn send_now(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(socket) => socket.send_now(bytes),
            Stream::Tls(stream) => stream.send_now(bytes),
            Stream::Gss(stream) => stream.send_now(bytes),
        }
    }

    /// Sends what was encrypted and could not be sent yet, without waiting; true once all of it is out.
    pub fn flush_now(&mut self) -> io::Result<bool> {
        match self {
            Stream::Plain(_) => Ok(true),
            Stream::Tls(stream) => stream.flush_now(),
            Stream::Gss(stream) => stream.flush_now(),
        }
    }

    /// Waits until the connection is ready for one of `wanted`.
    ///
    /// # Errors
    /// [`io::ErrorKind::TimedOut`] when the deadline passes first.
    pub fn wait(&self, wanted: Ready, deadline: Deadline) -> io::Result<Ready> {
        match self {
            Stream::Plain(socket) => socket.wait(wanted, deadline),
            Stream::Tls(stream) => stream.wait(wanted, deadline),
            Stream::Gss(stream) => stream.wait(wanted, deadline),
        }
    }

    /// Whether the server has closed the connection, without waiting and without taking any byte that has arrived.
    pub fn is_closed(&self) -> bool {
        match self {
            Stream::Plain(socket) => socket.is_closed(),
            Stream::Tls(stream) => stream.is_closed(),
            Stream::Gss(stream) => stream.is_closed(),
        }
    }

    /// Says that nothing more will be sent, as far as that is possible without waiting.
    pub fn close_now(&mut self) {
        if let Stream::Tls(stream) = self {
            stream.close_now();
        }
    }

    /// The TLS of the connection, if it is encrypted.
    pub fn tls(&self) -> Option<&TlsStream> {
        match self {
            Stream::Plain(_) | Stream::Gss(_) => None,
            Stream::Tls(stream) => Some(stream),
        }
    }

    /// How it is encrypted, in words.
    pub fn encryption(&self) -> &'static str {
        match self {
            Stream::Plain(_) => "not encrypted",
            Stream::Tls(_) => "through TLS",
            Stream::Gss(_) => "encrypted by GSSAPI",
        }
    }
}

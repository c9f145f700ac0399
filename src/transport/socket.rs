//! A connected socket.

use std::io;
use std::net::TcpStream;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags};

use super::{Deadline, Ready};

/// A connected socket.
#[derive(Debug)]
pub enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Socket {
    pub(super) fn descriptor(&self) -> BorrowedFd<'_> {
        match self {
            Socket::Tcp(stream) => stream.as_fd(),
            Socket::Unix(stream) => stream.as_fd(),
        }
    }

    /// Appends what has arrived to `bytes`, at most its spare capacity, waiting for the first byte until `deadline`.
    /// Answers how many bytes came; 0 means that the server has closed the connection.
    ///
    /// # Errors
    /// [`io::ErrorKind::TimedOut`] when the deadline passes first; otherwise what the socket reports.
    pub fn receive(&self, bytes: &mut Vec<u8>, deadline: Deadline) -> io::Result<usize> {
        debug_assert!(bytes.capacity() > bytes.len(), "no room to receive into: 0 would read as a close");
        // The socket blocks, and without a deadline one call both waits and reads; with one, poll does the waiting.
        let flags = if deadline.is_never() { RecvFlags::empty() } else { RecvFlags::DONTWAIT };
        loop {
            if !deadline.is_never() && !self.wait(Ready { read: true, write: false }, deadline)?.read {
                continue;
            }
            match rustix::net::recv(self.descriptor(), spare_capacity(bytes), flags) {
                Ok((_, received)) => return Ok(received),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) if !deadline.is_never() => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// As [`Socket::receive`] without any waiting: `None` where nothing has arrived.
    pub fn receive_now(&self, bytes: &mut Vec<u8>) -> io::Result<Option<usize>> {
        loop {
            match rustix::net::recv(self.descriptor(), spare_capacity(bytes), RecvFlags::DONTWAIT) {
                Ok((_, received)) => return Ok(Some(received)),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Sends as much as the socket takes without waiting; 0 where it takes nothing now.
    pub fn send_now(&self, bytes: &[u8]) -> io::Result<usize> {
        // Without NOSIGNAL a connection that the server closed would end the whole application by SIGPIPE.
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        loop {
            match rustix::net::send(self.descriptor(), bytes, flags) {
                Ok(sent) => return Ok(sent),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Ok(0),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Waits until the socket is ready for one of `wanted`.
    ///
    /// # Errors
    /// [`io::ErrorKind::TimedOut`] when the deadline passes first.
    pub fn wait(&self, wanted: Ready, deadline: Deadline) -> io::Result<Ready> {
        let mut flags = PollFlags::empty();
        flags.set(PollFlags::IN, wanted.read);
        flags.set(PollFlags::OUT, wanted.write);
        loop {
            let mut descriptors = [PollFd::from_borrowed_fd(self.descriptor(), flags)];
            match poll(&mut descriptors, deadline.timespec().as_ref()) {
                Ok(0) => {
                    if deadline.expired() {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                }
                Ok(_) => {
                    let events = descriptors[0].revents();
                    // A hang-up or an error is reported by the next read or write.
                    let broken = events.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
                    return Ok(Ready {
                        read: wanted.read && (broken || events.contains(PollFlags::IN)),
                        write: wanted.write && (broken || events.contains(PollFlags::OUT)),
                    });
                }
                Err(Errno::INTR) => {
                    if deadline.expired() {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Whether the server has closed the connection, without waiting and without taking any byte that has arrived.
    pub fn is_closed(&self) -> bool {
        let mut byte = [0_u8; 1];
        loop {
            match rustix::net::recv(self.descriptor(), &mut byte, RecvFlags::DONTWAIT | RecvFlags::PEEK) {
                Ok((_, received)) => return received == 0,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return false,
                Err(_) => return true,
            }
        }
    }
}

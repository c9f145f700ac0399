//! Giving up a connection that is being made, from another thread.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::net::Shutdown;

/// Shared by who connects and who may want it given up. Its clones are one.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    requested: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// A connection is being made.
    is_connecting: bool,
    is_requested: bool,
    /// The socket that it waits for now.
    socket: Option<OwnedFd>,
}

impl Interrupt {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection begins to be made.
    pub fn begin(&self) {
        *self.state() = State { is_connecting: true, ..State::default() };
    }

    /// It has been made, or has failed: nothing is given up any more. Whether it was to be.
    pub fn end(&self) -> bool {
        std::mem::take(&mut *self.state()).is_requested
    }

    /// Asks that it be given up: the socket that it waits for is shut down, which ends the waiting. Whether there was anything to
    /// give up.
    pub fn request(&self) -> bool {
        let mut state = self.state();
        if !state.is_connecting {
            return false;
        }
        state.is_requested = true;
        if let Some(socket) = &state.socket {
            // One that is not connected yet is told as well; one that has been closed by the server needs it no more.
            let _ = rustix::net::shutdown(socket, Shutdown::Both);
        }
        drop(state);
        self.0.requested.notify_all();
        true
    }

    pub fn is_requested(&self) -> bool {
        self.state().is_requested
    }

    /// Waits so long, or until it is to be given up.
    pub fn pause(&self, time: Duration) {
        let mut state = self.state();
        // That of the attempt that has failed: as long as it is open the server may count it.
        state.socket = None;
        let waited = self.0.requested.wait_timeout_while(state, time, |state| !state.is_requested);
        drop(waited);
    }

    /// A socket is to be waited for, instead of the one before.
    ///
    /// # Errors
    /// [`io::ErrorKind::Interrupted`] if the connection is to be given up.
    pub fn watch(&self, socket: impl AsFd) -> io::Result<()> {
        let mut state = self.state();
        if state.is_requested {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if state.is_connecting {
            state.socket = Some(socket.as_fd().try_clone_to_owned()?);
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::net::{TcpListener, TcpStream};
    use std::thread;

    #[test]
    fn a_socket_that_is_waited_for_is_shut_down() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let interrupt = Interrupt::default();
        assert!(!interrupt.request(), "nothing is being made");
        interrupt.begin();
        interrupt.watch(&stream).unwrap();
        thread::scope(|scope| {
            // It ends whether the request comes before the reading or after.
            scope.spawn(|| assert!(interrupt.request()));
            assert_eq!(stream.read(&mut [0; 1]).unwrap_or(0), 0);
        });
        assert_eq!(interrupt.watch(&stream).unwrap_err().kind(), io::ErrorKind::Interrupted);
        interrupt.pause(Duration::from_secs(1000));
        assert!(interrupt.end());
        assert!(!interrupt.end() && !interrupt.request());
    }

    #[test]
    fn without_a_request_all_goes_on() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let interrupt = Interrupt::default();
        interrupt.begin();
        interrupt.watch(&listener).unwrap();
        interrupt.pause(Duration::from_millis(1));
        assert!(!interrupt.is_requested() && !interrupt.end());
    }
}

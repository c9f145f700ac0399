//! A server that does what a test's script says, for what a real one never does.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::{Candidate, Deadline, Endpoint, LoginOptions, Session};
use crate::config::{GssEncryptionMode, Password, Secret, SslMode};

/// Runs a script a connection, in the order in which they are made. Joined at the end of the test, so that a script's own
/// assertions count.
pub struct FakeServer {
    pub address: SocketAddr,
    scripts: Option<JoinHandle<()>>,
}

/// The server's end of a connection.
pub struct Peer(pub TcpStream);

pub type Script = Box<dyn FnOnce(&mut Peer) + Send>;

impl FakeServer {
    pub fn start(scripts: Vec<Script>) -> FakeServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let scripts = thread::spawn(move || {
            for script in scripts {
                let stream = listener.accept().unwrap().0;
                stream.set_nodelay(true).unwrap();
                // A test that goes wrong ends, too.
                stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
                stream.set_write_timeout(Some(Duration::from_secs(10))).unwrap();
                script(&mut Peer(stream));
            }
        });
        FakeServer { address, scripts: Some(scripts) }
    }

    /// A server for one connection.
    pub fn once(script: impl FnOnce(&mut Peer) + Send + 'static) -> FakeServer {
        FakeServer::start(vec![Box::new(script)])
    }

    /// A server for one connection, logged in, and the session with it.
    pub fn session(script: impl FnOnce(&mut Peer) + Send + 'static) -> (FakeServer, Session) {
        let server = FakeServer::once(|peer| {
            peer.log_in();
            script(peer);
        });
        let session = server.connect().unwrap();
        (server, session)
    }

    pub fn endpoint(&self) -> Endpoint {
        Endpoint::tcp(self.address.ip().to_string(), self.address.port())
    }

    pub fn options(&self) -> LoginOptions {
        let mut options = LoginOptions::new("someone".into(), vec![candidate(self.endpoint())], soon());
        // A script plays what comes after the questions for encryption.
        options.tls.mode = SslMode::Disable;
        options.policy.gss_encryption = GssEncryptionMode::Disable;
        options.parameters = vec![("client_encoding".into(), "UTF8".into())];
        options
    }

    pub fn connect(&self) -> crate::diag::Result<Session> {
        Session::connect(&self.options(), &mut Vec::new())
    }

    /// Waits for the scripts to end.
    pub fn finish(mut self) {
        if let Some(scripts) = self.scripts.take() {
            scripts.join().unwrap();
        }
    }
}

/// A server with the password of these tests.
pub fn candidate(endpoint: Endpoint) -> Candidate {
    Candidate { endpoint, password: Some(Password::Given(Secret::new("the secret".into()))) }
}

impl Peer {
    /// Reads the start-up message and accepts it.
    pub fn log_in(&mut self) {
        self.startup();
        self.send(&[AUTHENTICATION_OK, &parameter("server_version", "15.7"), KEY, READY].concat());
    }

    /// Reads a message without a tag: start-up, cancel. Answers its body.
    pub fn startup(&mut self) -> Vec<u8> {
        let mut length = [0; 4];
        self.0.read_exact(&mut length).unwrap();
        let mut body = vec![0; u32::from_be_bytes(length) as usize - 4];
        self.0.read_exact(&mut body).unwrap();
        body
    }

    /// Reads one message: tag and body.
    pub fn message(&mut self) -> (u8, Vec<u8>) {
        let mut tag = [0];
        self.0.read_exact(&mut tag).unwrap();
        (tag[0], self.startup())
    }

    /// Reads messages up to a Sync or a Query.
    pub fn exchange(&mut self) {
        while !matches!(self.message().0, b'S' | b'Q') {}
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    /// Each byte by itself.
    pub fn trickle(&mut self, bytes: &[u8], pause: Duration) {
        for byte in bytes {
            if self.0.write_all(&[*byte]).is_err() {
                return;
            }
            thread::sleep(pause);
        }
    }

    /// Waits until the client has closed; what it still sends is dropped.
    pub fn until_closed(&mut self) {
        let mut rest = [0; 1024];
        while matches!(self.0.read(&mut rest), Ok(1..)) {}
    }
}

pub const AUTHENTICATION_OK: &[u8] = b"R\0\0\0\x08\0\0\0\0";
pub const KEY: &[u8] = b"K\0\0\0\x0c\0\0\x12\x34key!";
/// The answer to an empty query.
pub const NOTHING: &[u8] = b"I\0\0\0\x04Z\0\0\0\x05I";
pub const READY: &[u8] = b"Z\0\0\0\x05I";

pub fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![tag];
    message.extend_from_slice(&(body.len() as u32 + 4).to_be_bytes());
    message.extend_from_slice(body);
    message
}

/// A DataRow of these texts.
pub fn row(values: &[&str]) -> Vec<u8> {
    let mut body = (values.len() as u16).to_be_bytes().to_vec();
    for value in values {
        body.extend_from_slice(&(value.len() as u32).to_be_bytes());
        body.extend_from_slice(value.as_bytes());
    }
    message(b'D', &body)
}

pub fn complete(tag: &str) -> Vec<u8> {
    message(b'C', format!("{tag}\0").as_bytes())
}

pub fn parameter(name: &str, value: &str) -> Vec<u8> {
    message(b'S', format!("{name}\0{value}\0").as_bytes())
}

pub fn notice(text: &str) -> Vec<u8> {
    message(b'N', format!("SNOTICE\0VNOTICE\0C00000\0M{text}\0\0").as_bytes())
}

pub fn error(severity: &str, code: &str, text: &str) -> Vec<u8> {
    message(b'E', format!("S{severity}\0V{severity}\0C{code}\0M{text}\0\0").as_bytes())
}

/// Long enough for a loaded machine, short enough for a test that hangs.
pub fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(10))
}

pub fn briefly() -> Deadline {
    Deadline::after(Duration::from_millis(150))
}

//! Asking a server for encryption, by TLS or by GSSAPI, before anything else is said.
//!
//! Source: PostgreSQL documentation, "SSL Session Encryption" and "GSSAPI Session Encryption".

use std::io;

use crate::diag::sqlstate::{HYT00_TIMEOUT_EXPIRED, S08001_UNABLE_TO_CONNECT};
use crate::diag::{Diagnostic, Result};
use crate::transport::{
    CertificateUse, Connected, Deadline, GssStream, KerberosService, Peer, Ready, Socket, Stream, TlsConnector,
};

/// SSLRequest: length 8 and the code 80877103.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
/// GSSENCRequest: length 8 and the code 80877104.
const GSSENC_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x30];

/// By what a server was asked for, and with what its connections are encrypted.
#[derive(Clone, Debug)]
pub enum Encryption {
    Tls {
        connector: TlsConnector,
        /// The name of the host; empty where only an address was given.
        host: String,
    },
    Gss(KerberosService),
}

/// What became of the wish.
#[derive(Debug)]
pub enum Answer {
    Encrypted(Stream, CertificateUse),
    /// The server does not encrypt this way; the connection can be used otherwise.
    Refused(Connected),
    /// Somebody has put bytes before the handshake: no reason to try without encryption, but to stop.
    Interfered(Box<Diagnostic>),
}

impl Encryption {
    /// Its name in messages.
    pub fn name(&self) -> &'static str {
        match self {
            Encryption::Tls { .. } => "TLS",
            Encryption::Gss(_) => "encryption by GSSAPI",
        }
    }

    /// What the server is asked, and its one byte for yes; `None` where it is not asked.
    fn request(&self) -> Option<(&'static [u8], u8)> {
        match self {
            Encryption::Tls { connector, .. } if connector.is_direct() => None,
            Encryption::Tls { .. } => Some((&SSL_REQUEST, b'S')),
            Encryption::Gss(_) => Some((&GSSENC_REQUEST, b'G')),
        }
    }

    /// Encrypts a fresh connection, or learns that the server does not do that.
    ///
    /// # Errors
    /// 08001: the handshake failed, the server's certificate is not acceptable, or the answer is no answer; HYT00.
    pub fn begin(&self, connected: Connected, deadline: Deadline) -> Result<Answer> {
        let (socket, peer, name) = (&connected.socket, &connected.peer, self.name());
        if let Some((request, yes)) = self.request() {
            let byte = ask(socket, request, deadline).map_err(|error| failed(peer, name, &error))?;
            match byte {
                Some(byte) if byte == yes => {}
                Some(b'N') => return Ok(Answer::Refused(connected)),
                Some(b'E') => {
                    // The text is not shown: nobody knows yet who has written it (CVE-2024-10977).
                    let text = format!("{peer} answered the request for {name} by an error");
                    return Err(Diagnostic::new(S08001_UNABLE_TO_CONNECT, text));
                }
                Some(other) => {
                    let text = format!(
                        "{peer} does not speak the PostgreSQL protocol: it answered the request for {name} by \"{}\"; check the \
                         Server and Port keywords",
                        other.escape_ascii()
                    );
                    return Err(Diagnostic::new(S08001_UNABLE_TO_CONNECT, text));
                }
                None => {
                    let text = format!(
                        "{peer} closed the connection when it was asked for {name}; is it a PostgreSQL server, and does it \
                         accept connections from here?"
                    );
                    return Err(Diagnostic::new(S08001_UNABLE_TO_CONNECT, text));
                }
            }
            // CVE-2021-23222: bytes that somebody put before the handshake must not be taken for the server's.
            let mut early = Vec::with_capacity(1024);
            if matches!(socket.receive_now(&mut early), Ok(Some(1..))) {
                let text = format!(
                    "{peer} sent unencrypted data after it agreed to {name}; somebody may be interfering with the connection, \
                     which is closed"
                );
                return Ok(Answer::Interfered(Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)));
            }
        }
        let Connected { socket, peer, .. } = connected;
        match self {
            Encryption::Tls { connector, host } => {
                let (stream, used) = connector.connect(socket, host, &peer, deadline)?;
                Ok(Answer::Encrypted(Stream::Tls(Box::new(stream)), used))
            }
            Encryption::Gss(service) => {
                let stream = GssStream::connect(socket, service, &peer, deadline)?;
                Ok(Answer::Encrypted(Stream::Gss(Box::new(stream)), CertificateUse::default()))
            }
        }
    }

    /// Whether the client's certificate was used as it must be, once the login is accepted.
    ///
    /// # Errors
    /// 08001.
    pub fn check_certificate_use(&self, used: CertificateUse, peer: &Peer) -> Result {
        match self {
            Encryption::Tls { connector, .. } => connector.check_certificate_use(used, peer),
            Encryption::Gss(_) => Ok(()),
        }
    }
}

/// Sends the request and waits for the one byte of the answer; no more is read.
fn ask(socket: &Socket, mut request: &[u8], deadline: Deadline) -> io::Result<Option<u8>> {
    while !request.is_empty() {
        match socket.send_now(request)? {
            0 => {
                socket.wait(Ready { read: false, write: true }, deadline)?;
            }
            sent => request = request.get(sent..).unwrap_or_default(),
        }
    }
    let mut answer = OneByte::default();
    answer.receive(socket, deadline)
}

/// Room for exactly one byte: a vector may have more room than was asked for, and what follows belongs to the handshake.
#[derive(Default)]
struct OneByte(Vec<u8>);

impl OneByte {
    fn receive(&mut self, socket: &Socket, deadline: Deadline) -> io::Result<Option<u8>> {
        self.0.reserve_exact(1);
        let room = self.0.capacity();
        // Fills up all but the last byte of the room.
        self.0.resize(room - 1, 0);
        socket.receive(&mut self.0, deadline)?;
        Ok(self.0.get(room - 1).copied())
    }
}

fn failed(peer: &Peer, name: &str, error: &io::Error) -> Box<Diagnostic> {
    match error.kind() {
        io::ErrorKind::TimedOut if error.raw_os_error().is_none() => Diagnostic::new(
            HYT00_TIMEOUT_EXPIRED,
            format!(
                "the login timeout ended while waiting for {peer} to answer the request for {name}; is it a PostgreSQL server?"
            ),
        ),
        _ => Diagnostic::new(
            S08001_UNABLE_TO_CONNECT,
            format!("the connection to {peer} was lost while asking for {name}: {error}"),
        ),
    }
}

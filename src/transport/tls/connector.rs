//! From settings to an encrypted connection.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rustls::client::{Resumption, UnbufferedClientConnection};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::ServerName;
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{AlertDescription, ClientConfig, SupportedProtocolVersion};

use super::client_certificate::{self, ClientCertificate};
use super::key_log::KeyLogFile;
use super::stream::TlsStream;
use super::trust::Trust;
use super::verifier::Verifier;
use crate::config::{CertificateMode, RootCertificates, SslMode, TlsSettings, TlsVersion};
use crate::diag::sqlstate::{HYT00_TIMEOUT_EXPIRED, S08001_UNABLE_TO_CONNECT};
use crate::diag::{Diagnostic, Result};
use crate::transport::{Deadline, Peer, Socket};

/// The name by which PostgreSQL's protocol is agreed on (ALPN).
const PROTOCOL: &[u8] = b"postgresql";

/// Makes connections encrypted, all by the same settings and files. Cheap to clone.
#[derive(Clone)]
pub struct TlsConnector(Arc<Inner>);

struct Inner {
    mode: SslMode,
    direct: bool,
    server_name_indication: bool,
    certificate_mode: CertificateMode,
    versions: Vec<&'static SupportedProtocolVersion>,
    provider: Arc<CryptoProvider>,
    trust: Option<Arc<Trust>>,
    key: Option<Arc<CertifiedKey>>,
    /// The file of sslkeylogfile, or why secrets cannot be written to it.
    key_log: Option<std::result::Result<Arc<KeyLogFile>, String>>,
}

impl fmt::Debug for TlsConnector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TlsConnector").field("mode", &self.0.mode).field("direct", &self.0.direct).finish()
    }
}

/// What became of the client's certificate in a handshake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CertificateUse {
    pub asked: bool,
    pub shown: bool,
}

impl TlsConnector {
    /// Reads the files that the settings name.
    ///
    /// # Errors
    /// 08001 with the file and what is wrong with it.
    pub fn new(settings: &TlsSettings) -> Result<TlsConnector> {
        let provider = Arc::new(ring::default_provider());
        let trust = Trust::read(settings)?.map(Arc::new);
        if trust.is_none() && settings.mode >= SslMode::VerifyCa {
            return Err(no_roots(settings));
        }
        let supported = [(&TLS12, TlsVersion::V1_2), (&TLS13, TlsVersion::V1_3)];
        let wanted = settings.oldest..=settings.newest;
        let versions = supported.into_iter().filter(|known| wanted.contains(&known.1)).map(|known| known.0).collect();
        let key = client_certificate::read(settings, &provider)?;
        let key_log = settings.key_log.as_ref().map(|path| {
            let fault = |error| format!("sslkeylogfile {} is not written: {error}", path.display());
            KeyLogFile::open(path).map(Arc::new).map_err(fault)
        });
        Ok(TlsConnector(Arc::new(Inner {
            mode: settings.mode,
            direct: settings.direct,
            server_name_indication: settings.server_name_indication,
            certificate_mode: settings.certificate_mode,
            versions,
            provider,
            trust,
            key,
            key_log,
        })))
    }

    pub fn mode(&self) -> SslMode {
        self.0.mode
    }

    /// Whether TLS begins without asking the server.
    pub fn is_direct(&self) -> bool {
        self.0.direct
    }

    /// Why sslkeylogfile has no effect, if it has none.
    pub fn key_log_fault(&self) -> Option<&str> {
        self.0.key_log.as_ref().and_then(|file| file.as_ref().err()).map(String::as_str)
    }

    /// Encrypts a connection. `host` is the name by which the server was asked for; empty if only its address was given.
    ///
    /// # Errors
    /// 08001 with what is wrong with the server's certificate or the handshake; HYT00.
    pub fn connect(
        &self,
        socket: Socket,
        host: &str,
        peer: &Peer,
        deadline: Deadline,
    ) -> Result<(TlsStream, CertificateUse)> {
        let inner = &self.0;
        if inner.mode == SslMode::VerifyFull && host.is_empty() {
            let text = "sslmode=verify-full compares the server's certificate with a host name, and only hostaddr was given; set Server, too";
            return Err(Diagnostic::new(S08001_UNABLE_TO_CONNECT, text));
        }
        let certificate = Arc::new(ClientCertificate::new(inner.key.clone()));
        let verifier = Verifier {
            algorithms: inner.provider.signature_verification_algorithms,
            trust: inner.trust.clone(),
            host: (inner.mode == SslMode::VerifyFull).then(|| host.to_owned()),
        };
        let builder = ClientConfig::builder_with_provider(Arc::clone(&inner.provider))
            .with_protocol_versions(&inner.versions)
            .map_err(|error| self.failure(peer, &error))?;
        let mut config = builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_client_cert_resolver(Arc::clone(&certificate) as _);
        config.alpn_protocols = vec![PROTOCOL.to_vec()];
        config.resumption = Resumption::disabled();
        if let Some(Ok(file)) = &inner.key_log {
            config.key_log = Arc::clone(file) as _;
        }
        // The name that is sent (SNI) is never an address: RFC 6066.
        let name = ServerName::try_from(host).ok().filter(|name| matches!(name, ServerName::DnsName(_)));
        config.enable_sni = inner.server_name_indication && name.is_some();
        let address = || match peer {
            Peer::Tcp(address) => ServerName::from(address.ip()),
            Peer::Unix(_) => ServerName::from(std::net::IpAddr::from([127, 0, 0, 1])),
        };
        let name = name.map_or_else(address, |name| name.to_owned());
        let connection =
            UnbufferedClientConnection::new(Arc::new(config), name).map_err(|error| self.failure(peer, &error))?;
        let mut stream = TlsStream::new(socket, connection);
        stream.handshake(deadline).map_err(|error| self.handshake_failure(peer, &error))?;
        if inner.direct && stream.application_protocol() != Some(PROTOCOL) {
            let text = format!(
                "{peer} began TLS and did not agree on the protocol postgresql; sslnegotiation=direct needs PostgreSQL 17"
            );
            return Err(Diagnostic::new(S08001_UNABLE_TO_CONNECT, text));
        }
        let asked = certificate.asked.load(Ordering::Acquire);
        Ok((stream, CertificateUse { asked, shown: certificate.shown.load(Ordering::Acquire) }))
    }

    /// sslcertmode=require, checked once the server has accepted the login: in TLS 1.3 a server may ask late.
    ///
    /// # Errors
    /// 08001.
    pub fn check_certificate_use(&self, used: CertificateUse, peer: &Peer) -> Result {
        let text = match (self.0.certificate_mode, used.asked, used.shown) {
            (CertificateMode::Require, false, _) => "did not ask for a client certificate",
            (CertificateMode::Require, true, false) => "accepted the connection without a client certificate",
            _ => return Ok(()),
        };
        Err(Diagnostic::new(S08001_UNABLE_TO_CONNECT, format!("{peer} {text}, and sslcertmode=require was asked for")))
    }

    fn handshake_failure(&self, peer: &Peer, error: &io::Error) -> Box<Diagnostic> {
        if error.kind() == io::ErrorKind::TimedOut {
            let text = format!("{peer} did not finish the TLS handshake before the login timeout");
            return Diagnostic::new(HYT00_TIMEOUT_EXPIRED, text);
        }
        match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(error) => self.failure(peer, error),
            None if error.kind() == io::ErrorKind::UnexpectedEof => {
                let hint = if self.0.direct { "; sslnegotiation=direct needs PostgreSQL 17" } else { "" };
                let text = format!("{peer} closed the connection in the TLS handshake{hint}");
                Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)
            }
            None => Diagnostic::new(S08001_UNABLE_TO_CONNECT, format!("no TLS connection to {peer}: {error}")),
        }
    }

    fn failure(&self, peer: &Peer, error: &rustls::Error) -> Box<Diagnostic> {
        let text = match error {
            rustls::Error::General(text) => format!("no TLS connection to {peer}: {text}"),
            rustls::Error::AlertReceived(alert) => {
                let reason = match alert {
                    AlertDescription::UnknownCA
                    | AlertDescription::BadCertificate
                    | AlertDescription::CertificateExpired => "; it does not accept the client certificate (sslcert)",
                    AlertDescription::CertificateRequired => {
                        "; it asks for a client certificate: set sslcert and sslkey"
                    }
                    AlertDescription::ProtocolVersion => "; see ssl_min_protocol_version and ssl_max_protocol_version",
                    AlertDescription::NoApplicationProtocol => "; it does not speak PostgreSQL's protocol",
                    _ => "",
                };
                format!("no TLS connection to {peer}: it refused with the alert {alert:?}{reason}")
            }
            error => format!("no TLS connection to {peer}: {error}"),
        };
        Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)
    }
}

fn no_roots(settings: &TlsSettings) -> Box<Diagnostic> {
    let which = match &settings.roots {
        RootCertificates::File(file) => format!("the root certificate file {} does not exist", file.path.display()),
        _ => "there is no home directory with a root certificate file".to_owned(),
    };
    let text = format!(
        "{which}, and sslmode={} needs one; set sslrootcert to a file, or to system for the platform's certificates",
        settings.mode.name()
    );
    Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)
}

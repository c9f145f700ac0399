//! How a connection is to be encrypted, as plain data.
//!
//! Source: PostgreSQL documentation, 34.1.2 and 34.19 (libpq's `ssl*` parameters).

use std::path::PathBuf;

use super::Secret;

/// Whether to use TLS, and what of the server's certificate to check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SslMode {
    /// Never.
    Disable,
    /// Only where the server refuses a connection without.
    Allow,
    /// Where the server can, else without.
    #[default]
    Prefer,
    /// Always; whoever the server is. An existing file of root certificates makes it `VerifyCa`.
    Require,
    /// Always, with a certificate that a root certificate has signed.
    VerifyCa,
    /// As `VerifyCa`, and the certificate is for the host that was named.
    VerifyFull,
}

impl SslMode {
    /// The words of the keyword, from the weakest on.
    pub const NAMES: &[(&str, SslMode)] = &[
        ("disable", SslMode::Disable),
        ("allow", SslMode::Allow),
        ("prefer", SslMode::Prefer),
        ("require", SslMode::Require),
        ("verify-ca", SslMode::VerifyCa),
        ("verify-full", SslMode::VerifyFull),
    ];

    /// The word for it.
    pub fn name(self) -> &'static str {
        SslMode::NAMES.iter().find(|known| known.1 == self).map_or("", |known| known.0)
    }
}

/// Whether to show the client's own certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CertificateMode {
    Disable,
    /// If the server asks for it and there is one.
    #[default]
    Allow,
    /// The server must ask for it, and there must be one.
    Require,
}

impl CertificateMode {
    pub(super) const NAMES: &[(&str, CertificateMode)] = &[
        ("disable", CertificateMode::Disable),
        ("allow", CertificateMode::Allow),
        ("require", CertificateMode::Require),
    ];
}

/// Versions of TLS. The two oldest are not spoken; they are known as lower limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    V1_0,
    V1_1,
    V1_2,
    V1_3,
}

impl TlsVersion {
    pub(super) const NAMES: &[(&str, TlsVersion)] = &[
        ("TLSv1", TlsVersion::V1_0),
        ("TLSv1.1", TlsVersion::V1_1),
        ("TLSv1.2", TlsVersion::V1_2),
        ("TLSv1.3", TlsVersion::V1_3),
    ];
}

/// A file that a keyword names, or that is looked for in its usual place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialFile {
    pub path: PathBuf,
    /// A keyword names it.
    pub named: bool,
}

/// Which certificates are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootCertificates {
    /// There is no home directory, and no keyword names a file.
    None,
    File(CredentialFile),
    /// The platform's own store.
    System,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct TlsSettings {
    pub mode: SslMode,
    /// TLS from the first byte on (PostgreSQL 17), without asking the server before.
    pub direct: bool,
    pub roots: RootCertificates,
    pub certificate: Option<CredentialFile>,
    pub key: Option<CredentialFile>,
    pub key_password: Option<Secret>,
    pub certificate_mode: CertificateMode,
    pub revocation_file: Option<CredentialFile>,
    pub revocation_directory: Option<PathBuf>,
    /// Tells the server, in clear text, which host name is meant.
    pub server_name_indication: bool,
    pub oldest: TlsVersion,
    pub newest: TlsVersion,
    /// Where secrets are written to, for who decrypts what was recorded.
    pub key_log: Option<PathBuf>,
}

impl Default for TlsSettings {
    /// What holds where nobody says anything and there is no home directory.
    fn default() -> TlsSettings {
        TlsSettings {
            mode: SslMode::default(),
            direct: false,
            roots: RootCertificates::None,
            certificate: None,
            key: None,
            key_password: None,
            certificate_mode: CertificateMode::default(),
            revocation_file: None,
            revocation_directory: None,
            server_name_indication: true,
            oldest: TlsVersion::V1_2,
            newest: TlsVersion::V1_3,
            key_log: None,
        }
    }
}

//! The client's own certificate and key, and whether the server asked for them.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pkcs8::EncryptedPrivateKeyInfo;
use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;

use super::trust::unreadable;
use crate::config::{CertificateMode, Secret, TlsSettings};
use crate::diag::sqlstate::S08001_UNABLE_TO_CONNECT;
use crate::diag::{Diagnostic, Result};

const ENCRYPTED_KEY: &str = "ENCRYPTED PRIVATE KEY";

/// Shows the certificate where the server asks for one, and remembers that it did.
#[derive(Debug, Default)]
pub(super) struct ClientCertificate {
    key: Option<Arc<CertifiedKey>>,
    pub asked: AtomicBool,
    pub shown: AtomicBool,
}

impl ResolvesClientCert for ClientCertificate {
    fn resolve(&self, _hints: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Release);
        let key = self.key.as_ref().filter(|key| key.key.choose_scheme(schemes).is_some())?;
        self.shown.store(true, Ordering::Release);
        Some(Arc::clone(key))
    }

    fn has_certs(&self) -> bool {
        // Always true: otherwise nobody would be told that the server asked.
        true
    }
}

impl ClientCertificate {
    pub fn new(key: Option<Arc<CertifiedKey>>) -> ClientCertificate {
        ClientCertificate { key, ..ClientCertificate::default() }
    }
}

/// The certificate and key that the settings name, or that are in their usual places; `None` where there is none.
///
/// # Errors
/// 08001: a certificate without its key, a key that others can read, a file that cannot be read, a wrong sslpassword.
pub(super) fn read(settings: &TlsSettings, provider: &CryptoProvider) -> Result<Option<Arc<CertifiedKey>>> {
    let certificate = settings.certificate.as_ref().filter(|file| file.path.exists());
    let Some(certificate) = certificate.filter(|_| settings.certificate_mode != CertificateMode::Disable) else {
        return Ok(None);
    };
    let chain: std::result::Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(&certificate.path).and_then(|certificates| certificates.collect());
    let chain = chain.map_err(|error| unreadable("client certificate", &certificate.path, &error))?;
    if chain.is_empty() {
        return Err(refuse(format!("the client certificate {} holds no certificate", certificate.path.display())));
    }
    let Some(key_file) = &settings.key else {
        return Err(refuse(format!("the client certificate {} has no key; set sslkey", certificate.path.display())));
    };
    let path = &key_file.path;
    check_permissions(path, &certificate.path)?;
    let key = private_key(path, settings.key_password.as_ref())?;
    let certified = CertifiedKey::from_der(chain, key, provider).map_err(|error| {
        let text = format!("the private key {} does not fit the certificate: {error}", path.display());
        refuse(text)
    })?;
    Ok(Some(Arc::new(certified)))
}

/// libpq's rule: nobody but the owner may read the key; where root owns it, its group may.
fn check_permissions(path: &Path, certificate: &Path) -> Result {
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => refuse(format!(
            "there is a client certificate {} and no private key {}; set sslkey",
            certificate.display(),
            path.display()
        )),
        _ => unreadable("private key", path, &error),
    })?;
    if !metadata.is_file() {
        return Err(refuse(format!("the private key {} is not a regular file", path.display())));
    }
    if is_open_to_others(&metadata) {
        let text = format!(
            "the private key {} can be read by others; its permissions must be 0600 or less, or 0640 or less where root \
             owns it",
            path.display()
        );
        return Err(refuse(text));
    }
    Ok(())
}

fn is_open_to_others(metadata: &Metadata) -> bool {
    let forbidden = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    metadata.mode() & forbidden != 0
}

/// A key in PKCS#8, PKCS#1 or SEC 1, the first also encrypted.
fn private_key(path: &Path, password: Option<&Secret>) -> Result<PrivateKeyDer<'static>> {
    let text = fs::read_to_string(path).map_err(|error| unreadable("private key", path, &error))?;
    if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") {
        let password = password
            .ok_or_else(|| refuse(format!("the private key {} is encrypted; set sslpassword", path.display())))?;
        return decrypt(&text, password)
            .map_err(|reason| refuse(format!("the private key {} {reason}", path.display())));
    }
    if text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(refuse(format!(
            "the private key {0} is encrypted in OpenSSL's old form, which is not supported; convert it: openssl pkcs8 \
             -topk8 -in {0} -out NEW",
            path.display()
        )));
    }
    PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|error| unreadable("private key", path, &error))
}

fn decrypt(text: &str, password: &Secret) -> std::result::Result<PrivateKeyDer<'static>, &'static str> {
    let begin = text.find("-----BEGIN ENCRYPTED").unwrap_or_default();
    let (label, der) = pkcs8::SecretDocument::from_pem(text.get(begin..).unwrap_or_default().trim_end())
        .map_err(|_| "is no PEM file")?;
    if label != ENCRYPTED_KEY {
        return Err("is no PEM file");
    }
    let encrypted = EncryptedPrivateKeyInfo::try_from(der.as_bytes()).map_err(|_| "is encrypted in an unknown way")?;
    let plain = encrypted.decrypt(password.expose()).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(pkcs8::pkcs5::Error::DecryptFailed) => "cannot be decrypted by sslpassword",
        pkcs8::Error::EncryptedPrivateKey(_) => "is encrypted by an algorithm that is not supported; use AES",
        _ => "cannot be decrypted by sslpassword",
    })?;
    Ok(PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(plain.as_bytes().to_vec())))
}

fn refuse(text: String) -> Box<Diagnostic> {
    Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)
}

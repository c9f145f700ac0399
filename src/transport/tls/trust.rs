//! The certificates and revocation lists that a server's certificate is checked by.

use std::path::Path;

use rustls::CertificateError;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, SubjectPublicKeyInfoDer, TrustAnchor, UnixTime};
use webpki::{
    CertRevocationList, EndEntityCert, ExpirationPolicy, KeyUsage, RawPublicKeyEntity, RevocationCheckDepth,
    RevocationOptionsBuilder, UnknownStatusPolicy,
};

use super::certificate::ServerCertificate;
use super::revocation::RevocationList;
use crate::config::{CredentialFile, RootCertificates, TlsSettings};
use crate::diag::sqlstate::S08001_UNABLE_TO_CONNECT;
use crate::diag::{Diagnostic, Result};

/// Whom to trust, and whom no longer.
#[derive(Debug)]
pub(super) struct Trust {
    roots: Vec<Root>,
    anchors: Vec<TrustAnchor<'static>>,
    revocation: Vec<RevocationList>,
    /// Where the roots come from, for messages.
    origin: String,
}

#[derive(Debug)]
struct Root {
    der: CertificateDer<'static>,
    read: Option<ServerCertificate>,
}

impl Trust {
    /// What the settings name, or what is in the usual place; `None` where there is nothing: then nobody can be checked.
    ///
    /// # Errors
    /// 08001: a file that cannot be read, or holds no certificate.
    pub fn read(settings: &TlsSettings) -> Result<Option<Trust>> {
        let (certificates, origin) = match &settings.roots {
            RootCertificates::None => return Ok(None),
            RootCertificates::File(file) if !file.path.exists() => return Ok(None),
            RootCertificates::File(CredentialFile { path, .. }) => {
                let read: std::result::Result<Vec<_>, _> =
                    CertificateDer::pem_file_iter(path).and_then(|certificates| certificates.collect());
                let certificates = read.map_err(|error| unreadable("root certificate file", path, &error))?;
                (certificates, format!("a certificate in {}", path.display()))
            }
            RootCertificates::System => {
                let found = rustls_native_certs::load_native_certs();
                (found.certs, "a certificate of the system's store".to_owned())
            }
        };
        let mut trust =
            Trust { roots: Vec::new(), anchors: Vec::new(), revocation: RevocationList::read_all(settings)?, origin };
        for der in certificates {
            if let Ok(anchor) = webpki::anchor_from_trusted_cert(&der) {
                trust.anchors.push(anchor.to_owned());
                trust.roots.push(Root { read: ServerCertificate::read(&der), der });
            }
        }
        if trust.roots.is_empty() {
            let text = match &settings.roots {
                RootCertificates::File(file) => {
                    format!("the root certificate file {} holds no certificate", file.path.display())
                }
                _ => "the system's certificate store is empty; install the package ca-certificates".to_owned(),
            };
            return Err(Diagnostic::new(S08001_UNABLE_TO_CONNECT, text));
        }
        Ok(Some(trust))
    }

    /// Whether the server's certificate leads to one of the roots, is valid now, and has not been revoked.
    pub fn check(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        algorithms: &WebPkiSupportedAlgorithms,
        now: UnixTime,
    ) -> std::result::Result<(), String> {
        let read = ServerCertificate::read(certificate).ok_or("the server's certificate cannot be read")?;
        let outcome = match EndEntityCert::try_from(certificate) {
            // The usual server without an authority of its own: its certificate is the root.
            _ if read.is_self_issued() && self.roots.iter().any(|root| root.der == *certificate) => {
                self.check_without_chain(&read, &read, algorithms, now)
            }
            Err(webpki::Error::UnsupportedCertVersion) => self.check_version_1(&read, algorithms, now),
            Err(error) => Err(error),
            Ok(end_entity) => self.check_chain(&end_entity, intermediates, algorithms, now),
        };
        outcome.map_err(|error| self.explain(&error))
    }

    fn check_chain(
        &self,
        certificate: &EndEntityCert<'_>,
        intermediates: &[CertificateDer<'_>],
        algorithms: &WebPkiSupportedAlgorithms,
        now: UnixTime,
    ) -> std::result::Result<(), webpki::Error> {
        let lists: Vec<&CertRevocationList<'_>> = self.revocation.iter().map(|read| &read.list).collect();
        let revocation = match lists.as_slice() {
            [] => None,
            // As libpq has it: the whole chain is checked, and a list that is missing or old is an error.
            lists => RevocationOptionsBuilder::new(lists).ok().map(|options| {
                options
                    .with_depth(RevocationCheckDepth::Chain)
                    .with_status_policy(UnknownStatusPolicy::Deny)
                    .with_expiration_policy(ExpirationPolicy::Enforce)
                    .build()
            }),
        };
        let path = certificate.verify_for_usage(
            algorithms.all,
            &self.anchors,
            intermediates,
            now,
            KeyUsage::server_auth(),
            revocation,
            None,
        )?;
        // webpki takes a root as it is; OpenSSL looks at its validity, too.
        let root = self.anchors.iter().position(|anchor| anchor == path.anchor());
        match root.and_then(|root| self.roots.get(root)).and_then(|root| root.read.as_ref()) {
            Some(root) => validity(root, now),
            None => Ok(()),
        }
    }

    /// Validity and revocation of a certificate whose issuer is a root.
    fn check_without_chain(
        &self,
        read: &ServerCertificate,
        issuer: &ServerCertificate,
        algorithms: &WebPkiSupportedAlgorithms,
        now: UnixTime,
    ) -> std::result::Result<(), webpki::Error> {
        validity(issuer, now)?;
        validity(read, now)?;
        let mut answers = self.revocation.iter().filter_map(|list| list.holds(read, issuer, algorithms, now));
        match answers.next() {
            None if self.revocation.is_empty() => Ok(()),
            None => Err(webpki::Error::UnknownRevocationStatus),
            Some(revoked) if revoked || answers.any(|revoked| revoked) => Err(webpki::Error::CertRevoked),
            Some(_) => Ok(()),
        }
    }

    /// A certificate of version 1, which webpki does not read and `openssl x509 -req` writes: accepted where a root has signed it
    /// itself.
    fn check_version_1(
        &self,
        read: &ServerCertificate,
        algorithms: &WebPkiSupportedAlgorithms,
        now: UnixTime,
    ) -> std::result::Result<(), webpki::Error> {
        if !read.is_version_1() {
            return Err(webpki::Error::UnsupportedCertVersion);
        }
        let (signed, identifier, signature) = read.signed_parts().ok_or(webpki::Error::BadDer)?;
        let candidates = self.roots.iter().filter_map(|root| root.read.as_ref()).filter(|root| read.names_issuer(root));
        for root in candidates {
            if is_signed(root, algorithms, &signed, &identifier, signature) {
                return self.check_without_chain(read, root, algorithms, now);
            }
        }
        Err(webpki::Error::UnknownIssuer)
    }

    fn explain(&self, error: &webpki::Error) -> String {
        match error {
            webpki::Error::UnknownIssuer | webpki::Error::CaUsedAsEndEntity => {
                format!("the server's certificate is not signed by {}", self.origin)
            }
            webpki::Error::CertExpired { .. } => {
                "the server's certificate, or one that signed it, has expired".to_owned()
            }
            webpki::Error::CertNotValidYet { .. } => {
                "the server's certificate, or one that signed it, is not valid yet; is the clock right?".to_owned()
            }
            webpki::Error::CertRevoked => "the server's certificate has been revoked".to_owned(),
            webpki::Error::UnknownRevocationStatus => {
                "no certificate revocation list (sslcrl, sslcrldir) says whether the server's certificate is revoked"
                    .to_owned()
            }
            webpki::Error::CrlExpired { .. } => "the certificate revocation list has expired".to_owned(),
            other => format!("the server's certificate is not acceptable: {other}"),
        }
    }
}

fn validity(certificate: &ServerCertificate, now: UnixTime) -> std::result::Result<(), webpki::Error> {
    certificate.check_validity(now).map_err(|error| match error {
        CertificateError::NotValidYet => webpki::Error::CertNotValidYet { time: now, not_before: now },
        _ => webpki::Error::CertExpired { time: now, not_after: now },
    })
}

/// Whether an issuer's key has made this signature.
pub(super) fn is_signed(
    issuer: &ServerCertificate,
    algorithms: &WebPkiSupportedAlgorithms,
    signed: &[u8],
    identifier: &[u8],
    signature: &[u8],
) -> bool {
    let Some(key) = issuer.public_key().map(SubjectPublicKeyInfoDer::from) else { return false };
    let Ok(key) = RawPublicKeyEntity::try_from(&key) else { return false };
    let mut fitting = algorithms.all.iter().filter(|known| known.signature_alg_id().as_ref() == identifier);
    fitting.any(|known| key.verify_signature(*known, signed, signature).is_ok())
}

pub(super) fn unreadable(what: &str, path: &Path, error: &dyn std::fmt::Display) -> Box<Diagnostic> {
    let text = format!("the {what} {} cannot be read: {error}", path.display());
    Diagnostic::new(S08001_UNABLE_TO_CONNECT, text)
}

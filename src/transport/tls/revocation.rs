//! Certificate revocation lists: read once, and asked without webpki for the certificates that webpki does not read.

use std::fs;
use std::path::Path;

use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateRevocationListDer, UnixTime};
use webpki::{CertRevocationList, OwnedCertRevocationList};
use x509_cert::crl::CertificateList;
use x509_cert::der::{Decode, Encode};

use super::certificate::{ServerCertificate, algorithm_identifier};
use super::trust::{is_signed, unreadable};
use crate::config::TlsSettings;
use crate::diag::Result;

/// One list, as webpki takes it and as it is.
#[derive(Debug)]
pub(super) struct RevocationList {
    pub list: CertRevocationList<'static>,
    read: CertificateList,
}

impl RevocationList {
    /// The lists of the file and of the directory. A usual file that is not there is none.
    ///
    /// # Errors
    /// 08001: a file that cannot be read, also one that a keyword names and that is not there.
    pub fn read_all(settings: &TlsSettings) -> Result<Vec<RevocationList>> {
        let mut lists = Vec::new();
        if let Some(file) = settings.revocation_file.as_ref().filter(|file| file.named || file.path.exists()) {
            read_file(&file.path, &mut lists)?;
        }
        if let Some(directory) = &settings.revocation_directory {
            let entries = fs::read_dir(directory).map_err(|error| unreadable("directory", directory, &error))?;
            for entry in entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()) {
                read_file(&entry, &mut lists)?;
            }
        }
        Ok(lists)
    }

    /// Whether the list, which must be the issuer's own and not have expired, holds the certificate; `None` if it is not.
    pub fn holds(
        &self,
        certificate: &ServerCertificate,
        issuer: &ServerCertificate,
        algorithms: &WebPkiSupportedAlgorithms,
        now: UnixTime,
    ) -> Option<bool> {
        let contents = &self.read.tbs_cert_list;
        if !issuer.is_named(&contents.issuer) {
            return None;
        }
        let until = contents.next_update.as_ref()?.to_unix_duration().as_secs();
        let identifier = algorithm_identifier(&self.read.signature_algorithm)?;
        let signature = self.read.signature.as_bytes()?;
        if now.as_secs() > until || !is_signed(issuer, algorithms, &contents.to_der().ok()?, &identifier, signature) {
            return None;
        }
        let mut revoked = contents.revoked_certificates.iter().flatten();
        Some(revoked.any(|revoked| certificate.has_serial_number(&revoked.serial_number)))
    }
}

fn read_file(path: &Path, lists: &mut Vec<RevocationList>) -> Result {
    let what = "certificate revocation list";
    let found = CertificateRevocationListDer::pem_file_iter(path).map_err(|error| unreadable(what, path, &error))?;
    for der in found {
        let der = der.map_err(|error| unreadable(what, path, &error))?;
        let list = OwnedCertRevocationList::from_der(&der).map_err(|error| unreadable(what, path, &error))?;
        let read = CertificateList::from_der(&der).map_err(|error| unreadable(what, path, &error))?;
        lists.push(RevocationList { list: CertRevocationList::Owned(list), read });
    }
    Ok(())
}

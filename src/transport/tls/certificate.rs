//! What is read of a certificate beside what rustls shows: names, validity, the hash for channel binding.

use std::net::IpAddr;

use rustls::pki_types::UnixTime;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use x509_cert::Certificate;
use x509_cert::der::asn1::{ObjectIdentifier, Utf8StringRef};
use x509_cert::der::{Any, Decode, Encode};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");

/// Signature algorithms and the hash that each of them uses (RFC 3279, 4055, 5758).
const SIGNATURE_HASHES: &[(&str, Hash)] = &[
    ("1.2.840.113549.1.1.4", Hash::Sha256), // md5WithRSAEncryption: RFC 5929 takes SHA-256 for MD5 and SHA-1
    ("1.2.840.113549.1.1.5", Hash::Sha256), // sha1WithRSAEncryption
    ("1.2.840.113549.1.1.14", Hash::Sha224), // sha224WithRSAEncryption
    ("1.2.840.113549.1.1.11", Hash::Sha256),
    ("1.2.840.113549.1.1.12", Hash::Sha384),
    ("1.2.840.113549.1.1.13", Hash::Sha512),
    ("1.2.840.10045.4.1", Hash::Sha256),   // ecdsa-with-SHA1
    ("1.2.840.10045.4.3.1", Hash::Sha224), // ecdsa-with-SHA224
    ("1.2.840.10045.4.3.2", Hash::Sha256),
    ("1.2.840.10045.4.3.3", Hash::Sha384),
    ("1.2.840.10045.4.3.4", Hash::Sha512),
    ("2.16.840.1.101.3.4.3.1", Hash::Sha224), // dsa-with-sha224
    ("2.16.840.1.101.3.4.3.2", Hash::Sha256),
];

/// RSASSA-PSS names its hash in its parameters.
const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";
const PSS_HASHES: &[(&str, Hash)] = &[
    ("1.3.14.3.2.26", Hash::Sha256), // id-sha1
    ("2.16.840.1.101.3.4.2.4", Hash::Sha224),
    ("2.16.840.1.101.3.4.2.1", Hash::Sha256),
    ("2.16.840.1.101.3.4.2.2", Hash::Sha384),
    ("2.16.840.1.101.3.4.2.3", Hash::Sha512),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha224 => Sha224::digest(bytes).to_vec(),
            Hash::Sha256 => Sha256::digest(bytes).to_vec(),
            Hash::Sha384 => Sha384::digest(bytes).to_vec(),
            Hash::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }
}

/// A server's certificate, read.
#[derive(Debug)]
pub(super) struct ServerCertificate(Certificate);

/// A name that a certificate is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CertificateName {
    Dns(String),
    Address(IpAddr),
}

impl ServerCertificate {
    pub fn read(der: &[u8]) -> Option<ServerCertificate> {
        Certificate::from_der(der).ok().map(ServerCertificate)
    }

    /// The public key with its algorithm, in DER.
    pub fn public_key(&self) -> Option<Vec<u8>> {
        self.0.tbs_certificate.subject_public_key_info.to_der().ok()
    }

    /// Whether it was valid then. Otherwise, which end was missed.
    pub fn check_validity(&self, now: UnixTime) -> Result<(), rustls::CertificateError> {
        let validity = &self.0.tbs_certificate.validity;
        if now.as_secs() < validity.not_before.to_unix_duration().as_secs() {
            return Err(rustls::CertificateError::NotValidYet);
        }
        if now.as_secs() > validity.not_after.to_unix_duration().as_secs() {
            return Err(rustls::CertificateError::Expired);
        }
        Ok(())
    }

    /// Whether it names itself as its issuer.
    pub fn is_self_issued(&self) -> bool {
        self.0.tbs_certificate.subject == self.0.tbs_certificate.issuer
    }

    /// The DNS names and addresses among the alternative names; a name that holds a zero byte is left as it is and never
    /// equals a host.
    pub fn alternative_names(&self) -> Vec<CertificateName> {
        let Ok(Some((_, names))) = self.0.tbs_certificate.get::<SubjectAltName>() else { return Vec::new() };
        let name = |name: GeneralName| match name {
            GeneralName::DnsName(name) => Some(CertificateName::Dns(name.to_string())),
            GeneralName::IpAddress(bytes) => address(bytes.as_bytes()).map(CertificateName::Address),
            _ => None,
        };
        names.0.into_iter().filter_map(name).collect()
    }

    /// The first common name of the subject.
    pub fn common_name(&self) -> Option<String> {
        let mut attributes = self.0.tbs_certificate.subject.0.iter().flat_map(|part| part.0.iter());
        attributes.find(|attribute| attribute.oid == COMMON_NAME).and_then(|attribute| text(&attribute.value))
    }

    /// The parts that a signature check takes: what is signed, by which algorithm, and the signature.
    pub fn signed_parts(&self) -> Option<(Vec<u8>, Vec<u8>, &[u8])> {
        let identifier = algorithm_identifier(&self.0.signature_algorithm)?;
        Some((self.0.tbs_certificate.to_der().ok()?, identifier, self.0.signature.as_bytes()?))
    }

    pub fn is_named(&self, name: &Name) -> bool {
        self.0.tbs_certificate.subject == *name
    }

    pub fn has_serial_number(&self, number: &SerialNumber) -> bool {
        self.0.tbs_certificate.serial_number == *number
    }

    /// Whether `other` has the name of the one that issued this.
    pub fn names_issuer(&self, other: &ServerCertificate) -> bool {
        self.0.tbs_certificate.issuer == other.0.tbs_certificate.subject
    }

    /// Version 1 has no extensions: no alternative names, nothing that says what it may be used for.
    pub fn is_version_1(&self) -> bool {
        self.0.tbs_certificate.version == x509_cert::Version::V1
    }
}

/// Channel binding `tls-server-end-point` (RFC 5929): the hash of the server's certificate, by the hash of its own signature.
/// `None` where that has none (Ed25519), or the certificate cannot be read.
pub fn end_point_hash(der: &[u8]) -> Option<Vec<u8>> {
    let certificate = Certificate::from_der(der).ok()?;
    let algorithm = &certificate.signature_algorithm;
    let oid = algorithm.oid.to_string();
    let known = |table: &[(&str, Hash)], oid: &str| table.iter().find(|known| known.0 == oid).map(|known| known.1);
    let hash = match oid.as_str() {
        RSASSA_PSS => known(PSS_HASHES, &pss_hash(algorithm.parameters.as_ref())?)?,
        oid => known(SIGNATURE_HASHES, oid)?,
    };
    Some(hash.of(der))
}

/// A signature algorithm without the outer tag and length: that is how webpki's are compared.
pub(super) fn algorithm_identifier(algorithm: &AlgorithmIdentifierOwned) -> Option<Vec<u8>> {
    let mut identifier = algorithm.oid.to_der().ok()?;
    if let Some(parameters) = &algorithm.parameters {
        identifier.extend(parameters.to_der().ok()?);
    }
    Some(identifier)
}

/// RSASSA-PSS-params: a sequence whose first element, tagged 0, is the hash's algorithm; SHA-1 where it is left out.
fn pss_hash(parameters: Option<&Any>) -> Option<String> {
    const DEFAULT: &str = "1.3.14.3.2.26";
    let contents = parameters?.value();
    // [0] { SEQUENCE { OBJECT IDENTIFIER .. } }, all of them shorter than 128 bytes
    let Some((0xa0, rest)) = contents.split_first().map(|(tag, rest)| (*tag, rest)) else {
        return Some(DEFAULT.to_owned());
    };
    let (length, rest) = rest.split_first()?;
    let tagged = rest.get(..usize::from(*length))?;
    let algorithm = x509_cert::spki::AlgorithmIdentifierRef::from_der(tagged).ok()?;
    Some(algorithm.oid.to_string())
}

fn text(value: &Any) -> Option<String> {
    if let Ok(text) = value.decode_as::<Utf8StringRef<'_>>() {
        return Some(text.to_string());
    }
    // PrintableString, IA5String, TeletexString: what host names are made of is the same in all of them.
    String::from_utf8(value.value().to_vec()).ok()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
        return Some(IpAddr::from(bytes));
    }
    <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from)
}

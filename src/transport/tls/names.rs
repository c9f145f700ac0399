//! Whether a certificate is for the host that was named: libpq's rules, which are wider than RFC 6125 in one place.
//!
//! Source: PostgreSQL documentation, 34.19.1: "the host name will be matched against the Subject Alternative Names; if there is
//! none of that kind, against the common name". A `*` stands for one label, as the first one only.

use std::net::IpAddr;

use super::certificate::{CertificateName, ServerCertificate};

/// Names of the certificate that are shown in a message.
const MOST_SHOWN: usize = 5;

/// # Errors
/// What the certificate is for instead.
pub(super) fn check(certificate: &ServerCertificate, host: &str) -> Result<(), String> {
    let names = certificate.alternative_names();
    if matches(&names, certificate.common_name().as_deref(), host) {
        return Ok(());
    }
    let mut found: Vec<String> = names
        .iter()
        .map(|name| match name {
            CertificateName::Dns(name) => name.escape_debug().to_string(),
            CertificateName::Address(address) => address.to_string(),
        })
        .collect();
    if found.is_empty() {
        found.extend(certificate.common_name().map(|name| name.escape_debug().to_string()));
    }
    let more = found.len().saturating_sub(MOST_SHOWN);
    found.truncate(MOST_SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Err(match found.as_slice() {
        [] => format!("the server's certificate names no host, and \"{host}\" was asked for"),
        names => format!("the server's certificate is for {}{more}, not for \"{host}\"", names.join(", ")),
    })
}

fn matches(names: &[CertificateName], common_name: Option<&str>, host: &str) -> bool {
    let address: Option<IpAddr> = host.parse().ok();
    let mut of_same_kind = false;
    for name in names {
        match (name, address) {
            (CertificateName::Dns(name), _) => {
                // A DNS name that spells an address counts, as it does for libpq.
                of_same_kind |= address.is_none();
                if name_matches(name, host) {
                    return true;
                }
            }
            (CertificateName::Address(name), Some(address)) => {
                of_same_kind = true;
                if *name == address {
                    return true;
                }
            }
            (CertificateName::Address(_), None) => {}
        }
    }
    !of_same_kind && common_name.is_some_and(|name| name_matches(name, host))
}

fn name_matches(pattern: &str, host: &str) -> bool {
    // A zero byte would end the name for a C program: such a name is somebody's trick.
    if pattern.contains('\0') || host.is_empty() {
        return false;
    }
    if pattern.eq_ignore_ascii_case(host) {
        return true;
    }
    let Some(suffix) = pattern.strip_prefix('*').filter(|suffix| suffix.len() > 1 && suffix.starts_with('.')) else {
        return false;
    };
    match host.split_once('.') {
        Some((label, rest)) => !label.is_empty() && rest.eq_ignore_ascii_case(suffix.get(1..).unwrap_or_default()),
        None => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn dns(name: &str) -> CertificateName {
        CertificateName::Dns(name.to_owned())
    }

    fn address(text: &str) -> CertificateName {
        CertificateName::Address(text.parse().unwrap())
    }

    /// PostgreSQL's own tests of these rules: src/test/ssl/t/001_ssltests.pl.
    #[test]
    fn names_match_as_libpqs_tests_say() {
        let several =
            [dns("dns1.alt-name.pg-ssltest.test"), dns("dns2.alt-name.pg-ssltest.test"), dns("*.wildcard.test")];
        for (host, expected) in [
            ("dns1.alt-name.pg-ssltest.test", true),
            ("DNS2.alt-name.pg-ssltest.test", true),
            ("foo.wildcard.test", true),
            ("wildcard.test", false),
            (".wildcard.test", false),
            ("deep.foo.wildcard.test", false),
            ("wronghost.alt-name.pg-ssltest.test", false),
            ("common-name.pg-ssltest.test", false),
            ("", false),
        ] {
            assert_eq!(matches(&several, Some("common-name.pg-ssltest.test"), host), expected, "{host}");
        }
    }

    #[test]
    fn the_common_name_counts_where_no_name_is_of_the_hosts_kind() {
        assert!(matches(&[], Some("db.test"), "db.test"));
        assert!(matches(&[address("192.0.2.1")], Some("db.test"), "db.test"));
        assert!(matches(&[dns("db.test")], Some("192.0.2.1"), "192.0.2.1"));
        assert!(!matches(&[dns("db.test")], Some("other.test"), "other.test"));
        assert!(!matches(&[address("192.0.2.2")], Some("192.0.2.1"), "192.0.2.1"));
        assert!(!matches(&[], None, "db.test"));
    }

    #[test]
    fn addresses_are_compared_as_addresses() {
        assert!(matches(&[address("2001:db8::1")], None, "2001:0DB8:0:0::1"));
        assert!(matches(&[address("192.0.2.1")], None, "192.0.2.1"));
        assert!(matches(&[dns("192.0.2.1")], None, "192.0.2.1"));
        assert!(!matches(&[address("192.0.2.1")], None, "192.0.2.10"));
        assert!(!matches(&[dns("*.0.2.1")], Some("x"), "db.0.2.2"));
    }

    #[test]
    fn a_zero_byte_in_a_name_never_matches() {
        assert!(!matches(&[dns("db.test\0.evil.test")], None, "db.test"));
        assert!(!matches(&[], Some("db.test\0.evil.test"), "db.test"));
    }
}

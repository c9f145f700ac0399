//! Which ways of logging in are acceptable, as plain data.
//!
//! Source: PostgreSQL documentation, 34.1.2 (require_auth, channel_binding, gssencmode).

use std::fmt;

use super::ScramKeys;
use crate::diag::sqlstate::HY000_GENERAL_ERROR;
use crate::diag::{Diagnostic, Result};

/// Whether SCRAM must be bound to the TLS connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChannelBindingMode {
    Disable,
    /// Where the server can.
    #[default]
    Prefer,
    Require,
}

impl ChannelBindingMode {
    pub(super) const NAMES: &[(&str, ChannelBindingMode)] = &[
        ("disable", ChannelBindingMode::Disable),
        ("prefer", ChannelBindingMode::Prefer),
        ("require", ChannelBindingMode::Require),
    ];
}

/// Whether to encrypt by GSSAPI, before TLS is thought of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GssEncryptionMode {
    Disable,
    /// Where there is a ticket and the server can.
    #[default]
    Prefer,
    /// Nothing else will do.
    Require,
}

impl GssEncryptionMode {
    pub(super) const NAMES: &[(&str, GssEncryptionMode)] = &[
        ("disable", GssEncryptionMode::Disable),
        ("prefer", GssEncryptionMode::Prefer),
        ("require", GssEncryptionMode::Require),
    ];

    /// As the keyword has it.
    pub fn name(self) -> &'static str {
        GssEncryptionMode::NAMES.iter().find(|(_, mode)| *mode == self).map_or("", |(name, _)| name)
    }
}

/// A way of proving who the user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthenticationMethod {
    Password,
    Md5,
    Gss,
    Sspi,
    ScramSha256,
    OAuth,
    /// The server asks for nothing: trust, peer, or a client certificate.
    None,
}

/// The words of require_auth.
const METHODS: &[(&str, AuthenticationMethod)] = &[
    ("password", AuthenticationMethod::Password),
    ("md5", AuthenticationMethod::Md5),
    ("gss", AuthenticationMethod::Gss),
    ("sspi", AuthenticationMethod::Sspi),
    ("scram-sha-256", AuthenticationMethod::ScramSha256),
    ("oauth", AuthenticationMethod::OAuth),
    ("none", AuthenticationMethod::None),
];

impl fmt::Display for AuthenticationMethod {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(METHODS.iter().find(|known| known.1 == *self).map_or("", |known| known.0))
    }
}

/// The methods that require_auth accepts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AcceptedMethods {
    /// Nothing is said.
    #[default]
    All,
    Only(Vec<AuthenticationMethod>),
    AllBut(Vec<AuthenticationMethod>),
}

impl AcceptedMethods {
    pub fn accepts(&self, method: AuthenticationMethod) -> bool {
        match self {
            AcceptedMethods::All => true,
            AcceptedMethods::Only(methods) => methods.contains(&method),
            AcceptedMethods::AllBut(methods) => !methods.contains(&method),
        }
    }

    /// The list of require_auth: method names separated by commas, all of them or none with a `!`.
    ///
    /// # Errors
    /// HY000 for an unknown name, one that occurs twice, or a mixture.
    pub(super) fn parse(text: &str) -> Result<AcceptedMethods> {
        let error = |text: String| Err(Diagnostic::new(HY000_GENERAL_ERROR, text));
        let mut methods = Vec::new();
        let mut negated = None;
        for part in text.split(',').map(str::trim) {
            let (name, negative) = part.strip_prefix('!').map_or((part, false), |name| (name, true));
            if negated.is_some_and(|negated| negated != negative) {
                return error(format!(
                    "require_auth={text:?} mixes methods with and without \"!\"; write all of one kind"
                ));
            }
            negated = Some(negative);
            let Some((_, method)) = METHODS.iter().find(|known| known.0.eq_ignore_ascii_case(name)) else {
                let names: Vec<&str> = METHODS.iter().map(|known| known.0).collect();
                return error(format!("require_auth={text:?}: {name:?} is no method; there are {}", names.join(", ")));
            };
            if methods.contains(method) {
                return error(format!("require_auth={text:?} names {name} twice"));
            }
            methods.push(*method);
        }
        Ok(if negated == Some(true) { AcceptedMethods::AllBut(methods) } else { AcceptedMethods::Only(methods) })
    }
}

/// Versions of the wire protocol: the minor number of version 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProtocolVersion(pub u16);

impl ProtocolVersion {
    pub const V3_0: ProtocolVersion = ProtocolVersion(0);
    /// PostgreSQL 18: long keys for cancelling.
    pub const V3_2: ProtocolVersion = ProtocolVersion(2);

    pub(super) const NAMES: &[(&str, ProtocolVersion)] =
        &[("3.0", ProtocolVersion::V3_0), ("3.2", ProtocolVersion::V3_2), ("latest", ProtocolVersion::V3_2)];
}

/// What is acceptable in logging in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginPolicy {
    pub methods: AcceptedMethods,
    pub channel_binding: ChannelBindingMode,
    /// Sends a password in clear text also where the network could see it.
    pub cleartext_password: bool,
    /// The service's name in Kerberos; the host's name goes with it.
    pub kerberos_service: String,
    /// The server may use the user's ticket itself.
    pub kerberos_delegation: bool,
    pub gss_encryption: GssEncryptionMode,
    /// Instead of a password, where the server asks for SCRAM.
    pub scram_keys: Option<ScramKeys>,
    /// The user as whom the server behind a socket file must run.
    pub required_peer: Option<String>,
    pub oldest_protocol: ProtocolVersion,
    pub newest_protocol: ProtocolVersion,
}

impl Default for LoginPolicy {
    fn default() -> LoginPolicy {
        LoginPolicy {
            methods: AcceptedMethods::default(),
            channel_binding: ChannelBindingMode::default(),
            cleartext_password: false,
            kerberos_service: "postgres".to_owned(),
            kerberos_delegation: false,
            gss_encryption: GssEncryptionMode::default(),
            scram_keys: None,
            required_peer: None,
            oldest_protocol: ProtocolVersion::V3_0,
            newest_protocol: ProtocolVersion::V3_0,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::AuthenticationMethod::{Gss, Md5, None, Password, ScramSha256};
    use super::*;

    #[test]
    fn a_list_accepts_what_it_names_or_all_but_that() {
        let only = AcceptedMethods::parse("scram-sha-256, MD5").unwrap();
        assert!(only.accepts(ScramSha256) && only.accepts(Md5) && !only.accepts(Password) && !only.accepts(None));
        let but = AcceptedMethods::parse("!password,!md5").unwrap();
        assert!(but.accepts(ScramSha256) && but.accepts(None) && but.accepts(Gss));
        assert!(!but.accepts(Password) && !but.accepts(Md5));
        assert!(AcceptedMethods::All.accepts(Password));
    }

    #[test]
    fn what_is_no_list_is_told() {
        for (text, part, sqlstate) in [
            ("scram", "\"scram\" is no method; there are password, md5", "HY000"),
            ("md5,!password", "mixes", "HY000"),
            ("md5,md5", "twice", "HY000"),
            ("md5,", "\"\" is no method", "HY000"),
        ] {
            let error = AcceptedMethods::parse(text).unwrap_err();
            assert_eq!(error.sqlstate.as_str(), sqlstate, "{text}");
            assert!(error.message.contains(part), "{}", error.message);
        }
    }
}

//! From keywords to the settings of TLS and login.

use std::path::PathBuf;
use std::time::Duration;

use super::values::{Values, error};
use super::{
    AcceptedMethods, CertificateMode, ChannelBindingMode, CredentialFile, Environment, GssEncryptionMode, LoginPolicy,
    ProtocolVersion, RetrySettings, RootCertificates, ScramKeys, Setting, SslMode, TargetSession, TcpSettings,
    TlsSettings, TlsVersion,
};
use crate::diag::Result;
use crate::diag::sqlstate::HYC00_NOT_IMPLEMENTED;

/// What psqlODBC writes for sslmode into its abbreviated strings.
const SSL_MODE_ABBREVIATIONS: &[(&str, SslMode)] = &[
    ("d", SslMode::Disable),
    ("a", SslMode::Allow),
    ("p", SslMode::Prefer),
    ("r", SslMode::Require),
    ("vc", SslMode::VerifyCa),
    ("vf", SslMode::VerifyFull),
];

/// The settings of TLS.
///
/// # Errors
/// HY000: a value that is none, or two that do not go together. HYC00: versions of TLS that are not spoken any more.
pub(super) fn tls(values: &Values, environment: &Environment) -> Result<TlsSettings> {
    let home = environment.get("HOME").map(|home| PathBuf::from(home).join(".postgresql"));
    let file = |setting: Setting, usual: &str| -> Result<Option<CredentialFile>> {
        Ok(match values.path(setting)? {
            Some(path) => Some(CredentialFile { path, named: true }),
            None => home.as_ref().map(|home| CredentialFile { path: home.join(usual), named: false }),
        })
    };
    let abbreviated = values.text(Setting::SslMode)?.and_then(|text| {
        SSL_MODE_ABBREVIATIONS.iter().find(|known| known.0.eq_ignore_ascii_case(text.trim())).map(|known| known.1)
    });
    let mode = match abbreviated {
        Some(mode) => Some(mode),
        None => values.choice(Setting::SslMode, SslMode::NAMES)?,
    };
    let mode = match mode {
        None if values.switch(Setting::RequireSsl)? == Some(true) => Some(SslMode::Require),
        mode => mode,
    };
    let revocation_directory = values.path(Setting::RevocationDirectory)?;
    let revocation_file = match (values.path(Setting::RevocationFile)?, &revocation_directory) {
        (None, Some(_)) => None,
        _ => file(Setting::RevocationFile, "root.crl")?,
    };
    let roots = match values.text(Setting::RootCertificates)? {
        Some("system") => RootCertificates::System,
        _ => file(Setting::RootCertificates, "root.crt")?.map_or(RootCertificates::None, RootCertificates::File),
    };
    let mode = match (mode, &roots) {
        // Anybody can have a certificate that the platform trusts: it says nothing without the name.
        (None, RootCertificates::System) => SslMode::VerifyFull,
        (Some(weak), RootCertificates::System) if weak != SslMode::VerifyFull && weak != SslMode::Disable => {
            return Err(error(format!(
                "sslrootcert=system does not go together with sslmode={}; use sslmode=verify-full",
                weak.name()
            )));
        }
        (mode, _) => mode.unwrap_or_default(),
    };
    let direct = values.choice(Setting::SslNegotiation, &[("postgres", false), ("direct", true)])?.unwrap_or(false);
    if direct && mode < SslMode::Require {
        return Err(error(format!(
            "sslnegotiation=direct does not go together with sslmode={}; use require, verify-ca or verify-full",
            mode.name()
        )));
    }
    let (oldest, newest) = tls_versions(values)?;
    Ok(TlsSettings {
        mode,
        direct,
        roots,
        certificate: file(Setting::Certificate, "postgresql.crt")?,
        key: file(Setting::CertificateKey, "postgresql.key")?,
        key_password: values.owned(Setting::KeyPassword)?.map(super::Secret::new),
        certificate_mode: values.choice(Setting::CertificateMode, CertificateMode::NAMES)?.unwrap_or_default(),
        revocation_file,
        revocation_directory,
        server_name_indication: values.switch(Setting::ServerNameIndication)?.unwrap_or(true),
        oldest,
        newest,
        key_log: values.path(Setting::KeyLogFile)?,
    })
}

fn tls_versions(values: &Values) -> Result<(TlsVersion, TlsVersion)> {
    let oldest = values.choice(Setting::OldestTls, TlsVersion::NAMES)?.unwrap_or(TlsVersion::V1_2);
    let newest = values.choice(Setting::NewestTls, TlsVersion::NAMES)?.unwrap_or(TlsVersion::V1_3);
    if newest < TlsVersion::V1_2 {
        let mut refused = values.wrong(
            Setting::NewestTls,
            values.text(Setting::NewestTls)?.unwrap_or_default(),
            "asks for a version of TLS that is broken and not supported; use TLSv1.2 or TLSv1.3",
        );
        refused.sqlstate = HYC00_NOT_IMPLEMENTED;
        return Err(refused);
    }
    if oldest > newest {
        return Err(error("ssl_min_protocol_version is newer than ssl_max_protocol_version".to_owned()));
    }
    Ok((oldest, newest))
}

/// What is acceptable in logging in.
///
/// # Errors
/// HY000, HYC00 as [`AcceptedMethods::parse`].
pub(super) fn policy(values: &Values) -> Result<LoginPolicy> {
    let oldest_protocol =
        values.choice(Setting::OldestProtocol, ProtocolVersion::NAMES)?.unwrap_or(ProtocolVersion::V3_0);
    // A newer lower limit asks for the newer version, as with libpq.
    let newest_protocol = values.choice(Setting::NewestProtocol, ProtocolVersion::NAMES)?.unwrap_or(oldest_protocol);
    if oldest_protocol > newest_protocol {
        return Err(error("min_protocol_version is newer than max_protocol_version".to_owned()));
    }
    let scram_keys = match (values.text(Setting::ScramClientKey)?, values.text(Setting::ScramServerKey)?) {
        (None, None) => None,
        (client, server) => Some(ScramKeys::parse(client.unwrap_or_default(), server.unwrap_or_default())?),
    };
    let methods = values.text(Setting::RequireAuth)?.map(AcceptedMethods::parse).transpose()?;
    Ok(LoginPolicy {
        methods: methods.unwrap_or_default(),
        channel_binding: values.choice(Setting::ChannelBinding, ChannelBindingMode::NAMES)?.unwrap_or_default(),
        cleartext_password: values.switch(Setting::AllowCleartextPassword)?.unwrap_or(false),
        kerberos_service: values.owned(Setting::KerberosService)?.unwrap_or_else(|| "postgres".to_owned()),
        kerberos_delegation: values.switch(Setting::KerberosDelegation)?.unwrap_or(false),
        gss_encryption: values.choice(Setting::GssEncryption, GssEncryptionMode::NAMES)?.unwrap_or_default(),
        scram_keys,
        required_peer: values.owned(Setting::RequirePeer)?,
        oldest_protocol,
        newest_protocol,
    })
}

/// TCP options. -1 is psqlODBC's word for what holds anyway, 0 libpq's for the system's own value.
///
/// # Errors
/// HY000 for what is no number.
pub(super) fn tcp(values: &Values) -> Result<TcpSettings> {
    let usual = TcpSettings::default();
    let seconds = |setting: Setting, usual: Duration| -> Result<Duration> {
        Ok(match values.number::<i64>(setting, "seconds")? {
            Some(seconds) => u64::try_from(seconds).map_or(usual, Duration::from_secs),
            None => usual,
        })
    };
    let count = values.number::<i32>(Setting::KeepaliveCount, "probes")?;
    let user_timeout = values.number::<i64>(Setting::TcpUserTimeout, "milliseconds")?.unwrap_or(0);
    Ok(TcpSettings {
        keepalive: values.switch(Setting::Keepalive)?.unwrap_or(usual.keepalive),
        keepalive_idle: seconds(Setting::KeepaliveIdle, usual.keepalive_idle)?,
        keepalive_interval: seconds(Setting::KeepaliveInterval, usual.keepalive_interval)?,
        keepalive_count: count.map_or(usual.keepalive_count, |count| u32::try_from(count).unwrap_or_default()),
        user_timeout: Duration::from_millis(u64::try_from(user_timeout).unwrap_or_default()),
    })
}

/// Which of several servers, in which order, and how often.
///
/// # Errors
/// HY000.
pub(super) fn availability(values: &Values) -> Result<(TargetSession, bool, RetrySettings)> {
    let target = values.choice(Setting::TargetSession, TargetSession::NAMES)?.unwrap_or_default();
    let random = values.choice(Setting::LoadBalance, &[("disable", false), ("random", true)])?.unwrap_or(false);
    let count = values.number(Setting::RetryCount, "attempts")?.unwrap_or(0);
    let delay = values.number(Setting::RetryDelay, "seconds")?.unwrap_or(5);
    Ok((target, random, RetrySettings { count, delay: Duration::from_secs(delay) }))
}

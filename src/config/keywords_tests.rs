//! The table against the lists of libpq and psqlODBC.
#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn no_name_stands_for_two_keywords() {
    let mut all: Vec<String> = names().map(str::to_ascii_lowercase).collect();
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn a_default_is_never_refused() {
    for keyword in KEYWORDS {
        if let Requires(accepted) = keyword.effect {
            assert!(keyword.default.is_empty() || accepted.contains(&keyword.default), "{}", keyword.name);
        }
    }
}

#[test]
fn names_are_found_whatever_their_case() {
    assert_eq!(find("SERVERNAME").map(|keyword| keyword.name), Some("Server"));
    assert!(find("password").is_some_and(|keyword| keyword.secret));
    assert_eq!(find("nothing"), None);
}

/// libpq 18's parameters (PostgreSQL documentation, 34.1.2).
const LIBPQ: &str = "host hostaddr port dbname user password passfile require_auth channel_binding connect_timeout \
    client_encoding options application_name fallback_application_name keepalives keepalives_idle \
    keepalives_interval keepalives_count tcp_user_timeout replication gssencmode sslmode requiressl sslnegotiation \
    sslcompression sslcert sslkey sslkeylogfile sslpassword sslcertmode sslrootcert sslcrl sslcrldir sslsni \
    requirepeer ssl_min_protocol_version ssl_max_protocol_version min_protocol_version max_protocol_version \
    krbsrvname gsslib gssdelegation scram_client_key scram_server_key service target_session_attrs \
    load_balance_hosts oauth_issuer oauth_client_id oauth_scope oauth_client_secret";

/// psqlODBC's, with their abbreviations (its documentation, "Configuration options").
const PSQLODBC: &str = "DSN Driver Description Servername Server Port Database DX Username UID Password PWD SSLmode CA \
    ReadOnly A0 Protocol A1 FakeOidIndex A2 ShowOidColumn A3 RowVersioning A4 ShowSystemTables A5 ConnSettings A6 \
    Fetch A7 Socket A8 UnknownSizes A9 MaxVarcharSize B0 MaxLongVarcharSize B1 Debug B2 CommLog B3 Optimizer B4 \
    Ksqo B5 UseDeclareFetch B6 TextAsLongVarchar B7 UnknownsAsLongVarchar B8 BoolsAsChar B9 Parse C0 \
    CancelAsFreeStmt C1 ExtraSysTablePrefixes C2 DisallowPremature C3 UpdatableCursors C4 LFConversion C5 \
    TrueIsMinus1 C6 ByteaAsLongVarBinary C7 UseServerSidePrepare C8 LowerCaseIdentifier C9 KeepaliveTime D1 \
    KeepaliveInterval D2 XaOpt D4 pqopt D5 NumericAs D6 OptionalErrors D7 BatchSize D8 IgnoreTimeout D9 \
    FetchRefcursors DA BI AB CX UniqueIndex Lie PreferLibpq D3 Logdir Dtclog TranslationName TranslationDLL \
    TranslationOption";

/// libpq 18's environment variables (PostgreSQL documentation, 34.15) and the parameters that they stand for.
const VARIABLES: &str = "PGHOST=host PGHOSTADDR=hostaddr PGPORT=port PGDATABASE=dbname PGUSER=user PGPASSWORD=password \
    PGPASSFILE=passfile PGREQUIREAUTH=require_auth PGCHANNELBINDING=channel_binding PGSERVICE=service PGOPTIONS=options \
    PGAPPNAME=application_name PGSSLMODE=sslmode PGREQUIRESSL=requiressl PGSSLNEGOTIATION=sslnegotiation \
    PGSSLCOMPRESSION=sslcompression PGSSLCERT=sslcert PGSSLKEY=sslkey PGSSLCERTMODE=sslcertmode \
    PGSSLROOTCERT=sslrootcert PGSSLCRL=sslcrl PGSSLCRLDIR=sslcrldir PGSSLSNI=sslsni PGREQUIREPEER=requirepeer \
    PGSSLMINPROTOCOLVERSION=ssl_min_protocol_version PGSSLMAXPROTOCOLVERSION=ssl_max_protocol_version \
    PGGSSENCMODE=gssencmode PGKRBSRVNAME=krbsrvname PGGSSLIB=gsslib PGGSSDELEGATION=gssdelegation \
    PGCONNECT_TIMEOUT=connect_timeout PGCLIENTENCODING=client_encoding PGTARGETSESSIONATTRS=target_session_attrs \
    PGLOADBALANCEHOSTS=load_balance_hosts PGMINPROTOCOLVERSION=min_protocol_version \
    PGMAXPROTOCOLVERSION=max_protocol_version";

#[test]
fn every_variable_of_libpq_stands_for_its_parameter() {
    for (variable, name) in VARIABLES.split_whitespace().map(|pair| pair.split_once('=').unwrap()) {
        assert_eq!(find(name).and_then(|keyword| keyword.environment), Some(variable));
    }
}

/// A keyword whose name tells of a secret is marked as one, or its value would be shown.
#[test]
fn what_is_secret_by_its_name_is_secret() {
    let words = ["password", "pwd", "secret", "token", "_key", "passphrase", "command", "pqopt", "url"];
    // They name files, or say what may be done.
    let harmless = ["passfile", "PasswordFile", "AllowCleartextPassword", "sslkey"];
    for keyword in KEYWORDS {
        let names: Vec<String> = keyword.names().map(str::to_ascii_lowercase).collect();
        let sounds_secret = names.iter().any(|name| words.iter().any(|word| name.contains(word)));
        assert_eq!(keyword.secret, sounds_secret && !harmless.contains(&keyword.name), "{}", keyword.name);
    }
    for name in ["PWD", "sslpassword", "scram_client_key", "oauth_client_secret", "PasswordCommand", "D5"] {
        assert!(find(name).is_some_and(|keyword| keyword.secret), "{name}");
    }
}

#[test]
fn every_name_of_libpq_and_psqlodbc_is_known() {
    for name in LIBPQ.split_whitespace().chain(PSQLODBC.split_whitespace()) {
        assert!(find(name).is_some(), "{name}");
    }
}

//! Every keyword that takes effect, under each of its names: what its value does to the settings.
//!
//! The names are those of libpq 18 and psqlODBC (`keywords_tests.rs` has their lists); what a value means is theirs as
//! well. What a setting then does is for `tests/driver`.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::*;
use crate::odbc::types::{SQL_DOUBLE, SQL_VARCHAR};
use crate::trace::Level;

type Check = fn(&Settings) -> bool;

/// A value that is not the default, what it does, and keywords that it does it with. `{}` is a directory of the test's.
struct Row(Setting, &'static str, Check, &'static str);

fn is_path(file: Option<&CredentialFile>, path: &str) -> bool {
    file.is_some_and(|file| file.named && file.path == Path::new(path))
}

const SECOND: Duration = Duration::from_secs(1);

fn given(settings: &Settings) -> Option<&str> {
    match settings.password.as_ref()? {
        Password::Given(secret) => Some(secret.expose()),
        _ => None,
    }
}

fn traces(settings: &Settings) -> Option<(Level, &str)> {
    settings.trace.as_ref().map(|trace| (trace.level, trace.path.to_str().unwrap()))
}

/// 32 bytes of 42 in base64; and other keys, which what stands beside goes before.
const FORTY_TWOS: &str = "KioqKioqKioqKioqKioqKioqKioqKioqKioqKioqKio=";
const OTHER_KEYS: &str = "pqopt={scram_client_key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    scram_server_key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=};";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row(Setting::Driver, "other", |s| s.driver.as_deref() == Some("other"), ""),
    Row(Setting::DataSource, "none such", |s| s.dsn.as_deref() == Some("none such"), ""),
    Row(Setting::Description, "words", |s| s.description.as_deref() == Some("words"), ""),
    Row(Setting::Server, "a.test", |s| s.servers[0].host == Host::Tcp("a.test".into()), ""),
    Row(Setting::HostAddress, "192.0.2.1", |s| s.servers[0].address == "192.0.2.1".parse().ok(), "Server=h;"),
    Row(Setting::Port, "77", |s| s.servers[0].port == 77, ""),
    Row(Setting::Database, "d", |s| s.database.as_deref() == Some("d"), ""),
    Row(Setting::User, "u", |s| s.user == "u", ""),
    Row(Setting::Password, "p%20+", |s| given(s) == Some("p%20+"), ""),
    Row(Setting::ApplicationName, "app", |s| s.application_name.as_deref() == Some("app"), ""),
    Row(Setting::FallbackApplicationName, "app", |s| s.application_name.as_deref() == Some("app"), ""),
    Row(Setting::Options, "-c a=b", |s| s.options.as_deref() == Some("-c a=b"), ""),
    Row(Setting::Schema, "a, b\\", |s| s.options.as_deref() == Some("-c x=y -c search_path=a,\\ b\\\\"), "options=-c x=y;"),
    Row(Setting::ConnSettings, "set a to b", |s| s.conn_settings.as_deref() == Some("set a to b"), ""),
    Row(Setting::LoginTimeout, "3", |s| s.login_timeout == Some(3 * SECOND), ""),
    Row(Setting::QueryTimeout, "4", |s| s.query_timeout == Some(4 * SECOND), ""),
    Row(Setting::IgnoreTimeout, "1", |s| s.ignore_timeout, ""),
    Row(Setting::ReadOnly, "1", |s| s.read_only, ""),
    Row(Setting::Charset, "windows-1252", |s| s.narrow_encoding.name() == "windows-1252", ""),
    Row(Setting::Protocol, "7.4-1", |s| s.rollback_on_error == RollbackOnError::Transaction, ""),
    Row(Setting::AutoSave, "never", |s| s.rollback_on_error == RollbackOnError::Nothing, ""),
    Row(Setting::SslMode, "require", |s| s.tls.mode == SslMode::Require, ""),
    Row(Setting::RequireSsl, "1", |s| s.tls.mode == SslMode::Require, ""),
    Row(Setting::SslNegotiation, "direct", |s| s.tls.direct, "sslmode=require;"),
    Row(Setting::RootCertificates, "/r", |s| matches!(&s.tls.roots, RootCertificates::File(file) if is_path(Some(file), "/r")), ""),
    Row(Setting::Certificate, "/c", |s| is_path(s.tls.certificate.as_ref(), "/c"), ""),
    Row(Setting::CertificateKey, "/k", |s| is_path(s.tls.key.as_ref(), "/k"), ""),
    Row(Setting::KeyPassword, "kp", |s| s.tls.key_password == Some(Secret::new("kp".into())), ""),
    Row(Setting::RevocationFile, "/l", |s| is_path(s.tls.revocation_file.as_ref(), "/l"), ""),
    Row(Setting::RevocationDirectory, "/ld", |s| s.tls.revocation_directory == Some(PathBuf::from("/ld")), ""),
    Row(Setting::CertificateMode, "disable", |s| s.tls.certificate_mode == CertificateMode::Disable, ""),
    Row(Setting::ServerNameIndication, "0", |s| !s.tls.server_name_indication, ""),
    Row(Setting::OldestTls, "TLSv1.3", |s| s.tls.oldest == TlsVersion::V1_3, ""),
    Row(Setting::NewestTls, "TLSv1.2", |s| s.tls.newest == TlsVersion::V1_2, ""),
    Row(Setting::ChannelBinding, "require", |s| s.policy.channel_binding == ChannelBindingMode::Require, ""),
    Row(Setting::RequireAuth, "md5", |s| !s.policy.methods.accepts(AuthenticationMethod::Password), ""),
    Row(Setting::AllowCleartextPassword, "1", |s| s.policy.cleartext_password, ""),
    Row(Setting::KerberosService, "pg", |s| s.policy.kerberos_service == "pg", ""),
    Row(Setting::KerberosDelegation, "1", |s| s.policy.kerberos_delegation, ""),
    Row(Setting::GssEncryption, "require", |s| s.policy.gss_encryption == GssEncryptionMode::Require, ""),
    Row(Setting::RequirePeer, "pg", |s| s.policy.required_peer.as_deref() == Some("pg"), ""),
    Row(Setting::ScramClientKey, FORTY_TWOS, |s| s.policy.scram_keys.as_ref().is_some_and(|keys| keys.client() == [b'*'; 32]), OTHER_KEYS),
    Row(Setting::ScramServerKey, FORTY_TWOS, |s| s.policy.scram_keys.as_ref().is_some_and(|keys| keys.server() == [b'*'; 32]), OTHER_KEYS),
    Row(Setting::KeyLogFile, "/kl", |s| s.tls.key_log == Some(PathBuf::from("/kl")), ""),
    Row(Setting::OldestProtocol, "3.2", |s| s.policy.oldest_protocol == ProtocolVersion::V3_2, ""),
    Row(Setting::NewestProtocol, "latest", |s| s.policy.newest_protocol == ProtocolVersion::V3_2, ""),
    Row(Setting::PasswordFile, "{}/pgpass", |s| s.servers[0].password == Some(Secret::new("of the file".into())), ""),
    Row(Setting::TokenFile, "/t", |s| s.password == Some(Password::File("/t".into())), ""),
    Row(Setting::TokenCommand, "echo t", |s| s.password == Some(Password::Command("echo t".into())), ""),
    Row(Setting::Service, "{}", |s| s.application_name.as_deref() == Some("of the service"), ""),
    Row(Setting::LibpqOptions, "application_name='of pqopt'", |s| s.application_name.as_deref() == Some("of pqopt"), ""),
    Row(Setting::Url, "postgresql://u@h/d?application_name=of+url", |s| s.user == "u" && s.database.as_deref() == Some("d"), ""),
    Row(Setting::TargetSession, "standby", |s| s.target == TargetSession::Standby, ""),
    Row(Setting::LoadBalance, "random", |s| s.load_balance, ""),
    Row(Setting::Keepalive, "0", |s| !s.tcp.keepalive, ""),
    Row(Setting::KeepaliveIdle, "5", |s| s.tcp.keepalive_idle == 5 * SECOND, ""),
    Row(Setting::KeepaliveInterval, "6", |s| s.tcp.keepalive_interval == 6 * SECOND, ""),
    Row(Setting::KeepaliveCount, "9", |s| s.tcp.keepalive_count == 9, ""),
    Row(Setting::TcpUserTimeout, "250", |s| s.tcp.user_timeout == Duration::from_millis(250), ""),
    Row(Setting::RetryCount, "8", |s| s.retry.count == 8, ""),
    Row(Setting::RetryDelay, "2", |s| s.retry.delay == 2 * SECOND, ""),
    Row(Setting::UnknownSizes, "1", |s| s.types.unknown_sizes == UnknownSizes::Unknown, ""),
    Row(Setting::MaxVarcharSize, "300", |s| s.types.varchar_size == Some(300), ""),
    Row(Setting::MaxLongVarcharSize, "9000", |s| s.types.long_size == Some(9000), ""),
    Row(Setting::TextAsLongVarchar, "0", |s| !s.types.text_as_long, ""),
    Row(Setting::UnknownsAsLongVarchar, "0", |s| !s.types.unknowns_as_long, ""),
    Row(Setting::BoolsAsChar, "1", |s| s.types.bools_as_char, ""),
    Row(Setting::TrueIsMinus1, "1", |s| s.types.true_is_minus_one, ""),
    Row(Setting::ByteaAsLongVarBinary, "0", |s| !s.types.bytea_as_long, ""),
    Row(Setting::OidAsLongVarBinary, "1", |s| s.types.oid_as_long, ""),
    Row(Setting::FetchRefcursors, "1", |s| s.statements.fetch_refcursors, ""),
    Row(Setting::NumericAs, "8", |s| s.types.numeric_as == Some(SQL_DOUBLE), ""),
    Row(Setting::Int8As, "12", |s| s.types.int8_as == Some(SQL_VARCHAR), ""),
    Row(Setting::LineFeedConversion, "1", |s| s.types.line_feeds, ""),
    Row(Setting::CharacterColumns, "narrow", |s| s.types.character_columns == CharacterColumns::Narrow, ""),
    Row(Setting::WholeCharacters, "1", |s| s.types.whole_characters, ""),
    Row(Setting::ResultFormat, "text", |s| s.types.result_format == ResultFormat::Text, ""),
    Row(Setting::StatementCacheSize, "3", |s| s.statements.cache_size == 3, ""),
    Row(Setting::PrepareThreshold, "1", |s| s.statements.prepare_threshold == 1, ""),
    Row(Setting::Pooler, "transaction", |s| s.statements.nothing_kept, ""),
    Row(Setting::ServerSidePrepare, "0", |s| s.statements.nothing_kept, ""),
    Row(Setting::BatchMechanism, "pipeline", |s| s.statements.batch == BatchMechanism::Pipeline, ""),
    Row(Setting::TempFileLimit, "1", |s| s.statements.temp_file_limit == 1 << 20, ""),
    Row(Setting::CursorMemory, "1", |s| s.statements.cursor_memory == 1 << 20, ""),
    Row(Setting::ShowSystemTables, "1", |s| s.catalog.system_tables_as_tables, ""),
    Row(Setting::ExtraSysTablePrefixes, "dd_;x_", |s| s.catalog.system_prefixes == ["dd_", "x_"], ""),
    Row(Setting::RowVersioning, "0", |s| s.catalog.no_row_version, ""),
    Row(Setting::LowerCaseIdentifier, "1", |s| s.catalog.lower_case, ""),
    Row(Setting::BrowsableSchemas, "a,b", |s| s.catalog.browsable_schemas == ["a", "b"], ""),
    Row(Setting::IgnoredSchemas, "a", |s| s.catalog.ignored_schemas == ["a"], ""),
    Row(Setting::ExtraOptions, "54", |s| s.catalog.accessible_only && !s.tcp.keepalive
        && s.types.character_columns == CharacterColumns::Narrow, ""),
    Row(Setting::PackedOptions, "1c0040041", |s| s.types.bools_as_char && s.types.line_feeds && s.types.unknown_sizes == UnknownSizes::Unknown
        && !s.types.text_as_long && s.statements.nothing_kept && !s.read_only, ""),
    Row(Setting::Trace, "/t", |s| traces(s) == Some((Level::Calls, "/t")), ""),
    Row(Setting::TraceLevel, "Values", |s| traces(s) == Some((Level::Values, "/t")), "Trace=/t;"),
    Row(Setting::Debug, "1", |s| traces(s).is_some_and(|trace| trace.0 == Level::Calls && trace.1.starts_with("/tmp/pgodbc_me")), ""),
    Row(Setting::CommLog, "1", |s| traces(s).is_some_and(|trace| trace.0 == Level::Wire && trace.1.starts_with("/tmp/pgodbc_me")), ""),
    Row(Setting::LogDirectory, "/l", |s| traces(s).is_some_and(|trace| trace.1 == format!("/l/pgodbc_me{}.log", std::process::id())), "Debug=1;"),
    Row(Setting::Compatibility, "psqlODBC", |s| s.types.bools_as_char && s.types.varchar_size == Some(255)
        && s.types.long_size == Some(8190) && s.psqlodbc_messages && s.tls.mode == SslMode::Prefer, ""),
];

#[test]
fn every_keyword_does_what_it_says_under_all_of_its_names() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    fs::write(path.join("pgpass"), "*:*:*:*:of the file\n").unwrap();
    fs::set_permissions(path.join("pgpass"), fs::Permissions::from_mode(0o600)).unwrap();
    let service = path.join("services").display().to_string();
    fs::write(&service, format!("[{}]\napplication_name=of the service\n", path.display())).unwrap();
    let environment = Environment::from_pairs([("USER", "me"), ("PGSERVICEFILE", service.leak())]);
    for keyword in KEYWORDS {
        let Effect::Takes(setting) = keyword.effect else { continue };
        let Row(_, value, check, beside) = ROWS
            .iter()
            .find(|row| row.0 == setting)
            .unwrap_or_else(|| panic!("{setting:?} has no row: what does {} do?", keyword.name));
        let value = value.replace("{}", &path.display().to_string());
        let without = Settings::resolve(&ConnectionString::parse(beside).unwrap(), &environment).unwrap();
        assert!(!check(&without), "{} does it without being given", keyword.name);
        for name in std::iter::once(&keyword.name).chain(keyword.aliases) {
            for name in [name.to_lowercase(), name.to_uppercase()] {
                let text = format!("{beside}{name}={{{value}}};");
                let settings = Settings::resolve(&ConnectionString::parse(&text).unwrap(), &environment).unwrap();
                assert!(check(&settings), "{text}: {settings:?}");
                let unknown = settings.warnings.iter().find(|warning| warning.sqlstate.as_str() == "01S00");
                assert_eq!(unknown, None, "{text}");
            }
        }
    }
}

/// What has no effect is accepted, whatever its value; and what cannot be honoured is refused, unless it changes nothing.
#[test]
fn what_takes_no_effect_is_accepted_told_or_refused() {
    let environment = Environment::from_pairs([("USER", "me")]);
    for keyword in KEYWORDS {
        let outcome = |value: &str| {
            let text = format!("{}={{{value}}};", keyword.name);
            Settings::resolve(&ConnectionString::parse(&text).unwrap(), &environment)
        };
        match keyword.effect {
            Effect::Takes(_) => {}
            Effect::Obsolete => assert_eq!(outcome("some value").unwrap().warnings, [], "{}", keyword.name),
            Effect::NotYet(_) => {
                assert_eq!(outcome("some value").unwrap().warnings.len(), 1, "{}", keyword.name);
                assert_eq!(outcome(keyword.default).unwrap().warnings, [], "{}", keyword.name);
            }
            Effect::Requires(accepted) => {
                assert_eq!(outcome("some value").unwrap_err().sqlstate.as_str(), "HYC00", "{}", keyword.name);
                for value in accepted {
                    assert_eq!(outcome(value).unwrap().warnings, [], "{}={value}", keyword.name);
                }
            }
        }
    }
}

#[test]
fn keywords_beside_what_psqlodbc_packs_go_before() {
    let environment = Environment::from_pairs([("USER", "me")]);
    let with = |text: &str| Settings::resolve(&ConnectionString::parse(text).unwrap(), &environment).unwrap();
    assert!(!with("BoolsAsChar=0;CX=1c0040000;").types.bools_as_char);
    assert!(with("keepalives=1;AB=40;").tcp.keepalive);
    let settings = with("Compatibility=psqlodbc;MaxVarcharSize=4000;BoolsAsChar=0;");
    assert_eq!((settings.types.varchar_size, settings.types.bools_as_char), (Some(4000), false));
    assert!(!with("UseServerSidePrepare=0;Pooler=none;").statements.nothing_kept);
}

/// TraceLevel goes before psqlODBC's switches; what unixODBC's tools write for Trace is no name of a file.
#[test]
fn what_is_traced_is_decided_by_the_level_then_by_the_switches() {
    let environment = Environment::from_pairs([("USER", "m/e")]);
    let with = |text: &str| Settings::resolve(&ConnectionString::parse(text).unwrap(), &environment).map(|s| s.trace);
    let level = |text: &str| with(text).unwrap().map(|trace| trace.level);
    for (text, expected) in [
        ("", None),
        ("Trace=No;", None),
        ("Logdir=/l;", None),
        ("Debug=0;CommLog=0;", None),
        ("Trace=/t;TraceLevel=off;", None),
        ("CommLog=1;TraceLevel=0;", None),
        ("Trace=Yes;", Some(Level::Calls)),
        ("Trace=No;Debug=2;", Some(Level::Calls)),
        ("Debug=1;CommLog=1;", Some(Level::Wire)),
        ("B3=1;", Some(Level::Wire)),
        ("TraceLevel=3;", Some(Level::Values)),
        ("CX=1d800;", Some(Level::Calls)),
        ("CX=1d400;", Some(Level::Wire)),
    ] {
        assert_eq!(level(text), expected, "{text}");
    }
    assert_eq!(with("TraceLevel=loud;").unwrap_err().sqlstate.as_str(), "HY000");
    let usual = PathBuf::from(format!("/tmp/pgodbc_me{}.log", std::process::id()));
    assert_eq!(with("Trace=1;").unwrap().unwrap().path, usual, "no directory comes out of a user's name");
    let environment = Environment::from_pairs([("USER", "me"), ("PGODBC_TRACE", "/p"), ("PGODBC_TRACE_LEVEL", "wire")]);
    let expected = TraceSettings { level: Level::Wire, path: "/p".into() };
    assert_eq!(TraceSettings::of_environment(&environment), Some(expected.clone()));
    let settings = Settings::resolve(&ConnectionString::parse("").unwrap(), &environment).unwrap();
    assert_eq!(settings.trace, Some(expected));
}

//! Expected values: ODBC reference, `SQLDriverConnect`; libpq's documentation of its parameters.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::config::{
    CertificateMode, ChannelBindingMode, Host, ProtocolVersion, RootCertificates, SslMode, TlsVersion,
};

const DATA_SOURCES: &[(&str, &[(&str, &str)])] = &[
    (
        "Sales",
        &[
            ("Driver", "pgodbc"),
            ("Servername", "dsnhost"),
            ("Port", "5433"),
            ("Database", "dsndb"),
            ("Username", "dsnuser"),
            ("Password", "dsnsecret"),
            ("Threading", "2"),
        ],
    ),
    ("DEFAULT", &[("Servername", "defaulthost"), ("UID", "")]),
];

fn look_up(name: &str) -> Option<Vec<(String, String)>> {
    let found = DATA_SOURCES.iter().find(|source| source.0.eq_ignore_ascii_case(name))?;
    Some(found.1.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect())
}

fn environment() -> Environment {
    Environment::from_pairs([
        ("PGHOST", "envhost"),
        ("PGPORT", "5434"),
        ("PGDATABASE", "envdb"),
        ("PGUSER", "envuser"),
        ("PGPASSWORD", "envsecret"),
        ("PGAPPNAME", "envapp"),
        ("PGCONNECT_TIMEOUT", "7"),
        ("USER", "me"),
    ])
}

fn resolve(text: &str, environment: &Environment) -> Result<Settings> {
    Settings::resolve_with(&ConnectionString::parse(text).unwrap(), environment, look_up)
}

fn with(text: &str) -> Settings {
    resolve(text, &Environment::from_pairs([("USER", "me")])).unwrap()
}

fn host(settings: &Settings) -> (Host, u16) {
    (settings.servers[0].host.clone(), settings.servers[0].port)
}

fn tcp(name: &str, port: u16) -> (Host, u16) {
    (Host::Tcp(name.to_owned()), port)
}

fn password(settings: &Settings) -> Option<&str> {
    match settings.password.as_ref()? {
        Password::Given(secret) => Some(secret.expose()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn string_goes_before_data_source_before_environment() {
    let settings = resolve("DSN=sales;Server=strhost;PWD=str%2B", &environment()).unwrap();
    assert_eq!(host(&settings), tcp("strhost", 5433));
    assert_eq!(settings.database.as_deref(), Some("dsndb"));
    assert_eq!(settings.user, "dsnuser");
    assert_eq!(password(&settings), Some("str%2B"));
    assert_eq!(settings.application_name.as_deref(), Some("envapp"));
    assert_eq!(settings.login_timeout, Some(Duration::from_secs(7)));
    assert_eq!((settings.dsn.as_deref(), settings.driver), (Some("sales"), None));
    assert!(settings.warnings.is_empty(), "{:?}", settings.warnings);
}

#[test]
fn environment_goes_before_defaults() {
    let settings = resolve("Driver=x;Username=", &environment()).unwrap();
    assert_eq!(host(&settings), tcp("envhost", 5434));
    assert_eq!((settings.user.as_str(), settings.database.as_deref()), ("envuser", Some("envdb")));
    let settings = with("Driver=x;Server=h");
    assert_eq!((settings.user.as_str(), settings.database, settings.password), ("me", None, None));
    assert_eq!((settings.login_timeout, settings.servers[0].port), (None, 5432));
    assert_eq!(resolve("Driver=x", &Environment::default()).unwrap_err().sqlstate.as_str(), "28000");
}

#[test]
fn an_empty_password_in_the_string_is_no_password() {
    assert_eq!(password(&resolve("DSN=Sales;PWD=", &environment()).unwrap()), None);
    // SQLConnect with an empty password takes the data source's
    let string = ConnectionString::from_connect("Sales", Some("u"), Some(""));
    let settings = Settings::resolve_with(&string, &environment(), look_up).unwrap();
    assert_eq!((settings.user.as_str(), password(&settings)), ("u", Some("dsnsecret")));
}

#[test]
fn of_dsn_and_driver_the_first_decides() {
    assert_eq!(host(&with("DSN=Sales;Driver=x")), tcp("dsnhost", 5433));
    let settings = with("DRIVER={x};DSN=Sales;Server=h");
    assert_eq!((host(&settings), settings.dsn), (tcp("h", 5432), None));
    assert_eq!(host(&with("DSN=unheard of")), tcp("defaulthost", 5432));
    assert_eq!(host(&with("")), tcp("defaulthost", 5432));
}

#[test]
fn every_name_of_a_keyword_counts() {
    for text in ["Server=h", "SERVERNAME=h", "host=h", "HostName={h}", "pqopt={host=h}", "Url=postgresql://h"] {
        assert_eq!(host(&with(&format!("Driver=x;{text}"))).0, Host::Tcp("h".to_owned()), "{text}");
    }
    for text in ["UID=u", "username=u", "User=u", "LogonID=u"] {
        assert_eq!(with(&format!("Driver=x;{text}")).user, "u");
    }
    for text in ["Database=d", "DB=d", "dbname=d"] {
        assert_eq!(with(&format!("Driver=x;{text}")).database.as_deref(), Some("d"));
    }
    let settings =
        with("Driver=x;application_name=a;A6={set x = 1; set y = 2};connect_timeout=3;options=-c a=b;Charset=latin1");
    assert_eq!(settings.application_name.as_deref(), Some("a"));
    assert_eq!(settings.conn_settings.as_deref(), Some("set x = 1; set y = 2"));
    assert_eq!(settings.options.as_deref(), Some("-c a=b"));
    assert_eq!(settings.login_timeout, Some(Duration::from_secs(3)));
    assert_eq!(settings.narrow_encoding.name(), "ISO-8859-1");
    assert_eq!(with("Driver=x;connect_timeout=-1").login_timeout, None);
}

#[test]
fn unknown_keywords_are_warnings_that_suggest() {
    let warnings = with("Driver=x;Servr=h;Nonsense=1").warnings;
    assert_eq!(warnings.len(), 2);
    assert!(warnings.iter().all(|warning| warning.sqlstate.as_str() == "01S00"));
    assert!(warnings[0].message.contains("\"Servr\"") && warnings[0].message.contains("did you mean Server?"));
    assert!(!warnings[1].message.contains("did you mean"));
    let many = format!("Driver=x;{}", (0..5000).map(|n| format!("k{n}=1;")).collect::<String>());
    assert_eq!(with(&many).warnings.len(), 100);
}

#[test]
fn what_could_be_a_piece_of_a_password_is_not_shown() {
    let settings = with("Driver=x;PWD=se;same=x");
    assert!(!settings.warnings[0].message.contains("same"), "{}", settings.warnings[0].message);
    let settings = with("Driver=x;PWD=sesame;ApplicationName=a");
    assert!(!format!("{settings:?}").contains("sesame"));
    let error = resolve("Driver=x;scram_client_key=sesame", &environment()).unwrap_err();
    assert!(!error.message.contains("sesame") && error.message.contains("scram_client_key"));
}

#[test]
fn security_that_cannot_be_had_is_refused_wherever_it_is_asked_for() {
    for text in ["ssl_max_protocol_version=TLSv1.1", "replication=database"] {
        let error = resolve(&format!("Driver=x;{text}"), &Environment::from_pairs([("USER", "me")])).unwrap_err();
        assert_eq!(error.sqlstate.as_str(), "HYC00");
        assert!(error.message.contains(text.split('=').next().unwrap()), "{}", error.message);
    }
    for text in ["sslmode=", "replication=0"] {
        assert!(with(&format!("Driver=x;{text}")).warnings.is_empty(), "{text}");
    }
    // what the string says goes before the environment, here too
    let environment = Environment::from_pairs([("USER", "me"), ("PGSSLMAXPROTOCOLVERSION", "TLSv1.1")]);
    assert!(resolve("Driver=x", &environment).unwrap_err().message.contains("PGSSLMAXPROTOCOLVERSION"));
    assert!(resolve("Driver=x;ssl_max_protocol_version=TLSv1.3", &environment).is_ok());
}

#[test]
fn keywords_without_effect_are_said_unless_they_change_nothing() {
    let warnings = with("Driver=x;client_encoding=LATIN1;UseDeclareFetch=1;Fetch=10;Optimizer=0").warnings;
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].sqlstate.as_str(), "01000");
    assert!(warnings[0].message.contains("client_encoding"));
}

#[test]
fn values_that_are_none_are_named() {
    for (text, part) in [
        ("Port=70000", "70000"),
        ("Port=abc", "abc"),
        ("Server=a,b;Port=1,2,3", "Port has 3"),
        ("LoginTimeout=soon", "soon"),
        ("Charset=klingon", "klingon"),
        ("UID=a\0b", "NUL"),
    ] {
        let string = ConnectionString::parse(&format!("Driver=x;{text}")).unwrap();
        let error = Settings::resolve_with(&string, &environment(), look_up).unwrap_err();
        assert_eq!(error.sqlstate.as_str(), "HY000");
        assert!(error.message.contains(part), "{}", error.message);
    }
}

#[test]
fn the_output_string_is_complete_and_connects_again() {
    let given = ConnectionString::parse("dsn=Sales;PWD={a;b}}};Nonsense=1;pwd=c;DRIVER=x").unwrap();
    let settings = Settings::resolve_with(&given, &Environment::default(), look_up).unwrap();
    let output = settings.output_connection_string(&given);
    assert_eq!(output, "dsn=Sales;PWD={a;b}}};Nonsense=1;Server=dsnhost;Port=5433;Database=dsndb;UID=dsnuser;");
    let again = with(&output);
    assert_eq!((again.servers, again.user, again.password), (settings.servers, settings.user, settings.password));
    // a password of the data source or the environment stays out
    let given = ConnectionString::parse("DSN=Sales").unwrap();
    let settings = Settings::resolve_with(&given, &environment(), look_up).unwrap();
    assert!(!settings.output_connection_string(&given).contains("secret"));
    let given = ConnectionString::parse("Driver={Post;gres};Server=/a b,h;Port=1,2;UID=").unwrap();
    let settings = Settings::resolve_with(&given, &environment(), look_up).unwrap();
    let output = settings.output_connection_string(&given);
    assert_eq!(with(&output).servers, settings.servers, "{output}");
    assert_eq!(with(&output).user, "envuser", "{output}");
}

#[test]
fn a_megabyte_of_keywords_takes_no_time() {
    let started = std::time::Instant::now();
    let given = ConnectionString::parse(&"a=;".repeat(350_000)).unwrap();
    let settings = Settings::resolve_with(&given, &environment(), look_up).unwrap();
    assert!(settings.output_connection_string(&given).len() < 100);
    // Generous for a debug build; a step for each pair of pairs would take hours.
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
fn a_data_source_of_psqlodbcs_documentation_needs_no_change() {
    let text = "Driver=x;Servername=h;Protocol=6.4;ReadOnly=No;RowVersioning=No;ShowSystemTables=no;ShowOidColumn=No;\
                FakeOidIndex=No;UpdatableCursors=Yes;Debug=0;CommLog=0;UseServerSidePrepare=1;BoolsAsChar=0;Lie=0";
    assert!(with(text).warnings.is_empty(), "{:?}", with(text).warnings);
}

#[test]
fn a_word_that_is_none_is_an_error_that_lists_the_known_ones() {
    for (text, parts) in [
        ("sslmode=enable", ["disable, allow, prefer, require, verify-ca, verify-full", "in the connection string"]),
        ("sslmode=d isable", ["disable, allow", "sslmode"]),
        ("sslcertmode=yes", ["disable, allow, require", "sslcertmode"]),
        ("sslnegotiation=x", ["postgres, direct", "sslnegotiation"]),
        ("ssl_min_protocol_version=SSLv3", ["TLSv1, TLSv1.1, TLSv1.2, TLSv1.3", "ssl_min_protocol_version"]),
        ("channel_binding=on", ["disable, prefer, require", "channel_binding"]),
        ("max_protocol_version=4", ["3.0, 3.2, latest", "max_protocol_version"]),
        (
            "target_session_attrs=master",
            ["any, read-write, read-only, primary, standby, prefer-standby", "target_session"],
        ),
        ("load_balance_hosts=yes", ["disable, random", "load_balance_hosts"]),
        ("sslsni=maybe", ["0 or 1", "sslsni"]),
        ("keepalives_idle=soon", ["number of seconds", "keepalives_idle"]),
        ("require_auth=scram", ["scram-sha-256", "require_auth"]),
    ] {
        let error = resolve(&format!("Driver=x;{text}"), &environment()).unwrap_err();
        assert_eq!(error.sqlstate.as_str(), "HY000", "{text}");
        assert!(parts.iter().all(|part| error.message.contains(part)), "{text}: {}", error.message);
    }
}

#[test]
fn keywords_of_tls_and_login_are_understood() {
    let home = Environment::from_pairs([("USER", "me"), ("HOME", "/home/me")]);
    let of = |text: &str| resolve(&format!("Driver=x;{text}"), &home).unwrap();
    let usual = of("");
    assert_eq!(usual.tls.mode, SslMode::Prefer);
    assert!(
        matches!(&usual.tls.roots, RootCertificates::File(file) if !file.named && file.path.ends_with(".postgresql/root.crt"))
    );
    assert!(usual.tls.key.unwrap().path.as_os_str() == "/home/me/.postgresql/postgresql.key");
    for (name, mode) in SslMode::NAMES {
        assert_eq!(of(&format!("sslmode={}", name.to_uppercase())).tls.mode, *mode);
    }
    assert_eq!(of("CA=vf").tls.mode, SslMode::VerifyFull);
    assert_eq!(of("requiressl=1").tls.mode, SslMode::Require);
    assert_eq!(of("requiressl=1;sslmode=disable").tls.mode, SslMode::Disable);
    let all = of("sslmode=require;sslnegotiation=direct;sslrootcert=/r;sslcert=/c;sslkey=/k;sslpassword=p;sslcrl=/l;\
                  sslcrldir=/d;sslcertmode=require;sslsni=0;ssl_min_protocol_version=TLSv1.3")
    .tls;
    assert!(all.direct && !all.server_name_indication);
    assert!(matches!(&all.roots, RootCertificates::File(file) if file.named && file.path.as_os_str() == "/r"));
    assert!(all.certificate.unwrap().path.as_os_str() == "/c");
    assert!(all.key.unwrap().path.as_os_str() == "/k");
    assert_eq!(all.key_password.unwrap().expose(), "p");
    assert!(all.revocation_file.unwrap().path.as_os_str() == "/l");
    assert!(all.revocation_directory.unwrap().as_os_str() == "/d");
    assert_eq!((all.certificate_mode, all.oldest), (CertificateMode::Require, TlsVersion::V1_3));
    let login =
        of("channel_binding=require;require_auth=!password;max_protocol_version=latest;AllowCleartextPassword=1")
            .policy;
    assert_eq!((login.channel_binding, login.newest_protocol), (ChannelBindingMode::Require, ProtocolVersion::V3_2));
    assert!(login.cleartext_password);
    assert_eq!(of("min_protocol_version=3.2").policy.newest_protocol, ProtocolVersion::V3_2);
}

/// libpq: "weak sslmode may not be used".
#[test]
fn what_does_not_go_together_is_told() {
    assert_eq!(with("Driver=x;sslrootcert=system").tls.mode, SslMode::VerifyFull);
    for text in [
        "sslrootcert=system;sslmode=require",
        "sslnegotiation=direct",
        "sslnegotiation=direct;sslmode=prefer",
        "min_protocol_version=3.2;max_protocol_version=3.0",
        "ssl_min_protocol_version=TLSv1.3;ssl_max_protocol_version=TLSv1.2",
    ] {
        let error = resolve(&format!("Driver=x;{text}"), &environment()).unwrap_err();
        assert_eq!(error.sqlstate.as_str(), "HY000", "{text}");
    }
}

#[test]
fn libpqs_strings_and_addresses_say_what_the_keywords_beside_them_do_not() {
    let settings = with("Driver=x;pqopt={host=a,b port=1 user=u password='p w' target_session_attrs=standby};Server=c");
    assert_eq!((host(&settings), settings.user.as_str()), (tcp("c", 1), "u"));
    assert_eq!(password(&settings), Some("p w"));
    assert_eq!(settings.target, TargetSession::Standby);
    assert_eq!(with("Driver=x;D5={postgresql://a:5/d}").database.as_deref(), Some("d"));
    let settings = with("Driver=x;Url=postgresql://u:p%40w@a,b:7/d?sslmode=require&nonsense=1");
    assert_eq!(settings.servers.iter().map(|server| server.port).collect::<Vec<_>>(), [5432, 7]);
    assert_eq!((password(&settings), settings.tls.mode), (Some("p@w"), SslMode::Require));
    assert_eq!(settings.warnings.len(), 1);
    assert!(settings.warnings[0].message.contains("nonsense"));
    // the data source's own come after the string's
    let entries =
        |_: &str| Some(vec![("pqopt".to_owned(), "host=d user=e".to_owned()), ("UID".to_owned(), "f".to_owned())]);
    let string = ConnectionString::parse("DSN=x;pqopt={host=a}").unwrap();
    let settings = Settings::resolve_with(&string, &environment(), entries).unwrap();
    assert_eq!((host(&settings).0, settings.user.as_str()), (Host::Tcp("a".into()), "f"));
}

/// psql says the same of each of these.
#[test]
fn in_libpqs_strings_the_last_of_repeated_parameters_counts() {
    assert_eq!(with("Driver=x;pqopt={user=a host=h user=b}").user, "b");
    assert_eq!(with("Driver=x;Url=postgresql://a@h/d?user=b").user, "b");
    assert_eq!(with("Driver=x;UID=c;Url=postgresql://a@h/d?user=b").user, "c");
}

#[test]
fn what_may_be_the_rest_of_a_password_is_not_shown() {
    for text in ["pqopt={host=h password=my sesame=1}", "Url=postgresql://u@h/d?password=my&sesame=1"] {
        let warnings = with(&format!("Driver=x;{text}")).warnings;
        assert_eq!((warnings.len(), warnings[0].sqlstate.as_str()), (1, "01S00"), "{text}");
        assert!(
            warnings[0].message.contains("PWD") && !warnings[0].message.contains("sesame"),
            "{}",
            warnings[0].message
        );
    }
}

/// PostgreSQL documentation, 34.18: a service's setting overrides the environment variable.
#[test]
fn a_service_goes_before_the_environment_and_after_the_string() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("services");
    std::fs::write(&file, "[sales]\nhost=srvhost\nport=5439\ndbname=srvdb\nsslmode=disable\n").unwrap();
    let pairs = [("USER", "me"), ("PGSERVICEFILE", file.to_str().unwrap()), ("PGDATABASE", "envdb")];
    let settings = resolve("Driver=x;service=sales;Port=1", &Environment::from_pairs(pairs)).unwrap();
    assert_eq!((host(&settings), settings.tls.mode), (tcp("srvhost", 1), SslMode::Disable));
    assert_eq!(settings.database.as_deref(), Some("srvdb"));
    let named = [("USER", "me"), ("PGSERVICEFILE", file.to_str().unwrap()), ("PGSERVICE", "sales"), ("PGPORT", "7")];
    assert_eq!(host(&resolve("Driver=x", &Environment::from_pairs(named)).unwrap()), tcp("srvhost", 5439));
    assert!(resolve("Driver=x;service=other", &Environment::from_pairs(pairs)).unwrap_err().message.contains("other"));
}

#[test]
fn the_password_file_is_asked_last_and_for_each_server() {
    use std::os::unix::fs::PermissionsExt;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, "a:*:*:*:for a\nb:*:me:me:for b\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let passfile = format!("Driver=x;Server=a,b,c;passfile={}", file.path().display());
    let settings = with(&passfile);
    let passwords: Vec<_> =
        settings.servers.iter().map(|server| server.password.as_ref().map(Secret::expose)).collect();
    assert_eq!((settings.password, passwords), (None, vec![Some("for a"), Some("for b"), None]));
    assert_eq!(with(&format!("{passfile};PWD=x")).servers[0].password, None);
    assert_eq!(with(&format!("{passfile};PWD=")).servers[0].password, None);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let settings = with(&passfile);
    assert_eq!(settings.servers[0].password, None);
    assert!(settings.warnings[0].message.contains("0600"), "{:?}", settings.warnings);
}

#[test]
fn a_command_or_file_yields_the_password_unless_one_is_given_nearer() {
    let command = Some(Password::Command("az token".into()));
    assert_eq!(with("Driver=x;PasswordCommand=az token").password, command);
    assert_eq!(with("Driver=x;PasswordFile=/run/token").password, Some(Password::File("/run/token".into())));
    assert_eq!(password(&with("Driver=x;PasswordCommand=az token;PWD=p")), Some("p"));
    // the environment's password comes after the string's command
    assert_eq!(resolve("Driver=x;PasswordCommand=az token", &environment()).unwrap().password, command);
}

#[test]
fn servers_are_tried_as_the_keywords_say() {
    let settings = with(
        "Driver=x;Server=a;load_balance_hosts=random;ConnectRetryCount=3;ConnectRetryDelay=2;\
                         KeepaliveTime=-1;keepalives_interval=3;keepalives_count=9;tcp_user_timeout=1500",
    );
    assert!(settings.load_balance);
    assert_eq!((settings.retry.count, settings.retry.delay), (3, Duration::from_secs(2)));
    assert_eq!(settings.tcp.keepalive_idle, Duration::from_secs(60));
    assert_eq!(settings.tcp.keepalive_interval, Duration::from_secs(3));
    assert_eq!((settings.tcp.keepalive_count, settings.tcp.user_timeout), (9, Duration::from_millis(1500)));
    assert!(!with("Driver=x;keepalives=0").tcp.keepalive);
}

//! Expected values: ODBC reference, `SQLDriverConnect`; libpq's documentation of its parameters.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::config::Host;

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
    settings.password.as_ref().map(Secret::expose)
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
    for text in ["Server=h", "SERVERNAME=h", "host=h", "HostName={h}", "hostaddr=h;Server=other"] {
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
    assert_eq!(settings.narrow_encoding, encoding_rs::WINDOWS_1252);
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
    let error = resolve("Driver=x;sslpassword=sesame", &environment()).unwrap_err();
    assert!(!error.message.contains("sesame") && error.message.contains("sslpassword"));
}

#[test]
fn security_that_cannot_be_had_is_refused_wherever_it_is_asked_for() {
    for text in [
        "sslmode=require",
        "sslmode=verify-full",
        "sslmode=nonsense",
        "channel_binding=require",
        "sslrootcert=/x",
        "require_auth=scram-sha-256",
        "gssencmode=require",
        "pqopt={sslmode=require}",
        "service=x",
        "target_session_attrs=read-write",
        "ReadOnly=1",
        "sslnegotiation=direct",
        "requiressl=1",
    ] {
        let error = resolve(&format!("Driver=x;{text}"), &Environment::from_pairs([("USER", "me")])).unwrap_err();
        assert_eq!(error.sqlstate.as_str(), "HYC00");
        assert!(error.message.contains(text.split('=').next().unwrap()), "{}", error.message);
    }
    for text in
        ["sslmode=disable", "SSLmode=Prefer", "sslmode=allow", "sslmode=", "channel_binding=prefer", "ReadOnly=0"]
    {
        assert!(with(&format!("Driver=x;{text}")).warnings.is_empty(), "{text}");
    }
    let environment = Environment::from_pairs([("USER", "me"), ("PGSSLMODE", "verify-full")]);
    assert!(resolve("Driver=x", &environment).unwrap_err().message.contains("PGSSLMODE"));
    // certificates mean nothing where TLS is not wanted
    let certificates = Environment::from_pairs([("USER", "me"), ("PGSSLROOTCERT", "/x")]);
    assert!(resolve("Driver=x;sslmode=disable", &certificates).is_ok());
    assert!(resolve("Driver=x", &certificates).is_err());
    assert!(resolve("Driver=x;sslmode=disable;channel_binding=require", &certificates).is_err());
    // what the string says goes before the environment, here too
    assert!(resolve("Driver=x;sslmode=disable", &environment).is_ok());
}

#[test]
fn keywords_without_effect_are_said_unless_they_change_nothing() {
    let warnings = with("Driver=x;ShowOidColumn=1;UseDeclareFetch=1;Fetch=10;Optimizer=0").warnings;
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].sqlstate.as_str(), "01000");
    assert!(warnings[0].message.contains("ShowOidColumn"));
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

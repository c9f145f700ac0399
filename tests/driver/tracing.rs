//! The trace: what a connection's file gets at each level, and what it never gets.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::common::statement::Parameter;
use crate::common::{Connection, connect_with, server};
use crate::odbc::types::*;

struct Traced(tempfile::TempDir);

impl Traced {
    fn new() -> Traced {
        Traced(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("trace")
    }

    /// The keyword that names the file.
    fn keyword(&self) -> String {
        format!("Trace={};", self.path().display())
    }

    /// The events of the lines, which must be whole: time, process and thread, connection, event.
    fn events(&self) -> Vec<(String, String)> {
        events(&fs::read_to_string(self.path()).unwrap())
    }
}

fn events(text: &str) -> Vec<(String, String)> {
    assert!(text.ends_with('\n'), "{text}");
    let whole = |line: &str| {
        let [time, place, connection, event] = line.splitn(4, ' ').collect::<Vec<_>>().try_into().ok()?;
        let time: &str = time;
        let is_time = time.len() == 27 && time.ends_with('Z') && time.as_bytes().get(10) == Some(&b'T');
        let place: &str = place;
        let of_process = place.starts_with(&format!("{}.", std::process::id()));
        let connection: &str = connection;
        (is_time && of_process && connection.starts_with('c')).then(|| (connection.to_owned(), String::from(event)))
    };
    text.lines().map(|line| whole(line).unwrap_or_else(|| panic!("no whole line: {line:?}"))).collect()
}

/// Selects a value that is a parameter, and makes an error.
fn work(connection: &Connection, value: &str) {
    let statement = connection.statement();
    let mut text = value.as_bytes().to_vec();
    let mut length = text.len() as isize;
    let parameter = Parameter { c_type: SQL_C_CHAR, sql_type: SQL_VARCHAR, column_size: 100, decimal_digits: 0 };
    // SAFETY: text and length outlive the execution.
    unsafe { statement.bind_parameter(1, parameter, text.as_mut_ptr().cast(), length, &raw mut length) }.success();
    statement.execute_direct("select cast(? as varchar(100))").success();
    statement.fetch().success();
    assert_eq!(statement.get_text(1).as_deref(), Some(value));
    connection.statement().execute_direct("select wrong from nowhere").error("42S02");
}

#[test]
fn calls_and_messages_are_lines_and_values_are_shown_where_they_are_asked_for() {
    for (level, messages, values) in
        [("calls", false, false), ("1", false, false), ("wire", true, false), ("Values", true, true), ("3", true, true)]
    {
        let traced = Traced::new();
        let keywords = format!("{}TraceLevel={level};PWD=secret;", traced.keyword());
        let base = server().connection_string_for(&server().host, server().port, "scram_user", "x");
        let connection = Connection::open(&format!("{}{keywords}", base.replace("PWD=x;", "")));
        work(&connection, "m4rked");
        connection.disconnect().success();
        drop(connection);
        let events = traced.events();
        let has = |beginning: &str, end: &str| {
            events.iter().any(|event| event.1.starts_with(beginning) && event.1.ends_with(end))
        };
        assert!(has("SQLDriverConnect(0x", ") = SQL_SUCCESS"), "{level}: {events:#?}");
        assert!(has("SQLExecDirect(0x", ") = SQL_ERROR 42S02"), "{level}: {events:#?}");
        assert!(has("SQLFetch(0x", ") = SQL_SUCCESS") || has("SQLFetchScroll(0x", ") = SQL_SUCCESS"), "{events:#?}");
        assert!(has("SQLDisconnect(0x", ") = SQL_SUCCESS"), "{level}: {events:#?}");
        for message in [
            "> StartupMessage ",
            "> PasswordMessage ",
            "< Authentication ",
            "< BackendKeyData ",
            "> Parse ",
            "> Bind ",
            "< DataRow ",
            "< ErrorResponse ",
            "< ReadyForQuery ",
            "> Terminate ",
        ] {
            assert_eq!(has(message, ""), messages, "{level}: {message}: {events:#?}");
        }
        let bind = events.iter().find(|event| event.1.starts_with("> Bind ") && event.1.contains("m4rked"));
        assert_eq!(bind.is_some(), values, "{level}: {events:#?}");
        let all = fs::read_to_string(traced.path()).unwrap();
        assert_eq!(all.contains("m4rked"), values, "{level}: {all}");
        assert_eq!(all.contains("nowhere"), values, "{level}: {all}");
        assert_eq!(fs::metadata(traced.path()).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

/// At the level that shows the most: logins that succeed and that fail, by every method, secrets from every place.
#[test]
fn no_secret_is_traced_at_any_level() {
    let server = server();
    let traced = Traced::new();
    let token = traced.0.path().join("token");
    fs::write(&token, "secret\n").unwrap();
    let mut logins = 0;
    for user in ["trust_user", "password_user", "md5_user", "scram_user"] {
        let base = server.connection_string_for(&server.host, server.port, user, "x").replace("PWD=x;", "");
        for more in [
            "PWD=secret;".to_owned(),
            "PWD=secret-that-is-wrong;".to_owned(),
            format!("PasswordFile={};", token.display()),
            "PasswordCommand={echo secret};".to_owned(),
            "pqopt={password=secret};".to_owned(),
            "Url=postgresql://u:secret@h/d;".to_owned(),
            "PWD=secret;sslpassword=secret;oauth_client_secret=secret;".to_owned(),
        ] {
            let connection = Connection::new();
            let outcome = connection.driver_connect(&format!("{base}{more}{}TraceLevel=values;", traced.keyword())).0;
            if outcome.code >= 0 {
                work(&connection, "m4rked");
                logins += 1;
            }
        }
    }
    assert!(logins >= 24, "{logins} of 28 have a right password, or need none");
    let text = fs::read_to_string(traced.path()).unwrap();
    let secret = text.lines().find(|line| line.replace("oauth_client_secret", "").contains("secret"));
    assert_eq!(secret, None);
    // The name of what has no effect is said, and not the value.
    assert!(text.contains("oauth_client_secret in the connection string has no effect"), "{text}");
    assert!(text.contains("m4rked"), "{text}");
    for (_, event) in events(&text) {
        let may_hold_one = ["> StartupMessage", "> PasswordMessage", "< Authentication", "< BackendKeyData"];
        if may_hold_one.iter().any(|message| event.starts_with(message)) {
            assert!(!event.contains('"'), "{event}");
        }
    }
}

#[test]
fn connections_share_a_file_by_whole_lines() {
    let traced = Traced::new();
    let keywords = format!("{}TraceLevel=wire;", traced.keyword());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let connection = connect_with(&keywords);
                (0..20).for_each(|_| work(&connection, "m4rked"));
            });
        }
    });
    let events = traced.events();
    let executed = events.iter().filter(|event| event.1.starts_with("SQLExecDirect(") && event.1.ends_with("42S02"));
    let mut of: Vec<&str> = executed.map(|event| event.0.as_str()).collect();
    assert_eq!(of.len(), 40);
    of.sort_unstable();
    assert!(of[0] == of[19] && of[19] != of[20] && of[20] == of[39], "{of:?}");
}

#[test]
fn a_file_that_cannot_be_written_to_is_a_warning_and_the_connection_is_made() {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("target");
    fs::write(&target, "mine").unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o600)).unwrap();
    let link = directory.path().join("link");
    std::os::unix::fs::symlink(&target, &link).unwrap();
    for path in [link, directory.path().join("no/such"), directory.path().to_path_buf()] {
        let path = path.display().to_string();
        let connection = Connection::new();
        let string = format!("{}Trace={path};TraceLevel=values;", server().connection_string());
        let (outcome, _) = connection.driver_connect(&string);
        outcome.succeeded();
        if connection.api.manager.keeps_warnings_of_connecting() {
            let warning = outcome.info("01000");
            assert!(warning.message.contains(&path), "{}", warning.message);
        }
        assert_eq!(connection.value("select 1").as_deref(), Some("1"));
    }
    assert_eq!(fs::read_to_string(target).unwrap(), "mine");
    let wrong = format!("{}TraceLevel=loud;", server().connection_string());
    let record = Connection::new().driver_connect(&wrong).0.error("HY000");
    assert!(record.message.contains("off, calls, wire, values"), "{}", record.message);
}

/// Off where nothing is said, and where psqlODBC's switches say so.
#[test]
fn the_switches_of_psqlodbc_trace_to_a_file_in_logdir() {
    for (switches, calls, messages) in [
        ("", false, false),
        ("Debug=0;CommLog=0;", false, false),
        ("Debug=1;", true, false),
        ("CommLog=1;", true, true),
        ("B2=1;B3=1;", true, true),
        ("CommLog=1;TraceLevel=off;", false, false),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let connection = connect_with(&format!("Logdir={};{switches}", directory.path().display()));
        work(&connection, "m4rked");
        drop(connection);
        let files: Vec<PathBuf> = fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files.len(), usize::from(calls), "{switches}: {files:?}");
        for file in files {
            let name = file.file_name().unwrap().to_str().unwrap();
            assert!(name.starts_with("pgodbc_") && name.ends_with(&format!("{}.log", std::process::id())), "{name}");
            let text = fs::read_to_string(&file).unwrap();
            assert!(text.contains("SQLExecDirect("), "{text}");
            assert_eq!(text.contains("< DataRow "), messages, "{switches}: {text}");
            assert!(!text.contains("m4rked"), "{text}");
        }
    }
}

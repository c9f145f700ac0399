//! Which ways of logging in are taken and refused, and what never shows.

use crate::browse::{browse, driver};
use crate::common::tls_server::tls_server;
use crate::common::{Connection, server};
use std::os::unix::fs::PermissionsExt;

/// The SQLSTATE of a failed connection, or None.
fn outcome(string: &str) -> (Option<String>, String) {
    let connection = Connection::new();
    let (outcome, _) = connection.driver_connect(string);
    match outcome.code {
        0 | 1 => (None, String::new()),
        _ => (Some(outcome.records[0].sqlstate.clone()), outcome.records[0].message.clone()),
    }
}

#[test]
fn scram_is_bound_to_certificates_of_every_hash() {
    let server = tls_server();
    let mut serving = server.with("good");
    for certificate in ["good", "version-1", "sha224", "sha384", "sha512", "pss-sha256", "pss-sha384"] {
        serving.change(certificate);
        let more = "sslmode=require;channel_binding=require;require_auth=scram-sha-256;PWD=secret;";
        let connection = Connection::new();
        let (outcome, _) = connection.driver_connect(&server.connection_string("scram_user", more));
        outcome.succeeded();
        assert_eq!(connection.value("select current_user").as_deref(), Some("scram_user"), "{certificate}");
    }
    // Ed25519 has no hash; without binding the login works.
    serving.change("ed25519");
    let require = server.connection_string("scram_user", "sslmode=require;channel_binding=require;PWD=secret;");
    let (state, message) = outcome(&require);
    assert_eq!(state.as_deref(), Some("28000"));
    assert!(message.contains("Ed25519"), "{message}");
    let prefer = server.connection_string("scram_user", "sslmode=require;PWD=secret;");
    assert_eq!(outcome(&prefer), (None, String::new()));
}

#[test]
fn binding_is_refused_where_there_is_nothing_to_bind_to() {
    let server = tls_server();
    let _serving = server.with("good");
    for (user, more) in [
        ("scram_user", "sslmode=disable;"),
        ("md5_user", "sslmode=require;"),
        ("password_user", "sslmode=require;"),
        ("trust_user", "sslmode=require;"),
    ] {
        let string = server.connection_string(user, &format!("{more}channel_binding=require;PWD=secret;"));
        let (state, message) = outcome(&string);
        assert_eq!(state.as_deref(), Some("28000"), "{user}: {message}");
        assert!(message.contains("channel_binding=require"), "{message}");
    }
    let string = server.connection_string("scram_user", "sslmode=require;channel_binding=disable;PWD=secret;");
    assert_eq!(outcome(&string), (None, String::new()));
}

/// The address 0.0.0.0 leads to this machine, and is no loopback address: a network, as far as the driver can know.
#[test]
fn a_password_goes_over_a_network_in_the_clear_only_where_that_is_allowed() {
    let plain = server();
    let through = |host: &str, more: &str| {
        outcome(&(plain.connection_string_for(host, plain.port, "password_user", "secret") + "sslmode=prefer;" + more))
    };
    // Nobody reads along on this machine: the default must do for local sockets.
    for host in [plain.host.as_str(), "localhost", &plain.socket] {
        assert_eq!(through(host, ""), (None, String::new()), "{host}");
    }
    let (state, message) = through("0.0.0.0", "");
    assert_eq!(state.as_deref(), Some("28000"), "{message}");
    for word in ["clear text", "sslmode=require", "AllowCleartextPassword=1"] {
        assert!(message.contains(word), "{message}");
    }
    assert_eq!(through("0.0.0.0", "AllowCleartextPassword=0;").0.as_deref(), Some("28000"));
    assert_eq!(through("0.0.0.0", "AllowCleartextPassword=1;"), (None, String::new()));
    let encrypted = tls_server();
    let _serving = encrypted.with("good");
    let string = plain.connection_string_for("0.0.0.0", encrypted.port, "password_user", "secret");
    assert_eq!(outcome(&format!("{string}sslmode=require;")), (None, String::new()));
    assert_eq!(outcome(&format!("{string}sslmode=disable;")).0.as_deref(), Some("28000"));
}

#[test]
fn methods_that_are_not_allowed_are_refused_before_anything_is_proved() {
    let server = server();
    let users =
        [("trust_user", "none"), ("password_user", "password"), ("md5_user", "md5"), ("scram_user", "scram-sha-256")];
    for (user, method) in users {
        let string = server.connection_string_for(&server.host, server.port, user, "secret");
        for (list, allowed) in [
            (method.to_owned(), true),
            (format!("!{method}"), false),
            ("gss,none,password,md5,scram-sha-256".to_owned(), true),
            ("!gss,!sspi".to_owned(), true),
            (users.iter().filter(|other| other.1 != method).map(|other| other.1).collect::<Vec<_>>().join(","), false),
        ] {
            let (state, message) = outcome(&format!("{string}require_auth={list};"));
            match allowed {
                true => assert_eq!(state, None, "{user} {list}: {message}"),
                false => {
                    assert_eq!(state.as_deref(), Some("28000"), "{user} {list}");
                    assert!(message.contains("require_auth"), "{message}");
                }
            }
        }
    }
}

#[test]
fn a_password_comes_from_a_file_a_command_the_password_file_a_service_or_an_address() {
    let server = server();
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    std::fs::write(path("token"), "secret\n").unwrap();
    let line = format!("{}:{}:*:scram_user:secret\n", server.host, server.port);
    std::fs::write(path("pgpass"), line).unwrap();
    std::fs::set_permissions(path("pgpass"), std::fs::Permissions::from_mode(0o600)).unwrap();
    let base = server.connection_string_for(&server.host, server.port, "scram_user", "x").replace("PWD=x;", "");
    for more in [
        format!("PasswordFile={};", path("token")),
        format!("PasswordCommand={{cat '{}'}};", path("token")),
        format!("passfile={};", path("pgpass")),
        "pqopt={password=secret};".to_owned(),
        "Url=postgresql://nobody:secret@nowhere:1/none;".to_owned(),
    ] {
        let connection = Connection::open(&format!("{base}{more}"));
        assert_eq!(connection.value("select current_user").as_deref(), Some("scram_user"), "{more}");
    }
    // A token that was renewed is taken at the next connect.
    std::fs::write(path("token"), "wrong-one\n").unwrap();
    let (state, message) = outcome(&format!("{base}PasswordFile={};", path("token")));
    assert_eq!(state.as_deref(), Some("28000"));
    assert!(!message.contains("wrong-one"), "{message}");
}

/// Marked secrets by every way in: no message, no output string shows one.
#[test]
fn no_secret_shows_wherever_it_comes_from() {
    let server = server();
    let directory = tempfile::tempdir().unwrap();
    let token = directory.path().join("token");
    std::fs::write(&token, "s3sAme-token\n").unwrap();
    let base = server.connection_string_for(&server.host, server.port, "USER", "x").replace("PWD=x;", "");
    for user in ["password_user", "md5_user", "scram_user", "trust_user"] {
        let base = base.replace("UID=USER;", &format!("UID={user};"));
        for more in [
            "PWD=s3sAme;".to_owned(),
            "PWD={s3sAme;x};".to_owned(),
            "PWD=s3sAme;rest=s3sAme;".to_owned(),
            format!("PasswordFile={};", token.display()),
            "PasswordCommand={echo s3sAme; exit 1};".to_owned(),
            "PasswordCommand={echo s3sAme};".to_owned(),
            "pqopt={password=s3sAme};".to_owned(),
            "pqopt={password='s3sAme};".to_owned(),
            "Url=postgresql://u:s3sAme@h/d;".to_owned(),
            "Url=postgresql://u:s3sAme%zz@h/d;".to_owned(),
            "sslpassword=s3sAme;sslmode=require;".to_owned(),
            "scram_client_key=s3sAme;".to_owned(),
            "oauth_client_secret=s3sAme;".to_owned(),
        ] {
            let connection = Connection::new();
            let (outcome, completed) = connection.driver_connect(&format!("{base}{more}"));
            assert!(!format!("{:?}", outcome.records).contains("s3sAme"), "{user} {more}: {outcome:?}");
            // What the application gave in the string itself, it gets back, and nothing else.
            let fetched = more.starts_with("PasswordFile");
            assert!(!fetched || !completed.contains("s3sAme"), "{completed}");
        }
    }
}

/// Each keyword that is marked as a secret in docs/keywords.md, which is written from the driver's table, under each of its names:
/// neither a message nor the trace that shows the most has its value. `src/config/keywords_tests.rs` sees to the marks.
#[test]
fn no_value_of_a_secret_keyword_shows() {
    let server = server();
    let names: Vec<&str> = include_str!("../../docs/keywords.md")
        .lines()
        .filter(|line| line.starts_with("| `") && line.contains("never shown"))
        .flat_map(|line| line.split(" | ").take(2))
        .flat_map(|cell| cell.split([' ', '|']))
        .map(|name| name.trim_matches('`'))
        .filter(|name| !name.is_empty())
        .collect();
    assert!(names.len() >= 10 && names.contains(&"D5") && names.contains(&"PWD"), "{names:?}");
    let directory = tempfile::tempdir().unwrap();
    let trace = directory.path().join("trace");
    let traced = format!("Trace={};TraceLevel=values;LoginTimeout=20;", trace.display());
    // The user's password is asked for, and what the keyword says is wrong.
    let base = server.connection_string_for(&server.host, server.port, "scram_user", "x").replace("PWD=x;", "");
    for name in &names {
        for value in ["s3sAme", "{s3sAme;x}", "x;s3sAme=y", "{x}s3sAme", "{s3sAme"] {
            let (outcome, _) = Connection::new().driver_connect(&format!("{base}{traced}{name}={value};"));
            assert!(!format!("{:?}", outcome.records).contains("s3sAme"), "{name}={value}: {outcome:?}");
        }
    }
    let text = std::fs::read_to_string(trace).unwrap();
    assert!(text.contains("SQLDriverConnect"), "{text}");
    assert!(!text.contains("s3sAme"), "{text}");
}

/// By the other functions that take or tell something: SQLBrowseConnect, SQLConnect, SQLGetConnectAttr, SQLGetInfo.
#[test]
fn no_secret_comes_back_by_another_function() {
    let server = server();
    let (role, owner) = (crate::common::unique("marked"), crate::common::connect());
    owner.run(&format!("create role {role} login password 's3sAme' in role scram_users"));
    let place = format!("{};SERVER={};PORT={};UID={role}", driver(server), server.host, server.port);
    for secret in ["PWD=s3sAme", "PWD=s3sAme-wrong", "PWD=s3sAme;Pasword=s3sAme", "PWD={s3sAme"] {
        let connection = Connection::new();
        let mut shown = Vec::new();
        for step in [place.as_str(), secret] {
            let (outcome, answer) = browse(&connection, step);
            shown.push(format!("{answer} {:?}", outcome.records));
        }
        assert!(!shown.join(" ").contains("s3sAme"), "{shown:?}");
    }
    let outcome = Connection::new().connect(&server.dsn, &role, "s3sAme-wrong");
    assert!(!format!("{:?}", outcome.error("28000")).contains("s3sAme"), "{outcome:?}");

    let connection = Connection::new();
    connection.connect(&server.dsn, &role, "s3sAme").succeeded();
    let page = include_str!("../../docs/conformance.md");
    // SQL_ODBC_VER and SQL_DM_VER are the manager's to answer.
    let is_ours =
        |line: &&str| line.contains("| text |") && !line.contains("SQL_ODBC_VER") && !line.contains("SQL_DM_VER");
    let cells = page.lines().filter(is_ours).map(|line| line.split('|').nth(2).unwrap());
    let texts: Vec<String> = cells.map(|number| connection.info_text(number.trim().parse().unwrap())).collect();
    assert!(texts.len() > 15 && texts.contains(&role), "{texts:?}");
    assert!(!texts.join(" ").contains("s3sAme"), "{texts:?}");
    // What was set as a token cannot be read. unixODBC keeps it until it connects, and gives it back itself.
    if connection.api.manager == crate::common::api::Manager::Direct {
        let (connection, text) = (Connection::new(), crate::common::text::Wide::new("s3sAme"));
        let room = crate::common::text::Wide::room(40);
        // SAFETY: a terminated text; room of the given size.
        let (set, got) = unsafe {
            let (api, handle, token) = (connection.api, connection.handle, SQL_ATTR_PGODBC_ACCESS_TOKEN);
            let set = api.SQLSetConnectAttrW(handle, token, text.address().cast(), -3);
            (set, api.SQLGetConnectAttrW(handle, token, room.address().cast(), 80, std::ptr::null_mut()))
        };
        assert!(set >= 0 && (got < 0 || !room.read().contains("s3sAme")), "{got}");
    }
}

/// The driver's own attribute for it; as every attribute of its own it is above SQL_DRIVER_CONN_ATTR_BASE.
const SQL_ATTR_PGODBC_ACCESS_TOKEN: i32 = 0x4001;

/// Tokens of several kilobytes are passwords. unixODBC keeps the attribute and passes it on when it connects; iODBC loads the driver
/// only then, and forgets what it does not know: PasswordCommand and PasswordFile are for it.
#[test]
fn an_access_token_of_many_kilobytes_logs_in() {
    let server = server();
    let role = crate::common::unique("token");
    let owner = crate::common::connect();
    let version: u32 = owner.value("show server_version_num").unwrap().parse().unwrap();
    // PostgreSQL 13 takes no password of more than 1023 bytes.
    let length = if version < 140_000 { 1000 } else { 9000 };
    let token: String = (0..length).map(|index| char::from(b'a' + (index % 26) as u8)).collect();
    owner.run(&format!("create role {role} login password '{token}' in role scram_users"));
    let base = server.connection_string_for(&server.host, server.port, &role, "x").replace("PWD=x;", "");
    let given = Connection::open(&format!("{base}PWD={token};"));
    assert_eq!(given.value("select current_user"), Some(role.clone()));

    let connection = Connection::new();
    if connection.api.manager == crate::common::api::Manager::Iodbc {
        return;
    }
    let text = crate::common::text::Wide::new(&token);
    // SAFETY: a terminated text.
    let code = unsafe {
        let address = text.address().cast();
        connection.api.SQLSetConnectAttrW(connection.handle, SQL_ATTR_PGODBC_ACCESS_TOKEN, address, -3)
    };
    connection.outcome(code).success();
    let (outcome, completed) = connection.driver_connect(&base);
    outcome.succeeded();
    assert!(!completed.contains(&token[..20]), "{completed}");
    assert_eq!(connection.value("select current_user"), Some(role));
}

/// What PostgreSQL keeps of the password "pencil" with the salt and count of RFC 7677's example, and the two keys, by Python's
/// hashlib and hmac.
const VERIFIER: &str = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
const CLIENT_KEY: &str = "pg/JI9Z+hkSpLRa5btpe9GVrDHJcSEN0viVTVXaZbos=";
const SERVER_KEY: &str = "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

#[test]
fn scram_keys_log_in_instead_of_a_password() {
    let server = tls_server();
    let _serving = server.with("good");
    let owner = Connection::open(&server.connection_string("trust_user", "sslmode=disable;"));
    let role = crate::common::unique("keys");
    owner.run(&format!("create role {role} login password '{VERIFIER}' in role scram_users"));
    let keys = |client: &str, server: &str| format!("scram_client_key={{{client}}};scram_server_key={{{server}}};");
    let good = keys(CLIENT_KEY, SERVER_KEY);
    for more in [
        "PWD=pencil;sslmode=disable;".to_owned(),
        format!("{good}sslmode=disable;"),
        format!("{good}PWD=another;sslmode=disable;"),
        format!("{good}sslmode=require;channel_binding=require;require_auth=scram-sha-256;"),
        format!("{good}sslmode=require;channel_binding=disable;"),
    ] {
        let connection = Connection::open(&server.connection_string(&role, &more));
        assert_eq!(connection.value("select current_user").as_deref(), Some(role.as_str()), "{more}");
    }
    for (user, more, sqlstate, word) in [
        (role.as_str(), keys(SERVER_KEY, SERVER_KEY), "28000", "authentication failed"),
        (&role, keys(CLIENT_KEY, CLIENT_KEY), "28000", "scram_server_key"),
        (&role, keys(CLIENT_KEY, ""), "HY000", "scram_server_key is missing"),
        (&role, keys("AAAA", SERVER_KEY), "HY000", "scram_client_key is no key"),
        // md5 wants the password itself.
        ("md5_user", good.clone(), "28000", "none was given"),
    ] {
        let (state, message) = outcome(&server.connection_string(user, &format!("{more}sslmode=disable;")));
        assert_eq!(state.as_deref(), Some(sqlstate), "{message}");
        assert!(message.contains(word), "{message}");
        for key in [CLIENT_KEY, SERVER_KEY] {
            assert!(!message.contains(key), "{message}");
        }
    }
    owner.run(&format!("drop role {role}"));
}

/// Source: PostgreSQL documentation, 34.1.2 (requirepeer); the socket belongs to the user as whom the server runs.
#[test]
fn the_user_behind_a_socket_is_who_it_must_be() {
    let server = server();
    let file = format!("{}/.s.PGSQL.{}", server.socket, server.port);
    let owner = std::process::Command::new("stat").args(["-c", "%U", &file]).output().unwrap();
    let owner = String::from_utf8(owner.stdout).unwrap().trim().to_owned();
    let socket = server.connection_string_for(&server.socket, server.port, &server.user, "");
    let connection = Connection::open(&format!("{socket}requirepeer={owner};"));
    // The request to cancel goes to the same user.
    let (backend, statement) = (connection.backend(), connection.statement());
    std::thread::scope(|scope| {
        scope.spawn(|| statement.execute_direct("select pg_sleep(60)").error("HY008"));
        crate::cancel::wait_for_sleep(&backend);
        statement.cancel().success();
    });
    let (state, message) = outcome(&format!("{socket}requirepeer=nobody;"));
    assert_eq!(state.as_deref(), Some("08001"));
    assert!(message.contains("requirepeer=\"nobody\"") && message.contains(&owner), "{message}");
    // TCP says nothing of users.
    Connection::open(&format!("{}requirepeer=nobody;", server.connection_string()));
}

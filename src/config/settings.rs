//! The settings of a connection, typed.
//!
//! Precedence: connection string, data source, service file, environment, password file, default. `SQLConnect` and
//! `SQLDriverConnect` both come through [`Settings::resolve`].

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use super::StatementSettings;
use super::connection_string::{ConnectionString, write_pair};
use super::keywords::{self, Effect, KEYWORDS, Keyword};
use super::password_file::PasswordFile;
use super::servers::{Server, servers};
use super::suggestion::nearest;
use super::values::{Origin, Values, error, place};
use super::{
    CatalogSettings, Environment, LoginPolicy, NarrowEncoding, Password, RetrySettings, RollbackOnError, Secret,
    Setting, TargetSession, TcpSettings, TlsSettings, TraceSettings, TypeSettings, dsn, encoding, psqlodbc, security,
    tracing,
};
use crate::diag::sqlstate::{
    HYC00_NOT_IMPLEMENTED, S01S00_INVALID_CONNECTION_STRING_ATTRIBUTE, S01000_GENERAL_WARNING,
    S28000_INVALID_AUTHORIZATION,
};
use crate::diag::{Diagnostic, Result};

/// Everything that connecting needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name of the data source, if the connection was asked for by one.
    pub dsn: Option<String>,
    /// The value of the keyword Driver, where that decided.
    pub driver: Option<String>,
    pub description: Option<String>,
    /// The servers to try, in order; never empty.
    pub servers: Vec<Server>,
    /// None: the server takes the user's name.
    pub database: Option<String>,
    pub user: String,
    /// For all servers; where it is missing, a server may have its own.
    pub password: Option<Password>,
    pub tls: TlsSettings,
    pub policy: LoginPolicy,
    pub tcp: TcpSettings,
    /// Which kind of server is wanted.
    pub target: TargetSession,
    /// Servers are tried in random order.
    pub load_balance: bool,
    pub retry: RetrySettings,
    pub application_name: Option<String>,
    /// The startup parameter `options`.
    pub options: Option<String>,
    /// Settings of the server's that variables of libpq's give: name and value.
    pub session_parameters: Vec<(&'static str, String)>,
    /// SQL to run after logging in.
    pub conn_settings: Option<String>,
    /// For each address; None: no limit. SQL_ATTR_LOGIN_TIMEOUT is for all of them together.
    pub login_timeout: Option<Duration>,
    /// For statements that have no limit of their own; None: no limit.
    pub query_timeout: Option<Duration>,
    /// The application's SQL_ATTR_QUERY_TIMEOUT has no effect.
    pub ignore_timeout: bool,
    /// The server is to refuse changes.
    pub read_only: bool,
    /// The server's errors are told as psqlODBC tells them.
    pub psqlodbc_messages: bool,
    /// What a failing statement undoes in a transaction.
    pub rollback_on_error: RollbackOnError,
    /// What is kept at the server, and how arrays of parameters travel.
    pub statements: StatementSettings,
    /// How types are reported and values are shown.
    pub types: TypeSettings,
    /// What catalog functions show.
    pub catalog: CatalogSettings,
    /// The encoding of the application's narrow text.
    pub narrow_encoding: NarrowEncoding,
    /// What is traced; None: nothing.
    pub trace: Option<TraceSettings>,
    /// Keywords without meaning here, for the trace.
    pub remarks: Vec<String>,
    /// Records for the connection: 01S00 unknown keyword, 01000 keyword without effect.
    pub warnings: Vec<Diagnostic>,
}

impl Settings {
    /// The settings that a connection string stands for, with the data source that it names looked up.
    ///
    /// # Errors
    /// HY000: a value that is none (message with keyword and value). HYC00: a value that cannot be honoured and must not
    /// be ignored (sslmode=require ..). 28000: no user name anywhere.
    pub fn resolve(string: &ConnectionString, environment: &Environment) -> Result<Settings> {
        Settings::resolve_with(string, environment, |name| dsn::read(name, environment))
    }

    /// [`Settings::resolve`] with a look-up of data sources of the caller's own.
    fn resolve_with(
        string: &ConnectionString,
        environment: &Environment,
        look_up: impl Fn(&str) -> Option<Vec<(String, String)>>,
    ) -> Result<Settings> {
        let (dsn, driver) = chosen(string);
        // "If the connection string contains the DRIVER keyword, the driver cannot retrieve information about the data
        // source"; a data source that is not found is the one called Default.
        let data_source = match &driver {
            Some(_) => Vec::new(),
            None => dsn.as_deref().and_then(&look_up).or_else(|| look_up("DEFAULT")).unwrap_or_default(),
        };
        let mut warnings = unknown_keywords(string);
        let mut remarks = Vec::new();
        let values = Values::collect(string, data_source, environment, &mut warnings)?;
        for keyword in KEYWORDS {
            if let Some((value, origin)) = values.get(keyword) {
                check(keyword, value, origin, &mut warnings)?;
                if keyword.effect == Effect::Obsolete {
                    let place = place(origin, keyword);
                    remarks.push(format!("{} {place} has no effect: {}", keyword.name, keyword.documentation));
                }
            }
        }
        let user = values.text(Setting::User)?;
        let user = user.or_else(|| environment.login_name());
        let user = user.ok_or_else(|| {
            Diagnostic::new(S28000_INVALID_AUTHORIZATION, "no user name was given; add UID=.. to the connection string")
        })?;
        let database = values.owned(Setting::Database)?;
        let mut servers = servers(
            values.text(Setting::Server)?.unwrap_or(""),
            values.text(Setting::HostAddress)?.unwrap_or(""),
            values.text(Setting::Port)?.unwrap_or(""),
            |path| path.exists(),
        )?;
        let password = password(&values)?;
        if password.is_none() {
            let database = database.as_deref().unwrap_or(user);
            look_into_password_file(&values, environment, &mut servers, database, user, &mut warnings)?;
        }
        let (target, load_balance, retry) = security::availability(&values)?;
        let application_name = match values.owned(Setting::ApplicationName)? {
            Some(name) => Some(name),
            None => values.owned(Setting::FallbackApplicationName)?,
        };
        let statements = StatementSettings::from_keywords(|setting| values.text(setting))?;
        let conn_settings = values.owned(Setting::ConnSettings)?;
        if statements.nothing_kept && conn_settings.is_some() {
            let text =
                "ConnSettings reaches one server process only; behind a pooler the next transaction may be another's";
            warnings.push(*Diagnostic::new(S01000_GENERAL_WARNING, text));
        }
        Ok(Settings {
            driver,
            description: values.owned(Setting::Description)?,
            servers,
            database,
            user: user.to_owned(),
            password,
            tls: security::tls(&values, environment)?,
            policy: security::policy(&values)?,
            tcp: security::tcp(&values)?,
            target,
            load_balance,
            retry,
            application_name,
            options: options(&values)?,
            session_parameters: session_parameters(environment),
            conn_settings,
            login_timeout: seconds(&values, Setting::LoginTimeout)?,
            query_timeout: seconds(&values, Setting::QueryTimeout)?,
            ignore_timeout: values.switch(Setting::IgnoreTimeout)?.unwrap_or(false),
            read_only: values.switch(Setting::ReadOnly)?.unwrap_or(false),
            psqlodbc_messages: psqlodbc::is_meant(values.text(Setting::Compatibility)?)?,
            rollback_on_error: RollbackOnError::from_keywords(
                values.text(Setting::Protocol)?,
                values.text(Setting::AutoSave)?,
            )?,
            statements,
            types: TypeSettings::from_keywords(|setting| values.text(setting))?,
            catalog: CatalogSettings::from_keywords(|setting| values.text(setting), &mut warnings)?,
            narrow_encoding: match values.text(Setting::Charset)? {
                None => encoding::locale_encoding(environment),
                Some(name) => encoding::encoding_by_name(name).ok_or_else(|| {
                    error(format!("Charset={name:?} is no known encoding; UTF-8, ISO-8859-15 or windows-1252 are"))
                })?,
            },
            dsn,
            trace: tracing::from_keywords(&values, environment)?,
            remarks,
            warnings,
        })
    }

    /// The completed connection string that `SQLDriverConnect` gives back: what was given, in its order, and where the
    /// connection leads to. The password is in it only if it was in the string that was given.
    pub fn output_connection_string(&self, given: &ConnectionString) -> String {
        let mut output = String::new();
        let mut seen = HashSet::new();
        for pair in given.pairs() {
            // A repeated keyword has no effect, nor has the one of DSN and Driver that came second, nor an empty value
            // that left the choice to others.
            let name = pair.known.map_or_else(|| pair.keyword.to_ascii_lowercase(), |known| known.name.to_owned());
            let has_effect = match pair.known.map(|known| known.effect) {
                Some(Effect::Takes(Setting::DataSource)) => self.dsn.is_some(),
                Some(Effect::Takes(Setting::Driver)) => self.driver.is_some(),
                Some(Effect::Takes(Setting::Password)) => true,
                _ => !pair.value.is_empty(),
            };
            if seen.insert(name) && has_effect {
                write_pair(&mut output, &pair.keyword, &pair.value);
            }
        }
        let hosts: Vec<String> = self.servers.iter().map(Server::host_text).collect();
        let ports: Vec<String> = self.servers.iter().map(|server| server.port.to_string()).collect();
        let all_equal = ports.iter().all(|port| Some(port) == ports.first());
        let ports = if all_equal { ports.first().cloned().unwrap_or_default() } else { ports.join(",") };
        let completion = [
            ("Server", Some(hosts.join(","))),
            ("Port", Some(ports)),
            ("Database", self.database.clone()),
            ("UID", Some(self.user.clone())),
        ];
        for (keyword, value) in completion {
            if let Some(value) = value
                && given.get(keyword).is_none_or(str::is_empty)
            {
                write_pair(&mut output, keyword, &value);
            }
        }
        output
    }
}

/// DSN or Driver, "whichever keyword appears first".
fn chosen(string: &ConnectionString) -> (Option<String>, Option<String>) {
    for pair in string.pairs().iter().filter(|pair| !pair.value.trim().is_empty()) {
        match pair.known.map(|known| known.effect) {
            Some(Effect::Takes(Setting::DataSource)) => return (Some(pair.value.clone()), None),
            Some(Effect::Takes(Setting::Driver)) => return (None, Some(pair.value.clone())),
            _ => {}
        }
    }
    (None, None)
}

/// 01S00 for each keyword of the string that nobody knows. Entries of a data source are not looked at: driver managers
/// keep their own there.
fn unknown_keywords(string: &ConnectionString) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    let unknown = string.pairs().iter().enumerate().filter(|(_, pair)| pair.known.is_none());
    // A hostile string has hundreds of thousands of them; the first hundred say enough.
    for (index, pair) in unknown.take(100) {
        let before = index.checked_sub(1).and_then(|before| string.pairs().get(before));
        let text = match before {
            // It may be the rest of a password: it is not shown.
            Some(before) if before.known.is_some_and(|known| known.secret) && !before.braced => format!(
                "an unknown keyword follows {0}; if the value of {0} contains a semicolon, put it in braces: {0}={{..}}",
                before.keyword
            ),
            _ => {
                let name: String = pair.keyword.chars().take(64).collect();
                let meant =
                    nearest(&name, keywords::names()).map_or_else(String::new, |n| format!("; did you mean {n}?"));
                format!("the keyword {name:?} is not known and has no effect{meant}")
            }
        };
        warnings.push(*Diagnostic::new(S01S00_INVALID_CONNECTION_STRING_ATTRIBUTE, text));
    }
    warnings
}

/// What is to be said of a keyword that does not simply take effect.
fn check(keyword: &Keyword, value: &str, origin: Origin, warnings: &mut Vec<Diagnostic>) -> Result {
    let name = keyword.name;
    let shown = if keyword.secret { "***".to_owned() } else { format!("{value:?}") };
    let place = place(origin, keyword);
    match keyword.effect {
        Effect::Takes(_) | Effect::Obsolete => {}
        Effect::Requires(accepted) => {
            if !accepted.iter().any(|known| keywords::same_value(known, value)) {
                let alternative = match accepted {
                    [] => "leave it out".to_owned(),
                    _ => format!("it can be: {}", accepted.join(", ")),
                };
                return Err(Diagnostic::new(
                    HYC00_NOT_IMPLEMENTED,
                    format!(
                        "{name}={shown} {place} is not supported, and ignoring it would not be safe; {alternative}"
                    ),
                ));
            }
        }
        Effect::NotYet(harmless) => {
            let changes_nothing = std::iter::once(&keyword.default).chain(harmless);
            if !changes_nothing.into_iter().any(|known| keywords::same_value(known, value)) {
                let text = format!("{name}={shown} {place} has no effect yet");
                warnings.push(*Diagnostic::new(S01000_GENERAL_WARNING, text));
            }
        }
    }
    Ok(())
}

/// The password, or how to come by it. Of several, the one counts whose place goes before; in one place, the password itself.
fn password(values: &Values) -> Result<Option<Password>> {
    let given = values.found(Setting::Password)?;
    let command = values.found(Setting::TokenCommand)?.filter(|found| !found.0.is_empty());
    let file = values.found(Setting::TokenFile)?.filter(|found| !found.0.is_empty());
    let sources = [
        given.map(|(text, origin)| (origin, Password::Given(Secret::new(text.to_owned())))),
        command.map(|(text, origin)| (origin, Password::Command(text.to_owned()))),
        file.map(|(text, origin)| (origin, Password::File(text.into()))),
    ];
    let first = sources.into_iter().flatten().min_by_key(|found| found.0);
    // An empty password in the connection string says that there is none.
    Ok(first.map(|found| found.1).filter(|password| *password != Password::Given(Secret::new(String::new()))))
}

/// Gives each server what the password file has for it; an empty password that was given keeps the file out.
fn look_into_password_file(
    values: &Values,
    environment: &Environment,
    servers: &mut [Server],
    database: &str,
    user: &str,
    warnings: &mut Vec<Diagnostic>,
) -> Result {
    let usual = || environment.get("HOME").map(|home| PathBuf::from(home).join(".pgpass"));
    let Some(path) = values.path(Setting::PasswordFile)?.or_else(usual) else { return Ok(()) };
    if values.found(Setting::Password)?.is_some() {
        return Ok(());
    }
    let file = PasswordFile::read(&path);
    if let PasswordFile::Refused(text) = &file {
        warnings.push(*Diagnostic::new(S01000_GENERAL_WARNING, text.clone()));
    }
    for server in servers {
        server.password = file.password(server, database, user);
    }
    Ok(())
}

/// Seconds; 0 and negative numbers mean no limit, as libpq has it.
fn seconds(values: &Values, setting: Setting) -> Result<Option<Duration>> {
    let seconds: Option<i64> = values.number(setting, "seconds")?;
    Ok(seconds.and_then(|seconds| u64::try_from(seconds).ok()).filter(|seconds| *seconds > 0).map(Duration::from_secs))
}

/// PGTZ and PGGEQO (PostgreSQL documentation, 34.15). PGDATESTYLE is left out: the driver reads dates in ISO form.
fn session_parameters(environment: &Environment) -> Vec<(&'static str, String)> {
    let variables = [("PGTZ", "TimeZone"), ("PGGEQO", "geqo")];
    variables.iter().filter_map(|(variable, name)| Some((*name, environment.get(variable)?.to_owned()))).collect()
}

/// The start-up parameter `options`: what was given, and the schema. Blanks part the words of it, a backslash takes a
/// character as it is (PostgreSQL documentation, "Start-up").
fn options(values: &Values) -> Result<Option<String>> {
    let given = values.owned(Setting::Options)?;
    let Some(schema) = values.text(Setting::Schema)? else { return Ok(given) };
    let mut options = given.map(|given| given + " ").unwrap_or_default() + "-c search_path=";
    for character in schema.trim().chars() {
        if character.is_whitespace() || character == '\\' {
            options.push('\\');
        }
        options.push(character);
    }
    Ok(Some(options))
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;

//! The settings of a connection, typed.
//!
//! Precedence: connection string, data source, environment, default. `SQLConnect` and `SQLDriverConnect` both come
//! through [`Settings::resolve`].

use std::collections::HashSet;
use std::time::Duration;

use encoding_rs::Encoding;

use super::connection_string::{ConnectionString, write_pair};
use super::keywords::{self, Effect, KEYWORDS, Keyword, Setting};
use super::servers::{Server, servers};
use super::suggestion::nearest;
use super::{CatalogSettings, Environment, RollbackOnError, Secret, TypeSettings, dsn, encoding};
use crate::diag::sqlstate::{
    HY000_GENERAL_ERROR, HYC00_NOT_IMPLEMENTED, S01S00_INVALID_CONNECTION_STRING_ATTRIBUTE, S01000_GENERAL_WARNING,
    S28000_INVALID_AUTHORIZATION,
};
use crate::diag::{Diagnostic, Result};
use crate::trace;

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
    pub password: Option<Secret>,
    pub application_name: Option<String>,
    /// The startup parameter `options`.
    pub options: Option<String>,
    /// SQL to run after logging in.
    pub conn_settings: Option<String>,
    /// None: no limit. SQL_ATTR_LOGIN_TIMEOUT, where the application set it, goes before it.
    pub login_timeout: Option<Duration>,
    /// What a failing statement undoes in a transaction.
    pub rollback_on_error: RollbackOnError,
    /// How types are reported and values are shown.
    pub types: TypeSettings,
    /// What catalog functions show.
    pub catalog: CatalogSettings,
    /// The encoding of the application's narrow text.
    pub narrow_encoding: &'static Encoding,
    /// Records for the connection: 01S00 unknown keyword, 01000 keyword without effect.
    pub warnings: Vec<Diagnostic>,
}

/// Where a value was found. Its order is the precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    String,
    DataSource,
    Environment,
}

/// What is known before it is typed.
struct Values<'v> {
    string: &'v ConnectionString,
    data_source: Vec<(String, String)>,
    environment: &'v Environment,
}

impl Values<'_> {
    /// The value of a keyword that holds. An empty value says nothing, so that the next source is asked; but `PWD=;` in
    /// the connection string says that there is no password (ODBC reference, `SQLDriverConnect`).
    fn get(&self, keyword: &Keyword) -> Option<(&str, Origin)> {
        let same = |name: &str| keywords::find(name).is_some_and(|found| found.name == keyword.name);
        if let Some(value) = self.string.get(keyword.name)
            && (!value.is_empty() || keyword.effect == Effect::Takes(Setting::Password))
        {
            return Some((value, Origin::String));
        }
        let mut entries = self.data_source.iter().filter(|entry| !entry.1.is_empty());
        if let Some(entry) = entries.find(|entry| same(&entry.0)) {
            return Some((&entry.1, Origin::DataSource));
        }
        let value = keyword.environment.and_then(|variable| self.environment.get(variable))?;
        Some((value, Origin::Environment))
    }

    /// The value of a keyword that is no setting.
    fn plain(&self, name: &str) -> Option<&str> {
        Some(self.get(keywords::find(name)?)?.0.trim())
    }

    /// The value of a setting, which must be free of NUL: the protocol ends texts by it.
    fn text(&self, setting: Setting) -> Result<Option<&str>> {
        let keyword = KEYWORDS.iter().find(|keyword| keyword.effect == Effect::Takes(setting));
        match keyword.and_then(|keyword| Some((keyword, self.get(keyword)?.0))) {
            Some((keyword, value)) if value.contains('\0') => {
                Err(error(format!("the value of {} contains a NUL character", keyword.name)))
            }
            found => Ok(found.map(|found| found.1).filter(|value| !value.is_empty())),
        }
    }

    fn owned(&self, setting: Setting) -> Result<Option<String>> {
        Ok(self.text(setting)?.map(str::to_owned))
    }
}

fn error(message: String) -> Box<Diagnostic> {
    Diagnostic::new(HY000_GENERAL_ERROR, message)
}

/// A source as a message names it.
fn place(origin: Origin, keyword: &Keyword) -> String {
    match origin {
        Origin::String => "in the connection string".to_owned(),
        Origin::DataSource => "in the data source".to_owned(),
        Origin::Environment => format!("in the environment variable {}", keyword.environment.unwrap_or_default()),
    }
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
        let values = Values { string, data_source, environment };
        let mut warnings = unknown_keywords(string);
        let no_tls = values.plain("sslmode").is_some_and(|mode| mode.eq_ignore_ascii_case("disable"));
        for keyword in KEYWORDS.iter().filter(|keyword| !no_tls || !matches!(keyword.effect, Effect::RequiresOfTls(_)))
        {
            if let Some((value, origin)) = values.get(keyword) {
                check(keyword, value, origin, &mut warnings)?;
            }
        }
        let hosts = values.text(Setting::HostAddress)?;
        let hosts = hosts.map_or_else(|| values.text(Setting::Server), |hosts| Ok(Some(hosts)))?;
        let user = values.text(Setting::User)?;
        // libpq asks the operating system; the variable is what a user can see and change.
        let user = user.or_else(|| environment.get("USER")).or_else(|| environment.get("LOGNAME"));
        let user = user.ok_or_else(|| {
            Diagnostic::new(S28000_INVALID_AUTHORIZATION, "no user name was given; add UID=.. to the connection string")
        })?;
        let application_name = match values.owned(Setting::ApplicationName)? {
            Some(name) => Some(name),
            None => values.owned(Setting::FallbackApplicationName)?,
        };
        Ok(Settings {
            driver,
            description: values.owned(Setting::Description)?,
            servers: servers(hosts.unwrap_or(""), values.text(Setting::Port)?.unwrap_or(""), |path| path.exists())?,
            database: values.owned(Setting::Database)?,
            user: user.to_owned(),
            password: values.owned(Setting::Password)?.map(Secret::new),
            application_name,
            options: values.owned(Setting::Options)?,
            conn_settings: values.owned(Setting::ConnSettings)?,
            login_timeout: login_timeout(values.text(Setting::LoginTimeout)?)?,
            rollback_on_error: RollbackOnError::from_keywords(
                values.text(Setting::Protocol)?,
                values.text(Setting::AutoSave)?,
            )?,
            types: TypeSettings::from_keywords(|setting| values.text(setting), &mut warnings)?,
            catalog: CatalogSettings::from_keywords(|setting| values.text(setting), &mut warnings)?,
            narrow_encoding: match values.text(Setting::Charset)? {
                None => encoding::locale_encoding(environment),
                Some(name) => encoding::encoding_by_name(name).ok_or_else(|| {
                    error(format!("Charset={name:?} is no known encoding; UTF-8, ISO-8859-15 or windows-1252 are"))
                })?,
            },
            dsn,
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
        Effect::Takes(_) => {}
        Effect::Requires(accepted) | Effect::RequiresOfTls(accepted) => {
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
        Effect::Obsolete => {
            if trace::enabled() {
                trace::line(format_args!("{name} {place} has no effect: {}", keyword.documentation));
            }
        }
    }
    Ok(())
}

/// Seconds; 0 and negative numbers mean no limit, as libpq has it.
fn login_timeout(text: Option<&str>) -> Result<Option<Duration>> {
    let Some(text) = text else { return Ok(None) };
    let seconds: i64 = text.trim().parse().map_err(|_| {
        error(format!("LoginTimeout={text:?} is no number of seconds; write a whole number, 0 for no limit"))
    })?;
    Ok(u64::try_from(seconds).ok().filter(|seconds| *seconds > 0).map(Duration::from_secs))
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;

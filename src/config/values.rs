//! The values of keywords and where they come from, before they are typed.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::connection_string::ConnectionString;
use super::keywords::{self, Effect, KEYWORDS, Keyword};
use super::suggestion::nearest;
use super::{Environment, Setting, conninfo, psqlodbc, service, url};
use crate::diag::sqlstate::{HY000_GENERAL_ERROR, S01S00_INVALID_CONNECTION_STRING_ATTRIBUTE};
use crate::diag::{Diagnostic, Result};

/// Where a value was found. Its order is the precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    String,
    /// A libpq connection string or address inside of the connection string.
    InString,
    DataSource,
    InDataSource,
    Service,
    Environment,
    /// What Compatibility puts in the place of this driver's own defaults.
    Compatibility,
}

/// Keywords and values of one place; of a repeated keyword the first counts.
struct Layer {
    origin: Origin,
    entries: Vec<(&'static Keyword, String)>,
}

/// All values, in the order of their precedence.
pub(super) struct Values {
    layers: Vec<Layer>,
}

impl fmt::Debug for Values {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.layers.iter().map(|layer| layer.origin)).finish()
    }
}

pub(super) fn error(message: String) -> Box<Diagnostic> {
    Diagnostic::new(HY000_GENERAL_ERROR, message)
}

impl Values {
    /// Collects what the connection string, its data source, the environment and the service file say.
    ///
    /// # Errors
    /// HY000: a libpq connection string, an address or a service that cannot be read.
    pub fn collect(
        string: &ConnectionString,
        data_source: Vec<(String, String)>,
        environment: &Environment,
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<Values> {
        let known = KEYWORDS.iter().filter_map(|keyword| Some((keyword, string.get(keyword.name)?.to_owned())));
        let mut values = Values { layers: Vec::new() };
        values.add(Origin::String, known.collect());
        values.add_embedded(Origin::InString, warnings)?;
        let entries = data_source.into_iter().filter_map(|(name, value)| Some((keywords::find(&name)?, value)));
        values.add(Origin::DataSource, entries.collect());
        values.add_embedded(Origin::InDataSource, warnings)?;
        values.add_environment(environment);
        if let Some(name) = values.text(Setting::Service)? {
            let pairs = service::read(name, environment)?;
            let entries = named(&pairs, &format!("in the service {name:?}"), warnings);
            values.add(Origin::Service, entries);
        }
        if let Some(name) = values.text(Setting::Compatibility)? {
            let entries = named(&psqlodbc::defaults(name)?, "by Compatibility", warnings);
            values.add(Origin::Compatibility, entries);
        }
        Ok(values)
    }

    /// What the environment alone says.
    pub fn of_environment(environment: &Environment) -> Values {
        let mut values = Values { layers: Vec::new() };
        values.add_environment(environment);
        values
    }

    fn add_environment(&mut self, environment: &Environment) {
        let variables =
            KEYWORDS.iter().filter_map(|keyword| Some((keyword, environment.get(keyword.environment?)?.to_owned())));
        self.add(Origin::Environment, variables.collect());
    }

    /// A service is found when the environment is known, and goes before it.
    fn add(&mut self, origin: Origin, entries: Vec<(&'static Keyword, String)>) {
        let place = self.layers.partition_point(|layer| layer.origin <= origin);
        self.layers.insert(place, Layer { origin, entries });
    }

    /// Adds what the last layer holds as Url, as pqopt or in psqlODBC's packed form. The values beside them go before.
    fn add_embedded(&mut self, origin: Origin, warnings: &mut Vec<Diagnostic>) -> Result {
        let mut entries = Vec::new();
        if let Some(layer) = self.layers.last() {
            let value = |setting: Setting| {
                let mut found = layer.entries.iter().filter(|entry| entry.0.effect == Effect::Takes(setting));
                found.find(|entry| !entry.1.trim().is_empty()).map(|entry| entry.1.trim())
            };
            // In libpq's own texts the last of repeated parameters counts.
            if let Some(text) = value(Setting::Url) {
                entries.extend(named(&url::parse(text)?, "in Url", warnings).into_iter().rev());
            }
            if let Some(text) = value(Setting::LibpqOptions) {
                // libpq takes an address wherever it takes such a string.
                let pairs = if url::is_url(text) { url::parse(text)? } else { conninfo::parse(text)? };
                entries.extend(named(&pairs, "in pqopt", warnings).into_iter().rev());
            }
            if let Some(text) = value(Setting::PackedOptions) {
                entries.extend(named(&psqlodbc::unpack(text)?, "in CX", warnings));
            }
            if let Some(text) = value(Setting::ExtraOptions) {
                entries.extend(named(&psqlodbc::extra_keywords(text)?, "in AB", warnings));
            }
        }
        self.add(origin, entries);
        Ok(())
    }

    /// The value of a keyword that holds. An empty value says nothing, so that the next place is asked; but `PWD=;` in the
    /// connection string says that there is no password (ODBC reference, `SQLDriverConnect`).
    pub fn get(&self, keyword: &Keyword) -> Option<(&str, Origin)> {
        let password = keyword.effect == Effect::Takes(Setting::Password);
        self.layers.iter().find_map(|layer| {
            let says = |value: &str| !value.is_empty() || (password && layer.origin == Origin::String);
            let found = layer.entries.iter().find(|entry| entry.0.name == keyword.name && says(&entry.1))?;
            Some((found.1.as_str(), layer.origin))
        })
    }

    /// The value of a setting and where it is from. It is free of NUL: the protocol ends texts by it.
    pub fn found(&self, setting: Setting) -> Result<Option<(&str, Origin)>> {
        let Some((keyword, (value, origin))) = find(setting).and_then(|keyword| Some((keyword, self.get(keyword)?)))
        else {
            return Ok(None);
        };
        if value.contains('\0') {
            return Err(error(format!("the value of {} contains a NUL character", keyword.name)));
        }
        Ok(Some((value, origin)))
    }

    /// The value of a setting, if it is not empty.
    pub fn text(&self, setting: Setting) -> Result<Option<&str>> {
        Ok(self.found(setting)?.map(|found| found.0).filter(|value| !value.is_empty()))
    }

    pub fn owned(&self, setting: Setting) -> Result<Option<String>> {
        Ok(self.text(setting)?.map(str::to_owned))
    }

    pub fn path(&self, setting: Setting) -> Result<Option<PathBuf>> {
        Ok(self.text(setting)?.map(PathBuf::from))
    }

    /// One of several words, whatever its case.
    ///
    /// # Errors
    /// HY000 for any other: the message lists the known ones.
    pub fn choice<T: Copy>(&self, setting: Setting, words: &[(&str, T)]) -> Result<Option<T>> {
        let Some(text) = self.text(setting)?.map(str::trim) else { return Ok(None) };
        match words.iter().find(|known| known.0.eq_ignore_ascii_case(text)) {
            Some((_, value)) => Ok(Some(*value)),
            None => {
                let known: Vec<&str> = words.iter().map(|known| known.0).collect();
                Err(self.wrong(setting, text, &format!("is not known; it can be: {}", known.join(", "))))
            }
        }
    }

    /// A switch: 0 or 1, or one of the words that data sources have for them.
    ///
    /// # Errors
    /// HY000 for anything else.
    pub fn switch(&self, setting: Setting) -> Result<Option<bool>> {
        let Some(text) = self.text(setting)?.map(str::trim) else { return Ok(None) };
        match keywords::switch(text) {
            Some(on) => Ok(Some(on)),
            None => Err(self.wrong(setting, text, "is no switch; it can be 0 or 1")),
        }
    }

    /// A whole number.
    ///
    /// # Errors
    /// HY000 for anything else, with `unit` as what was expected.
    pub fn number<T: FromStr>(&self, setting: Setting, unit: &str) -> Result<Option<T>> {
        let Some(text) = self.text(setting)?.map(str::trim) else { return Ok(None) };
        match text.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(self.wrong(setting, text, &format!("is no number of {unit}; write a whole number"))),
        }
    }

    /// An error about a value, with its keyword and place.
    pub fn wrong(&self, setting: Setting, value: &str, reason: &str) -> Box<Diagnostic> {
        match find(setting).and_then(|keyword| Some((keyword, self.get(keyword)?.1))) {
            Some((keyword, origin)) => error(format!("{}={value:?} {} {reason}", keyword.name, place(origin, keyword))),
            None => error(format!("{value:?} {reason}")),
        }
    }
}

fn find(setting: Setting) -> Option<&'static Keyword> {
    KEYWORDS.iter().find(|keyword| keyword.effect == Effect::Takes(setting))
}

/// Names of another text's as keywords; a name that nobody knows is a warning.
fn named(pairs: &[(String, String)], place: &str, warnings: &mut Vec<Diagnostic>) -> Vec<(&'static Keyword, String)> {
    let mut entries = Vec::new();
    let mut before: Option<&Keyword> = None;
    for (name, value) in pairs {
        match (keywords::find(name), before) {
            (Some(keyword), _) => {
                entries.push((keyword, value.clone()));
                before = Some(keyword);
            }
            // It may be the rest of a password, with a blank or a sign in it that was to be quoted: it is not shown.
            (None, Some(secret)) if secret.secret => {
                let text = format!(
                    "an unknown parameter follows {} {place}; a value with blanks or signs in it is to be quoted",
                    secret.name
                );
                warnings.push(*Diagnostic::new(S01S00_INVALID_CONNECTION_STRING_ATTRIBUTE, text));
            }
            (None, _) => {
                let shown: String = name.chars().take(64).collect();
                let meant = nearest(&shown, keywords::names())
                    .map_or_else(String::new, |name| format!("; did you mean {name}?"));
                let text = format!("the parameter {shown:?} {place} is not known and has no effect{meant}");
                warnings.push(*Diagnostic::new(S01S00_INVALID_CONNECTION_STRING_ATTRIBUTE, text));
            }
        }
    }
    entries
}

/// A source as a message names it.
pub(super) fn place(origin: Origin, keyword: &Keyword) -> String {
    match origin {
        Origin::String => "in the connection string".to_owned(),
        Origin::InString => "in Url, pqopt, CX or AB of the connection string".to_owned(),
        Origin::DataSource => "in the data source".to_owned(),
        Origin::InDataSource => "in Url, pqopt, CX or AB of the data source".to_owned(),
        Origin::Environment => format!("in the environment variable {}", keyword.environment.unwrap_or_default()),
        Origin::Service => "in the service file".to_owned(),
        Origin::Compatibility => "by Compatibility".to_owned(),
    }
}

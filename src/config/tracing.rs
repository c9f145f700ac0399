//! From keywords to where and what is traced: this driver's own, and psqlODBC's Debug, CommLog and Logdir.

use std::path::{Path, PathBuf};

use super::values::Values;
use super::{Environment, Setting, keywords};
use crate::diag::Result;
use crate::trace::Level;

/// Where trace files are that nobody has named.
const USUAL_DIRECTORY: &str = "/tmp";

/// What is traced, and to which file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceSettings {
    pub level: Level,
    pub path: PathBuf,
}

impl TraceSettings {
    /// What the environment says for what belongs to no connection.
    pub fn of_environment(environment: &Environment) -> Option<TraceSettings> {
        let found = Values::of_environment(environment);
        from_keywords(&found, environment).ok().flatten()
    }
}

/// `None`: nothing is traced. TraceLevel goes before what CommLog and Debug say; Trace alone is for calls.
///
/// # Errors
/// HY000 for a level or a switch that is none.
pub(super) fn from_keywords(values: &Values, environment: &Environment) -> Result<Option<TraceSettings>> {
    // Data sources that unixODBC's tools have written hold Trace=No or Yes.
    let trace = values.text(Setting::Trace)?;
    let (asked, path) = match trace.map(keywords::switch) {
        None => (false, None),
        Some(Some(on)) => (on, None),
        Some(None) => (true, trace.map(PathBuf::from)),
    };
    let usual = match () {
        () if is_on(values, Setting::CommLog)? => Level::Wire,
        () if asked || is_on(values, Setting::Debug)? => Level::Calls,
        () => Level::Off,
    };
    let level = values.choice(Setting::TraceLevel, Level::NAMES)?.unwrap_or(usual);
    if level == Level::Off {
        return Ok(None);
    }
    let directory = values.text(Setting::LogDirectory)?.unwrap_or(USUAL_DIRECTORY);
    let path = path.unwrap_or_else(|| usual_path(directory, environment));
    Ok(Some(TraceSettings { level, path }))
}

/// psqlODBC's switches are numbers, and any but 0 is on.
fn is_on(values: &Values, setting: Setting) -> Result<bool> {
    match values.text(setting)?.map(str::trim) {
        Some(text) if text.parse::<i32>().is_ok() => Ok(text.parse() != Ok(0)),
        _ => Ok(values.switch(setting)?.unwrap_or(false)),
    }
}

/// User and process are in the name, as in psqlODBC's; another name, because both drivers may be in a process.
fn usual_path(directory: &str, environment: &Environment) -> PathBuf {
    let user = environment.login_name().unwrap_or_default();
    let user: String = user.chars().filter(|c| c.is_alphanumeric() || "._-".contains(*c)).collect();
    Path::new(directory).join(format!("pgodbc_{user}{}.log", std::process::id()))
}

//! The process's environment variables, or those of a test.

use std::collections::HashMap;

/// POSIX.1 has LOGNAME; USER is BSD's and goes before it.
const LOGIN_NAMES: [&str; 2] = ["USER", "LOGNAME"];

/// A snapshot of environment variables. A value that is not Unicode counts as not set.
#[derive(Clone, Default)]
pub struct Environment(HashMap<String, String>);

impl std::fmt::Debug for Environment {
    /// Names only: PGPASSWORD is among them.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

impl Environment {
    /// The variables of this process.
    pub fn of_process() -> Environment {
        let variables = std::env::vars_os();
        Environment(
            variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect(),
        )
    }

    /// The same without the name of who has logged in to this machine.
    #[must_use]
    pub fn without_login_name(mut self) -> Environment {
        self.0.retain(|name, _| !LOGIN_NAMES.contains(&name.as_str()));
        self
    }

    /// The name of who has logged in to this machine. libpq asks the operating system; the variables are what a user can see and
    /// change.
    pub fn login_name(&self) -> Option<&str> {
        LOGIN_NAMES.iter().find_map(|name| self.get(name))
    }

    /// Variables by name and value.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Environment {
        Environment(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// The value of a variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

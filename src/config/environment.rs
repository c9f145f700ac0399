//! The process's environment variables, or those of a test.

use std::collections::HashMap;

use super::Account;

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

    /// The variables of this process; where they do not say who has logged in, or have no home directory, as often in a container
    /// or a service, what the system knows of whom it acts for.
    pub fn of_user() -> Environment {
        let mut variables = Environment::of_process();
        if variables.login_name().is_none() || variables.get("HOME").is_none() {
            variables.complete(Account::of_process());
        }
        variables
    }

    fn complete(&mut self, account: Option<Account>) {
        let Some(account) = account else { return };
        if self.login_name().is_none() {
            self.0.insert(LOGIN_NAMES[0].to_owned(), account.name);
        }
        if self.get("HOME").is_none() {
            self.0.insert("HOME".to_owned(), account.home);
        }
    }

    /// The same without the name of who has logged in to this machine.
    #[must_use]
    pub fn without_login_name(mut self) -> Environment {
        self.0.retain(|name, _| !LOGIN_NAMES.contains(&name.as_str()));
        self
    }

    /// The name of who has logged in to this machine. libpq asks the operating system only; the variables are what a user can see
    /// and change.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_variables_do_not_say_the_system_does() {
        let account = || Some(Account { name: "system".to_owned(), home: "/home/system".to_owned() });
        let completed = |given: &[(&str, &str)]| {
            let mut environment = Environment::from_pairs(given.iter().copied());
            environment.complete(account());
            let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
            (owned(environment.login_name()), owned(environment.get("HOME")))
        };
        let expected = |name: &str, home: &str| (name.to_owned(), home.to_owned());
        assert_eq!(completed(&[]), expected("system", "/home/system"));
        assert_eq!(completed(&[("USER", ""), ("HOME", "/h")]), expected("system", "/h"));
        assert_eq!(completed(&[("LOGNAME", "me")]), expected("me", "/home/system"));
        assert_eq!(completed(&[("USER", "me"), ("HOME", "/h")]), expected("me", "/h"));
    }
}

//! Connecting step by step: each answer says what is still to be given, until the connection is made.
//!
//! Source: ODBC reference, `SQLBrowseConnect`.

use std::fmt::Write as _;

use super::connect::{cancellable, login_options};
use super::{Connection, ConnectionState};
use crate::config::{ConnectionString, Environment as ProcessEnvironment, Settings};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::execute::{OwnQuery, StatementNames, TransactionControl};
use crate::wire::{LoginOptions, Session};

/// How a step of browsing has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Browsed {
    /// The connection is open; the completed connection string.
    Connected(String),
    /// What is still to be given: a browse result connection string.
    Wanted(String),
}

/// A keyword that may be asked for.
struct Wish {
    keyword: &'static str,
    /// Its name for people.
    label: &'static str,
    required: bool,
}

const SERVER: Wish = Wish { keyword: "SERVER", label: "Server", required: true };
const PORT: Wish = Wish { keyword: "PORT", label: "Port", required: false };
const USER: Wish = Wish { keyword: "UID", label: "Login ID", required: true };
const PASSWORD: Wish = Wish { keyword: "PWD", label: "Password", required: false };
const DATABASE: Wish = Wish { keyword: "DATABASE", label: "Database", required: true };

/// Where databases are listed from. Every cluster is made with it, but it may have been dropped.
const MAINTENANCE_DATABASE: &str = "postgres";

const DATABASES: &str = "SELECT d.datname FROM pg_catalog.pg_database d
 WHERE d.datallowconn AND NOT d.datistemplate AND pg_catalog.has_database_privilege(d.oid, 'CONNECT')
 ORDER BY d.datname";

impl ConnectionState {
    /// SQLBrowseConnect: one step. The values given count together with those of the steps before.
    ///
    /// After an error nothing is kept: browsing begins anew.
    pub fn browse(&mut self, given: &ConnectionString, connection: &Connection) -> Result<Browsed> {
        let before = std::mem::take(&mut self.browsed);
        // Of a keyword that is given twice the first value counts: what is new goes first.
        let text = written(given) + &before;
        let all = ConnectionString::parse(&text)?;
        let missing = |wish: &&Wish| all.get(wish.keyword).is_none_or(str::is_empty);
        let has_source = ["DSN", "hostaddr"].iter().any(|keyword| all.get(keyword).is_some());
        // Who logs in is asked for, whatever the application's user is called on this machine.
        let environment = ProcessEnvironment::of_user().without_login_name();
        let settings = match Settings::resolve(&all, &environment) {
            Ok(settings) => Some(settings),
            Err(error) if error.sqlstate == S28000_INVALID_AUTHORIZATION => None,
            Err(error) => return Err(error),
        };
        let needs_server = missing(&&SERVER) && !has_source;
        let Some(settings) = settings.filter(|_| !needs_server) else {
            let wishes = [SERVER, PORT, USER, PASSWORD];
            let known = |wish: &&Wish| {
                missing(wish) && (!has_source || ![SERVER.keyword, PORT.keyword].contains(&wish.keyword))
            };
            let wanted: Vec<String> = wishes.iter().filter(known).map(|wish| wish.of_anything()).collect();
            self.browsed = text;
            return Ok(Browsed::Wanted(wanted.concat()));
        };
        if settings.database.is_some() {
            return self.connect(&all, connection).map(Browsed::Connected);
        }
        let deadline = self.login_deadline();
        let options = LoginOptions {
            tracer: self.trace(&settings, connection),
            interrupt: connection.cancel.login.clone(),
            ..login_options(&settings, deadline)
        };
        let wanted = match cancellable(&connection.cancel, || databases(options)) {
            Ok(databases) if databases.is_empty() => DATABASE.of_anything(),
            Ok(databases) => DATABASE.one_of(&databases),
            // The server is there and wants a password.
            Err(error) if error.sqlstate == S28000_INVALID_AUTHORIZATION && settings.password.is_none() => {
                Wish { required: true, ..PASSWORD }.of_anything()
            }
            // Without that database nothing can be listed.
            Err(error) if is_about_the_database(&error) => DATABASE.of_anything(),
            Err(error) => return Err(error),
        };
        self.browsed = text;
        Ok(Browsed::Wanted(wanted))
    }

    /// SQLDisconnect while browsing. Whether there was something to give up.
    pub(super) fn stop_browsing(&mut self) -> bool {
        !std::mem::take(&mut self.browsed).is_empty()
    }
}

impl Wish {
    fn of_anything(&self) -> String {
        format!("{}{}:{}=?;", if self.required { "" } else { "*" }, self.keyword, self.label)
    }

    fn one_of(&self, values: &[String]) -> String {
        let optional = if self.required { "" } else { "*" };
        format!("{optional}{}:{}={{{}}};", self.keyword, self.label, values.join(","))
    }
}

/// The string again, every value in braces.
fn written(given: &ConnectionString) -> String {
    let mut text = String::new();
    for (keyword, value) in given.iter() {
        let _ = write!(text, "{keyword}={{{}}};", value.replace('}', "}}"));
    }
    text
}

/// The databases that the user may connect to.
fn databases(mut options: LoginOptions) -> Result<Vec<String>> {
    options.database = Some(MAINTENANCE_DATABASE.to_owned());
    let deadline = options.deadline;
    let mut session = Session::connect(&options, &mut Vec::new())?;
    let (mut transaction, mut names) = (TransactionControl::default(), StatementNames::default());
    let mut databases = Vec::new();
    let mut query =
        OwnQuery { session: &mut session, transaction: &mut transaction, names: &mut names, kept: None, deadline };
    let asked = query.rows(DATABASES, &[], |row| {
        if let Some(Some(name)) = row.get(0) {
            databases.push(String::from_utf8_lossy(name).into_owned());
        }
    });
    session.close();
    asked.map(|()| databases)
}

/// invalid_catalog_name: there is no such database. 42501: the role may not connect to it.
fn is_about_the_database(error: &Diagnostic) -> bool {
    error.server.as_ref().is_some_and(|server| ["3D000", "42501"].contains(&server.sqlstate.as_str()))
}

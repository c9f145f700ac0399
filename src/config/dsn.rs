//! What a data source name stands for.
//!
//! Source: ODBC reference, `SQLDriverConnect`, "Driver guidelines". The driver manager's own installer library answers:
//! it knows which files count. Only where there is none, the files are read here.

use super::{Environment, ini, installer};

/// The keywords and values of a data source, in the order of its file. None: there is no such data source.
pub fn read(name: &str, environment: &Environment) -> Option<Vec<(String, String)>> {
    match installer::read(name) {
        Some(entries) if !entries.is_empty() => Some(entries),
        _ => ini::read(name, environment),
    }
}

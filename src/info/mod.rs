//! `SQLGetInfo`, `SQLGetFunctions` and `SQLGetTypeInfo`: what the driver says of itself and of the server.
//!
//! Each is data: [`table::INFORMATION`] has a row for every information type, [`abilities::ABILITIES`] is the one place
//! that states what the driver can do, and [`type_info`] describes types through `convert`'s table.

pub mod abilities;
pub mod answer;
mod conformance;
mod conversions;
#[cfg(test)]
mod document;
pub mod features;
pub mod functions;
mod keywords;
pub mod table;
pub mod type_info;
mod versions;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::diag::{Diagnostic, Result, sqlstate};
use crate::odbc::info_types::{SQL_DRIVER_INFO_TYPE_BASE, SQL_INFO_DRIVER_START};
use table::INFORMATION;

/// What the answers depend on and only a connection knows.
#[derive(Clone, Debug)]
pub struct InfoFacts<'a> {
    /// The data source's name, empty where the application connected without one.
    pub data_source_name: &'a str,
    /// Host name, address or socket directory of the server.
    pub server_name: &'a str,
    /// The current database.
    pub database: &'a str,
    /// The user within the database.
    pub user: &'a str,
    /// The product's name.
    pub dbms_name: &'a str,
    /// Major, minor and patch.
    pub server_version: (u32, u32, u32),
    /// The version as the server wrote it.
    pub server_version_text: &'a str,
    /// The server refuses changes (a standby, or `default_transaction_read_only`).
    pub read_only: bool,
    /// SQLTables shows none but tables that the user may read.
    pub accessible_tables: bool,
    /// Whether BEGIN, COMMIT and ROLLBACK do something.
    pub transactions: bool,
    /// The isolation level of a transaction for which none was set, a SQL_TXN_* bit.
    pub default_isolation: u32,
    /// Whether the driver manager lets an application poll for functions of a connection.
    pub polls_connections: bool,
    /// The longest identifier, in bytes; 0 where there is no limit.
    pub max_identifier_length: u16,
}

/// An answer in its shape: what `SQLGetInfo` writes, and how wide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InfoValue<'a> {
    /// A character string.
    Text(Cow<'a, str>),
    /// SQLUSMALLINT.
    Word(u16),
    /// SQLUINTEGER: a bit mask or a value.
    Long(u32),
    /// SQLULEN: a handle.
    Len(usize),
}

impl InfoValue<'_> {
    /// The same, apart from the facts it was made of.
    pub fn into_owned(self) -> InfoValue<'static> {
        match self {
            InfoValue::Text(text) => InfoValue::Text(Cow::Owned(text.into_owned())),
            InfoValue::Word(word) => InfoValue::Word(word),
            InfoValue::Long(long) => InfoValue::Long(long),
            InfoValue::Len(value) => InfoValue::Len(value),
        }
    }
}

/// The answer to one information type.
///
/// Errors: HY096 for a number that ODBC reserves and does not define, HYC00 for one of a driver's own, of which there are
/// none. Source: ODBC reference, `SQLGetInfo`.
pub fn get_info<'a>(id: u16, facts: &InfoFacts<'a>) -> Result<InfoValue<'a>> {
    match INFORMATION.iter().find(|information| information.id == id) {
        Some(information) => Ok(information.value(facts)),
        None if is_driver_defined(id) => Err(Diagnostic::new(
            sqlstate::HYC00_NOT_IMPLEMENTED,
            format!("this driver defines no information types of its own, so {id} is not one"),
        )),
        None => Err(Diagnostic::new(
            sqlstate::HY096_INFORMATION_TYPE_OUT_OF_RANGE,
            format!("{id} is not an information type of ODBC 3.8"),
        )),
    }
}

/// ODBC 2 left 1000 and up to drivers before ODBC 3 took 10000 and up for itself; ODBC 3.8 leaves them 0x4000 and up.
fn is_driver_defined(id: u16) -> bool {
    (SQL_INFO_DRIVER_START..SQL_FIRST_ODBC3).contains(&id) || id >= SQL_DRIVER_INFO_TYPE_BASE
}

const SQL_FIRST_ODBC3: u16 = 10_000;

//! Connection attributes as one table: what is accepted, defaulted and refused.
//!
//! Source: ODBC reference, `SQLSetConnectAttr`. What setting one does to a live session is in `connection.rs`.

use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::handles::statement::attributes::StatementAttributes;
use crate::odbc::attributes::*;

/// iODBC's attribute by which a manager or an application tells and asks the width of SQLWCHAR.
pub const SQL_ATTR_APP_WCHAR_TYPE: i32 = 1061;
pub const SQL_ATTR_APP_UNICODE_TYPE: i32 = 1064;
pub const SQL_ATTR_DRIVER_UNICODE_TYPE: i32 = 1065;

/// This driver's own (the range from 0x4000 is the drivers'): an access token, a text that is sent as the password of the
/// connections that are made from here on. It can be set, not read; a null pointer takes it back.
pub const SQL_ATTR_PGODBC_ACCESS_TOKEN: i32 = 0x4001;
/// Reading it takes the next notification: the process that sent it, as pg_backend_pid() tells it; SQL_NO_DATA without one.
pub const SQL_ATTR_PGODBC_NOTIFICATION: i32 = 0x4002;
/// The channel of the notification taken last, a text; SQL_NO_DATA without one.
pub const SQL_ATTR_PGODBC_NOTIFICATION_CHANNEL: i32 = 0x4003;
/// Its payload, a text that may be empty; SQL_NO_DATA without one.
pub const SQL_ATTR_PGODBC_NOTIFICATION_PAYLOAD: i32 = 0x4004;
/// How many notifications can be taken without waiting.
pub const SQL_ATTR_PGODBC_NOTIFICATIONS: i32 = 0x4005;
/// How long taking one waits for it, in milliseconds; 0 (the default) does not wait.
pub const SQL_ATTR_PGODBC_NOTIFICATION_TIMEOUT: i32 = 0x4006;

/// What happens to a value that is set.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// Any value is taken.
    Any,
    /// One of these is taken; another is HY024.
    OneOf(&'static [usize]),
    /// The driver's own figure stays, with 01S02.
    Substitute,
    /// Can be read, not set: HY092.
    ReadOnly,
    /// An order, not a value: this can be set, nothing read (HY092).
    Order(usize),
    /// Can be neither set nor read here: HYC00 with this reason.
    NotDone(&'static str),
}

/// When it can be set.
#[derive(Clone, Copy, Debug)]
enum When {
    Any,
    /// Before the connection is made only; this afterwards.
    Before(Sqlstate),
    /// On an open connection only: 08003 before.
    Connected,
}

struct Entry {
    attribute: i32,
    name: &'static str,
    default: usize,
    rule: Rule,
    when: When,
}

const fn entry(attribute: i32, name: &'static str, default: usize, rule: Rule) -> Entry {
    Entry { attribute, name, default, rule, when: When::Any }
}

/// What SQL_ATTR_PACKET_SIZE answers: PostgreSQL has no packets; this is the largest read from the socket, in bytes.
const PACKET_SIZE: usize = 65_536;

#[rustfmt::skip]
const TABLE: &[Entry] = &[
    entry(SQL_ATTR_ACCESS_MODE, "SQL_ATTR_ACCESS_MODE", SQL_MODE_READ_WRITE, Rule::OneOf(&[SQL_MODE_READ_WRITE, SQL_MODE_READ_ONLY])),
    entry(SQL_ATTR_AUTOCOMMIT, "SQL_ATTR_AUTOCOMMIT", SQL_AUTOCOMMIT_ON, Rule::OneOf(&[SQL_AUTOCOMMIT_OFF, SQL_AUTOCOMMIT_ON])),
    Entry { when: When::Before(HY011_ATTRIBUTE_CANNOT_BE_SET_NOW), ..entry(SQL_ATTR_LOGIN_TIMEOUT, "SQL_ATTR_LOGIN_TIMEOUT", 0, Rule::Any) },
    entry(SQL_ATTR_CONNECTION_TIMEOUT, "SQL_ATTR_CONNECTION_TIMEOUT", 0, Rule::Any),
    entry(SQL_ATTR_TXN_ISOLATION, "SQL_ATTR_TXN_ISOLATION", SQL_TXN_READ_COMMITTED,
        Rule::OneOf(&[SQL_TXN_READ_UNCOMMITTED, SQL_TXN_READ_COMMITTED, SQL_TXN_REPEATABLE_READ, SQL_TXN_SERIALIZABLE])),
    Entry { when: When::Before(S08002_CONNECTION_NAME_IN_USE), ..entry(SQL_ATTR_ODBC_CURSORS, "SQL_ATTR_ODBC_CURSORS", SQL_CUR_USE_DRIVER,
        Rule::OneOf(&[SQL_CUR_USE_IF_NEEDED, SQL_CUR_USE_ODBC, SQL_CUR_USE_DRIVER])) },
    entry(SQL_ATTR_QUIET_MODE, "SQL_ATTR_QUIET_MODE", 0, Rule::Any),
    Entry { when: When::Before(HY011_ATTRIBUTE_CANNOT_BE_SET_NOW), ..entry(SQL_ATTR_PACKET_SIZE, "SQL_ATTR_PACKET_SIZE", PACKET_SIZE, Rule::Substitute) },
    entry(SQL_ATTR_ANSI_APP, "SQL_ATTR_ANSI_APP", SQL_AA_FALSE, Rule::OneOf(&[SQL_AA_TRUE, SQL_AA_FALSE])),
    entry(SQL_ATTR_ASYNC_ENABLE, "SQL_ATTR_ASYNC_ENABLE", SQL_ASYNC_ENABLE_OFF, Rule::OneOf(&[SQL_ASYNC_ENABLE_OFF, SQL_ASYNC_ENABLE_ON])),
    entry(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, "SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE", SQL_ASYNC_DBC_ENABLE_OFF,
        Rule::OneOf(&[SQL_ASYNC_DBC_ENABLE_OFF, SQL_ASYNC_DBC_ENABLE_ON])),
    entry(SQL_ATTR_METADATA_ID, "SQL_ATTR_METADATA_ID", SQL_FALSE, Rule::OneOf(&[SQL_FALSE, SQL_TRUE])),
    entry(SQL_ATTR_AUTO_IPD, "SQL_ATTR_AUTO_IPD", SQL_TRUE, Rule::ReadOnly),
    entry(SQL_ATTR_CONNECTION_DEAD, "SQL_ATTR_CONNECTION_DEAD", SQL_CD_FALSE, Rule::ReadOnly),
    entry(SQL_ATTR_TRACE, "SQL_ATTR_TRACE", 0, Rule::NotDone("tracing through ODBC is the driver manager's")),
    entry(SQL_ATTR_TRACEFILE, "SQL_ATTR_TRACEFILE", 0, Rule::NotDone("tracing through ODBC is the driver manager's")),
    Entry { when: When::Connected, ..entry(SQL_ATTR_TRANSLATE_LIB, "SQL_ATTR_TRANSLATE_LIB", 0, Rule::NotDone("translation libraries are not supported")) },
    Entry { when: When::Connected, ..entry(SQL_ATTR_TRANSLATE_OPTION, "SQL_ATTR_TRANSLATE_OPTION", 0, Rule::NotDone("translation libraries are not supported")) },
    entry(SQL_ATTR_RESET_CONNECTION, "SQL_ATTR_RESET_CONNECTION", 0, Rule::Order(SQL_RESET_CONNECTION_YES)),
    entry(SQL_ATTR_ENLIST_IN_DTC, "SQL_ATTR_ENLIST_IN_DTC", 0, Rule::NotDone("distributed transactions are not supported")),
    entry(SQL_ATTR_PGODBC_NOTIFICATION, "SQL_ATTR_PGODBC_NOTIFICATION", 0, Rule::ReadOnly),
    entry(SQL_ATTR_PGODBC_NOTIFICATION_CHANNEL, "SQL_ATTR_PGODBC_NOTIFICATION_CHANNEL", 0, Rule::ReadOnly),
    entry(SQL_ATTR_PGODBC_NOTIFICATION_PAYLOAD, "SQL_ATTR_PGODBC_NOTIFICATION_PAYLOAD", 0, Rule::ReadOnly),
    entry(SQL_ATTR_PGODBC_NOTIFICATIONS, "SQL_ATTR_PGODBC_NOTIFICATIONS", 0, Rule::ReadOnly),
    entry(SQL_ATTR_PGODBC_NOTIFICATION_TIMEOUT, "SQL_ATTR_PGODBC_NOTIFICATION_TIMEOUT", 0, Rule::Any),
    entry(SQL_ATTR_ENLIST_IN_XA, "SQL_ATTR_ENLIST_IN_XA", 0, Rule::NotDone("distributed transactions are not supported")),
];

/// Statement options of ODBC 2 that may be set on a connection, for all of its statements (appendix G, "SQLSetConnectAttr
/// mapping"; psqlODBC takes them from applications of ODBC 3, too). SQL_ATTR_ASYNC_ENABLE is in the table.
const OF_STATEMENTS: &[i32] = &[
    SQL_ATTR_QUERY_TIMEOUT,
    SQL_ATTR_MAX_ROWS,
    SQL_ATTR_NOSCAN,
    SQL_ATTR_MAX_LENGTH,
    SQL_ATTR_CURSOR_TYPE,
    SQL_ATTR_CONCURRENCY,
    SQL_ATTR_KEYSET_SIZE,
    SQL_ROWSET_SIZE,
    SQL_ATTR_SIMULATE_CURSOR,
    SQL_ATTR_RETRIEVE_DATA,
    SQL_ATTR_USE_BOOKMARKS,
];

/// Whether an attribute is one of the connection's statements, and not of its own.
pub fn is_of_statements(attribute: i32) -> bool {
    OF_STATEMENTS.contains(&attribute)
}

/// The values of one connection.
#[derive(Clone, Debug)]
pub struct ConnectionAttributes {
    /// What its statements begin with.
    pub statements: StatementAttributes,
    values: [usize; TABLE.len()],
    /// Those that have been set.
    given: [bool; TABLE.len()],
}

/// What can be read before connecting without having been set (appendix B, "Connection Transitions", SQLGetConnectAttr). The
/// driver's own can be, too.
const ALWAYS_READ: &[i32] = &[
    SQL_ATTR_ACCESS_MODE,
    SQL_ATTR_AUTOCOMMIT,
    SQL_ATTR_LOGIN_TIMEOUT,
    SQL_ATTR_ODBC_CURSORS,
    SQL_ATTR_TRACE,
    SQL_ATTR_TRACEFILE,
    SQL_ATTR_PGODBC_NOTIFICATION_TIMEOUT,
];

impl Default for ConnectionAttributes {
    fn default() -> ConnectionAttributes {
        ConnectionAttributes {
            statements: StatementAttributes::default(),
            values: std::array::from_fn(|index| TABLE[index].default),
            given: [false; TABLE.len()],
        }
    }
}

impl ConnectionAttributes {
    /// The value of an attribute; HY092 for one that is not known, HYC00 for one that is not done, 08003 for one that has not
    /// been set and has no value without a connection.
    pub fn get(&self, attribute: i32, connected: bool) -> Result<usize> {
        let index = position(attribute)?;
        if !(connected || self.given[index] || ALWAYS_READ.contains(&attribute)) {
            let text = format!("{} has not been set, and the connection is not open", TABLE[index].name);
            return Err(Diagnostic::new(S08003_CONNECTION_NOT_OPEN, text));
        }
        match TABLE[index].rule {
            Rule::NotDone(reason) => Err(not_done(&TABLE[index], reason)),
            Rule::Order(_) => {
                Err(Diagnostic::new(HY092_INVALID_ATTRIBUTE, format!("{} can be set, not read", TABLE[index].name)))
            }
            _ => Ok(self.values[index]),
        }
    }

    /// The value of one of the table's readable attributes.
    pub fn value(&self, attribute: i32) -> usize {
        position(attribute).map_or(0, |index| self.values[index])
    }

    /// Whether the application has set it.
    pub fn was_given(&self, attribute: i32) -> bool {
        position(attribute).is_ok_and(|index| self.given[index])
    }

    pub fn autocommit(&self) -> bool {
        self.value(SQL_ATTR_AUTOCOMMIT) == SQL_AUTOCOMMIT_ON
    }

    /// Checks a value by the rule of its attribute and gives what is to be kept. Does not keep it: setting some of them
    /// takes a word with the server that may fail.
    ///
    /// HY092 (unknown or read-only), HY024 (value), HYC00 (not done), HY011 (not now); 01S02 in `diagnostics`.
    pub fn check(attribute: i32, value: usize, connected: bool, diagnostics: &mut Diagnostics) -> Result<usize> {
        let row = &TABLE[position(attribute)?];
        match row.when {
            When::Before(sqlstate) if connected => {
                let text = format!("{} can be set before the connection is made only", row.name);
                return Err(Diagnostic::new(sqlstate, text));
            }
            When::Connected if !connected => {
                let text = format!("{} can be set on an open connection only", row.name);
                return Err(Diagnostic::new(S08003_CONNECTION_NOT_OPEN, text));
            }
            _ => {}
        }
        match row.rule {
            Rule::Any => Ok(value),
            Rule::OneOf(values) if values.contains(&value) => Ok(value),
            Rule::Order(order) if order == value => Ok(value),
            Rule::OneOf(_) | Rule::Order(_) => {
                Err(Diagnostic::new(HY024_INVALID_ATTRIBUTE_VALUE, format!("{} cannot be {value}", row.name)))
            }
            Rule::Substitute => {
                if value != row.default {
                    diagnostics.warn(
                        S01S02_OPTION_VALUE_CHANGED,
                        format!("{} = {value} has no meaning here; it stays {}", row.name, row.default),
                    );
                }
                Ok(row.default)
            }
            Rule::ReadOnly => {
                Err(Diagnostic::new(HY092_INVALID_ATTRIBUTE, format!("{} can be read, not set", row.name)))
            }
            Rule::NotDone(reason) => Err(not_done(row, reason)),
        }
    }

    /// Keeps a value that `check` has given.
    pub fn keep(&mut self, attribute: i32, value: usize) {
        if let Ok(index) = position(attribute) {
            self.values[index] = value;
            self.given[index] = true;
        }
    }

    /// All as they are in a new connection, but for what the driver manager has said of the application.
    pub fn reset(&mut self) {
        let is_ansi = self.value(SQL_ATTR_ANSI_APP);
        *self = ConnectionAttributes::default();
        self.keep(SQL_ATTR_ANSI_APP, is_ansi);
    }
}

fn position(attribute: i32) -> Result<usize> {
    TABLE.iter().position(|entry| entry.attribute == attribute).ok_or_else(|| {
        Diagnostic::new(HY092_INVALID_ATTRIBUTE, format!("connection attribute {attribute} is not known"))
    })
}

fn not_done(row: &Entry, reason: &str) -> Box<Diagnostic> {
    Diagnostic::new(HYC00_NOT_IMPLEMENTED, format!("{}: {reason}", row.name))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn check(attribute: i32, value: usize, connected: bool) -> std::result::Result<(usize, bool), String> {
        let mut diagnostics = Diagnostics::default();
        ConnectionAttributes::check(attribute, value, connected, &mut diagnostics)
            .map(|kept| (kept, !diagnostics.is_empty()))
            .map_err(|error| error.sqlstate.to_string())
    }

    #[test]
    fn values_are_taken_substituted_or_refused_as_the_reference_says() {
        assert_eq!(check(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF, true), Ok((0, false)));
        assert_eq!(check(SQL_ATTR_AUTOCOMMIT, 2, true), Err("HY024".into()));
        assert_eq!(check(SQL_ATTR_LOGIN_TIMEOUT, 5, false), Ok((5, false)));
        assert_eq!(check(SQL_ATTR_LOGIN_TIMEOUT, 5, true), Err("HY011".into()));
        assert_eq!(check(SQL_ATTR_PACKET_SIZE, 4096, false), Ok((PACKET_SIZE, true)));
        assert_eq!(check(SQL_ATTR_CONNECTION_DEAD, 1, true), Err("HY092".into()));
        assert_eq!(check(SQL_ATTR_TRANSLATE_LIB, 0, true), Err("HYC00".into()));
        assert_eq!(check(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_ON, true), Ok((1, false)));
        assert_eq!(check(SQL_ATTR_PACKET_SIZE, 4096, true), Err("HY011".into()));
        assert_eq!(check(SQL_ATTR_ODBC_CURSORS, SQL_CUR_USE_DRIVER, true), Err("08002".into()));
        assert_eq!(check(SQL_ATTR_TRANSLATE_OPTION, 1, false), Err("08003".into()));
        assert_eq!(check(SQL_ATTR_ASYNC_ENABLE, 2, true), Err("HY024".into()));
        assert_eq!(check(SQL_ATTR_RESET_CONNECTION, SQL_RESET_CONNECTION_YES, true), Ok((1, false)));
        assert_eq!(check(SQL_ATTR_RESET_CONNECTION, 0, true), Err("HY024".into()));
        assert_eq!(check(30002, 1, true), Err("HY092".into()));
    }

    #[test]
    fn a_new_connection_has_the_references_defaults() {
        let attributes = ConnectionAttributes::default();
        assert!(attributes.autocommit());
        assert_eq!(attributes.get(SQL_ATTR_ACCESS_MODE, false).unwrap(), SQL_MODE_READ_WRITE);
        assert_eq!(attributes.get(SQL_ATTR_LOGIN_TIMEOUT, false).unwrap(), 0);
        assert_eq!(attributes.get(SQL_ATTR_CONNECTION_TIMEOUT, true).unwrap(), 0);
        assert_eq!(attributes.get(SQL_ATTR_CONNECTION_TIMEOUT, false).unwrap_err().sqlstate.as_str(), "08003");
        assert_eq!(attributes.get(SQL_ATTR_TRACE, false).unwrap_err().sqlstate.as_str(), "HYC00");
    }
}

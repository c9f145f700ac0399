//! Cursors that know their rows by a key: keyset-driven ones, and those with SQL_CONCUR_ROWVER. Their query is sent with
//! columns that the application did not ask for and does not see.
//!
//! Source: ODBC reference, "Keyset-Driven Cursors", `SQLSetStmtAttr` (SQL_ATTR_CURSOR_TYPE, SQL_ATTR_CONCURRENCY),
//! `SQLExecute` (01S02).

use bytes::BytesMut;

use super::{Statement, StatementCall};
use crate::catalog::{RowIdentity, row_identity_query};
use crate::cursor::Results;
use crate::diag::Result;
use crate::diag::sqlstate::S01S02_OPTION_VALUE_CHANGED;
use crate::execute::{ColumnValue, OwnQuery, Prepared, ReadyValue, Returned, RowFlight, RowKey, RowsAgain};
use crate::handles::connection::{ConnectionState, gone, open_session};
use crate::odbc::attributes::*;
use crate::sql::{ScanOptions, TableSelect, VERSION_COLUMNS, table_select};

/// A query over one table, as the application wrote it; made when it is prepared.
#[derive(Clone, Debug)]
pub(super) struct IdentifiableText {
    text: String,
    select: TableSelect,
    options: ScanOptions,
}

/// The same with what identifies its rows; made when it is executed.
#[derive(Debug)]
pub(super) struct IdentifiedQuery {
    identity: RowIdentity,
    /// With the columns that identify a row at the end.
    pub prepared: Prepared,
    again: RowsAgain,
}

/// Cursor type and concurrency that an execution has come to, where those that are set could not be had. They hold until
/// the cursor is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Substitute {
    pub cursor_type: usize,
    pub concurrency: usize,
}

/// Types of the columns of [`VERSION_COLUMNS`]: tid, xid, oid.
const VERSION_TYPES: [u32; VERSION_COLUMNS.len()] = [27, 28, 26];
/// What the server finds out itself: a key's value is read as the type of its column.
const INFERRED: u32 = 0;

impl IdentifiedQuery {
    /// Whether rows are known by a key, not only by their place and version.
    pub fn has_key(&self) -> bool {
        !self.identity.key.is_empty()
    }

    /// The columns that identify a row, as an UPDATE returns them.
    pub fn returned(&self) -> impl Iterator<Item = Returned> {
        let key = self.identity.key.iter().map(|column| column.name.as_str());
        let names = VERSION_COLUMNS.into_iter().chain(key);
        names.map(|name| Returned { name: name.to_owned(), format: 0, as_text: true })
    }

    /// The conditions that find a row by the values that identify it: its key, and its version if that has to be the same,
    /// or if there is no key.
    pub fn conditions(&self, values: &[Option<Vec<u8>>], same_version: bool) -> Vec<ColumnValue> {
        let column = |name: &str, oid, value: &Option<Vec<u8>>| {
            let value = ReadyValue { oid, format: 0, value: value.as_ref().map(|bytes| BytesMut::from(&bytes[..])) };
            ColumnValue { name: name.to_owned(), oid, value }
        };
        let with_version = same_version || self.identity.key.is_empty();
        let version = VERSION_COLUMNS.iter().zip(VERSION_TYPES).zip(values).filter(|_| with_version);
        let key = self.identity.key.iter().zip(values.iter().skip(VERSION_COLUMNS.len()));
        let version = version.map(|((name, oid), value)| column(name, oid, value));
        version.chain(key.map(|(key, value)| column(&key.name, INFERRED, value))).collect()
    }
}

impl StatementCall<'_> {
    /// Whether the cursor that is asked for needs to know its rows by more than their values.
    fn wants_identity(&mut self) -> Result<bool> {
        let attributes = &self.statement()?.attributes;
        Ok(attributes.get(SQL_ATTR_CURSOR_TYPE) == SQL_CURSOR_KEYSET_DRIVEN
            || attributes.get(SQL_ATTR_CONCURRENCY) == SQL_CONCUR_ROWVER)
    }

    /// When a text is prepared: whether rows of its result can be identified, as far as the text tells.
    pub(super) fn recognise_table(&mut self, text: &str, options: &ScanOptions) -> Result {
        let wanted = self.wants_identity()?;
        let select = if wanted { table_select(text, options) } else { None };
        let statement = self.statement()?;
        statement.identifiable =
            select.map(|select| IdentifiableText { text: text.to_owned(), select, options: *options });
        statement.identified = None;
        Ok(())
    }

    /// Before execution: the server is asked what identifies the rows of the query's table, and the query made that brings
    /// it along. One round trip, for cursors that want it.
    pub(super) fn identify_rows(&mut self) -> Result {
        let Some(IdentifiableText { text, select, options }) = self.statement()?.identifiable.clone() else {
            return Ok(());
        };
        let apd = self.statement()?.apd;
        if self.application_descriptor(apd)?.array_size > 1 {
            // A result for each set of parameters: these cursors are static.
            self.statement()?.identified = None;
            return Ok(());
        }
        let deadline = self.deadline()?;
        let (sql, parameters) = row_identity_query(&select.table, select.is_only, &select.functions);
        let mut found: Option<RowIdentity> = None;
        let _mark = self.connection.cancel.running(self.id);
        let ConnectionState { session, transaction, names, own_queries, .. } = &mut *self.state;
        let session = open_session(session)?;
        let mut own = OwnQuery { session, transaction, names, kept: Some(own_queries), deadline };
        own.rows(sql, &parameters, |row| RowIdentity::learn(&mut found, row))
            .map_err(|error| self.after_failure(error))?;
        let is_keyset = self.statement()?.attributes.get(SQL_ATTR_CURSOR_TYPE) == SQL_CURSOR_KEYSET_DRIVEN;
        let is_versioned = self.statement()?.attributes.get(SQL_ATTR_CONCURRENCY) == SQL_CONCUR_ROWVER;
        // Without a key a keyset cannot be: the place of a row is not its own for long. A version needs none.
        let found = found.filter(|identity| is_versioned || is_keyset && !identity.key.is_empty());
        let before = self.statement()?.identified.take();
        let identified = match (found, before) {
            (None, _) => None,
            (Some(identity), Some(before)) if before.identity == identity => Some(before),
            (Some(identity), _) => {
                let prepared = Prepared::new(&select.with_identity(&text, &identity.key), &options)?;
                let again = RowsAgain::new(&select.by_key(&text, &identity.key), &options)?;
                let prepared = prepared.hiding(VERSION_COLUMNS.len() + identity.key.len());
                Some(IdentifiedQuery { identity, prepared, again })
            }
        };
        self.statement()?.identified = identified;
        Ok(())
    }

    /// After execution: makes the cursor what was asked for, or another, and tells so (01S02).
    pub(super) fn settle_cursor(&mut self) -> Result {
        if !self.wants_identity()? {
            return Ok(());
        }
        let Statement { attributes, results, identified, substitute, diagnostics, .. } = self.statement()?;
        let Some(results) = results.as_mut().filter(|results| results.is_cursor_open()) else { return Ok(()) };
        let asked = Substitute {
            cursor_type: attributes.get(SQL_ATTR_CURSOR_TYPE),
            concurrency: attributes.get(SQL_ATTR_CONCURRENCY),
        };
        let mut used = asked;
        match identified {
            Some(identified) if asked.cursor_type == SQL_CURSOR_KEYSET_DRIVEN => {
                if !identified.has_key() {
                    used.cursor_type = SQL_CURSOR_STATIC;
                } else {
                    results.make_keyset();
                }
            }
            Some(_) => {}
            None => {
                if asked.cursor_type == SQL_CURSOR_KEYSET_DRIVEN {
                    used.cursor_type = SQL_CURSOR_STATIC;
                }
                if asked.concurrency == SQL_CONCUR_ROWVER {
                    used.concurrency = SQL_CONCUR_VALUES;
                }
            }
        }
        if used.cursor_type != asked.cursor_type {
            diagnostics.warn(
                S01S02_OPTION_VALUE_CHANGED,
                "the cursor is static: keyset-driven ones need a query over one table that has a primary key, or a unique index \
                 over columns that are never NULL, and no parameters in its select list",
            );
        }
        if used.concurrency != asked.concurrency {
            diagnostics.warn(
                S01S02_OPTION_VALUE_CHANGED,
                "changes are checked by the rows' values (SQL_CONCUR_VALUES): versions of rows are known of a query over one \
                 table only, without parameters in its select list",
            );
        }
        *substitute = (used != asked).then_some(used);
        Ok(())
    }

    /// Reads rows of a keyset-driven cursor again, those of these numbers (from 1) that there are. One round trip.
    fn read_again(&mut self, numbers: impl IntoIterator<Item = u64>) -> Result {
        let deadline = self.deadline()?;
        let _mark = self.begin_work(deadline)?;
        let autocommit = self.state.attributes.autocommit();
        let ConnectionState { session, statements, transaction, .. } = &mut *self.state;
        let Statement { results, identified, .. } = statements.get_mut(self.id).ok_or_else(gone)?;
        let (Some(results), Some(identified)) = (results, identified) else { return Ok(()) };
        let Some(columns) = results.columns().cloned() else { return Ok(()) };
        let (mut wanted, mut keys): (Vec<u64>, Vec<RowKey>) = (Vec::new(), Vec::new());
        for number in numbers {
            let Some(identity) = results.identity(number)? else { continue };
            keys.push(identity.into_iter().skip(VERSION_COLUMNS.len()).map(Option::unwrap_or_default).collect());
            wanted.push(number);
        }
        let session = open_session(session)?;
        let mut found: Vec<Option<Vec<u8>>> = vec![None; keys.len()];
        let flight = RowFlight { session, transaction, autocommit, deadline };
        let read = identified.again.read(flight, &keys, &columns, |place, body| {
            if let Some(slot) = found.get_mut(place) {
                *slot = Some(body);
            }
            Ok(())
        });
        let renewed = read.and_then(|()| renew(results, wanted, found));
        renewed.map_err(|error| self.after_failure(error))
    }

    /// The same, where the cursor is one that reads its rows again.
    pub(super) fn read_again_if_keyset(&mut self, numbers: impl IntoIterator<Item = u64>) -> Result {
        match self.statement()?.results.as_ref().is_some_and(Results::is_keyset) {
            true => self.read_again(numbers),
            false => Ok(()),
        }
    }

    /// Cursor type or concurrency: the one that is set, or the one that the open cursor has instead.
    pub(super) fn effective(&mut self, attribute: i32) -> Result<usize> {
        let Statement { attributes, substitute, .. } = self.statement()?;
        Ok(match (attribute, substitute) {
            (SQL_ATTR_CURSOR_TYPE, Some(substitute)) => substitute.cursor_type,
            (SQL_ATTR_CONCURRENCY, Some(substitute)) => substitute.concurrency,
            _ => attributes.get(attribute),
        })
    }
}

fn renew(results: &mut Results, numbers: Vec<u64>, bodies: Vec<Option<Vec<u8>>>) -> Result {
    results.begin_renewal();
    numbers.into_iter().zip(bodies).try_for_each(|(number, body)| results.renew(number, body))
}

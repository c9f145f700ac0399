//! Changing one row through a cursor: the statement, and its flight.
//!
//! A row is known by its values in the cursor. It is looked for by all of them (an index on any serves), must be found
//! exactly once, and is changed where it is then (`ctid`) only if it still has these values: a row that another
//! transaction changes meanwhile has another place, and is left alone. Nothing has to be known of the table's keys.
//!
//! A cursor that has asked for more than the query's columns knows its rows by a key, and may know their versions
//! (`xmin`, with `ctid`: a transaction may write a row more than once). Then these are looked for.
//!
//! Sources: ODBC reference, `SQLSetPos`, "Optimistic concurrency control"; PostgreSQL documentation, "System Columns",
//! "Read Committed Isolation Level".

use std::fmt::Write as _;

use bytes::BytesMut;
use postgres_protocol::IsNull;
use postgres_protocol::message::frontend;

use super::prepared::Prepared;
use super::query::unwritable;
use super::transaction::TransactionControl;
use crate::convert::SERVER_TYPES;
use crate::diag::Diagnostic;
use crate::diag::Result;
use crate::diag::sqlstate::HY090_INVALID_STRING_OR_BUFFER_LENGTH;
use crate::sql::{ScanOptions, quoted_identifier};
use crate::transport::Deadline;
use crate::wire::{Backend, Session};

/// A value as it is sent.
#[derive(Clone, Debug)]
pub struct ReadyValue {
    /// The type that it is declared as; 0 leaves it to the server.
    pub oid: u32,
    /// Format code: 0 text, 1 binary.
    pub format: i16,
    /// `None` is NULL.
    pub value: Option<BytesMut>,
}

/// A column of the table with a value.
#[derive(Clone, Debug)]
pub struct ColumnValue {
    pub name: String,
    /// OID of the column's type.
    pub oid: u32,
    pub value: ReadyValue,
}

/// The row that is to be changed, as it was.
#[derive(Clone, Debug, Default)]
pub struct OldRow {
    /// What identifies it; empty: its values have to.
    pub identity: Vec<ColumnValue>,
    /// The values that it must have.
    pub values: Vec<ColumnValue>,
}

/// A column that a change is to return.
#[derive(Clone, Debug)]
pub struct Returned {
    pub name: String,
    /// Format code.
    pub format: i16,
    /// As text, whatever its type is.
    pub as_text: bool,
}

/// One row's change.
#[derive(Debug)]
pub struct RowChange {
    text: String,
    values: Vec<ReadyValue>,
    result_formats: Vec<i16>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct ChangedRow {
    /// Rows that were changed.
    pub count: u64,
    /// The columns that were asked to be returned.
    pub values: Vec<Option<Vec<u8>>>,
}

impl RowChange {
    /// An UPDATE of the row `old`, which returns the columns `returned`.
    pub fn update(table: &Table, new: Vec<ColumnValue>, old: OldRow, returned: &[Returned]) -> RowChange {
        let mut change = RowChange::begin(format!("UPDATE {} SET ", table.qualified()));
        for (index, column) in new.into_iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            let _ = write!(change.text, "{separator}{} = ", quoted_identifier(&column.name));
            change.marker(column);
        }
        change.find(table, old);
        change.returning(returned);
        change
    }

    /// A DELETE of the row `old`.
    pub fn delete(table: &Table, old: OldRow) -> RowChange {
        let mut change = RowChange::begin(format!("DELETE FROM {}", table.qualified()));
        change.find(table, old);
        change
    }

    /// An INSERT of a row; all other columns get their defaults.
    pub fn insert(table: &Table, new: Vec<ColumnValue>) -> RowChange {
        let mut change = RowChange::begin(format!("INSERT INTO {}", table.qualified()));
        if new.is_empty() {
            change.text.push_str(" DEFAULT VALUES");
            return change;
        }
        for (index, column) in new.iter().enumerate() {
            let separator = if index == 0 { " (" } else { ", " };
            let _ = write!(change.text, "{separator}{}", quoted_identifier(&column.name));
        }
        for (index, column) in new.into_iter().enumerate() {
            change.text.push_str(if index == 0 { ") VALUES (" } else { ", " });
            change.marker(column);
        }
        change.text.push(')');
        change
    }

    /// A SELECT of where the row `old` is: its ctid, xmin and tableoid.
    pub fn locate(table: &Table, old: OldRow) -> RowChange {
        let mut change = RowChange::begin(format!("SELECT ctid, xmin, tableoid FROM {} WHERE ", table.qualified()));
        let condition = change.condition(old);
        change.text.push_str(&condition);
        change
    }

    fn begin(text: String) -> RowChange {
        RowChange { text, values: Vec::new(), result_formats: Vec::new() }
    }

    /// A parameter for a column's value. Bytes for a column of OIDs become a large object.
    fn marker(&mut self, column: ColumnValue) {
        let number = self.values.len() + 1;
        let _ = match (column.oid, column.value.oid) {
            (OID_OID, BYTEA_OID) => write!(self.text, "(SELECT pg_catalog.lo_from_bytea(0, ${number}))"),
            _ => write!(self.text, "${number}"),
        };
        self.values.push(column.value);
    }

    /// Takes the values in as parameters and gives the condition that a row has them.
    fn condition(&mut self, old: OldRow) -> String {
        let mut condition = String::new();
        for column in old.identity {
            let separator = if condition.is_empty() { "" } else { " AND " };
            self.values.push(column.value);
            let _ = write!(condition, "{separator}{} = ${}", quoted_identifier(&column.name), self.values.len());
        }
        for column in old.values {
            let separator = if condition.is_empty() { "" } else { " AND " };
            let name = quoted_identifier(&column.name);
            let _ = match (&column.value.value, has_equality(column.oid)) {
                (None, _) => write!(condition, "{separator}{name} IS NULL"),
                (Some(_), true) => write!(condition, "{separator}{name} = ${}", self.values.len() + 1),
                (Some(_), false) => write!(condition, "{separator}{name}::text = ${}", self.values.len() + 1),
            };
            if column.value.value.is_some() {
                let oid = if has_equality(column.oid) { column.value.oid } else { TEXT_OID };
                self.values.push(ReadyValue { oid, ..column.value });
            }
        }
        condition
    }

    fn find(&mut self, table: &Table, old: OldRow) {
        let is_identified = !old.identity.is_empty();
        let condition = self.condition(old);
        if is_identified {
            let _ = write!(self.text, " WHERE {condition}");
            return;
        }
        let _ = write!(
            self.text,
            " WHERE ctid = (SELECT (pg_catalog.array_agg(ctid))[1] FROM {} WHERE {condition} HAVING \
             pg_catalog.count(*) = 1) AND {condition}",
            table.qualified()
        );
    }

    fn returning(&mut self, returned: &[Returned]) {
        for (index, Returned { name, format, as_text }) in returned.iter().enumerate() {
            let (separator, cast) =
                (if index == 0 { " RETURNING " } else { ", " }, if *as_text { "::text" } else { "" });
            let _ = write!(self.text, "{separator}{}{cast}", quoted_identifier(name));
            self.result_formats.push(*format);
        }
    }

    /// Changes the row: one round trip. What the transaction needs in front rides along; a failure undoes what the
    /// statement has done as that of any other.
    pub fn run(&self, flight: RowFlight<'_>) -> Result<ChangedRow> {
        let mut values = Vec::new();
        let count = flight.run(&self.text, &self.values, &self.result_formats, &mut |message| {
            if let Backend::DataRow(row) = message {
                values = row.values().map(|value| value.map(<[u8]>::to_vec)).collect();
            }
            Ok(())
        })?;
        Ok(ChangedRow { count, values })
    }
}

/// What a statement about rows of a cursor goes out with.
#[derive(Debug)]
pub struct RowFlight<'a> {
    pub session: &'a mut Session,
    pub transaction: &'a mut TransactionControl,
    pub autocommit: bool,
    pub deadline: Deadline,
}

impl RowFlight<'_> {
    /// Runs a statement as one of the application's, with its result described, and gives the count of its command tag.
    /// Other messages go to `take`; after its first error they are dropped.
    pub(super) fn run(
        self,
        text: &str,
        values: &[ReadyValue],
        result_formats: &[i16],
        take: &mut dyn FnMut(Backend<'_>) -> Result,
    ) -> Result<u64> {
        let RowFlight { session, transaction, autocommit, deadline } = self;
        let options = ScanOptions { noscan: true, ..ScanOptions::default() };
        let mut prepared = Prepared::new(text, &options)?;
        let exchange = session.begin(deadline)?;
        let mut before = Vec::new();
        let written = transaction
            .write_opening(session, &prepared, autocommit, &mut before)
            .and_then(|()| write(text, values, result_formats, session.frontend()));
        if let Err(error) = written {
            session.forget_unsent();
            return Err(error);
        }
        session.send(deadline)?;
        let mut internal = before.len();
        let mut outcome = Ok(0);
        while let Some(message) = session.next(exchange, deadline)? {
            match message {
                Backend::CommandComplete(_) if internal > 0 => internal -= 1,
                Backend::CommandComplete(tag) if outcome.is_ok() => outcome = Ok(tag.row_count().unwrap_or(0)),
                Backend::ErrorResponse(error) => outcome = Err(error),
                message if outcome.is_ok() => {
                    if let Err(error) = take(message) {
                        outcome = Err(error);
                    }
                }
                _ => {}
            }
        }
        if outcome.is_ok() {
            transaction.succeeded(&mut prepared);
        }
        outcome
    }
}

/// Parse, Bind, Describe, Execute, Sync.
fn write(text: &str, values: &[ReadyValue], result_formats: &[i16], out: &mut BytesMut) -> Result {
    frontend::parse("", text, values.iter().map(|value| value.oid), out).map_err(unwritable)?;
    let bound = frontend::bind(
        "",
        "",
        values.iter().map(|value| value.format),
        values,
        |value, out| match &value.value {
            Some(bytes) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
            None => Ok(IsNull::Yes),
        },
        result_formats.iter().copied(),
        out,
    );
    if bound.is_err() {
        return Err(Diagnostic::new(HY090_INVALID_STRING_OR_BUFFER_LENGTH, "a value is too long to be sent"));
    }
    frontend::describe(b'P', "", out).map_err(unwritable)?;
    frontend::execute("", 0, out).map_err(unwritable)?;
    frontend::sync(out);
    Ok(())
}

/// The table whose rows are changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub schema: String,
    pub name: String,
}

impl Table {
    fn qualified(&self) -> String {
        format!("{}.{}", quoted_identifier(&self.schema), quoted_identifier(&self.name))
    }
}

const BYTEA_OID: u32 = 17;
const TEXT_OID: u32 = 25;
const OID_OID: u32 = 26;

/// Types of the driver's table whose values cannot be compared by `=`, or not exactly: json, xml, the geometric ones.
const WITHOUT_EQUALITY: &[u32] = &[114, 142, 199, 143, 600, 601, 602, 603, 604, 628, 718];

/// Whether a column of the type is compared by `=`; others, and those that the driver does not know, are compared as text.
fn has_equality(oid: u32) -> bool {
    !WITHOUT_EQUALITY.contains(&oid) && SERVER_TYPES.iter().any(|known| known.oid == oid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, oid: u32, value: Option<&str>) -> ColumnValue {
        let value = ReadyValue { oid, format: 0, value: value.map(BytesMut::from) };
        ColumnValue { name: name.to_owned(), oid, value }
    }

    #[test]
    fn a_row_is_looked_for_by_its_values_and_must_be_one() {
        let table = Table { schema: "s".into(), name: "a\"b".into() };
        let old = vec![column("k", 23, Some("1")), column("n", 25, None), column("j", 114, Some("{}"))];
        let old = OldRow { values: old, ..OldRow::default() };
        let returned = [Returned { name: "k".into(), format: 1, as_text: false }];
        let change = RowChange::update(&table, vec![column("n", 0, Some("x"))], old, &returned);
        let condition = "\"k\" = $2 AND \"n\" IS NULL AND \"j\"::text = $3";
        assert_eq!(
            change.text,
            format!(
                "UPDATE \"s\".\"a\"\"b\" SET \"n\" = $1 WHERE ctid = (SELECT (pg_catalog.array_agg(ctid))[1] FROM \
                 \"s\".\"a\"\"b\" WHERE {condition} HAVING pg_catalog.count(*) = 1) AND {condition} RETURNING \"k\""
            )
        );
        assert_eq!(change.values.iter().map(|value| value.oid).collect::<Vec<_>>(), [0, 23, 25]);
    }

    #[test]
    fn a_row_that_is_identified_is_looked_for_by_that() {
        let table = Table { schema: "s".into(), name: "t".into() };
        let old = OldRow {
            identity: vec![column("ctid", 27, Some("(0,1)")), column("k", 0, Some("1"))],
            values: vec![column("n", 25, Some("x"))],
        };
        let change = RowChange::delete(&table, old);
        assert_eq!(change.text, "DELETE FROM \"s\".\"t\" WHERE \"ctid\" = $1 AND \"k\" = $2 AND \"n\" = $3");
        assert_eq!(change.values.iter().map(|value| value.oid).collect::<Vec<_>>(), [27, 0, 25]);
    }

    #[test]
    fn a_row_is_inserted_with_what_it_has() {
        let table = Table { schema: "s".into(), name: "t".into() };
        let change = RowChange::insert(&table, vec![column("a", 23, Some("1")), column("b", 25, None)]);
        assert_eq!(change.text, "INSERT INTO \"s\".\"t\" (\"a\", \"b\") VALUES ($1, $2)");
        assert_eq!(RowChange::insert(&table, vec![]).text, "INSERT INTO \"s\".\"t\" DEFAULT VALUES");
    }
}

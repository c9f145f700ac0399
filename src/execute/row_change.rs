//! Changing one row through a cursor: the statement, and its flight.
//!
//! A row is known by its values in the cursor. It is looked for by all of them (an index on any serves), must be found
//! exactly once, and is changed where it is then (`ctid`) only if it still has these values: a row that another
//! transaction changes meanwhile has another place, and is left alone. Nothing has to be known of the table's keys.
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
use crate::sql::ScanOptions;
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
    /// An UPDATE of the row that has the values `old`, which returns the columns `returned` in these formats.
    pub fn update(
        table: &Table,
        new: Vec<ColumnValue>,
        old: Vec<ColumnValue>,
        returned: &[(String, i16)],
    ) -> RowChange {
        let mut change = RowChange::begin(format!("UPDATE {} SET ", table.qualified()));
        for (index, column) in new.into_iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            let _ = write!(change.text, "{separator}{} = ", quoted(&column.name));
            change.marker(column);
        }
        change.find(table, old);
        change.returning(returned);
        change
    }

    /// A DELETE of the row that has the values `old`.
    pub fn delete(table: &Table, old: Vec<ColumnValue>) -> RowChange {
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
            let _ = write!(change.text, "{separator}{}", quoted(&column.name));
        }
        for (index, column) in new.into_iter().enumerate() {
            change.text.push_str(if index == 0 { ") VALUES (" } else { ", " });
            change.marker(column);
        }
        change.text.push(')');
        change
    }

    /// A SELECT of where the row is that has the values `old`: its ctid, xmin and tableoid.
    pub fn locate(table: &Table, old: Vec<ColumnValue>) -> RowChange {
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
    fn condition(&mut self, old: Vec<ColumnValue>) -> String {
        let mut condition = String::new();
        for column in old {
            let separator = if condition.is_empty() { "" } else { " AND " };
            let name = quoted(&column.name);
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

    fn find(&mut self, table: &Table, old: Vec<ColumnValue>) {
        let condition = self.condition(old);
        let _ = write!(
            self.text,
            " WHERE ctid = (SELECT (pg_catalog.array_agg(ctid))[1] FROM {} WHERE {condition} HAVING \
             pg_catalog.count(*) = 1) AND {condition}",
            table.qualified()
        );
    }

    fn returning(&mut self, returned: &[(String, i16)]) {
        for (index, (name, format)) in returned.iter().enumerate() {
            let _ = write!(self.text, "{}{}", if index == 0 { " RETURNING " } else { ", " }, quoted(name));
            self.result_formats.push(*format);
        }
    }

    /// Changes the row: one round trip. What the transaction needs in front rides along; a failure undoes what the
    /// statement has done as that of any other.
    pub fn run(
        &self,
        session: &mut Session,
        transaction: &mut TransactionControl,
        autocommit: bool,
        deadline: Deadline,
    ) -> Result<ChangedRow> {
        let options = ScanOptions { noscan: true, ..ScanOptions::default() };
        let prepared = Prepared::new(&self.text, &options)?;
        let exchange = session.begin(deadline)?;
        let mut before = Vec::new();
        let written = transaction
            .write_opening(session, &prepared, autocommit, &mut before)
            .and_then(|()| self.write(session.frontend()));
        if let Err(error) = written {
            session.forget_unsent();
            return Err(error);
        }
        session.send(deadline)?;
        let mut internal = before.len();
        let mut outcome = Ok(ChangedRow::default());
        while let Some(message) = session.next(exchange, deadline)? {
            match (message, &mut outcome) {
                (Backend::CommandComplete(_), _) if internal > 0 => internal -= 1,
                (Backend::CommandComplete(tag), Ok(changed)) => changed.count = tag.row_count().unwrap_or(0),
                (Backend::DataRow(row), Ok(changed)) => {
                    changed.values = row.values().map(|value| value.map(<[u8]>::to_vec)).collect();
                }
                (Backend::ErrorResponse(error), outcome) => *outcome = Err(error),
                _ => {}
            }
        }
        if outcome.is_ok() {
            transaction.succeeded(&prepared);
        }
        outcome
    }

    fn write(&self, out: &mut BytesMut) -> Result {
        frontend::parse("", &self.text, self.values.iter().map(|value| value.oid), out).map_err(unwritable)?;
        let bound = frontend::bind(
            "",
            "",
            self.values.iter().map(|value| value.format),
            &self.values,
            |value, out| match &value.value {
                Some(bytes) => {
                    out.extend_from_slice(bytes);
                    Ok(IsNull::No)
                }
                None => Ok(IsNull::Yes),
            },
            self.result_formats.iter().copied(),
            out,
        );
        if bound.is_err() {
            return Err(Diagnostic::new(HY090_INVALID_STRING_OR_BUFFER_LENGTH, "a value is too long to be sent"));
        }
        frontend::execute("", 0, out).map_err(unwritable)?;
        frontend::sync(out);
        Ok(())
    }
}

/// The table whose rows are changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub schema: String,
    pub name: String,
}

impl Table {
    fn qualified(&self) -> String {
        format!("{}.{}", quoted(&self.schema), quoted(&self.name))
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
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
        let change = RowChange::update(&table, vec![column("n", 0, Some("x"))], old, &[("k".into(), 1)]);
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
    fn a_row_is_inserted_with_what_it_has() {
        let table = Table { schema: "s".into(), name: "t".into() };
        let change = RowChange::insert(&table, vec![column("a", 23, Some("1")), column("b", 25, None)]);
        assert_eq!(change.text, "INSERT INTO \"s\".\"t\" (\"a\", \"b\") VALUES ($1, $2)");
        assert_eq!(RowChange::insert(&table, vec![]).text, "INSERT INTO \"s\".\"t\" DEFAULT VALUES");
    }
}

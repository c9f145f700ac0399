//! Rows of a keyset-driven cursor, read again by their keys: one query for all that are wanted.
//!
//! Source: ODBC reference, "Keyset-Driven Cursors".

use bytes::BytesMut;

use super::prepared::Prepared;
use super::row_change::{ReadyValue, RowFlight};
use crate::descriptor::Column;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::sql::ScanOptions;
use crate::wire::{Backend, DataRow, RowDescription};

/// The query that reads rows by their keys. Its parameters are an array of text for each column of the key, its last
/// column is the place of the row's key in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowsAgain {
    text: String,
}

/// A row's key: its values as text.
pub type RowKey = Vec<Vec<u8>>;

/// The OID of text[].
const TEXT_ARRAY_OID: u32 = 1009;

impl RowsAgain {
    /// `text` is as an application writes it, with the server's own parameters. 42000 as [`Prepared::new`].
    pub fn new(text: &str, options: &ScanOptions) -> Result<RowsAgain> {
        let prepared = Prepared::new(text, options)?;
        let text = prepared.first().map(|statement| statement.text.clone()).unwrap_or_default();
        Ok(RowsAgain { text })
    }

    /// Reads the rows with these keys. Each that there is goes to `take`, with the place of its key, as the body of a
    /// message: the cursor's columns, and those behind them that the driver has asked for.
    ///
    /// HY000 where the table's columns have other types than when the cursor was opened.
    pub fn read(
        &self,
        flight: RowFlight<'_>,
        keys: &[RowKey],
        columns: &[Column],
        mut take: impl FnMut(usize, Vec<u8>) -> Result,
    ) -> Result {
        let Some(first) = keys.first() else { return Ok(()) };
        let arrays: Vec<ReadyValue> = (0..first.len())
            .map(|column| ReadyValue { oid: TEXT_ARRAY_OID, format: 0, value: Some(array(keys, column)) })
            .collect();
        // Behind the cursor's columns everything is text: the version, the key, the place.
        let mut formats: Vec<i16> = columns.iter().map(|column| column.kind.format.code()).collect();
        formats.resize(columns.len() + crate::sql::VERSION_COLUMNS.len() + first.len() + 1, 0);
        let taken = flight.run(&self.text, &arrays, &formats, &mut |message| match message {
            Backend::RowDescription(description) => check_types(&description, columns),
            Backend::DataRow(row) => match without_place(row) {
                Some((place, body)) => take(place, body),
                None => Ok(()),
            },
            _ => Ok(()),
        });
        taken.map(drop)
    }
}

/// One column of the keys as the text of an array.
fn array(keys: &[RowKey], column: usize) -> BytesMut {
    let mut text = BytesMut::from("{");
    for (index, key) in keys.iter().enumerate() {
        text.extend_from_slice(if index == 0 { b"\"" } else { b",\"" });
        for byte in key.get(column).into_iter().flatten() {
            if matches!(byte, b'"' | b'\\') {
                text.extend_from_slice(b"\\");
            }
            text.extend_from_slice(&[*byte]);
        }
        text.extend_from_slice(b"\"");
    }
    text.extend_from_slice(b"}");
    text
}

/// The place from 0 that the last column tells, and the body of the message without that column.
fn without_place(row: DataRow<'_>) -> Option<(usize, Vec<u8>)> {
    let place = row.values().last()??;
    let number: usize = str::from_utf8(place).ok()?.parse().ok()?;
    let kept = row.body().len().checked_sub(size_of::<i32>() + place.len())?;
    let mut body = row.column_count().checked_sub(1)?.to_be_bytes().to_vec();
    body.extend_from_slice(row.body().get(..kept)?);
    Some((number.checked_sub(1)?, body))
}

fn check_types(description: &RowDescription<'_>, columns: &[Column]) -> Result {
    if description.fields().zip(columns).all(|(field, column)| field.type_oid == column.kind.oid) {
        return Ok(());
    }
    Err(Diagnostic::new(
        HY000_GENERAL_ERROR,
        "the rows of the keyset cannot be read again: the types of the table's columns have changed; execute the query again",
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_arrays_of_text() {
        let keys: Vec<RowKey> = vec![vec![b"1".to_vec(), b"a\"b\\c".to_vec()], vec![b"22".to_vec(), b"".to_vec()]];
        assert_eq!(array(&keys, 0), &b"{\"1\",\"22\"}"[..]);
        assert_eq!(array(&keys, 1), &b"{\"a\\\"b\\\\c\",\"\"}"[..]);
    }

    #[test]
    fn the_place_is_taken_off_the_row() {
        let mut body = vec![0, 3, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, b'x'];
        let expected = [&[0, 2][..], &body[2..]].concat();
        body.extend([0, 0, 0, 2, b'1', b'2']);
        assert_eq!(without_place(DataRow::parse(&body).unwrap()), Some((11, expected)));
    }
}

//! A row as the server sent it, with what a row maker asks of it.

use crate::odbc::catalog_results::CatalogValue;
use crate::wire::DataRow;

/// More columns than any of the queries has.
const COLUMNS: usize = 24;

/// Values in text format, by the query's column numbers. A column that was not sent is NULL.
#[derive(Clone, Copy, Debug, Default)]
pub struct RawRow<'a> {
    values: [Option<&'a [u8]>; COLUMNS],
}

impl<'a> RawRow<'a> {
    pub fn new(row: DataRow<'a>) -> RawRow<'a> {
        RawRow::of_values(row.values())
    }

    pub fn of_values(values: impl IntoIterator<Item = Option<&'a [u8]>>) -> RawRow<'a> {
        let mut row = RawRow::default();
        for (slot, value) in row.values.iter_mut().zip(values) {
            *slot = value;
        }
        row
    }

    pub fn bytes(&self, column: usize) -> Option<&'a [u8]> {
        self.values.get(column).copied().flatten()
    }

    /// The value as it came.
    pub fn value(&self, column: usize) -> CatalogValue<'a> {
        CatalogValue::of(self.bytes(column))
    }

    /// A number that the server sent; None for NULL.
    pub fn number(&self, column: usize) -> Option<i64> {
        str::from_utf8(self.bytes(column)?).ok()?.parse().ok()
    }

    /// A type's OID; 0 for NULL.
    pub fn oid(&self, column: usize) -> u32 {
        self.number(column).and_then(|oid| u32::try_from(oid).ok()).unwrap_or(0)
    }

    /// A type modifier; -1, which is none, for NULL.
    pub fn modifier(&self, column: usize) -> i32 {
        self.number(column).and_then(|modifier| i32::try_from(modifier).ok()).unwrap_or(-1)
    }

    /// A bool.
    pub fn is_true(&self, column: usize) -> bool {
        self.bytes(column) == Some(b"t")
    }

    /// The first `count` values as they came: where a query gives what the result set has.
    pub fn as_they_came(&self, count: usize) -> impl Iterator<Item = CatalogValue<'a>> {
        (0..count).map(|column| self.value(column))
    }
}

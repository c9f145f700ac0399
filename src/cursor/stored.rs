//! Rows that the driver made itself (catalog functions, SQLGetTypeInfo), kept as DataRow bodies so that they are read
//! by the same path as a server's.

use std::ops::Range;

use crate::odbc::catalog_results::{CatalogValue, Gaps, SortColumn};
use crate::wire::DataRow;

/// Rows in text format, in one piece of memory.
#[derive(Debug, Default)]
pub struct StoredRows {
    bytes: Vec<u8>,
    /// Where each row is in `bytes`.
    places: Vec<Range<usize>>,
}

impl StoredRows {
    /// Stores rows of values in text format; `None` is NULL.
    pub fn new<S: AsRef<str>>(rows: impl IntoIterator<Item = Vec<Option<S>>>) -> StoredRows {
        let mut stored = StoredRows::default();
        for row in rows {
            let start = stored.bytes.len();
            stored.bytes.extend_from_slice(&(row.len() as u16).to_be_bytes());
            for value in row {
                match value {
                    Some(text) => stored.value(text.as_ref().as_bytes()),
                    None => stored.bytes.extend_from_slice(&(-1i32).to_be_bytes()),
                }
            }
            stored.places.push(start..stored.bytes.len());
        }
        stored
    }

    /// Appends one row.
    pub fn push(&mut self, row: &[CatalogValue<'_>]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&(row.len() as u16).to_be_bytes());
        for value in row {
            match value {
                CatalogValue::Null => self.bytes.extend_from_slice(&(-1i32).to_be_bytes()),
                CatalogValue::Text(text) => self.value(text),
                CatalogValue::Number(number) => self.value(number.to_string().as_bytes()),
            }
        }
        self.places.push(start..self.bytes.len());
    }

    fn value(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(&(text.len() as u32).to_be_bytes());
        self.bytes.extend_from_slice(text);
    }

    /// Orders the rows; those that are equal stay as they came.
    pub fn sort(&mut self, columns: &[SortColumn]) {
        let StoredRows { bytes, places } = self;
        let key = |place: &Range<usize>| {
            let row = DataRow::parse(&bytes[place.clone()]);
            let mut key = [(0, &b""[..]); 3];
            for (key, column) in key.iter_mut().zip(columns) {
                let (SortColumn::Text(number) | SortColumn::Number(number)) = *column;
                let value = row.and_then(|row| row.get(number)).flatten().unwrap_or_default();
                // Of two numbers the longer is the larger.
                *key = (if matches!(column, SortColumn::Number(_)) { value.len() } else { 0 }, value);
            }
            key
        };
        let mut keyed: Vec<_> = places.drain(..).map(|place| (key(&place), place)).collect();
        // A stable sort makes use of what comes in order already.
        keyed.sort_by(|one, other| one.0.cmp(&other.0));
        places.extend(keyed.into_iter().map(|(_, place)| place));
    }

    /// See [`Gaps`].
    pub fn close_gaps(&mut self, gaps: &Gaps) {
        let places = std::mem::take(&mut self.places);
        let mut group: Option<[Vec<u8>; 2]> = None;
        let mut passed = 0;
        for place in places {
            let Some(row) = DataRow::parse(&self.bytes[place.clone()]) else { continue };
            let value = |column: usize| row.get(column).flatten();
            let own = gaps.group.map(|column| value(column).unwrap_or_default());
            if group.as_ref().is_none_or(|[first, second]| [&first[..], &second[..]] != own) {
                group = Some(own.map(<[u8]>::to_vec));
                passed = 0;
            }
            if value(gaps.present).is_none() {
                passed += 1;
            } else if passed == 0 {
                self.places.push(place);
            } else {
                let number = value(gaps.number).and_then(|text| str::from_utf8(text).ok()?.parse::<i64>().ok());
                let mut row: Vec<Option<String>> =
                    row.values().map(|value| value.map(|text| String::from_utf8_lossy(text).into_owned())).collect();
                if let Some(slot) = row.get_mut(gaps.number) {
                    *slot = number.map(|number| (number - passed).to_string());
                }
                let row: Vec<CatalogValue<'_>> = row
                    .iter()
                    .map(|value| value.as_ref().map_or(CatalogValue::Null, |text| CatalogValue::Text(text.as_bytes())))
                    .collect();
                self.push(&row);
            }
        }
    }

    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// The bodies of the rows as messages, in their order.
    pub(super) fn bodies(&self) -> impl Iterator<Item = &[u8]> {
        self.places.iter().map(|place| &self.bytes[place.clone()])
    }

    /// Row `index`, from 0.
    #[cfg(test)]
    pub fn row(&self, index: usize) -> Option<DataRow<'_>> {
        DataRow::parse(&self.bytes[self.places.get(index)?.clone()])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn stored_rows_read_back_as_data_rows() {
        let rows = StoredRows::new([vec![Some("a"), None, Some("")], vec![Some("grün"), Some("1"), None]]);
        assert_eq!(rows.count(), 2);
        let first: Vec<_> = rows.row(0).unwrap().values().collect();
        assert_eq!(first, [Some(&b"a"[..]), None, Some(&b""[..])]);
        let second: Vec<_> = rows.row(1).unwrap().values().collect();
        assert_eq!(second, [Some("grün".as_bytes()), Some(&b"1"[..]), None]);
        assert!(rows.row(2).is_none());
    }

    #[test]
    fn values_made_for_a_row_are_stored_as_their_text() {
        let mut rows = StoredRows::new([vec![Some("a")]]);
        rows.push(&[CatalogValue::Number(-7), CatalogValue::Null, CatalogValue::Text(b"b")]);
        assert_eq!(rows.count(), 2);
        let second: Vec<_> = rows.row(1).unwrap().values().collect();
        assert_eq!(second, [Some(&b"-7"[..]), None, Some(&b"b"[..])]);
    }

    fn text(rows: &StoredRows) -> Vec<String> {
        let value = |value: Option<&[u8]>| value.map_or("-", |text| str::from_utf8(text).unwrap()).to_owned();
        (0..rows.count()).map(|row| rows.row(row).unwrap().values().map(value).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn rows_are_ordered_by_text_and_by_number() {
        let mut rows =
            StoredRows::new(["b 10", "a 9", "b 9", "a 100", "B 1"].map(|row| row.split(' ').map(Some).collect()));
        rows.sort(&[SortColumn::Text(0), SortColumn::Number(1)]);
        assert_eq!(text(&rows), ["B 1", "a 9", "a 100", "b 9", "b 10"]);
        rows.sort(&[SortColumn::Number(1)]);
        assert_eq!(text(&rows), ["B 1", "a 9", "b 9", "b 10", "a 100"]);
    }

    #[test]
    fn gaps_are_closed_in_their_own_group() {
        let rows = ["s t x 1", "s t - 2", "s t y 3", "s t - 4", "s t z 5", "s u x 1", "t u - 1", "t u y 2", "t v x 1"];
        let null = |value| (value != "-").then_some(value);
        let mut rows = StoredRows::new(rows.map(|row| row.split(' ').map(null).collect()));
        rows.close_gaps(&Gaps { group: [0, 1], present: 2, number: 3 });
        assert_eq!(text(&rows), ["s t x 1", "s t y 2", "s t z 3", "s u x 1", "t u y 1", "t v x 1"]);
    }
}

//! Rows that the driver made itself (catalog functions, SQLGetTypeInfo), kept as DataRow bodies so that they are read
//! by the same path as a server's.

use std::io::Write as _;
use std::ops::Range;

use super::row_store::PREFIX;
use crate::odbc::catalog_results::{CatalogValue, Numbered, RowOrder, Within};
use crate::wire::DataRow;

/// Rows in text format, in one piece of memory: the length of each, as a DataRow's body, and that body.
#[derive(Debug, Default)]
pub struct StoredRows {
    pub(super) bytes: Vec<u8>,
    /// Where the length of each row is in `bytes`, in the order of the rows.
    pub(super) places: Vec<u64>,
}

/// Rows next to each other as they came, with the same texts.
struct Run<'a> {
    texts: [&'a [u8]; 2],
    rows: Range<usize>,
}

/// The first bytes of a text as a number: texts whose numbers differ are in the order of these.
fn beginning(text: &[u8]) -> u128 {
    let mut bytes = [0; size_of::<u128>()];
    let length = text.len().min(bytes.len());
    bytes[..length].copy_from_slice(&text[..length]);
    u128::from_be_bytes(bytes)
}

impl StoredRows {
    /// Stores rows of values in text format; `None` is NULL.
    pub fn new<S: AsRef<str>>(rows: impl IntoIterator<Item = Vec<Option<S>>>) -> StoredRows {
        let mut stored = StoredRows::default();
        for row in rows {
            let value = |value| Option::as_ref(value).map(|text: &S| text.as_ref().as_bytes());
            stored.push(row.iter().map(|text| CatalogValue::of(value(text))));
        }
        stored
    }

    /// Appends one row.
    pub fn push<'v>(&mut self, row: impl ExactSizeIterator<Item = CatalogValue<'v>>) {
        let start = self.bytes.len();
        self.places.push(start as u64);
        self.bytes.extend_from_slice(&[0; PREFIX]);
        self.bytes.extend_from_slice(&(row.len() as u16).to_be_bytes());
        for value in row {
            match value {
                CatalogValue::Null => self.bytes.extend_from_slice(&(-1i32).to_be_bytes()),
                CatalogValue::Text(text) => {
                    self.bytes.extend_from_slice(&(text.len() as u32).to_be_bytes());
                    self.bytes.extend_from_slice(text);
                }
                CatalogValue::Number(number) => {
                    let length = self.bytes.len();
                    self.bytes.extend_from_slice(&[0; PREFIX]);
                    // Memory takes whatever is written.
                    let _ = write!(self.bytes, "{number}");
                    self.set_length(length);
                }
            }
        }
        self.set_length(start);
    }

    /// What has been written since `at` is as long as the four bytes there say.
    fn set_length(&mut self, at: usize) {
        let length = (self.bytes.len() - at - PREFIX) as u32;
        self.bytes[at..at + PREFIX].copy_from_slice(&length.to_be_bytes());
    }

    /// Orders the rows; those that are equal stay as they came.
    pub fn order(&mut self, order: &RowOrder) {
        let mut runs = self.runs(order.texts);
        // A stable sort makes use of what comes in order already.
        runs.sort_by(|one, other| one.texts.cmp(&other.texts));
        let mut ordered = Vec::with_capacity(self.places.len());
        let mut again = Vec::new();
        for same in runs.chunk_by(|one, other| one.texts == other.texts) {
            let group = same.iter().flat_map(|run| &self.places[run.rows.clone()]).copied();
            match order.within {
                Within::Text(column) => self.order_by_text(group, column, &mut ordered),
                Within::Number(numbered) => self.order_by_number(group, numbered, &mut ordered, &mut again),
            }
        }
        self.places = ordered;
        if let Within::Number(numbered) = order.within {
            for (index, number) in again {
                self.number_again(index, numbered.number, number);
            }
        }
    }

    /// Adds the rows of a group, ordered by a column's bytes.
    fn order_by_text(&self, group: impl Iterator<Item = u64>, column: usize, ordered: &mut Vec<u64>) {
        let mut group: Vec<(u128, &[u8], u64)> = group
            .map(|place| {
                let text = self.row_at(place).get(column).flatten().unwrap_or_default();
                (beginning(text), text, place)
            })
            .collect();
        group.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| one.1.cmp(other.1)));
        ordered.extend(group.into_iter().map(|(.., place)| place));
    }

    /// Adds the rows of a group that stay, ordered by their numbers, and to `again` which of all rows gets what number, where
    /// others have left.
    fn order_by_number(
        &self,
        group: impl Iterator<Item = u64>,
        numbered: Numbered,
        ordered: &mut Vec<u64>,
        again: &mut Vec<(usize, i64)>,
    ) {
        let mut group: Vec<(i64, bool, u64)> = group
            .map(|place| {
                let row = self.row_at(place);
                let number =
                    row.get(numbered.number).flatten().and_then(|text| str::from_utf8(text).ok()?.parse().ok());
                (number.unwrap_or(0), row.get(numbered.present).flatten().is_some(), place)
            })
            .collect();
        group.sort_by_key(|(number, ..)| *number);
        let mut left = 0;
        for (number, is_present, place) in group {
            if !is_present {
                left += 1;
                continue;
            }
            if left > 0 {
                again.push((ordered.len(), number - left));
            }
            ordered.push(place);
        }
    }

    fn runs(&self, columns: [usize; 2]) -> Vec<Run<'_>> {
        let mut runs: Vec<Run<'_>> = Vec::new();
        for (index, place) in self.places.iter().enumerate() {
            let row = self.row_at(*place);
            let texts = columns.map(|column| row.get(column).flatten().unwrap_or_default());
            match runs.last_mut() {
                Some(run) if run.texts == texts => run.rows.end = index + 1,
                _ => runs.push(Run { texts, rows: index..index + 1 }),
            }
        }
        runs
    }

    /// Writes row `index` once more, with another number in a column.
    fn number_again(&mut self, index: usize, column: usize, number: i64) {
        let Some(place) = self.places.get(index).copied() else { return };
        let row: Vec<Option<Vec<u8>>> = self.row_at(place).values().map(|value| value.map(<[u8]>::to_vec)).collect();
        self.push(row.iter().enumerate().map(|(at, value)| match at == column {
            true => CatalogValue::Number(number),
            false => CatalogValue::of(value.as_deref()),
        }));
        if let Some(written) = self.places.pop() {
            self.places[index] = written;
        }
    }

    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// The body of the row at a place.
    fn body_at(&self, place: u64) -> &[u8] {
        let rest = self.bytes.get(place as usize..).unwrap_or_default();
        let Some((length, rest)) = rest.split_first_chunk() else { return &[] };
        rest.get(..u32::from_be_bytes(*length) as usize).unwrap_or_default()
    }

    /// The row at a place: one without columns, where there is none.
    fn row_at(&self, place: u64) -> DataRow<'_> {
        DataRow::of_own(self.body_at(place))
    }

    /// The bodies of the rows as messages, in their order.
    pub(super) fn bodies(&self) -> impl Iterator<Item = &[u8]> {
        self.places.iter().map(|place| self.body_at(*place))
    }

    /// Row `index`, from 0.
    #[cfg(test)]
    pub fn row(&self, index: usize) -> Option<DataRow<'_>> {
        DataRow::parse(self.body_at(*self.places.get(index)?))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::row_store::RowStore;
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
        rows.push([CatalogValue::Number(-7), CatalogValue::Null, CatalogValue::Text(b"b")].into_iter());
        assert_eq!(rows.count(), 2);
        let second: Vec<_> = rows.row(1).unwrap().values().collect();
        assert_eq!(second, [Some(&b"-7"[..]), None, Some(&b"b"[..])]);
    }

    fn text(rows: &StoredRows) -> Vec<String> {
        let value = |value: Option<&[u8]>| value.map_or("-", |text| str::from_utf8(text).unwrap()).to_owned();
        (0..rows.count()).map(|row| rows.row(row).unwrap().values().map(value).collect::<Vec<_>>().join(" ")).collect()
    }

    fn stored(rows: &[&str]) -> StoredRows {
        let null = |value| (value != "-").then_some(value);
        StoredRows::new(rows.iter().map(|row| row.split(' ').map(null).collect()))
    }

    #[test]
    fn rows_are_ordered_by_text_and_by_number() {
        let mut rows = stored(&["b - 10", "a - 9", "b - 9", "a - 100", "B - 1"]);
        let numbered = Numbered { number: 2, present: 0 };
        rows.order(&RowOrder { texts: [0, 1], within: Within::Number(numbered) });
        assert_eq!(text(&rows), ["B - 1", "a - 9", "a - 100", "b - 9", "b - 10"]);
        let mut rows = stored(&["x b 2", "- b 1", "x a 3", "x b 1", "w c 9"]);
        rows.order(&RowOrder { texts: [0, 1], within: Within::Text(2) });
        assert_eq!(text(&rows), ["- b 1", "w c 9", "x a 3", "x b 1", "x b 2"]);
        // They are found in that order by a cursor, too.
        let mut store = RowStore::from(rows);
        let first =
            |store: &mut RowStore, index| store.row(index).unwrap().map(|row| row.get(2).flatten().unwrap().to_vec());
        for index in [0, 1, 2, 3, 4, 3, 0, 4] {
            let expected = [b"1", b"9", b"3", b"1", b"2"][index as usize];
            assert_eq!(first(&mut store, index).as_deref(), Some(&expected[..]), "{index}");
        }
        assert_eq!(first(&mut store, 5), None);
    }

    #[test]
    fn texts_are_ordered_behind_their_beginning_too() {
        let names = [
            "abcdefghijklmnop",
            "abcdefghijklmnopq",
            "abcdefghijklmno",
            "-",
            "abcdefghijklmnopa",
            "b",
            "abcdefghijklmnopq",
        ];
        let mut rows = stored(&names.map(|name| format!("x y {name}")).each_ref().map(String::as_str));
        rows.order(&RowOrder { texts: [0, 1], within: Within::Text(2) });
        let mut expected = names;
        expected.sort_unstable();
        assert_eq!(text(&rows), expected.map(|name| format!("x y {name}")));
    }

    #[test]
    fn gaps_are_closed_in_their_own_group() {
        let rows = ["s t x 1", "t u y 2", "s t - 2", "s t y 3", "t v x 1", "s t z 11", "s t - 4", "s u x 1", "t u - 1"];
        let mut rows = stored(&rows);
        rows.order(&RowOrder { texts: [0, 1], within: Within::Number(Numbered { number: 3, present: 2 }) });
        assert_eq!(text(&rows), ["s t x 1", "s t y 2", "s t z 9", "s u x 1", "t u y 1", "t v x 1"]);
        assert_eq!(RowStore::from(rows).count(), 6);
    }
}

//! Rows that the driver made itself (catalog functions, SQLGetTypeInfo), kept as DataRow bodies so that they are read
//! by the same path as a server's.

#[cfg(test)]
use crate::wire::DataRow;

/// Rows in text format, in one piece of memory.
#[derive(Debug, Default)]
pub struct StoredRows {
    bytes: Vec<u8>,
    /// Where each row ends in `bytes`.
    ends: Vec<usize>,
}

impl StoredRows {
    /// Stores rows of values in text format; `None` is NULL.
    pub fn new<S: AsRef<str>>(rows: impl IntoIterator<Item = Vec<Option<S>>>) -> StoredRows {
        let mut stored = StoredRows::default();
        for row in rows {
            stored.bytes.extend_from_slice(&(row.len() as u16).to_be_bytes());
            for value in row {
                match value {
                    Some(text) => {
                        let text = text.as_ref().as_bytes();
                        stored.bytes.extend_from_slice(&(text.len() as u32).to_be_bytes());
                        stored.bytes.extend_from_slice(text);
                    }
                    None => stored.bytes.extend_from_slice(&(-1i32).to_be_bytes()),
                }
            }
            stored.ends.push(stored.bytes.len());
        }
        stored
    }

    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// The bodies, and where each ends.
    pub(super) fn into_parts(self) -> (Vec<u8>, Vec<usize>) {
        (self.bytes, self.ends)
    }

    /// Row `index`, from 0.
    #[cfg(test)]
    pub fn row(&self, index: usize) -> Option<DataRow<'_>> {
        let &end = self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        DataRow::parse(&self.bytes[start..end])
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
}

//! DataRow: the values of one row, borrowed.

/// One row of a result. Its bytes are checked once, when it is received; after that walking it cannot fail.
#[derive(Clone, Copy, Debug)]
pub struct DataRow<'a> {
    column_count: u16,
    values: &'a [u8],
}

impl<'a> DataRow<'a> {
    /// Whether `body` is a row: every column's length is NULL (-1) or within what remains, and the columns fill the body.
    #[inline]
    pub(super) fn is_valid(body: &[u8]) -> bool {
        let Some((count, mut rest)) = body.split_first_chunk() else { return false };
        for _ in 0..u16::from_be_bytes(*count) {
            let Some((length, values)) = rest.split_first_chunk() else { return false };
            let length = i32::from_be_bytes(*length);
            rest = values;
            if length >= 0 {
                let Some(values) = values.get(length as usize..) else { return false };
                rest = values;
            } else if length != -1 {
                return false;
            }
        }
        rest.is_empty()
    }

    /// The row in a body that [`DataRow::is_valid`] has accepted.
    #[inline]
    pub(super) fn of_valid(body: &'a [u8]) -> DataRow<'a> {
        match body.split_first_chunk() {
            Some((count, values)) => DataRow { column_count: u16::from_be_bytes(*count), values },
            None => DataRow { column_count: 0, values: &[] },
        }
    }

    /// The row in a body that the driver wrote itself, and therefore need not check.
    pub fn of_own(body: &'a [u8]) -> DataRow<'a> {
        DataRow::of_valid(body)
    }

    /// The row in the body of a DataRow message, if it is one.
    pub fn parse(body: &'a [u8]) -> Option<DataRow<'a>> {
        DataRow::is_valid(body).then(|| DataRow::of_valid(body))
    }

    /// Number of columns.
    pub fn column_count(&self) -> u16 {
        self.column_count
    }

    /// The message's body behind the number of columns.
    pub fn body(&self) -> &'a [u8] {
        self.values
    }

    /// The values in the order of the columns, `None` for NULL.
    #[inline]
    pub fn values(&self) -> Values<'a> {
        Values { left: self.column_count, rest: self.values }
    }

    /// As [`DataRow::get`], walking from the column that was asked for before in the same row, where that is not behind
    /// this one: columns are mostly read in their order. What `from` of another row leads to is a wrong value or none.
    #[inline]
    pub fn walk_to(&self, column: u16, from: &mut ColumnStart) -> Option<Option<&'a [u8]>> {
        if from.column > column {
            *from = ColumnStart::default();
        }
        if column >= self.column_count {
            return None;
        }
        let mut rest = self.values.get(from.offset..)?;
        for _ in from.column..column {
            (_, rest) = split_value(rest)?;
        }
        *from = ColumnStart { column, offset: self.values.len() - rest.len() };
        split_value(rest).map(|(value, _)| value)
    }

    /// The value of one column (from 0): `None` if there is no such column, `Some(None)` for NULL. Walks the row to it.
    pub fn get(&self, column: usize) -> Option<Option<&'a [u8]>> {
        self.values().nth(column)
    }
}

/// Where in a row a column begins. The default is the beginning of the row.
#[derive(Clone, Copy, Debug, Default)]
pub struct ColumnStart {
    /// From 0.
    column: u16,
    /// Bytes of the columns before it, with their lengths.
    offset: usize,
}

/// The value at the front of a row's body, and what follows it.
#[inline]
fn split_value(body: &[u8]) -> Option<(Option<&[u8]>, &[u8])> {
    let (length, rest) = body.split_first_chunk()?;
    match i32::from_be_bytes(*length) {
        ..0 => Some((None, rest)),
        length => rest.split_at_checked(length as usize).map(|(value, rest)| (Some(value), rest)),
    }
}

/// The values of a row.
#[derive(Clone, Debug)]
pub struct Values<'a> {
    left: u16,
    rest: &'a [u8],
}

impl<'a> Iterator for Values<'a> {
    type Item = Option<&'a [u8]>;

    #[inline]
    fn next(&mut self) -> Option<Option<&'a [u8]>> {
        self.left = self.left.checked_sub(1)?;
        let (value, rest) = split_value(self.rest)?;
        self.rest = rest;
        Some(value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::from(self.left), Some(usize::from(self.left)))
    }
}

impl ExactSizeIterator for Values<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &[u8] = b"\0\x04\0\0\0\x02ab\xff\xff\xff\xff\0\0\0\0\0\0\0\x01c";

    #[test]
    fn values_null_and_empty_are_told_apart() {
        assert!(DataRow::is_valid(ROW));
        let row = DataRow::of_valid(ROW);
        assert_eq!(row.column_count(), 4);
        let values: Vec<_> = row.values().collect();
        assert_eq!(values, [Some(&b"ab"[..]), None, Some(b""), Some(b"c")]);
        assert_eq!(row.get(1), Some(None));
        assert_eq!(row.get(3), Some(Some(&b"c"[..])));
        assert_eq!(row.get(4), None);
    }

    #[test]
    fn columns_are_found_in_whatever_order_they_are_asked_for() {
        let row = DataRow::of_valid(ROW);
        let mut start = ColumnStart::default();
        for column in [0, 1, 2, 3, 3, 0, 2, 1, 1, 4, 5, 3, 0] {
            assert_eq!(row.walk_to(column, &mut start), row.get(column.into()), "column {column}");
        }
    }

    #[test]
    fn a_row_of_no_columns_is_a_row() {
        assert!(DataRow::is_valid(b"\0\0"));
        assert_eq!(DataRow::of_valid(b"\0\0").values().count(), 0);
    }

    #[test]
    fn what_does_not_fit_is_no_row() {
        for end in 0..ROW.len() {
            assert!(!DataRow::is_valid(&ROW[..end]), "cut at {end}");
        }
        assert!(!DataRow::is_valid(b"\0\0x"), "bytes after the last column");
        assert!(!DataRow::is_valid(b"\0\x01\xff\xff\xff\xfe"), "length -2");
        assert!(!DataRow::is_valid(b"\0\x01\x7f\xff\xff\xffabc"), "length past the frame");
        assert!(!DataRow::is_valid(b"\xff\xff\0\0\0\0"), "more columns than bytes");
    }
}

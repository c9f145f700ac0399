//! Where a fetch goes: the tables of `SQLFetchScroll` as one function.
//!
//! Source: ODBC reference, `SQLFetchScroll`, "Cursor positioning rules".

use crate::diag::Result;

/// Where a cursor is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Position {
    #[default]
    BeforeStart,
    /// On a rowset that begins with row `start` (from 1) and was fetched with this rowset size.
    Rowset {
        start: u64,
        size: u64,
    },
    AfterEnd,
}

/// Where it is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    Next,
    Prior,
    First,
    Last,
    Absolute(i64),
    Relative(i64),
    /// So many rows from the row (from 1) that a bookmark names.
    Bookmark(u64, i64),
}

/// Where it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    BeforeStart,
    /// A rowset that begins with this row, from 1.
    Rowset(u64),
    /// The first rowset: the application has asked for one that begins before the first row and reaches into the result
    /// (01S06).
    Overlapping,
    AfterEnd,
}

/// What is known of the result's length; finding it out may need the server.
pub trait Length {
    /// Whether there is a row of this number, from 1.
    fn reaches(&mut self, row: u64) -> Result<bool>;
    /// The number of the last row: 0 for an empty result.
    fn last(&mut self) -> Result<u64>;
}

/// The rowset that a fetch of `size` rows comes to.
pub fn target(position: Position, orientation: Orientation, size: u64, length: &mut impl Length) -> Result<Target> {
    let size = size.max(1);
    Ok(match (orientation, position) {
        (Orientation::First, _) => at(1, length)?,
        (Orientation::Last, _) => {
            let last = length.last()?;
            at(if size <= last { last - size + 1 } else { 1 }, length)?
        }
        (Orientation::Next, Position::BeforeStart) => at(1, length)?,
        // The size of the rowset that the cursor is on, where it has been changed since.
        (Orientation::Next, Position::Rowset { start, size }) => at(start.saturating_add(size), length)?,
        (Orientation::Next, Position::AfterEnd) => Target::AfterEnd,
        (Orientation::Prior, Position::BeforeStart) => Target::BeforeStart,
        (Orientation::Prior, Position::Rowset { start: 1, .. }) => Target::BeforeStart,
        (Orientation::Prior, Position::Rowset { start, .. }) if start <= size => Target::Overlapping,
        (Orientation::Prior, Position::Rowset { start, .. }) => Target::Rowset(start - size),
        (Orientation::Prior, Position::AfterEnd) => match length.last()? {
            0 => Target::BeforeStart,
            last if last < size => Target::Overlapping,
            last => Target::Rowset(last - size + 1),
        },
        (Orientation::Relative(offset), Position::BeforeStart) if offset > 0 => absolute(offset, size, length)?,
        (Orientation::Relative(_), Position::BeforeStart) => Target::BeforeStart,
        (Orientation::Relative(offset), Position::AfterEnd) if offset < 0 => absolute(offset, size, length)?,
        (Orientation::Relative(_), Position::AfterEnd) => Target::AfterEnd,
        (Orientation::Relative(offset), Position::Rowset { start, .. }) => match start.checked_add_signed(offset) {
            Some(row @ 1..) => at(row, length)?,
            None if offset > 0 => Target::AfterEnd,
            _ if start == 1 || offset.unsigned_abs() > size => Target::BeforeStart,
            _ => Target::Overlapping,
        },
        (Orientation::Absolute(offset), _) => absolute(offset, size, length)?,
        (Orientation::Bookmark(row, offset), _) => match row.checked_add_signed(offset) {
            Some(row @ 1..) => at(row, length)?,
            None if offset > 0 => Target::AfterEnd,
            _ => Target::BeforeStart,
        },
    })
}

fn at(row: u64, length: &mut impl Length) -> Result<Target> {
    Ok(if length.reaches(row)? { Target::Rowset(row) } else { Target::AfterEnd })
}

fn absolute(offset: i64, size: u64, length: &mut impl Length) -> Result<Target> {
    match offset {
        0 => Ok(Target::BeforeStart),
        1.. => at(offset.unsigned_abs(), length),
        _ => {
            let (back, last) = (offset.unsigned_abs(), length.last()?);
            Ok(match back {
                back if back <= last => Target::Rowset(last - back + 1),
                // An empty result has no first rowset.
                back if back > size || last == 0 => Target::BeforeStart,
                _ => Target::Overlapping,
            })
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Orientation::*;
    use super::Position::*;
    use super::*;

    struct Rows(u64);

    impl Length for Rows {
        fn reaches(&mut self, row: u64) -> Result<bool> {
            Ok(row <= self.0)
        }

        fn last(&mut self) -> Result<u64> {
            Ok(self.0)
        }
    }

    fn on(start: u64) -> Position {
        Rowset { start, size: 5 }
    }

    #[test]
    fn a_hundred_rows_five_at_a_time_as_the_references_tables_say() {
        let (before, after) = (Target::BeforeStart, Target::AfterEnd);
        let cases = [
            // SQL_FETCH_NEXT
            (BeforeStart, Next, Target::Rowset(1)),
            (on(1), Next, Target::Rowset(6)),
            (on(95), Next, Target::Rowset(100)),
            (on(96), Next, after),
            (AfterEnd, Next, after),
            // SQL_FETCH_PRIOR
            (BeforeStart, Prior, before),
            (on(1), Prior, before),
            (on(2), Prior, Target::Overlapping),
            (on(5), Prior, Target::Overlapping),
            (on(6), Prior, Target::Rowset(1)),
            (on(11), Prior, Target::Rowset(6)),
            (AfterEnd, Prior, Target::Rowset(96)),
            // SQL_FETCH_RELATIVE
            (BeforeStart, Relative(3), Target::Rowset(3)),
            (BeforeStart, Relative(101), after),
            (BeforeStart, Relative(0), before),
            (BeforeStart, Relative(-1), before),
            (on(1), Relative(-1), before),
            (on(3), Relative(-6), before),
            (on(3), Relative(-5), Target::Overlapping),
            (on(3), Relative(-3), Target::Overlapping),
            (on(3), Relative(-2), Target::Rowset(1)),
            (on(3), Relative(0), Target::Rowset(3)),
            (on(3), Relative(97), Target::Rowset(100)),
            (on(3), Relative(98), after),
            (on(3), Relative(i64::MAX), after),
            (on(3), Relative(i64::MIN), before),
            (AfterEnd, Relative(-2), Target::Rowset(99)),
            (AfterEnd, Relative(0), after),
            (AfterEnd, Relative(4), after),
            // SQL_FETCH_ABSOLUTE
            (on(50), Absolute(-1), Target::Rowset(100)),
            (on(50), Absolute(-100), Target::Rowset(1)),
            (on(50), Absolute(-101), before),
            (on(50), Absolute(0), before),
            (on(50), Absolute(1), Target::Rowset(1)),
            (on(50), Absolute(100), Target::Rowset(100)),
            (on(50), Absolute(101), after),
            // SQL_FETCH_FIRST, SQL_FETCH_LAST
            (AfterEnd, First, Target::Rowset(1)),
            (BeforeStart, Last, Target::Rowset(96)),
            // SQL_FETCH_BOOKMARK
            (BeforeStart, Bookmark(40, 0), Target::Rowset(40)),
            (BeforeStart, Bookmark(40, -40), before),
            (BeforeStart, Bookmark(40, 60), Target::Rowset(100)),
            (BeforeStart, Bookmark(40, 61), after),
        ];
        for (position, orientation, expected) in cases {
            let found = target(position, orientation, 5, &mut Rows(100)).unwrap();
            assert_eq!(found, expected, "{orientation:?} from {position:?}");
        }
    }

    #[test]
    fn results_shorter_than_a_rowset() {
        let cases = [
            (AfterEnd, Prior, 3, Target::Overlapping),
            (BeforeStart, Last, 3, Target::Rowset(1)),
            (BeforeStart, Absolute(-4), 3, Target::Overlapping),
            (BeforeStart, Absolute(-6), 3, Target::BeforeStart),
            (BeforeStart, Next, 0, Target::AfterEnd),
            (BeforeStart, First, 0, Target::AfterEnd),
            (BeforeStart, Last, 0, Target::AfterEnd),
            (AfterEnd, Prior, 0, Target::BeforeStart),
            (AfterEnd, Absolute(-1), 0, Target::BeforeStart),
        ];
        for (position, orientation, rows, expected) in cases {
            let found = target(position, orientation, 5, &mut Rows(rows)).unwrap();
            assert_eq!(found, expected, "{orientation:?} from {position:?} of {rows} rows");
        }
    }

    #[test]
    fn the_next_rowset_follows_the_size_of_the_last_one() {
        let found = target(Rowset { start: 1, size: 10 }, Next, 3, &mut Rows(100)).unwrap();
        assert_eq!(found, Target::Rowset(11));
        let found = target(Rowset { start: 11, size: 10 }, Prior, 3, &mut Rows(100)).unwrap();
        assert_eq!(found, Target::Rowset(8), "the new size is that of the rowset before");
        let found = target(Rowset { start: 2, size: u64::MAX }, Next, 3, &mut Rows(100)).unwrap();
        assert_eq!(found, Target::AfterEnd, "no result has a row so far behind");
    }
}

//! Where a fetch goes: the tables of the ODBC reference's page on `SQLFetchScroll` ("Cursor positioning rules") as data, and
//! every case of them tried on every kind of cursor.

use crate::common::{Connection, Statement, connect, unique};
use crate::odbc::attributes::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::hint::black_box;

/// Where a cursor is, or comes to: a rowset is named by the number of its first row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Before,
    Rowset(i64),
    After,
}

use Place::{After, Before, Rowset};

#[derive(Clone, Copy, Debug)]
struct Case {
    orientation: i16,
    offset: i64,
    /// BookmarkRow.
    bookmark: i64,
    from: Place,
    /// LastResultRow.
    last: i64,
    /// RowsetSize, and that of the fetch before.
    size: i64,
    size_before: i64,
}

impl Case {
    /// CurrRowsetStart, where there is one.
    fn is_on(&self, condition: impl FnOnce(i64) -> bool) -> bool {
        matches!(self.from, Rowset(start) if condition(start))
    }

    fn start(&self) -> i64 {
        match self.from {
            Rowset(start) => start,
            _ => unreachable!("only a rowset has a start"),
        }
    }
}

/// A row of one of the tables: its orientation, its condition, the first row of the new rowset, and whether there is 01S06.
struct Rule(i16, fn(&Case) -> bool, fn(&Case) -> Place, bool);

const RULES: &[Rule] = &[
    Rule(SQL_FETCH_NEXT, |c| c.from == Before, |_| Rowset(1), false),
    Rule(SQL_FETCH_NEXT, |c| c.is_on(|s| s + c.size_before <= c.last), |c| Rowset(c.start() + c.size_before), false),
    Rule(SQL_FETCH_NEXT, |c| c.is_on(|s| s + c.size_before > c.last), |_| After, false),
    Rule(SQL_FETCH_NEXT, |c| c.from == After, |_| After, false),
    Rule(SQL_FETCH_PRIOR, |c| c.from == Before, |_| Before, false),
    Rule(SQL_FETCH_PRIOR, |c| c.is_on(|s| s == 1), |_| Before, false),
    Rule(SQL_FETCH_PRIOR, |c| c.is_on(|s| 1 < s && s <= c.size), |_| Rowset(1), true),
    Rule(SQL_FETCH_PRIOR, |c| c.is_on(|s| s > c.size && s > 1), |c| Rowset(c.start() - c.size), false),
    Rule(SQL_FETCH_PRIOR, |c| c.from == After && c.last < c.size, |_| Rowset(1), true),
    Rule(SQL_FETCH_PRIOR, |c| c.from == After && c.last >= c.size, |c| Rowset(c.last - c.size + 1), false),
    Rule(
        SQL_FETCH_RELATIVE,
        |c| c.from == Before && c.offset > 0 || c.from == After && c.offset < 0,
        |c| expected(&Case { orientation: SQL_FETCH_ABSOLUTE, ..*c }).0,
        false,
    ),
    Rule(SQL_FETCH_RELATIVE, |c| c.from == Before && c.offset <= 0, |_| Before, false),
    Rule(SQL_FETCH_RELATIVE, |c| c.is_on(|s| s == 1) && c.offset < 0, |_| Before, false),
    Rule(SQL_FETCH_RELATIVE, |c| c.is_on(|s| s > 1 && s + c.offset < 1) && c.offset.abs() > c.size, |_| Before, false),
    Rule(
        SQL_FETCH_RELATIVE,
        |c| c.is_on(|s| s > 1 && s + c.offset < 1) && c.offset.abs() <= c.size,
        |_| Rowset(1),
        true,
    ),
    Rule(
        SQL_FETCH_RELATIVE,
        |c| c.is_on(|s| 1 <= s + c.offset && s + c.offset <= c.last),
        |c| Rowset(c.start() + c.offset),
        false,
    ),
    Rule(SQL_FETCH_RELATIVE, |c| c.is_on(|s| s + c.offset > c.last), |_| After, false),
    Rule(SQL_FETCH_RELATIVE, |c| c.from == After && c.offset >= 0, |_| After, false),
    Rule(SQL_FETCH_ABSOLUTE, |c| c.offset < 0 && -c.offset <= c.last, |c| Rowset(c.last + c.offset + 1), false),
    Rule(SQL_FETCH_ABSOLUTE, |c| c.offset < 0 && -c.offset > c.last && -c.offset > c.size, |_| Before, false),
    Rule(SQL_FETCH_ABSOLUTE, |c| c.offset < 0 && -c.offset > c.last && -c.offset <= c.size, |_| Rowset(1), true),
    Rule(SQL_FETCH_ABSOLUTE, |c| c.offset == 0, |_| Before, false),
    Rule(SQL_FETCH_ABSOLUTE, |c| 1 <= c.offset && c.offset <= c.last, |c| Rowset(c.offset), false),
    Rule(SQL_FETCH_ABSOLUTE, |c| c.offset > c.last && c.offset > 0, |_| After, false),
    Rule(SQL_FETCH_FIRST, |_| true, |_| Rowset(1), false),
    Rule(SQL_FETCH_LAST, |c| c.size <= c.last, |c| Rowset(c.last - c.size + 1), false),
    Rule(SQL_FETCH_LAST, |c| c.size > c.last, |_| Rowset(1), false),
    Rule(SQL_FETCH_BOOKMARK, |c| c.bookmark + c.offset < 1, |_| Before, false),
    Rule(
        SQL_FETCH_BOOKMARK,
        |c| 1 <= c.bookmark + c.offset && c.bookmark + c.offset <= c.last,
        |c| Rowset(c.bookmark + c.offset),
        false,
    ),
    Rule(SQL_FETCH_BOOKMARK, |c| c.bookmark + c.offset > c.last, |_| After, false),
];

/// Where the tables have it come to, and whether with 01S06; one row of them holds for each case.
fn expected(case: &Case) -> (Place, bool) {
    let rules: Vec<&Rule> = RULES.iter().filter(|rule| rule.0 == case.orientation && rule.1(case)).collect();
    assert_eq!(rules.len(), 1, "{case:?}");
    let warns = match (rules[0].0, case.from) {
        // "the same rowset as if it was called with SQL_FETCH_ABSOLUTE"
        (SQL_FETCH_RELATIVE, Before | After) if (case.from == Before) == (case.offset > 0) && case.offset != 0 => {
            return expected(&Case { orientation: SQL_FETCH_ABSOLUTE, ..*case });
        }
        _ => rules[0].3,
    };
    (rules[0].2(case), warns)
}

const MOST: usize = 8;

/// A cursor over the numbers from 1 on.
struct Cursor<'c> {
    statement: Statement<'c>,
    bound: Box<Bound>,
    last: i64,
    is_extended: bool,
    /// What the driver has for bookmarks, by row.
    bookmarks: Vec<i64>,
}

#[derive(Debug)]
struct Bound {
    numbers: [i32; MOST],
    fetched: usize,
    statuses: [u16; MOST],
    bookmark: i64,
}

/// What there are rows of, and how the result gets its length.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// As many as there are.
    Whole,
    /// The first of more: SQL_ATTR_MAX_ROWS.
    MaxRows,
}

impl<'c> Cursor<'c> {
    fn new(
        connection: &'c Connection,
        table: &str,
        (cursor_type, source, is_extended): (usize, Source, bool),
        last: i64,
    ) -> Cursor<'c> {
        let statement = connection.statement();
        let mut bound = Box::new(Bound { numbers: [0; MOST], fetched: usize::MAX, statuses: [99; MOST], bookmark: 0 });
        statement.set(SQL_ATTR_CURSOR_TYPE, cursor_type).success();
        statement.set(SQL_ATTR_USE_BOOKMARKS, SQL_UB_VARIABLE).success();
        if !is_extended {
            statement.set(SQL_ATTR_ROWS_FETCHED_PTR, (&raw mut bound.fetched).expose_provenance()).success();
            statement.set(SQL_ATTR_ROW_STATUS_PTR, bound.statuses.as_mut_ptr().expose_provenance()).success();
            statement.set(SQL_ATTR_FETCH_BOOKMARK_PTR, (&raw const bound.bookmark).expose_provenance()).success();
        }
        // SAFETY: the array lives as long as the statement.
        unsafe {
            let place = bound.numbers.as_mut_ptr().cast();
            statement.bind_column(1, SQL_C_SLONG, place, 0, std::ptr::null_mut()).success();
        }
        let sql = match source {
            Source::Whole => format!("select a from {table} where a <= {last} order by a"),
            Source::MaxRows => {
                statement.set(SQL_ATTR_MAX_ROWS, last as usize).success();
                format!("select a from {table} order by a")
            }
        };
        statement.execute_direct(&sql).success();
        assert_eq!(statement.get_attribute(SQL_ATTR_CURSOR_TYPE), cursor_type);
        let mut cursor = Cursor { statement, bound, last, is_extended, bookmarks: Vec::new() };
        for row in 1..=last {
            let case =
                Case { orientation: 0, offset: 0, bookmark: 0, from: Rowset(row), last, size: 1, size_before: 1 };
            cursor.go(Rowset(row), 1, &case);
            let mut bookmark = [0; 8];
            let (outcome, length) = cursor.statement.get_data(0, SQL_C_VARBOOKMARK, &mut bookmark);
            outcome.success();
            assert_eq!(length, 8);
            cursor.bookmarks.push(i64::from_ne_bytes(bookmark));
        }
        cursor
    }

    fn set_size(&self, size: i64) {
        let attribute = if self.is_extended { SQL_ROWSET_SIZE } else { SQL_ATTR_ROW_ARRAY_SIZE };
        self.statement.set(attribute, size as usize).success();
    }

    /// Fetches, and gives the numbers that came, and whether with 01S06.
    fn fetch(&mut self, orientation: i16, offset: i64, bookmark: i64, what: &Case) -> (Vec<i32>, bool) {
        let size = what.size;
        self.bound.fetched = usize::MAX;
        self.bound.statuses = [99; MOST];
        let bookmark = usize::try_from(bookmark - 1).map_or(0, |row| self.bookmarks[row]);
        black_box(&mut self.bound).bookmark = bookmark;
        let outcome = if self.is_extended {
            let (statement, bound) = (&self.statement, &mut *self.bound);
            let offset = if orientation == SQL_FETCH_BOOKMARK { bookmark } else { offset };
            // SAFETY: room for a count and for the statuses of the largest rowset.
            let code = unsafe {
                let (fetched, statuses) = (&raw mut bound.fetched, bound.statuses.as_mut_ptr());
                statement.api.SQLExtendedFetch(statement.handle, orientation as u16, offset as isize, fetched, statuses)
            };
            statement.outcome(code)
        } else {
            self.statement.fetch_scroll(orientation, offset as isize)
        };
        let bound: &Bound = black_box(&self.bound);
        match outcome.code {
            SQL_NO_DATA => {
                if !self.is_extended {
                    assert_eq!(bound.fetched, 0, "{what:?}");
                }
                (Vec::new(), false)
            }
            SQL_SUCCESS | SQL_SUCCESS_WITH_INFO => {
                let rows = bound.fetched;
                let (good, none) = bound.statuses[..size as usize].split_at(rows);
                assert!(good.iter().all(|status| *status == SQL_ROW_SUCCESS), "{what:?} {bound:?}");
                assert!(none.iter().all(|status| *status == SQL_ROW_NOROW), "{what:?} {bound:?}");
                let warned = outcome.code == SQL_SUCCESS_WITH_INFO;
                if warned {
                    outcome.info("01S06");
                }
                (bound.numbers[..rows].to_vec(), warned)
            }
            _ => panic!("{what:?}: {outcome:?}"),
        }
    }

    /// The numbers of a rowset.
    fn rows(&self, place: Place, size: i64) -> Vec<i32> {
        match place {
            Rowset(start) => (start..start + size).take_while(|row| *row <= self.last).map(|row| row as i32).collect(),
            Before | After => Vec::new(),
        }
    }

    fn go(&mut self, place: Place, size: i64, what: &Case) {
        self.set_size(size);
        let (orientation, offset) = match place {
            Before => (SQL_FETCH_ABSOLUTE, 0),
            Rowset(start) => (SQL_FETCH_ABSOLUTE, start),
            After => (SQL_FETCH_ABSOLUTE, self.last + 1),
        };
        let wanted = self.rows(place, size);
        assert_eq!(self.fetch(orientation, offset, 0, &Case { size, ..*what }).0, wanted, "on the way to {what:?}");
    }

    fn check(&mut self, case: &Case) {
        self.go(case.from, case.size_before, case);
        self.set_size(case.size);
        let (place, warns) = expected(case);
        let (rows, warned) = self.fetch(case.orientation, case.offset, case.bookmark, case);
        assert_eq!(rows, self.rows(place, case.size), "{case:?} comes to {place:?}");
        assert_eq!(warned, warns && self.last > 0, "{case:?} comes to {place:?}");
        // Where nothing was fetched, the next fetch tells at which end the cursor is.
        if rows.is_empty() && self.last > 0 {
            let (next, wanted) = match place {
                Before => (SQL_FETCH_NEXT, self.rows(Rowset(1), case.size)),
                _ => (SQL_FETCH_PRIOR, self.rows(Rowset((self.last - case.size + 1).max(1)), case.size)),
            };
            assert_eq!(self.fetch(next, 0, 0, case).0, wanted, "after {case:?}");
        }
    }
}

/// Every case for a result of `last` rows: every place, orientation, offset and size of a rowset.
fn cases(last: i64, sizes: &[(i64, i64)]) -> Vec<Case> {
    let mut cases = Vec::new();
    for (size_before, size) in sizes.iter().copied() {
        for from in [Before, After].into_iter().chain((1..=last).map(Rowset)) {
            let mut add = |orientation, offset, bookmark| {
                cases.push(Case { orientation, offset, bookmark, from, last, size, size_before });
            };
            for orientation in [SQL_FETCH_NEXT, SQL_FETCH_PRIOR, SQL_FETCH_FIRST, SQL_FETCH_LAST] {
                add(orientation, 0, 0);
            }
            for offset in -9..=9 {
                add(SQL_FETCH_RELATIVE, offset, 0);
                add(SQL_FETCH_ABSOLUTE, offset, 0);
                for bookmark in [1, 2, last].into_iter().filter(|row| (1..=last).contains(row)) {
                    add(SQL_FETCH_BOOKMARK, offset, bookmark);
                }
            }
        }
    }
    cases
}

fn table(connection: &Connection) -> String {
    let table = unique("numbers");
    connection.run(&format!("create table {table} (a int primary key)"));
    connection.run(&format!("insert into {table} select generate_series(1, 30)"));
    table
}

/// Rowsets smaller than the result, as large, and larger; of one size, and of a size that changes.
const SIZES: [(i64, i64); 8] = [(1, 1), (2, 2), (3, 3), (7, 7), (8, 8), (1, 3), (3, 2), (8, 1)];

#[test]
fn of_a_static_cursor() {
    let connection = connect();
    let table = table(&connection);
    for source in [Source::Whole, Source::MaxRows] {
        for last in [0, 1, 2, 5, 7] {
            // SQL_ATTR_MAX_ROWS of zero is no limit.
            if last == 0 && matches!(source, Source::MaxRows) {
                continue;
            }
            let mut cursor = Cursor::new(&connection, &table, (SQL_CURSOR_STATIC, source, false), last);
            cases(last, &SIZES).iter().for_each(|case| cursor.check(case));
        }
    }
}

#[test]
fn of_a_keyset() {
    // Each fetch asks the server: not as many.
    let connection = connect();
    let table = table(&connection);
    for (source, last) in [(Source::Whole, 5), (Source::Whole, 0), (Source::MaxRows, 2)] {
        let mut cursor = Cursor::new(&connection, &table, (SQL_CURSOR_KEYSET_DRIVEN, source, false), last);
        cases(last, &[(2, 2), (6, 6), (3, 2)]).iter().for_each(|case| cursor.check(case));
    }
}

#[test]
fn of_extended_fetch() {
    let connection = connect();
    let table = table(&connection);
    for (cursor_type, sizes) in [(SQL_CURSOR_STATIC, &SIZES[..]), (SQL_CURSOR_KEYSET_DRIVEN, &[(2, 2), (6, 6)])] {
        for last in [0, 1, 5] {
            let mut cursor = Cursor::new(&connection, &table, (cursor_type, Source::Whole, true), last);
            // It has no bookmark with an offset, and its sizes are told it once.
            for case in
                cases(last, sizes).iter().filter(|case| case.orientation != SQL_FETCH_BOOKMARK || case.offset == 0)
            {
                cursor.check(case);
            }
        }
    }
}

#[test]
fn a_forward_only_cursor_goes_on_and_nowhere_else() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select generate_series(1, 3)").success();
    let others =
        [SQL_FETCH_FIRST, SQL_FETCH_LAST, SQL_FETCH_PRIOR, SQL_FETCH_ABSOLUTE, SQL_FETCH_RELATIVE, SQL_FETCH_BOOKMARK];
    for row in 1..=3 {
        for orientation in others {
            for offset in [-1, 0, 1] {
                statement.fetch_scroll(orientation, offset).error("HY106");
            }
        }
        statement.fetch_scroll(SQL_FETCH_NEXT, 77).success();
        assert_eq!(statement.get::<i32>(1), Some(row));
    }
    statement.fetch_scroll(SQL_FETCH_NEXT, 0).no_data();
    statement.fetch_scroll(SQL_FETCH_PRIOR, 0).error("HY106");
    statement.fetch_scroll(SQL_FETCH_NEXT, 0).no_data();
}

#[test]
fn what_is_no_orientation_is_refused() {
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC).success();
    statement.execute_direct("select 1").success();
    for orientation in [0, 7, 9, 99, -1] {
        // iODBC has a code of its own for what it does not know.
        statement.fetch_scroll(orientation, 0).error_of(&["HY106", "HY092"]);
    }
    statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    assert_eq!(statement.get::<i32>(1), Some(1));
}

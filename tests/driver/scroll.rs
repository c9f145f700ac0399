//! Static cursors: every orientation, rowsets, SQLExtendedFetch, SQLSetPos, SQLGetData on a rowset, bookmarks.
//!
//! Expected values: ODBC reference, `SQLFetchScroll` (positioning tables), `SQLExtendedFetch`, `SQLSetPos`, "Bookmarks".

use crate::common::api::Manager;
use crate::common::{Connection, Outcome, Statement, connect};
use crate::odbc::attributes::*;
use crate::odbc::diagnostic_fields::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::ptr::null_mut;

/// A static cursor over the numbers 1 to `rows`, with a rowset of `SIZE` rows bound.
struct Numbers<'c, const SIZE: usize> {
    statement: Statement<'c>,
    bound: Box<Bound<SIZE>>,
}

#[derive(Debug)]
struct Bound<const SIZE: usize> {
    numbers: [i32; SIZE],
    indicators: [isize; SIZE],
    fetched: usize,
    statuses: [u16; SIZE],
}

impl<const SIZE: usize> Numbers<'_, SIZE> {
    fn new(connection: &Connection, rows: usize) -> Numbers<'_, SIZE> {
        let statement = connection.statement();
        let fetched = usize::MAX;
        let mut bound = Box::new(Bound { numbers: [0; SIZE], indicators: [0; SIZE], fetched, statuses: [99; SIZE] });
        statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC).success();
        statement.set(SQL_ATTR_ROW_ARRAY_SIZE, SIZE).success();
        statement.set(SQL_ATTR_ROWS_FETCHED_PTR, (&raw mut bound.fetched).expose_provenance()).success();
        statement.set(SQL_ATTR_ROW_STATUS_PTR, bound.statuses.as_mut_ptr().expose_provenance()).success();
        let (value, indicator) = (bound.numbers.as_mut_ptr().cast(), bound.indicators.as_mut_ptr());
        // SAFETY: the arrays live as long as the statement.
        unsafe { statement.bind_column(1, SQL_C_SLONG, value, 0, indicator) }.success();
        statement.execute_direct(&format!("select i::int4, 'row ' || i from generate_series(1, {rows}) i")).success();
        Numbers { statement, bound }
    }

    /// The rows of the rowset that a fetch comes to; empty where it comes to none.
    #[track_caller]
    fn scroll(&self, orientation: i16, offset: isize) -> Vec<i32> {
        let outcome = self.statement.fetch_scroll(orientation, offset);
        self.rows(&outcome)
    }

    #[track_caller]
    fn rows(&self, outcome: &Outcome) -> Vec<i32> {
        // Written by the driver behind the compiler's back.
        let bound: &Bound<SIZE> = std::hint::black_box(&self.bound);
        if outcome.code == SQL_NO_DATA {
            assert_eq!(bound.fetched, 0);
            return vec![];
        }
        outcome.success();
        let rows = bound.fetched;
        assert!(bound.statuses[..rows].iter().all(|status| *status == SQL_ROW_SUCCESS), "{:?}", bound.statuses);
        assert!(bound.statuses[rows..].iter().all(|status| *status == SQL_ROW_NOROW), "{:?}", bound.statuses);
        bound.numbers[..rows].to_vec()
    }
}

#[test]
fn every_orientation_at_both_ends() {
    let connection = connect();
    let cursor = Numbers::<5>::new(&connection, 23);
    let steps: &[(i16, isize, std::ops::RangeInclusive<i32>)] = &[
        (SQL_FETCH_NEXT, 0, 1..=5),
        (SQL_FETCH_NEXT, 0, 6..=10),
        (SQL_FETCH_LAST, 0, 19..=23),
        (SQL_FETCH_PRIOR, 0, 14..=18),
        (SQL_FETCH_RELATIVE, 7, 21..=23),
        (SQL_FETCH_RELATIVE, -4, 17..=21),
        (SQL_FETCH_RELATIVE, 0, 17..=21),
        (SQL_FETCH_ABSOLUTE, 8, 8..=12),
        (SQL_FETCH_ABSOLUTE, -2, 22..=23),
        (SQL_FETCH_ABSOLUTE, -23, 1..=5),
        (SQL_FETCH_FIRST, 0, 1..=5),
        (SQL_FETCH_ABSOLUTE, 23, 23..=23),
    ];
    for (orientation, offset, expected) in steps.iter().cloned() {
        let rows: Vec<i32> = expected.collect();
        assert_eq!(cursor.scroll(orientation, offset), rows, "orientation {orientation}, offset {offset}");
    }
    let nothing: Vec<i32> = vec![];
    // Past the end, and back.
    assert_eq!(cursor.scroll(SQL_FETCH_NEXT, 0), nothing);
    assert_eq!(cursor.scroll(SQL_FETCH_NEXT, 0), nothing);
    assert_eq!(cursor.scroll(SQL_FETCH_PRIOR, 0), [19, 20, 21, 22, 23]);
    assert_eq!(cursor.scroll(SQL_FETCH_ABSOLUTE, 24), nothing);
    assert_eq!(cursor.scroll(SQL_FETCH_RELATIVE, -1), [23]);
    assert_eq!(cursor.scroll(SQL_FETCH_RELATIVE, 1), nothing);
    // Before the start, and back.
    assert_eq!(cursor.scroll(SQL_FETCH_ABSOLUTE, 0), nothing);
    assert_eq!(cursor.scroll(SQL_FETCH_PRIOR, 0), nothing);
    assert_eq!(cursor.scroll(SQL_FETCH_RELATIVE, 2), [2, 3, 4, 5, 6]);
    assert_eq!(cursor.scroll(SQL_FETCH_ABSOLUTE, -30), nothing);
    assert_eq!(cursor.scroll(SQL_FETCH_NEXT, 0), [1, 2, 3, 4, 5]);
    // A rowset that begins before the first row and reaches into the result is the first one, with 01S06.
    assert_eq!(cursor.scroll(SQL_FETCH_ABSOLUTE, 3), [3, 4, 5, 6, 7]);
    cursor.statement.fetch_scroll(SQL_FETCH_PRIOR, 0).info("01S06");
    assert_eq!(cursor.bound.numbers, [1, 2, 3, 4, 5]);
    assert_eq!(cursor.scroll(SQL_FETCH_ABSOLUTE, 3), [3, 4, 5, 6, 7]);
    cursor.statement.fetch_scroll(SQL_FETCH_RELATIVE, -4).info("01S06");
    assert_eq!(cursor.scroll(SQL_FETCH_NEXT, 0), [6, 7, 8, 9, 10]);
}

#[test]
fn an_empty_result_and_a_short_one() {
    let connection = connect();
    for orientation in [SQL_FETCH_NEXT, SQL_FETCH_FIRST, SQL_FETCH_LAST, SQL_FETCH_PRIOR] {
        let cursor = Numbers::<4>::new(&connection, 0);
        assert!(cursor.scroll(orientation, 0).is_empty());
    }
    let cursor = Numbers::<4>::new(&connection, 3);
    assert_eq!(cursor.scroll(SQL_FETCH_LAST, 0), [1, 2, 3]);
    assert!(cursor.scroll(SQL_FETCH_NEXT, 0).is_empty());
    cursor.statement.fetch_scroll(SQL_FETCH_PRIOR, 0).info("01S06");
}

/// iODBC does not let SQLFetch and SQLFetchScroll be mixed (HY010), and refuses column 0 itself.
mod without_iodbc {
    use super::*;

    #[test]
    fn fetch_and_fetch_scroll_go_on_from_each_other() {
        let connection = connect();
        let cursor = Numbers::<2>::new(&connection, 9);
        assert_eq!(cursor.rows(&cursor.statement.fetch()), [1, 2]);
        assert_eq!(cursor.scroll(SQL_FETCH_LAST, 0), [8, 9]);
        assert_eq!(cursor.scroll(SQL_FETCH_FIRST, 0), [1, 2]);
        assert_eq!(cursor.rows(&cursor.statement.fetch()), [3, 4]);
    }

    #[test]
    fn column_0_is_described_where_bookmarks_are_on() {
        let connection = connect();
        let statement = connection.statement();
        statement.set(SQL_ATTR_USE_BOOKMARKS, SQL_UB_VARIABLE).success();
        statement.execute_direct("select 1").success();
        let description = statement.describe(0);
        assert_eq!(
            (description.data_type, description.column_size, description.nullable),
            (SQL_BINARY, 8, SQL_NO_NULLS)
        );
    }
}

#[test]
fn a_static_cursor_keeps_its_rows() {
    // It neither sees changes nor needs the server once it has read them.
    let (connection, other) = (connect(), connect());
    let table = crate::common::unique("kept");
    other.run(&format!("create table {table} as select i::int4 from generate_series(1, 10) i"));
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC).success();
    statement.execute_direct(&format!("select i from {table} order by i")).success();
    statement.fetch_scroll(SQL_FETCH_LAST, 0).success();
    other.run(&format!("drop table {table}"));
    assert_eq!(statement.get::<i32>(1), Some(10));
    for row in (1..=9).rev() {
        statement.fetch_scroll(SQL_FETCH_PRIOR, 0).success();
        assert_eq!(statement.get::<i32>(1), Some(row));
        assert_eq!(statement.get_attribute(SQL_ATTR_ROW_NUMBER), row as usize);
    }
    if connection.api.manager != Manager::Iodbc {
        // iODBC does not know the field.
        assert_eq!(statement.diagnostic_number(0, SQL_DIAG_CURSOR_ROW_COUNT), 10);
    }
}

#[test]
fn a_static_cursor_is_read_as_far_as_it_is_asked_for() {
    // Were all of it read, the error at its end would be met.
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC).success();
    statement.execute_direct("select 1 / (500000 - i) from generate_series(1, 500000) i").success();
    for orientation in [SQL_FETCH_NEXT, SQL_FETCH_FIRST] {
        statement.fetch_scroll(orientation, 0).success();
    }
    statement.fetch_scroll(SQL_FETCH_ABSOLUTE, 1000).success();
    assert_eq!(statement.get_attribute(SQL_ATTR_ROW_NUMBER), 1000);
    statement.fetch_scroll(SQL_FETCH_LAST, 0).error("22012");
}

#[test]
fn other_statements_work_between_fetches() {
    let connection = connect();
    let cursor = Numbers::<3>::new(&connection, 100_000);
    assert_eq!(cursor.scroll(SQL_FETCH_NEXT, 0), [1, 2, 3]);
    assert_eq!(connection.value("select 'between'").as_deref(), Some("between"));
    assert_eq!(cursor.scroll(SQL_FETCH_LAST, 0), [99_998, 99_999, 100_000]);
    assert_eq!(connection.value("select 'again'").as_deref(), Some("again"));
    assert_eq!(cursor.scroll(SQL_FETCH_ABSOLUTE, 50_000), [50_000, 50_001, 50_002]);
}

#[test]
fn several_results_that_go_back() {
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_SCROLLABLE, SQL_SCROLLABLE).success();
    statement.execute_direct("select generate_series(1, 3); select generate_series(11, 15)").success();
    for (first, last) in [(1, 3), (11, 15)] {
        statement.fetch_scroll(SQL_FETCH_LAST, 0).success();
        assert_eq!(statement.get::<i32>(1), Some(last));
        statement.fetch_scroll(SQL_FETCH_FIRST, 0).success();
        assert_eq!(statement.get::<i32>(1), Some(first));
        if first == 1 {
            statement.more_results().success();
        }
    }
    statement.more_results().no_data();
}

#[test]
fn the_size_of_the_rowset_may_change() {
    let connection = connect();
    let cursor = Numbers::<6>::new(&connection, 40);
    assert_eq!(cursor.scroll(SQL_FETCH_ABSOLUTE, 11), [11, 12, 13, 14, 15, 16]);
    cursor.statement.set(SQL_ATTR_ROW_ARRAY_SIZE, 2).success();
    // The next rowset begins behind the old one.
    cursor.statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    assert_eq!(cursor.bound.numbers[..2], [17, 18]);
    cursor.statement.fetch_scroll(SQL_FETCH_PRIOR, 0).success();
    assert_eq!(cursor.bound.numbers[..2], [15, 16]);
}

#[test]
fn max_rows_ends_a_static_cursor() {
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC).success();
    statement.set(SQL_ATTR_MAX_ROWS, 4).success();
    statement.execute_direct("select generate_series(1, 1000000)").success();
    statement.fetch_scroll(SQL_FETCH_LAST, 0).success();
    assert_eq!(statement.get::<i32>(1), Some(4));
    statement.fetch_scroll(SQL_FETCH_NEXT, 0).no_data();
}

#[test]
fn max_length_cuts_texts() {
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_MAX_LENGTH, 3).success();
    assert_eq!(statement.get_attribute(SQL_ATTR_MAX_LENGTH), 3);
    statement.execute_direct("select 'abcdef', 123456").success();
    statement.fetch().success();
    let mut buffer = [0xa5_u8; 10];
    let (outcome, indicator) = statement.get_data(1, SQL_C_CHAR, &mut buffer);
    outcome.success();
    assert_eq!((&buffer[..4], indicator), (&b"abc\0"[..], 3));
    assert_eq!(statement.get::<i32>(2), Some(123_456));
}

#[test]
fn an_error_in_the_middle_is_told_where_it_is_met() {
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC).success();
    statement.execute_direct("select 1 / (50000 - i) from generate_series(1, 60000) i").success();
    statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    statement.fetch_scroll(SQL_FETCH_LAST, 0).error("22012");
    statement.close_cursor().success();
    assert_eq!(connection.value("select 1").as_deref(), Some("1"));
}

// -------------------------------------------------------------------------------------------------------- rowsets

fn set_pos(statement: &Statement<'_>, row: usize, operation: u16) -> Outcome {
    // SAFETY: bound buffers outlive the statement.
    statement.outcome(unsafe { statement.api.SQLSetPos(statement.handle, row, operation, SQL_LOCK_NO_CHANGE) })
}

#[test]
fn any_row_of_a_rowset_is_read_after_positioning() {
    let connection = connect();
    let cursor = Numbers::<4>::new(&connection, 10);
    let statement = &cursor.statement;
    cursor.scroll(SQL_FETCH_ABSOLUTE, 3);
    assert_eq!(statement.get_text(2).as_deref(), Some("row 3"), "the first row after a fetch");
    for row in [4, 1, 2] {
        set_pos(statement, row, SQL_POSITION).success();
        assert_eq!(statement.get_text(2), Some(format!("row {}", row + 2)));
        assert_eq!(statement.get_attribute(SQL_ATTR_ROW_NUMBER), row + 2);
    }
    set_pos(statement, 5, SQL_POSITION).error("HY107");
    set_pos(statement, 0, SQL_POSITION).error("HY109");
    // iODBC has a code of ODBC 2 for it.
    set_pos(statement, 1, 77).error_of(&["HY092", "HY009"]);
    cursor.scroll(SQL_FETCH_LAST, 0);
    cursor.scroll(SQL_FETCH_RELATIVE, 2);
    set_pos(statement, 3, SQL_POSITION).error("HY107");
}

#[test]
fn refresh_fills_the_buffers_again() {
    let connection = connect();
    let mut cursor = Numbers::<4>::new(&connection, 10);
    cursor.scroll(SQL_FETCH_ABSOLUTE, 3);
    cursor.bound.numbers = [0; 4];
    set_pos(&cursor.statement, 2, SQL_REFRESH).success();
    assert_eq!(cursor.bound.numbers, [0, 4, 0, 0]);
    cursor.bound.numbers = [0; 4];
    let operations = [SQL_ROW_PROCEED, SQL_ROW_IGNORE, SQL_ROW_IGNORE, SQL_ROW_PROCEED];
    cursor.statement.set(SQL_ATTR_ROW_OPERATION_PTR, operations.as_ptr().expose_provenance()).success();
    set_pos(&cursor.statement, 0, SQL_REFRESH).success();
    assert_eq!(cursor.bound.numbers, [3, 0, 0, 6]);
}

#[test]
fn positioning_needs_a_cursor_that_can() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select 1").success();
    set_pos(&statement, 1, SQL_POSITION).error("24000");
    statement.fetch().success();
    set_pos(&statement, 1, SQL_POSITION).error("HY109");
}

// -------------------------------------------------------------------------------------------------- SQLExtendedFetch

#[test]
fn extended_fetch_has_a_size_and_places_of_its_own() {
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC).success();
    statement.set(SQL_ROWSET_SIZE, 3).success();
    let mut numbers = [0_i32; 3];
    // SAFETY: a local array; the statement fetches within this function.
    unsafe { statement.bind_column(1, SQL_C_SLONG, numbers.as_mut_ptr().cast(), 0, null_mut()) }.success();
    statement.execute_direct("select generate_series(1, 7)").success();
    let extended_fetch = |orientation: i16, offset| {
        let (mut rows, mut statuses) = (usize::MAX, [99_u16; 3]);
        // SAFETY: room for a count and as many statuses as rows.
        let code = unsafe {
            let (rows, statuses) = (&raw mut rows, statuses.as_mut_ptr());
            statement.api.SQLExtendedFetch(statement.handle, orientation as u16, offset, rows, statuses)
        };
        (statement.outcome(code), rows, statuses)
    };
    let (outcome, rows, statuses) = extended_fetch(SQL_FETCH_NEXT, 0);
    outcome.success();
    assert_eq!((numbers, rows, statuses), ([1, 2, 3], 3, [SQL_ROW_SUCCESS; 3]));
    let (outcome, rows, statuses) = extended_fetch(SQL_FETCH_ABSOLUTE, 6);
    outcome.success();
    assert_eq!((&numbers[..2], rows), (&[6, 7][..], 2));
    assert_eq!(statuses, [SQL_ROW_SUCCESS, SQL_ROW_SUCCESS, SQL_ROW_NOROW]);
    extended_fetch(SQL_FETCH_NEXT, 0).0.no_data();
    extended_fetch(SQL_FETCH_PRIOR, 0).0.success();
    assert_eq!(numbers, [5, 6, 7]);
    // Not to be mixed with the other two (appendix B, S7).
    if connection.api.manager != Manager::Iodbc {
        statement.fetch().error("HY010");
        statement.fetch_scroll(SQL_FETCH_FIRST, 0).error("HY010");
    }
}

// ------------------------------------------------------------------------------------------------------- bookmarks

#[test]
fn bookmarks_lead_back_to_their_rows() {
    let connection = connect();
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC).success();
    statement.set(SQL_ATTR_USE_BOOKMARKS, SQL_UB_VARIABLE).success();
    let (mut bookmarks, mut lengths) = ([[0_u8; 16]; 4], [0_isize; 4]);
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, 4).success();
    // SAFETY: local arrays; the statement fetches within this function.
    unsafe { statement.bind_column(0, SQL_C_VARBOOKMARK, bookmarks.as_mut_ptr().cast(), 16, lengths.as_mut_ptr()) }
        .success();
    statement.execute_direct("select generate_series(101, 120)").success();
    statement.fetch_scroll(SQL_FETCH_ABSOLUTE, 9).success();
    assert!(lengths.iter().all(|length| (1..=16).contains(length)), "{lengths:?}");
    let (third, bookmark_of_third) = (111, bookmarks[2]);
    connection.end_transaction(SQL_COMMIT).success();
    statement.fetch_scroll(SQL_FETCH_LAST, 0).success();
    statement.set(SQL_ATTR_FETCH_BOOKMARK_PTR, bookmark_of_third.as_ptr().expose_provenance()).success();
    for (offset, expected) in [(0, third), (-2, third - 2), (9, third + 9)] {
        statement.fetch_scroll(SQL_FETCH_BOOKMARK, offset).success();
        assert_eq!(statement.get::<i32>(1), Some(expected));
    }
    statement.fetch_scroll(SQL_FETCH_BOOKMARK, 10).no_data();
    statement.fetch_scroll(SQL_FETCH_BOOKMARK, -11).no_data();
    // The same bookmark by SQLGetData.
    statement.fetch_scroll(SQL_FETCH_BOOKMARK, 0).success();
    let mut again = [0_u8; 16];
    let (outcome, length) = statement.get_data(0, SQL_C_VARBOOKMARK, &mut again);
    outcome.success();
    assert_eq!((again, length), (bookmark_of_third, lengths[2]));
    statement.set(SQL_ATTR_FETCH_BOOKMARK_PTR, 0).success();
    statement.fetch_scroll(SQL_FETCH_BOOKMARK, 0).error("HY111");
    let nothing = [0_u8; 16];
    statement.set(SQL_ATTR_FETCH_BOOKMARK_PTR, nothing.as_ptr().expose_provenance()).success();
    statement.fetch_scroll(SQL_FETCH_BOOKMARK, 0).error("HY111");
    // SQL_UNBIND "does not unbind the bookmark column" (SQLFreeStmt).
    statement.free(SQL_UNBIND).success();
    bookmarks[2] = nothing;
    statement.fetch_scroll(SQL_FETCH_ABSOLUTE, 9).success();
    assert_eq!(std::hint::black_box(&bookmarks)[2], bookmark_of_third);
}

#[test]
fn without_bookmarks_there_is_no_column_0() {
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC).success();
    let mut bookmark = [0_u8; 16];
    // SAFETY: a local buffer; nothing is fetched into it.
    let bound = unsafe { statement.bind_column(0, SQL_C_VARBOOKMARK, bookmark.as_mut_ptr().cast(), 16, null_mut()) };
    bound.error("07009");
    statement.execute_direct("select 1").success();
    statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    statement.get_data(0, SQL_C_VARBOOKMARK, &mut bookmark).0.error("07009");
    statement.fetch_scroll(SQL_FETCH_BOOKMARK, 0).error_of(&["HY106", "HY111"]);
}

#[test]
fn the_cursor_attributes_agree() {
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_SCROLLABLE, SQL_SCROLLABLE).success();
    assert_eq!(statement.get_attribute(SQL_ATTR_CURSOR_TYPE), SQL_CURSOR_STATIC);
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_FORWARD_ONLY).success();
    assert_eq!(statement.get_attribute(SQL_ATTR_CURSOR_SCROLLABLE), SQL_NONSCROLLABLE);
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_DYNAMIC).info("01S02");
    assert_eq!(statement.get_attribute(SQL_ATTR_CURSOR_SCROLLABLE), SQL_SCROLLABLE);
}

#[test]
fn catalog_results_go_back_too() {
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC).success();
    // SAFETY: no addresses.
    statement.outcome(unsafe { statement.api.SQLGetTypeInfoW(statement.handle, SQL_INTEGER) }).success();
    statement.fetch_scroll(SQL_FETCH_LAST, 0).success();
    let name = statement.get_text(1);
    statement.fetch_scroll(SQL_FETCH_ABSOLUTE, -1).success();
    assert_eq!(statement.get_text(1), name);
    assert!(name.is_some());
}

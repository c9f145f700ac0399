//! Cursors that rows are changed through: SQLSetPos and SQLBulkOperations with optimistic concurrency.
//!
//! Expected values: ODBC reference, `SQLSetPos`, `SQLBulkOperations`; what the tables hold is asked on another connection.

use crate::common::api::Manager;
use crate::common::{Connection, Outcome, Statement, connect, unique};
use crate::odbc::attributes::*;
use crate::odbc::diagnostic_fields::*;
use crate::odbc::types::*;
use crate::odbc::values::*;

const ROWS: usize = 3;
const SQL_BULK_ADD: i16 = SQL_ADD as i16;

/// A table with rows 1 'one', 2 'two' .. and a cursor over it with both columns bound.
struct Fixture<'c> {
    table: String,
    other: Connection,
    statement: Statement<'c>,
    bound: Box<Bound>,
}

#[repr(C)]
#[derive(Debug)]
struct Bound {
    bookmarks: [u64; ROWS],
    bookmark_lengths: [isize; ROWS],
    ids: [i32; ROWS],
    id_lengths: [isize; ROWS],
    names: [[u8; 20]; ROWS],
    name_lengths: [isize; ROWS],
    statuses: [u16; ROWS],
}

/// Cursor types and concurrencies. A keyset over a table without a key becomes a static cursor.
const KINDS: [(usize, usize); 4] = [
    (SQL_CURSOR_STATIC, SQL_CONCUR_VALUES),
    (SQL_CURSOR_STATIC, SQL_CONCUR_ROWVER),
    (SQL_CURSOR_KEYSET_DRIVEN, SQL_CONCUR_VALUES),
    (SQL_CURSOR_KEYSET_DRIVEN, SQL_CONCUR_ROWVER),
];

impl Fixture<'_> {
    fn new<'c>(connection: &'c Connection, definition: &str) -> Fixture<'c> {
        Fixture::of(KINDS[0], connection, definition)
    }

    /// `definition`: of the table's columns id and name, and more.
    fn of<'c>(kind: (usize, usize), connection: &'c Connection, definition: &str) -> Fixture<'c> {
        let other = connect();
        let table = unique("changed");
        other.run(&format!("create table {table} ({definition})"));
        other.run(&format!(
            "insert into {table} (id, name) values (1, 'one'), (2, 'two'), (3, 'three'), (4, 'four'), (5, 'five')"
        ));
        let statement = connection.statement();
        let mut bound = Box::new(Bound {
            bookmarks: [0; ROWS],
            bookmark_lengths: [0; ROWS],
            ids: [0; ROWS],
            id_lengths: [0; ROWS],
            names: [[0; 20]; ROWS],
            name_lengths: [0; ROWS],
            statuses: [99; ROWS],
        });
        statement.set(SQL_ATTR_CURSOR_TYPE, kind.0).success();
        statement.set(SQL_ATTR_CONCURRENCY, kind.1).success();
        statement.set(SQL_ATTR_USE_BOOKMARKS, SQL_UB_VARIABLE).success();
        statement.set(SQL_ATTR_ROW_ARRAY_SIZE, ROWS).success();
        statement.set(SQL_ATTR_ROW_STATUS_PTR, bound.statuses.as_mut_ptr().expose_provenance()).success();
        // SAFETY: the arrays live as long as the statement.
        unsafe {
            let (place, lengths) = (bound.bookmarks.as_mut_ptr().cast(), bound.bookmark_lengths.as_mut_ptr());
            statement.bind_column(0, SQL_C_VARBOOKMARK, place, 8, lengths).success();
            let (place, lengths) = (bound.ids.as_mut_ptr().cast(), bound.id_lengths.as_mut_ptr());
            statement.bind_column(1, SQL_C_SLONG, place, 0, lengths).success();
            let (place, lengths) = (bound.names.as_mut_ptr().cast(), bound.name_lengths.as_mut_ptr());
            statement.bind_column(2, SQL_C_CHAR, place, 20, lengths).success();
        }
        Fixture { table, other, statement, bound }
    }

    #[track_caller]
    fn select(&self, columns: &str) {
        let sql = format!("select {columns} from {} order by id", self.table);
        self.statement.execute_direct(&sql).succeeded();
        self.statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    }

    fn set_name(&mut self, row: usize, name: &str) {
        self.bound.names[row][..name.len()].copy_from_slice(name.as_bytes());
        self.bound.name_lengths[row] = name.len() as isize;
    }

    fn name(&self, row: usize) -> &str {
        let bound: &Bound = std::hint::black_box(&self.bound);
        std::str::from_utf8(&bound.names[row][..bound.name_lengths[row] as usize]).unwrap()
    }

    fn set_pos(&self, row: usize, operation: u16) -> Outcome {
        // SAFETY: the bound buffers live as long as the statement.
        let code = unsafe { self.statement.api.SQLSetPos(self.statement.handle, row, operation, SQL_LOCK_NO_CHANGE) };
        self.statement.outcome(code)
    }

    fn bulk(&self, operation: i16) -> Outcome {
        // SAFETY: as above.
        self.statement.outcome(unsafe { self.statement.api.SQLBulkOperations(self.statement.handle, operation) })
    }

    /// What the table holds: "1 one, 2 two ..".
    #[track_caller]
    fn held(&self) -> String {
        let sql = format!(
            "select string_agg(concat_ws(' ', id, coalesce(name, 'NULL')), ', ' order by id, name) from {}",
            self.table
        );
        self.other.value(&sql).unwrap_or_default()
    }
}

impl Drop for Fixture<'_> {
    fn drop(&mut self) {
        self.statement.free(SQL_CLOSE).succeeded();
        self.other.statement().execute_direct(&format!("drop table {}", self.table)).succeeded();
    }
}

const KEYED: &str = "id int primary key, name varchar(20)";
const WITHOUT_KEY: &str = "id int, name text";

#[test]
fn a_row_is_updated_where_the_cursor_is() {
    let connection = connect();
    for kind in KINDS {
        for definition in [KEYED, WITHOUT_KEY] {
            let mut fixture = Fixture::of(kind, &connection, definition);
            fixture.select("id, name");
            fixture.set_name(1, "zwei");
            fixture.set_pos(2, SQL_UPDATE).success();
            assert_eq!(fixture.bound.statuses, [SQL_ROW_SUCCESS, SQL_ROW_UPDATED, SQL_ROW_SUCCESS]);
            assert_eq!(fixture.statement.row_count(), 1);
            assert_eq!(fixture.statement.get_attribute(SQL_ATTR_ROW_NUMBER), 2, "the cursor is on the row");
            assert_eq!(fixture.held(), "1 one, 2 zwei, 3 three, 4 four, 5 five");
            // The cursor sees its own change, and can change the row again, its key too.
            fixture.statement.fetch_scroll(SQL_FETCH_FIRST, 0).success();
            assert_eq!(fixture.name(1), "zwei");
            fixture.bound.ids[1] = 22;
            fixture.set_name(1, "deux");
            fixture.set_pos(2, SQL_UPDATE).success();
            assert_eq!(fixture.held(), "1 one, 3 three, 4 four, 5 five, 22 deux");
        }
    }
}

#[test]
fn all_rows_of_the_rowset_but_those_left_out() {
    let connection = connect();
    for kind in KINDS {
        let mut fixture = Fixture::of(kind, &connection, KEYED);
        fixture.select("id, name");
        for row in 0..ROWS {
            fixture.set_name(row, "new");
        }
        let operations = [SQL_ROW_PROCEED, SQL_ROW_IGNORE, SQL_ROW_PROCEED];
        fixture.statement.set(SQL_ATTR_ROW_OPERATION_PTR, operations.as_ptr().expose_provenance()).success();
        fixture.set_pos(0, SQL_UPDATE).success();
        assert_eq!(fixture.held(), "1 new, 2 two, 3 new, 4 four, 5 five");
        assert_eq!(fixture.statement.row_count(), 2);
    }
}

#[test]
fn null_and_columns_that_are_left_alone() {
    let connection = connect();
    for kind in KINDS {
        let mut fixture = Fixture::of(kind, &connection, KEYED);
        fixture.select("id, name");
        fixture.bound.name_lengths[0] = SQL_NULL_DATA;
        fixture.set_pos(1, SQL_UPDATE).success();
        fixture.bound.id_lengths[1] = SQL_COLUMN_IGNORE;
        fixture.bound.ids[1] = 99;
        fixture.set_name(1, "zwei");
        fixture.set_pos(2, SQL_UPDATE).success();
        assert_eq!(fixture.held(), "1 NULL, 2 zwei, 3 three, 4 four, 5 five");
        // A row that holds NULL is found again.
        fixture.set_name(0, "eins");
        fixture.set_pos(1, SQL_UPDATE).success();
        assert_eq!(fixture.held(), "1 eins, 2 zwei, 3 three, 4 four, 5 five");
        fixture.bound.id_lengths[2] = SQL_COLUMN_IGNORE;
        fixture.bound.name_lengths[2] = SQL_COLUMN_IGNORE;
        fixture.set_pos(3, SQL_UPDATE).error("21S02");
    }
}

#[test]
fn a_deleted_row_is_a_hole() {
    let connection = connect();
    for kind in KINDS {
        for definition in [KEYED, WITHOUT_KEY] {
            let fixture = Fixture::of(kind, &connection, definition);
            fixture.select("id, name");
            fixture.set_pos(2, SQL_DELETE).success();
            assert_eq!(fixture.bound.statuses, [SQL_ROW_SUCCESS, SQL_ROW_DELETED, SQL_ROW_SUCCESS]);
            assert_eq!(fixture.held(), "1 one, 3 three, 4 four, 5 five");
            fixture.statement.fetch_scroll(SQL_FETCH_LAST, 0).success();
            fixture.statement.fetch_scroll(SQL_FETCH_FIRST, 0).success();
            assert_eq!(fixture.bound.statuses, [SQL_ROW_SUCCESS, SQL_ROW_DELETED, SQL_ROW_SUCCESS]);
            fixture.set_pos(2, SQL_DELETE).error("HY109");
            fixture.set_pos(2, SQL_POSITION).success();
            fixture.statement.get_data(1, SQL_C_CHAR, &mut [0; 9]).0.error("HY109");
        }
    }
}

#[test]
fn rows_are_added() {
    let connection = connect();
    for kind in KINDS {
        let mut fixture = Fixture::of(kind, &connection, "id int default 77, name text");
        fixture.select("id, name");
        for (row, id, name) in [(0, 10, "ten"), (1, 11, "eleven"), (2, 12, "twelve")] {
            fixture.bound.ids[row] = id;
            fixture.set_name(row, name);
        }
        fixture.bound.id_lengths[1] = SQL_COLUMN_IGNORE;
        fixture.bulk(SQL_BULK_ADD).success();
        assert_eq!(fixture.bound.statuses, [SQL_ROW_ADDED; 3]);
        assert_eq!(
            fixture.bound.bookmark_lengths, [SQL_NULL_DATA; 3],
            "they are not in the result and have no bookmarks"
        );
        assert_eq!(fixture.statement.row_count(), 3);
        assert_eq!(fixture.held(), "1 one, 2 two, 3 three, 4 four, 5 five, 10 ten, 12 twelve, 77 eleven");
        fixture.bound.ids[1] = 13;
        fixture.bound.id_lengths[1] = 0;
        fixture.set_pos(2, SQL_ADD).success();
        fixture.set_pos(usize::MAX, SQL_ADD).error("HY107");
        fixture.set_pos(ROWS + 2, SQL_ADD).error("HY107");
        assert_eq!(fixture.held(), "1 one, 2 two, 3 three, 4 four, 5 five, 10 ten, 12 twelve, 13 eleven, 77 eleven");
    }
}

#[test]
fn a_row_that_another_has_changed_is_a_conflict() {
    let connection = connect();
    for kind in KINDS {
        for definition in [KEYED, WITHOUT_KEY] {
            let mut fixture = Fixture::of(kind, &connection, definition);
            fixture.select("id, name");
            fixture.other.run(&format!("update {} set name = 'theirs' where id = 2", fixture.table));
            fixture.other.run(&format!("delete from {} where id = 3", fixture.table));
            fixture.set_name(1, "ours");
            fixture.set_pos(2, SQL_UPDATE).info("01001");
            assert_eq!(fixture.bound.statuses[1], SQL_ROW_ERROR);
            assert_eq!(fixture.statement.row_count(), 0);
            fixture.set_pos(2, SQL_DELETE).info("01001");
            fixture.set_pos(3, SQL_DELETE).info("01001");
            assert_eq!(fixture.statement.diagnostic_number(1, SQL_DIAG_ROW_NUMBER), 3);
            assert_eq!(fixture.held(), "1 one, 2 theirs, 4 four, 5 five");
        }
    }
}

#[test]
fn rows_that_cannot_be_told_apart_are_left_alone() {
    let connection = connect();
    let mut fixture = Fixture::new(&connection, "id int, name text, hidden serial");
    fixture.other.run(&format!("insert into {} (id, name) values (2, 'two')", fixture.table));
    fixture.select("id, name");
    fixture.set_name(1, "ours");
    fixture.set_pos(2, SQL_UPDATE).info("01001");
    assert_eq!(fixture.held(), "1 one, 2 two, 2 two, 3 three, 4 four, 5 five");
}

#[test]
fn an_error_of_one_row_does_not_keep_the_others_from_being_changed() {
    let connection = connect();
    for kind in KINDS {
        let mut fixture = Fixture::of(kind, &connection, "id int primary key, name varchar(5)");
        fixture.select("id, name");
        fixture.set_name(0, "short");
        fixture.set_name(1, "too long for it");
        fixture.set_name(2, "ok");
        let outcome = fixture.set_pos(0, SQL_UPDATE);
        outcome.info("22001");
        assert_eq!(fixture.statement.diagnostic_number(1, SQL_DIAG_ROW_NUMBER), 2);
        assert_eq!(fixture.bound.statuses, [SQL_ROW_UPDATED, SQL_ROW_ERROR, SQL_ROW_UPDATED]);
        assert_eq!(fixture.held(), "1 short, 2 two, 3 ok, 4 four, 5 five");
        fixture.set_name(1, "too long for it");
        fixture.set_pos(2, SQL_UPDATE).error("22001");
    }
}

#[test]
fn changes_are_part_of_the_transaction() {
    let connection = connect();
    for kind in KINDS {
        connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
        let mut fixture = Fixture::of(kind, &connection, KEYED);
        fixture.select("id, name");
        connection.end_transaction(SQL_COMMIT).success();
        fixture.set_name(0, "gone");
        fixture.set_pos(1, SQL_UPDATE).success();
        assert_eq!(fixture.held(), "1 one, 2 two, 3 three, 4 four, 5 five");
        connection.end_transaction(SQL_ROLLBACK).success();
        assert_eq!(fixture.held(), "1 one, 2 two, 3 three, 4 four, 5 five");
        fixture.set_name(1, "kept");
        fixture.set_pos(2, SQL_UPDATE).success();
        connection.end_transaction(SQL_COMMIT).success();
        assert_eq!(fixture.held(), "1 one, 2 kept, 3 three, 4 four, 5 five");
    }
}

#[test]
fn what_is_computed_stays_and_is_not_set() {
    let connection = connect();
    for kind in KINDS {
        let mut fixture = Fixture::of(kind, &connection, KEYED);
        fixture.select("id, name, upper(name) as loud, id + 1 as next");
        fixture.set_name(0, "eins");
        fixture.set_pos(1, SQL_UPDATE).success();
        assert_eq!(fixture.held(), "1 eins, 2 two, 3 three, 4 four, 5 five");
        fixture.statement.fetch_scroll(SQL_FETCH_FIRST, 0).success();
        // A static cursor has what was computed when it was opened.
        let loud = if kind.0 == SQL_CURSOR_STATIC { "ONE" } else { "EINS" };
        assert_eq!((fixture.name(0), fixture.statement.get_text(3).as_deref()), ("eins", Some(loud)));
    }
}

#[test]
fn columns_of_every_kind_find_their_row() {
    // Every value is compared with what the row holds: in text and in binary format, with and without an operator `=`.
    let connection = connect();
    for kind in KINDS {
        let more = "i2 int2 default 2, i8 int8 default 8, f4 float4 default 0.1, f8 float8 default 1e-300, \
                num numeric default 12.3400, num2 numeric(9,2) default 5, money_ money default 3.5, \
                flag bool default true, day date default '2024-02-29', hour time default '12:34:56.789', \
                moment timestamp default '2024-02-29 12:34:56.789', zoned timestamptz default '2024-02-29 12:34:56+02', \
                span interval default '1 month 2 days 3.5 s', bytes bytea default '\\x00ff', fixed char(8) default 'ab', \
                uid uuid default '00000000-0000-0000-0000-00000000000a', doc json default '{\"a\": 1}', \
                docb jsonb default '{\"b\": 2}', tree xml default '<a/>', spot point default '(1,2)', \
                list int[] default '{1,null,3}', words text[] default '{a,\"b c\"}', bits bit(3) default '101', \
                address inet default '10.0.0.1/8', span4 int4range default '[1,5)', sym \"char\" default 'x'";
        let more = format!("{KEYED}, {more}");
        let mut fixture = Fixture::of(kind, &connection, &more);
        for round in ["once", "twice"] {
            // The second time the statement's columns are known and come in binary where they can.
            fixture.statement.free(SQL_CLOSE).success();
            if round == "once" {
                fixture.statement.prepare(&format!("select * from {} order by id", fixture.table)).success();
            }
            fixture.statement.execute().success();
            fixture.statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
            fixture.set_name(1, round);
            fixture.set_pos(2, SQL_UPDATE).success();
            fixture.set_pos(2, SQL_UPDATE).success();
            assert_eq!(fixture.held(), format!("1 one, 2 {round}, 3 three, 4 four, 5 five"));
        }
    }
}

#[test]
fn rows_are_changed_and_fetched_by_bookmark() {
    let connection = connect();
    for kind in KINDS {
        let mut fixture = Fixture::of(kind, &connection, KEYED);
        fixture.select("id, name");
        let [first, second, _] = fixture.bound.bookmarks;
        fixture.statement.fetch_scroll(SQL_FETCH_LAST, 0).success();
        let [_, _, fifth] = fixture.bound.bookmarks;
        fixture.statement.set(SQL_ATTR_ROW_ARRAY_SIZE, 2).success();
        fixture.bound.bookmarks[..2].copy_from_slice(&[fifth, first]);
        fixture.bulk(SQL_FETCH_BY_BOOKMARK).success();
        assert_eq!((fixture.bound.ids[0], fixture.bound.ids[1], fixture.name(0)), (5, 1, "five"));
        fixture.set_name(0, "fünf");
        fixture.set_name(1, "eins");
        fixture.bulk(SQL_UPDATE_BY_BOOKMARK).success();
        assert_eq!(fixture.bound.statuses[..2], [SQL_ROW_UPDATED; 2]);
        assert_eq!(fixture.held(), "1 eins, 2 two, 3 three, 4 four, 5 fünf");
        fixture.bound.bookmarks[..2].copy_from_slice(&[second, fifth]);
        fixture.bulk(SQL_DELETE_BY_BOOKMARK).success();
        assert_eq!(fixture.held(), "1 eins, 3 three, 4 four");
        fixture.bound.bookmarks[..2].copy_from_slice(&[0, 4711]);
        fixture.bulk(SQL_DELETE_BY_BOOKMARK).error("HY111");
    }
}

#[test]
fn what_cannot_be_changed_is_refused() {
    let connection = connect();
    let fixture = Fixture::new(&connection, KEYED);
    // Two tables.
    let sql = format!("select a.id, b.name from {0} a join {0}_b b using (id)", fixture.table);
    fixture.other.run(&format!("create table {0}_b as select * from {0}", fixture.table));
    fixture.statement.execute_direct(&sql).success();
    fixture.statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    fixture.set_pos(1, SQL_UPDATE).error("HYC00");
    fixture.other.run(&format!("drop table {}_b", fixture.table));
    // No table.
    fixture.statement.close_cursor().success();
    fixture.statement.execute_direct("select 1, 'x'").success();
    fixture.statement.fetch_scroll(SQL_FETCH_NEXT, 0).success();
    fixture.set_pos(1, SQL_DELETE).error("HYC00");
    fixture.set_pos(1, 99).error_of(&["HY092", "HY009"]);
    // A read-only cursor.
    fixture.statement.close_cursor().success();
    fixture.statement.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_READ_ONLY).success();
    fixture.select("id, name");
    fixture.set_pos(1, SQL_UPDATE).error("HY092");
    assert_eq!(fixture.held(), "1 one, 2 two, 3 three, 4 four, 5 five");
}

#[test]
fn a_value_that_was_cut_is_not_written_back() {
    let connection = connect();
    for kind in KINDS {
        let mut fixture = Fixture::of(kind, &connection, "id int, name text");
        fixture.other.run(&format!("update {} set name = repeat('long ', 20) where id = 1", fixture.table));
        let sql = format!("select id, name from {} order by id", fixture.table);
        fixture.statement.execute_direct(&sql).succeeded();
        fixture.statement.fetch_scroll(SQL_FETCH_NEXT, 0).info("01004");
        fixture.set_pos(1, SQL_UPDATE).error("HY090");
        fixture.bound.name_lengths[0] = SQL_COLUMN_IGNORE;
        fixture.bound.ids[0] = 11;
        fixture.set_pos(1, SQL_UPDATE).success();
        let kept = fixture.other.value(&format!("select length(name) from {} where id = 11", fixture.table));
        assert_eq!(kept.as_deref(), Some("100"));
    }
}

#[test]
fn long_data_is_sent_at_execution() {
    let connection = connect();
    for kind in KINDS {
        let mut fixture = Fixture::of(kind, &connection, KEYED);
        fixture.other.run(&format!("alter table {} alter name type text", fixture.table));
        fixture.select("id, name");
        let place = |fixture: &Fixture<'_>, row: usize| fixture.bound.names[row].as_ptr().addr();
        // One row; SQLParamData tells of the element of the buffer.
        fixture.bound.name_lengths[1] = SQL_DATA_AT_EXEC;
        assert_eq!(fixture.set_pos(2, SQL_UPDATE).code, SQL_NEED_DATA);
        let (outcome, address) = fixture.statement.parameter_data();
        assert_eq!((outcome.code, address), (SQL_NEED_DATA, place(&fixture, 1)));
        for piece in ["zw", "e", "i"] {
            fixture.statement.put(piece.as_bytes()).success();
        }
        assert_eq!(fixture.held(), "1 one, 2 two, 3 three, 4 four, 5 five", "nothing is changed yet");
        fixture.statement.parameter_data().0.success();
        assert_eq!(fixture.bound.statuses, [SQL_ROW_SUCCESS, SQL_ROW_UPDATED, SQL_ROW_SUCCESS]);
        assert_eq!(fixture.statement.row_count(), 1);
        assert_eq!(fixture.held(), "1 one, 2 zwei, 3 three, 4 four, 5 five");
        // All rows, one of them whole in its buffer, one NULL.
        fixture.bound.name_lengths = [SQL_LEN_DATA_AT_EXEC_OFFSET - 400_000, 0, SQL_DATA_AT_EXEC];
        fixture.set_name(1, "deux");
        assert_eq!(fixture.set_pos(0, SQL_UPDATE).code, SQL_NEED_DATA);
        assert_eq!(fixture.statement.parameter_data().1, place(&fixture, 0));
        for _ in 0..4 {
            fixture.statement.put(&[b'x'; 100_000]).success();
        }
        let (outcome, address) = fixture.statement.parameter_data();
        assert_eq!((outcome.code, address), (SQL_NEED_DATA, place(&fixture, 2)));
        fixture.statement.put_length(&[], SQL_NULL_DATA).success();
        fixture.statement.parameter_data().0.success();
        assert_eq!(fixture.bound.statuses, [SQL_ROW_UPDATED; 3]);
        let lengths =
            format!("select string_agg(coalesce(length(name)::text, '-'), ' ' order by id) from {}", fixture.table);
        assert_eq!(fixture.other.value(&lengths).as_deref(), Some("400000 4 - 4 4"));
        // Given up: nothing happens, and the cursor is where it was.
        fixture.bound.name_lengths = [SQL_DATA_AT_EXEC; 3];
        assert_eq!(fixture.set_pos(1, SQL_UPDATE).code, SQL_NEED_DATA);
        fixture.statement.cancel().success();
        assert_eq!(fixture.other.value(&lengths).as_deref(), Some("400000 4 - 4 4"));
        fixture.statement.fetch_scroll(SQL_FETCH_FIRST, 0).info("01004");
        assert_eq!(fixture.bound.ids, [1, 2, 3]);
        // Rows that are added.
        fixture.bound.ids = [10, 11, 12];
        fixture.bound.name_lengths = [SQL_DATA_AT_EXEC; 3];
        // iODBC does not notice that SQLBulkOperations needs data.
        let outcome = match connection.api.manager {
            Manager::Iodbc => fixture.set_pos(0, SQL_ADD),
            Manager::UnixOdbc | Manager::Direct => fixture.bulk(SQL_BULK_ADD),
        };
        assert_eq!(outcome.code, SQL_NEED_DATA);
        for row in 0..ROWS {
            let (outcome, address) = fixture.statement.parameter_data();
            assert_eq!((outcome.code, address), (SQL_NEED_DATA, place(&fixture, row)));
            fixture.statement.put(&[b'y'; 7][..=row]).success();
        }
        fixture.statement.parameter_data().0.success();
        assert_eq!(fixture.bound.statuses, [SQL_ROW_ADDED; 3]);
        assert_eq!(fixture.other.value(&lengths).as_deref(), Some("400000 4 - 4 4 1 2 3"));
    }
}

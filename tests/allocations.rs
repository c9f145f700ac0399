//! Fetching takes no memory: allocations are counted while rows go by. No clock is asked.
//!
//! The driver is linked in as an rlib here, so that its allocations are this process's, and its own SQL* functions are
//! called, without a manager. Run as tests/driver is: `tests/tools/with-server 15 -- cargo test --test allocations`.

#![allow(unsafe_code, clippy::unwrap_used, non_snake_case)]

use pgodbc::odbc::attributes::*;
use pgodbc::odbc::types::*;
use pgodbc::odbc::values::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ffi::{CString, c_void};
use std::ptr::null_mut;

type Handle = *mut c_void;

unsafe extern "C" {
    fn SQLAllocHandle(kind: i16, input: Handle, output: *mut Handle) -> i16;
    fn SQLFreeHandle(kind: i16, handle: Handle) -> i16;
    fn SQLSetEnvAttr(environment: Handle, attribute: i32, value: *mut c_void, length: i32) -> i16;
    fn SQLDriverConnect(
        connection: Handle,
        window: *mut c_void,
        string: *const u8,
        length: i16,
        output: *mut u8,
        capacity: i16,
        written: *mut i16,
        completion: u16,
    ) -> i16;
    fn SQLDisconnect(connection: Handle) -> i16;
    fn SQLSetStmtAttr(statement: Handle, attribute: i32, value: *mut c_void, length: i32) -> i16;
    fn SQLExecDirect(statement: Handle, text: *const u8, length: i32) -> i16;
    fn SQLBindCol(s: Handle, column: u16, c_type: i16, value: *mut c_void, capacity: isize, length: *mut isize) -> i16;
    fn SQLGetData(s: Handle, column: u16, c_type: i16, value: *mut c_void, capacity: isize, length: *mut isize) -> i16;
    fn SQLFetch(statement: Handle) -> i16;
}

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counting what each thread asks of it.
struct Counting;

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, address: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(address, layout) }
    }

    unsafe fn realloc(&self, address: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promises.
        unsafe { System.realloc(address, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn variable(name: &str) -> String {
    std::env::var(format!("PGODBC_TEST_{name}"))
        .unwrap_or_else(|_| panic!("PGODBC_TEST_{name} is not set; run by tests/tools/with-server"))
}

/// A statement on a connection and an environment of its own.
struct Open {
    environment: Handle,
    connection: Handle,
    statement: Handle,
}

impl Open {
    fn new(keywords: &str) -> Open {
        let string = CString::new(format!(
            "Server={};Port={};Database={};UID={};PWD={};{keywords}",
            variable("HOST"),
            variable("PORT"),
            variable("DATABASE"),
            variable("USER"),
            variable("PASSWORD")
        ));
        let string = string.unwrap();
        let (mut environment, mut connection, mut statement) = (null_mut(), null_mut(), null_mut());
        // SAFETY: room for handles, a terminated text, an integer in the place of an address.
        unsafe {
            assert_eq!(SQLAllocHandle(SQL_HANDLE_ENV, null_mut(), &raw mut environment), SQL_SUCCESS);
            assert_eq!(SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, 3 as *mut c_void, 0), SQL_SUCCESS);
            assert_eq!(SQLAllocHandle(SQL_HANDLE_DBC, environment, &raw mut connection), SQL_SUCCESS);
            let text = string.as_ptr().cast();
            let completion = SQL_DRIVER_NOPROMPT;
            let code =
                SQLDriverConnect(connection, null_mut(), text, SQL_NTS as i16, null_mut(), 0, null_mut(), completion);
            assert!(code == SQL_SUCCESS || code == SQL_SUCCESS_WITH_INFO, "SQLDriverConnect: {code}");
            assert_eq!(SQLAllocHandle(SQL_HANDLE_STMT, connection, &raw mut statement), SQL_SUCCESS);
        }
        Open { environment, connection, statement }
    }

    fn execute(&self, sql: &str) {
        // SAFETY: a text of the given length.
        let code = unsafe { SQLExecDirect(self.statement, sql.as_ptr(), sql.len() as i32) };
        assert_eq!(code, SQL_SUCCESS, "{sql}");
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // SAFETY: ours, each freed once.
        unsafe {
            SQLFreeHandle(SQL_HANDLE_STMT, self.statement);
            SQLDisconnect(self.connection);
            SQLFreeHandle(SQL_HANDLE_DBC, self.connection);
            SQLFreeHandle(SQL_HANDLE_ENV, self.environment);
        }
    }
}

const ROWS: usize = 60_000;

/// The receive buffer may grow while the first rows come.
const WARM_UP: usize = 10_000;

/// What may happen now and then, but not with every row.
const NOW_AND_THEN: usize = 8;

const SQL: &str = "select i, i::int4, i * 1.5::float8, (i + 0.25)::numeric(12,2), 'customer number ' || i, \
                   timestamp '2020-01-01' + i * interval '37 seconds', i % 3 = 0, date '2020-01-01' + (i % 1000)::int \
                   from generate_series(1::int8, 60000) i";

/// C types and room for a value.
const COLUMNS: [(i16, usize); 8] = [
    (SQL_C_SBIGINT, 8),
    (SQL_C_SLONG, 4),
    (SQL_C_DOUBLE, 8),
    (SQL_C_CHAR, 32),
    (SQL_C_WCHAR, 128),
    (SQL_C_TYPE_TIMESTAMP, 16),
    (SQL_C_BIT, 1),
    (SQL_C_TYPE_DATE, 6),
];

/// Allocations of this thread while `work` goes on.
fn allocations(work: impl FnOnce()) -> usize {
    let before = COUNT.get();
    work();
    COUNT.get() - before
}

#[test]
fn bound_rows_take_no_memory() {
    for (format, rowset) in [("text", 1), ("binary", 1), ("text", 100), ("binary", 100)] {
        let open = Open::new(&format!("ResultFormat={format};"));
        let mut buffers: Vec<Vec<u8>> = COLUMNS.iter().map(|(_, size)| vec![0; size * rowset]).collect();
        let mut lengths = vec![vec![0_isize; rowset]; COLUMNS.len()];
        // SAFETY: an integer in the place of an address; buffers of as many elements as rows are asked for.
        unsafe {
            let size = std::ptr::without_provenance_mut(rowset);
            assert_eq!(SQLSetStmtAttr(open.statement, SQL_ATTR_ROW_ARRAY_SIZE, size, 0), SQL_SUCCESS);
            for (index, (c_type, size)) in COLUMNS.iter().enumerate() {
                let (value, length) = (buffers[index].as_mut_ptr().cast(), lengths[index].as_mut_ptr());
                let code = SQLBindCol(open.statement, index as u16 + 1, *c_type, value, *size as isize, length);
                assert_eq!(code, SQL_SUCCESS);
            }
        }
        open.execute(SQL);
        let fetch = |rows: usize| {
            for _ in 0..rows / rowset {
                // SAFETY: what is bound is alive.
                assert_eq!(unsafe { SQLFetch(open.statement) }, SQL_SUCCESS);
            }
        };
        fetch(WARM_UP);
        let counted = allocations(|| fetch(ROWS - WARM_UP));
        assert!(counted <= NOW_AND_THEN, "{counted} allocations, ResultFormat={format}, {rowset} rows at a time");
        assert_eq!(buffers[0][(rowset - 1) * 8..], 60_000_i64.to_ne_bytes());
    }
}

#[test]
fn values_read_one_by_one_take_no_memory() {
    for format in ["text", "binary"] {
        let open = Open::new(&format!("ResultFormat={format};"));
        open.execute(SQL);
        let mut buffer = [0_u8; 128];
        let mut read = |rows: usize| {
            for _ in 0..rows {
                // SAFETY: room of the given size.
                unsafe {
                    assert_eq!(SQLFetch(open.statement), SQL_SUCCESS);
                    for (column, (c_type, size)) in (1..).zip(COLUMNS) {
                        let mut length = 0;
                        let value = buffer.as_mut_ptr().cast();
                        let code = SQLGetData(open.statement, column, c_type, value, size as isize, &raw mut length);
                        assert_eq!(code, SQL_SUCCESS);
                    }
                }
            }
        };
        read(WARM_UP);
        let counted = allocations(|| read(ROWS - WARM_UP));
        assert!(counted <= NOW_AND_THEN, "{counted} allocations, ResultFormat={format}");
    }
}

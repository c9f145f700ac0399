//! The SQL* functions of a driver manager, or of the driver itself, found at run time.
//!
//! Opened with dlopen rather than linked: one test body then runs under every manager, and no function of the crate can
//! take the place of the manager's.

use super::server;
use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_LOCAL, RTLD_NOW};
use std::ffi::{c_char, c_void};
use std::sync::OnceLock;

/// A handle as the application holds it: opaque.
pub type Handle = *mut c_void;
/// The address of a text in SQLWCHARs, whose width the manager decides.
pub type WideText = *mut c_void;

macro_rules! functions {
    ($(fn $name:ident($($argument:ident: $type:ty),* $(,)?);)*) => {
        /// The functions; one that the library does not have stops the test that calls it.
        #[allow(non_snake_case)]
        #[derive(Debug)]
        pub struct Api {
            pub manager: Manager,
            $($name: Option<unsafe extern "C" fn($($type),*) -> i16>,)*
        }

        #[allow(non_snake_case, clippy::too_many_arguments, dead_code)]
        impl Api {
            fn load(manager: Manager, library: Library) -> Api {
                let api = Api {
                    manager,
                    // SAFETY: the types are those of the ODBC reference's prototypes.
                    $($name: unsafe { library.get(concat!(stringify!($name), "\0").as_bytes()) }
                        .ok().map(|symbol| *symbol),)*
                };
                // Never closed: handles and function pointers outlive every test.
                std::mem::forget(library);
                api
            }

            $(
                /// # Safety
                /// Addresses must be valid for what the ODBC reference says the function reads or writes there.
                pub unsafe fn $name(&self, $($argument: $type),*) -> i16 {
                    let function = self.$name.expect(concat!("the library has no ", stringify!($name)));
                    // SAFETY: the caller's promise.
                    unsafe { function($($argument),*) }
                }
            )*
        }
    };
}

functions! {
    fn SQLAllocHandle(kind: i16, parent: Handle, handle: *mut Handle);
    fn SQLBindCol(statement: Handle, column: u16, c_type: i16, value: *mut c_void, capacity: isize, indicator: *mut isize);
    fn SQLBindParameter(
        statement: Handle, number: u16, direction: i16, c_type: i16, sql_type: i16, column_size: usize,
        decimal_digits: i16, value: *mut c_void, capacity: isize, indicator: *mut isize,
    );
    fn SQLBrowseConnectW(
        connection: Handle, string: WideText, length: i16, out: WideText, capacity: i16, out_length: *mut i16,
    );
    fn SQLCancel(statement: Handle);
    fn SQLCancelHandle(kind: i16, handle: Handle);
    fn SQLCloseCursor(statement: Handle);
    fn SQLColAttribute(
        statement: Handle, column: u16, field: u16, text: *mut c_void, capacity: i16, length: *mut i16, number: *mut isize,
    );
    fn SQLColAttributeW(
        statement: Handle, column: u16, field: u16, text: WideText, capacity: i16, length: *mut i16, number: *mut isize,
    );
    fn SQLColumnsW(
        statement: Handle, catalog: WideText, catalog_length: i16, schema: WideText, schema_length: i16,
        table: WideText, table_length: i16, column: WideText, column_length: i16,
    );
    fn SQLConnect(
        connection: Handle, name: *const u8, name_length: i16, user: *const u8, user_length: i16,
        password: *const u8, password_length: i16,
    );
    fn SQLConnectW(
        connection: Handle, name: WideText, name_length: i16, user: WideText, user_length: i16,
        password: WideText, password_length: i16,
    );
    fn SQLDataSourcesW(
        environment: Handle, direction: u16, name: WideText, capacity: i16, length: *mut i16, description: WideText,
        description_capacity: i16, description_length: *mut i16,
    );
    fn SQLDescribeColW(
        statement: Handle, column: u16, name: WideText, capacity: i16, length: *mut i16, data_type: *mut i16,
        column_size: *mut usize, decimal_digits: *mut i16, nullable: *mut i16,
    );
    fn SQLDescribeParam(
        statement: Handle, number: u16, data_type: *mut i16, size: *mut usize, digits: *mut i16, nullable: *mut i16,
    );
    fn SQLDisconnect(connection: Handle);
    fn SQLDriverConnect(
        connection: Handle, window: Handle, string: *const u8, length: i16, out: *mut u8, capacity: i16,
        out_length: *mut i16, completion: u16,
    );
    fn SQLDriverConnectW(
        connection: Handle, window: Handle, string: WideText, length: i16, out: WideText, capacity: i16,
        out_length: *mut i16, completion: u16,
    );
    fn SQLDriversW(
        environment: Handle, direction: u16, description: WideText, capacity: i16, length: *mut i16, attributes: WideText,
        attributes_capacity: i16, attributes_length: *mut i16,
    );
    fn SQLEndTran(kind: i16, handle: Handle, completion: i16);
    fn SQLExecDirect(statement: Handle, text: *const u8, length: i32);
    fn SQLExecDirectW(statement: Handle, text: WideText, length: i32);
    fn SQLExecute(statement: Handle);
    fn SQLFetch(statement: Handle);
    fn SQLFetchScroll(statement: Handle, orientation: i16, offset: isize);
    fn SQLFreeHandle(kind: i16, handle: Handle);
    fn SQLFreeStmt(statement: Handle, option: u16);
    fn SQLGetConnectAttr(connection: Handle, attribute: i32, value: *mut c_void, capacity: i32, length: *mut i32);
    fn SQLGetConnectAttrW(connection: Handle, attribute: i32, value: *mut c_void, capacity: i32, length: *mut i32);
    fn SQLGetData(
        statement: Handle, column: u16, c_type: i16, value: *mut c_void, capacity: isize, indicator: *mut isize,
    );
    fn SQLGetDiagField(
        kind: i16, handle: Handle, record: i16, field: i16, value: *mut c_void, capacity: i16, length: *mut i16,
    );
    fn SQLGetDiagFieldW(
        kind: i16, handle: Handle, record: i16, field: i16, value: *mut c_void, capacity: i16, length: *mut i16,
    );
    fn SQLGetDiagRec(
        kind: i16, handle: Handle, record: i16, sqlstate: *mut u8, native: *mut i32, message: *mut u8, capacity: i16,
        length: *mut i16,
    );
    fn SQLGetDiagRecW(
        kind: i16, handle: Handle, record: i16, sqlstate: WideText, native: *mut i32, message: WideText, capacity: i16,
        length: *mut i16,
    );
    fn SQLGetEnvAttr(environment: Handle, attribute: i32, value: *mut c_void, capacity: i32, length: *mut i32);
    fn SQLGetFunctions(connection: Handle, function: u16, supported: *mut u16);
    fn SQLGetInfo(connection: Handle, information: u16, value: *mut c_void, capacity: i16, length: *mut i16);
    fn SQLGetInfoW(connection: Handle, information: u16, value: *mut c_void, capacity: i16, length: *mut i16);
    fn SQLGetStmtAttr(statement: Handle, attribute: i32, value: *mut c_void, capacity: i32, length: *mut i32);
    fn SQLGetStmtAttrW(statement: Handle, attribute: i32, value: *mut c_void, capacity: i32, length: *mut i32);
    fn SQLGetTypeInfo(statement: Handle, data_type: i16);
    fn SQLGetTypeInfoW(statement: Handle, data_type: i16);
    fn SQLMoreResults(statement: Handle);
    fn SQLNativeSqlW(
        connection: Handle, text: WideText, length: i32, out: WideText, capacity: i32, out_length: *mut i32,
    );
    fn SQLNumParams(statement: Handle, count: *mut i16);
    fn SQLNumResultCols(statement: Handle, count: *mut i16);
    fn SQLParamData(statement: Handle, value: *mut *mut c_void);
    fn SQLPrepare(statement: Handle, text: *const u8, length: i32);
    fn SQLPrepareW(statement: Handle, text: WideText, length: i32);
    fn SQLPutData(statement: Handle, data: *mut c_void, length: isize);
    fn SQLRowCount(statement: Handle, count: *mut isize);
    fn SQLSetConnectAttr(connection: Handle, attribute: i32, value: *mut c_void, length: i32);
    fn SQLSetConnectAttrW(connection: Handle, attribute: i32, value: *mut c_void, length: i32);
    fn SQLSetEnvAttr(environment: Handle, attribute: i32, value: *mut c_void, length: i32);
    fn SQLBulkOperations(statement: Handle, operation: i16);
    fn SQLCopyDesc(source: Handle, target: Handle);
    fn SQLExtendedFetch(statement: Handle, orientation: u16, offset: isize, rows: *mut usize, statuses: *mut u16);
    fn SQLGetCursorName(statement: Handle, name: *mut u8, capacity: i16, length: *mut i16);
    fn SQLGetCursorNameW(statement: Handle, name: WideText, capacity: i16, length: *mut i16);
    fn SQLGetDescField(
        descriptor: Handle, record: i16, field: i16, value: *mut c_void, capacity: i32, length: *mut i32,
    );
    fn SQLGetDescFieldW(
        descriptor: Handle, record: i16, field: i16, value: *mut c_void, capacity: i32, length: *mut i32,
    );
    fn SQLGetDescRecW(
        descriptor: Handle, record: i16, name: WideText, capacity: i16, length: *mut i16, verbose_type: *mut i16,
        code: *mut i16, octet_length: *mut isize, precision: *mut i16, scale: *mut i16, nullable: *mut i16,
    );
    fn SQLSetCursorName(statement: Handle, name: *const u8, length: i16);
    fn SQLSetCursorNameW(statement: Handle, name: WideText, length: i16);
    fn SQLSetDescField(descriptor: Handle, record: i16, field: i16, value: *mut c_void, length: i32);
    fn SQLSetDescFieldW(descriptor: Handle, record: i16, field: i16, value: *mut c_void, length: i32);
    fn SQLSetDescRec(
        descriptor: Handle, record: i16, verbose_type: i16, code: i16, octet_length: isize, precision: i16, scale: i16,
        data: *mut c_void, length: *mut isize, indicator: *mut isize,
    );
    fn SQLSetPos(statement: Handle, row: usize, operation: u16, lock: u16);
    fn SQLSetStmtAttr(statement: Handle, attribute: i32, value: *mut c_void, length: i32);
    fn SQLSetStmtAttrW(statement: Handle, attribute: i32, value: *mut c_void, length: i32);
    fn SQLColumnPrivileges(
        statement: Handle, catalog: *const u8, catalog_length: i16, schema: *const u8, schema_length: i16, table: *const u8, table_length: i16, column: *const u8, column_length: i16,
    );
    fn SQLColumnPrivilegesW(
        statement: Handle, catalog: WideText, catalog_length: i16, schema: WideText, schema_length: i16, table: WideText, table_length: i16, column: WideText, column_length: i16,
    );
    fn SQLForeignKeys(
        statement: Handle, catalog: *const u8, catalog_length: i16, schema: *const u8, schema_length: i16, table: *const u8, table_length: i16, foreign_catalog: *const u8, foreign_catalog_length: i16, foreign_schema: *const u8, foreign_schema_length: i16, foreign_table: *const u8, foreign_table_length: i16,
    );
    fn SQLForeignKeysW(
        statement: Handle, catalog: WideText, catalog_length: i16, schema: WideText, schema_length: i16, table: WideText, table_length: i16, foreign_catalog: WideText, foreign_catalog_length: i16, foreign_schema: WideText, foreign_schema_length: i16, foreign_table: WideText, foreign_table_length: i16,
    );
    fn SQLPrimaryKeys(
        statement: Handle, catalog: *const u8, catalog_length: i16, schema: *const u8, schema_length: i16, table: *const u8, table_length: i16,
    );
    fn SQLPrimaryKeysW(
        statement: Handle, catalog: WideText, catalog_length: i16, schema: WideText, schema_length: i16, table: WideText, table_length: i16,
    );
    fn SQLProcedureColumns(
        statement: Handle, catalog: *const u8, catalog_length: i16, schema: *const u8, schema_length: i16, procedure: *const u8, procedure_length: i16, column: *const u8, column_length: i16,
    );
    fn SQLProcedureColumnsW(
        statement: Handle, catalog: WideText, catalog_length: i16, schema: WideText, schema_length: i16, procedure: WideText, procedure_length: i16, column: WideText, column_length: i16,
    );
    fn SQLProcedures(
        statement: Handle, catalog: *const u8, catalog_length: i16, schema: *const u8, schema_length: i16, procedure: *const u8, procedure_length: i16,
    );
    fn SQLProceduresW(
        statement: Handle, catalog: WideText, catalog_length: i16, schema: WideText, schema_length: i16, procedure: WideText, procedure_length: i16,
    );
    fn SQLSpecialColumns(
        statement: Handle, identifier: u16, catalog: *const u8, catalog_length: i16, schema: *const u8, schema_length: i16, table: *const u8, table_length: i16, scope: u16, nullable: u16,
    );
    fn SQLSpecialColumnsW(
        statement: Handle, identifier: u16, catalog: WideText, catalog_length: i16, schema: WideText, schema_length: i16, table: WideText, table_length: i16, scope: u16, nullable: u16,
    );
    fn SQLStatistics(
        statement: Handle, catalog: *const u8, catalog_length: i16, schema: *const u8, schema_length: i16, table: *const u8, table_length: i16, unique: u16, accuracy: u16,
    );
    fn SQLStatisticsW(
        statement: Handle, catalog: WideText, catalog_length: i16, schema: WideText, schema_length: i16, table: WideText, table_length: i16, unique: u16, accuracy: u16,
    );
    fn SQLTablePrivileges(
        statement: Handle, catalog: *const u8, catalog_length: i16, schema: *const u8, schema_length: i16, table: *const u8, table_length: i16,
    );
    fn SQLTablePrivilegesW(
        statement: Handle, catalog: WideText, catalog_length: i16, schema: WideText, schema_length: i16, table: WideText, table_length: i16,
    );
    fn SQLColumns(
        statement: Handle, catalog: *const u8, catalog_length: i16, schema: *const u8, schema_length: i16,
        table: *const u8, table_length: i16, column: *const u8, column_length: i16,
    );
    fn SQLTables(
        statement: Handle, catalog: *const u8, catalog_length: i16, schema: *const u8, schema_length: i16,
        table: *const u8, table_length: i16, kind: *const u8, kind_length: i16,
    );
    fn SQLTablesW(
        statement: Handle, catalog: WideText, catalog_length: i16, schema: WideText, schema_length: i16,
        table: WideText, table_length: i16, kind: WideText, kind_length: i16,
    );
}

/// What stands between the tests and the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    UnixOdbc,
    Iodbc,
    Direct,
}

impl Manager {
    /// The one that PGODBC_TEST_MANAGER names.
    fn chosen() -> Manager {
        match std::env::var("PGODBC_TEST_MANAGER").as_deref() {
            Ok("unixodbc") | Err(_) => Manager::UnixOdbc,
            Ok("iodbc") => Manager::Iodbc,
            Ok("direct") => Manager::Direct,
            Ok(other) => panic!("PGODBC_TEST_MANAGER is {other:?}; it may be unixodbc, iodbc or direct"),
        }
    }

    /// iODBC asks the driver other things after it has connected, and the warnings are gone.
    pub fn keeps_warnings_of_connecting(self) -> bool {
        self != Manager::Iodbc
    }

    /// Bytes in a SQLWCHAR: unixODBC's is UTF-16, iODBC's is wchar_t.
    pub fn wide_width(self) -> usize {
        match self {
            Manager::Iodbc => 4,
            Manager::UnixOdbc | Manager::Direct => 2,
        }
    }
}

/// The functions of the chosen manager.
pub fn api() -> &'static Api {
    static API: OnceLock<Api> = OnceLock::new();
    API.get_or_init(|| {
        let manager = Manager::chosen();
        speak_utf8();
        // As in an application linked with the manager, its symbols are visible to everything loaded later.
        let (file, flags) = match manager {
            Manager::UnixOdbc => ("libodbc.so.2", RTLD_NOW | RTLD_GLOBAL),
            Manager::Iodbc => ("libiodbc.so.2", RTLD_NOW | RTLD_GLOBAL),
            Manager::Direct => (server().driver.as_str(), RTLD_NOW | RTLD_LOCAL),
        };
        // SAFETY: initialisers of these libraries have no preconditions.
        let library = unsafe { Library::open(Some(file), flags) }
            .unwrap_or_else(|error| panic!("cannot open {file}: {error}; `tests/tools/install` installs the managers"));
        Api::load(manager, library)
    })
}

/// Chooses a UTF-8 locale, as an application does: the managers convert narrow text by it.
fn speak_utf8() {
    // SAFETY: setlocale has this type; the text is terminated, and no thread uses the locale yet.
    unsafe {
        let setlocale: libloading::os::unix::Symbol<unsafe extern "C" fn(i32, *const c_char) -> *const c_char> =
            Library::this().get(b"setlocale\0").expect("the C library has setlocale");
        const LC_ALL: i32 = 6;
        assert!(!setlocale(LC_ALL, c"C.UTF-8".as_ptr()).is_null(), "there is no locale C.UTF-8");
    }
}

/// The functions, for a test that needs the driver without a manager.
#[track_caller]
pub fn direct() -> &'static Api {
    let api = api();
    assert_eq!(
        api.manager,
        Manager::Direct,
        "this test talks to the driver itself: run it with PGODBC_TEST_MANAGER=direct (a manager: --skip direct::)"
    );
    api
}

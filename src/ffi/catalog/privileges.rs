//! Privileges on tables and columns.
//!
//! Source: ODBC reference, `SQLTablePrivileges`, `SQLColumnPrivileges`.

use super::ask;
use crate::catalog::{ColumnPrivilegesArguments, TablePrivilegesArguments, column_privileges, table_privileges};
use crate::ffi::text::{Argument, Encoding, Narrow, Wide, argument};
use crate::ffi::types::*;
use crate::odbc::functions::FunctionId;

#[unsafe(no_mangle)]
pub extern "C" fn SQLTablePrivileges(
    StatementHandle: SQLHSTMT,
    CatalogName: *mut SQLCHAR,
    NameLength1: SQLSMALLINT,
    SchemaName: *mut SQLCHAR,
    NameLength2: SQLSMALLINT,
    TableName: *mut SQLCHAR,
    NameLength3: SQLSMALLINT,
) -> SQLRETURN {
    let texts =
        [argument(CatalogName, NameLength1), argument(SchemaName, NameLength2), argument(TableName, NameLength3)];
    ask_table_privileges::<Narrow>(StatementHandle, texts)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLTablePrivilegesW(
    StatementHandle: SQLHSTMT,
    CatalogName: *mut SQLWCHAR,
    NameLength1: SQLSMALLINT,
    SchemaName: *mut SQLWCHAR,
    NameLength2: SQLSMALLINT,
    TableName: *mut SQLWCHAR,
    NameLength3: SQLSMALLINT,
) -> SQLRETURN {
    let texts =
        [argument(CatalogName, NameLength1), argument(SchemaName, NameLength2), argument(TableName, NameLength3)];
    ask_table_privileges::<Wide>(StatementHandle, texts)
}

fn ask_table_privileges<E: Encoding>(handle: SQLHSTMT, texts: [Argument; 3]) -> SQLRETURN {
    ask::<E, 3>(handle, FunctionId::TABLE_PRIVILEGES, texts, |[catalog, schema, table], options| {
        table_privileges(&TablePrivilegesArguments { catalog, schema, table }, options)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLColumnPrivileges(
    StatementHandle: SQLHSTMT,
    CatalogName: *mut SQLCHAR,
    NameLength1: SQLSMALLINT,
    SchemaName: *mut SQLCHAR,
    NameLength2: SQLSMALLINT,
    TableName: *mut SQLCHAR,
    NameLength3: SQLSMALLINT,
    ColumnName: *mut SQLCHAR,
    NameLength4: SQLSMALLINT,
) -> SQLRETURN {
    let texts = [
        argument(CatalogName, NameLength1),
        argument(SchemaName, NameLength2),
        argument(TableName, NameLength3),
        argument(ColumnName, NameLength4),
    ];
    ask_column_privileges::<Narrow>(StatementHandle, texts)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLColumnPrivilegesW(
    StatementHandle: SQLHSTMT,
    CatalogName: *mut SQLWCHAR,
    NameLength1: SQLSMALLINT,
    SchemaName: *mut SQLWCHAR,
    NameLength2: SQLSMALLINT,
    TableName: *mut SQLWCHAR,
    NameLength3: SQLSMALLINT,
    ColumnName: *mut SQLWCHAR,
    NameLength4: SQLSMALLINT,
) -> SQLRETURN {
    let texts = [
        argument(CatalogName, NameLength1),
        argument(SchemaName, NameLength2),
        argument(TableName, NameLength3),
        argument(ColumnName, NameLength4),
    ];
    ask_column_privileges::<Wide>(StatementHandle, texts)
}

fn ask_column_privileges<E: Encoding>(handle: SQLHSTMT, texts: [Argument; 4]) -> SQLRETURN {
    ask::<E, 4>(handle, FunctionId::COLUMN_PRIVILEGES, texts, |[catalog, schema, table, column], options| {
        column_privileges(&ColumnPrivilegesArguments { catalog, schema, table, column }, options)
    })
}

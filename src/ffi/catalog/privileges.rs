//! Privileges on tables and columns.
//!
//! Source: ODBC reference, `SQLTablePrivileges`, `SQLColumnPrivileges`.

use super::{Text, ask, text};
use crate::catalog::{ColumnPrivilegesArguments, TablePrivilegesArguments, column_privileges, table_privileges};
use crate::ffi::text::{Encoding, Narrow, Wide};
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
    let texts = [text(CatalogName, NameLength1), text(SchemaName, NameLength2), text(TableName, NameLength3)];
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
    let texts = [text(CatalogName, NameLength1), text(SchemaName, NameLength2), text(TableName, NameLength3)];
    ask_table_privileges::<Wide>(StatementHandle, texts)
}

fn ask_table_privileges<E: Encoding>(handle: SQLHSTMT, texts: [Text; 3]) -> SQLRETURN {
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
        text(CatalogName, NameLength1),
        text(SchemaName, NameLength2),
        text(TableName, NameLength3),
        text(ColumnName, NameLength4),
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
        text(CatalogName, NameLength1),
        text(SchemaName, NameLength2),
        text(TableName, NameLength3),
        text(ColumnName, NameLength4),
    ];
    ask_column_privileges::<Wide>(StatementHandle, texts)
}

fn ask_column_privileges<E: Encoding>(handle: SQLHSTMT, texts: [Text; 4]) -> SQLRETURN {
    ask::<E, 4>(handle, FunctionId::COLUMN_PRIVILEGES, texts, |[catalog, schema, table, column], options| {
        column_privileges(&ColumnPrivilegesArguments { catalog, schema, table, column }, options)
    })
}

//! Tables and their columns.
//!
//! Source: ODBC reference, `SQLTables`, `SQLColumns`.

use super::ask;
use crate::catalog::{ColumnsArguments, TablesArguments, columns, tables};
use crate::ffi::text::{Argument, Encoding, Narrow, Wide, argument};
use crate::ffi::types::*;
use crate::odbc::functions::FunctionId;

#[unsafe(no_mangle)]
pub extern "C" fn SQLTables(
    StatementHandle: SQLHSTMT,
    CatalogName: *mut SQLCHAR,
    NameLength1: SQLSMALLINT,
    SchemaName: *mut SQLCHAR,
    NameLength2: SQLSMALLINT,
    TableName: *mut SQLCHAR,
    NameLength3: SQLSMALLINT,
    TableType: *mut SQLCHAR,
    NameLength4: SQLSMALLINT,
) -> SQLRETURN {
    let texts = [
        argument(CatalogName, NameLength1),
        argument(SchemaName, NameLength2),
        argument(TableName, NameLength3),
        argument(TableType, NameLength4),
    ];
    ask_tables::<Narrow>(StatementHandle, texts)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLTablesW(
    StatementHandle: SQLHSTMT,
    CatalogName: *mut SQLWCHAR,
    NameLength1: SQLSMALLINT,
    SchemaName: *mut SQLWCHAR,
    NameLength2: SQLSMALLINT,
    TableName: *mut SQLWCHAR,
    NameLength3: SQLSMALLINT,
    TableType: *mut SQLWCHAR,
    NameLength4: SQLSMALLINT,
) -> SQLRETURN {
    let texts = [
        argument(CatalogName, NameLength1),
        argument(SchemaName, NameLength2),
        argument(TableName, NameLength3),
        argument(TableType, NameLength4),
    ];
    ask_tables::<Wide>(StatementHandle, texts)
}

fn ask_tables<E: Encoding>(handle: SQLHSTMT, texts: [Argument; 4]) -> SQLRETURN {
    ask::<E, 4>(handle, FunctionId::TABLES, texts, |[catalog, schema, table, table_type], options| {
        tables(&TablesArguments { catalog, schema, table, table_type }, options)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLColumns(
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
    ask_columns::<Narrow>(StatementHandle, texts)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLColumnsW(
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
    ask_columns::<Wide>(StatementHandle, texts)
}

fn ask_columns<E: Encoding>(handle: SQLHSTMT, texts: [Argument; 4]) -> SQLRETURN {
    ask::<E, 4>(handle, FunctionId::COLUMNS, texts, |[catalog, schema, table, column], options| {
        columns(&ColumnsArguments { catalog, schema, table, column }, options)
    })
}

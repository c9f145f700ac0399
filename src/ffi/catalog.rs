//! Catalog functions.
//!
//! Source: ODBC reference, "Catalog functions", and the page of each function.

use std::ffi::c_void;

use super::connection::{not_implemented, optional_text};
use super::enter::{self, Outcome};
use super::text::{Encoding, Narrow, Wide};
use super::types::*;
use crate::catalog::{ColumnsArguments, TablesArguments, columns, tables};
use crate::odbc::functions::FunctionId;

/// A text argument with its length in characters.
type Text = (*const c_void, SQLSMALLINT);

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
    let arguments = [
        (CatalogName.cast_const().cast(), NameLength1),
        (SchemaName.cast_const().cast(), NameLength2),
        (TableName.cast_const().cast(), NameLength3),
        (TableType.cast_const().cast(), NameLength4),
    ];
    ask_tables::<Narrow>(StatementHandle, arguments)
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
    let arguments = [
        (CatalogName.cast_const().cast(), NameLength1),
        (SchemaName.cast_const().cast(), NameLength2),
        (TableName.cast_const().cast(), NameLength3),
        (TableType.cast_const().cast(), NameLength4),
    ];
    ask_tables::<Wide>(StatementHandle, arguments)
}

fn ask_tables<E: Encoding>(handle: SQLHSTMT, arguments: [Text; 4]) -> SQLRETURN {
    enter::statement(handle, FunctionId::TABLES, |call| {
        let [catalog, schema, table, table_type] = arguments.map(optional_text::<E>);
        let (catalog, schema, table, table_type) = (catalog?, schema?, table?, table_type?);
        let arguments = TablesArguments {
            catalog: catalog.as_deref(),
            schema: schema.as_deref(),
            table: table.as_deref(),
            table_type: table_type.as_deref(),
        };
        call.ask_catalog(|options| tables(&arguments, options))?;
        Ok(Outcome::Success)
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
    let arguments = [
        (CatalogName.cast_const().cast(), NameLength1),
        (SchemaName.cast_const().cast(), NameLength2),
        (TableName.cast_const().cast(), NameLength3),
        (ColumnName.cast_const().cast(), NameLength4),
    ];
    ask_columns::<Narrow>(StatementHandle, arguments)
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
    let arguments = [
        (CatalogName.cast_const().cast(), NameLength1),
        (SchemaName.cast_const().cast(), NameLength2),
        (TableName.cast_const().cast(), NameLength3),
        (ColumnName.cast_const().cast(), NameLength4),
    ];
    ask_columns::<Wide>(StatementHandle, arguments)
}

fn ask_columns<E: Encoding>(handle: SQLHSTMT, arguments: [Text; 4]) -> SQLRETURN {
    enter::statement(handle, FunctionId::COLUMNS, |call| {
        let [catalog, schema, table, column] = arguments.map(optional_text::<E>);
        let (catalog, schema, table, column) = (catalog?, schema?, table?, column?);
        let arguments = ColumnsArguments {
            catalog: catalog.as_deref(),
            schema: schema.as_deref(),
            table: table.as_deref(),
            column: column.as_deref(),
        };
        call.ask_catalog(|options| columns(&arguments, options))?;
        Ok(Outcome::Success)
    })
}

fn refuse(handle: SQLHSTMT, function: FunctionId) -> SQLRETURN {
    enter::statement(handle, function, |_| Err(not_implemented(function)))
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLColumnPrivileges(
    StatementHandle: SQLHSTMT,
    _Name1: *mut SQLCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLCHAR,
    _NameLength3: SQLSMALLINT,
    _Name4: *mut SQLCHAR,
    _NameLength4: SQLSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::COLUMN_PRIVILEGES)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLColumnPrivilegesW(
    StatementHandle: SQLHSTMT,
    _Name1: *mut SQLWCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLWCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLWCHAR,
    _NameLength3: SQLSMALLINT,
    _Name4: *mut SQLWCHAR,
    _NameLength4: SQLSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::COLUMN_PRIVILEGES)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLForeignKeys(
    StatementHandle: SQLHSTMT,
    _Name1: *mut SQLCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLCHAR,
    _NameLength3: SQLSMALLINT,
    _Name4: *mut SQLCHAR,
    _NameLength4: SQLSMALLINT,
    _Name5: *mut SQLCHAR,
    _NameLength5: SQLSMALLINT,
    _Name6: *mut SQLCHAR,
    _NameLength6: SQLSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::FOREIGN_KEYS)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLForeignKeysW(
    StatementHandle: SQLHSTMT,
    _Name1: *mut SQLWCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLWCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLWCHAR,
    _NameLength3: SQLSMALLINT,
    _Name4: *mut SQLWCHAR,
    _NameLength4: SQLSMALLINT,
    _Name5: *mut SQLWCHAR,
    _NameLength5: SQLSMALLINT,
    _Name6: *mut SQLWCHAR,
    _NameLength6: SQLSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::FOREIGN_KEYS)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLPrimaryKeys(
    StatementHandle: SQLHSTMT,
    _Name1: *mut SQLCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLCHAR,
    _NameLength3: SQLSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::PRIMARY_KEYS)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLPrimaryKeysW(
    StatementHandle: SQLHSTMT,
    _Name1: *mut SQLWCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLWCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLWCHAR,
    _NameLength3: SQLSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::PRIMARY_KEYS)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLProcedureColumns(
    StatementHandle: SQLHSTMT,
    _Name1: *mut SQLCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLCHAR,
    _NameLength3: SQLSMALLINT,
    _Name4: *mut SQLCHAR,
    _NameLength4: SQLSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::PROCEDURE_COLUMNS)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLProcedureColumnsW(
    StatementHandle: SQLHSTMT,
    _Name1: *mut SQLWCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLWCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLWCHAR,
    _NameLength3: SQLSMALLINT,
    _Name4: *mut SQLWCHAR,
    _NameLength4: SQLSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::PROCEDURE_COLUMNS)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLProcedures(
    StatementHandle: SQLHSTMT,
    _Name1: *mut SQLCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLCHAR,
    _NameLength3: SQLSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::PROCEDURES)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLProceduresW(
    StatementHandle: SQLHSTMT,
    _Name1: *mut SQLWCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLWCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLWCHAR,
    _NameLength3: SQLSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::PROCEDURES)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSpecialColumns(
    StatementHandle: SQLHSTMT,
    _IdentifierType: SQLUSMALLINT,
    _Name1: *mut SQLCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLCHAR,
    _NameLength3: SQLSMALLINT,
    _Scope: SQLUSMALLINT,
    _Nullable: SQLUSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::SPECIAL_COLUMNS)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSpecialColumnsW(
    StatementHandle: SQLHSTMT,
    _IdentifierType: SQLUSMALLINT,
    _Name1: *mut SQLWCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLWCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLWCHAR,
    _NameLength3: SQLSMALLINT,
    _Scope: SQLUSMALLINT,
    _Nullable: SQLUSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::SPECIAL_COLUMNS)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLStatistics(
    StatementHandle: SQLHSTMT,
    _Name1: *mut SQLCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLCHAR,
    _NameLength3: SQLSMALLINT,
    _Unique: SQLUSMALLINT,
    _Reserved: SQLUSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::STATISTICS)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLStatisticsW(
    StatementHandle: SQLHSTMT,
    _Name1: *mut SQLWCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLWCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLWCHAR,
    _NameLength3: SQLSMALLINT,
    _Unique: SQLUSMALLINT,
    _Reserved: SQLUSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::STATISTICS)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLTablePrivileges(
    StatementHandle: SQLHSTMT,
    _Name1: *mut SQLCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLCHAR,
    _NameLength3: SQLSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::TABLE_PRIVILEGES)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLTablePrivilegesW(
    StatementHandle: SQLHSTMT,
    _Name1: *mut SQLWCHAR,
    _NameLength1: SQLSMALLINT,
    _Name2: *mut SQLWCHAR,
    _NameLength2: SQLSMALLINT,
    _Name3: *mut SQLWCHAR,
    _NameLength3: SQLSMALLINT,
) -> SQLRETURN {
    refuse(StatementHandle, FunctionId::TABLE_PRIVILEGES)
}

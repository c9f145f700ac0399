//! Keys, indexes and what identifies a row.
//!
//! Source: ODBC reference, `SQLPrimaryKeys`, `SQLForeignKeys`, `SQLStatistics`, `SQLSpecialColumns`.

use super::ask;
use crate::catalog::{
    ForeignKeysArguments, PrimaryKeysArguments, SpecialColumnsArguments, StatisticsArguments, TableName, foreign_keys,
    primary_keys, special_columns, statistics,
};
use crate::ffi::text::{Argument, Encoding, Narrow, Wide, argument};
use crate::ffi::types::*;
use crate::odbc::functions::FunctionId;

#[unsafe(no_mangle)]
pub extern "C" fn SQLPrimaryKeys(
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
    ask_primary_keys::<Narrow>(StatementHandle, texts)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLPrimaryKeysW(
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
    ask_primary_keys::<Wide>(StatementHandle, texts)
}

fn ask_primary_keys<E: Encoding>(handle: SQLHSTMT, texts: [Argument; 3]) -> SQLRETURN {
    ask::<E, 3>(handle, FunctionId::PRIMARY_KEYS, texts, |[catalog, schema, table], options| {
        primary_keys(&PrimaryKeysArguments { catalog, schema, table }, options)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLForeignKeys(
    StatementHandle: SQLHSTMT,
    PKCatalogName: *mut SQLCHAR,
    NameLength1: SQLSMALLINT,
    PKSchemaName: *mut SQLCHAR,
    NameLength2: SQLSMALLINT,
    PKTableName: *mut SQLCHAR,
    NameLength3: SQLSMALLINT,
    FKCatalogName: *mut SQLCHAR,
    NameLength4: SQLSMALLINT,
    FKSchemaName: *mut SQLCHAR,
    NameLength5: SQLSMALLINT,
    FKTableName: *mut SQLCHAR,
    NameLength6: SQLSMALLINT,
) -> SQLRETURN {
    let texts = [
        argument(PKCatalogName, NameLength1),
        argument(PKSchemaName, NameLength2),
        argument(PKTableName, NameLength3),
        argument(FKCatalogName, NameLength4),
        argument(FKSchemaName, NameLength5),
        argument(FKTableName, NameLength6),
    ];
    ask_foreign_keys::<Narrow>(StatementHandle, texts)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLForeignKeysW(
    StatementHandle: SQLHSTMT,
    PKCatalogName: *mut SQLWCHAR,
    NameLength1: SQLSMALLINT,
    PKSchemaName: *mut SQLWCHAR,
    NameLength2: SQLSMALLINT,
    PKTableName: *mut SQLWCHAR,
    NameLength3: SQLSMALLINT,
    FKCatalogName: *mut SQLWCHAR,
    NameLength4: SQLSMALLINT,
    FKSchemaName: *mut SQLWCHAR,
    NameLength5: SQLSMALLINT,
    FKTableName: *mut SQLWCHAR,
    NameLength6: SQLSMALLINT,
) -> SQLRETURN {
    let texts = [
        argument(PKCatalogName, NameLength1),
        argument(PKSchemaName, NameLength2),
        argument(PKTableName, NameLength3),
        argument(FKCatalogName, NameLength4),
        argument(FKSchemaName, NameLength5),
        argument(FKTableName, NameLength6),
    ];
    ask_foreign_keys::<Wide>(StatementHandle, texts)
}

fn ask_foreign_keys<E: Encoding>(handle: SQLHSTMT, texts: [Argument; 6]) -> SQLRETURN {
    ask::<E, 6>(
        handle,
        FunctionId::FOREIGN_KEYS,
        texts,
        |[primary_catalog, primary_schema, primary_table, foreign_catalog, foreign_schema, foreign_table], options| {
            let primary = TableName { catalog: primary_catalog, schema: primary_schema, table: primary_table };
            let foreign = TableName { catalog: foreign_catalog, schema: foreign_schema, table: foreign_table };
            foreign_keys(&ForeignKeysArguments { primary, foreign }, options)
        },
    )
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLStatistics(
    StatementHandle: SQLHSTMT,
    CatalogName: *mut SQLCHAR,
    NameLength1: SQLSMALLINT,
    SchemaName: *mut SQLCHAR,
    NameLength2: SQLSMALLINT,
    TableName: *mut SQLCHAR,
    NameLength3: SQLSMALLINT,
    Unique: SQLUSMALLINT,
    Reserved: SQLUSMALLINT,
) -> SQLRETURN {
    let texts =
        [argument(CatalogName, NameLength1), argument(SchemaName, NameLength2), argument(TableName, NameLength3)];
    ask_statistics::<Narrow>(StatementHandle, texts, Unique, Reserved)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLStatisticsW(
    StatementHandle: SQLHSTMT,
    CatalogName: *mut SQLWCHAR,
    NameLength1: SQLSMALLINT,
    SchemaName: *mut SQLWCHAR,
    NameLength2: SQLSMALLINT,
    TableName: *mut SQLWCHAR,
    NameLength3: SQLSMALLINT,
    Unique: SQLUSMALLINT,
    Reserved: SQLUSMALLINT,
) -> SQLRETURN {
    let texts =
        [argument(CatalogName, NameLength1), argument(SchemaName, NameLength2), argument(TableName, NameLength3)];
    ask_statistics::<Wide>(StatementHandle, texts, Unique, Reserved)
}

fn ask_statistics<E: Encoding>(
    handle: SQLHSTMT,
    texts: [Argument; 3],
    unique: SQLUSMALLINT,
    accuracy: SQLUSMALLINT,
) -> SQLRETURN {
    ask::<E, 3>(handle, FunctionId::STATISTICS, texts, move |[catalog, schema, table], options| {
        statistics(&StatisticsArguments { catalog, schema, table, unique, accuracy }, options)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSpecialColumns(
    StatementHandle: SQLHSTMT,
    IdentifierType: SQLUSMALLINT,
    CatalogName: *mut SQLCHAR,
    NameLength1: SQLSMALLINT,
    SchemaName: *mut SQLCHAR,
    NameLength2: SQLSMALLINT,
    TableName: *mut SQLCHAR,
    NameLength3: SQLSMALLINT,
    Scope: SQLUSMALLINT,
    Nullable: SQLUSMALLINT,
) -> SQLRETURN {
    let texts =
        [argument(CatalogName, NameLength1), argument(SchemaName, NameLength2), argument(TableName, NameLength3)];
    ask_special_columns::<Narrow>(StatementHandle, texts, IdentifierType, Scope, Nullable)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLSpecialColumnsW(
    StatementHandle: SQLHSTMT,
    IdentifierType: SQLUSMALLINT,
    CatalogName: *mut SQLWCHAR,
    NameLength1: SQLSMALLINT,
    SchemaName: *mut SQLWCHAR,
    NameLength2: SQLSMALLINT,
    TableName: *mut SQLWCHAR,
    NameLength3: SQLSMALLINT,
    Scope: SQLUSMALLINT,
    Nullable: SQLUSMALLINT,
) -> SQLRETURN {
    let texts =
        [argument(CatalogName, NameLength1), argument(SchemaName, NameLength2), argument(TableName, NameLength3)];
    ask_special_columns::<Wide>(StatementHandle, texts, IdentifierType, Scope, Nullable)
}

fn ask_special_columns<E: Encoding>(
    handle: SQLHSTMT,
    texts: [Argument; 3],
    identifier_type: SQLUSMALLINT,
    scope: SQLUSMALLINT,
    nullable: SQLUSMALLINT,
) -> SQLRETURN {
    ask::<E, 3>(handle, FunctionId::SPECIAL_COLUMNS, texts, move |[catalog, schema, table], options| {
        special_columns(&SpecialColumnsArguments { identifier_type, catalog, schema, table, scope, nullable }, options)
    })
}

//! Procedures and their parameters.
//!
//! Source: ODBC reference, `SQLProcedures`, `SQLProcedureColumns`.

use super::ask;
use crate::catalog::{ProcedureColumnsArguments, ProceduresArguments, procedure_columns, procedures};
use crate::ffi::text::{Argument, Encoding, Narrow, Wide, argument};
use crate::ffi::types::*;
use crate::odbc::functions::FunctionId;

#[unsafe(no_mangle)]
pub extern "C" fn SQLProcedures(
    StatementHandle: SQLHSTMT,
    CatalogName: *mut SQLCHAR,
    NameLength1: SQLSMALLINT,
    SchemaName: *mut SQLCHAR,
    NameLength2: SQLSMALLINT,
    ProcName: *mut SQLCHAR,
    NameLength3: SQLSMALLINT,
) -> SQLRETURN {
    let texts =
        [argument(CatalogName, NameLength1), argument(SchemaName, NameLength2), argument(ProcName, NameLength3)];
    ask_procedures::<Narrow>(StatementHandle, texts)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLProceduresW(
    StatementHandle: SQLHSTMT,
    CatalogName: *mut SQLWCHAR,
    NameLength1: SQLSMALLINT,
    SchemaName: *mut SQLWCHAR,
    NameLength2: SQLSMALLINT,
    ProcName: *mut SQLWCHAR,
    NameLength3: SQLSMALLINT,
) -> SQLRETURN {
    let texts =
        [argument(CatalogName, NameLength1), argument(SchemaName, NameLength2), argument(ProcName, NameLength3)];
    ask_procedures::<Wide>(StatementHandle, texts)
}

fn ask_procedures<E: Encoding>(handle: SQLHSTMT, texts: [Argument; 3]) -> SQLRETURN {
    ask::<E, 3>(handle, FunctionId::PROCEDURES, texts, |[catalog, schema, procedure], options| {
        procedures(&ProceduresArguments { catalog, schema, procedure }, options)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLProcedureColumns(
    StatementHandle: SQLHSTMT,
    CatalogName: *mut SQLCHAR,
    NameLength1: SQLSMALLINT,
    SchemaName: *mut SQLCHAR,
    NameLength2: SQLSMALLINT,
    ProcName: *mut SQLCHAR,
    NameLength3: SQLSMALLINT,
    ColumnName: *mut SQLCHAR,
    NameLength4: SQLSMALLINT,
) -> SQLRETURN {
    let texts = [
        argument(CatalogName, NameLength1),
        argument(SchemaName, NameLength2),
        argument(ProcName, NameLength3),
        argument(ColumnName, NameLength4),
    ];
    ask_procedure_columns::<Narrow>(StatementHandle, texts)
}

#[unsafe(no_mangle)]
pub extern "C" fn SQLProcedureColumnsW(
    StatementHandle: SQLHSTMT,
    CatalogName: *mut SQLWCHAR,
    NameLength1: SQLSMALLINT,
    SchemaName: *mut SQLWCHAR,
    NameLength2: SQLSMALLINT,
    ProcName: *mut SQLWCHAR,
    NameLength3: SQLSMALLINT,
    ColumnName: *mut SQLWCHAR,
    NameLength4: SQLSMALLINT,
) -> SQLRETURN {
    let texts = [
        argument(CatalogName, NameLength1),
        argument(SchemaName, NameLength2),
        argument(ProcName, NameLength3),
        argument(ColumnName, NameLength4),
    ];
    ask_procedure_columns::<Wide>(StatementHandle, texts)
}

fn ask_procedure_columns<E: Encoding>(handle: SQLHSTMT, texts: [Argument; 4]) -> SQLRETURN {
    ask::<E, 4>(handle, FunctionId::PROCEDURE_COLUMNS, texts, |[catalog, schema, procedure, column], options| {
        procedure_columns(&ProcedureColumnsArguments { catalog, schema, procedure, column }, options)
    })
}

//! From a RowDescription to the columns that ODBC reports.

use crate::convert::{ColumnType, Format, TypeOptions, describe};
use crate::descriptor::{Column, Columns};
use crate::odbc::types::{SQL_NO_NULLS, SQL_NULLABLE, SQL_NULLABLE_UNKNOWN};
use crate::wire::RowDescription;

/// What the server says of a statement: the types of its parameters, and its columns if it returns rows.
#[derive(Clone, Debug, Default)]
pub struct StatementDescription {
    /// Type OIDs of the parameters, $1 first.
    pub parameters: Vec<u32>,
    pub columns: Option<Columns>,
}

/// The columns of a RowDescription.
pub fn columns_of(description: &RowDescription<'_>, options: &TypeOptions) -> Columns {
    description
        .fields()
        .map(|field| {
            let format = if field.format == 1 { Format::Binary } else { Format::Text };
            Column {
                name: String::from_utf8_lossy(field.name).into_owned(),
                table_oid: field.table_oid,
                column_id: field.column_id,
                kind: ColumnType { oid: field.type_oid, modifier: field.type_modifier, format },
                sql: describe(field.type_oid, field.type_modifier, options),
                // The protocol does not say whether a table's column may be NULL; an expression always may.
                nullable: if field.table_oid == 0 { SQL_NULLABLE } else { SQL_NULLABLE_UNKNOWN },
                // The protocol tells of a domain's base type only: see `with_large_objects`.
                is_large_object: false,
            }
        })
        .collect()
}

/// What COPY TO STDOUT brings: a row for each that the server sends, of one column, text or bytes.
pub(super) fn copied_columns(is_binary: bool, options: &TypeOptions) -> Columns {
    const TEXT: u32 = 25;
    const BYTEA: u32 = 17;
    let (oid, format) = if is_binary { (BYTEA, Format::Binary) } else { (TEXT, Format::Text) };
    let column = Column {
        name: "copy".to_owned(),
        table_oid: 0,
        column_id: 0,
        kind: ColumnType { oid, modifier: -1, format },
        sql: describe(oid, -1, options),
        nullable: SQL_NO_NULLS,
        is_large_object: false,
    };
    Columns::from([column])
}

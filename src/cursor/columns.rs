//! From a RowDescription to the columns that ODBC reports.

use crate::convert::{ColumnType, Format, TypeOptions, describe};
use crate::descriptor::{Column, Columns};
use crate::odbc::types::{SQL_NULLABLE, SQL_NULLABLE_UNKNOWN};
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

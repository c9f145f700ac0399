//! Catalog functions and SQLGetTypeInfo: rows that the driver makes, read by the ordinary cursor.

use super::StatementCall;
use crate::catalog::{CatalogAnswer, CatalogOptions};
use crate::convert::{ColumnType, Format, TypeOptions, describe};
use crate::cursor::{Results, StoredRows};
use crate::descriptor::{Column, Columns};
use crate::diag::Result;
use crate::execute::query_text;
use crate::handles::connection::open_session;
use crate::odbc::attributes::*;
use crate::odbc::catalog_results::{CatalogColumn, CatalogResult};
use crate::odbc::types::{SQL_NO_NULLS, SQL_NULLABLE};

impl StatementCall<'_> {
    /// SQLTables and its kin: `question` makes the query, or the answer.
    pub fn ask_catalog(&mut self, question: impl FnOnce(&CatalogOptions) -> Result<CatalogAnswer>) -> Result {
        let deadline = self.deadline()?;
        self.forget_prepared()?;
        let _mark = self.connection.cancel.running(self.id);
        let metadata_id = self.statement()?.attributes.get(SQL_ATTR_METADATA_ID) == SQL_TRUE;
        let odbc2 = self.connection.environment.is_odbc2();
        let types = self.state.types;
        let session = open_session(&mut self.state.session)?;
        self.state.transaction.recover(session, deadline)?;
        let options = CatalogOptions {
            family: session.profile().family,
            odbc2,
            metadata_id,
            max_identifier_length: MAX_IDENTIFIER_LENGTH,
            types,
        };
        let result = match question(&options)? {
            CatalogAnswer::Result(result) => result,
            CatalogAnswer::Query(query) => {
                let parameters: Vec<Option<String>> = query.parameters.iter().cloned().map(Some).collect();
                let rows = query_text(session, &query.sql, &parameters, deadline)
                    .map_err(|error| self.after_failure(error))?;
                let rows = rows.iter().map(|row| {
                    let values: Vec<Option<&str>> = row.iter().map(Option::as_deref).collect();
                    query.row(&values)
                });
                CatalogResult { columns: query.columns, rows: rows.collect() }
            }
        };
        self.show(result)
    }

    /// SQLGetTypeInfo.
    pub fn type_info(&mut self, data_type: i16) -> Result {
        self.forget_prepared()?;
        let odbc2 = self.connection.environment.is_odbc2();
        let result = crate::info::type_info::type_info(data_type, odbc2, &self.state.types)?;
        self.show(result)
    }

    /// Makes rows the statement's result.
    fn show(&mut self, result: CatalogResult) -> Result {
        let odbc2 = self.connection.environment.is_odbc2();
        let columns = columns_of(result.columns, odbc2, &self.state.types);
        let mut results = Results::of_rows(columns.clone(), StoredRows::new(result.rows));
        let statement = self.statement()?;
        if statement.attributes.is_scrollable() {
            results.make_scrollable();
        }
        statement.ird.columns = Some(columns);
        statement.results = Some(results);
        Ok(())
    }
}

/// PostgreSQL's NAMEDATALEN less its zero, in bytes.
pub const MAX_IDENTIFIER_LENGTH: u16 = 63;

/// A catalog result's columns, as if a server had described them.
fn columns_of(columns: &[CatalogColumn], odbc2: bool, types: &TypeOptions) -> Columns {
    columns
        .iter()
        .map(|column| Column {
            name: column.name_for(odbc2).to_owned(),
            table_oid: 0,
            column_id: 0,
            kind: ColumnType { oid: column.oid, modifier: column.modifier, format: Format::Text },
            sql: describe(column.oid, column.modifier, types),
            nullable: if column.nullable { SQL_NULLABLE } else { SQL_NO_NULLS },
        })
        .collect()
}

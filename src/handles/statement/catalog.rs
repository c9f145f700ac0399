//! Catalog functions and SQLGetTypeInfo: rows that the driver makes, read by the ordinary cursor.

use super::StatementCall;
use crate::catalog::{CatalogAnswer, CatalogOptions};
use crate::convert::{ColumnType, Format, TypeOptions, describe};
use crate::cursor::{Results, StoredRows};
use crate::descriptor::{Column, Columns};
use crate::diag::Result;
use crate::execute::OwnQuery;
use crate::handles::connection::{ConnectionState, open_session};
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
        let settings = self.state.settings.as_ref().map(|settings| settings.catalog.clone()).unwrap_or_default();
        let ConnectionState { session, transaction, names, own_queries, .. } = &mut *self.state;
        let session = open_session(session)?;
        let options = CatalogOptions {
            family: session.profile().family,
            odbc2,
            metadata_id,
            max_identifier_length: MAX_IDENTIFIER_LENGTH,
            types,
            settings,
        };
        let query = match question(&options)? {
            CatalogAnswer::Result(result) => return self.show(result),
            CatalogAnswer::Query(query) => query,
        };
        let mut rows = StoredRows::default();
        let mut own = OwnQuery { session, transaction, names, kept: Some(own_queries), deadline };
        own.rows(&query.sql, &query.parameters, |row| rows.push(&query.row(row)))
            .map_err(|error| self.after_failure(error))?;
        if let Some(order) = &query.order {
            rows.sort(order.columns);
            if let Some(gaps) = &order.gaps {
                rows.close_gaps(gaps);
            }
        }
        self.show_rows(query.columns, rows)
    }

    /// Asks what is not known yet of the table columns and types behind a result's columns.
    pub(super) fn learn_result_columns(&mut self, columns: &Columns) -> Result {
        let Some(question) = self.state.result_columns.question(columns) else { return Ok(()) };
        let deadline = self.deadline()?;
        let _mark = self.connection.cancel.running(self.id);
        let ConnectionState { session, transaction, names, own_queries, result_columns, .. } = &mut *self.state;
        let session = open_session(session)?;
        let mut own = OwnQuery { session, transaction, names, kept: Some(own_queries), deadline };
        own.rows(question.sql, &question.parameters, |row| result_columns.learn(row))
            .map_err(|error| self.after_failure(error))?;
        self.state.result_columns.learned(columns);
        Ok(())
    }

    /// SQLGetTypeInfo.
    pub fn type_info(&mut self, data_type: i16) -> Result {
        self.forget_prepared()?;
        let odbc2 = self.connection.environment.is_odbc2();
        let result = crate::info::type_info::type_info(data_type, odbc2, &self.state.types)?;
        self.show(result)
    }

    fn show(&mut self, result: CatalogResult) -> Result {
        self.show_rows(result.columns, StoredRows::new(result.rows))
    }

    /// Makes rows the statement's result.
    fn show_rows(&mut self, columns: &[CatalogColumn], rows: StoredRows) -> Result {
        let odbc2 = self.connection.environment.is_odbc2();
        let columns = columns_of(columns, odbc2, &self.state.types);
        let mut results = Results::of_rows(columns.clone(), rows);
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

//! Catalog functions and SQLGetTypeInfo: rows that the driver makes, read by the ordinary cursor.

use super::StatementCall;
use crate::catalog::{CatalogAnswer, CatalogOptions, may_have_objects};
use crate::config::UnknownSizes;
use crate::convert::{ColumnType, Format, TypeOptions, describe, describe_large_object};
use crate::cursor::{Results, StoredRows};
use crate::descriptor::{Column, Columns};
use crate::diag::Result;
use crate::diag::sqlstate::S01000_GENERAL_WARNING;
use crate::execute::OwnQuery;
use crate::handles::connection::{ConnectionState, gone, open_session};
use crate::odbc::attributes::*;
use crate::odbc::catalog_results::{CatalogColumn, CatalogResult};
use crate::odbc::types::{SQL_NO_NULLS, SQL_NULLABLE};
use crate::wire::ServerFamily;

impl StatementCall<'_> {
    /// SQLTables and its kin: `question` makes the query, or the answer.
    pub fn ask_catalog(&mut self, question: impl FnOnce(&CatalogOptions) -> Result<CatalogAnswer>) -> Result {
        let deadline = self.deadline()?;
        self.forget_prepared()?;
        let _mark = self.begin_work(deadline)?;
        let metadata_id = self.statement()?.attributes.get(SQL_ATTR_METADATA_ID) == SQL_TRUE;
        let odbc2 = self.connection.environment.is_odbc2();
        let types = self.state.types;
        let settings = self.state.settings.as_ref().map(|settings| settings.catalog.clone()).unwrap_or_default();
        let ConnectionState { session, transaction, names, own_queries, .. } = &mut *self.state;
        let session = open_session(session)?;
        let options = CatalogOptions {
            family: session.profile().family,
            version: session.profile().version.0,
            odbc2,
            metadata_id,
            max_identifier_length: session.profile().max_identifier_length,
            types,
            settings,
        };
        let query = match question(&options)? {
            CatalogAnswer::Result(result) => return self.show(result),
            CatalogAnswer::Query(query) => query,
        };
        let mut rows = StoredRows::default();
        let mut own = OwnQuery { session, transaction, names, kept: Some(own_queries), deadline };
        own.rows(&query.sql, &query.parameters, |row| rows.push(query.row(row).into_iter()))
            .map_err(|error| self.after_failure(error))?;
        if let Some(order) = &query.order {
            rows.order(order);
        }
        self.show_rows(query.columns, rows)
    }

    /// Asks what is not known yet of the table columns and types behind a result's columns.
    pub(super) fn learn_result_columns(&mut self, columns: &Columns) -> Result {
        let Some(question) = self.state.result_columns.question(columns) else { return Ok(()) };
        let deadline = self.deadline()?;
        let _mark = self.begin_work(deadline)?;
        let ConnectionState { session, transaction, names, own_queries, result_columns, .. } = &mut *self.state;
        let session = open_session(session)?;
        let mut own = OwnQuery { session, transaction, names, kept: Some(own_queries), deadline };
        own.rows(question.sql, &question.parameters, |row| result_columns.learn(row))
            .map_err(|error| self.after_failure(error))?;
        self.state.result_columns.learned(columns);
        Ok(())
    }

    /// These columns with those told apart that have large objects. Asks the server if one may, once for each table.
    pub(super) fn with_large_objects(&mut self, columns: Columns) -> Result<Columns> {
        let ConnectionState { session, result_columns, types, .. } = &*self.state;
        let has_catalog = session.as_ref().is_some_and(|session| session.profile().family == ServerFamily::PostgreSql);
        if !has_catalog || !columns.iter().any(|column| may_have_objects(column) && !column.is_large_object) {
            return Ok(columns);
        }
        let all = types.settings.oid_as_long;
        let is_known = |column: &Column| all || result_columns.base(column).is_some();
        if !columns.iter().filter(|column| may_have_objects(column)).all(is_known) {
            self.learn_result_columns(&columns)?;
        }
        let ConnectionState { result_columns, types, .. } = &*self.state;
        let told =
            columns.iter().map(|column| match all && may_have_objects(column) || result_columns.has_objects(column) {
                true => Column { is_large_object: true, sql: describe_large_object(types), ..column.clone() },
                false => column.clone(),
            });
        Ok(told.collect())
    }

    /// What is to be known of the current result's columns when it has come: large objects, and the longest values with
    /// UnknownSizes=2.
    pub(super) fn learn_current(&mut self) -> Result {
        self.tell_large_objects()?;
        let deadline = self.deadline()?;
        let ConnectionState { session, statements, types, .. } = &mut *self.state;
        if types.settings.unknown_sizes != UnknownSizes::Longest {
            return Ok(());
        }
        let _mark = self.connection.cancel.running(self.id);
        let statement = statements.get_mut(self.id).ok_or_else(gone)?;
        let Some(results) = &mut statement.results else { return Ok(()) };
        let max_rows = statement.attributes.get(SQL_ATTR_MAX_ROWS) as u64;
        let measured = results.measure(session.as_mut(), types, max_rows, deadline);
        statement.ird.columns = results.columns().cloned();
        if measured.is_err() {
            // The error of a later row is the execution's: nothing of its result is shown.
            let _ = results.close(session.as_mut(), false, deadline);
            (statement.results, statement.ird.columns) = (None, None);
        }
        measured.map_err(|error| self.after_failure(error))
    }

    fn tell_large_objects(&mut self) -> Result {
        let Some(columns) = self.statement()?.results.as_ref().and_then(Results::columns).cloned() else {
            return Ok(());
        };
        let told = match self.with_large_objects(columns) {
            Ok(told) => told,
            // The statement has been executed all the same.
            Err(error) => {
                let message = format!(
                    "whether oid columns of the result are large objects could not be found out, they are read as numbers: {}",
                    error.message
                );
                self.diagnostics()?.warn(S01000_GENERAL_WARNING, message);
                return Ok(());
            }
        };
        let statement = self.statement()?;
        statement.ird.columns = Some(told.clone());
        if let Some(results) = &mut statement.results {
            results.set_columns(told);
        }
        Ok(())
    }

    /// Whether a parameter's type is that of large objects. Asks the server, once for a type that the driver does not know.
    pub(super) fn is_object_type(&mut self, oid: u32) -> Result<bool> {
        if let Some(question) = self.state.result_columns.type_question(oid) {
            let deadline = self.deadline()?;
            let _mark = self.begin_work(deadline)?;
            let ConnectionState { session, transaction, names, own_queries, result_columns, .. } = &mut *self.state;
            let session = open_session(session)?;
            if session.profile().family == ServerFamily::CrateDb {
                return Ok(false);
            }
            let mut own = OwnQuery { session, transaction, names, kept: Some(own_queries), deadline };
            own.rows(question.sql, &question.parameters, |row| result_columns.learn(row))
                .map_err(|error| self.after_failure(error))?;
        }
        Ok(self.state.result_columns.is_object_type(oid))
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
        let row_limits = self.row_limits();
        let statement = self.statement()?;
        results.limit_rows(row_limits);
        if statement.attributes.is_scrollable() {
            results.make_scrollable();
        }
        statement.ird.columns = Some(columns);
        statement.results = Some(results);
        Ok(())
    }
}

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
            is_large_object: false,
        })
        .collect()
}

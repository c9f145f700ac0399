//! Preparing, executing, going from result to result, and closing.
//!
//! Source: ODBC reference, `SQLPrepare`, `SQLExecute`, `SQLExecDirect`, `SQLMoreResults`, `SQLCloseCursor`,
//! `SQLFreeStmt`.

use super::copying::CopyIn;
use super::sending::Suspended;
use super::{Statement, StatementCall};
use crate::config::{BatchMechanism, RollbackOnError, StatementSettings};
use crate::cursor::{Advance, Results};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::execute::{DataAtExecution, Execution, Parameters, Prepared};
use crate::handles::connection::{ConnectionState, gone, open_session};
use crate::odbc::attributes::*;
use crate::odbc::values::*;
use crate::sql::{ScanOptions, StatementKind};
use crate::transport::Deadline;
use crate::wire::{Session, StoreLimits};

/// What a call for execution has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Executed {
    /// It was executed.
    Done,
    /// It was executed, and has failed as a whole: all sets of an array of parameters, or an output parameter could not
    /// be delivered. The records say why.
    Failed,
    /// It was executed, and output parameters are to be read in pieces (SQL_PARAM_DATA_AVAILABLE).
    OutputsAvailable,
    /// Parameters' values are to be sent first (SQL_NEED_DATA).
    NeedData,
}

impl StatementCall<'_> {
    /// SQLPrepare: the text is read, nothing is sent.
    pub fn prepare(&mut self, text: &str) -> Result {
        self.forget_prepared()?;
        let options = self.scan_options()?;
        let mut prepared = self.prepare_text(text, &options)?;
        prepared.keep_at_server(&mut self.state.names);
        let statement = self.statement()?;
        statement.prepared = Some(prepared);
        statement.is_prepared = true;
        Ok(())
    }

    /// In asynchronous execution SQLPrepare may be polled for, and what asks for columns and parameters afterwards is to answer at
    /// once: the server is asked now. What it refuses to describe it may well execute, once the parameters are bound, so
    /// that this is no error; it is not asked where its refusal would fail the application's transaction.
    pub fn describe_early(&mut self) -> Result {
        if self.statement()?.attributes.get(SQL_ATTR_ASYNC_ENABLE) != SQL_ASYNC_ENABLE_ON {
            return Ok(());
        }
        let undone = self.state.settings.as_ref().map(|settings| settings.rollback_on_error);
        if self.state.attributes.autocommit() || undone == Some(RollbackOnError::Statement) {
            let _ = self.describe_prepared(0);
        }
        Ok(())
    }

    /// SQLExecute.
    pub fn execute_prepared(&mut self) -> Result<Executed> {
        self.execute()
    }

    /// SQLExecDirect.
    pub fn execute_direct(&mut self, text: &str) -> Result<Executed> {
        self.forget_prepared()?;
        let options = self.scan_options()?;
        let mut prepared = self.prepare_text(text, &options)?;
        let ConnectionState { statement_cache, names, .. } = &mut *self.state;
        statement_cache.count(&mut prepared, names);
        self.statement()?.prepared = Some(prepared);
        self.execute()
    }

    /// A text prepared, or taken from the cache of the connection.
    pub(super) fn find_statement(&mut self, text: &str, options: &ScanOptions) -> Result<Prepared> {
        let ConnectionState { statement_cache, session, names, .. } = &mut *self.state;
        statement_cache.find(text, options, session.as_ref(), names)
    }

    fn execute(&mut self) -> Result<Executed> {
        let deadline = self.deadline()?;
        self.close_results(deadline)?;
        self.populate_parameters()?;
        let ConnectionState { session, statements, descriptors, convert, .. } = &mut *self.state;
        open_session(session)?;
        let statement = statements.get_mut(self.id).ok_or_else(gone)?;
        let apd = &descriptors.get(statement.apd).ok_or_else(gone)?.descriptor;
        let parameters = Parameters { apd, ipd: &statement.ipd, at_execution: None };
        let has_calls = statement.prepared.as_ref().is_some_and(Prepared::has_calls);
        let data = statement.prepared.as_ref().map(|prepared| parameters.data_at_execution(prepared, convert));
        match data.transpose()?.flatten() {
            Some(data) => {
                self.suspend(Suspended::Data(Box::new(data.with_defaults(has_calls)))).map(|()| Executed::NeedData)
            }
            None => self.execute_with(None),
        }
    }

    /// Executes with the values that were sent at execution.
    pub(super) fn execute_with(&mut self, data: Option<DataAtExecution>) -> Result<Executed> {
        self.place_positioned()?;
        self.identify_rows()?;
        let row_limits = self.row_limits();
        let deadline = self.deadline()?;
        let _mark = self.begin_work(deadline)?;
        let autocommit = self.state.attributes.autocommit();
        let ConnectionState {
            session,
            statements,
            descriptors,
            names,
            transaction,
            result_columns,
            statement_cache,
            settings,
            convert,
            types,
            ..
        } = &mut *self.state;
        let format = types.settings.result_format;
        let session = open_session(session)?;
        let statement = statements.get_mut(self.id).ok_or_else(gone)?;
        let Statement { prepared, identified, results, apd, ipd, ird, attributes, diagnostics, .. } = statement;
        let apd = &descriptors.get(*apd).ok_or_else(gone)?.descriptor;
        let identified = identified.as_mut().map(|identified| &mut identified.prepared);
        let Some(prepared) = identified.or(prepared.as_mut()) else { return Err(gone()) };
        if !prepared.kinds().all(StatementKind::leaves_catalog_alone) {
            result_columns.forget();
        }
        if !prepared.kinds().all(StatementKind::leaves_meaning_alone) {
            statement_cache.clear(names);
        }
        let fetch_refcursors = settings.as_ref().is_some_and(|settings| settings.statements.fetch_refcursors);
        let batch = settings.as_ref().map_or(BatchMechanism::Auto, |settings| settings.statements.batch);
        let parameters = Parameters { apd, ipd, at_execution: data.as_ref() };
        let mut execution = Execution {
            session,
            names,
            transaction,
            parameters,
            convert,
            types,
            autocommit,
            deadline,
            format,
            batch,
            diagnostics,
        };
        ipd.rows_processed.write(0usize);
        let is_array = apd.has_sets();
        let executed = if is_array {
            execution.execute_array(prepared).map(|outcome| (outcome.results, outcome.failed))
        } else {
            let opened = execution.execute(prepared).and_then(|results| match fetch_refcursors {
                true => execution.open_refcursors(prepared, results),
                false => Ok(results),
            });
            opened.map(|results| (results, false))
        };
        // What has come up so far is about parameters.
        let status = match &executed {
            Err(_) => SQL_PARAM_ERROR,
            Ok(_) if diagnostics.is_empty() => SQL_PARAM_SUCCESS,
            Ok(_) => SQL_PARAM_SUCCESS_WITH_INFO,
        };
        let changed = executed.as_ref().map_or(-1, |(results, _)| row_count(results));
        if !is_array {
            ipd.report_only_set(status, changed);
        }
        match executed {
            Ok((new, _)) if new.is_copying_in() => {
                self.suspend(Suspended::Copy(Box::new(CopyIn::new(new))))?;
                Ok(Executed::NeedData)
            }
            Ok((mut new, failed)) => {
                new.limit_rows(row_limits);
                if attributes.is_scrollable() {
                    new.make_scrollable();
                }
                diagnostics.row_count = changed;
                let kind = prepared.first().map(|first| first.kind.dynamic_function()).unwrap_or_default();
                (diagnostics.dynamic_function, diagnostics.dynamic_function_code) = kind;
                ird.columns = new.columns().cloned();
                *results = Some(new);
                let (drops_statements, resets_settings) = (prepared.drops_statements(), prepared.resets_settings());
                if drops_statements {
                    self.state.prepare_all_again();
                }
                if resets_settings {
                    self.state.tell_session_again()?;
                }
                self.learn_current()?;
                self.settle_cursor()?;
                self.tell_conflict()?;
                self.deliver_outputs(if failed { Executed::Failed } else { Executed::Done })
            }
            Err(error) => Err(self.after_failure(error)),
        }
    }

    /// How an execution has ended: a searched UPDATE or DELETE that touched no row is SQL_NO_DATA (SQLExecute,
    /// "Returns"), for applications of ODBC 3, unless sets of parameters have failed. An INSERT of no row is not, though it
    /// is named there: nor is it with psqlODBC. A positioned one has 01001; where no warning arrives (`warns`) it is
    /// SQL_NO_DATA too.
    pub fn found_rows(&mut self, warns: bool) -> Result<bool> {
        let is_odbc2 = self.connection.environment.is_odbc2();
        let statement = self.statement()?;
        let touched = statement.results.as_ref().and_then(Results::row_count);
        let kind = statement.prepared.as_ref().and_then(Prepared::first).map(|first| first.kind);
        let changes = matches!(kind, Some(StatementKind::Update | StatementKind::Delete));
        let searched = changes && (statement.positioned.is_none() || !warns);
        let has_cursor = statement.results.as_ref().is_some_and(Results::is_cursor_open);
        let has_failed = statement.diagnostics.records().iter().any(|record| !record.sqlstate.is_warning());
        Ok(is_odbc2 || has_failed || !searched || has_cursor || touched != Some(0))
    }

    /// SQLMoreResults: `None` when there are no more. Output parameters that were not read are given up.
    pub fn more_results(&mut self) -> Result<Option<Executed>> {
        self.cancel_suspended()?;
        let deadline = self.deadline()?;
        let _mark = self.connection.cancel.running(self.id);
        let ConnectionState { session, statements, types, .. } = &mut *self.state;
        let statement = statements.get_mut(self.id).ok_or_else(gone)?;
        let Some(results) = &mut statement.results else { return Ok(None) };
        let advanced = match session {
            Some(session) => results.advance(session, types, deadline),
            None => Ok(Advance::End),
        };
        match advanced {
            Ok(Advance::End) => {
                statement.results = None;
                statement.ird.columns = None;
                Ok(None)
            }
            Ok(Advance::Rows | Advance::Count | Advance::CopyIn) => {
                statement.ird.columns = results.columns().cloned();
                statement.diagnostics.row_count = row_count(results);
                let is_settled = statement.substitute.is_some();
                self.learn_current()?;
                if !is_settled {
                    self.settle_cursor()?;
                }
                self.deliver_outputs(Executed::Done).map(Some)
            }
            Err(error) => Err(self.after_failure(error)),
        }
    }

    /// What the rows of a cursor that goes back may take.
    pub(super) fn row_limits(&self) -> StoreLimits {
        let settings = self.state.settings.as_ref();
        let statements = settings.map_or(StatementSettings::DEFAULT, |settings| settings.statements);
        StoreLimits { memory: statements.cursor_memory, file: statements.temp_file_limit }
    }

    /// SQLRowCount: rows affected or, where the whole result has arrived, returned; else -1.
    pub fn row_count(&mut self) -> Result<isize> {
        Ok(self.statement()?.results.as_ref().map_or(-1, row_count))
    }

    /// SQLCloseCursor, and SQLFreeStmt(SQL_CLOSE) where there may be no cursor.
    pub fn close_cursor(&mut self) -> Result {
        let deadline = self.deadline()?;
        self.close_results(deadline)
    }

    /// Forgets the results. A transaction that is open would be aborted by a cancel: then the rest is read instead.
    pub(super) fn close_results(&mut self, deadline: Deadline) -> Result {
        self.cancel_suspended()?;
        if self.leave_results()? {
            return Ok(());
        }
        let may_cancel = self.state.attributes.autocommit();
        let ConnectionState { session, statements, .. } = &mut *self.state;
        let statement = statements.get_mut(self.id).ok_or_else(gone)?;
        statement.forget_results(session.as_mut(), may_cancel, deadline)
    }

    /// Asks the server for the columns and parameters of statement `index` of the list; one round trip, the first time.
    pub(super) fn describe_prepared(&mut self, index: usize) -> Result {
        let deadline = self.deadline()?;
        let _mark = self.begin_work(deadline)?;
        let autocommit = self.state.attributes.autocommit();
        let ConnectionState { session, statements, descriptors, names, transaction, convert, types, .. } =
            &mut *self.state;
        let statement = statements.get_mut(self.id).ok_or_else(gone)?;
        let Statement { prepared, apd, ipd, diagnostics, .. } = statement;
        let Some(prepared) = prepared else { return Ok(()) };
        // How a call is said, and described, depends on what is bound.
        if prepared.description_of(index).is_some() && !prepared.has_calls() {
            return Ok(());
        }
        let format = types.settings.result_format;
        let session = open_session(session)?;
        let apd = &descriptors.get(*apd).ok_or_else(gone)?.descriptor;
        let parameters = Parameters { apd, ipd, at_execution: None };
        let mut execution = Execution {
            session,
            names,
            transaction,
            parameters,
            convert,
            types,
            autocommit,
            deadline,
            format,
            batch: BatchMechanism::Auto,
            diagnostics,
        };
        execution.describe(prepared, index).map_err(|error| self.after_failure(error))
    }

    /// Gives up what was prepared, at the server as well, and its results.
    pub(super) fn forget_prepared(&mut self) -> Result {
        let deadline = self.deadline()?;
        self.close_results(deadline)?;
        let statement = self.statement()?;
        statement.is_prepared = false;
        statement.ipd.forget_populated();
        statement.identifiable = None;
        if self.leave_prepared()? {
            return Ok(());
        }
        let ConnectionState { statements, statement_cache, names, .. } = &mut *self.state;
        let statement = statements.get_mut(self.id).ok_or_else(gone)?;
        if let Some(identified) = statement.identified.take() {
            identified.prepared.release(names);
        }
        if let Some(prepared) = statement.prepared.take() {
            statement_cache.keep(prepared, names);
        }
        Ok(())
    }

    /// SQLFreeHandle: everything of the statement's is given up.
    pub fn free(&mut self) -> Result {
        let outcome = self.forget_prepared();
        let Some(statement) = self.state.statements.remove(self.id) else { return outcome };
        if statement.attributes.get(SQL_ATTR_ASYNC_ENABLE) == SQL_ASYNC_ENABLE_ON {
            self.connection.asynchronous.enable_statement(statement.token, false);
        }
        for descriptor in statement.retire() {
            if let Some(object) = self.state.descriptors.remove(descriptor) {
                crate::handles::table::remove(object.token);
            }
        }
        // What could not be read to its end is the session's trouble; the statement is gone either way.
        Ok(())
    }

    /// The text as SQLNativeSql shows it.
    pub(super) fn scan_options(&mut self) -> Result<ScanOptions> {
        let noscan = self.statement()?.attributes.get(SQL_ATTR_NOSCAN) == SQL_NOSCAN_ON;
        Ok(ScanOptions { noscan, ..self.state.scan_options() })
    }

    /// After an error: results that a timeout has left half read are given up, and the error says which timeout it was. Those of
    /// another statement, which were only in the way, stay as they are.
    pub(super) fn after_failure(&mut self, error: Box<Diagnostic>) -> Box<Diagnostic> {
        let timed_out = error.sqlstate == HYT01_CONNECTION_TIMEOUT_EXPIRED;
        let Ok(statement) = self.state.statement(self.id) else { return error };
        let query_timeout = statement.attributes.get(SQL_ATTR_QUERY_TIMEOUT);
        if !timed_out {
            return error;
        }
        let ConnectionState { session, statements, .. } = &mut *self.state;
        let overdue = session.as_ref().and_then(Session::overdue);
        if let (Some(session), Some(exchange)) = (session, overdue) {
            let patience = Deadline::after(CANCEL_PATIENCE);
            let _ = session.abandon(exchange, true, patience);
            if let Some(statement) = statements.get_mut(self.id) {
                let _ = statement.forget_results(Some(session), true, patience);
            }
        }
        let text = match (query_timeout, overdue) {
            (0, _) => return error,
            (seconds, Some(_)) => {
                format!("the query was cancelled: it took longer than SQL_ATTR_QUERY_TIMEOUT ({seconds} s)")
            }
            (seconds, None) => {
                format!("SQL_ATTR_QUERY_TIMEOUT ({seconds} s) ended before the query was sent: {}", error.message)
            }
        };
        Diagnostic::new(HYT00_TIMEOUT_EXPIRED, text)
    }
}

/// How long a cancelled statement may take to end before the connection is given up.
const CANCEL_PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

fn row_count(results: &Results) -> isize {
    results.affected().and_then(|count| isize::try_from(count).ok()).unwrap_or(-1)
}

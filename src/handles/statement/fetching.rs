//! Fetching rows and reading single values.
//!
//! Source: ODBC reference, `SQLFetch`, `SQLFetchScroll`, `SQLExtendedFetch`, `SQLGetData`.

use super::{Statement, StatementCall};
use crate::convert::ConvertOptions;
use crate::cursor::{FetchOptions, Fetched, GetDataOptions, GetDataRequest, Orientation, Results};
use crate::descriptor::{Address, ApplicationDescriptor};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::execute::ObjectQueries;
use crate::handles::connection::{ConnectionState, gone, timeout};
use crate::odbc::attributes::*;
use crate::odbc::functions::FunctionId;
use crate::odbc::values::*;
use crate::wire::Session;

/// The arguments of SQLExtendedFetch that take the place of attributes.
#[derive(Clone, Copy, Debug)]
pub struct ExtendedFetch {
    /// A SQLULEN
    pub rows_fetched: Address,
    /// Array of SQLUSMALLINT
    pub statuses: Address,
}

/// What a cursor works with, for one call.
pub(super) struct CursorAtWork<'a> {
    pub results: &'a mut Results,
    pub session: Option<&'a mut Session>,
    pub ard: &'a ApplicationDescriptor,
    pub options: FetchOptions<'a>,
    pub objects: &'a mut ObjectQueries<'a>,
    pub diagnostics: &'a mut Diagnostics,
}

impl CursorAtWork<'_> {
    /// Fetches a rowset, with the large objects in it.
    fn fetch(self, orientation: Orientation) -> Result<Fetched> {
        self.deliver(None, |results, session, ard, options, diagnostics| match orientation {
            Orientation::Next => results.fetch(session, ard, options, diagnostics),
            other => results.scroll(other, session, ard, options, diagnostics),
        })
    }

    /// Lets the cursor deliver `rows` rows (`None`: those of the rowset then), and reads the large objects in them.
    pub(super) fn deliver(
        self,
        rows: Option<usize>,
        work: impl FnOnce(
            &mut Results,
            Option<&mut Session>,
            &ApplicationDescriptor,
            &FetchOptions<'_>,
            &mut Diagnostics,
        ) -> Result<Fetched>,
    ) -> Result<Fetched> {
        let CursorAtWork { results, mut session, ard, options, objects, diagnostics } = self;
        let fetched = work(results, session.as_deref_mut(), ard, &options, diagnostics)?;
        if !results.awaits_objects() {
            return Ok(fetched);
        }
        let rows = rows.unwrap_or_else(|| results.rowset());
        let failed = results.deliver_objects(session, objects, ard, &options, diagnostics)?;
        Ok(if failed == rows { Fetched::Failed } else { fetched })
    }
}

impl StatementCall<'_> {
    /// SQLFetch: the next rowset. HY010 if the cursor has been fetched from by SQLExtendedFetch.
    pub fn fetch(&mut self) -> Result<Fetched> {
        self.require_fetched_by(false, FunctionId::FETCH)?;
        self.fetch_at(Orientation::Next, None)
    }

    fn fetch_at(&mut self, orientation: Orientation, extended: Option<ExtendedFetch>) -> Result<Fetched> {
        if self.statement()?.results.as_ref().is_some_and(Results::is_keyset) {
            return self.fetch_of_keyset(orientation, extended);
        }
        self.with_cursor(extended, |at| at.fetch(orientation))
    }

    /// Where the fetch goes, the rows there once more from the server, and then into the application's buffers.
    fn fetch_of_keyset(&mut self, orientation: Orientation, extended: Option<ExtendedFetch>) -> Result<Fetched> {
        let rows = |at: CursorAtWork<'_>| {
            let goal = at.results.seek(orientation, at.session, at.ard, &at.options)?;
            let wanted = goal.rows(at.options.rowset_size);
            Ok((goal, wanted.start..wanted.end.min(at.results.kept_rows() + 1)))
        };
        let (goal, wanted) = self.with_cursor(extended, rows)?;
        self.read_again_if_keyset(wanted)?;
        self.with_cursor(extended, |at| {
            at.deliver(None, |results, _, ard, options, diagnostics| results.arrive(goal, ard, options, diagnostics))
        })
    }

    /// SQLFetchScroll. HY106 for an orientation that the cursor does not have, or that is none; HY111 for a bookmark that
    /// is none; HY010 as for SQLFetch.
    pub fn fetch_scroll(&mut self, orientation: i16, offset: i64) -> Result<Fetched> {
        self.require_fetched_by(false, FunctionId::FETCH_SCROLL)?;
        let orientation = self.orientation(orientation, offset)?;
        self.fetch_at(orientation, None)
    }

    /// SQLExtendedFetch: as SQLFetchScroll, with a rowset size, count and status array of its own; a bookmark comes in
    /// the offset. HY010 if the cursor has been fetched from by SQLFetch or SQLFetchScroll.
    pub fn extended_fetch(&mut self, orientation: i16, offset: i64, places: ExtendedFetch) -> Result<Fetched> {
        self.require_fetched_by(true, FunctionId::EXTENDED_FETCH)?;
        let orientation = match orientation {
            SQL_FETCH_BOOKMARK => {
                self.require_scrollable()?;
                self.require_bookmarks_to_fetch()?;
                Orientation::Bookmark(bookmark_row(offset as u64)?, 0)
            }
            other => self.orientation(other, offset)?,
        };
        self.statement()?.extended_fetch = Some(places);
        let fetched = self.fetch_at(orientation, Some(places))?;
        let rowset_size = self.statement()?.attributes.get(SQL_ROWSET_SIZE);
        let diagnostics = self.diagnostics()?;
        if rowset_size > 1 && diagnostics.records().iter().any(|record| !record.sqlstate.is_warning()) {
            diagnostics.warn(S01S01_ERROR_IN_ROW, "rows of the rowset could not be returned; see their status");
            return Ok(Fetched::Rowset);
        }
        Ok(fetched)
    }

    /// SQLGetData; `false` is SQL_NO_DATA.
    pub fn get_data(&mut self, request: GetDataRequest) -> Result<bool> {
        if request.column == 0 {
            self.require_bookmarks()?;
        }
        let ConnectionState {
            session,
            statements,
            descriptors,
            convert,
            transaction,
            names,
            own_queries,
            attributes: connection,
            ..
        } = &mut *self.state;
        let statement = statements.get_mut(self.id).ok_or_else(gone)?;
        if statement.has_streamed_outputs() {
            return self.get_output(&request);
        }
        let ard = &descriptors.get(statement.ard).ok_or_else(gone)?.descriptor;
        let Statement { results, diagnostics, attributes, .. } = statement;
        let Some(results) = results else {
            return Err(Diagnostic::new(S24000_INVALID_CURSOR_STATE, "there is no open cursor"));
        };
        let options = GetDataOptions { convert, max_length: attributes.get(SQL_ATTR_MAX_LENGTH), ard };
        if !results.is_large_object(request.column) {
            return results.get_data(session.as_mut(), None, &request, &options, diagnostics);
        }
        // A large object has to be asked for.
        let _mark = self.connection.cancel.running(self.id);
        let seconds = match attributes.get(SQL_ATTR_QUERY_TIMEOUT) {
            0 => connection.value(SQL_ATTR_CONNECTION_TIMEOUT),
            seconds => seconds,
        };
        let mut objects = ObjectQueries { transaction, names, kept: own_queries, deadline: timeout(seconds) };
        results.get_data(session.as_mut(), Some(&mut objects), &request, &options, diagnostics)
    }

    /// Lets the cursor work on the rowset that was fetched last, by whichever function.
    pub(super) fn with_rowset<T>(&mut self, work: impl FnOnce(CursorAtWork<'_>) -> Result<T>) -> Result<T> {
        let statement = self.statement()?;
        let by_extended = statement.results.as_ref().and_then(Results::fetched_by_extended) == Some(true);
        let extended = statement.extended_fetch.filter(|_| by_extended);
        self.with_cursor(extended, work)
    }

    /// Lets the cursor work with what belongs to it.
    pub(super) fn with_cursor<T>(
        &mut self,
        extended: Option<ExtendedFetch>,
        work: impl FnOnce(CursorAtWork<'_>) -> Result<T>,
    ) -> Result<T> {
        let deadline = self.deadline()?;
        let _mark = self.connection.cancel.running(self.id);
        let ConnectionState { session, statements, descriptors, convert, transaction, names, own_queries, .. } =
            &mut *self.state;
        let mut objects = ObjectQueries { transaction, names, kept: own_queries, deadline };
        let statement = statements.get_mut(self.id).ok_or_else(gone)?;
        let Statement { attributes, ard, ird, results, diagnostics, .. } = statement;
        let ard = &descriptors.get(*ard).ok_or_else(gone)?.descriptor;
        let Some(results) = results else {
            return Err(Diagnostic::new(S24000_INVALID_CURSOR_STATE, "there is no open cursor"));
        };
        let convert = ConvertOptions { max_length: attributes.get(SQL_ATTR_MAX_LENGTH), ..*convert };
        let (rowset_size, statuses, rows_fetched) = match extended {
            None => (ard.array_size, ird.array_status, ird.rows_processed),
            Some(places) => (attributes.get(SQL_ROWSET_SIZE), places.statuses, places.rows_fetched),
        };
        let options = FetchOptions {
            convert: &convert,
            rowset_size: rowset_size.max(1),
            statuses,
            rows_fetched,
            is_extended: extended.is_some(),
            max_rows: attributes.get(SQL_ATTR_MAX_ROWS) as u64,
            retrieve_data: attributes.get(SQL_ATTR_RETRIEVE_DATA) == SQL_RD_ON,
            deadline,
        };
        let objects = &mut objects;
        let at = CursorAtWork { results, session: session.as_mut(), ard, options, objects, diagnostics };
        let worked = work(at);
        if worked.is_ok()
            && let Some(count) = results.row_count()
        {
            diagnostics.cursor_row_count = isize::try_from(count).unwrap_or(-1);
        }
        worked.map_err(|error| self.after_failure(error))
    }

    fn orientation(&mut self, orientation: i16, offset: i64) -> Result<Orientation> {
        let orientation = match orientation {
            SQL_FETCH_NEXT => return Ok(Orientation::Next),
            SQL_FETCH_FIRST => Orientation::First,
            SQL_FETCH_LAST => Orientation::Last,
            SQL_FETCH_PRIOR => Orientation::Prior,
            SQL_FETCH_ABSOLUTE => Orientation::Absolute(offset),
            SQL_FETCH_RELATIVE => Orientation::Relative(offset),
            SQL_FETCH_BOOKMARK => Orientation::Bookmark(0, offset),
            other => {
                return Err(Diagnostic::new(HY106_FETCH_TYPE_OUT_OF_RANGE, format!("{other} is no fetch orientation")));
            }
        };
        self.require_scrollable()?;
        if let Orientation::Bookmark(_, offset) = orientation {
            self.require_bookmarks_to_fetch()?;
            let place = Address::from(self.statement()?.attributes.get(SQL_ATTR_FETCH_BOOKMARK_PTR));
            let Some(bookmark) = place.read::<u64>() else {
                return Err(Diagnostic::new(HY111_INVALID_BOOKMARK, "SQL_ATTR_FETCH_BOOKMARK_PTR is a null pointer"));
            };
            return Ok(Orientation::Bookmark(bookmark_row(bookmark)?, offset));
        }
        Ok(orientation)
    }

    fn require_scrollable(&mut self) -> Result {
        if self.statement()?.results.as_ref().is_some_and(Results::is_scrollable) {
            return Ok(());
        }
        Err(Diagnostic::new(
            HY106_FETCH_TYPE_OUT_OF_RANGE,
            "the cursor is forward-only: it can only go to the next rowset (SQL_FETCH_NEXT); set SQL_ATTR_CURSOR_TYPE to \
             SQL_CURSOR_STATIC before execution for one that goes back",
        ))
    }

    /// HY106 where bookmarks are off.
    fn require_bookmarks_to_fetch(&mut self) -> Result {
        self.require_bookmarks().map_err(|off| Diagnostic::new(HY106_FETCH_TYPE_OUT_OF_RANGE, off.message))
    }

    /// 07009 where bookmarks are off.
    pub(super) fn require_bookmarks(&mut self) -> Result {
        if self.statement()?.attributes.get(SQL_ATTR_USE_BOOKMARKS) != SQL_UB_OFF {
            return Ok(());
        }
        Err(Diagnostic::new(
            S07009_INVALID_DESCRIPTOR_INDEX,
            "column 0 is the bookmark, and bookmarks are off (SQL_ATTR_USE_BOOKMARKS)",
        ))
    }

    /// A cursor is fetched from by SQLExtendedFetch or by the other two, not by both (appendix B, S6 and S7).
    pub(super) fn require_fetched_by(&mut self, extended: bool, function: FunctionId) -> Result {
        let last = self.statement()?.results.as_ref().and_then(Results::fetched_by_extended);
        if last.is_none_or(|last| last == extended) {
            return Ok(());
        }
        Err(Diagnostic::new(
            HY010_FUNCTION_SEQUENCE_ERROR,
            format!(
                "{}: SQLExtendedFetch cannot be mixed with SQLFetch and SQLFetchScroll on one cursor",
                function.name()
            ),
        ))
    }
}

/// The row that a bookmark names. HY111 for one that the driver has not made.
fn bookmark_row(bookmark: u64) -> Result<u64> {
    match bookmark {
        0 => Err(Diagnostic::new(HY111_INVALID_BOOKMARK, "0 is no bookmark")),
        row => Ok(row),
    }
}

//! Statements: attributes, descriptors, what was prepared and the results that are read. A statement says which room is
//! at work; it does not do the work.

mod at_home;
pub mod attributes;
mod binding;
mod bookmarks;
mod bound_value;
mod catalog;
mod changing;
mod copying;
mod current_of;
mod cursor_name;
mod descriptors;
mod execution;
mod fetching;
mod identified;
mod metadata;
mod outputs;
mod parameters;
mod positioned;
mod sending;
mod setting;

pub use binding::{ColumnBinding, ParameterBinding};
pub use execution::Executed;
pub use fetching::ExtendedFetch;
pub use metadata::{ColumnAttribute, ColumnDescription};
pub use parameters::ParameterDescription;
pub use sending::ParameterData;
pub use setting::AttributeValue;

use self::attributes::{Progress, StatementAttributes};
use self::sending::Suspended;
use super::cancel::RunningMark;
use super::connection::{Connection, ConnectionState, gone};
use super::descriptor::{DescriptorObject, DescriptorPlace};
use super::slab::Id;
pub(crate) use super::states::StatementState;
use super::table::{self, Object, Token};
use crate::cursor::Results;
use crate::descriptor::{ApplicationDescriptor, ImplementationParameterDescriptor, ImplementationRowDescriptor};
use crate::diag::{Diagnostics, Result};
use crate::execute::{Prepared, StatementNames};
use crate::odbc::attributes::*;
use crate::transport::Deadline;
use crate::wire::Session;

#[derive(Debug)]
pub struct Statement {
    pub token: Token,
    pub diagnostics: Diagnostics,
    pub attributes: StatementAttributes,
    /// The application descriptors in use, and those that were allocated with the statement.
    pub ard: Id,
    pub apd: Id,
    implicit_ard: Id,
    implicit_apd: Id,
    pub ird: ImplementationRowDescriptor,
    pub ipd: ImplementationParameterDescriptor,
    ird_token: Token,
    ipd_token: Token,
    /// Diagnostics of functions called with the IRD's or the IPD's handle.
    pub implementation_diagnostics: Diagnostics,
    /// What the application has named the cursor, or the driver when it was asked.
    cursor_name: Option<String>,
    /// What SQLPrepare or SQLExecDirect was given.
    prepared: Option<Prepared>,
    /// The text, if it is positioned by a cursor of another statement.
    positioned: Option<current_of::PositionedText>,
    /// The text, if its rows may be identified and the cursor wants that; and what has come of it.
    identifiable: Option<identified::IdentifiableText>,
    identified: Option<identified::IdentifiedQuery>,
    /// What the open cursor is instead of what was asked for.
    substitute: Option<identified::Substitute>,
    /// It was SQLPrepare: SQLExecute may execute it (again).
    pub is_prepared: bool,
    /// What the last execution brings; `None` before one.
    results: Option<Results>,
    /// What its execution waits for, while it does.
    suspended: Option<Suspended>,
    /// The arguments of the last SQLExtendedFetch: SQLSetPos reports to its status array.
    extended_fetch: Option<ExtendedFetch>,
}

/// A statement in its connection, while a function works on it: the connection's lock is held.
#[derive(Debug)]
pub struct StatementCall<'a> {
    pub connection: &'a std::sync::Arc<Connection>,
    pub state: &'a mut ConnectionState,
    pub id: Id,
}

impl Statement {
    /// Allocates a statement with its four descriptors on a connection whose lock is held, and gives its handle.
    pub fn allocate(connection: &std::sync::Arc<Connection>, state: &mut ConnectionState) -> Token {
        let (ard, _) = DescriptorObject::allocate(connection, state, false);
        let (apd, _) = DescriptorObject::allocate(connection, state, false);
        let mut attributes = state.attributes.statements.clone();
        for attribute in [SQL_ATTR_METADATA_ID, SQL_ATTR_ASYNC_ENABLE] {
            attributes.inherit(attribute, state.attributes.value(attribute));
        }
        let usual_timeout = state.settings.as_ref().and_then(|settings| settings.query_timeout);
        if let Some(timeout) = usual_timeout.filter(|_| attributes.get(SQL_ATTR_QUERY_TIMEOUT) == 0) {
            attributes.inherit(SQL_ATTR_QUERY_TIMEOUT, usize::try_from(timeout.as_secs()).unwrap_or(0));
        }
        let unnamed = Token::from_raw(0);
        let id = state.statements.insert(Statement {
            token: unnamed,
            diagnostics: Diagnostics::default(),
            attributes,
            ard,
            apd,
            implicit_ard: ard,
            implicit_apd: apd,
            ird: ImplementationRowDescriptor::default(),
            ipd: ImplementationParameterDescriptor::default(),
            ird_token: unnamed,
            ipd_token: unnamed,
            implementation_diagnostics: Diagnostics::default(),
            cursor_name: None,
            prepared: None,
            positioned: None,
            identifiable: None,
            identified: None,
            substitute: None,
            is_prepared: false,
            results: None,
            suspended: None,
            extended_fetch: None,
        });
        let token = table::insert(Object::Statement(connection.clone(), id));
        if state.attributes.value(SQL_ATTR_ASYNC_ENABLE) == SQL_ASYNC_ENABLE_ON {
            connection.asynchronous.enable_statement(token, true);
        }
        if let Some(statement) = state.statements.get_mut(id) {
            statement.token = token;
            statement.ird_token =
                table::insert(Object::Descriptor(connection.clone(), DescriptorPlace::ImplementationRow(id)));
            statement.ipd_token =
                table::insert(Object::Descriptor(connection.clone(), DescriptorPlace::ImplementationParameter(id)));
        }
        token
    }

    /// Takes the statement's handles out of use: its own and those of its descriptors. Gives the descriptors that went
    /// with it.
    pub fn retire(&self) -> [Id; 2] {
        for token in [self.token, self.ird_token, self.ipd_token] {
            table::remove(token);
        }
        [self.implicit_ard, self.implicit_apd]
    }

    /// The handles of its IRD and IPD.
    pub fn implementation_tokens(&self) -> [Token; 2] {
        [self.ird_token, self.ipd_token]
    }

    /// What the server holds of it is not to be relied on any more.
    pub fn prepare_again(&mut self, names: &mut StatementNames) {
        let identified = self.identified.as_mut().map(|identified| &mut identified.prepared);
        for prepared in self.prepared.as_mut().into_iter().chain(identified) {
            prepared.give_up_at_server(names);
        }
    }

    /// What its execution brings is not wanted any more: `Session::abandon`.
    pub fn forget_results(&mut self, session: Option<&mut Session>, may_cancel: bool, deadline: Deadline) -> Result {
        match self.take_results() {
            Some(mut results) => results.close(session, may_cancel, deadline),
            None => Ok(()),
        }
    }

    fn take_results(&mut self) -> Option<Results> {
        self.ird.columns = None;
        self.substitute = None;
        self.results.take()
    }

    /// Its state by appendix B, derived from what it has.
    pub fn state(&self) -> StatementState {
        if let Some(suspended) = &self.suspended {
            return suspended.state();
        }
        match &self.results {
            Some(results) if results.is_positioned() => StatementState::Positioned,
            Some(results) if results.is_cursor_open() => StatementState::CursorOpen,
            Some(_) => StatementState::Executed,
            None if self.is_prepared => StatementState::Prepared,
            None => StatementState::Allocated,
        }
    }

    /// Whether a descriptor is its ARD or APD now.
    pub fn uses_descriptor(&self, id: Id) -> bool {
        self.ard == id || self.apd == id
    }

    /// A descriptor of the application's is freed: the statement falls back to the implicit one.
    pub fn forget_descriptor(&mut self, id: Id) {
        if self.ard == id {
            self.ard = self.implicit_ard;
        }
        if self.apd == id {
            self.apd = self.implicit_apd;
        }
    }

    pub fn progress(&self) -> Progress {
        Progress { prepared: self.is_prepared, executed: self.results.is_some() }
    }
}

impl<'a> StatementCall<'a> {
    /// Something is to be sent for the statement: SQLCancel finds it from here on. A cancel request of before, which may have hit
    /// nothing yet, is given something harmless to hit.
    fn begin_work(&mut self, deadline: Deadline) -> Result<RunningMark<'a>> {
        let connection = self.connection;
        let late_cancel = connection.cancel.settle();
        let mark = connection.cancel.running(self.id);
        if late_cancel {
            self.state.session()?.catch_late_cancel(deadline)?;
        }
        Ok(mark)
    }
}

impl StatementCall<'_> {
    pub fn statement(&mut self) -> Result<&mut Statement> {
        self.state.statement(self.id)
    }

    pub fn diagnostics(&mut self) -> Result<&mut Diagnostics> {
        Ok(&mut self.statement()?.diagnostics)
    }

    /// Posts the notices that have come to the statement.
    #[inline]
    pub fn post_notices(&mut self) {
        if let Some(notices) = self.state.take_notices()
            && let Ok(diagnostics) = self.diagnostics()
        {
            diagnostics.post(notices);
        }
    }

    /// The deadline for what the statement asks of the server now: SQL_ATTR_QUERY_TIMEOUT, else the connection's.
    fn deadline(&mut self) -> Result<Deadline> {
        let connection = self.state.deadline();
        let seconds = self.statement()?.attributes.get(SQL_ATTR_QUERY_TIMEOUT);
        Ok(match seconds {
            0 => connection,
            seconds => super::connection::timeout(seconds),
        })
    }

    fn application_descriptor(&mut self, id: Id) -> Result<&mut ApplicationDescriptor> {
        self.state.descriptors.get_mut(id).map(|object| &mut object.descriptor).ok_or_else(gone)
    }
}

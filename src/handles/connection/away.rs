//! While a function is executed asynchronously its connection is in two parts: the worker takes along the session and the function's
//! statement, and what stays can be worked with, so that no call on another handle waits for the server.
//!
//! What stays behind answers what needs no session; whatever else is called waits until the rest has returned.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, PoisonError, TryLockError};

use super::{Connection, ConnectionState};
use crate::cursor::Results;
use crate::diag::Diagnostics;
use crate::execute::Prepared;
use crate::handles::descriptor::{DescriptorObject, DescriptorPlace};
use crate::handles::slab::Id;
use crate::handles::statement::Statement;
use crate::handles::states::needs_no_session;
use crate::handles::table::Token;
use crate::odbc::attributes::*;
use crate::odbc::functions::FunctionId;

/// Which part of a connection this is.
#[derive(Debug, Default)]
pub(crate) enum Share {
    /// All of it.
    #[default]
    Whole,
    /// What stays.
    Home(Box<Home>),
    /// What the worker has taken along.
    Away {
        /// For a function of a statement, not of the connection.
        for_statement: bool,
        /// The server was told to forget what was prepared, by the statements that stayed as well.
        prepare_all_again: bool,
    },
}

/// What is known of a part that is away, and what is to be done when it is back.
#[derive(Debug, Default)]
pub(crate) struct Home {
    /// The names of the cursors of statements that are away.
    cursor_names: Vec<String>,
    /// The diagnostics of handles whose objects are away: of before.
    diagnostics: Vec<(Token, Diagnostics)>,
    /// The statements and the descriptors have stayed, but for those that were lent.
    has_statements: bool,
    left: LeftBehind,
}

/// What statements have given up that belongs to the session.
#[derive(Debug, Default)]
pub(crate) struct LeftBehind {
    pub results: Vec<Results>,
    pub prepared: Vec<Prepared>,
}

impl Share {
    /// Where statements leave what belongs to the session, while that is away.
    pub(crate) fn left_behind(&mut self) -> Option<&mut LeftBehind> {
        match self {
            Share::Home(home) => Some(&mut home.left),
            Share::Whole | Share::Away { .. } => None,
        }
    }

    /// Whether a cursor of a statement that is away has the name, in lower case.
    pub(crate) fn has_cursor_away(&self, lower: &str) -> bool {
        matches!(self, Share::Home(home) if home.cursor_names.iter().any(|name| name == lower))
    }

    /// The diagnostics of a handle whose object is away.
    fn diagnostics_away(&self, token: Token) -> Option<&Diagnostics> {
        let Share::Home(home) = self else { return None };
        home.diagnostics.iter().find(|(away, _)| *away == token).map(|(_, diagnostics)| diagnostics)
    }

    pub(super) fn note_prepare_all_again(&mut self) {
        if let Share::Away { prepare_all_again, .. } = self {
            *prepare_all_again = true;
        }
    }

    fn is_home(&self) -> bool {
        matches!(self, Share::Home(_))
    }
}

impl Home {
    fn remember<'a>(
        &mut self,
        statements: impl Iterator<Item = &'a Statement>,
        descriptors: impl Iterator<Item = &'a DescriptorObject>,
    ) {
        for statement in statements {
            self.cursor_names.extend(statement.lower_cursor_name());
            self.diagnostics.push((statement.token, statement.diagnostics.clone()));
            let implementation = statement.implementation_tokens();
            self.diagnostics.extend(implementation.map(|token| (token, statement.implementation_diagnostics.clone())));
        }
        self.diagnostics.extend(descriptors.map(|object| (object.token, object.diagnostics.clone())));
    }
}

impl Connection {
    /// All of the connection: waits while a part of it is away.
    pub fn lock(&self) -> Held<'_> {
        self.lock_when(|_| false)
    }

    /// The connection as soon as it is whole, or what stayed of it is `enough`.
    pub fn lock_when(&self, enough: impl Fn(&ConnectionState) -> bool) -> Held<'_> {
        self.held(self.wait_until(enough))
    }

    /// As [`Connection::lock_when`] without waiting for anybody's work; `None` while another thread works with the session,
    /// or what is wanted is away.
    pub fn try_lock_when(&self, enough: impl Fn(&ConnectionState) -> bool) -> Option<Held<'_>> {
        let state = match self.state.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(state)) => state.into_inner(),
            Err(TryLockError::WouldBlock) if self.is_worked_with.load(Ordering::Acquire) => return None,
            // The worker is about to go, or to come back.
            Err(TryLockError::WouldBlock) => self.lock_part(),
        };
        (!state.share.is_home() || enough(&state)).then(|| self.held(state))
    }

    fn wait_until(&self, enough: impl Fn(&ConnectionState) -> bool) -> MutexGuard<'_, ConnectionState> {
        let is_missing = |state: &mut ConnectionState| state.share.is_home() && !enough(state);
        self.returned.wait_while(self.lock_part(), is_missing).unwrap_or_else(PoisonError::into_inner)
    }

    /// What there is of the connection now.
    fn lock_part(&self) -> MutexGuard<'_, ConnectionState> {
        // After a panic the guard closes the session (`enter`), and what is left is consistent enough to be freed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held<'a>(&'a self, state: MutexGuard<'a, ConnectionState>) -> Held<'a> {
        self.is_worked_with.store(!state.share.is_home(), Ordering::Release);
        Held { connection: self, state }
    }

    /// Takes along what the worker needs for a function of `statement`, or of the connection itself, until it is dropped.
    pub fn take_along(&self, statement: Option<Id>) -> Away<'_> {
        let mut state = self.wait_until(|_| false);
        let stays = state.what_stays();
        let mut away = std::mem::replace(&mut *state, stays);
        away.share = Share::Away { for_statement: statement.is_some(), prepare_all_again: false };
        match (statement, &mut state.share) {
            (Some(id), share) => {
                if let Share::Home(home) = share {
                    home.has_statements = true;
                }
                state.statements = std::mem::take(&mut away.statements);
                state.descriptors = std::mem::take(&mut away.descriptors);
                state.lend(id, &mut away);
            }
            (None, Share::Home(home)) => home.remember(away.statements.iter(), away.descriptors.iter()),
            (None, _) => {}
        }
        Away { connection: self, state: away }
    }

    /// Takes along another statement that is wanted, if it has stayed.
    pub(crate) fn bring(&self, away: &mut ConnectionState, is_wanted: impl Fn(&Statement) -> bool) {
        if !matches!(away.share, Share::Away { .. }) {
            return;
        }
        let mut home = self.lock_part();
        if let Some(id) = home.statements.find(is_wanted) {
            home.lend(id, away);
        }
    }
}

impl ConnectionState {
    /// A copy of what may be read while the rest is away.
    fn what_stays(&self) -> ConnectionState {
        ConnectionState {
            diagnostics: self.diagnostics.clone(),
            attributes: self.attributes.clone(),
            share: Share::Home(Box::default()),
            notification: self.notification.clone(),
            reported: self.reported().map(|(parameters, profile)| (parameters.clone(), profile.clone())),
            server_name: self.server_name.clone(),
            settings: self.settings.clone(),
            convert: self.convert,
            types: self.types,
            polls_connections: self.polls_connections,
            ..ConnectionState::default()
        }
    }

    fn lend(&mut self, id: Id, to: &mut ConnectionState) {
        let Some(statement) = self.statements.get(id) else { return };
        let descriptors = statement.application_descriptors();
        if let Share::Home(home) = &mut self.share {
            let objects = descriptors.iter().filter_map(|id| self.descriptors.get(*id));
            home.remember(std::iter::once(statement), objects);
        }
        self.statements.lend(id, &mut to.statements);
        for descriptor in descriptors {
            self.descriptors.lend(descriptor, &mut to.descriptors);
        }
    }

    /// The descriptors that a function of the statement works with.
    pub fn descriptors_of(&self, statement: Id) -> Vec<Token> {
        let Some(statement) = self.statements.get(statement) else { return Vec::new() };
        let application = [statement.ard, statement.apd].into_iter().filter_map(|id| self.descriptors.get(id));
        application.map(|object| object.token).chain(statement.implementation_tokens()).collect()
    }

    /// Whether a statement is here.
    pub fn has_statement(&self, id: Id) -> bool {
        self.statements.get(id).is_some()
    }

    /// Whether a descriptor is here.
    pub fn has_descriptor(&self, place: DescriptorPlace) -> bool {
        match place {
            DescriptorPlace::Application(id) => self.descriptors.get(id).is_some(),
            DescriptorPlace::ImplementationRow(id) | DescriptorPlace::ImplementationParameter(id) => {
                self.has_statement(id)
            }
        }
    }

    /// The diagnostics of a statement's or a descriptor's handle whose object is away.
    pub fn diagnostics_away(&self, token: Token) -> Option<&Diagnostics> {
        self.share.diagnostics_away(token)
    }

    /// Whether a function of the connection can be executed without the session.
    pub fn is_enough_for_connection(&self, function: FunctionId) -> bool {
        match &self.share {
            // It gets a place among those of its kind.
            Share::Home(home) if function == FunctionId::ALLOC_HANDLE => home.has_statements,
            _ => needs_no_session(function),
        }
    }

    /// Whether a function of a statement can be executed without the session.
    pub fn is_enough_for(&self, function: FunctionId, statement: Id) -> bool {
        let Some(statement) = self.statements.get(statement) else { return false };
        statement.application_descriptors().into_iter().all(|id| self.descriptors.get(id).is_some())
            && statement.needs_no_session(function)
    }

    /// Whether a function of a descriptor can be executed without the session.
    pub fn is_enough_for_descriptor(&self, function: FunctionId, place: DescriptorPlace) -> bool {
        let sets = [FunctionId::SET_DESC_FIELD, FunctionId::SET_DESC_REC].contains(&function);
        let is_known = |id, knows: fn(&Statement) -> bool| self.statements.get(id).is_some_and(|of| sets || knows(of));
        match place {
            DescriptorPlace::Application(id) => self.descriptors.get(id).is_some(),
            DescriptorPlace::ImplementationRow(id) => is_known(id, Statement::has_no_columns),
            DescriptorPlace::ImplementationParameter(id) => is_known(id, Statement::knows_parameters),
        }
    }

    /// Whether a descriptor belongs to a statement that is asynchronous, so that the application can poll for what needs the
    /// session ("Asynchronous Execution (Polling Method)": implementation descriptors).
    pub fn is_polled_for(&self, place: DescriptorPlace) -> bool {
        match place {
            DescriptorPlace::Application(_) => false,
            DescriptorPlace::ImplementationRow(id) | DescriptorPlace::ImplementationParameter(id) => {
                let statement = self.statements.get(id);
                statement.is_some_and(|of| of.attributes.get(SQL_ATTR_ASYNC_ENABLE) == SQL_ASYNC_ENABLE_ON)
            }
        }
    }

    /// Whether the session is away.
    pub fn is_part(&self) -> bool {
        self.share.is_home()
    }
}

/// A connection, or what stays of it, while a function works with it.
#[derive(Debug)]
pub struct Held<'a> {
    connection: &'a Connection,
    state: MutexGuard<'a, ConnectionState>,
}

impl Deref for Held<'_> {
    type Target = ConnectionState;

    #[inline]
    fn deref(&self) -> &ConnectionState {
        &self.state
    }
}

impl DerefMut for Held<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut ConnectionState {
        &mut self.state
    }
}

impl Drop for Held<'_> {
    #[inline]
    fn drop(&mut self) {
        self.connection.is_worked_with.store(false, Ordering::Release);
    }
}

/// What the worker has taken along. Dropped, it returns.
#[derive(Debug)]
pub struct Away<'a> {
    connection: &'a Connection,
    state: ConnectionState,
}

impl Away<'_> {
    /// Gives the session what was left for it.
    fn tidy(&mut self, left: LeftBehind) {
        let (deadline, may_cancel) = (self.state.deadline(), self.state.attributes.autocommit());
        for mut results in left.results {
            // Nobody is there to be told: the statement has been closed.
            let _ = results.close(self.state.session.as_mut(), may_cancel, deadline);
        }
        for prepared in left.prepared {
            // Not kept for others: its meaning may have changed meanwhile.
            prepared.release(&mut self.state.names);
        }
    }
}

impl Deref for Away<'_> {
    type Target = ConnectionState;

    fn deref(&self) -> &ConnectionState {
        &self.state
    }
}

impl DerefMut for Away<'_> {
    fn deref_mut(&mut self) -> &mut ConnectionState {
        &mut self.state
    }
}

impl Drop for Away<'_> {
    fn drop(&mut self) {
        let mut home = loop {
            let mut home = self.connection.lock_part();
            let left = home.share.left_behind().map(std::mem::take).unwrap_or_default();
            if left.results.is_empty() && left.prepared.is_empty() {
                break home;
            }
            // It may have to be waited for: not with the lock.
            drop(home);
            self.tidy(left);
        };
        let mut state = std::mem::take(&mut self.state);
        let Share::Away { for_statement, prepare_all_again } = std::mem::take(&mut state.share) else { return };
        home.statements.take_back(std::mem::take(&mut state.statements));
        home.descriptors.take_back(std::mem::take(&mut state.descriptors));
        state.statements = std::mem::take(&mut home.statements);
        state.descriptors = std::mem::take(&mut home.descriptors);
        if for_statement {
            state.diagnostics = std::mem::take(&mut home.diagnostics);
        }
        *home = state;
        if prepare_all_again {
            home.prepare_all_again();
        }
        drop(home);
        self.connection.returned.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::convert::ConvertOptions;
    use crate::handles::environment::Environment;
    use crate::handles::table::{self, Object};

    #[test]
    fn statements_are_allocated_where_those_of_before_are() {
        let connection = Arc::new(Connection::new(Arc::new(Environment::new()), ConvertOptions::default(), || {}));
        let allocate = || {
            let mut part = connection.lock_when(|part| part.is_enough_for_connection(FunctionId::ALLOC_HANDLE));
            match table::find(Statement::allocate(&connection, &mut part)) {
                Some(Object::Statement(_, id)) => id,
                other => unreachable!("{other:?}"),
            }
        };
        let is_enough = |function| connection.try_lock_when(|part| part.is_enough_for_connection(function)).is_some();
        let first = allocate();
        let away = connection.take_along(None);
        assert!(is_enough(FunctionId::GET_INFO) && !is_enough(FunctionId::ALLOC_HANDLE));
        drop(away);
        let away = connection.take_along(Some(first));
        assert!(is_enough(FunctionId::GET_INFO) && is_enough(FunctionId::ALLOC_HANDLE));
        let second = allocate();
        drop(away);
        let state = connection.lock();
        assert!(first != second && state.has_statement(first) && state.has_statement(second));
    }

    #[test]
    fn what_is_away_is_known_by_its_diagnostics() {
        let connection = Arc::new(Connection::new(Arc::new(Environment::new()), ConvertOptions::default(), || {}));
        let token = Statement::allocate(&connection, &mut connection.lock());
        let Some(Object::Statement(_, id)) = table::find(token) else { unreachable!("it has just been allocated") };
        let tokens: Vec<Token> = [token].into_iter().chain(connection.lock().descriptors_of(id)).collect();
        assert_eq!(tokens.len(), 5);
        for taken in [None, Some(id)] {
            let away = connection.take_along(taken);
            let home = connection.lock_when(|_| true);
            assert!(tokens.iter().all(|token| home.diagnostics_away(*token).is_some()), "{taken:?}");
            drop((home, away));
            assert!(tokens.iter().all(|token| connection.lock().diagnostics_away(*token).is_none()));
        }
    }
    #[test]
    fn who_goes_and_comes_back_is_waited_for_and_who_works_is_not() {
        let connection = Arc::new(Connection::new(Arc::new(Environment::new()), ConvertOptions::default(), || {}));
        let try_lock =
            || std::thread::scope(|scope| scope.spawn(|| connection.try_lock_when(|_| true).is_some()).join());
        let working = connection.lock();
        assert!(matches!(try_lock(), Ok(false)));
        drop(working);
        let going = connection.wait_until(|_| false);
        std::thread::scope(|scope| {
            let trying = scope.spawn(|| connection.try_lock_when(|_| true).is_some());
            drop(going);
            assert!(matches!(trying.join(), Ok(true)));
        });
        let _away = connection.take_along(None);
        let part = connection.lock_when(|_| true);
        std::thread::scope(|scope| {
            let trying = scope.spawn(|| connection.try_lock_when(|_| true).is_some());
            drop(part);
            assert!(matches!(trying.join(), Ok(true)), "nobody works long with what stays");
        });
    }
}

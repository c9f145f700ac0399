//! The driver's own statements: one exchange each, all rows as text.

use bytes::BytesMut;
use postgres_protocol::IsNull;
use postgres_protocol::message::frontend;

use super::transaction::TransactionControl;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::transport::Deadline;
use crate::wire::{Backend, DataRow, Session};

/// Runs a command by the simple protocol and waits for its end; its rows are dropped. Gives the last command tag.
pub fn command(session: &mut Session, text: &str, deadline: Deadline) -> Result<String> {
    let exchange = session.begin(deadline)?;
    if let Err(error) = frontend::query(text, session.frontend()) {
        session.forget_unsent();
        return Err(unwritable(error));
    }
    session.send(deadline)?;
    let mut outcome = Ok(String::new());
    while let Some(message) = session.next(exchange, deadline)? {
        match message {
            Backend::CommandComplete(tag) if outcome.is_ok() => outcome = Ok(tag.command().to_owned()),
            Backend::ErrorResponse(error) => outcome = Err(error),
            Backend::CopyInResponse => {
                session.abandon(exchange, false, deadline)?;
                return Err(Diagnostic::new(HYC00_NOT_IMPLEMENTED, "COPY FROM STDIN cannot be used here"));
            }
            _ => {}
        }
    }
    outcome
}

/// Runs a query of the driver's own with text parameters and hands every row, in text format, to `take` as it arrives.
///
/// In a transaction it is sent behind a savepoint, where failing statements undo only themselves.
pub fn query_text(
    session: &mut Session,
    transaction: &mut TransactionControl,
    text: &str,
    parameters: &[String],
    deadline: Deadline,
    mut take: impl FnMut(DataRow<'_>),
) -> Result {
    transaction.recover(session, deadline)?;
    let exchange = session.begin(deadline)?;
    if let Err(error) = write_query(text, parameters, session, transaction) {
        session.forget_unsent();
        return Err(error);
    }
    session.send(deadline)?;
    let mut outcome = Ok(());
    while let Some(message) = session.next(exchange, deadline)? {
        match message {
            Backend::DataRow(row) => take(row),
            Backend::ErrorResponse(error) => outcome = Err(error),
            _ => {}
        }
    }
    outcome
}

fn write_query(
    text: &str,
    parameters: &[String],
    session: &mut Session,
    transaction: &mut TransactionControl,
) -> Result {
    let mut message = BytesMut::new();
    frontend::parse("", text, std::iter::empty(), &mut message).map_err(unwritable)?;
    let bound = frontend::bind(
        "",
        "",
        std::iter::empty(),
        parameters,
        |value, out| {
            out.extend_from_slice(value.as_bytes());
            Ok(IsNull::No)
        },
        std::iter::empty(),
        &mut message,
    );
    if bound.is_err() {
        return Err(Diagnostic::new(HY090_INVALID_STRING_OR_BUFFER_LENGTH, "an argument is too long to be sent"));
    }
    frontend::execute("", 0, &mut message).map_err(unwritable)?;
    frontend::sync(&mut message);
    // Last of all: nothing fails from here on.
    transaction.write_savepoint(session)?;
    session.frontend().extend_from_slice(&message);
    Ok(())
}

fn unwritable(error: std::io::Error) -> Box<Diagnostic> {
    Diagnostic::new(HY000_GENERAL_ERROR, format!("the statement cannot be sent: {error}"))
}

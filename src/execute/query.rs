//! The driver's own commands: one exchange each.

use postgres_protocol::message::frontend;

use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::transport::Deadline;
use crate::wire::{Backend, Session};

/// Runs a command by the simple protocol and waits for its end; its rows are dropped. Gives the last command tag.
pub fn command(session: &mut Session, text: &str, deadline: Deadline) -> Result<String> {
    commands(session, &[text], deadline)
}

/// The same for commands in one flight, each a transaction of its own: one that fails does not keep the next from being
/// executed. Gives the last tag, or the first error.
pub fn commands(session: &mut Session, texts: &[&str], deadline: Deadline) -> Result<String> {
    let exchange = session.begin(deadline)?;
    for text in texts {
        if let Err(error) = frontend::query(text, session.frontend()) {
            session.forget_unsent();
            return Err(unwritable(error));
        }
    }
    session.expect_syncs(exchange, u32::try_from(texts.len()).unwrap_or(u32::MAX));
    session.send(deadline)?;
    let mut outcome = Ok(String::new());
    while let Some(message) = session.next(exchange, deadline)? {
        match message {
            Backend::CommandComplete(tag) if outcome.is_ok() => outcome = Ok(tag.command().to_owned()),
            Backend::ErrorResponse(error) => outcome = outcome.and(Err(error)),
            Backend::CopyInResponse => {
                session.abandon(exchange, false, deadline)?;
                return Err(Diagnostic::new(HYC00_NOT_IMPLEMENTED, "COPY FROM STDIN cannot be used here"));
            }
            _ => {}
        }
    }
    outcome
}

pub(super) fn unwritable(error: std::io::Error) -> Box<Diagnostic> {
    Diagnostic::new(HY000_GENERAL_ERROR, format!("the statement cannot be sent: {error}"))
}

//! Whether a server is of the kind that target_session_attrs asks for.
//!
//! Source: PostgreSQL documentation, 34.1.2. Servers from version 14 on say it while logging in; older ones are asked.

use postgres_protocol::message::frontend;

use super::{Backend, ServerFamily, Session};
use crate::config::TargetSession;
use crate::diag::Result;
use crate::transport::Deadline;

/// `None` if it is; otherwise what it is instead.
///
/// # Errors
/// What asking the server gives.
pub(super) fn matches(
    session: &mut Session,
    target: TargetSession,
    deadline: Deadline,
) -> Result<Option<&'static str>> {
    if target == TargetSession::Any {
        return Ok(None);
    }
    let standby = state(session, "in_hot_standby", "SELECT pg_catalog.pg_is_in_recovery()", deadline)?;
    let mut read_only = || -> Result<bool> {
        Ok(standby || state(session, "default_transaction_read_only", "SHOW transaction_read_only", deadline)?)
    };
    Ok(match target {
        TargetSession::Any | TargetSession::PreferStandby => None,
        TargetSession::Primary => standby.then_some("a standby"),
        TargetSession::Standby => (!standby).then_some("no standby"),
        TargetSession::ReadWrite => read_only()?.then_some("read-only"),
        TargetSession::ReadOnly => (!read_only()?).then_some("not read-only"),
    })
}

fn state(session: &mut Session, parameter: &str, question: &str, deadline: Deadline) -> Result<bool> {
    if let Some(value) = session.parameter(parameter) {
        return Ok(value == "on");
    }
    // CrateDB has neither standbys nor read-only sessions, nor these questions.
    if session.profile().family == ServerFamily::CrateDb {
        return Ok(false);
    }
    let exchange = session.begin(deadline)?;
    // Without a zero byte nothing can fail.
    let _ = frontend::query(question, session.frontend());
    session.send(deadline)?;
    let mut answer = false;
    let mut failure = None;
    while let Some(message) = session.next(exchange, deadline)? {
        match message {
            Backend::DataRow(row) => answer = matches!(row.values().next(), Some(Some(b"t" | b"on"))),
            Backend::ErrorResponse(error) => failure = Some(error),
            _ => {}
        }
    }
    failure.map_or(Ok(answer), Err)
}

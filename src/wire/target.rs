//! Whether a server is of the kind that target_session_attrs asks for.
//!
//! Source: PostgreSQL documentation, 34.1.2. Servers from version 14 on say it while logging in; older ones are asked.

use super::{ServerFamily, Session};
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
    let answer = session.ask(question, deadline)?;
    Ok(matches!(answer.as_deref(), Some("t" | "on")))
}

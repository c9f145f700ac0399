//! Settings of the session that the driver relies on, and that an application may change: they are set back in front of
//! its next statement. The server reports both. A third one only where a pooler keeps the login from setting it.

use super::flight::write_internal;
use super::prepared::Prepared;
use crate::cursor::Step;
use crate::diag::Result;
use crate::sql::ALL_FLOAT_DIGITS;
use crate::wire::Session;

/// Writes what sets back the settings that have been changed.
pub(super) fn write_settings(session: &mut Session, prepared: &Prepared, steps: &mut Vec<Step>) -> Result {
    if prepared.runs_outside_transaction() {
        return Ok(());
    }
    for statement in [iso_dates(session), utf8(session), all_digits(session)].into_iter().flatten() {
        steps.push(Step::Internal);
        write_internal(&statement, session.frontend())?;
    }
    Ok(())
}

/// The statement that makes the server print dates in ISO form again: they are read in this form, and applications expect
/// it. The order of fields in input stays what was set.
fn iso_dates(session: &Session) -> Option<String> {
    let style = session.parameter("DateStyle").filter(|style| !style.starts_with("ISO"))?;
    let order = style.rsplit(',').next().map(str::trim).filter(|order| ["DMY", "MDY", "YMD"].contains(order));
    Some(format!("SET DateStyle TO ISO, {}", order.unwrap_or("MDY")))
}

/// The statement that makes the server speak UTF-8 again: texts would be stored as something else.
fn utf8(session: &Session) -> Option<String> {
    let encoding = session.parameter("client_encoding")?;
    let is_utf8 = ["UTF8", "UTF-8", "UNICODE"].iter().any(|name| encoding.eq_ignore_ascii_case(name));
    (!is_utf8).then(|| "SET client_encoding TO UTF8".to_owned())
}

/// The statement that makes the server print floats with all their digits.
fn all_digits(session: &Session) -> Option<String> {
    session.rounds_floats.then(|| ALL_FLOAT_DIGITS.to_owned())
}

//! ErrorResponse and NoticeResponse: from the server's fields to a diagnostic record.
//!
//! Source: PostgreSQL documentation, "Error and Notice Message Fields".

use super::frame::Reader;
use crate::diag::sqlstate::{HYT00_TIMEOUT_EXPIRED, S01000_GENERAL_WARNING};
use crate::diag::{Diagnostic, ServerFields, sqlstate_for_server_code};

/// The driver's names for statements that the server holds begin with it.
pub const STATEMENT_PREFIX: &str = "pgodbc_";
/// invalid_sql_statement_name, duplicate_prepared_statement: of a name of the driver's they tell that this is not the server
/// process that it was.
const LOST_STATEMENT: [&str; 2] = ["26000", "42P05"];

/// The error in the body of an ErrorResponse. Fields that are broken are left out; text that is not UTF-8 (before the
/// client encoding is agreed upon) is read lossily.
pub fn error(body: &[u8]) -> Box<Diagnostic> {
    let (fields, sqlstate) = (fields(body), code(body));
    // query_canceled, which tells no more in its code: by statement_timeout, in the words of a server that speaks English.
    let has_timed_out = sqlstate == b"57014" && fields.message.contains("statement timeout");
    let state = if has_timed_out { HYT00_TIMEOUT_EXPIRED } else { sqlstate_for_server_code(sqlstate) };
    let mut diagnostic = Diagnostic::new(state, text(&fields));
    diagnostic.native = 1;
    diagnostic.server = Some(Box::new(fields));
    diagnostic
}

/// The notice in the body of a NoticeResponse: 01000, whatever the server's code, which stays readable in the fields.
pub fn notice(body: &[u8]) -> Box<Diagnostic> {
    let mut diagnostic = error(body);
    diagnostic.sqlstate = S01000_GENERAL_WARNING;
    diagnostic
}

/// Whether the server ends the connection after this error.
pub fn is_fatal(diagnostic: &Diagnostic) -> bool {
    diagnostic.server.as_ref().is_some_and(|server| matches!(server.severity.as_str(), "FATAL" | "PANIC"))
}

fn text(fields: &ServerFields) -> String {
    let mut text = if fields.message.is_empty() {
        format!("the server reported an error (code {}) without a message", fields.sqlstate)
    } else {
        fields.message.clone()
    };
    if LOST_STATEMENT.contains(&fields.sqlstate.as_str()) && fields.message.contains(STATEMENT_PREFIX) {
        text.push_str(
            "; has a connection pooler (PgBouncer) handed the session another server process? Set Pooler=transaction",
        );
    }
    // That of a copy tells the line; that of a function is long and for its author.
    let context = fields.context.clone().filter(|context| context.starts_with("COPY "));
    for (label, part) in [("DETAIL", &fields.detail), ("HINT", &fields.hint), ("CONTEXT", &context)] {
        if let Some(part) = part {
            text.push_str(&format!("\n{label}: {part}"));
        }
    }
    text
}

/// Each field's type and text, up to the zero byte that ends the list.
fn entries(body: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut reader = Reader(body);
    std::iter::from_fn(move || match reader.byte()? {
        0 => None,
        kind => Some((kind, reader.text()?)),
    })
}

fn code(body: &[u8]) -> &[u8] {
    entries(body).find(|entry| entry.0 == b'C').map_or(b"", |entry| entry.1)
}

fn fields(body: &[u8]) -> ServerFields {
    let mut fields = ServerFields::default();
    for (kind, value) in entries(body) {
        let value = String::from_utf8_lossy(value).into_owned();
        match kind {
            // V is S untranslated; servers before 9.6 and CrateDB send only S.
            b'S' if fields.severity.is_empty() => fields.severity = value,
            b'V' => fields.severity = value,
            b'C' => fields.sqlstate = value,
            b'M' => fields.message = value,
            b'D' => fields.detail = Some(value),
            b'H' => fields.hint = Some(value),
            b'W' => fields.context = Some(value),
            b'P' => fields.position = value.parse().ok(),
            b's' => fields.schema = Some(value),
            b't' => fields.table = Some(value),
            b'c' => fields.column = Some(value),
            b'd' => fields.data_type = Some(value),
            b'n' => fields.constraint = Some(value),
            _ => {}
        }
    }
    fields
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn fields_reach_the_record() {
        let body = b"SFEHLER\0VERROR\0C23505\0Mduplicate key\0Dit exists\0Htry another\0P7\0spublic\0tt\0ca\0dtext\0npk\0Ffile.c\0\0";
        let record = error(body);
        assert_eq!((record.sqlstate.as_str(), record.native), ("23505", 1));
        assert_eq!(record.message, "duplicate key\nDETAIL: it exists\nHINT: try another");
        let server = record.server.unwrap();
        assert_eq!((server.severity.as_str(), server.sqlstate.as_str(), server.position), ("ERROR", "23505", Some(7)));
        assert_eq!(server.schema.as_deref(), Some("public"));
        assert_eq!(server.table.as_deref(), Some("t"));
        assert_eq!(server.column.as_deref(), Some("a"));
        assert_eq!(server.data_type.as_deref(), Some("text"));
        assert_eq!(server.constraint.as_deref(), Some("pk"));
    }

    #[test]
    fn a_statement_lost_behind_a_pooler_is_told_what_to_set() {
        for code in ["26000", "42P05"] {
            let of = |name: &str| error(format!("C{code}\0Mprepared statement \"{name}\" ..\0\0").as_bytes()).message;
            assert!(of("pgodbc_0123abcd_7").contains("Pooler=transaction"));
            assert!(!of("mine").contains("Pooler"), "the application's own");
        }
    }

    #[test]
    fn a_code_becomes_odbcs_and_a_notice_is_a_warning() {
        assert_eq!(error(b"SERROR\0C42P01\0Mno table\0\0").sqlstate.as_str(), "42S02");
        let notice = notice(b"SNOTICE\0C42P07\0Mexists, skipping\0\0");
        assert_eq!(notice.sqlstate.as_str(), "01000");
        assert_eq!(notice.server.unwrap().sqlstate, "42P07");
    }

    #[test]
    fn fatal_is_told_by_the_untranslated_severity() {
        assert!(is_fatal(&error(b"SFATAL\0VFATAL\0C57P01\0Mbye\0\0")));
        assert!(is_fatal(&error(b"SFATAL\0C28000\0Mno\0\0")), "CrateDB sends no V");
        assert!(!is_fatal(&error(b"SERROR\0VERROR\0C22012\0Mzero\0\0")));
    }

    #[test]
    fn broken_bodies_and_bytes_are_read_as_far_as_they_go() {
        assert_eq!(error(b"").sqlstate.as_str(), "HY000");
        assert_eq!(error(b"C42P01").sqlstate.as_str(), "HY000", "no zero byte");
        assert_eq!(error(b"C42601\0Mcaf\xe9\0").message, "caf\u{fffd}");
        assert!(!error(b"\0").message.is_empty());
    }
}

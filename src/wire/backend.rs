//! The server's messages as the rooms above see them.

use super::command_tag::CommandTag;
use super::data_row::DataRow;
use super::description::{ParameterDescription, RowDescription};
use super::session::TransactionStatus;
use super::{error_response, frame};
use crate::diag::Diagnostic;

/// One message of the server's, borrowed from where it lies. Notices, ParameterStatus and NotificationResponse never show.
///
/// Source: PostgreSQL documentation, "Message Formats".
#[derive(Debug)]
pub enum Backend<'a> {
    ParseComplete,
    BindComplete,
    CloseComplete,
    NoData,
    PortalSuspended,
    EmptyQueryResponse,
    ParameterDescription(ParameterDescription<'a>),
    RowDescription(RowDescription<'a>),
    DataRow(DataRow<'a>),
    CommandComplete(CommandTag<'a>),
    ErrorResponse(Box<Diagnostic>),
    ReadyForQuery(TransactionStatus),
    CopyInResponse,
    CopyOutResponse { is_binary: bool },
    CopyBothResponse,
    CopyData(&'a [u8]),
    CopyDone,
}

impl<'a> Backend<'a> {
    /// The message in a whole frame; `None` if its body is not as its tag says.
    pub(super) fn parse(frame: &'a [u8]) -> Option<Backend<'a>> {
        let body = frame::body(frame);
        Some(match *frame.first()? {
            b'D' if DataRow::is_valid(body) => Backend::DataRow(DataRow::of_valid(body)),
            b'T' => Backend::RowDescription(RowDescription::parse(body)?),
            b't' => Backend::ParameterDescription(ParameterDescription::parse(body)?),
            b'C' => Backend::CommandComplete(CommandTag::parse(body)?),
            b'E' => Backend::ErrorResponse(error_response::error(body)),
            b'Z' => Backend::ReadyForQuery(TransactionStatus::parse(body)?),
            b'd' => Backend::CopyData(body),
            b'1' => Backend::ParseComplete,
            b'2' => Backend::BindComplete,
            b'3' => Backend::CloseComplete,
            b'n' => Backend::NoData,
            b's' => Backend::PortalSuspended,
            b'I' => Backend::EmptyQueryResponse,
            b'G' => Backend::CopyInResponse,
            b'H' => Backend::CopyOutResponse { is_binary: *body.first()? != 0 },
            b'W' => Backend::CopyBothResponse,
            b'c' => Backend::CopyDone,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator of its own (xorshift), so that a failure can be repeated.
    fn random(state: &mut u64) -> u8 {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        (*state >> 32) as u8
    }

    #[test]
    fn whatever_bytes_come_nothing_panics_and_nothing_passes_the_end() {
        let mut state = 0x9e37_79b9_7f4a_7c15;
        for round in 0..200_000 {
            let tag = b"DTtCEZd123nsIGHWc?"[round % 18];
            let mut frame = vec![tag, 0, 0, 0, 0];
            for _ in 0..random(&mut state) % 40 {
                // Mostly small numbers: lengths and counts that nearly fit are what goes wrong.
                let byte = random(&mut state);
                frame.push(if byte < 200 { byte % 4 } else { byte });
            }
            match Backend::parse(&frame) {
                Some(Backend::DataRow(row)) => {
                    let bytes: usize = row.values().map(|value| 4 + value.map_or(0, <[u8]>::len)).sum();
                    assert_eq!(bytes + 2, frame.len() - 5);
                    assert_eq!(row.values().count(), usize::from(row.column_count()));
                }
                Some(Backend::RowDescription(description)) => {
                    let bytes: usize = description.fields().map(|field| field.name.len() + 19).sum();
                    assert_eq!(bytes + 2, frame.len() - 5);
                }
                Some(Backend::ParameterDescription(description)) => {
                    assert_eq!(description.oids().count() * 4 + 2, frame.len() - 5);
                }
                _ => {}
            }
        }
    }

    #[test]
    fn an_empty_frame_is_no_message() {
        assert!(Backend::parse(b"").is_none());
    }
}

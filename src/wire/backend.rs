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
    CopyOutResponse,
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
            b'H' => Backend::CopyOutResponse,
            b'W' => Backend::CopyBothResponse,
            b'c' => Backend::CopyDone,
            _ => return None,
        })
    }
}

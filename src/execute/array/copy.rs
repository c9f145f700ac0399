//! A batch as the rows of a COPY in binary.
//!
//! Source: PostgreSQL documentation, COPY, "Binary Format"; "COPY Operations" of the protocol. Nothing waits for the server to
//! ask for the data: what it does not want, because it has refused the statement, it reads up to the Sync and drops.

use bytes::{BufMut, BytesMut};
use postgres_protocol::message::frontend;

use super::ParameterSets;
use super::batch_statement::BatchStatement;
use super::element::{patch_length, write_element};
use crate::convert::Scratch;
use crate::diag::Result;
use crate::execute::execution::Execution;
use crate::execute::flight::{unwritable, write_bare_bind};

/// The signature, no flags, and no extension of the header.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// What stands in the place of a row's number of columns behind the last one.
const END_OF_ROWS: i16 = -1;

/// A CopyData message is ended when it has grown to this many bytes.
const MESSAGE: usize = 64 * 1024;

impl BatchStatement {
    /// Parse, unless the server has it, Bind and Execute.
    pub(super) fn write_copy(&self, out: &mut BytesMut) -> Result {
        self.write_parse(std::iter::empty(), out)?;
        write_bare_bind(&self.name, out)?;
        frontend::execute("", 0, out).map_err(unwritable)
    }
}

impl Execution<'_> {
    /// Sends the sets of a batch as rows behind their COPY, and the Sync. A value that cannot be encoded, or is cut, makes the COPY
    /// fail.
    pub(super) fn copy_rows(&mut self, columns: &[usize], sets: &ParameterSets<'_>, batch: &[usize]) -> Result {
        let mut scratch = Scratch::default();
        let mut message_at = begin_message(self.session.frontend());
        self.session.frontend().put_slice(HEADER);
        for &set in batch {
            let out = self.session.frontend();
            out.put_i16(columns.len() as i16);
            for &index in columns {
                if !matches!(write_element(sets, index, set, out, &mut scratch), Ok(None)) {
                    out.truncate(message_at - 1);
                    self.session.end_copy_ahead(Some("a value cannot be encoded"));
                    return Ok(());
                }
            }
            if out.len() - message_at >= MESSAGE {
                patch_length(out, message_at, 0)?;
                self.session.send(self.deadline)?;
                message_at = begin_message(self.session.frontend());
            }
        }
        let out = self.session.frontend();
        out.put_i16(END_OF_ROWS);
        patch_length(out, message_at, 0)?;
        self.session.end_copy_ahead(None);
        Ok(())
    }
}

/// Begins a CopyData; gives where its length goes.
fn begin_message(out: &mut BytesMut) -> usize {
    out.put_u8(b'd');
    out.put_u32(0);
    out.len() - 4
}

//! Copying into the server: its data, its end, and the Sync that must wait for it.
//!
//! Source: PostgreSQL documentation, "COPY Operations".

use postgres_protocol::message::frontend;

use super::{ExchangeId, Session};
use crate::diag::Result;
use crate::transport::Deadline;
use crate::wire::frame::{Header, Phase};

/// Bytes of copied data in one message.
const COPY_PIECE: usize = 256 * 1024;

impl Session {
    /// The running exchange is a single statement that copies into the server, and was written with a Flush in the place of
    /// its Sync: the server would take that for part of the data and drop it, unless the statement fails before.
    pub fn hold_sync(&mut self) {
        if let Some(running) = &mut self.running {
            running.sync_held = true;
        }
    }

    /// The last statement of an exchange has completed: its Sync is due, if it has been held and the server has asked for no
    /// data.
    pub fn release_sync(&mut self, exchange: ExchangeId) {
        if let Some(running) = self.running.as_mut().filter(|running| running.id == exchange)
            && std::mem::take(&mut running.sync_held)
        {
            frontend::sync(&mut self.link.outgoing);
        }
    }

    /// Whether the exchange on the wire waits for data that its statement's owner is sending.
    pub fn is_fed(&self) -> bool {
        self.running.as_ref().is_some_and(|running| running.sync_held && running.copying_in && !running.abandoned)
    }

    /// Sends a piece of the data that the server waits for, however long; goes out by itself.
    ///
    /// # Errors
    /// HYT01 when the server does not take it in time, 08S01.
    pub fn copy_data(&mut self, data: &[u8], deadline: Deadline) -> Result {
        for piece in data.chunks(COPY_PIECE) {
            match frontend::CopyData::new(piece) {
                Ok(message) => message.write(&mut self.link.outgoing),
                Err(_) => return Ok(()), // a piece has few bytes
            }
            self.send(deadline)?;
        }
        Ok(())
    }

    /// Whether the server has sent an error that nobody has read yet. Looks only at what is here.
    pub fn has_failed_ahead(&mut self) -> bool {
        if self.direct.is_some() && !self.link.received.is_full() {
            self.link.receive_now();
        }
        let mut frames = self.link.received.unread();
        while let Ok(Some(header)) = Header::read(frames, Phase::Session) {
            let Some(rest) = frames.get(header.length..) else { break };
            if header.tag == b'E' {
                return true;
            }
            frames = rest;
        }
        false
    }

    /// Ends a copy into the server, after its data: by CopyDone, or with `failure` by CopyFail, and by what the protocol asks for
    /// behind it. Goes out by [`Session::send`]. Does nothing where the server does not wait for data.
    pub fn end_copy(&mut self, failure: Option<&str>) {
        let Some(running) = self.running.as_mut().filter(|running| running.copying_in) else { return };
        running.copying_in = false;
        running.sync_held = false;
        let is_simple = running.simple;
        self.write_copy_end(failure);
        if !is_simple {
            // The Sync that was sent with the statement counts as part of the data and is gone.
            frontend::sync(&mut self.link.outgoing);
        }
    }

    /// Ends the data of a copy that has been written right behind its statement, which nothing follows; writes the Sync, too.
    pub fn end_copy_ahead(&mut self, failure: Option<&str>) {
        if let Some(running) = &mut self.running {
            running.copy_written = true;
        }
        self.write_copy_end(failure);
        frontend::sync(&mut self.link.outgoing);
    }

    fn write_copy_end(&mut self, failure: Option<&str>) {
        match failure {
            None => frontend::copy_done(&mut self.link.outgoing),
            // A zero byte would end the text; without it nothing can fail.
            Some(text) => {
                let _ = frontend::copy_fail(&text.replace('\0', " "), &mut self.link.outgoing);
            }
        }
    }
}

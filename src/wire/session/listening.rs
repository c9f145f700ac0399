//! What the server sends by itself while nothing is asked of it: notifications, and the reason why it closes.

use std::time::Duration;

use super::Session;
use crate::diag::Result;
use crate::diag::sqlstate::HYT01_CONNECTION_TIMEOUT_EXPIRED;
use crate::transport::Deadline;
use crate::wire::notifications::Notifications;

/// In an error: what was waited for.
const NOTIFICATION: &str = "a notification";

/// Bytes of a statement's unread result that one look puts aside at most, to find what is behind it.
const MOST_LOOKED_THROUGH: usize = 1 << 20;

impl Session {
    /// The notifications that have been seen so far.
    pub fn notifications(&mut self) -> &mut Notifications {
        &mut self.asynchronous.notifications
    }

    /// Takes what has arrived, without waiting. Of an unread result before it a part is parked.
    ///
    /// # Errors
    /// 08S01.
    pub fn look(&mut self) -> Result {
        self.link.alive()?;
        // Nothing comes before a copy's data has ended, and what has not been sent has no answer.
        if self.is_fed() || self.running.as_ref().is_some_and(|running| !running.sent) {
            return Ok(());
        }
        self.step_aside();
        let mut seen = 0;
        while seen < MOST_LOOKED_THROUGH {
            match self.link.await_frame(Deadline::after(Duration::ZERO), NOTIFICATION) {
                Ok(header) => {
                    seen += header.length;
                    self.stow(header)?;
                }
                Err(error) if error.sqlstate == HYT01_CONNECTION_TIMEOUT_EXPIRED => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Waits until there is a notification to be taken; false if the deadline passes before. An unread result that is in the
    /// way is parked.
    ///
    /// # Errors
    /// 08S01; HY000 where a statement copies into the server.
    pub fn await_notification(&mut self, deadline: Deadline) -> Result<bool> {
        let mut outcome = self.look();
        // Those that are here count, whatever becomes of the connection.
        while self.notifications().is_empty() {
            match outcome {
                Err(error) if error.sqlstate == HYT01_CONNECTION_TIMEOUT_EXPIRED => return Ok(false),
                Err(error) => return Err(error),
                Ok(()) if deadline.expired() => return Ok(false),
                Ok(()) => outcome = self.await_next(deadline),
            }
        }
        Ok(true)
    }

    fn await_next(&mut self, deadline: Deadline) -> Result {
        self.not_fed()?;
        self.forget_unsent();
        self.step_aside();
        self.stow_next(deadline, NOTIFICATION)
    }

    /// Leaves the wire to what belongs to no statement.
    fn step_aside(&mut self) {
        self.divert();
        self.link.received.release();
    }
}

//! The attributes by which an application takes what NOTIFY has sent: docs/notifications.md.

use std::time::Duration;

use super::attributes::SQL_ATTR_PGODBC_NOTIFICATION_TIMEOUT;
use super::{ConnectionState, not_open};
use crate::diag::sqlstate::{HY010_FUNCTION_SEQUENCE_ERROR, S01000_GENERAL_WARNING};
use crate::diag::{Diagnostic, Result};
use crate::transport::Deadline;
use crate::wire::{Notification, Session};

impl ConnectionState {
    /// SQL_ATTR_PGODBC_NOTIFICATION: takes the next notification and answers the process that sent it; `None` if none comes in
    /// time. 01000 if some were lost before it; 08003, 08S01, HY010, HY000 (a statement copies into the server).
    pub fn take_notification(&mut self) -> Result<Option<u32>> {
        let milliseconds = self.attributes.value(SQL_ATTR_PGODBC_NOTIFICATION_TIMEOUT) as u64;
        self.notification = None;
        let session = self.listening_session()?;
        if !session.await_notification(Deadline::after(Duration::from_millis(milliseconds)))? {
            return Ok(None);
        }
        let (notification, lost) = (session.notifications().take(), session.notifications().take_lost());
        if lost > 0 {
            let text = format!("{lost} notifications were lost: too many came before this one was taken");
            self.diagnostics.warn(S01000_GENERAL_WARNING, text);
        }
        self.notification = notification;
        Ok(self.notification.as_ref().map(|notification| notification.process))
    }

    /// SQL_ATTR_PGODBC_NOTIFICATIONS: how many can be taken without waiting. Errors as those of taking one.
    pub(super) fn notifications_waiting(&mut self) -> Result<usize> {
        let session = self.listening_session()?;
        session.await_notification(Deadline::after(Duration::ZERO))?;
        Ok(session.notifications().len())
    }

    /// A text of the notification that was taken last; `None` without one. 01000 where it is not UTF-8.
    pub fn notification_text(&mut self, part: impl FnOnce(&Notification) -> &[u8]) -> Option<String> {
        let bytes = part(self.notification.as_ref()?);
        match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.to_owned()),
            Err(_) => {
                let text = String::from_utf8_lossy(bytes).into_owned();
                let warning = "the notification is not UTF-8; what cannot be read stands as U+FFFD";
                self.diagnostics.warn(S01000_GENERAL_WARNING, warning);
                Some(text)
            }
        }
    }

    /// The session, which may have been lost: what came before is still there to be taken.
    fn listening_session(&mut self) -> Result<&mut Session> {
        match &mut self.session {
            Some(session) => Ok(session),
            // In the copy: the worker has the session.
            None if self.reported.is_some() => Err(Diagnostic::new(
                HY010_FUNCTION_SEQUENCE_ERROR,
                "a function is executing asynchronously; notifications can be taken when it has ended",
            )),
            None => Err(not_open()),
        }
    }
}

//! The instant at which a wait for the server ends.

use std::time::{Duration, Instant};

use rustix::event::Timespec;

/// Until when to wait. Login, query and connection timeouts, cancel and asynchronous execution are all this one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// No limit.
    pub const fn never() -> Deadline {
        Deadline(None)
    }

    /// Ends `duration` from now; a zero duration looks without waiting. One too long for the clock is no limit.
    pub fn after(duration: Duration) -> Deadline {
        Deadline(Instant::now().checked_add(duration))
    }

    /// What is left, zero when it has passed; `None` where there is no limit.
    pub fn remaining(&self) -> Option<Duration> {
        self.0.map(|end| end.saturating_duration_since(Instant::now()))
    }

    /// Whether it has passed.
    pub fn expired(&self) -> bool {
        self.remaining().is_some_and(|left| left.is_zero())
    }

    /// Whether there is none.
    pub fn is_never(&self) -> bool {
        self.0.is_none()
    }

    /// The earlier of two.
    pub fn earlier(self, other: Deadline) -> Deadline {
        match (self.0, other.0) {
            (Some(one), Some(two)) => Deadline(Some(one.min(two))),
            (one, two) => Deadline(one.or(two)),
        }
    }

    /// The deadline of the first of `parts` attempts that share what is left.
    pub fn share(self, parts: usize) -> Deadline {
        match self.remaining() {
            Some(left) => Deadline::after(left / u32::try_from(parts.max(1)).unwrap_or(u32::MAX)).earlier(self),
            None => self,
        }
    }

    /// What is left, as poll(2) takes it.
    pub(super) fn timespec(&self) -> Option<Timespec> {
        self.remaining().and_then(|left| Timespec::try_from(left).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_of_zero_has_passed_and_never_does_not() {
        assert!(Deadline::after(Duration::ZERO).expired());
        assert_eq!(Deadline::never().remaining(), None);
        assert!(!Deadline::never().expired());
        assert!(!Deadline::after(Duration::from_secs(60)).expired());
    }

    #[test]
    fn the_earlier_one_is_chosen_and_never_is_the_latest() {
        let soon = Deadline::after(Duration::from_secs(1));
        let late = Deadline::after(Duration::from_secs(9));
        assert_eq!(soon.earlier(late), soon);
        assert_eq!(late.earlier(soon), soon);
        assert_eq!(Deadline::never().earlier(late), late);
        assert_eq!(late.earlier(Deadline::never()), late);
    }

    #[test]
    fn attempts_share_what_is_left() {
        let share = Deadline::after(Duration::from_secs(8)).share(4).remaining();
        assert!(
            share.is_some_and(|share| share <= Duration::from_secs(2) && share > Duration::from_secs(1)),
            "{share:?}"
        );
        assert!(Deadline::never().share(4).is_never());
        assert!(Deadline::after(Duration::ZERO).share(0).expired());
    }

    #[test]
    fn a_duration_beyond_the_clock_is_no_limit() {
        assert!(Deadline::after(Duration::MAX).is_never());
    }
}

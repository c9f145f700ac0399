//! How connections are made and kept, and which of several servers is wanted: plain data.
//!
//! Source: PostgreSQL documentation, 34.1.2 (keepalives, tcp_user_timeout, target_session_attrs, load_balance_hosts).

use std::time::Duration;

/// TCP options of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TcpSettings {
    /// Whether TCP asks an idle peer if it is still there.
    pub keepalive: bool,
    /// Idle time before it asks; zero leaves it to the system.
    pub keepalive_idle: Duration,
    pub keepalive_interval: Duration,
    /// Questions that may stay unanswered; 0 leaves it to the system.
    pub keepalive_count: u32,
    /// How long data may stay unacknowledged; zero leaves it to the system.
    pub user_timeout: Duration,
}

impl Default for TcpSettings {
    /// Idle for less than the limit (4 minutes) of the cloud load balancers that drop connections silently.
    fn default() -> TcpSettings {
        TcpSettings {
            keepalive: true,
            keepalive_idle: Duration::from_secs(60),
            keepalive_interval: Duration::from_secs(10),
            keepalive_count: 6,
            user_timeout: Duration::ZERO,
        }
    }
}

/// Which kind of server is wanted, among several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TargetSession {
    #[default]
    Any,
    /// Transactions may write by default, and it is no standby.
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    /// A standby if there is one, else any.
    PreferStandby,
}

impl TargetSession {
    pub(super) const NAMES: &[(&str, TargetSession)] = &[
        ("any", TargetSession::Any),
        ("read-write", TargetSession::ReadWrite),
        ("read-only", TargetSession::ReadOnly),
        ("primary", TargetSession::Primary),
        ("standby", TargetSession::Standby),
        ("prefer-standby", TargetSession::PreferStandby),
    ];

    pub fn name(self) -> &'static str {
        TargetSession::NAMES.iter().find(|known| known.1 == self).map_or("", |known| known.0)
    }
}

/// Trying again where the server will soon be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetrySettings {
    /// Rounds over all servers after the first one.
    pub count: u32,
    /// Before each of them, varied by half.
    pub delay: Duration,
}

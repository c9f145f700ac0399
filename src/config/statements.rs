//! How statements are kept at the server and how arrays of parameters travel.

use super::Setting;
use super::keywords::{name, switch};
use crate::diag::sqlstate::HY000_GENERAL_ERROR;
use crate::diag::{Diagnostic, Result};

/// What the driver does at the server with an application's statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementSettings {
    /// StatementCacheSize: statements that are kept after their handles have let go of them; 0: none.
    pub cache_size: usize,
    /// PrepareThreshold: with this execution of the same text SQLExecDirect prepares it; 0: never.
    pub prepare_threshold: u32,
    /// Pooler=transaction: the next transaction may be served by another server process. Nothing is left there.
    pub nothing_kept: bool,
    /// And what is there may be another client's: it is not to be cleared.
    pub session_is_shared: bool,
    pub batch: BatchMechanism,
    /// FetchRefcursors: in a transaction, the cursors that a call returns are its result sets.
    pub fetch_refcursors: bool,
    /// CursorMemory, in bytes: what the rows of one cursor that goes back may take; more of them are in a temporary file.
    pub cursor_memory: usize,
    /// TempFileLimit, in bytes: what a result may take in a temporary file.
    pub temp_file_limit: u64,
}

/// BatchMechanism: how arrays of parameters travel. The outcome is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BatchMechanism {
    /// What is faster: `Unnest` for many sets.
    #[default]
    Auto,
    /// A Bind and an Execute for each set.
    Pipeline,
    /// One statement over arrays wherever its outcome is the same, however few the sets are.
    Unnest,
    /// A COPY wherever its outcome is the same as the INSERT's, however few the sets are; else as `Unnest`.
    Copy,
}

impl StatementSettings {
    /// What holds where nothing is said.
    pub const DEFAULT: StatementSettings = StatementSettings {
        cache_size: 64,
        prepare_threshold: 5,
        nothing_kept: false,
        session_is_shared: false,
        batch: BatchMechanism::Auto,
        fetch_refcursors: false,
        cursor_memory: 64 << 20,
        temp_file_limit: u64::MAX,
    };

    /// The settings that keywords give; `text` answers with a keyword's value.
    ///
    /// # Errors
    /// HY000 for a value that a keyword does not have.
    pub(super) fn from_keywords<'v>(text: impl Fn(Setting) -> Result<Option<&'v str>>) -> Result<StatementSettings> {
        let mut settings = StatementSettings::DEFAULT;
        if let Some(value) = text(Setting::StatementCacheSize)? {
            settings.cache_size = number(Setting::StatementCacheSize, value)? as usize;
        }
        if let Some(value) = text(Setting::PrepareThreshold)? {
            settings.prepare_threshold = number(Setting::PrepareThreshold, value)?;
        }
        // psqlODBC's users switch it off for poolers.
        if let Some(value) = text(Setting::ServerSidePrepare)? {
            settings.nothing_kept =
                switch(value).map(|on| !on).ok_or_else(|| unknown(Setting::ServerSidePrepare, value, "0 or 1"))?;
        }
        if let Some(value) = text(Setting::CursorMemory)? {
            settings.cursor_memory = (number(Setting::CursorMemory, value)? as usize) << 20;
        }
        if let Some(value) = text(Setting::TempFileLimit)? {
            settings.temp_file_limit = match number(Setting::TempFileLimit, value)? {
                0 => u64::MAX,
                megabytes => u64::from(megabytes) << 20,
            };
        }
        if let Some(value) = text(Setting::Pooler)? {
            settings.session_is_shared = match value.trim().to_ascii_lowercase().as_str() {
                "none" | "session" => false,
                "transaction" | "statement" => true,
                _ => return Err(unknown(Setting::Pooler, value, "none, session or transaction")),
            };
            settings.nothing_kept = settings.session_is_shared;
        }
        if let Some(value) = text(Setting::BatchMechanism)? {
            settings.batch = match value.trim().to_ascii_lowercase().as_str() {
                "auto" => BatchMechanism::Auto,
                "pipeline" => BatchMechanism::Pipeline,
                "unnest" => BatchMechanism::Unnest,
                "copy" => BatchMechanism::Copy,
                _ => return Err(unknown(Setting::BatchMechanism, value, "auto, pipeline, unnest or copy")),
            };
        }
        if let Some(value) = text(Setting::FetchRefcursors)? {
            settings.fetch_refcursors =
                switch(value).ok_or_else(|| unknown(Setting::FetchRefcursors, value, "0 or 1"))?;
        }
        Ok(settings)
    }
}

impl Default for StatementSettings {
    fn default() -> StatementSettings {
        StatementSettings::DEFAULT
    }
}

fn number(setting: Setting, value: &str) -> Result<u32> {
    // A server process holds each statement, and a cursor's memory is in megabytes: more than this is a mistake.
    const MOST: u32 = 100_000;
    match value.trim().parse::<u32>() {
        Ok(number @ ..=MOST) => Ok(number),
        _ => Err(unknown(setting, value, "a number from 0 to 100000")),
    }
}

fn unknown(setting: Setting, value: &str, known: &str) -> Box<Diagnostic> {
    Diagnostic::new(HY000_GENERAL_ERROR, format!("{}={value:?} is unknown; it is {known}", name(setting)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(given: &[(Setting, &'static str)]) -> Result<StatementSettings> {
        let value = |setting| given.iter().find(|(name, _)| *name == setting).map(|(_, value)| *value);
        StatementSettings::from_keywords(|setting| Ok(value(setting)))
    }

    #[test]
    fn keywords_are_read() {
        assert_eq!(of(&[]).unwrap(), StatementSettings::DEFAULT);
        let given = [
            (Setting::StatementCacheSize, "0"),
            (Setting::PrepareThreshold, " 1 "),
            (Setting::Pooler, "Transaction"),
            (Setting::BatchMechanism, "Pipeline"),
            (Setting::CursorMemory, "16"),
            (Setting::TempFileLimit, "100000"),
            (Setting::FetchRefcursors, "1"),
        ];
        let expected = StatementSettings {
            cache_size: 0,
            prepare_threshold: 1,
            nothing_kept: true,
            session_is_shared: true,
            batch: BatchMechanism::Pipeline,
            fetch_refcursors: true,
            cursor_memory: 16 << 20,
            temp_file_limit: 100_000 << 20,
        };
        assert_eq!(of(&given).unwrap(), expected);
        assert_eq!(of(&[(Setting::BatchMechanism, "copy")]).unwrap().batch, BatchMechanism::Copy);
    }

    #[test]
    fn other_values_are_refused_with_their_keyword() {
        for (setting, value) in [
            (Setting::StatementCacheSize, "-1"),
            (Setting::StatementCacheSize, "100001"),
            (Setting::PrepareThreshold, "often"),
            (Setting::Pooler, "pgbouncer"),
            (Setting::BatchMechanism, "magic"),
            (Setting::CursorMemory, "64MB"),
            (Setting::TempFileLimit, "-1"),
        ] {
            let error = of(&[(setting, value)]).unwrap_err();
            assert!(error.message.contains(name(setting)) && error.message.contains(value), "{}", error.message);
        }
    }
}

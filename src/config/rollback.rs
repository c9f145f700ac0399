//! What a failing statement undoes in a transaction: psqlODBC's keyword Protocol and pgJDBC's autosave.

use crate::diag::sqlstate::HY000_GENERAL_ERROR;
use crate::diag::{Diagnostic, Result};

/// What a failing statement undoes in a transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RollbackOnError {
    /// Nothing: the transaction stays failed until the application ends it.
    Nothing,
    /// The whole transaction.
    Transaction,
    /// Itself only.
    #[default]
    Statement,
}

impl RollbackOnError {
    /// The two keywords' values; AutoSave, where it is given, decides. psqlODBC looks at Protocol's suffix only: -0, -1,
    /// -2, and without one a failing statement undoes only itself.
    ///
    /// # Errors
    /// HY000 for a value that neither keyword has.
    pub(super) fn from_keywords(protocol: Option<&str>, autosave: Option<&str>) -> Result<RollbackOnError> {
        match autosave.map(str::to_ascii_lowercase).as_deref() {
            Some("never") => return Ok(RollbackOnError::Nothing),
            Some("always" | "conservative") => return Ok(RollbackOnError::Statement),
            Some(other) => {
                return Err(Diagnostic::new(
                    HY000_GENERAL_ERROR,
                    format!("AutoSave={other:?} is unknown; it is never, conservative or always"),
                ));
            }
            None => {}
        }
        match protocol.and_then(|protocol| protocol.split_once('-')).map(|(_, suffix)| suffix.trim()) {
            None | Some("2") => Ok(RollbackOnError::Statement),
            Some("1") => Ok(RollbackOnError::Transaction),
            Some("0") => Ok(RollbackOnError::Nothing),
            Some(other) => Err(Diagnostic::new(
                HY000_GENERAL_ERROR,
                format!(
                    "Protocol=..-{other} is unknown: after an error -0 undoes nothing, -1 the transaction, -2 the statement"
                ),
            )),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn psqlodbcs_suffixes_and_pgjdbcs_words_are_known() {
        let of = |protocol, autosave| RollbackOnError::from_keywords(protocol, autosave);
        assert_eq!(of(None, None).unwrap(), RollbackOnError::Statement);
        assert_eq!(of(Some("7.4"), None).unwrap(), RollbackOnError::Statement);
        assert_eq!(of(Some("7.4-0"), None).unwrap(), RollbackOnError::Nothing);
        assert_eq!(of(Some("7.4-1"), None).unwrap(), RollbackOnError::Transaction);
        assert_eq!(of(Some("7.4-0"), Some("Always")).unwrap(), RollbackOnError::Statement);
        assert_eq!(of(None, Some("never")).unwrap(), RollbackOnError::Nothing);
        assert!(of(Some("7.4-3"), None).is_err() && of(None, Some("sometimes")).is_err());
    }
}

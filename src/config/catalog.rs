//! What catalog functions show: psqlODBC's keywords, and lists of schemas as commercial drivers have them.
//!
//! Source: psqlODBC's documentation, "Advanced Options".

use super::keywords::{name, same_value};
use super::{Setting, psqlodbc};
use crate::diag::sqlstate::{HY000_GENERAL_ERROR, S01000_GENERAL_WARNING};
use crate::diag::{Diagnostic, Result};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogSettings {
    /// ShowSystemTables: the server's own tables are TABLE and VIEW, not SYSTEM TABLE.
    pub system_tables_as_tables: bool,
    /// ExtraSysTablePrefixes: tables whose names begin with one of these are SYSTEM TABLE, too.
    pub system_prefixes: Vec<String>,
    /// RowVersioning=0: no column is told of that changes with a row's version.
    pub no_row_version: bool,
    /// LowerCaseIdentifier: names in arguments are taken in lower case.
    pub lower_case: bool,
    /// AB=0x10: tables that the user may not read are not listed.
    pub accessible_only: bool,
    /// BrowsableSchemas: without a schema's name, only these are looked at; empty: all.
    pub browsable_schemas: Vec<String>,
    /// IgnoredSchemas: without a schema's name, these are not looked at.
    pub ignored_schemas: Vec<String>,
}

impl CatalogSettings {
    /// What holds where nothing is said.
    pub const DEFAULT: CatalogSettings = CatalogSettings {
        system_tables_as_tables: false,
        system_prefixes: Vec::new(),
        no_row_version: false,
        lower_case: false,
        accessible_only: false,
        browsable_schemas: Vec::new(),
        ignored_schemas: Vec::new(),
    };
}

impl CatalogSettings {
    /// The settings that keywords give; `text` answers with a keyword's value.
    ///
    /// # Errors
    /// HY000 for a value that a keyword does not have.
    pub(super) fn from_keywords<'v>(
        text: impl Fn(Setting) -> Result<Option<&'v str>>,
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<CatalogSettings> {
        let is_on = |setting: Setting| match text(setting)? {
            None => Ok(None),
            Some(value) if same_value(value, "1") => Ok(Some(true)),
            Some(value) if same_value(value, "0") => Ok(Some(false)),
            Some(value) => Err(unknown(setting, value, "0 or 1")),
        };
        let list = |setting: Setting| -> Result<Vec<String>> {
            let names = text(setting)?.unwrap_or_default().split([',', ';']).map(str::trim);
            Ok(names.filter(|name| !name.is_empty()).map(str::to_owned).collect())
        };
        let bits = text(Setting::ExtraOptions)?.map(psqlodbc::extra_bits).transpose()?.unwrap_or(0);
        let idle = psqlodbc::bits_without_effect(bits);
        if idle != 0 {
            let text = format!("of the options in AB={bits:#x} these have no effect: {idle:#x}");
            warnings.push(*Diagnostic::new(S01000_GENERAL_WARNING, text));
        }
        Ok(CatalogSettings {
            system_tables_as_tables: is_on(Setting::ShowSystemTables)?.unwrap_or(false),
            system_prefixes: list(Setting::ExtraSysTablePrefixes)?,
            no_row_version: is_on(Setting::RowVersioning)? == Some(false),
            lower_case: is_on(Setting::LowerCaseIdentifier)?.unwrap_or(false),
            accessible_only: bits & psqlodbc::ACCESSIBLE_ONLY != 0,
            browsable_schemas: list(Setting::BrowsableSchemas)?,
            ignored_schemas: list(Setting::IgnoredSchemas)?,
        })
    }
}

fn unknown(setting: Setting, value: &str, known: &str) -> Box<Diagnostic> {
    Diagnostic::new(HY000_GENERAL_ERROR, format!("{}={value:?} is unknown; it is {known}", name(setting)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(given: &[(Setting, &'static str)], warnings: &mut Vec<Diagnostic>) -> Result<CatalogSettings> {
        let value = |setting| Ok(given.iter().find(|(name, _)| *name == setting).map(|(_, value)| *value));
        CatalogSettings::from_keywords(value, warnings)
    }

    #[test]
    fn keywords_are_read() {
        let mut warnings = Vec::new();
        assert_eq!(of(&[], &mut warnings).unwrap(), CatalogSettings::default());
        let given = [
            (Setting::ShowSystemTables, "yes"),
            (Setting::ExtraSysTablePrefixes, "dd_; ee"),
            (Setting::RowVersioning, "0"),
            (Setting::ExtraOptions, "0x10"),
            (Setting::IgnoredSchemas, "a, b"),
        ];
        let settings = of(&given, &mut warnings).unwrap();
        assert!(settings.system_tables_as_tables && settings.no_row_version && settings.accessible_only);
        assert_eq!(
            (settings.system_prefixes, settings.ignored_schemas),
            (vec!["dd_".into(), "ee".into()], vec!["a".into(), "b".into()])
        );
        assert!(warnings.is_empty());
        assert!(!of(&[(Setting::ExtraOptions, "2")], &mut warnings).unwrap().accessible_only);
        assert_eq!(warnings.len(), 1);
        assert!(of(&[(Setting::LowerCaseIdentifier, "perhaps")], &mut warnings).is_err());
        assert!(of(&[(Setting::ExtraOptions, "xyz")], &mut warnings).is_err());
    }
}

//! How types are reported and values are shown: psqlODBC's keywords, and this driver's own defaults where they are not
//! given.
//!
//! Source: psqlODBC's documentation, "Advanced Options". Its defaults (text of 8190 characters, bool as SQL_VARCHAR ..)
//! hold only when they are written down: a data source that says nothing gets the truth.

use super::keywords::same_value;
use super::{Setting, psqlodbc};
use crate::diag::sqlstate::HY000_GENERAL_ERROR;
use crate::diag::{Diagnostic, Result};
use crate::odbc::types::*;

/// What the application sees of types and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeSettings {
    /// MaxVarcharSize: characters of varchar and char without a length; what is declared longer is a long type. 0: unknown
    /// (psqlODBC's -4).
    pub varchar_size: Option<u64>,
    /// MaxLongVarcharSize: characters of text and all other types without a size; 0: unknown.
    pub long_size: Option<u64>,
    pub unknown_sizes: UnknownSizes,
    /// TextAsLongVarchar: text is SQL_LONGVARCHAR, else SQL_VARCHAR.
    pub text_as_long: bool,
    /// UnknownsAsLongVarchar: so are types that ODBC does not know.
    pub unknowns_as_long: bool,
    /// BoolsAsChar: bool is SQL_VARCHAR of 5 characters, else SQL_BIT.
    pub bools_as_char: bool,
    /// TrueIsMinus1: true is -1 as characters and as a number.
    pub true_is_minus_one: bool,
    /// ByteaAsLongVarBinary: bytea is SQL_LONGVARBINARY, else SQL_VARBINARY.
    pub bytea_as_long: bool,
    /// OidAsLongVarBinary: so are oid columns, whose values are large objects; columns of the domain lo are in any case.
    pub oid_as_long: bool,
    /// NumericAs: the SQL type of numeric without precision.
    pub numeric_as: Option<i16>,
    /// BI: the SQL type of int8.
    pub int8_as: Option<i16>,
    /// LFConversion: a line feed is CR LF to the application.
    pub line_feeds: bool,
    /// WholeCharacters: a piece of a text ends behind a character, if its buffer has room for one.
    pub whole_characters: bool,
    pub character_columns: CharacterColumns,
    pub result_format: ResultFormat,
    /// Compatibility=psqlodbc: types are told as psqlODBC tells them.
    pub as_psqlodbc: bool,
}

impl TypeSettings {
    /// What holds where nothing is said.
    pub const DEFAULT: TypeSettings = TypeSettings {
        varchar_size: None,
        long_size: None,
        unknown_sizes: UnknownSizes::Maximum,
        text_as_long: true,
        unknowns_as_long: true,
        bools_as_char: false,
        true_is_minus_one: false,
        bytea_as_long: true,
        oid_as_long: false,
        numeric_as: None,
        int8_as: None,
        line_feeds: false,
        whole_characters: false,
        character_columns: CharacterColumns::Auto,
        result_format: ResultFormat::Auto,
        as_psqlodbc: false,
    };
}

impl Default for TypeSettings {
    fn default() -> TypeSettings {
        TypeSettings::DEFAULT
    }
}

/// UnknownSizes: the size of types that have none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownSizes {
    /// 0: the greatest that a value may have.
    #[default]
    Maximum,
    /// 1: none (0, SQL_NO_TOTAL).
    Unknown,
    /// 2: that of the longest value in the result, which is read as a whole for it. Before there is one, the greatest.
    Longest,
}

/// CharacterColumns: whether character columns and parameters are reported as SQL_WVARCHAR or SQL_VARCHAR.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CharacterColumns {
    /// Narrow for an application that came by the functions without a W, or that the driver manager calls an ANSI
    /// application (SQL_ATTR_ANSI_APP); wide for the others. unixODBC calls the W functions for both kinds.
    #[default]
    Auto,
    Wide,
    Narrow,
}

/// ResultFormat: how the server writes values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResultFormat {
    /// Binary where the columns are known; a query is described before its first execution where the round trip is short.
    #[default]
    Auto,
    Text,
    /// Binary, at the price of a round trip for every statement that is not known.
    Binary,
}

/// Where a switch is kept.
type Field = fn(&mut TypeSettings) -> &mut bool;

/// The keywords that are on or off.
const SWITCHES: &[(Setting, Field)] = &[
    (Setting::TextAsLongVarchar, |types| &mut types.text_as_long),
    (Setting::UnknownsAsLongVarchar, |types| &mut types.unknowns_as_long),
    (Setting::BoolsAsChar, |types| &mut types.bools_as_char),
    (Setting::TrueIsMinus1, |types| &mut types.true_is_minus_one),
    (Setting::ByteaAsLongVarBinary, |types| &mut types.bytea_as_long),
    (Setting::OidAsLongVarBinary, |types| &mut types.oid_as_long),
    (Setting::LineFeedConversion, |types| &mut types.line_feeds),
    (Setting::WholeCharacters, |types| &mut types.whole_characters),
];

/// SQL_NO_TOTAL, as psqlODBC's users write it for a size that is not known.
const NO_TOTAL: i64 = -4;

impl TypeSettings {
    /// The settings that keywords give; `text` answers with a keyword's value.
    ///
    /// # Errors
    /// HY000 for a value that a keyword does not have.
    pub(super) fn from_keywords<'v>(text: impl Fn(Setting) -> Result<Option<&'v str>>) -> Result<TypeSettings> {
        let mut types = TypeSettings::default();
        for (setting, field) in SWITCHES {
            if let Some(value) = text(*setting)? {
                *field(&mut types) = switch(*setting, value)?;
            }
        }
        if let Some(value) = text(Setting::MaxVarcharSize)? {
            types.varchar_size = size(Setting::MaxVarcharSize, value)?;
        }
        if let Some(value) = text(Setting::MaxLongVarcharSize)? {
            types.long_size = size(Setting::MaxLongVarcharSize, value)?;
        }
        types.unknown_sizes = match text(Setting::UnknownSizes)?.map(str::trim) {
            None | Some("0") => UnknownSizes::Maximum,
            Some("1") => UnknownSizes::Unknown,
            Some("2") => UnknownSizes::Longest,
            Some(other) => return Err(unknown(Setting::UnknownSizes, other, "0, 1 or 2")),
        };
        if let Some(value) = text(Setting::NumericAs)? {
            types.numeric_as = match code(Setting::NumericAs, value)? {
                -101 => None,
                code @ (SQL_NUMERIC | SQL_DOUBLE | SQL_VARCHAR | SQL_LONGVARCHAR) => Some(code),
                _ => return Err(unknown(Setting::NumericAs, value, "2, 8, 12, -1 or -101 (not set)")),
            };
        }
        if let Some(value) = text(Setting::Int8As)? {
            types.int8_as = match code(Setting::Int8As, value)? {
                0 | SQL_BIGINT => None,
                code @ (SQL_NUMERIC | SQL_INTEGER | SQL_DOUBLE | SQL_VARCHAR) => Some(code),
                _ => return Err(unknown(Setting::Int8As, value, "0, -5, 2, 4, 8 or 12")),
            };
        }
        if let Some(value) = text(Setting::CharacterColumns)? {
            types.character_columns = match value.trim().to_ascii_lowercase().as_str() {
                "auto" => CharacterColumns::Auto,
                "wide" => CharacterColumns::Wide,
                "narrow" => CharacterColumns::Narrow,
                _ => return Err(unknown(Setting::CharacterColumns, value, "auto, wide or narrow")),
            };
        }
        types.as_psqlodbc = psqlodbc::is_meant(text(Setting::Compatibility)?)?;
        if let Some(value) = text(Setting::ResultFormat)? {
            types.result_format = match value.trim().to_ascii_lowercase().as_str() {
                "auto" => ResultFormat::Auto,
                "text" => ResultFormat::Text,
                "binary" => ResultFormat::Binary,
                _ => return Err(unknown(Setting::ResultFormat, value, "auto, text or binary")),
            };
        }
        Ok(types)
    }
}

fn switch(setting: Setting, value: &str) -> Result<bool> {
    match (same_value(value, "1"), same_value(value, "0")) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err(unknown(setting, value, "0 or 1")),
    }
}

/// Characters; 0 and SQL_NO_TOTAL are a size that is not known.
fn size(setting: Setting, value: &str) -> Result<Option<u64>> {
    match value.trim().parse::<i64>() {
        Ok(NO_TOTAL) => Ok(Some(0)),
        Ok(size) if (0..=i64::from(u32::MAX)).contains(&size) => Ok(Some(size.unsigned_abs())),
        _ => Err(unknown(setting, value, "a number of characters, or 0 or -4 where it is not known")),
    }
}

fn code(setting: Setting, value: &str) -> Result<i16> {
    value.trim().parse().map_err(|_| unknown(setting, value, "the number of a SQL type"))
}

fn unknown(setting: Setting, value: &str, known: &str) -> Box<Diagnostic> {
    let name = super::keywords::name(setting);
    Diagnostic::new(HY000_GENERAL_ERROR, format!("{name}={value:?} is unknown; it is {known}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(given: &[(Setting, &'static str)]) -> Result<TypeSettings> {
        TypeSettings::from_keywords(|setting| {
            Ok(given.iter().find(|(name, _)| *name == setting).map(|(_, value)| *value))
        })
    }

    #[test]
    fn nothing_said_is_the_default() {
        assert_eq!(of(&[]).unwrap(), TypeSettings::default());
        assert_eq!(of(&[(Setting::NumericAs, "-101")]).unwrap(), TypeSettings::default());
    }

    #[test]
    fn psqlodbcs_values_are_known() {
        let types = of(&[
            (Setting::MaxVarcharSize, "255"),
            (Setting::MaxLongVarcharSize, "-4"),
            (Setting::BoolsAsChar, "1"),
            (Setting::UnknownsAsLongVarchar, "no"),
            (Setting::NumericAs, "8"),
            (Setting::Int8As, "12"),
            (Setting::CharacterColumns, "Narrow"),
        ]);
        let types = types.unwrap();
        assert_eq!((types.varchar_size, types.long_size), (Some(255), Some(0)));
        let unknown = of(&[(Setting::MaxVarcharSize, "-4"), (Setting::MaxLongVarcharSize, "0")]).unwrap();
        assert_eq!((unknown.varchar_size, unknown.long_size), (Some(0), Some(0)));
        assert!(types.bools_as_char && !types.unknowns_as_long && types.text_as_long);
        assert_eq!((types.numeric_as, types.int8_as), (Some(SQL_DOUBLE), Some(SQL_VARCHAR)));
        assert_eq!(types.character_columns, CharacterColumns::Narrow);
    }

    #[test]
    fn other_values_are_refused_with_their_keyword() {
        for (setting, value, name) in [
            (Setting::MaxVarcharSize, "many", "MaxVarcharSize"),
            (Setting::MaxVarcharSize, "-1", "MaxVarcharSize"),
            (Setting::BoolsAsChar, "2", "BoolsAsChar"),
            (Setting::Int8As, "3", "BI"),
            (Setting::ResultFormat, "hex", "ResultFormat"),
        ] {
            let error = of(&[(setting, value)]).unwrap_err();
            assert!(error.message.contains(name) && error.message.contains(value), "{}", error.message);
        }
    }
}

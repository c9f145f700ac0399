//! What psqlODBC packs into one keyword, and what it does where nothing is said.
//!
//! Source: psqlODBC's documentation ("Configuration options", "How to use the ODBC driver"), and its answers where the
//! documentation says something else (`tests/driver/compatibility.rs` has them).

use super::keywords;
use super::values::error;
use crate::diag::Result;

/// The switches of CX by their bits.
const SWITCHES: &[(u32, &str)] = &[
    (0, "LFConversion"),
    (1, "UpdatableCursors"),
    (3, "UniqueIndex"),
    (10, "CommLog"),
    (11, "Debug"),
    (12, "Parse"),
    (14, "UseDeclareFetch"),
    (15, "ReadOnly"),
    (16, "TextAsLongVarchar"),
    (17, "UnknownsAsLongVarchar"),
    (18, "BoolsAsChar"),
    (19, "RowVersioning"),
    (20, "ShowSystemTables"),
    (21, "ShowOidColumn"),
    (22, "FakeOidIndex"),
    (23, "TrueIsMinus1"),
    (24, "ByteaAsLongVarBinary"),
    (25, "UseServerSidePrepare"),
    (26, "LowerCaseIdentifier"),
    (27, "OptionalErrors"),
    (28, "FetchRefcursors"),
];

/// UnknownSizes takes two bits of CX: the size is not known, or the largest; neither: the longest that was seen.
const SIZE_UNKNOWN: u32 = 6;
const SIZE_MAXIMUM: u32 = 7;

/// What psqlODBC does and this driver does otherwise. Its sslmode=disable and its decoding of passwords are left out.
pub(super) const DEFAULTS: &[(&str, &str)] = &[
    ("MaxVarcharSize", "255"),
    ("MaxLongVarcharSize", "8190"),
    ("UnknownsAsLongVarchar", "0"),
    ("BoolsAsChar", "1"),
    ("RowVersioning", "0"),
];

/// Bits of AB that are other keywords here.
const EXTRA: &[(u32, &str, &str)] = &[(0x4, "CharacterColumns", "narrow"), (0x40, "keepalives", "0")];

/// AB: catalog functions leave out tables that the user may not read.
pub(super) const ACCESSIBLE_ONLY: u32 = 0x10;
/// Bits of AB without a meaning here: short completed connection strings, round trips that are not measured.
const MEANINGLESS: u32 = 0x21;

fn owned(pairs: impl Iterator<Item = (&'static str, &'static str)>) -> Vec<(String, String)> {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The keywords that CX stands for: two digits say how many bits its writer knew, the others are the bits.
///
/// # Errors
/// HY000 for what is not hexadecimal.
pub(super) fn unpack(text: &str) -> Result<Vec<(String, String)>> {
    let wrong =
        || error(format!("CX={text:?} is none of psqlODBC's packed options: two hexadecimal digits and the bits"));
    let text = text.trim();
    let (count, digits) = match text.split_at_checked(2) {
        Some((count, digits)) if !digits.is_empty() => (u32::from_str_radix(count, 16).map_err(|_| wrong())?, digits),
        // Before the count was written, there were three bits.
        _ => (3, text),
    };
    let bits = u32::from_str_radix(digits, 16).map_err(|_| wrong())?;
    let is_set = |bit: u32| bits >> bit & 1 == 1;
    let switches = SWITCHES.iter().filter(|(bit, _)| *bit < count);
    let mut pairs = owned(switches.map(|(bit, name)| (*name, if is_set(*bit) { "1" } else { "0" })));
    if count > SIZE_MAXIMUM {
        let size = match (is_set(SIZE_UNKNOWN), is_set(SIZE_MAXIMUM)) {
            (true, _) => "1",
            (false, true) => "0",
            (false, false) => "2",
        };
        pairs.extend(owned([("UnknownSizes", size)].into_iter()));
    }
    Ok(pairs)
}

/// The bits of AB: hexadecimal; `+SET-CLEAR` and `-CLEAR` change those of the data source, which are none here.
///
/// # Errors
/// HY000 for anything else.
pub(super) fn extra_bits(text: &str) -> Result<u32> {
    let number = |digits: &str| {
        let digits = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")).unwrap_or(digits);
        u32::from_str_radix(digits, 16)
            .map_err(|_| error(format!("AB={text:?} is no bit mask in hexadecimal, as 0x10, +10-4 or -4")))
    };
    match text.trim().split_once('-') {
        Some(("", cleared)) => number(cleared).map(|_| 0),
        Some((set, cleared)) => Ok(number(set.strip_prefix('+').unwrap_or(set))? & !number(cleared)?),
        None => number(text.trim().strip_prefix('+').unwrap_or(text.trim())),
    }
}

/// The keywords that bits of AB stand for.
///
/// # Errors
/// As [`extra_bits`].
pub(super) fn extra_keywords(text: &str) -> Result<Vec<(String, String)>> {
    let bits = extra_bits(text)?;
    Ok(owned(EXTRA.iter().filter(|(bit, ..)| bits & bit != 0).map(|(_, name, value)| (*name, *value))))
}

/// The bits that would mean something to psqlODBC and mean nothing here.
pub(super) fn bits_without_effect(bits: u32) -> u32 {
    EXTRA.iter().fold(bits & !ACCESSIBLE_ONLY & !MEANINGLESS, |rest, (bit, ..)| rest & !bit)
}

/// The keywords that Compatibility stands for.
///
/// # Errors
/// HY000 for another driver.
pub(super) fn defaults(text: &str) -> Result<Vec<(String, String)>> {
    match text.trim().to_ascii_lowercase().as_str() {
        "psqlodbc" => Ok(owned(DEFAULTS.iter().copied())),
        value if keywords::switch(value) == Some(false) || value == "none" => Ok(Vec::new()),
        _ => Err(error(format!("Compatibility={text:?} is not known; it can be: psqlodbc, none"))),
    }
}

/// Whether the value of Compatibility, if there is one, means psqlODBC.
///
/// # Errors
/// As [`defaults`].
pub(super) fn is_meant(text: Option<&str>) -> Result<bool> {
    Ok(text.map(defaults).transpose()?.is_some_and(|defaults| !defaults.is_empty()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn value(pairs: &[(String, String)], name: &str) -> Option<String> {
        pairs.iter().find(|pair| pair.0 == name).map(|pair| pair.1.clone())
    }

    /// `1c` is 28 bits; 0x502bb: bits 0, 1, 3, 4, 5, 7, 9, 16, 18.
    #[test]
    fn packed_switches_are_told_apart() {
        let pairs = unpack("1c502bb").unwrap();
        for (name, expected) in [
            ("LFConversion", Some("1")),
            ("UniqueIndex", Some("1")),
            ("UnknownSizes", Some("0")),
            ("CommLog", Some("0")),
            ("TextAsLongVarchar", Some("1")),
            ("UnknownsAsLongVarchar", Some("0")),
            ("BoolsAsChar", Some("1")),
            ("OptionalErrors", Some("0")),
            ("FetchRefcursors", None),
        ] {
            assert_eq!(value(&pairs, name).as_deref(), expected, "{name}");
        }
        assert_eq!(value(&unpack("1d10000000").unwrap(), "FetchRefcursors").as_deref(), Some("1"));
        assert_eq!(value(&unpack("1c40").unwrap(), "UnknownSizes").as_deref(), Some("1"));
        assert_eq!(unpack("2").unwrap().len(), 2, "the oldest form has three bits, of which two are known");
        for wrong in ["", "xy12", "1cz", "1c100000000"] {
            assert_eq!(unpack(wrong).unwrap_err().sqlstate.as_str(), "HY000", "{wrong:?}");
        }
    }

    #[test]
    fn bits_of_ab_are_set_and_cleared() {
        for (text, bits) in [("10", 0x10), ("0x14", 0x14), ("+14-4", 0x10), ("+14", 0x14), ("-4", 0), (" 40 ", 0x40)] {
            assert_eq!(extra_bits(text).unwrap(), bits, "{text:?}");
        }
        for wrong in ["xyz", "+", "-", "1-", "1-2-3"] {
            assert!(extra_bits(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(bits_without_effect(0xff), 0x8a);
        assert_eq!(value(&extra_keywords("44").unwrap(), "keepalives").as_deref(), Some("0"));
        assert_eq!(value(&extra_keywords("44").unwrap(), "CharacterColumns").as_deref(), Some("narrow"));
    }

    #[test]
    fn every_name_is_a_keyword() {
        let names = SWITCHES.iter().map(|row| row.1).chain(EXTRA.iter().map(|row| row.1));
        for name in names.chain(DEFAULTS.iter().map(|row| row.0)) {
            assert!(keywords::find(name).is_some(), "{name}");
        }
    }
}

//! SQL_DRIVER_VER and SQL_DBMS_VER: versions of the form `##.##.####`.

use std::borrow::Cow;

use super::InfoFacts;

/// Major, minor and patch of this driver.
pub const DRIVER_VERSION: (u32, u32, u32) = (
    number(env!("CARGO_PKG_VERSION_MAJOR")),
    number(env!("CARGO_PKG_VERSION_MINOR")),
    number(env!("CARGO_PKG_VERSION_PATCH")),
);

const fn number(digits: &str) -> u32 {
    let (digits, mut index, mut value) = (digits.as_bytes(), 0, 0);
    while index < digits.len() {
        value = value * 10 + (digits[index] - b'0') as u32;
        index += 1;
    }
    value
}

/// `##.##.####`.
pub fn three_part_version((major, minor, patch): (u32, u32, u32)) -> String {
    format!("{major:02}.{minor:02}.{patch:04}")
}

/// The server's version in that form; its own words follow where they say more ("18.00.0000 18beta1").
pub fn dbms_version<'a>(facts: &InfoFacts<'a>) -> Cow<'a, str> {
    let version = three_part_version(facts.server_version);
    let text = facts.server_version_text;
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        Cow::Owned(version)
    } else {
        Cow::Owned(format!("{version} {text}"))
    }
}

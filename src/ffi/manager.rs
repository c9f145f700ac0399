//! Which driver manager has loaded us, as far as it matters: how wide its SQLWCHAR is.
//!
//! unixODBC's (and Windows') SQLWCHAR is a UTF-16 unit of two bytes; iODBC's is `wchar_t`, four bytes of UTF-32 on Unix.
//! Nothing in ODBC tells a driver, so we look which library is in the process. iODBC from 3.52.13 on also says it by
//! an attribute. A manager that was linked into the application statically (iodbctest has iODBC so) is no library of the
//! process: its first connection string shows it.

use std::ffi::c_void;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::convert::WideUnit;

/// 0: not known yet; else the unit's size in bytes.
static UNIT: AtomicU8 = AtomicU8::new(0);

/// Values of iODBC's SQL_ATTR_APP_WCHAR_TYPE and SQL_ATTR_DRIVER_UNICODE_TYPE (`iodbcext.h`).
const SQL_DM_CP_UTF16: usize = 1;
const SQL_DM_CP_UCS4: usize = 3;

/// The unit of wide text in this process.
pub fn wide_unit() -> WideUnit {
    match UNIT.load(Ordering::Relaxed) {
        0 => detect().inspect(|unit| set(*unit)).unwrap_or(WideUnit::Utf16),
        4 => WideUnit::Utf32,
        _ => WideUnit::Utf16,
    }
}

fn set(unit: WideUnit) {
    UNIT.store(unit.size() as u8, Ordering::Relaxed);
}

/// A manager that knows says it. `false` for a value that is neither UTF-16 nor UTF-32.
pub fn set_by_attribute(value: usize) -> bool {
    match value {
        SQL_DM_CP_UTF16 => set(WideUnit::Utf16),
        SQL_DM_CP_UCS4 => set(WideUnit::Utf32),
        _ => return false,
    }
    true
}

/// The value of that attribute for what we speak now.
pub fn as_attribute() -> usize {
    match wide_unit() {
        WideUnit::Utf16 => SQL_DM_CP_UTF16,
        WideUnit::Utf32 => SQL_DM_CP_UCS4,
    }
}

/// Learns the unit from a connection string, where nothing else has told it. As UTF-16, four bytes of which the last two
/// are zero would be a string of one character, which is none.
///
/// # Safety
/// `text` is null or the address of a wide text of `length` units, or terminated where that is negative (SQL_NTS).
pub unsafe fn learn(text: *const c_void, length: i16) {
    let known = UNIT.load(Ordering::Relaxed) != 0 || detect().is_some();
    if known || text.is_null() || (0..2).contains(&length) {
        return;
    }
    let units: *const u16 = text.cast();
    // SAFETY: there is a second unit, if only the terminator, as the first is not one.
    let utf32 = unsafe { units.read_unaligned() != 0 && units.add(1).read_unaligned() == 0 };
    set(if utf32 { WideUnit::Utf32 } else { WideUnit::Utf16 });
}

/// Whether an application can poll for functions of a connection. iODBC makes errors of all that are neither success nor
/// SQL_NO_DATA.
pub fn polls_connections() -> bool {
    wide_unit() == WideUnit::Utf16
}

/// Whether an application can poll for SQLPrepare.
pub fn polls_preparing() -> bool {
    wide_unit() == WideUnit::Utf16
}

/// Whether SQL_SUCCESS_WITH_INFO of an execution arrives. iODBC makes SQL_SUCCESS of it, and asks for the number of columns, so that
/// the records are gone (3.52, `execute.c`).
pub fn keeps_warnings() -> bool {
    wide_unit() == WideUnit::Utf16
}

/// Whether an application can poll for a connection that is being made. unixODBC takes one that is SQL_STILL_EXECUTING for one that
/// has failed, and frees it (2.3.12, `SQLDriverConnect.c`).
pub fn polls_connecting() -> bool {
    polls_connections() && !is_loaded_manager(UNIX_ODBC)
}

/// What the libraries in the process say; nothing if neither manager is among them.
#[cfg(unix)]
fn detect() -> Option<WideUnit> {
    match (is_loaded_manager(UNIX_ODBC), is_loaded_manager(IODBC)) {
        (true, _) => Some(WideUnit::Utf16),
        (false, true) => Some(WideUnit::Utf32),
        (false, false) => None,
    }
}

const UNIX_ODBC: &[&str] = &["libodbc.so.2", "libodbc.so.1", "libodbc.2.dylib"];
const IODBC: &[&str] = &["libiodbc.so.2", "libiodbc.2.dylib"];

/// Whether the manager that comes by these names is in this process.
fn is_loaded_manager(names: &[&str]) -> bool {
    names.iter().any(|name| is_loaded(name))
}

#[cfg(not(unix))]
fn is_loaded(_: &str) -> bool {
    false
}

#[cfg(not(unix))]
fn detect() -> Option<WideUnit> {
    Some(WideUnit::Utf16)
}

/// Whether a library is in this process already; it is not loaded by asking.
#[cfg(unix)]
fn is_loaded(name: &str) -> bool {
    use libloading::os::unix::{Library, RTLD_LAZY};
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const RTLD_NOLOAD: std::ffi::c_int = 4;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const RTLD_NOLOAD: std::ffi::c_int = 0x10;
    // SAFETY: with RTLD_NOLOAD nothing is loaded and no initialiser runs; the reference that is returned for a library
    // that is there is given back when it is dropped.
    unsafe { Library::open(Some(name), RTLD_LAZY | RTLD_NOLOAD) }.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_is_not_in_the_process_is_not_found() {
        assert!(!is_loaded("libiodbc.so.2"));
        assert!(!is_loaded("libno-such-library.so.9"));
    }
}

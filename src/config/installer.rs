//! The driver manager's installer library, loaded at run time.
//!
//! Source: ODBC reference, `SQLGetPrivateProfileString`. Linking it would tie the driver to one driver manager. Which
//! one has loaded this driver is asked of the dynamic linker.
#![allow(unsafe_code)]

use std::ffi::{CString, c_char, c_int};

use libloading::os::unix::{Library, RTLD_LAZY, RTLD_LOCAL};
use once_cell::sync::Lazy;

type GetPrivateProfileString = unsafe extern "C" fn(
    section: *const c_char,
    entry: *const c_char,
    default: *const c_char,
    buffer: *mut c_char,
    size: c_int,
    file: *const c_char,
) -> c_int;

/// `dlopen` flag: answer only if the library is loaded already.
#[cfg(target_os = "linux")]
const RTLD_NOLOAD: c_int = 4;
#[cfg(not(target_os = "linux"))]
const RTLD_NOLOAD: c_int = 0x10;

/// Driver managers and their installer libraries.
const LIBRARIES: &[(&str, &str)] = &[
    ("libodbc.so.2", "libodbcinst.so.2"),
    ("libiodbc.so.2", "libiodbcinst.so.2"),
    ("libodbc.2.dylib", "libodbcinst.2.dylib"),
    ("libiodbc.2.dylib", "libiodbcinst.2.dylib"),
];

const FUNCTION: &[u8] = b"SQLGetPrivateProfileString\0";

/// A value or a list of names longer than this is not read further.
const LARGEST_ANSWER: usize = 1 << 20;

/// The installer library stays loaded as long as the process lives: driver managers keep state in it.
static INSTALLER: Lazy<Option<(Library, GetPrivateProfileString)>> = Lazy::new(|| {
    let loaded = LIBRARIES.iter().find(|(manager, _)| {
        // SAFETY: with RTLD_NOLOAD nothing is loaded, so no initialisation code runs.
        unsafe { Library::open(Some(*manager), RTLD_NOLOAD | RTLD_LAZY) }.is_ok()
    });
    let library = match loaded {
        // SAFETY: the installer library of the driver manager that is running; its initialisation has no demands.
        Some((_, installer)) => unsafe { Library::open(Some(*installer), RTLD_LAZY | RTLD_LOCAL) }.ok()?,
        // No manager: perhaps the application is linked with the installer.
        None => Library::this(),
    };
    // SAFETY: the symbol's type is the one that the ODBC reference and both managers' odbcinst.h give it.
    let function = unsafe { library.get::<GetPrivateProfileString>(FUNCTION) }.ok().map(|symbol| *symbol)?;
    Some((library, function))
});

/// The entries of a data source. None: no installer library.
pub(super) fn read(name: &str) -> Option<Vec<(String, String)>> {
    let (_, function) = INSTALLER.as_ref()?;
    let section = CString::new(name).ok()?;
    let names = ask(*function, &section, None)?;
    let names = names.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    let entries = names.filter_map(|name| {
        let value = ask(*function, &section, Some(&CString::new(name).ok()?))?;
        let value = value.split(|byte| *byte == 0).next().unwrap_or_default();
        Some((String::from_utf8_lossy(name).into_owned(), String::from_utf8_lossy(value).into_owned()))
    });
    Some(entries.collect())
}

/// One answer: the value of an entry, or the names of all entries, each with a NUL after it.
fn ask(function: GetPrivateProfileString, section: &CString, entry: Option<&CString>) -> Option<Vec<u8>> {
    let mut size = 4096;
    while size <= LARGEST_ANSWER {
        let mut buffer = vec![0_u8; size];
        let entry = entry.map_or(std::ptr::null(), |entry| entry.as_ptr());
        // SAFETY: the texts end with a NUL and the buffer has the size that is said; all outlive the call. A null entry
        // asks for the names (ODBC reference).
        let length = unsafe {
            function(
                section.as_ptr(),
                entry,
                c"".as_ptr(),
                buffer.as_mut_ptr().cast(),
                c_int::try_from(size).ok()?,
                c"odbc.ini".as_ptr(),
            )
        };
        let length = usize::try_from(length).ok()?;
        // An answer that fills the buffer may have been cut.
        if length + 2 < size {
            buffer.truncate(length);
            return Some(buffer);
        }
        size *= 4;
    }
    None
}

//! The C types of ODBC's prototypes, by the names that `sqltypes.h` gives them. Integers only: what an application
//! sends is checked inside, never assumed to be a value of an enum.
// The names are C's.
#![allow(clippy::upper_case_acronyms)]

use std::ffi::c_void;

pub type SQLCHAR = u8;
/// A code unit of wide text as the prototypes have it. How wide one really is, the driver manager decides (`manager.rs`).
pub type SQLWCHAR = u16;
pub type SQLSMALLINT = i16;
pub type SQLUSMALLINT = u16;
pub type SQLINTEGER = i32;
pub type SQLLEN = isize;
pub type SQLULEN = usize;
pub type SQLSETPOSIROW = usize;
pub type SQLRETURN = i16;
pub type SQLPOINTER = *mut c_void;
pub type SQLHANDLE = *mut c_void;
pub type SQLHENV = *mut c_void;
pub type SQLHDBC = *mut c_void;
pub type SQLHSTMT = *mut c_void;
pub type SQLHDESC = *mut c_void;
pub type SQLHWND = *mut c_void;

#[cfg(all(windows, target_pointer_width = "32"))]
compile_error!("32-bit Windows calls ODBC functions as stdcall, which these exports are not");

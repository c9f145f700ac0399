//! The application's local date, by the C library: its time zone is the process's (TZ, /etc/localtime).

use std::mem::MaybeUninit;
use std::ptr::null_mut;

/// Year, month (from 1) and day now; 1970-01-01 where the clock cannot be read.
pub fn today() -> (i32, u8, u8) {
    let mut time = MaybeUninit::<libc::tm>::uninit();
    // SAFETY: time takes a null pointer; localtime_r reads the number and fills the structure, unless it answers null.
    unsafe {
        let now = libc::time(null_mut());
        if libc::localtime_r(&raw const now, time.as_mut_ptr()).is_null() {
            return (1970, 1, 1);
        }
        let libc::tm { tm_year, tm_mon, tm_mday, .. } = time.assume_init();
        (tm_year + 1900, (tm_mon + 1) as u8, tm_mday as u8)
    }
}

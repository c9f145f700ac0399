//! Signals of the process: none is for a thread of the driver's.

use std::mem::MaybeUninit;
use std::ptr::null_mut;

/// Blocks all signals in the calling thread: the application's handlers run in the application's threads.
pub fn block_all() {
    let mut all = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sigfillset fills the set, which pthread_sigmask then reads; it is asked for no old set.
    unsafe {
        if libc::sigfillset(all.as_mut_ptr()) == 0 {
            libc::pthread_sigmask(libc::SIG_BLOCK, all.as_ptr(), null_mut());
        }
    }
}

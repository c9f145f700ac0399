//! What the system knows of its users.
//!
//! Source: getpwuid_r(3).
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::ptr::null_mut;

/// Entries of users are short; one that needs more is none of a server's.
const LONGEST_ENTRY: usize = 1 << 20;

/// A user of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    /// The home directory; empty if there is none.
    pub home: String,
}

impl Account {
    /// Whom this process acts for.
    pub fn of_process() -> Option<Account> {
        // SAFETY: the call has no conditions, and cannot fail.
        Account::of_user(unsafe { libc::geteuid() })
    }

    /// By the user's number, from wherever the system has its users.
    pub fn of_user(user: u32) -> Option<Account> {
        let mut buffer = vec![0; 1024];
        loop {
            // SAFETY: all zero is a value of the structure, whose members are numbers and pointers.
            let mut entry: libc::passwd = unsafe { std::mem::zeroed() };
            let mut found = null_mut();
            // SAFETY: entry, buffer and found outlive the call, and the buffer has the length that is given.
            let code = unsafe { libc::getpwuid_r(user, &mut entry, buffer.as_mut_ptr(), buffer.len(), &mut found) };
            if code == libc::ERANGE && buffer.len() < LONGEST_ENTRY {
                buffer.resize(buffer.len() * 2, 0);
                continue;
            }
            if code != 0 || found.is_null() || entry.pw_name.is_null() || entry.pw_dir.is_null() {
                return None;
            }
            // SAFETY: the call has succeeded: both are terminated texts in the buffer, which is still there.
            let (name, home) = unsafe { (CStr::from_ptr(entry.pw_name), CStr::from_ptr(entry.pw_dir)) };
            let text = |found: &CStr| found.to_string_lossy().into_owned();
            return Some(Account { name: text(name), home: text(home) });
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn users_have_the_names_and_homes_that_the_system_has() {
        let said = |program: &str, arguments: &[&str]| {
            let output = std::process::Command::new(program).args(arguments).output().unwrap();
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        let user = said("id", &["-u"]);
        let entry = said("getent", &["passwd", &user]);
        let fields: Vec<&str> = entry.split(':').collect();
        let expected = Account { name: fields[0].to_owned(), home: fields[5].to_owned() };
        assert_eq!(Account::of_user(user.parse().unwrap()), Some(expected.clone()));
        assert_eq!(Account::of_process(), Some(expected));
        assert_eq!(Account::of_user(0).unwrap().name, "root");
        assert_eq!(Account::of_user(3_999_999_999), None);
    }
}

//! What a call returned, and the diagnostic records that came with it.

use super::api::{Api, Handle, Manager};
use super::text::Wide;
use crate::odbc::values::*;

/// One diagnostic record.
#[derive(Clone, Debug)]
pub struct Record {
    pub sqlstate: String,
    pub native: i32,
    pub message: String,
}

/// A return code with its records, to be compared with what the reference says.
#[must_use]
#[derive(Clone, Debug)]
pub struct Outcome {
    pub code: i16,
    pub records: Vec<Record>,
}

impl Outcome {
    pub fn new(api: &Api, code: i16, kind: i16, handle: Handle) -> Outcome {
        let records =
            if code == SQL_ERROR || code == SQL_SUCCESS_WITH_INFO { records(api, kind, handle) } else { vec![] };
        Outcome { code, records }
    }

    /// SQL_SUCCESS, and nothing else.
    #[track_caller]
    pub fn success(&self) {
        assert_eq!(self.code, SQL_SUCCESS, "expected SQL_SUCCESS, got {self:?}");
    }

    /// SQL_SUCCESS, or SQL_SUCCESS_WITH_INFO.
    #[track_caller]
    pub fn succeeded(&self) {
        assert!(self.code == SQL_SUCCESS || self.code == SQL_SUCCESS_WITH_INFO, "expected success, got {self:?}");
    }

    /// SQL_SUCCESS_WITH_INFO with this SQLSTATE first.
    #[track_caller]
    pub fn info(&self, sqlstate: &str) -> Record {
        self.coded(SQL_SUCCESS_WITH_INFO, sqlstate)
    }

    /// SQL_ERROR with this SQLSTATE first.
    #[track_caller]
    pub fn error(&self, sqlstate: &str) -> Record {
        self.coded(SQL_ERROR, sqlstate)
    }

    /// SQL_ERROR with any of these SQLSTATEs first, where a manager answers before the driver and differs.
    #[track_caller]
    pub fn error_of(&self, sqlstates: &[&str]) -> Record {
        assert_eq!(self.code, SQL_ERROR, "expected SQL_ERROR {sqlstates:?}, got {self:?}");
        let record = self.records.first().expect("an error has a record").clone();
        assert!(sqlstates.contains(&record.sqlstate.as_str()), "expected one of {sqlstates:?}, got {self:?}");
        record
    }

    #[track_caller]
    pub fn no_data(&self) {
        assert_eq!(self.code, SQL_NO_DATA, "expected SQL_NO_DATA, got {self:?}");
    }

    #[track_caller]
    fn coded(&self, code: i16, sqlstate: &str) -> Record {
        assert_eq!(self.code, code, "expected return code {code} with {sqlstate}, got {self:?}");
        let record = self.records.first().unwrap_or_else(|| panic!("no diagnostic record with {self:?}")).clone();
        assert_eq!(record.sqlstate, sqlstate, "the message is: {}", record.message);
        record
    }
}

/// iODBC's own errors have the codes of ODBC 2 (ODBC reference, appendix A, "SQLSTATE Mappings").
fn odbc_3(manager: Manager, sqlstate: String) -> String {
    match (manager, sqlstate.as_str()) {
        (Manager::Iodbc, "S1093") => "07009".to_owned(),
        (Manager::Iodbc, code) if code.starts_with("S1") => code.replacen("S1", "HY", 1),
        _ => sqlstate,
    }
}

/// All records of a handle, in order.
pub fn records(api: &Api, kind: i16, handle: Handle) -> Vec<Record> {
    let mut records = Vec::new();
    for number in 1..=100 {
        let (sqlstate, message) = (Wide::room(5), Wide::room(8000));
        let (mut native, mut length) = (0, 0);
        // SAFETY: every address is room of the size that goes with it.
        let code = unsafe {
            api.SQLGetDiagRecW(
                kind,
                handle,
                number,
                sqlstate.address(),
                &raw mut native,
                message.address(),
                8000,
                &raw mut length,
            )
        };
        match code {
            SQL_SUCCESS | SQL_SUCCESS_WITH_INFO => {
                let message = message.read();
                let sqlstate = odbc_3(api.manager, sqlstate.read());
                records.push(Record { sqlstate, native, message });
            }
            SQL_NO_DATA => break,
            // iODBC has one error of its own at most for a connection that is not connected, and says so like this.
            SQL_ERROR if number > 1 && api.manager == Manager::Iodbc => break,
            other => panic!("SQLGetDiagRecW returned {other} for record {number}"),
        }
    }
    records
}

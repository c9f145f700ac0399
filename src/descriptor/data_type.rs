//! The three type fields of a record, which are set together: SQL_DESC_TYPE, SQL_DESC_CONCISE_TYPE and
//! SQL_DESC_DATETIME_INTERVAL_CODE.
//!
//! Source: ODBC reference, `SQLSetDescField`, "SQL_DESC_TYPE", "SQL_DESC_CONCISE_TYPE"; appendix D, "Data type
//! identifiers and descriptors".

use crate::diag::sqlstate::HY021_INCONSISTENT_DESCRIPTOR;
use crate::diag::{Diagnostic, Result};
use crate::odbc::types::*;

/// The type of a record as its three fields tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataType {
    pub concise: i16,
    /// SQL_DATETIME or SQL_INTERVAL has been set as the type and no code yet: `concise` is that verbose type.
    pub is_incomplete: bool,
}

/// A datetime type of ODBC 3 or 2 with its subcode.
const DATETIME: &[(i16, i16)] = &[
    (SQL_TYPE_DATE, SQL_CODE_DATE),
    (SQL_TYPE_TIME, SQL_CODE_TIME),
    (SQL_TYPE_TIMESTAMP, SQL_CODE_TIMESTAMP),
    (SQL_DATE, SQL_CODE_DATE),
    (SQL_TIME, SQL_CODE_TIME),
    (SQL_TIMESTAMP, SQL_CODE_TIMESTAMP),
];

const INTERVALS: std::ops::RangeInclusive<i16> = SQL_INTERVAL_YEAR..=SQL_INTERVAL_MINUTE_TO_SECOND;

impl DataType {
    pub fn new(concise: i16) -> DataType {
        DataType { concise, is_incomplete: false }
    }

    /// The type after SQL_DESC_TYPE was set. SQL_DATETIME and SQL_INTERVAL await their code; a concise type is taken as
    /// one.
    pub fn of_verbose(verbose: i16) -> DataType {
        DataType { concise: verbose, is_incomplete: matches!(verbose, SQL_DATETIME | SQL_INTERVAL) }
    }

    /// SQL_DESC_TYPE.
    pub fn verbose(self) -> i16 {
        if self.is_incomplete {
            self.concise
        } else if self.is_interval() {
            SQL_INTERVAL
        } else if self.is_datetime() {
            SQL_DATETIME
        } else {
            self.concise
        }
    }

    /// SQL_DESC_DATETIME_INTERVAL_CODE; 0 for other types.
    pub fn code(self) -> i16 {
        if self.is_incomplete {
            0
        } else if self.is_interval() {
            self.concise - SQL_INTERVAL_YEAR + SQL_CODE_YEAR
        } else {
            DATETIME.iter().find(|(concise, _)| *concise == self.concise).map_or(0, |(_, code)| *code)
        }
    }

    /// The type after SQL_DESC_DATETIME_INTERVAL_CODE was set. HY021 where type and code are no type together.
    pub fn with_code(self, code: i16) -> Result<DataType> {
        let concise = match self.verbose() {
            SQL_DATETIME => DATETIME.iter().find(|(_, of)| *of == code).map(|(concise, _)| *concise),
            SQL_INTERVAL => {
                Some(SQL_INTERVAL_YEAR - SQL_CODE_YEAR + code).filter(|concise| INTERVALS.contains(concise))
            }
            _ if code == 0 => return Ok(self),
            _ => None,
        };
        concise.map(DataType::new).ok_or_else(|| {
            Diagnostic::new(
                HY021_INCONSISTENT_DESCRIPTOR,
                format!(
                    "SQL_DESC_TYPE {} and SQL_DESC_DATETIME_INTERVAL_CODE {code} are no type together; set SQL_DESC_TYPE to \
                     SQL_DATETIME or SQL_INTERVAL first",
                    self.verbose()
                ),
            )
        })
    }

    pub fn is_interval(self) -> bool {
        !self.is_incomplete && INTERVALS.contains(&self.concise)
    }

    pub fn is_datetime(self) -> bool {
        !self.is_incomplete && DATETIME.iter().any(|(concise, _)| *concise == self.concise)
    }

    pub fn is_character(self) -> bool {
        matches!(self.concise, SQL_CHAR | SQL_VARCHAR | SQL_LONGVARCHAR | SQL_WCHAR | SQL_WVARCHAR | SQL_WLONGVARCHAR)
    }

    pub fn is_binary(self) -> bool {
        matches!(self.concise, SQL_BINARY | SQL_VARBINARY | SQL_LONGVARBINARY)
    }

    /// SQL_NUMERIC and SQL_DECIMAL; the C type has the first one's number.
    pub fn is_exact_numeric(self) -> bool {
        matches!(self.concise, SQL_NUMERIC | SQL_DECIMAL)
    }

    /// Whether its precision is that of seconds.
    pub fn has_seconds(self) -> bool {
        match self.verbose() {
            SQL_DATETIME => self.code() != SQL_CODE_DATE,
            SQL_INTERVAL => matches!(
                self.code(),
                SQL_CODE_SECOND | SQL_CODE_DAY_TO_SECOND | SQL_CODE_HOUR_TO_SECOND | SQL_CODE_MINUTE_TO_SECOND
            ),
            _ => false,
        }
    }

    /// The precision that a record gets when this type is set.
    pub fn default_precision(self) -> i16 {
        match self.verbose() {
            SQL_NUMERIC | SQL_DECIMAL => MAX_NUMERIC_PRECISION,
            // 24 and 53 bits, those of float4 and float8.
            SQL_REAL => 24,
            SQL_FLOAT | SQL_DOUBLE => 53,
            SQL_DATETIME if self.code() == SQL_CODE_TIMESTAMP => 6,
            SQL_INTERVAL if self.has_seconds() => 6,
            _ => 0,
        }
    }

    /// Checks the fields that go with the type ("Consistency checks"): HY021.
    pub fn check(self, precision: i16, leading_precision: i32) -> Result {
        let wrong = |what: String| Err(Diagnostic::new(HY021_INCONSISTENT_DESCRIPTOR, what));
        if self.is_incomplete {
            return wrong(format!(
                "SQL_DESC_TYPE is {} and SQL_DESC_DATETIME_INTERVAL_CODE has not been set",
                self.concise
            ));
        }
        if self.is_exact_numeric() && !(0..=MAX_DECLARED_PRECISION).contains(&precision) {
            return wrong(format!("SQL_DESC_PRECISION {precision} is none for a numeric type"));
        }
        if self.has_seconds() && !(0..=MAX_SECONDS_PRECISION).contains(&precision) {
            return wrong(format!("SQL_DESC_PRECISION {precision} is none for seconds; it may be 0 to 9"));
        }
        if self.is_interval() && !(0..=MAX_LEADING_PRECISION).contains(&leading_precision) {
            return wrong(format!("SQL_DESC_DATETIME_INTERVAL_PRECISION {leading_precision} is not 0 to 10"));
        }
        Ok(())
    }
}

/// Digits that SQL_NUMERIC_STRUCT holds.
const MAX_NUMERIC_PRECISION: i16 = 38;
/// Digits that the server's numeric can be declared with.
const MAX_DECLARED_PRECISION: i16 = 1000;
/// Digits of a fraction that is in nanoseconds.
const MAX_SECONDS_PRECISION: i16 = 9;
/// Digits of the 32-bit number that is an interval's leading field.
const MAX_LEADING_PRECISION: i32 = 10;

/// Whether a code is one of ODBC's SQL types, concise.
pub fn is_sql_type(code: i16) -> bool {
    matches!(code, SQL_GUID..=SQL_LONGVARCHAR | SQL_CHAR..=SQL_TIMESTAMP | SQL_VARCHAR | SQL_TYPE_DATE..=SQL_TYPE_TIMESTAMP)
        || INTERVALS.contains(&code)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_three_type_fields_follow_each_other() {
        // ODBC reference, appendix D, "Data type identifiers and descriptors": concise, verbose, code.
        for (concise, verbose, code) in [
            (SQL_CHAR, SQL_CHAR, 0),
            (SQL_TYPE_DATE, SQL_DATETIME, SQL_CODE_DATE),
            (SQL_TYPE_TIMESTAMP, SQL_DATETIME, SQL_CODE_TIMESTAMP),
            (SQL_INTERVAL_MONTH, SQL_INTERVAL, SQL_CODE_MONTH),
            (SQL_INTERVAL_MINUTE_TO_SECOND, SQL_INTERVAL, SQL_CODE_MINUTE_TO_SECOND),
        ] {
            let set = DataType::new(concise);
            assert_eq!((set.verbose(), set.code()), (verbose, code), "{concise}");
            assert_eq!(DataType::of_verbose(verbose).with_code(code).unwrap(), set, "{concise}");
        }
    }

    #[test]
    fn a_code_that_does_not_go_with_the_type_is_refused() {
        for (verbose, code) in [(SQL_INTEGER, 1), (SQL_DATETIME, 4), (SQL_DATETIME, 0), (SQL_INTERVAL, 14)] {
            let error = DataType::of_verbose(verbose).with_code(code).unwrap_err();
            assert_eq!(error.sqlstate, HY021_INCONSISTENT_DESCRIPTOR);
        }
        assert!(DataType::of_verbose(SQL_INTERVAL).check(0, 0).is_err(), "the code is missing");
        assert!(DataType::new(SQL_TYPE_TIMESTAMP).check(10, 0).is_err());
        assert!(DataType::new(SQL_TYPE_DATE).check(10, 0).is_ok(), "a date has no seconds");
    }

    #[test]
    fn sql_types_are_told_from_other_numbers() {
        for code in [
            SQL_CHAR,
            SQL_DECIMAL,
            SQL_VARCHAR,
            SQL_WLONGVARCHAR,
            SQL_GUID,
            SQL_BIT,
            SQL_TYPE_TIME,
            9,
            10,
            11,
            101,
            113,
        ] {
            assert!(is_sql_type(code), "{code}");
        }
        for code in [0, 13, 90, 94, 99, 100, 114, -12, -15, -25, -28] {
            assert!(!is_sql_type(code), "{code}");
        }
    }
}

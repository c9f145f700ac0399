//! Checks of type codes at binding time.

use super::c_type::c_type;
use super::options::{ConvertOptions, NumericTarget};
use crate::diag::Result;
use crate::odbc::types::SQL_C_DEFAULT;

/// Refuses a C type code that is none: HY003.
pub fn check_c_type(code: i16) -> Result {
    if code == SQL_C_DEFAULT { Ok(()) } else { c_type(code).map(drop) }
}

impl ConvertOptions {
    /// The same with the precision and scale of a descriptor record, where it has any: they are for SQL_C_NUMERIC.
    pub fn with_numeric(&self, precision: i16, scale: i16) -> ConvertOptions {
        match (u8::try_from(precision), i8::try_from(scale)) {
            (Ok(precision), Ok(scale)) if precision > 0 => {
                ConvertOptions { numeric: NumericTarget { precision, scale }, ..*self }
            }
            _ => *self,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_odbc_2_and_3_are_taken_and_others_refused() {
        for code in [1, 4, 5, -6, 9, 10, 11, 91, 92, 93, 99, -8, -11, -27] {
            assert!(check_c_type(code).is_ok(), "{code}");
        }
        assert_eq!(check_c_type(0).unwrap_err().sqlstate.as_str(), "HY003");
        assert_eq!(check_c_type(12345).unwrap_err().sqlstate.as_str(), "HY003");
    }

    #[test]
    fn a_record_without_precision_keeps_the_default() {
        let options = ConvertOptions::default();
        assert_eq!(options.with_numeric(0, 0).numeric, NumericTarget::default());
        assert_eq!(options.with_numeric(10, 2).numeric, NumericTarget { precision: 10, scale: 2 });
    }
}

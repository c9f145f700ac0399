//! The C types: code, size, name.
//!
//! Source: ODBC reference, appendix D, "C data types", "Backward compatibility of C data types"; sqlext.h. The
//! SQL Server types (msodbcsql.h) are driver C types of the ODBC 3.8 kind that pyodbc and .NET know.

use crate::diag::sqlstate::HY003_INVALID_APPLICATION_BUFFER_TYPE;
use crate::diag::{Diagnostic, Result};
use crate::odbc::types::*;

/// `SQL_C_SS_TIME2`: a time with its fraction.
pub const SQL_C_SS_TIME2: i16 = 0x4000;
/// `SQL_C_SS_TIMESTAMPOFFSET`: a timestamp with its offset from UTC.
pub const SQL_C_SS_TIMESTAMPOFFSET: i16 = 0x4001;

/// One C type code that an application may name.
#[derive(Clone, Copy, Debug)]
pub struct CType {
    /// The code as applications send it.
    pub code: i16,
    /// The one code of several for the same layout (the ODBC 2 codes 4, 5, -6, 9, 10, 11 become their ODBC 3 twins).
    pub canonical: i16,
    /// Bytes of a value; 0 for character and binary data.
    pub size: usize,
    pub name: &'static str,
}

macro_rules! c_types {
    ($($code:expr, $canonical:expr, $size:expr, $name:literal;)*) => {
        /// All C types that the driver converts from and to.
        pub const C_TYPES: &[CType] =
            &[$(CType { code: $code, canonical: $canonical, size: $size, name: $name },)*];
    };
}

c_types! {
    SQL_C_CHAR, SQL_C_CHAR, 0, "SQL_C_CHAR";
    SQL_C_WCHAR, SQL_C_WCHAR, 0, "SQL_C_WCHAR";
    SQL_C_BINARY, SQL_C_BINARY, 0, "SQL_C_BINARY";
    SQL_C_SLONG, SQL_C_SLONG, 4, "SQL_C_SLONG";
    SQL_C_LONG, SQL_C_SLONG, 4, "SQL_C_LONG";
    SQL_C_ULONG, SQL_C_ULONG, 4, "SQL_C_ULONG";
    SQL_C_SSHORT, SQL_C_SSHORT, 2, "SQL_C_SSHORT";
    SQL_C_SHORT, SQL_C_SSHORT, 2, "SQL_C_SHORT";
    SQL_C_USHORT, SQL_C_USHORT, 2, "SQL_C_USHORT";
    SQL_C_STINYINT, SQL_C_STINYINT, 1, "SQL_C_STINYINT";
    SQL_C_TINYINT, SQL_C_STINYINT, 1, "SQL_C_TINYINT";
    SQL_C_UTINYINT, SQL_C_UTINYINT, 1, "SQL_C_UTINYINT";
    SQL_C_SBIGINT, SQL_C_SBIGINT, 8, "SQL_C_SBIGINT";
    SQL_C_UBIGINT, SQL_C_UBIGINT, 8, "SQL_C_UBIGINT";
    SQL_C_FLOAT, SQL_C_FLOAT, 4, "SQL_C_FLOAT";
    SQL_C_DOUBLE, SQL_C_DOUBLE, 8, "SQL_C_DOUBLE";
    SQL_C_BIT, SQL_C_BIT, 1, "SQL_C_BIT";
    SQL_C_NUMERIC, SQL_C_NUMERIC, 19, "SQL_C_NUMERIC";
    SQL_C_GUID, SQL_C_GUID, 16, "SQL_C_GUID";
    SQL_C_TYPE_DATE, SQL_C_TYPE_DATE, 6, "SQL_C_TYPE_DATE";
    SQL_C_DATE, SQL_C_TYPE_DATE, 6, "SQL_C_DATE";
    SQL_C_TYPE_TIME, SQL_C_TYPE_TIME, 6, "SQL_C_TYPE_TIME";
    SQL_C_TIME, SQL_C_TYPE_TIME, 6, "SQL_C_TIME";
    SQL_C_TYPE_TIMESTAMP, SQL_C_TYPE_TIMESTAMP, 16, "SQL_C_TYPE_TIMESTAMP";
    SQL_C_TIMESTAMP, SQL_C_TYPE_TIMESTAMP, 16, "SQL_C_TIMESTAMP";
    SQL_C_SS_TIME2, SQL_C_SS_TIME2, 12, "SQL_C_SS_TIME2";
    SQL_C_SS_TIMESTAMPOFFSET, SQL_C_SS_TIMESTAMPOFFSET, 20, "SQL_C_SS_TIMESTAMPOFFSET";
    SQL_C_INTERVAL_YEAR, SQL_C_INTERVAL_YEAR, 28, "SQL_C_INTERVAL_YEAR";
    SQL_C_INTERVAL_MONTH, SQL_C_INTERVAL_MONTH, 28, "SQL_C_INTERVAL_MONTH";
    SQL_C_INTERVAL_DAY, SQL_C_INTERVAL_DAY, 28, "SQL_C_INTERVAL_DAY";
    SQL_C_INTERVAL_HOUR, SQL_C_INTERVAL_HOUR, 28, "SQL_C_INTERVAL_HOUR";
    SQL_C_INTERVAL_MINUTE, SQL_C_INTERVAL_MINUTE, 28, "SQL_C_INTERVAL_MINUTE";
    SQL_C_INTERVAL_SECOND, SQL_C_INTERVAL_SECOND, 28, "SQL_C_INTERVAL_SECOND";
    SQL_C_INTERVAL_YEAR_TO_MONTH, SQL_C_INTERVAL_YEAR_TO_MONTH, 28, "SQL_C_INTERVAL_YEAR_TO_MONTH";
    SQL_C_INTERVAL_DAY_TO_HOUR, SQL_C_INTERVAL_DAY_TO_HOUR, 28, "SQL_C_INTERVAL_DAY_TO_HOUR";
    SQL_C_INTERVAL_DAY_TO_MINUTE, SQL_C_INTERVAL_DAY_TO_MINUTE, 28, "SQL_C_INTERVAL_DAY_TO_MINUTE";
    SQL_C_INTERVAL_DAY_TO_SECOND, SQL_C_INTERVAL_DAY_TO_SECOND, 28, "SQL_C_INTERVAL_DAY_TO_SECOND";
    SQL_C_INTERVAL_HOUR_TO_MINUTE, SQL_C_INTERVAL_HOUR_TO_MINUTE, 28, "SQL_C_INTERVAL_HOUR_TO_MINUTE";
    SQL_C_INTERVAL_HOUR_TO_SECOND, SQL_C_INTERVAL_HOUR_TO_SECOND, 28, "SQL_C_INTERVAL_HOUR_TO_SECOND";
    SQL_C_INTERVAL_MINUTE_TO_SECOND, SQL_C_INTERVAL_MINUTE_TO_SECOND, 28, "SQL_C_INTERVAL_MINUTE_TO_SECOND";
}

/// The C type of a code; HY003 if there is none (SQL_C_DEFAULT must have been resolved before).
pub(super) fn c_type(code: i16) -> Result<&'static CType> {
    C_TYPES.iter().find(|c_type| c_type.code == code).ok_or_else(|| {
        Diagnostic::new(
            HY003_INVALID_APPLICATION_BUFFER_TYPE,
            format!("{code} is not a C data type; use one of the SQL_C_ codes of sqlext.h"),
        )
    })
}

/// What SQL_C_DEFAULT means for a SQL type (appendix D, "Default C data types").
///
/// Character types stand for themselves: SQL_C_WCHAR for the wide ones. Exact numerics are SQL_C_CHAR.
pub fn default_c_type(sql_type: i16, unsigned: bool) -> i16 {
    match sql_type {
        SQL_WCHAR | SQL_WVARCHAR | SQL_WLONGVARCHAR => SQL_C_WCHAR,
        SQL_BINARY | SQL_VARBINARY | SQL_LONGVARBINARY => SQL_C_BINARY,
        SQL_BIT => SQL_C_BIT,
        SQL_TINYINT => [SQL_C_STINYINT, SQL_C_UTINYINT][usize::from(unsigned)],
        SQL_SMALLINT => [SQL_C_SSHORT, SQL_C_USHORT][usize::from(unsigned)],
        SQL_INTEGER => [SQL_C_SLONG, SQL_C_ULONG][usize::from(unsigned)],
        SQL_BIGINT => [SQL_C_SBIGINT, SQL_C_UBIGINT][usize::from(unsigned)],
        SQL_REAL => SQL_C_FLOAT,
        SQL_FLOAT | SQL_DOUBLE => SQL_C_DOUBLE,
        SQL_GUID => SQL_C_GUID,
        SQL_TYPE_DATE | SQL_DATE => SQL_C_TYPE_DATE,
        SQL_TYPE_TIME | SQL_TIME => SQL_C_TYPE_TIME,
        SQL_TYPE_TIMESTAMP | SQL_TIMESTAMP => SQL_C_TYPE_TIMESTAMP,
        SQL_INTERVAL_YEAR..=SQL_INTERVAL_MINUTE_TO_SECOND => sql_type,
        _ => SQL_C_CHAR,
    }
}

//! SQL and C type codes, datetime and interval subcodes.
//!
//! Source: ODBC reference, appendix D; values from `sql.h`, `sqlext.h` and `sqlucode.h`.

// SQL types.
pub const SQL_UNKNOWN_TYPE: i16 = 0;
pub const SQL_CHAR: i16 = 1;
pub const SQL_NUMERIC: i16 = 2;
pub const SQL_DECIMAL: i16 = 3;
pub const SQL_INTEGER: i16 = 4;
pub const SQL_SMALLINT: i16 = 5;
pub const SQL_FLOAT: i16 = 6;
pub const SQL_REAL: i16 = 7;
pub const SQL_DOUBLE: i16 = 8;
pub const SQL_DATETIME: i16 = 9;
pub const SQL_VARCHAR: i16 = 12;
pub const SQL_TYPE_DATE: i16 = 91;
pub const SQL_TYPE_TIME: i16 = 92;
pub const SQL_TYPE_TIMESTAMP: i16 = 93;
pub const SQL_DATE: i16 = 9;
pub const SQL_INTERVAL: i16 = 10;
pub const SQL_TIME: i16 = 10;
pub const SQL_TIMESTAMP: i16 = 11;
pub const SQL_LONGVARCHAR: i16 = -1;
pub const SQL_BINARY: i16 = -2;
pub const SQL_VARBINARY: i16 = -3;
pub const SQL_LONGVARBINARY: i16 = -4;
pub const SQL_BIGINT: i16 = -5;
pub const SQL_TINYINT: i16 = -6;
pub const SQL_BIT: i16 = -7;
pub const SQL_WCHAR: i16 = -8;
pub const SQL_WVARCHAR: i16 = -9;
pub const SQL_WLONGVARCHAR: i16 = -10;
pub const SQL_GUID: i16 = -11;
pub const SQL_ALL_TYPES: i16 = 0;
pub const SQL_INTERVAL_YEAR: i16 = 101;
pub const SQL_INTERVAL_MONTH: i16 = 102;
pub const SQL_INTERVAL_DAY: i16 = 103;
pub const SQL_INTERVAL_HOUR: i16 = 104;
pub const SQL_INTERVAL_MINUTE: i16 = 105;
pub const SQL_INTERVAL_SECOND: i16 = 106;
pub const SQL_INTERVAL_YEAR_TO_MONTH: i16 = 107;
pub const SQL_INTERVAL_DAY_TO_HOUR: i16 = 108;
pub const SQL_INTERVAL_DAY_TO_MINUTE: i16 = 109;
pub const SQL_INTERVAL_DAY_TO_SECOND: i16 = 110;
pub const SQL_INTERVAL_HOUR_TO_MINUTE: i16 = 111;
pub const SQL_INTERVAL_HOUR_TO_SECOND: i16 = 112;
pub const SQL_INTERVAL_MINUTE_TO_SECOND: i16 = 113;

// C types. 4, 5 and -6 are the ODBC 2 codes, which applications still send.
pub const SQL_C_CHAR: i16 = 1;
pub const SQL_C_LONG: i16 = 4;
pub const SQL_C_SHORT: i16 = 5;
pub const SQL_C_FLOAT: i16 = 7;
pub const SQL_C_DOUBLE: i16 = 8;
pub const SQL_C_NUMERIC: i16 = 2;
pub const SQL_C_DEFAULT: i16 = 99;
pub const SQL_C_DATE: i16 = 9;
pub const SQL_C_TIME: i16 = 10;
pub const SQL_C_TIMESTAMP: i16 = 11;
pub const SQL_C_TYPE_DATE: i16 = 91;
pub const SQL_C_TYPE_TIME: i16 = 92;
pub const SQL_C_TYPE_TIMESTAMP: i16 = 93;
pub const SQL_C_INTERVAL_YEAR: i16 = 101;
pub const SQL_C_INTERVAL_MONTH: i16 = 102;
pub const SQL_C_INTERVAL_DAY: i16 = 103;
pub const SQL_C_INTERVAL_HOUR: i16 = 104;
pub const SQL_C_INTERVAL_MINUTE: i16 = 105;
pub const SQL_C_INTERVAL_SECOND: i16 = 106;
pub const SQL_C_INTERVAL_YEAR_TO_MONTH: i16 = 107;
pub const SQL_C_INTERVAL_DAY_TO_HOUR: i16 = 108;
pub const SQL_C_INTERVAL_DAY_TO_MINUTE: i16 = 109;
pub const SQL_C_INTERVAL_DAY_TO_SECOND: i16 = 110;
pub const SQL_C_INTERVAL_HOUR_TO_MINUTE: i16 = 111;
pub const SQL_C_INTERVAL_HOUR_TO_SECOND: i16 = 112;
pub const SQL_C_INTERVAL_MINUTE_TO_SECOND: i16 = 113;
pub const SQL_C_BINARY: i16 = -2;
pub const SQL_C_BIT: i16 = -7;
pub const SQL_C_SBIGINT: i16 = -25;
pub const SQL_C_UBIGINT: i16 = -27;
pub const SQL_C_TINYINT: i16 = -6;
pub const SQL_C_SLONG: i16 = -16;
pub const SQL_C_SSHORT: i16 = -15;
pub const SQL_C_STINYINT: i16 = -26;
pub const SQL_C_ULONG: i16 = -18;
pub const SQL_C_USHORT: i16 = -17;
pub const SQL_C_UTINYINT: i16 = -28;
pub const SQL_C_BOOKMARK: i16 = -27;
pub const SQL_C_GUID: i16 = -11;
pub const SQL_C_VARBOOKMARK: i16 = -2;
pub const SQL_C_WCHAR: i16 = -8;
pub const SQL_C_TCHAR: i16 = 1;
/// `SQLGetData`: convert to the type that the ARD record names.
pub const SQL_ARD_TYPE: i16 = -99;
/// `SQLGetData`: convert to the type that the APD record names (streamed output parameters).
pub const SQL_APD_TYPE: i16 = -100;

// Datetime and interval subcodes (SQL_DESC_DATETIME_INTERVAL_CODE).
pub const SQL_CODE_DATE: i16 = 1;
pub const SQL_CODE_TIME: i16 = 2;
pub const SQL_CODE_TIMESTAMP: i16 = 3;
pub const SQL_CODE_YEAR: i16 = 1;
pub const SQL_CODE_MONTH: i16 = 2;
pub const SQL_CODE_DAY: i16 = 3;
pub const SQL_CODE_HOUR: i16 = 4;
pub const SQL_CODE_MINUTE: i16 = 5;
pub const SQL_CODE_SECOND: i16 = 6;
pub const SQL_CODE_YEAR_TO_MONTH: i16 = 7;
pub const SQL_CODE_DAY_TO_HOUR: i16 = 8;
pub const SQL_CODE_DAY_TO_MINUTE: i16 = 9;
pub const SQL_CODE_DAY_TO_SECOND: i16 = 10;
pub const SQL_CODE_HOUR_TO_MINUTE: i16 = 11;
pub const SQL_CODE_HOUR_TO_SECOND: i16 = 12;
pub const SQL_CODE_MINUTE_TO_SECOND: i16 = 13;

// Nullability, searchability, updatability.
pub const SQL_NO_NULLS: i16 = 0;
pub const SQL_NULLABLE: i16 = 1;
pub const SQL_NULLABLE_UNKNOWN: i16 = 2;
pub const SQL_PRED_NONE: i16 = 0;
pub const SQL_PRED_CHAR: i16 = 1;
pub const SQL_PRED_BASIC: i16 = 2;
pub const SQL_PRED_SEARCHABLE: i16 = 3;
pub const SQL_NAMED: i16 = 0;
pub const SQL_UNNAMED: i16 = 1;
pub const SQL_ATTR_READONLY: i16 = 0;
pub const SQL_ATTR_WRITE: i16 = 1;
pub const SQL_ATTR_READWRITE_UNKNOWN: i16 = 2;

/// The code of a concise type as an application of that ODBC version knows it: dates and times had other ones in ODBC 2.
///
/// Source: ODBC reference, appendix G, "Datetime data type changes".
pub const fn concise_type_for(concise_type: i16, odbc2: bool) -> i16 {
    match concise_type {
        SQL_TYPE_DATE if odbc2 => SQL_DATE,
        SQL_TYPE_TIME if odbc2 => SQL_TIME,
        SQL_TYPE_TIMESTAMP if odbc2 => SQL_TIMESTAMP,
        other => other,
    }
}

//! SQLSTATEs by name.
//!
//! Source: ODBC reference, appendix A (ODBC error codes).

use std::fmt;

/// A five-character code of class (two characters) and subclass (three).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sqlstate(pub [u8; 5]);

impl Sqlstate {
    /// The code as text. A server may send any five bytes; what is not ASCII reads as `?`.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("?????")
    }

    /// The code that a server sent; anything but five characters of `[0-9A-Z]` becomes HY000.
    pub fn from_server(code: &[u8]) -> Sqlstate {
        match <[u8; 5]>::try_from(code) {
            Ok(code) if code.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) => Sqlstate(code),
            _ => HY000_GENERAL_ERROR,
        }
    }

    /// Class 01 (and 00): the function has done its work and has something to say.
    pub fn is_warning(&self) -> bool {
        &self.0[..2] == b"01" || &self.0[..2] == b"00"
    }
}

impl fmt::Debug for Sqlstate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for Sqlstate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

macro_rules! sqlstates {
    ($($name:ident = $code:literal;)*) => { $(pub const $name: Sqlstate = Sqlstate(*$code);)* };
}

sqlstates! {
    S01000_GENERAL_WARNING = b"01000";
    S01001_CURSOR_OPERATION_CONFLICT = b"01001";
    S01002_DISCONNECT_ERROR = b"01002";
    S01004_STRING_TRUNCATED = b"01004";
    S01S00_INVALID_CONNECTION_STRING_ATTRIBUTE = b"01S00";
    S01S01_ERROR_IN_ROW = b"01S01";
    S01S02_OPTION_VALUE_CHANGED = b"01S02";
    S01S06_FETCH_BEFORE_FIRST_ROWSET = b"01S06";
    S01S07_FRACTIONAL_TRUNCATION = b"01S07";
    S07002_COUNT_FIELD_INCORRECT = b"07002";
    S07005_NOT_A_CURSOR_SPECIFICATION = b"07005";
    S07006_RESTRICTED_DATA_TYPE = b"07006";
    S07009_INVALID_DESCRIPTOR_INDEX = b"07009";
    S07S01_INVALID_USE_OF_DEFAULT_PARAMETER = b"07S01";
    S08001_UNABLE_TO_CONNECT = b"08001";
    S08002_CONNECTION_NAME_IN_USE = b"08002";
    S08003_CONNECTION_NOT_OPEN = b"08003";
    S08004_SERVER_REJECTED_CONNECTION = b"08004";
    S08007_CONNECTION_FAILURE_DURING_TRANSACTION = b"08007";
    S08S01_COMMUNICATION_LINK_FAILURE = b"08S01";
    S21S02_DEGREE_OF_DERIVED_TABLE = b"21S02";
    S22001_STRING_RIGHT_TRUNCATED = b"22001";
    S22002_INDICATOR_REQUIRED = b"22002";
    S22003_NUMERIC_OUT_OF_RANGE = b"22003";
    S22007_INVALID_DATETIME_FORMAT = b"22007";
    S22008_DATETIME_FIELD_OVERFLOW = b"22008";
    S22015_INTERVAL_FIELD_OVERFLOW = b"22015";
    S22018_INVALID_CHARACTER_VALUE = b"22018";
    S22026_STRING_LENGTH_MISMATCH = b"22026";
    S24000_INVALID_CURSOR_STATE = b"24000";
    S25000_INVALID_TRANSACTION_STATE = b"25000";
    S25S01_TRANSACTION_STATE_UNKNOWN = b"25S01";
    S28000_INVALID_AUTHORIZATION = b"28000";
    S34000_INVALID_CURSOR_NAME = b"34000";
    S3C000_DUPLICATE_CURSOR_NAME = b"3C000";
    S3D000_INVALID_CATALOG_NAME = b"3D000";
    S40001_SERIALIZATION_FAILURE = b"40001";
    S42000_SYNTAX_ERROR_OR_ACCESS_VIOLATION = b"42000";
    S42S01_TABLE_EXISTS = b"42S01";
    S42S02_TABLE_NOT_FOUND = b"42S02";
    S42S11_INDEX_EXISTS = b"42S11";
    S42S12_INDEX_NOT_FOUND = b"42S12";
    S42S21_COLUMN_EXISTS = b"42S21";
    S42S22_COLUMN_NOT_FOUND = b"42S22";
    HY000_GENERAL_ERROR = b"HY000";
    HY001_MEMORY_ALLOCATION = b"HY001";
    HY003_INVALID_APPLICATION_BUFFER_TYPE = b"HY003";
    HY004_INVALID_SQL_DATA_TYPE = b"HY004";
    HY007_STATEMENT_NOT_PREPARED = b"HY007";
    HY008_OPERATION_CANCELED = b"HY008";
    HY009_INVALID_NULL_POINTER = b"HY009";
    HY010_FUNCTION_SEQUENCE_ERROR = b"HY010";
    HY011_ATTRIBUTE_CANNOT_BE_SET_NOW = b"HY011";
    HY012_INVALID_TRANSACTION_CODE = b"HY012";
    HY013_MEMORY_MANAGEMENT = b"HY013";
    HY014_HANDLE_LIMIT = b"HY014";
    HY015_NO_CURSOR_NAME = b"HY015";
    HY016_CANNOT_MODIFY_IRD = b"HY016";
    HY017_IMPLICIT_DESCRIPTOR_HANDLE = b"HY017";
    HY018_CANCEL_DECLINED = b"HY018";
    HY019_NON_CHARACTER_DATA_IN_PIECES = b"HY019";
    HY020_CONCATENATE_NULL = b"HY020";
    HY021_INCONSISTENT_DESCRIPTOR = b"HY021";
    HY024_INVALID_ATTRIBUTE_VALUE = b"HY024";
    HY090_INVALID_STRING_OR_BUFFER_LENGTH = b"HY090";
    HY091_INVALID_DESCRIPTOR_FIELD = b"HY091";
    HY092_INVALID_ATTRIBUTE = b"HY092";
    HY095_FUNCTION_TYPE_OUT_OF_RANGE = b"HY095";
    HY096_INFORMATION_TYPE_OUT_OF_RANGE = b"HY096";
    HY097_COLUMN_TYPE_OUT_OF_RANGE = b"HY097";
    HY100_UNIQUENESS_OPTION_OUT_OF_RANGE = b"HY100";
    HY103_RETRIEVAL_CODE_OUT_OF_RANGE = b"HY103";
    HY104_INVALID_PRECISION_OR_SCALE = b"HY104";
    HY105_INVALID_PARAMETER_TYPE = b"HY105";
    HY106_FETCH_TYPE_OUT_OF_RANGE = b"HY106";
    HY107_ROW_VALUE_OUT_OF_RANGE = b"HY107";
    HY109_INVALID_CURSOR_POSITION = b"HY109";
    HY110_INVALID_DRIVER_COMPLETION = b"HY110";
    HY111_INVALID_BOOKMARK = b"HY111";
    HYC00_NOT_IMPLEMENTED = b"HYC00";
    HYT00_TIMEOUT_EXPIRED = b"HYT00";
    HYT01_CONNECTION_TIMEOUT_EXPIRED = b"HYT01";
    IM001_DRIVER_DOES_NOT_SUPPORT_FUNCTION = b"IM001";
    IM002_DATA_SOURCE_NOT_FOUND = b"IM002";
}

//! From a server's SQLSTATE to the one that ODBC has for the same thing.
//!
//! Sources: PostgreSQL documentation, appendix A; ODBC reference, appendix A. What is not in the table keeps the
//! server's own code, which is readable in any case as a driver-defined diagnostic field.

use super::Sqlstate;
use super::sqlstate::*;

const TABLE: &[(&[u8; 5], Sqlstate)] = &[
    // syntax and names
    (b"42601", S42000_SYNTAX_ERROR_OR_ACCESS_VIOLATION), // syntax_error
    (b"42501", S42000_SYNTAX_ERROR_OR_ACCESS_VIOLATION), // insufficient_privilege
    (b"42P01", S42S02_TABLE_NOT_FOUND),                  // undefined_table
    (b"42P07", S42S01_TABLE_EXISTS),                     // duplicate_table
    (b"42703", S42S22_COLUMN_NOT_FOUND),                 // undefined_column
    (b"42701", S42S21_COLUMN_EXISTS),                    // duplicate_column
    (b"42704", S42000_SYNTAX_ERROR_OR_ACCESS_VIOLATION), // undefined_object
    (b"3F000", S42000_SYNTAX_ERROR_OR_ACCESS_VIOLATION), // invalid_schema_name: ODBC's 3F000 is the same class, but
    // clients test for 42000 on a statement that names a missing object
    // cancellation, time
    (b"57014", HY008_OPERATION_CANCELED), // query_canceled; HYT00 where a timeout ran out
    // the connection
    (b"57P01", S08S01_COMMUNICATION_LINK_FAILURE), // admin_shutdown
    (b"57P02", S08S01_COMMUNICATION_LINK_FAILURE), // crash_shutdown
    (b"57P05", S08S01_COMMUNICATION_LINK_FAILURE), // idle_session_timeout
    (b"25P03", S08S01_COMMUNICATION_LINK_FAILURE), // idle_in_transaction_session_timeout
    (b"57P03", S08001_UNABLE_TO_CONNECT),          // cannot_connect_now
    (b"53300", S08004_SERVER_REJECTED_CONNECTION), // too_many_connections
    // login
    (b"28P01", S28000_INVALID_AUTHORIZATION), // invalid_password
    // transactions
    (b"40P01", S40001_SERIALIZATION_FAILURE), // deadlock_detected
    // values
    (b"22P02", S22018_INVALID_CHARACTER_VALUE), // invalid_text_representation
    (b"53200", HY001_MEMORY_ALLOCATION),        // out_of_memory
    (b"0A000", HYC00_NOT_IMPLEMENTED),          // feature_not_supported
];

/// ODBC's SQLSTATE for a server's.
pub fn sqlstate_for_server_code(code: &[u8]) -> Sqlstate {
    TABLE.iter().find(|(server, _)| server.as_slice() == code).map_or_else(|| Sqlstate::from_server(code), |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_codes_become_odbcs_and_others_stay() {
        assert_eq!(sqlstate_for_server_code(b"42P01"), Sqlstate(*b"42S02"));
        assert_eq!(sqlstate_for_server_code(b"42703").as_str(), "42S22");
        assert_eq!(sqlstate_for_server_code(b"23505").as_str(), "23505");
    }

    #[test]
    fn a_code_that_is_none_is_a_general_error() {
        for code in [&b""[..], b"1234", b"123456", b"ab\xffcd", b"abcde"] {
            assert_eq!(sqlstate_for_server_code(code).as_str(), "HY000", "{code:?}");
        }
    }
}

//! Expected values: the ODBC reference (shapes, values), sql.h and sqlext.h (numbers), PostgreSQL's documentation.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::odbc::info_types::*;

pub const FACTS: InfoFacts<'static> = InfoFacts {
    data_source_name: "sales",
    server_name: "db.example.com",
    database: "shop",
    user: "anna",
    dbms_name: "PostgreSQL",
    server_version: (15, 7, 0),
    server_version_text: "15.7 (Debian 15.7-0+deb12u1)",
    read_only: false,
    accessible_tables: false,
    transactions: true,
    default_isolation: 2,
    polls_connections: true,
    max_identifier_length: 63,
};

fn info(id: u16) -> InfoValue<'static> {
    get_info(id, &FACTS).unwrap()
}

fn text(text: &'static str) -> InfoValue<'static> {
    InfoValue::Text(Cow::Borrowed(text))
}

#[test]
fn no_information_type_is_there_twice() {
    for (index, row) in INFORMATION.iter().enumerate() {
        assert!(INFORMATION[..index].iter().all(|other| other.id != row.id), "{}", row.name);
    }
}

/// What the reference says the shape of each information type is: every number from 0 to 173 that sql.h or sqlext.h names,
/// and those from 1750 and 10000 on.
#[test]
fn every_information_type_has_the_shape_of_the_reference() {
    let texts: &[u16] = &[
        2, 6, 7, 10, 11, 13, 14, 16, 17, 18, 19, 20, 21, 25, 27, 29, 36, 37, 38, 39, 40, 41, 42, 45, 47, 73, 77, 87,
        89, 90, 94, 103, 111, 113, 171, 10000, 10002, 10003, 10004,
    ];
    let words: &[u16] = &[
        0, 1, 9, 12, 15, 22, 23, 24, 28, 30, 31, 32, 33, 34, 35, 46, 74, 75, 84, 85, 88, 93, 97, 98, 99, 100, 101, 106,
        107, 114, 116, 10005,
    ];
    let handles: &[u16] = &[3, 4, 5, 76, 135];
    for row in INFORMATION {
        let shape = match info(row.id) {
            InfoValue::Text(_) => texts,
            InfoValue::Word(_) => words,
            InfoValue::Len(_) => handles,
            InfoValue::Long(_) => {
                assert!(![texts, words, handles].iter().any(|other| other.contains(&row.id)), "{}", row.name);
                continue;
            }
        };
        assert!(shape.contains(&row.id), "{} has another shape", row.name);
    }
    // ODBC has given away every number up to 173.
    for id in (0..=173).chain(10_000..=10_005).chain(10_021..=10_025) {
        assert!(get_info(id, &FACTS).is_ok(), "{id}");
    }
}

#[test]
fn facts_of_the_connection_are_told() {
    assert_eq!(info(SQL_DATA_SOURCE_NAME), text("sales"));
    assert_eq!(info(SQL_SERVER_NAME), text("db.example.com"));
    assert_eq!(info(SQL_DATABASE_NAME), text("shop"));
    assert_eq!(info(SQL_USER_NAME), text("anna"));
    assert_eq!(info(SQL_DBMS_NAME), text("PostgreSQL"));
    assert_eq!(info(SQL_DBMS_VER), text("15.07.0000 15.7 (Debian 15.7-0+deb12u1)"));
    assert_eq!(info(SQL_MAX_TABLE_NAME_LEN), InfoValue::Word(63));
    assert_eq!(info(SQL_DATA_SOURCE_READ_ONLY), text("N"));
    let standby = InfoFacts { read_only: true, server_version_text: "15.7", ..FACTS };
    assert_eq!(get_info(SQL_DATA_SOURCE_READ_ONLY, &standby).unwrap(), text("Y"));
    assert_eq!(get_info(SQL_DBMS_VER, &standby).unwrap(), text("15.07.0000"));
}

#[test]
fn a_server_without_transactions_has_none() {
    assert_eq!(info(SQL_TXN_CAPABLE), InfoValue::Word(2));
    assert_eq!(info(SQL_TXN_ISOLATION_OPTION), InfoValue::Long(15));
    assert_eq!(info(SQL_DEFAULT_TXN_ISOLATION), InfoValue::Long(2));
    let without = InfoFacts { transactions: false, ..FACTS };
    assert_eq!(get_info(SQL_TXN_CAPABLE, &without).unwrap(), InfoValue::Word(0));
    assert_eq!(get_info(SQL_TXN_ISOLATION_OPTION, &without).unwrap(), InfoValue::Long(0));
    assert_eq!(get_info(SQL_DEFAULT_TXN_ISOLATION, &without).unwrap(), InfoValue::Long(0));
}

#[test]
fn the_driver_tells_of_itself() {
    assert_eq!(info(SQL_DRIVER_ODBC_VER), text("03.80"));
    let InfoValue::Text(version) = info(SQL_DRIVER_VER) else { panic!("a version is text") };
    let parts: Vec<_> = version.split('.').map(str::len).collect();
    assert_eq!(parts, [2, 2, 4], "{version}");
    let InfoValue::Text(name) = info(SQL_DRIVER_NAME) else { panic!("a name is text") };
    assert!(name.contains("pgodbc") && name.contains('.'), "{name}");
    // What clients ask before they do anything (SQL_CB_PRESERVE, ANY_COLUMN | ANY_ORDER | BLOCK | BOUND | OUTPUT_PARAMS).
    assert_eq!(info(SQL_CURSOR_COMMIT_BEHAVIOR), InfoValue::Word(2));
    assert_eq!(info(SQL_CURSOR_ROLLBACK_BEHAVIOR), InfoValue::Word(2));
    assert_eq!(info(SQL_GETDATA_EXTENSIONS), InfoValue::Long(1 | 2 | 4 | 8 | 0x10));
    assert_eq!(info(SQL_SEARCH_PATTERN_ESCAPE), text("\\"));
    assert_eq!(info(SQL_IDENTIFIER_QUOTE_CHAR), text("\""));
}

#[test]
fn keywords_are_a_sorted_list_without_odbcs_own() {
    let InfoValue::Text(keywords) = info(SQL_KEYWORDS) else { panic!("a list is text") };
    let words: Vec<_> = keywords.split(',').collect();
    assert!(words.is_sorted());
    assert!(words.contains(&"ILIKE") && words.contains(&"RETURNING"));
    // Reserved in both, so not in the list; and not reserved in PostgreSQL.
    for other in ["SELECT", "SYSTEM_USER", "USER", "VALUE"] {
        assert!(!words.contains(&other), "{other}");
    }
}

#[test]
fn numbers_out_of_range_are_told_apart() {
    for (id, expected) in [
        (175, sqlstate::HY096_INFORMATION_TYPE_OUT_OF_RANGE),
        (999, sqlstate::HY096_INFORMATION_TYPE_OUT_OF_RANGE),
        (10_999, sqlstate::HY096_INFORMATION_TYPE_OUT_OF_RANGE),
        (1061, sqlstate::HYC00_NOT_IMPLEMENTED),
        (0x4000, sqlstate::HYC00_NOT_IMPLEMENTED),
        (u16::MAX, sqlstate::HYC00_NOT_IMPLEMENTED),
    ] {
        assert_eq!(get_info(id, &FACTS).unwrap_err().sqlstate, expected, "{id}");
    }
}

// All bits that sqlext.h defines for each group, less SOUNDEX (0x20000) and DIFFERENCE (0x8000), which the server has only in
// an extension.
#[test]
fn scalar_functions_are_those_that_escapes_translate() {
    assert_eq!(info(SQL_STRING_FUNCTIONS), InfoValue::Long(0x00ff_ffff & !0x0002_8000));
    assert_eq!(info(SQL_NUMERIC_FUNCTIONS), InfoValue::Long(0x00ff_ffff));
    assert_eq!(info(SQL_TIMEDATE_FUNCTIONS), InfoValue::Long(0x001f_ffff));
    assert_eq!(info(SQL_SYSTEM_FUNCTIONS), InfoValue::Long(7));
    assert_eq!(info(SQL_TIMEDATE_ADD_INTERVALS), InfoValue::Long(0x1ff));
    assert_eq!(info(SQL_TIMEDATE_DIFF_INTERVALS), InfoValue::Long(0x1ff));
    assert_eq!(info(SQL_CONVERT_FUNCTIONS), InfoValue::Long(3));
}

#[test]
fn what_does_not_apply_is_answered_as_the_reference_says() {
    // SQLProcedures lists all of them, also those that the user may not execute.
    assert_eq!(info(SQL_PROCEDURES), text("Y"));
    assert_eq!(info(SQL_ACCESSIBLE_PROCEDURES), text("N"));
    assert_eq!(info(SQL_MAX_PROCEDURE_NAME_LEN), InfoValue::Word(63));
    assert_eq!(info(SQL_PROCEDURE_TERM), text("procedure"));
    assert_eq!(info(SQL_SCHEMA_USAGE), InfoValue::Long(0x1f));
    assert_eq!(info(SQL_CATALOG_USAGE), InfoValue::Long(0x1f));
    // Forward-only, keyset-driven and static cursors; single statements are asynchronous, in any number.
    assert_eq!(info(SQL_SCROLL_OPTIONS), InfoValue::Long(0x13));
    assert_eq!((info(SQL_ASYNC_MODE), info(SQL_ASYNC_DBC_FUNCTIONS)), (InfoValue::Long(2), InfoValue::Long(1)));
    for none in [SQL_DYNAMIC_CURSOR_ATTRIBUTES1, SQL_DYNAMIC_CURSOR_ATTRIBUTES2, SQL_MAX_ASYNC_CONCURRENT_STATEMENTS] {
        assert_eq!(info(none), InfoValue::Long(0), "{none}");
    }
}

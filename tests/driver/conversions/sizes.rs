//! What is reported of sizes holds for every value, also where keywords change texts: SQL_DESC_DISPLAY_SIZE is no less than
//! the characters of the text (appendix D, "Display size"), and SQL_DESC_OCTET_LENGTH of a character column no less than its
//! bytes, as SQL_C_CHAR and as SQL_C_WCHAR ("Transfer octet length").

use super::*;
use crate::odbc::descriptor_fields::*;

/// Longest values of types whose texts depend on the session, on names, or on keywords.
const LONGEST: &[&str] = &[
    "repeat(chr(128512), 20)::varchar(20)",
    "repeat(chr(128512), 20)::char(20)",
    "repeat(chr(10), 20)::varchar(20)",
    "repeat(chr(10), 20)::char(20)",
    "repeat(chr(10), 63)::name",
    "true",
    "1::bit(1)",
    "'-9223372036854775808'::int8",
    "make_interval(months => -2147483637, days => 2147483647, hours => 2147483646, mins => 59, secs => 59.999999)",
    "make_interval(months => 2147483637, days => -2147483647, hours => -2147483646, mins => -59, secs => -59.999999)",
    "(select oid::regnamespace from pg_namespace where nspname = repeat(chr(34), 63))",
    "(select oid::regclass from pg_class where relname = repeat(chr(34), 63))",
    "(select oid::regtype from pg_type where typname = repeat(chr(34), 63))",
    "(select typarray::regtype from pg_type where typname = repeat(chr(34), 63))",
    "(select oid::regproc from pg_proc where proname = repeat(chr(34), 63))",
    "'-12345.678'::numeric(8,3)",
    "'-0.999'::numeric(3,3)",
    "('-' || repeat('9', 131072) || '.' || repeat('9', 16383))::numeric",
    "'23:59:59.999999-15:59:59'::timetz",
    "'23:59:59.99-15:59:59'::timetz(2)",
    "'294276-12-31 23:59:59.999999'::timestamp",
    "'4713-01-02 23:59:59.999999 BC'::timestamptz",
    "'4713-01-02 23:59:59 BC'::timestamptz(0)",
];

/// A schema and what is in it, with the longest names that there can be in quotes.
const LONG_NAMES: &str = "do $$ declare name text = repeat(chr(34), 63); begin
    execute format('create schema %I', name);
    execute format('create table %I.%I ()', name, name);
    execute format('create function %I.%I() returns int language sql as $f$ select 1 $f$', name, name);
    end $$";

const CHARACTER_TYPES: &[i16] = &[SQL_CHAR, SQL_VARCHAR, SQL_LONGVARCHAR, SQL_WCHAR, SQL_WVARCHAR, SQL_WLONGVARCHAR];

fn sizes_hold(keywords: &str) {
    let fixture = Fixture::new(keywords);
    fixture.0.run(LONG_NAMES);
    let cases: Vec<String> = cases().into_iter().map(|case| case.sql).collect();
    for sql in cases.iter().map(String::as_str).chain(LONGEST.iter().copied()) {
        let statement = fixture.rows(sql, 1);
        let display = statement.column_number(1, SQL_DESC_DISPLAY_SIZE as u16);
        let octets = statement.column_number(1, SQL_DESC_OCTET_LENGTH as u16);
        let data_type = statement.describe(1).data_type;
        statement.fetch().success();
        let mut buffer = vec![UNTOUCHED; 700_000];
        for c_type in [SQL_C_CHAR, SQL_C_WCHAR] {
            let (outcome, length) = statement.get_data(1, c_type, &mut buffer);
            outcome.success();
            if length == SQL_NULL_DATA {
                continue;
            }
            let context = format!("{keywords} {sql}: {display}, {octets}, {length} bytes as {c_type}");
            // Exact numbers are SQL_C_CHAR by default.
            let is_told = CHARACTER_TYPES.contains(&data_type) || (data_type, c_type) == (SQL_NUMERIC, SQL_C_CHAR);
            assert!(!is_told || octets >= length, "{context}");
            if c_type == SQL_C_CHAR {
                let text = std::str::from_utf8(&buffer[..length as usize]).unwrap();
                assert!(display >= text.chars().count() as isize, "{context}");
            }
        }
    }
}

#[test]
fn display_and_octet_sizes_hold_every_value() {
    for keywords in ["", "LFConversion=1;TrueIsMinus1=1;options=-c intervalstyle=postgres_verbose;"] {
        sizes_hold(keywords);
    }
}

#[test]
fn display_and_octet_sizes_hold_every_value_where_keywords_change_types() {
    for keywords in [
        "CharacterColumns=narrow;BoolsAsChar=1;TrueIsMinus1=1;BI=12;NumericAs=8;LFConversion=1;ResultFormat=text;",
        "BI=4;NumericAs=-1;options=-c intervalstyle=sql_standard;ResultFormat=binary;",
        "UnknownSizes=2;LFConversion=1;options=-c intervalstyle=iso_8601;",
    ] {
        sizes_hold(keywords);
    }
}

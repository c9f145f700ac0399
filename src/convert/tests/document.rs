//! docs/types.md: the prose of types_document.md, with the tables made from the conversion tables. The test keeps it up to
//! date: `PGODBC_WRITE_DOCS=1 cargo test --lib` writes it.

use std::fmt::Write as _;

use super::*;
use crate::odbc::types::*;

const PROSE: &str = include_str!("types_document.md");

/// C types with the same conversions are one column; a representative and what it stands for.
const GROUPS: &[(&str, &[i16])] = &[
    ("CHAR, WCHAR", &[SQL_C_CHAR, SQL_C_WCHAR]),
    (
        "integers, FLOAT, DOUBLE, BIT, NUMERIC",
        &[
            SQL_C_SLONG,
            SQL_C_LONG,
            SQL_C_ULONG,
            SQL_C_SSHORT,
            SQL_C_SHORT,
            SQL_C_USHORT,
            SQL_C_STINYINT,
            SQL_C_TINYINT,
            SQL_C_UTINYINT,
            SQL_C_SBIGINT,
            SQL_C_UBIGINT,
            SQL_C_FLOAT,
            SQL_C_DOUBLE,
            SQL_C_BIT,
            SQL_C_NUMERIC,
        ],
    ),
    ("DATE", &[SQL_C_TYPE_DATE, SQL_C_DATE]),
    ("TIME, SS_TIME2", &[SQL_C_TYPE_TIME, SQL_C_TIME, 0x4000]),
    ("TIMESTAMP, SS_TIMESTAMPOFFSET", &[SQL_C_TYPE_TIMESTAMP, SQL_C_TIMESTAMP, 0x4001]),
    (
        "INTERVAL of one field",
        &[
            SQL_C_INTERVAL_YEAR,
            SQL_C_INTERVAL_MONTH,
            SQL_C_INTERVAL_DAY,
            SQL_C_INTERVAL_HOUR,
            SQL_C_INTERVAL_MINUTE,
            SQL_C_INTERVAL_SECOND,
        ],
    ),
    (
        "INTERVAL of several",
        &[
            SQL_C_INTERVAL_YEAR_TO_MONTH,
            SQL_C_INTERVAL_DAY_TO_HOUR,
            SQL_C_INTERVAL_DAY_TO_MINUTE,
            SQL_C_INTERVAL_DAY_TO_SECOND,
            SQL_C_INTERVAL_HOUR_TO_MINUTE,
            SQL_C_INTERVAL_HOUR_TO_SECOND,
            SQL_C_INTERVAL_MINUTE_TO_SECOND,
        ],
    ),
    ("GUID", &[SQL_C_GUID]),
    ("BINARY", &[SQL_C_BINARY]),
];

fn sql_type_name(code: i16) -> String {
    let names: &[(i16, &str)] = &[
        (SQL_CHAR, "CHAR"),
        (SQL_VARCHAR, "VARCHAR"),
        (SQL_LONGVARCHAR, "LONGVARCHAR"),
        (SQL_WCHAR, "WCHAR"),
        (SQL_WVARCHAR, "WVARCHAR"),
        (SQL_WLONGVARCHAR, "WLONGVARCHAR"),
        (SQL_LONGVARBINARY, "LONGVARBINARY"),
        (SQL_BIT, "BIT"),
        (SQL_SMALLINT, "SMALLINT"),
        (SQL_INTEGER, "INTEGER"),
        (SQL_BIGINT, "BIGINT"),
        (SQL_REAL, "REAL"),
        (SQL_DOUBLE, "DOUBLE"),
        (SQL_NUMERIC, "NUMERIC"),
        (SQL_TYPE_DATE, "TYPE_DATE"),
        (SQL_TYPE_TIME, "TYPE_TIME"),
        (SQL_TYPE_TIMESTAMP, "TYPE_TIMESTAMP"),
        (SQL_GUID, "GUID"),
    ];
    names.iter().find(|(known, _)| *known == code).map_or_else(|| code.to_string(), |(_, name)| format!("SQL_{name}"))
}

/// Every C type code is in one group.
#[test]
fn the_groups_have_all_c_types() {
    let mut grouped: Vec<i16> = GROUPS.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
    let mut all: Vec<i16> = C_TYPES.iter().map(|c_type| c_type.code).collect();
    grouped.sort_unstable();
    all.sort_unstable();
    all.dedup();
    grouped.dedup();
    assert_eq!(grouped, all);
}

/// What stands in the table for the many types that are text.
const TEXT_TYPES: &str = "text, and what is text to the driver¹";

/// Names in lines of a page's width.
fn wrapped(names: &str) -> String {
    let mut text = String::new();
    let mut width = 2;
    for name in names.split(' ') {
        width += name.len() + 1;
        if width > 120 {
            text.push('\n');
            width = name.len();
        } else if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(name);
    }
    text
}

/// Which C types a server type goes to: all of a group or none; and the types that are text.
fn conversions() -> (String, String) {
    let mut text = String::from("| Server type |");
    GROUPS.iter().for_each(|(name, _)| write!(text, " {name} |").unwrap());
    text.push_str("\n|---|");
    GROUPS.iter().for_each(|_| text.push_str("---|"));
    let mut rows: Vec<(String, Vec<&str>)> = Vec::new();
    for server in SERVER_TYPES.iter().filter(|server| !server.name.starts_with('_')) {
        let cells = GROUPS.iter().map(|(name, codes)| {
            let of =
                |code: &&i16| converter(column(server.oid, Format::Text), **code, &ConvertOptions::default()).is_ok();
            let count = codes.iter().filter(of).count();
            assert!(count == 0 || count == codes.len(), "{} to {name}: {count} of {}", server.name, codes.len());
            if count > 0 { "yes" } else { "" }
        });
        let cells: Vec<&str> = cells.collect();
        match rows.iter_mut().find(|(_, known)| *known == cells) {
            Some((names, _)) => write!(names, ", {}", server.name).unwrap(),
            None => rows.push((server.name.to_owned(), cells)),
        }
    }
    let mut text_types = String::new();
    for (names, cells) in rows {
        let is_text = names.split(", ").any(|name| name == "text");
        write!(text, "\n| {} | {} |", if is_text { TEXT_TYPES } else { &names }, cells.join(" | ")).unwrap();
        if is_text {
            text_types = wrapped(&names);
        }
    }
    (text, text_types)
}

fn descriptions() -> String {
    let mut text = String::from(
        "| Server type | SQL type | Column size | Decimal digits | Display size | Octet length | Asked for in |\n|---|---|---|---|---|---|---|",
    );
    for server in SERVER_TYPES.iter().filter(|server| !server.name.starts_with('_')) {
        let described = describe(server.oid, -1, &TypeOptions::default());
        write!(
            text,
            "\n| {} | {} | {} | {} | {} | {} | {} |",
            server.name,
            sql_type_name(described.concise_type),
            described.column_size,
            described.decimal_digits,
            described.display_size,
            described.octet_length,
            if server.wants_binary { "binary" } else { "text" },
        )
        .unwrap();
    }
    text
}

#[test]
fn the_document_of_types_is_what_the_tables_say() {
    let (conversions, text_types) = conversions();
    let text = PROSE
        .replace("{conversions}", &conversions)
        .replace("{text_types}", &text_types)
        .replace("{descriptions}", &descriptions());
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/types.md");
    if std::env::var_os("PGODBC_WRITE_DOCS").is_some() {
        std::fs::write(file, &text).unwrap();
    }
    let written = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        written == text,
        "docs/types.md is not what the tables say: PGODBC_WRITE_DOCS=1 cargo test --lib the_document_of_types writes it"
    );
}

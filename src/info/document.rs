//! docs/conformance.md, made of the tables. The test keeps it up to date: `PGODBC_WRITE_DOCS=1 cargo test --lib` writes it.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;

use super::answer::{Answer, InformationType};
use super::conformance::api_conformance;
use super::features::{FEATURES, Feature, interface_conformance};
use super::table::INFORMATION;
use super::tests::FACTS;
use super::{InfoFacts, InfoValue};
use crate::odbc::functions::FUNCTIONS;
use crate::odbc::info_types::SQL_DRIVER_VER;

/// Facts that differ from the others in everything.
const OTHER_FACTS: InfoFacts<'static> = InfoFacts {
    data_source_name: "other",
    server_name: "other",
    database: "other",
    user: "other",
    dbms_name: "other",
    server_version: (18, 0, 0),
    server_version_text: "18.0",
    read_only: true,
    accessible_tables: true,
    transactions: false,
    default_isolation: 8,
    polls_connections: false,
    max_identifier_length: 31,
};

const BEGINNING: &str = "\
# Conformance

What the driver tells applications about itself, and what that rests on. This page is made of the driver's own tables
(`src/odbc/functions.rs`, `src/info`); a test compares it with them. To write it anew: `PGODBC_WRITE_DOCS=1 cargo test --lib`.

";

fn document() -> String {
    let mut text = BEGINNING.to_owned();
    let level = |level: Option<u32>| match level {
        None => "below Core",
        Some(1) => "Core",
        Some(2) => "Level 1",
        _ => "Level 2",
    };
    let api = ["none", "Level 1", "Level 2"][usize::from(api_conformance())];
    let _ = write!(
        text,
        "| | |\n|---|---|\n\
         | Interface conformance: the level whose features all hold (SQLGetInfo has no number below Core) | {} |\n\
         | API conformance of ODBC 2, by its functions | {api} |\n\n",
        level(interface_conformance()),
    );
    text += "## Features\n\nODBC reference, \"Interface Conformance Levels\".\n\n";
    text += "| Number | Level | Feature | Holds | Missing |\n|---|---|---|---|---|\n";
    for feature in FEATURES {
        let level = ["Core", "1", "2"][usize::from(feature.number / 100)];
        let holds = if feature.holds() { "yes" } else { "no" };
        let _ = writeln!(text, "| {} | {level} | {} | {holds} | {} |", feature.number, feature.what, lacks(feature));
    }
    text += "\n## Functions\n\nWide: there is a form for Unicode text. Works: what SQLGetFunctions says; the others answer HYC00.\n\n";
    text += "| Function | Number | Wide | Works |\n|---|---|---|---|\n";
    let yes = |yes| if yes { "yes" } else { "no" };
    for function in FUNCTIONS {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            function.name,
            function.id.0,
            yes(function.wide),
            yes(function.works)
        );
    }
    text += "\n## Information types\n\nSQLGetInfo. Bit masks are in hexadecimal.\n\n";
    text += "| Information type | Number | Shape | Answer |\n|---|---|---|---|\n";
    for information in INFORMATION {
        let (shape, answer) = (shape(information), answer(information));
        let _ = writeln!(text, "| {} | {} | {shape} | {answer} |", information.name, information.id);
    }
    text
}

fn lacks(feature: &Feature) -> String {
    let functions: Vec<_> = feature.missing().map(|id| id.name()).collect();
    match functions.is_empty() {
        true if feature.holds() => String::new(),
        true => "not done".to_owned(),
        false => functions.join(", "),
    }
}

fn shape(information: &InformationType) -> &'static str {
    match information.answer {
        Answer::Text(_) | Answer::TextOf(_) => "text",
        Answer::Flag(_) | Answer::FlagOf(_) => "\"Y\" or \"N\"",
        Answer::Word(_) | Answer::WordOf(_) => "SQLUSMALLINT",
        Answer::Mask(_) | Answer::MaskOf(_) => "SQLUINTEGER mask",
        Answer::Value(_) | Answer::ValueOf(_) => "SQLUINTEGER",
        Answer::Handle => "handle",
    }
}

fn answer(information: &InformationType) -> String {
    let value = information.value(&FACTS);
    if value != information.value(&OTHER_FACTS) {
        return "by the connection".to_owned();
    }
    match (information.answer, value) {
        (Answer::Handle, _) => "the driver manager's".to_owned(),
        // The driver's version changes with every release.
        (_, InfoValue::Text(text)) if information.id == SQL_DRIVER_VER && !text.is_empty() => {
            "the driver's version".to_owned()
        }
        (_, InfoValue::Text(text)) if text.len() > 60 => format!("a list of {} words", text.split(',').count()),
        (_, InfoValue::Text(text)) => format!("\"{}\"", text.replace('|', "\\|")),
        (Answer::Mask(_) | Answer::MaskOf(_), InfoValue::Long(mask)) => format!("{mask:#010x}"),
        (_, InfoValue::Long(value)) => value.to_string(),
        (_, InfoValue::Word(value)) => value.to_string(),
        (_, InfoValue::Len(value)) => value.to_string(),
    }
}

#[test]
fn the_conformance_document_is_up_to_date() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/conformance.md");
    let text = document();
    if std::env::var_os("PGODBC_WRITE_DOCS").is_some() {
        std::fs::create_dir_all(std::path::Path::new(file).parent().unwrap()).unwrap();
        std::fs::write(file, &text).unwrap();
    }
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        committed == text,
        "docs/conformance.md is not what the tables say: PGODBC_WRITE_DOCS=1 cargo test --lib the_conformance_document"
    );
}

//! The shape of the library and of its source: what no run of the driver shows.
//!
//! Needs the built library, a C compiler, readelf and unixODBC's headers, but no server: `cargo test --test structure`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "driver/odbc.rs"]
mod odbc;

use odbc::functions::FUNCTIONS;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The library to look at: PGODBC_TEST_DRIVER, or the one that was built together with this test.
fn library() -> PathBuf {
    if let Some(given) = std::env::var_os("PGODBC_TEST_DRIVER") {
        return given.into();
    }
    // Beside this test, in target/PROFILE/deps: the one a directory above is as old as the last `cargo build`.
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(1).unwrap().join("libpgodbc.so")
}

/// What a program prints; a panic with all that it said if it fails.
#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| {
        panic!("cannot run {:?}: {error}; tests/tools/install installs what is missing", command.get_program())
    });
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command:?} failed:\n{said}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn readelf(option: &str) -> String {
    run(Command::new("readelf").arg("--wide").arg(option).arg(library()))
}

// ---------------------------------------------------------------------------------------------- the library

#[test]
fn the_exported_symbols_are_the_function_list() {
    let mut expected = BTreeSet::new();
    for function in FUNCTIONS {
        expected.insert(function.name.to_owned());
        if function.wide {
            expected.insert(format!("{}W", function.name));
        }
    }
    let exported: BTreeSet<String> = readelf("--dyn-syms")
        .lines()
        .filter_map(|line| {
            // Num: Value Size Type Bind Vis Ndx Name
            let words: Vec<_> = line.split_whitespace().collect();
            let defined = words.len() >= 8 && words[6] != "UND" && words[4] == "GLOBAL";
            defined.then(|| words[7].split('@').next().unwrap().to_owned())
        })
        .collect();
    let missing: Vec<_> = expected.difference(&exported).collect();
    let extra: Vec<_> = exported.difference(&expected).collect();
    assert!(missing.is_empty() && extra.is_empty(), "not exported: {missing:?}; exported but not listed: {extra:?}");
}

#[test]
fn no_relocation_is_against_an_odbc_function() {
    // Such a call would be bound to the driver manager's function of the same name.
    let relocations: Vec<String> =
        readelf("--relocs").lines().filter(|line| line.contains(" SQL")).map(str::to_owned).collect();
    assert!(relocations.is_empty(), "{relocations:#?}");
}

#[test]
fn no_driver_manager_is_needed() {
    let dynamic = readelf("--dynamic");
    let needed: Vec<&str> = dynamic.lines().filter(|line| line.contains("(NEEDED)")).collect();
    assert!(!needed.is_empty(), "{dynamic}");
    assert!(!needed.iter().any(|line| line.contains("odbc")), "{needed:#?}");
}

#[test]
fn symbols_are_bound_here_and_the_library_stays_loaded() {
    let dynamic = readelf("--dynamic");
    for flag in ["SYMBOLIC", "NODELETE"] {
        assert!(dynamic.contains(flag), "{flag} is not set; build.rs asks the linker for it:\n{dynamic}");
    }
}

// ----------------------------------------------------------------------------------------------- the header

#[test]
fn the_header_agrees_with_odbcs_own() {
    // A prototype that differs from sql.h's is a "conflicting types" error.
    run(Command::new("cc").args(["-fsyntax-only", "-Wall", "-Werror", "-x", "c"]).arg(root().join("include/pgodbc.h")));
}

#[test]
fn the_header_declares_every_function() {
    let header = fs::read_to_string(root().join("include/pgodbc.h")).unwrap();
    for function in FUNCTIONS {
        assert!(header.contains(&format!("{}(", function.name)), "{} is missing in include/pgodbc.h", function.name);
        let wide = format!("{}W(", function.name);
        assert_eq!(header.contains(&wide), function.wide, "{wide}) in include/pgodbc.h");
    }
}

#[test]
fn the_header_has_the_attributes_of_the_drivers_own() {
    let read = |handle| fs::read_to_string(root().join(format!("src/handles/{handle}/attributes.rs"))).unwrap();
    let source = read("connection") + &read("statement");
    let header = fs::read_to_string(root().join("include/pgodbc.h")).unwrap();
    let own = source.lines().filter_map(|line| line.strip_prefix("pub const SQL_ATTR_PGODBC_"));
    let defined: Vec<String> = own
        .map(|constant| constant.trim_end_matches(';').replace(": i32 =", ""))
        .map(|constant| format!("#define SQL_ATTR_PGODBC_{constant}"))
        .collect();
    assert!(defined.len() >= 7, "{defined:?}");
    let found: Vec<&str> = header.lines().filter(|line| line.starts_with("#define SQL_ATTR_")).collect();
    assert_eq!(found, defined);
}

#[test]
fn the_header_is_up_to_date() {
    // build.rs leaves what it generated beside the build's other output.
    let committed = fs::read_to_string(root().join("include/pgodbc.h")).unwrap();
    let generated = fs::read_to_string(env!("PGODBC_GENERATED_HEADER")).unwrap();
    assert!(
        committed == generated,
        "include/pgodbc.h is out of date: build once where it can be written, and commit it"
    );
}

#[test]
fn odbcs_numbers_are_those_of_its_headers() {
    // Every constant of src/odbc that the headers define too must have their value.
    let mut program = String::from("#include <sql.h>\n#include <sqlext.h>\n#include <sqlucode.h>\n");
    let mut count = 0;
    for file in ["types", "values", "attributes", "diagnostic_fields", "descriptor_fields", "catalog_values"] {
        let source = fs::read_to_string(root().join(format!("src/odbc/{file}.rs"))).unwrap();
        for line in source.lines() {
            let Some((name, value)) = line
                .trim()
                .strip_prefix("pub const SQL_")
                .and_then(|rest| rest.split_once(": "))
                .and_then(|(name, rest)| Some((name, rest.split_once(" = ")?.1.split_once(';')?.0)))
            else {
                continue;
            };
            count += 1;
            program += &format!(
                "#ifdef SQL_{name}\n_Static_assert((SQL_{name}) == ({value}), \"SQL_{name} in src/odbc/{file}.rs\");\n#endif\n"
            );
        }
    }
    assert!(count > 300, "only {count} constants were found");
    for function in FUNCTIONS {
        let name = function.name.strip_prefix("SQL").unwrap().to_uppercase();
        let number = function.id.0;
        program += &format!(
            "#ifdef SQL_API_SQL{name}\n_Static_assert(SQL_API_SQL{name} == {number}, \"{}\");\n#endif\n",
            function.name
        );
    }
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("numbers.c");
    fs::write(&file, program).unwrap();
    run(Command::new("cc").arg("-fsyntax-only").arg(file));
}

// ----------------------------------------------------------------------------------------------- the source

/// Rooms from the top down. Those on one level do not know each other; each may import what is below.
const LEVELS: &[&[&str]] = &[
    &["ffi"],
    &["handles"],
    &["execute", "cursor", "catalog", "info"],
    &["descriptor", "convert", "sql"],
    &["wire"],
    &["transport"],
];

/// Open to all rooms. They do not import rooms themselves.
const OPEN_TO_ALL: &[&str] = &["odbc", "diag", "config", "trace"];

/// Imports between rooms of one level that are needed, with the reason.
const DECIDED: &[(&str, &str, &str)] = &[
    // (importer, imported, why); ARCHITECTURE.md has them too, as "importer -> imported".
    ("execute", "cursor", "what an execution brings is a cursor's to read"),
    ("descriptor", "convert", "an IRD record holds the column's type as convert describes it"),
];

fn level(room: &str) -> Option<usize> {
    LEVELS.iter().position(|rooms| rooms.contains(&room))
}

/// Whether a room may import another.
fn allowed(from: &str, to: &str) -> bool {
    if from == to || from == "lib" {
        return true;
    }
    if OPEN_TO_ALL.contains(&to) {
        // Configuration is the topmost of these; the vocabulary and the diagnostics are at the bottom of everything.
        return !OPEN_TO_ALL.contains(&from) || to != "config";
    }
    match (level(from), level(to)) {
        (Some(importer), Some(imported)) => {
            importer < imported || DECIDED.iter().any(|(a, b, _)| (*a, *b) == (from, to))
        }
        _ => false,
    }
}

/// The rooms that a source text names in paths that begin with `crate::`, with the line of each.
fn imports(source: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in source.lines().enumerate() {
        let code = line.split("//").next().unwrap();
        for (start, _) in code.match_indices("crate::") {
            let rest = &code[start + "crate::".len()..];
            let names = match rest.strip_prefix('{') {
                // use crate::{diag::Result, wire::Session};
                Some(list) => list.split('}').next().unwrap().split(',').map(str::trim).collect(),
                None => vec![rest],
            };
            for name in names {
                let room: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if !room.is_empty() {
                    found.push((number + 1, room));
                }
            }
        }
    }
    found
}

fn source_files(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn imports_go_down_only() {
    let mut files = Vec::new();
    source_files(&root().join("src"), &mut files);
    assert!(files.len() > 10, "{files:?}");
    let mut wrong = Vec::new();
    for file in files {
        let path = file.strip_prefix(root().join("src")).unwrap();
        let first = path.components().next().unwrap().as_os_str().to_str().unwrap();
        let from = first.strip_suffix(".rs").unwrap_or(first);
        let known = from == "lib" || level(from).is_some() || OPEN_TO_ALL.contains(&from);
        assert!(known, "{from} is no room of the plan: add it to the list here and in ARCHITECTURE.md");
        for (line, to) in imports(&fs::read_to_string(&file).unwrap()) {
            if (level(&to).is_some() || OPEN_TO_ALL.contains(&to.as_str())) && !allowed(from, &to) {
                wrong.push(format!("src/{}:{line}: {from} imports {to}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_check_of_imports_sees_wrong_ones() {
    assert!(allowed("handles", "wire") && allowed("convert", "diag") && allowed("wire", "transport"));
    assert!(!allowed("wire", "convert") && !allowed("cursor", "execute") && !allowed("config", "wire"));
    assert!(!allowed("diag", "config") && allowed("config", "diag"));
    let source =
        "use crate::wire::Session;\nuse crate::{diag::Result, cursor};\n// crate::ffi\nlet x = crate::sql::f();";
    let found: Vec<_> = imports(source).into_iter().map(|(line, room)| format!("{line} {room}")).collect();
    assert_eq!(found, ["1 wire", "2 diag", "2 cursor", "4 sql"]);
}

#[test]
fn decided_imports_are_on_the_map() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md is the map of the source");
    for (from, to, why) in DECIDED {
        assert!(map.contains(&format!("{from} -> {to}")), "ARCHITECTURE.md does not say \"{from} -> {to}\": {why}");
    }
}

#[test]
fn unsafe_code_is_where_the_plan_has_it() {
    let mut files = Vec::new();
    source_files(&root().join("src"), &mut files);
    // The exported functions; access to the application's buffers; addresses in descriptors; loading the manager's
    // installer library; users of this machine; loading the system's Kerberos library.
    let permitted = [
        "convert/buffer.rs",
        "descriptor/pointer.rs",
        "config/installer.rs",
        "config/account.rs",
        "transport/gssapi/library.rs",
    ];
    for file in files {
        let path = file.strip_prefix(root().join("src")).unwrap();
        let source = fs::read_to_string(&file).unwrap();
        let code: String = source.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n");
        let uses = ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern", "allow(unsafe_code)"];
        if uses.iter().any(|text| code.contains(text)) {
            let known = path.starts_with("ffi") || permitted.iter().any(|file| path == Path::new(file));
            assert!(known, "unsafe code in src/{}", path.display());
        }
    }
}

/// Each keyword that takes effect, as docs/keywords.md lists it from the driver's own table, is used by a test of tests/driver.
#[test]
fn every_keyword_that_takes_effect_has_a_test_of_its_effect() {
    let mut files = Vec::new();
    source_files(&root().join("tests/driver"), &mut files);
    let tests: String = files.iter().map(|file| fs::read_to_string(file).unwrap().to_lowercase()).collect();
    let used = |name: &str| {
        let assigned = format!("{}=", name.to_lowercase());
        tests
            .match_indices(&assigned)
            .any(|(start, _)| !tests[..start].ends_with(|before: char| before.is_alphanumeric() || before == '_'))
    };
    let page = fs::read_to_string(root().join("docs/keywords.md")).unwrap();
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.split(" | ").map(|cell| cell.trim_matches(['|', ' '])).collect())
        .collect();
    assert!(rows.len() > 100, "{} keywords", rows.len());
    let without_effect = ["(accepted, without effect)", "(no effect yet)"];
    let mut missing = Vec::new();
    for row in rows.iter().filter(|row| !without_effect.iter().any(|words| row[4].contains(words))) {
        let mut names = row[0].split(' ').chain(row[1].split(' ')).map(|name| name.trim_matches('`'));
        let name = row[0].trim_matches('`');
        if !names.any(|name| !name.is_empty() && used(name)) {
            missing.push(name);
        }
    }
    assert!(missing.is_empty(), "no test in tests/driver uses {missing:?}");
}

#[test]
fn files_stay_small_enough_to_read() {
    let mut files = Vec::new();
    source_files(&root().join("src"), &mut files);
    for file in files {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 550, "{} has {lines} lines; split it by subject", file.display());
    }
}

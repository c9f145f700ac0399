//! conversions/expected.tsv and parameters.tsv are what their generators make of a server: nobody has edited them, or
//! changed a generator without running it.

use crate::common::server;
use std::process::Command;

fn assert_generated(name: &str, table: &str) {
    // The version that the tables are made with: texts of floats and the types there are differ.
    if server().version != 15 {
        println!("PostgreSQL {}: the tables are those of 15", server().version);
        return;
    }
    let script = format!("{}/tests/driver/conversions/{name}.py", env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("python3").arg(&script).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let generated = String::from_utf8(output.stdout).unwrap();
    for (number, (written, generated)) in table.lines().zip(generated.lines()).enumerate() {
        assert_eq!(written, generated, "{name}.tsv, line {}: generate it anew", number + 1);
    }
    assert_eq!(table.lines().count(), generated.lines().count(), "{name}.tsv: generate it anew");
}

#[test]
fn of_results() {
    assert_generated("expected", include_str!("../conversions/expected.tsv"));
}

#[test]
fn of_parameters() {
    assert_generated("parameters", include_str!("../conversions/parameters.tsv"));
}

/// The SQLSTATEs of both tables once more, by the reference's tables alone.
#[test]
fn by_appendix_d() {
    for name in ["appendix_d", "appendix_d_parameters"] {
        let script = format!("{}/tests/driver/conversions/{name}.py", env!("CARGO_MANIFEST_DIR"));
        // Without a cache of what it imports, which would be left in the source.
        let output = Command::new("python3").arg("-B").arg(&script).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        println!("{said}");
    }
}

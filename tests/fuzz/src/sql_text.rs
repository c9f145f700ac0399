//! Any text as SQL: what holds neither marker, escape nor semicolon comes back as it was, and markers are counted.

use pgodbc::sql::*;

pub fn check(data: &[u8]) {
    let Some((flags, text)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let options = ScanOptions { standard_conforming_strings: flags & 1 == 0, noscan: flags & 2 != 0 };
    let native = native_sql(text, &options);
    let _ = current_of(text, &options);
    let Ok(translated) = translate(text, &options) else { return };
    if !text.contains(['{', '?', ';']) {
        assert!(translated.statements.len() <= 1);
        if let Some(statement) = translated.statements.first() {
            assert_eq!(statement.text, text);
        }
        assert_eq!(native.as_deref().ok(), Some(text));
    }
    let markers: usize = translated.statements.iter().map(|statement| usize::from(statement.parameter_count)).sum();
    assert!(markers <= text.matches('?').count(), "more parameters than markers");
    for statement in &translated.statements {
        let _ = plain_insert(&statement.text);
        let _ = only_reads(statement.kind, &statement.text, &options);
    }
}

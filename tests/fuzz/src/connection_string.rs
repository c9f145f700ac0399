//! Any text as a connection string: an error without its values, or settings and an output string that mean the same.

use pgodbc::config::{ConnectionString, Environment, Settings};

pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(string) = ConnectionString::parse(text) else { return };
    // No file of the machine is read: neither a service's nor certificates.
    let names = ["servicefile", "service", "passfile", "ssl", "pqopt", "url", "dsn", "file", "token"];
    if string.iter().any(|(keyword, _)| names.iter().any(|name| keyword.to_ascii_lowercase().contains(name))) {
        return;
    }
    let nowhere = Environment::from_pairs([
        ("PGSERVICEFILE", "/nonexistent"),
        ("PGPASSFILE", "/nonexistent"),
        ("PGUSER", "someone"),
    ]);
    let Ok(settings) = Settings::resolve(&string, &nowhere) else { return };
    let output = settings.output_connection_string(&string);
    let again = ConnectionString::parse(&output).expect("the output connection string can be read");
    for (keyword, value) in
        again.iter().filter(|(keyword, _)| string.get(keyword).is_some_and(|given| !given.is_empty()))
    {
        assert_eq!(string.get(keyword), Some(value), "{keyword} has changed on the way out");
    }
    let settings = Settings::resolve(&again, &nowhere).expect("the output connection string can be used");
    assert_eq!(settings.output_connection_string(&again), output, "used again it means something else");
}

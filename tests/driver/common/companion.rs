//! Programs beside the server that a test starts by a script of tests/tools, and that end with this process.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A script that runs a command with something set up around it. It ends, and cleans up, when its input closes: with this
/// process, however that ends.
#[derive(Debug)]
pub struct Companion {
    _script: Child,
    facts: Vec<(String, String)>,
}

/// Runs a script of tests/tools; it must succeed.
#[track_caller]
pub fn tool(name: &str, arguments: &[&str]) {
    let output = Command::new(path(name)).args(arguments).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{name} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools").join(name)
}

impl Companion {
    /// Starts `tests/tools/NAME` around a command that prints its environment and waits for the end.
    #[track_caller]
    pub fn start(name: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Companion {
        let mut command = Command::new(path(name));
        command.args(arguments).args(["sh", "-c", "env; echo complete=; exec cat"]);
        command.envs(environment.iter().copied()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut facts: Vec<(String, String)> = lines
            .take_while(|line| line != "complete=")
            .filter_map(|line| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())))
            .collect();
        facts.retain(|(name, _)| name.starts_with("PGODBC_TEST_") || name.starts_with("KRB5"));
        assert!(!facts.is_empty(), "{name} did not start; see what it wrote");
        Companion { _script: child, facts }
    }

    pub fn facts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.facts.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A variable of the command's environment.
    #[track_caller]
    pub fn fact(&self, name: &str) -> &str {
        let found = self.facts.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("{name} is not set"))
    }
}

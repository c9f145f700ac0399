//! A server with TLS of its own, with every certificate that a test asks for: `tests/tools/cluster-tls`.

use super::server;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

#[derive(Debug)]
pub struct TlsServer {
    directory: PathBuf,
    pub port: u16,
    pub database: String,
    /// Which certificate it serves with; who holds the lock may change it.
    certificate: Mutex<String>,
    /// Stops the server when this process ends, however it does: its input closes then.
    _janitor: Child,
}

fn tool() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/cluster-tls")
}

/// The server, started by the first test that needs it.
#[track_caller]
pub fn tls_server() -> &'static TlsServer {
    static SERVER: OnceLock<TlsServer> = OnceLock::new();
    SERVER.get_or_init(|| {
        let made = Command::new("mktemp").args(["-d", "/tmp/pgodbc-XXXXXX"]).output().unwrap();
        let directory = PathBuf::from(String::from_utf8(made.stdout).unwrap().trim());
        let script = format!("cat >/dev/null; '{}' stop '{1}'; rm -rf '{1}'", tool().display(), directory.display());
        let janitor = Command::new("sh").args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
        let version = server().version.to_string();
        let start = Command::new(tool()).arg("start").arg(&directory).arg(version).output().unwrap();
        assert!(start.status.success(), "{}", String::from_utf8_lossy(&start.stderr));
        let facts = std::fs::read_to_string(directory.join("environment")).unwrap();
        let fact = |name: &str| {
            let line = facts.lines().find_map(|line| line.strip_prefix(&format!("export PGODBC_TEST_{name}=")));
            line.unwrap().to_owned()
        };
        TlsServer {
            port: fact("PORT").parse().unwrap(),
            database: fact("DATABASE"),
            certificate: Mutex::new("good".to_owned()),
            _janitor: janitor.unwrap(),
            directory,
        }
    })
}

/// While it lives, the server's certificate stays.
#[derive(Debug)]
pub struct Serving<'s> {
    pub server: &'s TlsServer,
    current: MutexGuard<'s, String>,
}

impl TlsServer {
    /// Makes the server use a certificate (`off`: no TLS) until the guard goes.
    #[track_caller]
    pub fn with(&'static self, certificate: &str) -> Serving<'static> {
        let current = self.certificate.lock().unwrap_or_else(PoisonError::into_inner);
        let mut serving = Serving { server: self, current };
        serving.change(certificate);
        serving
    }

    /// A file among the certificates.
    pub fn file(&self, name: &str) -> String {
        self.directory.join("tls").join(name).display().to_string()
    }

    /// A connection string for a host that only the certificate knows.
    pub fn connection_string(&self, user: &str, more: &str) -> String {
        self.connection_string_to("db.pgodbc.test", self.port, user, more)
    }

    pub fn connection_string_to(&self, host: &str, port: u16, user: &str, more: &str) -> String {
        format!(
            "DRIVER={{{}}};Server={host};hostaddr=127.0.0.1;Port={port};Database={};UID={user};sslcert=/none;{more}",
            server().driver_name,
            self.database
        )
    }
}

impl Serving<'_> {
    #[track_caller]
    pub fn change(&mut self, certificate: &str) {
        if *self.current != certificate {
            let changed =
                Command::new(tool()).arg("use").arg(&self.server.directory).arg(certificate).output().unwrap();
            assert!(changed.status.success(), "{}", String::from_utf8_lossy(&changed.stderr));
            certificate.clone_into(&mut self.current);
        }
    }
}

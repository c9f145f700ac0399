//! Where the private server is: what `tests/tools/with-server` put into the environment.

use std::sync::OnceLock;

#[derive(Debug)]
pub struct Server {
    pub host: String,
    pub port: u16,
    /// The directory of its Unix socket.
    pub socket: String,
    pub database: String,
    pub user: String,
    pub password: String,
    /// Its major version.
    pub version: u32,
    /// A data source registered for it, and the name that the driver is registered under.
    pub dsn: String,
    pub driver_name: String,
    /// The driver's file.
    pub driver: String,
    /// Keywords that every connection gets (`PGODBC_TEST_KEYWORDS`): what a pooler in front of the server needs.
    pub keywords: String,
}

/// The facts, or a panic that says how to run the tests: none of them may pass without a server.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server {
        host: variable("HOST"),
        port: variable("PORT").parse().expect("PGODBC_TEST_PORT is a number"),
        socket: variable("SOCKET"),
        database: variable("DATABASE"),
        user: variable("USER"),
        password: variable("PASSWORD"),
        version: variable("VERSION").parse().expect("PGODBC_TEST_VERSION is a number"),
        dsn: variable("DSN"),
        driver_name: variable("DRIVER_NAME"),
        driver: variable("DRIVER"),
        keywords: std::env::var("PGODBC_TEST_KEYWORDS").unwrap_or_default(),
    })
}

fn variable(name: &str) -> String {
    std::env::var(format!("PGODBC_TEST_{name}")).unwrap_or_else(|_| {
        panic!(
            "PGODBC_TEST_{name} is not set: these tests need a server and a registered driver; run `make test`, or \
             `tests/tools/with-server 15 -- cargo test --test driver`"
        )
    })
}

impl Server {
    /// A connection string that needs no data source.
    pub fn connection_string(&self) -> String {
        self.connection_string_for(&self.host, self.port, &self.user, &self.password)
    }

    pub fn connection_string_for(&self, host: &str, port: u16, user: &str, password: &str) -> String {
        format!(
            "DRIVER={{{}}};Server={host};Port={port};Database={};UID={user};PWD={password};{}",
            self.driver_name, self.database, self.keywords
        )
    }
}

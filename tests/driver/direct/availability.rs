//! A primary and a standby that streams from it: which of the two is found, and what happens when the primary goes.
//!
//! Expected is what the servers say of themselves. Source: PostgreSQL documentation, 34.1.2 (target_session_attrs).

use crate::common::companion::{Companion, tool};
use crate::common::{Connection, Outcome, server};
use crate::odbc::values::*;
use std::collections::HashSet;
use std::thread;
use std::time::{Duration, Instant};

struct Pair {
    servers: Companion,
    primary: String,
    standby: String,
}

impl Pair {
    #[track_caller]
    fn start() -> Pair {
        let servers = Companion::start("cluster-pair", &["with", &server().version.to_string()], &[]);
        let port = |name: &str| servers.fact(&format!("PGODBC_TEST_{name}_PORT")).to_owned();
        Pair { primary: port("PRIMARY"), standby: port("STANDBY"), servers }
    }

    /// A connection string for servers at these ports, in this order.
    fn string(&self, ports: &[&str], keywords: &str) -> String {
        let hosts = vec!["127.0.0.1"; ports.len()].join(",");
        format!(
            "DRIVER={{{}}};Server={hosts};Port={};Database=postgres;UID=trust_user;{keywords}",
            server().driver_name,
            ports.join(",")
        )
    }

    fn connect(&self, ports: &[&str], keywords: &str) -> (Outcome, Connection) {
        let connection = Connection::new();
        let outcome = connection.driver_connect(&self.string(ports, keywords)).0;
        (outcome, connection)
    }

    /// Both orders of the two.
    fn orders(&self) -> [[&str; 2]; 2] {
        [[&self.primary, &self.standby], [&self.standby, &self.primary]]
    }

    fn run(&self, what: &str) {
        tool("cluster-pair", &[what, self.servers.fact("PGODBC_TEST_DIRECTORY")]);
    }
}

fn port_of(connection: &Connection) -> String {
    connection.value("select inet_server_port()").unwrap()
}

#[test]
fn every_kind_of_server_is_found_and_the_promoted_standby_when_the_primary_has_gone() {
    let pair = Pair::start();
    for ports in pair.orders() {
        let (primary, standby) = (pair.primary.as_str(), pair.standby.as_str());
        for (target, expected) in [
            ("any", ports[0]),
            ("read-write", primary),
            ("primary", primary),
            ("read-only", standby),
            ("standby", standby),
            ("prefer-standby", standby),
        ] {
            let (outcome, connection) = pair.connect(&ports, &format!("target_session_attrs={target};"));
            outcome.succeeded();
            assert_eq!(port_of(&connection), expected, "{target} of {ports:?}");
            // What is written goes to the primary, or is refused (read_only_sql_transaction).
            let table = crate::common::unique("written");
            let made = connection.statement().execute_direct(&format!("create table {table} (a int)"));
            if expected == primary { made.success() } else { drop(made.error("25006")) }
        }
    }
    // Only one of the two is there.
    for (only, target) in [(&pair.primary, "standby"), (&pair.primary, "read-only"), (&pair.standby, "primary")] {
        let record = pair.connect(&[only], &format!("target_session_attrs={target};")).0.error("08001");
        assert!(record.message.contains(only.as_str()) && record.message.contains(target), "{}", record.message);
    }
    let (outcome, alone) = pair.connect(&[&pair.primary], "target_session_attrs=prefer-standby;");
    outcome.succeeded();
    assert_eq!(port_of(&alone), pair.primary);
    // A primary whose sessions begin read-only is a primary, and not for read-write.
    let read_only = "options=-c default_transaction_read_only=on;";
    let (outcome, connection) = pair.connect(&pair.orders()[0], &format!("{read_only}target_session_attrs=read-only;"));
    outcome.succeeded();
    assert_eq!(port_of(&connection), pair.primary);
    pair.connect(&pair.orders()[0], &format!("{read_only}target_session_attrs=read-write;")).0.error("08001");
    // In random order each of the two comes first some time: that one never does happens once in 2 to the 63.
    let mut seen = HashSet::new();
    for _ in 0..64 {
        let (outcome, connection) = pair.connect(&pair.orders()[0], "load_balance_hosts=random;");
        outcome.succeeded();
        seen.insert(port_of(&connection));
        if seen.len() == 2 {
            break;
        }
    }
    assert_eq!(seen.len(), 2, "load_balance_hosts=random");

    let read_write = "target_session_attrs=read-write;";
    let (outcome, connection) = pair.connect(&pair.orders()[0], read_write);
    outcome.succeeded();
    pair.run("stop-primary");
    connection.statement().execute_direct("select 1").error("08S01");
    connection.disconnect().success();
    let record = pair.connect(&pair.orders()[0], read_write).0.error("08001");
    for port in pair.orders()[0] {
        assert!(record.message.contains(port), "both are named: {}", record.message);
    }
    // While the standby is being promoted, the same handle connects again.
    let begun = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| pair.run("promote"));
        let keywords = format!("{read_write}ConnectRetryCount=100;ConnectRetryDelay=1;");
        connection.driver_connect(&pair.string(&pair.orders()[0], &keywords)).0.succeeded();
    });
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert_eq!(port_of(&connection), pair.standby);
    // Of the kinds there are now, the one that is left is all but a standby.
    for target in ["any", "read-write", "primary", "prefer-standby"] {
        let (outcome, connection) = pair.connect(&pair.orders()[0], &format!("target_session_attrs={target};"));
        outcome.succeeded();
        assert_eq!(port_of(&connection), pair.standby, "{target}");
    }
    for target in ["standby", "read-only"] {
        pair.connect(&pair.orders()[0], &format!("target_session_attrs={target};")).0.error("08001");
    }
    assert_eq!(connection.statement().execute_direct("create table after_that (a int)").code, SQL_SUCCESS);
}

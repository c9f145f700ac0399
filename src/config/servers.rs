//! Which servers to try, in order.
//!
//! Source: PostgreSQL documentation, 34.1.1.3 (specifying multiple hosts) and 34.1.2 (host, port).

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use super::Secret;

use crate::diag::sqlstate::{HY000_GENERAL_ERROR, HYC00_NOT_IMPLEMENTED};
use crate::diag::{Diagnostic, Result};

/// PostgreSQL's registered port.
pub(super) const DEFAULT_PORT: u16 = 5432;

/// Where servers keep their sockets: Debian's and Red Hat's directory, and PostgreSQL's own default.
const SOCKET_DIRECTORIES: &[&str] = &["/var/run/postgresql", "/tmp"];

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// A host name or an address, without brackets.
    Tcp(String),
    /// The directory of a Unix socket; the socket itself is [`Server::socket`].
    SocketDirectory(PathBuf),
}

/// One server to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub host: Host,
    /// hostaddr: where to connect to, with the host's name for the server's certificate only.
    pub address: Option<IpAddr>,
    pub port: u16,
    /// What the password file has for it.
    pub password: Option<Secret>,
}

impl Server {
    /// The file of the server's Unix socket, if it is one.
    pub fn socket(&self) -> Option<PathBuf> {
        match &self.host {
            Host::Tcp(_) => None,
            Host::SocketDirectory(directory) => Some(socket_file(directory, self.port)),
        }
    }

    /// The host as the password file names it: a server's usual socket is `localhost`.
    pub(super) fn password_file_name(&self) -> String {
        match &self.host {
            Host::SocketDirectory(directory)
                if SOCKET_DIRECTORIES.iter().any(|usual| Path::new(usual) == directory) =>
            {
                "localhost".to_owned()
            }
            _ => self.host_text(),
        }
    }

    /// The host as the keyword Server takes it.
    pub(super) fn host_text(&self) -> String {
        match &self.host {
            Host::Tcp(host) => host.clone(),
            Host::SocketDirectory(directory) => directory.display().to_string(),
        }
    }
}

fn socket_file(directory: &Path, port: u16) -> PathBuf {
    directory.join(format!(".s.PGSQL.{port}"))
}

/// The servers of a host list, a list of their addresses and a port list, all separated by commas. One port serves all hosts; an
/// empty host or port is the default one. Where addresses are given, names are not looked up.
///
/// # Errors
/// HY000: a port or an address that is none, or lists of different lengths. HYC00: a socket in the abstract name space.
pub(super) fn servers(
    hosts: &str,
    addresses: &str,
    ports: &str,
    exists: impl Fn(&Path) -> bool,
) -> Result<Vec<Server>> {
    let hosts: Vec<&str> = hosts.split(',').map(str::trim).collect();
    let addresses: Vec<&str> =
        if addresses.is_empty() { Vec::new() } else { addresses.split(',').map(str::trim).collect() };
    let unnamed = hosts.iter().all(|host| host.is_empty());
    let count = if unnamed && !addresses.is_empty() { addresses.len() } else { hosts.len() };
    if !addresses.is_empty() && addresses.len() != count {
        let text =
            format!("hostaddr has {} entries and Server has {count}; give one address for each", addresses.len());
        return Err(Diagnostic::new(HY000_GENERAL_ERROR, text));
    }
    let ports = ports.split(',').map(|port| parse_port(port.trim())).collect::<Result<Vec<u16>>>()?;
    if ports.len() != 1 && ports.len() != count {
        return Err(Diagnostic::new(
            HY000_GENERAL_ERROR,
            format!("Port has {} entries and Server has {count}; give one port, or one for each server", ports.len()),
        ));
    }
    let server = |index: usize, port: u16| {
        let host = hosts.get(index).copied().unwrap_or_default();
        let address = addresses.get(index).copied().filter(|text| !text.is_empty()).map(parse_address).transpose()?;
        let host = match address {
            Some(address) if host.is_empty() => Host::Tcp(address.to_string()),
            _ => parse_host(host, port, &exists)?,
        };
        Ok(Server { host, address, port, password: None })
    };
    ports.iter().cycle().take(count).enumerate().map(|(index, port)| server(index, *port)).collect()
}

fn parse_address(text: &str) -> Result<IpAddr> {
    text.parse().map_err(|_| {
        let text = format!("hostaddr={text:?} is no numeric address; write a name into Server");
        Diagnostic::new(HY000_GENERAL_ERROR, text)
    })
}

fn parse_port(text: &str) -> Result<u16> {
    match text.parse() {
        _ if text.is_empty() => Ok(DEFAULT_PORT),
        Ok(port) if port > 0 => Ok(port),
        _ => {
            Err(Diagnostic::new(HY000_GENERAL_ERROR, format!("Port={text:?} is no port number; it must be 1 to 65535")))
        }
    }
}

fn parse_host(text: &str, port: u16, exists: &impl Fn(&Path) -> bool) -> Result<Host> {
    if text.starts_with('@') {
        let text = format!("Server={text:?}: sockets in the abstract name space are not supported; give its directory");
        return Err(Diagnostic::new(HYC00_NOT_IMPLEMENTED, text));
    }
    if text.starts_with('/') {
        return Ok(Host::SocketDirectory(PathBuf::from(text)));
    }
    if !text.is_empty() {
        let without_brackets = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        return Ok(Host::Tcp(without_brackets.unwrap_or(text).to_owned()));
    }
    let local = SOCKET_DIRECTORIES.iter().map(Path::new).find(|directory| exists(&socket_file(directory, port)));
    Ok(local.map_or_else(|| Host::Tcp("localhost".to_owned()), |directory| Host::SocketDirectory(directory.to_owned())))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn tcp(host: &str, port: u16) -> Server {
        Server { host: Host::Tcp(host.to_owned()), address: None, port, password: None }
    }

    #[test]
    fn lists_pair_up_and_one_port_serves_all() {
        let nowhere = |_: &Path| false;
        assert_eq!(servers("a, b", "", "5433", nowhere).unwrap(), [tcp("a", 5433), tcp("b", 5433)]);
        assert_eq!(servers("a,b", "", "1,", nowhere).unwrap(), [tcp("a", 1), tcp("b", 5432)]);
        assert_eq!(servers("[::1]", "", "", nowhere).unwrap(), [tcp("::1", 5432)]);
        assert_eq!(servers("", "", "", nowhere).unwrap(), [tcp("localhost", 5432)]);
        let socket = servers("/srv/pg", "", "5433", nowhere).unwrap().remove(0);
        assert_eq!(socket.socket(), Some(PathBuf::from("/srv/pg/.s.PGSQL.5433")));
    }

    #[test]
    fn without_a_host_the_socket_that_exists_is_taken() {
        let in_tmp = |path: &Path| path == Path::new("/tmp/.s.PGSQL.5440");
        assert_eq!(servers("", "", "5440", in_tmp).unwrap()[0].host, Host::SocketDirectory(PathBuf::from("/tmp")));
        assert_eq!(servers("", "", "5441", in_tmp).unwrap(), [tcp("localhost", 5441)]);
        let both = servers("", "", "", |_: &Path| true).unwrap().remove(0);
        assert_eq!(both.socket(), Some(PathBuf::from("/var/run/postgresql/.s.PGSQL.5432")));
    }

    #[test]
    fn addresses_go_with_names_or_stand_alone() {
        let nowhere = |_: &Path| false;
        let found = servers("db.test", "192.0.2.1", "", nowhere).unwrap().remove(0);
        assert_eq!((found.host.clone(), found.address), (Host::Tcp("db.test".into()), "192.0.2.1".parse().ok()));
        let found = servers("", "192.0.2.1,::1", "1,2", nowhere).unwrap();
        assert_eq!(found.iter().map(Server::host_text).collect::<Vec<_>>(), ["192.0.2.1", "::1"]);
        assert!(servers("a,b", "192.0.2.1", "", nowhere).unwrap_err().message.contains("hostaddr has 1"));
        assert!(servers("a", "b", "", nowhere).unwrap_err().message.contains("\"b\""));
    }

    #[test]
    fn what_is_no_port_is_named() {
        for port in ["0", "65536", "-1", "54x", "5432,5433,5434"] {
            let error = servers("a,b", "", port, |_: &Path| false).unwrap_err();
            assert_eq!(error.sqlstate.as_str(), "HY000");
            assert!(error.message.contains("Port"), "{}", error.message);
        }
        assert_eq!(servers("@x", "", "", |_: &Path| false).unwrap_err().sqlstate.as_str(), "HYC00");
    }
}

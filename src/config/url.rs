//! Addresses: `postgresql://user:password@host1:123,host2/database?sslmode=require`.
//!
//! Source: PostgreSQL documentation, 34.1.1.2; RFC 3986 for what is percent-encoded.

use super::values::error;
use crate::diag::Result;

const SCHEMES: &[&str] = &["postgresql://", "postgres://"];

/// Whether a text begins as an address does.
pub(super) fn is_url(text: &str) -> bool {
    SCHEMES.iter().any(|scheme| text.starts_with(scheme))
}

/// Its parts as libpq's parameters.
///
/// # Errors
/// HY000: another scheme, a `%` that is not followed by two hexadecimal digits or yields no UTF-8, a bracket that is not closed, a
/// parameter without `=`. No part of the text is shown: any may be a password.
pub(super) fn parse(text: &str) -> Result<Vec<(String, String)>> {
    let rest = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme));
    let Some(rest) = rest else { return Err(wrong("it does not begin with postgresql://")) };
    let mut pairs = Vec::new();
    // As libpq reads it: a password ends at the first @, whatever else it holds but a slash.
    let rest = match rest.find(['@', '/']).and_then(|end| Some((rest.get(..end)?, rest.get(end..)?.strip_prefix('@')?)))
    {
        None => rest,
        Some((login, rest)) => {
            let (user, password) = login.split_once(':').map_or((login, None), |(user, word)| (user, Some(word)));
            add(&mut pairs, "user", decode(user)?);
            if let Some(password) = password {
                add(&mut pairs, "password", decode(password)?);
            }
            rest
        }
    };
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (hosts, database) = rest.split_once('/').unwrap_or((rest, ""));
    let mut names = Vec::new();
    let mut ports = Vec::new();
    for host in hosts.split(',') {
        let (name, port) = host_and_port(host)?;
        names.push(decode(name)?);
        ports.push(decode(port)?);
    }
    add(&mut pairs, "host", if names.iter().all(String::is_empty) { String::new() } else { names.join(",") });
    add(&mut pairs, "port", if ports.iter().all(String::is_empty) { String::new() } else { ports.join(",") });
    add(&mut pairs, "dbname", decode(database)?);
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let Some((name, value)) = parameter.split_once('=') else {
            return Err(wrong("a parameter behind its \"?\" has no \"=\""));
        };
        let (name, value) = (decode(name)?, decode(value)?);
        // As JDBC has it, and libpq after it.
        match (name.as_str(), value.as_str()) {
            ("ssl", "true") => add(&mut pairs, "sslmode", "require".to_owned()),
            _ => pairs.push((name, value)),
        }
    }
    Ok(pairs)
}

fn add(pairs: &mut Vec<(String, String)>, name: &str, value: String) {
    if !value.is_empty() {
        pairs.push((name.to_owned(), value));
    }
}

/// An IPv6 address is in brackets.
fn host_and_port(text: &str) -> Result<(&str, &str)> {
    let Some(inside) = text.strip_prefix('[') else {
        return Ok(text.split_once(':').unwrap_or((text, "")));
    };
    let Some((address, rest)) = inside.split_once(']') else { return Err(wrong("a \"[\" has no closing \"]\"")) };
    match rest.strip_prefix(':') {
        Some(port) => Ok((address, port)),
        None if rest.is_empty() => Ok((address, "")),
        None => Err(wrong("something other than a port follows a \"]\"")),
    }
}

fn decode(text: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.filter(|digits| !digits.starts_with('+')).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(0) => return Err(wrong("it holds %00, a NUL character")),
            Some(decoded) => bytes.push(decoded),
            None => {
                return Err(wrong("a \"%\" is not followed by two hexadecimal digits; write %25 for the sign itself"));
            }
        }
        rest = rest.get(2..).unwrap_or_default();
    }
    String::from_utf8(bytes).map_err(|_| wrong("its percent-encoded bytes are no UTF-8 text"))
}

fn wrong(reason: &str) -> Box<crate::diag::Diagnostic> {
    error(format!("the address in Url cannot be read: {reason}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        parse(text).unwrap().into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }

    /// From PostgreSQL's own tests of addresses, src/interfaces/libpq/t/001_uri.pl.
    #[test]
    fn addresses_are_read_as_libpqs_tests_say() {
        for (text, expected) in [
            (
                "postgresql://uri-user:secret@host:12345/db",
                "user=uri-user password=secret host=host port=12345 dbname=db",
            ),
            ("postgresql://uri-user@host/", "user=uri-user host=host"),
            ("postgresql://", ""),
            ("postgresql://host?uzer=", "host=host uzer="),
            ("postgresql://[2001:db8::1234]:8080/db", "host=2001:db8::1234 port=8080 dbname=db"),
            ("postgresql:///?host=/path/to/socket/dir", "host=/path/to/socket/dir"),
            ("postgres://%2Fvar%2Flib/dbname", "host=/var/lib dbname=dbname"),
            ("postgresql://u%72i-user:p%40ss@host", "user=uri-user password=p@ss host=host"),
            ("postgresql://host1:1,host2,host3:3/db", "host=host1,host2,host3 port=1,,3 dbname=db"),
            ("postgresql://host/db?ssl=true", "host=host dbname=db sslmode=require"),
            ("postgresql://u:what?&=#@host/db", "user=u password=what?&=# host=host dbname=db"),
            ("postgresql://host/d@b?user=u@v", "host=host dbname=d@b user=u@v"),
            (
                "postgresql://host/db?sslmode=prefer&options=-c%20a%3Db",
                "host=host dbname=db sslmode=prefer options=-c a=b",
            ),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_told_without_a_part_of_it() {
        for text in [
            "http://sesame",
            "postgresql://u:sesame%zz@h",
            "postgresql://u:sesame%0@h",
            "postgresql://[::1/sesame",
            "postgresql://[::1]sesame",
            "postgresql://h?sesame",
            "postgresql://u:sesame%00@h",
            "postgresql://u:sesame%ff@h",
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.sqlstate.as_str(), "HY000");
            assert!(error.message.contains("Url") && !error.message.contains("sesame"), "{}", error.message);
        }
    }
}

//! docs/keywords.md, written from the table of keywords.
#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::path::PathBuf;

use super::keywords::{Effect, KEYWORDS, Keyword};

const HEAD: &str = "\
# Keywords

<!-- Written by `PGODBC_WRITE_KEYWORDS=1 cargo test --lib keywords_documentation`. A test compares it with the table. -->

Keywords of connection strings and data sources. Their case does not matter. A value that holds `;` or begins or ends with a
blank goes in braces: `PWD={a;b}`; inside of them `}}` stands for `}`. Values are taken literally, nothing is URL-decoded.

## Where a value comes from

The first place that says something counts:

1. the connection string; then what its `Url` and `pqopt` say
2. the data source (`odbc.ini`); then what its `Url` and `pqopt` say
3. the service (`service`) in `pg_service.conf`
4. the environment variable; `PGTZ` and `PGGEQO` have no keyword, `PGDATESTYLE` no effect: the driver reads dates in ISO form
5. for the password only: the password file (`passfile`, else `~/.pgpass`), which others must not be able to read
6. the default

`SQL_ATTR_PGODBC_ACCESS_TOKEN` (connection attribute 0x4001, a text) goes before all passwords. `PasswordCommand` and
`PasswordFile` yield a password afresh at each connect that needs one, for access tokens that expire.

An unknown keyword is a warning (01S00) that names the nearest known one; the connection is made.

## Decisions

- `sslmode` means what it means to libpq, and its default is `prefer`. An existing file of root certificates is used in every
  mode that reaches TLS: `require` then checks the server's certificate as `verify-ca` does. A socket file needs no TLS.
- A revocation list that `sslcrl` names must be there; libpq goes on without it. A named `sslrootcert` or `sslcert` that is not there
  is treated as libpq treats it: no root, no certificate.
- A password goes in clear text only where nobody can listen: through TLS, through a socket file, or to this machine itself. Over a network
  without TLS it is refused (28000) unless `AllowCleartextPassword=1`. CrateDB, which asks for no password by default, works as it is
  installed; with passwords, over a network and without TLS it needs that keyword.
- With `sslmode=prefer`, a connection that was made without TLS because TLS failed is reported by a warning (01000).
- TLS 1.2 and 1.3 are spoken. RSA keys have at least 2048 bits; SHA-1 signs nothing.
- Certificates of version 1 are accepted where a root certificate has signed them itself, and a server's own certificate may be the root.
- `sslkeylogfile` is made for its owner alone (mode 0600). One that others may read, a link or no plain file is not written to: a warning
  (01000) says so.
- `scram_client_key` and `scram_server_key` (32 bytes each, in base64) go together and take the place of the password where a server asks
  for SCRAM. `requirepeer` is checked for requests to cancel, too.
- Private keys: PKCS#8 (also encrypted, with `sslpassword`), PKCS#1, SEC 1. Keys in OpenSSL's old encryption are to be converted.
- `LoginTimeout` (`connect_timeout`) is for each address that is tried; `SQL_ATTR_LOGIN_TIMEOUT` is for all of them together.
- OAuth (PostgreSQL 18): where a server asks for a bearer token, the password is one, from `PasswordCommand`, `PasswordFile` or
  `SQL_ATTR_PGODBC_ACCESS_TOKEN`. The driver itself asks no issuer for a token: the `oauth_..` parameters of libpq's device flow are
  accepted and have no effect. A token goes, like a password in clear text, only where nobody can listen.
- Kerberos (GSSAPI) is spoken by the system's library, `libgssapi_krb5`, which is loaded when a server asks for it. The ticket is fetched
  within that library's own time limits.
- Encryption by GSSAPI goes before TLS, whatever `sslmode` says, as libpq has it: with `gssencmode=prefer` (the default) wherever there is a
  ticket, a host name, and no demand that only TLS meets (`channel_binding=require`, `sslcertmode=require`). Whether there is a ticket is
  only looked at where Kerberos is set up (`/etc/krb5.conf`, a ticket file in `/tmp`, a variable `KRB5..`). A server that does not
  encrypt this way, or does not let the user in so, is asked again as `sslmode` says. `gssencmode=disable` leaves it out.
- `Pooler=transaction` leaves nothing at the server between transactions: statements have no names there, isolation and access mode
  begin every transaction. What a statement of the application's own sets (`SET`, a temporary table), another client may meet.
  After a request to cancel the driver waits until the pooler has closed the connection that brought it. One that comes too late for its
  statement may still hit what the pooler itself sends next to that server process (PgBouncer's `SET`);
  nothing that a driver sends can keep it from that.
- `Compatibility=psqlodbc` gives what psqlODBC gives where nothing is said: text of 8190 and varchar of 255 characters, bool as SQL_VARCHAR,
  unknown types as SQL_VARCHAR, and the server's errors with its own SQLSTATEs and psqlODBC's texts. Other keywords go before. It does not
  switch TLS off, and passwords are still taken literally. Messages of the driver's own stay as they are. A test compares both drivers on
  one server, also with the keywords that say how types are told. Types and sizes stay this driver's where psqlODBC's would lose something or
  contradict the reference: oid and xid (SQL_BIGINT; psqlODBC: SQL_INTEGER unsigned, which applications read as signed), numeric without
  precision (1000,6; 28 and the digits of the result), time (with its fraction), money (text; float), uuid (36 characters; 37), bytea (the
  greatest size; none), interval (as long as one may be), arrays (as all unknown types; as long as the value), bit strings, \"char\" (four
  characters, which one of its bytes may be shown as). SQLGetTypeInfo follows the reference.
- `Trace` and `TraceLevel` are described in tracing.md. psqlODBC's `Debug=1` traces calls, `CommLog=1` calls and the wire, both to one file,
  `pgodbc_USERPID.log` in `Logdir`; `TraceLevel` goes before them. `Trace=No`, which unixODBC's tools write, names no file.
- Keepalives are on: 60 seconds idle, then every 10 seconds, 6 times. The load balancers of the big clouds forget connections after 4 minutes.

## The table

What has no effect yet is a warning (01000) unless its value changes nothing. What would make a connection less safe than was asked for, or
lead it to another server, is refused (HYC00) as long as it is not supported.

| Keyword | Other names | Environment | Default | Meaning |
|---|---|---|---|---|
";

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

fn row(keyword: &Keyword) -> String {
    let aliases: Vec<String> = keyword.aliases.iter().map(|alias| code(alias)).collect();
    let effect = match keyword.effect {
        Effect::Takes(_) => String::new(),
        Effect::Requires([]) => " (not supported: refused)".to_owned(),
        Effect::Requires(accepted) => format!(" (supported: {}; anything else is refused)", accepted.join(", ")),
        Effect::NotYet(_) => " (no effect yet)".to_owned(),
        Effect::Obsolete => " (accepted, without effect)".to_owned(),
    };
    let environment = keyword.environment.unwrap_or_default();
    let meaning = keyword.documentation.replace('|', "\\|");
    let secret = if keyword.secret { "; never shown" } else { "" };
    format!(
        "| {} | {} | {} | {} | {meaning}{effect}{secret} |\n",
        code(keyword.name),
        aliases.join(" "),
        code(environment),
        code(keyword.default)
    )
}

fn documentation() -> String {
    let mut text = HEAD.to_owned();
    for keyword in KEYWORDS {
        write!(text, "{}", row(keyword)).unwrap();
    }
    text
}

#[test]
fn the_page_of_keywords_is_up_to_date() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/keywords.md");
    let expected = documentation();
    if std::env::var_os("PGODBC_WRITE_KEYWORDS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/keywords.md is out of date: PGODBC_WRITE_KEYWORDS=1 cargo test --lib keywords_documentation writes it"
    );
}

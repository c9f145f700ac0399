//! Every keyword of a connection string or data source, in one table.
//!
//! Sources: ODBC reference, `SQLDriverConnect`; PostgreSQL 18 documentation, 34.1.2 and 34.15 (libpq's parameters and
//! environment variables); psqlODBC's configuration options and their abbreviations.

use std::collections::HashMap;

use once_cell::sync::Lazy;

use super::Setting;

/// What becomes of a keyword's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It takes effect.
    Takes(Setting),
    /// These values (and an empty one) are what happens anyway. Any other is refused with HYC00: to connect without it
    /// would be less safe than was asked for, or would reach another server.
    Requires(&'static [&'static str]),
    /// Known, without effect so far: a warning, unless the value is the default or one of those that change nothing.
    NotYet(&'static [&'static str]),
    /// Without meaning for this driver, or the driver manager's own: accepted, and said in the trace.
    Obsolete,
}

/// One keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The name in documentation and messages.
    pub name: &'static str,
    /// Other names of the same thing. None of them is case-sensitive.
    pub aliases: &'static [&'static str],
    /// The environment variable that counts where neither connection string nor data source say anything.
    pub environment: Option<&'static str>,
    /// What holds if nobody says anything; empty where that is computed.
    pub default: &'static str,
    /// The value must never be shown.
    pub secret: bool,
    pub effect: Effect,
    /// What it is for.
    pub documentation: &'static str,
}

use Effect::{NotYet, Obsolete, Requires, Takes};

const fn row(
    name: &'static str,
    aliases: &'static [&'static str],
    default: &'static str,
    effect: Effect,
    documentation: &'static str,
) -> Keyword {
    Keyword { name, aliases, environment: None, default, secret: false, effect, documentation }
}

impl Keyword {
    const fn env(mut self, variable: &'static str) -> Keyword {
        self.environment = Some(variable);
        self
    }

    const fn secret(mut self) -> Keyword {
        self.secret = true;
        self
    }

    /// All names of the keyword.
    fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// The table.
pub const KEYWORDS: &[Keyword] = &[
    // Which server, who, what.
    row("Driver", &[], "", Takes(Setting::Driver), "the driver's name in odbcinst.ini"),
    row("DSN", &[], "", Takes(Setting::DataSource), "the data source's name in odbc.ini"),
    row("Description", &[], "", Takes(Setting::Description), "free text"),
    row("Server", &["Servername", "Host", "HostName"], "", Takes(Setting::Server), "host, socket directory, or a list")
        .env("PGHOST"),
    row("hostaddr", &[], "", Takes(Setting::HostAddress), "numeric address, or a list: no name is looked up")
        .env("PGHOSTADDR"),
    row("Port", &["PortNumber"], "5432", Takes(Setting::Port), "port, or one for each server").env("PGPORT"),
    row("Database", &["DB", "dbname", "DX"], "", Takes(Setting::Database), "database; the user's name if not given")
        .env("PGDATABASE"),
    row("UID", &["Username", "User", "LogonID"], "", Takes(Setting::User), "role to log in as").env("PGUSER"),
    row("PWD", &["Password"], "", Takes(Setting::Password), "password, taken literally").env("PGPASSWORD").secret(),
    row(
        "ApplicationName",
        &["application_name"],
        "",
        Takes(Setting::ApplicationName),
        "name shown in pg_stat_activity",
    )
    .env("PGAPPNAME"),
    row("fallback_application_name", &[], "", Takes(Setting::FallbackApplicationName), "where no other name is given"),
    row("options", &[], "", Takes(Setting::Options), "command-line options for the server: -c name=value")
        .env("PGOPTIONS"),
    row("ConnSettings", &["A6"], "", Takes(Setting::ConnSettings), "SQL to run after logging in"),
    row(
        "LoginTimeout",
        &["connect_timeout", "Timeout"],
        "0",
        Takes(Setting::LoginTimeout),
        "seconds for each address; 0: no limit; SQL_ATTR_LOGIN_TIMEOUT limits all of them together",
    )
    .env("PGCONNECT_TIMEOUT"),
    row(
        "Charset",
        &[],
        "",
        Takes(Setting::Charset),
        "encoding of the application's narrow text (ISO-8859-1 is no windows-1252), if not the locale's",
    ),
    // Security. What cannot be honoured is refused.
    row(
        "sslmode",
        &["CA"],
        "prefer",
        Takes(Setting::SslMode),
        "whether to use TLS: disable, allow, prefer, require, verify-ca, verify-full",
    )
    .env("PGSSLMODE"),
    row("requiressl", &[], "0", Takes(Setting::RequireSsl), "libpq's old form of sslmode=require").env("PGREQUIRESSL"),
    row(
        "sslnegotiation",
        &[],
        "postgres",
        Takes(Setting::SslNegotiation),
        "direct: TLS from the first byte (PostgreSQL 17)",
    )
    .env("PGSSLNEGOTIATION"),
    row(
        "sslrootcert",
        &[],
        "",
        Takes(Setting::RootCertificates),
        "file of trusted certificates, or system; ~/.postgresql/root.crt if not given",
    )
    .env("PGSSLROOTCERT"),
    row(
        "sslcert",
        &[],
        "",
        Takes(Setting::Certificate),
        "client certificate; ~/.postgresql/postgresql.crt if not given",
    )
    .env("PGSSLCERT"),
    row("sslkey", &[], "", Takes(Setting::CertificateKey), "its key; ~/.postgresql/postgresql.key if not given")
        .env("PGSSLKEY"),
    row("sslpassword", &[], "", Takes(Setting::KeyPassword), "password of an encrypted key").secret(),
    row("sslcrl", &[], "", Takes(Setting::RevocationFile), "revoked certificates; ~/.postgresql/root.crl if not given")
        .env("PGSSLCRL"),
    row("sslcrldir", &[], "", Takes(Setting::RevocationDirectory), "directory of revoked certificates")
        .env("PGSSLCRLDIR"),
    row("sslcertmode", &[], "allow", Takes(Setting::CertificateMode), "client certificate: disable, allow, require")
        .env("PGSSLCERTMODE"),
    row("sslsni", &[], "1", Takes(Setting::ServerNameIndication), "tells the server the host's name").env("PGSSLSNI"),
    row("sslcompression", &[], "0", Obsolete, "no longer in TLS").env("PGSSLCOMPRESSION"),
    row(
        "sslkeylogfile",
        &[],
        "",
        Takes(Setting::KeyLogFile),
        "file for TLS secrets, for debugging: who has it reads along",
    ),
    row("ssl_min_protocol_version", &[], "TLSv1.2", Takes(Setting::OldestTls), "oldest TLS: TLSv1.2, TLSv1.3")
        .env("PGSSLMINPROTOCOLVERSION"),
    row("ssl_max_protocol_version", &[], "", Takes(Setting::NewestTls), "newest TLS: TLSv1.2, TLSv1.3")
        .env("PGSSLMAXPROTOCOLVERSION"),
    row(
        "channel_binding",
        &[],
        "prefer",
        Takes(Setting::ChannelBinding),
        "SCRAM bound to the server's certificate: disable, prefer, require",
    )
    .env("PGCHANNELBINDING"),
    row(
        "require_auth",
        &[],
        "",
        Takes(Setting::RequireAuth),
        "login methods to accept, or with ! not to: password, md5, gss, sspi, scram-sha-256, oauth, none",
    )
    .env("PGREQUIREAUTH"),
    row(
        "AllowCleartextPassword",
        &[],
        "0",
        Takes(Setting::AllowCleartextPassword),
        "1: a password may go in clear text over a network without TLS; it always may on this machine and through TLS",
    ),
    row(
        "requirepeer",
        &[],
        "",
        Takes(Setting::RequirePeer),
        "system user as whom the server behind a socket file must run",
    )
    .env("PGREQUIREPEER"),
    row(
        "gssencmode",
        &[],
        "prefer",
        Takes(Setting::GssEncryption),
        "encryption by GSSAPI (Kerberos), which goes before TLS: disable, prefer (where there is a ticket), require",
    )
    .env("PGGSSENCMODE"),
    row(
        "krbsrvname",
        &["KerberosServiceName"],
        "postgres",
        Takes(Setting::KerberosService),
        "the server's service name in Kerberos",
    )
    .env("PGKRBSRVNAME"),
    row("gsslib", &[], "", Obsolete, "there is one library: libgssapi_krb5").env("PGGSSLIB"),
    row(
        "gssdelegation",
        &[],
        "0",
        Takes(Setting::KerberosDelegation),
        "1: the server may use the user's Kerberos ticket itself",
    )
    .env("PGGSSDELEGATION"),
    row("scram_client_key", &[], "", Takes(Setting::ScramClientKey), "SCRAM key instead of a password, in base64")
        .secret(),
    row("scram_server_key", &[], "", Takes(Setting::ScramServerKey), "the server's, which goes with it").secret(),
    // They say how to fetch a token, which PasswordCommand does.
    row("oauth_issuer", &[], "", Obsolete, "OAuth tokens come from PasswordCommand, PasswordFile or the attribute"),
    row("oauth_client_id", &[], "", Obsolete, "as oauth_issuer"),
    row("oauth_client_secret", &[], "", Obsolete, "as oauth_issuer").secret(),
    row("oauth_scope", &[], "", Obsolete, "as oauth_issuer"),
    row("min_protocol_version", &[], "3.0", Takes(Setting::OldestProtocol), "oldest protocol: 3.0, 3.2, latest")
        .env("PGMINPROTOCOLVERSION"),
    row("max_protocol_version", &[], "3.0", Takes(Setting::NewestProtocol), "newest protocol: 3.0, 3.2, latest")
        .env("PGMAXPROTOCOLVERSION"),
    row("passfile", &[], "", Takes(Setting::PasswordFile), "password file; ~/.pgpass if not given").env("PGPASSFILE"),
    row(
        "PasswordFile",
        &[],
        "",
        Takes(Setting::TokenFile),
        "file whose first line is the password, read at each connect",
    ),
    row(
        "PasswordCommand",
        &[],
        "",
        Takes(Setting::TokenCommand),
        "command whose first line of output is the password, run at each connect that needs one",
    )
    .secret(),
    // Other ways to say where to connect: to ignore them would reach another server.
    row("service", &[], "", Takes(Setting::Service), "section of pg_service.conf").env("PGSERVICE"),
    row("pqopt", &["D5"], "", Takes(Setting::LibpqOptions), "libpq connection string; keywords beside it go before")
        .secret(),
    row("Url", &[], "", Takes(Setting::Url), "postgresql:// address; keywords beside it go before").secret(),
    row(
        "target_session_attrs",
        &[],
        "any",
        Takes(Setting::TargetSession),
        "kind of server: any, read-write, read-only, primary, standby, prefer-standby",
    )
    .env("PGTARGETSESSIONATTRS"),
    row("replication", &[], "", Requires(&["0"]), "replication protocol"),
    row("load_balance_hosts", &[], "disable", Takes(Setting::LoadBalance), "random: servers in random order")
        .env("PGLOADBALANCEHOSTS"),
    row(
        "ConnectRetryCount",
        &[],
        "0",
        Takes(Setting::RetryCount),
        "how often to try again what passes: no name, refused, lost, 57P03 (starting), 53300 (no room); never a refused login",
    ),
    row(
        "ConnectRetryDelay",
        &["ConnectRetryInterval"],
        "5",
        Takes(Setting::RetryDelay),
        "seconds before that, varied by half",
    ),
    row("keepalives", &[], "1", Takes(Setting::Keepalive), "TCP keepalives"),
    row(
        "keepalives_idle",
        &["KeepaliveTime", "D1"],
        "60",
        Takes(Setting::KeepaliveIdle),
        "seconds before the first; 0: the system's",
    ),
    row(
        "keepalives_interval",
        &["KeepaliveInterval", "D2"],
        "10",
        Takes(Setting::KeepaliveInterval),
        "seconds between them",
    ),
    row("keepalives_count", &[], "6", Takes(Setting::KeepaliveCount), "how many may be lost"),
    row("tcp_user_timeout", &[], "0", Takes(Setting::TcpUserTimeout), "milliseconds that data may stay unacknowledged"),
    row("client_encoding", &[], "UTF8", NotYet(&[]), "the driver speaks UTF-8; see Charset").env("PGCLIENTENCODING"),
    row(
        "Compatibility",
        &[],
        "",
        Takes(Setting::Compatibility),
        "psqlodbc: its type sizes, its texts and SQLSTATEs of the server's errors, bool as characters; nothing insecure",
    ),
    row("Trace", &[], "", Takes(Setting::Trace), "file that is traced to; 1: the one of Logdir (docs/tracing.md)")
        .env("PGODBC_TRACE"),
    row(
        "TraceLevel",
        &[],
        "",
        Takes(Setting::TraceLevel),
        "off, calls, wire or values, or 0 to 3; calls where only Trace is given",
    )
    .env("PGODBC_TRACE_LEVEL"),
    row(
        "QueryTimeout",
        &[],
        "0",
        Takes(Setting::QueryTimeout),
        "seconds a statement may take, where SQL_ATTR_QUERY_TIMEOUT says nothing; 0: no limit",
    ),
    row(
        "Schema",
        &["search_path"],
        "",
        Takes(Setting::Schema),
        "search_path, as the server takes it: a schema, or a list",
    ),
    // psqlODBC's.
    row("ReadOnly", &["A0"], "0", Takes(Setting::ReadOnly), "1: the server refuses to change anything"),
    row("Protocol", &["A1"], "7.4", Takes(Setting::Protocol), "-0, -1, -2: what a failing statement undoes"),
    row("AutoSave", &[], "", Takes(Setting::AutoSave), "never: as -0; conservative, always: as -2"),
    row("FakeOidIndex", &["A2"], "0", Obsolete, "PostgreSQL 12 and later have no tables with oid"),
    row("ShowOidColumn", &["A3"], "0", Obsolete, "PostgreSQL 12 and later have no tables with oid"),
    row("BrowsableSchemas", &[], "", Takes(Setting::BrowsableSchemas), "schemas listed: a,b; others only by name"),
    row("IgnoredSchemas", &[], "", Takes(Setting::IgnoredSchemas), "schemas not listed: a,b; only by name"),
    row("RowVersioning", &["A4"], "", Takes(Setting::RowVersioning), "0: xmin is no SQL_ROWVER"),
    row("ShowSystemTables", &["A5"], "0", Takes(Setting::ShowSystemTables), "system tables as TABLE"),
    row("Fetch", &["A7"], "100", Obsolete, "rows a FETCH; results stream here"),
    row("Socket", &["A8"], "4096", Obsolete, "buffer size"),
    row("UnknownSizes", &["A9"], "0", Takes(Setting::UnknownSizes), "size of types without one"),
    row("MaxVarcharSize", &["B0"], "", Takes(Setting::MaxVarcharSize), "size of varchar without one"),
    row("MaxLongVarcharSize", &["B1"], "", Takes(Setting::MaxLongVarcharSize), "size of text"),
    row("Debug", &["B2"], "0", Takes(Setting::Debug), "1: calls are traced"),
    row("CommLog", &["B3"], "0", Takes(Setting::CommLog), "1: calls and the wire are traced"),
    row("Optimizer", &["B4"], "", Obsolete, "no longer in the server"),
    row("Ksqo", &["B5"], "", Obsolete, "no longer in the server"),
    row("UseDeclareFetch", &["B6"], "0", Obsolete, "cursors in the server; results stream here"),
    row("TextAsLongVarchar", &["B7"], "1", Takes(Setting::TextAsLongVarchar), "text as SQL_LONGVARCHAR"),
    row(
        "UnknownsAsLongVarchar",
        &["B8"],
        "1",
        Takes(Setting::UnknownsAsLongVarchar),
        "unknown types as SQL_LONGVARCHAR",
    ),
    row("BoolsAsChar", &["B9"], "0", Takes(Setting::BoolsAsChar), "bool as SQL_VARCHAR"),
    row("Parse", &["C0"], "0", Obsolete, "metadata by an own parser"),
    row("CancelAsFreeStmt", &["C1"], "", Obsolete, "ODBC 2 behaviour of SQLCancel"),
    row("ExtraSysTablePrefixes", &["C2"], "", Takes(Setting::ExtraSysTablePrefixes), "more system tables: dd_;.."),
    row("DisallowPremature", &["C3"], "", Obsolete, "no longer in psqlODBC"),
    row("UpdatableCursors", &["C4"], "1", NotYet(&[]), "keyset cursors that update"),
    row("LFConversion", &["C5"], "0", Takes(Setting::LineFeedConversion), "LF to CR LF in results"),
    row("TrueIsMinus1", &["C6"], "0", Takes(Setting::TrueIsMinus1), "-1 for true"),
    row("ByteaAsLongVarBinary", &["C7"], "1", Takes(Setting::ByteaAsLongVarBinary), "bytea as SQL_LONGVARBINARY"),
    row(
        "OidAsLongVarBinary",
        &[],
        "0",
        Takes(Setting::OidAsLongVarBinary),
        "oid columns of user tables as large objects, as columns of the domain lo are",
    ),
    row(
        "UseServerSidePrepare",
        &["C8"],
        "1",
        Takes(Setting::ServerSidePrepare),
        "0: no named statements at the server; as Pooler=transaction, where Pooler is not given",
    ),
    row(
        "CharacterColumns",
        &[],
        "auto",
        Takes(Setting::CharacterColumns),
        "wide, narrow, or by the kind of application: SQL_WVARCHAR or SQL_VARCHAR",
    ),
    row(
        "StatementCacheSize",
        &[],
        "64",
        Takes(Setting::StatementCacheSize),
        "statements kept at the server for the same text; 0: none",
    ),
    row(
        "PrepareThreshold",
        &[],
        "5",
        Takes(Setting::PrepareThreshold),
        "the SQLExecDirect of a text that prepares it; 0: never",
    ),
    row(
        "Pooler",
        &[],
        "none",
        Takes(Setting::Pooler),
        "transaction: nothing is left at the server between transactions",
    ),
    row(
        "BatchMechanism",
        &[],
        "auto",
        Takes(Setting::BatchMechanism),
        "arrays of parameters: auto, pipeline, unnest, copy",
    ),
    row(
        "CursorMemory",
        &[],
        "64",
        Takes(Setting::CursorMemory),
        "megabytes of rows that a scrollable cursor keeps in memory; the rest in a temporary file",
    ),
    row(
        "WholeCharacters",
        &[],
        "0",
        Takes(Setting::WholeCharacters),
        "1: SQLGetData divides no character between two pieces",
    ),
    row(
        "TempFileLimit",
        &[],
        "0",
        Takes(Setting::TempFileLimit),
        "megabytes that a result may take in a temporary file (more: HY001); 0: as many as there are",
    ),
    row("ResultFormat", &[], "auto", Takes(Setting::ResultFormat), "text, binary, or binary where it costs little"),
    row("LowerCaseIdentifier", &["C9"], "0", Takes(Setting::LowerCaseIdentifier), "catalog arguments in lower case"),
    row("BI", &[], "0", Takes(Setting::Int8As), "SQL type of int8"),
    row("NumericAs", &["D6"], "-101", Takes(Setting::NumericAs), "SQL type of numeric without precision"),
    row("XaOpt", &["D4"], "1", Obsolete, "MSDTC, Windows"),
    row("PreferLibpq", &["D3"], "", Obsolete, "no libpq here"),
    row("OptionalErrors", &["D7"], "0", Obsolete, "detail and hint are always in the message"),
    row("BatchSize", &["D8"], "100", Obsolete, "arrays of parameters travel in one flight, whatever their size"),
    row("IgnoreTimeout", &["D9"], "0", Takes(Setting::IgnoreTimeout), "1: SQL_ATTR_QUERY_TIMEOUT cannot be set"),
    row(
        "FetchRefcursors",
        &["DA"],
        "0",
        Takes(Setting::FetchRefcursors),
        "1: in a transaction, cursors that a call returns are its result sets",
    ),
    row("UniqueIndex", &[], "1", Obsolete, "psqlODBC ignores it"),
    row("Lie", &[], "0", Obsolete, "claims of psqlODBC that are not true"),
    row(
        "AB",
        &[],
        "0",
        Takes(Setting::ExtraOptions),
        "psqlODBC's bit mask, hexadecimal; 0x4: narrow characters, 0x10: accessible tables only, 0x40: no keepalives",
    ),
    row("CX", &[], "", Takes(Setting::PackedOptions), "psqlODBC's packed switches; keywords beside it go before"),
    row(
        "Logdir",
        &[],
        "/tmp",
        Takes(Setting::LogDirectory),
        "directory of trace files that have no name: pgodbc_USERPID.log",
    ),
    row("Dtclog", &[], "", Obsolete, "MSDTC, Windows"),
    row("TranslationName", &[], "", Obsolete, "translators"),
    row("TranslationDLL", &[], "", Obsolete, "translators"),
    row("TranslationOption", &[], "", Obsolete, "translators"),
    // The driver manager's own.
    row("FILEDSN", &[], "", Obsolete, "the driver manager reads it"),
    row("SAVEFILE", &[], "", Obsolete, "the driver manager writes it"),
];

/// A switch, as data sources write it.
pub(super) fn switch(value: &str) -> Option<bool> {
    match value.trim().to_ascii_lowercase().as_str() {
        "0" | "no" | "off" | "false" | "n" | "f" => Some(false),
        "1" | "yes" | "on" | "true" | "y" | "t" => Some(true),
        _ => None,
    }
}

/// Whether two values say the same. Data sources write switches as numbers and as words.
pub(super) fn same_value(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim()) || switch(one).is_some_and(|on| switch(other) == Some(on))
}

/// Every name in lower case: a hostile connection string has hundreds of thousands of keywords.
static BY_NAME: Lazy<HashMap<String, &'static Keyword>> = Lazy::new(|| {
    let named = KEYWORDS.iter().flat_map(|keyword| keyword.names().map(move |name| (name, keyword)));
    named.map(|(name, keyword)| (name.to_ascii_lowercase(), keyword)).collect()
});

/// The keyword that a name stands for.
pub(super) fn find(name: &str) -> Option<&'static Keyword> {
    BY_NAME.get(&name.to_ascii_lowercase()).copied()
}

/// The name of the keyword of a setting, for messages.
pub(super) fn name(setting: Setting) -> &'static str {
    KEYWORDS.iter().find(|keyword| keyword.effect == Takes(setting)).map_or("", |keyword| keyword.name)
}

/// All names, for suggestions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    KEYWORDS.iter().flat_map(Keyword::names)
}

#[cfg(test)]
#[path = "keywords_tests.rs"]
mod tests;

//! Where a connection's settings come from: connection string, data source, service file, environment, password file,
//! defaults; in this order.
//!
//! Everything comes out as plain data ([`Settings`]); this room knows nothing of sockets and sessions.

mod account;
mod authentication;
mod catalog;
mod connection_string;
mod conninfo;
mod dsn;
mod encoding;
mod environment;
mod ini;
mod installer;
#[cfg(test)]
mod keyword_effects_tests;
mod keywords;
#[cfg(test)]
mod keywords_documentation;
mod narrow_encoding;
mod network;
mod password;
mod password_file;
mod psqlodbc;
mod rollback;
mod scram_keys;
mod secret;
mod security;
mod servers;
mod service;
mod setting;
mod settings;
mod statements;
mod suggestion;
mod tls;
mod tracing;
mod types;
mod url;
mod values;

pub use account::Account;
pub use authentication::{
    AcceptedMethods, AuthenticationMethod, ChannelBindingMode, GssEncryptionMode, LoginPolicy, ProtocolVersion,
};
pub use catalog::CatalogSettings;
pub use connection_string::ConnectionString;
pub use dsn::read as read_data_source;
pub use encoding::{encoding_by_name, locale_encoding};
pub use environment::Environment;
pub use keywords::{Effect, KEYWORDS, Keyword};
pub use narrow_encoding::{NarrowDecoder, NarrowEncoding};
pub use network::{RetrySettings, TargetSession, TcpSettings};
pub use password::Password;
pub use rollback::RollbackOnError;
pub use scram_keys::ScramKeys;
pub use secret::Secret;
pub use servers::{Host, Server};
pub use setting::Setting;
pub use settings::Settings;
pub use statements::{BatchMechanism, StatementSettings};
pub use tls::{CertificateMode, CredentialFile, RootCertificates, SslMode, TlsSettings, TlsVersion};
pub use tracing::TraceSettings;
pub use types::{CharacterColumns, ResultFormat, TypeSettings, UnknownSizes};

//! Where a connection's settings come from: connection string, data source, environment, defaults; in this order.
//!
//! Everything comes out as plain data ([`Settings`]); this room knows nothing of sockets and sessions.

mod catalog;
mod connection_string;
mod dsn;
mod encoding;
mod environment;
mod ini;
mod installer;
mod keywords;
mod rollback;
mod secret;
mod servers;
mod settings;
mod suggestion;
mod types;

pub use catalog::CatalogSettings;
pub use connection_string::ConnectionString;
pub use dsn::read as read_data_source;
pub use encoding::{encoding_by_name, locale_encoding};
pub use environment::Environment;
pub use keywords::{Effect, KEYWORDS, Keyword, Setting};
pub use rollback::RollbackOnError;
pub use secret::Secret;
pub use servers::{Host, Server};
pub use settings::Settings;
pub use types::{CharacterColumns, ResultFormat, TypeSettings};

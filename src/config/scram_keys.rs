//! The keys that a password becomes in SCRAM, given instead of it.
//!
//! Source: PostgreSQL documentation, 34.1.2 (scram_client_key, scram_server_key); RFC 5802, 3.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::diag::sqlstate::HY000_GENERAL_ERROR;
use crate::diag::{Diagnostic, Result};

/// A key of SCRAM-SHA-256 in bytes.
const LENGTH: usize = 32;

/// Both keys. As a password, nothing that prints shows them, and their memory is overwritten when they go.
#[derive(Clone, PartialEq, Eq)]
pub struct ScramKeys {
    client: [u8; LENGTH],
    server: [u8; LENGTH],
}

impl ScramKeys {
    /// Two keys in base64.
    ///
    /// # Errors
    /// HY000: one is missing, or is no key. No message shows a key.
    pub fn parse(client: &str, server: &str) -> Result<ScramKeys> {
        Ok(ScramKeys { client: key("scram_client_key", client)?, server: key("scram_server_key", server)? })
    }

    /// By which the client proves itself.
    pub fn client(&self) -> &[u8] {
        &self.client
    }

    /// By which the server does.
    pub fn server(&self) -> &[u8] {
        &self.server
    }
}

fn key(name: &str, text: &str) -> Result<[u8; LENGTH]> {
    let why = match STANDARD.decode(text.trim()).map(<[u8; LENGTH]>::try_from) {
        Ok(Ok(key)) => return Ok(key),
        _ if text.is_empty() => "is missing: scram_client_key and scram_server_key go together",
        Ok(Err(_)) => "is no key of SCRAM-SHA-256: it must have 32 bytes",
        Err(_) => "is not in base64",
    };
    Err(Diagnostic::new(HY000_GENERAL_ERROR, format!("{name} {why}")))
}

impl fmt::Debug for ScramKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

impl Drop for ScramKeys {
    fn drop(&mut self) {
        self.client.fill(0);
        self.server.fill(0);
        std::hint::black_box(&self);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_never_shown() {
        let text = STANDARD.encode([b'k'; LENGTH]);
        let keys = ScramKeys::parse(&text, &format!(" {text} ")).unwrap();
        assert_eq!((keys.client(), keys.server()), (&[b'k'; LENGTH][..], &[b'k'; LENGTH][..]));
        assert_eq!(format!("{keys:?}"), "***");
        for (client, server, word) in [
            (text.as_str(), "", "scram_server_key is missing"),
            ("", text.as_str(), "scram_client_key is missing"),
            (&text, "kkkk", "scram_server_key is no key"),
            ("kkkk!", &text, "scram_client_key is not in base64"),
        ] {
            let error = ScramKeys::parse(client, server).unwrap_err();
            assert!(error.message.contains(word) && !error.message.contains("kkkk"), "{}", error.message);
        }
    }
}

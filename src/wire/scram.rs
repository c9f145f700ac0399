//! SCRAM-SHA-256 by a password, or by the two keys that are made of it.
//!
//! Sources: RFC 5802 and RFC 7677; PostgreSQL documentation, 34.1.2 (scram_client_key, scram_server_key).

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use postgres_protocol::authentication::sasl::{ChannelBinding, ScramSha256};
use ring::rand::{SecureRandom, SystemRandom};
use ring::{digest, hmac};

use crate::config::ScramKeys;

/// What is said of binding to the TLS connection (RFC 5802, 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// The client cannot.
    Unsupported,
    /// The client can, and the server does not offer it.
    Unrequested,
    /// tls-server-end-point: the hash of the server's certificate.
    EndPoint(Vec<u8>),
}

impl Binding {
    fn header(&self) -> &'static str {
        match self {
            Binding::Unsupported => "n,,",
            Binding::Unrequested => "y,,",
            Binding::EndPoint(_) => "p=tls-server-end-point,,",
        }
    }

    /// What the proof covers of it.
    fn input(&self) -> Vec<u8> {
        let mut input = self.header().as_bytes().to_vec();
        if let Binding::EndPoint(hash) = self {
            input.extend_from_slice(hash);
        }
        input
    }
}

/// The client's side, message by message.
pub enum Scram {
    Password(Box<ScramSha256>),
    Keys(Box<KeyScram>),
}

impl Scram {
    pub fn by_password(password: &[u8], binding: Binding) -> Scram {
        let binding = match binding {
            Binding::Unsupported => ChannelBinding::unsupported(),
            Binding::Unrequested => ChannelBinding::unrequested(),
            Binding::EndPoint(hash) => ChannelBinding::tls_server_end_point(hash),
        };
        Scram::Password(Box::new(ScramSha256::new(password, binding)))
    }

    /// # Errors
    /// The system has no random numbers.
    pub fn by_keys(keys: &ScramKeys, binding: Binding) -> io::Result<Scram> {
        let mut random = [0; 18];
        SystemRandom::new().fill(&mut random).map_err(|_| io::Error::other("no random numbers"))?;
        Ok(Scram::Keys(Box::new(KeyScram::new(keys, binding, &STANDARD.encode(random)))))
    }

    /// The message to send next.
    pub fn message(&self) -> &[u8] {
        match self {
            Scram::Password(scram) => scram.message(),
            Scram::Keys(scram) => scram.message.as_bytes(),
        }
    }

    /// Takes the server's challenge; the next message is the proof.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn update(&mut self, challenge: &[u8]) -> io::Result<()> {
        match self {
            Scram::Password(scram) => scram.update(challenge),
            Scram::Keys(scram) => scram.update(challenge),
        }
    }

    /// Takes the server's proof that it knows the password.
    ///
    /// # Errors
    /// It does not, or says what else is wrong.
    pub fn finish(&mut self, signature: &[u8]) -> io::Result<()> {
        match self {
            Scram::Password(scram) => scram.finish(signature),
            Scram::Keys(scram) => scram.finish(signature),
        }
    }
}

/// The exchange by keys: salt and iterations, by which they were made of a password, do not matter any more.
pub struct KeyScram {
    keys: ScramKeys,
    binding: Binding,
    nonce: String,
    message: String,
    /// What both sides sign.
    signed: String,
}

impl KeyScram {
    fn new(keys: &ScramKeys, binding: Binding, nonce: &str) -> KeyScram {
        // The server takes the name from the start-up message.
        let message = format!("{}n=,r={nonce}", binding.header());
        KeyScram { keys: keys.clone(), binding, nonce: nonce.to_owned(), message, signed: String::new() }
    }

    fn update(&mut self, challenge: &[u8]) -> io::Result<()> {
        let challenge = std::str::from_utf8(challenge).map_err(|_| invalid("the challenge is no text"))?;
        let nonce = challenge.split(',').next().and_then(|part| part.strip_prefix("r="));
        let nonce = nonce.filter(|nonce| nonce.len() > self.nonce.len() && nonce.starts_with(&self.nonce));
        let nonce = nonce.ok_or_else(|| invalid("the challenge does not go on from the client's nonce"))?;
        let without_proof = format!("c={},r={nonce}", STANDARD.encode(self.binding.input()));
        self.signed = format!("n=,r={},{challenge},{without_proof}", self.nonce);
        let stored_key = digest::digest(&digest::SHA256, self.keys.client());
        let signature = sign(stored_key.as_ref(), &self.signed);
        let proof: Vec<u8> = self.keys.client().iter().zip(signature.as_ref()).map(|(key, sign)| key ^ sign).collect();
        self.message = format!("{without_proof},p={}", STANDARD.encode(proof));
        Ok(())
    }

    fn finish(&mut self, signature: &[u8]) -> io::Result<()> {
        let text = std::str::from_utf8(signature).map_err(|_| invalid("the server's signature is no text"))?;
        if let Some(error) = text.strip_prefix("e=") {
            return Err(invalid(&format!("the server says {:?}", error.escape_debug().to_string())));
        }
        let signature = text.split(',').next().and_then(|part| part.strip_prefix("v="));
        let signature = signature.and_then(|text| STANDARD.decode(text).ok()).ok_or_else(|| invalid("no signature"))?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.keys.server());
        hmac::verify(&key, self.signed.as_bytes(), &signature)
            .map_err(|_| invalid("the server's signature is not made by scram_server_key"))
    }
}

fn sign(key: &[u8], text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
}

fn invalid(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The example of RFC 7677, 3: user "user", password "pencil". The keys were computed from it by Python's hashlib and hmac:
    /// HMAC(PBKDF2(pencil, salt, 4096), "Client Key") and "Server Key". The RFC's messages name the user, these do not: the
    /// proof is Python's, too.
    const CLIENT: &str = "pg/JI9Z+hkSpLRa5btpe9GVrDHJcSEN0viVTVXaZbos=";
    const SERVER: &str = "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
    const NONCE: &str = "rOprNGfwEbeRWgbNEkqO";
    const CHALLENGE: &str = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    fn keys() -> ScramKeys {
        ScramKeys::parse(CLIENT, SERVER).unwrap()
    }

    #[test]
    fn the_proof_is_made_of_the_keys_and_the_servers_is_checked() {
        for (binding, first, last) in [
            (
                Binding::Unsupported,
                "n,,n=,r=",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=qvT2SWdEH5Q06albL+hjSYuUhCG7VndFyzIb7CK4n9k=",
            ),
            (
                Binding::Unrequested,
                "y,,n=,r=",
                "c=eSws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=VpuC5DGQa5ro9tXE9MnKs69NH1nxnuregZZcclqIGfM=",
            ),
            (
                Binding::EndPoint(vec![7; 32]),
                "p=tls-server-end-point,,n=,r=",
                "c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=0euFEUJ0Bf6WOAwtx2QG0Ka7tw98uBYEZoysp9i5L7I=",
            ),
        ] {
            let mut scram = Scram::Keys(Box::new(KeyScram::new(&keys(), binding.clone(), NONCE)));
            assert_eq!(scram.message(), format!("{first}{NONCE}").as_bytes());
            scram.update(CHALLENGE.as_bytes()).unwrap();
            assert_eq!(String::from_utf8_lossy(scram.message()), last);
            if binding == Binding::Unsupported {
                scram.finish(b"v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg=").unwrap();
                for wrong in
                    ["v=AAAA", "v=pg/JI9Z+hkSpLRa5btpe9GVrDHJcSEN0viVTVXaZbos=", "x", "", "v=", "e=other-error", "v=!"]
                {
                    assert!(scram.finish(wrong.as_bytes()).is_err(), "{wrong}");
                }
            } else {
                assert!(
                    scram.finish(b"v=3HO6Qt1M4MKJrmlKaoOqLAI0/0TV0HZe7J9H3MBtSOg=").is_err(),
                    "another binding is another signature"
                );
            }
        }
    }

    #[test]
    fn a_challenge_that_is_not_for_this_client_is_refused() {
        for challenge in ["", "r=", "r=rOprNGfwEbeRWgbNEkqO,s=AAAA,i=1", "r=another,s=AAAA,i=1", "s=AAAA,i=1"] {
            let mut scram = KeyScram::new(&keys(), Binding::Unsupported, NONCE);
            assert!(scram.update(challenge.as_bytes()).is_err(), "{challenge}");
        }
        assert!(KeyScram::new(&keys(), Binding::Unsupported, NONCE).update(b"\xff").is_err());
    }

    #[test]
    fn each_exchange_has_a_nonce_of_its_own() {
        let messages: Vec<Vec<u8>> =
            (0..2).map(|_| Scram::by_keys(&keys(), Binding::Unsupported).unwrap().message().to_vec()).collect();
        assert_ne!(messages[0], messages[1]);
        assert!(messages[0].len() >= "n,,n=,r=".len() + 24);
    }
}

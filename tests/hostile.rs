//! Bytes that nobody meant: what the fuzzers check (tests/fuzz), with the committed corpus and random changes to it.
//!
//! The same on every run: a failure names the bytes. `make fuzz` looks further. The driver is linked in as an rlib here and
//! no driver manager is opened.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

#[path = "fuzz/src/lib.rs"]
mod fuzz;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;

/// Small, even and without a seed of the machine's (Vigna, "An experimental exploration of Marsaglia's xorshift generators").
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end.max(1)
    }

    fn bytes(&mut self, longest: usize) -> Vec<u8> {
        (0..self.below(longest)).map(|_| self.below(256) as u8).collect()
    }

    /// One to four changes: a byte, a bit, a piece left out, doubled or made up.
    fn change(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            let place = self.below(bytes.len() + 1);
            let end = (place + self.below(8)).min(bytes.len());
            match self.below(5) {
                0 if place < bytes.len() => bytes[place] = self.below(256) as u8,
                1 if place < bytes.len() => bytes[place] ^= 1 << self.below(8),
                2 => drop(bytes.drain(place..end)),
                3 => {
                    let piece = bytes[place..end].to_vec();
                    bytes.splice(place..place, piece);
                }
                _ => {
                    let piece = self.bytes(6);
                    bytes.splice(place..place, piece);
                }
            }
        }
    }
}

/// Checks every file of a corpus, `count` changed ones and, where there is no corpus, `count` made up ones.
fn all(corpus: &str, count: usize, check: fn(&[u8])) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(corpus);
    let mut files: Vec<_> = fs::read_dir(directory).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let corpus: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let changed = (0..count).map(|_| match corpus.get(random.below(corpus.len())) {
        Some(bytes) => {
            let mut bytes = bytes.clone();
            random.change(&mut bytes);
            bytes
        }
        None => random.bytes(200),
    });
    for bytes in corpus.iter().cloned().chain(changed) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(&bytes))) {
            eprintln!("with the bytes {}", bytes.escape_ascii());
            resume_unwind(panic);
        }
    }
}

#[test]
fn values_of_results() {
    all("result_values", 100_000, fuzz::result_values::check);
}

#[test]
fn values_of_parameters() {
    all("parameter_values", 100_000, fuzz::parameter_values::check);
}

#[test]
fn sql_texts() {
    all("sql_text", 30_000, fuzz::sql_text::check);
}

#[test]
fn connection_strings() {
    all("connection_string", 10_000, fuzz::connection_string::check);
}

#[test]
fn messages_after_the_login() {
    all("server_messages", 3_000, fuzz::server_messages::check);
}

#[test]
fn messages_of_the_login() {
    all("login_messages", 3_000, fuzz::login_messages::check);
}

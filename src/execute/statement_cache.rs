//! Statements that are kept when their handles let go of them: preparing the same text again finds it translated,
//! parsed and described.
//!
//! What is kept is a whole [`Prepared`]; a handle takes it out and gives it back, so that it has one user at a time. Two
//! shelves: what the server holds under a name, and texts that SQLExecDirect has executed less often than is worth a name.
//! On each the one that has not been used for longest makes room.
//!
//! A plan at the server follows changes of what it uses and of search_path by itself (PostgreSQL documentation, "PREPARE");
//! constants it does not read again. So nothing is kept of a text that may hold a moment by name ('now'), and all is given
//! up when a setting changes that constants are read by.
//!
//! Nor does it see an object that a name would mean now, created since by another session or by a function in a schema that
//! comes earlier in search_path, or as a function that fits better. That is so of every prepared statement; a text that is
//! kept is one for longer than its handle (README.md, `StatementCacheSize`).

use std::collections::HashMap;

use super::prepared::Prepared;
use super::statement_names::StatementNames;
use crate::config::StatementSettings;
use crate::diag::Result;
use crate::sql::ScanOptions;
use crate::wire::Session;

/// A text longer than this many bytes is not kept: it is rarely executed again and takes memory at both ends.
const LONGEST_TEXT: usize = 16 * 1024;

/// Settings that the server reports and that constants in a text are read by.
const READING: [&str; 3] = ["DateStyle", "IntervalStyle", "TimeZone"];

/// Names of moments that date and time types read as the time at which the statement is parsed.
const MOMENTS: [&str; 4] = ["now", "today", "tomorrow", "yesterday"];

#[derive(Debug, Default)]
pub struct StatementCache {
    settings: StatementSettings,
    held: Shelf,
    counted: Shelf,
    /// What the settings of READING were when the statements were parsed.
    reading: [String; READING.len()],
}

#[derive(Debug, Default)]
struct Shelf {
    entries: HashMap<Box<str>, Entry>,
    clock: u64,
}

#[derive(Debug)]
struct Entry {
    prepared: Prepared,
    /// The shelf's clock when it was put there.
    put: u64,
}

impl Shelf {
    fn take(&mut self, text: &str, options: ScanOptions) -> Option<Prepared> {
        match self.entries.get(text) {
            Some(entry) if entry.prepared.options() == options => self.entries.remove(text).map(|entry| entry.prepared),
            _ => None,
        }
    }

    /// Puts a statement on the shelf and gives those that are to go.
    fn put(&mut self, text: Box<str>, prepared: Prepared, room: usize) -> Vec<Prepared> {
        self.clock += 1;
        let displaced = self.entries.insert(text, Entry { prepared, put: self.clock }).map(|entry| entry.prepared);
        let mut gone = Vec::from_iter(displaced);
        while self.entries.len() > room {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.put).map(|(text, _)| text.clone());
            let Some(entry) = oldest.and_then(|text| self.entries.remove(&text)) else { break };
            gone.push(entry.prepared);
        }
        gone
    }

    fn drain(&mut self) -> impl Iterator<Item = Prepared> + use<'_> {
        self.entries.drain().map(|(_, entry)| entry.prepared)
    }
}

impl StatementCache {
    /// For a new session.
    pub fn new(settings: StatementSettings) -> StatementCache {
        StatementCache { settings, ..StatementCache::default() }
    }

    /// The statements of a text: as they were kept, else new. 42000 for a text that cannot be understood.
    pub fn find(
        &mut self,
        text: &str,
        options: &ScanOptions,
        session: Option<&Session>,
        names: &mut StatementNames,
    ) -> Result<Prepared> {
        if let Some(session) = session {
            let value = |setting: &&str| session.parameter(setting).unwrap_or_default();
            if READING.iter().zip(&self.reading).any(|(setting, known)| value(setting) != known) {
                self.reading = READING.map(|setting| value(&setting).to_owned());
                self.clear(names);
            }
        }
        match self.held.take(text, *options).or_else(|| self.counted.take(text, *options)) {
            Some(kept) => Ok(kept),
            None => Prepared::new(text, options),
        }
    }

    /// SQLExecDirect is about to execute a text. Once it has done so often enough, the server keeps it.
    pub fn count(&self, prepared: &mut Prepared, names: &mut StatementNames) {
        let executions = prepared.count_execution();
        let worth = self.settings.prepare_threshold > 0 && executions >= self.settings.prepare_threshold;
        if worth && self.settings.cache_size > 0 && is_kept(prepared) {
            prepared.keep_at_server(names);
        }
    }

    /// A handle does not use the statements any more.
    pub fn keep(&mut self, mut prepared: Prepared, names: &mut StatementNames) {
        if self.settings.cache_size == 0 || !is_kept(&prepared) {
            return prepared.release(names);
        }
        // Whether triggers watch the table is asked anew.
        prepared.forget_batch_statement(names);
        let shelf = match prepared.is_held_wholly() {
            true => &mut self.held,
            false if prepared.has_names() => return prepared.release(names),
            false => {
                prepared.forget_flight();
                &mut self.counted
            }
        };
        for gone in shelf.put(prepared.source().into(), prepared, self.settings.cache_size) {
            gone.release(names);
        }
    }

    /// Gives up all, at the server as well.
    pub fn clear(&mut self, names: &mut StatementNames) {
        for prepared in self.held.drain().chain(self.counted.drain()) {
            prepared.release(names);
        }
    }
}

/// Whether executing a text again later is the same as parsing it again then.
fn is_kept(prepared: &Prepared) -> bool {
    let text = prepared.source();
    !prepared.is_empty()
        && text.len() <= LONGEST_TEXT
        && prepared.kinds().all(|kind| kind.leaves_catalog_alone())
        && !names_a_moment(text)
}

/// Whether a word of the text is the name of a moment and no function call. Words outside of literals count as well.
fn names_a_moment(text: &str) -> bool {
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        let word = &rest[start..];
        let end = word.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(word.len());
        let is_call = word[end..].trim_start().starts_with('(');
        if !is_call && MOMENTS.iter().any(|moment| word[..end].eq_ignore_ascii_case(moment)) {
            return true;
        }
        rest = &word[end..];
    }
    false
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const OPTIONS: ScanOptions = ScanOptions { standard_conforming_strings: true, noscan: false };

    fn prepared(text: &str) -> Prepared {
        Prepared::new(text, &OPTIONS).unwrap()
    }

    #[test]
    fn texts_that_name_a_moment_are_told_from_function_calls() {
        for text in ["select 'now'::timestamp", "select date ' Today'", "values ('TOMORROW 10:00')"] {
            assert!(names_a_moment(text), "{text}");
        }
        for text in ["select now()", "select now ( )", "select knowledge, nowhere from today_s", ""] {
            assert!(!names_a_moment(text), "{text}");
        }
    }

    #[test]
    fn the_one_that_was_not_used_for_longest_makes_room() {
        let mut shelf = Shelf::default();
        for text in ["select 1", "select 2", "select 3"] {
            assert!(shelf.put(text.into(), prepared(text), 3).is_empty());
        }
        let first = shelf.take("select 1", OPTIONS).unwrap();
        assert!(shelf.take("select 1", OPTIONS).is_none());
        assert!(shelf.put("select 1".into(), first, 3).is_empty());
        let gone = shelf.put("select 4".into(), prepared("select 4"), 3);
        assert_eq!(gone.iter().map(Prepared::source).collect::<Vec<_>>(), ["select 2"]);
    }

    #[test]
    fn a_text_that_is_read_otherwise_is_another_text() {
        let mut shelf = Shelf::default();
        shelf.put("select '\\'".into(), prepared("select '\\'"), 3);
        assert!(shelf.take("select '\\'", ScanOptions { standard_conforming_strings: false, noscan: false }).is_none());
        assert!(shelf.take("select '\\'", OPTIONS).is_some());
    }

    #[test]
    fn direct_executions_are_counted_over_handles() {
        let mut names = StatementNames::default();
        let settings = StatementSettings { prepare_threshold: 3, ..StatementSettings::DEFAULT };
        let mut cache = StatementCache::new(settings);
        for execution in 1..=3 {
            let mut statement = cache.find("select 7", &OPTIONS, None, &mut names).unwrap();
            cache.count(&mut statement, &mut names);
            assert_eq!(statement.has_names(), execution == 3, "execution {execution}");
            cache.keep(statement, &mut names);
        }
    }
}

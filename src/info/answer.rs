//! A row of the table of information types: its answer, and with it its shape.

use std::borrow::Cow;

use super::{InfoFacts, InfoValue};

/// An information type's answer. The variant is its shape; the ones ending in `Of` depend on the connection or on what
/// other tables say.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// A character string.
    Text(&'static str),
    TextOf(for<'a> fn(&InfoFacts<'a>) -> Cow<'a, str>),
    /// A character string, "Y" or "N".
    Flag(bool),
    FlagOf(fn(&InfoFacts<'_>) -> bool),
    /// SQLUSMALLINT.
    Word(u16),
    WordOf(fn(&InfoFacts<'_>) -> u16),
    /// SQLUINTEGER, a bit mask.
    Mask(u32),
    MaskOf(fn(&InfoFacts<'_>) -> u32),
    /// SQLUINTEGER, a value.
    Value(u32),
    ValueOf(fn(&InfoFacts<'_>) -> u32),
    /// SQLULEN, a handle that the driver manager alone knows and answers for.
    Handle,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct InformationType {
    pub id: u16,
    pub name: &'static str,
    pub answer: Answer,
}

impl InformationType {
    /// The answer, for a connection.
    pub fn value<'a>(&self, facts: &InfoFacts<'a>) -> InfoValue<'a> {
        let yes_or_no = |yes: bool| InfoValue::Text(Cow::Borrowed(if yes { "Y" } else { "N" }));
        match self.answer {
            Answer::Text(text) => InfoValue::Text(Cow::Borrowed(text)),
            Answer::TextOf(text) => InfoValue::Text(text(facts)),
            Answer::Flag(flag) => yes_or_no(flag),
            Answer::FlagOf(flag) => yes_or_no(flag(facts)),
            Answer::Word(word) => InfoValue::Word(word),
            Answer::WordOf(word) => InfoValue::Word(word(facts)),
            Answer::Mask(long) | Answer::Value(long) => InfoValue::Long(long),
            Answer::MaskOf(long) | Answer::ValueOf(long) => InfoValue::Long(long(facts)),
            Answer::Handle => InfoValue::Len(0),
        }
    }
}

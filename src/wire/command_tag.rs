//! The tag of a CommandComplete.

/// What a command says of itself when it is done: `INSERT 0 5`, `SELECT 10`, `CREATE TABLE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandTag<'a>(&'a str);

impl<'a> CommandTag<'a> {
    /// The tag in a message's body; `None` without its zero byte. A tag that is not UTF-8 reads as empty.
    pub(super) fn parse(body: &'a [u8]) -> Option<CommandTag<'a>> {
        let (&0, text) = body.split_last()? else { return None };
        Some(CommandTag(std::str::from_utf8(text).unwrap_or_default()))
    }

    /// The words before the first number: `INSERT`, `CREATE TABLE`.
    pub fn command(&self) -> &'a str {
        let end = self.0.find(|character: char| character.is_ascii_digit() || character == '-').unwrap_or(self.0.len());
        self.0[..end].trim_end()
    }

    /// The rows of a command that counts rows: the last word, where it is a number. CrateDB says a negative one where it does
    /// not know: `None`, as for a command without a count.
    pub fn row_count(&self) -> Option<u64> {
        self.0.rsplit(' ').next()?.parse().ok()
    }

    /// The whole tag.
    pub fn text(&self) -> &'a str {
        self.0
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn command_and_count_of_the_documented_tags() {
        // PostgreSQL documentation, "Message Formats", CommandComplete; CrateDB's negative counts.
        let cases: &[(&[u8], &str, Option<u64>)] = &[
            (b"INSERT 0 5\0", "INSERT", Some(5)),
            (b"SELECT 10\0", "SELECT", Some(10)),
            (b"UPDATE 0\0", "UPDATE", Some(0)),
            (b"CREATE TABLE\0", "CREATE TABLE", None),
            (b"BEGIN\0", "BEGIN", None),
            (b"INSERT 0 -3\0", "INSERT", None),
            (b"COPY 18446744073709551615\0", "COPY", Some(u64::MAX)),
            (b"\0", "", None),
            (b"\xff 5\0", "", None),
        ];
        for (body, command, rows) in cases {
            let tag = CommandTag::parse(body).unwrap();
            assert_eq!((tag.command(), tag.row_count()), (*command, *rows), "{body:?}");
        }
        assert_eq!(CommandTag::parse(b"SELECT 1"), None);
        assert_eq!(CommandTag::parse(b""), None);
    }
}

//! UnknownSizes=2: columns of types without a size are as long as their longest value in the result.
//!
//! Nobody can know that but who has read the result: it is kept as a whole (in a file where it is large), as psqlODBC
//! keeps every result.

use super::results::{Cursor, Results, Rows};
use crate::convert::{Class, Format, Longest, TypeOptions, describe_longest, server_type};
use crate::descriptor::{Column, Columns};
use crate::diag::Result;
use crate::transport::Deadline;
use crate::wire::Session;

impl Results {
    /// Reads the current result and gives its columns the sizes of their longest values. `max_rows`: as many rows as the
    /// application wants of it; 0: all.
    pub fn measure(
        &mut self,
        session: Option<&mut Session>,
        types: &TypeOptions,
        max_rows: u64,
        deadline: Deadline,
    ) -> Result {
        let Some(columns) = self.columns().filter(|columns| columns.iter().any(|column| is_open(column, types))) else {
            return Ok(());
        };
        let columns = columns.clone();
        self.keep_current();
        self.fill(session, u64::MAX, max_rows, deadline)?;
        let Some(Cursor { rows: Rows::Kept(kept), columns: known, .. }) = self.cursor.as_deref_mut() else {
            return Ok(());
        };
        let mut longest = vec![Longest::default(); columns.len()];
        for index in 0..kept.store.count() {
            let Some(row) = kept.store.row(index)? else { break };
            for ((column, value), longest) in columns.iter().zip(row.values()).zip(&mut longest) {
                if let Some(value) = value {
                    *longest = longer(*longest, measure(column, value, types));
                }
            }
        }
        let measured = columns.iter().zip(longest).map(|(column, longest)| match is_open(column, types) {
            true => Column {
                sql: describe_longest(column.kind.oid, column.kind.modifier, longest, types),
                ..column.clone()
            },
            false => column.clone(),
        });
        *known = measured.collect::<Columns>();
        Ok(())
    }
}

/// Whether the size of a column's type is open: another longest value makes another size.
fn is_open(column: &Column, types: &TypeOptions) -> bool {
    let size = |length, whole| {
        let longest = Longest { length, whole, scale: 0 };
        describe_longest(column.kind.oid, column.kind.modifier, longest, types).column_size
    };
    !column.is_large_object && size(1, 1) != size(2, 2)
}

fn longer(one: Longest, other: Longest) -> Longest {
    Longest {
        length: one.length.max(other.length),
        whole: one.whole.max(other.whole),
        scale: one.scale.max(other.scale),
    }
}

/// The length of a value in what a column's size counts: bytes of binary data, digits of a number, else characters. Those
/// that are two units of UTF-16 are two for an application that reads them as such.
fn measure(column: &Column, value: &[u8], types: &TypeOptions) -> Longest {
    let (whole, scale) = match (server_type(column.kind.oid).class, column.kind.format) {
        (Class::Numeric, Format::Text) => digits(value),
        _ => (0, 0),
    };
    Longest { length: length(column, value, types), whole, scale }
}

/// Digits before and behind the point, of which there are at most 131072 and 16383; of NaN and infinity none.
fn digits(value: &[u8]) -> (u32, u16) {
    let count = |part: &[u8]| part.iter().filter(|byte| byte.is_ascii_digit()).count();
    let (whole, fraction) = value.split_at(value.iter().position(|&byte| byte == b'.').unwrap_or(value.len()));
    (count(whole) as u32, count(fraction) as u16)
}

fn length(column: &Column, value: &[u8], types: &TypeOptions) -> u64 {
    let count = match (server_type(column.kind.oid).class, column.kind.format) {
        (Class::Bytea, Format::Binary) => value.len(),
        // Two hexadecimal digits a byte; bytea_output = escape takes one character or more.
        (Class::Bytea, Format::Text) => value.strip_prefix(b"\\x").map_or(value.len(), |digits| digits.len() / 2),
        _ => {
            let text = String::from_utf8_lossy(value);
            // LFConversion puts a carriage return before a line feed.
            let of_each = text.chars().map(|character| match character {
                '\n' if types.settings.line_feeds => 2,
                character if types.wide_characters => character.len_utf16(),
                _ => 1,
            });
            of_each.sum()
        }
    };
    count as u64
}

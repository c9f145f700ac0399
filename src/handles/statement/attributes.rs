//! Statement attributes as one table: what is accepted, defaulted, substituted and refused.
//!
//! Source: ODBC reference, `SQLSetStmtAttr`. Attributes that are fields of a descriptor's header live there.

use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::odbc::attributes::*;

/// This driver's own (the range from 0x4000 is the drivers'): an array of SQLLEN, one for each parameter set. An execution writes how
/// many rows each set has affected; -1 where it was not executed, has failed, or returns rows.
pub const SQL_ATTR_PGODBC_PARAM_ROW_COUNTS_PTR: i32 = 0x4007;

/// What happens to a value that is set.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// Any value is taken.
    Any,
    /// One of these is taken; another is HY024.
    OneOf(&'static [usize]),
    /// One of these is taken; one of those is valid in ODBC and not done here: HYC00.
    Some(&'static [usize], &'static [usize]),
    /// The default is taken; another value that ODBC knows is replaced by the default, with 01S02 (the reference allows
    /// it for these attributes by name).
    Substitute(fn(usize) -> bool),
    /// One of the first is taken; another of the pairs is replaced by its second, with 01S02.
    Replace(&'static [usize], &'static [(usize, usize)]),
    /// Can be read, not set: HY092.
    ReadOnly,
}

struct Entry {
    attribute: i32,
    name: &'static str,
    default: usize,
    rule: Rule,
    /// It shapes the cursor: HY011 once the statement is prepared, 24000 while a cursor is open.
    shapes_cursor: bool,
}

const fn entry(attribute: i32, name: &'static str, default: usize, rule: Rule) -> Entry {
    Entry { attribute, name, default, rule, shapes_cursor: false }
}

const fn cursor_entry(attribute: i32, name: &'static str, default: usize, rule: Rule) -> Entry {
    Entry { attribute, name, default, rule, shapes_cursor: true }
}

fn any_value(_: usize) -> bool {
    true
}

/// The cursor types there are, and what others become: the nearest that holds what it says.
const CURSOR_TYPES: Rule = Rule::Replace(
    &[SQL_CURSOR_FORWARD_ONLY, SQL_CURSOR_STATIC, SQL_CURSOR_KEYSET_DRIVEN],
    &[(SQL_CURSOR_DYNAMIC, SQL_CURSOR_KEYSET_DRIVEN)],
);

/// Changes are checked against the row's values or its version. A lock would end with the statement that takes it, where
/// each is a transaction.
const CONCURRENCIES: Rule = Rule::Replace(
    &[SQL_CONCUR_READ_ONLY, SQL_CONCUR_ROWVER, SQL_CONCUR_VALUES],
    &[(SQL_CONCUR_LOCK, SQL_CONCUR_ROWVER)],
);

const FLAG: Rule = Rule::OneOf(&[SQL_FALSE, SQL_TRUE]);

/// The attributes whose values the statement itself keeps.
#[rustfmt::skip]
const TABLE: &[Entry] = &[
    cursor_entry(SQL_ATTR_CURSOR_SENSITIVITY, "SQL_ATTR_CURSOR_SENSITIVITY", SQL_UNSPECIFIED,
        Rule::Some(&[SQL_UNSPECIFIED, SQL_INSENSITIVE], &[SQL_SENSITIVE])),
    cursor_entry(SQL_ATTR_CURSOR_SCROLLABLE, "SQL_ATTR_CURSOR_SCROLLABLE", SQL_NONSCROLLABLE,
        Rule::OneOf(&[SQL_NONSCROLLABLE, SQL_SCROLLABLE])),
    entry(SQL_ATTR_QUERY_TIMEOUT, "SQL_ATTR_QUERY_TIMEOUT", 0, Rule::Any),
    entry(SQL_ATTR_MAX_ROWS, "SQL_ATTR_MAX_ROWS", 0, Rule::Any),
    entry(SQL_ATTR_NOSCAN, "SQL_ATTR_NOSCAN", SQL_NOSCAN_OFF, FLAG),
    entry(SQL_ATTR_MAX_LENGTH, "SQL_ATTR_MAX_LENGTH", 0, Rule::Any),
    entry(SQL_ATTR_ASYNC_ENABLE, "SQL_ATTR_ASYNC_ENABLE", SQL_ASYNC_ENABLE_OFF,
        Rule::OneOf(&[SQL_ASYNC_ENABLE_OFF, SQL_ASYNC_ENABLE_ON])),
    cursor_entry(SQL_ATTR_CURSOR_TYPE, "SQL_ATTR_CURSOR_TYPE", SQL_CURSOR_FORWARD_ONLY, CURSOR_TYPES),
    cursor_entry(SQL_ATTR_CONCURRENCY, "SQL_ATTR_CONCURRENCY", SQL_CONCUR_READ_ONLY, CONCURRENCIES),
    entry(SQL_ATTR_KEYSET_SIZE, "SQL_ATTR_KEYSET_SIZE", 0, Rule::Substitute(any_value)),
    entry(SQL_ROWSET_SIZE, "SQL_ROWSET_SIZE", 1, Rule::Any),
    // A positioned statement changes one row or none, whichever is set.
    cursor_entry(SQL_ATTR_SIMULATE_CURSOR, "SQL_ATTR_SIMULATE_CURSOR", SQL_SC_UNIQUE,
        Rule::OneOf(&[SQL_SC_NON_UNIQUE, SQL_SC_TRY_UNIQUE, SQL_SC_UNIQUE])),
    entry(SQL_ATTR_RETRIEVE_DATA, "SQL_ATTR_RETRIEVE_DATA", SQL_RD_ON, Rule::OneOf(&[SQL_RD_OFF, SQL_RD_ON])),
    cursor_entry(SQL_ATTR_USE_BOOKMARKS, "SQL_ATTR_USE_BOOKMARKS", SQL_UB_OFF,
        Rule::OneOf(&[SQL_UB_OFF, SQL_UB_FIXED, SQL_UB_VARIABLE])),
    entry(SQL_ATTR_ROW_NUMBER, "SQL_ATTR_ROW_NUMBER", 0, Rule::ReadOnly),
    entry(SQL_ATTR_ENABLE_AUTO_IPD, "SQL_ATTR_ENABLE_AUTO_IPD", SQL_FALSE, FLAG),
    entry(SQL_ATTR_FETCH_BOOKMARK_PTR, "SQL_ATTR_FETCH_BOOKMARK_PTR", 0, Rule::Any),
    entry(SQL_ATTR_METADATA_ID, "SQL_ATTR_METADATA_ID", SQL_FALSE, FLAG),
];

/// Setting one of the attributes that shape the cursor changes others, so that they agree.
struct Effect {
    set: i32,
    to: &'static [usize],
    /// Only where another attribute has one of these values.
    given: Option<(i32, &'static [usize])>,
    changes: i32,
    into: usize,
}

const fn effect(set: i32, to: &'static [usize], changes: i32, into: usize) -> Effect {
    Effect { set, to, given: None, changes, into }
}

impl Effect {
    const fn given(self, attribute: i32, values: &'static [usize]) -> Effect {
        Effect { given: Some((attribute, values)), ..self }
    }
}

const READ_ONLY: &[usize] = &[SQL_CONCUR_READ_ONLY];
const UPDATABLE: &[usize] = &[SQL_CONCUR_ROWVER, SQL_CONCUR_VALUES];
const FORWARD_ONLY: &[usize] = &[SQL_CURSOR_FORWARD_ONLY];
const STATIC: &[usize] = &[SQL_CURSOR_STATIC];
const KEYSET: &[usize] = &[SQL_CURSOR_KEYSET_DRIVEN];
const SEES_NOTHING: &[usize] = &[SQL_CURSOR_FORWARD_ONLY, SQL_CURSOR_STATIC];

/// Source: ODBC reference, "Cursor characteristics and cursor type". Its "read-only is insensitive" is not said of a
/// keyset, which shows changes whoever makes them.
#[rustfmt::skip]
const EFFECTS: &[Effect] = &[
    effect(SQL_ATTR_CONCURRENCY, READ_ONLY, SQL_ATTR_CURSOR_SENSITIVITY, SQL_INSENSITIVE).given(SQL_ATTR_CURSOR_TYPE, SEES_NOTHING),
    effect(SQL_ATTR_CONCURRENCY, UPDATABLE, SQL_ATTR_CURSOR_SENSITIVITY, SQL_UNSPECIFIED),
    effect(SQL_ATTR_CURSOR_SCROLLABLE, &[SQL_NONSCROLLABLE], SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_FORWARD_ONLY),
    effect(SQL_ATTR_CURSOR_SCROLLABLE, &[SQL_SCROLLABLE], SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC).given(SQL_ATTR_CURSOR_TYPE, FORWARD_ONLY),
    effect(SQL_ATTR_CURSOR_SENSITIVITY, &[SQL_INSENSITIVE], SQL_ATTR_CONCURRENCY, SQL_CONCUR_READ_ONLY),
    effect(SQL_ATTR_CURSOR_SENSITIVITY, &[SQL_INSENSITIVE], SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC),
    effect(SQL_ATTR_CURSOR_SENSITIVITY, &[SQL_INSENSITIVE], SQL_ATTR_CURSOR_SCROLLABLE, SQL_SCROLLABLE),
    effect(SQL_ATTR_CURSOR_TYPE, FORWARD_ONLY, SQL_ATTR_CURSOR_SCROLLABLE, SQL_NONSCROLLABLE),
    effect(SQL_ATTR_CURSOR_TYPE, STATIC, SQL_ATTR_CURSOR_SCROLLABLE, SQL_SCROLLABLE),
    effect(SQL_ATTR_CURSOR_TYPE, STATIC, SQL_ATTR_CURSOR_SENSITIVITY, SQL_INSENSITIVE).given(SQL_ATTR_CONCURRENCY, READ_ONLY),
    effect(SQL_ATTR_CURSOR_TYPE, STATIC, SQL_ATTR_CURSOR_SENSITIVITY, SQL_UNSPECIFIED).given(SQL_ATTR_CONCURRENCY, UPDATABLE),
    effect(SQL_ATTR_CURSOR_TYPE, KEYSET, SQL_ATTR_CURSOR_SCROLLABLE, SQL_SCROLLABLE),
    effect(SQL_ATTR_CURSOR_TYPE, KEYSET, SQL_ATTR_CURSOR_SENSITIVITY, SQL_UNSPECIFIED),
];

/// The values of one statement.
#[derive(Clone, Debug)]
pub struct StatementAttributes {
    values: [usize; TABLE.len()],
}

impl Default for StatementAttributes {
    fn default() -> StatementAttributes {
        StatementAttributes { values: std::array::from_fn(|index| TABLE[index].default) }
    }
}

/// What a statement has come to, as far as setting an attribute depends on it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    pub prepared: bool,
    /// S4 to S7.
    pub executed: bool,
}

impl StatementAttributes {
    /// Whether an attribute shapes the cursor: it is set before SQLPrepare.
    pub fn shapes_cursor(attribute: i32) -> bool {
        position(attribute).is_some_and(|index| TABLE[index].shapes_cursor)
    }

    /// Whether `attribute` is one of the table's.
    pub fn knows(attribute: i32) -> bool {
        position(attribute).is_some()
    }

    /// A statement takes over what its connection has set.
    pub fn inherit(&mut self, attribute: i32, value: usize) {
        if let Some(index) = position(attribute) {
            self.values[index] = value;
        }
    }

    /// The value of an attribute of the table's; 0 for one that is not in it.
    pub fn get(&self, attribute: i32) -> usize {
        position(attribute).map_or(0, |index| self.values[index])
    }

    /// Sets an attribute by the rule of its row. Substitutions are reported as 01S02 in `diagnostics`.
    ///
    /// HY092 (unknown or read-only), HY024 (value), HYC00 (value not done), HY011 and 24000 (not now).
    pub fn set(&mut self, attribute: i32, value: usize, progress: Progress, diagnostics: &mut Diagnostics) -> Result {
        let Some(index) = position(attribute) else { return Err(unknown_statement_attribute(attribute)) };
        let Entry { name, default, rule, shapes_cursor, .. } = TABLE[index];
        if shapes_cursor && progress.executed {
            return Err(Diagnostic::new(
                S24000_INVALID_CURSOR_STATE,
                format!(
                    "{name} cannot be set on a statement that has been executed; close it first (SQLFreeStmt(SQL_CLOSE))"
                ),
            ));
        }
        if shapes_cursor && progress.prepared {
            return Err(Diagnostic::new(
                HY011_ATTRIBUTE_CANNOT_BE_SET_NOW,
                format!("{name} cannot be set once the statement is prepared; set it before SQLPrepare"),
            ));
        }
        let taken = match rule {
            Rule::Any => value,
            Rule::OneOf(values) if values.contains(&value) => value,
            Rule::Some(values, _) if values.contains(&value) => value,
            Rule::Some(_, not_done) if not_done.contains(&value) => {
                return Err(Diagnostic::new(HYC00_NOT_IMPLEMENTED, format!("{name} = {value} is not supported yet")));
            }
            Rule::Substitute(_) if value == default => value,
            Rule::Substitute(is_known) if is_known(value) => {
                diagnostics.warn(
                    S01S02_OPTION_VALUE_CHANGED,
                    format!("{name} = {value} is not supported; {default} is used instead"),
                );
                default
            }
            Rule::Replace(values, _) if values.contains(&value) => value,
            Rule::Replace(_, pairs) if pairs.iter().any(|(asked, _)| *asked == value) => {
                let used = pairs.iter().find(|(asked, _)| *asked == value).map_or(default, |(_, used)| *used);
                diagnostics.warn(
                    S01S02_OPTION_VALUE_CHANGED,
                    format!("{name} = {value} is not supported; {used} is used instead"),
                );
                used
            }
            Rule::ReadOnly => {
                return Err(Diagnostic::new(HY092_INVALID_ATTRIBUTE, format!("{name} can be read, not set")));
            }
            _ => {
                return Err(Diagnostic::new(HY024_INVALID_ATTRIBUTE_VALUE, format!("{name} cannot be {value}")));
            }
        };
        self.values[index] = taken;
        for effect in EFFECTS.iter().filter(|effect| effect.set == attribute && effect.to.contains(&taken)) {
            if effect.given.is_none_or(|(attribute, values)| values.contains(&self.get(attribute))) {
                self.inherit(effect.changes, effect.into);
            }
        }
        Ok(())
    }

    /// Whether the statement's cursors go back.
    pub fn is_scrollable(&self) -> bool {
        self.get(SQL_ATTR_CURSOR_TYPE) != SQL_CURSOR_FORWARD_ONLY
    }
}

fn position(attribute: i32) -> Option<usize> {
    TABLE.iter().position(|entry| entry.attribute == attribute)
}

pub fn unknown_statement_attribute(attribute: i32) -> Box<Diagnostic> {
    Diagnostic::new(HY092_INVALID_ATTRIBUTE, format!("statement attribute {attribute} is not known"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const FRESH: Progress = Progress { prepared: false, executed: false };

    fn set(attribute: i32, value: usize, progress: Progress) -> (usize, String) {
        let (mut attributes, mut diagnostics) = (StatementAttributes::default(), Diagnostics::default());
        let outcome = attributes.set(attribute, value, progress, &mut diagnostics);
        let sqlstate = match outcome {
            Err(error) => error.sqlstate.to_string(),
            Ok(()) => diagnostics.records().first().map_or("00000".into(), |record| record.sqlstate.to_string()),
        };
        (attributes.get(attribute), sqlstate)
    }

    #[test]
    fn values_are_taken_substituted_or_refused_as_the_reference_says() {
        let cases = [
            (SQL_ATTR_QUERY_TIMEOUT, 30, 30, "00000"),
            (SQL_ATTR_MAX_ROWS, 7, 7, "00000"),
            (SQL_ATTR_NOSCAN, SQL_NOSCAN_ON, SQL_NOSCAN_ON, "00000"),
            (SQL_ATTR_NOSCAN, 2, SQL_NOSCAN_OFF, "HY024"),
            (SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC, SQL_CURSOR_STATIC, "00000"),
            (SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_DYNAMIC, SQL_CURSOR_KEYSET_DRIVEN, "01S02"),
            (SQL_ATTR_CURSOR_TYPE, 99, SQL_CURSOR_FORWARD_ONLY, "HY024"),
            (SQL_ATTR_CONCURRENCY, SQL_CONCUR_LOCK, SQL_CONCUR_ROWVER, "01S02"),
            (SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON, SQL_ASYNC_ENABLE_ON, "00000"),
            (SQL_ATTR_USE_BOOKMARKS, SQL_UB_VARIABLE, SQL_UB_VARIABLE, "00000"),
            (SQL_ATTR_ROW_NUMBER, 1, 0, "HY092"),
            (4711, 1, 0, "HY092"),
        ];
        for (attribute, value, kept, sqlstate) in cases {
            assert_eq!(set(attribute, value, FRESH), (kept, sqlstate.to_owned()), "attribute {attribute} = {value}");
        }
    }

    #[test]
    fn the_four_attributes_of_a_cursor_agree_as_the_references_table_says() {
        const ALL: [i32; 4] =
            [SQL_ATTR_CURSOR_TYPE, SQL_ATTR_CURSOR_SCROLLABLE, SQL_ATTR_CURSOR_SENSITIVITY, SQL_ATTR_CONCURRENCY];
        let (mut attributes, mut diagnostics) = (StatementAttributes::default(), Diagnostics::default());
        // Forward-only, not scrollable, unspecified, read-only; each step goes on from the one before.
        assert_eq!(ALL.map(|attribute| attributes.get(attribute)), [0, 0, 0, 1]);
        let steps = [
            (SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC, [3, 1, 1, 1]),
            (SQL_ATTR_CONCURRENCY, SQL_CONCUR_VALUES, [3, 1, 0, 4]),
            (SQL_ATTR_CURSOR_SENSITIVITY, SQL_INSENSITIVE, [3, 1, 1, 1]),
            (SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_KEYSET_DRIVEN, [1, 1, 0, 1]),
            (SQL_ATTR_CURSOR_SCROLLABLE, SQL_SCROLLABLE, [1, 1, 0, 1]),
            (SQL_ATTR_CONCURRENCY, SQL_CONCUR_READ_ONLY, [1, 1, 0, 1]),
            (SQL_ATTR_CONCURRENCY, SQL_CONCUR_ROWVER, [1, 1, 0, 3]),
            (SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC, [3, 1, 0, 3]),
            (SQL_ATTR_CURSOR_SCROLLABLE, SQL_NONSCROLLABLE, [0, 0, 0, 3]),
            (SQL_ATTR_CURSOR_SCROLLABLE, SQL_SCROLLABLE, [3, 1, 0, 3]),
            (SQL_ATTR_CONCURRENCY, SQL_CONCUR_READ_ONLY, [3, 1, 1, 1]),
            (SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_FORWARD_ONLY, [0, 0, 1, 1]),
            (SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_DYNAMIC, [1, 1, 0, 1]),
        ];
        for (attribute, value, expected) in steps {
            attributes.set(attribute, value, FRESH, &mut diagnostics).unwrap();
            assert_eq!(ALL.map(|attribute| attributes.get(attribute)), expected, "{attribute} = {value}");
        }
    }

    #[test]
    fn what_shapes_the_cursor_cannot_be_set_when_it_is_too_late() {
        let prepared = Progress { prepared: true, executed: false };
        let open = Progress { prepared: true, executed: true };
        assert_eq!(set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_FORWARD_ONLY, prepared).1, "HY011");
        assert_eq!(set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_READ_ONLY, open).1, "24000");
        assert_eq!(set(SQL_ATTR_QUERY_TIMEOUT, 3, open).1, "00000");
    }
}

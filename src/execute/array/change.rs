//! A batch of a plain UPDATE or DELETE as one statement that joins its table with the arrays of parameters:
//! `UPDATE t SET a = s.v1 FROM unnest((SELECT $1::int4[]), (SELECT $2::int8[])) AS s(v1, v2) WHERE key = s.v2`.
//!
//! Row by row, each set changes the rows that it names as the sets before it have left them. Together they change the same
//! rows in the same way where no set can see what another has done:
//!
//! - no two sets name the same row. Their keys are compared here; that needs types of which different values are never
//!   equal to one value of the column (`KEYS`);
//! - no set changes a key, and nothing but the statement changes rows: no trigger, rule or generated key;
//! - no constraint compares the rows that are changed with each other while they are changed: no unique or exclusion
//!   constraint on a column that is set, no foreign key of the table to itself, or to a column that is set, and none that
//!   passes a deletion on;
//! - the table is only a table: no view, no partitions or children, no row security.
//!
//! The server is asked once for a prepared statement. Constraints on a row by itself fail the batch, and the pipeline
//! then finds the set.
//!
//! The arrays stand in sub-selects to hide their length from the planner: knowing it, it reads a table of the usual size
//! whole for a thousand sets, which takes longer than looking the rows up, and locks them in another order than the sets'.

use std::collections::HashSet;

use bytes::BytesMut;

use super::ParameterSets;
use super::batch_statement::{Element, Form, FormValues};
use super::element::write_element;
use crate::convert::Scratch;
use crate::diag::Result;
use crate::execute::execution::Execution;
use crate::sql::{ParameterColumn, PlainChange, plain_change};

/// Groups of types (OIDs) within which two different values, of any type of the group, are not equal to the same third
/// one: text, varchar (where the collation is deterministic); int2, int4, int8; bytea; date; timestamp; timestamptz; uuid.
/// Not among them: floating point (0 and -0, int8 is rounded), numeric (1.0 and 1), bpchar (blanks at the end).
const KEYS: &[&[u32]] = &[&[25, 1043], &[21, 23, 20], &[17], &[1082], &[1114], &[1184], &[2950]];

/// The oldest server whose catalog has what `SEPARATE` asks for.
const OLDEST: u32 = 12;

/// The key columns (name, type) of a table in which sets cannot see each other's changes; no row for another one, or
/// for a key that will not do. $1: the table, $2: the columns that are set, $3: the key's columns, arrays of text.
/// Setting a column may change any generated one. An operator of somebody's own for the types of `KEYS` (last lines) might
/// call more values equal than the server's does.
const SEPARATE: &str = "\
    SELECT k.attname, k.atttypid::text FROM pg_catalog.pg_class c \
    JOIN pg_catalog.pg_attribute k ON k.attrelid = c.oid AND k.attnum > 0 AND k.attgenerated = '' \
        AND k.attname::text = ANY ($3::text[]) AND NOT k.attname::text = ANY ($2::text[]) \
    LEFT JOIN pg_catalog.pg_collation l ON l.oid = k.attcollation, \
    LATERAL (SELECT pg_catalog.array_agg(a.attnum) AS set FROM pg_catalog.pg_attribute a \
        WHERE a.attrelid = c.oid AND (a.attname::text = ANY ($2::text[]) OR a.attgenerated <> '' AND $2 <> '{}')) s \
    WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind = 'r' AND coalesce(l.collisdeterministic, true) \
    AND NOT (c.relhasrules OR c.relhassubclass OR c.relrowsecurity) \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint f WHERE f.contype = 'f' AND f.confrelid = c.oid \
        AND (f.conrelid = c.oid OR f.confkey && s.set OR s.set IS NULL AND f.confdeltype NOT IN ('a', 'r'))) \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND s.set IS NOT NULL \
        AND (i.indisunique OR i.indisexclusion) \
        AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL OR i.indkey::int2[] && s.set)) \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_operator o WHERE o.oprname = '=' \
        AND o.oprnamespace <> 'pg_catalog'::pg_catalog.regnamespace \
        AND ARRAY[o.oprleft, o.oprright] && '{17,20,21,23,25,1043,1082,1114,1184,2950}'::oid[])";

impl Execution<'_> {
    /// The one statement that many sets of an UPDATE or DELETE may be, if there is one.
    pub(super) fn change_form(&mut self, text: &str, elements: &[Element]) -> Result<Option<Form>> {
        let Some(change) = plain_change(text) else { return Ok(None) };
        let parameters = change.set.len() + change.keys.len();
        if parameters != elements.len() || self.session.profile().version.0 < OLDEST {
            return Ok(None);
        }
        let arguments = [change.table.clone(), array_of_names(&change.set), array_of_names(&change.keys)];
        let mut separate: Vec<(Vec<u8>, u32)> = Vec::new();
        self.ask_catalog(SEPARATE, &arguments, |row| {
            if let (Some(Some(name)), Some(Some(oid))) = (row.get(0), row.get(1))
                && let Some(oid) = std::str::from_utf8(oid).ok().and_then(|oid| oid.parse().ok())
            {
                separate.push((name.to_vec(), oid));
            }
        })?;
        let is_separate = change.keys.iter().all(|key| {
            let column = separate.iter().find(|(name, _)| name == key.name.as_bytes());
            let element = elements[usize::from(key.parameter) - 1];
            column.is_some_and(|(_, oid)| {
                let among = |oid: u32| KEYS.iter().position(|group| group.contains(&oid));
                element.cast().is_empty() && among(*oid).is_some() && among(*oid) == among(element.oid)
            })
        });
        let different = change.keys.iter().map(|key| usize::from(key.parameter) - 1).collect();
        let values = FormValues::Arrays { different };
        Ok(is_separate.then(|| Form { text: over_arrays(&change, elements), values }))
    }
}

/// Column names as the text of an array of text.
fn array_of_names(columns: &[ParameterColumn]) -> String {
    let quoted = |column: &ParameterColumn| {
        let name = column.name.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{name}\"")
    };
    format!("{{{}}}", columns.iter().map(quoted).collect::<Vec<_>>().join(","))
}

fn over_arrays(change: &PlainChange, elements: &[Element]) -> String {
    let value = |column: &ParameterColumn| {
        let element = elements[usize::from(column.parameter) - 1];
        format!("{} = pgodbc_sets.pgodbc_{}{}", column.text, column.parameter, element.cast())
    };
    let list = |columns: &[ParameterColumn], between: &str| columns.iter().map(value).collect::<Vec<_>>().join(between);
    let head = match change.set.is_empty() {
        true => format!("DELETE FROM {} USING", change.table),
        false => format!("UPDATE {} SET {} FROM", change.table, list(&change.set, ", ")),
    };
    let numbered = || (1..=elements.len()).zip(elements);
    let arrays: Vec<String> =
        numbered().map(|(number, element)| format!("(SELECT ${number}::{}[])", element.name)).collect();
    let names: Vec<String> = numbered().map(|(number, _)| format!("pgodbc_{number}")).collect();
    format!(
        "{head} unnest({}) AS pgodbc_sets({}) WHERE {}",
        arrays.join(", "),
        names.join(", "),
        list(&change.keys, " AND ")
    )
}

/// Whether two sets of a batch have the same key (or NULL, which names no row). A value that cannot be encoded does not
/// count: the batch is not sent.
pub(super) fn has_repeated_keys(keys: &[usize], sets: &ParameterSets<'_>, batch: &[usize]) -> bool {
    if keys.is_empty() {
        return false;
    }
    let mut seen = HashSet::with_capacity(batch.len());
    let (mut bytes, mut scratch) = (BytesMut::new(), Scratch::default());
    !batch.iter().all(|&set| {
        bytes.clear();
        // Each value with its length in front: no two lists of values are written alike.
        let written =
            keys.iter().try_for_each(|key| write_element(sets, *key, set, &mut bytes, &mut scratch).map(drop));
        written.is_err() || seen.insert(Box::<[u8]>::from(&bytes[..]))
    })
}

//! A batch of a plain INSERT as one statement: `INSERT INTO t (a, b) SELECT unnest($1::int8[]), unnest($2::text[])`, or by
//! BatchMechanism=copy and where every parameter travels as its column's type, `COPY t (a, b) FROM STDIN (FORMAT binary)`. The
//! former is the faster one (docs/arrays.md).
//!
//! That gives the same rows as the statement set by set where nothing that an INSERT sets off can see which rows belong to one
//! statement:
//!
//! - no rule; no trigger for the statement, or for a row behind it, which would find all of its rows; one in front of a row
//!   only with a volatile function, which sees the rows before it (PostgreSQL documentation, "Visibility of Data Changes");
//! - no row security, whose conditions may look at the table as it was when the statement began;
//! - no foreign key of the table to itself: a parent that comes behind its child would do.
//!
//! COPY does not know that a column is GENERATED ALWAYS AS IDENTITY; an INSERT of such a column is refused.

use super::batch_statement::{Element, Form, FormValues};
use crate::config::BatchMechanism;
use crate::diag::Result;
use crate::execute::execution::Execution;
use crate::sql::{PlainInsert, plain_insert, quoted_identifier};

/// The oldest server whose catalog has what `COLUMNS` asks for.
const OLDEST: u32 = 12;

/// The columns that a plain INSERT may name, in the table's order, if many rows can be inserted by one statement: name, type (of
/// a domain the one below it), and whether a COPY inserts the same. $1: the table. Triggers on rows are those of its partitions,
/// too: 1, 2 and 4 in tgtype are ROW, BEFORE and INSERT.
const COLUMNS: &str = "\
    WITH target AS (SELECT c.oid, c.relkind FROM pg_catalog.pg_class c \
        WHERE c.oid = pg_catalog.to_regclass($1) AND NOT c.relhasrules AND NOT c.relrowsecurity), \
    family AS (SELECT oid FROM target \
        UNION SELECT p.relid FROM target, pg_catalog.pg_partition_tree(target.oid) p \
        UNION SELECT a.relid FROM target, pg_catalog.pg_partition_ancestors(target.oid) a) \
    SELECT a.attname, coalesce(nullif(y.typbasetype, 0), y.oid)::text, \
        target.relkind IN ('r', 'p') AND a.attidentity <> 'a' \
    FROM target JOIN pg_catalog.pg_attribute a ON a.attrelid = target.oid \
        AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' \
    JOIN pg_catalog.pg_type y ON y.oid = a.atttypid \
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid \
        WHERE t.tgrelid IN (SELECT oid FROM family) AND NOT t.tgisinternal AND (t.tgtype & 4) <> 0 \
        AND ((t.tgtype & 3) <> 3 OR p.provolatile <> 'v')) \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint f WHERE f.contype = 'f' \
        AND f.conrelid IN (SELECT oid FROM family) AND f.confrelid IN (SELECT oid FROM family)) \
    ORDER BY a.attnum";

/// A column of the table.
struct Column {
    name: String,
    oid: u32,
    /// A COPY inserts what an INSERT does.
    is_copied: bool,
}

impl Execution<'_> {
    /// The one statement that many sets of an INSERT may be, if there is one.
    pub(super) fn insert_form(&mut self, text: &str, elements: &[Element]) -> Result<Option<Form>> {
        let insert = plain_insert(text).filter(|insert| insert.values.len() == elements.len());
        let Some(insert) = insert.filter(|_| self.session.profile().version.0 >= OLDEST) else { return Ok(None) };
        let mut columns = Vec::new();
        self.ask_catalog(COLUMNS, std::slice::from_ref(&insert.table), |row| {
            let text = |index| row.get(index).flatten().and_then(|value| std::str::from_utf8(value).ok());
            let name = text(0).unwrap_or_default().to_owned();
            let oid = text(1).and_then(|oid| oid.parse().ok()).unwrap_or_default();
            columns.push(Column { name, oid, is_copied: text(2) == Some("t") });
        })?;
        if columns.is_empty() {
            return Ok(None);
        }
        let named = (self.batch == BatchMechanism::Copy).then(|| copied_columns(&insert, &columns, elements)).flatten();
        Ok(Some(match named {
            Some(names) => Form {
                text: format!("COPY {} ({}) FROM STDIN (FORMAT binary)", insert.table, names.join(", ")),
                values: FormValues::Rows { columns: parameters(&insert).collect() },
            },
            None => Form { text: over_arrays(&insert, elements), values: FormValues::Arrays { different: Vec::new() } },
        }))
    }
}

/// The parameters (from 0) in the order of the values.
fn parameters(insert: &PlainInsert) -> impl Iterator<Item = usize> {
    insert.values.iter().map(|number| usize::from(*number) - 1)
}

/// The columns in the order of the values, as identifiers, if a COPY inserts them: each parameter travels as its column's type.
fn copied_columns(insert: &PlainInsert, columns: &[Column], elements: &[Element]) -> Option<Vec<String>> {
    let column_of = |(place, parameter): (usize, usize)| {
        let column = match &insert.columns {
            Some(named) => {
                let name = named.get(place)?.name.as_ref()?;
                columns.iter().find(|column| column.name == *name)
            }
            None => columns.get(place),
        };
        let element = elements[parameter];
        let is_copied = |column: &&Column| column.is_copied && column.oid == element.oid && element.cast().is_empty();
        column.filter(is_copied).map(|column| quoted_identifier(&column.name))
    };
    parameters(insert).enumerate().map(column_of).collect()
}

fn over_arrays(insert: &PlainInsert, elements: &[Element]) -> String {
    let columns = insert.columns.as_ref().map(|columns| {
        let texts: Vec<&str> = columns.iter().map(|column| column.text.as_str()).collect();
        format!(" ({})", texts.join(", "))
    });
    let value = |parameter: usize| {
        let element = elements[parameter];
        format!("unnest(${}::{}[]){}", parameter + 1, element.name, element.cast())
    };
    let values: Vec<String> = parameters(insert).map(value).collect();
    format!("INSERT INTO {}{} SELECT {}", insert.table, columns.unwrap_or_default(), values.join(", "))
}

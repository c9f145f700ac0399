//! What a result's columns are beyond what the protocol says of them: the table's column behind each, and the names of
//! types that the driver does not know by OID. One query for all columns of a result, and kept by the connection.
//!
//! Sources: ODBC reference, `SQLColAttribute`; PostgreSQL documentation, `pg_attribute`, "RowDescription" in "Message
//! Formats".

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::data_type::{domains, type_not_null};
use super::never_null::not_null_unproven;
use super::raw_row::RawRow;
use crate::convert::SERVER_TYPES;
use crate::descriptor::Column;
use crate::wire::DataRow;

/// The column of a table, view .. that a result's column comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseColumn {
    pub schema: String,
    pub table: String,
    pub name: String,
    /// The type that the column was declared with: a domain's own name, where the protocol tells of its base type only.
    pub type_name: String,
    /// The table's column never is NULL. In a result it may be, on the other side of an outer join.
    pub not_null: bool,
    /// An identity column or one whose default is a sequence's next value.
    pub counts_up: bool,
    /// The user may change it by an UPDATE: neither generated nor a view's that the server cannot trace back.
    pub updatable: bool,
}

/// A table's OID and a column's number in it.
type Place = (u32, i16);

/// How long an answer counts. The connection notices what its own statements do to the catalog; what others do, it does after
/// this time.
const FRESH: Duration = Duration::from_secs(60);

/// What a connection has asked for so far.
#[derive(Debug, Default)]
pub struct ResultColumns {
    /// When the oldest answer was given.
    since: Option<Instant>,
    /// None: there is no such column any more.
    columns: HashMap<Place, Option<BaseColumn>>,
    /// Names of types that are not in the driver's table.
    types: HashMap<u32, TypeName>,
}

/// A type that is not in the driver's table.
#[derive(Clone, Debug, Default)]
struct TypeName {
    name: String,
    /// It is a domain over oid.
    is_oid: bool,
}

/// The domain over oid whose values are large objects (contrib module lo; psqlODBC goes by the name too).
pub(super) const LARGE_OBJECT: &str = "lo";

/// The OID of oid.
pub(super) const OID: u32 = 26;

/// OIDs below are those of the system's own tables (FirstNormalObjectId): what is in their oid columns are no objects.
pub(super) const FIRST_USER_TABLE: u32 = 16384;

/// A question for the server, all parameters as text.
#[derive(Clone, Debug)]
pub struct ResultColumnsQuery {
    pub sql: &'static str,
    pub parameters: Vec<String>,
}

const QUERY: &str = concat!(
    "SELECT a.attrelid, a.attnum, n.nspname, c.relname, a.attname, t.typname,
       ",
    type_not_null!(),
    " OR a.attnotnull AND NOT ",
    not_null_unproven!(),
    ",
       a.attidentity <> '' OR coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false),
       a.attnum > 0 AND a.attidentity <> 'a' AND a.attgenerated = ''
         AND pg_catalog.pg_column_is_updatable(c.oid, a.attnum, false)
         AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'UPDATE')
  FROM ROWS FROM (pg_catalog.unnest($1::oid[]), pg_catalog.unnest($2::int2[])) k (relation, number)
  JOIN pg_catalog.pg_class c ON c.oid = k.relation
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  ",
    domains!(),
    "
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
UNION ALL
SELECT t.oid, 0, NULL, NULL, NULL, t.typname, t.typtype = 'd' AND t.typbasetype = 26, NULL, NULL
  FROM pg_catalog.pg_type t
 WHERE t.oid = ANY ($3::oid[])"
);

/// Column numbers of the query above. A row with column number 0 tells of a type.
mod raw {
    pub const RELATION: usize = 0;
    pub const NUMBER: usize = 1;
    pub const SCHEMA: usize = 2;
    pub const TABLE: usize = 3;
    pub const NAME: usize = 4;
    pub const TYPE_NAME: usize = 5;
    pub const NOT_NULL: usize = 6;
    pub const COUNTS_UP: usize = 7;
    pub const UPDATABLE: usize = 8;
}

impl ResultColumns {
    /// What has to be asked to know all of these columns; None if nothing has to.
    pub fn question(&mut self, columns: &[Column]) -> Option<ResultColumnsQuery> {
        self.forget_what_is_old(Instant::now());
        let (mut relations, mut numbers, mut types) = (String::new(), String::new(), String::new());
        for column in columns {
            if let Some((relation, number)) = place(column).filter(|place| !self.columns.contains_key(place)) {
                append(&mut relations, relation);
                append(&mut numbers, number);
            }
            if is_unknown_type(column.kind.oid) && !self.types.contains_key(&column.kind.oid) {
                append(&mut types, column.kind.oid);
            }
        }
        (!relations.is_empty() || !types.is_empty()).then(|| ResultColumnsQuery {
            sql: QUERY,
            parameters: [relations, numbers, types].map(|list| format!("{{{list}}}")).into(),
        })
    }

    fn forget_what_is_old(&mut self, now: Instant) {
        if self.since.is_some_and(|since| now.saturating_duration_since(since) > FRESH) {
            self.forget();
        }
    }

    /// Keeps what the server has answered: one row.
    pub fn learn(&mut self, row: DataRow<'_>) {
        let row = RawRow::new(row);
        let text =
            |column| row.bytes(column).map(|text| String::from_utf8_lossy(text).into_owned()).unwrap_or_default();
        let number = row.number(raw::NUMBER).and_then(|number| i16::try_from(number).ok()).unwrap_or(0);
        if number == 0 {
            let known = TypeName { name: text(raw::TYPE_NAME), is_oid: row.is_true(raw::NOT_NULL) };
            self.types.insert(row.oid(raw::RELATION), known);
            return;
        }
        let column = BaseColumn {
            schema: text(raw::SCHEMA),
            table: text(raw::TABLE),
            name: text(raw::NAME),
            type_name: text(raw::TYPE_NAME),
            not_null: row.is_true(raw::NOT_NULL),
            counts_up: row.is_true(raw::COUNTS_UP),
            updatable: row.is_true(raw::UPDATABLE),
        };
        self.columns.insert((row.oid(raw::RELATION), number), Some(column));
    }

    /// The answer is complete: what it did not tell of does not exist.
    pub fn learned(&mut self, columns: &[Column]) {
        self.since.get_or_insert_with(Instant::now);
        for column in columns {
            if let Some(place) = place(column) {
                self.columns.entry(place).or_insert(None);
            }
            if is_unknown_type(column.kind.oid) {
                self.types.entry(column.kind.oid).or_default();
            }
        }
    }

    /// The catalog may have changed.
    pub fn forget(&mut self) {
        *self = ResultColumns::default();
    }

    /// The column behind a result's column, if it has one and it was asked for.
    pub fn base(&self, column: &Column) -> Option<&BaseColumn> {
        self.columns.get(&place(column)?)?.as_ref()
    }

    /// The name of a result's column's type: as it was declared, where a table's column is behind it. Empty for one that
    /// nobody knows.
    pub fn type_name<'c>(&'c self, column: &'c Column) -> &'c str {
        match self.base(column) {
            Some(base) => &base.type_name,
            None => self.types.get(&column.kind.oid).map_or(&column.sql.type_name, |known| &known.name),
        }
    }

    /// What has to be asked to know a type; None if nothing has to.
    pub fn type_question(&self, oid: u32) -> Option<ResultColumnsQuery> {
        (is_unknown_type(oid) && oid != 0 && !self.types.contains_key(&oid)).then(|| ResultColumnsQuery {
            sql: QUERY,
            parameters: ["{}".to_owned(), "{}".to_owned(), format!("{{{oid}}}")].into(),
        })
    }

    /// Whether a type that was asked for is that of large objects.
    pub fn is_object_type(&self, oid: u32) -> bool {
        self.types.get(&oid).is_some_and(|known| known.is_oid && known.name == LARGE_OBJECT)
    }

    /// Whether a result's column that was asked for has large objects: it was declared as lo.
    pub fn has_objects(&self, column: &Column) -> bool {
        may_have_objects(column) && self.base(column).is_some_and(|base| base.type_name == LARGE_OBJECT)
    }
}

/// Whether a result's column may have large objects: it is a user table's, and oid to the protocol, which tells of a
/// domain's base type only.
pub fn may_have_objects(column: &Column) -> bool {
    column.kind.oid == OID && column.table_oid >= FIRST_USER_TABLE && column.column_id > 0
}

fn place(column: &Column) -> Option<Place> {
    (column.table_oid != 0 && column.column_id != 0).then_some((column.table_oid, column.column_id))
}

/// Catalog results have types of the table only; so have most others.
fn is_unknown_type(oid: u32) -> bool {
    SERVER_TYPES.binary_search_by_key(&oid, |known| known.oid).is_err()
}

fn append(list: &mut String, number: impl std::fmt::Display) {
    let separator = if list.is_empty() { "" } else { "," };
    let _ = write!(list, "{separator}{number}");
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::convert::{ColumnType, Format, TypeOptions, describe};

    fn column(table_oid: u32, column_id: i16, oid: u32) -> Column {
        let kind = ColumnType { oid, modifier: -1, format: Format::Text };
        let sql = describe(oid, -1, &TypeOptions::default());
        Column { name: "x".to_owned(), table_oid, column_id, kind, sql, nullable: 1, is_large_object: false }
    }

    /// A DataRow's body.
    fn body(values: &[Option<&str>]) -> Vec<u8> {
        let mut body = (values.len() as u16).to_be_bytes().to_vec();
        for value in values {
            body.extend(value.map_or(-1, |value| value.len() as i32).to_be_bytes());
            body.extend(value.unwrap_or_default().as_bytes());
        }
        body
    }

    #[test]
    fn each_thing_is_asked_for_once() {
        let mut known = ResultColumns::default();
        let columns = [column(16400, 1, 23), column(0, 0, 25), column(16400, 2, 16999), column(16400, 1, 23)];
        let question = known.question(&columns).unwrap();
        assert_eq!(question.parameters, ["{16400,16400,16400}", "{1,2,1}", "{16999}"]);
        let row = ["16400", "1", "zoo", "animal", "id", "positive", "t", "t", "f"].map(Some);
        known.learn(DataRow::parse(&body(&row)).unwrap());
        let row = [Some("16999"), Some("0"), None, None, None, Some("mood"), None, None, None];
        known.learn(DataRow::parse(&body(&row)).unwrap());
        known.learned(&columns);
        assert!(known.question(&columns).is_none());
        let base = known.base(&columns[0]).unwrap();
        assert_eq!((base.table.as_str(), base.not_null, base.counts_up, base.updatable), ("animal", true, true, false));
        assert_eq!(known.type_name(&columns[0]), "positive");
        assert_eq!(known.type_name(&columns[1]), "text");
        // The column was dropped; its type was not.
        assert_eq!((known.base(&columns[2]), known.type_name(&columns[2])), (None, "mood"));
        known.forget();
        assert!(known.question(&columns).is_some());
    }

    // What another session has done to the catalog is seen after a minute.
    #[test]
    fn answers_grow_old() {
        let (mut known, columns) = (ResultColumns::default(), [column(16400, 1, 23)]);
        known.learned(&columns);
        let then = Instant::now();
        known.forget_what_is_old(then);
        assert!(known.question(&columns).is_none());
        known.forget_what_is_old(then + FRESH + Duration::from_secs(1));
        assert!(known.question(&columns).is_some());
    }

    #[test]
    fn expressions_of_known_types_cost_nothing() {
        assert!(ResultColumns::default().question(&[column(0, 0, 23), column(0, 0, 3802)]).is_none());
    }
}

//! SQLStatistics and SQLSpecialColumns.

use crate::catalog_zoo::{Question, Zoo, ask, check_columns, connect_as};
use crate::common::Connection;
use crate::odbc::catalog_values::*;

const ALL: Question = Question::Statistics { unique: SQL_INDEX_ALL, accuracy: SQL_QUICK };
const UNIQUE: Question = Question::Statistics { unique: SQL_INDEX_UNIQUE, accuracy: SQL_ENSURE };

/// What the server says of a relation's size, in blocks.
#[track_caller]
fn pages(connection: &Connection, zoo: &Zoo, relation: &str) -> String {
    let blocks = format!("pg_relation_size('\"{}\".{relation}')::int / current_setting('block_size')::int", zoo.schema);
    connection.value(&format!("select {blocks}")).unwrap()
}

#[test]
fn indexes_of_every_kind() {
    for version in [2, 3] {
        let connection = connect_as(version);
        let zoo = Zoo::new(&connection);
        let of = |question, table: &str| ask(&connection, question, &[None, Some(&zoo.schema), Some(table)]);
        // NON_UNIQUE, INDEX_QUALIFIER, INDEX_NAME, TYPE (0 table, 1 clustered, 2 hashed, 3 other), position, column,
        // ASC_OR_DESC, CARDINALITY, PAGES, FILTER_CONDITION; ordered by the first four. 1000 rows; c has 10 values, each
        // of a and d is alone, and c is 0 in 100 rows, which are not in the partial index.
        let rows = [
            ("shelf", "-|-|-|0|-|-|-|1000|", "|-"),
            ("shelf_include", "0|ZOO|shelf_include|3|1|a|A|1000|", "|-"),
            ("shelf_include", "0|ZOO|shelf_include|3|2|d|A|1000|", "|-"),
            ("shelf_partial", "0|ZOO|shelf_partial|3|1|a|A|900|", "|(c > 0)"),
            ("shelf_order", "1|ZOO|shelf_order|1|1|d|A|1000|", "|-"),
            ("shelf_hash", "1|ZOO|shelf_hash|2|1|c|-|10|", "|-"),
            ("shelf_brin", "1|ZOO|shelf_brin|3|1|d|-|1000|", "|-"),
            ("shelf_expression", "1|ZOO|shelf_expression|3|1|lower(b)|A|-|", "|-"),
            ("shelf_expression", "1|ZOO|shelf_expression|3|2|c|D|-|", "|-"),
        ];
        let rows = rows.map(|(relation, before, behind)| {
            format!("DB|ZOO|shelf|{before}{}{behind}", pages(&connection, &zoo, relation))
        });
        assert_eq!(of(ALL, "shelf"), zoo.rows(rows.iter().map(String::as_str)));
        assert_eq!(of(UNIQUE, "shelf"), zoo.rows(rows[..4].iter().map(String::as_str)));
        // Nothing is known of a table that has not been analysed.
        assert_eq!(
            of(UNIQUE, "cage"),
            zoo.rows([
                "DB|ZOO|cage|-|-|-|0|-|-|-|-|-|-",
                "DB|ZOO|cage|0|ZOO|cage_key|3|1|number|A|-|1|-",
                "DB|ZOO|cage|0|ZOO|cage_key|3|2|hall|A|-|1|-",
            ])
        );
        // An index of a partitioned table has no pages of its own.
        assert_eq!(
            of(ALL, "visit"),
            zoo.rows([
                "DB|ZOO|visit|-|-|-|0|-|-|-|-|-|-",
                "DB|ZOO|visit|0|ZOO|visit_pkey|3|1|day|A|-|-|-",
                "DB|ZOO|visit|0|ZOO|visit_pkey|3|2|guest|A|-|-|-",
            ])
        );
        for none in ["looking", "nothing here", "shel_"] {
            assert!(of(ALL, none).is_empty(), "{none}");
        }
        let names = match version {
            2 => "TABLE_QUALIFIER text?, TABLE_OWNER text?",
            _ => "TABLE_CAT text?, TABLE_SCHEM text?",
        };
        let (position, order) =
            if version == 2 { ("SEQ_IN_INDEX", "COLLATION") } else { ("ORDINAL_POSITION", "ASC_OR_DESC") };
        let columns = format!(
            "{names}, TABLE_NAME text, NON_UNIQUE small?, INDEX_QUALIFIER text?, INDEX_NAME text?, TYPE small, \
             {position} small?, COLUMN_NAME text?, {order} char?, CARDINALITY int?, PAGES int?, FILTER_CONDITION text?"
        );
        check_columns(&connection, ALL, &[None, None, Some("x")], &columns);
    }
}

fn best(scope: u16) -> Question {
    Question::SpecialColumns { identifier: SQL_BEST_ROWID, scope, nullable: 1 }
}

#[test]
fn what_identifies_a_row() {
    for version in [2, 3] {
        let connection = connect_as(version);
        let zoo = Zoo::new(&connection);
        let of = |question, table: &str| ask(&connection, question, &[None, Some(&zoo.schema), Some(table)]);
        // SCOPE, COLUMN_NAME, DATA_TYPE, TYPE_NAME, COLUMN_SIZE, BUFFER_LENGTH, DECIMAL_DIGITS, PSEUDO_COLUMN.
        let (number, hall) = ("2|number|5|int2|5|2|0|1", "2|hall|5|int2|5|2|0|1");
        let day = if version == 2 { "2|day|9|date|10|6|-|1" } else { "2|day|91|date|10|6|-|1" };
        for scope in [SQL_SCOPE_CURROW, SQL_SCOPE_TRANSACTION, SQL_SCOPE_SESSION] {
            assert_eq!(of(best(scope), "keeper"), ["2|id|4|int4|10|4|0|1"]);
            assert_eq!(of(best(scope), "cage"), [number, hall]);
            assert_eq!(of(best(scope), "visit"), [day, "2|guest|4|int4|10|4|0|1"]);
            // A unique index over columns that are never NULL; its INCLUDEd column and the partial one do not count.
            assert_eq!(of(best(scope), "shelf"), ["2|a|4|int4|10|4|0|1", "2|d|4|int4|10|4|0|1"]);
            assert!(of(best(scope), "looking").is_empty() && of(best(scope), "abroad").is_empty());
        }
        // Without a key, a row's place identifies it while nobody updates it. Unique columns that may be NULL do not.
        let place = of(best(SQL_SCOPE_CURROW), "keyless");
        assert_eq!(place.len(), 1);
        let values: Vec<&str> = place[0].split('|').collect();
        assert_eq!([values[0], values[1], values[3], values[7]], ["0", "ctid", "tid", "2"]);
        assert!(of(best(SQL_SCOPE_SESSION), "keyless").is_empty());
        let version_of = Question::SpecialColumns { identifier: SQL_ROWVER, scope: 0, nullable: 0 };
        assert_eq!(of(version_of, "keeper"), ["-|xmin|-5|xid|19|8|0|2"]);
        assert!(of(version_of, "looking").is_empty());
        let sizes = match version {
            2 => "PRECISION int?, LENGTH int?, SCALE small?",
            _ => "COLUMN_SIZE int?, BUFFER_LENGTH int?, DECIMAL_DIGITS small?",
        };
        let columns =
            format!("SCOPE small?, COLUMN_NAME text, DATA_TYPE small, TYPE_NAME text, {sizes}, PSEUDO_COLUMN small?");
        check_columns(&connection, best(0), &[None, None, Some("x")], &columns);
    }
}

#[test]
fn of_tables_of_one_name_the_visible_one_is_told_of() {
    let connection = connect_as(3);
    let zoo = Zoo::new(&connection);
    let table = crate::common::unique("same");
    connection.run(&format!("create schema \"before {table}\""));
    connection.run(&format!("create table \"before {table}\".{table} (hidden int primary key)"));
    connection.run(&format!("create table \"{}\".{table} (seen int primary key)", zoo.schema));
    let columns = || ask(&connection, best(0), &[None, None, Some(&table)]);
    assert_eq!(columns(), ["2|seen|4|int4|10|4|0|1"], "the first by its schema's name");
    connection.run(&format!("set search_path to \"before {table}\""));
    assert_eq!(columns(), ["2|hidden|4|int4|10|4|0|1"]);
}

//! SQLPrimaryKeys and SQLForeignKeys.

use crate::catalog_zoo::{Question, Zoo, ask, check_columns, connect_as};

#[test]
fn primary_keys_in_the_order_of_the_key() {
    for version in [2, 3] {
        let connection = connect_as(version);
        let zoo = Zoo::new(&connection);
        let of = |table| ask(&connection, Question::PrimaryKeys, &[None, Some(&zoo.schema), Some(table)]);
        assert_eq!(of("keeper"), zoo.rows(["DB|ZOO|keeper|id|1|keeper_pkey"]));
        assert_eq!(of("cage"), zoo.rows(["DB|ZOO|cage|number|1|cage_key", "DB|ZOO|cage|hall|2|cage_key"]));
        assert_eq!(of("visit"), zoo.rows(["DB|ZOO|visit|day|1|visit_pkey", "DB|ZOO|visit|guest|2|visit_pkey"]));
        assert_eq!(
            of("visit_2024"),
            zoo.rows(["DB|ZOO|visit_2024|day|1|visit_2024_pkey", "DB|ZOO|visit_2024|guest|2|visit_2024_pkey"])
        );
        assert_eq!(of(r#"Größe "ü" %_\"#), zoo.rows([r#"DB|ZOO|Größe "ü" %_\|Ein Schlüssel|1|PK ñ"#]));
        // No key, no table, no pattern.
        for none in ["shelf", "looking", "nothing here", "keep%", "CAGE", ""] {
            assert!(of(none).is_empty(), "{none}");
        }
        let columns = match version {
            2 => {
                "TABLE_QUALIFIER text?, TABLE_OWNER text?, TABLE_NAME text, COLUMN_NAME text, KEY_SEQ small, PK_NAME text?"
            }
            _ => "TABLE_CAT text?, TABLE_SCHEM text?, TABLE_NAME text, COLUMN_NAME text, KEY_SEQ small, PK_NAME text?",
        };
        check_columns(&connection, Question::PrimaryKeys, &[None, None, Some("x")], columns);
    }
}

// UPDATE_RULE and DELETE_RULE: SQL_CASCADE 0, SQL_RESTRICT 1, SQL_SET_NULL 2, SQL_NO_ACTION 3, SQL_SET_DEFAULT 4.
// DEFERRABILITY: SQL_INITIALLY_DEFERRED 5, SQL_INITIALLY_IMMEDIATE 6, SQL_NOT_DEFERRABLE 7.
const CAGE_KEEPER: &str = "DB|ZOO|keeper|id|DB|ZOO|cage|keeper|1|0|2|cage_keeper|keeper_pkey|7";
const ANIMAL_CAGE_1: &str = "DB|ZOO|cage|number|DB|ZOO|animal|number|1|3|0|animal_cage|cage_key|5";
const ANIMAL_CAGE_2: &str = "DB|ZOO|cage|hall|DB|ZOO|animal|hall|2|3|0|animal_cage|cage_key|5";
const ANIMAL_KEEPER: &str = "DB|ZOO|keeper|name|DB|ZOO|animal|keeper_name|1|3|3|animal_keeper|keeper_name|6";
const ANIMAL_MOTHER: &str = "DB|ZOO|animal|id|DB|ZOO|animal|mother|1|4|1|animal_mother|animal_pkey|7";

#[test]
fn foreign_keys_in_all_three_forms() {
    for version in [2, 3] {
        let connection = connect_as(version);
        let zoo = Zoo::new(&connection);
        let schema = Some(zoo.schema.as_str());
        let ask = |primary: Option<&str>, foreign: Option<&str>| {
            let (primary_schema, foreign_schema) = (primary.and(schema), foreign.and(schema));
            let names = [None, primary_schema, primary, None, foreign_schema, foreign];
            ask(&connection, Question::ForeignKeys, &names)
        };
        // What refers to a table: ordered by the referring table.
        assert_eq!(ask(Some("keeper"), None), zoo.rows([ANIMAL_KEEPER, CAGE_KEEPER]));
        assert_eq!(ask(Some("cage"), None), zoo.rows([ANIMAL_CAGE_1, ANIMAL_CAGE_2]));
        // What a table refers to: ordered by the table referred to.
        assert_eq!(ask(None, Some("animal")), zoo.rows([ANIMAL_MOTHER, ANIMAL_CAGE_1, ANIMAL_CAGE_2, ANIMAL_KEEPER]));
        assert_eq!(ask(None, Some("cage")), zoo.rows([CAGE_KEEPER]));
        // How two tables are connected.
        assert_eq!(ask(Some("keeper"), Some("cage")), zoo.rows([CAGE_KEEPER]));
        assert_eq!(ask(Some("animal"), Some("animal")), zoo.rows([ANIMAL_MOTHER]));
        assert!(ask(Some("cage"), Some("keeper")).is_empty());
        // The server's own constraints for the partitions of the table referred to are not shown.
        let ticket = zoo.rows([
            "DB|ZOO|visit|day|DB|ZOO|ticket|day|1|3|3|ticket_visit|visit_pkey|7",
            "DB|ZOO|visit|guest|DB|ZOO|ticket|guest|2|3|3|ticket_visit|visit_pkey|7",
        ]);
        assert_eq!(ask(None, Some("ticket")), ticket);
        assert_eq!(ask(Some("visit"), None), ticket);
        assert!(ask(Some("visit_2024"), None).is_empty());
        assert!(ask(Some("%"), None).is_empty() && ask(None, Some("nothing here")).is_empty());
        let columns = match version {
            2 => {
                "PKTABLE_QUALIFIER text?, PKTABLE_OWNER text?, PKTABLE_NAME text, PKCOLUMN_NAME text, \
                 FKTABLE_QUALIFIER text?, FKTABLE_OWNER text?, FKTABLE_NAME text, FKCOLUMN_NAME text, KEY_SEQ small, \
                 UPDATE_RULE small?, DELETE_RULE small?, FK_NAME text?, PK_NAME text?, DEFERRABILITY small?"
            }
            _ => {
                "PKTABLE_CAT text?, PKTABLE_SCHEM text?, PKTABLE_NAME text, PKCOLUMN_NAME text, \
                 FKTABLE_CAT text?, FKTABLE_SCHEM text?, FKTABLE_NAME text, FKCOLUMN_NAME text, KEY_SEQ small, \
                 UPDATE_RULE small?, DELETE_RULE small?, FK_NAME text?, PK_NAME text?, DEFERRABILITY small?"
            }
        };
        check_columns(&connection, Question::ForeignKeys, &[None, None, Some("x")], columns);
    }
}

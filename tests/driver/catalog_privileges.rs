//! SQLTablePrivileges and SQLColumnPrivileges.

use crate::catalog_zoo::{Question, Zoo, ask, check_columns, connect_as};
use crate::common::server;

#[test]
fn privileges_on_tables() {
    for version in [2, 3] {
        let connection = connect_as(version);
        let zoo = Zoo::new(&connection);
        let schema = zoo.schema.replace('_', "\\_");
        let of = |table: &str| ask(&connection, Question::TablePrivileges, &[None, Some(&schema), Some(table)]);
        // GRANTOR, GRANTEE, PRIVILEGE, IS_GRANTABLE, ordered by PRIVILEGE and GRANTEE. PostgreSQL 17 has added MAINTAIN.
        let maintain = (server().version >= 17).then_some("DB|ZOO|feed|_SYSTEM|OWNER|MAINTAIN|YES");
        let mut expected = vec![
            "DB|ZOO|feed|OWNER|PUBLIC|DELETE|NO",
            "DB|ZOO|feed|_SYSTEM|OWNER|DELETE|YES",
            "DB|ZOO|feed|_SYSTEM|OWNER|INSERT|YES",
        ];
        expected.extend(maintain);
        expected.extend([
            "DB|ZOO|feed|_SYSTEM|OWNER|REFERENCES|YES",
            "DB|ZOO|feed|OWNER|HERD_a|SELECT|YES",
            "DB|ZOO|feed|HERD_a|HERD_b|SELECT|NO",
            "DB|ZOO|feed|_SYSTEM|OWNER|SELECT|YES",
            "DB|ZOO|feed|_SYSTEM|OWNER|TRIGGER|YES",
            "DB|ZOO|feed|_SYSTEM|OWNER|TRUNCATE|YES",
            "DB|ZOO|feed|_SYSTEM|OWNER|UPDATE|YES",
        ]);
        assert_eq!(of("feed"), zoo.rows(expected.iter().copied()));
        assert_eq!(of("fe_d"), of("feed"), "a pattern");
        // A table on which nothing was granted is its owner's.
        let owner = zoo.rows(["DB|ZOO|cage|_SYSTEM|OWNER|DELETE|YES"]);
        assert_eq!(of("cage")[0], owner[0]);
        assert!(of("f\\_ed").is_empty() && of("").is_empty());
        let names = match version {
            2 => "TABLE_QUALIFIER text?, TABLE_OWNER text?",
            _ => "TABLE_CAT text?, TABLE_SCHEM text?",
        };
        let columns =
            format!("{names}, TABLE_NAME text, GRANTOR text?, GRANTEE text, PRIVILEGE text, IS_GRANTABLE text?");
        check_columns(&connection, Question::TablePrivileges, &[None, Some("no"), Some("x")], &columns);
    }
}

#[test]
fn privileges_on_columns() {
    for version in [2, 3] {
        let connection = connect_as(version);
        let zoo = Zoo::new(&connection);
        let of = |column: Option<&str>| {
            ask(&connection, Question::ColumnPrivileges, &[None, Some(&zoo.schema), Some("feed"), column])
        };
        // Those on the table, and the column's own. The table's SELECT and the column's for the second role come from
        // different grantors: two rows.
        let all = zoo.rows([
            "DB|ZOO|feed|much|_SYSTEM|OWNER|INSERT|YES",
            "DB|ZOO|feed|much|_SYSTEM|OWNER|REFERENCES|YES",
            "DB|ZOO|feed|much|OWNER|HERD_a|SELECT|YES",
            "DB|ZOO|feed|much|HERD_a|HERD_b|SELECT|NO",
            "DB|ZOO|feed|much|_SYSTEM|OWNER|SELECT|YES",
            "DB|ZOO|feed|much|OWNER|HERD_a|UPDATE|NO",
            "DB|ZOO|feed|much|_SYSTEM|OWNER|UPDATE|YES",
            "DB|ZOO|feed|what|_SYSTEM|OWNER|INSERT|YES",
            "DB|ZOO|feed|what|_SYSTEM|OWNER|REFERENCES|YES",
            "DB|ZOO|feed|what|OWNER|HERD_a|SELECT|YES",
            "DB|ZOO|feed|what|HERD_a|HERD_b|SELECT|NO",
            "DB|ZOO|feed|what|OWNER|HERD_b|SELECT|YES",
            "DB|ZOO|feed|what|_SYSTEM|OWNER|SELECT|YES",
            "DB|ZOO|feed|what|_SYSTEM|OWNER|UPDATE|YES",
        ]);
        assert_eq!(of(None), all);
        assert_eq!(of(Some("m%")), all[..7]);
        assert_eq!(of(Some("what")), all[7..]);
        assert!(of(Some("nothing")).is_empty());
        let none = ask(&connection, Question::ColumnPrivileges, &[None, Some(&zoo.schema), Some("fee_"), None]);
        assert!(none.is_empty(), "the table's name is no pattern");
        let names = match version {
            2 => "TABLE_QUALIFIER text?, TABLE_OWNER text?",
            _ => "TABLE_CAT text?, TABLE_SCHEM text?",
        };
        let columns = format!(
            "{names}, TABLE_NAME text, COLUMN_NAME text, GRANTOR text?, GRANTEE text, PRIVILEGE text, IS_GRANTABLE text?"
        );
        check_columns(&connection, Question::ColumnPrivileges, &[None, None, Some("x")], &columns);
    }
}

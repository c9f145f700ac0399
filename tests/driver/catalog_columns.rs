//! SQLTables and SQLColumns of the whole zoo.

use crate::catalog_zoo::{Question, Zoo, ask, check_columns, connect_as};

#[test]
fn relations_of_every_kind() {
    for version in [2, 3] {
        let connection = connect_as(version);
        let zoo = Zoo::new(&connection);
        let schema = zoo.schema.replace('_', "\\_");
        let of = |kinds: Option<&str>| ask(&connection, Question::Tables, &[None, Some(&schema), None, kinds]);
        let all = zoo.rows([
            "DB|ZOO|abroad|FOREIGN TABLE|-",
            "DB|ZOO|counted|MATVIEW|-",
            r#"DB|ZOO|Größe "ü" %_\|TABLE|-"#,
            "DB|ZOO|animal|TABLE|Tiere & mehr",
            "DB|ZOO|cage|TABLE|-",
            "DB|ZOO|feed|TABLE|-",
            "DB|ZOO|keeper|TABLE|-",
            "DB|ZOO|keyless|TABLE|-",
            "DB|ZOO|shelf|TABLE|-",
            "DB|ZOO|ticket|TABLE|-",
            "DB|ZOO|visit|TABLE|-",
            "DB|ZOO|visit_2024|TABLE|-",
            "DB|ZOO|looking|VIEW|-",
        ]);
        assert_eq!(of(None), all);
        assert_eq!(of(Some("")), all);
        assert_eq!(of(Some("'FOREIGN TABLE', matview")), all[..2]);
        assert_eq!(of(Some("TABLE")), all[2..12]);
        let names = match version {
            2 => "TABLE_QUALIFIER text?, TABLE_OWNER text?",
            _ => "TABLE_CAT text?, TABLE_SCHEM text?",
        };
        let columns = format!("{names}, TABLE_NAME text?, TABLE_TYPE text?, REMARKS text?");
        check_columns(&connection, Question::Tables, &[None, Some("no")], &columns);
    }
}

#[test]
fn temporary_and_system_tables() {
    let connection = connect_as(3);
    let name = crate::common::unique("passing");
    connection.run(&format!("create temporary table {name} (a int)"));
    let rows = ask(&connection, Question::Tables, &[None, None, Some(&name), None]);
    assert_eq!(rows.len(), 1);
    assert!(rows[0].ends_with("|LOCAL TEMPORARY|-") && rows[0].contains("|pg_temp_"), "{rows:?}");
    assert!(ask(&connect_as(3), Question::Tables, &[None, None, Some(&name), None]).is_empty(), "another session's");
    let rows = ask(&connection, Question::Tables, &[None, Some("pg_catalog"), Some("pg_class"), Some("SYSTEM TABLE")]);
    assert_eq!(rows.len(), 1);
}

#[test]
fn columns_of_every_type() {
    for version in [2, 3] {
        let connection = connect_as(version);
        let zoo = Zoo::new(&connection);
        let schema = zoo.schema.replace('_', "\\_");
        let of = |table: &str| ask(&connection, Question::Columns, &[None, Some(&schema), Some(table), None]);
        let (date, timestamp) = if version == 2 { (9, 11) } else { (91, 93) };
        // DATA_TYPE, TYPE_NAME, COLUMN_SIZE, BUFFER_LENGTH, DECIMAL_DIGITS, NUM_PREC_RADIX, NULLABLE, REMARKS, COLUMN_DEF,
        // SQL_DATA_TYPE, SQL_DATETIME_SUB, CHAR_OCTET_LENGTH, ORDINAL_POSITION, IS_NULLABLE.
        let animal = [
            format!("id|4|int4|10|4|0|10|0|-|nextval('\"{}\".animal_id_seq'::regclass)|4|-|-|1|NO", zoo.schema),
            "name|-10|text|1073741823|OCTETS|-|-|1|how it is called|'Rex'::text|-10|-|OCTETS|2|YES".to_owned(),
            "hall|5|int2|5|2|0|10|1|-|-|5|-|-|3|YES".to_owned(),
            "number|5|int2|5|2|0|10|1|-|-|5|-|-|4|YES".to_owned(),
            "mood|-10|mood|1073741823|OCTETS|-|-|1|-|-|-10|-|OCTETS|5|YES".to_owned(),
            "weight|4|positive|10|4|0|10|0|-|-|4|-|-|6|NO".to_owned(),
            "nick|-9|shorter|12|48|-|-|1|-|NULL|-9|-|48|7|YES".to_owned(),
            format!("born|{date}|date|10|6|-|-|1|-|-|9|1|-|8|YES"),
            format!("seen|{timestamp}|timestamp|23|16|3|-|1|-|-|9|3|-|9|YES"),
            "price|2|numeric|8|10|2|10|1|-|-|2|-|-|10|YES".to_owned(),
            "ok|-7|bool|1|1|-|-|1|-|true|-7|-|-|11|YES".to_owned(),
            "uid|-11|uuid|36|16|-|-|1|-|-|-11|-|-|12|YES".to_owned(),
            "twice|4|int4|10|4|0|10|1|-|-|4|-|-|13|YES".to_owned(),
            "keeper_name|-9|varchar|40|160|-|-|1|-|-|-9|-|160|14|YES".to_owned(),
            "mother|4|int4|10|4|0|10|1|-|-|4|-|-|15|YES".to_owned(),
        ];
        let animal = animal.map(|row| format!("DB|ZOO|animal|{row}"));
        assert_eq!(of("animal"), zoo.rows(animal.iter().map(String::as_str)));
        assert_eq!(
            of("abroad"),
            zoo.rows([
                "DB|ZOO|abroad|a|4|int4|10|4|0|10|0|-|-|4|-|-|1|NO",
                "DB|ZOO|abroad|b|-10|text|1073741823|OCTETS|-|-|1|-|-|-10|-|OCTETS|2|YES",
            ])
        );
        assert_eq!(of("counted"), zoo.rows(["DB|ZOO|counted|total|-5|int8|19|8|0|10|1|-|-|-5|-|-|1|YES"]));
        assert_eq!(
            of(r#"Größe "ü" \%\_\\"#),
            zoo.rows([
                r#"DB|ZOO|Größe "ü" %_\|Ein Schlüssel|4|int4|10|4|0|10|0|-|-|4|-|-|1|NO"#,
                r#"DB|ZOO|Größe "ü" %_\|it's|-10|text|1073741823|OCTETS|-|-|1|-|-|-10|-|OCTETS|2|YES"#,
            ])
        );
        let (names, sizes) = match version {
            2 => {
                ("TABLE_QUALIFIER text?, TABLE_OWNER text?", "PRECISION int?, LENGTH int?, SCALE small?, RADIX small?")
            }
            _ => (
                "TABLE_CAT text?, TABLE_SCHEM text?",
                "COLUMN_SIZE int?, BUFFER_LENGTH int?, DECIMAL_DIGITS small?, NUM_PREC_RADIX small?",
            ),
        };
        let columns = format!(
            "{names}, TABLE_NAME text, COLUMN_NAME text, DATA_TYPE small, TYPE_NAME text, {sizes}, NULLABLE small, \
             REMARKS text?, COLUMN_DEF text?, SQL_DATA_TYPE small, SQL_DATETIME_SUB small?, CHAR_OCTET_LENGTH int?, \
             ORDINAL_POSITION int, IS_NULLABLE text?"
        );
        check_columns(&connection, Question::Columns, &[None, Some("no")], &columns);
    }
}

/// PostgreSQL 18 has NOT NULL constraints that older rows need not meet.
#[test]
fn not_null_that_is_not_proven() {
    let connection = connect_as(3);
    if crate::common::server().version < 18 {
        return;
    }
    let table = crate::common::unique("older");
    connection.run(&format!("create table {table} (a int, b int not null)"));
    connection.run(&format!("insert into {table} values (null, 1)"));
    connection.run(&format!("alter table {table} add constraint {table}_a not null a not valid"));
    let nullable = || -> Vec<String> {
        let rows = ask(&connection, Question::Columns, &[None, None, Some(&table), None]);
        rows.iter().map(|row| row.rsplit('|').next().unwrap().to_owned()).collect()
    };
    assert_eq!(nullable(), ["YES", "NO"]);
    // Nor does a unique index over such a column identify a row: there may be several without a value.
    connection.run(&format!("create unique index on {table} (a)"));
    let identifier = || {
        let question = Question::SpecialColumns { identifier: 1, scope: 0, nullable: 0 };
        let rows = ask(&connection, question, &[None, None, Some(&table)]);
        rows.iter().map(|row| row.split('|').nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(identifier(), ["ctid"]);
    connection.run(&format!("delete from {table}"));
    connection.run(&format!("alter table {table} validate constraint {table}_a"));
    assert_eq!(nullable(), ["NO", "NO"]);
    assert_eq!(identifier(), ["a"]);
}

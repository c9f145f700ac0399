//! What is asked, and the rows made of what the server sends. That the queries run and find the right things is tested on
//! servers (tests/).
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::odbc::catalog_results::{COLUMNS, TABLES};

pub const OPTIONS: CatalogOptions = CatalogOptions {
    family: ServerFamily::PostgreSql,
    version: 15,
    odbc2: false,
    metadata_id: false,
    max_identifier_length: 63,
    types: TypeOptions::DEFAULT,
    settings: CatalogSettings::DEFAULT,
};

fn query(answer: CatalogAnswer) -> CatalogQuery {
    match answer {
        CatalogAnswer::Query(query) => *query,
        CatalogAnswer::Result(result) => panic!("answered without a query: {result:?}"),
    }
}

fn tables_of(catalog: Option<&str>, schema: Option<&str>, table: Option<&str>, types: Option<&str>) -> CatalogAnswer {
    tables(&TablesArguments { catalog, schema, table, table_type: types }, &OPTIONS).unwrap()
}

fn columns_query(options: &CatalogOptions) -> CatalogQuery {
    query(columns(&ColumnsArguments { schema: Some("zoo"), ..ColumnsArguments::default() }, options).unwrap())
}

/// A row of SQLColumns from what PostgreSQL sends for a column of that type; the attributes that are not its type's are
/// those of the first column of zoo.animals.
fn column_of_type(oid_and_modifier: &str, type_name: &str, options: &CatalogOptions) -> Vec<Option<String>> {
    let (oid, modifier) = oid_and_modifier.split_once(' ').unwrap();
    let values = ["shop", "zoo", "animals", "name", oid, modifier, type_name, "f"];
    let mut values: Vec<_> = values.into_iter().map(Some).collect();
    values.extend([None, Some("'Rex'::text"), Some("1")]);
    row_of(&columns_query(options), &values)
}

fn row_of(query: &CatalogQuery, values: &[Option<&str>]) -> Vec<Option<String>> {
    let raw = RawRow::of_values(values.iter().map(|value| value.map(str::as_bytes)));
    let text = |value: &CatalogValue<'_>| match value {
        CatalogValue::Null => None,
        CatalogValue::Text(text) => Some(String::from_utf8(text.to_vec()).unwrap()),
        CatalogValue::Number(number) => Some(number.to_string()),
    };
    query.row_of(&raw).iter().map(text).collect()
}

fn texts(row: &[Option<String>]) -> Vec<&str> {
    row.iter().map(|value| value.as_deref().unwrap_or("NULL")).collect()
}

// Source: SQLTables, "special semantics".
#[test]
fn the_three_listings_are_told_from_searches() {
    let catalogs = query(tables_of(Some("%"), Some(""), Some(""), None));
    assert!(catalogs.sql.starts_with("SELECT current_database(), NULL") && catalogs.parameters.is_empty());
    let schemas = query(tables_of(Some(""), Some("%"), Some(""), Some("")));
    assert!(schemas.sql.contains("pg_namespace") && !schemas.sql.contains("pg_class"));
    let CatalogAnswer::Result(types) = tables_of(Some(""), Some(""), Some(""), Some("%")) else {
        panic!("the table types are known without the server")
    };
    let names: Vec<_> = types.rows.iter().map(|row| row[3].as_deref().unwrap()).collect();
    assert_eq!(names, ["FOREIGN TABLE", "LOCAL TEMPORARY", "MATVIEW", "SYSTEM TABLE", "TABLE", "VIEW"]);
    assert!(types.rows.iter().all(|row| row.iter().filter(|value| value.is_some()).count() == 1));
    // A null pointer is not an empty string: these are searches.
    for search in [tables_of(Some("%"), None, None, None), tables_of(None, None, None, Some("%"))] {
        let search = query(search);
        assert!(search.sql.contains("pg_class") && search.parameters.is_empty(), "{}", search.sql);
    }
}

#[test]
fn what_is_given_travels_as_parameters() {
    let evil = "x'; DROP TABLE t; --";
    let search = query(tables_of(Some("shop"), Some("zo%"), Some(evil), Some("'TABLE','VIEW'")));
    assert_eq!(search.parameters, ["shop", "zo%", "zo", "zp", evil, "TABLE", "VIEW"]);
    assert!(!search.sql.contains("DROP"));
    let search = columns_query(&OPTIONS);
    assert_eq!(search.parameters, ["zoo"]);
    assert!(search.sql.contains("n.nspname = $1::text"), "{}", search.sql);
}

#[test]
fn rows_of_tables_are_as_they_come() {
    let search = query(tables_of(None, None, None, None));
    let row = row_of(&search, &[Some("shop"), Some("zoo"), Some("animals"), Some("TABLE"), None]);
    assert_eq!(texts(&row), ["shop", "zoo", "animals", "TABLE", "NULL"]);
    assert_eq!(row.len(), TABLES.len());
}

// Expected values: the reference's descriptions of the result columns and appendix D's sizes.
#[test]
fn rows_of_columns() {
    for (attribute, type_name, expected) in [
        // numeric(8,2): BUFFER_LENGTH as characters (the default C type), with sign and point.
        ("1700 524294", "numeric", ["2", "numeric", "8", "10", "2", "10", "2", "NULL", "NULL"]),
        ("23 -1", "int4", ["4", "int4", "10", "4", "0", "10", "4", "NULL", "NULL"]),
        ("701 -1", "float8", ["8", "float8", "53", "8", "NULL", "2", "8", "NULL", "NULL"]),
        ("1043 104", "varchar", ["-9", "varchar", "100", "400", "NULL", "NULL", "-9", "NULL", "400"]),
        ("1082 -1", "date", ["91", "date", "10", "6", "NULL", "NULL", "9", "1", "NULL"]),
        ("1114 3", "timestamp", ["93", "timestamp", "23", "16", "3", "NULL", "9", "3", "NULL"]),
        ("16 -1", "bool", ["-7", "bool", "1", "1", "NULL", "NULL", "-7", "NULL", "NULL"]),
        ("2950 -1", "uuid", ["-11", "uuid", "36", "16", "NULL", "NULL", "-11", "NULL", "NULL"]),
    ] {
        let row = column_of_type(attribute, type_name, &OPTIONS);
        let row = texts(&row);
        let [data_type, name, size, length, digits, radix, verbose, sub, octets] = expected;
        let zoo = ["shop", "zoo", "animals", "name", data_type, name, size, length, digits, radix, "1", "NULL"];
        assert_eq!(row[..12], zoo, "{type_name}");
        assert_eq!(row[12..], ["'Rex'::text", verbose, sub, octets, "1", "YES"], "{type_name}");
    }
    let user_type = column_of_type("16463 -1", "mood", &OPTIONS);
    assert_eq!(texts(&user_type)[4..6], ["-10", "mood"]);
    // More octets than an SQLINTEGER counts are said as the most that it does.
    assert!(texts(&column_of_type("25 -1", "text", &OPTIONS))[15].parse::<i32>().is_ok());
}

// COLUMN_DEF: "If NULL was specified as the default value, this column is the word NULL, not enclosed in quotation marks."
#[test]
fn a_default_of_null_is_the_word() {
    for (written, told) in [
        ("NULL::character varying", "NULL"),
        ("'NULL::text'::text", "'NULL::text'::text"),
        ("(NULL::text || 'x'::text)", "(NULL::text || 'x'::text)"),
    ] {
        let raw = ["shop", "zoo", "animals", "name", "25", "-1", "text", "f"].map(Some);
        let raw: Vec<_> = raw.into_iter().chain([None, Some(written), Some("1")]).collect();
        assert_eq!(row_of(&columns_query(&OPTIONS), &raw)[12].as_deref(), Some(told));
    }
}

#[test]
fn every_row_fits_its_columns() {
    let row = column_of_type("1043 104", "varchar", &OPTIONS);
    assert_eq!(row.len(), COLUMNS.len());
    for (value, column) in row.iter().zip(COLUMNS) {
        assert!(value.is_some() || column.nullable, "{}", column.name);
    }
    // Whatever a server sends, there is a row and no panic.
    assert_eq!(row_of(&columns_query(&OPTIONS), &[]).len(), COLUMNS.len());
    assert_eq!(row_of(&columns_query(&OPTIONS), &[None; 3]).len(), COLUMNS.len());
}

#[test]
fn an_odbc2_application_gets_its_names_and_codes() {
    let options = CatalogOptions { odbc2: true, ..OPTIONS };
    let row = column_of_type("1114 -1", "timestamp", &options);
    assert_eq!(texts(&row)[4], "11");
    let names = |columns: &[CatalogColumn], odbc2| columns.iter().map(|c| c.name_for(odbc2)).collect::<Vec<_>>();
    assert_eq!(names(TABLES, true), ["TABLE_QUALIFIER", "TABLE_OWNER", "TABLE_NAME", "TABLE_TYPE", "REMARKS"]);
    assert_eq!(names(COLUMNS, true)[6..10], ["PRECISION", "LENGTH", "SCALE", "RADIX"]);
    assert_eq!(names(COLUMNS, false)[6..10], ["COLUMN_SIZE", "BUFFER_LENGTH", "DECIMAL_DIGITS", "NUM_PREC_RADIX"]);
}

#[test]
fn a_catalog_that_is_not_known_is_not_asked() {
    let options = CatalogOptions { family: ServerFamily::CrateDb, ..OPTIONS };
    let error = tables(&TablesArguments::default(), &options).unwrap_err();
    assert_eq!(error.sqlstate, sqlstate::HYC00_NOT_IMPLEMENTED);
    assert!(columns(&ColumnsArguments::default(), &options).is_err());
}

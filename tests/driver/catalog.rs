//! SQLTables and SQLColumns, and what a result says of its columns.

use crate::common::text::Wide;
use crate::common::{Connection, Statement, connect, unique};
use crate::odbc::descriptor_fields::*;
use crate::odbc::types::*;
use crate::odbc::values::*;

/// A schema with tables of known shape.
#[track_caller]
fn schema(connection: &Connection) -> String {
    let schema = unique("shapes");
    for sql in [
        format!("create schema {schema}"),
        format!("create table {schema}.plain (id int not null, name varchar(30) default 'x', price numeric(8, 2))"),
        format!("create table {schema}.\"Mixed Case\" (\"A Column\" text, b timestamp(3), c bytea)"),
        format!("create view {schema}.looking as select 1 as one"),
    ] {
        connection.run(&sql);
    }
    schema
}

/// SQLTables or SQLColumns; None is a null address.
fn ask(statement: &Statement<'_>, columns: bool, arguments: [Option<&str>; 4]) -> Vec<Vec<Option<String>>> {
    let texts = arguments.map(|argument| argument.map(Wide::new));
    let address = |index: usize| texts[index].as_ref().map_or(std::ptr::null_mut(), Wide::address);
    let length = SQL_NTS as i16;
    // SAFETY: terminated texts or null.
    let code = unsafe {
        let [first, second, third, fourth] = [address(0), address(1), address(2), address(3)];
        let function = if columns { crate::common::Api::SQLColumnsW } else { crate::common::Api::SQLTablesW };
        function(statement.api, statement.handle, first, length, second, length, third, length, fourth, length)
    };
    statement.outcome(code).success();
    // A driver may add columns of its own behind the reference's.
    assert!(statement.column_count() >= if columns { 18 } else { 5 });
    statement.fetch_rows()
}

#[test]
fn tables_of_a_schema() {
    let connection = connect();
    let schema = schema(&connection);
    let statement = connection.statement();
    let rows = ask(&statement, false, [None, Some(&schema), None, None]);
    let names: Vec<_> = rows.iter().map(|row| (row[3].clone().unwrap(), row[2].clone().unwrap())).collect();
    // Ordered by TABLE_TYPE, TABLE_CAT, TABLE_SCHEM, TABLE_NAME.
    let expected = [("TABLE", "Mixed Case"), ("TABLE", "plain"), ("VIEW", "looking")];
    assert_eq!(names, expected.map(|(kind, name)| (kind.to_owned(), name.to_owned())));
    for (number, name) in ["TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE", "REMARKS"].into_iter().enumerate() {
        assert_eq!(statement.describe(number as u16 + 1).name, name);
    }
}

#[test]
fn tables_by_pattern_and_type() {
    let connection = connect();
    let schema = schema(&connection);
    let pattern = schema.replace('_', "\\_");
    for (name, kind, expected) in [
        (Some("pl_in"), None, vec!["plain"]),
        (Some("%"), Some("VIEW"), vec!["looking"]),
        (None, Some("'TABLE','VIEW'"), vec!["Mixed Case", "plain", "looking"]),
        (Some("Mixed%"), Some("TABLE"), vec!["Mixed Case"]),
        (Some("pl\\_in"), None, vec![]),
        (None, Some("NO SUCH TYPE"), vec![]),
    ] {
        let rows = ask(&connection.statement(), false, [None, Some(&pattern), name, kind]);
        let names: Vec<_> = rows.iter().map(|row| row[2].clone().unwrap()).collect();
        assert_eq!(names, expected, "{name:?} {kind:?}");
    }
}

// What LIKE matches, for names that begin with what has an end to its range and what has none.
#[test]
fn names_by_their_beginnings() {
    let connection = connect();
    let schema = unique("begin");
    connection.run(&format!("create schema {schema}"));
    let names = ["a", "a_b", "a\u{7f}", "axb", "aé", "ab", "b", "a~", "a\u{7f}z", "Ab", "é1", "éa", "z", "a\\b"];
    for name in names {
        connection.run(&format!("create table {schema}.\"{name}\" ()"));
    }
    for (pattern, expected) in [
        ("a%", "a|a\\b|a_b|ab|axb|a~|a\u{7f}|a\u{7f}z|aé"),
        ("a_", "ab|a~|a\u{7f}|aé"),
        ("a_b", "a\\b|a_b|axb"),
        ("a\\_%", "a_b"),
        ("a\\\\_", "a\\b"),
        ("a~%", "a~"),
        ("a\u{7f}%", "a\u{7f}|a\u{7f}z"),
        ("aé%", "aé"),
        ("é_", "é1|éa"),
        ("_", "a|b|z"),
        ("A%", "Ab"),
        ("%b", "Ab|a\\b|a_b|ab|axb|b"),
        ("y%", ""),
    ] {
        let statement = connection.statement();
        let rows = ask(&statement, false, [None, Some(&schema), Some(pattern), None]);
        let mut found: Vec<_> = rows.iter().map(|row| row[2].clone().unwrap()).collect();
        found.sort();
        assert_eq!(found.join("|"), expected, "{pattern:?}");
    }
}

// Neither depends on the size of the catalog nor on what the planner knows of it: other ways are forbidden.
#[test]
fn a_pattern_is_found_by_an_index() {
    let connection = connect();
    for setting in ["set enable_seqscan = off", "set plan_cache_mode = force_generic_plan"] {
        connection.run(setting);
    }
    ask(&connection.statement(), true, [None, Some("no_schema"), Some("no_table"), None]);
    let held = "from pg_prepared_statements where statement like 'SELECT%pg_attrdef%c.relname LIKE%'";
    let name = connection.value(&format!("select name {held}")).unwrap();
    let statement = connection.statement();
    let count = connection.value(&format!("select cardinality(parameter_types) {held}")).unwrap();
    let values = vec!["'no'"; count.parse().unwrap()].join(", ");
    statement.execute_direct(&format!("explain execute \"{name}\" ({values})")).success();
    let plan: Vec<_> = statement.fetch_rows().into_iter().flatten().flatten().collect();
    let condition = plan.iter().skip_while(|line| !line.contains("pg_class_relname_nsp_index")).nth(1);
    assert!(condition.is_some_and(|line| line.contains("Index Cond: ((relname >=")), "{plan:#?}");
}

#[test]
fn columns_of_a_table() {
    let connection = connect();
    let schema = schema(&connection);
    let statement = connection.statement();
    let rows = ask(&statement, true, [None, Some(&schema), Some("plain"), None]);
    let told: Vec<_> = rows
        .iter()
        .map(|row| [3, 4, 6, 8, 10, 16].map(|index| row[index].clone().unwrap_or_else(|| "null".to_owned())))
        .collect();
    // COLUMN_NAME, DATA_TYPE, COLUMN_SIZE, DECIMAL_DIGITS, NULLABLE, ORDINAL_POSITION
    assert_eq!(told[0], ["id", "4", "10", "0", "0", "1"]);
    assert_eq!(&told[1][..3], ["name", told[1][1].as_str(), "30"]);
    assert!([SQL_VARCHAR.to_string(), SQL_WVARCHAR.to_string()].contains(&told[1][1]));
    assert_eq!(told[2], ["price", "2", "8", "2", "1", "3"]);
    for (number, name) in [(4, "COLUMN_NAME"), (5, "DATA_TYPE"), (7, "COLUMN_SIZE"), (18, "IS_NULLABLE")] {
        assert_eq!(statement.describe(number).name, name);
    }
    assert_eq!(rows[0][17].as_deref(), Some("NO"));
    assert!(rows[1][12].as_ref().unwrap().contains("'x'"), "COLUMN_DEF: {:?}", rows[1][12]);
}

#[test]
fn columns_by_pattern() {
    let connection = connect();
    let schema = schema(&connection);
    let rows = ask(&connection.statement(), true, [None, Some(&schema), Some("%"), Some("A%")]);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0][3].as_deref(), Some("A Column"));
}

#[test]
fn columns_are_described_as_the_reference_counts_them() {
    let connection = connect();
    let statement = connection.statement();
    let sql = "select 1::int2 a, 2::int4 b, 3::int8 c, 1.5::real d, 1.5::float8 e, 1.25::numeric(8, 2) f, date 'epoch' g, \
               timestamp(3) 'epoch' h, true i, '\\x00'::bytea j, 'x'::varchar(30) k, time(0) '00:00:00' l, \
               '7f0e0d0c-0b0a-4908-8706-050403020100'::uuid m";
    statement.execute_direct(sql).success();
    // ODBC reference, appendix D, "Column Size": precision of numbers in digits, length of datetimes in characters.
    for (column, data_type, size, digits) in [
        (1, SQL_SMALLINT, 5, 0),
        (2, SQL_INTEGER, 10, 0),
        (3, SQL_BIGINT, 19, 0),
        (4, SQL_REAL, 24, 0),
        (5, SQL_DOUBLE, 53, 0),
        (6, SQL_NUMERIC, 8, 2),
        (7, SQL_TYPE_DATE, 10, 0),
        (8, SQL_TYPE_TIMESTAMP, 23, 3),
        (9, SQL_BIT, 1, 0),
        (12, SQL_TYPE_TIME, 8, 0),
        (13, SQL_GUID, 36, 0),
    ] {
        let described = statement.describe(column);
        assert_eq!(described.data_type, data_type, "{described:?}");
        // Approximate numbers in bits, or in digits 7 and 15.
        let sizes = match data_type {
            SQL_REAL => vec![24, 7],
            SQL_DOUBLE => vec![53, 15],
            _ => vec![size],
        };
        assert!(sizes.contains(&described.column_size), "{described:?}");
        assert_eq!(described.decimal_digits, digits, "{described:?}");
    }
    assert!([SQL_VARBINARY, SQL_LONGVARBINARY].contains(&statement.describe(10).data_type));
    let text = statement.describe(11);
    assert!([SQL_VARCHAR, SQL_WVARCHAR].contains(&text.data_type) && text.column_size == 30, "{text:?}");
}

#[test]
fn attributes_of_a_column() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select 1::int4 as number, 'x'::varchar(30) as text").success();
    assert_eq!(statement.column_number(0, SQL_DESC_COUNT as u16), 2);
    assert_eq!(statement.column_number(1, SQL_DESC_COUNT as u16), 2, "with any column number");
    assert_eq!(statement.column_text(1, SQL_DESC_NAME as u16), "number");
    assert_eq!(statement.column_text(2, SQL_DESC_LABEL as u16), "text");
    assert_eq!(statement.column_text(1, SQL_DESC_TYPE_NAME as u16), "int4");
    assert_eq!(statement.column_number(1, SQL_DESC_CONCISE_TYPE as u16), isize::from(SQL_INTEGER));
    assert_eq!(statement.column_number(1, SQL_DESC_UNSIGNED as u16), 0);
    assert_eq!(statement.column_number(1, SQL_DESC_DISPLAY_SIZE as u16), 11);
    assert_eq!(statement.column_number(2, SQL_DESC_DISPLAY_SIZE as u16), 30);
    assert_eq!(statement.column_number(2, SQL_DESC_LENGTH as u16), 30);
    // ODBC 2's codes: precision 4, scale 5.
    assert_eq!(statement.column_number(1, SQL_COLUMN_PRECISION as u16), 10);
    assert_eq!(statement.column_number(1, SQL_COLUMN_SCALE as u16), 0);
}

#[test]
fn misuse_is_told() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select 1").success();
    let mut number = 0;
    // SAFETY: room for the number.
    let code = unsafe {
        let (none, length) = (std::ptr::null_mut(), std::ptr::null_mut());
        statement.api.SQLColAttributeW(statement.handle, 2, SQL_DESC_NAME as u16, none, 0, length, &raw mut number)
    };
    statement.outcome(code).error("07009");
    // SAFETY: as above.
    let code = unsafe {
        let (none, length) = (std::ptr::null_mut(), std::ptr::null_mut());
        statement.api.SQLColAttributeW(statement.handle, 1, 4711, none, 0, length, &raw mut number)
    };
    statement.outcome(code).error("HY091");
}

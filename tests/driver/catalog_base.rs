//! What SQLColAttribute says of the columns behind a result's: asked of the server once, and again after DDL.

use crate::catalog_zoo::{Question, Zoo, ask};
use crate::common::{Connection, Statement, connect, server};
use crate::odbc::descriptor_fields::*;
use crate::odbc::types::*;

fn text(statement: &Statement<'_>, column: u16, field: i16) -> String {
    statement.column_text(column, field as u16)
}

fn number(statement: &Statement<'_>, column: u16, field: i16) -> isize {
    statement.column_number(column, field as u16)
}

/// Base column, base table, table, schema, catalog, type name, local type name.
fn names(statement: &Statement<'_>, column: u16) -> [String; 7] {
    [
        SQL_DESC_BASE_COLUMN_NAME,
        SQL_DESC_BASE_TABLE_NAME,
        SQL_DESC_TABLE_NAME,
        SQL_DESC_SCHEMA_NAME,
        SQL_DESC_CATALOG_NAME,
        SQL_DESC_TYPE_NAME,
        SQL_DESC_LOCAL_TYPE_NAME,
    ]
    .map(|field| text(statement, column, field))
}

/// Nullability, whether it counts up, updatability.
fn traits(statement: &Statement<'_>, column: u16) -> [isize; 3] {
    [SQL_DESC_NULLABLE, SQL_DESC_AUTO_UNIQUE_VALUE, SQL_DESC_UPDATABLE].map(|field| number(statement, column, field))
}

const NO_NULLS: isize = SQL_NO_NULLS as isize;
const NULLABLE: isize = SQL_NULLABLE as isize;
const UNKNOWN: isize = SQL_NULLABLE_UNKNOWN as isize;
const READONLY: isize = SQL_ATTR_READONLY as isize;
const WRITE: isize = SQL_ATTR_WRITE as isize;

#[test]
fn columns_of_tables_and_expressions() {
    let connection = connect();
    let zoo = Zoo::new(&connection);
    let schema = &zoo.schema;
    let statement = connection.statement();
    let sql = format!(
        "select a.id as number, a.name, a.twice, a.mood, a.weight, a.nick, a.xmin, 1 + 1 as two, 'sad'::\"{schema}\".mood, \
         k.id from \"{schema}\".animal a join \"{schema}\".keeper k on k.name = a.keeper_name"
    );
    // Before it is executed, and afterwards.
    statement.prepare(&sql).success();
    for executed in [false, true] {
        if executed {
            statement.execute().success();
        }
        let database = server().database.as_str();
        let of = |table: &str, column: &str, type_name: &str| {
            [column, table, table, schema, database, type_name, type_name].map(str::to_owned)
        };
        let expression = |type_name: &str| ["", "", "", "", "", type_name, type_name].map(str::to_owned);
        assert_eq!(names(&statement, 1), of("animal", "id", "int4"));
        assert_eq!(text(&statement, 1, SQL_DESC_NAME), "number");
        assert_eq!(names(&statement, 2), of("animal", "name", "text"));
        assert_eq!(names(&statement, 4), of("animal", "mood", "mood"));
        assert_eq!(names(&statement, 5), of("animal", "weight", "positive"));
        assert_eq!(names(&statement, 6), of("animal", "nick", "shorter"));
        assert_eq!(names(&statement, 7), of("animal", "xmin", "xid"));
        assert_eq!(names(&statement, 8), expression("int4"));
        assert_eq!(names(&statement, 9), expression("mood"));
        assert_eq!(names(&statement, 10), of("keeper", "id", "int4"));
        assert_eq!(traits(&statement, 1), [NO_NULLS, 1, WRITE], "serial");
        assert_eq!(traits(&statement, 2), [NULLABLE, 0, WRITE]);
        assert_eq!(traits(&statement, 3), [NULLABLE, 0, READONLY], "generated");
        assert_eq!(traits(&statement, 5), [NO_NULLS, 0, WRITE], "a domain that is not null");
        assert_eq!(traits(&statement, 7)[2], READONLY, "a system column");
        assert_eq!(traits(&statement, 8), [NULLABLE, 0, READONLY], "an expression");
        assert_eq!(traits(&statement, 10), [NO_NULLS, 1, READONLY], "identity, generated always");
        assert_eq!([1, 7].map(|column| number(&statement, column, SQL_DESC_ROWVER)), [0, 1]);
        assert_eq!(number(&statement, 1, SQL_COLUMN_NULLABLE), NO_NULLS, "ODBC 2's code");
    }
}

// What SQLColumns says of a column's nullability, a result over it says as well: domains over domains, too.
#[test]
fn domains_over_domains_are_never_null_either() {
    let connection = connect();
    let name = crate::common::unique("deep");
    connection.run(&format!("create domain {name}_a as int4 not null"));
    connection.run(&format!("create domain {name}_b as {name}_a"));
    connection.run(&format!("create domain {name}_c as {name}_b"));
    connection.run(&format!("create table {name} (a {name}_c, b int4)"));
    let rows = ask(&connection, Question::Columns, &[None, None, Some(&name), None]);
    let told: Vec<&str> = rows.iter().map(|row| row.rsplit('|').next().unwrap()).collect();
    assert_eq!(told, ["NO", "YES"]);
    let statement = connection.statement();
    statement.execute_direct(&format!("select a, b from {name}")).success();
    assert_eq!([1, 2].map(|column| traits(&statement, column)[0]), [NO_NULLS, NULLABLE]);
}

#[test]
fn an_outer_join_may_add_nulls() {
    let connection = connect();
    let zoo = Zoo::new(&connection);
    let statement = connection.statement();
    let schema = &zoo.schema;
    let sql = format!("select k.id from \"{schema}\".cage c left join \"{schema}\".keeper k on k.id = c.keeper");
    statement.execute_direct(&sql).success();
    assert_eq!(number(&statement, 1, SQL_DESC_NULLABLE), UNKNOWN);
}

#[test]
fn columns_of_views() {
    let connection = connect();
    let zoo = Zoo::new(&connection);
    let statement = connection.statement();
    statement.execute_direct(&format!("select * from \"{}\".looking", zoo.schema)).success();
    assert_eq!(names(&statement, 1)[..2], ["id", "looking"]);
    // The server can change a table through a view's plain columns. Views do not say what is never NULL.
    assert_eq!(traits(&statement, 1), [NULLABLE, 0, WRITE]);
    assert_eq!(traits(&statement, 3), [NULLABLE, 0, READONLY]);
}

/// Statements that the connection's server process has been sent: counted by the server, in its own statistics.
#[track_caller]
fn queries(observer: &Connection, backend: &str) -> String {
    observer.value(&format!("select query_start from pg_stat_activity where pid = {backend}")).unwrap()
}

#[test]
fn the_server_is_asked_once_for_a_result_and_not_for_descriptions() {
    let (connection, observer) = (connect(), connect());
    let zoo = Zoo::new(&connection);
    let backend = connection.backend();
    let statement = connection.statement();
    statement.execute_direct(&format!("select * from \"{}\".animal", zoo.schema)).success();
    let executed = queries(&observer, &backend);
    statement.describe(1);
    number(&statement, 1, SQL_DESC_CONCISE_TYPE);
    text(&statement, 1, SQL_DESC_LABEL);
    assert_eq!(queries(&observer, &backend), executed, "SQLDescribeCol asks nothing");
    assert_eq!(text(&statement, 1, SQL_DESC_TABLE_NAME), "animal");
    let asked = queries(&observer, &backend);
    assert_ne!(asked, executed);
    for column in 1..=statement.column_count() as u16 {
        names(&statement, column);
        traits(&statement, column);
    }
    assert_eq!(queries(&observer, &backend), asked, "one query for all columns");
    assert!(statement.fetch_rows().is_empty());
    statement.close_cursor().success();
    // Another statement over the same columns.
    statement.execute_direct(&format!("select name from \"{}\".animal", zoo.schema)).success();
    let executed = queries(&observer, &backend);
    assert_eq!(text(&statement, 1, SQL_DESC_BASE_TABLE_NAME), "animal");
    assert_eq!(queries(&observer, &backend), executed, "kept");
}

#[test]
fn ddl_is_noticed() {
    let connection = connect();
    let zoo = Zoo::new(&connection);
    let table = format!("\"{}\".feed", zoo.schema);
    let look = || {
        let statement = connection.statement();
        statement.execute_direct(&format!("select what from {table}")).success();
        [number(&statement, 1, SQL_DESC_NULLABLE), number(&statement, 1, SQL_DESC_UPDATABLE)]
    };
    assert_eq!(look(), [NULLABLE, WRITE]);
    connection.run(&format!("alter table {table} alter what set not null"));
    assert_eq!(look(), [NO_NULLS, WRITE]);
    // Who asks counts, too.
    connection.run(&format!("grant select on {table} to {}_a; set role {0}_a", zoo.herd));
    assert_eq!(look(), [NO_NULLS, READONLY]);
    connection.run("reset role");
    // What is taken back was not.
    connection.set(crate::odbc::attributes::SQL_ATTR_AUTOCOMMIT, 0).success();
    connection.run(&format!("alter table {table} alter what drop not null"));
    assert_eq!(look(), [NULLABLE, WRITE]);
    connection.end_transaction(crate::odbc::values::SQL_ROLLBACK).success();
    assert_eq!(look(), [NO_NULLS, WRITE]);
}

#[test]
fn asking_does_not_disturb_the_rows_or_the_transaction() {
    let connection = connect();
    let zoo = Zoo::new(&connection);
    let shelf = format!("\"{}\".shelf", zoo.schema);
    connection.set(crate::odbc::attributes::SQL_ATTR_AUTOCOMMIT, 0).success();
    connection.run(&format!("insert into {shelf} values (2000, 'new', 1, 2000)"));
    let statement = connection.statement();
    statement.execute_direct(&format!("select d from {shelf} order by d")).success();
    statement.fetch().success();
    assert_eq!(text(&statement, 1, SQL_DESC_BASE_COLUMN_NAME), "d");
    assert_eq!(statement.get::<i32>(1), Some(1), "the row that was fetched before");
    let rest = statement.fetch_rows();
    assert_eq!((rest.len(), rest.last().unwrap()[0].as_deref()), (1000, Some("2000")));
    connection.end_transaction(crate::odbc::values::SQL_COMMIT).success();
}

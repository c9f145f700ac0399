//! Arguments that are wrong, strange or mean something else, for all catalog functions.

use crate::catalog_zoo::{QUESTIONS, Question, Zoo, ask, call, call_narrow, connect_as, joined};
use crate::common::{Connection, connect, server, unique};
use crate::odbc::attributes::{SQL_ATTR_AUTOCOMMIT, SQL_ATTR_METADATA_ID};
use crate::odbc::values::{SQL_CLOSE, SQL_COMMIT};

#[test]
fn narrow_functions_answer_the_same() {
    let connection = connect();
    let zoo = Zoo::new(&connection);
    let (schema, pattern) = (zoo.schema.as_str(), zoo.schema.replace('_', "\\_"));
    for &question in QUESTIONS {
        let names = match question {
            Question::ForeignKeys => [None, Some(schema), Some("cage"), None, None, None],
            Question::Tables | Question::Columns => [None, Some(&*pattern), Some("cage"), None, None, None],
            Question::Procedures | Question::ProcedureColumns => {
                [None, Some(&*pattern), Some("outs"), None, None, None]
            }
            _ => [None, Some(schema), Some("feed"), None, None, None],
        };
        let wide = ask(&connection, question, &names);
        let statement = connection.statement();
        call_narrow(&statement, question, &names).success();
        assert_eq!(joined(statement.fetch_rows()), wide, "{question:?}");
        assert_eq!(wide.is_empty(), question == Question::PrimaryKeys, "{question:?}: {wide:?}");
    }
}

/// Temporary tables are their session's alone, whichever question is asked of them.
#[test]
fn temporary_tables_of_other_sessions_are_nobodys_business() {
    let (owner, other) = (connect(), connect());
    let name = unique("fleeting");
    owner.run(&format!("create temporary table {name} (a int primary key references {name})"));
    for &question in QUESTIONS.iter().filter(|question| !format!("{question:?}").starts_with("Procedure")) {
        let names = match question {
            Question::ForeignKeys => [None, None, Some(name.as_str()), None, None, Some(&name)],
            _ => [None, None, Some(name.as_str()), None, None, None],
        };
        assert!(!ask(&owner, question, &names).is_empty(), "{question:?}");
        let seen = ask(&other, question, &names);
        assert!(seen.is_empty(), "{question:?}: {seen:?}");
    }
}

#[test]
fn an_unknown_catalog_has_nothing() {
    let connection = connect();
    for &question in QUESTIONS {
        let names = [Some("no such database"), None, Some("pg_class"), None, None, None];
        assert!(ask(&connection, question, &names).is_empty(), "{question:?}");
        let names = [Some(""), None, Some("pg_class"), None, None, None];
        assert!(ask(&connection, question, &names).is_empty(), "{question:?}: tables without a catalog");
    }
    let database = Some(server().database.as_str());
    assert!(
        !ask(&connection, Question::Statistics { unique: 1, accuracy: 0 }, &[database, None, Some("pg_class")])
            .is_empty()
    );
}

#[test]
fn a_table_has_to_be_named() {
    let connection = connect();
    let statement = connection.statement();
    for &question in QUESTIONS {
        let outcome = call(&statement, question, &[]);
        match question {
            Question::Tables
            | Question::Columns
            | Question::Procedures
            | Question::ProcedureColumns
            | Question::TablePrivileges => outcome.success(),
            _ => {
                outcome.error("HY009");
            }
        }
        statement.free(SQL_CLOSE).success();
    }
}

#[test]
fn names_longer_than_the_servers_are_refused() {
    let connection = connect();
    let statement = connection.statement();
    let long = "x".repeat(64);
    for &question in QUESTIONS {
        call(&statement, question, &[None, None, Some(&long)]).error("HY090");
        call(&statement, question, &[None, Some(&long), Some("x")]).error("HY090");
        call(&statement, question, &[None, None, Some(&long[1..])]).success();
        statement.close_cursor().success();
    }
}

#[test]
fn options_out_of_range_are_refused() {
    let statement = connect();
    let statement = statement.statement();
    let named = [None, None, Some("x")];
    for (question, sqlstate) in [
        (Question::Statistics { unique: 2, accuracy: 0 }, "HY100"),
        (Question::Statistics { unique: 0, accuracy: 2 }, "HY101"),
        (Question::SpecialColumns { identifier: 0, scope: 0, nullable: 0 }, "HY097"),
        (Question::SpecialColumns { identifier: 1, scope: 3, nullable: 0 }, "HY098"),
        (Question::SpecialColumns { identifier: 1, scope: 0, nullable: 2 }, "HY099"),
    ] {
        call(&statement, question, &named).error(sqlstate);
    }
}

#[test]
fn identifiers_are_read_as_sql_reads_them() {
    let connection = connect();
    let zoo = Zoo::new(&connection);
    let statement = connection.statement();
    statement.set(SQL_ATTR_METADATA_ID, 1).success();
    let (catalog, quoted) = (server().database.as_str(), format!("\"{}\"", zoo.schema));
    let keys = |table: &str| {
        call(&statement, Question::PrimaryKeys, &[Some(catalog), Some(&quoted), Some(table)]).success();
        let rows = joined(statement.fetch_rows());
        statement.close_cursor().success();
        rows
    };
    let expected = zoo.rows(["DB|ZOO|keeper|id|1|keeper_pkey"]);
    assert_eq!(keys("KEEPER "), expected);
    assert_eq!(keys("\"keeper\""), expected);
    assert!(keys("\"KEEPER\"").is_empty() && keys("keep%").is_empty());
    call(&statement, Question::PrimaryKeys, &[Some(catalog), None, Some("keeper")]).error("HY009");
    // Of the table that is not named, nothing has to be given.
    let foreign = [None, None, None, Some(catalog), Some(&*quoted), Some("Cage")];
    call(&statement, Question::ForeignKeys, &foreign).success();
    assert_eq!(statement.fetch_rows().len(), 1);
}

#[test]
fn strange_names_are_data() {
    let connection = connect();
    for strange in
        ["'; drop table x; --", "back\\slash", "100%", "under_score", "\"double\"", "new\nline", "{ts ?}", "$1"]
    {
        let schema = unique(strange);
        let quote = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        connection.run(&format!("create schema {}", quote(&schema)));
        connection.run(&format!(
            "create table {}.{} ({} int constraint {} primary key)",
            quote(&schema),
            quote(strange),
            quote(&schema),
            quote(&format!("key {strange}"))
        ));
        let rows = ask(&connection, Question::PrimaryKeys, &[None, Some(&schema), Some(strange)]);
        let database = &server().database;
        assert_eq!(rows, [format!("{database}|{schema}|{strange}|{schema}|1|key {strange}")]);
    }
}

#[test]
fn a_role_without_privileges_sees_what_the_server_shows() {
    let connection = connect();
    let zoo = Zoo::new(&connection);
    let server = server();
    let visitor =
        Connection::open(&server.connection_string_for(&server.host, server.port, "scram_user", &server.password));
    for &question in QUESTIONS {
        let names = match question {
            Question::Tables
            | Question::Columns
            | Question::Procedures
            | Question::ProcedureColumns
            | Question::TablePrivileges => [None, None, None],
            _ => [None, Some(zoo.schema.as_str()), Some("cage")],
        };
        ask(&visitor, question, &names);
    }
    // The planner's figures of columns that the role may not read are not shown.
    let all = Question::Statistics { unique: 1, accuracy: 0 };
    let shelf = ask(&visitor, all, &[None, Some(&zoo.schema), Some("shelf")]);
    assert_eq!(shelf.len(), 9);
    assert!(shelf.iter().any(|row| row.contains("|shelf_hash|2|1|c|-|-|")), "{shelf:?}");
}

#[test]
fn catalog_functions_work_in_a_transaction_and_on_a_prepared_statement() {
    let connection = connect_as(3);
    let statement = connection.statement();
    statement.prepare("select 1").success();
    call(&statement, Question::PrimaryKeys, &[None, Some("pg_catalog"), Some("pg_class")]).success();
    statement.close_cursor().success();
    // The catalog function has taken the place of what was prepared.
    statement.execute().error("HY010");
}

#[test]
fn a_catalog_function_that_fails_undoes_only_itself() {
    let connection = connect();
    let table = unique("endless");
    connection.run(&format!("create table {table} (a int)"));
    // More rows than any integer counts: the server cannot answer.
    connection.run(&format!("update pg_class set reltuples = 'infinity' where relname = '{table}'"));
    connection.set(SQL_ATTR_AUTOCOMMIT, 0).success();
    connection.run(&format!("insert into {table} values (1)"));
    connection.run(&format!("insert into {table} values (2)"));
    let statement = connection.statement();
    call(&statement, Question::Statistics { unique: 1, accuracy: 0 }, &[None, None, Some(&table)]).error("22003");
    connection.run(&format!("insert into {table} values (3)"));
    connection.end_transaction(SQL_COMMIT).success();
    assert_eq!(connection.value(&format!("select sum(a) from {table}")).as_deref(), Some("6"));
}

#[test]
fn queries_that_the_server_has_forgotten_are_prepared_again() {
    let connection = connect();
    let zoo = Zoo::new(&connection);
    let keys = || ask(&connection, Question::PrimaryKeys, &[None, Some(&zoo.schema), Some("keeper")]);
    let expected = zoo.rows(["DB|ZOO|keeper|id|1|keeper_pkey"]);
    // Often enough for a plan without the arguments' values.
    for _ in 0..8 {
        assert_eq!(keys(), expected);
    }
    assert!(ask(&connection, Question::PrimaryKeys, &[None, Some(&zoo.schema), Some("shelf")]).is_empty());
    connection.run("deallocate all");
    assert_eq!(keys(), expected);
    // In a transaction, too, where an error undoes what was done before.
    let table = unique("kept");
    connection.run(&format!("create table {table} (a int)"));
    connection.set(SQL_ATTR_AUTOCOMMIT, 0).success();
    connection.run(&format!("insert into {table} values (1)"));
    connection.run("deallocate all");
    connection.run(&format!("insert into {table} values (2)"));
    assert_eq!(keys(), expected);
    connection.end_transaction(SQL_COMMIT).success();
    assert_eq!(connection.value(&format!("select count(*) from {table}")).as_deref(), Some("2"));
}

#[test]
fn a_cursor_keeps_catalog_functions_away() {
    let connection = connect();
    let statement = connection.statement();
    for &question in QUESTIONS {
        statement.execute_direct("select 1").success();
        call(&statement, question, &[None, None, Some("x")]).error("24000");
        statement.free(SQL_CLOSE).success();
    }
}

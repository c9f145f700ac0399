//! Keywords of the connection string that change what catalog functions show.

use crate::catalog_zoo::{Question, Zoo, ask};
use crate::common::{Connection, connect, server, unique};
use crate::odbc::catalog_values::SQL_ROWVER;
use crate::odbc::info_types::SQL_ACCESSIBLE_TABLES;

#[track_caller]
fn with(keywords: &str) -> Connection {
    let connection = Connection::new();
    // Without a warning: every keyword takes effect.
    connection.driver_connect(&format!("{}{keywords}", server().connection_string())).0.success();
    connection
}

fn tables(connection: &Connection, names: [Option<&str>; 2], kinds: &str) -> Vec<String> {
    ask(connection, Question::Tables, &[None, names[0], names[1], Some(kinds)])
}

#[test]
fn system_tables_as_tables() {
    let names = [Some("pg_catalog"), Some("pg_class")];
    assert_eq!(tables(&connect(), names, "SYSTEM TABLE").len(), 1);
    assert!(tables(&connect(), names, "TABLE").is_empty());
    let connection = with("ShowSystemTables=1");
    assert_eq!(tables(&connection, names, "TABLE").len(), 1);
    assert!(tables(&connection, names, "SYSTEM TABLE").is_empty());
    assert_eq!(tables(&connection, [Some("pg_catalog"), Some("pg_views")], "VIEW").len(), 1);
}

#[test]
fn more_system_tables() {
    let connection = with("ExtraSysTablePrefixes={cag;kee'%_}");
    let zoo = Zoo::new(&connection);
    let schema = zoo.schema.replace('_', "\\_");
    let system = tables(&connection, [Some(&schema), None], "SYSTEM TABLE");
    assert_eq!(system, zoo.rows(["DB|ZOO|cage|SYSTEM TABLE|-"]));
    assert!(tables(&connection, [Some(&schema), Some("cage")], "TABLE").is_empty());
}

#[test]
fn row_versions() {
    let rows = |connection: &Connection| {
        let question = Question::SpecialColumns { identifier: SQL_ROWVER, scope: 0, nullable: 0 };
        ask(connection, question, &[None, Some("pg_catalog"), Some("pg_class")]).len()
    };
    assert_eq!(rows(&connect()), 1);
    assert_eq!(rows(&with("RowVersioning=1")), 1);
    assert_eq!(rows(&with("RowVersioning=0")), 0);
}

#[test]
fn names_in_lower_case() {
    let name = unique("low");
    connect().run(&format!("create table {name} (a int primary key)"));
    let upper = name.to_uppercase();
    let keys = |connection: &Connection| ask(connection, Question::PrimaryKeys, &[None, None, Some(&upper)]).len();
    assert_eq!(keys(&connect()), 0);
    let connection = with("LowerCaseIdentifier=1");
    assert_eq!(keys(&connection), 1);
    assert_eq!(tables(&connection, [None, Some(&format!("{}%", &upper[..upper.len() - 1]))], "TABLE").len(), 1);
}

#[test]
fn accessible_tables_only() {
    let connection = connect();
    let zoo = Zoo::new(&connection);
    let server = server();
    let schema = zoo.schema.replace('_', "\\_");
    connection.run(&format!("grant select on \"{}\".cage to scram_user", zoo.schema));
    let visitor = |keywords: &str| {
        let string = server.connection_string_for(&server.host, server.port, "scram_user", &server.password);
        let connection = Connection::open(&format!("{string}{keywords}"));
        (tables(&connection, [Some(&schema), None], "TABLE"), connection.info_text(SQL_ACCESSIBLE_TABLES))
    };
    let (all, guaranteed) = visitor("");
    assert_eq!((all.len(), guaranteed.as_str()), (10, "N"));
    assert_eq!(visitor("AB=0x10"), (zoo.rows(["DB|ZOO|cage|TABLE|-"]), "Y".to_owned()));
}

// SQL_ACCESSIBLE_PROCEDURES is "N": what SQLProcedures lists the user may not be allowed to execute.
#[test]
fn procedures_of_others_are_listed() {
    let connection = connect();
    let zoo = Zoo::new(&connection);
    let (server, schema) = (server(), zoo.schema.replace('_', "\\_"));
    connection.run(&format!("revoke execute on function \"{}\".numbers() from public", zoo.schema));
    let string = server.connection_string_for(&server.host, server.port, "scram_user", &server.password);
    let visitor = Connection::open(&string);
    assert_eq!(ask(&visitor, Question::Procedures, &[None, Some(&schema), Some("numbers")]).len(), 1);
    visitor.statement().execute_direct(&format!("select \"{}\".numbers()", zoo.schema)).error("42000");
}

#[test]
fn schemas_that_are_shown() {
    let plain = connect();
    let (first, second) = (Zoo::new(&plain), Zoo::new(&plain));
    let seen = |connection: &Connection, schema: Option<&str>| -> (bool, bool) {
        let rows = ask(connection, Question::Tables, &[None, schema, Some("keeper"), Some("TABLE")]);
        let has = |zoo: &Zoo| rows.iter().any(|row| row.split('|').nth(1) == Some(&zoo.schema));
        (has(&first), has(&second))
    };
    let listed = |connection: &Connection| -> (bool, bool) {
        let rows = ask(connection, Question::Tables, &[Some(""), Some("%"), Some("")]);
        let has = |zoo: &Zoo| rows.iter().any(|row| row.split('|').nth(1) == Some(&zoo.schema));
        (has(&first), has(&second))
    };
    assert_eq!((seen(&plain, None), listed(&plain)), ((true, true), (true, true)));
    let connection = with(&format!("BrowsableSchemas=public,{}", first.schema));
    assert_eq!((seen(&connection, None), seen(&connection, Some("%"))), ((true, false), (true, false)));
    assert_eq!(listed(&connection), (true, false));
    // By its name it is found all the same.
    assert_eq!(seen(&connection, Some(&second.schema)), (false, true));
    let connection = with(&format!("IgnoredSchemas={}", first.schema));
    assert_eq!((seen(&connection, None), listed(&connection)), ((false, true), (false, true)));
    let columns = ask(&connection, Question::Columns, &[None, None, Some("keeper"), Some("id")]);
    assert!(!columns.is_empty() && !columns.iter().any(|row| row.contains(&format!("|{}|", first.schema))));
}

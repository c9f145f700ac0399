//! The catalog functions beside what the driver does not look at: the standard's information schema and the server's own
//! texts. Both say the same of the zoo.

use crate::catalog_zoo::{Question, Zoo, ask, connect_as, joined};
use crate::common::Connection;
use std::collections::BTreeSet;

struct Comparison {
    connection: Connection,
    zoo: Zoo,
    /// The schema's name as a pattern.
    schema: String,
}

impl Comparison {
    /// As an application of this version of ODBC.
    fn new(version: usize) -> Comparison {
        let connection = connect_as(version);
        let zoo = Zoo::new(&connection);
        let schema = zoo.schema.replace('_', "\\_");
        Comparison { connection, zoo, schema }
    }

    /// What a function says of tables or procedures in some of its columns, counted from 1, and what a query says, where
    /// `ZOO` stands for the schema's name; each in no order.
    #[track_caller]
    fn same(&self, question: Question, names: &[Option<&str>], columns: &[usize], query: &str) {
        let schema = match question {
            Question::Tables | Question::Columns | Question::Procedures | Question::ProcedureColumns => &self.schema,
            Question::TablePrivileges => &self.schema,
            _ => &self.zoo.schema,
        };
        let names: Vec<_> = [None, Some(schema.as_str())].into_iter().chain(names.iter().copied()).collect();
        let of_row = |row: String| {
            let values: Vec<&str> = row.split('|').collect();
            columns.iter().map(|column| values[column - 1]).collect::<Vec<_>>().join("|")
        };
        self.agree(ask(&self.connection, question, &names).into_iter().map(of_row), query);
    }

    /// These rows and those of a query.
    #[track_caller]
    fn agree(&self, told: impl Iterator<Item = String>, query: &str) {
        let mut told: Vec<String> = told.collect();
        let query = query.replace("ZOO", &format!("'{}'", self.zoo.schema));
        let mut expected = joined(self.connection.statement().rows(&query));
        told.sort();
        expected.sort();
        assert!(!expected.is_empty(), "{query}");
        assert_eq!(told, expected, "{query}");
    }
}

#[test]
fn tables_and_columns() {
    for version in [2, 3] {
        let compared = Comparison::new(version);
        // Materialized views are not the standard's.
        let kinds = Some("'TABLE','VIEW','FOREIGN TABLE'");
        compared.same(
            Question::Tables,
            &[None, kinds],
            &[1, 3, 4],
            "select table_catalog, table_name,
                    case table_type when 'BASE TABLE' then 'TABLE' when 'FOREIGN' then 'FOREIGN TABLE' else table_type end
               from information_schema.tables where table_schema = ZOO",
        );
        for table in ["animal", "keeper", "cage", "shelf", "visit", "visit_2024", "abroad", "looking", "feed"] {
            // The standard's position counts columns that have been dropped; a default of NULL is ODBC's word alone.
            let query = "select column_name, coalesce(domain_name, udt_name), regexp_replace(column_default, '^NULL::.*', 'NULL'),
                                row_number() over (order by ordinal_position), is_nullable
                           from information_schema.columns where table_schema = ZOO and table_name = ";
            let columns = [4, 6, 13, 17, 18];
            compared.same(Question::Columns, &[Some(table), None], &columns, &format!("{query}'{table}'"));
        }
        for (column, columns, sizes) in [
            ("keeper_name", &[7][..], "character_maximum_length"),
            ("price", &[7, 9, 10], "numeric_precision, numeric_scale, numeric_precision_radix"),
            ("seen", &[9], "datetime_precision"),
        ] {
            let query = format!(
                "select {sizes} from information_schema.columns
                  where table_schema = ZOO and table_name = 'animal' and column_name = '{column}'"
            );
            compared.same(Question::Columns, &[Some("animal"), Some(column)], columns, &query);
        }
    }
}

/// A list of the values of one column, counted from 0.
fn list(rows: &[Vec<String>], column: usize) -> String {
    rows.iter().map(|row| row[column].as_str()).collect::<Vec<_>>().join(", ")
}

// As the server writes constraints, which psql's \d shows. A key's rows come in the order of its columns.
#[test]
fn keys() {
    for version in [2, 3] {
        let compared = Comparison::new(version);
        let written = |table: &str, kind: char| {
            format!(
                "select conname, pg_get_constraintdef(oid) from pg_constraint
                  where conrelid = format('%I.%I', ZOO, '{table}')::regclass and contype = '{kind}'
                    and conparentid not in (select oid from pg_constraint where contype = 'f')"
            )
        };
        let rows_of = |question, names: &[Option<&str>]| -> Vec<Vec<String>> {
            let rows = ask(&compared.connection, question, names);
            rows.iter().map(|row| row.split('|').map(str::to_owned).collect()).collect()
        };
        let schema = compared.zoo.schema.as_str();
        for table in ["keeper", "cage", "animal", "visit", "visit_2024"] {
            let rows = rows_of(Question::PrimaryKeys, &[None, Some(schema), Some(table)]);
            let text = format!("{}|PRIMARY KEY ({})", rows[0][5], list(&rows, 3));
            compared.agree([text].into_iter(), &written(table, 'p'));
        }
        for table in ["cage", "animal", "ticket"] {
            let rows = rows_of(Question::ForeignKeys, &[None, None, None, None, Some(schema), Some(table)]);
            let names: BTreeSet<&String> = rows.iter().map(|row| &row[11]).collect();
            let texts = names.into_iter().map(|name| {
                let rows: Vec<_> = rows.iter().filter(|row| row[11] == *name).cloned().collect();
                let key = &rows[0];
                let mut text = format!("{name}|FOREIGN KEY ({}) REFERENCES ", list(&rows, 7));
                text += &format!("\"{}\".{}({})", key[1], key[2], list(&rows, 3));
                // SQL_CASCADE 0, SQL_RESTRICT 1, SQL_SET_NULL 2, SQL_NO_ACTION 3, SQL_SET_DEFAULT 4.
                let rules = [" CASCADE", " RESTRICT", " SET NULL", "", " SET DEFAULT"];
                for (event, number) in [("UPDATE", &key[9]), ("DELETE", &key[10])] {
                    let rule = rules[number.parse::<usize>().unwrap()];
                    text += &if rule.is_empty() { String::new() } else { format!(" ON {event}{rule}") };
                }
                // SQL_INITIALLY_DEFERRED 5, SQL_INITIALLY_IMMEDIATE 6, SQL_NOT_DEFERRABLE 7.
                let deferrable = [" DEFERRABLE INITIALLY DEFERRED", " DEFERRABLE", ""];
                text + deferrable[key[13].parse::<usize>().unwrap() - 5]
            });
            compared.agree(texts, &written(table, 'f'));
        }
    }
}

#[test]
fn indexes() {
    for version in [2, 3] {
        let compared = Comparison::new(version);
        let question = Question::Statistics { unique: 1, accuracy: 0 };
        for table in ["shelf", "keeper", "cage", "visit", "keyless"] {
            // What a definition by the server says: psql's \d shows the same.
            let query = format!(
                "select case when indexdef like 'CREATE UNIQUE%' then 0 else 1 end, indexname::text,
                        case when indexdef like '% USING hash %' then 2 end
                   from pg_indexes where schemaname = ZOO and tablename = '{table}'"
            );
            let rows = ask(&compared.connection, question, &[None, Some(&compared.zoo.schema), Some(table)]);
            // The first row is the table's; an index is told of by the row of its first column.
            let of_row = |row: &String| {
                let values: Vec<&str> = row.split('|').collect();
                let hashed = if values[6] == "2" { "2" } else { "-" };
                (values[7] == "1").then(|| format!("{}|{}|{hashed}", values[3], values[5]))
            };
            compared.agree(rows.iter().filter_map(of_row), &query);
        }
    }
}

#[test]
fn privileges() {
    for version in [2, 3] {
        let compared = Comparison::new(version);
        for table in ["feed", "cage"] {
            // An owner's own are granted by the system (ODBC reference); MAINTAIN is not the standard's.
            let standard = "where table_schema = ZOO and table_name = ";
            let query = format!(
                "select case when grantor = grantee then '_SYSTEM' else grantor end, grantee, privilege_type, is_grantable
                   from information_schema.table_privileges {standard}'{table}'
                  union all select '_SYSTEM', grantee, 'MAINTAIN', 'YES'
                   from information_schema.table_privileges {standard}'{table}' and privilege_type = 'TRIGGER'
                    and current_setting('server_version_num')::int >= 170000"
            );
            compared.same(Question::TablePrivileges, &[Some(table)], &[4, 5, 6, 7], &query);
            let query = format!(
                "select column_name, case when grantor = grantee then '_SYSTEM' else grantor end, grantee, privilege_type,
                        is_grantable
                   from information_schema.column_privileges {standard}'{table}'"
            );
            compared.same(Question::ColumnPrivileges, &[Some(table), None], &[4, 5, 6, 7, 8], &query);
        }
    }
}

#[test]
fn procedures_and_parameters() {
    for version in [2, 3] {
        let compared = Comparison::new(version);
        // No aggregates, and nothing that only a trigger calls.
        compared.same(
            Question::Procedures,
            &[None],
            &[3, 8],
            "select routine_name, case routine_type when 'PROCEDURE' then 1 else 2 end
               from information_schema.routines
              where routine_schema = ZOO and routine_type is not null and data_type is distinct from 'trigger'",
        );
        // COLUMN_TYPE: 1 in, 2 in and out, 3 a column of the result, 4 out. What is returned is not among the standard's
        // parameters.
        for (routine, columns) in [("act", 3), ("outs", 3), ("rows_of", 3)] {
            let query = format!(
                "select parameter_name, case parameter_mode when 'IN' then 1 when 'INOUT' then 2
                               else case when p.ordinal_position > 1 and routine_name = 'rows_of' then {columns} else 4 end end,
                        p.udt_name, parameter_default
                   from information_schema.parameters p
                   join information_schema.routines r using (specific_schema, specific_name)
                  where routine_schema = ZOO and routine_name = '{routine}'"
            );
            compared.same(Question::ProcedureColumns, &[Some(routine), None], &[4, 5, 7, 14], &query);
        }
    }
}

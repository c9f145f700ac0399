//! A schema with every kind of relation, key, index, type and privilege, and what the tests ask of it.
//!
//! What the tests expect of it is written by hand, from this text and the ODBC reference.

use crate::common::text::Wide;
use crate::common::{Api, Connection, Statement, api, server, unique};
use crate::odbc::values::*;
use std::ptr::null_mut;

/// `ZOO` stands for the schema, `HERD` for a role, `ROLE` for the rest of a name that is alone in the cluster.
const ZOO: &str = r#"
create schema ZOO;
create domain ZOO.positive as int4 not null check (value > 0);
create domain ZOO.short_text as varchar(12);
create domain ZOO.shorter as ZOO.short_text;
create type ZOO.mood as enum ('sad', 'glad');
create type ZOO.point3 as (x float8, gone text, z numeric(6, 2));
alter type ZOO.point3 drop attribute gone;
create table ZOO.keeper (
    id int4 generated always as identity primary key,
    name varchar(40) not null constraint keeper_name unique,
    badge int8 not null constraint keeper_badge unique deferrable initially deferred);
create table ZOO.cage (
    hall int2, number int2,
    keeper int4 constraint cage_keeper references ZOO.keeper on delete set null on update cascade,
    constraint cage_key primary key (number, hall));
create table ZOO.animal (
    id serial primary key,
    gone text,
    name text default 'Rex',
    hall int2, number int2,
    mood ZOO.mood,
    weight ZOO.positive,
    nick ZOO.shorter default null,
    born date, seen timestamp(3), price numeric(8, 2), ok bool default true, uid uuid,
    twice int4 generated always as (hall * 2) stored,
    keeper_name varchar(40) constraint animal_keeper references ZOO.keeper (name) deferrable,
    mother int4 constraint animal_mother references ZOO.animal on delete restrict on update set default,
    constraint animal_cage foreign key (number, hall) references ZOO.cage (number, hall)
        on delete cascade deferrable initially deferred);
alter table ZOO.animal drop column gone;
comment on table ZOO.animal is 'Tiere & mehr';
comment on column ZOO.animal.name is 'how it is called';
create table ZOO.visit (day date, guest int4, primary key (day, guest)) partition by range (day);
create table ZOO.visit_2024 partition of ZOO.visit for values from ('2024-01-01') to ('2025-01-01');
create table ZOO.ticket (
    day date, guest int4,
    constraint ticket_visit foreign key (day, guest) references ZOO.visit);
create table ZOO.shelf (a int4 not null, b text, c int4, d int4 not null);
insert into ZOO.shelf select g, 'b' || g % 3, g % 10, g from generate_series(1, 1000) g;
create unique index shelf_partial on ZOO.shelf (a) where c > 0;
create index shelf_expression on ZOO.shelf (lower(b), c desc);
create unique index shelf_include on ZOO.shelf (a, d) include (b);
create index shelf_hash on ZOO.shelf using hash (c);
create index shelf_brin on ZOO.shelf using brin (d);
create index shelf_order on ZOO.shelf (d);
alter table ZOO.shelf cluster on shelf_order;
analyze ZOO.shelf;
create table ZOO.keyless (a int4, b int4 unique);
create table ZOO."Größe ""ü"" %_\" ("Ein Schlüssel" int4 constraint "PK ñ" primary key, "it's" text);
create view ZOO.looking as select id, name, 1 + 1 as two from ZOO.animal;
create materialized view ZOO.counted as select count(*) as total from ZOO.shelf;
create foreign data wrapper far_ROLE;
create server server_ROLE foreign data wrapper far_ROLE;
create foreign table ZOO.abroad (a int4 not null, b text) server server_ROLE;
create function ZOO.plain(a int4, b date default '2020-02-02') returns float8 language sql as 'select 1.5::float8';
create function ZOO.plain(ZOO.shorter) returns ZOO.positive language sql as 'select 1::int4';
create function ZOO.outs(a int4, out b date, inout c bool) language sql as 'select current_date, true';
create function ZOO.rows_of(variadic v int4[]) returns table (x int4, y date) language sql as 'select 1, current_date';
create function ZOO.points() returns setof ZOO.point3 language sql as 'select 1.0::float8, 1.0::numeric(6, 2)';
create function ZOO.numbers() returns setof int8 language sql as 'select 1::int8';
create function ZOO.nothing() returns void language sql as '';
create function ZOO.at_change() returns trigger language plpgsql as 'begin return null; end';
create aggregate ZOO.total(int4) (sfunc = int4pl, stype = int4);
create procedure ZOO.act(a int4, inout b int4 default 3) language sql as 'select 1';
comment on procedure ZOO.act is 'does it';
create role HERD_a;
create role HERD_b;
grant usage on schema ZOO to HERD_a, HERD_b;
create table ZOO.feed (what text, much int4);
grant select on ZOO.feed to HERD_a with grant option;
grant delete on ZOO.feed to public;
grant update (much) on ZOO.feed to HERD_a;
grant select (what) on ZOO.feed to HERD_b with grant option;
set role HERD_a;
grant select on ZOO.feed to HERD_b;
reset role;
"#;

/// The schema, made for one test.
#[derive(Debug)]
pub struct Zoo {
    /// Its name: with capitals, a blank and letters beyond ASCII.
    pub schema: String,
    /// Roles are called this with `_a` or `_b` behind.
    pub herd: String,
}

impl Zoo {
    #[track_caller]
    pub fn new(connection: &Connection) -> Zoo {
        let schema = unique("Zoo Ä");
        let herd = unique("herd");
        let text = ZOO.replace("ZOO", &format!("\"{schema}\"")).replace("HERD", &herd).replace("ROLE", &herd);
        for statement in text.split(";\n").filter(|statement| !statement.trim().is_empty()) {
            connection.run(statement);
        }
        Zoo { schema, herd }
    }

    /// Expected rows: values with `|` between them, `-` for NULL. `DB`, `ZOO`, `HERD` and `OWNER` stand for names.
    pub fn rows<'r>(&self, expected: impl IntoIterator<Item = &'r str>) -> Vec<String> {
        let names = [
            ("DB", server().database.as_str()),
            ("ZOO", self.schema.as_str()),
            ("HERD", self.herd.as_str()),
            ("OWNER", server().user.as_str()),
            // The bytes of the longest text as SQLWCHARs, or what an SQLINTEGER holds of their number.
            ("OCTETS", if api().manager.wide_width() == 2 { "2147483646" } else { "2147483647" }),
        ];
        let name = |value: &str| match names.iter().find(|(short, _)| value.strip_prefix(short).is_some()) {
            Some((short, name)) => value.replacen(short, name, 1),
            None => value.to_owned(),
        };
        expected.into_iter().map(|row| row.split('|').map(name).collect::<Vec<_>>().join("|")).collect()
    }
}

/// A catalog function with what it takes beside names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    Tables,
    Columns,
    PrimaryKeys,
    ForeignKeys,
    Statistics { unique: u16, accuracy: u16 },
    SpecialColumns { identifier: u16, scope: u16, nullable: u16 },
    Procedures,
    ProcedureColumns,
    TablePrivileges,
    ColumnPrivileges,
}

/// Every function, asked in an ordinary way.
pub const QUESTIONS: &[Question] = &[
    Question::Tables,
    Question::Columns,
    Question::PrimaryKeys,
    Question::ForeignKeys,
    Question::Statistics { unique: 1, accuracy: 0 },
    Question::SpecialColumns { identifier: 1, scope: 0, nullable: 0 },
    Question::Procedures,
    Question::ProcedureColumns,
    Question::TablePrivileges,
    Question::ColumnPrivileges,
];

/// What a function was called with: its code is for the caller to judge. None is a null pointer; names beyond those that
/// the function takes are not looked at.
pub fn call(statement: &Statement<'_>, question: Question, names: &[Option<&str>]) -> crate::common::Outcome {
    let texts: Vec<_> = names.iter().map(|name| name.map(Wide::new)).collect();
    let text = |index: usize| texts.get(index).and_then(Option::as_ref).map_or(null_mut(), Wide::address);
    let (api, handle, end): (&Api, _, _) = (statement.api, statement.handle, SQL_NTS as i16);
    let (a, b, c, d) = (text(0), text(1), text(2), text(3));
    // SAFETY: terminated texts or null.
    let code = unsafe {
        match question {
            Question::Tables => api.SQLTablesW(handle, a, end, b, end, c, end, d, end),
            Question::Columns => api.SQLColumnsW(handle, a, end, b, end, c, end, d, end),
            Question::PrimaryKeys => api.SQLPrimaryKeysW(handle, a, end, b, end, c, end),
            Question::ForeignKeys => {
                api.SQLForeignKeysW(handle, a, end, b, end, c, end, d, end, text(4), end, text(5), end)
            }
            Question::Statistics { unique, accuracy } => {
                api.SQLStatisticsW(handle, a, end, b, end, c, end, unique, accuracy)
            }
            Question::SpecialColumns { identifier, scope, nullable } => {
                api.SQLSpecialColumnsW(handle, identifier, a, end, b, end, c, end, scope, nullable)
            }
            Question::Procedures => api.SQLProceduresW(handle, a, end, b, end, c, end),
            Question::ProcedureColumns => api.SQLProcedureColumnsW(handle, a, end, b, end, c, end, d, end),
            Question::TablePrivileges => api.SQLTablePrivilegesW(handle, a, end, b, end, c, end),
            Question::ColumnPrivileges => api.SQLColumnPrivilegesW(handle, a, end, b, end, c, end, d, end),
        }
    };
    statement.outcome(code)
}

/// The same by the narrow function.
pub fn call_narrow(statement: &Statement<'_>, question: Question, names: &[Option<&str>]) -> crate::common::Outcome {
    let texts: Vec<_> = names.iter().map(|name| name.map(|name| format!("{name}\0"))).collect();
    let text = |index: usize| texts.get(index).and_then(Option::as_ref).map_or(std::ptr::null(), |text| text.as_ptr());
    let (api, handle, end): (&Api, _, _) = (statement.api, statement.handle, SQL_NTS as i16);
    let (a, b, c, d) = (text(0), text(1), text(2), text(3));
    // SAFETY: terminated texts or null.
    let code = unsafe {
        match question {
            Question::Tables => api.SQLTables(handle, a, end, b, end, c, end, d, end),
            Question::Columns => api.SQLColumns(handle, a, end, b, end, c, end, d, end),
            Question::PrimaryKeys => api.SQLPrimaryKeys(handle, a, end, b, end, c, end),
            Question::ForeignKeys => {
                api.SQLForeignKeys(handle, a, end, b, end, c, end, d, end, text(4), end, text(5), end)
            }
            Question::Statistics { unique, accuracy } => {
                api.SQLStatistics(handle, a, end, b, end, c, end, unique, accuracy)
            }
            Question::SpecialColumns { identifier, scope, nullable } => {
                api.SQLSpecialColumns(handle, identifier, a, end, b, end, c, end, scope, nullable)
            }
            Question::Procedures => api.SQLProcedures(handle, a, end, b, end, c, end),
            Question::ProcedureColumns => api.SQLProcedureColumns(handle, a, end, b, end, c, end, d, end),
            Question::TablePrivileges => api.SQLTablePrivileges(handle, a, end, b, end, c, end),
            Question::ColumnPrivileges => api.SQLColumnPrivileges(handle, a, end, b, end, c, end, d, end),
        }
    };
    statement.outcome(code)
}

/// All rows of the answer, each as its values with `|` between them, `-` for NULL.
#[track_caller]
pub fn ask(connection: &Connection, question: Question, names: &[Option<&str>]) -> Vec<String> {
    let statement = connection.statement();
    call(&statement, question, names).success();
    joined(statement.fetch_rows())
}

pub fn joined(rows: Vec<Vec<Option<String>>>) -> Vec<String> {
    let value = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    rows.into_iter().map(|row| row.into_iter().map(value).collect::<Vec<_>>().join("|")).collect()
}

/// Name, SQL type and nullability of the answer's columns.
#[track_caller]
pub fn result_columns(connection: &Connection, question: Question, names: &[Option<&str>]) -> Vec<(String, i16, i16)> {
    let statement = connection.statement();
    call(&statement, question, names).success();
    let describe = |column| {
        let described = statement.describe(column as u16);
        (described.name, described.data_type, described.nullable)
    };
    (1..=statement.column_count()).map(describe).collect()
}

/// What the columns shall be: names with their types, `?` behind those that may be NULL. A type is `text`, `small`, `int` or
/// `char`, in the wide form.
#[track_caller]
pub fn check_columns(connection: &Connection, question: Question, names: &[Option<&str>], expected: &str) {
    use crate::odbc::types::*;
    let columns = result_columns(connection, question, names);
    let told: Vec<String> = columns
        .into_iter()
        .map(|(name, data_type, nullable)| {
            let data_type = match data_type {
                SQL_WVARCHAR | SQL_VARCHAR => "text",
                SQL_SMALLINT => "small",
                SQL_INTEGER => "int",
                SQL_WCHAR | SQL_CHAR => "char",
                other => panic!("column {name} has type {other}"),
            };
            format!("{name} {data_type}{}", if nullable == SQL_NULLABLE { "?" } else { "" })
        })
        .collect();
    let expected: Vec<&str> = expected.split(',').map(str::trim).collect();
    assert_eq!(told, expected, "{question:?}");
}

/// A connection of an application of ODBC 2 and one of ODBC 3.
#[track_caller]
pub fn connect_as(version: usize) -> Connection {
    Connection::open_as(version, &server().connection_string())
}

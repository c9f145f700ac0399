//! What SQLGetInfo claims by flags, words and texts, and the features of the conformance levels: each is tried, or it is said
//! why it claims nothing. `info_definitions` has the masks.

use crate::info_claims::{prepared_connection, works};
use crate::info_definitions::is_test;
use std::collections::BTreeSet;

/// What stands behind an answer.
enum Proof {
    /// Statements that all work.
    Works(&'static [&'static str]),
    /// The first works, the second does not.
    Only(&'static str, &'static str),
    /// A test, as `file::test`.
    Test(&'static str),
    /// Nothing that could be untrue.
    Nothing(&'static str),
}
use Proof::{Nothing, Only, Test, Works};

const UNLIMITED: Proof = Nothing("zero: no limit, or none that is known");
const MANAGER: Proof = Nothing("the driver manager answers it");
const BY_NAME: Proof = Test("info_claims::limits_hold_and_one_more_does_not");

/// The information types that are no masks, with the answers of docs/conformance.md. A statement that divides by zero where
/// its condition does not hold fails then. `{t}` and `{u}` are tables (i int, t text) with rows 1 a, 2 b.
const VALUES: &[(&str, &str, Proof)] = &[
    ("SQL_ACCESSIBLE_PROCEDURES", "\"N\"", Test("catalog_options::procedures_of_others_are_listed")),
    ("SQL_ACCESSIBLE_TABLES", "by the connection", Test("catalog_options::accessible_tables_only")),
    ("SQL_ACTIVE_ENVIRONMENTS", "0", UNLIMITED),
    ("SQL_ASYNC_DBC_FUNCTIONS", "by the connection", Test("asynchronous::connecting_and_disconnecting_are_polled_for")),
    ("SQL_ASYNC_MODE", "2", Test("asynchronous::what_the_driver_says_of_it_is_so")),
    ("SQL_ASYNC_NOTIFICATION", "0", Nothing("SQL_ASYNC_NOTIFICATION_NOT_CAPABLE")),
    ("SQL_CATALOG_LOCATION", "1", Only("select * from {db}.pg_temp.{t}", "select * from pg_temp.{t}.{db}")),
    ("SQL_CATALOG_NAME", "\"Y\"", Works(&["select * from {db}.pg_temp.{t}"])),
    ("SQL_CATALOG_NAME_SEPARATOR", "\".\"", Only("select * from {db}.pg_temp.{t}", "select * from {db}:pg_temp.{t}")),
    ("SQL_CATALOG_TERM", "\"database\"", Works(&["comment on database {db} is null"])),
    ("SQL_COLLATION_SEQ", "\"\"", Nothing("empty: unknown")),
    ("SQL_COLUMN_ALIAS", "\"Y\"", Works(&["select i as whole from {t} order by whole"])),
    (
        "SQL_CONCAT_NULL_BEHAVIOR",
        "0",
        Works(&["select 1 / (('a' || null) is null)::int", "select 1 / ({fn CONCAT('a', null)} is null)::int"]),
    ),
    ("SQL_CORRELATION_NAME", "2", Works(&["select x.i from {t} x", "select {t}.i from {t} as {t}"])),
    ("SQL_CURSOR_COMMIT_BEHAVIOR", "2", Test("transactions::open_results_do_what_the_driver_says_of_them")),
    ("SQL_CURSOR_ROLLBACK_BEHAVIOR", "2", Test("transactions::open_results_do_what_the_driver_says_of_them")),
    ("SQL_CURSOR_SENSITIVITY", "0", Nothing("SQL_UNSPECIFIED")),
    ("SQL_DATA_SOURCE_NAME", "by the connection", Test("info::the_data_source_is_told_when_it_was_used")),
    (
        "SQL_DATA_SOURCE_READ_ONLY",
        "by the connection",
        Test("info_connection::a_server_that_refuses_changes_is_said_to"),
    ),
    ("SQL_DATABASE_NAME", "by the connection", Test("info::what_pyodbc_and_others_ask_on_every_connection")),
    ("SQL_DBMS_NAME", "by the connection", Test("info::what_pyodbc_and_others_ask_on_every_connection")),
    ("SQL_DBMS_VER", "by the connection", Test("info::the_version_of_the_server")),
    ("SQL_DEFAULT_TXN_ISOLATION", "by the connection", Test("info_connection::the_servers_default_isolation_is_told")),
    ("SQL_DESCRIBE_PARAMETER", "\"Y\"", Test("describe_parameters::it_is_claimed")),
    ("SQL_DM_VER", "\"\"", MANAGER),
    ("SQL_DRIVER_AWARE_POOLING_SUPPORTED", "0", Nothing("SQL_DRIVER_AWARE_POOLING_NOT_CAPABLE")),
    ("SQL_DRIVER_HDBC", "the driver manager's", MANAGER),
    ("SQL_DRIVER_HDESC", "the driver manager's", MANAGER),
    ("SQL_DRIVER_HENV", "the driver manager's", MANAGER),
    ("SQL_DRIVER_HLIB", "the driver manager's", MANAGER),
    ("SQL_DRIVER_HSTMT", "the driver manager's", MANAGER),
    ("SQL_DRIVER_NAME", "\"libpgodbc.so\"", Test("info::what_pyodbc_and_others_ask_on_every_connection")),
    ("SQL_DRIVER_ODBC_VER", "\"03.80\"", Test("info::what_pyodbc_and_others_ask_on_every_connection")),
    ("SQL_DRIVER_VER", "the driver's version", Nothing("the package's own version")),
    ("SQL_EXPRESSIONS_IN_ORDERBY", "\"Y\"", Works(&["select i from {t} order by i + 1, upper(t)"])),
    ("SQL_FILE_USAGE", "0", Nothing("SQL_FILE_NOT_SUPPORTED")),
    ("SQL_GROUP_BY", "2", Only("select i from {t} group by i, t", "select t from {t} group by i")),
    (
        "SQL_IDENTIFIER_CASE",
        "2",
        Works(&["select 1 as A, 1 / ('claims_t' = Relname)::int from PG_CLASS where relname = '{t}'"]),
    ),
    ("SQL_IDENTIFIER_QUOTE_CHAR", "\"\"\"", Only("select \"i\" from \"{t}\"", "select `i` from `{t}`")),
    (
        "SQL_INTEGRITY",
        "\"Y\"",
        Works(&["create table {new} (i int primary key, j int default 1 unique not null, k int check (k > 0)); \
             create table {new}_2 (i int references {new} (i))"]),
    ),
    ("SQL_KEYWORDS", "a list of 27 words", Test("info_claims::keywords_are_the_servers_reserved_ones_less_odbcs")),
    ("SQL_LIKE_ESCAPE_CLAUSE", "\"Y\"", Works(&["select 1 / ('a%' like 'a!%' {escape '!'})::int"])),
    ("SQL_MAX_ASYNC_CONCURRENT_STATEMENTS", "0", UNLIMITED),
    ("SQL_MAX_BINARY_LITERAL_LEN", "0", UNLIMITED),
    ("SQL_MAX_CATALOG_NAME_LEN", "by the connection", Nothing("the same number as SQL_MAX_IDENTIFIER_LEN")),
    ("SQL_MAX_CHAR_LITERAL_LEN", "0", UNLIMITED),
    ("SQL_MAX_COLUMN_NAME_LEN", "by the connection", BY_NAME),
    ("SQL_MAX_COLUMNS_IN_GROUP_BY", "1664", BY_NAME),
    ("SQL_MAX_COLUMNS_IN_INDEX", "32", BY_NAME),
    ("SQL_MAX_COLUMNS_IN_ORDER_BY", "1664", BY_NAME),
    ("SQL_MAX_COLUMNS_IN_SELECT", "1664", BY_NAME),
    ("SQL_MAX_COLUMNS_IN_TABLE", "1600", BY_NAME),
    ("SQL_MAX_CONCURRENT_ACTIVITIES", "0", Test("interleave::a_hundred_statements_open_and_unread_each_then_read")),
    ("SQL_MAX_CURSOR_NAME_LEN", "by the connection", Test("cursor_names::names_that_are_none_are_refused")),
    ("SQL_MAX_DRIVER_CONNECTIONS", "0", UNLIMITED),
    ("SQL_MAX_IDENTIFIER_LEN", "by the connection", BY_NAME),
    ("SQL_MAX_INDEX_SIZE", "0", UNLIMITED),
    ("SQL_MAX_PROCEDURE_NAME_LEN", "by the connection", Nothing("the same number as SQL_MAX_IDENTIFIER_LEN")),
    ("SQL_MAX_ROW_SIZE", "0", UNLIMITED),
    ("SQL_MAX_ROW_SIZE_INCLUDES_LONG", "\"Y\"", Nothing("there is no size that it could include")),
    ("SQL_MAX_SCHEMA_NAME_LEN", "by the connection", BY_NAME),
    ("SQL_MAX_STATEMENT_LEN", "0", Test("execute::a_text_of_ten_megabytes_goes_there_and_back")),
    ("SQL_MAX_TABLE_NAME_LEN", "by the connection", BY_NAME),
    ("SQL_MAX_TABLES_IN_SELECT", "0", UNLIMITED),
    ("SQL_MAX_USER_NAME_LEN", "by the connection", Nothing("the same number as SQL_MAX_IDENTIFIER_LEN")),
    ("SQL_MULT_RESULT_SETS", "\"Y\"", Test("execute::several_statements_give_several_results")),
    ("SQL_MULTIPLE_ACTIVE_TXN", "by the connection", Test("transactions::a_commit_makes_changes_last")),
    ("SQL_NEED_LONG_DATA_LEN", "\"N\"", Test("data_at_execution::text_in_pieces_that_split_characters")),
    (
        "SQL_NON_NULLABLE_COLUMNS",
        "1",
        Only(
            "insert into {t} values (1, null)",
            "alter table {t} alter t set not null; insert into {t} values (1, null)",
        ),
    ),
    (
        "SQL_NULL_COLLATION",
        "0",
        Works(&[
            "select 1 / (array(select n from (values (1), (null)) v (n) order by n) = '{1, null}')::int",
            "select 1 / (array(select n from (values (1), (null)) v (n) order by n desc) = '{null, 1}')::int",
        ]),
    ),
    ("SQL_ODBC_API_CONFORMANCE", "2", Test("info::every_function_that_works_is_said_to")),
    ("SQL_ODBC_INTERFACE_CONFORMANCE", "3", Test("info_values::every_feature_has_its_test")),
    ("SQL_ODBC_SAG_CLI_CONFORMANCE", "0", Nothing("SQL_OSCC_NOT_COMPLIANT")),
    (
        "SQL_ODBC_SQL_CONFORMANCE",
        "1",
        // The core grammar beyond the minimum: ODBC 2 Programmer's Reference, appendix C.
        Works(&[
            "alter table {t} add column n int",
            "create index {new} on {t} (i); drop index {new}",
            "create view {new} as select * from {t}; drop view {new}",
            "grant select on {t} to public; revoke select on {t} from public",
            "select max(i), min(i), avg(i), sum(i), count(*) from {t} where i in (select i from {u}) group by t having max(i) > 0",
            "select * from {t} where exists (select 1 from {u}) and i = any (select i from {u}) and i between 0 and 5",
            "select cast(1.5 as decimal(5, 2)), cast(1 as smallint), cast(1 as real), cast(1 as double precision)",
        ]),
    ),
    ("SQL_ODBC_VER", "\"\"", MANAGER),
    ("SQL_ORDER_BY_COLUMNS_IN_SELECT", "\"N\"", Works(&["select t from {t} order by i"])),
    ("SQL_OUTER_JOINS", "\"Y\"", Works(&["select * from {oj {t} a left outer join {u} b on a.i = b.i}"])),
    ("SQL_PARAM_ARRAY_ROW_COUNTS", "2", Test("arrays::every_set_is_executed_and_the_rows_are_counted")),
    ("SQL_PARAM_ARRAY_SELECTS", "1", Test("arrays::a_query_gives_a_result_for_each_set")),
    (
        "SQL_PROCEDURE_TERM",
        "\"procedure\"",
        Works(&["create procedure {new}() language sql as ''; drop procedure {new}"]),
    ),
    ("SQL_PROCEDURES", "\"Y\"", Test("procedures::procedures_and_their_outputs")),
    (
        "SQL_QUOTED_IDENTIFIER_CASE",
        "3",
        Only("select 1 as \"A\", 2 as \"a\" order by \"A\"", "select \"RELNAME\" from pg_class"),
    ),
    ("SQL_ROW_UPDATES", "\"Y\"", Test("updatable::a_row_that_another_has_changed_is_a_conflict")),
    ("SQL_SCHEMA_TERM", "\"schema\"", Works(&["create schema {new}; drop schema {new}"])),
    ("SQL_SEARCH_PATTERN_ESCAPE", "\"\\\"", Test("catalog_procedures::procedures_and_functions")),
    ("SQL_SERVER_NAME", "by the connection", Test("info_connection::the_server_that_answered_is_named")),
    ("SQL_SPECIAL_CHARACTERS", "\"$\"", Works(&["create table {new} (a$b int); select a$b from {new}"])),
    (
        "SQL_SQL_CONFORMANCE",
        "1",
        // Entry SQL-92 is what FIPS 127-2 names so; its parts that are masks are tried in info_claims.
        Works(&[
            "select all i from {t} where not (i = 1 or i > 2) and t not like 'x' and t is not null",
            "insert into {t} (i) select i from {u}",
            "update {t} set i = i + 1, t = null where i = (select max(i) from {u})",
            "delete from {t} where i in (1, 2)",
            "create table {new} (a char(3) not null, b numeric(5, 2) default 0 check (b >= 0), primary key (a), unique (a, b))",
            "create view {new} (x) as select i from {t} where i > 0 with check option",
            "select count(distinct t) from {t} union all select -i from {u}",
        ]),
    ),
    ("SQL_TABLE_TERM", "\"table\"", Works(&["create table {new} (i int); drop table {new}"])),
    ("SQL_TXN_CAPABLE", "by the connection", Test("info_values::definitions_and_changes_are_undone_together")),
    ("SQL_USER_NAME", "by the connection", Test("info::what_pyodbc_and_others_ask_on_every_connection")),
    ("SQL_XOPEN_CLI_YEAR", "\"1995\"", Nothing("the year of the specification that the reference follows")),
];

/// By number ("Interface Conformance Levels"), and the test that each stands on.
const FEATURES: &[(u16, &str)] = &[
    (1, "direct::handles::parents_are_not_freed_before_their_children"),
    (2, "states::each_function_in_each_state_of_a_statement"),
    (3, "fetch::each_common_type_into_its_buffer"),
    (4, "arrays::every_set_is_executed_and_the_rows_are_counted"),
    (5, "arrays::sets_bound_by_row_with_an_offset"),
    (6, "data_at_execution::several_parameters_among_bound_ones"),
    (7, "cursor_names::a_given_name_is_kept_and_can_be_changed"),
    (8, "catalog::columns_are_described_as_the_reference_counts_them"),
    (9, "catalog_columns::relations_of_every_kind"),
    (10, "connect::by_sqlconnect_with_and_without_a_user"),
    (11, "execute::a_prepared_statement_runs_again_and_again"),
    (12, "fetch::rowsets_by_column"),
    (13, "getdata::wide_text_in_pieces_fills_each_piece"),
    (14, "attributes::statement_attributes_read_back"),
    (15, "descriptors::a_copy_has_everything_but_the_kind_of_allocation"),
    (16, "diagnostics::fields_of_the_record"),
    (17, "info::the_bitmap_of_functions_agrees"),
    (18, "transactions::a_commit_makes_changes_last"),
    (19, "cancel::cancelling_from_another_thread"),
    (20, "catalog_indexes::what_identifies_a_row"),
    (101, "info_definitions::each_definition_works_if_it_is_claimed_and_only_then"),
    (102, "asynchronous::the_connections_attribute_is_the_default_of_its_statements"),
    (103, "scroll::every_orientation_at_both_ends"),
    (104, "catalog_keys::primary_keys_in_the_order_of_the_key"),
    (105, "catalog_procedures::parameters_and_results"),
    (106, "browse::what_is_missing_is_asked_for"),
    (107, "scroll::refresh_fills_the_buffers_again"),
    (108, "execute::several_statements_give_several_results"),
    (109, "transactions::a_rollback_undoes_them"),
    (201, "info_definitions::each_definition_works_if_it_is_claimed_and_only_then"),
    (202, "describe_parameters::the_types_of_the_columns_that_are_written"),
    (203, "procedures::procedures_and_their_outputs"),
    (204, "updatable::rows_are_changed_and_fetched_by_bookmark"),
    (205, "catalog_privileges::privileges_on_columns"),
    (206, "updatable::rows_are_added"),
    (207, "asynchronous::a_query_is_polled_while_the_server_sleeps"),
    (208, "catalog_indexes::what_identifies_a_row"),
    (209, "updatable::a_row_is_updated_where_the_cursor_is"),
    (210, "cancel::the_query_timeout_ends_a_query"),
    (211, "transactions::isolation_levels_reach_the_server"),
];

/// A table of docs/conformance.md: its rows' cells, the heading's left out.
fn table(heading: &str) -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/conformance.md")).unwrap();
    let part = page.split("\n## ").find(|part| part.starts_with(heading)).expect(heading);
    let rows = part.lines().filter(|line| line.starts_with("| ")).skip(1);
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
}

#[test]
fn each_value_is_what_the_server_does() {
    let connection = prepared_connection();
    let wrong: Vec<&str> = VALUES
        .iter()
        .filter(|(_, _, proof)| match proof {
            Works(statements) => !statements.iter().all(|sql| works(&connection, sql)),
            Only(yes, no) => !works(&connection, yes) || works(&connection, no),
            Test(place) => !is_test(place),
            Nothing(reason) => reason.is_empty(),
        })
        .map(|(name, ..)| *name)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn no_value_is_untried() {
    let told: BTreeSet<(String, String)> = table("Information types")
        .into_iter()
        .filter(|cells| cells[2] != "SQLUINTEGER mask")
        .map(|cells| (cells[0].clone(), cells[3].clone()))
        .collect();
    let tried: BTreeSet<_> =
        VALUES.iter().map(|(name, answer, _)| ((*name).to_owned(), (*answer).to_owned())).collect();
    assert_eq!(told, tried);
}

#[test]
fn every_feature_has_its_test() {
    let told: Vec<u16> = table("Features").iter().map(|cells| cells[0].parse().unwrap()).collect();
    assert_eq!(told, FEATURES.iter().map(|(number, _)| *number).collect::<Vec<_>>());
    let missing: Vec<_> = FEATURES.iter().filter(|(_, place)| !is_test(place)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

// SQL_TC_ALL: "transactions can contain DDL statements and DML statements in any order".
#[test]
fn definitions_and_changes_are_undone_together() {
    let connection = prepared_connection();
    let all = "insert into {t} values (3, 'c'); create table {new} (i int); insert into {new} values (1); \
               alter table {t} add column n int; update {t} set n = 1";
    assert!(works(&connection, all));
    assert!(!works(&connection, "select * from {new}") && !works(&connection, "select n from {t}"));
    assert!(works(&connection, "select 1 / (count(*) = 2)::int from {t}"));
}

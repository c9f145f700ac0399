//! What SQLGetInfo claims of definitions, privileges and where names may stand, tried; and that nothing it claims is left
//! untried.

use crate::info_claims::{CLAIMS, CONVERTIBLE, Claim, check};
use crate::odbc::info_sql::*;
use crate::odbc::info_types::*;
use std::path::Path;

/// As [`CLAIMS`]; `{db}` is the database, `{new}` a name that nothing has. ODBC reference, `SQLGetInfo`.
const DEFINITIONS: &[(u16, &[Claim])] = &[
    (
        SQL_CREATE_TABLE,
        &[
            (SQL_CT_CREATE_TABLE, "create table {new} (i int)"),
            (SQL_CT_LOCAL_TEMPORARY, "create local temporary table claims_new (i int)"),
            (SQL_CT_COMMIT_PRESERVE, "create temporary table claims_new (i int) on commit preserve rows"),
            (SQL_CT_COMMIT_DELETE, "create temporary table claims_new (i int) on commit delete rows"),
            (SQL_CT_COLUMN_CONSTRAINT, "create table {new} (i int not null check (i > 0))"),
            (SQL_CT_COLUMN_DEFAULT, "create table {new} (i int default 1)"),
            (SQL_CT_COLUMN_COLLATION, "create table {new} (t text collate \"C\")"),
            (SQL_CT_TABLE_CONSTRAINT, "create table {new} (i int, unique (i))"),
            (SQL_CT_CONSTRAINT_NAME_DEFINITION, "create table {new} (i int, constraint named unique (i))"),
            (SQL_CT_CONSTRAINT_INITIALLY_DEFERRED, "create table {new} (i int unique deferrable initially deferred)"),
            (SQL_CT_CONSTRAINT_INITIALLY_IMMEDIATE, "create table {new} (i int unique deferrable initially immediate)"),
            (SQL_CT_CONSTRAINT_DEFERRABLE, "create table {new} (i int unique deferrable)"),
            (SQL_CT_CONSTRAINT_NON_DEFERRABLE, "create table {new} (i int unique not deferrable)"),
        ],
    ),
    (
        SQL_ALTER_TABLE,
        &[
            (SQL_AT_ADD_COLUMN_SINGLE, "alter table {t} add column n int"),
            (SQL_AT_ADD_COLUMN_DEFAULT, "alter table {t} add column n int default 1"),
            (SQL_AT_ADD_COLUMN_COLLATION, "alter table {t} add column n text collate \"C\""),
            (SQL_AT_SET_COLUMN_DEFAULT, "alter table {t} alter column i set default 1"),
            (SQL_AT_DROP_COLUMN_DEFAULT, "alter table {t} alter column i drop default"),
            (SQL_AT_DROP_COLUMN_CASCADE, "alter table {t} drop column i cascade"),
            (SQL_AT_DROP_COLUMN_RESTRICT, "alter table {t} drop column i restrict"),
            (SQL_AT_ADD_TABLE_CONSTRAINT, "alter table {t} add unique (i)"),
            (SQL_AT_CONSTRAINT_NAME_DEFINITION, "alter table {t} add constraint named unique (i)"),
            (SQL_AT_DROP_TABLE_CONSTRAINT_CASCADE, "alter table {t} drop constraint positive cascade"),
            (SQL_AT_DROP_TABLE_CONSTRAINT_RESTRICT, "alter table {t} drop constraint positive restrict"),
            (SQL_AT_CONSTRAINT_INITIALLY_DEFERRED, "alter table {t} add unique (i) deferrable initially deferred"),
            (SQL_AT_CONSTRAINT_INITIALLY_IMMEDIATE, "alter table {t} add unique (i) deferrable initially immediate"),
            (SQL_AT_CONSTRAINT_DEFERRABLE, "alter table {t} add unique (i) deferrable"),
            (SQL_AT_CONSTRAINT_NON_DEFERRABLE, "alter table {t} add unique (i) not deferrable"),
        ],
    ),
    (
        SQL_CREATE_VIEW,
        &[
            (SQL_CV_CREATE_VIEW, "create view {new} as select 1 as one"),
            (SQL_CV_CHECK_OPTION, "create view {new} as select * from {t} where i > 0 with check option"),
            (SQL_CV_CASCADED, "create view {new} as select * from {t} where i > 0 with cascaded check option"),
            (SQL_CV_LOCAL, "create view {new} as select * from {t} where i > 0 with local check option"),
        ],
    ),
    (
        SQL_CREATE_SCHEMA,
        &[
            (SQL_CS_CREATE_SCHEMA, "create schema {new}"),
            (SQL_CS_AUTHORIZATION, "create schema {new} authorization current_user"),
            (SQL_CS_DEFAULT_CHARACTER_SET, "create schema {new} default character set utf8"),
        ],
    ),
    (
        SQL_DROP_TABLE,
        &[
            (SQL_DT_DROP_TABLE, "drop table {t}"),
            (SQL_DT_RESTRICT, "drop table {t} restrict"),
            (SQL_DT_CASCADE, "drop table {t} cascade"),
        ],
    ),
    (SQL_CREATE_ASSERTION, &[(SQL_CA_CREATE_ASSERTION, "create assertion a check (1 = 1)")]),
    (
        SQL_CREATE_DOMAIN,
        &[
            (SQL_CDO_CREATE_DOMAIN, "create domain pg_temp.d as int"),
            (SQL_CDO_DEFAULT, "create domain pg_temp.d as int default 1"),
            (SQL_CDO_CONSTRAINT, "create domain pg_temp.d as int check (value > 0)"),
            (SQL_CDO_COLLATION, "create domain pg_temp.d as text collate \"C\""),
            (SQL_CDO_CONSTRAINT_NAME_DEFINITION, "create domain pg_temp.d as int constraint named check (value > 0)"),
            (
                SQL_CDO_CONSTRAINT_INITIALLY_DEFERRED,
                "create domain pg_temp.d as int check (value > 0) initially deferred",
            ),
            (
                SQL_CDO_CONSTRAINT_INITIALLY_IMMEDIATE,
                "create domain pg_temp.d as int check (value > 0) initially immediate",
            ),
            (SQL_CDO_CONSTRAINT_DEFERRABLE, "create domain pg_temp.d as int check (value > 0) deferrable"),
            (SQL_CDO_CONSTRAINT_NON_DEFERRABLE, "create domain pg_temp.d as int check (value > 0) not deferrable"),
        ],
    ),
    (
        SQL_ALTER_DOMAIN,
        &[
            (
                SQL_AD_CONSTRAINT_NAME_DEFINITION,
                "create domain pg_temp.d as int; alter domain pg_temp.d add constraint named check (value > 0)",
            ),
            (
                SQL_AD_ADD_DOMAIN_CONSTRAINT,
                "create domain pg_temp.d as int; alter domain pg_temp.d add check (value > 0)",
            ),
            (
                SQL_AD_DROP_DOMAIN_CONSTRAINT,
                "create domain pg_temp.d as int default 1 constraint named check (value > 0); alter domain pg_temp.d drop constraint named",
            ),
            (SQL_AD_ADD_DOMAIN_DEFAULT, "create domain pg_temp.d as int; alter domain pg_temp.d set default 1"),
            (
                SQL_AD_DROP_DOMAIN_DEFAULT,
                "create domain pg_temp.d as int default 1 constraint named check (value > 0); alter domain pg_temp.d drop default",
            ),
            (
                SQL_AD_ADD_CONSTRAINT_INITIALLY_DEFERRED,
                "create domain pg_temp.d as int; alter domain pg_temp.d add check (value > 0) initially deferred",
            ),
            (
                SQL_AD_ADD_CONSTRAINT_INITIALLY_IMMEDIATE,
                "create domain pg_temp.d as int; alter domain pg_temp.d add check (value > 0) initially immediate",
            ),
            (
                SQL_AD_ADD_CONSTRAINT_DEFERRABLE,
                "create domain pg_temp.d as int; alter domain pg_temp.d add check (value > 0) deferrable",
            ),
            (
                SQL_AD_ADD_CONSTRAINT_NON_DEFERRABLE,
                "create domain pg_temp.d as int; alter domain pg_temp.d add check (value > 0) not deferrable",
            ),
        ],
    ),
    (
        SQL_DROP_DOMAIN,
        &[
            (SQL_DD_DROP_DOMAIN, "create domain pg_temp.d as int; drop domain pg_temp.d"),
            (SQL_DD_RESTRICT, "create domain pg_temp.d as int; drop domain pg_temp.d restrict"),
            (SQL_DD_CASCADE, "create domain pg_temp.d as int; drop domain pg_temp.d cascade"),
        ],
    ),
    (
        SQL_CREATE_CHARACTER_SET,
        &[
            (SQL_CCS_CREATE_CHARACTER_SET, "create character set c get latin1"),
            (SQL_CCS_COLLATE_CLAUSE, "create character set c get latin1 collate default"),
            (SQL_CCS_LIMITED_COLLATION, "create character set c get latin1 collation from default"),
        ],
    ),
    (SQL_DROP_CHARACTER_SET, &[(SQL_DCS_DROP_CHARACTER_SET, "drop character set latin1")]),
    (SQL_CREATE_COLLATION, &[(SQL_CCOL_CREATE_COLLATION, "create collation pg_temp.c for latin1 from default")]),
    (
        SQL_DROP_COLLATION,
        &[(SQL_DC_DROP_COLLATION, "create collation pg_temp.c (locale = 'C'); drop collation pg_temp.c")],
    ),
    (SQL_CREATE_TRANSLATION, &[(SQL_CTR_CREATE_TRANSLATION, "create translation c for latin1 to utf8 from identity")]),
    (SQL_DROP_TRANSLATION, &[(SQL_DTR_DROP_TRANSLATION, "drop translation c")]),
    (SQL_DROP_ASSERTION, &[(SQL_DA_DROP_ASSERTION, "drop assertion a")]),
    (
        SQL_DROP_SCHEMA,
        &[
            (SQL_DS_DROP_SCHEMA, "create schema {new}; drop schema {new}"),
            (SQL_DS_RESTRICT, "create schema {new}; drop schema {new} restrict"),
            (SQL_DS_CASCADE, "create schema {new}; drop schema {new} cascade"),
        ],
    ),
    (
        SQL_DROP_VIEW,
        &[
            (SQL_DV_DROP_VIEW, "create temp view v as select * from {t}; drop view v"),
            (SQL_DV_RESTRICT, "create temp view v as select * from {t}; drop view v restrict"),
            (SQL_DV_CASCADE, "create temp view v as select * from {t}; drop view v cascade"),
        ],
    ),
    (
        SQL_DDL_INDEX,
        &[
            (SQL_DI_CREATE_INDEX, "create index x on {t} (i)"),
            (SQL_DI_DROP_INDEX, "create index x on {t} (i); drop index x"),
        ],
    ),
    (
        SQL_INDEX_KEYWORDS,
        &[(SQL_IK_ASC, "create index x on {t} (i asc)"), (SQL_IK_DESC, "create index x on {t} (i desc)")],
    ),
    (
        SQL_UNION,
        &[
            (SQL_U_UNION, "select i from {t} union select i from {u}"),
            (SQL_U_UNION_ALL, "select i from {t} union all select i from {u}"),
        ],
    ),
    (
        SQL_CATALOG_USAGE,
        &[
            (SQL_CU_DML_STATEMENTS, "update {db}.pg_temp.{t} set i = 3; select * from {db}.pg_temp.{t}"),
            (SQL_CU_PROCEDURE_INVOCATION, "{call {db}.pg_catalog.upper('a')}"),
            (SQL_CU_TABLE_DEFINITION, "create table {db}.pg_temp.defined (i int); drop table {db}.pg_temp.defined"),
            (SQL_CU_INDEX_DEFINITION, "create index x on {db}.pg_temp.{t} (i); drop index {db}.pg_temp.x"),
            (SQL_CU_PRIVILEGE_DEFINITION, "grant select on {db}.pg_temp.{t} to public"),
        ],
    ),
    (
        SQL_SCHEMA_USAGE,
        &[
            (SQL_SU_DML_STATEMENTS, "update pg_temp.{t} set i = 3; select * from pg_temp.{t}"),
            (SQL_SU_PROCEDURE_INVOCATION, "{call pg_catalog.upper('a')}"),
            (SQL_SU_TABLE_DEFINITION, "create table pg_temp.defined (i int); drop table pg_temp.defined"),
            (SQL_SU_INDEX_DEFINITION, "create index x on pg_temp.{t} (i); drop index pg_temp.x"),
            (SQL_SU_PRIVILEGE_DEFINITION, "grant select on pg_temp.{t} to public"),
        ],
    ),
    (
        SQL_SQL92_FOREIGN_KEY_DELETE_RULE,
        &[
            (
                SQL_SFKD_CASCADE,
                "alter table {t} add unique (i); alter table {u} add foreign key (i) references {t} (i) on delete cascade",
            ),
            (
                SQL_SFKD_NO_ACTION,
                "alter table {t} add unique (i); alter table {u} add foreign key (i) references {t} (i) on delete no action",
            ),
            (
                SQL_SFKD_SET_DEFAULT,
                "alter table {t} add unique (i); alter table {u} add foreign key (i) references {t} (i) on delete set default",
            ),
            (
                SQL_SFKD_SET_NULL,
                "alter table {t} add unique (i); alter table {u} add foreign key (i) references {t} (i) on delete set null",
            ),
        ],
    ),
    (
        SQL_SQL92_FOREIGN_KEY_UPDATE_RULE,
        &[
            (
                SQL_SFKU_CASCADE,
                "alter table {t} add unique (i); alter table {u} add foreign key (i) references {t} (i) on update cascade",
            ),
            (
                SQL_SFKU_NO_ACTION,
                "alter table {t} add unique (i); alter table {u} add foreign key (i) references {t} (i) on update no action",
            ),
            (
                SQL_SFKU_SET_DEFAULT,
                "alter table {t} add unique (i); alter table {u} add foreign key (i) references {t} (i) on update set default",
            ),
            (
                SQL_SFKU_SET_NULL,
                "alter table {t} add unique (i); alter table {u} add foreign key (i) references {t} (i) on update set null",
            ),
        ],
    ),
    (
        SQL_SQL92_GRANT,
        &[
            (SQL_SG_USAGE_ON_DOMAIN, "create domain pg_temp.d as int; grant usage on domain pg_temp.d to public"),
            (SQL_SG_USAGE_ON_CHARACTER_SET, "grant usage on character set latin1 to public"),
            (SQL_SG_USAGE_ON_COLLATION, "grant usage on collation \"C\" to public"),
            (SQL_SG_USAGE_ON_TRANSLATION, "grant usage on translation c to public"),
            (SQL_SG_WITH_GRANT_OPTION, "grant select on {t} to current_user with grant option"),
            (SQL_SG_DELETE_TABLE, "grant delete on {t} to public"),
            (SQL_SG_INSERT_TABLE, "grant insert on {t} to public"),
            (SQL_SG_INSERT_COLUMN, "grant insert (i) on {t} to public"),
            (SQL_SG_REFERENCES_TABLE, "grant references on {t} to public"),
            (SQL_SG_REFERENCES_COLUMN, "grant references (i) on {t} to public"),
            (SQL_SG_SELECT_TABLE, "grant select on {t} to public"),
            (SQL_SG_UPDATE_TABLE, "grant update on {t} to public"),
            (SQL_SG_UPDATE_COLUMN, "grant update (i) on {t} to public"),
        ],
    ),
    (
        SQL_SQL92_REVOKE,
        &[
            (SQL_SR_USAGE_ON_DOMAIN, "create domain pg_temp.d as int; revoke usage on domain pg_temp.d from public"),
            (SQL_SR_USAGE_ON_CHARACTER_SET, "revoke usage on character set latin1 from public"),
            (SQL_SR_USAGE_ON_COLLATION, "revoke usage on collation \"C\" from public"),
            (SQL_SR_USAGE_ON_TRANSLATION, "revoke usage on translation c from public"),
            (SQL_SR_GRANT_OPTION_FOR, "revoke grant option for select on {t} from public"),
            (SQL_SR_CASCADE, "revoke select on {t} from public cascade"),
            (SQL_SR_RESTRICT, "revoke select on {t} from public restrict"),
            (SQL_SR_DELETE_TABLE, "revoke delete on {t} from public"),
            (SQL_SR_INSERT_TABLE, "revoke insert on {t} from public"),
            (SQL_SR_INSERT_COLUMN, "revoke insert (i) on {t} from public"),
            (SQL_SR_REFERENCES_TABLE, "revoke references on {t} from public"),
            (SQL_SR_REFERENCES_COLUMN, "revoke references (i) on {t} from public"),
            (SQL_SR_SELECT_TABLE, "revoke select on {t} from public"),
            (SQL_SR_UPDATE_TABLE, "revoke update on {t} from public"),
            (SQL_SR_UPDATE_COLUMN, "revoke update (i) on {t} from public"),
        ],
    ),
    (
        SQL_INFO_SCHEMA_VIEWS,
        &[
            (SQL_ISV_ASSERTIONS, "select * from information_schema.assertions limit 0"),
            (SQL_ISV_CHARACTER_SETS, "select * from information_schema.character_sets limit 0"),
            (SQL_ISV_CHECK_CONSTRAINTS, "select * from information_schema.check_constraints limit 0"),
            (SQL_ISV_COLLATIONS, "select * from information_schema.collations limit 0"),
            (SQL_ISV_COLUMN_DOMAIN_USAGE, "select * from information_schema.column_domain_usage limit 0"),
            (SQL_ISV_COLUMN_PRIVILEGES, "select * from information_schema.column_privileges limit 0"),
            (SQL_ISV_COLUMNS, "select * from information_schema.columns limit 0"),
            (SQL_ISV_CONSTRAINT_COLUMN_USAGE, "select * from information_schema.constraint_column_usage limit 0"),
            (SQL_ISV_CONSTRAINT_TABLE_USAGE, "select * from information_schema.constraint_table_usage limit 0"),
            (SQL_ISV_DOMAIN_CONSTRAINTS, "select * from information_schema.domain_constraints limit 0"),
            (SQL_ISV_DOMAINS, "select * from information_schema.domains limit 0"),
            (SQL_ISV_KEY_COLUMN_USAGE, "select * from information_schema.key_column_usage limit 0"),
            (SQL_ISV_REFERENTIAL_CONSTRAINTS, "select * from information_schema.referential_constraints limit 0"),
            (SQL_ISV_SCHEMATA, "select * from information_schema.schemata limit 0"),
            (SQL_ISV_SQL_LANGUAGES, "select * from information_schema.sql_languages limit 0"),
            (SQL_ISV_TABLE_CONSTRAINTS, "select * from information_schema.table_constraints limit 0"),
            (SQL_ISV_TABLE_PRIVILEGES, "select * from information_schema.table_privileges limit 0"),
            (SQL_ISV_TABLES, "select * from information_schema.tables limit 0"),
            (SQL_ISV_TRANSLATIONS, "select * from information_schema.translations limit 0"),
            (SQL_ISV_USAGE_PRIVILEGES, "select * from information_schema.usage_privileges limit 0"),
            (SQL_ISV_VIEW_COLUMN_USAGE, "select * from information_schema.view_column_usage limit 0"),
            (SQL_ISV_VIEW_TABLE_USAGE, "select * from information_schema.view_table_usage limit 0"),
            (SQL_ISV_VIEWS, "select * from information_schema.views limit 0"),
        ],
    ),
];

#[test]
fn each_definition_works_if_it_is_claimed_and_only_then() {
    check(DEFINITIONS);
}

/// Masks that are not of statements: where each is tried, as `file::test`.
const ELSEWHERE: &[(&str, &str)] = &[
    ("SQL_BATCH_ROW_COUNT", "execute::several_statements_give_several_results"),
    ("SQL_BATCH_SUPPORT", "execute::several_statements_give_several_results"),
    ("SQL_BOOKMARK_PERSISTENCE", "scroll::bookmarks_lead_back_to_their_rows"),
    ("SQL_FETCH_DIRECTION", "scroll::every_orientation_at_both_ends"),
    ("SQL_FORWARD_ONLY_CURSOR_ATTRIBUTES1", "positioned_statements::the_row_that_the_cursor_is_on_is_changed"),
    ("SQL_FORWARD_ONLY_CURSOR_ATTRIBUTES2", "positioned_statements::the_row_that_the_cursor_is_on_is_changed"),
    ("SQL_GETDATA_EXTENSIONS", "getdata::columns_in_any_order_and_again"),
    ("SQL_KEYSET_CURSOR_ATTRIBUTES1", "keyset::every_orientation_at_both_ends"),
    ("SQL_KEYSET_CURSOR_ATTRIBUTES2", "keyset::changes_by_others_are_seen_when_rows_are_fetched"),
    ("SQL_LOCK_TYPES", "scroll::any_row_of_a_rowset_is_read_after_positioning"),
    ("SQL_POS_OPERATIONS", "updatable::a_row_is_updated_where_the_cursor_is"),
    ("SQL_POSITIONED_STATEMENTS", "positioned_statements::the_row_that_the_cursor_is_on_is_changed"),
    ("SQL_SCROLL_CONCURRENCY", "updatable::a_row_that_another_has_changed_is_a_conflict"),
    ("SQL_SCROLL_OPTIONS", "attributes::a_cursor_type_that_is_not_there_is_replaced_with_a_warning"),
    ("SQL_STATIC_CURSOR_ATTRIBUTES1", "scroll::every_orientation_at_both_ends"),
    ("SQL_STATIC_CURSOR_ATTRIBUTES2", "scroll::max_rows_ends_a_static_cursor"),
    ("SQL_STATIC_SENSITIVITY", "updatable::a_deleted_row_is_a_hole"),
    ("SQL_TIMEDATE_ADD_INTERVALS", "info_claims::each_interval_of_timestampadd_and_timestampdiff"),
    ("SQL_TIMEDATE_DIFF_INTERVALS", "info_claims::each_interval_of_timestampadd_and_timestampdiff"),
    ("SQL_TXN_ISOLATION_OPTION", "transactions::isolation_levels_reach_the_server"),
];

/// Whether there is such a test, as `file::test`.
pub fn is_test(place: &str) -> bool {
    let (file, test) = place.rsplit_once("::").unwrap();
    let file = format!("{}/tests/driver/{}.rs", env!("CARGO_MANIFEST_DIR"), file.replace("::", "/"));
    std::fs::read_to_string(file).is_ok_and(|text| text.contains(&format!("#[test]\nfn {test}(")))
}

/// Every mask of the driver's own list has been tried, bit by bit.
#[test]
fn no_claim_is_untried() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(project.join("docs/conformance.md")).unwrap();
    let (mut untried, mut masks) = (Vec::new(), 0);
    for row in page.lines().filter(|line| line.contains("SQLUINTEGER mask")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let (name, number) = (cells[1], cells[2].parse::<u16>().unwrap());
        masks += 1;
        let by_statements = CLAIMS.iter().chain(DEFINITIONS).any(|(information, _)| *information == number)
            || CONVERTIBLE.iter().any(|(information, ..)| *information == number);
        if !by_statements && cells[4] != "0x00000000" && !ELSEWHERE.iter().any(|(tried, _)| *tried == name) {
            untried.push(name);
        }
    }
    assert!(masks > 90, "{masks}");
    assert!(untried.is_empty(), "{untried:?}");
    for (name, place) in ELSEWHERE {
        assert!(is_test(place), "{name}: {place} is not there");
        assert!(page.contains(&format!("| {name} |")), "{name}");
    }
}

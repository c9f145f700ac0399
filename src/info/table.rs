//! Every information type of ODBC 3.8 with its answer, in the order of the reference.
//!
//! Source: ODBC reference, `SQLGetInfo`. What does not apply is answered as the reference says: "N", an empty string or
//! zero. What is said of the server's SQL was tried on PostgreSQL 13, 15 and 18.

use std::borrow::Cow;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};

use super::abilities::ABILITIES;
use super::answer::{Answer, InformationType};
use super::conformance::api_conformance;
use super::conversions::conversion_mask;
use super::features::interface_conformance;
use super::keywords::KEYWORDS;
use super::versions::{DRIVER_VERSION, dbms_version, three_part_version};
use crate::odbc::attributes::{
    SQL_TXN_READ_COMMITTED, SQL_TXN_READ_UNCOMMITTED, SQL_TXN_REPEATABLE_READ, SQL_TXN_SERIALIZABLE,
};
use crate::odbc::info_sql::*;
use crate::odbc::info_types::*;
use crate::odbc::info_values::*;
use crate::sql::{FunctionGroup, function_mask, timestamp_interval_mask};

const ISOLATION_LEVELS: u32 =
    (SQL_TXN_READ_UNCOMMITTED | SQL_TXN_READ_COMMITTED | SQL_TXN_REPEATABLE_READ | SQL_TXN_SERIALIZABLE) as u32;

macro_rules! information {
    ($id:ident, $answer:expr) => {
        InformationType { id: $id, name: stringify!($id), answer: $answer }
    };
}

/// All of them. SQL_ODBC_VER, SQL_DM_VER and the handles are the driver manager's to answer.
pub const INFORMATION: &[InformationType] = &[
    information!(SQL_ACCESSIBLE_PROCEDURES, Answer::Flag(false)),
    information!(SQL_ACCESSIBLE_TABLES, Answer::FlagOf(|facts| facts.accessible_tables)),
    information!(SQL_ACTIVE_ENVIRONMENTS, Answer::Word(0)),
    information!(
        SQL_AGGREGATE_FUNCTIONS,
        Answer::Mask(SQL_AF_ALL | SQL_AF_AVG | SQL_AF_COUNT | SQL_AF_DISTINCT | SQL_AF_MAX | SQL_AF_MIN | SQL_AF_SUM)
    ),
    // Constraints of domains cannot be deferred, and the server's parser refuses the words.
    information!(
        SQL_ALTER_DOMAIN,
        Answer::Mask(
            SQL_AD_ADD_DOMAIN_CONSTRAINT
                | SQL_AD_ADD_DOMAIN_DEFAULT
                | SQL_AD_CONSTRAINT_NAME_DEFINITION
                | SQL_AD_DROP_DOMAIN_CONSTRAINT
                | SQL_AD_DROP_DOMAIN_DEFAULT
                | SQL_AD_ADD_CONSTRAINT_INITIALLY_IMMEDIATE
                | SQL_AD_ADD_CONSTRAINT_NON_DEFERRABLE
        )
    ),
    information!(
        SQL_ALTER_TABLE,
        Answer::Mask(
            SQL_AT_ADD_COLUMN
                | SQL_AT_DROP_COLUMN
                | SQL_AT_ADD_CONSTRAINT
                | SQL_AT_ADD_COLUMN_SINGLE
                | SQL_AT_ADD_COLUMN_DEFAULT
                | SQL_AT_ADD_COLUMN_COLLATION
                | SQL_AT_SET_COLUMN_DEFAULT
                | SQL_AT_DROP_COLUMN_DEFAULT
                | SQL_AT_DROP_COLUMN_CASCADE
                | SQL_AT_DROP_COLUMN_RESTRICT
                | SQL_AT_ADD_TABLE_CONSTRAINT
                | SQL_AT_DROP_TABLE_CONSTRAINT_CASCADE
                | SQL_AT_DROP_TABLE_CONSTRAINT_RESTRICT
                | SQL_AT_CONSTRAINT_NAME_DEFINITION
                | SQL_AT_CONSTRAINT_INITIALLY_DEFERRED
                | SQL_AT_CONSTRAINT_INITIALLY_IMMEDIATE
                | SQL_AT_CONSTRAINT_DEFERRABLE
                | SQL_AT_CONSTRAINT_NON_DEFERRABLE
        )
    ),
    information!(
        SQL_ASYNC_DBC_FUNCTIONS,
        Answer::ValueOf(|facts| {
            if facts.polls_connections { ABILITIES.async_connection_functions } else { SQL_ASYNC_DBC_NOT_CAPABLE }
        })
    ),
    information!(SQL_ASYNC_MODE, Answer::Value(ABILITIES.async_mode)),
    information!(SQL_ASYNC_NOTIFICATION, Answer::Value(ABILITIES.async_notification)),
    information!(SQL_BATCH_ROW_COUNT, Answer::Mask(ABILITIES.batch_row_count)),
    information!(SQL_BATCH_SUPPORT, Answer::Mask(ABILITIES.batch_support)),
    information!(SQL_BOOKMARK_PERSISTENCE, Answer::Mask(ABILITIES.bookmark_persistence)),
    information!(SQL_CATALOG_LOCATION, Answer::Word(SQL_CL_START)),
    // `database.schema.table` is understood everywhere, where the database is the current one.
    information!(SQL_CATALOG_NAME, Answer::Flag(true)),
    information!(SQL_CATALOG_NAME_SEPARATOR, Answer::Text(".")),
    information!(SQL_CATALOG_TERM, Answer::Text("database")),
    information!(
        SQL_CATALOG_USAGE,
        Answer::Mask(
            SQL_CU_DML_STATEMENTS
                | SQL_CU_TABLE_DEFINITION
                | SQL_CU_INDEX_DEFINITION
                | SQL_CU_PRIVILEGE_DEFINITION
                | if ABILITIES.procedures { SQL_CU_PROCEDURE_INVOCATION } else { 0 }
        )
    ),
    // Unknown: each database and column has its own.
    information!(SQL_COLLATION_SEQ, Answer::Text("")),
    information!(SQL_COLUMN_ALIAS, Answer::Flag(true)),
    information!(SQL_CONCAT_NULL_BEHAVIOR, Answer::Word(SQL_CB_NULL)),
    information!(SQL_CONVERT_BIGINT, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_BIGINT))),
    information!(SQL_CONVERT_BINARY, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_BINARY))),
    information!(SQL_CONVERT_BIT, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_BIT))),
    information!(SQL_CONVERT_CHAR, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_CHAR))),
    information!(SQL_CONVERT_DATE, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_DATE))),
    information!(SQL_CONVERT_DECIMAL, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_DECIMAL))),
    information!(SQL_CONVERT_DOUBLE, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_DOUBLE))),
    information!(SQL_CONVERT_FLOAT, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_FLOAT))),
    information!(SQL_CONVERT_GUID, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_GUID))),
    information!(SQL_CONVERT_INTEGER, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_INTEGER))),
    information!(SQL_CONVERT_INTERVAL_DAY_TIME, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_INTERVAL_DAY_TIME))),
    information!(SQL_CONVERT_INTERVAL_YEAR_MONTH, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_INTERVAL_YEAR_MONTH))),
    information!(SQL_CONVERT_LONGVARBINARY, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_LONGVARBINARY))),
    information!(SQL_CONVERT_LONGVARCHAR, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_LONGVARCHAR))),
    information!(SQL_CONVERT_NUMERIC, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_NUMERIC))),
    information!(SQL_CONVERT_REAL, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_REAL))),
    information!(SQL_CONVERT_SMALLINT, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_SMALLINT))),
    information!(SQL_CONVERT_TIME, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_TIME))),
    information!(SQL_CONVERT_TIMESTAMP, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_TIMESTAMP))),
    information!(SQL_CONVERT_TINYINT, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_TINYINT))),
    information!(SQL_CONVERT_VARBINARY, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_VARBINARY))),
    information!(SQL_CONVERT_VARCHAR, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_VARCHAR))),
    information!(SQL_CONVERT_WCHAR, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_WCHAR))),
    information!(SQL_CONVERT_WLONGVARCHAR, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_WLONGVARCHAR))),
    information!(SQL_CONVERT_WVARCHAR, Answer::MaskOf(|_| conversion_mask(SQL_CONVERT_WVARCHAR))),
    information!(SQL_CONVERT_FUNCTIONS, Answer::MaskOf(|_| function_mask(FunctionGroup::Convert))),
    information!(SQL_CORRELATION_NAME, Answer::Word(SQL_CN_ANY)),
    information!(SQL_CREATE_ASSERTION, Answer::Mask(0)),
    information!(SQL_CREATE_CHARACTER_SET, Answer::Mask(0)),
    // The server's CREATE COLLATION is not SQL-92's, which names a character set.
    information!(SQL_CREATE_COLLATION, Answer::Mask(0)),
    information!(
        SQL_CREATE_DOMAIN,
        Answer::Mask(
            SQL_CDO_CREATE_DOMAIN
                | SQL_CDO_DEFAULT
                | SQL_CDO_CONSTRAINT
                | SQL_CDO_COLLATION
                | SQL_CDO_CONSTRAINT_NAME_DEFINITION
        )
    ),
    information!(SQL_CREATE_SCHEMA, Answer::Mask(SQL_CS_CREATE_SCHEMA | SQL_CS_AUTHORIZATION)),
    // GLOBAL is read and ignored: temporary tables are the session's own.
    information!(
        SQL_CREATE_TABLE,
        Answer::Mask(
            SQL_CT_CREATE_TABLE
                | SQL_CT_COMMIT_PRESERVE
                | SQL_CT_COMMIT_DELETE
                | SQL_CT_LOCAL_TEMPORARY
                | SQL_CT_CONSTRAINT_INITIALLY_DEFERRED
                | SQL_CT_CONSTRAINT_INITIALLY_IMMEDIATE
                | SQL_CT_CONSTRAINT_DEFERRABLE
                | SQL_CT_CONSTRAINT_NON_DEFERRABLE
                | SQL_CT_COLUMN_CONSTRAINT
                | SQL_CT_COLUMN_DEFAULT
                | SQL_CT_COLUMN_COLLATION
                | SQL_CT_TABLE_CONSTRAINT
                | SQL_CT_CONSTRAINT_NAME_DEFINITION
        )
    ),
    information!(SQL_CREATE_TRANSLATION, Answer::Mask(0)),
    information!(
        SQL_CREATE_VIEW,
        Answer::Mask(SQL_CV_CREATE_VIEW | SQL_CV_CHECK_OPTION | SQL_CV_CASCADED | SQL_CV_LOCAL)
    ),
    information!(SQL_CURSOR_COMMIT_BEHAVIOR, Answer::Word(ABILITIES.commit_behavior)),
    information!(SQL_CURSOR_ROLLBACK_BEHAVIOR, Answer::Word(ABILITIES.rollback_behavior)),
    information!(SQL_CURSOR_SENSITIVITY, Answer::Value(ABILITIES.cursor_sensitivity)),
    information!(SQL_DATA_SOURCE_NAME, Answer::TextOf(|facts| Cow::Borrowed(facts.data_source_name))),
    information!(SQL_DATA_SOURCE_READ_ONLY, Answer::FlagOf(|facts| facts.read_only)),
    information!(SQL_DATABASE_NAME, Answer::TextOf(|facts| Cow::Borrowed(facts.database))),
    information!(
        SQL_DATETIME_LITERALS,
        Answer::Mask(
            SQL_DL_SQL92_DATE
                | SQL_DL_SQL92_TIME
                | SQL_DL_SQL92_TIMESTAMP
                | SQL_DL_SQL92_INTERVAL_YEAR
                | SQL_DL_SQL92_INTERVAL_MONTH
                | SQL_DL_SQL92_INTERVAL_DAY
                | SQL_DL_SQL92_INTERVAL_HOUR
                | SQL_DL_SQL92_INTERVAL_MINUTE
                | SQL_DL_SQL92_INTERVAL_SECOND
                | SQL_DL_SQL92_INTERVAL_YEAR_TO_MONTH
                | SQL_DL_SQL92_INTERVAL_DAY_TO_HOUR
                | SQL_DL_SQL92_INTERVAL_DAY_TO_MINUTE
                | SQL_DL_SQL92_INTERVAL_DAY_TO_SECOND
                | SQL_DL_SQL92_INTERVAL_HOUR_TO_MINUTE
                | SQL_DL_SQL92_INTERVAL_HOUR_TO_SECOND
                | SQL_DL_SQL92_INTERVAL_MINUTE_TO_SECOND
        )
    ),
    information!(SQL_DBMS_NAME, Answer::TextOf(|facts| Cow::Borrowed(facts.dbms_name))),
    information!(SQL_DBMS_VER, Answer::TextOf(dbms_version)),
    information!(SQL_DDL_INDEX, Answer::Mask(SQL_DI_CREATE_INDEX | SQL_DI_DROP_INDEX)),
    information!(
        SQL_DEFAULT_TXN_ISOLATION,
        Answer::ValueOf(|facts| if facts.transactions { facts.default_isolation } else { 0 })
    ),
    information!(SQL_DESCRIBE_PARAMETER, Answer::Flag(ABILITIES.describe_parameter)),
    information!(SQL_DM_VER, Answer::Text("")),
    information!(SQL_DRIVER_AWARE_POOLING_SUPPORTED, Answer::Value(ABILITIES.driver_aware_pooling)),
    information!(SQL_DRIVER_HDBC, Answer::Handle),
    information!(SQL_DRIVER_HDESC, Answer::Handle),
    information!(SQL_DRIVER_HENV, Answer::Handle),
    information!(SQL_DRIVER_HLIB, Answer::Handle),
    information!(SQL_DRIVER_HSTMT, Answer::Handle),
    information!(
        SQL_DRIVER_NAME,
        Answer::TextOf(|_| Cow::Owned(format!("{DLL_PREFIX}{}{DLL_SUFFIX}", env!("CARGO_PKG_NAME"))))
    ),
    information!(SQL_DRIVER_ODBC_VER, Answer::Text("03.80")),
    information!(SQL_DRIVER_VER, Answer::TextOf(|_| Cow::Owned(three_part_version(DRIVER_VERSION)))),
    information!(SQL_DROP_ASSERTION, Answer::Mask(0)),
    information!(SQL_DROP_CHARACTER_SET, Answer::Mask(0)),
    information!(SQL_DROP_COLLATION, Answer::Mask(SQL_DC_DROP_COLLATION)),
    information!(SQL_DROP_DOMAIN, Answer::Mask(SQL_DD_DROP_DOMAIN | SQL_DD_RESTRICT | SQL_DD_CASCADE)),
    information!(SQL_DROP_SCHEMA, Answer::Mask(SQL_DS_DROP_SCHEMA | SQL_DS_RESTRICT | SQL_DS_CASCADE)),
    information!(SQL_DROP_TABLE, Answer::Mask(SQL_DT_DROP_TABLE | SQL_DT_RESTRICT | SQL_DT_CASCADE)),
    information!(SQL_DROP_TRANSLATION, Answer::Mask(0)),
    information!(SQL_DROP_VIEW, Answer::Mask(SQL_DV_DROP_VIEW | SQL_DV_RESTRICT | SQL_DV_CASCADE)),
    information!(SQL_DTC_TRANSITION_COST, Answer::Mask(0)),
    information!(SQL_DYNAMIC_CURSOR_ATTRIBUTES1, Answer::Mask(ABILITIES.dynamic.attributes1)),
    information!(SQL_DYNAMIC_CURSOR_ATTRIBUTES2, Answer::Mask(ABILITIES.dynamic.attributes2)),
    information!(SQL_EXPRESSIONS_IN_ORDERBY, Answer::Flag(true)),
    information!(SQL_FETCH_DIRECTION, Answer::Mask(ABILITIES.fetch_direction)),
    information!(SQL_FILE_USAGE, Answer::Word(SQL_FILE_NOT_SUPPORTED)),
    information!(SQL_FORWARD_ONLY_CURSOR_ATTRIBUTES1, Answer::Mask(ABILITIES.forward_only.attributes1)),
    information!(SQL_FORWARD_ONLY_CURSOR_ATTRIBUTES2, Answer::Mask(ABILITIES.forward_only.attributes2)),
    information!(SQL_GETDATA_EXTENSIONS, Answer::Mask(ABILITIES.get_data)),
    information!(SQL_GROUP_BY, Answer::Word(SQL_GB_GROUP_BY_CONTAINS_SELECT)),
    information!(SQL_IDENTIFIER_CASE, Answer::Word(SQL_IC_LOWER)),
    information!(SQL_IDENTIFIER_QUOTE_CHAR, Answer::Text("\"")),
    information!(SQL_INDEX_KEYWORDS, Answer::Mask(SQL_IK_ALL)),
    // No assertions, translations and, since PostgreSQL 12, no list of SQL languages.
    information!(
        SQL_INFO_SCHEMA_VIEWS,
        Answer::Mask(
            SQL_ISV_CHARACTER_SETS
                | SQL_ISV_CHECK_CONSTRAINTS
                | SQL_ISV_COLLATIONS
                | SQL_ISV_COLUMN_DOMAIN_USAGE
                | SQL_ISV_COLUMN_PRIVILEGES
                | SQL_ISV_COLUMNS
                | SQL_ISV_CONSTRAINT_COLUMN_USAGE
                | SQL_ISV_CONSTRAINT_TABLE_USAGE
                | SQL_ISV_DOMAIN_CONSTRAINTS
                | SQL_ISV_DOMAINS
                | SQL_ISV_KEY_COLUMN_USAGE
                | SQL_ISV_REFERENTIAL_CONSTRAINTS
                | SQL_ISV_SCHEMATA
                | SQL_ISV_TABLE_CONSTRAINTS
                | SQL_ISV_TABLE_PRIVILEGES
                | SQL_ISV_TABLES
                | SQL_ISV_USAGE_PRIVILEGES
                | SQL_ISV_VIEW_COLUMN_USAGE
                | SQL_ISV_VIEW_TABLE_USAGE
                | SQL_ISV_VIEWS
        )
    ),
    information!(
        SQL_INSERT_STATEMENT,
        Answer::Mask(SQL_IS_INSERT_LITERALS | SQL_IS_INSERT_SEARCHED | SQL_IS_SELECT_INTO)
    ),
    information!(SQL_INTEGRITY, Answer::Flag(true)),
    information!(SQL_KEYSET_CURSOR_ATTRIBUTES1, Answer::Mask(ABILITIES.keyset.attributes1)),
    information!(SQL_KEYSET_CURSOR_ATTRIBUTES2, Answer::Mask(ABILITIES.keyset.attributes2)),
    information!(SQL_KEYWORDS, Answer::Text(KEYWORDS)),
    information!(SQL_LIKE_ESCAPE_CLAUSE, Answer::Flag(true)),
    information!(SQL_LOCK_TYPES, Answer::Mask(ABILITIES.lock_types)),
    information!(SQL_MAX_ASYNC_CONCURRENT_STATEMENTS, Answer::Value(ABILITIES.max_async_concurrent_statements)),
    information!(SQL_MAX_BINARY_LITERAL_LEN, Answer::Value(0)),
    information!(SQL_MAX_CATALOG_NAME_LEN, Answer::WordOf(|facts| facts.max_identifier_length)),
    information!(SQL_MAX_CHAR_LITERAL_LEN, Answer::Value(0)),
    information!(SQL_MAX_COLUMN_NAME_LEN, Answer::WordOf(|facts| facts.max_identifier_length)),
    // "target lists can have at most 1664 entries": what is sorted or grouped by counts among them.
    information!(SQL_MAX_COLUMNS_IN_GROUP_BY, Answer::Word(1664)),
    information!(SQL_MAX_COLUMNS_IN_INDEX, Answer::Word(32)),
    information!(SQL_MAX_COLUMNS_IN_ORDER_BY, Answer::Word(1664)),
    information!(SQL_MAX_COLUMNS_IN_SELECT, Answer::Word(1664)),
    information!(SQL_MAX_COLUMNS_IN_TABLE, Answer::Word(1600)),
    information!(SQL_MAX_CONCURRENT_ACTIVITIES, Answer::Word(0)),
    information!(SQL_MAX_CURSOR_NAME_LEN, Answer::WordOf(|facts| facts.max_identifier_length)),
    information!(SQL_MAX_DRIVER_CONNECTIONS, Answer::Word(0)),
    information!(SQL_MAX_IDENTIFIER_LEN, Answer::WordOf(|facts| facts.max_identifier_length)),
    information!(SQL_MAX_INDEX_SIZE, Answer::Value(0)),
    information!(
        SQL_MAX_PROCEDURE_NAME_LEN,
        Answer::WordOf(|facts| if ABILITIES.procedures { facts.max_identifier_length } else { 0 })
    ),
    information!(SQL_MAX_ROW_SIZE, Answer::Value(0)),
    information!(SQL_MAX_ROW_SIZE_INCLUDES_LONG, Answer::Flag(true)),
    information!(SQL_MAX_SCHEMA_NAME_LEN, Answer::WordOf(|facts| facts.max_identifier_length)),
    information!(SQL_MAX_STATEMENT_LEN, Answer::Value(0)),
    information!(SQL_MAX_TABLE_NAME_LEN, Answer::WordOf(|facts| facts.max_identifier_length)),
    information!(SQL_MAX_TABLES_IN_SELECT, Answer::Word(0)),
    information!(SQL_MAX_USER_NAME_LEN, Answer::WordOf(|facts| facts.max_identifier_length)),
    information!(SQL_MULT_RESULT_SETS, Answer::Flag(true)),
    information!(SQL_MULTIPLE_ACTIVE_TXN, Answer::FlagOf(|facts| facts.transactions)),
    information!(SQL_NEED_LONG_DATA_LEN, Answer::Flag(false)),
    information!(SQL_NON_NULLABLE_COLUMNS, Answer::Word(SQL_NNC_NON_NULL)),
    information!(SQL_NULL_COLLATION, Answer::Word(SQL_NC_HIGH)),
    information!(SQL_NUMERIC_FUNCTIONS, Answer::MaskOf(|_| function_mask(FunctionGroup::Numeric))),
    information!(SQL_ODBC_API_CONFORMANCE, Answer::WordOf(|_| api_conformance())),
    // Core is the lowest level that there is a number for.
    information!(SQL_ODBC_INTERFACE_CONFORMANCE, Answer::ValueOf(|_| interface_conformance().unwrap_or(SQL_OIC_CORE))),
    information!(SQL_ODBC_SAG_CLI_CONFORMANCE, Answer::Word(ABILITIES.sag_cli_conformance)),
    information!(SQL_ODBC_SQL_CONFORMANCE, Answer::Word(SQL_OSC_CORE)),
    information!(SQL_ODBC_VER, Answer::Text("")),
    // Of the joins by operators other than equality only a full one is refused.
    information!(
        SQL_OJ_CAPABILITIES,
        Answer::Mask(
            SQL_OJ_LEFT
                | SQL_OJ_RIGHT
                | SQL_OJ_FULL
                | SQL_OJ_NESTED
                | SQL_OJ_NOT_ORDERED
                | SQL_OJ_INNER
                | SQL_OJ_ALL_COMPARISON_OPS
        )
    ),
    information!(SQL_ORDER_BY_COLUMNS_IN_SELECT, Answer::Flag(false)),
    information!(SQL_OUTER_JOINS, Answer::Flag(true)),
    information!(SQL_PARAM_ARRAY_ROW_COUNTS, Answer::Value(ABILITIES.param_array_row_counts)),
    information!(SQL_PARAM_ARRAY_SELECTS, Answer::Value(ABILITIES.param_array_selects)),
    information!(SQL_POS_OPERATIONS, Answer::Mask(ABILITIES.pos_operations)),
    information!(SQL_POSITIONED_STATEMENTS, Answer::Mask(ABILITIES.positioned_statements)),
    information!(SQL_PROCEDURE_TERM, Answer::Text(if ABILITIES.procedures { "procedure" } else { "" })),
    information!(SQL_PROCEDURES, Answer::Flag(ABILITIES.procedures)),
    information!(SQL_QUOTED_IDENTIFIER_CASE, Answer::Word(SQL_IC_SENSITIVE)),
    information!(SQL_ROW_UPDATES, Answer::Flag(ABILITIES.row_updates)),
    information!(SQL_SCHEMA_TERM, Answer::Text("schema")),
    information!(
        SQL_SCHEMA_USAGE,
        Answer::Mask(
            SQL_SU_DML_STATEMENTS
                | SQL_SU_TABLE_DEFINITION
                | SQL_SU_INDEX_DEFINITION
                | SQL_SU_PRIVILEGE_DEFINITION
                | if ABILITIES.procedures { SQL_SU_PROCEDURE_INVOCATION } else { 0 }
        )
    ),
    information!(SQL_SCROLL_CONCURRENCY, Answer::Mask(ABILITIES.scroll_concurrency)),
    information!(SQL_SCROLL_OPTIONS, Answer::Mask(ABILITIES.scroll_options)),
    information!(SQL_SEARCH_PATTERN_ESCAPE, Answer::Text("\\")),
    information!(SQL_SERVER_NAME, Answer::TextOf(|facts| Cow::Borrowed(facts.server_name))),
    // Without quotes; letters of other scripts are allowed as well and too many to list.
    information!(SQL_SPECIAL_CHARACTERS, Answer::Text("$")),
    information!(SQL_SQL_CONFORMANCE, Answer::Value(SQL_SC_SQL92_ENTRY)),
    information!(
        SQL_SQL92_DATETIME_FUNCTIONS,
        Answer::Mask(SQL_SDF_CURRENT_DATE | SQL_SDF_CURRENT_TIME | SQL_SDF_CURRENT_TIMESTAMP)
    ),
    information!(
        SQL_SQL92_FOREIGN_KEY_DELETE_RULE,
        Answer::Mask(SQL_SFKD_CASCADE | SQL_SFKD_NO_ACTION | SQL_SFKD_SET_DEFAULT | SQL_SFKD_SET_NULL)
    ),
    information!(
        SQL_SQL92_FOREIGN_KEY_UPDATE_RULE,
        Answer::Mask(SQL_SFKU_CASCADE | SQL_SFKU_NO_ACTION | SQL_SFKU_SET_DEFAULT | SQL_SFKU_SET_NULL)
    ),
    information!(
        SQL_SQL92_GRANT,
        Answer::Mask(
            SQL_SG_USAGE_ON_DOMAIN
                | SQL_SG_WITH_GRANT_OPTION
                | SQL_SG_DELETE_TABLE
                | SQL_SG_INSERT_TABLE
                | SQL_SG_INSERT_COLUMN
                | SQL_SG_REFERENCES_TABLE
                | SQL_SG_REFERENCES_COLUMN
                | SQL_SG_SELECT_TABLE
                | SQL_SG_UPDATE_TABLE
                | SQL_SG_UPDATE_COLUMN
        )
    ),
    information!(
        SQL_SQL92_NUMERIC_VALUE_FUNCTIONS,
        Answer::Mask(
            SQL_SNVF_BIT_LENGTH
                | SQL_SNVF_CHAR_LENGTH
                | SQL_SNVF_CHARACTER_LENGTH
                | SQL_SNVF_EXTRACT
                | SQL_SNVF_OCTET_LENGTH
                | SQL_SNVF_POSITION
        )
    ),
    information!(
        SQL_SQL92_PREDICATES,
        Answer::Mask(
            SQL_SP_BETWEEN
                | SQL_SP_COMPARISON
                | SQL_SP_EXISTS
                | SQL_SP_IN
                | SQL_SP_ISNOTNULL
                | SQL_SP_ISNULL
                | SQL_SP_LIKE
                | SQL_SP_OVERLAPS
                | SQL_SP_QUANTIFIED_COMPARISON
        )
    ),
    information!(
        SQL_SQL92_RELATIONAL_JOIN_OPERATORS,
        Answer::Mask(
            SQL_SRJO_CROSS_JOIN
                | SQL_SRJO_EXCEPT_JOIN
                | SQL_SRJO_FULL_OUTER_JOIN
                | SQL_SRJO_INNER_JOIN
                | SQL_SRJO_INTERSECT_JOIN
                | SQL_SRJO_LEFT_OUTER_JOIN
                | SQL_SRJO_NATURAL_JOIN
                | SQL_SRJO_RIGHT_OUTER_JOIN
        )
    ),
    information!(
        SQL_SQL92_REVOKE,
        Answer::Mask(
            SQL_SR_USAGE_ON_DOMAIN
                | SQL_SR_GRANT_OPTION_FOR
                | SQL_SR_CASCADE
                | SQL_SR_RESTRICT
                | SQL_SR_DELETE_TABLE
                | SQL_SR_INSERT_TABLE
                | SQL_SR_INSERT_COLUMN
                | SQL_SR_REFERENCES_TABLE
                | SQL_SR_REFERENCES_COLUMN
                | SQL_SR_SELECT_TABLE
                | SQL_SR_UPDATE_TABLE
                | SQL_SR_UPDATE_COLUMN
        )
    ),
    information!(
        SQL_SQL92_ROW_VALUE_CONSTRUCTOR,
        Answer::Mask(SQL_SRVC_VALUE_EXPRESSION | SQL_SRVC_NULL | SQL_SRVC_DEFAULT | SQL_SRVC_ROW_SUBQUERY)
    ),
    information!(
        SQL_SQL92_STRING_FUNCTIONS,
        Answer::Mask(
            SQL_SSF_LOWER
                | SQL_SSF_UPPER
                | SQL_SSF_SUBSTRING
                | SQL_SSF_TRIM_BOTH
                | SQL_SSF_TRIM_LEADING
                | SQL_SSF_TRIM_TRAILING
        )
    ),
    information!(
        SQL_SQL92_VALUE_EXPRESSIONS,
        Answer::Mask(SQL_SVE_CASE | SQL_SVE_CAST | SQL_SVE_COALESCE | SQL_SVE_NULLIF)
    ),
    information!(SQL_STANDARD_CLI_CONFORMANCE, Answer::Mask(ABILITIES.standard_cli_conformance)),
    information!(SQL_STATIC_CURSOR_ATTRIBUTES1, Answer::Mask(ABILITIES.static_cursor.attributes1)),
    information!(SQL_STATIC_CURSOR_ATTRIBUTES2, Answer::Mask(ABILITIES.static_cursor.attributes2)),
    information!(SQL_STATIC_SENSITIVITY, Answer::Mask(ABILITIES.static_sensitivity)),
    information!(SQL_STRING_FUNCTIONS, Answer::MaskOf(|_| function_mask(FunctionGroup::String))),
    information!(
        SQL_SUBQUERIES,
        Answer::Mask(SQL_SQ_COMPARISON | SQL_SQ_EXISTS | SQL_SQ_IN | SQL_SQ_QUANTIFIED | SQL_SQ_CORRELATED_SUBQUERIES)
    ),
    information!(SQL_SYSTEM_FUNCTIONS, Answer::MaskOf(|_| function_mask(FunctionGroup::System))),
    information!(SQL_TABLE_TERM, Answer::Text("table")),
    information!(SQL_TIMEDATE_ADD_INTERVALS, Answer::MaskOf(|_| timestamp_interval_mask())),
    information!(SQL_TIMEDATE_DIFF_INTERVALS, Answer::MaskOf(|_| timestamp_interval_mask())),
    information!(SQL_TIMEDATE_FUNCTIONS, Answer::MaskOf(|_| function_mask(FunctionGroup::TimeDate))),
    information!(SQL_TXN_CAPABLE, Answer::WordOf(|facts| if facts.transactions { SQL_TC_ALL } else { SQL_TC_NONE })),
    information!(
        SQL_TXN_ISOLATION_OPTION,
        Answer::MaskOf(|facts| if facts.transactions { ISOLATION_LEVELS } else { 0 })
    ),
    information!(SQL_UNION, Answer::Mask(SQL_U_UNION | SQL_U_UNION_ALL)),
    information!(SQL_USER_NAME, Answer::TextOf(|facts| Cow::Borrowed(facts.user))),
    information!(SQL_XOPEN_CLI_YEAR, Answer::Text("1995")),
];

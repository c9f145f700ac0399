//! What SQLGetInfo claims of the server's SQL, tried: what it says is there works, and what it does not say is refused.

use crate::common::{Connection, connect, server};
use crate::odbc::attributes::*;
use crate::odbc::info_sql::*;
use crate::odbc::info_types::*;
use crate::odbc::values::*;
use std::collections::BTreeSet;

/// A bit of a mask and a statement that takes what it stands for. `{t}` and `{u}` are tables (i int, t text).
pub type Claim = (u32, &'static str);

/// The information types whose bits are statements; ODBC reference, `SQLGetInfo`.
pub const CLAIMS: &[(u16, &[Claim])] = &[
    (
        SQL_STRING_FUNCTIONS,
        &[
            (SQL_FN_STR_ASCII, "select {fn ASCII('a')}"),
            (SQL_FN_STR_BIT_LENGTH, "select {fn BIT_LENGTH('a')}"),
            (SQL_FN_STR_CHAR, "select {fn CHAR(65)}"),
            (SQL_FN_STR_CHAR_LENGTH, "select {fn CHAR_LENGTH('a')}"),
            (SQL_FN_STR_CHARACTER_LENGTH, "select {fn CHARACTER_LENGTH('a')}"),
            (SQL_FN_STR_CONCAT, "select {fn CONCAT('a', 'b')}"),
            (SQL_FN_STR_DIFFERENCE, "select {fn DIFFERENCE('a', 'b')}"),
            (SQL_FN_STR_INSERT, "select {fn INSERT('abc', 1, 1, 'x')}"),
            (SQL_FN_STR_LCASE, "select {fn LCASE('A')}"),
            (SQL_FN_STR_LEFT, "select {fn LEFT('abc', 2)}"),
            (SQL_FN_STR_LENGTH, "select {fn LENGTH('abc')}"),
            (SQL_FN_STR_LOCATE, "select {fn LOCATE('b', 'abc', 1)}"),
            (SQL_FN_STR_LOCATE_2, "select {fn LOCATE('b', 'abc')}"),
            (SQL_FN_STR_LTRIM, "select {fn LTRIM(' a')}"),
            (SQL_FN_STR_OCTET_LENGTH, "select {fn OCTET_LENGTH('a')}"),
            (SQL_FN_STR_POSITION, "select {fn POSITION('b' IN 'abc')}"),
            (SQL_FN_STR_REPEAT, "select {fn REPEAT('a', 3)}"),
            (SQL_FN_STR_REPLACE, "select {fn REPLACE('abc', 'b', 'x')}"),
            (SQL_FN_STR_RIGHT, "select {fn RIGHT('abc', 2)}"),
            (SQL_FN_STR_RTRIM, "select {fn RTRIM('a ')}"),
            (SQL_FN_STR_SOUNDEX, "select {fn SOUNDEX('a')}"),
            (SQL_FN_STR_SPACE, "select {fn SPACE(3)}"),
            (SQL_FN_STR_SUBSTRING, "select {fn SUBSTRING('abc', 2, 1)}"),
            (SQL_FN_STR_UCASE, "select {fn UCASE('a')}"),
        ],
    ),
    (
        SQL_NUMERIC_FUNCTIONS,
        &[
            (SQL_FN_NUM_ABS, "select {fn ABS(-1)}"),
            (SQL_FN_NUM_ACOS, "select {fn ACOS(0.5)}"),
            (SQL_FN_NUM_ASIN, "select {fn ASIN(0.5)}"),
            (SQL_FN_NUM_ATAN, "select {fn ATAN(0.5)}"),
            (SQL_FN_NUM_ATAN2, "select {fn ATAN2(1, 2)}"),
            (SQL_FN_NUM_CEILING, "select {fn CEILING(1.5)}"),
            (SQL_FN_NUM_COS, "select {fn COS(1)}"),
            (SQL_FN_NUM_COT, "select {fn COT(1)}"),
            (SQL_FN_NUM_DEGREES, "select {fn DEGREES(1)}"),
            (SQL_FN_NUM_EXP, "select {fn EXP(1)}"),
            (SQL_FN_NUM_FLOOR, "select {fn FLOOR(1.5)}"),
            (SQL_FN_NUM_LOG, "select {fn LOG(2)}"),
            (SQL_FN_NUM_LOG10, "select {fn LOG10(2)}"),
            (SQL_FN_NUM_MOD, "select {fn MOD(5, 3)}"),
            (SQL_FN_NUM_PI, "select {fn PI()}"),
            (SQL_FN_NUM_POWER, "select {fn POWER(2, 3)}"),
            (SQL_FN_NUM_RADIANS, "select {fn RADIANS(180)}"),
            (SQL_FN_NUM_RAND, "select {fn RAND()}"),
            (SQL_FN_NUM_ROUND, "select {fn ROUND(1.55, 1)}"),
            (SQL_FN_NUM_SIGN, "select {fn SIGN(-2)}"),
            (SQL_FN_NUM_SIN, "select {fn SIN(1)}"),
            (SQL_FN_NUM_SQRT, "select {fn SQRT(4)}"),
            (SQL_FN_NUM_TAN, "select {fn TAN(1)}"),
            (SQL_FN_NUM_TRUNCATE, "select {fn TRUNCATE(1.55, 1)}"),
        ],
    ),
    (
        SQL_TIMEDATE_FUNCTIONS,
        &[
            (SQL_FN_TD_CURDATE, "select {fn CURDATE()}"),
            (SQL_FN_TD_CURRENT_DATE, "select {fn CURRENT_DATE()}"),
            (SQL_FN_TD_CURRENT_TIME, "select {fn CURRENT_TIME(2)}"),
            (SQL_FN_TD_CURRENT_TIMESTAMP, "select {fn CURRENT_TIMESTAMP(2)}"),
            (SQL_FN_TD_CURTIME, "select {fn CURTIME()}"),
            (SQL_FN_TD_DAYNAME, "select {fn DAYNAME({d '2024-02-29'})}"),
            (SQL_FN_TD_DAYOFMONTH, "select {fn DAYOFMONTH({d '2024-02-29'})}"),
            (SQL_FN_TD_DAYOFWEEK, "select {fn DAYOFWEEK({d '2024-02-29'})}"),
            (SQL_FN_TD_DAYOFYEAR, "select {fn DAYOFYEAR({d '2024-02-29'})}"),
            (SQL_FN_TD_EXTRACT, "select {fn EXTRACT(YEAR FROM {d '2024-02-29'})}"),
            (SQL_FN_TD_HOUR, "select {fn HOUR({t '12:34:56'})}"),
            (SQL_FN_TD_MINUTE, "select {fn MINUTE({t '12:34:56'})}"),
            (SQL_FN_TD_MONTH, "select {fn MONTH({d '2024-02-29'})}"),
            (SQL_FN_TD_MONTHNAME, "select {fn MONTHNAME({d '2024-02-29'})}"),
            (SQL_FN_TD_NOW, "select {fn NOW()}"),
            (SQL_FN_TD_QUARTER, "select {fn QUARTER({d '2024-02-29'})}"),
            (SQL_FN_TD_SECOND, "select {fn SECOND({t '12:34:56'})}"),
            (SQL_FN_TD_TIMESTAMPADD, "select {fn TIMESTAMPADD(SQL_TSI_DAY, 1, {d '2024-02-29'})}"),
            (SQL_FN_TD_TIMESTAMPDIFF, "select {fn TIMESTAMPDIFF(SQL_TSI_DAY, {d '2024-02-28'}, {d '2024-02-29'})}"),
            (SQL_FN_TD_WEEK, "select {fn WEEK({d '2024-02-29'})}"),
            (SQL_FN_TD_YEAR, "select {fn YEAR({d '2024-02-29'})}"),
        ],
    ),
    (
        SQL_SYSTEM_FUNCTIONS,
        &[
            (SQL_FN_SYS_DBNAME, "select {fn DATABASE()}"),
            (SQL_FN_SYS_IFNULL, "select {fn IFNULL(null, 1)}"),
            (SQL_FN_SYS_USERNAME, "select {fn USER()}"),
        ],
    ),
    (
        SQL_CONVERT_FUNCTIONS,
        &[
            (SQL_FN_CVT_CONVERT, "select {fn CONVERT('1', SQL_INTEGER)}"),
            (SQL_FN_CVT_CAST, "select {fn CAST('1' AS integer)}"),
        ],
    ),
    (
        SQL_SQL92_PREDICATES,
        &[
            (SQL_SP_BETWEEN, "select 1 where 1 between 0 and 2"),
            (SQL_SP_COMPARISON, "select 1 where 1 <> 2 and 1 < 2 and 1 <= 2 and 2 > 1 and 2 >= 1 and 1 = 1"),
            (SQL_SP_EXISTS, "select 1 where exists (select 1)"),
            (SQL_SP_IN, "select 1 where 1 in (1, 2)"),
            (SQL_SP_ISNOTNULL, "select 1 where 1 is not null"),
            (SQL_SP_ISNULL, "select 1 where 1 is null"),
            (SQL_SP_LIKE, "select 1 where 'a' like 'a%'"),
            (SQL_SP_MATCH_FULL, "select 1 where (1, 2) match full (select 1, 2)"),
            (SQL_SP_MATCH_PARTIAL, "select 1 where (1, 2) match partial (select 1, 2)"),
            (SQL_SP_MATCH_UNIQUE_FULL, "select 1 where (1, 2) match unique full (select 1, 2)"),
            (SQL_SP_MATCH_UNIQUE_PARTIAL, "select 1 where (1, 2) match unique partial (select 1, 2)"),
            (
                SQL_SP_OVERLAPS,
                "select 1 where (date '2024-01-01', date '2024-02-01') overlaps (date '2024-01-15', date '2024-03-01')",
            ),
            (SQL_SP_QUANTIFIED_COMPARISON, "select 1 where 1 = any (select 1) and 1 >= all (select 1)"),
            (SQL_SP_UNIQUE, "select 1 where unique (select 1)"),
        ],
    ),
    (
        SQL_SQL92_RELATIONAL_JOIN_OPERATORS,
        &[
            (SQL_SRJO_CORRESPONDING_CLAUSE, "select * from {t} union corresponding by (i) select * from {u}"),
            (SQL_SRJO_CROSS_JOIN, "select * from {t} cross join {u}"),
            (SQL_SRJO_EXCEPT_JOIN, "select * from {t} except select * from {u}"),
            (SQL_SRJO_FULL_OUTER_JOIN, "select * from {t} full outer join {u} using (i)"),
            (SQL_SRJO_INNER_JOIN, "select * from {t} inner join {u} using (i)"),
            (SQL_SRJO_INTERSECT_JOIN, "select * from {t} intersect select * from {u}"),
            (SQL_SRJO_LEFT_OUTER_JOIN, "select * from {t} left outer join {u} using (i)"),
            (SQL_SRJO_NATURAL_JOIN, "select * from {t} natural join {u}"),
            (SQL_SRJO_RIGHT_OUTER_JOIN, "select * from {t} right outer join {u} using (i)"),
            (SQL_SRJO_UNION_JOIN, "select * from {t} union join {u}"),
        ],
    ),
    (
        SQL_OJ_CAPABILITIES,
        &[
            (SQL_OJ_LEFT, "select * from {oj {t} a left outer join {u} b on a.i = b.i}"),
            (SQL_OJ_RIGHT, "select * from {oj {t} a right outer join {u} b on a.i = b.i}"),
            (SQL_OJ_FULL, "select * from {oj {t} a full outer join {u} b on a.i = b.i}"),
            (
                SQL_OJ_NESTED,
                "select * from {oj {t} a left outer join {u} b left outer join {t} c on b.i = c.i on a.i = b.i}",
            ),
            (SQL_OJ_NOT_ORDERED, "select * from {oj {t} a left outer join {u} b on b.i = a.i}"),
            (SQL_OJ_INNER, "select * from {t} a inner join {u} b on a.i = b.i left outer join {t} c on c.i = a.i"),
            (SQL_OJ_ALL_COMPARISON_OPS, "select * from {oj {t} a left outer join {u} b on a.i >= b.i and a.i <> b.i}"),
        ],
    ),
    (
        SQL_AGGREGATE_FUNCTIONS,
        &[
            (SQL_AF_ALL, "select sum(all i) from {t}"),
            (SQL_AF_AVG, "select avg(i) from {t}"),
            (SQL_AF_COUNT, "select count(*), count(i) from {t}"),
            (SQL_AF_DISTINCT, "select count(distinct i) from {t}"),
            (SQL_AF_MAX, "select max(i) from {t}"),
            (SQL_AF_MIN, "select min(i) from {t}"),
            (SQL_AF_SUM, "select sum(i) from {t}"),
        ],
    ),
    (
        SQL_SUBQUERIES,
        &[
            (SQL_SQ_COMPARISON, "select * from {t} where i = (select max(i) from {u})"),
            (
                SQL_SQ_CORRELATED_SUBQUERIES,
                "select * from {t} a where i = (select max(b.i) from {u} b where b.t = a.t)",
            ),
            (SQL_SQ_EXISTS, "select * from {t} where exists (select 1 from {u})"),
            (SQL_SQ_IN, "select * from {t} where i in (select i from {u})"),
            (SQL_SQ_QUANTIFIED, "select * from {t} where i > all (select i from {u})"),
        ],
    ),
    (SQL_UNION, &[(SQL_U_UNION, "select 1 union select 2"), (SQL_U_UNION_ALL, "select 1 union all select 2")]),
    (
        SQL_SQL92_DATETIME_FUNCTIONS,
        &[
            (SQL_SDF_CURRENT_DATE, "select current_date"),
            (SQL_SDF_CURRENT_TIME, "select current_time"),
            (SQL_SDF_CURRENT_TIMESTAMP, "select current_timestamp"),
        ],
    ),
    (
        SQL_SQL92_NUMERIC_VALUE_FUNCTIONS,
        &[
            (SQL_SNVF_BIT_LENGTH, "select bit_length('a')"),
            (SQL_SNVF_CHAR_LENGTH, "select char_length('a')"),
            (SQL_SNVF_CHARACTER_LENGTH, "select character_length('a')"),
            (SQL_SNVF_EXTRACT, "select extract(year from current_date)"),
            (SQL_SNVF_OCTET_LENGTH, "select octet_length('a')"),
            (SQL_SNVF_POSITION, "select position('a' in 'b')"),
        ],
    ),
    (
        SQL_SQL92_STRING_FUNCTIONS,
        &[
            (SQL_SSF_CONVERT, "select convert('a' using utf8_to_iso_8859_1)"),
            (SQL_SSF_LOWER, "select lower('A')"),
            (SQL_SSF_UPPER, "select upper('a')"),
            (SQL_SSF_SUBSTRING, "select substring('abc' from 2 for 1)"),
            (SQL_SSF_TRANSLATE, "select translate('a' using utf8_to_iso_8859_1)"),
            (SQL_SSF_TRIM_BOTH, "select trim(both 'x' from 'xax')"),
            (SQL_SSF_TRIM_LEADING, "select trim(leading from ' a')"),
            (SQL_SSF_TRIM_TRAILING, "select trim(trailing from 'a ')"),
        ],
    ),
    (
        SQL_SQL92_VALUE_EXPRESSIONS,
        &[
            (SQL_SVE_CASE, "select case when 1 = 1 then 1 else 2 end, case 1 when 1 then 2 end"),
            (SQL_SVE_CAST, "select cast('1' as integer)"),
            (SQL_SVE_COALESCE, "select coalesce(null, 1)"),
            (SQL_SVE_NULLIF, "select nullif(1, 1)"),
        ],
    ),
    (
        SQL_SQL92_ROW_VALUE_CONSTRUCTOR,
        &[
            (SQL_SRVC_VALUE_EXPRESSION, "select 1 where (1, 1 + 1) = (1, 2)"),
            (SQL_SRVC_NULL, "select 1 where (1, null) = (1, 2)"),
            (SQL_SRVC_DEFAULT, "insert into {t} values (1, default)"),
            (SQL_SRVC_ROW_SUBQUERY, "select 1 where (1, 2) = (select 1, 2)"),
        ],
    ),
    (
        SQL_DATETIME_LITERALS,
        &[
            (SQL_DL_SQL92_DATE, "select date '2024-02-29'"),
            (SQL_DL_SQL92_TIME, "select time '12:34:56'"),
            (SQL_DL_SQL92_TIMESTAMP, "select timestamp '2024-02-29 12:34:56'"),
            (SQL_DL_SQL92_INTERVAL_YEAR, "select interval '1' year"),
            (SQL_DL_SQL92_INTERVAL_MONTH, "select interval '1' month"),
            (SQL_DL_SQL92_INTERVAL_DAY, "select interval '1' day"),
            (SQL_DL_SQL92_INTERVAL_HOUR, "select interval '1' hour"),
            (SQL_DL_SQL92_INTERVAL_MINUTE, "select interval '1' minute"),
            (SQL_DL_SQL92_INTERVAL_SECOND, "select interval '1.5' second"),
            (SQL_DL_SQL92_INTERVAL_YEAR_TO_MONTH, "select interval '1-2' year to month"),
            (SQL_DL_SQL92_INTERVAL_DAY_TO_HOUR, "select interval '1 2' day to hour"),
            (SQL_DL_SQL92_INTERVAL_DAY_TO_MINUTE, "select interval '1 2:03' day to minute"),
            (SQL_DL_SQL92_INTERVAL_DAY_TO_SECOND, "select interval '1 2:03:04.5' day to second"),
            (SQL_DL_SQL92_INTERVAL_HOUR_TO_MINUTE, "select interval '2:03' hour to minute"),
            (SQL_DL_SQL92_INTERVAL_HOUR_TO_SECOND, "select interval '2:03:04' hour to second"),
            (SQL_DL_SQL92_INTERVAL_MINUTE_TO_SECOND, "select interval '03:04' minute to second"),
        ],
    ),
    (
        SQL_INSERT_STATEMENT,
        &[
            (SQL_IS_INSERT_LITERALS, "insert into {t} (i, t) values (1, 'a')"),
            (SQL_IS_INSERT_SEARCHED, "insert into {t} select * from {u}"),
            (SQL_IS_SELECT_INTO, "select * into temp table claims_into from {t}"),
        ],
    ),
];

/// Executes statements in a transaction that is rolled back. Whether all went well.
pub fn works(connection: &Connection, sql: &str) -> bool {
    let names =
        [("{t}", "claims_t"), ("{u}", "claims_u"), ("{new}", "claims_schema_new"), ("{db}", &server().database)];
    let sql = names.iter().fold(sql.to_owned(), |sql, (short, name)| sql.replace(short, name));
    let statement = connection.statement();
    let mut outcome = statement.execute_direct(&sql);
    let mut worked = true;
    while outcome.code != SQL_NO_DATA && worked {
        worked = outcome.code != SQL_ERROR;
        while worked && statement.column_count() > 0 {
            let fetched = statement.fetch();
            if fetched.code == SQL_NO_DATA {
                break;
            }
            worked = fetched.code != SQL_ERROR;
        }
        if worked {
            outcome = statement.more_results();
        }
    }
    drop(statement);
    connection.end_transaction(SQL_ROLLBACK).success();
    worked
}

/// A connection whose statements are rolled back, with two tables.
pub fn prepared_connection() -> Connection {
    let connection = connect();
    for table in ["claims_t", "claims_u"] {
        connection.run(&format!("create temp table {table} (i int, t text, constraint positive check (i > 0))"));
        connection.run(&format!("insert into {table} values (1, 'a'), (2, 'b')"));
    }
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    connection
}

/// Each bit's statement works if the bit is claimed, and only then; every bit that is claimed has a statement.
#[track_caller]
pub fn check(all: &[(u16, &[Claim])]) {
    let connection = prepared_connection();
    let mut wrong = Vec::new();
    for (information, claims) in all {
        let mask = connection.info_number::<4>(*information);
        for (bit, sql) in *claims {
            let claimed = mask & bit != 0;
            if works(&connection, sql) != claimed {
                wrong.push(format!("{information} claims {claimed}: {sql}"));
            }
        }
        // ADD_COLUMN and its like are ODBC 2's names for others.
        let tried = claims.iter().fold(0, |tried, (bit, _)| tried | bit);
        let older = match *information {
            SQL_ALTER_TABLE => SQL_AT_ADD_COLUMN | SQL_AT_DROP_COLUMN | SQL_AT_ADD_CONSTRAINT,
            _ => 0,
        };
        assert_eq!(mask & !tried & !older, 0, "bits of {information} that nothing stands for");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_bit_is_a_statement_that_works_and_each_other_one_that_does_not() {
    check(CLAIMS);
}

/// CONVERT: the information type of the source, the bit of the target, its name, the server's type, a value.
pub const CONVERTIBLE: &[(u16, u32, &str, &str, &str)] = &[
    (SQL_CONVERT_BIGINT, SQL_CVT_BIGINT, "BIGINT", "bigint", "1"),
    (SQL_CONVERT_BINARY, SQL_CVT_BINARY, "BINARY", "bytea", "\\x31"),
    (SQL_CONVERT_BIT, SQL_CVT_BIT, "BIT", "boolean", "1"),
    (SQL_CONVERT_CHAR, SQL_CVT_CHAR, "CHAR", "varchar", "1"),
    (SQL_CONVERT_DATE, SQL_CVT_DATE, "DATE", "date", "2024-02-29"),
    (SQL_CONVERT_DECIMAL, SQL_CVT_DECIMAL, "DECIMAL", "numeric", "1"),
    (SQL_CONVERT_DOUBLE, SQL_CVT_DOUBLE, "DOUBLE", "double precision", "1"),
    (SQL_CONVERT_FLOAT, SQL_CVT_FLOAT, "FLOAT", "double precision", "1"),
    (SQL_CONVERT_GUID, SQL_CVT_GUID, "GUID", "uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    (SQL_CONVERT_INTEGER, SQL_CVT_INTEGER, "INTEGER", "integer", "1"),
    (
        SQL_CONVERT_INTERVAL_YEAR_MONTH,
        SQL_CVT_INTERVAL_YEAR_MONTH,
        "INTERVAL_YEAR_TO_MONTH",
        "interval year to month",
        "1-2",
    ),
    (
        SQL_CONVERT_INTERVAL_DAY_TIME,
        SQL_CVT_INTERVAL_DAY_TIME,
        "INTERVAL_DAY_TO_SECOND",
        "interval day to second",
        "1 02:03:04",
    ),
    (SQL_CONVERT_LONGVARBINARY, SQL_CVT_LONGVARBINARY, "LONGVARBINARY", "bytea", "\\x31"),
    (SQL_CONVERT_LONGVARCHAR, SQL_CVT_LONGVARCHAR, "LONGVARCHAR", "text", "1"),
    (SQL_CONVERT_NUMERIC, SQL_CVT_NUMERIC, "NUMERIC", "numeric", "1"),
    (SQL_CONVERT_REAL, SQL_CVT_REAL, "REAL", "real", "1"),
    (SQL_CONVERT_SMALLINT, SQL_CVT_SMALLINT, "SMALLINT", "smallint", "1"),
    (SQL_CONVERT_TIME, SQL_CVT_TIME, "TIME", "time", "12:34:56"),
    (SQL_CONVERT_TIMESTAMP, SQL_CVT_TIMESTAMP, "TIMESTAMP", "timestamp", "2024-02-29 12:34:56"),
    (SQL_CONVERT_TINYINT, SQL_CVT_TINYINT, "TINYINT", "smallint", "1"),
    (SQL_CONVERT_VARBINARY, SQL_CVT_VARBINARY, "VARBINARY", "bytea", "\\x31"),
    (SQL_CONVERT_VARCHAR, SQL_CVT_VARCHAR, "VARCHAR", "varchar", "1"),
    (SQL_CONVERT_WCHAR, SQL_CVT_WCHAR, "WCHAR", "varchar", "1"),
    (SQL_CONVERT_WLONGVARCHAR, SQL_CVT_WLONGVARCHAR, "WLONGVARCHAR", "text", "1"),
    (SQL_CONVERT_WVARCHAR, SQL_CVT_WVARCHAR, "WVARCHAR", "varchar", "1"),
];

#[test]
fn each_pair_of_convert_works_if_it_is_claimed_and_only_then() {
    let connection = prepared_connection();
    let mut wrong = Vec::new();
    for (information, _, from, from_type, value) in CONVERTIBLE {
        let mask = connection.info_number::<4>(*information);
        for (_, bit, to, to_type, to_value) in CONVERTIBLE {
            let is_text = |kind: &&str| matches!(*kind, "varchar" | "text");
            // A text can become whatever it is the text of.
            let value = if is_text(from_type) { to_value } else { value };
            let claimed = mask & bit != 0;
            let worked =
                works(&connection, &format!("select {{fn CONVERT(cast('{value}' as {from_type}), SQL_{to})}}"));
            // PostgreSQL 18 has casts between integers and bytea that others do not have.
            let is_new = server().version >= 18 && (*from_type == "bytea" || *to_type == "bytea");
            if worked != claimed && !(is_new && worked) {
                wrong.push(format!("{from} to {to}: claimed {claimed}, worked {worked}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_interval_of_timestampadd_and_timestampdiff() {
    let connection = prepared_connection();
    let (adds, differs) = (
        connection.info_number::<4>(SQL_TIMEDATE_ADD_INTERVALS),
        connection.info_number::<4>(SQL_TIMEDATE_DIFF_INTERVALS),
    );
    for (bit, name) in [
        (SQL_FN_TSI_FRAC_SECOND, "FRAC_SECOND"),
        (SQL_FN_TSI_SECOND, "SECOND"),
        (SQL_FN_TSI_MINUTE, "MINUTE"),
        (SQL_FN_TSI_HOUR, "HOUR"),
        (SQL_FN_TSI_DAY, "DAY"),
        (SQL_FN_TSI_WEEK, "WEEK"),
        (SQL_FN_TSI_MONTH, "MONTH"),
        (SQL_FN_TSI_QUARTER, "QUARTER"),
        (SQL_FN_TSI_YEAR, "YEAR"),
    ] {
        let moment = "{ts '2024-02-29 12:34:56'}";
        let add = format!("select {{fn TIMESTAMPADD(SQL_TSI_{name}, 1, {moment})}}");
        let differ = format!("select {{fn TIMESTAMPDIFF(SQL_TSI_{name}, {moment}, {moment})}}");
        assert_eq!(works(&connection, &add), adds & bit != 0, "{add}");
        assert_eq!(works(&connection, &differ), differs & bit != 0, "{differ}");
    }
}

/// ODBC reference, appendix C, "List of ODBC reserved keywords".
const ODBC_KEYWORDS: &str = "ABSOLUTE ACTION ADA ADD ALL ALLOCATE ALTER AND ANY ARE AS ASC ASSERTION AT AUTHORIZATION AVG \
    BEGIN BETWEEN BIT BIT_LENGTH BOTH BY CASCADE CASCADED CASE CAST CATALOG CHAR CHAR_LENGTH CHARACTER CHARACTER_LENGTH \
    CHECK CLOSE COALESCE COLLATE COLLATION COLUMN COMMIT CONNECT CONNECTION CONSTRAINT CONSTRAINTS CONTINUE CONVERT \
    CORRESPONDING COUNT CREATE CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURSOR DATE DAY \
    DEALLOCATE DEC DECIMAL DECLARE DEFAULT DEFERRABLE DEFERRED DELETE DESC DESCRIBE DESCRIPTOR DIAGNOSTICS DISCONNECT \
    DISTINCT DOMAIN DOUBLE DROP ELSE END END-EXEC ESCAPE EXCEPT EXCEPTION EXEC EXECUTE EXISTS EXTERNAL EXTRACT FALSE \
    FETCH FIRST FLOAT FOR FOREIGN FORTRAN FOUND FROM FULL GET GLOBAL GO GOTO GRANT GROUP HAVING HOUR IDENTITY IMMEDIATE \
    IN INCLUDE INDEX INDICATOR INITIALLY INNER INPUT INSENSITIVE INSERT INT INTEGER INTERSECT INTERVAL INTO IS ISOLATION \
    JOIN KEY LANGUAGE LAST LEADING LEFT LEVEL LIKE LOCAL LOWER MATCH MAX MIN MINUTE MODULE MONTH NAMES NATIONAL NATURAL \
    NCHAR NEXT NO NONE NOT NULL NULLIF NUMERIC OCTET_LENGTH OF ON ONLY OPEN OPTION OR ORDER OUTER OUTPUT OVERLAPS PAD \
    PARTIAL PASCAL PLI POSITION PRECISION PREPARE PRESERVE PRIMARY PRIOR PRIVILEGES PROCEDURE PUBLIC READ REAL REFERENCES \
    RELATIVE RESTRICT REVOKE RIGHT ROLLBACK ROWS SCHEMA SCROLL SECOND SECTION SELECT SESSION SESSION_USER SET SIZE \
    SMALLINT SOME SPACE SQL SQLCA SQLCODE SQLERROR SQLSTATE SQLWARNING SUBSTRING SUM SYSTEM_USER TABLE TEMPORARY THEN \
    TIME TIMESTAMP TIMEZONE_HOUR TIMEZONE_MINUTE TO TRAILING TRANSACTION TRANSLATE TRANSLATION TRIM TRUE UNION UNIQUE \
    UNKNOWN UPDATE UPPER USAGE USER USING VALUE VALUES VARCHAR VARYING VIEW WHEN WHENEVER WHERE WITH WORK WRITE YEAR ZONE";

#[test]
fn keywords_are_the_servers_reserved_ones_less_odbcs() {
    let connection = connect();
    let reserved =
        connection.statement().rows("select upper(word)::text from pg_get_keywords() where catcode in ('R', 'T')");
    let odbc: BTreeSet<&str> = ODBC_KEYWORDS.split_whitespace().collect();
    let expected: BTreeSet<String> =
        reserved.into_iter().filter_map(|row| row[0].clone()).filter(|word| !odbc.contains(word.as_str())).collect();
    let told = connection.info_text(SQL_KEYWORDS);
    let told: BTreeSet<String> = told.split(',').map(str::to_owned).collect();
    assert_eq!(told, expected);
}

#[test]
fn limits_hold_and_one_more_does_not() {
    let connection = prepared_connection();
    let limit = |information| connection.info_number::<2>(information) as usize;
    let list = |count: usize, of: &dyn Fn(usize) -> String| (0..count).map(of).collect::<Vec<_>>().join(", ");
    type Text = Box<dyn Fn(usize) -> String>;
    let texts: [(u16, Text); 4] = [
        (
            SQL_MAX_COLUMNS_IN_TABLE,
            Box::new(move |count| format!("create temp table wide ({})", list(count, &|at| format!("c{at} int")))),
        ),
        (SQL_MAX_COLUMNS_IN_SELECT, Box::new(move |count| format!("select {}", list(count, &|at| at.to_string())))),
        // What is ordered or grouped by counts as a column of the select list, or is one.
        (
            SQL_MAX_COLUMNS_IN_ORDER_BY,
            Box::new(move |count| {
                let columns = list(count, &|at| format!("i + {at}"));
                format!("select {columns} from {{t}} order by {columns}")
            }),
        ),
        (
            SQL_MAX_COLUMNS_IN_GROUP_BY,
            Box::new(move |count| {
                let columns = list(count, &|at| format!("i + {at}"));
                format!("select {columns} from {{t}} group by {columns}")
            }),
        ),
    ];
    for (information, text) in &texts {
        let most = limit(*information);
        assert!(most > 0);
        assert!(works(&connection, &text(most)), "{information}: {most}");
        assert!(!works(&connection, &text(most + 1)), "{information}: {}", most + 1);
    }
    // An index takes so many columns of a table that has more.
    let most = limit(SQL_MAX_COLUMNS_IN_INDEX);
    connection.run(&format!("create temp table indexed ({})", list(most + 1, &|at| format!("c{at} int"))));
    connection.end_transaction(SQL_COMMIT).success();
    let index = |count| format!("create index on indexed ({})", list(count, &|at| format!("c{at}")));
    assert!(works(&connection, &index(most)) && !works(&connection, &index(most + 1)));
    // Of a longer name the server takes the beginning.
    for information in
        [SQL_MAX_COLUMN_NAME_LEN, SQL_MAX_IDENTIFIER_LEN, SQL_MAX_TABLE_NAME_LEN, SQL_MAX_SCHEMA_NAME_LEN]
    {
        let most = limit(information);
        for (length, kept) in [(most, most), (most + 1, most)] {
            let statement = connection.statement();
            statement.execute_direct(&format!("select 1 as {}", "x".repeat(length))).succeeded();
            assert_eq!(statement.describe(1).name.len(), kept);
        }
    }
}

//! SQLDescribeParam: the server's own answer, and what follows from it.

use crate::common::connect;
use crate::common::statement::{Parameter, texts};
use crate::odbc::attributes::*;
use crate::odbc::descriptor_fields::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::ptr::null_mut;

/// SQL_DESCRIBE_PARAMETER (sqlext.h).
const DESCRIBE_PARAMETER: u16 = 10002;

// Sizes are those of the ODBC reference, appendix D, "Column size".
#[test]
fn the_types_of_the_columns_that_are_written() {
    let connection = connect();
    connection.create_table(
        "described",
        "a int8, b int2, c numeric(8, 2), d timestamp, e bytea, f bool, g float8, h date, i uuid, j text, k varchar(10), \
         l int4",
    );
    let statement = connection.statement();
    statement.prepare("insert into described values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").success();
    for (number, data_type, size, digits) in [
        (1, SQL_BIGINT, Some(19), 0),
        (2, SQL_SMALLINT, Some(5), 0),
        // The server does not tell precisions of parameters.
        (3, SQL_NUMERIC, None, -1),
        (4, SQL_TYPE_TIMESTAMP, Some(26), 6),
        (5, SQL_LONGVARBINARY, Some(0), 0),
        (6, SQL_BIT, Some(1), 0),
        (7, SQL_DOUBLE, Some(53), 0),
        (8, SQL_TYPE_DATE, Some(10), 0),
        (9, SQL_GUID, Some(36), 0),
        (10, SQL_WLONGVARCHAR, Some(0), 0),
        (11, SQL_WLONGVARCHAR, Some(0), 0),
        (12, SQL_INTEGER, Some(10), 0),
    ] {
        let (outcome, described) = statement.describe_parameter(number);
        outcome.success();
        assert_eq!((described.0, described.3), (data_type, SQL_NULLABLE), "parameter {number}");
        match size {
            Some(size) => assert_eq!((described.1, described.2), (size, digits), "parameter {number}"),
            None => assert!(described.1 <= i32::MAX as usize, "parameter {number}: {described:?}"),
        }
    }
    statement.describe_parameter(13).0.error("07009");
    statement.describe_parameter(0).0.error("07009");
}

#[test]
fn it_is_claimed() {
    let connection = connect();
    assert_eq!(connection.info_text(DESCRIBE_PARAMETER), "Y");
    assert_eq!(connection.supports(58), Some(true));
    assert_eq!(connection.get(SQL_ATTR_AUTO_IPD), 1);
    let statement = connection.statement();
    statement.set(SQL_ATTR_ENABLE_AUTO_IPD, 1).success();
    assert_eq!(statement.get_attribute(SQL_ATTR_ENABLE_AUTO_IPD), 1);
}

#[test]
fn where_the_server_infers_nothing_it_is_text() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select 1 where ? is null and ? = 5 or ? is null").success();
    assert_eq!(statement.describe_parameter(1).1.0, SQL_WLONGVARCHAR);
    assert_eq!(statement.describe_parameter(2).1.0, SQL_INTEGER, "another parameter keeps its type");
    assert_eq!(statement.describe_parameter(3).1.0, SQL_WLONGVARCHAR);
}

#[test]
fn parameters_of_a_list() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select ?::int8; select ?::date, ?::bool").success();
    assert_eq!(statement.describe_parameter(1).1.0, SQL_BIGINT);
    assert_eq!(statement.describe_parameter(2).1.0, SQL_TYPE_DATE);
    assert_eq!(statement.describe_parameter(3).1.0, SQL_BIT);
}

#[test]
fn errors_of_the_statement_are_told() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select * from no_such_table where a = ?").success();
    statement.describe_parameter(1).0.error("42S02");
    statement.prepare("select ?::int").success();
    assert_eq!(statement.describe_parameter(1).1.0, SQL_INTEGER, "the statement works on");
}

const fn parameter(c_type: i16, sql_type: i16) -> Parameter {
    Parameter { c_type, sql_type, column_size: 0, decimal_digits: 0 }
}

#[test]
fn what_the_application_declares_decides_at_execution() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select pg_typeof(?)::text").success();
    statement.describe_parameter(1).0.success();
    let mut number = 7_i32;
    for (sql_type, expected) in
        [(SQL_INTEGER, "integer"), (SQL_BIGINT, "bigint"), (SQL_DOUBLE, "double precision"), (SQL_INTEGER, "integer")]
    {
        // SAFETY: a local buffer.
        unsafe {
            statement.bind_parameter(1, parameter(SQL_C_SLONG, sql_type), (&raw mut number).cast(), 0, null_mut())
        }
        .success();
        statement.execute().success();
        assert_eq!(statement.fetch_rows(), texts([[expected]]));
        statement.close_cursor().success();
    }
}

#[test]
fn a_bit_goes_where_a_number_is_kept() {
    // psqlODBC's applications do it; a boolean by its type, the server would refuse it (42804).
    let connection = connect();
    connection.create_table("bits", "number int, flag bool, word text");
    let (one, zero) = (1_u8, 0_u8);
    let bit = parameter(SQL_C_BIT, SQL_BIT);
    for column in ["number", "flag", "word"] {
        for (value, expected) in [(&one, "1"), (&zero, "0")] {
            let statement = connection.statement();
            statement.prepare(&format!("insert into bits ({column}) values (?)")).success();
            let address = std::ptr::from_ref(value).cast_mut().cast();
            // SAFETY: a local buffer, which is read only.
            unsafe { statement.bind_parameter(1, bit, address, 0, null_mut()) }.success();
            statement.execute().success();
            statement.execute().success();
            let sql = match column {
                "flag" => "select max(flag::int)::text, count(*)::text from bits".to_owned(),
                _ => format!("select max({column})::text, count(*)::text from bits"),
            };
            assert_eq!(
                connection.statement().rows(&sql).concat()[0]
                    .as_deref()
                    .map(|text| text.replace("true", "1").replace("false", "0")),
                Some(expected.to_owned()),
                "{column}"
            );
            connection.run("delete from bits");
        }
    }
    // In a comparison as well.
    let statement = connection.statement();
    statement.prepare("select 'found' where 1 = ?").success();
    // SAFETY: as above.
    unsafe { statement.bind_parameter(1, bit, std::ptr::from_ref(&one).cast_mut().cast(), 0, null_mut()) }.success();
    statement.execute().success();
    assert_eq!(statement.fetch_rows(), texts([["found"]]));
}

#[test]
fn a_default_is_a_procedures() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select ?::int").success();
    let mut indicator = SQL_DEFAULT_PARAM;
    let described = parameter(SQL_C_SLONG, SQL_INTEGER);
    // SAFETY: local buffers.
    unsafe { statement.bind_parameter(1, described, null_mut(), 0, &raw mut indicator) }.success();
    statement.execute().error("07S01");
}

// ODBC reference, "Automatic Population of the IPD".
#[test]
fn the_ipd_is_populated_where_it_is_asked_for() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select ?::int8 + 1, ?::date").success();
    let ipd = statement.descriptor(SQL_ATTR_IMP_PARAM_DESC);
    assert_eq!(ipd.get::<i16>(0, SQL_DESC_COUNT), 0, "it has to be asked for");
    statement.set(SQL_ATTR_ENABLE_AUTO_IPD, 1).success();
    assert_eq!(ipd.get::<i16>(0, SQL_DESC_COUNT), 2);
    assert_eq!(ipd.get::<i16>(1, SQL_DESC_CONCISE_TYPE), SQL_BIGINT);
    assert_eq!(ipd.get::<i16>(2, SQL_DESC_CONCISE_TYPE), SQL_TYPE_DATE);
    assert_eq!(ipd.get::<i16>(1, SQL_DESC_PARAMETER_TYPE), SQL_PARAM_INPUT);
    // What the application declares stays as it is; what it does not is the server's.
    let mut number = 41_i32;
    // SAFETY: a local buffer.
    unsafe {
        statement.bind_parameter(1, parameter(SQL_C_SLONG, SQL_INTEGER), (&raw mut number).cast(), 0, null_mut())
    }
    .success();
    assert_eq!(ipd.get::<i16>(1, SQL_DESC_CONCISE_TYPE), SQL_INTEGER);
    // Binding by the application's descriptor alone is enough then.
    let apd = statement.descriptor(SQL_ATTR_APP_PARAM_DESC);
    let date = [0xe8_u8, 0x07, 2, 0, 29, 0];
    apd.set(2, SQL_DESC_CONCISE_TYPE, SQL_C_TYPE_DATE.into()).success();
    apd.set(2, SQL_DESC_DATA_PTR, date.as_ptr().expose_provenance() as isize).success();
    statement.execute().success();
    assert_eq!(statement.fetch_rows(), texts([["42", "2024-02-29"]]));
    statement.close_cursor().success();
    // Another statement, other parameters.
    statement.free(SQL_RESET_PARAMS).success();
    statement.prepare("select ?::bool").success();
    assert_eq!(ipd.get::<i16>(0, SQL_DESC_COUNT), 1);
    assert_eq!(ipd.get::<i16>(1, SQL_DESC_CONCISE_TYPE), SQL_BIT);
}

/// All of a record that the server's description gives, and the reference has a field for ("Automatic Population of the
/// IPD": "the data type, precision, scale, and other characteristics"). Sizes: "Column size", "Transfer octet length".
#[test]
fn a_populated_record_tells_all_that_is_known() {
    let connection = connect();
    let statement = connection.statement();
    statement.set(SQL_ATTR_ENABLE_AUTO_IPD, 1).success();
    statement.prepare("select ?::int8, ?::date, ?::float8, ?::text, ?::timestamp, ?::int4[]").success();
    let ipd = statement.descriptor(SQL_ATTR_IMP_PARAM_DESC);
    for (number, name, octets, radix) in [
        (1, "int8", 8, 10),
        (2, "date", 6, 0),
        (3, "float8", 8, 2),
        (4, "text", 0, 0),
        (5, "timestamp", 16, 0),
        (6, "_int4", 0, 0),
    ] {
        assert_eq!(ipd.get_text(number, SQL_DESC_TYPE_NAME), name);
        assert_eq!(ipd.get_text(number, SQL_DESC_LOCAL_TYPE_NAME), name);
        assert_eq!(ipd.get::<isize>(number, SQL_DESC_OCTET_LENGTH), octets, "{name}");
        assert_eq!(ipd.get::<i32>(number, SQL_DESC_NUM_PREC_RADIX), radix, "{name}");
        assert_eq!(ipd.get::<i16>(number, SQL_DESC_NULLABLE), SQL_NULLABLE);
        assert_eq!(ipd.get::<i16>(number, SQL_DESC_PARAMETER_TYPE), SQL_PARAM_INPUT);
    }
    assert_eq!(ipd.get::<i16>(5, SQL_DESC_PRECISION), 6);
    assert_eq!(ipd.get::<i16>(1, SQL_DESC_PRECISION), 19);
    // What the application declares is no type of the server's.
    ipd.set(1, SQL_DESC_CONCISE_TYPE, SQL_INTEGER.into()).success();
    assert_eq!(ipd.get_text(1, SQL_DESC_TYPE_NAME), "");
}

/// SQL_C_NUMERIC as applications do it: type, precision, scale and address in the APD, in this order.
#[test]
fn a_numeric_structure_by_its_descriptor_fields() {
    let connection = connect();
    let statement = connection.statement();
    statement.prepare("select ?::numeric::text").success();
    let structure = |scale: i8, digits: u128| {
        let mut bytes = [0_u8; 19];
        (bytes[0], bytes[1], bytes[2]) = (38, scale as u8, 1);
        bytes[3..].copy_from_slice(&digits.to_le_bytes());
        bytes
    };
    // The descriptor's scale counts, not the structure's ("C to SQL: Numeric", note on SQL_NUMERIC_STRUCT).
    for (in_structure, scale, expected) in [(0, 2, "123.45"), (7, 2, "123.45"), (2, 3, "12.345"), (0, 0, "12345")] {
        let mut value = structure(in_structure, 12345);
        let numeric = Parameter { c_type: SQL_C_NUMERIC, sql_type: SQL_NUMERIC, column_size: 10, decimal_digits: 2 };
        // SAFETY: a local buffer.
        unsafe { statement.bind_parameter(1, numeric, value.as_mut_ptr().cast(), 19, null_mut()) }.success();
        let apd = statement.descriptor(SQL_ATTR_APP_PARAM_DESC);
        apd.set(1, SQL_DESC_TYPE, SQL_C_NUMERIC.into()).success();
        apd.set(1, SQL_DESC_PRECISION, 10).success();
        apd.set(1, SQL_DESC_SCALE, scale).success();
        apd.set(1, SQL_DESC_DATA_PTR, value.as_mut_ptr().expose_provenance() as isize).success();
        statement.execute().success();
        assert_eq!(statement.fetch_rows(), vec![vec![Some(expected.to_owned())]], "scale {scale}");
        statement.close_cursor().success();
    }
}

//! Large objects: columns of the domain lo (and oid columns by a keyword) are read and written as bytes.
//!
//! What is expected is what the server's own functions say of the objects.

use crate::common::statement::Parameter;
use crate::common::{Connection, Statement, connect, connect_with, unique};
use crate::odbc::attributes::*;
use crate::odbc::descriptor_fields::*;
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::ptr::null_mut;

/// A schema with the domain that contrib's lo makes, and a table with a column of it.
#[track_caller]
fn schema(connection: &Connection) -> String {
    let schema = unique("objects");
    connection.run(&format!("create schema {schema}"));
    connection.run(&format!("create domain {schema}.lo as oid"));
    connection.run(&format!("create table {schema}.pictures (id int primary key, picture {schema}.lo, other oid)"));
    schema
}

/// Makes an object whose bytes are `length` bytes of an md5 chain, and puts it into the table.
#[track_caller]
fn object(connection: &Connection, schema: &str, id: i32, bytes: &str) {
    connection.run(&format!("insert into {schema}.pictures values ({id}, lo_from_bytea(0, {bytes}), 7)"));
}

const BYTES: Parameter =
    Parameter { c_type: SQL_C_BINARY, sql_type: SQL_LONGVARBINARY, column_size: 0, decimal_digits: 0 };

/// Binds bytes as parameter 1 and executes.
#[track_caller]
fn execute_with(statement: &Statement<'_>, sql: &str, bytes: Option<&[u8]>) {
    let mut indicator = bytes.map_or(SQL_NULL_DATA, |bytes| bytes.len() as isize);
    let address = bytes.map_or(null_mut(), |bytes| bytes.as_ptr().cast_mut().cast());
    // SAFETY: the bytes and the indicator outlive the execution.
    unsafe { statement.bind_parameter(1, BYTES, address, indicator.max(0), &raw mut indicator) }.success();
    statement.execute_direct(sql).success();
    statement.free(SQL_RESET_PARAMS).success();
}

#[test]
fn a_column_of_the_domain_is_long_binary_data_everywhere() {
    let connection = connect();
    let schema = schema(&connection);
    let statement = connection.statement();
    statement.prepare(&format!("select id, picture, other from {schema}.pictures")).success();
    // Before and after execution, as SQLColumns.
    for executed in [false, true] {
        if executed {
            statement.execute().success();
        }
        assert_eq!(statement.describe(2).data_type, SQL_LONGVARBINARY);
        assert_eq!(statement.column_text(2, SQL_DESC_TYPE_NAME as u16), "lo");
        assert_eq!(statement.column_number(2, SQL_DESC_SEARCHABLE as u16), isize::from(SQL_PRED_NONE));
        assert_eq!(statement.describe(3).data_type, SQL_BIGINT, "an oid is a number");
    }
    let columns = connection.statement();
    let (name, table) = (crate::common::text::Wide::new(&schema), crate::common::text::Wide::new("pictures"));
    // SAFETY: terminated texts.
    let code = unsafe {
        let (schema, table, none) = (name.address(), table.address(), null_mut());
        columns.api.SQLColumnsW(columns.handle, none, 0, schema, SQL_NTS as i16, table, SQL_NTS as i16, null_mut(), 0)
    };
    columns.outcome(code).success();
    let types: Vec<_> =
        columns.fetch_rows().into_iter().map(|row| (row[3].clone(), row[4].clone(), row[5].clone())).collect();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        types,
        [
            (text("id"), text("4"), text("int4")),
            (text("picture"), text("-4"), text("lo")),
            (text("other"), text("-5"), text("oid"))
        ]
    );
}

#[test]
fn bytes_come_in_pieces_of_any_size_as_any_c_type_for_bytes() {
    let connection = connect();
    let schema = schema(&connection);
    // 1.5 MB, so that it is read in more than one part; and one without a byte.
    object(&connection, &schema, 1, "decode(repeat(md5('a') || md5('b') || md5('c'), 32768), 'hex')");
    object(&connection, &schema, 2, "''");
    connection.run(&format!("insert into {schema}.pictures values (3, null, null)"));
    let digits = connection
        .value(&format!("select encode(lo_get(picture), 'hex') from {schema}.pictures where id = 1"))
        .unwrap()
        .to_uppercase();
    let expected: Vec<u8> = digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    assert_eq!(expected.len(), 48 * 32768);
    let statement = connection.statement();
    for piece in [333, 4096, 1 << 20, 2 << 20] {
        statement.execute_direct(&format!("select id, picture from {schema}.pictures order by id")).success();
        statement.fetch().success();
        let (mut read, mut buffer) = (Vec::<u8>::new(), vec![0_u8; piece]);
        while read.len() < expected.len() {
            let (outcome, indicator) = statement.get_data(2, SQL_C_BINARY, &mut buffer);
            assert_eq!(indicator as usize, expected.len() - read.len());
            let length = piece.min(indicator as usize);
            if length < indicator as usize {
                drop(outcome.info("01004"))
            } else {
                outcome.success()
            }
            read.extend(&buffer[..length]);
        }
        assert!(read == expected, "pieces of {piece}");
        statement.get_data(2, SQL_C_BINARY, &mut buffer).0.no_data();
        // Other columns are there all the same, and so is the next row.
        assert_eq!(statement.get::<i32>(1), Some(1));
        statement.fetch().success();
        let (outcome, indicator) = statement.get_data(2, SQL_C_BINARY, &mut buffer);
        outcome.success();
        assert_eq!(indicator, 0, "an object of no bytes");
        statement.fetch().success();
        assert_eq!(statement.get_data(2, SQL_C_BINARY, &mut buffer).1, SQL_NULL_DATA);
        statement.close_cursor().success();
    }
    // As characters: two digits a byte, in an odd number of them at a time.
    statement.execute_direct(&format!("select picture from {schema}.pictures where id = 1")).success();
    statement.fetch().success();
    let (mut read, mut buffer) = (String::new(), vec![0_u8; (1 << 20) + 2]);
    loop {
        let (outcome, indicator) = statement.get_data(1, SQL_C_CHAR, &mut buffer);
        assert_eq!(indicator as usize, digits.len() - read.len());
        let length = (buffer.len() - 1).min(indicator as usize);
        read.push_str(str::from_utf8(&buffer[..length]).unwrap());
        if outcome.code == SQL_SUCCESS {
            break;
        }
        outcome.info("01004");
    }
    assert!(read == digits);
    statement.close_cursor().success();
    statement.execute_direct(&format!("select picture from {schema}.pictures where id = 1")).success();
    statement.fetch().success();
    assert!(statement.get_text(1).unwrap() == digits, "as SQL_C_WCHAR");
    // Any other C type has no conversion from binary data.
    statement.close_cursor().success();
    statement.execute_direct(&format!("select picture from {schema}.pictures where id = 1")).success();
    statement.fetch().success();
    statement.try_get::<i32>(1).0.error("07006");
}

#[test]
fn bound_columns_of_a_rowset_get_their_bytes_lengths_and_statuses() {
    let connection = connect();
    let schema = schema(&connection);
    object(&connection, &schema, 1, "'one'");
    object(&connection, &schema, 2, "repeat('two', 100)::bytea");
    connection.run(&format!("insert into {schema}.pictures values (3, null, null)"));
    // There is no such object: undefined_object of the server's, 42000 of ODBC's.
    connection.run(&format!("insert into {schema}.pictures values (4, 4294967295, null)"));
    object(&connection, &schema, 5, "'five'");
    for cursor in [SQL_CURSOR_FORWARD_ONLY, SQL_CURSOR_STATIC] {
        let statement = connection.statement();
        statement.set(SQL_ATTR_CURSOR_TYPE, cursor).success();
        statement.set(SQL_ATTR_ROW_ARRAY_SIZE, 5).success();
        let mut statuses = [99_u16; 5];
        statement.set(SQL_ATTR_ROW_STATUS_PTR, (&raw mut statuses).addr()).success();
        let (mut ids, mut bytes, mut lengths) = ([0_i32; 5], [[0_u8; 10]; 5], [-99_isize; 5]);
        // SAFETY: the buffers outlive the cursor.
        unsafe {
            statement.bind_column(1, SQL_C_SLONG, (&raw mut ids).cast(), 0, null_mut()).success();
            statement.bind_column(2, SQL_C_BINARY, (&raw mut bytes).cast(), 10, (&raw mut lengths).cast()).success();
        }
        statement.execute_direct(&format!("select id, picture from {schema}.pictures order by id")).success();
        let outcome = statement.fetch();
        assert_eq!(outcome.code, SQL_SUCCESS_WITH_INFO, "{outcome:?}");
        let states: Vec<_> = outcome.records.iter().map(|record| record.sqlstate.as_str()).collect();
        assert!(states.contains(&"01004") && states.contains(&"42000"), "{states:?}");
        assert_eq!(ids, [1, 2, 3, 4, 5]);
        assert_eq!(
            statuses,
            [SQL_ROW_SUCCESS, SQL_ROW_SUCCESS_WITH_INFO, SQL_ROW_SUCCESS, SQL_ROW_ERROR, SQL_ROW_SUCCESS]
        );
        assert_eq!((lengths[0], lengths[1], lengths[2], lengths[4]), (3, 300, SQL_NULL_DATA, 4));
        assert_eq!((&bytes[0][..3], &bytes[1][..], &bytes[4][..4]), (&b"one"[..], &b"twotwotwot"[..], &b"five"[..]));
        statement.fetch().no_data();
    }
    // A rowset in which nothing went well is an error.
    let statement = connection.statement();
    let (mut bytes, mut length) = ([0_u8; 10], 0_isize);
    // SAFETY: as above.
    unsafe { statement.bind_column(1, SQL_C_BINARY, (&raw mut bytes).cast(), 10, &raw mut length) }.success();
    statement.execute_direct(&format!("select picture from {schema}.pictures where id = 4")).success();
    let message = statement.fetch().error("42000").message;
    assert!(message.contains("large object 4294967295 does not exist"), "{message}");
    statement.fetch().no_data();
}

#[test]
fn bytes_become_an_object_of_their_own() {
    let connection = connect();
    let schema = schema(&connection);
    let statement = connection.statement();
    let insert = format!("insert into {schema}.pictures (id, picture) values (1, ?)");
    execute_with(&statement, &insert, Some(b"first\0\xff"));
    let bytes = |id: i32| {
        connection.value(&format!("select encode(lo_get(picture), 'escape') from {schema}.pictures where id = {id}"))
    };
    assert_eq!(bytes(1).as_deref(), Some("first\\000\\377"));
    // Again, by the same text: the way is known now.
    execute_with(&statement, &insert.replace("(1, ?)", "(2, ?)"), Some(b"second"));
    execute_with(&statement, &insert.replace("(1, ?)", "(3, ?)"), None);
    execute_with(&statement, &insert.replace("(1, ?)", "(4, ?)"), Some(b""));
    assert_eq!((bytes(2).as_deref(), bytes(3), bytes(4).as_deref()), (Some("second"), None, Some("")));
    execute_with(&statement, &format!("update {schema}.pictures set picture = ? where id = 2"), Some(b"third"));
    assert_eq!(bytes(2).as_deref(), Some("third"));
    // Rows that are changed at once share one object.
    execute_with(&statement, &format!("update {schema}.pictures set picture = ?"), Some(b"shared"));
    let shared = connection.value(&format!("select count(distinct picture::oid) from {schema}.pictures"));
    assert_eq!(shared.as_deref(), Some("1"));
    // An integer is still an OID, also for the same text.
    let oid = connection.value(&format!("select max(picture::oid::int8) from {schema}.pictures")).unwrap();
    let mut number: i64 = oid.parse().unwrap();
    let as_number = Parameter { c_type: SQL_C_SBIGINT, sql_type: SQL_BIGINT, column_size: 0, decimal_digits: 0 };
    // SAFETY: the number outlives the execution.
    unsafe { statement.bind_parameter(1, as_number, (&raw mut number).cast(), 0, null_mut()) }.success();
    statement.execute_direct(&insert.replace("(1, ?)", "(9, ?)")).success();
    statement.free(SQL_RESET_PARAMS).success();
    assert_eq!(bytes(9).as_deref(), Some("shared"));
    // What the server describes as lo is told as long binary data.
    statement.prepare(&insert.replace("(1, ?)", "(10, ?)")).success();
    let (outcome, (data_type, ..)) = statement.describe_parameter(1);
    outcome.success();
    assert_eq!(data_type, SQL_LONGVARBINARY);
}

#[test]
fn a_failing_statement_leaves_no_object_behind() {
    let connection = connect();
    let schema = schema(&connection);
    let marker = unique("marker");
    let count = || {
        let made = format!(
            "select count(*) from (select lo_get(oid) bytes from pg_largeobject_metadata \
             where pg_catalog.pg_get_userbyid(lomowner) = current_user offset 0) o where bytes = '{marker}'"
        );
        connection.value(&made)
    };
    connection.run(&format!("insert into {schema}.pictures (id) values (1)"));
    for autocommit in [SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF] {
        connection.set(SQL_ATTR_AUTOCOMMIT, autocommit).success();
        let statement = connection.statement();
        // The statement is known to make objects: what fails is its execution.
        execute_with(&statement, &format!("insert into {schema}.pictures (id, picture) values (5, ?)"), Some(b"x"));
        connection.run(&format!("delete from {schema}.pictures where id = 5"));
        let (bytes, mut indicator) = (marker.as_bytes(), marker.len() as isize);
        // SAFETY: both outlive the execution.
        unsafe {
            let address = bytes.as_ptr().cast_mut().cast();
            statement.bind_parameter(1, BYTES, address, indicator, &raw mut indicator).success();
        }
        statement.execute_direct(&format!("insert into {schema}.pictures (id, picture) values (1, ?)")).error("23505");
        assert_eq!(count().as_deref(), Some("0"));
        connection.end_transaction(SQL_COMMIT).success();
    }
}

#[test]
fn data_at_execution_and_arrays_become_objects() {
    let connection = connect();
    let schema = schema(&connection);
    let statement = connection.statement();
    let mut indicator = SQL_DATA_AT_EXEC;
    // SAFETY: the indicator outlives the execution.
    unsafe { statement.bind_parameter(1, BYTES, null_mut(), 0, &raw mut indicator) }.success();
    let insert = format!("insert into {schema}.pictures (id, picture) values (1, ?)");
    assert_eq!(statement.execute_direct(&insert).code, SQL_NEED_DATA);
    assert_eq!(statement.parameter_data().0.code, SQL_NEED_DATA);
    for _ in 0..1000 {
        statement.put(b"abcdefg").success();
    }
    statement.parameter_data().0.success();
    let same = format!("select lo_get(picture) = repeat('abcdefg', 1000)::bytea from {schema}.pictures where id = 1");
    assert_eq!(connection.value(&same).as_deref(), Some("1"));
    statement.free(SQL_RESET_PARAMS).success();

    let ids = [11_i32, 12, 13];
    let values = [*b"one\0\0", *b"two\0\0", *b"three"];
    let lengths = [3_isize, 3, 5];
    statement.set(SQL_ATTR_PARAMSET_SIZE, 3).success();
    let integer = Parameter { c_type: SQL_C_SLONG, sql_type: SQL_INTEGER, column_size: 0, decimal_digits: 0 };
    // SAFETY: the arrays outlive the execution.
    unsafe {
        statement.bind_parameter(1, integer, ids.as_ptr().cast_mut().cast(), 0, null_mut()).success();
        let (bytes, lengths) = (values.as_ptr().cast_mut().cast(), lengths.as_ptr().cast_mut());
        statement.bind_parameter(2, BYTES, bytes, 5, lengths).success();
    }
    statement.execute_direct(&format!("insert into {schema}.pictures (id, picture) values (?, ?)")).success();
    let made = connection.statement().rows(&format!(
        "select id::text, convert_from(lo_get(picture), 'UTF8') from {schema}.pictures where id > 10 order by id"
    ));
    assert_eq!(made, crate::common::statement::texts([["11", "one"], ["12", "two"], ["13", "three"]]));
}

#[test]
fn oid_columns_are_objects_where_a_keyword_says_so() {
    let connection = connect_with("OidAsLongVarBinary=1;");
    let table = unique("files");
    connection.run(&format!("create table {table} (id int, file oid)"));
    let statement = connection.statement();
    execute_with(&statement, &format!("insert into {table} values (1, ?)"), Some(b"contents"));
    statement.execute_direct(&format!("select file from {table}")).success();
    assert_eq!(statement.describe(1).data_type, SQL_LONGVARBINARY);
    statement.fetch().success();
    let mut buffer = [0; 20];
    let (outcome, indicator) = statement.get_data(1, SQL_C_BINARY, &mut buffer);
    outcome.success();
    assert_eq!(&buffer[..indicator as usize], b"contents");
    statement.close_cursor().success();
    // The system's own tables have oid columns that are no objects.
    statement.execute_direct("select oid from pg_catalog.pg_class where relname = 'pg_class'").success();
    assert_eq!(statement.describe(1).data_type, SQL_BIGINT);
    statement.fetch().success();
    assert_eq!(statement.get::<i32>(1), Some(1259));
    statement.close_cursor().success();
    // Without the keyword it is a number.
    let other = connect();
    let statement = other.statement();
    statement.execute_direct(&format!("select file from {table}")).success();
    assert_eq!(statement.describe(1).data_type, SQL_BIGINT);
    statement.close_cursor().success();
    connection.run(&format!("drop table {table}"));
}

#[test]
fn rows_changed_through_a_cursor_get_objects() {
    let connection = connect();
    let schema = schema(&connection);
    object(&connection, &schema, 1, "'before'");
    let statement = connection.statement();
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC).success();
    statement.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_VALUES).success();
    let (mut id, mut bytes, mut length) = (0_i32, [0_u8; 10], 0_isize);
    // SAFETY: the buffers outlive the cursor.
    unsafe {
        statement.bind_column(1, SQL_C_SLONG, (&raw mut id).cast(), 0, null_mut()).success();
        statement.bind_column(2, SQL_C_BINARY, (&raw mut bytes).cast(), 10, &raw mut length).success();
    }
    statement.execute_direct(&format!("select id, picture from {schema}.pictures")).success();
    statement.fetch().success();
    assert_eq!((&bytes[..length as usize], id), (&b"before"[..], 1));
    bytes[..5].copy_from_slice(b"after");
    length = 5;
    // SAFETY: no addresses.
    let changed = |operation| statement.outcome(unsafe { statement.api.SQLSetPos(statement.handle, 1, operation, 0) });
    changed(SQL_UPDATE).success();
    let value = |id: i32| {
        connection
            .value(&format!("select convert_from(lo_get(picture), 'UTF8') from {schema}.pictures where id = {id}"))
    };
    assert_eq!(value(1).as_deref(), Some("after"));
    bytes.fill(0);
    changed(SQL_REFRESH).success();
    assert_eq!((&bytes[..5], length), (&b"after"[..], 5), "the cursor's row has the new object");
    // SAFETY: the buffers that are bound.
    unsafe {
        (&raw mut id).write_volatile(2);
        (&raw mut length).write_volatile(2);
    }
    // SAFETY: no addresses.
    statement.outcome(unsafe { statement.api.SQLBulkOperations(statement.handle, SQL_ADD as i16) }).success();
    assert_eq!(value(2).as_deref(), Some("af"));
}

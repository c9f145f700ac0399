//! Keywords that change how types are reported and values are shown, and what a session's own settings may not change.

use crate::common::text::encode;
use crate::common::{Connection, Statement, api, connect, connect_with, server, unique};
use crate::odbc::attributes::*;
use crate::odbc::descriptor_fields::*;
use crate::odbc::types::*;
use crate::odbc::values::*;

/// SQL type and size of the one column of a query.
#[track_caller]
fn described(keywords: &str, expression: &str) -> (i16, usize) {
    let connection = connect_with(keywords);
    let statement = connection.statement();
    statement.execute_direct(&format!("select {expression}")).success();
    let described = statement.describe(1);
    (described.data_type, described.column_size)
}

/// The greatest size that a value can have: 1 GiB less a byte.
const GREATEST: usize = 1_073_741_823;

// psqlODBC's documentation and its pgtypes.c: what each keyword makes of a type.
#[test]
fn psqlodbcs_keywords_change_what_is_reported() {
    for (keywords, expression, data_type, size) in [
        ("", "'a'::text", SQL_WLONGVARCHAR, GREATEST),
        ("", "'a'::varchar", SQL_WLONGVARCHAR, GREATEST),
        ("", "'a'::varchar(300)", SQL_WVARCHAR, 300),
        ("", "true", SQL_BIT, 1),
        ("", "''::bytea", SQL_LONGVARBINARY, GREATEST),
        ("", "'{}'::json", SQL_WLONGVARCHAR, GREATEST),
        ("", "1::int8", SQL_BIGINT, 19),
        ("MaxVarcharSize=255;", "'a'::varchar", SQL_WVARCHAR, 255),
        ("B0=255;", "'a'::varchar(300)", SQL_WLONGVARCHAR, 300),
        ("MaxVarcharSize=255;", "'a'::varchar(20)", SQL_WVARCHAR, 20),
        ("MaxLongVarcharSize=8190;", "'a'::text", SQL_WLONGVARCHAR, 8190),
        ("B1=8190;", "''::bytea", SQL_LONGVARBINARY, GREATEST),
        ("MaxVarcharSize=-4;", "'a'::varchar", SQL_WVARCHAR, 0),
        ("MaxVarcharSize=-4;", "'a'::varchar(300)", SQL_WLONGVARCHAR, 300),
        ("B0=100;", "'a'::bpchar", SQL_WCHAR, 100),
        ("MaxLongVarcharSize=-4;", "'a'::text", SQL_WLONGVARCHAR, 0),
        ("UnknownSizes=1;", "'a'::text", SQL_WLONGVARCHAR, 0),
        ("A9=1;", "'a'::varchar(20)", SQL_WVARCHAR, 20),
        ("TextAsLongVarchar=0;MaxVarcharSize=255;", "'a'::text", SQL_WVARCHAR, 255),
        ("B7=0;", "'a'::text", SQL_WVARCHAR, GREATEST),
        ("UnknownsAsLongVarchar=0;B0=100;", "'{}'::json", SQL_WVARCHAR, 100),
        ("B8=1;B1=4094;", "'{}'::json", SQL_WLONGVARCHAR, 4094),
        ("BoolsAsChar=1;", "true", SQL_VARCHAR, 5),
        ("B9=1;CharacterColumns=narrow;", "true", SQL_VARCHAR, 5),
        ("ByteaAsLongVarBinary=0;B0=255;", "''::bytea", SQL_VARBINARY, 255),
        ("C7=0;", "''::bytea", SQL_VARBINARY, GREATEST),
        ("NumericAs=8;", "1::numeric", SQL_DOUBLE, 53),
        ("D6=12;B0=255;", "1::numeric", SQL_VARCHAR, 255),
        ("NumericAs=-1;", "1::numeric", SQL_LONGVARCHAR, GREATEST),
        ("NumericAs=8;", "1::numeric(8, 2)", SQL_NUMERIC, 8),
        ("BI=2;", "1::int8", SQL_NUMERIC, 19),
        ("BI=4;", "1::int8", SQL_INTEGER, 19),
        ("BI=8;", "1::int8", SQL_DOUBLE, 53),
        ("BI=12;", "1::int8", SQL_VARCHAR, 20),
        ("BI=-5;", "1::int8", SQL_BIGINT, 19),
        ("CharacterColumns=narrow;", "'a'::varchar(20)", SQL_VARCHAR, 20),
        ("CharacterColumns=narrow;", "'a'::text", SQL_LONGVARCHAR, GREATEST),
        ("CharacterColumns=wide;", "'a'::char(3)", SQL_WCHAR, 3),
    ] {
        assert_eq!(described(keywords, expression), (data_type, size), "{keywords} {expression}");
    }
}

// psqlODBC's documentation, "Unknown Sizes": the longest of the result's values.
#[test]
fn unknown_sizes_are_those_of_the_longest_values() {
    let connection = connect_with("UnknownSizes=2;");
    let query = "select v::text, v::varchar(20), decode(repeat('ab', length(v)), 'hex'), null::text, v::json \
                 from unnest(array['\"a\"', '\"grün\u{1F600}\"', '\"b\"']) v";
    for cursor in [SQL_CURSOR_FORWARD_ONLY, SQL_CURSOR_STATIC] {
        let statement = connection.statement();
        statement.set(SQL_ATTR_CURSOR_TYPE, cursor).success();
        statement.prepare(query).success();
        // Before execution there is no value: the greatest size that one may have.
        assert_eq!(statement.describe(1).column_size, GREATEST);
        statement.execute().success();
        let size = |column| statement.describe(column).column_size;
        // Two quotes, four letters and one character of two units of UTF-16; what has no value may be as long as any.
        assert_eq!([1, 2, 3, 4, 5].map(size), [8, 20, 7, GREATEST, 8]);
        assert_eq!(statement.column_number(1, SQL_DESC_DISPLAY_SIZE as u16), 8);
        assert_eq!(statement.row_count(), 3, "all of it has been read");
        let rows = statement.fetch_rows();
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[1][0].as_deref(), Some("\"grün\u{1F600}\""));
        statement.close_cursor().success();
    }
    // Of the rows that are wanted.
    let statement = connection.statement();
    statement.set(SQL_ATTR_MAX_ROWS, 1).success();
    statement.execute_direct(query).success();
    assert_eq!(statement.describe(1).column_size, 3);
    statement.close_cursor().success();
    statement.set(SQL_ATTR_MAX_ROWS, 0).success();
    // An error in a later row is that of the execution.
    statement.execute_direct("select repeat('x', 10 / (3 - i)) from generate_series(1, 5) i").error("22012");
    // Each result of several has its own sizes.
    statement.execute_direct("select repeat('x', 5); select repeat('y', 7)").success();
    assert_eq!(statement.describe(1).column_size, 5);
    statement.more_results().success();
    assert_eq!(statement.describe(1).column_size, 7);
}

/// Digits as `numeric(p,s)` would have to be declared for them; psqlODBC has ten at least. A text that is no longer than
/// MaxVarcharSize is no long one.
#[test]
fn unknown_sizes_of_numbers_are_their_digits() {
    let connection = connect_with("UnknownSizes=2;MaxVarcharSize=100;");
    let statement = connection.statement();
    for (expression, expected) in [
        ("n from (values (1.5), (-12345678901234567890.25), (0.001234), (null)) v(n)", (SQL_NUMERIC, 26, 6)),
        ("12345::numeric", (SQL_NUMERIC, 5, 0)),
        ("(repeat('9', 100000) || '.5')::numeric", (SQL_NUMERIC, 100_001, 1)),
        ("1.5::numeric(8,3)", (SQL_NUMERIC, 8, 3)),
        // Nothing is known of it, as before the execution.
        ("null::numeric", (SQL_NUMERIC, 1000, 6)),
        ("repeat('a', 100)", (SQL_WVARCHAR, 100, 0)),
        ("repeat('a', 101)", (SQL_WLONGVARCHAR, 101, 0)),
        ("repeat('a', 101)::varchar", (SQL_WLONGVARCHAR, 101, 0)),
    ] {
        statement.execute_direct(&format!("select {expression}")).success();
        let column = statement.describe(1);
        assert_eq!((column.data_type, column.column_size, column.decimal_digits), expected, "{expression}");
        statement.close_cursor().success();
    }
    statement.execute_direct("select 'NaN'::numeric").success();
    assert!(statement.column_number(1, SQL_DESC_DISPLAY_SIZE as u16) >= 3);
}

// Appendix D, "Default C data types": SQL_C_DEFAULT goes by the SQL type that is reported.
#[test]
fn the_default_c_type_is_that_of_the_type_reported() {
    let text = |text: &str| encode(text, api().manager.wide_width());
    let wide_terminator = api().manager.wide_width();
    for (keywords, expression, expected, terminator) in [
        ("", "true", vec![1], 0),
        ("BoolsAsChar=1;", "true", b"1".to_vec(), 1),
        ("", "7::int8", 7_i64.to_ne_bytes().to_vec(), 0),
        ("BI=4;", "7::int8", 7_i32.to_ne_bytes().to_vec(), 0),
        ("BI=8;", "7::int8", 7_f64.to_ne_bytes().to_vec(), 0),
        ("BI=2;", "7::int8", b"7".to_vec(), 1),
        ("BI=12;", "7::int8", b"7".to_vec(), 1),
        ("", "1.5::numeric", b"1.5".to_vec(), 1),
        ("NumericAs=8;", "1.5::numeric", 1.5_f64.to_ne_bytes().to_vec(), 0),
        ("NumericAs=12;", "1.5::numeric", b"1.5".to_vec(), 1),
        ("", "'4294967295'::oid", 4_294_967_295_i64.to_ne_bytes().to_vec(), 0),
        ("", "timetz '10:00:00+02'", text("10:00:00+02"), wide_terminator),
    ] {
        let connection = connect_with(keywords);
        for bound in [false, true] {
            let statement = connection.statement();
            let (mut buffer, mut indicator) = ([0xaa_u8; 80], isize::MIN);
            if bound {
                // SAFETY: the buffer outlives the statement.
                unsafe {
                    statement.bind_column(1, SQL_C_DEFAULT, (&raw mut buffer).cast(), 80, &raw mut indicator).success();
                }
            }
            statement.execute_direct(&format!("select {expression}")).success();
            statement.fetch().success();
            if !bound {
                let outcome;
                (outcome, indicator) = statement.get_data(1, SQL_C_DEFAULT, &mut buffer);
                outcome.success();
            }
            let length = expected.len();
            assert_eq!((&buffer[..length], indicator), (&expected[..], length as isize), "{keywords} {expression}");
            assert!(buffer[length..length + terminator].iter().all(|byte| *byte == 0), "{keywords} {expression}");
            assert!(buffer[length + terminator..].iter().all(|byte| *byte == 0xaa), "{keywords} {expression}");
        }
    }
}

#[test]
fn a_value_that_a_keyword_does_not_have_is_refused() {
    for keyword in ["BoolsAsChar=perhaps", "MaxVarcharSize=-1", "NumericAs=93", "CharacterColumns=tall"] {
        let connection = Connection::new();
        let outcome = connection.driver_connect(&format!("{}{keyword};", server().connection_string())).0;
        let (name, value) = keyword.split_once('=').unwrap();
        let record = outcome.error("HY000");
        assert!(record.message.contains(name) && record.message.contains(value), "{}", record.message);
    }
}

#[track_caller]
fn text_of(statement: &Statement<'_>, sql: &str) -> Option<String> {
    statement.rows(sql).remove(0).remove(0)
}

#[test]
fn true_is_1_or_minus_1() {
    for (keywords, text, number) in [("", "1", 1), ("TrueIsMinus1=1;", "-1", -1), ("C6=yes;", "-1", -1)] {
        let connection = connect_with(keywords);
        for format in ["text", "binary"] {
            let connection = connect_with(&format!("{keywords}ResultFormat={format};"));
            let statement = connection.statement();
            assert_eq!(text_of(&statement, "select true").as_deref(), Some(text), "{keywords} {format}");
            assert_eq!(text_of(&statement, "select false").as_deref(), Some("0"), "{keywords} {format}");
            statement.execute_direct("select true").success();
            statement.fetch().success();
            assert_eq!(statement.get::<i32>(1), Some(number));
            statement.close_cursor().success();
            let mut bit = [9];
            statement.execute_direct("select true").success();
            statement.fetch().success();
            statement.get_data(1, SQL_C_BIT, &mut bit).0.success();
            assert_eq!(bit, [1]);
        }
        drop(connection);
    }
}

#[test]
fn line_feeds_are_converted_both_ways() {
    let connection = connect_with("LFConversion=1;");
    let statement = connection.statement();
    assert_eq!(text_of(&statement, "select E'a\\nb\\r\\nc\\n'").as_deref(), Some("a\r\nb\r\nc\r\n"));
    // In pieces: lengths and contents are those of the converted text.
    statement.execute_direct("select E'\\n\\n\\nx'").success();
    statement.fetch().success();
    let (mut whole, mut buffer) = (Vec::<u8>::new(), [0; 3]);
    loop {
        let (outcome, indicator) = statement.get_data(1, SQL_C_CHAR, &mut buffer);
        assert_eq!(indicator as usize, 7 - whole.len());
        whole.extend(buffer.iter().take(2.min(indicator as usize)));
        if outcome.code == SQL_SUCCESS {
            break;
        }
        outcome.info("01004");
    }
    assert_eq!(whole, b"\r\n\r\n\r\nx");
    // As bytes too, which psqlODBC does for characters and not for bytea.
    for (expression, expected) in [("E'a\\nb'", &b"a\r\nb"[..]), ("'\\x610a62'::bytea", b"a\nb")] {
        let statement = connection.statement();
        statement.execute_direct(&format!("select {expression}")).success();
        statement.fetch().success();
        let mut buffer = [0; 10];
        let (outcome, length) = statement.get_data(1, SQL_C_BINARY, &mut buffer);
        outcome.success();
        assert_eq!(&buffer[..length as usize], expected, "{expression}");
    }
    let plain = connect();
    assert_eq!(plain.value("select E'a\\nb'").as_deref(), Some("a\nb"));
}

// "Results as text are what PostgreSQL itself prints, DateStyle ISO whatever the session says."
#[test]
fn a_session_that_changes_its_styles_reads_the_same_dates() {
    for (style, keywords) in ["German", "SQL, DMY", "Postgres, MDY"]
        .into_iter()
        .flat_map(|style| [(style, ""), (style, "ResultFormat=binary;")])
    {
        let connection = connect_with(keywords);
        let statement = connection.statement();
        connection.run(&format!("set DateStyle to {style}"));
        assert_eq!(text_of(&statement, "select date '2024-02-01'").as_deref(), Some("2024-02-01"), "{style}");
        statement.execute_direct("select timestamp '2024-02-01 03:04:05', now()").success();
        statement.fetch().success();
        let stamp = statement.get::<crate::common::buffers::Timestamp>(1).unwrap();
        assert_eq!((stamp.year, stamp.month, stamp.day, stamp.hour), (2024, 2, 1, 3), "{style}");
        let now = statement.get::<crate::common::buffers::Timestamp>(2).unwrap();
        assert!(now.year >= 2024, "{style}: {now:?}");
    }
    // The order of fields in input is the session's.
    let connection = connect();
    connection.run("set DateStyle to 'SQL, DMY'");
    assert_eq!(connection.value("select '01/02/2024'::date").as_deref(), Some("2024-02-01"));
}

/// What sets the style back must not keep a failed transaction from being rolled back.
#[test]
fn a_failed_transaction_that_has_changed_the_style_is_rolled_back() {
    let connection = connect_with("Protocol=7.4-0;");
    connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
    let statement = connection.statement();
    statement.execute_direct("set DateStyle to 'German'").success();
    statement.execute_direct("select 1 / 0 from now()").error("22012");
    statement.execute_direct("rollback").success();
    assert_eq!(text_of(&statement, "select date '2024-02-01'").as_deref(), Some("2024-02-01"));
}

#[test]
fn a_list_that_changes_the_style_gives_no_wrong_date() {
    let connection = connect();
    let statement = connection.statement();
    // iODBC needs a cursor at the beginning to see one later.
    statement.execute_direct("select 1; set DateStyle to 'SQL, DMY'; select date '2024-02-01'").success();
    statement.more_results().success();
    statement.more_results().success();
    statement.fetch().success();
    statement.try_get::<crate::common::buffers::Date>(1).0.error("22018");
}

#[track_caller]
fn all_digits(statement: &Statement<'_>, text: &str) {
    statement
        .execute_direct("select pi(), array[pi()], row(pi(), 0.1::float4), (pi() * 1e-10)::text from now()")
        .success();
    let rows = statement.fetch_rows();
    // The digits are those of pi itself (OEIS A000796), as many as a float8 needs.
    let expected = ["3.141592653589793", "{3.141592653589793}", "(3.141592653589793,0.1)", "3.1415926535897934e-10"];
    assert_eq!(rows, crate::common::statement::texts([expected]), "after {text}");
    statement.close_cursor().success();
}

/// A start-up parameter outranks all of them (PostgreSQL documentation, 20.1.2 and ALTER ROLE).
#[test]
fn floats_have_all_their_digits_whatever_the_role_and_its_options_say() {
    let role = unique("rounding");
    let owner = connect();
    // Before version 14 passwords were kept for md5 if nobody said otherwise.
    owner.run("set password_encryption to 'scram-sha-256'");
    owner.run(&format!("create role {role} login password 'secret' in role scram_users"));
    owner.run(&format!("alter role {role} set extra_float_digits = -15"));
    let server = server();
    let string = server.connection_string_for(&server.host, server.port, &role, "secret");
    for keywords in ["", "ResultFormat=text;", "options={-c extra_float_digits=-10};ResultFormat=text;"] {
        let connection = Connection::open(&format!("{keywords}{string}"));
        assert_eq!(connection.value("select current_user").as_deref(), Some(role.as_str()));
        all_digits(&connection.statement(), keywords);
        // What the login has said is what these go back to.
        for text in ["reset all", "reset extra_float_digits", "set extra_float_digits to default", "discard all"] {
            connection.run(text);
            all_digits(&connection.statement(), text);
        }
    }
}

/// The server does not report extra_float_digits: a session that sets it says so in a statement.
#[test]
fn floats_have_all_their_digits_whatever_the_session_sets() {
    for keywords in ["", "ResultFormat=text;", "ResultFormat=text;ConnSettings={set extra_float_digits = 0};"] {
        let connection = connect_with(keywords);
        all_digits(&connection.statement(), keywords);
        for text in [
            "set extra_float_digits = -15",
            "set U&\"extra\\005ffloat_digits\" = -15",
            "select set_config('extra_' || 'float_digits', '-3', false)",
            "select set_config('extra_float_digits', '-3', false)",
            "do $$ begin set extra_float_digits = 0; end $$",
            "set extra_float_digits = 2",
            "set extra_float_digits to 0; select 1",
        ] {
            let statement = connection.statement();
            let outcome = statement.execute_direct(text);
            outcome.succeeded();
            if text != "set extra_float_digits = 2" && crate::arrays::keeps_diagnostics() {
                outcome.info("01000");
            }
            let _ = statement.more_results();
            statement.free(SQL_CLOSE).success();
            all_digits(&statement, text);
        }
        // What a transaction sets, ends or is undone with it.
        connection.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF).success();
        let statement = connection.statement();
        for completion in [SQL_COMMIT, SQL_ROLLBACK] {
            statement.execute_direct("set local extra_float_digits = 0").succeeded();
            all_digits(&statement, "set local");
            connection.end_transaction(completion).success();
            all_digits(&statement, "the end of a transaction");
            connection.end_transaction(completion).success();
        }
        // Results go on behind it: a list is read to its end.
        statement.execute_direct("select 1; set extra_float_digits = -15; select pi()").succeeded();
        statement.more_results().succeeded();
        statement.more_results().succeeded();
        statement.fetch().success();
        assert_eq!(statement.get_text(1).as_deref(), Some("3.141592653589793"));
        statement.more_results().no_data();
        connection.end_transaction(SQL_ROLLBACK).success();
    }
}

/// A style that the statement sets for its own values, in its text or in a function that nobody sees: they are right, in
/// binary, or an error. The next statement has ISO again.
#[test]
fn a_statement_that_sets_the_style_for_itself_gives_no_wrong_date() {
    let function = unique("styled");
    connect().run(&format!(
        "create function {function}(style text) returns date language plpgsql as \
         $$ begin perform set_config('DateStyle', style, false); return date '2024-02-01'; end $$"
    ));
    for style in ["German", "SQL, MDY", "SQL, DMY", "Postgres, MDY", "Postgres, DMY"] {
        let set = format!("set_config('DateStyle', '{style}', false)");
        for keywords in ["", "ResultFormat=text;", "ResultFormat=binary;"] {
            let connection = connect_with(keywords);
            let statement = connection.statement();
            for (query, column) in [
                (format!("select {set}, date '2024-02-01'"), 2),
                (format!("select {set}, timestamp '2024-02-01 03:04:05'"), 2),
                (format!("select {set}, timestamptz '2024-02-01 03:04:05'"), 2),
                (format!("select {function}('{style}')"), 1),
            ] {
                statement.execute_direct(&query).success();
                statement.fetch().success();
                let mut text = [0; 60];
                let (outcome, length) = statement.get_data(column, SQL_C_CHAR, &mut text);
                match outcome.code {
                    SQL_SUCCESS => assert!(text[..length as usize].starts_with(b"2024-02-01"), "{keywords} {query}"),
                    _ => drop(outcome.error("22018")),
                }
                statement.close_cursor().success();
                // Of types that binary tells all of, it is right where the format is left to the driver.
                statement.execute_direct(&query).success();
                statement.fetch().success();
                let (outcome, value) = statement.try_get::<crate::common::buffers::Timestamp>(column);
                match (outcome.code, keywords) {
                    (SQL_SUCCESS, _) => {
                        let value = value.unwrap();
                        assert_eq!((value.year, value.month, value.day), (2024, 2, 1), "{keywords} {query}");
                    }
                    (_, "ResultFormat=text;") => drop(outcome.error("22018")),
                    _ => {
                        outcome.error("22018");
                        assert!(query.contains("timestamptz"), "{keywords} {query}");
                    }
                }
                statement.close_cursor().success();
                assert!(
                    text_of(&statement, "select timestamptz '2024-02-01 03:04:05'").unwrap().starts_with("2024-02-01 ")
                );
            }
        }
    }
}

#[test]
fn intervals_in_every_style_are_the_same_structure() {
    for style in ["postgres", "postgres_verbose", "sql_standard", "iso_8601"] {
        let connection = connect();
        connection.run(&format!("set IntervalStyle to {style}"));
        let statement = connection.statement();
        statement.execute_direct("select interval '-3 days -04:05:06.25'").success();
        statement.fetch().success();
        let mut buffer = [0xaa; 28];
        statement.get_data(1, SQL_C_INTERVAL_DAY_TO_SECOND, &mut buffer).0.success();
        let number = |at: usize| u32::from_ne_bytes(buffer[at..at + 4].try_into().unwrap());
        let fields = [8, 12, 16, 20, 24].map(number);
        assert_eq!((number(0), buffer[4], fields), (10, 1, [3, 4, 5, 6, 250_000]), "{style}");
    }
}

#[test]
fn money_is_a_number_where_it_is_clear() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select '-1234.56'::money, '99'::money").success();
    statement.fetch().success();
    assert_eq!(statement.get::<f64>(1), Some(-1234.56));
    let (outcome, value) = statement.try_get::<i32>(2);
    outcome.success();
    assert_eq!(value, Some(99));
}

#[test]
fn a_time_as_a_timestamp_has_the_current_local_date() {
    let connection = connect();
    let statement = connection.statement();
    statement.execute_direct("select time '03:04:05'").success();
    statement.fetch().success();
    let stamp = statement.get::<crate::common::buffers::Timestamp>(1).unwrap();
    let today = std::process::Command::new("date").arg("+%Y-%m-%d").output().unwrap();
    let text = format!("{:04}-{:02}-{:02}", stamp.year, stamp.month, stamp.day);
    assert_eq!(text, String::from_utf8(today.stdout).unwrap().trim());
    assert_eq!((stamp.hour, stamp.minute, stamp.second), (3, 4, 5));
}

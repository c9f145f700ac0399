//! Every scalar function of the reference gives the value that the reference says, of literals and of parameters.
//!
//! Expected values: ODBC reference, appendix E ("Scalar Functions"), worked out by hand.

use crate::common::statement::Parameter;
use crate::common::{connect, connect_with, server};
use crate::odbc::types::*;

/// A call with `@` for each argument, the arguments, and its value as text. A number is compared as a number.
const VALUES: &[(&str, &[&str], &str)] = &[
    // "String Functions"
    ("ASCII(@)", &["'ABC'"], "65"),
    ("BIT_LENGTH(@)", &["'abc'"], "24"),
    ("CHAR(@)", &["66"], "B"),
    ("CHAR_LENGTH(@)", &["'aüb '"], "4"),
    ("CHARACTER_LENGTH(@)", &["'aüb '"], "4"),
    ("CONCAT(@, @)", &["'ab'", "'cd'"], "abcd"),
    ("INSERT(@, @, @, @)", &["'abcdef'", "2", "3", "'XY'"], "aXYef"),
    ("INSERT(@, @, @, @)", &["'abc'", "1", "0", "'XY'"], "XYabc"),
    ("LCASE(@)", &["'AbC'"], "abc"),
    ("LEFT(@, @)", &["'abc'", "2"], "ab"),
    ("LEFT(@, @)", &["'abc'", "7"], "abc"),
    // "excluding trailing blanks"
    ("LENGTH(@)", &["' ab  '"], "3"),
    ("LOCATE(@, @)", &["'b'", "'abcabc'"], "2"),
    ("LOCATE(@, @)", &["'x'", "'abcabc'"], "0"),
    ("LOCATE(@, @, @)", &["'b'", "'abcabc'", "2"], "2"),
    ("LOCATE(@, @, @)", &["'b'", "'abcabc'", "3"], "5"),
    ("LOCATE(@, @, @)", &["'b'", "'abcabc'", "6"], "0"),
    ("LTRIM(@)", &["'  a b '"], "a b "),
    ("OCTET_LENGTH(@)", &["'aü'"], "3"),
    ("POSITION(@ IN @)", &["'c'", "'abc'"], "3"),
    ("REPEAT(@, @)", &["'ab'", "3"], "ababab"),
    ("REPLACE(@, @, @)", &["'abcab'", "'ab'", "'x'"], "xcx"),
    ("RIGHT(@, @)", &["'abc'", "2"], "bc"),
    ("RTRIM(@)", &["' a b  '"], " a b"),
    ("SPACE(@)", &["3"], "   "),
    ("SUBSTRING(@, @, @)", &["'abcdef'", "2", "3"], "bcd"),
    ("SUBSTRING(@, @)", &["'abcdef'", "4"], "def"),
    ("UCASE(@)", &["'aBc'"], "ABC"),
    // "Numeric Functions"
    ("ABS(@)", &["-5"], "5"),
    ("ABS(@)", &["-1.25"], "1.25"),
    ("ACOS(@)", &["0.5"], "1.0471975511965979"),
    ("ASIN(@)", &["0.5"], "0.5235987755982989"),
    ("ATAN(@)", &["1"], "0.7853981633974483"),
    ("ATAN2(@, @)", &["1", "2"], "0.4636476090008061"),
    ("CEILING(@)", &["1.25"], "2"),
    ("CEILING(@)", &["-1.25"], "-1"),
    ("COS(@)", &["1"], "0.5403023058681398"),
    ("COT(@)", &["1"], "0.6420926159343306"),
    ("DEGREES(@)", &["3.141592653589793"], "180"),
    ("EXP(@)", &["1"], "2.718281828459045"),
    ("FLOOR(@)", &["-1.25"], "-2"),
    ("LOG(@)", &["2.718281828459045"], "1"),
    ("LOG10(@)", &["1000"], "3"),
    ("MOD(@, @)", &["7", "3"], "1"),
    ("MOD(@, @)", &["-7", "3"], "-1"),
    ("PI()", &[], "3.141592653589793"),
    ("POWER(@, @)", &["2", "10"], "1024"),
    ("RADIANS(@)", &["180"], "3.141592653589793"),
    ("ROUND(@, @)", &["123.456", "2"], "123.46"),
    ("ROUND(@, @)", &["123.456", "-1"], "120"),
    ("SIGN(@)", &["-3"], "-1"),
    ("SIGN(@)", &["0"], "0"),
    ("SIGN(@)", &["0.5"], "1"),
    ("SIN(@)", &["1"], "0.8414709848078965"),
    ("SQRT(@)", &["16"], "4"),
    ("TAN(@)", &["1"], "1.5574077246549023"),
    ("TRUNCATE(@, @)", &["123.456", "1"], "123.4"),
    ("TRUNCATE(@, @)", &["-123.456", "-1"], "-120"),
    // "Time, Date, and Interval Functions": 2024-02-29 was a Thursday; Sunday is day 1.
    ("DAYNAME(@)", &["{d '2024-02-29'}"], "Thursday"),
    ("DAYNAME(@)", &["{ts '2024-03-03 23:59:59'}"], "Sunday"),
    ("DAYOFMONTH(@)", &["{d '2024-02-29'}"], "29"),
    ("DAYOFWEEK(@)", &["{d '2024-02-29'}"], "5"),
    ("DAYOFWEEK(@)", &["{d '2024-03-03'}"], "1"),
    ("DAYOFWEEK(@)", &["{d '2024-03-02'}"], "7"),
    ("DAYOFYEAR(@)", &["{d '2024-12-31'}"], "366"),
    ("EXTRACT(YEAR FROM @)", &["{ts '2024-02-29 13:14:15'}"], "2024"),
    ("EXTRACT(MINUTE FROM @)", &["{ts '2024-02-29 13:14:15'}"], "14"),
    ("HOUR(@)", &["{t '13:14:15'}"], "13"),
    ("HOUR(@)", &["{ts '2024-02-29 13:14:15'}"], "13"),
    ("MINUTE(@)", &["{t '13:14:15'}"], "14"),
    ("SECOND(@)", &["{ts '2024-02-29 13:14:59.9'}"], "59"),
    ("MONTH(@)", &["{d '2024-02-29'}"], "2"),
    ("MONTHNAME(@)", &["{d '2024-02-29'}"], "February"),
    ("QUARTER(@)", &["{d '2024-03-31'}"], "1"),
    ("QUARTER(@)", &["{d '2024-04-01'}"], "2"),
    ("QUARTER(@)", &["{d '2024-12-31'}"], "4"),
    ("WEEK(@)", &["{d '2024-01-01'}"], "1"),
    ("WEEK(@)", &["{d '2024-02-29'}"], "9"),
    ("YEAR(@)", &["{ts '2024-02-29 13:14:15'}"], "2024"),
    // A month's end: "number of intervals added".
    ("TIMESTAMPADD(SQL_TSI_FRAC_SECOND, @, @)", &["1500000", "{ts '2024-02-29 23:59:59'}"], "2024-02-29 23:59:59.0015"),
    ("TIMESTAMPADD(SQL_TSI_SECOND, @, @)", &["2", "{ts '2024-02-29 23:59:59'}"], "2024-03-01 00:00:01"),
    ("TIMESTAMPADD(SQL_TSI_MINUTE, @, @)", &["-1", "{ts '2024-03-01 00:00:30'}"], "2024-02-29 23:59:30"),
    ("TIMESTAMPADD(SQL_TSI_HOUR, @, @)", &["25", "{d '2024-02-28'}"], "2024-02-29 01:00:00"),
    ("TIMESTAMPADD(SQL_TSI_DAY, @, @)", &["1", "{d '2024-02-28'}"], "2024-02-29 00:00:00"),
    ("TIMESTAMPADD(SQL_TSI_WEEK, @, @)", &["-1", "{ts '2024-03-07 12:00:00'}"], "2024-02-29 12:00:00"),
    ("TIMESTAMPADD(SQL_TSI_MONTH, @, @)", &["1", "{ts '2024-01-31 12:00:00'}"], "2024-02-29 12:00:00"),
    ("TIMESTAMPADD(SQL_TSI_QUARTER, @, @)", &["2", "{ts '2023-08-31 12:00:00'}"], "2024-02-29 12:00:00"),
    ("TIMESTAMPADD(SQL_TSI_YEAR, @, @)", &["1", "{ts '2024-02-29 12:00:00'}"], "2025-02-28 12:00:00"),
    // "by which timestamp_exp2 is greater than timestamp_exp1"
    (
        "TIMESTAMPDIFF(SQL_TSI_FRAC_SECOND, @, @)",
        &["{ts '2024-02-29 00:00:00'}", "{ts '2024-02-29 00:00:00.000002'}"],
        "2000",
    ),
    ("TIMESTAMPDIFF(SQL_TSI_SECOND, @, @)", &["{ts '2024-02-29 00:00:00'}", "{ts '2024-03-01 00:00:00'}"], "86400"),
    ("TIMESTAMPDIFF(SQL_TSI_MINUTE, @, @)", &["{ts '2024-02-29 00:01:00'}", "{ts '2024-02-29 00:00:00'}"], "-1"),
    ("TIMESTAMPDIFF(SQL_TSI_HOUR, @, @)", &["{ts '2024-02-28 00:00:00'}", "{ts '2024-02-29 01:59:59'}"], "25"),
    ("TIMESTAMPDIFF(SQL_TSI_DAY, @, @)", &["{d '2024-02-28'}", "{d '2024-03-01'}"], "2"),
    ("TIMESTAMPDIFF(SQL_TSI_WEEK, @, @)", &["{d '2024-02-29'}", "{d '2024-03-14'}"], "2"),
    ("TIMESTAMPDIFF(SQL_TSI_MONTH, @, @)", &["{d '2023-11-15'}", "{d '2024-02-14'}"], "2"),
    ("TIMESTAMPDIFF(SQL_TSI_MONTH, @, @)", &["{d '2023-11-15'}", "{d '2024-02-15'}"], "3"),
    ("TIMESTAMPDIFF(SQL_TSI_QUARTER, @, @)", &["{d '2023-11-15'}", "{d '2024-02-15'}"], "1"),
    ("TIMESTAMPDIFF(SQL_TSI_YEAR, @, @)", &["{d '2000-02-29'}", "{d '2024-02-29'}"], "24"),
    ("TIMESTAMPDIFF(SQL_TSI_YEAR, @, @)", &["{d '2024-02-29'}", "{d '2022-03-01'}"], "-1"),
    // "System Functions"
    ("IFNULL(@, @)", &["'a'", "'b'"], "a"),
    ("IFNULL(NULL, @)", &["'b'"], "b"),
    // "Explicit Data Type Conversion"
    ("CONVERT(@, SQL_INTEGER)", &["'123'"], "123"),
    ("CONVERT(@, SQL_VARCHAR)", &["123"], "123"),
    ("CONVERT(@, SQL_CHAR)", &["'abc'"], "abc"),
    ("CONVERT(@, SQL_DOUBLE)", &["'1.5'"], "1.5"),
    ("CONVERT(@, SQL_TYPE_DATE)", &["'2024-02-29'"], "2024-02-29"),
    ("CONVERT(@, SQL_DATE)", &["{ts '2024-02-29 13:14:15'}"], "2024-02-29"),
    ("CONVERT(@, SQL_BIT)", &["'1'"], "1"),
    ("CAST(@ AS integer)", &["'123'"], "123"),
];

/// How an argument is bound, and its text.
fn parameter(argument: &str) -> (Parameter, String) {
    let described =
        |sql_type, decimal_digits| Parameter { c_type: SQL_C_CHAR, sql_type, column_size: 0, decimal_digits };
    let literal =
        |prefix: &str| argument.strip_prefix(prefix).and_then(|rest| rest.strip_suffix("'}")).map(str::to_owned);
    if let Some(text) = argument.strip_prefix('\'') {
        return (described(SQL_VARCHAR, 0), text.trim_end_matches('\'').to_owned());
    }
    if let Some(text) = literal("{d '") {
        return (described(SQL_TYPE_DATE, 0), text);
    }
    if let Some(text) = literal("{t '") {
        return (described(SQL_TYPE_TIME, 0), text);
    }
    if let Some(text) = literal("{ts '") {
        return (described(SQL_TYPE_TIMESTAMP, 6), text);
    }
    let is_whole = argument.parse::<i32>().is_ok();
    (described(if is_whole { SQL_INTEGER } else { SQL_DOUBLE }, 0), argument.to_owned())
}

fn is_as_expected(found: &str, expected: &str) -> bool {
    match (found.parse::<f64>(), expected.parse::<f64>()) {
        (Ok(found), Ok(expected)) => (found - expected).abs() <= 1e-14 * expected.abs().max(1.0),
        _ => found == expected,
    }
}

#[test]
fn of_literals() {
    let connection = connect();
    for (call, arguments, expected) in VALUES {
        let mut text = (*call).to_owned();
        arguments.iter().for_each(|argument| text = text.replacen('@', argument, 1));
        let found = connection.value(&format!("select {{fn {text}}}")).unwrap();
        assert!(is_as_expected(&found, expected), "{text} is {found:?} and not {expected:?}");
        // In another escape, in lower case, with blanks.
        let nested = format!("select {{fn ifnull({{ fn   {} }}, null)}}", text.replacen('(', " (", 1));
        let found = connection.value(&nested).unwrap();
        assert!(is_as_expected(&found, expected), "{nested} is {found:?} and not {expected:?}");
    }
}

#[test]
fn of_parameters() {
    for keywords in ["ResultFormat=text;", "ResultFormat=binary;"] {
        let connection = connect_with(keywords);
        for (call, arguments, expected) in VALUES {
            let statement = connection.statement();
            statement.prepare(&format!("select {{fn {}}}", call.replace('@', "?"))).success();
            let mut bound: Vec<(Parameter, String, isize)> = Vec::new();
            for argument in *arguments {
                let (described, text) = parameter(argument);
                let length = text.len() as isize;
                bound.push((described, text, length));
            }
            for (number, (described, text, length)) in (1..).zip(&mut bound) {
                // SAFETY: the texts outlive the execution.
                unsafe {
                    let capacity = text.len() as isize;
                    let place = text.as_mut_ptr().cast();
                    statement.bind_parameter(number, *described, place, capacity, &raw mut *length).success();
                }
            }
            let outcome = statement.execute();
            assert!(outcome.code >= 0, "{call} of {arguments:?}: {outcome:?}");
            let rows = statement.fetch_rows();
            let found = rows[0][0].clone().unwrap();
            assert!(is_as_expected(&found, expected), "{call} of {arguments:?} is {found:?} and not {expected:?}");
        }
    }
}

#[test]
fn of_the_moment_and_the_session() {
    let connection = connect();
    connection.run("begin");
    for (call, meaning) in [
        ("NOW()", "localtimestamp"),
        ("CURDATE()", "current_date"),
        ("CURTIME()", "localtime"),
        ("CURRENT_DATE()", "current_date"),
        ("CURRENT_TIME()", "localtime"),
        ("CURRENT_TIME(3)", "localtime(3)"),
        ("CURRENT_TIMESTAMP()", "localtimestamp"),
        ("CURRENT_TIMESTAMP(0)", "localtimestamp(0)"),
        ("USER()", "session_user"),
        ("DATABASE()", "current_database()"),
        // "the date portion is set to the current date"
        ("TIMESTAMPADD(SQL_TSI_DAY, 1, {t '10:00:00'})", "current_date + interval '1 day 10 hours'"),
    ] {
        let rows = connection.statement().rows(&format!("select {{fn {call}}}, {meaning}"));
        assert_eq!(rows[0][0], rows[0][1], "{call}");
        assert!(rows[0][0].is_some());
    }
    connection.run("rollback");
    assert_eq!(connection.value("select {fn DATABASE()}").as_deref(), Some(server().database.as_str()));
    assert_eq!(connection.value("select {fn USER()}").as_deref(), Some(server().user.as_str()));
    // The same seed, the same number.
    let random = || connection.value("select {fn RAND(42)}").unwrap();
    let first = random();
    assert_eq!(random(), first);
    let number: f64 = connection.value("select {fn RAND()}").unwrap().parse().unwrap();
    assert!((0.0..1.0).contains(&number));
}

#[test]
fn one_that_is_not_there_says_so() {
    let connection = connect();
    for call in ["SOUNDEX('a')", "DIFFERENCE('a', 'b')"] {
        let outcome = connection.statement().execute_direct(&format!("select {{fn {call}}}"));
        let record = outcome.error("42000");
        assert!(record.message.contains("fuzzystrmatch"), "{}", record.message);
    }
    // A function of the server's own is called as it is.
    assert_eq!(connection.value("select {fn initcap('odbc')}").as_deref(), Some("Odbc"));
    connection.statement().execute_direct("select {fn no_such_function(1)}").error("42883");
}

//! "C to SQL" of appendix D: every C type as every SQL type, read back by the server.

use super::*;
use crate::common::statement::Parameter;
use std::fmt::Write;

/// One parameter on its way, and the text that the server then prints.
fn send(statement: &Statement<'_>, c_type: i16, data: &[u8], sql_type: i16, cast: &str) -> Answer {
    let described = Parameter { c_type, sql_type, column_size: 100, decimal_digits: 0 };
    let mut length = data.len() as isize;
    let (address, capacity) = (data.as_ptr().cast_mut().cast(), data.len() as isize);
    // SAFETY: the data outlives the execution; an input parameter is not written.
    let bound = unsafe { statement.bind_parameter(1, described, address, capacity, &raw mut length) };
    if bound.code != SQL_SUCCESS {
        return refusal(&bound.records[0]);
    }
    let executed = statement.execute_direct(&format!("select (?::{cast})::text"));
    statement.free(SQL_RESET_PARAMS).success();
    if executed.code == SQL_ERROR {
        return refusal(&executed.records[0]);
    }
    let warning = executed.records.first().map(|record| record.sqlstate.clone());
    statement.fetch().success();
    let text = statement.get_text(1).unwrap();
    statement.close_cursor().success();
    Answer::Value(text.into_bytes(), warning)
}

#[test]
fn every_c_type_as_every_sql_type() {
    let connection = connect("");
    let statement = connection.statement();
    let (mut count, mut report) = (0, String::new());
    for line in include_str!("parameters.tsv").lines() {
        let [c_type, data, sql_type, cast, outcome] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let (c_type, sql_type) = (c_type.parse().unwrap(), sql_type.parse().unwrap());
        let mut data = bytes(data);
        if c_type == SQL_C_WCHAR {
            data = encode(std::str::from_utf8(&data).unwrap(), api().manager.wide_width());
        }
        let expected = match (outcome.strip_prefix('!'), outcome.split_once(':')) {
            (Some(sqlstate), _) => Answer::Error(sqlstate.to_owned()),
            // iODBC loses the warnings of SQLExecDirect.
            (_, Some((_, digits))) if api().manager == Manager::Iodbc => Answer::Value(bytes(digits), None),
            (_, Some((warning, digits))) => Answer::Value(bytes(digits), Some(warning.to_owned())),
            _ => Answer::Value(bytes(outcome), None),
        };
        let seen = send(&statement, c_type, &data, sql_type, cast);
        count += 1;
        if seen != expected && !is_the_managers(c_type, &seen) {
            writeln!(report, "{c_type} {data:02x?} as {sql_type} ({cast}): {seen:?}\n    expected {expected:?}")
                .unwrap();
        }
    }
    println!("{count} parameters");
    assert!(report.is_empty(), "{}\n{report}", report.lines().count() / 2);
    assert!(count > 4000);
}

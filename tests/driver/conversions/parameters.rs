//! "C to SQL" of appendix D: every C type as every SQL type, read back by the server.

use super::*;
use crate::common::statement::Parameter;
use std::fmt::Write;

/// How a value comes to the driver.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// In the buffer that is bound.
    Bound,
    /// At execution, by SQLPutData in pieces of so many bytes.
    Pieces(usize),
}

/// One parameter on its way, and the text that the server then prints.
fn send(statement: &Statement<'_>, described: Parameter, data: Option<&[u8]>, cast: &str, way: Way) -> Answer {
    let bytes = data.unwrap_or_default();
    let length = data.map_or(SQL_NULL_DATA, |data| data.len() as isize);
    let mut indicator = if matches!(way, Way::Bound) { length } else { SQL_DATA_AT_EXEC };
    let (address, capacity) = (bytes.as_ptr().cast_mut().cast(), bytes.len() as isize);
    // SAFETY: the data outlives the execution; an input parameter is not written.
    let bound = unsafe { statement.bind_parameter(1, described, address, capacity, &raw mut indicator) };
    if bound.code != SQL_SUCCESS {
        return refusal(&bound.records[0]);
    }
    let mut executed = statement.execute_direct(&format!("select (?::{cast})::text"));
    let mut warning = None;
    if let (Way::Pieces(size), SQL_NEED_DATA) = (way, executed.code) {
        executed = statement.parameter_data().0;
        assert_eq!(executed.code, SQL_NEED_DATA, "{executed:?}");
        let pieces = if bytes.is_empty() { vec![bytes] } else { bytes.chunks(size).collect() };
        for piece in pieces {
            executed = statement.put_length(piece, length.min(piece.len() as isize));
            if executed.code == SQL_ERROR {
                let answer = refusal(&executed.records[0]);
                // "Statement transitions": SQLPutData that fails leaves the statement asking for data.
                statement.cancel().success();
                statement.free(SQL_RESET_PARAMS).success();
                return answer;
            }
            warning = warning.or(executed.records.first().map(|record| record.sqlstate.clone()));
        }
        executed = statement.parameter_data().0;
    }
    statement.free(SQL_RESET_PARAMS).success();
    if executed.code == SQL_ERROR {
        return refusal(&executed.records[0]);
    }
    let warning = warning.or(executed.records.first().map(|record| record.sqlstate.clone()));
    statement.fetch().success();
    let text = statement.get_text(1);
    statement.close_cursor().success();
    text.map_or(Answer::Null, |text| Answer::Value(text.into_bytes(), warning))
}

#[test]
fn every_c_type_as_every_sql_type() {
    let connection = connect(&server().connection_string());
    let statement = connection.statement();
    let (mut count, mut report) = (0, String::new());
    for line in include_str!("parameters.tsv").lines() {
        let [c_type, data, sql_type, cast, outcome] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let (c_type, sql_type) = (c_type.parse().unwrap(), sql_type.parse().unwrap());
        let mut data = (data != "null").then(|| bytes(data));
        if let (SQL_C_WCHAR, Some(text)) = (c_type, &data) {
            data = Some(encode(std::str::from_utf8(text).unwrap(), api().manager.wide_width()));
        }
        let expected = match (outcome.strip_prefix('!'), outcome.split_once(':')) {
            _ if outcome == "null" => Answer::Null,
            (Some(sqlstate), _) => Answer::Error(sqlstate.to_owned()),
            (_, Some((warning, digits))) => Answer::Value(bytes(digits), Some(warning.to_owned())),
            _ => Answer::Value(bytes(outcome), None),
        };
        let described = Parameter { c_type, sql_type, column_size: 100, decimal_digits: 0 };
        let is_cut = matches!(c_type, SQL_C_CHAR | SQL_C_WCHAR | SQL_C_BINARY);
        let length = data.as_ref().map_or(0, Vec::len);
        // A pair that is refused is so before any data; a value of fixed length comes as a whole.
        let sizes = [1, 2, 3, 7, 4096]
            .into_iter()
            .filter(|&size| outcome != "!07006" && (size == 4096 || is_cut && size < length.max(2)));
        for way in std::iter::once(Way::Bound).chain(sizes.map(Way::Pieces)) {
            let seen = send(&statement, described, data.as_deref(), cast, way);
            count += 1;
            let expected = match (&expected, way) {
                // iODBC loses the warnings of SQLExecDirect.
                (Answer::Value(text, _), Way::Bound) if api().manager == Manager::Iodbc => {
                    Answer::Value(text.clone(), None)
                }
                (expected, _) => expected.clone(),
            };
            if seen != expected && !is_the_managers(c_type, &seen) {
                writeln!(
                    report,
                    "{c_type} {data:02x?} as {sql_type} ({cast}), {way:?}: {seen:?}\n    expected {expected:?}"
                )
                .unwrap();
            }
        }
    }
    println!("{count} parameters");
    assert!(report.is_empty(), "{}\n{report}", report.lines().count() / 2);
    assert!(count > 10_000);
}

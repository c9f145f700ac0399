//! Every value as every C type: 60,000 conversions a format.

use super::*;
use crate::odbc::attributes::SQL_ATTR_APP_ROW_DESC;
use crate::odbc::descriptor_fields::*;
use std::fmt::Write;

/// Every C type code of the ODBC reference and those of the driver. SQL_C_BOOKMARK is SQL_C_UBIGINT, SQL_C_VARBOOKMARK is
/// SQL_C_BINARY (sqlext.h).
const C_TYPES: &[i16] = &[
    SQL_C_CHAR,
    SQL_C_WCHAR,
    SQL_C_BINARY,
    SQL_C_DEFAULT,
    SQL_C_SLONG,
    SQL_C_LONG,
    SQL_C_ULONG,
    SQL_C_SSHORT,
    SQL_C_SHORT,
    SQL_C_USHORT,
    SQL_C_STINYINT,
    SQL_C_TINYINT,
    SQL_C_UTINYINT,
    SQL_C_SBIGINT,
    SQL_C_UBIGINT,
    SQL_C_FLOAT,
    SQL_C_DOUBLE,
    SQL_C_BIT,
    SQL_C_NUMERIC,
    SQL_C_GUID,
    SQL_C_TYPE_DATE,
    SQL_C_DATE,
    SQL_C_TYPE_TIME,
    SQL_C_TIME,
    SQL_C_TYPE_TIMESTAMP,
    SQL_C_TIMESTAMP,
    TIME2,
    TIMESTAMP_OFFSET,
    SQL_C_INTERVAL_YEAR,
    SQL_C_INTERVAL_MONTH,
    SQL_C_INTERVAL_DAY,
    SQL_C_INTERVAL_HOUR,
    SQL_C_INTERVAL_MINUTE,
    SQL_C_INTERVAL_SECOND,
    SQL_C_INTERVAL_YEAR_TO_MONTH,
    SQL_C_INTERVAL_DAY_TO_HOUR,
    SQL_C_INTERVAL_DAY_TO_MINUTE,
    SQL_C_INTERVAL_DAY_TO_SECOND,
    SQL_C_INTERVAL_HOUR_TO_MINUTE,
    SQL_C_INTERVAL_HOUR_TO_SECOND,
    SQL_C_INTERVAL_MINUTE_TO_SECOND,
];

/// Precision and scale that the ARD asks for with SQL_C_NUMERIC.
const NUMERICS: &[(i16, i16)] = &[(1, 0), (5, 2), (12, 4), (38, 20), (38, 38)];

const CAPACITY: usize = 8000;

/// What a column is read as: its code in expected.tsv, and what the ARD says more.
pub(super) struct Target {
    pub(super) code: String,
    pub(super) c_type: i16,
    numeric: Option<(i16, i16)>,
}

pub(super) fn targets() -> Vec<Target> {
    let plain = C_TYPES.iter().map(|&c_type| Target { code: c_type.to_string(), c_type, numeric: None });
    let numerics = NUMERICS.iter().map(|&(precision, scale)| Target {
        code: format!("2({precision},{scale})"),
        c_type: SQL_C_NUMERIC,
        numeric: Some((precision, scale)),
    });
    plain.chain(numerics).collect()
}

/// How an application reads a column; None where that cannot be asked for.
type Read = fn(&Statement<'_>, &Target, i16) -> Option<Answer>;

pub(super) fn bound(statement: &Statement<'_>, target: &Target, resolved: i16) -> Option<Answer> {
    let mut buffer = vec![UNTOUCHED; CAPACITY];
    let mut indicator = isize::MIN;
    let (address, capacity) = (buffer.as_mut_ptr(), CAPACITY as isize);
    // SAFETY: local buffers; the column is unbound before they go.
    let outcome = unsafe { statement.bind_column(1, target.c_type, address.cast(), capacity, &raw mut indicator) };
    if let Some((precision, scale)) = target.numeric {
        let descriptor = statement.descriptor(SQL_ATTR_APP_ROW_DESC);
        descriptor.set(1, SQL_DESC_PRECISION, precision.into()).success();
        descriptor.set(1, SQL_DESC_SCALE, scale.into()).success();
        descriptor.set(1, SQL_DESC_DATA_PTR, address.expose_provenance() as isize).success();
    }
    let outcome = if outcome.code == SQL_SUCCESS { statement.fetch() } else { outcome };
    statement.free(SQL_UNBIND).success();
    Some(answer(&outcome, indicator, &buffer, resolved))
}

fn by_get_data(statement: &Statement<'_>, target: &Target, resolved: i16) -> Option<Answer> {
    let c_type = match target.numeric {
        None => target.c_type,
        // iODBC does not know SQL_ARD_TYPE.
        Some(_) if api().manager == Manager::Iodbc => return None,
        Some((precision, scale)) => {
            let descriptor = statement.descriptor(SQL_ATTR_APP_ROW_DESC);
            descriptor.set(1, SQL_DESC_TYPE, SQL_C_NUMERIC.into()).success();
            descriptor.set(1, SQL_DESC_PRECISION, precision.into()).success();
            descriptor.set(1, SQL_DESC_SCALE, scale.into()).success();
            SQL_ARD_TYPE
        }
    };
    statement.fetch().success();
    let mut buffer = vec![UNTOUCHED; CAPACITY];
    let (outcome, indicator) = statement.get_data(1, c_type, &mut buffer);
    Some(answer(&outcome, indicator, &buffer, resolved))
}

fn run(format: &str) {
    let fixture = Fixture::new(&format!("ResultFormat={format};"));
    let (targets, today) = (targets(), today());
    let (mut count, mut report) = (0, String::new());
    let modes: [(&str, Read); 2] = [("bound", bound), ("SQLGetData", by_get_data)];
    for case in cases() {
        for (mode, read) in modes {
            // A row for each C type, and more: a conversion that is refused may leave the row where it is.
            let statement = fixture.rows(&case.sql, 2 * targets.len());
            assert_eq!(statement.column_text(1, SQL_DESC_TYPE_NAME as u16), case.type_name, "{}", case.sql);
            for target in &targets {
                let expected = case.expected(&target.code, &today);
                let Some(seen) = read(&statement, target, case.resolved(&target.code)) else { continue };
                count += 1;
                if seen != expected && !is_the_managers(target.c_type, &seen) {
                    let (sql, code) = (&case.sql, &target.code);
                    writeln!(report, "{sql} as {code}, {mode}: {seen:?}\n    expected {expected:?}").unwrap();
                }
            }
        }
    }
    println!("{count} conversions in {format} format");
    assert!(report.is_empty(), "{}\n{report}", report.lines().count() / 2);
    assert!(count > 35_000);
}

#[test]
fn every_type_as_every_c_type_in_text() {
    run("text");
}

#[test]
fn every_type_as_every_c_type_in_binary() {
    run("binary");
}

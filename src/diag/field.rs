//! Diagnostic fields, of the header and of records, in the shapes that `SQLGetDiagField` returns.
//!
//! Source: ODBC reference, `SQLGetDiagField`; numbers of the driver's own from SQL_DRIVER_DIAG_FIELD_BASE (ODBC 3.8).

use super::{Diagnostic, Diagnostics};
use crate::odbc::attributes::SQL_DRIVER_DIAG_FIELD_BASE;
use crate::odbc::diagnostic_fields::*;

/// A field's value and shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    Text(String),
    /// SQLRETURN.
    ReturnCode(i16),
    /// SQLINTEGER.
    Integer(i32),
    /// SQLLEN.
    Length(isize),
}

/// What asking for a field has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiagnosticField {
    Value(FieldValue),
    /// A header field that this kind of handle does not have: SQL_ERROR.
    Refused,
    /// No header field.
    NotHere,
}

use DiagnosticField::{NotHere, Refused, Value};
use FieldValue::{Integer, Length, ReturnCode, Text};

const BASE: i16 = SQL_DRIVER_DIAG_FIELD_BASE as i16;

/// The server's own fields, in the order of their numbers from SQL_DRIVER_DIAG_FIELD_BASE: SQLSTATE as the server sent
/// it, severity, message, detail, hint, position, schema, table, column, data type, constraint.
const SERVER_FIELDS: std::ops::RangeInclusive<i16> = BASE..=BASE + 10;

/// A header field. The statement's own ones are refused on other handles.
pub fn header_field(diagnostics: &Diagnostics, identifier: i16, is_statement: bool) -> DiagnosticField {
    let of_statement = |value: FieldValue| if is_statement { Value(value) } else { Refused };
    match identifier {
        SQL_DIAG_NUMBER => Value(Integer(i32::try_from(diagnostics.records().len()).unwrap_or(i32::MAX))),
        SQL_DIAG_RETURNCODE => Value(ReturnCode(diagnostics.return_code)),
        SQL_DIAG_ROW_COUNT => of_statement(Length(diagnostics.row_count)),
        SQL_DIAG_CURSOR_ROW_COUNT => of_statement(Length(diagnostics.cursor_row_count)),
        SQL_DIAG_DYNAMIC_FUNCTION => of_statement(Text(diagnostics.dynamic_function.to_owned())),
        SQL_DIAG_DYNAMIC_FUNCTION_CODE => of_statement(Integer(diagnostics.dynamic_function_code)),
        _ => NotHere,
    }
}

/// A field of a record. `data_source` names the connection.
pub fn record_field(record: &Diagnostic, identifier: i16, data_source: &str) -> DiagnosticField {
    let code = record.sqlstate.as_str();
    Value(match identifier {
        SQL_DIAG_SQLSTATE => Text(code.to_owned()),
        SQL_DIAG_NATIVE => Integer(record.native),
        SQL_DIAG_MESSAGE_TEXT => Text(record.text()),
        SQL_DIAG_CLASS_ORIGIN => Text(if code.starts_with("IM") { "ODBC 3.0" } else { "ISO 9075" }.to_owned()),
        SQL_DIAG_SUBCLASS_ORIGIN => Text(subclass_origin(code).to_owned()),
        SQL_DIAG_CONNECTION_NAME | SQL_DIAG_SERVER_NAME => Text(data_source.to_owned()),
        SQL_DIAG_ROW_NUMBER => Length(record.row_number),
        SQL_DIAG_COLUMN_NUMBER => Integer(record.column_number),
        identifier if SERVER_FIELDS.contains(&identifier) => match server_field(record, identifier) {
            Some(text) => Text(text),
            None => return Refused,
        },
        _ => return Refused,
    })
}

/// Subclasses that ODBC has defined, not ISO: S in the third place, HY with letters and digits of ODBC's own.
fn subclass_origin(code: &str) -> &'static str {
    let of_odbc = code.as_bytes().get(2) == Some(&b'S')
        || code.starts_with("IM")
        || [
            "HY095", "HY097", "HY098", "HY099", "HY100", "HY101", "HY105", "HY107", "HY109", "HY110", "HY111", "HYT00",
            "HYT01",
        ]
        .contains(&code);
    if of_odbc { "ODBC 3.0" } else { "ISO 9075" }
}

fn server_field(record: &Diagnostic, identifier: i16) -> Option<String> {
    let server = record.server.as_deref()?;
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    Some(match identifier - BASE {
        0 => server.sqlstate.clone(),
        1 => server.severity.clone(),
        2 => server.message.clone(),
        3 => optional(&server.detail),
        4 => optional(&server.hint),
        5 => server.position.map(|position| position.to_string()).unwrap_or_default(),
        6 => optional(&server.schema),
        7 => optional(&server.table),
        8 => optional(&server.column),
        9 => optional(&server.data_type),
        _ => optional(&server.constraint),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{ServerFields, Sqlstate, sqlstate::*};

    #[test]
    fn origins_follow_the_reference() {
        // SQLGetDiagField lists these as of ODBC 3.0.
        for (code, class, subclass) in [
            ("01S00", "ISO 9075", "ODBC 3.0"),
            ("42S02", "ISO 9075", "ODBC 3.0"),
            ("IM001", "ODBC 3.0", "ODBC 3.0"),
            ("HYT00", "ISO 9075", "ODBC 3.0"),
            ("22003", "ISO 9075", "ISO 9075"),
        ] {
            let record = Diagnostic::new(Sqlstate::from_server(code.as_bytes()), "");
            assert_eq!(record_field(&record, SQL_DIAG_CLASS_ORIGIN, ""), Value(Text(class.into())), "{code}");
            assert_eq!(record_field(&record, SQL_DIAG_SUBCLASS_ORIGIN, ""), Value(Text(subclass.into())), "{code}");
        }
    }

    #[test]
    fn the_servers_own_code_is_readable_beside_odbcs() {
        let mut record = Diagnostic::new(S42S02_TABLE_NOT_FOUND, "relation \"x\" does not exist");
        assert_eq!(record_field(&record, BASE, ""), Refused);
        record.server =
            Some(Box::new(ServerFields { sqlstate: "42P01".into(), position: Some(15), ..Default::default() }));
        assert_eq!(record_field(&record, BASE, ""), Value(Text("42P01".into())));
        assert_eq!(record_field(&record, BASE + 5, ""), Value(Text("15".into())));
        assert_eq!(record_field(&record, BASE + 3, ""), Value(Text(String::new())));
    }

    #[test]
    fn statement_fields_are_refused_elsewhere() {
        let mut diagnostics = Diagnostics::default();
        diagnostics.row_count = 7;
        assert_eq!(header_field(&diagnostics, SQL_DIAG_ROW_COUNT, true), Value(Length(7)));
        assert_eq!(header_field(&diagnostics, SQL_DIAG_ROW_COUNT, false), Refused);
        assert_eq!(header_field(&diagnostics, SQL_DIAG_NUMBER, false), Value(Integer(0)));
        assert_eq!(header_field(&diagnostics, SQL_DIAG_SQLSTATE, true), NotHere);
    }
}

//! Every field of every kind of descriptor: what can be read, what can be set, and the defaults.
//!
//! Source: ODBC reference, `SQLSetDescField`, "Initialization of Descriptor Fields": the table in `descriptor_fields/`.

use crate::common::{Connection, Descriptor, Outcome, Statement, connect};
use crate::odbc::attributes::*;
use crate::odbc::descriptor_fields::*;
use crate::odbc::values::*;

const ROLES: [(&str, i32); 4] = [
    ("ARD", SQL_ATTR_APP_ROW_DESC),
    ("APD", SQL_ATTR_APP_PARAM_DESC),
    ("IRD", SQL_ATTR_IMP_ROW_DESC),
    ("IPD", SQL_ATTR_IMP_PARAM_DESC),
];

/// SQL_DATETIME, SQL_C_CHAR or SQL_CHAR, SQL_C_NUMERIC or SQL_NUMERIC, SQL_C_INTERVAL_DAY_TO_SECOND or its SQL type.
const DATETIME: isize = 9;
const CHARACTERS: isize = 1;
const NUMERIC: isize = 2;
const INTERVAL: isize = 110;

#[derive(Clone, Copy, Debug)]
struct Field {
    name: &'static str,
    id: i16,
    is_header: bool,
    kind: &'static str,
    access: [&'static str; 4],
    default: [&'static str; 4],
    value: &'static str,
}

fn fields() -> Vec<Field> {
    let table = include_str!("descriptor_fields/fields.tsv");
    let lines = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    let field = |line: &'static str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [name, id, place, kind, a, b, c, d, e, f, g, h, value] = cells[..] else { panic!("{line:?}") };
        let (access, default) = ([a, b, c, d], [e, f, g, h]);
        Field { name, id: id.parse().expect("a number"), is_header: place == "header", kind, access, default, value }
    };
    lines.map(field).collect()
}

/// A statement whose IRD and IPD have a record each, and one of its descriptors.
fn statement(connection: &Connection) -> Statement<'_> {
    let statement = connection.statement();
    statement.prepare("select ?::integer as a").success();
    assert_eq!((statement.column_count(), statement.parameter_count()), (1, 1));
    statement
}

fn read(descriptor: &Descriptor<'_>, field: &Field) -> (Outcome, isize) {
    let record = i16::from(!field.is_header);
    match field.kind {
        "small" => {
            let (outcome, value) = descriptor.try_get::<i16>(record, field.id);
            (outcome, value.into())
        }
        "int" => {
            let (outcome, value) = descriptor.try_get::<i32>(record, field.id);
            (outcome, value as isize)
        }
        "text" => {
            let room = crate::common::text::Wide::room(200);
            // SAFETY: room of the given size in bytes.
            let code = unsafe {
                let (place, capacity) = (room.address(), room.capacity_bytes() as i32);
                let (api, none) = (descriptor.api, std::ptr::null_mut());
                api.SQLGetDescFieldW(descriptor.handle, record, field.id, place, capacity, none)
            };
            (descriptor.outcome(code), if code == SQL_SUCCESS { room.read().len() as isize } else { -1 })
        }
        _ => descriptor.try_get::<isize>(record, field.id),
    }
}

#[test]
fn access_is_as_the_reference_has_it_for_each_role() {
    let connection = connect();
    let address: [u64; 4] = [0; 4];
    let (mut wrong, mut cells) = (Vec::new(), 0);
    for field in fields() {
        for (place, (role, attribute)) in ROLES.into_iter().enumerate() {
            cells += 1;
            let statement = statement(&connection);
            let descriptor = statement.descriptor(attribute);
            let is_ird = role == "IRD";
            if !is_ird && !field.is_header {
                // A record to work on, of a type that has the field.
                descriptor.set(0, SQL_DESC_COUNT, 1).success();
                let data_type = match field.id {
                    SQL_DESC_DATETIME_INTERVAL_CODE => DATETIME,
                    SQL_DESC_DATETIME_INTERVAL_PRECISION => INTERVAL,
                    SQL_DESC_PRECISION | SQL_DESC_SCALE | SQL_DESC_NUM_PREC_RADIX => NUMERIC,
                    _ => CHARACTERS,
                };
                descriptor
                    .set(1, if data_type == DATETIME { SQL_DESC_TYPE } else { SQL_DESC_CONCISE_TYPE }, data_type)
                    .success();
            }
            let record = i16::from(!field.is_header);
            let value = match field.value {
                "address" => address.as_ptr().expose_provenance() as isize,
                "text" => 4,
                number => number.parse().expect("a number"),
            };
            let set = match field.kind {
                "text" => descriptor.set_text(record, field.id, "name"),
                _ => descriptor.set(record, field.id, value),
            };
            let (got, found) = read(&descriptor, &field);
            let expected = match field.access[place] {
                "RW" | "check" => "ok",
                _ if is_ird => "HY016",
                _ => "HY091",
            };
            let told = match set.code {
                SQL_SUCCESS => "ok".to_owned(),
                _ => set.records.first().map_or("an error".to_owned(), |record| record.sqlstate.clone()),
            };
            if told != expected {
                wrong.push(format!("{} of {role} is set: {told}, expected {expected}", field.name));
            }
            // What is unused is undefined, but no error (SQLGetDescField, "Comments").
            if got.code != SQL_SUCCESS {
                wrong.push(format!("{} of {role} cannot be read: {got:?}", field.name));
            }
            if field.access[place] == "RW" && found != value {
                wrong.push(format!("{} of {role} is {found}, not {value}", field.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cells}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn defaults_are_as_the_reference_has_them() {
    let connection = connect();
    let explicit = connection.descriptor();
    let mut wrong = Vec::new();
    for field in fields() {
        for (place, (role, attribute)) in ROLES.into_iter().enumerate() {
            let statement = connection.statement();
            if role == "IRD" {
                // unixODBC asks nothing of it before.
                statement.prepare("select 1").success();
            }
            let implicit = statement.descriptor(attribute);
            let descriptors: &[&Descriptor<'_>] = if place < 2 { &[&implicit, &explicit] } else { &[&implicit] };
            for (descriptor, allocated) in descriptors.iter().zip([SQL_DESC_ALLOC_AUTO, SQL_DESC_ALLOC_USER]) {
                let expected: isize = match field.default[place] {
                    "." => continue,
                    "null" => 0,
                    "alloc" => allocated.into(),
                    "auto" => SQL_DESC_ALLOC_AUTO.into(),
                    number => number.parse().expect("a number"),
                };
                // A record comes into being with the defaults.
                let _ = descriptor.set(0, SQL_DESC_COUNT, 0);
                if !field.is_header {
                    descriptor.set(0, SQL_DESC_COUNT, 1).success();
                }
                let (outcome, found) = read(descriptor, &field);
                if outcome.code != SQL_SUCCESS || found != expected {
                    wrong.push(format!("{} of {role} is {found}, not {expected}: {outcome:?}", field.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_none_is_refused() {
    let connection = connect();
    let statement = statement(&connection);
    for (role, attribute) in ROLES {
        let descriptor = statement.descriptor(attribute);
        // No field of ODBC.
        descriptor.set(1, 4711, 0).error_of(&["HY091"]);
        descriptor.try_get::<i16>(1, 4711).0.error_of(&["HY091"]);
        if role != "IRD" {
            descriptor.set(-1, SQL_DESC_CONCISE_TYPE, 1).error("07009");
        }
    }
    let parameters = statement.descriptor(SQL_ATTR_IMP_PARAM_DESC);
    // SQL_NAMED cannot be said by an application: HY091 by the field's description, HY092 by the table of diagnostics.
    parameters.set(1, SQL_DESC_UNNAMED, 0).error_of(&["HY091", "HY092"]);
    parameters.set(0, SQL_DESC_CONCISE_TYPE, 1).error("07009");
    // HY021: no such type, which setting the address finds out, and a code that the type does not have.
    let (rows, value) = (statement.descriptor(SQL_ATTR_APP_ROW_DESC), 0_u64);
    rows.set(1, SQL_DESC_CONCISE_TYPE, 12345).success();
    rows.set(1, SQL_DESC_DATA_PTR, (&raw const value).expose_provenance() as isize).error("HY021");
    rows.set(1, SQL_DESC_TYPE, DATETIME).success();
    rows.set(1, SQL_DESC_DATETIME_INTERVAL_CODE, 99).error("HY021");
}

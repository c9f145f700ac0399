//! The parts of the row's path and of an execution, each by itself. `make bench-micro`.

use std::hint::black_box;
use std::sync::Arc;

use bytes::BytesMut;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pgodbc::convert::{
    ColumnType, ConvertOptions, Destination, Format, ParameterBinding, Scratch, Source, converter, encoder,
};
use pgodbc::handles::environment::Environment;
use pgodbc::handles::table::{self, Object};
use pgodbc::odbc::types::*;
use pgodbc::sql::{ScanOptions, translate};
use pgodbc::wire::DataRow;

fn handles(criterion: &mut Criterion) {
    let token = table::insert(Object::Environment(Arc::new(Environment::new())));
    criterion.bench_function("handle look-up", |bencher| {
        bencher.iter(|| table::with(black_box(token), |object| matches!(object, Object::Environment(_))));
    });
}

/// The body of a DataRow: its count, then length and bytes of each value.
fn body(values: &[&[u8]]) -> Vec<u8> {
    let mut body = (values.len() as u16).to_be_bytes().to_vec();
    for value in values {
        body.extend((value.len() as u32).to_be_bytes());
        body.extend_from_slice(value);
    }
    body
}

fn rows(criterion: &mut Criterion) {
    let ints = body(&[&7_i32.to_be_bytes() as &[u8]; 10]);
    let mixed =
        body(&[b"123456789", b"42", b"1.25", b"100000.25", b"customer number 12345", b"2024-02-29 12:34:56", b"t"]);
    let mut group = criterion.benchmark_group("checking and walking a row");
    for (name, body) in [("10 integers", &ints), ("7 mixed", &mixed)] {
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let row = DataRow::parse(black_box(body)).expect("a row");
                row.values().flatten().map(<[u8]>::len).sum::<usize>()
            });
        });
    }
}

/// Type OID, format, C type, and a value as the server writes it.
const CONVERSIONS: &[(&str, u32, Format, i16, &[u8])] = &[
    ("int4 binary to SLONG", 23, Format::Binary, SQL_C_SLONG, &[0, 1, 2, 3]),
    ("int4 text to SLONG", 23, Format::Text, SQL_C_SLONG, b"66051"),
    ("int8 binary to SBIGINT", 20, Format::Binary, SQL_C_SBIGINT, &[0, 0, 0, 0, 0, 1, 2, 3]),
    ("int8 binary to CHAR", 20, Format::Binary, SQL_C_CHAR, &[0, 0, 0, 0, 0, 1, 2, 3]),
    ("float8 binary to DOUBLE", 701, Format::Binary, SQL_C_DOUBLE, &[0x3f, 0xf8, 0, 0, 0, 0, 0, 0]),
    ("float8 text to DOUBLE", 701, Format::Text, SQL_C_DOUBLE, b"12345.678"),
    ("numeric text to CHAR", 1700, Format::Text, SQL_C_CHAR, b"100000.25"),
    ("numeric text to NUMERIC", 1700, Format::Text, SQL_C_NUMERIC, b"100000.25"),
    ("text to CHAR", 25, Format::Text, SQL_C_CHAR, b"customer number 12345"),
    ("text to WCHAR", 25, Format::Text, SQL_C_WCHAR, b"customer number 12345"),
    ("text, not ASCII, to WCHAR", 25, Format::Text, SQL_C_WCHAR, "Gr\u{fc}\u{df}e aus K\u{f6}ln \u{20ac}".as_bytes()),
    ("timestamp binary to TIMESTAMP", 1114, Format::Binary, SQL_C_TYPE_TIMESTAMP, &[0, 2, 0x4a, 1, 2, 3, 4, 5]),
    ("timestamp text to TIMESTAMP", 1114, Format::Text, SQL_C_TYPE_TIMESTAMP, b"2024-02-29 12:34:56.123456"),
    ("date binary to DATE", 1082, Format::Binary, SQL_C_TYPE_DATE, &[0, 0, 0x22, 0x78]),
    ("bool binary to BIT", 16, Format::Binary, SQL_C_BIT, &[1]),
    ("bytea binary to BINARY", 17, Format::Binary, SQL_C_BINARY, &[7; 64]),
    ("uuid binary to GUID", 2950, Format::Binary, SQL_C_GUID, &[7; 16]),
];

fn converters(criterion: &mut Criterion) {
    let options = ConvertOptions::default();
    let mut group = criterion.benchmark_group("converter");
    for (name, oid, format, c_type, value) in CONVERSIONS {
        let column = ColumnType { oid: *oid, modifier: -1, format: *format };
        let converter = converter(column, *c_type, &options).expect("a conversion");
        let (mut buffer, mut scratch) = ([0_u8; 256], Scratch::default());
        group.bench_function(*name, |bencher| {
            bencher.iter(|| {
                let destination = Destination { address: buffer.as_mut_ptr(), capacity: buffer.len() };
                converter.convert(black_box(value), destination, 0, &mut scratch).is_ok()
            });
        });
    }
}

fn scanner(criterion: &mut Criterion) {
    let plain = "SELECT id, name, amount FROM customers WHERE id = ? AND name <> 'it''s' ORDER BY id";
    let escapes = "SELECT {fn UCASE(name)}, {d '2024-02-29'} FROM {oj a LEFT OUTER JOIN b ON a.i = b.i} WHERE x = ?";
    let long = format!("INSERT INTO t VALUES {}", vec!["(1, 'some text', NULL)"; 2000].join(", "));
    let mut group = criterion.benchmark_group("translate");
    for (name, text) in [("plain", plain), ("escapes", escapes), ("long", &long)] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| translate(black_box(text), &ScanOptions::default()).map(|list| list.statements.len()).ok());
        });
    }
}

fn parameters(criterion: &mut Criterion) {
    let options = ConvertOptions::default();
    let (number, float, text) = (123_456_789_i64, 1.25_f64, *b"customer number 12345");
    let stamp: [u16; 8] = [2024, 2, 29, 12, 34, 56, 0, 0];
    let values: [(&str, i16, i16, *const u8, isize); 4] = [
        ("SBIGINT", SQL_C_SBIGINT, SQL_BIGINT, (&raw const number).cast(), 8),
        ("DOUBLE", SQL_C_DOUBLE, SQL_DOUBLE, (&raw const float).cast(), 8),
        ("CHAR", SQL_C_CHAR, SQL_VARCHAR, text.as_ptr(), 21),
        ("TIMESTAMP", SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, stamp.as_ptr().cast(), 16),
    ];
    let mut group = criterion.benchmark_group("parameter");
    for (name, c_type, sql_type, address, length) in values {
        let binding = ParameterBinding { c_type, sql_type, column_size: 32, decimal_digits: 6 };
        let encoder = encoder(&binding, None, &options).expect("an encoding");
        let (mut out, mut scratch) = (BytesMut::with_capacity(256), Scratch::default());
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                out.clear();
                let source = Source { address: black_box(address), length, capacity: 32 };
                encoder.encode(source, &mut out, &mut scratch).is_ok()
            });
        });
    }
}

criterion_group!(parts, handles, rows, converters, scanner, parameters);
criterion_main!(parts);

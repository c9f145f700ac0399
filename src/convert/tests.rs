//! The room as a whole, through `converter` and `encoder`, as applications see it.
//!
//! testdata/server_values.tsv is what PostgreSQL itself sent: type OID, text form, binary form (see server_values.sql).
#![allow(clippy::unwrap_used)]

mod describe_server_values;
mod document;
mod edges;
mod parameters;
mod pieces;
mod values;

use super::*;
use crate::diag::Sqlstate;

/// One row of the server's values.
pub(super) struct ServerValue {
    pub(super) oid: u32,
    pub(super) text: &'static str,
    pub(super) binary: Vec<u8>,
}

pub(super) fn server_values() -> Vec<ServerValue> {
    include_str!("testdata/server_values.tsv")
        .lines()
        .map(|line| {
            let mut columns = line.split('\t');
            let (oid, text, binary) = (columns.next().unwrap(), columns.next().unwrap(), columns.next().unwrap());
            let byte = |at: usize| u8::from_str_radix(&binary[at..at + 2], 16).unwrap();
            ServerValue { oid: oid.parse().unwrap(), text, binary: (0..binary.len()).step_by(2).map(byte).collect() }
        })
        .collect()
}

pub(super) fn encoding(label: &str) -> crate::config::NarrowEncoding {
    crate::config::NarrowEncoding::for_label(label).unwrap()
}

pub(super) fn column(oid: u32, format: Format) -> ColumnType {
    ColumnType { oid, modifier: -1, format }
}

/// What an application sees of a conversion: its buffer (filled with 0xAA before) and the answer, or the SQLSTATE.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Value { buffer: Vec<u8>, indicator: isize, warning: Option<&'static str> },
    Error(Sqlstate),
}

/// Converts one value into a buffer of a capacity.
pub(super) fn convert(
    column: ColumnType,
    c_type: i16,
    options: &ConvertOptions,
    value: &[u8],
    capacity: usize,
) -> Outcome {
    let converter = match converter(column, c_type, options) {
        Ok(converter) => converter,
        Err(error) => return Outcome::Error(error.sqlstate),
    };
    let mut buffer = vec![0xAA; capacity];
    let destination = Destination { address: buffer.as_mut_ptr(), capacity };
    match converter.convert(value, destination, 0, &mut Scratch::default()) {
        Ok(converted) => Outcome::Value {
            buffer,
            indicator: converted.indicator,
            warning: converted.warning.map(|warning| match warning {
                Warning::StringTruncated => "01004",
                Warning::FractionTruncated => "01S07",
            }),
        },
        Err(error) => Outcome::Error(error.sqlstate),
    }
}

/// A fixed-length value as its bytes, with its warning.
pub(super) fn fixed(column: ColumnType, c_type: i16, value: &[u8]) -> Result<(Vec<u8>, Option<&'static str>), String> {
    match convert(column, c_type, &ConvertOptions::default(), value, 64) {
        Outcome::Value { mut buffer, indicator, warning } => {
            assert!(buffer[indicator as usize..].iter().all(|&byte| byte == 0xAA), "wrote past its size");
            buffer.truncate(indicator as usize);
            Ok((buffer, warning))
        }
        Outcome::Error(state) => Err(state.to_string()),
    }
}

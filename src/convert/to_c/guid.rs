//! To SQL_C_GUID (ODBC reference, "SQL to C: GUID").

use odbc_sys::Guid;

use super::super::buffer::Destination;
use super::super::converter::{Convert, Converted, Converter, Scratch};
use super::super::options::ConvertOptions;
use super::report;
use super::source::Guids;
use crate::diag::Result;
use crate::odbc::types::SQL_C_GUID;

pub(in super::super) fn pick<S: Guids>(target: i16, _: &ConvertOptions) -> Option<Convert> {
    (target == SQL_C_GUID).then_some(guid::<S> as Convert)
}

fn guid<S: Guids>(
    converter: &Converter,
    value: &[u8],
    destination: Destination,
    _: u64,
    _: &mut Scratch,
) -> Result<Converted> {
    match S::guid(value) {
        Ok([a, b, c, d, e, f, g, h, d4 @ ..]) => {
            // The first three groups are numbers in the machine's own byte order.
            destination.write(Guid {
                d1: u32::from_be_bytes([a, b, c, d]),
                d2: u16::from_be_bytes([e, f]),
                d3: u16::from_be_bytes([g, h]),
                d4,
            });
            Ok(Converted::fixed(16, false))
        }
        Err(fault) => Err(report::<S>(fault, value, converter)),
    }
}

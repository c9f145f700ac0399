//! Types that are reported as characters (money, timetz, interval), asked for as what they are no literal of: 22018, as of a
//! character column ("SQL to C: Character"), and not 07006, which is for pairs of types.

use super::super::buffer::Destination;
use super::super::c_type::{SQL_C_SS_TIME2, SQL_C_SS_TIMESTAMPOFFSET};
use super::super::converter::{Convert, Converted, Converter, Scratch};
use super::super::fault::Fault;
use super::super::interval::fields;
use super::super::options::ConvertOptions;
use super::report;
use super::source::Text;
use crate::diag::Result;
use crate::odbc::types::*;

/// For every C type that no group before it takes.
pub(in super::super) fn pick<S: Text>(target: i16, _: &ConvertOptions) -> Option<Convert> {
    (!matches!(target, SQL_C_CHAR | SQL_C_WCHAR)).then_some(refused::<S> as Convert)
}

fn refused<S: Text>(converter: &Converter, value: &[u8], _: Destination, _: u64, _: &mut Scratch) -> Result<Converted> {
    let fault = match converter.target.canonical {
        SQL_C_GUID => Fault::NotAGuid,
        SQL_C_TYPE_DATE..=SQL_C_TYPE_TIMESTAMP | SQL_C_SS_TIME2 | SQL_C_SS_TIMESTAMPOFFSET => Fault::NotADate,
        code if fields(code).is_some() => Fault::NotAnInterval,
        _ => Fault::NotANumber,
    };
    Err(report::<S>(fault, value, converter))
}

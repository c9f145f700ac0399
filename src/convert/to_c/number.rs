//! To the numeric C types.
//!
//! Source: ODBC reference, "SQL to C: Numeric", "SQL to C: Character", "SQL to C: Bit". A fraction that is cut off is
//! 01S07; whole digits are never: 22003. NaN is no integer (22018), infinity is out of range.

use super::super::buffer::Destination;
use super::super::converter::{Convert, Converted, Converter, Scratch};
use super::super::decimal::Whole;
use super::super::fault::Fault;
use super::super::numeric;
use super::super::options::ConvertOptions;
use super::report;
use super::source::Number;
use crate::diag::Result;
use crate::odbc::types::*;

/// The functions for numbers.
pub(in super::super) fn pick<S: Number>(target: i16, _: &ConvertOptions) -> Option<Convert> {
    Some(match target {
        SQL_C_SLONG => integer::<S, i32>,
        SQL_C_ULONG => integer::<S, u32>,
        SQL_C_SSHORT => integer::<S, i16>,
        SQL_C_USHORT => integer::<S, u16>,
        SQL_C_STINYINT => integer::<S, i8>,
        SQL_C_UTINYINT => integer::<S, u8>,
        SQL_C_SBIGINT => integer::<S, i64>,
        SQL_C_UBIGINT => integer::<S, u64>,
        SQL_C_BIT => integer::<S, Bit>,
        SQL_C_DOUBLE => double::<S>,
        SQL_C_FLOAT => single::<S>,
        SQL_C_NUMERIC => numeric::<S>,
        _ => return None,
    })
}

/// SQL_C_BIT: a byte of 0 or 1.
#[derive(Clone, Copy)]
struct Bit(#[expect(dead_code, reason = "read by the application, through its own memory")] u8);

/// A C integer.
trait Integer: Copy {
    fn from_whole(whole: Whole) -> Option<Self>;
}

macro_rules! integers {
    ($($type:ty)*) => { $(impl Integer for $type {
        #[inline]
        fn from_whole(whole: Whole) -> Option<Self> {
            Self::try_from(whole.value).ok()
        }
    })* };
}

integers! { i8 u8 i16 u16 i32 u32 i64 u64 }

impl Integer for Bit {
    /// Below zero is out of range even where the whole part is zero.
    fn from_whole(whole: Whole) -> Option<Bit> {
        match whole.value {
            0 if !whole.negative => Some(Bit(0)),
            1 => Some(Bit(1)),
            _ => None,
        }
    }
}

fn integer<S: Number, T: Integer>(
    converter: &Converter,
    value: &[u8],
    destination: Destination,
    _: u64,
    scratch: &mut Scratch,
) -> Result<Converted> {
    let fault = match S::whole(value, &mut scratch.bytes) {
        Ok(whole) => match T::from_whole(whole) {
            Some(number) => {
                destination.write(number);
                return Ok(Converted::fixed(size_of::<T>(), whole.fraction_lost));
            }
            None => Fault::OutOfRange,
        },
        Err(fault) => fault,
    };
    Err(report::<S>(fault, value, converter))
}

fn double<S: Number>(
    converter: &Converter,
    value: &[u8],
    destination: Destination,
    _: u64,
    scratch: &mut Scratch,
) -> Result<Converted> {
    match S::double(value, &mut scratch.bytes) {
        Ok(number) => {
            destination.write(number);
            Ok(Converted::fixed(8, false))
        }
        Err(fault) => Err(report::<S>(fault, value, converter)),
    }
}

fn single<S: Number>(
    converter: &Converter,
    value: &[u8],
    destination: Destination,
    _: u64,
    scratch: &mut Scratch,
) -> Result<Converted> {
    match S::single(value, &mut scratch.bytes) {
        Ok(number) => {
            destination.write(number);
            Ok(Converted::fixed(4, false))
        }
        Err(fault) => Err(report::<S>(fault, value, converter)),
    }
}

fn numeric<S: Number>(
    converter: &Converter,
    value: &[u8],
    destination: Destination,
    _: u64,
    scratch: &mut Scratch,
) -> Result<Converted> {
    let decimal = S::decimal(value, &mut scratch.bytes);
    match decimal.and_then(|decimal| numeric::to_struct(&decimal, converter.options.numeric)) {
        Ok((number, fraction_lost)) => {
            destination.write(number);
            Ok(Converted::fixed(converter.target.size, fraction_lost))
        }
        Err(fault) => Err(report::<S>(fault, value, converter)),
    }
}

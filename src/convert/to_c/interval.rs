//! To the interval C types.
//!
//! Source: ODBC reference, "SQL to C: Year-month intervals", "SQL to C: Day-time intervals", "SQL to C: Numeric" (an exact
//! number to an interval of one field), "SQL to C: Character".

use super::super::buffer::Destination;
use super::super::converter::{Convert, Converted, Converter, Scratch};
use super::super::datetime::write_fraction;
use super::super::decimal::{Decimal, trim, write_integer};
use super::super::fault::Fault;
use super::super::interval::{Interval, IntervalStruct, fields, number_to_struct};
use super::super::options::{ConvertOptions, IntervalTarget};
use super::source::{Characters, IntervalBinary, IntervalText, Number, Text};
use super::{number, report};
use crate::diag::Result;
use crate::odbc::types::{SQL_C_INTERVAL_SECOND, SQL_C_INTERVAL_YEAR};

/// A source that is an interval.
pub(in super::super) trait Intervals: Text {
    fn interval(value: &[u8], code: i16, target: IntervalTarget) -> Result<(IntervalStruct, bool), Fault>;
}

impl Intervals for IntervalBinary {
    fn interval(value: &[u8], code: i16, target: IntervalTarget) -> Result<(IntervalStruct, bool), Fault> {
        Interval::from_binary(value)?.to_struct(code, target)
    }
}

impl Intervals for IntervalText {
    fn interval(value: &[u8], code: i16, target: IntervalTarget) -> Result<(IntervalStruct, bool), Fault> {
        Interval::parse(value)?.to_struct(code, target)
    }
}

impl Intervals for Characters {
    /// A lone number is an interval of one field; else the text is one that the server would print, or a literal of SQL.
    fn interval(value: &[u8], code: i16, target: IntervalTarget) -> Result<(IntervalStruct, bool), Fault> {
        match Decimal::parse(value) {
            Some(number) if is_one_field(trim(value), code) => number_to_struct(&number, code, target),
            Some(_) => Err(Fault::NotAnInterval),
            None => Interval::parse_literal(value, code)?.to_struct(code, target),
        }
    }
}

/// Whether a numeric literal is the value of a C type of one field: an unsigned integer behind a sign, of seconds with a
/// fraction (appendix C, "Interval Literal Syntax").
fn is_one_field(number: &[u8], code: i16) -> bool {
    let digits = number.strip_prefix(b"-").or_else(|| number.strip_prefix(b"+")).unwrap_or(number);
    let is_seconds = code == SQL_C_INTERVAL_SECOND;
    fields(code).is_some_and(|(first, last)| first == last)
        && digits.first().is_some_and(u8::is_ascii_digit)
        && digits.iter().all(|byte| byte.is_ascii_digit() || is_seconds && *byte == b'.')
}

/// An interval of one field as its count: the text is a number.
struct Count<S, const FIELD: usize>(std::marker::PhantomData<S>);

impl<S: Intervals, const FIELD: usize> Text for Count<S, FIELD> {
    fn text<'a>(value: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], Fault> {
        let code = SQL_C_INTERVAL_YEAR + FIELD as i16;
        let (structure, lost) = S::interval(value, code, IntervalTarget::default())?;
        if lost {
            return Err(Fault::NotANumber);
        }
        scratch.clear();
        if structure.sign != 0 {
            scratch.push(b'-');
        }
        // The structure's fraction is of seconds, in microseconds.
        write_integer(structure.leading().into(), scratch);
        write_fraction(structure.fields[4] * 1000, scratch);
        Ok(scratch)
    }
}

impl<S: Intervals, const FIELD: usize> Number for Count<S, FIELD> {}

/// To a number, from a column that was declared with one field (`interval hour`).
pub(in super::super) fn pick_count<S: Intervals>(
    field: usize,
    target: i16,
    options: &ConvertOptions,
) -> Option<Convert> {
    let pick = match field {
        0 => number::pick::<Count<S, 0>>,
        1 => number::pick::<Count<S, 1>>,
        2 => number::pick::<Count<S, 2>>,
        3 => number::pick::<Count<S, 3>>,
        4 => number::pick::<Count<S, 4>>,
        _ => number::pick::<Count<S, 5>>,
    };
    pick(target, options)
}

/// From an interval or a text.
pub(in super::super) fn pick<S: Intervals>(target: i16, _: &ConvertOptions) -> Option<Convert> {
    fields(target).map(|_| interval::<S> as Convert)
}

/// From an exact number: types of one field only.
pub(in super::super) fn pick_number<S: Number>(target: i16, _: &ConvertOptions) -> Option<Convert> {
    fields(target).filter(|(first, last)| first == last).map(|_| counted::<S> as Convert)
}

fn deliver(destination: Destination, (structure, lost): (IntervalStruct, bool)) -> Converted {
    destination.write(structure);
    Converted::fixed(size_of::<IntervalStruct>(), lost)
}

fn interval<S: Intervals>(
    converter: &Converter,
    value: &[u8],
    destination: Destination,
    _: u64,
    _: &mut Scratch,
) -> Result<Converted> {
    match S::interval(value, converter.target.canonical, converter.options.interval) {
        Ok(interval) => Ok(deliver(destination, interval)),
        Err(fault) => Err(report::<S>(fault, value, converter)),
    }
}

fn counted<S: Number>(
    converter: &Converter,
    value: &[u8],
    destination: Destination,
    _: u64,
    scratch: &mut Scratch,
) -> Result<Converted> {
    let number = S::decimal(value, &mut scratch.bytes);
    match number.and_then(|number| number_to_struct(&number, converter.target.canonical, converter.options.interval)) {
        Ok(interval) => Ok(deliver(destination, interval)),
        Err(fault) => Err(report::<S>(fault, value, converter)),
    }
}

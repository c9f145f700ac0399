//! A text for an integer or a bit: the literal that the server reads, and what the type would lose of it.
//!
//! The server takes plain integers and its own words for truth; the reference has any numeric literal, `1.0` and `1e3`
//! too, and what to say of one that does not fit ("C to SQL: Character"). For whole digits that would be lost it has
//! 22001 there, and 22003 everywhere else, `SQLExecute` included: 22003 is what the server says, and what is said here.

use bytes::{BufMut, BytesMut};

use super::super::decimal::{Decimal, parse_integer};
use super::super::server_type::Class;
use super::value::ParameterFault;
use super::write::put_text;

/// The range of an integer class; that of a bit for `Bool`. `None`: its texts are the server's to read.
fn range(class: Class) -> Option<(i64, i64)> {
    Some(match class {
        Class::Bool => (0, 1),
        Class::Int2 => (i16::MIN.into(), i16::MAX.into()),
        Class::Int4 => (i32::MIN.into(), i32::MAX.into()),
        Class::Int8 => (i64::MIN, i64::MAX),
        _ => return None,
    })
}

/// Whether texts for this class are read here.
pub(super) fn is_read(class: Class) -> bool {
    range(class).is_some()
}

/// Appends the plain integer that a text for an integer or a bit is; a text that is no numeric literal as it is: the
/// server may know it (`true`, `0x1F`), or says 22018.
pub(super) fn write(class: Class, text: &[u8], out: &mut BytesMut) -> Result<(), ParameterFault> {
    let Some((least, most)) = range(class) else { return put_text(text, out) };
    // The usual case. A bit's digit is written anew: `+1` is none of the server's words for truth.
    if class != Class::Bool && parse_integer(text).is_some_and(|value| (least..=most).contains(&value)) {
        return put_text(text, out);
    }
    let Some(number) = Decimal::parse(text) else { return put_text(text, out) };
    let shown = || String::from_utf8_lossy(text).into_owned();
    let whole = number.whole().map_err(|_| ParameterFault::OutOfRange(shown()))?;
    // "Data is less than 0": -0.5 is, though its whole part is a bit.
    let is_negative_bit = class == Class::Bool && whole.negative;
    match i64::try_from(whole.value) {
        Ok(value) if (least..=most).contains(&value) && !is_negative_bit => {
            if whole.fraction_lost {
                return Err(ParameterFault::FractionLost(shown()));
            }
            out.put_slice(value.to_string().as_bytes());
            Ok(())
        }
        _ => Err(ParameterFault::OutOfRange(shown())),
    }
}

//! Server to C: sources (how a class of server types is read from either wire format) and targets (the C types).
//!
//! A target's functions are generic over the source, so that each pair is one function without further choices.

pub(super) mod binary;
pub(super) mod character;
pub(super) mod guid;
pub(super) mod interval;
pub(super) mod moment;
pub(super) mod number;
pub(super) mod refused;
pub(super) mod source;

use super::converter::Converter;
use super::fault::Fault;
use crate::diag::Diagnostic;

/// The diagnostic record of a value that could not be converted, showing the value as text.
#[cold]
fn report<S: source::Text>(fault: Fault, value: &[u8], converter: &Converter) -> Box<Diagnostic> {
    let mut text = Vec::new();
    let shown = S::text(value, &mut text).unwrap_or(value);
    fault.report(shown, converter.target.name)
}

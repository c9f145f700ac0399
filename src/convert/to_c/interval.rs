//! To the interval C types (being extended).

use super::super::converter::Convert;
use super::super::options::ConvertOptions;
use super::source::{Number, Text};

/// From an interval or a text. Not yet: every interval C type is refused.
pub(in super::super) fn pick<S: Text>(_: i16, _: &ConvertOptions) -> Option<Convert> {
    None
}

/// From an exact number to an interval of one field. Not yet.
pub(in super::super) fn pick_number<S: Number>(_: i16, _: &ConvertOptions) -> Option<Convert> {
    None
}

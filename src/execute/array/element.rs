//! One value with its length in front, as Bind and binary arrays both have it.

use bytes::{BufMut, BytesMut};

use super::ParameterSets;
use super::sets::SetValue;
use crate::convert::Scratch;
use crate::diag::sqlstate::HY090_INVALID_STRING_OR_BUFFER_LENGTH;
use crate::diag::{Diagnostic, Result};
use crate::execute::flight::LONGEST_MESSAGE;

/// Appends the value that set `set` has for parameter `index`: its length and bytes, or -1 for NULL. Gives the record of
/// what was lost.
pub(super) fn write_element(
    sets: &ParameterSets<'_>,
    index: usize,
    set: usize,
    out: &mut BytesMut,
    scratch: &mut Scratch,
) -> Result<Option<Box<Diagnostic>>> {
    let source = match sets.value(index, set)? {
        SetValue::Bound(source) => source,
        SetValue::Ready(bytes) => {
            // As many bytes as it has been checked to have: below 2 GiB together.
            out.put_u32(bytes.len() as u32);
            out.put_slice(bytes);
            return Ok(None);
        }
        SetValue::Null => {
            out.put_i32(-1);
            return Ok(None);
        }
    };
    let length_at = out.len();
    out.put_u32(0);
    let number = sets.number(index);
    let warning = sets.encoder(index).encode(source, out, scratch).map_err(|error| error.in_column(number))?;
    patch_length(out, length_at, 4)?;
    Ok(warning.map(|warning| Diagnostic::new(warning.sqlstate(), warning.message()).in_column(number)))
}

/// Writes at `length_at` how many bytes follow it, less `own`: the length counts itself or not.
pub(super) fn patch_length(out: &mut BytesMut, length_at: usize, own: usize) -> Result {
    let length = out.len() - length_at - own;
    write_length(out, length_at, length)
}

/// Writes a length at `length_at`.
pub(super) fn write_length(out: &mut BytesMut, length_at: usize, length: usize) -> Result {
    if length > LONGEST_MESSAGE {
        return Err(Diagnostic::new(
            HY090_INVALID_STRING_OR_BUFFER_LENGTH,
            format!("a parameter set takes {length} bytes; the server takes less than 1 GiB in one message"),
        ));
    }
    let length = length as u32;
    out[length_at..length_at + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

//! Server to C: a column's converter and what one conversion answers.

use super::buffer::Destination;
use super::c_type::{CType, c_type};
use super::options::{ColumnType, ConvertOptions};
use super::plan;
use super::server_type::{Class, server_type};
use crate::diag::sqlstate::{S07006_RESTRICTED_DATA_TYPE, S22003_NUMERIC_OUT_OF_RANGE};
use crate::diag::{Diagnostic, Result, Sqlstate, sqlstate};
use crate::odbc::types::{SQL_C_BINARY, SQL_C_CHAR, SQL_C_WCHAR};

/// Memory that conversions use again and again; keep one per connection or statement.
#[derive(Debug, Default)]
pub struct Scratch {
    /// A value's text where it has to be made.
    pub(super) bytes: Vec<u8>,
    /// Text on its way to UTF-16.
    pub(super) units: Vec<u16>,
}

/// What a conversion that has succeeded has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// 01004: more is to come than the buffer holds.
    StringTruncated,
    /// 01S07: digits behind the point, the time of a timestamp, or the offset of a time were cut off.
    FractionTruncated,
}

impl Warning {
    /// Its SQLSTATE.
    pub fn sqlstate(self) -> Sqlstate {
        match self {
            Warning::StringTruncated => sqlstate::S01004_STRING_TRUNCATED,
            Warning::FractionTruncated => sqlstate::S01S07_FRACTIONAL_TRUNCATION,
        }
    }

    /// Its text.
    pub fn message(self) -> &'static str {
        match self {
            Warning::StringTruncated => "the data is longer than the buffer; the length indicator tells how long it is",
            Warning::FractionTruncated => {
                "a part of the value (fractional digits, a time of day, an offset, an interval's lesser fields) was cut off, which the C type does not hold"
            }
        }
    }
}

/// One value (or piece of one) converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Converted {
    /// Bytes that were still to come before this call, without a terminator.
    pub indicator: isize,
    pub warning: Option<Warning>,
    /// To be given to the next call for the same value. Its meaning is the converter's own.
    pub progress: u64,
    /// Nothing is left to be read.
    pub complete: bool,
}

impl Converted {
    /// A fixed-length value.
    pub(super) fn fixed(size: usize, fraction_lost: bool) -> Converted {
        Converted {
            indicator: size as isize,
            warning: fraction_lost.then_some(Warning::FractionTruncated),
            progress: 0,
            complete: true,
        }
    }
}

pub(super) type Convert = fn(&Converter, &[u8], Destination, u64, &mut Scratch) -> Result<Converted>;

/// One column's way from the wire to the application: a function and what it needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Converter {
    convert: Convert,
    pub(super) target: &'static CType,
    pub(super) options: ConvertOptions,
    /// Bytes that the buffer must have: a fixed-length value as SQL_C_BINARY is not cut. 0: the function sees to it.
    needed: usize,
}

/// Chooses a column's converter.
///
/// `code` is a C type's of ODBC 2 or 3 or a driver's (see `C_TYPES`); what SQL_C_DEFAULT means says [`super::default_c_type`] of
/// the SQL type that was reported. Errors: HY003 for a code that is none, 07006 where appendix D has no conversion for the pair (also for a binary format without a decoder, which
/// `wants_binary` never asks for).
pub fn converter(column: ColumnType, code: i16, options: &ConvertOptions) -> Result<Converter> {
    let server = server_type(column.oid);
    let mut target = c_type(code)?;
    let row = plan::row(server.class, column.format);
    let mut needed = 0;
    if let Some(native) = row.and_then(|row| row.native).filter(|_| target.canonical == SQL_C_BINARY) {
        target = c_type(native)?;
        needed = target.size;
    }
    match row.and_then(|row| plan::pick(row, column.modifier, target.canonical, options)) {
        Some(convert) => {
            // SQL_ATTR_MAX_LENGTH is for character and binary columns: a number must not lose digits by it.
            let limited = matches!(server.class, Class::Text | Class::Bytea);
            let max_length = if limited { options.max_length } else { 0 };
            Ok(Converter { convert, target, options: ConvertOptions { max_length, ..*options }, needed })
        }
        None => Err(Diagnostic::new(
            S07006_RESTRICTED_DATA_TYPE,
            format!(
                "a column of type {} ({:?} format) cannot be converted to {}; SQL_C_CHAR and SQL_C_WCHAR take every type",
                if server.name.is_empty() { "unknown" } else { server.name },
                column.format,
                target.name
            ),
        )),
    }
}

impl Converter {
    /// Converts one value that is not NULL into the application's buffer.
    ///
    /// `progress` is 0 for a bound column and for the first piece; later pieces (`SQLGetData`) give what the last call
    /// answered. A buffer without room for a single character (or of no bytes) gets nothing but the terminator that fits,
    /// 01004 and the full length; the same call then answers the same: applications enlarge their buffer.
    ///
    /// Errors: 22003 out of range, 22018 not a number, date, GUID, or not in the narrow encoding, 22007 infinity, 22008 a
    /// date that the C type cannot hold, 22015 interval field overflow, HY000 a value that is not of its declared type.
    #[inline]
    pub fn convert(
        &self,
        value: &[u8],
        destination: Destination,
        progress: u64,
        scratch: &mut Scratch,
    ) -> Result<Converted> {
        if self.needed > destination.capacity {
            return self.needs_more(destination);
        }
        (self.convert)(self, value, destination, progress, scratch)
    }

    #[cold]
    fn needs_more(&self, destination: Destination) -> Result<Converted> {
        if destination.capacity > 0 {
            return Err(Diagnostic::new(
                S22003_NUMERIC_OUT_OF_RANGE,
                format!(
                    "the value takes {} bytes as SQL_C_BINARY ({}) and cannot be cut; the buffer has {}",
                    self.needed, self.target.name, destination.capacity
                ),
            ));
        }
        // A probe for the length.
        Ok(Converted {
            indicator: self.needed as isize,
            warning: Some(Warning::StringTruncated),
            progress: 0,
            complete: false,
        })
    }

    /// What the progress of a bytea's converter counts: how many steps a byte is (as characters, two digits), and how many
    /// bytes of the buffer a step is.
    pub fn steps_per_byte(&self) -> (u64, usize) {
        match self.target.canonical {
            SQL_C_CHAR => (2, 1),
            SQL_C_WCHAR => (2, self.options.wide.size()),
            _ => (1, 1),
        }
    }

    /// Whether more of the value may be asked for ([`ConvertOptions::in_pieces`]).
    pub fn is_in_pieces(&self) -> bool {
        self.options.in_pieces
    }

    /// Bytes of a fixed-length C type: the stride of column-wise binding; the buffer length is ignored then. None for
    /// character and binary data.
    pub fn fixed_size(&self) -> Option<usize> {
        (self.target.size > 0 && self.needed == 0).then_some(self.target.size)
    }
}

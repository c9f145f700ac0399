//! A parameter's value that comes in pieces (`SQLPutData`), in one buffer: what the server is sent is made while the
//! pieces come, so that nothing is held twice.
//!
//! Pieces may end anywhere, inside a UTF-8 character, a surrogate pair or a byte of hexadecimal digits: what is left
//! over waits for the next piece.

use bytes::{Buf, BufMut, BytesMut};

use super::super::buffer::Source;
use super::super::converter::{Scratch, Warning};
use super::super::options::{Format, WideUnit};
use super::value::ParameterFault;
use super::{Encoder, read, write};
use crate::config::NarrowDecoder;
use crate::diag::sqlstate::HY019_NON_CHARACTER_DATA_IN_PIECES;
use crate::diag::{Diagnostic, Result};
use crate::odbc::types::{SQL_C_BINARY, SQL_C_CHAR, SQL_C_WCHAR};

/// One value on its way in.
#[derive(Debug)]
pub struct Pieces {
    encoder: Encoder,
    form: Form,
    value: BytesMut,
    /// Of hexadecimal digits: how many bytes of the value they have become; `None` before the first two are there.
    digits_done: Option<usize>,
    begun: bool,
}

/// How the pieces become the value.
enum Form {
    /// As they come: bytes, or text that is UTF-8 already.
    Same,
    /// Narrow text in another encoding.
    Narrow(Box<NarrowDecoder>),
    /// Wide text: the bytes of an unfinished unit, and a high surrogate that waits for its other half.
    Wide { unit: Vec<u8>, high: Option<u16> },
    /// A fixed-length C type: one piece.
    Whole,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Form::Same => "Same",
            Form::Narrow(_) => "Narrow",
            Form::Wide { .. } => "Wide",
            Form::Whole => "Whole",
        })
    }
}

impl Pieces {
    /// Begins a value that an encoder is for.
    pub fn new(encoder: Encoder) -> Pieces {
        let narrow = encoder.options.narrow;
        let form = match encoder.source.canonical {
            SQL_C_CHAR if narrow.is_utf_8() => Form::Same,
            SQL_C_CHAR => Form::Narrow(Box::new(narrow.decoder())),
            SQL_C_WCHAR => Form::Wide { unit: Vec::new(), high: None },
            SQL_C_BINARY => Form::Same,
            _ if encoder.byte_length != 0 => Form::Same,
            _ => Form::Whole,
        };
        Pieces { encoder, form, value: BytesMut::new(), digits_done: None, begun: false }
    }

    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// Takes a piece: `length` in bytes or SQL_NTS.
    ///
    /// Errors: HY019 a second piece of a fixed-length C type, HY009, HY090, 22018 text that is not in its encoding or no
    /// hexadecimal digits where it must be; and
    /// for a fixed-length type those of [`Encoder::encode`].
    pub fn put(&mut self, piece: Source) -> Result<Option<Warning>> {
        let begun = std::mem::replace(&mut self.begun, true);
        if let Form::Whole = self.form {
            if begun {
                return Err(Diagnostic::new(
                    HY019_NON_CHARACTER_DATA_IN_PIECES,
                    format!("a {} value is put by one call of SQLPutData", self.encoder.source.name),
                ));
            }
            return self.encoder.encode(piece, &mut self.value, &mut Scratch::default());
        }
        let taken = match &mut self.form {
            Form::Wide { .. } => read::wide_bytes(piece, &self.encoder.options),
            _ => read::bytes(piece),
        };
        let outcome = taken.and_then(|bytes| match &mut self.form {
            Form::Narrow(decoder) => decode(decoder, bytes, false, &mut self.value),
            Form::Wide { unit, high } => widen(self.encoder.options.wide, bytes, unit, high, &mut self.value),
            _ => {
                self.value.put_slice(bytes);
                Ok(())
            }
        });
        let outcome = outcome.and_then(|()| if self.encoder.hexadecimal { self.take_digits() } else { Ok(()) });
        outcome.map(|()| None).map_err(|fault| self.encoder.report(fault))
    }

    /// The value as it is sent, once all pieces are there, and the encoder that knows what it is declared as
    /// ([`Encoder::for_value`]).
    ///
    /// Errors: 22018 text that ends inside a character, has a NUL or is not in its encoding, or digits that are no
    /// hexadecimal pairs, or with what a date or time type would drop (also 22008); 22003 a wrong number of bytes for a
    /// fixed-length type.
    pub fn finish(mut self) -> Result<(Encoder, BytesMut)> {
        let ended = match &mut self.form {
            Form::Narrow(decoder) => decode(decoder, &[], true, &mut self.value),
            Form::Wide { unit, high } if !unit.is_empty() || high.is_some() => Err(ParameterFault::Undecodable),
            _ => Ok(()),
        };
        let outcome = ended.and_then(|()| self.check());
        outcome.map_err(|fault| self.encoder.report(fault))?;
        if self.encoder.byte_length == 0 {
            return Ok((self.encoder, self.value));
        }
        // Bytes of a fixed-length type: they are read like one.
        let (bytes, mut value) = (self.value, BytesMut::new());
        let source = Source { address: bytes.as_ptr(), length: bytes.len() as isize, capacity: bytes.len() };
        self.encoder.encode(source, &mut value, &mut Scratch::default())?;
        Ok((self.encoder, value))
    }

    /// Digits take twice the value's memory: they become bytes while they come.
    fn take_digits(&mut self) -> std::result::Result<(), ParameterFault> {
        if self.digits_done.is_none() && self.value.len() >= 2 {
            // The server's own prefix is allowed.
            if self.value.starts_with(b"\\x") {
                self.value.advance(2);
            }
            self.digits_done = Some(0);
        }
        if let Some(done) = &mut self.digits_done {
            *done = write::bytes_of_digits(&mut self.value, *done)?;
        }
        Ok(())
    }

    fn check(&mut self) -> std::result::Result<(), ParameterFault> {
        if let Form::Whole = self.form {
            return Ok(());
        }
        let is_text = self.encoder.source.canonical != SQL_C_BINARY || self.encoder.format == Format::Text;
        if self.encoder.byte_length != 0 || !is_text {
            return Ok(());
        }
        if self.encoder.hexadecimal {
            // A digit without its pair.
            let is_whole = self.value.len() == self.digits_done.unwrap_or(0);
            return if is_whole { Ok(()) } else { Err(ParameterFault::NotHexadecimal) };
        }
        if let Form::Same = self.form {
            std::str::from_utf8(&self.value).map_err(|_| ParameterFault::Undecodable)?;
        }
        if self.encoder.source.canonical == SQL_C_BINARY {
            return write::check_nul(&self.value);
        }
        if self.encoder.options.line_feeds {
            write::remove_carriage_returns(&mut self.value);
        }
        self.encoder = self.encoder.for_text(&self.value);
        write::finish_text(&self.encoder, &mut self.value)
    }
}

/// Appends narrow text as UTF-8; the decoder keeps an unfinished character.
fn decode(
    decoder: &mut NarrowDecoder,
    bytes: &[u8],
    last: bool,
    out: &mut BytesMut,
) -> std::result::Result<(), ParameterFault> {
    decoder.decode(bytes, last, &mut |piece: &[u8]| out.put_slice(piece)).ok_or(ParameterFault::Undecodable)
}

/// Appends wide text as UTF-8.
fn widen(
    wide: WideUnit,
    bytes: &[u8],
    unit: &mut Vec<u8>,
    high: &mut Option<u16>,
    out: &mut BytesMut,
) -> std::result::Result<(), ParameterFault> {
    let size = wide.size();
    out.reserve(bytes.len() / size);
    // The unit that the last piece left unfinished.
    let missing = if unit.is_empty() { 0 } else { (size - unit.len()).min(bytes.len()) };
    let (first, rest) = bytes.split_at(missing);
    unit.extend_from_slice(first);
    if unit.len() == size {
        push_unit(wide, unit, high, out)?;
        unit.clear();
    }
    let units = rest.chunks_exact(size);
    unit.extend_from_slice(units.remainder());
    units.into_iter().try_for_each(|unit| push_unit(wide, unit, high, out))
}

fn push_unit(
    wide: WideUnit,
    unit: &[u8],
    high: &mut Option<u16>,
    out: &mut BytesMut,
) -> std::result::Result<(), ParameterFault> {
    let code = match (wide, unit) {
        (WideUnit::Utf16, &[a, b]) => {
            let code = u16::from_ne_bytes([a, b]);
            match (high.take(), code) {
                (Some(first), 0xDC00..=0xDFFF) => {
                    0x10000 + ((u32::from(first) & 0x3ff) << 10) + (u32::from(code) & 0x3ff)
                }
                (Some(_), _) => return Err(ParameterFault::Undecodable),
                (None, 0xD800..=0xDBFF) => {
                    *high = Some(code);
                    return Ok(());
                }
                (None, code) => code.into(),
            }
        }
        (WideUnit::Utf32, &[a, b, c, d]) => u32::from_ne_bytes([a, b, c, d]),
        _ => return Err(ParameterFault::Undecodable),
    };
    match char::from_u32(code).ok_or(ParameterFault::Undecodable)? {
        character if character.is_ascii() => out.put_u8(character as u8),
        character => out.put_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
    }
    Ok(())
}

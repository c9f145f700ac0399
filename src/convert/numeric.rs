//! The server's binary numeric, and SQL_NUMERIC_STRUCT.
//!
//! Source: PostgreSQL's `numeric_send`: int16 digit count, int16 weight (of the first digit, power of 10000), int16
//! sign, int16 display scale, then digits of 0..9999. ODBC reference, "C data types", SQL_NUMERIC_STRUCT.

use odbc_sys::Numeric;

use super::decimal::{Decimal, write_padded};
use super::fault::Fault;
use super::options::NumericTarget;

const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const MINUS_INFINITY: u16 = 0xF000;

/// Appends the text that the server prints for a binary numeric.
pub(super) fn write_binary(value: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
    let (header, digits) = value.split_first_chunk::<8>().ok_or(Fault::Malformed)?;
    let [count, weight, sign, scale] = [0, 2, 4, 6].map(|at| u16::from_be_bytes([header[at], header[at + 1]]));
    let weight = i32::from(weight as i16);
    if digits.len() != 2 * usize::from(count) {
        return Err(Fault::Malformed);
    }
    let special: &[u8] = match sign {
        0 => b"",
        NEGATIVE => {
            out.push(b'-');
            b""
        }
        NAN => b"NaN",
        INFINITY => b"Infinity",
        MINUS_INFINITY => b"-Infinity",
        _ => return Err(Fault::Malformed),
    };
    if !special.is_empty() {
        out.extend_from_slice(special);
        return Ok(());
    }
    // The digit of 10000^power; digits beyond those sent are zero.
    let digit = |power: i32| -> u32 {
        let at = weight - power;
        usize::try_from(at)
            .ok()
            .and_then(|at| digits.get(2 * at..2 * at + 2))
            .map_or(0, |pair| u32::from(u16::from_be_bytes([pair[0], pair[1]])))
    };
    if weight < 0 {
        out.push(b'0');
    } else {
        write_padded(digit(weight), 1, out);
        for power in (0..weight).rev() {
            write_padded(digit(power), 4, out);
        }
    }
    if scale > 0 {
        out.push(b'.');
        let end = out.len() + usize::from(scale);
        let mut power = -1;
        while out.len() < end {
            write_padded(digit(power), 4, out);
            power -= 1;
        }
        out.truncate(end);
    }
    Ok(())
}

/// Fills SQL_NUMERIC_STRUCT with the precision and scale that the application's descriptor asks for; tells whether
/// digits behind the scale were cut off.
pub(super) fn to_struct(decimal: &Decimal<'_>, target: NumericTarget) -> Result<(Numeric, bool), Fault> {
    let (magnitude, fraction_lost) = decimal.scaled(i32::from(target.scale))?;
    let limit = 10u128.checked_pow(u32::from(target.precision.clamp(1, 38))).unwrap_or(u128::MAX);
    if magnitude >= limit {
        return Err(Fault::OutOfRange);
    }
    Ok((
        Numeric {
            precision: target.precision,
            scale: target.scale,
            sign: u8::from(!decimal.negative || magnitude == 0),
            val: magnitude.to_le_bytes(),
        },
        fraction_lost,
    ))
}

/// Appends the text of a SQL_NUMERIC_STRUCT; `scale` is the application descriptor's.
pub(super) fn write_struct(value: &Numeric, scale: i8, out: &mut Vec<u8>) {
    let digits = u128::from_le_bytes(value.val).to_string();
    if value.sign == 0 {
        out.push(b'-');
    }
    let scale = i32::from(scale);
    if scale <= 0 {
        out.extend_from_slice(digits.as_bytes());
        if digits != "0" {
            out.resize(out.len() + scale.unsigned_abs() as usize, b'0');
        }
        return;
    }
    let scale = scale as usize;
    let padding = (scale + 1).saturating_sub(digits.len());
    let padded = "0".repeat(padding) + &digits;
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    out.extend_from_slice(whole.as_bytes());
    out.push(b'.');
    out.extend_from_slice(fraction.as_bytes());
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    // The example of the reference, "Retrieve numeric data with SQL_NUMERIC_STRUCT": 25.212 with scale 3 is 0x627C.
    #[test]
    fn the_structure_is_as_the_reference_shows() {
        let decimal = Decimal::parse(b"25.212").unwrap();
        let (value, lost) = to_struct(&decimal, NumericTarget { precision: 5, scale: 3 }).unwrap();
        assert_eq!((value.val[0], value.val[1], value.val[2], value.sign, lost), (0x7C, 0x62, 0, 1, false));
        let mut text = Vec::new();
        write_struct(&value, 3, &mut text);
        assert_eq!(text, b"25.212");
        assert_eq!(to_struct(&decimal, NumericTarget { precision: 4, scale: 3 }), Err(Fault::OutOfRange));
        let (value, lost) = to_struct(&decimal, NumericTarget { precision: 5, scale: 0 }).unwrap();
        assert_eq!((value.val[0], lost), (25, true));
    }

    #[test]
    fn scales_on_both_sides_of_the_digits() {
        for (magnitude, sign, scale, expected) in
            [(5u128, 1, 3, "0.005"), (5, 0, -2, "-500"), (0, 1, -2, "0"), (12345, 0, 2, "-123.45"), (100, 1, 2, "1.00")]
        {
            let mut text = Vec::new();
            write_struct(&Numeric { precision: 10, scale, sign, val: magnitude.to_le_bytes() }, scale, &mut text);
            assert_eq!(std::str::from_utf8(&text).unwrap(), expected);
        }
    }

    #[test]
    fn a_binary_numeric_that_lies_is_refused() {
        for value in [&b""[..], b"\0\x01\0\0\0\0\0", b"\0\x02\0\0\0\0\0\0\0\x01", b"\0\0\0\0\x12\x34\0\0"] {
            assert_eq!(write_binary(value, &mut Vec::new()), Err(Fault::Malformed), "{value:?}");
        }
    }
}

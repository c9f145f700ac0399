//! Exact decimal numbers as text: parsed without loss, whatever their length.

use super::fault::Fault;

/// A whole number, and whether a fraction other than zero was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) value: i128,
    pub(super) fraction_lost: bool,
    /// Below zero, also where the whole part is 0.
    pub(super) negative: bool,
}

impl From<i64> for Whole {
    fn from(value: i64) -> Whole {
        Whole { value: i128::from(value), fraction_lost: false, negative: value < 0 }
    }
}

/// A numeric literal taken apart (appendix C: [sign] digits [. digits] [E [sign] digits]).
#[derive(Clone, Copy, Debug)]
pub(super) struct Decimal<'a> {
    pub(super) negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i32,
}

/// Leading and trailing blanks off: "when character SQL data is converted to numeric .. spaces are ignored".
pub(super) fn trim(text: &[u8]) -> &[u8] {
    text.trim_ascii()
}

impl<'a> Decimal<'a> {
    /// None if the text is not a numeric literal.
    pub(super) fn parse(text: &'a [u8]) -> Option<Decimal<'a>> {
        let (negative, text) = sign(trim(text));
        let (whole, text) = digits(text);
        let (fraction, text) = match text {
            [b'.', rest @ ..] => digits(rest),
            _ => (&[][..], text),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let exponent = match text {
            [] => 0,
            [b'e' | b'E', rest @ ..] => exponent(rest)?,
            _ => return None,
        };
        Some(Decimal { negative, whole, fraction, exponent })
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        self.whole.iter().chain(self.fraction).map(|digit| digit - b'0')
    }

    /// The magnitude times 10^scale, cut to a whole number, and whether digits other than zero were cut off.
    pub(super) fn scaled(&self, scale: i32) -> Result<(u128, bool), Fault> {
        let kept = i64::try_from(self.whole.len()).map_err(|_| Fault::OutOfRange)?
            + i64::from(self.exponent)
            + i64::from(scale);
        let mut magnitude: u128 = 0;
        let mut lost = false;
        let mut position = 0i64;
        for digit in self.digits() {
            if position < kept {
                magnitude = append(magnitude, digit)?;
            } else {
                lost |= digit != 0;
            }
            position += 1;
        }
        while magnitude != 0 && position < kept {
            magnitude = append(magnitude, 0)?;
            position += 1;
        }
        Ok((magnitude, lost))
    }

    /// The whole part.
    pub(super) fn whole(&self) -> Result<Whole, Fault> {
        let (magnitude, fraction_lost) = self.scaled(0)?;
        let magnitude = i128::try_from(magnitude).map_err(|_| Fault::OutOfRange)?;
        let value = if self.negative { -magnitude } else { magnitude };
        Ok(Whole { value, fraction_lost, negative: self.negative && (value != 0 || fraction_lost) })
    }

    /// Whether all digits are zero.
    pub(super) fn is_zero(&self) -> bool {
        self.digits().all(|digit| digit == 0)
    }
}

fn append(magnitude: u128, digit: u8) -> Result<u128, Fault> {
    magnitude.checked_mul(10).and_then(|shifted| shifted.checked_add(u128::from(digit))).ok_or(Fault::OutOfRange)
}

fn sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

/// An exponent too big for i32 saturates: the number then is zero or far out of range either way.
fn exponent(text: &[u8]) -> Option<i32> {
    let (negative, text) = sign(text);
    if text.is_empty() {
        return None;
    }
    let mut exponent = 0i32;
    for byte in text {
        if !byte.is_ascii_digit() {
            return None;
        }
        exponent = exponent.saturating_mul(10).saturating_add(i32::from(byte - b'0'));
    }
    Some(if negative { -exponent } else { exponent })
}

/// A plain integer as text, the usual case of integer columns in text format, without the detour over [`Decimal`].
pub(super) fn parse_integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = sign(text);
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    let mut value: i64 = 0;
    for byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        // Downward, so that the least i64 is reached.
        value = value.checked_mul(10)?.checked_sub(i64::from(byte - b'0'))?;
    }
    if negative { Some(value) } else { value.checked_neg() }
}

/// Appends an integer's decimal digits.
pub(super) fn write_integer(value: i64, out: &mut Vec<u8>) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends a number with at least `width` digits, zeros in front.
pub(super) fn write_padded(value: u32, width: usize, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 10];
    let mut at = digits.len();
    let mut rest = value;
    while rest > 0 {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.extend_from_slice(&digits[at.min(digits.len() - width.min(digits.len()))..]);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Result<(i128, bool), Fault> {
        Decimal::parse(text.as_bytes())
            .ok_or(Fault::NotANumber)?
            .whole()
            .map(|whole| (whole.value, whole.fraction_lost))
    }

    #[test]
    fn literals_are_read_exactly() {
        for (text, expected) in [
            ("0", (0, false)),
            (" -12 ", (-12, false)),
            ("+3.5", (3, true)),
            ("-0.9", (0, true)),
            (".5", (0, true)),
            ("5.", (5, false)),
            ("1e3", (1000, false)),
            ("1.2345E+3", (1234, true)),
            ("12345e-2", (123, true)),
            ("100e-2", (1, false)),
            ("0e999999999999", (0, false)),
            ("1e-999999999999", (0, true)),
            ("170141183460469231731687303715884105727", (i128::MAX, false)),
        ] {
            assert_eq!(whole(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_literal_or_too_big_says_so() {
        for text in ["", " ", "-", ".", "1e", "1e+", "abc", "1 2", "0x10", "NaN", "Infinity", "1,000", "--1", "1.2.3"] {
            assert_eq!(whole(text), Err(Fault::NotANumber), "{text}");
        }
        for text in ["1e39", "1e999999999999", "170141183460469231731687303715884105728"] {
            assert_eq!(whole(text), Err(Fault::OutOfRange), "{text}");
        }
    }

    #[test]
    fn integers_round_trip_at_their_ends() {
        for value in [0, 1, -1, 10, i64::MAX, i64::MIN, 1_000_000_000_000] {
            let mut text = Vec::new();
            write_integer(value, &mut text);
            assert_eq!(text, value.to_string().into_bytes());
            assert_eq!(parse_integer(&text), Some(value));
        }
        assert_eq!(parse_integer(b"9223372036854775808"), None);
        assert_eq!(parse_integer(b"12a"), None);
        let mut text = Vec::new();
        write_padded(7, 2, &mut text);
        write_padded(12345, 4, &mut text);
        write_padded(0, 4, &mut text);
        assert_eq!(text, b"07123450000");
    }
}

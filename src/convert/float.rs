//! Floating point numbers as PostgreSQL prints them with extra_float_digits = 1 (its default since version 12).
//!
//! The server prints the shortest digits that read back as the same number, as Rust does, with two differences. It writes
//! an exponent (two digits or more) when that is below -4 or not below 15 (float8) or 6 (float4). And it takes only
//! digits strictly nearer to this number than to its neighbours, where Rust also takes a number half-way between two that
//! round-to-even would read back: 1e23 reads back, yet the server prints 9.999999999999999e+22 where the number lies
//! half-way.

use std::io::Write;

/// A binary float taken apart, for the half-way test.
pub(super) trait Float: Copy + std::fmt::LowerExp + PartialEq {
    /// The exponent from which on the server writes one.
    const EXPONENT_FROM: i32;
    /// Digits that always identify a number.
    const MAX_DIGITS: usize;
    /// Significand as an integer and its power of two: value = significand * 2^power. Finite numbers only.
    fn parts(self) -> (u64, i32);
    fn is_nan(self) -> bool;
    fn is_infinite(self) -> bool;
    fn is_negative(self) -> bool;
    fn parse(text: &str) -> Option<Self>;
}

macro_rules! float {
    ($type:ty, $exponent_from:literal, $max_digits:literal, $mantissa_bits:literal, $bias:literal) => {
        impl Float for $type {
            const EXPONENT_FROM: i32 = $exponent_from;
            const MAX_DIGITS: usize = $max_digits;
            fn parts(self) -> (u64, i32) {
                let bits = u64::from(self.abs().to_bits());
                let mantissa = bits & ((1u64 << $mantissa_bits) - 1);
                let exponent = (bits >> $mantissa_bits) as i32;
                if exponent == 0 {
                    (mantissa, 1 - $bias - $mantissa_bits)
                } else {
                    (mantissa | (1u64 << $mantissa_bits), exponent - $bias - $mantissa_bits)
                }
            }
            fn is_nan(self) -> bool {
                self.is_nan()
            }
            fn is_infinite(self) -> bool {
                self.is_infinite()
            }
            fn is_negative(self) -> bool {
                self.is_sign_negative()
            }
            fn parse(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    };
}

float!(f64, 15, 17, 52, 1023);
float!(f32, 6, 9, 23, 127);

/// Appends the number as the server prints it.
pub(super) fn write<F: Float>(value: F, out: &mut Vec<u8>) {
    if value.is_nan() {
        return out.extend_from_slice(b"NaN");
    }
    if value.is_negative() {
        out.push(b'-');
    }
    if value.is_infinite() {
        return out.extend_from_slice(b"Infinity");
    }
    let shortest = Scientific::new(format_args!("{value:e}"));
    let number = if shortest.is_half_way(value) { strictly_nearest(value) } else { shortest };
    number.write(F::EXPONENT_FROM, out);
}

/// The shortest digits that lie strictly within the number's own interval.
#[cold]
fn strictly_nearest<F: Float>(value: F) -> Scientific {
    for precision in 0..F::MAX_DIGITS {
        let candidate = Scientific::new(format_args!("{value:.precision$e}"));
        let reads_back = std::str::from_utf8(candidate.text()).ok().and_then(F::parse) == Some(value);
        if reads_back && !candidate.is_half_way(value) {
            return candidate;
        }
    }
    Scientific::new(format_args!("{value:e}"))
}

/// Rust's `{:e}` text of a finite number: d.ddde-d, on the stack.
struct Scientific {
    bytes: [u8; 32],
    length: usize,
}

impl Scientific {
    fn new(text: std::fmt::Arguments<'_>) -> Scientific {
        let mut number = Scientific { bytes: [0; 32], length: 0 };
        let mut rest = &mut number.bytes[..];
        // At most 17 digits, sign, point and a four-character exponent: it fits.
        let _ = rest.write_fmt(text);
        let unused = rest.len();
        number.length = 32 - unused;
        number
    }

    fn text(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Digits without point and sign, and the exponent of the first.
    fn parts(&self) -> ([u8; 20], usize, i32) {
        let mut digits = [0u8; 20];
        let mut count = 0;
        let mut exponent = 0;
        let text = self.text();
        for (index, &byte) in text.iter().enumerate() {
            match byte {
                b'0'..=b'9' if count < digits.len() => {
                    digits[count] = byte;
                    count += 1;
                }
                b'e' => {
                    exponent = super::decimal::parse_integer(&text[index + 1..]).unwrap_or(0) as i32;
                    break;
                }
                _ => {}
            }
        }
        // Digits of a given precision may end in zeros, which the server does not print.
        while count > 1 && digits[count - 1] == b'0' {
            count -= 1;
        }
        (digits, count, exponent)
    }

    /// Whether these digits lie exactly half-way between the number and a neighbour of its own binade.
    fn is_half_way<F: Float>(&self, value: F) -> bool {
        let (significand, power) = value.parts();
        // Round-to-even reads a half-way number as its even neighbour only.
        if significand == 0 || significand % 2 != 0 {
            return false;
        }
        let (digits, count, exponent) = self.parts();
        let decimal = digits[..count].iter().fold(0u128, |sum, digit| sum * 10 + u128::from(digit - b'0'));
        let tens = exponent - (count as i32 - 1);
        // Below the least significand of a binade the neighbour is half as far: a quarter of a unit away.
        let neighbours = [
            (2 * u128::from(significand) + 1, power - 1),
            (2 * u128::from(significand) - 1, power - 1),
            (4 * u128::from(significand) - 1, power - 2),
        ];
        let least_of_binade = significand.is_power_of_two();
        neighbours.iter().enumerate().any(|(index, &(half_way, power))| {
            (index == 0 || (index == 2) == least_of_binade) && equal(decimal, tens, half_way, power)
        })
    }

    fn write(&self, exponent_from: i32, out: &mut Vec<u8>) {
        let (digits, count, exponent) = self.parts();
        let digits = &digits[..count];
        if exponent < -4 || exponent >= exponent_from {
            out.push(digits[0]);
            if count > 1 {
                out.push(b'.');
                out.extend_from_slice(&digits[1..]);
            }
            out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
            super::decimal::write_padded(exponent.unsigned_abs(), 2, out);
        } else if exponent < 0 {
            out.extend_from_slice(&b"0.0000"[..2 + (-exponent - 1) as usize]);
            out.extend_from_slice(digits);
        } else {
            let whole = exponent as usize + 1;
            if count <= whole {
                out.extend_from_slice(digits);
                out.resize(out.len() + whole - count, b'0');
            } else {
                out.extend_from_slice(&digits[..whole]);
                out.push(b'.');
                out.extend_from_slice(&digits[whole..]);
            }
        }
    }
}

/// Whether decimal * 10^tens == odd * 2^power, for odd numbers below 2^56.
fn equal(decimal: u128, tens: i32, odd: u128, power: i32) -> bool {
    // 5^24 exceeds both sides' digits: no such power can divide out.
    if decimal == 0 || tens.abs() > 23 {
        return false;
    }
    let fives = 5u128.pow(tens.unsigned_abs());
    let (left, right) = if tens >= 0 { (decimal * fives, odd) } else { (decimal, odd * fives) };
    let twos = left.trailing_zeros();
    left >> twos == right && tens + twos as i32 == power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<F: Float>(value: F) -> String {
        let mut out = Vec::new();
        write(value, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    // What psql prints for the same float8 and float4 (more in the table of server values, see tests/).
    #[test]
    fn exponents_begin_where_the_servers_do() {
        assert_eq!(text(1e14f64), "100000000000000");
        assert_eq!(text(1e15f64), "1e+15");
        assert_eq!(text(0.0001f64), "0.0001");
        assert_eq!(text(0.00001f64), "1e-05");
        assert_eq!(text(-0.0f64), "-0");
        assert_eq!(text(1e5f32), "100000");
        assert_eq!(text(1e6f32), "1e+06");
        assert_eq!(text(f64::NEG_INFINITY), "-Infinity");
    }
}

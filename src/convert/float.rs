//! Floating point numbers as PostgreSQL prints them with extra_float_digits = 1 (its default since version 12).
//!
//! The server prints the shortest digits that read back as the same number, as Rust does, with three differences. It writes
//! an exponent (two digits or more) when that is below -4 or not below 15 (float8) or 6 (float4). And it takes only
//! digits strictly nearer to this number than to its neighbours, where Rust also takes a number half-way between two that
//! round-to-even would read back: 1e23 reads back, yet the server prints 9.999999999999999e+22 where the number lies
//! half-way. And of two equally short and equally near texts it takes the one with the even last digit.

use std::fmt;
use std::io::Write;

use super::decimal::{parse_integer, write_padded};

/// A binary float taken apart, for the half-way test.
pub(super) trait Float: Copy + fmt::LowerExp + PartialEq {
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
    let shortest = Digits::of(format_args!("{value:e}"));
    let digits = if shortest.is_half_way(value) { strictly_nearest(value) } else { shortest.even_of_two(value) };
    digits.write(F::EXPONENT_FROM, out);
}

/// The shortest digits that lie strictly within the number's own interval.
#[cold]
fn strictly_nearest<F: Float>(value: F) -> Digits {
    for precision in 0..F::MAX_DIGITS {
        let candidate = Digits::of(format_args!("{value:.precision$e}"));
        if candidate.reads_back(value) && !candidate.is_half_way(value) {
            return candidate;
        }
    }
    Digits::of(format_args!("{value:e}"))
}

/// A magnitude in decimal: significant * 10^tens, without trailing zeros.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Digits {
    significant: u64,
    tens: i32,
}

impl Digits {
    /// From Rust's `{:e}` text of a finite number.
    fn of(text: fmt::Arguments<'_>) -> Digits {
        // At most 17 digits, sign, point and a five-character exponent: it fits.
        let mut bytes = [0u8; 32];
        let mut rest = &mut bytes[..];
        let _ = rest.write_fmt(text);
        let unused = rest.len();
        let text = &bytes[..32 - unused];
        let (mantissa, exponent) = text.split_at(text.iter().position(|&byte| byte == b'e').unwrap_or(text.len()));
        let exponent = parse_integer(exponent.get(1..).unwrap_or_default()).unwrap_or(0) as i32;
        let mut digits = Digits { significant: 0, tens: exponent + 1 };
        for digit in mantissa.iter().filter(|byte| byte.is_ascii_digit()) {
            digits.significant = digits.significant * 10 + u64::from(digit - b'0');
            digits.tens -= 1;
        }
        while digits.significant != 0 && digits.significant.is_multiple_of(10) {
            digits.significant /= 10;
            digits.tens += 1;
        }
        digits
    }

    #[cold]
    fn reads_back<F: Float>(self, value: F) -> bool {
        let sign = if value.is_negative() { "-" } else { "" };
        F::parse(&format!("{sign}{}e{}", self.significant, self.tens)) == Some(value)
    }

    /// Whether these digits lie exactly half-way between the number and a neighbour.
    fn is_half_way<F: Float>(self, value: F) -> bool {
        let (significand, power) = value.parts();
        // Round-to-even reads a half-way number as its even neighbour only.
        if significand == 0 || !significand.is_multiple_of(2) {
            return false;
        }
        let significand = u128::from(significand);
        let decimal = u128::from(self.significant);
        // Below the least significand of a binade the neighbour is half as far: a quarter of a unit away.
        let below = if significand.is_power_of_two() {
            (4 * significand - 1, power - 2)
        } else {
            (2 * significand - 1, power - 1)
        };
        equal(decimal, self.tens, 2 * significand + 1, power - 1) || equal(decimal, self.tens, below.0, below.1)
    }

    /// The number may lie half-way between two equally short texts: the server takes the one with the even last digit.
    fn even_of_two<F: Float>(self, value: F) -> Digits {
        let (significand, power) = value.parts();
        if self.significant.is_multiple_of(2) {
            return self;
        }
        let decimal = u128::from(self.significant);
        for (twice, other) in [(2 * decimal - 1, self.significant - 1), (2 * decimal + 1, self.significant + 1)] {
            let other = Digits { significant: other, ..self };
            if equal(twice, self.tens, u128::from(significand), power + 1) && other.reads_back(value) {
                return other;
            }
        }
        self
    }

    fn write(self, exponent_from: i32, out: &mut Vec<u8>) {
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        let mut rest = self.significant;
        while at == digits.len() || rest > 0 {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        let digits = &digits[at..];
        let exponent = self.tens + digits.len() as i32 - 1;
        if exponent < -4 || exponent >= exponent_from {
            out.push(digits[0]);
            if digits.len() > 1 {
                out.push(b'.');
                out.extend_from_slice(&digits[1..]);
            }
            out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
            write_padded(exponent.unsigned_abs(), 2, out);
        } else if exponent < 0 {
            out.extend_from_slice(&b"0.000"[..1 + exponent.unsigned_abs() as usize]);
            out.extend_from_slice(digits);
        } else if self.tens >= 0 {
            out.extend_from_slice(digits);
            out.resize(out.len() + self.tens as usize, b'0');
        } else {
            let (whole, fraction) = digits.split_at(exponent as usize + 1);
            out.extend_from_slice(whole);
            out.push(b'.');
            out.extend_from_slice(fraction);
        }
    }
}

/// Whether decimal * 10^tens == binary * 2^power, exactly, for numbers below 2^60.
fn equal(decimal: u128, tens: i32, binary: u128, power: i32) -> bool {
    // 5^24 exceeds either side's digits: no such power can divide out.
    if decimal == 0 || binary == 0 || tens.abs() > 23 {
        return false;
    }
    let fives = 5u128.pow(tens.unsigned_abs());
    let (left, right) = if tens >= 0 { (decimal * fives, binary) } else { (decimal, binary * fives) };
    let (left_twos, right_twos) = (left.trailing_zeros(), right.trailing_zeros());
    left >> left_twos == right >> right_twos && tens + left_twos as i32 == power + right_twos as i32
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

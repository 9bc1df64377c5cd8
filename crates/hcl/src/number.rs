//! Numbers as Terraform has them: binary floats of 512 bits, printed with as few decimal digits as tell them apart.
//!
//! Integers of up to 127 bits, which are nearly all numbers of a configuration, are kept as such.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use num_bigint::{BigInt, BigUint, Sign};

/// Bits of the mantissa of a number that is written or computed (`cty` parses and computes with 512).
const PRECISION: u64 = 512;
/// Bits of the mantissa of a number that came out of a 64-bit float.
const DOUBLE: u64 = 53;
/// The largest power of ten a number may be written with; more would be a way to fill the memory.
const LARGEST_EXPONENT: i64 = 4096;

/// A number: exact where it is an integer below 2^127 in size, else rounded to 512 bits.
#[derive(Clone)]
pub struct Number(Form);

#[derive(Clone)]
enum Form {
    Integer(i128),
    Float(Arc<Float>),
}

/// `mantissa * 2^exponent`; the mantissa is odd and has at most `precision` bits.
#[derive(Clone, Debug)]
struct Float {
    mantissa: BigInt,
    exponent: i64,
    precision: u64,
}

impl Number {
    /// A number read from decimal notation (`12`, `-1.5`, `2e3`), as Terraform converts text to a number.
    /// `None` where the text is no number or its exponent is beyond ±4096.
    #[must_use]
    pub fn parse(text: &str) -> Option<Number> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        let (mantissa, exponent) = match rest.find(['e', 'E']) {
            Some(at) => (rest.get(..at)?, rest.get(at + 1..)?.parse::<i64>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let empty = whole.is_empty() && fraction.is_empty();
        if empty || !digits_only(whole) || !digits_only(fraction) || exponent.abs() > LARGEST_EXPONENT {
            return None;
        }
        if fraction.is_empty()
            && exponent == 0
            && let Ok(value) = whole.parse::<i128>()
        {
            return Some(Number(Form::Integer(if negative { -value } else { value })));
        }
        if whole.len() + fraction.len() > 8192 {
            return None;
        }
        let digits = BigInt::parse_bytes(format!("{whole}{fraction}").as_bytes(), 10)?;
        let digits = if negative { -digits } else { digits };
        let scale = exponent - i64::try_from(fraction.len()).ok()?;
        let power = BigInt::from(10).pow(u32::try_from(scale.unsigned_abs()).ok()?);
        Some(if scale >= 0 {
            Number::rounded(digits * power, 0, PRECISION)
        } else {
            Number::quotient(&digits, 0, &power, 0, PRECISION)
        })
    }

    /// The nearest number to a 64-bit float; `None` for infinities and what is no number.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Number> {
        if !value.is_finite() {
            return None;
        }
        let bits = value.to_bits();
        let stored = i64::try_from((bits >> 52) & 0x7FF).ok()?;
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) = if stored == 0 { (fraction, -1074) } else { (fraction | (1 << 52), stored - 1075) };
        let mantissa = BigInt::from(mantissa);
        Some(Number::rounded(if value < 0.0 { -mantissa } else { mantissa }, exponent, DOUBLE))
    }

    /// The nearest 64-bit float.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Form::Integer(value) => *value as f64,
            Form::Float(float) => {
                // Decimal notation with more digits than a double holds is read back correctly rounded.
                let text = float.print();
                text.parse().unwrap_or(f64::NAN)
            }
        }
    }

    /// The value where it is an integer below 2^127 in size.
    #[must_use]
    pub fn to_integer(&self) -> Option<i128> {
        match &self.0 {
            Form::Integer(value) => Some(*value),
            Form::Float(_) => None,
        }
    }

    /// The value where it is an integer that counts things.
    #[must_use]
    pub fn to_usize(&self) -> Option<usize> {
        self.to_integer().and_then(|value| usize::try_from(value).ok())
    }

    /// Whether it has no fraction.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Form::Integer(_) => true,
            Form::Float(float) => float.exponent >= 0,
        }
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Form::Integer(value) => *value < 0,
            Form::Float(float) => float.mantissa.sign() == Sign::Minus,
        }
    }

    /// Whether it can be printed in a few thousand digits; what is computed beyond that is refused.
    #[must_use]
    pub(crate) fn in_bounds(&self) -> bool {
        match &self.0 {
            Form::Integer(_) => true,
            Form::Float(float) => float.exponent.abs() < 32_768,
        }
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Form::Integer(0))
    }

    /// The sum.
    #[must_use]
    pub fn add(&self, other: &Number) -> Number {
        if let (Form::Integer(a), Form::Integer(b)) = (&self.0, &other.0)
            && let Some(sum) = a.checked_add(*b)
        {
            return Number(Form::Integer(sum));
        }
        let (a, b) = (self.parts(), other.parts());
        let exponent = a.exponent.min(b.exponent);
        let shifted = |part: &Float| &part.mantissa << usize::try_from(part.exponent - exponent).unwrap_or(0);
        Number::rounded(shifted(&a) + shifted(&b), exponent, a.precision.max(b.precision))
    }

    /// The difference.
    #[must_use]
    pub fn subtract(&self, other: &Number) -> Number {
        self.add(&other.negate())
    }

    /// The product.
    #[must_use]
    pub fn multiply(&self, other: &Number) -> Number {
        if let (Form::Integer(a), Form::Integer(b)) = (&self.0, &other.0)
            && let Some(product) = a.checked_mul(*b)
        {
            return Number(Form::Integer(product));
        }
        let (a, b) = (self.parts(), other.parts());
        // `cty` multiplies with 512 bits, whatever the factors had.
        Number::rounded(&a.mantissa * &b.mantissa, a.exponent + b.exponent, PRECISION)
    }

    /// The quotient; `None` where the divisor is zero.
    #[must_use]
    pub fn divide(&self, other: &Number) -> Option<Number> {
        if other.is_zero() {
            return None;
        }
        if let (Form::Integer(a), Form::Integer(b)) = (&self.0, &other.0)
            && a.checked_rem(*b) == Some(0)
            && let Some(quotient) = a.checked_div(*b)
        {
            return Some(Number(Form::Integer(quotient)));
        }
        let (a, b) = (self.parts(), other.parts());
        let precision = a.precision.max(b.precision);
        Some(Number::quotient(&a.mantissa, a.exponent, &b.mantissa, b.exponent, precision))
    }

    /// What is left of a division towards zero. By zero it is the number itself, as in Terraform.
    #[must_use]
    pub fn remainder(&self, other: &Number) -> Option<Number> {
        if other.is_zero() {
            return Some(self.clone());
        }
        if let (Form::Integer(a), Form::Integer(b)) = (&self.0, &other.0) {
            return a.checked_rem(*b).map(|left| Number(Form::Integer(left)));
        }
        let whole = self.divide(other)?.truncate();
        Some(self.subtract(&other.multiply(&whole)))
    }

    /// The number with the other sign.
    #[must_use]
    pub fn negate(&self) -> Number {
        match &self.0 {
            Form::Integer(value) if *value != i128::MIN => Number(Form::Integer(-value)),
            _ => {
                let parts = self.parts();
                Number::rounded(-parts.mantissa, parts.exponent, parts.precision)
            }
        }
    }

    /// The number without its sign.
    #[must_use]
    pub fn absolute(&self) -> Number {
        if self.is_negative() { self.negate() } else { self.clone() }
    }

    /// The integer part, towards zero.
    #[must_use]
    pub fn truncate(&self) -> Number {
        match &self.0 {
            Form::Float(float) if float.exponent < 0 => {
                let shift = usize::try_from(-float.exponent).unwrap_or(usize::MAX);
                let size: BigUint = float.mantissa.magnitude() >> shift;
                Number::rounded(BigInt::from_biguint(float.mantissa.sign(), size), 0, PRECISION)
            }
            _ => self.clone(),
        }
    }

    /// The largest integer that is not above the number.
    #[must_use]
    pub fn floor(&self) -> Number {
        let whole = self.truncate();
        if self.is_negative() && !self.is_integer() { whole.subtract(&Number::from(1)) } else { whole }
    }

    /// The smallest integer that is not below the number.
    #[must_use]
    pub fn ceil(&self) -> Number {
        let whole = self.truncate();
        if self.is_negative() || self.is_integer() { whole } else { whole.add(&Number::from(1)) }
    }

    /// An integer of any size read in a base from 2 to 62, with digits `0-9a-zA-Z` as Go reads them.
    #[must_use]
    pub fn parse_base(text: &str, base: u32) -> Option<Number> {
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        if digits.is_empty() || digits.len() > 8192 {
            return None;
        }
        let mut value = BigInt::from(0);
        for byte in digits.bytes() {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'z' => byte - b'a' + 10,
                // Up to base 36 the case of a letter does not matter.
                b'A'..=b'Z' if base <= 36 => byte - b'A' + 10,
                b'A'..=b'Z' => byte - b'A' + 36,
                _ => return None,
            };
            if u32::from(digit) >= base {
                return None;
            }
            value = value * base + digit;
        }
        Some(Number::rounded(if negative { -value } else { value }, 0, PRECISION))
    }

    /// The integer in base 2, 8 or 16 (`%b`, `%o`, `%x`); `None` where the number has a fraction.
    #[must_use]
    pub fn to_base(&self, base: u32) -> Option<String> {
        let parts = self.parts();
        let shift = usize::try_from(parts.exponent).ok()?;
        Some((parts.mantissa << shift).to_str_radix(base))
    }

    /// All digits of the number without its sign, and how many of them stand before the point (it may be negative, or
    /// more than there are).
    pub(crate) fn exact_digits(&self) -> (String, i64) {
        let parts = self.parts();
        let (digits, places) = if parts.exponent >= 0 {
            let shift = usize::try_from(parts.exponent).unwrap_or(0);
            ((parts.mantissa.magnitude() << shift).to_string(), 0)
        } else {
            let power = BigUint::from(5_u8).pow(u32::try_from(-parts.exponent).unwrap_or(0));
            ((parts.mantissa.magnitude() * power).to_string(), -parts.exponent)
        };
        let point = i64::try_from(digits.len()).unwrap_or(i64::MAX) - places;
        (digits, point)
    }

    fn parts(&self) -> Float {
        match &self.0 {
            Form::Integer(value) => Float { mantissa: BigInt::from(*value), exponent: 0, precision: PRECISION },
            Form::Float(float) => Float::clone(float),
        }
    }

    /// `mantissa * 2^exponent`, rounded to the nearest with `precision` bits, ties to even.
    fn rounded(mantissa: BigInt, exponent: i64, precision: u64) -> Number {
        let (mut mantissa, mut exponent) = (mantissa, exponent);
        let bits = mantissa.bits();
        if bits > precision {
            let drop = usize::try_from(bits - precision).unwrap_or(0);
            let sign = mantissa.sign();
            let magnitude = mantissa.magnitude();
            let mut kept: BigUint = magnitude >> drop;
            let rest = magnitude - (&kept << drop);
            let half = BigUint::from(1_u8) << (drop - 1);
            if rest > half || (rest == half && kept.bit(0)) {
                kept += 1_u8;
            }
            mantissa = BigInt::from_biguint(sign, kept);
            exponent += i64::try_from(drop).unwrap_or(0);
        }
        let zeros = mantissa.trailing_zeros().unwrap_or(0);
        mantissa >>= zeros;
        exponent += i64::try_from(zeros).unwrap_or(0);
        if mantissa.sign() == Sign::NoSign {
            return Number(Form::Integer(0));
        }
        // A large integer that came out of a 64-bit float is printed with the digits of one.
        let most = if precision == PRECISION { 127 } else { precision };
        if exponent >= 0
            && mantissa.bits() + exponent.unsigned_abs() < most
            && let Ok(value) = i128::try_from(&mantissa << usize::try_from(exponent).unwrap_or(0))
        {
            return Number(Form::Integer(value));
        }
        Number(Form::Float(Arc::new(Float { mantissa, exponent, precision })))
    }

    /// `(a * 2^a_exponent) / (b * 2^b_exponent)`, rounded.
    fn quotient(a: &BigInt, a_exponent: i64, b: &BigInt, b_exponent: i64, precision: u64) -> Number {
        // Enough bits for the rounding to be right, and one for whether anything is left.
        let wanted = precision + 2 + b.bits();
        let shift = wanted.saturating_sub(a.bits());
        let scaled = a.magnitude() << usize::try_from(shift).unwrap_or(0);
        let whole = &scaled / b.magnitude();
        let exact = &whole * b.magnitude() == scaled;
        let sticky = (whole << 1_u8) + BigUint::from(u8::from(!exact));
        let negative = (a.sign() == Sign::Minus) != (b.sign() == Sign::Minus);
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        let exponent = a_exponent - b_exponent - i64::try_from(shift).unwrap_or(0) - 1;
        Number::rounded(BigInt::from_biguint(sign, sticky), exponent, precision)
    }
}

impl Float {
    /// Decimal notation without an exponent, with the fewest digits that give the same float again (Go's `Text('f', -1)`).
    fn print(&self) -> String {
        let sign = if self.mantissa.sign() == Sign::Minus { "-" } else { "" };
        // One bit more on each side: half a unit of the last place is an integer then.
        let bits = self.mantissa.bits();
        let shift = self.precision.saturating_sub(bits) + 2;
        let value = self.mantissa.magnitude() << usize::try_from(shift).unwrap_or(0);
        let exponent = self.exponent - i64::try_from(shift).unwrap_or(0);
        // A power of two is nearer to its neighbour below than to the one above.
        let power_of_two = bits == 1;
        let above = &value + 2_u8;
        let below = if power_of_two { &value - 1_u8 } else { &value - 2_u8 };
        let inclusive = bits < self.precision;
        let (scaled, places): (Vec<BigUint>, usize) = if exponent >= 0 {
            let up = usize::try_from(exponent).unwrap_or(0);
            (vec![value << up, below << up, above << up], 0)
        } else {
            let places = u32::try_from(-exponent).unwrap_or(0);
            let power = BigUint::from(5_u8).pow(places);
            (vec![value * &power, below * &power, above * &power], usize::try_from(-exponent).unwrap_or(0))
        };
        let mut texts = scaled.into_iter().map(|number| number.to_string());
        let (middle, low, high) =
            (texts.next().unwrap_or_default(), texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
        let width = high.len().max(places + 1);
        let pad = |text: String| format!("{text:0>width$}").into_bytes();
        let digits = shortest(&pad(middle), &pad(low), &pad(high), inclusive);
        let point = digits.len() - places.min(digits.len());
        let text = String::from_utf8_lossy(&digits).into_owned();
        let (whole, fraction) = text.split_at(point.min(text.len()));
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let whole = if whole.is_empty() { "0" } else { whole };
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

/// The shortest decimal between two bounds that is nearest to the middle, all given with equally many digits.
fn shortest(middle: &[u8], low: &[u8], high: &[u8], inclusive: bool) -> Vec<u8> {
    let significant = |digits: &[u8]| digits.len() - digits.iter().rev().take_while(|digit| **digit == b'0').count();
    let (low_length, high_length) = (significant(low), significant(high));
    let at = |digits: &[u8], index: usize| digits.get(index).copied().unwrap_or(b'0');
    for (index, digit) in middle.iter().enumerate() {
        let down = at(low, index) != *digit || inclusive && index + 1 == low_length;
        let up = *digit != at(high, index) && (inclusive || digit + 1 < at(high, index) || index + 1 < high_length);
        if !down && !up {
            continue;
        }
        let rest = middle.get(index + 1..).unwrap_or(&[]);
        let half_or_more = match rest.first() {
            Some(b'5') if rest.iter().skip(1).all(|digit| *digit == b'0') => digit % 2 == 1,
            Some(first) => *first >= b'5',
            None => false,
        };
        let mut digits: Vec<u8> = middle.get(..=index).unwrap_or(&[]).to_vec();
        if up && (!down || half_or_more) {
            for place in digits.iter_mut().rev() {
                if *place == b'9' {
                    *place = b'0';
                } else {
                    *place += 1;
                    break;
                }
            }
        }
        digits.resize(middle.len(), b'0');
        return digits;
    }
    middle.to_vec()
}

impl From<i128> for Number {
    fn from(value: i128) -> Self {
        Number(Form::Integer(value))
    }
}

impl From<i32> for Number {
    fn from(value: i32) -> Self {
        Number(Form::Integer(i128::from(value)))
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Self {
        Number(Form::Integer(i128::try_from(value).unwrap_or(i128::MAX)))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Form::Integer(a), Form::Integer(b)) = (&self.0, &other.0) {
            return a.cmp(b);
        }
        let (a, b) = (self.parts(), other.parts());
        let exponent = a.exponent.min(b.exponent);
        let shifted = |part: &Float| &part.mantissa << usize::try_from(part.exponent - exponent).unwrap_or(0);
        shifted(&a).cmp(&shifted(&b))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Integer(value) => write!(f, "{value}"),
            Form::Float(float) => f.write_str(&float.print()),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn numbers_are_printed_with_the_fewest_digits() {
        for text in ["0", "1", "-7", "0.1", "1.5", "-2.25", "9007199254740993", "123456789012345678901234567890"] {
            assert_eq!(number(text).to_string(), text);
        }
        assert_eq!(number("1e3").to_string(), "1000");
        assert_eq!(number("1.50").to_string(), "1.5");
        assert_eq!(number("0.1").add(&number("0.2")).to_string(), "0.3");
        assert_eq!(Number::from_f64(0.1).unwrap().to_string(), "0.1");
        let third = number("1").divide(&number("3")).unwrap().to_string();
        // 512 bits are 154 decimal digits.
        assert!(third.starts_with("0.33333333") && third.len() > 150, "{third}");
    }

    #[test]
    fn integers_stay_exact_and_grow() {
        let big = number("170141183460469231731687303715884105727");
        assert_eq!(big.add(&number("1")).to_string(), "170141183460469231731687303715884105728");
        assert_eq!(big.add(&number("1")).subtract(&number("1")), big);
        assert_eq!(number("10").divide(&number("4")).unwrap().to_string(), "2.5");
        assert_eq!(number("-7").remainder(&number("3")).unwrap().to_string(), "-1");
        assert!(number("1").divide(&number("0")).is_none());
        assert_eq!(number("-1.5").floor().to_string(), "-2");
        assert_eq!(number("-1.5").ceil().to_string(), "-1");
        assert!(number("1.5") > number("1") && number("-1.5") < number("-1"));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "-", "a", "1.2.3", "1e", "1e999999", "--1", "0x10", " 1"] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
        assert_eq!(Number::parse_base("ff", 16).unwrap().to_string(), "255");
        assert_eq!(Number::from(255).to_base(2).unwrap(), "11111111");
    }
}

//! Numbers.

use super::{Outcome, integer_at, number_at};
use crate::convert::convert;
use crate::fault::Fault;
use crate::number::Number;
use crate::types::Type;
use crate::value::Value;

/// The longest list that `range` gives, as in Terraform.
const LONGEST_RANGE: usize = 1024;

pub(super) fn abs(values: &[Value]) -> Outcome {
    Ok(Value::number(number_at(values, 0)?.absolute()))
}

pub(super) fn ceil(values: &[Value]) -> Outcome {
    Ok(Value::number(number_at(values, 0)?.ceil()))
}

pub(super) fn floor(values: &[Value]) -> Outcome {
    Ok(Value::number(number_at(values, 0)?.floor()))
}

pub(super) fn log(values: &[Value]) -> Outcome {
    let (number, base) = (number_at(values, 0)?.to_f64(), number_at(values, 1)?.to_f64());
    from_float(natural_log(number) / natural_log(base))
}

/// The natural logarithm by the method of Go's `math.Log` (that of FreeBSD's `e_log.c`), whose last digit differs from
/// the one of the system's own library now and then.
fn natural_log(number: f64) -> f64 {
    if number.is_nan() || number <= 0.0 || number.is_infinite() {
        return number.ln();
    }
    // The constants of the method, bit by bit.
    const LN2_HIGH: f64 = f64::from_bits(0x3FE6_2E42_FEE0_0000);
    const LN2_LOW: f64 = f64::from_bits(0x3DEA_39EF_3579_3C76);
    const L: [f64; 7] = [
        f64::from_bits(0x3FE5_5555_5555_5593),
        f64::from_bits(0x3FD9_9999_9997_FA04),
        f64::from_bits(0x3FD2_4924_9422_9359),
        f64::from_bits(0x3FCC_71C5_1D8E_78AF),
        f64::from_bits(0x3FC7_4664_96CB_03DE),
        f64::from_bits(0x3FC3_9A09_D078_C69F),
        f64::from_bits(0x3FC2_F112_DF3E_5244),
    ];
    let (mut fraction, mut exponent) = split(number);
    if fraction < std::f64::consts::FRAC_1_SQRT_2 {
        fraction *= 2.0;
        exponent -= 1;
    }
    let f = fraction - 1.0;
    let k = f64::from(exponent);
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let [l1, l2, l3, l4, l5, l6, l7] = L;
    let odd = s2 * (l1 + s4 * (l3 + s4 * (l5 + s4 * l7)));
    let even = s4 * (l2 + s4 * (l4 + s4 * l6));
    let r = odd + even;
    let half = 0.5 * f * f;
    k * LN2_HIGH - ((half - (s * (half + r) + k * LN2_LOW)) - f)
}

/// A number as a fraction from one half up to one, and a power of two.
fn split(number: f64) -> (f64, i32) {
    if number == 0.0 || !number.is_finite() {
        return (number, 0);
    }
    // Numbers too small for the usual form are raised first.
    let (number, raised) = if number.abs() < f64::MIN_POSITIVE { (number * 2_f64.powi(54), 54) } else { (number, 0) };
    let bits = number.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7FF).unwrap_or(0) - 1022 - raised;
    (f64::from_bits((bits & !(0x7FF << 52)) | (1022 << 52)), exponent)
}

pub(super) fn pow(values: &[Value]) -> Outcome {
    let (base, power) = (number_at(values, 0)?.to_f64(), number_at(values, 1)?.to_f64());
    from_float(power_of(base, power))
}

/// A power by the method of Go's `math.Pow`: repeated squaring of the fraction, powers of two counted beside it.
fn power_of(base: f64, power: f64) -> f64 {
    let whole = power.abs().trunc();
    if power == 0.0 || base == 1.0 || base == 0.0 || power.abs() == 0.5 || !base.is_finite() || whole >= 2_f64.powi(31)
    {
        return base.powf(power);
    }
    let mut fraction = power.abs() - whole;
    if fraction != 0.0 && base < 0.0 {
        return f64::NAN;
    }
    let mut left = whole;
    let mut result = 1.0;
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            left += 1.0;
        }
        result = (fraction * natural_log(base)).exp();
    }
    let (mut factor, mut factor_exponent) = split(base);
    let mut exponent = 0_i32;
    while left > 0.0 {
        if factor_exponent.abs() > 1 << 12 {
            exponent = exponent.saturating_add(factor_exponent);
            break;
        }
        if left % 2.0 == 1.0 {
            result *= factor;
            exponent += factor_exponent;
        }
        factor *= factor;
        factor_exponent *= 2;
        if factor < 0.5 {
            factor += factor;
            factor_exponent -= 1;
        }
        left = (left / 2.0).floor();
    }
    if power < 0.0 {
        result = 1.0 / result;
        exponent = -exponent;
    }
    result * 2_f64.powi(exponent.clamp(-1000, 1000)) * 2_f64.powi(exponent - exponent.clamp(-1000, 1000))
}

fn from_float(value: f64) -> Outcome {
    Number::from_f64(value).map(Value::number).ok_or_else(|| Fault::new("the result is no number"))
}

pub(super) fn max(values: &[Value]) -> Outcome {
    let largest = values.iter().filter_map(Value::as_number).max();
    largest.map(|number| Value::number(number.clone())).ok_or_else(|| Fault::new("it wants at least one number"))
}

pub(super) fn min(values: &[Value]) -> Outcome {
    let least = values.iter().filter_map(Value::as_number).min();
    least.map(|number| Value::number(number.clone())).ok_or_else(|| Fault::new("it wants at least one number"))
}

pub(super) fn signum(values: &[Value]) -> Outcome {
    let number = number_at(values, 0)?.to_integer().and_then(|number| i64::try_from(number).ok());
    let number = number.ok_or_else(|| Fault::new("a whole number of at most 64 bits is required"))?;
    Ok(Value::number(i128::from(number.signum())))
}

pub(super) fn parseint(values: &[Value]) -> Outcome {
    let first = values.first().ok_or_else(|| Fault::new("it wants two arguments"))?;
    let Some(text) = first.as_text() else {
        return Err(Fault::new("argument 1 must be a string"));
    };
    let base = integer_at(values, 1)?;
    let base = u32::try_from(base).ok().filter(|base| (2..=62).contains(base));
    let base = base.ok_or_else(|| Fault::new("the base must be a whole number from 2 to 62"))?;
    Number::parse_base(text, base)
        .map(Value::number)
        .ok_or_else(|| Fault::new(format!("`{text}` is no whole number in base {base}")))
}

pub(super) fn sum(values: &[Value]) -> Outcome {
    let list = values.first().and_then(Value::as_items).ok_or_else(|| Fault::new("a list or set is required"))?;
    if list.is_empty() {
        return Err(Fault::new("cannot sum an empty list"));
    }
    let mut total = Number::from(0);
    for item in list.iter() {
        let number = convert(item, &Type::Number)?;
        let number = number.as_number().ok_or_else(|| Fault::new("the elements must be numbers"))?;
        total = total.add(number);
    }
    Ok(Value::number(total))
}

pub(super) fn range(values: &[Value]) -> Outcome {
    let zero = Number::from(0);
    let numbers: Vec<&Number> = values.iter().filter_map(Value::as_number).collect();
    let (start, end) = match numbers.as_slice() {
        [end] => (&zero, *end),
        [start, end] | [start, end, _] => (*start, *end),
        _ => return Err(Fault::new("it wants one, two or three numbers")),
    };
    let down = end < start;
    let usual = if down { Number::from(-1) } else { Number::from(1) };
    let step = numbers.get(2).map_or(usual, |step| (*step).clone());
    if step.is_zero() || (step.is_negative() != down && start != end) {
        return Err(Fault::new("the step must lead from the start to the end"));
    }
    let mut list = Vec::new();
    let mut number = start.clone();
    while if down { number > *end } else { number < *end } {
        if list.len() >= LONGEST_RANGE {
            return Err(Fault::new(format!("more than {LONGEST_RANGE} values, which is Terraform's own limit")));
        }
        let next = number.add(&step);
        list.push(Value::number(number));
        number = next;
    }
    Ok(Value::list(list))
}

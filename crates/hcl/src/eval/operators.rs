//! Arithmetic, comparison and logic.

use crate::compare::equal;
use crate::convert::convert;
use crate::fault::Fault;
use crate::number::Number;
use crate::syntax::Operator;
use crate::types::Type;
use crate::value::Value;
use crate::world::World;

pub(super) fn negate(value: &Value) -> Result<Value, Fault> {
    let number = operand(value, &Type::Number)?;
    Ok(match number.as_number() {
        Some(known) => Value::number(known.negate()).marked(&value.marks),
        None => number.unknown_like(Type::Number).unwrap_or(number),
    })
}

pub(super) fn not(value: &Value) -> Result<Value, Fault> {
    let truth = operand(value, &Type::Bool)?;
    Ok(match truth.as_bool() {
        Some(known) => Value::bool(!known).marked(&value.marks),
        None => truth.unknown_like(Type::Bool).unwrap_or(truth),
    })
}

/// Whether the left side of a logical operator is enough.
pub(super) fn decides(operator: Operator, left: &Value) -> bool {
    match operator {
        Operator::And => left.as_bool() == Some(false),
        Operator::Or => left.as_bool() == Some(true),
        _ => false,
    }
}

fn operand(value: &Value, ty: &Type) -> Result<Value, Fault> {
    if value.is_null() {
        return Err(Fault::new(format!("a {ty} is required, and this is null")));
    }
    convert(value, ty)
}

pub(super) fn binary(world: &World<'_>, operator: Operator, left: &Value, right: &Value) -> Result<Value, Fault> {
    let marks = left.deep_marks().union(&right.deep_marks());
    let settled = |value: &Value| if value.is_wholly_known() { value.clone() } else { world.settled(value) };
    let (left, right) = (&settled(left), &settled(right));
    let unknown = |ty: Type| {
        let value = left.unknown_like(ty.clone()).or_else(|| right.unknown_like(ty));
        value.unwrap_or_else(Value::null)
    };
    let value = match operator {
        Operator::Equal | Operator::NotEqual => match equal(left, right) {
            Some(same) => Value::bool(same == (operator == Operator::Equal)),
            None => unknown(Type::Bool),
        },
        Operator::And | Operator::Or => {
            let (left, right) = (operand(left, &Type::Bool)?, operand(right, &Type::Bool)?);
            // One side can decide, whatever the other is.
            let decides = operator == Operator::Or;
            match (left.as_bool(), right.as_bool()) {
                (Some(known), _) | (_, Some(known)) if known == decides => Value::bool(decides),
                (Some(_), Some(_)) => Value::bool(!decides),
                _ => unknown(Type::Bool),
            }
        }
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            let (left, right) = (operand(left, &Type::Number)?, operand(right, &Type::Number)?);
            match (left.as_number(), right.as_number()) {
                (Some(a), Some(b)) => Value::bool(match operator {
                    Operator::Less => a < b,
                    Operator::LessOrEqual => a <= b,
                    Operator::Greater => a > b,
                    _ => a >= b,
                }),
                _ => unknown(Type::Bool),
            }
        }
        _ => {
            let (left, right) = (operand(left, &Type::Number)?, operand(right, &Type::Number)?);
            match (left.as_number(), right.as_number()) {
                (Some(a), Some(b)) => Value::number(calculate(operator, a, b)?),
                _ => unknown(Type::Number),
            }
        }
    };
    Ok(value.marked(&marks))
}

fn calculate(operator: Operator, a: &Number, b: &Number) -> Result<Number, Fault> {
    let result = match operator {
        Operator::Add => a.add(b),
        Operator::Subtract => a.subtract(b),
        Operator::Multiply => a.multiply(b),
        Operator::Divide => a.divide(b).ok_or_else(|| Fault::new("division by zero"))?,
        _ => a.remainder(b).ok_or_else(|| Fault::new("division by zero"))?,
    };
    if result.in_bounds() { Ok(result) } else { Err(Fault::new("the number is larger than numbers are read here")) }
}

//! The results of operators: three-valued logic, and truth values as numbers.

use std::cmp::Ordering::{Equal, Greater, Less};

use crate::parse::classad::{Evaluated, Value};

const TOO_LARGE: &str = "a number that is too large";

/// Applies a binary operator.
///
/// # Errors
///
/// A number is outside of the range that is computed here.
pub(super) fn binary(operator: &str, left: Value, right: Value) -> Evaluated {
    Ok(match operator {
        "||" => joined(left, right, true),
        "&&" => joined(left, right, false),
        "=?=" => identical(&left, &right, true),
        "=!=" => identical(&left, &right, false),
        "|" | "^" | "&" => bits(operator, &left, &right),
        "+" | "-" | "*" | "/" | "%" => return arithmetic(operator, &left, &right),
        _ => compared(&left, &right, operator),
    })
}

/// The truth of a value. None if it has none.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Integer(value) => Some(*value != 0),
        Value::Real(value) => Some(*value != 0.0),
        Value::Error | Value::List(_) | Value::Text(_) | Value::Undefined => None,
    }
}

/// `condition ? value : other`.
pub(super) fn chosen(condition: Value, value: Value, other: Value) -> Value {
    match (truth(&condition), condition) {
        (Some(true), _) => value,
        (Some(false), _) => other,
        (None, Value::Undefined) => Value::Undefined,
        (None, _) => Value::Error,
    }
}

pub(super) fn not(value: Value) -> Value {
    match (truth(&value), value) {
        (Some(truth), _) => Value::Bool(!truth),
        (None, Value::Undefined) => Value::Undefined,
        (None, _) => Value::Error,
    }
}

pub(super) fn negative(value: Value) -> Evaluated {
    Ok(match value {
        Value::Integer(number) => Value::Integer(number.checked_neg().ok_or(TOO_LARGE)?),
        Value::Real(number) => Value::Real(-number),
        Value::Undefined => Value::Undefined,
        Value::Bool(_) | Value::Error | Value::List(_) | Value::Text(_) => Value::Error,
    })
}

pub(super) fn element(value: Value, at: Value) -> Value {
    match (value, at) {
        (Value::Undefined, _) => Value::Undefined,
        (Value::List(values), Value::Integer(at)) => {
            let at = usize::try_from(at).ok();
            at.and_then(|at| values.into_iter().nth(at)).unwrap_or(Value::Error)
        }
        _ => Value::Error,
    }
}

/// `||` if `or`, else `&&`. If one side decides alone, the other one does not matter.
fn joined(left: Value, right: Value, or: bool) -> Value {
    let is_error = |value: &Value| truth(value).is_none() && *value != Value::Undefined;
    match (truth(&left), truth(&right)) {
        (Some(first), _) if first == or => Value::Bool(or),
        _ if is_error(&left) => Value::Error,
        (_, Some(second)) if second == or => Value::Bool(or),
        _ if is_error(&right) => Value::Error,
        (Some(_), Some(_)) => Value::Bool(!or),
        _ => Value::Undefined,
    }
}

/// `=?=` if `wanted`, else `=!=`: same type and value. Case matters.
pub(super) fn identical(left: &Value, right: &Value, wanted: bool) -> Value {
    match (left, right) {
        (Value::List(_), Value::List(_)) => Value::Error,
        _ => Value::Bool((left == right) == wanted),
    }
}

fn bits(operator: &str, left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => Value::Integer(match operator {
            "|" => left | right,
            "^" => left ^ right,
            _ => left & right,
        }),
        _ => unfit(left, right),
    }
}

/// A value that is no number gives an error. If the only other value is undefined, the result is
/// undefined.
fn unfit(left: &Value, right: &Value) -> Value {
    let is_odd = |value: &Value| matches!(value, Value::Error | Value::List(_) | Value::Text(_));
    let is_undefined = *left == Value::Undefined || *right == Value::Undefined;
    match is_undefined && !is_odd(left) && !is_odd(right) {
        true => Value::Undefined,
        false => Value::Error,
    }
}

/// A truth value counts as 0 or 1.
fn numeric(value: &Value) -> Value {
    match value {
        Value::Bool(value) => Value::Integer(i64::from(*value)),
        other => other.clone(),
    }
}

fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Real(value) => Some(*value),
        // Computed exactly, or not at all.
        Value::Integer(value) => i32::try_from(*value).ok().map(f64::from),
        _ => None,
    }
}

fn arithmetic(operator: &str, left: &Value, right: &Value) -> Evaluated {
    let (left, right) = (numeric(left), numeric(right));
    match (&left, &right) {
        (Value::Integer(a), Value::Integer(b)) => {
            if matches!(operator, "/" | "%") && *b == 0 {
                return Ok(Value::Error);
            }
            let result = match operator {
                "+" => a.checked_add(*b),
                "-" => a.checked_sub(*b),
                "*" => a.checked_mul(*b),
                "/" => a.checked_div(*b),
                _ => a.checked_rem(*b),
            };
            result.map(Value::Integer).ok_or(TOO_LARGE)
        }
        (Value::Integer(_) | Value::Real(_), Value::Integer(_) | Value::Real(_)) => {
            let (a, b) = real(&left).zip(real(&right)).ok_or(TOO_LARGE)?;
            Ok(match operator {
                "+" => Value::Real(a + b),
                "-" => Value::Real(a - b),
                "*" => Value::Real(a * b),
                "/" if b != 0.0 => Value::Real(a / b),
                _ => Value::Error,
            })
        }
        _ => Ok(unfit(&left, &right)),
    }
}

/// A comparison. Undefined gives undefined. Texts are compared without regard to case.
pub(super) fn compared(left: &Value, right: &Value, operator: &str) -> Value {
    let (left, right) = (numeric(left), numeric(right));
    let order = match (&left, &right) {
        (Value::Error, _) | (_, Value::Error) => return Value::Error,
        (Value::Undefined, _) | (_, Value::Undefined) => return Value::Undefined,
        (Value::Integer(left), Value::Integer(right)) => Some(left.cmp(right)),
        (Value::Text(left), Value::Text(right)) => {
            Some(left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase()))
        }
        (Value::Text(_) | Value::List(_), _) | (_, Value::Text(_) | Value::List(_)) => {
            return Value::Error;
        }
        _ => as_reals(&left, &right),
    };
    Value::Bool(match operator {
        "==" => order == Some(Equal),
        "!=" => order != Some(Equal),
        "<" => order == Some(Less),
        "<=" => matches!(order, Some(Less | Equal)),
        ">" => order == Some(Greater),
        _ => matches!(order, Some(Greater | Equal)),
    })
}

/// Times of this century have ten digits. They are compared in two halves, so that each is exact.
fn as_reals(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    let halves = |value: &Value| match value {
        Value::Integer(value) => {
            let (high, low) =
                (i32::try_from(value >> 24).ok()?, i32::try_from(value & 0xff_ffff).ok()?);
            Some(f64::from(high) * f64::from(1 << 24) + f64::from(low))
        }
        Value::Real(value) => Some(*value),
        _ => None,
    };
    halves(left)?.partial_cmp(&halves(right)?)
}

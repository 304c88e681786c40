//! Values of one type as values of another.

use crate::parse::classad::{Evaluated, Value};

const ODD_NUMBER: &str = "a number of an unusual form";

/// `int`: texts up to what is no number, and fractions without their fraction.
pub(super) fn int(value: &Value) -> Evaluated {
    match value {
        Value::Integer(_) => Ok(value.clone()),
        _ => whole(&real(value)?, f64::trunc),
    }
}

/// `floor`, `ceiling`, `round`.
pub(super) fn rounded(value: &Value, round: fn(f64) -> f64) -> Evaluated {
    match value {
        Value::Integer(_) => Ok(value.clone()),
        Value::Undefined => Ok(Value::Error),
        _ => whole(&real(value)?, round),
    }
}

fn whole(value: &Value, round: fn(f64) -> f64) -> Evaluated {
    match value {
        // A number in the range can be read again.
        Value::Real(number) => {
            let shown = format!("{:.0}", round(*number));
            shown.parse().map(Value::Integer).map_err(|_| ODD_NUMBER)
        }
        other => Ok(other.clone()),
    }
}

/// `real`.
pub(super) fn real(value: &Value) -> Evaluated {
    match value {
        Value::Bool(value) => Ok(Value::Real(f64::from(u8::from(*value)))),
        Value::Integer(number) => {
            number.to_string().parse().map(Value::Real).map_err(|_| ODD_NUMBER)
        }
        Value::Real(_) | Value::Undefined => Ok(value.clone()),
        Value::Text(text) => number(text),
        Value::Error | Value::List(_) => Ok(Value::Error),
    }
}

/// The number that a text starts with, as `strtod` reads it.
fn number(text: &str) -> Evaluated {
    let text = text.trim_ascii_start();
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let odd = ["0x", "inf", "nan"];
    let starts =
        |odd: &&str| unsigned.get(..odd.len()).is_some_and(|s| s.eq_ignore_ascii_case(odd));
    if odd.iter().any(starts) {
        return Err(ODD_NUMBER);
    }
    let in_number = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    let mut end = text.find(|c| !in_number(c)).unwrap_or(text.len());
    while end > 0 {
        if let Some(number) = text.get(..end).and_then(|text| text.parse::<f64>().ok()) {
            return if number.is_finite() { Ok(Value::Real(number)) } else { Err(ODD_NUMBER) };
        }
        end -= 1;
    }
    Ok(Value::Error)
}

/// `bool`.
pub(super) fn bool(value: &Value) -> Value {
    match value {
        Value::Bool(_) | Value::Undefined => value.clone(),
        Value::Integer(number) => Value::Bool(*number != 0),
        Value::Real(number) => Value::Bool(*number != 0.0),
        Value::Text(text) if text.eq_ignore_ascii_case("true") => Value::Bool(true),
        Value::Text(text) if text.eq_ignore_ascii_case("false") => Value::Bool(false),
        Value::Text(_) => Value::Undefined,
        Value::Error | Value::List(_) => Value::Error,
    }
}

/// `string`: the text of a value, or the value if it is undefined or an error.
pub(super) fn string(value: &Value) -> Evaluated {
    Ok(Value::Text(match value {
        Value::Bool(value) => value.to_string(),
        Value::Error | Value::Text(_) | Value::Undefined => return Ok(value.clone()),
        Value::Integer(number) => number.to_string(),
        Value::List(_) => return Err("a list as text"),
        Value::Real(number) if number.is_finite() => scientific(*number),
        Value::Real(_) => return Err(ODD_NUMBER),
    }))
}

/// `%.15E`.
pub(in crate::parse) fn scientific(number: f64) -> String {
    let shown = format!("{number:.15e}");
    let (mantissa, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{mantissa}E{sign}{exponent:0>2}")
}

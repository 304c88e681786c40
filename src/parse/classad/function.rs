//! The functions that certok can evaluate, by name: those of the ClassAd library (fnCall.cpp) and
//! of HTCondor (compat_classad.cpp) that make sense for claims.

use crate::parse::classad::operator::{chosen, compared, identical};
use crate::parse::classad::text::{concatenated, of_texts};
use crate::parse::classad::{Evaluated, NOT_HERE, Value, convert, version};
use crate::text::time::UnixTime;

/// The result of the function, with its name as it was written, for `arguments`.
///
/// # Errors
///
/// certok cannot evaluate the function, or its arguments.
pub(super) fn call(written: &str, arguments: &[Value], now: Option<UnixTime>) -> Evaluated {
    let name = written.to_ascii_lowercase();
    match (&*name, arguments) {
        ("time", []) => Ok(Value::Integer(now.ok_or(NOT_HERE)?.0)),
        ("ifthenelse", [condition, value, other]) => {
            Ok(chosen(condition.clone(), value.clone(), other.clone()))
        }
        (
            "isabstime" | "isboolean" | "isclassad" | "iserror" | "isinteger" | "islist" | "isreal"
            | "isreltime" | "isstring" | "isundefined",
            _,
        ) => Ok(is_a(&name, arguments)),
        ("member" | "identicalmember", [value, list]) => Ok(member(value, list, name == "member")),
        ("anycompare" | "allcompare", [operator, list, value]) => {
            any_all(operator, list, value, name == "anycompare")
        }
        ("size", [value]) => Ok(size(value)),
        ("strcat", _) => concatenated(arguments),
        ("tolower", [value]) => cased(value, str::to_ascii_lowercase),
        ("toupper", [value]) => cased(value, str::to_ascii_uppercase),
        ("bool", [value]) => Ok(convert::bool(value)),
        ("ceil" | "ceiling", [value]) => convert::rounded(value, f64::ceil),
        ("floor", [value]) => convert::rounded(value, f64::floor),
        ("int", [value]) => convert::int(value),
        ("real", [value]) => convert::real(value),
        ("round", [value]) => convert::rounded(value, f64::round_ties_even),
        ("string", [value]) => convert::string(value),
        ("join", _) => joined(arguments),
        ("pow", [Value::Integer(base), Value::Integer(power)]) => raised(*base, *power),
        ("quantize", [Value::Integer(value), Value::Integer(base)]) => multiple(*value, *base),
        ("sum" | "min" | "max", [Value::List(list)]) => of_numbers(&name, list),
        (
            "versioncmp" | "versionlt" | "versionle" | "versioneq" | "versionge" | "versiongt",
            [left, right],
        ) => version::compared(written, left, right),
        ("version_in_range", [version, first, last]) => version::is_in_range(version, first, last),
        _ => of_texts(&name, arguments),
    }
}

fn is_a(name: &str, arguments: &[Value]) -> Value {
    let [value] = arguments else {
        return Value::Error;
    };
    Value::Bool(match name {
        "isundefined" => *value == Value::Undefined,
        "iserror" => *value == Value::Error,
        "isstring" => matches!(value, Value::Text(_)),
        "isinteger" => matches!(value, Value::Integer(_)),
        "isreal" => matches!(value, Value::Real(_)),
        "isboolean" => matches!(value, Value::Bool(_)),
        "islist" => matches!(value, Value::List(_)),
        // There is no value of these types here.
        _ => false,
    })
}

fn member(value: &Value, list: &Value, in_any_case: bool) -> Value {
    let list = match (value, list) {
        (Value::Error | Value::Undefined, Value::List(list)) if !in_any_case => list,
        (Value::Error | Value::List(_), _) => return Value::Error,
        (_, Value::Undefined) | (Value::Undefined, Value::List(_)) => return Value::Undefined,
        (_, Value::List(list)) => list,
        _ => return Value::Error,
    };
    let same = |other: &Value| match in_any_case {
        true => compared(value, other, "=="),
        false => identical(value, other, true),
    };
    Value::Bool(list.iter().any(|other| same(other) == Value::Bool(true)))
}

fn any_all(operator: &Value, list: &Value, value: &Value, any: bool) -> Evaluated {
    let (Value::Text(operator), Value::List(list)) = (operator, list) else {
        return Err(NOT_HERE);
    };
    let holds = |one: &Value| match &**operator {
        "<" | "<=" | "==" | "!=" | ">=" | ">" => Some(compared(one, value, operator)),
        "is" | "isnt" => Some(identical(one, value, *operator == "is")),
        _ => None,
    };
    let held: Option<Vec<Value>> = list.iter().map(holds).collect();
    let mut held = held.ok_or(NOT_HERE)?.into_iter();
    let is_true = |value: Value| value == Value::Bool(true);
    Ok(Value::Bool(if any { held.any(is_true) } else { held.all(is_true) }))
}

fn size(value: &Value) -> Value {
    let count = match value {
        Value::Text(text) => text.len(),
        Value::List(list) => list.len(),
        Value::Undefined => return Value::Undefined,
        _ => return Value::Error,
    };
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

/// `join(",", {…})`, `join({…})`, `join(",", …)`.
fn joined(arguments: &[Value]) -> Evaluated {
    let (between, parts) = match arguments {
        [] => ("", &[][..]),
        [Value::List(list)] => ("", list.as_slice()),
        [Value::Text(between), Value::List(list)] => (between.as_str(), list.as_slice()),
        [Value::Text(between), parts @ ..] => (between.as_str(), parts),
        _ => return Err(NOT_HERE),
    };
    let mut texts = Vec::new();
    for part in parts {
        match convert::string(part)? {
            Value::Text(text) => texts.push(text),
            _ => return Err(NOT_HERE),
        }
    }
    Ok(Value::Text(texts.join(between)))
}

fn raised(base: i64, power: i64) -> Evaluated {
    // Beyond, HTCondor's fractions are not exact.
    const MOST: u64 = 1 << 53;
    let power = u32::try_from(power).map_err(|_| NOT_HERE)?;
    let value = base.checked_pow(power).filter(|value| base >= 0 && value.unsigned_abs() <= MOST);
    value.map(Value::Integer).ok_or(NOT_HERE)
}

/// The next multiple of `base`.
fn multiple(value: i64, base: i64) -> Evaluated {
    if base == 0 {
        return Ok(Value::Integer(value));
    }
    let count = base
        .checked_sub(1)
        .and_then(|rest| value.checked_add(rest))
        .and_then(|sum| sum.checked_div(base));
    count.and_then(|count| count.checked_mul(base)).map(Value::Integer).ok_or(NOT_HERE)
}

fn of_numbers(name: &str, list: &[Value]) -> Evaluated {
    let number = |value: &Value| match value {
        Value::Integer(number) => Some(*number),
        _ => None,
    };
    let numbers: Vec<i64> = list.iter().map(number).collect::<Option<_>>().ok_or(NOT_HERE)?;
    let found = match name {
        "min" => numbers.into_iter().min(),
        "max" => numbers.into_iter().max(),
        _ => {
            let sum = numbers.into_iter().try_fold(0, i64::checked_add);
            Some(sum.ok_or(NOT_HERE)?)
        }
    };
    Ok(found.map_or(Value::Undefined, Value::Integer))
}

fn cased(value: &Value, case: fn(&str) -> String) -> Evaluated {
    match concatenated(std::slice::from_ref(value))? {
        Value::Text(text) => Ok(Value::Text(case(&text))),
        other => Ok(other),
    }
}

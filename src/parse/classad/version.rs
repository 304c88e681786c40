//! Versions, in the order of `natural_cmp` of the ClassAd library.

use crate::parse::classad::{Evaluated, Value, convert};

/// `versioncmp`, `versionLT` and the others. `name` as it was written.
pub(super) fn compared(name: &str, left: &Value, right: &Value) -> Evaluated {
    let (Value::Text(left), Value::Text(right)) =
        (&convert::string(left)?, &convert::string(right)?)
    else {
        let is_undefined = [left, right].contains(&&Value::Undefined);
        return Ok(if is_undefined { Value::Undefined } else { Value::Error });
    };
    let order = order(left.as_bytes(), right.as_bytes());
    Ok(Value::Bool(match name {
        "versionLT" => order < 0,
        "versionLE" => order <= 0,
        "versionEQ" => order == 0,
        "versionGE" => order >= 0,
        "versionGT" => order > 0,
        _ if name.eq_ignore_ascii_case("versioncmp") => return Ok(Value::Integer(order)),
        _ => return Err("a name in another case, which versions of HTCondor take differently"),
    }))
}

/// `version_in_range`.
pub(super) fn is_in_range(version: &Value, first: &Value, last: &Value) -> Evaluated {
    if [first, last].contains(&&Value::Undefined) {
        return Ok(Value::Undefined);
    }
    let texts = [convert::string(version)?, convert::string(first)?, convert::string(last)?];
    let [Value::Text(version), Value::Text(first), Value::Text(last)] = &texts else {
        return Ok(Value::Error);
    };
    let (version, first, last) = (version.as_bytes(), first.as_bytes(), last.as_bytes());
    Ok(Value::Bool(order(first, version) <= 0 && order(version, last) <= 0))
}

/// Texts up to their first difference, and if it is in a number, the numbers: one with more zeros in
/// front is less, then one with more digits is greater, by so many.
fn order(left: &[u8], right: &[u8]) -> i64 {
    let byte = |text: &[u8], at: usize| text.get(at).copied().unwrap_or_default();
    let mut start = 0;
    for at in 0..=left.len() {
        let (a, b) = (byte(left, at), byte(right, at));
        if a == b && a != 0 {
            start = if a.is_ascii_digit() { start } else { at + 1 };
            continue;
        }
        let plain = i64::from(a) - i64::from(b);
        let in_number = |byte: u8| byte.is_ascii_digit();
        if !in_number(a) && !in_number(b) || at == start && !(in_number(a) && in_number(b)) {
            return plain;
        }
        let (left, right) = (digits(left, start), digits(right, start));
        let (few, many) = (zeros(left), zeros(right));
        let more = match few - many {
            0 if few > 0 => 0,
            0 => count(left) - count(right),
            more => -more,
        };
        return if more == 0 { plain } else { more };
    }
    0
}

fn digits(text: &[u8], start: usize) -> &[u8] {
    let rest = text.get(start..).unwrap_or_default();
    let end = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// Zeros before the last digit.
fn zeros(digits: &[u8]) -> i64 {
    let before = digits.split_last().map_or(&[][..], |(_, before)| before);
    let zeros = before.iter().position(|byte| *byte != b'0').unwrap_or(before.len());
    i64::try_from(zeros).unwrap_or(i64::MAX)
}

fn count(digits: &[u8]) -> i64 {
    i64::try_from(digits.len()).unwrap_or(i64::MAX)
}

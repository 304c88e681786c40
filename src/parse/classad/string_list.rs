//! The functions of string lists: texts with a separator between words.

use crate::parse::classad::pattern::is_match;
use crate::parse::classad::{Evaluated, Value};

/// The result of the function `name` for a list in a text and what stands behind it.
///
/// # Errors
///
/// certok cannot evaluate a pattern.
pub(super) fn call(name: &str, first: &str, rest: &[&str]) -> Evaluated {
    let ends = |at: usize| rest.get(at).copied().unwrap_or(" ,");
    let same = |a: &str, b: &str| match name.starts_with("stringlisti") {
        true => a.eq_ignore_ascii_case(b),
        false => a == b,
    };
    let others = |at: usize| items(rest.first().copied().unwrap_or_default(), ends(at));
    let count = rest.len();
    Ok(match name {
        "stringlistsize" if count < 2 => {
            let count = items(first, ends(0)).len();
            Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
        }
        "stringlistmember" | "stringlistimember" if (1..3).contains(&count) => {
            Value::Bool(others(1).iter().any(|item| same(item, first)))
        }
        "stringlistsintersect" if (1..3).contains(&count) => {
            let own = items(first, ends(1));
            Value::Bool(others(1).iter().any(|item| own.contains(item)))
        }
        "stringlistsubsetmatch" | "stringlistisubsetmatch" if (1..3).contains(&count) => {
            let all = others(1);
            let is_in = |item: &&str| all.iter().any(|other| same(other, item));
            Value::Bool(items(first, ends(1)).iter().all(is_in))
        }
        "stringlist_regexpmember" if (1..4).contains(&count) => {
            let options = rest.get(2).copied().unwrap_or_default();
            let found: Result<Vec<bool>, _> =
                others(1).iter().map(|item| is_match(first, item, options)).collect();
            Value::Bool(found?.contains(&true))
        }
        _ => Value::Error,
    })
}

/// The words of a list in a text.
fn items<'a>(text: &'a str, ends: &str) -> Vec<&'a str> {
    let words = text.split(|c: char| ends.contains(c)).map(str::trim);
    words.filter(|word| !word.is_empty()).collect()
}

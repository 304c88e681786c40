//! The functions that certok can evaluate, by name: those of the ClassAd library (fnCall.cpp) and
//! of HTCondor (compat_classad.cpp) that make sense for claims.

use crate::parse::classad::operator::{chosen, compared, identical};
use crate::parse::classad::pattern::{is_match, regexp_member, replaced};
use crate::parse::classad::{Evaluated, Value, convert, version};
use crate::text::time::UnixTime;

/// The function, or what it is called with.
pub(super) const NOT_HERE: &str = "is not evaluated here";

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

/// Functions whose arguments are texts, except the positions in `substr`.
fn of_texts(name: &str, arguments: &[Value]) -> Evaluated {
    let known = [
        "regexp",
        "regexpmember",
        "regexps",
        "replace",
        "replaceall",
        "split",
        "splitslotname",
        "splitusername",
        "strcmp",
        "stricmp",
        "stringlist_regexpmember",
        "stringlistimember",
        "stringlistisubsetmatch",
        "stringlistmember",
        "stringlistsintersect",
        "stringlistsize",
        "stringlistsubsetmatch",
        "substr",
    ];
    if !known.contains(&name) {
        return Err(NOT_HERE);
    }
    if arguments.contains(&Value::Error) {
        return Ok(Value::Error);
    }
    if arguments.contains(&Value::Undefined) {
        // For missing lists the versions of HTCondor differ.
        let differs = name.starts_with("stringlist") || name.starts_with("split");
        return if differs { Err("a list that is undefined") } else { Ok(Value::Undefined) };
    }
    let texts: Vec<&str> = arguments.iter().filter_map(text).collect();
    let all = texts.len() == arguments.len();
    match (name, texts.as_slice(), arguments) {
        ("substr", [text], [_, Value::Integer(at)]) => Ok(substr(text, *at, None)),
        ("substr", [text], [_, Value::Integer(at), Value::Integer(length)]) => {
            Ok(substr(text, *at, Some(*length)))
        }
        ("regexpmember", _, [Value::Text(pattern), Value::List(list), options @ ..]) => {
            regexp_member(pattern, list, options)
        }
        ("strcmp" | "stricmp", _, [left, right]) if !all => {
            let (left, right) = (string(left)?, string(right)?);
            of_texts(name, &[Value::Text(left), Value::Text(right)])
        }
        _ if !all => Ok(Value::Error),
        ("regexp", [pattern, text], _) => Ok(Value::Bool(is_match(pattern, text, "")?)),
        ("regexp", [pattern, text, options], _) => {
            Ok(Value::Bool(is_match(pattern, text, options)?))
        }
        ("regexps" | "replace" | "replaceall", [pattern, text, by, options @ ..], _)
            if options.len() < 2 =>
        {
            let more = match name {
                "regexps" => "",
                "replace" => "f",
                _ => "fg",
            };
            let options = options.first().copied().unwrap_or_default();
            replaced(pattern, text, by, &[options, more].concat())
        }
        ("split", [text], _) => Ok(list(pieces(text, " ,"))),
        ("split", [text, ends], _) => Ok(list(pieces(text, ends))),
        ("splitusername", [text], _) => Ok(halves(text, |name| [name, ""])),
        ("splitslotname", [text], _) => Ok(halves(text, |name| ["", name])),
        ("strcmp", [left, right], _) => Ok(sign(left.cmp(right))),
        ("stricmp", [left, right], _) => {
            Ok(sign(left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase())))
        }
        (_, [first, rest @ ..], _) if name.starts_with("stringlist") => of_lists(name, first, rest),
        _ => Ok(Value::Error),
    }
}

/// A value as functions that compare take it.
fn string(value: &Value) -> Result<String, &'static str> {
    match concatenated(std::slice::from_ref(value))? {
        Value::Text(text) => Ok(text),
        _ => Err(NOT_HERE),
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn list<'a>(items: impl IntoIterator<Item = &'a str>) -> Value {
    Value::List(items.into_iter().map(|item| Value::Text(item.to_owned())).collect())
}

fn sign(order: std::cmp::Ordering) -> Value {
    Value::Integer(match order {
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => 1,
    })
}

fn halves<'a>(text: &'a str, whole: fn(&'a str) -> [&'a str; 2]) -> Value {
    list(text.split_once('@').map_or_else(|| whole(text), |(name, rest)| [name, rest]))
}

/// What `split` makes of a text: the same separator twice has an empty piece between, but for white
/// space, which also stays in the pieces unless it separates.
fn pieces<'a>(text: &'a str, ends: &str) -> Vec<&'a str> {
    let mut out = Vec::new();
    let (mut start, mut last) = (0, None);
    for (at, end) in text.char_indices().filter(|(_, c)| ends.contains(*c)) {
        if at > start || last == Some(end) {
            out.extend(text.get(start..at));
        }
        last = if end.is_ascii_whitespace() { last } else { Some(end) };
        start = at + end.len_utf8();
    }
    out.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    out
}

/// The words of a list in a text.
fn items<'a>(text: &'a str, ends: &str) -> Vec<&'a str> {
    let words = text.split(|c: char| ends.contains(c)).map(str::trim);
    words.filter(|word| !word.is_empty()).collect()
}

fn of_lists(name: &str, first: &str, rest: &[&str]) -> Evaluated {
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

fn concatenated(values: &[Value]) -> Evaluated {
    if values.contains(&Value::Error) {
        return Ok(Value::Error);
    }
    if values.contains(&Value::Undefined) {
        return Ok(Value::Undefined);
    }
    let mut out = String::new();
    for value in values {
        if let Value::Text(text) = convert::string(value)? {
            out += &text;
        }
    }
    Ok(Value::Text(out))
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

/// Bytes from `at`, counted from the end if it is negative. A negative `length` leaves out bytes at
/// the end.
fn substr(text: &str, at: i64, length: Option<i64>) -> Value {
    let count = i64::try_from(text.len()).unwrap_or(i64::MAX);
    let from = if at < 0 { (count + at).max(0) } else { at.min(count) };
    let end = match length {
        None => count,
        Some(length) if length < 0 => count.saturating_add(length),
        Some(length) => from.saturating_add(length).min(count),
    };
    let place = |at: i64| usize::try_from(at).unwrap_or(0);
    let bytes = text.as_bytes().get(place(from)..place(end.max(from))).unwrap_or_default();
    Value::Text(String::from_utf8_lossy(bytes).into_owned())
}

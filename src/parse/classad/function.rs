//! The functions that certok can evaluate, by name: those of the ClassAd library (fnCall.cpp) and
//! of HTCondor (compat_classad.cpp) that make sense for claims.

use regex_lite::RegexBuilder;

use crate::parse::classad::operator::{chosen, compared, identical};
use crate::parse::classad::{Step, Value};
use crate::text::time::UnixTime;

const NOT_HERE: &str = "it calls a function that is not evaluated here";
const ODD_PATTERN: &str = "a regular expression that is not read here";

/// The result of `name` for `arguments`.
///
/// # Errors
///
/// certok cannot evaluate the function, or its arguments.
pub(super) fn call(name: &str, arguments: &[Value], now: Option<UnixTime>) -> Step {
    let name = name.to_ascii_lowercase();
    match (&*name, arguments) {
        ("time", []) => Ok(Value::Integer(now.ok_or("it asks for the time")?.0)),
        ("ifthenelse", [condition, value, other]) => {
            Ok(chosen(condition.clone(), value.clone(), other.clone()))
        }
        (
            "isundefined" | "iserror" | "isstring" | "isinteger" | "isreal" | "isboolean"
            | "islist",
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
        ("int", [Value::Bool(value)]) => Ok(Value::Integer(i64::from(*value))),
        ("int", [Value::Integer(value)]) => Ok(Value::Integer(*value)),
        ("string", [value @ (Value::Text(_) | Value::Undefined)]) => Ok(value.clone()),
        ("string", [value @ (Value::Bool(_) | Value::Integer(_))]) => {
            concatenated(std::slice::from_ref(value))
        }
        _ => of_texts(&name, arguments),
    }
}

/// Functions whose arguments are texts, except the positions in `substr`.
fn of_texts(name: &str, arguments: &[Value]) -> Step {
    let known = [
        "regexp",
        "regexpmember",
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

fn of_lists(name: &str, first: &str, rest: &[&str]) -> Step {
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
        _ => matches!(value, Value::List(_)),
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

fn any_all(operator: &Value, list: &Value, value: &Value, any: bool) -> Step {
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

fn concatenated(values: &[Value]) -> Step {
    if values.contains(&Value::Error) {
        return Ok(Value::Error);
    }
    if values.contains(&Value::Undefined) {
        return Ok(Value::Undefined);
    }
    let mut out = String::new();
    for value in values {
        match value {
            Value::Text(text) => out += text,
            Value::Integer(number) => out += &number.to_string(),
            Value::Bool(value) => out += &value.to_string(),
            _ => return Err("a number or list as text"),
        }
    }
    Ok(Value::Text(out))
}

fn cased(value: &Value, case: fn(&str) -> String) -> Step {
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

fn regexp_member(pattern: &str, list: &[Value], options: &[Value]) -> Step {
    let options = match options {
        [] => "",
        [Value::Text(options)] => options,
        _ => return Ok(Value::Error),
    };
    let texts: Option<Vec<&str>> = list.iter().map(text).collect();
    let texts = texts.ok_or("a list of more than texts")?;
    let found: Result<Vec<bool>, _> =
        texts.iter().map(|text| is_match(pattern, text, options)).collect();
    Ok(Value::Bool(found?.contains(&true)))
}

/// Whether a regular expression of PCRE matches somewhere, if it has the same meaning here.
fn is_match(pattern: &str, text: &str, options: &str) -> Result<bool, &'static str> {
    // Parts with another meaning: word ends, possessive quantifiers, named classes.
    let odd = ["\\<", "\\>", "\\b{", "++", "*+", "?+", "}+", "[:", "[.", "[="];
    let is_plain = pattern.is_ascii() && text.is_ascii() && pattern.len() <= MAX_PATTERN;
    let known = options.bytes().all(|option| b"ims".contains(&option));
    if !is_plain || !known || odd.iter().any(|odd| pattern.contains(odd)) {
        return Err(ODD_PATTERN);
    }
    let mut builder = RegexBuilder::new(pattern);
    builder.case_insensitive(options.contains('i'));
    builder.multi_line(options.contains('m')).dot_matches_new_line(options.contains('s'));
    Ok(builder.build().map_err(|_| ODD_PATTERN)?.is_match(text))
}

/// Most bytes of a pattern.
const MAX_PATTERN: usize = 1_000;

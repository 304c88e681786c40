//! The functions of texts.

use crate::parse::classad::pattern::{is_match, regexp_member, replaced};
use crate::parse::classad::{Evaluated, NOT_HERE, Value, convert, string_list};

/// Functions whose arguments are texts, except the positions in `substr`.
///
/// # Errors
///
/// certok cannot evaluate the function, or its arguments.
pub(super) fn of_texts(name: &str, arguments: &[Value]) -> Evaluated {
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
        (_, [first, rest @ ..], _) if name.starts_with("stringlist") => {
            string_list::call(name, first, rest)
        }
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

/// All values in one text.
///
/// # Errors
///
/// certok cannot write a value as HTCondor does.
pub(super) fn concatenated(values: &[Value]) -> Evaluated {
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

//! `$FUNCTION(ARGUMENTS)` in a setting, as `evaluate_macro_func` of config.cpp has it. Where HTCondor
//! stops or crashes, or its versions differ, there is no value.

mod format;
mod path;

use crate::parse::classad::{self, Value, scientific};
use crate::parse::condor::function::format::{Format, general};
use crate::parse::condor::function::path::part_of_path;

/// A function without a value here: why.
pub(super) type Evaluated = Result<String, String>;

/// Looks up the expanded value of a setting. None if there is none.
pub(super) type Lookup<'a> = &'a mut dyn FnMut(&str) -> Result<Option<String>, String>;

const ODD_FORMAT: &str = "its format is unusual";

/// Names of functions. Case matters.
const FUNCTIONS: &[&str] = &[
    "BASENAME",
    "CHOICE",
    "DIRNAME",
    "ENV",
    "EVAL",
    "INT",
    "RANDOM_CHOICE",
    "RANDOM_INTEGER",
    "REAL",
    "STRING",
    "SUBSTR",
];

/// Whether `$WORD(…)` is a call.
pub(super) fn is_function(word: &str) -> bool {
    FUNCTIONS.contains(&word) || path_parts(word).is_some()
}

/// The letters behind the F of `$Fpn(…)`: the parts of a path that are kept.
pub(super) fn path_parts(word: &str) -> Option<&str> {
    let is_part = |c: char| "pnxdqabfwu".contains(c.to_ascii_lowercase());
    word.strip_prefix('F').filter(|parts| parts.chars().all(is_part))
}

/// The text that replaces `$FUNCTION(BODY)`.
///
/// # Errors
///
/// The function has no value here: why.
pub(super) fn evaluate(function: &str, body: &str, lookup: Lookup<'_>) -> Evaluated {
    let path = |parts, lookup: Lookup<'_>| {
        let value = lookup(body)?.unwrap_or_else(|| body.to_owned());
        part_of_path(parts, &value).ok_or_else(|| "it is a path of an unusual form".to_owned())
    };
    let value = match function {
        "BASENAME" => path("nx", lookup),
        "CHOICE" => choice(body, lookup),
        "DIRNAME" => path("p", lookup),
        "EVAL" => evaluated(body, lookup),
        "INT" | "REAL" | "STRING" => formatted(function, body, lookup),
        "SUBSTR" => part_of_text(body, lookup),
        "RANDOM_CHOICE" | "RANDOM_INTEGER" => Err("it is another one each time".to_owned()),
        other => path(path_parts(other).unwrap_or_default(), lookup),
    };
    value.map_err(|why| format!("${function}({body}): {why}"))
}

/// `$INT(NAME,FORMAT)`, `$REAL(NAME,FORMAT)`, `$STRING(NAME,FORMAT)`: a name without a value stands
/// for itself. The format is one of `printf`.
fn formatted(function: &str, body: &str, lookup: Lookup<'_>) -> Evaluated {
    let (name, format) = body.split_once(',').map_or((body, None), |(name, f)| (name, Some(f)));
    let text = lookup(name)?.unwrap_or_else(|| name.to_owned());
    let format = format.map(|format| Format::parse(format).ok_or(ODD_FORMAT)).transpose()?;
    let shown = match (function, format) {
        ("INT", None) => Some(integer(&text)?.to_string()),
        ("INT", Some(format)) => format.integer(integer(&text)?),
        ("REAL", None) => Some(general(real(&text)?)),
        ("REAL", Some(format)) => format.real(real(&text)?),
        (_, None) => Some(literal(text)?),
        (_, Some(format)) => format.text(&literal(text)?),
    };
    Ok(shown.ok_or(ODD_FORMAT)?)
}

/// The number that a text starts with, as `strtoll` reads it, if nothing is behind it; else the value
/// of the expression.
fn integer(text: &str) -> Result<i64, String> {
    let plain = text.trim_ascii();
    let digits = plain.strip_prefix(['+', '-']).unwrap_or(plain);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let last = if plain.starts_with('-') { i64::MIN } else { i64::MAX };
        return Ok(plain.parse().unwrap_or(last));
    }
    let value = classad::value(text);
    let number = match &value {
        Ok(Value::Integer(number)) => Some(*number),
        Ok(Value::Bool(value)) => Some(i64::from(*value)),
        // Printed without its fraction, a number in the range is one that can be read again.
        Ok(Value::Real(number)) => format!("{:.0}", number.trunc()).parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| without(&value, "no integer"))
}

fn real(text: &str) -> Result<f64, String> {
    let plain = text.trim_ascii().bytes().all(|byte| b"0123456789.eE+-".contains(&byte));
    if let Some(number) = text.trim_ascii().parse().ok().filter(|_| plain) {
        return Ok(number);
    }
    let value = classad::value(text);
    let number = match &value {
        Ok(Value::Integer(number)) => number.to_string().parse().ok(),
        Ok(Value::Bool(value)) => Some(f64::from(u8::from(*value))),
        Ok(Value::Real(number)) => Some(*number),
        _ => None,
    };
    number.filter(|number| number.is_finite()).ok_or_else(|| without(&value, "no number"))
}

/// Why a value is not of use.
fn without(value: &Result<Value, String>, no: &str) -> String {
    match value {
        Ok(_) => format!("it is {no}, and HTCondor stops there"),
        Err(why) => format!("it is not worked out: {why}"),
    }
}

/// The text that an expression evaluates to; if it is not one, the expression itself.
fn literal(text: String) -> Evaluated {
    // Nothing else makes a text.
    if !text.contains(['"', '(']) {
        return Ok(text);
    }
    match classad::value(&text) {
        Ok(Value::Text(value)) => Ok(value),
        Ok(_) => Ok(text),
        Err(why) => Err(format!("it is not worked out: {why}")),
    }
}

fn evaluated(body: &str, lookup: Lookup<'_>) -> Evaluated {
    let text = lookup(body)?.unwrap_or_else(|| body.to_owned());
    match classad::value(&text) {
        Ok(Value::Text(value)) => Ok(value),
        Ok(Value::Integer(value)) => Ok(value.to_string()),
        Ok(Value::Bool(value)) => Ok(value.to_string()),
        Ok(Value::Undefined) => Ok("undefined".to_owned()),
        Ok(Value::Error) => Ok("error".to_owned()),
        Ok(Value::Real(value)) if value.is_finite() => Ok(scientific(value)),
        Ok(Value::Real(_) | Value::List(_)) => Err("it is a value of an unusual kind".to_owned()),
        Err(why) => Err(format!("it is not worked out: {why}")),
    }
}

/// `$SUBSTR(NAME,START)`, `$SUBSTR(NAME,START,LENGTH)`. What is negative counts from the end.
fn part_of_text(body: &str, lookup: Lookup<'_>) -> Evaluated {
    let (name, rest) = body.split_once(',').ok_or("it has no start, and HTCondor stops there")?;
    let (start, length) = rest.split_once(',').map_or((rest, None), |(s, l)| (s, Some(l)));
    let start = position(start, lookup)?;
    let length = length.map(|length| position(length, lookup)).transpose()?;
    let text = lookup(name)?.unwrap_or_default();
    let count = i64::try_from(text.len()).unwrap_or(i64::MAX);
    let from = if start < 0 { (count + start).max(0) } else { start.min(count) };
    let left = count - from;
    let length = match length {
        None => left,
        Some(length) if length < 0 => (left + length).max(0),
        Some(length) => length.min(left),
    };
    let place = |at: i64| usize::try_from(at).unwrap_or_default();
    let part = text.get(place(from)..place(from + length));
    Ok(part.ok_or("it cuts a character in two")?.to_owned())
}

/// A number, or the name of a setting with one.
fn position(text: &str, lookup: Lookup<'_>) -> Result<i64, String> {
    let number = integer(&lookup(text)?.unwrap_or_else(|| text.to_owned()))?;
    match i32::try_from(number) {
        Ok(_) => Ok(number),
        Err(_) => Err("its position is out of range".to_owned()),
    }
}

/// `$CHOICE(INDEX,NAME)` of a setting with a list, `$CHOICE(INDEX,ITEM,ITEM…)`.
fn choice(body: &str, lookup: Lookup<'_>) -> Evaluated {
    let (index, items) = body.split_once(',').ok_or("it has no list, and HTCondor stops there")?;
    let index = position(index.trim(), lookup)?;
    let list = match items.contains(',') {
        true => items.to_owned(),
        false => lookup(items.trim())?.ok_or("it has no list, and HTCondor stops there")?,
    };
    let index = usize::try_from(index).map_err(|_| "its index is out of range")?;
    // A comma at the end may make a list of one item, which is a name.
    let most = if items.contains(',') { usize::MAX } else { index.saturating_add(1) };
    let items: Vec<&str> = list.split(',').map(str::trim).take(most).collect();
    if items.contains(&"") {
        return Err("it has an empty item, which versions count differently".to_owned());
    }
    Ok((*items.get(index).ok_or("its index is out of range")?).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: &[(&str, &str)] = &[
        ("B", "true"),
        ("BIG", "99999999999999999999"),
        ("E", "1+2"),
        ("EMPTY", ""),
        ("I", "3"),
        ("L", "a, b ,c,,d"),
        ("N", "-7"),
        ("P", "/a/b/c.d"),
        ("P2", "/a/b/"),
        ("P3", "c.tar.gz"),
        ("P4", "/x/.bashrc"),
        ("P5", "\"/a/b c.d\""),
        ("Q", "\"quoted x\""),
        ("R", "2.7"),
        ("S", "abcdef"),
    ];

    fn called(call: &str) -> Evaluated {
        let (function, body) = call.split_once('(').unwrap();
        let body = body.strip_suffix(')').unwrap();
        let find = |name: &str| SETTINGS.iter().find(|(known, _)| *known == name);
        evaluate(function, body, &mut |name| Ok(find(name).map(|(_, value)| (*value).to_owned())))
    }

    /// As condor_config_val of 23.9.6 and htcondor2.param of 25.14.1.
    #[test]
    fn values() {
        for (call, value) in [
            ("INT(I)", "3"),
            ("INT(E)", "3"),
            ("INT(R)", "2"),
            ("INT(-2.9)", "-2"),
            ("INT(B)", "1"),
            ("INT( 7 )", "7"),
            ("INT(BIG)", "9223372036854775807"),
            ("INT(1e3)", "1000"),
            ("INT(I,%03d)", "003"),
            ("INT(N,%03d)", "-07"),
            ("INT(I,%-5d)", "3    "),
            ("INT(I,x%5dy)", "x    3y"),
            ("REAL(I)", "3"),
            ("REAL(R)", "2.7"),
            ("REAL(B)", "1"),
            ("REAL(1/3.0)", "0.3333333333333333"),
            ("REAL(1e15)", "1000000000000000"),
            ("REAL(1e16)", "1E+16"),
            ("REAL(123456789012345678)", "1.234567890123457E+17"),
            ("REAL(0.0001)", "0.0001"),
            ("REAL(0.00001)", "1E-05"),
            ("REAL(-0.0)", "-0"),
            ("REAL(R,%08.2f)", "00002.70"),
            ("REAL(R,%.0f)", "3.0"),
            ("STRING(S)", "abcdef"),
            ("STRING(Q)", "quoted x"),
            ("STRING(E)", "1+2"),
            ("STRING(NOSUCH)", "NOSUCH"),
            ("STRING(EMPTY)", ""),
            ("STRING(\"a\" == \"b\")", "\"a\" == \"b\""),
            ("STRING(S,%10s)", "    abcdef"),
            ("STRING(S,%.3s)", "abc"),
            ("SUBSTR(S,2)", "cdef"),
            ("SUBSTR(S,1,2)", "bc"),
            ("SUBSTR(S,-4,2)", "cd"),
            ("SUBSTR(S,1,-2)", "bcd"),
            ("SUBSTR(S,-99,2)", "ab"),
            ("SUBSTR(S,2,-99)", ""),
            ("SUBSTR(S,9)", ""),
            ("SUBSTR(S,E)", "def"),
            ("SUBSTR(abc,1)", ""),
            ("CHOICE(0,a,b)", "a"),
            ("CHOICE( E , a , b , c , d )", "d"),
            ("CHOICE(1,L)", "b"),
            ("CHOICE(0,S)", "abcdef"),
            ("CHOICE(1,L,x)", "x"),
            ("F(P)", "/a/b/c.d"),
            ("F(NOSUCH)", "NOSUCH"),
            ("Fn(P)", "c"),
            ("Fx(P)", ".d"),
            ("Fnx(P)", "c.d"),
            ("FPN(P)", "/a/b/c"),
            ("Fp(P)", "/a/b/"),
            ("Fpx(P)", "/a/b/c.d"),
            ("Fd(P)", "b/"),
            ("Fddd(P)", "/a/b/"),
            ("Fdn(P)", "b/c"),
            ("Fdx(P)", "b/c.d"),
            ("Fbd(P)", "b"),
            ("Fbp(P)", "/a/b"),
            ("Fbx(P)", "d"),
            ("Fqn(P)", "\"c\""),
            ("Fqap(P)", "'/a/b/'"),
            ("Fn(P2)", ""),
            ("Fd(P2)", "b/"),
            ("Fp(P3)", ""),
            ("Fd(P3)", ""),
            ("Fdn(P3)", "c.tar"),
            ("Fx(P3)", ".gz"),
            ("Fx(P4)", ""),
            ("Fn(P4)", ".bashrc"),
            ("Fn(P5)", "b c"),
            ("Fx(a.b/c)", ""),
            ("Fbp(/)", ""),
            ("BASENAME(P)", "c.d"),
            ("DIRNAME(P)", "/a/b/"),
            ("DIRNAME(EMPTY)", ""),
            ("EVAL(E)", "3"),
            ("EVAL(R)", "2.700000000000000E+00"),
            ("EVAL(B)", "true"),
            ("EVAL(S)", "undefined"),
            ("EVAL(Q)", "quoted x"),
            ("EVAL(1/0)", "error"),
        ] {
            assert_eq!(called(call).as_deref(), Ok(value), "{call}");
        }
    }

    /// HTCondor stops, crashes, or makes something of it that is not worked out here.
    #[test]
    fn no_value() {
        for (call, reason) in [
            ("INT(S)", "no integer, and HTCondor stops"),
            ("INT()", "not worked out"),
            ("INT(I,%s)", "format"),
            ("INT(3000000000,%d)", "format"),
            ("INT(I,%99d)", "format"),
            ("REAL(S)", "no number, and HTCondor stops"),
            ("REAL(inf)", "no number"),
            ("REAL(R,%d)", "format"),
            ("STRING(string(1)", "not worked out"),
            ("SUBSTR(S)", "no start"),
            ("SUBSTR(S,x)", "no integer"),
            ("SUBSTR(S,3000000000)", "out of range"),
            ("CHOICE(2,a,b)", "out of range"),
            ("CHOICE(-1,a,b)", "out of range"),
            ("CHOICE(0)", "no list"),
            ("CHOICE(0,NOSUCH)", "no list"),
            ("CHOICE(0,,b)", "empty item"),
            ("CHOICE(0,L,)", "empty item"),
            ("CHOICE(4,L)", "empty item"),
            ("Fdddd(P)", "unusual form"),
            ("Fw(P)", "unusual form"),
            ("Fqp(P3)", "unusual form"),
            ("EVAL(1 2)", "not worked out"),
            ("EVAL(time())", "not worked out"),
            ("RANDOM_INTEGER(1,1)", "each time"),
        ] {
            let got = called(call).unwrap_err();
            assert!(got.contains(reason), "{call}: {got}");
        }
    }
}

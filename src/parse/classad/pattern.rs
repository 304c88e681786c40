//! Regular expressions of PCRE: those that have the same meaning here.

use regex_lite::{Captures, Regex, RegexBuilder};

use crate::parse::classad::{Evaluated, Value};

const ODD_PATTERN: &str = "a regular expression that is not read here";
const ODD_REPLACEMENT: &str = "a replacement that is not read here";

/// Most bytes of a pattern.
const MAX_PATTERN: usize = 1_000;

/// Most bytes of a text that is made.
const MAX_TEXT: usize = 1 << 16;

/// Whether a pattern matches somewhere.
pub(super) fn is_match(pattern: &str, text: &str, options: &str) -> Result<bool, &'static str> {
    Ok(compiled(pattern, text, options)?.is_match(text))
}

/// Whether a pattern matches a text of a list.
pub(super) fn regexp_member(pattern: &str, list: &[Value], options: &[Value]) -> Evaluated {
    let options = match options {
        [] => "",
        [Value::Text(options)] => options,
        _ => return Ok(Value::Error),
    };
    let text = |value: &'_ Value| match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    let texts: Option<Vec<String>> = list.iter().map(text).collect();
    let texts = texts.ok_or("a list of more than texts")?;
    let found: Result<Vec<bool>, _> =
        texts.iter().map(|text| is_match(pattern, text, options)).collect();
    Ok(Value::Bool(found?.contains(&true)))
}

/// `regexps`, and `replace` and `replaceAll` with their options `f` (keep what is around the match) and
/// `g` (all matches).
pub(super) fn replaced(pattern: &str, text: &str, by: &str, options: &str) -> Evaluated {
    let (keeps, all) = (options.contains('f'), options.contains('g'));
    let plain: String = options.chars().filter(|option| !"fg".contains(*option)).collect();
    let regex = compiled(pattern, text, &plain)?;
    let (mut out, mut end) = (String::new(), 0);
    for found in regex.captures_iter(text).take(if all { usize::MAX } else { 1 }) {
        let whole = found.get(0).ok_or(ODD_PATTERN)?;
        if whole.is_empty() {
            return Err("an empty match");
        }
        if keeps {
            out.push_str(text.get(end..whole.start()).unwrap_or_default());
        }
        let Some(piece) = filled(by, &found)? else {
            return Ok(Value::Error);
        };
        out += &piece;
        end = whole.end();
        if out.len() > MAX_TEXT {
            return Err("a text that is too long");
        }
    }
    if keeps {
        out.push_str(text.get(end..).unwrap_or_default());
    }
    Ok(Value::Text(out))
}

/// The replacement with its `\1`. None if there is no such group.
fn filled(by: &str, found: &Captures<'_>) -> Result<Option<String>, &'static str> {
    let mut out = String::new();
    let mut rest = by.chars().peekable();
    while let Some(c) = rest.next() {
        let digit = rest.peek().and_then(|next| next.to_digit(10)).filter(|_| c == '\\');
        let Some(digit) = digit else {
            out.push(c);
            continue;
        };
        rest.next();
        let group = usize::try_from(digit).unwrap_or_default();
        if group >= found.len() {
            return Ok(None);
        }
        out += found.get(group).ok_or(ODD_REPLACEMENT)?.as_str();
    }
    Ok(Some(out))
}

fn compiled(pattern: &str, text: &str, options: &str) -> Result<Regex, &'static str> {
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
    builder.build().map_err(|_| ODD_PATTERN)
}

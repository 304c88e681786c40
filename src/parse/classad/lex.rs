//! Splits an expression into tokens.

use crate::parse::classad::Value;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Literal(Value),
    Name(String),
    Operator(&'static str),
}

/// The longest first.
const OPERATORS: &[&str] = &[
    "=?=", "=!=", "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")", "{", "}", "[", "]",
    ",", "?", ":", "+", "-", "*", "/", "%", "&", "|", "^",
];

pub(super) const UNKNOWN: &str = "it has more in it than is evaluated here";

/// Splits `text`.
///
/// # Errors
///
/// The part that certok does not read.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, &'static str> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, behind) = if first == '"' || first == '\'' {
            quoted(rest, first)?
        } else if first.is_ascii_digit() {
            number(rest)?
        } else if first.is_ascii_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let (name, behind) = rest.split_at(end.unwrap_or(rest.len()));
            if behind.trim_start().starts_with('.') {
                return Err("it names another ad");
            }
            (word(name), behind)
        } else if ["<<", ">>", "//", "/*"].iter().any(|odd| rest.starts_with(odd)) {
            return Err(UNKNOWN);
        } else {
            let found = OPERATORS.iter().find(|operator| rest.starts_with(**operator));
            let operator = found.ok_or(UNKNOWN)?;
            let behind = rest.strip_prefix(operator).unwrap_or_default();
            (Token::Operator(operator), behind)
        };
        out.push(token);
        rest = behind.trim_start();
    }
    Ok(out)
}

fn word(name: &str) -> Token {
    let is = |word: &str| name.eq_ignore_ascii_case(word);
    if is("true") || is("false") {
        Token::Literal(Value::Bool(is("true")))
    } else if is("undefined") {
        Token::Literal(Value::Undefined)
    } else if is("error") {
        Token::Literal(Value::Error)
    } else if is("is") {
        Token::Operator("=?=")
    } else if is("isnt") {
        Token::Operator("=!=")
    } else {
        Token::Name(name.to_owned())
    }
}

/// A text, or a name in single quotes. A backslash is a plain character, unless it stands before a
/// quote that is not the end of the expression (lexer.cpp, `tokenizeStringOld`).
fn quoted(text: &str, quote: char) -> Result<(Token, &str), &'static str> {
    let mut out = String::new();
    for (at, c) in text.char_indices().skip(1) {
        if c != quote {
            out.push(c);
            continue;
        }
        let behind = text.get(at + 1..).unwrap_or_default();
        if out.ends_with('\\') && !behind.is_empty() && !behind.starts_with('\n') {
            out.pop();
            out.push('"');
            continue;
        }
        let token = match quote {
            '"' => Token::Literal(Value::Text(out)),
            _ => Token::Name(out),
        };
        return Ok((token, behind));
    }
    Err("a text without its closing quote")
}

/// A decimal number. Old ClassAds have no other base.
fn number(text: &str) -> Result<(Token, &str), &'static str> {
    const ODD: &str = "a number of an unusual form";
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        from + rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
    };
    let whole = digits(0);
    let mut end = whole;
    if text.get(end..).is_some_and(|rest| rest.starts_with('.')) {
        end = digits(end + 1);
        if end == whole + 1 {
            return Err(ODD);
        }
    }
    if text.get(end..).is_some_and(|rest| rest.starts_with(['e', 'E'])) {
        let sign = text.get(end + 1..).is_some_and(|rest| rest.starts_with(['+', '-']));
        let from = end + 1 + usize::from(sign);
        end = digits(from);
        if end == from {
            return Err(ODD);
        }
    }
    let (number, behind) = text.split_at(end);
    if behind.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '.') {
        return Err(ODD);
    }
    // The library reads 010 as ten, as eight or not at all, depending on the place.
    let is_octal = number.len() > 1 && number.starts_with('0');
    let value = match end == whole {
        true if is_octal => return Err(ODD),
        true => number.parse().map(Value::Integer).map_err(|_| ODD)?,
        false => number.parse().map(Value::Real).map_err(|_| ODD)?,
    };
    Ok((Token::Literal(value), behind))
}

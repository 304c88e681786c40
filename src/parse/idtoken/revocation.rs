//! The part of the ClassAd language that revocation expressions need: claims and literals,
//! compared, and joined by `&&`, `||` and `!`. What goes beyond it is not guessed.

use crate::parse::json::{Json, Object};

/// What an expression comes to for the claims of a token.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// True, or a number that is not zero.
    Revoked,
    /// Not a truth value but this: HTCondor refuses the token then.
    RevokedBy(&'static str),
    /// False, or zero.
    Kept,
    /// Outside the part of the language that is read here, and why.
    NotEvaluated(&'static str),
}

/// A value of the language.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Bool(bool),
    Error,
    Integer(i64),
    Real(f64),
    Text(String),
    Undefined,
}

/// Expressions in each other, at most.
const MAX_DEPTH: usize = 50;

/// What `expression` comes to for `claims`: scalars alone, their names in any case.
pub fn evaluate(expression: &str, claims: &Object) -> Answer {
    let tokens = match tokens(expression) {
        Ok(tokens) => tokens,
        Err(reason) => return Answer::NotEvaluated(reason),
    };
    let mut reader = Reader { tokens: &tokens, claims, depth: 0 };
    let value = match reader.or() {
        Ok(value) if reader.tokens.is_empty() => value,
        Ok(_) => return Answer::NotEvaluated("something follows the expression"),
        Err(reason) => return Answer::NotEvaluated(reason),
    };
    match value {
        Value::Bool(false) | Value::Integer(0) => Answer::Kept,
        Value::Real(0.0) => Answer::Kept,
        Value::Bool(true) | Value::Integer(_) | Value::Real(_) => Answer::Revoked,
        Value::Undefined => Answer::RevokedBy("undefined"),
        Value::Error => Answer::RevokedBy("an error"),
        Value::Text(_) => Answer::RevokedBy("a text"),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Literal(Value),
    Name(String),
    Operator(&'static str),
}

/// Longest first.
const OPERATORS: &[&str] =
    &["=?=", "=!=", "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")"];

const UNKNOWN: &str = "it has more in it than claims, literals and comparisons";

fn tokens(text: &str) -> Result<Vec<Token>, &'static str> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, behind) = if first == '"' {
            text_literal(rest)?
        } else if first.is_ascii_digit() || first == '-' {
            number(rest)?
        } else if first.is_ascii_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let (name, behind) = rest.split_at(end.unwrap_or(rest.len()));
            if behind.trim_start().starts_with(['(', '.', '[']) {
                return Err("it calls a function or names another ad");
            }
            (word(name), behind)
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

fn text_literal(text: &str) -> Result<(Token, &str), &'static str> {
    let mut out = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' | '\\' if escaped => out.push(c),
            _ if escaped => return Err("an escape in a text"),
            '"' => {
                let behind = text.get(at + 1..).unwrap_or_default();
                return Ok((Token::Literal(Value::Text(out)), behind));
            }
            '\\' => {}
            c => out.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    Err("a text without its closing quote")
}

fn number(text: &str) -> Result<(Token, &str), &'static str> {
    let in_number = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let end = text.find(|c| !in_number(c)).unwrap_or(text.len());
    let (digits, behind) = text.split_at(end);
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    let octal = digits.trim_start_matches('-').starts_with('0') && digits.len() > 1;
    if !digits.chars().all(plain) || octal && !digits.contains('.') {
        return Err("a number of an unusual form");
    }
    let value = digits.parse().map(Value::Integer);
    let value = value.or_else(|_| digits.parse().map(Value::Real));
    let value = value.map_err(|_| "a number of an unusual form")?;
    Ok((Token::Literal(value), behind))
}

struct Reader<'a> {
    tokens: &'a [Token],
    claims: &'a Object,
    depth: usize,
}

type Step = Result<Value, &'static str>;

impl Reader<'_> {
    fn takes(&mut self, operators: &[&'static str]) -> Option<&'static str> {
        let (Token::Operator(found), rest) = self.tokens.split_first()? else {
            return None;
        };
        operators.contains(found).then(|| {
            self.tokens = rest;
            *found
        })
    }

    fn or(&mut self) -> Step {
        let mut left = self.and()?;
        while self.takes(&["||"]).is_some() {
            let right = self.and()?;
            left = joined(left, right, true)?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Step {
        let mut left = self.identity()?;
        while self.takes(&["&&"]).is_some() {
            let right = self.identity()?;
            left = joined(left, right, false)?;
        }
        Ok(left)
    }

    fn identity(&mut self) -> Step {
        let mut left = self.order()?;
        while let Some(operator) = self.takes(&["=?=", "=!=", "==", "!="]) {
            let right = self.order()?;
            left = match operator {
                "=?=" => Value::Bool(left == right),
                "=!=" => Value::Bool(left != right),
                _ => compared(&left, &right, operator)?,
            };
        }
        Ok(left)
    }

    fn order(&mut self) -> Step {
        let mut left = self.unary()?;
        while let Some(operator) = self.takes(&["<=", ">=", "<", ">"]) {
            let right = self.unary()?;
            left = compared(&left, &right, operator)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Step {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("too many levels");
        }
        let value = if self.takes(&["!"]).is_some() {
            match self.unary()? {
                Value::Bool(value) => Value::Bool(!value),
                Value::Undefined => Value::Undefined,
                Value::Error | Value::Text(_) => Value::Error,
                Value::Integer(_) | Value::Real(_) => return Err("a number as truth value"),
            }
        } else if self.takes(&["("]).is_some() {
            let value = self.or()?;
            self.takes(&[")"]).ok_or("a parenthesis is not closed")?;
            value
        } else {
            self.primary()?
        };
        self.depth -= 1;
        Ok(value)
    }

    fn primary(&mut self) -> Step {
        let (first, rest) = self.tokens.split_first().ok_or("it ends too early")?;
        self.tokens = rest;
        match first {
            Token::Literal(value) => Ok(value.clone()),
            Token::Name(name) => Ok(self.claim(name)),
            Token::Operator(_) => Err(UNKNOWN),
        }
    }

    fn claim(&self, name: &str) -> Value {
        let members: Vec<_> = self.claims.members().collect();
        let mut members = members.into_iter().rev();
        let found = members.find(|(key, _)| key.eq_ignore_ascii_case(name));
        match found.map(|(_, value)| value) {
            Some(Json::Bool(value)) => Value::Bool(*value),
            Some(Json::Integer(value)) => Value::Integer(*value),
            Some(Json::Real(value)) => Value::Real(*value),
            Some(Json::Text(value)) => Value::Text(value.clone()),
            Some(Json::Array(_) | Json::Null | Json::Object(_)) | None => Value::Undefined,
        }
    }
}

/// `||` if `or`, else `&&`: what decides alone decides whatever the other side is.
fn joined(left: Value, right: Value, or: bool) -> Step {
    let number = |value: &Value| matches!(value, Value::Integer(_) | Value::Real(_));
    if number(&left) || number(&right) {
        return Err("a number as truth value");
    }
    Ok(match (left, right) {
        (Value::Bool(left), _) if left == or => Value::Bool(or),
        (Value::Error | Value::Text(_), _) => Value::Error,
        (_, Value::Bool(right)) if right == or => Value::Bool(or),
        (_, Value::Error | Value::Text(_)) => Value::Error,
        (Value::Undefined, _) | (_, Value::Undefined) => Value::Undefined,
        _ => Value::Bool(!or),
    })
}

/// A comparison that undefined makes undefined. Texts compare without regard to case.
fn compared(left: &Value, right: &Value, operator: &str) -> Step {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match (left, right) {
        (Value::Error, _) | (_, Value::Error) => return Ok(Value::Error),
        (Value::Undefined, _) | (_, Value::Undefined) => return Ok(Value::Undefined),
        (Value::Integer(left), Value::Integer(right)) => Some(left.cmp(right)),
        (Value::Real(left), Value::Real(right)) => left.partial_cmp(right),
        (Value::Text(left), Value::Text(right)) => {
            Some(left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase()))
        }
        (Value::Text(_), _) | (_, Value::Text(_)) => return Ok(Value::Error),
        _ => return Err("a comparison of different types"),
    };
    Ok(Value::Bool(match operator {
        "==" => order == Some(Equal),
        "!=" => order != Some(Equal),
        "<" => order == Some(Less),
        "<=" => matches!(order, Some(Less | Equal)),
        ">" => order == Some(Greater),
        _ => matches!(order, Some(Greater | Equal)),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIMS: &str = r#"{"iat":100,"iss":"pool.test","jti":"abc","list":["x"],"sub":"bob@pool.test","yes":true}"#;

    #[test]
    fn expressions() {
        let claims = Json::parse(CLAIMS).unwrap().object().unwrap().clone();
        for (text, answer) in [
            (r#"jti =?= "abc""#, Answer::Revoked),
            (r#"jti =?= "ABC""#, Answer::Kept),
            (r#"jti == "ABC""#, Answer::Revoked),
            (r#"JTI is "abc""#, Answer::Revoked),
            (r#"jti isnt "abc""#, Answer::Kept),
            (r#"jti =?= "x" || jti =?= "abc""#, Answer::Revoked),
            (r#"(jti =?= "x") || (sub =?= "eve@pool.test")"#, Answer::Kept),
            (r#"sub == "bob@pool.test" && iat < 200"#, Answer::Revoked),
            (r#"sub == "bob@pool.test" && iat < 100"#, Answer::Kept),
            ("iat <= 100", Answer::Revoked),
            ("!yes", Answer::Kept),
            ("yes", Answer::Revoked),
            ("iat", Answer::Revoked),
            ("0", Answer::Kept),
            // Three-valued: undefined refuses everybody, =?= does not.
            ("nosuch == 3", Answer::RevokedBy("undefined")),
            ("nosuch =?= 3", Answer::Kept),
            ("kid =?= \"POOL\"", Answer::Kept),
            ("nosuch == 3 && false", Answer::Kept),
            ("nosuch == 3 || true", Answer::Revoked),
            ("nosuch == 3 || false", Answer::RevokedBy("undefined")),
            ("list =?= undefined", Answer::Revoked),
            ("iat == \"x\"", Answer::RevokedBy("an error")),
            ("false && iat == \"x\"", Answer::Kept),
            ("jti", Answer::RevokedBy("a text")),
        ] {
            assert_eq!(evaluate(text, &claims), answer, "{text}");
        }
        let deep = format!("{}yes{}", "(".repeat(60), ")".repeat(60));
        for text in [
            r#"regexp("a", jti)"#,
            "iat + 1 == 2",
            "jti =?=",
            r#"jti =?= "x"#,
            "(yes",
            "yes yes",
            "TARGET.jti == 1",
            "yes && 1",
            "iat == 010",
            "",
            deep.as_str(),
        ] {
            let answer = evaluate(text, &claims);
            assert!(matches!(answer, Answer::NotEvaluated(_)), "{text}: {answer:?}");
        }
    }
}

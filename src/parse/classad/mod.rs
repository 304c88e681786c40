//! ClassAd expressions about the claims of a token, with their meaning in HTCondor's daemons (old
//! ClassAd syntax and semantics). Other expressions are not evaluated.

mod convert;
mod function;
mod lex;
mod operator;
mod pattern;
mod string_list;
mod text;
mod version;

pub(in crate::parse) use crate::parse::classad::convert::scientific;
use crate::parse::classad::lex::Token;
use crate::parse::json::{Json, Object};
use crate::text::time::UnixTime;

/// The value of an expression for the claims of a token.
#[derive(Clone, Debug, PartialEq)]
pub enum RevocationVerdict {
    /// True, or a number that is not zero.
    Revoked,
    /// Not a truth value but this. HTCondor refuses the token then.
    RevokedBy(&'static str),
    /// False, or zero.
    Kept,
    /// certok cannot evaluate it: why.
    NotEvaluated(String),
}

/// A value of the language.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Bool(bool),
    Error,
    Integer(i64),
    List(Vec<Value>),
    Real(f64),
    Text(String),
    Undefined,
}

/// A value, or why there is none.
type Evaluated = Result<Value, &'static str>;

/// The same, with the name of a function in it.
type Read<T> = Result<T, String>;

/// Why there is none: the function, or what it is called with.
const NOT_HERE: &str = "is not evaluated here";

/// Most expressions within each other.
const MAX_DEPTH: usize = 50;

/// The value of `expression` for `claims` at `now`. Claims must be scalars; their names may have
/// any case.
pub fn evaluate(expression: &str, claims: &Object, now: UnixTime) -> RevocationVerdict {
    let value = match read(expression, claims, Some(now), 0) {
        Ok(value) => value,
        Err(reason) => return RevocationVerdict::NotEvaluated(reason),
    };
    match value {
        Value::Bool(false) | Value::Integer(0) => RevocationVerdict::Kept,
        Value::Real(0.0) => RevocationVerdict::Kept,
        Value::Bool(true) | Value::Integer(_) | Value::Real(_) => RevocationVerdict::Revoked,
        Value::Undefined => RevocationVerdict::RevokedBy("undefined"),
        Value::Error => RevocationVerdict::RevokedBy("an error"),
        Value::List(_) => RevocationVerdict::RevokedBy("a list"),
        Value::Text(_) => RevocationVerdict::RevokedBy("a text"),
    }
}

/// The value of an expression about nothing, in which names are undefined.
///
/// # Errors
///
/// certok cannot evaluate it: why.
pub fn value(expression: &str) -> Result<Value, String> {
    read(expression, &Object::default(), None, 0)
}

fn read(expression: &str, claims: &Object, now: Option<UnixTime>, depth: usize) -> Read<Value> {
    let tokens = lex::tokens(expression)?;
    let mut reader = Reader { tokens: &tokens, claims, now, depth };
    let value = reader.choice()?;
    match reader.tokens {
        [] => Ok(value),
        _ => Err("something follows the expression".to_owned()),
    }
}

/// Binary operators, those that bind least first.
const LEVELS: &[&[&str]] = &[
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["=?=", "=!=", "==", "!="],
    &["<=", ">=", "<", ">"],
    &["+", "-"],
    &["*", "/", "%"],
];

struct Reader<'a> {
    tokens: &'a [Token],
    claims: &'a Object,
    now: Option<UnixTime>,
    depth: usize,
}

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

    /// `condition ? value : other`, `value ?: other`.
    fn choice(&mut self) -> Read<Value> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("too many levels".to_owned());
        }
        let condition = self.binary(LEVELS)?;
        let value = if self.takes(&["?"]).is_none() {
            condition
        } else if self.takes(&[":"]).is_some() {
            let other = self.choice()?;
            if condition == Value::Undefined { other } else { condition }
        } else {
            let value = self.choice()?;
            self.takes(&[":"]).ok_or("a choice without its colon")?;
            let other = self.choice()?;
            operator::chosen(condition, value, other)
        };
        self.depth -= 1;
        Ok(value)
    }

    fn binary(&mut self, levels: &[&[&'static str]]) -> Read<Value> {
        let Some((operators, tighter)) = levels.split_first() else {
            return self.unary();
        };
        let mut left = self.binary(tighter)?;
        while let Some(operator) = self.takes(operators) {
            let right = self.binary(tighter)?;
            left = operator::binary(operator, left, right)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Read<Value> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("too many levels".to_owned());
        }
        let value = match self.takes(&["!", "-"]) {
            Some("!") => operator::not(self.unary()?),
            Some(_) => operator::negative(self.unary()?)?,
            None => self.element()?,
        };
        self.depth -= 1;
        Ok(value)
    }

    /// A value, or one of a list: `{"a", "b"}[0]`.
    fn element(&mut self) -> Read<Value> {
        let mut value = self.primary()?;
        while self.takes(&["["]).is_some() {
            let at = self.choice()?;
            self.takes(&["]"]).ok_or("a bracket is not closed")?;
            value = operator::element(value, at);
        }
        Ok(value)
    }

    fn primary(&mut self) -> Read<Value> {
        let (first, rest) = self.tokens.split_first().ok_or("it ends too early")?;
        self.tokens = rest;
        match first {
            Token::Literal(value) => Ok(value.clone()),
            Token::Name(name) if self.takes(&["("]).is_some() => {
                let arguments = self.list(")")?;
                self.call(name, &arguments)
            }
            Token::Name(name) => Ok(self.claim(name)),
            Token::Operator("(") => {
                let value = self.choice()?;
                self.takes(&[")"]).ok_or("a parenthesis is not closed")?;
                Ok(value)
            }
            Token::Operator("{") => Ok(Value::List(self.list("}")?)),
            Token::Operator(_) => Err(lex::UNKNOWN.to_owned()),
        }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Read<Value> {
        if let ("eval", [value]) = (&*name.to_ascii_lowercase(), arguments) {
            return match value {
                // Texts in it have another syntax.
                Value::Text(text) if text.contains('\\') => {
                    Err(format!("it calls {name}() of a \\"))
                }
                Value::Text(text) => read(text, self.claims, self.now, self.depth),
                Value::Bool(_) | Value::Integer(_) => Ok(value.clone()),
                Value::Error | Value::Undefined => Ok(Value::Error),
                Value::List(_) | Value::Real(_) => Err(format!("it calls {name}()")),
            };
        }
        function::call(name, arguments, self.now).map_err(|why| match why {
            NOT_HERE => format!("it calls {name}(), which {why}"),
            why => format!("it calls {name}() with {why}"),
        })
    }

    fn list(&mut self, end: &'static str) -> Read<Vec<Value>> {
        let mut values = Vec::new();
        if self.takes(&[end]).is_some() {
            return Ok(values);
        }
        loop {
            values.push(self.choice()?);
            if self.takes(&[end]).is_some() {
                return Ok(values);
            }
            self.takes(&[","]).ok_or("a list is not closed")?;
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

#[cfg(test)]
mod tests;

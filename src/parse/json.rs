//! JSON (RFC 8259) as token libraries read it: if a name occurs twice, the last one counts.
//!
//! serde_json is not used. It refuses the whole text for one number outside of `f64`, where certok
//! reports the member. It takes `-0` for a fraction, while HTCondor takes it for an integer. And
//! its errors give line and column, not the byte.

use std::fmt;

use crate::text::time::{FIRST, LAST};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `[…]`
    Array(Vec<Self>),
    /// `true`, `false`
    Bool(bool),
    /// Only digits, and within 64 bits.
    Integer(i64),
    /// `null`
    Null,
    /// `{…}`
    Object(Object),
    /// With a fraction or an exponent, or beyond 64 bits. Infinite if it is beyond `f64`.
    Real(f64),
    /// `"…"`
    Text(String),
}

/// The members of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    members: Vec<(String, Json)>,
}

/// Where and why a text is not JSON. Never contains the text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct JsonError {
    /// Offset in bytes.
    pub at: usize,
    /// Lower case, no full stop.
    pub reason: &'static str,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.reason, self.at)
    }
}

impl Object {
    /// The names of its members, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| name.as_str())
    }

    /// The value of `name`. If there are several, the last one, as in every library.
    pub fn get(&self, name: &str) -> Option<&Json> {
        let mut members = self.members.iter().rev();
        members.find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The value of `name`, if it is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Json::text)
    }

    /// The members in order, with repeated names.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.members.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The members that contain, at any depth, a number beyond `f64`. Real readers refuse the text
    /// for it (picojson, nlohmann, Go, serde_json); Python takes it for infinite.
    pub fn out_of_range(&self) -> impl Iterator<Item = &str> {
        let members = self.members().filter(|(_, value)| value.is_out_of_range());
        members.map(|(name, _)| name)
    }

    /// The first name that occurs more than once.
    pub fn repeated(&self) -> Option<&str> {
        let mut names: Vec<&str> = self.members.iter().map(|(key, _)| key.as_str()).collect();
        names.sort_unstable();
        let twice = names.windows(2).find(|pair| pair.first() == pair.last());
        twice.and_then(|pair| pair.first().copied())
    }
}

impl Json {
    /// Reads a text that is a single value.
    ///
    /// # Errors
    ///
    /// Where and why it is not.
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        let (value, end) = Self::parse_front(text)?;
        let rest = text.get(end..).unwrap_or_default();
        match rest.trim_start_matches(BLANKS).len() {
            0 => Ok(value),
            left => Err(JsonError { at: text.len() - left, reason: "something follows the value" }),
        }
    }

    /// Reads the value at the start of `text`, and returns its length in bytes.
    ///
    /// # Errors
    ///
    /// Where and why there is none.
    pub fn parse_front(text: &str) -> Result<(Self, usize), JsonError> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(MAX_DEPTH)?;
        Ok((value, reader.at))
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The members, if it is an object.
    pub fn object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The number as seconds since 1970, rounded down. None if it is no number, or outside of the
    /// years 0 to 9999 (RFC 3339).
    pub fn seconds(&self) -> Option<i64> {
        let seconds = match self {
            Self::Integer(seconds) => *seconds,
            // This is exact: every integer below 2^53 is an f64.
            Self::Real(seconds) if seconds.abs() < 1e15 => {
                format!("{:.0}", seconds.floor()).parse().ok()?
            }
            _ => return None,
        };
        (FIRST..=LAST).contains(&seconds).then_some(seconds)
    }

    /// Whether it is, or contains, a number beyond `f64`.
    fn is_out_of_range(&self) -> bool {
        match self {
            Self::Array(values) => values.iter().any(Self::is_out_of_range),
            Self::Object(object) => object.out_of_range().next().is_some(),
            Self::Real(number) => number.is_infinite(),
            Self::Bool(_) | Self::Integer(_) | Self::Null | Self::Text(_) => false,
        }
    }

    /// The kind of value, with its article.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Array(_) => "a list",
            Self::Bool(_) => "true or false",
            Self::Integer(_) => "an integer",
            Self::Null => "null",
            Self::Object(_) => "an object",
            Self::Real(number) if number.is_infinite() => OUT_OF_RANGE,
            Self::Real(_) => "a number with a fraction or exponent",
            Self::Text(_) => "a text",
        }
    }
}

/// The words for a number that cannot be represented.
pub const OUT_OF_RANGE: &str = "a number out of range";

/// Most lists and objects within each other, as in picojson, which HTCondor uses.
const MAX_DEPTH: usize = 100;

/// White space of JSON.
const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

struct Reader<'a> {
    text: &'a str,
    /// Always at the start of a character.
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(BLANKS).len();
    }

    fn takes(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn error<T>(&self, reason: &'static str) -> Result<T, JsonError> {
        let at = self.at;
        Err(JsonError { at, reason })
    }

    fn value(&mut self, depth: usize) -> Result<Json, JsonError> {
        self.skip_blanks();
        match self.peek() {
            None => self.error("the text ends too early"),
            Some('{' | '[') if depth == 0 => self.error("too many levels"),
            Some('{') => self.object(depth - 1).map(Json::Object),
            Some('[') => self.array(depth - 1).map(Json::Array),
            Some('"') => self.string().map(Json::Text),
            Some('-' | '0'..='9') => self.number(),
            Some(_) if self.takes("true") => Ok(Json::Bool(true)),
            Some(_) if self.takes("false") => Ok(Json::Bool(false)),
            Some(_) if self.takes("null") => Ok(Json::Null),
            Some(_) => self.error("no value"),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Object, JsonError> {
        let mut members = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if self.takes("}") {
            return Ok(Object { members });
        }
        loop {
            self.skip_blanks();
            if self.peek() != Some('"') {
                return self.error("no name in quotes");
            }
            let name = self.string()?;
            self.skip_blanks();
            if !self.takes(":") {
                return self.error("no colon");
            }
            members.push((name, self.value(depth)?));
            self.skip_blanks();
            if self.takes("}") {
                return Ok(Object { members });
            }
            if !self.takes(",") {
                return self.error("neither a comma nor the end of the object");
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Json>, JsonError> {
        let mut values = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if self.takes("]") {
            return Ok(values);
        }
        loop {
            values.push(self.value(depth)?);
            self.skip_blanks();
            if self.takes("]") {
                return Ok(values);
            }
            if !self.takes(",") {
                return self.error("neither a comma nor the end of the list");
            }
        }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        let mut out = String::new();
        self.at += 1;
        loop {
            match self.peek() {
                None => return self.error("a text without its closing quote"),
                Some('"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some('\\') => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                Some(c) if c < ' ' => return self.error("a control character in a text"),
                Some(c) => {
                    self.at += c.len_utf8();
                    out.push(c);
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        Ok(match self.next() {
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => return self.code_point(),
            _ => return self.error("an unknown escape"),
        })
    }

    /// After `\u`: one code unit, or a surrogate pair.
    fn code_point(&mut self) -> Result<char, JsonError> {
        let first = self.code_unit()?;
        let code = match first {
            0xd800..=0xdbff if self.takes("\\u") => match self.code_unit()? {
                second @ 0xdc00..=0xdfff => 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                _ => return self.error("half of a surrogate pair"),
            },
            _ => first,
        };
        match char::from_u32(code) {
            Some(c) => Ok(c),
            None => self.error("half of a surrogate pair"),
        }
    }

    fn code_unit(&mut self) -> Result<u32, JsonError> {
        let digits = self.rest().get(..4).unwrap_or_default();
        let hex = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        match u32::from_str_radix(digits, 16) {
            Ok(unit) if hex => {
                self.at += 4;
                Ok(unit)
            }
            _ => self.error("no four hexadecimal digits"),
        }
    }

    fn number(&mut self) -> Result<Json, JsonError> {
        let start = self.at;
        self.takes("-");
        let zero = self.peek() == Some('0');
        let whole = self.digits();
        if whole == 0 || (zero && whole > 1) {
            return self.error("no number");
        }
        let mut integer = true;
        if self.takes(".") {
            integer = false;
            if self.digits() == 0 {
                return self.error("no digit after the point");
            }
        }
        if self.takes("e") || self.takes("E") {
            integer = false;
            let _ = self.takes("+") || self.takes("-");
            if self.digits() == 0 {
                return self.error("no digit in the exponent");
            }
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(number), _) if integer => Ok(Json::Integer(number)),
            (_, Ok(number)) => Ok(Json::Real(number)),
            _ => self.error("no number"),
        }
    }

    /// Skips digits and returns their number.
    fn digits(&mut self) -> usize {
        let rest = self.rest();
        let count = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        self.at += count;
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        match Json::parse(text) {
            Ok(Json::Object(object)) => object,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn values() {
        let deep = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        for (text, value) in [
            ("null", Json::Null),
            (" true\r\n", Json::Bool(true)),
            ("-12", Json::Integer(-12)),
            ("0", Json::Integer(0)),
            ("9223372036854775807", Json::Integer(i64::MAX)),
            ("9223372036854775808", Json::Real(9_223_372_036_854_775_808.0)),
            ("1.5e3", Json::Real(1500.0)),
            ("5.0", Json::Real(5.0)),
            (r#""a\/\u00e9\ud83d\ude00\n""#, Json::Text("a/é😀\n".into())),
            ("[1, []]", Json::Array(vec![Json::Integer(1), Json::Array(vec![])])),
            ("{}", Json::Object(Object::default())),
        ] {
            assert_eq!(Json::parse(text), Ok(value), "{text}");
        }
        assert!(Json::parse(&deep(MAX_DEPTH)).is_ok());
        assert!(Json::parse(&deep(MAX_DEPTH + 1)).is_err());
    }

    #[test]
    fn no_values() {
        for text in [
            "",
            " ",
            "nul",
            "01",
            "-",
            "1.",
            "1e",
            "+1",
            ".5",
            "\"a",
            "\"\t\"",
            r#""\x""#,
            r#""\u12g4""#,
            r#""\ud83d""#,
            r#""\ude00""#,
            "[1,]",
            "[1 2]",
            "{\"a\"}",
            "{a:1}",
            "{\"a\":1,}",
            "1 2",
            "{",
            "[",
        ] {
            assert!(Json::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_out_of_range_are_found_at_any_depth() {
        for (text, names) in [
            (r#"{"a":1e308,"b":-1e308,"c":1e-400,"d":99999999999999999999}"#, vec![]),
            (r#"{"a":1e309,"b":0,"c":[{"x":[-1e400]}]}"#, vec!["a", "c"]),
        ] {
            assert_eq!(object(text).out_of_range().collect::<Vec<_>>(), names);
        }
    }

    #[test]
    fn what_follows_is_left() {
        assert_eq!(Json::parse_front("{} x"), Ok((Json::Object(Object::default()), 2)));
    }

    #[test]
    fn the_last_of_a_name_counts() {
        let object = object(r#"{"a":1,"b":2,"a":"x"}"#);
        assert_eq!(object.text("a"), Some("x"));
        assert_eq!(object.repeated(), Some("a"));
        assert_eq!(object.members().count(), 3);
    }
}

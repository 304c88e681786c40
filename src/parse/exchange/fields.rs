//! Canonical JSON: there is one way to write it, and only that is accepted.

use crate::parse::exchange::{MAX_TEXT_BYTES, Malformed};
use crate::parse::json::{Json, OUT_OF_RANGE, Object};
use crate::text::base64;
use crate::text::time::UnixTime;

/// Writes an object, member by member.
pub(super) struct Writer(String);

impl Writer {
    /// Begins with the version.
    pub(super) fn new() -> Self {
        Self(String::from(r#"{"v":1"#))
    }

    pub(super) fn text(mut self, name: &str, value: Option<&str>) -> Self {
        let value = value.map_or_else(|| "null".to_owned(), quoted);
        self.0 += &format!(r#","{name}":{value}"#);
        self
    }

    pub(super) fn number(mut self, name: &str, value: Option<i64>) -> Self {
        let value = value.map_or_else(|| "null".to_owned(), |n| n.to_string());
        self.0 += &format!(r#","{name}":{value}"#);
        self
    }

    pub(super) fn texts<'a>(mut self, name: &str, values: impl Iterator<Item = &'a str>) -> Self {
        let values: Vec<String> = values.map(quoted).collect();
        self.0 += &format!(r#","{name}":[{}]"#, values.join(","));
        self
    }

    pub(super) fn bytes(self, name: &str, value: Option<&[u8]>) -> Self {
        let value = value.map(base64::encode_url);
        self.text(name, value.as_deref())
    }

    pub(super) fn end(self) -> String {
        self.0 + "}"
    }
}

/// A JSON text of what [`is_plain`] allows.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', r#"\""#))
}

/// Whether `text` may be in a request or answer: printable ASCII, so that nothing is hidden from
/// the reader.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// The members of an object.
pub(super) struct Fields(Object);

impl Fields {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let text = std::str::from_utf8(bytes).map_err(|_| Malformed("it is no UTF-8".into()))?;
        let json =
            Json::parse(text).map_err(|reason| Malformed(format!("it is no JSON: {reason}")))?;
        let object = json.object().cloned();
        let fields = object.map(Self).ok_or(Malformed(format!("it is {}", json.kind())))?;
        if let Some(name) = fields.0.out_of_range().next() {
            return Err(Malformed(format!("`{name}` has {OUT_OF_RANGE}")));
        }
        match fields.number("v")? {
            Some(1) => Ok(fields),
            Some(other) => {
                Err(Malformed(format!("it is of version {other}; this certok knows version 1")))
            }
            None => Err(Malformed("it has no version".into())),
        }
    }

    /// A text, or nothing for null.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Malformed> {
        match self.0.get(name) {
            Some(Json::Null) => Ok(None),
            Some(Json::Text(text)) if text.len() > MAX_TEXT_BYTES => {
                Err(Malformed(format!("`{name}` is longer than {MAX_TEXT_BYTES} bytes")))
            }
            Some(Json::Text(text)) if is_plain(text) => Ok(Some(text.clone())),
            Some(Json::Text(_)) => {
                Err(Malformed(format!("`{name}` has characters that are not printable ASCII")))
            }
            other => Err(misfit(name, other)),
        }
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, Malformed> {
        match self.0.get(name) {
            Some(Json::Null) => Ok(None),
            Some(Json::Integer(number)) => Ok(Some(*number)),
            other => Err(misfit(name, other)),
        }
    }

    pub(super) fn instant(&self, name: &str) -> Result<UnixTime, Malformed> {
        let number = self.number(name)?;
        number.map(UnixTime).ok_or(misfit(name, None))
    }

    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, Malformed> {
        let Some(Json::Array(values)) = self.0.get(name) else {
            return Err(misfit(name, self.0.get(name)));
        };
        let text = |value: &Json| value.text().map(str::to_owned).ok_or(misfit(name, Some(value)));
        values.iter().map(text).collect()
    }

    pub(super) fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Malformed> {
        match self.0.get(name) {
            Some(Json::Null) => Ok(None),
            Some(Json::Text(text)) => match base64::decode_url(text.as_bytes()) {
                Ok(bytes) => Ok(Some(bytes.to_vec())),
                Err(reason) => Err(Malformed(format!("`{name}` is not base64url: {reason}"))),
            },
            other => Err(misfit(name, other)),
        }
    }

    pub(super) fn key(&self, name: &str) -> Result<[u8; 32], Malformed> {
        let bytes = self.bytes(name)?.unwrap_or_default();
        <[u8; 32]>::try_from(bytes)
            .map_err(|_| Malformed(format!("`{name}` is no key of 32 bytes")))
    }
}

/// Checks that writing the value again gives the same bytes: no member twice, none unknown, no
/// other spelling.
pub(super) fn is_canonical(read: &[u8], written: &str) -> Result<(), Malformed> {
    match read == written.as_bytes() {
        true => Ok(()),
        false => Err(Malformed("it is not in the one spelling that certok writes".into())),
    }
}

fn misfit(name: &str, value: Option<&Json>) -> Malformed {
    Malformed(match value {
        Some(value) => format!("`{name}` is {}", value.kind()),
        None => format!("`{name}` is missing"),
    })
}

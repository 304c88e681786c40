//! JWTs in compact form: a JWS of three base64url parts (RFC 7515 §7.1, RFC 7519).

use std::fmt;

use zeroize::Zeroizing;

use crate::parse::json::{Json, JsonError, Object};
use crate::text::base64;
use crate::text::base64::Base64Error;

/// A JWS whose payload is a JSON object.
///
/// Its form is correct; the signature was not verified. `Debug` hides the signature, which is the
/// secret part.
pub struct Jws<'a> {
    header: Object,
    payload: Object,
    signed: &'a [u8],
    signature: Zeroizing<Vec<u8>>,
    /// Whether header and payload are UTF-8. Other bytes were replaced by U+FFFD.
    pub is_utf8: bool,
    /// Whether something follows the object in header or payload. The readers of HTCondor and
    /// scitokens-cpp ignore it, others refuse it.
    pub has_trailing: bool,
}

impl fmt::Debug for Jws<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jws({:?}, {:?})", self.header, self.payload)
    }
}

/// A part of the compact form.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Part {
    /// The first.
    Header,
    /// The second.
    Payload,
    /// The third.
    Signature,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        })
    }
}

/// Why a text is not a JWS. Never contains the text, because a damaged token is almost as secret as
/// a token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum JwsError {
    /// A part is not base64url.
    Base64(Part, Base64Error),
    /// A part is not JSON.
    Json(Part, JsonError),
    /// A part is JSON, but this kind instead of an object.
    NoObject(Part, &'static str),
    /// There are this many parts, not three.
    Parts(usize),
    /// More bytes than [`MAX_BYTES`].
    TooLong(usize),
}

impl fmt::Display for JwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base64(part, reason) => write!(f, "its {part} is not base64url: {reason}"),
            Self::Json(part, reason) => write!(f, "its {part} is not JSON: {reason}"),
            Self::NoObject(part, kind) => write!(f, "its {part} is {kind}, not an object"),
            Self::Parts(1) => f.write_str("it has 1 part instead of three separated by dots"),
            Self::Parts(5) => {
                f.write_str("it has 5 parts instead of three, as an encrypted token (JWE) has")
            }
            Self::Parts(count) => write!(f, "it has {count} parts instead of three"),
            Self::TooLong(bytes) => write!(f, "it is {bytes} bytes long"),
        }
    }
}

/// Most bytes of a token. HTCondor and web servers accept 8 to 64 kB in a line or header; a WLCG
/// token with many groups has 4 kB.
pub const MAX_BYTES: usize = 1 << 20;

impl<'a> Jws<'a> {
    /// Splits `text`. Surrounding white space must be removed already. What follows the object in
    /// header or payload is ignored, as by HTCondor and SciTokens.
    ///
    /// # Errors
    ///
    /// The first part that is missing, extra, or malformed.
    pub fn parse(text: &'a [u8]) -> Result<Self, JwsError> {
        if text.len() > MAX_BYTES {
            return Err(JwsError::TooLong(text.len()));
        }
        let parts: Vec<&[u8]> = text.split(|&byte| byte == b'.').collect();
        let [header, payload, signature] = parts.as_slice() else {
            return Err(JwsError::Parts(parts.len()));
        };
        let decode = |part, text: &[u8]| {
            base64::decode_url(text).map_err(|reason| JwsError::Base64(part, reason))
        };
        let (head, body) = (decode(Part::Header, header)?, decode(Part::Payload, payload)?);
        let signature = decode(Part::Signature, signature)?;
        let is_utf8 = std::str::from_utf8(&head).is_ok() && std::str::from_utf8(&body).is_ok();
        let (header, follows) = object(Part::Header, &head)?;
        let (payload, also_follows) = object(Part::Payload, &body)?;
        let signed = text.get(..text.len() - parts[2].len() - 1);
        Ok(Self {
            header,
            payload,
            signed: signed.unwrap_or_default(),
            signature,
            is_utf8,
            has_trailing: follows || also_follows,
        })
    }

    /// The JOSE header.
    pub fn header(&self) -> &Object {
        &self.header
    }

    /// The claims.
    pub fn payload(&self) -> &Object {
        &self.payload
    }

    /// Names in header and payload whose number no reader can represent.
    pub fn out_of_range(&self) -> Vec<String> {
        let all = [&self.header, &self.payload].into_iter();
        all.flat_map(Object::out_of_range).map(str::to_owned).collect()
    }

    /// The signed bytes: header and payload with the dot between them.
    pub fn signed(&self) -> &'a [u8] {
        self.signed
    }

    /// The signature; empty in an unsecured token.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

/// Whether `text` looks like a JWT: a base64url part that begins like `{"`, then a dot.
pub fn looks_like(text: &[u8]) -> bool {
    text.starts_with(BEGINNING)
}

/// `{"` in base64url. Every JWT begins so if its header has no blanks.
pub const BEGINNING: &[u8] = b"eyJ";

fn object(part: Part, bytes: &[u8]) -> Result<(Object, bool), JwsError> {
    let text = String::from_utf8_lossy(bytes);
    let (value, end) = Json::parse_front(&text).map_err(|reason| JwsError::Json(part, reason))?;
    let rest = text.get(end..).unwrap_or_default();
    match value {
        Json::Object(object) => Ok((object, !rest.trim().is_empty())),
        other => Err(JwsError::NoObject(part, other.kind())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515 §A.1, the header and payload of the example; the signature is made up.
    const EXAMPLE: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
        AQID";

    #[test]
    fn the_example_of_the_rfc() {
        let jws = Jws::parse(EXAMPLE.as_bytes()).unwrap();
        assert_eq!(jws.header().text("alg"), Some("HS256"));
        assert_eq!(jws.payload().text("iss"), Some("joe"));
        assert_eq!(jws.payload().get("exp"), Some(&Json::Integer(1_300_819_380)));
        assert_eq!(jws.signature(), [1, 2, 3]);
        assert_eq!(jws.signed(), &EXAMPLE.as_bytes()[..EXAMPLE.len() - 5]);
        assert!(jws.is_utf8 && !jws.has_trailing);
    }

    #[test]
    fn what_is_none_is_said_without_repeating_it() {
        let parts = |count: usize| vec!["eyJ"; count].join(".");
        for (text, reason) in [
            ("", "1 part"),
            ("xx", "1 part"),
            (&parts(2), "2 parts"),
            (&parts(4), "4 parts"),
            (&parts(5), "JWE"),
            ("e30=.e30.AA", "its header is not base64url: padding"),
            ("e30.e3+.AA", "its payload is not base64url: a character of the other"),
            ("e30.e30.A", "its signature is not base64url: 1 characters"),
            ("\u{feff}e30.e30.AA", "outside ASCII"),
            ("\"e30.e30.AA\"", "a quote"),
            ("eyJ.e30.AA", "its header is not JSON"),
            ("W10.e30.AA", "its header is a list, not an object"),
            ("e30.NQ.AA", "its payload is an integer, not an object"),
        ] {
            let error = Jws::parse(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(!error.contains("e30"), "{text}: {error}");
        }
        assert!(Jws::parse(&vec![b'a'; MAX_BYTES + 1]).is_err());
    }

    #[test]
    fn what_follows_the_object_and_bytes_outside_utf8_are_borne() {
        // {"sub":"\xff"} and {"a":1}x
        let jws = Jws::parse(b"e30.eyJzdWIiOiL_In0.").unwrap();
        assert_eq!(jws.payload().text("sub"), Some("\u{fffd}"));
        assert!(!jws.is_utf8 && jws.signature().is_empty());
        let jws = Jws::parse(b"e30.eyJhIjoxfXg.AA").unwrap();
        assert!(jws.has_trailing);
    }
}

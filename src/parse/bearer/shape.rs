//! What stands where a bearer token should: a token, nothing, or something else.

use std::fmt;

use zeroize::Zeroizing;

use crate::crypto::jose::Algorithm;
use crate::parse::bearer::BearerToken;
use crate::parse::json::Json;
use crate::parse::jws;
use crate::parse::jws::JwsError;

/// The content of a place.
#[derive(Debug)]
pub enum Content {
    /// Nothing but white space: the search goes on.
    Empty,
    /// Something else.
    Other(NoToken),
    /// A token.
    Token(Box<BearerToken>),
}

/// What something is that is no token. Never repeats it: what is almost a token is almost as
/// secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NoToken {
    /// A line of shell that sets a variable.
    Assignment,
    /// A token of HTCondor, signed with a pool's password.
    IdToken,
    /// JSON: the whole answer of a token endpoint, if it has `access_token`.
    Json {
        /// Whether it has.
        has_access_token: bool,
    },
    /// Almost a JWT.
    Malformed(JwsError),
    /// A web page.
    Markup,
    /// Text in one piece, without the parts of a JWT.
    Opaque,
    /// A path.
    Path,
    /// PEM.
    Pem,
    /// `Bearer ` in front of it.
    Prefixed,
    /// Quotes around it.
    Quoted,
    /// More than one token.
    Several,
    /// Its end is missing.
    Truncated(String),
    /// Words.
    Words,
    /// One token over several lines.
    Wrapped,
}

impl fmt::Display for NoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Assignment => "it is a line of shell that sets a variable, not the token alone",
            Self::IdToken => "it is a token of HTCondor (an IDTOKEN)",
            Self::Json { has_access_token: true } => {
                "it is the JSON answer of a token endpoint, of which only the access_token is to be \
                 kept"
            }
            Self::Json { .. } => "it is JSON, not a JWT in compact form",
            Self::Malformed(reason) => return write!(f, "it is malformed: {reason}"),
            Self::Markup => "it is a web page",
            Self::Opaque => {
                "it is opaque or damaged: one piece of text, not three parts separated by dots"
            }
            Self::Path => "it is a path",
            Self::Pem => "it is a PEM file: a certificate or key",
            Self::Prefixed => {
                "the word Bearer stands in front of it, which belongs into the HTTP header alone"
            }
            Self::Quoted => "there are quotes around it",
            Self::Several => "there are several tokens, and tools expect one",
            Self::Truncated(why) => return write!(f, "it is truncated: {why}"),
            Self::Words => "it is text with blanks in it",
            Self::Wrapped => "it is broken over several lines",
        };
        f.write_str(text)
    }
}

/// Says what `bytes` are. Linear in their length.
pub fn look(bytes: &[u8]) -> Content {
    let text = trimmed(bytes);
    if text.is_empty() {
        return Content::Empty;
    }
    match BearerToken::parse(text) {
        Ok(token) if is_of_condor(&token) => Content::Other(NoToken::IdToken),
        Ok(token) => match cut(&token) {
            Some(why) => Content::Other(NoToken::Truncated(why)),
            None => Content::Token(Box::new(token)),
        },
        Err(reason) => Content::Other(other(text, reason)),
    }
}

/// Without what the discovery rules of WLCG take off: `isspace` of C99.
pub fn trimmed(mut text: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b' ');
    while let Some((_, rest)) = text.split_first().filter(|(first, _)| blank(first)) {
        text = rest;
    }
    while let Some((_, rest)) = text.split_last().filter(|(last, _)| blank(last)) {
        text = rest;
    }
    text
}

/// HTCondor signs with HMAC and names its key; its issuers are no URLs, its scopes are its own.
fn is_of_condor(token: &BearerToken) -> bool {
    let algorithm = token.algorithm.as_deref();
    let hmac = algorithm.is_some_and(|name| name.starts_with("HS"));
    let own = token.scopes.iter().any(|scope| scope.starts_with("condor:/"));
    let issuer = token.issuer.as_deref();
    let web = issuer.is_some_and(|issuer| issuer.contains("://"));
    let key = token.key_id.as_deref();
    hmac && (own || key == Some("POOL") || (!web && key.is_some()))
}

/// Why the signature cannot be whole, if so.
fn cut(token: &BearerToken) -> Option<String> {
    let name = token.algorithm.as_deref()?;
    let (algorithm, bytes) = (Algorithm::named(name)?, token.signature().len());
    (!algorithm.may_have(bytes)).then(|| format!("no signature by {name} is {bytes} bytes long"))
}

fn other(text: &[u8], reason: JwsError) -> NoToken {
    let front = text.get(..MAX_PREFIX.min(text.len())).unwrap_or_default();
    let front = front.to_ascii_lowercase();
    let starts = |word: &str| front.starts_with(word.as_bytes());
    let quote = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b'"' | b'\''));
    if starts("{") || starts("[") {
        let json = Json::parse(&String::from_utf8_lossy(text)).ok();
        let object = json.as_ref().and_then(Json::object);
        return NoToken::Json {
            has_access_token: object.is_some_and(|object| object.text("access_token").is_some()),
        };
    }
    if starts("-----begin ") {
        NoToken::Pem
    } else if starts("<") {
        NoToken::Markup
    } else if quote(text.first()) && quote(text.last()) {
        NoToken::Quoted
    } else if starts("bearer ") || starts("authorization:") {
        NoToken::Prefixed
    } else if starts("bearer_token=") || starts("export ") {
        NoToken::Assignment
    } else if text.iter().any(u8::is_ascii_whitespace) {
        pieces(text)
    } else if starts("/") || starts("~/") || starts("file:") {
        NoToken::Path
    } else {
        match reason {
            JwsError::Parts(count) if jws::looks_like(text) && count < 3 => {
                NoToken::Truncated(reason.to_string())
            }
            JwsError::Parts(1) => NoToken::Opaque,
            _ => NoToken::Malformed(reason),
        }
    }
}

/// As long as the longest beginning that is looked for.
const MAX_PREFIX: usize = 16;

fn pieces(text: &[u8]) -> NoToken {
    let words = text.split(u8::is_ascii_whitespace);
    let tokens = words.filter(|word| jws::looks_like(word)).take(2).count();
    let bytes = text.iter().copied().filter(|b| !b.is_ascii_whitespace());
    let joined = Zeroizing::new(bytes.collect::<Vec<u8>>());
    if BearerToken::parse(&joined).is_ok() {
        NoToken::Wrapped
    } else if tokens > 1 {
        NoToken::Several
    } else {
        NoToken::Words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::base64::encode_url;

    fn jwt(header: &str, claims: &str, signature: &[u8]) -> String {
        let parts = [header.as_bytes(), claims.as_bytes(), signature];
        parts.map(encode_url).join(".")
    }

    fn named(text: &str) -> String {
        match look(text.as_bytes()) {
            Content::Empty => "empty".to_owned(),
            Content::Token(_) => "token".to_owned(),
            Content::Other(what) => what.to_string(),
        }
    }

    #[test]
    fn each_is_told() {
        let header = r#"{"alg":"ES256","kid":"1"}"#;
        let good = jwt(header, "{}", &[1; 64]);
        let (first, last) = good.split_at(20);
        for (text, expected) in [
            (String::new(), "empty"),
            (" \t\r\n\u{b}\u{c}".into(), "empty"),
            (good.clone(), "token"),
            (format!("\u{b} {good}\r\n"), "token"),
            (jwt(header, "{}", &[1; 63]), "truncated: no signature"),
            (jwt(header, "{}", &[]), "truncated: no signature"),
            (good.rsplit_once('.').unwrap().0.into(), "truncated: it has 2"),
            (format!("\"{good}\""), "quotes"),
            (format!("Bearer {good}"), "the word Bearer"),
            (format!("Authorization: Bearer {good}"), "the word Bearer"),
            (format!("BEARER_TOKEN={good}"), "a line of shell"),
            (format!("{good}\n{good}"), "several tokens"),
            (format!("{first}\n{last}"), "broken over several lines"),
            (format!("{{\"access_token\":\"{good}\"}}"), "only the access_token"),
            ("{\"a\":1}".into(), "it is JSON, not"),
            ("{\"access_token\":".into(), "it is JSON, not"),
            ("-----BEGIN CERTIFICATE-----\nMAA=".into(), "PEM"),
            ("<!DOCTYPE html>".into(), "web page"),
            ("d0e2a1f4c9b84c7d".into(), "opaque"),
            ("/tmp/bt_u1000".into(), "a path"),
            ("no token today".into(), "text with blanks"),
            ("a.b.c.d.e".into(), "malformed: it has 5 parts"),
            (format!("{good}="), "its signature is not base64url"),
            (jwt(r#"{"alg":"HS256","kid":"POOL"}"#, "{}", &[1; 32]), "IDTOKEN"),
            (jwt(r#"{"alg":"HS256"}"#, "{}", &[1; 32]), "token"),
            (jwt(r#"{"alg":"none"}"#, "{}", &[]), "token"),
        ] {
            let told = named(&text);
            assert!(told.contains(expected), "{text}: {told}");
        }
    }
}

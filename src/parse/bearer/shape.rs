//! What is in the place of a bearer token: a token, nothing, or something else.

use std::fmt;

use zeroize::Zeroizing;

use crate::crypto::jose::Algorithm;
use crate::parse::bearer::BearerToken;
use crate::parse::json::Json;
use crate::parse::jws;
use crate::parse::jws::JwsError;
use crate::parse::macaroon::{Macaroon, MacaroonError};
use crate::text::{base64, utf16};

/// The content of a place.
#[derive(Debug)]
pub enum Content {
    /// Only white space. The search continues.
    Empty,
    /// A macaroon, which is not a JWT.
    Macaroon(Macaroon),
    /// Something else.
    Other(NoToken),
    /// A token.
    Token(Box<BearerToken>),
}

/// What JSON is in the place of a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum JsonKind {
    /// The answer of a token endpoint.
    AccessToken,
    /// Its refusal, with the reason if that is one of RFC 6749 and its kin.
    Error(Option<&'static str>),
    /// An answer with an ID token and no access token.
    IdToken,
    /// Anything else.
    Other,
    /// An answer with a refresh token and no access token.
    RefreshToken,
    /// The answer of Vault, or a token of it.
    Vault,
}

impl JsonKind {
    fn of(text: &str) -> Self {
        let json = Json::parse(text).ok();
        let Some(object) = json.as_ref().and_then(Json::object) else {
            return Self::Other;
        };
        let has = |name| object.text(name).is_some();
        if has("access_token") {
            Self::AccessToken
        } else if object.members().any(|(_, value)| holds_vault_token(value)) {
            Self::Vault
        } else if has("refresh_token") {
            Self::RefreshToken
        } else if has("id_token") {
            Self::IdToken
        } else if let Some(error) = object.text("error") {
            Self::Error(ERRORS.iter().copied().find(|known| *known == error))
        } else {
            Self::Other
        }
    }
}

/// RFC 6749 §5.2, §4.1.2.1; RFC 6750 §3.1; RFC 8628 §3.5.
const ERRORS: &[&str] = &[
    "access_denied",
    "authorization_pending",
    "expired_token",
    "insufficient_scope",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_token",
    "server_error",
    "slow_down",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
];

/// Whether it is a token of Vault, the member `client_token` of its answers, or has one in it. In JSON
/// the beginning is enough.
fn holds_vault_token(value: &Json) -> bool {
    let begins = |text: &str| ["hvs.", "hvb.", "hvr."].iter().any(|kind| text.starts_with(kind));
    match value {
        Json::Text(text) => begins(text) || is_of_vault(text.as_bytes()),
        Json::Object(object) => {
            let mut members = object.members();
            members.any(|(name, value)| name == "client_token" || holds_vault_token(value))
        }
        _ => false,
    }
}

/// What something is that is no token. Never repeats it: what is almost a token is almost as
/// secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NoToken {
    /// A line of shell that sets a variable.
    Assignment,
    /// An encrypted token (RFC 7516).
    Encrypted,
    /// A token of EOS.
    Eos,
    /// A token of HTCondor, signed with the key of a pool.
    IdToken,
    /// An ID token of OpenID Connect. It says who logged in, but permits nothing.
    IdentityToken,
    /// JSON.
    Json(JsonKind),
    /// A macaroon that is cut or damaged.
    Macaroon(MacaroonError),
    /// Almost a JWT.
    Malformed(JwsError),
    /// A mark of UTF-8 in front of it (U+FEFF).
    Marked,
    /// A web page.
    Markup,
    /// A word for "nothing".
    Null(&'static str),
    /// One word, but not in the form of a JWT.
    Opaque,
    /// A path.
    Path,
    /// PEM.
    Pem,
    /// `Bearer ` before the token.
    Prefixed,
    /// Bytes as Python prints them, `b'…'`.
    PythonBytes,
    /// Quotes around it.
    Quoted,
    /// A token that gets new tokens from its issuer.
    RefreshToken,
    /// More than one token.
    Several,
    /// Its end is missing.
    Truncated(String),
    /// The name of a variable that was not replaced by a shell.
    Unexpanded,
    /// In UTF-16.
    Utf16,
    /// A token of Vault, with which htgettoken gets bearer tokens.
    Vault,
    /// Words.
    Words,
    /// One token in several lines.
    Wrapped,
}

impl fmt::Display for NoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Assignment => "it is a line of shell that sets a variable, not the token alone",
            Self::Encrypted => "it is an encrypted token (JWE), which its issuer alone can read",
            Self::Eos => "it is a token of EOS (zteos64), not a JWT",
            Self::IdToken => "it is a token of HTCondor (an IDTOKEN)",
            Self::IdentityToken => {
                "it is an ID token: it tells a web page who logged in, and permits nothing"
            }
            Self::Json(JsonKind::AccessToken) => {
                "it is the JSON answer of a token endpoint, of which only the access_token is to be \
                 kept"
            }
            Self::Json(JsonKind::Error(Some(error))) => {
                return write!(
                    f,
                    "it is the refusal of a token endpoint ({error}), without a token"
                );
            }
            Self::Json(JsonKind::Error(None)) => {
                "it is the refusal of a token endpoint (JSON with error), without a token"
            }
            Self::Json(JsonKind::IdToken) => {
                "it is JSON with an ID token, which permits nothing, and no access_token"
            }
            Self::Json(JsonKind::RefreshToken) => {
                "it is JSON with a refresh token, which must not be sent to anybody but its issuer, and \
                 no access_token"
            }
            Self::Json(JsonKind::Vault) => {
                "it is JSON with a token of Vault, with which htgettoken gets bearer tokens; it must not \
                 be sent to a service"
            }
            Self::Json(JsonKind::Other) => "it is JSON, not a JWT in compact form",
            Self::Marked => "a byte order mark is in front of it, as editors of Windows write it",
            Self::Macaroon(reason) => return write!(f, "it is a damaged macaroon: {reason}"),
            Self::Malformed(reason) => return write!(f, "it is malformed: {reason}"),
            Self::Markup => "it is a web page",
            Self::Null(word) => {
                return write!(
                    f,
                    "it is the word {word}: the answer it was taken from had no token"
                );
            }
            Self::Opaque => {
                "it is opaque or damaged: one piece of text, not three parts separated by dots"
            }
            Self::Path => "it is a path",
            Self::Pem => "it is a PEM file: a certificate or key",
            Self::Prefixed => {
                "the word Bearer is in front of it, which belongs only in the HTTP header"
            }
            Self::PythonBytes => "it is written as b'…', as Python prints bytes",
            Self::RefreshToken => {
                "it is a refresh token, which gets new tokens from its issuer and must not be sent \
                 to anybody else"
            }
            Self::Quoted => "there are quotes around it",
            Self::Several => "there are several tokens, and tools expect one",
            Self::Truncated(why) => return write!(f, "it is truncated: {why}"),
            Self::Unexpanded => "it is the name of a variable that no shell has replaced ($)",
            Self::Utf16 => "it is in UTF-16, as PowerShell writes files; tools read bytes of ASCII",
            Self::Vault => {
                "it is a token of Vault, with which htgettoken gets bearer tokens; it must not be \
                 sent to a service"
            }
            Self::Words => "it is text with blanks in it",
            Self::Wrapped => "it is broken over several lines",
        };
        f.write_str(text)
    }
}

impl NoToken {
    /// Whether something in it may open a door, though it stands there in another form than a token. Of
    /// text that may be anything its randomness says so (`may_hold_secret`), not this.
    pub fn may_be_secret(&self) -> bool {
        match self {
            Self::Json(kind) => !matches!(kind, JsonKind::Error(_)),
            Self::Malformed(_)
            | Self::Markup
            | Self::Null(_)
            | Self::Opaque
            | Self::Path
            | Self::Pem
            | Self::Unexpanded
            | Self::Words => false,
            Self::Assignment
            | Self::Encrypted
            | Self::Eos
            | Self::IdToken
            | Self::IdentityToken
            | Self::Macaroon(_)
            | Self::Marked
            | Self::Prefixed
            | Self::PythonBytes
            | Self::Quoted
            | Self::RefreshToken
            | Self::Several
            | Self::Truncated(_)
            | Self::Utf16
            | Self::Vault
            | Self::Wrapped => true,
        }
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
        Ok(token) if is_refresh_token(&token) => Content::Other(NoToken::RefreshToken),
        Ok(token) if is_identity_token(&token) => Content::Other(NoToken::IdentityToken),
        Ok(token) => match cut(&token) {
            Some(why) => Content::Other(NoToken::Truncated(why)),
            None => Content::Token(Box::new(token)),
        },
        Err(reason) => match Macaroon::parse(text) {
            Some(Ok(macaroon)) => Content::Macaroon(macaroon),
            Some(Err(reason)) => Content::Other(NoToken::Macaroon(reason)),
            None => Content::Other(other(text, reason)),
        },
    }
}

/// Removes what the discovery rules of WLCG remove: `isspace` of C99.
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

/// HTCondor signs with HMAC and names its key. Its issuers are no URLs, and its scopes are its own.
fn is_of_condor(token: &BearerToken) -> bool {
    let algorithm = token.algorithm.as_deref();
    let hmac = algorithm.is_some_and(|name| name.starts_with("HS"));
    let own = token.scopes.iter().any(|scope| scope.starts_with("condor:/"));
    let issuer = token.issuer.as_deref();
    let web = issuer.is_some_and(|issuer| issuer.contains("://"));
    let key = token.key_id.as_deref();
    hmac && (own || key == Some("POOL") || (!web && key.is_some()))
}

/// Keycloak says so (`typ`). The refresh tokens of INDIGO IAM have only an id.
fn is_refresh_token(token: &BearerToken) -> bool {
    let claims = token.claims();
    let is_named = claims.text("typ").is_some_and(|kind| ["Refresh", "Offline"].contains(&kind));
    let bare = token.id.is_some()
        && ["iss", "sub", "aud", "exp", "scope"].iter().all(|name| claims.get(name).is_none());
    is_named || bare
}

/// OpenID Connect Core 1.0 §2, §3.1.3.6. Keycloak says so (`typ`). An access token has a scope or a
/// profile.
fn is_identity_token(token: &BearerToken) -> bool {
    let claims = token.claims();
    let has = |name: &&str| claims.get(name).is_some();
    let may = ["scope", "scp", "ver", "wlcg.ver"].iter().any(has);
    let login = ["at_hash", "c_hash", "nonce"].iter().any(has);
    claims.text("typ") == Some("ID") || (login && !may)
}

/// `hvs.`, `hvb.` and `hvr.` since Vault 1.10; `s.`, `b.` and `r.` before, with 24 characters.
fn is_of_vault(text: &[u8]) -> bool {
    let Some(dot) = text.iter().position(|byte| *byte == b'.') else {
        return false;
    };
    let (kind, rest) = text.split_at(dot);
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    match kind {
        b"hvs" | b"hvb" | b"hvr" => rest.len() > 20 && rest.iter().all(plain),
        b"s" | b"b" | b"r" => {
            (25..=32).contains(&rest.len()) && rest.iter().skip(1).all(|b| b != &b'.' && plain(b))
        }
        _ => false,
    }
}

/// Words for "nothing" of JSON and jq, Python, JavaScript, C.
const NOTHING: &[&str] = &["null", "None", "undefined", "(null)", "nil"];

/// It has five parts, and the first is a header that names the encryption.
fn is_encrypted(text: &[u8]) -> bool {
    let parts: Vec<&[u8]> = text.splitn(6, |byte| *byte == b'.').collect();
    let header = parts.first().and_then(|header| base64::decode_url(header).ok());
    let header = header.filter(|_| parts.len() == 5);
    let header = header.and_then(|bytes| Json::parse(std::str::from_utf8(&bytes).ok()?).ok());
    header.as_ref().and_then(Json::object).is_some_and(|header| header.get("enc").is_some())
}

/// Why the signature cannot be complete, if so.
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
        return NoToken::Json(JsonKind::of(&String::from_utf8_lossy(text)));
    }
    if let Some(rest) = text.strip_prefix(BYTE_ORDER_MARK) {
        return match BearerToken::parse(trimmed(rest)) {
            Ok(_) => NoToken::Marked,
            Err(reason) => other(trimmed(rest), reason),
        };
    }
    if let Some(word) = NOTHING.iter().find(|word| word.as_bytes() == text) {
        NoToken::Null(word)
    } else if utf16::byte_order(text).is_some() {
        NoToken::Utf16
    } else if is_of_vault(text) {
        NoToken::Vault
    } else if starts("zteos64:") {
        NoToken::Eos
    } else if is_encrypted(text) {
        NoToken::Encrypted
    } else if (starts("b'") && text.ends_with(b"'")) || (starts("b\"") && text.ends_with(b"\"")) {
        NoToken::PythonBytes
    } else if starts("$") {
        NoToken::Unexpanded
    } else if starts("-----begin ") {
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

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

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
            Content::Macaroon(_) => "macaroon".to_owned(),
            Content::Token(_) => "token".to_owned(),
            Content::Other(what) => what.to_string(),
        }
    }

    #[test]
    fn each_is_named() {
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
            (format!("{{\"id_token\":\"{good}\"}}"), "with an ID token"),
            ("{\"refresh_token\":\"x\"}".into(), "with a refresh token"),
            ("{\"error\":\"invalid_grant\"}".into(), "refusal of a token endpoint (invalid_grant)"),
            ("{\"error\":\"x\"}".into(), "refusal of a token endpoint (JSON"),
            ("{\"auth\":{\"client_token\":\"x\"}}".into(), "with a token of Vault"),
            ("{\"token\":\"hvs.x\"}".into(), "with a token of Vault"),
            (format!("\u{feff}{good}"), "a byte order mark"),
            (format!("\u{feff}\"{good}\""), "quotes"),
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
            (jwt(r#"{"alg":"none"}"#, r#"{"jti":"1"}"#, &[]), "a refresh token"),
            (jwt(header, r#"{"jti":"1","iss":"i","typ":"Refresh"}"#, &[1; 64]), "a refresh token"),
            (jwt(header, r#"{"jti":"1","iss":"i"}"#, &[1; 64]), "token"),
            (jwt(header, r#"{"nonce":"1"}"#, &[1; 64]), "an ID token"),
            (jwt(header, r#"{"nonce":"1","scope":"openid"}"#, &[1; 64]), "token"),
            (jwt(header, r#"{"typ":"ID","scope":"openid"}"#, &[1; 64]), "an ID token"),
            (format!("{}.a.b.c.d", encode_url(br#"{"alg":"dir","enc":"A128GCM"}"#)), "encrypted"),
            (format!("b'{good}'"), "as Python prints"),
            ("null".into(), "the word null"),
            ("nullx".into(), "opaque"),
            ("$TOKEN".into(), "no shell has replaced"),
            ("zteos64:MDAw".into(), "EOS"),
            (format!("hvs.{}", "a".repeat(20)), "Vault"),
            (format!("hvs.{}", "a".repeat(19)), "malformed"),
            (format!("s.{}", "a".repeat(24)), "Vault"),
            (format!("s.{}", "a".repeat(23)), "malformed"),
            (good.chars().flat_map(|c| [c, '\0']).collect(), "UTF-16"),
        ] {
            let message = named(&text);
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}

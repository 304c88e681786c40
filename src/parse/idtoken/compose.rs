//! Writes the signed part of an IDTOKEN, byte for byte as HTCondor (picojson) writes it.

use std::fmt::Write as _;

use crate::parse::idtoken::scope::Level;
use crate::text::base64::encode_url;
use crate::text::time::UnixTime;

/// The claims of a token to be made.
#[derive(Clone, Copy, Debug)]
pub struct Claims<'a> {
    /// `kid`: the name of the signing key.
    pub key_id: &'a str,
    /// `iss`: the trust domain.
    pub issuer: &'a str,
    /// `sub`: the identity.
    pub subject: &'a str,
    /// `iat`.
    pub issued: UnixTime,
    /// `exp`. None for a token without end.
    pub expires: Option<UnixTime>,
    /// `jti`: 16 random bytes in lower-case hexadecimal.
    pub id: &'a str,
    /// `scope`. Empty means no restriction.
    pub levels: &'a [Level],
}

/// The last second that HTCondor can represent, because it counts nanoseconds. Later ones become
/// times long ago.
pub const LAST_SECOND: i64 = 9_223_372_036;

impl Claims<'_> {
    /// Header and payload with the dot between them: the bytes to sign.
    pub fn signed_part(&self) -> String {
        let header = format!(r#"{{"alg":"HS256","kid":{}}}"#, quoted(self.key_id));
        // In the order of a sorted map.
        let mut payload = String::from("{");
        if let Some(expires) = self.expires {
            write!(payload, r#""exp":{},"#, expires.0).expect("a String takes all");
        }
        let (issuer, id) = (quoted(self.issuer), quoted(self.id));
        let subject = quoted(self.subject);
        let issued = self.issued.0;
        write!(payload, r#""iat":{issued},"iss":{issuer},"jti":{id},"#)
            .expect("a String takes all");
        if !self.levels.is_empty() {
            let items = self.levels.iter().map(|level| format!("condor:/{level}"));
            let scope = quoted(&items.collect::<Vec<_>>().join(" "));
            write!(payload, r#""scope":{scope},"#).expect("a String takes all");
        }
        write!(payload, r#""sub":{subject}}}"#).expect("a String takes all");
        format!("{}.{}", encode_url(header.as_bytes()), encode_url(payload.as_bytes()))
    }
}

/// A JSON text as picojson writes it: the slash and DEL are escaped too.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' | '/' => {
                out.push('\\');
                out.push(c);
            }
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{0}'..='\u{1f}' | '\u{7f}' => {
                write!(out, "\\u{:04x}", u32::from(c)).expect("a String takes all");
            }
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::base64::decode_url;

    fn parts(claims: Claims<'_>) -> Vec<String> {
        let text = claims.signed_part();
        let decode = |part: &str| {
            let bytes = decode_url(part.as_bytes()).unwrap();
            String::from_utf8(bytes.to_vec()).unwrap()
        };
        text.split('.').map(decode).collect()
    }

    #[test]
    fn order_and_escapes() {
        let claims = Claims {
            key_id: "POOL",
            issuer: "pool.test",
            subject: "bob@pool.test",
            issued: UnixTime(1_700_000_000),
            expires: Some(UnixTime(1_700_000_600)),
            id: "00",
            levels: &[Level::Read, Level::Write],
        };
        assert_eq!(
            parts(claims),
            [
                r#"{"alg":"HS256","kid":"POOL"}"#,
                r#"{"exp":1700000600,"iat":1700000000,"iss":"pool.test","jti":"00","scope":"condor:\/READ condor:\/WRITE","sub":"bob@pool.test"}"#,
            ]
        );
        let bare =
            Claims { subject: "Zoë \"/\\\u{1}\u{7f}\t", expires: None, levels: &[], ..claims };
        assert_eq!(
            parts(bare)[1],
            r#"{"iat":1700000000,"iss":"pool.test","jti":"00","sub":"Zoë \"\/\\\u0001\u007f\t"}"#
        );
    }
}

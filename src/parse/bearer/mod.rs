//! Bearer tokens of WLCG and SciTokens: claims, scopes, keys for verifying, and what people put in
//! place of a token.

pub mod jwks;
mod profile;
pub mod scope;
pub mod shape;

use std::fmt;

use zeroize::Zeroizing;

pub use crate::parse::bearer::profile::Profile;
use crate::parse::bearer::scope::Capability;
use crate::parse::critical::Demand;
use crate::parse::json::{Json, Object};
use crate::parse::jws::{Jws, JwsError};
use crate::text::time::UnixTime;

/// A token. Its claims were not checked, its signature was not verified.
pub struct BearerToken {
    /// `alg` of the header, if it is a text.
    pub algorithm: Option<String>,
    /// `kid` of the header: the name of the signing key.
    pub key_id: Option<String>,
    /// `typ` of the header.
    pub kind: Option<String>,
    /// `iss`.
    pub issuer: Option<String>,
    /// `sub`.
    pub subject: Option<String>,
    /// `aud`, one or several. None if the claim is missing.
    pub audience: Option<Vec<String>>,
    /// What the header requires readers to understand.
    pub demand: Option<Demand>,
    /// `jti`.
    pub id: Option<String>,
    /// `exp`.
    pub expires: Instant,
    /// `nbf`.
    pub not_before: Instant,
    /// `iat`.
    pub issued: Instant,
    /// The profile by which its claims are read.
    pub profile: Profile,
    /// The words of `scope`.
    pub scopes: Vec<String>,
    /// Whether something else than a space separates them.
    pub scope_breaks: bool,
    /// `wlcg.groups`.
    pub groups: Vec<String>,
    /// Claims of a wrong type, with the type.
    pub misfits: Vec<(&'static str, &'static str)>,
    /// Claims for times that are numbers with a fraction or an exponent.
    pub fractions: Vec<&'static str>,
    /// Names whose number no reader can represent.
    pub out_of_range: Vec<String>,
    /// Why header or payload is not exactly one JSON object in UTF-8. Some readers accept it.
    pub not_json: Option<&'static str>,
    claims: Object,
    signed: Zeroizing<Vec<u8>>,
    signature: Zeroizing<Vec<u8>>,
}

/// Never shows the signature.
impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BearerToken({:?}, {:?})", self.key_id, self.claims)
    }
}

/// A claim that is a time (RFC 7519 §2, NumericDate).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Instant {
    /// The claim is missing, or is not a time.
    Absent,
    /// In whole seconds, rounded down.
    At(UnixTime),
}

impl Instant {
    fn of(name: &'static str, value: Option<&Json>, misfits: &mut Misfits) -> Self {
        match value {
            None => Self::Absent,
            Some(number @ (Json::Integer(_) | Json::Real(_))) => match number.seconds() {
                Some(seconds) => Self::At(UnixTime(seconds)),
                None => {
                    misfits.push((name, BEYOND));
                    Self::Absent
                }
            },
            Some(other) => {
                misfits.push((name, other.kind()));
                Self::Absent
            }
        }
    }

    /// The instant, if there is one.
    pub fn instant(self) -> Option<UnixTime> {
        match self {
            Self::Absent => None,
            Self::At(instant) => Some(instant),
        }
    }
}

type Misfits = Vec<(&'static str, &'static str)>;

/// The words for a time that cannot be represented. Some readers take it for the end of time,
/// others for a time long ago.
const BEYOND: &str = "a number out of the range of times, which ends with the year 9999 (are they \
                      milliseconds? it must be seconds)";

impl BearerToken {
    /// Reads a token, without white space around it.
    ///
    /// # Errors
    ///
    /// Why it is not a JWT.
    pub fn parse(text: &[u8]) -> Result<Self, JwsError> {
        let jws = Jws::parse(text)?;
        let (header, claims) = (jws.header(), jws.payload());
        let mut misfits = Vec::new();
        let expires = Instant::of("exp", claims.get("exp"), &mut misfits);
        let not_before = Instant::of("nbf", claims.get("nbf"), &mut misfits);
        let issued = Instant::of("iat", claims.get("iat"), &mut misfits);
        let scope = one(claims, "scope", &mut misfits);
        let scope_breaks = scope
            .as_ref()
            .is_some_and(|scope| scope.contains(|c: char| c.is_ascii_whitespace() && c != ' '));
        Ok(Self {
            algorithm: one(header, "alg", &mut misfits),
            key_id: one(header, "kid", &mut misfits),
            kind: one(header, "typ", &mut misfits),
            issuer: one(claims, "iss", &mut misfits),
            subject: one(claims, "sub", &mut misfits),
            audience: several(claims, "aud", true, &mut misfits),
            demand: Demand::of(header),
            id: one(claims, "jti", &mut misfits),
            expires,
            not_before,
            issued,
            profile: profile(claims, &mut misfits),
            fractions: fractions(claims, &misfits),
            scope_breaks,
            scopes: words(&scope.unwrap_or_default()),
            groups: several(claims, "wlcg.groups", false, &mut misfits).unwrap_or_default(),
            misfits,
            out_of_range: jws.out_of_range(),
            not_json: match (jws.has_trailing, jws.is_utf8) {
                (true, _) => Some("something follows the JSON object in it"),
                (false, false) => Some("it is not UTF-8"),
                (false, true) => None,
            },
            signed: Zeroizing::new(jws.signed().to_vec()),
            signature: Zeroizing::new(jws.signature().to_vec()),
            claims: claims.clone(),
        })
    }

    /// All claims.
    pub fn claims(&self) -> &Object {
        &self.claims
    }

    /// The signed bytes.
    pub fn signed(&self) -> &[u8] {
        &self.signed
    }

    /// The signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

/// The value of `name`, if it is a text.
fn one(object: &Object, name: &'static str, misfits: &mut Misfits) -> Option<String> {
    match object.get(name)? {
        Json::Text(text) => Some(text.clone()),
        other => {
            misfits.push((name, other.kind()));
            None
        }
    }
}

/// The value of `name`, if it is a list of texts. Also a single text where that is allowed.
fn several(
    object: &Object,
    name: &'static str,
    single: bool,
    misfits: &mut Misfits,
) -> Option<Vec<String>> {
    match object.get(name)? {
        Json::Text(text) if single => Some(vec![text.clone()]),
        Json::Array(values) => {
            let texts = values.iter().filter_map(Json::text).map(str::to_owned);
            let texts: Vec<String> = texts.collect();
            if texts.len() < values.len() {
                misfits.push((name, "a list with something else than texts"));
            }
            Some(texts)
        }
        other => {
            misfits.push((name, other.kind()));
            None
        }
    }
}

fn profile(claims: &Object, misfits: &mut Misfits) -> Profile {
    if let Some(version) = one(claims, "wlcg.ver", misfits) {
        // `vername ::= [0-9]+\.[0-9]+`. The meaning of other major versions is not known.
        let minor = version.strip_prefix("1.");
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        return match minor.is_some_and(digits) {
            true => Profile::Wlcg(version),
            false => Profile::Unknown("wlcg.ver", version),
        };
    }
    match one(claims, "ver", misfits) {
        None if is_scitoken_1(claims) => Profile::SciTokens1,
        None => Profile::None,
        Some(version) => match version.as_str() {
            "scitoken:2.0" | "scitokens:2.0" | "scitokens:1.0" => Profile::SciTokens(version),
            _ => Profile::Unknown("ver", version),
        },
    }
}

/// Times that are not integers, but can be read.
fn fractions(claims: &Object, misfits: &Misfits) -> Vec<&'static str> {
    let is_real = |name: &&str| matches!(claims.get(name), Some(Json::Real(_)));
    let reads = |name: &&str| !misfits.iter().any(|(misfit, _)| misfit == name);
    ["exp", "nbf", "iat"].into_iter().filter(is_real).filter(reads).collect()
}

/// The words of a scope. A text with a quote is not split (RFC 6749 3.3), because a secret in it
/// may be recognised only by the name before it.
fn words(scope: &str) -> Vec<String> {
    match scope.contains('"') {
        true => vec![scope.to_owned()],
        false => scope.split_ascii_whitespace().map(str::to_owned).collect(),
    }
}

/// The first SciTokens had no `ver`. Their scope was called `scp` at first.
fn is_scitoken_1(claims: &Object) -> bool {
    let scopes = claims.text("scope").unwrap_or_default().split_ascii_whitespace();
    let own =
        |scope: &str| Capability::of(scope).is_some_and(|capability| capability.is_scitoken());
    claims.get("scp").is_some() || scopes.into_iter().any(own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::base64::encode_url;

    fn token(claims: &str) -> BearerToken {
        let parts = [r#"{"alg":"RS256"}"#, claims, "x"].map(|part| encode_url(part.as_bytes()));
        BearerToken::parse(parts.join(".").as_bytes()).unwrap()
    }

    #[test]
    fn claims_of_either_form() {
        let read = token(r#"{"aud":"a","exp":5.9,"wlcg.ver":"1.3","scope":"a  b"}"#);
        assert_eq!(read.audience, Some(vec!["a".to_owned()]));
        assert_eq!(read.expires, Instant::At(UnixTime(5)));
        assert_eq!(read.profile, Profile::Wlcg("1.3".to_owned()));
        assert_eq!(read.scopes, ["a", "b"]);
        let read = token(r#"{"scope":"{\"refresh_token\": \"x\"}"}"#);
        assert_eq!(read.scopes, [r#"{"refresh_token": "x"}"#]);
        assert!(read.misfits.is_empty());
        let read = token(r#"{"aud":["a","b"],"exp":2.5e9,"ver":"scitokens:2.0"}"#);
        assert_eq!(read.audience.unwrap().len(), 2);
        assert_eq!(read.expires, Instant::At(UnixTime(2_500_000_000)));
        assert_eq!(read.profile, Profile::SciTokens("scitokens:2.0".to_owned()));
    }

    #[test]
    fn times_end_with_the_year_9999() {
        for (number, instant) in [
            ("253402300799", Some(253_402_300_799)),
            ("253402300799.9", Some(253_402_300_799)),
            ("253402300800", None),
            ("2534023008e2", None),
            ("-62167219200", Some(-62_167_219_200)),
            ("-62167219201", None),
            ("9223372036854775807", None),
            ("99999999999999999999", None),
            ("1e300", None),
            ("1e400", None),
            ("-1e400", None),
            ("-0", Some(0)),
            ("1e-400", Some(0)),
        ] {
            let read = token(&format!(r#"{{"exp":{number}}}"#));
            assert_eq!(read.expires.instant(), instant.map(UnixTime), "{number}");
            assert_eq!(read.misfits.is_empty(), instant.is_some(), "{number}");
        }
        assert_eq!(token(r#"{"x":[1e400]}"#).out_of_range, ["x"]);
    }

    #[test]
    fn what_does_not_fit_is_kept_as_such() {
        let read = token(
            r#"{"aud":[1],"exp":"5","wlcg.ver":1.0,"scope":["a"],"wlcg.groups":"/a","sub":null}"#,
        );
        let names: Vec<&str> = read.misfits.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["exp", "scope", "sub", "aud", "wlcg.ver", "wlcg.groups"]);
        assert_eq!(read.expires, Instant::Absent);
        assert_eq!(read.profile, Profile::None);
        assert_eq!(read.audience, Some(Vec::new()));
        let read = token(r#"{"wlcg.ver":"2.0"}"#);
        assert_eq!(read.profile, Profile::Unknown("wlcg.ver", "2.0".to_owned()));
    }
}

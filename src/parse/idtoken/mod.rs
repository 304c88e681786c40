//! IDTOKENS of HTCondor: the claims of a token, its scope, and the files that hold tokens.

pub mod compose;
pub mod file;
pub mod scope;

use std::fmt;

use zeroize::Zeroizing;

use crate::parse::critical::Demand;
use crate::parse::idtoken::scope::Scope;
use crate::parse::json::{Json, Object};
use crate::parse::jws::{Jws, JwsError};
use crate::text::time::UnixTime;

/// A token in a line. Its claims were not checked, its signature was not verified.
pub struct IdToken {
    /// `alg` of the header, if it is a text.
    pub algorithm: Option<String>,
    /// `kid` of the header: the name of the signing key.
    pub key_id: Option<String>,
    /// What the header requires readers to understand.
    pub demand: Option<Demand>,
    /// `iss`: the trust domain.
    pub issuer: Option<String>,
    /// `sub`: the identity.
    pub subject: Option<String>,
    /// `jti`.
    pub id: Option<String>,
    /// `exp`.
    pub expires: Moment,
    /// `iat`.
    pub issued: Moment,
    /// `scope`.
    pub scope: Scope,
    /// Claims that should be texts, and what they are instead.
    pub misfits: Vec<(&'static str, &'static str)>,
    /// Names whose number no reader can represent.
    pub out_of_range: Vec<String>,
    /// Whether header and payload are UTF-8.
    pub is_utf8: bool,
    claims: Object,
    signed: Zeroizing<Vec<u8>>,
    signature: Zeroizing<Vec<u8>>,
}

/// Never shows the signature.
impl fmt::Debug for IdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdToken({:?}, {:?})", self.key_id, self.claims)
    }
}

/// A claim that is a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Moment {
    /// There is no such claim.
    Absent,
    /// Whole seconds.
    Integer(i64),
    /// With a fraction or an exponent.
    Real(f64),
    /// Not a number but this.
    Wrong(&'static str),
}

impl Moment {
    fn of(value: Option<&Json>) -> Self {
        match value {
            None => Self::Absent,
            Some(Json::Integer(seconds)) => Self::Integer(*seconds),
            Some(Json::Real(seconds)) => Self::Real(*seconds),
            Some(other) => Self::Wrong(other.kind()),
        }
    }

    /// The instant as HTCondor reads it, in 64 bits of nanoseconds. A number that is too large
    /// becomes another time, mostly long ago.
    pub fn instant(self) -> Option<UnixTime> {
        match self {
            Self::Integer(seconds) => Some(UnixTime(seconds).in_nanoseconds()),
            Self::Real(seconds) if seconds.abs() < MAX_SECONDS => {
                format!("{:.0}", seconds.floor()).parse().ok().map(UnixTime)
            }
            Self::Real(_) | Self::Absent | Self::Wrong(_) => None,
        }
    }

    /// Whether the number is too large for HTCondor.
    pub fn overflows(self) -> bool {
        match self {
            Self::Integer(seconds) => UnixTime(seconds).in_nanoseconds() != UnixTime(seconds),
            Self::Real(seconds) => seconds.abs() >= MAX_SECONDS,
            Self::Absent | Self::Wrong(_) => false,
        }
    }
}

/// The end of what 64 bits of nanoseconds count, in the year 2262.
const MAX_SECONDS: f64 = 9_223_372_036.0;

impl IdToken {
    /// Reads a line, without white space around it.
    ///
    /// # Errors
    ///
    /// Why it is not a JWT.
    pub fn parse(line: &[u8]) -> Result<Self, JwsError> {
        let jws = Jws::parse(line)?;
        let (header, claims) = (jws.header(), jws.payload());
        let mut misfits = Vec::new();
        let mut text = |object: &Object, name: &'static str| match object.get(name) {
            Some(Json::Text(text)) => Some(text.clone()),
            Some(other) => {
                misfits.push((name, other.kind()));
                None
            }
            None => None,
        };
        Ok(Self {
            algorithm: text(header, "alg"),
            key_id: text(header, "kid"),
            demand: Demand::of(header),
            issuer: text(claims, "iss"),
            subject: text(claims, "sub"),
            id: text(claims, "jti"),
            expires: Moment::of(claims.get("exp")),
            issued: Moment::of(claims.get("iat")),
            scope: Scope::of(claims.get("scope")),
            misfits,
            out_of_range: jws.out_of_range(),
            is_utf8: jws.is_utf8,
            claims: claims.clone(),
            signed: Zeroizing::new(jws.signed().to_vec()),
            signature: Zeroizing::new(jws.signature().to_vec()),
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

    /// The signature, which is the secret part of the token.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Whether `kid` is a plain file name: HTCondor's tools let `../x` pass and sign with it, and
    /// no server ever advertises such a key. Quotes and blanks were meant for a shell.
    pub fn has_plain_key_id(&self) -> bool {
        let plain = |name: &str| {
            let is_path = matches!(name, "" | "." | "..") || name.contains(['/', '\0']);
            !is_path && odd_name(name).is_none_or(|odd| odd == OddName::Variable)
        };
        self.key_id.as_deref().is_some_and(plain)
    }
}

/// What a shell or HTCondor's configuration did not take off a name, or not replace in it. It is part of
/// the name then, which HTCondor compares letter by letter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OddName {
    /// A blank at an end.
    Blank,
    /// A quote at an end.
    Quote,
    /// `$NAME`, `${NAME}`, `$(NAME)`.
    Variable,
}

/// What is odd about a name.
pub fn odd_name(name: &str) -> Option<OddName> {
    let ends = |is: fn(char) -> bool| name.starts_with(is) || name.ends_with(is);
    if name.contains('$') {
        Some(OddName::Variable)
    } else if ends(|c| matches!(c, '"' | '\'')) {
        Some(OddName::Quote)
    } else {
        ends(char::is_whitespace).then_some(OddName::Blank)
    }
}

impl fmt::Display for OddName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blank => "the blank at its end is part of it",
            Self::Quote => "the quotes are part of it",
            Self::Variable => "that is the name of a variable or macro, which was not expanded",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;
    use crate::text::time::UnixTime;

    #[test]
    fn instants() {
        for (moment, instant, overflows) in [
            (Moment::Integer(1000), Some(1000), false),
            (Moment::Integer(-5), Some(-5), false),
            (Moment::Integer(9_223_372_036), Some(9_223_372_036), false),
            (Moment::Integer(9_223_372_037), Some(-9_223_372_037), true),
            (Moment::Integer(1 << 62), Some(0), true),
            (Moment::Real(1000.9), Some(1000), false),
            (Moment::Real(-0.5), Some(-1), false),
            (Moment::Real(1e300), None, true),
            (Moment::Absent, None, false),
            (Moment::Wrong("a text"), None, false),
        ] {
            assert_eq!(moment.instant(), instant.map(UnixTime), "{moment:?}");
            assert_eq!(moment.overflows(), overflows, "{moment:?}");
        }
    }
}

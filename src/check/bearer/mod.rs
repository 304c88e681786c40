//! Would a service accept this bearer token? By RFC 7519 and the profiles of WLCG and SciTokens.

mod audience;
mod claims;
mod macaroon;
pub mod place;
mod rule;

use std::fmt;
use std::path::Path;

pub use crate::check::bearer::rule::*;
use crate::parse::bearer::BearerToken;
use crate::parse::bearer::scope::Capability;
use crate::parse::bearer::shape::Content;
use crate::report::{Finding, Place};
use crate::source::candidate::{Candidate, Location, Reading, Reason};
use crate::source::near::NearValue;
use crate::text::time::{Seconds, UnixTime};

/// What is asked about a token.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The instant.
    pub now: UnixTime,
    /// How long it must stay valid.
    pub need: Seconds,
    /// The service it must be for.
    pub audience: Option<&'a str>,
    /// The issuer it must be from.
    pub issuer: Option<&'a str>,
    /// What it must permit.
    pub scopes: &'a [Capability],
    /// Whether the signature must be verified.
    pub keys_asked: bool,
    /// The user who reads the file.
    pub euid: u32,
    /// What lies near the file, if a variable names it and it does not exist.
    pub near: Option<&'a NearValue>,
    /// The result of verifying the signature.
    pub signature: &'a Signature,
}

/// The result of verifying a signature.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Signature {
    /// The issuer's key did not make it.
    Bad(String),
    /// It is correct.
    Good {
        /// The key.
        by: String,
        /// Why a service with the same keys may get another result.
        doubt: Option<String>,
        /// When its issuer stops to use the key, if the key says so.
        until: Option<UnixTime>,
    },
    /// It was not verified, because there is no key.
    Unchecked(String),
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bad(why) => write!(f, "bad: {why}"),
            Self::Good { by, .. } => write!(f, "good, by {by}"),
            Self::Unchecked(why) => write!(f, "not checked: {why}"),
        }
    }
}

/// The token in a place.
pub fn token(found: &Reading<Content>) -> Option<&BearerToken> {
    match &found.content {
        Ok(Content::Token(token)) => Some(token),
        _ => None,
    }
}

/// Everything about the place and its token.
pub fn judge(found: &Reading<Content>, question: &Question<'_>) -> Vec<Finding> {
    let mut findings = place::check(found, question);
    let shown = shown(&found.candidate);
    let about = match &found.content {
        Ok(Content::Token(token)) => claims::check(token, &shown, question),
        Ok(Content::Macaroon(macaroon)) => macaroon::check(macaroon, &shown, question),
        Ok(Content::Empty | Content::Other(_)) | Err(_) => Vec::new(),
    };
    let renewal = token(found).and_then(|_| place::renewal(&found.candidate));
    let placed = |finding: Finding| match &renewal {
        Some(how) if finding.is_one_of(&[&EXPIRED, &TOO_SHORT]) => {
            finding.advice(format!("get a new token: {how}"))
        }
        _ => finding,
    };
    let about = about.into_iter().map(placed);
    findings.extend(about.map(|finding| finding.at(at(&found.candidate))));
    findings
}

fn at(candidate: &Candidate) -> Place {
    let file = match candidate.is_stdin() {
        true => Some("-".into()),
        false => candidate.path().map(Path::to_path_buf),
    };
    Place { file, variable: candidate.variable(), ..Place::default() }
}

/// `$BEARER_TOKEN`, `/tmp/bt_u1000 (default)`.
pub fn shown(candidate: &Candidate) -> String {
    match (&candidate.location, candidate.reason) {
        _ if candidate.is_stdin() => "standard input".to_owned(),
        (Location::Value(_), reason) => reason.to_string(),
        (_, reason) => {
            let path = candidate.path().unwrap_or(Path::new("")).display();
            match reason {
                Reason::Operand => path.to_string(),
                Reason::Variable(name) => format!("{path} ({name})"),
                reason => format!("{path} ({reason})"),
            }
        }
    }
}

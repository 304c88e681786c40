//! Which IDTOKEN would be sent, and would it be accepted? By the rules of HTCondor 23.9.6 and
//! 25.14.1. If they differ, the finding says which one refuses it.

pub mod access;
mod candidate;
pub mod claims;
pub mod content;
pub mod issue;
pub mod key;
pub mod place;
pub mod removal;
mod rule;
mod scope;
mod select;

use std::fmt;
use std::path::PathBuf;

pub use crate::check::idtoken::rule::*;
pub use crate::check::idtoken::select::{Judgement, Verdict, judge};
use crate::parse::condor::macros::Origin;
use crate::parse::idtoken::IdToken;
use crate::parse::idtoken::file::TokenFile;
use crate::parse::idtoken::scope::Level;
use crate::report::{Finding, Place};
use crate::source::FileFacts;
use crate::source::error::LoadError;
use crate::text::time::{Seconds, UnixTime};

/// What is asked about the tokens.
#[derive(Clone, Debug)]
pub struct Question {
    /// The instant.
    pub now: UnixTime,
    /// How long it must stay valid.
    pub need: Seconds,
    /// The trust domain it must have, and where this comes from.
    pub trust_domain: Option<(String, Asker)>,
    /// `--authz`: levels the token must grant. They do not affect which token is sent.
    pub authz: Vec<Level>,
    /// The name of the server's only key.
    pub key_name: Option<String>,
    /// Whether the signature must be verified.
    pub key_asked: bool,
    /// SEC_TOKEN_MAX_AGE, in seconds.
    pub max_age: Vec<DaemonSetting>,
    /// SEC_TOKEN_REVOCATION_EXPR.
    pub revocation: Vec<DaemonSetting>,
    /// Who reads the files.
    pub euid: u32,
    /// Whether the files are where HTCondor looks. Else they were named on the command line, and
    /// their names and modes do not matter.
    pub located: bool,
}

/// What daemons read in the configuration: those of one subsystem, or all others.
#[derive(Clone, Debug)]
pub struct DaemonSetting {
    /// `NAME`, or `SUBSYSTEM.NAME`.
    pub name: String,
    /// A ClassAd expression.
    pub expression: String,
    /// Where it was set.
    pub origin: Origin,
}

/// Who names the trust domain.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Asker {
    /// From TRUST_DOMAIN in the configuration.
    Configuration(Origin),
    /// From `--trust-domain`.
    Flag,
}

impl fmt::Display for Asker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configuration(origin) => write!(f, "TRUST_DOMAIN, {origin}"),
            Self::Flag => f.write_str("--trust-domain"),
        }
    }
}

/// A file of tokens, and what is known about it.
#[derive(Debug)]
pub struct FoundToken {
    /// The file.
    pub path: PathBuf,
    /// What the system says of it. Links are followed.
    pub facts: Option<FileFacts>,
    /// Its checksum as cksum(1) prints it, if it was read.
    pub checksum: Option<u32>,
    /// Whether it may hold a secret, or this is not known.
    pub holds_secret: bool,
    /// Whether HTCondor ignores files with this name.
    pub is_excluded: bool,
    /// Its lines, or why there are none.
    pub content: Result<TokenFile, LoadError>,
    /// Results of verifying the tokens' signatures, in their order.
    pub signatures: Vec<Signature>,
}

impl FoundToken {
    /// The tokens, each with its line and signature.
    pub fn tokens(&self) -> impl Iterator<Item = (usize, &IdToken, &Signature)> {
        let file = self.content.as_ref().ok();
        let tokens = file.into_iter().flat_map(TokenFile::tokens);
        let pairs = tokens.zip(&self.signatures);
        pairs.map(|((line, token), signature)| (line, token, signature))
    }

    /// The place of a finding about line `line`.
    fn place(&self, line: Option<usize>) -> Place {
        Place::line(self.path.clone(), line)
    }

    /// `FILE:LINE`.
    fn name(&self, line: usize) -> String {
        format!("{}:{line}", self.shown())
    }

    fn shown(&self) -> String {
        match self.path.as_os_str() == "-" {
            true => "standard input".to_owned(),
            false => self.path.display().to_string(),
        }
    }
}

/// The result of verifying a signature.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Signature {
    /// This key did not make it. If other software made it, what is known about that.
    Bad(PathBuf, Option<String>),
    /// This key made it.
    Good(PathBuf),
    /// The file of the key is empty. HTCondor signs with such a key, but refuses what it signed.
    EmptyKey(PathBuf),
    /// The key is missing: why.
    Unchecked(String),
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bad(path, _) => write!(f, "does not match the key {}", path.display()),
            Self::Good(path) => write!(f, "good, by the key {}", path.display()),
            Self::EmptyKey(path) => write!(f, "the key {} is empty", path.display()),
            Self::Unchecked(why) => write!(f, "not checked: {why}"),
        }
    }
}

/// Whether the token is refused because of `finding`.
fn is_error(finding: &Finding) -> bool {
    finding.exit != crate::report::Exit::Ok
}

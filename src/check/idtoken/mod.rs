//! Which IDTOKEN would be sent, and would it be accepted? By the rules of HTCondor 23.9.6 and
//! 25.14.1; where they differ, who refuses is said.

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

/// What is asked of the tokens.
#[derive(Clone, Debug)]
pub struct Question {
    /// The instant.
    pub now: UnixTime,
    /// How long it must stay valid.
    pub need: Seconds,
    /// The trust domain it must be of, and who says so.
    pub trust_domain: Option<(String, Asker)>,
    /// The trust domain and key names alone decide what is sent; these what it must be good for.
    pub authz: Vec<Level>,
    /// The only key the server has, by name.
    pub key_name: Option<String>,
    /// Whether the signature must be checked.
    pub key_asked: bool,
    /// SEC_TOKEN_MAX_AGE, in seconds.
    pub max_age: Vec<DaemonSetting>,
    /// SEC_TOKEN_REVOCATION_EXPR.
    pub revocation: Vec<DaemonSetting>,
    /// Who reads the files.
    pub euid: u32,
    /// Whether the files are where HTCondor looks; else they were named on the command line, and
    /// their names and modes decide nothing.
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
    /// TRUST_DOMAIN of the configuration.
    Configuration(Origin),
    /// `--trust-domain`.
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

/// A file of tokens, and what is known of them.
#[derive(Debug)]
pub struct FoundToken {
    /// The file.
    pub path: PathBuf,
    /// What the system says of it, links followed.
    pub facts: Option<FileFacts>,
    /// What cksum(1) says of it, if it was read.
    pub checksum: Option<u32>,
    /// Whether something that opens anything may be in it, or it is not known.
    pub holds_secret: bool,
    /// Whether HTCondor passes over files of that name.
    pub is_excluded: bool,
    /// Its lines, or why there are none.
    pub content: Result<TokenFile, LoadError>,
    /// What came of each token's signature, in their order.
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

    /// Where a finding about line `line` stands.
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

/// What came of checking a signature.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Signature {
    /// Not by this key; but by what other software makes of it, if that is known.
    Bad(PathBuf, Option<String>),
    /// By this key.
    Good(PathBuf),
    /// The key's file is empty: HTCondor signs with such a key, and refuses what it signed.
    EmptyKey(PathBuf),
    /// The key is not at hand, and why.
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

/// Whether `finding` is one for which the token is refused.
fn is_error(finding: &Finding) -> bool {
    finding.exit != crate::report::Exit::Ok
}

//! What certok can find: each rule is described once.

use crate::consumer::Consumer;
use crate::report::exit::Exit;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// It will be refused, or cannot be used.
    Error,
    /// Works now, but not for long or not everywhere.
    Warn,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// `error`, `warn`, `info`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
        }
    }
}

/// One thing that certok can find. `explain`, docs/findings.md, JSON and tests use this
/// description.
#[derive(Debug)]
pub struct Rule {
    /// Stable kebab-case name.
    pub id: &'static str,
    /// The question of `check` that it answers, if it is about a credential.
    pub step: Option<Step>,
    /// How bad it is.
    pub severity: Severity,
    /// The exit code that it causes; `Exit::Ok` unless `severity` is `Error`.
    pub exit: Exit,
    /// One sentence: what is the case.
    pub what: &'static str,
    /// Why that matters: what happens to the user.
    pub why: &'static str,
    /// What to do, in words.
    pub advice: &'static str,
    /// Who refuses it, if tools differ. Empty if all tools refuse it, or none.
    pub refused_by: &'static [Consumer],
    /// The standard, or the tool whose behaviour this is.
    pub source: &'static str,
}

impl Rule {
    /// Defaults of an error. The empty fields must be filled in.
    pub const ERROR: Self = Self {
        id: "",
        step: None,
        severity: Severity::Error,
        exit: Exit::Untrusted,
        what: "",
        why: "",
        advice: "",
        refused_by: &[],
        source: "",
    };
    /// Defaults of a warning.
    pub const WARN: Self = Self { severity: Severity::Warn, exit: Exit::Ok, ..Self::ERROR };
    /// Defaults of a note.
    pub const INFO: Self = Self { severity: Severity::Info, exit: Exit::Ok, ..Self::ERROR };

    /// Who refuses it, in words.
    pub fn refused_by_words(&self) -> Vec<String> {
        self.refused_by.iter().map(ToString::to_string).collect()
    }
}

/// One question that `check` asks about a credential.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// Is it where it is looked for?
    Found,
    /// May it be read?
    Readable,
    /// Is it what it should be?
    Content,
    /// Are owner and mode as tools demand?
    Safe,
    /// Does the key belong to it?
    Key,
    /// Is it valid now, and long enough?
    Lifetime,
    /// Is there a path to a trust anchor?
    Chain,
    /// Do revocation lists permit it?
    Crl,
    /// Do signing_policy and namespaces files permit it?
    Policy,
    /// Are the VOMS attributes good?
    Voms,
    /// Is it for this host?
    Name,
    /// Would the servers of its pool accept it?
    Accepted,
}

impl Step {
    /// In the order of asking.
    pub const ALL: &[Self] = &[
        Self::Found,
        Self::Readable,
        Self::Content,
        Self::Safe,
        Self::Key,
        Self::Lifetime,
        Self::Chain,
        Self::Crl,
        Self::Policy,
        Self::Voms,
        Self::Name,
        Self::Accepted,
    ];

    /// Its name in JSON and text.
    pub fn name(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Readable => "readable",
            Self::Content => "content",
            Self::Safe => "safe",
            Self::Key => "key",
            Self::Lifetime => "lifetime",
            Self::Chain => "chain",
            Self::Crl => "crl",
            Self::Policy => "policy",
            Self::Voms => "voms",
            Self::Name => "name",
            Self::Accepted => "accepted",
        }
    }
}

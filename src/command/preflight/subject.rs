//! What `check` is asked about: the words, and what goes without saying.

use crate::chain::revocation::CrlMode;
use crate::chain::voms::VomsMode;
use crate::command::preflight::Args;
use crate::locate::Role;
use crate::text::time::Seconds;

/// One thing that can be judged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Subject {
    /// The bearer token.
    Bearer,
    /// The CA directory.
    Ca,
    /// The user certificate and its key.
    Cert,
    /// The host certificate and its key.
    Host,
    /// HTCondor's IDTOKENS.
    Idtoken,
    /// The proxy.
    Proxy,
    /// The JAliEn token.
    Token,
}

/// A subject, and whether it must be there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) subject: Subject,
    pub(super) required: bool,
}

impl Subject {
    /// The words, in the order of the report.
    pub const ALL: &[(&str, Self)] = &[
        ("token", Self::Token),
        ("cert", Self::Cert),
        ("proxy", Self::Proxy),
        ("idtoken", Self::Idtoken),
        ("bearer", Self::Bearer),
        ("host", Self::Host),
        ("ca", Self::Ca),
    ];

    /// All that an environment may hold.
    pub fn in_use() -> impl Iterator<Item = Self> {
        let all = Self::ALL.iter().map(|(_, subject)| *subject);
        all.filter(|subject| *subject != Self::Ca)
    }

    /// The certificate half, if it is a certificate.
    pub fn role(self) -> Option<Role> {
        match self {
            Self::Bearer | Self::Ca | Self::Idtoken => None,
            Self::Cert => Some(Role::UserCert),
            Self::Host => Some(Role::HostCert),
            Self::Proxy => Some(Role::Proxy),
            Self::Token => Some(Role::TokenCert),
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        let row = Self::ALL.iter().find(|(_, subject)| *subject == self);
        row.map_or("", |(word, _)| word)
    }

    /// What people call one or, where there may be several, all of them.
    pub fn title(self) -> &'static str {
        match self {
            Self::Idtoken => "IDTOKENS",
            _ => self.noun(),
        }
    }

    /// What people call it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Bearer => "bearer token",
            Self::Ca => "CA directory",
            Self::Idtoken => "IDTOKEN",
            _ => self.role().map_or("", Role::noun),
        }
    }
}

/// The subjects of the words, each once; without words, all that an environment may hold.
///
/// # Errors
///
/// An option asks for something of a subject that the words leave out.
pub(super) fn wanted(args: &Args) -> Result<Vec<Wanted>, String> {
    let named = |subject: Subject| args.words.iter().any(|word| word == subject.word());
    let asks = |subject| asked_by_option(subject, args);
    if args.words.is_empty() {
        let wanted = |subject| Wanted { subject, required: asks(subject).is_some() };
        return Ok(Subject::in_use().map(wanted).collect());
    }
    for (word, subject) in Subject::ALL {
        if let (Some(option), false) = (asks(*subject), named(*subject)) {
            return Err(format!(
                "{option} is about the {}, and `{word}` is not among the words",
                subject.noun()
            ));
        }
    }
    if args.words.iter().all(|word| word == Subject::Ca.word()) {
        let time = [
            (args.need > Seconds(0), "--for"),
            (args.warn.is_some(), "--warn"),
            (args.path.crl == CrlMode::Require, "--crl require"),
        ];
        if let Some((_, option)) = time.iter().find(|(given, _)| *given) {
            return Err(format!(
                "{option} is about credentials, and `ca` is a directory: `certok ca-info` shows \
                 what ends when, and which lists are there"
            ));
        }
    }
    let all = Subject::ALL.iter().map(|(_, subject)| *subject);
    let required = |subject| Wanted { subject, required: true };
    Ok(all.filter(|subject| named(*subject)).map(required).collect())
}

/// The option that says something must hold of `subject`, which is not so if it is not there.
fn asked_by_option(subject: Subject, args: &Args) -> Option<&'static str> {
    match subject {
        Subject::Host if args.name.is_some() => Some("--name"),
        Subject::Proxy if args.voms.vo.is_some() => Some("--vo"),
        Subject::Bearer => {
            let asked = &args.demand;
            let given = [
                (asked.audience.is_some(), "--audience"),
                (asked.issuer.is_some(), "--issuer"),
                (!asked.scopes.is_empty(), "--scope"),
                (asked.keys.is_some(), "--jwks"),
            ];
            given.iter().find(|(given, _)| *given).map(|(_, option)| *option)
        }
        Subject::Proxy if args.voms.mode == VomsMode::Require => Some("--voms require"),
        _ => None,
    }
}

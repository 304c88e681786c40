//! What `check` can be asked about: the words for it, and the default.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, TypedValueParser};

use crate::chain::revocation::CrlMode;
use crate::chain::voms::VomsMode;
use crate::command::preflight::Args;
use crate::gather::folder::Folder;
use crate::gather::sort::{Sorted, Thing, sort};
use crate::load::LoadError;
use crate::locate;
use crate::locate::{Candidate, Role};
use crate::parse::kind::Kind;
use crate::text::time::Seconds;

/// A thing that can be judged.
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

/// A subject, and whether it must exist.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) subject: Subject,
    pub(super) required: bool,
    /// The file that was named in place of the one in use.
    pub(super) file: Option<Candidate>,
}

/// Accepts any text, and suggests the words.
#[derive(Clone)]
pub(super) struct Words;

impl TypedValueParser for Words {
    type Value = PathBuf;

    fn parse_ref(
        &self,
        _: &clap::Command,
        _: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<PathBuf, clap::Error> {
        Ok(PathBuf::from(value))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Subject::ALL.iter().map(|(word, _)| PossibleValue::new(*word))))
    }
}

/// What the words on the command line name.
#[derive(Default)]
pub(super) struct NamedSubjects {
    subjects: Vec<(Subject, Option<Candidate>)>,
    /// `key=FILE`, or a file that is a key.
    pub(super) key: Option<Candidate>,
}

impl NamedSubjects {
    /// Reads `WORD`, `WORD=FILE` and `FILE`. The content of a file says what it is.
    ///
    /// # Errors
    ///
    /// A word or file cannot be judged: what it is.
    pub(super) fn read(words: &[PathBuf]) -> Result<Self, String> {
        let mut named = Self::default();
        words.iter().try_for_each(|word| named.take(word))?;
        let has_file = named.subjects.iter().any(|(_, file)| file.is_some());
        if named.key.is_some() && !has_file {
            return Err("a private key is checked with its certificate: cert=FILE key=FILE".into());
        }
        Ok(named)
    }

    fn take(&mut self, word: &Path) -> Result<(), String> {
        let text = word.to_string_lossy();
        let subject = |name: &str| Subject::ALL.iter().find(|(word, _)| *word == name);
        if let Some((_, subject)) = subject(&text) {
            self.subjects.push((*subject, None));
            return Ok(());
        }
        if let Some((name, path)) = text.split_once('=').filter(|(_, path)| !path.is_empty()) {
            let file = || Some(locate::operand(Path::new(path)));
            match subject(name) {
                Some((_, subject)) => self.subjects.push((*subject, file())),
                None if name == KEY => self.key = file(),
                None => return Err(unknown(&text)),
            }
            return Ok(());
        }
        let Sorted { candidate, thing } = sort(&locate::operand(word));
        let subject = match thing {
            Thing::File(Kind::Key) => {
                self.key = Some(candidate);
                return Ok(());
            }
            Thing::Unread(LoadError::Missing(_)) if !text.contains(['/', '.']) => {
                return Err(unknown(&text));
            }
            Thing::File(Kind::Bearer) => Subject::Bearer,
            Thing::File(Kind::CaBundle) | Thing::Folder(Folder::Cas) => Subject::Ca,
            Thing::File(Kind::HostCertificate) => Subject::Host,
            Thing::File(Kind::IdToken) | Thing::Folder(Folder::IdTokens) => Subject::Idtoken,
            Thing::File(Kind::Proxy) => Subject::Proxy,
            Thing::File(Kind::Token) => Subject::Token,
            Thing::File(Kind::CaCertificate | Kind::Certificate | Kind::Other)
            | Thing::Unread(_) => Subject::Cert,
            Thing::File(kind) => {
                return Err(format!("{text} is {kind}, which is not checked alone"));
            }
            Thing::Folder(_) => {
                return Err(format!("{text} is a directory, neither of CAs nor of IDTOKENS"));
            }
        };
        self.subjects.push((subject, Some(candidate)));
        Ok(())
    }

    fn holds(&self, subject: Subject) -> bool {
        self.subjects.iter().any(|(known, _)| *known == subject)
    }
}

const KEY: &str = "key";

fn unknown(word: &str) -> String {
    let words: Vec<&str> = Subject::ALL.iter().map(|(word, _)| *word).collect();
    format!("`{word}` is no file here, and none of the words {}", words.join(", "))
}

impl Subject {
    /// All words, in the order of the report.
    pub const ALL: &[(&str, Self)] = &[
        ("token", Self::Token),
        ("cert", Self::Cert),
        ("proxy", Self::Proxy),
        ("idtoken", Self::Idtoken),
        ("bearer", Self::Bearer),
        ("host", Self::Host),
        ("ca", Self::Ca),
    ];

    /// Everything that an environment may have.
    pub fn in_use() -> impl Iterator<Item = Self> {
        let all = Self::ALL.iter().map(|(_, subject)| *subject);
        all.filter(|subject| *subject != Self::Ca)
    }

    /// The role of the certificate, if it is one.
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

    /// The noun in headings: in the plural if there may be several.
    pub fn title(self) -> &'static str {
        match self {
            Self::Idtoken => "IDTOKENS",
            _ => self.noun(),
        }
    }

    /// The noun in sentences.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Bearer => "bearer token",
            Self::Ca => "CA directory",
            Self::Idtoken => "IDTOKEN",
            _ => self.role().map_or("", Role::noun),
        }
    }
}

/// The subjects that the words name, each once. Without words, everything that an environment may
/// have.
///
/// # Errors
///
/// An option is about a subject that the words leave out.
pub(super) fn wanted(args: &Args, named: &NamedSubjects) -> Result<Vec<Wanted>, String> {
    let asks = |subject| asked_by_option(subject, args);
    if named.subjects.is_empty() {
        let wanted = |subject| Wanted { subject, required: asks(subject).is_some(), file: None };
        return Ok(Subject::in_use().map(wanted).collect());
    }
    for (word, subject) in Subject::ALL {
        if let (Some(option), false) = (asks(*subject), named.holds(*subject)) {
            return Err(format!(
                "{option} is about the {}, and `{word}` is not among the words",
                subject.noun()
            ));
        }
    }
    if named.subjects.iter().all(|(subject, _)| *subject == Subject::Ca) {
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
    let mut all: Vec<Wanted> = Vec::new();
    for (_, subject) in Subject::ALL {
        for (_, file) in named.subjects.iter().filter(|(known, _)| known == subject) {
            let same = |known: &Wanted| known.subject == *subject && known.file == *file;
            if !all.iter().any(same) {
                all.push(Wanted { subject: *subject, required: true, file: file.clone() });
            }
        }
    }
    Ok(all)
}

/// The option that requires something of `subject`, so that the subject must exist.
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

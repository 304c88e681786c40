//! What `check` is asked about, by the words and options.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, TypedValueParser};

use crate::chain::revocation::CrlMode;
use crate::chain::voms::VomsMode;
use crate::command::preflight::Args;
use crate::command::subject::{BEARER, CA, HOST, PROXY, SUBJECTS, Subject};
use crate::gather::sort::{Sorted, Thing, sort};
use crate::load::LoadError;
use crate::locate;
use crate::locate::Candidate;
use crate::parse::kind::Kind;
use crate::text::time::Seconds;

/// A subject, and whether it must exist.
pub(super) struct Wanted {
    pub(super) subject: &'static Subject,
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
        Some(Box::new(SUBJECTS.iter().map(|subject| PossibleValue::new(subject.word))))
    }
}

/// What the words on the command line name.
#[derive(Default)]
pub(super) struct NamedSubjects {
    subjects: Vec<(&'static Subject, Option<Candidate>)>,
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
        if let Some(subject) = Subject::named(&text) {
            self.subjects.push((subject, None));
            return Ok(());
        }
        if let Some((name, path)) = text.split_once('=').filter(|(_, path)| !path.is_empty()) {
            let file = || Some(locate::operand(Path::new(path)));
            match Subject::named(name) {
                Some(subject) => self.subjects.push((subject, file())),
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
            thing => Subject::of(&thing).ok_or_else(|| match thing {
                Thing::File(kind) => format!("{text} is {kind}, which is not checked alone"),
                Thing::Folder(_) | Thing::Unread(_) => {
                    format!("{text} is a directory, neither of CAs nor of IDTOKENS")
                }
            })?,
        };
        self.subjects.push((subject, Some(candidate)));
        Ok(())
    }

    fn holds(&self, subject: &Subject) -> bool {
        self.subjects.iter().any(|(known, _)| *known == subject)
    }
}

const KEY: &str = "key";

fn unknown(word: &str) -> String {
    let words = SUBJECTS.map(|subject| subject.word);
    format!("`{word}` is no file here, and none of the words {}", words.join(", "))
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
        let wanted = |subject: &'static Subject| Wanted {
            subject,
            required: asks(subject).is_some(),
            file: None,
        };
        return Ok(Subject::in_use().map(wanted).collect());
    }
    for subject in SUBJECTS {
        if let (Some(option), false) = (asks(subject), named.holds(subject)) {
            return Err(format!(
                "{option} is about the {}, and `{}` is not among the words",
                subject.noun, subject.word
            ));
        }
    }
    if named.subjects.iter().all(|(subject, _)| **subject == CA) {
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
    for subject in SUBJECTS {
        for (_, file) in named.subjects.iter().filter(|(known, _)| *known == subject) {
            let same = |known: &Wanted| known.subject == subject && known.file == *file;
            if !all.iter().any(same) {
                all.push(Wanted { subject, required: true, file: file.clone() });
            }
        }
    }
    Ok(all)
}

/// The option that requires something of `subject`, so that the subject must exist.
fn asked_by_option(subject: &Subject, args: &Args) -> Option<&'static str> {
    let (asked, voms) = (&args.demand, &args.voms);
    let options = [
        (args.name.is_some(), "--name", &HOST),
        (voms.vo.is_some(), "--vo", &PROXY),
        (voms.mode == VomsMode::Require, "--voms require", &PROXY),
        (asked.audience.is_some(), "--audience", &BEARER),
        (asked.issuer.is_some(), "--issuer", &BEARER),
        (!asked.scopes.is_empty(), "--scope", &BEARER),
        (asked.keys.is_some(), "--jwks", &BEARER),
    ];
    let option = options.iter().find(|(given, _, about)| *given && *about == subject);
    option.map(|(_, option, _)| *option)
}

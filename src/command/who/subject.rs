//! What `who` is asked about: by words and files, or what is found without words.

use std::path::Path;

use crate::command::Call;
use crate::command::bearer::Demand;
use crate::command::certificate::Scope;
use crate::command::in_use::{Presence, TokenInUse};
use crate::command::subject::{CERT, Form, Subject};
use crate::command::who::judged::Judged;
use crate::command::who::{Args, certificate, token};
use crate::consumer::selection::Selection;
use crate::consumer::token::TokenKind;
use crate::gather::credential::CredentialFile;
use crate::gather::sort::{Sorted, sort};
use crate::load::LoadError;
use crate::locate;
use crate::locate::{Candidate, Reason};
use crate::system::env::Env;

/// A credential, read from its place.
pub(super) enum ReadCredential {
    /// A certificate with its key.
    Certificate(Box<CredentialFile>),
    /// A token of a single line: the noun, and what came of it.
    Token(TokenKind, &'static str, Box<TokenInUse>),
}

/// What is asked.
pub(super) struct Asked {
    pub(super) credentials: Vec<ReadCredential>,
    /// Whether a file was named: no client takes it from there by itself.
    pub(super) is_file: bool,
}

/// What may be asked.
const USAGE: &str = "who takes a kind (bearer, cert, host, idtoken, proxy, token), a file, or both";

impl Asked {
    /// Reads the words: a kind of credential, a file, or both. Without words everything that is
    /// found.
    ///
    /// # Errors
    ///
    /// The words are others.
    pub(super) fn read(args: &Args, call: &Call<'_>) -> Result<Self, String> {
        let (scope, env) = (call.scope(args.need), call.env);
        let (subject, file) = match args.words.as_slice() {
            [] => {
                return Ok(Self { credentials: found(args.tool, scope, env), is_file: false });
            }
            [word] => match named(word) {
                Some(subject) => (subject, None),
                None => sorted(Path::new(word)),
            },
            [word, file] => {
                let subject = named(word).ok_or_else(|| USAGE.to_owned())?;
                (subject, Some(locate::operand(Path::new(file))))
            }
            _ => return Err(USAGE.to_owned()),
        };
        let is_file = file.is_some();
        let read = ReadCredential::of(subject, file, scope, env);
        Ok(Self { credentials: read.into_iter().collect(), is_file })
    }
}

/// The kind of credential with that word.
fn named(word: &str) -> Option<&'static Subject> {
    Subject::in_use().find(|subject| subject.word == word)
}

/// What the file holds. What is no credential is taken for a certificate. It is read only once.
fn sorted(path: &Path) -> (&'static Subject, Option<Candidate>) {
    let Sorted { candidate, thing } = sort(&locate::operand(path));
    let is_credential = |subject: &&Subject| !matches!(subject.form, Form::Directory);
    (Subject::of(&thing).filter(is_credential).unwrap_or(&CERT), Some(candidate))
}

impl ReadCredential {
    /// Reads the one in `file`, or the one in use. None of a directory.
    fn of(subject: &Subject, file: Option<Candidate>, scope: Scope, env: &Env) -> Option<Self> {
        Some(match &subject.form {
            Form::Certificate(role) => Self::Certificate(Box::new(match file {
                Some(file) => CredentialFile::read(*role, file),
                None => CredentialFile::located(*role, env),
            })),
            Form::Directory => return None,
            Form::Token(form) => {
                let in_use = (form.in_use)(file.as_ref(), &Demand::default(), scope, env);
                Self::Token(form.kind, subject.noun, Box::new(in_use))
            }
        })
    }

    pub(super) fn is_certificate(&self) -> bool {
        matches!(self, Self::Certificate(_))
    }

    /// Whether something is there, usable or not, or a variable says so.
    fn is_there(&self) -> bool {
        match self {
            Self::Certificate(half) => match &half.outcome {
                Err(LoadError::Missing(_) | LoadError::NoHome) => {
                    matches!(half.candidate.reason, Reason::Variable(_))
                }
                Ok(_) | Err(_) => true,
            },
            Self::Token(.., token) => {
                matches!(token.presence, Presence::Found | Presence::Named)
            }
        }
    }

    /// Whether it is the machine's.
    fn is_of_host(&self) -> bool {
        matches!(self, Self::Certificate(half) if half.role.is_host())
    }

    /// Whether the software takes credentials of this kind at all.
    pub(super) fn is_for(&self, selection: Selection) -> bool {
        match self {
            Self::Certificate(half) => {
                let shows = |client| certificate::shows(client, half.role);
                selection.profiles().next().is_some() || selection.clients().any(shows)
            }
            Self::Token(kind, ..) => !selection.tokens(*kind).is_empty(),
        }
    }

    /// Judges it for each consumer.
    pub(super) fn judge(self, args: &Args, call: &Call<'_>) -> Judged {
        match self {
            Self::Certificate(half) => certificate::judge(*half, args, call),
            Self::Token(kind, noun, token) => token::judge(kind, noun, *token, args.tool),
        }
    }
}

/// Every credential that exists or that a variable names. If there is none for the tool: the user's
/// too that are absent, to say where they were looked for.
fn found(tool: Option<Selection>, scope: Scope, env: &Env) -> Vec<ReadCredential> {
    let all = Subject::in_use().filter_map(|subject| ReadCredential::of(subject, None, scope, env));
    let (mut there, mut absent): (Vec<_>, Vec<_>) = all.partition(ReadCredential::is_there);
    if !there.iter().any(|one| tool.is_none_or(|tool| one.is_for(tool))) {
        absent.retain(|one| !one.is_of_host());
        there.append(&mut absent);
    }
    there
}

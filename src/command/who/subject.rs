//! What `who` is asked about: the words for it, and what is found without words.

use std::path::Path;

use crate::command::bearer::Demand;
use crate::command::certificate::Scope;
use crate::command::in_use::Presence;
use crate::command::who::judged::Judged;
use crate::command::who::{Args, certificate, token};
use crate::command::{Call, Noun, bearer, idtoken};
use crate::consumer::selection::Selection;
use crate::consumer::token::TokenKind;
use crate::gather::credential::CredentialFile;
use crate::gather::sort::{Sorted, Thing, sort};
use crate::load::LoadError;
use crate::locate::{Candidate, Reason, Role};
use crate::system::env::Env;
use crate::text::time::Seconds;
use crate::{locate, parse};

/// One credential.
pub(super) enum Subject {
    /// A certificate with its key.
    Certificate(Box<CredentialFile>),
    /// A token of a single line: in a file, or the one that is in use.
    Token(TokenKind, Option<Candidate>),
}

/// What is asked.
pub(super) struct Asked {
    pub(super) subjects: Vec<Subject>,
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
    pub(super) fn read(
        words: &[String],
        tool: Option<Selection>,
        env: &Env,
    ) -> Result<Self, String> {
        let (kind, file) = match words {
            [] => return Ok(Self { subjects: found(tool, env), is_file: false }),
            [word] if Kind::of(word).is_some() => (Kind::of(word), None),
            [word] => sorted(Path::new(word)),
            [word, file] if Kind::of(word).is_some() => {
                (Kind::of(word), Some(locate::operand(Path::new(file))))
            }
            _ => return Err(USAGE.to_owned()),
        };
        let is_file = file.is_some();
        let subject = match (kind, file) {
            (Some(Kind::Token(kind)), file) => Subject::Token(kind, file),
            (Some(Kind::Certificate(role)), None) => Subject::located(role, env),
            (Some(Kind::Certificate(role)), Some(file)) => Subject::read(role, file),
            (None, _) => return Err(USAGE.to_owned()),
        };
        Ok(Self { subjects: vec![subject], is_file })
    }
}

/// What the file holds: a token of a single line or a proxy; all else is taken for a certificate. It is
/// read only once.
fn sorted(path: &Path) -> (Option<Kind>, Option<Candidate>) {
    let Sorted { candidate, thing } = sort(&locate::operand(path));
    let kind = match thing {
        Thing::File(parse::kind::Kind::Bearer) => Kind::Token(TokenKind::Bearer),
        Thing::File(parse::kind::Kind::IdToken) => Kind::Token(TokenKind::IdToken),
        Thing::File(parse::kind::Kind::Proxy) => Kind::Certificate(Role::Proxy),
        _ => Kind::Certificate(Role::UserCert),
    };
    (Some(kind), Some(candidate))
}

/// The kinds of credentials that have a word.
#[derive(Clone, Copy)]
enum Kind {
    Certificate(Role),
    Token(TokenKind),
}

impl Kind {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "bearer" => Self::Token(TokenKind::Bearer),
            "cert" => Self::Certificate(Noun::Cert.cert()),
            "host" => Self::Certificate(Role::HostCert),
            "idtoken" => Self::Token(TokenKind::IdToken),
            "proxy" => Self::Certificate(Noun::Proxy.cert()),
            "token" => Self::Certificate(Noun::Token.cert()),
            _ => return None,
        })
    }
}

impl Subject {
    fn located(role: Role, env: &Env) -> Self {
        Self::Certificate(Box::new(CredentialFile::located(role, env)))
    }

    fn read(role: Role, file: Candidate) -> Self {
        Self::Certificate(Box::new(CredentialFile::read(role, file)))
    }

    pub(super) fn is_certificate(&self) -> bool {
        matches!(self, Self::Certificate(_))
    }

    /// Whether the software takes credentials of this kind at all.
    pub(super) fn is_for(&self, selection: Selection) -> bool {
        match self {
            Self::Certificate(half) => {
                let shows = |client| certificate::shows(client, half.role);
                selection.profiles().next().is_some() || selection.clients().any(shows)
            }
            Self::Token(kind, _) => !selection.tokens(*kind).is_empty(),
        }
    }

    /// Judges it for each consumer.
    pub(super) fn judge(self, args: &Args, call: &Call<'_>) -> Judged {
        match self {
            Self::Certificate(half) => certificate::judge(*half, args, call),
            Self::Token(kind, file) => token::judge(kind, file.as_ref(), args, call),
        }
    }
}

/// Every credential that exists or that a variable names. If there is none: the usual ones, to say
/// where they were looked for.
fn found(tool: Option<Selection>, env: &Env) -> Vec<Subject> {
    let certificates = |roles: &[Role]| -> Vec<CredentialFile> {
        roles.iter().map(|role| CredentialFile::located(*role, env)).collect()
    };
    let usual = [Role::TokenCert, Role::UserCert, Role::Proxy];
    let mut all = certificates(&usual);
    all.extend(certificates(&[Role::HostCert]));
    all.retain(is_there);
    let mut subjects: Vec<Subject> =
        all.into_iter().map(|half| Subject::Certificate(Box::new(half))).collect();
    let scope = Scope { need: Seconds(0), exit_only: true, values: false };
    if idtoken::in_use(None, None, scope, env).is_there {
        subjects.push(Subject::Token(TokenKind::IdToken, None));
    }
    if bearer::in_use(None, &Demand::default(), scope, env).presence != Presence::Absent {
        subjects.push(Subject::Token(TokenKind::Bearer, None));
    }
    let is_meant = |subject: &Subject| tool.is_none_or(|tool| subject.is_for(tool));
    if !subjects.iter().any(is_meant) {
        subjects.extend(usual.map(|role| Subject::located(role, env)));
        subjects.push(Subject::Token(TokenKind::IdToken, None));
        subjects.push(Subject::Token(TokenKind::Bearer, None));
    }
    subjects
}

/// Whether something is there, usable or not, or a variable says so.
fn is_there(half: &CredentialFile) -> bool {
    match &half.outcome {
        Ok(_) => true,
        Err(LoadError::Missing(_) | LoadError::NoHome) => {
            matches!(half.candidate.reason, Reason::Variable(_))
        }
        Err(_) => true,
    }
}

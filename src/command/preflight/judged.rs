//! What there is to judge, and one judgement of it: `check` tells it by steps, `status` in a row.

use crate::chain::Purpose;
use crate::command::bearer::Demand;
use crate::command::path::PathOptions;
use crate::command::preflight::credential::Credential;
use crate::command::preflight::subject::Subject;
use crate::command::preflight::token::TokenInUse;
use crate::command::preflight::{directory, row, step};
use crate::gather::credential::CredentialFile;
use crate::gather::options::KeyOptions;
use crate::load::LoadError;
use crate::locate::Reason;
use crate::parse::host_name::HostName;
use crate::report::{Item, Report};
use crate::system::env::Env;
use crate::text::time::UnixTime;

/// What is asked of all that is judged.
pub struct Asked<'a> {
    /// The command whose report this becomes.
    pub command: &'static str,
    /// What is asked of paths.
    pub options: PathOptions,
    /// `--purpose`, if it was given: without it a host is a server, and may be a client too.
    pub purpose: Option<Purpose>,
    /// How encrypted keys are opened. It never waits for anybody.
    pub key: KeyOptions,
    /// `--name`: the host that the host certificate must be for.
    pub name: Option<HostName>,
    /// What is asked of the bearer token.
    pub demand: Demand,
    /// Where it runs.
    pub env: &'a Env,
}

impl Asked<'_> {
    pub(super) fn report(&self) -> Report {
        Report::new(self.command, self.env.now)
    }
}

/// Whether a credential is there, or is said to be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Presence {
    /// Nothing is there, and nobody says that it is.
    Absent,
    /// A directory for such was set, and there is none in it.
    Expected,
    /// It is where nobody had to name it.
    Found,
    /// A variable names it, whether it is there or not: that is what will be used.
    Named,
}

impl Presence {
    fn of(half: &CredentialFile, env: &Env) -> Self {
        let none = matches!(half.outcome, Err(LoadError::Missing(_) | LoadError::NoHome));
        let facts = half.found().and_then(|read| read.source.file.as_ref());
        // One lies on every grid machine for everybody to see, and most cannot use it.
        let of_others = half.role.is_host() && facts.is_none_or(|file| file.owner != env.euid);
        let key_is_named = env.variable(half.role.partner().variable()).is_some();
        match half.candidate.reason {
            Reason::Default if none || of_others => Self::Absent,
            Reason::Default if !key_is_named => Self::Found,
            _ => Self::Named,
        }
    }
}

/// One thing that can be judged, read.
pub struct Located {
    /// Which.
    pub subject: Subject,
    /// Whether it is there.
    pub presence: Presence,
    what: What,
}

enum What {
    Certificate(Box<CredentialFile>),
    Directory,
    Token(Box<TokenInUse>),
}

impl Located {
    /// Reads it from where the environment says.
    pub fn of(subject: Subject, asked: &Asked<'_>) -> Self {
        let (presence, what) = match (subject, subject.role()) {
            (_, Some(role)) => {
                let half = CredentialFile::located(role, asked.env);
                (Presence::of(&half, asked.env), What::Certificate(Box::new(half)))
            }
            (Subject::Ca, None) => (Presence::Found, What::Directory),
            (_, None) => {
                let token = TokenInUse::of(subject, asked);
                (token.presence, What::Token(Box::new(token)))
            }
        };
        Self { subject, presence, what }
    }

    /// What there is to say of it if nothing is there: of the places that most people use; why, if
    /// that is `news`.
    pub fn absent(self, news: bool, asked: &Asked<'_>) -> Option<Judged> {
        match self.what {
            What::Certificate(half) if !half.role.is_host() => {
                let mut report = asked.report();
                report.findings = if news { half.trouble(asked.env) } else { Vec::new() };
                let seen = Seen::Certificate(Box::new(Credential::unread(*half)));
                Some(Judged { subject: self.subject, presence: self.presence, report, seen })
            }
            _ => None,
        }
    }

    /// Judges it in everything; `required` if it was asked for, and not just found.
    pub fn judge(self, required: bool, asked: &Asked<'_>) -> Judged {
        let exit_only = asked.options.scope.exit_only;
        let mut report = asked.report();
        let seen = match self.what {
            What::Certificate(half) => {
                let seen = Credential::judge(*half, required, asked, &mut report.findings);
                Seen::Certificate(Box::new(seen))
            }
            What::Directory => Seen::Directory(directory::judge(asked, &mut report.findings)),
            What::Token(mut token) => {
                report.findings.append(&mut token.report.findings);
                let soon = token.ends_soon(self.subject, asked);
                report.findings.extend(soon.filter(|_| !exit_only));
                Seen::Token(token)
            }
        };
        Judged { subject: self.subject, presence: self.presence, report, seen }
    }
}

/// What judging it came to.
pub struct Judged {
    /// Which.
    pub subject: Subject,
    /// Whether it is there.
    pub presence: Presence,
    /// The findings.
    pub report: Report,
    seen: Seen,
}

enum Seen {
    Certificate(Box<Credential>),
    Directory(Option<Item>),
    Token(Box<TokenInUse>),
}

impl Judged {
    /// When it ends, if that was looked at.
    pub fn end(&self) -> Option<UnixTime> {
        match &self.seen {
            Seen::Certificate(credential) => credential.end(),
            Seen::Directory(_) => None,
            Seen::Token(token) => token.end(),
        }
    }

    /// The certificate and its key, if it has such.
    pub fn credential(&self) -> Option<&Credential> {
        match &self.seen {
            Seen::Certificate(credential) => Some(credential),
            Seen::Directory(_) | Seen::Token(_) => None,
        }
    }

    /// Whether anything could be read.
    pub fn is_read(&self) -> bool {
        match &self.seen {
            Seen::Certificate(credential) => credential.half.found().is_some(),
            Seen::Directory(_) => true,
            Seen::Token(token) => token.is_there,
        }
    }

    /// What `check` says of it.
    pub fn steps(&self, asked: &Asked<'_>) -> Option<Item> {
        match &self.seen {
            Seen::Certificate(credential) => Some(step::item(self, credential, asked)),
            Seen::Directory(item) => item.clone(),
            Seen::Token(token) => Some(token.steps(self, asked)),
        }
    }

    /// What `status` says of it.
    pub fn row(&self, asked: &Asked<'_>) -> Option<Item> {
        match &self.seen {
            Seen::Certificate(credential) => Some(row::item(self, credential, asked)),
            Seen::Directory(_) => None,
            Seen::Token(token) => Some(token.row.clone()),
        }
    }
}

//! What this environment uses, judged once: `check` shows it in steps, `status` in rows.

use std::path::{Path, PathBuf};

use crate::command::in_use::{Presence, TokenInUse};
use crate::command::preflight::context::CheckContext;
use crate::command::preflight::credential::Credential;
use crate::command::preflight::{directory, row, step};
use crate::command::subject::{Form, Subject, TokenForm};
use crate::gather::credential::CredentialFile;
use crate::load::LoadError;
use crate::locate::{Candidate, Reason};
use crate::report::{Finding, Item, Report};
use crate::system::env::Env;
use crate::text::time::UnixTime;

/// One thing that this environment uses or would use: read first, then judged.
pub struct InUse {
    /// What it is.
    pub subject: &'static Subject,
    /// Whether it exists.
    pub presence: Presence,
    /// Its findings, once it was judged.
    pub report: Report,
    /// Its kind, with what was found about it.
    pub kind: Kind,
}

/// The kinds of things in use.
pub enum Kind {
    /// A certificate and its key.
    Certificate(Box<Credential>),
    /// The CA directory, if one was named, and its item for `check`.
    Directory(Option<PathBuf>, Option<Item>),
    /// A token of a single line.
    Token(&'static TokenForm, Box<TokenInUse>),
}

impl InUse {
    /// Reads it from `file`, or from the place that the environment names.
    pub fn locate(
        subject: &'static Subject,
        file: Option<&Candidate>,
        context: &CheckContext<'_>,
    ) -> Self {
        let (presence, kind) = match &subject.form {
            Form::Certificate(role) => {
                let half = match file {
                    Some(file) => CredentialFile::read(*role, file.clone()),
                    None => CredentialFile::located(*role, context.env),
                };
                let presence = presence(&half, context.env);
                (presence, Kind::Certificate(Box::new(Credential::located(half))))
            }
            Form::Directory => {
                let named = file.and_then(Candidate::path).map(Path::to_path_buf);
                (Presence::Found, Kind::Directory(named, None))
            }
            Form::Token(form) => {
                let (demand, scope) = (&context.demand, context.options.scope);
                let token = (form.in_use)(file, demand, scope, context.env);
                (token.presence, Kind::Token(form, Box::new(token)))
            }
        };
        Self { subject, presence, report: context.report(), kind }
    }

    /// Judges it completely. `required`: it was asked for, and not just found.
    pub fn judge(mut self, required: bool, context: &CheckContext<'_>) -> Self {
        let findings = &mut self.report.findings;
        self.kind = match self.kind {
            Kind::Certificate(credential) => {
                Kind::Certificate(Box::new(credential.judge(required, context, findings)))
            }
            Kind::Directory(named, _) => {
                let item = directory::judge(named.as_deref(), context, findings);
                Kind::Directory(named, item)
            }
            Kind::Token(form, mut token) => {
                findings.append(&mut token.report.findings);
                findings.extend(token.ends_soon(self.subject, form, context));
                Kind::Token(form, token)
            }
        };
        self
    }

    /// Why it does not exist, if most users have one.
    pub fn why_absent(&self, env: &Env) -> Vec<Finding> {
        match &self.kind {
            Kind::Certificate(credential) if self.has_row() => credential.half.trouble(env),
            _ => Vec::new(),
        }
    }

    /// Whether `status` shows it. A missing one is shown if most users have one.
    pub fn has_row(&self) -> bool {
        let is_usual = |credential: &Credential| !credential.half.role.is_host();
        self.presence != Presence::Absent || self.credential().is_some_and(is_usual)
    }

    /// When it ends, if this is known.
    pub fn end(&self) -> Option<UnixTime> {
        match &self.kind {
            Kind::Certificate(credential) => credential.end(),
            Kind::Directory(..) => None,
            Kind::Token(_, token) => token.end(),
        }
    }

    /// The certificate and its key, if it has these.
    pub fn credential(&self) -> Option<&Credential> {
        match &self.kind {
            Kind::Certificate(credential) => Some(credential),
            Kind::Directory(..) | Kind::Token(..) => None,
        }
    }

    /// Whether anything could be read.
    pub fn is_read(&self) -> bool {
        match &self.kind {
            Kind::Certificate(credential) => credential.half.found().is_some(),
            Kind::Directory(..) => true,
            Kind::Token(_, token) => token.is_there,
        }
    }

    /// Its item for `check`.
    pub fn steps(&self, context: &CheckContext<'_>) -> Option<Item> {
        match &self.kind {
            Kind::Certificate(credential) => {
                Some(step::item(self.subject, &self.report, credential, context))
            }
            Kind::Directory(_, item) => item.clone(),
            Kind::Token(_, token) => Some(token.steps(self.subject, &self.report, context)),
        }
    }

    /// Its row for `status`.
    pub fn row(&self, context: &CheckContext<'_>) -> Option<Item> {
        match &self.kind {
            Kind::Certificate(credential) => {
                Some(row::item(self.report.exit(), credential, context))
            }
            Kind::Directory(..) => None,
            Kind::Token(_, token) => Some(token.row.clone()),
        }
    }
}

/// Whether a certificate exists.
fn presence(half: &CredentialFile, env: &Env) -> Presence {
    let none = matches!(half.outcome, Err(LoadError::Missing(_) | LoadError::NoHome));
    let facts = half.found().and_then(|read| read.source.file.as_ref());
    // Every grid machine has a host certificate that all can see, but most users cannot use it.
    let of_others = half.role.is_host() && facts.is_none_or(|file| file.owner != env.euid);
    let key_is_named = env.variable(half.role.partner().variable()).is_some();
    match half.candidate.reason {
        Reason::Default if none || of_others => Presence::Absent,
        Reason::Default if !key_is_named => Presence::Found,
        _ => Presence::Named,
    }
}

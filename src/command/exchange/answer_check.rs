//! An answer, with the request that it answers.

use std::cell::OnceCell;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use zeroize::Zeroizing;

use crate::check::exchange::receipt;
use crate::check::{arguments, exchange as check};
use crate::command::exchange::state::Waiting;
use crate::command::idtoken::arguments::{Approver, TargetArguments};
use crate::command::idtoken::issue;
use crate::command::idtoken::put::{Consent, Target};
use crate::crypto::seal;
use crate::load::condor::Config;
use crate::locate::CaOptions;
use crate::parse::exchange::answer::{AnswerFile, Decision, PURPOSE};
use crate::parse::exchange::digest::{AnswerCode, Id};
use crate::parse::exchange::pending::Pending;
use crate::parse::exchange::received::Received;
use crate::parse::idtoken::IdToken;
use crate::report::{Finding, Item, Report, Value};
use crate::system::env::Env;

/// The conditions for accepting an answer, and where its token goes.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub(super) target: &'a TargetArguments,
    pub(super) approver: &'a Approver,
    /// The trust domain that the token must have.
    pub(super) trust_domain: Option<&'a str>,
    pub(super) ca: &'a CaOptions,
    /// Do not ask for the answer code.
    pub(super) no_input: bool,
}

/// An answer, with the request that it answers.
pub(super) struct AnswerCheck<'a> {
    pub(super) path: &'a Path,
    pub(super) file: AnswerFile,
    pub(super) pending: &'a Pending,
    /// `--code`.
    pub(super) code: Option<AnswerCode>,
    /// The answer code that the user typed. It is asked for only once, however many answers there
    /// are.
    pub(super) typed: &'a OnceCell<Option<String>>,
    pub(super) terms: Terms<'a>,
    pub(super) env: &'a Env,
}

impl AnswerCheck<'_> {
    /// Authenticates the answer, decrypts it, checks the token, stores it. Each step runs only if
    /// the one before succeeded.
    pub(super) fn accept(&self, command: &'static str, waiting: &Waiting) -> Report {
        let mut report = Report::new(command, self.env.now);
        let how = match self.authenticate() {
            Ok(how) => how,
            Err(findings) => {
                report.findings.extend(findings);
                return report;
            }
        };
        if let Decision::Denied(reason) = &self.file.answer.decision {
            let id = self.file.answer.request.id();
            let reason = reason.as_ref().map(|text| format!(": {text}"));
            let message = format!("the request {id} was denied{}", reason.unwrap_or_default());
            report.findings.push(check::about(&check::DENIED, self.path, message));
            waiting.note(&self.received(None));
            waiting.forget(self.file.answer.request);
            return report;
        }
        match self.open() {
            Ok((token, claims)) => self.put(&token, &claims, &how, waiting, &mut report),
            Err(finding) => report.findings.push(*finding),
        }
        report
    }

    fn open(&self) -> Result<(Zeroizing<String>, IdToken), Box<Finding>> {
        let refused = |why: &str| {
            let message = format!("the token in {} cannot be used: {why}", self.path.display());
            Box::new(check::about(&check::ANSWER_NOT_OPENED, self.path, message))
        };
        let Decision::Granted(sealed) = &self.file.answer.decision else {
            return Err(refused("there is none"));
        };
        let digest = self.file.answer.request;
        let bytes = seal::open(&self.pending.private, PURPOSE, &digest.0, sealed);
        let bytes = bytes.ok_or_else(|| refused("it cannot be unsealed"))?;
        let claims = IdToken::parse(&bytes).map_err(|why| refused(&why.to_string()))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| refused("it is no text"))?;
        let domain = self.terms.trust_domain;
        let (request, answer) = (&self.pending.request, &self.file.answer);
        match receipt::check(&claims, request, answer, domain, self.env.now) {
            Some(finding) => Err(Box::new(finding)),
            None => Ok((Zeroizing::new(text.to_owned()), claims)),
        }
    }

    fn put(
        &self,
        token: &str,
        claims: &IdToken,
        how: &str,
        waiting: &Waiting,
        report: &mut Report,
    ) {
        let target = match self.target() {
            Ok(Ok(target)) => target,
            Ok(Err(finding)) => return report.findings.push(*finding),
            Err(message) => {
                return report.findings.push(arguments::USAGE.found(message));
            }
        };
        let digest = self.file.answer.request;
        let consent = Consent { force: self.terms.target.force, no_input: self.terms.no_input };
        if !target.put(token, consent, self.env, report) {
            return;
        }
        report.items.push(item(claims, how, &target, digest.id()));
        report.findings.extend(receipt::limited(claims, &self.pending.request));
        let subject = claims.subject.as_deref().unwrap_or_default();
        report.good = format!("a token for {subject} is {}", target.described());
        waiting.note(&self.received(target.path()));
        // The key is removed when the token is stored. If it is printed, this is after printing.
        match target {
            Target::Out => report.spent.push(waiting.path(digest)),
            _ => waiting.forget(digest),
        }
    }

    fn received(&self, place: Option<&Path>) -> Received {
        let place = place.map(|path| path.as_os_str().as_bytes().to_vec());
        Received {
            request: self.file.answer.request,
            at: self.env.now,
            granted: matches!(self.file.answer.decision, Decision::Granted(_)),
            place,
        }
    }

    fn target(&self) -> Result<Result<Target, Box<Finding>>, String> {
        let (given, pending) = (self.terms.target, self.pending);
        let config = Config::read(self.env);
        if given.token.is_some() || given.file.is_some() {
            return Target::of(given, &config, self.env);
        }
        let (token, file) = (pending.token.clone(), pending.file.clone());
        let asked = TargetArguments { token, file, force: given.force };
        Target::of(&asked, &config, self.env)
    }
}

pub(super) fn item(claims: &IdToken, how: &str, target: &Target, id: Id) -> Item {
    let text = |text: &Option<String>| text.clone().map_or(Value::Unknown, Value::Text);
    let mut item = Item::new("issued_token", "the token");
    item.fact("identity", "identity", text(&claims.subject));
    item.fact("trust_domain", "trust domain", text(&claims.issuer));
    issue::claims(&mut item, &claims.scope.levels, claims.expires.instant());
    let issued = claims.issued.instant();
    item.detail("issued", "issued", issued.map_or(Value::Unknown, Value::Time));
    item.detail("key_id", "key", text(&claims.key_id));
    item.detail("id", "id", text(&claims.id));
    item.fact("request", "request", Value::Text(id.to_string()));
    item.fact("authenticated", "authentic", Value::Text(how.to_owned()));
    let file = target.path().map(|path| path.display().to_string());
    item.machine("file", file.map_or(Value::Unknown, Value::Text));
    item
}

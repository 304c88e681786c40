//! `idtoken-receive`: takes the token out of an answer, once it is known whose the answer is.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::check::exchange::receipt;
use crate::check::{arguments, exchange as check};
use crate::command::Call;
use crate::command::arguments::groups::exchanged;
use crate::command::arguments::{Ancestor, arguments, option};
use crate::command::definition::{Definition, Group, Stdout};
use crate::command::exchange::round::Round;
use crate::command::exchange::spool;
use crate::command::exchange::state::Waiting;
use crate::command::idtoken::arguments::{Approver, TargetArguments};
use crate::command::idtoken::put::Target;
use crate::command::idtoken::{arguments as shared, at_most, issue};
use crate::crypto::seal;
use crate::load;
use crate::load::condor::Config;
use crate::load::exchange;
use crate::locate::CaOptions;
use crate::parse::exchange::answer::{AnswerFile, Decision, PURPOSE};
use crate::parse::exchange::digest::{AnswerCode, Id};
use crate::parse::exchange::pending::Pending;
use crate::parse::exchange::received::Received;
use crate::parse::idtoken::IdToken;
use crate::report::{Finding, Item, Report, Value};
use crate::system::env::Env;

/// `idtoken-receive`.
pub const RECEIVE: Definition<Args> = Definition {
    name: "idtoken-receive",
    group: Group::Tokens,
    about: "Take the token out of the answer",
    note: "An answer must show whose it is: by the approver's key (--approver-key), by a certificate \
           (of the\nhost named with -name, or of --approver-dn), or by the answer code that the \
           approver reads out.\n\n",
    example: "certok idtoken-receive --code CODE alice.answer",
    ancestor: Ancestor::Condor,
    stdout: |_| Stdout::Made,
    prints_secret: |_| true,
    ..Definition::reporting(run)
};

arguments! {
    /// Of `idtoken-receive`.
    pub struct Args {
        files: Vec<PathBuf> =
            exchanged("FILE", "The answer; with --exchange whatever answers there are"),
        code: Option<String> =
            option("code", "CODE", "The answer code, as the approver read it out"),
        trust_domain: Option<String> =
            shared::trust_domain("The trust domain the token must be for"),
        target: TargetArguments,
        approver: Approver,
        exchange: Option<PathBuf> = shared::EXCHANGE,
        ca: CaOptions,
    }
}

/// On what terms an answer is taken, and where its token goes.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub(super) target: &'a TargetArguments,
    pub(super) approver: &'a Approver,
    /// The trust domain that the token must be for.
    pub(super) trust_domain: Option<&'a str>,
    pub(super) ca: &'a CaOptions,
    /// Nobody is asked for the answer code.
    pub(super) no_input: bool,
}

/// Receives the answer in the operand, or those of the exchange directory.
fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    issue::check_trust_domain(args.trust_domain.as_deref())?;
    at_most(&args.files, 1)?;
    let code = code(args.code.as_deref())?;
    let env = call.env;
    let terms = Terms {
        target: &args.target,
        approver: &args.approver,
        trust_domain: args.trust_domain.as_deref(),
        ca: &args.ca,
        no_input: call.no_input,
    };
    match (args.files.first(), &args.exchange) {
        (Some(_), Some(_)) => Err("a file and --exchange name two places for one answer".into()),
        (None, None) => Err("name the answer file, or the directory: --exchange DIR".into()),
        (Some(path), None) => Ok(match exchange::operand(path) {
            Ok(bytes) => of_file(path, &bytes, code, terms, env),
            Err(trouble) => {
                let message = format!("the answer {}: {trouble}", path.display());
                failed(check::about(&check::ANSWER_MALFORMED, path, message), env)
            }
        }),
        (None, Some(directory)) => Ok(of_directory(directory, code, terms, env)),
    }
}

fn code(given: Option<&str>) -> Result<Option<AnswerCode>, String> {
    let code = given.map(|text| AnswerCode::parse(text).ok_or_else(|| not_a_code(text)));
    code.transpose()
}

fn not_a_code(text: &str) -> String {
    let what = match Id::parse(text) {
        Some(_) => "is the id of a request, and",
        None => "is",
    };
    format!("--code: '{text}' {what} no answer code: 16 characters as the approver reads them out")
}

fn failed(finding: Finding, env: &Env) -> Report {
    let mut report = Report::new(RECEIVE.name, env.now);
    report.findings.push(finding);
    report
}

/// An answer and the request it is to.
pub(super) struct Case<'a> {
    pub(super) path: &'a Path,
    pub(super) file: AnswerFile,
    pub(super) pending: &'a Pending,
    /// `--code`.
    pub(super) code: Option<AnswerCode>,
    /// What was typed when the code was asked for: once, however many answers there are.
    pub(super) typed: &'a OnceCell<Option<String>>,
    pub(super) terms: Terms<'a>,
    pub(super) env: &'a Env,
}

fn of_file(
    path: &Path,
    bytes: &[u8],
    code: Option<AnswerCode>,
    terms: Terms<'_>,
    env: &Env,
) -> Report {
    let file = match AnswerFile::parse(bytes) {
        Ok(file) => file,
        Err(why) => {
            let message = format!("{} is no answer: {why}", path.display());
            return failed(check::about(&check::ANSWER_MALFORMED, path, message), env);
        }
    };
    let waiting = match Waiting::of(env) {
        Ok(waiting) => waiting,
        Err(finding) => return failed(*finding, env),
    };
    match waiting.find(file.answer.request, env) {
        Ok(Some(pending)) => {
            Case { path, file, pending: &pending, code, typed: &OnceCell::new(), terms, env }
                .settle(RECEIVE.name, &waiting)
        }
        Ok(None) => {
            if let Some(received) = waiting.received(file.answer.request) {
                return failed(check::received(&received, path), env);
            }
            let id = file.answer.request.id();
            let message = format!(
                "the answer in {} is to the request {id}, which does not wait here",
                path.display()
            );
            failed(check::about(&check::ANSWER_FOREIGN, path, message), env)
        }
        Err(finding) => failed(*finding, env),
    }
}

/// The first authentic answer in the directory to a request that waits here.
fn of_directory(directory: &Path, code: Option<AnswerCode>, terms: Terms<'_>, env: &Env) -> Report {
    let command = RECEIVE.name;
    let waiting = match Waiting::of(env) {
        Ok(waiting) => waiting,
        Err(finding) => return failed(*finding, env),
    };
    let (pendings, mut aside) = waiting.all(env);
    let mut refused = None;
    let round =
        Round { command, directory, waiting: &waiting, code, typed: &OnceCell::new(), terms, env };
    for pending in &pendings {
        let looked = match round.look(pending, &mut HashSet::new()) {
            Ok(looked) => looked,
            Err(finding) => return failed(*finding, env),
        };
        if let Some(mut report) = looked.settled {
            let aside = aside.into_iter().chain(looked.ignored);
            report.findings.extend(aside.map(Finding::as_warning));
            return report;
        }
        refused = refused.or(looked.refusal);
        aside.extend(looked.ignored);
    }
    let notes = waiting.notes();
    let again = || named_again(directory, code?, &notes);
    let finding = again().or(refused).or_else(|| {
        let there = |received: &Received| {
            let name = format!("{}.{}", received.request.id(), exchange::ANSWER);
            Some(directory.join(name)).filter(|path| load::link_facts(path).is_some())
        };
        let mut before = notes.iter().filter_map(|(_, received)| {
            there(received).map(|path| check::received(received, &path))
        });
        before.next()
    });
    let mut report = failed(finding.unwrap_or_else(|| missing(directory)), env);
    report.findings.extend(aside);
    report
}

/// That the answer of this code was received before: it is the one that is meant, whatever others
/// lie there.
fn named_again(
    directory: &Path,
    code: AnswerCode,
    notes: &[(PathBuf, Received)],
) -> Option<Finding> {
    notes.iter().find_map(|(_, received)| {
        let (answers, _) = spool::answers(directory, received.request).ok()?;
        let mut answers = answers.into_iter();
        let (path, _) = answers.find(|(_, file)| file.digest.code() == code)?;
        Some(check::received(received, &path))
    })
}

fn missing(directory: &Path) -> Finding {
    let message = format!("no answer to a request that waits here is in {}", directory.display());
    check::about(&check::ANSWER_MISSING, directory, message)
}

impl Case<'_> {
    /// Authenticates, opens, checks, puts: in this order, and each only if the one before went well.
    pub(super) fn settle(&self, command: &'static str, waiting: &Waiting) -> Report {
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
        if !target.put(token, self.env, report) {
            return;
        }
        report.items.push(item(claims, how, &target, digest.id()));
        report.findings.extend(receipt::limited(claims, &self.pending.request));
        let subject = claims.subject.as_deref().unwrap_or_default();
        report.good = format!("a token for {subject} is {}", target.described());
        waiting.note(&self.received(target.path()));
        // The key goes when the token is there: what is printed is there when it is printed.
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
        let asked = TargetArguments { token: pending.token.clone(), file: pending.file.clone() };
        Target::of(&asked, &config, self.env)
    }
}

fn item(claims: &IdToken, how: &str, target: &Target, id: Id) -> Item {
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

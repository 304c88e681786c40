//! `idtoken-receive`: takes the token out of an answer, once it is known whose the answer is.

use std::collections::HashSet;
use std::path::Path;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::check::exchange as check;
use crate::check::exchange::receipt;
use crate::check::usage;
use crate::command::Options;
use crate::command::idtoken::issue;
use crate::command::idtoken::operands;
use crate::command::idtoken::put::Target;
use crate::command::idtoken::signer;
use crate::command::idtoken::spool;
use crate::command::idtoken::state::Waiting;
use crate::crypto::seal;
use crate::env::Env;
use crate::load::condor::Config;
use crate::load::exchange;
use crate::parse::exchange::answer::AnswerFile;
use crate::parse::exchange::answer::Decision;
use crate::parse::exchange::answer::PURPOSE;
use crate::parse::exchange::answer::signed_message;
use crate::parse::exchange::digest::Code;
use crate::parse::exchange::digest::Digest;
use crate::parse::exchange::pending::Pending;
use crate::parse::idtoken::IdToken;
use crate::prompt;
use crate::report::Finding;
use crate::report::Item;
use crate::report::Report;
use crate::report::Rule;
use crate::report::Value;

/// Receives the answer in the operand, or those of the exchange directory.
///
/// # Errors
///
/// What is wrong with the arguments.
pub fn run(options: &Options, env: &Env) -> Result<Report, String> {
    issue::check_trust_domain(options)?;
    operands(options, 1)?;
    let code = code(options)?;
    match (options.files.first(), &options.wishes.exchange) {
        (Some(_), Some(_)) => Err("a file and --exchange name two places for one answer".into()),
        (None, None) => Err("name the answer file, or the directory: --exchange DIR".into()),
        (Some(path), None) => Ok(match exchange::operand(path) {
            Ok(bytes) => of_file(path, &bytes, code, options, env),
            Err(trouble) => {
                let message = format!("the answer {}: {trouble}", path.display());
                failed(check::about(&check::ANSWER_MALFORMED, path, message), env)
            }
        }),
        (None, Some(directory)) => Ok(of_directory(directory, code, options, env)),
    }
}

fn code(options: &Options) -> Result<Option<Code>, String> {
    let given = options.wishes.code.as_deref();
    let code = given.map(|text| Code::parse(text).ok_or_else(|| not_a_code(text)));
    code.transpose()
}

fn not_a_code(text: &str) -> String {
    format!("--code: '{text}' is no answer code: 16 characters as the approver reads them out")
}

fn failed(finding: Finding, env: &Env) -> Report {
    let mut report = Report::new("idtoken-receive", env.now);
    report.findings.push(finding);
    report
}

/// An answer and the request it is to.
struct Case<'a> {
    path: &'a Path,
    file: AnswerFile,
    pending: &'a Pending,
    code: Option<Code>,
    options: &'a Options,
    env: &'a Env,
}

fn of_file(path: &Path, bytes: &[u8], code: Option<Code>, options: &Options, env: &Env) -> Report {
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
        Ok(Some(pending)) => Case {
            path,
            file,
            pending: &pending,
            code,
            options,
            env,
        }
        .settle("idtoken-receive", &waiting),
        Ok(None) => {
            let id = file.answer.request.code();
            let message = format!(
                "the answer in {} is to the request {id}, which does not wait here",
                path.display()
            );
            failed(check::about(&check::ANSWER_FOREIGN, path, message), env)
        }
        Err(finding) => failed(*finding, env),
    }
}

/// The first answer in the directory to a request that waits here.
fn of_directory(directory: &Path, code: Option<Code>, options: &Options, env: &Env) -> Report {
    let waiting = match Waiting::of(env) {
        Ok(waiting) => waiting,
        Err(finding) => return failed(*finding, env),
    };
    let mut best: Option<Report> = None;
    for id in waiting.ids() {
        let answers = match spool::answers(directory, id) {
            Ok(answers) => answers,
            Err(finding) => return failed(*finding, env),
        };
        for (path, bytes) in answers {
            let report = of_file(&path, &bytes, code, options, env);
            if is_settled(&report) {
                return report;
            }
            best.get_or_insert(report);
        }
    }
    best.unwrap_or_else(|| {
        let message = format!(
            "no answer to a request that waits here is in {}",
            directory.display()
        );
        failed(
            check::about(&check::ANSWER_MISSING, directory, message),
            env,
        )
    })
}

/// Whether an answer was authentic, so that there is no use in looking at another.
fn is_settled(report: &Report) -> bool {
    let unsettled = [
        &check::ANSWER_MALFORMED,
        &check::ANSWER_FOREIGN,
        &check::ANSWER_UNAUTHENTICATED,
        &check::ANSWER_CODE,
        &check::ANSWER_SIGNATURE,
    ];
    let is = |finding: &Finding| unsettled.iter().any(|rule| rule.id == finding.rule.id);
    !report.findings.iter().any(is)
}

/// For who waits: what came of an authentic answer. Those that were `seen` are not looked at again.
///
/// # Errors
///
/// Why answers that came since were not taken.
pub(super) fn waited(
    pending: &Pending,
    options: &Options,
    env: &Env,
    seen: &mut HashSet<Digest>,
) -> Result<Report, Vec<Finding>> {
    let digest = pending.request.digest();
    let waiting = Waiting::of(env).map_err(|finding| vec![*finding])?;
    let directory = options.wishes.exchange.as_deref().unwrap_or(Path::new("."));
    let answers = spool::answers(directory, digest.code()).map_err(|finding| vec![*finding])?;
    let mut refusals = Vec::new();
    for (path, bytes) in answers {
        let file = AnswerFile::parse(&bytes).ok();
        let file = file.filter(|file| file.answer.request == digest);
        let Some(file) = file.filter(|file| seen.insert(file.digest)) else {
            continue;
        };
        let case = Case {
            path: &path,
            file,
            pending,
            code: None,
            options,
            env,
        };
        let report = case.settle("idtoken-request", &waiting);
        if is_settled(&report) {
            return Ok(report);
        }
        refusals.extend(report.findings);
    }
    Err(refusals)
}

impl Case<'_> {
    /// Authenticates, opens, checks, puts: in this order, and each only if the one before went well.
    fn settle(&self, command: &'static str, waiting: &Waiting) -> Report {
        let mut report = Report::new(command, self.env.now);
        let how = match self.authenticate() {
            Ok(how) => how,
            Err(findings) => {
                report.findings.extend(findings);
                return report;
            }
        };
        if let Decision::Denied(reason) = &self.file.answer.decision {
            let id = self.file.answer.request.code();
            let reason = reason.as_ref().map(|text| format!(": {text}"));
            let message = format!("the request {id} was denied{}", reason.unwrap_or_default());
            report
                .findings
                .push(check::about(&check::DENIED, self.path, message));
            waiting.forget(self.file.answer.request);
            return report;
        }
        match self.open() {
            Ok((token, claims)) => self.put(&token, &claims, &how, waiting, &mut report),
            Err(finding) => report.findings.push(*finding),
        }
        report
    }

    /// Whose it is, in words.
    fn authenticate(&self) -> Result<String, Vec<Finding>> {
        let wishes = &self.options.wishes;
        let key = wishes
            .approver_key
            .as_deref()
            .map(signer::pinned)
            .transpose();
        let key = key.map_err(|finding| vec![*finding])?;
        let key = key.or(self.pending.approver_key);
        let dn = wishes
            .approver_dn
            .clone()
            .or_else(|| self.pending.approver_dn.clone());
        let mut how = Vec::new();
        if let Some(key) = key {
            self.by_key(&key)?;
            how.push("signed with the approver's key".to_owned());
        }
        if let Some(dn) = dn {
            how.push(self.by_certificate(|person| {
                match person.dn == dn || person.shown == dn {
                    true => Ok(()),
                    false => Err(format!("by {}, not by {dn}", person.shown)),
                }
            })?);
        }
        if let Some(code) = self.code {
            self.by_code(code)?;
            how.push("the answer code fits".to_owned());
        }
        if how.is_empty() {
            how.push(self.by_host_or_question()?);
        }
        Ok(how.join(", "))
    }

    fn by_key(&self, key: &[u8; 32]) -> Result<(), Vec<Finding>> {
        let message = signed_message(None, self.file.digest);
        let signed = self.file.signed.as_ref();
        let why = match signed {
            Some(signed) if signer::is_by(key, signed, &message) => return Ok(()),
            Some(_) => "is signed, but not with the approver's key",
            None => "is not signed",
        };
        Err(self.refused(&check::ANSWER_SIGNATURE, why))
    }

    fn by_certificate(
        &self,
        fits: impl Fn(&signer::Person) -> Result<(), String>,
    ) -> Result<String, Vec<Finding>> {
        let rule = &check::ANSWER_SIGNATURE;
        let signed = self.file.signed.as_ref();
        let Some(signed) = signed.filter(|signed| !signed.certificates.is_empty()) else {
            return Err(self.refused(rule, "is not signed with a certificate"));
        };
        let digest = self.file.digest;
        let message = |leaf: Option<&[u8; 32]>| signed_message(leaf, digest);
        let person = signer::person(signed, message, rule, self.path, self.options, self.env)?;
        match fits(&person) {
            Ok(()) => Ok(format!("signed by {}", person.shown)),
            Err(why) => Err(self.refused(rule, &format!("is signed {why}"))),
        }
    }

    fn by_code(&self, code: Code) -> Result<(), Vec<Finding>> {
        if code == self.file.digest.code() {
            return Ok(());
        }
        let why = match code == self.file.answer.request.code() {
            true => "has another code; the one given is the id of the request",
            false => "has another code than the one given",
        };
        Err(self.refused(&check::ANSWER_CODE, why))
    }

    /// By the certificate of the host that the request names; else by the code, if somebody types
    /// it.
    fn by_host_or_question(&self) -> Result<String, Vec<Finding>> {
        let certified = self.file.signed.as_ref();
        let certified = certified.is_some_and(|signed| !signed.certificates.is_empty());
        if let Some(host) = self.pending.request.name.as_deref().filter(|_| certified) {
            return self.by_certificate(|person| {
                let is = |name: &String| name.eq_ignore_ascii_case(host);
                match person.hosts.iter().any(is) {
                    true => Ok(()),
                    false => Err(format!("by {}, which is not the host {host}", person.shown)),
                }
            });
        }
        let question = format!(
            "The answer to the request {} does not prove whose it is.\nAnswer code, as the approver \
             reads it out: ",
            self.file.answer.request.code()
        );
        let typed = match self.options.no_input {
            true => None,
            false => prompt::line(&question).ok().flatten(),
        };
        let Some(typed) = typed.filter(|text| !text.is_empty()) else {
            return Err(self.refused(
                &check::ANSWER_UNAUTHENTICATED,
                "does not prove whose it is, and no answer code was given",
            ));
        };
        match Code::parse(&typed) {
            Some(code) => self
                .by_code(code)
                .map(|()| "the answer code fits".to_owned()),
            None => Err(self.refused(&check::ANSWER_CODE, "has another code than the one typed")),
        }
    }

    fn refused(&self, rule: &'static Rule, why: &str) -> Vec<Finding> {
        let message = format!("the answer in {} {why}", self.path.display());
        vec![check::about(rule, self.path, message)]
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
        let domain = self.options.trust_domain.as_deref();
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
                return report.findings.push(usage::USAGE.found(message));
            }
        };
        let digest = self.file.answer.request;
        if !target.put(token, self.env, report) {
            return;
        }
        report.items.push(item(claims, how, &target, digest.code()));
        let subject = claims.subject.as_deref().unwrap_or_default();
        report.good = format!("a token for {subject} is {}", target.described());
        // The key goes when the token is there: what is printed is there when it is printed.
        match target {
            Target::Out => report.spent.push(waiting.path(digest)),
            _ => waiting.forget(digest),
        }
    }

    fn target(&self) -> Result<Result<Target, Box<Finding>>, String> {
        let (wishes, pending) = (&self.options.wishes, self.pending);
        let given = wishes.token.is_some() || wishes.file.is_some();
        let (token, file): (Option<&str>, Option<&PathBuf>) = match given {
            true => (wishes.token.as_deref(), wishes.file.as_ref()),
            false => (pending.token.as_deref(), pending.file.as_ref()),
        };
        let config = Config::read(self.env);
        Target::of(token, file.map(PathBuf::as_path), &config, self.env)
    }
}

fn item(claims: &IdToken, how: &str, target: &Target, id: Code) -> Item {
    let text = |text: &Option<String>| text.clone().map_or(Value::Unknown, Value::Text);
    let mut item = Item::new("issued_token", "the token");
    item.fact("identity", "identity", text(&claims.subject));
    item.fact("trust_domain", "trust domain", text(&claims.issuer));
    issue::claims(&mut item, &claims.scope.levels, claims.expires.instant());
    let issued = claims.issued.instant();
    item.detail(
        "issued",
        "issued",
        issued.map_or(Value::Unknown, Value::Time),
    );
    item.detail("key_id", "key", text(&claims.key_id));
    item.detail("id", "id", text(&claims.id));
    item.fact("request", "request", Value::Text(id.to_string()));
    item.fact("authenticated", "authentic", Value::Text(how.to_owned()));
    let file = target.path().map(|path| path.display().to_string());
    item.machine("file", file.map_or(Value::Unknown, Value::Text));
    item
}

//! `idtoken-approve`: shows a request, asks, and writes the file with the answer.

use std::path::{Path, PathBuf};

use crate::check::exchange as check;
use crate::command::Call;
use crate::command::arguments::OlderTool;
use crate::command::definition::{Definition, Group, Stdout};
use crate::command::exchange::approval::{Args, SubmittedRequest, damage, give, ledger};
use crate::command::exchange::signer::Person;
use crate::command::exchange::spool::SpooledRequest;
use crate::command::exchange::{decide, show, signer, spool};
use crate::command::idtoken::{at_most, issue};
use crate::load::{LoadError, exchange};
use crate::locate::CaOptions;
use crate::parse::exchange::answer::AnswerFile;
use crate::parse::exchange::digest::Id;
use crate::parse::exchange::request::{RequestFile, is_label, signed_message};
use crate::report::{Exit, Finding, Report, Value};
use crate::system::env::Env;

/// `idtoken-approve`.
pub const APPROVE: Definition<Args> = Definition {
    name: "idtoken-approve",
    group: Group::Tokens,
    about: "Look at a request, decide, and make the file that answers it",
    note: "A request may claim anything: the id is compared with the one that the\nrequester \
           reads out, and whether the identity is theirs is for you to know, or \
           for --map. There is\nno automatic approval, on purpose: a file has no network address \
           that a rule could go by.\n\n",
    example: "certok idtoken-approve --yes ID alice.request",
    older_tool: OlderTool::Condor,
    stdout: |_| Stdout::MadeOrReport,
    ..Definition::reporting(run)
};

/// Decides about a request.
fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    let yes = confirmation(args)?;
    let env = call.env;
    let Some(operand) = args.files.first() else {
        return Err("name the request: its file, or with --exchange its id".into());
    };
    let mut report = call.report();
    let findings = &mut report.findings;
    let Some((path, file)) = found(operand, args.exchange.as_deref(), findings) else {
        return Ok(report);
    };
    let id = file.digest.id();
    report.items.push(show::item_of(&file, env.now));
    report.findings.extend(check::times(&file.request, id, env.now));
    if let Some(given) = yes.filter(|given| *given != id) {
        let message = format!("the request is {id}, not {given}");
        report.findings.push(check::about(&check::OTHER_ID, &path, message));
    }
    let person = person(&file, &path, &args.ca, env);
    signed_by(&person, &mut report);
    let (Ok(person), Exit::Ok) = (person, report.exit()) else {
        return Ok(report);
    };
    let submitted = SubmittedRequest { path, file, person };
    match args.again {
        true => again(&submitted, args, env, &mut report),
        false => decide::decide(&submitted, yes, args, env, &mut report),
    }
    Ok(report)
}

/// Checks that the arguments fit together. Returns the id in `--yes`.
fn confirmation(args: &Args) -> Result<Option<Id>, String> {
    issue::check_trust_domain(args.trust_domain.as_deref())?;
    at_most(&args.files, 2)?;
    if args.reason.is_some() && !args.deny {
        return Err("--reason is a text for the requester who is denied: use it with --deny".into());
    }
    if args.reason.as_deref().is_some_and(|text| !is_label(text)) {
        return Err("--reason: it is empty, too long, or not printable ASCII".into());
    }
    if args.approver_cert.is_some() && args.approver_key.is_none() {
        return Err("--approver-cert needs its private key: --approver-key FILE".into());
    }
    let yes = args.yes.as_deref().map(|text| {
        Id::parse(text).ok_or_else(|| {
            format!("--yes: '{text}' is not the whole id of a request, which has 24 characters")
        })
    });
    yes.transpose()
}

/// Adds who signed the request, or why this is not known.
fn signed_by(person: &Result<Option<Person>, Vec<Finding>>, report: &mut Report) {
    match (person, report.items.first_mut()) {
        (Ok(person), Some(item)) => {
            let shown = person.as_ref().map(|person| Value::Text(person.shown.clone()));
            match shown {
                Some(shown) => item.fact("requester", "signed by", shown),
                None => item.machine("requester", Value::Unknown),
            }
        }
        (Err(findings), _) => report.findings.extend(findings.iter().cloned()),
        _ => {}
    }
}

/// The request that the operand names: a file, or an id in the exchange directory.
fn found(
    operand: &Path,
    exchange: Option<&Path>,
    findings: &mut Vec<Finding>,
) -> Option<(PathBuf, RequestFile)> {
    let id = operand.to_str().and_then(Id::parse);
    if let (Some(id), Some(directory)) = (id, exchange) {
        return match of_directory(id, directory, findings) {
            Ok(found) => Some((found.path, found.file)),
            Err(finding) => {
                findings.push(*finding);
                None
            }
        };
    }
    let bytes = match exchange::operand(operand) {
        Ok(bytes) => bytes,
        Err(trouble) => {
            findings.push(unread(operand, &trouble));
            return None;
        }
    };
    match RequestFile::parse(&bytes) {
        Ok(file) => Some((operand.to_path_buf(), file)),
        Err(why) => {
            let message = format!("{} is no request: {why}", operand.display());
            findings.push(check::about(&check::REQUEST_MALFORMED, operand, message));
            None
        }
    }
}

/// The finding that the request was not read. It says nothing about the content.
fn unread(path: &Path, trouble: &LoadError) -> Finding {
    let message = format!("the request {}: {trouble}", path.display());
    let rule = match trouble {
        LoadError::Missing(_) | LoadError::Dangling(..) => &check::REQUEST_MISSING,
        _ => &check::REQUEST_MALFORMED,
    };
    let advice = "name the file of the request, or its id and the directory: --exchange DIR";
    check::about(rule, path, message).advice(advice)
}

fn of_directory(
    id: Id,
    directory: &Path,
    findings: &mut Vec<Finding>,
) -> Result<SpooledRequest, Box<Finding>> {
    let (found, ignored) = spool::requests(directory, Some(id))?;
    findings.extend(ignored);
    spool::only(found, id, directory)?.ok_or_else(|| {
        let message = format!("there is no request {id} in {}", directory.display());
        Box::new(check::about(&check::REQUEST_MISSING, directory, message))
    })
}

/// Who signed the request, if it is signed.
fn person(
    file: &RequestFile,
    path: &Path,
    ca: &CaOptions,
    env: &Env,
) -> Result<Option<Person>, Vec<Finding>> {
    let Some(signed) = &file.signed else {
        return Ok(None);
    };
    let digest = file.digest;
    let message = |leaf: Option<&[u8; 32]>| signed_message(leaf.unwrap_or(&[0; 32]), digest);
    let rule = &check::REQUEST_SIGNATURE;
    signer::person(signed, message, rule, path, ca, env).map(Some)
}

/// Writes the answer in the ledger once more.
fn again(submitted: &SubmittedRequest, args: &Args, env: &Env, report: &mut Report) {
    let (ledger, path) = match ledger(args.ledger.as_deref(), env) {
        Ok((_, ledger, path)) => (ledger, path),
        Err(finding) => return report.findings.push(*finding),
    };
    let id = submitted.file.digest.id();
    let damage = damage(&ledger, &path);
    let Some(record) = ledger.decided(submitted.file.digest) else {
        if let Some(damage) = damage {
            return report.findings.push(damage);
        }
        let message = format!("nothing was decided on the request {id}");
        return report.findings.push(check::NOT_DECIDED.found(message));
    };
    report.findings.extend(damage.map(Finding::as_warning));
    let text = String::from_utf8_lossy(&record.answer).into_owned();
    let word = if record.granted { "approved" } else { "denied" };
    report.good = format!("the request {id} was {word} on {}", record.at.screen());
    if let Ok(file) = AnswerFile::parse(text.as_bytes()) {
        let code = file.digest.code();
        report.good += &format!("; answer code {code}");
        if let Some(item) = report.items.first_mut() {
            item.fact("answer_code", "answer code", Value::Text(code.to_string()));
        }
    }
    give(submitted, &text, args, report);
}

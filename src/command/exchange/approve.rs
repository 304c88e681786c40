//! `idtoken-approve`: shows a request, asks, and makes the file that answers it.

use std::io;
use std::path::{Path, PathBuf};

use crate::check::exchange as check;
use crate::command::Options;
use crate::command::exchange::signer::Person;
use crate::command::exchange::spool::Found;
use crate::command::exchange::{decide, show, signer, spool, state};
use crate::command::idtoken::{issue, operands};
use crate::load::{LoadError, exchange};
use crate::parse::exchange::answer::AnswerFile;
use crate::parse::exchange::digest::Id;
use crate::parse::exchange::ledger::Ledger;
use crate::parse::exchange::request::{RequestFile, is_label, signed_message};
use crate::report::{Exit, Finding, Report, Value};
use crate::store::ledger::Locked;
use crate::store::place;
use crate::system::env::Env;

/// A request as the approver sees it.
pub(super) struct Asked {
    /// Where it lies.
    pub(super) path: PathBuf,
    /// What it says.
    pub(super) file: RequestFile,
    /// Who signed it.
    pub(super) person: Option<Person>,
}

/// Decides upon a request.
///
/// # Errors
///
/// What is wrong with the arguments.
pub fn run(options: &Options, env: &Env) -> Result<Report, String> {
    let yes = arguments(options)?;
    let Some(operand) = options.files.first() else {
        return Err("name the request: its file, or with --exchange its id".into());
    };
    let mut report = Report::new("idtoken-approve", env.now);
    let findings = &mut report.findings;
    let Some((path, file)) = found(operand, options, findings) else {
        return Ok(report);
    };
    let id = file.digest.id();
    report.items.push(show::item_of(&file, env.now));
    report.findings.extend(check::times(&file.request, id, env.now));
    if let Some(given) = yes.filter(|given| *given != id) {
        let message = format!("the request is {id}, not {given}");
        report.findings.push(check::about(&check::OTHER_ID, &path, message));
    }
    let person = person(&file, &path, options, env);
    signed_by(&person, &mut report);
    let (Ok(person), Exit::Ok) = (person, report.exit()) else {
        return Ok(report);
    };
    let asked = Asked { path, file, person };
    match options.wishes.again {
        true => again(&asked, options, env, &mut report),
        false => decide::decide(&asked, yes, options, env, &mut report),
    }
    Ok(report)
}

/// Whether the arguments go together; the id that `--yes` names.
fn arguments(options: &Options) -> Result<Option<Id>, String> {
    let wishes = &options.wishes;
    issue::check_trust_domain(options)?;
    operands(options, 2)?;
    if wishes.reason.is_some() && !wishes.deny {
        return Err("--reason is a word to who is denied: it goes with --deny".into());
    }
    if wishes.reason.as_deref().is_some_and(|text| !is_label(text)) {
        return Err("--reason: it is empty, too long, or not printable ASCII".into());
    }
    if wishes.approver_cert.is_some() && wishes.approver_key.is_none() {
        return Err("--approver-cert needs its private key: --approver-key FILE".into());
    }
    let yes = wishes.yes.as_deref().map(|text| {
        Id::parse(text).ok_or_else(|| {
            format!("--yes: '{text}' is not the whole id of a request, which has 24 characters")
        })
    });
    yes.transpose()
}

/// Notes who signed the request, or why that is not known.
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
    options: &Options,
    findings: &mut Vec<Finding>,
) -> Option<(PathBuf, RequestFile)> {
    let id = operand.to_str().and_then(Id::parse);
    if let (Some(id), Some(directory)) = (id, &options.wishes.exchange) {
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

/// That the request was not read, which says nothing of what is in it.
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
) -> Result<Found, Box<Finding>> {
    let (found, ignored) = spool::requests(directory, Some(id))?;
    findings.extend(ignored);
    spool::only(found, id, directory)?.ok_or_else(|| {
        let message = format!("there is no request {id} in {}", directory.display());
        Box::new(check::about(&check::REQUEST_MISSING, directory, message))
    })
}

/// Who signed the request, if somebody did.
fn person(
    file: &RequestFile,
    path: &Path,
    options: &Options,
    env: &Env,
) -> Result<Option<Person>, Vec<Finding>> {
    let Some(signed) = &file.signed else {
        return Ok(None);
    };
    let digest = file.digest;
    let message = |leaf: Option<&[u8; 32]>| signed_message(leaf.unwrap_or(&[0; 32]), digest);
    let rule = &check::REQUEST_SIGNATURE;
    signer::person(signed, message, rule, path, options, env).map(Some)
}

/// Opens the ledger, making it if it is not there.
pub(super) fn ledger(
    options: &Options,
    env: &Env,
) -> Result<(Locked, Ledger, PathBuf), Box<Finding>> {
    let path = ledger_path(options, env)?;
    if options.wishes.ledger.is_none() {
        let directory = path.parent().unwrap_or(&path);
        place::directories(directory).map_err(|error| unusable(&path, &error))?;
    }
    let locked = Locked::open(&path, env.euid, true).map_err(|error| unusable(&path, &error))?;
    let ledger = Ledger::read(&locked.bytes);
    Ok((locked, ledger, path))
}

/// Where decisions are recorded.
pub(super) fn ledger_path(options: &Options, env: &Env) -> Result<PathBuf, Box<Finding>> {
    let named = options.wishes.ledger.clone();
    let own = || state::directory(env).map(|directory| directory.join("idtoken-ledger.jsonl"));
    named.map_or_else(own, Ok)
}

/// Damaged lines of a ledger that are told.
const MAX_TOLD: usize = 10;

/// That lines of the ledger are no records.
pub(super) fn damage(ledger: &Ledger, path: &Path) -> Option<Finding> {
    let told = ledger.damaged.iter().take(MAX_TOLD).map(usize::to_string);
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        return None;
    }
    let more = match ledger.damaged.len().saturating_sub(told.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let lines = told.join(", ");
    let message = format!("{}: not records: line {lines}{more}", path.display());
    let mut finding = check::about(&check::LEDGER_DAMAGED, path, message);
    finding.place.line = ledger.damaged.first().copied();
    Some(finding)
}

/// The ledger cannot be used.
pub(super) fn unusable(path: &Path, error: &io::Error) -> Box<Finding> {
    let message = format!("the ledger {} cannot be used: {error}", path.display());
    Box::new(check::about(&check::LEDGER, path, message))
}

/// The answer that the ledger has, once more.
fn again(asked: &Asked, options: &Options, env: &Env, report: &mut Report) {
    let (ledger, path) = match ledger(options, env) {
        Ok((_, ledger, path)) => (ledger, path),
        Err(finding) => return report.findings.push(*finding),
    };
    let id = asked.file.digest.id();
    let damage = damage(&ledger, &path);
    let Some(record) = ledger.decided(asked.file.digest) else {
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
    give(asked, &text, options, report);
}

/// Writes the answer: to the second operand, into the exchange directory, beside the request, or
/// to standard output where the request came from standard input.
pub(super) fn give(asked: &Asked, text: &str, options: &Options, report: &mut Report) {
    let id = asked.file.digest.id();
    let named = options.files.get(1);
    let stdio = Path::new("-");
    let written = match (named, &options.wishes.exchange) {
        (Some(path), _) if path == stdio => Ok(None),
        (Some(path), _) => {
            place::create(path, text.as_bytes(), spool::MODE).map(|()| Some(path.clone()))
        }
        (None, Some(directory)) => spool::put_answer(directory, id, text).map(Some),
        (None, None) if asked.path == stdio => Ok(None),
        (None, None) => {
            let path = asked.path.with_extension(exchange::ANSWER);
            place::create(&path, text.as_bytes(), spool::MODE).map(|()| Some(path))
        }
    };
    match written {
        Ok(Some(path)) => {
            report.good += &format!("; the answer is in {}", path.display());
            if let Some(item) = report.items.first_mut() {
                item.fact("answer", "answer", Value::Text(path.display().to_string()));
            }
        }
        Ok(None) => {
            report.raw = Some(text.to_owned().into());
            report.results = Some(vec![("answer", text.to_owned().into())]);
        }
        Err(error) => {
            let place = named.or(options.wishes.exchange.as_ref());
            let shown = place
                .map_or_else(|| asked.path.with_extension(exchange::ANSWER), |path| path.clone());
            let why = match error.kind() {
                io::ErrorKind::AlreadyExists => "it exists, and nothing is overwritten".to_owned(),
                _ => error.to_string(),
            };
            let message = format!("the answer was not written to {}: {why}", shown.display());
            let finding = check::about(&check::ANSWER_NOT_WRITTEN, &shown, message);
            report.findings.push(finding);
        }
    }
}

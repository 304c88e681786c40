//! `idtoken-approve`: shows a request, asks, and makes the file that answers it.

use std::io;
use std::path::{Path, PathBuf};

use crate::check::exchange as check;
use crate::command::Call;
use crate::command::arguments::groups::exchanged;
use crate::command::arguments::{Ancestor, arguments, flag, option};
use crate::command::definition::{Definition, Group, Stdout};
use crate::command::exchange::signer::Person;
use crate::command::exchange::spool::Found;
use crate::command::exchange::{decide, show, signer, spool, state};
use crate::command::idtoken::{arguments as shared, at_most, issue};
use crate::gather::options::KeyOptions;
use crate::load::{LoadError, exchange};
use crate::locate::CaOptions;
use crate::parse::exchange::answer::AnswerFile;
use crate::parse::exchange::digest::Id;
use crate::parse::exchange::ledger::Ledger;
use crate::parse::exchange::request::{RequestFile, is_label, signed_message};
use crate::report::{Exit, Finding, Report, Value};
use crate::store::ledger::Locked;
use crate::store::place;
use crate::system::env::Env;
use crate::text::time::Seconds;

/// A request as the approver sees it.
pub(super) struct Asked {
    /// Where it lies.
    pub(super) path: PathBuf,
    /// What it says.
    pub(super) file: RequestFile,
    /// Who signed it.
    pub(super) person: Option<Person>,
}

/// `idtoken-approve`.
pub const APPROVE: Definition<Args> = Definition {
    name: "idtoken-approve",
    group: Group::Tokens,
    about: "Look at a request, decide, and make the file that answers it",
    note: "Nothing in a request is true because it stands there: the id is compared with the one \
           that the\nrequester reads out, and whether the identity is theirs is for you to know, or \
           for --map. There is\nno automatic approval, on purpose: a file has no network address \
           that a rule could go by.\n\n",
    example: "certok idtoken-approve --yes ID alice.request",
    ancestor: Ancestor::Condor,
    stdout: |_| Stdout::MadeOrReport,
    ..Definition::reporting(run)
};

arguments! {
    /// Of `idtoken-approve`.
    pub struct Args {
        files: Vec<PathBuf> = exchanged("FILE",
            "The request, or with --exchange its id; and the answer file to write"),
        yes: Option<String> =
            option("yes", "ID", "Decide without asking: the whole id, compared with the requester"),
        deny: bool = flag("deny", "Deny it"),
        reason: Option<String> = option("reason", "TEXT", "A word to who is denied"),
        again: bool = flag("again", "Write the answer that was recorded once more"),
        key: Option<String> = shared::key("The signing key; SEC_TOKEN_ISSUER_KEY unless given"),
        trust_domain: Option<String> = shared::trust_domain(
            "The trust domain, instead of TRUST_DOMAIN in HTCondor's configuration",
        ),
        max_lifetime: Option<Seconds> = option("max-lifetime", "DURATION",
            "The longest a token may last; 30d unless given")
        .naming_itself(),
        no_expiry: bool = flag("no-expiry", "Let a token last as long as was asked, or for ever"),
        allow_superuser: bool = flag("allow-superuser",
            "Approve a request for the identity of the pool's daemons"),
        allow_unrestricted: bool = flag("allow-unrestricted",
            "Approve a request without authorizations, for everything"),
        map: Option<PathBuf> = option("map", "FILE",
            "Who signed the request must be mapped to the identity in FILE"),
        approver_key: Option<PathBuf> =
            option("approver-key", "FILE", "Sign the answer with this private key"),
        approver_cert: Option<PathBuf> = option("approver-cert", "FILE",
            "The certificate of that key; Ed25519 keys need none"),
        ledger: Option<PathBuf> = shared::LEDGER,
        exchange: Option<PathBuf> = shared::EXCHANGE,
        ca: CaOptions,
        opening: KeyOptions,
    }
}

/// Decides upon a request.
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
    let asked = Asked { path, file, person };
    match args.again {
        true => again(&asked, args, env, &mut report),
        false => decide::decide(&asked, yes, args, env, &mut report),
    }
    Ok(report)
}

/// Whether the arguments go together; the id that `--yes` names.
fn confirmation(args: &Args) -> Result<Option<Id>, String> {
    issue::check_trust_domain(args.trust_domain.as_deref())?;
    at_most(&args.files, 2)?;
    if args.reason.is_some() && !args.deny {
        return Err("--reason is a word to who is denied: it goes with --deny".into());
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

/// Opens the ledger, making it if it is not there.
pub(super) fn ledger(
    named: Option<&Path>,
    env: &Env,
) -> Result<(Locked, Ledger, PathBuf), Box<Finding>> {
    let path = ledger_path(named, env)?;
    if named.is_none() {
        let directory = path.parent().unwrap_or(&path);
        place::directories(directory).map_err(|error| unusable(&path, &error))?;
    }
    let locked = Locked::open(&path, env.euid, true).map_err(|error| unusable(&path, &error))?;
    let ledger = Ledger::read(&locked.bytes);
    Ok((locked, ledger, path))
}

/// Where decisions are recorded.
pub(super) fn ledger_path(named: Option<&Path>, env: &Env) -> Result<PathBuf, Box<Finding>> {
    let own = || state::directory(env).map(|directory| directory.join("idtoken-ledger.jsonl"));
    named.map_or_else(own, |path| Ok(path.to_path_buf()))
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
fn again(asked: &Asked, args: &Args, env: &Env, report: &mut Report) {
    let (ledger, path) = match ledger(args.ledger.as_deref(), env) {
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
    give(asked, &text, args, report);
}

/// Writes the answer: to the second operand, into the exchange directory, beside the request, or
/// to standard output where the request came from standard input.
pub(super) fn give(asked: &Asked, text: &str, args: &Args, report: &mut Report) {
    let id = asked.file.digest.id();
    let named = args.files.get(1);
    let stdio = Path::new("-");
    let written = match (named, &args.exchange) {
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
            let place = named.or(args.exchange.as_ref());
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

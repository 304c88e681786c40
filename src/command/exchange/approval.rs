//! What an approver is asked, and where decisions are recorded.

use std::io;
use std::path::{Path, PathBuf};

use crate::check::exchange as check;
use crate::command::arguments::groups::exchanged;
use crate::command::arguments::{arguments, flag, option};
use crate::command::exchange::signer::Person;
use crate::command::exchange::{spool, state};
use crate::command::idtoken::arguments as shared;
use crate::command::idtoken::issue::{Grant, Issuer};
use crate::gather::options::KeyOptions;
use crate::load::exchange;
use crate::locate::CaOptions;
use crate::parse::exchange::ledger::Ledger;
use crate::parse::exchange::request::RequestFile;
use crate::report::{Finding, Report, Value};
use crate::store::ledger::Locked;
use crate::store::place;
use crate::system::env::Env;
use crate::text::time::Seconds;

arguments! {
    /// Arguments of `idtoken-approve`.
    pub struct Args {
        files: Vec<PathBuf> = exchanged("FILE",
            "The request, or with --exchange its id; and the answer file to write"),
        yes: Option<String> =
            option("yes", "ID", "Decide without asking: the whole id, compared with the requester"),
        deny: bool = flag("deny", "Deny it"),
        reason: Option<String> = option("reason", "TEXT", "A text for the requester who is denied"),
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

/// A request that is to be decided.
pub(super) struct SubmittedRequest {
    /// Its path.
    pub(super) path: PathBuf,
    /// Its content.
    pub(super) file: RequestFile,
    /// Who signed it, if it is signed.
    pub(super) person: Option<Person>,
}

/// Opens the ledger. Makes it if it does not exist.
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

/// Most damaged lines of a ledger that are listed.
pub(super) const MAX_LISTED: usize = 10;

/// The finding that some lines of the ledger are no records.
pub(super) fn damage(ledger: &Ledger, path: &Path) -> Option<Finding> {
    let listed = ledger.damaged.iter().take(MAX_LISTED).map(usize::to_string);
    let listed: Vec<String> = listed.collect();
    if listed.is_empty() {
        return None;
    }
    let more = match ledger.damaged.len().saturating_sub(listed.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let lines = listed.join(", ");
    let message = format!("{}: not records: line {lines}{more}", path.display());
    let mut finding = check::about(&check::LEDGER_DAMAGED, path, message);
    finding.place.line = ledger.damaged.first().copied();
    Some(finding)
}

/// The finding that the ledger cannot be used.
pub(super) fn unusable(path: &Path, error: &io::Error) -> Box<Finding> {
    let message = format!("the ledger {} cannot be used: {error}", path.display());
    Box::new(check::about(&check::LEDGER, path, message))
}

/// Writes the answer to the second operand, into the exchange directory, beside the request, or to
/// stdout if the request came from stdin.
pub(super) fn give(submitted: &SubmittedRequest, text: &str, args: &Args, report: &mut Report) {
    let id = submitted.file.digest.id();
    let named = args.files.get(1);
    let stdio = Path::new("-");
    let written = match (named, &args.exchange) {
        (Some(path), _) if path == stdio => Ok(None),
        (Some(path), _) => {
            place::create(path, text.as_bytes(), spool::MODE).map(|()| Some(path.clone()))
        }
        (None, Some(directory)) => spool::put_answer(directory, id, text).map(Some),
        (None, None) if submitted.path == stdio => Ok(None),
        (None, None) => {
            let path = submitted.path.with_extension(exchange::ANSWER);
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
            let shown = place.map_or_else(
                || submitted.path.with_extension(exchange::ANSWER),
                |path| path.clone(),
            );
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

/// A token that may be granted, and who signs it.
pub(super) struct Offer {
    pub(super) issuer: Issuer,
    pub(super) grant: Grant,
}

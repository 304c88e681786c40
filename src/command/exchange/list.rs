//! `idtoken-request-list`: lists the requests in a directory.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::PathBuf;

use crate::command::Call;
use crate::command::arguments::groups::exchanged;
use crate::command::arguments::{OlderTool, arguments};
use crate::command::definition::{Definition, Group};
use crate::command::exchange::{approval, show, spool};
use crate::command::idtoken::{arguments as shared, at_most};
use crate::parse::exchange::digest::{Digest, Id};
use crate::parse::exchange::ledger::Ledger;
use crate::parse::exchange::request::RequestFile;
use crate::report::{Finding, Report, Value};
use crate::store::ledger::Locked;
use crate::system::env::Env;
use crate::text::time::UnixTime;

/// `idtoken-request-list`.
pub const LIST: Definition<Args> = Definition {
    name: "idtoken-request-list",
    group: Group::Tokens,
    about: "The requests in a directory, and what became of them",
    example: "certok idtoken-request-list .",
    older_tool: OlderTool::Condor,
    ..Definition::reporting(run)
};

arguments! {
    /// Arguments of `idtoken-request-list`.
    pub struct Args {
        directories: Vec<PathBuf> = exchanged("DIR", "The exchange directory"),
        exchange: Option<PathBuf> = shared::EXCHANGE,
        ledger: Option<PathBuf> = shared::LEDGER,
    }
}

/// Lists them.
fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    at_most(&args.directories, 1)?;
    let env = call.env;
    let directory = match (&args.exchange, args.directories.first()) {
        (Some(_), Some(_)) => return Err("the directory and --exchange name two places".into()),
        (Some(directory), None) | (None, Some(directory)) => directory,
        (None, None) => return Err("name the exchange directory".into()),
    };
    let mut report = call.report();
    let found = match spool::requests(directory, None) {
        Ok((found, ignored)) => {
            report.findings.extend(ignored);
            found
        }
        Err(finding) => {
            report.findings.push(*finding);
            return Ok(report);
        }
    };
    let (ledger, trouble) = ledger(args, env);
    report.findings.extend(trouble.map(Finding::as_warning));
    let answers = match spool::all_answers(directory) {
        Ok((answers, ignored)) => {
            report.findings.extend(ignored);
            answers
        }
        Err(finding) => {
            report.findings.push(*finding);
            Vec::new()
        }
    };
    let requests = answers.iter().map(|(_, file)| file.answer.request);
    let mut evidence = Evidence { ledger, answered: requests.collect(), of_id: BTreeMap::new() };
    for one in &found {
        let same = evidence.of_id.entry(one.file.digest.id()).or_default();
        same.push(one.path.clone());
    }
    for one in &found {
        let mut item = show::item_of(&one.file, env.now);
        let state = evidence.state(&one.file, env.now);
        item.fact("state", "state", Value::Text(state.to_owned()));
        item.machine("file", Value::Text(one.path.display().to_string()));
        report.items.push(item);
    }
    for (id, paths) in evidence.of_id.iter().filter(|(_, paths)| paths.len() > 1) {
        report.findings.push(spool::two(directory, *id, paths));
    }
    report.good = match found.len() {
        0 => format!("no requests in {}", directory.display()),
        1 => format!("1 request in {}", directory.display()),
        count => format!("{count} requests in {}", directory.display()),
    };
    Ok(report)
}

/// What is used to find the state of a request.
struct Evidence {
    /// The ledger, if it can be used.
    ledger: Option<Ledger>,
    /// Requests that some answer names. Anybody can put such an answer there.
    answered: HashSet<Digest>,
    /// Files of different requests, by id.
    of_id: BTreeMap<Id, Vec<PathBuf>>,
}

impl Evidence {
    fn state(&self, file: &RequestFile, now: UnixTime) -> &'static str {
        let digest = file.digest;
        let ledger = self.ledger.as_ref();
        if let Some(record) = ledger.and_then(|ledger| ledger.decided(digest)) {
            return if record.granted { "approved" } else { "denied" };
        }
        let is_one = self.of_id.get(&digest.id()).is_none_or(|paths| paths.len() < 2);
        if !is_one || ledger.is_some_and(|ledger| ledger.other(digest).is_some()) {
            return "refused: another request has this id";
        }
        if self.answered.contains(&digest) {
            return "answered, not by this ledger";
        }
        if file.request.expires < now {
            return "expired";
        }
        match ledger.is_some_and(|ledger| ledger.damaged.is_empty()) {
            true => "waiting",
            false => "waiting, or decided: the ledger does not say which",
        }
    }
}

/// The ledger, and findings about it. An empty or missing ledger is no fault.
fn ledger(args: &Args, env: &Env) -> (Option<Ledger>, Option<Finding>) {
    let path = match approval::ledger_path(args.ledger.as_deref(), env) {
        Ok(path) => path,
        // Listing requests does not need a ledger.
        Err(_) => return (Some(Ledger::default()), None),
    };
    match Locked::open(&path, env.euid, false) {
        Ok(locked) => {
            let ledger = Ledger::read(&locked.bytes);
            let damage = approval::damage(&ledger, &path);
            (Some(ledger), damage)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => (Some(Ledger::default()), None),
        Err(error) => (None, Some(*approval::unusable(&path, &error))),
    }
}

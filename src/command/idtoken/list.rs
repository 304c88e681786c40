//! `idtoken-request-list`: the requests in a directory.

use std::collections::HashSet;
use std::path::Path;

use crate::command::Options;
use crate::command::idtoken::operands;
use crate::command::idtoken::show;
use crate::command::idtoken::spool;
use crate::command::idtoken::state;
use crate::env::Env;
use crate::load;
use crate::load::exchange;
use crate::parse::exchange::answer::AnswerFile;
use crate::parse::exchange::digest::Digest;
use crate::parse::exchange::ledger::Ledger;
use crate::report::Report;
use crate::report::Value;

/// Lists them.
///
/// # Errors
///
/// What is wrong with the arguments.
pub fn run(options: &Options, env: &Env) -> Result<Report, String> {
    operands(options, 1)?;
    let Some(directory) = options.files.first() else {
        return Err("name the exchange directory".into());
    };
    let mut report = Report::new("idtoken-request-list", env.now);
    let found = match spool::requests(directory) {
        Ok((found, ignored)) => {
            report.findings.extend(ignored);
            found
        }
        Err(finding) => {
            report.findings.push(*finding);
            return Ok(report);
        }
    };
    let (ledger, answered) = (ledger(options, env), answered(directory));
    for one in &found {
        let digest = one.file.digest;
        let decided = ledger.decided(digest).map(|record| record.granted);
        let state = match decided {
            Some(true) => "approved",
            Some(false) => "denied",
            // Anybody can put an answer there.
            None if answered.contains(&digest) => "answered, not by this ledger",
            None if one.file.request.expires < env.now => "expired",
            None => "waiting",
        };
        let mut item = show::item_of(&one.file, env.now);
        item.fact("state", "state", Value::Text(state.to_owned()));
        item.machine("file", Value::Text(one.path.display().to_string()));
        report.items.push(item);
    }
    report.good = match found.len() {
        0 => format!("no requests in {}", directory.display()),
        1 => format!("1 request in {}", directory.display()),
        count => format!("{count} requests in {}", directory.display()),
    };
    Ok(report)
}

/// The ledger, if this user has one.
fn ledger(options: &Options, env: &Env) -> Ledger {
    let own = || Some(state::directory(env).ok()?.join("idtoken-ledger.jsonl"));
    let path = options.wishes.ledger.clone().or_else(own);
    let source = path.and_then(|path| load::file(&path, false).ok());
    source.map_or_else(Ledger::default, |source| Ledger::read(&source.bytes))
}

/// The requests that some answer names.
fn answered(directory: &Path) -> HashSet<Digest> {
    let (paths, _) = exchange::names(directory, exchange::ANSWER).unwrap_or_default();
    let read = paths.iter().filter_map(|path| exchange::file(path).ok());
    let answers = read.filter_map(|bytes| AnswerFile::parse(&bytes).ok());
    answers.map(|file| file.answer.request).collect()
}

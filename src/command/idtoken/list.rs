//! `idtoken-request-list`: the requests in a directory.

use std::collections::HashMap;
use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::command::Options;
use crate::command::idtoken::approve;
use crate::command::idtoken::operands;
use crate::command::idtoken::show;
use crate::command::idtoken::spool;
use crate::env::Env;
use crate::parse::exchange::digest::Digest;
use crate::parse::exchange::digest::Id;
use crate::parse::exchange::ledger::Ledger;
use crate::report::Finding;
use crate::report::Report;
use crate::report::Value;
use crate::store::ledger::Locked;

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
    let (ledger, trouble) = ledger(options, env);
    report.findings.extend(trouble.map(Finding::as_warning));
    let answered = answered(directory);
    let mut of_id: HashMap<Id, Vec<&PathBuf>> = HashMap::new();
    for one in &found {
        of_id
            .entry(one.file.digest.id())
            .or_default()
            .push(&one.path);
    }
    for one in &found {
        let digest = one.file.digest;
        let same = of_id.get(&digest.id()).map_or(&[][..], Vec::as_slice);
        if same.first() == Some(&&one.path) && same.len() > 1 {
            let finding = spool::two(directory, digest.id(), same);
            report.findings.push(finding);
        }
        let decided = ledger.as_ref().and_then(|ledger| ledger.decided(digest));
        let state = match decided.map(|record| record.granted) {
            Some(true) => "approved",
            Some(false) => "denied",
            None if same.len() > 1 => "refused: another request has its id",
            // Anybody can put an answer there.
            None if answered.contains(&digest) => "answered, not by this ledger",
            None if one.file.request.expires < env.now => "expired",
            None if ledger
                .as_ref()
                .is_none_or(|ledger| !ledger.damaged.is_empty()) =>
            {
                "waiting, or decided: the ledger does not tell"
            }
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

/// The ledger, and what is wrong with it. That nothing was decided yet is nothing wrong.
fn ledger(options: &Options, env: &Env) -> (Option<Ledger>, Option<Finding>) {
    let path = match approve::ledger_path(options, env) {
        Ok(path) => path,
        // Who only looks needs none.
        Err(_) => return (Some(Ledger::default()), None),
    };
    match Locked::open(&path, env.euid, false) {
        Ok(locked) => {
            let ledger = Ledger::read(&locked.bytes);
            let damage = approve::damage(&ledger, &path);
            (Some(ledger), damage)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => (Some(Ledger::default()), None),
        Err(error) => (None, Some(*approve::unusable(&path, &error))),
    }
}

/// The requests that some answer names.
fn answered(directory: &Path) -> HashSet<Digest> {
    let answers = spool::all_answers(directory).unwrap_or_default();
    answers
        .into_iter()
        .map(|(_, file)| file.answer.request)
        .collect()
}

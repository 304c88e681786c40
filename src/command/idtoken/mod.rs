//! `idtoken-info`, `idtoken-verify`: every IDTOKEN that HTCondor finds, and which one would be sent.

pub mod create;
pub mod destroy;
pub(in crate::command) mod issue;
pub(in crate::command) mod keys;
pub mod look;
pub(in crate::command) mod put;

use std::path::Path;

use crate::command::idtoken::look::{Depth, Look};
use crate::command::{Options, TokenInUse};
use crate::describe::idtoken as describe;
use crate::load;
pub use crate::parse::idtoken::scope::Level;
use crate::report::{Exit, Finding, Item, Report, Severity};
use crate::system::env::Env;

/// Describes and judges the tokens that HTCondor finds.
pub fn run(command: &'static str, options: &Options, env: &Env) -> Report {
    let look = Look::located(depth(command), options, env);
    report(&look, command, options, env)
}

/// What `idtoken-verify` says of the tokens that HTCondor finds.
pub fn in_use(options: &Options, env: &Env) -> TokenInUse {
    let look = Look::located(Depth::Verify, options, env);
    TokenInUse {
        report: report(&look, "idtoken-verify", options, env),
        from: look.directory.as_ref().map(|directory| directory.shown()),
        sent: look.sent().map(|token| token.expires.instant()),
    }
}

/// Describes and judges the tokens of one operand.
pub fn operand(command: &'static str, path: &Path, options: &Options, env: &Env) -> Report {
    let look = Look::operand(path, depth(command), options, env);
    report(&look, command, options, env)
}

fn depth(command: &str) -> Depth {
    match command {
        "idtoken-info" => Depth::Info,
        _ => Depth::Verify,
    }
}

/// The tokens in one row, for `status`.
pub struct Summary {
    /// The row.
    pub item: Item,
    /// What is wrong, notes left out.
    pub findings: Vec<Finding>,
    /// Whether there is a token at all.
    pub is_there: bool,
    /// Whether the one that is sent is accepted, as far as can be said here.
    pub is_usable: bool,
    /// Whether somebody set where tokens are.
    pub is_named: bool,
}

/// The tokens that HTCondor finds for this user; nothing where there is no directory of tokens and
/// nobody names one.
pub fn summary(options: &Options, env: &Env) -> Option<Summary> {
    let look = Look::located(Depth::Info, options, env);
    let directory = look.directory.as_ref();
    let is_named = directory.is_none_or(|directory| !directory.reason.starts_with("default"));
    if !is_named && directory.is_some_and(|directory| !load::is_directory(&directory.path)) {
        return None;
    }
    let worst = look.findings.iter().filter(|finding| finding.exit != Exit::Ok);
    let worst = worst.min_by_key(|finding| finding.exit.rank());
    let is_there = look.files.iter().any(|found| found.tokens().next().is_some());
    let item = describe::row(
        worst.map_or("ok", |finding| finding.exit.name()),
        directory.map(|directory| (directory.path.as_path(), directory.reason.as_str())),
        look.sent(),
        env.now,
    );
    Some(Summary {
        item,
        is_there,
        is_usable: is_there && worst.is_none(),
        is_named,
        findings: look
            .findings
            .iter()
            .filter(|finding| finding.severity != Severity::Info)
            .cloned()
            .collect(),
    })
}

fn report(look: &Look, command: &'static str, options: &Options, env: &Env) -> Report {
    let mut report = Report::new(command, env.now);
    report.findings = look.findings.clone();
    if !options.exit_only {
        report.items = items(look, command, env);
        report.good = good(look, env);
    }
    report
}

fn items(look: &Look, command: &'static str, env: &Env) -> Vec<Item> {
    let mut items = Vec::new();
    if let Some(directory) = &look.directory {
        let tokens = look.files.iter().map(|found| found.tokens().count()).sum();
        items.push(describe::directory(
            &directory.path,
            &directory.reason,
            look.files.len(),
            tokens,
        ));
    }
    for (found, verdicts) in look.files.iter().zip(&look.judgement.verdicts) {
        for ((line, token, signature), verdict) in found.tokens().zip(verdicts) {
            let item = describe::item(&describe::Facts {
                token,
                path: &found.path,
                line,
                file: found.facts.as_ref(),
                state: &verdict.state,
                is_sent: verdict.is_sent,
                signature: &signature.to_string(),
                now: env.now,
            });
            items.push(match command {
                "idtoken-info" => item,
                _ if verdict.is_sent => item,
                _ => item.brief(&["state", "identity"]),
            });
        }
    }
    items
}

/// Whether there are at most so many operands.
///
/// # Errors
///
/// The one that is too much.
pub(in crate::command) fn operands(options: &Options, most: usize) -> Result<(), String> {
    match options.files.get(most) {
        Some(extra) => Err(format!("'{}' is an operand too much", extra.display())),
        None => Ok(()),
    }
}

/// The levels that `--authz` names, which may hold several with commas between them.
///
/// # Errors
///
/// The first that HTCondor does not know.
pub fn authorizations(words: &[&str]) -> Result<Vec<Level>, String> {
    let level = |word: &str| {
        Level::parse(word.trim()).ok_or_else(|| {
            let names: Vec<&str> = Level::names().collect();
            let names = names.join(", ");
            format!("--authz: '{word}' is no authorization of HTCondor; they are {names}")
        })
    };
    let words = words.iter().flat_map(|text| text.split(','));
    words.map(level).collect()
}

/// One sentence for the case that all is well.
pub fn good(look: &Look, env: &Env) -> String {
    let sent: Vec<String> = look
        .judgement
        .usable
        .iter()
        .filter_map(|(file, at)| {
            let found = look.files.get(*file)?;
            let (line, token, _) = found.tokens().nth(*at)?;
            Some(describe::sentence(token, &found.path, line, env.now))
        })
        .collect();
    match sent.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first, more @ ..] => format!("{first}; and {} more for other trust domains", more.len()),
    }
}

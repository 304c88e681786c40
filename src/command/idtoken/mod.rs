//! `idtoken-info`, `idtoken-verify`: all IDTOKENS that HTCondor finds, and which one would be sent.

pub(in crate::command) mod arguments;
pub mod create;
pub mod destroy;
pub(in crate::command) mod issue;
pub(in crate::command) mod keys;
pub(in crate::command) mod put;
pub mod tokens;
pub mod trace;

use std::path::PathBuf;

use clap::Arg;

use crate::check::consumers;
use crate::check::idtoken::Signature;
use crate::check::idtoken::place::TokenDirectory;
use crate::command::arguments::groups::{NEED, Operands};
use crate::command::arguments::{Argument, Given, OlderTool, Value, arguments, option, several};
use crate::command::certificate::Scope;
use crate::command::definition::{Definition, Each, Group};
use crate::command::idtoken::tokens::{Depth, JudgedTokens, Settings, Wanted};
use crate::command::in_use::{Presence, TokenInUse};
use crate::command::{Call, operands};
use crate::consumer::selection::Selection;
use crate::consumer::token::TokenKind;
use crate::describe::idtoken as describe;
use crate::parse::idtoken::scope::Level;
use crate::report::{Item, Report};
use crate::source::candidate::Candidate;
use crate::system::env::Env;
use crate::text::time::Seconds;

/// `idtoken-info`.
pub const INFO: Definition<Args> = Definition {
    name: "idtoken-info",
    group: Group::Info,
    about: "Every HTCondor token found, what each is good for, and why some are not used",
    example: "certok idtoken-info",
    older_tool: OlderTool::Condor,
    each: Some(Each {
        operands: |args| &args.operands,
        judge: |args, call, task| {
            operands::one_by_one(task, operand(Wanted::facts(args.need), call))
        },
    }),
    ..Definition::reporting(|args, call| Ok(run(&Wanted::facts(args.need), call)))
};

/// `idtoken-verify`.
pub const VERIFY: Definition<VerifyArgs> = Definition {
    name: "idtoken-verify",
    group: Group::Check,
    about: "Which HTCondor token would be sent, and would it be accepted",
    example: "certok idtoken-verify --authz READ,WRITE --for 12h",
    older_tool: OlderTool::Condor,
    each: Some(Each {
        operands: |args| &args.tokens.operands,
        judge: |args, call, task| {
            operands::one_by_one(task, operand(args.demand.wanted(args.tokens.need), call))
        },
    }),
    ..Definition::reporting(|args, call| Ok(run(&args.demand.wanted(args.tokens.need), call)))
};

arguments! {
    /// Arguments of `idtoken-info`.
    pub struct Args {
        operands: Operands,
        need: Seconds = NEED,
    }
}

arguments! {
    /// Arguments of `idtoken-verify`.
    pub struct VerifyArgs {
        tokens: Args,
        demand: Demand,
    }
}

arguments! {
    /// What the tokens must be good for.
    #[derive(Default)]
    pub struct Demand {
        trust_domain: Option<String> = option("trust-domain", "NAME",
            "The trust domain of the server; TRUST_DOMAIN of the configuration unless given"),
        authz: Vec<Level> = option("authz", "LEVEL",
            "What it must permit: READ, WRITE, DAEMON and so on; may be repeated, or hold commas")
        .of(OlderTool::Condor),
        key: Option<String> = option("key", "KEY",
            "Check the signature: with the key of that name, or the one in a file (with a slash)")
        .of(OlderTool::Condor),
    }
}

impl Demand {
    /// As a question, with how long they must be valid.
    pub(in crate::command) fn wanted(&self, need: Seconds) -> Wanted {
        Wanted {
            trust_domain: self.trust_domain.clone(),
            authz: self.authz.clone(),
            key: self.key.clone(),
            ..Wanted::verdict(need)
        }
    }
}

impl Value for Vec<Level> {
    fn shape(arg: Arg) -> Arg {
        several(arg)
    }

    fn read(given: &Given<'_>, argument: &Argument) -> Result<Self, String> {
        authorizations(&given.all(argument.name))
    }
}

/// Describes and judges the tokens that HTCondor finds.
pub(in crate::command) fn run(wanted: &Wanted, call: &Call<'_>) -> Report {
    let judged = JudgedTokens::located(wanted, call.env);
    report(&judged, call.name, wanted.depth, call.scope(wanted.need), call.env)
}

/// The result of `idtoken-verify` for the tokens in `file`, or for those that HTCondor finds.
pub fn in_use(
    file: Option<&Candidate>,
    judge_as: Option<Selection>,
    scope: Scope,
    env: &Env,
) -> TokenInUse {
    let wanted = Wanted::verdict(scope.need);
    let judged = match file {
        None => JudgedTokens::located(&wanted, env),
        Some(file) => JudgedTokens::operand(file, &Settings::read(&wanted, env), env),
    };
    let named = || file.and_then(Candidate::path).map(|path| path.display().to_string());
    let directory = judged.directory.as_ref();
    let is_named = directory.is_none_or(|directory| !directory.reason.starts_with("default"));
    let is_there = judged.files.iter().any(|found| found.tokens().next().is_some());
    let mut report = report(&judged, VERIFY.name, Depth::Verify, scope, env);
    let row = describe::row(
        report.exit().name(),
        directory.map(|directory| (directory.path.as_path(), directory.reason.as_str())),
        judged.sent(),
        env.now,
    );
    let judges = judge_as.map_or_else(Vec::new, |selection| selection.tokens(TokenKind::IdToken));
    if !judges.is_empty() {
        consumers::tokens_as(&mut report.findings, &judges);
    }
    TokenInUse {
        presence: match (is_there, is_named) {
            (true, _) => Presence::Found,
            (false, true) => Presence::Expected,
            (false, false) => Presence::Absent,
        },
        is_there,
        row,
        from: directory.map(TokenDirectory::shown).or_else(named),
        sent: judged.sent().map(|token| token.expires.instant()),
        report,
    }
}

/// Describes and judges the tokens of one operand.
pub(in crate::command) fn operand<'a>(
    wanted: Wanted,
    call: &Call<'a>,
) -> impl Fn(&Candidate) -> Report + Sync + use<'a> {
    let (command, scope, env) = (call.name, call.scope(wanted.need), call.env);
    let settings = Settings::read(&wanted, env);
    move |one| {
        report(&JudgedTokens::operand(one, &settings, env), command, wanted.depth, scope, env)
    }
}

fn report(
    judged: &JudgedTokens,
    command: &'static str,
    depth: Depth,
    scope: Scope,
    env: &Env,
) -> Report {
    let mut report = Report::new(command, env.now);
    report.findings = judged.findings.clone();
    if !scope.exit_only {
        report.items = items(judged, depth, env);
        report.good = good(judged, env);
    }
    report
}

fn items(judged: &JudgedTokens, depth: Depth, env: &Env) -> Vec<Item> {
    let mut items = Vec::new();
    if let Some(directory) = &judged.directory {
        let tokens = judged.files.iter().map(|found| found.tokens().count()).sum();
        items.push(describe::directory(
            &directory.path,
            &directory.reason,
            judged.files.len(),
            tokens,
        ));
    }
    for (found, verdicts) in judged.files.iter().zip(&judged.judgement.verdicts) {
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
            items.push(match depth {
                Depth::Verify if !verdict.is_sent => item.brief(&["state", "identity"]),
                Depth::Info | Depth::Verify => item,
            });
        }
    }
    items
}

/// Checks that there are not more operands than this.
///
/// # Errors
///
/// The first one that is too much.
pub(in crate::command) fn at_most(files: &[PathBuf], most: usize) -> Result<(), String> {
    match files.get(most) {
        Some(extra) => Err(format!("'{}' is an operand too much", extra.display())),
        None => Ok(()),
    }
}

/// The levels in `--authz`, which may contain several with commas.
///
/// # Errors
///
/// The first one that HTCondor does not know.
fn authorizations(words: &[String]) -> Result<Vec<Level>, String> {
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

/// The sentence that is printed if there is nothing wrong.
pub fn good(judged: &JudgedTokens, env: &Env) -> String {
    let sent: Vec<String> = judged
        .judgement
        .usable
        .iter()
        .filter_map(|(file, at)| {
            let found = judged.files.get(*file)?;
            let (line, token, signature) = found.tokens().nth(*at)?;
            let sentence = describe::sentence(token, &found.path, line, env.now);
            Some(match signature {
                Signature::Good(_) => sentence,
                _ => format!("{sentence}; its signature was not checked"),
            })
        })
        .collect();
    match sent.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first, more @ ..] => format!("{first}; and {} more for other trust domains", more.len()),
    }
}

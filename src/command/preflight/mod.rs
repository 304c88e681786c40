//! `check`: everything the next job needs, step by step, and one verdict.

mod bearer;
mod credential;
mod directory;
mod idtoken;
mod step;
mod subject;

use std::path::PathBuf;

use crate::command;
use crate::command::Call;
use crate::command::arguments::groups::{NEED, PathArguments, PathLimits};
use crate::command::arguments::{arguments, operand, option};
use crate::command::bearer::Demand;
use crate::command::definition::{Definition, Group};
use crate::command::files::VerifyArgs;
use crate::command::path::PathOptions;
use crate::command::preflight::subject::{Named, Subject, Wanted, Words};
use crate::command::verify::ProxyArgs as PathOfProxy;
use crate::gather::credential::CredentialFile;
use crate::gather::options::{KeyOptions, VomsOptions};
use crate::load::LoadError;
use crate::locate::{CaOptions, Candidate, Reason};
use crate::parse::host_name::HostName;
use crate::report::{Report, Severity};
use crate::system::env::Env;
use crate::text::time::{Seconds, UnixTime};

/// `check`.
pub const CHECK: Definition<Args> = Definition {
    name: "check",
    group: Group::Check,
    about: "Everything the next job needs, step by step, one verdict: a pre-flight for scripts",
    example: "certok check token --for 12h",
    ..Definition::reporting(run)
};

arguments! {
    /// Of `check`.
    pub struct Args {
        words: Vec<PathBuf> = operand("words", "WHAT",
            "What must be there and good: a word, a FILE, or WORD=FILE in place of the one in use \
             (key=FILE beside it); without words, whatever this environment would use")
        .with(|arg| arg.value_parser(Words)),
        warn: Option<Seconds> = option("warn", "DURATION", "Warn if it ends within that time"),
        name: Option<String> =
            option("name", "HOST", "The host certificate must be for this name or address"),
        need: Seconds = NEED,
        key: KeyOptions,
        ca: CaOptions,
        // Whether a path may hold proxies follows from what is checked.
        path: PathArguments,
        limits: PathLimits,
        voms: VomsOptions,
        demand: Demand,
    }
}

impl Args {
    /// What `verify` without files asks.
    pub(in crate::command) fn of(args: &VerifyArgs) -> Result<Self, String> {
        let VerifyArgs { chain, bearer, idtoken } = args;
        let PathOfProxy { path, voms } = chain;
        let asked = [
            (path.proxies.is_some(), "--proxy"),
            (idtoken.trust_domain.is_some(), "--trust-domain"),
            (!idtoken.authz.is_empty(), "--authz"),
            (idtoken.key.is_some(), "--key"),
        ];
        if let Some((_, option)) = asked.into_iter().find(|(asked, _)| *asked) {
            return Err(format!("{option} needs a file, or the command of its kind: *-verify"));
        }
        Ok(Self {
            words: Vec::new(),
            warn: None,
            name: None,
            need: path.need,
            key: KeyOptions::default(),
            ca: path.ca.clone(),
            path: path.path.clone(),
            limits: path.limits.clone(),
            voms: voms.clone(),
            demand: bearer.clone(),
        })
    }
}

/// What is judged, and how far.
struct Asked<'a> {
    args: &'a Args,
    options: PathOptions,
    key: KeyOptions,
    /// The key of the certificate that was named.
    key_file: Option<Candidate>,
    exit_only: bool,
    env: &'a Env,
}

impl Asked<'_> {
    fn report(&self) -> Report {
        Report::new(CHECK.name, self.env.now)
    }
}

/// Judges what was named, or all that this environment would use.
pub(in crate::command) fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    let env = call.env;
    let name = match args.name.as_deref().map(HostName::parse) {
        Some(Err(reason)) => return Err(format!("--name: {reason}")),
        Some(Ok(name)) => Some(name),
        None => None,
    };
    let named = Named::read(&args.words)?;
    let wanted = subject::wanted(args, &named, env)?;
    let options = PathOptions::of(&args.ca, &args.path, &args.limits, call.scope(args.need));
    let asked = &Asked {
        args,
        options: PathOptions { voms: args.voms.clone(), warn: args.warn, ..options },
        // A pre-flight is for scripts: it never waits for anybody.
        key: KeyOptions { no_input: true, ..args.key.clone() },
        key_file: named.key,
        exit_only: call.exit_only,
        env,
    };
    let judge = |(wanted, half): (&Wanted, Option<CredentialFile>)| {
        let file = wanted.file.as_ref();
        match (half, wanted.subject) {
            (Some(half), subject) => credential::judge(subject, half, name.as_ref(), asked),
            (None, Subject::Bearer) => bearer::judge(file, asked),
            (None, Subject::Idtoken) => idtoken::judge(file, asked),
            (None, _) => (directory::judge(file, asked), None),
        }
    };
    let (chosen, absent) = located(&wanted, asked);
    if chosen.is_empty() {
        return Ok(nothing(&absent, asked));
    }
    let nouns: Vec<&str> = chosen.iter().map(|(wanted, _)| wanted.subject.noun()).collect();
    let (parts, ends): (Vec<Report>, Vec<Option<UnixTime>>) = chosen.into_iter().map(judge).unzip();
    let end = ends.into_iter().flatten().min();
    let good = if call.exit_only { String::new() } else { good(&nouns, &parts, end, env) };
    let mut report = Report::joined(call.name, env.now, parts);
    report.good = good;
    Ok(report)
}

/// What is to be judged, read; and what there was none of, where nothing asked for it.
fn located<'a>(
    wanted: &'a [Wanted],
    asked: &Asked<'_>,
) -> (Vec<(&'a Wanted, Option<CredentialFile>)>, Vec<CredentialFile>) {
    let (mut chosen, mut absent) = (Vec::new(), Vec::new());
    for wanted in wanted {
        let Some(role) = wanted.subject.role() else {
            let is_there = match wanted.subject {
                Subject::Bearer => command::bearer::is_there(asked.env),
                Subject::Idtoken => idtoken::are_there(asked),
                _ => true,
            };
            if wanted.required || is_there {
                chosen.push((wanted, None));
            }
            continue;
        };
        let half = match &wanted.file {
            Some(file) => CredentialFile::read(role, file.clone()),
            None => CredentialFile::located(role, asked.env),
        };
        if wanted.required || !is_absent(&half) {
            chosen.push((wanted, Some(half)));
        } else {
            absent.push(half);
        }
    }
    (chosen, absent)
}

/// Whether nothing names it, and nothing lies where it would be.
fn is_absent(half: &CredentialFile) -> bool {
    let none = matches!(half.outcome, Err(LoadError::Missing(_) | LoadError::NoHome));
    none && half.candidate.reason == Reason::Default
}

/// Nothing found is never ok.
fn nothing(absent: &[CredentialFile], asked: &Asked<'_>) -> Report {
    let mut report = asked.report();
    for half in absent {
        report.findings.extend(half.trouble(asked.env));
    }
    report
}

/// One sentence for the case that all is well.
fn good(nouns: &[&str], parts: &[Report], end: Option<UnixTime>, env: &Env) -> String {
    let is = if nouns.len() == 1 { "is" } else { "are" };
    let until = until(end, env);
    format!("{} {is} good{until}{}", listed(nouns), caveat(parts))
}

fn caveat(parts: &[Report]) -> String {
    let keyless = parts.iter().map(|part| part.good.as_str()).find(|good| !good.is_empty());
    let keyless = keyless.map_or_else(String::new, |good| format!("; {good}"));
    let mut findings = parts.iter().flat_map(|part| &part.findings);
    if findings.any(|finding| finding.severity == Severity::Warn) {
        format!("{keyless}; see the warnings")
    } else {
        keyless
    }
}

fn until(end: Option<UnixTime>, env: &Env) -> String {
    end.map_or_else(String::new, |end| {
        format!(" until {} ({})", end.screen(), end.relative_to(env.now))
    })
}

/// `a`, `a and b`, `a, b and c`.
fn listed(nouns: &[&str]) -> String {
    match nouns.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

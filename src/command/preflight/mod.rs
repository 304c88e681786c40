//! `check`: everything the next job needs, step by step, and one verdict.

mod bearer;
mod credential;
mod directory;
mod idtoken;
mod step;
mod subject;

use clap::builder::PossibleValuesParser;

use crate::command;
use crate::command::Call;
use crate::command::arguments::groups::{NEED, PathArguments, PathLimits};
use crate::command::arguments::{arguments, operand, option};
use crate::command::bearer::Demand;
use crate::command::definition::{Definition, Group};
use crate::command::path::PathOptions;
use crate::command::preflight::subject::{Subject, Wanted};
use crate::gather::credential::CredentialFile;
use crate::gather::options::{KeyOptions, VomsOptions};
use crate::load::LoadError;
use crate::locate::{CaOptions, Reason};
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
        words: Vec<String> = operand("words", "WHAT",
            "What must be there and good; without words, whatever this environment would use")
        .with(|arg| {
            let words = Subject::ALL.iter().map(|(word, _)| *word);
            arg.value_parser(PossibleValuesParser::new(words))
        }),
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

/// What is judged, and how far.
struct Asked<'a> {
    args: &'a Args,
    options: PathOptions,
    key: KeyOptions,
    exit_only: bool,
    env: &'a Env,
}

impl Asked<'_> {
    fn report(&self) -> Report {
        Report::new(CHECK.name, self.env.now)
    }
}

/// Judges what was named, or all that this environment would use.
fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    let env = call.env;
    let name = match args.name.as_deref().map(HostName::parse) {
        Some(Err(reason)) => return Err(format!("--name: {reason}")),
        Some(Ok(name)) => Some(name),
        None => None,
    };
    let options = PathOptions::of(&args.ca, &args.path, &args.limits, call.scope(args.need));
    let asked = &Asked {
        args,
        options: PathOptions { voms: args.voms.clone(), warn: args.warn, ..options },
        // A pre-flight is for scripts: it never waits for anybody.
        key: KeyOptions { no_input: true, ..args.key.clone() },
        exit_only: call.exit_only,
        env,
    };
    let wanted = subject::wanted(args, env)?;
    let judge = |(subject, half): (Subject, Option<CredentialFile>)| match (half, subject) {
        (Some(half), _) => credential::judge(subject, half, name.as_ref(), asked),
        (None, Subject::Bearer) => bearer::judge(asked),
        (None, Subject::Idtoken) => idtoken::judge(asked),
        (None, _) => (directory::judge(asked), None),
    };
    let (chosen, absent) = located(&wanted, asked);
    if chosen.is_empty() {
        return Ok(nothing(&absent, asked));
    }
    let nouns: Vec<&str> = chosen.iter().map(|(subject, _)| subject.noun()).collect();
    let (parts, ends): (Vec<Report>, Vec<Option<UnixTime>>) = chosen.into_iter().map(judge).unzip();
    let end = ends.into_iter().flatten().min();
    let good = if call.exit_only { String::new() } else { good(&nouns, &parts, end, env) };
    let mut report = Report::joined(call.name, env.now, parts);
    report.good = good;
    Ok(report)
}

/// What is to be judged, read; and what there was none of, where nothing asked for it.
fn located(
    wanted: &[Wanted],
    asked: &Asked<'_>,
) -> (Vec<(Subject, Option<CredentialFile>)>, Vec<CredentialFile>) {
    let (mut chosen, mut absent) = (Vec::new(), Vec::new());
    for wanted in wanted {
        let Some(role) = wanted.subject.role() else {
            let is_there = match wanted.subject {
                Subject::Bearer => command::bearer::is_there(asked.env),
                Subject::Idtoken => idtoken::are_there(asked),
                _ => true,
            };
            if wanted.required || is_there {
                chosen.push((wanted.subject, None));
            }
            continue;
        };
        let half = CredentialFile::located(role, asked.env);
        if wanted.required || !is_absent(&half) {
            chosen.push((wanted.subject, Some(half)));
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

fn caveat(parts: &[Report]) -> &'static str {
    let mut findings = parts.iter().flat_map(|part| &part.findings);
    if findings.any(|finding| finding.severity == Severity::Warn) {
        "; see the warnings"
    } else {
        ""
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

//! `check`: judges everything the next job needs, step by step, with one verdict.

pub mod context;
mod credential;
mod directory;
pub mod in_use;
mod row;
mod step;
pub mod subject;
mod token;

use std::path::PathBuf;

use crate::check::{consumers, key_match};
use crate::command::Call;
use crate::command::arguments::groups::{NEED, PathArguments, PathLimits, WARN};
use crate::command::arguments::tool::verdict_of;
use crate::command::arguments::{arguments, operand, option};
use crate::command::bearer::Demand;
use crate::command::definition::{Definition, Group};
use crate::command::in_use::Presence;
use crate::command::path::PathOptions;
use crate::command::preflight::context::CheckContext;
use crate::command::preflight::credential::Credential;
use crate::command::preflight::in_use::InUse;
use crate::command::preflight::subject::{NamedSubjects, Wanted, Words};
use crate::command::subject::not_verified;
use crate::consumer::selection::Selection;
use crate::gather::options::{KeyOptions, VomsOptions};
use crate::locate::CaOptions;
use crate::parse::host_name::HostName;
use crate::report::{Exit, Finding, Report, Rule, Severity};
use crate::system::env::Env;
use crate::text::time::Seconds;

/// `check`.
pub const CHECK: Definition<Args> = Definition {
    name: "check",
    group: Group::Check,
    about: "Everything the next job needs, step by step, one verdict: a pre-flight for scripts",
    example: "certok check token --for 12h",
    ..Definition::reporting(run)
};

arguments! {
    /// Arguments of `check`.
    #[derive(Default)]
    pub struct Args {
        words: Vec<PathBuf> = operand("words", "WHAT",
            "What must be there and good: a word, a FILE, or WORD=FILE in place of the one in use \
             (key=FILE beside it); without words, whatever this environment would use")
        .with(|arg| arg.value_parser(Words)),
        warn: Option<Seconds> = WARN,
        name: Option<String> =
            option("name", "HOST", "The host certificate must be for this name or address"),
        need: Seconds = NEED,
        key: KeyOptions,
        ca: CaOptions,
        // Whether a path may contain proxies depends on what is checked.
        path: PathArguments,
        limits: PathLimits,
        voms: VomsOptions,
        demand: Demand,
    }
}

/// Judges what was named, or everything that this environment would use.
pub(in crate::command) fn run(args: &Args, call: &Call<'_>) -> Result<Report, String> {
    let env = call.env;
    let name = args.name.as_deref().map(HostName::parse).transpose();
    let name = name.map_err(|reason| format!("--name: {reason}"))?;
    let named = NamedSubjects::read(&args.words)?;
    let wanted = subject::wanted(args, &named)?;
    let options = PathOptions::of(&args.ca, &args.path, &args.limits, call.scope(args.need));
    let context = &CheckContext {
        command: call.name,
        options: PathOptions {
            voms: args.voms.clone(),
            warn: args.warn,
            judge_as: for_certificates(args.path.judge_as),
            ..options
        },
        purpose: args.path.purpose,
        // `check` is for scripts, so it never asks the user.
        key: KeyOptions { no_input: true, ..args.key.clone() },
        key_file: named.key,
        name,
        demand: args.demand.clone(),
        env,
    };
    let locate = |wanted: Wanted| {
        (InUse::locate(wanted.subject, wanted.file.as_ref(), context), wanted.required)
    };
    let located = wanted.into_iter().map(locate);
    let (chosen, absent): (Vec<_>, Vec<_>) =
        located.partition(|(one, required)| *required || one.presence != Presence::Absent);
    if chosen.is_empty() {
        // If nothing was found, the answer is never ok.
        let mut report = call.report();
        report.findings = absent.iter().flat_map(|(one, _)| one.why_absent(env)).collect();
        return Ok(report);
    }
    let there = chosen.iter().any(|(one, _)| one.is_read());
    let judge = |(one, required): (InUse, bool)| {
        let mut one = one.judge(required, context);
        // An empty place that is configured does not matter if there is another credential.
        if !required && there && one.presence == Presence::Expected {
            let found = std::mem::take(&mut one.report.findings).into_iter();
            one.report.findings = found.map(Finding::as_warning).collect();
        }
        one
    };
    let judged: Vec<InUse> = chosen.into_iter().map(judge).collect();
    let good = if call.exit_only { String::new() } else { good(&judged, env) };
    let parts = judged.into_iter().map(|judged| {
        let steps = (!call.exit_only).then(|| judged.steps(context)).flatten();
        let mut part = judged.report;
        part.items.extend(steps);
        part
    });
    let mut report = Report::joined(call.name, env.now, parts.collect());
    report.good = good + &verdict_of(args.path.judge_as);
    Ok(report)
}

/// Whose verdict on certificates is asked for; who takes none says nothing of them.
pub fn for_certificates(selection: Option<Selection>) -> Option<Selection> {
    selection.filter(|selection| selection.profiles().next().is_some())
}

/// One sentence for the case that all is well.
fn good(judged: &[InUse], env: &Env) -> String {
    let nouns: Vec<&str> = judged.iter().map(|judged| judged.subject.noun).collect();
    let is = if nouns.len() == 1 { "is" } else { "are" };
    let end = judged.iter().filter_map(InUse::end).min();
    let until = end.map_or_else(String::new, |end| {
        format!(" until {} ({})", end.screen(), end.relative_to(env.now))
    });
    let mut findings = judged.iter().flat_map(|judged| &judged.report.findings);
    let caveat = match findings.any(|finding| finding.severity == Severity::Warn) {
        true => "; see the warnings",
        false => "",
    };
    format!("{} {is} good{until}{}{caveat}", listed(&nouns), left_open(judged))
}

/// What was not decided, because evidence is missing and was not required.
pub fn left_open(judged: &[InUse]) -> String {
    let tokens = not_verified();
    let open = [
        ("the encrypted key of the", &[&key_match::LOCKED][..], "was not tried"),
        ("the signature of the", &tokens, "was not checked"),
    ];
    let of = |rules: &[&Rule]| -> Vec<&str> {
        let is = |finding: &Finding| finding.exit == Exit::Ok && finding.is_one_of(rules);
        let open = judged.iter().filter(|judged| judged.report.findings.iter().any(is));
        open.map(|judged| judged.subject.noun).collect()
    };
    let said = open.iter().map(|(what, rules, was)| (what, of(rules), was));
    let said = said.filter(|(_, nouns, _)| !nouns.is_empty());
    let mut open: String =
        said.map(|(what, nouns, was)| format!("; {what} {} {was}", listed(&nouns))).collect();
    if judged.iter().filter_map(InUse::credential).any(Credential::is_without_key) {
        open += "; no private key was named or found beside it";
    }
    for one in judged.iter().filter(|one| one.report.exit() == Exit::Ok) {
        let refused_by = one.credential().map_or(&[][..], |found| &found.path.refused_by);
        if !refused_by.is_empty() {
            open += &format!(
                "; {} will refuse the {}",
                consumers::listed(refused_by),
                one.subject.noun
            );
        }
    }
    open
}

fn listed(nouns: &[&str]) -> String {
    let nouns: Vec<String> = nouns.iter().map(|noun| (*noun).to_owned()).collect();
    consumers::listed(&nouns)
}

//! `check`: everything the next job needs, step by step, and one verdict.

mod bearer;
mod credential;
mod directory;
mod idtoken;
mod step;
mod subject;

use crate::command;
use crate::command::Options;
use crate::command::preflight::subject::{Subject, Wanted};
use crate::gather::credential::CredentialFile;
use crate::load::LoadError;
use crate::locate::Reason;
use crate::parse::host_name::HostName;
use crate::report::{Report, Severity};
use crate::system::env::Env;
use crate::text::time::UnixTime;

/// The words that `check` knows.
pub fn words() -> impl Iterator<Item = &'static str> {
    Subject::ALL.iter().map(|(word, _)| *word)
}

/// Judges what was named, or all that this environment would use.
///
/// # Errors
///
/// The words and options contradict each other.
pub fn run(options: &Options, env: &Env) -> Result<Report, String> {
    let name = match options.name.as_deref().map(HostName::parse) {
        Some(Err(reason)) => return Err(format!("--name: {reason}")),
        Some(Ok(name)) => Some(name),
        None => None,
    };
    // A pre-flight is for scripts: it never waits for anybody.
    let mut options = options.clone();
    options.key.no_input = true;
    let options = &options;
    let wanted = subject::wanted(options, env)?;
    let judge = |(subject, half): (Subject, Option<CredentialFile>)| match (half, subject) {
        (Some(half), _) => credential::judge(subject, half, name.as_ref(), options, env),
        (None, Subject::Bearer) => bearer::judge(options, env),
        (None, Subject::Idtoken) => idtoken::judge(options, env),
        (None, _) => (directory::judge(options, env), None),
    };
    let (chosen, absent) = located(&wanted, options, env);
    if chosen.is_empty() {
        return Ok(nothing(&absent, env));
    }
    let nouns: Vec<&str> = chosen.iter().map(|(subject, _)| subject.noun()).collect();
    let (parts, ends): (Vec<Report>, Vec<Option<UnixTime>>) = chosen.into_iter().map(judge).unzip();
    let end = ends.into_iter().flatten().min();
    let good = if options.exit_only { String::new() } else { good(&nouns, &parts, end, env) };
    let mut report = Report::joined("check", env.now, parts);
    report.good = good;
    Ok(report)
}

/// What is to be judged, read; and what there was none of, where nothing asked for it.
fn located(
    wanted: &[Wanted],
    options: &Options,
    env: &Env,
) -> (Vec<(Subject, Option<CredentialFile>)>, Vec<CredentialFile>) {
    let (mut chosen, mut absent) = (Vec::new(), Vec::new());
    for wanted in wanted {
        let Some(role) = wanted.subject.role() else {
            let is_there = match wanted.subject {
                Subject::Bearer => command::bearer::is_there(env),
                Subject::Idtoken => idtoken::are_there(options, env),
                _ => true,
            };
            if wanted.required || is_there {
                chosen.push((wanted.subject, None));
            }
            continue;
        };
        let half = CredentialFile::located(role, env);
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
fn nothing(absent: &[CredentialFile], env: &Env) -> Report {
    let mut report = Report::new("check", env.now);
    for half in absent {
        report.findings.extend(half.trouble(env));
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

//! `cert-verify`, `proxy-verify`, `token-verify`: a chain to a trust anchor, or where it stopped and why.

use std::path::PathBuf;

use crate::chain::budget::{Budget, Reserve, UNITS_OF_ONE};
use crate::check::file;
use crate::command::path::{Case, PathFacts};
use crate::command::{Noun, Options, info, proxy};
use crate::gather::cas::Trust;
use crate::gather::credential::{CredentialFile, advised};
use crate::gather::{credential, shares};
use crate::locate::Role;
use crate::report::{Finding, Report};
use crate::system::env::Env;
use crate::system::parallel;
use crate::system::progress::Task;

/// Verifies the credential that is in use.
pub fn run(noun: Noun, command: &'static str, options: &Options, env: &Env) -> Report {
    let mut trust = Trust::open(&options.trust, noun == Noun::Token, env);
    let half = CredentialFile::located(noun.cert(), env);
    let budget = Budget::default();
    let case = Case::new(half, &mut trust, options, &budget, env);
    let (mut report, _) = one(&case, command, &trust, options, &budget, env);
    let half = case.half();
    match half.found() {
        Some(_) if options.trust.alien => report.findings.extend(info::unreadable_key(half, env)),
        Some(_) if noun == Noun::Proxy => {}
        Some(_) => beside(half, env, &mut report.findings),
        None => {}
    }
    report
}

/// Verifies operands, a batch at a time, against what was opened once.
pub fn operands<'a>(
    noun: Noun,
    command: &'static str,
    options: &'a Options,
    env: &'a Env,
    progress: &'a Task,
) -> impl FnMut(&[PathBuf]) -> Vec<Report> + 'a {
    let mut trust = Trust::open(&options.trust, noun == Noun::Token, env);
    let mut reserve = Reserve::default();
    move |files| {
        // Reading and judging are for all cores; what is gathered is gathered once, in order.
        let halves =
            parallel::map(files, |path: &PathBuf| CredentialFile::operand(noun.cert(), path));
        let cases: Vec<Case> = halves
            .into_iter()
            .map(|half| {
                let new = |budget: &Budget| Case::new(half, &mut trust, options, budget, env);
                reserve.lend(UNITS_OF_ONE, new)
            })
            .collect();
        let judged =
            |case: &Case, budget: &Budget| one(case, command, &trust, options, budget, env).0;
        let reports = shares::map(&cases, |case| case.share(&trust), &mut reserve, judged);
        reports.iter().for_each(|_| progress.step());
        reports
    }
}

/// Key and file modes of a credential that tools will use from where it is.
fn beside(half: &CredentialFile, env: &Env, findings: &mut Vec<Finding>) {
    let key = CredentialFile::located(half.role.partner(), env);
    let (_, pair) = info::pair(half, &key, false, env);
    info::add_pair(findings, pair);
    findings.extend(credential::modes(half, &key, env));
    findings.extend(half.shadow(env));
}

/// Judges one credential: its file, its kind, its path.
pub fn one(
    case: &Case,
    command: &'static str,
    trust: &Trust,
    options: &Options,
    budget: &Budget,
    env: &Env,
) -> (Report, PathFacts) {
    let half = case.half();
    let mut report = Report::new(command, env.now);
    report.findings.extend(half.trouble(env));
    let Some(read) = half.found() else {
        return (report, PathFacts::default());
    };
    let form = file::certificates(&read.source, &read.contents, half.read_as(), env.now);
    report.findings.extend(advised(half.role, form));
    if half.role == Role::Proxy {
        let beside = proxy::beside(half, read, false, env).1;
        report.findings.extend(beside);
        report.findings.extend(half.modes(env));
        report.findings.extend(half.shadow(env));
    }
    let Some(leaf) = read.contents.first() else {
        return (report, PathFacts::default());
    };
    report.findings.extend(info::kind(half, leaf, options, env));
    let facts = case.judge(trust, options, budget, env, &mut report);
    (report, facts)
}

//! `cert-verify`, `proxy-verify`, `token-verify`: the path to a trust anchor, or where it stopped
//! and why.

use crate::chain::budget::{Budget, SharedBudget, UNITS_OF_ONE};
use crate::check::{arguments as usage, consumers, file};
use crate::command::arguments::groups::{NEED, Operands, PathArguments, PathLimits, Proxies};
use crate::command::arguments::{arguments, option};
use crate::command::definition::{Alien, Definition, Each, Group, Judge};
use crate::command::path::{CredentialEvidence, PathFacts, PathOptions};
use crate::command::{Call, Conventions, Noun, certificate, info, pair, proxy};
use crate::gather::cas::Trust;
use crate::gather::credential::{CredentialFile, advised};
use crate::gather::options::VomsOptions;
use crate::gather::{credential, shares};
use crate::locate::{CaOptions, Role};
use crate::report::{AlienForm, Finding, Item, Report};
use crate::source::candidate::Candidate;
use crate::system::env::Env;
use crate::system::parallel;
use crate::system::progress::Task;
use crate::text::time::Seconds;

/// `cert-verify`.
pub const CERT: Definition<Args> = Definition {
    name: "cert-verify",
    group: Group::Check,
    about: "Verify the user certificate against a CA directory, and show the path found",
    example: "certok cert-verify --ca-dir /etc/grid-security/certificates",
    alien: Alien::Format(AlienForm::Verify),
    each: Some(Each {
        operands: |args| &args.operands,
        judge: |args, call, task| each(Noun::Cert, args.options(call), call, task),
    }),
    ..Definition::reporting(|args, call| Ok(run(Noun::Cert, &args.options(call), call)))
};

/// `token-verify`.
pub const TOKEN: Definition<Args> = Definition {
    name: "token-verify",
    group: Group::Check,
    about: "The same for the JAliEn token",
    example: "certok token-verify",
    alien: Alien::Format(AlienForm::Verify),
    each: Some(Each {
        operands: |args| &args.operands,
        judge: |args, call, task| each(Noun::Token, args.options(call), call, task),
    }),
    ..Definition::reporting(|args, call| Ok(run(Noun::Token, &args.options(call), call)))
};

/// `proxy-verify`.
pub const PROXY: Definition<ProxyArgs> = Definition {
    name: "proxy-verify",
    group: Group::Check,
    about: "The same for the proxy, by the rules of RFC 3820 and Globus",
    example: "certok proxy-verify",
    each: Some(Each {
        operands: |args| &args.path.operands,
        judge: |args, call, task| each(Noun::Proxy, args.options(call), call, task),
    }),
    ..Definition::reporting(|args, call| Ok(run(Noun::Proxy, &args.options(call), call)))
};

arguments! {
    /// Arguments of `cert-verify`, `token-verify`.
    pub struct Args {
        operands: Operands,
        need: Seconds = NEED,
        ca: CaOptions,
        path: PathArguments,
        proxies: Option<Proxies> = option("proxy", "MODE",
            "Whether the path may hold proxies; allow in proxy-verify alone unless given"),
        limits: PathLimits,
    }
}

arguments! {
    /// Arguments of `proxy-verify`.
    pub struct ProxyArgs {
        path: Args,
        voms: VomsOptions,
    }
}

impl Args {
    pub(in crate::command) fn options(&self, call: &Call<'_>) -> PathOptions {
        let scope = call.scope(self.need);
        let options = PathOptions::of(&self.ca, &self.path, &self.limits, scope);
        PathOptions { proxies: self.proxies, ..options }
    }
}

impl ProxyArgs {
    pub(in crate::command) fn options(&self, call: &Call<'_>) -> PathOptions {
        PathOptions { voms: self.voms.clone(), ..self.path.options(call) }
    }
}

/// Verifies the credential that is in use.
fn run(noun: Noun, options: &PathOptions, call: &Call<'_>) -> Report {
    let env = call.env;
    let mut trust = Trust::open(&options.trust, call.ca_search(noun.cert()), env);
    let half = CredentialFile::located(noun.cert(), env);
    let budget = Budget::default();
    let evidence = CredentialEvidence::new(half, &mut trust, options, &budget, env);
    let (mut report, _) = one(&evidence, call.name, &trust, options, &budget, env);
    let half = evidence.half();
    match (half.found(), call.conventions) {
        (None, _) => {}
        (Some(_), Conventions::Alien) => report.findings.extend(pair::unreadable_key(half, env)),
        (Some(_), Conventions::Own) if noun == Noun::Proxy => {}
        (Some(_), Conventions::Own) => {
            beside(half, env, &mut report.findings);
            report.findings.extend(trust.alien_py().filter(|_| noun == Noun::Token));
        }
    }
    lowered_for(report, options)
}

/// Verifies operands in batches. The evidence is opened only once.
pub(in crate::command) fn each<'a>(
    noun: Noun,
    options: PathOptions,
    call: &Call<'a>,
    task: &'a Task,
) -> Box<Judge<'a>> {
    let (command, env) = (call.name, call.env);
    let mut trust = Trust::open(&options.trust, call.ca_search(noun.cert()), env);
    let mut shared_budget = SharedBudget::of_operands();
    Box::new(move |files| {
        let options = &options;
        // Reading and judging use all cores. Evidence is gathered once and in order.
        let halves =
            parallel::map(files, |one: &Candidate| CredentialFile::read(noun.cert(), one.clone()));
        let gathered: Vec<CredentialEvidence> = halves
            .into_iter()
            .map(|half| {
                let new = |budget: &Budget| {
                    CredentialEvidence::new(half, &mut trust, options, budget, env)
                };
                shared_budget.with_share(UNITS_OF_ONE, new)
            })
            .collect();
        let judged = |evidence: &CredentialEvidence, budget: &Budget| {
            lowered_for(one(evidence, command, &trust, options, budget, env).0, options)
        };
        let reports =
            shares::map(&gathered, |evidence| evidence.share(&trust), &mut shared_budget, judged);
        reports.iter().for_each(|_| task.step());
        reports
    })
}

/// What is wrong beside the path is lowered to what concerns the software that was named.
fn lowered_for(mut report: Report, options: &PathOptions) -> Report {
    if let Some(selection) = options.judge_as {
        match selection.profiles().next() {
            Some(_) => consumers::lower_for(selection, &mut report.findings),
            None => {
                let word = selection.word;
                let shows = selection.clients().next().map_or_else(String::new, |_| {
                    format!("; it shows them to servers: certok who --tool {word}")
                });
                let words = format!("--as {word}: it does not accept certificates{shows}");
                return Report::of(report.command, report.at, usage::USAGE.found(words));
            }
        }
    }
    report
}

/// Key and file modes of a credential that tools will use from where it is.
pub(in crate::command) fn beside(half: &CredentialFile, env: &Env, findings: &mut Vec<Finding>) {
    let key = CredentialFile::located(half.role.partner(), env);
    let (_, pair) = pair::judge(half, &key, false, env);
    pair::add(findings, pair);
    findings.extend(credential::modes(half, &key, env));
    findings.extend(half.shadow(env));
}

/// What `*-info` says of it.
fn about(half: &CredentialFile, options: &PathOptions, env: &Env) -> Vec<Item> {
    if half.role == Role::Proxy {
        let report = proxy::one(half, "", options.scope, &options.voms, env);
        return report.items.into_iter().chain(report.about).collect();
    }
    let mut report = Report::new("", env.now);
    info::certificate(half, options.scope, env, &mut report);
    report.items
}

/// Judges one credential: its file, its kind, its path.
pub fn one(
    evidence: &CredentialEvidence,
    command: &'static str,
    trust: &Trust,
    options: &PathOptions,
    budget: &Budget,
    env: &Env,
) -> (Report, PathFacts) {
    let half = evidence.half();
    let mut report = Report::new(command, env.now);
    report.findings.extend(half.trouble(env));
    let Some(read) = half.found() else {
        return (report, PathFacts::default());
    };
    let form = file::certificates(&read.source, &read.contents, half.read_as(), env.now);
    report.findings.extend(advised(half.role, form));
    if half.role == Role::Proxy {
        let beside = pair::of_proxy(half, read, false, env).1;
        report.findings.extend(beside);
        report.findings.extend(half.modes(env));
        report.findings.extend(half.shadow(env));
    }
    let Some(leaf) = read.contents.first() else {
        return (report, PathFacts::default());
    };
    report.findings.extend(certificate::kind(half, leaf, options.scope, env));
    if options.scope.values {
        report.about = about(half, options, env);
    }
    let facts = evidence.judge(trust, options, budget, env, &mut report);
    (report, facts)
}

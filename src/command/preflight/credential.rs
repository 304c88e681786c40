//! One credential in everything: what `*-info`, `*-verify` and `*-match` say of it, together.

use crate::chain::Purpose;
use crate::chain::budget::Budget;
use crate::check::{chain, host_name, lifetime, weigh};
use crate::command::path::Case;
use crate::command::preflight::step;
use crate::command::preflight::step::Seen;
use crate::command::preflight::subject::Subject;
use crate::command::{Options, info, key_match as pair, proxy, verify};
use crate::gather::cas::Trust;
use crate::gather::credential::CredentialFile;
use crate::locate::Role;
use crate::parse::host_name::HostName;
use crate::report::{Exit, Finding, Item, Report, Severity};
use crate::system::env::Env;

/// Judges a located credential, its key with it.
pub(super) fn judge(
    subject: Subject,
    half: CredentialFile,
    name: Option<&HostName>,
    options: &Options,
    env: &Env,
) -> Report {
    let mut trust = Trust::open(&options.trust, half.role.is_token(), env);
    let case = Case::new(half, &mut trust, options, &Budget::default(), env);
    let half = case.half();
    let key = (half.role != Role::Proxy).then(|| key_of(half, env));
    let mut report = Report::new("check", env.now);
    let mut items = verified(&case, &trust, options, env, &mut report.findings);
    let mut proof = Report::new("check", env.now);
    let own_key = key.as_ref().unwrap_or(half);
    pair::judge(half, own_key, !options.exit_only, options, env, &mut proof);
    items.extend(proof.items);
    merge(&mut report.findings, proof.findings);
    add_seen(&mut report.findings, seen_alone(half, options, env));
    let certificate = half.found().and_then(|read| read.contents.first());
    if let (Some(certificate), Some(name)) = (certificate, name.filter(|_| half.role.is_host())) {
        let found = host_name::check(certificate, name, &info::named(half, certificate));
        report.findings.extend(found);
    }
    drop_idle(&mut report.findings, half, options);
    if !options.exit_only {
        let seen = Seen {
            half,
            key: key.as_ref(),
            items: &items,
            findings: &report.findings,
            name,
            bundle: trust.candidate.bundle,
            options,
            now: env.now,
        };
        let item = step::item(subject.word(), report.exit(), &seen);
        report.items.push(item);
    }
    report
}

/// The key at its own place, else the one in the certificate's file.
fn key_of(half: &CredentialFile, env: &Env) -> CredentialFile {
    let located = CredentialFile::located(half.role.partner(), env);
    let own = pair::own_key(half).filter(|_| located.found().is_none());
    own.unwrap_or(located)
}

/// What `*-verify` says. A host's certificate must serve; that it may not act as client is a warning.
fn verified(
    case: &Case,
    trust: &Trust,
    options: &Options,
    env: &Env,
    findings: &mut Vec<Finding>,
) -> Vec<Item> {
    let both = case.half().role.is_host() && !options.purpose_given;
    let purposes = match both {
        true => &[Purpose::Server, Purpose::Client][..],
        false => &[options.purpose],
    };
    let mut items = Vec::new();
    for (at, purpose) in purposes.iter().enumerate() {
        let options = &Options { purpose: *purpose, ..options.clone() };
        let report = verify::one(case, "check", trust, options, &Budget::default(), env);
        let of_purpose =
            |finding: &Finding| finding.is_one_of(&[&chain::PURPOSE, &chain::KEY_USAGE]);
        let found = report.findings.into_iter().map(|finding| match at {
            1 if of_purpose(&finding) => host_name::server_only(&finding),
            _ => finding,
        });
        merge(findings, found.collect());
        if items.is_empty() {
            items = report.items;
        }
    }
    items
}

/// What `*-info` says.
fn seen_alone(half: &CredentialFile, options: &Options, env: &Env) -> Vec<Finding> {
    let options = &Options { exit_only: true, ..options.clone() };
    if half.role == Role::Proxy {
        return proxy::one(half, "check", options, env).findings;
    }
    let mut report = Report::new("check", env.now);
    info::certificate(half, options, env, &mut report);
    report.findings
}

/// Adds `more`; of the same said twice, what weighs more stays.
fn merge(findings: &mut Vec<Finding>, more: Vec<Finding>) {
    for finding in more {
        match findings.iter_mut().find(|known| known.same_as(&finding)) {
            Some(known) if weight(&finding) < weight(known) => *known = finding,
            Some(_) => {}
            None => findings.push(finding),
        }
    }
}

/// Adds what was not said yet in any words.
fn add_seen(findings: &mut Vec<Finding>, more: Vec<Finding>) {
    for finding in more {
        let said =
            |known: &Finding| known.rule.id == finding.rule.id && weight(known) <= weight(&finding);
        if !findings.iter().any(said) {
            findings.push(finding);
        }
    }
}

fn weight(finding: &Finding) -> (Severity, usize) {
    (finding.severity, finding.exit.rank())
}

/// Takes away what another finding says better, or what does not matter here.
fn drop_idle(findings: &mut Vec<Finding>, half: &CredentialFile, options: &Options) {
    weigh::settle(findings);
    let missing = half.found().is_none();
    findings.retain(|found| {
        let idle = options.warn.is_some() && found.is(&lifetime::EXPIRES_SOON)
            || half.role.is_host() && found.is(&lifetime::ALIEN_TOO_SHORT)
            // Where there is no certificate, nobody misses its key.
            || missing && found.exit == Exit::NotFound && step::is_of_key(found.rule);
        !idle
    });
}

//! `cert-verify`, `proxy-verify`, `token-verify`: a chain to a trust anchor, or where it stopped and why.

use std::path::PathBuf;
use std::sync::Arc;

use crate::chain::Defect;
use crate::chain::Flaw;
use crate::chain::Known;
use crate::chain::Outcome;
use crate::chain::Question;
use crate::chain::build;
use crate::chain::greedy;
use crate::chain::opinion;
use crate::chain::permission;
use crate::chain::proxy::Chain;
use crate::chain::proxy::is_proxy;
use crate::chain::proxy::within;
use crate::chain::revocation;
use crate::check;
use crate::check::chain;
use crate::check::detour;
use crate::check::file;
use crate::check::lifetime;
use crate::check::strength;
use crate::check::token;
use crate::check::trust_dir;
use crate::check::trust_dir::Seen;
use crate::command::Noun;
use crate::command::Options;
use crate::command::elsewhere;
use crate::command::evidence::Half;
use crate::command::evidence::Read;
use crate::command::evidence::advised;
use crate::command::info;
use crate::command::policies;
use crate::command::proxy;
use crate::command::trust::Trust;
use crate::command::voms::Gathered;
use crate::describe;
use crate::env::Env;
use crate::locate::Role;
use crate::parse::cert::Certificate;
use crate::report::Finding;
use crate::report::Item;
use crate::report::Report;
use crate::report::Severity;
use crate::report::Value;

/// Verifies the credential, or each operand.
pub fn run(noun: Noun, command: &'static str, options: &Options, env: &Env) -> Report {
    let mut trust = Trust::open(options, noun == Noun::Token, env);
    if options.files.is_empty() {
        let half = Half::located(noun.cert(), env);
        let mut report = one(&half, command, &mut trust, options, env);
        match half.found() {
            Some(_) if options.alien => report.findings.extend(info::unreadable_key(&half, env)),
            Some(_) if noun == Noun::Proxy => {}
            Some(_) => beside(&half, env, &mut report.findings),
            None => {}
        }
        return report;
    }
    let each = |path: &PathBuf| {
        one(
            &Half::operand(noun.cert(), path),
            command,
            &mut trust,
            options,
            env,
        )
    };
    let reports = options.files.iter().map(each).collect();
    Report::combined(command, env.now, reports)
}

/// Key and file modes of a credential that tools will use from where it is.
fn beside(half: &Half, env: &Env, findings: &mut Vec<Finding>) {
    let key = Half::located(half.role.partner(), env);
    let (_, pair) = info::pair(half, &key, false, env);
    info::add_pair(findings, pair);
    findings.extend(half.modes(env));
    findings.extend(key.modes(env));
    findings.extend(half.shadow(env));
}

fn one(
    half: &Half,
    command: &'static str,
    trust: &mut Trust,
    options: &Options,
    env: &Env,
) -> Report {
    let mut report = Report::new(command, env.now);
    report.findings.extend(half.trouble(env));
    let Some(read) = half.found() else {
        return report;
    };
    let form = file::certificates(&read.source, &read.contents, half.is_located(), env.now);
    report.findings.extend(advised(half.role, form));
    if half.role == Role::Proxy {
        report
            .findings
            .extend(proxy::beside(half, read, false, env).1);
        report.findings.extend(half.modes(env));
        report.findings.extend(half.shadow(env));
    }
    let Some(leaf) = read.contents.first() else {
        return report;
    };
    report.findings.extend(info::kind(half, leaf, options, env));
    let voms = chain_of(half, read, trust, options, env, &mut report);
    report.findings.extend(voms);
    report
}

/// Judges the path; what is to be said of VOMS attributes comes back, for behind it.
fn chain_of(
    half: &Half,
    read: &Read,
    trust: &mut Trust,
    options: &Options,
    env: &Env,
    report: &mut Report,
) -> Vec<Finding> {
    let known = read.known();
    let Some((leaf, helpers)) = known.split_first() else {
        return Vec::new();
    };
    trust.begin();
    trust.gather(leaf, helpers, options.partial_chain);
    let voms = (half.role == Role::Proxy)
        .then(|| Gathered::new(&within(leaf, helpers), trust, options, env));
    let question = Question {
        at: env.now,
        need: options.need,
        purpose: options.purpose,
        partial_chain: options.partial_chain,
        max_depth: options.max_depth,
        crl: options.crl,
        crl_leaf_only: options.crl_leaf_only,
        policy: options.policy,
        proxies: options.proxies.unwrap_or(half.role == Role::Proxy),
        evidence: &trust.evidence,
    };
    let shown = trust.shown();
    let mut pool = trust.pool.clone();
    pool.extend_from_slice(helpers);
    let outcome = build::search(leaf, &pool, &question);
    let noun = half.role.noun();
    let context = chain::Context {
        noun,
        token: half.role.is_token(),
        question: &question,
        trust: &shown,
    };
    if !options.exit_only {
        let grants = permission::rule(&outcome.best.path, &question).grants;
        let mut path = describe::path::item(&outcome.best, outcome.accepted(), &grants);
        let others = elsewhere::ca(&trust.candidate, options, half.role.is_token(), env);
        path.detail("elsewhere", "others use", Value::Texts(others));
        let attempts = i64::try_from(outcome.attempts).unwrap_or(i64::MAX);
        path.detail("attempts", "ways tried", Value::Int(attempts));
        path.detail("tried", "", Value::Items(tried(&outcome, context)));
        report.items.push(path);
    }
    let words = if outcome.best.anchored {
        revocation::consult(&outcome.best.path, &pool, &question)
    } else {
        Vec::new()
    };
    if !options.exit_only {
        let lists = describe::revocation::item(&words, &outcome.best.path, env.now);
        report.items.extend(lists);
    }
    let said = voms.as_ref().map_or_else(Vec::new, |voms| {
        voms.judge(&outcome, trust, &question, options, &mut report.items)
    });
    let old_ca = half
        .role
        .is_token()
        .then(|| token::old_ca(&leaf.certificate))
        .flatten();
    report.findings.extend(old_ca);
    if outcome.accepted() {
        accepted(half, &outcome, &question, report, env);
        if !options.exit_only {
            let path = &outcome.best.path;
            let instead = greedy::refused(path, &pool, &question);
            let detour = instead.map(|instead| detour::explain(path, &instead, context));
            report.findings.extend(detour);
            let found = chain::revocation::remarks(&words, path, &question, &shown);
            report.findings.extend(found);
            let remarks = policies::remarks(trust, path, &question);
            report.findings.extend(remarks);
        }
        if let Some(voms) = &voms {
            report.good.push_str(&voms.boast(options));
        }
        return said;
    }
    let unknown =
        |f: &Finding| f.rule.id == chain::ISSUER_UNKNOWN.id || f.rule.id == chain::SELF_SIGNED.id;
    let mut flaws = chain::check(&outcome.best, context);
    if let Some(found) = proxy::incomplete(read, &outcome.best.path, env) {
        // The same with the file that would complete it.
        flaws.retain(|finding| finding.rule.id != check::proxy::MISSING_EEC.id);
        flaws.push(found);
    }
    policies::name_misnamed(trust, &outcome.best.path, &question, &mut flaws);
    let better = explain(trust, leaf, helpers, &question, &outcome);
    let is_error = |finding: &Finding| finding.severity == Severity::Error;
    if better.iter().any(is_error) {
        flaws.retain(|finding| !unknown(finding) || finding.rule.id == chain::SELF_SIGNED.id);
    }
    report.findings.extend(better);
    report.findings.extend(flaws);
    report.findings.extend(outcome.exhausted.map(|limit| {
        chain::EXHAUSTED.found(format!("the search for a path ended early at {limit}"))
    }));
    // Whatever the reasons above: what was not accepted is never ok.
    if !report.findings.iter().any(is_error) {
        let name = leaf.certificate.subject.common_name();
        let message = format!("no path from {name} to a CA in {shown} was accepted");
        report.findings.push(chain::ISSUER_UNKNOWN.found(message));
    }
    said
}

/// The ways that were tried besides the one shown, each with why it was left.
fn tried(outcome: &Outcome, context: chain::Context<'_>) -> Vec<Item> {
    let reasons = |attempt| {
        let findings = chain::check(attempt, context);
        findings
            .into_iter()
            .map(|finding| finding.message)
            .collect()
    };
    let other = |attempt| describe::path::other(attempt, reasons(attempt));
    outcome.others.iter().map(other).collect()
}

fn accepted(
    half: &Half,
    outcome: &Outcome,
    question: &Question<'_>,
    report: &mut Report,
    env: &Env,
) {
    let path = &outcome.best.path;
    report
        .findings
        .extend(strength::check(path, question.purpose));
    report.findings.extend(check::proxy::elsewhere(path));
    let Some(leaf) = path.first() else { return };
    let noun = info::named(half, &leaf.certificate);
    let kind = info::lifetime_kind(half, &leaf.certificate);
    let ask = lifetime::Question {
        noun: &noun,
        need: question.need,
        kind,
        now: env.now,
    };
    report
        .findings
        .extend(lifetime::check(&leaf.certificate.validity, ask));
    report
        .findings
        .extend(opinion::refusal(&outcome.best, question).map(|reason| {
            chain::SECOND_OPINION.found(format!(
                "services built on rustls refuse this path: {reason}"
            ))
        }));
    let anchor = path
        .last()
        .map_or_else(String::new, |k| k.certificate.subject.common_name());
    // A proxy's own name is a number.
    let whom = Chain::new(path)
        .identity()
        .unwrap_or(&leaf.certificate.subject);
    report.good = format!(
        "{noun} verifies: {} to the trust anchor '{anchor}', as {}",
        whom.common_name(),
        question.purpose.name()
    );
}

/// The whole directory's word on why the search stopped: what is there and was not found.
fn explain(
    trust: &Trust,
    leaf: &Known,
    helpers: &[Known],
    question: &Question<'_>,
    outcome: &Outcome,
) -> Vec<Finding> {
    if let Some(trouble) = &trust.trouble {
        return vec![trust_dir::unusable(&trust.candidate, trouble)];
    }
    let Some(last) = outcome.best.path.last() else {
        return Vec::new();
    };
    let stopped = outcome.best.flaws.iter().any(|flaw| {
        matches!(
            flaw.defect,
            Defect::IssuerNotFound | Defect::BadSignature { .. } | Defect::SelfSigned
        )
    });
    // Who issued a proxy is looked for in its file, not among the CAs.
    if !stopped || trust.candidate.bundle || is_proxy(last) {
        return Vec::new();
    }
    let directory = &trust.candidate.path;
    let issuer = &last.certificate.issuer;
    let bad = trust.bad.iter().filter_map(|entry| {
        let bad = entry.content.as_ref().err()?;
        entry
            .name
            .starts_with(&issuer.new_hash())
            .then(|| trust_dir::bad_entry(directory, entry, bad, issuer))
    });
    let mut findings: Vec<Finding> = bad.collect();
    let seen = trust.survey();
    let found = retry(trust, &seen, leaf, helpers, question);
    let needed: Vec<&Certificate> = found.iter().map(AsRef::as_ref).collect();
    let misnamed = trust_dir::not_found_by_hash(directory, &seen, &needed);
    if misnamed.is_empty() && findings.is_empty() {
        let mut words = trust_dir::directory(&trust.candidate, &seen, &last.certificate);
        // An issuer of that name that is there and did not sign is not missing.
        let absent = |flaw: &Flaw| flaw.defect == Defect::IssuerNotFound;
        if !outcome.best.flaws.iter().any(absent) {
            words.retain(|finding| finding.rule.id != chain::INTERMEDIATE_MISSING.id);
        }
        findings.extend(words);
    }
    findings.extend(misnamed);
    findings
}

/// Searches again with everything in the directory; the certificates that make the difference.
fn retry(
    trust: &Trust,
    seen: &[Seen],
    leaf: &Known,
    helpers: &[Known],
    question: &Question<'_>,
) -> Vec<Arc<Certificate>> {
    let all = seen
        .iter()
        .filter_map(|entry| Some((entry, entry.content.as_ref().ok()?)));
    let mut pool: Vec<Known> = all
        .flat_map(|(entry, certificates)| {
            let from = trust.candidate.path.join(&entry.name).display().to_string();
            certificates
                .iter()
                .enumerate()
                .map(move |(at, certificate)| Known {
                    certificate: Arc::clone(certificate),
                    from: from.clone(),
                    block: at + 1,
                    trusted: true,
                })
        })
        .collect();
    pool.extend_from_slice(helpers);
    let again = build::search(leaf, &pool, question);
    let new = |known: &&Known| {
        known.trusted
            && !trust
                .pool
                .iter()
                .any(|old| old.certificate == known.certificate)
            && !is_found_by_hash(seen, &known.certificate)
    };
    if !again.best.anchored {
        return Vec::new();
    }
    // A user's certificate is nobody's CA, wherever it lies.
    let cas = again
        .best
        .path
        .iter()
        .filter(|known| known.certificate.is_ca());
    cas.filter(new)
        .map(|known| Arc::clone(&known.certificate))
        .collect()
}

/// Whether a lookup would have found it, had the search come as far.
fn is_found_by_hash(seen: &[Seen], certificate: &Certificate) -> bool {
    let hash = certificate.subject.new_hash();
    let numbered = |n: usize| seen.iter().find(|e| e.name == format!("{hash}.{n}"));
    (0..seen.len())
        .map_while(|n| numbered(n)?.content.as_ref().ok())
        .flatten()
        .any(|found| **found == *certificate)
}

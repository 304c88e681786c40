//! All about one credential: `*-info`, `*-verify` and `*-match` together.

use std::ffi::OsStr;
use std::path::Path;

use crate::chain::Purpose;
use crate::chain::budget::Budget;
use crate::check::{chain, consumers, host_name, lifetime, place, precedence, strength};
use crate::command::ca::row::CaPlace;
use crate::command::certificate::Scope;
use crate::command::path::{CredentialEvidence, PathFacts, PathOptions};
use crate::command::preflight::context::CheckContext;
use crate::command::{certificate, info, key_match as pair, proxy, verify};
use crate::crypto::pair::Proof;
use crate::gather::cas::Trust;
use crate::gather::credential::{CredentialFile, sibling};
use crate::locate::{CaSearch, Role};
use crate::report::{Exit, Finding, Item, Rule, Severity};
use crate::text::time::{Seconds, UnixTime};

/// A credential, its key, and everything that was found about them.
pub struct Credential {
    pub(super) half: CredentialFile,
    /// The file of its key. A proxy is both.
    pub(super) key: Option<CredentialFile>,
    /// The items of `*-verify`.
    pub(super) items: Vec<Item>,
    /// The result of the search for a path.
    pub path: PathFacts,
    /// How the key was proven to belong to the certificate.
    pub(super) pair: Option<Proof>,
    /// The facts of the key.
    pub(super) key_item: Option<Item>,
    /// The CA directory or CA file that was used.
    pub place: Option<CaPlace>,
}

impl Credential {
    /// A credential in use.
    pub(super) fn located(half: CredentialFile) -> Self {
        Self {
            half,
            key: None,
            items: Vec::new(),
            path: PathFacts::default(),
            pair: None,
            key_item: None,
            place: None,
        }
    }

    /// Judges a certificate together with its key.
    pub(super) fn judge(
        self,
        required: bool,
        context: &CheckContext<'_>,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let (options, env) = (&context.options, context.env);
        let mut trust = Trust::open(&options.trust, CaSearch::of(self.half.role), env);
        let evidence =
            CredentialEvidence::new(self.half, &mut trust, options, &Budget::default(), env);
        let half = evidence.half();
        let key = key_of(half, context);
        let (items, path) = verified(&evidence, &trust, context, findings);
        let mut proof = context.report();
        let own_key = key.as_ref().or((half.role == Role::Proxy).then_some(half));
        let exit_only = options.scope.exit_only;
        let proving = pair::Proving { key: &context.key, sign: !exit_only, exit_only };
        let pair = own_key.and_then(|key| pair::judge(half, key, proving, env, &mut proof));
        // If tools ask for the passphrase, its user knows it.
        let question = match required || context.key.passphrase_file.is_some() {
            true => precedence::CheckKind::Pair,
            false => precedence::CheckKind::InUse,
        };
        let mut of_pair = Vec::new();
        precedence::add(question, &mut of_pair, proof.findings);
        merge(findings, of_pair);
        add_seen(findings, seen_alone(half, context));
        findings.extend(trust.alien_py().filter(|_| required && half.role.is_token()));
        let certificate = half.found().and_then(|read| read.contents.first());
        let name = context.name.as_ref().filter(|_| half.role.is_host());
        if let Some((certificate, name)) = certificate.zip(name) {
            findings.extend(host_name::check(
                certificate,
                name,
                &certificate::named(half, certificate),
            ));
        }
        // Here the question is whether services accept it.
        for found in findings.iter_mut().filter(|found| found.is(&strength::UNTRIED_KEY)) {
            (found.severity, found.exit) = (found.rule.severity, found.rule.exit);
        }
        drop_idle(findings, half, options.warn);
        if let Some(selection) = options.judge_as {
            consumers::lower_for(selection, findings);
        }
        let key_item = proof.items.into_iter().find(|item| item.kind == "key");
        let place = half.found().map(|_| CaPlace::of(&trust));
        Self { half: evidence.into_half(), key, items, path, pair, key_item, place }
    }

    /// Whether its key was neither named nor found.
    pub(super) fn is_without_key(&self) -> bool {
        self.half.found().is_some() && self.key.is_none() && self.half.role != Role::Proxy
    }

    /// When the first certificate of the path ends, or of the part that exists.
    pub(super) fn end(&self) -> Option<UnixTime> {
        let own = self.half.found()?.contents.first()?.validity.not_after;
        Some(self.path.end.map_or(own, |end| end.min(own)))
    }
}

/// The key at its own place, else the one in the file of the certificate. If the certificate was
/// named: the key that was named, else the one that tools expect there.
fn key_of(half: &CredentialFile, context: &CheckContext<'_>) -> Option<CredentialFile> {
    let (role, env) = (half.role.partner(), context.env);
    if half.role == Role::Proxy {
        return None;
    }
    if !half.is_located() {
        let named = context.key_file.clone().map(|file| CredentialFile::read(role, file));
        let is_usual = half.candidate.path().and_then(Path::file_name)
            == Some(OsStr::new(&half.role.file_name(env.uid)));
        let beside = || sibling(half, env).filter(|_| is_usual);
        let beside = || beside().map(|path| CredentialFile::operand(role, &path));
        return named.or_else(|| pair::own_key(half)).or_else(beside);
    }
    let located = CredentialFile::located(role, env);
    let own = pair::own_key(half).filter(|_| located.found().is_none());
    Some(own.unwrap_or(located))
}

/// What `*-verify` says. A host is a server, and may be a client too.
fn verified(
    evidence: &CredentialEvidence,
    trust: &Trust,
    context: &CheckContext<'_>,
    findings: &mut Vec<Finding>,
) -> (Vec<Item>, PathFacts) {
    // Whoever's verdict is asked for judges clients.
    let judge_as = context.options.judge_as;
    let both = evidence.half().role.is_host() && context.purpose.is_none() && judge_as.is_none();
    let purposes = match both {
        true => &[Purpose::Server, Purpose::Client][..],
        false => &[context.options.purpose],
    };
    let (mut items, mut path) = (Vec::new(), PathFacts::default());
    for purpose in purposes {
        let options = &PathOptions { purpose: *purpose, ..context.options.clone() };
        let (report, facts) =
            verify::one(evidence, context.command, trust, options, &Budget::default(), context.env);
        let as_client = both && *purpose == Purpose::Client;
        let found = report.findings.into_iter();
        merge(
            findings,
            match as_client {
                true => found.map(chain::as_client).collect(),
                false => found.collect(),
            },
        );
        if items.is_empty() {
            (items, path) = (report.items, facts);
        }
    }
    (items, path)
}

/// What `*-info` says.
fn seen_alone(half: &CredentialFile, context: &CheckContext<'_>) -> Vec<Finding> {
    let scope = Scope { exit_only: true, ..context.options.scope };
    if half.role == Role::Proxy {
        return proxy::one(half, context.command, scope, &context.options.voms, context.env)
            .findings;
    }
    let mut report = context.report();
    info::certificate(half, scope, context.env, &mut report);
    report.findings
}

/// Adds `more`. If the same finding is there twice, the more severe one stays.
fn merge(findings: &mut Vec<Finding>, more: Vec<Finding>) {
    for finding in more {
        match findings.iter_mut().find(|known| known.same_as(&finding)) {
            Some(known) if severity_rank(&finding) < severity_rank(known) => *known = finding,
            Some(_) => {}
            None => findings.push(finding),
        }
    }
}

/// Adds findings that are not there yet in other words.
fn add_seen(findings: &mut Vec<Finding>, more: Vec<Finding>) {
    for finding in more {
        let said = |known: &Finding| {
            known.rule.id == finding.rule.id && severity_rank(known) <= severity_rank(&finding)
        };
        if !findings.iter().any(said) {
            findings.push(finding);
        }
    }
}

fn severity_rank(finding: &Finding) -> (Severity, usize) {
    (finding.severity, finding.exit.rank())
}

/// Removes findings that others say better, or that do not matter here.
fn drop_idle(findings: &mut Vec<Finding>, half: &CredentialFile, warn: Option<Seconds>) {
    precedence::remove_superseded(findings);
    let missing = half.found().is_none();
    findings.retain(|found| {
        let idle = warn.is_some() && found.is(&lifetime::EXPIRES_SOON)
            // Where there is no certificate, nobody misses its key.
            || missing && found.exit == Exit::NotFound && is_of_key(found.rule);
        !idle
    });
}

/// Whether the rule says that a key is missing.
fn is_of_key(rule: &Rule) -> bool {
    let missing = [&place::KEY_MISSING, &place::HOST_KEY_MISSING, &place::TOKEN_KEY_MISSING];
    missing.iter().any(|known| known.id == rule.id)
}

//! The path of one credential: searches, judges, reports.

use std::sync::Arc;

use crate::chain::acceptance::Presented;
use crate::chain::budget::{Budget, UNITS_OF_ONE};
use crate::chain::permission::PolicyMode;
use crate::chain::proxy::{Chain, within};
use crate::chain::revocation::{CrlMode, RevocationStatus};
use crate::chain::{
    MAX_DEPTH, Outcome, PoolCertificate, Purpose, Question, acceptance, build, opinion, permission,
    revocation,
};
use crate::check::ca_dir::expired_first;
use crate::check::chain::Context;
use crate::check::consumers::{Opinion, listed};
use crate::check::precedence::CheckKind;
use crate::check::{chain, consumers, lifetime, precedence, strength, token};
use crate::command::arguments::groups::{CrlDepth, PathArguments, PathLimits, Proxies};
use crate::command::ca::row::CaInUse;
use crate::command::certificate;
use crate::command::certificate::Scope;
use crate::consumer::Tool;
use crate::consumer::profile::{Carrier, Permission, Profile, Store};
use crate::consumer::selection::Selection;
use crate::crypto::price;
use crate::gather::anchors::RelevantAnchors;
use crate::gather::cas::Trust;
use crate::gather::credential::{CredentialFile, Read};
use crate::gather::options::{TrustOptions, VomsOptions};
use crate::gather::voms::Gathered;
use crate::gather::{clients, other_tools, path_failure, policies};
use crate::locate::{CaOptions, CaSearch, Role};
use crate::parse::cert::Certificate;
use crate::report::{Exit, Finding, Item, Report, Severity, Value};
use crate::system::env::Env;
use crate::text::time::{Seconds, UnixTime};
use crate::{check, consumer, describe};

/// Number of certificates in a file for which it gets units. A proxy has five.
const MAX_PRICED: usize = 10;

/// OpenSSL where it takes proxies.
const OPENSSL: &str = "openssl-proxy";

/// Units for the rest: candidates, rules, the signature of attributes.
const OTHER_WORK: u64 = 200;

/// The result of the search for a path, for `check` and `status`.
#[derive(Debug, Default)]
pub struct PathFacts {
    /// When the first certificate of the path ends, or of the part that exists.
    pub end: Option<UnixTime>,
    /// The trust anchor, if the path has one.
    pub anchor: Option<String>,
    /// Number of policy entries that permit it.
    pub permits: usize,
    /// The CRLs that were used, and whether they cover all CAs. None if no certificate was looked
    /// up.
    pub crls: Option<(String, bool)>,
    /// The CAs of the path from the CA directory or CA file.
    pub cas: Vec<CaInUse>,
    /// Software that refuses what is accepted here.
    pub refused_by: Vec<String>,
}

/// Questions about a credential and its path.
#[derive(Clone, Debug)]
pub struct PathOptions {
    /// Which CAs, CRLs and policy files are used.
    pub trust: TrustOptions,
    /// Questions about VOMS attributes.
    pub voms: VomsOptions,
    /// What the certificate is to be used for.
    pub purpose: Purpose,
    /// Whose revocation is checked.
    pub crl_depth: CrlDepth,
    /// Whether the path may contain proxies. None: only the path of a proxy may.
    pub proxies: Option<Proxies>,
    /// Most certificates between leaf and anchor.
    pub max_depth: usize,
    /// How thoroughly the credential is judged.
    pub scope: Scope,
    /// Warn if the credential ends before this time.
    pub warn: Option<Seconds>,
    /// Whose verdict is asked for, if not certok's own.
    pub judge_as: Option<Selection>,
}

impl PathOptions {
    /// The options of the command line, for a path without VOMS attributes.
    pub fn of(ca: &CaOptions, path: &PathArguments, limits: &PathLimits, scope: Scope) -> Self {
        Self {
            trust: TrustOptions {
                ca: ca.clone(),
                crl: path.crl,
                policy: path.policy,
                partial_chain: limits.partial_chain,
            },
            voms: VomsOptions::default(),
            purpose: path.purpose.unwrap_or(Purpose::Client),
            crl_depth: path.crl_depth,
            proxies: None,
            max_depth: limits.max_depth.map_or(MAX_DEPTH, usize::from),
            scope,
            warn: None,
            judge_as: path.judge_as,
        }
    }

    /// Whether the path of `role` may contain proxies.
    fn proxies(&self, role: Role) -> bool {
        self.proxies.map_or(role == Role::Proxy, |proxies| proxies == Proxies::Allow)
    }
}

/// A credential and the evidence for it, ready to be judged.
pub struct CredentialEvidence {
    half: CredentialFile,
    /// The certificates of the file. The one in question is first.
    known: Vec<PoolCertificate>,
    voms: Option<Gathered>,
    /// The limit at which evidence was not read, if it was reached.
    limit: Option<String>,
}

impl CredentialEvidence {
    /// Gathers the evidence for `half`.
    pub fn new(
        half: CredentialFile,
        trust: &mut Trust,
        options: &PathOptions,
        budget: &Budget,
        env: &Env,
    ) -> Self {
        let known = half.found().map_or_else(Vec::new, Read::known);
        let (mut voms, mut limit) = (None, None);
        if let Some((leaf, helpers)) = known.split_first() {
            let partial = options.trust.partial_chain || options.judge_as.is_some();
            limit = trust.gather(leaf, helpers, partial);
            voms = (half.role == Role::Proxy).then(|| {
                let chain = within(leaf, helpers, budget);
                Gathered::new(&chain, trust, &options.voms, options.trust.partial_chain, env)
            });
            limit = limit.or_else(|| voms.as_ref()?.limit.clone());
        }
        Self { half, known, voms, limit }
    }

    /// The work for it, before it takes from the reserve: each of its certificates is verified with
    /// one key, and so are the servers of its attributes.
    pub fn share(&self, trust: &Trust) -> u64 {
        let own = self.known.iter().map(|known| &known.certificate);
        let of_servers = self.voms.iter().flat_map(Gathered::carried);
        let all: Vec<_> = own.chain(of_servers).take(MAX_PRICED).collect();
        let price = |child: &&Arc<Certificate>| {
            let beside = || all.iter().copied().find(|one| one.subject.same_as(&child.issuer));
            let key = trust.first_named(&child.issuer).or_else(beside)?.key.as_ref().ok()?;
            Some(price::of(child.algorithm.scheme?, key, 0))
        };
        let prices: u64 = all.iter().filter_map(price).sum();
        (OTHER_WORK + prices).min(UNITS_OF_ONE)
    }

    /// Returns the credential at the end.
    pub fn into_half(self) -> CredentialFile {
        self.half
    }

    /// The credential.
    pub fn half(&self) -> &CredentialFile {
        &self.half
    }

    /// Searches a path. Also returns the certificates among which it searched.
    fn search(
        &self,
        leaf: &PoolCertificate,
        helpers: &[PoolCertificate],
        trust: &Trust,
        question: &Question<'_>,
        budget: &Budget,
    ) -> (Outcome, Vec<PoolCertificate>) {
        let named = self.known.iter().map(|known| &*known.certificate);
        let mut pool = trust.reachable(named);
        pool.extend_from_slice(helpers);
        let mut outcome = build::search_within(leaf, &pool, question, budget);
        if self.limit.is_some() {
            // A list or policy that was not read may forbid the path.
            outcome.exhausted.clone_from(&self.limit);
        }
        (outcome, pool)
    }

    fn question<'t>(&self, trust: &'t Trust, options: &PathOptions, env: &Env) -> Question<'t> {
        Question {
            at: env.now,
            need: options.scope.need,
            purpose: options.purpose,
            partial_chain: options.trust.partial_chain,
            max_depth: options.max_depth,
            crl: options.trust.crl,
            crl_leaf_only: options.crl_depth == CrlDepth::Leaf,
            policy: options.trust.policy,
            proxies: options.proxies(self.half.role),
            evidence: &trust.evidence,
        }
    }

    /// Judges the path, and after that the VOMS attributes.
    pub fn judge(
        &self,
        trust: &Trust,
        options: &PathOptions,
        budget: &Budget,
        env: &Env,
        report: &mut Report,
    ) -> PathFacts {
        let Some((leaf, helpers)) = self.known.split_first() else {
            return PathFacts::default();
        };
        let question = self.question(trust, options, env);
        let (outcome, pool) = self.search(leaf, helpers, trust, &question, budget);
        let shown = trust.shown();
        let search = PathSearch {
            half: &self.half,
            outcome: &outcome,
            pool: &pool,
            context: Context {
                noun: certificate::wanted(&self.half, &leaf.certificate),
                token: self.half.role.is_token(),
                question: &question,
                trust: &shown,
                by_hash: !trust.candidate.bundle,
            },
            trust,
            options,
            env,
        };
        let statuses = search.statuses();
        let mut facts = match options.scope.exit_only {
            true => PathFacts::default(),
            false => search.describe(&statuses, report),
        };
        let others = std::mem::take(&mut report.findings);
        let voms = self.voms.as_ref();
        let said = voms.map(|voms| {
            let items = (!options.scope.exit_only).then_some(&mut report.items);
            voms.judge(&outcome, trust, &question, &options.voms, budget, items)
        });
        if self.half.role.is_token() {
            report.findings.extend(token::old_ca(&leaf.certificate));
        }
        if outcome.accepted() {
            report.good = search.good();
            report.good += &voms.map_or_else(String::new, |voms| voms.summary(&options.voms));
            // Warnings do not change the exit code.
            if !options.scope.exit_only {
                search.remark(&statuses, report);
            }
        } else {
            search.refuse(leaf, helpers, report);
        }
        facts.refused_by = search.compare(&self.known, self.limit.is_none(), budget, report);
        report.findings.splice(0..0, others);
        report.findings.extend(said.into_iter().flatten());
        // Warnings do not change the exit code.
        if !options.scope.exit_only {
            report.findings.extend(trust.writable(search.path(), env.euid));
        }
        facts
    }
}

/// The result of a search, and what is needed to report it.
struct PathSearch<'a> {
    half: &'a CredentialFile,
    outcome: &'a Outcome,
    pool: &'a [PoolCertificate],
    context: Context<'a>,
    trust: &'a Trust,
    options: &'a PathOptions,
    env: &'a Env,
}

impl PathSearch<'_> {
    fn path(&self) -> &[PoolCertificate] {
        &self.outcome.best.path
    }

    /// What the revocation lists say about the path, if it has an anchor.
    fn statuses(&self) -> Vec<RevocationStatus<'_>> {
        if self.outcome.best.anchored && !self.options.scope.exit_only {
            let budget = &Budget::default();
            revocation::statuses(self.path(), self.pool, self.context.question, budget)
        } else {
            Vec::new()
        }
    }

    fn describe(&self, statuses: &[RevocationStatus<'_>], report: &mut Report) -> PathFacts {
        let (outcome, trust) = (self.outcome, self.trust);
        let grants = permission::rule(self.path(), self.context.question).grants;
        let mut path = describe::path::item(&outcome.best, outcome.accepted(), &grants);
        let search = CaSearch::of(self.half.role);
        let others = other_tools::ca(&trust.candidate, &self.options.trust, search, self.env);
        path.detail("elsewhere", "others use", Value::Texts(others));
        let attempts = i64::try_from(outcome.attempts).unwrap_or(i64::MAX);
        path.detail("attempts", "ways tried", Value::Int(attempts));
        path.detail("tried", "", Value::Items(self.tried()));
        report.items.push(path);
        let crls = describe::revocation::item(statuses, self.path(), self.env.now);
        let anchor = self.path().last().filter(|_| outcome.best.anchored);
        let facts = PathFacts {
            end: self.path().iter().map(|known| known.certificate.validity.not_after).min(),
            anchor: anchor.map(|anchor| anchor.certificate.subject.screen()),
            permits: grants.len(),
            crls: crls.as_ref().map(|(item, all)| (item.title.clone(), *all)),
            cas: CaInUse::of(self.path(), statuses),
            refused_by: Vec::new(),
        };
        report.items.extend(crls.map(|(item, _)| item));
        facts
    }

    /// Other paths that were tried, with the reasons against them.
    fn tried(&self) -> Vec<Item> {
        let reasons = |attempt| {
            let findings = chain::check(attempt, self.context);
            findings.into_iter().map(|finding| finding.message).collect()
        };
        let other = |attempt| describe::path::other(attempt, reasons(attempt));
        self.outcome.others.iter().map(other).collect()
    }

    fn good(&self) -> String {
        let path = self.path();
        let name = |known: Option<&PoolCertificate>| {
            known.map_or_else(String::new, |k| k.certificate.subject.common_name())
        };
        // The last CN of a proxy is only a number.
        let identity = Chain::new(path).identity().map(|name| name.common_name());
        let noun = path.first().map(|k| certificate::named(self.half, &k.certificate));
        format!(
            "{} verifies: {} to the trust anchor '{}', as {}",
            noun.unwrap_or_default(),
            identity.unwrap_or_else(|| name(path.first())),
            name(path.last()),
            self.context.question.purpose.name()
        )
    }

    /// Remarks on an accepted path.
    fn remark(&self, statuses: &[RevocationStatus<'_>], report: &mut Report) {
        let (path, question, trust) = (self.path(), self.context.question, self.context.trust);
        let findings = &mut report.findings;
        findings.extend(strength::check(path, question.purpose));
        findings.extend(chain::profile::remarks(path, self.context.token));
        findings.extend(check::proxy::elsewhere(path));
        findings.extend(self.lifetime());
        findings.extend(self.ends_soon());
        findings.extend(opinion::refusal(&self.outcome.best, question).map(|reason| {
            chain::SECOND_OPINION
                .found(format!("services built on rustls refuse this path: {reason}"))
        }));
        findings.extend(expired_first(path, self.pool, question.at));
        findings.extend(chain::revocation::remarks(statuses, path, question, trust));
        findings.extend(policies::remarks(self.trust, path, question));
    }

    /// Says what other software makes of it, or whose verdict is asked for does; who refuses what is
    /// accepted here.
    fn compare(
        &self,
        sent: &[PoolCertificate],
        is_whole: bool,
        budget: &Budget,
        report: &mut Report,
    ) -> Vec<String> {
        let opinions = |which: &dyn Fn(&Profile) -> bool| self.opinions(sent, which, budget);
        let (asked, client) = (self.options.judge_as, self.options.purpose == Purpose::Client);
        // Without the CAs, or with some left unread, nobody's verdict is known.
        if !is_whole || self.trust.trouble.is_some() {
            return Vec::new();
        }
        let findings = &mut report.findings;
        if let Some(selection) = asked {
            let what = format!("the {}", self.context.noun);
            let who = consumers::judge_as(findings, &opinions(&|_| true), selection, &what);
            let noun = self.path().first().map(|k| certificate::named(self.half, &k.certificate));
            report.good = format!("{} verifies for {}", noun.unwrap_or_default(), listed(&who));
            if !self.options.scope.exit_only {
                findings.extend(self.other_cas(selection));
            }
            return Vec::new();
        }
        // Warnings change no exit code.
        if self.options.scope.exit_only || self.outcome.exhausted.is_some() {
            return Vec::new();
        }
        let accepted = self.outcome.accepted().then(|| self.path());
        let trust = &self.options.trust;
        let is_partial = trust.crl == CrlMode::Off || trust.policy == PolicyMode::Off;
        if !client || self.half.role.is_host() || is_partial {
            // The other way of OpenSSL is one for servers too, and without lists and policies.
            let opinions = opinions(&|profile| profile.id == OPENSSL);
            consumers::astray(findings, &opinions, accepted);
            return Vec::new();
        }
        let opinions = opinions(&|profile| self.is_shown(profile));
        // Of what was asked besides nobody else knows.
        let limits = self.options.trust.crl == CrlMode::Require
            || self.options.trust.policy != PolicyMode::IfPresent
            || findings.iter().any(|finding| finding.exit == Exit::Short);
        let refusing = consumers::compare(findings, &opinions, (accepted, limits));
        if !refusing.is_empty() {
            report.good += &format!("; {} will refuse it", listed(&refusing));
        }
        refusing
    }

    /// Where the clients of software that was asked for take their CAs, if variables name others.
    fn other_cas(&self, selection: Selection) -> Option<Finding> {
        let mut variables = clients::ssl_cas(self.env);
        variables.retain(|(_, path)| *path != self.trust.candidate.path);
        let reads = selection.profiles().map(|profile| profile.consumer.tool);
        let mut names: Vec<String> =
            reads.filter(|tool| tool.reads_ssl_cert()).map(|tool| tool.name().to_owned()).collect();
        names.dedup();
        let other = !names.is_empty() && !variables.is_empty();
        other
            .then(|| check::acceptance::other_cas(&listed(&names), &variables, &self.trust.shown()))
    }

    /// What software of `which` makes of what is `sent`.
    fn opinions(
        &self,
        sent: &[PoolCertificate],
        which: &dyn Fn(&Profile) -> bool,
        budget: &Budget,
    ) -> Vec<Opinion> {
        let relevant = RelevantAnchors::of(self.trust, sent);
        let presented = Presented {
            sent,
            anchors: &relevant.anchors,
            evidence: &self.trust.evidence,
            names: relevant.names,
            purpose: self.options.purpose,
            at: self.env.now,
        };
        let of = |profile| Opinion::of(profile, acceptance::judge(&presented, profile, budget));
        consumer::profiles().filter(|profile| which(profile)).map(of).collect()
    }

    /// Whether such a credential is ever shown to it: no proxy to who takes none, no token to Globus and
    /// canl-java.
    fn is_shown(&self, profile: &Profile) -> bool {
        // A file of CAs has no place for policies, and some read directories alone.
        let of_directory =
            profile.store == Store::FirstLink || profile.permission != Permission::None;
        if self.trust.candidate.bundle && of_directory {
            return false;
        }
        let is_proxy = self.path().first().is_some_and(|first| first.certificate.is_proxy());
        let of_grid =
            profile.transport.carrier == Carrier::Globus || profile.consumer.tool == Tool::CanlJava;
        (!is_proxy || profile.takes_proxies()) && !(self.context.token && of_grid)
    }

    fn lifetime(&self) -> Option<Finding> {
        let leaf = &self.path().first()?.certificate;
        let ask = lifetime::Question {
            noun: &certificate::named(self.half, leaf),
            need: self.context.question.need,
            kind: certificate::lifetime_kind(self.half, leaf),
            now: self.env.now,
        };
        lifetime::check(&leaf.validity, ask)
    }

    /// The warning of `--warn`, about the certificate of the path that ends first.
    fn ends_soon(&self) -> Option<Finding> {
        let steps = self.path().iter().enumerate();
        let (step, first) = steps.min_by_key(|(_, known)| known.certificate.validity.not_after)?;
        let kind = match step {
            0 => certificate::lifetime_kind(self.half, &first.certificate),
            _ if first.certificate.is_proxy() => lifetime::CredentialKind::Proxy,
            _ => lifetime::CredentialKind::Certificate,
        };
        let ask = lifetime::Question {
            noun: &chain::name(step, &self.outcome.best, self.context),
            need: self.options.warn?,
            kind,
            now: self.env.now,
        };
        lifetime::ends_soon(first.certificate.validity.not_after, ask)
    }

    /// Why no path was accepted.
    fn refuse(&self, leaf: &PoolCertificate, helpers: &[PoolCertificate], report: &mut Report) {
        let (outcome, trust, question) = (self.outcome, self.trust, self.context.question);
        let mut flaws = chain::check(&outcome.best, self.context);
        let read = self.half.found();
        if let Some(found) =
            read.and_then(|read| certificate::incomplete(read, self.path(), self.env))
        {
            // The other finding names the file that would complete the path.
            flaws.retain(|finding| !finding.is(&check::proxy::MISSING_EEC));
            flaws.push(found);
        }
        policies::name_misnamed(trust, self.path(), question, &mut flaws);
        path_failure::name_misnamed_lists(trust, self.path(), &mut flaws);
        let mut found = path_failure::explain(trust, leaf, helpers, question, outcome);
        let is_error = |finding: &Finding| finding.severity == Severity::Error;
        precedence::add(CheckKind::Path, &mut found, flaws);
        if let Some(limit) = &outcome.exhausted {
            report.findings.extend(found.into_iter().map(Finding::as_undecided));
            let message = format!("the search for a path ended early at {limit}");
            report.findings.push(chain::EXHAUSTED.found(message));
        } else {
            report.findings.extend(found);
        }
        // Of a path without an anchor nobody knows signatures, dates and revocation.
        report.findings.iter_mut().for_each(|f| f.hides_rest = !outcome.best.anchored);
        // Whatever the findings above say, a path that was not accepted is never ok.
        if !report.findings.iter().any(is_error) {
            let name = leaf.certificate.subject.common_name();
            let shown = self.context.trust;
            let message = format!("no path from {name} to a CA in {shown} was accepted");
            report.findings.push(chain::ISSUER_UNKNOWN.found(message));
        }
    }
}

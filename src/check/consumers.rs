//! What consumers make of a credential, told with certok's own findings: who refuses what, and the
//! verdict of those who are asked for.

use crate::chain::PoolCertificate;
use crate::chain::acceptance::Acceptance;
use crate::check::acceptance::Because;
use crate::check::chain::profile;
use crate::check::{acceptance, ca_lookup, chain, openssl_path, rules, strength};
use crate::consumer::profile::{Profile, Search};
use crate::consumer::selection::Selection;
use crate::consumer::token::TokenConsumer;
use crate::consumer::{Consumer, Tool, profiles};
use crate::report::{Exit, Finding, Rule, Severity, Step};

rules! {
    step: Chain;
    NOBODY: WARN {
        id: "taken-as-nobody",
        what: "the client shows no certificate, and the server lets it in as an anonymous client",
        why: "an anonymous client may do only what needs no name",
        advice: "request a certificate with an RSA key of 2048 to 8192 bits",
        source: "XRootD, XrdHttpSecurity.cc, HandleAuthentication",
    }
}

/// What one consumer does.
#[derive(Debug)]
pub struct Opinion {
    /// Who.
    pub profile: &'static Profile,
    /// What it does, by which path.
    pub acceptance: Acceptance,
    /// Why.
    pub because: Vec<Because>,
}

impl Opinion {
    /// Of `profile`.
    pub fn of(profile: &'static Profile, acceptance: Acceptance) -> Self {
        let because = acceptance::because(&acceptance);
        Self { profile, acceptance, because }
    }

    fn refuses(&self) -> bool {
        self.acceptance.accepts == Some(false)
    }

    fn takes(&self) -> bool {
        self.acceptance.accepts == Some(true) && !self.acceptance.is_anonymous
    }

    fn is_reported_by(&self, finding: &Finding) -> bool {
        self.because.iter().any(|because| reports(finding.rule, because.rule))
    }
}

/// Findings that tell of a reason in other words than the reason's own rule.
const ALSO: &[(&Rule, &[&Rule])] = &[
    (&acceptance::KEY_NOT_USED, &[&strength::UNTRIED_KEY, &strength::UNKNOWN_KEY]),
    (&chain::CRITICAL, &[&profile::GLOBUS_CRITICAL, &profile::CRITICALITY]),
    (&chain::EXTENSION, &[&strength::PASSED_OVER, &strength::NOT_DER, &strength::TRAILING_BYTES]),
    (&chain::FORBIDDEN, &[&strength::SHA1]),
    (&chain::ISSUER_UNKNOWN, &[&chain::INTERMEDIATE_MISSING, &chain::SELF_SIGNED]),
    (&chain::ISSUER_UNKNOWN, ca_lookup::RULES),
    (&chain::PURPOSE, &[&strength::ANY_USAGE]),
    (&profile::EMPTY_NAME, &[&profile::NO_SUBJECT]),
];

/// Whether a finding of the rule `reported` tells of the reason `because`.
pub fn reports(reported: &Rule, because: &Rule) -> bool {
    let also = ALSO.iter().filter(|(left, _)| left.id == because.id);
    reported.id == because.id
        || also.flat_map(|(_, right)| *right).any(|rule| rule.id == reported.id)
}

/// Whether `consumer`, or one of its users, is `other`.
fn covers(consumer: &Consumer, other: &Consumer) -> bool {
    let same_use = consumer.condition.is_empty() || consumer.condition == other.condition;
    let same = consumer.tool == other.tool && same_use;
    same || consumer.users.iter().any(|user| covers(user, other))
}

/// Findings about a path, with who refuses for each.
struct Attribution<'a> {
    /// For each finding, whose reason it is.
    by: Vec<Vec<&'a Opinion>>,
    /// Who refuses for none of them.
    rest: Vec<&'a Opinion>,
    all: &'a [Opinion],
}

impl<'a> Attribution<'a> {
    fn of(findings: &[Finding], all: &'a [Opinion]) -> Self {
        let mut attribution = Self { by: vec![Vec::new(); findings.len()], rest: Vec::new(), all };
        for opinion in all.iter().filter(|opinion| opinion.refuses()) {
            let named = |finding: &Finding| {
                finding.minded_by.iter().any(|consumer| covers(consumer, &opinion.profile.consumer))
            };
            let by = |holds: &dyn Fn(&Finding) -> bool| -> Vec<usize> {
                let those = findings.iter().enumerate().filter(|(_, finding)| holds(finding));
                those.map(|(at, _)| at).collect()
            };
            let mut places = by(&|finding| opinion.is_reported_by(finding));
            if places.is_empty() {
                places = by(&named);
            }
            match places.is_empty() {
                true => attribution.rest.push(opinion),
                false => places.into_iter().for_each(|at| attribution.by[at].push(opinion)),
            }
        }
        attribution
    }

    /// Names with each finding who refuses for it; of tools without a profile, those of its rule.
    fn name(&self, findings: &mut [Finding]) {
        let some_take = self.all.iter().any(Opinion::takes);
        for (finding, by) in findings.iter_mut().zip(&self.by) {
            if finding.minded_by.is_empty() && !some_take {
                continue;
            }
            let mut words = names(by.iter().copied(), self.all);
            words.extend(without_profile(finding.minded_by, by));
            finding.refused_by = Some(words);
        }
    }

    /// The rest, by what is in the way of the first reason: a finding each.
    fn others(
        &self,
        accepted: Option<&[PoolCertificate]>,
        noun: &str,
        counts: impl Fn(&Opinion) -> bool,
    ) -> Vec<Finding> {
        let mut groups: Vec<(&'static Rule, String, Vec<&Opinion>)> = Vec::new();
        for opinion in self.rest.iter().copied().filter(|opinion| counts(opinion)) {
            let Some(because) = opinion.because.first() else { continue };
            let own = accepted.filter(|_| opinion.profile.search == Search::LatestEnd);
            let parting = own.and_then(|own| openssl_path::parting(own, &opinion.acceptance));
            let (rule, words) = match parting {
                Some(parting) => {
                    (&openssl_path::TAKES_OTHER, format!("{parting}: {}", because.words))
                }
                None => (because.rule, because.words.clone()),
            };
            match groups.iter_mut().find(|(id, known, _)| id.id == rule.id && *known == words) {
                Some((.., opinions)) => opinions.push(opinion),
                None => groups.push((rule, words, vec![opinion])),
            }
        }
        let found = groups.into_iter().map(|(rule, words, by)| {
            let who = names(by.iter().copied(), self.all);
            let mut finding = rule.found(format!("{}: {words}", refuse(&who, noun)));
            let mut all = who;
            all.extend(without_profile(rule.refused_by, &by));
            finding.refused_by = Some(all);
            match accepted.is_some() && finding.is(&chain::ISSUER_UNKNOWN) {
                true => finding
                    .advice("have the CA installed in the CA directory: it looks nowhere else"),
                false => finding,
            }
        });
        found.collect()
    }
}

/// Those of a rule's consumers of which there is no profile. What leaves the decision to another one is
/// among them if that one refuses.
fn without_profile(consumers: &'static [Consumer], by: &[&Opinion]) -> Vec<String> {
    let has_profile = |tool: Tool| profiles().any(|profile| profile.consumer.tool == tool);
    let mut words = Vec::new();
    for consumer in consumers {
        if !has_profile(consumer.tool) {
            words.push(consumer.to_string());
            continue;
        }
        let decides = by.iter().any(|opinion| covers(consumer, &opinion.profile.consumer));
        let users = consumer.users.iter().filter(|user| decides && !has_profile(user.tool));
        words.extend(users.map(ToString::to_string));
    }
    words
}

/// Who they are, in few words: a tool alone if it is so wherever nobody has set it up otherwise.
pub fn names<'a>(some: impl Iterator<Item = &'a Opinion>, all: &[Opinion]) -> Vec<String> {
    let some: Vec<&Profile> = some.map(|opinion| opinion.profile).collect();
    let has = |profile: &Profile| some.iter().any(|one| one.id == profile.id);
    let mut words: Vec<String> = Vec::new();
    for profile in &some {
        let own = &profile.consumer;
        let all = || all.iter().map(|opinion| opinion.profile);
        let of_tool = || all().filter(|other| other.consumer.tool == own.tool);
        let of_use = || of_tool().filter(|other| other.consumer.condition == own.condition);
        let every = |alike: &mut dyn Iterator<Item = &'static Profile>| {
            let mut usual = alike.filter(|other| other.is_usual()).peekable();
            usual.peek().is_some() && usual.all(has)
        };
        // One use that was asked is not every use.
        let is_one_use = !own.condition.is_empty() && of_tool().count() == of_use().count();
        let word = match (every(&mut of_tool()) && !is_one_use, every(&mut of_use())) {
            (true, _) => own.tool.name().to_owned(),
            (false, true) => own.in_every_version().to_string(),
            (false, false) => own.to_string(),
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// `a`, `a and b`, `a, b and c`.
pub fn listed(names: &[String]) -> String {
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// `noun` is what they refuse.
fn refuse(names: &[String], noun: &str) -> String {
    let verb = if names.len() == 1 { "refuses" } else { "refuse" };
    format!("{} {verb} {noun}", listed(names))
}

/// Says with certok's own findings who refuses, and adds what only others mind. `accepted` is the path,
/// if certok takes it, and `is_limited` says that more was asked than software asks. Who refuses what
/// certok takes is the result.
pub fn compare(
    findings: &mut Vec<Finding>,
    all: &[Opinion],
    (accepted, is_limited): (Option<&[PoolCertificate]>, bool),
) -> Vec<String> {
    let attribution = Attribution::of(findings, all);
    attribution.name(findings);
    if accepted.is_none() {
        let errors = findings.iter_mut().filter(|finding| finding.severity == Severity::Error);
        if let Some(first) =
            errors.min_by_key(|finding| finding.exit.rank()).filter(|_| !is_limited)
        {
            first.taken_by = names(all.iter().filter(|o| o.takes() && o.profile.is_usual()), all);
        }
        return Vec::new();
    }
    // webpki's refusal is a note: it is told in its own words.
    let noted = findings.iter_mut().zip(&attribution.by).filter(|(finding, by)| {
        let is_note = finding.severity == Severity::Info && !finding.is(&chain::SECOND_OPINION);
        is_note && by.iter().any(|opinion| opinion.profile.is_usual())
    });
    noted.for_each(|(finding, _)| finding.severity = Severity::Warn);
    let others = attribution.others(accepted, "it", |opinion| opinion.profile.is_usual());
    findings.extend(others.into_iter().map(Finding::as_warning));
    let usual = |opinion: &&Opinion| opinion.refuses() && opinion.profile.is_usual();
    names(all.iter().filter(usual), all)
}

/// Where OpenSSL follows another path than the `accepted` one, and fails.
pub fn astray(findings: &mut Vec<Finding>, all: &[Opinion], accepted: Option<&[PoolCertificate]>) {
    let attribution =
        Attribution { by: Vec::new(), rest: all.iter().filter(|o| o.refuses()).collect(), all };
    let mut others = attribution.others(accepted, "it", |_| accepted.is_some());
    others.retain(|finding| finding.is(&openssl_path::TAKES_OTHER));
    findings.append(&mut others);
}

/// The verdict of `selection`, or of the strictest of it: what it refuses for is an error, and nothing
/// else about the path is. `noun` is the credential. Who was asked is the result.
pub fn judge_as(
    findings: &mut Vec<Finding>,
    all: &[Opinion],
    selection: Selection,
    noun: &str,
) -> Vec<String> {
    let attribution = Attribution::of(findings, all);
    attribution.name(findings);
    let is_asked = |opinion: &Opinion| selection.profiles().any(|p| p.id == opinion.profile.id);
    for (finding, by) in findings.iter_mut().zip(&attribution.by) {
        let refusing = names(by.iter().copied().filter(|opinion| is_asked(opinion)), all);
        // What was left unread may hold a reason; how long it lasts was asked besides.
        if finding.is(&chain::EXHAUSTED) || finding.exit == Exit::Short {
            continue;
        }
        if refusing.is_empty() {
            *finding = finding.clone().as_warning_if_error();
        } else {
            finding.message = format!("{}: {}", refuse(&refusing, noun), finding.message);
            escalate(finding);
        }
    }
    let mut others = attribution.others(None, noun, is_asked);
    others.iter_mut().for_each(escalate);
    findings.append(&mut others);
    let asked = || all.iter().filter(|opinion| is_asked(opinion));
    let unknown = || asked().filter(|opinion| opinion.acceptance.accepts.is_none());
    if let Some(first) = unknown().next().filter(|_| !asked().any(Opinion::refuses)) {
        let who = listed(&names(unknown(), all));
        findings.push(acceptance::unknown(first.because.first(), &who));
    }
    for nobody in asked().filter(|opinion| opinion.acceptance.is_anonymous) {
        let why = nobody.because.first().map_or("", |because| because.words.as_str());
        let who = nobody.profile.consumer;
        findings.push(NOBODY.found(format!("{who} lets it in as an anonymous client: {why}")));
    }
    names(asked(), all)
}

/// An error, since who was asked refuses.
fn escalate(finding: &mut Finding) {
    finding.severity = Severity::Error;
    finding.exit = match (finding.exit, finding.rule.exit) {
        (Exit::Ok | Exit::Undecided, Exit::Ok | Exit::Undecided) => Exit::Untrusted,
        (Exit::Ok | Exit::Undecided, exit) | (exit, _) => exit,
    };
}

/// What is wrong beside the path concerns those of `selection` alone whom its rule names, or
/// everybody.
pub fn lower_for(selection: Selection, findings: &mut [Finding]) {
    for finding in findings.iter_mut().filter(|finding| finding.refused_by.is_none()) {
        let is_minded = |profile: &Profile| {
            let reader = match is_of_files(finding) {
                true => profile.transport.carrier.loader(),
                false => profile.consumer,
            };
            minds(finding, &[reader])
        };
        if !selection.profiles().any(is_minded) {
            *finding = finding.clone().as_warning_if_error();
        }
    }
}

/// Whether the finding is about files, which a client reads and a server never sees.
pub fn is_of_files(finding: &Finding) -> bool {
    use Step::{Content, Found, Key, Readable, Safe};
    matches!(finding.rule.step, Some(Found | Readable | Content | Safe | Key))
}

/// The check that says why an issuer is not found: it is in the CA directory, but not to be read there.
pub fn of_lookup(checks: &[Finding]) -> Option<&Finding> {
    let mut errors = checks.iter().filter(|finding| finding.severity == Severity::Error);
    errors.find(|finding| finding.is_one_of(ca_lookup::RULES))
}

/// Whether one of `readers` refuses what the finding is about: everybody does, or one of those that
/// it names.
pub fn minds(finding: &Finding, readers: &[Consumer]) -> bool {
    let is_named = |reader: &Consumer| finding.minded_by.iter().any(|named| covers(named, reader));
    finding.minded_by.is_empty() || readers.iter().any(is_named)
}

/// The verdict of consumers of tokens, or of the strictest of them.
pub fn tokens_as(findings: &mut [Finding], consumers: &[&'static TokenConsumer]) {
    for finding in findings {
        let said = |one: &&&TokenConsumer, wanted: Option<bool>| {
            acceptance::of_token(std::slice::from_ref(finding), one).0 == wanted
        };
        let who = |wanted| -> Vec<String> {
            let those = consumers.iter().filter(|one| said(one, wanted));
            those.map(|one| one.consumer.to_string()).collect()
        };
        let (refusing, unsure) = (who(Some(false)), who(None));
        if finding.minded_by.is_empty() {
            continue;
        }
        if !refusing.is_empty() {
            finding.message = format!("{}: {}", refuse(&refusing, "it"), finding.message);
            escalate(finding);
        } else if unsure.is_empty() {
            *finding = finding.clone().as_warning_if_error();
        } else {
            (finding.severity, finding.exit) = (Severity::Error, Exit::Undecided);
        }
    }
}

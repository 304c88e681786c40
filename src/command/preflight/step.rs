//! The steps of `check`: which finding belongs to which, and what each came to.

use crate::chain::permission::PolicyMode;
use crate::chain::revocation::CrlMode;
use crate::chain::voms::VomsMode;
use crate::check::{chain, place};
use crate::command::TokenInUse;
use crate::command::path::{PathFacts, PathOptions};
use crate::command::preflight::Asked;
use crate::command::preflight::subject::Subject;
use crate::crypto::pair::Proof;
use crate::gather::credential::CredentialFile;
use crate::load::LoadError;
use crate::locate::Role;
use crate::parse::host_name::HostName;
use crate::report::{Exit, Finding, Item, Report, Rule, Severity, Step, Value};
use crate::source::Origin;
use crate::text::time::UnixTime;
use crate::{check, describe};

/// What came of a step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    /// It holds.
    Ok,
    /// It holds, for now or for most.
    Warning,
    /// It does not hold.
    Failed,
    /// Nobody looked, or evidence is missing.
    NotChecked,
}

/// Whether the rule says that a key is not there.
pub(super) fn is_of_key(rule: &Rule) -> bool {
    let missing = [&place::KEY_MISSING, &place::HOST_KEY_MISSING, &place::TOKEN_KEY_MISSING];
    missing.iter().any(|known| known.id == rule.id)
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::NotChecked => "unchecked",
        }
    }

    /// What the findings of a step make of it; `None` if none bears on it.
    fn from(findings: &[&Finding]) -> Option<Self> {
        let any = |holds: fn(&Finding) -> bool| findings.iter().any(|finding| holds(finding));
        let unlooked = |finding: &Finding| {
            let notes = [
                &chain::revocation::MISSING,
                &chain::revocation::SCOPE,
                &check::voms::NOT_CHECKED,
                &check::bearer::NOT_VERIFIED,
                &check::idtoken::NOT_VERIFIED,
            ];
            finding.exit == Exit::Undecided || finding.is_one_of(&notes)
        };
        if any(|finding| !matches!(finding.exit, Exit::Ok | Exit::Undecided)) {
            Some(Self::Failed)
        } else if any(|finding| finding.exit == Exit::Undecided) {
            Some(Self::NotChecked)
        } else if any(|finding| finding.severity == Severity::Warn) {
            Some(Self::Warning)
        } else {
            findings.iter().any(|finding| unlooked(finding)).then_some(Self::NotChecked)
        }
    }
}

/// Everything that was seen of a credential.
pub(super) struct Seen<'a> {
    pub(super) half: &'a CredentialFile,
    /// Its key's half; a proxy is both.
    pub(super) key: Option<&'a CredentialFile>,
    /// What `*-verify` describes.
    pub(super) items: &'a [Item],
    /// What it came to.
    pub(super) path: &'a PathFacts,
    /// How the key was proven to belong to the certificate.
    pub(super) pair: Option<Proof>,
    pub(super) findings: &'a [Finding],
    /// `--name`.
    pub(super) name: Option<&'a HostName>,
    /// Whether the CAs come from one file.
    pub(super) bundle: bool,
    pub(super) options: &'a PathOptions,
    pub(super) now: UnixTime,
}

pub(super) const NOTHING_READ: &str = "nothing was read, so nothing more was checked";

/// The credential and its steps.
pub(super) fn item(word: &'static str, exit: Exit, seen: &Seen<'_>) -> (Item, Option<UnixTime>) {
    let half = seen.half;
    let title = format!("{}: {}", half.role.noun(), exit.name());
    let mut item = Item::new("check", title);
    let text = |text: &str| Value::Text(text.to_owned());
    let subject = seen.subject();
    item.machine("credential", text(word));
    item.machine("exit_code", Value::Int(exit.code().into()));
    item.machine("exit_name", text(exit.name()));
    let from = half.found().map(|_| Value::Text(half.described()));
    item.machine("from", from.unwrap_or(Value::Unknown));
    item.machine("subject", subject.unwrap_or(Value::Unknown));
    let end = seen.end();
    item.machine("not_after", end.map_or(Value::Unknown, Value::Time));
    let left = end.map(|end| Value::Span(end - seen.now));
    item.machine("seconds_left", left.unwrap_or(Value::Unknown));
    let steps = Step::ALL.iter().filter(|step| seen.asks(**step));
    let steps = steps.map(|step| {
        let own = |finding: &&Finding| of(finding.rule) == *step;
        let own: Vec<&Finding> = seen.findings.iter().filter(own).collect();
        row(step.name(), &own, seen.otherwise(*step))
    });
    item.fact("steps", "", Value::Items(steps.collect()));
    (item, end)
}

/// The report about a token that is one line, and when the one that would be sent ends. `soon` makes
/// of its end the warning of `--warn`.
pub(super) fn of_token(
    (subject, title): (Subject, &str),
    token: TokenInUse,
    soon: impl Fn(UnixTime) -> Option<Finding>,
    asked: &Asked<'_>,
) -> (Report, Option<UnixTime>) {
    let (mut report, now) = (asked.report(), asked.env.now);
    report.findings = token.report.findings;
    let end = token.sent.flatten();
    if asked.exit_only {
        return (report, end);
    }
    report.findings.extend(end.and_then(soon));
    let exit = report.exit();
    let mut item = Item::new("check", format!("{title}: {}", exit.name()));
    item.machine("credential", subject.word());
    item.machine("exit_code", i64::from(exit.code()));
    item.machine("exit_name", exit.name());
    item.machine("from", token.from.clone());
    item.machine("subject", Value::Unknown);
    item.machine("not_after", end);
    item.machine("seconds_left", end.map(|end| end - now));
    let until = end.map(|end| format!("until {} ({})", end.screen(), end.relative_to(now)));
    let steps = [Step::Found, Step::Readable, Step::Safe, Step::Lifetime, Step::Accepted];
    let row = |step: Step| {
        let own = |finding: &&Finding| of(finding.rule) == step;
        let own: Vec<&Finding> = report.findings.iter().filter(own).collect();
        let otherwise = match (step, token.sent) {
            (Step::Found, _) => (State::Ok, token.from.clone().unwrap_or_default()),
            (_, None) => (State::NotChecked, NOTHING_SENT.to_owned()),
            (Step::Lifetime, Some(_)) => (State::Ok, until.clone().unwrap_or_default()),
            (Step::Accepted, _) => (State::Ok, token.report.good.clone()),
            _ => (State::Ok, String::new()),
        };
        row(step.name(), &own, otherwise)
    };
    item.fact("steps", "", Vec::from(steps.map(row)));
    report.items.push(item);
    (report, end)
}

const NOTHING_SENT: &str = "there is no token that would be sent";

/// What no table has is about what the credential is.
fn of(rule: &Rule) -> Step {
    rule.step.unwrap_or(Step::Content)
}

/// One step: what its findings make of it, or `otherwise`.
pub(super) fn row(name: &str, findings: &[&Finding], otherwise: (State, String)) -> Item {
    let mut item = Item::new("check_step", name);
    item.machine("step", Value::Text(name.to_owned()));
    let telling = findings.iter().min_by_key(|f| (f.severity, f.exit.rank()));
    let (state, message) = match (State::from(findings), telling) {
        (Some(state), Some(finding)) => (state, finding.message.clone()),
        _ => otherwise,
    };
    let mut ids: Vec<String> = Vec::new();
    for finding in findings.iter().filter(|_| State::from(findings).is_some()) {
        if ids.iter().all(|id| id != finding.rule.id) {
            ids.push(finding.rule.id.to_owned());
        }
    }
    // One line says it.
    if [NOTHING_READ, NOTHING_SENT].contains(&message.as_str()) && name != Step::Readable.name() {
        item.detail("state", "", Value::Text(state.name().to_owned()));
        item.detail("message", "", Value::Text(message));
        item.machine("findings", Value::Texts(ids));
        return item;
    }
    item.fact("state", "", Value::Text(state.name().to_owned()));
    // What a finding says stands in full below the steps.
    if ids.is_empty() {
        item.fact("message", "", Value::Text(message));
        item.machine("findings", Value::Texts(ids));
    } else {
        item.machine("message", Value::Text(message));
        item.fact("findings", "", Value::Texts(ids));
    }
    item
}

impl Seen<'_> {
    /// Whether the step is a question here at all.
    fn asks(&self, step: Step) -> bool {
        match step {
            Step::Name => self.half.role.is_host(),
            Step::Accepted => false,
            Step::Voms => {
                let said = self.findings.iter().any(|f| of(f.rule) == Step::Voms);
                self.half.role == Role::Proxy && (said || self.items_of("voms").next().is_some())
            }
            _ => true,
        }
    }

    /// The state of a step about which nothing was found, and the words for it.
    fn otherwise(&self, step: Step) -> (State, String) {
        let done = |text: String| (State::Ok, text);
        let not = |text: &str| (State::NotChecked, text.to_owned());
        let read = self.half.found();
        let certificate = read.and_then(|read| read.contents.first());
        match (step, read, certificate) {
            (Step::Found, ..) if self.is_hidden() => not("a directory above may not be entered"),
            (Step::Found, ..) => done(self.places()),
            (_, None, _) => not(NOTHING_READ),
            (Step::Readable, ..) => done(String::new()),
            (Step::Safe, ..) => done(self.modes()),
            (_, _, None) => not("there is no certificate to judge"),
            (Step::Content, ..) => done(self.subject_text()),
            (Step::Key, ..) => self.key(),
            (Step::Lifetime, ..) => done(self.end().map_or_else(String::new, |end| {
                format!("until {} ({})", end.screen(), end.relative_to(self.now))
            })),
            (Step::Chain, ..) => self.chain(),
            (Step::Crl, ..) => self.lists(),
            (Step::Policy, ..) => self.policies(),
            (Step::Voms, ..) => match self.options.voms.mode {
                VomsMode::Off => not("--voms off"),
                _ => done(self.titles("voms")),
            },
            (Step::Accepted, ..) => not("no token of a pool"),
            (Step::Name, ..) => match self.name {
                Some(name) => done(format!("for {name}")),
                None => not("--name was not given"),
            },
        }
    }

    /// Whether not even its being there can be told.
    fn is_hidden(&self) -> bool {
        match &self.half.outcome {
            Err(LoadError::Denied(path, barrier)) => {
                barrier.as_ref().is_none_or(|barrier| barrier.path != *path)
            }
            _ => false,
        }
    }

    fn items_of(&self, kind: &'static str) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.kind == kind)
    }

    fn titles(&self, kind: &'static str) -> String {
        let titles: Vec<&str> = self.items_of(kind).map(|item| item.title.as_str()).collect();
        titles.join(", ")
    }

    fn places(&self) -> String {
        let shown = |half: &CredentialFile| match &half.outcome {
            Ok(_) => half.described(),
            Err(trouble) => {
                trouble.path().map_or_else(String::new, |path| path.display().to_string())
            }
        };
        let own = shown(self.half);
        match self.key.map(shown) {
            Some(key) if !key.is_empty() && key != own => format!("{own}, key {key}"),
            _ => own,
        }
    }

    fn modes(&self) -> String {
        let mode = |half: &CredentialFile| {
            let read = half.found()?;
            let facts = read.source.file.as_ref();
            Some(match (&read.source.origin, facts) {
                (Origin::Variable(name), _) => format!("${name} has no mode"),
                (_, Some(facts)) => format!("mode {:04o}", facts.mode & 0o777),
                (_, None) => "no mode".to_owned(),
            })
        };
        let own = mode(self.half).unwrap_or_default();
        match self.key.and_then(mode) {
            Some(key) => format!("{own}, key {key}"),
            None => own,
        }
    }

    fn subject(&self) -> Option<Value> {
        let first = self.half.found()?.contents.first()?;
        Some(describe::name(&first.subject))
    }

    fn subject_text(&self) -> String {
        let first = self.half.found().and_then(|read| read.contents.first());
        first.map_or_else(String::new, |first| first.subject.screen())
    }

    fn key(&self) -> (State, String) {
        match self.pair {
            Some(proof) => (State::Ok, describe::key::proven(proof).to_owned()),
            None => (State::NotChecked, "there is no key to try".to_owned()),
        }
    }

    /// When the first certificate of the path, or of what there is of it, ends.
    fn end(&self) -> Option<UnixTime> {
        let own = self.half.found()?.contents.first()?.validity.not_after;
        Some(self.path.end.map_or(own, |end| end.min(own)))
    }

    fn chain(&self) -> (State, String) {
        match &self.path.anchor {
            Some(name) => (State::Ok, format!("to the trust anchor {name}")),
            None => (State::NotChecked, "no path to a trust anchor".to_owned()),
        }
    }

    fn lists(&self) -> (State, String) {
        let not = |text: &str| (State::NotChecked, text.to_owned());
        match (&self.path.crls, self.options.trust.crl) {
            (Some((said, true)), _) => (State::Ok, said.clone()),
            (Some((said, false)), _) => not(said),
            (None, CrlMode::Off) => not("--crl off"),
            (None, _) if self.path.anchor.is_some() => not("no CA of the path could revoke"),
            (None, _) => not("no path to a trust anchor"),
        }
    }

    fn policies(&self) -> (State, String) {
        let not = |text: &str| (State::NotChecked, text.to_owned());
        match (self.options.trust.policy, self.path.permits) {
            (PolicyMode::Off, _) => not("--policy off"),
            _ if self.path.anchor.is_none() => not("no path to a trust anchor"),
            (_, 0) if self.bundle => not("a file of CAs has no place for policies"),
            (_, 0) => not("no signing_policy or namespaces file for its CAs"),
            (_, 1) => (State::Ok, "permitted by one entry".to_owned()),
            (_, n) => (State::Ok, format!("permitted by {n} entries")),
        }
    }
}
